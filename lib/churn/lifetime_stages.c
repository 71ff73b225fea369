/* SPDX-License-Identifier: Apache-2.0 */
/* The way through stages: a Markov chain from counted moves and times. */
#include <csuccess/forecast.h>

#include "base/error.h"
#include "base/number.h"
#include "calendar/time.h"
#include "churn/tracking.h"
#include "stats/sum.h"

enum { MOST_STAGES = 64 };

typedef struct stage {
    uint64_t stays, left;
    csuccess__sum days;
    uint64_t moves[MOST_STAGES]; /* to a stage by number */
} stage;

struct csuccess_stages {
    csuccess_allocator mem;
    csuccess__names names;
    stage *list; /* MOST_STAGES */
};

csuccess_result csuccess_stages_new(csuccess_stages **out, const csuccess_allocator *allocator,
                                    csuccess_error *err)
{
    csuccess_allocator mem;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    csuccess_result result = csuccess__allocator_take(&mem, allocator, err);
    if (result < 0) return result;
    csuccess_stages *s = csuccess__alloc(&mem, 1, sizeof *s);
    stage *list = csuccess__alloc(&mem, MOST_STAGES, sizeof *list);
    if (!s || !list) {
        csuccess__release(&mem, s, 1, sizeof *s);
        csuccess__release(&mem, list, MOST_STAGES, sizeof *list);
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    s->mem = mem;
    s->list = list;
    csuccess__names_init(&s->names, &s->mem, MOST_STAGES);
    *out = s;
    return CSUCCESS_OK;
}

void csuccess_stages_free(csuccess_stages *stages)
{
    if (!stages) return;
    csuccess_allocator mem = stages->mem;
    csuccess__names_free(&stages->names);
    csuccess__release(&mem, stages->list, MOST_STAGES, sizeof *stages->list);
    csuccess__release(&mem, stages, 1, sizeof *stages);
}

/* ---- Adding ---- */

static csuccess_result check(const csuccess_stage_path *p, csuccess_error *err)
{
    if (p->stages == 0 || !p->stage || !p->at) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "a path has stages with times");
    }
    for (size_t i = 0; i < p->stages; i++) {
        if (p->stage[i].len == 0) {
            return csuccess__fail(err, CSUCCESS_EINVALID, "stage %z has no name", i);
        }
        if (!csuccess__time_valid(p->at[i])) {
            return csuccess__fail(err, CSUCCESS_ERANGE,
                                  "the time of stage %z is not in the years 1 to 9999", i);
        }
        if (i > 0 && p->at[i] < p->at[i - 1]) {
            return csuccess__fail(err, CSUCCESS_EINVALID,
                                  "stage %z begins before the one before it", i);
        }
    }
    /* Where the end is not known, the last stay has no time. */
    return p->observed_until <= CSUCCESS__TIME_MAX
               ? CSUCCESS_OK
               : csuccess__fail(err, CSUCCESS_ERANGE, "observed_until is beyond the year 9999");
}

/* Times are bounded by the calendar: the sum of a billion of them fits. */
static void stay(stage *in, int64_t ms)
{
    csuccess__sum_add(&in->days, (double)ms / (double)CSUCCESS__DAY_MS);
}

static void count_path(csuccess_stages *s, const csuccess_stage_path *p)
{
    uint32_t now = csuccess__names_find(&s->names, p->stage[0]);
    int64_t since = p->at[0];
    s->list[now].stays++;
    for (size_t i = 1; i < p->stages; i++) {
        uint32_t next = csuccess__names_find(&s->names, p->stage[i]);
        if (next == now) continue;
        stay(&s->list[now], p->at[i] - since);
        s->list[now].left++;
        s->list[now].moves[next]++;
        s->list[next].stays++;
        now = next;
        since = p->at[i];
    }
    if (p->observed_until > since) stay(&s->list[now], p->observed_until - since);
}

csuccess_result csuccess_stages_add(csuccess_stages *stages, const csuccess_stage_path *path,
                                    csuccess_error *err)
{
    csuccess_stage_path p;
    if (!stages) return csuccess__fail(err, CSUCCESS_EINVALID, "stages is required");
    csuccess_result result =
        csuccess__struct_take(&p, sizeof p, sizeof(size_t), path, "csuccess_stage_path", err);
    if (result >= 0) result = check(&p, err);
    if (result < 0) return result;
    uint32_t count = stages->names.count, number;
    for (size_t i = 0; i < p.stages && result >= 0; i++) {
        result = csuccess__names_add(&stages->names, p.stage[i], &number);
    }
    if (result < 0) {
        csuccess__names_cut(&stages->names, count);
        return csuccess__fail(err, result, "the name of a stage: %s",
                              csuccess_result_text(result));
    }
    count_path(stages, &p);
    return CSUCCESS_OK;
}

static void merge_stage(csuccess_stages *into, const csuccess_stages *from, uint32_t i)
{
    stage *to = &into->list[csuccess__names_find(&into->names, from->names.items[i])];
    to->stays += from->list[i].stays;
    to->left += from->list[i].left;
    csuccess__sum_merge(&to->days, &from->list[i].days);
    for (uint32_t k = 0; k < from->names.count; k++) {
        uint32_t next = csuccess__names_find(&into->names, from->names.items[k]);
        to->moves[next] += from->list[i].moves[k];
    }
}

csuccess_result csuccess_stages_merge(csuccess_stages *into, const csuccess_stages *from,
                                      csuccess_error *err)
{
    if (!into || !from || into == from) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "two different chains are required");
    }
    uint32_t count = into->names.count, number;
    csuccess_result result = CSUCCESS_OK;
    for (uint32_t i = 0; i < from->names.count && result >= 0; i++) {
        result = csuccess__names_add(&into->names, from->names.items[i], &number);
    }
    if (result < 0) {
        csuccess__names_cut(&into->names, count);
        return csuccess__fail(err, result, "%s", csuccess_result_text(result));
    }
    for (uint32_t i = 0; i < from->names.count; i++) merge_stage(into, from, i);
    return CSUCCESS_OK;
}

/* ---- Reading ---- */

size_t csuccess_stages_count(const csuccess_stages *stages)
{
    return stages ? stages->names.count : 0;
}

static double mean_days(const stage *s)
{
    return s->left > 0 ? csuccess__sum_total(&s->days) / (double)s->left : 0;
}

csuccess_result csuccess_stages_get(const csuccess_stages *stages, size_t index,
                                    csuccess_stage *out)
{
    if (index >= csuccess_stages_count(stages)) return CSUCCESS_EINVALID;
    uint32_t number = stages->names.order[index];
    const stage *s = &stages->list[number];
    csuccess_stage give = {.size = sizeof give,
                           .name = stages->names.items[number],
                           .stays = s->stays,
                           .left = s->left,
                           .days = csuccess__sum_total(&s->days),
                           .mean_days = mean_days(s)};
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_stage", NULL);
}

static csuccess_result find_both(const csuccess_stages *stages, csuccess_str from,
                                 csuccess_str to, uint32_t numbers[2])
{
    if (!stages) return CSUCCESS_EINVALID;
    numbers[0] = csuccess__names_find(&stages->names, from);
    numbers[1] = csuccess__names_find(&stages->names, to);
    bool known = numbers[0] != CSUCCESS__NAME_NONE && numbers[1] != CSUCCESS__NAME_NONE;
    return known ? CSUCCESS_OK : CSUCCESS_ENAME;
}

csuccess_result csuccess_stages_move(const csuccess_stages *stages, csuccess_str from,
                                     csuccess_str to, csuccess_stage_move *out)
{
    uint32_t numbers[2];
    csuccess_result result = find_both(stages, from, to, numbers);
    if (result < 0) return result;
    const stage *s = &stages->list[numbers[0]];
    csuccess_stage_move give = CSUCCESS_STAGE_MOVE_INIT;
    give.moves = s->moves[numbers[1]];
    give.of = s->left;
    if (s->left > 0) give.probability = (double)give.moves / (double)give.of;
    csuccess__wilson(give.moves, give.of, 0.95, &give.low, &give.high);
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_stage_move", NULL);
}

/* ---- The way to a stage ----

   Of the stages that lead to the target: the probability of getting there solves r = P r with r = 1 at the target. Of those who get there the chain is P'(i, j) =
   P(i, j) r(j) / r(i), whose expected steps and days solve h = 1 + P' h and d = stay + P' d. */

typedef struct way {
    const csuccess_stages *stages;
    uint32_t target;
    uint32_t members[MOST_STAGES]; /* stages that lead to the target, by name; not itself */
    uint32_t place[MOST_STAGES];   /* of a stage among members; MOST_STAGES: none */
    uint32_t count;
    double matrix[MOST_STAGES][MOST_STAGES + 2];
    double reach[MOST_STAGES]; /* by member */
} way;

static double move_share(const way *w, uint32_t from, uint32_t to)
{
    const stage *s = &w->stages->list[from];
    return s->left > 0 ? (double)s->moves[to] / (double)s->left : 0;
}

/* Whether a move from the stage to one of the marked ones was seen. */
static bool goes_to(const way *w, uint32_t from, const bool *marked)
{
    for (uint32_t k = 0; k < w->stages->names.count; k++) {
        if (marked[k] && w->stages->list[from].moves[k] > 0) return true;
    }
    return false;
}

static void find_members(way *w)
{
    bool leads[MOST_STAGES] = {false};
    uint32_t n = w->stages->names.count;
    bool more = true;
    leads[w->target] = true;
    while (more) {
        more = false;
        for (uint32_t i = 0; i < n; i++) {
            if (leads[i] || !goes_to(w, i, leads)) continue;
            leads[i] = more = true;
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        uint32_t number = w->stages->names.order[i];
        bool member = leads[number] && number != w->target;
        w->place[number] = member ? w->count : MOST_STAGES;
        if (member) w->members[w->count++] = number;
    }
}

/* Gauss and Jordan with the greatest pivot: the two columns behind the matrix become the solutions. The matrix is I - Q of stages that all
   lead out, so it has an inverse. */
static void solve(way *w)
{
    uint32_t n = w->count;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t best = i;
        for (uint32_t k = i + 1; k < n; k++) {
            if (fabs(w->matrix[k][i]) > fabs(w->matrix[best][i])) best = k;
        }
        for (uint32_t c = 0; c < MOST_STAGES + 2; c++) {
            double swap = w->matrix[i][c];
            w->matrix[i][c] = w->matrix[best][c];
            w->matrix[best][c] = swap;
        }
        for (uint32_t k = 0; k < n; k++) {
            double factor = w->matrix[k][i] / w->matrix[i][i];
            if (k == i) continue;
            for (uint32_t c = i; c < MOST_STAGES + 2; c++) {
                w->matrix[k][c] -= factor * w->matrix[i][c];
            }
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        w->matrix[i][MOST_STAGES] /= w->matrix[i][i];
        w->matrix[i][MOST_STAGES + 1] /= w->matrix[i][i];
    }
}

/* I - Q; of those who get there when `reached`. */
static void fill(way *w, bool reached)
{
    memset(w->matrix, 0, sizeof w->matrix);
    for (uint32_t i = 0; i < w->count; i++) {
        uint32_t from = w->members[i];
        for (uint32_t k = 0; k < w->count; k++) {
            double share = move_share(w, from, w->members[k]);
            if (reached) share *= w->reach[k] / w->reach[i];
            w->matrix[i][k] = (i == k ? 1 : 0) - share;
        }
        w->matrix[i][MOST_STAGES] = reached ? 1 : move_share(w, from, w->target);
        w->matrix[i][MOST_STAGES + 1] = reached ? mean_days(&w->stages->list[from]) : 0;
    }
}

static void find_way(way *w, uint32_t from, csuccess_stage_way *out)
{
    find_members(w);
    uint32_t at = w->place[from];
    if (at == MOST_STAGES) return;
    fill(w, false);
    solve(w);
    for (uint32_t i = 0; i < w->count; i++) {
        double reach = w->matrix[i][MOST_STAGES];
        w->reach[i] = reach > 1 ? 1 : reach; /* but for rounding it is not */
    }
    out->probability = w->reach[at];
    fill(w, true);
    solve(w);
    out->steps = w->matrix[at][MOST_STAGES];
    out->days = w->matrix[at][MOST_STAGES + 1];
}

csuccess_result csuccess_stages_way(const csuccess_stages *stages, csuccess_str from,
                                    csuccess_str to, csuccess_stage_way *out)
{
    uint32_t numbers[2];
    csuccess_stage_way give = CSUCCESS_STAGE_WAY_INIT;
    csuccess_result result = find_both(stages, from, to, numbers);
    if (result < 0) return result;
    if (numbers[0] == numbers[1]) {
        give.probability = 1;
        return csuccess__struct_give(out, &give, sizeof give, "csuccess_stage_way", NULL);
    }
    way *w = csuccess__alloc(&stages->mem, 1, sizeof *w);
    if (!w) return CSUCCESS_ENOMEM;
    w->stages = stages;
    w->target = numbers[1];
    find_way(w, numbers[0], &give);
    csuccess__release(&stages->mem, w, 1, sizeof *w);
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_stage_way", NULL);
}

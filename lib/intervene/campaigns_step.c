/* SPDX-License-Identifier: Apache-2.0 */
/* Campaigns in a turn: what becomes of those under way, which others hold now, and which of a strategy goes first. */
#include "intervene/campaigns_internal.h"

typedef struct look {
    csuccess__turn *t;
    const csuccess__campaigns *of;
    const csuccess__campaign_index *index;
    csuccess__campaign_run *runs; /* ascending by campaign */
    uint32_t run_count;
    uint64_t *seen; /* by strategy: one that holds was met */
    const csuccess__move *moves;
} look;

/* The run of a campaign that is under way; NULL: there is none. */
static csuccess__campaign_run *under_way(look *l, const csuccess__campaign *campaign,
                                         csuccess__campaign_run **last)
{
    uint32_t low = 0, high = l->run_count;
    *last = NULL;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (csuccess__str_cmp(l->runs[middle].campaign, campaign->id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == l->run_count || l->runs[low].of != campaign) return NULL;
    *last = &l->runs[low];
    return csuccess__campaign_running(*last) ? *last : NULL;
}

/* ---- One campaign that holds ---- */

/* Whether it may begin again, or for the first time; lowers due to when it may. */
static bool may_begin(look *l, const csuccess__campaign *c, const csuccess__campaign_run *last)
{
    csuccess__turn *t = l->t;
    csuccess_str stop;
    int64_t now = t->m->step->now;
    if (last && !c->repeats) return false;
    int64_t from = last ? csuccess__turn_after(t, last->ended_at, c->repeat) : now;
    int64_t blocked = csuccess__reached_of(t, c->programme).blocked_until;
    if (blocked > from) from = blocked;
    if (from > now) {
        if (from < CSUCCESS__TIME_MAX) csuccess__step_due(t->m->step, from);
        return false;
    }
    if (!csuccess__campaign_stopped(t, c, &stop)) return true;
    for (uint32_t i = 0; i < c->stop_count; i++) {
        csuccess__campaign_due(t, c->stops[i].when, &l->moves);
    }
    return false;
}

/* One under way of another campaign of the same strategy. */
static bool competes(const csuccess__campaign_run *run, const csuccess__campaign *c)
{
    return run->of && run->of != c && run->of->place_of == c->place_of &&
           csuccess__campaign_running(run);
}

/* Others of its strategy end. */
static void supersede(look *l, const csuccess__campaign *c)
{
    if (c->place_of == UINT32_MAX || l->t->looking) return;
    for (uint32_t i = 0; i < l->run_count; i++) {
        csuccess__campaign_run *run = &l->runs[i];
        if (!competes(run, c)) continue;
        csuccess__campaign_run_end(l->t, run, CSUCCESS__CAMPAIGN_RUN_SUPERSEDED, c->id);
    }
}

/* Whether another one of its strategy, of a higher place, goes on; those of a lower place end where this may begin. */
static bool takes_strategy(look *l, const csuccess__campaign *c)
{
    if (c->place_of == UINT32_MAX) return true;
    for (uint32_t i = 0; i < l->run_count; i++) {
        if (competes(&l->runs[i], c) && l->runs[i].of < c) return false;
    }
    supersede(l, c);
    return true;
}

/* Nothing of it is due at once, so nothing has to pass: it begins by itself, unless automation is stopped. */
static void begin_without(look *l, const csuccess__campaign *c)
{
    csuccess__turn *t = l->t;
    uint32_t slot = t->of->churned;
    bool churned = slot != UINT32_MAX && t->m->slots[slot].kind == CSUCCESS__KIND_STRING &&
                   csuccess__str_is(t->m->slots[slot].as.string, "churned");
    if (t->halted || churned || t->looking) return;
    (void)csuccess__campaign_begin(t, c);
}

static void offer_actions(look *l, const csuccess__campaign *c)
{
    csuccess__turn *t = l->t;
    if (c->waits) {
        begin_without(l, c);
        return;
    }
    for (uint32_t i = 0; i < c->action_count; i++) {
        const csuccess__campaign_action *action = &c->actions[i];
        if (!action->at_once) continue;
        if (csuccess__moment_asks(t->m, action->if_) != CSUCCESS__TRUE) continue;
        csuccess__action_candidate(t, action, NULL, t->m->step->now);
    }
}

/* Marks the strategy of a campaign that holds; false: one of a higher place has held. */
static bool first_of_strategy(look *l, const csuccess__campaign *c)
{
    if (c->place_of == UINT32_MAX) return true;
    uint64_t *word = &l->seen[c->place_of / 64], bit = UINT64_C(1) << c->place_of % 64;
    bool first = !(*word & bit);
    *word |= bit;
    return first;
}

static void look_at_held(look *l, const csuccess__campaign *c)
{
    csuccess__campaign_run *last, *run = under_way(l, c, &last);
    if (!csuccess__campaign_live(c, l->t->m->step->now)) return;
    if (!first_of_strategy(l, c) || run) return;
    if (may_begin(l, c, last) && takes_strategy(l, c)) offer_actions(l, c);
}

/* ---- All that hold ---- */

/* Words of bits, all 0; NULL: the step has failed. */
static uint64_t *take_words(look *l, uint32_t bits)
{
    uint64_t *words = CSUCCESS__NEW_ARRAY(&l->t->desk->texts, uint64_t, (size_t)bits / 64 + 1);
    if (!words) csuccess__step_fail(l->t->m->step, CSUCCESS_ENOMEM);
    return words;
}

/* The conditions of all that are active, as one set. */
static const uint64_t *ask_all(look *l)
{
    csuccess__moment *m = l->t->m;
    csuccess__frame frame = {.slots = m->slots, .count = m->schema->count, .now = m->step->now};
    uint64_t *holds = take_words(l, l->index->asked_count);
    l->seen = take_words(l, l->index->strategies);
    if (!holds || !l->seen) return NULL;
    csuccess_result failed =
        csuccess__ruleset_row(l->index->set, m->machine, &frame, holds, NULL);
    if (failed == CSUCCESS_ENOMEM) csuccess__step_fail(m->step, failed);
    return failed < 0 ? NULL : holds; /* what spends its budget is undecided */
}

static void look_at_all(look *l)
{
    const csuccess__campaign_index *index = l->index;
    const uint64_t *holds = index->asked_count ? ask_all(l) : NULL;
    for (uint32_t w = 0; holds && w <= (index->asked_count - 1) / 64; w++) {
        for (uint32_t b = 0; b < 64 && holds[w] >> b; b++) {
            if (l->t->m->step->failed < 0) return;
            if (!(holds[w] >> b & 1)) continue;
            look_at_held(l, &l->of->list[index->asked[w * 64 + b]]);
        }
    }
}

/* ---- When to look again ---- */

/* The next time at which one of them begins or ends; and as time can change conditions. */
static void look_again(look *l)
{
    const csuccess__campaign_index *index = l->index;
    csuccess__step *step = l->t->m->step;
    uint32_t low = 0, high = index->border_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (index->borders[middle] <= step->now) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < index->border_count) csuccess__step_due(step, index->borders[low]);
    if (index->timed) csuccess__campaign_due(l->t, NULL, &l->moves);
}

static void take_runs(look *l)
{
    l->runs = csuccess__campaign_runs(l->t, &l->run_count);
}

/* ---- A person's word ---- */

/* The campaign that the input of this step starts; NULL: none, or it may not. */
static const csuccess__campaign *asked_for(look *l)
{
    const csuccess__input *input = l->t->m->input;
    csuccess__campaign_run *last;
    if (!input || input->type != CSUCCESS__INPUT_CAMPAIGN || l->t->looking) return NULL;
    if (!csuccess__str_is(input->name, "start")) return NULL;
    const csuccess__campaign *c =
        csuccess__campaign_find(l->of, csuccess__input_string(input, "campaign"));
    bool may = c && csuccess__campaign_live(c, l->t->m->step->now) && !under_way(l, c, &last);
    return may ? c : NULL;
}

/* Begins one because a person said so; what runs of its strategy ends. */
static void start_asked(look *l)
{
    const csuccess__campaign *c = asked_for(l);
    if (!c || !csuccess__campaign_run_begin(l->t, c, CSUCCESS_STR("input"))) return;
    supersede(l, c);
    take_runs(l); /* the others of its strategy see it */
}

/* While history is imported nothing begins, and nothing leaves; everything is looked at once it is in (an import does nothing that is due). */
static void rest(const look *l)
{
    uint32_t runs;
    csuccess__step *step = l->t->m->step;
    (void)csuccess__state_of_kind(step->state, CSUCCESS__STATE_RUN, &runs);
    if (runs || l->index->asked_count) csuccess__step_due(step, step->now + 1);
}

void csuccess__campaigns_candidates(csuccess__turn *t)
{
    look l = {.t = t, .of = t->of->campaigns, .index = t->of->campaigns->index};
    csuccess__step *step = t->m->step;
    if (l.of->count == 0 || step->failed < 0) return;
    if (step->quiet) {
        rest(&l);
        return;
    }
    take_runs(&l);
    for (uint32_t i = 0; i < l.run_count && !t->looking; i++) {
        csuccess__campaign_run_look(t, &l.runs[i], &l.moves);
    }
    start_asked(&l);
    look_at_all(&l);
    if (step->failed >= 0) take_runs(&l); /* with those that began here */
    for (uint32_t i = 0; i < l.run_count; i++) {
        csuccess__campaign_run_candidates(t, &l.runs[i], &l.moves);
    }
    look_again(&l);
}

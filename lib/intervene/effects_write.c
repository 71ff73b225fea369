/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence as JSON: what people read (docs/reference/intervene.md "What came of it"). */
#include "intervene/effects_internal.h"

#include "base/number.h"

typedef csuccess__telling telling;

static const csuccess_str none = {"", 0};

/* ---- Looking up ---- */

static csuccess_str path_of(csuccess__results_path *path, const char *first, csuccess_str name,
                            const char *leaf, const char *word)
{
    csuccess__results_path_start(path, first);
    csuccess__path_add(path, name);
    csuccess__path_add(path, csuccess__str(leaf));
    if (word) csuccess__path_add(path, csuccess__str(word));
    return csuccess__path_view(path);
}

uint64_t csuccess__evidence_count(const telling *t, const char *first, csuccess_str name,
                                  const char *leaf, const char *word)
{
    csuccess__results_path path;
    const csuccess__results_row *row =
        csuccess__results_find(t->e->rows, path_of(&path, first, name, leaf, word));
    return row ? row->count : 0;
}

const csuccess__results_row *csuccess__evidence_figure(const telling *t, const char *first,
                                                       csuccess_str name, const char *leaf)
{
    csuccess__results_path path;
    const csuccess__results_row *row =
        csuccess__results_find(t->e->rows, path_of(&path, first, name, leaf, NULL));
    return row && row->sum.count > 0 ? row : NULL;
}

/* The first row that does not stand before a path. */
static uint32_t row_at(const telling *t, csuccess_str path)
{
    uint32_t low = 0, high = t->e->rows->row_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const csuccess__results_row *row = &t->e->rows->rows[middle];
        if (csuccess__str_cmp((csuccess_str){row->path, row->len}, path) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* What follows a path in a row's, up to the next name; ptr NULL: the row is not under it. */
static csuccess_str name_under(const telling *t, uint32_t at, csuccess_str root)
{
    if (at >= t->e->rows->row_count) return (csuccess_str){NULL, 0};
    const csuccess__results_row *row = &t->e->rows->rows[at];
    csuccess_str path = {row->path, row->len};
    if (path.len <= root.len || !csuccess__str_starts(path, root) ||
        path.ptr[root.len] != '\0') {
        return (csuccess_str){NULL, 0};
    }
    size_t from = root.len + 1, n = 0;
    while (from + n < path.len && path.ptr[from + n] != '\0') n++;
    return (csuccess_str){path.ptr + from, n};
}

uint64_t csuccess__evidence_words(const telling *t, const char *first, csuccess_str name,
                                  const char *leaf)
{
    csuccess__results_path path;
    csuccess_str root = path_of(&path, first, name, leaf, NULL);
    uint64_t all = 0;
    for (uint32_t i = row_at(t, root);; i++) {
        csuccess_str word = name_under(t, i, root);
        if (!word.ptr) break;
        uint64_t n = t->e->rows->rows[i].count;
        if (n > 0 && all == 0) {
            csuccess__json_key(t->w, csuccess__str(leaf));
            csuccess__json_open(t->w, '{');
        }
        if (n > 0) {
            csuccess__json_key(t->w, word);
            csuccess__json_num(t->w, (double)n);
        }
        all += n;
    }
    if (all > 0) csuccess__json_close(t->w, '}');
    return all;
}

static bool is_known(const telling *t, const char *first, csuccess_str name)
{
    if (csuccess__str_is(csuccess__str(first), "campaigns")) {
        return csuccess__campaign_find(t->e->of->campaigns, name) != NULL;
    }
    return csuccess__intervention_find(t->e->of->interventions, name) != NULL;
}

csuccess_str csuccess__evidence_next(const telling *t, const char *first, csuccess_str before)
{
    csuccess_str root = csuccess__str(first);
    csuccess__results_path path;
    csuccess__results_path_start(&path, first);
    if (before.len) csuccess__path_add(&path, before);
    for (uint32_t i = row_at(t, csuccess__path_view(&path));; i++) {
        csuccess_str name = name_under(t, i, root);
        if (!name.ptr) return name;
        bool empty = t->e->rows->rows[i].count == 0 && t->e->rows->rows[i].sum.count == 0;
        if (!empty && !csuccess__str_eq(name, before) && !is_known(t, first, name)) return name;
    }
}

/* ---- Numbers ---- */

void csuccess__evidence_put(const telling *t, const char *key, double value)
{
    csuccess__json_put_num(t->w, key, csuccess__round9(value));
}

void csuccess__evidence_interval(const telling *t, double low, double high)
{
    csuccess__json_key(t->w, CSUCCESS_STR("interval"));
    csuccess__json_open(t->w, '[');
    csuccess__json_num(t->w, csuccess__round9(low));
    csuccess__json_num(t->w, csuccess__round9(high));
    csuccess__json_close(t->w, ']');
}

void csuccess__evidence_share(const telling *t, const char *key, uint64_t part, uint64_t of)
{
    if (of > 0) csuccess__evidence_put(t, key, (double)part / (double)of);
}

static void put_count(const telling *t, const char *key, uint64_t n)
{
    csuccess__json_put_num(t->w, key, (double)n);
}

static void put_figure(const telling *t, const char *key, const csuccess__results_row *row)
{
    double mean;
    if (!row || !csuccess__sum_mean(&mean, &row->sum)) return;
    csuccess__json_key(t->w, csuccess__str(key));
    csuccess__json_open(t->w, '{');
    put_count(t, "n", row->sum.count);
    csuccess__evidence_put(t, "total", csuccess__sum_total(&row->sum));
    csuccess__evidence_put(t, "mean", mean);
    csuccess__json_close(t->w, '}');
}

/* ---- What experiments say ---- */

static bool is_alone(const csuccess__experiment *of, const char *kind, csuccess_str name)
{
    csuccess_str prefix = csuccess__str(kind);
    if (of->for_count != 1) return false;
    csuccess_str text = of->for_[0].text;
    if (prefix.len == 0) return !of->for_[0].whole && text.len == 0;
    if (!of->for_[0].whole || !csuccess__str_starts(text, prefix)) return false;
    return csuccess__str_eq((csuccess_str){text.ptr + prefix.len, text.len - prefix.len}, name);
}

uint32_t csuccess__evidence_experiment(const telling *t, const char *kind, csuccess_str name)
{
    const csuccess__experiments *all = t->e->of->experiments;
    uint32_t found = UINT32_MAX;
    for (uint32_t i = 0; t->effects && i < all->count; i++) {
        bool held;
        (void)csuccess__experiment_control(&all->list[i], &held);
        if (!held || !all->list[i].churn || !is_alone(&all->list[i], kind, name)) continue;
        if (!t->comparisons[i].difference.why_not) return i;
        if (found == UINT32_MAX) found = i;
    }
    return found;
}

static void not_identified(const telling *t, const char *key)
{
    csuccess__json_put_str(t->w, key, CSUCCESS_STR("not identified"));
}

static void put_scaled(const telling *t, const char *key,
                       const csuccess__comparison_difference *d, double by)
{
    csuccess__json_key(t->w, csuccess__str(key));
    csuccess__json_open(t->w, '{');
    csuccess__evidence_put(t, "value", -d->difference * by);
    csuccess__evidence_interval(t, -d->high * by, -d->low * by);
    csuccess__json_close(t->w, '}');
}

static void put_identified(const telling *t, uint32_t experiment, const csuccess__sum *value)
{
    const csuccess__comparison_effect *effect = &t->comparisons[experiment];
    const csuccess__comparison_difference *d = &effect->difference;
    const uint64_t *treated = effect->treated.counts;
    double people =
        (double)treated[CSUCCESS__COMPARISON_YES] + (double)treated[CSUCCESS__COMPARISON_NO];
    double mean = 0;
    csuccess__json_key(t->w, CSUCCESS_STR("uplift"));
    csuccess__json_open(t->w, '{');
    csuccess__evidence_put(t, "value", -d->difference);
    csuccess__evidence_interval(t, -d->high, -d->low);
    csuccess__json_put_str(t->w, "source", CSUCCESS_STR("experiment"));
    csuccess__json_put_str(t->w, "experiment", t->e->of->experiments->list[experiment].id);
    csuccess__json_close(t->w, '}');
    put_scaled(t, "prevented_churn", d, people);
    if (value && csuccess__sum_mean(&mean, value)) {
        put_scaled(t, "saved_revenue", d, people * mean);
    } else {
        not_identified(t, "saved_revenue");
    }
}

void csuccess__evidence_uplift(const telling *t, uint32_t experiment,
                               const csuccess__sum *value)
{
    const char *why = "no experiment that measures churn is for it alone and holds anybody out";
    if (experiment != UINT32_MAX) why = t->comparisons[experiment].difference.why_not;
    if (!why) {
        put_identified(t, experiment, value);
        return;
    }
    not_identified(t, "uplift");
    csuccess__json_put_str(t->w, "reason", csuccess__str(why));
    not_identified(t, "prevented_churn");
    not_identified(t, "saved_revenue");
}

/* ---- Interventions ---- */

static uint64_t less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/* One that was taken back at its claim is scheduled again when it leaves. */
static uint64_t executions_of(const telling *t, csuccess_str name, uint64_t *tasks)
{
    uint64_t messages = csuccess__evidence_count(t, "interventions", name, "by", "message");
    *tasks = csuccess__evidence_count(t, "interventions", name, "by", "task");
    return *tasks + less(messages, csuccess__evidence_count(t, "interventions", name, "changes",
                                                            "taken_back"));
}

/* NULL: nothing was seen. */
static const csuccess__sum *sum_of(const telling *t, const char *first, csuccess_str name,
                                   const char *leaf)
{
    const csuccess__results_row *row = csuccess__evidence_figure(t, first, name, leaf);
    return row ? &row->sum : NULL;
}

/* Of what was judged, and is known. */
static void put_success(const telling *t, const char *first, csuccess_str name)
{
    uint64_t met = 0, missed = 0;
    (void)csuccess__evidence_words(t, first, name, "success");
    csuccess__evidence_judged(t, first, name, &met, &missed);
    csuccess__evidence_share(t, "success_share", met, met + missed);
}

/* Responses as they came; and of the executions that are completed, how many were answered by then. */
static void put_answers(const telling *t, const char *first, csuccess_str name)
{
    (void)csuccess__evidence_words(t, first, name, "responses");
    uint64_t all = csuccess__evidence_words(t, first, name, "answers");
    uint64_t unanswered = csuccess__evidence_count(t, first, name, "answers", "none");
    csuccess__evidence_share(t, "response_rate", all - unanswered, all);
}

static void put_done(const telling *t, csuccess_str name)
{
    static const char *const figures[] = {"cost",         "spent",   "value",
                                          "satisfaction", "minutes", NULL};
    uint64_t tasks, all = executions_of(t, name, &tasks);
    put_count(t, "executions", all);
    put_count(t, "tasks", tasks);
    (void)csuccess__evidence_words(t, "interventions", name, "changes");
    (void)csuccess__evidence_words(t, "interventions", name, "channels");
    (void)csuccess__evidence_words(t, "interventions", name, "outcomes");
    put_answers(t, "interventions", name);
    put_success(t, "interventions", name);
    for (size_t i = 0; figures[i]; i++) {
        put_figure(t, figures[i],
                   csuccess__evidence_figure(t, "interventions", name, figures[i]));
    }
}

static void put_intervention(const telling *t, csuccess_str name,
                             const csuccess__intervention *of)
{
    csuccess__json_key(t->w, name);
    csuccess__json_open(t->w, '{');
    put_done(t, name);
    if (t->effects) {
        if (of) csuccess__evidence_put_prior(t, of);
        csuccess__evidence_uplift(t, csuccess__evidence_experiment(t, "intervention/", name),
                                  sum_of(t, "interventions", name, "value"));
    }
    csuccess__json_close(t->w, '}');
}

static void put_interventions(const telling *t)
{
    const csuccess__interventions *all = t->e->of->interventions;
    csuccess__json_key(t->w, CSUCCESS_STR("interventions"));
    csuccess__json_open(t->w, '{');
    for (uint32_t i = 0; i < all->count; i++) {
        put_intervention(t, all->list[i].id, &all->list[i]);
    }
    for (csuccess_str name = csuccess__evidence_next(t, "interventions", none); name.ptr;
         name = csuccess__evidence_next(t, "interventions", name)) {
        put_intervention(t, name, NULL);
    }
    csuccess__json_close(t->w, '}');
}

/* ---- Campaigns ---- */

static void put_campaign(const telling *t, csuccess_str name, const csuccess__campaign *of)
{
    static const char *const words[] = {"changes", "ends", "outcomes", NULL};
    static const char *const figures[] = {"cost", "returned", "spent", "rating", NULL};
    uint64_t all =
        less(csuccess__evidence_count(t, "campaigns", name, "executions", NULL),
             csuccess__evidence_count(t, "campaigns", name, "returns", "taken_back"));
    csuccess__json_key(t->w, name);
    csuccess__json_open(t->w, '{');
    put_count(t, "executions", all);
    for (size_t i = 0; words[i]; i++) {
        (void)csuccess__evidence_words(t, "campaigns", name, words[i]);
    }
    put_answers(t, "campaigns", name);
    put_success(t, "campaigns", name);
    for (size_t i = 0; figures[i]; i++) {
        put_figure(t, figures[i], csuccess__evidence_figure(t, "campaigns", name, figures[i]));
    }
    if (of) csuccess__evidence_put_targets(t, of);
    if (t->effects) {
        csuccess__evidence_uplift(t, csuccess__evidence_experiment(t, "campaign/", name),
                                  sum_of(t, "campaigns", name, "value"));
    }
    csuccess__json_close(t->w, '}');
}

static void put_campaigns(const telling *t)
{
    const csuccess__campaigns *all = t->e->of->campaigns;
    csuccess__json_key(t->w, CSUCCESS_STR("campaigns"));
    csuccess__json_open(t->w, '{');
    for (uint32_t i = 0; i < all->count; i++) {
        put_campaign(t, all->list[i].id, &all->list[i]);
    }
    for (csuccess_str name = csuccess__evidence_next(t, "campaigns", none); name.ptr;
         name = csuccess__evidence_next(t, "campaigns", name)) {
        put_campaign(t, name, NULL);
    }
    csuccess__json_close(t->w, '}');
}

/* ---- All together ---- */

typedef struct together {
    uint64_t executions, tasks;
    csuccess__sum cost, returned, value;
} together;

static void add_sum(const telling *t, csuccess_str name, const char *leaf, csuccess__sum *to)
{
    const csuccess__sum *sum = sum_of(t, "interventions", name, leaf);
    if (sum) (void)csuccess__sum_merge(to, sum);
}

static void add_together(const telling *t, csuccess_str name, together *all)
{
    uint64_t tasks;
    all->executions += executions_of(t, name, &tasks);
    all->tasks += tasks;
    add_sum(t, name, "cost", &all->cost);
    add_sum(t, name, "returned", &all->returned);
    add_sum(t, name, "value", &all->value);
}

static void gather(const telling *t, together *all)
{
    const csuccess__interventions *list = t->e->of->interventions;
    *all = (together){.executions = 0};
    csuccess__sum_start(&all->cost);
    csuccess__sum_start(&all->returned);
    csuccess__sum_start(&all->value);
    for (uint32_t i = 0; i < list->count; i++) add_together(t, list->list[i].id, all);
    for (csuccess_str name = csuccess__evidence_next(t, "interventions", none); name.ptr;
         name = csuccess__evidence_next(t, "interventions", name)) {
        add_together(t, name, all);
    }
}

/* How much goes without people, what it costs, and what all of it changes. */
static void put_together(const telling *t)
{
    together all;
    gather(t, &all);
    csuccess__json_key(t->w, CSUCCESS_STR("automation"));
    csuccess__json_open(t->w, '{');
    put_count(t, "executions", all.executions);
    put_count(t, "tasks", all.tasks);
    csuccess__evidence_share(t, "ratio", all.executions - all.tasks, all.executions);
    csuccess__json_close(t->w, '}');
    csuccess__evidence_put(t, "cost",
                           csuccess__sum_total(&all.cost) - csuccess__sum_total(&all.returned));
    if (!t->effects) return;
    csuccess__json_key(t->w, CSUCCESS_STR("all"));
    csuccess__json_open(t->w, '{');
    csuccess__evidence_uplift(t, csuccess__evidence_experiment(t, "", none), &all.value);
    csuccess__json_close(t->w, '}');
}

static void put_experiments(const telling *t)
{
    csuccess__json_key(t->w, CSUCCESS_STR("experiments"));
    csuccess__json_open(t->w, '{');
    for (uint32_t i = 0; i < t->e->comparison_count; i++) {
        const csuccess__experiment *of = &t->e->of->experiments->list[i];
        csuccess__json_key(t->w, of->id);
        csuccess__json_open(t->w, '{');
        csuccess__comparison_write(t->w, &t->e->comparisons[i], of);
        csuccess__json_close(t->w, '}');
    }
    csuccess__json_close(t->w, '}');
}

static void put_rows(const telling *t)
{
    put_together(t);
    put_interventions(t);
    put_campaigns(t);
    if (!t->effects) return;
    put_experiments(t);
    csuccess__evidence_put_patch(t);
}

static csuccess_result read_comparisons(const telling *t)
{
    csuccess_result status = CSUCCESS_OK;
    for (uint32_t i = 0; i < t->e->comparison_count && status >= 0; i++) {
        status = csuccess__comparison_effect_of(&t->comparisons[i], &t->e->comparisons[i],
                                                &t->e->of->experiments->list[i]);
    }
    return status;
}

void csuccess__evidence_write(csuccess__json_writer *w, const csuccess__evidence *evidence)
{
    telling t = {.w = w, .e = evidence};
    if (evidence->kind == CSUCCESS__EVIDENCE_EXPERIMENT) {
        const csuccess__experiment *of = &evidence->of->experiments->list[evidence->first];
        csuccess__json_put_str(w, "experiment", of->id);
        csuccess__comparison_write(w, &evidence->comparisons[0], of);
        return;
    }
    t.effects = evidence->kind == CSUCCESS__EVIDENCE_EFFECTS;
    size_t room = (size_t)evidence->comparison_count + 1;
    t.comparisons = csuccess__alloc(&evidence->mem, room, sizeof *t.comparisons);
    csuccess_result status = t.comparisons ? CSUCCESS_OK : CSUCCESS_ENOMEM;
    if (status >= 0 && t.effects) status = read_comparisons(&t);
    if (status < 0) {
        w->out->status = status;
    } else {
        put_rows(&t);
    }
    csuccess__release(&evidence->mem, t.comparisons, room, sizeof *t.comparisons);
}

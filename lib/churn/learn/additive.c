/* SPDX-License-Identifier: Apache-2.0 */
/* The additive trainer: bins, parts and bags; tables of one feature first, a trial of them, then selected pairs on
   top. */
#include "churn/learn/additive.h"

#include "base/error.h"
#include "base/number.h"
#include "churn/learn/additive_terms.h"
#include "churn/learn/additive_trainer.h"

enum { MOST_PARTS = 8, MOST_BAGS = 64, MOST_BINS = 254, MOST_PAIR_BINS = 64, MOST_LEAVES = 16 };

static uint32_t choose(uint32_t given, uint32_t otherwise, uint32_t low, uint32_t high)
{
    uint32_t n = given ? given : otherwise;
    return n < low ? low : n > high ? high : n;
}

/* Zeros become defaults. */
static csuccess__additive_options complete(const csuccess__additive_options *given)
{
    csuccess__additive_options o = {0};
    if (given) o = *given;
    o.bags = choose(o.bags, 8, 2, MOST_BAGS);
    o.bins = choose(o.bins, 254, 2, MOST_BINS);
    o.pair_bins = choose(o.pair_bins, 32, 2, MOST_PAIR_BINS);
    o.pairs = choose(o.pairs, 40, 1, 1000);
    o.rounds = choose(o.rounds, 2000, 1, 1000000);
    o.patience = choose(o.patience, 20, 1, 1000000);
    o.leaves = choose(o.leaves, 3, 2, MOST_LEAVES);
    o.min_leaf = choose(o.min_leaf, 10, 1, UINT32_MAX);
    o.rare_words = choose(o.rare_words, 5, 1, UINT32_MAX);
    if (!(o.learning_rate > 0)) o.learning_rate = 0.1;
    if (o.learning_rate > 1) o.learning_rate = 1;
    return o;
}

typedef csuccess__additive_trainer trainer;

static csuccess_result check(const csuccess__dataset *data, csuccess_error *err)
{
    uint32_t churned = 0;
    for (uint32_t i = 0; i < data->rows; i++) churned += data->labels[i] != 0;
    if (data->rows == 0 || data->feature_count == 0) {
        return csuccess__fail(err, CSUCCESS_EDATA, "there are no %s to learn from",
                              data->rows == 0 ? "rows" : "features");
    }
    if (churned == 0 || churned == data->rows) {
        return csuccess__fail(err, CSUCCESS_EDATA,
                              "all %u rows have the same outcome: both are needed", data->rows);
    }
    return CSUCCESS_OK;
}

/* Rows of one group go where its first one goes, those with the event before the others. */
static bool deal_groups(trainer *t, const uint32_t *order, uint8_t *part, uint32_t parts)
{
    const csuccess__dataset *data = t->data;
    uint32_t most = 0, at = 0;
    for (uint32_t i = 0; i < data->rows; i++) {
        most = data->groups[i] > most ? data->groups[i] : most;
    }
    uint8_t *given = CSUCCESS__NEW_ARRAY(&t->scratch, uint8_t, (size_t)most + 1); /* part + 1 */
    for (uint32_t pass = 0; given && pass < 2; pass++) {
        for (uint32_t i = 0; i < data->rows; i++) {
            uint32_t row = order[i], group = data->groups[row];
            if ((data->labels[row] != 0) == (pass != 0)) continue;
            if (!given[group]) given[group] = (uint8_t)(at++ % parts + 1);
            part[row] = (uint8_t)(given[group] - 1);
        }
    }
    return given != NULL;
}

/* Rows dealt into parts at random, both classes evenly. */
static bool deal(trainer *t, uint8_t *part, uint32_t parts)
{
    uint32_t rows = t->data->rows, at = 0;
    uint32_t *order = CSUCCESS__NEW_ARRAY(&t->scratch, uint32_t, rows);
    if (!order) return false;
    for (uint32_t i = 0; i < rows; i++) order[i] = i;
    for (uint32_t i = rows; i > 1; i--) {
        uint32_t j = csuccess__random_below(&t->random, i), kept = order[i - 1];
        order[i - 1] = order[j];
        order[j] = kept;
    }
    if (t->data->groups) return deal_groups(t, order, part, parts);
    for (uint32_t label = 0; label < 2; label++) {
        for (uint32_t i = 0; i < rows; i++) {
            if ((t->data->labels[order[i]] != 0) == label) {
                part[order[i]] = (uint8_t)(at++ % parts);
            }
        }
    }
    return true;
}

static bool make_bags(trainer *t)
{
    csuccess__boost *boost = &t->boost;
    uint32_t bags = t->options.bags, rows = t->data->rows;
    uint8_t *part = NULL;
    boost->parts = bags < MOST_PARTS ? bags : MOST_PARTS;
    boost->bags = CSUCCESS__NEW_ARRAY(&t->scratch, csuccess__bag, bags);
    for (uint32_t b = 0; boost->bags && b < bags; b++) {
        csuccess__bag *bag = &boost->bags[b];
        if (b % boost->parts == 0) {
            part = CSUCCESS__NEW_ARRAY(&t->scratch, uint8_t, rows);
            if (!part || !deal(t, part, boost->parts)) return false;
        }
        bag->part = part;
        bag->out = b % boost->parts;
        bag->score = CSUCCESS__NEW_ARRAY(&t->scratch, float, rows);
        bag->slopes = CSUCCESS__NEW_ARRAY(&t->scratch, float, (size_t)rows * 2);
        if (!bag->score || !bag->slopes) return false;
        for (uint32_t i = 0; i < rows; i++) bag->score[i] = (float)boost->intercept;
    }
    return boost->bags != NULL;
}

static double base_log_odds(const csuccess__dataset *data)
{
    double of[2] = {0, 0};
    for (uint32_t i = 0; i < data->rows; i++) {
        of[data->labels[i] != 0] += csuccess__row_weight(data, i);
    }
    return csuccess__ln(of[1] / of[0]);
}

bool csuccess__make_tables(trainer *t, csuccess__boosted *term)
{
    uint32_t bags = t->options.bags, bins = term->codes.bins;
    size_t n = (size_t)bags * bins;
    term->table = CSUCCESS__NEW_ARRAY(&t->scratch, double, n);
    term->best = CSUCCESS__NEW_ARRAY(&t->scratch, double, n);
    term->counts = CSUCCESS__NEW_ARRAY(&t->scratch, uint32_t, n);
    if (!term->table || !term->best || !term->counts) return false;
    for (uint32_t b = 0; b < bags; b++) {
        const csuccess__bag *bag = &t->boost.bags[b];
        for (uint32_t i = 0; i < t->data->rows; i++) {
            if (bag->part[i] == bag->out) continue;
            term->counts[(size_t)b * bins + csuccess__bin_at(&term->codes, i)]++;
        }
    }
    return true;
}

static bool make_mains(trainer *t)
{
    csuccess__boost *boost = &t->boost;
    uint32_t features = t->data->feature_count, most = (t->options.pair_bins + 2) * 4;
    uint32_t cells = (t->options.pair_bins + 2) * (t->options.pair_bins + 2);
    boost->terms = CSUCCESS__NEW_ARRAY(&t->scratch, csuccess__boosted,
                                       (size_t)features + t->options.pairs);
    if (!boost->terms) return false;
    for (uint32_t f = 0; f < features; f++) {
        const csuccess__cut *cut = &t->cuts[f];
        if (cut->constant) continue;
        csuccess__boosted *term = &boost->terms[boost->term_count++];
        term->codes = cut->codes;
        term->first = f;
        term->second = CSUCCESS__NO_FEATURE;
        term->rows = cut->codes.bins;
        term->columns = 1;
        term->words[0] = t->data->features[f].codes != NULL;
        term->monotone = t->data->features[f].monotone;
        if (cut->codes.bins > most) most = cut->codes.bins;
        if (!csuccess__make_tables(t, term)) return false;
    }
    if (cells * 3 > most) most = cells * 3;
    boost->sums = CSUCCESS__NEW_ARRAY(&t->scratch, csuccess__gathered, (size_t)most + 256);
    boost->prefix = CSUCCESS__NEW_ARRAY(&t->scratch, csuccess__gathered, (size_t)most + 1);
    boost->step = CSUCCESS__NEW_ARRAY(&t->scratch, float, most);
    return boost->sums && boost->prefix && boost->step;
}

/* Everything that boosting starts from. */
static csuccess_result prepare(trainer *t)
{
    csuccess__cut_options cut = {t->options.bins, t->options.pair_bins, t->options.rare_words};
    csuccess_result r = csuccess__cut_features(&t->cuts, t->arena, &t->scratch, t->data, &cut);
    if (r < 0) return r;
    t->boost.data = t->data;
    t->boost.options = &t->options;
    t->boost.intercept = base_log_odds(t->data);
    t->boost.total = (uint64_t)t->options.rounds * (t->options.no_pairs ? 4 : 10);
    if (!make_bags(t) || !make_mains(t)) return CSUCCESS_ENOMEM;
    return t->boost.term_count ? CSUCCESS_OK : CSUCCESS_EDATA;
}

static csuccess_result train(trainer *t, csuccess__learned *out, double *held)
{
    csuccess_result r = prepare(t);
    if (r >= 0) r = csuccess__boost_run(&t->boost, 0);
    if (r >= 0) r = csuccess__try_terms(t, 0, 0);
    if (r >= 0 && !t->options.no_pairs) r = csuccess__boost_pairs(t);
    if (r < 0) return r;
    if (held) csuccess__held_scores(t, held);
    return csuccess__boost_finish(out, t->arena, &t->boost, t->cuts);
}

static csuccess_result refuse(csuccess_error *err, csuccess_result r)
{
    const char *why = r == CSUCCESS_ECANCELLED ? "training was stopped before it was done"
                      : r == CSUCCESS_EDATA
                          ? "no feature has two values: there is nothing to learn from"
                      : r == CSUCCESS_EINVALID
                          ? "a number of a feature is infinite, or a code is beyond its words"
                          : "out of memory while training";
    return csuccess__fail(err, r, "%s", why);
}

/* reason: the parameters are those of every trainer. */
csuccess_result csuccess__additive_train(csuccess__learned *out, csuccess__arena *arena,
                                         const csuccess_allocator *mem,
                                         const csuccess__dataset *data,
                                         const csuccess__additive_options *options,
                                         double *held, csuccess_error *err)
{
    *out = (csuccess__learned){0};
    csuccess_result r = check(data, err);
    if (r < 0) return r;
    trainer t = {.arena = arena, .data = data, .options = complete(options)};
    t.random.state = t.options.seed;
    csuccess__arena_init(&t.scratch, mem, 0);
    csuccess__learned made = {0};
    r = train(&t, &made, held);
    csuccess__arena_free(&t.scratch);
    if (r < 0) return refuse(err, r);
    *out = made;
    return r;
}

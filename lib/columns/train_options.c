/* SPDX-License-Identifier: Apache-2.0 */
/* Options of training: defaults, bounds, parameters of the trainers. */
#include "columns/training.h"

#include "base/error.h"
#include "base/number.h"

/* ---- Parameters ---- */

typedef struct parameter {
    const char *name;
    bool additive, logistic;
    double low, high;
    bool whole;
} parameter;

enum {
    BAGS,
    BINS,
    PAIR_BINS,
    PAIRS,
    ROUNDS,
    PATIENCE,
    LEAVES,
    LEARNING_RATE,
    MIN_LEAF,
    RARE_WORDS,
    PENALTY,
    MOST_WORDS,
    PARAMETERS
};

static const parameter parameters[PARAMETERS] = {
    [BAGS] = {"bags", true, false, 2, 64, true},
    [BINS] = {"bins", true, false, 2, 254, true},
    [PAIR_BINS] = {"pair_bins", true, false, 2, 64, true},
    [PAIRS] = {"pairs", true, false, 0, 1000, true},
    [ROUNDS] = {"rounds", true, false, 1, 100000, true},
    [PATIENCE] = {"patience", true, false, 1, 10000, true},
    [LEAVES] = {"leaves", true, false, 2, 16, true},
    [LEARNING_RATE] = {"learning_rate", true, false, 0.0001, 1, false},
    [MIN_LEAF] = {"min_leaf", true, false, 1, 1000000, true},
    [RARE_WORDS] = {"rare_words", true, true, 1, 1000000, true},
    [PENALTY] = {"penalty", false, true, 1e-9, 1e9, false},
    [MOST_WORDS] = {"most_words", false, true, 1, 100000, true},
};

static void put_additive(csuccess__additive_options *a, int which, double value)
{
    uint32_t n = (uint32_t)value;
    uint32_t *const fields[] = {
        [BAGS] = &a->bags,           [BINS] = &a->bins,
        [PAIR_BINS] = &a->pair_bins, [PAIRS] = &a->pairs,
        [ROUNDS] = &a->rounds,       [PATIENCE] = &a->patience,
        [LEAVES] = &a->leaves,       [LEARNING_RATE] = NULL,
        [MIN_LEAF] = &a->min_leaf,   [RARE_WORDS] = &a->rare_words,
    };
    if (which == LEARNING_RATE) {
        a->learning_rate = value;
    } else {
        *fields[which] = n;
    }
    if (which == PAIRS) {
        a->no_pairs = n == 0;
    }
}

static void put_logistic(csuccess__logistic_options *l, int which, double value)
{
    if (which == PENALTY) {
        l->penalty = value;
    } else if (which == MOST_WORDS) {
        l->most_words = (uint32_t)value;
    } else {
        l->rare_words = (uint32_t)value;
    }
}

bool csuccess__parameter_set(csuccess__parameters *out, uint32_t trainer, csuccess_str name,
                             double value)
{
    for (int i = 0; i < PARAMETERS; i++) {
        const parameter *p = &parameters[i];
        bool has = trainer == CSUCCESS_TRAINER_ADDITIVE ? p->additive : p->logistic;
        if (!has || !csuccess__str_is(name, p->name)) {
            continue;
        }
        if (!(value >= p->low && value <= p->high) ||
            (p->whole && csuccess__round(value) - value != 0)) {
            return false;
        }
        if (trainer == CSUCCESS_TRAINER_ADDITIVE) {
            put_additive(&out->additive, i, value);
        } else {
            put_logistic(&out->logistic, i, value);
        }
        return true;
    }
    return false;
}

const char *csuccess__parameter_names(uint32_t trainer)
{
    return trainer == CSUCCESS_TRAINER_ADDITIVE
               ? "bags 2 to 64, bins 2 to 254, pair_bins 2 to 64, pairs 0 to 1000, rounds 1 "
                 "to 100000, "
                 "patience 1 to 10000, leaves 2 to 16, learning_rate 0.0001 to 1, min_leaf, "
                 "rare_words"
               : "penalty above 0, rare_words, most_words";
}

csuccess_result csuccess__parameters_read(csuccess__parameters *out, uint32_t trainer,
                                          csuccess_str json, csuccess__arena *arena,
                                          csuccess_error *err)
{
    csuccess__json *object;
    csuccess_limits limits;
    csuccess_result status = csuccess__limits_take(&limits, NULL, err);
    csuccess__json_options options = {.limits = &limits};
    if (status == CSUCCESS_OK) {
        status = csuccess__json_read(&object, arena, json, &options, err);
    }
    if (status < 0) {
        return status;
    }
    if (object->type != CSUCCESS__JSON_OBJECT) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "parameters are a JSON object such as {\"rare_words\": 10}");
    }
    for (const csuccess__json *one = object->first; one; one = one->next) {
        if (one->type != CSUCCESS__JSON_NUMBER ||
            !csuccess__parameter_set(out, trainer, one->key, one->number)) {
            return csuccess__fail(err, CSUCCESS_EINVALID,
                                  "the parameter %q; this trainer has %s", one->key,
                                  csuccess__parameter_names(trainer));
        }
    }
    return CSUCCESS_OK;
}

/* ---- Options ---- */

static csuccess_result check_words(const csuccess_train_options *o, csuccess_error *err)
{
    const struct {
        const char *name;
        uint32_t value, most;
    } words[] = {{"trainer", o->trainer, CSUCCESS_TRAINER_HAZARD},
                 {"target", o->target, CSUCCESS_TARGET_EXPANSION},
                 {"evaluation", o->evaluation, CSUCCESS_EVALUATE_HOLDOUT},
                 {"calibration", o->calibration, CSUCCESS_CALIBRATE_ISOTONIC},
                 {"update", o->update, CSUCCESS_UPDATE_RECALIBRATE}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (words[i].value > words[i].most) {
            return csuccess__fail(err, CSUCCESS_EINVALID, "there is no %s %u", words[i].name,
                                  words[i].value);
        }
    }
    return CSUCCESS_OK;
}

static bool is_cost(double x)
{
    return x >= 0 && csuccess__is_finite(x);
}

/* reason: one line a check. */
static csuccess_result check_numbers(const csuccess_train_options *o, csuccess_error *err)
{
    if (o->folds && (o->folds < 2 || o->folds > 100)) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "%u folds; it is 2 to 100", o->folds);
    }
    if (!(o->holdout >= 0 && o->holdout <= 0.5)) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "the holdout is a share above 0, at most 0.5");
    }
    if (!is_cost(o->cost_false_alarm) || !is_cost(o->cost_missed)) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "a cost is a finite number of 0 or more");
    }
    if ((o->rising_count && !o->rising) || (o->falling_count && !o->falling)) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "rising or falling is NULL");
    }
    if (o->update == CSUCCESS_UPDATE_RECALIBRATE && !o->parent) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "to recalibrate, a parent model is needed");
    }
    return CSUCCESS_OK;
}

static void complete(csuccess_train_options *o)
{
    o->folds = o->folds ? o->folds : 5;
    o->holdout = o->holdout > 0 ? o->holdout : 0.25;
    o->min_rows = o->min_rows ? o->min_rows : 200;
    o->min_events = o->min_events ? o->min_events : 20;
    if (!(o->cost_false_alarm > 0)) {
        o->cost_false_alarm = 1;
    }
    if (!(o->cost_missed > 0)) {
        o->cost_missed = 5;
    }
    if (!o->name.len) {
        o->name = csuccess__str(o->target == CSUCCESS_TARGET_EXPANSION ? "expansion" : "churn");
    }
}

static csuccess_result read_options(csuccess__training *t, const csuccess_train_options *in,
                                    csuccess_error *err)
{
    csuccess_train_options *o = &t->options;
    csuccess_result status = in ? csuccess__struct_take(o, sizeof *o, sizeof(size_t), in,
                                                        "csuccess_train_options", err)
                                : CSUCCESS_OK;
    if (status == CSUCCESS_OK) {
        status = check_words(o, err);
    }
    if (status == CSUCCESS_OK) {
        status = check_numbers(o, err);
    }
    complete(o);
    if (status == CSUCCESS_OK && o->parameters.len) {
        status = csuccess__parameters_read(&t->parameters, o->trainer, o->parameters, &t->arena,
                                           err);
    }
    return status;
}

/* reason: a list of names and what it says of them. */
static csuccess_result mark_monotone(int32_t *signs, const csuccess__training *t,
                                     const csuccess_str *names, uint32_t count, int32_t sign,
                                     csuccess_error *err)
{
    const csuccess_samples *s = t->samples;
    for (uint32_t k = 0; k < count; k++) {
        uint32_t i = 0;
        while (i < s->metric_count && !csuccess__str_eq(s->metrics[i].name, names[k])) {
            i++;
        }
        if (i == s->metric_count || s->metrics[i].kind != CSUCCESS__KIND_NUMBER) {
            return csuccess__fail(err, CSUCCESS_ENAME,
                                  "%q is no number that is learned from: it cannot be monotone",
                                  names[k]);
        }
        if (signs[i] && signs[i] != sign) {
            return csuccess__fail(err, CSUCCESS_EINVALID, "%q is both rising and falling",
                                  names[k]);
        }
        signs[i] = sign;
    }
    return CSUCCESS_OK;
}

static csuccess_result read_monotone(csuccess__training *t, csuccess_error *err)
{
    const csuccess_train_options *o = &t->options;
    int32_t *signs = CSUCCESS__NEW_ARRAY(&t->arena, int32_t, t->samples->metric_count);
    if (!signs) {
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    t->monotone = signs;
    if (o->trainer != CSUCCESS_TRAINER_ADDITIVE && (o->rising_count || o->falling_count)) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "monotone metrics are for the additive trainer");
    }
    csuccess_result status = mark_monotone(signs, t, o->rising, o->rising_count, 1, err);
    return status < 0 ? status : mark_monotone(signs, t, o->falling, o->falling_count, -1, err);
}

/* ---- Periods of a hazard ---- */

double csuccess__training_days(csuccess__duration d)
{
    return d.months * 30.4375 + d.days + (double)d.ms / (double)CSUCCESS__DAY_MS;
}

static csuccess_result read_period(csuccess__training *t, csuccess_error *err)
{
    csuccess_str text = t->options.period;
    csuccess__duration month = {.days = 30};
    double horizon = csuccess__training_days(t->samples->horizon);
    t->periods = 1;
    if (t->options.trainer != CSUCCESS_TRAINER_HAZARD) {
        return CSUCCESS_OK;
    }
    if (!t->samples->dated) {
        return csuccess__fail(err, CSUCCESS_EDATA,
                              "a hazard is learned from dated rows; these are a cross-section");
    }
    t->period = horizon < 30 ? t->samples->horizon : month;
    if (text.len && !csuccess__duration_parse(&t->period, text, NULL)) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "the period %q is a duration in ISO 8601, such as \"P30D\"",
                              text);
    }
    double period = csuccess__training_days(t->period);
    if (!(period > 0) || period > horizon * (1 + 1e-9) || horizon / period > 120) {
        return csuccess__fail(
            err, CSUCCESS_EINVALID,
            "the period of a hazard is at most the horizon, and at least a 120th of it");
    }
    t->periods = horizon / period;
    return CSUCCESS_OK;
}

/* ---- Rows ---- */

/* Treated customers teach a model that treatment works; where the global holdout is large enough, it is learned from alone. */
static csuccess_result choose_treatment(csuccess__training *t, csuccess__examples *examples,
                                        csuccess_error *err)
{
    csuccess__treatment *w = &t->treatment;
    uint32_t *holdout = CSUCCESS__NEW_ARRAY(&t->arena, uint32_t, examples->count);
    if (!holdout) {
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    bool first = examples == &t->examples;
    uint64_t treated = 0, held = 0, events = 0;
    for (uint32_t i = 0; i < examples->count; i++) {
        uint32_t present = t->samples->rows[examples->rows[i]].given.present;
        holdout[i] = (present & CSUCCESS_SAMPLE_HOLDOUT) != 0;
        treated += (present & CSUCCESS_SAMPLE_TREATED) != 0;
        held += holdout[i];
        events += holdout[i] && examples->labels[i];
    }
    if (first) {
        *w = (csuccess__treatment){
            .treated = treated, .holdout = held, .holdout_events = events};
        w->on_holdout = treated && held >= t->options.min_rows &&
                        events >= t->options.min_events &&
                        held - events >= t->options.min_events;
    }
    if (!w->on_holdout) {
        return CSUCCESS_OK;
    }
    csuccess__examples all = *examples;
    csuccess_result status =
        csuccess__examples_part(examples, &t->arena, &all, holdout, 1, false);
    return status < 0 ? csuccess__fail(err, status, "out of memory") : status;
}

/* Whether some customer has several examples. False: no memory. */
static bool look_for_repeats(csuccess__training *t)
{
    bool *seen = CSUCCESS__NEW_ARRAY(&t->arena, bool, (size_t)t->samples->customers.count + 1);
    t->repeated = t->options.trainer == CSUCCESS_TRAINER_HAZARD;
    for (uint32_t i = 0; seen && i < t->examples.count; i++) {
        uint32_t customer = t->samples->rows[t->examples.rows[i]].customer;
        if (customer != CSUCCESS__NO_WORD) {
            t->repeated = t->repeated || seen[customer];
            seen[customer] = true;
        }
    }
    return seen != NULL;
}

static csuccess_result make_examples(csuccess__training *t, csuccess_error *err)
{
    const csuccess_samples *s = t->samples;
    t->labelling = (csuccess__labelling){
        .target = t->options.target, .horizon = s->horizon, .gap = s->gap};
    csuccess_result status =
        csuccess__examples_make(&t->examples, &t->arena, s, &t->labelling, err);
    if (status == CSUCCESS_OK) {
        status = choose_treatment(t, &t->examples, err);
    }
    t->learn = t->examples;
    if (status == CSUCCESS_OK && !look_for_repeats(t)) {
        status = csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    if (status == CSUCCESS_OK && t->options.trainer == CSUCCESS_TRAINER_HAZARD) {
        csuccess__labelling periods = t->labelling;
        periods.period = t->period;
        status = csuccess__examples_make(&t->learn, &t->arena, s, &periods, err);
        if (status == CSUCCESS_OK) {
            status = choose_treatment(t, &t->learn, err);
        }
    }
    return status;
}

static csuccess_result make_splits(csuccess__training *t, csuccess_error *err)
{
    csuccess__split_options how = {.evaluation = t->options.evaluation,
                                   .folds = t->options.folds,
                                   .holdout = t->options.holdout,
                                   .seed = t->options.seed};
    csuccess_result status =
        csuccess__split_make(&t->split, &t->arena, &t->examples, &how, err);
    t->learn_split = t->split;
    if (status == CSUCCESS_OK && t->options.trainer == CSUCCESS_TRAINER_HAZARD) {
        how.like = &t->split;
        status = csuccess__split_make(&t->learn_split, &t->arena, &t->learn, &how, err);
    }
    return status;
}

csuccess_result csuccess__training_begin(csuccess__training *t, csuccess_samples *samples,
                                         const csuccess_train_options *options,
                                         csuccess_error *err)
{
    *t = (csuccess__training){.samples = samples};
    csuccess__arena_init(&t->arena, &samples->mem, 0);
    csuccess_result status = read_options(t, options, err);
    if (status == CSUCCESS_OK) {
        status = read_monotone(t, err);
    }
    if (status == CSUCCESS_OK) {
        status = read_period(t, err);
    }
    if (status == CSUCCESS_OK) {
        status = make_examples(t, err);
    }
    if (status == CSUCCESS_OK) {
        status = csuccess__training_survey(t, err);
    }
    return status < 0 ? status : make_splits(t, err);
}

void csuccess__training_end(csuccess__training *t)
{
    csuccess__arena_free(&t->arena);
}

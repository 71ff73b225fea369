/* SPDX-License-Identifier: Apache-2.0 */
/* The logistic trainer: cross-validation of the penalty, then the fit to all rows. */
#include "churn/learn/logistic.h"
#include "base/error.h"
#include "base/number.h"
#include "churn/learn/logistic_terms.h"

#include <string.h>

/* Penalties that are tried, each fit starting from the one before: deviations of a coefficient's prior from 0.01 to 10. */
static const double penalties[] = {10000, 2150, 464, 100, 21.5, 4.64, 1, 0.215, 0.0464, 0.01};
enum { PENALTIES = sizeof penalties / sizeof penalties[0] };
/* Progress is counted in iterations, as if each fit took this many. */
enum { STEPS_OF_FIT = 64 };

typedef struct training {
    const csuccess__dataset *data;
    csuccess__logistic_options options; /* without zeros, the penalty aside */
    const csuccess_allocator *mem;
    csuccess__arena scratch; /* what lives as long as the training */
    csuccess_error *err;
    uint8_t *fold;   /* of each row */
    double *weights; /* of the rows of the fit at hand */
    uint64_t done, total;
    double deviance[PENALTIES]; /* of rows held out */
    double held_deviance;
} training;

static int report(void *ud, uint32_t iteration)
{
    training *t = ud;
    uint32_t step = iteration < STEPS_OF_FIT ? iteration : STEPS_OF_FIT;
    const csuccess__progress *progress = &t->options.progress;
    return progress->report ? progress->report(progress->ud, t->done + step, t->total) : 0;
}

static csuccess_result fail(const training *t, csuccess_result code)
{
    switch (code) {
    case CSUCCESS_ENOMEM:
        return csuccess__fail(t->err, code, "out of memory");
    case CSUCCESS_ECANCELLED:
        return csuccess__fail(t->err, code, "training was stopped");
    case CSUCCESS_EDATA:
        return csuccess__fail(t->err, code, "no metric varies: there is nothing to learn from");
    case CSUCCESS_EINVALID:
        return csuccess__fail(t->err, code, "a number is infinite, or a category has no word");
    default:
        return code;
    }
}

static csuccess_result check_data(const training *t)
{
    uint32_t yes = 0, rows = t->data->rows;
    for (uint32_t i = 0; i < rows; i++) {
        yes += t->data->labels[i];
    }
    if (rows == 0 || t->data->feature_count == 0) {
        return csuccess__fail(t->err, CSUCCESS_EDATA, "there are no %s to learn from",
                              rows == 0 ? "rows" : "metrics");
    }
    if (yes == 0 || yes == rows) {
        return csuccess__fail(t->err, CSUCCESS_EDATA,
                              "%s of %u rows has the outcome: rows with and without are needed",
                              yes == 0 ? "none" : "each", rows);
    }
    return CSUCCESS_OK;
}

/* Folds by a hash of seed and group. */
static csuccess_result deal(training *t)
{
    t->fold = CSUCCESS__NEW_ARRAY(&t->scratch, uint8_t, t->data->rows);
    t->weights = CSUCCESS__NEW_ARRAY(&t->scratch, double, t->data->rows);
    if (!t->fold || !t->weights) {
        return fail(t, CSUCCESS_ENOMEM);
    }
    for (uint32_t i = 0; i < t->data->rows; i++) {
        uint64_t id = t->data->groups ? t->data->groups[i] : i;
        csuccess__random random = {t->options.seed ^ (id * 0xD1B54A32D192ED03u)};
        t->fold[i] = (uint8_t)csuccess__random_below(&random, t->options.folds);
    }
    return CSUCCESS_OK;
}

/* The problem without the rows of one fold; `out` beyond the folds: with all. In the arena. */
static csuccess_result open_fit(training *t, csuccess__newton *newton, csuccess__design *design,
                                csuccess__arena *arena, uint32_t out)
{
    const csuccess__design_options options = {t->options.rare_words, t->options.most_words,
                                              t->options.unpenalised};
    for (uint32_t i = 0; i < t->data->rows; i++) {
        double weight = t->data->weights ? t->data->weights[i] : 1;
        t->weights[i] = t->fold[i] == out ? 0 : weight;
    }
    csuccess_result result =
        csuccess__design_build(design, arena, t->data, t->weights, &options);
    if (result == CSUCCESS_OK) {
        *newton = (csuccess__newton){
            .design = design, .labels = t->data->labels, .weights = t->weights};
        result = csuccess__newton_open(newton, arena, t->options.direct);
    }
    return result;
}

/* The deviance of the rows that a fit did not see; their log-odds into held, which may be NULL. */
static double judge(const training *t, const csuccess__newton *newton, uint32_t out,
                    double *held)
{
    double deviance = 0;
    for (uint32_t i = 0; i < t->data->rows; i++) {
        if (t->fold[i] == out) {
            double weight = t->data->weights ? t->data->weights[i] : 1;
            deviance +=
                weight * csuccess__logistic_deviance(newton->linear[i], t->data->labels[i]);
            if (held) {
                held[i] = newton->linear[i];
            }
        }
    }
    return deviance;
}

/* All penalties without one fold. */
static csuccess_result try_fold(training *t, uint32_t out)
{
    csuccess__arena arena;
    csuccess__newton newton;
    csuccess__design design;
    bool converged;
    uint32_t iterations = 0;
    csuccess__arena_init(&arena, t->mem, 0);
    csuccess_result result = open_fit(t, &newton, &design, &arena, out);
    for (uint32_t k = 0; k < PENALTIES && result == CSUCCESS_OK; k++) {
        csuccess__newton_options options = {penalties[k], 1e-3, 30, report, t};
        result = csuccess__newton_fit(&newton, &converged, &iterations, &options);
        if (result == CSUCCESS_OK) {
            t->deviance[k] += judge(t, &newton, out, NULL);
        }
        t->done += STEPS_OF_FIT;
    }
    csuccess__arena_free(&arena);
    return result;
}

/* The fit at the penalty that was chosen without one fold: log-odds of its rows. */
static csuccess_result hold_fold(training *t, uint32_t out, double *held)
{
    csuccess__arena arena;
    csuccess__newton newton;
    csuccess__design design;
    bool converged;
    uint32_t iterations = 0;
    csuccess__newton_options options = {t->options.penalty, 1e-6, 30, report, t};
    csuccess__arena_init(&arena, t->mem, 0);
    csuccess_result result = open_fit(t, &newton, &design, &arena, out);
    if (result == CSUCCESS_OK) {
        result = csuccess__newton_fit(&newton, &converged, &iterations, &options);
    }
    if (result == CSUCCESS_OK) {
        t->held_deviance += judge(t, &newton, out, held);
    }
    t->done += STEPS_OF_FIT;
    csuccess__arena_free(&arena);
    return result;
}

/* The penalty with the least deviance on rows held out; of equals the greater. */
static csuccess_result choose_penalty(training *t)
{
    csuccess_result result = CSUCCESS_OK;
    uint32_t best = 0;
    for (uint32_t out = 0; out < t->options.folds && result == CSUCCESS_OK; out++) {
        result = try_fold(t, out);
    }
    for (uint32_t k = 1; k < PENALTIES; k++) {
        best = t->deviance[k] < t->deviance[best] ? k : best;
    }
    t->options.penalty = penalties[best];
    return result;
}

/* The column that tells the classes apart, of a fit that ran away; NULL: there is none. Its information is next to nothing, and some rows are
   certain. */
static const csuccess__coefficient *
separating(const training *t, const csuccess__newton *newton, const csuccess__logistic_fit *fit)
{
    const csuccess__coefficient *found = NULL;
    double extreme = 0, widest = 1000;
    for (uint32_t i = 0; i < t->data->rows; i++) {
        extreme = fabs(newton->linear[i]) > extreme ? fabs(newton->linear[i]) : extreme;
    }
    for (uint32_t k = 1; k < fit->coefficient_count && extreme > 15; k++) {
        const csuccess__coefficient *c = &fit->coefficients[k];
        double unit = c->kind == CSUCCESS__COEFFICIENT_SLOPE
                          ? newton->design->codings[c->feature].deviation
                          : 1;
        if (!c->dropped && !(c->error * unit <= widest)) {
            widest = c->error * unit;
            found = c;
        }
    }
    return found;
}

static csuccess_result refuse_separating(const training *t, const csuccess__coefficient *c)
{
    static const csuccess_str none = {"", 0};
    const csuccess__feature *feature = &t->data->features[c->feature];
    bool word = c->kind == CSUCCESS__COEFFICIENT_WORD;
    const char *what = word                                       ? ", where it is "
                       : c->kind == CSUCCESS__COEFFICIENT_MISSING ? ", where it is missing,"
                       : c->kind == CSUCCESS__COEFFICIENT_ELSE    ? ", where it is rare,"
                                                                  : "";
    return csuccess__fail(t->err, CSUCCESS_EDATA,
                          word ? "%q%s%q, tells the outcome without fail: without a penalty "
                                 "there is no finite fit"
                               : "%q%s tells the outcome without fail: without a penalty there "
                                 "is no finite fit%S",
                          feature->name, what, word ? feature->words[c->word] : none);
}

/* What is said of the fit to all rows; that of an unpenalised one must have been finite. */
static csuccess_result tell(training *t, csuccess__newton *newton, csuccess__logistic_fit *fit,
                            csuccess__arena *arena, bool converged)
{
    bool errors = newton->system != NULL;
    if (errors) {
        csuccess__newton_information(newton, t->options.penalty);
    }
    csuccess_result result =
        csuccess__logistic_coefficients(fit, arena, newton, t->data, errors);
    if (result != CSUCCESS_OK) {
        return fail(t, result);
    }
    const csuccess__coefficient *runaway =
        errors && t->options.unpenalised ? separating(t, newton, fit) : NULL;
    if (runaway) {
        return refuse_separating(t, runaway);
    }
    if (!converged && t->options.unpenalised) {
        return csuccess__fail(t->err, CSUCCESS_EDATA,
                              "without a penalty there is no finite fit to these metrics");
    }
    fit->penalty = t->options.penalty;
    fit->deviance = 0;
    for (uint32_t i = 0; i < t->data->rows; i++) {
        fit->deviance += newton->weights[i] *
                         csuccess__logistic_deviance(newton->linear[i], t->data->labels[i]);
    }
    return CSUCCESS_OK;
}

static csuccess_result fit_all(training *t, csuccess__learned *out, csuccess__logistic_fit *fit,
                               csuccess__arena *arena)
{
    csuccess__newton newton;
    csuccess__design design;
    csuccess__arena work;
    bool converged;
    csuccess__newton_options options = {t->options.penalty, 1e-10, 100, report, t};
    csuccess__arena_init(&work, t->mem, 0);
    fit->iterations = 0;
    csuccess_result result = open_fit(t, &newton, &design, &work, t->options.folds);
    if (result == CSUCCESS_OK && design.columns == 1) {
        result = CSUCCESS_EDATA;
    }
    if (result == CSUCCESS_OK) {
        result = csuccess__newton_fit(&newton, &converged, &fit->iterations, &options);
    }
    if (result == CSUCCESS_OK) {
        result = tell(t, &newton, fit, arena, converged);
    } else {
        result = fail(t, result);
    }
    if (result == CSUCCESS_OK) {
        result =
            csuccess__logistic_terms(out, arena, &newton, t->data, !t->options.unpenalised);
        result = result == CSUCCESS_OK ? result : fail(t, result);
    }
    csuccess__arena_free(&work);
    return result;
}

static void fill_in(csuccess__logistic_options *options)
{
    options->folds = options->folds < 2 ? 10 : options->folds > 255 ? 255 : options->folds;
    options->rare_words = options->rare_words ? options->rare_words : 5;
    options->most_words = options->most_words ? options->most_words : 1000;
    options->direct = options->direct ? options->direct : 800;
    options->penalty = options->unpenalised ? 0 : options->penalty;
}

/* What comes before the fit to all rows: the penalty, and the rows' log-odds when held out. */
static csuccess_result cross_validate(training *t, bool search, double *held)
{
    csuccess_result result = search ? choose_penalty(t) : CSUCCESS_OK;
    for (uint32_t k = 0; k < t->options.folds && held && result == CSUCCESS_OK; k++) {
        result = hold_fold(t, k, held);
    }
    return result == CSUCCESS_OK ? result : fail(t, result);
}

/* reason: what is made, where, of what, how, what else is given, and the error. */
csuccess_result csuccess__logistic_train(csuccess__learned *out, csuccess__logistic_fit *fit,
                                         csuccess__arena *arena, const csuccess_allocator *mem,
                                         const csuccess__dataset *data,
                                         const csuccess__logistic_options *options,
                                         double *held, csuccess_error *err)
{
    training t = {.data = data, .options = *options, .mem = mem, .err = err};
    fill_in(&t.options);
    bool search = !t.options.unpenalised && !(t.options.penalty > 0);
    uint32_t rounds = (search ? PENALTIES : 0) + (held ? 1u : 0u);
    t.total = STEPS_OF_FIT * (1 + (uint64_t)t.options.folds * rounds);
    csuccess_result result = check_data(&t);
    if (result != CSUCCESS_OK) {
        return result;
    }
    csuccess__arena_init(&t.scratch, mem, 0);
    result = deal(&t);
    if (result == CSUCCESS_OK) {
        result = cross_validate(&t, search, held);
    }
    if (result == CSUCCESS_OK) {
        result = fit_all(&t, out, fit, arena);
        fit->held_deviance = held ? t.held_deviance : (double)NAN;
    }
    csuccess__arena_free(&t.scratch);
    return result;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The probability of one customer: each step of the fallback chain in turn, until one gives one. */
#include "churn/internal.h"

#include "base/number.h"
#include "churn/learn/hazard.h"

#include <string.h>

/* What one step came to. */
typedef struct answer {
    double probability, hazard;
    bool has_confidence;
    double confidence;
    csuccess__churn_parts parts;
} answer;

typedef struct asking {
    const csuccess__churn *churn;
    const csuccess__chain_step *step;
    csuccess__churn_run *run;
} asking;

csuccess__trouble csuccess__churn_settle(double *probability)
{
    if (!csuccess__is_finite(*probability)) {
        return CSUCCESS__TROUBLE_NOT_FINITE;
    }
    double rounded = csuccess__round9(*probability);
    if (rounded < 0 || rounded > 1) {
        return CSUCCESS__TROUBLE_OUT_OF_RANGE;
    }
    *probability = *probability < 0 ? 0 : *probability > 1 ? 1 : *probability;
    return CSUCCESS__TROUBLE_NONE;
}

double csuccess__step_within(const csuccess__chain_step *step, double score)
{
    bool hazard = step->periods > 0 && score >= 0 && score <= 1;
    return hazard ? csuccess__hazard_within(score, step->periods) : score;
}

/* ---- Scorecards, learned or of the configuration ---- */

static void explain_card(const csuccess__scorecard *card, const csuccess__card_run *run,
                         csuccess__churn_parts *parts)
{
    parts->there = true;
    parts->log_odds = card->logistic;
    parts->base = card->intercept;
    parts->calibration = run->calibration;
    parts->total = run->linear + run->calibration;
    parts->trees = NULL;
}

static csuccess__trouble by_card(const asking *a, answer *out)
{
    csuccess__churn_run *run = a->run;
    csuccess__card_run card = {.machine = run->machine,
                               .slots = run->slots,
                               .slot_count = run->slot_count,
                               .now = run->now,
                               .results = run->work->nodes,
                               .spread = a->step->spread,
                               .contributions = run->explain};
    csuccess__value score = csuccess__scorecard_run(a->step->card, &card);
    if (card.failed < 0) {
        run->failed = card.failed;
    }
    out->has_confidence = true;
    out->confidence = csuccess__is_missing(score) ? card.completeness : card.confidence;
    if (csuccess__is_missing(score)) {
        return CSUCCESS__TROUBLE_UNDECIDED;
    }
    if (run->explain) {
        explain_card(a->step->card, &card, &out->parts);
    }
    out->probability = csuccess__step_within(a->step, score.as.number);
    out->hazard = a->step->periods > 0 ? score.as.number : 0;
    return CSUCCESS__TROUBLE_NONE;
}

/* ---- Trees ---- */

/* Whether some expression reads factor('name') of the step. */
bool csuccess__factors_are_read(const csuccess__chain_step *step,
                                const csuccess__schema *schema)
{
    for (uint32_t i = 0; i < step->feature_count; i++) {
        uint32_t slot = step->features[i].slot;
        if (slot != UINT32_MAX && schema->slots[slot].used) {
            return true;
        }
    }
    return false;
}

static void explain_trees(const asking *a, answer *out, float margin)
{
    const csuccess__chain_step *step = a->step;
    const double *contributions = a->run->work->contributions;
    for (uint32_t i = 0; i < step->feature_count; i++) {
        if (step->features[i].slot != UINT32_MAX) {
            a->run->slots[step->features[i].slot] = csuccess__number(contributions[i]);
        }
    }
    double calibration = csuccess__calibration_part(&step->calibration, true, margin);
    out->parts = (csuccess__churn_parts){.there = true,
                                         .log_odds = true,
                                         .base = contributions[step->feature_count],
                                         .calibration = calibration,
                                         .total = (double)margin + calibration,
                                         .trees = contributions};
}

static csuccess__trouble by_trees(const asking *a, answer *out)
{
    csuccess__churn_run *run = a->run;
    const csuccess__chain_step *step = a->step;
    csuccess__churn_work *work = run->work;
    uint32_t asked = 0, present = 0;
    for (uint32_t i = 0; i < step->feature_count; i++) {
        const csuccess__feature_in *feature = &step->features[i];
        csuccess__value v = feature->program ? csuccess__churn_evaluate(feature->program, run)
                                             : csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
        work->row[i] = csuccess__feature_float(feature, v);
        asked += feature->program != NULL;
        present += !csuccess__is_missing(v);
    }
    out->has_confidence = true;
    out->confidence = asked ? (double)present / (double)asked : 1;
    float margin;
    if (run->explain || run->factors || csuccess__factors_are_read(step, a->churn->schema)) {
        margin = csuccess__forest_explain(step->forest, work->forest, work->row,
                                          work->contributions);
        explain_trees(a, out, margin);
    } else {
        margin = csuccess__forest_margin(step->forest, work->forest, work->row);
    }
    out->probability = csuccess__calibrate(&step->calibration, true, margin);
    return CSUCCESS__TROUBLE_NONE;
}

/* ---- The host's own ---- */

static csuccess__trouble by_host(const asking *a, answer *out)
{
    csuccess__churn_run *run = a->run;
    csuccess__host_rows *rows = &run->work->host;
    const csuccess__chain_step *step = a->step;
    if (!run->host.predict) {
        return CSUCCESS__TROUBLE_UNSET;
    }
    uint32_t present = 0;
    for (uint32_t i = 0; i < step->feature_count; i++) {
        csuccess__value v = csuccess__churn_evaluate(step->features[i].program, run);
        csuccess__host_put(rows, i, &v);
        present += rows->present[i];
    }
    double complete = (double)present / (double)step->feature_count;
    csuccess__trouble trouble = csuccess__host_ask(step, &run->host, rows, 1, run->now);
    if (trouble != CSUCCESS__TROUBLE_NONE) {
        return trouble;
    }
    return csuccess__host_take(rows, 0, complete, &out->probability, &out->confidence,
                               &out->has_confidence);
}

/* ---- The one before ---- */

static csuccess__trouble by_last(const asking *a, answer *out)
{
    csuccess__value v = a->run->slots[a->step->last];
    if (csuccess__is_missing(v)) {
        return CSUCCESS__TROUBLE_UNDECIDED;
    }
    out->probability = v.as.number;
    return CSUCCESS__TROUBLE_NONE;
}

typedef csuccess__trouble way(const asking *a, answer *out);

static way *const ways[CSUCCESS__SOURCE_COUNT] = {[CSUCCESS__SOURCE_LEARNED] = by_card,
                                                  [CSUCCESS__SOURCE_XGBOOST] = by_trees,
                                                  [CSUCCESS__SOURCE_HOST] = by_host,
                                                  [CSUCCESS__SOURCE_SCORECARD] = by_card,
                                                  [CSUCCESS__SOURCE_LAST] = by_last};

/* What another step left in factor('id'), of this customer or of one before, is not this one's. A step fills all of its own. */
static void forget_factors(const csuccess__churn *churn, csuccess__churn_run *run)
{
    const csuccess__value none = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    for (uint32_t i = 0; i < churn->factor_count; i++) {
        run->slots[churn->factor_slots[i]] = none;
    }
}

/* Goes down the chain; the last step that was tried is the result's. */
static csuccess__trouble go_down(const csuccess__churn *churn, csuccess__churn_run *run,
                                 csuccess__churn_result *out, answer *given)
{
    csuccess__trouble trouble = CSUCCESS__TROUBLE_NONE;
    for (uint32_t i = 0; i < churn->step_count; i++) {
        const csuccess__chain_step *step = &churn->steps[i];
        const asking a = {churn, step, run};
        out->step = i;
        trouble = step->refused;
        if (trouble == CSUCCESS__TROUBLE_NONE) {
            *given = (answer){0};
            if (churn->several) {
                forget_factors(churn, run);
            }
            trouble = ways[step->source](&a, given);
        }
        if (trouble == CSUCCESS__TROUBLE_NONE) {
            trouble = csuccess__churn_settle(&given->probability);
        }
        out->troubles[i] = (uint8_t)trouble;
        if (trouble == CSUCCESS__TROUBLE_NONE) {
            break;
        }
    }
    return trouble;
}

static void tell_age(const csuccess__chain_step *step, csuccess__churn_run *run,
                     csuccess__churn_result *out)
{
    out->has_age = false;
    if (step->source == CSUCCESS__SOURCE_LAST) {
        csuccess__value at = run->slots[step->last_at];
        out->has_age = !csuccess__is_missing(at);
        out->age_days =
            out->has_age ? (double)(run->now - at.as.time) / (double)CSUCCESS__DAY_MS : 0;
    }
}

void csuccess__churn_predict(const csuccess__churn *churn, csuccess__churn_run *run,
                             csuccess__churn_result *out)
{
    answer given = {0};
    memset(out->troubles, CSUCCESS__TROUBLE_NONE, sizeof out->troubles);
    csuccess__trouble trouble = go_down(churn, run, out, &given);
    const csuccess__chain_step *step = &churn->steps[out->step];
    out->has_probability = trouble == CSUCCESS__TROUBLE_NONE;
    out->probability = out->has_probability ? given.probability : 0;
    out->hazard = given.hazard;
    out->has_confidence = given.has_confidence;
    out->confidence = given.has_confidence ? given.confidence : 0;
    out->source = out->has_probability ? step->source : CSUCCESS__SOURCE_NONE;
    out->calibrated = out->has_probability && step->calibrated;
    out->degraded = out->troubles[0] != CSUCCESS__TROUBLE_NONE;
    out->parts = given.parts;
    out->parts.there = given.parts.there && out->has_probability;
    out->nodes = run->work->nodes;
    tell_age(step, run, out);
}

/* ---- Expansion and NPS ---- */

static bool run_other(const csuccess__chain_step *step, csuccess__churn_run *run, double *out)
{
    if (step->source == CSUCCESS__SOURCE_NONE) {
        return false;
    }
    csuccess__card_run card = {.machine = run->machine,
                               .slots = run->slots,
                               .slot_count = run->slot_count,
                               .now = run->now,
                               .results = run->work->others};
    csuccess__value score = csuccess__scorecard_run(step->card, &card);
    if (card.failed < 0) {
        run->failed = card.failed;
    }
    *out = csuccess__is_missing(score) ? 0 : csuccess__step_within(step, score.as.number);
    return !csuccess__is_missing(score);
}

void csuccess__churn_others(const csuccess__churn *churn, csuccess__churn_run *run,
                            csuccess__churn_result *out)
{
    out->has_nps = run_other(&churn->nps, run, &out->nps);
    out->has_expansion = run_other(&churn->expansion, run, &out->expansion) &&
                         csuccess__churn_settle(&out->expansion) == CSUCCESS__TROUBLE_NONE;
}

void csuccess__churn_because(const csuccess__churn *churn, const uint8_t *troubles,
                             csuccess__text *out)
{
    static const char *const words[] = {
#define CSUCCESS__TROUBLE(name, text) text,
        CSUCCESS__TROUBLES(CSUCCESS__TROUBLE)
#undef CSUCCESS__TROUBLE
    };
    for (uint32_t i = 0; i < churn->step_count; i++) {
        const csuccess__chain_step *step = &churn->steps[i];
        if (troubles[i] == CSUCCESS__TROUBLE_NONE) {
            return;
        }
        csuccess__text_format(out, "%s%s: %s", i ? "; " : "", step->place, words[troubles[i]]);
        if (step->why.len) {
            csuccess__text_format(out, " (%S)", step->why);
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The "churn" object of a result. */
#include "base/number.h"
#include "churn/internal.h"
#include "text/json.h"

enum { REASON_BYTES = 400 };

typedef struct output {
    csuccess__json_writer *out;
    const csuccess__churn *churn;
    const csuccess__churn_result *result;
    csuccess__churn_run *run;
} output;

static void number(const output *o, const char *key, bool there, double value)
{
    csuccess__json_key(o->out, csuccess__str(key));
    if (there) {
        csuccess__json_num(o->out, value);
    } else {
        csuccess__json_null(o->out);
    }
}

static void text(const output *o, const char *key, csuccess_str value)
{
    csuccess__json_key(o->out, csuccess__str(key));
    if (value.len) {
        csuccess__json_str(o->out, value);
    } else {
        csuccess__json_null(o->out);
    }
}

static void boolean(const output *o, const char *key, bool there, bool value)
{
    csuccess__json_key(o->out, csuccess__str(key));
    if (there) {
        csuccess__json_bool(o->out, value);
    } else {
        csuccess__json_null(o->out);
    }
}

/* The step whose card or trees gave the probability, or was tried last. */
static const csuccess__chain_step *step_of(const output *o)
{
    return &o->churn->steps[o->result->step];
}

static void card_factors(const output *o, const csuccess__scorecard *card)
{
    for (uint32_t i = 1; i < card->count; i++) {
        const csuccess__card_result *node = &o->result->nodes[i];
        csuccess__json_key(o->out, card->nodes[i].id);
        if (node->missing) {
            csuccess__json_null(o->out);
        } else {
            csuccess__json_num(o->out, node->score);
        }
    }
}

static void tree_factors(const output *o, const csuccess__chain_step *step)
{
    for (uint32_t i = 0; i < step->feature_count; i++) {
        if (step->features[i].program) {
            csuccess__json_key(o->out, step->features[i].name);
            csuccess__json_num(o->out, o->result->parts.trees[i]);
        }
    }
}

/* Scores of nodes, or what each feature of trees contributes. */
static void factors(const output *o)
{
    const csuccess__chain_step *step = step_of(o);
    csuccess__json_key(o->out, CSUCCESS_STR("factors"));
    csuccess__json_open(o->out, '{');
    if (step->card) {
        card_factors(o, step->card);
    } else if (step->forest && o->result->parts.there) {
        tree_factors(o, step);
    }
    csuccess__json_close(o->out, '}');
}

/* What each metric contributes; groups have no part of their own, unless their policy gave it. */
static void contributions(const output *o, const csuccess__chain_step *step)
{
    csuccess__json_key(o->out, CSUCCESS_STR("contributions"));
    csuccess__json_open(o->out, '{');
    if (step->forest) {
        tree_factors(o, step);
    }
    for (uint32_t i = 1; step->card && i < step->card->count; i++) {
        const csuccess__card_result *node = &o->result->nodes[i];
        bool metric = step->card->nodes[i].combine == CSUCCESS__COMBINE_NONE;
        if (metric || (node->policy_used && !node->missing)) {
            csuccess__json_key(o->out, step->card->nodes[i].id);
            csuccess__json_num(o->out, node->contribution);
        }
    }
    csuccess__json_close(o->out, '}');
}

/* How the probability came about: base, contributions and calibration add up to total. */
static void explanation(const output *o)
{
    const csuccess__churn_parts *parts = &o->result->parts;
    csuccess__json_key(o->out, CSUCCESS_STR("explanation"));
    if (!parts->there) {
        csuccess__json_null(o->out);
        return;
    }
    csuccess__json_open(o->out, '{');
    text(o, "scale", parts->log_odds ? CSUCCESS_STR("log_odds") : CSUCCESS_STR("score"));
    number(o, "base", true, parts->base);
    contributions(o, step_of(o));
    number(o, "calibration", true, parts->calibration);
    number(o, "total", true, parts->total);
    csuccess__json_close(o->out, '}');
}

/* The sentence of a risk factor; null when there is none, or an input of it is missing. */
static csuccess_result sentence(const output *o, const csuccess__risk *risk)
{
    csuccess__json_key(o->out, CSUCCESS_STR("say"));
    csuccess_result status = CSUCCESS_EMISSING;
    csuccess__buffer said;
    csuccess__buffer_init(&said, o->out->out->mem, o->out->out->ceiling);
    if (risk->say) {
        csuccess__frame frame = {o->run->slots, o->run->slot_count, o->run->now};
        status = csuccess__template_render(risk->say, o->run->machine, &frame, &said, NULL);
    }
    if (status == CSUCCESS_OK) {
        csuccess__json_str(o->out, csuccess__buffer_view(&said));
    } else {
        csuccess__json_null(o->out);
    }
    csuccess__buffer_free(&said);
    return status == CSUCCESS_EMISSING ? CSUCCESS_OK : status;
}

static csuccess_result risk_factors(const output *o)
{
    csuccess_result status = CSUCCESS_OK;
    csuccess__json_key(o->out, CSUCCESS_STR("risk_factors"));
    csuccess__json_open(o->out, '[');
    for (uint32_t i = 0; i < o->result->risk_count && status == CSUCCESS_OK; i++) {
        const csuccess__risk *risk = &o->churn->risks[o->result->risks[i]];
        csuccess__json_open(o->out, '{');
        text(o, "type", risk->id);
        text(o, "severity", risk->severity);
        number(o, "impact", true, risk->impact);
        status = sentence(o, risk);
        csuccess__json_close(o->out, '}');
    }
    csuccess__json_close(o->out, ']');
    return status;
}

static void actions(const output *o)
{
    csuccess__json_key(o->out, CSUCCESS_STR("actions"));
    csuccess__json_open(o->out, '[');
    for (uint32_t i = 0; i < o->result->action_count; i++) {
        csuccess__json_str(o->out, o->churn->actions[o->result->actions[i]].id);
    }
    csuccess__json_close(o->out, ']');
}

static void amounts(const output *o)
{
    const csuccess__churn_result *r = o->result;
    const csuccess__ladder *urgency = &o->churn->urgency;
    number(o, "lifetime_value", r->has_lifetime_value, r->lifetime_value);
    number(o, "value_at_risk", r->has_value_at_risk, r->value_at_risk);
    number(o, "prevention_cost", r->has_prevention_cost, r->prevention_cost);
    boolean(o, "recommended", r->has_recommended, r->recommended);
    text(o, "urgency", r->urgency >= 0 ? urgency->rungs[r->urgency].id : csuccess__str(NULL));
}

static csuccess_str source_name(csuccess__source source)
{
    static const char *const names[] = {
#define CSUCCESS__SOURCE(name, text) text,
        CSUCCESS__SOURCES(CSUCCESS__SOURCE)
#undef CSUCCESS__SOURCE
    };
    return csuccess__str(names[source]);
}

static void because(const output *o)
{
    char bytes[REASON_BYTES];
    csuccess__text reason;
    csuccess__text_init(&reason, bytes, sizeof bytes);
    csuccess__churn_because(o->churn, o->result->troubles, &reason);
    text(o, "degraded_because", (csuccess_str){reason.ptr, reason.len});
}

/* Where the probability comes from, and what may be thought of it. */
static void origin(const output *o)
{
    const csuccess__churn_result *r = o->result;
    const csuccess__chain_step *step = step_of(o);
    number(o, "probability", r->has_probability, r->probability);
    number(o, "risk_score", r->has_probability, csuccess__round9(r->probability * 100));
    boolean(o, "calibrated", true, r->calibrated);
    number(o, "confidence", r->has_confidence, r->confidence);
    number(o, "horizon_days", true, step->horizon_days);
    text(o, "level", csuccess__churn_level_name(o->churn, r->level));
    text(o, "source", source_name(r->source));
    text(o, "model", step->name);
    text(o, "model_digest", step->digest);
    boolean(o, "degraded", true, r->degraded);
    because(o);
    number(o, "age_days", r->has_age, r->age_days);
}

static void times(const output *o)
{
    const csuccess__churn_result *r = o->result;
    int64_t due = 0;
    char date[CSUCCESS__DATE_TEXT];
    size_t len = r->has_time ? csuccess__date_format(date, r->churn_at) : 0;
    bool dated = r->has_time && r->time_by != UINT32_MAX;
    number(o, "time_to_churn_days", r->has_time, r->days);
    text(o, "predicted_churn_date", (csuccess_str){date, len});
    text(o, "predicted_churn_by",
         dated         ? o->churn->leaving[r->time_by].id
         : r->has_time ? CSUCCESS_STR("hazard")
                       : csuccess__str(NULL));
    bool known = csuccess__churn_retrain_at(o->churn, &due);
    boolean(o, "retrain_due", known, known && o->run->now >= due);
}

static csuccess_result summary(const output *o)
{
    csuccess__buffer said;
    csuccess__buffer_init(&said, o->out->out->mem, o->out->out->ceiling);
    csuccess__churn_summary(o->churn, o->result, &said);
    text(o, "summary", csuccess__buffer_view(&said));
    csuccess_result status = said.status;
    csuccess__buffer_free(&said);
    return status;
}

csuccess_result csuccess__churn_write(csuccess__json_writer *out, const csuccess__churn *churn,
                                      const csuccess__churn_result *result,
                                      csuccess__churn_run *run)
{
    const output o = {out, churn, result, run};
    bool severe = result->severity >= 0;
    csuccess__json_open(out, '{');
    origin(&o);
    number(&o, "priority", result->priority > 0, result->priority);
    text(&o, "severity", csuccess__str(severe ? csuccess__severities[result->severity] : NULL));
    factors(&o);
    explanation(&o);
    csuccess_result status = risk_factors(&o);
    amounts(&o);
    actions(&o);
    times(&o);
    number(&o, "nps_predicted", result->has_nps, result->nps);
    number(&o, "expansion_probability", result->has_expansion, result->expansion);
    csuccess_result said = summary(&o);
    csuccess__json_close(out, '}');
    return status < 0 ? status : said;
}

/* ---- Logs ---- */

double csuccess__churn_horizon_days(const csuccess__churn *churn,
                                    const csuccess__churn_result *result)
{
    return churn->steps[result->step].horizon_days;
}

static void tell_step(const csuccess__churn *churn, const csuccess__chain_step *step,
                      const uint8_t *troubles, csuccess__text *reason, csuccess_prediction *out)
{
    csuccess__churn_because(churn, troubles, reason);
    out->because = (csuccess_str){reason->ptr, reason->len};
    out->horizon_days = step->horizon_days;
    out->model = step->name;
    out->digest = step->digest;
    bool known = out->flags & CSUCCESS_PREDICTION_PROBABILITY;
    out->source = known ? step->source : CSUCCESS_SOURCE_NONE;
    if (known && step->calibrated) {
        out->flags |= CSUCCESS_PREDICTION_CALIBRATED;
    }
    if (troubles[0] != CSUCCESS__TROUBLE_NONE) {
        out->flags |= CSUCCESS_PREDICTION_DEGRADED;
    }
}

void csuccess__churn_tell(const csuccess__churn *churn, const csuccess__churn_result *result,
                          csuccess__text *reason, csuccess_prediction *out)
{
    out->probability = result->probability;
    out->confidence = result->confidence;
    out->flags = (result->has_probability ? CSUCCESS_PREDICTION_PROBABILITY : 0) |
                 (result->has_confidence ? CSUCCESS_PREDICTION_CONFIDENCE : 0);
    out->level = csuccess__churn_level_name(churn, result->level);
    tell_step(churn, &churn->steps[result->step], result->troubles, reason, out);
}

void csuccess__churn_tell_row(const csuccess__churn *churn, const csuccess__churn_work *work,
                              uint32_t row, csuccess__text *reason, csuccess_prediction *out)
{
    const csuccess__churn_rows *rows = work->rows;
    uint8_t troubles[CSUCCESS__CHAIN];
    for (uint32_t i = 0; i < CSUCCESS__CHAIN; i++) {
        troubles[i] = rows->trouble[i][row];
    }
    bool known = rows->known[row / 64] >> (row % 64) & 1;
    bool sure = rows->confidence[row] >= 0;
    out->probability = rows->probability[row];
    out->confidence = sure ? rows->confidence[row] : 0;
    out->flags = (known ? CSUCCESS_PREDICTION_PROBABILITY : 0) |
                 (sure ? CSUCCESS_PREDICTION_CONFIDENCE : 0);
    out->level = csuccess__churn_level_name(
        churn, rows->level[row] < churn->levels.count ? rows->level[row] : -1);
    tell_step(churn, &churn->steps[rows->step[row]], troubles, reason, out);
}

void csuccess__churn_open(csuccess__open *open, const csuccess__churn *churn)
{
    for (uint32_t i = 0; i < churn->levels.count; i++) {
        csuccess__open_note(open, "level", churn->levels.rungs[i].id,
                            churn->levels.rungs[i].when);
    }
    for (uint32_t i = 0; i < churn->risk_count; i++) {
        csuccess__open_note(open, "risk_factor", churn->risks[i].id, churn->risks[i].when);
    }
    for (uint32_t i = 0; i < churn->action_count; i++) {
        csuccess__open_note(open, "action", churn->actions[i].id, churn->actions[i].when);
    }
}

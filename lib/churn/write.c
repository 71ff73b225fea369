/* SPDX-License-Identifier: Apache-2.0 */
/* The "churn" object of a result. */
#include "churn/internal.h"
#include "text/json.h"

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

static void factors(const output *o)
{
    const csuccess__scorecard *card = o->churn->card;
    csuccess__json_key(o->out, CSUCCESS_STR("factors"));
    csuccess__json_open(o->out, '{');
    for (uint32_t i = 1; i < card->count; i++) {
        const csuccess__card_result *node = &o->result->nodes[i];
        csuccess__json_key(o->out, card->nodes[i].id);
        if (node->missing) {
            csuccess__json_null(o->out);
        } else {
            csuccess__json_num(o->out, node->score);
        }
    }
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

csuccess_result csuccess__churn_write(csuccess__json_writer *out, const csuccess__churn *churn,
                                      const csuccess__churn_result *result,
                                      csuccess__churn_run *run)
{
    const output o = {out, churn, result, run};
    csuccess__json_open(out, '{');
    number(&o, "probability", result->has_probability, result->probability);
    boolean(&o, "calibrated", true, false);
    number(&o, "confidence", true, result->confidence);
    number(&o, "horizon_days", true, churn->horizon_days);
    text(&o, "level", csuccess__churn_level_name(churn, result->level));
    text(&o, "source", CSUCCESS_STR("scorecard"));
    text(&o, "model", churn->model_name);
    boolean(&o, "degraded", true, false);
    number(&o, "priority", false, 0);
    factors(&o);
    csuccess_result status = risk_factors(&o);
    amounts(&o);
    actions(&o);
    number(&o, "time_to_churn_days", false, 0);
    number(&o, "nps_predicted", false, 0);
    number(&o, "expansion_probability", false, 0);
    csuccess__json_close(out, '}');
    return status;
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

/* SPDX-License-Identifier: Apache-2.0 */
/* One evaluation of one customer: from what the state knows through the strata
 * to what is kept of it. */
#include "engine/desk.h"

#include "base/error.h"
#include "flow/alerts.h"

csuccess_result csuccess__desk_facts(csuccess__desk *desk, int64_t now, csuccess_error *err)
{
    if (!desk->facts_stale && desk->facts_at == now) return CSUCCESS_OK;
    csuccess_result status =
        csuccess__known_facts(&desk->knowing, &desk->state, now, desk->facts, err);
    desk->facts_stale = status < 0;
    desk->facts_at = now;
    return status;
}

static csuccess_result aggregate(csuccess__desk *desk, const csuccess__step *step,
                                 csuccess_error *err)
{
    if (!desk->series) return CSUCCESS_OK;
    csuccess__sources_known known = {desk->known, desk->source_count};
    csuccess__series_context context = {.sources = &known};
    int64_t end = 0;
    csuccess_result status = CSUCCESS_OK;
    context.has_term = csuccess__known_term(&desk->state, step->now, &context.term_start, &end);
    if (desk->config->sources) {
        status =
            csuccess__sources_open(desk->config->sources, &desk->state, desk->tenant, &known);
    }
    if (status == CSUCCESS_OK) {
        status =
            csuccess__series_values(desk->series, step->now, &context, desk->scorer->slots);
    }
    return status < 0 ? csuccess__fail(err, status, "%s", csuccess_result_text(status))
                      : CSUCCESS_OK;
}

/* What came before this evaluation, and a person's override. */
static csuccess_result recall(csuccess__desk *desk, csuccess__step *step,
                              csuccess__pasts *pasts, csuccess_error *err)
{
    csuccess_scorer *scorer = desk->scorer;
    csuccess__arena_reset(&desk->past);
    csuccess_result status = csuccess__past_open(&pasts->health, &desk->state, &desk->past);
    if (status == CSUCCESS_OK) status = csuccess__churn_past_open(&pasts->churn, &desk->state);
    if (status < 0) {
        return csuccess__fail(err, status, "the history of customer %q: %s", step->customer,
                              csuccess_result_text(status));
    }
    scorer->past = &pasts->health;
    scorer->overridden = csuccess__override_open(step, &scorer->override_);
    return step->failed < 0
               ? csuccess__fail(err, step->failed, "%s", csuccess_result_text(step->failed))
               : CSUCCESS_OK;
}

csuccess_result csuccess__desk_walk(csuccess__desk *desk, csuccess__step *step,
                                    csuccess__pasts *pasts, bool explain, csuccess_error *err)
{
    csuccess_scorer *scorer = desk->scorer;
    const csuccess_config *config = desk->config;
    csuccess_result status = csuccess__desk_facts(desk, step->now, err);
    if (status < 0) return status;
    csuccess__machine_reset(scorer->machine);
    csuccess__facts_fill(desk->facts, step->now, scorer->slots);
    csuccess__desk_last_events(desk);
    if (!csuccess__desk_nps(desk, step->now)) {
        return csuccess__fail(err, CSUCCESS_ESTATE, "an answer of customer %q is damaged",
                              step->customer);
    }
    if (!csuccess__desk_sentiment(desk, step->now)) {
        return csuccess__fail(err, CSUCCESS_ESTATE, "what was felt of customer %q is damaged",
                              step->customer);
    }
    status = aggregate(desk, step, err);
    if (status == CSUCCESS_OK) status = recall(desk, step, pasts, err);
    if (status < 0) return status;
    if (config->churn) csuccess__churn_past_slots(config->churn, &pasts->churn, scorer->slots);
    status = csuccess__metrics_run(config->schema, scorer->machine, scorer->slots, step->now);
    if (status < 0) return csuccess__scorer_failed(status, err);
    status = csuccess__scorer_health(scorer, step->now, explain, err);
    if (status == CSUCCESS_OK) status = csuccess__scorer_churn(scorer, step->now, explain, err);
    scorer->past = NULL;
    return status;
}

static void count_customer(csuccess__step *step, int64_t by)
{
    csuccess__step_delta(step, &(csuccess__effect_delta){.key = CSUCCESS_STR("customers"),
                                                         .delta = by,
                                                         .message = UINT32_MAX});
}

void csuccess__desk_uncount(csuccess__desk *desk, csuccess__step *step)
{
    bool counted = desk->config->health && desk->config->policies->mass_change;
    if (counted && !(desk->state.head.flags & CSUCCESS__STATE_ERASING))
        count_customer(step, -1);
}

static void count_change(csuccess__desk *desk, csuccess__step *step, bool band_changed,
                         bool fresh)
{
    const csuccess__policies *policies = desk->config->policies;
    char bytes[48];
    csuccess__text key;
    if (!policies->mass_change) return;
    if (fresh) { /* also one that comes about by an import, which is quiet */
        bool quiet = step->quiet;
        step->quiet = false;
        count_customer(step, 1);
        step->quiet = quiet;
    }
    if (!band_changed) return;
    csuccess__text_init(&key, bytes, sizeof bytes);
    csuccess__text_format(&key, "mass/%l", step->now / policies->mass_within_ms);
    csuccess__step_delta(step, &(csuccess__effect_delta){.key = {key.ptr, key.len},
                                                         .delta = 1,
                                                         .message = UINT32_MAX});
}

static void roll_up(csuccess__desk *desk, csuccess__step *step)
{
    csuccess_scorer *scorer = desk->scorer;
    const csuccess__health *health = desk->config->health;
    csuccess__rolled rolled = {0};
    uint32_t slot = desk->parent;
    if (slot == UINT32_MAX) return;
    csuccess_result status = csuccess__children_roll(health, step, &scorer->health, &rolled);
    if (status < 0) {
        csuccess__step_fail(step, status);
        return;
    }
    const csuccess__value *parent = &scorer->slots[slot];
    csuccess_str id =
        parent->kind == CSUCCESS__KIND_STRING ? parent->as.string : (csuccess_str){"", 0};
    csuccess__parent_signal(health, step, id, &scorer->health,
                            status == CSUCCESS_OK ? &rolled : NULL);
}

static void keep_health(csuccess__desk *desk, csuccess__step *step,
                        const csuccess__health_past *past, bool fresh)
{
    csuccess_scorer *scorer = desk->scorer;
    const csuccess_config *config = desk->config;
    bool band_changed = false;
    if (!config->health) return;
    csuccess__past_note(step, config->health, past, &scorer->health, &band_changed);
    count_change(desk, step, band_changed, fresh);
    csuccess__alert_run run = {
        .alerts = config->alerts,
        .health = &scorer->health,
        .machine = scorer->machine,
        .frame = {.slots = scorer->slots, .count = config->schema->count, .now = step->now}};
    if (config->alerts) csuccess__alerts_step(step, &run);
    roll_up(desk, step);
}

/* Without health and churn nothing comes due by itself. A later configuration may have them, and only a customer that `run` looks at
   comes under it: a week is soon enough, and next to nothing to do. */
#define LOOK_AGAIN_MS (7 * CSUCCESS__DAY_MS)

/* When it must be looked at again for what changes by itself. */
static void look_again(csuccess__desk *desk, csuccess__step *step)
{
    const csuccess__policies *policies = desk->config->policies;
    csuccess__step_due(step, csuccess__known_next(&desk->knowing, &desk->state, step->now));
    int64_t every =
        desk->config->health ? policies->every_ms[CSUCCESS__JOB_HEALTH] : LOOK_AGAIN_MS;
    csuccess__step_due(step, step->now + every);
    if (desk->config->churn) {
        csuccess__step_due(step, step->now + policies->every_ms[CSUCCESS__JOB_CHURN]);
    }
    bool alerts = desk->config->alerts && desk->config->alerts->count > 0;
    if (alerts && policies->given[CSUCCESS__JOB_ALERTS]) {
        csuccess__step_due(step, step->now + policies->every_ms[CSUCCESS__JOB_ALERTS]);
    }
}

/* There is nothing that could be evaluated, and nothing waits of a configuration that had more. */
static bool is_idle(const csuccess__desk *desk)
{
    uint32_t waiting = 0, held = 0;
    if (desk->evaluates || desk->flows || desk->intervenes) return false;
    if (desk->config->sentiment) return false; /* its alerts leave messages */
    (void)csuccess__state_of_kind(&desk->state, CSUCCESS__STATE_MESSAGE, &waiting);
    (void)csuccess__state_of_kind(&desk->state, CSUCCESS__STATE_AUTOMATION, &held);
    return waiting == 0 && held == 0; /* a hold ends by itself */
}

csuccess_result csuccess__desk_evaluate(csuccess__advance *advance, csuccess__step *step,
                                        const csuccess__input *input, csuccess_error *err)
{
    csuccess__desk *desk = advance->desk;
    csuccess__pasts pasts;
    csuccess__zones_asked asked;
    csuccess__nps_step(desk->config->nps, step);
    if (is_idle(desk)) {
        csuccess__step_due(step, step->now + LOOK_AGAIN_MS);
        return CSUCCESS_OK;
    }
    csuccess_result status = csuccess__desk_walk(desk, step, &pasts, false, err);
    if (status < 0) return status;
    csuccess__moment m = csuccess__desk_moment(advance, step, input, &asked);
    asked.moment = &m;
    csuccess__flow_look(&m);
    keep_health(desk, step, &pasts.health, m.fresh);
    if (desk->config->churn) {
        csuccess__churn_past_note(step, desk->config->churn, &pasts.churn,
                                  &desk->scorer->churn);
    }
    csuccess__flow_step(&m);
    csuccess__turn t = csuccess__desk_turn(advance, &m);
    csuccess__intervene_publish(&t);
    csuccess__intervene_step(&t);
    look_again(desk, step);
    return CSUCCESS_OK;
}

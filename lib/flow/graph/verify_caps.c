/* SPDX-License-Identifier: Apache-2.0 */
/* Limits that cannot hold, or leave nothing: of re-enrollment, of concurrency, and of the channels that a journey sends by. */
#include "flow/graph/verify_internal.h"

#include <math.h>

#define RULE(name) csuccess__flow_rule_name(CSUCCESS__FLOW_RULE_##name)

/* ---- Re-enrollment and concurrency ---- */

static void check_reenroll(csuccess__verifier *v, const csuccess__journey *journey)
{
    const csuccess__json *at = csuccess__json_member(journey->at, "reenroll");
    if (!journey->reenroll || journey->reenroll_most != 1) return;
    csuccess__problem(
        v->problems, at ? at : journey->at, 0,
        "%s: \"reenroll\" of the journey %q allows one enrollment in all (\"most\" "
        "counts the first), so nobody comes in again; 2 would be once more",
        RULE(CAP), journey->id);
}

static bool does_not_wait(const csuccess__edge *edge, const void *ud)
{
    (void)ud;
    return !edge->waits && edge->most == 0;
}

/* Whether the enrollment may be over before what the step wants of others is done: along ways that take no time. */
static bool may_be_over(csuccess__verifier *v, const csuccess__journey *journey, uint32_t step)
{
    csuccess__graph all, quick;
    csuccess__arena *arena = &v->arena;
    uint8_t *seen = CSUCCESS__NEW_ARRAY(arena, uint8_t, (size_t)journey->step_count + 1);
    if (!seen || !csuccess__journey_graph(&all, arena, v->flow, journey) ||
        !csuccess__graph_start(&quick, arena, all.nodes, all.count)) {
        v->lost = true;
        return true;
    }
    for (uint32_t i = 0; i < all.count; i++) {
        if (does_not_wait(&all.edges[i], NULL)) csuccess__graph_add(&quick, &all.edges[i]);
    }
    seen[step] = 1;
    if (!csuccess__graph_settle(&quick, arena) ||
        !csuccess__graph_reach(&quick, arena, seen, false)) {
        v->lost = true;
        return true;
    }
    return seen[journey->step_count] != 0;
}

/* A step that enrolls where the limit is full as long as its own enrollment goes on. */
static void check_enroll(csuccess__verifier *v, const csuccess__journey *journey, uint32_t i)
{
    const csuccess__journey_step *step = &journey->steps[i];
    uint32_t at = csuccess__journey_find(v->flow->journeys, step->target);
    if (step->type != CSUCCESS__STEP_ENROLL || at >= v->flow->journeys->count) return;
    const csuccess__journey *target = &v->flow->journeys->list[at];
    bool own = csuccess__str_eq(target->id, journey->id);
    bool one = target->concurrent_customer == 1 && journey->concurrent_customer > 0;
    if (own && !journey->reenroll) {
        csuccess__problem(v->problems, step->at, 0,
                          "%s: the step %q enrolls into its own journey, which has no "
                          "\"reenroll\" and refuses it",
                          RULE(CAP), step->id);
    } else if ((own || one) && !may_be_over(v, journey, i)) {
        csuccess__problem(v->problems, step->at, 0,
                          "%s: the step %q enrolls into %q, which refuses it while this "
                          "enrollment goes on: one at a time for a customer; end this journey "
                          "right after it, or raise \"concurrent\".\"customer\"",
                          RULE(CAP), step->id, target->id);
    }
}

/* ---- Channels ---- */

typedef struct channel {
    csuccess_str name;
    const csuccess__json *at;
} channel;

static double number_in(const csuccess__json *object, const char *key, double otherwise)
{
    const csuccess__json *m = csuccess__json_member(object, key);
    return m && m->type == CSUCCESS__JSON_NUMBER ? m->number : otherwise;
}

/* A day's share of {"limit": n, "per": "PT1M"}, one period more than fits at most. */
static double per_day(const csuccess__json *rate)
{
    const csuccess__json *per = csuccess__json_member(rate, "per");
    csuccess__duration d = {0, 0, 0};
    double limit = number_in(rate, "limit", HUGE_VAL);
    if (!per || per->type != CSUCCESS__JSON_STRING ||
        !csuccess__duration_parse(&d, per->string, NULL)) {
        return HUGE_VAL;
    }
    double ms = (double)csuccess__duration_least(d, 0);
    return ms > 0 ? limit * ((double)CSUCCESS__DAY_MS / ms + 1) : HUGE_VAL;
}

static bool count_by(csuccess__verifier *v, const csuccess__journey *journey, csuccess_str name,
                     bool day, uint32_t *out)
{
    uint32_t n = journey->step_count, node;
    uint32_t *weights = CSUCCESS__NEW_ARRAY(&v->arena, uint32_t, n);
    if (!weights) return false;
    for (uint32_t i = 0; i < n; i++) {
        const csuccess__journey_step *step = &journey->steps[i];
        if (!csuccess__str_eq(step->sending.channel, name)) continue;
        weights[i] = csuccess__step_messages(v->flow, step);
        if (step->type == CSUCCESS__STEP_WEBHOOK) weights[i] = 1;
    }
    return csuccess__journey_messages(out, &node, &v->arena, v->flow, journey, weights, day);
}

static void check_channel(csuccess__verifier *v, const csuccess__journey *journey,
                          const channel *c)
{
    const csuccess__json *rate = csuccess__json_member(c->at, "rate");
    const csuccess__json *budget = csuccess__json_member(c->at, "budget");
    uint32_t all = 0, day = 0;
    double cost = number_in(c->at, "cost", 0), money = number_in(budget, "limit", HUGE_VAL);
    if (!rate && !budget) return;
    if (!count_by(v, journey, c->name, false, &all) ||
        !count_by(v, journey, c->name, true, &day)) {
        v->lost = true;
        return;
    }
    if (day != UINT32_MAX && (double)day > per_day(rate)) {
        csuccess__problem(v->problems, journey->at, 0,
                          "%s: the journey %q sends one customer up to %u messages a day by "
                          "%q, more than its \"rate\" lets through for all",
                          RULE(CAP), journey->id, day, c->name);
    }
    if (all != UINT32_MAX && (double)all * cost > money) {
        csuccess__problem(v->problems, journey->at, 0,
                          "%s: the journey %q sends one customer up to %u messages by %q, "
                          "which costs more than its whole \"budget\"",
                          RULE(CAP), journey->id, all, c->name);
    }
}

static void check_channels(csuccess__verifier *v, const csuccess__journey *journey)
{
    const csuccess__json *channels = v->build->channels;
    bool any = channels && channels->type == CSUCCESS__JSON_OBJECT;
    for (const csuccess__json *m = any ? channels->first : NULL; m && !v->lost; m = m->next) {
        channel c = {m->key, m};
        bool used = false;
        for (uint32_t i = 0; i < journey->step_count && !used; i++) {
            used = csuccess__str_eq(journey->steps[i].sending.channel, m->key);
        }
        if (used) check_channel(v, journey, &c);
    }
}

void csuccess__verify_caps(csuccess__verifier *v, const csuccess__journey *journey)
{
    check_reenroll(v, journey);
    for (uint32_t i = 0; i < journey->step_count && !v->lost; i++) check_enroll(v, journey, i);
    if (!v->lost) check_channels(v, journey);
}

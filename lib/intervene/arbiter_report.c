/* SPDX-License-Identifier: Apache-2.0 */
/* What reached the customer, and what is held back as of now: for explanations. */
#include "calendar/time_json.h"
#include "intervene/selection.h"

static void put_touch(csuccess__json_writer *out, const csuccess__touch *touch)
{
    static const char *const responses[] = {
#define CSUCCESS__RESPONSE(name, number, text) [number] = text,
        CSUCCESS__RESPONSES(CSUCCESS__RESPONSE)
#undef CSUCCESS__RESPONSE
    };
    csuccess__json_open(out, '{');
    csuccess__json_put_str(out, "definition", touch->programme);
    csuccess__json_put_given(out, "step", touch->step);
    csuccess__json_put_str(out, "channel", touch->channel);
    csuccess__json_put_given(out, "type", touch->type);
    csuccess__json_put_given(out, "contact", touch->contact);
    csuccess__json_put_time(out, "decided_at", touch->decided);
    if (touch->at != 0) csuccess__json_put_time(out, "delivered_at", touch->at);
    csuccess__json_put_num(out, "cost", (double)touch->cost);
    csuccess__json_put_str(out, "response", csuccess__str(responses[touch->response]));
    csuccess__json_close(out, '}');
}

static const char *source_name(csuccess__effect_source source)
{
    static const char *const names[] = {[CSUCCESS__EFFECT_UNKNOWN] = "unknown",
                                        [CSUCCESS__EFFECT_PRIOR] = "prior",
                                        [CSUCCESS__EFFECT_EXPERIMENT] = "experiment"};
    return names[source];
}

static const char *ruling_name(csuccess__ruling ruling)
{
    static const char *const names[] = {
        [CSUCCESS__ALLOW] = "allowed", [CSUCCESS__DEFER] = "held", [CSUCCESS__DENY] = "denied"};
    return names[ruling];
}

static void put_effect(csuccess__json_writer *out, const csuccess__candidate *c)
{
    bool known = c->effect.source != CSUCCESS__EFFECT_UNKNOWN;
    csuccess__json_put_num(out, "cost", (double)(c->cost + c->by->cost));
    csuccess__json_put_num(out, "expected_value", c->expected);
    csuccess__json_key(out, CSUCCESS_STR("uplift"));
    if (known) {
        csuccess__json_num(out, c->effect.uplift);
    } else {
        csuccess__json_null(out);
    }
    csuccess__json_put_str(out, "source", csuccess__str(source_name(c->effect.source)));
}

static void put_candidate(csuccess__json_writer *out, const csuccess__candidate *c)
{
    const csuccess__ruled *ruled = &c->verdict;
    csuccess__json_open(out, '{');
    if (c->kind == CSUCCESS__CANDIDATE_WAITING) csuccess__json_put_str(out, "id", c->id);
    csuccess__json_put_str(out, "definition", c->programme);
    csuccess__json_put_given(out, "step", c->step);
    csuccess__json_put_str(out, "channel", c->by->name);
    csuccess__json_put_given(out, "contact", c->contact);
    csuccess__json_put_num(out, "priority", c->priority);
    csuccess__json_put_str(out, "ruling", csuccess__str(ruling_name(ruled->ruling)));
    if (ruled->ruling != CSUCCESS__ALLOW) {
        csuccess__json_put_str(out, "guard", csuccess__str(csuccess__guard_name(ruled->guard)));
        csuccess__json_put_str(out, "reason", ruled->reason);
    }
    if (ruled->ruling == CSUCCESS__DEFER && ruled->until != CSUCCESS__NEVER)
        csuccess__json_put_time(out, "until", ruled->until);
    put_effect(out, c);
    csuccess__json_close(out, '}');
}

void csuccess__arbiter_report(csuccess__turn *t, csuccess__json_writer *out)
{
    csuccess__intervene_desk *desk = t->desk;
    csuccess__weighing w;
    csuccess__json_open(out, '{');
    csuccess__json_key(out, CSUCCESS_STR("sent"));
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < desk->touches->count; i++) put_touch(out, &desk->touches->list[i]);
    csuccess__json_close(out, ']');
    csuccess__arbiter_look_at(&w, t);
    csuccess__json_key(out, CSUCCESS_STR("waiting"));
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < w.count && t->m->step->failed >= 0; i++) {
        put_candidate(out, &desk->list[w.order[i].at]);
    }
    csuccess__json_close(out, ']');
    csuccess__json_close(out, '}');
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier: which journeys and playbooks are looked at, and by what. */
#include "flow/graph/verify_internal.h"

const char *csuccess__flow_rule_name(csuccess__flow_rule rule)
{
    static const char *const names[] = {
#define CSUCCESS__FLOW_RULE(name, text, problem) text,
        CSUCCESS__FLOW_RULES(CSUCCESS__FLOW_RULE)
#undef CSUCCESS__FLOW_RULE
    };
    return names[rule];
}

/* ---- What was compiled without a problem ---- */

static bool is_under(csuccess_str pointer, csuccess_str root)
{
    return csuccess__str_starts(pointer, root) &&
           (pointer.len == root.len || pointer.ptr[root.len] == '/');
}

/* What a definition with a problem means is not known. */
static bool is_sound(csuccess__verifier *v, const csuccess__json *at)
{
    csuccess__buffer root;
    bool sound = true;
    csuccess__buffer_init(&root, v->arena.mem, 0);
    csuccess__json_pointer(&root, at);
    v->lost = v->lost || root.status < 0;
    const csuccess__noted *noted = v->problems->errors ? v->problems->first : NULL;
    for (; noted && sound; noted = noted->next) {
        sound = noted->code >= 0 || !is_under(noted->pointer, csuccess__buffer_view(&root));
    }
    csuccess__buffer_free(&root);
    return sound && !v->lost;
}

static void mark_sound(csuccess__verifier *v)
{
    const csuccess__flow *flow = v->flow;
    csuccess__arena *arena = v->build->with->arena;
    v->journeys = CSUCCESS__NEW_ARRAY(arena, bool, flow->journeys->count);
    v->playbooks = CSUCCESS__NEW_ARRAY(arena, bool, flow->playbooks->count);
    if (!v->journeys || !v->playbooks) {
        v->lost = true;
        return;
    }
    bool all = v->problems->errors > v->problems->most; /* more than are kept: none is known */
    for (uint32_t i = 0; i < flow->journeys->count; i++) {
        const csuccess__journey *journey = &flow->journeys->list[i];
        v->journeys[i] = !all && journey->step_count > 0 && is_sound(v, journey->at);
    }
    for (uint32_t i = 0; i < flow->playbooks->count; i++) {
        const csuccess__playbook *playbook = &flow->playbooks->list[i];
        v->playbooks[i] = !all && playbook->step_count > 0 && is_sound(v, playbook->at);
    }
}

/* ---- All of them ---- */

static void look_at_journeys(csuccess__verifier *v)
{
    for (uint32_t i = 0; i < v->flow->journeys->count && !v->lost; i++) {
        const csuccess__journey *journey = &v->flow->journeys->list[i];
        if (!v->journeys[i]) continue;
        csuccess__verify_steps(v, journey);
        csuccess__verify_conditions(v, journey);
        csuccess__verify_caps(v, journey);
        csuccess__arena_reset(&v->arena);
    }
}

static void look_at_playbooks(csuccess__verifier *v)
{
    for (uint32_t i = 0; i < v->flow->playbooks->count && !v->lost; i++) {
        if (v->playbooks[i]) csuccess__verify_playbook(v, &v->flow->playbooks->list[i]);
        csuccess__arena_reset(&v->arena);
    }
}

void csuccess__flow_verify(csuccess__flow_build *build)
{
    csuccess__verifier v = {.build = build, .flow = build->flow, .problems = build->problems};
    if (build->flow->journeys->count + build->flow->playbooks->count == 0) return;
    csuccess__arena_init(&v.arena, build->with->mem, 0);
    if (csuccess__ranges_open(&v.ranges, build->schema, build->flow->segments,
                              build->with->arena)) {
        mark_sound(&v);
        look_at_journeys(&v);
        look_at_playbooks(&v);
        if (!v.lost) csuccess__verify_circles(&v);
        if (!v.lost) csuccess__verify_same_triggers(&v);
    }
    if (v.lost || v.ranges.lost) build->problems->lost = true;
    csuccess__ranges_close(&v.ranges);
    csuccess__arena_free(&v.arena);
}

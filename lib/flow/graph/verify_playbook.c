/* SPDX-License-Identifier: Apache-2.0 */
/* One playbook: steps that come too late, conditions; and two that are begun by the same. That its steps begin and end is seen to where it is compiled. */
#include "flow/graph/verify_internal.h"

#define RULE(name) csuccess__flow_rule_name(CSUCCESS__FLOW_RULE_##name)

/* Required steps that begin when nobody looks at success any more. */
static void check_late(csuccess__verifier *v, const csuccess__playbook *playbook)
{
    int64_t within = csuccess__duration_most(playbook->success_within, 0);
    if (within == 0 || !playbook->success) return;
    for (uint32_t i = 0; i < playbook->step_count; i++) {
        const csuccess__playbook_step *step = &playbook->steps[i];
        bool late = csuccess__duration_least(step->from_start, 0) > within;
        if (step->optional || !late) continue;
        csuccess__problem(v->problems, step->at, 0,
                          "%s: the step %q begins after the time \"within\" which success of "
                          "the playbook %q is looked at",
                          RULE(LATE), step->id, playbook->id);
    }
}

void csuccess__verify_playbook(csuccess__verifier *v, const csuccess__playbook *playbook)
{
    const csuccess__json *success = csuccess__json_member(playbook->at, "success");
    const csuccess__json *close = csuccess__json_member(playbook->at, "close_when");
    csuccess__verified asked[] = {{success, playbook->success, CSUCCESS__FLOW_RULE_NEVER, false,
                                   "the success of", playbook->id},
                                  {close, playbook->close_when, CSUCCESS__FLOW_RULE_NO_EXIT,
                                   false, "\"close_when\" of", playbook->id}};
    check_late(v, playbook);
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        if (!asked[i].at) asked[i].at = playbook->at;
        csuccess__verify_condition(v, &asked[i]);
    }
    if (!playbook->has_trigger) return;
    csuccess__verify_trigger(v, &playbook->trigger);
    csuccess__verify_fires_into(v, &playbook->trigger, playbook->close_when,
                                "\"close_when\" of", playbook->id);
}

/* ---- Two of them ---- */

/* Conditions are the same when they print the same: a rule map and an expression may be. */
static bool same_program(csuccess__verifier *v, const csuccess__program *a,
                         const csuccess__program *b)
{
    csuccess__buffer x, y;
    csuccess__names names = {(void *)(uintptr_t)v->flow->schema, csuccess__schema_print};
    if (!a || !b) return a == b;
    csuccess__buffer_init(&x, v->arena.mem, 0);
    csuccess__buffer_init(&y, v->arena.mem, 0);
    csuccess__program_print(&x, a, &names);
    csuccess__program_print(&y, b, &names);
    v->lost = v->lost || x.status == CSUCCESS_ENOMEM || y.status == CSUCCESS_ENOMEM;
    bool same =
        csuccess__str_eq(csuccess__buffer_view(&x), csuccess__buffer_view(&y)) && !v->lost;
    csuccess__buffer_free(&x);
    csuccess__buffer_free(&y);
    return same;
}

static bool same_duration(csuccess__duration a, csuccess__duration b)
{
    return a.months == b.months && a.days == b.days && a.ms == b.ms;
}

static bool same_rule(const csuccess__trigger *a, const csuccess__trigger *b)
{
    const csuccess__json *x = csuccess__json_member(a->at, "every");
    const csuccess__json *y = csuccess__json_member(b->at, "every");
    return a->kind != CSUCCESS__TRIGGER_EVERY ||
           (x && y && csuccess__json_equal(x, y) && a->at_minute == b->at_minute &&
            a->calendar == b->calendar);
}

/* reason: everything that makes two triggers differ stands side by side. */
static bool same_trigger(csuccess__verifier *v, const csuccess__trigger *a,
                         const csuccess__trigger *b)
{
    return a->kind == b->kind && a->kind != CSUCCESS__TRIGGER_MANUAL && a->each == b->each &&
           a->edge == b->edge && csuccess__str_eq(a->id, b->id) &&
           csuccess__str_eq(a->ended, b->ended) &&
           csuccess__str_eq(a->event.event, b->event.event) &&
           same_duration(a->for_, b->for_) && same_duration(a->by, b->by) && same_rule(a, b) &&
           same_program(v, a->when, b->when) && same_program(v, a->before, b->before) &&
           same_program(v, a->if_, b->if_) && same_program(v, a->event.where, b->event.where);
}

static bool has_order(const csuccess__playbook *playbook)
{
    return csuccess__json_member(playbook->at, "order") != NULL;
}

/* Of each, the first that has its trigger and comes with no word of which is first. */
/* reason: each is compared with those before it, passing over what cannot be asked. */
void csuccess__verify_same_triggers(csuccess__verifier *v)
{
    const csuccess__playbooks *all = v->flow->playbooks;
    for (uint32_t i = 1; i < all->count && !v->lost; i++) {
        const csuccess__playbook *b = &all->list[i];
        if (!v->playbooks[i] || !b->has_trigger) continue;
        for (uint32_t k = 0; k < i; k++) {
            const csuccess__playbook *a = &all->list[k];
            bool ordered = a->priority != b->priority || (has_order(a) && has_order(b));
            if (!v->playbooks[k] || !a->has_trigger || ordered) continue;
            if (!same_trigger(v, &a->trigger, &b->trigger)) continue;
            csuccess__problem(v->problems, b->at, 0,
                              "%s: the playbooks %q and %q have the same trigger and priority; "
                              "say by \"order\" which comes first, or join them",
                              RULE(SAME_TRIGGER), a->id, b->id);
            break;
        }
    }
}

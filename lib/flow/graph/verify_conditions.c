/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions of journeys: ways that are never taken, or always; ends that never come; triggers that fire into an end. */
#include "flow/graph/verify_internal.h"

#define RULE(name) csuccess__flow_rule_name(CSUCCESS__FLOW_RULE_##name)

/* ---- One condition ---- */

static void note_never(csuccess__verifier *v, const csuccess__verified *asked, uint32_t slot)
{
    const char *rule = csuccess__flow_rule_name(asked->never);
    if (slot == UINT32_MAX) {
        csuccess__problem(v->problems, asked->at, 0,
                          "%s: the condition of %s %q cannot hold: its parts contradict one "
                          "another, or the declared ranges",
                          rule, asked->what, asked->name);
    } else {
        csuccess__problem(v->problems, asked->at, 0,
                          "%s: the condition of %s %q cannot hold: no value of %q within its "
                          "range fits it",
                          rule, asked->what, asked->name, v->flow->schema->slots[slot].path);
    }
}

bool csuccess__verify_condition(csuccess__verifier *v, const csuccess__verified *asked)
{
    uint32_t slot;
    if (!asked->program || asked->program->count == 0) return false;
    if (csuccess__ranges_ask(&v->ranges, asked->program, true, &slot) == CSUCCESS__CANNOT) {
        note_never(v, asked, slot);
        return true;
    }
    if (asked->may_be_always ||
        csuccess__ranges_ask(&v->ranges, asked->program, false, NULL) == CSUCCESS__MAY) {
        return false;
    }
    csuccess__problem(v->problems, asked->at, 0,
                      "%s: the condition of %s %q cannot fail within the declared ranges",
                      RULE(ALWAYS), asked->what, asked->name);
    return true;
}

/* ---- Steps ---- */

static void check_branch(csuccess__verifier *v, const csuccess__journey_step *step)
{
    const csuccess__json *when = csuccess__json_member(step->at, "when");
    csuccess__verified asked = {when ? when : step->at,
                                step->when,
                                CSUCCESS__FLOW_RULE_NEVER,
                                false,
                                "the step",
                                step->id};
    csuccess__verify_condition(v, &asked);
    if (step->ways[CSUCCESS__WAY_UNDECIDED].given) return;
    if (!csuccess__ranges_may_miss(&v->ranges, step->when)) return;
    csuccess__problem(v->problems, step->at, 0,
                      "%s: what the step %q asks for may be missing, and then it takes the way "
                      "\"false\"; say by \"undecided\" which way that is",
                      RULE(UNDECIDED), step->id);
}

static void check_arms(csuccess__verifier *v, const csuccess__journey_step *step)
{
    for (uint32_t i = CSUCCESS__WAY_ARMS; i < step->way_count; i++) {
        if (step->shares[i - CSUCCESS__WAY_ARMS] > 0) continue;
        csuccess__problem(v->problems, step->at, 0,
                          "%s: the arm %q of the split %q has no share, so nobody takes it",
                          RULE(NEVER), step->ways[i].name, step->id);
    }
}

static void check_events(csuccess__verifier *v, const csuccess__journey_step *step)
{
    for (uint32_t i = 0; i < step->until_count; i++) {
        const csuccess__until *until = &step->until[i];
        csuccess__verified asked = {step->at, until->match.where,  CSUCCESS__FLOW_RULE_NEVER,
                                    true,     "the awaited event", until->id};
        csuccess__verify_condition(v, &asked);
    }
}

static void check_step(csuccess__verifier *v, const csuccess__journey_step *step)
{
    switch (step->type) {
    case CSUCCESS__STEP_CONDITION:
    case CSUCCESS__STEP_HEALTH_CHECK:
        check_branch(v, step);
        break;
    case CSUCCESS__STEP_SPLIT:
        check_arms(v, step);
        break;
    case CSUCCESS__STEP_WAIT:
        check_events(v, step);
        break;
    default:
        break;
    }
}

/* ---- Triggers ---- */

void csuccess__verify_trigger(csuccess__verifier *v, const csuccess__trigger *trigger)
{
    const csuccess__program *programs[] = {trigger->when, trigger->if_, trigger->event.where,
                                           trigger->leave};
    static const char *const words[] = {"the trigger of", "the \"if\" of the trigger of",
                                        "the event that triggers",
                                        "the \"leave\" of the trigger of"};
    bool never = false;
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        csuccess__verified asked = {trigger->at, programs[i], CSUCCESS__FLOW_RULE_NEVER,
                                    i != 0,      words[i],    trigger->of};
        never = csuccess__verify_condition(v, &asked) || never;
    }
    if (never || !trigger->when || !trigger->if_) return;
    if (csuccess__ranges_apart(&v->ranges, v->build->with, trigger->when, trigger->if_, true) ==
        CSUCCESS__MAY) {
        return;
    }
    csuccess__problem(v->problems, trigger->at, 0,
                      "%s: the trigger of %q never fires: \"if\" does not hold where \"when\" "
                      "does",
                      RULE(NEVER), trigger->of);
}

/* The condition of the segment that a trigger waits for somebody to enter. */
static const csuccess__program *segment_of(const csuccess__verifier *v,
                                           const csuccess__trigger *trigger)
{
    const csuccess__segments *segments = v->flow->segments;
    bool in =
        trigger->kind == CSUCCESS__TRIGGER_SEGMENT && trigger->edge != CSUCCESS__EDGE_LEAVE;
    for (uint32_t i = 0; in && segments && i < segments->count; i++) {
        if (csuccess__str_eq(segments->list[i].id, trigger->id)) return segments->list[i].when;
    }
    return NULL;
}

void csuccess__verify_fires_into(csuccess__verifier *v, const csuccess__trigger *trigger,
                                 const csuccess__program *end, const char *what,
                                 csuccess_str name)
{
    const csuccess__program *begins[] = {trigger->when, trigger->if_, segment_of(v, trigger)};
    if (!end || csuccess__ranges_ask(&v->ranges, end, true, NULL) == CSUCCESS__CANNOT) return;
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        const csuccess__program *begin = begins[i];
        if (!begin || csuccess__ranges_ask(&v->ranges, begin, true, NULL) == CSUCCESS__CANNOT ||
            csuccess__ranges_apart(&v->ranges, v->build->with, begin, end, false) ==
                CSUCCESS__MAY) {
            continue;
        }
        csuccess__problem(v->problems, trigger->at, 0,
                          "%s: where the trigger of %q fires, %s %q holds already, which ends "
                          "at once what it begins",
                          RULE(FIRES_INTO_EXIT), trigger->of, what, name);
        return;
    }
}

/* ---- Ends ---- */

static const csuccess_str goal_name = {"goal", 4};

/* An exit behind one that is looked at first and holds wherever it does. */
static void check_shadow(csuccess__verifier *v, const csuccess__journey *journey, uint32_t at)
{
    const csuccess__journey_exit *exit = &journey->exits[at];
    for (uint32_t i = 0; i <= at; i++) {
        const csuccess__program *first = i == 0 ? journey->goal : journey->exits[i - 1].when;
        if (!first || csuccess__ranges_apart(&v->ranges, v->build->with, exit->when, first,
                                             false) == CSUCCESS__MAY) {
            continue;
        }
        csuccess__problem(
            v->problems, journey->at, 0,
            "%s: the exit %q of the journey %q never comes: wherever it holds, %q "
            "does, which is looked at first",
            RULE(NO_EXIT), exit->id, journey->id,
            i == 0 ? goal_name : journey->exits[i - 1].id);
        return;
    }
}

static void check_exit(csuccess__verifier *v, const csuccess__journey *journey, uint32_t i)
{
    const csuccess__journey_exit *exit = &journey->exits[i];
    const csuccess__json *at =
        csuccess__json_get(csuccess__json_member(journey->at, "exit"), exit->id);
    csuccess__verified asked = {at ? at : journey->at,
                                exit->when ? exit->when : exit->event.where,
                                CSUCCESS__FLOW_RULE_NO_EXIT,
                                exit->when == NULL,
                                "the exit",
                                exit->id};
    if (csuccess__verify_condition(v, &asked) || !exit->when) return;
    check_shadow(v, journey, i);
    if (!journey->has_trigger) return;
    csuccess__verify_fires_into(v, &journey->trigger, exit->when, "the exit", exit->id);
}

static void check_goal(csuccess__verifier *v, const csuccess__journey *journey)
{
    const csuccess__json *at = csuccess__json_member(journey->at, "goal");
    csuccess__verified asked = {at ? at : journey->at,
                                journey->goal ? journey->goal : journey->goal_event.where,
                                CSUCCESS__FLOW_RULE_NO_EXIT,
                                journey->goal == NULL,
                                "the goal of",
                                journey->id};
    if (csuccess__verify_condition(v, &asked) || !journey->has_trigger) return;
    csuccess__verify_fires_into(v, &journey->trigger, journey->goal, "the goal of",
                                journey->id);
}

void csuccess__verify_conditions(csuccess__verifier *v, const csuccess__journey *journey)
{
    for (uint32_t i = 0; i < journey->step_count; i++) check_step(v, &journey->steps[i]);
    if (journey->has_trigger) csuccess__verify_trigger(v, &journey->trigger);
    check_goal(v, journey);
    for (uint32_t i = 0; i < journey->exit_count; i++) check_exit(v, journey, i);
}

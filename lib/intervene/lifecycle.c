/* SPDX-License-Identifier: Apache-2.0 */
/* Whether automation may reach the customer at all: holds by a person, spirals of negative responses, definitions that nobody answers. */
#include "calendar/time_json.h"
#include "flow/playbooks/task.h"
#include "intervene/automation.h"
#include "intervene/intervene.h"
#include "intervene/touches.h"

static const csuccess_str none = {"", 0};

/* ---- Telling ---- */

/* {"change": …, …}; the body is open until it is told. */
static csuccess__json_writer *begin_entry(csuccess__turn *t, const char *change)
{
    csuccess__json_writer *w = csuccess__step_body(t->m->step);
    csuccess__json_put_str(w, "change", csuccess__str(change));
    return w;
}

static void end_entry(csuccess__turn *t, csuccess_str subject)
{
    csuccess__step *step = t->m->step;
    csuccess__step_entry(step, "automation", subject, csuccess__step_body_end(step));
}

static void tell_owner(csuccess__turn *t, const char *definition, csuccess_str step,
                       csuccess_str title)
{
    const csuccess__task_def def = {.kind = CSUCCESS__TASK_KIND_ESCALATION,
                                    .priority = CSUCCESS__PRIORITY_HIGH,
                                    .name = title,
                                    .role = t->of->reach->owner,
                                    .calendar = UINT32_MAX,
                                    .agenda = {"", 0},
                                    .talk_track = {"", 0},
                                    .template_ = {"", 0},
                                    .reminders = {.channel = {"", 0}}};
    const csuccess__task_make make = {.def = &def,
                                      .definition = csuccess__str(definition),
                                      .step = step,
                                      .instance = none,
                                      .owner = none,
                                      .title = title,
                                      .contact = none};
    (void)csuccess__task_new(t->m, &make);
}

/* ---- Opening ---- */

void csuccess__lifecycle_open(csuccess__turn *t)
{
    csuccess__automation a;
    t->halted = false;
    if (t->m->step->failed < 0 || !csuccess__automation_get(t, &a)) return;
    t->halted = csuccess__automation_halts(&a, t->m->step->now);
}

/* ---- What time and touches bring ---- */

/* True: a hold is over. */
static bool end_hold(csuccess__turn *t, csuccess__automation *a)
{
    csuccess__step *step = t->m->step;
    if (!a->held || a->until == 0) return false;
    if (step->now < a->until) {
        csuccess__step_due(step, a->until);
        return false;
    }
    csuccess__json_writer *w = begin_entry(t, "expired");
    csuccess__json_put_given(w, "reason", a->reason);
    end_entry(t, none);
    a->held = false;
    return true;
}

/* The place of a definition among those told of; *there says whether it is one. */
static uint32_t place_of(const csuccess__automation *a, csuccess_str definition, bool *there)
{
    uint32_t i = 0;
    while (i < a->told_count && csuccess__str_cmp(a->told[i], definition) < 0) i++;
    *there = i < a->told_count && csuccess__str_eq(a->told[i], definition);
    return i;
}

/* Those that were answered since, or are gone. */
static bool drop_answered(csuccess__turn *t, csuccess__automation *a)
{
    uint32_t kept = 0, count = a->told_count, after = t->of->reach->unanswered_after;
    bool wanted = after > 0 && t->of->reach->unanswered == CSUCCESS__UNANSWERED_OWNER;
    for (uint32_t i = 0; i < count; i++) {
        bool still = wanted && csuccess__touches_unanswered(t, a->told[i]) >= after;
        if (still) a->told[kept++] = a->told[i];
    }
    a->told_count = kept;
    return kept < count;
}

static bool tell_unanswered(csuccess__turn *t, csuccess__automation *a, csuccess_str definition)
{
    bool there;
    uint32_t times = csuccess__touches_unanswered(t, definition);
    if (times < t->of->reach->unanswered_after || t->m->step->failed < 0) return false;
    uint32_t at = place_of(a, definition, &there);
    if (there || a->told_count == CSUCCESS__AUTOMATION_TOLD) return false;
    definition = csuccess__turn_copy(t, definition);
    tell_owner(
        t, "automation/unresponsive", definition,
        csuccess__turn_format(t, "Nobody answered %S, %u times in a row", definition, times));
    if (t->m->step->failed < 0) return false;
    for (uint32_t i = a->told_count; i > at; i--) a->told[i] = a->told[i - 1];
    a->told[at] = definition;
    a->told_count++;
    return true;
}

/* Looks again when the time to answer is over for one that is out. */
static void await_answers(csuccess__turn *t)
{
    const csuccess__touches *touches = t->desk->touches;
    csuccess__step *step = t->m->step;
    for (uint32_t i = 0; i < touches->count; i++) {
        const csuccess__touch *touch = &touches->list[i];
        int64_t over = touch->at + t->of->reach->unanswered_ms;
        bool out = touch->at != 0 && touch->response == CSUCCESS__RESPONSE_NONE;
        if (out && over > step->now && csuccess__time_valid(over)) {
            csuccess__step_due(step, over);
        }
    }
}

/* True: owners were told. */
static bool tell_owners(csuccess__turn *t, csuccess__automation *a)
{
    const csuccess__reach *reach = t->of->reach;
    const csuccess__state *state = t->m->step->state;
    uint32_t count;
    bool told = false;
    if (reach->unanswered_after == 0 || reach->unanswered != CSUCCESS__UNANSWERED_OWNER) {
        return false;
    }
    await_answers(t);
    (void)csuccess__state_of_kind(state, CSUCCESS__STATE_REACHED, &count);
    for (uint32_t i = 0; i < count && t->m->step->failed >= 0; i++) {
        /* Fields of other kinds come before and behind those of this one as tasks are made. */
        uint32_t first = csuccess__state_of_kind(state, CSUCCESS__STATE_REACHED, &count);
        if (tell_unanswered(t, a, state->fields[first + i].name)) told = true;
    }
    return told;
}

void csuccess__lifecycle_step(csuccess__turn *t)
{
    csuccess__step *step = t->m->step;
    csuccess__automation a;
    if (step->failed < 0 || t->looking || !csuccess__automation_get(t, &a)) return;
    bool changed = end_hold(t, &a);
    changed = drop_answered(t, &a) || changed;
    if (!step->quiet) changed = tell_owners(t, &a) || changed;
    if (changed) csuccess__automation_put(t, &a);
}

/* ---- Spirals ---- */

/* In its place; of more than can make a spiral the oldest goes. */
static void note_negative(csuccess__automation *a, const csuccess__reach *reach, int64_t at)
{
    uint32_t n = a->negative_count, kept = 0, place = 0;
    if (n >= reach->spiral || n == CSUCCESS__SPIRAL_MOST) {
        uint32_t skip = n + 1 - reach->spiral;
        if (at <= a->negatives[skip - 1]) return;
        for (uint32_t i = skip; i < n; i++) a->negatives[i - skip] = a->negatives[i];
        n -= skip;
    }
    while (place < n && a->negatives[place] <= at) place++;
    for (uint32_t i = n; i > place; i--) a->negatives[i] = a->negatives[i - 1];
    a->negatives[place] = at;
    n++;
    int64_t since = a->negatives[n - 1] - reach->spiral_ms;
    for (uint32_t i = 0; i < n; i++) {
        if (a->negatives[i] > since) a->negatives[kept++] = a->negatives[i];
    }
    a->negative_count = kept;
}

/* "P14D" rather than "PT336H". */
static csuccess__duration in_days(int64_t ms)
{
    csuccess__duration days = {.days = (int32_t)(ms / CSUCCESS__DAY_MS)};
    return ms % CSUCCESS__DAY_MS == 0 ? days : csuccess__duration_from_ms(ms);
}

static void begin_spiral(csuccess__turn *t, csuccess__automation *a)
{
    char within[CSUCCESS__DURATION_TEXT];
    const csuccess__reach *reach = t->of->reach;
    size_t len = csuccess__duration_format(within, in_days(reach->spiral_ms));
    csuccess__json_writer *w = begin_entry(t, "spiral");
    csuccess__json_put_num(w, "responses", reach->spiral);
    csuccess__json_put_str(w, "within", (csuccess_str){within, len});
    end_entry(t, none);
    a->spiral = true;
    a->spiral_at = t->m->step->now;
    a->negative_count = 0;
    t->halted = true;
}

void csuccess__lifecycle_responded(csuccess__turn *t, bool negative, bool positive, int64_t at)
{
    const csuccess__reach *reach = t->of->reach;
    csuccess__automation a;
    (void)positive;
    if (!negative || reach->spiral == 0 || t->m->step->failed < 0) return;
    if (!csuccess__automation_get(t, &a) || a.spiral) return;
    note_negative(&a, reach, at);
    /* Nothing begins while history comes in; the next one counts with it. */
    bool spiral = a.negative_count >= reach->spiral && !t->m->step->quiet;
    if (spiral) begin_spiral(t, &a);
    csuccess__automation_put(t, &a);
    if (!spiral) return;
    tell_owner(t, "automation/spiral", none,
               CSUCCESS_STR("Negative responses stopped automation: look at this customer, "
                            "then resume it"));
}

/* ---- Inputs of a person ---- */

static csuccess_result refuse(csuccess__text *reason, const char *text)
{
    csuccess__text_format(reason, "%s", text);
    return CSUCCESS_ERANGE;
}

/* False: it is none that can be. */
static bool read_until(const csuccess__turn *t, const csuccess__input *input, int64_t *until)
{
    const csuccess__property *given = csuccess__input_property(input, CSUCCESS_STR("until"));
    csuccess__value v = csuccess__input_value(input, "until", CSUCCESS__KIND_TIME);
    *until = 0;
    if (!given) return true;
    if (v.kind != CSUCCESS__KIND_TIME || v.as.time <= t->m->step->now) return false;
    *until = v.as.time;
    return v.as.time != 0;
}

static csuccess_result hold(csuccess__turn *t, const csuccess__input *input,
                            csuccess__automation *a, csuccess__text *reason)
{
    int64_t until;
    csuccess_str why = csuccess__input_string(input, "reason");
    if (!read_until(t, input, &until)) {
        return refuse(reason, "\"until\" is a time that is still to come, such as "
                              "\"2027-01-31T08:00:00Z\"; without it a person resumes");
    }
    if (why.len > CSUCCESS__AUTOMATION_REASON) {
        csuccess__text_format(reason, "the \"reason\" of a hold has at most %u bytes",
                              (uint32_t)CSUCCESS__AUTOMATION_REASON);
        return CSUCCESS_ERANGE;
    }
    bool same = a->held && a->until == until && csuccess__str_eq(a->reason, why) &&
                csuccess__str_eq(a->by, t->m->step->by);
    if (same) return CSUCCESS_UNCHANGED;
    a->held = true;
    a->held_at = t->m->step->now;
    a->until = until;
    a->reason = why;
    a->by = t->m->step->by;
    csuccess__json_writer *w = begin_entry(t, "hold");
    csuccess__json_put_given(w, "reason", why);
    if (until != 0) csuccess__json_put_time(w, "until", until);
    end_entry(t, csuccess__input_subject(input));
    return CSUCCESS_OK;
}

static csuccess_result resume(csuccess__turn *t, const csuccess__input *input,
                              csuccess__automation *a)
{
    if (!csuccess__automation_halts(a, t->m->step->now)) return CSUCCESS_UNCHANGED;
    csuccess__json_writer *w = begin_entry(t, "resumed");
    csuccess__json_put_given(w, "reason", csuccess__input_string(input, "reason"));
    csuccess__json_put_bool(w, "spiral", a->spiral);
    end_entry(t, csuccess__input_subject(input));
    a->held = a->spiral = false;
    return CSUCCESS_OK;
}

csuccess_result csuccess__automation_apply(csuccess__turn *t, const csuccess__input *input,
                                           csuccess__text *reason)
{
    csuccess__automation a;
    csuccess_result result = CSUCCESS_UNCHANGED;
    if (!csuccess__automation_get(t, &a)) return t->m->step->failed;
    if (csuccess__str_is(input->name, "hold")) {
        result = hold(t, input, &a, reason);
    } else if (csuccess__str_is(input->name, "resume")) {
        result = resume(t, input, &a);
    } else {
        csuccess__text_format(reason, "%q is not one of hold, resume", input->name);
        return CSUCCESS_ERANGE;
    }
    if (result != CSUCCESS_OK) return result;
    csuccess__automation_put(t, &a);
    t->halted = csuccess__automation_halts(&a, t->m->step->now);
    return t->m->step->failed < 0 ? t->m->step->failed : CSUCCESS_OK;
}

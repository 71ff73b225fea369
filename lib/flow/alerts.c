/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts in a step: what the evaluation and people say of each, whom it tells, when to look again. */
#include "flow/alerts_internal.h"

#include "calendar/time_json.h"
#include "score/health_internal.h"
#include "text/json.h"

#include <string.h>

/* One alert of the chosen profile in this step. */
typedef struct item {
    const csuccess__alert *alert;
    csuccess__alert_field field;
    bool holds, changed;
    const char *says;
} item;

enum { ITEMS_MOST = 64 }; /* alerts of a profile: their bits are one word */

typedef struct work {
    csuccess__step *step;
    csuccess__alert_run *run;
    item *items;
    uint32_t count;
} work;

static csuccess__alert_field read_field(csuccess__step *step, const csuccess__alert *alert)
{
    csuccess__alert_field field = {.state = CSUCCESS__ALERT_QUIET};
    csuccess_str payload = csuccess__state_get(step->state, CSUCCESS__STATE_ALERT, alert->id);
    if (payload.ptr && !csuccess__alert_parse(&field, payload)) {
        csuccess__step_fail(step, CSUCCESS_ESTATE);
    }
    return field;
}

static void move(work *w, item *at, csuccess__alert_event event)
{
    csuccess__alert_move m = csuccess__alert_moves(&at->field, at->alert, event, w->step);
    at->changed = at->changed || m.changed;
    if (m.says) at->says = m.says;
}

/* Whether the condition for leaving holds; a missing one does not. */
static bool leaves(work *w, const csuccess__alert *alert)
{
    csuccess_result failed = CSUCCESS_OK;
    csuccess__value v =
        csuccess__program_run(alert->leave, w->run->machine, &w->run->frame, &failed);
    if (failed < 0) csuccess__step_fail(w->step, failed);
    return v.kind == CSUCCESS__KIND_BOOL && v.as.boolean;
}

/* ---- What the evaluation says ---- */

static void evaluate(work *w, item *at)
{
    uint64_t bit = UINT64_C(1) << at->alert->signal;
    at->holds = w->run->health->alerts & bit;
    bool undecided = w->run->health->alerts_open & bit;
    bool latched =
        csuccess__alert_is_open(&at->field) || at->field.state == CSUCCESS__ALERT_RESOLVED;
    bool gone = !at->holds && !undecided;
    if (latched && at->alert->leave) gone = !at->holds && leaves(w, at->alert);
    if (gone) {
        move(w, at, CSUCCESS__ALERT_GONE);
    } else if (at->holds) {
        move(w, at, CSUCCESS__ALERT_HOLDS);
    }
    bool rested = at->field.state == CSUCCESS__ALERT_SNOOZED && at->field.until <= w->step->now;
    if (rested) move(w, at, CSUCCESS__ALERT_WAKES);
}

/* When the alert may be raised, its condition holding on; NEVER: not by time. */
static int64_t ready_at(const item *at)
{
    int64_t held;
    const csuccess__alert_field *f = &at->field;
    bool waits = f->state == CSUCCESS__ALERT_WAITING;
    bool again = f->state == CSUCCESS__ALERT_RESOLVED && f->cooldown_until != 0;
    if (!at->holds || !(waits || again)) return CSUCCESS__NEVER;
    if (!csuccess__time_add(&held, f->since, at->alert->for_)) return CSUCCESS__NEVER;
    return held > f->cooldown_until ? held : f->cooldown_until;
}

static bool key_is_free(const work *w, const item *at)
{
    for (uint32_t i = 0; i < w->count; i++) {
        const item *other = &w->items[i];
        if (other != at && csuccess__alert_is_open(&other->field) &&
            csuccess__str_eq(other->alert->key, at->alert->key)) {
            return false;
        }
    }
    return true;
}

/* ---- Whom it tells ---- */

/* The sentence, in the scratch: the template, or, while an input is missing, the label. */
static csuccess_str sentence(work *w, const item *at)
{
    csuccess__buffer *out = w->step->scratch;
    const csuccess__profile *profile = &w->run->alerts->health->profiles[at->alert->profile];
    csuccess_result result = CSUCCESS_EMISSING;
    csuccess__buffer_clear(out);
    if (at->alert->message) {
        result = csuccess__template_render(at->alert->message, w->run->machine, &w->run->frame,
                                           out, NULL);
    }
    if (result == CSUCCESS_EMISSING) {
        csuccess__buffer_clear(out);
        csuccess__buffer_str(out, profile->alerts[at->alert->signal].label);
        csuccess__buffer_cstr(out, " (");
        csuccess__buffer_str(out, at->alert->severity);
        csuccess__buffer_char(out, ')');
        result = out->status;
    }
    if (result < 0) csuccess__step_fail(w->step, result);
    return csuccess__buffer_view(out);
}

static csuccess_str write_body(work *w, const item *at, const csuccess__alert_tier *tier)
{
    csuccess_str text = sentence(w, at);
    if (w->step->failed < 0) return (csuccess_str){NULL, 0};
    csuccess__json_writer *out = csuccess__step_body(w->step);
    csuccess__json_put_str(out, "alert", at->alert->id);
    csuccess__json_put_str(out, "severity", at->alert->severity);
    csuccess__json_put_str(out, "key", at->alert->key);
    csuccess__json_put_str(out, "tier", tier->id);
    csuccess__json_put_num(out, "occurrence", (double)at->field.raised);
    csuccess__json_put_time(out, "raised_at", at->field.raised_at);
    csuccess__json_put_str(out, "text", text);
    return csuccess__step_body_end(w->step);
}

static csuccess_str definition_of(work *w, const csuccess__alert *alert)
{
    static const char prefix[] = "alert/";
    enum { PREFIX = sizeof prefix - 1 };
    size_t len = PREFIX + alert->id.len;
    char *text = csuccess__arena_take(w->step->out->arena, len + 1, 1);
    if (!text) {
        csuccess__step_fail(w->step, CSUCCESS_ENOMEM);
        return (csuccess_str){"", 0};
    }
    memcpy(text, prefix, PREFIX);
    memcpy(text + PREFIX, alert->id.ptr, alert->id.len);
    return (csuccess_str){text, len};
}

static void tell(work *w, const item *at, const csuccess__alert_tier *tier)
{
    if (w->step->quiet) return;
    csuccess_str body = write_body(w, at, tier);
    if (!body.ptr) return;
    const csuccess__effect_message message = {.channel = tier->channel,
                                              .contact = tier->contact,
                                              .purpose = tier->internal ? (csuccess_str){"", 0}
                                                                        : at->alert->purpose,
                                              .definition = definition_of(w, at->alert),
                                              .step = tier->id,
                                              .occurrence = at->field.raised,
                                              .cause = at->field.cause,
                                              .body = body,
                                              .internal = tier->internal};
    (void)csuccess__step_message(w->step, &message);
}

static int64_t tier_at(const item *at, uint32_t tier)
{
    int64_t when = at->field.raised_at;
    csuccess__duration after = csuccess__duration_from_ms(at->alert->tiers[tier].after_ms);
    return csuccess__time_add(&when, when, after) ? when : CSUCCESS__NEVER;
}

static void escalate(work *w, item *at)
{
    csuccess__alert_field *f = &at->field;
    if (f->state != CSUCCESS__ALERT_OPEN) return;
    while (f->told < at->alert->tier_count && tier_at(at, f->told) <= w->step->now) {
        tell(w, at, &at->alert->tiers[f->told]);
        f->told++;
        at->changed = true;
        at->says = "open";
    }
}

/* Only times that come: what is held up by a key or a missing input is looked at when that changes. */
static void look_again(work *w, const item *at)
{
    const csuccess__alert_field *f = &at->field;
    int64_t due = ready_at(at);
    if (f->state == CSUCCESS__ALERT_SNOOZED) due = f->until;
    if (f->state == CSUCCESS__ALERT_OPEN && f->told < at->alert->tier_count) {
        due = tier_at(at, f->told);
    }
    if (due > w->step->now) csuccess__step_due(w->step, due);
}

static void settle(work *w, item *at)
{
    escalate(w, at);
    const csuccess__alert_say say = {.state = at->says};
    if (at->says) csuccess__alert_entry(w->step, at->alert, &at->field, say);
    if (at->changed) csuccess__alert_put(w->step, at->alert, &at->field);
    look_again(w, at);
}

/* ---- A step ---- */

/* Alerts of profiles that were not chosen: their conditions are not asked, so they are gone. */
static void clear_others(work *w)
{
    uint32_t count,
        first = csuccess__state_of_kind(w->step->state, CSUCCESS__STATE_ALERT, &count);
    for (uint32_t i = count; i-- > 0;) {
        const csuccess__state_field *field = &w->step->state->fields[first + i];
        const csuccess__alert *alert = csuccess__alert_find(w->run->alerts, field->name);
        if (!alert || alert->profile == w->run->health->profile) continue;
        item at = {.alert = alert, .field = read_field(w->step, alert)};
        move(w, &at, CSUCCESS__ALERT_GONE);
        if (at.changed) settle(w, &at);
    }
}

void csuccess__alerts_step(csuccess__step *step, csuccess__alert_run *run)
{
    item items[ITEMS_MOST];
    work w = {.step = step, .run = run, .items = items};
    if (!run->alerts || !run->health) return;
    clear_others(&w);
    uint32_t profile = run->health->profile;
    if (profile >= run->alerts->profile_count) return;
    uint32_t first = run->alerts->first[profile];
    w.count = run->alerts->first[profile + 1] - first;
    for (uint32_t i = 0; i < w.count; i++) {
        const csuccess__alert *alert = &run->alerts->list[first + i];
        items[i] = (item){.alert = alert, .field = read_field(step, alert)};
        evaluate(&w, &items[i]);
    }
    for (uint32_t i = 0; i < w.count; i++) {
        if (ready_at(&items[i]) <= step->now && key_is_free(&w, &items[i])) {
            move(&w, &items[i], CSUCCESS__ALERT_READY);
        }
    }
    for (uint32_t i = 0; i < w.count && step->failed >= 0; i++) settle(&w, &items[i]);
}

/* ---- What people say ---- */

static csuccess_result refuse(csuccess__text *reason, const char *format, csuccess_str name)
{
    csuccess__text_format(reason, format, name);
    return CSUCCESS_ERANGE;
}

static csuccess_result take_word(const csuccess__input *input, int64_t now,
                                 csuccess__alert_event *event, int64_t *until)
{
    static const char *const words[] = {"acknowledge", "snooze", "resolve", NULL};
    csuccess__value v = csuccess__input_value(input, "until", CSUCCESS__KIND_TIME);
    int word = 0;
    while (words[word] && !csuccess__str_is(input->name, words[word])) word++;
    if (!words[word]) return CSUCCESS_ENAME;
    *event = (csuccess__alert_event)(CSUCCESS__ALERT_ACKNOWLEDGES + word);
    *until = 0;
    if (*event != CSUCCESS__ALERT_SNOOZES) return CSUCCESS_OK;
    if (v.kind != CSUCCESS__KIND_TIME || v.as.time <= now) return CSUCCESS_ERANGE;
    *until = v.as.time;
    return CSUCCESS_OK;
}

/* What a person says of an alert; UNCHANGED when it is so already. */
static csuccess_result take_move(csuccess__step *step, const csuccess__alert *alert,
                                 csuccess__alert_event event, csuccess__alert_say say)
{
    csuccess__alert_field field = read_field(step, alert);
    if (step->failed < 0) return step->failed;
    bool same_again = event == CSUCCESS__ALERT_SNOOZES &&
                      field.state == CSUCCESS__ALERT_SNOOZED && field.until == say.until;
    if (same_again) return CSUCCESS_UNCHANGED;
    csuccess__alert_move m = csuccess__alert_moves(&field, alert, event, step);
    if (m.refused) return CSUCCESS_ERANGE;
    if (!m.changed) return CSUCCESS_UNCHANGED;
    field.until = say.until;
    say.state = m.says;
    csuccess__alert_entry(step, alert, &field, say);
    csuccess__alert_put(step, alert, &field);
    return CSUCCESS_OK;
}

csuccess_result csuccess__alert_apply(const csuccess__alerts *alerts, csuccess__step *step,
                                      const csuccess__input *input, csuccess__text *reason)
{
    csuccess_str id = csuccess__input_string(input, "alert");
    const csuccess__alert *alert = csuccess__alert_find(alerts, id);
    csuccess__alert_event event = CSUCCESS__ALERT_ACKNOWLEDGES;
    csuccess__alert_say say = {.reason = csuccess__input_string(input, "reason")};
    csuccess_result result = take_word(input, step->now, &event, &say.until);
    if (result == CSUCCESS_ENAME) {
        return refuse(reason, "%q is not one of acknowledge, snooze, resolve", input->name);
    }
    if (result < 0) {
        return refuse(reason, "%q needs \"until\", a time that is to come", input->name);
    }
    if (!alert) return refuse(reason, "there is no alert %q, as \"profile/alert\"", id);
    result = take_move(step, alert, event, say);
    if (result == CSUCCESS_ERANGE) return refuse(reason, "the alert %q is not open", id);
    return result;
}

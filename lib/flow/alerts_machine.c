/* SPDX-License-Identifier: Apache-2.0 */
/* The states of an alert: the table of its moves, its bytes, its entry. */
#include "flow/alerts_internal.h"

#include "calendar/time_json.h"
#include "customer/payload.h"
#include "text/json.h"
#include "text/utf8.h"

/* What a move does besides. */
enum {
    START = 1,  /* `since` is now */
    STOP = 2,   /* nothing holds any more */
    RAISE = 4,  /* once more, and nobody is told yet */
    COOL = 8,   /* the cooldown begins */
    LATER = 16, /* `until` was set by whoever moves it */
    REFUSE = 32 /* a person's word about an alert that is not open */
};

typedef struct move {
    uint8_t to, does;
    const char *says; /* NULL: no entry */
} move;

#define STAYS(state) \
    { \
        CSUCCESS__ALERT_##state, 0, NULL \
    }
#define REFUSES(state) \
    { \
        CSUCCESS__ALERT_##state, REFUSE, NULL \
    }
#define TO(state, does, says) \
    { \
        CSUCCESS__ALERT_##state, (does), (says) \
    }

/* Rows are states, columns in the order of csuccess__alert_event: holds, ready, gone, wakes, acknowledges, snoozes, resolves. */
static const move moves[CSUCCESS__ALERT_STATE_COUNT][CSUCCESS__ALERT_EVENTS] = {
    [CSUCCESS__ALERT_QUIET] = {TO(WAITING, START, NULL), STAYS(QUIET), STAYS(QUIET),
                               STAYS(QUIET), REFUSES(QUIET), REFUSES(QUIET), REFUSES(QUIET)},
    [CSUCCESS__ALERT_WAITING] = {STAYS(WAITING), TO(OPEN, RAISE, "open"), TO(QUIET, STOP, NULL),
                                 STAYS(WAITING), REFUSES(WAITING), REFUSES(WAITING),
                                 REFUSES(WAITING)},
    [CSUCCESS__ALERT_OPEN] = {STAYS(OPEN), STAYS(OPEN), TO(QUIET, STOP | COOL, "cleared"),
                              STAYS(OPEN), TO(ACKNOWLEDGED, 0, "acknowledged"),
                              TO(SNOOZED, LATER, "snoozed"),
                              TO(RESOLVED, START | COOL, "resolved")},
    [CSUCCESS__ALERT_ACKNOWLEDGED] = {STAYS(ACKNOWLEDGED), STAYS(ACKNOWLEDGED),
                                      TO(QUIET, STOP | COOL, "cleared"), STAYS(ACKNOWLEDGED),
                                      STAYS(ACKNOWLEDGED), TO(SNOOZED, LATER, "snoozed"),
                                      TO(RESOLVED, START | COOL, "resolved")},
    [CSUCCESS__ALERT_SNOOZED] = {STAYS(SNOOZED), STAYS(SNOOZED),
                                 TO(QUIET, STOP | COOL, "cleared"), TO(OPEN, 0, "open"),
                                 TO(ACKNOWLEDGED, 0, "acknowledged"),
                                 TO(SNOOZED, LATER, "snoozed"),
                                 TO(RESOLVED, START | COOL, "resolved")},
    [CSUCCESS__ALERT_RESOLVED] = {STAYS(RESOLVED), TO(OPEN, RAISE, "open"),
                                  TO(QUIET, STOP, NULL), STAYS(RESOLVED), REFUSES(RESOLVED),
                                  REFUSES(RESOLVED), STAYS(RESOLVED)}};

csuccess__alert_move csuccess__alert_moves(csuccess__alert_field *field,
                                           const csuccess__alert *alert,
                                           csuccess__alert_event event,
                                           const csuccess__step *step)
{
    const move *m = &moves[field->state][event];
    csuccess__alert_move out = {.says = m->says, .refused = m->does & REFUSE};
    out.changed = m->to != (uint8_t)field->state || m->does & (RAISE | COOL | LATER);
    field->state = (csuccess__alert_state)m->to;
    if (out.changed && !(m->does & LATER)) field->until = 0;
    if (m->does & START) field->since = step->now;
    if (m->does & STOP) field->since = 0;
    if (m->does & RAISE) {
        field->raised++;
        field->raised_at = step->now;
        field->told = 0;
        field->cause = step->cause;
        field->cooldown_until = 0;
    }
    if (m->does & COOL) {
        const csuccess__duration none = {0, 0, 0};
        csuccess__order some = csuccess__duration_compare(alert->cooldown, none);
        field->cooldown_until = 0;
        if (some.most > 0 &&
            !csuccess__time_add(&field->cooldown_until, step->now, alert->cooldown)) {
            field->cooldown_until = CSUCCESS__TIME_MAX;
        }
    }
    return out;
}

/* ---- Bytes: state · tiers told · times raised · since · raised at · until · cooldown until · cause ---- */

bool csuccess__alert_parse(csuccess__alert_field *field, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    uint64_t state = csuccess__wire_get_u64(&in);
    uint64_t told = csuccess__wire_get_u64(&in);
    if (state >= CSUCCESS__ALERT_STATE_COUNT || told > CSUCCESS__TIERS_MOST) in.bad = true;
    field->state = in.bad ? CSUCCESS__ALERT_QUIET : (csuccess__alert_state)state;
    field->told = in.bad ? 0 : (uint32_t)told;
    field->raised = csuccess__wire_get_u64(&in);
    field->since = csuccess__payload_time(&in);
    field->raised_at = csuccess__payload_time(&in);
    field->until = csuccess__payload_time(&in);
    field->cooldown_until = csuccess__payload_time(&in);
    field->cause = csuccess__wire_get_str(&in);
    if (field->raised > UINT64_C(1) << 53) in.bad = true;
    if (!csuccess__utf8_check(field->cause, NULL)) in.bad = true;
    return csuccess__wire_done(&in);
}

void csuccess__alert_put(csuccess__step *step, const csuccess__alert *alert,
                         const csuccess__alert_field *field)
{
    csuccess__buffer *out = step->scratch;
    if (field->state == CSUCCESS__ALERT_QUIET && field->raised == 0) {
        csuccess__state_drop(step->state, CSUCCESS__STATE_ALERT, alert->id);
        return;
    }
    csuccess__buffer_clear(out);
    csuccess__wire_u64(out, (uint64_t)field->state);
    csuccess__wire_u64(out, field->told);
    csuccess__wire_u64(out, field->raised);
    csuccess__wire_i64(out, field->since);
    csuccess__wire_i64(out, field->raised_at);
    csuccess__wire_i64(out, field->until);
    csuccess__wire_i64(out, field->cooldown_until);
    csuccess__wire_str(out, field->cause);
    if (out->status < 0) {
        csuccess__step_fail(step, out->status);
        return;
    }
    csuccess__step_put(step, CSUCCESS__STATE_ALERT, alert->id, csuccess__buffer_view(out));
}

/* ---- JSON ---- */

/* 0: there is none. */
static void put_time(csuccess__json_writer *w, const char *key, int64_t ms)
{
    csuccess__json_put_time(w, key, ms != 0 ? ms : CSUCCESS__NEVER);
}

void csuccess__alert_entry(csuccess__step *step, const csuccess__alert *alert,
                           const csuccess__alert_field *field, csuccess__alert_say say)
{
    csuccess__json_writer *w = csuccess__step_body(step);
    bool told = field->told > 0 && field->told <= alert->tier_count;
    csuccess__json_put_or_null(w, "alert", alert->id);
    csuccess__json_put_or_null(w, "state", csuccess__str(say.state));
    csuccess__json_put_or_null(w, "severity", alert->severity);
    csuccess__json_put_or_null(w, "key", alert->key);
    csuccess__json_put_or_null(w, "tier",
                               told ? alert->tiers[field->told - 1].id : (csuccess_str){"", 0});
    csuccess__json_put_or_null(w, "cause", field->cause);
    csuccess__json_put_num(w, "occurrence", (double)field->raised);
    put_time(w, "raised_at", field->raised_at);
    csuccess__json_put_given(w, "reason", say.reason);
    if (say.until != 0) put_time(w, "until", say.until);
    csuccess_str body = csuccess__step_body_end(step);
    if (body.ptr) csuccess__step_entry(step, "alert", (csuccess_str){"", 0}, body);
}

void csuccess__alert_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    static const char *const words[] = {
#define CSUCCESS__ALERT_STATE(name, number, text) text,
        CSUCCESS__ALERT_STATES(CSUCCESS__ALERT_STATE)
#undef CSUCCESS__ALERT_STATE
    };
    csuccess__alert_field f;
    if (!csuccess__alert_parse(&f, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    csuccess__json_put_or_null(out, "state", csuccess__str(words[f.state]));
    csuccess__json_put_num(out, "occurrence", (double)f.raised);
    csuccess__json_put_num(out, "told", (double)f.told);
    put_time(out, "since", f.since);
    put_time(out, "raised_at", f.raised_at);
    put_time(out, "until", f.until);
    put_time(out, "cooldown_until", f.cooldown_until);
    csuccess__json_put_or_null(out, "cause", f.cause);
    csuccess__json_close(out, '}');
}

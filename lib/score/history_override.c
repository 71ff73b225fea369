/* SPDX-License-Identifier: Apache-2.0 */
/* Overrides by people: the field OVERRIDE, which holds the last decision, in force or over. */
#include "score/history_internal.h"

#include "base/error.h"

/* Payload: flags · time of the decision · id of its input, and while it is in force: [score] · status · reason · by · expiry. */
enum { FLAG_SCORE = 1, FLAG_OVER = 2 };

typedef struct decision {
    bool there, over; /* over: removed, or expired */
    int64_t at;
    csuccess_str id;
    csuccess__override override; /* unless over */
} decision;

static csuccess_str nameless(void)
{
    return (csuccess_str){"", 0};
}

static bool parse(decision *d, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    uint64_t flags = csuccess__wire_get_u64(&in);
    *d = (decision){.there = true, .over = flags == FLAG_OVER};
    d->at = csuccess__past_time(&in);
    d->id = csuccess__past_text(&in);
    if (flags > FLAG_OVER) in.bad = true;
    if (!d->over) {
        d->override.has_score = flags == FLAG_SCORE;
        if (flags == FLAG_SCORE) d->override.score = csuccess__wire_get_double(&in);
        d->override.status = csuccess__past_text(&in);
        d->override.reason = csuccess__past_text(&in);
        d->override.by = csuccess__past_text(&in);
        d->override.expires_at = csuccess__past_time(&in);
    }
    return csuccess__wire_done(&in);
}

/* False with the step failed. */
static bool read_decision(csuccess__step *step, decision *d)
{
    csuccess_str payload =
        csuccess__state_get(step->state, CSUCCESS__STATE_OVERRIDE, nameless());
    *d = (decision){.there = false};
    if (!payload.ptr || parse(d, payload)) return true;
    csuccess__step_fail(step, CSUCCESS_ESTATE);
    return false;
}

static void put_decision(csuccess__step *step, const decision *d)
{
    csuccess__buffer *out = step->scratch;
    const csuccess__override *o = &d->override;
    csuccess__buffer_clear(out);
    csuccess__wire_u64(out, d->over ? FLAG_OVER : o->has_score ? FLAG_SCORE : 0);
    csuccess__wire_i64(out, d->at);
    csuccess__wire_str(out, d->id);
    if (!d->over) {
        if (o->has_score) csuccess__wire_double(out, o->score);
        csuccess__wire_str(out, o->status);
        csuccess__wire_str(out, o->reason);
        csuccess__wire_str(out, o->by);
        csuccess__wire_i64(out, o->expires_at);
    }
    if (out->status < 0) {
        csuccess__step_fail(step, out->status);
        return;
    }
    csuccess__step_put(step, CSUCCESS__STATE_OVERRIDE, nameless(), csuccess__buffer_view(out));
}

static void write_decision(csuccess__json_writer *w, const csuccess__override *o)
{
    csuccess__past_put_number(w, "score", o->has_score, o->score);
    csuccess__json_put_or_null(w, "status", o->status);
    csuccess__json_put_or_null(w, "reason", o->reason);
    csuccess__json_put_time(w, "expires_at", o->expires_at);
}

/* `ended`: "expired" or "removed"; NULL while it is in force. */
static void leave_entry(csuccess__step *step, const decision *d, const char *ended)
{
    csuccess__json_writer *w = csuccess__step_body(step);
    if (d->override.reason.len > 0 && d->override.expires_at != 0) {
        write_decision(w, &d->override);
    } else {
        csuccess__json_put_or_null(w, "reason", d->override.reason);
    }
    if (ended) {
        csuccess__past_key(w, ended);
        csuccess__json_bool(w, true);
    }
    csuccess_str body = csuccess__step_body_end(step);
    if (body.ptr) csuccess__step_entry(step, "override", nameless(), body);
}

/* ---- An input ---- */

static bool has(const csuccess__input *input, const char *name)
{
    return csuccess__input_property(input, csuccess__str(name)) != NULL;
}

/* Each: NULL when the input says what is needed; else what is wrong. */
static const char *read_value(const csuccess__health *health, const csuccess__input *input,
                              csuccess__override *o)
{
    csuccess__value score = csuccess__input_value(input, "score", CSUCCESS__KIND_NUMBER);
    csuccess__value status = csuccess__input_value(input, "status", CSUCCESS__KIND_STRING);
    o->has_score = !csuccess__is_missing(score);
    if (o->has_score) o->score = csuccess__round9(score.as.number);
    o->status = csuccess__is_missing(status) ? nameless() : status.as.string;
    if (!o->has_score && has(input, "score")) return "\"score\" is not a number";
    if (!o->has_score && o->status.len == 0) {
        return "an override needs \"score\", \"status\" or both";
    }
    if (o->status.len > 0 && !csuccess__health_has_status(health, o->status)) {
        return "\"status\" is no band of any profile";
    }
    return NULL;
}

static const char *read_terms(const csuccess__input *input, csuccess__override *o)
{
    csuccess__value why = csuccess__input_value(input, "reason", CSUCCESS__KIND_STRING);
    csuccess__value expires = csuccess__input_value(input, "expires", CSUCCESS__KIND_TIME);
    if (csuccess__is_missing(why) || why.as.string.len == 0) {
        return "an override needs \"reason\", a sentence";
    }
    if (csuccess__is_missing(expires)) {
        return "an override needs \"expires\", such as \"2026-12-31T00:00:00Z\"";
    }
    if (expires.as.time <= input->at) return "\"expires\" is not after the override's own time";
    o->reason = why.as.string;
    o->expires_at = expires.as.time;
    return NULL;
}

static bool is_later(const csuccess__input *input, const decision *than)
{
    if (!than->there) return true;
    if (input->at != than->at) return input->at > than->at;
    return csuccess__str_cmp(input->id, than->id) > 0;
}

static bool is_removal(const csuccess__input *input, csuccess__override *o)
{
    csuccess__value removed = csuccess__input_value(input, "removed", CSUCCESS__KIND_BOOL);
    csuccess__value why = csuccess__input_value(input, "reason", CSUCCESS__KIND_STRING);
    if (csuccess__is_missing(removed) || !removed.as.boolean) return false;
    if (!csuccess__is_missing(why)) o->reason = why.as.string;
    return true;
}

csuccess_result csuccess__override_apply(const csuccess__health *health, csuccess__step *step,
                                         const csuccess__input *input, csuccess__text *reason)
{
    decision before, next = {.there = true, .at = input->at, .id = input->id};
    const char *wrong = NULL;
    bool removes = is_removal(input, &next.override);
    if (!removes) wrong = read_value(health, input, &next.override);
    if (!removes && !wrong) wrong = read_terms(input, &next.override);
    if (wrong) {
        csuccess__text_format(reason, "%s", wrong);
        return CSUCCESS_ERANGE;
    }
    if (!read_decision(step, &before)) return CSUCCESS_ESTATE;
    if (!is_later(input, &before)) return CSUCCESS_UNCHANGED;
    next.override.by = step->by;
    next.over = removes || next.override.expires_at <= step->now;
    leave_entry(step, &next, removes ? "removed" : next.over ? "expired" : NULL);
    put_decision(step, &next);
    return CSUCCESS_OK;
}

bool csuccess__override_open(csuccess__step *step, csuccess__override *out)
{
    decision d;
    if (!read_decision(step, &d) || !d.there || d.over) return false;
    if (d.override.expires_at > step->now) {
        *out = d.override;
        csuccess__step_due(step, d.override.expires_at);
        return true;
    }
    leave_entry(step, &d, "expired");
    d.over = true;
    put_decision(step, &d);
    return false;
}

void csuccess__override_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    decision d;
    if (!parse(&d, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    if (!d.over) {
        write_decision(out, &d.override);
        csuccess__json_put_or_null(out, "by", d.override.by);
    }
    csuccess__json_put_time(out, "at", d.at);
    csuccess__past_key(out, "in_force");
    csuccess__json_bool(out, !d.over);
    csuccess__json_close(out, '}');
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The field CHURN: its bytes, what the fallback "last" asks of it, the entry of what changed. */
#include "churn/history.h"

#include "base/number.h"
#include "calendar/time_json.h"
#include "churn/internal.h"
#include "customer/payload.h"
#include "text/json.h"

/* Payload: flags · at · at - since · [probability] · [given · given at] · level · source · model. */
enum { FLAG_PROBABILITY = 1, FLAG_GIVEN = 2, FLAGS = 3 };

static const char *const source_words[] = {
#define CSUCCESS__SOURCE(name, text) text,
    CSUCCESS__SOURCES(CSUCCESS__SOURCE)
#undef CSUCCESS__SOURCE
};

static double get_probability(csuccess__wire *in)
{
    double p = csuccess__wire_get_double(in);
    if (!(p >= 0 && p <= 1)) in->bad = true;
    return p;
}

static bool parse(csuccess__churn_past *past, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    uint64_t flags = csuccess__wire_get_u64(&in);
    *past = (csuccess__churn_past){.there = true,
                                   .has_probability = flags & FLAG_PROBABILITY,
                                   .has_given = flags & FLAG_GIVEN};
    past->at = csuccess__payload_time(&in);
    uint64_t lasted = csuccess__wire_get_u64(&in);
    if (past->has_probability) past->probability = get_probability(&in);
    if (past->has_given) {
        past->given = get_probability(&in);
        past->given_at = csuccess__payload_time(&in);
    }
    past->level = csuccess__payload_text(&in);
    past->source = csuccess__payload_text(&in);
    past->model = csuccess__payload_text(&in);
    if (flags > FLAGS || in.bad || lasted > (uint64_t)(past->at - CSUCCESS__TIME_MIN)) {
        return false;
    }
    past->since = past->at - (int64_t)lasted;
    return csuccess__wire_done(&in);
}

csuccess_result csuccess__churn_past_open(csuccess__churn_past *past,
                                          const csuccess__state *state)
{
    csuccess_str payload =
        csuccess__state_get(state, CSUCCESS__STATE_CHURN, (csuccess_str){"", 0});
    *past = (csuccess__churn_past){.there = false};
    if (!payload.ptr || parse(past, payload)) return CSUCCESS_OK;
    *past = (csuccess__churn_past){.there = false};
    return CSUCCESS_ESTATE;
}

void csuccess__churn_past_slots(const csuccess__churn *churn, const csuccess__churn_past *past,
                                csuccess__value *slots)
{
    for (uint32_t i = 0; past->has_given && i < churn->step_count; i++) {
        const csuccess__chain_step *last = &churn->steps[i];
        if (last->source != CSUCCESS__SOURCE_LAST) continue;
        /* Both or neither: a time of another probability says nothing. */
        bool held = !csuccess__is_missing(slots[last->last]) ||
                    !csuccess__is_missing(slots[last->last_at]);
        if (held) continue;
        slots[last->last] = csuccess__number(past->given);
        slots[last->last_at] = csuccess__time(past->given_at);
    }
}

/* ---- Noting ---- */

static csuccess__churn_past now_of(const csuccess__step *step, const csuccess__churn *churn,
                                   const csuccess__churn_past *past,
                                   const csuccess__churn_result *result)
{
    bool known = result->has_probability;
    csuccess__churn_past next = {
        .there = true,
        .has_probability = known,
        .at = step->now,
        .since = step->now,
        .probability = known ? csuccess__round9(result->probability) : 0,
        .has_given = past->has_given,
        .given = past->given,
        .given_at = past->given_at,
        .level = csuccess__churn_level_name(churn, result->level),
        .source = csuccess__str(known ? source_words[result->source] : NULL),
        .model = known && result->step < churn->step_count ? churn->steps[result->step].name
                                                           : csuccess__str(NULL)};
    if (known && result->source != CSUCCESS__SOURCE_LAST) {
        next.has_given = true;
        next.given = result->probability;
        next.given_at = step->now;
    }
    return next;
}

static bool changed(const csuccess__churn_past *a, const csuccess__churn_past *b)
{
    return a->has_probability != b->has_probability || a->probability < b->probability ||
           a->probability > b->probability || !csuccess__str_eq(a->level, b->level) ||
           !csuccess__str_eq(a->source, b->source) || !csuccess__str_eq(a->model, b->model);
}

static void put_field(csuccess__step *step, const csuccess__churn_past *past)
{
    csuccess__buffer *out = step->scratch;
    csuccess__buffer_clear(out);
    csuccess__wire_u64(out, (past->has_probability ? FLAG_PROBABILITY : 0u) |
                                (past->has_given ? FLAG_GIVEN : 0u));
    csuccess__wire_i64(out, past->at);
    csuccess__wire_u64(out, (uint64_t)(past->at - past->since));
    if (past->has_probability) csuccess__wire_double(out, past->probability);
    if (past->has_given) {
        csuccess__wire_double(out, past->given);
        csuccess__wire_i64(out, past->given_at);
    }
    csuccess__wire_str(out, past->level);
    csuccess__wire_str(out, past->source);
    csuccess__wire_str(out, past->model);
    if (out->status < 0) {
        csuccess__step_fail(step, out->status);
        return;
    }
    csuccess__step_put(step, CSUCCESS__STATE_CHURN, (csuccess_str){"", 0},
                       csuccess__buffer_view(out));
}

/* ---- JSON ---- */

static void put_prediction(csuccess__json_writer *w, const csuccess__churn_past *past)
{
    csuccess__json_key(w, CSUCCESS_STR("probability"));
    if (past->has_probability) {
        csuccess__json_num(w, past->probability);
    } else {
        csuccess__json_null(w);
    }
    csuccess__json_put_or_null(w, "level", past->level);
    csuccess__json_put_or_null(w, "source", past->source);
    csuccess__json_put_or_null(w, "model", past->model);
}

static void put_side(csuccess__json_writer *w, const char *key,
                     const csuccess__churn_past *past)
{
    csuccess__json_key(w, csuccess__str(key));
    if (!past->there) {
        csuccess__json_null(w);
        return;
    }
    csuccess__json_open(w, '{');
    put_prediction(w, past);
    csuccess__json_close(w, '}');
}

void csuccess__churn_past_note(csuccess__step *step, const csuccess__churn *churn,
                               const csuccess__churn_past *past,
                               const csuccess__churn_result *result)
{
    csuccess__churn_past next = now_of(step, churn, past, result);
    if (changed(past, &next)) {
        csuccess__json_writer *w = csuccess__step_body(step);
        put_side(w, "before", past);
        put_side(w, "after", &next);
        csuccess_str body = csuccess__step_body_end(step);
        if (body.ptr) csuccess__step_entry(step, "churn", (csuccess_str){"", 0}, body);
    } else if (past->there && past->since <= next.at) {
        next.since = past->since;
    }
    put_field(step, &next);
}

void csuccess__churn_past_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    csuccess__churn_past past;
    if (!parse(&past, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    put_prediction(out, &past);
    csuccess__json_put_time(out, "at", past.at);
    csuccess__json_put_time(out, "since", past.since);
    csuccess__json_put_time(out, "given_at", past.has_given ? past.given_at : CSUCCESS__NEVER);
    csuccess__json_close(out, '}');
}

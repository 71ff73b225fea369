/* SPDX-License-Identifier: Apache-2.0 */
/* The feeling of an input kept and told, and alerts on their edge. */
#include "intervene/sentiment/internal.h"

#include "base/number.h"

#define NANOS 1e9
enum { PERSISTENT_OF = 5 /* so many are kept at least */ };

/* Bits of the section as bits of what is kept; a name for which there is no room is left out. */
static uint64_t kept_bits(csuccess__felt_names *names, const csuccess__topics *topics,
                          uint32_t bits)
{
    uint64_t out = 0;
    for (uint32_t i = 0; i < topics->count; i++) {
        if (!(bits >> i & 1)) continue;
        uint32_t at = csuccess__felt_name(names, topics->list[i].name);
        if (at != UINT32_MAX) out |= UINT64_C(1) << at;
    }
    return out;
}

static void put_names(csuccess__json_writer *w, const char *key, const csuccess__topics *topics,
                      uint32_t bits)
{
    csuccess__json_key(w, csuccess__str(key));
    csuccess__json_open(w, '[');
    for (uint32_t i = 0; i < topics->count; i++) {
        if (bits >> i & 1) csuccess__json_str(w, topics->list[i].name);
    }
    csuccess__json_close(w, ']');
}

static void say(const csuccess__sentiment *of, csuccess__step *step,
                const csuccess__input *input, const csuccess__feeling *feeling)
{
    char bytes[256];
    csuccess__text scratch;
    csuccess__text_init(&scratch, bytes, sizeof bytes);
    csuccess__json_writer *w = csuccess__step_body(step);
    csuccess__json_put_num(w, "score", feeling->score);
    csuccess__json_put_str(w, "label", csuccess__str(csuccess__feeling_label(feeling->label)));
    csuccess__json_put_num(w, "confidence", feeling->confidence);
    put_names(w, "emotions", &of->emotions, feeling->emotions);
    put_names(w, "issues", &of->issues, feeling->issues);
    if (feeling->undecided > 0) csuccess__json_put_num(w, "undecided", feeling->undecided);
    csuccess__json_put_str(w, "input", input->id);
    csuccess__json_put_str(w, "of", csuccess__input_event(input, &scratch));
    csuccess_str body = csuccess__step_body_end(step);
    if (body.ptr) {
        csuccess__step_entry(step, "sentiment", csuccess__input_subject(input), body);
    }
}

/* ---- Alerts ---- */

static csuccess_str alert_body(csuccess__step *step, uint32_t alert, const csuccess__mood *m)
{
    csuccess__json_writer *w = csuccess__step_body(step);
    csuccess__json_put_str(w, "alert", csuccess__str(csuccess__sentiment_alert_name(alert)));
    csuccess__json_put_str(w, "severity",
                           csuccess__str(csuccess__sentiment_alert_severity(alert)));
    csuccess__json_put_str(w, "action", csuccess__str(csuccess__sentiment_alert_action(alert)));
    if (m->has_change) csuccess__json_put_num(w, "change", m->change);
    csuccess__json_put_num(w, "recent", m->recent);
    csuccess__json_put_num(w, "negatives", m->negatives);
    return csuccess__step_body_end(step);
}

/* "sentiment/negative_shift", in the effects' arena. */
static csuccess_str definition_of(csuccess__step *step, uint32_t alert)
{
    char bytes[64];
    csuccess__text text;
    csuccess__text_init(&text, bytes, sizeof bytes);
    csuccess__text_format(&text, "sentiment/%s", csuccess__sentiment_alert_name(alert));
    csuccess_str out =
        csuccess__arena_copy(step->out->arena, (csuccess_str){text.ptr, text.len});
    if (!out.ptr) csuccess__step_fail(step, CSUCCESS_ENOMEM);
    return out;
}

static void raise(const csuccess__sentiment *of, csuccess__step *step, uint32_t alert,
                  const csuccess__mood *m)
{
    csuccess_str body = alert_body(step, alert, m);
    if (!body.ptr) return;
    csuccess__step_entry(step, "sentiment", (csuccess_str){"", 0}, body);
    if (of->channel.len == 0) return;
    csuccess_str definition = definition_of(step, alert);
    if (step->failed < 0) return;
    const csuccess__effect_message message = {.channel = of->channel,
                                              .definition = definition,
                                              .step = {"", 0},
                                              .contact = {"", 0},
                                              .purpose = {"", 0},
                                              .customer = {"", 0},
                                              .occurrence = 1,
                                              .cause = step->cause,
                                              .body = body,
                                              .internal = true};
    (void)csuccess__step_message(step, &message);
}

void csuccess__sentiment_apply(const csuccess__sentiment *of, csuccess__step *step,
                               const csuccess__input *input, const csuccess__feeling *feeling)
{
    csuccess__feelings f;
    const csuccess_str name = {"", 0};
    csuccess_str payload = csuccess__state_get(step->state, CSUCCESS__STATE_SENTIMENT, name);
    bool damaged = payload.ptr && payload.len == 0;
    if (damaged || !csuccess__feelings_read(&f, payload)) {
        csuccess__step_fail(step, CSUCCESS_ESTATE);
        return;
    }
    uint32_t keep = 2 * of->recent > PERSISTENT_OF ? 2 * of->recent : PERSISTENT_OF;
    const csuccess__felt felt = {.at = input->at,
                                 .nanos = (int64_t)csuccess__round(feeling->score * NANOS),
                                 .label = feeling->label,
                                 .emotions =
                                     kept_bits(&f.emotions, &of->emotions, feeling->emotions),
                                 .issues = kept_bits(&f.issues, &of->issues, feeling->issues)};
    csuccess__feelings_add(&f, &felt, keep, of->half_life_ms / CSUCCESS__AGES);
    csuccess__mood m = csuccess__mood_of(of, &f);
    uint32_t risen = m.alerts & ~f.alerts;
    f.alerts = m.alerts;
    csuccess__buffer_clear(step->scratch);
    csuccess__feelings_write(step->scratch, &f);
    if (step->scratch->status < 0) csuccess__step_fail(step, step->scratch->status);
    csuccess__step_put(step, CSUCCESS__STATE_SENTIMENT, name,
                       csuccess__buffer_view(step->scratch));
    say(of, step, input, feeling);
    for (uint32_t i = 0; i < CSUCCESS__SENTIMENT_ALERT_COUNT && !step->quiet; i++) {
        if (risen >> i & 1) raise(of, step, i, &m);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The field AUTOMATION: its bytes and its JSON. Bytes: flags · of a hold since, until, reason, by · of a spiral since · times of negative responses · definitions. */
#include "calendar/time_json.h"
#include "customer/payload.h"
#include "intervene/automation.h"
#include "intervene/intervene.h"

enum { FLAG_HELD = 1, FLAG_SPIRAL = 2, FLAGS = 3 };

/* ---- Bytes ---- */

static uint32_t get_count(csuccess__wire *in, uint32_t most)
{
    uint64_t n = csuccess__wire_get_u64(in);
    if (n <= most) return (uint32_t)n;
    in->bad = true;
    return 0;
}

static void get_hold(csuccess__automation *out, csuccess__wire *in)
{
    out->held_at = csuccess__payload_time(in);
    out->until = csuccess__payload_time(in);
    out->reason = csuccess__payload_text(in);
    out->by = csuccess__payload_text(in);
    if (out->until != 0 && out->until <= out->held_at) in->bad = true;
    if (out->reason.len > CSUCCESS__AUTOMATION_REASON) in->bad = true;
}

static void get_negatives(csuccess__automation *out, csuccess__wire *in)
{
    uint32_t n = get_count(in, CSUCCESS__SPIRAL_MOST);
    for (uint32_t i = 0; i < n && !in->bad; i++) {
        out->negatives[i] = csuccess__payload_time(in);
        if (i > 0 && out->negatives[i] < out->negatives[i - 1]) in->bad = true;
    }
    out->negative_count = n;
}

static void get_told(csuccess__automation *out, csuccess__wire *in)
{
    uint32_t n = get_count(in, CSUCCESS__AUTOMATION_TOLD);
    for (uint32_t i = 0; i < n && !in->bad; i++) {
        out->told[i] = csuccess__payload_text(in);
        if (out->told[i].len == 0) in->bad = true;
        if (i > 0 && csuccess__str_cmp(out->told[i - 1], out->told[i]) >= 0) in->bad = true;
    }
    out->told_count = n;
}

static bool is_empty(const csuccess__automation *a)
{
    return !a->held && !a->spiral && a->negative_count == 0 && a->told_count == 0;
}

bool csuccess__automation_parse(csuccess__automation *out, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    uint64_t flags = csuccess__wire_get_u64(&in);
    *out = (csuccess__automation){.reason = {"", 0}, .by = {"", 0}};
    out->held = flags & FLAG_HELD;
    out->spiral = flags & FLAG_SPIRAL;
    if (out->held) get_hold(out, &in);
    if (out->spiral) out->spiral_at = csuccess__payload_time(&in);
    get_negatives(out, &in);
    get_told(out, &in);
    return flags <= FLAGS && csuccess__wire_done(&in) && !is_empty(out);
}

void csuccess__automation_write(csuccess__buffer *out, const csuccess__automation *a)
{
    if (is_empty(a)) return;
    csuccess__wire_u64(out, (a->held ? FLAG_HELD : 0u) | (a->spiral ? FLAG_SPIRAL : 0u));
    if (a->held) {
        csuccess__wire_i64(out, a->held_at);
        csuccess__wire_i64(out, a->until);
        csuccess__wire_str(out, a->reason);
        csuccess__wire_str(out, a->by);
    }
    if (a->spiral) csuccess__wire_i64(out, a->spiral_at);
    csuccess__wire_u64(out, a->negative_count);
    for (uint32_t i = 0; i < a->negative_count; i++) {
        csuccess__wire_i64(out, a->negatives[i]);
    }
    csuccess__wire_u64(out, a->told_count);
    for (uint32_t i = 0; i < a->told_count; i++) csuccess__wire_str(out, a->told[i]);
}

/* ---- In a step ---- */

static const csuccess_str no_name = {"", 0};

bool csuccess__automation_get(const csuccess__turn *t, csuccess__automation *out)
{
    csuccess__step *step = t->m->step;
    csuccess_str payload =
        csuccess__state_get(step->state, CSUCCESS__STATE_AUTOMATION, no_name);
    if (!payload.ptr) {
        *out = (csuccess__automation){.reason = {"", 0}, .by = {"", 0}};
        return true;
    }
    if (csuccess__automation_parse(out, payload)) return true;
    csuccess__step_fail(step, CSUCCESS_ESTATE);
    return false;
}

void csuccess__automation_put(csuccess__turn *t, const csuccess__automation *a)
{
    csuccess__step *step = t->m->step;
    csuccess__buffer_clear(step->scratch);
    csuccess__automation_write(step->scratch, a);
    if (step->scratch->status < 0) csuccess__step_fail(step, step->scratch->status);
    if (step->failed < 0) return;
    if (step->scratch->len == 0) {
        csuccess__state_drop(step->state, CSUCCESS__STATE_AUTOMATION, no_name);
        return;
    }
    csuccess__step_put(step, CSUCCESS__STATE_AUTOMATION, no_name,
                       csuccess__buffer_view(step->scratch));
}

bool csuccess__automation_halts(const csuccess__automation *a, int64_t at)
{
    return a->spiral || (a->held && (a->until == 0 || at < a->until));
}

/* ---- JSON ---- */

static void put_hold(csuccess__json_writer *w, const csuccess__automation *a)
{
    csuccess__json_key(w, CSUCCESS_STR("hold"));
    csuccess__json_open(w, '{');
    csuccess__json_put_time(w, "since", a->held_at);
    if (a->until != 0) csuccess__json_put_time(w, "until", a->until);
    csuccess__json_put_given(w, "reason", a->reason);
    csuccess__json_put_given(w, "by", a->by);
    csuccess__json_close(w, '}');
}

static void put_members(csuccess__json_writer *w, const csuccess__automation *a)
{
    if (a->held) put_hold(w, a);
    if (a->spiral) csuccess__json_put_time(w, "spiral", a->spiral_at);
    if (a->told_count > 0) {
        csuccess__json_key(w, CSUCCESS_STR("unanswered"));
        csuccess__json_open(w, '[');
        for (uint32_t i = 0; i < a->told_count; i++) csuccess__json_str(w, a->told[i]);
        csuccess__json_close(w, ']');
    }
}

static void put_negatives(csuccess__json_writer *w, const csuccess__automation *a)
{
    char text[CSUCCESS__TIME_TEXT];
    if (a->negative_count == 0) return;
    csuccess__json_key(w, CSUCCESS_STR("negative"));
    csuccess__json_open(w, '[');
    for (uint32_t i = 0; i < a->negative_count; i++) {
        size_t len = csuccess__time_format(text, a->negatives[i]);
        csuccess__json_str(w, (csuccess_str){text, len});
    }
    csuccess__json_close(w, ']');
}

void csuccess__automation_print(struct csuccess__json_writer *out,
                                const csuccess__state_field *field)
{
    csuccess__automation a;
    if (!csuccess__automation_parse(&a, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    put_members(out, &a);
    put_negatives(out, &a);
    csuccess__json_close(out, '}');
}

void csuccess__automation_report(csuccess__turn *t, struct csuccess__json_writer *out)
{
    csuccess__automation a;
    csuccess__json_open(out, '{');
    if (csuccess__automation_get(t, &a)) {
        csuccess__json_put_bool(out, "halted", csuccess__automation_halts(&a, t->m->step->now));
        put_members(out, &a);
        if (t->of->reach->spiral > 0) {
            csuccess__json_put_num(out, "negative_responses", a.negative_count);
        }
    }
    csuccess__json_close(out, '}');
}

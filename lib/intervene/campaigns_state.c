/* SPDX-License-Identifier: Apache-2.0 */
/* The field RUN: its bytes, and its JSON. */
#include "calendar/time_json.h"
#include "customer/payload.h"
#include "flow/playbooks/started.h"
#include "flow/playbooks/task_internal.h"
#include "intervene/campaigns_internal.h"

#include <string.h>

static const char *const state_words[] = {
#define CSUCCESS__CAMPAIGN_RUN(name, number, text) text,
    CSUCCESS__CAMPAIGN_RUN_STATES(CSUCCESS__CAMPAIGN_RUN)
#undef CSUCCESS__CAMPAIGN_RUN
};
static const char *const judged_words[] = {"", "met", "missed", "undecided"};
enum { FLAG_COUNTED = 1, JUDGED_MOST = 3, ID_DIGITS = 64, TRACK_DIGITS = 16 };

const char *csuccess__campaign_run_word(csuccess__campaign_run_state state)
{
    return state_words[state];
}

/* ---- Bytes: state · flags · counts · times · texts · actions ---- */

static uint64_t get_most(csuccess__wire *in, uint64_t most)
{
    uint64_t v = csuccess__wire_get_u64(in);
    if (v <= most) return v;
    in->bad = true;
    return 0;
}

/* Hexadecimal digits in lower case. */
static bool are_digits(csuccess_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
    }
    return true;
}

/* How many lines a text has; 0 when one of them is empty. */
static uint32_t count_lines(csuccess_str lines)
{
    csuccess_str line;
    uint32_t count = 0;
    bool ends = lines.len > 0 && lines.ptr[lines.len - 1] == '\n';
    while (csuccess__line_next(&lines, &line)) {
        if (line.len == 0) return 0;
        count++;
    }
    return ends ? 0 : count;
}

static void get_actions(csuccess__wire *in, csuccess__campaign_run *out)
{
    out->done = csuccess__wire_get_u64(in);
    out->dropped = csuccess__wire_get_u64(in);
    out->actions = csuccess__payload_text(in);
    out->tracks = csuccess__payload_text(in);
    out->escalated = csuccess__payload_text(in);
    uint32_t n = count_lines(out->actions);
    uint64_t all = n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
    if (n == 0 || n > CSUCCESS__ACTIONS_MOST || out->done & ~all) in->bad = true;
    if (out->dropped & ~out->done) in->bad = true;
    if (out->tracks.len != (size_t)n * TRACK_DIGITS || !are_digits(out->tracks)) in->bad = true;
    if (out->escalated.len && count_lines(out->escalated) == 0) in->bad = true;
}

/* What cannot be, although it can be read. */
static bool is_sound(const csuccess__campaign_run *run)
{
    bool running = csuccess__campaign_running(run);
    if (run->id.len != ID_DIGITS || !are_digits(run->id)) return false;
    if (run->times == 0 || run->started_at == 0 || running != (run->ended_at == 0)) {
        return false;
    }
    if (run->judged && run->judge_at) return false;
    return csuccess__started_check(run->started);
}

bool csuccess__campaign_run_parse(csuccess__campaign_run *out, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    *out = (csuccess__campaign_run){.of = NULL};
    out->state = (csuccess__campaign_run_state)get_most(&in, CSUCCESS__CAMPAIGN_RUN_CANCELLED);
    out->counted = get_most(&in, FLAG_COUNTED) & FLAG_COUNTED;
    out->times = (uint32_t)get_most(&in, UINT32_MAX);
    out->judged = (uint32_t)get_most(&in, JUDGED_MOST);
    out->spent = (int64_t)get_most(&in, INT64_MAX);
    out->started_at = csuccess__payload_time(&in);
    out->ended_at = csuccess__payload_time(&in);
    out->judge_at = csuccess__payload_time(&in);
    out->follow_up_at = csuccess__payload_time(&in);
    out->id = csuccess__payload_text(&in);
    out->detail = csuccess__payload_text(&in);
    out->started = csuccess__wire_get_str(&in);
    if (csuccess__campaign_running(out)) get_actions(&in, out);
    return csuccess__wire_done(&in) && is_sound(out);
}

static void put_run(csuccess__buffer *out, const csuccess__campaign_run *run)
{
    csuccess__wire_u64(out, (uint64_t)run->state);
    csuccess__wire_u64(out, run->counted ? FLAG_COUNTED : 0);
    csuccess__wire_u64(out, run->times);
    csuccess__wire_u64(out, run->judged);
    csuccess__wire_u64(out, (uint64_t)run->spent);
    csuccess__wire_i64(out, run->started_at);
    csuccess__wire_i64(out, run->ended_at);
    csuccess__wire_i64(out, run->judge_at);
    csuccess__wire_i64(out, run->follow_up_at);
    csuccess__wire_str(out, run->id);
    csuccess__wire_str(out, run->detail);
    csuccess__wire_str(out, run->started);
    if (!csuccess__campaign_running(run)) return;
    csuccess__wire_u64(out, run->done);
    csuccess__wire_u64(out, run->dropped);
    csuccess__wire_str(out, run->actions);
    csuccess__wire_str(out, run->tracks);
    csuccess__wire_str(out, run->escalated);
}

void csuccess__campaign_run_put(csuccess__turn *t, const csuccess__campaign_run *run)
{
    csuccess__step *step = t->m->step;
    csuccess__buffer *out = step->scratch;
    csuccess__buffer_clear(out);
    put_run(out, run);
    if (out->status < 0) {
        csuccess__step_fail(step, out->status);
        return;
    }
    csuccess__step_put(step, CSUCCESS__STATE_RUN, run->campaign, csuccess__buffer_view(out));
}

/* ---- Taking them out ---- */

static bool take(csuccess__turn *t, const csuccess__state_field *field,
                 csuccess__campaign_run *out)
{
    csuccess_str name = csuccess__turn_copy(t, field->name);
    csuccess_str payload = csuccess__turn_copy(t, field->payload);
    if (t->m->step->failed < 0) return false;
    if (!csuccess__campaign_run_parse(out, payload)) {
        csuccess__step_fail(t->m->step, CSUCCESS_ESTATE);
        return false;
    }
    out->campaign = name;
    out->of = csuccess__campaign_find(t->of->campaigns, name);
    return true;
}

bool csuccess__campaign_run_take(csuccess__turn *t, csuccess_str id,
                                 csuccess__campaign_run *out)
{
    csuccess__state_field field = {.name = id};
    field.payload = csuccess__state_get(t->m->step->state, CSUCCESS__STATE_RUN, id);
    return field.payload.ptr && take(t, &field, out);
}

csuccess__campaign_run *csuccess__campaign_runs(csuccess__turn *t, uint32_t *count)
{
    const csuccess__state *state = t->m->step->state;
    uint32_t first = csuccess__state_of_kind(state, CSUCCESS__STATE_RUN, count);
    if (*count == 0) return NULL;
    csuccess__campaign_run *runs =
        CSUCCESS__NEW_ARRAY(&t->desk->texts, csuccess__campaign_run, *count);
    if (!runs) csuccess__step_fail(t->m->step, CSUCCESS_ENOMEM);
    for (uint32_t i = 0; runs && i < *count; i++) {
        if (!take(t, &state->fields[first + i], &runs[i])) runs = NULL;
    }
    if (!runs) *count = 0;
    return runs;
}

uint32_t csuccess__campaign_run_bit(const csuccess__campaign_run *run, csuccess_str action)
{
    csuccess_str lines = run->actions, line;
    for (uint32_t bit = 0; csuccess__line_next(&lines, &line); bit++) {
        if (csuccess__str_eq(line, action)) return bit;
    }
    return UINT32_MAX;
}

bool csuccess__campaign_run_over(const csuccess__campaign_run *run)
{
    uint32_t n = (uint32_t)(run->tracks.len / TRACK_DIGITS);
    uint64_t all = n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
    return run->done == all && run->follow_up_at == 0;
}

/* ---- JSON ---- */

static void put_time(csuccess__json_writer *w, const char *key, int64_t at)
{
    if (at != 0) csuccess__json_put_time(w, key, at);
}

static void print_actions(csuccess__json_writer *out, const csuccess__campaign_run *run)
{
    csuccess_str lines = run->actions, line;
    if (run->actions.len == 0) return;
    csuccess__json_key(out, CSUCCESS_STR("actions"));
    csuccess__json_open(out, '[');
    for (uint32_t bit = 0; csuccess__line_next(&lines, &line); bit++) {
        csuccess_str track = {run->tracks.ptr + (size_t)bit * TRACK_DIGITS, TRACK_DIGITS};
        const char *state = run->dropped >> bit & 1 ? "dropped"
                            : run->done >> bit & 1  ? "left"
                                                    : "planned";
        csuccess__json_open(out, '{');
        csuccess__json_put_str(out, "action", line);
        csuccess__json_put_str(out, "state", csuccess__str(state));
        if (state[0] == 'l') csuccess__json_put_str(out, "execution", track);
        csuccess__json_close(out, '}');
    }
    csuccess__json_close(out, ']');
}

void csuccess__campaign_print(struct csuccess__json_writer *out,
                              const csuccess__state_field *field)
{
    csuccess__campaign_run run;
    if (!csuccess__campaign_run_parse(&run, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    csuccess__json_put_str(out, "state", csuccess__str(state_words[run.state]));
    csuccess__json_put_str(out, "run", run.id);
    csuccess__json_put_given(out, "detail", run.detail);
    csuccess__json_put_num(out, "times", run.times);
    csuccess__json_put_time(out, "started_at", run.started_at);
    put_time(out, "ended_at", run.ended_at);
    put_time(out, "judge_at", run.judge_at);
    put_time(out, "follow_up_at", run.follow_up_at);
    csuccess__json_put_given(out, "success", csuccess__str(judged_words[run.judged]));
    if (run.spent) csuccess__json_put_num(out, "spent", (double)run.spent);
    if (run.counted) csuccess__json_put_bool(out, "counted", true);
    print_actions(out, &run);
    csuccess__json_close(out, '}');
}

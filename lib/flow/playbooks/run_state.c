/* SPDX-License-Identifier: Apache-2.0 */
/* The field PLAYBOOK: its bytes, its JSON, and the entries that tell of it. */
#include "calendar/time_json.h"
#include "customer/payload.h"
#include "flow/flow.h"
#include "flow/pins.h"
#include "flow/playbooks/playbook_internal.h"
#include "flow/playbooks/task_internal.h"

static const char *const state_words[] = {
#define CSUCCESS__RUN_STATE(name, number, text) text,
    CSUCCESS__RUN_STATES(CSUCCESS__RUN_STATE)
#undef CSUCCESS__RUN_STATE
};
static const char *const step_words[] = {
#define CSUCCESS__RUN_STEP_STATE(name, number, text) text,
    CSUCCESS__RUN_STEP_STATES(CSUCCESS__RUN_STEP_STATE)
#undef CSUCCESS__RUN_STEP_STATE
};
static const char *const measure_words[] = {
#define CSUCCESS__SUCCESS(name, number, text) text,
    CSUCCESS__SUCCESSES(CSUCCESS__SUCCESS)
#undef CSUCCESS__SUCCESS
};

enum { FLAG_CANCEL = 1, FLAG_STALLED = 2, FLAGS = 3 };
#define COUNT_MOST (UINT64_C(1) << 53)

/* ---- Bytes: state · flags · counts · times · measures · hashes · texts · steps · values ---- */

static uint64_t get_most(csuccess__wire *in, uint64_t most)
{
    uint64_t v = csuccess__wire_get_u64(in);
    if (v <= most) return v;
    in->bad = true;
    return 0;
}

static void get_hash(csuccess__wire *in, uint8_t *out, size_t n)
{
    csuccess_str bytes = csuccess__wire_get_bytes(in, n);
    if (!in->bad && bytes.len == n) memcpy(out, bytes.ptr, n);
}

static void get_step(csuccess__wire *in, csuccess__run_step *out)
{
    out->id = csuccess__payload_text(in);
    out->state = (csuccess__run_step_state)get_most(in, CSUCCESS__RUN_STEP_SKIPPED);
    out->begun_at = csuccess__payload_time(in);
    out->ended_at = csuccess__payload_time(in);
    out->made = get_most(in, COUNT_MOST);
    out->next_at = csuccess__payload_time(in);
}

static void get_lists(csuccess__wire *in, csuccess__run *out)
{
    out->step_count = (uint32_t)get_most(in, CSUCCESS__PLAYBOOK_STEPS_MOST);
    for (uint32_t i = 0; i < out->step_count && !in->bad; i++) get_step(in, &out->steps[i]);
    out->value_count = (uint32_t)get_most(in, CSUCCESS__STARTED_MOST);
    for (uint32_t i = 0; i < out->value_count && !in->bad; i++) {
        out->values[i].name = csuccess__payload_text(in);
        out->values[i].value = csuccess__wire_get_double(in);
    }
    if (in->bad) out->step_count = out->value_count = 0;
}

static void list_texts(csuccess__run *r, csuccess_str *out[5])
{
    csuccess_str *texts[5] = {&r->playbook, &r->record, &r->instance, &r->reason, &r->by};
    memcpy(out, texts, sizeof texts);
}

bool csuccess__run_parse(csuccess__run *out, csuccess_str payload)
{
    csuccess_str *texts[5];
    csuccess__wire in = csuccess__wire_open(payload);
    memset(out, 0, sizeof *out);
    list_texts(out, texts);
    out->state = (csuccess__run_state)get_most(&in, CSUCCESS__RUN_CANCELLED);
    uint64_t flags = get_most(&in, FLAGS);
    out->cancel = flags & FLAG_CANCEL;
    out->stalled = flags & FLAG_STALLED;
    out->times = get_most(&in, COUNT_MOST);
    out->again = get_most(&in, COUNT_MOST);
    out->began_at = csuccess__payload_time(&in);
    out->started_at = csuccess__payload_time(&in);
    out->ended_at = csuccess__payload_time(&in);
    out->within_at = csuccess__payload_time(&in);
    out->next_at = csuccess__payload_time(&in);
    out->at_end = (csuccess__run_success)get_most(&in, CSUCCESS__SUCCESS_UNDECIDED);
    out->at_within = (csuccess__run_success)get_most(&in, CSUCCESS__SUCCESS_UNDECIDED);
    get_hash(&in, out->definition, sizeof out->definition);
    get_hash(&in, out->config, sizeof out->config);
    for (size_t i = 0; i < 5; i++) *texts[i] = csuccess__payload_text(&in);
    out->kept = csuccess__wire_get_str(&in);
    get_lists(&in, out);
    if (out->playbook.len == 0 || out->instance.len == 0) in.bad = true;
    if ((out->state == CSUCCESS__RUN_OPEN) != (out->ended_at == 0)) in.bad = true;
    if ((out->state == CSUCCESS__RUN_OPEN) != (out->step_count > 0)) in.bad = true;
    return csuccess__wire_done(&in);
}

bool csuccess__run_take(csuccess__moment *m, csuccess_str name, csuccess__run *out)
{
    csuccess_str payload = csuccess__state_get(m->step->state, CSUCCESS__STATE_PLAYBOOK, name);
    if (!payload.ptr) return false;
    payload = csuccess__moment_copy(m, payload);
    csuccess_str kept = csuccess__moment_copy(m, name);
    if (m->step->failed < 0) return false;
    if (!csuccess__run_parse(out, payload)) {
        csuccess__step_fail(m->step, CSUCCESS_ESTATE);
        return false;
    }
    out->name = kept;
    return true;
}

static void put_lists(csuccess__buffer *out, const csuccess__run *run)
{
    csuccess__wire_u64(out, run->step_count);
    for (uint32_t i = 0; i < run->step_count; i++) {
        const csuccess__run_step *s = &run->steps[i];
        csuccess__wire_str(out, s->id);
        csuccess__wire_u64(out, (uint64_t)s->state);
        csuccess__wire_i64(out, s->begun_at);
        csuccess__wire_i64(out, s->ended_at);
        csuccess__wire_u64(out, s->made);
        csuccess__wire_i64(out, s->next_at);
    }
    csuccess__wire_u64(out, run->value_count);
    for (uint32_t i = 0; i < run->value_count; i++) {
        csuccess__wire_str(out, run->values[i].name);
        csuccess__wire_double(out, run->values[i].value);
    }
}

void csuccess__run_put(csuccess__moment *m, const csuccess__run *run)
{
    csuccess__buffer *out = m->step->scratch;
    const csuccess_str texts[] = {run->playbook, run->record, run->instance,
                                  run->reason,   run->by,     run->kept};
    const int64_t times[] = {run->began_at, run->started_at, run->ended_at, run->within_at,
                             run->next_at};
    csuccess__buffer_clear(out);
    csuccess__wire_u64(out, (uint64_t)run->state);
    csuccess__wire_u64(out,
                       (run->cancel ? FLAG_CANCEL : 0u) | (run->stalled ? FLAG_STALLED : 0u));
    csuccess__wire_u64(out, run->times);
    csuccess__wire_u64(out, run->again);
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        csuccess__wire_i64(out, times[i]);
    }
    csuccess__wire_u64(out, (uint64_t)run->at_end);
    csuccess__wire_u64(out, (uint64_t)run->at_within);
    csuccess__buffer_put(out, run->definition, sizeof run->definition);
    csuccess__buffer_put(out, run->config, sizeof run->config);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        csuccess__wire_str(out, texts[i]);
    }
    put_lists(out, run);
    if (out->status < 0) {
        csuccess__step_fail(m->step, out->status);
        return;
    }
    csuccess__step_put(m->step, CSUCCESS__STATE_PLAYBOOK, run->name,
                       csuccess__buffer_view(out));
}

/* ---- Looking one up ---- */

int64_t csuccess__run_ended_at(csuccess__moment *m, csuccess_str instance)
{
    const csuccess__state *state = m->step->state;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_PLAYBOOK, &count);
    for (uint32_t i = 0; i < count; i++) {
        csuccess__run run;
        if (!csuccess__run_parse(&run, state->fields[first + i].payload)) {
            csuccess__step_fail(m->step, CSUCCESS_ESTATE);
            return 0;
        }
        if (!csuccess__str_eq(run.instance, instance)) continue;
        return run.state == CSUCCESS__RUN_OPEN ? CSUCCESS__NEVER : run.ended_at;
    }
    return 0;
}

const csuccess__playbook *csuccess__run_definition(csuccess__moment *m,
                                                   const csuccess__run *run)
{
    const csuccess__playbooks *playbooks = m->flow->playbooks;
    uint32_t at = csuccess__playbook_find(playbooks, run->playbook);
    csuccess_str why;
    const csuccess__playbook *def = at == UINT32_MAX ? NULL : &playbooks->list[at];
    bool same = def && memcmp(def->hash, run->definition, sizeof def->hash) == 0;
    if (!same) {
        def = m->desk->pins ? csuccess__pins_playbook(m->desk->pins, run->playbook,
                                                      run->definition, run->config, &why)
                            : NULL;
    }
    if (!def || def->step_count != run->step_count) return run->step_count ? NULL : def;
    return def;
}

/* ---- JSON ---- */

static void put_time(csuccess__json_writer *w, const char *key, int64_t at)
{
    if (at != 0) csuccess__json_put_time(w, key, at);
}

void csuccess__run_say(csuccess__moment *m, const csuccess__run *run,
                       const csuccess__playbook *def, const char *state)
{
    csuccess__json_writer *w = csuccess__step_body(m->step);
    csuccess__json_put_str(w, "playbook", run->playbook);
    csuccess__json_put_given(w, "record", run->record);
    csuccess__json_put_str(w, "state", csuccess__str(state));
    csuccess__json_put_str(w, "instance", run->instance);
    csuccess__json_put_num(w, "times", (double)run->times);
    if (run->again) csuccess__json_put_num(w, "again", (double)run->again);
    csuccess__json_put_given(w, "by", run->by);
    csuccess__json_put_given(w, "reason", run->reason);
    put_time(w, "started_at", run->started_at);
    put_time(w, "ended_at", run->ended_at);
    if (def) {
        csuccess__json_put_given(w, "category", def->category);
        csuccess__json_put_str(w, "priority",
                               csuccess__str(csuccess__priority_words[def->priority]));
        if (def->estimated_hours > 0) {
            csuccess__json_put_num(w, "estimated_hours", def->estimated_hours);
        }
    }
    csuccess__json_put_given(w, "success", csuccess__str(measure_words[run->at_end]));
    csuccess__json_put_given(w, "success_within", csuccess__str(measure_words[run->at_within]));
    csuccess_str body = csuccess__step_body_end(m->step);
    if (body.ptr) csuccess__step_entry(m->step, "playbook", (csuccess_str){"", 0}, body);
}

static void print_steps(csuccess__json_writer *out, const csuccess__run *run)
{
    if (run->step_count == 0) return;
    csuccess__json_key(out, CSUCCESS_STR("steps"));
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < run->step_count; i++) {
        const csuccess__run_step *s = &run->steps[i];
        csuccess__json_open(out, '{');
        csuccess__json_put_str(out, "step", s->id);
        csuccess__json_put_str(out, "state", csuccess__str(step_words[s->state]));
        put_time(out, "begun_at", s->begun_at);
        put_time(out, "ended_at", s->ended_at);
        if (s->made) csuccess__json_put_num(out, "tasks", (double)s->made);
        put_time(out, "next_at", s->next_at);
        csuccess__json_close(out, '}');
    }
    csuccess__json_close(out, ']');
}

static void print_values(csuccess__json_writer *out, const csuccess__run *run)
{
    if (run->value_count == 0) return;
    csuccess__json_key(out, CSUCCESS_STR("started"));
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < run->value_count; i++) {
        csuccess__json_open(out, '{');
        csuccess__json_put_str(out, "name", run->values[i].name);
        csuccess__json_put_num(out, "value", run->values[i].value);
        csuccess__json_close(out, '}');
    }
    csuccess__json_close(out, ']');
}

void csuccess__playbook_print(struct csuccess__json_writer *out,
                              const csuccess__state_field *field)
{
    csuccess__run run;
    if (!csuccess__run_parse(&run, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    csuccess__json_put_str(out, "playbook", run.playbook);
    csuccess__json_put_given(out, "record", run.record);
    csuccess__json_put_str(out, "state", csuccess__str(state_words[run.state]));
    csuccess__json_put_str(out, "instance", run.instance);
    csuccess__json_put_num(out, "times", (double)run.times);
    if (run.again) csuccess__json_put_num(out, "again", (double)run.again);
    csuccess__json_put_given(out, "by", run.by);
    csuccess__json_put_given(out, "reason", run.reason);
    put_time(out, "began_at", run.began_at);
    put_time(out, "started_at", run.started_at);
    put_time(out, "ended_at", run.ended_at);
    put_time(out, "within_at", run.within_at);
    csuccess__json_put_given(out, "success", csuccess__str(measure_words[run.at_end]));
    csuccess__json_put_given(out, "success_within",
                             csuccess__str(measure_words[run.at_within]));
    print_steps(out, &run);
    print_values(out, &run);
    csuccess__json_close(out, '}');
}

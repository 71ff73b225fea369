/* SPDX-License-Identifier: Apache-2.0 */
/* What people do with playbooks: start one, cancel one, move its start. */
#include "flow/flow.h"
#include "flow/playbooks/playbook_internal.h"

static csuccess_result refuse(csuccess__text *reason, const char *format, csuccess_str name)
{
    csuccess__text_format(reason, format, name);
    return CSUCCESS_ERANGE;
}

static csuccess_result start(csuccess__moment *m, const csuccess__input *input,
                             const csuccess__playbook *def, csuccess__text *reason)
{
    csuccess_str record = csuccess__input_string(input, "record");
    if (def->each == UINT32_MAX && record.len) {
        return refuse(reason, "the playbook %q has no \"for_each\", so no \"record\"", def->id);
    }
    if (record.len && !csuccess__record_find(m, def->each, record)) {
        return refuse(reason, "this customer has no record %q", record);
    }
    const csuccess__happening happening = {.kind = CSUCCESS__HAPPENING_START,
                                           .id = def->id,
                                           .detail = CSUCCESS_STR("input"),
                                           .record = record};
    if (m->step->quiet) return CSUCCESS_UNCHANGED; /* nothing begins while history comes in */
    csuccess__moment_tell(m, &happening);
    return m->step->failed < 0 ? m->step->failed : CSUCCESS_OK;
}

static csuccess_result cancel_one(csuccess__moment *m, const csuccess__input *input,
                                  csuccess__run *run)
{
    csuccess_str why = csuccess__input_string(input, "reason");
    if (run->cancel) return CSUCCESS_UNCHANGED;
    run->cancel = true; /* it ends in this step, once what success is measured by is known */
    if (why.len && why.len <= 256) run->reason = why;
    csuccess__run_put(m, run);
    return CSUCCESS_OK;
}

static csuccess_result move_one(csuccess__moment *m, const csuccess__input *input,
                                csuccess__run *run, csuccess__text *reason)
{
    csuccess__value v = csuccess__input_value(input, "start", CSUCCESS__KIND_TIME);
    const csuccess__playbook *def = csuccess__run_definition(m, run);
    if (v.kind != CSUCCESS__KIND_TIME || v.as.time == 0) {
        return refuse(reason, "%q needs \"start\", a time", input->name);
    }
    if (!def) {
        return refuse(reason, "the definition that %q began with is not to be had any more",
                      run->playbook);
    }
    if (v.as.time == run->started_at) return CSUCCESS_UNCHANGED;
    csuccess__run_move(m, run, def, v.as.time);
    csuccess__run_put(m, run);
    csuccess__run_say(m, run, def, "moved");
    return m->step->failed < 0 ? m->step->failed : CSUCCESS_OK;
}

/* Which runs a word is about, and what came of it so far. */
typedef struct selection {
    csuccess_str playbook, record;
    bool cancels, any;
    csuccess_result result;
} selection;

static csuccess_result one(csuccess__moment *m, const csuccess__input *input, selection *s,
                           csuccess__run *run, csuccess__text *reason)
{
    bool of_record = s->record.len == 0 || csuccess__str_eq(run->record, s->record);
    if (!of_record || !csuccess__str_eq(run->playbook, s->playbook)) return CSUCCESS_OK;
    s->any = true;
    if (run->state != CSUCCESS__RUN_OPEN) return CSUCCESS_OK;
    csuccess_result result =
        s->cancels ? cancel_one(m, input, run) : move_one(m, input, run, reason);
    if (result == CSUCCESS_OK) s->result = CSUCCESS_OK;
    return result;
}

/* All open runs of the playbook, or that of one record. */
static csuccess_result each_open(csuccess__moment *m, const csuccess__input *input,
                                 csuccess_str id, csuccess__text *reason)
{
    const csuccess__state *state = m->step->state;
    selection s = {.playbook = id,
                   .record = csuccess__input_string(input, "record"),
                   .cancels = csuccess__str_is(input->name, "cancel"),
                   .result = CSUCCESS_UNCHANGED};
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_PLAYBOOK, &count);
    for (uint32_t i = 0; i < count; i++) {
        csuccess__run run;
        if (!csuccess__run_take(m, state->fields[first + i].name, &run)) return m->step->failed;
        csuccess_result result = one(m, input, &s, &run, reason);
        if (result < 0) return result;
    }
    if (m->step->failed < 0) return m->step->failed;
    if (!s.any) return refuse(reason, "the playbook %q was never started here", id);
    if (s.result == CSUCCESS_OK || s.cancels) return s.result;
    return refuse(reason, "the playbook %q is not open, or starts then already", id);
}

csuccess_result csuccess__playbook_apply(csuccess__moment *m, const csuccess__input *input,
                                         csuccess__text *reason)
{
    csuccess_str id = csuccess__input_string(input, "playbook");
    const csuccess__playbooks *playbooks = m->flow->playbooks;
    uint32_t at = csuccess__playbook_find(playbooks, id);
    bool starts = csuccess__str_is(input->name, "start");
    if (!starts && !csuccess__str_is(input->name, "cancel") &&
        !csuccess__str_is(input->name, "move")) {
        return refuse(reason, "%q is not one of start, cancel, move", input->name);
    }
    if (!starts) return each_open(m, input, id, reason);
    if (at == UINT32_MAX) {
        return refuse(reason, "there is no playbook %q in the section \"playbooks\"", id);
    }
    return start(m, input, &playbooks->list[at], reason);
}

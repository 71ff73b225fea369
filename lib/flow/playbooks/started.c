/* SPDX-License-Identifier: Apache-2.0 */
/* Values of a beginning as bytes: count, then name and number of each, in the order of the slots. */
#include "flow/playbooks/started.h"

#include "customer/payload.h"
#include "flow/flow.h"
#include "flow/playbooks/playbook_internal.h"

static bool reads(const csuccess__program *program, uint32_t slot)
{
    for (uint32_t i = 0; program && i < program->input_count; i++) {
        if (program->inputs[i] == slot) return true;
    }
    return false;
}

static bool wanted(const csuccess__moment *m, const csuccess__started *s,
                   const csuccess__program *const *programs, uint32_t count)
{
    if (m->slots[s->of].kind != CSUCCESS__KIND_NUMBER) return false;
    for (uint32_t i = 0; i < count; i++) {
        if (reads(programs[i], s->slot)) return true;
    }
    return false;
}

csuccess_str csuccess__started_keep(csuccess__moment *m,
                                    const csuccess__program *const *programs, uint32_t count)
{
    const csuccess__playbooks *of = m->flow->playbooks;
    uint32_t list[CSUCCESS__STARTED_MOST], found = 0;
    csuccess__buffer *out = m->step->scratch;
    csuccess_str none = {"", 0};
    for (uint32_t i = 0; i < of->started_count && found < CSUCCESS__STARTED_MOST; i++) {
        if (wanted(m, &of->started[i], programs, count)) list[found++] = i;
    }
    if (found == 0) return none;
    csuccess__buffer_clear(out);
    csuccess__wire_u64(out, found);
    for (uint32_t i = 0; i < found; i++) {
        const csuccess__started *s = &of->started[list[i]];
        csuccess__wire_str(out, s->name);
        csuccess__wire_double(out, m->slots[s->of].as.number);
    }
    if (out->status < 0) {
        csuccess__step_fail(m->step, out->status);
        return none;
    }
    return csuccess__moment_copy(m, csuccess__buffer_view(out));
}

static bool next(csuccess__wire *in, csuccess_str *name, double *value)
{
    *name = csuccess__payload_text(in);
    *value = csuccess__wire_get_double(in);
    return !in->bad && name->len > 0;
}

bool csuccess__started_check(csuccess_str bytes)
{
    csuccess__wire in = csuccess__wire_open(bytes);
    csuccess_str name;
    double value;
    if (bytes.len == 0) return true;
    uint64_t count = csuccess__wire_get_u64(&in);
    if (count == 0 || count > CSUCCESS__STARTED_MOST) return false;
    for (uint64_t i = 0; i < count; i++) {
        if (!next(&in, &name, &value)) return false;
    }
    return csuccess__wire_done(&in);
}

void csuccess__started_hide(csuccess__moment *m)
{
    const csuccess__playbooks *of = m->flow->playbooks;
    for (uint32_t i = 0; i < of->started_count; i++) {
        m->slots[of->started[i].slot] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    }
}

void csuccess__started_show(csuccess__moment *m, csuccess_str bytes)
{
    const csuccess__playbooks *of = m->flow->playbooks;
    csuccess__wire in = csuccess__wire_open(bytes);
    csuccess_str name;
    double value;
    csuccess__started_hide(m);
    if (bytes.len == 0) return;
    if (!csuccess__started_check(bytes)) {
        csuccess__step_fail(m->step, CSUCCESS_ESTATE);
        return;
    }
    uint64_t count = csuccess__wire_get_u64(&in);
    for (uint64_t k = 0; k < count && next(&in, &name, &value); k++) {
        for (uint32_t i = 0; i < of->started_count; i++) {
            if (!csuccess__str_eq(of->started[i].name, name)) continue;
            m->slots[of->started[i].slot] = csuccess__number(value);
        }
    }
}

uint32_t csuccess__started_count(const csuccess__schema *schema,
                                 const csuccess__program *program)
{
    uint32_t count = 0;
    for (uint32_t i = 0; program && i < program->input_count; i++) {
        if (csuccess__str_is(schema->slots[program->inputs[i]].path, "started")) count++;
    }
    return count;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What the machines of flow share while a step is taken. */
#include "flow/moment.h"

#include "base/str.h"
#include "flow/flow.h"

enum { FIRST_HAPPENINGS = 16 };

csuccess__truth csuccess__moment_asks(csuccess__moment *m, const csuccess__program *program)
{
    if (!program) return CSUCCESS__TRUE;
    csuccess__value v = csuccess__moment_value(m, program);
    if (v.kind != CSUCCESS__KIND_BOOL) return CSUCCESS__OPEN;
    return v.as.boolean ? CSUCCESS__TRUE : CSUCCESS__FALSE;
}

csuccess__value csuccess__moment_value(csuccess__moment *m, const csuccess__program *program)
{
    csuccess_result failed = CSUCCESS_OK;
    csuccess__frame frame = {.slots = m->slots, .count = m->schema->count, .now = m->step->now};
    csuccess__value v = csuccess__program_run(program, m->machine, &frame, &failed);
    if (failed == CSUCCESS_ENOMEM) csuccess__step_fail(m->step, failed);
    return v;
}

csuccess_str csuccess__moment_copy(csuccess__moment *m, csuccess_str text)
{
    csuccess_str copy = csuccess__arena_copy(&m->desk->texts, text);
    if (copy.ptr) return copy;
    csuccess__step_fail(m->step, CSUCCESS_ENOMEM);
    return CSUCCESS_STR("");
}

/* Room for one more, in the desk's memory. */
static bool make_room(csuccess__flow_desk *desk)
{
    if (desk->queue_count < desk->queue_cap) return true;
    uint32_t cap = desk->queue_cap ? 2 * desk->queue_cap : FIRST_HAPPENINGS;
    csuccess__happening *queue =
        csuccess__resize(desk->mem, desk->queue, desk->queue_cap, cap, sizeof *desk->queue);
    if (!queue) return false;
    desk->queue = queue;
    desk->queue_cap = cap;
    return true;
}

void csuccess__moment_tell(csuccess__moment *m, const csuccess__happening *happening)
{
    csuccess__flow_desk *desk = m->desk;
    if (m->step->failed < 0) return;
    if (desk->queue_count == CSUCCESS__HAPPENINGS_MOST) {
        desk->cut = true;
        return;
    }
    if (!make_room(desk)) {
        csuccess__step_fail(m->step, CSUCCESS_ENOMEM);
        return;
    }
    csuccess__happening copy = *happening;
    csuccess_str *texts[] = {&copy.id, &copy.detail, &copy.instance, &copy.record, &copy.kept};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i]->len) *texts[i] = csuccess__moment_copy(m, *texts[i]);
    }
    if (m->step->failed >= 0) desk->queue[desk->queue_count++] = copy;
}

csuccess__value csuccess__moment_string(const csuccess__moment *m, csuccess_str text)
{
    csuccess__value v = csuccess__string(text);
    v.code = csuccess__constants_find(m->constants, text);
    return v;
}

csuccess_str csuccess__moment_id(csuccess__moment *m, const char *domain,
                                 csuccess_str definition, csuccess_str step,
                                 uint64_t occurrence)
{
    char id[65];
    csuccess__cause_id(id, &(csuccess__cause){.domain = domain,
                                              .tenant = m->step->tenant,
                                              .customer = m->step->customer,
                                              .cause = m->step->cause,
                                              .definition = definition,
                                              .step = step,
                                              .occurrence = occurrence});
    return csuccess__moment_copy(m, (csuccess_str){id, sizeof id - 1});
}

bool csuccess__moment_was_refused(const csuccess__moment *m, csuccess_str id)
{
    for (uint32_t i = 0; i < m->refused_count; i++) {
        if (csuccess__str_eq(m->refused[i], id)) return true;
    }
    return false;
}

int64_t csuccess__moment_ledger(const csuccess__moment *m, csuccess_str key)
{
    const csuccess__effects *out = m->step->out;
    int64_t sum = 0;
    for (uint32_t i = 0; i < m->ledger_count; i++) {
        if (csuccess__str_eq(m->ledgers[i].key, key)) sum = m->ledgers[i].sum;
    }
    /* What this advance has changed already: a step sees what those before it did, however they are batched. */
    for (uint32_t i = 0; i < out->delta_count; i++) {
        if (csuccess__str_eq(out->deltas[i].key, key)) sum += out->deltas[i].delta;
    }
    return sum;
}

csuccess__zone csuccess__moment_zone(const csuccess__moment *m)
{
    csuccess__zone zone = {.source = &m->zones, .name = m->flow->tenant.zone};
    uint32_t slot = csuccess__schema_find(m->schema, CSUCCESS_STR("zone"), NULL);
    if (slot < m->schema->inputs && m->slots[slot].kind == CSUCCESS__KIND_STRING) {
        zone.name = m->slots[slot].as.string;
    }
    return zone;
}

csuccess__business csuccess__moment_business(const csuccess__moment *m, uint32_t calendar)
{
    csuccess__business b = {.calendar = NULL, .zone = csuccess__moment_zone(m)};
    if (calendar == UINT32_MAX) return b;
    b.calendar = &m->flow->calendars->list[calendar];
    if (b.calendar->zone.len) b.zone.name = b.calendar->zone;
    return b;
}

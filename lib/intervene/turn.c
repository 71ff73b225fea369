/* SPDX-License-Identifier: Apache-2.0 */
/* What the machines of a turn share. */
#include "intervene/turn.h"

#include "base/error.h"
#include "intervene/intervene.h"

#include <stdarg.h>

enum { FIRST_CANDIDATES = 16, FORMAT_BYTES = 400 };

const char *const csuccess__class_words[] = {
#define CSUCCESS__CLASS(name, text, priority) text,
    CSUCCESS__CLASSES(CSUCCESS__CLASS)
#undef CSUCCESS__CLASS
        NULL};
const double csuccess__class_priorities[] = {
#define CSUCCESS__CLASS(name, text, priority) priority,
    CSUCCESS__CLASSES(CSUCCESS__CLASS)
#undef CSUCCESS__CLASS
};

const char *csuccess__guard_name(csuccess__guard_kind guard)
{
    static const char *const names[] = {
#define CSUCCESS__GUARD(name, text) text,
        CSUCCESS__GUARDS(CSUCCESS__GUARD)
#undef CSUCCESS__GUARD
    };
    return names[guard];
}

void csuccess__candidate_add(csuccess__turn *t, const csuccess__candidate *candidate)
{
    csuccess__intervene_desk *desk = t->desk;
    if (t->m->step->failed < 0) return;
    if (desk->count == desk->cap) {
        uint32_t cap = desk->cap ? 2 * desk->cap : FIRST_CANDIDATES;
        csuccess__candidate *list =
            csuccess__resize(desk->mem, desk->list, desk->cap, cap, sizeof *desk->list);
        if (!list) {
            csuccess__step_fail(t->m->step, CSUCCESS_ENOMEM);
            return;
        }
        desk->list = list;
        desk->cap = cap;
    }
    desk->list[desk->count++] = *candidate;
}

csuccess_str csuccess__turn_copy(csuccess__turn *t, csuccess_str text)
{
    csuccess_str copy = csuccess__arena_copy(&t->desk->texts, text);
    if (copy.ptr) return copy;
    csuccess__step_fail(t->m->step, CSUCCESS_ENOMEM);
    return CSUCCESS_STR("");
}

csuccess_str csuccess__turn_format(csuccess__turn *t, const char *format, ...)
{
    char bytes[FORMAT_BYTES];
    csuccess__text text;
    va_list args;
    csuccess__text_init(&text, bytes, sizeof bytes);
    va_start(args, format);
    csuccess__text_vformat(&text, format, args);
    va_end(args);
    return csuccess__turn_copy(t, (csuccess_str){text.ptr, text.len});
}

csuccess_str csuccess__turn_id(csuccess__turn *t, const char *domain, csuccess_str definition,
                               csuccess_str step, uint64_t occurrence)
{
    char id[65];
    const csuccess__step *of = t->m->step;
    csuccess__cause_id(id, &(csuccess__cause){.domain = domain,
                                              .tenant = of->tenant,
                                              .customer = of->customer,
                                              .cause = of->cause,
                                              .definition = definition,
                                              .step = step,
                                              .occurrence = occurrence});
    return csuccess__turn_copy(t, (csuccess_str){id, 64});
}

uint32_t csuccess__intervene_slot(const struct csuccess__intervene_build *build,
                                  csuccess_str path, csuccess_str argument,
                                  const csuccess__type *type)
{
    const csuccess__slot slot = {.path = path,
                                 .argument = argument,
                                 .type = type,
                                 .stratum = CSUCCESS__STRATUM_INTERVENE};
    uint32_t at = csuccess__schema_add(build->flow->schema, &slot);
    if (at == UINT32_MAX) build->flow->problems->lost = true;
    return at;
}

int64_t csuccess__turn_next_look(const csuccess__turn *t)
{
    int64_t every = t->m->flow->segments_every_ms, now = t->m->step->now;
    if (every <= 0) every = CSUCCESS__HOUR_MS;
    return now < CSUCCESS__TIME_MAX - every ? now + every : CSUCCESS__TIME_MAX;
}

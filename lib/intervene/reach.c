/* SPDX-License-Identifier: Apache-2.0 */
/* The policy `policies.reach`, asked: class and priority of a programme, and where a contact is. */
#include "intervene/reach.h"

#include "intervene/intervene.h"

/* The first rule of a programme from `from` on; the count: none. */
static uint32_t find_rule(const csuccess__reach *reach, csuccess_str programme, uint32_t from)
{
    uint32_t i = from;
    while (i < reach->programme_count &&
           !csuccess__pattern_fits(&reach->programmes[i].of, programme)) {
        i++;
    }
    return i;
}

void csuccess__reach_class(const csuccess__reach *reach, csuccess_str programme,
                           csuccess__class *class_, double *priority)
{
    bool classed = false, ranked = false;
    double rank = 0;
    for (uint32_t i = find_rule(reach, programme, 0); i < reach->programme_count;
         i = find_rule(reach, programme, i + 1)) {
        const csuccess__programme_rule *rule = &reach->programmes[i];
        if (rule->has_class && !classed) *class_ = rule->class_;
        if (rule->has_priority && !ranked) rank = rule->priority;
        classed = classed || rule->has_class;
        ranked = ranked || rule->has_priority;
    }
    *priority = ranked ? rank : csuccess__class_priorities[*class_];
}

/* ---- Zones ---- */

/* Whether somebody knows it, or nobody needs to. */
static bool is_known(const csuccess__turn *t, const csuccess__zone *zone)
{
    csuccess__zone_span span;
    return csuccess__zone_offset(zone, t->m->step->now, &span);
}

static csuccess_str zone_of_record(const csuccess__turn *t, csuccess_str contact)
{
    csuccess_str none = {"", 0};
    uint32_t field = t->of->reach->zone_field;
    if (contact.len == 0 || field == UINT32_MAX || !t->m->flow->templates) return none;
    const csuccess__value *record = csuccess__contact_find(t->m, contact);
    if (!record || field >= record->as.many.count) return none;
    const csuccess__value *zone = &record->as.many.items[field];
    return zone->kind == CSUCCESS__KIND_STRING ? zone->as.string : none;
}

csuccess__zone csuccess__contact_zone(csuccess__turn *t, csuccess_str contact)
{
    csuccess__zone customer = csuccess__moment_zone(t->m);
    const csuccess_str names[] = {zone_of_record(t, contact), customer.name,
                                  t->m->flow->tenant.zone};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        csuccess__zone zone = {.source = &t->m->zones, .name = names[i]};
        if (names[i].len && is_known(t, &zone)) return zone;
    }
    return (csuccess__zone){.source = &t->m->zones, .name = {"", 0}};
}

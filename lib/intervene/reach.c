/* SPDX-License-Identifier: Apache-2.0 */
/* The policy `policies.reach`, asked: class and priority of a programme, and where a contact is. */
#include "intervene/reach.h"

#include "intervene/intervene.h"

static const double class_priorities[] = {
#define CSUCCESS__CLASS(name, text, priority) priority,
    CSUCCESS__CLASSES(CSUCCESS__CLASS)
#undef CSUCCESS__CLASS
};

void csuccess__reach_class(const csuccess__reach *reach, csuccess_str programme,
                           csuccess__class *class_, double *priority)
{
    const csuccess__programme_rule *classed = NULL, *ranked = NULL;
    for (uint32_t i = 0; i < reach->programme_count && !(classed && ranked); i++) {
        const csuccess__programme_rule *rule = &reach->programmes[i];
        bool wanted = (rule->has_class && !classed) || (rule->has_priority && !ranked);
        if (!wanted || !csuccess__pattern_fits(&rule->of, programme)) continue;
        if (rule->has_class && !classed) classed = rule;
        if (rule->has_priority && !ranked) ranked = rule;
    }
    if (classed) *class_ = classed->class_;
    *priority = ranked ? ranked->priority : class_priorities[*class_];
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

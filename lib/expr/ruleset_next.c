/* SPDX-License-Identifier: Apache-2.0 */
/* When time alone may change an answer of a set: each key once, at the cut that its value crosses next. */
#include "expr/ruleset_internal.h"

#include <math.h>

#define NEVER INT64_MAX
static const double units_most = 1e8; /* beyond every time that exists, whatever the unit */

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The least whole number that passes a cut. */
static double first_past(const csuccess__rule_key *key, double cut)
{
    return key->strict ? floor(cut) + 1 : ceil(cut);
}

/* Units that grow: the first cut that is not passed yet. */
static int64_t grows(const csuccess__rule_key *key, const csuccess__move *m, double value)
{
    for (uint32_t i = 0; i < key->count; i++) {
        double whole = first_past(key, key->cuts[i]);
        if (whole <= value) continue;
        return whole > units_most ? NEVER : m->base + (int64_t)whole * m->unit;
    }
    return NEVER;
}

/* Units that shrink: the last cut that is still passed. */
static int64_t shrinks(const csuccess__rule_key *key, const csuccess__move *m, double value)
{
    for (uint32_t i = key->count; i-- > 0;) {
        double whole = first_past(key, key->cuts[i]);
        if (whole > value) continue;
        return whole < -units_most ? NEVER : m->base - (int64_t)whole * m->unit + 1;
    }
    return NEVER;
}

/* When the region of a key may be another one. */
static int64_t crosses(const csuccess__rule_key *key, const csuccess__move *m,
                       const csuccess__value *value)
{
    bool since = m->course == CSUCCESS__COURSE_SINCE,
         until = m->course == CSUCCESS__COURSE_UNTIL;
    bool counts = key->kind == CSUCCESS__KIND_NUMBER && value->kind == CSUCCESS__KIND_NUMBER;
    if (m->next == NEVER || !counts || (!since && !until)) return m->next;
    int64_t at = since ? grows(key, m, value->as.number) : shrinks(key, m, value->as.number);
    return sooner(at, m->limit);
}

static int64_t next_of_key(const csuccess__rule_key *key, csuccess__machine *machine,
                           const csuccess__frame *frame, const csuccess__move *slots)
{
    csuccess_result failed = CSUCCESS_OK;
    if (!key->program) return crosses(key, &slots[key->slot], &frame->slots[key->slot]);
    csuccess__move m = csuccess__program_move(key->program, machine, frame, 1, slots);
    if (m.next == NEVER) return NEVER;
    csuccess__value value = csuccess__program_run(key->program, machine, frame, &failed);
    return failed < 0 ? m.next : crosses(key, &m, &value);
}

static int64_t next_of_group(const csuccess__rule_group *group, csuccess__machine *machine,
                             const csuccess__frame *frame, const csuccess__move *slots)
{
    int64_t next = NEVER;
    for (uint32_t i = 0; i < group->key_count; i++) {
        next = sooner(next, next_of_key(&group->keys[i], machine, frame, slots));
    }
    for (uint32_t i = 0; i < group->whole_count; i++) {
        const csuccess__program *program = group->programs[group->whole[i]];
        next = sooner(next, csuccess__program_move(program, machine, frame, 1, slots).next);
    }
    return next;
}

int64_t csuccess__ruleset_next(const csuccess__ruleset *set, csuccess__machine *machine,
                               const csuccess__frame *frame, const csuccess__move *slots)
{
    int64_t next = NEVER;
    for (size_t i = 0; i < set->count; i++) {
        next = sooner(next, next_of_group(&set->groups[i], machine, frame, slots));
    }
    return next > frame->now ? next : frame->now + 1;
}

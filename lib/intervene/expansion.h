/* SPDX-License-Identifier: Apache-2.0 */
/* The section `expansion`: opportunities by rule, ranked. State kind OPPORTUNITY, by the rule's id, while it is open or held. */
#ifndef CSUCCESS__INTERVENE_EXPANSION_H
#define CSUCCESS__INTERVENE_EXPANSION_H

#include "intervene/turn.h"

struct csuccess__intervene_build;

/* When to speak of it. */
#define CSUCCESS__TIMINGS(X) \
    X("immediate") X("urgent") X("next_renewal") X("next_qbr") X("proactive")
enum { CSUCCESS__EXPANSION_RULES = 256 };

typedef struct csuccess__expansion_rule {
    csuccess_str id, type, timing, trigger; /* words; type is the id without one */
    const csuccess__program *when, *limit, *value, *recommend;
    double probability;
    csuccess_str action; /* what to do, a word; may be empty */
    uint32_t open_slot, value_slot, rank_slot;
    const csuccess__json *at;
} csuccess__expansion_rule;
typedef struct csuccess__expansion {
    const csuccess__expansion_rule *list;
    uint32_t count;
    const csuccess__program *hold_when; /* NULL: never */
} csuccess__expansion;
typedef struct csuccess__opportunity {
    const csuccess__expansion_rule *of;
    bool has_value, held;
    double value;
    csuccess_str recommend;
    uint32_t rank; /* from 1 */
    int64_t since; /* when it was opened */
} csuccess__opportunity;
/* As the state keeps it. */
typedef struct csuccess__opportunity_field {
    bool there, has_value, held;
    double value;
    csuccess_str recommend; /* borrowed */
    uint32_t rank;
    int64_t since;
} csuccess__opportunity_field;

const csuccess__expansion *csuccess__expansion_compile(struct csuccess__intervene_build *build,
                                                       const csuccess__json *section);
/* Those that hold now, ranked, in the turn's texts. A condition that stays open leaves what was there as it was. */
const csuccess__opportunity *csuccess__expansion_look(csuccess__turn *t, uint32_t *count);
void csuccess__expansion_publish(csuccess__turn *t); /* slots, from the state */
void csuccess__expansion_step(
    csuccess__turn *t); /* entries "opportunity" of what changed; due */
void csuccess__expansion_report(csuccess__turn *t, struct csuccess__json_writer *out);
void csuccess__opportunity_print(struct csuccess__json_writer *out,
                                 const csuccess__state_field *field);

#endif

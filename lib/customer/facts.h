/* SPDX-License-Identifier: Apache-2.0 */
/* The facts of one customer as an array of values by slot, and what was quarantined. */
#ifndef CSUCCESS__CUSTOMER_FACTS_H
#define CSUCCESS__CUSTOMER_FACTS_H

#include "customer/schema.h"
#include <csuccess/facts.h>

typedef struct csuccess__facts_core csuccess__facts_core;

/* The public handle is the core plus its reference to the configuration: `config` is opaque to this room and is
   given back through `drop`. csuccess_facts_new() stands in config/, which knows the schema. */
typedef struct csuccess__facts_options {
    const csuccess_allocator *allocator;
    const csuccess__schema *schema;
    const csuccess__constants *constants;
    const csuccess_limits *limits;
    void *owner; /* a reference that is given back by drop(owner) on free */
    void (*drop)(void *owner);
} csuccess__facts_options;
csuccess_result csuccess__facts_make(csuccess_facts **out,
                                     const csuccess__facts_options *options,
                                     csuccess_error *err);

/* Writes the values of the input slots as they stand at `now` (defaults applied, older than max_age
   missing) into slots[0 .. inputs); borrowed from the facts until they change. */
void csuccess__facts_fill(const csuccess_facts *facts, int64_t now, csuccess__value *slots);
/* The same where they stand, by input, when none of them grows old; NULL: some may. */
const csuccess__value *csuccess__facts_values(const csuccess_facts *facts);
const csuccess__schema *csuccess__facts_schema(const csuccess_facts *facts);

/* One value of a document or row into a value of an attribute's type; strings and lists go to the arena.
   OK; ETYPE, ELIMIT, ENOMEM (err filled); ERANGE: impossible, quarantined, `reason` filled. */
csuccess_result csuccess__attribute_read(csuccess__value *out,
                                         const csuccess__attribute *attribute,
                                         const csuccess__json *node, csuccess__arena *arena,
                                         const csuccess__facts_options *with,
                                         csuccess__text *reason, csuccess_error *err);

#endif

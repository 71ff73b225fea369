/* SPDX-License-Identifier: Apache-2.0 */
/* How facts are kept: two sets of values by slot, of which one is in force and the other is where a row is read
   before it takes its place. */
#ifndef CSUCCESS__CUSTOMER_FACTS_INTERNAL_H
#define CSUCCESS__CUSTOMER_FACTS_INTERNAL_H

#include "customer/attribute.h"

/* Bytes that grow and are kept. */
typedef struct csuccess__bytes {
    char *ptr;
    size_t cap;
} csuccess__bytes;

/* Two arenas for what set_json built for one slot: a new value is read into the idle one, so the old one stands
   until it is complete. */
typedef struct csuccess__turns {
    csuccess__arena arenas[2];
    uint32_t active;
} csuccess__turns;

typedef struct csuccess__quarantined {
    uint32_t slot, len;
    char reason[248];
} csuccess__quarantined;

#define CSUCCESS__NOT_OBSERVED INT64_MIN

typedef struct csuccess__fact_set {
    csuccess__value *values;  /* by slot; the definition's default where nothing was set */
    int64_t *observed;        /* by slot; CSUCCESS__NOT_OBSERVED: unknown */
    csuccess__bytes *strings; /* by slot, of values that a setter gave */
    csuccess__turns **built;  /* by slot, of values from set_json; NULL until there is one */
    csuccess__arena arena;    /* of values from a row */
    csuccess__quarantined *quarantined;
    size_t quarantined_count, quarantined_cap;
    csuccess_str customer;
    csuccess__bytes id;
} csuccess__fact_set;

/* An attribute or collection that the configuration defines. */
typedef struct csuccess__named_slot {
    csuccess_str name;
    const csuccess__attribute *attribute;
    uint32_t slot;
} csuccess__named_slot;

struct csuccess_facts {
    csuccess_allocator mem;
    const csuccess__schema *schema;
    const csuccess__constants *constants;
    const csuccess_limits *limits;
    void *owner;
    void (*drop)(void *owner);
    uint32_t inputs;
    csuccess__value *blank; /* the values of nothing set */
    uint32_t *aging;        /* slots with a max_age */
    uint32_t aging_count;
    csuccess__named_slot *named; /* ascending by name, as fields stand in a state */
    uint32_t named_count;
    csuccess__machine *machine; /* of migrations; NULL until there is one */
    csuccess__fact_set sets[2];
    csuccess__fact_set *set, *spare;
    csuccess__arena parse; /* the JSON at hand */
    bool lenient;          /* rows may hold what is not defined */
};

void csuccess__set_clear(const csuccess_facts *facts, csuccess__fact_set *set);
/* Grows to at least n bytes, keeping what is there. */
bool csuccess__bytes_reserve(const csuccess_facts *facts, csuccess__bytes *bytes, size_t n);
/* The input slot of a name; UINT32_MAX when there is none. */
uint32_t csuccess__facts_slot(const csuccess_facts *facts, csuccess_str name);
const csuccess__attribute *csuccess__facts_attribute(const csuccess_facts *facts,
                                                     uint32_t slot);
/* ENAME, with the nearest name. */
csuccess_result csuccess__facts_unknown(const csuccess_facts *facts, csuccess_str name,
                                        csuccess_error *err);

/* Puts a value in force. What it points to lives as long as the set says. */
void csuccess__set_value(csuccess__fact_set *set, uint32_t slot, csuccess__value value);
/* Adds to the list; false: no memory. */
bool csuccess__set_note(const csuccess_facts *facts, csuccess__fact_set *set, uint32_t slot,
                        csuccess_str reason);
/* Takes the notes of a slot out of the first `count`. */
void csuccess__set_forgive(csuccess__fact_set *set, uint32_t slot, size_t count);
/* Makes the slot missing, quarantined. ERANGE, or ENOMEM with nothing changed. */
csuccess_result csuccess__set_quarantine(const csuccess_facts *facts, csuccess__fact_set *set,
                                         uint32_t slot, csuccess_str reason);

/* Scalars of the right kind, checked, into the set in force. `reason` (of ERANGE) may be NULL. */
csuccess_result csuccess__put_number(csuccess_facts *facts, uint32_t slot, double value);
csuccess_result csuccess__put_string(csuccess_facts *facts, uint32_t slot, csuccess_str value);
csuccess_result csuccess__put_time(csuccess_facts *facts, uint32_t slot, int64_t ms);
csuccess_result csuccess__put_value(csuccess_facts *facts, uint32_t slot,
                                    csuccess__value value);
/* A JSON text into a slot of the set in force. */
csuccess_result csuccess__put_json(csuccess_facts *facts, uint32_t slot, csuccess_str json,
                                   csuccess_error *err);

#endif

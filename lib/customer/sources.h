/* SPDX-License-Identifier: Apache-2.0 */
/* Where data comes from, how far it reaches and when it is stale: the section `sources`, and what is known of each source. A dead feed must
   not look like a customer who stopped. */
#ifndef CSUCCESS__CUSTOMER_SOURCES_H
#define CSUCCESS__CUSTOMER_SOURCES_H

#include "customer/schema.h"
#include "customer/step.h"

typedef struct csuccess__source_rule {
    csuccess_str name;
    bool has_stale_after;
    csuccess__duration stale_after; /* since covered_to */
    uint32_t rank; /* precedence of its facts: `precedence`, lower first; default by position */
} csuccess__source_rule;
typedef struct csuccess__sources {
    const csuccess__source_rule *list; /* by name, ascending */
    uint32_t count;
} csuccess__sources;
/* Shape: {"product": {"stale_after": "P2D", "precedence": 1}}. NULL section: none. NULL: no memory, noted. */
const csuccess__sources *csuccess__sources_compile(csuccess__compiler *with,
                                                   csuccess__problems *problems,
                                                   const csuccess__json *section);
uint32_t csuccess__sources_find(const csuccess__sources *sources,
                                csuccess_str name); /* UINT32_MAX: none */

/* How far one source reaches: from..to, both inclusive, ms UTC. Known from inputs of type source, for one customer or for all. */
typedef struct csuccess__coverage {
    bool known;
    int64_t from, to;
} csuccess__coverage;
/* By index in csuccess__sources: the customer's own, else that of all. */
typedef struct csuccess__sources_known {
    csuccess__coverage *list;
    uint32_t count;
} csuccess__sources_known;

/* Coverage that adjoins or overlaps is joined; a gap starts it anew from the later one. */
void csuccess__coverage_join(csuccess__coverage *into, csuccess__coverage more);
/* The record of one source for all customers (kind SOURCE of the store), and a state's field, have this payload. False: damaged. */
bool csuccess__coverage_read(csuccess__coverage *out, csuccess_str payload);
void csuccess__coverage_write(csuccess__buffer *out, const csuccess__coverage *coverage);
/* Reads covered_from and covered_to of an input of type source. ERANGE with the reason. */
csuccess_result csuccess__coverage_of(csuccess__coverage *out, const csuccess__input *input,
                                      csuccess__text *reason);
/* What the state says, over `tenant` (by index; may be NULL). ESTATE. */
csuccess_result csuccess__sources_open(const csuccess__sources *sources,
                                       const csuccess__state *state,
                                       const csuccess__coverage *tenant,
                                       csuccess__sources_known *out);
/* The last moment at which a source is not stale: covered_to + stale_after. False: it never is, or nothing is known of it. */
bool csuccess__source_stale_at(const csuccess__source_rule *rule,
                               const csuccess__coverage *coverage, int64_t *at);
/* The next time at which some source becomes stale; CSUCCESS__NEVER. */
int64_t csuccess__sources_next(const csuccess__sources *sources,
                               const csuccess__sources_known *known, int64_t now);
/* An input of type source with a customer. */
csuccess_result csuccess__sources_apply(const csuccess__sources *sources, csuccess__step *step,
                                        const csuccess__input *input, csuccess__text *reason);
void csuccess__source_print(struct csuccess__json_writer *out,
                            const csuccess__state_field *field);

#endif

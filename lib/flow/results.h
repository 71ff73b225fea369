/* SPDX-License-Identifier: Apache-2.0 */
/* What came of a journey, a playbook, the segments or interventions: counts and figures by name, from entries of histories, merged in any order to the same bytes.

   Everything is a count or a figure under a path of names ("steps", "welcome", "entered"). What success a step has is known when an enrollment is over, so those that are under way are kept as pieces, each with the steps that were seen;
   a piece is settled once all of its steps were seen (the end says how many there are), wherever they came from. */
#ifndef CSUCCESS__FLOW_RESULTS_H
#define CSUCCESS__FLOW_RESULTS_H

#include "base/buffer.h"
#include "flow/segments.h"
#include "text/json.h"

typedef enum csuccess__results_kind {
    CSUCCESS__RESULTS_JOURNEY,
    CSUCCESS__RESULTS_PLAYBOOK,
    CSUCCESS__RESULTS_SEGMENTS,
    CSUCCESS__RESULTS_EFFECTS /* rows that intervene/effects.c reads and writes */
} csuccess__results_kind;

typedef struct csuccess__results csuccess__results;
/* `name`: the id of the journey or playbook, which is copied; `segments`: how many there are. ENOMEM. */
csuccess_result csuccess__results_new(csuccess__results **out, csuccess__results_kind kind,
                                      csuccess_str name, uint32_t segments,
                                      const csuccess_allocator *mem);
void csuccess__results_free(csuccess__results *results);

/* An entry of a history: its kind and its body. UNCHANGED: it is none of this; ESTATE: a body that cannot be; ELIMIT; ENOMEM. After an error nothing has changed. */
csuccess_result csuccess__results_add(csuccess__results *results, csuccess_str kind,
                                      csuccess_str body, const csuccess_limits *limits);
/* A customer: the segments that it belongs to, and its figures (missing: NaN). */
typedef struct csuccess__results_customer {
    const csuccess__segments *segments;
    const uint64_t *members; /* a bit for each segment */
    double arr, health;
} csuccess__results_customer;
csuccess_result csuccess__results_add_customer(csuccess__results *results,
                                               const csuccess__results_customer *customer);
/* Whether both are of one kind and name, as merging asks for. */
bool csuccess__results_same(const csuccess__results *a, const csuccess__results *b);
/* ELIMIT, ENOMEM: as before. from is not into. */
csuccess_result csuccess__results_merge(csuccess__results *into, const csuccess__results *from);

/* A member of an open object for each part of the report; `order` (may be NULL) are the steps or segments in the order of the definition. */
typedef struct csuccess__results_names {
    const csuccess_str *list;
    uint32_t count;
} csuccess__results_names;
void csuccess__results_write(struct csuccess__json_writer *w, const csuccess__results *results,
                             const csuccess__results_names *order);

/* Canonical bytes: equal results have equal ones. A failure is the buffer's. */
void csuccess__results_save(csuccess__buffer *out, const csuccess__results *results,
                            csuccess_str config);
/* Adds what was saved. EINVALID: of another kind, name or configuration; EUNSUPPORTED: of a later format; ESTATE: damaged; ELIMIT; ENOMEM. */
csuccess_result csuccess__results_load(csuccess__results *results, csuccess_str saved,
                                       csuccess_str config);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Aggregates: numbers kept from events over windows of whole UTC days. Aggregates over the same event, `where`, property and part
   share one series, which keeps a bucket for every day that had any, as far back as the longest window reaches, and
   the total of all time. Nothing depends on the order in which events come.

   A window of n days at `now` is the UTC day of now and the n - 1 before it; of months (P1M) the days after the same day of the month
   that long ago; `month` and `quarter` are the calendar's, up to now; `term` since the customer's current term began; `lifetime` all.
   `offset` moves now back first. Days after the window's end do not count. */
#ifndef CSUCCESS__CUSTOMER_SERIES_H
#define CSUCCESS__CUSTOMER_SERIES_H

#include "customer/sources.h"

typedef struct csuccess__aggregates
    csuccess__aggregates; /* the compiled section `aggregates` */

enum {
    CSUCCESS__WINDOW_DAYS =
        1096, /* most days that a window and its offset reach back; a term too */
    CSUCCESS__DISTINCT_EXACT = 1024 /* values up to which `distinct` is exact */
};

/* Each aggregate becomes an input slot (number; time for last_time; what `type` says for first and last), so that a row may also give its
   value. Problems are noted. Shape, beside configuration.md:
   "properties": {"amount": "number"} declares the type of event properties that `where` reads by name;
   "type" (of first, last), "limit" (of distinct, at most 1,024), "range": [low, high] of the property: outside it an event is quarantined;
   "migrate": {"from": {"event": "login"}} takes the history of the definition that differed by event, property, where and properties as `from`
   says (series are known by these, so a new name, window or source needs none); {"keep": true} accepts that the window reaches back
   beyond what was kept. NULL section: an empty set; NULL: no memory, noted. */
const csuccess__aggregates *csuccess__aggregates_compile(csuccess__schema *schema,
                                                         csuccess__compiler *with,
                                                         csuccess__problems *problems,
                                                         const csuccess__sources *sources,
                                                         const csuccess__json *section);

/* The series of one customer while it is open: decoded when first asked for, written back at the end. One per thread of work, used again
   and again; warm it allocates nothing. */
typedef struct csuccess__series_desk csuccess__series_desk;
csuccess_result csuccess__series_desk_new(csuccess__series_desk **out,
                                          const csuccess__aggregates *aggregates,
                                          const csuccess_allocator *mem,
                                          const csuccess_limits *limits);
void csuccess__series_desk_free(csuccess__series_desk *desk);
/* Opens a customer. `fresh`: it is its first advance, so every series is complete from the beginning; else a series that the state
   does not have is complete from `now` on only (or as `migrate` says). */
void csuccess__series_open(csuccess__series_desk *desk, const csuccess__state *state,
                           bool fresh, int64_t now);
/* Whether an event could be added: what csuccess__series_add() would refuse it for. */
csuccess_result csuccess__series_check(csuccess__series_desk *desk, csuccess__machine *machine,
                                       const csuccess__input *input, csuccess__text *reason);
/* Adds an event to every series that listens to it. `reason` says why it was quarantined (ERANGE: then nothing was added); OK; ESTATE;
   ENOMEM; ELIMIT. An event older than every window changes totals alone. */
csuccess_result csuccess__series_add(csuccess__series_desk *desk, csuccess__machine *machine,
                                     const csuccess__input *input, csuccess__text *reason);
/* Writes what changed back into the state, and every series the first time, without the buckets that no window reaches at `now` any more; but
   for a day, since clocks differ, and for up to an eighth of the reach, so that a series that nothing touches is seldom written anew. What is
   written depends on the events, the greatest `now` and the first one alone. ESTATE, ENOMEM: the state is to be thrown away. */
csuccess_result csuccess__series_close(csuccess__series_desk *desk, csuccess__state *state,
                                       int64_t now);

/* The term of the customer, for `term` windows, and the coverage of its sources. */
typedef struct csuccess__series_context {
    bool has_term;
    int64_t term_start;
    const csuccess__sources_known *sources; /* NULL: nothing is known of any */
    const uint64_t *given;                  /* slots that a row gave, a bit each; may be NULL */
} csuccess__series_context;
/* The values of all aggregates at `now` into slots[] by their slot numbers; missing with NOT_COVERED (the source or the series does not
   reach over the window), STALE (of the source), EMPTY (a mean, min, max, first, last of nothing). NEVER_SET (of a term window
   without a term). Slots in `given` are left alone; texts are borrowed until the next add, close or open. */
csuccess_result csuccess__series_values(csuccess__series_desk *desk, int64_t now,
                                        const csuccess__series_context *context,
                                        csuccess__value *slots);
/* Whether the value of an aggregate is a sketch's; index by slot. */
bool csuccess__series_approximate(csuccess__series_desk *desk, uint32_t slot);
/* The next time at which some value changes by itself alone: the next UTC midnight when there is any bucket in a window; else NEVER. */
int64_t csuccess__series_next(csuccess__series_desk *desk, int64_t now);
/* Whether any aggregate listens to this event. */
bool csuccess__aggregates_listen(const csuccess__aggregates *aggregates, csuccess_str event);

void csuccess__series_print(struct csuccess__json_writer *out,
                            const csuccess__state_field *field);

#endif

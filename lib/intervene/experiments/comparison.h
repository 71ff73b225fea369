/* SPDX-License-Identifier: Apache-2.0 */
/* What came of an experiment: exposures and outcomes by arm and unit, added and merged in any order to the same bytes, and how the arms differ.

   Units are kept by a digest. A row is what was seen of one unit in one arm; equal ones are added up whenever room is made, so that adding never looks anything up. */
#ifndef CSUCCESS__INTERVENE_EXPERIMENTS_COMPARISON_H
#define CSUCCESS__INTERVENE_EXPERIMENTS_COMPARISON_H

#include "base/buffer.h"
#include "base/wire.h"
#include "text/json.h"

struct csuccess__experiment;

enum {
    CSUCCESS__COMPARISON_UNIT_BYTES = 16,
    CSUCCESS__COMPARISON_ARMS_MOST = 256, /* of all definitions that were seen */
    CSUCCESS__COMPARISON_ROWS_MOST = 1 << 24
};

typedef enum csuccess__comparison_what {
    CSUCCESS__COMPARISON_EXPOSED,
    CSUCCESS__COMPARISON_YES,
    CSUCCESS__COMPARISON_NO,
    CSUCCESS__COMPARISON_UNDECIDED,
    CSUCCESS__COMPARISON_WHATS
} csuccess__comparison_what;

typedef struct csuccess__comparison_row {
    uint8_t unit[CSUCCESS__COMPARISON_UNIT_BYTES];
    uint32_t arm;                                /* by csuccess__comparison.arms */
    uint64_t counts[CSUCCESS__COMPARISON_WHATS]; /* held at 2^53 */
} csuccess__comparison_row;

typedef struct csuccess__comparison {
    const csuccess_allocator *mem; /* borrowed */
    csuccess_str *arms;            /* of its own, in the order of coming */
    uint32_t arm_count, arm_cap;
    csuccess__comparison_row *rows;
    size_t count, cap;
} csuccess__comparison;

void csuccess__comparison_init(csuccess__comparison *comparison, const csuccess_allocator *mem);
void csuccess__comparison_free(csuccess__comparison *comparison);
/* ELIMIT, ENOMEM: nothing was added. */
csuccess_result csuccess__comparison_add(csuccess__comparison *comparison, csuccess_str arm,
                                         csuccess_str unit, csuccess__comparison_what what);
/* Makes room for all of `from`, and knows its arms: csuccess__comparison_take() of the same cannot fail then. ELIMIT, ENOMEM: nothing can be seen of it. */
csuccess_result csuccess__comparison_prepare(csuccess__comparison *into,
                                             const csuccess__comparison *from);
void csuccess__comparison_take(csuccess__comparison *into, const csuccess__comparison *from);

/* Canonical bytes; a failure is the buffer's. Reading wants an empty one: OK, ESTATE, ELIMIT, ENOMEM. */
void csuccess__comparison_save(csuccess__buffer *out, const csuccess__comparison *comparison);
csuccess_result csuccess__comparison_load(csuccess__comparison *comparison, csuccess__wire *in);

/* ---- Reading ---- */

/* Those of some arms together. What counts is whose outcome is yes or no. */
typedef struct csuccess__comparison_group {
    uint64_t counts[CSUCCESS__COMPARISON_WHATS];
    uint64_t units;      /* seen at all */
    uint64_t read_units; /* with an outcome that counts */
    double share;        /* of yes among those that count; 0: there are none */
    double variance;     /* of it, robust to customers of one unit going together */
} csuccess__comparison_group;
/* A group against the first. */
typedef struct csuccess__comparison_difference {
    const char *why_not; /* NULL: it is identified */
    double difference;   /* share - share of the first */
    double error;        /* standard error */
    double df;           /* Welch's degrees of freedom, of units */
    double low, high;    /* 95 per cent, by Student's distribution; within -1 to 1 */
    double p;            /* of no difference, two-sided */
} csuccess__comparison_difference;
typedef struct csuccess__comparison_reading {
    const uint32_t *group_of; /* by arm of the comparison; UINT32_MAX: left out */
    uint32_t count;           /* groups; at least 1 */
    csuccess__comparison_group *groups;
    csuccess__comparison_difference *differences; /* by group; that of the first is zero */
} csuccess__comparison_reading;
/* Fills groups and differences. ENOMEM. */
csuccess_result csuccess__comparison_read(csuccess__comparison_reading *reading,
                                          const csuccess__comparison *comparison);

/* A treatment against what was held out: all arms that are not held, taken together. */
typedef struct csuccess__comparison_effect {
    csuccess__comparison_group control, treated;
    csuccess__comparison_difference difference; /* why_not: also that nothing was held out */
} csuccess__comparison_effect;
csuccess_result csuccess__comparison_effect_of(csuccess__comparison_effect *out,
                                               const csuccess__comparison *comparison,
                                               const struct csuccess__experiment *of);
/* Members of an open object: docs/reference/intervene.md "Experiments". A failure is the writer's buffer's. */
void csuccess__comparison_write(csuccess__json_writer *w,
                                const csuccess__comparison *comparison,
                                const struct csuccess__experiment *of);
/* A difference as the value of a member: an object, or "not identified" and why. */
void csuccess__comparison_write_difference(csuccess__json_writer *w, const char *key,
                                           const csuccess__comparison_difference *d);

#endif

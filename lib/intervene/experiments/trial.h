/* SPDX-License-Identifier: Apache-2.0 */
/* What came of an experiment: exposures and outcomes by arm and unit, added and merged in any order to the same bytes, and how the arms differ.

   Units are kept by a digest. A row is what was seen of one unit in one arm; equal ones are added up whenever room is made, so that adding never looks anything up. */
#ifndef CSUCCESS__INTERVENE_EXPERIMENTS_TRIAL_H
#define CSUCCESS__INTERVENE_EXPERIMENTS_TRIAL_H

#include "base/buffer.h"
#include "base/wire.h"
#include "text/json.h"

struct csuccess__experiment;

enum {
    CSUCCESS__TRIAL_UNIT_BYTES = 16,
    CSUCCESS__TRIAL_ARMS_MOST = 256, /* of all definitions that were seen */
    CSUCCESS__TRIAL_ROWS_MOST = 1 << 24
};

typedef enum csuccess__trial_what {
    CSUCCESS__TRIAL_EXPOSED,
    CSUCCESS__TRIAL_YES,
    CSUCCESS__TRIAL_NO,
    CSUCCESS__TRIAL_UNDECIDED,
    CSUCCESS__TRIAL_WHATS
} csuccess__trial_what;

typedef struct csuccess__trial_row {
    uint8_t unit[CSUCCESS__TRIAL_UNIT_BYTES];
    uint32_t arm;                           /* by csuccess__trial.arms */
    uint64_t counts[CSUCCESS__TRIAL_WHATS]; /* held at 2^53 */
} csuccess__trial_row;

typedef struct csuccess__trial {
    const csuccess_allocator *mem; /* borrowed */
    csuccess_str *arms;            /* of its own, in the order of coming */
    uint32_t arm_count, arm_cap;
    csuccess__trial_row *rows;
    size_t count, cap;
} csuccess__trial;

void csuccess__trial_init(csuccess__trial *trial, const csuccess_allocator *mem);
void csuccess__trial_free(csuccess__trial *trial);
/* ELIMIT, ENOMEM: nothing was added. */
csuccess_result csuccess__trial_add(csuccess__trial *trial, csuccess_str arm, csuccess_str unit,
                                    csuccess__trial_what what);
/* Makes room for all of `from`, and knows its arms: csuccess__trial_take() of the same cannot fail then. ELIMIT, ENOMEM: nothing can be seen of it. */
csuccess_result csuccess__trial_prepare(csuccess__trial *into, const csuccess__trial *from);
void csuccess__trial_take(csuccess__trial *into, const csuccess__trial *from);
bool csuccess__trial_is_empty(const csuccess__trial *trial);

/* Canonical bytes; a failure is the buffer's. Reading wants an empty one: OK, ESTATE, ELIMIT, ENOMEM. */
void csuccess__trial_save(csuccess__buffer *out, const csuccess__trial *trial);
csuccess_result csuccess__trial_load(csuccess__trial *trial, csuccess__wire *in);

/* ---- Reading ---- */

/* Those of some arms together. What counts is whose outcome is yes or no. */
typedef struct csuccess__trial_group {
    uint64_t counts[CSUCCESS__TRIAL_WHATS];
    uint64_t units;      /* seen at all */
    uint64_t read_units; /* with an outcome that counts */
    double share;        /* of yes among those that count; 0: there are none */
    double variance;     /* of it, robust to customers of one unit going together */
} csuccess__trial_group;
/* A group against the first. */
typedef struct csuccess__trial_difference {
    const char *why_not; /* NULL: it is identified */
    double difference;   /* share - share of the first */
    double error;        /* standard error */
    double df;           /* Welch's degrees of freedom, of units */
    double low, high;    /* 95 per cent, by Student's distribution; within -1 to 1 */
    double p;            /* of no difference, two-sided */
} csuccess__trial_difference;
typedef struct csuccess__trial_reading {
    const uint32_t *group_of; /* by arm of the trial; UINT32_MAX: left out */
    uint32_t count;           /* groups; at least 1 */
    csuccess__trial_group *groups;
    csuccess__trial_difference *differences; /* by group; that of the first is zero */
} csuccess__trial_reading;
/* Fills groups and differences. ENOMEM. */
csuccess_result csuccess__trial_read(csuccess__trial_reading *reading,
                                     const csuccess__trial *trial);

/* A treatment against what was held out: all arms that are not held, taken together. */
typedef struct csuccess__trial_effect {
    csuccess__trial_group control, treated;
    csuccess__trial_difference difference; /* why_not: also that nothing was held out */
} csuccess__trial_effect;
csuccess_result csuccess__trial_effect_of(csuccess__trial_effect *out,
                                          const csuccess__trial *trial,
                                          const struct csuccess__experiment *of);
/* Members of an open object: docs/reference/intervene.md "Experiments". A failure is the writer's buffer's. */
void csuccess__trial_write(csuccess__json_writer *w, const csuccess__trial *trial,
                           const struct csuccess__experiment *of);
/* A difference as the value of a member: an object, or "not identified" and why. */
void csuccess__trial_write_difference(csuccess__json_writer *w, const char *key,
                                      const csuccess__trial_difference *d);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Examples: the samples that have a label under a window, and their metrics as trainers want them. */
#ifndef CSUCCESS__COLUMNS_EXAMPLES_H
#define CSUCCESS__COLUMNS_EXAMPLES_H

#include "churn/learn/label.h"
#include "churn/learn/learned.h"
#include "columns/samples.h"

/* What was left out, and why; by csuccess__label_kind, and rows whose outcome nobody knows. */
typedef struct csuccess__counts {
    uint64_t by_label[CSUCCESS__LABEL_KINDS];
    uint64_t open; /* CAME in a window that had not closed: left out with the censored */
    uint64_t unknown;
} csuccess__counts;

typedef struct csuccess__examples {
    const csuccess_samples *samples;
    uint32_t *rows; /* of the samples, ascending; of person-periods perhaps several times */
    uint8_t *labels;
    uint32_t count, events;
    csuccess__counts counts; /* over all samples */
} csuccess__examples;

/* How labels are made. */
typedef struct csuccess__labelling {
    uint32_t target; /* CSUCCESS_TARGET_* */
    csuccess__duration horizon, gap;
    /* Not zero: every row is cut into periods of this length up to the horizon, and each closed one is an example. */
    csuccess__duration period;
} csuccess__labelling;

/* The end of observation. */
int64_t csuccess__samples_observed(const csuccess_samples *samples);
/* ENOMEM; ERANGE when a window leaves the years 1 to 9999; ELIMIT: too many periods. */
csuccess_result csuccess__examples_make(csuccess__examples *out, csuccess__arena *arena,
                                        const csuccess_samples *samples,
                                        const csuccess__labelling *how, csuccess_error *err);
#define CSUCCESS__PART_UNUSED UINT32_MAX
/* Those of `from` whose `parts` entry is `part`, or, with `other`, is neither that nor PART_UNUSED. ENOMEM. */
csuccess_result csuccess__examples_part(csuccess__examples *out, csuccess__arena *arena,
                                        const csuccess__examples *from, const uint32_t *parts,
                                        uint32_t part, bool other);

/* Features of the examples, in the order of the samples' metrics, words sorted by their bytes, so that nothing depends on the order of
   rows; everything in the arena. monotone: by metric, may be NULL. False: no memory. */
bool csuccess__examples_dataset(csuccess__dataset *out, csuccess__arena *arena,
                                const csuccess__examples *examples, const int32_t *monotone);
/* A number per example that rows of one customer share; NULL: no memory. */
uint32_t *csuccess__examples_groups(const csuccess__examples *examples, csuccess__arena *arena);

#endif

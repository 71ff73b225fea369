/* SPDX-License-Identifier: Apache-2.0 */
/* Training rows as trainers see them: features in columns, a label a row. Who fills it decides what a feature is. */
#ifndef CSUCCESS__CHURN_LEARN_DATASET_H
#define CSUCCESS__CHURN_LEARN_DATASET_H

#include "base/alloc.h"

#define CSUCCESS__WORD_MISSING UINT32_MAX

/* One feature over all rows. Exactly one of numbers and codes is there. */
typedef struct csuccess__feature {
    csuccess_str name;
    bool boolean;          /* codes of "false" (0) and "true" (1) */
    const double *numbers; /* NaN: missing; never infinite */
    const uint32_t *codes; /* into words; CSUCCESS__WORD_MISSING: missing */
    const csuccess_str *words;
    uint32_t word_count;
    int32_t monotone; /* of numbers: 1 the log-odds may not fall, -1 may not rise, 0 free */
} csuccess__feature;

typedef struct csuccess__dataset {
    const csuccess__feature *features;
    uint32_t feature_count;
    uint32_t rows;
    const uint8_t *labels; /* 0 or 1 */
    const double *weights; /* NULL: 1 each; above 0 */
    /* Rows of one customer share a number, and no bag or fold is checked on a customer that it has seen: rows of a panel repeat one another.
       NULL: each row stands alone. */
    const uint32_t *groups;
} csuccess__dataset;

/* Reports progress, done of total; not 0 stops the trainer with ECANCELLED. */
typedef struct csuccess__progress {
    int (*report)(void *ud, uint64_t done, uint64_t total);
    void *ud;
} csuccess__progress;

/* Seeded generator of trainers (SplitMix64; Steele, Lea, Flood, Fast splittable pseudorandom number generators, 2014). */
typedef struct csuccess__random {
    uint64_t state;
} csuccess__random;
static inline uint64_t csuccess__random_next(csuccess__random *random)
{
    uint64_t z = (random->state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}
/* Uniform below n > 0 (by multiplication; the bias is below n / 2^64). */
static inline uint32_t csuccess__random_below(csuccess__random *random, uint32_t n)
{
    return (uint32_t)(((csuccess__random_next(random) >> 32) * n) >> 32);
}

#endif

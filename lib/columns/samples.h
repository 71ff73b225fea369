/* SPDX-License-Identifier: Apache-2.0 */
/* Samples: what is kept of each row of history, in columns: metrics to learn from, scores that were in force, and what became of
   the customer. */
#ifndef CSUCCESS__COLUMNS_SAMPLES_H
#define CSUCCESS__COLUMNS_SAMPLES_H

#include "columns/question.h"
#include <csuccess/train.h>

/* Words by number from 0, in the order in which they came. */
typedef struct csuccess__words {
    const csuccess_allocator *mem; /* borrowed */
    csuccess__arena text;
    csuccess_str *list;
    uint32_t count, cap;
    uint32_t *table; /* open addressing, number + 1; 0: free */
    uint32_t slots;  /* a power of two; 0: no table yet */
} csuccess__words;
void csuccess__words_init(csuccess__words *words, const csuccess_allocator *mem);
void csuccess__words_free(csuccess__words *words);
/* Its number; UINT32_MAX: no memory. */
uint32_t csuccess__words_add(csuccess__words *words, csuccess_str word);

#define CSUCCESS__NO_WORD UINT32_MAX

/* One metric over all rows: numbers, or codes (words of its own; of a bool 0 and 1; NO_WORD: missing). */
typedef struct csuccess__sample_metric {
    csuccess_str name; /* of the configuration */
    uint32_t slot;
    csuccess__kind kind; /* NUMBER, BOOL, STRING */
    double *numbers;     /* NaN: missing */
    uint32_t *codes;
    csuccess__words words;
} csuccess__sample_metric;

/* Why an attribute or metric is not learned from. */
#define CSUCCESS__SAMPLE_REASONS(X) \
    X(OUTCOME, "it is the outcome") \
    X(READS_OUTCOME, "it reads the outcome") \
    X(PII, "it is personal (pii)") \
    X(EXCLUDED, "it was excluded")
typedef enum csuccess__sample_reason {
#define CSUCCESS__SAMPLE_REASON(name, text) CSUCCESS__SAMPLE_##name,
    CSUCCESS__SAMPLE_REASONS(CSUCCESS__SAMPLE_REASON)
#undef CSUCCESS__SAMPLE_REASON
        CSUCCESS__SAMPLE_REASON_COUNT
} csuccess__sample_reason;
const char *csuccess__sample_reason_text(csuccess__sample_reason reason);

typedef struct csuccess__left_out {
    csuccess_str name; /* of the configuration */
    csuccess__sample_reason why;
} csuccess__left_out;

/* Modifiers of a profile that a row can remember. */
enum { CSUCCESS__SAMPLE_MODIFIERS = 64 };

typedef struct csuccess__sample_row {
    csuccess_sample given; /* outcome 0 or 1 with SAMPLE_OUTCOME; weight above 0 */
    uint64_t key;          /* hash of the customer's id; of a row without one, of its number */
    uint32_t customer;     /* number among `customers`; NO_WORD: no id */
    uint32_t profile;      /* UINT32_MAX: none held */
    uint32_t band;         /* UINT32_MAX: none, or churned */
    uint32_t level;        /* of churn; UINT32_MAX: none */
    bool scored, predicted;
    bool calibrated,
        learned; /* of the probability: by a model that was learned, perhaps from these rows */
    double raw, probability; /* 0 without */
    double days;             /* that the probability speaks of */
    uint64_t modifiers;      /* bit per modifier of the profile that applied */
} csuccess__sample_row;

struct csuccess_samples {
    csuccess_allocator mem;
    csuccess_scorer
        *scorer; /* brings rows to the slots; owns the reference to the configuration */
    csuccess__arena arena;      /* metrics, names, the outcome's program */
    csuccess__question outcome; /* program NULL: none */
    csuccess__sample_metric *metrics;
    uint32_t metric_count;
    bool named; /* the host named the metrics */
    csuccess__left_out *left_out;
    uint32_t left_out_count;
    csuccess__duration horizon, gap;
    int64_t observed_until; /* 0: the latest time seen */
    int64_t now;
    csuccess__words customers;
    csuccess__sample_row *rows;
    double *
        parts; /* part_count of each row: scores of the members of its profile's root; NaN: missing */
    uint32_t part_count; /* most members of any profile's root */
    uint32_t count, cap;
    bool dated; /* of the rows so far */
};

/* Which attributes and metrics to learn from, into the samples' arena. `outcome` is compiled by then. */
csuccess_result csuccess__samples_choose(csuccess_samples *samples,
                                         const csuccess_samples_options *options,
                                         csuccess_error *err);
/* Checks one sample and makes room for `more` rows. */
csuccess_result csuccess__sample_check(const csuccess_samples *samples,
                                       const csuccess_sample *given, csuccess_error *err);
csuccess_result csuccess__samples_reserve(csuccess_samples *samples, size_t more,
                                          csuccess_error *err);
/* Scores the customer whose inputs stand in the scorer's slots and keeps the row behind the last (samples->count is the caller's to
   raise). Room for it is there. */
csuccess_result csuccess__samples_keep(csuccess_samples *samples, uint32_t at,
                                       csuccess_str customer, const csuccess_sample *given,
                                       csuccess_error *err);
/* The time that a sample is evaluated at. */
int64_t csuccess__sample_time(const csuccess_samples *samples, const csuccess_sample *given);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the world is still the one that a model was trained in: PSI and Kolmogorov-Smirnov
   between two samples, Page-Hinkley and ADWIN on a stream of errors. */
#ifndef CSUCCESS__STATS_DRIFT_H
#define CSUCCESS__STATS_DRIFT_H

#include "stats/figures.h"

/* Finite numbers in any order. */
typedef struct csuccess__sample {
    const double *values;
    uint32_t n;
} csuccess__sample;

typedef enum csuccess__drift_verdict {
    CSUCCESS__DRIFT_STABLE,
    CSUCCESS__DRIFT_WARN,
    CSUCCESS__DRIFT_DRIFT
} csuccess__drift_verdict;

/* Customary limits of the PSI (Siddiqi, Credit risk scorecards, 2006). */
#define CSUCCESS__PSI_WARN 0.1
#define CSUCCESS__PSI_DRIFT 0.25
/* At or above a limit is beyond it. */
csuccess__drift_verdict csuccess__drift_verdict_of(double value, double warn, double drift);

typedef struct csuccess__psi {
    csuccess__figure value; /* absent when either side has no rows */
    csuccess__figure p;     /* P(as much by chance alone): value / (1 / n + 1 / m) is nearly
                               chi-square with bins - 1 degrees (Yurdakul, Naranjo 2020); absent
                               with fewer than two bins */
} csuccess__psi;
/* Population stability index of counts per bin: the sum of (now - then) ln(now / then) over shares.
   A bin that is empty on one side counts as half a row there; one that is empty on both is
   left out. */
csuccess__psi csuccess__psi_of(const double *then, const double *now, uint32_t bins);
/* Adds each number to the bin of its value: bin i < n holds x <= bounds[i] and above the one
   before, bin n the rest. `counts` has n + 1 entries; numbers are not NaN. */
void csuccess__bin_counts(double *counts, const double *bounds, uint32_t n,
                          const double *numbers, uint32_t rows);
/* Bounds that cut a sample into up to `parts` bins of about as many rows each (quantiles, without
   repeats); `bounds` has room for parts - 1. Gives how many there are. ENOMEM. */
csuccess_result csuccess__bin_bounds(double *bounds, uint32_t *count, uint32_t parts,
                                     csuccess__sample sample, const csuccess_allocator *mem);

typedef struct csuccess__ks {
    csuccess__figure statistic; /* greatest distance of the distribution functions */
    csuccess__figure p;         /* two-sided, by the limit distribution */
} csuccess__ks;
/* Absent when one is empty. ENOMEM. */
csuccess_result csuccess__ks_two_sample(csuccess__ks *out, csuccess__sample a,
                                        csuccess__sample b, const csuccess_allocator *mem);

/* Page-Hinkley: the mean of a stream has risen (Page 1954; Hinkley 1970). 0: the default. */
typedef struct csuccess__page_hinkley_options {
    double tolerance; /* of the mean's wandering; 0.005 */
    double limit;     /* of the statistic; 50 */
    double warn;      /* share of the limit from which on it warns; 0.5 */
    uint32_t least;   /* values before any verdict; 30 */
} csuccess__page_hinkley_options;
typedef struct csuccess__page_hinkley {
    csuccess__page_hinkley_options options;
    uint64_t count;
    double mean, sum, least;
} csuccess__page_hinkley;
void csuccess__page_hinkley_init(csuccess__page_hinkley *ph,
                                 const csuccess__page_hinkley_options *options);
/* x is finite. After drift it starts anew. */
csuccess__drift_verdict csuccess__page_hinkley_add(csuccess__page_hinkley *ph, double x);

/* ADWIN: a window of the stream that is cut where the means before and after differ by more than
   chance allows (Bifet, Gavalda, Learning from time-changing data with adaptive windowing,
   2007). Values within 0 to 1. Fixed memory: an exponential histogram, whose variances merge as
   Babcock et al. (2003) say. */
#define CSUCCESS__ADWIN_ROWS 60
#define CSUCCESS__ADWIN_BUCKETS 5 /* of a row, before the two oldest become one of the next */
#define CSUCCESS__ADWIN_EVERY 32  /* values from one look for a cut to the next */
#define CSUCCESS__ADWIN_LEAST 5   /* values on either side of a cut */
/* A stretch of values: how many, their sum, their squared distances from the mean. */
typedef struct csuccess__adwin_bucket {
    double n, total, variance;
} csuccess__adwin_bucket;
typedef struct csuccess__adwin {
    double delta; /* chance of a cut where nothing has changed */
    uint64_t seen;
    csuccess__drift_verdict verdict; /* of the last look */
    csuccess__adwin_bucket window;
    uint32_t rows;
    uint32_t used[CSUCCESS__ADWIN_ROWS];
    csuccess__adwin_bucket buckets[CSUCCESS__ADWIN_ROWS][CSUCCESS__ADWIN_BUCKETS + 1];
} csuccess__adwin; /* a bucket of row r holds 2^r values; the oldest of a row first */
/* delta within 0 to 1; 0: 0.002. */
void csuccess__adwin_init(csuccess__adwin *adwin, double delta);
/* Drift, at the value where it is seen, when the window was cut and the mean is higher than before; warn, until the
   next look, when it would have been at ten times delta. A fall cuts too but is no verdict: errors became fewer. */
csuccess__drift_verdict csuccess__adwin_add(csuccess__adwin *adwin, double x);
double csuccess__adwin_mean(const csuccess__adwin *adwin); /* of the window; 0 when empty */

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Distributions that tests and intervals need, and p-values corrected for having asked often.

   From the library's own exp and ln: the same bits everywhere. Relative error, checked against
   mpmath: below 1e-12, of upper tails too; Fisher's below 1e-10. */
#ifndef CSUCCESS__STATS_SPECIAL_H
#define CSUCCESS__STATS_SPECIAL_H

#include "base/alloc.h"

/* P(Z <= z) of the standard normal distribution. NaN gives NaN. */
double csuccess__normal_cdf(double z);
/* The z with P(Z <= z) = p; infinite at 0 and 1, NaN outside (Wichura, Algorithm AS 241, 1988). */
double csuccess__normal_quantile(double p);
/* z of a two-sided interval: the normal quantile of (1 + confidence) / 2. */
double csuccess__normal_two_sided(double confidence);
/* ln of the gamma function, x > 0. */
double csuccess__ln_gamma(double x);
/* Upper regularised incomplete gamma function, a > 0, x >= 0. */
double csuccess__gamma_upper(double a, double x);
/* P(X >= x) of chi-square with df degrees of freedom; 1 for x <= 0 or df 0. */
double csuccess__chi_square_upper(double x, uint32_t df);
/* P(K >= l) of Kolmogorov's distribution, the limit of sqrt(n) D. */
double csuccess__kolmogorov_upper(double l);

/* P(X <= x) of the beta distribution, a and b > 0: the regularised incomplete beta function. Checked against SciPy to 1e-10 for a and b up to 1e6. */
double csuccess__beta_lower(double a, double b, double x);
/* The x with P(X <= x) = p; NaN where there is none. */
double csuccess__beta_quantile(double a, double b, double p);
/* P(|T| >= |t|) of Student's distribution with df > 0 degrees of freedom, which need not be whole. */
double csuccess__student_two_sided(double t, double df);
/* t of a two-sided interval: P(|T| <= t) = confidence, within 0 to 1; NaN outside. */
double csuccess__student_quantile(double confidence, double df);

/* Two by two: of `first` rows `first_yes`, of `second` rows `second_yes`. */
typedef struct csuccess__table2 {
    uint32_t first_yes, first, second_yes, second;
} csuccess__table2;
/* Fisher's exact test, two-sided: the probability of all tables with these margins that are no
   likelier than this one (to 1e-7 of it, as R's fisher.test()); 0 below 1e-290. */
double csuccess__fisher_exact(const csuccess__table2 *table);

/* p becomes the p-values adjusted for n tests; those of Holm bound the chance of any false finding
   (Holm 1979), those of Benjamini and Hochberg (1995) the share of false ones among the found.
   Each p is within 0 to 1. ENOMEM. */
csuccess_result csuccess__adjust_holm(double *p, uint32_t n, const csuccess_allocator *mem);
csuccess_result csuccess__adjust_benjamini_hochberg(double *p, uint32_t n,
                                                    const csuccess_allocator *mem);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* How far two columns go together. Absent below two rows and where one of them is constant. */
#ifndef CSUCCESS__STATS_CORRELATION_H
#define CSUCCESS__STATS_CORRELATION_H

#include "stats/figures.h"

/* Pearson's; with y of zeros and ones the point-biserial correlation. Values are finite. */
csuccess__figure csuccess__pearson(const double *x, const double *y, uint32_t n);
/* Pearson's of x and labels of 0 and 1. */
csuccess__figure csuccess__point_biserial(const double *x, const uint8_t *labels, uint32_t n);
/* Pearson's of the midranks. ENOMEM. */
csuccess_result csuccess__spearman(csuccess__figure *out, const double *x, const double *y,
                                   uint32_t n, const csuccess_allocator *mem);

#endif

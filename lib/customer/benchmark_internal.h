/* SPDX-License-Identifier: Apache-2.0 */
/* Cohorts and their tables as compiled; shared by their reading and their making. */
#ifndef CSUCCESS__CUSTOMER_BENCHMARK_INTERNAL_H
#define CSUCCESS__CUSTOMER_BENCHMARK_INTERNAL_H

#include "customer/benchmark.h"
#include "customer/pairs.h"

/* The distribution of one metric within one cohort. */
typedef struct csuccess__table {
    csuccess_str metric;
    uint32_t cohort;
    uint32_t slot; /* UINT32_MAX: the metric is not known (noted) */
    csuccess__benchmark values;
    const csuccess__json *at;
} csuccess__table;

typedef struct csuccess__cohort {
    csuccess_str name;
    const csuccess__program *when; /* NULL: everybody */
    uint32_t first, count;         /* tables */
    const csuccess__json *at;
} csuccess__cohort;

struct csuccess__benchmarks {
    csuccess__cohort *cohorts;
    uint32_t cohort_count;
    csuccess__table *tables;
    uint32_t table_count;
    csuccess__pairs pairs; /* cohort and metric to table */
};

enum { CSUCCESS__BENCHMARK_VALUES = 1001 };

#endif

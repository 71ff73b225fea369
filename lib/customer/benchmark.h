/* SPDX-License-Identifier: Apache-2.0 */
/* Cohort benchmarks: the distribution of inputs and metrics within a cohort, made by an accumulator, written into the
   document's `benchmarks`, read by percentile(metric, 'cohort').

   Section: "benchmarks": {"<cohort>": {"when": <condition>, "as_of": <time>, "of": {"<metric>": {"n": 812, "mean": 41.2,
   "values": [ascending quantiles, at most 1,001]}}}}. */
#ifndef CSUCCESS__CUSTOMER_BENCHMARK_H
#define CSUCCESS__CUSTOMER_BENCHMARK_H

#include "customer/schema.h"

typedef struct csuccess__benchmarks csuccess__benchmarks;

/* Reads the tables (before metrics are compiled, since metrics may use percentile()). */
void csuccess__benchmarks_compile(csuccess__schema *schema, csuccess__compiler *with,
                                  csuccess__problems *problems, const csuccess__json *section);
/* Compiles the cohorts' conditions (after metrics). */
void csuccess__benchmarks_conditions(csuccess__schema *schema, csuccess__compiler *with,
                                     csuccess__problems *problems);
const csuccess__benchmark *csuccess__benchmarks_find(const csuccess__benchmarks *set,
                                                     csuccess_str metric, csuccess_str cohort);

/* Feeding customers in any order and any split, merging, and writing the section's JSON. */
typedef struct csuccess__cohorts csuccess__cohorts;
csuccess_result csuccess__cohorts_new(csuccess__cohorts **out, const csuccess__schema *schema,
                                      const csuccess_allocator *mem);
csuccess_result csuccess__cohorts_add(csuccess__cohorts *cohorts, csuccess__machine *machine,
                                      const csuccess__frame *frame);
csuccess_result csuccess__cohorts_merge(csuccess__cohorts *into, const csuccess__cohorts *from);
csuccess_result csuccess__cohorts_write(const csuccess__cohorts *cohorts,
                                        csuccess__buffer *out);
void csuccess__cohorts_free(csuccess__cohorts *cohorts);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What the sources of the schema share: its index of slots and the metrics that wait to be compiled. */
#ifndef CSUCCESS__CUSTOMER_SCHEMA_INTERNAL_H
#define CSUCCESS__CUSTOMER_SCHEMA_INTERNAL_H

#include "customer/pairs.h"
#include "customer/schema.h"

struct csuccess__metric_pass;
struct csuccess__slot_index {
    csuccess__pairs pairs;
    struct csuccess__metric_pass *pass; /* while metrics are compiled; else NULL */
};

/* Compiles the metric of a slot whose type is not known yet. OK; ECYCLE, ELIMIT, ENOMEM with `say` filled.
   A metric that has a problem of its own gets the type `any`, so that its users add no second one. */
csuccess_result csuccess__metric_demand(csuccess__schema *schema, uint32_t slot,
                                        csuccess__text *say);

/* Whether text can be the name of an attribute, metric or field: notes what is wrong with it at `at`. */
bool csuccess__name_check(csuccess__problems *problems, const csuccess__json *at,
                          const char *what);

#endif

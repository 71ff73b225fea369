/* SPDX-License-Identifier: Apache-2.0 */
/* Columns of a whole population, and the scorer that runs over them in blocks. */
#ifndef CSUCCESS__COLUMNS_SCORER_H
#define CSUCCESS__COLUMNS_SCORER_H

#include "engine/scorer.h"

struct csuccess_columns {
    csuccess_allocator mem;
    csuccess_config *config;
    size_t rows;
    csuccess__column *slots; /* config->schema->inputs */
    csuccess__arena
        words; /* dictionaries and their strings; of imported ones what was converted */
    struct csuccess__arrow_held *schema,
        *batch;      /* imported ones: whose memory they are; else NULL */
    size_t customer; /* of imported ones: the child that names the customers; SIZE_MAX: none */
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The Arrow C Data and C Stream interfaces: batches in, results out. */
#include "columns/scorer.h"

#include "base/error.h"

#include <csuccess/arrow.h>

size_t csuccess_columns_rows(const csuccess_columns *columns)
{
    return columns ? columns->rows : 0;
}

int32_t csuccess_columns_bound(const csuccess_columns *columns, uint32_t slot)
{
    return columns && slot < columns->config->schema->inputs &&
           columns->slots[slot].form != CSUCCESS__FORM_NONE;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Arithmetic over blocks. */
#ifndef CSUCCESS__EXPR_COLUMN_NUMBERS_H
#define CSUCCESS__EXPR_COLUMN_NUMBERS_H

#include "expr/column_internal.h"

/* The kernel of an operation on numbers; NULL when there is none. */
csuccess__column_op csuccess__column_number_op(unsigned op);
/* Valid where every operand is. */
void csuccess__strict_validity(const csuccess__column_call *call, csuccess__vector *out);

#endif

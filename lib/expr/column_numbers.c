/* SPDX-License-Identifier: Apache-2.0 */
/* Arithmetic, points and elapsed time over blocks, from the kernels that the row machine uses. */
#include "expr/column_numbers.h"
#include "expr/kernels.h"

#include <string.h>

/* A result that is not finite is missing. */
static void finish(csuccess__column_call *call, csuccess__vector *out)
{
    uint64_t finite[CSUCCESS__BLOCK_WORDS];
    csuccess__bits_finite_f64(finite, out->as.numbers, out->rows);
    for (uint32_t k = 0; k < call->node->argc; k++) {
        const csuccess__vector *operand = csuccess__operand(call, k);
        if (operand->all_valid) continue;
        for (size_t w = 0; w < csuccess__bits_words(out->rows); w++) {
            finite[w] &= operand->valid[w];
        }
    }
    csuccess__vector_validity(out, finite);
}

static const double *numbers(const csuccess__column_call *call, uint32_t k)
{
    return csuccess__operand(call, k)->as.numbers;
}

#define UNARY(name, function) \
    static void name(csuccess__column_call *call, csuccess__vector *out) \
    { \
        const double *x = numbers(call, 0); \
        double *y = out->as.numbers; \
        for (uint32_t j = 0; j < out->rows; j++) y[j] = function(x[j]); \
        finish(call, out); \
    }
UNARY(op_negate, csuccess__k_negate)
UNARY(op_abs, csuccess__k_abs)
UNARY(op_ceil, csuccess__k_ceil)
UNARY(op_floor, csuccess__k_floor)
UNARY(op_round, csuccess__round)
UNARY(op_trunc, csuccess__k_trunc)
UNARY(op_sign, csuccess__k_sign)
UNARY(op_sqrt, csuccess__k_sqrt)
UNARY(op_exp, csuccess__exp)
UNARY(op_ln, csuccess__ln)
UNARY(op_sigmoid, csuccess__sigmoid)

#define BINARY(name, function) \
    static void name(csuccess__column_call *call, csuccess__vector *out) \
    { \
        const double *a = numbers(call, 0), *b = numbers(call, 1); \
        double *y = out->as.numbers; \
        for (uint32_t j = 0; j < out->rows; j++) y[j] = function(a[j], b[j]); \
        finish(call, out); \
    }
BINARY(op_add, csuccess__k_add)
BINARY(op_subtract, csuccess__k_subtract)
BINARY(op_multiply, csuccess__k_multiply)
BINARY(op_divide, csuccess__k_divide)
BINARY(op_modulo, csuccess__k_modulo)
BINARY(op_change, csuccess__k_change)
BINARY(op_pow, csuccess__pow)

#define FOLD(name, function) \
    static void name(csuccess__column_call *call, csuccess__vector *out) \
    { \
        double *y = out->as.numbers; \
        memcpy(y, numbers(call, 0), out->rows * sizeof *y); \
        for (uint32_t k = 1; k < call->node->argc; k++) { \
            const double *x = numbers(call, k); \
            for (uint32_t j = 0; j < out->rows; j++) y[j] = function(y[j], x[j]); \
        } \
        finish(call, out); \
    }
FOLD(op_min, csuccess__k_min)
FOLD(op_max, csuccess__k_max)

static void op_clamp(csuccess__column_call *call, csuccess__vector *out)
{
    const double *x = numbers(call, 0), *lo = numbers(call, 1), *hi = numbers(call, 2);
    for (uint32_t j = 0; j < out->rows; j++) {
        out->as.numbers[j] = csuccess__k_clamp(x[j], lo[j], hi[j]);
    }
    finish(call, out);
}

static void op_linear(csuccess__column_call *call, csuccess__vector *out)
{
    const double *x = numbers(call, 0);
    const csuccess__node *node = call->node;
    for (uint32_t j = 0; j < out->rows; j++) {
        out->as.numbers[j] =
            csuccess__k_linear(x[j], node->as.table.x, node->as.table.y, node->as.table.count);
    }
    finish(call, out);
}

/* `otherwise` matters only to rows beyond the last limit. */
static void op_bands(csuccess__column_call *call, csuccess__vector *out)
{
    const csuccess__vector *x = csuccess__operand(call, 0),
                           *otherwise = csuccess__operand(call, 1);
    const csuccess__node *node = call->node;
    uint32_t count = node->as.table.count;
    uint64_t valid[CSUCCESS__BLOCK_WORDS];
    memcpy(valid, x->valid, sizeof valid);
    for (uint32_t j = 0; j < out->rows; j++) {
        double v = x->as.numbers[j];
        out->as.numbers[j] = csuccess__k_bands(v, node->as.table.x, node->as.table.y, count,
                                               otherwise->as.numbers[j]);
        bool beyond = count == 0 || v > node->as.table.x[count - 1];
        if (beyond && !csuccess__bit(otherwise->valid, j)) {
            valid[j / 64] &= ~(UINT64_C(1) << (j % 64));
        }
    }
    csuccess__vector_validity(out, valid);
}

/* Rows without a time hold 0, which every kernel takes. */
#define ELAPSED(name, function) \
    static void name(csuccess__column_call *call, csuccess__vector *out) \
    { \
        const int64_t *t = csuccess__operand(call, 0)->as.times; \
        for (uint32_t j = 0; j < out->rows; j++) { \
            out->as.numbers[j] = function(call->frame->now, t[j]); \
        } \
        finish(call, out); \
    }
ELAPSED(op_days_since, csuccess__k_days_since)
ELAPSED(op_hours_since, csuccess__k_hours_since)
ELAPSED(op_days_until, csuccess__k_days_until)

static const csuccess__column_op kernels[CSUCCESS__OP_END] = {
    [CSUCCESS__OP_NEG_NUMBER] = op_negate,
    [CSUCCESS__OP_ABS] = op_abs,
    [CSUCCESS__OP_CEIL] = op_ceil,
    [CSUCCESS__OP_FLOOR] = op_floor,
    [CSUCCESS__OP_ROUND] = op_round,
    [CSUCCESS__OP_TRUNC] = op_trunc,
    [CSUCCESS__OP_SIGN] = op_sign,
    [CSUCCESS__OP_SQRT] = op_sqrt,
    [CSUCCESS__OP_EXP] = op_exp,
    [CSUCCESS__OP_LN] = op_ln,
    [CSUCCESS__OP_SIGMOID] = op_sigmoid,
    [CSUCCESS__OP_ADD_NUMBER] = op_add,
    [CSUCCESS__OP_SUB_NUMBER] = op_subtract,
    [CSUCCESS__OP_MUL_NUMBER] = op_multiply,
    [CSUCCESS__OP_DIV_NUMBER] = op_divide,
    [CSUCCESS__OP_MOD_NUMBER] = op_modulo,
    [CSUCCESS__OP_CHANGE] = op_change,
    [CSUCCESS__OP_POW] = op_pow,
    [CSUCCESS__OP_MIN_NUMBER] = op_min,
    [CSUCCESS__OP_MAX_NUMBER] = op_max,
    [CSUCCESS__OP_CLAMP] = op_clamp,
    [CSUCCESS__OP_LINEAR] = op_linear,
    [CSUCCESS__OP_BANDS] = op_bands,
    [CSUCCESS__OP_DAYS_SINCE] = op_days_since,
    [CSUCCESS__OP_HOURS_SINCE] = op_hours_since,
    [CSUCCESS__OP_DAYS_UNTIL] = op_days_until,
};

csuccess__column_op csuccess__column_number_op(unsigned op)
{
    return kernels[op];
}

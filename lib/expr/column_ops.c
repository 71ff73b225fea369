/* SPDX-License-Identifier: Apache-2.0 */
/* The operations that have a kernel over blocks: logic, comparison, choice. Arithmetic is in
   column_numbers.c; what is not here runs through the row machine. */
#include "expr/column_numbers.h"
#include "expr/kernels.h"

#include <string.h>

static bool joined_validity(const csuccess__column_call *call, uint64_t *valid)
{
    bool all = true;
    csuccess__bits_fill(valid, true, call->frame->rows);
    for (uint32_t k = 0; k < call->node->argc; k++) {
        const csuccess__vector *operand = csuccess__operand(call, k);
        if (!operand || operand->all_valid) continue; /* constants are there */
        all = false;
        for (size_t w = 0; w < csuccess__bits_words(call->frame->rows); w++) {
            valid[w] &= operand->valid[w];
        }
    }
    return all;
}

void csuccess__vector_validity(csuccess__vector *vector, const uint64_t *valid)
{
    memcpy(vector->valid, valid, csuccess__bits_words(vector->rows) * sizeof *valid);
    vector->all_valid = csuccess__bits_all(valid, vector->rows);
    if (vector->kind == CSUCCESS__KIND_BOOL) {
        for (size_t w = 0; w < csuccess__bits_words(vector->rows); w++) {
            vector->as.bits[w] &= valid[w];
        }
        return;
    }
    if (vector->all_valid) return;
    for (uint32_t j = 0; j < vector->rows; j++) {
        if (csuccess__bit(valid, j)) continue;
        if (vector->kind == CSUCCESS__KIND_NUMBER) {
            vector->as.numbers[j] = 0;
        } else if (vector->kind == CSUCCESS__KIND_TIME) {
            vector->as.times[j] = 0;
        } else {
            vector->as.values[j] = csuccess__missing(CSUCCESS__ABSENCE_OPERAND);
        }
    }
}

void csuccess__strict_validity(const csuccess__column_call *call, csuccess__vector *out)
{
    uint64_t valid[CSUCCESS__BLOCK_WORDS];
    joined_validity(call, valid);
    csuccess__vector_validity(out, valid);
}

/* ---- Three-valued logic on pairs of bitmaps ---- */

/* AND: true where all are, false where one is. OR is the same with the sides changed. */
static void join(csuccess__column_call *call, csuccess__vector *out, bool conjunction)
{
    size_t words = csuccess__bits_words(out->rows);
    uint64_t decided[CSUCCESS__BLOCK_WORDS] = {0}, agreed[CSUCCESS__BLOCK_WORDS];
    uint64_t valid[CSUCCESS__BLOCK_WORDS] = {0};
    csuccess__bits_fill(agreed, true, out->rows);
    for (uint32_t k = 0; k < call->node->argc; k++) {
        const csuccess__vector *x = csuccess__operand(call, k);
        for (size_t w = 0; w < words; w++) {
            uint64_t no = x->valid[w] & ~x->as.bits[w];
            decided[w] |= conjunction ? no : x->as.bits[w];
            agreed[w] &= conjunction ? x->as.bits[w] : no;
        }
    }
    for (size_t w = 0; w < words; w++) {
        out->as.bits[w] = conjunction ? agreed[w] : decided[w];
        valid[w] = decided[w] | agreed[w];
    }
    csuccess__vector_validity(out, valid);
}

static void op_and(csuccess__column_call *call, csuccess__vector *out)
{
    join(call, out, true);
}

static void op_or(csuccess__column_call *call, csuccess__vector *out)
{
    join(call, out, false);
}

static void op_not(csuccess__column_call *call, csuccess__vector *out)
{
    const csuccess__vector *x = csuccess__operand(call, 0);
    for (size_t w = 0; w < csuccess__bits_words(out->rows); w++)
        out->as.bits[w] = ~x->as.bits[w];
    csuccess__vector_validity(out, x->valid);
}

/* Row `j` of operand k becomes row j of out. */
static void copy_row(const csuccess__column_call *call, csuccess__vector *out, uint32_t k,
                     uint32_t j)
{
    const csuccess__vector *from = csuccess__operand(call, k);
    switch (out->kind) {
    case CSUCCESS__KIND_NUMBER:
        out->as.numbers[j] = from->as.numbers[j];
        break;
    case CSUCCESS__KIND_TIME:
        out->as.times[j] = from->as.times[j];
        break;
    case CSUCCESS__KIND_BOOL:
        out->as.bits[j / 64] |= (uint64_t)csuccess__bit(from->as.bits, j) << (j % 64);
        break;
    default:
        out->as.values[j] = csuccess__operand_value(call, k, j);
        break;
    }
}

static bool operand_there(const csuccess__column_call *call, uint32_t k, uint32_t row)
{
    const csuccess__vector *x = csuccess__operand(call, k);
    return !x || csuccess__bit(x->valid, row);
}

/* Copies, row by row, from the operand that `choose` names; beyond the operands: missing. */
static void choose_rows(csuccess__column_call *call, csuccess__vector *out,
                        uint32_t (*choose)(const csuccess__column_call *, uint32_t))
{
    uint64_t valid[CSUCCESS__BLOCK_WORDS] = {0};
    if (out->kind == CSUCCESS__KIND_BOOL) csuccess__bits_fill(out->as.bits, false, out->rows);
    for (uint32_t j = 0; j < out->rows; j++) {
        uint32_t k = choose(call, j);
        if (k >= call->node->argc || !operand_there(call, k, j)) continue;
        valid[j / 64] |= UINT64_C(1) << (j % 64);
        copy_row(call, out, k, j);
    }
    csuccess__vector_validity(out, valid);
}

static uint32_t branch_of(const csuccess__column_call *call, uint32_t row)
{
    const csuccess__vector *condition = csuccess__operand(call, 0);
    if (!csuccess__bit(condition->valid, row)) return UINT32_MAX;
    return csuccess__bit(condition->as.bits, row) ? 1 : 2;
}

static void op_cond(csuccess__column_call *call, csuccess__vector *out)
{
    choose_rows(call, out, branch_of);
}

static uint32_t first_there(const csuccess__column_call *call, uint32_t row)
{
    for (uint32_t k = 0; k < call->node->argc; k++) {
        if (operand_there(call, k, row)) return k;
    }
    return UINT32_MAX;
}

static void op_coalesce(csuccess__column_call *call, csuccess__vector *out)
{
    choose_rows(call, out, first_there);
}

static void op_has(csuccess__column_call *call, csuccess__vector *out)
{
    uint32_t slot = call->program->nodes[csuccess__operand_index(call, 0)].as.slot;
    const csuccess__column *column = &call->frame->slots[slot];
    const csuccess__slot_state *state = csuccess__slot_look(call->machine, call->frame, slot);
    uint64_t valid[CSUCCESS__BLOCK_WORDS];
    csuccess__bits_fill(valid, true, out->rows);
    if (!state) {
        call->failed = CSUCCESS_ENOMEM;
        csuccess__bits_fill(valid, false, out->rows);
    } else {
        memcpy(out->as.bits, state->present, csuccess__bits_words(out->rows) * sizeof *valid);
    }
    if (state && column->form == CSUCCESS__FORM_VALUES) {
        const csuccess__value *values = column->data;
        for (uint32_t j = 0; j < out->rows; j++) {
            uint64_t defaulted = values[call->frame->first + j].defaulted != 0;
            out->as.bits[j / 64] &= ~(defaulted << (j % 64));
        }
    }
    csuccess__vector_validity(out, valid);
}

/* ---- Comparison ---- */

static void invert(csuccess__vector *out)
{
    for (size_t w = 0; w < csuccess__bits_words(out->rows); w++)
        out->as.bits[w] = ~out->as.bits[w];
}

static void op_compare_number(csuccess__column_call *call, csuccess__vector *out)
{
    const double *a = csuccess__operand(call, 0)->as.numbers;
    const double *b = csuccess__operand(call, 1)->as.numbers;
    unsigned relation = csuccess__k_relation(call->node->op);
    switch (relation) {
    case CSUCCESS__REL_LT:
    case CSUCCESS__REL_GE:
        csuccess__bits_lt(out->as.bits, a, b, out->rows);
        break;
    case CSUCCESS__REL_LE:
    case CSUCCESS__REL_GT:
        csuccess__bits_le(out->as.bits, a, b, out->rows);
        break;
    default:
        csuccess__bits_eq(out->as.bits, a, b, out->rows);
        break;
    }
    bool other = relation == CSUCCESS__REL_GE || relation == CSUCCESS__REL_GT ||
                 relation == CSUCCESS__REL_NE;
    if (other) invert(out);
    csuccess__strict_validity(call, out);
}

static void op_compare_time(csuccess__column_call *call, csuccess__vector *out)
{
    const int64_t *a = csuccess__operand(call, 0)->as.times;
    const int64_t *b = csuccess__operand(call, 1)->as.times;
    unsigned relation = csuccess__k_relation(call->node->op);
    switch (relation) {
    case CSUCCESS__REL_LT:
    case CSUCCESS__REL_GE:
        csuccess__bits_lt_i64(out->as.bits, a, b, out->rows);
        break;
    case CSUCCESS__REL_LE:
    case CSUCCESS__REL_GT:
        csuccess__bits_lt_i64(out->as.bits, b, a, out->rows);
        break;
    default:
        csuccess__bits_eq_i64(out->as.bits, a, b, out->rows);
        break;
    }
    bool other = relation == CSUCCESS__REL_GE || relation == CSUCCESS__REL_LE ||
                 relation == CSUCCESS__REL_NE;
    if (other) invert(out);
    csuccess__strict_validity(call, out);
}

static void op_compare_bool(csuccess__column_call *call, csuccess__vector *out)
{
    const uint64_t *a = csuccess__operand(call, 0)->as.bits;
    const uint64_t *b = csuccess__operand(call, 1)->as.bits;
    unsigned relation = csuccess__k_relation(call->node->op);
    for (size_t w = 0; w < csuccess__bits_words(out->rows); w++) {
        uint64_t less = ~a[w] & b[w], equal = ~(a[w] ^ b[w]), greater = a[w] & ~b[w];
        out->as.bits[w] = (relation & CSUCCESS__SIGN_LESS ? less : 0) |
                          (relation & CSUCCESS__SIGN_EQUAL ? equal : 0) |
                          (relation & CSUCCESS__SIGN_GREATER ? greater : 0);
    }
    csuccess__strict_validity(call, out);
}

/* A condition on the values of a row. */
typedef csuccess__truth (*row_test)(csuccess__column_call *call, uint32_t row);

static void test_rows(csuccess__column_call *call, csuccess__vector *out, const uint64_t *rows,
                      row_test test)
{
    uint64_t valid[CSUCCESS__BLOCK_WORDS] = {0};
    csuccess__bits_fill(out->as.bits, false, out->rows);
    for (size_t w = 0; w < csuccess__bits_words(out->rows); w++) {
        for (uint64_t left = rows[w]; left != 0; left &= left - 1) {
            uint32_t bit = csuccess__bits_lowest(left);
            csuccess__truth truth = test(call, (uint32_t)(64 * w) + bit);
            valid[w] |= (uint64_t)(truth != CSUCCESS__OPEN) << bit;
            out->as.bits[w] |= (uint64_t)(truth == CSUCCESS__TRUE) << bit;
        }
    }
    csuccess__vector_validity(out, valid);
}

static csuccess__truth compare_strings(csuccess__column_call *call, uint32_t row)
{
    csuccess__value a = csuccess__operand_value(call, 0, row);
    csuccess__value b = csuccess__operand_value(call, 1, row);
    unsigned relation = csuccess__k_relation(call->node->op);
    if (relation == CSUCCESS__REL_EQ || relation == CSUCCESS__REL_NE) {
        bool same = csuccess__k_same_string(&a, &b);
        return same == (relation == CSUCCESS__REL_EQ) ? CSUCCESS__TRUE : CSUCCESS__FALSE;
    }
    bool holds = csuccess__k_holds(relation, csuccess__k_order_string(&a, &b));
    return holds ? CSUCCESS__TRUE : CSUCCESS__FALSE;
}

/* Rows of `x` that are the text `word`; what comes of rows that are missing is not kept. */
static void find_word(csuccess__vector *out, const csuccess__vector *x,
                      const csuccess__value *word)
{
    for (size_t w = 0; w < csuccess__bits_words(out->rows); w++) {
        const csuccess__value *values = x->as.values + 64 * w;
        size_t left = out->rows - 64 * w, rows = left < 64 ? left : 64;
        uint64_t bits = 0;
        for (size_t j = 0; j < rows; j++) {
            bool same = values[j].kind == CSUCCESS__KIND_STRING &&
                        csuccess__k_same_string(&values[j], word);
            bits |= (uint64_t)same << j;
        }
        out->as.bits[w] = bits;
    }
}

/* Is it this text, or is it not: the most frequent question, without a value made of each row. */
static bool compare_to_word(csuccess__column_call *call, csuccess__vector *out)
{
    unsigned relation = csuccess__k_relation(call->node->op);
    const csuccess__vector *a = csuccess__operand(call, 0), *b = csuccess__operand(call, 1);
    bool equality = relation == CSUCCESS__REL_EQ || relation == CSUCCESS__REL_NE;
    if (!equality || (a == NULL) == (b == NULL)) return false;
    uint32_t constant = csuccess__operand_index(call, a ? 1 : 0);
    find_word(out, a ? a : b, &call->program->nodes[constant].as.constant);
    if (relation == CSUCCESS__REL_NE) invert(out);
    csuccess__strict_validity(call, out);
    return true;
}

static void op_compare_string(csuccess__column_call *call, csuccess__vector *out)
{
    uint64_t valid[CSUCCESS__BLOCK_WORDS];
    if (compare_to_word(call, out)) return;
    joined_validity(call, valid);
    test_rows(call, out, valid, compare_strings);
}

static csuccess__truth found_in(csuccess__column_call *call, uint32_t row)
{
    csuccess__value needle = csuccess__operand_value(call, 0, row);
    csuccess__value list = csuccess__operand_value(call, 1, row);
    return csuccess__k_in(&needle, &list);
}

static void op_in(csuccess__column_call *call, csuccess__vector *out)
{
    uint64_t
        all[CSUCCESS__BLOCK_WORDS]; /* a missing needle, too: nothing is in the empty list */
    csuccess__bits_fill(all, true, out->rows);
    test_rows(call, out, all, found_in);
}

static csuccess__truth matches(csuccess__column_call *call, uint32_t row)
{
    csuccess__value subject = csuccess__operand_value(call, 0, row);
    csuccess_result failed = CSUCCESS_OK;
    csuccess__match match = csuccess__regex_search(call->node->as.regex, call->machine->scratch,
                                                   subject.as.string, &failed);
    if (failed < 0) call->failed = failed;
    if (match == CSUCCESS__UNDECIDED) return CSUCCESS__OPEN;
    return match == CSUCCESS__MATCHED ? CSUCCESS__TRUE : CSUCCESS__FALSE;
}

static void op_matches(csuccess__column_call *call, csuccess__vector *out)
{
    uint64_t rows[CSUCCESS__BLOCK_WORDS];
    joined_validity(call, rows);
    for (size_t w = 0; call->mask && w < csuccess__bits_words(out->rows); w++) {
        rows[w] &= call->mask[w];
    }
    if (!call->machine->scratch) {
        call->machine->scratch = csuccess__regex_scratch_new(&call->machine->mem);
    }
    if (!call->machine->scratch) {
        call->failed = CSUCCESS_ENOMEM;
        csuccess__bits_fill(rows, false, out->rows);
    }
    test_rows(call, out, rows, matches);
}

/* ---- Leaves ---- */

static void spread(csuccess__vector *out, csuccess__value v)
{
    uint64_t valid[CSUCCESS__BLOCK_WORDS];
    csuccess__bits_fill(valid, !csuccess__is_missing(v), out->rows);
    if (out->kind == CSUCCESS__KIND_BOOL) {
        csuccess__bits_fill(out->as.bits, v.as.boolean, out->rows);
        csuccess__vector_validity(out, valid);
        return;
    }
    for (uint32_t j = 0; j < out->rows; j++) {
        if (out->kind == CSUCCESS__KIND_NUMBER) {
            out->as.numbers[j] = v.as.number;
        } else if (out->kind == CSUCCESS__KIND_TIME) {
            out->as.times[j] = v.as.time;
        } else {
            out->as.values[j] = v;
        }
    }
    csuccess__vector_validity(out, valid);
}

static void op_constant(csuccess__column_call *call, csuccess__vector *out)
{
    spread(out, call->node->as.constant);
}

static void op_now(csuccess__column_call *call, csuccess__vector *out)
{
    spread(out, csuccess__time(call->frame->now));
}

static const csuccess__column_op kernels[CSUCCESS__OP_END] = {
    [CSUCCESS__OP_CONSTANT] = op_constant,
    [CSUCCESS__OP_NOW] = op_now,
    [CSUCCESS__OP_AND] = op_and,
    [CSUCCESS__OP_OR] = op_or,
    [CSUCCESS__OP_NOT] = op_not,
    [CSUCCESS__OP_COND] = op_cond,
    [CSUCCESS__OP_COALESCE] = op_coalesce,
    [CSUCCESS__OP_HAS] = op_has,
#define COMPARISONS(relation) \
    [CSUCCESS__OP_##relation##_NUMBER] = op_compare_number, \
    [CSUCCESS__OP_##relation##_BOOL] = op_compare_bool, \
    [CSUCCESS__OP_##relation##_STRING] = op_compare_string, \
    [CSUCCESS__OP_##relation##_TIME] = op_compare_time,
    COMPARISONS(EQ) COMPARISONS(NE) COMPARISONS(LT) COMPARISONS(LE) COMPARISONS(GT)
        COMPARISONS(GE)
#undef COMPARISONS
            [CSUCCESS__OP_IN_NUMBER] = op_in,
    [CSUCCESS__OP_IN_STRING] = op_in,
    [CSUCCESS__OP_IN_ANY] = op_in,
    [CSUCCESS__OP_MATCHES] = op_matches,
};

csuccess__column_op csuccess__column_op_of(const csuccess__node *node)
{
    csuccess__column_op op = kernels[node->op];
    if (!op) op = csuccess__column_number_op(node->op);
    return op ? op : csuccess__column_by_rows;
}

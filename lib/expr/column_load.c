/* SPDX-License-Identifier: Apache-2.0 */
/* From bound columns, in the host's own form, to vectors and single values. */
#include "expr/column_internal.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ---- Which rows are there ---- */

static size_t width_of(csuccess__form form)
{
    static const uint8_t widths[] = {
        [CSUCCESS__FORM_F64] = 8,     [CSUCCESS__FORM_I64] = 8,
        [CSUCCESS__FORM_I32] = 4,     [CSUCCESS__FORM_U8] = 1,
        [CSUCCESS__FORM_DICT8] = 1,   [CSUCCESS__FORM_DICT16] = 2,
        [CSUCCESS__FORM_DICT32] = 4,  [CSUCCESS__FORM_VALUES] = sizeof(csuccess__value),
        [CSUCCESS__FORM_I8] = 1,      [CSUCCESS__FORM_I16] = 2,
        [CSUCCESS__FORM_U16] = 2,     [CSUCCESS__FORM_U32] = 4,
        [CSUCCESS__FORM_U64] = 8,     [CSUCCESS__FORM_F32] = 4,
        [CSUCCESS__FORM_TIME_S] = 8,  [CSUCCESS__FORM_TIME_US] = 8,
        [CSUCCESS__FORM_TIME_NS] = 8, [CSUCCESS__FORM_DICT64] = 8,
        [CSUCCESS__FORM_VECTOR] = 0,
    };
    return widths[form];
}

/* The first item of the block. */
static const void *data_at(const csuccess__column *column, size_t first)
{
    return (const char *)column->data + first * width_of(column->form);
}

/* Rounded towards the past. */
static inline int64_t divide_down(int64_t x, int64_t by)
{
    return x / by - (x % by < 0);
}

/* Milliseconds; seconds beyond the calendar stay beyond it. */
static inline int64_t from_seconds(int64_t x)
{
    const int64_t most = INT64_MAX / CSUCCESS__SECOND_MS;
    return (x > most ? most : x < -most ? -most : x) * CSUCCESS__SECOND_MS;
}

#define TIMES(type, expression) \
    for (uint32_t j = 0; j < rows; j++) { \
        int64_t x = ((const type *)column->data)[first + j]; \
        to[j] = (expression); \
    }

/* The times of a block as milliseconds, whether they can be or not. */
static void times_of(const csuccess__column *column, size_t first, uint32_t rows, int64_t *to)
{
    switch (column->form) {
    case CSUCCESS__FORM_I32:
        TIMES(int32_t, x * CSUCCESS__DAY_MS)
        break;
    case CSUCCESS__FORM_TIME_S:
        TIMES(int64_t, from_seconds(x))
        break;
    case CSUCCESS__FORM_TIME_US:
        TIMES(int64_t, divide_down(x, 1000))
        break;
    case CSUCCESS__FORM_TIME_NS:
        TIMES(int64_t, divide_down(x, 1000000))
        break;
    default:
        TIMES(int64_t, x)
        break;
    }
    for (uint32_t j = 0; column->whole_days && j < rows; j++) {
        if (csuccess__time_valid(to[j])) {
            to[j] = divide_down(to[j], CSUCCESS__DAY_MS) * CSUCCESS__DAY_MS;
        }
    }
}

static uint32_t dictionary_index(const csuccess__column *column, size_t row)
{
    switch (column->form) {
    case CSUCCESS__FORM_DICT8:
        return ((const uint8_t *)column->data)[row];
    case CSUCCESS__FORM_DICT16:
        return ((const uint16_t *)column->data)[row];
    case CSUCCESS__FORM_DICT64:
        return (uint32_t)((const uint64_t *)column->data)[row];
    default:
        return ((const uint32_t *)column->data)[row];
    }
}

static bool is_dictionary(csuccess__form form)
{
    return form >= CSUCCESS__FORM_DICT8 && form <= CSUCCESS__FORM_DICT64;
}

/* Whether a row that the host set holds something that can be. */
static bool possible(const csuccess__column *column, size_t row)
{
    int64_t time;
    if (column->form == CSUCCESS__FORM_VALUES) {
        return ((const csuccess__value *)column->data)[row].kind == column->kind;
    }
    if (column->kind == CSUCCESS__KIND_TIME) {
        times_of(column, row, 1, &time);
        return csuccess__time_valid(time);
    }
    if (column->form == CSUCCESS__FORM_F32) {
        return fabsf(((const float *)column->data)[row]) <= FLT_MAX;
    }
    if (is_dictionary(column->form)) {
        return dictionary_index(column, row) < column->dictionary_count;
    }
    return true;
}

static void drop_impossible(const csuccess__column *column, size_t first, uint32_t rows,
                            uint64_t *present)
{
    for (uint32_t j = 0; j < rows; j++) {
        if (!possible(column, first + j)) present[j / 64] &= ~(UINT64_C(1) << (j % 64));
    }
}

static void check_times(const csuccess__column *column, size_t first, uint32_t rows,
                        uint64_t *present)
{
    int64_t times[CSUCCESS__BLOCK];
    times_of(column, first, rows, times);
    for (uint32_t j = 0; j < rows; j++) {
        present[j / 64] &= ~((uint64_t)!csuccess__time_valid(times[j]) << (j % 64));
    }
}

/* Rows that hold something that cannot be are missing, as the row side would have refused them. */
static void check_rows(const csuccess__column *column, size_t first, uint32_t rows,
                       uint64_t *present)
{
    uint64_t good[CSUCCESS__BLOCK_WORDS];
    size_t words = csuccess__bits_words(rows);
    if (column->form == CSUCCESS__FORM_F64) {
        csuccess__bits_finite_f64(good, data_at(column, first), rows);
        for (size_t w = 0; w < words; w++) present[w] &= good[w];
    } else if (column->form == CSUCCESS__FORM_DICT8) {
        csuccess__bits_cut_u8(good, data_at(column, first), column->dictionary_count, false,
                              rows);
        for (size_t w = 0; w < words; w++) present[w] &= ~good[w];
    } else if (column->kind == CSUCCESS__KIND_TIME && column->form != CSUCCESS__FORM_VALUES) {
        check_times(column, first, rows, present);
    } else if (is_dictionary(column->form) || column->form == CSUCCESS__FORM_F32 ||
               column->form == CSUCCESS__FORM_VALUES) {
        drop_impossible(column, first, rows, present);
    }
}

/* Whether a column of this kind can be bound as this; asked for every row that is looked at alone. */
static bool form_fits(const csuccess__column *column)
{
    enum {
        NUMBER = 1 << CSUCCESS__KIND_NUMBER,
        TIME = 1 << CSUCCESS__KIND_TIME,
        BOOL = 1 << CSUCCESS__KIND_BOOL,
        STRING = 1 << CSUCCESS__KIND_STRING,
        ANY = 0xFFFF
    };
    static const uint16_t kinds[] = {
        [CSUCCESS__FORM_F64] = NUMBER,        [CSUCCESS__FORM_I64] = NUMBER | TIME,
        [CSUCCESS__FORM_I32] = NUMBER | TIME, [CSUCCESS__FORM_U8] = NUMBER | BOOL,
        [CSUCCESS__FORM_I8] = NUMBER,         [CSUCCESS__FORM_I16] = NUMBER,
        [CSUCCESS__FORM_U16] = NUMBER,        [CSUCCESS__FORM_U32] = NUMBER,
        [CSUCCESS__FORM_U64] = NUMBER,        [CSUCCESS__FORM_F32] = NUMBER,
        [CSUCCESS__FORM_TIME_S] = TIME,       [CSUCCESS__FORM_TIME_US] = TIME,
        [CSUCCESS__FORM_TIME_NS] = TIME,      [CSUCCESS__FORM_BITS] = BOOL,
        [CSUCCESS__FORM_DICT8] = STRING,      [CSUCCESS__FORM_DICT16] = STRING,
        [CSUCCESS__FORM_DICT32] = STRING,     [CSUCCESS__FORM_DICT64] = STRING,
        [CSUCCESS__FORM_UTF8] = STRING,       [CSUCCESS__FORM_UTF8_LARGE] = STRING,
        [CSUCCESS__FORM_VIEW] = STRING,       [CSUCCESS__FORM_VALUES] = ANY,
        [CSUCCESS__FORM_VECTOR] = ANY,
    };
    return kinds[column->form] >> column->kind & 1;
}

static void look_at_host(csuccess__slot_state *state, const csuccess__column *column,
                         size_t first, uint32_t rows)
{
    size_t words = csuccess__bits_words(rows);
    uint64_t set[CSUCCESS__BLOCK_WORDS];
    csuccess__bits_fill(set, form_fits(column), rows);
    if (form_fits(column) && column->validity) {
        csuccess__bits_copy(set, column->validity, first + column->validity_bit, rows);
    }
    memcpy(state->present, set, words * sizeof *set);
    if (form_fits(column)) check_rows(column, first, rows, state->present);
    bool standby =
        !csuccess__is_missing(column->fallback) && column->form != CSUCCESS__FORM_VALUES;
    uint64_t all[CSUCCESS__BLOCK_WORDS];
    csuccess__bits_fill(all, true, rows);
    for (size_t w = 0; w < words; w++) {
        state->valid[w] = standby ? state->present[w] | (all[w] & ~set[w]) : state->present[w];
    }
}

const csuccess__slot_state *csuccess__slot_look(csuccess__column_machine *machine,
                                                const csuccess__column_frame *frame,
                                                uint32_t slot)
{
    if (machine->state_count < frame->count) {
        csuccess__slot_state *grown = csuccess__resize(
            &machine->mem, machine->states, machine->state_count, frame->count, sizeof *grown);
        if (!grown) return NULL;
        machine->states = grown;
        machine->state_count = frame->count;
    }
    const csuccess__column *column = &frame->slots[slot];
    csuccess__slot_state *state = &machine->states[slot];
    if (state->stamp == machine->stamp && state->data == column->data) return state;
    state->stamp = machine->stamp;
    state->data = column->data;
    state->loaded = NULL;
    if (column->form == CSUCCESS__FORM_VECTOR) {
        const csuccess__vector *vector = column->data;
        memcpy(state->present, vector->valid, sizeof state->present);
        memcpy(state->valid, vector->valid, sizeof state->valid);
        state->all_present = state->all_valid = vector->all_valid;
        return state;
    }
    look_at_host(state, column, frame->first, frame->rows);
    state->all_present = csuccess__bits_all(state->present, frame->rows);
    state->all_valid = csuccess__bits_all(state->valid, frame->rows);
    return state;
}

/* ---- Vectors ---- */

#define CONVERT(to, type, from, first, rows) \
    do { \
        const type *source = (from); \
        for (uint32_t j = 0; j < (rows); j++) (to)[j] = source[(first) + j]; \
    } while (0)

/* Whole numbers of any width. */
static void load_whole(double *to, const csuccess__column *column, size_t first, uint32_t rows)
{
    switch (column->form) {
    case CSUCCESS__FORM_I64:
        for (uint32_t j = 0; j < rows; j++) {
            to[j] = (double)((const int64_t *)column->data)[first + j];
        }
        break;
    case CSUCCESS__FORM_I32:
        CONVERT(to, int32_t, column->data, first, rows);
        break;
    case CSUCCESS__FORM_U8:
        CONVERT(to, uint8_t, column->data, first, rows);
        break;
    case CSUCCESS__FORM_I8:
        CONVERT(to, int8_t, column->data, first, rows);
        break;
    case CSUCCESS__FORM_I16:
        CONVERT(to, int16_t, column->data, first, rows);
        break;
    case CSUCCESS__FORM_U16:
        CONVERT(to, uint16_t, column->data, first, rows);
        break;
    case CSUCCESS__FORM_U32:
        CONVERT(to, uint32_t, column->data, first, rows);
        break;
    default: /* U64 */
        for (uint32_t j = 0; j < rows; j++) {
            to[j] = (double)((const uint64_t *)column->data)[first + j];
        }
        break;
    }
}

static void load_numbers(csuccess__vector *out, const csuccess__column *column, size_t first,
                         bool untouched)
{
    double *to = out->as.numbers;
    if (column->form >= CSUCCESS__FORM_I64 && column->form <= CSUCCESS__FORM_U64) {
        load_whole(to, column, first, out->rows);
        return;
    }
    switch (column->form) {
    case CSUCCESS__FORM_F64:
        if (untouched) { /* read only: every user of a slot's vector treats it as constant */
            out->as.numbers = (double *)(uintptr_t)data_at(column, first);
        } else {
            memcpy(to, data_at(column, first), out->rows * sizeof *to);
        }
        break;
    case CSUCCESS__FORM_F32:
        CONVERT(to, float, column->data, first, out->rows);
        break;
    default: /* VALUES, or nothing */
        for (uint32_t j = 0; j < out->rows; j++) {
            to[j] = csuccess__column_value(column, first + j, j).as.number;
        }
        break;
    }
}

static void load_bits(csuccess__vector *out, const csuccess__column *column, size_t first)
{
    uint64_t *to = out->as.bits;
    switch (column->form) {
    case CSUCCESS__FORM_U8:
        csuccess__bits_set_u8(to, data_at(column, first), out->rows);
        break;
    case CSUCCESS__FORM_BITS:
        csuccess__bits_copy(to, column->data, first + column->data_bit, out->rows);
        break;
    default:
        csuccess__bits_fill(to, false, out->rows);
        for (uint32_t j = 0; j < out->rows; j++) {
            csuccess__value v = csuccess__column_value(column, first + j, j);
            bool on = v.kind == CSUCCESS__KIND_BOOL && v.as.boolean;
            to[j / 64] |= (uint64_t)on << (j % 64);
        }
        break;
    }
}

static void load_times(csuccess__vector *out, const csuccess__column *column, size_t first)
{
    if (!form_fits(column) || column->form == CSUCCESS__FORM_VALUES) {
        for (uint32_t j = 0; j < out->rows; j++) {
            out->as.times[j] = csuccess__column_value(column, first + j, j).as.time;
        }
        return;
    }
    times_of(column, first, out->rows, out->as.times);
}

/* Rows that are not the host's: the default, or nothing at all. */
static void fill_absent(csuccess__vector *out, const csuccess__slot_state *state,
                        const csuccess__value *fallback)
{
    for (uint32_t j = 0; j < out->rows; j++) {
        if (csuccess__bit(state->present, j)) continue;
        bool standby = csuccess__bit(state->valid, j);
        uint64_t bit = UINT64_C(1) << (j % 64);
        switch (out->kind) {
        case CSUCCESS__KIND_NUMBER:
            out->as.numbers[j] = standby ? fallback->as.number : 0;
            break;
        case CSUCCESS__KIND_TIME:
            out->as.times[j] = standby ? fallback->as.time : 0;
            break;
        default: /* BOOL; values were looked up one by one */
            out->as.bits[j / 64] &= ~bit;
            if (standby && fallback->as.boolean) out->as.bits[j / 64] |= bit;
            break;
        }
    }
}

static void load_host(csuccess__vector *out, const csuccess__column *column,
                      const csuccess__slot_state *state, size_t first)
{
    switch (out->kind) {
    case CSUCCESS__KIND_NUMBER:
        load_numbers(out, column, first, state->all_present);
        break;
    case CSUCCESS__KIND_TIME:
        load_times(out, column, first);
        break;
    case CSUCCESS__KIND_BOOL:
        load_bits(out, column, first);
        break;
    default:
        for (uint32_t j = 0; j < out->rows; j++) {
            out->as.values[j] = csuccess__column_value(column, first + j, j);
        }
        return;
    }
    if (!state->all_present) fill_absent(out, state, &column->fallback);
}

const csuccess__vector *csuccess__column_load(csuccess__column_machine *machine,
                                              const csuccess__column_frame *frame,
                                              uint32_t slot, csuccess_result *failed)
{
    const csuccess__column *column = &frame->slots[slot];
    if (column->form == CSUCCESS__FORM_VECTOR) return column->data;
    (void)csuccess__slot_look(machine, frame, slot);
    if (machine->state_count < frame->count) {
        *failed = CSUCCESS_ENOMEM;
        return NULL;
    }
    csuccess__slot_state *state = &machine->states[slot];
    if (state->loaded) return state->loaded;
    csuccess__vector *out = csuccess__column_machine_vector(machine, column->kind, frame->rows);
    if (!out) {
        *failed = CSUCCESS_ENOMEM;
        return NULL;
    }
    load_host(out, column, state, frame->first);
    memcpy(out->valid, state->valid, sizeof out->valid);
    out->all_valid = state->all_valid;
    state->loaded = out;
    return out;
}

/* ---- Single values ---- */

/* Arrow's view: the length, then up to 12 bytes, or four of them, a buffer and an offset. */
static csuccess_str view_text(const csuccess__column *column, size_t row)
{
    const char *view = (const char *)column->data + 16 * row;
    int32_t length, buffer, offset;
    memcpy(&length, view, sizeof length);
    if (length <= 12) return (csuccess_str){view + 4, (size_t)length};
    memcpy(&buffer, view + 8, sizeof buffer);
    memcpy(&offset, view + 12, sizeof offset);
    const void *const *buffers = column->offsets;
    return (csuccess_str){(const char *)buffers[buffer] + offset, (size_t)length};
}

static csuccess__value text_value(const csuccess__column *column, size_t row)
{
    size_t from, to;
    if (column->form == CSUCCESS__FORM_VIEW) return csuccess__string(view_text(column, row));
    if (column->form == CSUCCESS__FORM_UTF8) {
        from = (size_t)((const int32_t *)column->offsets)[row];
        to = (size_t)((const int32_t *)column->offsets)[row + 1];
    } else {
        from = (size_t)((const int64_t *)column->offsets)[row];
        to = (size_t)((const int64_t *)column->offsets)[row + 1];
    }
    csuccess_str text = {(const char *)column->data + from, to - from};
    return csuccess__string(text);
}

/* Numbers of the forms that come from elsewhere. */
static double narrow_number(const csuccess__column *column, size_t row)
{
    double number;
    if (column->form == CSUCCESS__FORM_F32) return ((const float *)column->data)[row];
    load_whole(&number, column, row, 1);
    return number;
}

static csuccess__value scalar_value(const csuccess__column *column, size_t row)
{
    switch (column->form) {
    case CSUCCESS__FORM_F64:
        return csuccess__number(((const double *)column->data)[row]);
    case CSUCCESS__FORM_I64:
        return csuccess__number((double)((const int64_t *)column->data)[row]);
    case CSUCCESS__FORM_I32:
        return csuccess__number(((const int32_t *)column->data)[row]);
    case CSUCCESS__FORM_U8:
        if (column->kind == CSUCCESS__KIND_BOOL) {
            return csuccess__boolean(((const uint8_t *)column->data)[row] != 0);
        }
        return csuccess__number(((const uint8_t *)column->data)[row]);
    case CSUCCESS__FORM_BITS:
        row += column->data_bit;
        return csuccess__boolean(((const uint8_t *)column->data)[row / 8] >> (row % 8) & 1);
    default:
        if (is_dictionary(column->form)) {
            return column->dictionary[dictionary_index(column, row)];
        }
        return csuccess__number(narrow_number(column, row));
    }
}

csuccess__value csuccess__vector_value(const csuccess__vector *vector, size_t row)
{
    if (!csuccess__bit(vector->valid, row)) return csuccess__missing(CSUCCESS__ABSENCE_OPERAND);
    switch (vector->kind) {
    case CSUCCESS__KIND_NUMBER:
        return csuccess__number(vector->as.numbers[row]);
    case CSUCCESS__KIND_TIME:
        return csuccess__time(vector->as.times[row]);
    case CSUCCESS__KIND_BOOL:
        return csuccess__boolean(csuccess__bit(vector->as.bits, row));
    default:
        return vector->as.values[row];
    }
}

/* Of a row that is set and possible. */
static csuccess__value set_value(const csuccess__column *column, size_t row)
{
    int64_t time;
    if (column->form == CSUCCESS__FORM_VALUES)
        return ((const csuccess__value *)column->data)[row];
    if (column->form >= CSUCCESS__FORM_UTF8) return text_value(column, row);
    if (column->kind != CSUCCESS__KIND_TIME) return scalar_value(column, row);
    times_of(column, row, 1, &time);
    return csuccess__time(time);
}

csuccess__value csuccess__column_value(const csuccess__column *column, size_t row,
                                       size_t in_block)
{
    if (column->form == CSUCCESS__FORM_VECTOR) {
        return csuccess__vector_value(column->data, in_block);
    }
    bool set = form_fits(column) && csuccess__column_set(column, row);
    if (!set) return column->fallback;
    if (possible(column, row) || column->form == CSUCCESS__FORM_VALUES) {
        return set_value(column, row);
    }
    return csuccess__missing(CSUCCESS__ABSENCE_QUARANTINED);
}

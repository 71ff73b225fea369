/* SPDX-License-Identifier: Apache-2.0 */
/* Binding the host's memory to the inputs of a configuration. */
#include "columns/arrow/arrow.h"

#include "base/error.h"
#include "text/utf8.h"

csuccess_result csuccess_columns_new(csuccess_columns **out, csuccess_config *config,
                                     size_t rows, const csuccess_allocator *allocator,
                                     csuccess_error *err)
{
    if (!out) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    }
    *out = NULL;
    csuccess_allocator mem;
    csuccess_result status = csuccess__config_memory(&mem, config, allocator, err);
    if (status < 0) {
        return status;
    }
    const csuccess__schema *schema = config->schema;
    csuccess_columns *columns = csuccess__alloc(&mem, 1, sizeof *columns);
    csuccess__column *slots = csuccess__alloc(&mem, (size_t)schema->inputs + 1, sizeof *slots);
    if (!columns || !slots) {
        csuccess__release(&mem, slots, (size_t)schema->inputs + 1, sizeof *slots);
        csuccess__release(&mem, columns, 1, sizeof *columns);
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    for (uint32_t i = 0; i < schema->inputs; i++) {
        slots[i].kind = schema->slots[i].type->kind;
        slots[i].fallback = schema->slots[i].attribute->fallback;
    }
    columns->mem = mem;
    columns->config = csuccess_config_ref(config);
    columns->rows = rows;
    columns->customer = SIZE_MAX;
    columns->slots = slots;
    csuccess__arena_init(&columns->words, &columns->mem, 0);
    *out = columns;
    return CSUCCESS_OK;
}

void csuccess_columns_free(csuccess_columns *columns)
{
    if (!columns) {
        return;
    }
    csuccess_allocator mem = columns->mem;
    size_t inputs = (size_t)columns->config->schema->inputs + 1;
    csuccess__arena_free(&columns->words);
    csuccess__arrow_held_unref(columns->schema);
    csuccess__arrow_held_unref(columns->batch);
    csuccess__release(&mem, columns->slots, inputs, sizeof *columns->slots);
    csuccess_config_unref(columns->config);
    csuccess__release(&mem, columns, 1, sizeof *columns);
}

/* Attribute types that a form of memory serves, a bit each. */
#define TYPE(name) (1u << CSUCCESS__ATTRIBUTE_##name)

/* reason: what a binding is; the last two come from the form. */
static csuccess_result bind(csuccess_columns *columns, uint32_t slot, csuccess__form form,
                            const void *values, const uint8_t *validity, uint32_t types)
{
    if (!columns || slot >= columns->config->schema->inputs || (!values && columns->rows > 0)) {
        return CSUCCESS_EINVALID;
    }
    const csuccess__attribute *attribute = columns->config->schema->slots[slot].attribute;
    if (!(types >> attribute->type & 1)) {
        return CSUCCESS_ETYPE;
    }
    csuccess__column *column = &columns->slots[slot];
    column->form = form;
    column->data = values;
    column->validity = validity;
    column->validity_bit = column->data_bit = 0;
    column->offsets = NULL;
    column->dictionary = NULL;
    column->dictionary_count = 0;
    return CSUCCESS_OK;
}

csuccess_result csuccess_columns_bind_f64(csuccess_columns *columns, uint32_t slot,
                                          const double *values, const uint8_t *validity)
{
    return bind(columns, slot, CSUCCESS__FORM_F64, values, validity,
                TYPE(NUMBER) | TYPE(MONEY));
}

csuccess_result csuccess_columns_bind_i64(csuccess_columns *columns, uint32_t slot,
                                          const int64_t *values, const uint8_t *validity)
{
    return bind(columns, slot, CSUCCESS__FORM_I64, values, validity,
                TYPE(NUMBER) | TYPE(MONEY) | TYPE(TIME) | TYPE(DATE));
}

csuccess_result csuccess_columns_bind_i32(csuccess_columns *columns, uint32_t slot,
                                          const int32_t *values, const uint8_t *validity)
{
    return bind(columns, slot, CSUCCESS__FORM_I32, values, validity,
                TYPE(NUMBER) | TYPE(MONEY) | TYPE(DATE));
}

csuccess_result csuccess_columns_bind_u8(csuccess_columns *columns, uint32_t slot,
                                         const uint8_t *values, const uint8_t *validity)
{
    return bind(columns, slot, CSUCCESS__FORM_U8, values, validity,
                TYPE(NUMBER) | TYPE(MONEY) | TYPE(BOOL));
}

csuccess_result csuccess_columns_bind_bits(csuccess_columns *columns, uint32_t slot,
                                           const uint8_t *bits, const uint8_t *validity)
{
    return bind(columns, slot, CSUCCESS__FORM_BITS, bits, validity, TYPE(BOOL));
}

static bool present(const uint8_t *validity, size_t row)
{
    return !validity || (validity[row / 8] >> (row % 8) & 1);
}

/* One text between two offsets. */
static csuccess_result check_text(const int32_t *offsets, const char *bytes, bool there)
{
    if (offsets[0] < 0 || offsets[1] < offsets[0]) {
        return CSUCCESS_ERANGE;
    }
    if (offsets[1] == offsets[0]) {
        return CSUCCESS_OK;
    }
    if (!bytes) {
        return CSUCCESS_EINVALID;
    }
    csuccess_str text = {bytes + offsets[0], (size_t)(offsets[1] - offsets[0])};
    return !there || csuccess__utf8_check(text, NULL) ? CSUCCESS_OK : CSUCCESS_EENCODING;
}

csuccess_result csuccess_columns_bind_utf8(csuccess_columns *columns, uint32_t slot,
                                           const int32_t *offsets, const char *bytes,
                                           const uint8_t *validity)
{
    if (!columns || !offsets || slot >= columns->config->schema->inputs) {
        return CSUCCESS_EINVALID;
    }
    csuccess_result status = CSUCCESS_OK;
    for (size_t i = 0; i < columns->rows && status == CSUCCESS_OK; i++) {
        status = check_text(&offsets[i], bytes, present(validity, i));
    }
    if (status == CSUCCESS_OK) {
        const void *data = bytes ? bytes : "";
        status = bind(columns, slot, CSUCCESS__FORM_UTF8, data, validity, TYPE(STRING));
    }
    if (status == CSUCCESS_OK) {
        columns->slots[slot].offsets = offsets;
    }
    return status;
}

static uint32_t code_at(const void *codes, uint32_t width, size_t row)
{
    return width == 1   ? ((const uint8_t *)codes)[row]
           : width == 2 ? ((const uint16_t *)codes)[row]
                        : ((const uint32_t *)codes)[row];
}

/* The words as values with their constants; NULL: no memory. */
static csuccess__value *copy_words(csuccess_columns *columns, const csuccess_str *words,
                                   uint32_t count)
{
    csuccess__value *copy =
        CSUCCESS__NEW_ARRAY(&columns->words, csuccess__value, (size_t)count + 1);
    for (uint32_t i = 0; copy && i < count; i++) {
        csuccess_str text = csuccess__arena_copy(&columns->words, words[i]);
        if (!text.ptr) {
            return NULL;
        }
        copy[i] = csuccess__string(text);
        copy[i].code = csuccess__constants_find(columns->config->constants, text);
    }
    return copy;
}

static csuccess_result check_words(const csuccess_str *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!csuccess__utf8_check(words[i], NULL)) {
            return CSUCCESS_EENCODING;
        }
    }
    return CSUCCESS_OK;
}

/* The form of codes of `width` bytes; NONE: there is none. */
static csuccess__form form_of_codes(uint32_t width)
{
    switch (width) {
    case 1:
        return CSUCCESS__FORM_DICT8;
    case 2:
        return CSUCCESS__FORM_DICT16;
    case 4:
        return CSUCCESS__FORM_DICT32;
    default:
        return CSUCCESS__FORM_NONE;
    }
}

/* reason: codes and words are two arrays with their shapes, as the host has them. */
csuccess_result csuccess_columns_bind_dictionary(csuccess_columns *columns, uint32_t slot,
                                                 const void *codes, uint32_t width,
                                                 const csuccess_str *words, uint32_t count,
                                                 const uint8_t *validity)
{
    const csuccess__form form = form_of_codes(width);
    if (!columns || (!codes && columns->rows) || (!words && count) ||
        form == CSUCCESS__FORM_NONE || (uintptr_t)codes % width != 0) {
        return CSUCCESS_EINVALID;
    }
    for (size_t i = 0; i < columns->rows; i++) {
        if (present(validity, i) && code_at(codes, width, i) >= count) {
            return CSUCCESS_ERANGE;
        }
    }
    csuccess_result status = check_words(words, count);
    if (status < 0) {
        return status;
    }
    csuccess__value *copy = copy_words(columns, words, count);
    status = copy ? bind(columns, slot, form, codes, validity, TYPE(STRING)) : CSUCCESS_ENOMEM;
    if (status == CSUCCESS_OK) {
        columns->slots[slot].dictionary = copy;
        columns->slots[slot].dictionary_count = count;
    }
    return status;
}

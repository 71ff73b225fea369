/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of a batch: offsets, views and dictionaries are checked once, and then read where they stand. */
#include "columns/arrow/arrow.h"

#include "base/error.h"
#include "text/utf8.h"

static csuccess_result no_utf8(const csuccess__arrow_source *source, size_t row)
{
    return csuccess__fail(source->column.err, CSUCCESS_EENCODING,
                          "column %q: the text of row %z is not UTF-8", source->column.name,
                          row);
}

static csuccess_result out_of_range(const csuccess__arrow_source *source, const char *what,
                                    size_t row)
{
    return csuccess__fail(source->column.err, CSUCCESS_ERANGE, "column %q: %s at row %z",
                          source->column.name, what, row);
}

/* ---- Offsets ---- */

csuccess_result csuccess__arrow_offsets(const void **out, const csuccess__arrow_source *source,
                                        size_t width)
{
    csuccess_result status = csuccess__arrow_items(
        out, source, csuccess__arrow_buffer(source, 1), source->rows + 1, width);
    if (status < 0) return status;
    int64_t before = csuccess__arrow_offset(*out, width, 0);
    if (before < 0) return out_of_range(source, "an offset below zero", 0);
    for (size_t i = 1; i <= source->rows; i++) {
        int64_t at = csuccess__arrow_offset(*out, width, i);
        if (at < before) return out_of_range(source, "offsets that descend", i - 1);
        before = at;
    }
    if ((uint64_t)before > (uint64_t)PTRDIFF_MAX) {
        return out_of_range(source, "an offset beyond what memory can have", source->rows - 1);
    }
    return CSUCCESS_OK;
}

static bool is_ascii(const char *bytes, size_t n)
{
    uint64_t high = 0, word;
    size_t at = 0;
    for (; n - at >= sizeof word; at += sizeof word) {
        memcpy(&word, bytes + at, sizeof word);
        high |= word;
    }
    for (; at < n; at++) high |= (uint64_t)(unsigned char)bytes[at];
    return (high & UINT64_C(0x8080808080808080)) == 0;
}

csuccess_result csuccess__arrow_text(csuccess__column *out,
                                     const csuccess__arrow_source *source,
                                     const csuccess__arrow_reading *reading)
{
    const char *bytes = csuccess__arrow_buffer(source, 2);
    const size_t width = reading->width;
    csuccess_result status = csuccess__arrow_offsets(&out->offsets, source, width);
    if (status < 0) return status;
    int64_t begin = csuccess__arrow_offset(out->offsets, width, 0);
    int64_t end = csuccess__arrow_offset(out->offsets, width, source->rows);
    if (!bytes && end > begin) {
        return csuccess__fail(source->column.err, CSUCCESS_EINVALID,
                              "column %q has texts and no buffer of bytes",
                              source->column.name);
    }
    out->data = bytes ? bytes : "";
    if (!bytes || is_ascii(bytes + begin, (size_t)(end - begin))) return CSUCCESS_OK;
    for (size_t i = 0; i < source->rows; i++) {
        int64_t from = csuccess__arrow_offset(out->offsets, width, i);
        int64_t to = csuccess__arrow_offset(out->offsets, width, i + 1);
        csuccess_str text = {bytes + from, (size_t)(to - from)};
        if (csuccess__column_set(out, i) && !csuccess__utf8_check(text, NULL)) {
            return no_utf8(source, i);
        }
    }
    return CSUCCESS_OK;
}

/* ---- Views ---- */

enum { VIEW_BYTES = 16, VIEW_INLINE = 12 };

/* Buffers behind validity and views; the last is the sizes of those before it. */
typedef struct heaps {
    const void *const *buffers;
    const void *sizes;
    int64_t count;
} heaps;

static csuccess_result check_view(const csuccess__arrow_source *source, const heaps *in,
                                  const char *view, size_t row)
{
    int32_t length, buffer, offset;
    int64_t size;
    memcpy(&length, view, sizeof length);
    if (length < 0) return out_of_range(source, "a text of a negative length", row);
    csuccess_str text = {view + 4, (size_t)length};
    if (length > VIEW_INLINE) {
        memcpy(&buffer, view + 8, sizeof buffer);
        memcpy(&offset, view + 12, sizeof offset);
        if (buffer < 0 || buffer >= in->count || offset < 0) {
            return out_of_range(source, "a view of a buffer that is not there", row);
        }
        memcpy(&size, (const char *)in->sizes + (size_t)buffer * sizeof size, sizeof size);
        if (size < (int64_t)offset + length || !in->buffers[buffer]) {
            return out_of_range(source, "a view beyond the end of its buffer", row);
        }
        text.ptr = (const char *)in->buffers[buffer] + offset;
    }
    return csuccess__utf8_check(text, NULL) ? CSUCCESS_OK : no_utf8(source, row);
}

csuccess_result csuccess__arrow_views(csuccess__column *out,
                                      const csuccess__arrow_source *source)
{
    const struct ArrowArray *array = source->array;
    heaps in = {array->buffers + 2, NULL, array->n_buffers - 3};
    csuccess_result status = csuccess__arrow_items(
        &out->data, source, csuccess__arrow_buffer(source, 1), source->rows, VIEW_BYTES);
    if (status < 0) return status;
    in.sizes = csuccess__arrow_buffer(source, array->n_buffers - 1);
    if (in.count > 0 && !in.sizes) {
        return csuccess__fail(source->column.err, CSUCCESS_EINVALID,
                              "column %q has no buffer that says how long the others are",
                              source->column.name);
    }
    out->offsets = in.buffers;
    for (size_t i = 0; i < source->rows && status == CSUCCESS_OK; i++) {
        if (!csuccess__column_set(out, i)) continue;
        status = check_view(source, &in, (const char *)out->data + i * VIEW_BYTES, i);
    }
    return status;
}

/* ---- Dictionaries ---- */

/* Codes of the present rows that are below count; the first row that is not, or rows. */
#define CHECK_CODES(type) \
    for (size_t i = 0; i < rows; i++) { \
        int64_t code = (int64_t)((const type *)column->data)[i]; \
        if ((code < 0 || (uint64_t)code >= count) && csuccess__column_set(column, i)) { \
            return i; \
        } \
    }

static size_t bad_code(const csuccess__column *column, char format, size_t rows, uint64_t count)
{
    switch (format) {
    case 'c':
        CHECK_CODES(int8_t)
        break;
    case 'C':
        CHECK_CODES(uint8_t)
        break;
    case 's':
        CHECK_CODES(int16_t)
        break;
    case 'S':
        CHECK_CODES(uint16_t)
        break;
    case 'i':
        CHECK_CODES(int32_t)
        break;
    case 'I':
        CHECK_CODES(uint32_t)
        break;
    default: /* of uint64, what is beyond int64 is negative here */
        CHECK_CODES(int64_t)
        break;
    }
    return rows;
}

/* The code of a row that is set, which was checked. */
static uint32_t code_at(const csuccess__column *column, size_t row)
{
    switch (column->form) {
    case CSUCCESS__FORM_DICT8:
        return ((const uint8_t *)column->data)[row];
    case CSUCCESS__FORM_DICT16:
        return ((const uint16_t *)column->data)[row];
    case CSUCCESS__FORM_DICT32:
        return ((const uint32_t *)column->data)[row];
    default:
        return (uint32_t)((const uint64_t *)column->data)[row];
    }
}

/* The words as values that borrow the producer's bytes; *holes: some are null. Words of type null take no memory, of
   the producer's or of ours: then there is no dictionary. */
static csuccess_result take_words(csuccess__column *out, const csuccess__arrow_source *source,
                                  const csuccess__arrow_type *type, bool *holes)
{
    csuccess__arrow_source words = *source;
    csuccess__arrow_type plain = {.reading = type->reading};
    csuccess__column column = {.kind = CSUCCESS__KIND_STRING};
    words.schema = source->schema->dictionary;
    words.array = source->array->dictionary;
    if (words.array->release &&
        (words.array->length < 0 || (uint64_t)words.array->length >= UINT32_MAX)) {
        return out_of_range(source, "a dictionary longer than 32 bits count", 0);
    }
    words.rows = (size_t)words.array->length;
    csuccess_result status = csuccess__arrow_read(&column, &words, &plain, 0);
    if (status < 0) return status;
    out->dictionary_count = (uint32_t)words.rows;
    if (column.form == CSUCCESS__FORM_NONE) return CSUCCESS_OK;
    csuccess__value *values =
        CSUCCESS__NEW_ARRAY(&source->columns->words, csuccess__value, words.rows);
    if (!values) return csuccess__fail(source->column.err, CSUCCESS_ENOMEM, "out of memory");
    for (size_t i = 0; i < words.rows; i++) {
        values[i] = csuccess__column_value(&column, i, 0);
        if (csuccess__is_missing(values[i])) {
            *holes = true;
        } else {
            values[i].code = csuccess__constants_find(source->columns->config->constants,
                                                      values[i].as.string);
        }
    }
    out->dictionary = values;
    return CSUCCESS_OK;
}

/* Rows whose word is null are null themselves: a bitmap of our own says so. */
static csuccess_result take_holes(csuccess__column *out, const csuccess__arrow_source *source)
{
    const size_t rows = source->rows;
    uint8_t *bits = CSUCCESS__NEW_ARRAY(&source->columns->words, uint8_t, rows / 8 + 1);
    if (!bits) return csuccess__fail(source->column.err, CSUCCESS_ENOMEM, "out of memory");
    for (size_t i = 0; i < rows; i++) {
        bool there = csuccess__column_set(out, i) &&
                     !csuccess__is_missing(out->dictionary[code_at(out, i)]);
        bits[i / 8] |= (uint8_t)((unsigned)there << (i % 8));
    }
    out->validity = bits;
    out->validity_bit = 0;
    return CSUCCESS_OK;
}

csuccess_result csuccess__arrow_dictionary(csuccess__column *out,
                                           const csuccess__arrow_source *source,
                                           const csuccess__arrow_type *type)
{
    static const csuccess__form forms[] = {[1] = CSUCCESS__FORM_DICT8,
                                           [2] = CSUCCESS__FORM_DICT16,
                                           [4] = CSUCCESS__FORM_DICT32,
                                           [8] = CSUCCESS__FORM_DICT64};
    bool holes = false;
    out->form = forms[type->codes->width];
    csuccess_result status =
        csuccess__arrow_items(&out->data, source, csuccess__arrow_buffer(source, 1),
                              source->rows, type->codes->width);
    if (status == CSUCCESS_OK) status = take_words(out, source, type, &holes);
    if (status < 0) return status;
    size_t bad = bad_code(out, type->codes->format[0], source->rows, out->dictionary_count);
    if (bad < source->rows) {
        return out_of_range(source, "a code that its dictionary does not have", bad);
    }
    if (!out->dictionary) {
        out->form = CSUCCESS__FORM_NONE;
        out->validity = NULL;
    }
    return holes ? take_holes(out, source) : CSUCCESS_OK;
}

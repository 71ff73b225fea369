/* SPDX-License-Identifier: Apache-2.0 */
/* One column of a batch: does its array fit its schema and its batch, and where do its values stand. */
#include "columns/arrow/arrow.h"

#include "base/error.h"
#include "expr/column_kernels.h"

static csuccess_result contradicts(const csuccess__arrow_source *source, const char *what)
{
    return csuccess__fail(source->column.err, CSUCCESS_EINVALID, "column %q: %s",
                          source->column.name, what);
}

static csuccess_result too_long(const csuccess__arrow_source *source)
{
    return csuccess__fail(source->column.err, CSUCCESS_ERANGE,
                          "column %q is longer than memory can have", source->column.name);
}

/* What the array says of itself. */
static csuccess_result check_counts(const csuccess__arrow_source *source)
{
    const struct ArrowArray *array = source->array;
    if (!array->release) return contradicts(source, "its array is released");
    if (array->length < 0 || array->offset < 0) {
        return contradicts(source, "its length or its offset is negative");
    }
    if (array->null_count < -1 || array->null_count > array->length) {
        return contradicts(source, "it has more nulls than rows, or fewer than none");
    }
    if (array->length > INT64_MAX - array->offset) return too_long(source);
    return CSUCCESS_OK;
}

static csuccess_result check_children(const csuccess__arrow_source *source,
                                      const csuccess__arrow_type *type)
{
    const struct ArrowArray *array = source->array;
    const bool list = type->reading->how == CSUCCESS__ARROW_LIST;
    if (array->n_children != (list ? 1 : 0) || (list && !array->children)) {
        return contradicts(source, "its array has not as many children as its type");
    }
    if (list && !array->children[0]) return contradicts(source, "a child of its array is NULL");
    if ((array->dictionary != NULL) != (type->codes != NULL)) {
        return contradicts(source, "its array and its schema do not agree on a dictionary");
    }
    return CSUCCESS_OK;
}

/* And whether it is what the schema says. */
static csuccess_result check_shape(const csuccess__arrow_source *source,
                                   const csuccess__arrow_type *type)
{
    const struct ArrowArray *array = source->array;
    const int64_t buffers = type->codes ? 2 : type->reading->buffers;
    const bool many = !type->codes && type->reading->how == CSUCCESS__ARROW_VIEW;
    if (!type->codes && type->reading->how == CSUCCESS__ARROW_NOTHING) return CSUCCESS_OK;
    if (many ? array->n_buffers < buffers : array->n_buffers != buffers) {
        return contradicts(source, "its array has not as many buffers as its type");
    }
    if (!array->buffers) return contradicts(source, "its array has no buffers");
    return check_children(source, type);
}

/* The rows behind the first `skip` of the array. */
static csuccess_result take_range(csuccess__arrow_source *source, size_t skip)
{
    const struct ArrowArray *array = source->array;
    const uint64_t length = (uint64_t)array->length, offset = (uint64_t)array->offset;
    if (skip > length || source->rows > length - skip) {
        return contradicts(source, "its array is shorter than what it belongs to");
    }
    if (offset + length > CSUCCESS__ARROW_LONGEST) return too_long(source);
    source->first = (size_t)offset + skip;
    return CSUCCESS_OK;
}

const void *csuccess__arrow_buffer(const csuccess__arrow_source *source, int64_t index)
{
    return source->array->buffers[index];
}

/* Whether every row is there. */
static bool all_set(const csuccess__column *column, size_t rows)
{
    uint64_t bits[CSUCCESS__BLOCK_WORDS];
    for (size_t at = 0; at < rows; at += CSUCCESS__BLOCK) {
        size_t n = rows - at < CSUCCESS__BLOCK ? rows - at : CSUCCESS__BLOCK;
        csuccess__bits_copy(bits, column->validity, at + column->validity_bit, n);
        if (!csuccess__bits_all(bits, n)) return false;
    }
    return true;
}

static csuccess_result take_validity(csuccess__column *out,
                                     const csuccess__arrow_source *source)
{
    const struct ArrowArray *array = source->array;
    const uint8_t *bits = array->null_count != 0 ? csuccess__arrow_buffer(source, 0) : NULL;
    out->validity = NULL;
    out->validity_bit = 0;
    if (!bits && array->null_count > 0) {
        return contradicts(source, "it has nulls and no bitmap that says where");
    }
    if (!bits || source->rows == 0) return CSUCCESS_OK;
    out->validity = bits + source->first / 8;
    out->validity_bit = (uint8_t)(source->first % 8);
    if (all_set(out, source->rows)) out->validity = NULL; /* which is read faster */
    return CSUCCESS_OK;
}

/* reason: where it goes, whose it is, and the range that is wanted of it. */
csuccess_result csuccess__arrow_items(const void **out, const csuccess__arrow_source *source,
                                      const void *buffer, size_t count, size_t width)
{
    size_t end;
    if (!buffer) return contradicts(source, "it has rows and no buffer of values");
    if (!csuccess__add_size(&end, source->first, count) ||
        !csuccess__mul_size(&end, end, width) || end > (size_t)PTRDIFF_MAX) {
        return too_long(source);
    }
    const char *from = (const char *)buffer + source->first * width;
    *out = from;
    /* views are read byte by byte; of others the interface recommends alignment, and does not ask for it */
    if (width > sizeof(uint64_t) || (uintptr_t)from % width == 0) return CSUCCESS_OK;
    void *copy = csuccess__arena_take(&source->columns->words, count, width);
    if (!copy) return csuccess__fail(source->column.err, CSUCCESS_ENOMEM, "out of memory");
    memcpy(copy, from, count * width);
    *out = copy;
    return CSUCCESS_OK;
}

static csuccess_result take_bits(csuccess__column *out, const csuccess__arrow_source *source)
{
    const uint8_t *bits = csuccess__arrow_buffer(source, 1);
    if (!bits) return contradicts(source, "it has rows and no buffer of values");
    out->data = bits + source->first / 8;
    out->data_bit = (uint8_t)(source->first % 8);
    return CSUCCESS_OK;
}

static csuccess_result take_values(csuccess__column *out, const csuccess__arrow_source *source,
                                   const csuccess__arrow_type *type)
{
    if (type->codes) return csuccess__arrow_dictionary(out, source, type);
    switch (type->reading->how) {
    case CSUCCESS__ARROW_FIXED:
        return csuccess__arrow_items(&out->data, source, csuccess__arrow_buffer(source, 1),
                                     source->rows, type->reading->width);
    case CSUCCESS__ARROW_BITS:
        return take_bits(out, source);
    case CSUCCESS__ARROW_TEXT:
        return csuccess__arrow_text(out, source, type->reading);
    case CSUCCESS__ARROW_VIEW:
        return csuccess__arrow_views(out, source);
    case CSUCCESS__ARROW_NOTHING:
        return CSUCCESS_OK;
    case CSUCCESS__ARROW_LIST:
        return csuccess__arrow_lists(out, source, type);
    default:
        return csuccess__arrow_convert(out, source, type);
    }
}

csuccess_result csuccess__arrow_read(csuccess__column *out, csuccess__arrow_source *source,
                                     const csuccess__arrow_type *type, size_t skip)
{
    static const double nothing[1]; /* of a batch without rows, which nobody reads */
    csuccess_result status = check_counts(source);
    if (status == CSUCCESS_OK) status = check_shape(source, type);
    if (status == CSUCCESS_OK) status = take_range(source, skip);
    if (status < 0) return status;
    out->form = type->reading->form;
    out->data = nothing;
    out->offsets = nothing;
    out->data_bit = 0;
    out->whole_days = source->column.attribute->type == CSUCCESS__ATTRIBUTE_DATE;
    if (out->form == CSUCCESS__FORM_NONE && !type->codes) return CSUCCESS_OK;
    status = take_validity(out, source);
    if (status < 0) return status;
    if (source->rows == 0) {
        out->form = type->codes ? CSUCCESS__FORM_DICT8 : out->form;
        return CSUCCESS_OK;
    }
    return take_values(out, source, type);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Arrow's types: what each is called, and which attribute reads it how. */
#include "columns/arrow/arrow.h"

#include "base/error.h"
#include "customer/attribute.h"

#define TYPE(name) (1u << CSUCCESS__ATTRIBUTE_##name)
enum {
    NUMBERS = TYPE(NUMBER) | TYPE(MONEY),
    TIMES = TYPE(TIME) | TYPE(DATE),
    ALL = 0xFFFF & ~TYPE(RECORDS)
};
#define FORM(name) CSUCCESS__FORM_##name
#define HOW(name) CSUCCESS__ARROW_##name

/* The rows of one format stand together; those that nothing takes are there for their names. */
static const csuccess__arrow_reading readings[] = {
    {"c", "int8", NUMBERS, FORM(I8), HOW(FIXED), 1, 2},
    {"c", "int8", TYPE(BOOL), FORM(U8), HOW(FIXED), 1, 2},
    {"C", "uint8", NUMBERS | TYPE(BOOL), FORM(U8), HOW(FIXED), 1, 2},
    {"s", "int16", NUMBERS, FORM(I16), HOW(FIXED), 2, 2},
    {"S", "uint16", NUMBERS, FORM(U16), HOW(FIXED), 2, 2},
    {"i", "int32", NUMBERS, FORM(I32), HOW(FIXED), 4, 2},
    {"I", "uint32", NUMBERS, FORM(U32), HOW(FIXED), 4, 2},
    {"l", "int64", NUMBERS | TIMES, FORM(I64), HOW(FIXED), 8, 2},
    {"l", "int64", TYPE(DURATION), FORM(VALUES), HOW(DURATION), 8, 2},
    {"L", "uint64", NUMBERS, FORM(U64), HOW(FIXED), 8, 2},
    {"e", "float16", NUMBERS, FORM(F64), HOW(HALF), 2, 2},
    {"f", "float32", NUMBERS, FORM(F32), HOW(FIXED), 4, 2},
    {"g", "float64", NUMBERS, FORM(F64), HOW(FIXED), 8, 2},
    {"d:", "decimal", NUMBERS, FORM(F64), HOW(DECIMAL), 1, 2},
    {"b", "bool", TYPE(BOOL), FORM(BITS), HOW(BITS), 0, 2},
    {"u", "utf8", TYPE(STRING), FORM(UTF8), HOW(TEXT), 4, 3},
    {"U", "large_utf8", TYPE(STRING), FORM(UTF8_LARGE), HOW(TEXT), 8, 3},
    {"vu", "utf8_view", TYPE(STRING), FORM(VIEW), HOW(VIEW), 16, 3},
    {"tss:", "timestamp[s]", TIMES, FORM(TIME_S), HOW(FIXED), 8, 2},
    {"tsm:", "timestamp[ms]", TIMES, FORM(I64), HOW(FIXED), 8, 2},
    {"tsu:", "timestamp[us]", TIMES, FORM(TIME_US), HOW(FIXED), 8, 2},
    {"tsn:", "timestamp[ns]", TIMES, FORM(TIME_NS), HOW(FIXED), 8, 2},
    {"tdD", "date32", TIMES, FORM(I32), HOW(FIXED), 4, 2},
    {"tdm", "date64", TIMES, FORM(I64), HOW(FIXED), 8, 2},
    {"tDs", "duration[s]", TYPE(DURATION), FORM(VALUES), HOW(DURATION), 8, 2},
    {"tDm", "duration[ms]", TYPE(DURATION), FORM(VALUES), HOW(DURATION), 8, 2},
    {"tDu", "duration[us]", TYPE(DURATION), FORM(VALUES), HOW(DURATION), 8, 2},
    {"tDn", "duration[ns]", TYPE(DURATION), FORM(VALUES), HOW(DURATION), 8, 2},
    {"+l", "list", TYPE(LIST), FORM(VALUES), HOW(LIST), 4, 2},
    {"+L", "large_list", TYPE(LIST), FORM(VALUES), HOW(LIST), 8, 2},
    {"+w:", "fixed_size_list", TYPE(LIST), FORM(VALUES), HOW(LIST), 0, 1},
    {"n", "null", ALL, FORM(NONE), HOW(NOTHING), 0, 0},
    {"z", "binary", 0, FORM(NONE), HOW(NOTHING), 0, 0},
    {"Z", "large_binary", 0, FORM(NONE), HOW(NOTHING), 0, 0},
    {"vz", "binary_view", 0, FORM(NONE), HOW(NOTHING), 0, 0},
    {"w:", "fixed_size_binary", 0, FORM(NONE), HOW(NOTHING), 0, 0},
    {"tts", "time32[s]", 0, FORM(NONE), HOW(NOTHING), 0, 0},
    {"ttm", "time32[ms]", 0, FORM(NONE), HOW(NOTHING), 0, 0},
    {"ttu", "time64[us]", 0, FORM(NONE), HOW(NOTHING), 0, 0},
    {"ttn", "time64[ns]", 0, FORM(NONE), HOW(NOTHING), 0, 0},
    {"tiM", "interval[months]", 0, FORM(NONE), HOW(NOTHING), 0, 0},
    {"tiD", "interval[days, time]", 0, FORM(NONE), HOW(NOTHING), 0, 0},
    {"tin", "interval[month, day, nanoseconds]", 0, FORM(NONE), HOW(NOTHING), 0, 0},
    {"+vl", "list_view", 0, FORM(NONE), HOW(NOTHING), 0, 0},
    {"+vL", "large_list_view", 0, FORM(NONE), HOW(NOTHING), 0, 0},
    {"+s", "struct", 0, FORM(NONE), HOW(NOTHING), 0, 0},
    {"+m", "map", 0, FORM(NONE), HOW(NOTHING), 0, 0},
    {"+ud:", "dense_union", 0, FORM(NONE), HOW(NOTHING), 0, 0},
    {"+us:", "sparse_union", 0, FORM(NONE), HOW(NOTHING), 0, 0},
    {"+r", "run_end_encoded", 0, FORM(NONE), HOW(NOTHING), 0, 0},
};

static bool is_format(const char *format, const char *known)
{
    size_t n = strlen(known);
    if (known[n - 1] == ':') return strncmp(format, known, n) == 0;
    return strcmp(format, known) == 0;
}

/* The row for one of these attributes; another row of the format when none of them takes it; NULL: no such format. */
static const csuccess__arrow_reading *find(const char *format, uint32_t types)
{
    const csuccess__arrow_reading *found = NULL;
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        if (!is_format(format, readings[i].format)) continue;
        found = &readings[i];
        if (found->types & types) return found;
    }
    return found;
}

static csuccess_result malformed(const csuccess__arrow_column *column, const char *format)
{
    return csuccess__fail(column->err, CSUCCESS_EINVALID,
                          "column %q has the format %q, which is none of Arrow's", column->name,
                          csuccess__str(format));
}

static csuccess_result refused(const csuccess__arrow_column *column, const char *what,
                               const char *name)
{
    const bool list = column->attribute->type == CSUCCESS__ATTRIBUTE_LIST;
    return csuccess__fail(
        column->err, CSUCCESS_ETYPE,
        "column %q is of type %s%s%s, which an input of type %s%s does not take", column->name,
        column->items ? "list of " : "", what, name, column->items || list ? "list of " : "",
        csuccess__attribute_type_name(list ? column->attribute->item
                                           : column->attribute->type));
}

/* A whole number of at most nine digits; moves *at behind it. */
static bool read_whole(const char **at, int32_t *out)
{
    const char *p = *at;
    bool negative = *p == '-';
    int32_t value = 0;
    if (negative) p++;
    const char *digits = p;
    while (*p >= '0' && *p <= '9' && p - digits < 9) value = value * 10 + (*p++ - '0');
    *out = negative ? -value : value;
    *at = p;
    return p > digits;
}

enum { MOST_DIGITS = 76 }; /* of 256 bits */

static bool is_decimal(int32_t precision, int32_t bits)
{
    return precision >= 1 && precision <= MOST_DIGITS &&
           (bits == 32 || bits == 64 || bits == 128 || bits == 256);
}

/* "d:precision,scale[,bits]". */
static bool read_decimal(const char *at, csuccess__arrow_type *out)
{
    int32_t precision, bits = 128;
    bool read = read_whole(&at, &precision) && *at++ == ',' && read_whole(&at, &out->scale);
    if (read && *at == ',') {
        at++;
        read = read_whole(&at, &bits);
    }
    out->bits = bits;
    return read && *at == '\0' && is_decimal(precision, bits);
}

static bool read_parameters(const char *format, csuccess__arrow_type *out)
{
    const char *at = format + strlen(out->reading->format);
    int32_t items = 0;
    if (out->reading->how == CSUCCESS__ARROW_DECIMAL) return read_decimal(at, out);
    if (out->reading->how != CSUCCESS__ARROW_LIST || out->reading->width != 0) return true;
    bool good = read_whole(&at, &items) && *at == '\0' && items >= 0;
    out->items = items;
    return good;
}

/* A dictionary of texts with codes of any width. */
static csuccess_result read_dictionary(csuccess__arrow_type *out,
                                       const struct ArrowSchema *schema,
                                       const csuccess__arrow_column *column)
{
    const struct ArrowSchema *words = schema->dictionary;
    out->codes = out->reading;
    if (!strchr("cCsSiIlL", schema->format[0]) || schema->format[1] != '\0') {
        return csuccess__fail(column->err, CSUCCESS_EINVALID,
                              "column %q is a dictionary with codes of type %s", column->name,
                              out->reading->name);
    }
    if (!words->release || !words->format || words->dictionary) {
        return csuccess__fail(column->err, CSUCCESS_EINVALID,
                              "column %q has a dictionary that is released or none",
                              column->name);
    }
    out->reading = find(words->format, TYPE(STRING));
    if (!out->reading) return malformed(column, words->format);
    bool texts = column->attribute->type == CSUCCESS__ATTRIBUTE_STRING &&
                 out->reading->types & TYPE(STRING);
    return texts ? CSUCCESS_OK : refused(column, "dictionary of ", out->reading->name);
}

static bool has_item(const struct ArrowSchema *schema)
{
    return schema->n_children == 1 && schema->children && schema->children[0] &&
           schema->children[0]->release;
}

csuccess_result csuccess__arrow_take_type(csuccess__arrow_type *out,
                                          const struct ArrowSchema *schema,
                                          const csuccess__arrow_column *column)
{
    const uint32_t types = 1u << column->attribute->type;
    *out = (csuccess__arrow_type){.reading = NULL};
    if (!schema->format) {
        return csuccess__fail(column->err, CSUCCESS_EINVALID, "column %q has no format",
                              column->name);
    }
    const csuccess__arrow_reading *reading = find(schema->format, types);
    out->reading = reading;
    if (!reading) return malformed(column, schema->format);
    if (schema->dictionary) return read_dictionary(out, schema, column);
    if (!(reading->types & types)) return refused(column, "", reading->name);
    if (!read_parameters(schema->format, out)) return malformed(column, schema->format);
    const bool list = reading->how == CSUCCESS__ARROW_LIST;
    if (list ? has_item(schema) : schema->n_children == 0) return CSUCCESS_OK;
    return csuccess__fail(column->err, CSUCCESS_EINVALID,
                          "column %q is of type %s, whose schema has %s child", column->name,
                          reading->name, list ? "one" : "no");
}

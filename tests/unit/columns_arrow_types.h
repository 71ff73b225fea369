/* SPDX-License-Identifier: Apache-2.0 */
/* Every form of a column that Arrow has: its values as facts, and its arrays in any slice. Included by one test. */
#include "columns_arrow.h"

/* Across a block of 1024 rows, and no multiple of eight. */
enum { ROWS = 1100, MOST = ROWS + 64 };

/* ---- The rows, as whole numbers from which every type makes its own ---- */

static int value_at(size_t row)
{
    return (int)((row * 7 + row / 11) % 13);
}

static bool null_at(size_t row)
{
    return row % 5 == 2 || row % 64 == 63;
}

static const char *const words[13] = {"pro",
                                      "max",
                                      "a text of more than twelve bytes",
                                      "",
                                      "größer",
                                      "x",
                                      "yy",
                                      "zzz",
                                      "exactly12by.",
                                      "exactly13byt.",
                                      "prompt",
                                      "mäx",
                                      "pro "};
static const int64_t day = 86400000;

/* What a value is to facts: each as the type says it, computed here from the number alone. */
typedef enum kind { NUMBER, BOOL, STRING, TIME, DATE, DURATION, NUMBERS, STRINGS } kind;

static const struct {
    const char *type, *number, *first, *second;
} kinds[] = {
    [NUMBER] = {"{\"type\": \"number\"}", "x * 3 + 50", "x > 2", "x == 4"},
    [BOOL] = {"{\"type\": \"bool\"}", "x ? 80 : 20", "x", "!x"},
    [STRING] = {"{\"type\": \"string\"}", "size(x)", "x in ['pro', 'max', 'exactly13byt.']",
                "x.startsWith('pro')"},
    [TIME] = {"{\"type\": \"time\"}", "hours_since(x)", "x < timestamp('2026-01-27T00:00:00Z')",
              "x == timestamp('2026-01-28T00:00:01Z')"},
    [DATE] = {"{\"type\": \"date\"}", "days_since(x)", "x < timestamp('2026-01-27T00:00:00Z')",
              "x == timestamp('2026-01-28T00:00:00Z')"},
    [DURATION] = {"{\"type\": \"duration\"}", "x > duration('PT2H') ? 80 : 20",
                  "x == duration('PT3H')", "x < duration('PT9H')"},
    [NUMBERS] = {"{\"type\": \"list\", \"of\": \"number\"}", "size(x) * 10 + sum(x)", "4 in x",
                 "size(x) > 2"},
    [STRINGS] = {"{\"type\": \"list\", \"of\": \"string\"}", "size(x)", "'pro' in x",
                 "'größer' in x"},
};

/* ---- Types ---- */

typedef struct type {
    kind kind;
    const char *format, *dictionary; /* dictionary: the format of its words, or NULL */
    int shift;      /* of the numbers: value - shift; of times: unit in ms, negative: per ms */
    bool whole_day; /* of times: only the day is told */
} type;

static const type types[] = {
    {NUMBER, "c", NULL, 6, false},
    {NUMBER, "C", NULL, 0, false},
    {NUMBER, "s", NULL, 6, false},
    {NUMBER, "S", NULL, 0, false},
    {NUMBER, "i", NULL, 6, false},
    {NUMBER, "I", NULL, 0, false},
    {NUMBER, "l", NULL, 6, false},
    {NUMBER, "L", NULL, 0, false},
    {NUMBER, "e", NULL, 6, false},
    {NUMBER, "f", NULL, 6, false},
    {NUMBER, "g", NULL, 6, false},
    {NUMBER, "d:5,2,32", NULL, 6, false},
    {NUMBER, "d:10,3,64", NULL, 6, false},
    {NUMBER, "d:30,2", NULL, 6, false},
    {NUMBER, "d:60,2,256", NULL, 6, false},
    {NUMBER, "d:60,-2,256", NULL, 6, false},
    {NUMBER, "d:38,30", NULL, 6, false},
    {NUMBER, "d:70,60,256", NULL, 6, false},
    {BOOL, "b", NULL, 0, false},
    {BOOL, "c", NULL, 0, false},
    {BOOL, "C", NULL, 0, false},
    {STRING, "u", NULL, 0, false},
    {STRING, "U", NULL, 0, false},
    {STRING, "vu", NULL, 0, false},
    {STRING, "c", "u", 0, false},
    {STRING, "C", "U", 0, false},
    {STRING, "s", "vu", 0, false},
    {STRING, "S", "u", 0, false},
    {STRING, "i", "u", 0, false},
    {STRING, "I", "U", 0, false},
    {STRING, "l", "vu", 0, false},
    {STRING, "L", "u", 0, false},
    {TIME, "tss:", NULL, 1000, false},
    {TIME, "tsm:", NULL, 1, false},
    {TIME, "tsu:Europe/Berlin", NULL, -1000, false},
    {TIME, "tsn:", NULL, -1000000, false},
    {TIME, "l", NULL, 1, false},
    {TIME, "tdD", NULL, 86400000, true},
    {TIME, "tdm", NULL, 1, true},
    {DATE, "tdD", NULL, 86400000, true},
    {DATE, "tdm", NULL, 1, true},
    {DATE, "tss:UTC", NULL, 1000, false},
    {DATE, "tsm:", NULL, 1, false},
    {DATE, "tsu:", NULL, -1000, false},
    {DATE, "tsn:", NULL, -1000000, false},
    {DATE, "l", NULL, 1, false},
    {DURATION, "tDs", NULL, 1000, false},
    {DURATION, "tDm", NULL, 1, false},
    {DURATION, "tDu", NULL, -1000, false},
    {DURATION, "tDn", NULL, -1000000, false},
    {DURATION, "l", NULL, 1, false},
    {NUMBERS, "+l", NULL, 0, false},
    {NUMBERS, "+L", NULL, 0, false},
    {NUMBERS, "+w:3", NULL, 0, false},
    {STRINGS, "+l", NULL, 0, false},
    {STRINGS, "+L", NULL, 0, false},
    {STRINGS, "+w:2", NULL, 0, false},
};

/* In quarters, so that half floats and decimals hold it. */
static double number_of(const type *t, int v)
{
    const bool whole = strchr("cCsSiIlL", t->format[0]) != NULL;
    if (strncmp(t->format, "d:60,-2", 7) == 0) return (v - t->shift) * 100.0;
    return v - t->shift + (whole ? 0 : v % 4 * 0.25);
}

static int64_t time_of(const type *t, int v)
{
    int64_t ms = now - v * day + 1000;
    return t->whole_day ? ms - 1000 : t->shift == 1 || t->shift < 0 ? ms + v % 2 : ms;
}

static size_t items_of(const type *t, int v)
{
    return t->format[1] == 'w' ? (size_t)(t->format[3] - '0') : (size_t)v % 4;
}

/* The items of a row's list are the values of its number and of those that follow. */
static int item_of(int v, size_t i)
{
    return (v + (int)i) % 13;
}

/* ---- The slow way ---- */

static csuccess_result set_list(csuccess_facts *facts, const type *t, int v)
{
    char json[256] = "[";
    size_t used = 1;
    for (size_t i = 0; i < items_of(t, v); i++) {
        char *item = json + used;
        int of = item_of(v, i);
        if (t->kind == NUMBERS) {
            snprintf(item, sizeof json - used, "%s%d", i ? ", " : "", of);
        } else {
            snprintf(item, sizeof json - used, "%s\"%s\"", i ? ", " : "", words[of]);
        }
        used += strlen(item);
    }
    snprintf(json + used, sizeof json - used, "]");
    return csuccess_facts_set_json(facts, view("x"), view(json), NULL);
}

static csuccess_result set_fact(csuccess_facts *facts, const type *t, int v)
{
    char text[32];
    switch (t->kind) {
    case NUMBER:
        return csuccess_facts_set_number(facts, view("x"), number_of(t, v));
    case BOOL:
        return csuccess_facts_set_bool(facts, view("x"), v % 2);
    case STRING:
        return csuccess_facts_set_string(facts, view("x"), view(words[v]));
    case TIME:
    case DATE:
        return csuccess_facts_set_time(facts, view("x"), time_of(t, v));
    case DURATION:
        snprintf(text, sizeof text, "\"PT%dH\"", v);
        return csuccess_facts_set_json(facts, view("x"), view(text), NULL);
    default:
        return set_list(facts, t, v);
    }
}

/* ---- The batch ---- */

static size_t width_of(const type *t)
{
    static const struct {
        const char *format;
        size_t width;
    } widths[] = {{"c", 1},
                  {"C", 1},
                  {"s", 2},
                  {"S", 2},
                  {"i", 4},
                  {"I", 4},
                  {"l", 8},
                  {"L", 8},
                  {"e", 2},
                  {"f", 4},
                  {"g", 8},
                  {"tdD", 4},
                  {"d:5,2,32", 4},
                  {"d:10,3,64", 8},
                  {"d:30,2", 16},
                  {"d:60,2,256", 32},
                  {"d:60,-2,256", 32},
                  {"d:38,30", 16},
                  {"d:70,60,256", 32}};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        if (strcmp(widths[i].format, t->format) == 0) return widths[i].width;
    }
    return 8; /* times and durations */
}

/* Exact in binary16: whole quarters below 16. */
static uint16_t half_of(double x)
{
    uint16_t sign = x < 0 ? 0x8000 : 0;
    int exponent = 15;
    double size = fabs(x);
    if (size == 0) return sign;
    while (size >= 2) size /= 2, exponent++;
    while (size < 1) size *= 2, exponent--;
    return (uint16_t)(sign | exponent << 10 | (int)((size - 1) * 1024));
}

/* Two's complement of any width, little end first. */
static void put_whole(uint8_t *to, int64_t x, size_t width)
{
    for (size_t i = 0; i < width; i++) {
        to[i] = (uint8_t)(i < 8 ? (uint64_t)x >> (8 * i) : x < 0 ? 255 : 0);
    }
}

static int64_t decimal_of(const type *t, double x)
{
    const char *scale = strchr(t->format, ',') + 1;
    return (int64_t)(scale[0] == '-' ? x / 100 : x * (scale[0] == '3' ? 1000 : 100));
}

static int64_t whole_of(const type *t, int v)
{
    switch (t->kind) {
    case NUMBER:
        return t->format[0] == 'd' ? decimal_of(t, number_of(t, v)) : v - t->shift;
    case BOOL:
        return v % 2 ? (v == 1 ? 1 : -v) : 0;
    case STRING:
        return v; /* a code */
    case DURATION:
        return t->shift < 0 ? v * 3600000LL * -t->shift : v * 3600000LL / t->shift;
    default:
        return t->shift < 0 ? time_of(t, v) * -t->shift : time_of(t, v) / t->shift;
    }
}

/* Times ten, as often as it is said, in two's complement of any width. */
static void put_zeros(uint8_t *to, size_t width, int zeros)
{
    for (; zeros > 0; zeros--) {
        unsigned carry = 0;
        for (size_t i = 0; i < width; i++) {
            carry += to[i] * 10u;
            to[i] = (uint8_t)carry;
            carry >>= 8;
        }
    }
}

static void put_value(uint8_t *to, const type *t, int v, size_t width)
{
    const double x = t->kind == NUMBER ? number_of(t, v) : 0;
    const float narrow = (float)x;
    const uint16_t half = half_of(x);
    if (t->kind == NUMBER && t->format[0] == 'g') {
        memcpy(to, &x, width);
    } else if (t->kind == NUMBER && t->format[0] == 'f') {
        memcpy(to, &narrow, width);
    } else if (t->kind == NUMBER && t->format[0] == 'e') {
        memcpy(to, &half, width);
    } else {
        put_whole(to, whole_of(t, v), width);
        if (strcmp(t->format, "d:38,30") == 0) put_zeros(to, width, 27);
        if (strcmp(t->format, "d:70,60,256") == 0) put_zeros(to, width, 58);
    }
}

/* What the items of an array's memory hold: the values of the rows in turn, or the thirteen values in order. */
typedef struct rows {
    size_t count;
    bool nulls, in_order;
} rows;

static int row_value(const rows *r, size_t item)
{
    return r->in_order ? (int)item : value_at(item);
}

static bool row_null(const rows *r, size_t item)
{
    return r->nulls && null_at(item);
}

static void put_validity(struct ArrowArray *array, const rows *r)
{
    uint8_t bits[MOST / 8 + 1] = {0};
    if (!r->nulls) return;
    for (size_t i = 0; i < r->count; i++) {
        if (!row_null(r, i)) bits[i / 8] |= (uint8_t)(1u << (i % 8));
    }
    put_buffer(array, 0, bits, (r->count + 7) / 8);
    array->null_count = -1;
}

static struct ArrowArray fixed_array(const type *t, const rows *r)
{
    static uint8_t bytes[MOST * 32];
    const size_t width = width_of(t);
    struct ArrowArray array = an_array((int64_t)r->count, 0, 2);
    for (size_t i = 0; i < r->count; i++) {
        if (row_null(r, i)) {
            memset(bytes + i * width, 0x7F, width); /* beyond every dictionary and calendar */
        } else {
            put_value(bytes + i * width, t, row_value(r, i), width);
        }
    }
    put_buffer(&array, 1, bytes, r->count * width);
    return array;
}

static struct ArrowArray bits_array(const rows *r)
{
    uint8_t bits[MOST / 8 + 1] = {0};
    struct ArrowArray array = an_array((int64_t)r->count, 0, 2);
    for (size_t i = 0; i < r->count; i++) {
        bool on = row_null(r, i) || row_value(r, i) % 2;
        bits[i / 8] |= (uint8_t)((unsigned)on << (i % 8));
    }
    put_buffer(&array, 1, bits, (r->count + 7) / 8);
    return array;
}

/* Texts with bytes that are no UTF-8 where a row is null. */
static struct ArrowArray texts_array(const rows *r, size_t width)
{
    static char bytes[MOST * 40];
    static int64_t wide[MOST + 1];
    static int32_t narrow[MOST + 1];
    struct ArrowArray array = an_array((int64_t)r->count, 0, 3);
    size_t used = 0;
    for (size_t i = 0; i < r->count; i++) {
        const char *text = row_null(r, i) ? "\xFF\xFE" : words[row_value(r, i)];
        memcpy(bytes + used, text, strlen(text));
        used += strlen(text);
        wide[i + 1] = (int64_t)used;
        narrow[i + 1] = (int32_t)used;
    }
    put_buffer(&array, 1, width == 4 ? (void *)narrow : (void *)wide, (r->count + 1) * width);
    put_buffer(&array, 2, bytes, used);
    return array;
}

static void put_view(uint8_t *to, const char *text, const size_t *offsets, int v)
{
    const int32_t length = (int32_t)strlen(text), buffer = v % 2, offset = (int32_t)offsets[v];
    memset(to, 0, 16);
    memcpy(to, &length, 4);
    memcpy(to + 4, text, length > 12 ? 4 : (size_t)length);
    if (length > 12) {
        memcpy(to + 8, &buffer, 4);
        memcpy(to + 12, &offset, 4);
    }
}

/* Two buffers of texts: those of even and of odd values. */
static struct ArrowArray views_array(const rows *r)
{
    static uint8_t views[MOST * 16];
    char heap[2][512];
    int64_t sizes[2] = {0, 0};
    size_t offsets[13];
    struct ArrowArray array = an_array((int64_t)r->count, 0, 5);
    for (int v = 0; v < 13; v++) {
        offsets[v] = (size_t)sizes[v % 2];
        memcpy(heap[v % 2] + offsets[v], words[v], strlen(words[v]));
        sizes[v % 2] += (int64_t)strlen(words[v]);
    }
    for (size_t i = 0; i < r->count; i++) {
        int v = row_value(r, i);
        if (row_null(r, i)) {
            memset(views + 16 * i, 0xFF, 16);
        } else {
            put_view(views + 16 * i, words[v], offsets, v);
        }
    }
    put_buffer(&array, 1, views, 16 * r->count);
    put_buffer(&array, 2, heap[0], (size_t)sizes[0]);
    put_buffer(&array, 3, heap[1], (size_t)sizes[1]);
    put_buffer(&array, 4, sizes, sizeof sizes);
    return array;
}

static struct ArrowArray strings_array(const char *format, const rows *r)
{
    if (format[0] == 'v') return views_array(r);
    return texts_array(r, format[0] == 'u' ? 4 : 8);
}

/* The items of all rows, one after the other. */
static struct ArrowArray items_array(const type *t, const rows *r)
{
    static double numbers[MOST * 4];
    static char bytes[MOST * 120];
    static int32_t offsets[MOST * 4 + 1];
    size_t n = 0, used = 0;
    for (size_t i = 0; i < r->count; i++) {
        int v = row_value(r, i);
        for (size_t k = 0; k < items_of(t, v); k++, n++) {
            const char *text = words[item_of(v, k)];
            numbers[n] = item_of(v, k);
            memcpy(bytes + used, text, strlen(text));
            used += strlen(text);
            offsets[n + 1] = (int32_t)used;
        }
    }
    struct ArrowArray items = an_array((int64_t)n, 0, t->kind == NUMBERS ? 2 : 3);
    if (t->kind == NUMBERS) {
        put_buffer(&items, 1, numbers, n * sizeof *numbers);
    } else {
        put_buffer(&items, 1, offsets, (n + 1) * sizeof *offsets);
        put_buffer(&items, 2, bytes, used);
    }
    return items;
}

static struct ArrowArray list_array(const type *t, const rows *r)
{
    static int64_t wide[MOST + 1];
    static int32_t narrow[MOST + 1];
    const bool fixed = t->format[1] == 'w', large = t->format[1] == 'L';
    struct ArrowArray array = an_array((int64_t)r->count, 0, fixed ? 1 : 2);
    for (size_t i = 0; i < r->count; i++) {
        wide[i + 1] = wide[i] + (int64_t)items_of(t, row_value(r, i));
        narrow[i + 1] = (int32_t)wide[i + 1];
    }
    if (!fixed) {
        put_buffer(&array, 1, large ? (void *)wide : (void *)narrow,
                   (r->count + 1) * (large ? 8 : 4));
    }
    put_array(&array, items_array(t, r));
    return array;
}

static void add_column(batch *b, const type *t, const rows *r, int64_t offset)
{
    struct ArrowSchema schema = a_schema(t->format, "x");
    struct ArrowArray array;
    if (t->kind >= NUMBERS) {
        array = list_array(t, r);
        put_schema(&schema, a_schema(t->kind == NUMBERS ? "g" : "u", "item"));
    } else if (t->kind == STRING && !t->dictionary) {
        array = strings_array(t->format, r);
    } else if (t->kind == BOOL && t->format[0] == 'b') {
        array = bits_array(r);
    } else {
        array = fixed_array(t, r);
    }
    put_validity(&array, r);
    if (t->dictionary) {
        const rows all = {13, false, true};
        put_words(&schema, &array, a_schema(t->dictionary, ""),
                  strings_array(t->dictionary, &all));
    }
    array.offset = offset;
    array.length = (int64_t)r->count - offset;
    add(b, schema, array);
}

/* ---- The comparison ---- */

enum { NOBODY = 13, ANSWERS };

/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a checked JSON text by position: members by name, lists, numbers, words, and where something is wrong. */
#include "churn/trees/text.h"

#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "base/str.h"
#include "churn/trees/trees.h"
#include "text/numeral.h"

/* Length of a number that JSON does not have at this place; 0: none. XGBoost before 3.0 writes NaN as threshold of splits by
   category. */
static size_t literal_length(csuccess_str json, size_t at)
{
    static const char *const literals[] = {"NaN", "Infinity", "-Infinity"};
    csuccess_str rest = {json.ptr + at, json.len - at};
    for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++) {
        csuccess_str literal = csuccess__str(literals[i]);
        if (csuccess__str_starts(rest, literal)) return literal.len;
    }
    return 0;
}

/* The next such number from *at on, outside strings; its length, 0 at the end. */
static size_t next_literal(csuccess_str json, size_t *at)
{
    for (; *at < json.len; ++*at) {
        char c = json.ptr[*at];
        if (c == '"') {
            for (++*at; *at < json.len && json.ptr[*at] != '"'; ++*at) {
                *at += json.ptr[*at] == '\\';
            }
        } else if (c == 'N' || c == 'I' || c == '-') {
            size_t length = literal_length(json, *at);
            if (length) return length;
        }
    }
    return 0;
}

/* The same text with empty strings in their stead, which no reader of numbers takes; ptr NULL where there are none, or, noted, no
   memory. */
static csuccess_str without_literals(csuccess__forest_text *text, csuccess_str json)
{
    size_t at = 0, length = next_literal(json, &at);
    if (!length) return (csuccess_str){NULL, 0};
    char *copy = csuccess__alloc(text->mem, json.len, 1);
    if (!copy) {
        csuccess__forest_text_no_memory(text);
        return (csuccess_str){NULL, 0};
    }
    memcpy(copy, json.ptr, json.len);
    for (; length; length = next_literal(json, &at)) {
        memset(copy + at, ' ', length);
        copy[at] = copy[at + 1] = '"';
        at += length;
    }
    return (csuccess_str){copy, json.len};
}

csuccess_result csuccess__forest_text_open(csuccess__forest_text *text,
                                           const csuccess_allocator *mem, csuccess_str json,
                                           csuccess_error *err)
{
    csuccess_limits limits = CSUCCESS_LIMITS_INIT;
    limits.document_bytes = CSUCCESS__FOREST_BYTES;
    limits.document_nodes = CSUCCESS__FOREST_VALUES;
    limits.document_depth = CSUCCESS__FOREST_NESTING;
    *text = (csuccess__forest_text){.mem = mem, .json = json, .err = err};
    if (json.len <= CSUCCESS__FOREST_BYTES) text->copy = without_literals(text, json);
    if (text->result != CSUCCESS_OK) return text->result;
    text->result = csuccess__json_check(&text->scan, mem, text->copy.ptr ? text->copy : json,
                                        &limits, err);
    text->scanned = true;
    return text->result;
}

void csuccess__forest_text_close(csuccess__forest_text *text)
{
    if (text->scanned) csuccess__json_scan_free(&text->scan);
    if (text->copy.ptr) csuccess__release(text->mem, (char *)text->copy.ptr, text->copy.len, 1);
}

static const csuccess__json_mark *mark_at(const csuccess__forest_text *text, uint32_t at)
{
    return &text->scan.marks[at];
}

/* What stands between the quotes of the string that ends before `end` (white space and a colon aside), escapes as they are. The opening
   quote of a key never has a backslash before it, a quote inside always has an odd number of them. */
static csuccess_str key_before(const csuccess__forest_text *text, size_t value)
{
    const char *p = text->scan.text.ptr;
    size_t end = value - 1;
    while (p[end] != ':') end--;
    while (p[end] != '"') end--;
    for (size_t start = end - 1;; start--) {
        size_t slashes = 0;
        while (p[start] == '"' && p[start - 1 - slashes] == '\\') slashes++;
        if (p[start] == '"' && slashes % 2 == 0) {
            return (csuccess_str){p + start + 1, end - start - 1};
        }
    }
}

/* One step of an RFC 6901 pointer. */
static void put_step(csuccess__text *out, const csuccess__forest_text *text, uint32_t parent,
                     uint32_t at, uint32_t index)
{
    if (mark_at(text, parent)->type == CSUCCESS__JSON_ARRAY) {
        csuccess__text_format(out, "/%u", index);
        return;
    }
    csuccess_str key = key_before(text, mark_at(text, at)->offset);
    csuccess__text_format(out, "/");
    for (size_t i = 0; i < key.len; i++) {
        csuccess_str c = {key.ptr + i, 1};
        csuccess__text_put(out, *c.ptr == '~'   ? CSUCCESS_STR("~0")
                                : *c.ptr == '/' ? CSUCCESS_STR("~1")
                                                : c);
    }
}

/* Writes the pointer of `at`: the containers around it are the last ones before it at each depth. */
static void put_pointer(csuccess__text *out, const csuccess__forest_text *text, uint32_t at)
{
    uint32_t last[CSUCCESS__FOREST_NESTING + 1] = {0},
                                             index[CSUCCESS__FOREST_NESTING + 2] = {0};
    for (uint32_t i = 0; i <= at; i++) {
        uint32_t depth = mark_at(text, i)->depth;
        last[depth] = i;
        index[depth]++;
        index[depth + 1] = 0;
    }
    for (uint32_t depth = 1; depth <= mark_at(text, at)->depth; depth++) {
        put_step(out, text, last[depth - 1], last[depth], index[depth] - 1);
    }
}

bool csuccess__forest_text_wrong(csuccess__forest_text *text, uint32_t at, csuccess_result code,
                                 const char *format, ...)
{
    if (text->result != CSUCCESS_OK) return false;
    char message[512], pointer[256];
    csuccess__text m, p;
    va_list args;
    csuccess__text_init(&m, message, sizeof message);
    va_start(args, format);
    csuccess__text_vformat(&m, format, args);
    va_end(args);
    csuccess__text_init(&p, pointer, sizeof pointer);
    put_pointer(&p, text, at);
    text->result = csuccess__fail(text->err, code, "%s", message);
    csuccess__error_at(text->err, text->scan.text, mark_at(text, at)->offset);
    csuccess__error_pointer(text->err, (csuccess_str){pointer, p.len});
    return false;
}

bool csuccess__forest_text_no_memory(csuccess__forest_text *text)
{
    if (text->result == CSUCCESS_OK) {
        text->result = csuccess__fail(text->err, CSUCCESS_ENOMEM, "no memory to read a forest");
    }
    return false;
}

uint32_t csuccess__forest_text_behind(const csuccess__forest_text *text, uint32_t at)
{
    uint32_t depth = mark_at(text, at)->depth;
    do {
        at++;
    } while (at < text->scan.count && mark_at(text, at)->depth > depth);
    return at;
}

static const char *const type_names[] = {"null",     "a boolean", "a number",
                                         "a string", "an array",  "an object"};

static const char *type_name(const csuccess__forest_text *text, uint32_t at)
{
    const csuccess__json_mark *mark = mark_at(text, at);
    bool literal = mark->type == CSUCCESS__JSON_STRING && text->json.ptr[mark->offset] != '"';
    return literal ? "a number that is not finite" : type_names[mark->type];
}

static bool must_be(csuccess__forest_text *text, uint32_t at, csuccess__json_type type)
{
    if (text->result != CSUCCESS_OK) return false;
    if (type_name(text, at) == type_names[type]) return true;
    return csuccess__forest_text_wrong(text, at, CSUCCESS_EMODEL, "%s stands where %s belongs",
                                       type_name(text, at), type_names[type]);
}

/* The index of key in names; SIZE_MAX when it is not among them. */
static size_t name_index(const char *const *names, csuccess_str key)
{
    for (size_t i = 0; names[i]; i++) {
        if (csuccess__str_is(key, names[i] + (names[i][0] == '?'))) return i;
    }
    return SIZE_MAX;
}

bool csuccess__forest_text_members(csuccess__forest_text *text, uint32_t at,
                                   const char *const *names, uint32_t *out)
{
    for (size_t i = 0; names[i]; i++) out[i] = CSUCCESS__ABSENT;
    if (!must_be(text, at, CSUCCESS__JSON_OBJECT)) return false;
    uint32_t end = csuccess__forest_text_behind(text, at);
    for (uint32_t m = at + 1; m < end; m = csuccess__forest_text_behind(text, m)) {
        csuccess_str key = key_before(text, mark_at(text, m)->offset);
        size_t i = name_index(names, key);
        if (i == SIZE_MAX) continue;
        if (out[i] != CSUCCESS__ABSENT) {
            return csuccess__forest_text_wrong(
                text, m, CSUCCESS_EJSON, "the key %q stands twice in one object; keep one",
                key);
        }
        out[i] = m;
    }
    for (size_t i = 0; names[i]; i++) {
        if (out[i] == CSUCCESS__ABSENT && names[i][0] != '?') {
            return csuccess__forest_text_wrong(
                text, at, CSUCCESS_EMODEL,
                "the member \"%s\" is missing; a file that XGBoost's save_model wrote has it",
                names[i]);
        }
    }
    return true;
}

bool csuccess__forest_text_list(csuccess__forest_text *text, uint32_t at,
                                csuccess__forest_list *out)
{
    *out = (csuccess__forest_list){0, 0};
    if (!must_be(text, at, CSUCCESS__JSON_ARRAY)) return false;
    uint32_t end = csuccess__forest_text_behind(text, at);
    for (uint32_t i = at + 1; i < end; i++) {
        if (mark_at(text, i)->type >= CSUCCESS__JSON_ARRAY) {
            return csuccess__forest_text_wrong(text, i, CSUCCESS_EMODEL,
                                               "%s stands where a number or a string belongs",
                                               type_name(text, i));
        }
    }
    *out = (csuccess__forest_list){at + 1, end - at - 1};
    return true;
}

bool csuccess__forest_text_string(csuccess__forest_text *text, uint32_t at, csuccess_str *out)
{
    if (!must_be(text, at, CSUCCESS__JSON_STRING)) return false;
    const char *start = text->scan.text.ptr + mark_at(text, at)->offset + 1, *end = start;
    while (*end != '"') end += *end == '\\' ? 2 : 1;
    *out = (csuccess_str){start, (size_t)(end - start)};
    return true;
}

bool csuccess__forest_text_word(csuccess__forest_text *text, uint32_t at,
                                csuccess__arena *arena, csuccess_str *out)
{
    csuccess_str raw;
    if (!csuccess__forest_text_string(text, at, &raw)) return false;
    if (!raw.len || !memchr(raw.ptr, '\\', raw.len)) {
        *out = csuccess__arena_copy(arena, raw);
        return out->ptr ? true : csuccess__forest_text_no_memory(text);
    }
    csuccess_limits limits = CSUCCESS_LIMITS_INIT;
    limits.document_bytes = CSUCCESS__FOREST_BYTES;
    limits.document_nodes = limits.document_depth = 1;
    csuccess__json_options options = {.limits = &limits};
    csuccess__json *node;
    /* Checked text: nothing but memory can stop this. */
    if (csuccess__json_read(&node, arena, (csuccess_str){raw.ptr - 1, raw.len + 2}, &options,
                            NULL) != CSUCCESS_OK) {
        return csuccess__forest_text_no_memory(text);
    }
    *out = node->string;
    return true;
}

/* A number, a number in a string, or a truth value; what else is noted. */
static bool any_number(csuccess__forest_text *text, uint32_t at, double *out)
{
    const csuccess__json_mark *mark = mark_at(text, at);
    if (text->result != CSUCCESS_OK) return false;
    if (mark->type == CSUCCESS__JSON_NUMBER) {
        *out = mark->number;
        return true;
    }
    if (mark->type == CSUCCESS__JSON_BOOL) {
        *out = text->scan.text.ptr[mark->offset] == 't';
        return true;
    }
    csuccess_str string;
    if (type_name(text, at) == type_names[CSUCCESS__JSON_STRING]) {
        csuccess__forest_text_string(text, at, &string);
        if (csuccess__numeral_parse(string, out)) return true;
        return csuccess__forest_text_wrong(text, at, CSUCCESS_EMODEL,
                                           "%q stands where a finite number belongs", string);
    }
    return csuccess__forest_text_wrong(text, at, CSUCCESS_EMODEL,
                                       "%s stands where a finite number belongs",
                                       type_name(text, at));
}

bool csuccess__forest_text_whole(csuccess__forest_text *text, uint32_t at, int64_t low,
                                 int64_t high, int64_t *out)
{
    double value;
    if (!any_number(text, at, &value)) return false;
    if (value >= (double)low && value <= (double)high && value == trunc(value)) {
        *out = (int64_t)value;
        return true;
    }
    char shown[CSUCCESS__NUMERAL_MAX];
    csuccess__numeral_write(shown, value);
    return csuccess__forest_text_wrong(text, at, CSUCCESS_EMODEL,
                                       "%s stands where a whole number from %l to %l belongs",
                                       shown, low, high);
}

bool csuccess__forest_text_float(csuccess__forest_text *text, uint32_t at, float *out)
{
    double value;
    if (!any_number(text, at, &value)) return false;
    *out = csuccess__forest_value(value);
    if (*out - *out == 0) return true;
    char shown[CSUCCESS__NUMERAL_MAX];
    csuccess__numeral_write(shown, value);
    return csuccess__forest_text_wrong(
        text, at, CSUCCESS_EMODEL,
        "%s is not finite in 32 bits; XGBoost's numbers are below 3.4e38", shown);
}

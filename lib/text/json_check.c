/* SPDX-License-Identifier: Apache-2.0 */
/* The strict scan of a JSON text: grammar of RFC 8259, UTF-8, depth, number of values. */
#include "text/json_check.h"

#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "text/numeral.h"
#include "text/utf8.h"

/* What may stand at the next place that is not white space. */
typedef enum state {
    VALUE,      /* after a comma, a colon, or at the start */
    FIRST_ITEM, /* after [ */
    FIRST_KEY,  /* after { */
    KEY,        /* after a comma in an object */
    AFTER,      /* a value has ended */
    FAILED
} state;

typedef struct check {
    csuccess__json_scan *scan;
    csuccess_error *err;
    csuccess_result result;
    bool after_comma; /* of a list, rather than after a colon */
} check;

static char peek(const check *c)
{
    const csuccess__json_scan *s = c->scan;
    return s->at < s->text.len ? s->text.ptr[s->at] : '\0';
}

static bool at_end(const check *c)
{
    return c->scan->at >= c->scan->text.len;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void skip_space(check *c)
{
    csuccess__json_scan *s = c->scan;
    while (!at_end(c) &&
           (peek(c) == ' ' || peek(c) == '\n' || peek(c) == '\r' || peek(c) == '\t')) {
        s->at++;
    }
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

/* Ends the scan with the place of an error that has just been filled in. */
static state failed_at(check *c, csuccess_result result, uint32_t offset)
{
    c->result = result;
    csuccess__error_at(c->err, c->scan->text, offset);
    return FAILED;
}

static state wrong(check *c, const char *message)
{
    return failed_at(c, csuccess__fail(c->err, CSUCCESS_EJSON, "%s", message), c->scan->at);
}

/* The character that stands at the current place. */
static csuccess_str here(const check *c)
{
    size_t length;
    csuccess__utf8_decode(c->scan->text, c->scan->at, &length);
    return (csuccess_str){c->scan->text.ptr + c->scan->at, length};
}

static csuccess_str rest(const check *c)
{
    const csuccess__json_scan *s = c->scan;
    return (csuccess_str){s->text.ptr + s->at, s->text.len - s->at};
}

static csuccess_str piece(const check *c, uint32_t from, uint32_t to)
{
    return (csuccess_str){c->scan->text.ptr + from, to - from};
}

/* The text ends although something is open. */
static state ended(check *c)
{
    const csuccess__json_scan *s = c->scan;
    if (s->count == 0) {
        return wrong(c, "the text is empty; write one JSON value");
    }
    csuccess_error opened = CSUCCESS_ERROR_INIT;
    uint32_t bracket = s->open[s->depth - 1];
    csuccess__error_at(&opened, s->text, bracket);
    bool object = s->text.ptr[bracket] == '{';
    return failed_at(c,
                     csuccess__fail(c->err, CSUCCESS_EJSON,
                                    "the text ends inside the %s that opens at line %u, column "
                                    "%u; close it with %s",
                                    object ? "object" : "array", opened.line, opened.column,
                                    object ? "}" : "]"),
                     s->at);
}

/* Notes a value; false when there are too many or memory is refused. */
static bool mark(check *c, csuccess__json_type type, uint32_t offset)
{
    csuccess__json_scan *s = c->scan;
    if (s->count == s->most_nodes) {
        failed_at(c,
                  csuccess__fail(c->err, CSUCCESS_ELIMIT,
                                 "more than %u values in one document (limit document_nodes)",
                                 s->most_nodes),
                  offset);
        return false;
    }
    if (s->count == s->cap) {
        uint32_t cap = s->cap ? s->cap * 2 : 64;
        void *grown = csuccess__resize(s->mem, s->marks, s->cap, cap, sizeof *s->marks);
        if (!grown) {
            c->result = csuccess__fail(c->err, CSUCCESS_ENOMEM, "no memory to read a document");
            return false;
        }
        s->marks = grown;
        s->cap = cap;
    }
    s->marks[s->count++] = (csuccess__json_mark){
        .offset = offset, .depth = (uint16_t)s->depth, .type = (uint8_t)type};
    return true;
}

static state open_bracket(check *c)
{
    csuccess__json_scan *s = c->scan;
    bool object = peek(c) == '{';
    if (s->depth == s->most_depth) {
        return failed_at(c,
                         csuccess__fail(c->err, CSUCCESS_ELIMIT,
                                        "nested deeper than %u (limit document_depth)",
                                        s->most_depth),
                         s->at);
    }
    if (!mark(c, object ? CSUCCESS__JSON_OBJECT : CSUCCESS__JSON_ARRAY, s->at)) return FAILED;
    s->open[s->depth++] = s->at++;
    c->after_comma = false;
    if (s->depth > s->deepest) {
        s->deepest = s->depth;
    }
    return object ? FIRST_KEY : FIRST_ITEM;
}

static state close_bracket(check *c)
{
    c->scan->depth--;
    c->scan->at++;
    return AFTER;
}

/* Reads four hexadecimal digits behind \u. */
static bool scan_hex(check *c, uint32_t *unit)
{
    csuccess__json_scan *s = c->scan;
    *unit = 0;
    for (int i = 0; i < 4; i++, s->at++) {
        char h = peek(c);
        uint32_t low = (unsigned char)h | 0x20u;
        if (is_digit(h)) {
            *unit = *unit * 16 + (uint32_t)(h - '0');
        } else if (low >= 'a' && low <= 'f') {
            *unit = *unit * 16 + (low - 'a' + 10);
        } else {
            wrong(c, "\\u needs four hexadecimal digits, such as \\u00e9");
            return false;
        }
    }
    return true;
}

/* Reads what follows \u, and the other half of a surrogate pair. */
static bool scan_unicode(check *c, bool *nul)
{
    csuccess__json_scan *s = c->scan;
    uint32_t start = s->at - 2, unit, low;
    if (!scan_hex(c, &unit)) return false;
    if (unit == 0) {
        *nul = true;
    }
    if (unit < 0xD800 || unit > 0xDFFF) return true;
    if (unit < 0xDC00 && csuccess__str_starts(rest(c), CSUCCESS_STR("\\u"))) {
        s->at += 2;
        if (!scan_hex(c, &low)) return false;
        if (low >= 0xDC00 && low <= 0xDFFF) return true;
    }
    failed_at(c,
              csuccess__fail(c->err, CSUCCESS_EJSON,
                             "%S is half of a surrogate pair; write both halves or the "
                             "character itself",
                             piece(c, start, start + 6)),
              start);
    return false;
}

static bool scan_escape(check *c, bool *nul)
{
    csuccess__json_scan *s = c->scan;
    s->at++;
    char e = peek(c);
    if (e == 'u') {
        s->at++;
        return scan_unicode(c, nul);
    }
    if (e != '\0' && memchr("\"\\/bfnrt", e, 8)) {
        s->at++;
        return true;
    }
    if (!at_end(c)) {
        failed_at(
            c,
            csuccess__fail(c->err, CSUCCESS_EJSON,
                           "unknown escape \\%S; escapes are \\\" \\\\ \\/ \\b \\f \\n \\r "
                           "\\t and \\u with four digits",
                           here(c)),
            s->at - 1);
        return false;
    }
    return true; /* the end of the text is reported by the string */
}

static bool control_character(check *c)
{
    static const char hex[] = "0123456789abcdef";
    unsigned char ch = (unsigned char)peek(c);
    char escape[] = "\\u0000";
    const char *brief = ch == '\t' ? "\\t" : ch == '\n' ? "\\n" : ch == '\r' ? "\\r" : NULL;
    escape[4] = hex[ch >> 4];
    escape[5] = hex[ch & 15];
    failed_at(c,
              csuccess__fail(c->err, CSUCCESS_EJSON,
                             "a control character stands in a string; write %s",
                             brief ? brief : escape),
              c->scan->at);
    return false;
}

/* Reads a string whose opening quote stands at the current place. */
static bool scan_string(check *c, bool *nul)
{
    csuccess__json_scan *s = c->scan;
    uint32_t start = s->at++;
    for (;;) {
        while (!at_end(c) && (unsigned char)peek(c) >= 0x20 && peek(c) != '"' &&
               peek(c) != '\\') {
            s->at++;
        }
        if (at_end(c)) {
            failed_at(
                c,
                csuccess__fail(c->err, CSUCCESS_EJSON,
                               "the string that opens here is not closed; end it with \""),
                start);
            return false;
        }
        if (peek(c) == '"') {
            s->at++;
            return true;
        }
        if (peek(c) != '\\') return control_character(c);
        if (!scan_escape(c, nul)) return false;
    }
}

static state scan_key(check *c)
{
    csuccess__json_scan *s = c->scan;
    uint32_t start = s->at;
    bool nul = false;
    if (!scan_string(c, &nul)) return FAILED;
    if (nul) {
        return failed_at(
            c, csuccess__fail(c->err, CSUCCESS_EJSON, "\\u0000 may not stand in a key"), start);
    }
    csuccess_str key = piece(c, start + 1, s->at - 1);
    skip_space(c);
    if (at_end(c)) return ended(c);
    if (peek(c) != ':') {
        return failed_at(c,
                         csuccess__fail(c->err, CSUCCESS_EJSON,
                                        "found %q behind the key %q; a colon belongs there",
                                        here(c), key),
                         s->at);
    }
    s->at++;
    c->after_comma = false;
    return VALUE;
}

/* Skips digits; how many there were. */
static uint32_t skip_digits(check *c)
{
    uint32_t start = c->scan->at;
    while (is_digit(peek(c))) {
        c->scan->at++;
    }
    return c->scan->at - start;
}

static bool leading_zero(check *c, uint32_t start)
{
    uint32_t first = c->scan->at;
    skip_digits(c);
    uint32_t last = c->scan->at;
    while (first + 1 < last && c->scan->text.ptr[first] == '0') {
        first++;
    }
    failed_at(c,
              csuccess__fail(c->err, CSUCCESS_EJSON,
                             "numbers have no leading zeros; write %s%S, not %S",
                             c->scan->text.ptr[start] == '-' ? "-" : "", piece(c, first, last),
                             piece(c, start, last)),
              start);
    return false;
}

static bool scan_exponent(check *c)
{
    c->scan->at++;
    if (peek(c) == '+' || peek(c) == '-') {
        c->scan->at++;
    }
    if (skip_digits(c)) return true;
    wrong(c, "an exponent needs a digit, such as 1e6");
    return false;
}

/* Checks the form of a number: -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)? */
static bool scan_numeral(check *c)
{
    csuccess__json_scan *s = c->scan;
    uint32_t start = s->at;
    if (peek(c) == '-') {
        s->at++;
        if (!is_digit(peek(c))) {
            wrong(c, "a minus sign needs a digit behind it, such as -0.5");
            return false;
        }
    }
    if (peek(c) == '0' && s->at + 1 < s->text.len && is_digit(s->text.ptr[s->at + 1])) {
        return leading_zero(c, start);
    }
    skip_digits(c);
    if (peek(c) == '.') {
        s->at++;
        if (!skip_digits(c)) {
            wrong(c, "numbers need a digit behind the point; write 1.0 or 1, not 1.");
            return false;
        }
    }
    return (peek(c) | 0x20) != 'e' || scan_exponent(c);
}

static state scan_number(check *c)
{
    csuccess__json_scan *s = c->scan;
    uint32_t start = s->at;
    if (!mark(c, CSUCCESS__JSON_NUMBER, start) || !scan_numeral(c)) return FAILED;
    double value;
    if (!csuccess__numeral_parse(piece(c, start, s->at), &value)) {
        return failed_at(c,
                         csuccess__fail(c->err, CSUCCESS_EJSON,
                                        "the number %q is too large; a double ends at 1.79e308",
                                        piece(c, start, s->at)),
                         start);
    }
    s->marks[s->count - 1].number = value;
    memset(s->plain + start, ' ', s->at - start);
    s->plain[start] = '0';
    return AFTER;
}

static bool is_constant(csuccess_str word, csuccess__json_type *type)
{
    bool boolean = csuccess__str_is(word, "true") || csuccess__str_is(word, "false");
    *type = boolean ? CSUCCESS__JSON_BOOL : CSUCCESS__JSON_NULL;
    return boolean || csuccess__str_is(word, "null");
}

static state scan_word(check *c)
{
    csuccess__json_scan *s = c->scan;
    uint32_t start = s->at;
    while (is_letter(peek(c)) || is_digit(peek(c))) {
        s->at++;
    }
    csuccess_str word = piece(c, start, s->at);
    csuccess__json_type type;
    if (is_constant(word, &type)) {
        return mark(c, type, start) ? AFTER : FAILED;
    }
    bool number = csuccess__str_is(word, "NaN") || csuccess__str_is(word, "Infinity");
    return failed_at(c,
                     csuccess__fail(c->err, CSUCCESS_EJSON,
                                    number
                                        ? "%q is not a JSON number; write null or leave it out"
                                        : "unknown word %q; words are true, false and null, "
                                          "text stands in double quotes",
                                    word),
                     start);
}

/* Says what is wrong with a character that cannot begin a value. */
static state no_value(check *c)
{
    char ch = peek(c);
    switch (ch) {
    case '\'':
        return wrong(c, "text stands in double quotes; write \"...\", not '...'");
    case '/':
    case '#':
        return wrong(c, "JSON has no comments; remove it");
    case '+':
        return wrong(c, "numbers have no leading plus; remove it");
    case '.':
        return wrong(c, "numbers need a digit before the point; write 0.5, not .5");
    case ']':
    case '}':
        if (c->after_comma) return wrong(c, "a comma stands behind the last item; remove it");
        break;
    default:
        break;
    }
    return failed_at(
        c, csuccess__fail(c->err, CSUCCESS_EJSON, "found %q where a value belongs", here(c)),
        c->scan->at);
}

static state scan_value(check *c)
{
    char ch = peek(c);
    if (ch == '{' || ch == '[') return open_bracket(c);
    if (ch == '-' || is_digit(ch)) return scan_number(c);
    if (is_letter(ch)) return scan_word(c);
    if (ch != '"') return no_value(c);
    bool nul = false;
    if (!mark(c, CSUCCESS__JSON_STRING, c->scan->at) || !scan_string(c, &nul)) return FAILED;
    c->scan->marks[c->scan->count - 1].has_nul = nul;
    return AFTER;
}

/* Says what is wrong where a key belongs. */
static state no_key(check *c)
{
    char ch = peek(c);
    if (ch == '\'') return wrong(c, "keys stand in double quotes; write \"...\", not '...'");
    if (ch == '/' || ch == '#') return wrong(c, "JSON has no comments; remove it");
    if (ch == '}') return wrong(c, "a comma stands behind the last member; remove it");
    return failed_at(c,
                     csuccess__fail(c->err, CSUCCESS_EJSON,
                                    "found %q where a key in double quotes belongs", here(c)),
                     c->scan->at);
}

/* A value has ended: a comma or the closing bracket, or at depth 0 nothing more. */
static state scan_after(check *c)
{
    const csuccess__json_scan *s = c->scan;
    char ch = peek(c);
    if (ch == '/' || ch == '#') return wrong(c, "JSON has no comments; remove it");
    if (s->depth == 0) {
        return failed_at(c,
                         csuccess__fail(c->err, CSUCCESS_EJSON,
                                        "found %q behind the end of the value; one text holds "
                                        "one value",
                                        here(c)),
                         s->at);
    }
    bool object = s->text.ptr[s->open[s->depth - 1]] == '{';
    if (ch == (object ? '}' : ']')) return close_bracket(c);
    if (ch == ',') {
        c->scan->at++;
        c->after_comma = true;
        return object ? KEY : VALUE;
    }
    return failed_at(c,
                     csuccess__fail(c->err, CSUCCESS_EJSON,
                                    "found %q where a comma or %s belongs", here(c),
                                    object ? "}" : "]"),
                     s->at);
}

static state step(check *c, state now)
{
    char ch = peek(c);
    switch (now) {
    case FIRST_ITEM:
        return ch == ']' ? close_bracket(c) : scan_value(c);
    case FIRST_KEY:
        if (ch == '}') return close_bracket(c);
        return ch == '"' ? scan_key(c) : no_key(c);
    case KEY:
        return ch == '"' ? scan_key(c) : no_key(c);
    case AFTER:
        return scan_after(c);
    default:
        return scan_value(c);
    }
}

static void scan_document(check *c)
{
    state now = VALUE;
    while (now != FAILED) {
        skip_space(c);
        if (at_end(c)) {
            if (now != AFTER || c->scan->depth) {
                ended(c);
            }
            return;
        }
        now = step(c, now);
    }
}

static csuccess_result check_bytes(csuccess_str text, const csuccess_limits *limits,
                                   csuccess_error *err)
{
    size_t bad;
    if (text.len > limits->document_bytes) {
        return csuccess__fail(err, CSUCCESS_ELIMIT,
                              "the document has %z bytes, more than %u (limit document_bytes)",
                              text.len, limits->document_bytes);
    }
    if (!csuccess__utf8_check(text, &bad)) {
        csuccess__fail(err, CSUCCESS_EENCODING, "not UTF-8; save the text as UTF-8");
        csuccess__error_at(err, text, bad);
        return CSUCCESS_EENCODING;
    }
    if (csuccess__str_starts(text, CSUCCESS_STR("\xEF\xBB\xBF"))) {
        csuccess__fail(err, CSUCCESS_EJSON,
                       "a byte order mark stands before the value; save without it");
        csuccess__error_at(err, text, 0);
        return CSUCCESS_EJSON;
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess__json_check(csuccess__json_scan *scan, const csuccess_allocator *mem,
                                     csuccess_str text, const csuccess_limits *limits,
                                     csuccess_error *err)
{
    scan->mem = mem;
    scan->text = text;
    scan->most_nodes = limits->document_nodes;
    scan->most_depth = limits->document_depth < CSUCCESS__JSON_NESTING ? limits->document_depth
                                                                       : CSUCCESS__JSON_NESTING;
    scan->plain = NULL;
    scan->marks = NULL;
    scan->count = scan->cap = scan->at = scan->depth = scan->deepest = 0;
    check c = {.scan = scan, .err = err, .result = check_bytes(text, limits, err)};
    if (c.result != CSUCCESS_OK) return c.result;
    if (text.len == 0) {
        ended(&c);
        return c.result;
    }
    scan->plain = csuccess__alloc(mem, text.len, 1);
    if (!scan->plain) {
        return csuccess__fail(err, CSUCCESS_ENOMEM, "no memory to read a document");
    }
    memcpy(scan->plain, text.ptr, text.len);
    scan_document(&c);
    return c.result;
}

void csuccess__json_scan_free(csuccess__json_scan *scan)
{
    csuccess__release(scan->mem, scan->plain, scan->text.len, 1);
    csuccess__release(scan->mem, scan->marks, scan->cap, sizeof *scan->marks);
    scan->plain = NULL;
    scan->marks = NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* JSON that others wrote, on its way into an envelope: checked, and copied without white space, number by number and string by string as they were. */
#include "envelope.h"

#include <string.h>

enum { DEEPEST = 256 };

typedef struct reader {
    const char *at, *end;
    csuccess__envelope *out;
    char closers[DEEPEST];
    size_t depth, deepest;
} reader;

/* Whether n bytes are those in the midst of a character. */
static bool continues(const unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] < 0x80 || bytes[i] > 0xBF) return false;
    }
    return true;
}

size_t csuccess__envelope_character(const char *p, size_t left)
{
    /* Unicode, table 3-7: what may begin a character, how long it is then, and what its second byte may be. */
    static const struct {
        unsigned char first, last, len, least, most;
    } forms[] = {
        {0x00, 0x7F, 1, 0, 0},       {0xC2, 0xDF, 2, 0x80, 0xBF}, {0xE0, 0xE0, 3, 0xA0, 0xBF},
        {0xE1, 0xEC, 3, 0x80, 0xBF}, {0xED, 0xED, 3, 0x80, 0x9F}, {0xEE, 0xEF, 3, 0x80, 0xBF},
        {0xF0, 0xF0, 4, 0x90, 0xBF}, {0xF1, 0xF3, 4, 0x80, 0xBF}, {0xF4, 0xF4, 4, 0x80, 0x8F},
    };
    const unsigned char *u = (const unsigned char *)p;
    if (left == 0) return 0;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        size_t n = forms[i].len;
        if (u[0] < forms[i].first || u[0] > forms[i].last) continue;
        if (n == 1) return 1;
        if (n > left || u[1] < forms[i].least || u[1] > forms[i].most) return 0;
        return continues(u + 2, n - 2) ? n : 0;
    }
    return 0;
}

static bool next_is(const reader *r, char c)
{
    return r->at < r->end && *r->at == c;
}

/* Copies what was read since `from`. */
static bool take(reader *r, const char *from)
{
    csuccess__envelope_put(r->out, from, (size_t)(r->at - from));
    return true;
}

static bool take_if(reader *r, char c)
{
    if (!next_is(r, c)) return false;
    r->at++;
    return take(r, r->at - 1);
}

static void skip_blank(reader *r)
{
    while (r->at < r->end && *r->at && strchr(" \t\r\n", *r->at)) r->at++;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Behind a backslash. */
static bool skip_escape(reader *r)
{
    if (r->at == r->end || !*r->at || !strchr("\"\\/bfnrtu", *r->at)) return false;
    if (*r->at++ != 'u') return true;
    for (int i = 0; i < 4; i++, r->at++) {
        if (r->at == r->end || !is_hex(*r->at)) return false;
    }
    return true;
}

static bool string(reader *r)
{
    const char *from = r->at++;
    while (!next_is(r, '"')) {
        size_t n = csuccess__envelope_character(r->at, (size_t)(r->end - r->at));
        if (n == 0 || (unsigned char)*r->at < 0x20) return false;
        bool escaped = *r->at == '\\';
        r->at += n;
        if (escaped && !skip_escape(r)) return false;
    }
    r->at++;
    return take(r, from);
}

static bool skip_digits(reader *r)
{
    const char *from = r->at;
    while (r->at < r->end && *r->at >= '0' && *r->at <= '9') r->at++;
    return r->at > from;
}

/* `e-5`, where there is one. */
static bool skip_exponent(reader *r)
{
    if (!next_is(r, 'e') && !next_is(r, 'E')) return true;
    r->at++;
    if (next_is(r, '+') || next_is(r, '-')) r->at++;
    return skip_digits(r);
}

static bool number(reader *r)
{
    const char *from = r->at;
    if (next_is(r, '-')) r->at++;
    const char *whole = r->at;
    if (!skip_digits(r) || (*whole == '0' && r->at - whole > 1)) return false;
    if (next_is(r, '.')) {
        r->at++;
        if (!skip_digits(r)) return false;
    }
    return skip_exponent(r) && take(r, from);
}

static bool scalar(reader *r)
{
    static const char *const words[] = {"true", "false", "null"};
    if (next_is(r, '"')) return string(r);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t n = strlen(words[i]);
        if ((size_t)(r->end - r->at) < n || memcmp(r->at, words[i], n) != 0) continue;
        r->at += n;
        return take(r, r->at - n);
    }
    return number(r);
}

/* `"key":` where an object is open. */
static bool key(reader *r)
{
    if (r->closers[r->depth - 1] != '}') return true;
    skip_blank(r);
    if (!next_is(r, '"') || !string(r)) return false;
    skip_blank(r);
    return take_if(r, ':');
}

/* A scalar, an empty list or object, or the opening of one that is not empty: then `ended` is false and its first value follows. */
static bool value(reader *r, bool *ended)
{
    *ended = true;
    skip_blank(r);
    if (!next_is(r, '{') && !next_is(r, '[')) return scalar(r);
    if (r->depth == r->deepest) return false;
    r->closers[r->depth++] = *r->at == '{' ? '}' : ']';
    r->at++;
    take(r, r->at - 1);
    skip_blank(r);
    *ended = next_is(r, r->closers[r->depth - 1]);
    return *ended || key(r);
}

/* Behind a value: whatever ends here, and a comma where another value follows. */
static bool behind(reader *r, bool *more)
{
    for (;;) {
        skip_blank(r);
        *more = false;
        if (r->depth == 0) return r->at == r->end;
        if (take_if(r, ',')) {
            *more = true;
            return key(r);
        }
        if (!take_if(r, r->closers[r->depth - 1])) return false;
        r->depth--;
    }
}

bool csuccess__envelope_json(csuccess__envelope *text, csuccess_str json, size_t depth)
{
    size_t before = text->len;
    reader r = {.at = json.ptr,
                .end = json.ptr ? json.ptr + json.len : NULL,
                .out = text,
                .deepest = depth < DEEPEST ? depth : DEEPEST};
    bool ended = false, more = json.ptr != NULL, good = more;
    while (good && more) {
        good = value(&r, &ended);
        if (good && ended) good = behind(&r, &more);
    }
    if (!good) text->len = before;
    return good;
}

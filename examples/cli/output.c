/* SPDX-License-Identifier: Apache-2.0 */
/* Writing of results. */
#define _POSIX_C_SOURCE 200809L
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int output_choose(output_format *out, const args *given)
{
    static const char *const words[] = {"jsonl", "json", "csv", "table"};
    const char *asked = given->values[OPTION_OUTPUT];
    *out = isatty(STDOUT_FILENO) ? OUTPUT_TABLE : OUTPUT_JSONL;
    if (!asked) return 0;
    for (int i = 0; i < 4; i++) {
        *out = (output_format)i;
        if (strcmp(asked, words[i]) == 0) return 0;
    }
    return args_usage(given->command, "-o %s: it is jsonl, json, csv or table", asked);
}

void output_plain(csuccess_str value)
{
    if (value.len > 0) fwrite(value.ptr, 1, value.len, stdout);
}

void output_quoted(csuccess_str value)
{
    putchar('"');
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        if (c < 0x20) {
            printf("\\u%04x", c);
            continue;
        }
        if (c == '"' || c == '\\') putchar('\\');
        putchar(c);
    }
    putchar('"');
}

void output_quoted_or_null(csuccess_str value)
{
    if (value.len > 0) {
        output_quoted(value);
    } else {
        printf("null");
    }
}

void output_cell(csuccess_str value)
{
    bool quote = false;
    for (size_t i = 0; i < value.len; i++) {
        quote = quote || (value.ptr[i] != '\0' && strchr("\",\r\n", value.ptr[i]) != NULL);
    }
    if (!quote) {
        output_plain(value);
        return;
    }
    putchar('"');
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == '"') putchar('"');
        putchar(value.ptr[i]);
    }
    putchar('"');
}

/* The byte of an escape such as \n; the writer of the library escapes as \u00XX only control characters. */
static char unescape(csuccess_str json, size_t *at)
{
    char c = json.ptr[++*at];
    if (c == 'u' && *at + 4 < json.len) {
        char digits[3] = {json.ptr[*at + 3], json.ptr[*at + 4], '\0'};
        *at += 4;
        return (char)strtol(digits, NULL, 16);
    }
    static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
    const char *known = strchr(from, c);
    return known && c ? to[known - from] : c;
}

csuccess_str output_decode(char *buf, size_t cap, csuccess_str json)
{
    size_t len = 0, at = 0, end = json.len;
    if (json.len == 4 && memcmp(json.ptr, "null", 4) == 0) return (csuccess_str){buf, 0};
    bool string = json.len >= 2 && json.ptr[0] == '"';
    if (string) {
        at = 1;
        end--;
    }
    for (; at < end && len < cap; at++) {
        buf[len++] = string && json.ptr[at] == '\\' ? unescape(json, &at) : json.ptr[at];
    }
    return (csuccess_str){buf, len};
}

/* Characters, not bytes. */
static int count(csuccess_str value)
{
    int n = 0;
    for (size_t i = 0; i < value.len; i++) n += ((unsigned char)value.ptr[i] & 0xC0) != 0x80;
    return n;
}

/* Its first `most` characters. */
static csuccess_str first_characters(csuccess_str value, int most)
{
    size_t at = 0;
    for (int n = 0; at < value.len; at++) {
        if (((unsigned char)value.ptr[at] & 0xC0) != 0x80 && n++ == most) break;
    }
    return (csuccess_str){value.ptr, at};
}

void output_column(csuccess_str value, int width, bool right)
{
    int n = count(value);
    bool cut = n > width;
    if (cut) value = first_characters(value, width - 1);
    int blanks = cut ? 0 : width - n;
    if (right) printf("%*s", blanks, "");
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        putchar(c < 0x20 || c == 0x7F ? ' ' : c); /* no control characters to a terminal */
    }
    if (cut) putchar('~');
    if (!right) printf("%*s", blanks, "");
}

bool output_works(void)
{
    return !ferror(stdout);
}

int output_finish(int code)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout)) return code;
    fprintf(stderr, "csuccess: cannot write the output: %s\n", strerror(errno ? errno : EIO));
    return 1;
}

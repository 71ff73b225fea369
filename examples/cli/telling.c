/* SPDX-License-Identifier: Apache-2.0 */
/* Objects in words. */
#include "telling.h"

#include "output.h"
#include "slice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 1000, DIGITS_MOST = 40, NAMES_MOST = 4, SHORT_DIGITS = 16 };

void words_put(words *to, csuccess_str text)
{
    size_t room = to->cap - to->len - 1;
    size_t n = text.len < room ? text.len : room;
    if (n) memcpy(to->text + to->len, text.ptr, n);
    to->len += n;
    to->text[to->len] = '\0';
}

void words_put_text(words *to, const char *text)
{
    words_put(to, (csuccess_str){text, strlen(text)});
}

static bool is_number(csuccess_str value)
{
    char first = value.len > 0 && value.len < DIGITS_MOST ? value.ptr[0] : '"';
    return first == '-' || (first >= '0' && first <= '9');
}

static double number(csuccess_str json)
{
    char digits[DIGITS_MOST];
    memcpy(digits, json.ptr, json.len);
    digits[json.len] = '\0';
    return strtod(digits, NULL);
}

/* "0.2516", "12", "1500000" */
static void put_number(words *to, csuccess_str json)
{
    char text[400];
    int n = snprintf(text, sizeof text, "%.4f", number(json));
    size_t len = n > 0 && (size_t)n < sizeof text ? (size_t)n : 0;
    while (len > 0 && text[len - 1] == '0') len--;
    if (len > 0 && text[len - 1] == '.') len--;
    words_put(to, (csuccess_str){text, len});
}

static void put_format(words *to, const char *format, double value)
{
    char text[400];
    snprintf(text, sizeof text, format, value);
    words_put_text(to, text);
}

void words_put_list(words *to, csuccess_str list, size_t more)
{
    size_t told = 0;
    char decoded[TEXT_BYTES], rest[40];
    for (csuccess_str x = slice_first(list); x.len; x = slice_next(list, x)) {
        if (told == NAMES_MOST) {
            more++;
            continue;
        }
        words_put_text(to, told++ ? ", " : "");
        words_put(to, output_decode(decoded, sizeof decoded, x));
    }
    if (more == 0) return;
    snprintf(rest, sizeof rest, "%s%zu%s", told ? " and " : "", more, told ? " more" : "");
    words_put_text(to, rest);
}

static void put_plain(words *to, csuccess_str value, bool cut)
{
    char decoded[TEXT_BYTES];
    csuccess_str plain = output_decode(decoded, sizeof decoded, value);
    if (cut && plain.len > SHORT_DIGITS) plain.len = SHORT_DIGITS;
    words_put(to, plain);
}

static void put_value(words *to, csuccess_str value, char how)
{
    bool numeric = is_number(value);
    if (how == '*') {
        words_put_list(to, value, 0);
    } else if (how == '$' && numeric) {
        put_format(to, "%.2f", number(value) / 100);
    } else if (how == '%' && numeric) {
        put_format(to, "%.1f %%", 100 * number(value));
    } else if (numeric) {
        put_number(to, value);
    } else if (how != '?') {
        put_plain(to, value, how == '#');
    }
}

static bool is_empty(csuccess_str value, char how)
{
    if (how == '?') return !slice_is(value, "true");
    return value.len == 0 || slice_is(value, "null") || slice_is(value, "\"\"") ||
           slice_is(value, "[]");
}

void words_tell(words *to, const telling *list, csuccess_str object)
{
    for (size_t i = 0; i < TELLINGS_MOST && list[i].before; i++) {
        const char *key = list[i].key;
        char how = strchr("$%?*#", *key) ? *key++ : ' ';
        csuccess_str value = slice_member(object, key);
        if (is_empty(value, how)) continue;
        words_put_text(to, list[i].before);
        put_value(to, value, how);
    }
}

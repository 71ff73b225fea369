/* SPDX-License-Identifier: Apache-2.0 */
/* Text that grows: JSON strings, times, and what every envelope says about its message. */
#include "envelope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT = 1 << 20 };

void csuccess__envelope_free(csuccess__envelope *text)
{
    free(text->bytes);
    *text = (csuccess__envelope){0};
}

void csuccess__envelope_reset(csuccess__envelope *text)
{
    if (text->cap > KEPT) csuccess__envelope_free(text);
    text->len = 0;
    text->failed = false;
}

static bool reserve(csuccess__envelope *text, size_t more)
{
    if (text->failed || more > SIZE_MAX / 4 - text->len) {
        text->failed = true;
        return false;
    }
    if (text->len + more <= text->cap) return true;
    size_t cap = text->cap ? text->cap : 512;
    while (cap < text->len + more) cap *= 2;
    char *bytes = realloc(text->bytes, cap);
    if (bytes) {
        text->bytes = bytes;
        text->cap = cap;
    }
    text->failed = !bytes;
    return bytes != NULL;
}

void csuccess__envelope_put(csuccess__envelope *text, const char *bytes, size_t len)
{
    if (len == 0 || !reserve(text, len)) return;
    memcpy(text->bytes + text->len, bytes, len);
    text->len += len;
}

void csuccess__envelope_word(csuccess__envelope *text, const char *word)
{
    csuccess__envelope_put(text, word, strlen(word));
}

/* One byte below 0x20, a quote or a backslash. */
static void escape(csuccess__envelope *text, char c)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    char code[8];
    const char *found = c ? strchr(from, c) : NULL;
    if (found) {
        snprintf(code, sizeof code, "\\%c", to[found - from]);
    } else {
        snprintf(code, sizeof code, "\\u%04x", (unsigned char)c);
    }
    csuccess__envelope_word(text, code);
}

void csuccess__envelope_string(csuccess__envelope *text, csuccess_str s)
{
    csuccess__envelope_word(text, "\"");
    for (size_t i = 0; i < s.len;) {
        size_t n = csuccess__envelope_character(s.ptr + i, s.len - i);
        unsigned char c = (unsigned char)s.ptr[i];
        if (n == 0) {
            csuccess__envelope_word(text, "\xEF\xBF\xBD");
        } else if (c < 0x20 || c == '"' || c == '\\') {
            escape(text, s.ptr[i]);
        } else {
            csuccess__envelope_put(text, s.ptr + i, n);
        }
        i += n ? n : 1;
    }
    csuccess__envelope_word(text, "\"");
}

void csuccess__envelope_member(csuccess__envelope *text, const char *key, csuccess_str s)
{
    csuccess__envelope_word(text, "\"");
    csuccess__envelope_word(text, key);
    csuccess__envelope_word(text, "\":");
    csuccess__envelope_string(text, s);
    csuccess__envelope_word(text, ",");
}

void csuccess__envelope_about(csuccess__envelope *text, const csuccess_send_request *request)
{
    const csuccess_message *message = request->message;
    csuccess__envelope_member(text, "channel", request->channel);
    csuccess__envelope_member(text, "customer", message->customer);
    csuccess__envelope_member(text, "contact", message->contact);
    csuccess__envelope_member(text, "purpose", message->purpose);
    csuccess__envelope_member(text, "definition", message->definition);
}

bool csuccess__envelope_is_word(char c, const char *marks)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || (c && strchr(marks, c));
}

size_t csuccess__envelope_time(char out[32], int64_t ms)
{
    const int64_t first = INT64_C(-62135596800000), last = INT64_C(253402300799999);
    const int64_t day_ms = 86400000;
    if (ms < first || ms > last) return 0;
    int64_t day = (ms - first) / day_ms, rest = (ms - first) % day_ms;
    /* Days since 0000-03-01, where years begin whose last day is the leap day (Howard Hinnant's civil_from_days). */
    int64_t z = day + 306, era = z / 146097, of_era = z % 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t moon = (5 * of_year + 2) / 153;
    int month = (int)(moon < 10 ? moon + 3 : moon - 9);
    int n = snprintf(out, 32, "%04d-%02d-%02dT%02d:%02d:%02d",
                     (int)(era * 400 + year + (month <= 2)), month,
                     (int)(of_year - (153 * moon + 2) / 5 + 1), (int)(rest / 3600000),
                     (int)(rest / 60000 % 60), (int)(rest / 1000 % 60));
    if (rest % 1000) {
        n += snprintf(out + n, 32 - (size_t)n, ".%03dZ", (int)(rest % 1000));
    } else {
        n += snprintf(out + n, 32 - (size_t)n, "Z");
    }
    return (size_t)n;
}

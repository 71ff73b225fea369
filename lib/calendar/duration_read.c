/* SPDX-License-Identifier: Apache-2.0 */
/* Durations that stand in a document: the checks and the remedies. */
#include "calendar/duration_read.h"

static csuccess_str print(char out[CSUCCESS__DURATION_TEXT], int64_t ms)
{
    size_t len = csuccess__duration_format(out, csuccess__duration_from_ms(ms));
    return (csuccess_str){out, len};
}

int64_t csuccess__read_ms(csuccess__problems *list, const csuccess__json *object,
                          const char *key, int64_t fallback, csuccess__span span)
{
    const csuccess__json *node = csuccess__json_member(object, key);
    csuccess__duration d;
    int64_t ms = 0;
    char least[CSUCCESS__DURATION_TEXT], most[CSUCCESS__DURATION_TEXT];
    if (!node) return fallback;
    bool text = node->type == CSUCCESS__JSON_STRING;
    bool exact = text && csuccess__duration_parse(&d, node->string, NULL) &&
                 csuccess__duration_exact(&ms, d);
    if (exact && ms >= span.least && ms <= span.most) return ms;
    csuccess__problem(list, node, CSUCCESS_ECONFIG,
                      "\"%s\" is a duration without months, such as \"%s\", from %S to %S", key,
                      span.example, print(least, span.least), print(most, span.most));
    return fallback;
}

csuccess__duration csuccess__read_period(csuccess__problems *list, const csuccess__json *object,
                                         const char *key, const char *example)
{
    const csuccess__json *node = csuccess__json_member(object, key);
    csuccess__duration d = {0, 0, 0};
    if (!node) return d;
    bool right = node->type == CSUCCESS__JSON_STRING &&
                 csuccess__duration_parse(&d, node->string, NULL) && d.months >= 0 &&
                 d.days >= 0 && d.ms >= 0;
    if (right) return d;
    csuccess__problem(list, node, CSUCCESS_ECONFIG,
                      "\"%s\" is a duration that is not negative, such as \"%s\"", key,
                      example);
    return (csuccess__duration){0, 0, 0};
}

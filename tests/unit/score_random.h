/* SPDX-License-Identifier: Apache-2.0 */
/* Random health sections and rows, for properties: every combine, form of points, policy and
   rule turns up. */
#ifndef SCORE_RANDOM_H
#define SCORE_RANDOM_H

#include "score_case.h"

typedef struct random_text {
    uint64_t state;
    char *ptr;
    size_t cap, len;
    uint32_t nodes;
    char ids[32][8]; /* of the last tree */
} random_text;

static inline uint32_t random_below(random_text *r, uint32_t n)
{
    return (uint32_t)(check_random(&r->state) >> 33) % n;
}

static inline void random_put(random_text *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(r->ptr + r->len, r->cap - r->len, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= r->cap - r->len) abort();
    r->len += (size_t)n;
}

static const char *const random_conditions[] = {
    "f",
    "a > 40",
    "b < c",
    "has(e)",
    "s == 'x' || s == 'y'",
    "d >= 3",
    "coalesce(e, 0) > 50",
    "a + b > 90",
    "!f",
};
#define RANDOM_CONDITION(r) random_conditions[random_below(r, 9)]

static inline void random_grid(random_text *r)
{
    static const char *const sides[][2] = {{"a", "10,50.25"},    {"d", "3"},
                                           {"s", "\"x\",\"z\""}, {"f", "\"true\",\"false\""},
                                           {"b - c", "0,20"},    {"e", "30,31"}};
    uint32_t row = random_below(r, 6), column = random_below(r, 6);
    uint32_t high = row == 1 ? 3 : 4, wide = column == 1 ? 3 : 4;
    random_put(r, "\"value\":\"%s\",\"by\":\"%s\",\"points\":{\"grid\":{", sides[row][0],
               sides[column][0]);
    random_put(r, "\"rows\":[%s],\"columns\":[%s],\"gives\":[", sides[row][1],
               sides[column][1]);
    for (uint32_t i = 0; i < high * wide; i++) {
        random_put(r, "%s%u%s",
                   i == 0     ? "["
                   : i % wide ? ","
                              : ",[",
                   random_below(r, 90), i % wide == wide - 1 ? "]" : "");
    }
    random_put(r, "]}}");
}

static inline void random_metric(random_text *r)
{
    static const char *const numbers[] = {"a", "b",     "c",     "d",
                                          "e", "a / b", "b - c", "max(a, e)"};
    static const char *const points[] = {
        "\"upto\":[[10,100],[30,60],[60,20]],\"else\":0", "\"upto\":[[50,10]]",
        "\"from\":[[10,5],[40,45],[70,90]],\"else\":1",   "\"linear\":[[0,0],[100,100]]",
        "\"linear\":[[20,80],[40,-10],[90,30]]",
    };
    static const char *const policies[] = {"",
                                           ",\"missing\":\"worst\"",
                                           ",\"missing\":\"best\"",
                                           ",\"missing\":{\"value\":12.5}",
                                           ",\"missing\":\"fail\"",
                                           "",
                                           ""};
    uint32_t form = random_below(r, 10);
    if (form == 2) {
        random_grid(r);
        return;
    }
    if (form == 0) {
        random_put(r, "\"value\":\"s\",\"points\":{\"map\":{\"x\":80,\"y\":35}%s}",
                   random_below(r, 2) ? ",\"else\":7" : "");
    } else if (form == 1) {
        random_put(r, "\"value\":\"f\",\"range\":[%d,%d]", 0, 1);
    } else if (form < 6) {
        random_put(r, "\"value\":\"%s\",\"range\":[%s]", numbers[random_below(r, 8)],
                   random_below(r, 4) ? "0,100" : "60,-20");
    } else {
        random_put(r, "\"value\":\"%s\",\"points\":{%s}", numbers[random_below(r, 8)],
                   points[random_below(r, 5)]);
    }
    random_put(r, "%s", policies[random_below(r, random_below(r, 3) ? 1 : 7)]);
}

static inline void random_node(random_text *r, uint32_t depth);

/* What a group may have beside its members; 6 is a product: ranges of products of products
   are beyond any use. */
static inline void random_options(random_text *r, uint32_t combine)
{
    static const char *const scales[] = {",\"scale\":0.5", ",\"scale\":1.1"};
    if (random_below(r, 4) == 0) random_put(r, "%s", scales[random_below(r, 2)]);
    if (random_below(r, 5) == 0) random_put(r, ",\"require\":0.%u", 1 + random_below(r, 9));
    if (combine == 6) random_put(r, ",\"range\":[0,100]");
    if (combine == 2 && random_below(r, 3) == 0) random_put(r, ",\"min\":5,\"max\":90");
    if (random_below(r, 6) == 0) random_put(r, ",\"missing\":{\"value\":40}");
}

static inline void random_group(random_text *r, uint32_t depth)
{
    static const char *const combines[] = {"weighted_mean", "weighted_mean", "sum",    "min",
                                           "max",           "noisy_or",      "product"};
    uint32_t combine = random_below(r, 7), n = 1 + random_below(r, 6);
    bool weighed = combine < 2 || combine == 5;
    random_put(r, "\"combine\":\"%s\"", combines[combine]);
    random_options(r, combine);
    random_put(r, ",\"of\":{");
    for (uint32_t i = 0; i < n && r->nodes < 28; i++) {
        char *id = r->ids[r->nodes];
        snprintf(id, 8, "n%u", r->nodes++);
        random_put(r, "%s\"%s\":{", i ? "," : "", id);
        if (weighed) random_put(r, "\"weight\":0.%u,", 1 + random_below(r, 9));
        random_node(r, depth);
    }
    random_put(r, "}");
}

/* The inside of a node and its closing brace. */
static inline void random_node(random_text *r, uint32_t depth)
{
    bool group = depth > 0 && r->nodes < 24 && random_below(r, 3) == 0;
    if (group) {
        random_group(r, depth - 1);
    } else {
        random_metric(r);
    }
    random_put(r, "}");
}

static inline void random_tree(random_text *r)
{
    r->nodes = 0;
    random_put(r, "{");
    static const char *const calibrations[] = {
        "\"calibration\":{\"platt\":[0.75,0.5]},",
        "\"calibration\":{\"isotonic\":[[0.1,0.2],[0.5,0.4],[0.9,0.95]]},",
        "",
        "",
        "",
        ""};
    if (random_below(r, 5) == 0) random_put(r, "\"link\":\"logistic\",\"intercept\":-2,");
    random_put(r, "%s", calibrations[random_below(r, 6)]);
    if (random_below(r, 12) == 0) {
        random_metric(r);
    } else {
        random_group(r, 2);
    }
    random_put(r, "}");
}

static inline void random_modifiers(random_text *r)
{
    static const char *const kinds[] = {"multiply\":0.95", "multiply\":1.3", "multiply\":0.85",
                                        "add\":7.25",      "floor\":20",     "cap\":75"};
    uint32_t n = random_below(r, 6);
    random_put(r, ",\"modifiers\":{");
    for (uint32_t i = 0; i < n; i++) {
        random_put(r, "%s\"m%u\":{", i ? "," : "", i);
        if (random_below(r, 6)) random_put(r, "\"when\":\"%s\",", RANDOM_CONDITION(r));
        random_put(r, "\"%s}", kinds[random_below(r, 6)]);
    }
    random_put(r, "}");
}

static inline void random_rules(random_text *r)
{
    static const char *const bands[] = {
        "",
        ",\"bands\":{\"healthy\":{\"from\":60},\"at_risk\":{\"from\":30},\"critical\":{}}",
        ",\"bands\":{\"good\":{\"above\":50},\"bad\":{\"from\":10}}",
        ",\"bands\":{\"a\":{\"from\":70},\"b\":{\"above\":50},\"c\":{\"from\":40},\"d\":{"
        "\"from\":0.5},"
        "\"e\":{}}",
    };
    static const char *const trends[] = {
        "", ",\"trend\":{\"over\":\"P30D\",\"stable_within\":5}",
        ",\"trend\":{\"against\":\"previous\",\"stable_within\":2.5,\"on\":\"rounded\"}"};
    static const char *const roundings[] = {"none", "nearest", "truncate"};
    random_modifiers(r);
    random_put(r, "%s%s", bands[random_below(r, 4)], trends[random_below(r, 3)]);
    random_put(r, ",\"rounding\":\"%s\",\"band_on\":\"%s\"", roundings[random_below(r, 3)],
               random_below(r, 2) ? "raw" : "rounded");
    if (random_below(r, 3) == 0) random_put(r, ",\"hysteresis\":4");
    if (random_below(r, 4) == 0) random_put(r, ",\"churned_when\":\"e > 90\"");
    if (random_below(r, 2) == 0) {
        random_put(r, ",\"contradictions\":{\"k\":{\"when\":\"%s\",\"lowers_confidence\":0.3}}",
                   RANDOM_CONDITION(r));
    }
}

static inline void random_profiles(random_text *r)
{
    uint32_t profiles = random_below(r, 3) ? 1 : 3;
    random_put(r, "\"profiles\":{");
    for (uint32_t p = 0; p < profiles; p++) {
        random_put(r, "%s\"p%u\":{", p ? "," : "", p);
        if (profiles > 1 && (p < 2 || random_below(r, 2))) {
            random_put(r, "\"when\":\"%s\",", RANDOM_CONDITION(r));
        }
        random_put(r, "\"score\":");
        random_tree(r);
        random_rules(r);
        random_put(r, "}");
    }
    random_put(r, "}");
}

/* Segments that read what health gives. */
static inline void random_readers(random_text *r)
{
    random_put(r,
               ",\"segments\":{"
               "\"s0\":{\"when\":\"health.score > 50\"},\"s1\":{\"when\":\"health.raw <= 33\"},"
               "\"s2\":{\"when\":\"health.status in ['healthy', 'good', 'a', 'churned']\"},"
               "\"s3\":{\"when\":\"health.trend == 'improving'\"},"
               "\"s4\":{\"when\":\"health.profile == 'p1'\"},"
               "\"s5\":{\"when\":\"health.completeness >= 0.75\"},"
               "\"s6\":{\"when\":\"health.confidence < 0.6\"},"
               "\"s7\":{\"when\":\"scorecard('beside') > 30\"}");
    if (strstr(r->ptr, "\"over\"")) {
        random_put(r, ",\"s8\":{\"when\":\"health.change('P30D') > 2\"}");
    }
    if (strstr(r->ptr, "\"against\"")) {
        random_put(r, ",\"s9\":{\"when\":\"health.change('previous') > 2\"}");
    }
    for (uint32_t i = 0; i < r->nodes && i < 3; i++) {
        random_put(r, ",\"c%u\":{\"when\":\"component('%s') > 25\"}", i, r->ids[i]);
    }
    random_put(r, "}");
}

/* A whole document. */
static inline void random_document(random_text *r, bool with_segments)
{
    r->len = 0;
    random_put(r, "{\"csuccess\":1," SCORE_ATTRIBUTES ",\"health\":{");
    random_put(r, "\"scorecards\":{\"beside\":{");
    random_metric(r);
    random_put(r, "}},\"also\":{\"beside\":{}},");
    random_profiles(r);
    random_put(r, "}");
    if (with_segments) random_readers(r);
    random_put(r, "}");
}

/* One value of a row: whether it is there, and it. Quarter steps, so that bounds are met. */
static inline bool random_number(random_text *r, uint32_t missing_of_16, double *out)
{
    *out = random_below(r, 401) / 4.0;
    return random_below(r, 16) >= missing_of_16;
}

#endif

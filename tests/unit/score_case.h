/* SPDX-License-Identifier: Apache-2.0 */
/* Scoring one row of JSON under a document, and reading the result object. */
#ifndef SCORE_CASE_H
#define SCORE_CASE_H

#include "check.h"

#include "config/config.h"
#include "text/json.h"
#include <csuccess/csuccess.h>

#define SCORE_NOW INT64_C(1769817600000) /* 2026-01-31T00:00:00Z */

/* Attributes that every test may use: numbers a to e, d with a default of 3, bool f, string
   s, time t. */
#define SCORE_ATTRIBUTES \
    "\"attributes\":{\"a\":{\"type\":\"number\"},\"b\":{\"type\":\"number\"}," \
    "\"c\":{\"type\":\"number\"},\"d\":{\"type\":\"number\",\"default\":3}," \
    "\"e\":{\"type\":\"number\"},\"f\":{\"type\":\"bool\"},\"s\":{\"type\":\"string\"}," \
    "\"t\":{\"type\":\"time\"}}"

typedef struct score_case {
    csuccess_config *config;
    csuccess_scorer *scorer;
    csuccess_facts *facts;
    csuccess_score score;
    csuccess_str text; /* the result object of the last row */
    csuccess__arena arena;
    csuccess__json *json;
    char document[1 << 16];
} score_case;

static inline bool score_open_text(score_case *c, const char *text)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    c->config = NULL;
    c->scorer = NULL;
    c->facts = NULL;
    csuccess__arena_init(&c->arena, csuccess__malloc_allocator(), 0);
    csuccess_result result = csuccess_config_compile(&c->config, check_view(text), NULL, &err);
    if (result >= 0) result = csuccess_scorer_new(&c->scorer, c->config, NULL, &err);
    if (result >= 0) result = csuccess_facts_new(&c->facts, c->config, NULL, &err);
    if (!CHECK_OK(result)) printf("# %s at %s\n# %s\n", err.message, err.pointer, text);
    return result >= 0;
}

/* The document with the attributes above and this health section. */
static inline bool score_open(score_case *c, const char *health)
{
    snprintf(c->document, sizeof c->document,
             "{\"csuccess\":1," SCORE_ATTRIBUTES ",\"health\":%s}", health);
    return score_open_text(c, c->document);
}

/* One profile with this score tree and further members (", \"bands\": ..."). */
static inline bool score_open_profile(score_case *c, const char *tree, const char *rest)
{
    snprintf(c->document, sizeof c->document,
             "{\"csuccess\":1," SCORE_ATTRIBUTES
             ",\"health\":{\"profiles\":{\"default\":{\"score\":%s%s}}}}",
             tree, rest);
    return score_open_text(c, c->document);
}

static inline void score_close(score_case *c)
{
    csuccess_facts_free(c->facts);
    csuccess_scorer_free(c->scorer);
    csuccess_config_unref(c->config);
    csuccess__arena_free(&c->arena);
}

/* Scores and explains a row; c->json is its "health". */
static inline bool score_row(score_case *c, const char *row)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__json *whole = NULL;
    csuccess_limits limits;
    c->score = (csuccess_score)CSUCCESS_SCORE_INIT;
    c->json = NULL;
    csuccess__arena_reset(&c->arena);
    csuccess_result result = csuccess__limits_take(&limits, NULL, &err);
    if (result >= 0) result = csuccess_facts_read_json(c->facts, check_view(row), &err);
    if (result >= 0) {
        result = csuccess_scorer_explain(c->scorer, c->facts, SCORE_NOW, &c->score, &err);
    }
    if (result >= 0) result = csuccess_scorer_json(c->scorer, &c->text, &err);
    csuccess__json_options options = {.limits = &limits};
    if (result >= 0) {
        result = csuccess__json_read(&whole, &c->arena, c->text, &options, &err);
    }
    if (!CHECK_OK(result)) {
        printf("# %s for %s\n", err.message, row);
        return false;
    }
    c->json = (csuccess__json *)(uintptr_t)csuccess__json_member(whole, "health");
    return true;
}

static inline const csuccess__json *score_at(const score_case *c, const char *pointer)
{
    return csuccess__json_at(c->json, check_view(pointer));
}

/* NaN for null, and for what is not there at all a failed check. */
static inline double score_number(const score_case *c, const char *pointer)
{
    const csuccess__json *node = score_at(c, pointer);
    if (!node) {
        printf("# nothing at %s\n", pointer);
        CHECK(node != NULL);
        return -1e300;
    }
    return node->type == CSUCCESS__JSON_NUMBER ? node->number : (double)NAN;
}

/* "" for null. */
static inline csuccess_str score_text(const score_case *c, const char *pointer)
{
    const csuccess__json *node = score_at(c, pointer);
    if (!CHECK(node != NULL)) printf("# nothing at %s\n", pointer);
    csuccess_str none = {"", 0};
    return node && node->type == CSUCCESS__JSON_STRING ? node->string : none;
}

/* The raw score, NaN without one. */
static inline double score_raw(score_case *c, const char *row)
{
    if (!score_row(c, row)) return -1e300;
    return c->score.present & CSUCCESS_SCORE_VALUE ? c->score.raw : (double)NAN;
}

#endif

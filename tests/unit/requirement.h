/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of requirements share: a configuration with a scorer and one customer at a time, through the public API.
 * Results are read by cJSON, which did not write them. In documents and rows here a backtick stands for a double quote.
 */
#ifndef REQUIREMENT_H
#define REQUIREMENT_H

#include "check.h"

#include <cjson/cJSON.h>
#include <csuccess/csuccess.h>

#define REQUIREMENT_NOW INT64_C(1769817600000) /* 2026-01-31T00:00:00Z */
#define REQUIREMENT_DAY INT64_C(86400000)

typedef struct bench {
    csuccess_config *config;
    csuccess_scorer *scorer;
    csuccess_facts *facts;
    csuccess_score score;
    csuccess_error err;
    cJSON *json; /* the last result */
    int64_t now;
} bench;

/* A copy with double quotes for backticks; the caller frees. */
static inline char *quoted(const char *text)
{
    size_t len = strlen(text);
    char *copy = malloc(len + 1);
    if (!copy) abort();
    memcpy(copy, text, len + 1);
    for (size_t i = 0; i < len; i++) {
        if (copy[i] == '`') copy[i] = '"';
    }
    return copy;
}

static inline csuccess_config *bench_compile(const char *document, csuccess_error *err)
{
    char *text = quoted(document);
    csuccess_config *config = NULL;
    if (csuccess_config_compile(&config, check_view(text), NULL, err) < 0) {
        printf("# %s: %s (line %u)\n", err->pointer, err->message, (unsigned)err->line);
    }
    free(text);
    return config;
}

static inline bool bench_open(bench *b, const char *document)
{
    memset(b, 0, sizeof *b);
    b->err.size = sizeof b->err;
    b->score.size = sizeof b->score;
    b->now = REQUIREMENT_NOW;
    b->config = bench_compile(document, &b->err);
    return CHECK(b->config != NULL) &&
           CHECK_OK(csuccess_scorer_new(&b->scorer, b->config, NULL, &b->err)) &&
           CHECK_OK(csuccess_facts_new(&b->facts, b->config, NULL, &b->err));
}

static inline void bench_close(bench *b)
{
    cJSON_Delete(b->json);
    csuccess_facts_free(b->facts);
    csuccess_scorer_free(b->scorer);
    csuccess_config_unref(b->config);
}

static inline bool bench_read(bench *b, const char *row)
{
    char *text = quoted(row);
    csuccess_result r = csuccess_facts_read_json(b->facts, check_view(text), &b->err);
    if (r < 0) printf("# %s: %s\n", b->err.pointer, b->err.message);
    free(text);
    return CHECK_OK(r);
}

/* Explains the facts that are set, and keeps the result. */
static inline bool bench_explain(bench *b)
{
    csuccess_str json;
    if (!CHECK_OK(csuccess_scorer_explain(b->scorer, b->facts, b->now, &b->score, &b->err)))
        return false;
    if (!CHECK_OK(csuccess_scorer_json(b->scorer, &json, &b->err))) return false;
    cJSON_Delete(b->json);
    b->json = cJSON_ParseWithLength(json.ptr, json.len);
    return CHECK(b->json != NULL);
}

static inline bool bench_score(bench *b, const char *row)
{
    return bench_read(b, row) && bench_explain(b);
}

/* "health/components/adoption/score"; a digit stands for the item of an array. NULL when nothing is there. */
static inline const cJSON *bench_at(const bench *b, const char *path)
{
    const cJSON *at = b->json;
    char name[128];
    while (at && *path) {
        size_t n = strcspn(path, "/");
        if (n >= sizeof name) return NULL;
        memcpy(name, path, n);
        name[n] = '\0';
        at = cJSON_IsArray(at) ? cJSON_GetArrayItem(at, name[0] - '0')
                               : cJSON_GetObjectItemCaseSensitive(at, name);
        path += n + (path[n] == '/');
    }
    return at;
}

/* NaN when there is no number. */
static inline double bench_num(const bench *b, const char *path)
{
    const cJSON *at = bench_at(b, path);
    return cJSON_IsNumber(at) ? at->valuedouble : NAN;
}

/* "null" and "absent" for what is no text. */
static inline const char *bench_text(const bench *b, const char *path)
{
    const cJSON *at = bench_at(b, path);
    if (!at) return "absent";
    return cJSON_IsString(at) ? at->valuestring : cJSON_IsNull(at) ? "null" : "no text";
}

static inline bool bench_true(const bench *b, const char *path)
{
    return cJSON_IsTrue(bench_at(b, path));
}

static inline int bench_size(const bench *b, const char *path)
{
    const cJSON *at = bench_at(b, path);
    return at ? cJSON_GetArraySize(at) : -1;
}

/* Whether an array of objects has one whose `id` (or `type`) is this, or an array of texts has this text. */
static inline bool bench_lists(const bench *b, const char *path, const char *id)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, bench_at(b, path))
    {
        const cJSON *name = cJSON_GetObjectItemCaseSensitive(item, "id");
        if (!name) name = cJSON_GetObjectItemCaseSensitive(item, "type");
        if (!name) name = item;
        if (cJSON_IsString(name) && strcmp(name->valuestring, id) == 0) return true;
    }
    return false;
}

/* A score that a person sets, so that bands, rounding and trend can be asked at any point. */
static inline bool bench_override(bench *b, double score)
{
    csuccess_override set = CSUCCESS_OVERRIDE_INIT;
    set.has_score = 1;
    set.score = score;
    set.expires_at = b->now + REQUIREMENT_DAY;
    set.reason = CSUCCESS_STR("to see the bands");
    return CHECK_OK(csuccess_scorer_override(b->scorer, &set, &b->err)) && bench_explain(b);
}

/* An expression over the facts that are set, as JSON text; the caller does not free. */
static inline csuccess_str bench_eval(bench *b, const char *expression)
{
    csuccess_str value = {NULL, 0};
    csuccess_result r = csuccess_scorer_eval(b->scorer, b->facts, b->now,
                                             check_view(expression), &value, NULL, &b->err);
    if (r < 0) printf("# %s: %s\n", expression, b->err.message);
    CHECK(r >= 0);
    return value;
}

static inline double bench_eval_num(bench *b, const char *expression)
{
    csuccess_str value = bench_eval(b, expression);
    cJSON *number = cJSON_ParseWithLength(value.ptr, value.len);
    double x = cJSON_IsNumber(number) ? number->valuedouble : NAN;
    cJSON_Delete(number);
    return x;
}

/* Which segments the facts that are set belong to: a bit each, in the order of the configuration. */
static inline uint64_t bench_segments(bench *b)
{
    uint64_t members = 0;
    CHECK_OK(csuccess_scorer_segments(b->scorer, b->facts, b->now, &members, NULL, 1, &b->err));
    return members;
}

static inline bool bench_in(bench *b, const char *segment)
{
    uint64_t members = bench_segments(b);
    for (uint32_t i = 0; i < csuccess_config_segments(b->config); i++) {
        csuccess_str id;
        csuccess_config_segment(b->config, i, &id);
        if (id.len == strlen(segment) && memcmp(id.ptr, segment, id.len) == 0)
            return members >> i & 1;
    }
    return CHECK(false && "the segment is there");
}

#endif

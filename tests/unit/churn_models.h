/* SPDX-License-Identifier: Apache-2.0 */
/* Models for the tests of churn: a small model document, sealing, and a bench that compiles a configuration with models at hand. */
#ifndef CHURN_MODELS_H
#define CHURN_MODELS_H

#include "check.h"

#include <csuccess/csuccess.h>

static const int64_t models_now = 1769817600000; /* 2026-01-31T00:00:00Z */

/* A model of two metrics and their pair, without its digest. */
#define MODELS_CARD \
    "\"scorecard\": {\"combine\": \"sum\", \"link\": \"logistic\", \"intercept\": -1, " \
    "\"calibration\": {\"platt\": [1.1, 0.05]}, \"of\": {" \
    "\"tenure\": {\"value\": \"tenure\", \"points\": {\"upto\": [[1, 0.9], [12, 0.2]], " \
    "\"else\": " \
    "-0.6}, \"missing\": {\"value\": 0.1}}, " \
    "\"plan\": {\"value\": \"plan\", \"points\": {\"map\": {\"free\": 0.4, \"pro\": -0.3}, " \
    "\"else\": 0}, \"missing\": {\"value\": 0}}, " \
    "\"tenure & plan\": {\"value\": \"tenure\", \"by\": \"plan\", \"points\": {\"grid\": " \
    "{\"rows\": [6], \"columns\": [\"free\", \"pro\"], \"gives\": [[0.15, -0.15, 0, 0.05], " \
    "[0.25, " \
    "-0.25, 0, 0], [0, 0, 0, 0]]}}}}}"
#define MODELS_METRICS \
    "\"metrics\": {\"tenure\": {\"type\": \"number\"}, \"plan\": {\"type\": \"string\"}}"
#define MODELS_SPREAD \
    "\"spread\": {\"scale\": 0.9, \"of\": {\"tenure\": [0.1, 0.2, 0.3, 0.4], \"plan\": [0.1, " \
    "0.1, " \
    "0.1, 0.5], \"tenure & plan\": [[0.05, 0.05, 0.05, 0.05], [0.05, 0.05, 0.05, 0.05], " \
    "[0.3, 0.3, " \
    "0.3, 0.3]]}}"
#define MODELS_HEAD \
    "\"csuccess_model\": 1, \"name\": \"telco\", \"kind\": \"additive\", \"target\": " \
    "\"churn\", " \
    "\"horizon\": \"P30D\", \"dated\": true, \"calibrated\": true"
#define MODELS_TRAINING "\"training\": {\"at\": \"2026-01-01T00:00:00Z\", \"rows\": 7043}"
#define MODELS_DOCUMENT \
    "{" MODELS_HEAD ", " MODELS_METRICS ", " MODELS_CARD ", " MODELS_SPREAD \
    ", " MODELS_TRAINING ", \"parent\": null}"

/* The document with its digest; the caller frees. What cannot be sealed fails the test. */
static inline csuccess_text *models_seal(const char *document)
{
    csuccess_text *sealed = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!CHECK_OK(csuccess_model_seal(&sealed, check_view(document), NULL, &err))) {
        printf("# %s at %s\n", err.message, err.pointer);
    }
    return sealed;
}

static inline csuccess_model *models_load(const char *document)
{
    csuccess_text *sealed = models_seal(document);
    csuccess_model *model = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!CHECK_OK(csuccess_model_load(&model, csuccess_text_view(sealed), NULL, &err))) {
        printf("# %s at %s\n", err.message, err.pointer);
    }
    csuccess_text_free(sealed);
    return model;
}

/* Models by name, as a host keeps them; `refuse` is what is returned instead. */
typedef struct models_host {
    csuccess_model *models[4];
    uint32_t count;
    csuccess_result refuse;
} models_host;

static inline csuccess_result models_give(void *ud, csuccess_str name, csuccess_model **out)
{
    models_host *host = ud;
    if (host->refuse < 0) return host->refuse;
    for (uint32_t i = 0; i < host->count; i++) {
        csuccess_str known = csuccess_model_name(host->models[i]);
        if (known.len == name.len && memcmp(known.ptr, name.ptr, name.len) == 0) {
            *out = csuccess_model_ref(host->models[i]);
            return CSUCCESS_OK;
        }
    }
    return CSUCCESS_ENAME;
}

static inline void models_forget(models_host *host)
{
    for (uint32_t i = 0; i < host->count; i++) csuccess_model_unref(host->models[i]);
    host->count = 0;
}

/* A configuration with facts and a scorer. */
typedef struct models_bench {
    csuccess_config *config;
    csuccess_facts *facts;
    csuccess_scorer *scorer;
    csuccess_error err;
    csuccess_str json;
} models_bench;

#define MODELS_ATTRIBUTES \
    "\"attributes\": {\"tenure\": {\"type\": \"number\"}, \"plan\": {\"type\": \"string\"}, " \
    "\"arr\": {\"type\": \"money\"}, \"renews\": {\"type\": \"date\"}, \"flag\": {\"type\": " \
    "\"bool\"}}"

/* Compiles a document, whose models the host gives. */
static inline csuccess_result models_compile(models_bench *b, const char *document,
                                             models_host *host, const csuccess_allocator *mem)
{
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    options.allocator = mem;
    options.model = host ? models_give : NULL;
    options.model_ud = host;
    memset(b, 0, sizeof *b);
    b->err = (csuccess_error)CSUCCESS_ERROR_INIT;
    csuccess_result status =
        csuccess_config_compile(&b->config, check_view(document), &options, &b->err);
    if (status == CSUCCESS_OK) status = csuccess_facts_new(&b->facts, b->config, NULL, &b->err);
    if (status == CSUCCESS_OK)
        status = csuccess_scorer_new(&b->scorer, b->config, NULL, &b->err);
    return status;
}

/* Compiles {"csuccess": 1, "name": "c@1", attributes, "churn": {…}}. */
static inline csuccess_result models_open(models_bench *b, const char *churn, models_host *host,
                                          const csuccess_allocator *mem)
{
    char document[4096];
    snprintf(document, sizeof document,
             "{\"csuccess\": 1, \"name\": \"c@1\", " MODELS_ATTRIBUTES ", \"churn\": {%s}}",
             churn);
    return models_compile(b, document, host, mem);
}

static inline void models_close(models_bench *b)
{
    csuccess_scorer_free(b->scorer);
    csuccess_facts_free(b->facts);
    csuccess_config_unref(b->config);
}

/* Scores one row; its result object is b->json. */
static inline csuccess_result models_score(models_bench *b, const char *row)
{
    csuccess_result status = csuccess_facts_read_json(b->facts, check_view(row), &b->err);
    if (status == CSUCCESS_OK) {
        status = csuccess_scorer_explain(b->scorer, b->facts, models_now, NULL, &b->err);
    }
    if (status == CSUCCESS_OK) status = csuccess_scorer_json(b->scorer, &b->json, &b->err);
    return status;
}

/* The number behind "key": in the result; NaN for null or when it is not there. */
static inline double models_number(const models_bench *b, const char *key)
{
    char wanted[64];
    snprintf(wanted, sizeof wanted, "\"%s\":", key);
    const char *at = b->json.ptr ? strstr(b->json.ptr, wanted) : NULL;
    if (!at || strncmp(at + strlen(wanted), "null", 4) == 0) return NAN;
    return check_number(at + strspn(at + strlen(wanted), " ") + strlen(wanted));
}

#endif

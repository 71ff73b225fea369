/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a model: refused with the place, or sealed, loaded, compiled into a configuration that has its metrics, and scored
   by row and by columns with the same bits. */
#include <stdbool.h>
#include <string.h>

#include <csuccess/csuccess.h>

#include "fuzz.h"

static const int64_t now = 1769817600000; /* 2026-01-31T00:00:00Z */
enum { ROWS = 40, DOCUMENT_BYTES = 1 << 16 };

static csuccess_result give(void *ud, csuccess_str name, csuccess_model **out)
{
    (void)name;
    *out = csuccess_model_ref(ud);
    return CSUCCESS_OK;
}

/* A name as it may stand between quotes; false: it would need escapes. */
static bool is_plain(csuccess_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        if (c < ' ' || c == '"' || c == '\\') return false;
    }
    return name.len > 0 && name.len < 200;
}

/* A configuration with the model's metrics as attributes; 0: it cannot be written. */
static size_t write_config(const csuccess_model *model, char *out)
{
    size_t n = 0;
    csuccess_str name = csuccess_model_name(model), type;
    bool trees = csuccess_model_kind(model).len == 7; /* "xgboost" */
    if (!is_plain(name)) return 0;
    n += (size_t)snprintf(out, DOCUMENT_BYTES, "{\"csuccess\": 1, \"attributes\": {");
    for (uint32_t i = 0; i < csuccess_model_metrics(model); i++) {
        csuccess_str metric;
        csuccess_model_metric(model, i, &metric, &type);
        if (!is_plain(metric) || n > DOCUMENT_BYTES - 1000) return 0;
        bool category = type.len == 8; /* "category": by its number */
        n += (size_t)snprintf(out + n, DOCUMENT_BYTES - n, "%s\"%.*s\": {\"type\": \"%.*s\"}",
                              i ? ", " : "", (int)metric.len, metric.ptr,
                              category ? 6 : (int)type.len, category ? "number" : type.ptr);
    }
    n += (size_t)snprintf(
        out + n, DOCUMENT_BYTES - n,
        "}, \"churn\": {\"model\": {\"%s\": {\"name\": \"%.*s\"}, \"scorecard\": "
        "{\"combine\": \"noisy_or\", \"of\": {\"f\": {\"value\": \"1 < 2\"}}}}, "
        "\"fallback\": [\"model\", \"scorecard\", \"last\"], \"levels\": {\"high\": "
        "{\"from\": 0.5}, \"low\": {}}}}",
        trees ? "xgboost" : "learned", (int)name.len, name.ptr);
    return n;
}

static const csuccess_str words[] = {{"free", 4}, {"Two year", 8}, {"x", 1}};

/* The value of a row's input, present in three rows of four. */
static uint8_t byte_of(const uint8_t *data, size_t size, uint32_t input, size_t row)
{
    return data[(input * 31u + row * 7u) % size];
}

static void set_row(csuccess_facts *facts, const csuccess_config *config, const uint8_t *data,
                    size_t size, size_t row)
{
    csuccess_facts_clear(facts);
    for (uint32_t i = 0; i < csuccess_config_inputs(config); i++) {
        uint8_t byte = byte_of(data, size, i, row);
        if ((byte & 3) == 0) continue;
        csuccess_facts_put_number(facts, i, byte / 8.0 - 10);
        csuccess_facts_put_bool(facts, i, byte >> 2 & 1);
        csuccess_facts_put_string(facts, i, words[byte % 3u]);
    }
}

typedef struct columns {
    double numbers[ROWS];
    uint8_t flags[ROWS], codes[ROWS], there[(ROWS + 7) / 8];
} columns;

static bool bind(csuccess_columns *in, const csuccess_config *config, const uint8_t *data,
                 size_t size, columns *all)
{
    for (uint32_t i = 0; i < csuccess_config_inputs(config); i++) {
        columns *c = &all[i];
        memset(c, 0, sizeof *c);
        for (size_t row = 0; row < ROWS; row++) {
            uint8_t byte = byte_of(data, size, i, row);
            c->numbers[row] = byte / 8.0 - 10;
            c->flags[row] = byte >> 2 & 1;
            c->codes[row] = byte % 3u;
            if (byte & 3) c->there[row / 8] |= (uint8_t)(1 << row % 8);
        }
        csuccess_columns_bind_u8(in, i, c->flags, c->there);
        csuccess_columns_bind_f64(in, i, c->numbers, c->there);
        csuccess_columns_bind_dictionary(in, i, c->codes, 1, words, 3, c->there);
    }
    return true;
}

/* The probability behind its key in a result object; below 0: null. */
static double probability_of(csuccess_str json)
{
    const char *at = strstr(json.ptr, "\"probability\":");
    FUZZ_CHECK(at != NULL);
    return at[14] == 'n' ? -1 : strtod(at + 14, NULL);
}

static void compare(csuccess_config *config, const uint8_t *data, size_t size)
{
    csuccess_facts *facts = NULL;
    csuccess_scorer *scorer = NULL;
    csuccess_columns *in = NULL;
    double probability[ROWS], confidence[ROWS];
    csuccess_column_results out = CSUCCESS_COLUMN_RESULTS_INIT;
    columns *all = calloc(csuccess_config_inputs(config) + 1, sizeof *all);
    out.probability = probability;
    out.confidence = confidence;
    FUZZ_CHECK(all != NULL);
    FUZZ_CHECK(csuccess_facts_new(&facts, config, NULL, NULL) == CSUCCESS_OK);
    FUZZ_CHECK(csuccess_scorer_new(&scorer, config, NULL, NULL) == CSUCCESS_OK);
    FUZZ_CHECK(csuccess_columns_new(&in, config, ROWS, NULL, NULL) == CSUCCESS_OK);
    bind(in, config, data, size, all);
    csuccess_result scored = csuccess_scorer_columns(scorer, in, 0, ROWS, now, &out, NULL);
    for (size_t row = 0; scored == CSUCCESS_OK && row < ROWS; row++) {
        csuccess_str json;
        set_row(facts, config, data, size, row);
        FUZZ_CHECK(csuccess_scorer_explain(scorer, facts, now, NULL, NULL) == CSUCCESS_OK);
        FUZZ_CHECK(csuccess_scorer_json(scorer, &json, NULL) == CSUCCESS_OK);
        double p = probability_of(json);
        FUZZ_CHECK((p < 0 ? 0 : p) == probability[row]);
        FUZZ_CHECK(confidence[row] >= 0 && confidence[row] <= 1);
    }
    csuccess_columns_free(in);
    csuccess_scorer_free(scorer);
    csuccess_facts_free(facts);
    free(all);
}

static void use(csuccess_model *model, const uint8_t *data, size_t size)
{
    char *document = malloc(DOCUMENT_BYTES);
    csuccess_config *config = NULL;
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    options.model = give;
    options.model_ud = model;
    FUZZ_CHECK(document != NULL);
    size_t n = write_config(model, document);
    /* Not every name that a model may read is one that a configuration may give. */
    csuccess_result compiled =
        n ? csuccess_config_compile(&config, (csuccess_str){document, n}, &options, NULL)
          : CSUCCESS_EINVALID;
    FUZZ_CHECK(compiled != CSUCCESS_ENOMEM);
    if (config) compare(config, data, size);
    csuccess_config_unref(config);
    free(document);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    csuccess_model *model = NULL;
    csuccess_text *sealed = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_str text = {(const char *)data, size};
    csuccess_result result = csuccess_model_load(&model, text, NULL, &err);
    FUZZ_CHECK(result != CSUCCESS_ENOMEM && (model != NULL) == (result == CSUCCESS_OK));
    if (result == CSUCCESS_EDIGEST) {
        result = csuccess_model_seal(&sealed, text, NULL, &err);
        FUZZ_CHECK(result == CSUCCESS_OK || result == CSUCCESS_UNCHANGED);
        result = csuccess_model_load(&model, csuccess_text_view(sealed), NULL, &err);
        FUZZ_CHECK(result == CSUCCESS_OK);
    }
    if (model) {
        use(model, data, size);
    } else {
        FUZZ_CHECK(err.code == result && err.message[0] != '\0');
    }
    csuccess_text_free(sealed);
    csuccess_model_unref(model);
    return 0;
}

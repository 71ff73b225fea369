/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a configuration: refused with places, or compiled, printed, hashed, and used to score. */
#include <stdbool.h>
#include <string.h>

#include <csuccess/csuccess.h>

#include "fuzz.h"

static const int64_t now = 1769817600000; /* 2026-01-31T00:00:00Z */
enum { ROWS = 70 };

static void check_list(csuccess_str text, csuccess_result compiled)
{
    csuccess_problems *problems = NULL;
    csuccess_result checked = csuccess_config_check(&problems, text, NULL, NULL);
    FUZZ_CHECK(problems && (checked < 0) == (compiled < 0));
    bool errors = false;
    for (size_t i = 0; i < csuccess_problems_count(problems); i++) {
        csuccess_problem p = CSUCCESS_PROBLEM_INIT;
        FUZZ_CHECK(csuccess_problems_get(problems, i, &p) == CSUCCESS_OK);
        FUZZ_CHECK(p.message.len > 0 && (p.document.len > 0 || p.offset <= text.len));
        errors = errors || p.code < 0;
    }
    FUZZ_CHECK(errors == (compiled < 0));
    csuccess_problems_free(problems);
}

/* The effective document compiles to the same configuration. */
static void check_identity(const csuccess_config *config)
{
    csuccess_config *again = NULL;
    csuccess_text *diff = NULL;
    csuccess_str hash = csuccess_config_hash(config);
    FUZZ_CHECK(csuccess_config_compile(&again, csuccess_config_document(config), NULL, NULL) ==
               0);
    FUZZ_CHECK(hash.len == 71 && memcmp(hash.ptr, csuccess_config_hash(again).ptr, 71) == 0);
    FUZZ_CHECK(csuccess_config_diff(&diff, config, again, NULL) == CSUCCESS_UNCHANGED);
    csuccess_text_free(diff);
    csuccess_config_unref(again);
}

/* Sets about half of the inputs to values drawn from the bytes. */
static void set_some(csuccess_facts *facts, const csuccess_config *config, const uint8_t *data,
                     size_t size, double *numbers)
{
    for (uint32_t i = 0; i < csuccess_config_inputs(config); i++) {
        uint8_t byte = size ? data[(i * 7u + 3u) % size] : 0;
        numbers[i % ROWS] = byte - 100.0;
        if (byte & 1) continue;
        csuccess_facts_put_number(facts, i, byte - 100.0);
        csuccess_facts_put_bool(facts, i, byte >> 1 & 1);
        csuccess_facts_put_time(facts, i, now - byte * (int64_t)43200000);
        csuccess_facts_put_string(facts, i, (csuccess_str){(const char *)"free", byte % 5u});
    }
}

static void score_columns(csuccess_scorer *scorer, csuccess_config *config,
                          const double *numbers)
{
    csuccess_columns *in = NULL;
    csuccess_column_results out = CSUCCESS_COLUMN_RESULTS_INIT;
    double raw[ROWS], probability[ROWS];
    uint8_t status[ROWS], level[ROWS];
    out.raw = raw;
    out.probability = probability;
    out.status = status;
    out.level = level;
    FUZZ_CHECK(csuccess_columns_new(&in, config, ROWS, NULL, NULL) == CSUCCESS_OK);
    for (uint32_t i = 0; i < csuccess_config_inputs(config); i += 2) {
        csuccess_columns_bind_f64(in, i, numbers, NULL);
    }
    csuccess_result result = csuccess_scorer_columns(scorer, in, 0, ROWS, now, &out, NULL);
    for (size_t i = 0; result == CSUCCESS_OK && i < ROWS; i++) {
        FUZZ_CHECK(raw[i] == raw[i] && probability[i] == probability[i]);
    }
    csuccess_columns_free(in);
}

static void score(csuccess_config *config, const uint8_t *data, size_t size)
{
    csuccess_facts *facts = NULL;
    csuccess_scorer *scorer = NULL;
    csuccess_score result = CSUCCESS_SCORE_INIT;
    double numbers[ROWS] = {0};
    csuccess_str json;
    FUZZ_CHECK(csuccess_facts_new(&facts, config, NULL, NULL) == CSUCCESS_OK);
    FUZZ_CHECK(csuccess_scorer_new(&scorer, config, NULL, NULL) == CSUCCESS_OK);
    set_some(facts, config, data, size, numbers);
    if (csuccess_scorer_explain(scorer, facts, now, &result, NULL) == CSUCCESS_OK) {
        FUZZ_CHECK(result.raw == result.raw && result.completeness >= 0 &&
                   result.completeness <= 1);
        csuccess_result written = csuccess_scorer_json(scorer, &json, NULL);
        FUZZ_CHECK(written == CSUCCESS_OK || written == CSUCCESS_ELIMIT);
    }
    score_columns(scorer, config, numbers);
    csuccess_scorer_free(scorer);
    csuccess_facts_free(facts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    csuccess_config *config = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_str text = {(const char *)data, size};
    csuccess_result result = csuccess_config_compile(&config, text, NULL, &err);
    FUZZ_CHECK(result != CSUCCESS_ENOMEM && (config != NULL) == (result == CSUCCESS_OK));
    check_list(text, result);
    if (!config) {
        FUZZ_CHECK(err.code == result && err.message[0] != '\0');
        return 0;
    }
    check_identity(config);
    score(config, data, size);
    csuccess_config_unref(config);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the snapshot of a model document: refused with a place, or rows are counted against it and nothing that is no number
   leaves. */
#include <csuccess/csuccess.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static const char configuration[] =
    "{\"csuccess\": 1, \"attributes\": {\"n\": {\"type\": \"number\"}, \"s\": {\"type\": "
    "\"string\"}, \"b\": {\"type\": \"bool\"}}}";
static const char head[] =
    "{\"csuccess_model\": 1, \"name\": \"m\", \"kind\": \"additive\", \"target\": \"churn\", "
    "\"horizon\": \"P30D\", \"dated\": true, \"calibrated\": true, \"metrics\": {\"n\": "
    "{\"type\": "
    "\"number\"}, \"s\": {\"type\": \"string\"}, \"b\": {\"type\": \"bool\"}}, \"scorecard\": "
    "{\"combine\": \"sum\", \"link\": \"logistic\", \"of\": {\"n\": {\"value\": \"n\", "
    "\"points\": "
    "{\"upto\": [[1, 1]], \"else\": 0}, \"missing\": {\"value\": 0}}}}, \"snapshot\": ";

static bool is_finite(double x)
{
    return x - x == 0;
}

static void look(csuccess_drift *drift, csuccess_facts *facts)
{
    const int64_t now = 1769817600000; /* 2026-01-31T00:00:00Z */
    csuccess_drift_verdict v = CSUCCESS_DRIFT_VERDICT_INIT;
    csuccess_text *text = NULL;
    for (int i = 0; i < 120; i++) {
        csuccess_facts_clear(facts);
        if (i % 3) csuccess_facts_set_number(facts, CSUCCESS_STR("n"), i - 60);
        if (i % 5) csuccess_facts_set_string(facts, CSUCCESS_STR("s"), CSUCCESS_STR("free"));
        if (i % 7) csuccess_facts_set_bool(facts, CSUCCESS_STR("b"), i % 2);
        FUZZ_CHECK(csuccess_drift_add(drift, facts, now, NULL) == CSUCCESS_OK);
    }
    FUZZ_CHECK(csuccess_drift_judge(drift, now, &v) == CSUCCESS_OK);
    FUZZ_CHECK(v.verdict <= CSUCCESS_DRIFT_TOO_FEW);
    for (uint32_t i = 0; i < csuccess_drift_metrics(drift); i++) {
        csuccess_drift_metric m = CSUCCESS_DRIFT_METRIC_INIT;
        FUZZ_CHECK(csuccess_drift_metric_at(drift, i, &m) == CSUCCESS_OK);
        FUZZ_CHECK(is_finite(m.psi) && is_finite(m.ks) && is_finite(m.mean_now));
        FUZZ_CHECK(m.ks >= 0 && m.missing_then >= 0 && m.missing_now <= 1);
    }
    FUZZ_CHECK(csuccess_drift_json(&text, drift, now, NULL) == CSUCCESS_OK);
    csuccess_text_free(text);
}

static csuccess_model *load(const uint8_t *data, size_t size)
{
    csuccess_model *model = NULL;
    csuccess_text *sealed = NULL;
    char *bytes = malloc(sizeof head + size + 1);
    FUZZ_CHECK(bytes != NULL);
    memcpy(bytes, head, sizeof head - 1);
    if (size > 0) memcpy(bytes + sizeof head - 1, data, size);
    bytes[sizeof head - 1 + size] = '}';
    csuccess_str document = {bytes, sizeof head + size};
    if (csuccess_model_seal(&sealed, document, NULL, NULL) >= 0) {
        FUZZ_CHECK(csuccess_model_load(&model, csuccess_text_view(sealed), NULL, NULL) >= 0);
    }
    csuccess_text_free(sealed);
    free(bytes);
    return model;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static csuccess_config *config; /* compiled once, for all inputs */
    static csuccess_facts *facts;
    csuccess_str text = {configuration, sizeof configuration - 1};
    if (!config) {
        FUZZ_CHECK(csuccess_config_compile(&config, text, NULL, NULL) == CSUCCESS_OK);
        FUZZ_CHECK(csuccess_facts_new(&facts, config, NULL, NULL) == CSUCCESS_OK);
    }
    csuccess_model *model = load(data, size);
    csuccess_drift *drift = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (model && csuccess_drift_new(&drift, config, model, NULL, &err) >= 0) look(drift, facts);
    if (model && !drift) FUZZ_CHECK(err.code < 0 && err.message[0]);
    csuccess_drift_free(drift);
    csuccess_model_unref(model);
    return 0;
}

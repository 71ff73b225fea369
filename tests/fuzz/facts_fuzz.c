/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as rows, cells and JSON values of a customer: taken, quarantined or refused; after a refusal
   everything is as it was. */
#include <csuccess/csuccess.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

/* Every kind of attribute, and metrics that look at all of it. */
static const char document[] =
    "{\"csuccess\": 1, \"attributes\": {"
    "\"n\": {\"type\": \"number\", \"min\": -5, \"max\": 1000, \"max_age\": \"P30D\"},"
    "\"b\": {\"type\": \"bool\", \"default\": true}, \"s\": {\"type\": \"string\"},"
    "\"p\": {\"type\": \"string\", \"in\": [\"free\", \"team\"]}, \"t\": {\"type\": \"time\"},"
    "\"d\": {\"type\": \"date\"}, \"u\": {\"type\": \"duration\"},"
    "\"m\": {\"type\": \"money\", \"currency\": \"EUR\"},"
    "\"ls\": {\"type\": \"list\", \"of\": \"string\"}, \"ln\": {\"type\": \"list\", \"of\": "
    "\"number\"}},"
    "\"records\": {\"r\": {\"max\": 5, \"of\": {\"a\": {\"type\": \"money\", \"min\": 0},"
    "\"w\": {\"type\": \"date\"}, \"k\": {\"type\": \"string\", \"default\": \"x\"}}}},"
    "\"metrics\": {\"x1\": \"n + (b ? 1 : 2) + size(s) + m\","
    "\"x2\": \"days_since(t) - days_until(d)\", \"x3\": \"t + u > now\","
    "\"x4\": \"r.exists(i, i.a > 3 && i.k == 'x' && i.w < now) || p == 'free' || p in ls\","
    "\"x5\": \"sum(ln) + size(ls) + r.map(i, i.a)[0] + size(r[0].id)\"},"
    "\"health\": {\"profiles\": {\"all\": {\"score\": {\"combine\": \"sum\", \"of\": {"
    "\"one\": {\"value\": \"x1\", \"range\": [0, 100]}, \"two\": {\"value\": \"x2\", "
    "\"range\": [0, 100]},"
    "\"three\": {\"value\": \"(x3 ? 1 : 0) + (x4 ? 2 : 0)\", \"range\": [0, 3]},"
    "\"five\": {\"value\": \"x5\", \"range\": [0, 9]}}}}}}}";

static const int64_t now = 1769817600000; /* 2026-01-31T00:00:00Z */
enum { CALLS_MOST = 32 };

/* What the scorer says of the facts, copied: it looks at every value. */
static char *picture(csuccess_scorer *scorer, const csuccess_facts *facts)
{
    csuccess_str json;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    FUZZ_CHECK(csuccess_scorer_explain(scorer, facts, now, NULL, &err) >= 0);
    FUZZ_CHECK(csuccess_scorer_json(scorer, &json, &err) >= 0);
    char *copy = malloc(json.len + 1);
    FUZZ_CHECK(copy != NULL);
    memcpy(copy, json.ptr, json.len);
    copy[json.len] = '\0';
    return copy;
}

static csuccess_result call(csuccess_facts *facts, const csuccess_config *config, uint8_t what,
                            csuccess_str text, csuccess_error *err)
{
    csuccess_str name, type;
    uint32_t inputs = csuccess_config_inputs(config);
    FUZZ_CHECK(csuccess_config_input(config, what / 8u % inputs, &name, &type) == CSUCCESS_OK);
    switch (what % 8) {
    case 0:
    case 1:
        return csuccess_facts_read_json(facts, text, err);
    case 2:
    case 3:
        return csuccess_facts_set_text(facts, name, text, err);
    case 4:
        return csuccess_facts_set_json(facts, name, text, err);
    case 5:
        return csuccess_facts_set_string(facts, name, text);
    case 6:
        return csuccess_facts_set_customer(facts, text);
    default:
        return csuccess_facts_unset(facts, name);
    }
}

static void check_quarantine(const csuccess_facts *facts)
{
    for (size_t i = 0; i < csuccess_facts_quarantined(facts); i++) {
        csuccess_str name, reason;
        FUZZ_CHECK(csuccess_facts_quarantine(facts, i, &name, &reason) == CSUCCESS_OK);
        FUZZ_CHECK(name.len > 0 && reason.len > 0);
    }
}

static void run(csuccess_config *config, const uint8_t *data, size_t size)
{
    csuccess_facts *facts = NULL;
    csuccess_scorer *scorer = NULL;
    FUZZ_CHECK(csuccess_facts_new(&facts, config, NULL, NULL) == CSUCCESS_OK);
    FUZZ_CHECK(csuccess_scorer_new(&scorer, config, NULL, NULL) == CSUCCESS_OK);
    csuccess_facts_ignore_unknown(facts, size & 1);
    /* Calls: a byte that says which, a text up to the next 0x1F. */
    for (int calls = 0; size > 0 && calls < CALLS_MOST; calls++) {
        const uint8_t *end = memchr(data + 1, 0x1F, size - 1);
        size_t len = end ? (size_t)(end - data) - 1 : size - 1;
        csuccess_str text = {(const char *)data + 1, len};
        csuccess_error err = CSUCCESS_ERROR_INIT;
        char *before = picture(scorer, facts);
        csuccess_result result = call(facts, config, data[0], text, &err);
        char *after = picture(scorer, facts);
        FUZZ_CHECK(result >= 0 || result == CSUCCESS_ERANGE || strcmp(before, after) == 0);
        FUZZ_CHECK(result >= 0 || data[0] % 8 >= 5 || err.message[0] != '\0');
        check_quarantine(facts);
        free(before);
        free(after);
        size -= end ? len + 2 : size;
        data += end ? len + 2 : 0;
    }
    csuccess_scorer_free(scorer);
    csuccess_facts_free(facts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static csuccess_config *config; /* compiled once */
    if (!config) {
        csuccess_error err = CSUCCESS_ERROR_INIT;
        csuccess_str text = {document, sizeof document - 1};
        FUZZ_CHECK(csuccess_config_compile(&config, text, NULL, &err) == CSUCCESS_OK);
    }
    run(config, data, size);
    return 0;
}

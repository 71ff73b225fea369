/* SPDX-License-Identifier: Apache-2.0 */
/* Structs that cross the boundary with any size and any tail: taken, or refused with EABI; never read or written beyond
   their size. */
#include <stdlib.h>
#include <stdbool.h>
#include <string.h>

#include <csuccess/csuccess.h>

#include "fuzz.h"

static const int64_t now = 1769817600000;

/* A block of exactly `size` bytes, so that the sanitizer sees a byte too many; its first bytes say the size. */
static void *block_of(size_t size, const uint8_t *data, size_t left, bool fill)
{
    uint8_t *block = malloc(size ? size : 1);
    FUZZ_CHECK(block != NULL);
    memset(block, 0, size);
    if (fill) memcpy(block, data, left < size ? left : size);
    if (size >= sizeof size) memcpy(block, &size, sizeof size);
    return block;
}

static const char document[] = "{\"csuccess\": 1, \"attributes\": {\"a\": {\"type\": "
                               "\"number\"}, \"up\": {\"type\": \"string\"}}, \"health\": "
                               "{\"profiles\": {\"p\": {\"score\": {\"combine\": "
                               "\"weighted_mean\", \"of\": {\"m\": {\"weight\": 1, \"value\": "
                               "\"a\", \"range\": [0, 100]}}}, \"bands\": {\"good\": "
                               "{\"from\": 50}, \"bad\": {}}}}, \"rollup\": {\"parent\": "
                               "\"up\", \"combine\": \"weighted_mean\", \"weight\": \"a\"}}}";

/* The library's own results, in structs of every size: nothing is written behind them. */
static void outputs(csuccess_config *config, size_t size, const uint8_t *data, size_t left)
{
    csuccess_scorer *scorer = NULL;
    csuccess_facts *facts = NULL;
    csuccess_problems *problems = NULL;
    size = size < sizeof size ? sizeof size : size;
    FUZZ_CHECK(csuccess_scorer_new(&scorer, config, NULL, NULL) == CSUCCESS_OK);
    FUZZ_CHECK(csuccess_facts_new(&facts, config, NULL, NULL) == CSUCCESS_OK);
    csuccess_facts_put_number(facts, 0, 70);
    csuccess_score *score = block_of(size, data, left, false);
    csuccess_result r = csuccess_scorer_explain(scorer, facts, now, score, NULL);
    FUZZ_CHECK((r == CSUCCESS_OK || r == CSUCCESS_EABI) && score->size == size);
    const csuccess_explanation *why = csuccess_scorer_explanation(scorer);
    csuccess_explanation_row *row = block_of(size, data, left, false);
    for (uint32_t i = 0; i < csuccess_explanation_count(why); i++) {
        r = csuccess_explanation_get(why, i, row);
        FUZZ_CHECK((r == CSUCCESS_OK || r == CSUCCESS_EABI) && row->size == size);
    }
    FUZZ_CHECK(csuccess_config_check(&problems, (csuccess_str){"{}", 2}, NULL, NULL) < 0);
    csuccess_problem *problem = block_of(size, data, left, false);
    r = csuccess_problems_get(problems, 0, problem);
    FUZZ_CHECK((r == CSUCCESS_OK || r == CSUCCESS_EABI) && problem->size == size);
    csuccess_problems_free(problems);
    free(problem);
    free(row);
    free(score);
    csuccess_facts_free(facts);
    csuccess_scorer_free(scorer);
}

static void errors(size_t size)
{
    csuccess_config *config = NULL;
    size = size < sizeof size ? sizeof size : size;
    csuccess_error *err = block_of(size, NULL, 0, false);
    FUZZ_CHECK(csuccess_config_compile(&config, (csuccess_str){"{", 1}, NULL, err) ==
               CSUCCESS_EJSON);
    FUZZ_CHECK(err->size == size && config == NULL);
    free(err);
}

/* Zero but for its size a struct means the defaults, whatever the size; a tail that is not zero is refused. */
static void inputs(size_t size, const uint8_t *data, size_t left)
{
    csuccess_config *config = NULL;
    csuccess_str text = {document, sizeof document - 1};
    size = size < sizeof size ? sizeof size : size;
    csuccess_config_options *options = block_of(size, NULL, 0, false);
    csuccess_result r = csuccess_config_compile(&config, text, options, NULL);
    FUZZ_CHECK(r == CSUCCESS_OK || r == CSUCCESS_EABI);
    csuccess_config_unref(config);
    free(options);

    csuccess_config_options with = CSUCCESS_CONFIG_OPTIONS_INIT;
    csuccess_limits *limits = block_of(size, data, left, true);
    with.limits = limits;
    r = csuccess_config_compile(&config, text, &with, NULL);
    FUZZ_CHECK((config != NULL) == (r == CSUCCESS_OK));
    csuccess_config_unref(config);
    free(limits);
}

static csuccess_override override_of(const uint8_t *data, size_t left)
{
    csuccess_override full = CSUCCESS_OVERRIDE_INIT;
    uint8_t first[3] = {1, 1, 1};
    memcpy(first, data, left < 3 ? left : 3);
    full.has_score = first[0];
    full.score = first[1];
    full.expires_at = first[2];
    full.reason = (csuccess_str){(const char *)data, left > 3 ? left : 0};
    return full;
}

static void overrides(csuccess_config *config, size_t size, const uint8_t *data, size_t left)
{
    csuccess_scorer *scorer = NULL;
    csuccess_override full = override_of(data, left);
    FUZZ_CHECK(csuccess_scorer_new(&scorer, config, NULL, NULL) == CSUCCESS_OK);
    size = size < sizeof size ? sizeof size : size;
    uint8_t *block = block_of(size, NULL, 0, false);
    memcpy(block, &full, size < sizeof full ? size : sizeof full);
    memcpy(block, &size, sizeof size);
    bool tail = size > sizeof full && left && data[left - 1];
    if (tail) block[size - 1] = data[left - 1];
    csuccess_result r =
        csuccess_scorer_override(scorer, (const csuccess_override *)(void *)block, NULL);
    FUZZ_CHECK(!tail || r == CSUCCESS_EABI);
    free(block);
    csuccess_scorer_free(scorer);
}

static void rollups(csuccess_config *config, size_t size, const uint8_t *data, size_t left)
{
    csuccess_rollup *rollup = NULL;
    size = size < sizeof size ? sizeof size : size;
    FUZZ_CHECK(csuccess_rollup_new(&rollup, config, NULL, NULL) == CSUCCESS_OK);
    csuccess_rollup_member *member = block_of(size, data, left, true);
    csuccess_rollup_result *result = block_of(size, data, left, false);
    csuccess_rollup_add(rollup, member, NULL);
    csuccess_result r = csuccess_rollup_finish(rollup, result, NULL);
    FUZZ_CHECK((r == CSUCCESS_OK || r == CSUCCESS_EABI) && result->size == size);
    free(result);
    free(member);
    csuccess_rollup_free(rollup);
}

static csuccess_result one_customer(void *ud, csuccess_facts *facts, uint32_t *given)
{
    unsigned *left = ud;
    csuccess_facts_put_number(facts, 0, *left);
    *given = *left ? CSUCCESS_GIVEN_CUSTOMER : CSUCCESS_GIVEN_NONE;
    if (*left) --*left;
    return CSUCCESS_OK;
}

static void read_selection(const csuccess_selection *selection, size_t size,
                           const uint8_t *data, size_t left)
{
    csuccess_selected *one = block_of(size, data, left, false);
    csuccess_selection_totals *totals = block_of(size, data, left, false);
    for (size_t i = 0; i < csuccess_selection_count(selection); i++) {
        csuccess_result r = csuccess_selection_get(selection, i, one);
        FUZZ_CHECK((r == CSUCCESS_OK || r == CSUCCESS_EABI) && one->size == size);
    }
    csuccess_result r = csuccess_selection_total(selection, totals);
    FUZZ_CHECK((r == CSUCCESS_OK || r == CSUCCESS_EABI) && totals->size == size);
    free(one);
    free(totals);
}

/* The bytes are the rule; then a rule that holds, so that there is something to read. */
static void selections(csuccess_config *config, size_t size, const uint8_t *data, size_t left)
{
    csuccess_scorer *scorer = NULL;
    csuccess_str rules[] = {{(const char *)data, left}, {"true", 4}};
    size = size < sizeof size ? sizeof size : size;
    FUZZ_CHECK(csuccess_scorer_new(&scorer, config, NULL, NULL) == CSUCCESS_OK);
    for (size_t i = 0; i < 2; i++) {
        unsigned customers = 3;
        csuccess_selection *selection = NULL;
        csuccess_customer_ops ops = CSUCCESS_CUSTOMER_OPS_INIT;
        csuccess_selection_query query = CSUCCESS_SELECTION_QUERY_INIT;
        ops.next = one_customer;
        ops.ud = &customers;
        query.customers = &ops;
        query.when = rules[i];
        query.now_ms = now;
        csuccess_result r = csuccess_scorer_select(&selection, scorer, &query, NULL);
        FUZZ_CHECK(i == 0 || (r == CSUCCESS_OK && csuccess_selection_count(selection) == 3));
        if (selection) read_selection(selection, size, data, left);
        csuccess_selection_free(selection);
    }
    csuccess_scorer_free(scorer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    csuccess_config *config = NULL;
    if (size < 2) return 0;
    size_t claimed = (size_t)(data[0] | data[1] << 8) % 1200;
    csuccess_str text = {document, sizeof document - 1};
    FUZZ_CHECK(csuccess_config_compile(&config, text, NULL, NULL) == CSUCCESS_OK);
    outputs(config, claimed, data + 2, size - 2);
    overrides(config, claimed, data + 2, size - 2);
    rollups(config, claimed, data + 2, size - 2);
    selections(config, claimed, data + 2, size - 2);
    inputs(claimed, data + 2, size - 2);
    errors(claimed);
    csuccess_config_unref(config);
    return 0;
}

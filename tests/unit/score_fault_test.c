/* SPDX-License-Identifier: Apache-2.0 */
/* Every allocation of a health section's life fails once, and from then on: nothing leaks,
   the code is right, and a retry works. */
#include "score_case.h"

#include "base/error.h"
#include "score/additive.h"
#include "score/health_internal.h"

static const char document[] =
    "{\"csuccess\":1," SCORE_ATTRIBUTES
    ",\"health\":{\"scorecards\":{\"k\":{\"combine\":\"weighted_mean\",\"of\":{"
    "\"x\":{\"weight\":0.5,\"value\":\"a / "
    "b\",\"points\":{\"linear\":[[0,0],[1,100]]},\"missing\":\"worst\"},"
    "\"y\":{\"weight\":0.5,\"combine\":\"sum\",\"of\":{\"u\":{\"value\":\"s\",\"points\":{"
    "\"map\":{\"x\":1},"
    "\"else\":0}},\"v\":{\"value\":\"f\"},\"w\":{\"value\":\"d\",\"points\":{\"upto\":[[1,50]],"
    "\"else\":3}}}}}},"
    "\"learned\":{\"combine\":\"sum\",\"link\":\"logistic\",\"calibration\":{\"isotonic\":[["
    "0.1,0.2],[0.9,0.8]]},\"of\":{\"p\":{\"value\":\"a\",\"points\":{\"upto\":[[1,0.5],[2,0.25]"
    "],\"else\":0},\"missing\":{\"value\":0}},\"q\":{\"value\":\"s\",\"points\":{\"map\":{"
    "\"x\":1,\"y\":0},\"else\":0},\"missing\":{\"value\":0}},\"p & q\":{\"value\":\"a\","
    "\"by\":\"s\",\"points\":{\"grid\":{\"rows\":[1],\"columns\":[\"y\"],\"gives\":[[1,2,3],["
    "4,5,6],[7,8,9]]}}}}}},"
    "\"also\":{\"k\":{\"bands\":{\"good\":{\"from\":50},\"poor\":{}}},\"learned\":{}},"
    "\"profiles\":{\"one\":{\"when\":\"f\",\"score\":\"k\",\"weights\":{\"x\":0.9},"
    "\"hysteresis\":2,"
    "\"bands\":{\"good\":{\"from\":50},\"poor\":{}},\"modifiers\":{\"m\":{\"when\":\"component("
    "'x') > 2\","
    "\"multiply\":0.5},\"n\":{\"floor\":1}},\"trend\":{\"over\":\"P30D\",\"stable_within\":5},"
    "\"alerts\":{\"l\":{\"when\":\"health.score < "
    "50\"}},\"contradictions\":{\"c\":{\"when\":\"e > 1\"}}},"
    "\"two\":{\"score\":{\"combine\":\"noisy_or\",\"of\":{\"z\":{\"weight\":0.3,\"value\":"
    "\"a\",\"missing\":{"
    "\"value\":1}}}}}},"
    "\"rollup\":{\"parent\":\"s\",\"combine\":\"weighted_mean\",\"weight\":\"b\"}}}";

/* What a scenario owns, so that it is given back wherever it ends. */
typedef struct owned {
    csuccess_config *config;
    csuccess_scorer *scorer;
    csuccess_facts *facts;
    csuccess_columns *columns;
    csuccess_explanation *kept;
    csuccess_difference *difference;
    csuccess_rollup *rollup;
} owned;

static void release(owned *o)
{
    csuccess_rollup_free(o->rollup);
    csuccess_difference_free(o->difference);
    csuccess_explanation_free(o->kept);
    csuccess_columns_free(o->columns);
    csuccess_facts_free(o->facts);
    csuccess_scorer_free(o->scorer);
    csuccess_config_unref(o->config);
}

static csuccess_result explain(owned *o, const char *row)
{
    csuccess_score score = CSUCCESS_SCORE_INIT;
    csuccess_str json;
    csuccess_result result = csuccess_facts_read_json(o->facts, check_view(row), NULL);
    if (result >= 0) {
        result = csuccess_scorer_explain(o->scorer, o->facts, SCORE_NOW, &score, NULL);
    }
    if (result >= 0) result = csuccess_scorer_json(o->scorer, &json, NULL);
    return result;
}

static csuccess_result differ(owned *o, const csuccess_allocator *mem)
{
    csuccess_result result =
        explain(o, "{\"a\":1,\"b\":2,\"f\":true,\"s\":\"x\",\"score_30d_ago\":3}");
    if (result >= 0) {
        result = csuccess_explanation_copy(&o->kept, csuccess_scorer_explanation(o->scorer),
                                           mem, NULL);
    }
    if (result >= 0) result = explain(o, "{\"a\":1,\"f\":false}");
    if (result >= 0) {
        result = csuccess_explanation_difference(
            &o->difference, o->kept, csuccess_scorer_explanation(o->scorer), mem, NULL);
    }
    return result;
}

static csuccess_result roll_up(owned *o, const csuccess_allocator *mem)
{
    csuccess_result result = csuccess__rollup_make(&o->rollup, o->config->health, mem, NULL);
    for (int i = 0; result >= 0 && i < 40; i++) {
        csuccess_rollup_member m = CSUCCESS_ROLLUP_MEMBER_INIT;
        m.present = CSUCCESS_ROLLUP_SCORE | CSUCCESS_ROLLUP_WEIGHT;
        m.score = i;
        m.weight = 1;
        result = csuccess_rollup_add(o->rollup, &m, NULL);
        if (result == CSUCCESS_ENOMEM) { /* nothing was added */
            csuccess_rollup_result out = CSUCCESS_ROLLUP_RESULT_INIT;
            CHECK_OK(csuccess_rollup_finish(o->rollup, &out, NULL));
            CHECK_UINT(out.members, i);
        }
    }
    return result;
}

static csuccess_result run_columns(owned *o, const csuccess_allocator *mem)
{
    static double a[1500], raw[1500];
    static uint8_t flags[1500], trend[1500], status[1500];
    uint32_t slot_a = 0, slot_f = 0;
    csuccess_column_results out = CSUCCESS_COLUMN_RESULTS_INIT;
    out.raw = raw;
    out.trend = trend;
    out.status = status;
    for (int i = 0; i < 1500; i++) a[i] = i, flags[i] = (uint8_t)(i & 1);
    csuccess_result result = csuccess_columns_new(&o->columns, o->config, 1500, mem, NULL);
    if (result >= 0) result = csuccess_config_slot(o->config, CSUCCESS_STR("a"), &slot_a);
    if (result >= 0) result = csuccess_config_slot(o->config, CSUCCESS_STR("f"), &slot_f);
    if (result >= 0) result = csuccess_columns_bind_f64(o->columns, slot_a, a, NULL);
    if (result >= 0) result = csuccess_columns_bind_u8(o->columns, slot_f, flags, NULL);
    if (result < 0) return result;
    result = csuccess_scorer_columns(o->scorer, o->columns, 0, 1500, SCORE_NOW, &out, NULL);
    if (result >= 0) CHECK_NUM(raw[2], 0.6, 1e-12); /* 0.3 times 2 */
    return result;
}

static csuccess_result read_spread(const owned *o, const csuccess_allocator *mem)
{
    csuccess__json *json = NULL;
    csuccess__arena arena;
    csuccess__problems problems;
    csuccess__arena_init(&arena, mem, 0);
    csuccess__json_options options = {.limits = &o->config->limits};
    csuccess_str text =
        CSUCCESS_STR("{\"of\":{\"p\":[1,2,3,4],\"p & q\":[[1,2,3],[1,2,3],[1,2,3]]}}");
    csuccess_result result = csuccess__json_read(&json, &arena, text, &options, NULL);
    csuccess__compiler with = {.arena = &arena, .constants = o->config->constants};
    csuccess__problems_init(&problems, &arena, 10);
    const csuccess__scorecard *card = NULL;
    const csuccess__health *health = o->config->health;
    for (uint32_t i = 0; i < health->also_count; i++) {
        if (csuccess__str_is(health->also[i].id, "learned")) card = health->also[i].card;
    }
    if (result >= 0 && CHECK(card && card->additive)) {
        const csuccess__card_spread *spread =
            csuccess__card_spread_read(card, &with, &problems, json);
        CHECK(!spread == problems.lost);
        if (!spread) result = csuccess__problems_result(&problems, NULL);
    }
    csuccess__arena_free(&arena);
    return result;
}

static csuccess_result live(check_memory *memory, void *ud)
{
    const csuccess_allocator *mem = &memory->allocator;
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    owned o = {NULL, NULL, NULL, NULL, NULL, NULL, NULL};
    (void)ud;
    options.allocator = mem;
    csuccess_result result =
        csuccess_config_compile(&o.config, check_view(document), &options, NULL);
    if (result >= 0) result = csuccess_scorer_new(&o.scorer, o.config, mem, NULL);
    if (result >= 0) result = csuccess_facts_new(&o.facts, o.config, mem, NULL);
    if (result >= 0) result = differ(&o, mem);
    if (result >= 0) result = roll_up(&o, mem);
    if (result >= 0) result = read_spread(&o, mem);
    if (result >= 0) result = run_columns(&o, mem);
    release(&o);
    return result < 0 ? result : CSUCCESS_OK;
}

static void every_allocation(void)
{
    CHECK(check_faults(live, NULL) > 50);
}

/* Warm, scoring without explanation takes no memory. */
static void warm_runs_allocate_nothing(void)
{
    check_memory memory;
    check_memory_start(&memory);
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    options.allocator = &memory.allocator;
    csuccess_score score = CSUCCESS_SCORE_INIT;
    owned o = {NULL, NULL, NULL, NULL, NULL, NULL, NULL};
    CHECK_OK(csuccess_config_compile(&o.config, check_view(document), &options, NULL));
    CHECK_OK(csuccess_scorer_new(&o.scorer, o.config, NULL, NULL));
    CHECK_OK(csuccess_facts_new(&o.facts, o.config, NULL, NULL));
    CHECK_OK(csuccess_facts_read_json(
        o.facts, CSUCCESS_STR("{\"a\":1,\"b\":2,\"f\":true,\"s\":\"x\"}"), NULL));
    CHECK_OK(csuccess_scorer_run(o.scorer, o.facts, SCORE_NOW, &score, NULL));
    size_t calls = memory.calls;
    for (int i = 0; i < 100; i++) {
        CHECK_OK(csuccess_scorer_run(o.scorer, o.facts, SCORE_NOW + i, &score, NULL));
    }
    CHECK_UINT(memory.calls, calls);
    release(&o);
    CHECK_MEMORY_EMPTY(&memory);
}

CHECK_MAIN(CHECK_TEST(every_allocation), CHECK_TEST(warm_runs_allocate_nothing))

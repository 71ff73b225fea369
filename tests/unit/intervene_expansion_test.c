/* SPDX-License-Identifier: Apache-2.0 */
/* Opportunities: each rule of the preset at its threshold, limits that are not there, ranks, what holds them back, what is told, and bytes that are damaged. */
#include "flow_progress.h"

#include "intervene/intervene.h"

typedef struct bench {
    way w;
    csuccess__intervene_desk desk;
    csuccess__turn turn;
    const char *level; /* churn.level; NULL: there is none */
} bench;

static csuccess_result bench_open(bench *b, const char *document, const csuccess_allocator *mem)
{
    *b = (bench){.level = NULL};
    csuccess_result result = way_open(&b->w, document, mem);
    return result < 0 ? result : csuccess__intervene_desk_new(&b->desk, b->w.l.step.mem);
}

static void bench_close(bench *b)
{
    if (b->desk.mem) csuccess__intervene_desk_free(&b->desk);
    way_close(&b->w);
}

/* A step in which a row is known. */
static csuccess_result look(bench *b, double day, const char *row)
{
    life *l = &b->w.l;
    snprintf(b->w.row, sizeof b->w.row, "%s", row);
    life_at(l, LIFE_START + (int64_t)(day * (double)LIFE_DAY), "t");
    csuccess__effects_clear(&l->effects);
    csuccess__machine_reset(l->scorer->machine);
    csuccess_result result = way_moment(&b->w, NULL);
    if (result < 0) return result;
    uint32_t level =
        csuccess__schema_find(l->config->schema, CSUCCESS_STR("churn.level"), NULL);
    if (level != UINT32_MAX) {
        b->w.moment.slots[level] =
            b->level ? csuccess__moment_string(&b->w.moment, check_view(b->level))
                     : csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    }
    csuccess__arena_reset(&b->desk.texts);
    b->turn = (csuccess__turn){.m = &b->w.moment, .of = l->config->intervene, .desk = &b->desk};
    csuccess__expansion_publish(&b->turn);
    csuccess__expansion_step(&b->turn);
    if (l->step.failed < 0) return l->step.failed;
    return l->effects.failed;
}

/* What was told: `change id#rank value`, in the order of the rules. */
static void told(bench *b, csuccess__text *out)
{
    const csuccess__effects *e = &b->w.l.effects;
    for (uint32_t i = 0; i < e->entry_count; i++) {
        const csuccess__json *json = way_json(&b->w, e->entries[i].body);
        const csuccess__json *rank = csuccess__json_member(json, "rank");
        const csuccess__json *value = csuccess__json_member(json, "value");
        const csuccess__json *recommend = csuccess__json_member(json, "recommend");
        CHECK_STR(e->entries[i].kind, "opportunity");
        csuccess__text_format(out, "%s%S %S", out->len ? ", " : "",
                              csuccess__json_member(json, "change")->string,
                              csuccess__json_member(json, "opportunity")->string);
        if (rank) csuccess__text_format(out, "#%u", (uint32_t)rank->number);
        if (value) csuccess__text_format(out, " %d", (int32_t)value->number);
        if (recommend) csuccess__text_format(out, " %S", recommend->string);
    }
}

typedef struct row {
    double day;
    const char *known, *expected, *level;
} row;

static void run(const char *document, const row *rows, size_t count)
{
    bench b;
    if (CHECK_OK(bench_open(&b, document, NULL))) {
        for (size_t i = 0; i < count; i++) {
            char bytes[512] = "";
            csuccess__text out;
            csuccess__text_init(&out, bytes, sizeof bytes);
            b.level = rows[i].level;
            CHECK_OK(look(&b, rows[i].day, rows[i].known));
            told(&b, &out);
            if (!CHECK_CSTR(bytes, rows[i].expected)) printf("# row %zu\n", i);
            CHECK(b.w.l.step.due > b.w.l.step.now);
        }
    }
    bench_close(&b);
}
#define RUN(document, rows) run(document, rows, sizeof(rows) / sizeof((rows)[0]))

static const char preset[] = "{`csuccess`: 1, `extends`: `expansion`}";

/* 0.8, 0.9 and 0.7 of the limits are not above them. Values by the preset: a quarter of 10 users at 240, half of 100 GB at 2, half of 10,000 calls at 12 a thousand. */
static void limits_at_their_thresholds(void)
{
    static const row users[] = {
        {0, "{`users`: 8, `user_limit`: 10}", "", "low"},
        {1, "{`users`: 8.01, `user_limit`: 10}", "opened user_expansion#1 600", "low"},
        {2, "{`users`: 9, `user_limit`: 10}", "", "low"},
        {3, "{`users`: 8, `user_limit`: 10}", "closed user_expansion", "low"},
        {4, "{`users`: 8, `user_limit`: 0}", "", "low"},
        {5, "{`users`: 8}", "", "low"},
        {6, "{`user_limit`: 10}", "", "low"}};
    static const row storage[] = {
        {0, "{`storage`: 90, `storage_limit`: 100}", "", "low"},
        {1, "{`storage`: 90.5, `storage_limit`: 100}", "opened storage_expansion#1 100", "low"},
        {2, "{`storage`: 90.5, `storage_limit`: 0}", "closed storage_expansion", "low"},
        {3, "{`storage`: 90.5}", "", "low"}};
    static const row calls[] = {
        {0, "{`api_calls`: 7000, `api_limit`: 10000}", "", "low"},
        {1, "{`api_calls`: 7001, `api_limit`: 10000}", "opened api_expansion#1 60", "low"},
        {2, "{`api_calls`: 7001}", "closed api_expansion", "low"}};
    RUN(preset, users);
    RUN(preset, storage);
    RUN(preset, calls);
}

static void patterns_of_use(void)
{
    static const row features[] = {
        {0, "{`basic_actions_30d`: 999, `users`: 10, `contract_value`: 5000}", "", "low"},
        {1, "{`basic_actions_30d`: 1000, `users`: 10, `contract_value`: 5000}", "", "low"},
        {2,
         "{`basic_actions_30d`: 1000, `users`: 10, `advanced_features`: false, "
         "`contract_value`: 5000}",
         "opened feature_upgrade#1 2500", "low"},
        /* without a contract it is still there, and its value is not known */
        {3, "{`basic_actions_30d`: 1000, `users`: 10, `advanced_features`: false}",
         "changed feature_upgrade#1", "low"},
        {4, "{`basic_actions_30d`: 1000, `users`: 10, `advanced_features`: true}",
         "closed feature_upgrade", "low"}};
    /* 10 users that grow by 10 % for six months are 17.7, which are business at 12,000 */
    static const row tiers[] = {
        {0, "{`growing_months`: 2, `usage_growth`: 0.1, `users`: 10, `contract_value`: 2000}",
         "", "low"},
        {1, "{`growing_months`: 3, `usage_growth`: 0.1, `users`: 10, `contract_value`: 2000}",
         "opened tier_upgrade#1 10000 business", "low"},
        {2, "{`growing_months`: 3, `usage_growth`: 0.01, `users`: 9, `contract_value`: 2000}",
         "changed tier_upgrade#1 400 team", "low"},
        {3, "{`growing_months`: 3, `usage_growth`: 0.1, `users`: 100, `contract_value`: 2000}",
         "changed tier_upgrade#1 38000 enterprise", "low"},
        {4, "{`growing_months`: 3, `usage_growth`: 0.1, `users`: 200, `contract_value`: 2000}",
         "changed tier_upgrade#1 118000 custom", "low"},
        {5, "{`growing_months`: 3, `usage_growth`: 0, `users`: 200, `contract_value`: 2000}",
         "closed tier_upgrade", "low"}};
    static const row teams[] = {
        {0, "{`invites_30d`: 2, `users`: 10, `users_before`: 9}", "", "low"},
        {1, "{`invites_30d`: 3, `users`: 10, `users_before`: 9}", "opened team_expansion#1 720",
         "low"},
        {2, "{`invites_30d`: 0, `users`: 12, `users_before`: 10}",
         "changed team_expansion#1 576", "low"},
        {3, "{`invites_30d`: 0, `users`: 11, `users_before`: 10}", "closed team_expansion",
         "low"}};
    RUN(preset, features);
    RUN(preset, tiers);
    RUN(preset, teams);
}

/* 600 x 0.75 = 450, 100 x 0.85 = 85. */
static void ranked_and_held(void)
{
    static const char both[] = "{`users`: 9, `user_limit`: 10, `storage`: 95, "
                               "`storage_limit`: 100, `open_escalations`: 0}";
    static const char escalated[] = "{`users`: 9, `user_limit`: 10, `storage`: 95, "
                                    "`storage_limit`: 100, `open_escalations`: 1}";
    static const char unknown[] = "{`users`: 9, `user_limit`: 10, `storage`: 95, "
                                  "`storage_limit`: 100}";
    const row rows[] = {
        {0, both, "opened user_expansion#1 600, opened storage_expansion#2 100", "low"},
        {1, escalated, "held user_expansion#1 600, held storage_expansion#2 100", "low"},
        {2, unknown, "", "low"}, /* not known: as it was */
        {3, both, "opened user_expansion#1 600, opened storage_expansion#2 100", "low"},
        {4, unknown, "", "low"},
        {5, both, "held user_expansion#1 600, held storage_expansion#2 100", "critical"},
        {6, "{`storage`: 95, `storage_limit`: 100, `open_escalations`: 0}",
         "closed user_expansion, opened storage_expansion#1 100", "high"},
        {7, both, "opened user_expansion#1 600, changed storage_expansion#2 100", "low"}};
    RUN(preset, rows);
}

/* Equal in value x probability: by id; without a value last. */
static void equal_ones_by_id(void)
{
    static const char document[] =
        "{`csuccess`: 1, `attributes`: {`a`: {`type`: `number`}, `b`: {`type`: `number`}}, "
        "`expansion`: {`rules`: {`z`: {`when`: `a > 0`, `value`: 10, `probability`: 0.5}, "
        "`y`: {`when`: `a > 0`, `value`: 5, `probability`: 1}, `x`: {`when`: `a > 0`, "
        "`probability`: 1}, `w`: {`when`: `b > 0`, `value`: `b`, `probability`: 1}}}}";
    static const row rows[] = {
        {0, "{`a`: 1}", "opened z#2 10, opened y#1 5, opened x#3", NULL},
        {1, "{`a`: 1, `b`: 7}", "changed z#3 10, changed y#2 5, changed x#4, opened w#1 7",
         NULL},
        /* a condition that is open leaves it as it was */
        {2, "{`a`: 1}", "changed z#2 10, changed y#1 5, changed w#3", NULL},
        {3, "{`a`: 1, `b`: 0}", "changed x#3, closed w", NULL}};
    RUN(document, rows);
}

static void slots_entries_report(void)
{
    bench b;
    csuccess__buffer out;
    csuccess__json_writer w;
    static const char known[] = "{`users`: 9, `user_limit`: 10, `growing_months`: 4, "
                                "`usage_growth`: 0.1, `open_escalations`: 0}";
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    if (CHECK_OK(bench_open(&b, preset, NULL))) {
        b.level = "low";
        CHECK_OK(look(&b, 1, known));
        WAY_SLOT(&b.w, "opportunity.open", "user_expansion", "true");
        WAY_SLOT(&b.w, "opportunity.value", "user_expansion", "600");
        WAY_SLOT(&b.w, "opportunity.rank", "user_expansion", "1");
        WAY_SLOT(&b.w, "opportunity.rank", "tier_upgrade", "2");
        WAY_SLOT(&b.w, "opportunity.value", "tier_upgrade", "null");
        WAY_SLOT(&b.w, "opportunity.open", "api_expansion", "false");
        WAY_SLOT(&b.w, "opportunity.rank", "api_expansion", "null");
        CHECK_STR(b.w.l.effects.entries[0].body,
                  "{\"change\":\"opened\",\"opportunity\":\"user_expansion\",\"type\":"
                  "\"user_expansion\",\"value\":600,\"probability\":0.75,\"timing\":"
                  "\"immediate\",\"trigger\":\"limit_approaching\",\"action\":"
                  "\"upgrade_users\",\"rank\":1}");
        csuccess__json_writer_init(&w, &out);
        csuccess__expansion_report(&b.turn, &w);
        CHECK_STR(csuccess__buffer_view(&out),
                  "[{\"opportunity\":\"user_expansion\",\"type\":\"user_expansion\",\"state\":"
                  "\"open\",\"rank\":1,\"value\":600,\"probability\":0.75,\"expected\":450,"
                  "\"timing\":\"immediate\",\"trigger\":\"limit_approaching\",\"action\":"
                  "\"upgrade_users\",\"since\":\"2026-01-02T00:00:00Z\"},{\"opportunity\":"
                  "\"tier_upgrade\",\"type\":\"tier_upgrade\",\"state\":\"open\",\"rank\":2,"
                  "\"probability\":0.7,\"timing\":\"proactive\",\"trigger\":"
                  "\"growth_pattern\",\"recommend\":\"business\",\"action\":\"upgrade_tier\","
                  "\"since\":\"2026-01-02T00:00:00Z\"}]");
        CHECK_STR(life_print(&out, &b.w.l, CSUCCESS__STATE_OPPORTUNITY, "user_expansion",
                             csuccess__opportunity_print),
                  "{\"state\":\"open\",\"since\":\"2026-01-02T00:00:00Z\",\"rank\":1,\"value\":"
                  "600}");
        b.level = "critical";
        CHECK_OK(look(&b, 2, known));
        WAY_SLOT(&b.w, "opportunity.open", "user_expansion", "false");
        WAY_SLOT(&b.w, "opportunity.rank", "user_expansion", "1");
    }
    csuccess__buffer_free(&out);
    bench_close(&b);
}

/* A rule that reads the time says when it is to be looked at next. */
static void time_comes(void)
{
    static const char document[] =
        "{`csuccess`: 1, `attributes`: {`t`: {`type`: `time`}}, `expansion`: {`rules`: {`x`: "
        "{`when`: `days_since(t) >= 3`, `value`: 1, `probability`: 1}}}}";
    bench b;
    if (CHECK_OK(bench_open(&b, document, NULL))) {
        CHECK_OK(look(&b, 0, "{`t`: `2026-01-01T00:00:00Z`}"));
        CHECK_INT(b.w.l.step.due, LIFE_START + 3 * LIFE_DAY);
        CHECK_UINT(b.w.l.effects.entry_count, 0);
        CHECK_OK(look(&b, 3, "{`t`: `2026-01-01T00:00:00Z`}"));
        CHECK_UINT(b.w.l.effects.entry_count, 1);
        b.w.l.step.quiet = true;
        CHECK_OK(look(&b, 4, "{`t`: `2026-01-04T00:00:00Z`}"));
        CHECK_UINT(b.w.l.effects.entry_count, 0);
    }
    bench_close(&b);
}

static void problems_are_told(void)
{
    static const struct {
        const char *section, *pointer, *message;
    } rows[] = {
        {"{`rules`: {`x`: {`probability`: 1}}}", "/expansion/rules/x", "\"when\""},
        {"{`rules`: {`x`: {`when`: `true`}}}", "/expansion/rules/x", "\"probability\""},
        {"{`rules`: {`x`: {`when`: `true`, `probability`: 2}}}",
         "/expansion/rules/x/probability", "1"},
        {"{`rules`: {`x`: {`when`: `true`, `probability`: 1, `timing`: `urgnt`}}}",
         "/expansion/rules/x/timing", "urgent"},
        {"{`rules`: {`x`: {`when`: `opportunity('y').open`, `probability`: 1}, `y`: {`when`: "
         "`true`, `probability`: 1}}}",
         "/expansion/rules/x/when", "opportunity"},
        {"{`rules`: {`x`: {`when`: `true`, `probability`: 1, `valu`: 1}}}",
         "/expansion/rules/x/valu", "\"value\""},
        {"{`hold`: `true`}", "/expansion/hold", "hold_when"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char document[400];
        csuccess_config *config = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        snprintf(document, sizeof document, "{`csuccess`: 1, `expansion`: %s}",
                 rows[i].section);
        way_quote(document);
        CHECK(csuccess_config_compile(&config, check_view(document), NULL, &err) < 0);
        if (!CHECK_CSTR(err.pointer, rows[i].pointer) ||
            !CHECK_HAS(err.message, rows[i].message))
            printf("# %s: %s\n", rows[i].section, err.message);
        csuccess_config_unref(config);
    }
}

/* Any byte changed or cut: refused, or read as one that could have been written. */
static void damaged_payloads(void)
{
    static const char known[] = "{`users`: 9, `user_limit`: 10}";
    bench b;
    if (!CHECK_OK(bench_open(&b, preset, NULL))) return;
    CHECK_OK(look(&b, 0, known));
    char bytes[128], worse[128];
    const csuccess_str id = CSUCCESS_STR("user_expansion");
    csuccess_str good = csuccess__state_get(&b.w.l.state, CSUCCESS__STATE_OPPORTUNITY, id);
    size_t len = good.len;
    if (CHECK(good.ptr && len <= sizeof bytes)) memcpy(bytes, good.ptr, len);
    for (size_t i = 0; i <= 8 * len; i++) {
        csuccess_str cut = {worse, i < len ? i : len};
        memcpy(worse, bytes, len);
        if (i >= len) worse[i / 8 % len] = (char)(worse[i / 8 % len] ^ (1 << i % 8));
        b.w.l.step.failed = CSUCCESS_OK;
        CHECK(csuccess__state_put(&b.w.l.state, CSUCCESS__STATE_OPPORTUNITY, id, cut));
        csuccess_result result = look(&b, 1, known);
        CHECK(result == CSUCCESS_OK || result == CSUCCESS_ESTATE);
        if (i < len) CHECK_RESULT(result, CSUCCESS_ESTATE);
    }
    bench_close(&b);
}

static csuccess_result scenario(check_memory *memory, void *ud)
{
    static const char *const rows[] = {
        "{`users`: 9, `user_limit`: 10, `open_escalations`: 0}",
        "{`users`: 9, `user_limit`: 10, `growing_months`: 4, `usage_growth`: 0.1}", "{}"};
    bench b;
    (void)ud;
    csuccess_result result = bench_open(&b, preset, &memory->allocator);
    for (int i = 0; result >= 0 && i < 3; i++) {
        result = look(&b, i, rows[i]);
        if (result < 0 || !memory->fired) continue;
        /* What cannot be told when it moves is looked at again soon. */
        CHECK(b.w.l.step.due <= b.w.l.step.now + LIFE_HOUR);
        result = CSUCCESS_ENOMEM;
    }
    bench_close(&b);
    return result;
}

static void memory_may_fail(void)
{
    CHECK(check_faults(scenario, NULL) > 20);
}

CHECK_MAIN(CHECK_TEST(limits_at_their_thresholds), CHECK_TEST(patterns_of_use),
           CHECK_TEST(ranked_and_held), CHECK_TEST(equal_ones_by_id),
           CHECK_TEST(slots_entries_report), CHECK_TEST(time_comes),
           CHECK_TEST(problems_are_told), CHECK_TEST(damaged_payloads),
           CHECK_TEST(memory_may_fail))

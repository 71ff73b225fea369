/* SPDX-License-Identifier: Apache-2.0 */
/* Health as state: trends over what was, hysteresis without an input, entries, overrides by people. */
#include "flow_life.h"
#include "score/history_internal.h"
#include "text/utf8.h"

#define PROFILE(members) \
    "{\"csuccess\":1,\"attributes\":{\"x\":{\"type\":\"number\"},\"y\":{\"type\":\"number\"}}" \
    "," \
    "\"health\":{\"profiles\":{\"base\":{\"score\":{\"combine\":\"weighted_mean\",\"of\":{" \
    "\"usage\":{\"weight\":0.5,\"value\":\"x\",\"range\":[0,100]},\"support\":{\"weight\":0." \
    "5," \
    "\"value\":\"coalesce(y, x)\",\"range\":[0,100]}}}" members "}}}}"

static double expect_change(const life *l)
{
    const csuccess__health_result *r = &l->scorer->health;
    return r->has_earlier ? r->change : (double)NAN;
}

static csuccess_result score_at_hour(life *l, int hour, double x, const char *more)
{
    char row[128];
    life_at(l, LIFE_START + hour * LIFE_HOUR, "e");
    snprintf(row, sizeof row, "{\"x\":%.4f%s}", x, more);
    check_decimal_points(row);
    return life_score(l, isnan(x) ? "{}" : row);
}

/* ---- Trends ---- */

static void trend_over_three_days(void)
{
    /* The score in force at the end of the UTC day three days ago. */
    static const struct {
        int hour;
        double x, change; /* NaN: none */
        csuccess__absence why;
    } rows[] = {
        {0, 80, (double)NAN, CSUCCESS__ABSENCE_NEVER_SET},
        {10, 70, (double)NAN, CSUCCESS__ABSENCE_NEVER_SET}, /* the day's last: 70 */
        {71, 60, (double)NAN, CSUCCESS__ABSENCE_NEVER_SET},
        {72, 60, -10, CSUCCESS__ABSENCE_PRESENT}, /* day 3 against day 0 */
        {96, 50, -20, CSUCCESS__ABSENCE_PRESENT}, /* against day 1, whose score is day 0's */
        {97, 65, -5, CSUCCESS__ABSENCE_PRESENT},
        {120, 65, 5, CSUCCESS__ABSENCE_PRESENT}, /* day 2's 60 */
        {24 * 40, 65, 0, CSUCCESS__ABSENCE_PRESENT}};
    life l;
    CHECK_OK(life_open(&l, PROFILE(",\"trend\":{\"over\":\"P3D\",\"stable_within\":5}"), NULL));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_OK(score_at_hour(&l, rows[i].hour, rows[i].x, ""));
        CHECK_NUM(expect_change(&l), rows[i].change, 0);
        CHECK_INT(l.scorer->health.trend_why, rows[i].why);
    }
    life_close(&l);
}

static void inputs_win(void)
{
    life l;
    CHECK_OK(life_open(&l, PROFILE(",\"trend\":{\"against\":\"previous\"}"), NULL));
    CHECK_OK(score_at_hour(&l, 0, 80, ""));
    CHECK_NUM(expect_change(&l), (double)NAN, 0);
    CHECK_OK(score_at_hour(&l, 1, 70, ""));
    CHECK_NUM(expect_change(&l), -10, 0);
    CHECK_OK(score_at_hour(&l, 2, 75, ",\"previous_score\":20"));
    CHECK_NUM(expect_change(&l), 55, 0);
    CHECK_OK(score_at_hour(&l, 3, 75, ""));
    CHECK_NUM(expect_change(&l), 0, 0);
    life_close(&l);
}

/* ---- Trends over changing definitions, against a list of everything that was ---- */

enum { DEFINITIONS = 3, MOST = 400 };
typedef struct was {
    int hour, definition;
    double raw; /* NaN: no score */
} was;

/* What the list says was in force at the end of a day; `n` evaluations. */
static const was *in_force(const was *list, int n, int day)
{
    const was *found = NULL;
    for (int i = 0; i < n; i++) {
        if (list[i].hour / 24 <= day) found = &list[i];
    }
    return found;
}

static void expect_trend(const life *l, const was *then, const was *now)
{
    const csuccess__health_result *r = &l->scorer->health;
    if (isnan(now->raw)) {
        CHECK(!r->has_earlier);
    } else if (!then || isnan(then->raw)) {
        CHECK(!r->has_earlier && r->trend_why == CSUCCESS__ABSENCE_NEVER_SET);
    } else if (then->definition != now->definition) {
        CHECK(!r->has_earlier && r->trend_why == CSUCCESS__ABSENCE_OTHER_DEFINITION);
    } else {
        CHECK_NUM(expect_change(l), now->raw - then->raw, 1e-9);
    }
}

/* Points that were taken over as bytes are the bytes that writing them gives. */
static void as_written_anew(life *l)
{
    csuccess__health_past past;
    csuccess_str bytes =
        csuccess__state_get(&l->state, CSUCCESS__STATE_HEALTH, CSUCCESS_STR(""));
    CHECK_OK(csuccess__past_open(&past, &l->state, &l->past_arena));
    past.written = (csuccess_str){NULL, 0};
    csuccess__buffer_clear(&l->scratch);
    csuccess__past_write(&l->scratch, &past);
    CHECK(csuccess__str_eq(csuccess__buffer_view(&l->scratch), bytes));
}

static bool open_lives(life lives[DEFINITIONS], bool previous)
{
    static const char *const rest[DEFINITIONS] = {
        "", ",\"modifiers\":{\"m\":{\"add\":10}}",
        ",\"weights\":{\"usage\":0.9,\"support\":0.1}"};
    bool good = true;
    for (int d = 0; d < DEFINITIONS; d++) {
        char document[1024];
        snprintf(document, sizeof document, PROFILE(",\"trend\":{%s}%s"),
                 previous ? "\"against\":\"previous\"" : "\"over\":\"P7D\"", rest[d]);
        good = CHECK_OK(life_open(&lives[d], document, NULL)) && good;
    }
    return good;
}

/* One customer, whatever the configuration: the state is that of the first life. */
static void score_as(life lives[DEFINITIONS], int d, int hour, double x)
{
    life *l = &lives[d];
    csuccess__state own = l->state;
    l->state = lives[0].state;
    CHECK_OK(score_at_hour(l, hour, x, ""));
    CHECK(l->past.count <= 9);
    as_written_anew(l);
    lives[0].state = l->state;
    if (d != 0) l->state = own;
}

static void random_history(uint64_t seed, bool previous)
{
    static const double adds[DEFINITIONS] = {0, 10, 0};
    life lives[DEFINITIONS];
    was list[MOST];
    uint64_t random = seed;
    unsigned before = check_failures;
    bool good = open_lives(lives, previous);
    for (int i = 0, hour = 0, d = 0; good && i < MOST && check_failures == before; i++) {
        hour += (int)(check_random(&random) % 40);
        if (check_random(&random) % 20 == 0) d = (int)(check_random(&random) % DEFINITIONS);
        double x = (double)(check_random(&random) % 60);
        if (check_random(&random) % 8 == 0) x = (double)NAN;
        list[i] = (was){.hour = hour, .definition = d, .raw = x + adds[d]};
        score_as(lives, d, hour, x);
        const was *last = i > 0 ? &list[i - 1] : NULL;
        expect_trend(&lives[d], previous ? last : in_force(list, i, hour / 24 - 7), &list[i]);
    }
    if (check_failures != before) printf("# seed %llu\n", (unsigned long long)seed);
    for (int d = 0; d < DEFINITIONS; d++) life_close(&lives[d]);
}

static void trends_over_changing_definitions(void)
{
    for (uint64_t seed = 1; seed <= 20 && check_failures == 0; seed++) {
        random_history(seed, seed & 1);
    }
}

static void definition_is_what_scores_depend_on(void)
{
    static const struct {
        const char *members;
        bool same;
    } cases[] = {{"", true},
                 {",\"bands\":{\"good\":{\"from\":50},\"bad\":{}}", true},
                 {",\"rounding\":\"nearest\",\"hysteresis\":2", true},
                 {",\"weights\":{\"usage\":0.6,\"support\":0.4}", false},
                 {",\"modifiers\":{\"m\":{\"cap\":50}}", false}};
    uint64_t first = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        life l;
        char document[1024];
        snprintf(document, sizeof document, PROFILE("%s"), cases[i].members);
        CHECK_OK(life_open(&l, document, NULL));
        uint64_t definition = csuccess__health_definition(l.config->health, 0);
        if (i == 0) first = definition;
        CHECK(definition != 0 && (definition == first) == cases[i].same);
        CHECK_UINT(csuccess__health_definition(l.config->health, UINT32_MAX), 0);
        life_close(&l);
    }
}

/* ---- Hysteresis, and what is left behind ---- */

#define BANDS \
    ",\"bands\":{\"good\":{\"from\":80},\"fair\":{\"from\":60},\"poor\":{}},\"hysteresis\":2"

static void hysteresis_remembers_the_band(void)
{
    static const struct {
        double x;
        const char *status;
        bool changed;
    } rows[] = {{81, "good", false},     {79, "good", false},  {78, "good", false},
                {77.9, "fair", true},    {81, "fair", false},  {82, "fair", false},
                {82.1, "good", true},    {57.9, "poor", true}, {61, "poor", false},
                {(double)NAN, "", true}, {61, "fair", false}};
    life l;
    CHECK_OK(life_open(&l, PROFILE(BANDS), NULL));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_OK(score_at_hour(&l, (int)i, rows[i].x, ""));
        if (!CHECK_STR(l.scorer->health.status, rows[i].status)) printf("# row %zu\n", i);
        CHECK_INT(l.band_changed, rows[i].changed);
    }
    life_close(&l);
}

static csuccess_result override_input(life *l, const char *id, int hour, const char *properties,
                                      char say[128])
{
    char text[512], time[CSUCCESS__TIME_TEXT];
    csuccess__input input;
    csuccess__text reason;
    csuccess__text_init(&reason, say, 128);
    csuccess__time_format(time, LIFE_START + hour * LIFE_HOUR);
    snprintf(
        text, sizeof text,
        "{\"type\":\"override\",\"messageId\":\"%s\",\"timestamp\":\"%s\",\"groupId\":\"c1\","
        "\"properties\":{%s}}",
        id, time, properties);
    csuccess_result result = life_input(l, &input, text);
    if (!CHECK_OK(result)) return result;
    return csuccess__override_apply(l->config->health, &l->step, &input, &reason);
}

/* When a person's word ends, the status is what it had been without it. */
static void hysteresis_behind_an_override(void)
{
    static const char *const words[] = {"\"status\":\"fair\"", "\"score\":70"};
    for (size_t i = 0; i < 2; i++) {
        life l;
        char say[128], properties[128];
        snprintf(properties, sizeof properties,
                 "%s,\"reason\":\"r\",\"expires\":\"2026-01-01T05:00:00Z\"", words[i]);
        CHECK_OK(life_open(&l, PROFILE(BANDS), NULL));
        CHECK_OK(score_at_hour(&l, 0, 81, ""));
        CHECK_OK(override_input(&l, "o", 0, properties, say));
        CHECK_OK(score_at_hour(&l, 1, 80.5, ""));
        CHECK_STR(l.scorer->health.status, "fair");
        CHECK(l.band_changed);
        CHECK_OK(score_at_hour(&l, 5, 79, "")); /* within the hysteresis of "good" */
        CHECK_STR(l.scorer->health.status, "good");
        life_close(&l);
    }
}

static const char *last_body(const life *l, const char *kind)
{
    for (uint32_t i = l->effects.entry_count; i-- > 0;) {
        if (csuccess__str_is(l->effects.entries[i].kind, kind))
            return l->effects.entries[i].body.ptr;
    }
    return "";
}

static void changes_leave_entries(void)
{
    life l;
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    CHECK_OK(life_open(&l,
                       PROFILE(",\"modifiers\":{\"cut\":{\"when\":\"x < 40\",\"add\":-5}},"
                               "\"bands\":{\"good\":{\"from\":50},\"bad\":{}}"),
                       NULL));
    CHECK_OK(score_at_hour(&l, 0, 60, ""));
    CHECK_CSTR(last_body(&l, "health"),
               "{\"before\":null,\"after\":{\"score\":60,\"raw\":60,\"status\":\"good\","
               "\"profile\":\"base\",\"trend\":null,\"completeness\":1},\"causes\":[]}");
    csuccess__effects_clear(&l.effects);
    CHECK_OK(score_at_hour(&l, 1, 60, ""));
    CHECK_UINT(l.effects.entry_count, 0);
    CHECK_OK(score_at_hour(&l, 2, 30, ",\"y\":60"));
    CHECK_CSTR(
        last_body(&l, "health"),
        "{\"before\":{\"score\":60,\"raw\":60,\"status\":\"good\",\"profile\":\"base\","
        "\"trend\":null,\"completeness\":1},\"after\":{\"score\":40,\"raw\":40,\"status\":"
        "\"bad\",\"profile\":\"base\",\"trend\":null,\"completeness\":1},\"causes\":["
        "{\"what\":\"component\",\"id\":\"usage\",\"before\":60,\"after\":30},"
        "{\"what\":\"modifier\",\"id\":\"cut\",\"before\":false,\"after\":true}]}");
    CHECK_STR(life_print(&out, &l, CSUCCESS__STATE_HEALTH, "", csuccess__health_past_print),
              "{\"score\":40,\"raw\":40,\"status\":\"bad\",\"profile\":\"base\",\"trend\":null,"
              "\"completeness\":1,\"at\":\"2026-01-01T02:00:00Z\",\"since\":"
              "\"2026-01-01T02:00:00Z\",\"history\":[{\"day\":\"2026-01-01\",\"raw\":40}]}");
    csuccess__buffer_free(&out);
    life_close(&l);
}

/* ---- Overrides ---- */

static void overrides_end_at_their_time(void)
{
    life l;
    char say[128];
    CHECK_OK(life_open(&l, PROFILE(BANDS), NULL));
    CHECK_OK(score_at_hour(&l, 0, 90, ""));
    CHECK_OK(override_input(&l, "o", 0,
                            "\"score\":20,\"reason\":\"they said so\",\"expires\":"
                            "\"2026-01-02T00:00:00Z\"",
                            say));
    CHECK_CSTR(last_body(&l, "override"),
               "{\"score\":20,\"status\":null,\"reason\":\"they said so\",\"expires_at\":"
               "\"2026-01-02T00:00:00Z\"}");
    CHECK_OK(score_at_hour(&l, 1, 90, ""));
    CHECK_NUM(l.scorer->health.raw, 20, 0);
    CHECK_STR(l.scorer->health.override.by, "anna");
    CHECK_INT(l.step.due, LIFE_START + 24 * LIFE_HOUR);
    life_at(&l, LIFE_START + 24 * LIFE_HOUR - 1, "e");
    CHECK_OK(life_score(&l, "{\"x\":90}"));
    CHECK_NUM(l.scorer->health.raw, 20, 0);
    csuccess__effects_clear(&l.effects);
    CHECK_OK(score_at_hour(&l, 24, 90, ""));
    CHECK_NUM(l.scorer->health.raw, 90, 0);
    CHECK_INT(l.step.due, CSUCCESS__NEVER);
    CHECK_UINT(l.effects.entry_count, 2);
    CHECK_STR(l.effects.entries[0].body,
              "{\"score\":20,\"status\":null,\"reason\":\"they said so\",\"expires_at\":"
              "\"2026-01-02T00:00:00Z\",\"expired\":true}");
    CHECK_HAS(last_body(&l, "health"),
              "{\"what\":\"override\",\"before\":true,\"after\":false}");
    csuccess__effects_clear(&l.effects);
    CHECK_OK(score_at_hour(&l, 25, 90, ""));
    CHECK_UINT(l.effects.entry_count, 0);
    life_close(&l);
}

/* The four in every order, with what each leaves in force: the one of the latest time, then of the greater id. */
static void overrides_in_any_order(void)
{
    static const struct {
        const char *id, *properties;
        int hour;
    } all[] = {{"b", "\"score\":10,\"reason\":\"r\",\"expires\":\"2026-01-09T00:00:00Z\"", 1},
               {"a", "\"removed\":true", 2},
               {"c", "\"score\":30,\"reason\":\"r\",\"expires\":\"2026-01-09T00:00:00Z\"", 2},
               {"z", "\"score\":40,\"reason\":\"r\",\"expires\":\"2026-01-01T03:00:00Z\"", 1}};
    static const int orders[][4] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}, {1, 3, 0, 2},
                                    {2, 3, 1, 0}, {0, 3, 1, 2}, {3, 0, 2, 1}, {1, 2, 3, 0}};
    for (size_t last = 0; last < 2; last++) {
        char first[64] = "";
        size_t len = 0;
        for (size_t o = 0; o < sizeof orders / sizeof orders[0]; o++) {
            life l;
            char say[128];
            csuccess__override set;
            CHECK_OK(life_open(&l, PROFILE(BANDS), NULL));
            life_at(&l, LIFE_START + 4 * LIFE_HOUR, "e");
            for (int i = 0; i < 4; i++) {
                int at = orders[o][i];
                if (last == 1 && at == 2) continue; /* without "c" the removal holds */
                CHECK(override_input(&l, all[at].id, all[at].hour, all[at].properties, say) >=
                      0);
                /* One that has expired when the next comes. */
                (void)csuccess__override_open(&l.step, &set);
            }
            bool in_force = csuccess__override_open(&l.step, &set);
            CHECK_INT(in_force, last == 0);
            if (in_force) CHECK_NUM(set.score, 30, 0);
            csuccess_str bytes =
                csuccess__state_get(&l.state, CSUCCESS__STATE_OVERRIDE, CSUCCESS_STR(""));
            if (o == 0) {
                len = bytes.len;
                if (CHECK(len < sizeof first)) memcpy(first, bytes.ptr, len);
            }
            CHECK(bytes.len == len && memcmp(bytes.ptr, first, len) == 0);
            life_close(&l);
        }
    }
}

static void overrides_that_are_none(void)
{
    static const struct {
        const char *properties, *say;
    } cases[] = {
        {"\"reason\":\"r\",\"expires\":\"2026-02-01\"", "\"score\", \"status\" or both"},
        {"\"score\":\"high\",\"reason\":\"r\",\"expires\":\"2026-02-01\"", "not a number"},
        {"\"score\":5,\"expires\":\"2026-02-01\"", "needs \"reason\""},
        {"\"score\":5,\"reason\":\"\",\"expires\":\"2026-02-01\"", "needs \"reason\""},
        {"\"score\":5,\"reason\":\"r\"", "needs \"expires\""},
        {"\"score\":5,\"reason\":\"r\",\"expires\":\"soon\"", "needs \"expires\""},
        {"\"score\":5,\"reason\":\"r\",\"expires\":\"2026-01-01\"", "not after"},
        {"\"status\":\"great\",\"reason\":\"r\",\"expires\":\"2026-02-01\"", "no band"}};
    life l;
    char say[128];
    CHECK_OK(life_open(&l, PROFILE(BANDS), NULL));
    life_at(&l, LIFE_START, "e");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_RESULT(override_input(&l, "o", 0, cases[i].properties, say), CSUCCESS_ERANGE);
        CHECK_HAS(say, cases[i].say);
    }
    CHECK_UINT(l.state.count, 0);
    CHECK_UINT(l.effects.entry_count, 0);
    life_close(&l);
}

/* ---- Damage, refused memory ---- */

/* Every length, and every byte changed in several ways: an error or another state, never anything else. */
static void damage(life *l, csuccess__state_kind kind, csuccess_str name,
                   void (*print)(struct csuccess__json_writer *, const csuccess__state_field *))
{
    char bytes[512], copy[512];
    csuccess__override set;
    csuccess__buffer out;
    csuccess_str good = csuccess__state_get(&l->state, kind, name);
    size_t len = good.len;
    if (!CHECK(good.ptr && len < sizeof bytes)) return;
    memcpy(bytes, good.ptr, len);
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    for (size_t i = 0; i < len * 5; i++) {
        static const char flips[] = {1, 2, 16, 127, (char)-1};
        size_t at = i / 5, n = i % 5 == 0 ? at : len;
        memcpy(copy, bytes, len);
        copy[at] = (char)(copy[at] ^ flips[i % 5]);
        csuccess__state_put(&l->state, kind, name, (csuccess_str){copy, n});
        csuccess_result result = csuccess__past_open(&l->past, &l->state, &l->past_arena);
        CHECK(result == CSUCCESS_OK || result == CSUCCESS_ESTATE);
        if (i % 5 == 0 && kind == CSUCCESS__STATE_HEALTH) CHECK_RESULT(result, CSUCCESS_ESTATE);
        l->step.failed = CSUCCESS_OK;
        (void)csuccess__override_open(&l->step, &set);
        CHECK(l->step.failed == CSUCCESS_OK || l->step.failed == CSUCCESS_ESTATE);
        csuccess_str text = life_print(&out, l, kind, "", print);
        CHECK(text.len > 0 && csuccess__utf8_check(text, NULL));
    }
    csuccess__buffer_free(&out);
}

static void damaged_fields(void)
{
    life l;
    char say[128];
    CHECK_OK(life_open(&l, PROFILE(BANDS ",\"trend\":{\"over\":\"P30D\"}"), NULL));
    CHECK_OK(score_at_hour(&l, 0, 50, ""));
    CHECK_OK(score_at_hour(&l, 30, (double)NAN, ""));
    CHECK_OK(score_at_hour(&l, 60, 40.25, ""));
    CHECK_OK(override_input(&l, "o", 60,
                            "\"score\":20,\"status\":\"good\",\"reason\":\"why\",\"expires\":"
                            "\"2026-02-02T00:00:00Z\"",
                            say));
    damage(&l, CSUCCESS__STATE_HEALTH, CSUCCESS_STR(""), csuccess__health_past_print);
    csuccess__state_drop(&l.state, CSUCCESS__STATE_HEALTH, CSUCCESS_STR(""));
    damage(&l, CSUCCESS__STATE_OVERRIDE, CSUCCESS_STR(""), csuccess__override_print);
    life_close(&l);
}

static csuccess_result whole_story(check_memory *memory, void *ud)
{
    life l;
    char say[128];
    (void)ud;
    csuccess_result result =
        life_open(&l,
                  PROFILE(BANDS ",\"trend\":{\"over\":\"P1D\"},\"modifiers\":{\"m\":{"
                                "\"add\":1}}"),
                  &memory->allocator);
    if (result >= 0) result = score_at_hour(&l, 0, 90, "");
    if (result >= 0) {
        csuccess__input input = {
            .type = CSUCCESS__INPUT_OVERRIDE, .id = CSUCCESS_STR("o"), .at = LIFE_START};
        csuccess__text reason;
        const csuccess__property properties[] = {
            {CSUCCESS_STR("expires"), csuccess__string(CSUCCESS_STR("2026-01-01T09:00:00Z")),
             NULL},
            {CSUCCESS_STR("reason"), csuccess__string(CSUCCESS_STR("r")), NULL},
            {CSUCCESS_STR("score"), csuccess__number(12), NULL}};
        input.properties = properties;
        input.count = 3;
        csuccess__text_init(&reason, say, sizeof say);
        result = csuccess__override_apply(l.config->health, &l.step, &input, &reason);
        if (result >= 0) result = l.step.failed;
    }
    for (int day = 1; day < 4 && result >= 0; day++) {
        result = score_at_hour(&l, day * 24, 90 - day, "");
    }
    if (result == CSUCCESS_OK) CHECK_NUM(expect_change(&l), -1, 0);
    life_close(&l);
    return result;
}

static void memory_is_refused(void)
{
    CHECK(check_faults(whole_story, NULL) > 20);
}

CHECK_MAIN(CHECK_TEST(trend_over_three_days), CHECK_TEST(inputs_win),
           CHECK_TEST(trends_over_changing_definitions),
           CHECK_TEST(definition_is_what_scores_depend_on),
           CHECK_TEST(hysteresis_remembers_the_band), CHECK_TEST(hysteresis_behind_an_override),
           CHECK_TEST(changes_leave_entries), CHECK_TEST(overrides_end_at_their_time),
           CHECK_TEST(overrides_in_any_order), CHECK_TEST(overrides_that_are_none),
           CHECK_TEST(damaged_fields), CHECK_TEST(memory_is_refused))

/* SPDX-License-Identifier: Apache-2.0 */
/* Channels, policies and schedule from a document; retries, budgets, the breaker and the token bucket over time. */
#include "check.h"

#include "config/config.h"
#include "text/problems.h"

#define START INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */
#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static csuccess_config *compile(const char *sections, csuccess_error *err)
{
    char document[2048];
    csuccess_config *config = NULL;
    snprintf(document, sizeof document, "{\"csuccess\":1,%s}", sections);
    csuccess__error_clear(err);
    (void)csuccess_config_compile(&config, check_view(document), NULL, err);
    return config;
}

/* ---- The sections ---- */

static void defaults(void)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = compile("\"channels\":{\"mail\":{}}", &err);
    if (!CHECK(config != NULL)) return;
    const csuccess__channel *mail =
        csuccess__channel_find(config->channels, CSUCCESS_STR("mail"));
    if (CHECK(mail != NULL)) {
        CHECK(!mail->at_most_once && !mail->has_budget);
        CHECK_INT(mail->cost, 0);
        CHECK_INT(mail->first_ms, MINUTE);
        CHECK_INT(mail->most_ms, 6 * HOUR);
        CHECK_NUM(mail->factor, 2, 0);
        CHECK_NUM(mail->jitter, 0.2, 0);
        CHECK_UINT(mail->attempts, 8);
        CHECK_UINT(mail->failures, 5);
        CHECK_INT(mail->rest_ms, 5 * MINUTE);
        CHECK_UINT(mail->rate, 0);
        CHECK_INT(mail->timeout_ms, 30 * SECOND);
        CHECK(mail->enabled && !mail->available && mail->needs.len == 0);
        CHECK(mail->calendar.len == 0 && mail->max_per_day == 0 && mail->fallback_count == 0);
    }
    CHECK(!csuccess__channel_find(config->channels, CSUCCESS_STR("chat")));
    CHECK(!csuccess__channel_find(NULL, CSUCCESS_STR("chat")));
    csuccess_config_unref(config);
}

static void everything_said(void)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = compile(
        "\"channels\":{\"slack\":{\"delivery\":\"at_most_once\",\"cost\":3,\"budget\":{"
        "\"limit\":"
        "10000,\"per\":\"month\"},\"retry\":{\"first\":\"PT2M\",\"factor\":3,\"most\":\"PT1H\","
        "\"attempts\":4,\"jitter\":0},\"breaker\":{\"failures\":2,\"rest\":\"PT10M\"},\"rate\":"
        "{"
        "\"limit\":100,\"per\":\"PT2M\"},\"timeout\":\"PT5S\",\"label\":\"Slack\"}},"
        "\"policies\":{\"clock_skew\":\"PT1M\",\"clock_leap\":\"P1D\",\"park_after\":3,"
        "\"mass_change\":{\"share\":0.5,\"within\":\"PT2H\",\"at_least\":7,\"hold\":\"P1D\"}},"
        "\"schedule\":{\"health\":\"PT12H\",\"checks\":\"PT30S\"}",
        &err);
    if (!CHECK(config != NULL)) printf("# %s\n", err.message);
    if (!config) return;
    const csuccess__channel *slack = &config->channels->list[0];
    CHECK(slack->at_most_once && slack->has_budget && slack->monthly);
    CHECK_INT(slack->cost, 3);
    CHECK_INT(slack->budget, 10000);
    CHECK_INT(slack->first_ms, 2 * MINUTE);
    CHECK_INT(slack->most_ms, HOUR);
    CHECK_UINT(slack->attempts, 4);
    CHECK_UINT(slack->failures, 2);
    CHECK_INT(slack->rest_ms, 10 * MINUTE);
    CHECK_UINT(slack->rate, 100);
    CHECK_INT(slack->rate_ms, 2 * MINUTE);
    CHECK_INT(slack->timeout_ms, 5 * SECOND);
    const csuccess__policies *p = config->policies;
    CHECK_INT(p->clock_skew_ms, MINUTE);
    CHECK_INT(p->clock_leap_ms, DAY);
    CHECK_UINT(p->park_after, 3);
    CHECK(p->mass_change);
    CHECK_NUM(p->mass_share, 0.5, 0);
    CHECK_INT(p->mass_within_ms, 2 * HOUR);
    CHECK_UINT(p->mass_at_least, 7);
    CHECK_INT(p->mass_hold_ms, DAY);
    CHECK_INT(p->every_ms[CSUCCESS__JOB_HEALTH], 12 * HOUR);
    CHECK_INT(p->every_ms[CSUCCESS__JOB_CHURN], DAY);
    CHECK_INT(p->every_ms[CSUCCESS__JOB_CHECKS], 30 * SECOND);
    csuccess_config_unref(config);
}

/* What the arbiter reads. Circles of fallbacks are no mistake. */
static void reach(void)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = compile(
        "\"attributes\":{\"email\":{\"type\":\"string\"}},\"records\":{\"contacts\":{"
        "\"of\":"
        "{\"phone\":{\"type\":\"string\"}}}},\"calendars\":{\"office\":{\"hours\":{\"mon\":"
        "[\"09:00-17:00\"]}}},\"channels\":{\"email\":{\"available\":\"has(email)\","
        "\"max_per_day\":2,\"fallback\":[\"phone\",\"in_app\"],\"needs\":\"email\"},\"phone\":"
        "{\"calendar\":\"office\",\"needs\":\"phone\",\"fallback\":[\"email\"]},\"in_app\":"
        "{\"enabled\":false,\"available\":{\"email\":{\"eq\":\"a\"}},\"fallback\":[]}}",
        &err);
    if (!CHECK(config != NULL)) printf("# %s at %s\n", err.message, err.pointer);
    if (!config) return;
    const csuccess__channel *list = config->channels->list;
    CHECK(list[0].enabled && list[0].available && list[0].fallback_count == 2);
    CHECK_UINT(list[0].max_per_day, 2);
    CHECK(list[0].fallback[0] == &list[1] && list[0].fallback[1] == &list[2]);
    CHECK_STR(list[0].needs, "email");
    CHECK_STR(list[1].needs, "phone");
    CHECK_STR(list[1].calendar, "office");
    CHECK(list[1].fallback_count == 1 && list[1].fallback[0] == &list[0]);
    CHECK(!list[2].enabled && list[2].available && list[2].fallback_count == 0);
    csuccess_config_unref(config);
}

/* spec/flow.md "Schedule", spec/engine.md "health checks". */
static void policies_without_a_word(void)
{
    static const struct {
        const char *name;
        int64_t every;
    } jobs[] = {{"health", DAY},          {"churn", DAY},     {"segments", HOUR},
                {"journeys", 5 * MINUTE}, {"reminders", DAY}, {"alerts", HOUR},
                {"checks", MINUTE}};
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = compile("\"name\":\"n\"", &err);
    if (!CHECK(config != NULL)) return;
    const csuccess__policies *p = config->policies;
    CHECK(!config->channels && !config->alerts);
    if (CHECK(p != NULL)) {
        CHECK_INT(p->clock_skew_ms, 10 * MINUTE);
        CHECK_INT(p->clock_leap_ms, 7 * DAY);
        CHECK_UINT(p->park_after, 8);
        CHECK(!p->mass_change);
        for (int i = 0; i < CSUCCESS__JOB_COUNT; i++) {
            CHECK_CSTR(csuccess__job_name((csuccess__job)i), jobs[i].name);
            CHECK_INT(p->every_ms[i], jobs[i].every);
        }
    }
    csuccess_config_unref(config);
}

#define PROFILE(alert) \
    "\"attributes\":{\"x\":{\"type\":\"number\"}},\"channels\":{\"mail\":{\"available\":" \
    "\"x > 1\",\"needs\":\"x\",\"fallback\":[\"text\"]},\"text\":{}},\"health\":{" \
    "\"profiles\":{\"a\":{\"score\":{\"value\":\"x\",\"range\":[0,9]},\"alerts\":{\"b\":{" \
    "\"when\":\"x < 2\"," alert "}}}}}"
#define ALERT "/health/profiles/a/alerts/b"

static const struct {
    const char *sections, *pointer, *say;
    csuccess_result code;
} refused[] = {
    {"\"channels\":{\"m\":{\"colour\":1}}", "/channels/m/colour", "unknown key",
     CSUCCESS_ECONFIG},
    {"\"channels\":[]", "/channels", "must be an object", CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":1}", "/channels/m", "expected an object", CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":{\"delivery\":\"once\"}}", "/channels/m/delivery", "cannot be",
     CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":{\"cost\":1.5}}", "/channels/m/cost", "whole number",
     CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":{\"cost\":-1}}", "/channels/m/cost", "from 0 to", CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":{\"budget\":{\"limit\":5}}}", "/channels/m/budget", "state \"cost\"",
     CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":{\"cost\":1,\"budget\":{}}}", "/channels/m/budget", "needs \"limit\"",
     CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":{\"cost\":1,\"budget\":{\"limit\":5,\"per\":\"week\"}}}",
     "/channels/m/budget/per", "cannot be \"week\"", CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":{\"retry\":{\"first\":\"P1M\"}}}", "/channels/m/retry/first",
     "duration without months", CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":{\"retry\":{\"first\":\"PT0S\"}}}", "/channels/m/retry/first",
     "from PT1S to P", CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":{\"retry\":{\"first\":\"PT2H\",\"most\":\"PT1H\"}}}",
     "/channels/m/retry/most", "shorter than the first", CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":{\"retry\":{\"factor\":0.5}}}", "/channels/m/retry/factor", "from 1",
     CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":{\"retry\":{\"attempts\":0}}}", "/channels/m/retry/attempts",
     "from 1", CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":{\"breaker\":{\"failures\":0}}}", "/channels/m/breaker/failures",
     "from 1", CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":{\"rate\":{\"per\":\"PT1M\"}}}", "/channels/m/rate",
     "needs \"limit\"", CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":{\"timeout\":30}}", "/channels/m/timeout", "PT30S", CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":{\"enabled\":1}}", "/channels/m/enabled", "true or false",
     CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":{\"available\":\"1 + 1\"}}", "/channels/m/available", "bool",
     CSUCCESS_ETYPE},
    {"\"channels\":{\"m\":{\"available\":\"has(emial)\"}},\"attributes\":{\"email\":{"
     "\"type\":\"string\"}}",
     "/channels/m/available", "did you mean", CSUCCESS_ENAME},
    {"\"channels\":{\"m\":{\"max_per_day\":1.5}}", "/channels/m/max_per_day", "whole",
     CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":{\"max_per_day\":2000}}", "/channels/m/max_per_day", "to 1000",
     CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":{\"needs\":\"phoen\"}},\"records\":{\"contacts\":{\"of\":{"
     "\"phone\":{\"type\":\"string\"}}}}",
     "/channels/m/needs", "did you mean \"phone\"", CSUCCESS_ENAME},
    {"\"channels\":{\"m\":{\"needs\":\"phone\"}}", "/channels/m/needs", "\"records\"",
     CSUCCESS_ENAME},
    {"\"channels\":{\"m\":{\"fallback\":[\"mial\"]},\"mail\":{}}", "/channels/m/fallback/0",
     "did you mean \"mail\"", CSUCCESS_ENAME},
    {"\"channels\":{\"m\":{\"fallback\":[\"qqqqqq\"]}}", "/channels/m/fallback/0",
     "there is no channel", CSUCCESS_ENAME},
    {"\"channels\":{\"m\":{\"fallback\":[7]}}", "/channels/m/fallback/0", "names of channels",
     CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":{\"fallback\":\"n\"}}", "/channels/m/fallback", "array",
     CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":{\"fallback\":[\"m\"]}}", "/channels/m/fallback/0", "tried once",
     CSUCCESS_ECONFIG},
    {"\"channels\":{\"m\":{\"fallback\":[\"n\",\"n\"]},\"n\":{}}", "/channels/m/fallback/1",
     "tried once", CSUCCESS_ECONFIG},
    {"\"channels\":{\"total\":{\"cost\":1}}", "/channels/total", "another ledger",
     CSUCCESS_ECONFIG},
    {"\"policies\":{\"mass_change\":{}}", "/policies/mass_change", "needs \"share\"",
     CSUCCESS_ECONFIG},
    {"\"policies\":{\"mass_change\":{\"share\":2}}", "/policies/mass_change/share", "to 1",
     CSUCCESS_ECONFIG},
    {"\"policies\":{\"park_after\":2.5}", "/policies/park_after", "whole", CSUCCESS_ECONFIG},
    {"\"policies\":{\"clock_skew\":\"-PT1M\"}", "/policies/clock_skew", "from PT0S",
     CSUCCESS_ECONFIG},
    {"\"schedule\":{\"helth\":\"P1D\"}", "/schedule/helth", "did you mean \"health\"",
     CSUCCESS_ECONFIG},
    {"\"schedule\":{\"health\":\"P1M\"}", "/schedule/health", "without months",
     CSUCCESS_ECONFIG},
    {"\"schedule\":7", "/schedule", "must be an object", CSUCCESS_ECONFIG},
    {PROFILE("\"for\":7"), ALERT "/for", "such as \"P3D\"", CSUCCESS_ECONFIG},
    {PROFILE("\"for\":\"-P1D\""), ALERT "/for", "not negative", CSUCCESS_ECONFIG},
    {PROFILE("\"cooldown\":\"week\""), ALERT "/cooldown", "such as \"P7D\"", CSUCCESS_ECONFIG},
    {PROFILE("\"leave\":\"x\""), ALERT "/leave", "bool", CSUCCESS_ETYPE},
    {PROFILE("\"key\":\"\""), ALERT "/key", "is empty", CSUCCESS_ECONFIG},
    {PROFILE("\"message\":\"{{z}}\""), ALERT "/message", "unknown name", CSUCCESS_ENAME},
    {PROFILE("\"notify\":{\"t\":{}}"), ALERT "/notify/t", "needs \"channel\"",
     CSUCCESS_ECONFIG},
    {PROFILE("\"notify\":{\"t\":{\"channel\":\"mial\"}}"), ALERT "/notify/t/channel",
     "did you mean \"mail\"", CSUCCESS_ENAME},
    {PROFILE("\"notify\":{\"t\":{\"channel\":\"mail\",\"after\":\"P1M\"}}"),
     ALERT "/notify/t/after", "without months", CSUCCESS_ECONFIG},
    {PROFILE("\"notify\":{\"a\":{\"channel\":\"mail\"},\"b\":{\"channel\":\"mail\"},\"c\":{"
             "\"channel\":\"mail\"},\"d\":{\"channel\":\"mail\"}}"),
     ALERT "/notify", "at most 3 tiers", CSUCCESS_ELIMIT}};

static void what_is_refused(void)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        csuccess_error err = CSUCCESS_ERROR_INIT;
        csuccess_config *config = compile(refused[i].sections, &err);
        CHECK(config == NULL);
        CHECK_CSTR(err.pointer, refused[i].pointer);
        CHECK_HAS(err.message, refused[i].say);
        CHECK_INT(err.code, refused[i].code);
        csuccess_config_unref(config);
    }
}

/* ---- Budgets and retries ---- */

static void ledgers_by_month(void)
{
    csuccess__channel channel = {
        .name = CSUCCESS_STR("slack"), .has_budget = true, .monthly = true};
    static const struct {
        int64_t now, next;
        const char *key;
    } cases[] = {{START, START + 31 * DAY, "budget/slack/2026-01"},
                 {START + 31 * DAY - 1, START + 31 * DAY, "budget/slack/2026-01"},
                 {START + 31 * DAY, START + 59 * DAY, "budget/slack/2026-02"},
                 {START - 1, START, "budget/slack/2025-12"},
                 {INT64_C(253402300799999), INT64_MAX, "budget/slack/9999-12"}};
    char text[64];
    csuccess__text out;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        csuccess__text_init(&out, text, sizeof text);
        csuccess__channel_ledger(&channel, cases[i].now, &out);
        CHECK_CSTR(text, cases[i].key);
        CHECK_INT(csuccess__channel_next_budget(&channel, cases[i].now), cases[i].next);
    }
    channel.monthly = false;
    csuccess__text_init(&out, text, sizeof text);
    csuccess__channel_ledger(&channel, START, &out);
    CHECK_CSTR(text, "budget/slack");
    CHECK_INT(csuccess__channel_next_budget(&channel, START), INT64_MAX);
}

static void waits_grow(void)
{
    csuccess__channel channel = {
        .first_ms = MINUTE, .most_ms = 6 * HOUR, .factor = 2, .jitter = 0};
    int64_t plain[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360};
    double least = 1, most = 0, sum = 0;
    for (uint32_t i = 0; i < 11; i++) {
        CHECK_INT(csuccess__channel_wait(&channel, CSUCCESS_STR("m"), i + 1),
                  plain[i] * MINUTE);
    }
    channel.jitter = 0.5;
    for (uint32_t i = 0; i < 2000; i++) {
        char id[16];
        snprintf(id, sizeof id, "m%u", i);
        double stretched =
            (double)csuccess__channel_wait(&channel, check_view(id), 1) / 60000 - 1;
        CHECK(stretched >= 0 && stretched <= 0.5);
        if (stretched < least) least = stretched;
        if (stretched > most) most = stretched;
        sum += stretched;
        CHECK_INT(csuccess__channel_wait(&channel, check_view(id), 1),
                  csuccess__channel_wait(&channel, check_view(id), 1));
    }
    /* Evenly: the mean of 2000 even draws is within 0.25 +- 5 * 0.144 / sqrt(2000). */
    CHECK(least < 0.01 && most > 0.49);
    CHECK_NUM(sum / 2000, 0.25, 0.017);
    CHECK(csuccess__channel_wait(&channel, CSUCCESS_STR("m"), 2) !=
          2 * csuccess__channel_wait(&channel, CSUCCESS_STR("m"), 1));
}

/* ---- Breaker ---- */

static void breaker_over_time(void)
{
    /* At a second: '?' asks, '+' delivered, '-' failed; 1: may go, or the second until which not. */
    static const struct {
        int at;
        char what;
        int expected;
    } rows[] = {{0, '?', 1},     {0, '-', 0},
                {1, '-', 0},     {2, '+', 0},
                {3, '-', 0},     {4, '-', 0},
                {5, '?', 1},     {5, '-', 0}, /* the third in a row */
                {5, '?', 65},    {64, '?', 65},
                {20, '-', 0},                  /* one that was under way */
                {64, '?', 65},   {65, '?', 1}, /* half open: one tries */
                {65, '?', 125},  {66, '-', 0},
                {67, '?', 126},  {126, '?', 1},
                {127, '+', 0},   {127, '?', 1},
                {127, '?', 1},   {128, '-', 0},
                {129, '-', 0},   {129, '?', 1},
                {130, '-', 0},   {130, '?', 190}, /* nobody says what became of the trial */
                {190, '?', 1},   {191, '?', 250},
                {250, '?', 1},   {251, '?', 310},
                {100, '?', 160}, /* the clock went back: a rest, no longer */
                {160, '?', 1},   {161, '+', 0},
                {161, '?', 1}};
    const csuccess__channel channel = {.failures = 3, .rest_ms = MINUTE};
    csuccess__breaker breaker = {.failures = 0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t now = START + rows[i].at * SECOND, until = 0;
        if (rows[i].what != '?') {
            csuccess__breaker_told(&breaker, &channel, rows[i].what == '+', now);
            continue;
        }
        bool goes = csuccess__breaker_allows(&breaker, now, &until);
        int expected = goes ? 1 : (int)((until - START) / SECOND);
        if (!CHECK_INT(expected, rows[i].expected)) printf("# row %zu\n", i);
        CHECK(goes || until > now);
    }
}

/* ---- Token bucket ---- */

/* A bucket, and the same by doubles. */
typedef struct filled {
    csuccess__channel channel;
    csuccess__bucket bucket;
    double tokens;
    int64_t now, until;
} filled;

static void pass(filled *f, int64_t by)
{
    double rate = f->channel.rate;
    f->now += by;
    f->tokens += (double)by * rate / (double)f->channel.rate_ms;
    if (f->tokens > rate) f->tokens = rate;
}

/* Whether a message went; only where doubles can tell does it matter what they say. */
static bool ask(filled *f)
{
    bool takes = csuccess__bucket_takes(&f->bucket, &f->channel, f->now, &f->until);
    if (fabs(f->tokens - 1) > 1e-6) CHECK_INT(takes, f->tokens >= 1);
    if (takes) f->tokens -= 1;
    int64_t longest = f->channel.rate_ms / f->channel.rate + 1;
    CHECK(takes || (f->until > f->now && f->until <= f->now + longest));
    return takes;
}

/* Never more than the bucket held and what came since; never less; and at the time that it names one goes. */
static void bucket_against_a_list(void)
{
    for (uint64_t seed = 1; seed <= 40 && check_failures == 0; seed++) {
        uint64_t random = seed;
        filled f = {.now = START};
        f.channel.rate = 1 + (uint32_t)(check_random(&random) % 50);
        f.channel.rate_ms = 1000 + (int64_t)(check_random(&random) % 100000);
        f.tokens = f.channel.rate;
        uint64_t most = (uint64_t)(2 * f.channel.rate_ms / f.channel.rate + 1);
        for (int i = 0; i < 2000; i++) {
            pass(&f, (int64_t)(check_random(&random) % most));
            if (ask(&f) || check_random(&random) % 2) continue;
            pass(&f, f.until - f.now);
            CHECK(ask(&f));
        }
    }
    csuccess__channel any = {.rate = 0};
    csuccess__bucket bucket = {.at = 0};
    int64_t until;
    for (int i = 0; i < 1000; i++) CHECK(csuccess__bucket_takes(&bucket, &any, START, &until));
}

static void bucket_at_the_ends(void)
{
    csuccess__channel channel = {.rate = 2, .rate_ms = 1000};
    csuccess__bucket bucket = {.at = 0};
    int64_t until = 0;
    CHECK(csuccess__bucket_takes(&bucket, &channel, START, &until));
    CHECK(csuccess__bucket_takes(&bucket, &channel, START, &until));
    CHECK(!csuccess__bucket_takes(&bucket, &channel, START, &until));
    CHECK_INT(until, START + 500);
    CHECK(!csuccess__bucket_takes(&bucket, &channel, START + 499, &until));
    CHECK(csuccess__bucket_takes(&bucket, &channel, START + 500, &until));
    /* A clock that goes back brings nothing, and takes nothing away. */
    CHECK(!csuccess__bucket_takes(&bucket, &channel, START - HOUR, &until));
    CHECK_INT(until, START - HOUR + 500);
    CHECK(csuccess__bucket_takes(&bucket, &channel, START - HOUR + 500, &until));
    CHECK(csuccess__bucket_takes(&bucket, &channel, START + HOUR, &until));
    CHECK(csuccess__bucket_takes(&bucket, &channel, INT64_MAX, &until));
}

static csuccess_result compile_all(check_memory *memory, void *ud)
{
    static const char document[] = "{\"csuccess\":1," PROFILE(
        "\"leave\":\"x > 3\",\"message\":\"{{x}}\",\"notify\":{\"t\":{"
        "\"channel\":\"mail\"}}") ",\"policies\":{\"park_after\":3}}";
    csuccess_config *config = NULL;
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    (void)ud;
    options.allocator = &memory->allocator;
    csuccess_result result =
        csuccess_config_compile(&config, CSUCCESS_STR(document), &options, NULL);
    if (result == CSUCCESS_OK) CHECK_UINT(config->alerts->count, 1);
    csuccess_config_unref(config);
    return result;
}

static void memory_is_refused(void)
{
    CHECK(check_faults(compile_all, NULL) > 10);
}

CHECK_MAIN(CHECK_TEST(defaults), CHECK_TEST(everything_said), CHECK_TEST(reach),
           CHECK_TEST(policies_without_a_word), CHECK_TEST(what_is_refused),
           CHECK_TEST(ledgers_by_month), CHECK_TEST(waits_grow), CHECK_TEST(breaker_over_time),
           CHECK_TEST(bucket_against_a_list), CHECK_TEST(bucket_at_the_ends),
           CHECK_TEST(memory_is_refused))

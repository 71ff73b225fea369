/* SPDX-License-Identifier: Apache-2.0 */
/* What other teams bring to a score and take from it (004: team integrations, operations, recommendations): metric families from
   referrals and networks, behavioural segments, alert rules over one's own numbers, nested rules. */
#include "requirement.h"

/* Three families at weights of 0.5, 0.3 and 0.2: usage, referrals, and the numbers of the host's graph of customers. */
static const char family[] =
    "{`csuccess`: 1, `attributes`: {`logins_30d`: {`type`: `number`},"
    "`referrals_sent`: {`type`: `number`, `min`: 0}, `referrals_joined`: {`type`: `number`, "
    "`min`: 0},"
    "`network_size`: {`type`: `number`, `min`: 0},"
    "`network_active_share`: {`type`: `number`, `min`: 0, `max`: 1},"
    "`network_centrality`: {`type`: `number`, `min`: 0, `max`: 1}},"
    "`health`: {`profiles`: {`default`: {`score`: {`combine`: `weighted_mean`, `of`: {"
    "`usage`: {`weight`: 0.5, `value`: `logins_30d`, `points`: {`linear`: [[0, 0], [20, "
    "100]]}},"
    "`viral`: {`weight`: 0.3, `combine`: `sum`, `of`: {"
    "  `sent`: {`value`: `referrals_sent`, `points`: {`linear`: [[0, 0], [10, 40]]}},"
    "  `joined`: {`value`: `referrals_joined / referrals_sent`,"
    "    `points`: {`linear`: [[0, 0], [0.5, 60]]}}}},"
    "`network`: {`weight`: 0.2, `combine`: `weighted_mean`, `of`: {"
    "  `reach`: {`weight`: 1, `value`: `network_size`, `points`: {`linear`: [[0, 0], [50, "
    "100]]}},"
    "  `liveliness`: {`weight`: 2, `value`: `network_active_share * 100`},"
    "  `standing`: {`weight`: 1, `value`: `network_centrality * 100`}}}}},"
    "`bands`: {`healthy`: {`from`: 75}, `at_risk`: {`from`: 50}, `critical`: {}}}}}}";

/* Usage 12 of 20 logins: 60. Without referrals that is the score; with them it is (0.5 * 60 + 0.3 * viral) / 0.8. */
static void referrals_are_a_family_of_their_own(void)
{
    static const struct {
        const char *more;
        double viral, raw;
    } cases[] = {
        {"", NAN, 60},
        {", `referrals_sent`: 10, `referrals_joined`: 5", 100, (30 + 30) / 0.8},
        {", `referrals_sent`: 5, `referrals_joined`: 1", 44, (30 + 13.2) / 0.8},
        /* Nobody invited: no share of them has joined, so what was sent stands for all. */
        {", `referrals_sent`: 0, `referrals_joined`: 0", 0, (30 + 0) / 0.8},
    };
    char row[256];
    bench b;
    if (!bench_open(&b, family)) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(row, sizeof row, "{`logins_30d`: 12%s}", cases[i].more);
        if (!bench_score(&b, row)) break;
        CHECK_NUM(bench_num(&b, "health/components/viral/score"), cases[i].viral, 1e-9);
        CHECK_NUM(bench_num(&b, "health/raw"), cases[i].raw, 1e-9);
    }
    bench_close(&b);
}

/* Network: (reach + 2 liveliness + standing) / 4. */
static void numbers_of_the_network_count(void)
{
    static const struct {
        const char *more;
        double network, raw;
    } cases[] = {
        {", `network_size`: 25, `network_active_share`: 0.8, `network_centrality`: 0.1", 55,
         (30 + 11) / 0.7},
        {", `network_size`: 80, `network_active_share`: 1, `network_centrality`: 1", 100,
         (30 + 20) / 0.7},
        {", `network_size`: 25, `network_active_share`: 0.2, `network_centrality`: 0.1", 25,
         (30 + 5) / 0.7},
        /* The graph knows the size only. */
        {", `network_size`: 10", 20, (30 + 4) / 0.7},
    };
    char row[256];
    bench b;
    if (!bench_open(&b, family)) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(row, sizeof row, "{`logins_30d`: 12%s}", cases[i].more);
        if (!bench_score(&b, row)) break;
        CHECK_NUM(bench_num(&b, "health/components/network/score"), cases[i].network, 1e-9);
        CHECK_NUM(bench_num(&b, "health/raw"), cases[i].raw, 1e-9);
    }
    bench_close(&b);
}

/* Segments by what customers did (a collection of events) and by how they are. */
static void behavioural_segments(void)
{
    static const char document[] =
        "{`csuccess`: 1, `extends`: `retention`,"
        "`records`: {`events`: {`of`: {`name`: {`type`: `string`}, `at`: {`type`: `time`}}}},"
        "`segments`: {"
        "`explorers`: {`when`: `events.exists(e, e.name == 'export' && e.at > now - "
        "duration('P7D'))"
        " && health.status == 'healthy'`},"
        "`drifting`: {`when`: `health.trend == 'declining' && !events.exists(e, e.at > now - "
        "duration('P14D'))`},"
        "`silent`: {`when`: `events.filter(e, e.name == 'login').size() == 0 && health.score < "
        "50`}}}";
    static const char healthy[] =
        "`last_login`: `2026-01-31T00:00:00Z`, `features_used`: 9, `total_features`: 10,"
        " `actions_per_session`: 20, `previous_score`: 100";
    static const struct {
        const char *events;
        bool good, in[3];
    } cases[] = {
        {"{`1`: {`name`: `export`, `at`: `2026-01-30T00:00:00Z`}}", true, {true, false, false}},
        {"{`1`: {`name`: `export`, `at`: `2026-01-23T00:00:00Z`}}",
         true,
         {false, false, false}},
        {"{`1`: {`name`: `login`, `at`: `2026-01-30T00:00:00Z`}}", true, {false, false, false}},
        {"{`1`: {`name`: `login`, `at`: `2026-01-10T00:00:00Z`}}", false, {false, true, false}},
        {"{`1`: {`name`: `export`, `at`: `2026-01-10T00:00:00Z`}}", false, {false, true, true}},
        {"{`1`: {`name`: `export`, `at`: `2026-01-30T00:00:00Z`}}",
         false,
         {false, false, true}},
    };
    static const char *const names[] = {"explorers", "drifting", "silent"};
    char row[512];
    bench b;
    if (!bench_open(&b, document)) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(row, sizeof row, "{%s, `events`: %s}",
                 cases[i].good ? healthy : "`previous_score`: 100", cases[i].events);
        if (!bench_score(&b, row)) break;
        for (int k = 0; k < 3; k++) {
            if (!CHECK(bench_in(&b, names[k]) == cases[i].in[k])) {
                printf("# %s of %s\n", names[k], row);
            }
        }
    }
    bench_close(&b);
}

/* A system's own numbers are a row like any other; its alert rules are alerts, and a number that is not there is none of them. */
static void alert_rules_over_self_metrics(void)
{
    static const char document[] =
        "{`csuccess`: 1, `attributes`: {`score_ms_p95`: {`type`: `number`},"
        "`scored_share`: {`type`: `number`}, `failed_runs`: {`type`: `number`},"
        "`last_run`: {`type`: `time`}, `auc`: {`type`: `number`}},"
        "`health`: {`profiles`: {`system`: {`score`: {`combine`: `min`, `of`: {"
        "`coverage`: {`value`: `scored_share * 100`}, `speed`: {`value`: `score_ms_p95`,"
        "  `points`: {`linear`: [[100, 100], [1000, 0]]}}}},"
        "`alerts`: {"
        "`slow`: {`when`: `score_ms_p95 > 200`, `severity`: `medium`},"
        "`gaps`: {`when`: {`scored_share`: {`lt`: 0.95}}, `severity`: `high`},"
        "`stuck`: {`when`: `hours_since(last_run) > 26 || failed_runs >= 3`, `severity`: "
        "`critical`},"
        "`blind`: {`when`: {`any`: [{`auc`: {`lt`: 0.8}}, {`auc`: {`exists`: false}}]}}}}}}}";
    static const struct {
        const char *row, *alerts[4];
    } cases[] = {
        {"{`score_ms_p95`: 87, `scored_share`: 1, `failed_runs`: 0, `auc`: 0.891,"
         " `last_run`: `2026-01-30T03:00:00Z`}",
         {NULL}},
        {"{`score_ms_p95`: 201, `scored_share`: 0.94, `failed_runs`: 0, `auc`: 0.891,"
         " `last_run`: `2026-01-30T03:00:00Z`}",
         {"slow", "gaps"}},
        {"{`score_ms_p95`: 87, `scored_share`: 1, `failed_runs`: 0, `auc`: 0.79,"
         " `last_run`: `2026-01-29T21:00:00Z`}",
         {"stuck", "blind"}},
        {"{`failed_runs`: 3, `auc`: 0.9}", {"stuck"}},
        {"{`failed_runs`: 2}", {"blind"}},
    };
    bench b;
    if (!bench_open(&b, document)) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int n = 0;
        if (!bench_score(&b, cases[i].row)) break;
        for (; n < 4 && cases[i].alerts[n]; n++) {
            CHECK(bench_lists(&b, "health/alerts", cases[i].alerts[n]));
        }
        if (!CHECK_INT(bench_size(&b, "health/alerts"), n)) printf("# %s\n", cases[i].row);
    }
    bench_close(&b);
}

/* The facts of one case, by the bits of its number. */
typedef struct facts_of {
    bool a, b, c, team;
    const char *n;
    bool between, above; /* 10 to 20; more than 20 */
} facts_of;

static facts_of case_of(unsigned bits)
{
    static const char *const numbers[] = {"9.5", "10", "20", "20.5"};
    unsigned n = bits >> 3 & 3;
    return (facts_of){.a = bits & 1,
                      .b = bits >> 1 & 1,
                      .c = bits >> 2 & 1,
                      .team = bits >> 5 & 1,
                      .n = numbers[n],
                      .between = n == 1 || n == 2,
                      .above = n == 3};
}

/* The rule of the document below, in C. */
static bool belongs(facts_of x)
{
    bool first = x.a && !(x.b || (x.c && !x.between));
    bool second = x.team && x.above && (x.a || x.c);
    return first || second;
}

static const char *word(bool yes)
{
    return yes ? "true" : "false";
}

/* all, any, not and field maps in one another, against the same said by hand, over every combination of four facts. */
static void nested_rule_trees(void)
{
    static const char document[] =
        "{`csuccess`: 1, `attributes`: {`a`: {`type`: `bool`}, `b`: {`type`: `bool`},"
        "`c`: {`type`: `bool`}, `n`: {`type`: `number`}, `plan`: {`type`: `string`}},"
        "`segments`: {`deep`: {`when`: {`any`: ["
        "  {`all`: [{`a`: true}, {`not`: {`any`: [{`b`: true}, {`all`: [{`c`: true},"
        "    {`not`: {`n`: {`between`: [10, 20]}}}]}]}}]},"
        "  {`plan`: {`in`: [`team`, `enterprise`]}, `n`: {`gt`: 20}, `not`: {`all`: [{`a`: "
        "false},"
        "    {`c`: false}]}}"
        "]}}}}";
    char row[128];
    bench b;
    if (!bench_open(&b, document)) return;
    for (unsigned i = 0; i < 64; i++) {
        facts_of x = case_of(i);
        snprintf(row, sizeof row, "{`a`: %s, `b`: %s, `c`: %s, `n`: %s, `plan`: `%s`}",
                 word(x.a), word(x.b), word(x.c), x.n, x.team ? "team" : "free");
        if (!bench_read(&b, row)) break;
        if (!CHECK(bench_in(&b, "deep") == belongs(x))) printf("# %s\n", row);
    }
    bench_close(&b);
}

CHECK_MAIN(CHECK_TEST(referrals_are_a_family_of_their_own),
           CHECK_TEST(numbers_of_the_network_count), CHECK_TEST(behavioural_segments),
           CHECK_TEST(alert_rules_over_self_metrics), CHECK_TEST(nested_rule_trees))

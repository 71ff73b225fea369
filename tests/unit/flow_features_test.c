/* SPDX-License-Identifier: Apache-2.0 */
/* Adoption of features against a slow plain model over random uses, late and out of order; the stages, mastery and risk of a life written out. */
#include "flow_progress.h"

#include <math.h>

/* ---- The plain model: every use that there was ---- */

enum { USES_MOST = 400, KEPT = 63 };
typedef struct plain {
    int64_t at[USES_MOST];
    int count;
} plain;
typedef struct rules {
    int trial, adopting, power, churned_days;
} rules;

static int64_t day(int64_t at)
{
    return (int64_t)floor((double)at / (double)LIFE_DAY);
}

static bool used_on(const plain *p, int64_t d)
{
    for (int i = 0; i < p->count; i++) {
        if (day(p->at[i]) == d) return true;
    }
    return false;
}

static int64_t last_use(const plain *p)
{
    int64_t last = INT64_MIN;
    for (int i = 0; i < p->count; i++) last = p->at[i] > last ? p->at[i] : last;
    return last;
}

/* Days with use from `from` to `until`, both included. */
static int used_days(const plain *p, int64_t from, int64_t until)
{
    int n = 0;
    for (int64_t d = from; d <= until; d++) n += used_on(p, d);
    return n;
}

static const char *plain_stage(const plain *p, const rules *r, int64_t now)
{
    if (p->count == 0) return "never_used";
    int64_t last = last_use(p), today = day(now);
    if (used_days(p, day(last) - KEPT + 1, day(last)) < r->trial) return "never_used";
    if (now - last >= r->churned_days * LIFE_DAY) return "churned";
    int days = used_days(p, today - 27, today);
    return days >= r->power ? "power_user" : days >= r->adopting ? "adopting" : "trial";
}

static const char *plain_frequency(const plain *p, int64_t now)
{
    int days = p->count ? used_days(p, day(now) - 27, day(now)) : 0;
    return days >= 20 ? "daily" : days >= 4 ? "weekly" : days >= 1 ? "monthly" : "rarely";
}

static double plain_risk(const plain *p, const rules *r, int64_t now)
{
    const char *stage = plain_stage(p, r, now);
    if (strcmp(stage, "never_used") == 0) return -1;
    if (strcmp(stage, "churned") == 0) return 1;
    int64_t today = day(now);
    double recent = used_days(p, today - 13, today) / 14.0;
    double before = used_days(p, today - 41, today - 14) / 28.0;
    double fall = before > 0 ? fmax(0, 1 - recent / before) : 0;
    double silence = (double)(today - day(last_use(p))) / r->churned_days;
    return fmin(1, fmax(fall, silence));
}

static rules random_rules(uint64_t *random)
{
    rules r;
    r.trial = 1 + (int)(check_random(random) % 3);
    r.adopting = r.trial + (int)(check_random(random) % 5);
    r.power = r.adopting + (int)(check_random(random) % 10);
    r.churned_days = 1 + (int)(check_random(random) % 60);
    return r;
}

static csuccess__adopting definition(const rules *r)
{
    return (csuccess__adopting){.trial = r->trial,
                                .adopting = r->adopting,
                                .power_user = r->power,
                                .churned_after_ms = r->churned_days * LIFE_DAY};
}

static bool same_look(const plain *p, const rules *r, const csuccess__feature_field *field,
                      int64_t now)
{
    csuccess__adopting of = definition(r);
    csuccess__feature_look look = csuccess__feature_looks(&of, field, now);
    int days = p->count ? used_days(p, day(now) - 27, day(now)) : 0;
    bool same = CHECK_CSTR(csuccess__feature_stage_name(look.stage), plain_stage(p, r, now));
    same =
        CHECK_CSTR(csuccess__frequency_name(look.frequency), plain_frequency(p, now)) && same;
    same = CHECK_INT(look.days, days) && same;
    double risk = plain_risk(p, r, now);
    same = CHECK(look.has_risk == (risk >= 0)) && same;
    return look.has_risk ? CHECK_NUM(look.risk, risk, 1e-12) && same : same;
}

/* Days at random, denser or thinner. */
static void random_uses(plain *p, uint64_t *random)
{
    int spread = 1 + (int)(check_random(random) % 200);
    p->count = (int)(check_random(random) % 60);
    for (int i = 0; i < p->count; i++) {
        p->at[i] =
            LIFE_START + (int64_t)(check_random(random) % ((uint64_t)spread * 86400)) * 1000;
    }
}

static void shuffle(plain *p, uint64_t *random)
{
    for (int i = p->count - 1; i > 0; i--) {
        int k = (int)(check_random(random) % (uint64_t)(i + 1));
        int64_t at = p->at[i];
        p->at[i] = p->at[k];
        p->at[k] = at;
    }
}

static void put_uses(csuccess__feature_field *field, const plain *p)
{
    memset(field, 0, sizeof *field);
    for (int i = 0; i < p->count; i++) csuccess__feature_use(field, p->at[i]);
}

static void order_makes_no_difference(void)
{
    uint64_t random = 7;
    for (int run = 0; run < 2000; run++) {
        plain p;
        csuccess__feature_field one, other;
        rules r = random_rules(&random);
        random_uses(&p, &random);
        put_uses(&one, &p);
        shuffle(&p, &random);
        put_uses(&other, &p);
        bool same =
            CHECK(one.uses == other.uses && one.days == other.days &&
                  one.first_used == other.first_used && one.last_used == other.last_used);
        if (p.count == 0) continue;
        for (int i = 0; i < 8 && same; i++) {
            int64_t now = last_use(&p) + (int64_t)(check_random(&random) % (80 * 86400)) * 1000;
            same = same_look(&p, &r, &one, now);
        }
        if (!same) {
            printf("# run %d\n", run);
            return;
        }
    }
}

/* Nothing becomes another between now and the time that is told, and then something does. */
static void it_says_when_to_look_again(void)
{
    uint64_t random = 11;
    for (int run = 0; run < 300; run++) {
        plain p;
        csuccess__feature_field field;
        rules r = random_rules(&random);
        csuccess__adopting of = definition(&r);
        random_uses(&p, &random);
        if (p.count == 0) continue;
        put_uses(&field, &p);
        int64_t now = last_use(&p) + (int64_t)(check_random(&random) % (40 * 86400)) * 1000;
        bool days = run & 1;
        int64_t next = csuccess__feature_next(&of, &field, now, days, false), at = now;
        const char *stage = plain_stage(&p, &r, now);
        int used = used_days(&p, day(now) - 27, day(now));
        for (; at < now + 70 * LIFE_DAY; at += LIFE_HOUR) {
            bool other = strcmp(plain_stage(&p, &r, at), stage) != 0 ||
                         (days && used_days(&p, day(at) - 27, day(at)) != used);
            if (other) break;
        }
        bool changes = at < now + 70 * LIFE_DAY;
        bool right = changes ? next <= at && next > at - LIFE_HOUR : next == CSUCCESS__NEVER;
        if (!CHECK(right)) {
            printf("# run %d: told %lld hours, is %lld\n", run,
                   (long long)((next - now) / LIFE_HOUR), (long long)((at - now) / LIFE_HOUR));
            return;
        }
    }
}

/* ---- A life ---- */

#define DOCUMENT \
    "{`csuccess`: 1, `attributes`: {`x`: {`type`: `number`}}, `features`: {" \
    "`reports`: {`event`: `report_run`, `points`: 2}," \
    "`automation`: {`event`: `automation_saved`, `properties`: {`kind`: `string`}, `where`: " \
    "`kind == 'live'`, `churned_after`: `P10D`}," \
    "`export`: {`event`: `exported`}}, `milestones`: {`keen`: {`achieved_when`: " \
    "`feature('reports').stage == 'power_user'`}}}"

static void use_on(way *w, int on_day, const char *event, const char *properties)
{
    int64_t now = LIFE_START + on_day * LIFE_DAY + LIFE_HOUR;
    CHECK_OK(way_event(w, now, now, event, properties));
}

static csuccess_str entries(way *w)
{
    static char text[2048];
    csuccess__text out;
    csuccess__text_init(&out, text, sizeof text);
    for (uint32_t i = 0; i < w->l.effects.entry_count; i++) {
        const csuccess__effect_entry *e = &w->l.effects.entries[i];
        csuccess__text_format(&out, "%s%S %S", i ? " " : "", e->kind, e->body);
    }
    csuccess__effects_clear(&w->l.effects);
    return (csuccess_str){text, out.len};
}

/* reason: a life, told in order. */
static void a_life_of_use(void)
{
    way w;
    if (CHECK_OK(way_open(&w, DOCUMENT, NULL))) {
        CHECK_OK(way_step(&w, LIFE_START, NULL));
        WAY_SLOT(&w, "feature.stage", "reports", "\"never_used\"");
        WAY_SLOT(&w, "feature.risk", "reports", "null");
        WAY_SLOT(&w, "feature.frequency", "reports", "\"rarely\"");
        WAY_SLOT(&w, "features.breadth", NULL, "0");
        WAY_SLOT(&w, "features.depth", NULL, "null");
        WAY_SLOT(&w, "mastery.score", NULL, "0");
        WAY_SLOT(&w, "mastery.level", NULL, "\"beginner\"");
        CHECK_STR(entries(&w), "");
        use_on(&w, 0, "report_run", NULL);
        CHECK_STR(
            entries(&w),
            "feature {\"feature\":\"reports\",\"stage\":\"trial\",\"from\":\"never_used\","
            "\"days\":1,\"frequency\":\"monthly\",\"risk\":0}");
        use_on(&w, 0, "report_run", NULL); /* once more that day */
        WAY_SLOT(&w, "feature.days", "reports", "1");
        use_on(&w, 1, "report_run", NULL);
        CHECK_STR(entries(&w), "");
        use_on(&w, 2, "report_run", NULL);
        CHECK_STR(entries(&w),
                  "feature {\"feature\":\"reports\",\"stage\":\"adopting\",\"from\":\"trial\","
                  "\"days\":3,\"frequency\":\"monthly\",\"risk\":0} "
                  "feature {\"feature\":\"mastery\",\"level\":\"intermediate\",\"from\":"
                  "\"beginner\",\"score\":25}");
        use_on(&w, 2, "automation_saved", "{`kind`:`draft`}");
        WAY_SLOT(&w, "feature.stage", "automation", "\"never_used\"");
        use_on(&w, 2, "automation_saved", "{`kind`:`live`}");
        WAY_SLOT(&w, "feature.stage", "automation", "\"trial\"");
        (void)entries(&w);
        for (int d = 3; d < 11; d++) use_on(&w, d, "report_run", NULL);
        CHECK_STR(entries(&w), "");
        use_on(&w, 11, "report_run", NULL);
        CHECK_STR(
            entries(&w),
            "feature {\"feature\":\"reports\",\"stage\":\"power_user\",\"from\":"
            "\"adopting\",\"days\":12,\"frequency\":\"weekly\",\"risk\":0} "
            "feature {\"feature\":\"mastery\",\"level\":\"advanced\",\"from\":"
            "\"intermediate\",\"score\":50} "
            "milestone {\"milestone\":\"keen\",\"change\":\"achieved\",\"achieved_at\":"
            "\"2026-01-12T01:00:00Z\",\"days_to_achieve\":11.041666666666666,\"times\":1}");
        WAY_SLOT(&w, "features.breadth", NULL, "0.6666666666666666");
        WAY_SLOT(&w, "features.depth", NULL, "0.5");
        /* automation churns ten days after its use, at that hour; looked at earlier nothing is due before */
        CHECK_INT((w.l.step.due - LIFE_START) / LIFE_HOUR, 12 * 24 + 1);
        CHECK_OK(way_step(&w, w.l.step.due, NULL));
        CHECK_STR(
            entries(&w),
            "feature {\"feature\":\"automation\",\"stage\":\"churned\",\"from\":\"trial\","
            "\"days\":1,\"frequency\":\"monthly\",\"risk\":1}");
        WAY_SLOT(&w, "feature.risk", "automation", "1");
        WAY_SLOT(&w, "features.breadth", NULL, "0.3333333333333333");
        WAY_SLOT(&w, "features.depth", NULL, "1");
        CHECK_STR(
            way_report(&w, csuccess__features_report),
            "{\"features\":{\"reports\":{\"stage\":\"power_user\",\"label\":\"reports\","
            "\"days\":12,\"frequency\":\"weekly\",\"risk\":0.03333333333333333,\"value\":2,"
            "\"points\":2,\"first_used\":\"2026-01-01T01:00:00Z\",\"last_used\":"
            "\"2026-01-12T01:00:00Z\",\"uses\":13},"
            "\"automation\":{\"stage\":\"churned\",\"label\":\"automation\",\"days\":1,"
            "\"frequency\":\"monthly\",\"risk\":1,\"value\":0,\"points\":1,\"first_used\":"
            "\"2026-01-03T01:00:00Z\",\"last_used\":\"2026-01-03T01:00:00Z\",\"uses\":1},"
            "\"export\":{\"stage\":\"never_used\",\"label\":\"export\",\"days\":0,"
            "\"frequency\":\"rarely\",\"value\":0,\"points\":1,\"uses\":0}},"
            "\"breadth\":0.3333333333333333,\"depth\":1,\"mastery\":{\"score\":50,"
            "\"level\":\"advanced\"}}");
        /* and goes back when nobody uses anything */
        int64_t due = w.l.step.due;
        while (due != CSUCCESS__NEVER && due < LIFE_START + 400 * LIFE_DAY) {
            CHECK_OK(way_step(&w, due, NULL));
            due = w.l.step.due;
        }
        WAY_SLOT(&w, "feature.stage", "reports", "\"churned\"");
        WAY_SLOT(&w, "mastery.level", NULL, "\"beginner\"");
        CHECK(!csuccess__state_get(&w.l.state, CSUCCESS__STATE_FEATURE, CSUCCESS_STR("mastery"))
                   .ptr);
    }
    way_close(&w);
}

static void mastery_by_configured_levels(void)
{
    way w;
    if (CHECK_OK(way_open(&w,
                          "{`csuccess`: 1, `features`: {`a`: {`event`: `a`, `adopting`: "
                          "{`days`: 1}, `power_user`: {`days`: 2}}, `mastery`: {`levels`: "
                          "{`novice`: {}, `fair`: {`from`: 50}, `master`: {`from`: 100}}}}}",
                          NULL))) {
        CHECK_OK(way_step(&w, LIFE_START, NULL));
        WAY_SLOT(&w, "mastery.level", NULL, "\"novice\"");
        use_on(&w, 0, "a", NULL);
        WAY_SLOT(&w, "mastery.level", NULL, "\"fair\"");
        use_on(&w, 1, "a", NULL);
        WAY_SLOT(&w, "mastery.level", NULL, "\"master\"");
    }
    way_close(&w);
}

static void wrong_documents(void)
{
    static const struct {
        const char *features, *says;
    } cases[] = {
        {"`a`: {}", "needs an \"event\""},
        {"`a`: {`event`: `e`, `trial`: {`days`: 5}}", "must ascend"},
        {"`a`: {`event`: `e`, `power_user`: {`days`: 29}}", "\"days\""},
        {"`a`: {`event`: `e`, `power_user`: {`days`: 12.5}}", "whole number"},
        {"`a`: {`event`: `e`, `churned_after`: `P1M`}", "churned_after"},
        {"`a`: {`event`: `e`, `pionts`: 2}", "\"points\""},
        {"`a`: {`event`: `e`}, `mastery`: {`levels`: {`x`: {`from`: 3}}}", "begins at 0"},
        {"`a`: {`event`: `e`}, `mastery`: {`levels`: {`x`: {}, `y`: {}}}", "above that"},
        {"`a`: {`event`: `e`}, `mastery`: {`levels`: {}}", "from 1 to 32"},
        {"`a`: {`event`: `e`, `where`: `nobody > 1`}", "nobody"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[1024];
        csuccess_error err = CSUCCESS_ERROR_INIT;
        csuccess_config *config = NULL;
        snprintf(text, sizeof text, "{`csuccess`: 1, `features`: {%s}}", cases[i].features);
        way_quote(text);
        CHECK(csuccess_config_compile(&config, check_view(text), NULL, &err) < 0);
        if (!CHECK_HAS(err.message, cases[i].says)) printf("# case %zu: %s\n", i, text);
        csuccess_config_unref(config);
    }
}

static csuccess_result scenario(check_memory *memory, void *ud)
{
    way w;
    (void)ud;
    csuccess_result result = way_open(&w, DOCUMENT, &memory->allocator);
    for (int d = 0; result >= 0 && d < 4; d++) {
        int64_t now = LIFE_START + d * LIFE_DAY;
        csuccess__effects_clear(&w.l.effects);
        result = way_event(&w, now, now, d & 1 ? "exported" : "report_run", NULL);
    }
    way_close(&w);
    return result;
}

static void memory_may_fail(void)
{
    CHECK(check_faults(scenario, NULL) > 10);
}

CHECK_MAIN(CHECK_TEST(order_makes_no_difference), CHECK_TEST(it_says_when_to_look_again),
           CHECK_TEST(a_life_of_use), CHECK_TEST(mastery_by_configured_levels),
           CHECK_TEST(wrong_documents), CHECK_TEST(memory_may_fail))

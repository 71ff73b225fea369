/* SPDX-License-Identifier: Apache-2.0 */
/* Health: profiles, modifiers, rounding, bands, hysteresis, trend, signals, overrides, with
   numbers worked out by hand. */
#include "score_case.h"

#define A "{\"value\":\"a\"}"
#define BANDS ",\"bands\":{\"healthy\":{\"from\":80},\"at_risk\":{\"from\":60},\"critical\":{}}"

/* Profiles are tried in order, those without a condition last wherever they stand. */
static void profiles(void)
{
    score_case c;
    if (!score_open(&c,
                    "{\"profiles\":{"
                    "\"rest\":{\"score\":{\"value\":1}},"
                    "\"second\":{\"when\":\"a > 10\",\"order\":9,\"score\":{\"value\":2}},"
                    "\"first\":{\"when\":\"a > 20\",\"order\":8,\"score\":{\"value\":3}}}}")) {
        goto done;
    }
    CHECK_NUM(score_raw(&c, "{\"a\":30}"), 3, 0);
    CHECK_STR(c.score.profile, "first");
    CHECK_NUM(score_raw(&c, "{\"a\":15}"), 2, 0);
    CHECK_NUM(score_raw(&c, "{\"a\":5}"), 1, 0);
    CHECK_NUM(score_raw(&c, "{}"), 1, 0); /* a condition that is missing does not hold */
    CHECK_STR(score_text(&c, "/profile"), "rest");
done:
    score_close(&c);
}

static void no_profile(void)
{
    score_case c;
    if (score_open(&c, "{\"profiles\":{\"p\":{\"when\":\"f\",\"score\":" A BANDS "}}}")) {
        CHECK_NUM(score_raw(&c, "{\"a\":30}"), NAN, 0);
        CHECK_STR(score_text(&c, "/profile"), "");
        CHECK_STR(score_text(&c, "/status"), "");
        CHECK_INT(score_at(&c, "/components")->count, 0);
        CHECK_NUM(score_raw(&c, "{\"a\":30,\"f\":true}"), 30, 0);
    }
    score_close(&c);
}

/* A shared tree and weights by profile; component() of another profile's card is missing. */
static void shared_trees(void)
{
    score_case c;
    if (!score_open(
            &c,
            "{\"scorecards\":{\"two\":{\"combine\":\"weighted_mean\",\"of\":{"
            "\"x\":{\"weight\":0.5,\"value\":\"a\"},\"y\":{\"weight\":0.5,\"value\":\"b\"}}}},"
            "\"profiles\":{"
            "\"heavy\":{\"when\":\"f\",\"score\":\"two\",\"weights\":{\"x\":0.9,\"y\":0.1}},"
            "\"other\":{\"when\":\"!f\",\"score\":{\"combine\":\"max\",\"of\":{\"z\":{"
            "\"value\":\"c\"}}},\"modifiers\":{\"m\":{\"when\":\"has(a) && "
            "coalesce(component('x'), -1) < 0\",\"add\":100}}},"
            "\"plain\":{\"score\":\"two\"}}}")) {
        goto done;
    }
    CHECK_NUM(score_raw(&c, "{\"a\":10,\"b\":20,\"f\":true}"), 11, 1e-9);
    CHECK_NUM(score_number(&c, "/components/x/weight"), 0.9, 1e-12);
    CHECK_NUM(score_raw(&c, "{\"a\":10,\"b\":20}"), 15, 1e-9);
    CHECK_NUM(score_raw(&c, "{\"a\":10,\"c\":5,\"f\":false}"), 105, 0);
done:
    score_close(&c);
}

#define MODIFIERS \
    ",\"modifiers\":{\"half\":{\"when\":\"f\",\"multiply\":0.5},\"plus\":{\"when\":\"b > " \
    "0\",\"add\":10}," \
    "\"least\":{\"floor\":20},\"most\":{\"when\":\"c > 0\",\"cap\":50}}"

static void modifiers(void)
{
    score_case c;
    if (!score_open_profile(&c, A, MODIFIERS)) goto done;
    CHECK_NUM(score_raw(&c, "{\"a\":60}"), 60, 0);
    CHECK_NUM(score_raw(&c, "{\"a\":60,\"f\":true}"), 30, 0);
    CHECK_NUM(score_raw(&c, "{\"a\":60,\"f\":true,\"b\":1}"), 40,
              0);                                 /* in order: half, then ten */
    CHECK_NUM(score_raw(&c, "{\"a\":6}"), 20, 0); /* no condition: always */
    CHECK_NUM(score_raw(&c, "{\"a\":60,\"c\":1}"), 50, 0);
    CHECK_NUM(score_number(&c, "/modifiers/most/cap"), 50, 0);
    CHECK_NUM(score_raw(&c, "{\"a\":60,\"f\":true}"), 30, 0);
    CHECK_NUM(score_number(&c, "/modifiers/half"), 0.5, 0);
    CHECK(score_at(&c, "/modifiers/plus") == NULL);
    CHECK_NUM(score_raw(&c, "{}"), NAN, 0); /* nothing to modify */
done:
    score_close(&c);
}

/* A modifier sees the components of the profile that was chosen. */
static void modifiers_see_components(void)
{
    score_case c;
    if (score_open_profile(
            &c, "{\"combine\":\"max\",\"of\":{\"x\":{\"value\":\"a\"}}}",
            ",\"modifiers\":{\"m\":{\"when\":\"component('x') > 3\",\"multiply\":2}}")) {
        CHECK_NUM(score_raw(&c, "{\"a\":3}"), 3, 0);
        CHECK_NUM(score_raw(&c, "{\"a\":4}"), 8, 0);
    }
    score_close(&c);
}

typedef struct shown {
    const char *rounding, *row;
    double value, raw;
} shown;

/* Rounded to 9 decimals once, after modifiers; then for display. */
static void rounding(void)
{
    static const shown cases[] = {
        {"none", "{\"a\":67.5885}", 67.5885, 67.5885},
        {"truncate", "{\"a\":67.5885}", 67, 67.5885},
        {"nearest", "{\"a\":67.5}", 68, 67.5},
        {"nearest", "{\"a\":66.5}", 67, 66.5}, /* not to even */
        {"nearest", "{\"a\":-2.5}", -3, -2.5},
        {"truncate", "{\"a\":-2.5}", -2, -2.5},
        {"truncate", "{\"a\":-0.3}", 0, -0.3},
        {"truncate", "{\"a\":99.99999999999999}", 100, 100},
        {"none", "{\"a\":1.2345678914}", 1.234567891, 1.234567891},
        {"none", "{\"a\":1.2345678915}", 1.234567892, 1.234567892},
        {"nearest", "{\"a\":4503600.5}", 4503601, 4503600.5},
        {"nearest", "{\"a\":1e17}", 1e17, 1e17},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        score_case c;
        char rest[64];
        snprintf(rest, sizeof rest, ",\"rounding\":\"%s\"", cases[i].rounding);
        if (score_open_profile(&c, A, rest)) {
            CHECK_NUM(score_raw(&c, cases[i].row), cases[i].raw, 0);
            CHECK_NUM(c.score.value, cases[i].value, 0);
            CHECK(!signbit(c.score.value) || c.score.value < 0);
        }
        score_close(&c);
    }
}

static void status_is(score_case *c, const char *row, const char *status)
{
    if (!score_row(c, row)) return;
    if (!CHECK_STR(c->score.status, status)) printf("# for %s\n", row);
    CHECK_STR(score_text(c, "/status"), status);
}

static void bands(void)
{
    score_case c;
    if (score_open_profile(&c, A, BANDS ",\"rounding\":\"nearest\"")) {
        status_is(&c, "{\"a\":80}", "healthy");
        status_is(&c, "{\"a\":79.999999999}", "at_risk");  /* on raw, though it shows 80 */
        status_is(&c, "{\"a\":79.9999999999}", "healthy"); /* 80 but for the last bits */
        status_is(&c, "{\"a\":60}", "at_risk");
        status_is(&c, "{\"a\":-9}", "critical");
        status_is(&c, "{}", "");
    }
    score_close(&c);
    if (score_open_profile(&c, A, BANDS ",\"rounding\":\"nearest\",\"band_on\":\"rounded\"")) {
        status_is(&c, "{\"a\":79.5}", "healthy");
        status_is(&c, "{\"a\":79.4}", "at_risk");
    }
    score_close(&c);
    /* Exclusive bounds, in any order of the document, none at the bottom. */
    if (score_open_profile(&c, A,
                           ",\"bands\":{\"low\":{\"from\":10},\"high\":{\"above\":80},"
                           "\"edge\":{\"from\":80}}")) {
        status_is(&c, "{\"a\":80.1}", "high");
        status_is(&c, "{\"a\":80}", "edge");
        status_is(&c, "{\"a\":79}", "low");
        status_is(&c, "{\"a\":9}", "");
    }
    score_close(&c);
}

/* A status is left only when the score passes its boundary by more than the hysteresis. */
static void hysteresis(void)
{
    score_case c;
    if (score_open_profile(&c, A, BANDS ",\"hysteresis\":3")) {
        status_is(&c, "{\"a\":78,\"previous_status\":\"healthy\"}", "healthy");
        status_is(&c, "{\"a\":77,\"previous_status\":\"healthy\"}",
                  "healthy"); /* by exactly 3 */
        status_is(&c, "{\"a\":76.9,\"previous_status\":\"healthy\"}", "at_risk");
        status_is(&c, "{\"a\":82,\"previous_status\":\"at_risk\"}", "at_risk");
        status_is(&c, "{\"a\":83,\"previous_status\":\"at_risk\"}", "at_risk");
        status_is(&c, "{\"a\":83.1,\"previous_status\":\"at_risk\"}", "healthy");
        status_is(&c, "{\"a\":57,\"previous_status\":\"at_risk\"}", "at_risk");
        status_is(&c, "{\"a\":20,\"previous_status\":\"healthy\"}", "critical");
        status_is(&c, "{\"a\":81,\"previous_status\":\"critical\"}",
                  "healthy"); /* well over 60 */
        status_is(&c, "{\"a\":78}", "at_risk");
        status_is(&c, "{\"a\":78,\"previous_status\":\"churned\"}", "at_risk");
    }
    score_close(&c);
    if (score_open_profile(&c, A, BANDS ",\"hysteresis\":0.1")) {
        status_is(&c, "{\"a\":79.9,\"previous_status\":\"healthy\"}", "healthy");
        status_is(&c, "{\"a\":60.1,\"previous_status\":\"critical\"}", "critical");
    }
    score_close(&c);
}

static void trend_is(score_case *c, const char *row, const char *trend)
{
    if (!score_row(c, row)) return;
    if (!CHECK_STR(c->score.trend, trend)) printf("# for %s\n", row);
    CHECK_STR(score_text(c, "/trend"), trend);
}

static void trend(void)
{
    score_case c;
    if (score_open_profile(&c, A, ",\"trend\":{\"over\":\"P30D\",\"stable_within\":5}")) {
        trend_is(&c, "{\"a\":50,\"score_30d_ago\":44.9}", "improving");
        CHECK_NUM(c.score.change, 5.1, 1e-12);
        CHECK_NUM(c.score.previous, 44.9, 0);
        trend_is(&c, "{\"a\":50,\"score_30d_ago\":45}", "stable");
        trend_is(&c, "{\"a\":50,\"score_30d_ago\":55}", "stable"); /* exactly the dead band */
        trend_is(&c, "{\"a\":50,\"score_30d_ago\":55.1}", "declining");
        trend_is(&c, "{\"a\":60.3,\"score_30d_ago\":55.3}",
                 "stable"); /* 5.000000000000007 in doubles */
        trend_is(&c, "{\"a\":0.3,\"score_30d_ago\":5.3}", "stable");
        trend_is(&c, "{\"a\":50}", "");
        CHECK_STR(score_text(&c, "/trend_missing"), "never_set");
        CHECK(!(c.score.present & CSUCCESS_SCORE_PREVIOUS));
        trend_is(&c, "{\"score_30d_ago\":5}", "");
    }
    score_close(&c);
    if (score_open_profile(&c, A,
                           ",\"trend\":{\"against\":\"previous\",\"on\":\"rounded\"},"
                           "\"rounding\":\"truncate\"")) {
        trend_is(&c, "{\"a\":50.9,\"previous_score\":50}", "stable");
        trend_is(&c, "{\"a\":51,\"previous_score\":50}", "improving");
    }
    score_close(&c);
}

static void churned(void)
{
    score_case c;
    if (score_open_profile(&c, A, BANDS ",\"churned_when\":\"has(t)\"")) {
        status_is(&c, "{\"a\":90}", "healthy");
        status_is(&c, "{\"a\":90,\"t\":\"2026-01-01T00:00:00Z\"}", "churned");
        CHECK_NUM(c.score.raw, 90, 0);
        CHECK(c.score.flags & CSUCCESS_SCORE_CHURNED);
        status_is(&c, "{\"t\":\"2026-01-01T00:00:00Z\"}", "churned");
    }
    score_close(&c);
}

#define SIGNALS \
    BANDS \
    ",\"alerts\":{\"low\":{\"when\":\"health.score < " \
    "50\",\"severity\":\"high\",\"message\":\"Call.\"}," \
    "\"worse\":{\"when\":\"health.status == 'critical' && health.trend == 'declining'\"}," \
    "\"fell\":{\"when\":\"health.change('previous') <= -20\"}," \
    "\"unsure\":{\"when\":\"health.confidence < 0.5\"}}," \
    "\"contradictions\":{\"busy_but_cross\":{\"when\":\"health.raw > 70 && b < " \
    "0\",\"severity\":\"low\"," \
    "\"lowers_confidence\":0.4},\"more\":{\"when\":\"b < " \
    "-5\",\"lowers_confidence\":0.7}}," \
    "\"trend\":{\"against\":\"previous\",\"stable_within\":5}," \
    "\"review_after\":\"P7D\",\"provisional_below\":0.6"

static void signals(void)
{
    score_case c;
    if (!score_open_profile(
            &c,
            "{\"combine\":\"weighted_mean\",\"of\":{\"x\":{\"weight\":0.6,\"value\":"
            "\"a\"},\"y\":{\"weight\":0.4,\"value\":\"c\"}}}",
            SIGNALS)) {
        goto done;
    }
    CHECK_NUM(score_raw(&c, "{\"a\":40,\"c\":40,\"previous_score\":60}"), 40, 1e-9);
    CHECK_INT(score_at(&c, "/alerts")->count, 3);
    CHECK_STR(score_text(&c, "/alerts/0/id"), "low");
    CHECK_STR(score_text(&c, "/alerts/0/severity"), "high");
    CHECK_STR(score_text(&c, "/alerts/0/message"), "Call.");
    CHECK_STR(score_text(&c, "/alerts/1/id"), "worse");
    CHECK_STR(score_text(&c, "/alerts/1/severity"), "medium");
    CHECK_STR(score_text(&c, "/alerts/2/id"), "fell");
    CHECK_STR(score_text(&c, "/review_at"), "2026-02-07T00:00:00Z");
    CHECK_INT(c.score.review_at, SCORE_NOW + 7 * 86400000LL);
    CHECK(!(c.score.flags & (CSUCCESS_SCORE_PROVISIONAL | CSUCCESS_SCORE_CONTRADICTORY)));
    /* 0.6 of the weight is present, which is not below 0.6. */
    CHECK_NUM(score_raw(&c, "{\"a\":90}"), 90, 1e-9);
    CHECK(!(c.score.flags & CSUCCESS_SCORE_PROVISIONAL));
    CHECK_NUM(score_raw(&c, "{\"c\":90}"), 90, 1e-9);
    CHECK(c.score.flags & CSUCCESS_SCORE_PROVISIONAL);
    CHECK(score_at(&c, "/provisional")->boolean);
    /* A contradiction alerts and lowers confidence, not the score; never below 0. */
    CHECK_NUM(score_raw(&c, "{\"a\":90,\"c\":90,\"b\":-1}"), 90, 1e-9);
    CHECK_NUM(c.score.confidence, 0.6, 1e-12);
    CHECK(c.score.flags & CSUCCESS_SCORE_CONTRADICTORY);
    CHECK_STR(score_text(&c, "/contradictions/0"), "busy_but_cross");
    CHECK_STR(score_text(&c, "/alerts/0/id"), "busy_but_cross");
    CHECK_NUM(score_raw(&c, "{\"a\":90,\"c\":90,\"b\":-6}"), 90, 1e-9);
    CHECK_NUM(c.score.confidence, 0, 0);
    CHECK_STR(score_text(&c, "/alerts/0/id"), "unsure");
    CHECK_NUM(c.score.completeness, 1, 0);
done:
    score_close(&c);
}

static csuccess_result set(score_case *c, const csuccess_override *o)
{
    return csuccess_scorer_override(c->scorer, o, NULL);
}

/* A person's word: reason and expiry, and it is over by itself. */
static void overrides(void)
{
    score_case c;
    csuccess_override o = CSUCCESS_OVERRIDE_INIT;
    if (!score_open_profile(&c, A, BANDS ",\"rounding\":\"truncate\",\"churned_when\":\"f\"")) {
        goto done;
    }
    o.has_score = 1;
    o.score = 85.5;
    o.reason = CSUCCESS_STR("spoke to them");
    CHECK_RESULT(set(&c, &o), CSUCCESS_EINVALID); /* no expiry */
    o.expires_at = SCORE_NOW + 1;
    o.reason = CSUCCESS_STR("");
    CHECK_RESULT(set(&c, &o), CSUCCESS_EINVALID); /* no reason */
    o.reason = CSUCCESS_STR("spoke to them");
    o.has_score = 0;
    CHECK_RESULT(set(&c, &o), CSUCCESS_EINVALID); /* nothing set */
    o.status = CSUCCESS_STR("helthy");
    CHECK_RESULT(set(&c, &o), CSUCCESS_ENAME);
    status_is(&c, "{\"a\":30}", "critical"); /* none of these took */
    o.status = CSUCCESS_STR("");
    o.has_score = 1;
    CHECK_OK(set(&c, &o));
    status_is(&c, "{\"a\":30}", "healthy");
    CHECK_NUM(c.score.raw, 85.5, 0);
    CHECK_NUM(c.score.value, 85, 0);
    CHECK(c.score.flags & CSUCCESS_SCORE_OVERRIDDEN);
    CHECK_NUM(score_number(&c, "/override/computed"), 30, 0);
    CHECK_STR(score_text(&c, "/override/reason"), "spoke to them");
    status_is(&c, "{}", "healthy"); /* even without a score of its own */
    o.has_score = 0;
    o.status = CSUCCESS_STR("at_risk");
    CHECK_OK(set(&c, &o));
    status_is(&c, "{\"a\":30}", "at_risk");
    CHECK_NUM(c.score.raw, 30, 0);
    status_is(&c, "{\"a\":30,\"f\":true}", "at_risk"); /* a person's word beats churned_when */
    o.expires_at = SCORE_NOW;
    CHECK_OK(set(&c, &o));
    status_is(&c, "{\"a\":30}", "critical"); /* expired */
    CHECK_STR(score_text(&c, "/override"), "");
    CHECK_OK(csuccess_scorer_override(c.scorer, NULL, NULL));
done:
    score_close(&c);
}

/* Scorecards beside the profile's, by name, and in expressions. */
static void side_by_side(void)
{
    score_case c;
    if (!score_open(
            &c,
            "{\"scorecards\":{\"fit\":{\"value\":\"b\",\"range\":[0,100]},"
            "\"use\":{\"combine\":\"max\",\"of\":{\"x\":{\"value\":\"c\"}}}},"
            "\"also\":{\"fit\":{\"rounding\":\"truncate\",\"bands\":{\"good\":{\"from\":50},"
            "\"poor\":{}}},\"use\":{}},"
            "\"profiles\":{\"fitting\":{\"when\":\"scorecard('fit') >= 50\",\"score\":" A "},"
            "\"other\":{\"score\":{\"value\":\"scorecard('use') + 1\"}}}}")) {
        goto done;
    }
    CHECK_NUM(score_raw(&c, "{\"a\":7,\"b\":60.5,\"c\":3}"), 7, 0);
    CHECK_NUM(score_number(&c, "/scores/fit/score"), 60, 0);
    CHECK_NUM(score_number(&c, "/scores/fit/raw"), 60.5, 0);
    CHECK_STR(score_text(&c, "/scores/fit/status"), "good");
    CHECK_NUM(score_number(&c, "/scores/use/components/x/contribution"), 3, 0);
    CHECK_NUM(score_raw(&c, "{\"a\":7,\"b\":40,\"c\":3}"), 4, 0);
    CHECK_NUM(score_raw(&c, "{\"a\":7}"), NAN, 0);
    CHECK_NUM(score_number(&c, "/scores/fit/score"), NAN, 0);
    CHECK_STR(score_text(&c, "/scores/fit/missing/0"), "score");
done:
    score_close(&c);
}

/* What comes after health reads it by name. */
static void names_in_scope(void)
{
    score_case c;
    csuccess_str value, open;
    if (!score_open_profile(&c, "{\"combine\":\"max\",\"of\":{\"x\":{\"value\":\"a\"}}}",
                            BANDS ",\"trend\":{\"over\":\"P30D\"}")) {
        goto done;
    }
    static const struct {
        const char *expression, *value;
    } asked[] = {
        {"health.score", "85"},
        {"health_score + 1", "86"},
        {"health.status", "\"healthy\""},
        {"health.trend", "\"improving\""},
        {"component('x')", "85"},
        {"health.change('P30D')", "5"},
        {"health.profile", "\"default\""},
        {"health.completeness", "1"},
    };
    CHECK_OK(csuccess_facts_read_json(c.facts, CSUCCESS_STR("{\"a\":85,\"score_30d_ago\":80}"),
                                      NULL));
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        CHECK_OK(csuccess_scorer_eval(c.scorer, c.facts, SCORE_NOW,
                                      check_view(asked[i].expression), &value, &open, NULL));
        CHECK_STR(value, asked[i].value);
    }
done:
    score_close(&c);
}

CHECK_MAIN(CHECK_TEST(profiles), CHECK_TEST(no_profile), CHECK_TEST(shared_trees),
           CHECK_TEST(modifiers), CHECK_TEST(modifiers_see_components), CHECK_TEST(rounding),
           CHECK_TEST(bands), CHECK_TEST(hysteresis), CHECK_TEST(trend), CHECK_TEST(churned),
           CHECK_TEST(signals), CHECK_TEST(overrides), CHECK_TEST(side_by_side),
           CHECK_TEST(names_in_scope))

/* SPDX-License-Identifier: Apache-2.0 */
/* Explanations add up, and differences say why. */
#include "score_random.h"
#include "text/numeral.h"

static csuccess_explanation_row row_at(const csuccess_explanation *e, uint32_t i)
{
    csuccess_explanation_row row = CSUCCESS_EXPLANATION_ROW_INIT;
    CHECK_OK(csuccess_explanation_get(e, i, &row));
    return row;
}

/* The row of an id; a zeroed one when there is none. */
static csuccess_explanation_row row_of(const csuccess_explanation *e, const char *id)
{
    for (uint32_t i = 0; i < csuccess_explanation_count(e); i++) {
        csuccess_explanation_row row = row_at(e, i);
        if (row.id.len == strlen(id) && memcmp(row.id.ptr, id, row.id.len) == 0) return row;
    }
    printf("# no row %s\n", id);
    check_failures++;
    return (csuccess_explanation_row)CSUCCESS_EXPLANATION_ROW_INIT;
}

static const csuccess_explanation *explain(score_case *c, const char *row)
{
    return score_row(c, row) ? csuccess_scorer_explanation(c->scorer) : NULL;
}

/* Groups whose own policy decided have nothing of their members in them. */
static bool hands_down(const csuccess_explanation_row *row)
{
    return row->kind == CSUCCESS_ROW_GROUP && !(row->flags & CSUCCESS_ROW_POLICY);
}

/* Of every group with a score, the members' contributions make its own. */
static bool groups_add_up(const csuccess_explanation *e)
{
    bool good = true;
    for (uint32_t i = 0; i < csuccess_explanation_count(e); i++) {
        csuccess_explanation_row group = row_at(e, i);
        double sum = 0, size = 1;
        bool any = false;
        if (!hands_down(&group)) continue;
        for (uint32_t k = i + 1; k < csuccess_explanation_count(e); k++) {
            csuccess_explanation_row member = row_at(e, k);
            if (member.parent != i) continue;
            any = any || (member.flags & CSUCCESS_ROW_SCORED);
            sum += member.contribution;
            size += fabs(member.contribution);
        }
        good = good && (!any || fabs(sum - group.contribution) <= 1e-9 * size);
    }
    return good;
}

static double top(const csuccess_explanation *e, bool nodes)
{
    double sum = 0;
    for (uint32_t i = 0; i < csuccess_explanation_count(e); i++) {
        csuccess_explanation_row row = row_at(e, i);
        bool node = row.kind <= CSUCCESS_ROW_INTERCEPT;
        if (row.parent == CSUCCESS_ROW_NONE && node == nodes) sum += row.contribution;
    }
    return sum;
}

static void random_row(random_text *r, char *text, size_t cap)
{
    static const char *const names[] = {
        "a", "b", "c", "d", "e", "score_30d_ago", "previous_score"};
    random_text out = {.state = r->state, .ptr = text, .cap = cap};
    double x;
    random_put(&out, "{");
    const char *comma = "";
    for (int k = 0; k < 5; k++) {
        if (!random_number(&out, 4, &x)) continue;
        char number[CSUCCESS__NUMERAL_MAX]; /* not by printf, which has the locale's comma */
        csuccess__numeral_write(number, x);
        random_put(&out, "%s\"%s\":%s", comma, names[k], number);
        comma = ",";
    }
    if (random_below(&out, 4)) {
        random_put(&out, "%s\"f\":%s", comma, random_below(&out, 2) ? "true" : "false");
        comma = ",";
    }
    if (random_below(&out, 4)) {
        random_put(&out, "%s\"s\":\"%s\"", comma, random_below(&out, 2) ? "x" : "y");
    }
    random_put(&out, "}");
    r->state = out.state;
}

static char the_document[1 << 16];
static char the_row[1024];

/* One row of the document: the rows without a parent make the score, unless nodes are in
   log-odds. */
static void check_row(score_case *c, bool logistic)
{
    const csuccess_explanation *e = explain(c, the_row);
    if (!e || !(c->score.present & CSUCCESS_SCORE_VALUE)) return;
    double size = fmax(1, fabs(top(e, true))); /* products may be millions */
    double all = top(e, true) + top(e, false);
    bool sum = logistic || fabs(all - c->score.raw) <= 1e-9 * size;
    if (CHECK(sum) && CHECK(groups_add_up(e))) return;
    printf("# nodes %.17g, the rest %.17g, raw %.17g\n# %s\n# %s\n", top(e, true),
           top(e, false), c->score.raw, the_document, the_row);
}

/* Contributions make the score, modifiers the rest, whatever the card. */
static void contributions_add_up(void)
{
    random_text r = {.state = 11, .ptr = the_document, .cap = sizeof the_document};
    for (int i = 0; i < 150 && check_failures == 0; i++) {
        score_case c;
        random_document(&r, false);
        bool logistic = strstr(the_document, "logistic") != NULL;
        bool open = score_open_text(&c, the_document);
        for (int k = 0; open && k < 20 && check_failures == 0; k++) {
            random_row(&r, the_row, sizeof the_row);
            check_row(&c, logistic);
        }
        score_close(&c);
    }
}

#define NUMBERS(x, y) \
    "\"x\":{" x "\"value\":\"a\",\"range\":[0,1]},\"y\":{" y "\"value\":\"b\",\"range\":[0,1]" \
    "}"

/* What each combine gives to whom, by hand. */
static void shares(void)
{
    static const struct {
        const char *tree;
        double x, y;
    } cases[] = {
        {"{\"combine\":\"weighted_mean\",\"scale\":10,\"of\":{" NUMBERS("\"weight\":1,",
                                                                        "\"weight\":3,") "}}",
         1.25, 6},
        {"{\"combine\":\"sum\",\"of\":{" NUMBERS("", "") "}}", 0.5, 0.8},
        {"{\"combine\":\"sum\",\"max\":0.65,\"of\":{" NUMBERS("", "") "}}", 0.25, 0.4},
        {"{\"combine\":\"min\",\"of\":{" NUMBERS("", "") "}}", 0.5, 0},
        {"{\"combine\":\"max\",\"of\":{" NUMBERS("", "") "}}", 0, 0.8},
        /* 0.9 in all; ln 0.5 and ln 0.2 */
        {"{\"combine\":\"noisy_or\",\"of\":{" NUMBERS("", "") "}}",
         0.9 * 0.69314718055994531 / 2.3025850929940457,
         0.9 * 1.6094379124341003 / 2.3025850929940457},
        /* 0.4 in all; ln 0.5 and ln 0.8 */
        {"{\"combine\":\"product\",\"of\":{" NUMBERS("", "") "}}",
         0.4 * 0.69314718055994531 / 0.9162907318741551,
         0.4 * 0.22314355131420976 / 0.9162907318741551},
        {"{\"combine\":\"sum\",\"link\":\"logistic\",\"intercept\":-1,\"of\":{" NUMBERS(
             "", "") "}}",
         0.5, 0.8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        score_case c;
        if (score_open_profile(&c, cases[i].tree, "")) {
            const csuccess_explanation *e = explain(&c, "{\"a\":0.5,\"b\":0.8}");
            CHECK_NUM(row_of(e, "x").contribution, cases[i].x, 1e-12);
            CHECK_NUM(row_of(e, "y").contribution, cases[i].y, 1e-12);
        }
        score_close(&c);
    }
}

/* Where a logarithm has no bottom: a certain risk takes all, a factor of 0 leaves nothing to
   share. */
static void degenerate_shares(void)
{
    score_case c;
    if (score_open_profile(&c, "{\"combine\":\"noisy_or\",\"of\":{" NUMBERS("", "") "}}", "")) {
        const csuccess_explanation *e = explain(&c, "{\"a\":1,\"b\":0.8}");
        CHECK_NUM(row_of(e, "x").contribution, 1, 0);
        CHECK_NUM(row_of(e, "y").contribution, 0, 0);
        e = explain(&c, "{\"a\":0,\"b\":0}");
        CHECK_NUM(row_of(e, "x").contribution, 0, 0);
    }
    score_close(&c);
    if (score_open_profile(&c, "{\"combine\":\"product\",\"of\":{" NUMBERS("", "") "}}", "")) {
        const csuccess_explanation *e = explain(&c, "{\"a\":0,\"b\":0.8}");
        CHECK_NUM(row_of(e, "x").contribution, 0, 0);
        CHECK_NUM(row_of(e, "y").contribution, 0, 0);
        e = explain(&c, "{\"a\":1,\"b\":1}");
        CHECK_NUM(row_of(e, "x").contribution, 0.5, 0);
    }
    score_close(&c);
    /* Parts that cancel out but for a last bit cannot be scaled up to the bound. */
    if (score_open_profile(&c,
                           "{\"combine\":\"sum\",\"min\":6,\"of\":{" NUMBERS(
                               "", "") ",\"z\":{\"value\":\"0 * a - 0.3\",\"range\":[-1,0]}}}",
                           "")) {
        const csuccess_explanation *e = explain(&c, "{\"a\":0.1,\"b\":0.2}");
        double sum = row_of(e, "x").contribution + row_of(e, "y").contribution;
        CHECK_NUM(sum + row_of(e, "z").contribution, 6, 1e-9);
    }
    score_close(&c);
}

#define TWO \
    "{\"combine\":\"weighted_mean\",\"of\":{\"x\":{\"weight\":0.75,\"value\":\"a\",\"label\":" \
    "\"Ex\"},\"g\":{" \
    "\"weight\":0.25,\"combine\":\"max\",\"missing\":{\"value\":8},\"of\":{\"y\":{\"value\":" \
    "\"b\"}}}}}"
#define RULES ",\"modifiers\":{\"half\":{\"when\":\"f\",\"multiply\":0.5,\"label\":\"Half\"}}"

static void rows(void)
{
    score_case c;
    if (!score_open_profile(&c, TWO, RULES)) goto done;
    const csuccess_explanation *e = explain(&c, "{\"a\":40,\"b\":20,\"f\":true}");
    CHECK_UINT(csuccess_explanation_count(e), 4);
    csuccess_explanation_row x = row_at(e, 0), g = row_at(e, 1), y = row_at(e, 2);
    csuccess_explanation_row half = row_at(e, 3);
    CHECK_UINT(x.kind, CSUCCESS_ROW_METRIC);
    CHECK_STR(x.label, "Ex");
    CHECK_STR(x.value, "40");
    CHECK_NUM(x.number, 40, 0);
    CHECK_NUM(x.contribution, 30, 1e-12);
    CHECK_NUM(x.weight, 0.75, 0);
    CHECK_UINT(x.flags, CSUCCESS_ROW_SCORED | CSUCCESS_ROW_NUMBER);
    CHECK_UINT(g.kind, CSUCCESS_ROW_GROUP);
    CHECK_STR(g.label, "g");
    CHECK_UINT(y.parent, 1);
    CHECK_UINT(y.depth, 1);
    CHECK_UINT(half.kind, CSUCCESS_ROW_MODIFIER);
    CHECK_STR(half.label, "Half");
    CHECK_NUM(half.contribution, -17.5, 1e-12);
    CHECK_NUM(half.points, 17.5, 1e-12);
    e = explain(&c, "{\"a\":40}");
    g = row_of(e, "g");
    y = row_of(e, "y");
    CHECK_NUM(g.contribution, 2, 1e-12); /* its policy's 8 */
    CHECK_UINT(g.flags, CSUCCESS_ROW_SCORED | CSUCCESS_ROW_MISSING | CSUCCESS_ROW_POLICY);
    CHECK_STR(y.absence, "never_set");
    CHECK_NUM(y.contribution, 0, 0);
    CHECK_RESULT(csuccess_explanation_get(e, 3, &y), CSUCCESS_EINVALID);
done:
    score_close(&c);
}

static void override_row(void)
{
    score_case c;
    csuccess_override o = CSUCCESS_OVERRIDE_INIT;
    o.has_score = 1;
    o.score = 50;
    o.expires_at = SCORE_NOW + 1;
    o.reason = CSUCCESS_STR("why not");
    if (score_open_profile(&c, TWO, RULES)) {
        CHECK_OK(csuccess_scorer_override(c.scorer, &o, NULL));
        const csuccess_explanation *e = explain(&c, "{\"a\":40,\"b\":20}");
        CHECK_NUM(row_of(e, "override").contribution, 15, 1e-12);
        CHECK_NUM(top(e, true) + top(e, false), 50, 1e-9);
    }
    score_close(&c);
}

/* ---- Differences ---- */

static csuccess_explanation *keep(score_case *c, const char *row)
{
    csuccess_explanation *copy = NULL;
    CHECK_OK(csuccess_explanation_copy(&copy, explain(c, row), NULL, NULL));
    return copy;
}

static csuccess_cause cause_at(const csuccess_difference *d, uint32_t i)
{
    csuccess_cause cause = CSUCCESS_CAUSE_INIT;
    CHECK_OK(csuccess_difference_get(d, i, &cause));
    return cause;
}

static void by_cause(void)
{
    score_case c;
    csuccess_difference *d = NULL;
    if (!score_open_profile(&c, TWO, RULES)) goto done;
    csuccess_explanation *before = keep(&c, "{\"a\":40,\"b\":20}");
    csuccess_explanation *after = keep(&c, "{\"a\":60,\"b\":16,\"f\":true}");
    CHECK_RESULT(csuccess_explanation_difference(&d, before, after, NULL, NULL), CSUCCESS_OK);
    /* 35 to (45 + 4) / 2 */
    CHECK_NUM(csuccess_difference_total(d), -10.5, 1e-9);
    CHECK_UINT(csuccess_difference_count(d), 3);
    csuccess_cause half = cause_at(d, 0), x = cause_at(d, 1), y = cause_at(d, 2);
    CHECK_STR(half.id, "half");
    CHECK_UINT(half.kind, CSUCCESS_CAUSE_MODIFIER);
    CHECK_UINT(half.flags, CSUCCESS_CAUSE_AFTER);
    CHECK_NUM(half.change, -24.5, 1e-9);
    CHECK_STR(x.id, "x");
    CHECK_STR(x.label, "Ex");
    CHECK_NUM(x.change, 15, 1e-9);
    CHECK_STR(x.value_before, "40");
    CHECK_STR(x.value_after, "60");
    CHECK_NUM(y.change, -1, 1e-9);
    csuccess_difference_free(d);
    CHECK_RESULT(csuccess_explanation_difference(&d, before, before, NULL, NULL),
                 CSUCCESS_UNCHANGED);
    CHECK_UINT(csuccess_difference_count(d), 0);
    csuccess_difference_free(d);
    csuccess_explanation_free(before);
    csuccess_explanation_free(after);
done:
    score_close(&c);
}

/* A value that went takes with it what its weight did elsewhere. */
static void went_missing(void)
{
    score_case c;
    csuccess_difference *d = NULL;
    if (score_open_profile(
            &c,
            "{\"combine\":\"weighted_mean\",\"of\":{\"x\":{\"weight\":0.5,\"value\":\"a\"},"
            "\"y\":{\"weight\":0.5,\"value\":\"b\"}}}",
            "")) {
        csuccess_explanation *before = keep(&c, "{\"a\":40,\"b\":80}");
        csuccess_explanation *after = keep(&c, "{\"a\":50}");
        CHECK_OK(csuccess_explanation_difference(&d, before, after, NULL, NULL));
        /* 60 to 50: x rose by 10 at half weight, so y's leaving is -15. */
        csuccess_cause y = cause_at(d, 0), x = cause_at(d, 1);
        CHECK_STR(y.id, "y");
        CHECK_NUM(y.change, -15, 1e-9);
        CHECK_UINT(csuccess_difference_count(d), 2);
        CHECK_NUM(x.change, 5, 1e-9);
        csuccess_difference_free(d);
        csuccess_explanation_free(before);
        csuccess_explanation_free(after);
    }
    score_close(&c);
}

/* Another profile weighs otherwise: what the metrics under the old weights do not explain is
   its. */
static void other_profile(void)
{
    score_case c;
    csuccess_difference *d = NULL;
    if (score_open(
            &c,
            "{\"scorecards\":{\"k\":{\"combine\":\"weighted_mean\",\"of\":{\"x\":{\"weight\":0."
            "5,"
            "\"value\":\"a\"},\"y\":{\"weight\":0.5,\"value\":\"b\"}}}},\"profiles\":{\"new\":{"
            "\"when\":\"f\",\"score\":\"k\",\"weights\":{\"x\":0.9,\"y\":0.1}},"
            "\"old\":{\"score\":\"k\"}}}")) {
        csuccess_explanation *before = keep(&c, "{\"a\":40,\"b\":80,\"f\":true}");
        csuccess_explanation *after = keep(&c, "{\"a\":50,\"b\":80,\"f\":false}");
        CHECK_OK(csuccess_explanation_difference(&d, before, after, NULL, NULL));
        /* 44 to 65: 9 by x at its old weight, 12 by the weights. */
        csuccess_cause profile = cause_at(d, 0), x = cause_at(d, 1);
        CHECK_UINT(profile.kind, CSUCCESS_CAUSE_PROFILE);
        CHECK_STR(profile.id, "old");
        CHECK_STR(profile.value_before, "new");
        CHECK_NUM(profile.change, 12, 1e-9);
        CHECK_STR(x.id, "x");
        CHECK_NUM(x.change, 9, 1e-9);
        csuccess_difference_free(d);
        csuccess_explanation_free(before);
        csuccess_explanation_free(after);
    }
    score_close(&c);
}

/* Another document with other weights; what was copied outlives what it came from. */
static void other_definition(void)
{
    static const char format[] =
        "{\"combine\":\"weighted_mean\",\"of\":{\"x\":{\"weight\":%s,\"value\":\"a\"},"
        "\"y\":{\"weight\":1,\"value\":\"b\"}}}";
    csuccess_explanation *kept[2] = {NULL, NULL};
    csuccess_difference *d = NULL;
    for (int i = 0; i < 2; i++) {
        score_case c;
        char tree[256];
        snprintf(tree, sizeof tree, format, i ? "3" : "1");
        if (score_open_profile(&c, tree, "")) kept[i] = keep(&c, "{\"a\":40,\"b\":80}");
        score_close(&c);
    }
    CHECK_OK(csuccess_explanation_difference(&d, kept[0], kept[1], NULL, NULL));
    CHECK_UINT(csuccess_difference_count(d), 1);
    csuccess_cause cause = cause_at(d, 0);
    CHECK_UINT(cause.kind, CSUCCESS_CAUSE_DEFINITION);
    CHECK_NUM(cause.change, -10, 1e-9); /* 60 to 50 */
    csuccess_difference_free(d);
    csuccess_explanation_free(kept[0]);
    csuccess_explanation_free(kept[1]);
}

static void no_score(void)
{
    score_case c;
    csuccess_difference *d = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (score_open_profile(&c, "{\"value\":\"a\"}", "")) {
        csuccess_explanation *before = keep(&c, "{\"a\":1}");
        csuccess_explanation *after = keep(&c, "{}");
        CHECK_RESULT(csuccess_explanation_difference(&d, before, after, NULL, &err),
                     CSUCCESS_EMISSING);
        CHECK_HAS(err.message, "after");
        CHECK(d == NULL);
        csuccess_explanation_free(before);
        csuccess_explanation_free(after);
    }
    score_close(&c);
}

/* Causes make the change, whatever happened. */
static void causes_add_up(void)
{
    random_text r = {.state = 12, .ptr = the_document, .cap = sizeof the_document};
    for (int i = 0; i < 60 && check_failures == 0; i++) {
        score_case c;
        random_document(&r, false);
        bool open = score_open_text(&c, the_document);
        for (int k = 0; open && k < 10 && check_failures == 0; k++) {
            csuccess_difference *d = NULL;
            random_row(&r, the_row, sizeof the_row);
            csuccess_explanation *before = keep(&c, the_row);
            random_row(&r, the_row, sizeof the_row);
            csuccess_explanation *after = keep(&c, the_row);
            double sum = 0, size = 1, last = INFINITY;
            if (csuccess_explanation_difference(&d, before, after, NULL, NULL) >= 0) {
                for (uint32_t n = 0; n < csuccess_difference_count(d); n++) {
                    double change = cause_at(d, n).change;
                    sum += change;
                    size += fabs(change);
                    CHECK(fabs(change) <= last);
                    last = fabs(change);
                }
                CHECK_NUM(sum, csuccess_difference_total(d), 1e-9 * size);
            }
            csuccess_difference_free(d);
            csuccess_explanation_free(before);
            csuccess_explanation_free(after);
        }
        score_close(&c);
    }
}

CHECK_MAIN(CHECK_TEST(contributions_add_up), CHECK_TEST(shares), CHECK_TEST(degenerate_shares),
           CHECK_TEST(rows), CHECK_TEST(override_row), CHECK_TEST(by_cause),
           CHECK_TEST(went_missing), CHECK_TEST(other_profile), CHECK_TEST(other_definition),
           CHECK_TEST(no_score), CHECK_TEST(causes_add_up))

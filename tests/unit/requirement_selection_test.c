/* SPDX-License-Identifier: Apache-2.0 */
/* Customers out of the host's storage: one by its id, and those for whom a rule holds (000 §2, 002). */
#include "requirement.h"

/* A storage of rows: what a host's database would be. */
typedef struct storage {
    const char *const *rows; /* {"customer_id": ...}, ended by NULL */
    size_t at;
    size_t stop_at; /* the cursor fails here; 0: nowhere */
    csuccess_result failure;
    bool silent;             /* says nothing of what it gave */
    csuccess_scorer *scorer; /* used from within the callback, when there is one */
    csuccess_result busy;
    size_t calls;
} storage;

static csuccess_result put_row(csuccess_facts *facts, const char *row, uint32_t *given)
{
    char *text = quoted(row);
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result r = csuccess_facts_read_json(facts, check_view(text), &err);
    free(text);
    if (r >= 0) *given = CSUCCESS_GIVEN_CUSTOMER;
    return r;
}

static csuccess_result load_row(void *ud, csuccess_str customer, csuccess_facts *facts,
                                uint32_t *given)
{
    storage *s = ud;
    char wanted[64];
    s->calls++;
    *given = s->silent ? 0 : CSUCCESS_GIVEN_NONE;
    if (s->failure < 0 || s->silent) return s->failure;
    snprintf(wanted, sizeof wanted, "{`customer_id`: `%.*s`", (int)customer.len, customer.ptr);
    for (size_t i = 0; s->rows[i]; i++) {
        if (strncmp(s->rows[i], wanted, strlen(wanted)) == 0)
            return put_row(facts, s->rows[i], given);
    }
    return CSUCCESS_OK;
}

static csuccess_result next_row(void *ud, csuccess_facts *facts, uint32_t *given)
{
    storage *s = ud;
    s->calls++;
    if (s->stop_at && s->at == s->stop_at) return s->failure;
    if (s->scorer) {
        csuccess_customer_ops ops = CSUCCESS_CUSTOMER_OPS_INIT;
        csuccess_score score = CSUCCESS_SCORE_INIT;
        ops.load = load_row;
        ops.ud = s;
        s->busy = csuccess_scorer_pull(s->scorer, &ops, CSUCCESS_STR("a"), REQUIREMENT_NOW,
                                       &score, NULL);
        CHECK_OK(csuccess_scorer_run(s->scorer, facts, REQUIREMENT_NOW, &score, NULL));
    }
    if (!s->rows[s->at]) {
        *given = CSUCCESS_GIVEN_NONE;
        return CSUCCESS_OK;
    }
    return put_row(facts, s->rows[s->at++], given);
}

static csuccess_customer_ops ops_of(storage *s)
{
    csuccess_customer_ops ops = CSUCCESS_CUSTOMER_OPS_INIT;
    ops.ud = s;
    ops.load = load_row;
    ops.next = next_row;
    return ops;
}

/* Runs a rule over rows; the selection is the caller's. */
static csuccess_result choose(csuccess_selection **out, bench *b, storage *s, const char *rule,
                              uint64_t most)
{
    csuccess_customer_ops ops = ops_of(s);
    csuccess_selection_query query = CSUCCESS_SELECTION_QUERY_INIT;
    char *text = quoted(rule);
    query.customers = &ops;
    query.when = check_view(text);
    query.now_ms = b->now;
    query.most = most;
    s->at = 0;
    csuccess_result r = csuccess_scorer_select(out, b->scorer, &query, &b->err);
    free(text);
    return r;
}

/* The ids of a selection, joined by blanks. */
static const char *ids(const csuccess_selection *selection)
{
    static char text[512];
    text[0] = '\0';
    for (size_t i = 0; i < csuccess_selection_count(selection); i++) {
        csuccess_selected one = CSUCCESS_SELECTED_INIT;
        CHECK_OK(csuccess_selection_get(selection, i, &one));
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%.*s", used ? " " : "",
                 (int)one.customer.len, one.customer.ptr);
    }
    return text;
}

static bool chooses(bench *b, storage *s, const char *rule, uint64_t most, const char *wanted)
{
    csuccess_selection *selection;
    csuccess_result r = choose(&selection, b, s, rule, most);
    if (r < 0) printf("# %s: %s\n", rule, b->err.message);
    bool good = CHECK_OK(r) && CHECK_CSTR(ids(selection), wanted);
    csuccess_selection_free(selection);
    return good;
}

static const char portfolio[] =
    "{`csuccess`: 1, `extends`: `portfolio`, `attributes`: {"
    " `account_status`: {`type`: `string`}, `arr`: {`type`: `money`},"
    " `next_review`: {`type`: `time`}, `days_to_renewal`: {`type`: `number`}}}";

/* Weights of 0.25 each, so four equal components of x give x. Levels of churn: half from the score, half from the renewal. */
#define EVEN(id, score, unit, csat, growth, more) \
    "{`customer_id`: `" id "`, `engagement_score`: " score ", `feature_adoption_rate`: " score \
    ", `renewal_likelihood`: " unit ", `csat_score`: " csat \
    ", `account_growth_rate`: " growth more "}"

/* Scores 80, 40, 20, 40, 60, none; b and d tie. */
static const char *const company[] = {
    EVEN("a", "80", "0.8", "4", "0.3", ", `account_status`: `active`, `arr`: 500000"),
    EVEN("d", "40", "0.4", "2", "-0.1", ", `account_status`: `active`, `arr`: 250000"),
    EVEN("c", "20", "0.2", "1", "-0.3", ", `account_status`: `active`, `arr`: 20000"),
    EVEN("b", "40", "0.4", "2", "-0.1", ", `account_status`: `active`, `arr`: 90000"),
    EVEN("e", "60", "0.6", "3", "0.1", ", `account_status`: `closed`"),
    "{`customer_id`: `f`, `account_status`: `active`, `arr`: 700000}",
    NULL};

/* Score, status, trend, breakdown, completeness and explanation of one customer, pulled through the callback. */
static void health_of_a_customer_in_storage(void)
{
    static const char *const rows[] = {
        "{`customer_id`: `other`, `engagement_score`: 1}",
        "{`customer_id`: `acme`, `engagement_score`: 62, `feature_adoption_rate`: 48,"
        " `csat_score`: 4.5, `renewal_likelihood`: 0.7, `previous_score`: 71}",
        NULL};
    bench b;
    storage s = {.rows = rows};
    csuccess_str json;
    if (!bench_open(&b, portfolio)) return;
    csuccess_customer_ops ops = ops_of(&s);
    CHECK_OK(
        csuccess_scorer_pull(b.scorer, &ops, CSUCCESS_STR("acme"), b.now, &b.score, &b.err));
    CHECK_UINT(s.calls, 1);
    /* 62, 48, 90 and 70 (growth is missing, so renewal stands for all of business) at a quarter each. */
    CHECK_NUM(b.score.value, 67.5, 1e-9);
    CHECK_STR(b.score.status, "at_risk");
    CHECK_STR(b.score.trend, "stable");
    CHECK_NUM(b.score.completeness, 0.875, 1e-12);
    const csuccess_explanation *why = csuccess_scorer_explanation(b.scorer);
    double sum = 0;
    for (uint32_t i = 0; i < csuccess_explanation_count(why); i++) {
        csuccess_explanation_row row = CSUCCESS_EXPLANATION_ROW_INIT;
        csuccess_explanation_get(why, i, &row);
        if (row.parent == CSUCCESS_ROW_NONE) sum += row.contribution;
    }
    CHECK_NUM(sum, 67.5, 1e-9);
    CHECK_OK(csuccess_scorer_json(b.scorer, &json, &b.err));
    b.json = cJSON_ParseWithLength(json.ptr, json.len);
    CHECK_CSTR(bench_text(&b, "customer_id"), "acme");
    CHECK_CSTR(bench_text(&b, "labels/status"), "AT_RISK");
    CHECK_NUM(bench_num(&b, "health/components/engagement/score"), 62, 0);
    CHECK_NUM(bench_num(&b, "health/components/feature_adoption/score"), 48, 0);
    CHECK_NUM(bench_num(&b, "health/components/support_satisfaction/score"), 90, 1e-12);
    CHECK_NUM(bench_num(&b, "health/components/business/score"), 70, 1e-12);
    CHECK(bench_lists(&b, "health/missing", "growth"));
    /* A second pull forgets the first. */
    CHECK_OK(
        csuccess_scorer_pull(b.scorer, &ops, CSUCCESS_STR("other"), b.now, &b.score, NULL));
    CHECK_NUM(b.score.value, 1, 1e-9);
    CHECK_NUM(b.score.completeness, 0.25, 1e-12);
    bench_close(&b);
}

static void storage_that_fails_is_told(void)
{
    static const char *const rows[] = {"{`customer_id`: `ab`}", "{`csat`: 4}", NULL};
    static const char *const nameless[] = {"{`customer_id`: `x", NULL};
    bench b;
    storage s = {.rows = rows};
    if (!bench_open(&b, portfolio)) return;
    csuccess_customer_ops ops = ops_of(&s);
    csuccess_str who = CSUCCESS_STR("zz");
    CHECK_RESULT(csuccess_scorer_pull(b.scorer, &ops, who, b.now, NULL, &b.err),
                 CSUCCESS_ENAME);
    CHECK_HAS(b.err.message, "\"zz\"");
    s.failure = CSUCCESS_EGENERIC;
    CHECK_RESULT(csuccess_scorer_pull(b.scorer, &ops, who, b.now, NULL, &b.err),
                 CSUCCESS_ECALLBACK);
    s.failure = CSUCCESS_ECANCELLED;
    CHECK_RESULT(csuccess_scorer_pull(b.scorer, &ops, who, b.now, NULL, &b.err),
                 CSUCCESS_ECANCELLED);
    s.failure = CSUCCESS_OK;
    s.silent = true; /* as a binding whose callback has thrown */
    CHECK_RESULT(csuccess_scorer_pull(b.scorer, &ops, who, b.now, NULL, &b.err),
                 CSUCCESS_ECALLBACK);
    s.silent = false;
    s.rows = nameless; /* broken JSON: the callback hands the error of the facts on */
    CHECK_RESULT(csuccess_scorer_pull(b.scorer, &ops, CSUCCESS_STR("x"), b.now, NULL, &b.err),
                 CSUCCESS_ENAME);
    ops.load = NULL;
    CHECK_RESULT(csuccess_scorer_pull(b.scorer, &ops, who, b.now, NULL, &b.err),
                 CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_scorer_pull(b.scorer, NULL, who, b.now, NULL, &b.err),
                 CSUCCESS_EINVALID);
    ops.size = 4;
    CHECK_RESULT(csuccess_scorer_pull(b.scorer, &ops, who, b.now, NULL, &b.err), CSUCCESS_EABI);
    bench_close(&b);
}

/* Gives somebody else than was asked for, or somebody without an id. */
static csuccess_result load_other(void *ud, csuccess_str customer, csuccess_facts *facts,
                                  uint32_t *given)
{
    (void)customer;
    return put_row(facts, ud, given);
}

static void the_customer_is_the_one_asked_for(void)
{
    bench b;
    if (!bench_open(&b, portfolio)) return;
    csuccess_customer_ops ops = CSUCCESS_CUSTOMER_OPS_INIT;
    char other[] = "{`customer_id`: `b`}", none[] = "{`csat_score`: 5}";
    ops.load = load_other;
    ops.ud = other;
    csuccess_str json, who = CSUCCESS_STR("a");
    CHECK_RESULT(csuccess_scorer_pull(b.scorer, &ops, who, b.now, NULL, &b.err),
                 CSUCCESS_ECALLBACK);
    CHECK_HAS(b.err.message, "gave \"b\" where \"a\"");
    CHECK_RESULT(csuccess_scorer_json(b.scorer, &json, NULL), CSUCCESS_EINVALID);
    ops.ud = none;
    CHECK_OK(csuccess_scorer_pull(b.scorer, &ops, who, b.now, &b.score, &b.err));
    CHECK_OK(csuccess_scorer_json(b.scorer, &json, NULL));
    CHECK_HAS(json.ptr, "\"customer_id\":\"a\"");
    CHECK_NUM(b.score.value, 100, 0);
    bench_close(&b);
}

/* The document's own name for it. Rules as expressions, as field maps and as nested trees; lowest score first, ties by id. */
static void should_identify_at_risk_customers_correctly(void)
{
    bench b;
    storage s = {.rows = company};
    if (!bench_open(&b, portfolio)) return;
    chooses(&b, &s, "health.status == 'at_risk' || health.status == 'critical'", 0, "c b d e");
    chooses(&b, &s, "health.status != 'healthy' && account_status == 'active'", 0, "c b d");
    chooses(&b, &s, "{`health_score`: {`lt`: 50}, `arr`: {`gte`: 90000}}", 0, "b d");
    chooses(&b, &s, "{`health_score`: {`lt`: 50}, `arr`: {`gte`: 90000.01}}", 0, "d");
    chooses(&b, &s, "churn.probability >= 0.6", 0, "c b d");
    chooses(&b, &s, "churn.level == 'critical'", 0, "c");
    chooses(
        &b, &s,
        "{`any`: [{`all`: [{`health_score`: {`lte`: 40}}, {`not`: {`arr`: {`lt`: 100000}}}]},"
        " {`account_status`: `closed`}]}",
        0, "d e");
    chooses(&b, &s, "false", 0, "");
    /* Who has no score is at the end, and is nowhere when the rule asks for one. */
    chooses(&b, &s, "account_status == 'active'", 0, "c b d a f");
    chooses(&b, &s, "health.score < 100", 0, "c b d e a");
    /* A text that only the rule knows. */
    chooses(&b, &s, "account_status == 'clo' + 'sed' && account_status in ['closed']", 0, "e");
    bench_close(&b);
}

static void what_is_selected_says_why(void)
{
    bench b;
    storage s = {.rows = company};
    csuccess_selection *selection;
    csuccess_selected one = CSUCCESS_SELECTED_INIT;
    if (!bench_open(&b, portfolio)) return;
    if (!CHECK_OK(choose(&selection, &b, &s, "account_status == 'active'", 0))) return;
    CHECK_OK(csuccess_selection_get(selection, 0, &one));
    CHECK_STR(one.customer, "c");
    CHECK_UINT(one.position, 2);
    CHECK_UINT(one.present, CSUCCESS_SELECTED_SCORE | CSUCCESS_SELECTED_PROBABILITY);
    CHECK_NUM(one.raw, 20, 1e-9);
    CHECK_NUM(one.score, 20, 1e-9);
    CHECK_STR(one.status, "critical");
    CHECK_NUM(one.probability, 0.5 * 0.8 + 0.5 * 0.8, 1e-9);
    CHECK_STR(one.level, "critical");
    CHECK_OK(csuccess_selection_get(selection, 4, &one));
    CHECK_STR(one.customer, "f");
    CHECK_UINT(one.position, 5);
    CHECK_UINT(one.present, 0);
    CHECK_STR(one.status, "");
    CHECK_RESULT(csuccess_selection_get(selection, 5, &one), CSUCCESS_EINVALID);
    one.size = 2;
    CHECK_RESULT(csuccess_selection_get(selection, 0, &one), CSUCCESS_EABI);
    csuccess_selection_free(selection);
    csuccess_selection_free(NULL);
    bench_close(&b);
}

/* The order is that of the scores, however the cursor gives them; and the first few are the first few of all. */
static void order_does_not_depend_on_the_cursor(void)
{
    enum { MANY = 60 };
    static char rows[MANY][96];
    const char *list[MANY + 1];
    bench b;
    uint64_t seed = 5;
    if (!bench_open(&b, portfolio)) return;
    for (int i = 0; i < MANY; i++) {
        /* Ten scores, so that many tie; ids by two digits; every seventh has no score. */
        const char *format = i % 7 == 3 ? "{`customer_id`: `c%02d`}"
                                        : "{`customer_id`: `c%02d`, `engagement_score`: %d}";
        snprintf(rows[i], sizeof rows[i], format, i, i * 7 % 10);
        list[i] = rows[i];
    }
    list[MANY] = NULL;
    storage s = {.rows = list};
    char first[512] = "", few[64];
    for (int round = 0; round < 6; round++) {
        csuccess_selection *selection;
        if (!CHECK_OK(choose(&selection, &b, &s, "true", 0))) break;
        if (round == 0) snprintf(first, sizeof first, "%s", ids(selection));
        CHECK_CSTR(ids(selection), first);
        csuccess_selection_free(selection);
        snprintf(few, sizeof few, "%.*s", 7 * 4 - 1, first);
        chooses(&b, &s, "true", 7, few);
        chooses(&b, &s, "true", MANY, first);
        for (int i = MANY - 1; i > 0; i--) {
            int k = (int)(check_random(&seed) % (uint64_t)(i + 1));
            const char *other = list[i];
            list[i] = list[k];
            list[k] = other;
        }
    }
    CHECK(strncmp(first, "c00 c20 c30 c40 c50 c13", 23) == 0);
    CHECK_CSTR(first + strlen(first) - 7, "c52 c59");
    bench_close(&b);
}

/* Two rows of one customer: both, in the order of the cursor. */
static void equals_stay_in_the_order_of_the_cursor(void)
{
    static const char *const rows[] = {"{`customer_id`: `x`, `csat_score`: 3}",
                                       "{`customer_id`: `x`, `csat_score`: 3}",
                                       "{`csat_score`: 3}", NULL};
    bench b;
    storage s = {.rows = rows};
    csuccess_selection *selection;
    if (!bench_open(&b, portfolio)) return;
    CHECK_OK(choose(&selection, &b, &s, "true", 0));
    static const uint64_t places[] = {2, 0, 1}; /* the empty id is the first */
    for (size_t i = 0; i < 3; i++) {
        csuccess_selected one = CSUCCESS_SELECTED_INIT;
        CHECK_OK(csuccess_selection_get(selection, i, &one));
        CHECK_UINT(one.position, places[i]);
    }
    csuccess_selection_free(selection);
    bench_close(&b);
}

/* How many of the active customers have a score: 4 of 5. */
static void coverage_of_active_customers(void)
{
    bench b;
    storage s = {.rows = company};
    csuccess_selection *selection;
    csuccess_selection_totals totals = CSUCCESS_SELECTION_TOTALS_INIT;
    if (!bench_open(&b, portfolio)) return;
    if (!CHECK_OK(choose(&selection, &b, &s, "account_status == 'active'", 1))) return;
    CHECK_OK(csuccess_selection_total(selection, &totals));
    CHECK_UINT(csuccess_selection_count(selection), 1);
    CHECK_UINT(totals.customers, 6);
    CHECK_UINT(totals.members, 5);
    CHECK_UINT(totals.scored, 4);
    CHECK_UINT(totals.undecided, 0);
    CHECK_NUM((double)totals.scored / (double)totals.members, 0.8, 0);
    csuccess_selection_free(selection);
    /* arr is missing of e: undecided, not "no". */
    CHECK_OK(choose(&selection, &b, &s, "arr > 100000", 0));
    CHECK_OK(csuccess_selection_total(selection, &totals));
    CHECK_UINT(totals.undecided, 1);
    CHECK_UINT(totals.members, 3);
    csuccess_selection_free(selection);
    bench_close(&b);
}

/* Scored today, reviewed in seven days: the date that the result gave is what the host keeps and asks by. */
static void due_reviews(void)
{
    static const char document[] = "{`csuccess`: 1, `extends`: `supplier`,"
                                   " `attributes`: {`next_review`: {`type`: `time`}}}";
    char row[160];
    const char *rows[] = {
        "{`customer_id`: `late`, `features_adopted`: 8, `next_review`: `2026-01-01T00:00:00Z`}",
        row, "{`customer_id`: `new`}", NULL};
    bench b;
    storage s = {.rows = rows};
    if (!bench_open(&b, document)) return;
    if (!bench_score(&b, "{`customer_id`: `s1`, `features_adopted`: 1}")) return;
    CHECK_INT(b.score.review_at, REQUIREMENT_NOW + 7 * REQUIREMENT_DAY);
    snprintf(row, sizeof row,
             "{`customer_id`: `s1`, `features_adopted`: 1, `next_review`: `%s`}",
             bench_text(&b, "health/review_at"));
    b.now = REQUIREMENT_NOW + 7 * REQUIREMENT_DAY - 1;
    chooses(&b, &s, "next_review <= now", 0, "late");
    b.now++;
    chooses(&b, &s, "next_review <= now", 0, "s1 late");
    /* Who was never scored is due too, when the rule says so. */
    chooses(&b, &s, "!has(next_review) || next_review <= now", 0, "new s1 late");
    bench_close(&b);
}

static void rules_that_are_none_are_refused(void)
{
    static const struct {
        const char *rule;
        csuccess_result code;
        const char *message;
        uint64_t offset;
    } wrong[] = {
        {"", CSUCCESS_EEXPRESSION, "", 0},
        {"health.score <", CSUCCESS_EEXPRESSION, "", 14},
        {"health.scor < 3", CSUCCESS_ENAME, "health.score", 0},
        {"health.score + 1", CSUCCESS_ETYPE, "", 0},
        {"{`health_score`: {`lt`: 50}", CSUCCESS_EJSON, "", 27},
        {"  {`healthy_score`: 4}", CSUCCESS_ENAME, "health", 0},
        {"{`health_score`: `<40`}", CSUCCESS_ECONFIG, "write {\"lt\": 40}", 0},
    };
    bench b;
    storage s = {.rows = company};
    csuccess_selection *selection;
    if (!bench_open(&b, portfolio)) return;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        csuccess_result r = choose(&selection, &b, &s, wrong[i].rule, 0);
        CHECK(selection == NULL);
        if (!CHECK_RESULT(r, wrong[i].code)) printf("# %s: %s\n", wrong[i].rule, b.err.message);
        CHECK_HAS(b.err.message, wrong[i].message);
        if (wrong[i].offset) CHECK_UINT(b.err.offset, wrong[i].offset);
    }
    CHECK_UINT(s.calls, 0); /* nobody was asked for customers */
    bench_close(&b);
}

static void cursors_that_fail_are_told(void)
{
    static const char *const broken[] = {"{`customer_id`: `a`}", "{`engagement_score`: `high`}",
                                         NULL};
    bench b;
    storage s = {.rows = company, .stop_at = 3, .failure = CSUCCESS_EGENERIC};
    csuccess_selection *selection;
    if (!bench_open(&b, portfolio)) return;
    CHECK_RESULT(choose(&selection, &b, &s, "true", 0), CSUCCESS_ECALLBACK);
    CHECK_HAS(b.err.message, "CSUCCESS_EGENERIC");
    CHECK(selection == NULL);
    s.failure = CSUCCESS_ECANCELLED;
    CHECK_RESULT(choose(&selection, &b, &s, "true", 0), CSUCCESS_ECANCELLED);
    s.failure = CSUCCESS_OK; /* returns without saying what it gave */
    CHECK_RESULT(choose(&selection, &b, &s, "true", 0), CSUCCESS_ECALLBACK);
    s = (storage){.rows = broken};
    CHECK_RESULT(choose(&selection, &b, &s, "true", 0), CSUCCESS_ECALLBACK);
    CHECK_HAS(b.err.message, "CSUCCESS_ETYPE");
    /* From within the callback the scorer can be used, but for another pull. */
    s = (storage){.rows = company, .scorer = b.scorer};
    CHECK_OK(choose(&selection, &b, &s, "health.score < 50", 0));
    CHECK_RESULT(s.busy, CSUCCESS_EBUSY);
    CHECK_CSTR(ids(selection), "c b d");
    csuccess_selection_free(selection);
    csuccess_selection_query query = CSUCCESS_SELECTION_QUERY_INIT;
    CHECK_RESULT(csuccess_scorer_select(&selection, b.scorer, &query, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_scorer_select(&selection, b.scorer, NULL, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_scorer_select(NULL, b.scorer, &query, NULL), CSUCCESS_EINVALID);
    b.now = INT64_MAX;
    CHECK_RESULT(choose(&selection, &b, &s, "true", 0), CSUCCESS_EINVALID);
    bench_close(&b);
}

/* A customer whose score a `fail` refuses does not stop the cursor. */
static void refused_scores_are_no_scores(void)
{
    static const char document[] =
        "{`csuccess`: 1, `attributes`: {`x`: {`type`: `number`}}, `health`: {`profiles`: {`p`: "
        "{"
        "`score`: {`combine`: `weighted_mean`, `of`: {`x`: {`weight`: 1, `value`: `x`,"
        " `range`: [0, 100], `missing`: `fail`}}}}}}}";
    static const char *const rows[] = {"{`customer_id`: `a`, `x`: 7}", "{`customer_id`: `b`}",
                                       "{`customer_id`: `c`, `x`: 3}", NULL};
    bench b;
    storage s = {.rows = rows};
    if (!bench_open(&b, document)) return;
    chooses(&b, &s, "true", 0, "c a b");
    chooses(&b, &s, "health.score > 1", 0, "c a");
    bench_close(&b);
}

/* A configuration without health or churn selects too; matches have no score. */
static void nothing_to_score_is_no_error(void)
{
    static const char document[] = "{`csuccess`: 1, `attributes`: {`x`: {`type`: `number`}}}";
    static const char *const rows[] = {"{`customer_id`: `b`, `x`: 7}",
                                       "{`customer_id`: `a`, `x`: 8}", NULL};
    bench b;
    storage s = {.rows = rows};
    if (!bench_open(&b, document)) return;
    chooses(&b, &s, "x > 6", 0, "a b");
    bench_close(&b);
}

/* A life with the allocator that fails: configuration, scorer, a pull and two selections. */
static csuccess_result life(check_memory *memory, void *ud)
{
    csuccess_scorer *scorer = NULL;
    csuccess_selection *all = NULL, *few = NULL;
    storage s = {.rows = company};
    csuccess_customer_ops ops = ops_of(&s);
    csuccess_selection_query query = CSUCCESS_SELECTION_QUERY_INIT;
    csuccess_result r = csuccess_scorer_new(&scorer, ud, &memory->allocator, NULL);
    if (r == 0) {
        r = csuccess_scorer_pull(scorer, &ops, CSUCCESS_STR("a"), REQUIREMENT_NOW, NULL, NULL);
    }
    query.customers = &ops;
    query.now_ms = REQUIREMENT_NOW;
    query.when = CSUCCESS_STR("health.score < 50 || account_status.matches('^act')");
    if (r == 0) r = csuccess_scorer_select(&all, scorer, &query, NULL);
    if (r == 0) CHECK_CSTR(ids(all), "c b d a f");
    s.at = 0;
    query.most = 2;
    query.when = CSUCCESS_STR("{\"account_status\": {\"starts_with\": \"act\"}}");
    if (r == 0) r = csuccess_scorer_select(&few, scorer, &query, NULL);
    if (r == 0) CHECK_CSTR(ids(few), "c b");
    csuccess_scorer_free(scorer);
    csuccess_selection_free(few); /* outlives the scorer */
    csuccess_selection_free(all);
    /* Facts report what they could not hold through the callback. */
    return r == CSUCCESS_ECALLBACK && memory->fired ? CSUCCESS_ENOMEM : r;
}

static void refused_memory_leaves_nothing(void)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = bench_compile(portfolio, &err);
    if (!CHECK(config != NULL)) return;
    CHECK(check_faults(life, config) > 20);
    csuccess_config_unref(config);
}

CHECK_MAIN(CHECK_TEST(health_of_a_customer_in_storage), CHECK_TEST(storage_that_fails_is_told),
           CHECK_TEST(the_customer_is_the_one_asked_for),
           CHECK_TEST(should_identify_at_risk_customers_correctly),
           CHECK_TEST(what_is_selected_says_why),
           CHECK_TEST(order_does_not_depend_on_the_cursor),
           CHECK_TEST(equals_stay_in_the_order_of_the_cursor),
           CHECK_TEST(coverage_of_active_customers), CHECK_TEST(due_reviews),
           CHECK_TEST(rules_that_are_none_are_refused), CHECK_TEST(cursors_that_fail_are_told),
           CHECK_TEST(refused_scores_are_no_scores), CHECK_TEST(nothing_to_score_is_no_error),
           CHECK_TEST(refused_memory_leaves_nothing))

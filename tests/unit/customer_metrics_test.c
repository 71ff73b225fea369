/* SPDX-License-Identifier: Apache-2.0 */
/* Metrics: their order, circles, values; and the names that expressions may use where. */
#include "customer_fixture.h"

#define INPUTS "\"attributes\": {\"x\": {\"type\": \"number\"}, \"s\": {\"type\": \"string\"}}"

/* The metrics in their order of evaluation, joined by blanks. */
static void order_is(const char *metrics, const char *expected)
{
    char document[1000], names[400] = "";
    snprintf(document, sizeof document, "{" INPUTS ", \"metrics\": %s}", metrics);
    fixture f;
    CHECK_OK(fixture_start(&f, NULL, document));
    fixture_problems(&f, (const char *const[]){NULL});
    for (uint32_t i = 0; i < f.schema->metric_count; i++) {
        strncat(names, " ", 2);
        strncat(names, f.schema->metrics[i].name.ptr, f.schema->metrics[i].name.len);
    }
    CHECK_CSTR(names[0] ? names + 1 : "", expected);
    fixture_finish(&f);
}

static void each_metric_stands_behind_what_it_uses(void)
{
    order_is("{}", "");
    order_is("{\"a\": \"x + 1\", \"b\": \"a * 2\"}", "a b");
    order_is("{\"b\": \"a * 2\", \"a\": \"x + 1\"}", "a b");
    order_is("{\"c\": \"a + b\", \"b\": \"a * 2\", \"a\": \"x\"}", "a b c");
    order_is("{\"d\": \"b + c\", \"c\": \"b\", \"b\": \"a\", \"a\": \"x\"}", "a b c d");
    /* A rule map's keys and expressions are looked at as well. */
    order_is("{\"r\": {\"all\": [{\"a\": {\"gt\": 1}}]}, \"a\": \"x\"}", "a r");
    /* The name in a string is no use of it, and the name that a macro binds is not the metric. */
    order_is("{\"a\": \"s == 'b' ? 1 : 0\", \"b\": \"a\"}", "a b");
    order_is("{\"a\": \"[1, 2].exists(b, b > x)\", \"b\": \"a ? 1 : 2\"}", "a b");
}

static void a_circle_names_its_members(void)
{
    fixture f;
    CHECK_OK(fixture_start(&f, NULL,
                           "{\n" INPUTS
                           ",\n\"metrics\": {\"a\": \"b + 1\",\n\"b\": \"2 * c\",\n"
                           "\"c\": \"x + a\",\n\"d\": \"a + 1\"}}"));
    CHECK_UINT(f.problems.count, 1);
    const csuccess__noted *p = f.problems.first;
    CHECK_INT(p->code, CSUCCESS_ECYCLE);
    /* Which member is met first is not promised; that each stands in the chain is. */
    CHECK_HAS(p->message.ptr, "metrics refer to one another in a circle: ");
    CHECK_HAS(p->message.ptr, "a \xe2\x86\x92 b");
    CHECK_HAS(p->message.ptr, "b \xe2\x86\x92 c");
    CHECK(strstr(p->message.ptr, "d") == NULL || strstr(p->message.ptr, " d ") == NULL);
    CHECK(p->line >= 3 && p->line <= 5);
    CHECK(p->column > 6); /* within the expression */
    fixture_finish(&f);
}

static void a_metric_of_itself_is_a_circle(void)
{
    fixture f;
    CHECK_OK(fixture_start(&f, NULL, "{\"metrics\": {\"a\": \"a + 1\"}}"));
    CHECK_UINT(f.problems.count, 1);
    CHECK_INT(f.problems.first->code, CSUCCESS_ECYCLE);
    CHECK_HAS(f.problems.first->message.ptr, "a \xe2\x86\x92 a");
    CHECK_STR(f.problems.first->pointer, "/metrics/a");
    fixture_finish(&f);
}

/* m0 = x, m1 = m0 + 1 ..., written backwards or forwards: either way far deeper than a stack would bear. */
static void long_chains_are_no_problem_in_any_order(void)
{
    enum { LENGTH = 5000 };
    for (int backwards = 0; backwards < 2; backwards++) {
        char *document = malloc(64 * LENGTH);
        size_t len = (size_t)snprintf(document, 64 * LENGTH, "{" INPUTS ", \"metrics\": {");
        for (int i = 0; i < LENGTH; i++) {
            int m = backwards ? LENGTH - 1 - i : i;
            len += (size_t)snprintf(document + len, 64 * LENGTH - len,
                                    m == 0 ? "%s\"m%d\": \"x\"" : "%s\"m%d\": \"m%d + 1\"",
                                    i ? "," : "", m, m - 1);
        }
        snprintf(document + len, 64 * LENGTH - len, "}}");
        fixture f;
        CHECK_OK(fixture_start(&f, NULL, document));
        CHECK_UINT(f.problems.count, 0);
        csuccess__machine *machine;
        CHECK_OK(csuccess__machine_new(&machine, &f.memory->allocator, &f.limits));
        csuccess__value *slots = calloc(f.schema->count, sizeof *slots);
        slots[0] = csuccess__number(10);
        CHECK_OK(csuccess__metrics_run(f.schema, machine, slots, 0));
        uint32_t last = csuccess__schema_find(f.schema, CSUCCESS_STR("m4999"), NULL);
        CHECK_NUM(slots[last].as.number, 10 + LENGTH - 1, 0);
        free(slots);
        csuccess__machine_free(machine);
        fixture_finish(&f);
        free(document);
    }
}

static void long_circles_are_refused(void)
{
    enum { LENGTH = 5000 };
    char *document = malloc(64 * LENGTH);
    size_t len = (size_t)snprintf(document, 64 * LENGTH, "{\"metrics\": {");
    for (int i = 0; i < LENGTH; i++) {
        len += (size_t)snprintf(document + len, 64 * LENGTH - len, "%s\"m%d\": \"m%d + 1\"",
                                i ? "," : "", i, (i + 1) % LENGTH);
    }
    snprintf(document + len, 64 * LENGTH - len, "}}");
    fixture f;
    CHECK_OK(fixture_start(&f, NULL, document));
    CHECK(f.problems.count >= 1);
    CHECK_INT(f.problems.first->code, CSUCCESS_ELIMIT);
    CHECK_HAS(f.problems.first->message.ptr, "in a circle, or more than 64 deep");
    fixture_finish(&f);
    free(document);
}

static void one_wrong_metric_is_one_problem(void)
{
    fixture f;
    CHECK_OK(fixture_start(&f, NULL,
                           "{" INPUTS ", \"metrics\": {\"a\": \"x + lgins\", \"b\": \"a + 1\","
                           "\"c\": \"b > 2 ? s : 'no'\", \"x\": \"1\", \"1\": \"1\"}}"));
    CHECK_UINT(f.problems.count, 3);
    const csuccess__noted *p = f.problems.first;
    CHECK_STR(p->pointer, "/metrics/x");
    CHECK_HAS(p->message.ptr, "\"x\" is an attribute or collection already");
    p = p->next;
    CHECK_STR(p->pointer, "/metrics/1");
    p = p->next;
    CHECK_STR(p->pointer, "/metrics/a");
    CHECK_HAS(p->message.ptr, "unknown name \"lgins\"");
    fixture_finish(&f);
}

static void metrics_have_the_types_of_their_expressions(void)
{
    fixture f;
    CHECK_OK(fixture_start(&f, NULL,
                           "{" INPUTS ", \"metrics\": {\"label\": \"big ? s + '!' : 'small'\","
                           "\"big\": \"x > 10\", \"rule\": {\"x\": {\"gte\": 3}}, \"five\": 5,"
                           "\"list\": \"[x, 1]\"}}"));
    fixture_problems(&f, (const char *const[]){NULL});
    static const struct {
        const char *name;
        csuccess__kind kind;
    } cases[] = {{"label", CSUCCESS__KIND_STRING},
                 {"big", CSUCCESS__KIND_BOOL},
                 {"rule", CSUCCESS__KIND_BOOL},
                 {"five", CSUCCESS__KIND_NUMBER},
                 {"list", CSUCCESS__KIND_LIST}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t slot = csuccess__schema_find(f.schema, check_view(cases[i].name), NULL);
        CHECK_INT(f.schema->slots[slot].type->kind, cases[i].kind);
    }
    CHECK(f.schema->slots[0].used && f.schema->slots[1].used);
    fixture_finish(&f);
}

/* An expression compiled at a stratum; the message of its error, or "". */
static void says(fixture *f, csuccess__stratum stratum, const char *text, csuccess_result code,
                 const char *part)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    const csuccess__program *program;
    f->schema->stratum = stratum;
    csuccess_result result =
        csuccess__expr_compile(&program, &f->with, check_view(text), NULL, &err);
    if (!CHECK_RESULT(result, code)) printf("# %s: %s\n", text, err.message);
    if (code < 0) CHECK_HAS(err.message, part);
}

static void names_are_answered_by_their_stratum(void)
{
    fixture f;
    CHECK_OK(fixture_start(&f, NULL, "{" INPUTS ", \"metrics\": {\"m\": \"x\"}}"));
    const csuccess__type *number = csuccess__type_of(CSUCCESS__KIND_NUMBER);
    csuccess__slot score = {.path = CSUCCESS_STR("health.score"),
                            .type = number,
                            .stratum = CSUCCESS__STRATUM_HEALTH};
    csuccess__slot usage = {.path = CSUCCESS_STR("component"),
                            .argument = CSUCCESS_STR("usage"),
                            .type = number,
                            .stratum = CSUCCESS__STRATUM_HEALTH};
    csuccess__stratum metric = CSUCCESS__STRATUM_METRIC, health = CSUCCESS__STRATUM_HEALTH,
                      churn = CSUCCESS__STRATUM_CHURN, segment = CSUCCESS__STRATUM_SEGMENT;
    says(&f, metric, "health.score > 1", CSUCCESS_EEXPRESSION,
         "health.score is computed after metrics");
    says(&f, metric, "health_score > 1", CSUCCESS_EEXPRESSION,
         "health.score is computed after metrics");
    says(&f, metric, "component('usage') > 1", CSUCCESS_EEXPRESSION,
         "component is computed after metrics");
    csuccess__schema_add(f.schema, &score);
    csuccess__schema_add(f.schema, &usage);
    says(&f, metric, "health.score > 1", CSUCCESS_EEXPRESSION,
         "the order is inputs, metrics, health, churn, segments");
    says(&f, CSUCCESS__STRATUM_INPUT, "m > 1", CSUCCESS_EEXPRESSION,
         "m is computed after inputs");
    says(&f, health, "health.score > component('usage')", CSUCCESS_OK, "");
    says(&f, churn, "health_score > m + x", CSUCCESS_OK, "");
    says(&f, health, "health.raw > 1", CSUCCESS_EEXPRESSION,
         "the document has no \"health\" section");
    says(&f, health, "health.scoer > 1", CSUCCESS_ENAME, "did you mean \"health.score\"?");
    says(&f, health, "component('usge') > 1", CSUCCESS_EEXPRESSION,
         "there is no component \"usge\" here (did you mean \"usage\"?)");
    says(&f, health, "churn_probability > 1", CSUCCESS_EEXPRESSION,
         "churn.probability is computed after health");
    says(&f, health, "segment('x')", CSUCCESS_EEXPRESSION, "segment is computed after health");
    says(&f, segment, "segment('x')", CSUCCESS_EEXPRESSION, "there is no segment \"x\" here");
    says(&f, segment, "factor('x') > 1", CSUCCESS_EEXPRESSION, "there is no factor \"x\" here");
    fixture_finish(&f);
}

static void names_of_flow_are_later_than_segments(void)
{
    static const char *const texts[] = {"journey('x').state == 'a'",
                                        "milestone('x').achieved_at > now",
                                        "event.amount > 1",
                                        "event > 1",
                                        "tasks.open > 1",
                                        "onboarding.progress > 1",
                                        "started('x') > 1",
                                        "feature('x').state == 'trial'",
                                        "playbook('x').times > 1",
                                        "trigger.goal == 'x'"};
    fixture f;
    CHECK_OK(fixture_start(&f, NULL, "{" INPUTS "}"));
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        says(&f, CSUCCESS__STRATUM_SEGMENT, texts[i], CSUCCESS_EEXPRESSION,
             "is computed after segments");
    }
    says(&f, CSUCCESS__STRATUM_FLOW, "journey('x').state == 'a'", CSUCCESS_EEXPRESSION,
         "there is no journey.state \"x\" here");
    says(&f, CSUCCESS__STRATUM_FLOW, "event.amount > 1", CSUCCESS_EEXPRESSION,
         "give its type under \"properties\"");
    says(&f, CSUCCESS__STRATUM_FLOW, "each.renews > now", CSUCCESS_EEXPRESSION, "\"for_each\"");
    says(&f, CSUCCESS__STRATUM_FLOW, "health.change('P30D') > 1", CSUCCESS_EUNSUPPORTED,
         "not available in this version");
    fixture_finish(&f);
}

static void an_attribute_shadows_an_alias(void)
{
    fixture f;
    CHECK_OK(fixture_start(&f, NULL,
                           "{\"attributes\": {\"health_score\": {\"type\": \"string\"},"
                           "\"segment\": {\"type\": \"string\"}},"
                           "\"metrics\": {\"churn_probability\": \"0.5\"}}"));
    CHECK(!f.schema->health_alias && !f.schema->churn_alias);
    csuccess__slot score = {.path = CSUCCESS_STR("health.score"),
                            .type = csuccess__type_of(CSUCCESS__KIND_NUMBER),
                            .stratum = CSUCCESS__STRATUM_HEALTH};
    csuccess__schema_add(f.schema, &score);
    says(&f, CSUCCESS__STRATUM_HEALTH, "health_score == 'x'", CSUCCESS_OK, "");
    says(&f, CSUCCESS__STRATUM_HEALTH, "health.score > churn_probability", CSUCCESS_OK, "");
    says(&f, CSUCCESS__STRATUM_HEALTH, "segment == 'smb'", CSUCCESS_OK, "");
    fixture_finish(&f);
}

static void a_sealed_schema_is_not_marked(void)
{
    fixture f;
    CHECK_OK(fixture_start(&f, NULL, "{" INPUTS "}"));
    f.schema->sealed = true;
    says(&f, CSUCCESS__STRATUM_SEGMENT, "x > 1", CSUCCESS_OK, "");
    CHECK(!f.schema->slots[0].used);
    fixture_finish(&f);
}

CHECK_MAIN(CHECK_TEST(each_metric_stands_behind_what_it_uses),
           CHECK_TEST(a_circle_names_its_members), CHECK_TEST(a_metric_of_itself_is_a_circle),
           CHECK_TEST(long_chains_are_no_problem_in_any_order),
           CHECK_TEST(long_circles_are_refused), CHECK_TEST(one_wrong_metric_is_one_problem),
           CHECK_TEST(metrics_have_the_types_of_their_expressions),
           CHECK_TEST(names_are_answered_by_their_stratum),
           CHECK_TEST(names_of_flow_are_later_than_segments),
           CHECK_TEST(an_attribute_shadows_an_alias), CHECK_TEST(a_sealed_schema_is_not_marked))

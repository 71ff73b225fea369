/* SPDX-License-Identifier: Apache-2.0 */
/* Facts: setters, defaults, quarantine, age, and memory. */
#include "customer_facts.h"

static void what_was_never_set_is_missing(void)
{
    bench b;
    start(&b, NULL);
    CHECK_INT(value(&b, LOGINS).absence, CSUCCESS__ABSENCE_NEVER_SET);
    CHECK_INT(value(&b, LOGINS).kind, CSUCCESS__KIND_ANY);
    CHECK_NUM(value(&b, NPS).as.number, 7, 0);
    CHECK_INT(value(&b, NPS).defaulted, 1);
    CHECK_STR(csuccess_facts_customer(b.facts), "");
    CHECK_OK(csuccess_facts_set_number(b.facts, CSUCCESS_STR("nps"), 3));
    CHECK_NUM(value(&b, NPS).as.number, 3, 0);
    CHECK_INT(value(&b, NPS).defaulted, 0);
    CHECK_OK(csuccess_facts_unset(b.facts, CSUCCESS_STR("nps")));
    CHECK_NUM(value(&b, NPS).as.number, 7, 0);
    CHECK_RESULT(csuccess_facts_unset(b.facts, CSUCCESS_STR("npz")), CSUCCESS_ENAME);
    finish(&b);
}

static void setters_set_and_refuse_by_type(void)
{
    bench b;
    start(&b, NULL);
    csuccess_facts *f = b.facts;
    CHECK_OK(csuccess_facts_set_number(f, CSUCCESS_STR("logins"), 12));
    CHECK_OK(csuccess_facts_set_bool(f, CSUCCESS_STR("left"), -3));
    CHECK_OK(csuccess_facts_set_string(f, CSUCCESS_STR("plan"), CSUCCESS_STR("team")));
    CHECK_OK(csuccess_facts_set_string(f, CSUCCESS_STR("note"), CSUCCESS_STR("hi")));
    CHECK_OK(csuccess_facts_set_time(f, CSUCCESS_STR("seen"), 86400001));
    CHECK_OK(csuccess_facts_set_time(f, CSUCCESS_STR("since"), -1));
    CHECK_OK(csuccess_facts_set_money(f, CSUCCESS_STR("arr"), 9.5, CSUCCESS_STR("EUR")));
    CHECK_OK(csuccess_facts_put_number(f, MRR, 3));
    CHECK_NUM(value(&b, LOGINS).as.number, 12, 0);
    CHECK(value(&b, LEFT).as.boolean);
    CHECK_STR(value(&b, PLAN).as.string, "team");
    CHECK_UINT(value(&b, PLAN).code,
               csuccess__constants_find(b.f.with.constants, CSUCCESS_STR("team")));
    CHECK(value(&b, PLAN).code != 0);
    CHECK_UINT(value(&b, NOTE).code, 0);
    CHECK_INT(value(&b, SEEN).as.time, 86400001);
    CHECK_INT(value(&b, SINCE).as.time, -86400000); /* the midnight before */
    CHECK_NUM(value(&b, ARR).as.number, 9.5, 0);
    CHECK_NUM(value(&b, MRR).as.number, 3, 0);

    char before[4096];
    snprintf(before, sizeof before, "%s", dump(&b));
    csuccess_str x = CSUCCESS_STR("x");
    CHECK_RESULT(csuccess_facts_set_number(f, CSUCCESS_STR("lgins"), 1), CSUCCESS_ENAME);
    CHECK_RESULT(csuccess_facts_set_number(f, CSUCCESS_STR("plan"), 1), CSUCCESS_ETYPE);
    CHECK_RESULT(csuccess_facts_set_bool(f, CSUCCESS_STR("logins"), 1), CSUCCESS_ETYPE);
    CHECK_RESULT(csuccess_facts_set_string(f, CSUCCESS_STR("seen"), x), CSUCCESS_ETYPE);
    CHECK_RESULT(csuccess_facts_set_time(f, CSUCCESS_STR("logins"), 1), CSUCCESS_ETYPE);
    CHECK_RESULT(csuccess_facts_set_money(f, CSUCCESS_STR("logins"), 1, x), CSUCCESS_ETYPE);
    CHECK_RESULT(csuccess_facts_set_money(f, CSUCCESS_STR("arr"), 1, x), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_facts_set_string(f, CSUCCESS_STR("note"), CSUCCESS_STR("\xff")),
                 CSUCCESS_EENCODING);
    CHECK_RESULT(csuccess_facts_put_number(f, INPUTS, 1), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_facts_put_string(f, UINT32_MAX, x), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_facts_put_bool(f, LOGINS, 1), CSUCCESS_ETYPE);
    CHECK_RESULT(csuccess_facts_put_time(f, TAGS, 1), CSUCCESS_ETYPE);
    CHECK_RESULT(csuccess_facts_set_number(NULL, x, 1), CSUCCESS_EINVALID);
    char *huge = calloc(1, 65537);
    memset(huge, 'a', 65537);
    CHECK_RESULT(csuccess_facts_put_string(f, NOTE, (csuccess_str){huge, 65537}),
                 CSUCCESS_ELIMIT);
    CHECK_CSTR(dump(&b), before);
    CHECK_OK(csuccess_facts_put_string(f, NOTE, (csuccess_str){huge, 65536}));
    free(huge);
    CHECK_UINT(csuccess_facts_quarantined(f), 0);
    finish(&b);
}

/* The only quarantined value and its reason. */
static void quarantined(const bench *b, const char *name, const char *reason)
{
    csuccess_str attribute = {NULL, 0}, text = {NULL, 0};
    CHECK_UINT(csuccess_facts_quarantined(b->facts), 1);
    CHECK_RESULT(csuccess_facts_quarantine(b->facts, 1, &attribute, &text), CSUCCESS_EINVALID);
    if (!CHECK_OK(csuccess_facts_quarantine(b->facts, 0, &attribute, &text))) return;
    CHECK_STR(attribute, name);
    CHECK_STR(text, reason);
}

static void impossible_values_are_kept_aside(void)
{
    bench b;
    start(&b, NULL);
    csuccess_facts *f = b.facts;
    CHECK_OK(csuccess_facts_put_number(f, LOGINS, 5));
    CHECK_RESULT(csuccess_facts_put_number(f, LOGINS, 1001), CSUCCESS_ERANGE);
    quarantined(&b, "logins", "logins: 1001 is above the maximum of 1000");
    CHECK_INT(value(&b, LOGINS).absence, CSUCCESS__ABSENCE_QUARANTINED);
    CHECK_RESULT(csuccess_facts_put_number(f, LOGINS, -0.5), CSUCCESS_ERANGE);
    quarantined(&b, "logins", "logins: -0.5 is below the minimum of 0");
    CHECK_RESULT(csuccess_facts_put_number(f, LOGINS, NAN), CSUCCESS_ERANGE);
    quarantined(&b, "logins", "logins: not a finite number");
    CHECK_OK(csuccess_facts_put_number(f, LOGINS, 6));
    CHECK_UINT(csuccess_facts_quarantined(f), 0);
    CHECK_NUM(value(&b, LOGINS).as.number, 6, 0);

    CHECK_RESULT(csuccess_facts_put_number(f, NPS, -INFINITY), CSUCCESS_ERANGE);
    CHECK(csuccess__is_missing(value(&b, NPS))); /* set, if badly: not the default */
    csuccess_facts_clear(f);
    CHECK_UINT(csuccess_facts_quarantined(f), 0);
    CHECK_NUM(value(&b, NPS).as.number, 7, 0);

    CHECK_RESULT(csuccess_facts_put_string(f, PLAN, CSUCCESS_STR("tem")), CSUCCESS_ERANGE);
    quarantined(&b, "plan",
                "plan: \"tem\" is not one of \"free\", \"team\" (did you mean \"team\"?)");
    CHECK_OK(csuccess_facts_unset(f, CSUCCESS_STR("plan")));
    CHECK_UINT(csuccess_facts_quarantined(f), 0);
    CHECK_RESULT(csuccess_facts_put_time(f, SEEN, INT64_MIN), CSUCCESS_ERANGE);
    quarantined(&b, "seen", "seen: a time outside the years 1 to 9999");
    csuccess_facts_clear(f);
    CHECK_RESULT(csuccess_facts_set_money(f, CSUCCESS_STR("arr"), 1, CSUCCESS_STR("USD")),
                 CSUCCESS_ERANGE);
    quarantined(&b, "arr", "arr: an amount in \"USD\" where all are in EUR");
    csuccess_facts_clear(f);
    CHECK_RESULT(csuccess_facts_set_money(f, CSUCCESS_STR("mrr"), 1, CSUCCESS_STR("USD")),
                 CSUCCESS_ERANGE);
    quarantined(&b, "mrr",
                "mrr: an amount in \"USD\", but the definition states no \"currency\"");
    CHECK_OK(csuccess_facts_set_money(f, CSUCCESS_STR("mrr"), 1, CSUCCESS_STR("")));
    finish(&b);
}

static void old_values_are_missing(void)
{
    bench b;
    start(&b, NULL);
    const int64_t day = 86400000;
    CHECK_OK(csuccess_facts_read_json(
        b.facts,
        CSUCCESS_STR("{\"nps\": {\"value\": 9, \"at\": \"1970-01-01T00:00:00Z\"},"
                     "\"logins\": {\"value\": 4, \"at\": \"1970-01-01\"}}"),
        &b.err));
    csuccess__facts_fill(b.facts, 180 * day, b.slots);
    CHECK_NUM(b.slots[NPS].as.number, 9, 0); /* exactly as old as allowed */
    csuccess__facts_fill(b.facts, 180 * day + 1, b.slots);
    CHECK_INT(b.slots[NPS].kind, CSUCCESS__KIND_ANY); /* and no default */
    CHECK_INT(b.slots[NPS].absence, CSUCCESS__ABSENCE_STALE);
    CHECK_NUM(b.slots[LOGINS].as.number, 4, 0); /* has no max_age */
    CHECK_OK(
        csuccess_facts_put_number(b.facts, NPS, 8)); /* without a time it counts as fresh */
    csuccess__facts_fill(b.facts, 9000 * day, b.slots);
    CHECK_NUM(b.slots[NPS].as.number, 8, 0);
    CHECK_OK(csuccess_facts_set_observed(b.facts, CSUCCESS_STR("nps"), 8000 * day));
    csuccess__facts_fill(b.facts, 9000 * day, b.slots);
    CHECK_INT(b.slots[NPS].absence, CSUCCESS__ABSENCE_STALE);
    csuccess__facts_fill(b.facts, -62135596800000, b.slots); /* the year 1 */
    CHECK_NUM(b.slots[NPS].as.number, 8, 0);
    CHECK_RESULT(csuccess_facts_set_observed(b.facts, CSUCCESS_STR("nps"), INT64_MAX),
                 CSUCCESS_ERANGE);
    CHECK_RESULT(csuccess_facts_set_observed(b.facts, CSUCCESS_STR("left"), 0),
                 CSUCCESS_EMISSING);
    CHECK_RESULT(csuccess_facts_set_observed(b.facts, CSUCCESS_STR("x"), 0), CSUCCESS_ENAME);
    csuccess_facts_clear(b.facts);
    CHECK_RESULT(csuccess_facts_set_observed(b.facts, CSUCCESS_STR("nps"), 0),
                 CSUCCESS_EMISSING);
    finish(&b);
}

static void customer_ids_are_kept(void)
{
    bench b;
    start(&b, NULL);
    CHECK_OK(csuccess_facts_set_customer(b.facts, CSUCCESS_STR("acme")));
    CHECK_STR(csuccess_facts_customer(b.facts), "acme");
    CHECK_RESULT(csuccess_facts_set_customer(b.facts, CSUCCESS_STR("\xff")),
                 CSUCCESS_EENCODING);
    CHECK_STR(csuccess_facts_customer(b.facts), "acme");
    CHECK_OK(csuccess_facts_set_customer(b.facts, csuccess_facts_customer(b.facts)));
    CHECK_STR(csuccess_facts_customer(b.facts), "acme");
    csuccess_facts_clear(b.facts);
    CHECK_STR(csuccess_facts_customer(b.facts), "");
    CHECK_OK(
        csuccess_facts_read_json(b.facts, CSUCCESS_STR("{\"customer_id\": 1e21}"), &b.err));
    CHECK_STR(csuccess_facts_customer(b.facts), "1e+21");
    finish(&b);
}

static void set_everything(bench *b, int round)
{
    csuccess_facts_clear(b->facts);
    csuccess_facts_set_customer(b->facts, CSUCCESS_STR("customer"));
    csuccess_facts_put_number(b->facts, LOGINS, round);
    csuccess_facts_put_number(b->facts, NPS, -1);
    csuccess_facts_put_string(b->facts, NOTE, CSUCCESS_STR("a longer text than before"));
    csuccess_facts_put_string(b->facts, PLAN, CSUCCESS_STR("neither")); /* quarantined */
    csuccess_facts_put_time(b->facts, SEEN, round);
}

static void warm_facts_allocate_nothing(void)
{
    bench b;
    start(&b, NULL);
    for (int i = 0; i < 3; i++) set_everything(&b, i);
    size_t calls = b.f.own.calls;
    for (int i = 0; i < 100; i++) set_everything(&b, i);
    for (int i = 0; i < 100; i++) {
        CHECK_OK(csuccess_facts_put_string(b.facts, NOTE, CSUCCESS_STR("again and again")));
    }
    CHECK_UINT(b.f.own.calls, calls);
    finish(&b);
}

CHECK_MAIN(CHECK_TEST(what_was_never_set_is_missing),
           CHECK_TEST(setters_set_and_refuse_by_type),
           CHECK_TEST(impossible_values_are_kept_aside), CHECK_TEST(old_values_are_missing),
           CHECK_TEST(customer_ids_are_kept), CHECK_TEST(warm_facts_allocate_nothing))

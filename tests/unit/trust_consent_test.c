/* SPDX-License-Identifier: Apache-2.0 */
/* Consent: what is required by purpose and jurisdiction, suppressed addresses, entries, damage, the section, refused memory. */
#include "trust_consent.h"

/* ---- The rules ---- */

static void what_a_purpose_requires(void)
{
    bench b;
    CHECK_OK(set_up(&b, NULL, section, privacy_section));
    fixture_problems(&b.f, (const char *const[]){NULL});
    check_reason(&b, ask(&b, "ada", "service", "email", 0), CSUCCESS_OK, "");
    check_reason(&b, ask(&b, "ada", "research", "email", 0), CSUCCESS_OK, "");
    check_reason(&b, ask(&b, "ada", "", "email", 0), CSUCCESS_OK, "");
    check_reason(&b, ask(&b, "ada", "marketing", "email", 0), CSUCCESS_EDENIED,
                 "no opt-in to marketing");
    check_reason(&b, ask(&b, "ada", "news", "email", 0), CSUCCESS_EDENIED, "no opt-in to news");
    check_reason(&b, ask(&b, "ada", "undeclared", "email", 0), CSUCCESS_EDENIED,
                 "no opt-in to undeclared");
    CHECK_OK(consent(&b, "k1", 0, "{\"purpose\":\"marketing\",\"granted\":true}"));
    CHECK_CSTR(b.bytes, "");
    CHECK_OK(consent(&b, "k2", 0,
                     "{\"purpose\":\"undeclared\",\"granted\":true,\"channel\":\"sms\"}"));
    CHECK_CSTR(b.bytes, "the purpose \"undeclared\" is not declared; it requires an opt-in");
    CHECK_OK(ask(&b, "ada", "undeclared", "sms", 10000));
    CHECK_RESULT(ask(&b, "ada", "undeclared", "email", 0), CSUCCESS_EDENIED);
    CHECK_OK(ask(&b, "ada", "marketing", "email", 0));
    CHECK_OK(ask(&b, "ada", "marketing", "", 29));
    CHECK_RESULT(ask(&b, "bob", "marketing", "email", 0), CSUCCESS_EDENIED);
    check_reason(&b, ask(&b, "ada", "marketing", "email", 30), CSUCCESS_EDENIED,
                 "the opt-in to marketing ended on 2026-01-31");
    CHECK_OK(consent(&b, "k3", 4,
                     "{\"purpose\":\"marketing\",\"granted\":false,\"channel\":\"email\"}"));
    check_reason(&b, ask(&b, "ada", "marketing", "email", 5), CSUCCESS_EDENIED,
                 "marketing was withdrawn on 2026-01-05");
    CHECK_OK(ask(&b, "ada", "marketing", "sms", 5));
    CHECK_OK(consent(&b, "k4", 5, "{\"purpose\":\"research\",\"granted\":false}"));
    check_reason(&b, ask(&b, "ada", "research", "sms", 400), CSUCCESS_EDENIED,
                 "research was withdrawn on 2026-01-06");
    CHECK_OK(consent(&b, "k5", 6, "{\"purpose\":\"service\",\"granted\":false}"));
    CHECK_OK(ask(&b, "ada", "service", "sms", 7)); /* nothing was required */
    tear_down(&b);
}

static void an_end_of_its_own(void)
{
    bench b;
    CHECK_OK(set_up(&b, NULL, section, privacy_section));
    CHECK_OK(consent(
        &b, "k1", 0,
        "{\"purpose\":\"marketing\",\"granted\":true,\"until\":\"2026-01-11T00:00:00Z\"}"));
    CHECK_OK(ask(&b, "ada", "marketing", "email", 9));
    check_reason(&b, ask(&b, "ada", "marketing", "email", 10), CSUCCESS_EDENIED,
                 "the opt-in to marketing ended on 2026-01-11");
    CHECK_OK(consent(&b, "k2", 1,
                     "{\"purpose\":\"marketing\",\"granted\":true,\"until\":\"2027-01-11\"}"));
    check_reason(&b, ask(&b, "ada", "marketing", "email", 31), CSUCCESS_EDENIED,
                 "the opt-in to marketing ended on 2026-02-01");
    CHECK_OK(consent(
        &b, "k3", 1,
        "{\"purpose\":\"news\",\"granted\":true,\"until\":\"9999-12-31T23:59:59.999Z\"}"));
    CHECK_OK(ask(&b, "ada", "news", "email", 2900000));
    tear_down(&b);
}

static csuccess_result ask_in(bench *b, const char *purpose, const char *place)
{
    const csuccess__consent_question q = {text("ada"), text(purpose), text("email"),
                                          text(place), START};
    csuccess__text_init(&b->reason, b->bytes, sizeof b->bytes);
    return csuccess__consent_ask(b->privacy, &b->state, &q, &b->reason);
}

static void the_strictest_of_purpose_and_jurisdiction(void)
{
    bench b;
    CHECK_OK(set_up(&b, NULL, section, privacy_section));
    CHECK_OK(ask_in(&b, "research", "FR"));
    CHECK_OK(ask_in(&b, "research", "US"));
    check_reason(&b, ask_in(&b, "research", "DE"), CSUCCESS_EDENIED, "no opt-in to research");
    check_reason(&b, ask_in(&b, "research", ""), CSUCCESS_EDENIED,
                 "no opt-in to research"); /* who knows */
    CHECK_OK(consent(&b, "k1", 0,
                     "{\"purpose\":\"research\",\"granted\":true,\"jurisdiction\":\"DE\"}"));
    CHECK_OK(ask_in(&b, "research", "DE"));
    CHECK_OK(ask_in(&b, "research", ""));
    CHECK_OK(consent(&b, "k2", 0,
                     "{\"purpose\":\"service\",\"granted\":false,\"jurisdiction\":\"FR\"}"));
    CHECK_OK(ask_in(&b, "service", "DE"));
    CHECK_OK(ask_in(&b, "service", "")); /* the consent says FR */
    check_reason(&b, ask_in(&b, "service", "US"), CSUCCESS_EDENIED,
                 "service was withdrawn on 2026-01-01");
    tear_down(&b);
}

static void addresses_are_suppressed(void)
{
    bench b;
    CHECK_OK(set_up(&b, NULL, section, privacy_section));
    CHECK_OK(
        apply(&b, (said){"response", "r1", "ada", "bounced", "{\"channel\":\"email\"}", 3}));
    check_reason(&b, ask(&b, "ada", "service", "email", 3), CSUCCESS_EDENIED,
                 "suppressed: bounced on 2026-01-04");
    check_reason(&b, ask(&b, "ada", "", "email", 3), CSUCCESS_EDENIED,
                 "suppressed: bounced on 2026-01-04");
    CHECK_OK(ask(&b, "ada", "service", "sms", 3));
    CHECK_OK(ask(&b, "bob", "service", "email", 3));
    CHECK_RESULT(
        apply(&b, (said){"response", "r0", "ada", "complained", "{\"channel\":\"email\"}", 2}),
        CSUCCESS_UNCHANGED);
    CHECK_OK(
        apply(&b, (said){"response", "r2", "ada", "complained", "{\"channel\":\"email\"}", 3}));
    check_reason(&b, ask(&b, "ada", "service", "email", 3), CSUCCESS_EDENIED,
                 "suppressed: complained on 2026-01-04");
    CHECK_OK(
        apply(&b, (said){"response", "r3", "ada", "restored", "{\"channel\":\"email\"}", 4}));
    CHECK_OK(ask(&b, "ada", "service", "email", 5));
    CHECK_RESULT(
        apply(&b, (said){"response", "r4", "ada", "bounced", "{\"channel\":\"email\"}", 3}),
        CSUCCESS_UNCHANGED);
    CHECK_OK(ask(&b, "ada", "service", "email", 5));
    CHECK_RESULT(apply(&b, (said){"response", "r5", "ada", "opened", "{}", 9}),
                 CSUCCESS_UNCHANGED);
    CHECK_RESULT(apply(&b, (said){"response", "r6", "ada", "bounced", "{}", 9}),
                 CSUCCESS_ERANGE);
    CHECK_CSTR(b.bytes, "the response names no \"channel\"");
    CHECK_RESULT(apply(&b, (said){"response", "r7", "ada", "bounced", "{\"channel\":4}", 9}),
                 CSUCCESS_ERANGE);
    CHECK_UINT(b.effects.entry_count, 3);
    tear_down(&b);
}

static void what_cannot_be_is_quarantined(void)
{
    static const struct {
        const char *properties, *reason;
    } rows[] = {
        {"{\"granted\":true}", "a consent names its \"purpose\""},
        {"{\"purpose\":\"\",\"granted\":true}", "a consent names its \"purpose\""},
        {"{\"purpose\":3,\"granted\":true}", "\"purpose\" must be text"},
        {"{\"purpose\":\"news\"}", "a consent has \"granted\", true or false"},
        {"{\"purpose\":\"news\",\"granted\":\"yes\"}",
         "a consent has \"granted\", true or false"},
        {"{\"purpose\":\"news\",\"granted\":1}", "a consent has \"granted\", true or false"},
        {"{\"purpose\":\"news\",\"granted\":true,\"channel\":[\"email\"]}",
         "\"channel\" must be text"},
        {"{\"purpose\":\"news\",\"granted\":true,\"jurisdiction\":true}",
         "\"jurisdiction\" must be text"},
        {"{\"purpose\":\"news\",\"granted\":true,\"proof\":{}}", "\"proof\" must be text"},
        {"{\"purpose\":\"news\",\"granted\":true,\"until\":7}",
         "\"until\" is a time such as \"2026-01-31T08:00:00Z\""},
        {"{\"purpose\":\"news\",\"granted\":true,\"until\":\"soon\"}",
         "\"until\" is a time such as \"2026-01-31T08:00:00Z\""},
        {"{\"purpose\":\"news\",\"granted\":true,\"until\":\"2026-01-01T00:00:00Z\"}",
         "\"until\" lies before the consent"},
        {"{\"purpose\":\"news\",\"granted\":false,\"until\":\"2027-01-01T00:00:00Z\"}",
         "what is withdrawn has no \"until\": it stays so until consent is given again"},
    };
    bench b;
    CHECK_OK(set_up(&b, NULL, section, privacy_section));
    for (size_t i = 0; i < LENGTH(rows); i++)
        check_reason(&b, consent(&b, "k1", 0, rows[i].properties), CSUCCESS_ERANGE,
                     rows[i].reason);
    char large[1200];
    int n =
        snprintf(large, sizeof large, "{\"purpose\":\"news\",\"granted\":true,\"proof\":\"");
    memset(large + n, 'p', 1025);
    memcpy(large + n + 1025, "\"}", 3);
    CHECK_RESULT(consent(&b, "k1", 0, large), CSUCCESS_ERANGE);
    memcpy(large + n + 1024, "\"}", 3);
    CHECK_UINT(b.state.count + b.effects.entry_count, 0);
    CHECK_OK(consent(&b, "k1", 0, large));
    tear_down(&b);
}

static void entries_say_what_stood_before(void)
{
    bench b;
    CHECK_OK(set_up(&b, NULL, section, privacy_section));
    CHECK_OK(
        consent(&b, "k1", 0,
                "{\"purpose\":\"news\",\"granted\":true,\"channel\":\"email\",\"jurisdiction\":"
                "\"DE\",\"proof\":\"form 12\",\"until\":\"2027-01-01T00:00:00Z\"}"));
    CHECK_OK(
        consent(&b, "k2", 2, "{\"purpose\":\"news\",\"granted\":false,\"channel\":\"email\"}"));
    CHECK_RESULT(
        consent(&b, "k0", 1, "{\"purpose\":\"news\",\"granted\":true,\"channel\":\"email\"}"),
        CSUCCESS_UNCHANGED);
    CHECK_RESULT(
        consent(&b, "k2", 2, "{\"purpose\":\"news\",\"granted\":true,\"channel\":\"email\"}"),
        CSUCCESS_UNCHANGED);
    CHECK_OK(apply(&b, (said){"response", "r1", "", "bounced", "{\"channel\":\"email\"}", 3}));
    if (!CHECK_UINT(b.effects.entry_count, 3)) return;
    const csuccess__effect_entry *e = b.effects.entries;
    CHECK_STR(e[0].kind, "consent");
    CHECK_STR(e[0].subject, "ada");
    CHECK_STR(e[0].cause, "k1");
    CHECK_STR(e[0].by, "anna");
    CHECK_STR(e[0].body,
              "{\"contact\":\"ada\",\"purpose\":\"news\",\"channel\":\"email\",\"granted\":"
              "true,\"at\":\"2026-01-01T00:00:00Z\",\"until\":\"2027-01-01T00:00:00Z\","
              "\"jurisdiction\":\"DE\",\"proof\":\"form 12\",\"input\":\"k1\"}");
    CHECK_STR(
        e[1].body,
        "{\"contact\":\"ada\",\"purpose\":\"news\",\"channel\":\"email\",\"granted\":false,"
        "\"at\":\"2026-01-03T00:00:00Z\",\"input\":\"k2\","
        "\"before\":{\"granted\":true,\"at\":\"2026-01-01T00:00:00Z\",\"until\":\"2027-01-"
        "01T00:00:00Z\",\"jurisdiction\":\"DE\",\"proof\":\"form 12\",\"input\":\"k1\"}}");
    CHECK_STR(e[2].kind, "suppressed");
    CHECK_STR(e[2].body, "{\"channel\":\"email\",\"reason\":\"bounced\",\"at\":\"2026-01-04T00:"
                         "00:00Z\",\"input\":\"r1\"}");
    tear_down(&b);
}

/* ---- Damage ---- */

static csuccess_str printed(bench *b, csuccess__state_kind kind, csuccess_str payload)
{
    csuccess__json_writer w;
    const csuccess__state_field field = {.kind = (uint8_t)kind, .payload = payload};
    csuccess__buffer_clear(&b->out);
    csuccess__json_writer_init(&w, &b->out);
    (kind == CSUCCESS__STATE_CONSENT ? csuccess__consent_print
                                     : csuccess__suppression_print)(&w, &field);
    return csuccess__buffer_view(&b->out);
}

/* Put under the name; whether it is refused everywhere or nowhere. */
static bool is_damaged(bench *b, csuccess__state_kind kind, csuccess_str payload)
{
    bool consents = kind == CSUCCESS__STATE_CONSENT;
    CHECK(csuccess__state_put(&b->state, kind, text(consents ? "ada/news/email" : "ada/email"),
                              payload));
    bool damaged = ask(b, "ada", "news", "email", 0) == CSUCCESS_ESTATE;
    b->step.failed = CSUCCESS_OK;
    csuccess__effects_clear(&b->effects);
    said s = {consents ? "consent" : "response",
              "k0",
              "ada",
              consents ? "" : "bounced",
              "{\"purpose\":\"news\",\"granted\":true,\"channel\":\"email\"}",
              -700000};
    csuccess_result result = apply(b, s);
    CHECK(damaged ? result == CSUCCESS_ESTATE && b->step.failed == CSUCCESS_ESTATE
                  : result >= 0 && b->step.failed == CSUCCESS_OK);
    CHECK(damaged == (strcmp(printed(b, kind, payload).ptr, "\"(damaged)\"") == 0));
    return damaged;
}

/* Every bit, every length. What is not refused means something else than what it was made from: one meaning has one spelling. */
static void damaged_payloads_are_refused_or_mean_something_else(void)
{
    static const csuccess__state_kind kinds[] = {CSUCCESS__STATE_CONSENT,
                                                 CSUCCESS__STATE_SUPPRESSION};
    bench b;
    CHECK_OK(set_up(&b, NULL, section, privacy_section));
    CHECK_OK(
        consent(&b, "k1", 0,
                "{\"purpose\":\"news\",\"granted\":true,\"channel\":\"email\",\"jurisdiction\":"
                "\"DE\",\"proof\":\"form\",\"until\":\"2027-01-01T00:00:00Z\"}"));
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        if (k) {
            CHECK_OK(apply(
                &b, (said){"response", "r1", "ada", "bounced", "{\"channel\":\"email\"}", 3}));
        }
        csuccess_str payload =
            csuccess__state_get(&b.state, kinds[k], text(k ? "ada/email" : "ada/news/email"));
        char whole[200], bytes[202], good[400];
        size_t len = payload.len;
        if (!CHECK(payload.ptr && len < sizeof whole)) return;
        memcpy(whole, payload.ptr, len);
        snprintf(good, sizeof good, "%s", printed(&b, kinds[k], payload).ptr);
        for (size_t bit = 0; bit < 8 * len; bit++) {
            memcpy(bytes, whole, len);
            bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
            if (!is_damaged(&b, kinds[k], (csuccess_str){bytes, len})) {
                CHECK(strcmp(printed(&b, kinds[k], (csuccess_str){bytes, len}).ptr, good) != 0);
            }
        }
        memcpy(bytes, whole, len);
        bytes[len] = '\0';
        for (size_t n = 0; n <= len + 1; n++)
            CHECK(is_damaged(&b, kinds[k], (csuccess_str){bytes, n}) == (n != len));
        CHECK(!is_damaged(&b, kinds[k], (csuccess_str){whole, len}));
    }
    tear_down(&b);
}

/* ---- The section ---- */

static void shapes_are_checked(void)
{
    static const struct {
        const char *json, *problem;
    } rows[] = {
        {"{}", NULL},
        {"{\"purposes\": {\"x\": {\"description\": \"d\"}}, \"jurisdiction\": \"land\"}", NULL},
        {"{\"purpose\": {}}", "/purpose: unknown key \"purpose\" (did you mean \"purposes\"?)"},
        {"{\"purposes\": []}", "/purposes: \"purposes\" must be an object, found an array"},
        {"{\"purposes\": {\"x\": 1}}", "/purposes/x: expected an object, found a number"},
        {"{\"purposes\": {\"\": {}}}", "/purposes/: a purpose needs a name"},
        {"{\"purposes\": {\"x\": {\"requires\": \"optin\"}}}",
         "/purposes/x/requires: \"requires\" cannot be \"optin\" (did you mean \"opt_in\"?)"},
        {"{\"purposes\": {\"x\": {\"valid_for\": \"2y\"}}}",
         "/purposes/x/valid_for: \"valid_for\" is an ISO 8601 duration above 0, such as "
         "\"P2Y\""},
        {"{\"purposes\": {\"x\": {\"valid_for\": \"P0D\"}}}",
         "/purposes/x/valid_for: \"valid_for\" is an ISO 8601 duration above 0, such as "
         "\"P2Y\""},
        {"{\"purposes\": {\"x\": {\"valid_for\": \"-P1D\"}}}",
         "/purposes/x/valid_for: \"valid_for\" is an ISO 8601 duration above 0, such as "
         "\"P2Y\""},
        {"{\"purposes\": {\"x\": {\"requires\": \"nothing\", \"valid_for\": \"P1D\"}}}",
         "/purposes/x/valid_for: only an opt-in ends; \"x\" requires none unless a "
         "jurisdiction does"},
        {"{\"jurisdiction\": \"cuontry\"}",
         "/jurisdiction: \"cuontry\" is neither a field of \"contacts\" nor an attribute"},
        {"{\"jurisdiction\": \"age\"}",
         "/jurisdiction: a jurisdiction is a string, such as a country; \"age\" is none"},
        {"{\"jurisdiction\": \"arr\"}",
         "/jurisdiction: a jurisdiction is a string, such as a country; \"arr\" is none"},
        {"{\"jurisdiction\": 4}",
         "/jurisdiction: \"jurisdiction\" must be a string, found a number"},
        {"{\"jurisdictions\": {\"DE\": 1}}",
         "/jurisdictions/DE: a jurisdiction has a name and is an object, such as "
         "{\"marketing\": \"opt_in\"}"},
        {"{\"jurisdictions\": {\"\": {\"x\": \"opt_in\"}}}",
         "/jurisdictions/: a jurisdiction has a name and is an object, such as {\"marketing\": "
         "\"opt_in\"}"},
        {"{\"jurisdictions\": {\"DE\": {\"x\": \"opt_in\"}}}",
         "/jurisdictions/DE/x: no purpose \"x\" is declared; name it under \"purposes\""},
        {"{\"purposes\": {\"x\": {\"requires\": \"nothing\"}}, \"jurisdictions\": {\"DE\": "
         "{\"x\": \"in\"}}}",
         "/jurisdictions/DE/x: what a jurisdiction requires is \"nothing\", \"opt_out\" or "
         "\"opt_in\""},
        {"{\"purposes\": {\"x\": {\"requires\": \"opt_out\"}}, \"jurisdictions\": {\"DE\": "
         "{\"x\": \"opt_out\"}}}",
         "/jurisdictions/DE/x: the purpose requires \"opt_out\" everywhere already; the "
         "strictest holds"},
        {"[]", ": expected an object, found an array"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        bench b;
        CHECK_OK(set_up(&b, NULL, section, rows[i].json));
        fixture_problems(&b.f, (const char *const[]){rows[i].problem, NULL});
        tear_down(&b);
    }
}

static void where_the_jurisdiction_stands(void)
{
    static const struct {
        const char *json, *field, *slot;
    } rows[] = {
        {NULL, "", NULL},
        {"{\"jurisdiction\": \"land\"}", "land", NULL},
        {"{\"jurisdiction\": \"country\"}", "country", "country"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        bench b;
        CHECK_OK(set_up(&b, NULL, section, rows[i].json));
        csuccess__privacy_place place = csuccess__privacy_jurisdiction(b.privacy);
        CHECK_STR(place.field, rows[i].field);
        CHECK_UINT(place.slot, rows[i].slot
                                   ? csuccess__schema_find(b.f.schema, text(rows[i].slot), NULL)
                                   : UINT32_MAX);
        tear_down(&b);
    }
}

/* ---- Refused memory ---- */

static csuccess_result live(check_memory *memory, void *ud)
{
    bench b;
    csuccess_result result = set_up(&b, memory, section, ud);
    if (result == CSUCCESS_OK)
        result = consent(&b, "k1", 0,
                         "{\"purpose\":\"marketing\",\"granted\":true,\"proof\":\"p\"}");
    if (result == CSUCCESS_OK)
        result = consent(&b, "k2", 1,
                         "{\"purpose\":\"marketing\",\"granted\":false,\"channel\":\"email\"}");
    if (result == CSUCCESS_OK)
        result =
            apply(&b, (said){"response", "r1", "ada", "bounced", "{\"channel\":\"sms\"}", 2});
    if (result == CSUCCESS_OK) {
        CHECK_RESULT(ask(&b, "ada", "marketing", "email", 1), CSUCCESS_EDENIED);
        CHECK_RESULT(ask(&b, "ada", "marketing", "sms", 1), CSUCCESS_EDENIED);
        CHECK_OK(ask(&b, "ada", "marketing", "post", 1));
    }
    tear_down(&b);
    return result;
}

static void memory_that_is_refused(void)
{
    CHECK(check_faults(live, (void *)(uintptr_t)privacy_section) > 10);
}

CHECK_MAIN(CHECK_TEST(what_a_purpose_requires), CHECK_TEST(an_end_of_its_own),
           CHECK_TEST(the_strictest_of_purpose_and_jurisdiction),
           CHECK_TEST(addresses_are_suppressed), CHECK_TEST(what_cannot_be_is_quarantined),
           CHECK_TEST(entries_say_what_stood_before),
           CHECK_TEST(damaged_payloads_are_refused_or_mean_something_else),
           CHECK_TEST(shapes_are_checked), CHECK_TEST(where_the_jurisdiction_stands),
           CHECK_TEST(memory_that_is_refused))

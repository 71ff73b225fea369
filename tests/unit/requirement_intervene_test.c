/* SPDX-License-Identifier: Apache-2.0 */
/* What may reach a customer as the requirement documents have it: budgets, coordination, offers (tests/data/stories/reach.txt); what is a word of campaigns; many customers at once. */
#include "flow_story.h"

static void reach(const char *prefix)
{
    story_play("reach.txt", prefix, 1);
}

static void collisions_are_spread(void)
{
    reach("coordination");
}

static void once_in_seven_days(void)
{
    reach("often");
}

static void budgets_of_a_customer(void)
{
    reach("budget");
}

static void the_feature_that_fits(void)
{
    reach("upgrade");
}

static void a_retention_offer(void)
{
    reach("offer");
}

/* ---- A registry of types and categories ---- */

static const char *const types[] = {"proactive", "reactive", "preventive"};
static const char *const categories[] = {"engagement", "value_realization", "support",
                                         "pricing", "feature_adoption"};
static const char *const states[] = {"draft", "active", "paused", "completed", "cancelled"};

/* NULL where it compiles; else what is said. */
static const char *refusal(const char *type, const char *category, const char *status)
{
    static csuccess_error err;
    char document[1024];
    csuccess_config *config = NULL;
    err = (csuccess_error)CSUCCESS_ERROR_INIT;
    snprintf(document, sizeof document,
             "{\"csuccess\":1,\"interventions\":{\"call\":{\"type\":\"phone_call\"}},"
             "\"campaigns\":{\"c\":{\"type\":\"%s\",\"category\":\"%s\",\"status\":\"%s\","
             "\"actions\":{\"a\":{\"intervention\":\"call\"}},\"budget\":{\"limit\":100,"
             "\"per_customer\":10,\"incentives\":5},\"targets\":{\"engagement\":0.1,"
             "\"retention\":0.9,\"satisfaction\":0.05,\"revenue\":10}}}}",
             type, category, status);
    csuccess_result result = csuccess_config_compile(&config, check_view(document), NULL, &err);
    csuccess_config_unref(config);
    return result < 0 ? err.message : NULL;
}

static void words_of_campaigns(void)
{
    for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
        for (size_t c = 0; c < sizeof categories / sizeof *categories; c++) {
            for (size_t s = 0; s < sizeof states / sizeof *states; s++) {
                const char *why = refusal(types[t], categories[c], states[s]);
                if (!CHECK(why == NULL)) printf("# %s\n", why);
            }
        }
    }
    CHECK_HAS(refusal("reactiv", "engagement", "draft"), "reactive");
    CHECK_HAS(refusal("reactive", "prices", "draft"), "pricing");
    CHECK_HAS(refusal("reactive", "pricing", "finished"), "draft");
}

/* ---- Many customers with one call ---- */

typedef struct told {
    char lines[16384];
    size_t len;
} told;

static void keep(void *ud, csuccess_str line)
{
    told *t = ud;
    if (t->len + line.len + 2 > sizeof t->lines) return;
    memcpy(t->lines + t->len, line.ptr, line.len);
    t->len += line.len;
    t->lines[t->len++] = '\n';
    t->lines[t->len] = '\0';
}

/* The line that has all of them; NULL: there is none. */
static bool has_line(const told *t, const char *a, const char *b, const char *c)
{
    char line[4096];
    for (const char *at = t->lines; *at;) {
        size_t n = strcspn(at, "\n");
        if (n < sizeof line) {
            memcpy(line, at, n);
            line[n] = '\0';
            if (strstr(line, a) && strstr(line, b) && strstr(line, c)) return true;
        }
        at += n + (at[n] == '\n');
    }
    return false;
}

static void add_event(csuccess_events *events, const char *customer, const char *type,
                      unsigned n, const char *more)
{
    char text[512];
    snprintf(text, sizeof text,
             "{\"type\":\"%s\",\"messageId\":\"%s%u\",\"groupId\":\"%s\",\"timestamp\":"
             "\"2026-01-05T09:00:00Z\",%s}",
             type, customer, n, customer, more);
    CHECK_OK(csuccess_events_add_json(events, check_view(text), NULL));
}

/* Each answers for itself: one goes, one is held by the cap, one denied for want of consent, one is no intervention at all. */
static void many_at_once_each_with_its_guard(void)
{
    static const char document[] =
        "{\"csuccess\":1,\"attributes\":{\"x\":{\"type\":\"number\"}},\"channels\":{\"email\":{"
        "}},\"templates\":{\"t\":{\"locales\":{\"en\":{\"body\":\"Text\"}}}},\"policies\":{"
        "\"reach\":{\"caps\":{\"one\":{\"most\":1,\"per\":\"P1D\"}}}},\"interventions\":{"
        "\"first\":{\"type\":\"email\",\"template\":\"t\",\"priority\":90},\"mail\":{\"type\":"
        "\"email\",\"template\":\"t\"}}}";
    static const char consent[] = "\"properties\":{\"purpose\":\"marketing\",\"granted\":true}",
                      mail[] =
                          "\"event\":\"request\",\"properties\":{\"intervention\":\"mail\"}",
                      first[] =
                          "\"event\":\"request\",\"properties\":{\"intervention\":\"first\"}",
                      nothing[] =
                          "\"event\":\"request\",\"properties\":{\"intervention\":\"fax\"}";
    csuccess_config *config = NULL;
    csuccess_events *events = NULL;
    csuccess_simulation *simulation = NULL;
    told *t = calloc(1, sizeof *t);
    csuccess_simulation_options options = {
        .size = sizeof options, .trace = keep, .trace_ud = t};
    if (t && CHECK_OK(csuccess_config_compile(&config, check_view(document), NULL, NULL)) &&
        CHECK_OK(csuccess_events_new(&events, NULL, NULL, NULL)) &&
        CHECK_OK(csuccess_simulation_new(&simulation, config, &options, NULL))) {
        add_event(events, "goes", "consent", 1, consent);
        add_event(events, "goes", "intervention", 2, mail);
        add_event(events, "held", "consent", 1, consent);
        add_event(events, "held", "intervention", 2, first);
        add_event(events, "held", "intervention", 3, mail);
        add_event(events, "denied", "intervention", 1, mail);
        add_event(events, "wrong", "intervention", 1, nothing);
        CHECK_OK(csuccess_simulation_feed(simulation, events, NULL));
        CHECK(has_line(t, "\"customer\":\"goes\"", "\"change\":\"scheduled\"", "\"mail\""));
        CHECK(has_line(t, "\"customer\":\"held\"", "\"change\":\"scheduled\"", "\"first\""));
        CHECK(has_line(t, "\"customer\":\"held\"", "\"guard\":\"caps\"", "2026-01-06T09:00"));
        CHECK(has_line(t, "\"customer\":\"denied\"", "\"guard\":\"consent\"",
                       "no opt-in to marketing"));
        CHECK(!has_line(t, "\"customer\":\"denied\"", "\"change\"", "scheduled"));
        CHECK(has_line(t, "\"customer\":\"wrong\"", "\"kind\":\"quarantine\"", "fax"));
        csuccess_str why = {NULL, 0};
        CHECK_INT(csuccess_events_result(events, 1, &why), CSUCCESS_OK);
        CHECK(csuccess_events_result(events, 6, &why) != CSUCCESS_OK && why.len > 0);
    }
    csuccess_simulation_free(simulation);
    csuccess_events_free(events);
    csuccess_config_unref(config);
    free(t);
}

/* ---- A decision ---- */

/* With all that a chairman says; while it stands it answers, and when it has expired it is asked again. */
static void a_decision_is_kept_whole(void)
{
    static const char document[] =
        "{\"csuccess\":1,\"attributes\":{\"x\":{\"type\":\"number\"}},\"interventions\":{"
        "\"call\":{\"type\":\"phone_call\",\"max_frequency_days\":1}},\"approvals\":{\"all\":{"
        "\"for\":[\"intervention/*\"],\"approver\":\"chairman\"}}}";
    static const char ask[] =
        "\"event\":\"request\",\"properties\":{\"intervention\":\"call\"}";
    static const char decision[] =
        "\"event\":\"approve\",\"properties\":{\"for\":\"intervention/call\",\"reasoning\":"
        "\"they matter\",\"priority\":\"critical\",\"allocation_limit\":90000,"
        "\"investment_cap\":50000,\"acceptable_churn\":0.2,\"return_expected\":3,"
        "\"monitoring\":\"weekly\",\"expires_at\":\"2026-01-08T09:00:00Z\"}";
    static const char *const parts[] = {"\"reasoning\":\"they matter\"",
                                        "\"priority\":\"critical\"",
                                        "\"allocation_limit\":90000",
                                        "\"investment_cap\":50000",
                                        "\"acceptable_churn\":0.2",
                                        "\"return_expected\":3",
                                        "\"monitoring\":\"weekly\"",
                                        "\"by\":\"host\"",
                                        "\"expires\":\"2026-01-08T09:00:00Z\""};
    csuccess_config *config = NULL;
    csuccess_events *events = NULL, *later = NULL;
    csuccess_simulation *simulation = NULL;
    told *t = calloc(1, sizeof *t);
    csuccess_simulation_options options = {
        .size = sizeof options, .trace = keep, .trace_ud = t};
    if (t && CHECK_OK(csuccess_config_compile(&config, check_view(document), NULL, NULL)) &&
        CHECK_OK(csuccess_events_new(&events, NULL, NULL, NULL)) &&
        CHECK_OK(csuccess_events_new(&later, NULL, NULL, NULL)) &&
        CHECK_OK(csuccess_simulation_new(&simulation, config, &options, NULL))) {
        add_event(events, "c", "decision", 1, decision);
        add_event(events, "c", "intervention", 2, ask);
        CHECK_OK(csuccess_simulation_feed(simulation, events, NULL));
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
            CHECK(has_line(t, "\"kind\":\"approval\"", "\"change\":\"approved\"", parts[i]));
        }
        CHECK(has_line(t, "\"kind\":\"intervention\"", "\"change\":\"scheduled\"", "call"));
        CHECK(!has_line(t, "\"kind\":\"approval\"", "\"change\":\"requested\"", "call"));
        CHECK_OK(
            csuccess_simulation_run(simulation, INT64_C(1767949200000), NULL)); /* the 9th */
        add_event(later, "c", "intervention", 3, ask);
        CHECK_OK(csuccess_simulation_feed(simulation, later, NULL));
        CHECK(has_line(t, "\"kind\":\"approval\"", "\"change\":\"requested\"", "call"));
    }
    csuccess_simulation_free(simulation);
    csuccess_events_free(later);
    csuccess_events_free(events);
    csuccess_config_unref(config);
    free(t);
}

CHECK_MAIN(CHECK_TEST(collisions_are_spread), CHECK_TEST(once_in_seven_days),
           CHECK_TEST(budgets_of_a_customer), CHECK_TEST(a_retention_offer),
           CHECK_TEST(the_feature_that_fits), CHECK_TEST(words_of_campaigns),
           CHECK_TEST(many_at_once_each_with_its_guard), CHECK_TEST(a_decision_is_kept_whole))

/* SPDX-License-Identifier: Apache-2.0 */
/* Redemptions, places, incentives and shares of a campaign through an engine: who was refused comes later, what never arrived is given back, and what a run came to is told. */
#include "intervene_simulated.h"

#define HEAD \
    "{`csuccess`:1,`attributes`:{`arr`:{`type`:`number`},`left`:{`type`:`bool`},`nothing`:{`" \
    "type`:`number`}}," \
    "`channels`:{`email`:{`cost`:30,`fallback`:[`chat`]},`chat`:{`cost`:30}}," \
    "`policies`:{`locale`:`en`},`privacy`:{`purposes`:{`news`:{`requires`:`nothing`}}}," \
    "`templates`:{`t`:{`locales`:{`en`:{`text`:`Hello`}}}},"
#define MAIL \
    "`mail`:{`type`:`email`,`template`:`t`,`purpose`:`news`,`max_frequency_days`:0," \
    "`follow_up`:null}"
#define GIVE \
    "`give`:{`type`:`offer`,`offer`:`save`,`template`:`t`,`purpose`:`news`," \
    "`max_frequency_days`:0,`follow_up`:null}"

/* Nothing is heard of the second any more: it looks by itself, with every period of schedule.segments. */
static void a_redemption_that_is_freed_is_taken_with_the_next_look(void)
{
    simulated w;
    if (!simulated_open(&w,
                        HEAD "`offers`:{`save`:{`types`:{`discount`:{}},`value`:`arr * 0.1`,"
                             "`redemptions`:{`total`:1}}},`interventions`:{`give`:{"
                             "`type`:`offer`,`offer`:`save`,`template`:`t`,`purpose`:`news`,"
                             "`when`:`arr > 100`,`follow_up`:null}}}")) {
        return;
    }
    simulated_feed(&w, "c1", "group", "`traits`:{`arr`:5000}");
    simulated_run(&w, START + HOUR);
    simulated_feed(&w, "c2", "group", "`traits`:{`arr`:5000}");
    simulated_run(&w, START + 5 * HOUR);
    CHECK_CSTR(w.sent, "c1:email");
    simulated_feed(&w, "c1", "offer", "`event`:`decline`,`properties`:{`offer`:`save`}");
    CHECK_INT(w.result, CSUCCESS_OK);
    simulated_run(&w, START + 6 * HOUR + HOUR / 2);
    CHECK_CSTR(w.sent, "c1:email c2:email");
    simulated_close(&w);
}

static void a_place_that_is_freed_is_taken_with_the_next_look(void)
{
    simulated w;
    if (!simulated_open(&w,
                        HEAD "`interventions`:{" MAIL "},`campaigns`:{`spring`:{`status`:"
                             "`active`,`when`:`arr > 100`,`participants`:1,`stop`:{`left`:{"
                             "`when`:`left`}},`follow_up`:{`after`:`P90D`},`actions`:{`one`:{"
                             "`intervention`:`mail`}}}}}")) {
        return;
    }
    w.watched = "campaign";
    simulated_feed(&w, "c1", "group", "`traits`:{`arr`:5000}");
    simulated_run(&w, START + HOUR);
    simulated_feed(&w, "c2", "group", "`traits`:{`arr`:5000}");
    simulated_run(&w, START + 9 * HOUR);
    CHECK_CSTR(w.sent, "c1:email");
    CHECK_UINT(simulated_count(w.told, "\"refused\""), 1);
    simulated_feed(&w, "c1", "group", "`traits`:{`left`:true}");
    simulated_run(&w, START + 10 * HOUR + HOUR / 2);
    CHECK_CSTR(w.sent, "c1:email c2:email");
    CHECK_UINT(simulated_count(w.told, "\"refused\""), 1);
    simulated_close(&w);
}

/* 500 of minor units are worth one offer of 3 and one of 2 (major): a third goes without until one ends. */
static void incentives_are_held_under_their_sum(void)
{
    simulated w;
    if (!simulated_open(&w,
                        HEAD "`offers`:{`save`:{`types`:{`discount`:{}},`value`:`arr`,"
                             "`valid_for`:`P3D`}},`interventions`:{" GIVE
                             "},`campaigns`:{`spring`:{`status`:`active`,`when`:`arr > 0`,"
                             "`budget`:{`incentives`:500},`follow_up`:null,`actions`:{`one`:{"
                             "`intervention`:`give`}}}}}")) {
        return;
    }
    simulated_feed(&w, "c1", "group", "`traits`:{`arr`:3}");
    simulated_feed(&w, "c2", "group", "`traits`:{`arr`:2}");
    simulated_run(&w, START + HOUR);
    simulated_feed(&w, "c3", "group", "`traits`:{`arr`:1}");
    simulated_feed(&w, "c4", "group", "`traits`:{`arr`:6}");
    simulated_run(&w, START + DAY);
    CHECK_CSTR(w.sent, "c1:email c2:email");
    simulated_feed(&w, "c1", "offer", "`event`:`accept`,`properties`:{`offer`:`save`}");
    CHECK_INT(w.result, CSUCCESS_OK);
    simulated_run(&w, START + 2 * DAY);
    CHECK_CSTR(w.sent, "c1:email c2:email");
    simulated_run(&w, START + 4 * DAY); /* that of c2 has expired */
    CHECK_CSTR(w.sent, "c1:email c2:email c3:email");
    simulated_close(&w);
}

static void an_incentive_that_never_arrived_is_given_back(void)
{
    simulated w;
    if (!simulated_open(&w,
                        HEAD "`offers`:{`save`:{`types`:{`discount`:{}},`value`:`arr`}},"
                             "`interventions`:{" GIVE
                             "},`campaigns`:{`spring`:{`status`:`active`,`when`:`arr > 0`,"
                             "`budget`:{`incentives`:500},`follow_up`:null,`actions`:{`one`:{"
                             "`intervention`:`give`}}}}}")) {
        return;
    }
    w.answer = CSUCCESS_SENT_NEVER;
    simulated_feed(&w, "c1", "group", "`traits`:{`arr`:5}");
    simulated_run(&w, START + 3 * HOUR);
    w.answer = 0;
    w.sent[0] = '\0';
    simulated_feed(&w, "c2", "group", "`traits`:{`arr`:5}");
    simulated_run(&w, START + 5 * HOUR);
    CHECK_CSTR(w.sent, "c2:email");
    simulated_close(&w);
}

#define SHARED(share) \
    HEAD "`interventions`:{" MAIL \
         "},`campaigns`:{`spring`:{`status`:`active`,`when`:`arr > 0`," \
         "`budget`:{`per_customer`:" share "},`follow_up`:{`after`:`P9D`},`actions`:{`one`:{" \
         "`intervention`:`mail`},`two`:{`intervention`:`mail`,`after`:`P1D`}}}}}"

#define TOGETHER(share) \
    HEAD "`interventions`:{" MAIL ",`more`:{`type`:`email`,`template`:`t`,`purpose`:`news`," \
         "`follow_up`:null}},`campaigns`:{`spring`:{`status`:`active`,`when`:`arr > 0`," \
         "`budget`:{`per_customer`:" share "},`follow_up`:{`after`:`P9D`},`actions`:{`one`:{" \
         "`intervention`:`mail`},`two`:{`intervention`:`more`}}}}}"

/* A message costs 30. What never arrived was not spent; what another channel tries instead is. */
static void a_customers_share_is_what_arrived(void)
{
    static const struct {
        const char *document, *broken, *sent;
    } rows[] = {{SHARED("59"), "email", "c1:email c1:chat"},
                {TOGETHER("59"), "chat", "c1:email"},
                {TOGETHER("60"), "chat", "c1:email c1:email"},
                {SHARED("60"), "email", "c1:email c1:chat c1:email c1:chat"},
                {SHARED("30"), NULL, "c1:email c1:chat c1:email c1:chat"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        simulated w;
        if (!simulated_open(&w, rows[i].document)) return;
        w.answer = CSUCCESS_SENT_NEVER;
        w.broken = rows[i].broken;
        simulated_feed(&w, "c1", "group", "`traits`:{`arr`:5}");
        simulated_run(&w, START + 3 * DAY);
        CHECK_CSTR(w.sent, rows[i].sent);
        simulated_close(&w);
    }
}

#define MEASURED(more) \
    "{`csuccess`:1,`attributes`:{`arr`:{`type`:`number`},`nothing`:{`type`:`number`}" more \
    "`channels`:{`email`:{}},`policies`:{`locale`:`en`},`privacy`:{`purposes`:{`news`:{" \
    "`requires`:`nothing`}}},`templates`:{`t`:{`locales`:{`en`:{`text`:`Hello`}}}}," \
    "`interventions`:{" MAIL "},`campaigns`:{`spring`:{`status`:`active`,`when`:`arr > 0`," \
    "`follow_up`:null,`actions`:{`one`:{`intervention`:`mail`}},`success`:{`within`:`P3D`," \
    "`when`:`arr > started('arr')`},`measures`:{`satisfaction`:`nothing`," \
    "`revenue`:`arr - started('arr')`}}}}"
#define CHURN ",`churned_at`:{`type`:`time`,`outcome`:true}},"
#define HEALTH \
    "`health`:{`profiles`:{`p`:{`churned_when`:`has(churned_at)`,`score`:{`value`:`arr`," \
    "`range`:[0,9]},`bands`:{`good`:{`from`:3},`bad`:{}}}}},"

/* Who has left was not retained; what is not known is not told. */
static void what_a_run_came_to_is_told(void)
{
    static const struct {
        const char *document, *stayed, *left;
    } rows[] = {{MEASURED("},"), "", ""},
                {MEASURED(CHURN), "\"retained\":true,", "\"retained\":false,"},
                {MEASURED(CHURN HEALTH), "\"retained\":true,", "\"retained\":false,"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        simulated w;
        char expected[100];
        if (!simulated_open(&w, rows[i].document)) return;
        w.watched = "campaign";
        simulated_feed(&w, "c1", "group", "`traits`:{`arr`:5}");
        simulated_feed(&w, "c2", "group", "`traits`:{`arr`:5}");
        simulated_run(&w, START + DAY);
        simulated_feed(&w, "c1", "group", "`traits`:{`arr`:7.5}");
        if (i > 0) {
            simulated_feed(&w, "c2", "group", "`traits`:{`churned_at`:`2026-01-02T00:00:00Z`}");
        }
        simulated_run(&w, START + 4 * DAY);
        snprintf(expected, sizeof expected, "\"success\":\"met\",%s\"revenue\":2.5}",
                 rows[i].stayed);
        CHECK_HAS(w.told, expected);
        snprintf(expected, sizeof expected, "\"success\":\"missed\",%s\"revenue\":0}",
                 rows[i].left);
        CHECK_HAS(w.told, expected);
        simulated_close(&w);
    }
}

static void wrong_measures_are_refused_with_their_place(void)
{
    static const struct {
        const char *success, *measures, *pointer;
    } rows[] = {
        {"", "`revenue`:`arr`", "/campaigns/spring/measures"},
        {"`success`:{`when`:`true`},", "`revenue`:`arr > 1`",
         "/campaigns/spring/measures/revenue"},
        {"`success`:{`when`:`true`},", "`revenu`:`arr`", "/campaigns/spring/measures/revenu"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[3000];
        csuccess_config *config = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        snprintf(text, sizeof text,
                 HEAD "`interventions`:{" MAIL "},`campaigns`:{`spring`:{`when`:`arr > 0`,"
                      "`actions`:{`one`:{`intervention`:`mail`}},%s`measures`:{%s}}}}",
                 rows[i].success, rows[i].measures);
        simulated_quote(text);
        CHECK(csuccess_config_compile(&config, check_view(text), NULL, &err) < 0);
        CHECK_CSTR(err.pointer, rows[i].pointer);
        csuccess_config_unref(config);
    }
}

CHECK_MAIN(CHECK_TEST(a_redemption_that_is_freed_is_taken_with_the_next_look),
           CHECK_TEST(a_place_that_is_freed_is_taken_with_the_next_look),
           CHECK_TEST(incentives_are_held_under_their_sum),
           CHECK_TEST(an_incentive_that_never_arrived_is_given_back),
           CHECK_TEST(a_customers_share_is_what_arrived),
           CHECK_TEST(what_a_run_came_to_is_told),
           CHECK_TEST(wrong_measures_are_refused_with_their_place))

/* SPDX-License-Identifier: Apache-2.0 */
/* What waits through an engine: by what a person changed of it, under a hold that ends by itself, for a cap that allows nothing, and for a channel that is declared no more. */
#include "intervene_simulated.h"

#define HEAD \
    "{`csuccess`:1,`attributes`:{`arr`:{`type`:`number`}}," \
    "`channels`:{`email`:{},`chat`:{},`slack`:{}}," \
    "`policies`:{`locale`:`en`%s},`privacy`:{`purposes`:{`news`:{`requires`:`nothing`}}}," \
    "`templates`:{`t`:{`locales`:{`en`:{`text`:`Hello`}}}},`interventions`:{"
#define MAIL(id, more) \
    "`" id "`:{`type`:`email`,`template`:`t`,`purpose`:`news`,`follow_up`:null" more "}"
#define ASKS \
    ",`approvals`:{`all`:{`for`:[`%s`],`approver`:`chairman`,`channel`:`slack`,`expires`:" \
    "`P20D`}}}"

static bool open_with(simulated *w, const char *format, const char *first, const char *second)
{
    char text[8192];
    snprintf(text, sizeof text, format, first, second);
    return simulated_open(w, text);
}

/* What was asked of that is modified. */
static void decide(simulated *w, const char *of, const char *changes)
{
    char text[600];
    const char *id = "";
    for (unsigned i = 0; i < w->request_count && i < 4; i++) {
        if (strcmp(w->requests[i].of, of) == 0) id = w->requests[i].id;
    }
    snprintf(text, sizeof text,
             "`event`:`modify`,`properties`:{`approval`:`%s`,`reasoning`:`so it is`,"
             "`changes`:{%s}}",
             id, changes);
    simulated_feed(w, "c1", "decision", text);
    CHECK_INT(w->result, CSUCCESS_OK);
}

#define LATER "`not_before`:`2026-01-04T00:00:00Z`"

static void what_a_person_changed_of_an_intervention_is_heeded(void)
{
    simulated w;
    if (!open_with(&w, HEAD MAIL("mail", ",`when`:`arr > 1`") "}" ASKS, "", "intervention/*"))
        return;
    simulated_feed(&w, "c1", "group", "`traits`:{`arr`:5}");
    simulated_run(&w, START + HOUR);
    decide(&w, "intervention/mail", LATER ",`channel`:`chat`");
    simulated_run(&w, START + 3 * DAY - 1);
    CHECK_CSTR(w.sent, "c1:slack");
    simulated_run(&w, START + 3 * DAY + HOUR);
    CHECK_CSTR(w.sent, "c1:slack c1:chat");
    simulated_close(&w);
}

static void what_a_person_changed_of_a_campaign_is_heeded(void)
{
    simulated w;
    if (!open_with(&w,
                   HEAD MAIL("mail", "") "},`campaigns`:{`spring`:{`status`:`active`,`when`:"
                                         "`arr > 1`,`actions`:{`one`:{`intervention`:`mail`"
                                         "}}}}" ASKS,
                   "", "campaign/*"))
        return;
    simulated_feed(&w, "c1", "group", "`traits`:{`arr`:5}");
    simulated_run(&w, START + HOUR);
    decide(&w, "campaign/spring", LATER ",`channel`:`chat`");
    simulated_run(&w, START + 3 * DAY - 1);
    CHECK_CSTR(w.sent, "c1:slack");
    simulated_run(&w, START + 3 * DAY + HOUR);
    CHECK_CSTR(w.sent, "c1:slack c1:chat");
    simulated_close(&w);
}

/* One a day: without what the person said `a` went first, by its name. */
static void a_priority_that_a_person_gave_goes_first(void)
{
    simulated w;
    if (!open_with(&w,
                   HEAD MAIL("a", ",`when`:`arr > 1`") "," MAIL(
                       "b", ",`when`:`arr > 1`,`channel`:`chat`") "}" ASKS,
                   ",`reach`:{`max_daily_communications`:1}", "intervention/*"))
        return;
    simulated_feed(&w, "c1", "group", "`traits`:{`arr`:5}");
    simulated_run(&w, START + HOUR);
    CHECK_CSTR(w.sent, "c1:slack c1:slack");
    decide(&w, "intervention/a", LATER);
    decide(&w, "intervention/b", LATER ",`priority`:99");
    simulated_run(&w, START + 3 * DAY + HOUR);
    CHECK_CSTR(w.sent, "c1:slack c1:slack c1:chat");
    simulated_run(&w, START + 4 * DAY + HOUR);
    CHECK_CSTR(w.sent, "c1:slack c1:slack c1:chat c1:email");
    simulated_close(&w);
}

static void a_cap_of_none_lets_nothing_go(void)
{
    simulated w;
    if (!open_with(&w, HEAD MAIL("mail", ",`when`:`arr > 1`") "}}",
                   ",`reach`:{`caps`:{`none`:{`most`:0,`per`:`P1D`,`channel`:`email`}}}", ""))
        return;
    w.watched = "selection";
    simulated_feed(&w, "c1", "group", "`traits`:{`arr`:5}");
    simulated_run(&w, START + 9 * DAY);
    CHECK_CSTR(w.sent, "");
    CHECK_HAS(w.told, "\"denied\":[{\"guard\":\"caps\"");
    simulated_close(&w);
}

/* Nothing else is in the configuration that would be looked at. */
static void a_hold_that_is_over_is_told_by_itself(void)
{
    simulated w;
    if (!simulated_open(&w, "{`csuccess`:1,`attributes`:{`arr`:{`type`:`number`}}}")) return;
    w.watched = "automation";
    simulated_feed(&w, "c1", "automation",
                   "`event`:`hold`,`properties`:{`reason`:`talks`,`until`:"
                   "`2026-01-02T00:00:00Z`}");
    CHECK_INT(w.result, CSUCCESS_OK);
    simulated_run(&w, START + DAY - 1);
    CHECK_UINT(simulated_count(w.told, "\"expired\""), 0);
    simulated_run(&w, START + DAY + HOUR);
    CHECK_UINT(simulated_count(w.told, "\"expired\""), 1);
    simulated_close(&w);
}

#define JOURNEY(more) \
    "{`csuccess`:1,`attributes`:{`arr`:{`type`:`number`}},`policies`:{`locale`:`en`,`reach`:{" \
    "`quiet_hours`:{`first`:{`from`:`00:00`,`until`:`06:00`}}}}," \
    "`templates`:{`t`:{`locales`:{`en`:{`text`:`Hello`}}}}," more "}"

static void import(simulated *w, const char *customer, const char *traits)
{
    char text[500];
    csuccess_events *events = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    snprintf(text, sizeof text,
             "{`type`:`group`,`messageId`:`i%u`,`groupId`:`%s`,`timestamp`:"
             "`2025-12-01T00:00:00Z`,`traits`:{%s}}",
             ++w->inputs, customer, traits);
    simulated_quote(text);
    CHECK_OK(csuccess_events_new(&events, NULL, NULL, &err));
    CHECK_OK(csuccess_events_add_json(events, check_view(text), &err));
    CHECK(csuccess_engine_import(csuccess_simulation_engine(w->simulation), events, NULL,
                                 csuccess_simulation_now(w->simulation), &err) >= 0);
    csuccess_events_free(events);
}

/* History comes in while a message waits for the morning: it leaves in the morning all the same. */
static void an_import_does_not_forget_what_waits(void)
{
    simulated w;
    if (!simulated_open(&w,
                        JOURNEY("`channels`:{`email`:{}},`journeys`:{`j`:{`trigger`:{`when`:"
                                "`arr > 1`},`steps`:{`s`:{`type`:`email`,`channel`:`email`,"
                                "`template`:`t`}}}}"))) {
        return;
    }
    simulated_feed(&w, "c1", "group", "`traits`:{`arr`:5}");
    simulated_run(&w, START + HOUR);
    import(&w, "c1", "`other`:1");
    simulated_run(&w, START + 6 * HOUR - 1);
    CHECK_CSTR(w.sent, "");
    simulated_run(&w, START + 6 * HOUR + 1);
    CHECK_CSTR(w.sent, "c1:email");
    simulated_close(&w);
}

/* What history brought about is looked at once it is in. */
static void an_intervention_follows_an_import(void)
{
    simulated w;
    if (!open_with(&w, HEAD MAIL("mail", ",`when`:`arr > 1`") "}}", "", "")) return;
    import(&w, "c1", "`arr`:5");
    simulated_run(&w, START + HOUR);
    CHECK_CSTR(w.sent, "c1:email");
    simulated_close(&w);
}

/* Nobody could deliver it: that is told, and it does not wait for ever. */
static void a_channel_that_is_gone_is_told(void)
{
    simulated w;
    char text[2000];
    csuccess_config *other = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!simulated_open(&w,
                        JOURNEY("`channels`:{`email`:{}},`journeys`:{`j`:{`trigger`:{`when`:"
                                "`arr > 1`},`steps`:{`s`:{`type`:`email`,`channel`:`email`,"
                                "`template`:`t`}}}}"))) {
        return;
    }
    w.watched = "held";
    simulated_feed(&w, "c1", "group", "`traits`:{`arr`:5}");
    simulated_run(&w, START + HOUR);
    CHECK_HAS(w.told, "\"guard\":\"quiet_hours\"");
    w.told[0] = '\0';
    snprintf(text, sizeof text, "%s", JOURNEY("`channels`:{`chat`:{}}"));
    simulated_quote(text);
    CHECK_OK(csuccess_config_compile(&other, check_view(text), NULL, &err));
    CHECK_OK(csuccess_engine_set_config(csuccess_simulation_engine(w.simulation), other, NULL,
                                        &err));
    simulated_run(&w, START + DAY);
    CHECK_CSTR(w.sent, "");
    CHECK_HAS(w.told, "\"guard\":\"channel\"");
    CHECK_HAS(w.told, "the channel is not declared any more");
    CHECK_HAS(w.told, "\"dropped\":true");
    csuccess_config_unref(other);
    simulated_close(&w);
}

CHECK_MAIN(CHECK_TEST(what_a_person_changed_of_an_intervention_is_heeded),
           CHECK_TEST(what_a_person_changed_of_a_campaign_is_heeded),
           CHECK_TEST(a_priority_that_a_person_gave_goes_first),
           CHECK_TEST(a_cap_of_none_lets_nothing_go),
           CHECK_TEST(a_hold_that_is_over_is_told_by_itself),
           CHECK_TEST(a_channel_that_is_gone_is_told),
           CHECK_TEST(an_import_does_not_forget_what_waits),
           CHECK_TEST(an_intervention_follows_an_import))

/* SPDX-License-Identifier: Apache-2.0 */
/* Campaigns: what their document may say, what expressions and reports read, refused memory, damage, imports, time. */
#include "intervene_campaigns.h"

/* ---- Overrides ---- */

static const csuccess__campaign_action *action_named(const camp *c, const char *campaign,
                                                     const char *action)
{
    const csuccess__campaign *of =
        csuccess__campaign_find(trip_now(&c->t)->intervene->campaigns, check_view(campaign));
    for (uint32_t i = 0; of && i < of->action_count; i++) {
        if (csuccess__str_is(of->actions[i].id, action)) return &of->actions[i];
    }
    return NULL;
}

static void an_action_goes_before_its_intervention_before_the_campaign(void)
{
    camp c;
    double impact;
    if (CHECK_OK(camp_open(
            &c,
            BODY
            "{`over`: {`status`: `active`, `when`: `quiet`, `priority`: 40, `owner`: `sales`, "
            "`cost`: 7, `class`: `service`, `actions`: {`plain`: {`intervention`: `call`}, "
            "`theirs`: {`intervention`: `meet`}, `own`: {`intervention`: `meet`, `priority`: "
            "80, `owner`: `executive`, `cost`: 9, `class`: `nurture`}}}, "
            "`usual`: {`when`: `quiet`, `actions`: {`plain`: {`intervention`: `call`}}}}}",
            NULL))) {
        const csuccess__campaign_action *plain = action_named(&c, "over", "plain"),
                                        *theirs = action_named(&c, "over", "theirs"),
                                        *own = action_named(&c, "over", "own"),
                                        *usual = action_named(&c, "usual", "plain");
        CHECK_NUM(plain->what.priority, 40, 0);
        CHECK_STR(plain->what.task.role, "sales");
        CHECK_INT(plain->what.cost, 7);
        CHECK_INT(plain->what.class_, CSUCCESS__CLASS_SERVICE);
        CHECK_NUM(theirs->what.priority, 70, 0);
        CHECK_STR(theirs->what.task.role, "manager");
        CHECK_NUM(own->what.priority, 80, 0);
        CHECK_STR(own->what.task.role, "executive");
        CHECK_INT(own->what.cost, 9);
        CHECK_INT(own->what.class_, CSUCCESS__CLASS_NURTURE);
        CHECK(own->what.follow_up.none);
        CHECK_STR(usual->what.task.role, "csm");
        CHECK_NUM(usual->what.priority, 30, 0);
        CHECK_INT(usual->of->status, CSUCCESS__CAMPAIGN_DRAFT);
        CHECK(csuccess__campaign_impact(plain->of, &impact));
        CHECK_NUM(impact, 1 - 0.7 * 0.8 * 0.8, 1e-12);
    }
    camp_close(&c);
}

/* ---- What may not be said ---- */

static void problems_name_the_place_and_the_remedy(void)
{
    static const struct {
        const char *campaigns, *part;
    } rows[] = {
        {"{`x`: {`actions`: {`a`: {`intervention`: `cal`}}}}", "did you mean \"call\"?"},
        {"{`x`: {`actions`: {`a`: {`intervention`: `call`, `aftr`: `P1D`}}}}",
         "did you mean \"after\"?"},
        {"{`x`: {`actions`: {`a`: {}}}}", "names one of \"interventions\""},
        {"{`x`: {}}", "\"actions\", from 1 to 64"},
        {"{`x`: {`status`: `activ`, `actions`: {`a`: {`intervention`: `call`}}}}",
         "\"active\""},
        {"{`x`: {`type`: `pro`, `actions`: {`a`: {`intervention`: `call`}}}}", "proactive"},
        {"{`x`: {`from`: `2026-02-01`, `until`: `2026-01-01`, `actions`: {`a`: "
         "{`intervention`: "
         "`call`}}}}",
         "\"until\" is after \"from\""},
        {"{`x`: {`from`: `soon`, `actions`: {`a`: {`intervention`: `call`}}}}", "2026-03-01"},
        {"{`x/y`: {`actions`: {`a`: {`intervention`: `call`}}}}", "without \"/\""},
        {"{`x`: {`actions`: {`a/b`: {`intervention`: `call`}}}}", "at most 128 bytes"},
        {"{`x`: {`participants`: 1.5, `actions`: {`a`: {`intervention`: `call`}}}}",
         "whole number"},
        {"{`x`: {`stop`: {`s`: {}}, `actions`: {`a`: {`intervention`: `call`}}}}",
         "needs a condition"},
        {"{`x`: {`when`: `riks > 1`, `actions`: {`a`: {`intervention`: `call`}}}}",
         "did you mean \"risk\"?"},
        {"{`x`: {`when`: `campaign('y').times > 1`, `actions`: {`a`: {`intervention`: "
         "`call`}}}}",
         "y"},
        {"{`x`: {`actions`: {`a`: {`intervention`: `call`, `owner`: `nobody`}}}}",
         "no role \"nobody\""},
        {"{`x`: {`targets`: {`revenu`: 1}, `actions`: {`a`: {`intervention`: `call`}}}}",
         "did you mean \"revenue\"?"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[4096];
        csuccess_config *config = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        snprintf(text, sizeof text, "%s%s}", BODY, rows[i].campaigns);
        CHECK(trip_compile(&config, text, csuccess__malloc_allocator(), &err) < 0);
        CHECK_HAS(err.message, rows[i].part);
        csuccess_config_unref(config);
    }
}

static void definitions_have_a_life(void)
{
    static const char may[5][6] = {"11011", "01111", "01111", "00010", "00001"};
    for (int from = 0; from < 5; from++) {
        for (int to = 0; to < 5; to++) {
            CHECK_INT(csuccess__campaign_may((csuccess__campaign_state)from,
                                             (csuccess__campaign_state)to),
                      may[from][to] == '1');
        }
    }
}

/* ---- Others read it, and it is reported ---- */

static void expressions_read_it(void)
{
    camp c;
    if (CHECK_OK(camp_open(
            &c,
            BODY
            "{`one`: {`status`: `active`, `when`: `quiet`, `follow_up`: null, `actions`: {`a`: "
            "{`intervention`: `call`}}}, `two`: {`status`: `active`, `follow_up`: null, "
            "`when`: "
            "`campaign('one').state == 'completed' && campaign('one').times == 1`, `actions`: "
            "{`b`: {`intervention`: `note`}}}}}",
            NULL))) {
        camp_bool(&c, "quiet", true);
        TOLD(camp_step(&c, START, NULL),
             "one:started condition | one.a left | one:ended completed");
        CHECK_INT(c.due, START + 1);
        TOLD(camp_step(&c, START + 1, NULL),
             "two:started condition | two.b left | two:ended completed");
        CHECK_INT(trip_slot(&c.t, "campaign.started_at", "one").as.time, START);
        /* Those that nobody reads have no slots. */
        csuccess_str none = CSUCCESS_STR("two");
        CHECK_UINT(csuccess__schema_find(trip_now(&c.t)->schema, CSUCCESS_STR("campaign.state"),
                                         &none),
                   UINT32_MAX);
    }
    camp_close(&c);
}

static void the_report_has_plan_and_tracking_ids(void)
{
    camp c;
    csuccess__json_writer w;
    csuccess__buffer out;
    csuccess__zones_asked asked;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    if (CHECK_OK(camp_open(&c, saving, NULL))) {
        camp_number(&c, "risk", 0.9);
        CHECK(camp_step(&c, START, NULL) != NULL);
        csuccess__moment m = trip_moment(&c.t, START + HOUR, "look", &asked);
        csuccess__turn t = camp_turn(&c, &m);
        uint32_t entries = c.t.effects.entry_count;
        t.looking = true;
        csuccess__campaigns_candidates(&t);
        csuccess__json_writer_init(&w, &out);
        csuccess__campaigns_report(&t, &w);
        CHECK_UINT(c.t.effects.entry_count, entries);
        CHECK_HAS(out.ptr, "\"campaign\":\"save\",\"state\":\"running\"");
        CHECK_HAS(out.ptr, "\"planned_until\":\"2026-01-15T00:00:00Z\",\"duration\":\"P14D\"");
        CHECK_HAS(out.ptr, "\"state\":\"left\",\"intervention\":\"call\"");
        CHECK_HAS(out.ptr, "\"execution\":\"");
        CHECK(strstr(out.ptr, "0000000000000000") == NULL);
    }
    camp_close(&c);
    csuccess__buffer_free(&out);
}

/* ---- Memory, damage, imports ---- */

static csuccess_result life(check_memory *memory, void *ud)
{
    camp c;
    const char *told = "";
    csuccess_result result = camp_open(&c, (const char *)ud, &memory->allocator);
    for (int i = 0; result >= 0 && told && i < 6; i++) {
        camp_number(&c, "risk", i < 2 ? 0.7 : 0.9);
        told = camp_step(&c, START + i * 3 * DAY, NULL);
        if (!told) {
            result = c.t.step.failed < 0      ? c.t.step.failed
                     : c.t.effects.failed < 0 ? c.t.effects.failed
                                              : CSUCCESS_ENOMEM;
        }
    }
    camp_close(&c);
    return result;
}

static void memory_may_be_refused(void)
{
    CHECK(check_faults(life, (void *)(uintptr_t)saving) > 10);
    CHECK(check_faults(life, (void *)(uintptr_t)bands) > 10);
}

/* Every byte of a payload changed, and every beginning of it: refused, or read as something that is written alike. */
static void damage_fails_the_step(void)
{
    camp c;
    if (CHECK_OK(camp_open(&c, saving, NULL))) {
        camp_number(&c, "risk", 0.9);
        CHECK(camp_step(&c, START, NULL) != NULL);
        csuccess_str id = CSUCCESS_STR("save");
        csuccess_str was = csuccess__state_get(&c.t.state, CSUCCESS__STATE_RUN, id);
        char good[1024], bad[1024];
        size_t len = was.len;
        memcpy(good, was.ptr, len);
        for (size_t i = 0; i < len; i++) {
            csuccess__campaign_run run;
            CHECK(!csuccess__campaign_run_parse(&run, (csuccess_str){good, i}));
            for (int bit = 0; bit < 8; bit++) {
                memcpy(bad, good, len);
                bad[i] = (char)(bad[i] ^ (1 << bit));
                CHECK(csuccess__state_put(&c.t.state, CSUCCESS__STATE_RUN, id,
                                          (csuccess_str){bad, len}));
                bool readable = csuccess__campaign_run_parse(&run, (csuccess_str){bad, len});
                const char *told = camp_step(&c, START + HOUR, NULL);
                CHECK(readable == (told != NULL));
                if (!told) CHECK_RESULT(c.t.step.failed, CSUCCESS_ESTATE);
            }
        }
    }
    camp_close(&c);
}

static void an_import_begins_nothing(void)
{
    camp c;
    if (CHECK_OK(camp_open(&c, saving, NULL))) {
        camp_number(&c, "risk", 0.9);
        c.t.step.quiet = true;
        TOLD(camp_step(&c, START, NULL), "");
        CHECK_INT(c.due, START + 1);
        c.t.step.quiet = false;
        TOLD(camp_step(&c, START + 1, NULL), "save:started condition | save.call left");
        c.t.step.quiet = true; /* late history: what is under way is not forgotten */
        TOLD(camp_step(&c, START + 20 * DAY, NULL), "");
        CHECK_INT(c.due, START + 20 * DAY + 1);
        c.t.step.quiet = false;
        CHECK_HAS(camp_step(&c, START + 21 * DAY, NULL), "save:ended completed");
    }
    camp_close(&c);
}

/* A condition that time changes is looked at when it does, but not more often than each hour. */
static void time_brings_it_about(void)
{
    camp c;
    if (CHECK_OK(camp_open(
            &c,
            BODY "{`away`: {`status`: `active`, `when`: `days_since(last_login) > 7`, "
                 "`follow_up`: null, `actions`: {`a`: {`intervention`: `call`}}}}}",
            NULL))) {
        trip_set(&c.t, "last_login", csuccess__time(START));
        TOLD(camp_step(&c, START + DAY, NULL), "");
        CHECK_INT(c.due, START + 8 * DAY);
        TOLD(camp_step(&c, START + 8 * DAY - 1, NULL), "");
        CHECK_INT(c.due, START + 8 * DAY - 1 + HOUR);
        TOLD(camp_step(&c, START + 8 * DAY, NULL),
             "away:started condition | away.a left | away:ended completed");
    }
    camp_close(&c);
}

CHECK_MAIN(CHECK_TEST(an_action_goes_before_its_intervention_before_the_campaign),
           CHECK_TEST(problems_name_the_place_and_the_remedy),
           CHECK_TEST(definitions_have_a_life), CHECK_TEST(expressions_read_it),
           CHECK_TEST(the_report_has_plan_and_tracking_ids), CHECK_TEST(memory_may_be_refused),
           CHECK_TEST(damage_fails_the_step), CHECK_TEST(an_import_begins_nothing),
           CHECK_TEST(time_brings_it_about))

/* SPDX-License-Identifier: Apache-2.0 */
/* Campaigns and strategies: what begins when, in which order, what ends it; and what a configuration may say. */
#include "intervene_campaigns.h"

#define START TRIP_START
#define HOUR TRIP_HOUR
#define DAY TRIP_DAY

#define HEAD \
    "{`csuccess`: 1, `attributes`: {`risk`: {`type`: `number`}, `quiet`: {`type`: `bool`}, " \
    "`wanted`: {`type`: `bool`}, `calm`: {`type`: `bool`}, `last_login`: {`type`: `time`}, " \
    "`score`: {`type`: `number`}}, "
#define INTERVENTIONS \
    "`interventions`: {`call`: {`type`: `phone_call`, `effect`: {`prior`: {`successes`: 30, " \
    "`of`: " \
    "100}}}, `meet`: {`type`: `meeting`, `priority`: 70, `owner`: `manager`, `effect`: " \
    "{`prior`: " \
    "{`successes`: 20, `of`: 100}}}, `note`: {`type`: `internal_task`}}"
#define BODY HEAD INTERVENTIONS ", `campaigns`: "

/* The four bands of 001, as actions of people. */
static const char bands[] =
    BODY "{`critical_save`: {`type`: `reactive`, `status`: `active`, `strategy`: `retention`, "
         "`when`: "
         "`risk > 0.8`, `follow_up`: null, `repeat`: `P30D`, `actions`: {`executive_call`: "
         "{`intervention`: `call`}, "
         "`training`: {`intervention`: `meet`, `after`: `PT24H`}, `review`: {`intervention`: "
         "`note`, "
         "`after`: `PT48H`}}}, "
         "`proactive_engagement`: {`status`: `active`, `strategy`: `retention`, `when`: `risk "
         "> 0.6`, "
         "`follow_up`: null, `repeat`: `P30D`, `actions`: {`checkin`: {`intervention`: `meet`, "
         "`after`: `PT24H`}, "
         "`recommendation`: {`intervention`: `note`}, `webinar`: {`intervention`: `call`, "
         "`after`: `P7D`}}}, "
         "`nurture`: {`status`: `active`, `strategy`: `retention`, `when`: `risk > 0.4`, "
         "`follow_up`: "
         "null, `repeat`: `P30D`, `actions`: {`mail`: {`intervention`: `note`}}}, "
         "`standard`: {`status`: `active`, `strategy`: `retention`, `when`: `true`, "
         "`follow_up`: null, "
         "`repeat`: `P7D`, `actions`: {`newsletter`: {`intervention`: `note`}}}}}";

static void the_band_decides(void)
{
    static const struct {
        double risk;
        const char *told;
    } rows[] = {
        {0.95, "critical_save:started condition | critical_save.executive_call left"},
        {0.8,
         "proactive_engagement:started condition | proactive_engagement.recommendation left"},
        {0.61,
         "proactive_engagement:started condition | proactive_engagement.recommendation left"},
        {0.6, "nurture:started condition | nurture.mail left | nurture:ended completed"},
        {0.4,
         "standard:started condition | standard.newsletter left | standard:ended completed"},
        {0,
         "standard:started condition | standard.newsletter left | standard:ended completed"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        camp c;
        if (CHECK_OK(camp_open(&c, bands, NULL))) {
            camp_number(&c, "risk", rows[i].risk);
            TOLD(camp_step(&c, START, NULL), rows[i].told);
        }
        camp_close(&c);
    }
}

/* Undecided makes no candidate; that which says nothing of risk holds. */
static void what_is_not_known_begins_nothing(void)
{
    camp c;
    if (CHECK_OK(camp_open(&c, bands, NULL))) {
        camp_missing(&c, "risk");
        TOLD(camp_step(&c, START, NULL),
             "standard:started condition | standard.newsletter left "
             "| standard:ended completed");
    }
    camp_close(&c);
}

static void offsets_are_exact(void)
{
    camp c;
    if (CHECK_OK(camp_open(&c, bands, NULL))) {
        camp_number(&c, "risk", 0.95);
        CHECK(camp_step(&c, START, NULL) != NULL);
        CHECK_INT(c.due, START + DAY);
        TOLD(camp_step(&c, START + DAY - 1, NULL), "");
        CHECK_INT(c.due, START + DAY);
        TOLD(camp_step(&c, START + DAY, NULL), "critical_save.training left");
        CHECK_INT(c.due, START + 2 * DAY);
        TOLD(camp_step(&c, START + 2 * DAY - 1, NULL), "");
        TOLD(camp_step(&c, START + 2 * DAY, NULL),
             "critical_save.review left | critical_save:ended completed");
    }
    camp_close(&c);
}

/* One at a time: a higher one ends a lower one, a lower one waits until a higher one is over. */
static void a_strategy_has_one_run(void)
{
    camp c;
    if (CHECK_OK(camp_open(&c, bands, NULL))) {
        camp_number(&c, "risk", 0.7);
        CHECK(camp_step(&c, START, NULL) != NULL);
        camp_number(&c, "risk", 0.9);
        TOLD(camp_step(&c, START + HOUR, NULL),
             "proactive_engagement:ended superseded critical_save | critical_save:started "
             "condition | critical_save.executive_call left");
        camp_number(&c, "risk", 0.5);
        TOLD(camp_step(&c, START + 2 * HOUR, NULL), "");
        TOLD(camp_step(&c, START + HOUR + DAY, NULL), "critical_save.training left");
        TOLD(camp_step(&c, START + HOUR + 2 * DAY, NULL),
             "critical_save.review left | critical_save:ended completed");
        TOLD(camp_step(&c, START + HOUR + 2 * DAY, NULL),
             "nurture:started condition | nurture.mail left | nurture:ended completed");
        camp_number(&c, "risk",
                    0.9); /* it may not repeat yet, and no lower one takes its place */
        TOLD(camp_step(&c, START + 3 * DAY, NULL), "");
        CHECK_INT(c.due, START + HOUR + 32 * DAY);
        TOLD(camp_step(&c, c.due, NULL),
             "critical_save:started condition | critical_save.executive_call left");
    }
    camp_close(&c);
}

/* ---- Stops, escalation, follow-up, success ---- */

static const char saving[] = BODY
    "{`save`: {`status`: `active`, `when`: `risk > 0.8`, `actions`: {`call`: {`intervention`: "
    "`call`}}, "
    "`stop`: {`recovered`: {`when`: `risk < 0.4`}, `calm`: {`when`: `calm`}}, "
    "`escalate`: {`lead`: {`after`: `P3D`, `owner`: `manager`, `when`: `risk > 0.8`}, `top`: "
    "{`after`: `P7D`, `owner`: `executive`}}, "
    "`success`: {`within`: `P10D`, `when`: `score < started('score')`}, "
    "`follow_up`: {`after`: `P14D`, `title`: `Look again`}}}}";

static void the_ladder_is_climbed(void)
{
    camp c;
    if (CHECK_OK(camp_open(&c, saving, NULL))) {
        camp_number(&c, "risk", 0.9);
        camp_number(&c, "score", 90);
        TOLD(camp_step(&c, START, NULL), "save:started condition | save.call left");
        CHECK_INT(c.due, START + 3 * DAY);
        camp_number(&c, "risk", 0.7);
        TOLD(camp_step(&c, START + 3 * DAY, NULL), "");
        camp_number(&c, "risk", 0.85);
        TOLD(camp_step(&c, START + 4 * DAY, NULL), "T escalate/lead | save:escalated lead");
        TOLD(camp_step(&c, START + 5 * DAY, NULL), "");
        CHECK_INT(c.due, START + 7 * DAY);
        TOLD(camp_step(&c, START + 7 * DAY, NULL), "T escalate/top | save:escalated top");
        CHECK_INT(c.due, START + 10 * DAY);
        camp_number(&c, "score", 89);
        TOLD(camp_step(&c, START + 10 * DAY, NULL), "save:judged met");
        CHECK_INT(c.due, START + 14 * DAY);
        TOLD(camp_step(&c, START + 14 * DAY, NULL), "T follow_up | save:ended completed");
        TOLD(camp_step(&c, START + 300 * DAY, NULL), ""); /* it does not repeat */
    }
    camp_close(&c);
}

static void a_stop_ends_it_and_is_followed_up(void)
{
    camp c;
    if (CHECK_OK(camp_open(&c, saving, NULL))) {
        camp_number(&c, "risk", 0.9);
        TOLD(camp_step(&c, START, NULL), "save:started condition | save.call left");
        camp_number(&c, "risk", 0.3);
        TOLD(camp_step(&c, START + 2 * DAY, NULL), "save:ended stopped recovered");
        CHECK_INT(c.due, START + 10 * DAY);
        TOLD(camp_step(&c, START + 10 * DAY, NULL), "save:judged undecided");
        TOLD(camp_step(&c, START + 14 * DAY, NULL), "T follow_up");
        TOLD(camp_step(&c, START + 15 * DAY, NULL), "");
    }
    camp_close(&c);
}

/* What a stop would end at once does not begin. */
static void it_does_not_begin_to_stop(void)
{
    camp c;
    if (CHECK_OK(camp_open(&c, saving, NULL))) {
        camp_number(&c, "risk", 0.9);
        camp_bool(&c, "calm", true);
        TOLD(camp_step(&c, START, NULL), "");
        CHECK_UINT(c.candidates, 0);
        camp_bool(&c, "calm", false);
        TOLD(camp_step(&c, START, NULL), "save:started condition | save.call left");
    }
    camp_close(&c);
}

/* ---- `if` ---- */

static const char asking[] =
    BODY "{`ask`: {`status`: `active`, `when`: `quiet`, `follow_up`: null, `repeat`: `P1D`, "
         "`actions`: {`first`: {`intervention`: `note`}, "
         "`second`: {`intervention`: `call`, `if`: `wanted`, `after`: `PT1H`}}}}}";

static void an_action_is_asked_for_when_it_is_due(void)
{
    camp c;
    if (CHECK_OK(camp_open(&c, asking, NULL))) {
        camp_bool(&c, "quiet", true);
        camp_missing(&c, "wanted");
        TOLD(camp_step(&c, START, NULL), "ask:started condition | ask.first left");
        TOLD(camp_step(&c, START + HOUR, NULL), ""); /* nobody can say */
        CHECK_INT(c.due, START + HOUR + DAY);
        camp_bool(&c, "wanted", true);
        TOLD(camp_step(&c, START + 2 * HOUR, NULL), "ask.second left | ask:ended completed");
        camp_missing(&c, "wanted");
        TOLD(camp_step(&c, START + 2 * DAY, NULL), "ask:started condition | ask.first left");
        TOLD(camp_step(&c, START + 3 * DAY + HOUR - 1, NULL), "");
        TOLD(camp_step(&c, START + 3 * DAY + HOUR, NULL),
             "ask.second skipped | ask:ended completed");
        camp_bool(&c, "wanted", false);
        TOLD(camp_step(&c, START + 5 * DAY, NULL), "ask:started condition | ask.first left");
        TOLD(camp_step(&c, START + 5 * DAY + HOUR, NULL),
             "ask.second skipped | ask:ended completed");
    }
    camp_close(&c);
}

/* ---- Status: paused, removed, over ---- */

#define TWO_ACTIONS(more) \
    BODY "{`two`: {" more ", `when`: `quiet`, `follow_up`: null, `participants`: 5, " \
         "`actions`: {`now`: {`intervention`: `note`}, " \
         "`later`: {`intervention`: `call`, `after`: `P2D`}}}}}"

static void paused_keeps_and_sends_nothing(void)
{
    camp c;
    if (CHECK_OK(camp_open(&c, TWO_ACTIONS("`status`: `active`"), NULL))) {
        camp_bool(&c, "quiet", true);
        TOLD(camp_step(&c, START, NULL), "two:started condition | two.now left");
        CHECK_INT(c.places, 1);
        if (CHECK_OK(camp_config(&c, TWO_ACTIONS("`status`: `paused`")))) {
            camp_bool(&c, "quiet", true);
            TOLD(camp_step(&c, START + 5 * DAY, NULL), "");
            CHECK_INT(c.due, CSUCCESS__NEVER);
        }
        if (CHECK_OK(camp_config(&c, BODY "{}}"))) { /* removed: unseen until it is back */
            TOLD(camp_step(&c, START + 6 * DAY, NULL), "");
        }
        if (CHECK_OK(camp_config(&c, TWO_ACTIONS("`status`: `active`")))) {
            TOLD(camp_step(&c, START + 7 * DAY, NULL), "two.later left | two:ended completed");
            CHECK_INT(c.places, 0);
        }
    }
    camp_close(&c);
}

static void a_status_ends_its_runs(void)
{
    static const char *const ways[][2] = {
        {TWO_ACTIONS("`status`: `completed`"), "two:ended completed status"},
        {TWO_ACTIONS("`status`: `cancelled`"), "two:ended cancelled status"}};
    for (size_t i = 0; i < 2; i++) {
        camp c;
        if (CHECK_OK(camp_open(&c, TWO_ACTIONS("`status`: `active`"), NULL))) {
            camp_bool(&c, "quiet", true);
            TOLD(camp_step(&c, START, NULL), "two:started condition | two.now left");
            CHECK_OK(camp_config(&c, ways[i][0]));
            TOLD(camp_step(&c, START + 1, NULL), ways[i][1]);
            CHECK_INT(c.places, 0);
        }
        camp_close(&c);
    }
}

/* Actions that the definition has no more are over; those that it has got since are not this run's. */
static void a_run_goes_on_with_the_actions_it_began_with(void)
{
    camp c;
    if (CHECK_OK(camp_open(&c, TWO_ACTIONS("`status`: `active`"), NULL))) {
        camp_bool(&c, "quiet", true);
        TOLD(camp_step(&c, START, NULL), "two:started condition | two.now left");
        CHECK_OK(camp_config(&c,
                             BODY "{`two`: {`status`: `active`, `when`: `quiet`, `follow_up`: "
                                  "null, `actions`: {`other`: {`intervention`: `note`}}}}}"));
        TOLD(camp_step(&c, START + HOUR, NULL), "two.later skipped | two:ended completed");
    }
    camp_close(&c);
}

static void drafts_and_times_begin_nothing(void)
{
    camp c;
    if (CHECK_OK(camp_open(&c, TWO_ACTIONS("`status`: `draft`"), NULL))) {
        camp_bool(&c, "quiet", true);
        TOLD(camp_step(&c, START, NULL), "");
        CHECK_OK(camp_config(
            &c,
            TWO_ACTIONS("`status`: `active`, `from`: `2026-01-03`, `until`: `2026-01-05`")));
        camp_bool(&c, "quiet", true);
        TOLD(camp_step(&c, START, NULL), "");
        CHECK_INT(c.due, START + 2 * DAY);
        TOLD(camp_step(&c, START + 4 * DAY, NULL), "");
        TOLD(camp_step(&c, START + 2 * DAY, NULL), "two:started condition | two.now left");
        TOLD(camp_step(&c, START + 4 * DAY, NULL), "two.later left | two:ended completed");
    }
    camp_close(&c);
}

/* ---- Participants ---- */

static void no_place_is_asked_for_again_after_a_day(void)
{
    camp c;
    csuccess_str id;
    if (CHECK_OK(camp_open(&c, TWO_ACTIONS("`status`: `active`"), NULL))) {
        csuccess__campaign_run run;
        camp_bool(&c, "quiet", true);
        CHECK(camp_step(&c, START, NULL) != NULL);
        csuccess_str field =
            csuccess__state_get(&c.t.state, CSUCCESS__STATE_RUN, CSUCCESS_STR("two"));
        CHECK(csuccess__campaign_run_parse(&run, field));
        char kept[65] = {0};
        memcpy(kept, run.id.ptr, 64);
        id = check_view(kept);
        /* The store refuses, and the advance is applied again. */
        csuccess__state_clear(&c.t.state);
        csuccess__effects_clear(&c.t.effects);
        c.inputs = 0;
        c.places = 0;
        c.t.refused = &id;
        c.t.refused_count = 1;
        TOLD(camp_step(&c, START, NULL), "two:refused");
        CHECK_INT(c.places, 0);
        CHECK_INT(c.due, START + DAY);
        TOLD(camp_step(&c, START + HOUR, NULL), "");
        CHECK_UINT(c.candidates, 0);
        TOLD(camp_step(&c, START + DAY, NULL), "two:started condition | two.now left");
        CHECK_INT(c.places, 1);
        CHECK_INT(c.t.effects.deltas[0].max, 5);
        CHECK_STR(c.t.effects.deltas[0].key, "participants/two");
    }
    camp_close(&c);
}

static void an_erasure_gives_the_place_back(void)
{
    camp c;
    csuccess__zones_asked asked;
    if (CHECK_OK(camp_open(&c, TWO_ACTIONS("`status`: `active`"), NULL))) {
        camp_bool(&c, "quiet", true);
        CHECK(camp_step(&c, START, NULL) != NULL);
        uint32_t before = c.t.effects.delta_count;
        csuccess__moment m = trip_moment(&c.t, START + DAY, "erased", &asked);
        csuccess__turn t = camp_turn(&c, &m);
        csuccess__campaigns_release(&t);
        camp_count(&c, before);
        CHECK_INT(c.places, 0);
    }
    camp_close(&c);
}

/* ---- People ---- */

static void people_start_and_cancel(void)
{
    camp c;
    if (CHECK_OK(camp_open(&c, TWO_ACTIONS("`status`: `active`"), NULL))) {
        camp_bool(&c, "quiet", false);
        TOLD(camp_say(&c, START, "cancel", "two", ""), "");
        CHECK_RESULT(c.applied, CSUCCESS_ERANGE);
        CHECK_HAS(c.reason, "never begun");
        TOLD(camp_say(&c, START, "start", "tow", ""), "");
        CHECK_HAS(c.reason, "there is no campaign \"tow\"");
        TOLD(camp_say(&c, START, "begin", "two", ""), "");
        CHECK_HAS(c.reason, "start, cancel");
        TOLD(camp_say(&c, START, "start", "two", ""), "two:started input | two.now left");
        TOLD(camp_say(&c, START + 1, "start", "two", ""), "");
        CHECK_HAS(c.reason, "under way");
        TOLD(camp_say(&c, START + HOUR, "cancel", "two", "moved away"),
             "two:ended cancelled moved away");
        CHECK_INT(c.places, 0);
        TOLD(camp_say(&c, START + HOUR, "cancel", "two", ""), "");
        CHECK_RESULT(c.applied, CSUCCESS_UNCHANGED);
        TOLD(camp_step(&c, START + 5 * DAY, NULL), "");
    }
    camp_close(&c);
}

static void a_start_of_a_strategy_ends_what_runs(void)
{
    camp c;
    if (CHECK_OK(camp_open(&c, bands, NULL))) {
        camp_number(&c, "risk", 0.7);
        CHECK(camp_step(&c, START, NULL) != NULL);
        TOLD(camp_say(&c, START + HOUR, "start", "critical_save", ""),
             "critical_save:started input | proactive_engagement:ended superseded "
             "critical_save | "
             "critical_save.executive_call left");
    }
    camp_close(&c);
}

/* ---- Nothing at once ---- */

static void one_that_waits_begins_by_itself(void)
{
    camp c;
    if (CHECK_OK(camp_open(&c,
                           BODY
                           "{`slow`: {`status`: `active`, `when`: `quiet`, `follow_up`: null, "
                           "`actions`: {`day1`: {`intervention`: `call`, `after`: `P1D`}, "
                           "`day3`: {`intervention`: `note`, `after`: `P3D`}, `week1`: "
                           "{`intervention`: `meet`, `after`: `P1W`}}}}}",
                           NULL))) {
        camp_bool(&c, "quiet", true);
        TOLD(camp_step(&c, START, NULL), "slow:started condition");
        CHECK_UINT(c.candidates, 0);
        TOLD(camp_step(&c, START + DAY, NULL), "slow.day1 left");
        TOLD(camp_step(&c, START + 3 * DAY, NULL), "slow.day3 left");
        TOLD(camp_step(&c, START + 7 * DAY, NULL), "slow.week1 left | slow:ended completed");
    }
    camp_close(&c);
}

static csuccess__ruling only_second(void *ud, csuccess_str campaign, csuccess_str action)
{
    (void)ud;
    (void)campaign;
    return csuccess__str_is(action, "b") ? CSUCCESS__ALLOW : CSUCCESS__DENY;
}

/* Whichever is allowed first begins it; what was denied before that is over. */
static void any_of_the_first_begins_it(void)
{
    camp c;
    if (CHECK_OK(camp_open(&c,
                           BODY
                           "{`many`: {`status`: `active`, `when`: `quiet`, `follow_up`: null, "
                           "`actions`: {`a`: {`intervention`: `call`}, `b`: {`intervention`: "
                           "`note`}, `c`: {`intervention`: `meet`}}}}}",
                           NULL))) {
        c.rules = only_second;
        camp_bool(&c, "quiet", true);
        TOLD(camp_step(&c, START, NULL),
             "many:started condition | many.b left | many.c dropped | many:ended completed");
        CHECK_UINT(c.candidates, 3);
    }
    camp_close(&c);
}

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

CHECK_MAIN(CHECK_TEST(the_band_decides), CHECK_TEST(what_is_not_known_begins_nothing),
           CHECK_TEST(offsets_are_exact), CHECK_TEST(a_strategy_has_one_run),
           CHECK_TEST(the_ladder_is_climbed), CHECK_TEST(a_stop_ends_it_and_is_followed_up),
           CHECK_TEST(it_does_not_begin_to_stop),
           CHECK_TEST(an_action_is_asked_for_when_it_is_due),
           CHECK_TEST(paused_keeps_and_sends_nothing), CHECK_TEST(a_status_ends_its_runs),
           CHECK_TEST(a_run_goes_on_with_the_actions_it_began_with),
           CHECK_TEST(drafts_and_times_begin_nothing),
           CHECK_TEST(no_place_is_asked_for_again_after_a_day),
           CHECK_TEST(an_erasure_gives_the_place_back), CHECK_TEST(people_start_and_cancel),
           CHECK_TEST(a_start_of_a_strategy_ends_what_runs),
           CHECK_TEST(one_that_waits_begins_by_itself), CHECK_TEST(any_of_the_first_begins_it),
           CHECK_TEST(an_action_goes_before_its_intervention_before_the_campaign),
           CHECK_TEST(problems_name_the_place_and_the_remedy),
           CHECK_TEST(definitions_have_a_life), CHECK_TEST(expressions_read_it),
           CHECK_TEST(the_report_has_plan_and_tracking_ids), CHECK_TEST(memory_may_be_refused),
           CHECK_TEST(damage_fails_the_step), CHECK_TEST(an_import_begins_nothing),
           CHECK_TEST(time_brings_it_about))

/* SPDX-License-Identifier: Apache-2.0 */
/* Campaigns and strategies: what begins when, in which order, what ends it; and what a configuration may say. */
#include "intervene_campaigns.h"

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

static void no_place_is_asked_for_again_at_the_next_look(void)
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
        CHECK_INT(c.due, START + HOUR);
        TOLD(camp_step(&c, START + HOUR - 1, NULL), "");
        CHECK_UINT(c.candidates, 0);
        TOLD(camp_step(&c, START + HOUR, NULL), "two:started condition | two.now left");
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
             "many:started condition | many.a dropped | many.b left | many.c dropped | "
             "many:ended completed");
        CHECK_UINT(c.candidates, 3);
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
           CHECK_TEST(no_place_is_asked_for_again_at_the_next_look),
           CHECK_TEST(an_erasure_gives_the_place_back), CHECK_TEST(people_start_and_cancel),
           CHECK_TEST(a_start_of_a_strategy_ends_what_runs),
           CHECK_TEST(one_that_waits_begins_by_itself), CHECK_TEST(any_of_the_first_begins_it))

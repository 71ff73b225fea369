/* SPDX-License-Identifier: Apache-2.0 */
/* Executions: every move, allowed or not, what people and channels say of them, judging, and following up. */
#include "intervene_executions.h"

/* ---- Moves ---- */

/* By hand from the page: what may follow on what. -1: nothing. */
static const struct {
    csuccess__execution_state from;
    const char *event;
    int to;
} moves[] = {{CSUCCESS__EXECUTION_SCHEDULED, "start", CSUCCESS__EXECUTION_IN_PROGRESS},
             {CSUCCESS__EXECUTION_SCHEDULED, "complete", CSUCCESS__EXECUTION_COMPLETED},
             {CSUCCESS__EXECUTION_SCHEDULED, "cancel", CSUCCESS__EXECUTION_CANCELLED},
             {CSUCCESS__EXECUTION_SCHEDULED, "escalate", CSUCCESS__EXECUTION_ESCALATED},
             {CSUCCESS__EXECUTION_IN_PROGRESS, "start", -1},
             {CSUCCESS__EXECUTION_IN_PROGRESS, "complete", CSUCCESS__EXECUTION_COMPLETED},
             {CSUCCESS__EXECUTION_IN_PROGRESS, "cancel", CSUCCESS__EXECUTION_CANCELLED},
             {CSUCCESS__EXECUTION_IN_PROGRESS, "escalate", CSUCCESS__EXECUTION_ESCALATED},
             {CSUCCESS__EXECUTION_ESCALATED, "start", CSUCCESS__EXECUTION_IN_PROGRESS},
             {CSUCCESS__EXECUTION_ESCALATED, "complete", CSUCCESS__EXECUTION_COMPLETED},
             {CSUCCESS__EXECUTION_ESCALATED, "cancel", CSUCCESS__EXECUTION_CANCELLED},
             {CSUCCESS__EXECUTION_ESCALATED, "escalate", -1},
             {CSUCCESS__EXECUTION_COMPLETED, "start", -1},
             {CSUCCESS__EXECUTION_COMPLETED, "complete", -1},
             {CSUCCESS__EXECUTION_COMPLETED, "cancel", -1},
             {CSUCCESS__EXECUTION_COMPLETED, "escalate", -1},
             {CSUCCESS__EXECUTION_CANCELLED, "start", -1},
             {CSUCCESS__EXECUTION_CANCELLED, "complete", -1},
             {CSUCCESS__EXECUTION_CANCELLED, "cancel", -1},
             {CSUCCESS__EXECUTION_CANCELLED, "escalate", -1}};

/* What brings one that is scheduled there. */
static const char *const ways[] = {NULL, "start", "complete", "cancel", "escalate"};

static void check_move(size_t i)
{
    exec x;
    csuccess__execution e;
    if (CHECK_OK(exec_open(&x, both, NULL))) {
        x.restarts = true;
        TOLD(exec_say(&x, START, "intervention", "request", "`intervention`:`call`"),
             "T call | call:scheduled phone");
        const char *way = ways[moves[i].from];
        if (way) CHECK(exec_intervene(&x, START + HOUR, way, "") != NULL);
        CHECK(exec_last(&x, &e) && e.state == moves[i].from);
        CHECK(exec_intervene(&x, START + 2 * HOUR, moves[i].event, "") != NULL);
        CHECK(exec_last(&x, &e));
        CHECK_INT(e.state, moves[i].to < 0 ? (int)moves[i].from : moves[i].to);
        if (moves[i].to < 0) {
            CHECK_RESULT(x.applied, CSUCCESS_ERANGE);
            CHECK_HAS(x.reason, csuccess__execution_state_word(moves[i].from));
        } else {
            CHECK_OK(x.applied);
        }
        CHECK_INT(e.ended_at != 0, !csuccess__execution_is_open(&e));
        if (e.state == CSUCCESS__EXECUTION_IN_PROGRESS) CHECK(e.started_at != 0);
    }
    exec_close(&x);
}

static void every_move_is_allowed_or_refused(void)
{
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        unsigned before = check_failures;
        check_move(i);
        if (check_failures != before) {
            printf("# %s of %s\n", moves[i].event,
                   csuccess__execution_state_word(moves[i].from));
        }
    }
}

static const struct {
    const char *event, *properties, *reason;
} refused[] = {{"complete", "`outcome`:`good`", "has an \"outcome\" of"},
               {"complete", "`response`:`none`", "has a \"response\" of"},
               {"complete", "`satisfaction`:6", "from 1 to 5"},
               {"complete", "`satisfaction`:2.5", "from 1 to 5"},
               {"complete", "`minutes`:-1", "a whole number"},
               {"complete", "`cost`:1.5", "in minor units"},
               {"complete", "`items`:[`a`,3]", "a list of texts"},
               {"jump", "`outcome`:`successful`", "nothing that is done with an intervention"}};

static void what_people_say_is_checked(void)
{
    exec x;
    csuccess__execution e;
    if (CHECK_OK(exec_open(&x, both, NULL))) {
        TOLD(exec_say(&x, START, "intervention", "complete", "`intervention`:`call`"), "");
        CHECK_HAS(x.reason, "no execution of \"call\" is open");
        TOLD(exec_say(&x, START, "intervention", "complete", "`execution`:`0123456789abcdef`"),
             "");
        CHECK_HAS(x.reason, "there is no execution");
        TOLD(exec_say(&x, START, "intervention", "request", "`intervention`:`call`"),
             "T call | call:scheduled phone");
        for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
            char more[256];
            snprintf(more, sizeof more, ",%s", refused[i].properties);
            TOLD(exec_intervene(&x, START + HOUR, refused[i].event, more), "");
            CHECK_RESULT(x.applied, CSUCCESS_ERANGE);
            CHECK_HAS(x.reason, refused[i].reason);
            CHECK(exec_last(&x, &e) && e.state == CSUCCESS__EXECUTION_SCHEDULED);
        }
        TOLD(exec_say(&x, START + HOUR, "intervention", "complete",
                      "`intervention`:`call`,`outcome`:`upgraded`,`response`:`positive`,"
                      "`satisfaction`:5,`minutes`:45,`cost`:1200,`items`:[`Send`,`Ask`]"),
             "call:completed upgraded");
        if (CHECK(exec_last(&x, &e))) {
            CHECK_INT(e.satisfaction, 5);
            CHECK_INT(e.minutes, 45);
            CHECK_INT(e.cost, 1200);
            CHECK_STR(e.items, "Send\nAsk");
            CHECK_INT(e.response, CSUCCESS__RESPONSE_POSITIVE);
        }
    }
    exec_close(&x);
}

/* ---- Tasks ---- */

static const struct {
    const char *event, *properties, *told;
    int state, outcome;
} ends[] = {{"complete", "", "call:completed successful", CSUCCESS__EXECUTION_COMPLETED,
             CSUCCESS__EXECUTION_OUTCOME_SUCCESSFUL},
            {"complete", ",`outcome`:`unsuccessful`", "call:completed unsuccessful",
             CSUCCESS__EXECUTION_COMPLETED, CSUCCESS__EXECUTION_OUTCOME_UNSUCCESSFUL},
            {"complete", ",`outcome`:`rescheduled`", "call:completed follow_up_required",
             CSUCCESS__EXECUTION_COMPLETED, CSUCCESS__EXECUTION_OUTCOME_FOLLOW_UP},
            {"complete", ",`outcome`:`no_response`", "call:completed unsuccessful",
             CSUCCESS__EXECUTION_COMPLETED, CSUCCESS__EXECUTION_OUTCOME_UNSUCCESSFUL},
            {"cancel", "", "call:cancelled", CSUCCESS__EXECUTION_CANCELLED,
             CSUCCESS__EXECUTION_OUTCOME_NONE},
            {"start", "", "call:started", CSUCCESS__EXECUTION_IN_PROGRESS,
             CSUCCESS__EXECUTION_OUTCOME_NONE}};

static void it_ends_as_its_task_does(void)
{
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        exec x;
        char properties[256];
        csuccess__execution e;
        if (CHECK_OK(exec_open(&x, both, NULL))) {
            x.restarts = true;
            TOLD(exec_say(&x, START, "intervention", "request", "`intervention`:`call`"),
                 "T call | call:scheduled phone");
            CHECK(exec_last(&x, &e));
            snprintf(properties, sizeof properties, "`task`:`%.*s`%s", (int)e.task.len,
                     e.task.ptr, ends[i].properties);
            TOLD(exec_say(&x, START + HOUR, "task", ends[i].event, properties), ends[i].told);
            CHECK_OK(x.applied);
            if (CHECK(exec_last(&x, &e))) {
                CHECK_INT(e.state, ends[i].state);
                CHECK_INT(e.outcome, ends[i].outcome);
            }
        }
        exec_close(&x);
    }
}

/* ---- Messages ---- */

static void success_is_judged_within_a_day(void)
{
    for (int reached = 0; reached <= 1; reached++) {
        exec x;
        csuccess__execution e;
        if (CHECK_OK(exec_open(&x, both, NULL))) {
            x.restarts = true;
            exec_bool(&x, "low", true);
            exec_number(&x, "logins", 3);
            exec_number(&x, "health.score", 40);
            TOLD(exec_step(&x, START, NULL), "mail:scheduled email");
            TOLD(exec_delivered(&x, START + HOUR, "delivered"), "mail:delivered");
            CHECK_INT(x.due, START + DAY);
            TOLD(exec_step(&x, START + DAY - 1, NULL), "");
            if (reached) exec_number(&x, "logins", 4);
            exec_number(&x, "health.score", 55);
            TOLD(exec_step(&x, START + DAY, NULL), reached ? "mail:judged successful reached"
                                                           : "mail:judged unsuccessful missed");
            const csuccess__json *body =
                trip_body(&x.t, &x.t.effects.entries[x.t.effects.entry_count - 1]);
            CHECK_NUM(csuccess__json_member(body, "health_before")->number, 40, 0);
            CHECK_NUM(csuccess__json_member(body, "health_after")->number, 55, 0);
            CHECK_INT(x.due, START + 7 * DAY);
            TOLD(exec_step(&x, START + 7 * DAY, NULL),
                 reached
                     ? "T follow_up | mail:followed_up successful | mail:completed successful"
                     : "T follow_up | mail:followed_up unsuccessful | mail:completed "
                       "unsuccessful");
            CHECK(exec_last(&x, &e) && e.state == CSUCCESS__EXECUTION_COMPLETED);
            CHECK_INT(x.due, START + 10 * DAY); /* when its task is due */
        }
        exec_close(&x);
    }
}

static void what_is_not_known_is_undecided(void)
{
    exec x;
    if (CHECK_OK(exec_open(&x, both, NULL))) {
        exec_bool(&x, "low", true);
        TOLD(exec_step(&x, START, NULL), "mail:scheduled email");
        TOLD(exec_step(&x, START + DAY, NULL), "mail:judged follow_up_required undecided");
    }
    exec_close(&x);
}

static void a_follow_up_is_always_made(void)
{
    static const char *const ends_[] = {"complete", "start"};
    for (size_t i = 0; i < 2; i++) {
        exec x;
        if (CHECK_OK(exec_open(&x, both, NULL))) {
            x.restarts = true;
            TOLD(exec_say(&x, START, "intervention", "request", "`intervention`:`call`"),
                 "T call | call:scheduled phone");
            CHECK(exec_intervene(&x, START + HOUR, ends_[i], "") != NULL);
            TOLD(exec_step(&x, START + 7 * DAY - 1, NULL), "");
            TOLD(exec_step(&x, START + 7 * DAY, NULL),
                 i == 0 ? "T follow_up | call:followed_up successful"
                        : "T follow_up | call:followed_up");
            TOLD(exec_step(&x, START + 8 * DAY, NULL), "");
        }
        exec_close(&x);
    }
}

static void a_message_that_reaches_nobody_goes_another_way(void)
{
    exec x;
    csuccess__execution e;
    if (CHECK_OK(exec_open(&x, both, NULL))) {
        x.restarts = true;
        exec_bool(&x, "low", true);
        TOLD(exec_step(&x, START, NULL), "mail:scheduled email");
        TOLD(exec_delivered(&x, START + HOUR, "never"),
             "mail:not_delivered | mail:scheduled in_app");
        CHECK(exec_last(&x, &e) && e.tries == 1);
        TOLD(exec_step(&x, START + HOUR, NULL), "");
        TOLD(exec_delivered(&x, START + 2 * HOUR, "bounced"),
             "mail:not_delivered | mail:scheduled sms");
        TOLD(exec_delivered(&x, START + 3 * HOUR, "never"),
             "mail:not_delivered | T not_reached | mail:escalated");
        CHECK(exec_last(&x, &e) && e.state == CSUCCESS__EXECUTION_ESCALATED);
        TOLD(exec_step(&x, START + 4 * HOUR, NULL), "");
        char properties[128];
        snprintf(properties, sizeof properties, "`task`:`%.*s`", (int)e.task.len, e.task.ptr);
        TOLD(exec_say(&x, START + 5 * HOUR, "task", "complete", properties),
             "mail:completed successful");
        TOLD(exec_step(&x, START + 6 * HOUR, NULL), ""); /* it rests, though nothing arrived */
        CHECK_UINT(x.candidates, 0);
    }
    exec_close(&x);
}

static void what_is_taken_back_has_not_left(void)
{
    exec x;
    if (CHECK_OK(exec_open(&x, both, NULL))) {
        x.restarts = true;
        exec_bool(&x, "low", true);
        TOLD(exec_step(&x, START, NULL), "mail:scheduled email");
        exec_bool(&x, "low", false);
        TOLD(exec_delivered(&x, START + HOUR, "taken_back"), "mail:taken_back");
        CHECK_UINT(exec_count(&x), 0);
        exec_bool(&x, "low", true);
        TOLD(exec_step(&x, START + 2 * HOUR, NULL), "mail:scheduled email");
    }
    exec_close(&x);
}

/* While history is imported nothing is done, and nothing forgotten. */
static void an_import_keeps_its_times(void)
{
    exec x;
    if (CHECK_OK(exec_open(&x,
                           INTERVENTIONS("`mail`: {`type`: `email`, `template`: `plain`, "
                                         "`follow_up`: null, `success`: {`within`: `PT24H`, "
                                         "`when`: `logins > started('logins')`}}"),
                           NULL))) {
        exec_number(&x, "logins", 3);
        TOLD(exec_say(&x, START, "intervention", "request", "`intervention`:`mail`"),
             "mail:scheduled email");
        TOLD(exec_delivered(&x, START + HOUR, "delivered"), "mail:delivered");
        x.t.step.quiet = true;
        TOLD(exec_step(&x, START + 2 * HOUR, NULL), "");
        CHECK_INT(x.due, START + 24 * HOUR);
        TOLD(exec_step(&x, START + 30 * HOUR, NULL), "");
        CHECK_INT(x.due, START + 30 * HOUR + 1);
        x.t.step.quiet = false;
        CHECK_HAS(exec_step(&x, START + 30 * HOUR + 1, NULL), "mail:judged");
    }
    exec_close(&x);
}

static void one_that_is_dropped_is_cancelled(void)
{
    exec x;
    csuccess__execution e;
    if (CHECK_OK(exec_open(&x, both, NULL))) {
        exec_bool(&x, "low", true);
        TOLD(exec_step(&x, START, NULL), "mail:scheduled email");
        TOLD(exec_delivered(&x, START + HOUR, "dropped"), "mail:not_delivered");
        CHECK(exec_last(&x, &e) && e.state == CSUCCESS__EXECUTION_CANCELLED && !e.again);
        TOLD(exec_step(&x, START + DAY, NULL), "");
    }
    exec_close(&x);
}

/* ---- Responses ---- */

static const struct {
    const char *event, *properties;
    csuccess__response response;
} answers[] = {{"opened", "", CSUCCESS__RESPONSE_NEUTRAL},
               {"clicked", "", CSUCCESS__RESPONSE_POSITIVE},
               {"replied", "", CSUCCESS__RESPONSE_NEUTRAL},
               {"replied", ",`sentiment`:`positive`", CSUCCESS__RESPONSE_POSITIVE},
               {"replied", ",`sentiment`:`negative`", CSUCCESS__RESPONSE_NEGATIVE},
               {"positive", "", CSUCCESS__RESPONSE_POSITIVE},
               {"neutral", "", CSUCCESS__RESPONSE_NEUTRAL},
               {"negative", "", CSUCCESS__RESPONSE_NEGATIVE},
               {"accepted", "", CSUCCESS__RESPONSE_POSITIVE},
               {"declined", "", CSUCCESS__RESPONSE_NEGATIVE},
               {"unsubscribed", "", CSUCCESS__RESPONSE_NEGATIVE},
               {"whatever", "", CSUCCESS__RESPONSE_NONE}};

static void a_response_is_of_its_message_or_channel(void)
{
    for (size_t i = 0; i < 2 * sizeof answers / sizeof answers[0]; i++) {
        exec x;
        char properties[256];
        csuccess__execution e;
        size_t k = i / 2;
        if (CHECK_OK(exec_open(&x, both, NULL))) {
            exec_bool(&x, "low", true);
            TOLD(exec_step(&x, START, NULL), "mail:scheduled email");
            snprintf(properties, sizeof properties, "`%s`:`%s`%s",
                     i % 2 ? "message" : "channel", i % 2 ? x.last : "email",
                     answers[k].properties);
            CHECK(exec_say(&x, START + HOUR, "response", answers[k].event, properties) != NULL);
            CHECK_OK(x.applied);
            CHECK(exec_last(&x, &e));
            CHECK_INT(e.response, answers[k].response);
        }
        exec_close(&x);
    }
}

static void what_says_nothing_takes_nothing_away(void)
{
    exec x;
    csuccess__execution e;
    if (CHECK_OK(exec_open(&x, both, NULL))) {
        exec_bool(&x, "low", true);
        TOLD(exec_step(&x, START, NULL), "mail:scheduled email");
        TOLD(exec_say(&x, START, "response", "declined", "`channel`:`email`"),
             "mail:responded");
        TOLD(exec_say(&x, START, "response", "opened", "`channel`:`email`"), "mail:responded");
        CHECK(exec_last(&x, &e));
        CHECK_INT(e.response, CSUCCESS__RESPONSE_NEGATIVE);
        TOLD(exec_say(&x, START, "response", "accepted", "`channel`:`email`"),
             "mail:responded");
        CHECK(exec_last(&x, &e));
        CHECK_INT(e.response, CSUCCESS__RESPONSE_POSITIVE);
    }
    exec_close(&x);
}

/* ---- Urgent actions ---- */

static const char urgent[] = INTERVENTIONS(
    "`call_now`: {`type`: `internal_task`, `urgent`: `call_required`, `label`: `Call them`, "
    "`when`: `low`, `due`: `PT4H`, `owner`: `csm`, `effort`: `PT30M`}, "
    "`bounced`: {`type`: `alert`, `channel`: `slack`, `urgent`: `email_bounce`, `when`: "
    "`low`}, "
    "`billing`: {`type`: `internal_task`, `urgent`: `billing_issue`, `when`: `low`, "
    "`task_priority`: `high`}, "
    "`lost`: {`type`: `internal_task`, `urgent`: `feature_abandonment`, `when`: `low`}");

static void what_is_urgent_is_listed_with_due_and_owner(void)
{
    exec x;
    csuccess__buffer out;
    csuccess__json_writer w;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    if (CHECK_OK(exec_open(&x, urgent, NULL))) {
        exec_bool(&x, "low", true);
        trip_set(&x.t, "csm_id", trip_text(&x.t, "ann"));
        CHECK(exec_step(&x, START, NULL) != NULL);
        csuccess__zones_asked asked;
        csuccess__moment m = trip_moment(&x.t, START + HOUR, "c", &asked);
        asked.moment = &m;
        csuccess__turn t = {.m = &m, .of = trip_now(&x.t)->intervene, .desk = &x.desk};
        csuccess__json_writer_init(&w, &out);
        csuccess__urgent_report(&t, &w);
        csuccess__buffer_char(&out, '\0');
        CHECK_HAS(out.ptr, "\"type\":\"call_required\",\"description\":\"Call them\","
                           "\"priority\":\"critical\",\"due_at\":\"2026-01-01T04:00:00Z\","
                           "\"owner\":\"ann\",\"effort_minutes\":30");
        CHECK_HAS(out.ptr, "\"type\":\"email_bounce\"");
        CHECK_HAS(out.ptr, "\"type\":\"billing_issue\",\"description\":\"billing\","
                           "\"priority\":\"high\"");
        CHECK_HAS(out.ptr, "\"type\":\"feature_abandonment\"");
    }
    csuccess__buffer_free(&out);
    exec_close(&x);
}

/* ---- With the arbiter ---- */

#define REAL \
    "{`csuccess`: 1, `attributes`: {`low`: {`type`: `bool`}}, `policies`: {`locale`: `en`, " \
    "`reach`: {`caps`: {`day`: {`most`: 1, `per`: `day`}}}}, `privacy`: {`purposes`: " \
    "{`marketing`: {`requires`: `nothing`}}}, `channels`: {`email`: {`fallback`: " \
    "[`in_app`]}, " \
    "`in_app`: {}, `slack`: {}}, `templates`: {`plain`: {`locales`: {`en`: {`text`: " \
    "`Hello`}}}}, "

static void the_arbiter_lets_it_go(void)
{
    exec x;
    const char *text = REAL
        "`interventions`: {`mail`: {`type`: `email`, `template`: `plain`, `when`: `low`, "
        "`priority`: 50, `delay`: `PT1H`, `follow_up`: null}, `call`: {`type`: `phone_call`, "
        "`when`: `low`, `follow_up`: null}, `note`: {`type`: `internal_task`, `when`: `low`, "
        "`follow_up`: null}, `tell`: {`type`: `alert`, `channel`: `slack`, `when`: `low`, "
        "`follow_up`: null}}}";
    if (CHECK_OK(exec_open(&x, text, NULL))) {
        x.real = x.restarts = true;
        exec_bool(&x, "low", true);
        const char *told = exec_step(&x, START, NULL);
        if (CHECK(told != NULL)) {
            CHECK_HAS(told, "T call | call:scheduled phone"); /* the cap has room for one */
            CHECK_HAS(told, "T note | note:scheduled internal");
            CHECK_HAS(told, "tell:scheduled slack");
        }
        TOLD(exec_step(&x, START + HOUR, NULL), "tell:completed");
        /* The call, which is open still, counts on the day on which it was asked for. */
        TOLD(exec_step(&x, START + DAY, NULL), "mail:scheduled email");
        TOLD(exec_delivered(&x, START + DAY + HOUR, "never"),
             "mail:not_delivered | mail:scheduled in_app");
        TOLD(exec_delivered(&x, START + DAY + 2 * HOUR, "taken_back"),
             "mail:taken_back | mail:scheduled in_app");
    }
    exec_close(&x);
}

#define CAMPAIGN \
    "{`csuccess`: 1, `attributes`: {`low`: {`type`: `bool`}}, `policies`: {`locale`: `en`}, " \
    "`privacy`: {`purposes`: {`marketing`: {`requires`: `nothing`}}}, `channels`: {`email`: " \
    "{`fallback`: [`in_app`]}, `in_app`: {}}, `templates`: {`plain`: {`locales`: {`en`: " \
    "{`text`: `Hello`}}}}, `interventions`: {`mail`: {`type`: `email`, `template`: " \
    "`plain`}}, " \
    "`campaigns`: {`save`: {`status`: `active`, `when`: `low`, `actions`: {`write`: " \
    "{`intervention`: `mail`}}}}}"

/* An action that reached nobody, or was taken back, goes on by itself: but not of a campaign that was cancelled. */
static void an_action_of_a_campaign_goes_another_way(void)
{
    for (int cancelled = 0; cancelled <= 1; cancelled++) {
        exec x;
        csuccess__execution e;
        if (CHECK_OK(exec_open(&x, CAMPAIGN, NULL))) {
            x.real = x.restarts = true;
            exec_bool(&x, "low", true);
            TOLD(exec_step(&x, START, NULL), "mail:scheduled email");
            CHECK(exec_last(&x, &e) && e.follow_up_at == 0);
            CHECK_STR(e.programme, "campaign/save");
            TOLD(exec_delivered(&x, START + HOUR, "taken_back"),
                 "mail:taken_back | mail:scheduled email");
            if (cancelled) {
                TOLD(exec_say(&x, START + HOUR, "campaign", "cancel", "`campaign`:`save`"), "");
                CHECK_OK(x.applied);
            }
            TOLD(exec_delivered(&x, START + 2 * HOUR, "never"),
                 cancelled ? "mail:not_delivered"
                           : "mail:not_delivered | mail:scheduled in_app");
            TOLD(exec_step(&x, START + 3 * HOUR, NULL), "");
            CHECK_UINT(x.t.step.due == CSUCCESS__NEVER, 0);
        }
        exec_close(&x);
    }
}

/* What a person cancels while it is under way is not delivered. */
static void what_is_cancelled_is_not_claimed(void)
{
    exec x;
    const char *text = REAL "`interventions`: {`mail`: {`type`: `email`, `template`: `plain`, "
                            "`when`: `low`}}}";
    for (int cancelled = 0; cancelled <= 1; cancelled++) {
        if (CHECK_OK(exec_open(&x, text, NULL))) {
            x.real = true;
            exec_bool(&x, "low", true);
            TOLD(exec_step(&x, START, NULL), "mail:scheduled email");
            if (cancelled) TOLD(exec_intervene(&x, START, "cancel", ""), "mail:cancelled");
            csuccess__zones_asked asked;
            csuccess__moment m = trip_moment(&x.t, START + HOUR, "c", &asked);
            asked.moment = &m;
            csuccess__turn t = exec_begin(&x, &m);
            const csuccess_message message = {.id = check_view(x.last),
                                              .channel = CSUCCESS_STR("email"),
                                              .purpose = CSUCCESS_STR("marketing"),
                                              .definition = CSUCCESS_STR("intervention/mail")};
            csuccess__ruled ruled = csuccess__arbiter_claim(&t, &message);
            CHECK_INT(ruled.ruling, cancelled ? CSUCCESS__DENY : CSUCCESS__ALLOW);
            TOLD(exec_delivered(&x, START + HOUR, cancelled ? "taken_back" : "delivered"),
                 cancelled ? "" : "mail:delivered");
        }
        exec_close(&x);
    }
}

CHECK_MAIN(CHECK_TEST(every_move_is_allowed_or_refused), CHECK_TEST(what_people_say_is_checked),
           CHECK_TEST(it_ends_as_its_task_does), CHECK_TEST(success_is_judged_within_a_day),
           CHECK_TEST(what_is_not_known_is_undecided), CHECK_TEST(a_follow_up_is_always_made),
           CHECK_TEST(a_message_that_reaches_nobody_goes_another_way),
           CHECK_TEST(what_is_taken_back_has_not_left), CHECK_TEST(an_import_keeps_its_times),
           CHECK_TEST(one_that_is_dropped_is_cancelled),
           CHECK_TEST(a_response_is_of_its_message_or_channel),
           CHECK_TEST(what_says_nothing_takes_nothing_away),
           CHECK_TEST(what_is_urgent_is_listed_with_due_and_owner),
           CHECK_TEST(the_arbiter_lets_it_go),
           CHECK_TEST(an_action_of_a_campaign_goes_another_way),
           CHECK_TEST(what_is_cancelled_is_not_claimed))

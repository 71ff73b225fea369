/* SPDX-License-Identifier: Apache-2.0 */
/* Playbooks over time, as paths written from docs/reference/flow.md and spec/flow.md: what each step tells, with dates computed by hand. */
#include "flow_playbooks.h"

#define DAY TRIP_DAY
#define HOUR TRIP_HOUR
#define TEN (TRIP_START + 10 * TRIP_HOUR) /* Thursday, 1 January 2026, 10:00 */

#define HEAD \
    "{`csuccess`:1,`attributes`:{`x`:{`type`:`number`},`csm_id`:{`type`:`string`}}," \
    "`records`:{`subscriptions`:{`of`:{`renews`:{`type`:`date`},`name`:{`type`:`string`}}}}," \
    "`channels`:{`email`:{},`slack`:{}}," \
    "`health`:{`profiles`:{`base`:{`score`:{`value`:`x`,`range`:[0,100]}}}}," \
    "`team`:{`members`:{`ann`:{`roles`:[`csm`]},`eve`:{`roles`:[`executive`]}}," \
    "`owners`:{`csm`:{`attribute`:`csm_id`},`executive`:{`member`:`eve`}}}," \
    "`templates`:{`risk_action_plan`:{`locales`:{`en`:{`subject`:`Plan`,`body`:`Our " \
    "plan`}}}}," \
    "`policies`:{`locale`:`en`},"

/* Risk Response as spec/flow.md has it. */
static const char risk_response[] =
    HEAD "`playbooks`:{`risk`:{`category`:`churn_risk`,`priority`:`high`,`estimated_hours`:8,"
         "`reason`:`low health`,"
         "`success`:{`within`:`P30D`,`when`:`health.score >= started('health.score') + 15`},"
         "`steps`:{"
         "`assess`:{`type`:`internal_task`,`title`:`Internal Risk Assessment`,`due_days`:1,"
         "`artifacts`:[`risk_assessment_doc`]},"
         "`sync`:{`type`:`meeting`,`title`:`Stakeholder Sync`,`due_days`:2,"
         "`agenda`:[`Situation`,`Root cause`,`Action plan`,`Resources`]},"
         "`reach`:{`type`:`call`,`role`:`executive`,`title`:`Executive Reach-out`,`due_days`:3,"
         "`talk_track`:[`Acknowledge`,`Plan`,`Timeline`,`Follow-up`]},"
         "`plan`:{`type`:`email`,`title`:`Action Plan Delivery`,`due_days`:5,"
         "`template`:`risk_action_plan`},"
         "`checkin`:{`type`:`call`,`title`:`Weekly Check-in`,`due_days`:7,"
         "`every`:`FREQ=WEEKLY;COUNT=4`},"
         "`review`:{`type`:`review`,`title`:`Health Review`,`due_days`:30}}}}}";

static void set_number(office *o, const char *name, double value)
{
    trip_set(&o->t, name, csuccess__number(value));
}

static void open_at_risk(office *o)
{
    CHECK_OK(office_open(o, risk_response, NULL));
    set_number(o, "health.score", 40);
    trip_set(&o->t, "csm_id", trip_text(&o->t, "ann"));
}

/* Day by day: 1 January is the start; the check-ins are made on 1, 8, 15 and 22 January and due a week later. */
static void risk_response_goes_its_way(void)
{
    office o;
    open_at_risk(&o);
    TOLD(office_step(&o, TEN - HOUR, NULL), "O csm ann");
    TOLD(office_say(&o, TEN, "playbook", "start", "`playbook`:`risk`"),
         "risk:started | assess+ 01-02 10:00 ann | sync+ 01-03 10:00 ann | O executive eve | "
         "reach+ 01-04 10:00 eve | plan+ 01-06 10:00 ann | checkin+ 01-08 10:00 ann | review+ "
         "01-31 10:00 ann");
    CHECK_INT(o.t.step.due, TEN + DAY);
    TOLD(office_task_word(&o, TEN + 2 * HOUR, "complete", "assess", ""), "");
    CHECK_RESULT(o.applied, CSUCCESS_ERANGE);
    CHECK_HAS(o.reason, "risk_assessment_doc");
    TOLD(office_task_word(&o, TEN + 3 * HOUR, "complete", "assess",
                          ",`artifacts`:[`risk_assessment_doc`],`minutes`:45"),
         "assess completed");
    TOLD(office_task_word(&o, TEN + DAY, "complete", "sync", ""), "sync completed");
    TOLD(office_step(&o, TEN + 3 * DAY, NULL), "reach overdue");
    TOLD(office_task_word(&o, TEN + 3 * DAY + HOUR, "complete", "reach",
                          ",`outcome`:`no_response`"),
         "reach completed");
    TOLD(office_task_word(&o, TEN + 4 * DAY, "complete", "plan", ""),
         "plan completed | M email");
    TOLD(office_task_word(&o, TEN + 6 * DAY, "complete", "checkin", ""), "checkin completed");
    CHECK_INT(o.t.step.due, TEN + 7 * DAY);
    TOLD(office_step(&o, TEN + 7 * DAY, NULL), "checkin#1+ 01-15 10:00 ann");
    TOLD(office_step(&o, TEN + 14 * DAY, NULL),
         "checkin#1 overdue | checkin#2+ 01-22 10:00 ann");
    TOLD(office_task_word(&o, TEN + 15 * DAY, "complete", "checkin", ""),
         "checkin#1 completed");
    TOLD(office_task_word(&o, TEN + 15 * DAY, "complete", "checkin", ""),
         "checkin#2 completed");
    TOLD(office_step(&o, TEN + 21 * DAY, NULL), "checkin#3+ 01-29 10:00 ann");
    TOLD(office_task_word(&o, TEN + 22 * DAY, "complete", "checkin", ""),
         "checkin#3 completed");
    CHECK_INT(o.t.step.due, TEN + 30 * DAY);
    set_number(&o, "health.score", 56);
    TOLD(office_task_word(&o, TEN + 29 * DAY, "complete", "review", ""),
         "review completed | risk:completed met");
    CHECK_INT(o.t.step.due, TEN + 30 * DAY);
    set_number(&o, "health.score", 54);
    TOLD(office_step(&o, TEN + 30 * DAY, NULL), "risk:measured met within:missed");
    /* everything that has ended is forgotten 30 days after the playbook */
    CHECK_INT(o.t.step.due, TEN + 59 * DAY);
    CHECK(office_find(&o, "assess").len > 0);
    TOLD(office_step(&o, TEN + 59 * DAY, NULL), "");
    CHECK(office_find(&o, "assess").len == 0);
    CHECK_INT(o.t.step.due, CSUCCESS__NEVER);
    CHECK_STR(trip_slot(&o.t, "playbook.state", "risk").as.string, "completed");
    CHECK_NUM(trip_slot(&o.t, "playbook.times", "risk").as.number, 1, 0);
    CHECK_INT(trip_slot(&o.t, "playbook.ended_at", "risk").as.time, TEN + 29 * DAY);
    office_close(&o);
}

static void wanted_while_open_it_is_updated(void)
{
    office o;
    open_at_risk(&o);
    CHECK(office_say(&o, TEN, "playbook", "start", "`playbook`:`risk`") != NULL);
    TOLD(office_say(&o, TEN + DAY, "playbook", "start", "`playbook`:`risk`"),
         "assess overdue | risk:again");
    TOLD(office_say(&o, TEN + DAY, "playbook", "start",
                    "`playbook`:`risk`,`reason`:`low health`"),
         "risk:again");
    /* another reason is another run */
    const char *told = office_say(&o, TEN + DAY, "playbook", "start",
                                  "`playbook`:`risk`,`reason`:`the sponsor is angry`");
    CHECK_HAS(told, "risk:started | assess+");
    CHECK_NUM(trip_slot(&o.t, "playbook.times", "risk").as.number, 2, 0);
    TOLD(office_say(&o, TEN + DAY, "playbook", "start", "`playbook`:`rsik`"), "");
    CHECK_RESULT(o.applied, CSUCCESS_ERANGE);
    office_close(&o);
}

static void it_is_cancelled_by_people(void)
{
    office o;
    open_at_risk(&o);
    TOLD(office_say(&o, TEN, "playbook", "cancel", "`playbook`:`risk`"), "O csm ann");
    CHECK_RESULT(o.applied, CSUCCESS_ERANGE);
    CHECK(office_say(&o, TEN, "playbook", "start", "`playbook`:`risk`") != NULL);
    const char *told =
        office_say(&o, TEN + HOUR, "playbook", "cancel", "`playbook`:`risk`,`reason`:`moot`");
    CHECK_HAS(told, "risk:cancelled missed | ");
    CHECK_HAS(told, "assess cancelled"); /* in the order of their ids */
    CHECK_HAS(told, "review cancelled");
    CHECK_OK(o.applied);
    TOLD(office_say(&o, TEN + HOUR, "playbook", "cancel", "`playbook`:`risk`"), "");
    CHECK_RESULT(o.applied, CSUCCESS_UNCHANGED);
    CHECK_STR(trip_slot(&o.t, "playbook.state", "risk").as.string, "cancelled");
    office_close(&o);
}

/* Started again before it was measured: the measure of the first is taken then. */
static void a_run_makes_room_for_the_next(void)
{
    office o;
    open_at_risk(&o);
    CHECK(office_say(&o, TEN, "playbook", "start", "`playbook`:`risk`") != NULL);
    CHECK(office_say(&o, TEN + HOUR, "playbook", "cancel", "`playbook`:`risk`") != NULL);
    const char *told = office_say(&o, TEN + DAY, "playbook", "start", "`playbook`:`risk`");
    CHECK_HAS(told, "risk:measured missed within:missed | risk:started | assess+");
    CHECK_NUM(trip_slot(&o.t, "playbook.times", "risk").as.number, 2, 0);
    office_close(&o);
}

static void the_start_moves_what_is_open(void)
{
    office o;
    open_at_risk(&o);
    CHECK(office_say(&o, TEN, "playbook", "start", "`playbook`:`risk`") != NULL);
    CHECK(office_task_word(&o, TEN, "complete", "sync", "") != NULL);
    CHECK(office_task_word(&o, TEN, "move", "plan", ",`due`:`2026-01-10T00:00:00Z`") != NULL);
    const char *told = office_say(&o, TEN + HOUR, "playbook", "move",
                                  "`playbook`:`risk`,`start`:`2026-01-05T10:00:00Z`");
    CHECK_HAS(told, "assess moved 01-06 10:00");
    CHECK_HAS(told, "plan moved 01-14"); /* four days later than a person had it */
    CHECK_HAS(told, "review moved 02-04 10:00");
    CHECK_HAS(told, "risk:moved");
    CHECK(strstr(told, "sync") == NULL);
    CHECK_INT(o.t.step.due, TEN + 4 * DAY);
    CHECK(office_step(&o, TEN + 11 * DAY, NULL) != NULL);
    CHECK_HAS(o.told, "checkin#1+ 01-19 10:00 ann"); /* begun on the 5th, again on the 12th */
    TOLD(office_say(&o, TEN + 11 * DAY, "playbook", "move",
                    "`playbook`:`risk`,`start`:`2026-01-05T10:00:00Z`"),
         "");
    CHECK_RESULT(o.applied, CSUCCESS_ERANGE);
    office_close(&o);
}

/* Steps that wait for another, business days, steps that need not be done. */
static const char in_order[] =
    HEAD "`calendars`:{`standard`:{`holidays`:{`2026-01-05`:`a day off`}}},"
         "`playbooks`:{`order`:{`calendar`:`standard`,`close_when`:`x > 90`,`steps`:{"
         "`one`:{`type`:`call`,`due_days`:2,`business_days`:true},"
         "`two`:{`type`:`meeting`,`after`:`one`,`days_from_start`:3,`due_days`:4},"
         "`extra`:{`type`:`training`,`optional`:true},"
         "`late`:{`type`:`review`,`days_from_start`:20,`due_days`:21,`optional`:true}}}}}";

static void steps_follow_one_another(void)
{
    office o;
    CHECK_OK(office_open(&o, in_order, NULL));
    /* Thursday 1; business days: Friday 2, (weekend), (holiday 5), Tuesday 6 */
    TOLD(office_say(&o, TEN, "playbook", "start", "`playbook`:`order`"),
         "order:started | one+ 01-06 10:00 | extra+");
    TOLD(office_task_word(&o, TEN + DAY, "complete", "two", ""), "");
    CHECK_RESULT(o.applied, CSUCCESS_ERANGE); /* it has no task yet */
    TOLD(office_task_word(&o, TEN + DAY, "complete", "one", ",`outcome`:`unsuccessful`"),
         "one completed");
    CHECK_INT(o.t.step.due, TEN + 4 * DAY);
    TOLD(office_step(&o, TEN + 4 * DAY, NULL), "two+ 01-09 10:00");
    TOLD(office_task_word(&o, TEN + 5 * DAY, "complete", "two", ""),
         "two completed | order:completed | extra cancelled");
    TOLD(office_step(&o, TEN + 6 * DAY, NULL), "");
    CHECK_INT(o.t.step.due, TEN + 35 * DAY);
    office_close(&o);
}

static void recovery_closes_it(void)
{
    office o;
    CHECK_OK(office_open(&o, in_order, NULL));
    set_number(&o, "x", 20);
    CHECK(office_say(&o, TEN, "playbook", "start", "`playbook`:`order`") != NULL);
    trip_set(&o.t, "x", csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET));
    TOLD(office_step(&o, TEN + HOUR, NULL), ""); /* undecided closes nothing */
    set_number(&o, "x", 95);
    CHECK(office_step(&o, TEN + 2 * HOUR, NULL) != NULL);
    CHECK_HAS(o.told, "order:cancelled");
    CHECK_HAS(o.told, "one cancelled");
    office_close(&o);
}

static void cancelled_steps_count_as_ended(void)
{
    office o;
    CHECK_OK(office_open(&o, in_order, NULL));
    CHECK(office_say(&o, TEN, "playbook", "start", "`playbook`:`order`") != NULL);
    TOLD(office_task_word(&o, TEN + DAY, "cancel", "one", ",`reason`:`moot`"), "one cancelled");
    TOLD(office_step(&o, TEN + 4 * DAY, NULL), "two+ 01-09 10:00");
    TOLD(office_task_word(&o, TEN + 5 * DAY, "cancel", "two", ""),
         "two cancelled | order:cancelled | extra cancelled");
    office_close(&o);
}

static void opened_again_a_step_is_done_again(void)
{
    office o;
    CHECK_OK(office_open(&o, in_order, NULL));
    CHECK(office_say(&o, TEN, "playbook", "start", "`playbook`:`order`") != NULL);
    CHECK(office_task_word(&o, TEN, "complete", "one", "") != NULL);
    TOLD(office_step(&o, TEN + 3 * DAY, NULL), "two+ 01-08 10:00");
    TOLD(office_task_word(&o, TEN + 4 * DAY, "reopen", "one", ""), "one reopened");
    TOLD(office_task_word(&o, TEN + 4 * DAY, "complete", "two", ""), "two completed");
    TOLD(office_task_word(&o, TEN + 4 * DAY, "complete", "one", ""),
         "one completed | order:completed | extra cancelled");
    TOLD(office_task_word(&o, TEN + 4 * DAY, "reopen", "one", ""), "");
    CHECK_RESULT(o.applied, CSUCCESS_ERANGE);
    CHECK_HAS(o.reason, "start it anew");
    office_close(&o);
}

static void history_begins_nothing(void)
{
    office o;
    open_at_risk(&o);
    o.t.step.quiet = true;
    CHECK(office_say(&o, TEN, "playbook", "start", "`playbook`:`risk`") != NULL);
    CHECK_RESULT(o.applied, CSUCCESS_UNCHANGED);
    CHECK_NUM(trip_slot(&o.t, "playbook.times", "risk").as.number, 0, 0);
    office_close(&o);
}

/* ---- Records ---- */

static const char of_records[] = HEAD
    "`playbooks`:{`renewal`:{`for_each`:`subscriptions`,`close_when`:`each.name == 'gone'`,"
    "`steps`:{`talk`:{`type`:`call`,`title`:`Renew {{each.name}}`,`due_days`:5}}}}}";

static void set_records(office *o, csuccess__value *records, const char *const *names,
                        uint32_t count)
{
    static csuccess__value fields[4][3];
    for (uint32_t i = 0; i < count; i++) {
        char id[8];
        snprintf(id, sizeof id, "s%u", i + 1);
        fields[i][0] = csuccess__string(csuccess__arena_copy(&o->t.arena, check_view(id)));
        fields[i][1] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
        fields[i][2] = trip_text(&o->t, names[i]);
        records[i] = (csuccess__value){.kind = CSUCCESS__KIND_RECORD};
        records[i].as.many.items = fields[i];
        records[i].as.many.count = 3;
    }
    csuccess__value list = {.kind = CSUCCESS__KIND_LIST};
    list.as.many.items = records;
    list.as.many.count = count;
    trip_set(&o->t, "subscriptions", list);
}

static void each_record_has_a_run(void)
{
    static const char *const names[] = {"crm", "erp"}, *const less[] = {"gone"};
    office o;
    csuccess__value records[4];
    CHECK_OK(office_open(&o, of_records, NULL));
    set_records(&o, records, names, 2);
    TOLD(office_say(&o, TEN, "playbook", "start", "`playbook`:`renewal`"),
         "renewal/s1:started | talk+ 01-06 10:00 | renewal/s2:started | talk+ 01-06 10:00");
    CHECK_NUM(trip_slot(&o.t, "playbook.times", "renewal").as.number, 2, 0);
    TOLD(office_say(&o, TEN + HOUR, "playbook", "start", "`playbook`:`renewal`,`record`:`s1`"),
         "renewal/s1:again");
    TOLD(office_say(&o, TEN + HOUR, "playbook", "start", "`playbook`:`renewal`,`record`:`s9`"),
         "");
    CHECK_RESULT(o.applied, CSUCCESS_ERANGE);
    set_records(&o, records, less, 1);
    TOLD(office_step(&o, TEN + 2 * HOUR, NULL), "renewal/s1:cancelled | talk cancelled");
    TOLD(office_say(&o, TEN + 3 * HOUR, "playbook", "cancel",
                    "`playbook`:`renewal`,`record`:`s2`"),
         "renewal/s2:cancelled | talk cancelled");
    /* the run of a record that is gone goes 30 days later */
    CHECK(office_step(&o, TEN + 33 * DAY, NULL) != NULL);
    CHECK_NUM(trip_slot(&o.t, "playbook.times", "renewal").as.number, 1, 0);
    office_close(&o);
}

/* ---- Pinned ---- */

static const char changed[] =
    HEAD "`calendars`:{`standard`:{`holidays`:{`2026-01-05`:`a day off`}}},"
         "`playbooks`:{`order`:{`steps`:{`other`:{`type`:`call`}}}}}";

static void a_run_ends_under_its_own_definition(void)
{
    office o;
    CHECK_OK(office_open(&o, in_order, NULL));
    CHECK(office_say(&o, TEN, "playbook", "start", "`playbook`:`order`") != NULL);
    CHECK_OK(trip_restore(&o.t));
    CHECK_OK(trip_config(&o.t, changed));
    TOLD(office_task_word(&o, TEN + DAY, "complete", "one", ""), "one completed");
    TOLD(office_step(&o, TEN + 4 * DAY, NULL), "two+ 01-09 10:00");
    TOLD(office_task_word(&o, TEN + 5 * DAY, "complete", "two", ""),
         "two completed | order:completed | extra cancelled");
    TOLD(office_say(&o, TEN + 6 * DAY, "playbook", "start", "`playbook`:`order`"),
         "order:started | other+");
    office_close(&o);
}

static void without_its_definition_it_stops_and_says_so(void)
{
    office o;
    CHECK_OK(office_open(&o, in_order, NULL));
    CHECK(office_say(&o, TEN, "playbook", "start", "`playbook`:`order`") != NULL);
    CHECK_OK(trip_config(&o.t, changed));
    csuccess__pins_free(o.t.desk.pins);
    o.t.desk.pins = NULL;
    TOLD(office_step(&o, TEN + HOUR, NULL), "stopped");
    TOLD(office_step(&o, TEN + 2 * HOUR, NULL), "");
    TOLD(office_task_word(&o, TEN + DAY, "complete", "one", ""), "one completed");
    TOLD(office_say(&o, TEN + DAY, "playbook", "cancel", "`playbook`:`order`"),
         "order:cancelled | extra cancelled");
    office_close(&o);
}

/* ---- Problems ---- */

static void problems_have_places(void)
{
    static const struct {
        const char *playbook, *pointer, *message;
    } rows[] = {
        {"`steps`:{`a`:{`type`:`call`,`role`:`boss`}}", "/playbooks/p/steps/a/role", "boss"},
        {"`steps`:{`a`:{`type`:`call`,`after`:`b`},`b`:{`type`:`call`,`after`:`a`}}",
         "/playbooks/p/steps/a/after", "circle"},
        {"`steps`:{`a`:{`type`:`call`,`after`:`c`},`b`:{`type`:`call`}}",
         "/playbooks/p/steps/a/after", "no step"},
        {"`steps`:{`a`:{`type`:`call`,`every`:`FREQ=WEEKLY`}}", "/playbooks/p/steps/a/every",
         "COUNT"},
        {"`steps`:{`a`:{`type`:`call`,`every`:`FREQ=HOURLY;COUNT=2`}}",
         "/playbooks/p/steps/a/every", "expected"},
        {"`steps`:{`a`:{`type`:`cal`}}", "/playbooks/p/steps/a/type", "call"},
        {"`steps`:{`a`:{}}", "/playbooks/p/steps/a", "type"},
        {"`steps`:{}", "/playbooks/p/steps", "steps"},
        {"`category`:`churn`,`steps`:{`a`:{`type`:`call`}}", "/playbooks/p/category", ""},
        {"`owner`:`cms`,`steps`:{`a`:{`type`:`call`}}", "/playbooks/p/owner", "role"},
        {"`calendar`:`none`,`steps`:{`a`:{`type`:`call`}}", "/playbooks/p/calendar", "none"},
        {"`for_each`:`things`,`steps`:{`a`:{`type`:`call`}}", "/playbooks/p/for_each",
         "things"},
        {"`success`:{`within`:`P3D`},`steps`:{`a`:{`type`:`call`}}", "/playbooks/p/success",
         "when"},
        {"`success`:{`when`:`x > started('helth')`},`steps`:{`a`:{`type`:`call`}}",
         "/playbooks/p/success/when", "started"},
        {"`steps`:{`a`:{`type`:`call`,`optional`:true,`required`:true}}",
         "/playbooks/p/steps/a/required", "either"},
        {"`steps`:{`a`:{`type`:`call`,`template`:`none`}}", "/playbooks/p/steps/a/template",
         "none"},
        {"`steps`:{`a`:{`type`:`call`,`due_days`:1.5}}", "/playbooks/p/steps/a/due_days",
         "whole"},
        {"`reminders`:{`channel`:`slak`},`steps`:{`a`:{`type`:`call`}}",
         "/playbooks/p/reminders/channel", "slack"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char document[4096];
        csuccess_config *config = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        snprintf(document, sizeof document, HEAD "`playbooks`:{`p`:{%s}}}", rows[i].playbook);
        CHECK(trip_compile(&config, document, csuccess__malloc_allocator(), &err) < 0);
        bool good = CHECK_CSTR(err.pointer, rows[i].pointer);
        good = CHECK_HAS(err.message, rows[i].message) && good;
        if (!good) printf("# row %zu: %s\n", i, err.message);
        csuccess_config_unref(config);
    }
}

/* Moved far into the past, a step that repeats is caught up with in parts, so that no step of the customer is too large. */
static const char many[] = HEAD
    "`playbooks`:{`daily`:{`steps`:{`a`:{`type`:`call`,`every`:`FREQ=DAILY;COUNT=150`}}}}}";

static void what_was_missed_is_made_in_parts(void)
{
    office o;
    uint32_t count;
    static const uint32_t expected[] = {65, 129, 150};
    CHECK_OK(office_open(&o, many, NULL));
    CHECK(office_say(&o, TEN, "playbook", "start", "`playbook`:`daily`") != NULL);
    CHECK(office_say(&o, TEN, "playbook", "move",
                     "`playbook`:`daily`,`start`:`2025-01-01T00:00:00Z`") != NULL);
    for (uint32_t i = 0; i < 3; i++) {
        if (i > 0) CHECK(office_step(&o, TEN + i, NULL) != NULL);
        (void)csuccess__state_of_kind(&o.t.state, CSUCCESS__STATE_TASK, &count);
        CHECK_UINT(count, expected[i]);
        CHECK_INT(o.t.step.due, i < 2 ? TEN + i + 1 : CSUCCESS__NEVER);
    }
    office_close(&o);
}

/* ---- Triggers ---- */

static const char on_edge[] = HEAD
    "`playbooks`:{`risk`:{`trigger`:{`when`:`health.score < 50`,`leave`:`health.score >= 60`},"
    "`steps`:{`a`:{`type`:`call`}}}}}";

static void a_condition_begins_it_on_the_edge(void)
{
    office o;
    CHECK_OK(office_open(&o, on_edge, NULL));
    set_number(&o, "health.score", 70);
    TOLD(office_step(&o, TEN, NULL), "");
    set_number(&o, "health.score", 40);
    TOLD(office_step(&o, TEN + HOUR, NULL), "risk:started | a+");
    set_number(&o, "health.score", 55);
    TOLD(office_step(&o, TEN + 2 * HOUR, NULL), "");
    set_number(&o, "health.score", 45); /* it has not left */
    TOLD(office_step(&o, TEN + 3 * HOUR, NULL), "");
    set_number(&o, "health.score", 60);
    TOLD(office_step(&o, TEN + 4 * HOUR, NULL), "");
    set_number(&o, "health.score", 45);
    TOLD(office_step(&o, TEN + 5 * HOUR, NULL), "risk:again"); /* one is open: not doubled */
    office_close(&o);
}

/* ---- No memory ---- */

static csuccess_result live_through(check_memory *memory, void *ud)
{
    office o;
    (void)ud;
    csuccess_result result = office_open(&o, risk_response, &memory->allocator);
    bool good = result >= 0;
    if (good) trip_set(&o.t, "health.score", csuccess__number(40));
    if (good) good = office_say(&o, TEN, "playbook", "start", "`playbook`:`risk`") != NULL;
    if (good) good = office_task_word(&o, TEN, "complete", "plan", "") != NULL;
    if (good) good = office_step(&o, TEN + 8 * DAY, NULL) != NULL;
    if (good) good = office_say(&o, TEN + 9 * DAY, "playbook", "cancel", "`playbook`:`risk`");
    if (good) good = trip_restore(&o.t) >= 0;
    if (result >= 0 && !good) result = CSUCCESS_ENOMEM;
    office_close(&o);
    return result;
}

static void memory_may_run_out(void)
{
    CHECK(check_faults(live_through, NULL) > 50);
}

CHECK_MAIN(CHECK_TEST(risk_response_goes_its_way), CHECK_TEST(wanted_while_open_it_is_updated),
           CHECK_TEST(it_is_cancelled_by_people), CHECK_TEST(a_run_makes_room_for_the_next),
           CHECK_TEST(the_start_moves_what_is_open), CHECK_TEST(steps_follow_one_another),
           CHECK_TEST(recovery_closes_it), CHECK_TEST(cancelled_steps_count_as_ended),
           CHECK_TEST(opened_again_a_step_is_done_again), CHECK_TEST(history_begins_nothing),
           CHECK_TEST(each_record_has_a_run), CHECK_TEST(a_run_ends_under_its_own_definition),
           CHECK_TEST(without_its_definition_it_stops_and_says_so),
           CHECK_TEST(problems_have_places), CHECK_TEST(what_was_missed_is_made_in_parts),
           CHECK_TEST(a_condition_begins_it_on_the_edge), CHECK_TEST(memory_may_run_out))

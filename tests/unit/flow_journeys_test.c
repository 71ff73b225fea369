/* SPDX-License-Identifier: Apache-2.0 */
/* Journeys step by step: ways, events, what ends them, again and at once, pauses, times; written from docs/reference/flow.md "Journeys". */
#include "flow_journeys_story.h"

/* ---- Ways ---- */

static void a_wait_and_the_end(void)
{
    static const row rows[] = {{0, "enroll j", "j:enrolled (: input) | j:step a @48"},
                               {1, ".", "@48"},
                               {47.99, ".", "@48"},
                               {48, ".", "j:step a>next>b @49"},
                               {60, ".", "j:completed b>next> (end)"},
                               {61, ".", ""},
                               {62, "enroll j", "j:refused (enrollment: input)"}};
    RUN(rows, JOURNEYS("`j`: {`steps`: {`a`: {`type`: `wait`, `for`: `P2D`}, `b`: {`type`: "
                       "`wait`, `for`: `PT1H`}}}"));
}

static void conditions_have_three_ways(void)
{
    static const row undecided[] = {
        {0, "enroll j",
         "j:enrolled (: input) | j:step a | j:step a>undecided>u | j:exited "
         "u (step: who knows)"}};
    static const row yes[] = {
        {0, "x 5", ""},
        {0, "enroll j",
         "j:enrolled (: input) | j:step a | j:step a>true>t | j:completed "
         "t (step: success)"}};
    static const row no[] = {
        {0, "x 4", ""},
        {0, "enroll j",
         "j:enrolled (: input) | j:step a | j:step a>false>f | j:completed f>next> (end)"}};
#define ASKS \
    JOURNEYS( \
        "`j`: {`steps`: {`a`: {`type`: `condition`, `when`: `x > 4`, `true`: `t`, `false`: " \
        "`f`, `undecided`: `u`}, `t`: {`type`: `exit`, `outcome`: `success`}, `u`: {`type`: " \
        "`exit`, `outcome`: `who knows`}, `f`: {`type`: `email`, `template`: `hello`}}}")
    RUN(undecided, ASKS);
    RUN(yes, ASKS);
    RUN(no, ASKS);
}

static void undecided_falls_back_to_false(void)
{
    static const row rows[] = {{0, "enroll j",
                                "j:enrolled (: input) | j:step a | j:step a>undecided>f | "
                                "j:completed f>next> (end)"}};
    RUN(rows, JOURNEYS("`j`: {`steps`: {`a`: {`type`: `health_check`, `when`: `x > 4`, `true`: "
                       "`end`, `false`: `f`}, `f`: {`type`: "
                       "`segment_update`, `add`: `beta`}}}"));
}

/* ---- Events ---- */

#define MEETS \
    JOURNEYS( \
        "`j`: {`trigger`: {`event`: `asked`, `properties`: {`id`: `string`}}, `reenroll`: " \
        "{}, `steps`: {" \
        "`a`: {`type`: `wait`, `for`: `P7D`, `until`: {`booked`: {`event`: `booked`, " \
        "`properties`: {`id`: `string`}, `correlate`: {`id`: `trigger.id`}, `next`: `yes`}, " \
        "`refused`: {`event`: `refused`, `next`: `end`}}, `timeout`: `no`}, " \
        "`yes`: {`type`: `exit`, `outcome`: `success`}, `no`: {`type`: `exit`, `outcome`: " \
        "`silence`}}}")

static void an_event_takes_its_way(void)
{
    static const row rows[] = {
        {0, "booked 1", ""}, /* before the enrollment: not seen */
        {1, "enroll j", "j:enrolled (: input) | j:step a @169"},
        {2, "other", "@169"},
        {3, "refused", "j:completed a>refused> (end)"},
        {4, "enroll j", "j:enrolled (: input) | j:step a @172"},
        {172, "refused", "j:step a>timeout>no | j:exited no (step: silence)"}};
    RUN(rows, MEETS);
}

static void the_event_that_enrolls_is_not_waited_for(void)
{
    static const row rows[] = {{0, "enroll j", "j:enrolled (: input) | j:step a @24"},
                               {1, "journey", "j:completed a>e> (end)"},
                               {2, "enroll j", "j:enrolled (: input) | j:step a @26"}};
    RUN(rows, JOURNEYS("`j`: {`reenroll`: {}, `steps`: {`a`: {`type`: `wait`, `for`: `P1D`, "
                       "`until`: {`e`: {`event`: `journey`}}}}}"));
}

static void one_event_takes_one_way(void)
{
    static const row rows[] = {{0, "enroll j", "j:enrolled (: input) | j:step a"},
                               {1, "go", "j:step a>e>b"},
                               {1, "go", "j:completed b>e> (end)"}};
    RUN(rows,
        JOURNEYS("`j`: {`steps`: {`a`: {`type`: `wait`, `until`: {`e`: {`event`: `go`}}}, "
                 "`b`: {`type`: `wait`, `until`: {`e`: {`event`: `go`}}}}}"));
}

/* ---- What ends it ---- */

static void limit_goal_exits_in_order(void)
{
    static const row exits[] = {{0, "enroll j", "j:enrolled (: input) | j:step a @240"},
                                {1, "x 5", "j:exited a (condition: five)"}};
    static const row goal[] = {{0, "enroll j", "j:enrolled (: input) | j:step a @240"},
                               {1, "x 7", "j:completed a (goal)"}};
    static const row limit[] = {{0, "enroll j", "j:enrolled (: input) | j:step a @240"},
                                {240, "x 7", "j:exited a (limit)"}};
    static const row event[] = {{0, "enroll j", "j:enrolled (: input) | j:step a @240"},
                                {1, "unsubscribed", "j:exited a (event: out)"}};
    static const row before[] = {{0, "x 7", ""},
                                 {1, "enroll j", "j:enrolled (: input) | j:completed (goal)"}};
#define ENDS \
    JOURNEYS( \
        "`j`: {`goal`: {`when`: `x > 6`}, `time_limit`: `P10D`, `exit`: {`five`: {`when`: " \
        "`x > 4`}, `out`: {`event`: `unsubscribed`}}, `steps`: {`a`: {`type`: `wait`, " \
        "`for`: `P30D`}}}")
    RUN(exits, ENDS);
    RUN(goal, ENDS);
    RUN(limit, ENDS);
    RUN(event, ENDS);
    RUN(before, ENDS);
}

/* ---- Again, and how many at once ---- */

static void again_after_an_interval_and_as_often_as_allowed(void)
{
    static const row rows[] = {{0, "enroll j", "j:enrolled (: input) | j:step a @24"},
                               {1, "enroll j", "j:refused (enrollment: input) @24"},
                               {24, ".", "j:completed a>next> (end)"},
                               {71, "enroll j", "j:refused (enrollment: input)"},
                               {72, "enroll j", "j:enrolled (: input) | j:step a @96"},
                               {73, "exit j", "j:exited a (person)"},
                               {73, "exit j", "refused"},
                               {1000, "enroll j", "j:refused (enrollment: input)"}};
    RUN(rows, JOURNEYS("`j`: {`reenroll`: {`after`: `P2D`, `most`: 2}, `steps`: {`a`: {`type`: "
                       "`wait`, `for`: `P1D`}}}"));
}

static void places_are_taken_and_given_back(void)
{
    static const row rows[] = {
        {0, "enroll j", "j:enrolled (: input) | j:step a journey/j +1 @24"},
        {1, "enroll k", "k:refused (enrollment: input) @24"},
        {24, ".", "j:completed a>next> (end) journey/j -1"},
        {25, "enroll k", "k:enrolled (: input) | k:step a @49"}};
    RUN(rows, JOURNEYS("`j`: {`concurrent`: {`journey`: 10, `customer`: 1}, `steps`: {`a`: "
                       "{`type`: `wait`, `for`: `P1D`}}}, `k`: {`concurrent`: {`customer`: 1}, "
                       "`steps`: {`a`: {`type`: `wait`, `for`: `P1D`}}}"));
}

/* The ledger said no: the advance is applied again, with the id of what it refused. */
static void a_full_journey_refuses(void)
{
    static const char document[] =
        JOURNEYS("`j`: {`concurrent`: {`journey`: 1}, `steps`: {`a`: {`type`: `wait`, `for`: "
                 "`P1D`}}}");
    static const char *const documents[] = {document};
    story s = {.documents = documents};
    char bytes[256] = "";
    csuccess__text out;
    csuccess__text_init(&out, bytes, sizeof bytes);
    if (!CHECK_OK(trip_open(&s.t, document, NULL))) return;
    CHECK_OK(happen(&s, 0, "enroll j"));
    csuccess__enrollment e;
    if (CHECK(trip_live(&s.t, "j", &e))) {
        char id[65] = "";
        memcpy(id, e.id.ptr, 64);
        csuccess_str refused = check_view(id);
        CHECK_STR(s.t.effects.deltas[0].pays, id);
        csuccess__state_clear(&s.t.state);
        csuccess__effects_clear(&s.t.effects);
        s.t.refused = &refused;
        s.t.refused_count = 1;
        s.inputs = 0;
        CHECK_OK(happen(&s, 0, "enroll j"));
        describe(&s, 0, &out);
        CHECK_CSTR(bytes, "j:refused (enrollment: input)");
        CHECK(!trip_live(&s.t, "j", &e));
    }
    trip_close(&s.t);
}

/* ---- Pauses ---- */

static void a_pause_moves_timers_and_keeps_the_first_event(void)
{
    static const row timer[] = {
        {0, "enroll j", "j:enrolled (: input) | j:step a @168"},
        {10, "pause j", "j:paused a (person)"},
        {11, "pause j", "unchanged"},
        {300, ".", ""},
        {310, "resume j", "j:resumed a (person) @468"},
        {311, "resume j", "@468 unchanged"},
        {468, ".", "j:step a>timeout>no | j:exited no (step: silence)"}};
    static const row event[] = {
        {0, "enroll j", "j:enrolled (: input) | j:step a @168"},
        {10, "pause j", "j:paused a (person)"},
        {11, "refused", ""},
        {12, "other", ""},
        {310, "resume j", "j:resumed a (person) | j:completed a>refused> (end)"}};
    RUN(timer, MEETS);
    RUN(event, MEETS);
    static const row first[] = {{0, "enroll j", "j:enrolled (: input) | j:step a"},
                                {1, "pause j", "j:paused a (person)"},
                                {2, "two", ""},
                                {3, "one", ""},
                                {4, "resume j", "j:resumed a (person) | j:step a>two>c"}};
    RUN(first,
        JOURNEYS("`j`: {`steps`: {`a`: {`type`: `wait`, `until`: {`one`: {`event`: `one`, "
                 "`next`: `b`}, `two`: {`event`: `two`, `next`: `c`}}}, `b`: {`type`: `exit`}, "
                 "`c`: {`type`: `wait`, `until`: {`never`: {`event`: `never`}}}}}"));
}

static void an_ending_during_a_pause_comes_when_it_is_over(void)
{
    static const row rows[] = {
        {0, "enroll j", "j:enrolled (: input) | j:step a @240"},
        {1, "pause j", "j:paused a (person)"},
        {2, "unsubscribed", ""},
        {3, "x 7", ""}, /* nothing is asked of who is paused */
        {500, "resume j", "j:resumed a (person) | j:exited a (event: out)"}};
    RUN(rows, ENDS);
    static const row left[] = {{0, "enroll j", "j:enrolled (: input) | j:step a @240"},
                               {1, "pause j", "j:paused a (person)"},
                               {2, "exit j", "j:exited a (person)"}};
    RUN(left, ENDS);
}

/* ---- Business hours and zones ---- */

static void hours_hold_until_the_calendar_opens(void)
{
    /* 2026-01-01 is a holiday here, a Thursday; the calendar opens on Friday at 9, hour 33, until 17, and on Monday at hour 105. */
    static const row timer[] = {{0, "enroll j", "j:enrolled (: input) | j:step a @2"},
                                {2, ".", "@33"},
                                {33, ".", "j:completed a>timeout> (end)"}};
    static const row event[] = {{0, "enroll j", "j:enrolled (: input) | j:step a @2"},
                                {1, "e", "@33"},
                                {2, ".", "@33"},
                                {20, "f", "@33"},
                                {33, ".", "j:completed a>e> (end)"}};
    static const row late[] = {{0, "enroll j", "j:enrolled (: input) | j:step a @2"},
                               {50, ".", "@105"}, /* looked at on Saturday */
                               {105, ".", "j:completed a>timeout> (end)"}};
#define OPEN \
    HEAD "`calendars`: {`o`: {`zone`: `UTC`, `holidays`: {`2026-01-01`: `New Year`}}}, " \
         "`journeys`: {`j`: {`steps`: {`a`: {`type`: `wait`, `for`: `PT2H`, `hours`: `o`, " \
         "`until`: {`e`: {`event`: `e`}, `f`: {`event`: `f`}}}}}}}"
    RUN(timer, OPEN);
    RUN(event, OPEN);
    RUN(late, OPEN);
}

static void days_are_those_of_the_customer(void)
{
    /* The clock goes an hour forward on the second day: two local days are 47 hours. */
    static const row rows[] = {{0, "enroll j", "j:enrolled (: input) | j:step a @47"},
                               {47, ".", "j:completed a>next> (end)"}};
    RUN(rows,
        HEAD "`calendars`: {`zones`: {`Here/There`: {`offset`: `+01:00`, `changes`: "
             "[[`2026-01-02T01:00:00Z`, `+02:00`]]}}}, `policies`: {`zone`: `Here/There`}, "
             "`journeys`: {`j`: {`steps`: {`a`: {`type`: `wait`, `for`: `P2D`}}}}}");
}

static void until_a_time(void)
{
    static const row rows[] = {{0, "enroll j", "j:enrolled (: input) | j:step a"},
                               {10, ".", ""}, /* it has no time yet */
                               {11, "when 20", "@20"},
                               {12, "when 30", "@20"}, /* once there is one, it stands */
                               {20, ".", "j:step a>next>b | j:completed b>next> (end)"}};
    RUN(rows, JOURNEYS("`j`: {`steps`: {`a`: {`type`: `wait`, `at`: `when`}, `b`: {`type`: "
                       "`wait`, `at`: `timestamp('2025-01-01T00:00:00Z')`}}}"));
}

CHECK_MAIN(CHECK_TEST(a_wait_and_the_end), CHECK_TEST(conditions_have_three_ways),
           CHECK_TEST(undecided_falls_back_to_false), CHECK_TEST(an_event_takes_its_way),
           CHECK_TEST(the_event_that_enrolls_is_not_waited_for),
           CHECK_TEST(one_event_takes_one_way), CHECK_TEST(limit_goal_exits_in_order),
           CHECK_TEST(again_after_an_interval_and_as_often_as_allowed),
           CHECK_TEST(places_are_taken_and_given_back), CHECK_TEST(a_full_journey_refuses),
           CHECK_TEST(a_pause_moves_timers_and_keeps_the_first_event),
           CHECK_TEST(an_ending_during_a_pause_comes_when_it_is_over),
           CHECK_TEST(hours_hold_until_the_calendar_opens),
           CHECK_TEST(days_are_those_of_the_customer), CHECK_TEST(until_a_time))

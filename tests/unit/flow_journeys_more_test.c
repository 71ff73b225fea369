/* SPDX-License-Identifier: Apache-2.0 */
/* Journeys step by step: tasks that people do, changed definitions, what goes wrong, slots, splits, no memory; written from docs/reference/flow.md "Journeys". */
#include "flow_journeys_story.h"

#define MEETS \
    JOURNEYS( \
        "`j`: {`trigger`: {`event`: `asked`, `properties`: {`id`: `string`}}, `reenroll`: " \
        "{}, `steps`: {" \
        "`a`: {`type`: `wait`, `for`: `P7D`, `until`: {`booked`: {`event`: `booked`, " \
        "`properties`: {`id`: `string`}, `correlate`: {`id`: `trigger.id`}, `next`: `yes`}, " \
        "`refused`: {`event`: `refused`, `next`: `end`}}, `timeout`: `no`}, " \
        "`yes`: {`type`: `exit`, `outcome`: `success`}, `no`: {`type`: `exit`, `outcome`: " \
        "`silence`}}}")

/* ---- Tasks and playbooks ---- */

static void a_person_has_to_do_it(void)
{
#define CALLS \
    JOURNEYS( \
        "`j`: {`steps`: {`a`: {`type`: `human_touchpoint`, `title`: `Call`, `completed`: " \
        "`yes`, `unsuccessful`: `b`, `timeout`: {`after`: `P7D`, `next`: `late`}}, `b`: " \
        "{`type`: `task`, `title`: `Again`, `wait`: true, `next`: `yes`}, `yes`: {`type`: " \
        "`exit`, `outcome`: `success`}, `late`: {`type`: `exit`, `outcome`: `late`}}}")
    static const row done[] = {
        {0, "enroll j", "j:enrolled (: input) | j:step a @168"},
        {1, "latetask successful", "@168"}, /* another one's: out of order */
        {2, "task successful", "j:step a>completed>yes | j:completed yes (step: success)"}};
    static const row again[] = {
        {0, "enroll j", "j:enrolled (: input) | j:step a @168"},
        {2, "task unsuccessful", "j:step a>unsuccessful>b"},
        {3, "task cancelled", "j:step b>cancelled>yes | j:completed yes (step: success)"}};
    static const row late[] = {
        {0, "enroll j", "j:enrolled (: input) | j:step a @168"},
        {168, ".", "j:step a>timeout>late | j:exited late (step: late)"}};
    static const row paused[] = {
        {0, "enroll j", "j:enrolled (: input) | j:step a @168"},
        {1, "pause j", "j:paused a (person)"},
        {2, "task no_response", ""},
        {3, "resume j", "j:resumed a (person) | j:step a>no_response>b"}};
    RUN(done, CALLS);
    RUN(again, CALLS);
    RUN(late, CALLS);
    RUN(paused, CALLS);
}

/* ---- Changed definitions ---- */

#define BEFORE \
    JOURNEYS( \
        "`j`: {`steps`: {`a`: {`type`: `wait`, `for`: `P2D`, `next`: `b`}, `b`: {`type`: " \
        "`wait`, `for`: `P2D`}}}")

static void a_changed_definition_is_pinned(void)
{
    static const row rows[] = {{0, "enroll j", "j:enrolled (: input) | j:step a @48"},
                               {1, "document 1", "@48"},
                               {48, ".", "j:step a>next>b @96"},
                               {96, ".", "j:completed b>next> (end)"}};
    RUN(rows, BEFORE, JOURNEYS("`j`: {`steps`: {`c`: {`type`: `wait`, `for`: `P1D`}}}"));
    static const row gone[] = {{0, "enroll j", "j:enrolled (: input) | j:step a @48"},
                               {1, "document 1", "@48"},
                               {48, ".", "j:step a>next>b @96"},
                               {49, "enroll j", "@96 refused"},
                               {96, ".", "j:completed b>next> (end)"}};
    RUN(gone, BEFORE, JOURNEYS("`k`: {`steps`: {`c`: {`type`: `wait`, `for`: `P1D`}}}"));
}

static void a_changed_definition_is_mapped(void)
{
    static const row rows[] = {{0, "enroll j", "j:enrolled (: input) | j:step a @48"},
                               {1, "document 1", "j:moved a>c (definition) @48"},
                               {48, ".", "j:step c>next>d @72"},
                               {72, ".", "j:completed d>next> (end)"}};
    RUN(rows, BEFORE,
        JOURNEYS("`j`: {`on_change`: {`map`: {`a`: `c`}}, `steps`: {`c`: {`type`: `wait`, "
                 "`for`: `P1D`}, `d`: {`type`: `wait`, `for`: `P1D`}}}"));
    /* What is now of another type is entered. */
    static const row anew[] = {
        {0, "enroll j", "j:enrolled (: input) | j:step a @48"},
        {1, "document 1", "j:moved a>c (definition) | j:step c | j:step c>next>d @25"}};
    RUN(anew, BEFORE,
        JOURNEYS("`j`: {`on_change`: {`map`: {`a`: `c`}}, `steps`: {`c`: {`type`: `email`, "
                 "`template`: `hello`}, `d`: {`type`: `wait`, `for`: `P1D`}}}"));
}

static void a_change_without_a_place_is_refused_once(void)
{
    static const row other[] = {{0, "enroll j", "j:enrolled (: input) | j:step a @48"},
                                {1, "document 1", "j:refused a (definition) @48"},
                                {48, ".", "j:step a>next>b @96"},
                                {49, ".", "j:moved b>b (definition) @96"},
                                {96, ".", "j:completed b>next> (end)"}};
    RUN(other, BEFORE,
        JOURNEYS("`j`: {`on_change`: {`map`: {}}, `steps`: {`b`: {`type`: `wait`, "
                 "`for`: `P1D`}}}"));
}

static void without_its_definition_it_fails(void)
{
    static const char *const documents[] = {
        BEFORE, JOURNEYS("`j`: {`steps`: {`c`: {`type`: `wait`, `for`: `P1D`}}}")};
    story s = {.documents = documents};
    char bytes[512] = "";
    csuccess__text out;
    csuccess__text_init(&out, bytes, sizeof bytes);
    if (!CHECK_OK(trip_open(&s.t, documents[0], NULL))) return;
    CHECK_OK(happen(&s, 0, "enroll j"));
    CHECK_OK(trip_config(&s.t, documents[1]));
    csuccess__pins_free(s.t.desk.pins); /* nobody has it any more */
    s.t.desk.pins = NULL;
    csuccess__effects_clear(&s.t.effects);
    CHECK_OK(happen(&s, 1, "."));
    describe(&s, 0, &out);
    CHECK_CSTR(bytes, "j:failed a (failed)");
    trip_close(&s.t);
}

static void round_and_round_fails(void)
{
    static const char *const documents[] = {
        JOURNEYS("`j`: {`steps`: {`a`: {`type`: `wait`, `at`: "
                 "`timestamp('2025-01-01T00:00:00Z')`}, `b`: "
                 "{`type`: `condition`, `when`: `x > 1`, `true`: `end`, `false`: `a`}}}")};
    story s = {.documents = documents};
    csuccess__enrollment e;
    if (!CHECK_OK(trip_open(&s.t, documents[0], NULL))) {
        trip_close(&s.t);
        return;
    }
    CHECK_OK(happen(&s, 0, "enroll j"));
    CHECK(!trip_live(&s.t, "j", &e));
    const csuccess__json *last = NULL;
    uint32_t steps = 0;
    for (uint32_t i = 0; i < s.t.effects.entry_count; i++) {
        if (!csuccess__str_is(s.t.effects.entries[i].kind, "journey")) continue;
        last = trip_body(&s.t, &s.t.effects.entries[i]);
        if (csuccess__str_is(trip_word(last, "event"), "step")) steps++;
    }
    CHECK_UINT(steps, 200);
    CHECK_STR(trip_word(last, "event"), "failed");
    CHECK_HAS(trip_word(last, "reason").ptr, "200 steps");
    trip_close(&s.t);
}

/* ---- Slots, history, refusals ---- */

static void slots_tell_how_it_stands(void)
{
    static const char document[] = JOURNEYS(
        "`j`: {`steps`: {`a`: {`type`: `wait`, `for`: `P1D`}}}, `k`: {`goal`: {`when`: "
        "`journey('j').state == 'completed'`}, `steps`: {`w`: {`type`: `wait`, `for`: "
        "`P9D`}}}");
    static const char *const documents[] = {document};
    story s = {.documents = documents};
    char bytes[512] = "";
    csuccess__text out;
    csuccess__text_init(&out, bytes, sizeof bytes);
    if (!CHECK_OK(trip_open(&s.t, document, NULL))) return;
    CHECK_OK(happen(&s, 0, "enroll k"));
    CHECK(csuccess__is_missing(trip_slot(&s.t, "journey.state", "j")));
    CHECK_NUM(trip_slot(&s.t, "journey.times", "j").as.number, 0, 0);
    CHECK_OK(happen(&s, 1, "enroll j"));
    CHECK_STR(trip_slot(&s.t, "journey.state", "j").as.string, "waiting");
    CHECK_STR(trip_slot(&s.t, "journey.step", "j").as.string, "a");
    CHECK_INT(trip_slot(&s.t, "journey.enrolled_at", "j").as.time, at_hour(1));
    CHECK_NUM(trip_slot(&s.t, "journey.times", "j").as.number, 1, 0);
    csuccess__effects_clear(&s.t.effects);
    CHECK_OK(happen(&s, 25, "."));
    describe(&s, 0, &out);
    /* The end of the one is the goal of the other, in the same step. */
    CHECK_CSTR(bytes, "j:completed a>next> (end) | k:completed w (goal)");
    CHECK_STR(trip_slot(&s.t, "journey.state", "j").as.string, "completed");
    trip_close(&s.t);
}

static void imported_history_enrolls_nobody(void)
{
    static const char *const documents[] = {MEETS};
    story s = {.documents = documents};
    csuccess__enrollment e;
    if (!CHECK_OK(trip_open(&s.t, documents[0], NULL))) return;
    CHECK_OK(happen(&s, 0, "enroll j"));
    s.t.step.quiet = true;
    csuccess__effects_clear(&s.t.effects);
    CHECK_OK(happen(&s, 300, "refused"));
    CHECK_UINT(s.t.effects.entry_count, 0);
    CHECK(trip_live(&s.t, "j", &e)); /* what was due is due when the import is over */
    CHECK_INT(s.t.step.due, at_hour(300) + 1);
    s.t.step.quiet = false;
    CHECK_OK(happen(&s, 301, "."));
    CHECK(!trip_live(&s.t, "j", &e));
    trip_close(&s.t);
}

static void people_are_told_what_is_wrong(void)
{
    static const row rows[] = {{0, "exit j", "refused"},
                               {0, "pause j", "refused"},
                               {0, "resume nothing", "refused"},
                               {0, "enroll nothing", "refused"}};
    RUN(rows, MEETS);
}

/* ---- Splits ---- */

static void splits_are_sticky_and_keep_their_shares(void)
{
    trip t;
    enum { CUSTOMERS = 20000 };
    uint32_t taken[4] = {0}, differ = 0;
    if (!CHECK_OK(trip_open(
            &t,
            JOURNEYS(
                "`j`: {`steps`: {`s`: {`type`: `split`, `arms`: {`a`: {`share`: 0.45, "
                "`next`: `r`}, `b`: {`share`: 0.45, `next`: `end`}}, `holdout`: "
                "{`share`: 0.1, `next`: `end`}}, `r`: {`type`: `split`, `arms`: {`a`: "
                "{`share`: 1}}, "
                "`next`: `end`}}, `start`: `s`}, `q`: {`start`: `s`, `steps`: {`s`: {`type`: "
                "`split`, `by`: `again`, `arms`: "
                "{`a`: {`share`: 0.5, `next`: `end`}, `b`: {`share`: 0.5, `next`: `end`}}}}}"),
            NULL))) {
        trip_close(&t);
        return;
    }
    const csuccess__journey *j = &trip_now(&t)->flow->journeys->list[0];
    const csuccess__journey *q = &trip_now(&t)->flow->journeys->list[1];
    for (uint32_t i = 0; i < CUSTOMERS; i++) {
        char name[32];
        snprintf(name, sizeof name, "customer-%u", i);
        uint32_t way = csuccess__split_way(j, &j->steps[0], check_view(name));
        if (!CHECK(way >= 1 && way <= 3)) break;
        taken[way]++;
        CHECK_UINT(csuccess__split_way(j, &j->steps[0], check_view(name)), way);
        CHECK_UINT(csuccess__split_way(j, &j->steps[1], check_view(name)), 2);
        differ += (way == 2) != (csuccess__split_way(q, &q->steps[0], check_view(name)) == 2);
    }
    /* Six standard deviations of a binomial. */
    CHECK_NUM(taken[1], 0.1 * CUSTOMERS, 6 * sqrt(0.09 * CUSTOMERS));
    CHECK_NUM(taken[2], 0.45 * CUSTOMERS, 6 * sqrt(0.2475 * CUSTOMERS));
    CHECK_NUM(taken[3], 0.45 * CUSTOMERS, 6 * sqrt(0.2475 * CUSTOMERS));
    CHECK_NUM(differ, 0.5 * CUSTOMERS, 6 * sqrt(0.25 * CUSTOMERS)); /* apart from one another */
    trip_close(&t);
}

/* ---- Without memory ---- */

static csuccess_result whole(check_memory *memory, void *ud)
{
    story s = {.documents = ud};
    csuccess_result result = trip_open(&s.t, ((const char *const *)ud)[0], &memory->allocator);
    static const char *const happens[] = {"enroll j", "booked 1", "restart", "refused"};
    for (size_t i = 0; result >= 0 && i < sizeof happens / sizeof happens[0]; i++) {
        csuccess__input input;
        char text[256];
        bool person = i == 0;
        if (i == 2) {
            result = trip_restore(&s.t);
            continue;
        }
        snprintf(text, sizeof text,
                 "{`type`: `%s`, `event`: `%s`, `messageId`: `m%zu`, `groupId`: `c1`, "
                 "`timestamp`: `2026-01-01T00:00:00Z`, `properties`: {`journey`: `j`}}",
                 person ? "journey" : "track", person ? "enroll" : happens[i], i);
        result = trip_input(&s.t, &input, text);
        if (result >= 0) result = trip_step(&s.t, at_hour((double)i), "m", &input);
    }
    trip_close(&s.t);
    return result;
}

static void without_memory_nothing_is_lost(void)
{
    static const char *const documents[] = {MEETS};
    CHECK(check_faults(whole, (void *)(uintptr_t)documents) > 20);
}

CHECK_MAIN(CHECK_TEST(a_person_has_to_do_it), CHECK_TEST(a_changed_definition_is_pinned),
           CHECK_TEST(a_changed_definition_is_mapped),
           CHECK_TEST(a_change_without_a_place_is_refused_once),
           CHECK_TEST(without_its_definition_it_fails), CHECK_TEST(round_and_round_fails),
           CHECK_TEST(slots_tell_how_it_stands), CHECK_TEST(imported_history_enrolls_nobody),
           CHECK_TEST(people_are_told_what_is_wrong),
           CHECK_TEST(splits_are_sticky_and_keep_their_shares),
           CHECK_TEST(without_memory_nothing_is_lost))

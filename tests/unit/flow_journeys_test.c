/* SPDX-License-Identifier: Apache-2.0 */
/* Journeys step by step: each path as a table of what happens and what must come of it, written from docs/reference/flow.md "Journeys". */
#include "flow_journeys.h"

/* Hour; what happens: ".": time alone; "name": an event of a track; "name id": with the property id; "enroll j", "exit j", "pause j", "resume j": a person; "x 5", "when 5": an attribute from now on; "restart": the state as bytes and back;
   "document n": another configuration; "task outcome", "playbook outcome": what the enrollment waits for came to an end. And what the entries say, with the hour to look again. */
typedef struct row {
    double hour;
    const char *what, *expected;
} row;

typedef struct story {
    trip t;
    const char *const *documents;
    unsigned inputs;
    bool over; /* nothing to go on with */
} story;

#define HEAD \
    "{`csuccess`: 1, `attributes`: {`x`: {`type`: `number`}, `zone`: {`type`: `string`}, " \
    "`when`: {`type`: `time`}}, `channels`: {`email`: {}, `crm`: {}}, `segments`: {`beta`: " \
    "{`type`: `static`}}, `templates`: {`hello`: {`locales`: {`en`: {`subject`: `Hello`, " \
    "`body`: " \
    "`You`}}}},"
#define JOURNEYS(...) HEAD "`journeys`: {" __VA_ARGS__ "}}"

static int64_t at_hour(double hour)
{
    return TRIP_START + (int64_t)(hour * (double)TRIP_HOUR);
}

static void input_of(story *s, csuccess__input *out, const char *type, const char *name,
                     const char *properties)
{
    char text[512];
    snprintf(text, sizeof text,
             "{`type`: `%s`, `event`: `%s`, `messageId`: `m%u`, `groupId`: `c1`, `timestamp`: "
             "`2026-01-01T00:00:00Z`, `properties`: {%s}}",
             type, name, s->inputs, properties);
    if (!CHECK_OK(trip_input(&s->t, out, text))) printf("# %s\n", text);
}

/* A task or a playbook that the journey waits for ended: told as their machines tell it, in a step of time. */
static void ended(story *s, double hour, const char *what, const char *outcome)
{
    csuccess__enrollment e;
    char cause[24];
    snprintf(cause, sizeof cause, "t%u", s->inputs);
    if (!CHECK(trip_live(&s->t, "j", &e))) return;
    bool task = strcmp(what, "task") == 0;
    csuccess__happening h = {.kind = task ? CSUCCESS__HAPPENING_TASK
                                          : CSUCCESS__HAPPENING_PLAYBOOK_ENDED,
                             .id = e.waits_for,
                             .detail = check_view(outcome)};
    if (strcmp(what, "latetask") == 0) {
        h.kind = CSUCCESS__HAPPENING_TASK;
        h.id = check_view("0000");
    }
    trip *t = &s->t;
    csuccess__zones_asked asked;
    csuccess__moment m = trip_moment(t, at_hour(hour), cause, &asked);
    asked.moment = &m;
    csuccess__journeys_publish(&m);
    csuccess__moment_tell(&m, &h);
    csuccess__journeys_step(&m);
    while (t->desk.queue_at < t->desk.queue_count && t->step.failed >= 0) {
        csuccess__happening next = t->desk.queue[t->desk.queue_at++];
        csuccess__journeys_happened(&m, &next);
    }
    CHECK_OK(t->step.failed);
}

static bool is_among(const char *word, const char *list)
{
    const char *at = strstr(list, word);
    size_t n = strlen(word);
    return at && (at == list || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0');
}

/* Values outlive the desk they were set on. */
static void carry(story *s, uint32_t config)
{
    csuccess__value x = s->t.slots[0];
    CHECK_OK(config < s->t.config_count ? trip_under(&s->t, config)
                                        : trip_config(&s->t, s->documents[config]));
    if (s->t.slots) s->t.slots[0] = x;
}

static csuccess_result happen(story *s, double hour, const char *what)
{
    char word[64] = "", rest[64] = "", properties[128] = "", cause[16];
    csuccess__input input;
    (void)sscanf(what, "%63s %63[^\n]", word, rest);
    s->inputs++;
    snprintf(cause, sizeof cause, "m%u", s->inputs);
    if (strcmp(word, "restart") == 0) CHECK_OK(trip_restore(&s->t));
    if (strcmp(word, "document") == 0) carry(s, (uint32_t)check_number(rest));
    if (strcmp(word, "x") == 0) {
        trip_set(&s->t, "x", csuccess__number(check_number(rest)));
    }
    if (strcmp(word, "when") == 0) {
        trip_set(&s->t, "when", csuccess__time(at_hour(check_number(rest))));
    }
    if (is_among(word, "task playbook latetask")) {
        ended(s, hour, word, rest);
        return CSUCCESS_OK;
    }
    if (is_among(word, ". restart document x when")) {
        return trip_step(&s->t, at_hour(hour), cause, NULL);
    }
    if (is_among(word, "enroll exit pause resume")) {
        snprintf(properties, sizeof properties, "`journey`: `%s`, `reason`: `asked`", rest);
        input_of(s, &input, "journey", word, properties);
    } else {
        if (rest[0]) snprintf(properties, sizeof properties, "`id`: `%s`", rest);
        input_of(s, &input, "track", word, properties);
    }
    return trip_step(&s->t, at_hour(hour), cause, &input);
}

static void describe(story *s, uint32_t from, csuccess__text *out)
{
    trip_tell(&s->t, from, out);
    for (uint32_t i = 0; i < s->t.effects.delta_count; i++) {
        const csuccess__effect_delta *d = &s->t.effects.deltas[i];
        csuccess__text_format(out, "%s%S %s1", out->len ? " " : "", d->key,
                              d->delta > 0 ? "+" : "-");
    }
    if (s->t.step.due == CSUCCESS__NEVER) return;
    csuccess__text_format(out, "%s@%l", out->len ? " " : "",
                          (s->t.step.due - TRIP_START) / TRIP_HOUR);
}

/* Every row once as it stands, and once with the state written and read before each. */
static void run_once(const char *const *documents, const row *rows, size_t count, bool restarts)
{
    story s = {.documents = documents};
    if (!CHECK_OK(trip_open(&s.t, documents[0], NULL))) {
        trip_close(&s.t);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        char bytes[2048] = "", refused[32];
        csuccess__text out;
        csuccess__text_init(&out, bytes, sizeof bytes);
        csuccess__effects_clear(&s.t.effects);
        if (restarts) CHECK_OK(trip_restore(&s.t));
        csuccess_result result = happen(&s, rows[i].hour, rows[i].what);
        describe(&s, 0, &out);
        snprintf(refused, sizeof refused, "%s%s", out.len ? " " : "",
                 result == CSUCCESS_UNCHANGED ? "unchanged" : "refused");
        if (result != CSUCCESS_OK) csuccess__text_put(&out, check_view(refused));
        if (!CHECK_CSTR(bytes, rows[i].expected)) {
            printf("# row %zu: hour %g, %s%s\n", i, rows[i].hour, rows[i].what,
                   restarts ? ", restored" : "");
        }
        CHECK(s.t.step.due > s.t.step.now);
        CHECK_OK(s.t.step.failed);
    }
    trip_close(&s.t);
}

static void run(const char *const *documents, const row *rows, size_t count)
{
    run_once(documents, rows, count, false);
    run_once(documents, rows, count, true);
}
#define RUN(rows, ...) \
    do { \
        static const char *const documents[] = {__VA_ARGS__}; \
        run(documents, rows, sizeof(rows) / sizeof((rows)[0])); \
    } while (0)

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

CHECK_MAIN(CHECK_TEST(a_wait_and_the_end), CHECK_TEST(conditions_have_three_ways),
           CHECK_TEST(undecided_falls_back_to_false), CHECK_TEST(an_event_takes_its_way),
           CHECK_TEST(the_event_that_enrolls_is_not_waited_for),
           CHECK_TEST(one_event_takes_one_way), CHECK_TEST(limit_goal_exits_in_order),
           CHECK_TEST(again_after_an_interval_and_as_often_as_allowed),
           CHECK_TEST(places_are_taken_and_given_back), CHECK_TEST(a_full_journey_refuses),
           CHECK_TEST(a_pause_moves_timers_and_keeps_the_first_event),
           CHECK_TEST(an_ending_during_a_pause_comes_when_it_is_over),
           CHECK_TEST(hours_hold_until_the_calendar_opens),
           CHECK_TEST(days_are_those_of_the_customer), CHECK_TEST(until_a_time),
           CHECK_TEST(a_person_has_to_do_it), CHECK_TEST(a_changed_definition_is_pinned),
           CHECK_TEST(a_changed_definition_is_mapped),
           CHECK_TEST(a_change_without_a_place_is_refused_once),
           CHECK_TEST(without_its_definition_it_fails), CHECK_TEST(round_and_round_fails),
           CHECK_TEST(slots_tell_how_it_stands), CHECK_TEST(imported_history_enrolls_nobody),
           CHECK_TEST(people_are_told_what_is_wrong),
           CHECK_TEST(splits_are_sticky_and_keep_their_shares),
           CHECK_TEST(without_memory_nothing_is_lost))

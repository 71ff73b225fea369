/* SPDX-License-Identifier: Apache-2.0 */
/* Triggers step by step: each kind as a table of what happens and what must fire, written from docs/reference/flow.md "Triggers". */
#include "flow_triggers.h"

/* Hour; what happens (words with a space between, several with "; "): "x 5", "y -": an attribute, or that it is missing; "d 48": a time, by its hour; "subs a=48 b=-": records with a date; "ev high": an event with that property; "add s", "remove s": membership; "config 1": another
   document comes; "quiet", "loud": history is imported; "restart": the state as bytes and back. Then a step. And who fires, with "@hour" where the customer must be looked at again (not shown when it begins with "~"). */
typedef struct row {
    double hour;
    const char *what, *expected;
} row;

#define HEAD \
    "{`csuccess`: 1, `attributes`: {`x`: {`type`: `number`}, `y`: {`type`: `number`}, " \
    "`zone`: {`type`: `string`}, `d`: {`type`: `time`}}, `records`: {`subs`: {`of`: " \
    "{`renews`: {`type`: `time`}}}}, `channels`: {`email`: {}}, `segments`: {`s`: {`type`: " \
    "`static`}, `low`: {`when`: `x < 10`}},"
#define JOURNEY(trigger) \
    "{`type`: `custom`, `trigger`: " trigger ", `reenroll`: {}, `steps`: {`done`: {`type`: " \
    "`exit`}}}"
#define ONE(trigger) HEAD "`journeys`: {`j`: " JOURNEY(trigger) "}}"
#define PLAYBOOK(each, trigger) \
    HEAD "`playbooks`: {`p`: {" each "`trigger`: " trigger \
         ", `steps`: {`a`: {`type`: `call`, `title`: `A`, `due_days`: 1}}}}}"

static int64_t at_hour(double hour)
{
    return TRIP_START + (int64_t)(hour * (double)TRIP_HOUR);
}

static csuccess__value hour_value(const char *text)
{
    if (*text == '-') return csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    return csuccess__time(at_hour(check_number(text)));
}

enum { RECORDS = 8 };
typedef struct scene {
    trip t;
    const char *const *documents;
    csuccess__input input;
    bool has_input;
    csuccess__value records[RECORDS], fields[RECORDS][2];
    char ids[RECORDS][8];
    uint32_t record_count;
} scene;

static void set_records(scene *s, const char *text)
{
    s->record_count = 0;
    while (*text) {
        uint32_t i = s->record_count++;
        size_t len = strcspn(text, "=");
        snprintf(s->ids[i], sizeof s->ids[i], "%.*s", (int)len, text);
        char hour[16];
        text += len + 1;
        snprintf(hour, sizeof hour, "%.*s", (int)strcspn(text, " "), text);
        s->fields[i][0] = csuccess__string(check_view(s->ids[i]));
        s->fields[i][1] = hour_value(hour);
        s->records[i] =
            (csuccess__value){.kind = CSUCCESS__KIND_RECORD, .as.many = {s->fields[i], 2}};
        text += strcspn(text, " ");
        text += *text == ' ';
    }
    csuccess__value list = {.kind = CSUCCESS__KIND_LIST,
                            .as.many = {s->records, s->record_count}};
    trip_set(&s->t, "subs", list);
}

static void set_input(scene *s, const char *type, const char *name, const char *properties)
{
    s->has_input = CHECK_OK(trig_event(&s->t, &s->input, type, name, properties));
}

/* Attributes are facts: they stay as they are when another configuration comes. */
static void change_config(scene *s, const char *document)
{
    csuccess__value kept[3];
    static const char *const names[] = {"x", "y", "d"};
    for (size_t i = 0; i < 3; i++) {
        csuccess_str name = check_view(names[i]);
        kept[i] = s->t.slots[csuccess__schema_find(trip_now(&s->t)->schema, name, NULL)];
    }
    CHECK_OK(trip_config(&s->t, document));
    for (size_t i = 0; i < 3; i++) trip_set(&s->t, names[i], kept[i]);
}

/* reason: a branch for each word of the tables. */
static void happen(scene *s, const char *what)
{
    char word[16] = "", rest[96] = "", properties[128];
    sscanf(what, "%15s %95[^\n]", word, rest);
    bool number = strcmp(word, "x") == 0 || strcmp(word, "y") == 0;
    if (number) {
        bool none = rest[0] == '-';
        trip_set(&s->t, word,
                 none ? csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET)
                      : csuccess__number(check_number(rest)));
    } else if (strcmp(word, "d") == 0) {
        trip_set(&s->t, "d", hour_value(rest));
    } else if (strcmp(word, "subs") == 0) {
        set_records(s, rest);
    } else if (strcmp(word, "add") == 0 || strcmp(word, "remove") == 0) {
        snprintf(properties, sizeof properties, "`segment`: `%s`", rest);
        set_input(s, "segment", word, properties);
    } else if (strcmp(word, "config") == 0) {
        change_config(s, s->documents[rest[0] - '0']);
    } else if (strcmp(word, "quiet") == 0 || strcmp(word, "loud") == 0) {
        s->t.step.quiet = word[0] == 'q';
    } else if (strcmp(word, "restart") == 0) {
        CHECK_OK(trip_restore(&s->t));
    } else if (strcmp(word, ".") != 0) {
        snprintf(properties, sizeof properties, rest[0] ? "`level`: `%s`" : "%s", rest);
        set_input(s, "track", word, properties);
    }
}

static void happen_all(scene *s, const char *what)
{
    char text[128];
    s->has_input = false;
    while (*what) {
        size_t len = strcspn(what, ";");
        snprintf(text, sizeof text, "%.*s", (int)len, what);
        happen(s, text);
        what += len;
        what += strspn(what, "; ");
    }
}

static void play(const char *const *documents, const row *rows, size_t count)
{
    scene s = {.documents = documents, .record_count = 0};
    char bytes[256];
    CHECK_OK(trip_open(&s.t, documents[0], NULL));
    for (size_t i = 0; i < count; i++) {
        csuccess__text out;
        csuccess__text_init(&out, bytes, sizeof bytes);
        happen_all(&s, rows[i].what);
        CHECK_OK(trig_step(&s.t, at_hour(rows[i].hour), s.has_input ? &s.input : NULL));
        trig_told(&s.t, &out);
        bool short_ = rows[i].expected[0] == '~';
        if (s.t.step.due != CSUCCESS__NEVER && !short_) {
            int64_t since = s.t.step.due - TRIP_START;
            csuccess__text_format(&out, "%s@%l", out.len ? " " : "", since / TRIP_HOUR);
        }
        if (!CHECK_STR(((csuccess_str){out.ptr, out.len}), rows[i].expected + short_)) {
            printf("# at hour %g: %s\n", rows[i].hour, rows[i].what);
        }
        CHECK_OK(trip_restore(&s.t));
    }
    trip_close(&s.t);
}
#define PLAY(document, ...) \
    do { \
        const char *const documents_[] = {document}; \
        const row rows_[] = {__VA_ARGS__}; \
        play(documents_, rows_, sizeof rows_ / sizeof rows_[0]); \
    } while (0)

static void an_edge_fires_once_until_it_was_left(void)
{
    PLAY(ONE("{`when`: `x < 50`, `leave`: `x >= 55`}"), {0, "x 60", ""}, {1, "x 40", "j"},
         {2, "x 30", ""}, {3, "x 52", ""}, {4, "x 45", ""}, {5, "x 56", ""}, {6, "x 40", "j"},
         {7, "x -", ""}, {8, "x 41", ""}, {9, "x 55", ""}, {10, "x -", ""}, {11, "x 1", "j"});
    /* Without `leave` it is left when it does not hold. */
    PLAY(ONE("{`when`: `x < 50`}"), {0, "x -", ""}, {1, "x 40", "j"}, {2, "x 39", ""},
         {3, "x 50", ""}, {4, "x 49", "j"}, {5, "x -", ""}, {6, "x 49", ""});
    /* What holds at the very first step fires. */
    PLAY(ONE("{`when`: `x < 50`}"), {0, "x 40", "j"}, {1, "x 40", ""});
}

static void it_must_have_held_for_long_enough(void)
{
    PLAY(ONE("{`when`: `x < 50`, `for`: `PT6H`}"), {0, "x 40", "@6"}, {3, "x 60", ""},
         {4, "x 40", "@10"}, {9, ".", "@10"}, {10, ".", "j"}, {11, ".", ""}, {20, "x 60", ""},
         {21, "x 1", "@27"}, {40, ".", "j"});
    /* While it is undecided nothing fires, and nothing begins anew. */
    PLAY(ONE("{`when`: `x < 50`, `for`: `PT6H`}"), {0, "x 40", "@6"}, {3, "x -", ""},
         {8, ".", ""}, {9, "x 40", "j"});
}

static void what_must_hold_as_well_is_waited_for(void)
{
    PLAY(ONE("{`when`: `x < 50`, `if`: `y > 0`}"), {0, "x 40", ""}, {1, "y 0", ""},
         {2, "y 1", "j"}, {3, "y 0", ""}, {4, "y 1", ""}, {5, "x 50; y 0", ""}, {6, "x 49", ""},
         {7, "x 50; y 1", ""}, {8, "x 49", "j"});
}

static void a_date_fires_once_for_each_of_its_values(void)
{
    PLAY(ONE("{`before`: `d`, `by`: `PT48H`}"), {0, "d 100", "@52"}, {51, ".", "@52"},
         {52, ".", "j"}, {53, ".", ""}, {54, "d 60", "j"}, {55, "d 100", ""},
         {56, "d 200", "@152"}, {152, "d -", ""}, {153, "d 200", "j"}, {201, ".", ""},
         {202, "d 201", ""});
    PLAY(ONE("{`before`: `d`, `by`: `PT48H`, `if`: `y > 0`}"), {0, "d 10", ""}, {1, "y 0", ""},
         {2, "y 1", "j"}, {3, "y 0", ""});
    /* Looked at too late: the date is past. */
    PLAY(ONE("{`before`: `d`, `by`: `PT48H`}"), {0, "d 100", "@52"}, {101, ".", ""});
}

static void events_fire_with_what_they_say(void)
{
    PLAY(ONE("{`event`: `ev`, `properties`: {`level`: `string`}, `where`: `level == 'high'`}"),
         {0, "other high", ""}, {1, "ev", ""}, {2, "ev low", ""}, {3, "ev high", "j"},
         {4, "ev high", "j"}, {5, ".", ""});
    PLAY(ONE("{`event`: `ev`, `properties`: {`level`: `string`}, `where`: {`level`: {`in`: "
             "[`high`, "
             "`low`]}}, `if`: `x > 0`}"),
         {0, "ev high", ""}, {1, "x 1; ev mid", ""}, {2, "ev low", "j"},
         {3, "x 0; ev low", ""});
    PLAY(ONE("{`event`: `ev`, `properties`: {`level`: `string`}, `where`: "
             "`event.level.startsWith('hi') && x > 0`}"),
         {0, "x 1; ev high", "j"}, {1, "x 0; ev high", ""});
    PLAY(ONE("{`event`: `segment`}"), {0, "add s", "j"});
}

static void segments_fire_at_their_borders(void)
{
    PLAY(ONE("{`segment`: `s`}"), {0, ".", ""}, {1, "add s", "j"}, {2, ".", ""},
         {3, "remove s", ""}, {4, "add s", "j"});
    PLAY(ONE("{`segment`: `s`, `on`: `leave`}"), {0, "add s", ""}, {1, "remove s", "j"});
    PLAY(ONE("{`segment`: `low`, `on`: `inside`, `if`: `y > 0`}"), {0, "x 5", ""},
         {1, "y 1", "j"}, {2, ".", ""}, {3, "x 50", ""}, {4, "x 9", "j"}, {5, "x -", ""},
         {6, "x 9", ""});
}

static void a_schedule_counts_from_the_first_advance(void)
{
    /* The start is a Thursday, hour 0. */
    PLAY(ONE("{`every`: `FREQ=DAILY`, `at`: `09:00`}"), {10, ".", "@33"}, {33, ".", "j @57"},
         {34, ".", "@57"}, {150, ".", "j @153"});
    PLAY(ONE("{`every`: `FREQ=DAILY`, `at`: `09:00`, `misfire`: `all`}"), {8, ".", "@9"},
         {9, ".", "j @33"}, {82, ".", "j j j @105"});
    PLAY(ONE("{`every`: `FREQ=DAILY`, `at`: `09:00`, `misfire`: `skip`}"), {8, ".", "@9"},
         {9.5, ".", "j @33"}, {83, ".", "@105"}, {105, ".", "j @129"});
    PLAY(ONE("{`every`: `FREQ=DAILY;COUNT=2`, `if`: `x > 0`}"), {0, "x 1", "j @24"},
         {24, "x 0", ""}, {100, "x 1", ""});
}

static void a_schedule_waits_for_opening(void)
{
    /* Saturday is hour 48; Monday begins at hour 96. */
    PLAY(HEAD "`calendars`: {`work`: {`hours`: {`mon`: [`09:00-17:00`], `fri`: "
              "[`09:00-17:00`]}}}, `journeys`: {`j`: " JOURNEY(
                  "{`every`: `FREQ=WEEKLY;BYDAY=SA`, `at`: `08:00`, `calendar`: `work`}") "}}",
         {0, ".", "@105"}, {56, ".", "@105"}, {105, ".", "j @273"});
    /* A zone six hours behind. */
    PLAY(HEAD "`policies`: {`zone`: `-06:00`}, `journeys`: {`j`: " JOURNEY(
             "{`every`: `FREQ=DAILY`, `at`: `09:00`}") "}}",
         {16, ".", "@39"}, {39, ".", "j @63"});
}

static void ends_fire_what_follows(void)
{
    PLAY(
        HEAD "`journeys`: {`a`: " JOURNEY("{`event`: `go`}") ", `b`: " JOURNEY(
            "{`journey`: "
            "`a`, `ended`: "
            "`completed`}") ", `c`: " JOURNEY("{`journey`: `a`, `ended`: `exited`}") ", "
                                                                                     "`d`:"
                                                                                     " " JOURNEY(
                                                                                         "{`"
                                                                                         "when`"
                                                                                         ": "
                                                                                         "`jour"
                                                                                         "ney('"
                                                                                         "b')."
                                                                                         "times"
                                                                                         " > "
                                                                                         "0`}") "}}",
        {0, "x 1", ""}, {1, "go", "a b d"});
}

static void a_playbook_is_begun_for_each_record(void)
{
    PLAY(PLAYBOOK("`for_each`: `subs`, ",
                  "{`before`: `each.renews`, `by`: `PT48H`, `if`: `each.id != 'z'`}"),
         {0, "subs a=100 b=40 z=50", "~p/b"}, {24, ".", "~"}, {52, ".", "~p/a"});
    PLAY(PLAYBOOK("`for_each`: `subs`, ", "{`when`: `each.renews < d`}"),
         {0, "d 50; subs a=100 b=40", "~p/b"}, {1, "d 200", "~p/a"}, {2, "subs a=100", "~"},
         {3, "subs a=100 b=40", "~p/b"});
    PLAY(PLAYBOOK("`for_each`: `subs`, ", "{`event`: `ev`, `if`: `each.renews < d`}"),
         {0, "d 50; subs a=100 b=40 c=-", "~"}, {1, "ev", "~p/b"},
         {2, "d 500; ev", "~p/a p/b"});
}

/* ---- Configurations that come ---- */

#define TWO(a, b, ...) \
    do { \
        const char *const documents_[] = {a, b}; \
        const row rows_[] = {__VA_ARGS__}; \
        play(documents_, rows_, sizeof rows_ / sizeof rows_[0]); \
    } while (0)
#define NOTHING ONE("{`manual`: true}")

static void those_who_were_there_before_are_skipped_or_taken(void)
{
    TWO(NOTHING, ONE("{`when`: `x < 50`}"), {0, "x 40", ""}, {1, "config 1", ""},
        {2, "x 60", ""}, {3, "x 40", "j"});
    TWO(NOTHING, ONE("{`when`: `x < 50`, `existing`: `enroll`}"), {0, "x 40", ""},
        {1, "config 1", "j"}, {2, ".", ""});
    TWO(NOTHING, ONE("{`before`: `d`, `by`: `PT48H`}"), {0, "d 10", ""}, {1, "config 1", ""},
        {2, "d 12", "j"});
    TWO(NOTHING, ONE("{`before`: `d`, `by`: `PT48H`, `existing`: `enroll`}"), {0, "d 10", ""},
        {1, "config 1", "j"});
    TWO(NOTHING, ONE("{`segment`: `s`}"), {0, "add s", ""}, {1, "config 1", ""},
        {2, "remove s", ""}, {3, "add s", "j"});
    TWO(NOTHING, ONE("{`segment`: `s`, `existing`: `enroll`}"), {0, "add s", ""},
        {1, "config 1", "j"});
    TWO(NOTHING, ONE("{`every`: `FREQ=DAILY`, `at`: `09:00`}"), {0, ".", ""},
        {34, "config 1", "@57"}, {57, ".", "j @81"});
}

static void a_trigger_that_was_there_goes_on(void)
{
    /* Another journey comes beside it, in the very look in which its condition begins to hold. */
    TWO(ONE("{`when`: `x < 50`}"),
        HEAD "`journeys`: {`j`: " JOURNEY("{`when`: `x < 50`}") ", `k`: " JOURNEY(
            "{`when`: `x < 60`}") "}}",
        {0, "x 70", ""}, {1, "config 1; x 40", "j"}, {2, "x 70", ""}, {3, "x 40", "j k"});
    TWO(ONE("{`when`: `x < 50`}"), ONE("{`when`: `x < 60`}"), {0, "x 55", ""},
        {1, "config 1", ""}, {2, "x 70", ""}, {3, "x 55", "j"});
    TWO(ONE("{`when`: `x < 50`, `for`: `PT6H`}"),
        HEAD "`policies`: {`locale`: `en`}, `journeys`: {`j`: " JOURNEY(
            "{`when`: `x < 50`, `for`: `PT6H`}") "}}",
        {0, "x 40", "@6"}, {2, "config 1", "@6"}, {6, ".", "j"});
}

static void what_is_imported_fires_nothing(void)
{
    PLAY(ONE("{`when`: `x < 50`}"), {0, "quiet; x 40", ""}, {1, "loud; x 39", ""},
         {2, "x 60", ""}, {3, "x 40", "j"});
    PLAY(ONE("{`when`: `x < 50`, `for`: `PT2H`}"), {0, "quiet; x 40", ""}, {5, "loud; .", ""});
    PLAY(ONE("{`before`: `d`, `by`: `PT48H`}"), {0, "quiet; d 10", ""}, {1, "loud; .", ""},
         {2, "d 12", "j"});
    PLAY(ONE("{`event`: `ev`}"), {0, "quiet; ev", ""}, {1, "loud; ev", "j"});
    PLAY(ONE("{`every`: `FREQ=DAILY`, `at`: `09:00`}"), {8, "quiet; .", "@9"}, {40, ".", "@57"},
         {41, "loud; .", "@57"}, {57, ".", "j @81"});
}

/* ---- What is wrong with a document ---- */

static void refuses(const char *document, csuccess_result code, const char *pointer,
                    const char *message)
{
    csuccess_config *config = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result = trip_compile(&config, document, NULL, &err);
    csuccess_config_unref(config);
    if (!CHECK_RESULT(result, code)) return;
    CHECK_CSTR(err.pointer, pointer);
    CHECK_HAS(err.message, message);
}

static void wrong_triggers_are_refused_with_their_place(void)
{
    static const char at[] = "/journeys/j/trigger";
    refuses(ONE("{}"), CSUCCESS_ECONFIG, at, "one of when, event");
    refuses(ONE("{`when`: `x < 1`, `event`: `ev`}"), CSUCCESS_ECONFIG,
            "/journeys/j/trigger/event", "of one kind");
    refuses(ONE("{`segment`: `lov`}"), CSUCCESS_ENAME, "/journeys/j/trigger/segment",
            "did you mean \"low\"?");
    refuses(ONE("{`journey`: `k`}"), CSUCCESS_ENAME, "/journeys/j/trigger/journey",
            "there is no journey \"k\"");
    refuses(ONE("{`journey`: `j`, `ended`: `cancelled`}"), CSUCCESS_ECONFIG,
            "/journeys/j/trigger/ended", "");
    refuses(ONE("{`before`: `d`}"), CSUCCESS_ECONFIG, at, "\"by\"");
    refuses(ONE("{`before`: `x`, `by`: `P1D`}"), CSUCCESS_ETYPE, "/journeys/j/trigger/before",
            "");
    refuses(ONE("{`every`: `FREQ=HOURLY`}"), CSUCCESS_ECONFIG, "/journeys/j/trigger/every",
            "recurrence rule");
    refuses(ONE("{`every`: `FREQ=DAILY`, `at`: `24:00`}"), CSUCCESS_ECONFIG,
            "/journeys/j/trigger/at", "time of day");
    refuses(ONE("{`every`: `FREQ=DAILY`, `calendar`: `work`}"), CSUCCESS_ENAME,
            "/journeys/j/trigger/calendar", "no calendar");
    refuses(ONE("{`when`: `x < 1`, `at`: `09:00`}"), CSUCCESS_ECONFIG, "/journeys/j/trigger/at",
            "");
    refuses(ONE("{`when`: `each.renews < now`}"), CSUCCESS_EEXPRESSION,
            "/journeys/j/trigger/when", "for_each");
    refuses(ONE("{`event`: `ev`, `where`: `level == 'x'`}"), CSUCCESS_ENAME,
            "/journeys/j/trigger/where", "level");
    refuses(ONE("{`event`: `ev`, `properties`: {`level`: `text`}}"), CSUCCESS_ECONFIG,
            "/journeys/j/trigger/properties/level", "string");
}

static void one_property_has_one_type(void)
{
    refuses(HEAD "`journeys`: {`j`: " JOURNEY(
                "{`event`: `ev`, `properties`: {`level`: "
                "`string`}}") ", `k`: " JOURNEY("{`event`: `other`, `properties`: {`level`: "
                                                "`number`}}") "}}",
            CSUCCESS_ETYPE, "/journeys/k/trigger/properties/level",
            "is a string at /journeys/j/trigger/properties/level");
}

/* ---- What is handed on ---- */

static csuccess__value handed(const trip *t, const char *path)
{
    uint32_t slot = csuccess__schema_find(trip_now(t)->schema, check_view(path), NULL);
    return slot == UINT32_MAX ? csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET) : t->slots[slot];
}

static void what_began_it_is_kept(void)
{
    trip t;
    csuccess__input input;
    csuccess__zones_asked asked;
    CHECK_OK(trip_open(
        &t,
        ONE("{`event`: `ev`, `properties`: {`level`: `string`, `amount`: `number`, `on`: "
            "`bool`, `at`: `time`, `gone`: `string`}}"),
        NULL));
    CHECK_OK(trig_event(&t, &input, "track", "ev",
                        "`level`: `high`, `amount`: 2.5, `on`: true, `at`: "
                        "`2026-02-01T00:00:00Z`, `undeclared`: 1"));
    CHECK_OK(trig_step(&t, at_hour(1), &input));
    csuccess_str kept = {"", 0};
    for (uint32_t i = 0; i < t.desk.queue_count; i++) {
        if (t.desk.queue[i].kind == CSUCCESS__HAPPENING_ENROLL) kept = t.desk.queue[i].kept;
    }
    char copy[CSUCCESS__KEPT_BYTES];
    if (!CHECK(kept.len > 0 && kept.len <= sizeof copy)) return;
    memcpy(copy, kept.ptr, kept.len);
    kept.ptr = copy;
    csuccess__moment m = trip_moment(&t, at_hour(2), "later", &asked);
    csuccess__kept_show(&m, kept);
    CHECK_STR(handed(&t, "trigger.event").as.string, "ev");
    CHECK_STR(handed(&t, "trigger.level").as.string, "high");
    CHECK_NUM(handed(&t, "trigger.amount").as.number, 2.5, 0);
    CHECK(handed(&t, "trigger.on").as.boolean);
    CHECK_INT(handed(&t, "trigger.at").as.time, TRIP_START + 31 * TRIP_DAY);
    CHECK(csuccess__is_missing(handed(&t, "trigger.gone")));
    CHECK(csuccess__is_missing(handed(&t, "trigger.segment")));
    CHECK_OK(m.step->failed);
    /* Cut anywhere, or with anything behind it, it is damaged, or says less. */
    for (size_t len = 1; len < kept.len; len++) {
        m = trip_moment(&t, at_hour(2), "later", &asked);
        csuccess__kept_show(&m, (csuccess_str){copy, len});
        CHECK(m.step->failed == CSUCCESS_ESTATE || m.step->failed == CSUCCESS_OK);
    }
    m = trip_moment(&t, at_hour(2), "later", &asked);
    csuccess__kept_show(&m, (csuccess_str){"", 0});
    CHECK(csuccess__is_missing(handed(&t, "trigger.level")));
    trip_close(&t);
}

static void what_is_too_long_is_left_out(void)
{
    trip t;
    csuccess__input input;
    char properties[4096], value[2000];
    memset(value, 'v', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    CHECK_OK(trip_open(&t,
                       ONE("{`event`: `ev`, `properties`: {`a`: `string`, `b`: `string`, `c`: "
                           "`number`}}"),
                       NULL));
    snprintf(properties, sizeof properties, "`a`: `%s`, `b`: `%.500s`, `c`: 1", value, value);
    char text[8192];
    snprintf(text, sizeof text,
             "{`type`: `track`, `event`: `ev`, `messageId`: `m`, `groupId`: `c1`, `timestamp`: "
             "`2026-01-01T00:00:00Z`, `properties`: {%s}}",
             properties);
    CHECK_OK(trip_input(&t, &input, text));
    CHECK_OK(trig_step(&t, at_hour(1), &input));
    csuccess__zones_asked asked;
    csuccess__happening h = {.kind = CSUCCESS__HAPPENING_EVENT, .input = &input};
    h.id = CSUCCESS_STR("ev");
    csuccess__moment m = trip_moment(&t, at_hour(2), "later", &asked);
    csuccess_str kept = csuccess__kept_take(&m, &h);
    CHECK(kept.len <= CSUCCESS__KEPT_BYTES);
    csuccess__kept_show(&m, kept);
    CHECK_UINT(handed(&t, "trigger.a").as.string.len, sizeof value - 1);
    CHECK(csuccess__is_missing(handed(&t, "trigger.b")));
    CHECK_NUM(handed(&t, "trigger.c").as.number, 1, 0);
    trip_close(&t);
}

/* ---- Hostile states, and no memory ---- */

static void damaged_fields_fail_the_step(void)
{
    static const struct {
        const char *bytes;
        size_t len;
    } payloads[] = {
        {"", 0},         {"\x01", 1},     {"\x01\x00", 2},    {"\x01\x04\x02", 3},
        {"\x01\x08", 2}, {"\x02\x00", 2}, {"\x02\x11", 2},    {"\x02\x02\x04\x04", 4},
        {"\x03", 1},     {"\x04\x01", 2}, {"\x01\x01\x00", 3}};
    for (size_t i = 0; i < sizeof payloads / sizeof payloads[0]; i++) {
        trip t;
        CHECK_OK(trip_open(&t, ONE("{`when`: `x < 50`}"), NULL));
        csuccess_str bytes = {payloads[i].bytes, payloads[i].len};
        CHECK(csuccess__state_put(&t.state, CSUCCESS__STATE_TRIGGER, CSUCCESS_STR("journey/j"),
                                  bytes));
        trip_set(&t, "x", csuccess__number(40));
        CHECK_RESULT(trip_step(&t, at_hour(1), "c", NULL), CSUCCESS_ESTATE);
        trip_close(&t);
    }
}

static csuccess_result run_without_memory(check_memory *memory, void *ud)
{
    trip t;
    csuccess__input input;
    (void)ud;
    csuccess_result result =
        trip_open(&t,
                  HEAD "`journeys`: {`j`: " JOURNEY(
                      "{`when`: `x < 50`, `leave`: `x > "
                      "60`}") ", `k`: " JOURNEY("{`event`: `ev`, `properties`: {`level`: "
                                                "`string`}, `where`: "
                                                "`level == 'high'`}") "}}",
                  &memory->allocator);
    if (result >= 0) {
        uint32_t slot = csuccess__schema_find(trip_now(&t)->schema, CSUCCESS_STR("x"), NULL);
        t.slots[slot] = csuccess__number(40);
        result = trig_event(&t, &input, "track", "ev", "`level`: `high`");
    }
    if (result >= 0) result = trig_step(&t, at_hour(1), &input);
    if (result >= 0) {
        CHECK(csuccess__state_get(&t.state, CSUCCESS__STATE_TRIGGER, CSUCCESS_STR("journey/j"))
                  .ptr != NULL);
    }
    trip_close(&t);
    return result;
}

static void refused_memory_is_told(void)
{
    CHECK(check_faults(run_without_memory, NULL) > 0);
}

CHECK_MAIN(CHECK_TEST(an_edge_fires_once_until_it_was_left),
           CHECK_TEST(it_must_have_held_for_long_enough),
           CHECK_TEST(what_must_hold_as_well_is_waited_for),
           CHECK_TEST(a_date_fires_once_for_each_of_its_values),
           CHECK_TEST(events_fire_with_what_they_say),
           CHECK_TEST(segments_fire_at_their_borders),
           CHECK_TEST(a_schedule_counts_from_the_first_advance),
           CHECK_TEST(a_schedule_waits_for_opening), CHECK_TEST(ends_fire_what_follows),
           CHECK_TEST(a_playbook_is_begun_for_each_record),
           CHECK_TEST(those_who_were_there_before_are_skipped_or_taken),
           CHECK_TEST(a_trigger_that_was_there_goes_on),
           CHECK_TEST(what_is_imported_fires_nothing),
           CHECK_TEST(wrong_triggers_are_refused_with_their_place),
           CHECK_TEST(one_property_has_one_type), CHECK_TEST(what_began_it_is_kept),
           CHECK_TEST(what_is_too_long_is_left_out), CHECK_TEST(damaged_fields_fail_the_step),
           CHECK_TEST(refused_memory_is_told))

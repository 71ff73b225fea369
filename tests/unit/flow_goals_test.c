/* SPDX-License-Identifier: Apache-2.0 */
/* Success-plan goals over time: each rule of lib/flow/goals.h as a table. */
#include "flow_progress.h"

#define DOCUMENT \
    "{`csuccess`: 1, `attributes`: {`usage`: {`type`: `number`}, `errors`: {`type`: " \
    "`number`}, " \
    "`name`: {`type`: `string`}}, `metrics`: {`twice`: `usage * 2`}, `records`: {`goals`: " \
    "{`max`: 20, `of`: {`title`: {`type`: `string`}, `owner`: {`type`: `string`}, `due`: " \
    "{`type`: `date`}, `measure`: {`type`: `string`}, `baseline`: {`type`: `number`}, " \
    "`target`: {`type`: `number`}, `agreed`: {`type`: `bool`}, `status`: {`type`: " \
    "`string`}}}}}"

/* Day and hour; the usage ("-": missing); the goal's fields; what it is then and the day at which to look again ("-": not). */
typedef struct row {
    double day;
    const char *usage, *goal, *expected;
} row;

static csuccess_str entry_words(way *w, csuccess__text *out)
{
    for (uint32_t i = 0; i < w->l.effects.entry_count; i++) {
        const csuccess__effect_entry *e = &w->l.effects.entries[i];
        const csuccess__json *json = way_json(w, e->body);
        const csuccess__json *from = csuccess__json_member(json, "from");
        const csuccess__json *progress = csuccess__json_member(json, "progress");
        csuccess__text_format(out, "%s%S", out->len ? " " : "",
                              csuccess__json_member(json, "status")->string);
        if (from) csuccess__text_format(out, "<%S", from->string);
        if (progress) {
            csuccess__text_format(out, "(%u%%)", (uint32_t)(100 * progress->number + 0.5));
        }
    }
    return (csuccess_str){out->ptr, out->len};
}

static void run(const row *rows, size_t count)
{
    way w;
    if (!CHECK_OK(way_open(&w, DOCUMENT, NULL))) {
        way_close(&w);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        char text[256] = "";
        csuccess__text out;
        csuccess__text_init(&out, text, sizeof text);
        csuccess__effects_clear(&w.l.effects);
        bool missing = rows[i].usage[0] == '-';
        snprintf(w.row, sizeof w.row, "{`usage`: %s, `goals`: {%s%s%s}}",
                 missing ? "null" : rows[i].usage, rows[i].goal[0] ? "`g`: {" : "",
                 rows[i].goal, rows[i].goal[0] ? "}" : "");
        int64_t now = LIFE_START + (int64_t)(rows[i].day * (double)LIFE_DAY);
        CHECK_OK(way_step(&w, now, NULL));
        entry_words(&w, &out);
        if (w.l.step.due != CSUCCESS__NEVER) {
            int64_t tenths = (w.l.step.due - LIFE_START) / (LIFE_DAY / 10);
            csuccess__text_format(&out, "%s@%u.%u", out.len ? " " : "", (uint32_t)(tenths / 10),
                                  (uint32_t)(tenths % 10));
        }
        if (!CHECK_CSTR(text, rows[i].expected)) printf("# row %zu, day %g\n", i, rows[i].day);
        CHECK(w.l.step.due > w.l.step.now);
    }
    way_close(&w);
}
#define RUN(rows) run(rows, sizeof(rows) / sizeof((rows)[0]))

#define GOAL(more) \
    "`title`: `Use it`, `measure`: `usage`, `baseline`: 0, `target`: 100, `due`: " \
    "`2026-01-10`" more

static void on_track_behind_achieved(void)
{
    /* agreed on day 1, due at the end of day 9 (nine days on): behind when 0.1 + progress of them have passed */
    static const row rows[] = {
        {0, "0", GOAL(""), "proposed(0%)"},
        {1, "0", GOAL(", `agreed`: true"), "on_track<proposed(0%) @1.9"},
        {1.85, "0", GOAL(", `agreed`: true"), "@1.9"},
        {2, "0", GOAL(", `agreed`: true"), "behind<on_track(0%) @10.0"},
        {3, "40", GOAL(", `agreed`: true"), "on_track<behind(40%) @5.5"},
        {6, "40", GOAL(", `agreed`: true"), "behind<on_track(40%) @10.0"},
        {7, "100", GOAL(", `agreed`: true"), "achieved<behind(100%)"},
        {8, "10", GOAL(", `agreed`: true"), ""}, /* it stays so */
        {20, "10", GOAL(", `agreed`: true"), ""},
        /* another target is another goal */
        {21, "10", "`measure`: `usage`, `baseline`: 0, `target`: 200, `agreed`: true",
         "on_track<achieved(5%)"}};
    RUN(rows);
}

static void missed_and_reached_after_all(void)
{
    static const row rows[] = {{1, "90", GOAL(", `agreed`: true"), "on_track(90%) @10.0"},
                               {9.9, "90", GOAL(", `agreed`: true"), "@10.0"},
                               {10, "90", GOAL(", `agreed`: true"), "missed<on_track(90%)"},
                               {11, "95", GOAL(", `agreed`: true"), ""},
                               {12, "150", GOAL(", `agreed`: true"), "achieved<missed(100%)"}};
    RUN(rows);
}

static void unknown_is_not_zero(void)
{
    static const row rows[] = {{1, "-", GOAL(", `agreed`: true"), "on_track @10.0"},
                               {5, "-", GOAL(", `agreed`: true"), "@10.0"},
                               {10, "-", GOAL(", `agreed`: true"), "missed<on_track"}};
    static const row nothing[] = {
        {1, "5", "`measure`: `nobody`, `target`: 3, `agreed`: true", "on_track"},
        {2, "5", "`measure`: `name`, `target`: 3, `agreed`: true", ""},
        {3, "5", "`target`: 3, `agreed`: true", ""}};
    RUN(rows);
    RUN(nothing);
}

static void the_baseline_is_what_was_seen_first(void)
{
    static const row rows[] = {
        {0, "50", "`measure`: `usage`, `target`: 100, `agreed`: true", "on_track(0%)"},
        {1, "75", "`measure`: `usage`, `target`: 100, `agreed`: true, `due`: `2026-03-01`",
         "@36.0"},
        {2, "75", "`measure`: `twice`, `target`: 300, `agreed`: true", ""},
        {3, "150", "`measure`: `twice`, `target`: 300, `agreed`: true",
         "achieved<on_track(100%)"}};
    RUN(rows);
}

static void downwards_and_level(void)
{
    static const row down[] = {
        {0, "80", "`measure`: `usage`, `baseline`: 100, `target`: 20, `agreed`: true",
         "on_track(25%)"},
        {1, "20", "`measure`: `usage`, `baseline`: 100, `target`: 20, `agreed`: true",
         "achieved<on_track(100%)"}};
    static const row level[] = {
        {0, "4", "`measure`: `usage`, `baseline`: 5, `target`: 5, `agreed`: true",
         "on_track(0%)"},
        {1, "5", "`measure`: `usage`, `baseline`: 5, `target`: 5, `agreed`: true",
         "achieved<on_track(100%)"}};
    RUN(down);
    RUN(level);
}

static void abandoned_and_removed(void)
{
    static const row rows[] = {
        {0, "0", GOAL(", `agreed`: true"), "on_track(0%) @1.0"},
        {1, "0", GOAL(", `agreed`: true, `status`: `abandoned`"), "abandoned<on_track(0%)"},
        {2, "200", GOAL(", `agreed`: true, `status`: `abandoned`"), ""},
        {3, "0", GOAL(", `agreed`: true"), "behind<abandoned(0%) @10.0"},
        {4, "0", "", ""},
        {5, "0", GOAL(""), "proposed(0%)"}};
    RUN(rows);
}

static void counted_printed_reported(void)
{
    way w;
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    if (CHECK_OK(way_open(&w, DOCUMENT, NULL))) {
        snprintf(w.row, sizeof w.row, "%s",
                 "{`usage`: 50, `goals`: {`a`: {`measure`: `usage`, `baseline`: 0, `target`: "
                 "100, `agreed`: true, `due`: `2026-01-10`, `owner`: `ann`}, `b`: {`measure`: "
                 "`usage`, `baseline`: 0, `target`: 10, `agreed`: true}, `c`: {`measure`: "
                 "`usage`, `target`: 70}}}");
        CHECK_OK(way_step(&w, LIFE_START, NULL));
        WAY_SLOT(&w, "goals.open", NULL, "2");
        WAY_SLOT(&w, "goals.achieved", NULL, "1");
        WAY_SLOT(&w, "goals.behind", NULL, "0");
        CHECK_OK(way_step(&w, LIFE_START + 8 * LIFE_DAY, NULL));
        WAY_SLOT(&w, "goals.behind", NULL, "1");
        CHECK_STR(
            way_report(&w, csuccess__goals_report),
            "{\"goals\":{\"a\":{\"status\":\"behind\",\"owner\":\"ann\",\"measure\":\"usage\","
            "\"value\":50,\"baseline\":0,\"target\":100,\"progress\":0.5,\"due\":"
            "\"2026-01-10T00:00:00Z\"},\"b\":{\"status\":\"achieved\",\"measure\":\"usage\","
            "\"value\":50,\"baseline\":0,\"target\":10,\"progress\":1,\"achieved_at\":"
            "\"2026-01-01T00:00:00Z\"},\"c\":{\"status\":\"proposed\",\"measure\":\"usage\","
            "\"value\":50,\"baseline\":50,\"target\":70,\"progress\":0}}}");
        CHECK_STR(life_print(&out, &w.l, CSUCCESS__STATE_GOAL, "c", csuccess__goal_print),
                  "{\"status\":\"proposed\",\"baseline\":50,\"target\":70,\"measure\":"
                  "\"usage\"}");
        csuccess__step_put(&w.l.step, CSUCCESS__STATE_GOAL, CSUCCESS_STR("a"),
                           CSUCCESS_STR("\x07"));
        CHECK_STR(life_print(&out, &w.l, CSUCCESS__STATE_GOAL, "a", csuccess__goal_print),
                  "\"(damaged)\"");
        CHECK_RESULT(way_step(&w, LIFE_START + 9 * LIFE_DAY, NULL), CSUCCESS_ESTATE);
    }
    csuccess__buffer_free(&out);
    way_close(&w);
}

static csuccess_result scenario(check_memory *memory, void *ud)
{
    way w;
    (void)ud;
    csuccess_result result = way_open(&w, DOCUMENT, &memory->allocator);
    for (int d = 0; result >= 0 && d < 3; d++) {
        csuccess__effects_clear(&w.l.effects);
        snprintf(w.row, sizeof w.row, "{`usage`: %d, `goals`: {`g%d`: {%s}}}", d * 50, d,
                 GOAL(", `agreed`: true"));
        result = way_step(&w, LIFE_START + d * LIFE_DAY, NULL);
    }
    way_close(&w);
    return result;
}

static void memory_may_fail(void)
{
    CHECK(check_faults(scenario, NULL) > 10);
}

CHECK_MAIN(CHECK_TEST(on_track_behind_achieved), CHECK_TEST(missed_and_reached_after_all),
           CHECK_TEST(unknown_is_not_zero), CHECK_TEST(the_baseline_is_what_was_seen_first),
           CHECK_TEST(downwards_and_level), CHECK_TEST(abandoned_and_removed),
           CHECK_TEST(counted_printed_reported), CHECK_TEST(memory_may_fail))

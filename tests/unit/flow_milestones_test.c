/* SPDX-License-Identifier: Apache-2.0 */
/* Milestones over time: each rule of lib/flow/milestones.h as a table of what happens and what must come of it. */
#include "flow_progress.h"

/* Hour; what happens: a row of attributes as JSON, "event NAME@HOUR PROPERTIES", "achieve ID", "revoke ID" with further properties, or "." for time; and what must be: entries ("+" achieved, "-" revoked, "<" earlier, "!"
   overdue, the hour achieved at), messages, and the hour at which to look again. */
typedef struct row {
    int hour;
    const char *what, *expected;
} row;

#define DOCUMENT(milestones) \
    "{`csuccess`: 1, `attributes`: {`x`: {`type`: `number`}, `y`: {`type`: `number`}, " \
    "`begun`: {`type`: `time`}}, `channels`: {`email`: {}}, `templates`: {`hooray`: " \
    "{`locales`: {`en`: {`subject`: `Well done`}}}}, `milestones`: {" milestones "}}"

static csuccess_str member_text(const csuccess__json *json, const char *key)
{
    const csuccess__json *node = csuccess__json_member(json, key);
    return node && node->type == CSUCCESS__JSON_STRING ? node->string : (csuccess_str){"", 0};
}

static void describe_key(csuccess__text *out, const csuccess__json *json)
{
    static const char *const keys[] = {"threshold", "year", "number"};
    for (size_t i = 0; i < 3; i++) {
        const csuccess__json *key = csuccess__json_member(json, keys[i]);
        if (key) csuccess__text_format(out, ":%u", (uint32_t)key->number);
    }
}

static void describe_entry(csuccess__text *out, way *w, csuccess_str body)
{
    static const struct {
        const char *word, *mark;
    } marks[] = {{"achieved", "+"}, {"revoked", "-"}, {"earlier", "<"}, {"overdue", "!"}};
    const csuccess__json *json = way_json(w, body);
    csuccess_str change = member_text(json, "change");
    csuccess_str at = member_text(json, "achieved_at");
    int64_t ms = 0;
    for (size_t i = 0; i < 4; i++) {
        if (csuccess__str_is(change, marks[i].word))
            csuccess__text_format(out, "%s", marks[i].mark);
    }
    csuccess__text_format(out, "%S", member_text(json, "milestone"));
    describe_key(out, json);
    if (at.len && CHECK(csuccess__time_parse(&ms, at, NULL))) {
        csuccess__text_format(out, "@%d", (int32_t)((ms - LIFE_START) / LIFE_HOUR));
    }
}

static void describe(csuccess__text *out, way *w)
{
    const csuccess__effects *e = &w->l.effects;
    for (uint32_t i = 0; i < e->entry_count; i++) {
        if (!csuccess__str_is(e->entries[i].kind, "milestone")) continue;
        csuccess__text_format(out, "%s", out->len ? " " : "");
        describe_entry(out, w, e->entries[i].body);
    }
    for (uint32_t i = 0; i < e->message_count; i++) {
        const csuccess__effect_message *m = &e->messages[i];
        csuccess__text_format(out, "%s*%S/%S#%u", out->len ? " " : "", m->definition, m->step,
                              (uint32_t)m->occurrence);
    }
    if (w->l.step.due == CSUCCESS__NEVER) return;
    csuccess__text_format(out, "%s@%u", out->len ? " " : "",
                          (uint32_t)((w->l.step.due - LIFE_START) / LIFE_HOUR));
}

static csuccess_result happen(way *w, const char *what, int hour)
{
    char word[16] = "", name[64] = "";
    int64_t now = LIFE_START + hour * LIFE_HOUR;
    int at = hour, used = 0;
    if (what[0] == '{') {
        snprintf(w->row, sizeof w->row, "%s", what);
        return way_step(w, now, NULL);
    }
    if (what[0] == '.') return way_step(w, now, NULL);
    (void)sscanf(what, "%15s %63[^@ ]%n", word, name, &used);
    const char *rest = what + used;
    if (rest[0] == '@') {
        char *end;
        at = (int)strtol(rest + 1, &end, 10);
        rest = end;
    }
    while (*rest == ' ') rest++;
    if (strcmp(word, "event") == 0) {
        return way_event(w, now, LIFE_START + at * LIFE_HOUR, name, *rest ? rest : NULL);
    }
    return way_word(w, now, word, name, rest);
}

static void run(const char *document, const row *rows, size_t count)
{
    way w;
    if (!CHECK_OK(way_open(&w, document, NULL))) {
        way_close(&w);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        char text[1024] = "";
        csuccess__text out;
        csuccess__text_init(&out, text, sizeof text);
        csuccess__effects_clear(&w.l.effects);
        CHECK_OK(happen(&w, rows[i].what, rows[i].hour));
        describe(&out, &w);
        if (w.word == CSUCCESS_ERANGE)
            csuccess__text_format(&out, "%srefused", out.len ? " " : "");
        if (w.word == CSUCCESS_UNCHANGED)
            csuccess__text_format(&out, "%ssame", out.len ? " " : "");
        if (!CHECK_CSTR(text, rows[i].expected)) {
            printf("# row %zu: hour %d, %s\n", i, rows[i].hour, rows[i].what);
        }
        CHECK(w.l.step.due > w.l.step.now);
    }
    way_close(&w);
}
#define RUN(document, rows) run(document, rows, sizeof(rows) / sizeof((rows)[0]))

/* ---- What achieves ---- */

static void conditions_are_achieved_once(void)
{
    static const row rows[] = {{0, "{`x`: 1}", ""},
                               {1, "{`x`: 5}", "+a@1 *milestone/a/celebrate#1"},
                               {2, "{`x`: 1}", ""},
                               {3, "{`x`: 9}", ""},
                               {4, "{}", ""}};
    RUN(DOCUMENT("`a`: {`achieved_when`: `x > 4`, `celebrate`: {`template`: `hooray`}}"), rows);
}

static void undecided_achieves_nothing(void)
{
    static const row rows[] = {{0, "{}", ""}, {1, "{`y`: 9}", ""}, {2, "{`x`: 5}", "+a@2"}};
    RUN(DOCUMENT("`a`: {`achieved_when`: {`x`: {`gt`: 4}}}"), rows);
}

static void events_keep_their_own_time(void)
{
    static const row rows[] = {{10, "event other@10", ""},
                               {20, "event done@15 {`n`: 1}", ""},
                               {30, "event done@28 {`n`: 3}", "+a@28"},
                               /* again: nothing, whatever its time after that */
                               {40, "event done@40 {`n`: 4}", ""},
                               /* late, and earlier */
                               {50, "event done@12 {`n`: 3}", "<a@12"},
                               {60, "event done@13 {`n`: 3}", ""},
                               /* undecided: the property is missing */
                               {70, "event done@1 {}", ""}};
    static const row future[] = {{10, "event done@11 {`n`: 3}", "+a@10"}};
    static const char document[] =
        DOCUMENT("`a`: {`achieved_when`: {`event`: `done`, `properties`: {`n`: `number`}, "
                 "`where`: `n > 2`}}");
    RUN(document, rows);
    RUN(document, future);
}

static void thresholds_each_once(void)
{
    static const row rows[] = {
        {0, "{`x`: 99}", ""},
        {1, "{`x`: 100}", "+a:100@1 *milestone/a/100#100"},
        {2, "{`x`: 50}", ""},
        {3, "{`x`: 5000}", "+a:1000@3 +a:2000@3 *milestone/a/1000#1000 *milestone/a/2000#2000"},
        {4, "{`x`: 1}", ""},
        {5, "{`x`: 5000}", ""}};
    RUN(DOCUMENT("`a`: {`achieved_when`: {`count`: `x`}, `repeat`: [100, 1000, 2000], "
                 "`celebrate`: {`template`: `hooray`}}"),
        rows);
}

static void a_count_without_thresholds_begins_at_one(void)
{
    static const row rows[] = {
        {0, "{`x`: 0}", ""}, {1, "{`x`: 1}", "+a:1@1"}, {2, "{`x`: 2}", ""}};
    RUN(DOCUMENT("`a`: {`achieved_when`: {`count`: `x`}}"), rows);
}

static void each_event_counts(void)
{
    static const row rows[] = {{0, "event done@0", "+a:1@0 *milestone/a/1#1"},
                               {1, "event done@1", "+a:2@1 *milestone/a/2#2"},
                               {2, "{}", ""},
                               {9, "event done@5", "+a:3@5 *milestone/a/3#3"},
                               {10, "revoke a", "-a:3"},
                               {11, "event done@11", "+a:4@11 *milestone/a/4#4"}};
    RUN(DOCUMENT("`a`: {`achieved_when`: {`event`: `done`}, `repeat`: `each`, `celebrate`: "
                 "{`template`: `hooray`}}"),
        rows);
}

/* 2026-01-11 is hour 240; a year later hour 9000; 2028 has a 29 February. */
static void anniversaries_come_each_year(void)
{
    static const row rows[] = {
        {0, "{`begun`: `2025-01-11T00:00:00Z`}", "@240"},
        {239, ".", "@240"},
        {240, ".", "+a:1@240 *milestone/a/1#1 @9000"},
        {241, ".", "@9000"},
        {9001, ".", "+a:2@9000 *milestone/a/2#2 @17760"},
        /* looked at two years late: the last of them, long ago, so nobody celebrates */
        {30000, ".", "+a:4@26544 @35304"},
        /* the date is corrected to a later one: none comes twice */
        {30001, "{`begun`: `2026-01-11T00:00:00Z`}", "@44064"}};
    static const row leap[] = {{0, "{`begun`: `2024-02-29T12:00:00Z`}", "+a:1@-7356 @1404"},
                               {1404, ".", "+a:2@1404 @10164"}};
    static const row once[] = {{0, "{`begun`: `2025-01-11T00:00:00Z`}", "@240"},
                               {240, ".", "+a:1@240"},
                               {9001, ".", ""}};
    RUN(DOCUMENT("`a`: {`achieved_when`: {`anniversary`: `begun`}, `repeat`: `yearly`, "
                 "`celebrate`: {`template`: `hooray`}}"),
        rows);
    RUN(DOCUMENT("`a`: {`achieved_when`: {`anniversary`: `begun`}, `repeat`: `yearly`}"), leap);
    RUN(DOCUMENT("`a`: {`achieved_when`: {`anniversary`: `begun`}}"), once);
}

static void time_alone_achieves(void)
{
    static const row rows[] = {{0, "{`begun`: `2026-01-01T00:00:00Z`}", "@96"},
                               {96, ".", "+a@96"}};
    RUN(DOCUMENT("`a`: {`achieved_when`: `days_since(begun) > 3`}"), rows);
}

/* ---- What comes first ---- */

static void what_happens_while_blocked_counts(void)
{
    static const row rows[] = {{0, "{`x`: 0}", ""},
                               {5, "event done@5", ""},
                               {6, "{`x`: 0, `y`: 3}", ""},
                               {7, "{`x`: 0, `y`: 0}", ""},
                               {9, "{`x`: 1}", "+a@9 +b@9 +c@9"}};
    /* the event of `a` was before that of `b`, but came later: b was free at its own time */
    static const row late[] = {{20, "event done@10", ""},
                               {30, "event first@4", "+a@4 +b@10"},
                               {40, "event first@2", "<a@2"},
                               {50, "event done@3", "<b@3"},
                               {60, "event done@1", "<b@2"}};
    RUN(DOCUMENT("`c`: {`achieved_when`: `y > 2`, `after`: [`b`, `a`]}, `b`: {`achieved_when`: "
                 "{`event`: `done`}, `after`: [`a`]}, `a`: {`achieved_when`: `x > 0`}"),
        rows);
    RUN(DOCUMENT("`a`: {`achieved_when`: {`event`: `first`}}, `b`: {`achieved_when`: {`event`: "
                 "`done`}, `after`: [`a`]}"),
        late);
}

static void each_event_while_blocked_counts(void)
{
    static const row rows[] = {{1, "event done@1", ""},
                               {2, "event done@2", ""},
                               {3, "{`x`: 1}", "+a@3 +b:1@3 +b:2@3"},
                               {4, "event done@4", "+b:3@4"}};
    RUN(DOCUMENT("`a`: {`achieved_when`: `x > 0`}, `b`: {`achieved_when`: {`event`: `done`}, "
                 "`repeat`: `each`, `after`: [`a`]}"),
        rows);
}

static void conditions_read_other_milestones(void)
{
    static const row rows[] = {{0, "{`x`: 0}", ""}, {1, "{`x`: 1}", "+c@1 +b@1 +a@1"}};
    RUN(DOCUMENT("`a`: {`achieved_when`: `milestone('b').achieved`}, `b`: {`achieved_when`: "
                 "`milestone('c').times == 1 && milestone('c').state == 'achieved'`}, `c`: "
                 "{`achieved_when`: `x > 0`}"),
        rows);
}

/* ---- What people say ---- */

static void people_achieve_and_revoke(void)
{
    static const row rows[] = {
        {0, "{`x`: 0}", ""},
        {1, "achieve a ,`reason`:`told me`", "+a@1 *milestone/a/celebrate#1"},
        {2, "achieve a", "same"},
        {3, "revoke a ,`reason`:`a mistake`", "-a"},
        {4, "revoke a", "same"},
        {5, "achieve a", "+a@5"},                          /* and nobody celebrates again */
        {6, "achieve b", "+b@6 *milestone/b/celebrate#1"}, /* blocked or not */
        {7, "achieve zz", "refused"},
        {8, "praise a", "refused"}};
    RUN(DOCUMENT("`a`: {`achieved_when`: `x > 4`, `celebrate`: {`template`: `hooray`}}, `b`: "
                 "{`achieved_when`: `x > 4`, `after`: [`c`], `celebrate`: {`template`: "
                 "`hooray`}}, `c`: {`achieved_when`: `x > 8`}"),
        rows);
}

static void revoked_while_it_holds(void)
{
    static const row rows[] = {{0, "{`x`: 5}", "+a@0 *milestone/a/celebrate#1"},
                               {1, "revoke a", "-a"},
                               {2, "{`x`: 6}", ""},
                               {3, "{}", ""}, /* undecided: it has not gone */
                               {4, "{`x`: 6}", ""},
                               {5, "{`x`: 0}", ""},
                               {6, "{`x`: 6}", "+a@6"}};
    RUN(DOCUMENT("`a`: {`achieved_when`: `x > 4`, `celebrate`: {`template`: `hooray`}}"), rows);
}

static void a_revoked_event_needs_a_newer_one(void)
{
    static const row rows[] = {{10, "event done@10", "+a@10"},
                               {20, "revoke a", "-a"},
                               {30, "event done@15", ""},
                               {31, "event done@20", ""},
                               {40, "event done@35", "+a@35"}};
    RUN(DOCUMENT("`a`: {`achieved_when`: {`event`: `done`}}"), rows);
}

static void thresholds_are_revoked_by_name(void)
{
    static const row rows[] = {{0, "{`x`: 25}", "+a:10@0 +a:20@0"},
                               {1, "revoke a ,`threshold`:10", "-a:10"},
                               {2, "revoke a", "-a:20"},
                               {3, "{`x`: 15}", ""},
                               {4, "{`x`: 25}", "+a:20@4"},
                               {5, "achieve a", "+a:10@5"},
                               {6, "achieve a ,`threshold`:30", "+a:30@6"},
                               {7, "achieve a", "same"},
                               {8, "achieve a ,`threshold`:31", "refused"}};
    RUN(DOCUMENT("`a`: {`achieved_when`: {`count`: `x`}, `repeat`: [10, 20, 30]}"), rows);
}

static void an_anniversary_comes_by_itself(void)
{
    static const row rows[] = {{0, "{`begun`: `2024-12-30T00:00:00Z`}", "+a:1@-48 @8712"},
                               {1, "achieve a", "@8712 refused"},
                               {2, "revoke a", "-a:1 @8712"},
                               {3, ".", "@8712"}};
    RUN(DOCUMENT("`a`: {`achieved_when`: {`anniversary`: `begun`}, `repeat`: `yearly`}"), rows);
}

/* ---- Time ---- */

static void targets_pass(void)
{
    static const row rows[] = {{0, "{`x`: 0}", "@72"},
                               {71, ".", "@72"},
                               {72, ".", "!a @168"},
                               {73, ".", "@168"},
                               {168, ".", "!b @336"},
                               {336, ".", ""}, /* stuck from now on */
                               {400, "{`x`: 1}", "+a@400 @736"},
                               {401, "{`x`: 2}", "+b@401"}};
    RUN(DOCUMENT("`a`: {`achieved_when`: `x > 0`, `target_days`: 3}, `b`: {`achieved_when`: `x "
                 "> 1`, `target_days`: 7, `after`: [`a`]}"),
        rows);
}

static void time_counts_from_since(void)
{
    static const row rows[] = {{0, "{}", ""}, /* nobody knows since when */
                               {1, "{`begun`: `2026-01-02T00:00:00Z`}", "@48"},
                               {48, ".", "!a @360"}};
    RUN(DOCUMENT("`a`: {`achieved_when`: `x > 0`, `target_days`: 1, `since`: `begun`}"), rows);
}

/* ---- What is left out ---- */

static void history_is_not_celebrated(void)
{
    way w;
    static const char document[] =
        DOCUMENT("`a`: {`achieved_when`: `x > 4`, `celebrate`: {`template`: `hooray`}}");
    if (CHECK_OK(way_open(&w, document, NULL))) {
        w.l.step.quiet = true;
        CHECK_OK(happen(&w, "{`x`: 5}", 0));
        CHECK_UINT(w.l.effects.entry_count, 1);
        CHECK_UINT(w.l.effects.message_count, 0);
        w.l.step.quiet = false;
        CHECK_OK(happen(&w, "{`x`: 5}", 1));
        CHECK_OK(happen(&w, "revoke a", 2));
        CHECK_OK(happen(&w, "{`x`: 0}", 3));
        CHECK_OK(happen(&w, "{`x`: 5}", 4));
        CHECK_UINT(w.l.effects.message_count, 0);
        WAY_SLOT(&w, "milestone.achieved", "a", "true");
    }
    way_close(&w);
}

/* ---- The whole ---- */

#define BOARDING \
    DOCUMENT( \
        "`setup`: {`achieved_when`: `x >= 1`, `target_days`: 3, `critical_path`: true, " \
        "`points`: 20}, `client`: {`achieved_when`: {`event`: `client`}, `after`: " \
        "[`setup`], `target_days`: 7, `critical_path`: true, `value`: true, `points`: 20}, " \
        "`form`: {`achieved_when`: `x >= 3`, `target_days`: 20}, `actions`: " \
        "{`achieved_when`: {`count`: `y`}, `repeat`: [100, 1000]}, `year`: " \
        "{`achieved_when`: {`anniversary`: `begun`}, `repeat`: `yearly`}")

static void check_whole(way *w, const char *progress, const char *critical, const char *value,
                        const char *state)
{
    WAY_SLOT(w, "onboarding.progress", NULL, progress);
    WAY_SLOT(w, "onboarding.critical", NULL, critical);
    WAY_SLOT(w, "onboarding.time_to_value", NULL, value);
    WAY_SLOT(w, "onboarding.state", NULL, state);
}

static void progress_of_the_whole(void)
{
    way w;
    if (CHECK_OK(way_open(&w, BOARDING, NULL))) {
        CHECK_OK(happen(&w, "{`x`: 0}", 0));
        check_whole(&w, "0", "0", "null", "\"on_track\"");
        CHECK_STR(way_report(&w, csuccess__milestones_report),
                  "{\"percent\":0,\"points\":0,\"points_of\":50,\"state\":\"on_track\","
                  "\"expected_completion\":\"2026-01-21T00:00:00Z\",\"next\":[\"setup\","
                  "\"form\",\"actions\"],\"critical_path\":[\"setup\",\"client\"],"
                  "\"milestones\":{"
                  "\"setup\":{\"state\":\"pending\",\"label\":\"setup\",\"critical\":true,"
                  "\"points\":20,\"times\":0,\"celebrated\":false,\"target_at\":"
                  "\"2026-01-04T00:00:00Z\"},"
                  "\"client\":{\"state\":\"blocked\",\"label\":\"client\",\"critical\":true,"
                  "\"points\":20,\"times\":0,\"celebrated\":false,\"target_at\":"
                  "\"2026-01-08T00:00:00Z\",\"blocked_by\":[\"setup\"]},"
                  "\"form\":{\"state\":\"pending\",\"label\":\"form\",\"critical\":false,"
                  "\"points\":10,\"times\":0,\"celebrated\":false,\"target_at\":"
                  "\"2026-01-21T00:00:00Z\"},"
                  "\"actions\":{\"state\":\"pending\",\"label\":\"actions\",\"critical\":false,"
                  "\"points\":10,\"times\":0,\"celebrated\":false,\"next_threshold\":100},"
                  "\"year\":{\"state\":\"pending\",\"label\":\"year\",\"critical\":false,"
                  "\"points\":10,\"times\":0,\"celebrated\":false}}}");
        CHECK_OK(happen(&w, ".", 96));
        check_whole(&w, "0", "0", "null", "\"behind\"");
        WAY_SLOT(&w, "milestone.state", "setup", "\"overdue\"");
        WAY_SLOT(&w, "milestone.state", "client", "\"blocked\"");
        CHECK_OK(happen(&w, ".", 14 * 24));
        check_whole(&w, "0", "0", "null", "\"stuck\"");
        CHECK_OK(happen(&w, "{`x`: 1}", 15 * 24));
        check_whole(&w, "0.4", "0.5", "null", "\"behind\"");
        /* 20 points in 15 days, 30 are left: 22.5 days more */
        CHECK_HAS(way_report(&w, csuccess__milestones_report).ptr,
                  "\"expected_completion\":\"2026-02-07T12:00:00Z\",\"next\":[\"client\","
                  "\"form\",\"actions\"],\"critical_path\":[\"client\"]");
        CHECK_HAS(way_report(&w, csuccess__milestones_report).ptr,
                  "\"client\":{\"state\":\"overdue\",\"label\":\"client\",\"critical\":true,"
                  "\"points\":20,\"times\":0,\"celebrated\":false,\"target_at\":"
                  "\"2026-01-08T00:00:00Z\",\"overdue_by_days\":8}");
        CHECK_OK(happen(&w, "event client@372", 16 * 24));
        check_whole(&w, "0.8", "1", "15.5", "\"on_track\"");
        CHECK_OK(happen(&w, "{`x`: 3, `y`: 100}", 17 * 24));
        check_whole(&w, "1", "1", "15.5", "\"done\"");
        CHECK_HAS(way_report(&w, csuccess__milestones_report).ptr,
                  "{\"percent\":100,\"points\":50,\"points_of\":50,\"state\":\"done\","
                  "\"time_to_value_days\":15.5,\"expected_completion\":"
                  "\"2026-01-18T00:00:00Z\",\"next\":[\"actions\"],\"critical_path\":[],");
        CHECK_HAS(way_report(&w, csuccess__milestones_report).ptr,
                  "\"achieved_at\":\"2026-01-16T12:00:00Z\",\"last_at\":"
                  "\"2026-01-16T12:00:00Z\",\"days_to_achieve\":15.5,\"times\":1");
    }
    way_close(&w);
}

/* ---- States ---- */

static void a_damaged_payload_fails_the_step(void)
{
    way w;
    if (CHECK_OK(way_open(&w, DOCUMENT("`a`: {`achieved_when`: `x > 4`}"), NULL))) {
        csuccess__step_put(&w.l.step, CSUCCESS__STATE_MILESTONE, CSUCCESS_STR("a"),
                           CSUCCESS_STR("\x01\x09"));
        CHECK_RESULT(way_step(&w, LIFE_START, NULL), CSUCCESS_ESTATE);
        csuccess__buffer out;
        csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
        CHECK_STR(
            life_print(&out, &w.l, CSUCCESS__STATE_MILESTONE, "a", csuccess__milestone_print),
            "\"(damaged)\"");
        csuccess__buffer_free(&out);
    }
    way_close(&w);
}

static void prints(void)
{
    way w;
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    if (CHECK_OK(way_open(&w, DOCUMENT("`a`: {`achieved_when`: `x > 4`}"), NULL))) {
        CHECK_OK(happen(&w, "{`x`: 5}", 0));
        CHECK_STR(
            life_print(&out, &w.l, CSUCCESS__STATE_MILESTONE, "a", csuccess__milestone_print),
            "{\"times\":1,\"achieved_at\":\"2026-01-01T00:00:00Z\",\"last_at\":"
            "\"2026-01-01T00:00:00Z\",\"occurrences\":[{\"occurrence\":0,\"state\":"
            "\"achieved\",\"happened_at\":\"2026-01-01T00:00:00Z\",\"achieved_at\":"
            "\"2026-01-01T00:00:00Z\",\"celebration_settled\":true}]}");
    }
    csuccess__buffer_free(&out);
    way_close(&w);
}

/* More `each` than are kept one by one: the oldest are counted. */
static void many_of_each(void)
{
    way w;
    if (CHECK_OK(way_open(&w,
                          DOCUMENT("`a`: {`achieved_when`: {`event`: `done`}, `repeat`: "
                                   "`each`}"),
                          NULL))) {
        for (int i = 0; i < 200; i++) CHECK_OK(happen(&w, "event done", i));
        WAY_SLOT(&w, "milestone.times", "a", "200");
        WAY_SLOT(&w, "milestone.achieved_at", "a", "\"2026-01-01T00:00:00Z\"");
        WAY_SLOT(&w, "milestone.last_at", "a", "\"2026-01-09T07:00:00Z\"");
    }
    way_close(&w);
}

/* ---- Memory ---- */

static csuccess_result scenario(check_memory *memory, void *ud)
{
    static const char *const what[] = {"{`x`: 0}",     "event client@1", "{`x`: 1, `y`: 150}",
                                       "revoke setup", "achieve setup",  "{`x`: 3}"};
    way w;
    (void)ud;
    csuccess_result result = way_open(&w, BOARDING, &memory->allocator);
    for (int i = 0; result >= 0 && i < 6; i++) {
        csuccess__effects_clear(&w.l.effects);
        result = happen(&w, what[i], i);
    }
    if (result >= 0) {
        (void)way_report(&w, csuccess__milestones_report);
        result = w.l.step.failed;
        WAY_SLOT(&w, "onboarding.state", NULL, "\"done\"");
    }
    way_close(&w);
    return result;
}

static void memory_may_fail(void)
{
    CHECK(check_faults(scenario, NULL) > 10);
}

CHECK_MAIN(CHECK_TEST(conditions_are_achieved_once), CHECK_TEST(undecided_achieves_nothing),
           CHECK_TEST(events_keep_their_own_time), CHECK_TEST(thresholds_each_once),
           CHECK_TEST(a_count_without_thresholds_begins_at_one), CHECK_TEST(each_event_counts),
           CHECK_TEST(anniversaries_come_each_year), CHECK_TEST(time_alone_achieves),
           CHECK_TEST(what_happens_while_blocked_counts),
           CHECK_TEST(each_event_while_blocked_counts),
           CHECK_TEST(conditions_read_other_milestones), CHECK_TEST(people_achieve_and_revoke),
           CHECK_TEST(revoked_while_it_holds), CHECK_TEST(a_revoked_event_needs_a_newer_one),
           CHECK_TEST(thresholds_are_revoked_by_name),
           CHECK_TEST(an_anniversary_comes_by_itself), CHECK_TEST(targets_pass),
           CHECK_TEST(time_counts_from_since), CHECK_TEST(history_is_not_celebrated),
           CHECK_TEST(progress_of_the_whole), CHECK_TEST(a_damaged_payload_fails_the_step),
           CHECK_TEST(prints), CHECK_TEST(many_of_each), CHECK_TEST(memory_may_fail))

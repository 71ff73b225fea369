/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts over time: each path as a table of what happens and what must come of it, written from lib/flow/alerts.h. */
#include "flow_life.h"

/* Hour, what happens ("x y" as numbers, "-" for missing, "." as before; or a word of a person), and what must be: the states of the
   alerts in their order, messages "tier#occurrence", entries, and the hour at which to look again. */
typedef struct row {
    int hour;
    const char *what, *expected;
} row;

#define DOCUMENT(alerts) \
    "{\"csuccess\": 1, \"attributes\": {\"x\": {\"type\": \"number\"}, \"y\": {\"type\": " \
    "\"number\"}, \"vip\": {\"type\": \"bool\"}}," \
    "\"channels\": {\"chat\": {}, \"mail\": {}, \"pager\": {}}," \
    "\"health\": {\"profiles\": {\"vip\": {\"when\": \"vip\", \"score\": {\"value\": \"x\", " \
    "\"range\": [0, 100]}, \"alerts\": {\"low\": {\"when\": \"x < 40\", \"key\": " \
    "\"usage\"}}}," \
    "\"base\": {\"score\": {\"value\": \"x\", \"range\": [0, 100], \"missing\": " \
    "\"worst\"}, \"alerts\": {" alerts "}}}}}"

static void put_states(csuccess__text *out, const life *l)
{
    static const char *const words[] = {"quiet",        "waiting", "open",
                                        "acknowledged", "snoozed", "resolved"};
    const csuccess__alerts *alerts = l->config->alerts;
    for (uint32_t i = 0; i < alerts->count; i++) {
        csuccess_str payload =
            csuccess__state_get(&l->state, CSUCCESS__STATE_ALERT, alerts->list[i].id);
        bool vip = alerts->list[i].profile == 0;
        if (vip && !payload.ptr) continue;
        csuccess__text_format(out, "%s%s%s", out->len ? " " : "", vip ? "vip:" : "",
                              payload.ptr ? words[(uint8_t)payload.ptr[0] % 6] : "none");
    }
}

static csuccess_str entry_word(const life *l, csuccess_str body, const char *key)
{
    csuccess__json *json = NULL;
    csuccess__json_options options = {.limits = &l->limits};
    csuccess_result result = csuccess__json_read(&json, (csuccess__arena *)(uintptr_t)&l->arena,
                                                 body, &options, NULL);
    if (!CHECK_OK(result)) return (csuccess_str){"", 0};
    const csuccess__json *node = csuccess__json_member(json, key);
    return node && node->type == CSUCCESS__JSON_STRING ? node->string : (csuccess_str){"", 0};
}

/* What there is since the effects were cleared, in the spelling of the tables. */
static void describe(csuccess__text *out, const life *l)
{
    put_states(out, l);
    for (uint32_t i = 0; i < l->effects.message_count; i++) {
        const csuccess__effect_message *m = &l->effects.messages[i];
        csuccess__text_format(out, "%s%S#%u", i ? " " : " | ", m->step,
                              (uint32_t)m->occurrence);
    }
    for (uint32_t i = 0, n = 0; i < l->effects.entry_count; i++) {
        const csuccess__effect_entry *e = &l->effects.entries[i];
        if (!csuccess__str_is(e->kind, "alert")) continue;
        csuccess__text_format(out, "%s%S", n++ ? " " : " / ", entry_word(l, e->body, "state"));
    }
    if (l->step.due == CSUCCESS__NEVER) return;
    csuccess__text_format(out, " @%u", (uint32_t)((l->step.due - LIFE_START) / LIFE_HOUR));
}

static void person(life *l, const char *what, int hour)
{
    static const char *const words[] = {"acknowledge", "snooze", "resolve"};
    csuccess__input input;
    char text[512], until[40] = "", say[128];
    csuccess__text reason;
    csuccess__text_init(&reason, say, sizeof say);
    const char *word = words[what[0] == 'a' ? 0 : what[0] == 's' ? 1 : 2];
    if (what[0] == 's') {
        char time[CSUCCESS__TIME_TEXT];
        csuccess__time_format(time, LIFE_START + (int64_t)check_number(what + 7) * LIFE_HOUR);
        snprintf(until, sizeof until, ",\"until\":\"%s\"", time);
    }
    snprintf(
        text, sizeof text,
        "{\"type\":\"alert\",\"event\":\"%s\",\"messageId\":\"p%d\",\"groupId\":\"c1\","
        "\"timestamp\":\"2026-01-01T00:00:00Z\",\"properties\":{\"alert\":\"base/low\"%s}}",
        word, hour, until);
    if (!CHECK_OK(life_input(l, &input, text))) printf("# %s\n", text);
    CHECK_OK(csuccess__alert_apply(l->config->alerts, &l->step, &input, &reason));
}

/* "30 50", "30", "vip 30", or a person's word, after which the numbers are as before. */
static void happen(life *l, const char *what, int hour, char numbers[128])
{
    char cause[16];
    snprintf(cause, sizeof cause, "e%d", hour);
    life_at(l, LIFE_START + hour * LIFE_HOUR, cause);
    bool vip = strncmp(what, "vip ", 4) == 0;
    if (strchr("0123456789-v", what[0])) {
        char x[16] = "-", y[16] = "-";
        (void)sscanf(what + (vip ? 4 : 0), "%15s %15s", x, y);
        snprintf(numbers, 128, "{%s\"x\":%s,\"y\":%s}", vip ? "\"vip\":true," : "",
                 x[0] == '-' ? "null" : x, y[0] == '-' ? "null" : y);
    } else if (what[0] != '.') {
        person(l, what, hour);
    }
    CHECK_OK(life_step(l, numbers));
}

static void run(const char *document, const row *rows, size_t count)
{
    life l;
    char numbers[128] = "{}";
    if (!CHECK_OK(life_open(&l, document, NULL))) {
        life_close(&l);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        char text[512] = "";
        csuccess__text out;
        csuccess__text_init(&out, text, sizeof text);
        csuccess__effects_clear(&l.effects);
        happen(&l, rows[i].what, rows[i].hour, numbers);
        describe(&out, &l);
        if (!CHECK_CSTR(text, rows[i].expected)) {
            printf("# row %zu: hour %d, %s\n", i, rows[i].hour, rows[i].what);
        }
        CHECK(l.step.due > l.step.now);
    }
    life_close(&l);
}
#define RUN(document, rows) run(document, rows, sizeof(rows) / sizeof((rows)[0]))

static void raised_once_and_cleared(void)
{
    static const row rows[] = {{0, "80", "none"},  {1, "39", "open | first#1 / open"},
                               {2, "10", "open"},  {3, "40", "quiet / cleared"},
                               {4, "50", "quiet"}, {5, "0", "open | first#2 / open"}};
    RUN(DOCUMENT("\"low\": {\"when\": \"x < 40\", \"notify\": {\"first\": {\"channel\": "
                 "\"chat\"}}}"),
        rows);
}

static void held_for_three_days(void)
{
    static const row rows[] = {{0, "30", "waiting @72"},
                               {10, "20", "waiting @72"},
                               {71, "20", "waiting @72"},
                               {72, ".", "open / open"},
                               {80, "60", "quiet / cleared"},
                               /* interrupted: begins anew */
                               {90, "30", "waiting @162"},
                               {100, "41", "quiet"},
                               {101, "30", "waiting @173"},
                               {162, "30", "waiting @173"},
                               /* later than it should have been: the clock stood still */
                               {200, "30", "open / open"}};
    static const row never_raised[] = {{0, "30", "waiting @72"}, {1, "50", "none"}};
    static const char document[] =
        DOCUMENT("\"low\": {\"when\": \"x < 40\", \"for\": \"P3D\"}");
    RUN(document, rows);
    RUN(document, never_raised);
}

static void leaving_has_its_own_condition(void)
{
    static const row rows[] = {{0, "39", "open / open"}, {1, "42", "open"},
                               {2, "44.9", "open"},      {3, "45", "quiet / cleared"},
                               {4, "42", "quiet"},       {5, "39", "open / open"},
                               {6, "- 1", "open"}};
    RUN(DOCUMENT("\"low\": {\"when\": \"x < 40\", \"leave\": \"x >= 45\"}"), rows);
}

static void undecided_changes_nothing(void)
{
    static const row rows[] = {{0, "-", "none"},
                               {1, "30", "waiting @25"},
                               {2, "-", "waiting"},
                               {30, "-", "waiting"},
                               {31, "30", "open | first#1 / open @35"},
                               {32, "-", "open @35"},
                               {35, "-", "open | lead#1 / open"},
                               {40, "90", "quiet / cleared"}};
    RUN(DOCUMENT("\"low\": {\"when\": \"x < 40\", \"for\": \"P1D\", \"notify\": {\"first\": "
                 "{\"channel\": \"chat\"}, \"lead\": {\"after\": \"PT4H\", \"channel\": "
                 "\"mail\"}}}"),
        rows);
}

static void alerts_of_one_key_are_one(void)
{
    static const row rows[] = {{0, "80 30", "none open / open"},
                               {1, "30 30", "waiting open"},
                               {2, "30 60", "open quiet / open cleared"},
                               {3, "30 30", "open waiting"},
                               {4, "a", "acknowledged waiting / acknowledged"},
                               {5, "r", "resolved open / resolved open"},
                               {6, "80 80", "quiet quiet / cleared"},
                               /* both at once: the first of the document */
                               {7, "30 30", "open waiting / open"}};
    static const char document[] =
        DOCUMENT("\"low\": {\"when\": \"x < 40\", \"key\": \"usage\"}, \"down\": {\"when\": "
                 "\"y < 40\", \"key\": \"usage\"}");
    RUN(document, rows);
}

static void cooldown_counts_from_the_clearing(void)
{
    static const row rows[] = {{0, "30", "open / open"},      {10, "50", "quiet / cleared"},
                               {11, "30", "waiting @58"},     {12, "50", "quiet"},
                               {57, "30", "waiting @58"},     {58, ".", "open / open"},
                               {59, "50", "quiet / cleared"}, {200, "30", "open / open"}};
    RUN(DOCUMENT("\"low\": {\"when\": \"x < 40\", \"cooldown\": \"P2D\"}"), rows);
}

static void cooldown_and_for_go_on_together(void)
{
    static const row rows[] = {
        {0, "30", "waiting @24"},  {24, ".", "open / open"},      {30, "50", "quiet / cleared"},
        {31, "30", "waiting @78"}, /* cooldown till 78, held from 55 on */
        {78, ".", "open / open"},  {79, "50", "quiet / cleared"}, {120, "30", "waiting @144"}};
    RUN(DOCUMENT("\"low\": {\"when\": \"x < 40\", \"for\": \"P1D\", \"cooldown\": \"P2D\"}"),
        rows);
}

#define TIERS \
    "\"notify\": {\"head\": {\"after\": \"P1D\", \"channel\": \"pager\"}, \"first\": " \
    "{\"channel\": \"chat\"}, \"lead\": {\"after\": \"PT4H\", \"channel\": \"mail\"}}"

static void three_tiers(void)
{
    static const row rows[] = {{0, "30", "open | first#1 / open @4"},
                               {3, "20", "open @4"},
                               {4, ".", "open | lead#1 / open @24"},
                               {24, ".", "open | head#1 / open"},
                               {100, ".", "open"},
                               {101, "50", "quiet / cleared"},
                               {102, "30", "open | first#2 / open @106"},
                               /* cleared at the very time: nobody is told */
                               {106, "50", "quiet / cleared"},
                               {130, "30", "open | first#3 / open @134"},
                               /* missed timers: all that came due, in their order */
                               {200, ".", "open | lead#3 head#3 / open"}};
    RUN(DOCUMENT("\"low\": {\"when\": \"x < 40\", " TIERS "}"), rows);
}

static void taken_or_put_off(void)
{
    static const row rows[] = {{0, "30", "open | first#1 / open @4"},
                               {1, "a", "acknowledged / acknowledged"},
                               {30, "20", "acknowledged"},
                               {31, "50", "quiet / cleared"},
                               {40, "30", "open | first#2 / open @44"},
                               {41, "snooze 43", "snoozed / snoozed @43"},
                               {43, ".", "open / open @44"},
                               {44, ".", "open | lead#2 / open @64"},
                               {45, "snooze 70", "snoozed / snoozed @70"},
                               {50, "snooze 80", "snoozed / snoozed @80"},
                               {80, ".", "open | head#2 / open"},
                               {81, "snooze 99", "snoozed / snoozed @99"},
                               {82, "a", "acknowledged / acknowledged"},
                               {83, "snooze 99", "snoozed / snoozed @99"},
                               {84, "50", "quiet / cleared"},
                               {99, ".", "quiet"}};
    RUN(DOCUMENT("\"low\": {\"when\": \"x < 40\", " TIERS "}"), rows);
}

static void resolved_by_a_person(void)
{
    static const row plain[] = {{0, "30", "open / open"}, {1, "r", "resolved / resolved"},
                                {50, "30", "resolved"},   {51, "-", "resolved"},
                                {52, "60", "quiet"},      {53, "30", "open / open"}};
    static const row again[] = {{0, "30", "open / open"},
                                {1, "a", "acknowledged / acknowledged"},
                                {2, "r", "resolved / resolved @50"},
                                {49, "30", "resolved @50"},
                                {50, ".", "open / open"},
                                {51, "snooze 60", "snoozed / snoozed @60"},
                                {52, "r", "resolved / resolved @100"},
                                {53, "60", "quiet"},
                                {54, "30", "waiting @100"},
                                {100, ".", "open / open"}};
    RUN(DOCUMENT("\"low\": {\"when\": \"x < 40\"}"), plain);
    RUN(DOCUMENT("\"low\": {\"when\": \"x < 40\", \"cooldown\": \"P2D\"}"), again);
}

static void another_profile_clears(void)
{
    static const row rows[] = {
        {0, "30", "open | first#1 / open @4"},
        /* the other profile's alert has a key of its own once this one is cleared */
        {1, "vip 30", "vip:open quiet / cleared open"},
        {4, "vip 20", "vip:open quiet"},
        {5, "30", "vip:quiet open | first#2 / cleared open @9"},
        {6, "a", "vip:quiet acknowledged / acknowledged"},
        {7, "vip 50", "vip:quiet quiet / cleared"}};
    static const row waiting[] = {{0, "30", "waiting @24"}, {1, "vip 50", "none"}};
    RUN(DOCUMENT("\"low\": {\"when\": \"x < 40\", \"key\": \"usage\", " TIERS "}"), rows);
    RUN(DOCUMENT("\"low\": {\"when\": \"x < 40\", \"for\": \"P1D\"}"), waiting);
}

/* ---- Words that do not fit ---- */

static csuccess_result word(life *l, const char *event, const char *properties, char say[128])
{
    csuccess__input input;
    char text[512];
    csuccess__text reason;
    csuccess__text_init(&reason, say, 128);
    snprintf(text, sizeof text,
             "{\"type\":\"alert\",\"event\":\"%s\",\"messageId\":\"p\",\"groupId\":\"c1\","
             "\"timestamp\":\"2026-01-01T00:00:00Z\",\"properties\":{%s}}",
             event, properties);
    csuccess_result result = life_input(l, &input, text);
    if (!CHECK_OK(result)) return result;
    return csuccess__alert_apply(l->config->alerts, &l->step, &input, &reason);
}

static void words_that_do_not_fit(void)
{
    life l;
    char say[128];
    if (!CHECK_OK(life_open(&l, DOCUMENT("\"low\": {\"when\": \"x < 40\"}"), NULL))) return;
    life_at(&l, LIFE_START, "e");
    CHECK_OK(life_step(&l, "{\"x\": 80}"));
    CHECK_RESULT(word(&l, "acknowledge", "\"alert\":\"base/low\"", say), CSUCCESS_ERANGE);
    CHECK_CSTR(say, "the alert \"base/low\" is not open");
    CHECK_RESULT(word(&l, "acknowledge", "\"alert\":\"low\"", say), CSUCCESS_ERANGE);
    CHECK_HAS(say, "there is no alert \"low\"");
    CHECK_RESULT(word(&l, "acknowledge", "", say), CSUCCESS_ERANGE);
    CHECK_RESULT(word(&l, "shout", "\"alert\":\"base/low\"", say), CSUCCESS_ERANGE);
    CHECK_HAS(say, "acknowledge, snooze, resolve");
    CHECK_OK(life_step(&l, "{\"x\": 30}"));
    CHECK_RESULT(word(&l, "snooze", "\"alert\":\"base/low\"", say), CSUCCESS_ERANGE);
    CHECK_HAS(say, "needs \"until\"");
    CHECK_RESULT(
        word(&l, "snooze", "\"alert\":\"base/low\",\"until\":\"2026-01-01T00:00:00Z\"", say),
        CSUCCESS_ERANGE);
    CHECK_RESULT(
        word(&l, "snooze", "\"alert\":\"base/low\",\"until\":\"2026-01-02T00:00:00Z\"", say),
        CSUCCESS_OK);
    CHECK_RESULT(
        word(&l, "snooze", "\"alert\":\"base/low\",\"until\":\"2026-01-02T00:00:00Z\"", say),
        CSUCCESS_UNCHANGED);
    CHECK_OK(word(&l, "acknowledge", "\"alert\":\"base/low\"", say));
    CHECK_RESULT(word(&l, "acknowledge", "\"alert\":\"base/low\"", say), CSUCCESS_UNCHANGED);
    CHECK_OK(word(&l, "resolve", "\"alert\":\"base/low\",\"reason\":\"called\"", say));
    CHECK_RESULT(word(&l, "resolve", "\"alert\":\"base/low\"", say), CSUCCESS_UNCHANGED);
    CHECK_RESULT(word(&l, "acknowledge", "\"alert\":\"base/low\"", say), CSUCCESS_ERANGE);
    CHECK_OK(l.step.failed);
    life_close(&l);
}

/* ---- What is said ---- */

static void message_and_entry(void)
{
    life l;
    csuccess__buffer out;
    static const char document[] = DOCUMENT(
        "\"low\": {\"when\": \"x < 40\", \"severity\": \"high\", \"label\": \"Usage low\", "
        "\"message\": \"Usage is {{x}} of {{y}}\", \"purpose\": \"care\", \"notify\": {\"us\": "
        "{\"channel\": \"chat\"}, \"them\": {\"channel\": \"mail\", \"contact\": \"boss\"}}}");
    if (!CHECK_OK(life_open(&l, document, NULL))) {
        life_close(&l);
        return;
    }
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    life_at(&l, LIFE_START, "e1");
    CHECK_OK(life_step(&l, "{\"x\": 30, \"y\": 50}"));
    if (!CHECK_UINT(l.effects.message_count, 2)) {
        life_close(&l);
        return;
    }
    const csuccess__effect_message *them = &l.effects.messages[0], *us = &l.effects.messages[1];
    CHECK_STR(them->contact, "boss");
    CHECK_STR(them->channel, "mail");
    CHECK_STR(them->purpose, "care");
    CHECK(!them->internal && !them->signal);
    CHECK_STR(us->contact, "");
    CHECK_STR(us->channel, "chat");
    CHECK_STR(us->purpose, "");
    CHECK(us->internal);
    CHECK_STR(us->definition, "alert/base/low");
    CHECK_STR(us->step, "us");
    CHECK_UINT(us->occurrence, 1);
    CHECK_STR(us->cause, "e1");
    CHECK_STR(us->body,
              "{\"alert\":\"base/low\",\"severity\":\"high\",\"key\":\"base/low\","
              "\"tier\":\"us\",\"occurrence\":1,\"raised_at\":\"2026-01-01T00:00:00Z\","
              "\"text\":\"Usage is 30 of 50\"}");
    const csuccess__effect_entry *entry = &l.effects.entries[l.effects.entry_count - 1];
    CHECK_STR(entry->body,
              "{\"alert\":\"base/low\",\"state\":\"open\",\"severity\":\"high\",\"key\":"
              "\"base/low\",\"tier\":\"us\",\"cause\":\"e1\",\"occurrence\":1,\"raised_at\":"
              "\"2026-01-01T00:00:00Z\"}");
    CHECK_STR(
        life_print(&out, &l, CSUCCESS__STATE_ALERT, "base/low", csuccess__alert_print),
        "{\"state\":\"open\",\"occurrence\":1,\"told\":2,\"since\":\"2026-01-01T00:00:00Z\","
        "\"raised_at\":\"2026-01-01T00:00:00Z\",\"until\":null,\"cooldown_until\":null,"
        "\"cause\":\"e1\"}");
    /* A message that misses something is the label. */
    CHECK_OK(life_step(&l, "{\"x\": 90}"));
    csuccess__effects_clear(&l.effects);
    CHECK_OK(life_step(&l, "{\"x\": 30}"));
    CHECK_UINT(l.effects.message_count, 2);
    CHECK(strstr(l.effects.messages[0].body.ptr, "\"text\":\"Usage low (high)\"") != NULL);
    csuccess__buffer_free(&out);
    life_close(&l);
}

static void quiet_history_tells_nobody(void)
{
    life l;
    if (!CHECK_OK(
            life_open(&l, DOCUMENT("\"low\": {\"when\": \"x < 40\", " TIERS "}"), NULL))) {
        life_close(&l);
        return;
    }
    l.step.quiet = true;
    life_at(&l, LIFE_START, "e1");
    CHECK_OK(life_step(&l, "{\"x\": 30}"));
    life_at(&l, LIFE_START + 5 * LIFE_HOUR, "e2");
    CHECK_OK(life_step(&l, "{\"x\": 30}"));
    CHECK_UINT(l.effects.message_count, 0);
    l.step.quiet = false;
    life_at(&l, LIFE_START + 24 * LIFE_HOUR, "timer");
    CHECK_OK(life_step(&l, "{\"x\": 30}"));
    if (CHECK_UINT(l.effects.message_count, 1)) {
        CHECK_STR(l.effects.messages[0].step, "head");
        CHECK_STR(l.effects.messages[0].cause, "e1");
    }
    life_close(&l);
}

/* ---- Hostile states, refused memory ---- */

static void damaged_fields(void)
{
    life l;
    const csuccess_str bad[] = {CSUCCESS_STR(""),
                                CSUCCESS_STR("\x06\0\0\0\0\0\0\0"),
                                CSUCCESS_STR("\x02\x04\0\0\0\0\0\0"),
                                CSUCCESS_STR("\x02\0\0\0\0\0\0\0x"),
                                CSUCCESS_STR("\x02\0\0\0\0\0\0"),
                                CSUCCESS_STR("\x02\0\0\0\0\0\0\x01\xff")};
    if (!CHECK_OK(life_open(&l, DOCUMENT("\"low\": {\"when\": \"x < 40\"}"), NULL))) return;
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        csuccess__state_put(&l.state, CSUCCESS__STATE_ALERT, CSUCCESS_STR("base/low"), bad[i]);
        l.step.failed = l.effects.failed = CSUCCESS_OK;
        life_at(&l, LIFE_START, "e");
        if (!CHECK_RESULT(life_step(&l, "{\"x\": 30}"), CSUCCESS_ESTATE)) printf("# %zu\n", i);
        CHECK_STR(
            life_print(&out, &l, CSUCCESS__STATE_ALERT, "base/low", csuccess__alert_print),
            "\"(damaged)\"");
    }
    csuccess__buffer_free(&out);
    life_close(&l);
}

static csuccess_result whole_story(check_memory *memory, void *ud)
{
    life l;
    (void)ud;
    csuccess_result result = life_open(
        &l,
        DOCUMENT("\"low\": {\"when\": \"x < 40\", \"leave\": \"x > 45\", \"message\": "
                 "\"{{x}}\", " TIERS "}"),
        &memory->allocator);
    static const char *const rows[] = {"{\"x\": 30}", "{\"x\": 20}", "{\"x\": 50}"};
    for (int i = 0; i < 3 && result >= 0; i++) {
        life_at(&l, LIFE_START + i * 5 * LIFE_HOUR, "e");
        result = life_step(&l, rows[i]);
    }
    if (result == CSUCCESS_OK) CHECK_UINT(l.effects.message_count, 2);
    life_close(&l);
    return result;
}

static void memory_is_refused(void)
{
    CHECK(check_faults(whole_story, NULL) > 20);
}

CHECK_MAIN(CHECK_TEST(raised_once_and_cleared), CHECK_TEST(held_for_three_days),
           CHECK_TEST(leaving_has_its_own_condition), CHECK_TEST(undecided_changes_nothing),
           CHECK_TEST(alerts_of_one_key_are_one), CHECK_TEST(cooldown_counts_from_the_clearing),
           CHECK_TEST(cooldown_and_for_go_on_together), CHECK_TEST(three_tiers),
           CHECK_TEST(taken_or_put_off), CHECK_TEST(resolved_by_a_person),
           CHECK_TEST(another_profile_clears), CHECK_TEST(words_that_do_not_fit),
           CHECK_TEST(message_and_entry), CHECK_TEST(quiet_history_tells_nobody),
           CHECK_TEST(damaged_fields), CHECK_TEST(memory_is_refused))

/* SPDX-License-Identifier: Apache-2.0 */
/* Zones: local times at the changes of clocks as they were published, arithmetic, the table, sources that lie. Ten zones and more over ten years: see
   tests/oracles/calendars.py. */
#include "calendar_places.h"

static const char zones_only[] = "{" PLACES_ZONES "}";

/* The moment of a local time, written as if it were UTC. */
static int64_t moment(const places *p, const char *name, const char *local, bool *shifted)
{
    csuccess__zone zone = places_zone(p, name);
    csuccess__civil c;
    int64_t ms = 0;
    CHECK(csuccess__civil_from(&c, places_ms(local), 0));
    CHECK(csuccess__zone_moment(&ms, &zone, &c, shifted));
    return ms;
}

static const struct {
    const char *zone, *local, *moment;
    bool shifted;
} locals[] = {
    {"Europe/Berlin", "2026-03-29T01:59:59.999Z", "2026-03-29T00:59:59.999Z", false},
    {"Europe/Berlin", "2026-03-29T02:00:00Z", "2026-03-29T01:00:00Z", true},
    {"Europe/Berlin", "2026-03-29T02:30:00Z", "2026-03-29T01:00:00Z", true},
    {"Europe/Berlin", "2026-03-29T02:59:59.999Z", "2026-03-29T01:00:00Z", true},
    {"Europe/Berlin", "2026-03-29T03:00:00Z", "2026-03-29T01:00:00Z", false},
    {"Europe/Berlin", "2026-10-25T01:59:59.999Z", "2026-10-24T23:59:59.999Z", false},
    {"Europe/Berlin", "2026-10-25T02:00:00Z", "2026-10-25T00:00:00Z", false},
    {"Europe/Berlin", "2026-10-25T02:30:00Z", "2026-10-25T00:30:00Z", false},
    {"Europe/Berlin", "2026-10-25T02:59:59.999Z", "2026-10-25T00:59:59.999Z", false},
    {"Europe/Berlin", "2026-10-25T03:00:00Z", "2026-10-25T02:00:00Z", false},
    {"America/New_York", "2026-03-08T02:30:00Z", "2026-03-08T07:00:00Z", true},
    {"America/New_York", "2026-03-08T03:00:00Z", "2026-03-08T07:00:00Z", false},
    {"America/New_York", "2026-11-01T01:30:00Z", "2026-11-01T05:30:00Z", false},
    {"America/New_York", "2026-11-01T02:00:00Z", "2026-11-01T07:00:00Z", false},
    {"Australia/Lord_Howe", "2026-04-05T01:45:00Z", "2026-04-04T14:45:00Z", false},
    {"Australia/Lord_Howe", "2026-04-05T02:00:00Z", "2026-04-04T15:30:00Z", false},
    {"Australia/Lord_Howe", "2026-10-04T02:15:00Z", "2026-10-03T15:30:00Z", true},
    {"Pacific/Apia", "2011-12-29T23:59:59Z", "2011-12-30T09:59:59Z", false},
    {"Pacific/Apia", "2011-12-30T12:00:00Z", "2011-12-30T10:00:00Z", true},
    {"Pacific/Apia", "2011-12-31T00:00:00Z", "2011-12-30T10:00:00Z", false},
    {"Asia/Kolkata", "2026-01-01T00:00:00Z", "2025-12-31T18:30:00Z", false},
    {"+05:45", "2026-01-01T00:00:00Z", "2025-12-31T18:15:00Z", false},
    {"-23:59", "9999-12-30T23:00:00Z", "9999-12-31T22:59:00Z", false},
    {"", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", false},
    {"UTC", "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z", false},
};

static void local_times_where_clocks_change(void)
{
    places p;
    places_open(&p, zones_only);
    for (size_t i = 0; i < sizeof locals / sizeof locals[0]; i++) {
        bool shifted = !locals[i].shifted;
        CHECK_TIME(moment(&p, locals[i].zone, locals[i].local, &shifted), locals[i].moment);
        if (!CHECK(shifted == locals[i].shifted)) printf("# %s\n", locals[i].local);
    }
    places_close(&p);
}

static const struct {
    const char *zone, *moment, *local;
} clocks[] = {
    {"Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-29T01:59:59Z"},
    {"Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00Z"},
    {"Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T02:30:00Z"},
    {"Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"},
    {"America/New_York", "2026-11-01T05:59:59Z", "2026-11-01T01:59:59Z"},
    {"America/New_York", "2026-11-01T06:00:00Z", "2026-11-01T01:00:00Z"},
    {"Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31T00:00:00Z"},
};

static void what_a_clock_shows(void)
{
    places p;
    places_open(&p, zones_only);
    for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
        csuccess__zone zone = places_zone(&p, clocks[i].zone);
        csuccess__civil c;
        int64_t wall = 0, again = 0;
        CHECK(csuccess__zone_wall(&wall, &zone, places_ms(clocks[i].moment)));
        CHECK_TIME(wall, clocks[i].local);
        CHECK(csuccess__zone_civil(&c, &zone, places_ms(clocks[i].moment)));
        CHECK(csuccess__civil_to(&again, &c, 0) && again == wall);
    }
    places_close(&p);
}

static const struct {
    const char *zone, *from;
    csuccess__duration d;
    const char *to;
} sums[] = {
    /* Into the gap, over it, and by 24 hours instead of a day. */
    {"Europe/Berlin", "2026-03-28T01:30:00Z", {0, 1, 0}, "2026-03-29T01:00:00Z"},
    {"Europe/Berlin", "2026-03-28T01:30:00Z", {0, 2, 0}, "2026-03-30T00:30:00Z"},
    {"Europe/Berlin", "2026-03-28T01:30:00Z", {0, 0, 86400000}, "2026-03-29T01:30:00Z"},
    {"Europe/Berlin", "2026-03-28T01:30:00Z", {0, 1, 3600000}, "2026-03-29T02:00:00Z"},
    /* Into the hour that comes twice, from either side; its second time without days stays. */
    {"Europe/Berlin", "2026-10-24T00:30:00Z", {0, 1, 0}, "2026-10-25T00:30:00Z"},
    {"Europe/Berlin", "2026-10-26T01:30:00Z", {0, -1, 0}, "2026-10-25T00:30:00Z"},
    {"Europe/Berlin", "2026-10-25T01:30:00Z", {0, 0, 0}, "2026-10-25T01:30:00Z"},
    {"Europe/Berlin", "2026-10-25T01:30:00Z", {0, 1, 0}, "2026-10-26T01:30:00Z"},
    /* Months clamp to the end; the hour stays over the change. */
    {"Europe/Berlin", "2026-01-31T08:00:00Z", {1, 0, 0}, "2026-02-28T08:00:00Z"},
    {"Europe/Berlin", "2026-01-31T08:00:00Z", {6, 0, 0}, "2026-07-31T07:00:00Z"},
    {"Europe/Berlin", "2026-07-31T07:00:00Z", {-5, 0, 0}, "2026-02-28T08:00:00Z"},
    {"America/New_York", "2026-03-07T07:30:00Z", {0, 1, 0}, "2026-03-08T07:00:00Z"},
    {"Pacific/Apia", "2011-12-29T20:00:00Z", {0, 1, 0}, "2011-12-30T10:00:00Z"},
    {"Pacific/Apia", "2011-12-29T20:00:00Z", {0, 2, 0}, "2011-12-30T20:00:00Z"},
    {"", "2024-02-29T00:00:00Z", {12, 1, 1}, "2025-03-01T00:00:00.001Z"},
};

static void sums_on_the_local_calendar(void)
{
    places p;
    places_open(&p, zones_only);
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
        csuccess__zone zone = places_zone(&p, sums[i].zone);
        int64_t ms = 0;
        CHECK(csuccess__zone_add(&ms, &zone, places_ms(sums[i].from), sums[i].d));
        CHECK_TIME(ms, sums[i].to);
    }
    csuccess__zone berlin = places_zone(&p, "Europe/Berlin");
    int64_t ms = 42;
    CHECK(!csuccess__zone_add(&ms, &berlin, CSUCCESS__TIME_MAX, (csuccess__duration){0, 1, 0}));
    CHECK(!csuccess__zone_add(&ms, &berlin, 0, (csuccess__duration){INT32_MAX, 0, 0}));
    CHECK(!csuccess__zone_add(&ms, &berlin, INT64_MAX, (csuccess__duration){0, 0, 1}));
    CHECK_INT(ms, 42);
    places_close(&p);
}

static void a_local_time_never_goes_back(void)
{
    static const char *const names[] = {"Europe/Berlin", "America/New_York",
                                        "Australia/Lord_Howe", "Pacific/Apia"};
    static const char *const around[] = {"2026-03-29T00:00:00Z", "2026-11-01T00:00:00Z",
                                         "2026-04-05T00:00:00Z", "2011-12-30T00:00:00Z"};
    places p;
    places_open(&p, zones_only);
    for (size_t i = 0; i < 4; i++) {
        csuccess__zone zone = places_zone(&p, names[i]);
        int64_t first = places_ms(around[i]) - 2 * CSUCCESS__DAY_MS, before = INT64_MIN;
        for (int64_t wall = first; wall < first + 5 * CSUCCESS__DAY_MS; wall += 60000) {
            int64_t ms = 0, shown = 0;
            CHECK(csuccess__zone_from_wall(&ms, &zone, wall, NULL));
            CHECK(csuccess__zone_wall(&shown, &zone, ms) && shown >= wall);
            if (!CHECK(ms >= before)) break;
            before = ms;
        }
    }
    places_close(&p);
}

static void names_that_need_no_source(void)
{
    static const char *const fixed[] = {"", "Z", "UTC", "GMT", "+00:00", "-03:30", "14:00"};
    static const int32_t offsets[] = {0, 0, 0, 0, 0, -210, 840};
    static const char *const unknown[] = {"Europe/Berlin", "utc", "+24:00", "+1", " ", "CET"};
    csuccess__zone_span span;
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        csuccess__zone zone = {NULL, check_view(fixed[i])};
        CHECK(csuccess__zone_offset(&zone, 0, &span));
        CHECK_INT(span.offset_minutes, offsets[i]);
        CHECK(span.from == INT64_MIN && span.until == INT64_MAX);
        CHECK(!csuccess__zone_offset(&zone, CSUCCESS__TIME_MAX + 1, &span));
    }
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        csuccess__zone zone = {NULL, check_view(unknown[i])};
        CHECK(!csuccess__zone_offset(&zone, 0, &span));
    }
}

static void the_table_answers(void)
{
    places p;
    csuccess__zone_span span;
    places_open(&p, zones_only);
    void *table = p.source.ud;
    csuccess_str berlin = CSUCCESS_STR("Europe/Berlin");
    CHECK(csuccess__zone_table_has(p.calendars->zones, berlin));
    CHECK(!csuccess__zone_table_has(p.calendars->zones, CSUCCESS_STR("Europe/Berli")));
    CHECK(!csuccess__zone_table_has(NULL, berlin));
    CHECK(!csuccess__zone_table_ask(table, CSUCCESS_STR("Europe/Rome"), 0, &span));
    CHECK(csuccess__zone_table_ask(table, berlin, 0, &span));
    CHECK(span.from == INT64_MIN && span.offset_minutes == 60);
    CHECK_TIME(span.until, "2026-03-29T01:00:00Z");
    CHECK(csuccess__zone_table_ask(table, berlin, span.until, &span));
    CHECK_TIME(span.from, "2026-03-29T01:00:00Z");
    CHECK_TIME(span.until, "2026-10-25T01:00:00Z");
    CHECK_INT(span.offset_minutes, 120);
    CHECK(csuccess__zone_table_ask(table, berlin, span.until, &span));
    CHECK(span.until == INT64_MAX && span.offset_minutes == 60);
    places_close(&p);
}

/* ---- Sources ---- */

typedef struct liar {
    csuccess__zone_span span;
    bool relative; /* the bounds of the span are from the time that is asked of */
    bool turns;    /* each answer has another offset */
    unsigned asked;
} liar;

static bool lie(void *ud, csuccess_str zone, int64_t at, csuccess__zone_span *out)
{
    liar *l = ud;
    (void)zone;
    l->asked++;
    *out = l->span;
    if (l->relative) {
        out->from += at;
        out->until += at;
    }
    if (l->turns) out->offset_minutes = l->asked % 2 ? -1439 : 1439;
    return true;
}

static void a_source_that_lies_is_not_believed(void)
{
    static const liar lies[] = {
        {.span = {1000, 2000, 0}},              /* another time */
        {.span = {1, 0, 0}, .relative = true},  /* ends before it begins */
        {.span = {0, 0, 0}, .relative = true},  /* no time at all */
        {.span = {INT64_MIN, INT64_MAX, 1440}}, /* a day east */
        {.span = {INT64_MIN, INT64_MAX, INT32_MIN}},
    };
    csuccess__zone_span span = {7, 7, 7};
    int64_t ms = 42;
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        liar l = lies[i];
        csuccess__zone_source source = {&l, lie};
        csuccess__zone zone = {&source, CSUCCESS_STR("Nowhere")};
        CHECK(!csuccess__zone_offset(&zone, 0, &span));
        CHECK(!csuccess__zone_from_wall(&ms, &zone, 0, NULL));
        CHECK(span.from == 7 && ms == 42);
    }
    /* A clock that changes at each millisecond is asked a bounded number of times. */
    liar restless = {.span = {0, 1, 0}, .relative = true, .turns = true};
    csuccess__zone_source source = {&restless, lie};
    csuccess__zone zone = {&source, CSUCCESS_STR("Nowhere")};
    (void)csuccess__zone_from_wall(&ms, &zone, 0, NULL);
    CHECK(restless.asked < 100);
}

static void what_is_remembered_is_not_asked_again(void)
{
    liar honest = {.span = {INT64_MIN, 1000, 60}};
    csuccess__zone_source source = {&honest, lie};
    csuccess__zone zone = {&source, CSUCCESS_STR("Somewhere")};
    csuccess__zone_memory memory;
    csuccess__zone own = csuccess__zone_remember(&memory, &zone);
    int64_t wall;
    for (int64_t ms = 0; ms < 1000; ms++) CHECK(csuccess__zone_wall(&wall, &own, ms));
    CHECK_UINT(honest.asked, 1);
    CHECK(!csuccess__zone_wall(&wall, &own, 1000)); /* it says nothing of that */
    CHECK(csuccess__zone_wall(&wall, &own, 5));
    CHECK_UINT(honest.asked, 3);
}

/* ---- The section ---- */

#define ONE_ZONE(entry) "{\"zones\": {\"Europe/Berlin\": " entry "}}"
#define AT "/zones/Europe~1Berlin"

static const places_wrong wrong[] = {
    {"{\"zones\": 1}", "/zones", "\"zones\" must be an object"},
    {ONE_ZONE("1"), AT, "expected an object"},
    {ONE_ZONE("{}"), AT, "needs \"offset\""},
    {ONE_ZONE("{\"offset\": 1}"), AT "/offset", "a string such as \"+01:00\", found a number"},
    {ONE_ZONE("{\"offset\": \"+1:00\"}"), AT "/offset", "an hour from 00 to 23"},
    {ONE_ZONE("{\"offset\": \"CET\"}"), AT "/offset", "an offset such as +01:00"},
    {ONE_ZONE("{\"offset\": \"01:00\"}"), AT "/offset", "an offset such as +01:00"},
    {ONE_ZONE("{\"offset\": \"UTC\"}"), AT "/offset", "an offset such as +01:00"},
    {ONE_ZONE("{\"offset\": \"Z\", \"chnages\": []}"), AT "/chnages",
     "did you mean \"changes\"?"},
    {ONE_ZONE("{\"offset\": \"Z\", \"changes\": {}}"), AT "/changes", "must be an array"},
    {ONE_ZONE("{\"offset\": \"Z\", \"changes\": [1]}"), AT "/changes/0",
     "a time and the offset from then on"},
    {ONE_ZONE("{\"offset\": \"Z\", \"changes\": [[\"2026-03-29T01:00:00Z\"]]}"),
     AT "/changes/0", "a time and the offset from then on"},
    {ONE_ZONE("{\"offset\": \"Z\", \"changes\": [[1, \"Z\"]]}"), AT "/changes/0/0",
     "the time of a change"},
    {ONE_ZONE("{\"offset\": \"Z\", \"changes\": [[\"2026-03-29\", \"Z\"]]}"), AT "/changes/0/0",
     "'T' and a time of day"},
    {ONE_ZONE("{\"offset\": \"Z\", \"changes\": [[\"2026-03-29T01:00:00Z\", 2]]}"),
     AT "/changes/0/1", "found a number"},
    {ONE_ZONE("{\"offset\": \"Z\", \"changes\": [[\"2026-03-29T01:00:00Z\", \"+99:00\"]]}"),
     AT "/changes/0/1", "an hour from 00 to 23"},
    {ONE_ZONE("{\"offset\": \"Z\", \"changes\": [[\"2026-03-29T01:00:00Z\", \"Z\"],"
              "[\"2026-03-29T01:59:59Z\", \"Z\"]]}"),
     AT "/changes/1/0", "in the order of time"},
    {"{\"zones\": {\"UTC\": {\"offset\": \"Z\"}}}", "/zones/UTC", "needs no entry"},
    {"{\"zones\": {\"\": {\"offset\": \"Z\"}}}", "/zones/", "needs no entry"},
    {"{\"zones\": {\"a b\": {\"offset\": \"Z\"}}}", "/zones/a b", "letters, digits"},
    {"{\"x\": {\"zone\": 1}}", "/x/zone", "must be a string"},
    {"{\"x\": {\"zone\": \"\"}}", "/x/zone", "the name of a zone"},
    {"{\"x\": {\"zone\": \"Europe Berlin\"}}", "/x/zone", "the name of a zone"},
    {"{\"x\": {\"zone\": \"+2:00\"}}", "/x/zone", "expected an hour from 00 to 23"},
};

static void every_problem_of_the_table_has_its_place(void)
{
    places_check_wrong(wrong, sizeof wrong / sizeof wrong[0]);
}

static void tables_have_limits(void)
{
    char *changes = places_many("{\"zones\": {\"A\": {\"offset\": \"Z\", \"changes\": [",
                                "[\"#-01-01T00:00:00Z\", \"+01:00\"]", 1001, "]}}}");
    char *zones = places_many("{\"zones\": {", "\"A#\": {\"offset\": \"Z\"}", 1001, "}}");
    const places_wrong rows[] = {{changes, "/zones/A/changes", "at most 1000 changes"},
                                 {zones, "/zones", "at most 1000 zones"}};
    places_check_wrong(rows, 2);
    free(changes);
    free(zones);
}

CHECK_MAIN(CHECK_TEST(local_times_where_clocks_change), CHECK_TEST(what_a_clock_shows),
           CHECK_TEST(sums_on_the_local_calendar), CHECK_TEST(a_local_time_never_goes_back),
           CHECK_TEST(names_that_need_no_source), CHECK_TEST(the_table_answers),
           CHECK_TEST(a_source_that_lies_is_not_believed),
           CHECK_TEST(what_is_remembered_is_not_asked_again),
           CHECK_TEST(every_problem_of_the_table_has_its_place), CHECK_TEST(tables_have_limits))

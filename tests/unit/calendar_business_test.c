/* SPDX-License-Identifier: Apache-2.0 */
/* Business calendars: hours, holidays, days on which clocks change, what is refused, memory. Random ones beside a plain model and numpy: see
   tests/oracles/calendars.py. */
#include "calendar_places.h"

/* As docs/reference/flow.md shows it, and others. 2026-01-01 is a Thursday. */
static const char section[] =
    "{" PLACES_ZONES ","
    "\"standard\": {\"zone\": \"Europe/Berlin\", \"hours\": {"
    "\"mon\": [\"09:00-12:30\", \"13:30-17:00\"], \"tue\": [\"09:00-17:00\"],"
    "\"wed\": [\"09:00-17:00\"], \"thu\": [\"09:00-17:00\"], \"fri\": [\"09:00-15:00\"]},"
    "\"holidays\": {\"2026-12-26\": \"Boxing Day\", \"2026-12-25\": \"Christmas Day\"}},"
    "\"plain\": {\"label\": \"Office\", \"description\": \"of the town\"},"
    "\"always\": {\"hours\": {\"mon\": [\"00:00-24:00\"], \"tue\": [\"00:00-24:00\"],"
    "\"wed\": [\"00:00-24:00\"], \"thu\": [\"00:00-24:00\"], \"fri\": [\"00:00-24:00\"],"
    "\"sat\": [\"00:00-24:00\"], \"sun\": [\"00:00-24:00\"]}},"
    "\"night\": {\"hours\": {\"sat\": [\"22:00-24:00\"], \"sun\": [\"00:00-02:30\", "
    "\"02:30-06:00\"]}},"
    "\"dawn\": {\"hours\": {\"sun\": [\"02:15-02:45\"]}},"
    "\"evening\": {\"hours\": {\"sat\": [\"20:00-24:00\"], \"sun\": [\"00:00-01:00\"]}},"
    "\"never\": {\"hours\": {}},"
    "\"wed\": {\"zone\": \"+01:00\", \"hours\": {\"wed\": [\"10:00-11:00\"]},"
    "\"holidays\": {\"2026-01-14\": \"\", \"2026-01-07\": \"\", \"2027-06-01\": \"\"}}}";

static csuccess__business business(const places *p, const char *id, const char *zone)
{
    uint32_t i = csuccess__calendar_find(p->calendars, check_view(id));
    CHECK(i != UINT32_MAX);
    return (csuccess__business){&p->calendars->list[i], places_zone(p, zone)};
}

static void a_section_is_read(void)
{
    places p;
    places_open(&p, section);
    CHECK_UINT(p.calendars->count, 8);
    CHECK_UINT(csuccess__calendar_find(p.calendars, CSUCCESS_STR("zones")), UINT32_MAX);
    CHECK_UINT(csuccess__calendar_find(p.calendars, CSUCCESS_STR("")), UINT32_MAX);
    const csuccess__calendar *standard = &p.calendars->list[0];
    CHECK_STR(standard->id, "standard");
    CHECK_STR(standard->zone, "Europe/Berlin");
    CHECK_UINT(standard->opening_counts[0], 2);
    CHECK_INT(standard->openings[0][1].from, 13 * 60 + 30);
    CHECK_UINT(standard->opening_counts[5], 0);
    CHECK_UINT(standard->holiday_count, 2);
    CHECK_INT(standard->holidays[0], places_ms("2026-12-25T00:00:00Z") / CSUCCESS__DAY_MS);
    CHECK(standard->holidays[1] == standard->holidays[0] + 1);
    const csuccess__calendar *plain = &p.calendars->list[1];
    for (int day = 0; day < 7; day++) {
        CHECK_UINT(plain->opening_counts[day], day < 5);
        if (day < 5) CHECK(plain->openings[day][0].from == 540);
        if (day < 5) CHECK(plain->openings[day][0].until == 1020);
    }
    places_close(&p);
}

static void without_a_section_there_is_none(void)
{
    static const char *const sections[] = {"{}", "[]", "null"};
    csuccess__arena arena;
    csuccess__problems problems;
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    csuccess__problems_init(&problems, &arena, 10);
    const csuccess__calendars *none = csuccess__calendars_compile(&arena, &problems, NULL);
    CHECK(none && none->count == 0 && none->zones == NULL && problems.count == 0);
    csuccess__arena_free(&arena);
    for (size_t i = 0; i < 3; i++) {
        places p;
        places_open(&p, sections[i]);
        CHECK(p.calendars->count == 0 && p.calendars->zones == NULL);
        places_close(&p);
    }
}

static const struct {
    const char *calendar, *zone, *at;
    bool open;
    const char *next;
} looks[] = {
    {"standard", "Europe/Berlin", "2026-01-05T07:59:59.999Z", false, "2026-01-05T08:00:00Z"},
    {"standard", "Europe/Berlin", "2026-01-05T08:00:00Z", true, "2026-01-05T08:00:00Z"},
    {"standard", "Europe/Berlin", "2026-01-05T11:29:59.999Z", true, "2026-01-05T11:29:59.999Z"},
    {"standard", "Europe/Berlin", "2026-01-05T11:30:00Z", false, "2026-01-05T12:30:00Z"},
    {"standard", "Europe/Berlin", "2026-01-09T14:00:00Z", false, "2026-01-12T08:00:00Z"},
    {"standard", "America/New_York", "2026-01-05T08:00:00Z", false, "2026-01-05T14:00:00Z"},
    /* Thursday before Christmas; Friday is one, Saturday the other, then the weekend. */
    {"standard", "Europe/Berlin", "2026-12-24T16:00:00Z", false, "2026-12-28T08:00:00Z"},
    /* Nine o'clock on the Mondays before and after the change. */
    {"plain", "Europe/Berlin", "2026-03-21T12:00:00Z", false, "2026-03-23T08:00:00Z"},
    {"plain", "Europe/Berlin", "2026-03-28T12:00:00Z", false, "2026-03-30T07:00:00Z"},
    {"plain", "Europe/Berlin", "2026-10-24T12:00:00Z", false, "2026-10-26T08:00:00Z"},
    /* An opening that the change leaves out: 02:15 and 02:45 are the same moment. */
    {"dawn", "Europe/Berlin", "2026-03-29T01:00:00Z", false, "2026-04-05T00:15:00Z"},
    {"dawn", "Europe/Berlin", "2026-03-28T12:00:00Z", false, "2026-04-05T00:15:00Z"},
    /* One that comes twice is open the first time. */
    {"dawn", "Europe/Berlin", "2026-10-25T00:20:00Z", true, "2026-10-25T00:20:00Z"},
    {"dawn", "Europe/Berlin", "2026-10-25T01:20:00Z", false, "2026-11-01T01:15:00Z"},
    {"always", "Europe/Berlin", "2026-10-25T01:20:00Z", true, "2026-10-25T01:20:00Z"},
    {"night", "Europe/Berlin", "2026-01-03T20:00:00Z", false, "2026-01-03T21:00:00Z"},
    {"night", "Europe/Berlin", "2026-01-04T01:30:00Z", true, "2026-01-04T01:30:00Z"},
    {"wed", "+01:00", "2026-01-01T00:00:00Z", false, "2026-01-21T09:00:00Z"},
    /* The day that Samoa left out. */
    {"always", "Pacific/Apia", "2011-12-30T10:00:00Z", true, "2011-12-30T10:00:00Z"},
};

static void what_is_open_and_when_next(void)
{
    places p;
    places_open(&p, section);
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        csuccess__business b = business(&p, looks[i].calendar, looks[i].zone);
        int64_t ms = places_ms(looks[i].at), next = 0;
        bool open = !looks[i].open;
        CHECK(csuccess__business_open(&open, &b, ms));
        if (!CHECK(open == looks[i].open)) printf("# %s\n", looks[i].at);
        CHECK(csuccess__business_next(&next, &b, ms));
        CHECK_TIME(next, looks[i].next);
    }
    places_close(&p);
}

static const struct {
    const char *calendar, *zone, *at;
    int32_t days;
    const char *to;
} moves[] = {
    {"standard", "Europe/Berlin", "2026-01-05T20:15:00Z", 0, "2026-01-05T20:15:00Z"},
    {"standard", "Europe/Berlin", "2026-01-05T20:15:00Z", 1, "2026-01-06T20:15:00Z"},
    {"standard", "Europe/Berlin", "2026-01-05T20:15:00Z", 5, "2026-01-12T20:15:00Z"},
    {"standard", "Europe/Berlin", "2026-01-05T20:15:00Z", -1, "2026-01-02T20:15:00Z"},
    /* From a Saturday: to Monday, whether by none or one; back to Friday. */
    {"standard", "Europe/Berlin", "2026-01-10T08:00:00Z", 0, "2026-01-12T08:00:00Z"},
    {"standard", "Europe/Berlin", "2026-01-10T08:00:00Z", 1, "2026-01-12T08:00:00Z"},
    {"standard", "Europe/Berlin", "2026-01-10T08:00:00Z", -1, "2026-01-09T08:00:00Z"},
    {"standard", "Europe/Berlin", "2026-12-24T08:00:00Z", 1, "2026-12-28T08:00:00Z"},
    /* The hour stays over the change of the clock. */
    {"standard", "Europe/Berlin", "2026-03-27T08:00:00Z", 1, "2026-03-30T07:00:00Z"},
    {"standard", "Europe/Berlin", "2026-10-23T07:00:00Z", 1, "2026-10-26T08:00:00Z"},
    /* Sunday: 02:30 does not exist, comes twice. */
    {"dawn", "Europe/Berlin", "2026-03-22T01:30:00Z", 1, "2026-03-29T01:00:00Z"},
    {"dawn", "Europe/Berlin", "2026-10-18T00:30:00Z", 1, "2026-10-25T00:30:00Z"},
    /* Sunday evening in New York is Monday in UTC. */
    {"plain", "America/New_York", "2026-01-05T03:00:00Z", 0, "2026-01-06T03:00:00Z"},
};

static void business_days(void)
{
    places p;
    places_open(&p, section);
    int64_t ms = 42;
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        csuccess__business b = business(&p, moves[i].calendar, moves[i].zone);
        int64_t to = 0;
        CHECK(csuccess__business_add_days(&to, &b, places_ms(moves[i].at), moves[i].days));
        CHECK_TIME(to, moves[i].to);
    }
    csuccess__business wed = business(&p, "wed", "+01:00"), never = business(&p, "never", "");
    CHECK(!csuccess__business_add_days(&ms, &wed, 0, 10001));
    CHECK(!csuccess__business_add_days(&ms, &wed, 0, -10001));
    CHECK(!csuccess__business_add_days(&ms, &wed, 0, INT32_MIN));
    CHECK(!csuccess__business_add_days(&ms, &never, 0, 1));
    CHECK(!csuccess__business_add_days(&ms, &wed, CSUCCESS__TIME_MAX - 7200000, 1));
    CHECK(!csuccess__business_add_days(&ms, &wed, CSUCCESS__TIME_MIN, -1));
    CHECK_INT(ms, 42);
    CHECK(csuccess__business_add_days(&ms, &wed, 0,
                                      10000)); /* from a Thursday, over two holidays */
    CHECK_INT(ms, (6 + 9999 * 7 + 2 * 7) * CSUCCESS__DAY_MS);
    places_close(&p);
}

static const struct {
    const char *calendar, *zone, *from, *until;
    int64_t minutes;
} spans[] = {
    {"standard", "Europe/Berlin", "2026-01-05T00:00:00Z", "2026-01-12T00:00:00Z",
     420 + 3 * 480 + 360},
    {"standard", "Europe/Berlin", "2026-01-05T09:00:00Z", "2026-01-05T12:00:00Z", 150},
    {"standard", "Europe/Berlin", "2026-01-05T12:00:00Z", "2026-01-05T09:00:00Z", -150},
    {"standard", "Europe/Berlin", "2026-01-10T00:00:00Z", "2026-01-12T07:00:00Z", 0},
    {"standard", "Europe/Berlin", "2026-12-21T00:00:00Z", "2026-12-28T00:00:00Z",
     420 + 3 * 480},
    /* A Sunday of 23 hours and one of 25. */
    {"always", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 23 * 60},
    {"always", "Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 25 * 60},
    /* Saturday 22:00 to Sunday 06:00: eight hours, seven, nine. */
    {"night", "Europe/Berlin", "2026-03-21T12:00:00Z", "2026-03-22T12:00:00Z", 480},
    {"night", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z", 420},
    {"night", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z", 540},
    {"night", "Australia/Lord_Howe", "2026-04-04T00:00:00Z", "2026-04-05T00:00:00Z", 510},
    {"night", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", "2026-10-04T00:00:00Z", 450},
    {"dawn", "Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z", 0},
    {"dawn", "Europe/Berlin", "2026-10-25T00:00:00Z", "2026-10-26T00:00:00Z", 30},
    {"always", "Pacific/Apia", "2011-12-29T10:00:00Z", "2011-12-31T10:00:00Z", 2 * 1440},
    /* 52 weeks of 40 hours and, of the 365th day, a Thursday, all: by the calendar. */
    {"plain", "UTC", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", 261 * 480},
    {"plain", "UTC", "0001-01-01T00:00:00Z", "2001-01-01T00:00:00Z", 5 * 104355 * 480},
    {"never", "UTC", "0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z", 0},
};

/* What the open time between two moments is, and that it has passed at the second of them if that is an open one. */
static void open_time(void)
{
    places p;
    places_open(&p, section);
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        csuccess__business b = business(&p, spans[i].calendar, spans[i].zone);
        int64_t from = places_ms(spans[i].from), until = places_ms(spans[i].until);
        int64_t ms = 0, at = 0, again = 0;
        CHECK(csuccess__business_elapsed(&ms, &b, from, until));
        if (!CHECK_INT(ms, spans[i].minutes * 60000)) printf("# %s\n", spans[i].from);
        if (ms <= 0) continue;
        CHECK(csuccess__business_after(&at, &b, from, ms));
        CHECK(at <= until);
        CHECK(csuccess__business_elapsed(&again, &b, from, at) && again == ms);
        CHECK(csuccess__business_elapsed(&again, &b, from, at - 1) && again == ms - 1);
    }
    places_close(&p);
}

/* Weeks that are alike are counted at once: they come to the same as their days, each of which is counted alone. */
static void weeks_are_as_long_as_their_days(void)
{
    static const char *const zones[] = {"Europe/Berlin", "Asia/Beirut", "Australia/Lord_Howe"};
    static const char *const ids[] = {"standard", "always", "night", "evening", "plain"};
    places p;
    places_open(&p, section);
    int64_t last = places_ms("2027-02-01T11:00:00Z");
    for (size_t i = 0; i < 15; i++) {
        csuccess__business b = business(&p, ids[i / 3], zones[i % 3]);
        int64_t first = places_ms("2026-02-01T11:00:00Z"), sum = 0, part = 0, whole = 0;
        for (int64_t at = last; at > first; at -= CSUCCESS__DAY_MS) {
            CHECK(csuccess__business_elapsed(&part, &b, at - CSUCCESS__DAY_MS, at));
            CHECK(csuccess__business_elapsed(&whole, &b, at - CSUCCESS__DAY_MS, last));
            sum += part;
            if (!CHECK_INT(whole, sum)) break;
        }
        CHECK(csuccess__business_after(&part, &b, first, sum) && part <= last);
        CHECK(csuccess__business_elapsed(&whole, &b, first, part) && whole == sum);
    }
    places_close(&p);
}

static void waits_that_count_hours(void)
{
    places p;
    places_open(&p, section);
    csuccess__business b = business(&p, "standard", "Europe/Berlin");
    int64_t at = 0, friday = places_ms("2026-01-09T13:00:00Z");
    CHECK(csuccess__business_after(&at, &b, friday, 0) && at == friday);
    CHECK(csuccess__business_after(&at, &b, friday, CSUCCESS__HOUR_MS));
    CHECK_TIME(at, "2026-01-09T14:00:00Z"); /* as it closes, not when it opens again */
    CHECK(csuccess__business_after(&at, &b, friday, CSUCCESS__HOUR_MS + 1));
    CHECK_TIME(at, "2026-01-12T08:00:00.001Z");
    CHECK(csuccess__business_after(&at, &b, friday, 40 * CSUCCESS__HOUR_MS));
    /* 1 on Friday, 37 in the week after it (7, 8, 8, 8, 6), 2 on Monday */
    CHECK_TIME(at, "2026-01-19T10:00:00Z");
    CHECK(!csuccess__business_after(&at, &b, friday, -1));
    CHECK(!csuccess__business_after(&at, &b, friday, INT64_MAX));
    CHECK(!csuccess__business_after(&at, &b, friday, 5000 * 365 * CSUCCESS__DAY_MS));
    csuccess__business never = business(&p, "never", "");
    CHECK(!csuccess__business_after(&at, &never, friday, 1));
    CHECK(!csuccess__business_next(&at, &never, friday));
    bool open = true;
    CHECK(csuccess__business_open(&open, &never, friday) && !open);
    places_close(&p);
}

static void without_a_calendar_it_is_always_open(void)
{
    csuccess__business b = {NULL, {NULL, CSUCCESS_STR("+01:00")}};
    bool open = false;
    int64_t ms = 0;
    CHECK(csuccess__business_open(&open, &b, 5) && open);
    CHECK(csuccess__business_next(&ms, &b, 5) && ms == 5);
    CHECK(csuccess__business_add_days(&ms, &b, 5, 3) && ms == 5 + 3 * CSUCCESS__DAY_MS);
    CHECK(csuccess__business_add_days(&ms, &b, 5, 0) && ms == 5);
    CHECK(csuccess__business_elapsed(&ms, &b, 5, 1) && ms == -4);
    CHECK(csuccess__business_after(&ms, &b, 5, 10) && ms == 15);
    CHECK(!csuccess__business_elapsed(&ms, &b, INT64_MIN, INT64_MAX));
    CHECK(!csuccess__business_after(&ms, &b, CSUCCESS__TIME_MAX, 1));
    CHECK(!csuccess__business_after(&ms, &b, INT64_MIN, 1));
    CHECK_INT(csuccess__business_longest_gap(NULL), 0);
}

static void a_zone_that_nobody_knows(void)
{
    places p;
    places_open(&p, section);
    csuccess__business b = business(&p, "standard", "Europe/Nowhere");
    bool open = true;
    int64_t ms = 42;
    CHECK(!csuccess__business_open(&open, &b, 0) && open);
    CHECK(!csuccess__business_next(&ms, &b, 0));
    CHECK(!csuccess__business_add_days(&ms, &b, 0, 1));
    CHECK(!csuccess__business_elapsed(&ms, &b, 0, 1));
    CHECK(!csuccess__business_after(&ms, &b, 0, 1));
    CHECK_INT(ms, 42);
    places_close(&p);
}

static void the_longest_gap(void)
{
    static const struct {
        const char *id;
        int64_t hours;
    } rows[] = {{"plain", 64 + 24}, /* Friday 17:00 to Monday 09:00, and a day for the clock */
                {"standard", 88 + 24}, /* Thursday 17:00, Christmas, to Monday 09:00 */
                {"always", 0},
                {"night", 6 * 24 + 16 + 24},
                {"wed", 3 * 168 - 1}}; /* an offset does not change; two holidays in a row */
    places p;
    places_open(&p, section);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        csuccess__business b = business(&p, rows[i].id, "");
        CHECK_INT(csuccess__business_longest_gap(b.calendar),
                  rows[i].hours * CSUCCESS__HOUR_MS);
    }
    csuccess__business never = business(&p, "never", "");
    CHECK_INT(csuccess__business_longest_gap(never.calendar), INT64_MAX);
    places_close(&p);
}

/* Ten thousand holidays in a row on which it would be open: 28 years in which it does not. */
static void a_calendar_of_holidays(void)
{
    int64_t days[10000];
    for (int i = 0; i < 10000; i++) days[i] = i;
    csuccess__opening noon = {720, 721};
    csuccess__calendar c = {.zone = CSUCCESS_STR("UTC"), .holidays = days};
    c.holiday_count = 10000;
    for (int i = 0; i < 7; i++) {
        c.openings[i] = &noon;
        c.opening_counts[i] = 1;
    }
    csuccess__business b = {&c, {NULL, CSUCCESS_STR("UTC")}};
    int64_t ms = 42;
    CHECK(!csuccess__business_next(&ms, &b, 0)); /* not within five years */
    CHECK_INT(ms, 42);
    CHECK(csuccess__business_add_days(&ms, &b, 0, 0) && ms == 10000 * CSUCCESS__DAY_MS);
    CHECK(csuccess__business_after(&ms, &b, 0, 60000));
    CHECK_INT(ms, 10000 * CSUCCESS__DAY_MS + 721 * 60000);
    CHECK_INT(csuccess__business_longest_gap(&c), 10001 * CSUCCESS__DAY_MS - 60000);
}

/* ---- What is wrong ---- */

#define ONE(entry) "{\"x\": " entry "}"
#define MON(list) ONE("{\"hours\": {\"mon\": " list "}}")

static const places_wrong wrong[] = {
    {ONE("[]"), "/x", "expected an object, found an array"},
    {ONE("{\"hour\": {}}"), "/x/hour", "did you mean \"hours\"?"},
    {ONE("{\"label\": 1}"), "/x/label", "must be a string"},
    {ONE("{\"order\": \"1\"}"), "/x/order", "must be a number"},
    {ONE("{\"hours\": []}"), "/x/hours", "must be an object"},
    {ONE("{\"hours\": {\"monday\": []}}"), "/x/hours/monday", "unknown key"},
    {ONE("{\"hours\": {\"mn\": []}}"), "/x/hours/mn", "unknown key"},
    {MON("\"09:00-17:00\""), "/x/hours/mon", "must be an array"},
    {MON("[9]"), "/x/hours/mon/0", "a string such as \"09:00-17:00\", found a number"},
    {MON("[\"9:00-17:00\"]"), "/x/hours/mon/0", "an hour from 00 to 24"},
    {MON("[\"09:00-25:00\"]"), "/x/hours/mon/0", "an hour from 00 to 24"},
    {MON("[\"09:00-24:01\"]"), "/x/hours/mon/0", "a time of day up to 24:00"},
    {MON("[\"09:60-17:00\"]"), "/x/hours/mon/0", "a minute from 00 to 59"},
    {MON("[\"09.00-17:00\"]"), "/x/hours/mon/0", "':' behind the hour"},
    {MON("[\"09:00 - 17:00\"]"), "/x/hours/mon/0", "'-' between opening and closing"},
    {MON("[\"09:00-17:00 \"]"), "/x/hours/mon/0", "expected the end"},
    {MON("[\"09:00-09:00\"]"), "/x/hours/mon/0", "ends before it begins"},
    {MON("[\"22:00-06:00\"]"), "/x/hours/mon/0", "past midnight"},
    {MON("[\"09:00-12:00\", \"11:59-17:00\"]"), "/x/hours/mon/1", "in front of it end"},
    {MON("[\"13:00-17:00\", \"09:00-12:00\"]"), "/x/hours/mon/1", "in front of it end"},
    {ONE("{\"holidays\": []}"), "/x/holidays", "must be an object"},
    {ONE("{\"holidays\": {\"2026-12-25\": true}}"), "/x/holidays/2026-12-25", "is a string"},
    {ONE("{\"holidays\": {\"2026-02-29\": \"\"}}"), "/x/holidays/2026-02-29",
     "a day that this month has"},
    {ONE("{\"holidays\": {\"25.12.\": \"\"}}"), "/x/holidays/25.12.", "no date such as"},
};

static void every_problem_has_its_place(void)
{
    places_check_wrong(wrong, sizeof wrong / sizeof wrong[0]);
}

static void all_problems_are_told_together(void)
{
    places p;
    const char *text =
        "{\"zones\": {\"A\": {}, \"B\": 1}, \"x\": {\"hours\": {\"mon\": [\"a\", "
        "\"09:00-08:00\"]}, \"holidays\": {\"a\": 1}}, \"y\": 2}";
    CHECK(places_compile(&p, csuccess__malloc_allocator(), text));
    CHECK_UINT(p.problems.count, 7);
    CHECK_UINT(p.problems.errors, 7);
    CHECK_UINT(p.problems.first->column, (size_t)(strstr(text, "a\", ") - text) + 1);
    places_close(&p);
}

static void sections_have_limits(void)
{
    char *calendars = places_many("{", "\"c#\": {}", 1001, "}");
    char *openings = places_many("{\"x\": {\"hours\": {\"mon\": [", "\"#\"", 49, "]}}}");
    char *holidays = places_many("{\"x\": {\"holidays\": {", "\"#\": \"\"", 10001, "}}}");
    const places_wrong rows[] = {{calendars, "", "at most 1000 calendars"},
                                 {openings, "/x/hours/mon", "at most 48 openings"},
                                 {holidays, "/x/holidays", "at most 10000 holidays"}};
    places_check_wrong(rows, 3);
    free(calendars);
    free(openings);
    free(holidays);
}

/* ---- Memory ---- */

static csuccess_result scenario(check_memory *memory, void *ud)
{
    places p;
    bool good = places_compile(&p, &memory->allocator, ud);
    CHECK(good || memory->fired);
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result =
        good ? csuccess__problems_result(&p.problems, &err) : CSUCCESS_ENOMEM;
    places_close(&p);
    return result;
}

/* Long enough that the arena takes more than one chunk within the section. */
static void memory_may_be_refused(void)
{
    char *many = places_many("{\"zones\": {",
                             "\"A#\": {\"offset\": \"Z\", \"changes\": "
                             "[[\"2026-03-29T01:00:00Z\", \"+02:00\"]]}",
                             300, "}, \"x\": {\"hours\": {\"mon\": [\"09:00-17:00\"]}}}");
    char copy[sizeof section];
    memcpy(copy, section, sizeof section);
    CHECK(check_faults(scenario, copy) > 0);
    CHECK(check_faults(scenario, many) > 3);
    free(many);
}

CHECK_MAIN(CHECK_TEST(a_section_is_read), CHECK_TEST(without_a_section_there_is_none),
           CHECK_TEST(what_is_open_and_when_next), CHECK_TEST(business_days),
           CHECK_TEST(open_time), CHECK_TEST(weeks_are_as_long_as_their_days),
           CHECK_TEST(waits_that_count_hours), CHECK_TEST(without_a_calendar_it_is_always_open),
           CHECK_TEST(a_zone_that_nobody_knows), CHECK_TEST(the_longest_gap),
           CHECK_TEST(a_calendar_of_holidays), CHECK_TEST(every_problem_has_its_place),
           CHECK_TEST(all_problems_are_told_together), CHECK_TEST(sections_have_limits),
           CHECK_TEST(memory_may_be_refused))

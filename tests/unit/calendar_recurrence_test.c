/* SPDX-License-Identifier: Apache-2.0 */
/* Recurrence rules: the examples of RFC 5545, days on which clocks change, ends, far starts, what is refused. Ten thousand random rules beside
   python-dateutil: see tests/oracles/calendars.py. */
#include "calendar_places.h"
#include "calendar/recurrence.h"

static const char zones_only[] = "{" PLACES_ZONES "}";

static csuccess__recurrence rule_of(const char *text)
{
    csuccess__recurrence rule = {.interval = 0};
    csuccess__time_error err = {0, NULL};
    if (!CHECK(csuccess__recurrence_parse(&rule, check_view(text), &err))) {
        printf("# %s: at %zu, expected %s\n", text, err.offset, err.expected);
    }
    return rule;
}

/* A moment of a local time of a zone. */
static int64_t local_ms(const csuccess__zone *zone, const char *local)
{
    int64_t ms = 0;
    CHECK(csuccess__zone_from_wall(&ms, zone, places_ms(local), NULL));
    return ms;
}

/* ---- The examples ---- */

/* RFC 5545, 3.8.5.3: a rule, the day it starts (at 09:00 in New York), the first days it gives, and whether there are no more. Of 3.3.10 the last. */
static const struct {
    const char *rule, *start, *days;
    bool all;
} examples[] = {
    {"FREQ=DAILY;COUNT=10", "1997-09-02",
     "1997-09-02 1997-09-03 1997-09-04 1997-09-05 1997-09-06 1997-09-07 1997-09-08 1997-09-09 "
     "1997-09-10 1997-09-11",
     true},
    {"RRULE:FREQ=DAILY;INTERVAL=2", "1997-09-02", "1997-09-02 1997-09-04 1997-09-06 1997-09-08",
     false},
    {"FREQ=DAILY;INTERVAL=10;COUNT=5", "1997-09-02",
     "1997-09-02 1997-09-12 1997-09-22 1997-10-02 1997-10-12", true},
    {"FREQ=WEEKLY;COUNT=10", "1997-09-02",
     "1997-09-02 1997-09-09 1997-09-16 1997-09-23 1997-09-30 1997-10-07 1997-10-14 1997-10-21 "
     "1997-10-28 1997-11-04",
     true},
    {"FREQ=WEEKLY;UNTIL=19971224T000000Z", "1997-09-02",
     "1997-09-02 1997-09-09 1997-09-16 1997-09-23 1997-09-30 1997-10-07 1997-10-14 1997-10-21 "
     "1997-10-28 1997-11-04 1997-11-11 1997-11-18 1997-11-25 1997-12-02 1997-12-09 1997-12-16 "
     "1997-12-23",
     true},
    {"FREQ=WEEKLY;INTERVAL=2;WKST=SU", "1997-09-02",
     "1997-09-02 1997-09-16 1997-09-30 1997-10-14 1997-10-28 1997-11-11 1997-11-25 1997-12-09 "
     "1997-12-23 1998-01-06 1998-01-20 1998-02-03",
     false},
    {"FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH", "1997-09-02",
     "1997-09-02 1997-09-04 1997-09-09 1997-09-11 1997-09-16 1997-09-18 1997-09-23 1997-09-25 "
     "1997-09-30 1997-10-02",
     true},
    {"FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR", "1997-09-01",
     "1997-09-01 1997-09-03 1997-09-05 1997-09-15 1997-09-17 1997-09-19 1997-09-29 1997-10-01 "
     "1997-10-03 1997-10-13 1997-10-15 1997-10-17 1997-10-27 1997-10-29 1997-10-31 1997-11-10 "
     "1997-11-12 1997-11-14 1997-11-24 1997-11-26 1997-11-28 1997-12-08 1997-12-10 1997-12-12 "
     "1997-12-22",
     true},
    {"FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "1997-09-02",
     "1997-09-02 1997-09-04 1997-09-16 1997-09-18 1997-09-30 1997-10-02 1997-10-14 1997-10-16",
     true},
    {"FREQ=MONTHLY;COUNT=10;BYDAY=1FR", "1997-09-05",
     "1997-09-05 1997-10-03 1997-11-07 1997-12-05 1998-01-02 1998-02-06 1998-03-06 1998-04-03 "
     "1998-05-01 1998-06-05",
     true},
    {"FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", "1997-09-05",
     "1997-09-05 1997-10-03 1997-11-07 1997-12-05", true},
    {"FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", "1997-09-07",
     "1997-09-07 1997-09-28 1997-11-02 1997-11-30 1998-01-04 1998-01-25 1998-03-01 1998-03-29 "
     "1998-05-03 1998-05-31",
     true},
    {"FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "1997-09-22",
     "1997-09-22 1997-10-20 1997-11-17 1997-12-22 1998-01-19 1998-02-16", true},
    {"FREQ=MONTHLY;BYMONTHDAY=-3", "1997-09-28",
     "1997-09-28 1997-10-29 1997-11-28 1997-12-29 1998-01-29 1998-02-26", false},
    {"FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15", "1997-09-02",
     "1997-09-02 1997-09-15 1997-10-02 1997-10-15 1997-11-02 1997-11-15 1997-12-02 1997-12-15 "
     "1998-01-02 1998-01-15",
     true},
    {"FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", "1997-09-30",
     "1997-09-30 1997-10-01 1997-10-31 1997-11-01 1997-11-30 1997-12-01 1997-12-31 1998-01-01 "
     "1998-01-31 1998-02-01",
     true},
    {"FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15", "1997-09-10",
     "1997-09-10 1997-09-11 1997-09-12 1997-09-13 1997-09-14 1997-09-15 1999-03-10 1999-03-11 "
     "1999-03-12 1999-03-13",
     true},
    {"FREQ=MONTHLY;INTERVAL=2;BYDAY=TU", "1997-09-02",
     "1997-09-02 1997-09-09 1997-09-16 1997-09-23 1997-09-30 1997-11-04 1997-11-11 1997-11-18 "
     "1997-11-25 1998-01-06 1998-01-13 1998-01-20 1998-01-27 1998-03-03 1998-03-10 1998-03-17 "
     "1998-03-24 1998-03-31",
     false},
    {"FREQ=YEARLY;COUNT=10;BYMONTH=6,7", "1997-06-10",
     "1997-06-10 1997-07-10 1998-06-10 1998-07-10 1999-06-10 1999-07-10 2000-06-10 2000-07-10 "
     "2001-06-10 2001-07-10",
     true},
    {"FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3", "1997-03-10",
     "1997-03-10 1999-01-10 1999-02-10 1999-03-10 2001-01-10 2001-02-10 2001-03-10 2003-01-10 "
     "2003-02-10 2003-03-10",
     true},
    {"FREQ=YEARLY;BYDAY=20MO", "1997-05-19", "1997-05-19 1998-05-18 1999-05-17", false},
    {"FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "1997-03-13",
     "1997-03-13 1997-03-20 1997-03-27 1998-03-05 1998-03-12 1998-03-19 1998-03-26 1999-03-04 "
     "1999-03-11 1999-03-18 1999-03-25",
     false},
    {"FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8", "1997-06-05",
     "1997-06-05 1997-06-12 1997-06-19 1997-06-26 1997-07-03 1997-07-10 1997-07-17 1997-07-24 "
     "1997-07-31 1997-08-07 1997-08-14 1997-08-21 1997-08-28 1998-06-04 1998-06-11",
     false},
    {"FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1997-09-02",
     "1998-02-13 1998-03-13 1998-11-13 1999-08-13 2000-10-13", false},
    {"FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", "1997-09-13",
     "1997-09-13 1997-10-11 1997-11-08 1997-12-13 1998-01-10 1998-02-07 1998-03-07 1998-04-11 "
     "1998-05-09 1998-06-13",
     false},
    {"FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1996-11-05",
     "1996-11-05 2000-11-07 2004-11-02", false},
    {"FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04",
     "1997-09-04 1997-10-07 1997-11-06", true},
    {"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-29",
     "1997-09-29 1997-10-30 1997-11-27 1997-12-30 1998-01-29 1998-02-26 1998-03-30", false},
    {"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05",
     "1997-08-05 1997-08-10 1997-08-19 1997-08-24", true},
    {"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05",
     "1997-08-05 1997-08-17 1997-08-19 1997-08-31", true},
    {"FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007-01-15",
     "2007-01-15 2007-01-30 2007-02-15 2007-03-15 2007-03-30", true},
    {"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "1997-09-30",
     "1997-09-30 1997-10-31 1997-11-28 1997-12-31", false},
};

/* One after another, each with its number, whatever the time between two that is asked of. */
static void check_example(const csuccess__zone *zone, size_t i)
{
    char day[25] = "2026-01-31T09:00:00Z";
    csuccess__recurrence rule = rule_of(examples[i].rule);
    memcpy(day, examples[i].start, 10);
    int64_t start = local_ms(zone, day), after = start - 1, ms = 0;
    uint32_t index = 99, n = 0;
    for (const char *p = examples[i].days; *p; p += p[10] ? 11 : 10, n++) {
        memcpy(day, p, 10);
        int64_t expected = local_ms(zone, day);
        CHECK(csuccess__recurrence_next(&ms, &rule, zone, start, after, &index));
        CHECK_INT(ms, expected);
        CHECK_UINT(index, n);
        CHECK(csuccess__recurrence_next(&ms, &rule, zone, start, expected - 1, &index));
        if (!CHECK(ms == expected && index == n)) printf("# %s\n", examples[i].rule);
        after = ms;
    }
    CHECK(csuccess__recurrence_next(&ms, &rule, zone, start, after, NULL) == !examples[i].all);
}

static void the_examples_of_the_rfc(void)
{
    places p;
    places_open(&p, zones_only);
    csuccess__zone zone = places_zone(&p, "America/New_York");
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) check_example(&zone, i);
    places_close(&p);
}

static uint32_t count_all(const csuccess__recurrence *rule, const csuccess__zone *zone,
                          int64_t start)
{
    int64_t ms = start - 1;
    uint32_t index, n = 0;
    for (; csuccess__recurrence_next(&ms, rule, zone, start, ms, &index); n++) {
        CHECK_UINT(index, n);
    }
    return n;
}

/* The same section: until December 24 (29, 31, 30 and 23 days), and each day of January for three years, in two ways. */
static void rules_that_come_to_the_same(void)
{
    places p;
    places_open(&p, zones_only);
    csuccess__zone zone = places_zone(&p, "America/New_York");
    csuccess__recurrence rule = rule_of("FREQ=DAILY;UNTIL=19971224T000000Z");
    CHECK_UINT(count_all(&rule, &zone, local_ms(&zone, "1997-09-02T09:00:00Z")), 113);
    csuccess__recurrence yearly =
        rule_of("FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA");
    csuccess__recurrence daily = rule_of("FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1");
    int64_t start = local_ms(&zone, "1998-01-01T09:00:00Z"), a = 0, b = 0;
    CHECK_UINT(count_all(&yearly, &zone, start), 93);
    CHECK_UINT(count_all(&daily, &zone, start), 93);
    for (int64_t after = start; after < start + 700 * CSUCCESS__DAY_MS;
         after += CSUCCESS__DAY_MS) {
        CHECK(csuccess__recurrence_next(&a, &yearly, &zone, start, after, NULL));
        CHECK(csuccess__recurrence_next(&b, &daily, &zone, start, after, NULL));
        CHECK(a == b);
    }
    places_close(&p);
}

/* ---- Clocks ---- */

static const struct {
    const char *rule, *zone, *start, *after, *next;
} clocks[] = {
    /* 02:30 does not exist on the 29th of March: the moment of the change. Then it is 02:30 again. */
    {"FREQ=DAILY", "Europe/Berlin", "2026-03-01T01:30:00Z", "2026-03-28T01:30:00Z",
     "2026-03-29T01:00:00Z"},
    {"FREQ=DAILY", "Europe/Berlin", "2026-03-01T01:30:00Z", "2026-03-29T01:00:00Z",
     "2026-03-30T00:30:00Z"},
    /* 02:30 comes twice on the 25th of October: the first, and once. */
    {"FREQ=DAILY", "Europe/Berlin", "2026-10-01T00:30:00Z", "2026-10-24T00:30:00Z",
     "2026-10-25T00:30:00Z"},
    {"FREQ=DAILY", "Europe/Berlin", "2026-10-01T00:30:00Z", "2026-10-25T00:30:00Z",
     "2026-10-26T01:30:00Z"},
    {"FREQ=DAILY", "Europe/Berlin", "2026-10-01T00:30:00Z", "2026-10-25T01:29:59Z",
     "2026-10-26T01:30:00Z"},
    /* A start the second time is what it was given as. */
    {"FREQ=DAILY", "Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-25T00:45:00Z",
     "2026-10-25T01:30:00Z"},
    {"FREQ=DAILY", "Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-25T01:30:00Z",
     "2026-10-26T01:30:00Z"},
    /* Nine o'clock stays nine o'clock, and its day that of the place. */
    {"FREQ=WEEKLY;BYDAY=SU", "America/New_York", "2026-03-01T14:00:00Z", "2026-03-07T00:00:00Z",
     "2026-03-08T13:00:00Z"},
    {"FREQ=MONTHLY;BYMONTHDAY=1", "America/New_York", "2026-01-02T03:00:00Z",
     "2026-01-15T00:00:00Z", "2026-02-02T03:00:00Z"},
    {"FREQ=MONTHLY;BYMONTHDAY=-1", "Australia/Lord_Howe", "2026-01-30T13:00:00Z",
     "2026-04-01T00:00:00Z", "2026-04-29T13:30:00Z"},
    /* The day that Samoa left out: as it was over. */
    {"FREQ=DAILY", "Pacific/Apia", "2011-12-01T20:00:00Z", "2011-12-29T20:00:00Z",
     "2011-12-30T10:00:00Z"},
    {"FREQ=DAILY", "Pacific/Apia", "2011-12-01T20:00:00Z", "2011-12-30T10:00:00Z",
     "2011-12-30T20:00:00Z"},
    {"FREQ=YEARLY", "", "2024-02-29T12:00:00.007Z", "2024-02-29T12:00:00.007Z",
     "2028-02-29T12:00:00.007Z"},
};

static void rules_where_clocks_change(void)
{
    places p;
    places_open(&p, zones_only);
    for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
        csuccess__zone zone = places_zone(&p, clocks[i].zone);
        csuccess__recurrence rule = rule_of(clocks[i].rule);
        int64_t ms = 0;
        CHECK(csuccess__recurrence_next(&ms, &rule, &zone, places_ms(clocks[i].start),
                                        places_ms(clocks[i].after), NULL));
        CHECK_TIME(ms, clocks[i].next);
    }
    csuccess__zone nowhere = places_zone(&p, "Europe/Nowhere");
    csuccess__recurrence daily = rule_of("FREQ=DAILY");
    int64_t ms = 42;
    CHECK(!csuccess__recurrence_next(&ms, &daily, &nowhere, 0, 0, NULL) && ms == 42);
    places_close(&p);
}

/* ---- Ends ---- */

static const csuccess__zone utc = {NULL, {"", 0}};

static uint32_t count_from(const char *text, const char *start)
{
    csuccess__recurrence rule = rule_of(text);
    return count_all(&rule, &utc, places_ms(start));
}

static void rules_end(void)
{
    CHECK_UINT(count_from("FREQ=DAILY;COUNT=10000", "2026-01-01T00:00:00Z"), 10000);
    CHECK_UINT(count_from("FREQ=DAILY;UNTIL=20260110", "2026-01-01T09:00:00Z"), 10);
    CHECK_UINT(count_from("FREQ=DAILY;UNTIL=20260110T090000Z", "2026-01-01T09:00:00Z"), 10);
    CHECK_UINT(count_from("FREQ=DAILY;UNTIL=20260110T085959Z", "2026-01-01T09:00:00Z"), 9);
    CHECK_UINT(count_from("FREQ=DAILY;UNTIL=20251231", "2026-01-01T09:00:00Z"), 0);
    CHECK_UINT(count_from("FREQ=DAILY", "9999-12-20T00:00:00Z"), 12);
    CHECK_UINT(count_from("FREQ=WEEKLY;BYDAY=MO,FR", "9999-12-20T00:00:00Z"), 4);
    CHECK_UINT(count_from("FREQ=MONTHLY;INTERVAL=7", "9999-01-31T00:00:00Z"), 2);
    CHECK_UINT(count_from("FREQ=YEARLY;INTERVAL=1000", "0001-01-01T00:00:00Z"), 10);
    CHECK_UINT(count_from("FREQ=WEEKLY;WKST=SU", "0001-01-01T00:00:00Z") > 1, 1);
    /* A date ends with its day there: New York's tenth is over at five in the morning of the eleventh. */
    places p;
    places_open(&p, zones_only);
    csuccess__zone york = places_zone(&p, "America/New_York");
    csuccess__recurrence rule = rule_of("FREQ=DAILY;UNTIL=20260110");
    CHECK_UINT(count_all(&rule, &york, places_ms("2026-01-02T04:30:00Z")), 10);
    places_close(&p);
}

static void rules_that_never_hold(void)
{
    static const char *const never[] = {"FREQ=DAILY;INTERVAL=7;BYDAY=TU", /* from a Monday */
                                        "FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1",
                                        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
                                        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=3", /* from January */
                                        "FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29",
                                        "FREQ=YEARLY;BYMONTH=1;BYDAY=MO;BYSETPOS=200",
                                        "FREQ=YEARLY;BYDAY=53MO;BYMONTHDAY=1",
                                        "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31;BYMONTH=3,5"};
    int64_t start = places_ms("2025-01-06T00:00:00Z"), ms = 42;
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        csuccess__recurrence rule = rule_of(never[i]);
        if (!CHECK(!csuccess__recurrence_next(&ms, &rule, &utc, start, start, NULL))) {
            printf("# %s\n", never[i]);
        }
    }
    CHECK_INT(ms, 42);
}

/* Leap days on a Sunday are 28 years apart, but 40 where 2100 is no leap year. */
static void rules_that_seldom_hold(void)
{
    csuccess__recurrence rule = rule_of("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=5SU");
    int64_t ms = places_ms("2088-03-01T00:00:00Z");
    CHECK(csuccess__recurrence_next(&ms, &rule, &utc, 0, ms, NULL));
    CHECK_TIME(ms, "2128-02-29T00:00:00Z");
}

/* Months that a rule by days does not name are passed over at once, and it goes on in step: the 3rd of March is 182 days after the start. */
static void months_are_passed_over_in_step(void)
{
    csuccess__recurrence rule = rule_of("FREQ=DAILY;INTERVAL=7;BYMONTH=3");
    int64_t start = places_ms("1997-09-02T09:00:00Z"), ms = 0;
    uint32_t index = 99;
    CHECK(csuccess__recurrence_next(&ms, &rule, &utc, start, start, &index));
    CHECK_TIME(ms, "1998-03-03T09:00:00Z");
    CHECK_UINT(index, 0);
    int64_t april = places_ms("1998-04-01T00:00:00Z");
    CHECK(csuccess__recurrence_next(&ms, &rule, &utc, start, april, &index));
    CHECK_TIME(ms, "1999-03-02T09:00:00Z");
    CHECK_UINT(index, 5);
}

static void times_that_do_not_exist(void)
{
    csuccess__recurrence rule = rule_of("FREQ=DAILY");
    int64_t ms = 42;
    CHECK(!csuccess__recurrence_next(&ms, &rule, &utc, INT64_MIN, 0, NULL));
    CHECK(!csuccess__recurrence_next(&ms, &rule, &utc, INT64_MAX, 0, NULL));
    CHECK(!csuccess__recurrence_next(&ms, &rule, &utc, 0, INT64_MAX, NULL));
    CHECK_INT(ms, 42);
    CHECK(csuccess__recurrence_next(&ms, &rule, &utc, 7, INT64_MIN, NULL) && ms == 7);
}

/* ---- Work ---- */

typedef struct asked {
    unsigned times;
} asked;

static bool ask(void *ud, csuccess_str zone, int64_t at, csuccess__zone_span *out)
{
    (void)zone;
    ((asked *)ud)->times++;
    *out = (csuccess__zone_span){at, at + 30 * CSUCCESS__HOUR_MS, 60};
    return true;
}

/* A million looks at rules that began two thousand years ago: gone through from the start this would not end. */
static void a_far_start_is_not_gone_through(void)
{
    static const char *const rules[] = {"FREQ=DAILY",
                                        "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
                                        "FREQ=WEEKLY;BYDAY=MO,FR",
                                        "FREQ=MONTHLY;BYDAY=-1FR",
                                        "FREQ=YEARLY;BYMONTH=2;BYDAY=2SU",
                                        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"};
    int64_t start = places_ms("0001-01-01T09:00:00Z"), now = places_ms("2026-01-31T00:00:00Z");
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        csuccess__recurrence rule = rule_of(rules[i]);
        int64_t ms = 0, before = now;
        for (int k = 0; k < 160000; k++) {
            int64_t after = now + k * 10000;
            bool good = csuccess__recurrence_next(&ms, &rule, &utc, start, after, NULL);
            if (!CHECK(good && ms > after && ms >= before)) break;
            before = ms;
        }
    }
    asked a = {0};
    csuccess__zone_source source = {&a, ask};
    csuccess__zone zone = {&source, CSUCCESS_STR("Somewhere")};
    csuccess__recurrence rule = rule_of("FREQ=DAILY");
    int64_t ms;
    CHECK(csuccess__recurrence_next(&ms, &rule, &zone, start, now, NULL));
    CHECK(a.times < 300);
}

/* ---- Text ---- */

static void a_rule_is_read(void)
{
    csuccess__recurrence r = rule_of("rrule:bysetpos=-1,2;freq=yearly;interval=1000;until="
                                     "20261231t170000z;byday=-53su,+1MO,fr;bymonthday=31,-31,1;"
                                     "WKST=su");
    static const int16_t weekdays[] = {7, 1, 5}, ordinals[] = {-53, 1, 0};
    CHECK_INT(r.frequency, CSUCCESS__YEARLY);
    CHECK_INT(r.interval, 1000);
    CHECK_INT(r.week_start, 7);
    CHECK(r.has_until);
    CHECK(!r.until_is_date);
    CHECK_TIME(r.until, "2026-12-31T17:00:00Z");
    CHECK_UINT(r.by_day_count, 3);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(r.by_day[i].weekday, weekdays[i]);
        CHECK_INT(r.by_day[i].ordinal, ordinals[i]);
    }
    CHECK_UINT(r.month_days_front, 0x40000001);
    CHECK_UINT(r.month_days_back, 0x40000000);
    CHECK_UINT(r.set_position_count, 2);
    CHECK_INT(r.set_positions[0], -1);
    CHECK_INT(r.set_positions[1], 2);
}

static void what_a_rule_leaves_out(void)
{
    csuccess__recurrence r = rule_of("FREQ=DAILY");
    CHECK_INT(r.interval, 1);
    CHECK_INT(r.count, 0);
    CHECK_INT(r.week_start, 1);
    CHECK(!r.has_until);
    CHECK_UINT(r.by_day_count, 0);
    CHECK_UINT(r.months | r.month_days_front | r.month_days_back, 0);
    CHECK_UINT(r.set_position_count, 0);
    CHECK_UINT(rule_of("BYMONTH=12,1;FREQ=DAILY").months, 0x801);
}

/* What is refused, where, and what is expected instead. */
static const struct {
    const char *text;
    size_t offset;
    const char *expected;
} refused[] = {
    {"", 0, "one of FREQ="},
    {"RRULE:", 6, "one of FREQ="},
    {"DAILY", 0, "one of FREQ="},
    {"FREQ", 0, "one of FREQ="},
    {"FREQ=", 5, "DAILY, WEEKLY"},
    {"FREQ=HOURLY", 5, "DAILY, WEEKLY"},
    {"FREQ=SECONDLY", 5, "DAILY, WEEKLY"},
    {"FREQ=DAILYX", 10, "the end"},
    {"FREQ=DAILY;", 11, "one of FREQ="},
    {"FREQ=DAILY;;COUNT=1", 11, "one of FREQ="},
    {" FREQ=DAILY", 0, "one of FREQ="},
    {"FREQ=DAILY ", 10, "';' and another part"},
    {"FREQ=DAILY,WEEKLY", 10, "';' and another part"},
    {"COUNT=1", 7, "FREQ= somewhere"},
    {"FREQ=DAILY;FREQ=DAILY", 11, "each part once"},
    {"FREQ=DAILY;INTERVAL=0", 20, "from 1 to 1000"},
    {"FREQ=DAILY;INTERVAL=1001", 20, "from 1 to 1000"},
    {"FREQ=DAILY;INTERVAL=99999999999999999999", 20, "from 1 to 1000"},
    {"FREQ=DAILY;INTERVAL=-1", 20, "from 1 to 1000"},
    {"FREQ=DAILY;INTERVAL=+1", 20, "from 1 to 1000"},
    {"FREQ=DAILY;INTERVAL=", 20, "from 1 to 1000"},
    {"FREQ=DAILY;COUNT=10001", 17, "from 1 to 10000"},
    {"FREQ=DAILY;COUNT=0", 17, "from 1 to 10000"},
    {"FREQ=DAILY;COUNT=1;UNTIL=20260131", 25, "either COUNT or UNTIL"},
    {"UNTIL=20260131;COUNT=1;FREQ=DAILY", 21, "either COUNT or UNTIL"},
    {"FREQ=DAILY;UNTIL=2026-01-31", 17, "a date such as 20261231"},
    {"FREQ=DAILY;UNTIL=20260229", 17, "a date such as 20261231"},
    {"FREQ=DAILY;UNTIL=20260131T170000", 17, "a time of UTC"},
    {"FREQ=DAILY;UNTIL=20260131T240000Z", 17, "a time of UTC"},
    {"FREQ=DAILY;UNTIL=00000101", 17, "a date such as 20261231"},
    {"FREQ=WEEKLY;BYDAY=", 18, "MO, TU, WE, TH, FR, SA or SU"},
    {"FREQ=WEEKLY;BYDAY=MO,", 21, "MO, TU, WE, TH, FR, SA or SU"},
    {"FREQ=WEEKLY;BYDAY=MON", 20, "';' and another part"},
    {"FREQ=WEEKLY;BYDAY=1MO", 18, "weekdays without a number"},
    {"FREQ=DAILY;BYDAY=MO,-1MO", 17, "weekdays without a number"},
    {"BYDAY=1MO;FREQ=DAILY", 6, "weekdays without a number"},
    {"FREQ=MONTHLY;BYDAY=6MO", 19, "numbers from 1 to 5"},
    {"FREQ=YEARLY;BYMONTH=1;BYDAY=6MO", 28, "numbers from 1 to 5"},
    {"FREQ=YEARLY;BYDAY=54MO", 18, "from 1 to 53"},
    {"FREQ=YEARLY;BYDAY=0MO", 18, "from 1 to 53"},
    {"FREQ=YEARLY;BYDAY=+MO", 18, "from 1 to 53"},
    {"FREQ=MONTHLY;BYMONTHDAY=0", 24, "a day from 1 to 31"},
    {"FREQ=MONTHLY;BYMONTHDAY=32", 24, "a day from 1 to 31"},
    {"FREQ=MONTHLY;BYMONTHDAY=1,-32", 26, "a day from 1 to 31"},
    {"FREQ=WEEKLY;BYMONTHDAY=1", 23, "no BYMONTHDAY with FREQ=WEEKLY"},
    {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30,-31", 33, "a day that one of the months"},
    {"FREQ=YEARLY;BYMONTH=13", 20, "a month from 1 to 12"},
    {"FREQ=YEARLY;BYMONTH=-1", 20, "a month from 1 to 12"},
    {"FREQ=MONTHLY;BYSETPOS=1", 22, "only with BYDAY"},
    {"FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", 31, "a position from 1 to 366"},
    {"FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367", 31, "a position from 1 to 366"},
    {"FREQ=MONTHLY;BYDAY=MO;BYSETPOS=32", 31, "a position that a day, week"},
    {"FREQ=DAILY;BYDAY=MO;BYSETPOS=2", 29, "a position that a day, week"},
    {"FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=-3", 33, "a position that a day, week"},
    {"FREQ=DAILY;WKST=1", 16, "MO, TU, WE"},
    {"FREQ=DAILY;BYHOUR=9", 11, "without BYHOUR: occurrences have the time of day"},
    {"FREQ=DAILY;BYMINUTE=9", 11, "without BYMINUTE"},
    {"FREQ=DAILY;BYSECOND=9", 11, "without BYSECOND"},
    {"FREQ=YEARLY;byyearday=100", 12, "without BYYEARDAY"},
    {"FREQ=YEARLY;BYWEEKNO=20", 12, "without BYWEEKNO"},
    {"FREQ=YEARLY;BYEASTER=0", 12, "without BYEASTER"},
    {"RSCALE=CHINESE;FREQ=YEARLY", 0, "without RSCALE"},
    {"FREQ=MONTHLY;SKIP=FORWARD", 13, "without SKIP"},
    {"FREQ=DAILY;X-NAME=1", 11, "one of FREQ="},
    {"DTSTART:20260131T090000Z", 0, "one of FREQ="},
};

static void what_is_not_of_the_subset_is_refused(void)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        csuccess__recurrence rule = {.interval = 77};
        csuccess__time_error err = {999, NULL};
        csuccess_str text = check_view(refused[i].text);
        bool held = CHECK(!csuccess__recurrence_parse(&rule, text, &err));
        held = CHECK_UINT(err.offset, refused[i].offset) && held;
        held = CHECK_HAS(err.expected, refused[i].expected) && held;
        if (!held) printf("# %s\n", refused[i].text);
        CHECK(rule.interval == 77 && !csuccess__recurrence_parse(&rule, text, NULL));
    }
}

static void lists_have_limits(void)
{
    csuccess__recurrence rule;
    csuccess__time_error err = {0, NULL};
    char *days = places_many("FREQ=DAILY;BYDAY=", "MO", 64, "");
    char *more = places_many("FREQ=DAILY;BYDAY=", "MO", 65, "");
    char *positions = places_many("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=", "1", 17, "");
    CHECK(csuccess__recurrence_parse(&rule, check_view(days), &err));
    CHECK(!csuccess__recurrence_parse(&rule, check_view(more), &err));
    CHECK_HAS(err.expected, "at most 64 weekdays");
    CHECK(!csuccess__recurrence_parse(&rule, check_view(positions), &err));
    CHECK_HAS(err.expected, "at most 16 positions");
    free(days);
    free(more);
    free(positions);
}

/* ---- The least distance ---- */

static void the_least_days_between_two(void)
{
    static const struct {
        const char *rule;
        int32_t days;
    } rows[] = {
        {"FREQ=DAILY", 1},
        {"FREQ=DAILY;INTERVAL=10;BYDAY=MO", 10},
        {"FREQ=WEEKLY", 7},
        {"FREQ=WEEKLY;INTERVAL=3;BYDAY=TU", 21},
        {"FREQ=WEEKLY;BYDAY=MO,TH", 3},
        {"FREQ=WEEKLY;BYDAY=MO,FR", 3},
        {"FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", 4},
        {"FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU", 6},
        {"FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU", 1},
        {"FREQ=MONTHLY", 28},
        {"FREQ=MONTHLY;INTERVAL=3;BYDAY=1MO", 84},
        {"FREQ=MONTHLY;BYMONTHDAY=-1", 28},
        {"FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", 28},
        {"FREQ=MONTHLY;BYMONTHDAY=1,-1", 1},
        {"FREQ=MONTHLY;BYDAY=MO", 7},
        {"FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1", 1},
        {"FREQ=YEARLY", 364},
        {"FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYDAY=1MO", 728},
        {"FREQ=YEARLY;BYMONTH=3,9", 28},
        {"FREQ=YEARLY;BYMONTHDAY=15", 28},
        {"FREQ=YEARLY;BYDAY=1MO", 7},
        {"FREQ=YEARLY;BYDAY=MO,TU", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        csuccess__recurrence rule = rule_of(rows[i].rule);
        if (!CHECK_INT(csuccess__recurrence_least_days(&rule), rows[i].days)) {
            printf("# %s\n", rows[i].rule);
        }
    }
}

CHECK_MAIN(CHECK_TEST(the_examples_of_the_rfc), CHECK_TEST(rules_that_come_to_the_same),
           CHECK_TEST(rules_where_clocks_change), CHECK_TEST(rules_end),
           CHECK_TEST(rules_that_never_hold), CHECK_TEST(rules_that_seldom_hold),
           CHECK_TEST(months_are_passed_over_in_step), CHECK_TEST(times_that_do_not_exist),
           CHECK_TEST(a_far_start_is_not_gone_through), CHECK_TEST(a_rule_is_read),
           CHECK_TEST(what_a_rule_leaves_out), CHECK_TEST(what_is_not_of_the_subset_is_refused),
           CHECK_TEST(lists_have_limits), CHECK_TEST(the_least_days_between_two))

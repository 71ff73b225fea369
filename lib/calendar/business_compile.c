/* SPDX-License-Identifier: Apache-2.0 */
/* The section `calendars` of a configuration: hours of the week, holidays, the table of zones. */
#include "base/heap.h"
#include "base/str.h"
#include "calendar/scan.h"
#include "calendar/zone_table.h"
#include "text/reader.h"

enum { CALENDARS_MOST = 1000, OPENINGS_MOST = 48, HOLIDAYS_MOST = 10000, DAY_MINUTES = 1440 };

static const char zones_key[] = "zones"; /* no calendar, but the table */
static const char *const keys[] = {"zone",        "hours", "holidays", "label",
                                   "description", "order", NULL};
const char *const csuccess__weekdays[] = {"mon", "tue", "wed", "thu",
                                          "fri", "sat", "sun", NULL};
static const csuccess__opening standard = {9 * 60, 17 * 60};
enum { STANDARD_DAYS = 5 };

typedef struct build {
    csuccess__arena *arena;
    csuccess__problems *problems;
} build;

/* ---- Hours ---- */

static bool scan_two(csuccess__scan *s, int32_t most, const char *expected, int32_t *out)
{
    size_t start = s->at;
    int32_t value = 0;
    for (int i = 0; i < 2 && csuccess__scan_is_digit(s); i++, s->at++) {
        value = value * 10 + (csuccess__scan_peek(s) - '0');
    }
    if (s->at == start + 2 && value <= most) {
        *out = value;
        return true;
    }
    s->at = start;
    return csuccess__scan_refuse(s, expected);
}

static bool scan_clock(csuccess__scan *s, int32_t *minutes)
{
    size_t start = s->at;
    int32_t hour, minute;
    if (!scan_two(s, 24, "an hour from 00 to 24", &hour)) return false;
    if (!csuccess__scan_take(s, ':')) return csuccess__scan_refuse(s, "':' behind the hour");
    if (!scan_two(s, 59, "a minute from 00 to 59", &minute)) return false;
    *minutes = hour * 60 + minute;
    if (*minutes <= DAY_MINUTES) return true;
    s->at = start;
    return csuccess__scan_refuse(s, "a time of day up to 24:00");
}

bool csuccess__clock_parse(int32_t *minutes, csuccess_str text, csuccess__time_error *err)
{
    csuccess__scan s = {text, 0, err};
    return scan_clock(&s, minutes) &&
           (csuccess__scan_is_end(&s) || csuccess__scan_refuse(&s, "the end"));
}

static bool scan_opening(csuccess__scan *s, csuccess__opening *out)
{
    if (!scan_clock(s, &out->from)) return false;
    if (!csuccess__scan_take(s, '-')) {
        return csuccess__scan_refuse(s, "'-' between opening and closing");
    }
    if (!scan_clock(s, &out->until)) return false;
    return csuccess__scan_is_end(s) || csuccess__scan_refuse(s, "the end");
}

/* False, noted, when it is not one that can follow the day's last. */
static bool read_opening(const build *b, const csuccess__json *node, int32_t closed,
                         csuccess__opening *out)
{
    csuccess__time_error err = {0, NULL};
    if (node->type != CSUCCESS__JSON_STRING) {
        csuccess__problem(b->problems, node, CSUCCESS_ECONFIG,
                          "hours are a string such as \"09:00-17:00\", found %s",
                          csuccess__json_type_name(node));
        return false;
    }
    csuccess__scan s = {node->string, 0, &err};
    if (!scan_opening(&s, out)) {
        csuccess__problem_inside(b->problems, node, err.offset, CSUCCESS_ECONFIG,
                                 "expected %s, as in \"09:00-17:00\"", err.expected);
        return false;
    }
    if (out->until <= out->from) {
        csuccess__problem(b->problems, node, CSUCCESS_ECONFIG,
                          "%q ends before it begins; past midnight write \"22:00-24:00\" and, "
                          "on the day after, \"00:00-06:00\"",
                          node->string);
        return false;
    }
    if (out->from < closed) {
        csuccess__problem(b->problems, node, CSUCCESS_ECONFIG,
                          "%q begins before the hours in front of it end", node->string);
        return false;
    }
    return true;
}

/* False: no memory. */
static bool read_day(const build *b, const csuccess__json *list, csuccess__calendar *out,
                     uint32_t day)
{
    if (list->count > OPENINGS_MOST) {
        csuccess__problem(b->problems, list, CSUCCESS_ELIMIT,
                          "a day has at most %u openings; this has %u", (uint32_t)OPENINGS_MOST,
                          list->count);
        return true;
    }
    csuccess__opening *openings = CSUCCESS__NEW_ARRAY(b->arena, csuccess__opening, list->count);
    if (!openings) return false;
    uint32_t n = 0;
    for (const csuccess__json *node = list->first; node; node = node->next) {
        int32_t closed = n > 0 ? openings[n - 1].until : 0;
        n += read_opening(b, node, closed, &openings[n]);
    }
    out->openings[day] = openings;
    out->opening_counts[day] = n;
    return true;
}

/* False: no memory. */
static bool read_hours(const build *b, const csuccess__json *calendar, csuccess__calendar *out)
{
    bool given = csuccess__json_member(calendar, "hours") != NULL;
    uint32_t errors = b->problems->errors;
    const csuccess__json *hours =
        csuccess__read_section(b->problems, calendar, "hours", CSUCCESS__JSON_OBJECT);
    for (uint32_t day = 0; !given && day < STANDARD_DAYS; day++) {
        out->openings[day] = &standard;
        out->opening_counts[day] = 1;
    }
    if (!hours) return true;
    (void)csuccess__read_object(b->problems, hours, csuccess__weekdays);
    for (uint32_t day = 0; csuccess__weekdays[day]; day++) {
        const csuccess__json *list = csuccess__read_section(
            b->problems, hours, csuccess__weekdays[day], CSUCCESS__JSON_ARRAY);
        if (list && !read_day(b, list, out, day)) return false;
    }
    uint32_t openings = 0;
    for (uint32_t day = 0; csuccess__weekdays[day]; day++) openings += out->opening_counts[day];
    if (openings == 0 && b->problems->errors == errors) {
        csuccess__problem(b->problems, hours, 0,
                          "a calendar without hours never opens, and what waits for it fails; "
                          "without \"hours\" it is open Monday to Friday, 09:00 to 17:00");
    }
    return true;
}

/* ---- Holidays ---- */

static bool ascending(const void *a, const void *b)
{
    return *(const int64_t *)a < *(const int64_t *)b;
}

static bool read_holiday(const build *b, const csuccess__json *node, int64_t *day)
{
    int64_t ms;
    csuccess__time_error err = {0, NULL};
    if (node->type != CSUCCESS__JSON_STRING) {
        csuccess__problem(b->problems, node, CSUCCESS_ECONFIG,
                          "the name of the holiday %q is a string, found %s", node->key,
                          csuccess__json_type_name(node));
    }
    if (!csuccess__date_parse(&ms, node->key, &err)) {
        csuccess__problem(b->problems, node, CSUCCESS_ECONFIG,
                          "%q is no date such as \"2026-12-25\": expected %s", node->key,
                          err.expected);
        return false;
    }
    *day = csuccess__days_between(0, ms);
    return true;
}

/* False: no memory. */
static bool read_holidays(const build *b, const csuccess__json *calendar,
                          csuccess__calendar *out)
{
    const csuccess__json *section =
        csuccess__read_section(b->problems, calendar, "holidays", CSUCCESS__JSON_OBJECT);
    if (!section) return true;
    if (section->count > HOLIDAYS_MOST) {
        csuccess__problem(b->problems, section, CSUCCESS_ELIMIT,
                          "a calendar has at most %u holidays; this has %u",
                          (uint32_t)HOLIDAYS_MOST, section->count);
        return true;
    }
    int64_t *days = CSUCCESS__NEW_ARRAY(b->arena, int64_t, section->count);
    if (!days) return false;
    uint32_t n = 0;
    for (const csuccess__json *node = section->first; node; node = node->next) {
        n += read_holiday(b, node, &days[n]);
    }
    csuccess__sort(days, n, sizeof *days, ascending);
    out->holidays = days;
    out->holiday_count = n;
    return true;
}

/* ---- The section ---- */

/* False: no memory. */
static bool read_calendar(const build *b, const csuccess__json *node, csuccess__calendar *out)
{
    csuccess_str none = {"", 0};
    *out = (csuccess__calendar){.id = node->key, .zone = none, .at = node};
    if (!csuccess__read_object(b->problems, node, keys)) return true;
    (void)csuccess__read_string(b->problems, node, "label", none);
    out->zone = csuccess__zone_read(b->problems, node, "zone");
    return read_hours(b, node, out) && read_holidays(b, node, out);
}

static bool read_table(const build *b, const csuccess__json *section, csuccess__calendars *out)
{
    const csuccess__json *zones =
        csuccess__read_section(b->problems, section, zones_key, CSUCCESS__JSON_OBJECT);
    if (!zones) return true;
    out->zones = csuccess__zone_table_compile(b->arena, b->problems, zones);
    return out->zones != NULL;
}

static bool read_calendars(const build *b, const csuccess__json *section,
                           csuccess__calendars *out)
{
    if (section->count > CALENDARS_MOST) {
        csuccess__problem(b->problems, section, CSUCCESS_ELIMIT,
                          "a configuration has at most %u calendars; this has %u",
                          (uint32_t)CALENDARS_MOST, section->count);
        return true;
    }
    const csuccess__json **members =
        CSUCCESS__NEW_ARRAY(b->arena, const csuccess__json *, section->count);
    csuccess__calendar *list =
        CSUCCESS__NEW_ARRAY(b->arena, csuccess__calendar, section->count);
    if (!members || !list) return false;
    csuccess__read_order(section, members);
    for (uint32_t i = 0; i < section->count; i++) {
        if (csuccess__str_is(members[i]->key, zones_key)) continue;
        if (!read_calendar(b, members[i], &list[out->count++])) return false;
    }
    out->list = list;
    return read_table(b, section, out);
}

const csuccess__calendars *csuccess__calendars_compile(csuccess__arena *arena,
                                                       csuccess__problems *problems,
                                                       const csuccess__json *section)
{
    build b = {arena, problems};
    csuccess__calendars *out = CSUCCESS__NEW(arena, csuccess__calendars);
    bool good = out && (!section || section->type != CSUCCESS__JSON_OBJECT ||
                        read_calendars(&b, section, out));
    if (good) return out;
    problems->lost = true;
    return NULL;
}

uint32_t csuccess__calendar_find(const csuccess__calendars *calendars, csuccess_str id)
{
    for (uint32_t i = 0; i < calendars->count; i++) {
        if (csuccess__str_eq(calendars->list[i].id, id)) return i;
    }
    return UINT32_MAX;
}

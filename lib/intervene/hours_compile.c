/* SPDX-License-Identifier: Apache-2.0 */
/* Quiet hours, send windows, the best times of a day and the hours of channels, from a document. */
#include "base/heap.h"
#include "intervene/reach_internal.h"

enum { DAY_MINUTES = 1440, ALL_DAYS = 127 };

static const char *const quiet_keys[] = {"from",  "until", "days",        "channel", "class",
                                         "label", "order", "description", NULL};
static const char *const window_keys[] = {"from",  "until", "days",  "calendar",    "channel",
                                          "class", "label", "order", "description", NULL};

/* ---- Times of a day ---- */

static bool read_clock(const csuccess__reach_build *b, const csuccess__json *at, int32_t *out)
{
    csuccess__time_error err = {0, NULL};
    if (at->type != CSUCCESS__JSON_STRING) {
        csuccess__problem(b->problems, at, CSUCCESS_ECONFIG,
                          "a time of day is a string such as \"21:00\"; this is %s",
                          csuccess__json_type_name(at));
        return false;
    }
    if (csuccess__clock_parse(out, at->string, &err)) return true;
    csuccess__problem_inside(b->problems, at, err.offset, CSUCCESS_ECONFIG,
                             "expected %s, as in \"21:00\"", err.expected);
    return false;
}

static bool read_bound(const csuccess__reach_build *b, const csuccess__json *object,
                       const char *key, int32_t *out)
{
    const csuccess__json *at = csuccess__json_member(object, key);
    if (at) return read_clock(b, at, out);
    csuccess__problem(b->problems, object, CSUCCESS_ECONFIG,
                      "%q needs \"%s\", a local time such as \"21:00\"", object->key, key);
    return false;
}

static void read_span(const csuccess__reach_build *b, const csuccess__json *at,
                      csuccess__hours *out)
{
    bool from = read_bound(b, at, "from", &out->from);
    bool until = read_bound(b, at, "until", &out->until);
    out->days = csuccess__reach_bits(b, at, "days", csuccess__weekdays, ALL_DAYS);
    const csuccess__json *days = csuccess__json_member(at, "days");
    if (days && days->type == CSUCCESS__JSON_ARRAY && days->count == 0) {
        csuccess__problem(b->problems, days, CSUCCESS_ECONFIG,
                          "\"days\" names at least one, such as [\"mon\", \"tue\"]; without "
                          "the key it is every day");
    }
    if (!from || !until) return;
    if (out->from == DAY_MINUTES) {
        csuccess__problem(b->problems, csuccess__json_member(at, "from"), CSUCCESS_ECONFIG,
                          "nothing begins at 24:00; write \"00:00\", of the day after");
    } else if (out->from == out->until) {
        csuccess__problem(b->problems, at, CSUCCESS_ECONFIG,
                          "%q ends at the time at which it begins; a whole day is from "
                          "\"00:00\" until \"24:00\"",
                          at->key);
    }
}

/* ---- Quiet hours and windows ---- */

static uint32_t find_calendar(const csuccess__reach_build *b, const csuccess__json *at,
                              csuccess_str id)
{
    const csuccess__calendars *calendars = b->build->flow->flow->calendars;
    uint32_t found = calendars ? csuccess__calendar_find(calendars, id) : UINT32_MAX;
    if (found == UINT32_MAX) {
        csuccess__note_unknown(b->build->flow, at, id,
                               csuccess__json_member(b->build->flow->document, "calendars"),
                               "calendar");
    }
    return found;
}

static void read_when(const csuccess__reach_build *b, const csuccess__json *at,
                      csuccess__hours *out)
{
    static const char *const own[] = {"from", "until", "days", NULL};
    const csuccess__json *calendar = csuccess__json_member(at, "calendar");
    if (!calendar && !csuccess__json_member(at, "from") &&
        !csuccess__json_member(at, "until")) {
        csuccess__problem(b->problems, at, CSUCCESS_ECONFIG,
                          "a window needs \"calendar\", the name of one, or \"from\" and "
                          "\"until\", local times such as \"09:00\"");
        return;
    }
    if (!calendar) {
        read_span(b, at, out);
        return;
    }
    csuccess_str id = csuccess__read_string(b->problems, at, "calendar", (csuccess_str){"", 0});
    if (id.len) out->calendar = find_calendar(b, calendar, id);
    for (size_t i = 0; own[i]; i++) {
        const csuccess__json *beside = csuccess__json_member(at, own[i]);
        if (!beside) continue;
        csuccess__problem(b->problems, beside, CSUCCESS_ECONFIG,
                          "a window is open by its calendar, or by \"from\", \"until\" and "
                          "\"days\"; remove one of the two");
    }
}

static void read_hours(const csuccess__reach_build *b, const csuccess__json *at, bool quiet,
                       csuccess__hours *out)
{
    *out = (csuccess__hours){.id = at->key, .calendar = UINT32_MAX, .channel = {"", 0}};
    if (!csuccess__read_object(b->problems, at, quiet ? quiet_keys : window_keys)) return;
    (void)csuccess__read_string(b->problems, at, "label", at->key);
    if (quiet) {
        read_span(b, at, out);
    } else {
        read_when(b, at, out);
    }
    out->by_class = csuccess__reach_class_read(b, at, &out->class_);
    out->channel = csuccess__reach_channel_read(b, at);
}

/* NULL: no memory. */
static const csuccess__hours *read_all(const csuccess__reach_build *b,
                                       const csuccess__json *section, const char *key,
                                       uint32_t *count)
{
    bool quiet = csuccess__str_is(csuccess__str(key), "quiet_hours");
    const csuccess__json **members = csuccess__reach_list(
        b, csuccess__read_section(b->problems, section, key, CSUCCESS__JSON_OBJECT),
        CSUCCESS__HOURS_MOST, count);
    csuccess__hours *list = CSUCCESS__NEW_ARRAY(b->arena, csuccess__hours, *count + 1);
    if (!list || b->problems->lost) return NULL;
    for (uint32_t i = 0; i < *count; i++) read_hours(b, members[i], quiet, &list[i]);
    return list;
}

/* ---- The best times ---- */

static bool earlier(const void *a, const void *b)
{
    return *(const int32_t *)a < *(const int32_t *)b;
}

static bool read_times(const csuccess__reach_build *b, const csuccess__json *section)
{
    const csuccess__json *list = csuccess__read_section(
        b->problems, section, "optimal_send_times", CSUCCESS__JSON_ARRAY);
    if (!list) return true;
    if (list->count > CSUCCESS__SEND_TIMES_MOST) {
        csuccess__problem(b->problems, list, CSUCCESS_ELIMIT,
                          "a day has at most %u optimal times; this has %u",
                          (uint32_t)CSUCCESS__SEND_TIMES_MOST, list->count);
        return true;
    }
    int32_t *times = CSUCCESS__NEW_ARRAY(b->arena, int32_t, list->count + 1);
    uint32_t n = 0, kept = 0;
    if (!times) return false;
    for (const csuccess__json *m = list->first; m; m = m->next) {
        if (!read_clock(b, m, &times[n])) continue;
        times[n++] %= DAY_MINUTES;
    }
    csuccess__sort(times, n, sizeof *times, earlier);
    for (uint32_t i = 0; i < n; i++) {
        if (kept == 0 || times[i] != times[kept - 1]) times[kept++] = times[i];
    }
    b->out->times = times;
    b->out->time_count = kept;
    return true;
}

/* ---- Channels ---- */

/* Calendars are compiled after channels, so their names are looked up here. */
static bool read_calendars(const csuccess__reach_build *b)
{
    const csuccess__channels *channels = b->build->channels;
    uint32_t count = channels ? channels->count : 0;
    uint32_t *list = CSUCCESS__NEW_ARRAY(b->arena, uint32_t, count + 1);
    if (!list) return false;
    for (uint32_t i = 0; i < count; i++) {
        const csuccess__channel *channel = &channels->list[i];
        const csuccess__json *at = csuccess__json_member(channel->at, "calendar");
        list[i] = channel->calendar.len ? find_calendar(b, at, channel->calendar) : UINT32_MAX;
    }
    b->out->calendars = list;
    return true;
}

bool csuccess__hours_read(const csuccess__reach_build *b, const csuccess__json *section)
{
    csuccess__reach *out = b->out;
    out->quiet = read_all(b, section, "quiet_hours", &out->quiet_count);
    out->windows = read_all(b, section, "send_windows", &out->window_count);
    return out->quiet && out->windows && read_times(b, section) && read_calendars(b);
}

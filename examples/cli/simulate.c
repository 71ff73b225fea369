/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess simulate: events and facts on a virtual clock; nothing is kept, nothing is sent. */
#include "clock.h"
#include "commands.h"
#include "config_file.h"
#include "event_rows.h"
#include "figures.h"
#include "history.h"
#include "host.h"
#include "slice.h"
#include "story.h"
#include "zones.h"

#include <csuccess/simulate.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_MS = 86400000, DAYS_MOST = 36600 };

typedef struct simulating {
    const args *given;
    csuccess_config *config;
    csuccess_simulation *simulation;
    event_rows rows;
    csuccess_events *events;
    uint64_t *lines; /* of the events */
    size_t lines_cap;
    text undated; /* facts that came before anything that has a time */
    uint64_t *undated_lines;
    size_t undated_count;
    bool has_time;
    int64_t time, now,
        start; /* time: of the event that was read last; start: 0 when not given */
    output_format format;
    tally counts;
    story told;
    bool starved, has_rows, why;
} simulating;

/* ---- The trace ---- */

/* Counts a line of the trace: a message by its channel and definition, an entry by its kind. */
static bool count_line(simulating *s, csuccess_str line)
{
    char before[300];
    csuccess_str channel = slice_plain(slice_member(line, "channel"));
    if (slice_member(line, "message").len == 0) {
        return tally_add(&s->counts, "entry: ", slice_plain(slice_member(line, "kind")));
    }
    snprintf(before, sizeof before, "message: %.*s ", channel.len ? (int)channel.len : 6,
             channel.len ? channel.ptr : "signal");
    csuccess_str of = slice_plain(slice_member(line, "definition"));
    return tally_add(&s->counts, before, story_definition(of));
}

static void trace(void *ud, csuccess_str line)
{
    simulating *s = ud;
    if (line.len && line.ptr[line.len - 1] == '\n') line.len--;
    if (s->why) {
        if (!story_add(&s->told, line)) s->starved = true;
    } else if (s->format == OUTPUT_JSONL) {
        output_plain(line);
        putchar('\n');
    } else if (!count_line(s, line)) {
        s->starved = true;
    }
}

/* ---- Reading ---- */

static bool starved(void)
{
    fprintf(stderr, "csuccess: out of memory\n");
    return false;
}

static bool add(simulating *s, csuccess_str line, uint64_t number)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_event event = CSUCCESS_EVENT_INIT;
    size_t count = csuccess_events_count(s->events);
    if (count == s->lines_cap) {
        size_t cap = count ? count * 2 : 1024;
        uint64_t *grown = realloc(s->lines, cap * sizeof *grown);
        if (!grown) return starved();
        s->lines = grown;
        s->lines_cap = cap;
    }
    if (csuccess_events_add_json(s->events, line, &err) < 0) {
        return input_refuse(&s->rows.in, err.message);
    }
    s->lines[count] = number;
    csuccess_events_get(s->events, count, &event);
    s->time = event.at_ms;
    return true;
}

/* Facts that wait for a time get one. */
static bool date_waiting(simulating *s, int64_t at)
{
    csuccess_str line;
    size_t from = 0, index = 0;
    s->has_time = true;
    if (s->undated_count == 0) return true;
    bool good = event_rows_date(&s->undated, at) || starved();
    while (good && event_rows_line(&s->undated, &from, &line)) {
        good = add(s, line, s->undated_lines[index++]);
    }
    text_free(&s->undated);
    s->undated_count = 0;
    return good;
}

/* The first event of a time gives it to what waits, which comes before it. */
static bool date_by(simulating *s, csuccess_str line)
{
    csuccess_event event = CSUCCESS_EVENT_INIT;
    if (csuccess_events_add_json(s->events, line, NULL) < 0) return true; /* add() tells it */
    csuccess_events_get(s->events, 0, &event);
    s->time = event.at_ms;
    csuccess_events_clear(s->events);
    return date_waiting(s, s->time);
}

static bool keep_undated(simulating *s)
{
    for (size_t i = 0; i < s->rows.json.len; i++) {
        char c = s->rows.json.ptr[i];
        if (!text_put(&s->undated, c)) return starved();
        if (c != '\n') continue;
        uint64_t *grown = realloc(s->undated_lines, (s->undated_count + 1) * sizeof *grown);
        if (!grown) return starved();
        s->undated_lines = grown;
        grown[s->undated_count++] = s->rows.in.line;
    }
    return true;
}

static bool take_row(simulating *s)
{
    csuccess_str line;
    size_t at = 0;
    if (s->rows.undated && !s->has_time) return keep_undated(s);
    if (s->rows.undated && !event_rows_date(&s->rows.json, s->time)) return starved();
    while (event_rows_line(&s->rows.json, &at, &line)) {
        if (!s->has_time && !date_by(s, line)) return false;
        if (!add(s, line, s->rows.in.line)) return false;
    }
    return true;
}

/* False: told. */
static bool read_rows(simulating *s)
{
    if (s->start) {
        s->time = s->start;
        s->has_time = true;
    }
    while (event_rows_next(&s->rows)) {
        if (!take_row(s)) return false;
    }
    return s->rows.in.failed || date_waiting(s, s->now);
}

/* ---- Time ---- */

/* When it ends. False after a usage error. */
static bool take_end(const simulating *s, int64_t *until)
{
    uint64_t days = 0;
    int64_t now = csuccess_simulation_now(s->simulation);
    return whole_option(s->given, OPTION_DAYS, DAYS_MOST, &days) &&
           host_time(s->given, OPTION_UNTIL, now + (int64_t)days * DAY_MS, until);
}

/* Quarantined inputs are told, as what was refused; it goes on. */
static uint64_t tell_results(const simulating *s)
{
    uint64_t refused = 0;
    for (size_t i = 0; i < csuccess_events_count(s->events); i++) {
        csuccess_str reason;
        csuccess_result result = csuccess_events_result(s->events, i, &reason);
        if (result >= 0) continue;
        fprintf(stderr, "%s:%llu: %s%.*s\n", s->rows.in.name, (unsigned long long)s->lines[i],
                result == CSUCCESS_ERANGE ? "quarantined: " : "", (int)reason.len, reason.ptr);
        refused += result != CSUCCESS_ERANGE && result != CSUCCESS_EEXPIRED;
    }
    return refused;
}

/* Lets everything pass. */
static csuccess_result pass(simulating *s, int64_t *refused, csuccess_error *err)
{
    int64_t until = 0;
    csuccess_result result = CSUCCESS_OK;
    if (s->start) result = csuccess_simulation_run(s->simulation, s->start, err);
    if (result >= 0) result = csuccess_simulation_feed(s->simulation, s->events, err);
    *refused = (int64_t)tell_results(s);
    if (result < 0) return result;
    take_end(s, &until);
    return csuccess_simulation_run(s->simulation, until, err);
}

static int play(simulating *s)
{
    int64_t refused;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result = pass(s, &refused, &err);
    if (result < 0) return host_tell(s->given, result, &err);
    if (s->starved) return starved() ? 0 : 1;
    if (refused == 0) return 0;
    return s->rows.in.keep_going ? 3 : 1;
}

/* 0, or 2 after telling. */
static int take_times(simulating *s, uint64_t *seed)
{
    int64_t until;
    if (s->given->values[OPTION_DAYS] && s->given->values[OPTION_UNTIL]) {
        return args_usage(s->given->command, "%s", "give --days or --until, not both");
    }
    bool good = host_time(s->given, OPTION_NOW, clock_now(), &s->now) &&
                host_time(s->given, OPTION_START, 0, &s->start) && take_end(s, &until) &&
                whole_option(s->given, OPTION_SEED, UINT64_MAX, seed);
    return good ? 0 : 2;
}

static int open_all(simulating *s)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_simulation_options options = {
        .size = sizeof options, .trace = trace, .trace_ud = s, .zone = zones_ask};
    const char *config = s->given->values[OPTION_CONFIG];
    int code = output_choose(&s->format, s->given);
    if (code == 0) code = take_times(s, &options.seed);
    if (code != 0) return code;
    if (!config) return args_usage(s->given->command, "%s is required", "-c CONFIG");
    s->config = config_load(config, s->given);
    if (!s->config) return 1;
    options.start_ms = s->start;
    csuccess_result result = csuccess_events_new(&s->events, NULL, NULL, &err);
    if (result >= 0) {
        result = csuccess_simulation_new(&s->simulation, s->config, &options, &err);
    }
    if (result < 0) return host_tell(s->given, result, &err);
    return event_rows_open(&s->rows, s->given, s->config);
}

int simulate_run(const args *given)
{
    simulating s;
    memset(&s, 0, sizeof s);
    s.given = given;
    s.why = given->values[OPTION_WHY] != NULL;
    int code = open_all(&s);
    if (code == 0) {
        bool good = read_rows(&s);
        int read = input_finish(&s.rows.in);
        code = read == 1 || !good ? 1 : play(&s);
        if (code == 0) code = read;
        if (s.why) {
            story_print(&s.told);
        } else if (s.format != OUTPUT_JSONL)
            tally_print(s.format, &s.counts);
        code = output_finish(code);
    }
    csuccess_simulation_free(s.simulation);
    csuccess_events_free(s.events);
    event_rows_close(&s.rows);
    tally_free(&s.counts);
    story_free(&s.told);
    text_free(&s.undated);
    free(s.undated_lines);
    free(s.lines);
    csuccess_config_unref(s.config);
    return code;
}

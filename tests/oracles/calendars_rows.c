/* SPDX-License-Identifier: Apache-2.0 */
/* Answers about zones, business calendars and recurrence rules, for the oracle to compare: a question a line on standard input, an answer a line on
   standard output, "-" for none. Zones are those of the section that the first line has; "." is the empty name. Times are milliseconds.

       S SECTION                     compiles the section `calendars` (JSON): "ok"
       o ZONE MS                     offset in minutes
       m ZONE WALL                   moment, and 1 when the local time does not exist
       a ZONE MS MONTHS DAYS EXACT   the sum on the local calendar
       b open|next|add|elapsed|after|gap CALENDAR ZONE MS ARGUMENT
       r ZONE START AFTER RULE       the next occurrence and its index, and again without counting
       l RULE                        least days between two */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "calendar/business.h"
#include "calendar/recurrence.h"

enum { FIELDS = 8 };

typedef struct rows {
    csuccess__arena arena;
    const csuccess__calendars *calendars;
    csuccess__zone_source source;
    char *fields[FIELDS];
} rows;

static void die(const char *what)
{
    fprintf(stderr, "calendars_rows: %s\n", what);
    exit(1);
}

static int64_t whole(const rows *r, int field)
{
    if (!r->fields[field]) die("a field is missing");
    return strtoll(r->fields[field], NULL, 10);
}

static csuccess_str text(const rows *r, int field)
{
    if (!r->fields[field]) die("a field is missing");
    if (strcmp(r->fields[field], ".") == 0) return (csuccess_str){"", 0};
    return (csuccess_str){r->fields[field], strlen(r->fields[field])};
}

static csuccess__zone zone(const rows *r, int field)
{
    return (csuccess__zone){&r->source, text(r, field)};
}

static void answer(bool good, int64_t value)
{
    if (good)
        printf("%" PRId64 "\n", value);
    else
        puts("-");
}

/* ---- The questions ---- */

static void compile(rows *r)
{
    csuccess_limits limits;
    csuccess__problems problems;
    csuccess__json *json = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__limits_take(&limits, NULL, NULL);
    const csuccess__json_options options = {.limits = &limits, .lines = true};
    csuccess__problems_init(&problems, &r->arena, 10);
    if (csuccess__json_read(&json, &r->arena, text(r, 1), &options, &err) < 0) die(err.message);
    r->calendars = csuccess__calendars_compile(&r->arena, &problems, json);
    if (csuccess__problems_result(&problems, &err) < 0) die(err.message);
    r->source = (csuccess__zone_source){(void *)(uintptr_t)r->calendars->zones,
                                        csuccess__zone_table_ask};
    puts("ok");
}

static void offset(rows *r)
{
    csuccess__zone_span span = {0, 0, 0};
    csuccess__zone z = zone(r, 1);
    bool good = csuccess__zone_offset(&z, whole(r, 2), &span);
    answer(good, span.offset_minutes);
}

static void moment(rows *r)
{
    csuccess__zone z = zone(r, 1);
    csuccess__civil c;
    int64_t ms;
    bool shifted;
    bool good = csuccess__civil_from(&c, whole(r, 2), 0) &&
                csuccess__zone_moment(&ms, &z, &c, &shifted);
    if (good)
        printf("%" PRId64 " %d\n", ms, shifted);
    else
        puts("-");
}

static void add(rows *r)
{
    csuccess__zone z = zone(r, 1);
    int64_t ms = 0;
    csuccess__duration d = {(int32_t)whole(r, 3), (int32_t)whole(r, 4), whole(r, 5)};
    bool good = csuccess__zone_add(&ms, &z, whole(r, 2), d);
    answer(good, ms);
}

static void business(rows *r)
{
    uint32_t i = csuccess__calendar_find(r->calendars, text(r, 2));
    if (i == UINT32_MAX) die("no such calendar");
    csuccess__business b = {&r->calendars->list[i], zone(r, 3)};
    int64_t ms = whole(r, 4), argument = whole(r, 5), out = 0;
    const char *what = r->fields[1];
    bool good = false, open = false;
    if (strcmp(what, "open") == 0) {
        good = csuccess__business_open(&open, &b, ms);
        out = open;
    } else if (strcmp(what, "next") == 0) {
        good = csuccess__business_next(&out, &b, ms);
    } else if (strcmp(what, "add") == 0) {
        good = csuccess__business_add_days(&out, &b, ms, (int32_t)argument);
    } else if (strcmp(what, "elapsed") == 0) {
        good = csuccess__business_elapsed(&out, &b, ms, argument);
    } else if (strcmp(what, "after") == 0) {
        good = csuccess__business_after(&out, &b, ms, argument);
    } else if (strcmp(what, "gap") == 0) {
        out = csuccess__business_longest_gap(b.calendar);
        good = out != INT64_MAX;
    }
    answer(good, out);
}

static bool parse(const rows *r, int field, csuccess__recurrence *rule)
{
    csuccess__time_error err = {0, NULL};
    if (csuccess__recurrence_parse(rule, text(r, field), &err)) return true;
    printf("refused at %zu: expected %s\n", err.offset, err.expected);
    return false;
}

static void recurrence(rows *r)
{
    csuccess__recurrence rule;
    csuccess__zone z = zone(r, 1);
    int64_t ms = 0, again = 0, start = whole(r, 2), after = whole(r, 3);
    uint32_t index = 0;
    if (!parse(r, 4, &rule)) return;
    bool good = csuccess__recurrence_next(&ms, &rule, &z, start, after, &index);
    bool same = csuccess__recurrence_next(&again, &rule, &z, start, after, NULL) == good &&
                (!good || ms == again);
    if (!same)
        puts("another without an index");
    else if (good)
        printf("%" PRId64 " %" PRIu32 "\n", ms, index);
    else
        puts("-");
}

static void least(rows *r)
{
    csuccess__recurrence rule;
    if (parse(r, 1, &rule)) printf("%" PRId32 "\n", csuccess__recurrence_least_days(&rule));
}

/* ---- Lines ---- */

static void split(rows *r, char *line, int most)
{
    memset(r->fields, 0, sizeof r->fields);
    for (int i = 0; i < most && line; i++) {
        r->fields[i] = line;
        line = i + 1 < most ? strchr(line, ' ') : NULL;
        if (line) *line++ = '\0';
    }
}

static void ask(rows *r, char *line)
{
    static const struct {
        char letter;
        int fields;
        void (*how)(rows *r);
    } questions[] = {{'S', 2, compile},  {'o', 3, offset},     {'m', 3, moment}, {'a', 6, add},
                     {'b', 6, business}, {'r', 5, recurrence}, {'l', 2, least}};
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        if (questions[i].letter != line[0]) continue;
        split(r, line, questions[i].fields);
        questions[i].how(r);
        return;
    }
    die("an unknown question");
}

/* A line of any length without its end; NULL at the end of the input. */
static char *read_line(char **line, size_t *cap)
{
    size_t len = 0;
    for (;;) {
        if (*cap - len < 4096) {
            *cap = *cap ? *cap * 2 : 65536;
            *line = realloc(*line, *cap);
            if (!*line) die("no memory");
        }
        if (!fgets(*line + len, (int)(*cap - len), stdin)) return len ? *line : NULL;
        len += strlen(*line + len);
        if (len && (*line)[len - 1] == '\n') break;
    }
    (*line)[len - 1] = '\0';
    return *line;
}

int main(void)
{
    rows r = {.calendars = NULL};
    char *line = NULL;
    size_t cap = 0;
    csuccess__arena_init(&r.arena, csuccess__malloc_allocator(), 0);
    while (read_line(&line, &cap)) ask(&r, line);
    free(line);
    csuccess__arena_free(&r.arena);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Places with published changes of their clocks, compiled from a section as a configuration has it. */
#ifndef CALENDAR_PLACES_H
#define CALENDAR_PLACES_H

#include "check.h"
#include "base/error.h"
#include "calendar/business.h"

/* Directive 2000/84/EC (the last Sundays of March and October, 01:00 UTC); 15 U.S.C. 260a (the second Sunday of March and the first of November, in 1997 and 1998
   the first of April and the last of October, 02:00 local); Standard Time Act 1987 (NSW) for Lord Howe Island; International Date Line Act 2011 (Samoa);
   Beirut changes at midnight, of the same Sundays as Berlin. */
#define PLACES_ZONES \
    "\"zones\": {" \
    "\"Europe/Berlin\": {\"offset\": \"+01:00\", \"changes\": [" \
    "[\"2026-03-29T01:00:00Z\", \"+02:00\"], [\"2026-10-25T01:00:00Z\", \"+01:00\"]]}," \
    "\"America/New_York\": {\"offset\": \"-05:00\", \"changes\": [" \
    "[\"1997-04-06T07:00:00Z\", \"-04:00\"], [\"1997-10-26T06:00:00Z\", \"-05:00\"]," \
    "[\"1998-04-05T07:00:00Z\", \"-04:00\"], [\"1998-10-25T06:00:00Z\", \"-05:00\"]," \
    "[\"2026-03-08T07:00:00Z\", \"-04:00\"], [\"2026-11-01T06:00:00Z\", \"-05:00\"]]}," \
    "\"Australia/Lord_Howe\": {\"offset\": \"+11:00\", \"changes\": [" \
    "[\"2026-04-04T15:00:00Z\", \"+10:30\"], [\"2026-10-03T15:30:00Z\", \"+11:00\"]]}," \
    "\"Pacific/Apia\": {\"offset\": \"-10:00\", \"changes\": [" \
    "[\"2011-12-30T10:00:00Z\", \"+14:00\"]]}," \
    "\"Asia/Beirut\": {\"offset\": \"+02:00\", \"changes\": [" \
    "[\"2026-03-28T22:00:00Z\", \"+03:00\"], [\"2026-10-24T21:00:00Z\", \"+02:00\"]]}," \
    "\"Asia/Kolkata\": {\"offset\": \"+05:30\"}}"

typedef struct places {
    csuccess__arena arena;
    csuccess__problems problems;
    const csuccess__calendars *calendars;
    csuccess__zone_source source;
} places;

/* Compiles a section, whatever is wrong with it; places_close() in any case. False: no memory, or no JSON. */
static inline bool places_compile(places *p, const csuccess_allocator *mem, const char *section)
{
    csuccess_limits limits;
    csuccess__json *json = NULL;
    csuccess__limits_take(&limits, NULL, NULL);
    const csuccess__json_options options = {.limits = &limits, .lines = true};
    csuccess__arena_init(&p->arena, mem, 0);
    csuccess__problems_init(&p->problems, &p->arena, 50);
    p->calendars = NULL;
    if (csuccess__json_read(&json, &p->arena, check_view(section), &options, NULL) < 0) {
        return false;
    }
    p->calendars = csuccess__calendars_compile(&p->arena, &p->problems, json);
    const void *table = p->calendars ? p->calendars->zones : NULL;
    p->source = (csuccess__zone_source){(void *)(uintptr_t)table, csuccess__zone_table_ask};
    return p->calendars != NULL;
}

static inline void places_open(places *p, const char *section)
{
    CHECK(places_compile(p, csuccess__malloc_allocator(), section));
    CHECK_UINT(p->problems.errors, 0);
}

static inline void places_close(places *p)
{
    csuccess__arena_free(&p->arena);
}

static inline csuccess__zone places_zone(const places *p, const char *name)
{
    return (csuccess__zone){&p->source, check_view(name)};
}

/* A time as RFC 3339 writes it. */
static inline int64_t places_ms(const char *text)
{
    int64_t ms = 0;
    CHECK(csuccess__time_parse(&ms, check_view(text), NULL));
    return ms;
}

#define CHECK_TIME(actual, expected) \
    check_time((actual), (expected), #actual, __FILE__, __LINE__)
static inline int check_time(int64_t actual, const char *expected, const char *what,
                             const char *file, int line)
{
    char out[CSUCCESS__TIME_TEXT];
    csuccess__time_format(out, actual);
    return check_str(check_view(out), expected, what, file, line);
}

/* One thing that is wrong with a section, and where. */
typedef struct places_wrong {
    const char *section, *pointer, *message;
} places_wrong;

/* That each section has its one problem. */
static inline void places_check_wrong(const places_wrong *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        places p;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        CHECK(places_compile(&p, csuccess__malloc_allocator(), rows[i].section));
        CHECK_UINT(p.problems.count, 1);
        CHECK(csuccess__problems_result(&p.problems, &err) < 0);
        CHECK_HAS(err.message, rows[i].message);
        bool held = CHECK_CSTR(err.pointer, rows[i].pointer);
        if (!held || p.problems.count != 1)
            printf("# of %s: %s\n", rows[i].section, err.message);
        places_close(&p);
    }
}

/* So many items with commas between head and tail; "#" in an item, if there is one, is its number from 2000 on. Caller frees. */
static inline char *places_many(const char *head, const char *item, int n, const char *tail)
{
    size_t cap = strlen(head) + (size_t)n * (strlen(item) + 12) + strlen(tail) + 1;
    char *text = malloc(cap);
    if (!text) abort();
    size_t len = (size_t)snprintf(text, cap, "%s", head);
    const char *mark = strchr(item, '#');
    for (int i = 0; i < n; i++) {
        const char *comma = i ? "," : "";
        if (mark) {
            len += (size_t)snprintf(text + len, cap - len, "%s%.*s%d%s", comma,
                                    (int)(mark - item), item, 2000 + i, mark + 1);
        } else {
            len += (size_t)snprintf(text + len, cap - len, "%s%s", comma, item);
        }
    }
    (void)snprintf(text + len, cap - len, "%s", tail);
    return text;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The table of zones of a configuration: compiled from `calendars.zones`, and asked. */
#include "calendar/zone_table.h"

#include "base/heap.h"
#include "base/str.h"
#include "text/reader.h"

enum { ZONES_MOST = 1000, CHANGES_MOST = 1000, ZONE_NAME_MOST = 64 };

static const char *const keys[] = {"offset", "changes", "description", NULL};
/* Nearer changes nobody has seen; so a local time is found among a few spans (zone.c). */
#define NEAREST_CHANGE CSUCCESS__HOUR_MS

typedef struct change {
    int64_t at;
    int32_t offset_minutes; /* from then on */
} change;

typedef struct entry {
    csuccess_str name;
    int32_t offset_minutes; /* before the first change */
    const change *changes;  /* ascending */
    uint32_t count;
} entry;

struct csuccess__zone_table {
    const entry *list; /* by name */
    uint32_t count;
};

/* ---- Asking ---- */

static const entry *find(const struct csuccess__zone_table *table, csuccess_str zone)
{
    uint32_t low = 0, high = table ? table->count : 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = csuccess__str_cmp(table->list[middle].name, zone);
        if (order == 0) return &table->list[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool csuccess__zone_table_has(const struct csuccess__zone_table *table, csuccess_str zone)
{
    return find(table, zone) != NULL;
}

bool csuccess__zone_table_ask(void *ud, csuccess_str zone, int64_t at, csuccess__zone_span *out)
{
    const entry *e = find(ud, zone);
    if (!e) return false;
    uint32_t low = 0, high = e->count; /* the changes up to `at` */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (e->changes[middle].at <= at)
            low = middle + 1;
        else
            high = middle;
    }
    out->from = low > 0 ? e->changes[low - 1].at : INT64_MIN;
    out->until = low < e->count ? e->changes[low].at : INT64_MAX;
    out->offset_minutes = low > 0 ? e->changes[low - 1].offset_minutes : e->offset_minutes;
    return true;
}

/* ---- Names ---- */

static bool is_letter_of_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("/_+-", c));
}

static size_t letters_of_name(csuccess_str name)
{
    size_t n = 0;
    while (n < name.len && n < ZONE_NAME_MOST && is_letter_of_name(name.ptr[n])) n++;
    return n;
}

/* Where a name or an offset goes wrong; false when it is right. */
static bool is_wrong(csuccess_str name, csuccess__time_error *err)
{
    int32_t minutes;
    if (csuccess__offset_parse(&minutes, name, err)) return false;
    bool offset = name.len > 0 && strchr("+-0123456789", name.ptr[0]);
    if (offset) return true;
    *err = (csuccess__time_error){letters_of_name(name), NULL};
    return name.len == 0 || err->offset < name.len;
}

csuccess_str csuccess__zone_read(csuccess__problems *problems, const csuccess__json *object,
                                 const char *key)
{
    csuccess_str none = {"", 0};
    const csuccess__json *node = csuccess__json_member(object, key);
    csuccess_str name = csuccess__read_string(problems, object, key, none);
    csuccess__time_error err = {0, NULL};
    if (!node || node->type != CSUCCESS__JSON_STRING) return none;
    if (!is_wrong(name, &err)) return name;
    csuccess__problem_inside(problems, node, err.offset, CSUCCESS_ECONFIG,
                             "\"%s\" is the name of a zone such as \"Europe/Berlin\", or an "
                             "offset such as \"+02:00\"%s%s",
                             key, err.expected ? ": expected " : "",
                             err.expected ? err.expected : "");
    return none;
}

static bool check_name(csuccess__problems *problems, const csuccess__json *zone)
{
    int32_t minutes;
    if (csuccess__zone_fixed(&minutes, zone->key)) {
        csuccess__problem(problems, zone, CSUCCESS_ECONFIG,
                          "%q needs no entry: its offset is known; remove it", zone->key);
        return false;
    }
    if (letters_of_name(zone->key) == zone->key.len) return true;
    csuccess__problem(problems, zone, CSUCCESS_ECONFIG,
                      "the name of a zone has up to %u letters, digits, '/', '_', '+' and '-', "
                      "such as \"Europe/Berlin\"",
                      (uint32_t)ZONE_NAME_MOST);
    return false;
}

/* ---- Compiling ---- */

/* As RFC 3339 writes it: with a sign, or Z. */
static int32_t read_offset(csuccess__problems *problems, const csuccess__json *node)
{
    int32_t minutes = 0;
    csuccess__time_error err = {0, "an offset such as +01:00, or Z"};
    csuccess_str text = node->string;
    if (node->type != CSUCCESS__JSON_STRING) {
        csuccess__problem(problems, node, CSUCCESS_ECONFIG,
                          "an offset is a string such as \"+01:00\", found %s",
                          csuccess__json_type_name(node));
        return 0;
    }
    bool sign = text.len > 0 && (text.ptr[0] == '+' || text.ptr[0] == '-');
    if (!(sign || csuccess__str_is(text, "Z")) ||
        !csuccess__offset_parse(&minutes, text, &err)) {
        csuccess__problem_inside(problems, node, err.offset, CSUCCESS_ECONFIG, "expected %s",
                                 err.expected);
    }
    return minutes;
}

static bool read_time(csuccess__problems *problems, const csuccess__json *node, int64_t *ms)
{
    csuccess__time_error err = {0, NULL};
    if (node->type != CSUCCESS__JSON_STRING) {
        csuccess__problem(problems, node, CSUCCESS_ECONFIG,
                          "the time of a change is a string such as "
                          "\"2026-03-29T01:00:00Z\", found %s",
                          csuccess__json_type_name(node));
        return false;
    }
    if (csuccess__time_parse(ms, node->string, &err)) return true;
    csuccess__problem_inside(problems, node, err.offset, CSUCCESS_ECONFIG, "expected %s",
                             err.expected);
    return false;
}

/* One change; false, noted, when it has no place in the row. */
static bool read_change(csuccess__problems *problems, const csuccess__json *node,
                        const change *before, change *out)
{
    if (node->type != CSUCCESS__JSON_ARRAY || node->count != 2) {
        csuccess__problem(problems, node, CSUCCESS_ECONFIG,
                          "a change is a time and the offset from then on: "
                          "[\"2026-03-29T01:00:00Z\", \"+02:00\"]");
        return false;
    }
    out->offset_minutes = read_offset(problems, node->last);
    if (!read_time(problems, node->first, &out->at)) return false;
    if (before && out->at - before->at < NEAREST_CHANGE) {
        csuccess__problem(problems, node->first, CSUCCESS_ECONFIG,
                          "changes stand in the order of time, at least an hour apart");
        return false;
    }
    return true;
}

static void read_changes(csuccess__problems *problems, const csuccess__json *list, change *out,
                         entry *zone)
{
    zone->changes = out;
    for (const csuccess__json *node = list->first; node; node = node->next) {
        const change *before = zone->count > 0 ? &out[zone->count - 1] : NULL;
        if (read_change(problems, node, before, &out[zone->count])) zone->count++;
    }
}

/* False: no memory. */
static bool read_zone(csuccess__arena *arena, csuccess__problems *problems,
                      const csuccess__json *node, entry *out)
{
    out->name = node->key;
    (void)check_name(problems, node);
    if (!csuccess__read_object(problems, node, keys)) return true;
    const csuccess__json *offset = csuccess__json_member(node, "offset");
    const csuccess__json *list =
        csuccess__read_section(problems, node, "changes", CSUCCESS__JSON_ARRAY);
    if (!offset) {
        csuccess__problem(problems, node, CSUCCESS_ECONFIG,
                          "the zone %q needs \"offset\": that before its first change",
                          node->key);
    } else {
        out->offset_minutes = read_offset(problems, offset);
    }
    if (!list) return true;
    if (list->count > CHANGES_MOST) {
        csuccess__problem(problems, list, CSUCCESS_ELIMIT,
                          "a zone has at most %u changes; this has %u", (uint32_t)CHANGES_MOST,
                          list->count);
        return true;
    }
    change *changes = CSUCCESS__NEW_ARRAY(arena, change, list->count);
    if (changes) read_changes(problems, list, changes, out);
    return changes != NULL;
}

static bool by_name(const void *a, const void *b)
{
    return csuccess__str_cmp(((const entry *)a)->name, ((const entry *)b)->name) < 0;
}

const struct csuccess__zone_table *csuccess__zone_table_compile(csuccess__arena *arena,
                                                                csuccess__problems *problems,
                                                                const csuccess__json *section)
{
    struct csuccess__zone_table *table = CSUCCESS__NEW(arena, struct csuccess__zone_table);
    bool many = section->count > ZONES_MOST;
    entry *list = CSUCCESS__NEW_ARRAY(arena, entry, many ? 0 : section->count);
    bool good = table && list;
    if (many) {
        csuccess__problem(problems, section, CSUCCESS_ELIMIT,
                          "a table has at most %u zones; this has %u", (uint32_t)ZONES_MOST,
                          section->count);
    }
    const csuccess__json *node = many ? NULL : section->first;
    for (; node && good; node = node->next) {
        good = read_zone(arena, problems, node, &list[table->count++]);
    }
    if (!good) {
        problems->lost = true;
        return NULL;
    }
    csuccess__sort(list, table->count, sizeof *list, by_name);
    table->list = list;
    return table;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of events from rows. */
#include "event_rows.h"

#include "clock.h"
#include "slice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_MOST = 64, TIME_MOST = 64 };

int event_rows_open(event_rows *rows, const args *given, csuccess_config *config)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    memset(rows, 0, sizeof *rows);
    rows->config = config;
    if (csuccess_facts_new(&rows->facts, config, NULL, &err) < 0) {
        fprintf(stderr, "csuccess: %s\n", err.message);
        return 1;
    }
    rows->in.events = true;
    return input_open(&rows->in, given, rows->facts);
}

void event_rows_close(event_rows *rows)
{
    if (rows->facts) input_close(&rows->in);
    csuccess_facts_free(rows->facts);
    text_free(&rows->json);
}

/* ---- Writing ---- */

static bool put(text *to, const char *from)
{
    bool ok = true;
    for (; *from && ok; from++) ok = text_put(to, *from);
    return ok;
}

/* JSON of one line stays one line: a line end between its tokens is a blank. */
static bool put_json(text *to, csuccess_str json)
{
    bool ok = true;
    for (size_t i = 0; i < json.len && ok; i++) {
        bool ends = json.ptr[i] == '\n' || json.ptr[i] == '\r';
        ok = text_put(to, ends ? ' ' : json.ptr[i]);
    }
    return ok;
}

static bool put_quoted(text *to, csuccess_str value)
{
    bool ok = text_put(to, '"');
    for (size_t i = 0; i < value.len && ok; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        char escaped[8];
        if (c < 0x20) {
            snprintf(escaped, sizeof escaped, "\\u%04x", c);
            ok = put(to, escaped);
            continue;
        }
        if (c == '"' || c == '\\') ok = text_put(to, '\\');
        ok = ok && text_put(to, (char)c);
    }
    return ok && text_put(to, '"');
}

bool event_rows_date(text *json, int64_t at)
{
    char stamp[CLOCK_TEXT];
    text dated = {NULL, 0, 0};
    clock_format(stamp, at);
    bool ok = true;
    for (size_t i = 0; i < json->len && ok; i++) {
        if (json->ptr[i] == '\n')
            ok = put(&dated, ",\"timestamp\":\"") && put(&dated, stamp) && put(&dated, "\"}");
        ok = ok && text_put(&dated, json->ptr[i]);
    }
    text_free(json);
    *json = dated;
    return ok;
}

bool event_rows_line(const text *json, size_t *at, csuccess_str *line)
{
    if (*at >= json->len) return false;
    const char *from = json->ptr + *at;
    const char *end = memchr(from, '\n', json->len - *at);
    *line = (csuccess_str){from, end ? (size_t)(end - from) : json->len - *at};
    *at += line->len + 1;
    return true;
}

/* ---- Ids ---- */

/* FNV-1a, 64 bit. */
static uint64_t hash(uint64_t value, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        value = (value ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    }
    return value;
}

/* "line-17-89e6…": the same row of the same file again is the same event. */
static bool put_id(event_rows *rows)
{
    char id[64];
    uint64_t value = UINT64_C(0xcbf29ce484222325);
    const input *in = &rows->in;
    if (in->format == INPUT_CSV) {
        for (size_t i = 0; i < in->record.count; i++) {
            size_t len;
            const char *cell = csv_field(&in->record, i, &len);
            value = hash(hash(value, cell, len), "\x1f", 1);
        }
    } else {
        value = hash(value, in->rows.row.ptr, in->rows.row.len);
    }
    snprintf(id, sizeof id, "line-%llu-%016llx", (unsigned long long)in->line,
             (unsigned long long)value);
    return put(&rows->json, id);
}

/* ---- Events ---- */

/* As it stands; without "messageId" that is put in front of the rest. */
static bool put_event(event_rows *rows)
{
    csuccess_str row = {rows->in.rows.row.ptr, rows->in.rows.row.len};
    const char *brace = memchr(row.ptr, '{', row.len);
    if (slice_member(row, "messageId").len > 0 || !brace) {
        return put_json(&rows->json, row) && text_put(&rows->json, '\n');
    }
    size_t from = (size_t)(brace - row.ptr) + 1;
    return put(&rows->json, "{\"messageId\":\"") && put_id(rows) && put(&rows->json, "\",") &&
           put_json(&rows->json, (csuccess_str){row.ptr + from, row.len - from}) &&
           text_put(&rows->json, '\n');
}

/* ---- Facts ---- */

static bool begin(event_rows *rows, const char *type, csuccess_str key, csuccess_str id)
{
    text *to = &rows->json;
    bool ok = put(to, "{\"type\":\"") && put(to, type) && put(to, "\",\"messageId\":\"") &&
              put_id(rows);
    if (key.len > 0) { /* a record's id is the row's, and where it stands in it */
        ok = ok && text_put(to, '/') && put_json(to, key) && text_put(to, '/') &&
             put_json(to, id);
    }
    return ok && put(to, "\",\"groupId\":") &&
           put_quoted(to, csuccess_facts_customer(rows->facts));
}

/* Ends an event. `at`: of the row; empty: it has none. */
static bool end(event_rows *rows, const char *at)
{
    text *to = &rows->json;
    if (*at == '\0') {
        rows->undated = true;
        return text_put(to, '\n');
    }
    char stamp[CLOCK_TEXT];
    int64_t ms;
    if (clock_parse(at, &ms)) { /* a date is its midnight; what is no time the library tells */
        clock_format(stamp, ms);
        at = stamp;
    }
    return put(to, ",\"timestamp\":") && put_quoted(to, (csuccess_str){at, strlen(at)}) &&
           put(to, "}\n");
}

/* Empty: it is no attribute. */
static csuccess_str type_of(const event_rows *rows, csuccess_str name)
{
    uint32_t slot;
    csuccess_str type = {"", 0};
    if (csuccess_config_slot(rows->config, name, &slot) == CSUCCESS_OK) {
        csuccess_config_input(rows->config, slot, NULL, &type);
    }
    return type;
}

static csuccess_str trim(csuccess_str cell)
{
    while (cell.len && strchr(" \t\r\n", cell.ptr[0])) {
        cell.ptr++;
        cell.len--;
    }
    while (cell.len && strchr(" \t\r\n", cell.ptr[cell.len - 1])) cell.len--;
    return cell;
}

/* A cell that the library has read as a value of this type, as JSON. */
static bool put_cell(text *to, csuccess_str type, csuccess_str cell)
{
    char number[NUMBER_MOST];
    if (slice_is(type, "string")) return put_quoted(to, cell);
    cell = trim(cell);
    if (slice_is(type, "bool")) {
        bool yes = strchr("tTyY1", cell.ptr[0]) != NULL;
        return put(to, yes ? "true" : "false");
    }
    bool money = slice_is(type, "money"), object = cell.ptr[0] == '{';
    if ((slice_is(type, "number") || (money && !object)) && cell.len < NUMBER_MOST) {
        memcpy(number, cell.ptr, cell.len);
        number[cell.len] = '\0';
        snprintf(number, sizeof number, "%.17g", strtod(number, NULL));
        return put(to, number);
    }
    return money || slice_is(type, "list") ? put_json(to, cell) : put_quoted(to, cell);
}

/* Every record of a collection is an event of its own. */
static bool put_records(event_rows *rows, csuccess_str collection, csuccess_str records,
                        const char *at)
{
    const char *key;
    size_t from = 0, len;
    csuccess_str record;
    bool ok = true;
    while (ok && slice_each(records, &from, &key, &len, &record)) {
        csuccess_str id = {key, len};
        text *to = &rows->json;
        csuccess_str inside = trim((csuccess_str){record.ptr + 1, record.len - 2});
        if (record.len < 2 || record.ptr[0] != '{')
            continue; /* the library refused it before */
        ok = begin(rows, "record", collection, id) &&
             put(to, ",\"properties\":{\"collection\":\"") && put_json(to, collection) &&
             put(to, "\",\"id\":\"") && put_json(to, id) && text_put(to, '"') &&
             (inside.len == 0 || text_put(to, ',')) && put_json(to, inside) &&
             text_put(to, '}') && end(rows, at);
    }
    return ok;
}

static bool is_records(const event_rows *rows, csuccess_str name)
{
    return slice_is(type_of(rows, name), "records");
}

static bool is_extra(const event_rows *rows, csuccess_str name)
{
    const char *as_of = rows->in.extra[EXTRA_AS_OF];
    bool own = slice_is(name, "customer_id") || (as_of && slice_is(name, as_of));
    return own && type_of(rows, name).len == 0;
}

/* The attributes of a JSON row, then its records. */
static bool put_json_facts(event_rows *rows, const char *at)
{
    csuccess_str row = {rows->in.rows.row.ptr, rows->in.rows.row.len}, value, name;
    size_t from = 0, count = 0;
    text *to = &rows->json;
    bool ok = begin(rows, "group", (csuccess_str){"", 0}, (csuccess_str){"", 0}) &&
              put(to, ",\"traits\":{");
    while (ok && slice_each(row, &from, &name.ptr, &name.len, &value)) {
        bool trait = type_of(rows, name).len > 0 && !is_records(rows, name);
        if (is_extra(rows, name) || !trait) continue;
        ok = (count++ == 0 || text_put(to, ',')) && text_put(to, '"') && put_json(to, name) &&
             put(to, "\":") && put_json(to, value);
    }
    ok = ok && text_put(to, '}') && end(rows, at);
    for (from = 0; ok && slice_each(row, &from, &name.ptr, &name.len, &value);) {
        if (is_records(rows, name)) ok = put_records(rows, name, value, at);
    }
    return ok;
}

static bool put_csv_facts(event_rows *rows, const char *at)
{
    const input *in = &rows->in;
    text *to = &rows->json;
    size_t count = 0;
    bool ok = begin(rows, "group", (csuccess_str){"", 0}, (csuccess_str){"", 0}) &&
              put(to, ",\"traits\":{");
    for (size_t i = 0; ok && i < in->record.count; i++) {
        csuccess_str name = {in->names[i], strlen(in->names[i])}, cell;
        cell.ptr = csv_field(&in->record, i, &cell.len);
        bool records = is_records(rows, name);
        if (i == in->id_column || in->skipped[i] || records || trim(cell).len == 0) continue;
        ok = (count++ == 0 || text_put(to, ',')) && put_quoted(to, name) && text_put(to, ':') &&
             put_cell(to, type_of(rows, name), cell);
    }
    ok = ok && text_put(to, '}') && end(rows, at);
    for (size_t i = 0; ok && i < in->record.count; i++) {
        csuccess_str name = {in->names[i], strlen(in->names[i])}, cell;
        cell.ptr = csv_field(&in->record, i, &cell.len);
        if (i == in->id_column || in->skipped[i] || !is_records(rows, name)) continue;
        ok = put_records(rows, name, trim(cell), at);
    }
    return ok;
}

static bool put_facts(event_rows *rows)
{
    char at[TIME_MOST];
    input_extra(&rows->in, EXTRA_AS_OF, at, sizeof at);
    return rows->in.format == INPUT_CSV ? put_csv_facts(rows, at) : put_json_facts(rows, at);
}

bool event_rows_next(event_rows *rows)
{
    for (;;) {
        if (!input_next(&rows->in, rows->facts)) return false;
        rows->json.len = 0;
        rows->undated = false;
        const char *problem = NULL;
        if (rows->in.is_event) {
            if (!put_event(rows)) problem = "the row is too long, or memory is out";
        } else if (csuccess_facts_customer(rows->facts).len == 0) {
            problem =
                "a row is an event, with \"type\", or facts, with the customer they are of "
                "in \"customer_id\" (of CSV: --id); this is neither";
        } else if (!put_facts(rows)) {
            problem = "the row is too long, or memory is out";
        }
        if (!problem) return true;
        if (!input_refuse(&rows->in, problem)) return false;
    }
}

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
    return input_open_events(&rows->in, given, rows->facts);
}

void event_rows_close(event_rows *rows)
{
    if (rows->facts) input_close(&rows->in);
    csuccess_facts_free(rows->facts);
    text_free(&rows->json);
}

/* ---- Writing ---- */

/* A text that is written; once it was too long or memory was out, nothing more is. */
typedef struct writing {
    text *to;
    bool ok;
} writing;

static void put_char(writing *w, char c)
{
    w->ok = w->ok && text_put(w->to, c);
}

static void put(writing *w, const char *from)
{
    for (; *from; from++) put_char(w, *from);
}

/* JSON of one line stays one line: a line end between its tokens is a blank. */
static void put_json(writing *w, csuccess_str json)
{
    for (size_t i = 0; i < json.len; i++) {
        bool ends = json.ptr[i] == '\n' || json.ptr[i] == '\r';
        put_char(w, ends ? ' ' : json.ptr[i]);
    }
}

static void put_quoted(writing *w, csuccess_str value)
{
    put_char(w, '"');
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        char escaped[8];
        if (c < 0x20) {
            snprintf(escaped, sizeof escaped, "\\u%04x", c);
            put(w, escaped);
            continue;
        }
        if (c == '"' || c == '\\') put_char(w, '\\');
        put_char(w, (char)c);
    }
    put_char(w, '"');
}

static void put_time(writing *w, const char *at)
{
    put(w, ",\"timestamp\":");
    put_quoted(w, (csuccess_str){at, strlen(at)});
    put(w, "}");
}

bool event_rows_date(text *json, int64_t at)
{
    char stamp[CLOCK_TEXT];
    text dated = {NULL, 0, 0};
    writing w = {&dated, true};
    clock_format(stamp, at);
    for (size_t i = 0; i < json->len; i++) {
        if (json->ptr[i] == '\n') put_time(&w, stamp);
        put_char(&w, json->ptr[i]);
    }
    text_free(json);
    *json = dated;
    return w.ok;
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
static void put_id(const event_rows *rows, writing *w)
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
    put(w, id);
}

/* ---- Events ---- */

/* As it stands; without "messageId" that is put in front of the rest. */
static void put_event(const event_rows *rows, writing *w)
{
    csuccess_str row = {rows->in.rows.row.ptr, rows->in.rows.row.len};
    const char *brace = memchr(row.ptr, '{', row.len);
    if (slice_member(row, "messageId").len == 0 && brace) {
        size_t from = (size_t)(brace - row.ptr) + 1;
        put(w, "{\"messageId\":\"");
        put_id(rows, w);
        put(w, "\",");
        row = (csuccess_str){row.ptr + from, row.len - from};
    }
    put_json(w, row);
    put_char(w, '\n');
}

/* ---- Facts ---- */

/* Facts of one row, and the time they are of; empty: the row has none. */
typedef struct facts_row {
    event_rows *rows;
    writing *w;
    const char *at;
    size_t traits;
} facts_row;

/* A record's id (`key` is its collection) is the row's, and where it stands in it. */
static void begin(const facts_row *f, const char *type, csuccess_str key, csuccess_str id)
{
    writing *w = f->w;
    put(w, "{\"type\":\"");
    put(w, type);
    put(w, "\",\"messageId\":\"");
    put_id(f->rows, w);
    if (key.len > 0) {
        put_char(w, '/');
        put_json(w, key);
        put_char(w, '/');
        put_json(w, id);
    }
    put(w, "\",\"groupId\":");
    put_quoted(w, csuccess_facts_customer(f->rows->facts));
}

static void end(const facts_row *f)
{
    char stamp[CLOCK_TEXT];
    const char *at = f->at;
    int64_t ms;
    if (clock_parse(at, &ms)) { /* a date is its midnight; what is no time the library tells */
        clock_format(stamp, ms);
        at = stamp;
    }
    f->rows->undated = *at == '\0';
    if (!f->rows->undated) put_time(f->w, at);
    put_char(f->w, '\n');
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

static void put_number(writing *w, csuccess_str cell)
{
    char number[NUMBER_MOST];
    memcpy(number, cell.ptr, cell.len);
    number[cell.len] = '\0';
    snprintf(number, sizeof number, "%.17g", strtod(number, NULL));
    put(w, number);
}

/* A cell that the library has read as a value of this type, as JSON. */
static void put_cell(writing *w, csuccess_str type, csuccess_str cell)
{
    csuccess_str bare = trim(cell);
    bool money = slice_is(type, "money"), object = bare.ptr[0] == '{';
    bool number = slice_is(type, "number") || (money && !object);
    if (slice_is(type, "string")) {
        put_quoted(w, cell);
    } else if (slice_is(type, "bool")) {
        put(w, strchr("tTyY1", bare.ptr[0]) ? "true" : "false");
    } else if (number && bare.len < NUMBER_MOST) {
        put_number(w, bare);
    } else if (money || slice_is(type, "list")) {
        put_json(w, bare);
    } else {
        put_quoted(w, bare);
    }
}

static void put_record(const facts_row *f, csuccess_str collection, csuccess_str id,
                       csuccess_str record)
{
    writing *w = f->w;
    csuccess_str inside = trim((csuccess_str){record.ptr + 1, record.len - 2});
    begin(f, "record", collection, id);
    put(w, ",\"properties\":{\"collection\":\"");
    put_json(w, collection);
    put(w, "\",\"id\":\"");
    put_json(w, id);
    put_char(w, '"');
    if (inside.len > 0) put_char(w, ',');
    put_json(w, inside);
    put_char(w, '}');
    end(f);
}

/* Every record of a collection is an event of its own. */
static void put_records(const facts_row *f, csuccess_str collection, csuccess_str records)
{
    size_t from = 0;
    csuccess_str id, record;
    while (slice_each(records, &from, &id.ptr, &id.len, &record)) {
        bool object = record.len >= 2 && record.ptr[0] == '{'; /* else the library refused it */
        if (object) put_record(f, collection, id, record);
    }
}

static bool is_records(const facts_row *f, csuccess_str name)
{
    return slice_is(type_of(f->rows, name), "records");
}

/* What stands before a trait's value. */
static void put_name(facts_row *f, csuccess_str name)
{
    if (f->traits++ > 0) put_char(f->w, ',');
    put_char(f->w, '"');
    put_json(f->w, name);
    put(f->w, "\":");
}

static void put_json_traits(facts_row *f, csuccess_str row)
{
    csuccess_str value, name;
    for (size_t from = 0; slice_each(row, &from, &name.ptr, &name.len, &value);) {
        if (type_of(f->rows, name).len == 0 || is_records(f, name)) continue;
        put_name(f, name);
        put_json(f->w, value);
    }
}

static void put_json_records(const facts_row *f, csuccess_str row)
{
    csuccess_str value, name;
    for (size_t from = 0; slice_each(row, &from, &name.ptr, &name.len, &value);) {
        if (is_records(f, name)) put_records(f, name, value);
    }
}

/* An attribute's cell of a CSV row. False: the column is none, or the cell is empty. */
static bool cell_of(const facts_row *f, size_t column, csuccess_str *name, csuccess_str *cell)
{
    const input *in = &f->rows->in;
    if (column == in->id_column || in->skipped[column]) return false;
    *name = (csuccess_str){in->names[column], strlen(in->names[column])};
    cell->ptr = csv_field(&in->record, column, &cell->len);
    return trim(*cell).len > 0;
}

static void put_csv_traits(facts_row *f)
{
    csuccess_str name, cell;
    for (size_t i = 0; i < f->rows->in.record.count; i++) {
        if (!cell_of(f, i, &name, &cell) || is_records(f, name)) continue;
        put_name(f, name);
        put_cell(f->w, type_of(f->rows, name), cell);
    }
}

static void put_csv_records(const facts_row *f)
{
    csuccess_str name, cell;
    for (size_t i = 0; i < f->rows->in.record.count; i++) {
        if (cell_of(f, i, &name, &cell) && is_records(f, name))
            put_records(f, name, trim(cell));
    }
}

/* The attributes of a row, then its records. */
static void put_facts(event_rows *rows, writing *w)
{
    char at[TIME_MOST];
    bool csv = rows->in.format == INPUT_CSV;
    csuccess_str row = {rows->in.rows.row.ptr, rows->in.rows.row.len}, none = {"", 0};
    facts_row f = {rows, w, input_extra(&rows->in, EXTRA_AS_OF, at, sizeof at), 0};
    begin(&f, "group", none, none);
    put(w, ",\"traits\":{");
    if (csv) {
        put_csv_traits(&f);
    } else {
        put_json_traits(&f, row);
    }
    put_char(w, '}');
    end(&f);
    if (csv) {
        put_csv_records(&f);
    } else {
        put_json_records(&f, row);
    }
}

/* NULL: its events are in rows->json. */
static const char *write_row(event_rows *rows)
{
    writing w = {&rows->json, true};
    rows->json.len = 0;
    rows->undated = false;
    if (rows->in.is_event) {
        put_event(rows, &w);
    } else if (csuccess_facts_customer(rows->facts).len > 0) {
        put_facts(rows, &w);
    } else {
        return "a row is an event, with \"type\", or facts, with the customer they are of in "
               "\"customer_id\" (of CSV: --id); this is neither";
    }
    return w.ok ? NULL : "the row is too long, or memory is out";
}

bool event_rows_next(event_rows *rows)
{
    while (input_next(&rows->in, rows->facts)) {
        const char *problem = write_row(rows);
        if (!problem) return true;
        if (!input_refuse(&rows->in, problem)) return false;
    }
    return false;
}

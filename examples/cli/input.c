/* SPDX-License-Identifier: Apache-2.0 */
/* Reading rows: formats, headers, bad rows, progress. */
#define _POSIX_C_SOURCE 200809L
#include "input.h"

#include "clock.h"
#include "output.h"
#include "slice.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TOLD_MOST = 20, PROGRESS_ROWS = 4096 };

static bool ends_in(const char *name, const char *ending)
{
    size_t len = strlen(name), part = strlen(ending);
    return len >= part && strcmp(name + len - part, ending) == 0;
}

/* False: no such format. */
static bool choose_format(input *in, const char *asked)
{
    static const struct {
        const char *word, *ending;
        input_format format;
    } formats[] = {{"jsonl", ".jsonl", INPUT_JSONL},
                   {"jsonl", ".ndjson", INPUT_JSONL},
                   {"csv", ".csv", INPUT_CSV},
                   {"json", ".json", INPUT_JSON}};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        in->format = formats[i].format;
        if (asked ? strcmp(asked, formats[i].word) == 0
                  : ends_in(in->name, formats[i].ending)) {
            return true;
        }
    }
    in->format = INPUT_JSONL;
    in->guessed = true;
    return asked == NULL;
}

/* Over the line that shows progress, if there is one. */
static void tell(const input *in, uint64_t line, const char *message)
{
    fprintf(stderr, "%s%s:%llu: %s\n", in->shown ? "\r" : "", in->name,
            (unsigned long long)line, message);
}

/* Tells what ends the reading. */
static bool fail(input *in, uint64_t line, const char *message)
{
    tell(in, line, message);
    in->failed = true;
    return false;
}

bool input_refuse(input *in, const char *message)
{
    if (!in->keep_going) return fail(in, in->line, message);
    tell(in, in->line, message);
    in->bad++;
    return true;
}

/* Whether an earlier column has the name. */
static bool is_twice(const input *in, size_t column)
{
    for (size_t i = 0; i < column; i++) {
        if (strcmp(in->names[i], in->names[column]) == 0) return true;
    }
    return false;
}

static bool is_attribute(csuccess_facts *facts, csuccess_str name, csuccess_error *err)
{
    return csuccess_facts_set_text(facts, name, CSUCCESS_STR(""), err) == CSUCCESS_OK;
}

static bool is_letter(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

void input_name(char *to, size_t most, const char *from, size_t len)
{
    if (len > most - 1) len = most - 1;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)from[i];
        bool digit = i > 0 && c >= '0' && c <= '9';
        to[i] = (char)(is_letter(c) || digit ? c : '_');
    }
    to[len] = '\0';
}

/* A column whose name no expression can call, or that is reserved, may be an attribute under a like one: "Monthly Charges" is
   Monthly_Charges, "churn" is churn_. */
static bool rename_column(input *in, csuccess_facts *facts, size_t column)
{
    char *name = in->names[column]; /* has room for one more */
    size_t len = strlen(name);
    input_name(name, len + 1, name, len);
    if (is_attribute(facts, (csuccess_str){name, len}, NULL)) return true;
    name[len] = '_';
    name[len + 1] = '\0';
    return is_attribute(facts, (csuccess_str){name, len + 1}, NULL);
}

static bool copy_names(input *in)
{
    in->skipped = calloc(in->header.count, sizeof *in->skipped);
    in->names = calloc(in->header.count, sizeof *in->names);
    for (size_t i = 0; in->names && i < in->header.count; i++) {
        size_t len;
        const char *name = csv_field(&in->header, i, &len);
        in->names[i] = malloc(len + 2);
        if (!in->names[i]) return false;
        if (len > 0) memcpy(in->names[i], name, len);
        in->names[i][len] = '\0';
    }
    return in->skipped && in->names;
}

/* Notes the column if it is one of the extra ones. */
static bool note_extra(input *in, csuccess_str name, size_t column)
{
    bool found = false;
    for (int i = 0; i < EXTRAS; i++) {
        if (!in->extra[i] || strlen(in->extra[i]) != name.len ||
            memcmp(in->extra[i], name.ptr, name.len) != 0) {
            continue;
        }
        in->extra_column[i] = column;
        found = true;
    }
    return found;
}

/* One column: the id, an attribute, or passed over. False: told. */
static bool read_column(input *in, csuccess_facts *facts, size_t column)
{
    csuccess_str name;
    char message[700];
    csuccess_error err = CSUCCESS_ERROR_INIT;
    name.ptr = csv_field(&in->header, column, &name.len);
    if (is_twice(in, column)) {
        snprintf(message, sizeof message,
                 "column %zu: the name \"%.*s\" stands twice in the header", column + 1,
                 name.len > 100 ? 100 : (int)name.len, name.ptr);
        return fail(in, in->header.line, message);
    }
    if (name.len == strlen(in->id) && memcmp(name.ptr, in->id, name.len) == 0) {
        in->id_column = column;
        return true;
    }
    bool extra = note_extra(in, name, column);
    if (is_attribute(facts, name, &err)) return true;
    if (rename_column(in, facts, column)) {
        if (!is_twice(in, column)) return true;
        return fail(in, in->header.line, "two columns are the same attribute");
    }
    in->skipped[column] = true;
    if (in->ignore_unknown || extra) return true;
    snprintf(
        message, sizeof message,
        "column %zu: %s; --ignore-unknown passes over it, --id says which column names the "
        "customer",
        column + 1, err.message);
    return fail(in, in->header.line, message);
}

static bool read_header(input *in, csuccess_facts *facts)
{
    const char *problem;
    csv_result result = csv_read(&in->stream, in->delimiter, &in->header, &problem);
    if (result == CSV_END) return true; /* told as an empty file */
    if (result == CSV_BAD) return fail(in, in->header.line, problem);
    if (in->header.blank) {
        return fail(in, in->header.line, "the first line must name the columns; it is empty");
    }
    if (!copy_names(in)) return fail(in, in->header.line, "out of memory");
    in->id_column = SIZE_MAX;
    for (size_t i = 0; i < in->header.count; i++) {
        if (!read_column(in, facts, i)) return false;
    }
    for (int i = 0; i < EXTRAS; i++) {
        char message[200];
        if (!in->extra[i] || in->extra_column[i] != SIZE_MAX) continue;
        snprintf(message, sizeof message, "there is no column \"%.100s\"", in->extra[i]);
        return fail(in, in->header.line, message);
    }
    return true;
}

/* --delimiter and --id. 0, or 2 after telling. */
static int take_csv_settings(input *in, const args *given)
{
    const char *delimiter = given->values[OPTION_DELIMITER];
    const char *id = given->values[OPTION_ID];
    in->id = id ? id : "customer_id";
    in->delimiter = delimiter ? delimiter[0] : ',';
    if (delimiter && (strlen(delimiter) != 1 || strchr("\"\r\n", delimiter[0]))) {
        return args_usage(given->command, "--delimiter \"%s\": give one character", delimiter);
    }
    if (in->format != INPUT_CSV && (delimiter || id)) {
        return args_usage(given->command,
                          "%s is for CSV; a JSON row has its id in \"customer_id\"",
                          id ? "--id" : "--delimiter");
    }
    return 0;
}

static void take_extras(input *in, const args *given)
{
    static const option options[EXTRAS] = {OPTION_AS_OF, OPTION_OUTCOME_AT, OPTION_NOTICE_AT};
    for (int i = 0; i < EXTRAS; i++) {
        in->extra[i] = given->values[options[i]];
        in->extra_column[i] = SIZE_MAX;
    }
}

static int take_settings(input *in, const args *given)
{
    take_extras(in, given);
    in->name = given->count > 0 ? given->words[0] : "-";
    in->keep_going = given->values[OPTION_KEEP_GOING] != NULL;
    in->ignore_unknown = given->values[OPTION_IGNORE_UNKNOWN] != NULL;
    if (!choose_format(in, given->values[OPTION_INPUT_FORMAT])) {
        return args_usage(given->command, "--input-format %s: it is jsonl, csv or json",
                          given->values[OPTION_INPUT_FORMAT]);
    }
    return take_csv_settings(in, given);
}

static int open_rows(input *in, const args *given, csuccess_facts *facts, bool events)
{
    memset(in, 0, sizeof *in);
    in->events = events;
    in->started = clock_now();
    int code = take_settings(in, given);
    if (code != 0) return code;
    if (!stream_open(&in->stream, in->name)) {
        fprintf(stderr, "%s: %s\n", in->name, strerror(errno));
        return 1;
    }
    csuccess_facts_ignore_unknown(facts, in->ignore_unknown);
    stream_skip_mark(&in->stream);
    if (in->format == INPUT_CSV && !read_header(in, facts)) return 1;
    return 0;
}

int input_open(input *in, const args *given, csuccess_facts *facts)
{
    return open_rows(in, given, facts, false);
}

int input_open_events(input *in, const args *given, csuccess_facts *facts)
{
    return open_rows(in, given, facts, true);
}

void input_close(input *in)
{
    stream_close(&in->stream);
    for (size_t i = 0; in->names && i < in->header.count; i++) free(in->names[i]);
    free(in->names);
    csv_free(&in->header);
    csv_free(&in->record);
    json_rows_free(&in->rows);
    text_free(&in->bare);
    free(in->skipped);
}

/* The cells of a record into facts. False: told in message. */
static bool set_cells(input *in, csuccess_facts *facts, csuccess_error *err)
{
    csuccess_facts_clear(facts);
    for (size_t i = 0; i < in->record.count; i++) {
        csuccess_str name = {in->names[i], strlen(in->names[i])}, cell;
        cell.ptr = csv_field(&in->record, i, &cell.len);
        csuccess_result result = CSUCCESS_OK;
        if (i == in->id_column) {
            result = csuccess_facts_set_customer(facts, cell);
            if (result < 0) {
                snprintf(err->message, sizeof err->message, "%s: %s", in->id,
                         csuccess_result_text(result));
            }
        } else if (!in->skipped[i]) {
            result = csuccess_facts_set_text(facts, name, cell, err);
        }
        if (result < 0 && result != CSUCCESS_ERANGE) return false;
    }
    return true;
}

/* 1: a good row; 0: no more; -1: told, and to be passed over. */
static int next_record(input *in, csuccess_facts *facts)
{
    const char *problem;
    csv_result result;
    do {
        result = csv_read(&in->stream, in->delimiter, &in->record, &problem);
    } while (result == CSV_RECORD && in->record.blank && in->header.count > 1);
    if (result == CSV_END) return 0;
    in->line = in->record.line;
    in->count++;
    if (result == CSV_BAD) return input_refuse(in, problem) ? -1 : 0;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (in->record.count != in->header.count) {
        snprintf(
            err.message, sizeof err.message,
            "%zu fields where the header has %zu; a field with a delimiter or a line end in it "
            "is put in double quotes",
            in->record.count, in->header.count);
    } else if (set_cells(in, facts, &err)) {
        return 1;
    }
    return input_refuse(in, err.message) ? -1 : 0;
}

/* A row that is not JSON at all may be a CSV file that nobody announced. */
static const char *hint(const input *in, csuccess_result result)
{
    bool first = in->count == 1 && in->guessed && result == CSUCCESS_EJSON;
    return first ? " (if this is CSV, say --input-format csv)" : "";
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A member's key and value out of an object, with the comma that parts it from its neighbour. */
static void cut_member(text *row, const char *key)
{
    csuccess_str object = {row->ptr, row->len};
    csuccess_str value = slice_member(object, key);
    if (!value.ptr) return;
    size_t from = (size_t)(value.ptr - row->ptr), to = from + value.len, quotes = 0;
    while (quotes < 2) quotes += row->ptr[--from] == '"'; /* keys here hold none of their own */
    while (to < row->len && is_blank(row->ptr[to])) to++;
    if (to < row->len && row->ptr[to] == ',') {
        to++;
    } else { /* the last one: slice_member() found an opening brace before it */
        while (is_blank(row->ptr[from - 1])) from--;
        if (row->ptr[from - 1] == ',') from--;
    }
    memset(row->ptr + from, ' ', to - from);
}

/* The row without extra members that are no attributes. */
static csuccess_str bare_row(input *in, csuccess_facts *facts)
{
    csuccess_str row = {in->rows.row.ptr, in->rows.row.len};
    bool wanted = false;
    for (int i = 0; i < EXTRAS; i++) wanted = wanted || in->extra[i];
    if (!wanted) return row;
    in->bare.len = 0;
    for (size_t i = 0; i < row.len; i++) {
        if (!text_put(&in->bare, row.ptr[i])) return row;
    }
    for (int i = 0; i < EXTRAS; i++) {
        csuccess_str name = {in->extra[i], in->extra[i] ? strlen(in->extra[i]) : 0};
        if (name.len && !is_attribute(facts, name, NULL)) cut_member(&in->bare, in->extra[i]);
    }
    return (csuccess_str){in->bare.ptr, in->bare.len};
}

const char *input_extra(const input *in, int which, char *buf, size_t cap)
{
    csuccess_str value = {NULL, 0};
    if (in->extra[which] && in->format == INPUT_CSV) {
        size_t at = in->extra_column[which];
        if (at < in->record.count) value.ptr = csv_field(&in->record, at, &value.len);
        if (value.len > cap - 1) value.len = cap - 1;
        if (value.len) memcpy(buf, value.ptr, value.len);
    } else if (in->extra[which]) {
        csuccess_str row = {in->rows.row.ptr, in->rows.row.len};
        value = output_decode(buf, cap - 1, slice_member(row, in->extra[which]));
    }
    buf[value.len] = '\0';
    return buf;
}

/* The row at hand into facts. 1: a good row; -1: told, and to be passed over; 0: told, and the end. */
static int read_row(input *in, csuccess_facts *facts)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_str row = bare_row(in, facts);
    csuccess_result read = csuccess_facts_read_json(facts, row, &err);
    if (read >= 0) return 1;
    char message[800];
    snprintf(message, sizeof message, "%s%s", err.message, hint(in, read));
    if (err.line > 1) in->line += err.line - 1;
    return input_refuse(in, message) ? -1 : 0;
}

static int next_json(input *in, csuccess_facts *facts)
{
    rows_result result = in->format == INPUT_JSON ? json_rows_item(&in->stream, &in->rows)
                                                  : json_rows_line(&in->stream, &in->rows);
    if (result == ROWS_END) return 0;
    in->line = in->rows.line;
    in->count++;
    if (result == ROWS_BROKEN) return fail(in, in->line, in->rows.problem);
    if (result == ROWS_BAD) return input_refuse(in, in->rows.problem) ? -1 : 0;
    csuccess_str row = {in->rows.row.ptr, in->rows.row.len};
    in->is_event = in->events && slice_member(row, "type").len > 0;
    return in->is_event ? 1 : read_row(in, facts);
}

static void tell_impossible(input *in, const csuccess_facts *facts)
{
    size_t count = csuccess_facts_quarantined(facts);
    for (size_t i = 0; i < count && in->told < TOLD_MOST; i++, in->told++) {
        csuccess_str name, reason;
        csuccess_facts_quarantine(facts, i, &name, &reason);
        fprintf(stderr, "%s:%llu: left out: %.*s\n", in->name, (unsigned long long)in->line,
                (int)reason.len, reason.ptr);
    }
    in->impossible += count;
}

static void show_progress(input *in)
{
    if (in->count % PROGRESS_ROWS != 0 || !isatty(STDERR_FILENO)) return;
    int64_t now = clock_now();
    if (now - in->started < 1000 || now - in->shown < 200) return;
    fprintf(stderr, "\r%llu rows ", (unsigned long long)in->count);
    in->shown = now;
}

bool input_next(input *in, csuccess_facts *facts)
{
    int got = -1;
    if (in->failed) return false;
    while (got < 0) {
        got = in->format == INPUT_CSV ? next_record(in, facts) : next_json(in, facts);
        show_progress(in);
    }
    if (got == 0) return false;
    if (!in->is_event && csuccess_facts_quarantined(facts) > 0) tell_impossible(in, facts);
    return true;
}

int input_finish(input *in)
{
    if (in->shown) fprintf(stderr, "\r%llu rows\n", (unsigned long long)in->count);
    if (in->stream.broken) {
        fprintf(stderr, "%s: %s\n", in->name, strerror(in->stream.broken));
        return 1;
    }
    if (in->failed) return 1;
    if (!in->stream.any || (in->count == 0 && in->format == INPUT_JSONL)) {
        tell(in, 1, "there are no rows: the file is empty");
        return 1;
    }
    if (in->impossible > in->told) {
        fprintf(stderr, "%s: %llu impossible values were left out in all\n", in->name,
                (unsigned long long)in->impossible);
    }
    if (in->bad == 0) return 0;
    fprintf(stderr, "%s: %llu of %llu rows were passed over\n", in->name,
            (unsigned long long)in->bad, (unsigned long long)in->count);
    return 3;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Inferring attributes: a column is a number where every cell that is not blank is one, else text. */
#include "infer.h"

#include "csv.h"
#include "input.h"
#include "json_rows.h"
#include "slice.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MOST = 2000, NAME_MOST = 256 };

typedef struct guess {
    char name[NAME_MOST];
    bool number, boolean, string; /* it may be one; of JSON: it was one */
    bool filled;
    bool renamed;           /* an underscore was put behind it: the word is reserved */
    bool outcome;           /* the outcome reads it */
    size_t numbers, others; /* of CSV: cells that are numbers, and those that are not */
    uint64_t line;          /* of the first that is not, and what it has */
    char odd[40];
} guess;

typedef struct guesses {
    guess *list;
    size_t count;
    const args *given;
    bool json;
} guesses;

bool text_add(text *to, const char *piece)
{
    for (; *piece; piece++) {
        if (!text_put(to, *piece)) return false;
    }
    return true;
}

static int tell(const guesses *g, uint64_t line, const char *what)
{
    fprintf(stderr, "%s:%llu: %s\n", g->given->words[0], (unsigned long long)line, what);
    return 1;
}

/* ---- Names ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Whether the library takes it as the name of an attribute. */
static bool is_free(const char *name)
{
    char document[NAME_MOST + 80];
    csuccess_config *config = NULL;
    int len =
        snprintf(document, sizeof document,
                 "{\"csuccess\": 1, \"attributes\": {\"%s\": {\"type\": \"number\"}}}", name);
    csuccess_config_compile(&config, (csuccess_str){document, (size_t)len}, NULL, NULL);
    csuccess_config_unref(config);
    return config != NULL;
}

/* As expressions can call it; see rename_column() in input.c. */
static void make_name(char *to, const char *from, size_t len)
{
    input_name(to, NAME_MOST - 1, from, len);
    size_t end = strlen(to);
    if (end == 0 || is_free(to)) return;
    to[end] = '_';
    to[end + 1] = '\0';
}

/* Columns that are no attributes. */
static bool is_special(const guesses *g, const char *name, size_t len)
{
    const char *id = g->given->values[OPTION_ID];
    const char *const special[] = {
        id && !g->json ? id : "customer_id", g->given->values[OPTION_AS_OF],
        g->given->values[OPTION_OUTCOME_AT], g->given->values[OPTION_NOTICE_AT]};
    for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
        if (special[i] && strlen(special[i]) == len && memcmp(special[i], name, len) == 0) {
            return true;
        }
    }
    return false;
}

static size_t word_at(const char *at)
{
    size_t n = 0;
    while ((at[n] >= 'a' && at[n] <= 'z') || (at[n] >= 'A' && at[n] <= 'Z') || at[n] == '_' ||
           (at[n] >= '0' && at[n] <= '9')) {
        n++;
    }
    return n;
}

/* How far the piece at hand goes: a string, a word, or one byte. */
static size_t piece_at(const char *at, bool *word)
{
    size_t n = word_at(at);
    *word = n > 0;
    if (n > 0 || (*at != '"' && *at != '\'')) return n ? n : 1;
    for (n = 1; at[n] && at[n] != *at; n++) {
        if (at[n] == '\\' && at[n + 1]) n++;
    }
    return at[n] ? n + 1 : n;
}

/* Whether a piece of the outcome's expression is the attribute, perhaps without the underscore that it got. */
static bool is_name(const guess *one, const char *piece, size_t len)
{
    size_t own = strlen(one->name);
    return strncmp(one->name, piece, len) == 0 &&
           (own == len || (own == len + 1 && one->renamed));
}

/* The attribute that a piece names; NULL: none. */
static guess *named(guesses *g, const char *piece, size_t len)
{
    for (size_t i = 0; i < g->count; i++) {
        if (is_name(&g->list[i], piece, len)) return &g->list[i];
    }
    return NULL;
}

/* Marks what the outcome reads, and writes it with the names that attributes have. */
static bool read_outcome(guesses *g, text *outcome)
{
    const char *at = g->given->values[OPTION_OUTCOME];
    bool word, ok = true;
    while (at && *at && ok) {
        size_t len = piece_at(at, &word);
        guess *found = word ? named(g, at, len) : NULL;
        if (found) {
            found->outcome = true;
            ok = text_add(outcome, found->name);
        }
        for (size_t i = 0; i < len && ok && !found; i++) ok = text_put(outcome, at[i]);
        at += len;
    }
    return ok;
}

static guess *find(guesses *g, const char *name)
{
    for (size_t i = 0; i < g->count; i++) {
        if (strcmp(g->list[i].name, name) == 0) return &g->list[i];
    }
    return NULL;
}

/* NULL: too many, or no memory. */
static guess *add(guesses *g, const char *from, size_t len)
{
    if (g->count == COLUMNS_MOST) return NULL;
    if (!g->list) g->list = calloc(COLUMNS_MOST, sizeof *g->list);
    if (!g->list) return NULL;
    guess *one = &g->list[g->count++];
    make_name(one->name, from, len);
    one->renamed = strlen(one->name) == len + 1;
    return one;
}

/* ---- CSV ---- */

/* Whether the cell, blanks around it aside, is a number as CSV has it. */
static bool is_number(const char *cell, size_t len)
{
    char buf[64], *end;
    if (len == 0 || len > sizeof buf - 1) return false;
    for (size_t i = 0; i < len; i++) {
        if (!strchr("0123456789.eE+-", cell[i]) || cell[i] == '\0') return false;
    }
    memcpy(buf, cell, len);
    buf[len] = '\0';
    if (buf[0] == '+' || buf[0] == '.') return false; /* as the library reads numbers */
    strtod(buf, &end);
    return *end == '\0';
}

static void count_cell(guess *one, const char *cell, size_t len, uint64_t line)
{
    if (is_number(cell, len)) {
        one->numbers++;
    } else if (one->others++ == 0) {
        size_t kept = len < sizeof one->odd - 1 ? len : sizeof one->odd - 1;
        one->line = line;
        for (size_t i = 0; i < kept; i++)
            one->odd[i] = (unsigned char)cell[i] < 0x20 ? ' ' : cell[i];
    }
}

static void look_at_cell(guess *one, const char *cell, size_t len, uint64_t line)
{
    bool empty = len == 0;
    while (len > 0 && is_space(cell[0])) cell++, len--;
    while (len > 0 && is_space(cell[len - 1])) len--;
    if (len == 0) {
        one->string =
            one->string || !empty; /* blanks are nothing of a number, but a word of a text */
        return;
    }
    one->filled = true;
    count_cell(one, cell, len, line);
    one->number = one->others == 0;
}

static int read_header(guesses *g, const csv_record *header, size_t *column)
{
    for (size_t i = 0; i < header->count; i++) {
        size_t len;
        const char *name = csv_field(header, i, &len);
        column[i] = SIZE_MAX;
        if (is_special(g, name, len)) continue;
        char clean[NAME_MOST];
        make_name(clean, name, len);
        if (len == 0 || find(g, clean)) {
            char message[400];
            snprintf(message, sizeof message, "column %zu: %s \"%.100s\"", i + 1,
                     len ? "two columns have the name" : "it has no name", clean);
            return tell(g, header->line, message);
        }
        guess *one = add(g, name, len);
        if (!one) return tell(g, header->line, "there are more than 2000 columns");
        one->number = true;
        column[i] = g->count - 1;
    }
    return 0;
}

static void look_at_record(guesses *g, const csv_record *record, const size_t *column,
                           size_t columns)
{
    for (size_t i = 0; i < columns && i < record->count; i++) {
        size_t len;
        const char *cell = csv_field(record, i, &len);
        if (column[i] != SIZE_MAX) look_at_cell(&g->list[column[i]], cell, len, record->line);
    }
}

static int read_csv(guesses *g, stream *in, char delimiter)
{
    csv_record record = {.cap = 0};
    const char *problem = NULL;
    size_t *column = NULL;
    int code = 0;
    csv_result result = csv_read(in, delimiter, &record, &problem);
    if (result == CSV_RECORD) {
        column = calloc(record.count, sizeof *column);
        code = column ? read_header(g, &record, column) : tell(g, 1, "out of memory");
    }
    size_t columns = record.count;
    while (code == 0 && result == CSV_RECORD) {
        result = csv_read(in, delimiter, &record, &problem);
        if (result == CSV_RECORD) look_at_record(g, &record, column, columns);
    }
    if (code == 0 && result == CSV_BAD) code = tell(g, record.line, problem);
    free(column);
    csv_free(&record);
    return code;
}

/* ---- JSON ---- */

static void look_at_value(guess *one, csuccess_str value)
{
    one->filled = true;
    switch (value.len ? value.ptr[0] : '\0') {
    case '"':
        one->string = true;
        break;
    case 't':
    case 'f':
        one->boolean = true;
        break;
    case '{':
    case '[':
        one->number = one->boolean = one->string = true; /* none of them */
        break;
    default:
        one->number = true;
    }
}

static int look_at_member(guesses *g, const char *name, size_t len, csuccess_str value)
{
    char clean[NAME_MOST];
    if (is_special(g, name, len) || slice_is(value, "null")) return 0;
    make_name(clean, name, len);
    guess *one = find(g, clean);
    if (!one) one = add(g, name, len);
    if (one) look_at_value(one, value);
    return one ? 0 : 1;
}

static int look_at_row(guesses *g, const text *row)
{
    csuccess_str object = {row->ptr, row->len}, value;
    const char *name;
    size_t len, at = 0;
    while (slice_each(object, &at, &name, &len, &value)) {
        if (look_at_member(g, name, len, value)) return 1;
    }
    return 0;
}

static int read_json(guesses *g, stream *in, bool lines)
{
    json_rows rows = {.line = 0};
    int code = 0;
    rows_result result = ROWS_ROW;
    while (code == 0 && result == ROWS_ROW) {
        result = lines ? json_rows_line(in, &rows) : json_rows_item(in, &rows);
        if (result == ROWS_ROW && look_at_row(g, &rows.row)) {
            code = tell(g, rows.line, "there are more than 2000 attributes");
        }
    }
    if (code == 0 && result != ROWS_END) code = tell(g, rows.line, rows.problem);
    json_rows_free(&rows);
    return code;
}

/* ---- The attributes ---- */

/* NULL: nothing that can be one attribute. */
static const char *type_of(const guesses *g, const guess *one)
{
    if (!g->json) return one->number && one->filled ? "number" : "string";
    if (one->number + one->boolean + one->string != 1) return NULL;
    return one->number ? "number" : one->boolean ? "bool" : "string";
}

/* A column of numbers that a few cells make a text: whoever gave it has to know. */
static void tell_odd(const guesses *g, const guess *one)
{
    if (one->outcome || one->others == 0 || one->numbers < 4 * one->others) return;
    fprintf(
        stderr,
        "%s:%llu: \"%s\" is read as text, since %zu of its cells (such as \"%s\" here) %s no "
        "number; leave empty what is not known\n",
        g->given->words[0], (unsigned long long)one->line, one->name, one->others, one->odd,
        one->others == 1 ? "is" : "are");
}

static bool write_one(const guesses *g, const guess *one, text *out)
{
    const char *type = type_of(g, one);
    if (!type) {
        fprintf(stderr,
                "%s: \"%s\" is passed over: its values are of several types, or nested\n",
                g->given->words[0], one->name);
        return true;
    }
    tell_odd(g, one);
    return text_add(out, out->len ? ",\n    \"" : "\n    \"") && text_add(out, one->name) &&
           text_add(out, "\": {\"type\": \"") && text_add(out, type) && text_add(out, "\"") &&
           text_add(out, one->outcome ? ", \"outcome\": true}" : "}");
}

static bool ends_in(const char *name, const char *ending)
{
    size_t len = strlen(name), part = strlen(ending);
    return len >= part && strcmp(name + len - part, ending) == 0;
}

static int read_file(guesses *g, stream *in)
{
    const char *path = g->given->words[0], *format = g->given->values[OPTION_INPUT_FORMAT];
    const char *delimiter = g->given->values[OPTION_DELIMITER];
    bool csv = format ? strcmp(format, "csv") == 0 : ends_in(path, ".csv");
    bool array = format ? strcmp(format, "json") == 0 : ends_in(path, ".json");
    g->json = !csv;
    stream_skip_mark(in);
    return csv ? read_csv(g, in, delimiter ? delimiter[0] : ',') : read_json(g, in, !array);
}

static int write_attributes(guesses *g, text *out, text *outcome)
{
    bool ok = read_outcome(g, outcome);
    for (size_t i = 0; ok && i < g->count; i++) ok = write_one(g, &g->list[i], out);
    return ok ? 0 : tell(g, 1, "out of memory");
}

int infer_attributes(text *out, text *outcome, const args *given)
{
    guesses g = {.given = given};
    static stream in; /* 64 KiB */
    if (given->count == 0 || strcmp(given->words[0], "-") == 0) {
        return args_usage(given->command,
                          "%s needs a file, or -c CONFIG: standard input is read once only",
                          "without a configuration it");
    }
    if (!stream_open(&in, given->words[0])) {
        fprintf(stderr, "%s: %s\n", given->words[0], strerror(errno));
        return 1;
    }
    int code = read_file(&g, &in);
    if (code == 0 && in.broken) code = tell(&g, in.line, strerror(in.broken));
    if (code == 0 && g.count == 0) code = tell(&g, 1, "there are no rows: the file is empty");
    if (code == 0) code = write_attributes(&g, out, outcome);
    stream_close(&in);
    free(g.list);
    return code;
}

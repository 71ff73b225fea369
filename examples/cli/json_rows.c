/* SPDX-License-Identifier: Apache-2.0 */
/* Cutting of JSON rows out of a stream. */
#include "json_rows.h"

static const char too_long[] = "the row is longer than 16 MiB";

static bool is_space(int byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static rows_result bad(json_rows *rows, rows_result result, const char *problem)
{
    rows->problem = problem;
    return result;
}

static bool is_blank(const text *row)
{
    for (size_t i = 0; i < row->len; i++) {
        if (!is_space((unsigned char)row->ptr[i])) return false;
    }
    return true;
}

rows_result json_rows_line(stream *in, json_rows *rows)
{
    while (stream_peek(in) != EOF) {
        rows->row.len = 0;
        rows->line = in->line;
        int byte = stream_next(in);
        for (; byte != EOF && byte != '\n'; byte = stream_next(in)) {
            if (text_put(&rows->row, (char)byte)) continue;
            stream_skip_line(in);
            return bad(rows, ROWS_BAD, too_long);
        }
        if (!is_blank(&rows->row)) return ROWS_ROW;
    }
    return ROWS_END;
}

/* Whether it ends in a bracket that closes. */
static bool is_closed(const text *row)
{
    char last = row->ptr[row->len - 1];
    return last == '}' || last == ']';
}

static int skip_space(stream *in)
{
    while (is_space(stream_peek(in))) stream_next(in);
    return stream_peek(in);
}

/* A string up to and with its closing quote. */
static bool copy_string(stream *in, text *row)
{
    for (;;) {
        int byte = stream_next(in);
        if (byte == EOF || !text_put(row, (char)byte)) return false;
        if (byte == '"') return true;
        if (byte != '\\') continue;
        byte = stream_next(in);
        if (byte == EOF || !text_put(row, (char)byte)) return false;
    }
}

/* Whether what comes next stands between values, or ends the file. */
static bool at_end(stream *in)
{
    int byte = stream_peek(in);
    return byte == ',' || byte == ']' || byte == '}' || byte == EOF || is_space(byte);
}

/* Takes a byte, or a whole string. False: no memory, too long, or the file ends. */
static bool copy_piece(stream *in, text *row, size_t *depth)
{
    int byte = stream_next(in);
    if (byte == EOF || !text_put(row, (char)byte)) return false;
    if (byte == '"') return copy_string(in, row);
    if (byte == '{' || byte == '[') ++*depth;
    if ((byte == '}' || byte == ']') && *depth > 0) --*depth;
    return true;
}

/* One value: all up to the bracket that closes it, or up to what stands between values. The library
   says what it thinks of it. */
static rows_result copy_value(stream *in, json_rows *rows)
{
    size_t depth = 0;
    rows->row.len = 0;
    rows->line = in->line;
    do {
        if (!copy_piece(in, &rows->row, &depth)) {
            bool ended = stream_peek(in) == EOF;
            return bad(rows, ROWS_BROKEN, ended ? "the file ends within a value" : too_long);
        }
    } while (depth > 0 || (!is_closed(&rows->row) && !at_end(in)));
    return ROWS_ROW;
}

static rows_result array_item(stream *in, json_rows *rows, bool first)
{
    int byte = skip_space(in);
    if (byte == ']') {
        stream_next(in);
        rows->state = ROWS_DONE;
        if (skip_space(in) == EOF) return ROWS_END;
        rows->line = in->line;
        return bad(rows, ROWS_BROKEN, "text stands behind the array of rows");
    }
    if (!first) {
        rows->line = in->line;
        if (byte != ',') return bad(rows, ROWS_BROKEN, "a comma or ] must stand between rows");
        stream_next(in);
        skip_space(in);
    }
    return copy_value(in, rows);
}

rows_result json_rows_item(stream *in, json_rows *rows)
{
    bool first = rows->state == ROWS_START;
    if (first) {
        rows->state = skip_space(in) == '[' ? ROWS_ARRAY : ROWS_SINGLE;
        if (rows->state == ROWS_ARRAY) stream_next(in);
    }
    if (rows->state == ROWS_DONE) return ROWS_END;
    if (rows->state == ROWS_ARRAY) return array_item(in, rows, first);
    return skip_space(in) == EOF ? ROWS_END : copy_value(in, rows);
}

void json_rows_free(json_rows *rows)
{
    text_free(&rows->row);
}

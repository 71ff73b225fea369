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

/* One value: all up to the bracket that closes it, or up to what stands between values. */
static rows_result copy_value(stream *in, json_rows *rows)
{
    size_t depth = 0;
    rows->row.len = 0;
    rows->line = in->line;
    for (;;) {
        int byte = stream_peek(in);
        bool between = byte == ',' || byte == ']' || byte == '}' || is_space(byte);
        if (depth == 0 && between && rows->row.len > 0) return ROWS_ROW;
        if (byte == EOF) break;
        stream_next(in);
        if (!text_put(&rows->row, (char)byte)) return bad(rows, ROWS_BROKEN, too_long);
        if (byte == '"' && !copy_string(in, &rows->row)) break;
        if (byte == '{' || byte == '[') depth++;
        if ((byte == '}' || byte == ']') && (depth == 0 || --depth == 0)) return ROWS_ROW;
    }
    rows->state = ROWS_DONE;
    if (rows->row.len > 0 && depth == 0)
        return ROWS_ROW; /* the library says what it thinks of it */
    return bad(rows, ROWS_BROKEN, "the file ends within a value");
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

/* SPDX-License-Identifier: Apache-2.0 */
/* Reading of CSV records, one at a time. */
#include "csv.h"

#include <stdlib.h>

static const char too_long[] = "the row is longer than 16 MiB; is a quote not closed?";

static bool end_field(csv_record *record)
{
    if (record->count == record->cap) {
        size_t cap = record->cap ? record->cap * 2 : 64;
        size_t *ends = realloc(record->ends, cap * sizeof *ends);
        if (!ends) return false;
        record->ends = ends;
        record->cap = cap;
    }
    record->ends[record->count++] = record->bytes.len;
    return true;
}

static bool is_line_end(stream *in, int byte)
{
    return byte == EOF || byte == '\n' || (byte == '\r' && stream_peek(in) == '\n');
}

/* Behind the opening quote up to and with the closing one. NULL, or what is wrong. */
static const char *read_quoted(stream *in, csv_record *record)
{
    for (;;) {
        int byte = stream_next(in);
        if (byte == EOF) return "a quote is opened here and never closed";
        if (byte == '"') {
            if (stream_peek(in) != '"') return NULL;
            stream_next(in);
        }
        if (byte == 0) return "a NUL byte: this is no text; is it a binary file?";
        if (!text_put(&record->bytes, (char)byte)) return too_long;
    }
}

/* The rest of a field that is not quoted; *end is the byte behind it. */
static const char *read_plain(stream *in, char delimiter, csv_record *record, int *end)
{
    int byte = *end;
    while (!is_line_end(in, byte) && byte != (unsigned char)delimiter) {
        if (byte == 0) return "a NUL byte: this is no text; is it a binary file?";
        if (!text_put(&record->bytes, (char)byte)) return too_long;
        byte = stream_next(in);
    }
    *end = byte;
    return NULL;
}

static const char *read_field(stream *in, char delimiter, csv_record *record, int *end)
{
    int byte = stream_next(in);
    *end = byte;
    if (byte != '"') return read_plain(in, delimiter, record, end);
    record->blank = false;
    const char *problem = read_quoted(in, record);
    if (problem) return problem;
    *end = stream_next(in);
    if (is_line_end(in, *end) || *end == (unsigned char)delimiter) return NULL;
    return "text stands behind a closing quote; a quote within a quoted field is written twice";
}

csv_result csv_read(stream *in, char delimiter, csv_record *record, const char **problem)
{
    int end;
    if (stream_peek(in) == EOF) return CSV_END;
    record->bytes.len = record->count = 0;
    record->line = in->line;
    record->blank = true;
    do {
        *problem = read_field(in, delimiter, record, &end);
        if (!*problem && !end_field(record)) *problem = "out of memory";
        if (*problem) {
            if (end != '\n') stream_skip_line(in);
            return CSV_BAD;
        }
    } while (!is_line_end(in, end));
    if (end == '\r') stream_next(in);
    record->blank = record->blank && record->count == 1 && record->bytes.len == 0;
    return CSV_RECORD;
}

const char *csv_field(const csv_record *record, size_t index, size_t *len)
{
    size_t start = index ? record->ends[index - 1] : 0;
    *len = record->ends[index] - start;
    return record->bytes.ptr ? record->bytes.ptr + start : "";
}

void csv_free(csv_record *record)
{
    text_free(&record->bytes);
    free(record->ends);
    record->ends = NULL;
    record->count = record->cap = 0;
}

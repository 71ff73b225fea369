/* SPDX-License-Identifier: Apache-2.0 */
/* Records of CSV (RFC 4180): quoted fields, doubled quotes, line ends within quotes, LF or CRLF. */
#ifndef CLI_CSV_H
#define CLI_CSV_H

#include "stream.h"

typedef struct csv_record {
    text bytes;   /* all fields, one behind the other */
    size_t *ends; /* of each field in bytes */
    size_t count, cap;
    uint64_t line; /* where it begins */
    bool blank;    /* an empty line */
} csv_record;

typedef enum csv_result {
    CSV_RECORD,
    CSV_END,
    CSV_BAD /* *problem says what; the stream is behind the line */
} csv_result;

csv_result csv_read(stream *in, char delimiter, csv_record *record, const char **problem);
/* A field; *len is its length. */
const char *csv_field(const csv_record *record, size_t index, size_t *len);
void csv_free(csv_record *record);

#endif

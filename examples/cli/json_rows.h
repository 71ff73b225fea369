/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of JSON rows: lines of JSON Lines, or the items of one JSON array, cut out without
   reading the whole. The library judges each. */
#ifndef CLI_JSON_ROWS_H
#define CLI_JSON_ROWS_H

#include "stream.h"

typedef enum rows_result {
    ROWS_ROW,
    ROWS_END,
    ROWS_BAD,   /* this row; the next can be read */
    ROWS_BROKEN /* nothing more can be read */
} rows_result;

typedef struct json_rows {
    text row;
    uint64_t line; /* where the row begins */
    enum { ROWS_START, ROWS_SINGLE, ROWS_ARRAY, ROWS_DONE } state;
    const char *problem;
} json_rows;

rows_result json_rows_line(stream *in, json_rows *rows);
rows_result json_rows_item(stream *in, json_rows *rows);
void json_rows_free(json_rows *rows);

#endif

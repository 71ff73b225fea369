/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of input as events: those in the shape of Segment as they stand, rows of facts as `group` and `record` events. Each becomes the text of one or more events. */
#ifndef CLI_EVENT_ROWS_H
#define CLI_EVENT_ROWS_H

#include "input.h"

typedef struct event_rows {
    input in;
    csuccess_config *config;
    csuccess_facts *facts;
    text json; /* events of the row at hand, a line each */
    bool
        undated; /* they are facts of no time: each line lacks its end, which event_rows_date() adds */
} event_rows;

/* 0, or the exit code after telling; in any case event_rows_close() is due. */
int event_rows_open(event_rows *rows, const args *given, csuccess_config *config);
void event_rows_close(event_rows *rows);
/* The next row. False: there is no more, or reading failed. */
bool event_rows_next(event_rows *rows);
/* Gives facts of no time one. False: no memory, or too long. */
bool event_rows_date(text *json, int64_t at);
/* Walks the lines; *at begins at 0. */
bool event_rows_line(const text *json, size_t *at, csuccess_str *line);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of input, whatever their format, one at a time into facts. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include "args.h"
#include "csv.h"
#include "json_rows.h"
#include <csuccess/csuccess.h>

typedef enum input_format { INPUT_JSONL, INPUT_CSV, INPUT_JSON } input_format;

/* Columns that are no attributes: times of a dated row. */
enum { EXTRA_AS_OF, EXTRA_OUTCOME_AT, EXTRA_NOTICE_AT, EXTRAS };

typedef struct input {
    stream stream;
    const char *name;
    input_format format;
    bool guessed; /* neither asked for nor told by the file's ending */
    bool keep_going, ignore_unknown;
    bool events;   /* JSON rows with a "type" are events, and no facts */
    bool is_event; /* the row at hand is one; facts are not touched */
    const char *id;
    char delimiter;
    csv_record header, record;
    bool *skipped;               /* by column: not an attribute, and to be passed over */
    char **names;                /* by column: of the attribute */
    size_t id_column;            /* SIZE_MAX: none */
    const char *extra[EXTRAS];   /* names; NULL: not wanted */
    size_t extra_column[EXTRAS]; /* in CSV; SIZE_MAX: not there */
    json_rows rows;
    text bare;                 /* the JSON row without the extra members */
    uint64_t line;             /* of the row at hand */
    uint64_t count;            /* rows so far, bad ones among them */
    uint64_t bad;              /* bad rows */
    uint64_t impossible, told; /* quarantined values, those of them that were told */
    bool failed;               /* nothing more can be read, and that was told */
    int64_t started, shown;    /* for progress: ms */
} input;

/* The name by which an expression can call a column: what is no letter, digit or underscore becomes one. `most` bytes
   with the terminator. */
void input_name(char *to, size_t most, const char *from, size_t len);
/* 0, or the exit code after telling what is wrong. */
int input_open(input *in, const args *given, csuccess_facts *facts);
/* The same for rows that may be events. */
int input_open_events(input *in, const args *given, csuccess_facts *facts);
void input_close(input *in);
/* The next good row. False: there is no more, or `failed`. Bad rows are told, and passed over when
   asked to keep going. */
bool input_next(input *in, csuccess_facts *facts);
/* The text of an extra column of the row at hand, in buf, terminated; "" when it is empty or not there. */
const char *input_extra(const input *in, int which, char *buf, size_t cap);
/* Tells that the row at hand cannot be used; whether to go on. */
bool input_refuse(input *in, const char *message);
/* Tells what was passed over; the exit code. */
int input_finish(input *in);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Standard output: its format, quoting, and whether all of it was written. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "args.h"
#include <csuccess/base.h>

typedef enum output_format {
    OUTPUT_JSONL,
    OUTPUT_JSON,
    OUTPUT_CSV,
    OUTPUT_TABLE
} output_format;

/* What -o asks for; without it a table on a terminal, else JSON Lines. 0, or 2 after telling. */
int output_choose(output_format *out, const args *given);
/* A JSON string. */
void output_quoted(csuccess_str value);
/* The same, but null for the empty text: what is missing is null. */
void output_quoted_or_null(csuccess_str value);
void output_plain(csuccess_str value);
/* A CSV field, quoted where it must be. */
void output_cell(csuccess_str value);
/* A JSON string's text without quotes and escapes, null as nothing, anything else as it stands: into
   buf, cut to fit. */
csuccess_str output_decode(char *buf, size_t cap, csuccess_str json);
/* A table's field of `width` characters, cut with "~"; right: for numbers. */
void output_column(csuccess_str value, int width, bool right);
/* Whether the rows so far could be written. */
bool output_works(void);
/* Flushes; the exit code given, or 1 after telling that something could not be written. */
int output_finish(int code);

#endif

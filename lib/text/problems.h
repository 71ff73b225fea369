/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that is wrong with a document, each with its place and remedy; never only the first. */
#ifndef CSUCCESS__TEXT_PROBLEMS_H
#define CSUCCESS__TEXT_PROBLEMS_H

#include "base/error.h"
#include "text/json.h"

typedef struct csuccess__noted {
    int32_t code; /* negative: an error; 0: lint */
    uint32_t line, column;
    uint64_t offset;
    csuccess_str source;  /* name of the document, empty for the one handed in */
    csuccess_str pointer; /* RFC 6901 */
    csuccess_str message;
    struct csuccess__noted *next;
} csuccess__noted;

typedef struct csuccess__problems {
    csuccess__arena *arena;
    csuccess__noted *first, *last;
    uint32_t count;    /* all of them, kept or not */
    uint32_t errors;   /* those with a negative code */
    uint32_t most;     /* kept at most */
    bool lost;         /* memory was refused while one was noted */
    uint64_t compared; /* names looked through for suggestions; see csuccess__nearest_may() */
    csuccess_str own;  /* name of the text that was handed in, in which err has its place */
} csuccess__problems;

void csuccess__problems_init(csuccess__problems *list, csuccess__arena *arena, uint32_t most);
/* Notes a problem at a node (format as in base/error.h); node NULL: the document as a whole. */
void csuccess__problem(csuccess__problems *list, const csuccess__json *at, int32_t code,
                       const char *format, ...);
/* The same inside a string value: `inner` is an offset in the decoded string, mapped through escapes. */
void csuccess__problem_inside(csuccess__problems *list, const csuccess__json *at, size_t inner,
                              int32_t code, const char *format, ...);
/* Fills err with the first error (and "and N more problems"); OK when there is none, ENOMEM when lost. */
csuccess_result csuccess__problems_result(const csuccess__problems *list, csuccess_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A checked JSON text as the list of its values in document order, read by position: a twentieth of the memory of a tree of nodes. */
#ifndef CSUCCESS__CHURN_TREES_TEXT_H
#define CSUCCESS__CHURN_TREES_TEXT_H

#include "text/json_check.h"

enum { CSUCCESS__FOREST_NESTING = 32, CSUCCESS__FOREST_MEMBERS = 16 };
#define CSUCCESS__ABSENT UINT32_MAX

/* A value is the position of its mark. The first thing that is wrong stays; what is asked afterwards answers false. */
typedef struct csuccess__forest_text {
    csuccess__json_scan scan;
    csuccess_result result;
    csuccess_error *err;
    const csuccess_allocator *mem;
    csuccess_str json; /* as it was handed in */
    csuccess_str
        copy; /* the same with empty strings for NaN and infinities; ptr NULL: there are none */
    bool scanned;
} csuccess__forest_text;

/* Scans text; the result is text->result too. Whatever comes back, close it. */
csuccess_result csuccess__forest_text_open(csuccess__forest_text *text,
                                           const csuccess_allocator *mem, csuccess_str json,
                                           csuccess_error *err);
void csuccess__forest_text_close(csuccess__forest_text *text);

/* Notes what is wrong with the value at `at`, with its place. Always false. */
bool csuccess__forest_text_wrong(csuccess__forest_text *text, uint32_t at, csuccess_result code,
                                 const char *format, ...);
bool csuccess__forest_text_no_memory(csuccess__forest_text *text);

/* The position behind a value and all that is in it. */
uint32_t csuccess__forest_text_behind(const csuccess__forest_text *text, uint32_t at);

/* Where the members with these names (ended by NULL, at most CSUCCESS__FOREST_MEMBERS; those behind a leading '?' may be absent, the others not)
   stand in the object at `at`; CSUCCESS__ABSENT. Other members are passed over. */
bool csuccess__forest_text_members(csuccess__forest_text *text, uint32_t at,
                                   const char *const *names, uint32_t *out);

typedef struct csuccess__forest_list {
    uint32_t first; /* position of item 0; item i stands at first + i */
    uint32_t count;
} csuccess__forest_list;
/* An array of which no item is an array or object. */
bool csuccess__forest_text_list(csuccess__forest_text *text, uint32_t at,
                                csuccess__forest_list *out);

/* A number from low to high, whole; numbers in strings, as XGBoost writes parameters, and true and false (1, 0) are read too. */
bool csuccess__forest_text_whole(csuccess__forest_text *text, uint32_t at, int64_t low,
                                 int64_t high, int64_t *out);
/* A number as XGBoost holds it, finite. */
bool csuccess__forest_text_float(csuccess__forest_text *text, uint32_t at, float *out);
/* What stands between the quotes, escapes as they are. */
bool csuccess__forest_text_string(csuccess__forest_text *text, uint32_t at, csuccess_str *out);
/* The same with escapes resolved, copied into the arena. */
bool csuccess__forest_text_word(csuccess__forest_text *text, uint32_t at,
                                csuccess__arena *arena, csuccess_str *out);

#endif

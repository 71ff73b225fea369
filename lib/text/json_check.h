/* SPDX-License-Identifier: Apache-2.0 */
/* The strict scan of a JSON text, before anybody else reads it. */
#ifndef CSUCCESS__TEXT_JSON_CHECK_H
#define CSUCCESS__TEXT_JSON_CHECK_H

#include "text/json.h"

/* What the scan keeps of one value. The depths and types of all values, in document order, are the
   whole structure of the tree. */
typedef struct csuccess__json_mark {
    double number;
    uint32_t offset;
    uint16_t depth; /* open containers around it */
    uint8_t type;   /* csuccess__json_type */
    bool has_nul;   /* a string that holds \u0000 */
} csuccess__json_mark;

enum { CSUCCESS__JSON_NESTING = 1000 }; /* no limit on depth can be above this */

typedef struct csuccess__json_scan {
    const csuccess_allocator *mem;
    csuccess_str text;
    uint32_t most_depth, most_nodes;
    char *plain; /* the text with every number replaced by 0 and blanks */
    csuccess__json_mark *marks;
    uint32_t count, cap;
    uint32_t at; /* offset of what is looked at */
    uint32_t depth, deepest;
    uint32_t open[CSUCCESS__JSON_NESTING]; /* offsets of the open brackets */
} csuccess__json_scan;

/* Checks text to the last byte. On success marks and plain are filled. EENCODING, EJSON, ELIMIT,
   ENOMEM. Whatever comes back, release with csuccess__json_scan_free. */
csuccess_result csuccess__json_check(csuccess__json_scan *scan, const csuccess_allocator *mem,
                                     csuccess_str text, const csuccess_limits *limits,
                                     csuccess_error *err);
void csuccess__json_scan_free(csuccess__json_scan *scan);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Dotted names in the text, and who they mean. */
#ifndef CSUCCESS__EXPR_NAMES_H
#define CSUCCESS__EXPR_NAMES_H

#include "expr/parser.h"

enum { CSUCCESS__PATH_PARTS = 12 };

typedef struct csuccess__part {
    csuccess_str text;
    size_t at, end; /* of a look-up, the end behind its bracket */
} csuccess__part;

/* a.b.c as it is written. */
typedef struct csuccess__path {
    csuccess__part parts[CSUCCESS__PATH_PARTS];
    uint32_t count;
    bool call;                    /* a bracket was opened behind the last part, and taken */
    const csuccess_str *argument; /* of a look-up */
} csuccess__path;

/* From the name at hand: all that is joined by points, up to and with a called name. */
bool csuccess__path_start(csuccess__parser *p, csuccess__path *path);
/* Goes on behind a look-up: fields only, a method is left. */
bool csuccess__path_gather(csuccess__parser *p, csuccess__path *path, bool look_up);
/* The first `count` parts with points; ptr NULL (failed) without memory. */
csuccess_str csuccess__path_join(csuccess__parser *p, const csuccess__path *path,
                                 uint32_t count);
/* The longest beginning that means something (of `least` parts or more), the rest as fields. */
bool csuccess__path_resolve(csuccess__parser *p, const csuccess__path *path, uint32_t least,
                            csuccess__term *out);
bool csuccess__name_unknown_function(csuccess__parser *p, const csuccess__path *path,
                                     uint32_t parts, csuccess__nearest *near);
bool csuccess__name_reserved(csuccess_str name);
bool csuccess__name_refuse_reserved(csuccess__parser *p, const csuccess__token *name);
const csuccess__bound *csuccess__name_bound(const csuccess__parser *p, csuccess_str name);

#endif

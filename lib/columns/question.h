/* SPDX-License-Identifier: Apache-2.0 */
/* An expression that is asked of a scorer and is no part of its configuration: over every stratum, with its own memory. */
#ifndef CSUCCESS__COLUMNS_QUESTION_H
#define CSUCCESS__COLUMNS_QUESTION_H

#include "columns/scorer.h"

/* It points into itself: it stays where it was compiled. */
typedef struct csuccess__question {
    const csuccess__program *program; /* NULL: not compiled */
    csuccess__compiler with;
    csuccess__scope scope;
} csuccess__question;

/* Compiles a text; found holds what is wrong and its offset in the text. */
csuccess_result csuccess__question_compile(csuccess__question *q, csuccess_scorer *scorer,
                                           csuccess__arena *arena, csuccess_str text,
                                           csuccess_error *found);
/* Compiles a condition: an expression, or, when the text begins with a brace, a rule in JSON. */
csuccess_result csuccess__question_rule(csuccess__question *q, csuccess_scorer *scorer,
                                        csuccess__arena *arena, csuccess_str text,
                                        csuccess_error *err);
/* Gives back what is not in the arena. Also after a failure. */
void csuccess__question_free(csuccess__question *q);

/* The value for the customer whose slots csuccess__scorer_fill() has filled. */
csuccess__value csuccess__question_run(const csuccess__question *q, csuccess_scorer *scorer,
                                       int64_t now, csuccess_result *failed);

#endif

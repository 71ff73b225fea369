/* SPDX-License-Identifier: Apache-2.0 */
/* How a value moves while time goes on and nothing else changes. */
#ifndef CSUCCESS__EXPR_NEXT_H
#define CSUCCESS__EXPR_NEXT_H

#include "expr/program.h"

/* What is known of a value's course. `value` is the value at the time t. */
typedef enum csuccess__course {
    CSUCCESS__COURSE_STILL, /* nothing but `next` */
    CSUCCESS__COURSE_SINCE, /* a number: whole units since base, at least 0 */
    CSUCCESS__COURSE_UNTIL, /* a number: whole units from t to base */
    CSUCCESS__COURSE_CLOCK, /* a time: t + base */
    CSUCCESS__COURSE_SHIFT, /* a time: t + shift, which has months */
    CSUCCESS__COURSE_AGE,   /* a duration: t - base */
    CSUCCESS__COURSE_REST   /* a duration: base - t */
} csuccess__course;

typedef struct csuccess__move {
    int64_t next;  /* the first time at which the value may be another; INT64_MAX: never */
    int64_t limit; /* until then the course holds */
    csuccess__course course;
    int64_t base, unit;
    csuccess__duration shift;
} csuccess__move;

/* As csuccess__program_next(), with the course; `slots` by slot, or NULL when all stay. */
csuccess__move csuccess__program_move(const csuccess__program *program,
                                      csuccess__machine *machine, const csuccess__frame *frame,
                                      int64_t grain_ms, const csuccess__move *slots);

#endif

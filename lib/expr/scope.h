/* SPDX-License-Identifier: Apache-2.0 */
/* The names that an expression may use, answered by whoever owns them, and the frame that holds their
   values for one customer. Names become slots when a configuration is compiled. */
#ifndef CSUCCESS__EXPR_SCOPE_H
#define CSUCCESS__EXPR_SCOPE_H

#include "base/error.h"
#include "expr/value.h"

typedef struct csuccess__symbol {
    const csuccess__type *type;
    uint32_t slot;
    bool whole_now; /* reserved; false */
} csuccess__symbol;

/* resolve() answers for a path of names ("last_login", "health.score", "milestone.achieved_at") and,
   for look-ups such as component('usage'), the literal argument (NULL without one). OK; ENAME with
   `near` fed the known names; another error with `say` filled with what is wrong and what would be right
   (for example a name of a later stratum). `now` is not asked: it is the language's own. */
typedef struct csuccess__scope {
    void *ud;
    csuccess_result (*resolve)(void *ud, csuccess_str path, const csuccess_str *argument,
                               csuccess__symbol *out, csuccess__nearest *near,
                               csuccess__text *say);
    /* percentile(metric, 'cohort'): the benchmark table of that cohort, NULL when unknown; may be NULL. */
    const struct csuccess__benchmark *(*benchmark)(void *ud, csuccess_str metric,
                                                   csuccess_str cohort);
} csuccess__scope;

/* A cohort's distribution, for percentile(): ascending values, the rank is in 0..100. */
typedef struct csuccess__benchmark {
    const double *values;
    size_t count;
} csuccess__benchmark;

/* The values of one customer by slot. */
typedef struct csuccess__frame {
    const csuccess__value *slots;
    size_t count;
    int64_t now; /* ms since the epoch, UTC */
} csuccess__frame;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What a population of scored customers looks like: statuses, who needs attention and why, and where the
   health score agrees with an outcome. Memory does not grow with the customers. */
#ifndef CLI_SUMMARY_H
#define CLI_SUMMARY_H

#include "output.h"
#include <csuccess/csuccess.h>

typedef struct summary summary;

/* `outcome`: an expression that holds for customers who left, as the words call it; NULL: none. NULL: no memory. */
summary *summary_new(const char *outcome);
void summary_free(summary *s);
/* The customer that scorer has just explained: the score, its result object, and the outcome: 1, 0, or -1 when it is not known. */
void summary_add(summary *s, const csuccess_score *score, const csuccess_scorer *scorer,
                 csuccess_str result, int outcome);
void summary_print(const summary *s, output_format format);

#endif

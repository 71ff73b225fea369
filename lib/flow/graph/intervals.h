/* SPDX-License-Identifier: Apache-2.0 */
/* Intervals of the nodes of a program. */
#ifndef CSUCCESS__FLOW_GRAPH_INTERVALS_H
#define CSUCCESS__FLOW_GRAPH_INTERVALS_H

#include "flow/graph/ranges.h"

csuccess__interval csuccess__interval_any(void);
csuccess__interval csuccess__interval_of(double low, double high);
bool csuccess__interval_empty(const csuccess__interval *r);
/* Narrow to what is at least, at most x; excluded: not x itself. */
void csuccess__interval_from(csuccess__interval *r, double x, bool excluded);
void csuccess__interval_upto(csuccess__interval *r, double x, bool excluded);
/* What each node of the program can be, given its slots'. */
void csuccess__intervals_fill(csuccess__interval *out, const csuccess__ranges *ranges,
                              const csuccess__program *program);
/* Whether each node may be missing; slots that has() is asked of are taken to be there. */
bool csuccess__missing_fill(bool *out, const csuccess__ranges *ranges,
                            const csuccess__program *program);

#endif

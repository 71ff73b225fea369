/* SPDX-License-Identifier: Apache-2.0 */
/* Lint of the flow sections: what is legal and probably wrong. */
#ifndef CSUCCESS__FLOW_LINT_H
#define CSUCCESS__FLOW_LINT_H

#include "flow/segments.h"

/* Segments that contradict themselves or always hold, by intervals over the declared ranges; noted with code 0. */
void csuccess__flow_lint(csuccess__problems *problems, const csuccess__schema *schema,
                         const csuccess__segments *segments);

#endif

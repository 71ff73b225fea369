/* SPDX-License-Identifier: Apache-2.0 */
/* What both drawings say of a step or a trigger. Only for this folder. */
#ifndef CSUCCESS__FLOW_GRAPH_DRAW_WORDS_H
#define CSUCCESS__FLOW_GRAPH_DRAW_WORDS_H

#include "flow/graph/draw.h"

/* "email template welcome", "wait for P7D hours standard": the type, and what of the definition says more. */
void csuccess__draw_step(csuccess__buffer *out, const csuccess__json *step);
/* The members of an object, "segment new_customers, on enter". */
void csuccess__draw_members(csuccess__buffer *out, const csuccess__json *object);
/* The ways of a step that lead to node `to`, "true, undecided"; false: none does. Nodes as in csuccess__journey_graph(). */
bool csuccess__draw_ways(csuccess__buffer *out, const csuccess__journey *journey, uint32_t step,
                         uint32_t to);
/* "at most P90D, 6 messages, 2 in any 24 hours" */
void csuccess__draw_bounds(csuccess__buffer *out, const csuccess__flow_bounds *bounds);
/* For Graphviz: a quoted string. */
void csuccess__draw_quote(csuccess__buffer *out, csuccess_str text);

/* The drawing for Graphviz. */
void csuccess__journey_dot(csuccess__buffer *out, const csuccess__flow *flow,
                           const csuccess__journey *journey);
void csuccess__playbook_dot(csuccess__buffer *out, const csuccess__flow *flow,
                            const csuccess__playbook *playbook);

#endif

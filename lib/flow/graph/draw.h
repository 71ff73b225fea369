/* SPDX-License-Identifier: Apache-2.0 */
/* Journeys and playbooks as text for people, and as Graphviz. */
#ifndef CSUCCESS__FLOW_GRAPH_DRAW_H
#define CSUCCESS__FLOW_GRAPH_DRAW_H

#include "flow/graph/bounds.h"

typedef enum csuccess__drawing { CSUCCESS__DRAW_TEXT, CSUCCESS__DRAW_DOT } csuccess__drawing;
/* A failure is the buffer's. */
void csuccess__journey_draw(csuccess__buffer *out, const csuccess__flow *flow,
                            const csuccess__journey *journey, csuccess__drawing how);
void csuccess__playbook_draw(csuccess__buffer *out, const csuccess__flow *flow,
                             const csuccess__playbook *playbook, csuccess__drawing how);

#endif

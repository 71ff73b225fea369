/* SPDX-License-Identifier: Apache-2.0 */
/* Drawing. */
#include "flow/graph/draw.h"

void csuccess__journey_draw(csuccess__buffer *out, const csuccess__flow *flow,
                            const csuccess__journey *journey, csuccess__drawing how)
{
    (void)out;
    (void)flow;
    (void)journey;
    (void)how;
}
void csuccess__playbook_draw(csuccess__buffer *out, const csuccess__flow *flow,
                             const csuccess__playbook *playbook, csuccess__drawing how)
{
    (void)out;
    (void)flow;
    (void)playbook;
    (void)how;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* When a value may change because time goes on. */
#include "expr/machine.h"

int64_t csuccess__program_next(const csuccess__program *program, csuccess__machine *machine,
                               const csuccess__frame *frame, int64_t grain_ms)
{
    (void)machine;
    return program->reads_now ? frame->now + grain_ms : INT64_MAX;
}

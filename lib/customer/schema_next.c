/* SPDX-License-Identifier: Apache-2.0 */
/* When a value may change because time goes on, through metrics and aggregates. */
#include "customer/schema.h"

int64_t csuccess__schema_next(const csuccess__schema *schema, const csuccess__program *program,
                              csuccess__machine *machine, const csuccess__frame *frame,
                              int64_t grain_ms)
{
    (void)schema;
    return csuccess__program_next(program, machine, frame, grain_ms);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* When a value may change because time goes on, through metrics and aggregates. */
#include "customer/schema.h"

#include "expr/kernels.h"
#include "expr/machine.h"

#define NEVER INT64_MAX

static csuccess__move at(int64_t next)
{
    return (csuccess__move){.next = next, .limit = next};
}

/* An input that no document declares is an aggregate, or an earlier score. */
static bool has_window(const csuccess__slot *slot)
{
    return slot->attribute && !slot->attribute->at;
}

/* Health and churn come of all that was compiled before them. */
static int64_t next_of_strata(const csuccess__schema *schema, int64_t vague, int64_t midnight)
{
    if (schema->reads_now) return vague;
    for (uint32_t i = 0; i < schema->inputs; i++) {
        if (has_window(&schema->slots[i])) return midnight;
    }
    return NEVER;
}

const csuccess__move *csuccess__schema_moves(const csuccess__schema *schema,
                                             csuccess__machine *machine,
                                             const csuccess__frame *frame, int64_t grain_ms)
{
    csuccess__move *moves = CSUCCESS__NEW_ARRAY(&machine->arena, csuccess__move, schema->count);
    if (!moves) return NULL;
    int64_t vague = frame->now + grain_ms;
    int64_t midnight =
        (csuccess__k_floor_divide(frame->now, CSUCCESS__DAY_MS) + 1) * CSUCCESS__DAY_MS;
    int64_t strata = next_of_strata(schema, vague, midnight);
    for (uint32_t i = 0; i < schema->count; i++) {
        const csuccess__slot *slot = &schema->slots[i];
        bool early = slot->stratum < CSUCCESS__STRATUM_HEALTH;
        bool late = slot->stratum > CSUCCESS__STRATUM_CHURN;
        moves[i] = at(has_window(slot) ? midnight : early || late ? NEVER : strata);
    }
    for (uint32_t i = 0; i < schema->metric_count; i++) {
        const csuccess__metric *metric = &schema->metrics[i];
        bool moving = metric->program->reads_now;
        for (uint32_t k = 0; k < metric->program->input_count && !moving; k++) {
            moving = moves[metric->program->inputs[k]].next != NEVER;
        }
        if (moving) {
            moves[metric->slot] =
                csuccess__program_move(metric->program, machine, frame, grain_ms, moves);
        }
    }
    return moves;
}

int64_t csuccess__schema_next(const csuccess__schema *schema, const csuccess__program *program,
                              csuccess__machine *machine, const csuccess__frame *frame,
                              int64_t grain_ms)
{
    const csuccess__move *moves = csuccess__schema_moves(schema, machine, frame, grain_ms);
    if (!moves) return frame->now + grain_ms;
    return csuccess__program_move(program, machine, frame, grain_ms, moves).next;
}

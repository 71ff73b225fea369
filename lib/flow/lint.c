/* SPDX-License-Identifier: Apache-2.0 */
/* Segments that can never hold: conditions joined by "and" whose ranges of one number do not meet. */
#include "flow/lint.h"

#include <math.h>

typedef struct range {
    double low, high;
    bool above, below; /* low, high themselves are excluded */
} range;

static bool empty(const range *r)
{
    return r->low > r->high || ((r->above || r->below) && r->low == r->high);
}

static void at_least(range *r, double x, bool above)
{
    if (x > r->low || (x == r->low && above)) {
        r->low = x;
        r->above = above;
    }
}

static void at_most(range *r, double x, bool below)
{
    if (x < r->high || (x == r->high && below)) {
        r->high = x;
        r->below = below;
    }
}

/* Narrows r by one comparison; `flipped`: the constant stands on the left. */
static void narrow(range *r, uint16_t op, double x, bool flipped)
{
    switch (op) {
    case CSUCCESS__OP_EQ_NUMBER:
        at_least(r, x, false);
        at_most(r, x, false);
        break;
    case CSUCCESS__OP_LT_NUMBER:
    case CSUCCESS__OP_LE_NUMBER:
        (flipped ? at_least : at_most)(r, x, op == CSUCCESS__OP_LT_NUMBER);
        break;
    case CSUCCESS__OP_GT_NUMBER:
    case CSUCCESS__OP_GE_NUMBER:
        (flipped ? at_most : at_least)(r, x, op == CSUCCESS__OP_GT_NUMBER);
        break;
    default:
        break;
    }
}

/* A comparison of `slot` with a constant narrows r. */
static void apply(range *r, const csuccess__program *program, const csuccess__node *node,
                  uint32_t slot)
{
    if (node->argc != 2) {
        return;
    }
    const csuccess__node *a = &program->nodes[program->args[node->args]];
    const csuccess__node *b = &program->nodes[program->args[node->args + 1]];
    bool flipped = a->op == CSUCCESS__OP_CONSTANT;
    const csuccess__node *variable = flipped ? b : a, *constant = flipped ? a : b;
    if (variable->op == CSUCCESS__OP_SLOT && variable->as.slot == slot &&
        constant->op == CSUCCESS__OP_CONSTANT &&
        constant->as.constant.kind == CSUCCESS__KIND_NUMBER) {
        narrow(r, node->op, constant->as.constant.as.number, flipped);
    }
}

/* Whether the comparisons of one slot, all joined by "and" at the top, leave no value. */
static bool contradicts(const csuccess__program *program, const csuccess__slot *slots,
                        uint32_t slot)
{
    const csuccess__node *top = &program->nodes[program->count - 1];
    range r = {-HUGE_VAL, HUGE_VAL, false, false};
    const csuccess__attribute *attribute = slots[slot].attribute;
    if (attribute && attribute->has_min) {
        r.low = attribute->min;
    }
    if (attribute && attribute->has_max) {
        r.high = attribute->max;
    }
    if (top->op != CSUCCESS__OP_AND) {
        apply(&r, program, top, slot);
        return empty(&r);
    }
    for (uint32_t i = 0; i < top->argc; i++) {
        apply(&r, program, &program->nodes[program->args[top->args + i]], slot);
    }
    return empty(&r);
}

void csuccess__flow_lint(csuccess__problems *problems, const csuccess__schema *schema,
                         const csuccess__segments *segments)
{
    for (uint32_t i = 0; segments && i < segments->count; i++) {
        const csuccess__segment *segment = &segments->list[i];
        for (uint32_t k = 0; segment->when && k < segment->when->input_count; k++) {
            uint32_t slot = segment->when->inputs[k];
            if (contradicts(segment->when, schema->slots, slot)) {
                csuccess__problem(
                    problems, segment->at, 0,
                    "the segment %q contradicts itself: no value of %q fits all of its "
                    "conditions",
                    segment->id, schema->slots[slot].path);
                break;
            }
        }
    }
}

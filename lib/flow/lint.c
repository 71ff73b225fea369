/* SPDX-License-Identifier: Apache-2.0 */
/* Segments that nobody, or everybody, belongs to. */
#include "flow/lint.h"

#include "flow/graph/ranges.h"

/* One that is written as "true" is for everybody on purpose. */
static bool is_constant(const csuccess__program *program)
{
    return program->nodes[program->count - 1].op == CSUCCESS__OP_CONSTANT;
}

static void look_at(csuccess__problems *problems, csuccess__ranges *ranges,
                    const csuccess__segment *segment)
{
    uint32_t slot;
    if (is_constant(segment->when)) return;
    if (csuccess__ranges_ask(ranges, segment->when, true, &slot) == CSUCCESS__CANNOT) {
        if (slot == UINT32_MAX) {
            csuccess__problem(problems, segment->at, 0,
                              "the segment %q contradicts itself: its conditions cannot hold "
                              "together",
                              segment->id);
        } else {
            csuccess__problem(problems, segment->at, 0,
                              "the segment %q contradicts itself: no value of %q fits all of "
                              "its conditions",
                              segment->id, ranges->schema->slots[slot].path);
        }
        return;
    }
    if (csuccess__ranges_ask(ranges, segment->when, false, NULL) == CSUCCESS__CANNOT) {
        csuccess__problem(problems, segment->at, 0,
                          "the segment %q holds for everybody: within the declared ranges its "
                          "condition cannot fail",
                          segment->id);
    }
}

/* `leave` is looked at once `when` does not hold any more. */
static void look_at_leave(csuccess__problems *problems, csuccess__ranges *ranges,
                          csuccess__compiler *with, const csuccess__segment *segment)
{
    if (!segment->leave || is_constant(segment->leave)) return;
    if (csuccess__ranges_ask(ranges, segment->leave, true, NULL) == CSUCCESS__CANNOT) {
        csuccess__problem(problems, segment->at, 0,
                          "nobody ever leaves the segment %q: \"leave\" cannot hold",
                          segment->id);
    } else if (csuccess__ranges_apart(ranges, with, segment->leave, segment->when, false) ==
               CSUCCESS__CANNOT) {
        csuccess__problem(problems, segment->at, 0,
                          "nobody ever leaves the segment %q: \"leave\" holds only where "
                          "\"when\" does",
                          segment->id);
    } else if (csuccess__ranges_apart(ranges, with, segment->when, segment->leave, false) ==
               CSUCCESS__CANNOT) {
        csuccess__problem(problems, segment->at, 0,
                          "\"leave\" of the segment %q contradicts \"when\": it holds wherever "
                          "that does; members should stay until it holds",
                          segment->id);
    }
}

/* The same with a compiler of its own: to ask of two conditions together is to compile them. */
static void look_at_leaves(csuccess__problems *problems, csuccess__ranges *ranges,
                           const csuccess__segments *segments, csuccess__arena *arena)
{
    csuccess_limits limits;
    csuccess__scope scope =
        csuccess__schema_scope((csuccess__schema *)(uintptr_t)ranges->schema);
    csuccess__compiler with = {.arena = arena, .mem = arena->mem, .limits = &limits};
    with.scope = &scope;
    with.constants = csuccess__constants_new(arena);
    (void)csuccess__limits_take(&limits, NULL, NULL);
    for (uint32_t i = 0; with.constants && i < segments->count && !ranges->lost; i++) {
        if (segments->list[i].when) {
            look_at_leave(problems, ranges, &with, &segments->list[i]);
        }
    }
    problems->lost = problems->lost || !with.constants;
    csuccess__cleanup_run(with.cleanup);
}

void csuccess__flow_lint(csuccess__problems *problems, const csuccess__schema *schema,
                         const csuccess__segments *segments)
{
    csuccess__ranges ranges;
    csuccess__arena arena;
    if (!segments) return;
    csuccess__arena_init(&arena, problems->arena->mem, 0);
    csuccess__ranges_open(&ranges, schema, segments, &arena);
    for (uint32_t i = 0; i < segments->count && !ranges.lost; i++) {
        if (segments->list[i].when) look_at(problems, &ranges, &segments->list[i]);
    }
    look_at_leaves(problems, &ranges, segments, &arena);
    problems->lost = problems->lost || ranges.lost;
    csuccess__ranges_close(&ranges);
    csuccess__arena_free(&arena);
}

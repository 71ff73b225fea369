/* SPDX-License-Identifier: Apache-2.0 */
/* Segments by condition: which a customer belongs to, evaluated as one set. */
#ifndef CSUCCESS__FLOW_SEGMENTS_H
#define CSUCCESS__FLOW_SEGMENTS_H

#include "customer/schema.h"
#include "expr/ruleset.h"

typedef struct csuccess__segment {
    csuccess_str id;
    csuccess_str label; /* `label`, else the id */
    bool dynamic;       /* false: static, members are added by the host; no condition */
    uint32_t slot;      /* segment('id') */
    const csuccess__program *when; /* NULL for static */
    const csuccess__json *at;
} csuccess__segment;

/* Segments of one wave refer only to those of earlier waves; each wave is evaluated as one set. */
typedef struct csuccess__segment_wave {
    const csuccess__ruleset *set;
    uint32_t first, count; /* in the list */
} csuccess__segment_wave;

typedef struct csuccess__segments {
    const csuccess__segment
        *list; /* in effective order, but those that refer to others after them */
    uint32_t count;
    const csuccess__segment_wave *waves;
    uint32_t wave_count;
} csuccess__segments;

enum {
    CSUCCESS__SEGMENTS_MOST = 4096,
    CSUCCESS__SEGMENT_WORDS_MOST = CSUCCESS__SEGMENTS_MOST / 64
};

/* NULL section: no segments. Adds the slots segment('id'); a circle of references is CSUCCESS_ECYCLE. NULL: noted. */
const csuccess__segments *csuccess__segments_compile(csuccess__schema *schema,
                                                     csuccess__compiler *with,
                                                     csuccess__problems *problems,
                                                     const csuccess__json *section);
/* Bitmaps of count bits in the order of the list. Slots of segments that others refer to are written.
   `undecided` may be NULL. */
csuccess_result csuccess__segments_row(const csuccess__segments *segments,
                                       csuccess__machine *machine, const csuccess__frame *frame,
                                       csuccess__value *slots, uint64_t *holds,
                                       uint64_t *undecided);
/* Writes the slots of all segments from bitmaps, for expressions evaluated afterwards. */
void csuccess__segments_publish(const csuccess__segments *segments, const uint64_t *holds,
                                const uint64_t *undecided, csuccess__value *slots);
/* A block: members[i * CSUCCESS__BLOCK_WORDS ..] for segment i, undecided alike (both required). `slots` are the
   frame's. */
csuccess_result csuccess__segments_columns(const csuccess__segments *segments,
                                           csuccess__column_machine *machine,
                                           const csuccess__column_frame *frame,
                                           csuccess__column *slots, uint64_t *members,
                                           uint64_t *undecided);

#endif

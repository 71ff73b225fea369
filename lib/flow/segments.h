/* SPDX-License-Identifier: Apache-2.0 */
/* Segments by condition: which a customer belongs to, evaluated as one set. */
#ifndef CSUCCESS__FLOW_SEGMENTS_H
#define CSUCCESS__FLOW_SEGMENTS_H

#include "customer/schema.h"
#include "expr/ruleset.h"

typedef struct csuccess__segment {
    csuccess_str id;
    csuccess_str label; /* `label`, else the id */
    bool dynamic; /* false: static, members are added by the host; no condition */
    uint32_t slot; /* segment('id') */
    const csuccess__program *when; /* NULL for static */
    const csuccess__json *at;
} csuccess__segment;

typedef struct csuccess__segments {
    const csuccess__segment *list; /* in effective order */
    uint32_t count;
    /* Waves: segments that refer to none run as one set, then those that refer to these, and so on. */
    const struct csuccess__segment_wave *waves;
    uint32_t wave_count;
} csuccess__segments;

/* NULL section: no segments. Adds the slots segment('id'); a circle of references is CSUCCESS_ECYCLE. NULL: noted. */
const csuccess__segments *csuccess__segments_compile(csuccess__schema *schema, csuccess__compiler *with,
                                                     csuccess__problems *problems,
                                                     const csuccess__json *section);
/* Bitmaps of count bits; writes the slots too. `undecided` may be NULL. */
csuccess_result csuccess__segments_row(const csuccess__segments *segments, csuccess__machine *machine,
                                       csuccess__frame *frame, csuccess__value *slots, uint64_t *holds,
                                       uint64_t *undecided);
/* A block: members[i * CSUCCESS__BLOCK_WORDS ..] for segment i. */
csuccess_result csuccess__segments_columns(const csuccess__segments *segments,
                                           csuccess__column_machine *machine,
                                           csuccess__column_frame *frame, csuccess__column *slots,
                                           uint64_t *members);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A goal as the state keeps it, and as it stands at a time. */
#ifndef CSUCCESS__FLOW_GOALS_INTERNAL_H
#define CSUCCESS__FLOW_GOALS_INTERNAL_H

#include "flow/goals.h"

/* Fields of a record that goals know; the type that each must have. */
#define CSUCCESS__GOAL_PARTS(X) \
    X(TITLE, "title", CSUCCESS__KIND_STRING) \
    X(OWNER, "owner", CSUCCESS__KIND_STRING) \
    X(DUE, "due", CSUCCESS__KIND_TIME) \
    X(MEASURE, "measure", CSUCCESS__KIND_STRING) \
    X(BASELINE, "baseline", CSUCCESS__KIND_NUMBER) \
    X(TARGET, "target", CSUCCESS__KIND_NUMBER) \
    X(AGREED, "agreed", CSUCCESS__KIND_BOOL) \
    X(STATUS, "status", CSUCCESS__KIND_STRING)
typedef enum csuccess__goal_part {
#define CSUCCESS__GOAL_PART(name, text, kind) CSUCCESS__GOAL_##name##_PART,
    CSUCCESS__GOAL_PARTS(CSUCCESS__GOAL_PART)
#undef CSUCCESS__GOAL_PART
        CSUCCESS__GOAL_PART_COUNT
} csuccess__goal_part;

struct csuccess__goals {
    uint32_t slot;                             /* of the collection */
    uint32_t parts[CSUCCESS__GOAL_PART_COUNT]; /* index in the record; UINT32_MAX: none */
    bool whole_days;                           /* `due` is a date */
    uint32_t open_slot, achieved_slot, behind_slot;
};

typedef struct csuccess__goal_field {
    csuccess__goal_state told;
    int64_t agreed_at;   /* when it was seen to be agreed; 0: not */
    int64_t achieved_at; /* 0: not */
    bool has_baseline;   /* the first value that was seen */
    double baseline;
    double target; /* and the measure: what `achieved_at` speaks of */
    csuccess_str measure;
} csuccess__goal_field;

bool csuccess__goal_parse(csuccess__goal_field *field, csuccess_str payload);
void csuccess__goal_put(csuccess__step *step, csuccess_str id,
                        const csuccess__goal_field *field);
const char *csuccess__goal_state_name(csuccess__goal_state state);

/* One at a time. */
typedef struct csuccess__goal {
    csuccess_str id, title, owner;
    csuccess__goal_field field;
    csuccess__value value, baseline, target; /* numbers, or missing */
    bool agreed, abandoned, has_progress;
    double progress;
    int64_t due, due_end; /* as written, and when it is missed; NEVER: none */
    csuccess__goal_state state;
    int64_t next; /* when it may be another by itself; NEVER: not */
} csuccess__goal;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The section `journeys`, compiled: each a graph of steps with named ways out (docs/reference/flow.md "Journeys"). */
#ifndef CSUCCESS__FLOW_JOURNEYS_JOURNEY_H
#define CSUCCESS__FLOW_JOURNEYS_JOURNEY_H

#include "flow/playbooks/task.h"
#include "flow/trigger.h"

#define CSUCCESS__STEP_TYPES(X) \
    X(EMAIL, "email") \
    X(IN_APP, "in_app_message") \
    X(WEBHOOK, "webhook") \
    X(TASK, "task") \
    X(HUMAN, "human_touchpoint") \
    X(WAIT, "wait") \
    X(CONDITION, "condition") \
    X(SPLIT, "split") \
    X(SEGMENT_UPDATE, "segment_update") \
    X(HEALTH_CHECK, "health_check") \
    X(START_PLAYBOOK, "start_playbook") X(ENROLL, "enroll") X(EXIT, "exit")
typedef enum csuccess__step_type {
#define CSUCCESS__STEP_TYPE(name, text) CSUCCESS__STEP_##name,
    CSUCCESS__STEP_TYPES(CSUCCESS__STEP_TYPE)
#undef CSUCCESS__STEP_TYPE
        CSUCCESS__STEP_TYPE_COUNT
} csuccess__step_type;
#define CSUCCESS__JOURNEY_TYPES(X) \
    X(ONBOARDING, "onboarding") \
    X(ADOPTION, "adoption") \
    X(RENEWAL, "renewal") \
    X(EXPANSION, "expansion") \
    X(RISK_MITIGATION, "risk_mitigation") \
    X(ADVOCACY, "advocacy") X(WIN_BACK, "win_back") X(CUSTOM, "custom")

#define CSUCCESS__JOURNEY_END UINT32_MAX /* a way to no step: the enrollment is completed */

/* Every way out of a step, in a fixed order: NEXT is the first. */
typedef struct csuccess__way {
    csuccess_str name; /* "next", "true", "timeout", id of an event or arm */
    uint32_t to;       /* index, or CSUCCESS__JOURNEY_END */
    bool given;        /* else it fell back to another way or to the step after */
} csuccess__way;
/* Where a type has its ways; events of a wait and arms of a split come after the fixed ones. */
enum {
    CSUCCESS__WAY_NEXT = 0, /* also: true, completed, elapsed */
    CSUCCESS__WAY_FALSE = 1,
    CSUCCESS__WAY_UNDECIDED = 2, /* CONDITION, HEALTH_CHECK */
    CSUCCESS__WAY_TIMEOUT = 1,
    CSUCCESS__WAY_EVENTS = 2, /* WAIT */
    CSUCCESS__WAY_UNSUCCESSFUL = 2,
    CSUCCESS__WAY_NO_RESPONSE = 3, /* HUMAN, waiting TASK: after TIMEOUT */
    CSUCCESS__WAY_RESCHEDULED = 4,
    CSUCCESS__WAY_CANCELLED = 5, /* the same; waiting START_PLAYBOOK: CANCELLED too */
    CSUCCESS__WAY_HOLDOUT = 1,
    CSUCCESS__WAY_ARMS = 2 /* SPLIT */
};

typedef struct csuccess__until { /* of a wait: one event */
    csuccess_str id;
    csuccess__event_match match;
    const csuccess__program *const *correlate; /* each event.x == trigger.y, as conditions */
    uint32_t correlate_count;
} csuccess__until;

typedef struct csuccess__journey_step {
    csuccess_str id;
    csuccess__step_type type;
    const csuccess__way *ways;
    uint32_t way_count;
    bool
        waits; /* stays until something happens: WAIT, HUMAN, TASK and START_PLAYBOOK with `wait` */
    /* WAIT */
    bool has_for, has_timeout;
    csuccess__duration for_, timeout;
    const csuccess__program *until_time; /* `at` */
    const csuccess__until *until;
    uint32_t until_count;
    uint32_t hours;                /* calendar; UINT32_MAX: any time */
    const csuccess__program *when; /* CONDITION, HEALTH_CHECK */
    const double *shares; /* SPLIT: of the arms, in order; what is left is the holdout */
    csuccess_str salt;
    csuccess__sending sending;    /* EMAIL, IN_APP, WEBHOOK */
    csuccess__task_def task;      /* TASK, HUMAN */
    const uint32_t *add, *remove; /* SEGMENT_UPDATE: indices of segments */
    uint32_t add_count, remove_count;
    csuccess_str target;          /* START_PLAYBOOK, ENROLL: id */
    csuccess_str outcome, reason; /* EXIT */
    const csuccess__json *at;
} csuccess__journey_step;

typedef struct csuccess__journey_exit {
    csuccess_str id;
    const csuccess__program *when; /* NULL: by event */
    csuccess__event_match event;
} csuccess__journey_exit;

typedef struct csuccess__journey_map { /* on_change.map */
    csuccess_str from, to;
} csuccess__journey_map;

typedef struct csuccess__journey {
    csuccess_str id, label, type, purpose;
    csuccess_str name; /* "journey/id": of what it makes, and of its ledger */
    uint8_t hash
        [16]; /* SHA-256 of its definition's canonical JSON, cut: what enrollments are pinned to */
    double version; /* 0: none given */
    bool has_trigger, reenroll;
    csuccess__trigger trigger;
    csuccess__duration reenroll_after;
    uint32_t reenroll_most;        /* 0: any number */
    int64_t concurrent_journey;    /* 0: any number */
    uint32_t concurrent_customer;  /* 0: any number */
    const csuccess__program *goal; /* NULL: none */
    csuccess__event_match goal_event;
    bool goal_by_event;
    const csuccess__journey_exit *exits;
    uint32_t exit_count;
    bool has_limit;
    csuccess__duration limit;
    uint32_t calendar;
    bool maps; /* on_change is a map; else pin */
    const csuccess__journey_map *map;
    uint32_t map_count;
    const csuccess__journey_step *steps; /* in effective order */
    uint32_t step_count, start;
    uint32_t state_slot, step_slot, enrolled_at_slot,
        times_slot; /* journey('id').state, .step, .enrolled_at, .times */
    bool watched;   /* one of these is read by some expression of this configuration */
    const csuccess__json *at;
} csuccess__journey;
typedef struct csuccess__journeys {
    const csuccess__journey *list; /* in effective order */
    uint32_t count;
    const uint32_t *sorted;  /* by id */
    const uint32_t *watched; /* whose slots some expression of this configuration reads */
    uint32_t watched_count;
} csuccess__journeys;
enum {
    CSUCCESS__JOURNEYS_MOST = 10000,
    CSUCCESS__JOURNEY_STEPS_MOST = 1000,
    CSUCCESS__JOURNEY_PARTS_MOST = 64 /* exits; events of a wait; arms of a split */
};

struct csuccess__flow_build;
/* Declares the slots of every journey; then compiles them. */
void csuccess__journeys_declare(struct csuccess__flow_build *build,
                                const csuccess__json *section);
const csuccess__journeys *csuccess__journeys_compile(struct csuccess__flow_build *build,
                                                     const csuccess__json *section);
/* One definition, of this configuration or an earlier one, over what is known now. False: noted. */
bool csuccess__journey_read(csuccess__journey *out, struct csuccess__flow_build *build,
                            const csuccess__json *definition);
uint32_t csuccess__journey_find(const csuccess__journeys *journeys, csuccess_str id);
/* UINT32_MAX: none of that id. */
uint32_t csuccess__journey_step_find(const csuccess__journey *journey, csuccess_str id);
const char *csuccess__step_type_name(csuccess__step_type type);

#endif

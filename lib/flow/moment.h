/* SPDX-License-Identifier: Apache-2.0 */
/* One look of flow at one customer: everything that its machines share while a step is taken, and the happenings that they tell each other.

   A step asks flow once, after health and churn are known. flow.c calls the machines in turn; what one of them brings about (a segment entered, a milestone reached, a task done, a journey ended) is a
   happening, which is told to all who wait for it, within the same step. There are at most CSUCCESS__HAPPENINGS_MOST in a step; what goes on beyond that is cut off and said in an entry "stopped". */
#ifndef CSUCCESS__FLOW_MOMENT_H
#define CSUCCESS__FLOW_MOMENT_H

#include "calendar/business.h"
#include "customer/schema.h"
#include "customer/step.h"
#include "expr/machine.h"

struct csuccess__flow;
struct csuccess__pins;

/* What happens, and what `id` and `detail` are then. */
#define CSUCCESS__HAPPENINGS(X) \
    X(EVENT, "event") /* an input: name of the event as aggregates know it; detail empty */ \
    X(ENTERED, "entered")   /* a segment */ \
    X(LEFT, "left")         /* a segment */ \
    X(ACHIEVED, "achieved") /* a milestone; detail: the threshold or year, may be empty */ \
    X(TASK, \
      "task") /* id of a task that was completed or cancelled; detail: its outcome, or "cancelled" */ \
    X(PLAYBOOK_ENDED, \
      "playbook_ended") /* playbook; detail: completed, cancelled; instance: which */ \
    X(JOURNEY_ENDED, \
      "journey_ended") /* journey; detail: completed, exited, failed; instance: which */ \
    X(ENROLL, \
      "enroll") /* wanted: journey; detail: by whom: "input", "journey/x", "playbook/x" */ \
    X(START, "start")   /* wanted: playbook; detail as above; record: of for_each, or empty */ \
    X(RESUME, "resume") /* wanted: journey; instance: the enrollment whose pause is over */ \
    X(EXIT, "exit")     /* wanted: journey; instance; detail: the reason */
typedef enum csuccess__happening_kind {
#define CSUCCESS__HAPPENING(name, text) CSUCCESS__HAPPENING_##name,
    CSUCCESS__HAPPENINGS(CSUCCESS__HAPPENING)
#undef CSUCCESS__HAPPENING
        CSUCCESS__HAPPENING_COUNT
} csuccess__happening_kind;
typedef struct csuccess__happening {
    csuccess__happening_kind kind;
    csuccess_str id, detail, instance, record;
    csuccess_str
        kept; /* of ENROLL and START: what the trigger hands on; csuccess__kept_take() */
    const csuccess__input *input; /* of EVENT */
} csuccess__happening;
enum { CSUCCESS__HAPPENINGS_MOST = 1000 };

/* The sums of ledgers as they were loaded. */
typedef struct csuccess__ledger_sum {
    csuccess_str key;
    int64_t sum;
} csuccess__ledger_sum;

/* Scratch of a desk, kept from step to step with its memory. */
typedef struct csuccess__flow_desk {
    const csuccess_allocator *mem;
    csuccess__happening *queue;
    uint32_t queue_count, queue_cap, queue_at;
    bool cut; /* there were too many */
    csuccess__arena
        texts;      /* of happenings and of what a step works with; reset before each step */
    uint64_t *bits; /* 4 bits for each segment */
    csuccess__buffer text; /* for rendering */
    struct csuccess__pins *pins;
    struct csuccess__enrolled
        *live; /* enrollments as they were read in this step, in `texts`; of flow/journeys */
    uint32_t live_count;
    bool journeys_asked; /* all journey('id').x may be read in this step */
} csuccess__flow_desk;

/* Names of texts that only the host knows. */
typedef struct csuccess__variable_source {
    void *ud;
    /* The value as JSON, borrowed until the next question; false: it does not know. */
    bool (*ask)(void *ud, csuccess_str customer, csuccess_str name, csuccess_str *json);
} csuccess__variable_source;

typedef struct csuccess__moment {
    const struct csuccess__flow *flow;
    csuccess__flow_desk *desk;
    csuccess__step *step;
    const csuccess__input *input; /* what the step is about; NULL: time has come */
    csuccess__machine *machine;
    csuccess__value *slots; /* all strata; flow writes those of segments and its own */
    const csuccess__schema *schema;
    const csuccess__constants *constants;
    csuccess__zone_source zones; /* the table, the host, what the state recorded */
    const csuccess__variable_source *variables; /* NULL: the host knows nothing more */
    const csuccess__ledger_sum *ledgers;
    uint32_t ledger_count;
    const csuccess_str *refused; /* ids of what a ledger refused: messages, enrollments */
    uint32_t refused_count;
    bool fresh; /* the customer's first step */
    bool
        redefined; /* the first step under this configuration, of a customer that was there before */
} csuccess__moment;

/* A condition: FALSE, TRUE or OPEN (undecided). NULL holds. A spent step budget is OPEN; no memory fails the step. */
csuccess__truth csuccess__moment_asks(csuccess__moment *m, const csuccess__program *program);
/* A value; missing when it fails. Strings live until the end of the step. */
csuccess__value csuccess__moment_value(csuccess__moment *m, const csuccess__program *program);
/* Tells all; texts are copied. */
void csuccess__moment_tell(csuccess__moment *m, const csuccess__happening *happening);
/* Copies into the desk's texts; fails the step without memory (then empty). */
csuccess_str csuccess__moment_copy(csuccess__moment *m, csuccess_str text);
/* A string value whose code is that of the constants, so that expressions compare it rightly. */
csuccess__value csuccess__moment_string(const csuccess__moment *m, csuccess_str text);
/* Id of an instance or a task, 64 hex digits in the desk's texts: of the step's cause. */
csuccess_str csuccess__moment_id(csuccess__moment *m, const char *domain,
                                 csuccess_str definition, csuccess_str step,
                                 uint64_t occurrence);
bool csuccess__moment_was_refused(const csuccess__moment *m, csuccess_str id);
/* The sum of a ledger as it was loaded (0: it was not), with what this advance has changed. */
int64_t csuccess__moment_ledger(const csuccess__moment *m, csuccess_str key);
/* The zone of the customer (attribute `zone`, else policies.zone, else UTC), and a calendar where it is; `calendar` UINT32_MAX: always open. */
csuccess__zone csuccess__moment_zone(const csuccess__moment *m);
csuccess__business csuccess__moment_business(const csuccess__moment *m, uint32_t calendar);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks: what people have to do for a customer, from whatever asked for it; their dates, reminders and ends. */
#ifndef CSUCCESS__FLOW_PLAYBOOKS_TASK_H
#define CSUCCESS__FLOW_PLAYBOOKS_TASK_H

#include "calendar/recurrence.h"
#include "flow/templates.h"

/* Numbers are those of the state's format. */
#define CSUCCESS__TASK_STATES(X) \
    X(PENDING, 0, "pending") \
    X(IN_PROGRESS, 1, "in_progress") \
    X(BLOCKED, 2, "blocked") X(COMPLETED, 3, "completed") X(CANCELLED, 4, "cancelled")
typedef enum csuccess__task_state {
#define CSUCCESS__TASK_STATE(name, number, text) CSUCCESS__TASK_##name = number,
    CSUCCESS__TASK_STATES(CSUCCESS__TASK_STATE)
#undef CSUCCESS__TASK_STATE
} csuccess__task_state;
#define CSUCCESS__TASK_OUTCOMES(X) \
    X(NONE, 0, "") \
    X(SUCCESSFUL, 1, "successful") \
    X(UNSUCCESSFUL, 2, "unsuccessful") \
    X(RESCHEDULED, 3, "rescheduled") X(NO_RESPONSE, 4, "no_response")
typedef enum csuccess__task_outcome {
#define CSUCCESS__TASK_OUTCOME(name, number, text) CSUCCESS__TASK_##name = number,
    CSUCCESS__TASK_OUTCOMES(CSUCCESS__TASK_OUTCOME)
#undef CSUCCESS__TASK_OUTCOME
} csuccess__task_outcome;
/* Types of steps of playbooks and kinds of tasks are one vocabulary. */
#define CSUCCESS__TASK_KINDS(X) \
    X(CALL, 0, "call") \
    X(EMAIL, 1, "email") \
    X(MEETING, 2, "meeting") \
    X(INTERNAL, 3, "internal") \
    X(INTERNAL_TASK, 4, "internal_task") \
    X(PRODUCT_DEMO, 5, "product_demo") \
    X(TRAINING, 6, "training") \
    X(REVIEW, 7, "review") \
    X(ESCALATION, 8, "escalation") X(FOLLOW_UP, 9, "follow_up") X(CUSTOM, 10, "custom")
typedef enum csuccess__task_kind {
#define CSUCCESS__TASK_KIND(name, number, text) CSUCCESS__TASK_KIND_##name = number,
    CSUCCESS__TASK_KINDS(CSUCCESS__TASK_KIND)
#undef CSUCCESS__TASK_KIND
} csuccess__task_kind;
#define CSUCCESS__PRIORITIES(X) \
    X(LOW, 0, "low") X(MEDIUM, 1, "medium") X(HIGH, 2, "high") X(CRITICAL, 3, "critical")
typedef enum csuccess__priority {
#define CSUCCESS__PRIORITY(name, number, text) CSUCCESS__PRIORITY_##name = number,
    CSUCCESS__PRIORITIES(CSUCCESS__PRIORITY)
#undef CSUCCESS__PRIORITY
} csuccess__priority;

enum { CSUCCESS__REMINDERS_MOST = 1000, CSUCCESS__REMINDERS_DEFAULT = 5 };
/* When people are reminded: `reminders` of a playbook, or of a task. */
typedef struct csuccess__reminders {
    int64_t before_ms;    /* the due time; 0: not */
    int64_t overdue_ms;   /* again and again after it; 0: not */
    uint32_t most;        /* how often after it, at most CSUCCESS__REMINDERS_MOST; 0: not */
    csuccess_str channel; /* empty: none are sent, entries only */
} csuccess__reminders;

/* What a definition says of a task: a step of a playbook, or of a journey. */
typedef struct csuccess__task_def {
    csuccess__task_kind kind;
    csuccess__priority priority;
    const csuccess__template *title; /* NULL: `name` */
    csuccess_str name;               /* what it is called when the title lacks an input */
    csuccess_str role;               /* empty: the playbook's owner, else csm */
    bool has_due, business_days;
    csuccess__duration due;        /* since it begins */
    uint32_t calendar;             /* UINT32_MAX: none */
    const csuccess_str *artifacts; /* required */
    uint32_t artifact_count;
    csuccess_str agenda, talk_track; /* lines */
    csuccess_str template_;          /* id of a message template */
    csuccess__reminders reminders;
} csuccess__task_def;
/* Reads `kind`, `title`, `owner`, `due` and `priority` of a journey's step. False: noted. */
struct csuccess__flow_build;
bool csuccess__task_def_read(csuccess__task_def *out, struct csuccess__flow_build *build,
                             const csuccess__json *object);
/* The member `reminders` of a playbook or step; what it does not say is as in `fallback` (may be NULL). With a channel and no period of its own what is overdue is told
   as often as `schedule.reminders` says, but at most each hour. */
csuccess__reminders csuccess__reminders_read(struct csuccess__flow_build *build,
                                             const csuccess__json *object,
                                             const csuccess__reminders *fallback);

/* One that is to be made. */
typedef struct csuccess__task_make {
    const csuccess__task_def *def;
    csuccess_str definition, step; /* "playbook/risk_response", "assess" */
    csuccess_str instance;         /* that waits for it; empty: none */
    uint64_t occurrence;
    int64_t starts_at;  /* it is pending from then on, and not told of before */
    int64_t due_at;     /* 0: from def->due */
    csuccess_str owner; /* empty: that of the role */
    csuccess_str title; /* instead of def->title; empty: that */
    csuccess_str
        contact; /* who says it, by an input; empty: nobody, or whoever began the instance */
} csuccess__task_make;
/* Makes a task, unless it is there: its id (64 hex digits), empty when the step fails. Entry "task", the owner told when a channel says so. */
csuccess_str csuccess__task_new(csuccess__moment *m, const csuccess__task_make *make);

/* One of the state, for those who look at them. */
typedef struct csuccess__task {
    csuccess_str id, title, role, owner, definition, step, instance, reason;
    csuccess__task_kind kind;
    csuccess__task_state state;
    csuccess__task_outcome outcome;
    csuccess__priority priority;
    int64_t created_at, starts_at, due_at, ended_at, snoozed_until; /* 0: none */
    uint32_t minutes;
    csuccess_str wanted, artifacts; /* required, and there: names, a line each */
    csuccess_str agenda, talk_track, template_;
    csuccess_str counted; /* the member whose load it counts in; empty: nobody's */
    csuccess_str contact; /* whose data its texts may hold; empty: nobody's */
    csuccess__reminders reminders;
    uint32_t reminded; /* how often its owner was told of it */
    uint32_t pressed;  /* reminders of it since it is overdue */
    int64_t remind_at; /* 0: not */
    uint64_t occurrence;
    bool business; /* its due is in business days */
    bool begun;    /* somebody has started it: unblocked it is in progress */
    bool told;     /* its owner knows of it */
    bool late;     /* that it is overdue was said */
} csuccess__task;
enum {
    CSUCCESS__TASKS_MOST = 20000,    /* of a customer; beyond it the step fails with ELIMIT */
    CSUCCESS__TASKS_BY_INPUT = 1000, /* beyond so many a person makes none */
    CSUCCESS__TASK_LIST_MOST = 4096  /* bytes of artifacts */
};
/* False: there is none of that id. A damaged one fails the step. */
bool csuccess__task_get(csuccess__step *step, csuccess_str id, csuccess__task *out);
/* Ends one as by its maker: cancelled with a reason. Tells TASK. */
void csuccess__task_cancel(csuccess__moment *m, csuccess_str id, csuccess_str reason);
/* Another owner for the open tasks of one member, of all roles or one (empty). */
void csuccess__tasks_transfer(csuccess__moment *m, csuccess_str role, csuccess_str from,
                              csuccess_str to);
/* Input of type task. Tells TASK of each that ended. */
csuccess_result csuccess__task_apply(csuccess__moment *m, const csuccess__input *input,
                                     csuccess__text *reason);
/* Snoozes that are over, tasks that begin, reminders, what is overdue; drops what ended 30 days ago; lowers due. Publishes tasks.open, tasks.overdue. */
void csuccess__tasks_step(csuccess__moment *m);
/* Texts of tasks that may hold data of a contact. */
void csuccess__tasks_forget(csuccess__moment *m, csuccess_str contact);
/* A customer that is erased: its open work counts for nobody any more. */
void csuccess__tasks_release(csuccess__moment *m);
/* Puts tasks.open and tasks.overdue in their slots. */
void csuccess__tasks_publish(csuccess__moment *m);
void csuccess__task_print(struct csuccess__json_writer *out,
                          const csuccess__state_field *field);

#endif

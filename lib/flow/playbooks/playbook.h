/* SPDX-License-Identifier: Apache-2.0 */
/* The section `playbooks`, and the runs of playbooks in a state. */
#ifndef CSUCCESS__FLOW_PLAYBOOKS_PLAYBOOK_H
#define CSUCCESS__FLOW_PLAYBOOKS_PLAYBOOK_H

#include "flow/playbooks/task.h"
#include "flow/trigger.h"

#define CSUCCESS__PLAYBOOK_CATEGORIES(X) \
    X(ONBOARDING, "onboarding") \
    X(ADOPTION, "adoption") \
    X(RENEWAL, "renewal") \
    X(CHURN_RISK, "churn_risk") \
    X(EXPANSION, "expansion") \
    X(ESCALATION, "escalation") \
    X(QBR, "qbr") X(EXECUTIVE_SPONSOR, "executive_sponsor") X(CUSTOM, "custom")

typedef struct csuccess__playbook_step {
    csuccess_str id;
    csuccess__task_def task;
    uint32_t after; /* index; UINT32_MAX: the start */
    csuccess__duration
        from_start; /* `days_from_start`, after the start or the end of `after` */
    bool optional;
    bool recurs;
    csuccess__recurrence every;
    const csuccess__sending *
        sending; /* of an email step with a template: what goes out when its task is completed; NULL: none */
    const csuccess__json *at;
} csuccess__playbook_step;
typedef struct csuccess__playbook {
    csuccess_str id, label, category, reason;
    uint8_t hash[16]; /* of its definition: what runs are pinned to */
    csuccess__priority priority;
    double estimated_hours;
    bool has_trigger;
    csuccess__trigger trigger;
    uint32_t each,
        each_slot; /* slot of the collection of for_each, and where a record lies; UINT32_MAX: none */
    csuccess_str owner;
    uint32_t calendar;
    csuccess__duration success_within;
    const csuccess__program *success, *close_when; /* NULL: none; may read started('x') */
    const csuccess__playbook_step *steps;
    uint32_t step_count;
    csuccess__reminders reminders;
    uint32_t state_slot, times_slot,
        ended_at_slot; /* playbook('id').state, .times, .ended_at */
    const csuccess__json *at;
} csuccess__playbook;
typedef struct csuccess__playbooks {
    const csuccess__playbook *list; /* in effective order */
    uint32_t count;
    const uint32_t *sorted;                  /* by id */
    const struct csuccess__started *started; /* the slots started('x'), and what they are of */
    uint32_t started_count;
    uint32_t open_slot, overdue_slot; /* tasks.open, tasks.overdue */
} csuccess__playbooks;
enum {
    CSUCCESS__PLAYBOOKS_MOST = 1000, /* of a configuration */
    CSUCCESS__PLAYBOOK_STEPS_MOST = 64,
    CSUCCESS__STARTED_MOST = 16 /* values of the start that one playbook reads */
};
struct csuccess__flow_build;
/* Declares the slots of every playbook, so that conditions of any may read those of others; then compiles them. */
void csuccess__playbooks_declare(struct csuccess__flow_build *build,
                                 const csuccess__json *section);
const csuccess__playbooks *csuccess__playbooks_compile(struct csuccess__flow_build *build,
                                                       const csuccess__json *section);
/* One of an earlier configuration, over what is known now: for runs that are pinned to it. False: noted. */
bool csuccess__playbook_read(csuccess__playbook *out, struct csuccess__flow_build *build,
                             const csuccess__json *definition);
uint32_t csuccess__playbook_find(const csuccess__playbooks *playbooks, csuccess_str id);

void csuccess__playbooks_publish(csuccess__moment *m);
/* What runs keep of events of a contact goes. */
void csuccess__playbooks_forget(csuccess__moment *m, csuccess_str contact);
/* Begins a run (START), unless one of the same playbook, record and reason is open: that is updated (entry "playbook" with "again"). */
void csuccess__playbook_start(csuccess__moment *m, const csuccess__happening *start);
/* Steps that begin, close_when, success, ends; lowers due. */
void csuccess__playbooks_step(csuccess__moment *m);
/* TASK: the next steps of the run that waits for it. */
void csuccess__playbooks_happened(csuccess__moment *m, const csuccess__happening *happening);
/* Input of type playbook: `start` or `cancel`, properties.playbook, .record, .reason; `move` with "start", a time: open dates move with it. */
csuccess_result csuccess__playbook_apply(csuccess__moment *m, const csuccess__input *input,
                                         csuccess__text *reason);
void csuccess__playbook_print(struct csuccess__json_writer *out,
                              const csuccess__state_field *field);

#endif

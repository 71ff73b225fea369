/* SPDX-License-Identifier: Apache-2.0 */
/* The section `campaigns`: campaigns and strategies, their actions, and the runs of a customer. State kind RUN, by the campaign's id. */
#ifndef CSUCCESS__INTERVENE_CAMPAIGNS_H
#define CSUCCESS__INTERVENE_CAMPAIGNS_H

#include "intervene/executions.h"

#define CSUCCESS__CAMPAIGN_STATES(X) \
    X(DRAFT, 0, "draft") \
    X(ACTIVE, 1, "active") \
    X(PAUSED, 2, "paused") X(COMPLETED, 3, "completed") X(CANCELLED, 4, "cancelled")
typedef enum csuccess__campaign_state {
#define CSUCCESS__CAMPAIGN(name, number, text) CSUCCESS__CAMPAIGN_##name = number,
    CSUCCESS__CAMPAIGN_STATES(CSUCCESS__CAMPAIGN)
#undef CSUCCESS__CAMPAIGN
} csuccess__campaign_state;
/* Whether a definition may go from one status to the other. */
bool csuccess__campaign_may(csuccess__campaign_state from, csuccess__campaign_state to);

enum { CSUCCESS__ACTIONS_MOST = 64 };
typedef struct csuccess__campaign_action {
    csuccess_str id;
    const struct csuccess__campaign *of;
    csuccess__intervention
        what; /* its intervention with what the action and the campaign say instead */
    csuccess__duration after;
    const csuccess__program *if_;
} csuccess__campaign_action;
typedef struct csuccess__rung { /* of `escalate` */
    csuccess_str id;
    csuccess__duration after;
    const csuccess__program *when; /* NULL: always */
    csuccess__task_def task;
} csuccess__rung;
typedef struct csuccess__stop {
    csuccess_str id;
    const csuccess__program *when;
} csuccess__stop;

typedef struct csuccess__campaign {
    csuccess_str id, programme; /* "campaign/id" */
    int type, category;         /* words of the page, in their order */
    csuccess__campaign_state status;
    csuccess_str strategy; /* empty: none */
    int64_t from, until;   /* 0: open */
    const csuccess__program *when;
    const csuccess__campaign_action
        *actions; /* in effective order, at most CSUCCESS__ACTIONS_MOST */
    uint32_t action_count;
    const csuccess__stop *stops;
    uint32_t stop_count;
    const csuccess__rung *rungs;
    uint32_t rung_count;
    bool repeats;
    csuccess__duration repeat;
    int64_t participants; /* 0: any number */
    bool has_budget, has_customer_budget, has_incentives;
    int64_t budget, customer_budget, incentives;
    csuccess__judging success;
    csuccess__follow_up follow_up;
    uint32_t state_slot, times_slot, started_slot;
    const csuccess__json *at;
} csuccess__campaign;
typedef struct csuccess__campaigns {
    const csuccess__campaign *list; /* in effective order */
    uint32_t count;
} csuccess__campaigns;

typedef struct csuccess__campaign_run {
    const csuccess__campaign *of; /* NULL: the configuration has it no more */
    csuccess_str id;              /* of the run, 64 digits */
    uint32_t state;      /* 0 running, 1 completed, 2 stopped, 3 superseded, 4 cancelled */
    csuccess_str detail; /* which stop, by whom */
    int64_t started_at, ended_at, judge_at, follow_up_at;
    uint64_t done;    /* bits by action: it left, was dropped or is not wanted */
    uint64_t dropped; /* among them, those that never left */
    uint32_t rungs;   /* bits */
    uint32_t times;   /* how often the campaign has begun for the customer */
    int64_t spent;    /* minor units, for per_customer */
    csuccess_str started,
        actions; /* values of started('x'); names of its actions by bit, a line each, since the definition may change */
} csuccess__campaign_run;

const csuccess__campaigns *csuccess__campaigns_compile(struct csuccess__intervene_build *build,
                                                       const csuccess__json *section);
const csuccess__campaign *csuccess__campaign_find(const csuccess__campaigns *of,
                                                  csuccess_str id);
/* An input of type campaign: start, cancel. */
csuccess_result csuccess__campaign_apply(csuccess__turn *t, const csuccess__input *input,
                                         csuccess__text *reason);
/* What time and conditions do to runs (stops, strategies that supersede, rungs, ends, judging), then candidates: actions of runs that are due, and first actions of campaigns that are live and hold. A campaign whose run is under way, or whose `repeat` is not over, gives none. */
void csuccess__campaigns_candidates(csuccess__turn *t);
/* Before the first action of a campaign leaves: keeps its run (ledger of participants), entry "campaign". NULL: refused by the ledger, or the step failed. */
csuccess__campaign_run *csuccess__campaign_begin(csuccess__turn *t,
                                                 const csuccess__campaign *campaign);
/* An action left (execution id), or was dropped for good with the reason. */
void csuccess__action_done(csuccess__turn *t, csuccess__candidate *c, bool left,
                           csuccess_str reason);
/* 1 - Π(1 - p) of the priors of its actions; false: none has one. */
bool csuccess__campaign_impact(const csuccess__campaign *campaign, double *out);
void csuccess__campaigns_publish(csuccess__turn *t);
void csuccess__campaigns_report(csuccess__turn *t, struct csuccess__json_writer *out);
void csuccess__campaigns_release(csuccess__turn *t);
void csuccess__campaign_print(struct csuccess__json_writer *out,
                              const csuccess__state_field *field);

#endif

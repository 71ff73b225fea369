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
/* Whether a definition may go from one status to the other (or stay). */
bool csuccess__campaign_may(csuccess__campaign_state from, csuccess__campaign_state to);
const char *csuccess__campaign_word(csuccess__campaign_state state);

enum {
    CSUCCESS__CAMPAIGNS_MOST = 10000, /* of a configuration */
    CSUCCESS__ACTIONS_MOST = 64,
    CSUCCESS__STOPS_MOST = 16,
    CSUCCESS__RUNGS_MOST = 16
};
typedef struct csuccess__campaign_action {
    csuccess_str id;
    const struct csuccess__campaign *of;
    csuccess__intervention
        what; /* its intervention with what the action and the campaign say instead */
    csuccess__duration after;
    bool at_once; /* `after` is nothing */
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

#define CSUCCESS__TARGETS(X) \
    X(RETENTION, "retention") \
    X(ENGAGEMENT, "engagement") X(SATISFACTION, "satisfaction") X(REVENUE, "revenue")
typedef enum csuccess__target {
#define CSUCCESS__TARGET(name, text) CSUCCESS__TARGET_##name,
    CSUCCESS__TARGETS(CSUCCESS__TARGET)
#undef CSUCCESS__TARGET
        CSUCCESS__TARGET_COUNT
} csuccess__target;

typedef struct csuccess__campaign {
    csuccess_str id, programme;  /* "campaign/id" */
    csuccess_str type, category; /* words of the page */
    csuccess__campaign_state status;
    csuccess_str strategy;         /* empty: none */
    uint32_t place_of;             /* number of the strategy; UINT32_MAX: none */
    int64_t from, until;           /* 0: open */
    const csuccess__program *when; /* NULL: only people begin it */
    const csuccess__campaign_action
        *actions; /* in effective order, at most CSUCCESS__ACTIONS_MOST */
    uint32_t action_count;
    bool waits; /* none of its actions is due at once: it begins without them */
    const csuccess__stop *stops;
    uint32_t stop_count;
    const csuccess__rung *rungs;
    uint32_t rung_count;
    bool repeats;
    csuccess__duration repeat;
    int64_t participants; /* 0: any number */
    bool has_budget, has_customer_budget, has_incentives;
    int64_t budget, customer_budget, incentives; /* minor units */
    csuccess__judging success;
    csuccess__follow_up follow_up;
    uint32_t has_targets; /* bits by csuccess__target */
    double targets[CSUCCESS__TARGET_COUNT];
    uint32_t state_slot, times_slot,
        started_slot; /* UINT32_MAX: the document does not speak of it */
    const csuccess__json *at;
} csuccess__campaign;
typedef struct csuccess__campaigns {
    const csuccess__campaign *list; /* in effective order */
    uint32_t count;
    const struct csuccess__campaign_index *index;
} csuccess__campaigns;

#define CSUCCESS__CAMPAIGN_RUN_STATES(X) \
    X(RUNNING, 0, "running") \
    X(COMPLETED, 1, "completed") \
    X(STOPPED, 2, "stopped") X(SUPERSEDED, 3, "superseded") X(CANCELLED, 4, "cancelled")
typedef enum csuccess__campaign_run_state {
#define CSUCCESS__CAMPAIGN_RUN(name, number, text) CSUCCESS__CAMPAIGN_RUN_##name = number,
    CSUCCESS__CAMPAIGN_RUN_STATES(CSUCCESS__CAMPAIGN_RUN)
#undef CSUCCESS__CAMPAIGN_RUN
} csuccess__campaign_run_state;

/* The last run of one campaign. Its texts live as long as the turn. */
typedef struct csuccess__campaign_run {
    csuccess_str campaign;        /* name of the field */
    const csuccess__campaign *of; /* NULL: the configuration has it no more */
    csuccess_str id;              /* of the run, 64 digits */
    csuccess__campaign_run_state state;
    bool counted;        /* it holds a place in the ledger of participants */
    csuccess_str detail; /* how it ended: which stop, which campaign, a person's reason */
    int64_t started_at, ended_at, judge_at, follow_up_at; /* 0: not, or done */
    uint64_t done;          /* bits by action: it left, was dropped or is not wanted */
    uint64_t dropped;       /* among them, those that never left */
    csuccess_str escalated; /* rungs whose task was made, a line each */
    uint32_t times;         /* how often the campaign has begun for the customer */
    uint32_t judged;        /* 0: not yet, 1: met, 2: missed, 3: undecided */
    int64_t spent;          /* minor units, of this run: for per_customer */
    csuccess_str started;   /* values of started('x') */
    csuccess_str
        actions; /* names by bit, a line each, since the definition may change; empty once it has ended */
    csuccess_str tracks; /* of each action 16 digits: those of its execution, or zeros */
} csuccess__campaign_run;

/* Adds the slots campaign('x').… that the document speaks of, so that whatever is compiled before may read them. */
void csuccess__campaigns_declare(struct csuccess__intervene_build *build,
                                 const csuccess__json *section);
const csuccess__campaigns *csuccess__campaigns_compile(struct csuccess__intervene_build *build,
                                                       const csuccess__json *section);
const csuccess__campaign *csuccess__campaign_find(const csuccess__campaigns *of,
                                                  csuccess_str id);
/* An input of type campaign: start, cancel. */
csuccess_result csuccess__campaign_apply(csuccess__turn *t, const csuccess__input *input,
                                         csuccess__text *reason);
/* What time and conditions do to runs (stops, strategies that supersede, rungs, ends, judging), then candidates: actions of runs that are due, and first actions of campaigns that are live and hold. A campaign whose run is under way, or whose `repeat` is not over, gives none. */
void csuccess__campaigns_candidates(csuccess__turn *t);
/* Before an action of a campaign leaves that has no run (candidate->run is NULL): its run, which is there already when another action began it in this turn; else it begins (ledger of participants, entry "campaign"). NULL: it may not begin (then csuccess__reached_of("campaign/x").blocked_until says until when), or the step failed. */
csuccess__campaign_run *csuccess__campaign_begin(csuccess__turn *t,
                                                 const csuccess__campaign *campaign);
/* An action left (c->id is its execution's), or was dropped for good with the reason. Of a campaign that has not begun nothing is kept. */
void csuccess__action_done(csuccess__turn *t, csuccess__candidate *c, bool left,
                           csuccess_str reason);
/* Whose a candidate is: of an action, and of what an action tries by another channel, its campaign; NULL: none. */
const csuccess__campaign *csuccess__candidate_campaign(const csuccess__turn *t,
                                                       const csuccess__candidate *c);
/* Minor units more (or, below 0, less) that the run has spent which was under way at `decided`: of a programme that is no campaign nothing. */
void csuccess__campaign_spend(csuccess__turn *t, csuccess_str programme, int64_t decided,
                              int64_t amount);
/* 1 - Π(1 - p) of the priors of its actions; false: none has one. */
bool csuccess__campaign_impact(const csuccess__campaign *campaign, double *out);
/* When the last thing that is planned of a run that begins at `began` comes: an action, or the follow-up. */
int64_t csuccess__campaign_planned(csuccess__turn *t, const csuccess__campaign *campaign,
                                   int64_t began);
void csuccess__campaigns_publish(csuccess__turn *t);
void csuccess__campaigns_report(csuccess__turn *t, struct csuccess__json_writer *out);
void csuccess__campaigns_release(csuccess__turn *t);
void csuccess__campaign_print(struct csuccess__json_writer *out,
                              const csuccess__state_field *field);

#endif

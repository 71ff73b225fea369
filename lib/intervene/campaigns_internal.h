/* SPDX-License-Identifier: Apache-2.0 */
/* Campaigns among themselves: what is compiled for all of them together, runs in the state, and what is told of them. */
#ifndef CSUCCESS__INTERVENE_CAMPAIGNS_INTERNAL_H
#define CSUCCESS__INTERVENE_CAMPAIGNS_INTERNAL_H

#include "expr/ruleset.h"
#include "intervene/intervene.h"

/* Of those that are active: so that a look costs what their conditions cost, however many there are. */
typedef struct csuccess__campaign_index {
    const uint32_t *sorted; /* all of them, by id */
    const uint32_t *shown;  /* those that have slots */
    uint32_t shown_count;
    const uint32_t *asked; /* those with a condition, in effective order: by bit of the set */
    uint32_t asked_count;
    const csuccess__ruleset *set;
    bool timed;             /* time may change one of these conditions */
    const int64_t *borders; /* times of `from` and `until`, ascending, each once */
    uint32_t border_count;
    uint32_t strategies;
    bool refers; /* a condition reads what campaigns have done */
} csuccess__campaign_index;
/* Indexes what was read; `list` is out->list. False: no memory. */
bool csuccess__campaigns_index(struct csuccess__intervene_build *build,
                               csuccess__campaigns *out, csuccess__campaign *list);

/* The actions of a campaign. False: no memory (noted). */
bool csuccess__campaign_actions(struct csuccess__intervene_build *build,
                                csuccess__campaign *out);
/* A whole number of minor units, or of things; the fallback where it is absent or, noted, something else. */
int64_t csuccess__campaign_whole(csuccess__problems *problems, const csuccess__json *object,
                                 const char *key, int64_t fallback, int64_t least);

/* Notes a name that ledgers, ids and lines of the state cannot hold. */
void csuccess__campaign_name(csuccess__problems *problems, const csuccess__json *at,
                             const char *what);

/* ---- Runs in the state: campaigns_state.c ---- */

/* Texts point into the payload. False: it is damaged. */
bool csuccess__campaign_run_parse(csuccess__campaign_run *out, csuccess_str payload);
/* With texts that live as long as the turn. False: there is none, or the step has failed. */
bool csuccess__campaign_run_take(csuccess__turn *t, csuccess_str id,
                                 csuccess__campaign_run *out);
void csuccess__campaign_run_put(csuccess__turn *t, const csuccess__campaign_run *run);
/* All of the customer, in the texts of the turn; NULL: none, or the step has failed. */
csuccess__campaign_run *csuccess__campaign_runs(csuccess__turn *t, uint32_t *count);
/* The bit of an action; UINT32_MAX: the run has none of that name. */
uint32_t csuccess__campaign_run_bit(const csuccess__campaign_run *run, csuccess_str action);
static inline bool csuccess__campaign_running(const csuccess__campaign_run *run)
{
    return run->state == CSUCCESS__CAMPAIGN_RUN_RUNNING;
}
/* Whether all of its actions are over and its follow-up was made. */
bool csuccess__campaign_run_over(const csuccess__campaign_run *run);

/* ---- What is told: campaigns_say.c ---- */

typedef struct csuccess__campaign_say {
    const char *change;  /* "started" */
    csuccess_str action; /* any may be empty */
    csuccess_str state, by, reason, rung, task, execution, success;
    int64_t until;                   /* 0: none */
    const csuccess__value *measures; /* of what was judged; else NULL */
} csuccess__campaign_say;
void csuccess__campaign_tell(csuccess__turn *t, const csuccess__campaign_run *run,
                             const csuccess__campaign_say *say);
const char *csuccess__campaign_run_word(csuccess__campaign_run_state state);
void csuccess__campaign_publish(csuccess__turn *t, const csuccess__campaign *campaign);

/* ---- Over time: campaigns_run.c ---- */

/* Ends it: gives its place back, forgets what is not needed any more, tells, keeps. */
void csuccess__campaign_run_end(csuccess__turn *t, csuccess__campaign_run *run,
                                csuccess__campaign_run_state state, csuccess_str detail);
/* Asks whether it was a success, keeps and tells it. */
void csuccess__campaign_run_judge(csuccess__turn *t, csuccess__campaign_run *run);
/* What time and conditions do to a run; `moves` is filled when it is needed. */
void csuccess__campaign_run_look(csuccess__turn *t, csuccess__campaign_run *run,
                                 const csuccess__move **moves);
/* Its candidates: actions that are due. */
void csuccess__campaign_run_candidates(csuccess__turn *t, csuccess__campaign_run *run,
                                       const csuccess__move **moves);
/* An action becomes a candidate; run NULL: its campaign begins with it. */
void csuccess__action_candidate(csuccess__turn *t, const csuccess__campaign_action *action,
                                csuccess__campaign_run *run, int64_t since);
/* Lowers the step's due to when time may change a condition (NULL: those of all that are active), but to no earlier time than schedule.segments allows. */
void csuccess__campaign_due(csuccess__turn *t, const csuccess__program *program,
                            const csuccess__move **moves);
/* Begins a run, whoever wants it: "condition", "input". NULL: the ledger has refused it, or the step failed. */
csuccess__campaign_run *csuccess__campaign_run_begin(csuccess__turn *t,
                                                     const csuccess__campaign *campaign,
                                                     csuccess_str by);
bool csuccess__campaign_live(const csuccess__campaign *campaign, int64_t now);
/* TRUE when one of its stops holds; *id says which. */
bool csuccess__campaign_stopped(csuccess__turn *t, const csuccess__campaign *campaign,
                                csuccess_str *id);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and decisions as the state keeps them: "request/ID16", "standing/PATTERN". */
#ifndef CSUCCESS__INTERVENE_APPROVALS_INTERNAL_H
#define CSUCCESS__INTERVENE_APPROVALS_INTERNAL_H

#include "intervene/approvals.h"

enum {
    CSUCCESS__APPROVAL_DIGITS = 16,   /* of a request's id, in its name */
    CSUCCESS__APPROVALS_KEPT = 64,    /* requests of a customer */
    CSUCCESS__STANDING_KEPT = 64,     /* standing decisions of a customer */
    CSUCCESS__APPROVAL_DAYS = 30,     /* how long a decision holds that does not say it */
    CSUCCESS__APPROVAL_RUN_DAYS = 366 /* that of a run of a campaign */
};

/* What a decision may say, besides who and why. */
#define CSUCCESS__DECISION_CAP 1u
#define CSUCCESS__DECISION_LIMIT 2u
#define CSUCCESS__DECISION_COST 4u
#define CSUCCESS__DECISION_VALUE 8u
#define CSUCCESS__DECISION_PRIORITY 16u
#define CSUCCESS__DECISION_ALL 31u
typedef struct csuccess__deciding {
    uint32_t has;
    int64_t cap, limit, cost, value; /* minor units */
    int64_t spent;                   /* what was let go under it */
    int64_t not_before;              /* 0: at once */
    int64_t at;                      /* when it was decided; 0: not yet */
    double priority;
    csuccess_str channel, owner, by, reasoning;
} csuccess__deciding;

typedef struct csuccess__request {
    csuccess__approval_state state;
    csuccess__on_expiry on_expiry;
    bool used;   /* what it was asked for has left */
    bool raised; /* it was escalated because nobody decided */
    bool run;    /* of a campaign: asked once for a run */
    uint64_t occurrence;
    uint32_t told; /* how often the approver was told */
    int64_t asked_at;
    int64_t
        until; /* pending: decided before; monitored: asked again; decided: it holds until */
    int64_t cost, value;     /* minor units: what it costs; value of its offer */
    double expected;         /* major units; 0: not known */
    csuccess__duration span; /* `expires` of its rule */
    csuccess_str id, rule, subject, programme, step, run_id,
        contact; /* subject: "offer/save" */
    csuccess_str approver, escalate_to, channel;
    csuccess_str left; /* id of what has left by it; empty: nothing */
    csuccess__deciding decision;
} csuccess__request;

typedef struct csuccess__standing {
    csuccess__approval_state state; /* APPROVED, MODIFIED, REJECTED */
    bool any;                       /* by who may decide everything; else only for these: */
    int64_t until;
    csuccess_str pattern, id;
    csuccess_str approvers; /* roles of the one who decided, a line each */
    csuccess__deciding decision;
} csuccess__standing;

const char *csuccess__approval_state_name(csuccess__approval_state state);
bool csuccess__request_parse(csuccess__request *out, csuccess_str payload);
/* The payload, in place of what the buffer holds. */
void csuccess__request_write(csuccess__buffer *out, const csuccess__request *request);
void csuccess__standing_write(csuccess__buffer *out, const csuccess__standing *standing);
void csuccess__request_put(csuccess__step *step, const csuccess__request *request);
void csuccess__request_drop(csuccess__step *step, const csuccess__request *request);
bool csuccess__standing_parse(csuccess__standing *out, csuccess_str payload);
void csuccess__standing_put(csuccess__turn *t, const csuccess__standing *standing);
/* The next request (standing decision) of the state from *at on, which is moved behind it; its texts are borrowed until the state changes. False: there is none, or the step has failed (a damaged one fails it). */
bool csuccess__request_next(csuccess__turn *t, uint32_t *at, csuccess__request *out);
bool csuccess__standing_next(csuccess__turn *t, uint32_t *at, csuccess__standing *out);
/* The request at that place again, with texts of the turn. */
bool csuccess__request_take(csuccess__turn *t, uint32_t at, csuccess__request *out);
uint32_t csuccess__approvals_first(const csuccess__turn *t);

/* Whether a pattern as it is written ("offer/save", "offer/" and an asterisk, an asterisk) fits; how exactly: the more, the better, 0 not. */
uint32_t csuccess__approval_fits(csuccess_str pattern, csuccess_str programme);
bool csuccess__approval_is_for(const csuccess__approval_rule *rule, csuccess_str programme);
const csuccess__approval_rule *csuccess__approval_rule_find(const csuccess__approvals *of,
                                                            csuccess_str id);
/* `from` and a duration; the last of all times where there is none such. */
int64_t csuccess__approval_after(int64_t from, csuccess__duration d);

/* Waits for its approver, or to be asked again: nothing was decided for good. */
bool csuccess__request_is_open(const csuccess__request *request);
/* Keeps a request that waits for its approver, and tells the channel of the approver. */
void csuccess__request_tell(csuccess__turn *t, csuccess__request *request);
/* Until when a decision of now holds: `given`, or (0) as long as one that does not say it. */
int64_t csuccess__decision_holds(const csuccess__turn *t, bool run, int64_t given);
/* Entry "approval". */
typedef struct csuccess__approval_said {
    const char *change;
    csuccess_str id, subject, rule, approver, by, reasoning;
    int64_t until;                    /* 0: not said */
    const csuccess__request *request; /* NULL: of a standing decision */
    const csuccess__input *input;     /* the decision; NULL: time, or the asking */
} csuccess__approval_said;
void csuccess__approval_say(csuccess__turn *t, const csuccess__approval_said *said);

#endif

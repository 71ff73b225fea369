/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts as state: a condition of a health profile that holds (for as long as `for` says) raises one; it is told once, told again to the next tier while nobody takes it, and
   it clears when the condition does. The condition itself (`when`) is the score room's; here is what becomes of it.

   "alerts": {"usage_low": {"when": "component('product_usage') < 40", "leave": "component('product_usage') >= 45", "for": "P3D", "severity": "high",
       "key": "usage", "cooldown": "P7D", "message": "Usage is {{component('product_usage')}}", "purpose": "service",
       "notify": {"first": {"channel": "slack"}, "lead": {"after": "PT4H", "channel": "email"}, "head": {"after": "P1D", "channel": "pager"}}}}

   All of them but `when` may be left out. `message` is a template; a message that a missing input holds is replaced by the alert's label. A tier without `after` is told at
   once, one with `contact` goes to that contact of the customer, for `purpose` ("service"), any other to staff.

   States: waiting (holds, `for` not yet over) -> open -> acknowledged | snoozed (until) -> cleared (the condition went; with `leave`: that holds) | resolved (by a person) -> none, in cooldown.
   Alerts of one key are one: while one of them is open the others are not raised. An undecided condition changes nothing: it neither raises nor clears. Escalation goes on while an alert is open and
   neither acknowledged nor snoozed; there are at most three tiers. What came due while an alert was snoozed is told when it wakes. The cooldown counts from the
   clearing or resolving. Resolved while its condition still holds, it is raised again after its cooldown; without one not before the condition went once. */
#ifndef CSUCCESS__FLOW_ALERTS_H
#define CSUCCESS__FLOW_ALERTS_H

#include "customer/step.h"
#include "expr/template.h"
#include "score/health.h"

enum { CSUCCESS__TIERS_MOST = 3 };

typedef struct csuccess__alert_tier {
    csuccess_str id, channel, contact;
    int64_t after_ms; /* since it was raised; ascending */
    bool internal;    /* without a contact: to staff */
} csuccess__alert_tier;
typedef struct csuccess__tiers {
    const csuccess__alert_tier *list; /* ascending by time */
    uint32_t count;
} csuccess__tiers;
/* The member `notify` of an alert, or of whatever else tells people in tiers; channels are those of the section `channels`. */
csuccess__tiers csuccess__tiers_read(csuccess__compiler *with, csuccess__problems *problems,
                                     const csuccess__json *channels, const csuccess__json *of);

typedef struct csuccess__alert {
    csuccess_str id;          /* "profile/alert" */
    uint32_t profile, signal; /* whose bit in csuccess__health_result.alerts it is */
    csuccess_str key;         /* default: the id */
    csuccess_str severity, purpose;
    const csuccess__program *leave;    /* NULL: it clears when `when` is false */
    const csuccess__template *message; /* NULL: a sentence of its own */
    csuccess__duration for_, cooldown; /* default nothing */
    const csuccess__alert_tier *tiers;
    uint32_t tier_count;
    const csuccess__json *at;
} csuccess__alert;
typedef struct csuccess__alerts {
    const csuccess__alert *list; /* by profile, in effective order */
    uint32_t count;
    const uint32_t *first; /* of each profile; one more for the end */
    uint32_t profile_count;
    const uint32_t *sorted; /* indices by id */
    const csuccess__health *health;
} csuccess__alerts;

/* From the alerts of the profiles of `health` (their JSON says `leave`, `for`, `key`, `cooldown`, `message`, `purpose`, `notify`). After health, churn and segments are compiled, so that `leave` and messages may
   read them. Whether a channel exists is checked against the names of the section `channels`. */
const csuccess__alerts *csuccess__alerts_compile(csuccess__schema *schema,
                                                 csuccess__compiler *with,
                                                 csuccess__problems *problems,
                                                 const csuccess__health *health,
                                                 const csuccess__json *channels);

/* NULL: none of that id. */
const csuccess__alert *csuccess__alert_find(const csuccess__alerts *alerts, csuccess_str id);

/* What an evaluation says: results of the strata, and a machine over their slots. */
typedef struct csuccess__alert_run {
    const csuccess__alerts *alerts;
    const csuccess__health_result *health;
    csuccess__machine *machine;
    csuccess__frame frame;
} csuccess__alert_run;
/* Moves every alert of the profile that was chosen (those of other profiles clear), leaves entries "alert" and messages, and the times at which something is due, all
   after now. To be called in every step that has a result, after csuccess__alert_apply(). NULL alerts: nothing. */
void csuccess__alerts_step(csuccess__step *step, csuccess__alert_run *run);
/* An input of type alert: `name` is "acknowledge", "snooze" (property "until") or "resolve"; property "alert" names it, "reason" says why. OK, UNCHANGED (it is so already), ERANGE (there is none of that name, or it is not open). */
csuccess_result csuccess__alert_apply(const csuccess__alerts *alerts, csuccess__step *step,
                                      const csuccess__input *input, csuccess__text *reason);
void csuccess__alert_print(struct csuccess__json_writer *out,
                           const csuccess__state_field *field);

#endif

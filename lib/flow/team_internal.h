/* SPDX-License-Identifier: Apache-2.0 */
/* What a team is once it is compiled, and the dated intervals of ownership in a state. */
#ifndef CSUCCESS__FLOW_TEAM_INTERNAL_H
#define CSUCCESS__FLOW_TEAM_INTERNAL_H

#include "flow/team.h"

enum {
    CSUCCESS__MEMBERS_MOST = 1000,
    CSUCCESS__ROLES_MOST = 64,
    CSUCCESS__LEADS_MOST = 8,     /* roles that follow one another by lead_of */
    CSUCCESS__INTERVALS_MOST = 32 /* kept of a role; the oldest go */
};

typedef struct csuccess__absence_dates {
    int64_t from, until; /* midnights UTC: away from the first, back on the second */
} csuccess__absence_dates;
typedef struct csuccess__member {
    csuccess_str id;
    const csuccess_str *roles;
    uint32_t role_count;
    csuccess_str lead, substitute; /* empty: none */
    const csuccess__absence_dates *away;
    uint32_t away_count;
    const csuccess__json *at;
} csuccess__member;

typedef enum csuccess__owner_rule {
    CSUCCESS__RULE_NONE,
    CSUCCESS__RULE_ATTRIBUTE,
    CSUCCESS__RULE_LEAD_OF,
    CSUCCESS__RULE_MEMBER,
    CSUCCESS__RULE_ASSIGN
} csuccess__owner_rule;
typedef enum csuccess__assignment {
    CSUCCESS__ASSIGN_NOBODY,
    CSUCCESS__ASSIGN_ROUND_ROBIN,
    CSUCCESS__ASSIGN_LEAST_LOADED
} csuccess__assignment;
typedef struct csuccess__role {
    csuccess_str id;
    csuccess__owner_rule rule;
    uint32_t slot;       /* of ATTRIBUTE */
    uint32_t lead_of;    /* index of the role, of LEAD_OF */
    csuccess_str member; /* of MEMBER */
    csuccess__assignment assign;
    bool by_revenue;
    const csuccess__program *weight; /* of revenue */
    const uint32_t *candidates;      /* members of the role, in their order */
    uint32_t candidate_count;
    const csuccess__json *at; /* NULL: only members say that they have it */
} csuccess__role;
typedef enum csuccess__on_change {
    CSUCCESS__CHANGE_TRANSFER,
    CSUCCESS__CHANGE_KEEP,
    CSUCCESS__CHANGE_ASK
} csuccess__on_change;
struct csuccess__team {
    const csuccess__member *members;
    uint32_t member_count;
    const csuccess__role *roles; /* those under `owners` first */
    uint32_t role_count;
    csuccess__on_change on_change;
    const csuccess_str *ledgers;
    uint32_t ledger_count;
};

const csuccess__member *csuccess__member_find(const csuccess__team *team, csuccess_str id);
const csuccess__role *csuccess__role_find(const csuccess__team *team, csuccess_str id);
/* Whether the open work of a member is counted: an assignment looks at it. */
bool csuccess__member_counts(const csuccess__team *team, csuccess_str member);

/* ---- In a state ---- */

/* Numbers are those of the state's format. */
typedef enum csuccess__owner_how {
    CSUCCESS__OWNER_BY_INPUT = 0,
    CSUCCESS__OWNER_BY_RULE = 1, /* attribute, lead, member */
    CSUCCESS__OWNER_ASSIGNED = 2
} csuccess__owner_how;
typedef struct csuccess__interval {
    csuccess_str owner;
    int64_t from, until; /* until 0: it goes on; only the last one may */
    csuccess__owner_how how;
    int64_t weight; /* what it counts in the owner's revenue */
} csuccess__interval;
typedef struct csuccess__ownership {
    csuccess__interval list[CSUCCESS__INTERVALS_MOST + 1];
    uint32_t count;
} csuccess__ownership;
bool csuccess__ownership_parse(csuccess__ownership *out, csuccess_str payload);
void csuccess__ownership_put(csuccess__moment *m, csuccess_str role,
                             const csuccess__ownership *o);
/* Of a role, with texts that live as long as the step. A damaged one fails the step. */
bool csuccess__ownership_take(csuccess__moment *m, csuccess_str role, csuccess__ownership *out);
/* The interval that goes on; NULL: none. */
csuccess__interval *csuccess__ownership_open(csuccess__ownership *o);

/* A task that asked whether open work goes over has ended (definition "owner/ROLE"). */
void csuccess__owner_asked(csuccess__moment *m, csuccess_str id);
#endif

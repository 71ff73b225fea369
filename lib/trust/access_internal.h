/* SPDX-License-Identifier: Apache-2.0 */
/* The compiled roles, between their compiler and the answer. */
#ifndef CSUCCESS__TRUST_ACCESS_INTERNAL_H
#define CSUCCESS__TRUST_ACCESS_INTERNAL_H

#include "trust/access.h"

#define CSUCCESS__SCOPES(X) X(ASSIGNED, "assigned") X(TEAM, "team") X(ALL, "all")
typedef enum csuccess__scope_of {
#define CSUCCESS__SCOPE(name, text) CSUCCESS__SCOPE_##name,
    CSUCCESS__SCOPES(CSUCCESS__SCOPE)
#undef CSUCCESS__SCOPE
} csuccess__scope_of;

typedef struct csuccess__role {
    csuccess_str name;
    csuccess__scope_of scope;
    uint8_t may[CSUCCESS__RESOURCE_COUNT]; /* a bit per action */
    /* "access.roles.csm: customer read, assigned", where it may. */
    csuccess_str rules[CSUCCESS__RESOURCE_COUNT][CSUCCESS__ACTION_COUNT];
} csuccess__role;

struct csuccess__access {
    const csuccess__role *roles;
    uint32_t count;
    uint32_t owner; /* slot */
    /* "access.roles: customer read", where no role may. */
    csuccess_str nobody[CSUCCESS__RESOURCE_COUNT][CSUCCESS__ACTION_COUNT];
};

extern const char
    *const csuccess__resource_names[CSUCCESS__RESOURCE_COUNT + 1]; /* NULL behind them */
extern const char *const csuccess__action_names[CSUCCESS__ACTION_COUNT + 1];

#endif

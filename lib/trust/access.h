/* SPDX-License-Identifier: Apache-2.0 */
/* The section `access`, compiled: roles, each with a scope and what it may do to which resource.

   "access": {"owner": "csm",
     "roles": {"csm":     {"scope": "assigned", "may": {"customer": ["read"], "alert": ["read", "write"], "override": []}},
               "manager": {"scope": "team",     "may": {"*": ["read"], "customer": "*"}},
               "auditor": {"scope": "all",      "may": {"audit": ["read"]}}}}
   "*" is every resource that is not named beside it, or every action. A role without `scope` has "assigned". Roles given here replace the standard ones of that
   name (csm, manager, admin, approver, service; docs/reference/access.md has their matrix). The scope is not asked for `engine` and
   `configuration`, which belong to no customer. */
#ifndef CSUCCESS__TRUST_ACCESS_H
#define CSUCCESS__TRUST_ACCESS_H

#include "base/error.h"
#include "customer/schema.h"
#include <csuccess/access.h>

/* clang-format off */
#define CSUCCESS__RESOURCES(X) \
    X(CUSTOMER, "customer") \
    X(HEALTH, "health") \
    X(PREDICTION, "prediction") \
    X(EVENT, "event") \
    X(ALERT, "alert") \
    X(OVERRIDE, "override") \
    X(CONSENT, "consent") \
    X(TASK, "task") \
    X(PROGRAM, "program") \
    X(APPROVAL, "approval") \
    X(AUDIT, "audit") \
    X(ENGINE, "engine") \
    X(CONFIGURATION, "configuration")
/* clang-format on */
typedef enum csuccess__resource {
#define CSUCCESS__RESOURCE(name, text) CSUCCESS__RESOURCE_##name,
    CSUCCESS__RESOURCES(CSUCCESS__RESOURCE)
#undef CSUCCESS__RESOURCE
        CSUCCESS__RESOURCE_COUNT
} csuccess__resource;

/* clang-format off */
#define CSUCCESS__ACTIONS(X) \
    X(READ, "read") \
    X(WRITE, "write") \
    X(RUN, "run") \
    X(ERASE, "erase") \
    X(APPROVE, "approve") \
    X(EXPORT, "export")
/* clang-format on */
typedef enum csuccess__action {
#define CSUCCESS__ACTION(name, text) CSUCCESS__ACTION_##name,
    CSUCCESS__ACTIONS(CSUCCESS__ACTION)
#undef CSUCCESS__ACTION
        CSUCCESS__ACTION_COUNT
} csuccess__action;

typedef struct csuccess__access csuccess__access;
/* NULL section: the standard roles, without an owner. Never NULL but for memory. */
const csuccess__access *csuccess__access_compile(csuccess__schema *schema,
                                                 csuccess__compiler *with,
                                                 csuccess__problems *problems,
                                                 const csuccess__json *section);
/* Input slot of the attribute that names the success manager; UINT32_MAX: none. */
uint32_t csuccess__access_owner(const csuccess__access *access);

/* The most roles of a principal, and bytes of its id and of each role. */
enum { CSUCCESS__PRINCIPAL_ROLES = 64, CSUCCESS__PRINCIPAL_BYTES = 256 };
/* Who asks, checked and copied into an arena; NULL principal: the host. The id "host" is nobody else's. EINVALID, EABI, EENCODING, ELIMIT, ENOMEM. */
typedef struct csuccess__principal {
    csuccess_str id;
    const csuccess_str *roles;
    size_t role_count;
    bool host;
} csuccess__principal;
csuccess_result csuccess__principal_take(csuccess__principal *out, const csuccess_principal *in,
                                         csuccess__arena *arena, csuccess_error *err);

/* What is asked. `owner` empty: nobody owns the customer, or it is about no customer. `leads` NULL: nobody leads anybody. */
typedef struct csuccess__access_question {
    csuccess__resource resource;
    csuccess__action action;
    csuccess_str owner;
    csuccess_leads_fn leads;
    void *leads_ud;
} csuccess__access_question;
/* OK or EDENIED. `rule` (may be NULL) is what decided, and behind it why not. */
csuccess_result csuccess__access_decide(const csuccess__access *access,
                                        const csuccess__principal *principal,
                                        const csuccess__access_question *question,
                                        csuccess__text *rule);
/* The csuccess_access_check() of whoever has the configuration. */
csuccess_result csuccess__access_answer(const csuccess__access *access,
                                        const csuccess_access_question *question,
                                        csuccess_str *rule, csuccess_error *err);

#endif

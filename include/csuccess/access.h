/* SPDX-License-Identifier: Apache-2.0 */
/* Who may do what: principals, the rules of the section `access`, and the answer with the rule that decided. */
#ifndef CSUCCESS_ACCESS_H
#define CSUCCESS_ACCESS_H

#include <csuccess/config.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * On whose behalf a call is made: a person or a service, with roles of the section `access`. Where a principal is asked for, NULL stands for the host itself: its id is
 * "host", which nobody else may have, and it may do everything. Strings are borrowed for the call.
 * @since 0.1
 */
typedef struct csuccess_principal {
    size_t size;
    csuccess_str
        id; /**< required, at most 256 bytes; it stands in every entry that comes of the call */
    const csuccess_str *
        roles; /**< 1 to 64, of at most 256 bytes; each is looked at, the first that allows decides */
    size_t role_count;
} csuccess_principal;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_PRINCIPAL_INIT {sizeof(csuccess_principal), {NULL, 0}, NULL, 0}
#else
#define CSUCCESS_PRINCIPAL_INIT {.size = sizeof(csuccess_principal)}
#endif
/* clang-format on */

/**
 * Whether `manager` leads `member`, at any distance: for the scope "team". 1, 0, or an error, which denies.
 * @since 0.1
 */
typedef int32_t (*csuccess_leads_fn)(void *ud, csuccess_str manager, csuccess_str member);

/** What is asked of csuccess_access_check(). @since 0.1 */
typedef struct csuccess_access_question {
    size_t size;
    const csuccess_principal *principal;
    csuccess_str
        resource; /**< "customer", "health", "prediction", "event", "alert", "override", "consent", "task", "approval", "audit", "engine", "configuration" */
    csuccess_str action; /**< "read", "write", "run", "erase", "approve", "export" */
    csuccess_str
        owner; /**< the customer's success manager, as `access.owner` has it; empty: nobody */
    csuccess_leads_fn leads; /**< NULL: nobody leads anybody */
    void *leads_ud;
} csuccess_access_question;

/**
 * Whether the principal may do this: by the roles of the configuration and the standard ones (docs/reference/access.md).
 * CSUCCESS_OK: allowed; CSUCCESS_EDENIED: not. `rule` (may be NULL) names what decided, such as "access.roles.csm: customer read, assigned"; it lives as long as
 * config. err->message has it too, and behind it why not. CSUCCESS_EINVALID (unknown resource or action; a principal without id or role, or called "host"), CSUCCESS_ELIMIT (a
 * principal beyond its limits), CSUCCESS_EENCODING, CSUCCESS_EABI; `rule` is empty then.
 *
 * Thread-safety: any threads at once, as far as `leads` allows it.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_access_check(const csuccess_config *config,
                                                   const csuccess_access_question *question,
                                                   csuccess_str *rule, csuccess_error *err);

#ifdef __cplusplus
}
#endif

#endif

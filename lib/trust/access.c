/* SPDX-License-Identifier: Apache-2.0 */
/* Who asks, and whether they may. */
#include "text/utf8.h"
#include "trust/access_internal.h"

/* ---- Principals ---- */

static csuccess_result check_text(csuccess_str text, const char *what, csuccess_error *err)
{
    if (text.len == 0 || !text.ptr) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "a principal needs %s", what);
    }
    if (text.len > CSUCCESS__PRINCIPAL_BYTES) {
        return csuccess__fail(err, CSUCCESS_ELIMIT, "a principal: %s of %z bytes; at most %u",
                              what, text.len, (uint32_t)CSUCCESS__PRINCIPAL_BYTES);
    }
    if (!csuccess__utf8_check(text, NULL)) {
        return csuccess__fail(err, CSUCCESS_EENCODING, "a principal: %s that is not UTF-8",
                              what);
    }
    return CSUCCESS_OK;
}

/* Borrows; the caller copies what it keeps. */
static csuccess_result take(csuccess__principal *out, const csuccess_principal *in,
                            csuccess_error *err)
{
    csuccess_principal own;
    *out = (csuccess__principal){.id = CSUCCESS_STR("host"), .host = true};
    if (!in) return CSUCCESS_OK;
    csuccess_result result =
        csuccess__struct_take(&own, sizeof own, sizeof(size_t), in, "csuccess_principal", err);
    if (result == CSUCCESS_OK) result = check_text(own.id, "an id", err);
    if (result < 0) return result;
    if (csuccess__str_is(own.id, "host")) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "the id \"host\" is the host's own; give NULL for it");
    }
    if (own.role_count == 0 || !own.roles) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "a principal needs a role");
    }
    if (own.role_count > CSUCCESS__PRINCIPAL_ROLES) {
        return csuccess__fail(err, CSUCCESS_ELIMIT, "a principal has at most %u roles, not %z",
                              (uint32_t)CSUCCESS__PRINCIPAL_ROLES, own.role_count);
    }
    for (size_t i = 0; i < own.role_count && result == CSUCCESS_OK; i++) {
        result = check_text(own.roles[i], "a role", err);
    }
    *out = (csuccess__principal){own.id, own.roles, own.role_count, false};
    return result;
}

static bool copy(csuccess__principal *out, csuccess__arena *arena)
{
    csuccess_str *roles = CSUCCESS__NEW_ARRAY(arena, csuccess_str, out->role_count);
    out->id = csuccess__arena_copy(arena, out->id);
    if (!roles || !out->id.ptr) return false;
    for (size_t i = 0; i < out->role_count; i++) {
        roles[i] = csuccess__arena_copy(arena, out->roles[i]);
        if (!roles[i].ptr) return false;
    }
    out->roles = roles;
    return true;
}

csuccess_result csuccess__principal_take(csuccess__principal *out, const csuccess_principal *in,
                                         csuccess__arena *arena, csuccess_error *err)
{
    csuccess_result result = take(out, in, err);
    if (result == CSUCCESS_OK && !out->host && !copy(out, arena)) {
        result = csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    if (result < 0) *out = (csuccess__principal){.host = false};
    return result;
}

/* ---- The answer ---- */

/* `why` stands behind the rule when it denies; "" when it allows. */
typedef struct verdict {
    csuccess_str rule;
    const char *why;
} verdict;

static bool allows(verdict v)
{
    return v.why[0] == '\0';
}

static const char *why_not_led(csuccess_str id, const csuccess__access_question *q)
{
    int32_t answer = q->leads ? q->leads(q->leads_ud, id, q->owner) : 0;
    if (answer == 1) return "";
    return answer == 0 ? "; leads not the owner" : "; who leads whom is not known";
}

/* Whether the customer is within the scope: "", else why not. */
static const char *why_outside(csuccess__scope_of scope, csuccess_str id,
                               const csuccess__access_question *q)
{
    bool of_a_customer = q->resource != CSUCCESS__RESOURCE_ENGINE &&
                         q->resource != CSUCCESS__RESOURCE_CONFIGURATION;
    if (scope == CSUCCESS__SCOPE_ALL || !of_a_customer) return "";
    if (q->owner.len == 0) return "; nobody owns it";
    if (csuccess__str_eq(id, q->owner)) return "";
    return scope == CSUCCESS__SCOPE_ASSIGNED ? "; is not the owner" : why_not_led(id, q);
}

static const csuccess__role *find_role(const csuccess__access *access, csuccess_str name)
{
    for (uint32_t i = 0; i < access->count; i++) {
        if (csuccess__str_eq(access->roles[i].name, name)) return &access->roles[i];
    }
    return NULL;
}

/* The first role that allows; else the first that would, for another customer; else that there is none. */
static verdict decide(const csuccess__access *access, const csuccess__principal *principal,
                      const csuccess__access_question *q)
{
    bool known = false;
    verdict denied = {.rule = access->nobody[q->resource][q->action]};
    if (principal->host) return (verdict){CSUCCESS_STR("host"), ""};
    for (size_t i = 0; i < principal->role_count; i++) {
        const csuccess__role *role = find_role(access, principal->roles[i]);
        known = known || role;
        if (!role || !(role->may[q->resource] >> q->action & 1)) continue;
        verdict v = {role->rules[q->resource][q->action],
                     why_outside(role->scope, principal->id, q)};
        if (allows(v)) return v;
        if (!denied.why) denied = v;
    }
    if (!denied.why) {
        denied.why =
            known ? "; no role of the principal may" : "; no role of the principal is defined";
    }
    return denied;
}

csuccess_result csuccess__access_decide(const csuccess__access *access,
                                        const csuccess__principal *principal,
                                        const csuccess__access_question *question,
                                        csuccess__text *rule)
{
    verdict v = decide(access, principal, question);
    if (rule) csuccess__text_format(rule, "%S%s", v.rule, v.why);
    return allows(v) ? CSUCCESS_OK : CSUCCESS_EDENIED;
}

static csuccess_result find_word(uint32_t *out, csuccess_str word, const char *what,
                                 const char *const *names, csuccess_error *err)
{
    for (*out = 0; names[*out]; ++*out) {
        if (csuccess__str_is(word, names[*out])) return CSUCCESS_OK;
    }
    return csuccess__fail(err, CSUCCESS_EINVALID, "%q is no %s", word, what);
}

csuccess_result csuccess__access_answer(const csuccess__access *access,
                                        const csuccess_access_question *question,
                                        csuccess_str *rule, csuccess_error *err)
{
    csuccess_access_question in;
    csuccess__principal principal;
    uint32_t resource = 0, action = 0;
    if (rule) *rule = csuccess__str(NULL);
    csuccess_result result = csuccess__struct_take(&in, sizeof in, sizeof(size_t), question,
                                                   "csuccess_access_question", err);
    if (result == CSUCCESS_OK) result = take(&principal, in.principal, err);
    if (result == CSUCCESS_OK) {
        result = find_word(&resource, in.resource, "resource", csuccess__resource_names, err);
    }
    if (result == CSUCCESS_OK) {
        result = find_word(&action, in.action, "action", csuccess__action_names, err);
    }
    if (result < 0) return result;
    if (in.owner.len && !in.owner.ptr) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "the owner is NULL");
    }
    const csuccess__access_question q = {(csuccess__resource)resource, (csuccess__action)action,
                                         in.owner, in.leads, in.leads_ud};
    verdict v = decide(access, &principal, &q);
    if (rule) *rule = v.rule;
    if (allows(v)) return CSUCCESS_OK;
    return csuccess__fail(err, CSUCCESS_EDENIED, "%S%s", v.rule, v.why);
}

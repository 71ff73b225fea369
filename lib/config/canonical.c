/* SPDX-License-Identifier: Apache-2.0 */
/* The content hash: canonical bytes of the effective document, with every order that matters. */
#include "base/digest.h"
#include "config/config.h"
#include "text/reader.h"

#include <string.h>

/* Objects whose members take effect in order. Everywhere else the order of members means nothing. */
static const char *const ordered[] = {
    "profiles", "modifiers",   "of",           "levels",      "urgency",       "alerts",
    "actions",  "segments",    "risk_factors", "scorecards",  "also",          "contradictions",
    "tiers",    "sources",     "milestones",   "features",    "journeys",      "playbooks",
    "steps",    "until",       "exit",         "arms",        "interventions", "campaigns",
    "caps",     "quiet_hours", "send_windows", "types",       "durations",     "conditions",
    "stop",     "escalate",    "approvals",    "experiments", "rules",         "issues",
    "emotions", NULL};
/* Members that decide nothing: `order` has had its effect. */
static const char *const silent[] = {"description", "order", NULL};

/* The parts of records and of benchmarks are called `of` too, and theirs is no order. */
static bool is_of_a_group(const csuccess__json *object)
{
    csuccess_str section = csuccess__section_of(object);
    return csuccess__str_is(section, "health") || csuccess__str_is(section, "churn");
}

/* Types of interventions are looked up by name, and the alerts of sentiment are given. */
static bool has_no_order(const csuccess__json *object)
{
    csuccess_str section = csuccess__section_of(object);
    return csuccess__is_reserved(object) ||
           (csuccess__str_is(object->key, "alerts") && csuccess__str_is(section, "sentiment"));
}

bool csuccess__order_matters(const csuccess__json *object)
{
    if (object->type != CSUCCESS__JSON_OBJECT || !object->parent ||
        !csuccess__str_among(object->key, ordered) || !csuccess__is_word(object) ||
        csuccess__is_in_data(object) || has_no_order(object)) {
        return false;
    }
    return !csuccess__str_is(object->key, "of") || is_of_a_group(object);
}

/* What is *called* "order" or "description" counts. */
static bool counts(const csuccess__json *member)
{
    return !csuccess__str_among(member->key, silent) || !csuccess__is_word(member) ||
           csuccess__is_in_data(member);
}

/* Sorts by key, stably, without recursion: bottom-up merge. */
static void sort_by_key(const csuccess__json **list, const csuccess__json **spare, size_t n)
{
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t low = 0; low < n; low += 2 * width) {
            size_t mid = low + width < n ? low + width : n;
            size_t high = low + 2 * width < n ? low + 2 * width : n;
            size_t a = low, b = mid;
            for (size_t k = low; k < high; k++) {
                bool left = a < mid &&
                            (b >= high || csuccess__str_cmp(list[a]->key, list[b]->key) <= 0);
                spare[k] = left ? list[a++] : list[b++];
            }
        }
        memcpy(list, spare, n * sizeof *list);
    }
}

/* A profile without `when` is tried last, wherever it stands. */
static void profiles_last(const csuccess__json **list, const csuccess__json **spare, size_t n)
{
    size_t k = 0;
    for (int any = 0; any < 2; any++) {
        for (size_t i = 0; i < n; i++) {
            bool last = csuccess__json_member(list[i], "when") == NULL;
            if (last == (any == 1)) {
                spare[k++] = list[i];
            }
        }
    }
    memcpy(list, spare, n * sizeof *list);
}

/* The members in the order that is hashed; NULL: no memory. */
static const csuccess__json **members_of(const csuccess__json *object, csuccess__arena *arena)
{
    size_t n = object->count;
    const csuccess__json **list = CSUCCESS__NEW_ARRAY(arena, const csuccess__json *, n);
    if (!list) {
        return NULL;
    }
    const csuccess__json **spare = CSUCCESS__NEW_ARRAY(arena, const csuccess__json *, n);
    if (!spare) {
        return NULL;
    }
    if (csuccess__order_matters(object)) {
        csuccess__read_order(object, list);
        if (csuccess__str_is(object->key, "profiles")) {
            profiles_last(list, spare, n);
        }
        return list;
    }
    size_t i = 0;
    for (const csuccess__json *m = object->first; m; m = m->next) {
        list[i++] = m;
    }
    sort_by_key(list, spare, n);
    return list;
}

static bool hash_node(csuccess__sha256 *h, const csuccess__json *node, csuccess__arena *arena);

static bool hash_object(csuccess__sha256 *h, const csuccess__json *object,
                        csuccess__arena *arena)
{
    const csuccess__json **list = members_of(object, arena);
    if (!list) {
        return false;
    }
    for (size_t i = 0; i < object->count; i++) {
        if (counts(list[i])) {
            csuccess__digest_str(h, list[i]->key);
            if (!hash_node(h, list[i], arena)) {
                return false;
            }
        }
    }
    return true;
}

/* Recursion is bounded: the document's depth was limited when it was read. */
static bool hash_node(csuccess__sha256 *h, const csuccess__json *node, csuccess__arena *arena)
{
    static const uint64_t end = UINT64_MAX;
    csuccess__digest_u64(h, node->type);
    switch ((csuccess__json_type)node->type) {
    case CSUCCESS__JSON_NULL:
        return true;
    case CSUCCESS__JSON_BOOL:
        csuccess__digest_u64(h, node->boolean);
        return true;
    case CSUCCESS__JSON_NUMBER:
        csuccess__digest_double(h, node->number);
        return true;
    case CSUCCESS__JSON_STRING:
        csuccess__digest_str(h, node->string);
        return true;
    case CSUCCESS__JSON_ARRAY:
        for (const csuccess__json *m = node->first; m; m = m->next) {
            if (!hash_node(h, m, arena)) {
                return false;
            }
        }
        break;
    case CSUCCESS__JSON_OBJECT:
        if (!hash_object(h, node, arena)) {
            return false;
        }
        break;
    }
    csuccess__digest_u64(h, end);
    return true;
}

bool csuccess__document_hash(char out[7 + 65], const csuccess__json *document,
                             const csuccess__churn *churn, const csuccess_allocator *mem)
{
    csuccess__sha256 h;
    uint8_t digest[32];
    csuccess__arena lists;
    csuccess__arena_init(&lists, mem, 0);
    csuccess__sha256_start(&h);
    csuccess__digest_str(&h, CSUCCESS_STR("csuccess configuration 1"));
    bool done = hash_node(&h, document, &lists);
    csuccess__churn_digest(churn, &h);
    csuccess__arena_free(&lists);
    csuccess__sha256_finish(&h, digest);
    memcpy(out, "sha256:", 7);
    csuccess__hex(out + 7, digest);
    return done;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Roll-up: the health of a parent from its children's results. */
#include "score/health_internal.h"

#include "base/error.h"
#include "base/heap.h"

static const char *const rollup_keys[] = {"parent",      "combine", "weight",  "include_self",
                                          "below",       "by",      "missing", "require",
                                          "description", NULL};
/* In the order of csuccess__combine, from WEIGHTED_MEAN; share_below stands last. */
static const char *const combine_words[] = {"weighted_mean", "sum",     "min",         "max",
                                            "noisy_or",      "product", "share_below", NULL};
static const char *const by_words[] = {"count", "weight", NULL};
static const char *const missing_words[] = {"redistribute", "fail", NULL};
static const char *const value_keys[] = {"value", NULL};
enum { SHARE_BELOW = 6 };

/* ---- The section ---- */

static void read_parent(csuccess__health_build *b, const csuccess__json *json,
                        csuccess__rollup_rule *rule)
{
    const csuccess__json *parent = csuccess__json_member(json, "parent");
    rule->parent = csuccess__read_string(b->problems, json, "parent", (csuccess_str){0});
    if (!parent) {
        csuccess__problem(
            b->problems, json, CSUCCESS_ECONFIG,
            "a roll-up needs \"parent\": the attribute that holds the parent's id");
    }
    if (rule->parent.len == 0) return;
    uint32_t slot = csuccess__schema_find(b->schema, rule->parent, NULL);
    bool text = slot != UINT32_MAX && b->schema->slots[slot].attribute &&
                b->schema->slots[slot].type->kind == CSUCCESS__KIND_STRING;
    if (text) {
        b->schema->slots[slot].used = true; /* the host reads it */
        return;
    }
    csuccess__problem(b->problems, parent, slot == UINT32_MAX ? CSUCCESS_ENAME : CSUCCESS_ETYPE,
                      "%q is not an attribute of type string", rule->parent);
}

static void read_missing(csuccess__health_build *b, const csuccess__json *json,
                         csuccess__rollup_rule *rule)
{
    const csuccess__json *missing = csuccess__json_member(json, "missing");
    if (!missing) return;
    if (missing->type != CSUCCESS__JSON_OBJECT) {
        bool fails = csuccess__read_word(b->problems, json, "missing", missing_words, 0) == 1;
        if (fails) rule->missing = CSUCCESS__POLICY_FAIL;
        return;
    }
    if (!csuccess__read_object(b->problems, missing, value_keys)) return;
    rule->missing = CSUCCESS__POLICY_VALUE;
    rule->instead = csuccess__read_number(b->problems, missing, "value", 0, -1e15, 1e15);
    if (csuccess__json_member(missing, "value")) return;
    csuccess__problem(b->problems, missing, CSUCCESS_ECONFIG,
                      "\"missing\" is one of redistribute, fail, or {\"value\": x}");
}

static void check_weight(csuccess__health_build *b, const csuccess__json *json,
                         const csuccess__rollup_rule *rule)
{
    const csuccess__json *weight = csuccess__json_member(json, "weight");
    bool mean = rule->combine == CSUCCESS__COMBINE_WEIGHTED_MEAN;
    bool noisy = rule->combine == CSUCCESS__COMBINE_NOISY_OR;
    if (!weight && (mean || rule->by_weight)) {
        csuccess__problem(b->problems, json, CSUCCESS_ECONFIG,
                          "this roll-up weighs, so it needs \"weight\", such as \"arr\"");
    } else if (weight && !mean && !noisy && !rule->by_weight) {
        csuccess__problem(
            b->problems, weight, CSUCCESS_ECONFIG,
            "\"weight\" means something only under \"weighted_mean\", \"noisy_or\" and "
            "\"share_below\" by weight; remove it");
    }
}

static void check_share(csuccess__health_build *b, const csuccess__json *json, bool share)
{
    const csuccess__json *below = csuccess__json_member(json, "below");
    const csuccess__json *by = csuccess__json_member(json, "by");
    if (share && !below) {
        csuccess__problem(b->problems, json, CSUCCESS_ECONFIG,
                          "\"share_below\" needs \"below\": the score that counts");
    } else if (!share && (below || by)) {
        csuccess__problem(b->problems, below ? below : by, CSUCCESS_ECONFIG,
                          "\"below\" and \"by\" belong to \"share_below\"");
    }
}

void csuccess__rollup_read(csuccess__health_build *b)
{
    const csuccess__json *json = csuccess__json_member(b->section, "rollup");
    csuccess__rollup_rule *rule = csuccess__health_array(b, 1, sizeof *rule);
    if (!json || !rule || !csuccess__read_object(b->problems, json, rollup_keys)) return;
    if (!csuccess__json_member(json, "combine")) {
        csuccess__problem(b->problems, json, CSUCCESS_ECONFIG,
                          "a roll-up needs \"combine\", as a scorecard's or \"share_below\"");
    }
    int combine = csuccess__read_word(b->problems, json, "combine", combine_words, 0);
    bool share = combine == SHARE_BELOW;
    if (!share) {
        rule->combine = (csuccess__combine)(combine + CSUCCESS__COMBINE_WEIGHTED_MEAN);
    }
    read_parent(b, json, rule);
    read_missing(b, json, rule);
    rule->include_self = csuccess__read_bool(b->problems, json, "include_self", false);
    rule->below = csuccess__read_number(b->problems, json, "below", 0, -1e9, 1e9);
    rule->require = csuccess__read_number(b->problems, json, "require", 0, 0, 1);
    rule->by_weight = csuccess__read_word(b->problems, json, "by", by_words, 0) == 1;
    check_share(b, json, share);
    check_weight(b, json, rule);
    const csuccess__json *weight = csuccess__json_member(json, "weight");
    if (weight) {
        rule->weight = csuccess__expr_read(b->with, b->problems, weight,
                                           csuccess__type_of(CSUCCESS__KIND_NUMBER));
    }
    b->health->rollup = rule;
}

/* ---- The roll-up ---- */

typedef struct member {
    double score, weight;
    bool has_score, has_weight;
} member;

struct csuccess_rollup {
    csuccess_allocator mem;
    csuccess__rollup_rule rule; /* without its program, which is the configuration's */
    member *members;
    uint32_t count, capacity;
    int64_t oldest;
    bool has_oldest, weighs, finished;
};

csuccess_result csuccess__rollup_make(csuccess_rollup **out, const csuccess__health *health,
                                      const csuccess_allocator *mem, csuccess_error *err)
{
    *out = NULL;
    if (!health || !health->rollup) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "the configuration has no health.rollup");
    }
    csuccess_rollup *r = csuccess__alloc(mem, 1, sizeof *r);
    if (!r) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    r->mem = *mem;
    r->rule = *health->rollup;
    r->weighs = r->rule.weight != NULL;
    r->rule.weight = NULL;
    *out = r;
    return CSUCCESS_OK;
}

void csuccess_rollup_free(csuccess_rollup *rollup)
{
    if (!rollup) return;
    csuccess_allocator mem = rollup->mem;
    csuccess__release(&mem, rollup->members, rollup->capacity, sizeof *rollup->members);
    csuccess__release(&mem, rollup, 1, sizeof *rollup);
}

static csuccess_result check_member(const csuccess_rollup_member *in, csuccess_error *err)
{
    bool score = in->present & CSUCCESS_ROLLUP_SCORE,
         weight = in->present & CSUCCESS_ROLLUP_WEIGHT;
    if (score && !csuccess__is_finite(in->score)) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "the score of a member must be finite");
    }
    if (weight && (!csuccess__is_finite(in->weight) || in->weight < 0)) {
        return csuccess__fail(err, CSUCCESS_ERANGE,
                              "the weight of a member must be finite and at least 0");
    }
    return CSUCCESS_OK;
}

static member *add_member(csuccess_rollup *r)
{
    if (r->count == r->capacity) {
        if (r->capacity > UINT32_MAX / 2) return NULL;
        uint32_t capacity = r->capacity ? r->capacity * 2 : 16;
        member *members =
            csuccess__resize(&r->mem, r->members, r->capacity, capacity, sizeof *members);
        if (!members) return NULL;
        r->members = members;
        r->capacity = capacity;
    }
    return &r->members[r->count++];
}

static void note_input(csuccess_rollup *r, const csuccess_rollup_member *in)
{
    if (!(in->present & CSUCCESS_ROLLUP_INPUT_AT)) return;
    bool older = !r->has_oldest || in->input_at < r->oldest;
    r->oldest = older ? in->input_at : r->oldest;
    r->has_oldest = true;
}

csuccess_result csuccess_rollup_add(csuccess_rollup *rollup, const csuccess_rollup_member *from,
                                    csuccess_error *err)
{
    csuccess_rollup_member in;
    if (!rollup || rollup->finished) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              rollup ? "the roll-up is finished" : "rollup is required");
    }
    csuccess_result result = csuccess__struct_take(&in, sizeof in, sizeof(size_t), from,
                                                   "csuccess_rollup_member", err);
    if (result >= 0) result = check_member(&in, err);
    if (result < 0) return result;
    if (in.is_self && !rollup->rule.include_self) return CSUCCESS_OK;
    member *to = add_member(rollup);
    if (!to) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    *to = (member){.score = in.score,
                   .weight = in.weight,
                   .has_score = in.present & CSUCCESS_ROLLUP_SCORE,
                   .has_weight = in.present & CSUCCESS_ROLLUP_WEIGHT};
    note_input(rollup, &in);
    return CSUCCESS_OK;
}

/* A total order, so that the order of adding does not matter to the last bit. */
static bool before(const void *one, const void *other)
{
    const member *a = one, *b = other;
    if (a->has_score != b->has_score) return a->has_score;
    if (a->score < b->score || a->score > b->score) return a->score < b->score;
    if (a->has_weight != b->has_weight) return a->has_weight;
    return a->weight < b->weight;
}

/* The members that count, on their way. */
typedef struct total {
    csuccess__gather g;
    double below, all;       /* of share_below */
    double present, members; /* for completeness */
    uint32_t missing, counted;
} total;

static void count_part(const member *m, bool there, bool by_weight, total *t)
{
    double part = by_weight ? m->weight : 1;
    t->members += part;
    if (there) t->present += part;
    if (!there) t->missing++;
}

static void count_member(const csuccess_rollup *r, const member *m, bool by_weight, total *t)
{
    csuccess__card_node none = {.combine = r->rule.combine};
    bool weighed = !r->weighs || m->has_weight;
    bool filled = !m->has_score && r->rule.missing == CSUCCESS__POLICY_VALUE;
    double weight = r->weighs ? m->weight : 1;
    double score = filled ? r->rule.instead : m->score;
    count_part(m, m->has_score && weighed, by_weight, t);
    if (!weighed || (!m->has_score && !filled)) return;
    t->counted++;
    t->all += weight;
    if (score < r->rule.below) t->below += weight;
    csuccess__gather_add(&t->g, r->rule.combine, &none, weight, score);
}

/* False: no score. */
static bool score_of(const csuccess_rollup *r, const total *t, double *score)
{
    csuccess__card_node group = {.combine = r->rule.combine};
    bool share = r->rule.combine == CSUCCESS__COMBINE_NONE;
    double part = t->members > 0 ? t->present / t->members : 0;
    if (r->rule.missing == CSUCCESS__POLICY_FAIL && t->missing > 0) return false;
    if (r->rule.require > 0 && csuccess__round9(part) < r->rule.require) return false;
    if (share) {
        *score = t->below / t->all;
        return t->all > 0;
    }
    *score = csuccess__gather_score(&group, t->g, true);
    return t->counted > 0 && csuccess__gather_present(r->rule.combine, t->g, true) &&
           csuccess__is_finite(*score);
}

csuccess_result csuccess_rollup_finish(csuccess_rollup *rollup, csuccess_rollup_result *out,
                                       csuccess_error *err)
{
    if (!rollup) return csuccess__fail(err, CSUCCESS_EINVALID, "rollup is required");
    bool by_weight = rollup->weighs;
    for (uint32_t i = 0; i < rollup->count; i++) {
        by_weight = by_weight && rollup->members[i].has_weight;
    }
    if (!rollup->finished)
        csuccess__sort(rollup->members, rollup->count, sizeof(member), before);
    rollup->finished = true;
    total t = {.g = csuccess__gather_start(rollup->rule.combine)};
    for (uint32_t i = 0; i < rollup->count; i++) {
        count_member(rollup, &rollup->members[i], by_weight, &t);
    }
    csuccess_rollup_result give = {.size = sizeof give,
                                   .members = rollup->count,
                                   .missing = t.missing,
                                   .completeness = t.members > 0 ? t.present / t.members : 0};
    if (score_of(rollup, &t, &give.score)) {
        give.present |= CSUCCESS_ROLLUP_SCORE;
        give.score = csuccess__round9(give.score);
    } else {
        give.score = 0;
    }
    if (rollup->has_oldest) {
        give.present |= CSUCCESS_ROLLUP_INPUT_AT;
        give.input_at = rollup->oldest;
    }
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_rollup_result", err);
}

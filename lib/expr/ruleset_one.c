/* SPDX-License-Identifier: Apache-2.0 */
/* One condition of a set by itself: its terms in turn, each until a test is false. */
#include "expr/ruleset_internal.h"

/* What one condition is asked with. */
typedef struct question {
    const csuccess__rule_group *group;
    csuccess__machine *machine;
    const csuccess__frame *frame;
    csuccess__rule_memo *memo;
    csuccess_result failed;
} question;

static const csuccess__value *value_of(question *q, const csuccess__rule_key *key)
{
    if (!key->program) return &q->frame->slots[key->slot];
    if (q->memo->program != key->program) {
        q->memo->value = csuccess__program_run(key->program, q->machine, q->frame, &q->failed);
        q->memo->program = q->failed < 0 ? NULL : key->program;
    }
    return &q->memo->value;
}

static csuccess__truth test(question *q, csuccess__edge edge)
{
    const csuccess__rule_node *leaf = &q->group->nodes[edge >> 1];
    const csuccess__rule_key *key = &q->group->keys[leaf->a];
    const csuccess__value *value = value_of(q, key);
    bool holds;
    if (value->kind == CSUCCESS__KIND_ANY) return CSUCCESS__OPEN;
    if (value->kind == CSUCCESS__KIND_NUMBER) {
        double x = value->as.number, cut = key->cuts[leaf->b];
        holds = key->strict ? x > cut : x >= cut;
    } else {
        holds = csuccess__leaf_holds(leaf, csuccess__region_of(key, value));
    }
    return holds != (edge & 1) ? CSUCCESS__TRUE : CSUCCESS__FALSE;
}

/* A conjunction: false as soon as one test is. */
static csuccess__truth term(question *q, uint32_t first, uint32_t end)
{
    csuccess__truth answer = CSUCCESS__TRUE;
    for (uint32_t i = first; i < end; i++) {
        csuccess__truth one = test(q, q->group->tests[i]);
        if (one == CSUCCESS__FALSE) return one;
        if (one == CSUCCESS__OPEN) answer = one;
    }
    return answer;
}

static csuccess__truth terms(question *q, uint32_t condition)
{
    const csuccess__rule_group *group = q->group;
    csuccess__truth answer = CSUCCESS__FALSE;
    for (uint32_t t = group->first_term[condition]; t < group->first_term[condition + 1]; t++) {
        csuccess__truth one = term(q, group->first_test[t], group->first_test[t + 1]);
        if (one == CSUCCESS__TRUE) return one;
        if (one == CSUCCESS__OPEN) answer = one;
    }
    return answer;
}

static bool is_whole(const csuccess__rule_group *group, uint32_t condition)
{
    uint32_t low = 0, high = group->whole_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (group->whole[middle] < condition) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < group->whole_count && group->whole[low] == condition;
}

/* reason: which condition, of what, with what, on whom, and the answer. */
csuccess_result csuccess__ruleset_one(const csuccess__ruleset *set, csuccess__machine *machine,
                                      const csuccess__frame *frame, size_t condition,
                                      csuccess__rule_memo *memo, csuccess__truth *out)
{
    const csuccess__rule_group *group = &set->groups[condition / CSUCCESS__GROUP_CONDITIONS];
    uint32_t c = (uint32_t)(condition % CSUCCESS__GROUP_CONDITIONS);
    question q = {group, machine, frame, memo, CSUCCESS_OK};
    if (group->first_term && !is_whole(group, c)) {
        *out = terms(&q, c);
        return q.failed;
    }
    csuccess__value v = csuccess__program_run(group->programs[c], machine, frame, &q.failed);
    *out = csuccess__is_missing(v) ? CSUCCESS__OPEN : (csuccess__truth)v.as.boolean;
    return q.failed;
}

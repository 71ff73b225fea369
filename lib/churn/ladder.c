/* SPDX-License-Identifier: Apache-2.0 */
/* Ladders of bounds: levels, urgency, tiers of a value; reading them and finding where a number stands. */
#include "churn/internal.h"

#include "base/number.h"
#include "text/reader.h"

static const char *const level_keys[] = {"from", "above", "when", "description", "order", NULL};
static const char *const bound_keys[] = {"from", "above", "description", "order", NULL};

typedef csuccess__churn_builder builder;

/* `from` (inclusive) or `above` (exclusive), of a probability or of an amount. */
static void read_bound(const builder *b, const csuccess__json *node, bool amount,
                       csuccess__rung *rung)
{
    const csuccess__json *from = csuccess__json_member(node, "from");
    const csuccess__json *above = csuccess__json_member(node, "above");
    if (from && above) {
        csuccess__problem(
            b->problems, above, CSUCCESS_ECONFIG,
            "give either \"from\" (inclusive) or \"above\" (exclusive), not both");
    }
    rung->bounded = from || above;
    rung->exclusive = !from && above;
    rung->bound = csuccess__read_number(b->problems, node, from ? "from" : "above", 0,
                                        amount ? -1e15 : 0, amount ? 1e15 : 1);
}

csuccess__ladder csuccess__churn_ladder(const builder *b, const csuccess__json *section,
                                        const char *key, csuccess__ladder_form form)
{
    csuccess__ladder ladder = {NULL, 0};
    const char *const *known = form == CSUCCESS__LADDER_LEVELS ? level_keys : bound_keys;
    uint32_t n;
    const csuccess__json **members = csuccess__churn_members(b, section, key, &n);
    csuccess__rung *rungs = n ? CSUCCESS__NEW_ARRAY(b->with->arena, csuccess__rung, n) : NULL;
    if (!rungs) {
        b->problems->lost = b->problems->lost || n > 0;
        return ladder;
    }
    for (uint32_t i = 0; i < n; i++) {
        rungs[i].at = members[i];
        if (!csuccess__read_object(b->problems, members[i], known)) {
            continue;
        }
        rungs[i].id = members[i]->key;
        read_bound(b, members[i], form == CSUCCESS__LADDER_AMOUNTS, &rungs[i]);
        if (form == CSUCCESS__LADDER_LEVELS) {
            rungs[i].when =
                csuccess__churn_program(b, members[i], "when", CSUCCESS__KIND_BOOL, false);
        }
    }
    ladder.rungs = rungs;
    ladder.count = n;
    return ladder;
}

csuccess__ladder csuccess__churn_bound(const builder *b, const csuccess__json *section,
                                       const char *key)
{
    csuccess__ladder ladder = {NULL, 0};
    const csuccess__json *node = csuccess__json_member(section, key);
    if (!node || !csuccess__read_object(b->problems, node, bound_keys)) {
        return ladder;
    }
    csuccess__rung *rung = CSUCCESS__NEW(b->with->arena, csuccess__rung);
    if (!rung) {
        b->problems->lost = true;
        return ladder;
    }
    rung->id = node->key;
    read_bound(b, node, false, rung);
    ladder.rungs = rung;
    ladder.count = 1;
    return ladder;
}

/* A slot of this stratum; UINT32_MAX when the name is an input's already (noted) or memory is refused. */
int32_t csuccess__ladder_find(const csuccess__ladder *ladder, double number)
{
    double x = csuccess__round9(number);
    for (uint32_t i = 0; i < ladder->count; i++) {
        const csuccess__rung *rung = &ladder->rungs[i];
        if (!rung->bounded || (rung->exclusive ? x > rung->bound : x >= rung->bound)) {
            return (int32_t)i;
        }
    }
    return -1;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The guard `cooldown`: how soon the same comes again, how soon another campaign does, and whether the same is still under way. */
#include "intervene/selection.h"

/* The last touch of any campaign, and the last of another campaign than that. Touches are in the order of when they were decided. */
static void find_campaigns(csuccess__turn *t)
{
    struct csuccess__answers *answers = t->desk->answers;
    const csuccess__touches *touches = t->desk->touches;
    answers->campaigns.touches = touches->count;
    answers->campaigns.programme = (csuccess_str){"", 0};
    answers->campaigns.at = answers->campaigns.other_at = 0;
    for (uint32_t i = touches->count; i-- > 0;) {
        const csuccess__touch *touch = &touches->list[i];
        if (!csuccess__str_starts(touch->programme, CSUCCESS_STR("campaign/"))) continue;
        if (answers->campaigns.at == 0) {
            answers->campaigns.programme = touch->programme;
            answers->campaigns.at = touch->decided;
        } else if (!csuccess__str_eq(touch->programme, answers->campaigns.programme)) {
            answers->campaigns.other_at = touch->decided;
            return;
        }
    }
}

static csuccess__ruled ask_campaigns(csuccess__turn *t, const csuccess__candidate *c)
{
    int64_t between = t->of->reach->between_campaigns_ms;
    struct csuccess__answers *answers = t->desk->answers;
    if (between == 0) return (csuccess__ruled){0};
    if (answers->campaigns.touches != t->desk->touches->count) find_campaigns(t);
    bool same = csuccess__str_eq(c->programme, answers->campaigns.programme);
    int64_t last = same ? answers->campaigns.other_at : answers->campaigns.at;
    if (last == 0 || t->m->step->now - last >= between) return (csuccess__ruled){0};
    return csuccess__defers(last + between, "another campaign reached the customer lately");
}

/* A message that went out is over with; people who were asked to do it are not. Actions of many campaigns are of one intervention: what was found last is kept. */
static bool is_under_way(csuccess__turn *t, const csuccess__intervention *of)
{
    struct csuccess__answers *answers = t->desk->answers;
    csuccess__execution last;
    const csuccess__intervention *known = answers->under_way.of;
    if (known && csuccess__str_eq(known->id, of->id)) return answers->under_way.is;
    answers->under_way.of = of;
    answers->under_way.is =
        csuccess__execution_last(t, of->id, &last) &&
        (last.state == CSUCCESS__EXECUTION_SCHEDULED ||
         (last.state == CSUCCESS__EXECUTION_IN_PROGRESS && of->type && of->type->task));
    return answers->under_way.is;
}

static csuccess__ruled ask_last(csuccess__turn *t, const csuccess__intervention *of)
{
    if (!t->desk->answers->reached) return (csuccess__ruled){0};
    csuccess__reached reached = csuccess__reached_of(t, of->programme);
    if (reached.times == 0) return (csuccess__ruled){0};
    if (t->m->step->now - reached.last_at < of->frequency_ms) {
        return csuccess__defers(reached.last_at + of->frequency_ms,
                                "it left less than max_frequency_days ago");
    }
    if (!is_under_way(t, of)) return (csuccess__ruled){0};
    return csuccess__defers(CSUCCESS__NEVER, "the same is still under way");
}

csuccess__ruled csuccess__ask_cooldown(csuccess__turn *t, csuccess__candidate *c,
                                       const csuccess__channel *by)
{
    const csuccess__intervention *of = c->action ? &c->action->what : c->intervention;
    (void)by;
    if (c->asked || c->tries > 0 || !of) return (csuccess__ruled){0};
    csuccess__ruled ruled = {.ruling = CSUCCESS__ALLOW};
    if (c->action) ruled = ask_campaigns(t, c);
    return ruled.ruling == CSUCCESS__ALLOW ? ask_last(t, of) : ruled;
}

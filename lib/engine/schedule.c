/* SPDX-License-Identifier: Apache-2.0 */
/* Schedules: two ordered trees, so that what is not due yet is never looked at. */
#include "engine/schedule.h"

#include "base/str.h"

#include <string.h>

static const csuccess__timed *timed_of(const csuccess__ordered_node *node)
{
    return CSUCCESS__ITEM(const csuccess__timed, node, node);
}

static int by_time(const csuccess__ordered_node *a, const csuccess__ordered_node *b)
{
    const csuccess__timed *x = timed_of(a), *y = timed_of(b);
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    return csuccess__str_cmp(x->id, y->id);
}

static int by_expiry(const csuccess__ordered_node *a, const csuccess__ordered_node *b)
{
    const csuccess__timed *x = timed_of(a), *y = timed_of(b);
    if (x->until != y->until) return x->until < y->until ? -1 : 1;
    return csuccess__str_cmp(x->id, y->id);
}

void csuccess__schedule_init(csuccess__schedule *schedule)
{
    *schedule = (csuccess__schedule){.waiting.order = by_time, .leased.order = by_expiry};
}

void csuccess__timed_stop(csuccess__schedule *schedule, csuccess__timed *timed)
{
    if (timed->where == CSUCCESS__TIMED_WAITING) {
        csuccess__ordered_drop(&schedule->waiting, &timed->node);
    } else if (timed->where == CSUCCESS__TIMED_LEASED) {
        csuccess__ordered_drop(&schedule->leased, &timed->node);
    }
    timed->where = CSUCCESS__TIMED_NOWHERE;
}

void csuccess__timed_wait(csuccess__schedule *schedule, csuccess__timed *timed, int64_t time)
{
    if (timed->where == CSUCCESS__TIMED_WAITING && timed->time == time) return;
    csuccess__timed_stop(schedule, timed);
    timed->time = time;
    if (time == CSUCCESS_TIME_NEVER) return;
    timed->where = CSUCCESS__TIMED_WAITING;
    csuccess__ordered_put(&schedule->waiting, &timed->node);
}

void csuccess__timed_lease(csuccess__schedule *schedule, csuccess__timed *timed, uint64_t token,
                           int64_t until)
{
    csuccess__timed_stop(schedule, timed);
    timed->token = token;
    timed->until = until;
    timed->where = CSUCCESS__TIMED_LEASED;
    csuccess__ordered_put(&schedule->leased, &timed->node);
}

csuccess_str csuccess__token_text(char digits[CSUCCESS__TOKEN], uint64_t token)
{
    for (size_t i = CSUCCESS__TOKEN; i-- > 0; token >>= 4) {
        digits[i] = "0123456789abcdef"[token & 15];
    }
    return (csuccess_str){digits, CSUCCESS__TOKEN};
}

bool csuccess__timed_holds(const csuccess__timed *timed, csuccess_str token, int64_t now)
{
    char digits[CSUCCESS__TOKEN];
    return timed->where == CSUCCESS__TIMED_LEASED && now < timed->until &&
           csuccess__str_eq(token, csuccess__token_text(digits, timed->token));
}

static bool of_shard(const csuccess__timed *timed, const csuccess__schedule_ask *ask)
{
    return ask->shards < 2 || timed->shard % ask->shards == ask->shard;
}

static csuccess__timed *timed_at(csuccess__ordered_node *node)
{
    return CSUCCESS__ITEM(csuccess__timed, node, node);
}

uint32_t csuccess__schedule_ready(csuccess__schedule *schedule,
                                  const csuccess__schedule_ask *ask, csuccess__timed **out)
{
    uint32_t n = 0;
    csuccess__ordered_node *node;
    while ((node = csuccess__ordered_first(&schedule->leased)) != NULL) {
        csuccess__timed *timed = timed_at(node);
        if (timed->until > ask->now) break;
        csuccess__timed_wait(schedule, timed, timed->time);
    }
    node = csuccess__ordered_first(&schedule->waiting);
    for (; node && n < ask->most && timed_at(node)->time <= ask->now;
         node = csuccess__ordered_next(node)) {
        if (of_shard(timed_at(node), ask)) out[n++] = timed_at(node);
    }
    return n;
}

int64_t csuccess__schedule_next(const csuccess__schedule *schedule,
                                const csuccess__schedule_ask *ask)
{
    csuccess__timed probe = {.time = ask->now, .id = {NULL, 0}};
    int64_t next = CSUCCESS_TIME_NEVER;
    if (ask->now == CSUCCESS_TIME_NEVER) return next;
    probe.time++; /* ids are not empty, so all at that time come behind the probe */
    csuccess__ordered_node *node =
        csuccess__ordered_after(&schedule->waiting, &probe.node, true);
    while (node && !of_shard(timed_at(node), ask)) node = csuccess__ordered_next(node);
    if (node) next = timed_at(node)->time;
    node = csuccess__ordered_first(&schedule->leased);
    while (node && !of_shard(timed_at(node), ask)) node = csuccess__ordered_next(node);
    if (node && timed_at(node)->until < next) next = timed_at(node)->until;
    return next;
}

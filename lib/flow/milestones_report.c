/* SPDX-License-Identifier: Apache-2.0 */
/* The report of progress: each milestone, what comes next, and the whole. */
#include "base/heap.h"
#include "calendar/time_json.h"
#include "flow/flow.h"
#include "flow/milestones_internal.h"
#include "text/json.h"

typedef struct next {
    const csuccess__milestone_item *item;
    uint32_t position;
} next;

/* ---- What comes next ---- */

/* The first threshold that has not been reached; 0: none. */
static double open_threshold(const csuccess__milestone_item *item)
{
    const csuccess__milestone *of = item->of;
    csuccess__milestone_field field = item->field;
    for (uint32_t i = 0; i < of->threshold_count; i++) {
        const csuccess__milestone_mark *mark =
            csuccess__milestone_mark_of(&field, of->thresholds[i]);
        if (!mark || !(mark->bits & CSUCCESS__MARK_STANDS)) return of->thresholds[i];
    }
    return 0;
}

/* An anniversary is nothing that anybody does. */
static bool is_open(const csuccess__milestone_item *item)
{
    if (item->of->kind == CSUCCESS__MILESTONE_ANNIVERSARY || item->blocked) return false;
    return item->times == 0 || open_threshold(item) > 0;
}

/* Overdue first, then what was never reached, what is critical, what is due earlier, what stands first. */
static bool more_urgent(const void *one, const void *other)
{
    const next *a = one, *b = other;
    const csuccess__milestone_item *x = a->item, *y = b->item;
    bool late_x = x->state == CSUCCESS__MILESTONE_OVERDUE;
    bool late_y = y->state == CSUCCESS__MILESTONE_OVERDUE;
    if (late_x != late_y) return late_x;
    if ((x->times == 0) != (y->times == 0)) return x->times == 0;
    if (x->of->critical != y->of->critical) return x->of->critical;
    if (x->target != y->target) return x->target < y->target;
    return a->position < b->position;
}

static void put_next(const csuccess__milestone_work *w, csuccess__json_writer *out)
{
    next *list = CSUCCESS__NEW_ARRAY(&w->m->desk->texts, next, w->all->count);
    uint32_t n = 0;
    if (!list) {
        csuccess__step_fail(w->m->step, CSUCCESS_ENOMEM);
        return;
    }
    for (uint32_t i = 0; i < w->all->count; i++) {
        if (is_open(&w->items[i])) list[n++] = (next){&w->items[i], i};
    }
    csuccess__sort(list, n, sizeof *list, more_urgent);
    csuccess__json_key(out, CSUCCESS_STR("next"));
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < n; i++) csuccess__json_str(out, list[i].item->of->id);
    csuccess__json_close(out, ']');
}

/* The critical ones that are left, with what they wait for. */
static void put_critical(const csuccess__milestone_work *w, csuccess__json_writer *out)
{
    uint32_t n = w->all->count;
    bool *on = CSUCCESS__NEW_ARRAY(&w->m->desk->texts, bool, n);
    if (!on) {
        csuccess__step_fail(w->m->step, CSUCCESS_ENOMEM);
        return;
    }
    for (uint32_t i = n; i-- > 0;) { /* who waits stands behind */
        uint32_t at = w->all->sorted[i];
        const csuccess__milestone *of = w->items[at].of;
        on[at] = (on[at] || of->critical) && w->items[at].times == 0;
        for (uint32_t k = 0; on[at] && k < of->after_count; k++) on[of->after[k]] = true;
    }
    csuccess__json_key(out, CSUCCESS_STR("critical_path"));
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < n; i++) {
        if (on[w->all->sorted[i]]) csuccess__json_str(out, w->all->list[w->all->sorted[i]].id);
    }
    csuccess__json_close(out, ']');
}

/* ---- One of them ---- */

static void put_blocked(const csuccess__milestone_work *w, const csuccess__milestone_item *item,
                        csuccess__json_writer *out)
{
    if (!item->blocked || item->times > 0) return;
    csuccess__json_key(out, CSUCCESS_STR("blocked_by"));
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < item->of->after_count; i++) {
        const csuccess__milestone_item *other = &w->items[item->of->after[i]];
        if (other->times == 0) csuccess__json_str(out, other->of->id);
    }
    csuccess__json_close(out, ']');
}

static double days(int64_t from, int64_t to)
{
    return to > from ? (double)(to - from) / (double)CSUCCESS__DAY_MS : 0;
}

static void put_achieved(const csuccess__milestone_item *item, csuccess__json_writer *out)
{
    bool settled = false;
    for (uint32_t i = 0; i < item->field.count; i++) {
        if (item->field.marks[i].bits & CSUCCESS__MARK_SETTLED) settled = true;
    }
    if (item->times > 0) {
        csuccess__json_put_time(out, "achieved_at", item->first_at);
        csuccess__json_put_time(out, "last_at", item->last_at);
        if (item->knows_since) {
            csuccess__json_put_num(out, "days_to_achieve", days(item->since, item->first_at));
        }
    }
    csuccess__json_put_num(out, "times", (double)item->times);
    csuccess__json_put_bool(out, "celebrated", item->of->celebrate && settled);
}

static void put_one(const csuccess__milestone_work *w, const csuccess__milestone_item *item,
                    csuccess__json_writer *out)
{
    int64_t now = w->m->step->now;
    double threshold = open_threshold(item);
    csuccess__json_key(out, item->of->id);
    csuccess__json_open(out, '{');
    csuccess__json_put_str(out, "state",
                           csuccess__str(csuccess__milestone_state_name(item->state)));
    csuccess__json_put_str(out, "label", item->of->label);
    csuccess__json_put_bool(out, "critical", item->of->critical);
    csuccess__json_put_num(out, "points", item->of->points);
    put_achieved(item, out);
    if (item->target != CSUCCESS__NEVER) {
        csuccess__json_put_time(out, "target_at", item->target);
        if (item->times == 0 && item->target <= now) {
            csuccess__json_put_num(out, "overdue_by_days", days(item->target, now));
        }
    }
    put_blocked(w, item, out);
    if (threshold > 0) csuccess__json_put_num(out, "next_threshold", threshold);
    csuccess__json_close(out, '}');
}

/* ---- The whole ---- */

static void put_whole(const csuccess__onboarding *o, csuccess__json_writer *out)
{
    if (o->count > 0) {
        csuccess__json_put_num(out, "percent", 100 * o->progress);
        csuccess__json_put_num(out, "points", o->points_done);
        csuccess__json_put_num(out, "points_of", o->points);
        csuccess__json_put_str(out, "state",
                               csuccess__str(csuccess__onboarding_state_name(o->state)));
    }
    if (o->has_value) csuccess__json_put_num(out, "time_to_value_days", o->value_days);
    if (o->expected != CSUCCESS__NEVER) {
        csuccess__json_put_time(out, "expected_completion", o->expected);
    }
}

void csuccess__milestones_report(csuccess__moment *m, csuccess__json_writer *out)
{
    csuccess__milestone_work w;
    csuccess__onboarding o;
    csuccess__json_open(out, '{');
    bool any = m->flow->milestones && m->flow->milestones->count > 0;
    if (any && csuccess__milestone_load(&w, m)) {
        csuccess__onboarding_take(&o, &w);
        put_whole(&o, out);
        put_next(&w, out);
        put_critical(&w, out);
        csuccess__json_key(out, CSUCCESS_STR("milestones"));
        csuccess__json_open(out, '{');
        for (uint32_t i = 0; i < w.all->count; i++) put_one(&w, &w.items[i], out);
        csuccess__json_close(out, '}');
    }
    csuccess__json_close(out, '}');
}

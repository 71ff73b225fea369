/* SPDX-License-Identifier: Apache-2.0 */
/* How a customer stands with its milestones at a time: each of them, and the whole. */
#include "flow/flow.h"
#include "flow/milestones_internal.h"

static const char *const state_names[] = {
#define CSUCCESS__MILESTONE_STATE(name, text) text,
    CSUCCESS__MILESTONE_STATES(CSUCCESS__MILESTONE_STATE)
#undef CSUCCESS__MILESTONE_STATE
};
static const char *const overall_names[] = {
#define CSUCCESS__ONBOARDING_STATE(name, text) text,
    CSUCCESS__ONBOARDING_STATES(CSUCCESS__ONBOARDING_STATE)
#undef CSUCCESS__ONBOARDING_STATE
};

const char *csuccess__milestone_state_name(csuccess__milestone_state state)
{
    return state_names[state];
}
const char *csuccess__onboarding_state_name(csuccess__onboarding_state state)
{
    return overall_names[state];
}

/* ---- One of them ---- */

void csuccess__milestone_show(csuccess__moment *m, const csuccess__milestone_item *item)
{
    const csuccess__milestone *of = item->of;
    csuccess__value none = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    bool done = item->times > 0;
    m->slots[of->achieved_slot] = csuccess__boolean(done);
    m->slots[of->achieved_at_slot] = done ? csuccess__time(item->first_at) : none;
    m->slots[of->last_at_slot] = done ? csuccess__time(item->last_at) : none;
    m->slots[of->times_slot] = csuccess__number((double)item->times);
    m->slots[of->state_slot] =
        csuccess__moment_string(m, csuccess__str(state_names[item->state]));
}

/* Room for what is kept, and for what a step may add. */
static bool make_room(csuccess__milestone_work *w, csuccess__milestone_item *item,
                      csuccess_str payload)
{
    const csuccess__milestone *of = item->of;
    uint32_t more = of->kind == CSUCCESS__MILESTONE_COUNT ? of->threshold_count : 1;
    uint32_t cap = csuccess__milestone_marks_in(payload) + more;
    item->field.cap = cap < CSUCCESS__MILESTONE_MARKS ? cap : CSUCCESS__MILESTONE_MARKS;
    item->field.marks =
        CSUCCESS__NEW_ARRAY(&w->m->desk->texts, csuccess__milestone_mark, item->field.cap);
    if (item->field.marks) return true;
    csuccess__step_fail(w->m->step, CSUCCESS_ENOMEM);
    return false;
}

static bool is_threshold(const csuccess__milestone *of, double key)
{
    for (uint32_t i = 0; i < of->threshold_count; i++) {
        if (of->thresholds[i] >= key && of->thresholds[i] <= key) return true;
    }
    return false;
}

/* Thresholds of earlier definitions go when they would take the room of today's. */
static void prune(csuccess__milestone_item *item)
{
    const csuccess__milestone *of = item->of;
    csuccess__milestone_field *field = &item->field;
    bool full = field->count + of->threshold_count > CSUCCESS__MILESTONE_MARKS;
    if (of->kind != CSUCCESS__MILESTONE_COUNT || !full) return;
    for (uint32_t i = 0; i < field->count; i++) {
        if (!is_threshold(of, field->marks[i].key)) field->marks[i].bits = 0;
    }
    csuccess__milestone_tidy(field);
}

static bool load_one(csuccess__milestone_work *w, csuccess__milestone_item *item)
{
    csuccess_str payload =
        csuccess__state_get(w->m->step->state, CSUCCESS__STATE_MILESTONE, item->of->id);
    if (!make_room(w, item, payload)) return false;
    if (!payload.ptr) return true;
    item->there = true;
    if (!csuccess__milestone_parse(&item->field, payload)) {
        csuccess__step_fail(w->m->step, CSUCCESS_ESTATE);
        return false;
    }
    prune(item);
    return true;
}

static int64_t first_advance(const csuccess__moment *m)
{
    return m->fresh ? m->step->now : m->step->state->head.created_at;
}

void csuccess__milestone_date(csuccess__milestone_work *w, csuccess__milestone_item *item)
{
    const csuccess__milestone *of = item->of;
    item->since = first_advance(w->m);
    item->knows_since = true;
    item->target = CSUCCESS__NEVER;
    if (of->since) {
        csuccess__value v = csuccess__moment_value(w->m, of->since);
        item->knows_since = v.kind == CSUCCESS__KIND_TIME;
        item->since = item->knows_since ? v.as.time : 0;
    }
    if (!item->knows_since || !(of->target_days >= 0)) return;
    double target = (double)item->since + of->target_days * (double)CSUCCESS__DAY_MS;
    if (target <= (double)CSUCCESS__TIME_MAX) item->target = (int64_t)target;
}

bool csuccess__milestone_load(csuccess__milestone_work *w, csuccess__moment *m)
{
    w->m = m;
    w->all = m->flow->milestones;
    w->items = CSUCCESS__NEW_ARRAY(&m->desk->texts, csuccess__milestone_item, w->all->count);
    if (!w->items) {
        csuccess__step_fail(m->step, CSUCCESS_ENOMEM);
        return false;
    }
    for (uint32_t i = 0; i < w->all->count; i++) {
        w->items[i].of = &w->all->list[i];
        if (!load_one(w, &w->items[i])) return false;
    }
    for (uint32_t i = 0; i < w->all->count; i++) {
        csuccess__milestone_item *item = &w->items[w->all->sorted[i]];
        csuccess__milestone_date(w, item);
        csuccess__milestone_settle(w, item);
        csuccess__milestone_show(m, item); /* `since` of a later one may read it */
    }
    return m->step->failed >= 0;
}

void csuccess__milestone_settle(csuccess__milestone_work *w, csuccess__milestone_item *item)
{
    const csuccess__milestone *of = item->of;
    item->times = csuccess__milestone_times(&item->field);
    item->first_at = item->last_at = 0;
    if (item->times > 0) {
        csuccess__milestone_span(&item->field, &item->first_at, &item->last_at);
    }
    item->blocked = false;
    for (uint32_t i = 0; i < of->after_count; i++) {
        if (w->items[of->after[i]].times == 0) item->blocked = true;
    }
    item->state = item->times > 0                   ? CSUCCESS__MILESTONE_ACHIEVED
                  : item->blocked                   ? CSUCCESS__MILESTONE_BLOCKED
                  : item->target <= w->m->step->now ? CSUCCESS__MILESTONE_OVERDUE
                                                    : CSUCCESS__MILESTONE_PENDING;
}

/* ---- The whole ---- */

static void count_one(csuccess__onboarding *out, const csuccess__milestone_item *item)
{
    const csuccess__milestone *of = item->of;
    bool done = item->times > 0;
    out->count++;
    out->points += of->points;
    out->critical += of->critical;
    if (item->knows_since && item->since < out->beginning) out->beginning = item->since;
    if (!done) return;
    out->done++;
    out->points_done += of->points;
    out->critical_done += of->critical;
    if (out->last_at == CSUCCESS__NEVER || item->first_at > out->last_at) {
        out->last_at = item->first_at;
    }
}

static void take_value(csuccess__onboarding *out, const csuccess__milestone_item *item)
{
    if (!item->of->first_value || item->times == 0 || !item->knows_since) return;
    double days = (double)(item->first_at - item->since) / (double)CSUCCESS__DAY_MS;
    if (days < 0) days = 0; /* it was there before the time began */
    if (!out->has_value || days < out->value_days) out->value_days = days;
    out->has_value = true;
}

/* The last target of what is left; NEVER when one has none, or all are past. */
static int64_t last_target(const csuccess__milestone_work *w)
{
    int64_t last = INT64_MIN;
    for (uint32_t i = 0; i < w->all->count; i++) {
        const csuccess__milestone_item *item = &w->items[i];
        if (!item->of->onboarding || item->times > 0) continue;
        if (item->target > last) last = item->target;
    }
    return last > w->m->step->now ? last : CSUCCESS__NEVER;
}

static int64_t expect(const csuccess__onboarding *o, const csuccess__milestone_work *w)
{
    int64_t now = w->m->step->now;
    double left = o->points - o->points_done;
    if (o->done == o->count) return o->last_at;
    if (!(o->points_done > 0) || !(left > 0)) return last_target(w);
    double elapsed = now > o->beginning ? (double)now - (double)o->beginning : 0;
    if (elapsed < (double)CSUCCESS__DAY_MS) elapsed = (double)CSUCCESS__DAY_MS;
    double at = (double)now + left / o->points_done * elapsed;
    return at <= (double)CSUCCESS__TIME_MAX ? (int64_t)at : CSUCCESS__NEVER;
}

/* Whether one is beyond its target, and the next target that is to come. */
static bool is_late(csuccess__onboarding *o, const csuccess__milestone_work *w)
{
    bool late = false;
    for (uint32_t i = 0; i < w->all->count; i++) {
        const csuccess__milestone_item *item = &w->items[i];
        if (!item->of->onboarding || item->times > 0) continue;
        if (item->target <= w->m->step->now) {
            late = true;
        } else if (item->target < o->next) {
            o->next = item->target;
        }
    }
    return late;
}

/* The state of the whole, and when it may become another by itself. */
static void judge(csuccess__onboarding *o, const csuccess__milestone_work *w)
{
    o->next = CSUCCESS__NEVER;
    bool late = is_late(o, w);
    if (o->done == o->count) {
        o->state = CSUCCESS__ONBOARDING_DONE;
        return;
    }
    o->state = CSUCCESS__ONBOARDING_ON_TRACK;
    if (!late) return;
    int64_t moved = o->last_at != CSUCCESS__NEVER ? o->last_at : o->beginning;
    int64_t stuck_at = moved + CSUCCESS__STUCK_MS;
    bool stuck = stuck_at <= w->m->step->now;
    o->state = stuck ? CSUCCESS__ONBOARDING_STUCK : CSUCCESS__ONBOARDING_BEHIND;
    if (!stuck && stuck_at < o->next) o->next = stuck_at;
}

void csuccess__onboarding_take(csuccess__onboarding *out, const csuccess__milestone_work *w)
{
    *out = (csuccess__onboarding){.beginning = INT64_MAX, .last_at = CSUCCESS__NEVER};
    for (uint32_t i = 0; i < w->all->count; i++) {
        take_value(out, &w->items[i]);
        if (w->items[i].of->onboarding) count_one(out, &w->items[i]);
    }
    if (out->beginning == INT64_MAX) out->beginning = first_advance(w->m);
    if (out->points > 0) {
        out->progress = out->points_done / out->points;
    } else if (out->count > 0) {
        out->progress = (double)out->done / (double)out->count;
    }
    out->expected = out->count > 0 ? expect(out, w) : CSUCCESS__NEVER;
    judge(out, w);
}

/* ---- Slots ---- */

void csuccess__milestones_show(const csuccess__milestone_work *w)
{
    csuccess__moment *m = w->m;
    csuccess__onboarding o;
    csuccess__value none = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    csuccess__onboarding_take(&o, w);
    for (uint32_t i = 0; i < w->all->count; i++) csuccess__milestone_show(m, &w->items[i]);
    double critical = o.critical ? (double)o.critical_done / (double)o.critical : 1;
    csuccess__value state = csuccess__moment_string(m, csuccess__str(overall_names[o.state]));
    m->slots[w->all->progress_slot] = o.count > 0 ? csuccess__number(o.progress) : none;
    m->slots[w->all->critical_slot] = csuccess__number(critical);
    m->slots[w->all->value_slot] = o.has_value ? csuccess__number(o.value_days) : none;
    m->slots[w->all->overall_slot] = o.count > 0 ? state : none;
}

/* Every slot is written, so that nothing of another customer stays in one. */
static void show_nothing(csuccess__moment *m)
{
    const csuccess__milestones *all = m->flow->milestones;
    csuccess__value none = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    const uint32_t whole[] = {all->progress_slot, all->critical_slot, all->value_slot,
                              all->overall_slot};
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) m->slots[whole[i]] = none;
    for (uint32_t i = 0; i < all->count; i++) {
        const csuccess__milestone *of = &all->list[i];
        const uint32_t slots[] = {of->achieved_slot, of->achieved_at_slot, of->last_at_slot,
                                  of->times_slot, of->state_slot};
        for (size_t k = 0; k < sizeof slots / sizeof slots[0]; k++) m->slots[slots[k]] = none;
    }
}

void csuccess__milestones_publish(csuccess__moment *m)
{
    csuccess__milestone_work w;
    if (!m->flow->milestones || m->flow->milestones->count == 0) return;
    show_nothing(m); /* `since` may read what is not published yet */
    if (csuccess__milestone_load(&w, m)) csuccess__milestones_show(&w);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of touches: added, told of, responded to, given back, forgotten. */
#include "intervene/touches.h"

#include "intervene/intervene.h"

enum { ID = sizeof((csuccess__touch *)0)->id };

/* What was counted or added up is so no more. */
static void note_change(csuccess__touches *all)
{
    all->changed = true;
    all->changes++;
    all->spent = -1;
}

/* ---- Adding ---- */

static csuccess_str keep(csuccess__turn *t, csuccess_str text)
{
    if (text.len == 0) return CSUCCESS_STR("");
    csuccess_str copy = csuccess__arena_copy(&t->desk->touches->texts, text);
    if (!copy.ptr) csuccess__step_fail(t->m->step, CSUCCESS_ENOMEM);
    return copy.ptr ? copy : CSUCCESS_STR("");
}

/* What a touch counts for: its definition (0), and the intervention of an action (1), which may be empty. */
static csuccess_str definition_of(csuccess__turn *t, const csuccess__touch *touch, int which)
{
    return which == 0 ? csuccess__touch_definition(t, touch->programme, touch->step)
                      : touch->intervention;
}

static bool is_of(const csuccess__touch *touch, csuccess_str definition)
{
    const csuccess_str programme = touch->programme, step = touch->step;
    if (csuccess__str_eq(definition, touch->intervention)) return true;
    if (definition.len == programme.len) return csuccess__str_eq(definition, programme);
    return definition.len == programme.len + 1 + step.len &&
           csuccess__str_starts(definition, programme) &&
           csuccess__str_starts(programme, CSUCCESS_STR("campaign/")) &&
           csuccess__str_ends(definition, step);
}

/* What its definitions have reached with it. */
static void count_reached(csuccess__turn *t, csuccess__touch *touch)
{
    for (int i = 0; i < 2; i++) {
        csuccess_str definition = definition_of(t, touch, i);
        if (definition.len == 0) continue;
        csuccess__reached r = csuccess__reached_of(t, definition);
        touch->before[i] = r.last_at < touch->decided ? r.last_at : touch->decided;
        r.last_at = touch->decided > r.last_at ? touch->decided : r.last_at;
        if (r.times < UINT32_MAX) r.times++;
        csuccess__reached_put(t, definition, &r);
    }
}

void csuccess__touch_add(csuccess__turn *t, const csuccess__touch *touch)
{
    csuccess__touches *all = t->desk->touches;
    csuccess__touch copy = *touch;
    csuccess_str *texts[] = {&copy.programme, &copy.step,    &copy.channel,     &copy.type,
                             &copy.contact,   &copy.ledgers, &copy.intervention};
    if (!t->of->tracks || t->m->step->failed < 0) return;
    if (all->count >= CSUCCESS__TOUCHES_MOST) {
        csuccess__step_fail(t->m->step, CSUCCESS_ELIMIT);
        return;
    }
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) *texts[i] = keep(t, *texts[i]);
    count_reached(t, &copy);
    if (t->m->step->failed < 0) return;
    (void)csuccess__touches_insert(t, &copy);
    note_change(all);
}

csuccess_str csuccess__candidate_channel(const csuccess__candidate *c,
                                         const csuccess__channel *by)
{
    if (by) return by->name;
    if (c->message) return c->message->channel;
    return c->intervention ? c->intervention->sending.channel : CSUCCESS_STR("");
}

static bool makes_task(const csuccess__candidate *c)
{
    const csuccess__intervention *of = c->action ? &c->action->what : c->intervention;
    return of && of->type && of->type->task;
}

void csuccess__touch_leave(csuccess__turn *t, const csuccess__candidate *c, uint32_t message)
{
    csuccess__touch touch = {.decided = t->m->step->now,
                             .class_ = c->class_,
                             .by_person = message == UINT32_MAX && makes_task(c),
                             .programme = c->programme,
                             .step = c->step,
                             .channel = csuccess__candidate_channel(c, c->by),
                             .type = c->type,
                             .contact = c->contact};
    if (c->action) touch.intervention = c->action->what.programme;
    if (c->id.len < ID) {
        csuccess__step_fail(t->m->step, CSUCCESS_EINVALID);
        return;
    }
    memcpy(touch.id, c->id.ptr, ID);
    if (!c->internal) csuccess__touch_add(t, &touch);
    csuccess__budget_reserve(t, c, message);
    /* Those of actions count once they are done. */
    const csuccess__touch *left =
        c->action || c->internal ? NULL : csuccess__touch_find(t, c->id);
    if (left) csuccess__campaign_spend(t, c->programme, left->decided, left->cost);
    if (!t->looking) csuccess__approval_used(t, c);
}

csuccess__touch *csuccess__touch_find(csuccess__turn *t, csuccess_str id)
{
    const csuccess__touches *all = t->desk->touches;
    for (uint32_t i = all->count; id.len >= ID && i-- > 0;) {
        if (memcmp(all->list[i].id, id.ptr, ID) == 0) return &all->list[i];
    }
    return NULL;
}

/* ---- What became of it ---- */

static void give_back(csuccess__turn *t, const csuccess__touch *touch)
{
    csuccess_str left = touch->ledgers, key;
    int64_t amount;
    while (csuccess__reservation_next(&left, &key, &amount)) {
        csuccess__step_delta(
            t->m->step,
            &(csuccess__effect_delta){.key = key, .delta = -amount, .message = UINT32_MAX});
    }
}

/* It is as if it had left no one: those that left after it have left after what was before it. How often it left stays: the next must not have its id. */
static void uncount_for(csuccess__turn *t, const csuccess__touch *gone, int which)
{
    csuccess__touches *all = t->desk->touches;
    csuccess_str definition = definition_of(t, gone, which);
    csuccess__reached r = csuccess__reached_of(t, definition);
    bool again = false;
    for (uint32_t i = 0; i < all->count; i++) {
        csuccess__touch *other = &all->list[i];
        if (!is_of(other, definition)) continue;
        int as = csuccess__str_eq(other->intervention, definition) ? 1 : 0;
        if (other->before[as] == gone->decided) other->before[as] = gone->before[which];
        again = again || other->decided == gone->decided;
    }
    if (r.last_at == gone->decided && !again) r.last_at = gone->before[which];
    csuccess__reached_put(t, definition, &r);
}

static void uncount(csuccess__turn *t, const csuccess__touch *gone)
{
    uncount_for(t, gone, 0);
    if (gone->intervention.len) uncount_for(t, gone, 1);
}

/* Its definitions have one more in a row without a response, or none. */
static void note_unanswered(csuccess__turn *t, const csuccess__touch *touch, bool answered)
{
    for (int i = 0; i < 2; i++) {
        csuccess_str definition = definition_of(t, touch, i);
        if (definition.len == 0) continue;
        csuccess__reached r = csuccess__reached_of(t, definition);
        if (answered && r.unanswered == 0) continue;
        r.unanswered = answered ? 0 : r.unanswered + (r.unanswered < UINT32_MAX ? 1 : 0);
        csuccess__reached_put(t, definition, &r);
    }
}

static void arrive(csuccess__turn *t, csuccess__touch *touch, int64_t at)
{
    touch->at = at != 0 ? at : 1; /* 0 is under way */
    touch->maybe = false;
    touch->ledgers = CSUCCESS_STR("");
    if (touch->response == CSUCCESS__RESPONSE_NONE) note_unanswered(t, touch, false);
}

void csuccess__touch_tried(csuccess__turn *t, csuccess_str id)
{
    csuccess__touch *touch = csuccess__touch_find(t, id);
    if (!touch || touch->at != 0 || touch->maybe) return;
    touch->maybe = true;
    note_change(t->desk->touches);
}

void csuccess__touch_told(csuccess__turn *t, csuccess_str id, bool arrived, int64_t at)
{
    csuccess__touches *all = t->desk->touches;
    csuccess__touch *touch = csuccess__touch_find(t, id);
    if (!touch || touch->at != 0 || t->m->step->failed < 0) return;
    if (arrived) {
        arrive(t, touch, at);
    } else {
        csuccess__touch gone = *touch;
        size_t behind = all->count - (size_t)(touch - all->list) - 1;
        memmove(touch, touch + 1, behind * sizeof *touch);
        all->count--;
        give_back(t, &gone);
        uncount(t, &gone);
        csuccess__campaign_spend(t, gone.programme, gone.decided, -gone.cost);
    }
    note_change(all);
}

/* By its id, or the last one on that channel. */
static csuccess__touch *find_answered(csuccess__turn *t, csuccess_str id, csuccess_str channel)
{
    const csuccess__touches *all = t->desk->touches;
    if (id.len) return csuccess__touch_find(t, id);
    for (uint32_t i = all->count; i-- > 0;) {
        csuccess__touch *touch = &all->list[i];
        if (channel.len == 0 || csuccess__str_eq(touch->channel, channel)) return touch;
    }
    return NULL;
}

bool csuccess__touch_responded(csuccess__turn *t, csuccess_str id, csuccess_str channel,
                               csuccess__response response)
{
    csuccess__touch *touch = find_answered(t, id, channel);
    if (!touch || response == CSUCCESS__RESPONSE_NONE) return touch != NULL;
    touch->response = response;
    note_change(t->desk->touches);
    note_unanswered(t, touch, true);
    return true;
}

uint32_t csuccess__touches_unanswered(csuccess__turn *t, csuccess_str definition)
{
    const csuccess__touches *all = t->desk->touches;
    uint32_t in_a_row = csuccess__reached_of(t, definition).unanswered, waits = 0;
    int64_t since = t->m->step->now - t->of->reach->unanswered_ms;
    for (uint32_t i = all->count; in_a_row > 0 && i-- > 0;) {
        const csuccess__touch *touch = &all->list[i];
        if (touch->at == 0 || touch->at <= since) continue;
        if (!is_of(touch, definition)) continue;
        if (touch->response != CSUCCESS__RESPONSE_NONE) break; /* those before are answered */
        waits++;
    }
    return in_a_row > waits ? in_a_row - waits : 0;
}

/* ---- Money ---- */

static bool same_month(const csuccess__civil *month, int64_t at)
{
    csuccess__civil civil;
    return csuccess__civil_from(&civil, at, 0) && civil.year == month->year &&
           civil.month == month->month;
}

int64_t csuccess__touches_spent(const csuccess__turn *t, int64_t at)
{
    csuccess__touches *all = t->desk->touches;
    csuccess__civil month;
    int64_t sum = 0;
    bool now = at == t->m->step->now;
    if (now && all->spent >= 0) return all->spent;
    if (!csuccess__civil_from(&month, at, 0)) return 0;
    for (uint32_t i = 0; i < all->count; i++) {
        const csuccess__touch *touch = &all->list[i];
        if (touch->cost == 0 || !same_month(&month, touch->decided)) continue;
        sum = sum > INT64_MAX - touch->cost ? INT64_MAX : sum + touch->cost;
    }
    if (now) all->spent = sum;
    return sum;
}

void csuccess__touches_release(csuccess__turn *t)
{
    csuccess__touches *all = t->desk->touches;
    for (uint32_t i = 0; i < all->count; i++) {
        csuccess__touch *touch = &all->list[i];
        if (touch->ledgers.len == 0 || touch->maybe) continue;
        give_back(t, touch);
        touch->ledgers = CSUCCESS_STR("");
        note_change(all);
    }
}

/* ---- Forgetting ---- */

void csuccess__touches_forget(csuccess__turn *t, csuccess_str contact)
{
    csuccess__touches *all = t->desk->touches;
    for (uint32_t i = 0; contact.len && i < all->count; i++) {
        csuccess__touch *touch = &all->list[i];
        if (!csuccess__str_eq(touch->contact, contact)) continue;
        /* A step of a programme that says it to several names whom: "welcome/ann". */
        bool action = csuccess__str_starts(touch->programme, CSUCCESS_STR("campaign/"));
        if (!action && csuccess__str_ends(touch->step, contact)) touch->step = CSUCCESS_STR("");
        touch->contact = CSUCCESS_STR("");
        touch->response = CSUCCESS__RESPONSE_NONE;
        touch->forgotten = true;
        note_change(all);
    }
}

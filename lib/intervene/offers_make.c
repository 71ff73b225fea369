/* SPDX-License-Identifier: Apache-2.0 */
/* What an offer would be for this customer now, and keeping it once it has left. */
#include "intervene/offers_internal.h"

#include "intervene/intervene.h"

#include <math.h>

#define WHOLE_MOST 9007199254740991.0 /* 2^53 - 1 */
static const csuccess_str nothing = {"", 0};

typedef struct making {
    csuccess__turn *t;
    const csuccess__candidate *c;
    csuccess__made_offer *out;
} making;

static csuccess__ruled allow(void)
{
    return (csuccess__ruled){.ruling = CSUCCESS__ALLOW};
}

static csuccess__ruled deny(csuccess__guard_kind guard, const char *reason)
{
    return (csuccess__ruled){.ruling = CSUCCESS__DENY,
                             .guard = guard,
                             .until = CSUCCESS__NEVER,
                             .reason = csuccess__str(reason)};
}

static csuccess__ruled wait_until(int64_t until, const char *reason)
{
    return (csuccess__ruled){.ruling = CSUCCESS__DEFER,
                             .guard = CSUCCESS__GUARD_BUDGET,
                             .until = until,
                             .reason = csuccess__str(reason)};
}

/* ---- What stands in its way ---- */

/* No stacking: one of its group is open. */
static csuccess__ruled ask_group(const making *w)
{
    csuccess__turn *t = w->t;
    uint32_t count,
        first = csuccess__state_of_kind(t->m->step->state, CSUCCESS__STATE_OFFER, &count);
    for (uint32_t i = 0; i < count; i++) {
        csuccess__offered of;
        if (!csuccess__offered_take(t, first + i, &of)) continue;
        bool open = of.state == CSUCCESS__OFFER_OPEN && of.expires_at > t->m->step->now;
        if (!open || !csuccess__str_eq(of.group, w->out->of->group)) continue;
        return (csuccess__ruled){.ruling = CSUCCESS__DEFER,
                                 .guard = CSUCCESS__GUARD_COOLDOWN,
                                 .until = of.expires_at,
                                 .reason = CSUCCESS_STR("another offer is open")};
    }
    return allow();
}

static csuccess__ruled ask_redemptions(const making *w)
{
    csuccess__turn *t = w->t;
    const csuccess__offer *of = w->out->of;
    csuccess__offer_tally tally;
    if (!csuccess__offer_tally_get(t, of->id, &tally)) {
        return deny(CSUCCESS__GUARD_BUDGET, "what is kept of it is damaged");
    }
    if (of->per_customer > 0 && tally.accepted >= (uint64_t)of->per_customer) {
        return deny(CSUCCESS__GUARD_BUDGET, "the customer has had its redemptions");
    }
    if (of->total == 0) return allow();
    if (tally.blocked_until > t->m->step->now && !t->m->redefined) {
        return wait_until(tally.blocked_until, "its redemptions are used up");
    }
    if (!csuccess__moment_was_refused(t->m, w->out->id)) return allow();
    /* Asking the ledger costs an advance that is thrown away: not again before the next look. */
    tally.blocked_until = csuccess__turn_next_look(t);
    if (!t->looking) csuccess__offer_tally_put(t, of->id, &tally);
    return wait_until(tally.blocked_until, "its redemptions are used up");
}

static csuccess_str incentives_key(csuccess__turn *t, const csuccess__campaign *campaign)
{
    return csuccess__turn_format(t, "incentives/%S", campaign->id);
}

/* What a campaign gives away in all. */
static csuccess__ruled ask_incentives(const making *w)
{
    const char *used_up = "its campaign's incentives are used up";
    csuccess__turn *t = w->t;
    const csuccess__campaign *campaign = csuccess__candidate_campaign(t, w->c);
    if (!campaign || !campaign->has_incentives || w->out->value == 0) return allow();
    if (w->out->value > campaign->incentives) {
        return deny(CSUCCESS__GUARD_BUDGET, "is worth more than its campaign gives away");
    }
    csuccess_str key = incentives_key(t, campaign);
    csuccess__reached reached = csuccess__reached_of(t, key);
    if (reached.blocked_until > t->m->step->now && !t->m->redefined) {
        return wait_until(reached.blocked_until, used_up);
    }
    /* The sum is that of this advance where the ledger was not read. */
    bool over = csuccess__moment_ledger(t->m, key) > campaign->incentives - w->out->value;
    if (!over && !csuccess__moment_was_refused(t->m, w->out->id)) return allow();
    reached.blocked_until = csuccess__turn_next_look(t);
    csuccess__reached_put(t, key, &reached);
    return wait_until(reached.blocked_until, used_up);
}

/* ---- What it is ---- */

/* The first that holds; NULL: none does. What is undecided does not hold. */
static const csuccess__offer_row *first_row(const making *w, const csuccess__offer_row *rows,
                                            uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (csuccess__moment_asks(w->t->m, rows[i].when) == CSUCCESS__TRUE) return &rows[i];
    }
    return NULL;
}

static csuccess__ruled find_type(const making *w)
{
    const csuccess__offer *of = w->out->of;
    const csuccess__offer_row *type = first_row(w, of->types, of->type_count);
    if (!type) return deny(CSUCCESS__GUARD_ELIGIBILITY, "no type of the offer fits");
    const csuccess__offer_row *duration = first_row(w, of->durations, of->duration_count);
    w->out->type = type->id;
    if (duration) w->out->duration = duration->duration;
    return allow();
}

/* Whole minor units, rounded down; what is whole but for the error of a decimal fraction (1e-9, or, of large numbers, some units in their last place) is whole. */
static int64_t minor_units(double major)
{
    double x = major * 100;
    if (!(x > 0)) return 0;
    if (x >= WHOLE_MOST) return (int64_t)WHOLE_MOST;
    double near = floor(x + 0.5), slack = x > 1e6 ? x * 1e-15 : 1e-9;
    if (slack > 0.25) slack = 0.25;
    return (int64_t)(fabs(x - near) <= slack ? near : floor(x));
}

static csuccess__ruled find_value(const making *w)
{
    const csuccess__offer *of = w->out->of;
    csuccess__approved decided;
    csuccess__value v = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    if (of->value) v = csuccess__moment_value(w->t->m, of->value);
    if (v.kind != CSUCCESS__KIND_NUMBER) {
        return deny(CSUCCESS__GUARD_ELIGIBILITY, "the value of the offer is not known");
    }
    int64_t value = minor_units(v.as.number);
    if (csuccess__approval_changes(w->t, w->c, &decided) && decided.value) {
        bool below = decided.value_caps && value < decided.value_is;
        if (!below) value = decided.value_is;
    }
    if (of->has_most && value > of->most) value = of->most;
    w->out->value = value;
    return allow();
}

/* `valid_for`, and not after the customer is expected to leave. */
static csuccess__ruled find_end(const making *w)
{
    csuccess__turn *t = w->t;
    int64_t now = t->m->step->now, end;
    if (!csuccess__time_add(&end, now, w->out->of->valid_for)) end = CSUCCESS__TIME_MAX;
    uint32_t slot = t->of->time_to_churn;
    if (slot != UINT32_MAX && t->m->slots[slot].kind == CSUCCESS__KIND_NUMBER) {
        double days = t->m->slots[slot].as.number;
        double left = (double)(end - now) / (double)CSUCCESS__DAY_MS;
        if (days < left) end = now + (int64_t)floor(days * (double)CSUCCESS__DAY_MS);
    }
    w->out->expires_at = end;
    if (end > now) return allow();
    return deny(CSUCCESS__GUARD_ELIGIBILITY,
                "the customer is expected to leave before it ends");
}

static csuccess__ruled find_conditions(const making *w)
{
    const csuccess__offer *of = w->out->of;
    csuccess__turn *t = w->t;
    csuccess__buffer *lines = &t->desk->text;
    csuccess__buffer_clear(lines);
    for (uint32_t i = 0; i < of->condition_count; i++) {
        const csuccess__offer_row *row = &of->conditions[i];
        if (csuccess__moment_asks(t->m, row->when) != CSUCCESS__TRUE) continue;
        if (lines->len) csuccess__buffer_char(lines, '\n');
        csuccess__buffer_str(lines, row->say);
    }
    if (lines->status < 0) csuccess__step_fail(t->m->step, lines->status);
    w->out->conditions = csuccess__turn_copy(t, csuccess__buffer_view(lines));
    return allow();
}

/* ---- Slots ---- */

static void show(csuccess__turn *t, const csuccess__made_offer *made)
{
    const csuccess__offers *of = t->of->offers;
    csuccess__value *slots = t->m->slots;
    if (of->count == 0) return;
    csuccess__offer_hide(t);
    slots[of->name_slot] = csuccess__moment_string(t->m, made->of->id);
    slots[of->type_slot] = csuccess__moment_string(t->m, made->type);
    slots[of->value_slot] = csuccess__number((double)made->value / 100);
    if (made->duration.months) {
        slots[of->months_slot] = csuccess__number(made->duration.months);
    }
    slots[of->expires_slot] = csuccess__time(made->expires_at);
    slots[of->conditions_slot] = csuccess__moment_string(t->m, made->conditions);
}

/* ---- All of it ---- */

csuccess__ruled csuccess__offer_make(csuccess__turn *t, const csuccess__candidate *c,
                                     csuccess__made_offer *out)
{
    typedef csuccess__ruled part(const making *);
    static part *const parts[] = {find_type,       find_value,     find_end,       ask_group,
                                  ask_redemptions, ask_incentives, find_conditions};
    csuccess__ruled ruled = allow();
    const making w = {t, c, out};
    const csuccess__intervention *what = c->action ? &c->action->what : c->intervention;
    *out = (csuccess__made_offer){
        .id = nothing, .type = nothing, .conditions = nothing, .of = what ? what->offer : NULL};
    if (!out->of) return deny(CSUCCESS__GUARD_ELIGIBILITY, "it has no offer");
    out->id = csuccess__turn_id(t, "offer", out->of->programme, c->programme, c->occurrence);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (ruled.ruling == CSUCCESS__ALLOW) ruled = parts[i](&w);
    }
    if (ruled.ruling == CSUCCESS__ALLOW && t->m->step->failed >= 0) {
        show(t, out);
    } else {
        csuccess__offer_hide(t);
    }
    return ruled;
}

csuccess__ruled csuccess__offer_asks(csuccess__turn *t, const csuccess__candidate *c,
                                     csuccess__guard_kind guard)
{
    csuccess__made_offer made;
    const csuccess__intervention *what = c->action ? &c->action->what : c->intervention;
    bool speaks = guard == CSUCCESS__GUARD_ELIGIBILITY || guard == CSUCCESS__GUARD_COOLDOWN ||
                  guard == CSUCCESS__GUARD_BUDGET;
    if (!speaks || !what || !what->offer) return allow();
    csuccess__ruled ruled = csuccess__offer_make(t, c, &made);
    csuccess__offer_hide(t);
    return ruled.ruling != CSUCCESS__ALLOW && ruled.guard == guard ? ruled : allow();
}

/* ---- Keeping ---- */

/* One of all redemptions is reserved before anybody knows of the offer. */
static csuccess_str reserve(csuccess__turn *t, const csuccess__made_offer *made)
{
    if (made->of->total == 0) return nothing;
    csuccess_str key = csuccess__offer_key(t, CSUCCESS_STR("redemptions/"), made->of->id);
    csuccess__step_delta(t->m->step, &(csuccess__effect_delta){.key = key,
                                                               .delta = 1,
                                                               .max = made->of->total,
                                                               .has_max = true,
                                                               .message = UINT32_MAX,
                                                               .pays = made->id});
    return key;
}

/* Of what its campaign gives away, what it is worth. */
static csuccess_str reserve_incentive(csuccess__turn *t, const csuccess__made_offer *made,
                                      const csuccess__candidate *c)
{
    const csuccess__campaign *campaign = csuccess__candidate_campaign(t, c);
    if (!campaign || !campaign->has_incentives || made->value == 0) return nothing;
    csuccess_str key = incentives_key(t, campaign);
    csuccess__reached reached = csuccess__reached_of(t, key);
    csuccess__step_delta(t->m->step, &(csuccess__effect_delta){.key = key,
                                                               .delta = made->value,
                                                               .max = campaign->incentives,
                                                               .has_max = true,
                                                               .message = UINT32_MAX,
                                                               .pays = made->id});
    if (reached.blocked_until == 0) return key;
    reached.blocked_until = 0;
    csuccess__reached_put(t, key, &reached);
    return key;
}

void csuccess__offer_keep(csuccess__turn *t, const csuccess__made_offer *made,
                          const csuccess__candidate *c)
{
    csuccess__step *step = t->m->step;
    csuccess__offer_tally tally;
    csuccess__offer_hide(t);
    if (step->failed < 0 || !csuccess__offer_tally_get(t, made->of->id, &tally)) return;
    const csuccess__offered of = {.state = CSUCCESS__OFFER_OPEN,
                                  .value = made->value,
                                  .months = (uint32_t)made->duration.months,
                                  .made_at = step->now,
                                  .expires_at = made->expires_at,
                                  .id = made->id,
                                  .offer = made->of->id,
                                  .group = made->of->group,
                                  .type = made->type,
                                  .conditions = made->conditions,
                                  .execution = c->id.ptr ? c->id : nothing,
                                  .ledger = reserve(t, made),
                                  .incentives = reserve_incentive(t, made, c)};
    tally.made++;
    tally.blocked_until = 0;
    csuccess__offer_tally_put(t, of.offer, &tally);
    csuccess__offered_put(step, &of);
    csuccess__step_due(step, of.expires_at);
    csuccess__offer_tell(t, &of, "made");
}

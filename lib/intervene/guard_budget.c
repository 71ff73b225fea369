/* SPDX-License-Identifier: Apache-2.0 */
/* The guard `budget`, and the reservations of what leaves: of the customer's month, of a campaign, of all customers together, of a channel.

   What a customer has spent is in its touches. The others are ledgers, which all customers share: whether there is room the store says when the reservation is committed. What it refused is remembered,
   so that it is not asked for again before the next month. */
#include "intervene/arbiter.h"
#include "intervene/campaigns_internal.h"
#include "intervene/intervene.h"

#define USED_UP CSUCCESS_STR("budget is used up")

/* What a candidate would pay into one ledger. */
typedef struct line {
    const csuccess__campaign *campaign; /* whose it is; neither: that of all together */
    const csuccess__channel *channel;
    int64_t amount, max;
    bool has_max, monthly;
} line;
enum { LINES = 3 };
typedef struct bill {
    int64_t own, all; /* minor units: without its channel's, and with them */
    line lines[LINES];
    uint32_t count;
} bill;

/* ---- The bill ---- */

/* What nobody could pay is more than every limit. */
static int64_t sum_of(int64_t a, int64_t b)
{
    return a > INT64_MAX - b ? INT64_MAX : a + b;
}

static int64_t at_least_nothing(int64_t cost)
{
    return cost > 0 ? cost : 0;
}

static csuccess_str month_key(csuccess__turn *t, const char *what)
{
    char date[CSUCCESS__DATE_TEXT];
    enum { MONTH = 7 }; /* "2026-11" */
    (void)csuccess__date_format(date, t->m->step->now);
    date[MONTH] = '\0';
    return csuccess__turn_format(t, "budget/%s/%s", what, date);
}

static csuccess_str channel_key(csuccess__turn *t, const csuccess__channel *channel)
{
    char bytes[1024];
    csuccess__text key;
    csuccess__text_init(&key, bytes, sizeof bytes);
    csuccess__channel_ledger(channel, t->m->step->now, &key);
    return csuccess__turn_copy(t, (csuccess_str){key.ptr, key.len});
}

/* Made where it is needed: most who are asked for have nothing to do with it. */
static csuccess_str key_of(csuccess__turn *t, const line *l)
{
    if (l->channel) return channel_key(t, l->channel);
    if (!l->campaign) return month_key(t, "total");
    return csuccess__turn_format(t, "budget/%S", l->campaign->programme);
}

static void bill_channel(bill *out, const csuccess__channel *by)
{
    if (!by || by->cost <= 0) return;
    out->lines[out->count++] = (line){.channel = by,
                                      .amount = by->cost,
                                      .max = by->budget,
                                      .has_max = by->has_budget,
                                      .monthly = by->monthly};
}

static void bill_campaign(bill *out, const csuccess__turn *t,
                          const csuccess__campaign *campaign)
{
    const csuccess__reach *reach = t->of->reach;
    if (!campaign || (!campaign->has_budget && !reach->has_campaign_budget)) return;
    out->lines[out->count++] =
        (line){.campaign = campaign,
               .amount = out->all,
               .max = campaign->has_budget ? campaign->budget : reach->campaign_budget,
               .has_max = true};
}

static void bill_total(bill *out, const csuccess__turn *t)
{
    const csuccess__reach *reach = t->of->reach;
    if (!reach->has_total_budget) return;
    out->lines[out->count++] = (line){
        .amount = out->all, .max = reach->total_budget, .has_max = true, .monthly = true};
}

static void open_bill(bill *out, const csuccess__candidate *c, const csuccess__channel *by)
{
    *out = (bill){.own = at_least_nothing(c->cost)};
    out->all = sum_of(out->own, by ? at_least_nothing(by->cost) : 0);
}

/* Of who goes to the team only its channel is paid. */
static void make_bill(bill *out, const csuccess__turn *t, const csuccess__candidate *c,
                      const csuccess__channel *by)
{
    open_bill(out, c, by);
    if (!c->internal && out->all > 0) {
        bill_campaign(out, t, csuccess__candidate_campaign(t, c));
        bill_total(out, t);
    }
    bill_channel(out, by);
}

/* ---- Ruling ---- */

static const csuccess__ruled allowed = {.ruling = CSUCCESS__ALLOW};

static csuccess__ruled defer(int64_t until, csuccess_str reason)
{
    return (csuccess__ruled){.ruling = CSUCCESS__DEFER,
                             .guard = CSUCCESS__GUARD_BUDGET,
                             .until = until,
                             .reason = reason};
}

static csuccess__ruled deny(csuccess_str reason)
{
    return (csuccess__ruled){.ruling = CSUCCESS__DENY,
                             .guard = CSUCCESS__GUARD_BUDGET,
                             .until = CSUCCESS__NEVER,
                             .reason = reason};
}

/* The first moment (UTC) of the month after that of `now`. */
static int64_t next_month(int64_t now)
{
    csuccess__civil civil;
    int64_t next;
    if (!csuccess__civil_from(&civil, now, 0)) return CSUCCESS__NEVER;
    const csuccess__civil first = {
        .year = civil.year + civil.month / 12, .month = civil.month % 12 + 1, .day = 1};
    return csuccess__civil_to(&next, &first, 0) ? next : CSUCCESS__NEVER;
}

/* Under which a refusal is remembered: the definition with its step. */
static csuccess_str blocked_key(csuccess__turn *t, const csuccess__candidate *c)
{
    return c->step.len ? csuccess__turn_format(t, "%S/%S", c->programme, c->step)
                       : c->programme;
}

static bool any_monthly(const bill *b)
{
    bool any = false;
    for (uint32_t i = 0; i < b->count; i++)
        any = any || (b->lines[i].has_max && b->lines[i].monthly);
    return any;
}

/* Which of its ledgers refused is not told: where one has a new month, that may be it. Without one it is denied, and asked again then all the same, as what others give back makes room. */
static csuccess__ruled refused(const bill *b, int64_t until)
{
    return any_monthly(b) ? defer(until, USED_UP) : deny(USED_UP);
}

static csuccess__ruled remember(csuccess__turn *t, const csuccess__candidate *c, const bill *b)
{
    csuccess_str key = blocked_key(t, c);
    csuccess__reached r = csuccess__reached_of(t, key);
    r.blocked_until = next_month(t->m->step->now);
    t->desk->touches->blocked = CSUCCESS__BLOCKED_UNKNOWN;
    if (r.blocked_until != CSUCCESS__NEVER) csuccess__reached_put(t, key, &r);
    return refused(b, r.blocked_until);
}

/* What is refused for sure by what is known here: more than there ever is, or than these sums leave. */
static bool is_over(csuccess__turn *t, const line *l)
{
    const csuccess__moment *m = t->m;
    if (!l->has_max || (m->ledger_count == 0 && m->step->out->delta_count == 0)) return false;
    return sum_of(csuccess__moment_ledger(m, key_of(t, l)), l->amount) > l->max;
}

static csuccess__ruled ask_ledgers(csuccess__turn *t, csuccess__candidate *c, const bill *b)
{
    const csuccess__moment *m = t->m;
    for (uint32_t i = 0; i < b->count; i++) {
        const line *l = &b->lines[i];
        if (l->has_max && l->amount > l->max) {
            return deny(CSUCCESS_STR("costs more than its budget"));
        }
    }
    bool over =
        m->refused_count > 0 && csuccess__moment_was_refused(m, csuccess__candidate_id(t, c));
    for (uint32_t i = 0; i < b->count && !over; i++) over = is_over(t, &b->lines[i]);
    return over ? remember(t, c, b) : allowed;
}

/* What its run has cost already, which another action may have begun in this turn; one that begins with it, nothing. */
static int64_t spent_by(csuccess__turn *t, const csuccess__candidate *c,
                        const csuccess__campaign *campaign)
{
    csuccess__campaign_run run;
    if (c->run) return c->run->spent;
    if (!csuccess__campaign_run_take(t, campaign->id, &run)) return 0;
    return c->action && !csuccess__campaign_running(&run) ? 0 : run.spent;
}

/* What a customer may cost in a month, and a campaign in its run. */
static csuccess__ruled ask_customer(csuccess__turn *t, const csuccess__candidate *c,
                                    int64_t cost)
{
    const csuccess__reach *reach = t->of->reach;
    const csuccess__campaign *campaign = csuccess__candidate_campaign(t, c);
    int64_t now = t->m->step->now;
    if (campaign && campaign->has_customer_budget) {
        int64_t spent = spent_by(t, c, campaign);
        if (sum_of(spent, cost) > campaign->customer_budget) {
            return deny(CSUCCESS_STR("the campaign's budget for a customer is used up"));
        }
    }
    if (!reach->has_customer_budget) return allowed;
    if (cost > reach->customer_budget) {
        return deny(CSUCCESS_STR("costs more than a customer's month"));
    }
    int64_t spent = csuccess__touches_spent(t, now);
    if (sum_of(spent, cost) <= reach->customer_budget) return allowed;
    return defer(next_month(now), CSUCCESS_STR("the customer's month is used up"));
}

/* Whether a ledger refused anything at all, as most customers know of none; looked up once a turn. */
static bool any_blocked(csuccess__turn *t)
{
    csuccess__touches *all = t->desk->touches;
    const csuccess__state *state = t->m->step->state;
    uint32_t count = 0, first = csuccess__state_of_kind(state, CSUCCESS__STATE_REACHED, &count);
    if (all->blocked == CSUCCESS__BLOCKED_UNKNOWN) {
        all->blocked = CSUCCESS__BLOCKED_NONE;
        for (uint32_t i = first; i < first + count; i++) {
            if (csuccess__reached_of(t, state->fields[i].name).blocked_until == 0) continue;
            all->blocked = CSUCCESS__BLOCKED_SOME;
            break;
        }
    }
    return all->blocked == CSUCCESS__BLOCKED_SOME;
}

/* Whether a ledger refused it, and it is not time to ask again. Another configuration may have another budget. */
static bool is_blocked(csuccess__turn *t, const csuccess__candidate *c, int64_t *until)
{
    if (!any_blocked(t)) return false;
    csuccess_str key = blocked_key(t, c);
    csuccess__reached r = csuccess__reached_of(t, key);
    *until = r.blocked_until;
    if (r.blocked_until == 0) return false;
    if (r.blocked_until > t->m->step->now && !t->m->redefined) return true;
    r.blocked_until = 0;
    csuccess__reached_put(t, key, &r);
    return false;
}

csuccess__ruled csuccess__ask_budget(csuccess__turn *t, csuccess__candidate *c,
                                     const csuccess__channel *by)
{
    bill b;
    int64_t until;
    open_bill(&b, c, by);
    if (b.all == 0 || t->m->step->failed < 0) return allowed;
    if (!c->internal) {
        csuccess__ruled customer = ask_customer(t, c, b.all);
        if (customer.ruling != CSUCCESS__ALLOW) return customer;
    }
    make_bill(&b, t, c, by);
    if (b.count == 0) return allowed;
    if (is_blocked(t, c, &until)) return refused(&b, until);
    return ask_ledgers(t, c, &b);
}

/* ---- Reserving ---- */

static void hold_in_touch(csuccess__turn *t, csuccess__touch *touch, const bill *b,
                          const csuccess_str *keys)
{
    csuccess__touches *all = t->desk->touches;
    csuccess__buffer *out = t->m->step->scratch;
    csuccess__buffer_clear(out);
    for (uint32_t i = 0; i < b->count; i++) {
        csuccess__wire_str(out, keys[i]);
        csuccess__wire_u64(out, (uint64_t)b->lines[i].amount);
    }
    touch->ledgers = CSUCCESS_STR("");
    touch->cost = b->all;
    all->changed = true;
    all->spent = -1;
    if (out->status >= 0 && out->len == 0) return;
    csuccess_str copy = csuccess__arena_copy(&all->texts, csuccess__buffer_view(out));
    if (out->status >= 0 && copy.ptr) {
        touch->ledgers = copy;
    } else {
        csuccess__step_fail(t->m->step, CSUCCESS_ENOMEM);
    }
}

void csuccess__budget_reserve(csuccess__turn *t, const csuccess__candidate *c, uint32_t message)
{
    bill b;
    csuccess_str keys[LINES];
    if (t->m->step->failed < 0) return;
    make_bill(&b, t, c, c->by);
    for (uint32_t i = 0; i < b.count; i++) {
        const line *l = &b.lines[i];
        keys[i] = key_of(t, l);
        if (t->looking) continue;
        csuccess__step_delta(t->m->step,
                             &(csuccess__effect_delta){
                                 .key = keys[i],
                                 .delta = l->amount,
                                 .max = l->max,
                                 .has_max = l->has_max,
                                 .message = message,
                                 .pays = message == UINT32_MAX ? c->id : CSUCCESS_STR("")});
    }
    csuccess__touch *touch = c->internal ? NULL : csuccess__touch_find(t, c->id);
    if (touch) hold_in_touch(t, touch, &b, keys);
}

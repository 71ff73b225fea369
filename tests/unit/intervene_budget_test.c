/* SPDX-License-Identifier: Apache-2.0 */
/* The guard `budget` and reservations in single cases. */
#include "intervene_touching.h"

#define DAY TOUCHING_DAY
#define HOUR TOUCHING_HOUR
#define START INT64_C(1793491200000) /* 2026-11-01T00:00:00Z */
#define DECEMBER (START + 30 * DAY)

static csuccess__candidate mail(const csuccess__channel *by, int64_t cost)
{
    return (csuccess__candidate){.kind = CSUCCESS__CANDIDATE_INTERVENTION,
                                 .programme = CSUCCESS_STR("intervention/mail"),
                                 .cost = cost,
                                 .by = by,
                                 .id = CSUCCESS_STR("0123456789abcdef0123456789abcdef")};
}

static csuccess__ruled ask(touching *w, csuccess__candidate c)
{
    return csuccess__ask_budget(&w->turn, &c, c.by);
}

#define CHECK_HELD(ruled, how, time) \
    do { \
        csuccess__ruled is_ = (ruled); \
        CHECK(is_.ruling == (how) && is_.guard == CSUCCESS__GUARD_BUDGET); \
        CHECK_INT(is_.until, (time)); \
        CHECK(is_.reason.len > 0); \
    } while (0)
#define CHECK_LET(ruled) CHECK((ruled).ruling == CSUCCESS__ALLOW)

static void months_of_a_customer(void)
{
    touching w;
    CHECK_OK(touching_open(&w, csuccess__malloc_allocator(), NULL, "Asia/Kolkata"));
    csuccess__channel sms = {.name = CSUCCESS_STR("sms"), .cost = 10};
    w.reach.has_customer_budget = true;
    w.reach.customer_budget = 100;
    touching_begin(&w, START + DAY);
    CHECK_LET(ask(&w, mail(&sms, 90)));
    CHECK_HELD(ask(&w, mail(&sms, 91)), CSUCCESS__DENY, CSUCCESS__NEVER);
    CHECK_HELD(ask(&w, mail(&sms, INT64_MAX)), CSUCCESS__DENY, CSUCCESS__NEVER);
    csuccess__candidate c = mail(&sms, 50);
    csuccess__touch_leave(&w.turn, &c, UINT32_MAX);
    CHECK_LET(ask(&w, mail(&sms, 30)));
    CHECK_HELD(ask(&w, mail(&sms, 31)), CSUCCESS__DEFER, DECEMBER);
    CHECK_LET(ask(&w, mail(NULL, 40)));
    csuccess__candidate staff = mail(&sms, 80);
    staff.internal = true;
    CHECK_LET(ask(&w, staff));
    CHECK_OK(touching_end(&w));
    touching_begin(&w, DECEMBER);
    CHECK_LET(ask(&w, mail(&sms, 90)));
    touching_begin(&w, START + 2 * DAY);
    csuccess__touch_told(&w.turn, c.id, false, 0);
    CHECK_LET(ask(&w, mail(&sms, 90)));
    touching_close(&w);
}

static void runs_of_a_campaign(void)
{
    touching w;
    csuccess__campaign spring = {.programme = CSUCCESS_STR("campaign/spring"),
                                 .has_customer_budget = true,
                                 .customer_budget = 50};
    csuccess__campaign_action action = {.of = &spring};
    csuccess__campaign_run run = {.of = &spring, .spent = 20};
    CHECK_OK(touching_open(&w, csuccess__malloc_allocator(), NULL, "UTC"));
    touching_begin(&w, START);
    csuccess__candidate c = mail(NULL, 50);
    c.action = &action;
    CHECK_LET(ask(&w, c));
    c.cost = 51;
    CHECK_HELD(ask(&w, c), CSUCCESS__DENY, CSUCCESS__NEVER);
    c.run = &run;
    c.cost = 30;
    CHECK_LET(ask(&w, c));
    c.cost = 31;
    CHECK_HELD(ask(&w, c), CSUCCESS__DENY, CSUCCESS__NEVER);
    touching_close(&w);
}

static void check_delta(const touching *w, uint32_t at, const char *key, int64_t delta)
{
    if (!CHECK(at < w->effects.delta_count)) return;
    CHECK_STR(w->effects.deltas[at].key, key);
    CHECK_INT(w->effects.deltas[at].delta, delta);
}

static void what_is_reserved(void)
{
    touching w;
    csuccess__campaign spring = {.programme = CSUCCESS_STR("campaign/spring")};
    csuccess__campaign_action action = {.of = &spring};
    csuccess__channel email = {.name = CSUCCESS_STR("email"),
                               .cost = 3,
                               .has_budget = true,
                               .monthly = true,
                               .budget = 10};
    CHECK_OK(touching_open(&w, csuccess__malloc_allocator(), NULL, "UTC"));
    w.reach.has_campaign_budget = w.reach.has_total_budget = true;
    w.reach.campaign_budget = 1000;
    w.reach.total_budget = 2000;
    touching_begin(&w, START);
    csuccess__candidate c = mail(&email, 40);
    c.action = &action;
    c.programme = spring.programme;
    c.step = CSUCCESS_STR("mail");
    CHECK_LET(ask(&w, c));
    csuccess__touch_leave(&w.turn, &c, 0);
    CHECK_UINT(w.effects.delta_count, 3);
    check_delta(&w, 0, "budget/campaign/spring", 43);
    check_delta(&w, 1, "budget/total/2026-11", 43);
    check_delta(&w, 2, "budget/email/2026-11", 3);
    for (uint32_t i = 0; i < w.effects.delta_count; i++) {
        static const int64_t limits[] = {1000, 2000, 10};
        CHECK(w.effects.deltas[i].has_max && w.effects.deltas[i].message == 0);
        CHECK_INT(w.effects.deltas[i].max, limits[i]);
        CHECK_UINT(w.effects.deltas[i].pays.len, 0);
    }
    CHECK_OK(touching_end(&w));
    touching_close(&w);
}

static void what_is_given_back(void)
{
    touching w;
    csuccess__campaign spring = {.programme = CSUCCESS_STR("campaign/spring")};
    csuccess__campaign_action action = {.of = &spring};
    csuccess__channel email = {.name = CSUCCESS_STR("email"), .cost = 3, .monthly = true};
    CHECK_OK(touching_open(&w, csuccess__malloc_allocator(), NULL, "UTC"));
    w.reach.has_campaign_budget = w.reach.has_total_budget = true;
    w.reach.campaign_budget = 1000;
    w.reach.total_budget = 2000;
    touching_begin(&w, START);
    csuccess__candidate c = mail(&email, 40);
    c.action = &action;
    c.programme = spring.programme;
    csuccess__touch_leave(&w.turn, &c, 0);
    CHECK_OK(touching_end(&w));
    /* It never arrives: the same keys, whatever the configuration says by then. */
    w.reach.has_total_budget = false;
    touching_begin(&w, DECEMBER);
    csuccess__touch_told(&w.turn, c.id, false, 0);
    CHECK_UINT(w.effects.delta_count, 3);
    check_delta(&w, 0, "budget/campaign/spring", -43);
    check_delta(&w, 1, "budget/total/2026-11", -43);
    check_delta(&w, 2, "budget/email/2026-11", -3);
    CHECK(!w.effects.deltas[0].has_max && w.effects.deltas[0].message == UINT32_MAX);
    CHECK_OK(touching_end(&w));
    /* A task is paid by its execution; what goes to the team pays its channel only. */
    touching_begin(&w, DECEMBER);
    csuccess__touch_leave(&w.turn, &c, UINT32_MAX);
    CHECK_UINT(w.effects.delta_count, 2);
    check_delta(&w, 1, "budget/email/2026-12", 3);
    CHECK(csuccess__str_eq(w.effects.deltas[0].pays, c.id));
    c.internal = true;
    csuccess__touch_leave(&w.turn, &c, 1);
    CHECK_UINT(w.effects.delta_count, 3);
    check_delta(&w, 2, "budget/email/2026-12", 3);
    CHECK_UINT(w.desk.touches->count, 1);
    c.internal = false;
    /* An erasure gives back what is under way, once. */
    csuccess__touches_release(&w.turn);
    CHECK_UINT(w.effects.delta_count, 5);
    check_delta(&w, 3, "budget/campaign/spring", -43);
    csuccess__touches_release(&w.turn);
    CHECK_UINT(w.effects.delta_count, 5);
    touching_close(&w);
}

/* Deferred to the next month where one of its ledgers has months, and remembered until then. */
static void refusals(void)
{
    touching w;
    csuccess__channel email = {.name = CSUCCESS_STR("email"),
                               .cost = 3,
                               .has_budget = true,
                               .monthly = true,
                               .budget = 10};
    csuccess__channel fax = {
        .name = CSUCCESS_STR("fax"), .cost = 3, .has_budget = true, .budget = 10};
    CHECK_OK(touching_open(&w, csuccess__malloc_allocator(), NULL, "UTC"));
    csuccess__candidate c = mail(&email, 0), other = mail(&email, 0), by_fax = mail(&fax, 0);
    other.programme = CSUCCESS_STR("intervention/other");
    other.id = by_fax.id = CSUCCESS_STR("ffff456789abcdef0123456789abcdef");
    by_fax.programme = CSUCCESS_STR("intervention/fax");
    const csuccess_str refused[] = {c.id, by_fax.id};
    touching_begin(&w, START + HOUR);
    w.moment.refused = refused;
    w.moment.refused_count = 1;
    CHECK_HELD(ask(&w, c), CSUCCESS__DEFER, DECEMBER);
    CHECK_LET(ask(&w, other));
    w.moment.refused_count = 2;
    CHECK_HELD(ask(&w, by_fax), CSUCCESS__DENY, CSUCCESS__NEVER);
    CHECK_OK(touching_end(&w));
    w.moment.refused_count = 0;
    touching_begin(&w, DECEMBER - 1);
    CHECK_HELD(ask(&w, c), CSUCCESS__DEFER, DECEMBER);
    CHECK_HELD(ask(&w, by_fax), CSUCCESS__DENY, CSUCCESS__NEVER);
    CHECK_LET(ask(&w, other));
    w.turn.looking = w.moment.redefined = true;
    CHECK_LET(ask(&w, c));
    w.turn.looking = w.moment.redefined = false;
    CHECK_HELD(ask(&w, c), CSUCCESS__DEFER, DECEMBER);
    touching_begin(&w, DECEMBER);
    CHECK_LET(ask(&w, c));
    CHECK_LET(ask(&w, by_fax));
    CHECK_OK(touching_end(&w));
    CHECK_UINT(w.state.count, 0); /* nothing is remembered any more */
    /* More than there ever is; and what the sums that are known leave. */
    touching_begin(&w, DECEMBER);
    email.budget = 2;
    CHECK_HELD(ask(&w, c), CSUCCESS__DENY, CSUCCESS__NEVER);
    email.budget = 10;
    csuccess__ledger_sum sums[] = {{CSUCCESS_STR("budget/email/2026-12"), 7}};
    w.moment.ledgers = sums;
    w.moment.ledger_count = 1;
    CHECK_LET(ask(&w, c));
    sums[0].sum = 8;
    CHECK_HELD(ask(&w, c), CSUCCESS__DEFER, DECEMBER + 31 * DAY);
    touching_close(&w);
}

CHECK_MAIN(CHECK_TEST(months_of_a_customer), CHECK_TEST(runs_of_a_campaign),
           CHECK_TEST(what_is_reserved), CHECK_TEST(what_is_given_back), CHECK_TEST(refusals))

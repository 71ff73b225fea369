/* SPDX-License-Identifier: Apache-2.0 */
/* Budgets of customers who share ledgers, against a plain list of what was spent. The store is a table here: it refuses what would pass a limit, and the step is taken again, as an engine does. */
#include "intervene_touching.h"

#define DAY TOUCHING_DAY
#define HOUR TOUCHING_HOUR
#define START INT64_C(1793491200000) /* 2026-11-01T00:00:00Z */

enum { CUSTOMERS = 4, SENDS = 400, KEYS = 64, CANDIDATES = 3 };

typedef struct ledger {
    char key[64];
    int64_t sum;
} ledger;

/* What was sent, to be counted anew for every question. */
typedef struct send {
    uint64_t id;
    int customer, campaign; /* 0, 1; -1: none */
    int channel;
    int64_t decided, cost, paid; /* minor units: all, and its channel's */
    bool internal, told, arrived, erased;
} send;

typedef struct market {
    touching w;
    csuccess__buffer states[CUSTOMERS], work;
    ledger ledgers[KEYS];
    int ledger_count;
    send sends[SENDS];
    int send_count;
    uint64_t next_id;
    int64_t now;
    int64_t blocked[CUSTOMERS][8]; /* by definition: 2 actions, 2 interventions, a task */
    csuccess__channel channels[3];
    csuccess__campaign campaigns[2];
    csuccess__campaign_action actions[2];
    char ids[CANDIDATES][65];
    csuccess_str refused[CANDIDATES];
    uint32_t refused_count;
    csuccess__ruled ruled[CANDIDATES];
    unsigned long long asked, refusals, held, erased;
} market;

static uint64_t seed;
static int below(int n)
{
    return (int)(check_random(&seed) % (uint64_t)n);
}

static bool same_month(int64_t a, int64_t b)
{
    csuccess__civil x, y;
    return csuccess__civil_from(&x, a, 0) && csuccess__civil_from(&y, b, 0) &&
           x.month == y.month && x.year == y.year;
}

static bool holds(const send *s) /* its money is spent, or reserved */
{
    return s->told ? s->arrived : !s->erased;
}

/* What was spent of a limit: of a customer's month, a campaign, a month, a channel. */
typedef struct limit {
    int customer, campaign, channel; /* -1: any */
    bool monthly, of_channel;
} limit;
static bool is_spent(limit of, const send *s)
{
    if (!holds(s)) return false;
    if (of.of_channel) return s->channel == of.channel;
    if (s->internal) return false;
    if (of.customer >= 0 && (s->customer != of.customer || s->erased)) return false;
    return of.campaign < 0 || s->campaign == of.campaign;
}

static int64_t spent(const market *m, limit of)
{
    int64_t sum = 0;
    for (int i = 0; i < m->send_count; i++) {
        const send *s = &m->sends[i];
        bool now = !of.monthly || same_month(s->decided, m->now);
        if (now && is_spent(of, s)) sum += of.of_channel ? s->paid : s->cost;
    }
    return sum;
}

static int64_t sum_of(const market *m, csuccess_str key)
{
    for (int i = 0; i < m->ledger_count; i++) {
        if (csuccess__str_is(key, m->ledgers[i].key)) return m->ledgers[i].sum;
    }
    return 0;
}

static void add_to(market *m, csuccess_str key, int64_t delta)
{
    int i = 0;
    while (i < m->ledger_count && !csuccess__str_is(key, m->ledgers[i].key)) i++;
    if (i == m->ledger_count && CHECK(m->ledger_count < KEYS && key.len < 64)) {
        memcpy(m->ledgers[m->ledger_count++].key, key.ptr, key.len);
    }
    m->ledgers[i].sum += delta;
    CHECK(m->ledgers[i].sum >= 0);
}

static void note_refused(market *m, csuccess_str id)
{
    m->refusals++;
    for (int k = 0; k < CANDIDATES; k++) {
        if (!csuccess__str_eq(id, check_view(m->ids[k]))) continue;
        m->refused[m->refused_count++] = check_view(m->ids[k]);
    }
}

/* What a ledger comes to with the first so many deltas. */
static int64_t sum_with(const market *m, csuccess_str key, uint32_t count)
{
    int64_t sum = sum_of(m, key);
    for (uint32_t i = 0; i < count; i++) {
        const csuccess__effect_delta *d = &m->w.effects.deltas[i];
        if (csuccess__str_eq(d->key, key)) sum += d->delta;
    }
    return sum;
}

/* The store: all of them, or the id of what the first refused one pays for. */
static bool commit(market *m)
{
    const csuccess__effects *out = &m->w.effects;
    for (uint32_t i = 0; i < out->delta_count; i++) {
        const csuccess__effect_delta *d = &out->deltas[i];
        if (d->delta <= 0 || !d->has_max || sum_with(m, d->key, i + 1) <= d->max) continue;
        note_refused(m, d->message != UINT32_MAX ? out->messages[d->message].id : d->pays);
        return false;
    }
    for (uint32_t i = 0; i < out->delta_count; i++) {
        add_to(m, out->deltas[i].key, out->deltas[i].delta);
    }
    return true;
}

/* A candidate of the model: which definition, by which channel, what it costs. */
typedef struct wish {
    int definition; /* 0, 1 actions; 2, 3 interventions; 4 a task */
    int channel;
    int64_t cost;
    bool internal;
} wish;

static csuccess__candidate candidate_of(market *m, const wish *one, int number)
{
    static const char *const programmes[] = {"campaign/a", "campaign/b", "intervention/c",
                                             "intervention/d", "intervention/task"};
    csuccess__candidate c = {.kind = CSUCCESS__CANDIDATE_INTERVENTION,
                             .programme = check_view(programmes[one->definition]),
                             .cost = one->cost,
                             .internal = one->internal,
                             .by = &m->channels[one->channel],
                             .id = check_view(m->ids[number])};
    if (one->definition < 2) {
        c.action = &m->actions[one->definition];
        c.step = CSUCCESS_STR("mail");
    }
    return c;
}

/* Asks and sends; what became of each is in m->ruled. */
static void take_step(market *m, const wish *wishes, int count, int told, bool arrived)
{
    char id[65];
    touching_begin(&m->w, m->now);
    m->w.moment.refused = m->refused;
    m->w.moment.refused_count = m->refused_count;
    if (told >= 0) {
        csuccess__touch_told(&m->w.turn, touching_id(id, m->sends[told].id), arrived, m->now);
    }
    for (int i = 0; i < count; i++) {
        csuccess__candidate c = candidate_of(m, &wishes[i], i);
        m->ruled[i] = csuccess__ask_budget(&m->w.turn, &c, c.by);
        if (m->ruled[i].ruling != CSUCCESS__ALLOW) continue;
        uint32_t message = UINT32_MAX;
        if (wishes[i].definition != 4) {
            csuccess__effect_message out = {.id = c.id, .channel = c.by->name};
            message = csuccess__step_message(&m->w.step, &out);
            m->w.effects.messages[message].id = c.id;
        }
        csuccess__touch_leave(&m->w.turn, &c, message);
    }
    CHECK_OK(touching_end(&m->w));
}

static void load(market *m, int customer)
{
    csuccess__buffer_clear(&m->work);
    csuccess__buffer_str(&m->work, csuccess__buffer_view(&m->states[customer]));
    csuccess__state_clear(&m->w.state);
    if (m->work.len == 0) return;
    CHECK_OK(
        csuccess__state_read(&m->w.state, csuccess__buffer_view(&m->work), 1u << 20, NULL));
}

static void save(market *m, int customer)
{
    m->w.state.head.at = m->w.state.head.created_at = 0;
    m->w.state.head.due = INT64_MAX;
    csuccess__buffer_clear(&m->states[customer]);
    csuccess__state_write(&m->states[customer], &m->w.state);
}

/* ---- What the model expects ---- */

static int64_t next_month(int64_t now)
{
    int64_t at = now - now % DAY;
    while (same_month(at, now)) at += DAY;
    return at;
}

/* Whether one of the ledgers that it pays into has no room for it. */
static bool is_over(const market *m, const wish *one)
{
    const csuccess__channel *by = &m->channels[one->channel];
    int campaign = one->definition < 2 ? one->definition : -1;
    int64_t all = one->cost + by->cost;
    limit total = {-1, -1, -1, true, false}, run = {-1, campaign, -1, false, false};
    limit channel = {-1, -1, one->channel, by->monthly, true};
    bool over = by->has_budget && spent(m, channel) + by->cost > by->budget;
    if (one->internal) return over;
    over = over || spent(m, total) + all > m->w.reach.total_budget;
    if (campaign < 0) return over;
    return over || spent(m, run) + all >
                       (campaign == 0 ? m->campaigns[0].budget : m->w.reach.campaign_budget);
}

/* What is free needs no room; the team's costs what its channel does. */
static bool is_free(const market *m, const wish *one)
{
    int64_t by = m->channels[one->channel].cost;
    return by == 0 && (one->internal || one->cost == 0);
}

/* Of the customer's own month. */
static csuccess__ruling of_the_month(const market *m, int customer, const wish *one)
{
    int64_t all = one->cost + m->channels[one->channel].cost;
    int64_t most = m->w.reach.customer_budget;
    if (one->internal) return CSUCCESS__ALLOW;
    if (all > most) return CSUCCESS__DENY;
    return spent(m, (limit){customer, -1, -1, true, false}) + all > most ? CSUCCESS__DEFER
                                                                         : CSUCCESS__ALLOW;
}

static csuccess__ruling expected(market *m, int customer, const wish *one, int64_t *until)
{
    int64_t *blocked = &m->blocked[customer][one->definition];
    bool monthly = !one->internal || m->channels[one->channel].monthly;
    *until = CSUCCESS__NEVER;
    if (is_free(m, one)) return CSUCCESS__ALLOW;
    csuccess__ruling month = of_the_month(m, customer, one);
    if (month == CSUCCESS__DEFER) *until = next_month(m->now);
    if (month != CSUCCESS__ALLOW) return month;
    if (*blocked <= m->now) {
        if (!is_over(m, one)) return CSUCCESS__ALLOW;
        *blocked = next_month(m->now);
    }
    if (monthly) *until = *blocked; /* the total's months, or the channel's */
    return monthly ? CSUCCESS__DEFER : CSUCCESS__DENY;
}

static void note_sends(market *m, int customer, const wish *wishes, int count)
{
    for (int i = 0; i < count; i++) {
        int64_t until;
        csuccess__ruling wanted = expected(m, customer, &wishes[i], &until);
        m->asked++;
        m->held += wanted != CSUCCESS__ALLOW;
        CHECK_INT(m->ruled[i].ruling, wanted);
        if (wanted != CSUCCESS__ALLOW) CHECK_INT(m->ruled[i].until, until);
        if (wanted != CSUCCESS__ALLOW) continue;
        const csuccess__channel *by = &m->channels[wishes[i].channel];
        m->sends[m->send_count++] =
            (send){.id = m->next_id + (uint64_t)i,
                   .customer = customer,
                   .campaign = wishes[i].definition < 2 ? wishes[i].definition : -1,
                   .channel = wishes[i].channel,
                   .decided = m->now,
                   .cost = wishes[i].cost + by->cost,
                   .paid = by->cost,
                   .internal = wishes[i].internal,
                   /* nobody tells of what went to the team */
                   .told = wishes[i].internal,
                   .arrived = wishes[i].internal};
    }
    m->next_id += CANDIDATES;
}

/* ---- A history ---- */

/* One of the customer's that is under way; -1: none. */
static int under_way(const market *m, int customer)
{
    for (int i = m->send_count, tries = 40; i > 0 && tries > 0; tries--) {
        int at = below(m->send_count);
        const send *s = &m->sends[at];
        if (s->customer == customer && !s->told && !s->erased) return at;
    }
    return -1;
}

static void advance(market *m, int customer, int told, bool arrived)
{
    wish wishes[CANDIDATES];
    int count = m->send_count + CANDIDATES <= SENDS ? below(CANDIDATES + 1) : 0;
    csuccess__ledger_sum sums[KEYS];
    for (int i = 0; i < count; i++) {
        wishes[i] = (wish){below(5), below(3), below(3) ? below(60) : 0, below(12) == 0};
        (void)touching_id(m->ids[i], m->next_id + (uint64_t)i);
    }
    /* Some engines have loaded the sums, most have not: it makes no difference. */
    m->w.moment.ledgers = sums;
    m->w.moment.ledger_count = below(3) ? 0 : (uint32_t)m->ledger_count;
    for (int i = 0; i < m->ledger_count; i++) {
        sums[i] = (csuccess__ledger_sum){check_view(m->ledgers[i].key), m->ledgers[i].sum};
    }
    m->refused_count = 0;
    do {
        load(m, customer);
        take_step(m, wishes, count, told, arrived);
    } while (!commit(m));
    save(m, customer);
    if (told >= 0) {
        m->sends[told].told = true;
        m->sends[told].arrived = arrived;
    }
    note_sends(m, customer, wishes, count);
}

static void erase(market *m, int customer)
{
    load(m, customer);
    touching_begin(&m->w, m->now);
    csuccess__touches_release(&m->w.turn);
    CHECK(commit(m));
    csuccess__buffer_clear(&m->states[customer]);
    memset(m->blocked[customer], 0, sizeof m->blocked[customer]);
    m->erased++;
    for (int i = 0; i < m->send_count; i++) {
        if (m->sends[i].customer == customer) m->sends[i].erased = true;
    }
}

/* The sums of all ledgers are what the list comes to, and within their limits. */
static bool is_balanced(const market *m)
{
    unsigned before = check_failures;
    char total[64];
    csuccess__civil civil;
    CHECK(csuccess__civil_from(&civil, m->now, 0));
    snprintf(total, sizeof total, "budget/total/%04d-%02d", civil.year, civil.month);
    CHECK_INT(sum_of(m, check_view(total)), spent(m, (limit){-1, -1, -1, true, false}));
    CHECK_INT(sum_of(m, CSUCCESS_STR("budget/campaign/a")),
              spent(m, (limit){-1, 0, -1, false, false}));
    CHECK_INT(sum_of(m, CSUCCESS_STR("budget/campaign/b")),
              spent(m, (limit){-1, 1, -1, false, false}));
    CHECK_INT(sum_of(m, CSUCCESS_STR("budget/fax")), spent(m, (limit){-1, -1, 1, false, true}));
    for (int i = 0; i < m->ledger_count; i++) {
        const ledger *l = &m->ledgers[i];
        bool is_total = strncmp(l->key, "budget/total/", 13) == 0;
        bool is_email = strncmp(l->key, "budget/email/", 13) == 0;
        int64_t most = is_total                                   ? m->w.reach.total_budget
                       : is_email                                 ? m->channels[0].budget
                       : strcmp(l->key, "budget/fax") == 0        ? m->channels[1].budget
                       : strcmp(l->key, "budget/campaign/a") == 0 ? m->campaigns[0].budget
                                                                  : m->w.reach.campaign_budget;
        CHECK(l->sum <= most);
    }
    return check_failures == before;
}

static void open_market(market *m)
{
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    memset(m->ledgers, 0, sizeof m->ledgers);
    memset(m->blocked, 0, sizeof m->blocked);
    m->ledger_count = m->send_count = 0;
    m->next_id = 1;
    m->now = START + below(50) * DAY;
    CHECK_OK(touching_open(&m->w, mem, NULL, "UTC"));
    for (int i = 0; i < CUSTOMERS; i++) csuccess__buffer_init(&m->states[i], mem, 0);
    csuccess__buffer_init(&m->work, mem, 0);
    m->channels[0] = (csuccess__channel){.name = CSUCCESS_STR("email"),
                                         .cost = 3,
                                         .has_budget = true,
                                         .monthly = true,
                                         .budget = 40};
    m->channels[1] = (csuccess__channel){
        .name = CSUCCESS_STR("fax"), .cost = 10, .has_budget = true, .budget = 150};
    m->channels[2] = (csuccess__channel){.name = CSUCCESS_STR("in_app")};
    m->campaigns[0] = (csuccess__campaign){
        .programme = CSUCCESS_STR("campaign/a"), .has_budget = true, .budget = 300};
    m->campaigns[1] = (csuccess__campaign){.programme = CSUCCESS_STR("campaign/b")};
    for (int i = 0; i < 2; i++) {
        m->actions[i] = (csuccess__campaign_action){.of = &m->campaigns[i]};
    }
    m->w.reach.has_customer_budget = m->w.reach.has_campaign_budget = true;
    m->w.reach.has_total_budget = true;
    m->w.reach.customer_budget = 250;
    m->w.reach.campaign_budget = 400;
    m->w.reach.total_budget = 600;
}

static void close_market(market *m)
{
    touching_close(&m->w);
    for (int i = 0; i < CUSTOMERS; i++) csuccess__buffer_free(&m->states[i]);
    csuccess__buffer_free(&m->work);
}

/* Tells of all that is left: nothing stays reserved. */
static bool settle(market *m, bool arrived)
{
    for (int i = 0; i < m->send_count; i++) {
        send *s = &m->sends[i];
        if (s->told || s->erased) continue;
        m->refused_count = 0;
        load(m, s->customer);
        take_step(m, NULL, 0, i, arrived);
        CHECK(commit(m));
        save(m, s->customer);
        s->told = true;
        s->arrived = arrived;
    }
    return is_balanced(m);
}

static bool live(market *m)
{
    bool good = true;
    open_market(m);
    for (int i = 0; i < 120 && good; i++) {
        int customer = below(CUSTOMERS);
        m->now += below(2 * (int)(HOUR / 1000)) * 1000 + (below(20) == 0 ? 8 * DAY : 0);
        if (below(25) == 0) {
            erase(m, customer);
        } else {
            int told = below(2) ? under_way(m, customer) : -1;
            advance(m, customer, told, below(3) > 0);
        }
        good = is_balanced(m);
    }
    good = good && settle(m, below(2) == 0);
    close_market(m);
    return good;
}

static void never_over_and_none_lost(void)
{
    static market m;
    seed = 20261121;
    for (int i = 0; i < 1000; i++) {
        uint64_t was = seed;
        unsigned before = check_failures;
        if (live(&m) && check_failures == before) continue;
        printf("# history %d, seed %llu\n", i, (unsigned long long)was);
        break;
    }
    printf("# %llu questions, %llu held; %llu refusals of the store; %llu erasures\n", m.asked,
           m.held, m.refusals, m.erased);
    CHECK(m.refusals > 1000 && m.erased > 1000);
}

CHECK_MAIN(CHECK_TEST(never_over_and_none_lost))

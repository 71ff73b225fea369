/* SPDX-License-Identifier: Apache-2.0 */
/* The arbiter against a plain one, written from docs/reference/intervene.md: random messages of programmes, deliveries and times under several rules. What leaves, by which channel, what is held by which guard until when, what is told, and when to look again are the same; and nothing that is
   delivered ever breaks a cap, a quiet hour or a consent. */
#include "intervene_turns.h"

/* How many scenarios; RUNS_MOST in the environment asks for more. */
enum { RUNS = 12000, SAYS_MOST = 64, CAPS = 3 };
enum { TRANSACTIONAL, SERVICE, NURTURE };
enum { EMAIL, IN_APP, SMS, CHANNELS };
enum { NOBODY, ADA, BOB, CONTACTS };
enum { DAY, WEEK, ROLLING };
enum { LEFT = -1, EXPIRED = 100 };

static const char *const channel_names[] = {"email", "in_app", "sms"};
static const char *const contact_names[] = {"", "ada", "bob"};

/* ---- The rules, as documents and as numbers ---- */

#define JOURNEY(name) \
    "`" name "`: {`trigger`: {`event`: `go`}, `steps`: {`s`: {`type`: `wait`, `for`: `P1D`}}}"
#define DOCUMENT(reach) \
    "{`csuccess`: 1, `attributes`: {`plan`: {`type`: `string`}}, `records`: {`contacts`: " \
    "{`of`: {`role`: {`type`: `string`}}}}, `channels`: {`email`: {`fallback`: [`in_app`]}, " \
    "`in_app`: {}, `sms`: {`enabled`: false, `fallback`: [`email`, `in_app`]}}, `privacy`: " \
    "{`purposes`: {`marketing`: {`requires`: `opt_in`}, `service`: {`requires`: " \
    "`nothing`}}}, `journeys`: {" JOURNEY("a") ", " JOURNEY( \
        "b") "}, `policies`: {`reach`: " \
             "{`programmes`: {`journey/b`: {`priority`: 70}, `playbook/*`: {`class`: " \
             "`nurture`, " \
             "`priority`: 50}, `alert/*`: {`class`: `transactional`}}, " reach "}}}"

typedef struct programme {
    const char *name;
    int class_;
    double priority;
} programme;
static const programme programmes[] = {
    {"journey/a", SERVICE, 60},  {"journey/b", SERVICE, 70},     {"playbook/p", NURTURE, 50},
    {"playbook/q", NURTURE, 50}, {"alert/x", TRANSACTIONAL, 90}, {"milestone/m", SERVICE, 60}};
enum { PROGRAMMES = sizeof programmes / sizeof programmes[0] };

typedef struct cap {
    int most, per, hours, class_; /* class_ -1: any */
    bool of_contact, each_channel, each_programme;
    unsigned skip;
} cap;
typedef struct rules {
    const char *document;
    int cap_count;
    cap caps[CAPS];
    int quiet_from, quiet_until, quiet_class; /* hours; from == until: none; class -1: all */
} rules;
static const rules all_rules[] = {
    {DOCUMENT("`caps`: {`d`: {`most`: 2, `per`: `day`, `skip`: [`transactional`]}}, "
              "`quiet_hours`: {`n`: {`from`: `21:00`, `until`: `08:00`}}"),
     1,
     {{.most = 2, .per = DAY, .class_ = -1, .skip = 1u << TRANSACTIONAL}},
     21,
     8,
     -1},
    {DOCUMENT("`caps`: {`c`: {`most`: 2, `per`: `P2D`, `of`: `contact`}, `d`: {`most`: 3, "
              "`per`: `day`}, `n`: {`most`: 1, `per`: `week`, `class`: `nurture`}}"),
     3,
     {{.most = 2, .per = ROLLING, .hours = 48, .class_ = -1, .of_contact = true},
      {.most = 3, .per = DAY, .class_ = -1},
      {.most = 1, .per = WEEK, .class_ = NURTURE}},
     0,
     0,
     -1},
    {DOCUMENT("`caps`: {`e`: {`most`: 1, `per`: `PT20H`, `each`: `channel`}, `p`: {`most`: 1, "
              "`per`: `P3D`, `each`: `programme`, `skip`: [`transactional`, `service`]}}, "
              "`quiet_hours`: {`n`: {`from`: `12:00`, `until`: `14:00`, `class`: `nurture`}}"),
     2,
     {{.most = 1, .per = ROLLING, .hours = 20, .class_ = -1, .each_channel = true},
      {.most = 1,
       .per = ROLLING,
       .hours = 72,
       .class_ = -1,
       .each_programme = true,
       .skip = 1u << TRANSACTIONAL | 1u << SERVICE}},
     12,
     14,
     NURTURE}};
enum { RULES = sizeof all_rules / sizeof all_rules[0] };

/* Everybody's consent: Ada's for all, Bob's for one channel; and his address in another is suppressed. */
static bool consents(int contact, bool asked, int channel)
{
    return !asked || contact == ADA || (contact == BOB && channel == IN_APP);
}
static bool is_suppressed(int contact, int channel)
{
    return contact == BOB && channel == EMAIL;
}

/* ---- One scenario ---- */

typedef enum state { NEW, WAITS, GONE, DELIVERED, LOST } state;
typedef struct message {
    state state;
    const programme *of;
    char step[8], cause[8];
    int channel, contact, by; /* by: the channel it left by */
    bool asks;                /* for marketing */
    int64_t expires, at, until, told_until;
    int guard; /* that holds it, of the arbiter's; LEFT; EXPIRED */
    bool dropped, told;
    csuccess_str id;
} message;
typedef struct model {
    const rules *of;
    message list[SAYS_MOST];
    int count;
    int64_t now;
} model;

static const int fallbacks[CHANNELS][3] = {
    [EMAIL] = {EMAIL, IN_APP, -1}, [IN_APP] = {IN_APP, -1, -1}, [SMS] = {SMS, EMAIL, IN_APP}};

static bool counts(const cap *c, int class_)
{
    return !(c->skip >> class_ & 1) && (c->class_ < 0 || c->class_ == class_);
}

static int64_t window_from(const cap *c, int64_t at)
{
    int64_t day = at / TRIP_DAY;
    if (c->per == ROLLING) return at - c->hours * TRIP_HOUR + 1;
    return (c->per == DAY ? day : day - (day + 3) % 7) * TRIP_DAY;
}
static int64_t window_end(const cap *c, int64_t at)
{
    if (c->per == ROLLING) return at + c->hours * TRIP_HOUR;
    return window_from(c, at) + (c->per == DAY ? 1 : 7) * TRIP_DAY;
}

/* Whether `other` is counted together with `m` by channel `by`. */
static bool is_together(const cap *c, const message *other, const message *m, int by)
{
    if (other == m || (other->state != GONE && other->state != DELIVERED)) return false;
    if (!counts(c, other->of->class_)) return false;
    if (c->of_contact && other->contact != m->contact) return false;
    if (c->each_programme && other->of != m->of) return false;
    return !c->each_channel || other->by == by;
}

/* The latest deliveries stay; so many that there is room for one more have to go. */
static int64_t room_at(const cap *c, int64_t *at, int delivered, int room)
{
    for (;;) {
        int earliest = 0;
        for (int i = 1; i < delivered; i++) {
            if (at[i] < at[earliest]) earliest = i;
        }
        if (delivered - 1 < room) return window_end(c, at[earliest]);
        at[earliest] = at[--delivered];
    }
}

/* 0: it has room; else when. What is under way counts at any time, and as delivered now at the earliest. */
static int64_t cap_until(const model *w, const cap *c, const message *m, int by)
{
    int64_t at[SAYS_MOST];
    int under_way = 0, delivered = 0;
    for (int i = 0; i < w->count; i++) {
        const message *other = &w->list[i];
        if (!is_together(c, other, m, by)) continue;
        if (other->state == GONE) under_way++;
        if (other->state == DELIVERED && other->at >= window_from(c, w->now))
            at[delivered++] = other->at;
    }
    if (under_way + delivered < c->most) return 0;
    if (under_way >= c->most) return window_end(c, w->now);
    return room_at(c, at, delivered, c->most - under_way);
}

static int64_t caps_until(const model *w, const message *m, int by)
{
    int64_t until = 0;
    for (int i = 0; i < w->of->cap_count; i++) {
        const cap *c = &w->of->caps[i];
        int64_t then = counts(c, m->of->class_) ? cap_until(w, c, m, by) : 0;
        if (then > until) until = then;
    }
    return until;
}

static int64_t quiet_from(const model *w, int class_, int64_t at)
{
    const rules *of = w->of;
    int64_t day = at / TRIP_DAY * TRIP_DAY;
    int hour = (int)((at - day) / TRIP_HOUR);
    bool over = of->quiet_from > of->quiet_until;
    if (of->quiet_from == of->quiet_until) return 0;
    if (of->quiet_class >= 0 && of->quiet_class != class_) return 0;
    bool quiet = over ? hour >= of->quiet_from || hour < of->quiet_until
                      : hour >= of->quiet_from && hour < of->quiet_until;
    if (!quiet) return 0;
    int64_t until = day + of->quiet_until * TRIP_HOUR;
    return until > at ? until : until + TRIP_DAY;
}

static int64_t quiet_until(const model *w, int class_)
{
    return quiet_from(w, class_, w->now);
}

/* The guard that decides of one channel; LEFT: none. *until 0: it denies. */
static int ask(const model *w, const message *m, int by, int64_t *until)
{
    *until = 0;
    if (m->expires && m->expires <= w->now) return CSUCCESS__GUARD_ELIGIBILITY;
    if (!consents(m->contact, m->asks, by)) return CSUCCESS__GUARD_CONSENT;
    if (is_suppressed(m->contact, by)) return CSUCCESS__GUARD_SUPPRESSION;
    *until = caps_until(w, m, by);
    if (*until) { /* it could not pass in a quiet hour either */
        int64_t quiet = quiet_from(w, m->of->class_, *until);
        if (quiet) *until = quiet;
        return CSUCCESS__GUARD_CAPS;
    }
    *until = quiet_until(w, m->of->class_);
    if (*until) return CSUCCESS__GUARD_HOURS;
    return by == SMS ? CSUCCESS__GUARD_CHANNEL : LEFT;
}

static void judge(const model *w, message *m)
{
    m->by = m->channel;
    m->guard = ask(w, m, m->channel, &m->until);
    for (int i = 1; i < 3 && fallbacks[m->channel][i] >= 0; i++) {
        int64_t until;
        if (m->guard == LEFT || m->until) return;
        int guard = ask(w, m, fallbacks[m->channel][i], &until);
        if (guard != LEFT && !until) continue;
        m->by = fallbacks[m->channel][i];
        m->guard = guard;
        m->until = until;
    }
}

static int compare(const void *x, const void *y)
{
    const message *a = *(const message *const *)x, *b = *(const message *const *)y;
    if (a->of->priority < b->of->priority || a->of->priority > b->of->priority)
        return a->of->priority < b->of->priority ? 1 : -1;
    int c = strcmp(a->of->name, b->of->name);
    return c ? c : strcmp(a->step, b->step);
}

static int64_t told_until(const message *m)
{
    return m->guard == CSUCCESS__GUARD_CAPS ? m->until / TRIP_DAY : m->until;
}

/* Whether it is told: a second time only when the guard or the time is another. */
static bool is_news(const message *m, bool waited, int before)
{
    return m->dropped || !waited || before != m->guard || m->told_until != told_until(m);
}

static void settle(const model *w, message *m)
{
    int before = m->guard;
    bool waited = m->state == WAITS;
    m->told = m->dropped = false;
    judge(w, m);
    if (m->guard == LEFT) {
        m->state = GONE;
        return;
    }
    if (m->expires && m->expires <= w->now) m->guard = EXPIRED;
    m->dropped = !m->until || (m->expires && m->until >= m->expires);
    m->told = is_news(m, waited, before);
    m->state = m->dropped ? LOST : WAITS;
    m->told_until = told_until(m);
}

/* ---- Both ---- */

static void describe(const model *w, message *const *order, int count, csuccess__text *out)
{
    for (int i = 0; i < count; i++) {
        const message *m = order[i];
        if (m->guard == LEFT || !m->told) continue;
        const char *guard = m->guard == EXPIRED
                                ? "expired"
                                : csuccess__guard_name((csuccess__guard_kind)m->guard);
        csuccess__text_format(out, "%s/%s %s %l%s ", m->of->name, m->step, guard,
                              m->until / 1000, m->dropped ? " dropped" : "");
    }
    (void)w;
}

static void describe_held(turns *s, csuccess__text *out)
{
    const csuccess__effects *effects = &s->trip.effects;
    for (uint32_t i = s->entries; i < effects->entry_count; i++) {
        const csuccess__json *body = trip_body(&s->trip, &effects->entries[i]);
        int64_t until = 0;
        (void)csuccess__time_parse(&until, trip_word(body, "until"), NULL);
        csuccess__text_format(out, "%S/%S %S %l%s ", trip_word(body, "definition"),
                              trip_word(body, "step"), trip_word(body, "guard"), until / 1000,
                              csuccess__json_member(body, "dropped") ? " dropped" : "");
    }
}

static message *find(model *w, csuccess_str step)
{
    for (int i = 0; i < w->count; i++) {
        if (csuccess__str_is(step, w->list[i].step)) return &w->list[i];
    }
    return NULL;
}

/* What left is what the model let go, by its channel and under its id. */
static bool same_message(turns *s, model *w, const csuccess__effect_message *m)
{
    char id[65];
    message *found = find(w, m->step);
    if (!CHECK(found != NULL)) return false;
    csuccess__cause_id(id, &(csuccess__cause){.domain = "message",
                                              .tenant = CSUCCESS_STR("default"),
                                              .customer = CSUCCESS_STR("c1"),
                                              .cause = check_view(found->cause),
                                              .definition = m->definition,
                                              .step = m->step,
                                              .occurrence = 1});
    found->id = csuccess__arena_copy(&s->trip.arena, m->id);
    return CHECK(found->guard == LEFT && found->state == GONE) &&
           CHECK(csuccess__str_is(m->channel, channel_names[found->by])) &&
           CHECK_STR(m->id, id);
}

static bool same_left(turns *s, model *w, message *const *order, int count)
{
    uint32_t wanted = 0, there = s->trip.effects.message_count - s->turn.first;
    for (int i = 0; i < count; i++) wanted += order[i]->guard == LEFT;
    for (uint32_t k = 0; k < there; k++) {
        if (!same_message(s, w, &s->trip.effects.messages[s->turn.first + k])) return false;
    }
    return CHECK_UINT(there, wanted);
}

static bool same_due(const turns *s, const model *w)
{
    int64_t due = CSUCCESS__NEVER;
    for (int i = 0; i < w->count; i++) {
        const message *m = &w->list[i];
        if (m->state != WAITS) continue;
        if (m->until < due) due = m->until;
        if (m->expires && m->expires < due) due = m->expires;
    }
    return CHECK_INT(s->trip.step.due, due);
}

static bool step(turns *s, model *w)
{
    char bytes[4096], more[4096];
    csuccess__text told, wanted;
    message *order[SAYS_MOST];
    int count = 0;
    csuccess__text_init(&told, bytes, sizeof bytes);
    csuccess__text_init(&wanted, more, sizeof more);
    if (!CHECK_OK(turns_weigh(s))) return false;
    for (int i = 0; i < w->count; i++) {
        message *m = &w->list[i];
        if (m->state == NEW || m->state == WAITS) order[count++] = m;
    }
    qsort(order, (size_t)count, sizeof(message *), compare);
    for (int i = 0; i < count; i++) settle(w, order[i]);
    describe(w, order, count, &wanted);
    describe_held(s, &told);
    bool same = CHECK_STR(((csuccess_str){told.ptr, told.len}), wanted.ptr);
    return same_left(s, w, order, count) && same && same_due(s, w);
}

static void say(turns *s, model *w, uint64_t *seed)
{
    message *m = &w->list[w->count];
    *m = (message){.of = &programmes[check_random(seed) % PROGRAMMES],
                   .channel = (int)(check_random(seed) % CHANNELS),
                   .contact = (int)(check_random(seed) % CONTACTS)};
    bool asks = check_random(seed) % 4 == 0;
    if (check_random(seed) % 4 == 0)
        m->expires = w->now + (int64_t)(1 + check_random(seed) % 40) * TRIP_HOUR;
    m->asks = asks || m->of->class_ == NURTURE;
    snprintf(m->step, sizeof m->step, "s%02d", w->count++);
    snprintf(m->cause, sizeof m->cause, "%.*s", (int)s->trip.step.cause.len,
             s->trip.step.cause.ptr);
    turns_say(s, &(said){.definition = m->of->name,
                         .step = m->step,
                         .contact = contact_names[m->contact],
                         .channel = channel_names[m->channel],
                         .purpose = asks ? "marketing" : "",
                         .expires_at = m->expires});
}

/* ---- Deliveries ---- */

/* No cap is exceeded by what was delivered, now included. */
static bool caps_hold(const model *w, const message *m)
{
    for (int k = 0; k < w->of->cap_count; k++) {
        const cap *c = &w->of->caps[k];
        int n = 1;
        if (!counts(c, m->of->class_)) continue;
        for (int i = 0; i < w->count; i++) {
            const message *other = &w->list[i];
            n += other->state == DELIVERED && is_together(c, other, m, m->by) &&
                 other->at >= window_from(c, w->now);
        }
        if (!CHECK(n <= c->most)) return false;
    }
    return true;
}

static csuccess__ruled claim(turns *s, const model *w, const message *m)
{
    const csuccess_message claimed = {.size = sizeof claimed,
                                      .id = m->id,
                                      .customer = CSUCCESS_STR("c1"),
                                      .channel = check_view(channel_names[m->by]),
                                      .contact = check_view(contact_names[m->contact]),
                                      .purpose = check_view(m->asks ? "marketing" : ""),
                                      .definition = check_view(m->of->name),
                                      .body = CSUCCESS_STR("{}")};
    (void)turns_begin(s, w->now, "claim");
    s->turn.looking = true;
    return csuccess__arbiter_claim(&s->turn, &claimed);
}

static bool may_be_delivered(const model *w, const message *m)
{
    return CHECK(!quiet_until(w, m->of->class_)) &&
           CHECK(consents(m->contact, m->asks, m->by)) &&
           CHECK(!is_suppressed(m->contact, m->by)) && caps_hold(w, m);
}

/* One that is under way is claimed: delivered, put off, or given up. */
static bool deliver(turns *s, model *w, message *m, bool arrives)
{
    csuccess__ruled ruled = claim(s, w, m);
    if (!CHECK_OK(s->trip.step.failed)) return false;
    if (ruled.ruling == CSUCCESS__DEFER)
        return CHECK_INT(ruled.until, quiet_until(w, m->of->class_));
    bool goes = arrives && ruled.ruling == CSUCCESS__ALLOW;
    if (goes && !may_be_delivered(w, m)) return false;
    m->state = goes ? DELIVERED : LOST;
    m->at = w->now;
    (void)turns_begin(s, w->now, "told");
    csuccess__touches_open(&s->turn);
    csuccess__touch_told(&s->turn, m->id, goes, w->now);
    csuccess__touches_close(&s->turn);
    return CHECK_OK(s->trip.step.failed);
}

static bool deliver_some(turns *s, model *w, uint64_t *seed)
{
    for (int i = 0; i < w->count; i++) {
        message *m = &w->list[i];
        if (m->state != GONE || check_random(seed) % 3 == 0) continue;
        if (!deliver(s, w, m, check_random(seed) % 8 != 0)) return false;
    }
    return true;
}

/* ---- All of it ---- */

/* So that the scenarios are seen to be about something. */
static uint64_t seen[LOST + 1], held[CSUCCESS__GUARD_COUNT], fell_back;

static void agree(turns *s)
{
    static const char *const inputs[] = {
        "{`type`: `consent`, `messageId`: `c1`, `groupId`: `c1`, `userId`: `ada`, `timestamp`: "
        "`2025-12-01T00:00:00Z`, `properties`: {`purpose`: `marketing`, `granted`: true}}",
        "{`type`: `consent`, `messageId`: `c2`, `groupId`: `c1`, `userId`: `bob`, `timestamp`: "
        "`2025-12-01T00:00:00Z`, `properties`: {`purpose`: `marketing`, `granted`: true, "
        "`channel`: `in_app`}}",
        "{`type`: `response`, `event`: `bounced`, `messageId`: `c3`, `groupId`: `c1`, "
        "`userId`: `bob`, `timestamp`: `2025-12-01T00:00:00Z`, `properties`: {`channel`: "
        "`email`}}"};
    (void)turns_begin(s, TRIP_START, "c");
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        csuccess__input input;
        char bytes[128];
        csuccess__text reason;
        csuccess__text_init(&reason, bytes, sizeof bytes);
        CHECK_OK(trip_input(&s->trip, &input, inputs[i]));
        CHECK_OK(csuccess__consent_apply(s->turn.of->privacy, &s->trip.step, &input, &reason));
    }
}

static void count_told(const model *w)
{
    for (int k = 0; k < w->count; k++) {
        const message *m = &w->list[k];
        if (m->told && m->guard >= 0 && m->guard != EXPIRED) held[m->guard]++;
    }
}

static void count_states(const model *w)
{
    for (int k = 0; k < w->count; k++) {
        const message *m = &w->list[k];
        seen[m->state]++;
        fell_back += m->state == DELIVERED && m->by != m->channel;
    }
}

static bool next_step(turns *s, model *w, const char *cause, uint64_t *seed)
{
    if (!deliver_some(s, w, seed)) return false;
    w->now += (int64_t)(check_random(seed) % 20) * TRIP_HOUR;
    (void)turns_begin(s, w->now, cause);
    for (uint64_t n = check_random(seed) % 6; n > 0; n--) say(s, w, seed);
    bool same = step(s, w);
    count_told(w);
    return same;
}

static bool scenario(turns *s, const rules *of, uint64_t seed)
{
    static const char *const causes[] = {"m0", "m1", "m2", "m3", "m4", "m5", "m6"};
    model w = {.of = of, .now = TRIP_START + (int64_t)(check_random(&seed) % 48) * TRIP_HOUR};
    csuccess__state_clear(&s->trip.state);
    csuccess__effects_clear(&s->trip.effects);
    csuccess__arena_reset(&s->trip.arena);
    agree(s);
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        if (!next_step(s, &w, causes[i], &seed)) return false;
        if (i % 3 == 2 && !CHECK_OK(trip_restore(&s->trip))) return false;
    }
    count_states(&w);
    return true;
}

static void the_plain_arbiter_says_the_same(void)
{
    const char *more = getenv("RUNS_MOST");
    uint64_t runs = more ? (uint64_t)check_number(more) : RUNS;
    for (size_t k = 0; k < RULES; k++) {
        turns s;
        if (!CHECK_OK(turns_open(&s, all_rules[k].document, NULL))) return;
        for (uint64_t run = k; run < runs; run += RULES) {
            if (scenario(&s, &all_rules[k], run * 7919 + 1)) continue;
            printf("# scenario %llu\n", (unsigned long long)run);
            break;
        }
        turns_close(&s);
    }
    CHECK(seen[DELIVERED] > runs && seen[WAITS] > runs && seen[LOST] > runs);
    CHECK(held[CSUCCESS__GUARD_CONSENT] > 0 && held[CSUCCESS__GUARD_CAPS] > runs &&
          held[CSUCCESS__GUARD_HOURS] > 0);
    CHECK(fell_back >
          runs); /* denied by suppression, consent, or a channel that is not enabled */
}

CHECK_MAIN(CHECK_TEST(the_plain_arbiter_says_the_same))

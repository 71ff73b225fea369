/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts against a slow plain model over random lives: the model keeps no states, only what happened when, and finds out when to look
   again by trying every hour to come. */
#include "flow_life.h"

enum { ALERTS = 2, TIERS = 3, TRUE = 1, FALSE = 0, OPEN = -1, HORIZON = 24 * 14 };

/* What the document says, in hours; after[] ascending, -1: no such tier. */
typedef struct rules {
    int hold, cooldown, after[TIERS];
    bool leave;
} rules;
typedef struct world {
    rules alert[ALERTS];
    bool one_key;
} world;

/* What happened; hours, -1: never. */
typedef struct past {
    bool up, taken, settled;
    int snoozed_until, held_since, raised_at, ended_at, raised;
    bool told[TIERS];
} past;
typedef struct model {
    past alert[ALERTS];
} model;
/* What is said in a step: messages as bits of alert and tier, and of which alerts there are entries, a bit each. */
typedef struct said {
    unsigned messages, entries;
} said;

static bool another_is_up(const world *w, const model *m, int i)
{
    return w->one_key && m->alert[1 - i].up;
}

static void end(past *a, int now)
{
    a->up = a->taken = false;
    a->snoozed_until = -1;
    a->ended_at = now;
}

static bool is_over(const rules *r, const past *a, int condition, bool may_leave)
{
    if ((a->up || a->settled) && r->leave) return may_leave && condition != TRUE;
    return condition == FALSE;
}

/* Whether something is said of it. */
static bool look(const rules *r, past *a, int condition, bool may_leave, int now)
{
    bool was_up = a->up;
    if (is_over(r, a, condition, may_leave)) {
        if (was_up) end(a, now);
        a->settled = false;
        a->held_since = -1;
        return was_up;
    }
    if (!a->up && !a->settled && condition == TRUE && a->held_since < 0) a->held_since = now;
    bool wakes = a->up && a->snoozed_until >= 0 && a->snoozed_until <= now;
    if (wakes) a->snoozed_until = -1;
    return wakes;
}

static bool may_raise(const world *w, const model *m, int i, int condition, int now)
{
    const rules *r = &w->alert[i];
    const past *a = &m->alert[i];
    if (a->up || condition != TRUE || a->held_since < 0) return false;
    if (a->settled && r->cooldown == 0) return false;
    if (now - a->held_since < r->hold) return false;
    if (a->ended_at >= 0 && now - a->ended_at < r->cooldown) return false;
    return !another_is_up(w, m, i);
}

static void raise_it(past *a, int now)
{
    a->up = true;
    a->settled = false;
    a->raised++;
    a->raised_at = now;
    a->ended_at = -1;
    memset(a->told, 0, sizeof a->told);
}

/* Bits of the tiers that are told. */
static unsigned tell(const rules *r, past *a, int now)
{
    unsigned bits = 0;
    if (!a->up || a->taken || a->snoozed_until >= 0) return 0;
    for (int t = 0; t < TIERS; t++) {
        if (r->after[t] < 0 || a->told[t] || a->raised_at + r->after[t] > now) continue;
        a->told[t] = true;
        bits |= 1u << t;
    }
    return bits;
}

static said evaluate(const world *w, model *m, const int condition[ALERTS],
                     const bool may_leave[ALERTS], int now)
{
    said s = {0, 0};
    for (int i = 0; i < ALERTS; i++) {
        bool says = look(&w->alert[i], &m->alert[i], condition[i], may_leave[i], now);
        if (says) s.entries |= 1u << i;
    }
    for (int i = 0; i < ALERTS; i++) {
        if (!may_raise(w, m, i, condition[i], now)) continue;
        raise_it(&m->alert[i], now);
        s.entries |= 1u << i;
    }
    for (int i = 0; i < ALERTS; i++) {
        unsigned told = tell(&w->alert[i], &m->alert[i], now);
        s.messages |= told << (i * TIERS);
        if (told) s.entries |= 1u << i;
    }
    return s;
}

/* The first hour to come at which something would be said if nothing changes; -1: none. */
static int next_hour(const world *w, const model *m, const int condition[ALERTS],
                     const bool may_leave[ALERTS], int now)
{
    for (int hour = now + 1; hour < now + HORIZON; hour++) {
        model copy = *m;
        said s = evaluate(w, &copy, condition, may_leave, hour);
        if (s.messages || s.entries) return hour;
    }
    return -1;
}

/* A person's word: whether it is possible, and what it does. */
static bool person(past *a, int word, int until, int now)
{
    if (!a->up) return false;
    if (word == 0) {
        a->taken = true;
        a->snoozed_until = -1;
    } else if (word == 1) {
        a->taken = false;
        a->snoozed_until = until;
    } else {
        end(a, now);
        a->settled = true;
        a->held_since = now;
    }
    return true;
}

/* ---- The life beside it ---- */

static void describe(const world *w, char *out, size_t cap)
{
    static const char *const names[] = {"t0", "t1", "t2"};
    size_t n = (size_t)snprintf(
        out, cap,
        "{\"csuccess\":1,\"attributes\":{\"x\":{\"type\":\"number\"},\"y\":{\"type\":"
        "\"number\"}"
        "},\"channels\":{\"chat\":{}},\"health\":{\"profiles\":{\"base\":{\"score\":{\"value\":"
        "\"x\",\"range\":[0,9],\"missing\":\"worst\"},\"alerts\":{");
    for (int i = 0; i < ALERTS; i++) {
        const rules *r = &w->alert[i];
        const char *x = i ? "y" : "x";
        n += (size_t)snprintf(out + n, cap - n,
                              "%s\"a%d\":{\"when\":\"%s < 2\",\"for\":\"PT%dH\",\"cooldown\":"
                              "\"PT%dH\",\"key\":\"%s\"",
                              i ? "," : "", i, x, r->hold, r->cooldown,
                              w->one_key || i == 0 ? "k" : "other");
        if (r->leave) n += (size_t)snprintf(out + n, cap - n, ",\"leave\":\"%s > 2\"", x);
        n += (size_t)snprintf(out + n, cap - n, ",\"notify\":{");
        for (int t = 0, some = 0; t < TIERS; t++) {
            if (r->after[t] < 0) continue;
            n += (size_t)snprintf(out + n, cap - n,
                                  "%s\"%s\":{\"after\":\"PT%dH\",\"channel\":\"chat\"}",
                                  some++ ? "," : "", names[t], r->after[t]);
        }
        n += (size_t)snprintf(out + n, cap - n, "}}");
    }
    snprintf(out + n, cap - n, "}}}}}");
}

static world random_world(uint64_t *random)
{
    static const int holds[] = {0, 0, 3, 24}, cooldowns[] = {0, 0, 5, 48};
    world w = {.one_key = check_random(random) & 1};
    for (int i = 0; i < ALERTS; i++) {
        rules *r = &w.alert[i];
        r->hold = holds[check_random(random) % 4];
        r->cooldown = cooldowns[check_random(random) % 4];
        r->leave = check_random(random) & 1;
        int after = 0;
        for (int t = 0; t < TIERS; t++) {
            r->after[t] = check_random(random) % 3 ? after : -1;
            after += 1 + (int)(check_random(random) % 20);
        }
    }
    return w;
}

typedef struct pair {
    life l;
    world w;
    model m;
    int condition[ALERTS];
    bool may_leave[ALERTS];
    char row[64];
    int now;
} pair;

static unsigned messages_of(const life *l)
{
    unsigned bits = 0;
    for (uint32_t i = 0; i < l->effects.message_count; i++) {
        const csuccess__effect_message *m = &l->effects.messages[i];
        unsigned alert = (unsigned)(m->definition.ptr[m->definition.len - 1] - '0');
        bits |= 1u << (alert * TIERS + (unsigned)(m->step.ptr[1] - '0'));
    }
    return bits;
}

/* One of each alert at most. */
static unsigned entries_of(const life *l)
{
    unsigned bits = 0;
    for (uint32_t i = 0; i < l->effects.entry_count; i++) {
        const csuccess__effect_entry *e = &l->effects.entries[i];
        if (!csuccess__str_is(e->kind, "alert")) continue;
        unsigned bit = strstr(e->body.ptr, "base/a1") ? 2 : 1;
        CHECK(!(bits & bit));
        bits |= bit;
    }
    return bits;
}

static void compare_states(const pair *p)
{
    static const char *const ids[] = {"base/a0", "base/a1"};
    for (int i = 0; i < ALERTS; i++) {
        const past *a = &p->m.alert[i];
        csuccess_str payload =
            csuccess__state_get(&p->l.state, CSUCCESS__STATE_ALERT, check_view(ids[i]));
        int state = payload.ptr ? payload.ptr[0] : 0;
        int wanted = a->held_since >= 0 ? 1 : 0;
        if (a->up) wanted = a->snoozed_until >= 0 ? 4 : a->taken ? 3 : 2;
        if (a->settled) wanted = 5;
        CHECK_INT(state, wanted);
    }
}

/* One evaluation of both; *due: when the life wants to be looked at, in hours, -1: not. */
static void step(pair *p, int *due)
{
    said s = evaluate(&p->w, &p->m, p->condition, p->may_leave, p->now);
    CHECK_OK(life_step(&p->l, p->row));
    CHECK_UINT(messages_of(&p->l), s.messages);
    CHECK_UINT(entries_of(&p->l), s.entries);
    compare_states(p);
    *due =
        p->l.step.due == CSUCCESS__NEVER ? -1 : (int)((p->l.step.due - LIFE_START) / LIFE_HOUR);
    int wanted = next_hour(&p->w, &p->m, p->condition, p->may_leave, p->now);
    CHECK(*due < 0 || *due > p->now);
    if (wanted >= 0 && !CHECK(*due >= 0 && *due <= wanted)) {
        printf("# at %d due %d, expected by %d\n", p->now, *due, wanted);
    }
}

static void say(pair *p, uint64_t *random)
{
    static const char *const words[] = {"acknowledge", "snooze", "resolve"};
    int i = (int)(check_random(random) % ALERTS), word = (int)(check_random(random) % 3);
    int until = p->now + 1 + (int)(check_random(random) % 30);
    char text[400], time[CSUCCESS__TIME_TEXT], why[128];
    csuccess__input input;
    csuccess__text reason;
    csuccess__text_init(&reason, why, sizeof why);
    csuccess__time_format(time, LIFE_START + until * LIFE_HOUR);
    snprintf(text, sizeof text,
             "{\"type\":\"alert\",\"event\":\"%s\",\"messageId\":\"p\",\"groupId\":\"c1\","
             "\"timestamp\":\"2026-01-01T00:00:00Z\",\"properties\":{\"alert\":\"base/a%d\","
             "\"until\":\"%s\"}}",
             words[word], i, time);
    if (!CHECK_OK(life_input(&p->l, &input, text))) return;
    bool settled = p->m.alert[i].settled && word == 2; /* resolved already */
    bool can = person(&p->m.alert[i], word, until, p->now) || settled;
    csuccess_result result =
        csuccess__alert_apply(p->l.config->alerts, &p->l.step, &input, &reason);
    CHECK((result >= 0) == can);
}

static void change(pair *p, uint64_t *random)
{
    char numbers[ALERTS][8];
    for (int i = 0; i < ALERTS; i++) {
        int x = (int)(check_random(random) % 7) -
                1; /* -1: missing; below 2 it holds; above 2 it may leave */
        if (x > 3) x = 1;
        p->condition[i] = x < 0 ? OPEN : x < 2;
        p->may_leave[i] = x > 2;
        snprintf(numbers[i], sizeof numbers[i], x < 0 ? "null" : "%d", x);
    }
    snprintf(p->row, sizeof p->row, "{\"x\":%s,\"y\":%s}", numbers[0], numbers[1]);
}

static void at_hour(pair *p, int hour, const char *cause)
{
    p->now = hour;
    life_at(&p->l, LIFE_START + hour * LIFE_HOUR, cause);
    csuccess__effects_clear(&p->l.effects);
}

static void one_life(uint64_t seed)
{
    pair p = {.row = "{}"};
    char document[4096];
    uint64_t random = seed;
    p.w = random_world(&random);
    for (int i = 0; i < ALERTS; i++) {
        p.m.alert[i] =
            (past){.snoozed_until = -1, .held_since = -1, .raised_at = -1, .ended_at = -1};
        p.condition[i] = OPEN;
    }
    describe(&p.w, document, sizeof document);
    unsigned before = check_failures;
    bool there = CHECK_OK(life_open(&p.l, document, NULL));
    int due = -1, hour = 0;
    for (int k = 0; k < 120 && there && check_failures == before; k++) {
        hour += (int)(check_random(&random) % 30);
        /* What is due comes first, in its order. */
        while (due >= 0 && due <= hour && check_failures == before) {
            at_hour(&p, due, "timer");
            step(&p, &due);
        }
        at_hour(&p, hour, "event");
        if (check_random(&random) % 3) {
            change(&p, &random);
        } else {
            say(&p, &random);
            csuccess__effects_clear(&p.l.effects);
        }
        step(&p, &due);
    }
    if (check_failures != before)
        printf("# seed %llu: %s\n", (unsigned long long)seed, document);
    life_close(&p.l);
}

static void random_lives(void)
{
    for (uint64_t seed = 1; seed <= 300 && check_failures == 0; seed++) one_life(seed);
}

CHECK_MAIN(CHECK_TEST(random_lives))

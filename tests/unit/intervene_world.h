/* SPDX-License-Identifier: Apache-2.0 */
/* A random world: engines that take turns over one store, channels that answer as they like, and a plain checker that knows the inputs and what the channels got, and nothing of the library's state. */
#ifndef INTERVENE_WORLD_H
#define INTERVENE_WORLD_H

#include "intervene_world_rules.h"

#include "base/digest.h"

#define START INT64_C(1772668800000) /* 2026-03-05T00:00Z, a Thursday */
enum { ENGINES = 8, CUSTOMERS = 3, CONTACTS = 2, OWN = CONTACTS, SENT = 4096, OPEN = 64 };

typedef struct contact {
    bool there, champion;
    int zone, generation;
    int consent[PURPOSES]; /* 0: nothing said; 1: given; -1: withdrawn */
    bool suppressed[CHANNELS],
        bounced[CHANNELS]; /* bounced: the state has not heard of it yet */
} contact;

typedef struct customer {
    char name[16];
    bool there;
    int generation, zone;
    contact contacts[CONTACTS + 1]; /* the last: the customer as its own */
    bool held, spiral, churned;
    int64_t until, negatives[3];
    int approved; /* decisions that let something go and were not used */
    char approval[OPEN][65];
    int approvals;
} customer;

/* A message as its channel knows it. */
typedef struct sent {
    char id[65];
    int customer, generation, contact, contact_generation, channel, programme;
    int64_t created, at;     /* at: when it really arrived; 0: not */
    uint32_t attempts, last; /* last: what the channel answered */
    bool done, maybe;        /* answered as delivered; as unknown, once at least */
} sent;

typedef struct world {
    rules rules;
    csuccess_config *config;
    csuccess_memory_store *store;
    csuccess_engine *engines[ENGINES];
    csuccess_events *events;
    int engine_count;
    uint64_t random;
    int64_t now;
    uint32_t inputs, trouble; /* trouble: in 100, how often a channel does not deliver */
    customer customers[CUSTOMERS];
    sent *sent;
    int sent_count;
    unsigned delivered;
    bool
        open; /* a channel left open whether something arrived, which no state may have heard of */
} world;

static inline uint32_t draw(world *w, uint32_t below)
{
    return (uint32_t)(check_random(&w->random) >> 33) % below;
}

/* ---- What the checker says ---- */

static inline void say_sent(const world *w, const sent *s, const char *what)
{
    const customer *c = &w->customers[s->customer];
    char date[40];
    int64_t day = (w->now - START) / DAY, rest = (w->now - START) % DAY;
    snprintf(date, sizeof date, "March %d %02d:%02d:%02d", (int)day + 5, (int)(rest / HOUR),
             (int)(rest / MINUTE % 60), (int)(rest / 1000 % 60));
    printf("# %s: %.16s %s of %s (%s) by %s, decided %lld min ago, on %s\n", what, s->id,
           programmes[s->programme].name, c->name,
           s->contact == OWN ? "itself"
           : s->contact      ? "b"
                             : "a",
           channel_names[s->channel], (long long)((w->now - s->created) / MINUTE), date);
}

#define SAYS(condition, w, s) \
    do { \
        if (!CHECK(condition)) say_sent((w), (s), "broken by"); \
    } while (0)

static inline bool is_halted(const world *w, const customer *c)
{
    bool held = c->held && (c->until == 0 || w->now < c->until);
    return held || c->spiral;
}

/* What its definition asks consent for. */
static inline int purpose_of(csuccess_str name)
{
    for (int i = 0; i < PURPOSES; i++) {
        if (name.len == strlen(purpose_names[i]) &&
            memcmp(name.ptr, purpose_names[i], name.len) == 0)
            return i;
    }
    return NONE;
}

static inline bool is_consented(const contact *c, int purpose)
{
    if (purpose == PURPOSE_MARKETING) return c->consent[purpose] > 0;
    return purpose != PURPOSE_NEWS || c->consent[purpose] >= 0;
}

static inline bool is_open(int64_t day, int minute)
{
    bool weekend = (day + 3) % 7 >= 5; /* the first day of 1970 was a Thursday */
    return !weekend && minute >= 9 * 60 && minute < 18 * 60;
}

static inline bool is_quiet(const world *w, int zone, int class_)
{
    int64_t local = local_of(zone, w->now);
    int minute = (int)(local % DAY / MINUTE);
    if (w->rules.quiet && (minute >= 21 * 60 || minute < 8 * 60)) return true;
    if (class_ != NURTURE) return false;
    if (w->rules.office && !is_open(local / DAY, minute)) return true;
    return w->rules.lunch && minute >= 12 * 60 && minute < 14 * 60;
}

static inline void add_word(csuccess__sha256 *h, const char *word)
{
    uint8_t head[9] = {'s'};
    uint64_t len = strlen(word);
    for (int i = 0; i < 8; i++) head[1 + i] = (uint8_t)(len >> 8 * i);
    csuccess__sha256_add(h, head, sizeof head);
    csuccess__sha256_add(h, word, len);
}

/* Half of all go without tours. */
static inline bool is_held_out(const customer *c)
{
    csuccess__sha256 h;
    uint8_t digest[32];
    uint64_t bits = 0;
    csuccess__sha256_start(&h);
    add_word(&h, "experiment");
    add_word(&h, "s");
    add_word(&h, "tours");
    add_word(&h, c->name);
    csuccess__sha256_finish(&h, digest);
    for (int i = 0; i < 8; i++) bits = bits << 8 | digest[i];
    return (double)(bits >> 11) / 9007199254740992.0 >= 0.5;
}

/* What must hold whenever a channel is asked, whatever it answers. */
static inline void check_asked(const world *w, const sent *s, csuccess_str purpose)
{
    const customer *c = &w->customers[s->customer];
    const contact *to = &c->contacts[s->contact];
    const programme *p = &programmes[s->programme];
    SAYS(!s->done, w, s);
    SAYS(c->there && c->generation == s->generation, w, s);
    SAYS(!is_halted(w, c) || p->asked, w, s);
    SAYS(!c->churned || p->class_ != NURTURE, w, s);
    SAYS(is_consented(to, purpose_of(purpose)), w, s);
    SAYS(!to->suppressed[s->channel], w, s);
    SAYS(!is_quiet(w, to->zone, p->class_), w, s);
    SAYS(p->arms == 0 || !is_held_out(c), w, s);
    if (s->contact != OWN && strncmp(p->name, "alert", 5) != 0)
        SAYS(to->there && to->generation == s->contact_generation, w, s);
}

/* ---- Caps ---- */

static inline int64_t day_of(const customer *c, int64_t at)
{
    return local_of(c->zone, at) / DAY;
}

static inline int64_t month_of(int64_t day)
{
    return day < 20513   ? 0
           : day < 20544 ? 1
           : day < 20574 ? 2
                         : 3; /* 1 March, April, May 2026 */
}

static inline bool same_window(const customer *c, const cap *of, int64_t a, int64_t b)
{
    int64_t x = day_of(c, a), y = day_of(c, b);
    if (of->per == ROLLING) return b - a < of->hours * HOUR;
    if (of->per == PER_DAY) return x == y;
    if (of->per == PER_WEEK) return (x + 3) / 7 == (y + 3) / 7;
    return month_of(x) == month_of(y);
}

static inline bool is_counted(const cap *of, const sent *s)
{
    int class_ = programmes[s->programme].class_;
    if (s->at == 0 || (of->skip >> class_ & 1)) return false;
    if (of->class_ != NONE && of->class_ != class_) return false;
    return of->channel == NONE || of->channel == s->channel;
}

static inline bool is_together(const cap *of, const sent *a, const sent *b)
{
    if (a->customer != b->customer || a->generation != b->generation) return false;
    if (of->of_contact &&
        (a->contact != b->contact || a->contact_generation != b->contact_generation))
        return false;
    if (of->each_programme && a->programme != b->programme) return false;
    return !of->each_channel || a->channel == b->channel;
}

/* `s` has just arrived. */
static inline void check_caps(const world *w, const sent *s)
{
    const customer *c = &w->customers[s->customer];
    for (int i = 0; i < CAPS; i++) {
        const cap *of = &all_caps[i];
        int count = 0;
        if (!w->rules.most[i] || !is_counted(of, s)) continue;
        for (int k = 0; k < w->sent_count; k++) {
            const sent *other = &w->sent[k];
            count += is_counted(of, other) && is_together(of, s, other) &&
                     same_window(c, of, other->at, s->at);
        }
        if (CHECK(count <= w->rules.most[i])) continue;
        printf("# %s with %d\n", of->text, w->rules.most[i]);
        say_sent(w, s, "too many with");
    }
}

/* ---- Budgets ---- */

static inline int64_t cost_of(const sent *s)
{
    return programmes[s->programme].cost + channel_costs[s->channel];
}

enum { BY_TOTAL, BY_CUSTOMER, BY_SPRING, BY_SUMMER, BY_MAIL, BUDGETS };
static inline bool is_paid_by(int budget, const sent *s, const sent *last)
{
    bool month = month_of(s->created / DAY) == month_of(last->created / DAY);
    const char *name = programmes[s->programme].name;
    if (budget == BY_TOTAL) return month;
    if (budget == BY_MAIL) return month && s->channel == EMAIL;
    if (budget == BY_SPRING) return strcmp(name, "campaign/spring") == 0;
    if (budget == BY_SUMMER) return strcmp(name, "campaign/summer") == 0;
    return month && s->customer == last->customer && s->generation == last->generation;
}

static inline int64_t limit_of(const world *w, int budget)
{
    const rules *r = &w->rules;
    const int limits[BUDGETS] = {r->total, r->customer, r->campaign, r->campaign, r->mail};
    return limits[budget];
}

static inline void check_budgets(const world *w, const sent *s)
{
    for (int b = 0; b < BUDGETS; b++) {
        int64_t sum = 0;
        if (limit_of(w, b) == 0 || !is_paid_by(b, s, s)) continue;
        for (int k = 0; k < w->sent_count; k++) {
            const sent *other = &w->sent[k];
            if (other->at == 0 || !is_paid_by(b, other, s)) continue;
            sum += b == BY_MAIL ? channel_costs[EMAIL] : cost_of(other);
        }
        SAYS(sum <= limit_of(w, b), w, s);
    }
}

static inline void arrive(world *w, sent *s)
{
    customer *c = &w->customers[s->customer];
    if (s->at != 0) return;
    s->at = w->now;
    w->delivered++;
    check_caps(w, s);
    check_budgets(w, s);
    if (programmes[s->programme].by_approval) SAYS(c->approved-- > 0, w, s);
}

/* ---- The channels ---- */

static inline bool is_same(csuccess_str text, const char *other)
{
    return text.len == strlen(other) && memcmp(text.ptr, other, text.len) == 0;
}

static inline int place_of(csuccess_str text, const char *const *names, int count)
{
    int i = 0;
    while (i < count && !is_same(text, names[i])) i++;
    return i;
}

static inline sent *sent_of(world *w, const csuccess_message *m)
{
    int who = 0;
    for (int i = 0; i < w->sent_count; i++) {
        if (is_same(m->id, w->sent[i].id)) return &w->sent[i];
    }
    if (w->sent_count == SENT) abort();
    sent *s = &w->sent[w->sent_count++];
    while (who < CUSTOMERS - 1 && !is_same(m->customer, w->customers[who].name)) who++;
    *s = (sent){.customer = who, .created = m->created_ms};
    snprintf(s->id, sizeof s->id, "%.*s", (int)m->id.len, m->id.ptr);
    s->generation = w->customers[who].generation;
    s->contact = m->contact.len == 0 ? OWN : is_same(m->contact, "b");
    s->contact_generation = w->customers[who].contacts[s->contact].generation;
    s->channel = place_of(m->channel, channel_names, CHANNELS - 1);
    s->programme = programme_of(m->definition);
    if (!CHECK(s->programme != NONE)) {
        printf("# %.*s\n", (int)m->definition.len, m->definition.ptr);
        abort();
    }
    return s;
}

/* One that may have arrived before has arrived: whoever delivers it knows its id. */
static inline uint32_t answer_of(world *w, sent *s)
{
    if (s->at != 0) return draw(w, 3) ? CSUCCESS_SENT_DELIVERED : CSUCCESS_SENT_UNKNOWN;
    if (draw(w, 100) >= w->trouble) return CSUCCESS_SENT_DELIVERED;
    return CSUCCESS_SENT_LATER + draw(w, 4);
}

static inline void note_answer(world *w, sent *s)
{
    bool once = w->rules.once && s->channel == SMS; /* nobody learns what it came to */
    bool open = s->last == CSUCCESS_SENT_UNKNOWN;
    CHECK(!once || s->attempts == 1);
    s->done = s->last == CSUCCESS_SENT_DELIVERED;
    s->maybe = s->maybe || open;
    w->open = w->open || open;
    if (s->done || (open && draw(w, 2))) arrive(w, s);
    if (s->last == CSUCCESS_SENT_BOUNCED && !once)
        w->customers[s->customer].contacts[s->contact].bounced[s->channel] = true;
}

static inline void world_send(void *ud, const csuccess_send_request *request,
                              csuccess_reply *reply)
{
    world *w = ud;
    const csuccess_message *m = request->message;
    uint32_t answer = CSUCCESS_SENT_DELIVERED;
    if (!(m->flags & CSUCCESS_MESSAGE_INTERNAL)) {
        sent *s = sent_of(w, m);
        CHECK_INT(request->now_ms, w->now);
        check_asked(w, s, m->purpose);
        s->last = answer = answer_of(w, s);
        s->attempts++;
        note_answer(w, s);
    }
    csuccess_reply_sent(reply, answer, 0, CSUCCESS_STR("told"));
    csuccess_reply_done(reply, CSUCCESS_OK, (csuccess_str){NULL, 0});
}

static const csuccess_channel_ops world_channel = {sizeof world_channel, world_send};

/* ---- What is asked of people ---- */

static inline void word_of(csuccess_str text, const char *key, char *out, size_t room)
{
    char pattern[40];
    size_t n = 0, len = (size_t)snprintf(pattern, sizeof pattern, "\"%s\":\"", key);
    out[0] = '\0';
    for (size_t i = 0; i + len < text.len; i++) {
        if (memcmp(text.ptr + i, pattern, len) != 0) continue;
        for (i += len; i < text.len && text.ptr[i] != '"' && n + 1 < room; i++)
            out[n++] = text.ptr[i];
        break;
    }
    out[n] = '\0';
}

/* Requests are kept, so that they can be answered, in time or late, once or again. */
static inline void world_trace(void *ud, csuccess_str line)
{
    world *w = ud;
    char kind[16], name[16], id[65];
    word_of(line, "kind", kind, sizeof kind);
    if (strcmp(kind, "approval") != 0) return;
    word_of(line, "customer", name, sizeof name);
    word_of(line, "approval", id, sizeof id);
    for (int i = 0; i < CUSTOMERS; i++) {
        customer *c = &w->customers[i];
        if (strcmp(c->name, name) != 0 || c->approvals == OPEN) continue;
        snprintf(c->approval[c->approvals++], sizeof c->approval[0], "%s", id);
    }
}

#endif

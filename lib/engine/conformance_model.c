/* SPDX-License-Identifier: Apache-2.0 */
/* The plain model: the sentences of the contract, one after another, without any care for speed. */
#include "engine/conformance_model.h"

#include "base/str.h"

#include <string.h>

const char *const csuccess__model_bodies[] = {"",        "1",      "{}", "{\"a\":\"\xc3\xa9\"}",
                                              "\"two\"", "[1,2,3]"};
const char *const csuccess__model_contacts[] = {"", "mail", "work"};
const char *const csuccess__model_ledgers[] = {"budget", "Budget", "calls"};
const char *const csuccess__model_inputs[] = {"i",        "I", "i1", "i 1",
                                              "\xc3\xad", "2", "02", "x"};
static const char *const customers[] = {"ada", "Ada", "bob", "ada ", "\xc3\xa1", "z"};
static const char *const messages[] = {"m0", "m1", "m2", "m3", "m4",  "m5",
                                       "m6", "m7", "m8", "m9", "m10", "m11"};

/* splitmix64 (Steele, Lea, Flood, 2014). */
uint32_t csuccess__model_draw(csuccess__model *m, uint32_t n)
{
    uint64_t z = (m->random += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((z ^ (z >> 31)) >> 32) % n;
}

void csuccess__model_start(csuccess__model *m, csuccess__trial *t, uint64_t seed)
{
    char name[] = "pseudonym-a";
    memset(m, 0, sizeof *m);
    m->random = seed;
    m->people_count = CSUCCESS__MODEL_CUSTOMERS;
    for (size_t i = 0; i < CSUCCESS__MODEL_PEOPLE; i++) {
        name[sizeof name - 2] = (char)('a' + i);
        m->people[i] = i < CSUCCESS__MODEL_CUSTOMERS
                           ? csuccess__str(customers[i])
                           : csuccess__trial_keep(t, csuccess__str(name));
    }
    for (size_t i = 0; i < CSUCCESS__MODEL_CUSTOMERS; i++) {
        m->customers[i].due = CSUCCESS_TIME_NEVER;
        m->customers[i].lease = (csuccess__model_lease){csuccess__str(NULL), INT64_MIN};
    }
    for (size_t i = 0; i < CSUCCESS__MODEL_MESSAGES; i++) {
        m->messages[i].id = csuccess__trial_id(t, messages[i]);
        m->messages[i].lease = (csuccess__model_lease){csuccess__str(NULL), INT64_MIN};
    }
}

uint64_t csuccess__model_entries_of(const csuccess__model *m, uint32_t owner)
{
    uint64_t count = 0;
    for (size_t i = 0; i < m->entry_count; i++) count += m->entries[i].owner == owner;
    return count;
}

bool csuccess__model_in_force(const csuccess__model_lease *lease, csuccess_str token,
                              int64_t now)
{
    return lease->until > now && csuccess__str_eq(lease->token, token);
}

/* ---- Commits ---- */

static csuccess__verdict inputs_say(const csuccess__model *m, const csuccess__model_batch *b)
{
    size_t known = 0;
    for (size_t i = 0; i < b->inputs; i++)
        known += m->customers[b->customer].known[b->input[i]];
    if (known == 0) return CSUCCESS__VERDICT_NONE;
    return known == b->inputs ? CSUCCESS__VERDICT_ALREADY : CSUCCESS__VERDICT_CONFLICT;
}

static bool fits(const csuccess__model *m, const csuccess__model_batch *b, int64_t now)
{
    const csuccess__model_customer *c = &m->customers[b->customer];
    if (b->writes && c->revision != b->expected) return false;
    if (b->writes && b->token.len && !csuccess__model_in_force(&c->lease, b->token, now)) {
        return false;
    }
    if (b->writes_secret && c->secret != b->expected_secret) return false;
    for (size_t i = 0; i < b->entries; i++) {
        if (b->entry[i].seq <= csuccess__model_entries_of(m, b->entry[i].owner)) return false;
    }
    return true;
}

/* The sums that the deltas leave; false: one is refused. */
static bool sums_of(const csuccess__model *m, const csuccess__model_batch *b, int64_t *sums,
                    size_t *refused)
{
    memcpy(sums, m->sums, sizeof m->sums);
    for (size_t i = 0; i < b->deltas; i++) {
        int64_t *sum = &sums[b->ledger[i]];
        *refused = i;
        if (b->delta[i] > 0 && *sum + b->delta[i] > b->max[i]) return false;
        *sum += b->delta[i];
    }
    return true;
}

static void write(csuccess__model *m, const csuccess__model_batch *b)
{
    csuccess__model_customer *c = &m->customers[b->customer];
    if (b->writes) {
        c->revision = b->removes ? 0 : b->expected + 1;
        c->body = b->body;
        c->due = b->removes ? CSUCCESS_TIME_NEVER : b->due;
        c->failures = 0;
        c->parked = false;
        c->lease.until = INT64_MIN;
    }
    if (b->writes_secret) {
        c->secret = b->expected_secret + 1;
        c->secret_body = b->body;
    }
}

void csuccess__model_add(csuccess__model *m, uint32_t which,
                         const csuccess__model_message *message)
{
    csuccess_str id = m->messages[which].id;
    if (m->messages[which].there) return;
    m->messages[which] = *message;
    m->messages[which].id = id;
    m->messages[which].there = true;
    m->messages[which].lease = (csuccess__model_lease){csuccess__str(NULL), INT64_MIN};
}

csuccess__verdict csuccess__model_commit(csuccess__model *m, const csuccess__model_batch *b,
                                         int64_t now, size_t *refused)
{
    int64_t sums[CSUCCESS__MODEL_LEDGERS];
    csuccess__verdict verdict = inputs_say(m, b);
    if (verdict != CSUCCESS__VERDICT_NONE) return verdict;
    if (!fits(m, b, now)) return CSUCCESS__VERDICT_CONFLICT;
    if (!sums_of(m, b, sums, refused)) return CSUCCESS__VERDICT_REFUSED;
    memcpy(m->sums, sums, sizeof sums);
    write(m, b);
    for (size_t i = 0; i < b->entries; i++) m->entries[m->entry_count++] = b->entry[i];
    for (size_t i = 0; i < b->inputs; i++) m->customers[b->customer].known[b->input[i]] = true;
    for (size_t i = 0; i < b->messages; i++) {
        csuccess__model_add(m, b->which[i], &b->message[i]);
    }
    for (size_t i = 0; i < b->cancels; i++) {
        csuccess__model_message *message = &m->messages[b->cancel[i]];
        if (!message->there || message->outcome != 0) continue;
        message->outcome = CSUCCESS_SETTLE_DROPPED;
        message->lease.until = INT64_MIN;
    }
    return CSUCCESS__VERDICT_APPLIED;
}

/* ---- Leases ---- */

/* Something that may be leased, as both lists see it. */
typedef struct candidate {
    bool there;
    int64_t time;
    const csuccess__model_lease *lease;
    csuccess_str id, goes_to;
} candidate;

static candidate customer_at(const csuccess__model *m, uint32_t i)
{
    const csuccess__model_customer *c = &m->customers[i];
    bool there = c->revision != 0 && !c->parked && c->due != CSUCCESS_TIME_NEVER;
    return (candidate){there, c->due, &c->lease, m->people[i], m->people[i]};
}

static candidate message_at(const csuccess__model *m, uint32_t i)
{
    const csuccess__model_message *s = &m->messages[i];
    uint32_t to = s->target < CSUCCESS__MODEL_PEOPLE ? s->target : s->customer;
    return (candidate){s->there && s->outcome == 0, s->time, &s->lease, s->id, m->people[to]};
}

typedef candidate candidate_at(const csuccess__model *m, uint32_t i);

static bool before(candidate a, candidate b)
{
    return a.time != b.time ? a.time < b.time : csuccess__str_cmp(a.id, b.id) < 0;
}

/* Puts i in its place among the n before it. */
static void insert(const csuccess__model *m, candidate_at *at, uint32_t *out, size_t n,
                   uint32_t i)
{
    while (n > 0 && before(at(m, i), at(m, out[n - 1]))) {
        out[n] = out[n - 1];
        n--;
    }
    out[n] = i;
}

/* Of all `count`, into out (as long): those ready, in order, of which there are at most ask->most. */
static size_t ready(const csuccess__model *m, candidate_at *at, const csuccess__model_ask *ask,
                    uint32_t *out, int64_t *next)
{
    size_t n = 0;
    uint32_t count = at == customer_at ? CSUCCESS__MODEL_CUSTOMERS : CSUCCESS__MODEL_MESSAGES;
    *next = CSUCCESS_TIME_NEVER;
    for (uint32_t i = 0; i < count; i++) {
        candidate c = at(m, i);
        if (!c.there ||
            (ask->shards > 1 && csuccess_shard(c.goes_to, ask->shards) != ask->shard)) {
            continue;
        }
        int64_t from = c.lease->until > ask->now ? c.lease->until : c.time;
        if (from > ask->now) {
            if (from < *next) *next = from;
        } else {
            insert(m, at, out, n++, i);
        }
    }
    /* Those that are leased by this come again when their leases end: the store is not asked for that. */
    return n < ask->most ? n : ask->most;
}

size_t csuccess__model_due(const csuccess__model *m, const csuccess__model_ask *ask,
                           uint32_t *out, int64_t *next)
{
    return ready(m, customer_at, ask, out, next);
}

size_t csuccess__model_claim(const csuccess__model *m, const csuccess__model_ask *ask,
                             uint32_t *out, int64_t *next)
{
    return ready(m, message_at, ask, out, next);
}

/* ---- Reading ---- */

static bool created_before(const csuccess__model_message *a, const csuccess__model_message *b)
{
    return a->created != b->created ? a->created < b->created
                                    : csuccess__str_cmp(a->id, b->id) < 0;
}

size_t csuccess__model_outbox(const csuccess__model *m, uint32_t person, uint32_t *out)
{
    size_t n = 0;
    for (uint32_t i = 0; i < CSUCCESS__MODEL_MESSAGES; i++) {
        const csuccess__model_message *message = &m->messages[i];
        if (!message->there ||
            (person < CSUCCESS__MODEL_PEOPLE && message->customer != person)) {
            continue;
        }
        size_t at = n++;
        for (; at > 0 && created_before(message, &m->messages[out[at - 1]]); at--) {
            out[at] = out[at - 1];
        }
        out[at] = i;
    }
    return n;
}

/* ---- Erasing ---- */

static void erase_entries(csuccess__model *m, uint32_t customer, uint32_t contact,
                          csuccess__model_erased *erased)
{
    for (size_t i = 0; i < m->entry_count; i++) {
        csuccess__model_entry *entry = &m->entries[i];
        if (entry->owner != customer || (contact && entry->subject != contact)) continue;
        erased->counts[2] += !entry->erased;
        entry->erased = true;
        entry->subject = 0;
        if (!contact) entry->owner = (uint32_t)m->people_count;
    }
}

static bool concerns(const csuccess__model_message *s, uint32_t customer, uint32_t contact)
{
    if (!s->there) return false;
    if (contact) return s->customer == customer && s->contact == contact;
    return s->customer == customer || s->target == customer;
}

static void erase_messages(csuccess__model *m, uint32_t customer, uint32_t contact,
                           csuccess__model_erased *erased)
{
    for (size_t i = 0; i < CSUCCESS__MODEL_MESSAGES; i++) {
        csuccess__model_message *s = &m->messages[i];
        if (!concerns(s, customer, contact)) continue;
        erased->counts[s->outcome ? 4 : 3]++;
        s->there = s->outcome != 0;
        s->body = s->contact = 0;
        if (contact) continue;
        if (s->customer == customer) s->customer = (uint32_t)m->people_count;
        if (s->target == customer) s->target = (uint32_t)m->people_count;
    }
}

csuccess__model_erased csuccess__model_erase(csuccess__model *m, uint32_t customer,
                                             uint32_t contact)
{
    csuccess__model_erased erased = {{0}};
    csuccess__model_customer *c = &m->customers[customer];
    erase_entries(m, customer, contact, &erased);
    erase_messages(m, customer, contact, &erased);
    if (contact) return erased;
    erased.counts[0] = (uint64_t)(c->revision != 0) + (uint64_t)(c->secret != 0);
    for (size_t i = 0; i < CSUCCESS__MODEL_INPUTS; i++) erased.counts[1] += c->known[i];
    *c = (csuccess__model_customer){.due = CSUCCESS_TIME_NEVER,
                                    .lease = {csuccess__str(NULL), INT64_MIN}};
    m->people_count++;
    return erased;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Conformance: random questions with few names, so that they meet, each answered as the plain model says. */
#include "engine/conformance_model.h"

#include "base/str.h"

#include <string.h>

/* A model does not grow: after so many rounds the next begins, in another tenant. */
enum { EPISODE = 250, LOOK_EVERY = 10 };

typedef struct walk {
    csuccess__trial *t;
    csuccess__model *m;
    csuccess_str stale; /* a token of long ago */
} walk;

static uint32_t draw(walk *w, uint32_t n)
{
    return csuccess__model_draw(w->m, n);
}

static bool one_in(walk *w, uint32_t n)
{
    return draw(w, n) == 0;
}

static int64_t some_time(walk *w)
{
    return one_in(w, 6) ? CSUCCESS_TIME_NEVER : w->t->now + (int64_t)draw(w, 12) - 3;
}

static csuccess_str body_at(uint32_t body)
{
    return csuccess__str(csuccess__model_bodies[body]);
}

/* ---- Batches ---- */

static csuccess__model_message some_message(walk *w)
{
    csuccess__model_message s = {.customer = draw(w, CSUCCESS__MODEL_CUSTOMERS),
                                 .target = CSUCCESS__MODEL_PEOPLE,
                                 .contact = draw(w, CSUCCESS__MODEL_CONTACTS),
                                 .body = draw(w, CSUCCESS__MODEL_BODIES),
                                 .created = w->t->now,
                                 .time = w->t->now + (int64_t)draw(w, 8) - 2};
    if (one_in(w, 3)) s.target = draw(w, CSUCCESS__MODEL_CUSTOMERS);
    return s;
}

/* The revision that is right, mostly. */
static uint64_t some_revision(walk *w, uint64_t right)
{
    return one_in(w, 8) ? draw(w, 4) : right;
}

static void draw_writes(walk *w, csuccess__model_batch *b)
{
    const csuccess__model_customer *c = &w->m->customers[b->customer];
    b->writes = !one_in(w, 4);
    b->writes_secret = one_in(w, 6);
    b->removes = one_in(w, 15);
    b->expected = some_revision(w, c->revision);
    b->expected_secret = some_revision(w, c->secret);
    b->body = draw(w, CSUCCESS__MODEL_BODIES);
    b->due = some_time(w);
    if (one_in(w, 3)) b->token = one_in(w, 4) ? w->stale : c->lease.token;
}

static void draw_entries(walk *w, csuccess__model_batch *b)
{
    uint64_t seq = csuccess__model_entries_of(w->m, b->customer) + 1;
    b->entries = draw(w, 3);
    if (one_in(w, 12) && seq > 1) seq -= 1; /* taken */
    for (uint32_t i = 0; i < b->entries; i++) {
        b->entry[i] = (csuccess__model_entry){.owner = b->customer,
                                              .body = draw(w, CSUCCESS__MODEL_BODIES),
                                              .subject = draw(w, CSUCCESS__MODEL_CONTACTS),
                                              .seq = seq + i};
    }
}

static void draw_rest(walk *w, csuccess__model_batch *b)
{
    b->messages = draw(w, 3);
    b->deltas = draw(w, 3);
    b->inputs = draw(w, 3);
    b->cancels = one_in(w, 5);
    b->cancel[0] = draw(w, CSUCCESS__MODEL_MESSAGES);
    for (size_t i = 0; i < 2; i++) {
        b->message[i] = some_message(w);
        b->which[i] = draw(w, CSUCCESS__MODEL_MESSAGES);
        b->ledger[i] = draw(w, CSUCCESS__MODEL_LEDGERS);
        b->delta[i] = (int64_t)draw(w, 9) - 3;
        b->max[i] = one_in(w, 4) ? CSUCCESS_TIME_NEVER : (int64_t)draw(w, 16);
    }
    b->input[0] = draw(w, CSUCCESS__MODEL_INPUTS);
    b->input[1] =
        (b->input[0] + 1 + draw(w, CSUCCESS__MODEL_INPUTS - 1)) % CSUCCESS__MODEL_INPUTS;
}

/* A message in the contract's words. */
static void name_message(walk *w, csuccess_message *to, uint32_t which,
                         const csuccess__model_message *from)
{
    to->id = w->m->messages[which].id;
    to->customer = w->m->people[from->customer];
    to->contact = csuccess__str(csuccess__model_contacts[from->contact]);
    to->body = body_at(from->body);
    to->created_ms = from->created;
    to->not_before_ms = from->time;
    if (from->target >= CSUCCESS__MODEL_PEOPLE) return;
    to->target = w->m->people[from->target];
    to->channel = csuccess__str(NULL);
}

/* A batch in the contract's words. */
static void name_batch(walk *w, const csuccess__model_batch *b, csuccess__pack *p)
{
    csuccess_str customer = w->m->people[b->customer];
    csuccess__pack_start(p);
    if (b->writes) {
        csuccess_write *write = csuccess__pack_write(p, NULL, b->expected, NULL);
        write->key.id = customer;
        write->due_ms = b->due;
        write->token = b->token;
        if (!b->removes) write->body = body_at(b->body);
    }
    if (b->writes_secret) {
        csuccess_write *write = csuccess__pack_write(p, NULL, b->expected_secret, NULL);
        write->key = (csuccess_key){CSUCCESS_RECORD_SECRET, 0, customer};
        write->body = body_at(b->body);
    }
    for (size_t i = 0; i < b->entries; i++) {
        csuccess_entry *entry = csuccess__pack_entry(w->t, p, NULL, b->entry[i].seq,
                                                     csuccess__model_bodies[b->entry[i].body]);
        entry->customer = customer;
        entry->subject = csuccess__str(csuccess__model_contacts[b->entry[i].subject]);
    }
    for (size_t i = 0; i < b->messages; i++) {
        name_message(w, csuccess__pack_message(w->t, p, "", NULL, NULL), b->which[i],
                     &b->message[i]);
    }
    for (size_t i = 0; i < b->deltas; i++) {
        csuccess__pack_delta(p, csuccess__model_ledgers[b->ledger[i]], b->delta[i], b->max[i]);
    }
    for (size_t i = 0; i < b->inputs; i++) {
        p->inputs[p->batch.input_count++] =
            (csuccess_input_key){customer, csuccess__str(csuccess__model_inputs[b->input[i]])};
    }
    for (size_t i = 0; i < b->cancels; i++) {
        p->cancels[p->batch.cancel_count++] = w->m->messages[b->cancel[i]].id;
    }
}

/* One to three batches in one question. */
static bool commit(walk *w)
{
    enum { MOST = 3 };
    csuccess__pack p[MOST];
    const csuccess_batch *list[MOST];
    csuccess__verdict expected[MOST];
    size_t refused[MOST] = {0}, count = 1 + draw(w, MOST);
    for (size_t i = 0; i < count; i++) {
        csuccess__model_batch b;
        memset(&b, 0, sizeof b);
        b.customer = draw(w, CSUCCESS__MODEL_CUSTOMERS);
        b.token = csuccess__str(NULL);
        draw_writes(w, &b);
        draw_entries(w, &b);
        draw_rest(w, &b);
        name_batch(w, &b, &p[i]);
        list[i] = &p[i].batch;
        expected[i] = csuccess__model_commit(w->m, &b, w->t->now, &refused[i]);
    }
    if (!csuccess__trial_commits(w->t, list, count)) return false;
    for (size_t i = 0; i < count; i++) {
        const csuccess__answer *answer = &w->t->reply.answers[i];
        if (!csuccess__trial_verdict(w->t, i, expected[i])) return false;
        if (expected[i] == CSUCCESS__VERDICT_REFUSED &&
            !csuccess__trial_number(w->t, "the delta that is refused",
                                    (int64_t)answer->revision, (int64_t)refused[i])) {
            return false;
        }
    }
    return true;
}

/* ---- Leases ---- */

static csuccess__model_ask some_ask(walk *w)
{
    csuccess__model_ask ask = {.now = w->t->now, .most = 1 + draw(w, 4)};
    ask.shards = draw(w, 4);
    ask.shard = ask.shards > 1 ? draw(w, ask.shards) : 0;
    w->t->shards = ask.shards;
    w->t->shard = ask.shard;
    return ask;
}

/* The next time: those that are leased by this very question may count or not. */
static bool next_is(walk *w, int64_t next, size_t leased, int64_t until)
{
    int64_t sooner = leased && until < next ? until : next;
    if (w->t->reply.next == sooner) return true;
    return csuccess__trial_number(w->t, "the next time", w->t->reply.next, next);
}

static void hold(walk *w, csuccess__model_lease *lease, csuccess_str token, int64_t until)
{
    if (lease->token.len) w->stale = lease->token;
    lease->token = csuccess__trial_keep(w->t, token);
    lease->until = until;
}

static bool due(walk *w)
{
    uint32_t who[CSUCCESS__MODEL_CUSTOMERS];
    int64_t next, until = w->t->now + 1 + (int64_t)draw(w, 8);
    csuccess__model_ask ask = some_ask(w);
    size_t count = csuccess__model_due(w->m, &ask, who, &next);
    if (!csuccess__trial_due(w->t, ask.most, until) ||
        !csuccess__trial_rows(w->t, "what is due", count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        csuccess__model_customer *c = &w->m->customers[who[i]];
        const csuccess__answer_row *row = &w->t->reply.rows[i];
        if (!csuccess__trial_row_is(w->t, "who is due", i, w->m->people[who[i]]) ||
            !csuccess__trial_number(w->t, "its due time", row->due, c->due) ||
            !csuccess__trial_number(w->t, "its failures", (int64_t)row->number, c->failures)) {
            return false;
        }
        hold(w, &c->lease, row->token, until);
    }
    return next_is(w, next, count, until);
}

static bool claim(walk *w)
{
    uint32_t which[CSUCCESS__MODEL_MESSAGES];
    int64_t next, until = w->t->now + 1 + (int64_t)draw(w, 8);
    csuccess__model_ask ask = some_ask(w);
    size_t count = csuccess__model_claim(w->m, &ask, which, &next);
    if (!csuccess__trial_claim(w->t, ask.most, until) ||
        !csuccess__trial_rows(w->t, "what is claimed", count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        csuccess__model_message *s = &w->m->messages[which[i]];
        const csuccess__answer_row *row = &w->t->reply.rows[i];
        if (!csuccess__trial_row_is(w->t, "what is claimed", i, s->id) ||
            !csuccess__trial_text(w->t, "its body", row->message.body, body_at(s->body)) ||
            !csuccess__trial_number(w->t, "claims before", row->message.attempts,
                                    s->attempts)) {
            return false;
        }
        s->attempts++;
        hold(w, &s->lease, row->token, until);
    }
    return next_is(w, next, count, until);
}

static csuccess_str some_token(walk *w, const csuccess__model_lease *lease)
{
    return one_in(w, 5) ? w->stale : lease->token;
}

static bool defer(walk *w)
{
    uint32_t who = draw(w, CSUCCESS__MODEL_CUSTOMERS);
    if (!w->m->customers[who].lease.token.len) who = draw(w, CSUCCESS__MODEL_CUSTOMERS);
    csuccess__model_customer *c = &w->m->customers[who];
    csuccess_defer_request request = {.customer = w->m->people[who],
                                      .token = some_token(w, &c->lease),
                                      .until_ms = some_time(w),
                                      .failed = draw(w, 2),
                                      .park_after = draw(w, 4),
                                      .reason = CSUCCESS_STR("a reason")};
    bool in_force = csuccess__model_in_force(&c->lease, request.token, w->t->now);
    if (in_force) {
        c->lease.until = INT64_MIN;
        c->due = request.until_ms;
        c->failures += request.failed;
        c->parked = request.failed && request.park_after && c->failures >= request.park_after;
    }
    return csuccess__trial_defer(w->t, request, in_force);
}

static void settle_model(csuccess__model_message *s, const csuccess_settle_request *request)
{
    s->lease.until = INT64_MIN;
    if (request->outcome == CSUCCESS_SETTLE_RETRY) {
        s->time = request->retry_ms;
        s->attempts -= !request->counts;
    } else {
        s->outcome = request->outcome;
    }
}

static bool settle(walk *w)
{
    csuccess__model_message *s = &w->m->messages[draw(w, CSUCCESS__MODEL_MESSAGES)];
    csuccess__model_message signal = some_message(w);
    uint32_t which = draw(w, CSUCCESS__MODEL_MESSAGES);
    csuccess__pack p;
    csuccess__pack_start(&p);
    csuccess_message *named = csuccess__pack_message(w->t, &p, "", NULL, NULL);
    name_message(w, named, which, &signal);
    csuccess_settle_request request = {.message = s->id,
                                       .token = some_token(w, &s->lease),
                                       .outcome = 1 + draw(w, 5),
                                       .counts = draw(w, 2),
                                       .retry_ms = w->t->now + (int64_t)draw(w, 6),
                                       .reason = CSUCCESS_STR("a reason"),
                                       .signal = one_in(w, 3) ? named : NULL};
    bool in_force = s->there && s->outcome == 0 &&
                    csuccess__model_in_force(&s->lease, request.token, w->t->now);
    if (in_force) {
        settle_model(s, &request);
        if (request.signal) csuccess__model_add(w->m, which, &signal);
    }
    return csuccess__trial_settle(w->t, request, in_force);
}

/* ---- Erasing ---- */

static bool erase(walk *w)
{
    static const char *const kinds[] = {"record", "input", "entry", "message", "settled"};
    uint32_t customer = draw(w, CSUCCESS__MODEL_CUSTOMERS);
    uint32_t contact = draw(w, CSUCCESS__MODEL_CONTACTS);
    if (contact == 0 && w->m->people_count == CSUCCESS__MODEL_PEOPLE) return true;
    csuccess_str pseudonym = w->m->people[contact ? 0 : w->m->people_count];
    if (csuccess__trial_erase(w->t, w->m->people[customer].ptr,
                              csuccess__model_contacts[contact], pseudonym.ptr) < 0) {
        return csuccess__trial_fail(w->t, "erase failed");
    }
    csuccess__model_erased erased = csuccess__model_erase(w->m, customer, contact);
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        uint64_t count = 0;
        for (size_t i = 0; i < w->t->reply.row_count; i++) {
            const csuccess__answer_row *row = &w->t->reply.rows[i];
            if (csuccess__str_is(row->id, kinds[k])) count = row->number;
        }
        if (!csuccess__trial_number(w->t, kinds[k], (int64_t)count,
                                    (int64_t)erased.counts[k])) {
            return csuccess__trial_in(w->t, false, "what was erased");
        }
    }
    return true;
}

/* ---- Looking at everything ---- */

static bool look_at_records(walk *w)
{
    for (size_t i = 0; i < CSUCCESS__MODEL_CUSTOMERS; i++) {
        const csuccess__model_customer *c = &w->m->customers[i];
        csuccess_key state = {CSUCCESS_RECORD_CUSTOMER, 0, w->m->people[i]};
        csuccess_key secret = {CSUCCESS_RECORD_SECRET, 0, w->m->people[i]};
        if (!csuccess__trial_key(w->t, &state, c->revision, body_at(c->body)) ||
            !csuccess__trial_key(w->t, &secret, c->secret, body_at(c->secret_body))) {
            return false;
        }
        for (size_t k = 0; k < CSUCCESS__MODEL_INPUTS; k++) {
            if (!csuccess__trial_known(w->t, w->m->people[i].ptr, csuccess__model_inputs[k],
                                       c->known[k])) {
                return false;
            }
        }
    }
    for (size_t i = 0; i < CSUCCESS__MODEL_LEDGERS; i++) {
        if (!csuccess__trial_ledger(w->t, csuccess__model_ledgers[i], w->m->sums[i])) {
            return false;
        }
    }
    return true;
}

static bool entry_is(walk *w, const csuccess_entry *is, const csuccess__model_entry *entry)
{
    csuccess_str body = entry->erased ? csuccess__str(NULL) : body_at(entry->body);
    csuccess_str subject = csuccess__str(csuccess__model_contacts[entry->subject]);
    if (entry->erased && is->body.ptr) {
        return csuccess__trial_fail(w->t, "the body of an erased entry is there");
    }
    return csuccess__trial_number(w->t, "the number of an entry", (int64_t)is->seq,
                                  (int64_t)entry->seq) &&
           csuccess__trial_text(w->t, "the body of an entry", is->body, body) &&
           csuccess__trial_text(w->t, "the subject of an entry", is->subject, subject);
}

/* The history of one, in two pages. */
static bool look_at_history(walk *w, uint32_t owner)
{
    uint64_t count = csuccess__model_entries_of(w->m, owner), after = 0;
    uint32_t page = (uint32_t)(count / 2) + 1;
    size_t at = 0;
    while (after < count) {
        if (!csuccess__trial_history(w->t, w->m->people[owner], after, page)) return false;
        if (w->t->reply.row_count == 0) break;
        for (size_t i = 0; i < w->t->reply.row_count; i++, at++) {
            while (w->m->entries[at].owner != owner) at++; /* there are `count` of them */
            if (!entry_is(w, &w->t->reply.rows[i].entry, &w->m->entries[at])) return false;
            if (++after == count) break;
        }
    }
    return csuccess__trial_number(w->t, "entries of a history", (int64_t)after,
                                  (int64_t)count) &&
           csuccess__trial_history(w->t, w->m->people[owner], count, 5) &&
           csuccess__trial_rows(w->t, "behind the end of a history", 0);
}

static bool message_is(walk *w, const csuccess__answer_row *row,
                       const csuccess__model_message *s)
{
    static const char *const words[] = {"waiting", "delivered", "",
                                        "dead",    "unknown",   "dropped"};
    csuccess_str target =
        s->target < CSUCCESS__MODEL_PEOPLE ? w->m->people[s->target] : csuccess__str(NULL);
    return csuccess__trial_text(w->t, "a message of an outbox", row->id, s->id) &&
           csuccess__trial_text(w->t, "its outcome", row->token,
                                csuccess__str(words[s->outcome])) &&
           csuccess__trial_text(w->t, "its customer", row->message.customer,
                                w->m->people[s->customer]) &&
           csuccess__trial_text(w->t, "its target", row->message.target, target) &&
           csuccess__trial_text(w->t, "its contact", row->message.contact,
                                csuccess__str(csuccess__model_contacts[s->contact])) &&
           csuccess__trial_text(w->t, "its body", row->message.body, body_at(s->body)) &&
           csuccess__trial_number(w->t, "its attempts", row->message.attempts, s->attempts) &&
           csuccess__trial_number(w->t, "its time", row->message.not_before_ms, s->time);
}

static bool look_at_outbox(walk *w, uint32_t person)
{
    uint32_t which[CSUCCESS__MODEL_MESSAGES];
    csuccess_outbox_request box = {.customer = csuccess__str(NULL), .most = 100};
    size_t count = csuccess__model_outbox(w->m, person, which);
    if (person < CSUCCESS__MODEL_PEOPLE) box.customer = w->m->people[person];
    if (!csuccess__trial_ask_outbox(w->t, box) ||
        !csuccess__trial_rows(w->t, "an outbox", count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!message_is(w, &w->t->reply.rows[i], &w->m->messages[which[i]])) return false;
    }
    return true;
}

/* Those that are there, or parked: how many there must be, and each in its place. */
static bool look_at_scan(walk *w, bool parked)
{
    csuccess_scan_request scan = {
        .kind = CSUCCESS_RECORD_CUSTOMER, .parked = parked, .most = 100};
    size_t count = 0;
    if (!csuccess__trial_ask_scan(w->t, scan)) return false;
    for (size_t i = 0; i < CSUCCESS__MODEL_CUSTOMERS; i++) {
        const csuccess__model_customer *c = &w->m->customers[i];
        size_t at = 0;
        if (c->revision == 0 || (parked && !c->parked)) continue;
        count++;
        while (at < w->t->reply.row_count &&
               !csuccess__str_eq(w->t->reply.rows[at].id, w->m->people[i]))
            at++;
        if (at == w->t->reply.row_count)
            return csuccess__trial_fail(w->t, "a scan leaves somebody out");
        if (!csuccess__trial_number(w->t, "a revision of a scan",
                                    (int64_t)w->t->reply.rows[at].number,
                                    (int64_t)c->revision)) {
            return false;
        }
    }
    return csuccess__trial_rows(w->t, "a scan", count);
}

static bool look(walk *w)
{
    bool passed = look_at_records(w) && look_at_scan(w, false) && look_at_scan(w, true) &&
                  look_at_outbox(w, CSUCCESS__MODEL_PEOPLE);
    for (uint32_t i = 0; i < w->m->people_count && passed; i++) {
        passed = look_at_history(w, i) && look_at_outbox(w, i);
    }
    return csuccess__trial_in(w->t, passed, "looking at everything");
}

/* ---- Rounds ---- */

static bool step(walk *w)
{
    static bool (*const steps[])(walk * w) = {commit, commit, commit, commit, due,
                                              due,    defer,  defer,  claim,  claim,
                                              settle, settle, erase};
    uint32_t which = draw(w, sizeof steps / sizeof steps[0]);
    if (steps[which] == erase && !one_in(w, 4)) which = 0;
    w->t->now += draw(w, 3);
    return steps[which](w);
}

static bool episode(csuccess__trial *t, csuccess__model *m, uint64_t seed, uint32_t rounds)
{
    walk w = {.t = t, .m = m, .stale = CSUCCESS_STR("stale")};
    csuccess__model_start(m, t, seed);
    t->now = 1000;
    for (uint32_t i = 0; i < rounds && t->result >= 0; i++) {
        bool passed = step(&w) && ((i + 1) % LOOK_EVERY != 0 || look(&w));
        if (passed) continue;
        csuccess__trial_fail(t, "it failed");
        char why[sizeof t->why];
        memcpy(why, t->why, sizeof why);
        t->failed = false;
        return csuccess__trial_fail(t, "seed %l, round %u: %s", (int64_t)seed, i + 1, why);
    }
    return t->result >= 0 && look(&w) && csuccess__trial_reopen(t) &&
           csuccess__trial_in(t, look(&w), "opened again");
}

/* A tenant for each episode: that of the test with a number. */
static csuccess_str tenant_of(csuccess__trial *t, csuccess_str test, uint32_t number)
{
    char digits[10];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    size_t n = sizeof digits - at;
    char *name = csuccess__trial_bytes(t, test.len + 1 + n);
    if (!name) return csuccess__str(NULL);
    memcpy(name, test.ptr, test.len);
    name[test.len] = '.';
    memcpy(name + test.len + 1, digits + at, n);
    return (csuccess_str){name, test.len + 1 + n};
}

static bool random_questions(csuccess__trial *t)
{
    csuccess_str test = t->tenant;
    uint32_t left = t->options.rounds;
    csuccess__model *m = csuccess__alloc(t->mem, 1, sizeof *m);
    if (!m) t->result = CSUCCESS_ENOMEM;
    for (uint32_t number = 1; left && !t->failed && t->result >= 0; number++) {
        uint32_t rounds = left < EPISODE ? left : EPISODE;
        csuccess__arena_reset(&t->arena);
        t->tenant = tenant_of(t, test, number);
        episode(t, m, t->options.seed + number, rounds);
        left -= rounds;
    }
    csuccess__release(t->mem, m, 1, sizeof *m);
    return !t->failed;
}

const csuccess__conformance_test csuccess__conformance_random[] = {
    {"random-questions-are-answered-as-a-plain-model-does", random_questions}, {NULL, NULL}};

/* SPDX-License-Identifier: Apache-2.0 */
/* Random worlds over the public API: whatever the rules, the inputs, the answers of channels and the order in which engines take turns, nothing reaches a customer that may not, no budget is exceeded and none is lost. */
#include "intervene_world_moves.h"

/* How many worlds; WORLDS in the environment asks for more. */
enum { WORLDS = 320, MOVES = 60 };

/* ---- A world ---- */

typedef void move(world *w, customer *c);
static move *const moves[] = {
    tell_traits,   tell_traits,   tell_traits,  tell_track,   tell_track,   tell_contact,
    tell_consent,  tell_consent,  tell_consent, tell_address, tell_hold,    tell_response,
    tell_decision, tell_decision, tell_request, tell_by_hand, tell_outcome, forget};
enum { KINDS = sizeof moves / sizeof moves[0] };

static void pass_time(world *w)
{
    static const int64_t steps[] = {1000,     MINUTE,    20 * MINUTE, HOUR,
                                    5 * HOUR, 11 * HOUR, DAY,         3 * DAY};
    w->now += 1 + steps[draw(w, 8)] + (int64_t)draw(w, 60000);
}

static void live(world *w)
{
    for (int i = 0; i < MOVES; i++) {
        customer *c = &w->customers[draw(w, CUSTOMERS)];
        if (w->now < START + 40 * DAY && draw(w, 2)) pass_time(w);
        w->now += 1;
        uint32_t what = draw(w, 10);
        if (what < 5) {
            if (!c->there) tell_traits(w, c);
            moves[draw(w, KINDS)](w, c);
        } else if (what < 7) {
            run_some(w);
        } else if (what == 7) {
            run_beside(w);
        }
        if (what > 7 || w->open) run_all(w);
    }
    run_all(w);
}

/* ---- What is left ---- */

/* What may have arrived has, as far as anybody knows, unless its channel said at last that it never will. */
static bool is_spent(const world *w, const sent *s)
{
    bool never = s->last == CSUCCESS_SENT_NEVER || s->last == CSUCCESS_SENT_BOUNCED;
    bool tired = s->last == CSUCCESS_SENT_LATER && s->attempts >= (uint32_t)w->rules.attempts;
    if (w->rules.once && s->channel == SMS) return true; /* it was settled before it was sent */
    return s->done || (s->maybe && !never && !tired);
}

static bool is_known(const world *w, const char *id)
{
    for (int i = 0; i < w->sent_count; i++) {
        if (strcmp(w->sent[i].id, id) == 0) return is_spent(w, &w->sent[i]);
    }
    return false;
}

static int64_t whole_of(csuccess_str text, const char *key)
{
    char pattern[40];
    size_t len = (size_t)snprintf(pattern, sizeof pattern, "\"%s\":", key);
    for (size_t i = 0; i + len < text.len; i++) {
        if (memcmp(text.ptr + i, pattern, len) == 0)
            return strtoll(text.ptr + i + len, NULL, 10);
    }
    return -1;
}

/* Behind the object that begins here; strings are skipped. */
static const char *end_of(const char *p)
{
    int depth = 0;
    bool in_string = false;
    for (; *p; p++) {
        if (in_string && *p == '\\') {
            p++;
        } else if (*p == '"') {
            in_string = !in_string;
        } else if (!in_string && (*p == '{' || *p == '}')) {
            depth += *p == '{' ? 1 : -1;
            if (depth == 0) return p + 1;
        }
    }
    return p;
}

/* A message of the dump that is under way, as one that was sent. False: it is another, or was counted. */
static bool read_waiting(const world *w, csuccess_str text, sent *out)
{
    char channel[32], definition[128];
    word_of(text, "channel", channel, sizeof channel);
    word_of(text, "definition", definition, sizeof definition);
    *out = (sent){.created = whole_of(text, "created_ms")};
    word_of(text, "id", out->id, sizeof out->id);
    if (is_known(w, out->id)) return false;
    out->channel = place_of(check_view(channel), channel_names, CHANNELS - 1);
    out->programme = programme_of(check_view(definition));
    return whole_of(text, "outcome") == 0 && channel[0] && strcmp(channel, "slack") != 0;
}

typedef struct books {
    const char *key;
    int budget;
    int64_t month; /* a time in it */
} books;
static const books all_books[] = {{"budget/total/2026-03", BY_TOTAL, START},
                                  {"budget/total/2026-04", BY_TOTAL, START + 30 * DAY},
                                  {"budget/email/2026-03", BY_MAIL, START},
                                  {"budget/email/2026-04", BY_MAIL, START + 30 * DAY},
                                  {"budget/campaign/spring", BY_SPRING, START},
                                  {"budget/campaign/summer", BY_SUMMER, START}};

static int64_t part_of(const books *b, const sent *s)
{
    const sent month = {.created = b->month};
    if (!is_paid_by(b->budget, s, &month)) return 0;
    return b->budget == BY_MAIL ? channel_costs[EMAIL] : cost_of(s);
}

static int64_t expect_sum(const world *w, const books *b, const char *messages)
{
    int64_t sum = 0;
    for (int i = 0; i < w->sent_count; i++) {
        if (is_spent(w, &w->sent[i])) sum += part_of(b, &w->sent[i]);
    }
    for (const char *p = messages; *p == '{' || *p == ',';) {
        const char *from = *p == ',' ? p + 1 : p;
        sent s;
        p = end_of(from);
        if (read_waiting(w, (csuccess_str){from, (size_t)(p - from)}, &s))
            sum += part_of(b, &s);
    }
    return sum;
}

static int64_t sum_of(const char *ledgers, const char *key)
{
    char pattern[80];
    snprintf(pattern, sizeof pattern, "{\"key\":\"%s\",\"sum\":", key);
    const char *at = strstr(ledgers, pattern);
    return at ? strtoll(at + strlen(pattern), NULL, 10) : 0;
}

static void check_books(const world *w, bool erased)
{
    csuccess_text *text = NULL;
    CHECK_OK(csuccess_memory_store_dump(&text, w->store, NULL));
    const char *dump = csuccess_text_view(text).ptr;
    const char *ledgers = strstr(dump, "],\"ledgers\":[");
    const char *messages = strstr(dump, "],\"messages\":[");
    if (ledgers && messages) {
        for (size_t i = 0; i < sizeof all_books / sizeof all_books[0]; i++) {
            const books *b = &all_books[i];
            if (limit_of(w, b->budget) == 0) continue;
            int64_t sum = sum_of(ledgers, b->key);
            CHECK(sum <= limit_of(w, b->budget));
            if (!CHECK_INT(sum, expect_sum(w, b, messages + strlen("],\"messages\":["))))
                printf("# %s%s\n", b->key, erased ? ", after all were erased" : "");
        }
        CHECK(sum_of(ledgers, "participants/spring") <= (erased ? 0 : w->rules.participants));
        CHECK(sum_of(ledgers, "participants/spring") >= 0);
        CHECK(sum_of(ledgers, "redemptions/save") <= w->rules.redemptions);
        CHECK(sum_of(ledgers, "redemptions/save") >= 0);
    }
    csuccess_text_free(text);
}

static void end_world(world *w)
{
    check_books(w, false);
    for (int i = 0; i < CUSTOMERS; i++) {
        if (w->customers[i].there) erase(w, &w->customers[i], OWN);
    }
    check_books(w, true);
}

static void say_world(const world *w, long number)
{
    const rules *r = &w->rules;
    printf("# in world %ld: %d engines, budgets %d %d %d %d, %d attempts\n", number,
           w->engine_count, r->total, r->customer, r->campaign, r->mail, r->attempts);
    for (int i = 0; i < w->sent_count && getenv("WORLD"); i++) {
        say_sent(w, &w->sent[i], "sent");
        printf("#   %u times, last %u, arrived %lld, decided %lld\n", w->sent[i].attempts,
               w->sent[i].last, (long long)w->sent[i].at, (long long)w->sent[i].created);
    }
}

static void whatever_happens_nothing_is_broken(void)
{
    const char *more = getenv("WORLDS"), *first = getenv("WORLD");
    long from = first ? strtol(first, NULL, 10) : 1,
         count = more ? strtol(more, NULL, 10) : WORLDS;
    unsigned delivered = 0;
    for (long i = from; i < from + count && check_failures == 0; i++) {
        world w;
        if (open_world(&w, (uint64_t)i)) {
            live(&w);
            end_world(&w);
        }
        delivered += w.delivered;
        if (check_failures) say_world(&w, i);
        close_world(&w);
    }
    printf("# %ld worlds, %u messages delivered\n", count, delivered);
}

CHECK_MAIN(CHECK_TEST(whatever_happens_nothing_is_broken))

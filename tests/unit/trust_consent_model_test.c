/* SPDX-License-Identifier: Apache-2.0 */
/* Consent against a plain model that remembers everything that was said, in any order; and forgetting. */
#include "trust_consent.h"

/* ---- A plain model ---- */

static const char *const contacts[] = {"", "a", "a/b", "a~1b", "~"}, *const channels[] = {
                                                                         "", "email",
                                                                         "b/email"};
static const char *const purposes[] = {"service", "marketing", "research", "news", "b/news"},
                         *const places[] = {"", "DE", "US", "FR"};
enum { EVENTS = 60 };

typedef struct event {
    int kind; /* 0 withdrawn, 1 granted, 2 restored, 3 bounced, 4 complained */
    const char *contact, *purpose, *channel, *place;
    int64_t at, until;
    char id[8];
} event;

static bool later(const event *a, const event *b)
{
    return a->at != b->at ? a->at > b->at : strcmp(a->id, b->id) > 0;
}

/* Whether it speaks of what is asked; what was said for every channel counts too. */
static bool speaks_of(const event *e, const event *q, bool suppression)
{
    if ((e->kind >= 2) != suppression || strcmp(e->contact, q->contact) != 0) return false;
    if (suppression) return strcmp(e->channel, q->channel) == 0;
    bool channel = !e->channel[0] || strcmp(e->channel, q->channel) == 0;
    return channel && strcmp(e->purpose, q->purpose) == 0;
}

/* What was said last; NULL: nothing. */
static const event *last_of(const event *all, const event *q, bool suppression)
{
    const event *last = NULL;
    for (size_t i = 0; i < EVENTS; i++) {
        if (speaks_of(&all[i], q, suppression) && (!last || later(&all[i], last)))
            last = &all[i];
    }
    return last;
}

/* 0 nothing, 1 opt_out, 2 opt_in: read off the section above. */
static int required(const char *purpose, const char *place)
{
    if (strcmp(purpose, "service") == 0) return strcmp(place, "US") == 0 || !place[0];
    if (strcmp(purpose, "research") == 0) return strcmp(place, "DE") == 0 || !place[0] ? 2 : 1;
    return 2;
}

static bool is_over(const event *granted, const event *q)
{
    bool ended = granted->until && q->at >= granted->until;
    return ended || (strcmp(q->purpose, "marketing") == 0 && q->at >= granted->at + 30);
}

static bool may_send(const event *all, const event *q)
{
    const event *address = last_of(all, q, true), *last = last_of(all, q, false);
    const char *place = q->place[0] || !last ? q->place : last->place;
    if (address && address->kind > 2) return false;
    int requires = required(q->purpose, place);
    if (requires == 0) return true;
    if (!last || last->kind == 0) return !last && requires == 1;
    return requires == 1 || !is_over(last, q);
}

static const char *pick(const char *const *list, size_t n, uint64_t *seed)
{
    return list[check_random(seed) % n];
}

static void invent(event *all, uint64_t *seed)
{
    for (int i = 0; i < EVENTS; i++) {
        event *e = &all[i];
        *e = (event){.kind = (int)(check_random(seed) % 5),
                     .at = (int64_t)(check_random(seed) % 12)};
        e->contact = pick(contacts, LENGTH(contacts), seed);
        e->purpose = pick(purposes, LENGTH(purposes), seed);
        e->channel = pick(channels + (e->kind >= 2), LENGTH(channels) - (e->kind >= 2), seed);
        e->place = pick(places, LENGTH(places), seed);
        e->until = e->kind == 1 && check_random(seed) % 3 == 0
                       ? e->at + 1 + (int64_t)(check_random(seed) % 40)
                       : 0;
        snprintf(e->id, sizeof e->id, "k%d", (int)((i * 7) % EVENTS));
    }
}

static void tell(bench *b, const event *e)
{
    static const char *const names[] = {"", "", "restored", "bounced", "complained"};
    char properties[400], until[80] = "", time[CSUCCESS__TIME_TEXT];
    if (e->kind >= 2) {
        snprintf(properties, sizeof properties, "{\"channel\":\"%s\"}", e->channel);
    } else {
        csuccess__time_format(time, START + e->until * DAY);
        if (e->until) snprintf(until, sizeof until, ",\"until\":\"%s\"", time);
        snprintf(
            properties, sizeof properties,
            "{\"purpose\":\"%s\",\"granted\":%s,\"channel\":\"%s\",\"jurisdiction\":\"%s\"%s}",
            e->purpose, e->kind ? "true" : "false", e->channel, e->place, until);
    }
    CHECK_OK(apply(b, (said){e->kind >= 2 ? "response" : "consent", e->id, e->contact,
                             names[e->kind], properties, e->at}));
}

static unsigned compare(bench *b, const event *all, uint64_t *seed)
{
    unsigned sent = 0;
    for (int i = 0; i < 200; i++) {
        event q = {.at = (int64_t)(check_random(seed) % 60)};
        q.contact = pick(contacts, LENGTH(contacts), seed);
        q.purpose = pick(purposes, LENGTH(purposes), seed);
        q.channel = pick(channels, LENGTH(channels), seed);
        q.place = pick(places, LENGTH(places), seed);
        const csuccess__consent_question question = {text(q.contact), text(q.purpose),
                                                     text(q.channel), text(q.place),
                                                     START + q.at * DAY};
        csuccess__text_init(&b->reason, b->bytes, sizeof b->bytes);
        csuccess_result result =
            csuccess__consent_ask(b->privacy, &b->state, &question, &b->reason);
        bool may = may_send(all, &q);
        if (!CHECK_RESULT(result, may ? CSUCCESS_OK : CSUCCESS_EDENIED)) {
            printf("# %s %s %s %s %d: %s\n", q.contact, q.purpose, q.channel, q.place,
                   (int)q.at, b->bytes);
        }
        CHECK(may == (b->bytes[0] == '\0'));
        sent += may;
    }
    return sent;
}

static void shuffle(event *all, uint64_t *seed)
{
    for (size_t i = EVENTS - 1; i > 0; i--) {
        size_t k = (size_t)(check_random(seed) % (i + 1));
        event e = all[i];
        all[i] = all[k];
        all[k] = e;
    }
}

static void the_latest_holds_in_whatever_order(void)
{
    uint64_t seed = 11;
    unsigned sent = 0, asked = 0;
    for (int world = 0; world < 25; world++) {
        event all[EVENTS];
        char *first = NULL;
        size_t first_len = 0;
        invent(all, &seed);
        for (int order = 0; order < 6; order++) {
            bench b;
            CHECK_OK(set_up(&b, NULL, section, privacy_section));
            for (size_t i = 0; i < EVENTS; i++) tell(&b, &all[i]);
            b.state.head.at = b.state.head.created_at = START;
            b.state.head.due = CSUCCESS__NEVER;
            csuccess__state_write(&b.out, &b.state);
            if (order == 0) {
                first = malloc(b.out.len);
                first_len = b.out.len;
                memcpy(first, b.out.ptr, first_len);
            }
            CHECK(b.out.len == first_len && memcmp(b.out.ptr, first, first_len) == 0);
            sent += compare(&b, all, &seed);
            asked += 200;
            shuffle(all, &seed);
            tear_down(&b);
        }
        free(first);
    }
    CHECK(sent > asked / 8 && sent < asked / 2); /* the worlds are not one-sided */
}

/* ---- Forgetting ---- */

static void a_contact_is_forgotten_and_no_other(void)
{
    for (size_t gone = 0; gone < LENGTH(contacts); gone++) {
        bench b;
        event all[EVENTS], left[EVENTS];
        uint64_t seed = gone + 1;
        CHECK_OK(set_up(&b, NULL, section, privacy_section));
        CHECK(!csuccess__consent_forget(&b.state, text(contacts[gone])));
        CHECK(csuccess__state_put(&b.state, CSUCCESS__STATE_ALERT, text("z"), text("behind")));
        CHECK(csuccess__state_put(&b.state, CSUCCESS__STATE_CHURN, text(""), text("before")));
        invent(all, &seed);
        for (size_t i = 0; i < EVENTS; i++) {
            tell(&b, &all[i]);
            left[i] = all[i];
            if (strcmp(all[i].contact, contacts[gone]) == 0) left[i].contact = "nobody";
        }
        CHECK(csuccess__consent_forget(&b.state, text(contacts[gone])));
        CHECK(!csuccess__consent_forget(&b.state, text(contacts[gone])));
        compare(&b, left, &seed);
        CHECK_STR(csuccess__state_get(&b.state, CSUCCESS__STATE_ALERT, text("z")), "behind");
        CHECK_STR(csuccess__state_get(&b.state, CSUCCESS__STATE_CHURN, text("")), "before");
        tear_down(&b);
    }
}

CHECK_MAIN(CHECK_TEST(the_latest_holds_in_whatever_order),
           CHECK_TEST(a_contact_is_forgotten_and_no_other))

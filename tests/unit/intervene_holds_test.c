/* SPDX-License-Identifier: Apache-2.0 */
/* Holds, resumptions and negative responses in a whole engine, at random, against a plain model: what was held leaves when nothing stops it any more, and at no other time. */
#include "check.h"

#include "calendar/time.h"
#include <csuccess/csuccess.h>

#define START INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */
#define MINUTE INT64_C(60000)
#define FORTNIGHT (14 * 24 * 60)
enum { PEOPLE = 1000, WORDS = 8, SPIRAL = 3, END = 90 * 24 * 60 };

typedef enum word { GO, HOLD, RESUME, NEGATIVE } word;
typedef struct said {
    word what;
    int64_t at, until; /* minutes since the start; until 0: none */
} said;
typedef struct person {
    said words[WORDS];
    int count;
    int64_t wanted, sent; /* minutes; -1: never */
} person;

static const char document[] =
    "{\"csuccess\":1,\"channels\":{\"email\":{}},\"journeys\":{\"hello\":{\"trigger\":{"
    "\"event\":\"go\"},\"steps\":{\"mail\":{\"type\":\"email\",\"template\":\"hi\"}}}},"
    "\"templates\":{\"hi\":{\"locales\":{\"en\":{\"subject\":\"Hello\"}}}},\"policies\":{"
    "\"reach\":{\"negative_spiral\":{\"responses\":3,\"within\":\"P14D\"}}}}";

/* ---- The model ---- */

typedef struct model {
    bool held, spiral, waits;
    int64_t until; /* 0: none */
    int64_t negatives[WORDS];
    int negative_count;
} model;

static bool halts(const model *m, int64_t at)
{
    return m->spiral || (m->held && (m->until == 0 || at < m->until));
}

/* Three within a fortnight stop it; they are counted anew after that. */
static void hear_negative(model *m, int64_t at)
{
    int within = 0;
    if (m->spiral) return;
    m->negatives[m->negative_count++] = at;
    for (int i = 0; i < m->negative_count; i++) within += m->negatives[i] > at - FORTNIGHT;
    if (within < SPIRAL) return;
    m->spiral = true;
    m->negative_count = 0;
}

static void hear(model *m, const said *w)
{
    if (w->what == GO) m->waits = true;
    if (w->what == NEGATIVE) hear_negative(m, w->at);
    if (w->what == RESUME) m->held = m->spiral = false;
    if (w->what == HOLD) {
        m->held = true;
        m->until = w->until;
    }
}

/* When the message leaves; -1: not before the end. */
static int64_t leaves(const person *p)
{
    model m = {.waits = false};
    for (int i = 0; i < p->count; i++) {
        int64_t next = i + 1 < p->count ? p->words[i + 1].at : END;
        hear(&m, &p->words[i]);
        if (m.waits && !halts(&m, p->words[i].at)) return p->words[i].at;
        if (m.waits && !m.spiral && m.until > 0 && m.until < next) return m.until;
    }
    return -1;
}

/* ---- The engine ---- */

static uint32_t sends(void *ud, const csuccess_send_request *request)
{
    person *people = ud;
    long i = strtol(request->message->customer.ptr + 1, NULL, 10);
    if (!CHECK(i >= 0 && i < PEOPLE)) return CSUCCESS_SENT_NEVER;
    CHECK_INT(people[i].sent, -1);
    people[i].sent = (request->now_ms - START) / MINUTE;
    return CSUCCESS_SENT_DELIVERED;
}

static void say(csuccess_events *events, int who, int number, const said *w)
{
    static const char *const words[] = {"\"type\":\"track\",\"event\":\"go\"",
                                        "\"type\":\"automation\",\"event\":\"hold\"",
                                        "\"type\":\"automation\",\"event\":\"resume\"",
                                        "\"type\":\"response\",\"event\":\"negative\""};
    char text[512], at[CSUCCESS__TIME_TEXT], until[CSUCCESS__TIME_TEXT], more[96] = "";
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__time_format(at, START + w->at * MINUTE);
    csuccess__time_format(until, START + w->until * MINUTE);
    if (w->until) snprintf(more, sizeof more, ",\"properties\":{\"until\":\"%s\"}", until);
    snprintf(text, sizeof text,
             "{%s,\"messageId\":\"m%d-%d\",\"groupId\":\"c%d\",\"timestamp\":\"%s\"%s}",
             words[w->what], who, number, who, at, more);
    if (!CHECK_OK(csuccess_events_add_json(events, check_view(text), &err))) {
        printf("# %s of %s\n", err.message, text);
    }
}

/* Inputs come at even minutes, holds end at odd ones. */
static void make_person(person *p, uint64_t *seed)
{
    int64_t at = 0;
    *p = (person){.count = 2 + (int)(check_random(seed) % (WORDS - 1)), .sent = -1};
    int go = (int)(check_random(seed) % (unsigned)p->count);
    for (int i = 0; i < p->count; i++) {
        said *w = &p->words[i];
        at += 2 + 2 * (int64_t)(check_random(seed) % 5000);
        w->at = at;
        w->what = i == go ? GO : (word)(1 + check_random(seed) % 3);
        bool ends = w->what == HOLD && check_random(seed) % 3;
        if (ends) w->until = at + 1 + 2 * (int64_t)(check_random(seed) % 8000);
    }
    p->wanted = leaves(p);
    if (p->wanted >= END) p->wanted = -1;
}

static void tell_person(const person *p)
{
    for (int k = 0; k < p->count; k++) {
        printf("# word %d at %lld until %lld\n", (int)p->words[k].what,
               (long long)p->words[k].at, (long long)p->words[k].until);
    }
}

static int64_t began(const person *p)
{
    int k = 0;
    while (p->words[k].what != GO) k++;
    return p->words[k].at;
}

static void check_people(const person *people)
{
    unsigned at_once = 0, later = 0, never = 0;
    for (int i = 0; i < PEOPLE; i++) {
        const person *p = &people[i];
        if (!CHECK_INT(p->sent, p->wanted)) tell_person(p);
        never += p->wanted < 0;
        at_once += p->wanted == began(p);
        later += p->wanted > began(p);
    }
    if (!CHECK(at_once > 50 && later > 30 && never > 30)) {
        printf("# %u at once, %u later, %u never\n", at_once, later, never);
    }
}

static void what_is_held_leaves_when_nothing_stops_it(void)
{
    static person people[PEOPLE];
    csuccess_config *config = NULL;
    csuccess_simulation *simulation = NULL;
    csuccess_events *events = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    uint64_t seed = 66;
    CHECK_OK(csuccess_config_compile(&config, check_view(document), NULL, &err));
    const csuccess_simulation_options options = {
        .size = sizeof options, .start_ms = START, .send = sends, .send_ud = people};
    CHECK_OK(csuccess_simulation_new(&simulation, config, &options, &err));
    CHECK_OK(csuccess_events_new(&events, NULL, NULL, &err));
    for (int i = 0; i < PEOPLE; i++) {
        make_person(&people[i], &seed);
        for (int k = 0; k < people[i].count; k++) say(events, i, k, &people[i].words[k]);
    }
    CHECK_OK(csuccess_simulation_feed(simulation, events, &err));
    CHECK_OK(csuccess_simulation_run(simulation, START + END * MINUTE, &err));
    check_people(people);
    csuccess_events_free(events);
    csuccess_simulation_free(simulation);
    csuccess_config_unref(config);
}

CHECK_MAIN(CHECK_TEST(what_is_held_leaves_when_nothing_stops_it))

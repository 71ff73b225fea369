/* SPDX-License-Identifier: Apache-2.0 */
/* Consent against a plain model that remembers everything that was said, in any order; what the rules are by purpose and jurisdiction; entries; damage; refused
   memory. */
#include "check.h"
#include "customer_fixture.h"
#include "text/json.h"
#include "trust/consent.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define DAY INT64_C(86400000)
#define START INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */

static const char section[] =
    "{\"attributes\": {\"country\": {\"type\": \"string\"}, \"arr\": {\"type\": \"number\"}},"
    "\"records\": {\"contacts\": {\"of\": {\"country\": {\"type\": \"string\"}, \"land\": "
    "{\"type\": \"string\"}, \"age\": {\"type\": \"number\"}}}}}";
static const char privacy_section[] =
    "{\"purposes\": {\"service\": {\"requires\": \"nothing\"}, \"marketing\": {\"requires\": "
    "\"opt_in\", \"valid_for\": \"P30D\"},"
    "\"research\": {\"requires\": \"opt_out\"}, \"news\": {}},"
    "\"jurisdiction\": \"country\", \"jurisdictions\": {\"DE\": {\"research\": \"opt_in\"}, "
    "\"US\": {\"service\": \"opt_out\"}}}";

static csuccess_str text(const char *s)
{
    return csuccess__str(s);
}

/* ---- A customer, and what it is compiled from ---- */

typedef struct bench {
    fixture f;
    const csuccess__privacy *privacy;
    csuccess__state state;
    csuccess__arena arena;
    csuccess__effects effects;
    csuccess__buffer scratch, out;
    csuccess__step step;
    char bytes[300];
    csuccess__text reason;
} bench;

static csuccess_result parse(csuccess__json **out, bench *b, const char *json)
{
    const csuccess__json_options options = {.limits = &b->f.limits, .lines = true};
    return csuccess__json_read(out, &b->arena, text(json), &options, NULL);
}

static csuccess_result set_up(bench *b, check_memory *memory, const char *document,
                              const char *json)
{
    csuccess__json *root = NULL;
    csuccess_result result = fixture_start(&b->f, memory, document);
    const csuccess_allocator *mem = &b->f.memory->allocator;
    csuccess__state_init(&b->state, mem);
    csuccess__arena_init(&b->arena, mem, 0);
    csuccess__effects_init(&b->effects, mem, &b->arena, 1000);
    csuccess__buffer_init(&b->scratch, mem, 0);
    csuccess__buffer_init(&b->out, mem, 0);
    b->step = (csuccess__step){.state = &b->state,
                               .out = &b->effects,
                               .scratch = &b->scratch,
                               .mem = mem,
                               .limits = &b->f.limits,
                               .customer = text("c1"),
                               .now = START,
                               .cause = text("e1"),
                               .by = text("anna"),
                               .due = CSUCCESS__NEVER};
    if (result == CSUCCESS_OK && json) result = parse(&root, b, json);
    if (result < 0) return result;
    b->privacy = csuccess__privacy_compile(b->f.schema, &b->f.with, &b->f.problems, root);
    return b->privacy ? CSUCCESS_OK : CSUCCESS_ENOMEM;
}

static void tear_down(bench *b)
{
    csuccess__buffer_free(&b->scratch);
    csuccess__buffer_free(&b->out);
    csuccess__effects_free(&b->effects);
    csuccess__arena_free(&b->arena);
    csuccess__state_free(&b->state);
    fixture_finish(&b->f);
}

/* One input as JSON, without what every input has; `at` in days after START. */
typedef struct said {
    const char *type, *id, *user, *event, *properties;
    int64_t at;
} said;

static csuccess_result apply(bench *b, said s)
{
    char json[4000], time[CSUCCESS__TIME_TEXT], user[200] = "", event[100] = "";
    csuccess__json *root = NULL;
    csuccess__input input;
    csuccess__time_format(time, START + s.at * DAY);
    if (s.user[0]) snprintf(user, sizeof user, "\"userId\":\"%s\",", s.user);
    if (s.event[0]) snprintf(event, sizeof event, "\"event\":\"%s\",", s.event);
    snprintf(json, sizeof json,
             "{\"type\":\"%s\",%s%s\"messageId\":\"%s\",\"timestamp\":\"%s\",\"groupId\":"
             "\"c1\",\"properties\":%s}",
             s.type, event, user, s.id, time, s.properties);
    csuccess__text_init(&b->reason, b->bytes, sizeof b->bytes);
    csuccess_result result = parse(&root, b, json);
    if (result == CSUCCESS_OK)
        result = csuccess__input_read(&input, root, &b->arena, &b->f.limits, false, NULL);
    if (result < 0) return result;
    b->step.cause = input.id;
    return csuccess__consent_apply(b->privacy, &b->step, &input, &b->reason);
}

static csuccess_result consent(bench *b, const char *id, int64_t at, const char *properties)
{
    return apply(b, (said){"consent", id, "ada", "", properties, at});
}

static csuccess_result ask(bench *b, const char *contact, const char *purpose,
                           const char *channel, int64_t day)
{
    const csuccess__consent_question q = {
        text(contact), text(purpose), text(channel), {"FR", 2}, START + day * DAY};
    csuccess__text_init(&b->reason, b->bytes, sizeof b->bytes);
    return csuccess__consent_ask(b->privacy, &b->state, &q, &b->reason);
}

static void check_reason(bench *b, csuccess_result is, csuccess_result wanted,
                         const char *reason)
{
    if (!CHECK_RESULT(is, wanted) || !CHECK_CSTR(b->bytes, reason))
        printf("# where it should say \"%s\"\n", reason);
}

/* ---- The rules ---- */

static void what_a_purpose_requires(void)
{
    bench b;
    CHECK_OK(set_up(&b, NULL, section, privacy_section));
    fixture_problems(&b.f, (const char *const[]){NULL});
    check_reason(&b, ask(&b, "ada", "service", "email", 0), CSUCCESS_OK, "");
    check_reason(&b, ask(&b, "ada", "research", "email", 0), CSUCCESS_OK, "");
    check_reason(&b, ask(&b, "ada", "", "email", 0), CSUCCESS_OK, "");
    check_reason(&b, ask(&b, "ada", "marketing", "email", 0), CSUCCESS_EDENIED,
                 "no opt-in to marketing");
    check_reason(&b, ask(&b, "ada", "news", "email", 0), CSUCCESS_EDENIED, "no opt-in to news");
    check_reason(&b, ask(&b, "ada", "undeclared", "email", 0), CSUCCESS_EDENIED,
                 "no opt-in to undeclared");
    CHECK_OK(consent(&b, "k1", 0, "{\"purpose\":\"marketing\",\"granted\":true}"));
    CHECK_CSTR(b.bytes, "");
    CHECK_OK(consent(&b, "k2", 0,
                     "{\"purpose\":\"undeclared\",\"granted\":true,\"channel\":\"sms\"}"));
    CHECK_CSTR(b.bytes, "the purpose \"undeclared\" is not declared; it requires an opt-in");
    CHECK_OK(ask(&b, "ada", "undeclared", "sms", 10000));
    CHECK_RESULT(ask(&b, "ada", "undeclared", "email", 0), CSUCCESS_EDENIED);
    CHECK_OK(ask(&b, "ada", "marketing", "email", 0));
    CHECK_OK(ask(&b, "ada", "marketing", "", 29));
    CHECK_RESULT(ask(&b, "bob", "marketing", "email", 0), CSUCCESS_EDENIED);
    check_reason(&b, ask(&b, "ada", "marketing", "email", 30), CSUCCESS_EDENIED,
                 "the opt-in to marketing ended on 2026-01-31");
    CHECK_OK(consent(&b, "k3", 4,
                     "{\"purpose\":\"marketing\",\"granted\":false,\"channel\":\"email\"}"));
    check_reason(&b, ask(&b, "ada", "marketing", "email", 5), CSUCCESS_EDENIED,
                 "marketing was withdrawn on 2026-01-05");
    CHECK_OK(ask(&b, "ada", "marketing", "sms", 5));
    CHECK_OK(consent(&b, "k4", 5, "{\"purpose\":\"research\",\"granted\":false}"));
    check_reason(&b, ask(&b, "ada", "research", "sms", 400), CSUCCESS_EDENIED,
                 "research was withdrawn on 2026-01-06");
    CHECK_OK(consent(&b, "k5", 6, "{\"purpose\":\"service\",\"granted\":false}"));
    CHECK_OK(ask(&b, "ada", "service", "sms", 7)); /* nothing was required */
    tear_down(&b);
}

static void an_end_of_its_own(void)
{
    bench b;
    CHECK_OK(set_up(&b, NULL, section, privacy_section));
    CHECK_OK(consent(
        &b, "k1", 0,
        "{\"purpose\":\"marketing\",\"granted\":true,\"until\":\"2026-01-11T00:00:00Z\"}"));
    CHECK_OK(ask(&b, "ada", "marketing", "email", 9));
    check_reason(&b, ask(&b, "ada", "marketing", "email", 10), CSUCCESS_EDENIED,
                 "the opt-in to marketing ended on 2026-01-11");
    CHECK_OK(consent(&b, "k2", 1,
                     "{\"purpose\":\"marketing\",\"granted\":true,\"until\":\"2027-01-11\"}"));
    check_reason(&b, ask(&b, "ada", "marketing", "email", 31), CSUCCESS_EDENIED,
                 "the opt-in to marketing ended on 2026-02-01");
    CHECK_OK(consent(
        &b, "k3", 1,
        "{\"purpose\":\"news\",\"granted\":true,\"until\":\"9999-12-31T23:59:59.999Z\"}"));
    CHECK_OK(ask(&b, "ada", "news", "email", 2900000));
    tear_down(&b);
}

static csuccess_result ask_in(bench *b, const char *purpose, const char *place)
{
    const csuccess__consent_question q = {text("ada"), text(purpose), text("email"),
                                          text(place), START};
    csuccess__text_init(&b->reason, b->bytes, sizeof b->bytes);
    return csuccess__consent_ask(b->privacy, &b->state, &q, &b->reason);
}

static void the_strictest_of_purpose_and_jurisdiction(void)
{
    bench b;
    CHECK_OK(set_up(&b, NULL, section, privacy_section));
    CHECK_OK(ask_in(&b, "research", "FR"));
    CHECK_OK(ask_in(&b, "research", "US"));
    check_reason(&b, ask_in(&b, "research", "DE"), CSUCCESS_EDENIED, "no opt-in to research");
    check_reason(&b, ask_in(&b, "research", ""), CSUCCESS_EDENIED,
                 "no opt-in to research"); /* who knows */
    CHECK_OK(consent(&b, "k1", 0,
                     "{\"purpose\":\"research\",\"granted\":true,\"jurisdiction\":\"DE\"}"));
    CHECK_OK(ask_in(&b, "research", "DE"));
    CHECK_OK(ask_in(&b, "research", ""));
    CHECK_OK(consent(&b, "k2", 0,
                     "{\"purpose\":\"service\",\"granted\":false,\"jurisdiction\":\"FR\"}"));
    CHECK_OK(ask_in(&b, "service", "DE"));
    CHECK_OK(ask_in(&b, "service", "")); /* the consent says FR */
    check_reason(&b, ask_in(&b, "service", "US"), CSUCCESS_EDENIED,
                 "service was withdrawn on 2026-01-01");
    tear_down(&b);
}

static void addresses_are_suppressed(void)
{
    bench b;
    CHECK_OK(set_up(&b, NULL, section, privacy_section));
    CHECK_OK(
        apply(&b, (said){"response", "r1", "ada", "bounced", "{\"channel\":\"email\"}", 3}));
    check_reason(&b, ask(&b, "ada", "service", "email", 3), CSUCCESS_EDENIED,
                 "suppressed: bounced on 2026-01-04");
    check_reason(&b, ask(&b, "ada", "", "email", 3), CSUCCESS_EDENIED,
                 "suppressed: bounced on 2026-01-04");
    CHECK_OK(ask(&b, "ada", "service", "sms", 3));
    CHECK_OK(ask(&b, "bob", "service", "email", 3));
    CHECK_RESULT(
        apply(&b, (said){"response", "r0", "ada", "complained", "{\"channel\":\"email\"}", 2}),
        CSUCCESS_UNCHANGED);
    CHECK_OK(
        apply(&b, (said){"response", "r2", "ada", "complained", "{\"channel\":\"email\"}", 3}));
    check_reason(&b, ask(&b, "ada", "service", "email", 3), CSUCCESS_EDENIED,
                 "suppressed: complained on 2026-01-04");
    CHECK_OK(
        apply(&b, (said){"response", "r3", "ada", "restored", "{\"channel\":\"email\"}", 4}));
    CHECK_OK(ask(&b, "ada", "service", "email", 5));
    CHECK_RESULT(
        apply(&b, (said){"response", "r4", "ada", "bounced", "{\"channel\":\"email\"}", 3}),
        CSUCCESS_UNCHANGED);
    CHECK_OK(ask(&b, "ada", "service", "email", 5));
    CHECK_RESULT(apply(&b, (said){"response", "r5", "ada", "opened", "{}", 9}),
                 CSUCCESS_UNCHANGED);
    CHECK_RESULT(apply(&b, (said){"response", "r6", "ada", "bounced", "{}", 9}),
                 CSUCCESS_ERANGE);
    CHECK_CSTR(b.bytes, "the response names no \"channel\"");
    CHECK_RESULT(apply(&b, (said){"response", "r7", "ada", "bounced", "{\"channel\":4}", 9}),
                 CSUCCESS_ERANGE);
    CHECK_UINT(b.effects.entry_count, 3);
    tear_down(&b);
}

static void what_cannot_be_is_quarantined(void)
{
    static const struct {
        const char *properties, *reason;
    } rows[] = {
        {"{\"granted\":true}", "a consent names its \"purpose\""},
        {"{\"purpose\":\"\",\"granted\":true}", "a consent names its \"purpose\""},
        {"{\"purpose\":3,\"granted\":true}", "\"purpose\" must be text"},
        {"{\"purpose\":\"news\"}", "a consent has \"granted\", true or false"},
        {"{\"purpose\":\"news\",\"granted\":\"yes\"}",
         "a consent has \"granted\", true or false"},
        {"{\"purpose\":\"news\",\"granted\":1}", "a consent has \"granted\", true or false"},
        {"{\"purpose\":\"news\",\"granted\":true,\"channel\":[\"email\"]}",
         "\"channel\" must be text"},
        {"{\"purpose\":\"news\",\"granted\":true,\"jurisdiction\":true}",
         "\"jurisdiction\" must be text"},
        {"{\"purpose\":\"news\",\"granted\":true,\"proof\":{}}", "\"proof\" must be text"},
        {"{\"purpose\":\"news\",\"granted\":true,\"until\":7}",
         "\"until\" is a time such as \"2026-01-31T08:00:00Z\""},
        {"{\"purpose\":\"news\",\"granted\":true,\"until\":\"soon\"}",
         "\"until\" is a time such as \"2026-01-31T08:00:00Z\""},
        {"{\"purpose\":\"news\",\"granted\":true,\"until\":\"2026-01-01T00:00:00Z\"}",
         "\"until\" lies before the consent"},
        {"{\"purpose\":\"news\",\"granted\":false,\"until\":\"2027-01-01T00:00:00Z\"}",
         "what is withdrawn has no \"until\": it stays so until consent is given again"},
    };
    bench b;
    CHECK_OK(set_up(&b, NULL, section, privacy_section));
    for (size_t i = 0; i < LENGTH(rows); i++)
        check_reason(&b, consent(&b, "k1", 0, rows[i].properties), CSUCCESS_ERANGE,
                     rows[i].reason);
    char large[1200];
    int n =
        snprintf(large, sizeof large, "{\"purpose\":\"news\",\"granted\":true,\"proof\":\"");
    memset(large + n, 'p', 1025);
    memcpy(large + n + 1025, "\"}", 3);
    CHECK_RESULT(consent(&b, "k1", 0, large), CSUCCESS_ERANGE);
    memcpy(large + n + 1024, "\"}", 3);
    CHECK_UINT(b.state.count + b.effects.entry_count, 0);
    CHECK_OK(consent(&b, "k1", 0, large));
    tear_down(&b);
}

static void entries_say_what_stood_before(void)
{
    bench b;
    CHECK_OK(set_up(&b, NULL, section, privacy_section));
    CHECK_OK(
        consent(&b, "k1", 0,
                "{\"purpose\":\"news\",\"granted\":true,\"channel\":\"email\",\"jurisdiction\":"
                "\"DE\",\"proof\":\"form 12\",\"until\":\"2027-01-01T00:00:00Z\"}"));
    CHECK_OK(
        consent(&b, "k2", 2, "{\"purpose\":\"news\",\"granted\":false,\"channel\":\"email\"}"));
    CHECK_RESULT(
        consent(&b, "k0", 1, "{\"purpose\":\"news\",\"granted\":true,\"channel\":\"email\"}"),
        CSUCCESS_UNCHANGED);
    CHECK_RESULT(
        consent(&b, "k2", 2, "{\"purpose\":\"news\",\"granted\":true,\"channel\":\"email\"}"),
        CSUCCESS_UNCHANGED);
    CHECK_OK(apply(&b, (said){"response", "r1", "", "bounced", "{\"channel\":\"email\"}", 3}));
    if (!CHECK_UINT(b.effects.entry_count, 3)) return;
    const csuccess__effect_entry *e = b.effects.entries;
    CHECK_STR(e[0].kind, "consent");
    CHECK_STR(e[0].subject, "ada");
    CHECK_STR(e[0].cause, "k1");
    CHECK_STR(e[0].by, "anna");
    CHECK_STR(e[0].body,
              "{\"contact\":\"ada\",\"purpose\":\"news\",\"channel\":\"email\",\"granted\":"
              "true,\"at\":\"2026-01-01T00:00:00Z\",\"until\":\"2027-01-01T00:00:00Z\","
              "\"jurisdiction\":\"DE\",\"proof\":\"form 12\",\"input\":\"k1\"}");
    CHECK_STR(
        e[1].body,
        "{\"contact\":\"ada\",\"purpose\":\"news\",\"channel\":\"email\",\"granted\":false,"
        "\"at\":\"2026-01-03T00:00:00Z\",\"input\":\"k2\","
        "\"before\":{\"granted\":true,\"at\":\"2026-01-01T00:00:00Z\",\"until\":\"2027-01-"
        "01T00:00:00Z\",\"jurisdiction\":\"DE\",\"proof\":\"form 12\",\"input\":\"k1\"}}");
    CHECK_STR(e[2].kind, "suppressed");
    CHECK_STR(e[2].body, "{\"channel\":\"email\",\"reason\":\"bounced\",\"at\":\"2026-01-04T00:"
                         "00:00Z\",\"input\":\"r1\"}");
    tear_down(&b);
}

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

/* What was said last of these; NULL: nothing. `every`: what was said for every channel counts too. */
static const event *last_of(const event *all, const event *q, bool suppression)
{
    const event *last = NULL;
    for (size_t i = 0; i < EVENTS; i++) {
        const event *e = &all[i];
        if ((e->kind >= 2) != suppression || strcmp(e->contact, q->contact) != 0) continue;
        bool channel = strcmp(e->channel, q->channel) == 0 || (!suppression && !e->channel[0]);
        if (!channel || (!suppression && strcmp(e->purpose, q->purpose) != 0)) continue;
        if (!last || later(e, last)) last = e;
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

static bool may_send(const event *all, const event *q)
{
    const event *address = last_of(all, q, true), *last = last_of(all, q, false);
    if (address && address->kind > 2) return false;
    const char *place = q->place[0] || !last ? q->place : last->place;
    int requires = required(q->purpose, place);
    if (requires == 0) return true;
    if (last && last->kind == 0) return false;
    if (requires == 1) return true;
    if (!last || (last->until && q->at >= last->until)) return false;
    return strcmp(q->purpose, "marketing") != 0 || q->at < last->at + 30;
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

/* ---- Damage ---- */

static csuccess_str printed(bench *b, csuccess__state_kind kind, csuccess_str payload)
{
    csuccess__json_writer w;
    const csuccess__state_field field = {.kind = (uint8_t)kind, .payload = payload};
    csuccess__buffer_clear(&b->out);
    csuccess__json_writer_init(&w, &b->out);
    (kind == CSUCCESS__STATE_CONSENT ? csuccess__consent_print
                                     : csuccess__suppression_print)(&w, &field);
    return csuccess__buffer_view(&b->out);
}

/* Put under the name; whether it is refused everywhere or nowhere. */
static bool is_damaged(bench *b, csuccess__state_kind kind, csuccess_str payload)
{
    bool consents = kind == CSUCCESS__STATE_CONSENT;
    CHECK(csuccess__state_put(&b->state, kind, text(consents ? "ada/news/email" : "ada/email"),
                              payload));
    bool damaged = ask(b, "ada", "news", "email", 0) == CSUCCESS_ESTATE;
    b->step.failed = CSUCCESS_OK;
    csuccess__effects_clear(&b->effects);
    said s = {consents ? "consent" : "response",
              "k0",
              "ada",
              consents ? "" : "bounced",
              "{\"purpose\":\"news\",\"granted\":true,\"channel\":\"email\"}",
              -700000};
    csuccess_result result = apply(b, s);
    CHECK(damaged ? result == CSUCCESS_ESTATE && b->step.failed == CSUCCESS_ESTATE
                  : result >= 0 && b->step.failed == CSUCCESS_OK);
    CHECK(damaged == (strcmp(printed(b, kind, payload).ptr, "\"(damaged)\"") == 0));
    return damaged;
}

/* Every bit, every length. What is not refused means something else than what it was made from: one meaning has one spelling. */
static void damaged_payloads_are_refused_or_mean_something_else(void)
{
    static const csuccess__state_kind kinds[] = {CSUCCESS__STATE_CONSENT,
                                                 CSUCCESS__STATE_SUPPRESSION};
    bench b;
    CHECK_OK(set_up(&b, NULL, section, privacy_section));
    CHECK_OK(
        consent(&b, "k1", 0,
                "{\"purpose\":\"news\",\"granted\":true,\"channel\":\"email\",\"jurisdiction\":"
                "\"DE\",\"proof\":\"form\",\"until\":\"2027-01-01T00:00:00Z\"}"));
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        if (k) {
            CHECK_OK(apply(
                &b, (said){"response", "r1", "ada", "bounced", "{\"channel\":\"email\"}", 3}));
        }
        csuccess_str payload =
            csuccess__state_get(&b.state, kinds[k], text(k ? "ada/email" : "ada/news/email"));
        char whole[200], bytes[202], good[400];
        size_t len = payload.len;
        if (!CHECK(payload.ptr && len < sizeof whole)) return;
        memcpy(whole, payload.ptr, len);
        snprintf(good, sizeof good, "%s", printed(&b, kinds[k], payload).ptr);
        for (size_t bit = 0; bit < 8 * len; bit++) {
            memcpy(bytes, whole, len);
            bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
            if (!is_damaged(&b, kinds[k], (csuccess_str){bytes, len})) {
                CHECK(strcmp(printed(&b, kinds[k], (csuccess_str){bytes, len}).ptr, good) != 0);
            }
        }
        memcpy(bytes, whole, len);
        bytes[len] = '\0';
        for (size_t n = 0; n <= len + 1; n++)
            CHECK(is_damaged(&b, kinds[k], (csuccess_str){bytes, n}) == (n != len));
        CHECK(!is_damaged(&b, kinds[k], (csuccess_str){whole, len}));
    }
    tear_down(&b);
}

/* ---- The section ---- */

static void shapes_are_checked(void)
{
    static const struct {
        const char *json, *problem;
    } rows[] = {
        {"{}", NULL},
        {"{\"purposes\": {\"x\": {\"description\": \"d\"}}, \"jurisdiction\": \"land\"}", NULL},
        {"{\"purpose\": {}}", "/purpose: unknown key \"purpose\" (did you mean \"purposes\"?)"},
        {"{\"purposes\": []}", "/purposes: \"purposes\" must be an object, found an array"},
        {"{\"purposes\": {\"x\": 1}}", "/purposes/x: expected an object, found a number"},
        {"{\"purposes\": {\"\": {}}}", "/purposes/: a purpose needs a name"},
        {"{\"purposes\": {\"x\": {\"requires\": \"optin\"}}}",
         "/purposes/x/requires: \"requires\" cannot be \"optin\" (did you mean \"opt_in\"?)"},
        {"{\"purposes\": {\"x\": {\"valid_for\": \"2y\"}}}",
         "/purposes/x/valid_for: \"valid_for\" is an ISO 8601 duration above 0, such as "
         "\"P2Y\""},
        {"{\"purposes\": {\"x\": {\"valid_for\": \"P0D\"}}}",
         "/purposes/x/valid_for: \"valid_for\" is an ISO 8601 duration above 0, such as "
         "\"P2Y\""},
        {"{\"purposes\": {\"x\": {\"valid_for\": \"-P1D\"}}}",
         "/purposes/x/valid_for: \"valid_for\" is an ISO 8601 duration above 0, such as "
         "\"P2Y\""},
        {"{\"purposes\": {\"x\": {\"requires\": \"nothing\", \"valid_for\": \"P1D\"}}}",
         "/purposes/x/valid_for: only an opt-in ends; \"x\" requires none unless a "
         "jurisdiction does"},
        {"{\"jurisdiction\": \"cuontry\"}",
         "/jurisdiction: \"cuontry\" is neither a field of \"contacts\" nor an attribute"},
        {"{\"jurisdiction\": \"age\"}",
         "/jurisdiction: a jurisdiction is a string, such as a country; \"age\" is none"},
        {"{\"jurisdiction\": \"arr\"}",
         "/jurisdiction: a jurisdiction is a string, such as a country; \"arr\" is none"},
        {"{\"jurisdiction\": 4}",
         "/jurisdiction: \"jurisdiction\" must be a string, found a number"},
        {"{\"jurisdictions\": {\"DE\": 1}}",
         "/jurisdictions/DE: a jurisdiction has a name and is an object, such as "
         "{\"marketing\": \"opt_in\"}"},
        {"{\"jurisdictions\": {\"\": {\"x\": \"opt_in\"}}}",
         "/jurisdictions/: a jurisdiction has a name and is an object, such as {\"marketing\": "
         "\"opt_in\"}"},
        {"{\"jurisdictions\": {\"DE\": {\"x\": \"opt_in\"}}}",
         "/jurisdictions/DE/x: no purpose \"x\" is declared; name it under \"purposes\""},
        {"{\"purposes\": {\"x\": {\"requires\": \"nothing\"}}, \"jurisdictions\": {\"DE\": "
         "{\"x\": \"in\"}}}",
         "/jurisdictions/DE/x: what a jurisdiction requires is \"nothing\", \"opt_out\" or "
         "\"opt_in\""},
        {"{\"purposes\": {\"x\": {\"requires\": \"opt_out\"}}, \"jurisdictions\": {\"DE\": "
         "{\"x\": \"opt_out\"}}}",
         "/jurisdictions/DE/x: the purpose requires \"opt_out\" everywhere already; the "
         "strictest holds"},
        {"[]", ": expected an object, found an array"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        bench b;
        CHECK_OK(set_up(&b, NULL, section, rows[i].json));
        fixture_problems(&b.f, (const char *const[]){rows[i].problem, NULL});
        tear_down(&b);
    }
}

static void where_the_jurisdiction_stands(void)
{
    static const struct {
        const char *json, *field, *slot;
    } rows[] = {
        {NULL, "", NULL},
        {"{\"jurisdiction\": \"land\"}", "land", NULL},
        {"{\"jurisdiction\": \"country\"}", "country", "country"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        bench b;
        CHECK_OK(set_up(&b, NULL, section, rows[i].json));
        csuccess__privacy_place place = csuccess__privacy_jurisdiction(b.privacy);
        CHECK_STR(place.field, rows[i].field);
        CHECK_UINT(place.slot, rows[i].slot
                                   ? csuccess__schema_find(b.f.schema, text(rows[i].slot), NULL)
                                   : UINT32_MAX);
        tear_down(&b);
    }
}

/* ---- Refused memory ---- */

static csuccess_result live(check_memory *memory, void *ud)
{
    bench b;
    csuccess_result result = set_up(&b, memory, section, ud);
    if (result == CSUCCESS_OK)
        result = consent(&b, "k1", 0,
                         "{\"purpose\":\"marketing\",\"granted\":true,\"proof\":\"p\"}");
    if (result == CSUCCESS_OK)
        result = consent(&b, "k2", 1,
                         "{\"purpose\":\"marketing\",\"granted\":false,\"channel\":\"email\"}");
    if (result == CSUCCESS_OK)
        result =
            apply(&b, (said){"response", "r1", "ada", "bounced", "{\"channel\":\"sms\"}", 2});
    if (result == CSUCCESS_OK) {
        CHECK_RESULT(ask(&b, "ada", "marketing", "email", 1), CSUCCESS_EDENIED);
        CHECK_RESULT(ask(&b, "ada", "marketing", "sms", 1), CSUCCESS_EDENIED);
        CHECK_OK(ask(&b, "ada", "marketing", "post", 1));
    }
    tear_down(&b);
    return result;
}

static void memory_that_is_refused(void)
{
    CHECK(check_faults(live, (void *)(uintptr_t)privacy_section) > 10);
}

CHECK_MAIN(CHECK_TEST(what_a_purpose_requires), CHECK_TEST(an_end_of_its_own),
           CHECK_TEST(the_strictest_of_purpose_and_jurisdiction),
           CHECK_TEST(addresses_are_suppressed), CHECK_TEST(what_cannot_be_is_quarantined),
           CHECK_TEST(entries_say_what_stood_before),
           CHECK_TEST(the_latest_holds_in_whatever_order),
           CHECK_TEST(a_contact_is_forgotten_and_no_other),
           CHECK_TEST(damaged_payloads_are_refused_or_mean_something_else),
           CHECK_TEST(shapes_are_checked), CHECK_TEST(where_the_jurisdiction_stands),
           CHECK_TEST(memory_that_is_refused))

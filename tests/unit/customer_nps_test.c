/* SPDX-License-Identifier: Apache-2.0 */
/* The NPS of an account: published arithmetic, a slow plain model of what docs/reference/customer.md says, every order of the same answers, and damage. */
#include "customer_known.h"

#include "customer/nps.h"

#include <math.h>

static const char people[] =
    "{\"attributes\":{\"plan\":{\"type\":\"string\"}},\"records\":{\"contacts\":{\"max\":500,"
    "\"of\":{\"role\":{\"type\":\"string\"},\"age\":{\"type\":\"number\"}}}}}";

static csuccess_result read_rule(customer *c, const char *text, const csuccess__nps_rule **out)
{
    csuccess__json *json;
    csuccess__json_options options = {.limits = &c->f.limits};
    csuccess_result result =
        csuccess__json_read(&json, &c->f.arena, check_view(text), &options, &c->err);
    if (result < 0) return result;
    *out = csuccess__nps_compile(c->f.schema, &c->f.with, &c->f.problems, json);
    return *out ? CSUCCESS_OK : CSUCCESS_ENOMEM;
}

typedef struct survey {
    customer c;
    const csuccess__nps_rule *rule;
    unsigned inputs;
} survey;

static csuccess_result survey_start(survey *s, check_memory *memory, const char *rule)
{
    *s = (survey){.inputs = 0};
    csuccess_result result = customer_start(&s->c, memory, people);
    return result < 0 ? result : read_rule(&s->c, rule, &s->rule);
}

static csuccess_result say_it(survey *s, const char *user, int64_t at, const char *properties)
{
    char text[512], time[CSUCCESS__TIME_TEXT];
    char bytes[256];
    csuccess__input input;
    csuccess__text reason;
    csuccess__time_format(time, at);
    snprintf(text, sizeof text,
             "{\"type\":\"survey_response\",\"messageId\":\"m%u\",\"groupId\":\"acme\","
             "\"userId\":\"%s\",\"timestamp\":\"%s\",\"properties\":{%s}}",
             ++s->inputs, user, time, properties);
    csuccess_result result = customer_read(&s->c, text, &input);
    if (result < 0) return result;
    csuccess__text_init(&reason, bytes, sizeof bytes);
    s->c.step.cause = input.id;
    result = csuccess__nps_check(&input, &reason);
    CHECK(result >= 0 || reason.len > 0);
    return result < 0 ? result : csuccess__nps_apply(s->rule, &s->c.step, &input);
}

static csuccess_result answer(survey *s, const char *user, int64_t at, double score)
{
    char text[64];
    long thousandths = (long)(score * 1000 + 0.5);
    snprintf(text, sizeof text, "\"score\":%ld.%03ld", thousandths / 1000, thousandths % 1000);
    return say_it(s, user, at, text);
}

static csuccess_result know_role(survey *s, const char *user, const char *role)
{
    char text[256];
    snprintf(text, sizeof text,
             "\"type\":\"identify\",\"messageId\":\"r%u\",\"userId\":\"%s\",\"timestamp\":"
             "\"2025-12-01T00:00:00Z\",\"traits\":{\"role\":\"%s\",\"age\":40}",
             ++s->inputs, user, role);
    return customer_take(&s->c, text);
}

static csuccess__nps nps_at(survey *s, int64_t now)
{
    csuccess__nps nps = {.n = UINT32_MAX};
    CHECK(csuccess__nps_read(s->rule, &s->c.state, now, &nps));
    return nps;
}

/* "If you surveyed 100 people and 70 were promoters, 20 passives and 10 detractors, the NPS is 60." Others as often told: 50, 30, 20 give 30; 10, 20, 70 give -60. */
static void published_arithmetic(void)
{
    static const struct {
        unsigned promoters, passives, detractors;
        double score, mean;
    } rows[] = {{70, 20, 10, 60, 8.7}, {50, 30, 20, 30, 0}, {10, 20, 70, -60, 0},
                {1, 0, 0, 100, 0},     {0, 1, 0, 0, 0},     {0, 0, 1, -100, 0},
                {1, 1, 1, 0, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        survey s;
        char user[16];
        unsigned all = rows[i].promoters + rows[i].passives + rows[i].detractors;
        CHECK_OK(survey_start(&s, NULL, "{}"));
        for (unsigned k = 0; k < all; k++) {
            bool promotes = k < rows[i].promoters;
            bool passive = !promotes && k < rows[i].promoters + rows[i].passives;
            double score = promotes ? 9 + k % 2 : passive ? 7 + k % 2 : k % 7;
            if (i == 0) score = promotes ? 9.5 : passive ? 7.5 : 5.5;
            snprintf(user, sizeof user, "u%u", k);
            CHECK_OK(answer(&s, user, NOW - DAY, score));
        }
        csuccess__nps nps = nps_at(&s, NOW);
        CHECK_UINT(nps.n, all);
        CHECK_NUM(nps.score, rows[i].score, 1e-12);
        CHECK_NUM(nps.promoters, 100.0 * rows[i].promoters / all, 1e-12);
        CHECK_NUM(nps.detractors, 100.0 * rows[i].detractors / all, 1e-12);
        if (i == 0) CHECK_NUM(nps.mean, 0.7 * 9.5 + 0.2 * 7.5 + 0.1 * 5.5, 1e-12);
        customer_finish(&s.c);
    }
}

/* By hand: a champion's 10 of half a year ago weighs 2 * 0.5 = 1, a user's 3 of today 1: 0. A year ago 2 * 0.25 = 0.5 against 1: (0.5 - 1) / 1.5. */
static void role_and_age_weigh(void)
{
    survey s;
    CHECK_OK(survey_start(&s, NULL,
                          "{\"half_life\":\"P180D\",\"weights\":{\"champion\":2,\"left\":0}}"));
    CHECK_OK(know_role(&s, "ada", "champion"));
    CHECK_OK(know_role(&s, "bob", "user"));
    CHECK_OK(know_role(&s, "eve", "left"));
    CHECK_OK(answer(&s, "ada", NOW - 180 * DAY, 10));
    CHECK_OK(answer(&s, "bob", NOW, 3));
    CHECK_OK(answer(&s, "eve", NOW, 0));
    csuccess__nps nps = nps_at(&s, NOW);
    CHECK_UINT(nps.n, 2);
    CHECK_NUM(nps.score, 0, 1e-12);
    CHECK_NUM(nps.mean, 6.5, 1e-12);
    /* Time changes nothing of what they weigh against one another. */
    CHECK_NUM(nps_at(&s, NOW + 700 * DAY).score, 0, 1e-12);
    CHECK_OK(answer(&s, "bob", NOW + 180 * DAY, 6));
    nps = nps_at(&s, NOW + 180 * DAY);
    CHECK_NUM(nps.score, 100 * (0.5 - 1) / 1.5, 1e-12);
    CHECK_NUM(nps.mean, (0.5 * 10 + 6) / 1.5, 1e-12);
    /* Another role counts at once. */
    CHECK_OK(know_role(&s, "cyd", "champion"));
    CHECK_OK(answer(&s, "cyd", NOW + 180 * DAY, 9));
    CHECK_NUM(nps_at(&s, NOW + 180 * DAY).score, 100 * (0.5 + 2 - 1) / 3.5, 1e-12);
    customer_finish(&s.c);
}

static void entries_tell_what_moved(void)
{
    survey s;
    CHECK_OK(survey_start(&s, NULL, "{}"));
    const csuccess__effects *out = &s.c.effects;
    CHECK_OK(answer(&s, "ada", NOW, 9));
    CHECK_UINT(out->entry_count, 1);
    CHECK_STR(out->entries[0].kind, "nps");
    CHECK_STR(out->entries[0].subject, "ada");
    CHECK_STR(out->entries[0].body,
              "{\"contact\":\"ada\",\"score\":9,\"before\":null,\"after\":100,\"n\":1}");
    CHECK_OK(answer(&s, "bob", NOW, 10));
    CHECK_UINT(out->entry_count, 1); /* it is 100 still */
    CHECK_OK(answer(&s, "bob", NOW + DAY, 2));
    CHECK_UINT(out->entry_count, 2);
    CHECK_STR(out->entries[1].body,
              "{\"contact\":\"bob\",\"score\":2,\"before\":100,\"after\":0,\"n\":2}");
    CHECK_RESULT(answer(&s, "bob", NOW, 10), CSUCCESS_UNCHANGED); /* it comes late */
    CHECK_OK(answer(&s, "cyd", NOW, 7));
    CHECK_UINT(out->entry_count, 2);
    CHECK_HAS(customer_print(&s.c), "\"nps\":");
    CHECK(csuccess__nps_forget(&s.c.state, CSUCCESS_STR("cyd")));
    CHECK(!csuccess__nps_forget(&s.c.state, CSUCCESS_STR("cyd")));
    CHECK_UINT(nps_at(&s, NOW).n, 2);
    customer_finish(&s.c);
}

static void what_is_no_answer(void)
{
    static const struct {
        const char *properties;
        csuccess_result result;
    } rows[] = {{"\"score\":10.5", CSUCCESS_ERANGE},
                {"\"score\":-1", CSUCCESS_ERANGE},
                {"\"score\":\"9\"", CSUCCESS_ERANGE},
                {"\"score\":null", CSUCCESS_ERANGE},
                {"\"score\":11,\"survey\":\"csat\"", CSUCCESS_UNCHANGED},
                {"\"score\":5,\"survey\":\"csat\"", CSUCCESS_UNCHANGED},
                {"\"score\":5,\"survey\":1", CSUCCESS_UNCHANGED},
                {"\"nps\":3", CSUCCESS_UNCHANGED},
                {"\"score\":0,\"survey\":\"nps\"", CSUCCESS_OK}};
    survey s;
    CHECK_OK(survey_start(&s, NULL, "{}"));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!CHECK_RESULT(say_it(&s, "ada", NOW, rows[i].properties), rows[i].result)) {
            printf("# %s\n", rows[i].properties);
        }
    }
    CHECK_NUM(nps_at(&s, NOW).score, -100, 0);
    customer_finish(&s.c);
}

/* ---- A slow plain model ---- */

enum { USERS = 12, ANSWERS = 40, WORLDS = 300 };
typedef struct reply {
    int user;
    int64_t at;
    int score;
} reply;

static const char *const roles[] = {"champion", "decision_maker", "user", NULL};
static const double weights[] = {2, 3, 1, 1};

/* The last answer of a contact, of two at once the lower; NULL: none. */
static const reply *last_of(const reply *list, int count, int user)
{
    const reply *last = NULL;
    for (int i = 0; i < count; i++) {
        const reply *r = &list[i];
        if (r->user != user) continue;
        bool later = !last || r->at > last->at;
        if (later || (r->at == last->at && r->score < last->score)) last = r;
    }
    return last;
}

/* What has expired does not count. */
static csuccess__nps by_hand(const reply *list, int count, int64_t now, const double days[2])
{
    csuccess__nps out = {.n = 0};
    double all = 0, up = 0, down = 0, sum = 0;
    for (int user = 0; user < USERS; user++) {
        const reply *last = last_of(list, count, user);
        double age = last ? (double)(now - last->at) / (double)DAY : 0;
        if (!last || (days[1] > 0 && age >= days[1])) continue;
        double w = weights[user % 4] * (days[0] > 0 ? pow(0.5, age / days[0]) : 1);
        all += w;
        sum += w * last->score;
        up += last->score >= 9 ? w : 0;
        down += last->score <= 6 ? w : 0;
        out.n++;
    }
    if (out.n == 0) return out;
    out.score = 100 * (up - down) / all;
    out.mean = sum / all;
    return out;
}

static bool agree(const csuccess__nps *a, const csuccess__nps *b)
{
    bool good = CHECK_UINT(a->n, b->n);
    if (a->n == 0 || !good) return good;
    good = CHECK_NUM(a->score, b->score, 1e-9);
    return CHECK_NUM(a->mean, b->mean, 1e-9) && good;
}

/* The same answers in an order of their own, some twice. */
static void tell(survey *s, const reply *list, int count, uint64_t *seed)
{
    int order[ANSWERS];
    char user[16];
    for (int i = 0; i < count; i++) order[i] = i;
    for (int i = count - 1; i > 0; i--) {
        int k = (int)(check_random(seed) % (unsigned)(i + 1)), t = order[i];
        order[i] = order[k];
        order[k] = t;
    }
    for (int i = 0; i < count; i++) {
        const reply *r = &list[order[i]];
        snprintf(user, sizeof user, "u%02d", r->user);
        CHECK(answer(s, user, r->at, r->score) >= 0);
        if (check_random(seed) % 4 == 0) CHECK(answer(s, user, r->at, r->score) >= 0);
    }
}

static void write_rule(char *out, size_t cap, const double days[2])
{
    char half[32] = "", end[32] = "";
    if (days[0] > 0) snprintf(half, sizeof half, ",\"half_life\":\"P%dD\"", (int)days[0]);
    if (days[1] > 0) snprintf(end, sizeof end, ",\"expires\":\"P%dD\"", (int)days[1]);
    snprintf(out, cap, "{\"weights\":{\"champion\":2,\"decision_maker\":3}%s%s}", half, end);
}

static void know_roles(survey *s)
{
    for (int user = 0; user < USERS; user++) {
        char name[16];
        snprintf(name, sizeof name, "u%02d", user);
        if (roles[user % 4]) CHECK_OK(know_role(s, name, roles[user % 4]));
    }
}

/* For a year; what the library drops on its way did not count. */
static bool agree_over_time(survey *s, const reply *list, int count, const double days[2])
{
    bool good = true;
    for (int day = 0; day < 400 && good; day += 50) {
        csuccess__nps wanted = by_hand(list, count, NOW + day * DAY, days);
        csuccess__nps is = nps_at(s, NOW + day * DAY);
        good = agree(&is, &wanted);
        s->c.step.now = NOW + day * DAY;
        csuccess__nps_step(s->rule, &s->c.step);
        is = nps_at(s, s->c.step.now);
        good = agree(&is, &wanted) && good;
    }
    return good;
}

/* Twice, in orders of their own, to the same bytes. */
static bool live(uint64_t world)
{
    uint64_t seed = world * 7919 + 3;
    const double days[2] = {(double)(check_random(&seed) % 3 * 90),
                            (double)(check_random(&seed) % 3 * 100)};
    char rule[256], first[32768] = "";
    reply list[ANSWERS];
    int count = 1 + (int)(check_random(&seed) % ANSWERS);
    bool good = true;
    for (int i = 0; i < count; i++) {
        list[i] = (reply){(int)(check_random(&seed) % USERS),
                          NOW - (int64_t)(check_random(&seed) % 300) * DAY,
                          (int)(check_random(&seed) % 11)};
    }
    write_rule(rule, sizeof rule, days);
    for (int turn = 0; turn < 2; turn++) {
        survey s;
        CHECK_OK(survey_start(&s, NULL, rule));
        know_roles(&s);
        tell(&s, list, count, &seed);
        if (turn == 0) snprintf(first, sizeof first, "%s", customer_print(&s.c));
        good = CHECK_CSTR(customer_print(&s.c), first) && good;
        good = agree_over_time(&s, list, count, days) && good;
        customer_finish(&s.c);
    }
    if (!good) printf("# world %u: %s\n", (unsigned)world, rule);
    return good;
}

static void any_order_agrees_with_the_model(void)
{
    for (uint64_t world = 0; world < WORLDS; world++) {
        if (!live(world)) return;
    }
}

/* Six hundred contacts, whatever their order: those are kept that answered last. */
static void the_latest_are_kept(void)
{
    enum { MANY = 600 };
    for (int turn = 0; turn < 3; turn++) {
        survey s;
        char user[16];
        uint32_t count;
        CHECK_OK(survey_start(&s, NULL, "{}"));
        for (unsigned i = 0; i < MANY; i++) {
            unsigned k = turn == 0   ? i
                         : turn == 1 ? MANY - 1 - i
                                     : i * 7 % MANY; /* 7 and 600 share no factor */
            snprintf(user, sizeof user, "u%03u", k);
            CHECK(answer(&s, user, NOW - 600 * DAY + k * DAY, k % 11) >= 0);
        }
        uint32_t first = csuccess__state_of_kind(&s.c.state, CSUCCESS__STATE_NPS, &count);
        CHECK_UINT(count, CSUCCESS__NPS_CONTACTS);
        CHECK_STR(s.c.state.fields[first].name, "u100");
        CHECK_STR(s.c.state.fields[first + count - 1].name, "u599");
        customer_finish(&s.c);
    }
}

static void expiry_is_due(void)
{
    survey s;
    CHECK_OK(survey_start(&s, NULL, "{\"expires\":\"P365D\"}"));
    CHECK_OK(answer(&s, "ada", NOW - 10 * DAY, 9));
    CHECK_OK(answer(&s, "bob", NOW, 1));
    CHECK_RESULT(answer(&s, "cyd", NOW - 365 * DAY, 1), CSUCCESS_UNCHANGED);
    csuccess__nps_step(s.rule, &s.c.step);
    CHECK_INT(s.c.step.due, NOW + 355 * DAY);
    CHECK_UINT(nps_at(&s, NOW + 355 * DAY - 1).n, 2);
    CHECK_UINT(nps_at(&s, NOW + 355 * DAY).n, 1);
    s.c.step.now = NOW + 400 * DAY;
    csuccess__nps_step(s.rule, &s.c.step);
    csuccess__nps none = nps_at(&s, NOW);
    CHECK_UINT(none.n, 0);
    CHECK(csuccess__is_missing(csuccess__nps_value(&none, CSUCCESS__NPS_score)));
    CHECK_NUM(csuccess__nps_value(&none, CSUCCESS__NPS_n).as.number, 0, 0);
    customer_finish(&s.c);
}

/* ---- What is wrong ---- */

static void problems_are_told(void)
{
    static const struct {
        const char *rule, *place;
    } rows[] = {{"{\"weights\":{\"champion\":-1}}", "/weights/champion"},
                {"{\"weights\":{\"champion\":1001}}", "/weights/champion"},
                {"{\"weights\":{\"champion\":\"2\"}}", "/weights/champion"},
                {"{\"weights\":[2]}", "/weights"},
                {"{\"role\":\"title\",\"weights\":{\"champion\":2}}", "/role"},
                {"{\"role\":\"age\",\"weights\":{\"champion\":2}}", "/role"},
                {"{\"half_life\":\"PT1H\"}", "/half_life"},
                {"{\"expires\":\"P1M\"}", "/expires"},
                {"{\"halflife\":\"P1D\"}", "/halflife"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        survey s;
        CHECK_OK(survey_start(&s, NULL, rows[i].rule));
        if (!CHECK_UINT(s.c.f.problems.errors, 1)) printf("# %s\n", rows[i].rule);
        if (s.c.f.problems.first) CHECK_STR(s.c.f.problems.first->pointer, rows[i].place);
        customer_finish(&s.c);
    }
}

static void damage_is_told(void)
{
    static const struct {
        const char *bytes;
        size_t len;
    } rows[] = {{"", 0},
                {"\x02", 1},
                {"\x02\x00\x00\x00\x00\x00\x00\xf0\x7f", 9},
                {"\x02\x00\x00\x00\x00\x00\x00\xf8\x7f", 9},
                {"\x02\x00\x00\x00\x00\x00\x00\xf0\xbf", 9},
                {"\x02\x00\x00\x00\x00\x00\x00\x22\x40\x00", 10}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        survey s;
        csuccess__nps nps;
        CHECK_OK(survey_start(&s, NULL, "{\"expires\":\"P365D\"}"));
        CHECK(csuccess__state_put(&s.c.state, CSUCCESS__STATE_NPS, CSUCCESS_STR("ada"),
                                  (csuccess_str){rows[i].bytes, rows[i].len}));
        CHECK(!csuccess__nps_read(s.rule, &s.c.state, NOW, &nps));
        const csuccess__state_field field = {.kind = CSUCCESS__STATE_NPS,
                                             .payload = {rows[i].bytes, rows[i].len}};
        csuccess__buffer out;
        csuccess__json_writer w;
        csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
        csuccess__json_writer_init(&w, &out);
        csuccess__nps_print(&w, &field);
        CHECK_STR(csuccess__buffer_view(&out), "\"(damaged)\"");
        csuccess__buffer_free(&out);
        CHECK_RESULT(answer(&s, "bob", NOW, 3), CSUCCESS_ESTATE);
        CHECK_INT(s.c.step.failed, CSUCCESS_ESTATE);
        CHECK(csuccess__nps_forget(&s.c.state, CSUCCESS_STR("ada")));
        customer_finish(&s.c);
    }
}

static csuccess_result live_through(check_memory *memory, void *ud)
{
    survey s;
    (void)ud;
    csuccess_result result =
        survey_start(&s, memory, "{\"half_life\":\"P90D\",\"weights\":{\"champion\":2}}");
    if (result >= 0) result = know_role(&s, "ada", "champion");
    if (result >= 0) result = answer(&s, "ada", NOW, 9);
    if (result >= 0) result = answer(&s, "bob", NOW, 3);
    if (result >= 0) result = answer(&s, "ada", NOW + DAY, 2);
    if (result >= 0) result = s.c.step.failed < 0 ? s.c.step.failed : s.c.effects.failed;
    if (result >= 0) CHECK_NUM(nps_at(&s, NOW + DAY).score, -100, 0);
    customer_finish(&s.c);
    return result < 0 ? result : CSUCCESS_OK;
}

static void refused_memory_is_survived(void)
{
    CHECK(check_faults(live_through, NULL) > 10);
}

CHECK_MAIN(CHECK_TEST(published_arithmetic), CHECK_TEST(role_and_age_weigh),
           CHECK_TEST(entries_tell_what_moved), CHECK_TEST(what_is_no_answer),
           CHECK_TEST(any_order_agrees_with_the_model), CHECK_TEST(the_latest_are_kept),
           CHECK_TEST(expiry_is_due), CHECK_TEST(problems_are_told), CHECK_TEST(damage_is_told),
           CHECK_TEST(refused_memory_is_survived))

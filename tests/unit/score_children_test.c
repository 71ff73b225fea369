/* SPDX-License-Identifier: Apache-2.0 */
/* Roll-up by signals: one parent's children, and families whose signals come late, twice and out of order, against plain recursion. */
#include "flow_life.h"
#include "text/utf8.h"

#define DOCUMENT \
    "{\"csuccess\":1,\"attributes\":{\"x\":{\"type\":\"number\"},\"arr\":{\"type\":" \
    "\"number\"}," \
    "\"parent_id\":{\"type\":\"string\"}},\"health\":{\"profiles\":{\"base\":{\"score\":{" \
    "\"value\":\"x\",\"range\":[0,100]}}},\"rollup\":{\"parent\":\"parent_id\",\"combine\":" \
    "\"weighted_mean\",\"weight\":\"arr\",\"include_self\":true}}}"

/* The way of a signal from a child without children: its mark, here one made of its id. */
#define WAY(id) "\"path\":[\"00000000000000" id "\"]"

static csuccess_result child(life *l, const char *id, int hour, const char *properties,
                             char say[128])
{
    char text[2048], time[CSUCCESS__TIME_TEXT];
    csuccess__input input;
    csuccess__text reason;
    csuccess__text_init(&reason, say, 128);
    csuccess__time_format(time, LIFE_START + hour * LIFE_HOUR);
    snprintf(text, sizeof text,
             "{\"type\":\"child\",\"messageId\":\"%s\",\"timestamp\":\"%s\",\"groupId\":\"c1\","
             "\"properties\":{%s}}",
             id, time, properties);
    csuccess_result result = life_input(l, &input, text);
    if (!CHECK_OK(result)) return result;
    return csuccess__child_apply(&l->step, &input, &reason);
}

static csuccess__rolled roll(life *l, const char *row)
{
    csuccess__rolled out;
    CHECK_OK(life_score(l, row));
    csuccess_result result =
        csuccess__children_roll(l->config->health, &l->step, &l->scorer->health, &out);
    CHECK(result == CSUCCESS_OK || result == CSUCCESS_UNCHANGED);
    return out;
}

static void children_come_and_go(void)
{
    life l;
    char say[128];
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    CHECK_OK(life_open(&l, DOCUMENT, NULL));
    life_at(&l, LIFE_START + 10 * LIFE_HOUR, "e");
    CHECK_UINT(roll(&l, "{\"x\":50,\"arr\":100}").children, 0);
    CHECK_OK(child(&l, "s1", 1,
                   WAY("k1") ",\"child\":\"k1\",\"raw\":80,\"weight\":300,\"n\":1,"
                             "\"at\":\"2025-12-24T00:00:00Z\"",
                   say));
    csuccess__rolled r = roll(&l, "{\"x\":50,\"arr\":100}");
    CHECK_UINT(r.children, 1);
    CHECK_UINT(r.counted, 2);
    CHECK_NUM(r.score, (80.0 * 300 + 50 * 100) / 400, 1e-9);
    CHECK_INT(r.oldest, LIFE_START - 8 * LIFE_DAY);
    /* Two more, one without a score and one that weighs nothing. */
    CHECK_OK(child(&l, "s2", 2, "\"child\":\"k2\",\"weight\":100,\"n\":1," WAY("k2"), say));
    CHECK_OK(
        child(&l, "s3", 2, "\"child\":\"k3\",\"raw\":10,\"weight\":0,\"n\":1," WAY("k3"), say));
    r = roll(&l, "{\"x\":50,\"arr\":100}");
    CHECK_UINT(r.children, 3);
    CHECK_UINT(r.counted, 3);
    CHECK_NUM(r.score, (80.0 * 300 + 50 * 100) / 400, 1e-9);
    /* What was sent before is late; the same again is nothing new. */
    CHECK_RESULT(child(&l, "s0", 0, "\"child\":\"k1\",\"raw\":1,\"n\":0," WAY("k1"), say),
                 CSUCCESS_UNCHANGED);
    CHECK_RESULT(child(&l, "s1", 1, "\"child\":\"k1\",\"raw\":2,\"n\":1," WAY("k1"), say),
                 CSUCCESS_UNCHANGED);
    CHECK_OK(child(&l, "s4", 3, "\"child\":\"k1\",\"left\":true,\"n\":2," WAY("k1"), say));
    r = roll(&l, "{\"x\":50,\"arr\":100}");
    CHECK_UINT(r.children, 2);
    CHECK_NUM(r.score, 50, 1e-9);
    CHECK_RESULT(child(&l, "s3b", 2, "\"child\":\"k1\",\"raw\":2,\"n\":9," WAY("k1"), say),
                 CSUCCESS_UNCHANGED);
    CHECK_STR(
        life_print(&out, &l, CSUCCESS__STATE_CHILD, "k3", csuccess__child_print),
        "{\"raw\":10,\"weight\":0,\"left\":false,\"at\":\"2026-01-01T02:00:00Z\",\"oldest\":"
        "\"2026-01-01T02:00:00Z\"}");
    /* A month later nobody remembers who left. */
    life_at(&l, LIFE_START + 40 * LIFE_DAY, "e");
    CHECK_OK(child(&l, "s5", 960, "\"child\":\"k3\",\"raw\":20,\"n\":2," WAY("k3"), say));
    CHECK(!csuccess__state_get(&l.state, CSUCCESS__STATE_CHILD, CSUCCESS_STR("k1")).ptr);
    csuccess__buffer_free(&out);
    life_close(&l);
}

static void signals_that_are_none(void)
{
    static const struct {
        const char *properties, *say;
    } cases[] = {{"\"raw\":5,\"path\":[\"000000000000000k\"]", "id of the child"},
                 {"\"child\":\"\",\"path\":[\"000000000000000k\"]", "id of the child"},
                 {"\"child\":\"k\",\"raw\":5", "list of marks"},
                 {"\"child\":\"k\",\"path\":[\"k\"]", "list of marks"},
                 {"\"child\":\"k\",\"path\":[]", "list of marks"},
                 {"\"child\":\"k\",\"path\":[1]", "list of marks"},
                 {"\"child\":\"k\",\"path\":\"k\"", "list of marks"},
                 {"\"child\":\"k\",\"weight\":-1,\"path\":[\"000000000000000k\"]", "below 0"},
                 {"\"child\":\"k\",\"n\":-1,\"path\":[\"000000000000000k\"]", "not a count"},
                 {"\"child\":\"k\",\"path\":[\"00000000000000aa\",\"eb0bb44aebdcaa07\","
                  "\"000000000000000k\"]",
                  "circle"}};
    life l;
    char say[128], deep[2048] = "\"child\":\"k\",\"path\":[\"000000000000000k\"";
    CHECK_OK(life_open(&l, DOCUMENT, NULL));
    life_at(&l, LIFE_START, "e");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_RESULT(child(&l, "s", 0, cases[i].properties, say), CSUCCESS_ERANGE);
        CHECK_HAS(say, cases[i].say);
    }
    size_t len = strlen(deep);
    for (int i = 0; i < 64; i++)
        len += (size_t)snprintf(deep + len, sizeof deep - len, ",\"000000000000000d\"");
    snprintf(deep + len, sizeof deep - len, "]");
    CHECK_RESULT(child(&l, "s", 0, deep, say), CSUCCESS_ERANGE);
    CHECK_HAS(say, "64 levels");
    CHECK_UINT(l.state.count, 0);
    CHECK_OK(l.step.failed);
    life_close(&l);
}

/* ---- Telling ---- */

/* The mark of c1 is eb0bb44aebdcaa07: sha256 of python3's hashlib over b"s", the length in 8 bytes, least first, and the text, of "csuccess/path/1" and "c1". */

static void parents_are_told_what_changed(void)
{
    life l;
    csuccess__rolled none = {.has_score = false};
    CHECK_OK(life_open(&l, DOCUMENT, NULL));
    const csuccess__health *health = l.config->health;
    static const struct {
        const char *row, *parent;
        uint32_t messages;
        const char *first, *second;
    } steps[] = {
        {"{\"x\":50,\"arr\":7}", "", 0, "", ""},
        {"{\"x\":50,\"arr\":7}", "p", 1,
         "{\"type\":\"child\",\"timestamp\":\"2026-01-01T01:00:00Z\",\"groupId\":\"p\","
         "\"properties\":{\"at\":\"2026-01-01T01:00:00Z\",\"child\":\"c1\",\"n\":1,\"path\":"
         "[\"eb0bb44aebdcaa07\"],\"raw\":50,\"weight\":7}}",
         ""},
        {"{\"x\":50,\"arr\":7}", "p", 0, "", ""},
        {"{\"arr\":7}", "p", 1,
         "{\"type\":\"child\",\"timestamp\":\"2026-01-01T03:00:00Z\",\"groupId\":\"p\","
         "\"properties\":{\"at\":\"2026-01-01T03:00:00Z\",\"child\":\"c1\",\"n\":2,\"path\":"
         "[\"eb0bb44aebdcaa07\"],\"weight\":7}}",
         ""},
        {"{\"x\":1}", "q", 2,
         "{\"type\":\"child\",\"timestamp\":\"2026-01-01T04:00:00Z\",\"groupId\":\"p\","
         "\"properties\":{\"at\":\"2026-01-01T04:00:00Z\",\"child\":\"c1\",\"left\":true,\"n\":"
         "3,"
         "\"path\":[\"eb0bb44aebdcaa07\"]}}",
         "{\"type\":\"child\",\"timestamp\":\"2026-01-01T04:00:00Z\",\"groupId\":\"q\","
         "\"properties\":{\"at\":\"2026-01-01T04:00:00Z\",\"child\":\"c1\",\"n\":4,\"path\":"
         "[\"eb0bb44aebdcaa07\"],\"raw\":1}}"},
        {"{\"x\":1}", "c1", 1,
         "{\"type\":\"child\",\"timestamp\":\"2026-01-01T05:00:00Z\",\"groupId\":\"q\","
         "\"properties\":{\"at\":\"2026-01-01T05:00:00Z\",\"child\":\"c1\",\"left\":true,\"n\":"
         "5,"
         "\"path\":[\"eb0bb44aebdcaa07\"]}}",
         ""},
        {"{\"x\":2}", "", 0, "", ""}};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        life_at(&l, LIFE_START + (int)i * LIFE_HOUR, "e");
        csuccess__effects_clear(&l.effects);
        CHECK_OK(life_score(&l, steps[i].row));
        csuccess__parent_signal(health, &l.step, check_view(steps[i].parent), &l.scorer->health,
                                i % 2 ? NULL : &none);
        if (!CHECK_UINT(l.effects.message_count, steps[i].messages)) printf("# step %zu\n", i);
        for (uint32_t k = 0; k < l.effects.message_count; k++) {
            const csuccess__effect_message *m = &l.effects.messages[k];
            CHECK(m->signal);
            CHECK_STR(m->definition, "health/rollup");
            CHECK_STR(m->body, k == 0 ? steps[i].first : steps[i].second);
        }
    }
    life_close(&l);
}

static void quiet_steps_tell_later(void)
{
    life l;
    CHECK_OK(life_open(&l, DOCUMENT, NULL));
    life_at(&l, LIFE_START, "e");
    CHECK_OK(life_score(&l, "{\"x\":5}"));
    l.step.quiet = true;
    csuccess__parent_signal(l.config->health, &l.step, CSUCCESS_STR("p"), &l.scorer->health,
                            NULL);
    l.step.quiet = false;
    CHECK_UINT(l.effects.message_count, 0);
    csuccess__parent_signal(l.config->health, &l.step, CSUCCESS_STR("p"), &l.scorer->health,
                            NULL);
    CHECK_UINT(l.effects.message_count, 1);
    life_close(&l);
}

/* ---- Families ---- */

enum { PEOPLE = 7, QUEUE = 4096 };
typedef struct family {
    life lives[PEOPLE];
    char names[PEOPLE][8];
    int parent[PEOPLE]; /* -1: none */
    double x[PEOPLE], arr[PEOPLE];
    char *queue[QUEUE];
    int queued, sent, refused;
    int64_t now;
    uint64_t random;
} family;

static void take_signals(family *f, life *l)
{
    for (uint32_t i = 0; i < l->effects.message_count && f->queued < QUEUE; i++) {
        csuccess_str body = l->effects.messages[i].body;
        char *copy = malloc(body.len + 64);
        if (!copy) abort();
        /* As the engine does, which knows the id of the message. */
        snprintf(copy, body.len + 64, "{\"messageId\":\"m%d\",%.*s", f->sent++,
                 (int)body.len - 1, body.ptr + 1);
        f->queue[f->queued++] = copy;
    }
    csuccess__effects_clear(&l->effects);
}

static void advance(family *f, int who, const csuccess__input *signal)
{
    life *l = &f->lives[who];
    char row[160], say[128];
    csuccess__text reason;
    csuccess__rolled rolled;
    csuccess__text_init(&reason, say, sizeof say);
    f->now += (int64_t)(check_random(&f->random) % 3);
    life_at(l, f->now, "own");
    if (signal) l->step.cause = signal->id;
    if (signal && csuccess__child_apply(&l->step, signal, &reason) < 0) f->refused++;
    snprintf(row, sizeof row, "{\"x\":%.0f,\"arr\":%.0f}", f->x[who], f->arr[who]);
    CHECK_OK(life_score(l, row));
    csuccess_result result =
        csuccess__children_roll(l->config->health, &l->step, &l->scorer->health, &rolled);
    CHECK(result >= 0);
    const char *parent = f->parent[who] < 0 ? "" : f->names[f->parent[who]];
    csuccess__parent_signal(l->config->health, &l->step, check_view(parent), &l->scorer->health,
                            result == CSUCCESS_OK ? &rolled : NULL);
    CHECK_OK(l->step.failed);
    take_signals(f, l);
}

/* One signal, in no order, and now and then twice. */
static void deliver(family *f)
{
    int at = (int)(check_random(&f->random) % (uint64_t)f->queued);
    char *text = f->queue[at];
    csuccess__input input;
    life *reader = &f->lives[0];
    bool again = check_random(&f->random) % 4 == 0;
    if (!again) f->queue[at] = f->queue[--f->queued];
    if (CHECK_OK(life_input(reader, &input, text))) {
        int who = 0;
        while (who < PEOPLE && !csuccess__str_is(input.customer, f->names[who])) who++;
        if (CHECK(who < PEOPLE)) advance(f, who, &input);
    }
    if (!again) free(text);
}

static void open_family(family *f, uint64_t seed)
{
    memset(f, 0, sizeof *f);
    f->random = seed;
    f->now = LIFE_START;
    for (int i = 0; i < PEOPLE; i++) {
        snprintf(f->names[i], sizeof f->names[i], "c%d", i);
        CHECK_OK(life_open(&f->lives[i], DOCUMENT, NULL));
        f->lives[i].step.customer = check_view(f->names[i]);
        f->parent[i] = -1;
        f->x[i] = 50;
        f->arr[i] = 1;
    }
}

static void close_family(family *f)
{
    for (int i = 0; i < f->queued; i++) free(f->queue[i]);
    for (int i = 0; i < PEOPLE; i++) life_close(&f->lives[i]);
}

/* Those above stand before those below, so recursion is a loop from behind. */
static void expect_rolled(family *f)
{
    double score[PEOPLE];
    for (int i = PEOPLE; i-- > 0;) {
        double sum = f->x[i] * f->arr[i], weight = f->arr[i];
        uint32_t children = 0;
        csuccess__rolled rolled;
        life *l = &f->lives[i];
        for (int k = i + 1; k < PEOPLE; k++) {
            if (f->parent[k] != i) continue;
            sum += score[k] * f->arr[k];
            weight += f->arr[k];
            children++;
        }
        score[i] = sum / weight;
        (void)csuccess__children_roll(l->config->health, &l->step, &l->scorer->health, &rolled);
        CHECK_UINT(rolled.children, children);
        if (children) CHECK_NUM(rolled.score, score[i], 1e-7);
    }
}

static void families_settle(void)
{
    for (uint64_t seed = 1; seed <= 25 && check_failures == 0; seed++) {
        family f;
        open_family(&f, seed);
        for (int k = 0; k < 60 && check_failures == 0; k++) {
            int who = (int)(check_random(&f.random) % PEOPLE);
            f.x[who] = (double)(check_random(&f.random) % 101);
            f.arr[who] = 1 + (double)(check_random(&f.random) % 9);
            if (check_random(&f.random) % 3 == 0) {
                f.parent[who] = (int)(check_random(&f.random) % (uint64_t)(who + 1)) - 1;
            }
            advance(&f, who, NULL);
            for (int n = (int)(check_random(&f.random) % 4); n > 0 && f.queued > 0; n--)
                deliver(&f);
        }
        while (f.queued > 0 && check_failures == 0) deliver(&f);
        CHECK_INT(f.refused, 0);
        expect_rolled(&f);
        close_family(&f);
    }
}

/* Parents in circles: every change ends after finitely many signals, and some are refused. */
static void circles_end(void)
{
    int refused = 0;
    for (uint64_t seed = 1; seed <= 25 && check_failures == 0; seed++) {
        family f;
        open_family(&f, seed);
        for (int i = 0; i < PEOPLE; i++) f.parent[i] = (int)(check_random(&f.random) % PEOPLE);
        for (int k = 0; k < 20 && check_failures == 0; k++) {
            int who = (int)(check_random(&f.random) % PEOPLE);
            f.x[who] = (double)(check_random(&f.random) % 101);
            int before = f.sent;
            advance(&f, who, NULL);
            while (f.queued > 0 && check_failures == 0) {
                deliver(&f);
                CHECK(f.sent - before <= PEOPLE + 1);
            }
        }
        refused += f.refused;
        close_family(&f);
    }
    CHECK(refused > 0);
}

/* ---- Damage, refused memory ---- */

typedef struct damaged {
    csuccess__state_kind kind;
    const char *name;
    void (*print)(struct csuccess__json_writer *, const csuccess__state_field *);
} damaged;

/* A payload that is not whole is damage; one that was changed may be another. */
static void read_damaged(life *l, const damaged *d, csuccess_str payload, bool cut)
{
    csuccess__rolled rolled;
    const csuccess__health *health = l->config->health;
    csuccess__state_put(&l->state, d->kind, check_view(d->name), payload);
    l->step.failed = CSUCCESS_OK;
    csuccess_result result =
        csuccess__children_roll(health, &l->step, &l->scorer->health, &rolled);
    CHECK(result >= 0 || result == CSUCCESS_ESTATE);
    csuccess__parent_signal(health, &l->step, CSUCCESS_STR("p"), &l->scorer->health, NULL);
    if (!cut) return;
    bool child = d->kind == CSUCCESS__STATE_CHILD;
    CHECK_RESULT(child ? result : l->step.failed, CSUCCESS_ESTATE);
}

static void damage(life *l, const damaged *d)
{
    char bytes[512], copy[512];
    csuccess__buffer out;
    csuccess_str good = csuccess__state_get(&l->state, d->kind, check_view(d->name));
    size_t len = good.len;
    if (!CHECK(good.ptr && len < sizeof bytes)) return;
    memcpy(bytes, good.ptr, len);
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    for (size_t i = 0; i < len * 5; i++) {
        static const char flips[] = {1, 2, 16, 127, (char)-1};
        size_t at = i / 5;
        bool cut = i % 5 == 0;
        memcpy(copy, bytes, len);
        copy[at] = (char)(copy[at] ^ flips[i % 5]);
        read_damaged(l, d, (csuccess_str){copy, cut ? at : len}, cut);
        csuccess_str text = life_print(&out, l, d->kind, d->name, d->print);
        CHECK(text.len > 0 && csuccess__utf8_check(text, NULL));
    }
    csuccess__buffer_free(&out);
}

static void damaged_fields(void)
{
    life l;
    char say[128];
    CHECK_OK(life_open(&l, DOCUMENT, NULL));
    life_at(&l, LIFE_START, "e");
    CHECK_OK(life_score(&l, "{\"x\":5.5,\"arr\":2.25}"));
    csuccess__parent_signal(l.config->health, &l.step, CSUCCESS_STR("p"), &l.scorer->health,
                            NULL);
    const damaged parent = {CSUCCESS__STATE_PARENT, "", csuccess__parent_print};
    const damaged kid = {CSUCCESS__STATE_CHILD, "k", csuccess__child_print};
    damage(&l, &parent);
    csuccess__state_drop(&l.state, CSUCCESS__STATE_PARENT, CSUCCESS_STR(""));
    l.step.failed = CSUCCESS_OK;
    CHECK_OK(child(&l, "s", 0,
                   "\"child\":\"k\",\"raw\":5.5,\"weight\":2.25,\"n\":3,\"path\":["
                   "\"000000000000000j\",\"000000000000000k\"]",
                   say));
    damage(&l, &kid);
    life_close(&l);
}

static csuccess_result whole_story(check_memory *memory, void *ud)
{
    life l;
    char say[128];
    csuccess__text reason;
    csuccess__rolled rolled;
    csuccess__input input;
    (void)ud;
    csuccess__text_init(&reason, say, sizeof say);
    csuccess_result result = life_open(&l, DOCUMENT, &memory->allocator);
    life_at(&l, LIFE_START, "e");
    if (result >= 0) {
        result = life_input(
            &l, &input,
            "{\"type\":\"child\",\"messageId\":\"s\",\"groupId\":\"c1\","
            "\"timestamp\":\"2026-01-01T00:00:00Z\",\"properties\":{\"child\":"
            "\"k\",\"raw\":4,\"weight\":1,\"n\":1,\"path\":[\"000000000000000k\"]}}");
    }
    if (result >= 0) result = csuccess__child_apply(&l.step, &input, &reason);
    if (result >= 0) result = life_score(&l, "{\"x\":6,\"arr\":1}");
    if (result >= 0) {
        result = csuccess__children_roll(l.config->health, &l.step, &l.scorer->health, &rolled);
    }
    if (result == CSUCCESS_OK) {
        CHECK_NUM(rolled.score, 5, 0);
        csuccess__parent_signal(l.config->health, &l.step, CSUCCESS_STR("p"), &l.scorer->health,
                                &rolled);
        result = l.step.failed;
    }
    life_close(&l);
    return result;
}

static void memory_is_refused(void)
{
    CHECK(check_faults(whole_story, NULL) > 20);
}

CHECK_MAIN(CHECK_TEST(children_come_and_go), CHECK_TEST(signals_that_are_none),
           CHECK_TEST(parents_are_told_what_changed), CHECK_TEST(quiet_steps_tell_later),
           CHECK_TEST(families_settle), CHECK_TEST(circles_end), CHECK_TEST(damaged_fields),
           CHECK_TEST(memory_is_refused))

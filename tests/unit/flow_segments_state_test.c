/* SPDX-License-Identifier: Apache-2.0 */
/* Memberships over time: entering and leaving once each, hysteresis, what is undecided, static segments, references, time alone. */
#include "flow_life.h"

#include "flow/flow.h"
#include "flow/segments_internal.h"

#define DOCUMENT \
    "{\"csuccess\": 1, \"attributes\": {\"x\": {\"type\": \"number\"}, \"y\": {\"type\": " \
    "\"number\"}, \"seen\": {\"type\": \"time\"}}, \"metrics\": {\"idle\": " \
    "\"days_since(seen)\"}, \"segments\": {" \
    "\"low\": {\"when\": \"x < 50\", \"leave\": \"x >= 55\"}," \
    "\"busy\": {\"when\": \"y > 1\"}," \
    "\"both\": {\"when\": \"segment('low') && segment('busy')\"}," \
    "\"calm\": {\"when\": \"!segment('low')\"}," \
    "\"beta\": {\"static\": true, \"label\": \"Beta\"}," \
    "\"early\": {\"when\": \"segment('beta') || y > 90\"}," \
    "\"gone\": {\"when\": \"idle > 30\", \"leave\": \"idle < 3\", \"refresh\": \"PT6H\"}}}"

enum { LOW, BUSY, BOTH, CALM, BETA, EARLY, GONE, SEGMENTS };
static const char *const names[SEGMENTS] = {"low",  "busy",  "both", "calm",
                                            "beta", "early", "gone"};

typedef struct world {
    life l;
    csuccess__flow flow;
    csuccess__flow_desk desk;
    csuccess__moment m;
} world;

static csuccess_result start(world *w, const char *document, const csuccess_allocator *mem)
{
    memset(w, 0, sizeof *w);
    csuccess_result result = life_open(&w->l, document, mem);
    if (result < 0) return result;
    w->flow.schema = w->l.config->schema;
    w->flow.segments = w->l.config->segments;
    result = csuccess__flow_desk_new(&w->desk, &w->flow, w->l.step.mem);
    w->m = (csuccess__moment){.flow = &w->flow,
                              .desk = &w->desk,
                              .step = &w->l.step,
                              .machine = w->l.scorer->machine,
                              .slots = w->l.scorer->slots,
                              .schema = w->l.config->schema,
                              .constants = w->l.config->constants};
    return result;
}

static void end(world *w)
{
    csuccess__flow_desk_free(&w->desk, &w->flow);
    life_close(&w->l);
}

/* A step begins: what is known of the customer, and nothing that was told before. */
static csuccess_result begin(world *w, int64_t now, const char *row)
{
    csuccess__effects_clear(&w->l.effects);
    life_at(&w->l, now, "e");
    csuccess__flow_begin(&w->desk);
    csuccess_result result = csuccess_facts_read_json(w->l.facts, check_view(row), NULL);
    if (result >= 0) result = csuccess__scorer_inputs(w->l.scorer, w->l.facts, now, NULL);
    return result;
}

static csuccess_result look(world *w, int64_t now, const char *row)
{
    csuccess_result result = begin(w, now, row);
    if (result < 0) return result;
    csuccess__segments_step(&w->m);
    return w->l.step.failed;
}

/* Entries and happenings, as "+low -calm". */
static void told(const world *w, char *out, size_t size)
{
    size_t at = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < w->desk.queue_count; i++) {
        const csuccess__happening *h = &w->desk.queue[i];
        at += (size_t)snprintf(out + at, size - at, "%s%c%.*s", i ? " " : "",
                               h->kind == CSUCCESS__HAPPENING_ENTERED ? '+' : '-',
                               (int)h->id.len, h->id.ptr);
    }
}

static csuccess__membership field(const world *w, const char *id)
{
    csuccess__membership of = {.member = false};
    csuccess_str payload =
        csuccess__state_get(&w->l.state, CSUCCESS__STATE_SEGMENT, check_view(id));
    if (payload.ptr) CHECK(csuccess__membership_parse(&of, payload));
    return of;
}

static void entering_and_leaving_are_told_once(void)
{
    static const struct {
        int hour;
        const char *row, *told;
    } steps[] = {
        {0, "{\"x\": 60, \"y\": 0}", "+calm"},
        {1, "{\"x\": 60, \"y\": 0}", ""},
        {2, "{\"x\": 49, \"y\": 0}", "+low -calm"},
        {3, "{\"x\": 52, \"y\": 2}", "+busy +both"}, /* between the two: stays */
        {4, "{\"y\": 2}", ""},                       /* x is missing: nothing moves */
        {5, "{\"x\": 52}", ""},                      /* y is missing */
        {6, "{\"x\": 55, \"y\": 2}", "-low -both +calm"},
        {7, "{\"x\": 52, \"y\": 2}", ""}, /* does not enter before 50 */
        {8, "{\"x\": 1, \"y\": 0}", "+low -busy -calm"},
        {9, "{\"x\": 1, \"y\": 95}", "+busy +both +early"},
    };
    world w;
    char got[256];
    if (!CHECK_OK(start(&w, DOCUMENT, NULL))) return;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        CHECK_OK(look(&w, LIFE_START + steps[i].hour * LIFE_HOUR, steps[i].row));
        told(&w, got, sizeof got);
        if (!CHECK_CSTR(got, steps[i].told)) printf("# at hour %d\n", steps[i].hour);
        CHECK_UINT(w.l.effects.entry_count, w.desk.queue_count);
    }
    csuccess__membership low = field(&w, "low"), calm = field(&w, "calm");
    CHECK(low.member && !calm.member);
    CHECK_UINT(low.times, 2);
    CHECK_INT(low.entered_at, LIFE_START + 8 * LIFE_HOUR);
    CHECK_INT(low.left_at, LIFE_START + 6 * LIFE_HOUR);
    CHECK_INT(calm.left_at, LIFE_START + 8 * LIFE_HOUR);
    end(&w);
}

static void what_is_said_has_a_shape(void)
{
    world w;
    csuccess__buffer out;
    if (!CHECK_OK(start(&w, DOCUMENT, NULL))) return;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    CHECK_OK(look(&w, LIFE_START, "{\"x\": 10}"));
    CHECK_UINT(w.l.effects.entry_count, 1);
    CHECK_STR(w.l.effects.entries[0].kind, "segment");
    CHECK_STR(w.l.effects.entries[0].body,
              "{\"segment\":\"low\",\"change\":\"entered\",\"times\":1,\"by\":\"condition\"}");
    CHECK_STR(
        life_print(&out, &w.l, CSUCCESS__STATE_SEGMENT, "low", csuccess__segment_print),
        "{\"member\":true,\"times\":1,\"entered_at\":\"2026-01-01T00:00:00Z\",\"left_at\":"
        "null}");
    CHECK_OK(look(&w, LIFE_START + LIFE_DAY, "{\"x\": 90}"));
    CHECK_STR(w.l.effects.entries[0].body,
              "{\"segment\":\"low\",\"change\":\"left\",\"times\":1,\"by\":\"condition\","
              "\"entered_at\":\"2026-01-01T00:00:00Z\"}");
    CHECK_STR(
        life_print(&out, &w.l, CSUCCESS__STATE_SEGMENT, "low", csuccess__segment_print),
        "{\"member\":false,\"times\":1,\"entered_at\":\"2026-01-01T00:00:00Z\",\"left_at\":"
        "\"2026-01-02T00:00:00Z\"}");
    csuccess__buffer_free(&out);
    end(&w);
}

static csuccess_result say(world *w, const char *event, const char *segment)
{
    csuccess__input input;
    char text[512], why[256];
    csuccess__text reason;
    csuccess__text_init(&reason, why, sizeof why);
    snprintf(text, sizeof text,
             "{\"type\":\"segment\",\"event\":\"%s\",\"messageId\":\"p\",\"groupId\":\"c1\","
             "\"timestamp\":\"2026-01-01T00:00:00Z\",\"properties\":{\"segment\":%s}}",
             event, segment);
    csuccess_result result = life_input(&w->l, &input, text);
    if (result < 0) return result;
    result = csuccess__segment_apply(&w->m, &input, &reason);
    if (result == CSUCCESS_ERANGE) CHECK(reason.len > 0);
    return result;
}

static void static_segments_are_set(void)
{
    world w;
    char got[256];
    if (!CHECK_OK(start(&w, DOCUMENT, NULL))) return;
    uint32_t beta = csuccess__segment_find(w.flow.segments, check_view("beta"));
    uint32_t low = csuccess__segment_find(w.flow.segments, check_view("low"));
    CHECK_UINT(csuccess__segment_find(w.flow.segments, check_view("none")), UINT32_MAX);
    CHECK_OK(begin(&w, LIFE_START, "{\"x\": 60, \"y\": 0}"));
    CHECK_RESULT(say(&w, "add", "\"beta\""), CSUCCESS_OK);
    CHECK_RESULT(say(&w, "add", "[\"beta\"]"), CSUCCESS_UNCHANGED);
    CHECK_RESULT(say(&w, "add", "\"low\""), CSUCCESS_ERANGE);
    CHECK_RESULT(say(&w, "add", "[\"beta\", \"bota\"]"), CSUCCESS_ERANGE);
    CHECK_RESULT(say(&w, "add", "[\"beta\", 3]"), CSUCCESS_ERANGE);
    CHECK_RESULT(say(&w, "add", "3"), CSUCCESS_ERANGE);
    CHECK_RESULT(say(&w, "put", "\"beta\""), CSUCCESS_ERANGE);
    csuccess__segments_step(&w.m);
    told(&w, got, sizeof got);
    CHECK_CSTR(got, "+beta +calm +early");
    /* A step of a journey: what refers to it follows at once. */
    CHECK_OK(begin(&w, LIFE_START + LIFE_HOUR, "{\"x\": 60, \"y\": 0}"));
    csuccess__segments_step(&w.m);
    CHECK_RESULT(csuccess__segment_set(&w.m, beta, true, check_view("journey/j")),
                 CSUCCESS_UNCHANGED);
    CHECK_RESULT(csuccess__segment_set(&w.m, beta, false, check_view("journey/j")),
                 CSUCCESS_OK);
    CHECK_RESULT(csuccess__segment_set(&w.m, low, true, check_view("journey/j")),
                 CSUCCESS_ERANGE);
    CHECK_RESULT(csuccess__segment_set(&w.m, 99, true, check_view("journey/j")),
                 CSUCCESS_ERANGE);
    told(&w, got, sizeof got);
    CHECK_CSTR(got, "-beta -early");
    CHECK(!w.m.slots[w.flow.segments->list[beta].slot].as.boolean);
    end(&w);
}

static void imports_keep_and_tell_nobody(void)
{
    world w;
    if (!CHECK_OK(start(&w, DOCUMENT, NULL))) return;
    w.l.step.quiet = true;
    CHECK_OK(look(&w, LIFE_START, "{\"x\": 10}"));
    CHECK_UINT(w.desk.queue_count, 0);
    CHECK_UINT(w.l.effects.entry_count, 1);
    w.l.step.quiet = false;
    CHECK_OK(look(&w, LIFE_START + LIFE_HOUR, "{\"x\": 10}"));
    CHECK_UINT(w.desk.queue_count, 0);
    CHECK(field(&w, "low").member);
    end(&w);
}

static void looking_keeps_nothing(void)
{
    world w;
    if (!CHECK_OK(start(&w, DOCUMENT, NULL))) return;
    CHECK_OK(begin(&w, LIFE_START, "{\"x\": 10}"));
    csuccess__segments_look(&w.m);
    uint32_t low = csuccess__segment_find(w.flow.segments, check_view("low"));
    uint32_t both = csuccess__segment_find(w.flow.segments, check_view("both"));
    CHECK(w.m.slots[w.flow.segments->list[low].slot].as.boolean);
    CHECK(csuccess__is_missing(w.m.slots[w.flow.segments->list[both].slot]));
    CHECK_UINT(w.l.state.count, 0);
    CHECK_UINT(w.desk.queue_count + w.l.effects.entry_count, 0);
    end(&w);
}

static void time_alone_is_looked_at_when_it_may_move_somebody(void)
{
    world w;
    char got[256];
    const char *row = "{\"seen\": \"2025-12-22T12:00:00Z\"}"; /* nine and a half days before */
    if (!CHECK_OK(start(&w, DOCUMENT, NULL))) return;
    CHECK_OK(look(&w, LIFE_START, row));
    int64_t due = LIFE_START + 21 * LIFE_DAY + 12 * LIFE_HOUR;
    CHECK_INT(w.l.step.due, due);
    CHECK_OK(look(&w, due - 1, row));
    CHECK_UINT(w.desk.queue_count, 0);
    CHECK_INT(w.l.step.due, due - 1 + 6 * LIFE_HOUR); /* not oftener than `refresh` */
    CHECK_OK(look(&w, due, row));
    told(&w, got, sizeof got);
    CHECK_CSTR(got, "+gone");
    CHECK(w.l.step.due > due + 300 * LIFE_DAY); /* idle only grows */
    CHECK_OK(look(&w, due, "{\"x\": 1}"));
    CHECK(field(&w, "gone").member); /* nobody knows when it was seen: it stays */
    CHECK_INT(w.l.step.due, CSUCCESS__NEVER);
    end(&w);
}

static void damaged_fields_fail_the_step(void)
{
    static const struct {
        const char *bytes;
        size_t len;
    } bad[] = {{"", 0},
               {"\x02\x01\x00", 3},
               {"\x01\x00\x00", 3},
               {"\x01\x01", 2},
               {"\x01\x01\x00\x00", 4},
               {"\x00\x01\x00", 3},
               {"\x01\x02\x00", 3},
               {"\x81\x00\x01\x00", 4}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        world w;
        if (!CHECK_OK(start(&w, DOCUMENT, NULL))) return;
        CHECK(csuccess__state_put(&w.l.state, CSUCCESS__STATE_SEGMENT, check_view("beta"),
                                  (csuccess_str){bad[i].bytes, bad[i].len}));
        CHECK_RESULT(look(&w, LIFE_START, "{}"), CSUCCESS_ESTATE);
        end(&w);
    }
}

/* ---- A plain model of the same, step by step ---- */

typedef struct model {
    bool member[SEGMENTS];
    uint64_t times[SEGMENTS];
} model;

static int lift(double v, bool there, bool holds) /* -1 open */
{
    (void)v;
    return there ? holds : -1;
}
static int and3(int a, int b)
{
    if (a == 0 || b == 0) return 0;
    return a < 0 || b < 0 ? -1 : 1;
}
static int or3(int a, int b)
{
    if (a == 1 || b == 1) return 1;
    return a < 0 || b < 0 ? -1 : 0;
}
/* What others see: a member, or open, or none. */
static int seen(const model *m, int segment, int when)
{
    return m->member[segment] ? 1 : when < 0 ? -1 : 0;
}
static void put(model *m, int segment, bool member)
{
    m->times[segment] += member && !m->member[segment];
    m->member[segment] = member;
}
static void follow(model *m, int segment, int when, int leave, bool has_leave)
{
    if (!m->member[segment]) {
        put(m, segment, when == 1);
    } else if (when != 1 && (has_leave ? leave == 1 : when == 0)) {
        put(m, segment, false);
    }
}

static void model_step(model *m, bool has_x, double x, bool has_y, double y)
{
    int low = lift(x, has_x, x < 50), busy = lift(y, has_y, y > 1);
    follow(m, LOW, low, lift(x, has_x, x >= 55), true);
    follow(m, BUSY, busy, 0, false);
    int sees_low = seen(m, LOW, low), sees_busy = seen(m, BUSY, busy);
    follow(m, BOTH, and3(sees_low, sees_busy), 0, false);
    follow(m, CALM, sees_low < 0 ? -1 : !sees_low, 0, false);
    follow(m, EARLY, or3(m->member[BETA], lift(y, has_y, y > 90)), 0, false);
}

static void check_model(const world *w, const model *m, const model *before)
{
    uint32_t changes = 0;
    for (int i = 0; i < SEGMENTS; i++) {
        csuccess__membership of = field(w, names[i]);
        if (!CHECK(of.member == m->member[i]) || !CHECK(of.times == m->times[i])) {
            printf("# %s\n", names[i]);
        }
        changes += m->member[i] != before->member[i];
    }
    CHECK_UINT(w->desk.queue_count, changes);
    CHECK_UINT(w->l.effects.entry_count, changes);
}

/* reason: a life is drawn, lived and checked in one place. */
static void random_lives_are_as_the_model_has_them(void)
{
    world w;
    uint64_t seed = 41;
    unsigned before_failures = check_failures;
    for (int run = 0; run < 60; run++) {
        model m = {{false}, {0}};
        if (!CHECK_OK(start(&w, DOCUMENT, NULL))) return;
        for (int i = 0; i < 60 && check_failures == before_failures; i++) {
            model before = m;
            char row[128];
            bool has_x = check_random(&seed) % 5 != 0, has_y = check_random(&seed) % 5 != 0;
            int x = 45 + (int)(check_random(&seed) % 15), y = (int)(check_random(&seed) % 3);
            if (check_random(&seed) % 10 == 0) y = 95;
            snprintf(row, sizeof row, "{\"x\": %.*d%s, \"y\": %.*d%s}", has_x ? 1 : 0,
                     has_x ? x : 0, has_x ? "" : "null", has_y ? 1 : 0, has_y ? y : 0,
                     has_y ? "" : "null");
            CHECK_OK(begin(&w, LIFE_START + i * LIFE_HOUR, row));
            uint64_t person = check_random(&seed) % 8;
            if (person < 2) {
                (void)say(&w, person ? "add" : "remove", "\"beta\"");
                put(&m, BETA, person == 1);
            }
            csuccess__segments_step(&w.m);
            CHECK_OK(w.l.step.failed);
            model_step(&m, has_x, x, has_y, y);
            check_model(&w, &m, &before);
        }
        end(&w);
    }
}

static csuccess_result scenario(check_memory *memory, void *ud)
{
    world w;
    (void)ud;
    csuccess_result result = start(&w, DOCUMENT, &memory->allocator);
    if (result >= 0) result = begin(&w, LIFE_START, "{\"x\": 10, \"y\": 2}");
    if (result >= 0) {
        result = say(&w, "add", "\"beta\"");
        csuccess__segments_step(&w.m);
        if (result >= 0) result = w.l.step.failed;
    }
    if (result >= 0) CHECK_UINT(w.desk.queue_count, 5);
    end(&w);
    return result;
}

static void refused_memory_leaves_nothing(void)
{
    CHECK(check_faults(scenario, NULL) > 50);
}

CHECK_MAIN(CHECK_TEST(entering_and_leaving_are_told_once), CHECK_TEST(what_is_said_has_a_shape),
           CHECK_TEST(static_segments_are_set), CHECK_TEST(imports_keep_and_tell_nobody),
           CHECK_TEST(looking_keeps_nothing),
           CHECK_TEST(time_alone_is_looked_at_when_it_may_move_somebody),
           CHECK_TEST(damaged_fields_fail_the_step),
           CHECK_TEST(random_lives_are_as_the_model_has_them),
           CHECK_TEST(refused_memory_leaves_nothing))

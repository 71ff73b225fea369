/* SPDX-License-Identifier: Apache-2.0 */
/* Everything of flow at once, at random: however inputs are batched, whoever restarts, states and histories are the same, and ledgers say what the states do. */
#include "engine_flow_world.h"

#include "base/error.h"

enum { CUSTOMERS = 5, DAYS = 40, PER_DAY = 9 };

/* How the days are gone through. */
typedef struct manner {
    uint32_t batch; /* inputs at once */
    bool restarts, two, publishes;
} manner;

static void customer_name(char out[8], uint32_t i)
{
    snprintf(out, 8, "c%u", i);
}

static void one_day(world *w, const manner *how, uint32_t day, uint64_t *seed)
{
    for (uint32_t c = 0; c < CUSTOMERS; c++) {
        char name[8];
        int64_t now = HOST_MS(day) + HOST_DAY / 2;
        uint32_t count = world_draw(seed, PER_DAY);
        customer_name(name, c);
        CHECK_OK(csuccess_events_clear(w->events));
        for (uint32_t i = 0; i < count; i++) {
            world_add(w, name, day * 100 + i, seed, now - 1000 * (int64_t)world_draw(seed, 90));
            if ((i + 1) % how->batch == 0 || i + 1 == count) {
                world_ingest(w, now);
                CHECK_OK(csuccess_events_clear(w->events));
            }
        }
        if (how->restarts && (day + c) % 3 == 0) world_restart(w);
    }
}

static void live(world *w, const manner *how, uint64_t seed)
{
    csuccess_engine *other = NULL;
    if (how->two) CHECK_OK(world_engine(w, &other));
    for (uint32_t day = 0; day < DAYS && check_failures < 5; day++) {
        if (how->publishes && day % 3 == 2) world_publish(w, day % 2);
        one_day(w, how, day, &seed);
        if (other) {
            csuccess_engine *at = w->engine;
            w->engine = other;
            other = at;
        }
        if (day < 25 || day > 34) world_run(w, HOST_MS(day + 1));
    }
    csuccess_engine_free(other);
}

/* ---- What came of it ---- */

typedef struct text {
    char *ptr;
    size_t len, cap;
} text;

static void add(text *t, csuccess_str more)
{
    if (t->len + more.len + 2 > t->cap) {
        t->cap = 2 * (t->len + more.len + 2);
        t->ptr = realloc(t->ptr, t->cap);
    }
    memcpy(t->ptr + t->len, more.ptr, more.len);
    t->len += more.len;
    t->ptr[t->len++] = '\n';
    t->ptr[t->len] = '\0';
}

/* Entries, and messages, which come after the entries of a batch. */
static void told(void *ud, csuccess_str line)
{
    const size_t behind = strlen("{\"customer\":\"c0\",");
    text *texts = ud;
    bool entry = line.len > behind && line.ptr[behind + 1] == 's'; /* "seq" */
    add(&texts[entry ? 0 : 1], line);
}

static void add_states(world *w, text *out)
{
    for (uint32_t c = 0; c < CUSTOMERS; c++) {
        char name[8];
        csuccess_text *state = NULL;
        customer_name(name, c);
        CHECK_OK(csuccess_engine_state(w->engine, check_view(name), NULL, HOST_MS(DAYS), &state,
                                       NULL));
        if (state) add(out, csuccess_text_view(state));
        csuccess_text_free(state);
    }
}

static text lived(const manner *how, uint64_t seed)
{
    world w;
    text out[2] = {{NULL, 0, 0}, {NULL, 0, 0}};
    CHECK_OK(world_open(&w, NULL));
    w.trace = told;
    w.trace_ud = out;
    CHECK_OK(csuccess_engine_set_trace(w.engine, told, out));
    live(&w, how, seed);
    if (CHECK(out[1].ptr != NULL)) add(&out[0], (csuccess_str){out[1].ptr, out[1].len});
    add_states(&w, &out[0]);
    world_close(&w);
    free(out[1].ptr);
    return out[0];
}

static void check_same(const text *a, const text *b, const char *what, uint64_t seed)
{
    size_t at = 0;
    if (CHECK(a->len == b->len && memcmp(a->ptr, b->ptr, a->len) == 0)) return;
    while (a->ptr[at] == b->ptr[at]) at++;
    while (at > 0 && a->ptr[at - 1] != '\n') at--;
    printf("# %s, seed %d: %.600s\n# %.600s\n", what, (int)seed, a->ptr + at, b->ptr + at);
}

static void compare_manners(uint64_t seed, bool publishes)
{
    static const manner manners[] = {{.batch = 1},
                                     {.batch = 7},
                                     {.batch = 1000, .restarts = true},
                                     {.batch = 3, .restarts = true, .two = true}};
    const manner whole = {.batch = 1000, .publishes = publishes};
    text expected = lived(&whole, seed);
    for (size_t i = 0; i < sizeof manners / sizeof manners[0]; i++) {
        manner how = manners[i];
        how.publishes = publishes;
        if (how.two && publishes) continue; /* the other would publish its own */
        text is = lived(&how, seed);
        check_same(&is, &expected, "manner", seed);
        free(is.ptr);
    }
    free(expected.ptr);
}

static void no_manner_makes_a_difference(void)
{
    for (uint64_t seed = 5; seed < 8; seed++) compare_manners(seed, false);
}

static void not_while_configurations_change_either(void)
{
    for (uint64_t seed = 8; seed < 10; seed++) compare_manners(seed, true);
}

/* ---- Ledgers ---- */

enum { SUMS_MOST = 64 };

typedef struct sums {
    char keys[SUMS_MOST][48];
    int64_t sums[SUMS_MOST];
    size_t count;
} sums;

static void count(sums *s, const char *prefix, csuccess_str name, double by)
{
    char key[48];
    snprintf(key, sizeof key, "%s%.*s", prefix, (int)name.len, name.ptr);
    size_t i = 0;
    while (i < s->count && strcmp(s->keys[i], key) != 0) i++;
    if (i == s->count) {
        snprintf(s->keys[s->count++], sizeof s->keys[0], "%s", key);
        s->sums[i] = 0;
    }
    s->sums[i] += (int64_t)by;
}

static const csuccess__json *of(const csuccess__json *node, const char *name)
{
    return node ? csuccess__json_member(node, name) : NULL;
}

static const csuccess__json *first_of(const csuccess__json *state, const char *name)
{
    const csuccess__json *list = of(state, name);
    return list ? list->first : NULL;
}

static void count_enrollments(sums *s, const csuccess__json *state)
{
    for (const csuccess__json *e = first_of(state, "enrollments"); e; e = e->next) {
        csuccess_str name = e->key;
        while (name.len && name.ptr[name.len - 1] != '#') name.len--;
        name.len--;
        if (of(e, "counted")) count(s, "journey/", name, 1);
    }
}

/* No assignment looks at the work of eve, so it is not counted. */
static void count_tasks(sums *s, const csuccess__json *state)
{
    for (const csuccess__json *t = first_of(state, "tasks"); t; t = t->next) {
        const csuccess__json *owner = of(t, "owner");
        bool counts = owner && owner->string.len && strcmp(owner->string.ptr, "eve") != 0;
        if (counts && !of(t, "ended_at")) count(s, "load/", owner->string, 1);
    }
}

/* What a state holds of ledgers. */
static void count_state(sums *s, const csuccess__json *state)
{
    count_enrollments(s, state);
    count_tasks(s, state);
    for (const csuccess__json *o = first_of(state, "owners"); o; o = o->next) {
        for (const csuccess__json *i = o->first; i; i = i->next) {
            const csuccess__json *weight = of(i, "revenue");
            if (weight) count(s, "revenue/", of(i, "owner")->string, weight->number);
        }
    }
}

static void count_ledgers(sums *s, world *w, csuccess__arena *arena)
{
    csuccess__json *dump = NULL;
    csuccess_limits limits = CSUCCESS_LIMITS_INIT;
    csuccess_text *t = world_dump(w);
    const csuccess__json_options options = {.limits = &limits};
    csuccess__limits_take(&limits, NULL, NULL);
    limits.document_bytes = limits.document_nodes = 1000000000;
    CHECK_OK(csuccess__json_read(&dump, arena, csuccess_text_view(t), &options, NULL));
    const csuccess__json *list = dump ? of(dump->first, "ledgers") : NULL;
    for (const csuccess__json *l = list ? list->first : NULL; l; l = l->next) {
        csuccess_str key = of(l, "key")->string;
        if (memcmp(key.ptr, "turn/", 5) != 0) count(s, "", key, of(l, "sum")->number);
    }
    csuccess_text_free(t);
}

/* Sums are those of the states that there are. */
static void check_ledgers(world *w, uint64_t seed)
{
    sums expected = {.count = 0}, is = {.count = 0};
    csuccess__arena arena;
    csuccess_limits limits = CSUCCESS_LIMITS_INIT;
    const csuccess__json_options options = {.limits = &limits};
    csuccess__limits_take(&limits, NULL, NULL);
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    for (uint32_t c = 0; c < CUSTOMERS; c++) {
        char name[8];
        csuccess_text *state = NULL;
        csuccess__json *json = NULL;
        customer_name(name, c);
        if (csuccess_engine_state(w->engine, check_view(name), NULL, HOST_MS(DAYS), &state,
                                  NULL) < 0)
            continue;
        CHECK_OK(csuccess__json_read(&json, &arena, csuccess_text_view(state), &options, NULL));
        count_state(&expected, json);
        csuccess_text_free(state);
    }
    count_ledgers(&is, w, &arena);
    for (size_t i = 0; i < expected.count; i++) {
        csuccess_str none = {"", 0};
        count(&is, expected.keys[i], none, (double)-expected.sums[i]);
    }
    for (size_t i = 0; i < is.count; i++) {
        if (!CHECK(is.sums[i] == 0))
            printf("# seed %d: %s is off by %d\n", (int)seed, is.keys[i], (int)is.sums[i]);
    }
    csuccess__arena_free(&arena);
}

static void erase(world *w, uint32_t customer, int64_t now)
{
    char name[8];
    csuccess_text *proof = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    customer_name(name, customer);
    csuccess_result result = csuccess_engine_erase(w->engine, check_view(name),
                                                   CSUCCESS_STR(""), NULL, now, &proof, &err);
    if (!CHECK(result >= 0 || result == CSUCCESS_EMISSING))
        printf("# erase: %s\n", err.message);
    csuccess_text_free(proof);
}

static void ledgers_are_what_states_say(void)
{
    for (uint64_t seed = 20; seed < 26 && check_failures < 5; seed++) {
        const manner how = {
            .batch = 5, .restarts = seed % 2 == 0, .two = seed == 21, .publishes = seed > 22};
        world w;
        CHECK_OK(world_open(&w, NULL));
        w.random = 1;
        live(&w, &how, seed);
        check_ledgers(&w, seed);
        erase(&w, (uint32_t)seed % CUSTOMERS, HOST_MS(DAYS));
        check_ledgers(&w, seed);
        for (uint32_t c = 0; c < CUSTOMERS; c++) erase(&w, c, HOST_MS(DAYS));
        check_ledgers(&w, seed);
        world_close(&w);
    }
}

CHECK_MAIN(CHECK_TEST(no_manner_makes_a_difference),
           CHECK_TEST(not_while_configurations_change_either),
           CHECK_TEST(ledgers_are_what_states_say))

/* SPDX-License-Identifier: Apache-2.0 */
/* Accumulators: against a slow model over random enrollments; parts made and merged in any order come to the same bytes; what was saved comes back, what is damaged does not. */
#include "check.h"

#include "base/digest.h"
#include "base/error.h"
#include "text/json.h"
#include <csuccess/csuccess.h>

enum { STEPS = 6, ENTRIES = 6000, ENROLLMENTS = 300, PARTS = 5 };

#define DOCUMENT \
    "{`csuccess`: 1, `attributes`: {`arr`: {`type`: `number`}, `x`: {`type`: `number`}}, " \
    "`segments`: {" \
    "`big`: {`when`: `arr > 100`}, `low`: {`when`: `x < 5`}, `odd`: {`when`: `x % 2 == 1`}, " \
    "`none`: " \
    "{`when`: `x > 1000`}}, `health`: {`profiles`: {`default`: {`score`: {`combine`: `sum`, " \
    "`of`: {`m`: {`value`: `x`, " \
    "`points`: {`linear`: [[0, 0], [10, 100]]}}}}, `bands`: {`good`: {`from`: 50}, `bad`: " \
    "{}}}}}, `journeys`: {`j`: {`steps`: " \
    "{`a`: {`type`: `wait`, `for`: `P1D`}, `b`: {`type`: `exit`, `outcome`: `success`}}}}, " \
    "`playbooks`: {`p`: " \
    "{`category`: `custom`, `steps`: {`call`: {`type`: `call`, `title`: `Call`}}}}}"

static csuccess_config *compiled(const csuccess_allocator *mem, const char *more)
{
    char quoted[4096];
    csuccess_config *config = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    options.allocator = mem;
    snprintf(quoted, sizeof quoted, "%s", DOCUMENT);
    if (more) snprintf(quoted + strlen(quoted) - 1, 200, "%s}", more);
    for (char *p = quoted; *p; p++) {
        if (*p == '`') *p = '"';
    }
    csuccess_result r = csuccess_config_compile(&config, check_view(quoted), &options, &err);
    if (r < 0 && r != CSUCCESS_ENOMEM) {
        printf("# %s at %s\n", err.message, err.pointer);
        CHECK_OK(r);
    }
    return config;
}

static csuccess_accumulator *made(csuccess_config *config, const char *name)
{
    csuccess_accumulator *a = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!CHECK_OK(csuccess_accumulator_new(&a, config, check_view(name), NULL, &err))) {
        printf("# %s\n", err.message);
    }
    return a;
}

static csuccess_result add(csuccess_accumulator *a, const char *kind, const char *body)
{
    csuccess_entry e = {.size = sizeof e, .kind = check_view(kind), .body = check_view(body)};
    return csuccess_accumulator_add_entry(a, &e, NULL);
}

static csuccess_text *saved(const csuccess_accumulator *a)
{
    csuccess_text *text = NULL;
    CHECK_OK(csuccess_accumulator_save(a, &text, NULL));
    return text;
}

static bool same_bytes(const csuccess_accumulator *a, const csuccess_accumulator *b)
{
    csuccess_text *x = saved(a), *y = saved(b);
    csuccess_str s = csuccess_text_view(x), t = csuccess_text_view(y);
    bool same = s.len == t.len && memcmp(s.ptr, t.ptr, s.len) == 0;
    csuccess_text_free(x);
    csuccess_text_free(y);
    return same;
}

/* ---- A report that is read ---- */

typedef struct report {
    csuccess__arena arena;
    csuccess__json *root;
} report;

static void report_open(report *r, const csuccess_accumulator *a)
{
    csuccess_text *text = NULL;
    csuccess_limits limits;
    csuccess__limits_take(&limits, NULL, NULL);
    csuccess__json_options options = {.limits = &limits};
    csuccess__arena_init(&r->arena, csuccess__malloc_allocator(), 0);
    r->root = NULL;
    CHECK_OK(csuccess_accumulator_json(a, &text, NULL));
    csuccess_str copy = csuccess__arena_copy(&r->arena, csuccess_text_view(text));
    csuccess_text_free(text);
    CHECK_OK(csuccess__json_read(&r->root, &r->arena, copy, &options, NULL));
}

/* The number there; 0 where there is nothing. */
static double number(const report *r, const char *pointer)
{
    const csuccess__json *at = csuccess__json_at(r->root, check_view(pointer));
    return at && at->type == CSUCCESS__JSON_NUMBER ? at->number : 0;
}

/* ---- Journeys: a slow model ---- */

typedef struct entry {
    char body[400];
} entry;

typedef struct model {
    unsigned enrolled, completed, exited, failed, succeeded;
    unsigned entered[STEPS], left[STEPS][3], times[STEPS], ended[STEPS], won[STEPS];
    double time[STEPS], longest[STEPS];
} model;

static const char *const words[] = {"next", "timeout", "\\u00e9 \\\"way\\\""};
static const char *const places[] = {"next", "timeout", "\xc3\xa9 \"way\""};

static int pick(uint64_t *seed, int n)
{
    return (int)(check_random(seed) % (uint64_t)n);
}

static void leave(model *m, int step, int way, double ms)
{
    m->left[step][way]++;
    m->times[step]++;
    m->time[step] += ms;
    if (ms > m->longest[step]) m->longest[step] = ms;
}

/* One enrollment: its entries, and what they come to. */
/* reason: one enrollment from its beginning to its end, with what it comes to beside it. */
static unsigned enroll(model *m, entry *out, unsigned n, uint64_t *seed)
{
    char id[65];
    bool seen[STEPS] = {false};
    int moves = 1 + pick(seed, 12), at = -1, way = 0, moved = 0;
    double ms = 0;
    for (int i = 0; i < 64; i++) id[i] = "0123456789abcdef"[pick(seed, 16)];
    id[64] = '\0';
    m->enrolled++;
    snprintf(out[n++].body, sizeof out->body,
             "{\"journey\":\"j\",\"instance\":\"%s\",\"number\":1,\"event\":\"enrolled\"}", id);
    for (; moved < moves; moved++) {
        int to = pick(seed, STEPS);
        char from[120] = "";
        way = pick(seed, 3);
        ms = (double)pick(seed, 2000000000) * (pick(seed, 4) ? 1 : 5);
        if (at >= 0) {
            snprintf(from, sizeof from, ",\"from\":\"%c\",\"way\":\"%s\",\"in_step_ms\":%.0f",
                     'a' + at, words[way], ms);
            leave(m, at, way, ms);
        }
        snprintf(out[n++].body, sizeof out->body,
                 "{\"journey\":\"j\",\"instance\":\"%s\",\"event\":\"step\",\"step\":\"%c\"%s}",
                 id, 'a' + to, from);
        m->entered[to]++;
        seen[to] = true;
        at = to;
    }
    int end = pick(seed, 4); /* 3: goes on */
    if (end == 3) return n;
    static const char *const ends[] = {"completed", "exited", "failed"};
    static const char *const bys[] = {"end", "condition", "failed"};
    bool won = end == 0 && pick(seed, 2);
    way = pick(seed, 3);
    snprintf(out[n++].body, sizeof out->body,
             "{\"journey\":\"j\",\"instance\":\"%s\",\"event\":\"%s\",\"from\":\"%c\",\"way\":"
             "\"%s\","
             "\"in_step_ms\":%.0f,\"how\":\"%s\",\"steps\":%d,\"success\":%s}",
             id, ends[end], 'a' + at, words[way], ms, bys[end], moves, won ? "true" : "false");
    leave(m, at, way, ms);
    ++*(end == 0 ? &m->completed : end == 1 ? &m->exited : &m->failed);
    m->succeeded += won;
    for (int i = 0; i < STEPS; i++) {
        m->ended[i] += seen[i];
        m->won[i] += seen[i] && won;
    }
    return n;
}

static void check_step(const report *r, const model *m, int i)
{
    char p[80];
    double all = m->times[i];
#define AT(leaf) (snprintf(p, sizeof p, "/steps/%c/%s", 'a' + i, leaf), number(r, p))
    CHECK_NUM(AT("entered"), m->entered[i], 0);
    for (int k = 0; k < 3; k++) {
        snprintf(p, sizeof p, "/steps/%c/left/%s", 'a' + i, places[k]);
        CHECK_NUM(number(r, p), m->left[i][k], 0);
    }
    CHECK_NUM(AT("time_ms/n"), all, 0);
    CHECK_NUM(AT("time_ms/mean"), m->time[i] / all, 1e-3);
    CHECK_NUM(AT("time_ms/max"), m->longest[i], 0);
    CHECK_NUM(AT("ended"), m->ended[i], 0);
    CHECK_NUM(AT("succeeded"), m->won[i], 0);
    CHECK_NUM(AT("success"), (double)m->won[i] / m->ended[i], 1e-9);
#undef AT
}

static unsigned many(model *m, entry *entries, uint64_t seed)
{
    unsigned n = 0;
    memset(m, 0, sizeof *m);
    for (int i = 0; i < ENROLLMENTS; i++) n = enroll(m, entries, n, &seed);
    CHECK(n <= ENTRIES);
    return n;
}

static void a_slow_model_comes_to_the_same(void)
{
    static entry entries[ENTRIES];
    csuccess_config *config = compiled(NULL, NULL);
    csuccess_accumulator *a = made(config, "journey/j");
    model m;
    report r;
    unsigned n = many(&m, entries, 7);
    for (unsigned i = 0; i < n; i++)
        CHECK_RESULT(add(a, "journey", entries[i].body), CSUCCESS_OK);
    report_open(&r, a);
    CHECK_NUM(number(&r, "/enrolled"), m.enrolled, 0);
    CHECK_NUM(number(&r, "/completed/total"), m.completed, 0);
    CHECK_NUM(number(&r, "/completed/by/end"), m.completed, 0);
    CHECK_NUM(number(&r, "/exited/by/condition"), m.exited, 0);
    CHECK_NUM(number(&r, "/failed/total"), m.failed, 0);
    CHECK_NUM(number(&r, "/succeeded"), m.succeeded, 0);
    CHECK_NUM(number(&r, "/under_way"), m.enrolled - m.completed - m.exited - m.failed, 0);
    for (int i = 0; i < STEPS; i++) check_step(&r, &m, i);
    csuccess__arena_free(&r.arena);
    csuccess_accumulator_free(a);
    csuccess_config_unref(config);
}

/* Each entry in a part at random, so that no part has a whole enrollment; merged in any order, some after they were saved. */
static void parts_merge_in_any_order(void)
{
    static entry entries[ENTRIES];
    csuccess_config *config = compiled(NULL, NULL);
    model m;
    unsigned n = many(&m, entries, 11);
    csuccess_accumulator *whole = made(config, "journey/j");
    for (unsigned i = 0; i < n; i++) CHECK_OK(add(whole, "journey", entries[i].body));
    for (uint64_t seed = 1; seed <= 8; seed++) {
        csuccess_accumulator *parts[PARTS], *all = made(config, "journey/j");
        uint64_t s = seed;
        for (int k = 0; k < PARTS; k++) parts[k] = made(config, "journey/j");
        for (unsigned i = 0; i < n; i++) {
            CHECK_OK(add(parts[pick(&s, PARTS)], "journey", entries[i].body));
        }
        for (int k = PARTS; k > 0; k--) {
            int at = pick(&s, k);
            csuccess_accumulator *part = parts[at];
            parts[at] = parts[k - 1];
            if (pick(&s, 2)) {
                csuccess_text *text = saved(part);
                CHECK_OK(csuccess_accumulator_load(all, csuccess_text_view(text), NULL));
                csuccess_text_free(text);
            } else {
                CHECK_OK(csuccess_accumulator_merge(all, part, NULL));
            }
            csuccess_accumulator_free(part);
        }
        CHECK(same_bytes(all, whole));
        csuccess_accumulator_free(all);
    }
    csuccess_accumulator_free(whole);
    csuccess_config_unref(config);
}

/* ---- Playbooks ---- */

/* reason: a table of entries, and what they come to. */
static void playbooks_count_runs_and_tasks(void)
{
    static const struct {
        const char *kind, *body;
        csuccess_result result;
    } rows[] = {
        {"playbook", "{\"playbook\":\"p\",\"state\":\"started\",\"instance\":\"i\"}",
         CSUCCESS_OK},
        {"playbook", "{\"playbook\":\"p\",\"state\":\"started\",\"instance\":\"k\"}",
         CSUCCESS_OK},
        {"playbook", "{\"playbook\":\"p\",\"state\":\"again\",\"instance\":\"i\"}",
         CSUCCESS_OK},
        {"playbook", "{\"playbook\":\"q\",\"state\":\"started\"}", CSUCCESS_UNCHANGED},
        {"task", "{\"event\":\"created\",\"definition\":\"playbook/p\",\"step\":\"call\"}",
         CSUCCESS_OK},
        {"task", "{\"event\":\"created\",\"definition\":\"journey/p\",\"step\":\"call\"}",
         CSUCCESS_UNCHANGED},
        {"task", "{\"event\":\"reminded\",\"definition\":\"playbook/p\",\"step\":\"call\"}",
         CSUCCESS_UNCHANGED},
        {"task",
         "{\"event\":\"completed\",\"definition\":\"playbook/p\",\"step\":\"call\",\"outcome\":"
         "\"successful\",\"starts_at\":\"2026-01-01T00:00:00Z\",\"ended_at\":\"2026-01-02T00:"
         "00:00Z\","
         "\"minutes\":30}",
         CSUCCESS_OK},
        {"task",
         "{\"event\":\"cancelled\",\"definition\":\"playbook/"
         "p\",\"step\":\"call\",\"starts_at\":"
         "\"2026-01-01T00:00:00Z\",\"ended_at\":\"2026-01-04T00:00:00Z\"}",
         CSUCCESS_OK},
        {"task", "{\"event\":\"reopened\",\"definition\":\"playbook/p\",\"step\":\"call\"}",
         CSUCCESS_OK},
        {"task", "{\"event\":\"created\",\"definition\":\"playbook/p\"}", CSUCCESS_ESTATE},
        {"task",
         "{\"event\":\"completed\",\"definition\":\"playbook/"
         "p\",\"step\":\"s\",\"minutes\":-1}",
         CSUCCESS_ESTATE},
        {"playbook",
         "{\"playbook\":\"p\",\"state\":\"completed\",\"instance\":\"i\",\"success\":"
         "\"missed\"}",
         CSUCCESS_OK},
        {"playbook",
         "{\"playbook\":\"p\",\"state\":\"measured\",\"success\":\"missed\",\"success_within\":"
         "\"met\"}",
         CSUCCESS_OK},
        {"journey", "{\"journey\":\"p\",\"event\":\"enrolled\"}", CSUCCESS_UNCHANGED},
        {"playbook", "[1]", CSUCCESS_ESTATE},
        {"playbook", "{", CSUCCESS_ESTATE}};
    csuccess_config *config = compiled(NULL, NULL);
    csuccess_accumulator *a = made(config, "playbook/p");
    report r;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!CHECK_RESULT(add(a, rows[i].kind, rows[i].body), rows[i].result)) {
            printf("# %s\n", rows[i].body);
        }
    }
    report_open(&r, a);
    CHECK_NUM(number(&r, "/started"), 2, 0);
    CHECK_NUM(number(&r, "/again"), 1, 0);
    CHECK_NUM(number(&r, "/completed"), 1, 0);
    CHECK_NUM(number(&r, "/under_way"), 1, 0);
    CHECK_NUM(number(&r, "/success/missed"), 1, 0);
    CHECK_NUM(number(&r, "/success_within/met"), 1, 0);
    CHECK_NUM(number(&r, "/steps/call/made"), 1, 0);
    CHECK_NUM(number(&r, "/steps/call/reopened"), 1, 0);
    CHECK_NUM(number(&r, "/steps/call/outcome/successful"), 1, 0);
    CHECK_NUM(number(&r, "/steps/call/outcome/cancelled"), 1, 0);
    CHECK_NUM(number(&r, "/steps/call/time_ms/mean"), 2 * 86400000.0, 0);
    CHECK_NUM(number(&r, "/steps/call/minutes/mean"), 30, 0);
    CHECK(csuccess__json_at(r.root, check_view("/steps/s")) ==
          NULL); /* what was refused left nothing */
    csuccess__arena_free(&r.arena);
    csuccess_accumulator_free(a);
    csuccess_config_unref(config);
}

/* ---- Segments ---- */

static void score(csuccess_accumulator *a, csuccess_scorer *scorer, csuccess_facts *facts,
                  double arr, double x)
{
    char row[80];
    uint64_t members = 0;
    csuccess_facts_clear(facts);
    snprintf(row, sizeof row, arr >= 0 ? "{\"x\": %d, \"arr\": %d}" : "{\"x\": %d}", (int)x,
             (int)arr);
    CHECK_OK(csuccess_facts_read_json(facts, check_view(row), NULL));
    CHECK_OK(csuccess_scorer_segments(scorer, facts, 0, &members, NULL, 1, NULL));
    CHECK_OK(csuccess_accumulator_add_scored(a, scorer, NULL));
}

/* reason: the figures are counted beside what is tested. */
static void segments_overlap_pairwise(void)
{
    csuccess_config *config = compiled(NULL, NULL);
    csuccess_accumulator *a = made(config, "segments"), *b = made(config, "segments"),
                         *all = made(config, "segments");
    csuccess_scorer *scorer = NULL;
    csuccess_facts *facts = NULL;
    unsigned big = 0, low = 0, odd = 0, big_low = 0, low_odd = 0;
    double arr_low = 0, health_low = 0, health_odd = 0;
    report r;
    CHECK_OK(csuccess_scorer_new(&scorer, config, NULL, NULL));
    CHECK_OK(csuccess_facts_new(&facts, config, NULL, NULL));
    CHECK_RESULT(csuccess_accumulator_add_scored(a, scorer, NULL), CSUCCESS_EINVALID);
    uint64_t seed = 3;
    for (int i = 0; i < 500; i++) {
        int x = pick(&seed, 12), arr = pick(&seed, 5) ? pick(&seed, 200) : -1;
        score(i % 3 ? a : b, scorer, facts, arr, x);
        score(all, scorer, facts, arr, x);
        double health = x >= 10 ? 100 : x * 10;
        big += arr > 100;
        low += x < 5;
        odd += x % 2;
        big_low += arr > 100 && x < 5;
        low_odd += x < 5 && x % 2;
        if (x < 5 && arr >= 0) arr_low += arr;
        if (x < 5) health_low += health;
        if (x % 2) health_odd += health;
    }
    CHECK_OK(csuccess_accumulator_merge(a, b, NULL));
    CHECK(same_bytes(a, all));
    report_open(&r, a);
    CHECK_NUM(number(&r, "/customers"), 500, 0);
    CHECK_NUM(number(&r, "/segments/big/members"), big, 0);
    CHECK_NUM(number(&r, "/segments/low/members"), low, 0);
    CHECK_NUM(number(&r, "/segments/none/members"), 0, 0);
    CHECK_NUM(number(&r, "/segments/low/arr"), arr_low, 0);
    CHECK_NUM(number(&r, "/segments/low/health"), health_low / low, 1e-8);
    CHECK_NUM(number(&r, "/segments/odd/health"), health_odd / odd, 1e-8);
    CHECK_NUM(number(&r, "/segments/big/overlap/low"), big_low, 0);
    CHECK_NUM(number(&r, "/segments/low/overlap/big"), big_low, 0);
    CHECK_NUM(number(&r, "/segments/odd/overlap/low"), low_odd, 0);
    CHECK_NUM(number(&r, "/segments/odd/overlap/none"), 0, 0);
    csuccess__arena_free(&r.arena);
    csuccess_accumulator_free(a);
    csuccess_accumulator_free(b);
    csuccess_accumulator_free(all);
    csuccess_facts_free(facts);
    csuccess_scorer_free(scorer);
    csuccess_config_unref(config);
}

/* ---- Saved bytes ---- */

static csuccess_accumulator *some(csuccess_config *config)
{
    csuccess_accumulator *a = made(config, "journey/j");
    CHECK_OK(
        add(a, "journey",
            "{\"journey\":\"j\",\"instance\":"
            "\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\",\"event\":"
            "\"enrolled\"}"));
    CHECK_OK(add(
        a, "journey",
        "{\"journey\":\"j\",\"instance\":"
        "\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\",\"event\":"
        "\"step\",\"step\":\"b\",\"from\":\"a\",\"way\":\"next\",\"in_step_ms\":86400000}"));
    return a;
}

static void damaged_bytes_are_refused(void)
{
    csuccess_config *config = compiled(NULL, NULL);
    csuccess_accumulator *a = some(config), *b = made(config, "journey/j"),
                         *empty = made(config, "journey/j");
    csuccess_text *text = saved(a);
    csuccess_str bytes = csuccess_text_view(text);
    for (size_t n = 0; n < bytes.len; n++) {
        CHECK_RESULT(csuccess_accumulator_load(b, (csuccess_str){bytes.ptr, n}, NULL),
                     CSUCCESS_ESTATE);
        char *copy = malloc(bytes.len);
        if (!copy) abort();
        memcpy(copy, bytes.ptr, bytes.len);
        copy[n] = (char)(copy[n] ^ (1 << n % 8));
        CHECK_RESULT(csuccess_accumulator_load(b, (csuccess_str){copy, bytes.len}, NULL),
                     CSUCCESS_ESTATE);
        free(copy);
    }
    CHECK(same_bytes(b, empty));
    CHECK_OK(csuccess_accumulator_load(b, bytes, NULL));
    CHECK(same_bytes(a, b));
    csuccess_text_free(text);
    csuccess_accumulator_free(a);
    csuccess_accumulator_free(b);
    csuccess_accumulator_free(empty);
    csuccess_config_unref(config);
}

static void others_are_refused(void)
{
    csuccess_config *config = compiled(NULL, NULL),
                    *other = compiled(NULL, ", `vocabulary`: {}");
    csuccess_accumulator *a = some(config), *p = made(config, "playbook/p"),
                         *o = made(other, "journey/j");
    csuccess_accumulator *none = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_text *text = saved(a);
    CHECK_RESULT(csuccess_accumulator_load(p, csuccess_text_view(text), &err),
                 CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_accumulator_load(o, csuccess_text_view(text), &err),
                 CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_accumulator_merge(a, p, &err), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_accumulator_merge(a, o, &err), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_accumulator_merge(a, a, &err), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_accumulator_new(&none, config, check_view("journey/k"), NULL, &err),
                 CSUCCESS_ENAME);
    CHECK_RESULT(csuccess_accumulator_new(&none, config, check_view("jouney/j"), NULL, &err),
                 CSUCCESS_ENAME);
    CHECK(none == NULL);
    CHECK_RESULT(
        add(a, "journey",
            "{\"journey\":\"j\",\"event\":\"step\",\"step\":\"a\",\"instance\":\"xyz\"}"),
        CSUCCESS_ESTATE);
    CHECK_RESULT(add(a, "journey", "{\"journey\":\"j\",\"event\":\"dreamt\"}"),
                 CSUCCESS_UNCHANGED);
    CHECK_RESULT(add(a, "health", "{"), CSUCCESS_UNCHANGED);
    csuccess_text_free(text);
    csuccess_accumulator_free(a);
    csuccess_accumulator_free(p);
    csuccess_accumulator_free(o);
    csuccess_config_unref(config);
    csuccess_config_unref(other);
}

/* ---- Memory ---- */

/* reason: one life of two accumulators; each call may fail. */
static csuccess_result scenario(check_memory *memory, void *ud)
{
    csuccess_config *config = ud;
    csuccess_accumulator *a = NULL, *b = NULL;
    csuccess_text *text = NULL, *before = NULL, *after = NULL;
    uint64_t seed = 5;
    static entry entries[100];
    model m = {0};
    unsigned n =
        enroll(&m, entries, enroll(&m, entries, enroll(&m, entries, 0, &seed), &seed), &seed);
    csuccess_result r =
        csuccess_accumulator_new(&a, config, check_view("journey/j"), &memory->allocator, NULL);
    if (r >= 0) {
        r = csuccess_accumulator_new(&b, config, check_view("journey/j"), &memory->allocator,
                                     NULL);
    }
    for (unsigned i = 0; i < n && r >= 0; i++) {
        r = add(i % 2 ? a : b, "journey", entries[i].body);
        if (r >= 0) continue;
        size_t fail_at = memory->fail_at;
        memory->fail_at = 0; /* nothing was added: a retry comes to what it would have */
        CHECK_OK(add(i % 2 ? a : b, "journey", entries[i].body));
        memory->fail_at = fail_at;
    }
    if (r >= 0) r = csuccess_accumulator_save(a, &before, NULL);
    if (r >= 0) {
        r = csuccess_accumulator_merge(a, b, NULL);
        size_t fail_at = memory->fail_at;
        memory->fail_at = 0;
        if (r < 0 && CHECK_OK(csuccess_accumulator_save(a, &after, NULL))) {
            csuccess_str x = csuccess_text_view(before), y = csuccess_text_view(after);
            CHECK(x.len == y.len && memcmp(x.ptr, y.ptr, x.len) == 0);
        }
        memory->fail_at = fail_at;
    }
    if (r >= 0) r = csuccess_accumulator_save(a, &text, NULL);
    if (r >= 0) r = csuccess_accumulator_load(b, csuccess_text_view(text), NULL);
    csuccess_text_free(text);
    text = NULL;
    if (r >= 0) r = csuccess_accumulator_json(b, &text, NULL);
    csuccess_text_free(text);
    csuccess_text_free(before);
    csuccess_text_free(after);
    csuccess_accumulator_free(a);
    csuccess_accumulator_free(b);
    return r;
}

static void memory_may_be_refused_anywhere(void)
{
    csuccess_config *config = compiled(NULL, NULL);
    CHECK(check_faults(scenario, config) > 50);
    csuccess_config_unref(config);
}

CHECK_MAIN(CHECK_TEST(a_slow_model_comes_to_the_same), CHECK_TEST(parts_merge_in_any_order),
           CHECK_TEST(playbooks_count_runs_and_tasks), CHECK_TEST(segments_overlap_pairwise),
           CHECK_TEST(damaged_bytes_are_refused), CHECK_TEST(others_are_refused),
           CHECK_TEST(memory_may_be_refused_anywhere))

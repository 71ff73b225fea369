/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that share one configuration: rows, results, columns, expressions, segments, roll-ups, while references come and
   go. Each must come to what one thread alone comes to, to the byte. Public headers only; meant for the thread sanitizer. */
#include <csuccess/csuccess.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 6, ROUNDS = 3, ROWS = 300, WORDS = 1 };

static const int64_t now_ms = 1769817600000; /* 2026-01-31T00:00:00Z */
static const char *const plans[] = {"free", "team", "enterprise"};
static const char *const expressions[] = {
    "x / 2 + y",
    "plan.matches('^(team|enter)') && seen > now - duration('P30D')",
    "health.raw - churn.probability * 100",
    "segment('busy') ? upper(plan) : plan", /* an error, whose text must be the thread's own */
    "component('use') > 50 && note.contains('x')",
    "sum([x, y, 1])",
};
enum { EXPRESSIONS = sizeof expressions / sizeof expressions[0] };

static const char document[] =
    "{\"csuccess\": 1, \"name\": \"threads@1\","
    " \"attributes\": {\"x\": {\"type\": \"number\", \"min\": 0, \"max\": 100}, \"y\": "
    "{\"type\": \"number\", \"default\": 3},"
    "  \"plan\": {\"type\": \"string\", \"in\": [\"free\", \"team\", \"enterprise\"]}, "
    "\"note\": {\"type\": \"string\"},"
    "  \"seen\": {\"type\": \"time\"}, \"gone\": {\"type\": \"bool\"}, \"parent_id\": "
    "{\"type\": \"string\"}},"
    " \"metrics\": {\"ratio\": \"x / y\", \"days\": \"days_since(seen)\"},"
    " \"benchmarks\": {\"all\": {\"of\": {\"x\": {\"values\": [0, 10, 20, 50, 90]}}}},"
    " \"health\": {\"rollup\": {\"parent\": \"parent_id\", \"combine\": \"weighted_mean\", "
    "\"weight\": \"y\"},"
    "  \"profiles\": {"
    "   \"paid\": {\"when\": \"plan != 'free'\", \"score\": {\"combine\": \"weighted_mean\", "
    "\"of\": {"
    "     \"use\": {\"weight\": 2, \"value\": \"x\", \"range\": [0, 100]},"
    "     \"rank\": {\"weight\": 1, \"value\": \"percentile(x, 'all')\", \"range\": [0, 100]},"
    "     \"fresh\": {\"weight\": 1, \"value\": \"days\", \"points\": {\"upto\": [[1, 100], "
    "[30, 50]], \"else\": 0}}}},"
    "    \"modifiers\": {\"left\": {\"when\": \"gone\", \"multiply\": 0.5}},"
    "    \"bands\": {\"good\": {\"from\": 60}, \"fair\": {\"from\": 30}, \"poor\": {}},"
    "    \"trend\": {\"over\": \"P30D\", \"stable_within\": 2}, \"hysteresis\": 3},"
    "   \"other\": {\"score\": {\"value\": \"exp(-ratio / 10)\", \"points\": {\"linear\": [[0, "
    "0], [1, 100]]}},"
    "    \"bands\": {\"good\": {\"from\": 50}, \"poor\": {}}}}},"
    " \"churn\": {\"model\": {\"scorecard\": {\"combine\": \"noisy_or\", \"of\": {"
    "    \"low\": {\"weight\": 0.6, \"value\": \"1 - health.raw / 100\"}, \"left\": "
    "{\"weight\": 0.3, \"value\": \"gone\"}}}},"
    "  \"levels\": {\"high\": {\"from\": 0.5}, \"low\": {}},"
    "  \"risk_factors\": {\"left\": {\"when\": \"gone\", \"impact\": 0.4, \"say\": \"left "
    "after {{number(days, 0)}} days\"}}},"
    " \"segments\": {\"busy\": {\"when\": {\"x\": {\"gte\": 50}, \"plan\": {\"in\": [\"team\", "
    "\"enterprise\"]}}},"
    "  \"quiet\": {\"when\": {\"seen\": {\"older_than\": \"P30D\"}}}, \"noted\": {\"when\": "
    "\"note.matches('a+b|x$')\"},"
    "  \"worth_a_call\": {\"when\": \"segment('quiet') && churn.probability > 0.3\"}}}";

/* The columns of all customers; written before the threads start, then only read. */
static struct {
    double x[ROWS], y[ROWS], before[ROWS];
    int64_t seen[ROWS];
    uint8_t plan[ROWS], gone[ROWS], valid[(ROWS + 7) / 8];
} table;

/* Everything that a thread comes to, as one growing text. */
typedef struct outcome {
    char *text;
    size_t len, cap;
} outcome;

static void die(const char *what)
{
    fprintf(stderr, "%s\n", what);
    abort();
}

static void say(outcome *out, const void *bytes, size_t len)
{
    if (out->len + len > out->cap) {
        out->cap = 2 * (out->len + len);
        out->text = realloc(out->text, out->cap);
        if (!out->text) die("out of memory");
    }
    if (len > 0) memcpy(out->text + out->len, bytes, len);
    out->len += len;
}

static void say_str(outcome *out, csuccess_str text)
{
    say(out, text.ptr, text.len);
    say(out, "\n", 1);
}

static void expect(csuccess_result result, const csuccess_error *err, const char *what)
{
    if (result >= 0) return;
    fprintf(stderr, "%s: %s: %s\n", what, csuccess_result_name(result), err->message);
    abort();
}

static csuccess_str text_of(const char *text)
{
    csuccess_str view = {text, strlen(text)};
    return view;
}

static void fill_table(void)
{
    for (size_t i = 0; i < ROWS; i++) {
        table.x[i] = (double)(i * 37 % 101);
        table.y[i] = (double)(i % 7); /* 0: a division by zero */
        table.before[i] = (double)(i * 13 % 97);
        table.seen[i] = now_ms - (int64_t)(i * 7 % 90) * 43200000;
        table.plan[i] = (uint8_t)(i % 3);
        table.gone[i] = i % 5 == 0;
        if (i % 4) table.valid[i / 8] = (uint8_t)(table.valid[i / 8] | 1u << i % 8);
    }
}

static void set_customer(csuccess_facts *facts, size_t i)
{
    char note[16];
    csuccess_facts_clear(facts);
    csuccess_facts_set_number(facts, CSUCCESS_STR("x"), table.x[i]);
    if (i % 4) csuccess_facts_set_number(facts, CSUCCESS_STR("y"), table.y[i]);
    csuccess_facts_set_string(facts, CSUCCESS_STR("plan"), text_of(plans[table.plan[i]]));
    csuccess_facts_set_time(facts, CSUCCESS_STR("seen"), table.seen[i]);
    csuccess_facts_set_bool(facts, CSUCCESS_STR("gone"), table.gone[i]);
    csuccess_facts_set_number(facts, CSUCCESS_STR("score_30d_ago"), table.before[i]);
    snprintf(note, sizeof note, "%.*sb%s", (int)(i % 6), "aaaaaa", i % 3 ? "x" : "");
    csuccess_facts_set_string(facts, CSUCCESS_STR("note"), text_of(note));
}

static void score_row(csuccess_scorer *scorer, const csuccess_facts *facts, outcome *out)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_score score = CSUCCESS_SCORE_INIT;
    csuccess_str json;
    uint64_t members[WORDS], open[WORDS];
    expect(csuccess_scorer_run(scorer, facts, now_ms, &score, &err), &err, "run");
    say(out, &score.raw, sizeof score.raw);
    say_str(out, score.status);
    expect(csuccess_scorer_explain(scorer, facts, now_ms, &score, &err), &err, "explain");
    expect(csuccess_scorer_json(scorer, &json, &err), &err, "json");
    say_str(out, json);
    expect(csuccess_scorer_segments(scorer, facts, now_ms, members, open, WORDS, &err), &err,
           "segments");
    say(out, members, sizeof members);
    say(out, open, sizeof open);
}

static void evaluate(csuccess_scorer *scorer, const csuccess_facts *facts, outcome *out)
{
    for (size_t i = 0; i < EXPRESSIONS; i++) {
        csuccess_error err = CSUCCESS_ERROR_INIT;
        csuccess_str value = {NULL, 0}, open = {NULL, 0};
        csuccess_result result = csuccess_scorer_eval(
            scorer, facts, now_ms, text_of(expressions[i]), &value, &open, &err);
        say(out, &result, sizeof result);
        say_str(out, result < 0 ? text_of(err.message) : value);
        if (result >= 0) say_str(out, open);
    }
}

static void score_rows(csuccess_config *config, csuccess_scorer *scorer, outcome *out)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_facts *facts;
    expect(csuccess_facts_new(&facts, config, NULL, &err), &err, "facts");
    for (size_t i = 0; i < ROWS; i++) {
        set_customer(facts, i);
        score_row(scorer, facts, out);
        if (i % 50 == 0) evaluate(scorer, facts, out);
    }
    csuccess_facts_free(facts);
}

/* A parent over the first customers, and what the cohorts make of them. */
static void gather(csuccess_config *config, csuccess_scorer *scorer, outcome *out)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_facts *facts;
    csuccess_rollup *rollup;
    csuccess_cohorts *cohorts;
    csuccess_text *benchmarks;
    csuccess_rollup_result parent = CSUCCESS_ROLLUP_RESULT_INIT;
    expect(csuccess_facts_new(&facts, config, NULL, &err), &err, "facts");
    expect(csuccess_rollup_new(&rollup, config, NULL, &err), &err, "rollup");
    expect(csuccess_cohorts_new(&cohorts, config, NULL, &err), &err, "cohorts");
    for (size_t i = 0; i < 60; i++) {
        csuccess_score score = CSUCCESS_SCORE_INIT;
        csuccess_rollup_member child = CSUCCESS_ROLLUP_MEMBER_INIT;
        set_customer(facts, i);
        expect(csuccess_scorer_run(scorer, facts, now_ms, &score, &err), &err, "run");
        child.present = (score.present & CSUCCESS_SCORE_VALUE ? CSUCCESS_ROLLUP_SCORE : 0) |
                        (score.present & CSUCCESS_SCORE_WEIGHT ? CSUCCESS_ROLLUP_WEIGHT : 0);
        child.score = score.raw;
        child.weight = score.weight;
        expect(csuccess_rollup_add(rollup, &child, &err), &err, "child");
        expect(csuccess_cohorts_add(cohorts, facts, now_ms, &err), &err, "cohort");
    }
    expect(csuccess_rollup_finish(rollup, &parent, &err), &err, "parent");
    expect(csuccess_cohorts_json(&benchmarks, cohorts, &err), &err, "benchmarks");
    say(out, &parent.score, sizeof parent.score);
    say_str(out, csuccess_text_view(benchmarks));
    csuccess_text_free(benchmarks);
    csuccess_cohorts_free(cohorts);
    csuccess_rollup_free(rollup);
    csuccess_facts_free(facts);
}

static uint32_t slot_of(const csuccess_config *config, const char *name)
{
    uint32_t slot = 0;
    if (csuccess_config_slot(config, text_of(name), &slot) < 0) die(name);
    return slot;
}

static void bind(const csuccess_config *config, csuccess_columns *columns)
{
    csuccess_str words[] = {text_of(plans[0]), text_of(plans[1]), text_of(plans[2])};
    csuccess_result bound[] = {
        csuccess_columns_bind_f64(columns, slot_of(config, "x"), table.x, NULL),
        csuccess_columns_bind_f64(columns, slot_of(config, "y"), table.y, table.valid),
        csuccess_columns_bind_f64(columns, slot_of(config, "score_30d_ago"), table.before,
                                  NULL),
        csuccess_columns_bind_i64(columns, slot_of(config, "seen"), table.seen, NULL),
        csuccess_columns_bind_u8(columns, slot_of(config, "gone"), table.gone, NULL),
        csuccess_columns_bind_dictionary(columns, slot_of(config, "plan"), table.plan, 1, words,
                                         3, NULL),
    };
    for (size_t i = 0; i < sizeof bound / sizeof bound[0]; i++) {
        if (bound[i] < 0) die(csuccess_result_name(bound[i]));
    }
}

/* `shared` columns were bound before the threads started and are read by all of them. */
static void score_columns(csuccess_scorer *scorer, const csuccess_columns *columns,
                          outcome *out)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    double raw[ROWS], probability[ROWS];
    uint8_t status[ROWS], level[ROWS], members[4][(ROWS + 7) / 8] = {{0}};
    uint8_t *const segments[] = {members[0], members[1], members[2], members[3]};
    uint64_t sizes[4] = {0};
    csuccess_column_results results = CSUCCESS_COLUMN_RESULTS_INIT;
    results.raw = raw;
    results.probability = probability;
    results.status = status;
    results.level = level;
    results.segments = segments;
    results.segment_sizes = sizes;
    expect(csuccess_scorer_columns(scorer, columns, 0, ROWS, now_ms, &results, &err), &err,
           "columns");
    say(out, raw, sizeof raw);
    say(out, probability, sizeof probability);
    say(out, status, sizeof status);
    say(out, level, sizeof level);
    say(out, members, sizeof members);
    say(out, sizes, sizeof sizes);
}

typedef struct worker {
    csuccess_config *config; /* a reference of its own, which the worker gives back */
    const csuccess_columns *shared;
    outcome out;
} worker;

static void *work(void *ud)
{
    worker *self = ud;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    for (int round = 0; round < ROUNDS; round++) {
        csuccess_config *config = csuccess_config_ref(self->config);
        csuccess_scorer *scorer;
        csuccess_columns *own;
        expect(csuccess_scorer_new(&scorer, config, NULL, &err), &err, "scorer");
        expect(csuccess_columns_new(&own, config, ROWS, NULL, &err), &err, "columns");
        bind(config, own);
        csuccess_config_unref(config); /* the scorer and the columns keep it */
        score_rows(self->config, scorer, &self->out);
        gather(self->config, scorer, &self->out);
        score_columns(scorer, own, &self->out);
        score_columns(scorer, self->shared, &self->out);
        say_str(&self->out, csuccess_config_hash(self->config));
        csuccess_columns_free(own);
        csuccess_scorer_free(scorer);
    }
    csuccess_config_unref(self->config);
    return NULL;
}

/* Nothing but taking and giving back, beside the others. */
static void *churn_references(void *ud)
{
    csuccess_config *config = ud;
    for (int i = 0; i < 20000; i++) csuccess_config_unref(csuccess_config_ref(config));
    csuccess_config_unref(config);
    return NULL;
}

static csuccess_config *compile(void)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config;
    expect(csuccess_config_compile(&config, text_of(document), NULL, &err), &err, err.pointer);
    return config;
}

static pthread_t start(void *(*run)(void *), void *ud)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, ud) != 0) die("no thread");
    return thread;
}

static int compare(const worker *workers)
{
    int bad = 0;
    for (int i = 1; i <= THREADS; i++) {
        const outcome *one = &workers[i].out, *alone = &workers[0].out;
        bool same = one->len == alone->len && memcmp(one->text, alone->text, one->len) == 0;
        if (!same) fprintf(stderr, "thread %d came to something else\n", i);
        bad += !same;
    }
    return bad;
}

int main(void)
{
    static worker workers[THREADS + 1]; /* the first works alone, as the measure */
    pthread_t threads[THREADS], referrer;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_columns *shared;
    csuccess_config *config = compile();
    fill_table();
    expect(csuccess_columns_new(&shared, config, ROWS, NULL, &err), &err, "columns");
    bind(config, shared);
    for (int i = 0; i <= THREADS; i++) {
        workers[i].config = csuccess_config_ref(config);
        workers[i].shared = shared;
    }
    work(&workers[0]);
    referrer = start(churn_references, csuccess_config_ref(config));
    for (int i = 0; i < THREADS; i++) threads[i] = start(work, &workers[i + 1]);
    csuccess_config_unref(config); /* the threads keep it; whoever is last frees it */
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    pthread_join(referrer, NULL);
    csuccess_columns_free(shared);
    int bad = compare(workers);
    printf("%d threads, %zu bytes each\n", THREADS, workers[0].out.len);
    for (int i = 0; i <= THREADS; i++) free(workers[i].out.text);
    return bad ? 1 : 0;
}

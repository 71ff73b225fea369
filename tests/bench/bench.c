/* SPDX-License-Identifier: Apache-2.0 */
/* The library against the rules and the profile written by hand, in one run, round by round. Prints a JSON line
   per figure; run.py makes the table. bench DATA VECTORS SCRATCH LONG_ROWS ROWS */
#include "bench.h"

#include <csuccess/csuccess.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 5, PREPARED = 4096, REPEAT = 16 };

#define NOW_MS INT64_C(1769817600000) /* 2026-01-31T00:00:00Z */

static void must(csuccess_result result, const csuccess_error *err)
{
    if (result >= 0) return;
    fprintf(stderr, "bench: %s at %s\n", err->message, err->pointer);
    exit(1);
}

static void say(const char *work, const char *who, double rows, double seconds)
{
    printf("{\"work\": \"%s\", \"who\": \"%s\", \"rows\": %.0f, \"seconds\": %.9f}\n", work,
           who, rows, seconds);
    fflush(stdout);
}

static char *read_file(const char *dir, const char *name, size_t *len)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    char *text = NULL;
    size_t used = 0, got;
    do {
        text = realloc(text, used + 65537);
        if (!text) abort();
        got = fread(text + used, 1, 65536, file);
        used += got;
    } while (got > 0);
    fclose(file);
    text[used] = '\0';
    *len = used;
    return text;
}

static void *room(size_t n, size_t bytes)
{
    void *block = calloc(n + 1, bytes);
    if (!block) abort();
    memset(block, 1, n * bytes); /* pages are there before the clock runs */
    return block;
}

static uint32_t slot(const csuccess_config *config, const char *name)
{
    uint32_t at = 0;
    csuccess_str view = {name, strlen(name)};
    if (csuccess_config_slot(config, view, &at) < 0) {
        fprintf(stderr, "bench: no input %s\n", name);
        exit(1);
    }
    return at;
}

/* ---- Compiling ---- */

static char *document(const char *dir)
{
    size_t len = 0;
    char *text = read_file(dir, "segments100.json", &len);
    if (!text) {
        fprintf(stderr, "bench: no segments100.json in %s\n", dir);
        exit(1);
    }
    return text;
}

static csuccess_config *compile(const char *dir)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    char *text = document(dir);
    csuccess_str view = {text, strlen(text)};
    csuccess_config *config = NULL;
    double times[21];
    for (size_t i = 0; i < 21; i++) {
        csuccess_config_unref(config);
        double start = bench_now();
        must(csuccess_config_compile(&config, view, NULL, &err), &err);
        times[i] = bench_now() - start;
    }
    say("compile segments100.json", "csuccess", 1, bench_median(times, 21));
    free(text);
    return config;
}

/* The same without the five segments that have regular expressions, which stand last. */
static csuccess_config *compile_plain(const char *dir)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    char *text = document(dir);
    char *cut = strstr(text, "\"s95\"");
    while (cut && cut > text && *cut != ',') cut--;
    if (!cut || cut == text) exit(1);
    memcpy(cut, "}}", 3);
    csuccess_str view = {text, strlen(text)};
    csuccess_config *config = NULL;
    must(csuccess_config_compile(&config, view, NULL, &err), &err);
    free(text);
    return config;
}

/* ---- The health profile over columns ---- */

typedef struct score_arrays {
    double *score, *raw;
    uint8_t *status, *trend;
} score_arrays;

static score_arrays arrays(size_t n)
{
    score_arrays a = {room(n, 8), room(n, 8), room(n, 1), room(n, 1)};
    return a;
}

static void free_arrays(score_arrays *a)
{
    free(a->score);
    free(a->raw);
    free(a->status);
    free(a->trend);
}

static csuccess_columns *score_columns(csuccess_config *config, const bench_people *people)
{
    static const char *const names[] = {"adoption",  "engagement", "relationship",
                                        "financial", "support",    "previous_score"};
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_columns *in;
    must(csuccess_columns_new(&in, config, people->long_rows, NULL, &err), &err);
    for (size_t k = 0; k < BENCH_DOUBLES; k++) {
        must(csuccess_columns_bind_f64(in, slot(config, names[k]), people->scores[k], NULL),
             &err);
    }
    must(csuccess_columns_bind_i32(in, slot(config, "days_to_renewal"), people->renewal, NULL),
         &err);
    must(csuccess_columns_bind_u8(in, slot(config, "escalation"), people->escalation, NULL),
         &err);
    must(csuccess_columns_bind_u8(in, slot(config, "champion_left"), people->champion_left,
                                  NULL),
         &err);
    return in;
}

/* The library rounds to nine decimals before bands and trend, the reference does not. */
static void compare_scores(const bench_people *people, const score_arrays *by_hand,
                           const score_arrays *ours)
{
    size_t differ = 0;
    for (size_t i = 0; i < people->long_rows; i++) {
        double s = by_hand->raw[i], q = s - people->scores[5][i];
        int edge = fabs(s - 80) < 1e-8 || fabs(s - 60) < 1e-8 || fabs(fabs(q) - 5) < 1e-8;
        differ += fabs(s - ours->raw[i]) > 1e-9 ||
                  (!edge && (by_hand->status[i] != ours->status[i] ||
                             by_hand->trend[i] + 1 != ours->trend[i]));
    }
    printf("{\"check\": \"scores\", \"differ\": %zu}\n", differ);
}

static void bench_scores(csuccess_config *config, const bench_people *people)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    size_t n = people->long_rows;
    csuccess_scorer *scorer;
    must(csuccess_scorer_new(&scorer, config, NULL, &err), &err);
    csuccess_columns *in = score_columns(config, people);
    score_arrays by_hand = arrays(n), ours = arrays(n);
    double times[3][ROUNDS];
    for (size_t round = 0; round < ROUNDS; round++) {
        csuccess_column_results out = CSUCCESS_COLUMN_RESULTS_INIT;
        out.raw = ours.raw;
        out.status = ours.status;
        out.trend = ours.trend;
        double start = bench_now();
        reference_score(people, by_hand.raw, by_hand.status, by_hand.trend);
        times[0][round] = bench_now() - start;
        start = bench_now();
        must(csuccess_scorer_columns(scorer, in, 0, n, NOW_MS, &out, &err), &err);
        times[1][round] = bench_now() - start;
        out.score = ours.score;
        start = bench_now();
        must(csuccess_scorer_columns(scorer, in, 0, n, NOW_MS, &out, &err), &err);
        times[2][round] = bench_now() - start;
    }
    compare_scores(people, &by_hand, &ours);
    say("health profile, columns", "reference", (double)n, bench_median(times[0], ROUNDS));
    say("health profile, columns", "csuccess", (double)n, bench_median(times[1], ROUNDS));
    say("health profile, columns", "csuccess with displayed score", (double)n,
        bench_median(times[2], ROUNDS));
    free_arrays(&by_hand);
    free_arrays(&ours);
    csuccess_columns_free(in);
    csuccess_scorer_free(scorer);
}

/* ---- Conditions over columns ---- */

static csuccess_columns *condition_columns(csuccess_config *config, const bench_people *people,
                                           size_t rows, int doubles)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_columns *in;
    must(csuccess_columns_new(&in, config, rows, NULL, &err), &err);
    for (size_t k = 0; k < BENCH_NUMBERS; k++) {
        uint32_t at = slot(config, bench_number_names[k]);
        must(doubles ? csuccess_columns_bind_f64(in, at, people->doubles[k], NULL)
                     : csuccess_columns_bind_i32(in, at, people->numbers[k], NULL),
             &err);
    }
    for (size_t k = 0; k < BENCH_FLAGS; k++) {
        must(csuccess_columns_bind_u8(in, slot(config, bench_flag_names[k]), people->flags[k],
                                      NULL),
             &err);
    }
    for (size_t k = 0; k < BENCH_CATEGORIES; k++) {
        uint32_t count;
        csuccess_str words[16];
        const char *const *list = bench_words(k, &count);
        for (uint32_t i = 0; i < count; i++)
            words[i] = (csuccess_str){list[i], strlen(list[i])};
        must(csuccess_columns_bind_dictionary(in, slot(config, bench_category_names[k]),
                                              people->categories[k], 1, words, count, NULL),
             &err);
    }
    must(csuccess_columns_bind_utf8(in, slot(config, "subject"), people->offsets,
                                    people->subjects, NULL),
         &err);
    return in;
}

static double run_conditions(csuccess_scorer *scorer, const csuccess_columns *in, size_t rows,
                             uint64_t *members)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_column_results out = CSUCCESS_COLUMN_RESULTS_INIT;
    memset(members, 0, BENCH_RULES * sizeof *members);
    out.segment_sizes = members;
    double start = bench_now();
    must(csuccess_scorer_columns(scorer, in, 0, rows, NOW_MS, &out, &err), &err);
    return bench_now() - start;
}

static double run_by_hand(const bench_people *people, size_t rules, uint64_t *members)
{
    memset(members, 0, BENCH_RULES * sizeof *members);
    double start = bench_now();
    reference_columns(people, people->rows, rules, members);
    return bench_now() - start;
}

static void print_members(csuccess_config *config, const csuccess_columns *in,
                          csuccess_scorer *scorer, size_t rows)
{
    uint64_t members[BENCH_RULES];
    run_conditions(scorer, in, rows, members);
    printf("{\"members\": %zu, \"of\": {", rows);
    for (uint32_t i = 0; i < csuccess_config_segments(config); i++) {
        csuccess_str id;
        csuccess_config_segment(config, i, &id);
        printf("%s\"%.*s\": %llu", i ? ", " : "", (int)id.len, id.ptr,
               (unsigned long long)members[i]);
    }
    printf("}}\n");
}

static void bench_conditions(csuccess_config *config, const bench_people *people)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_scorer *scorer;
    must(csuccess_scorer_new(&scorer, config, NULL, &err), &err);
    csuccess_columns *whole = condition_columns(config, people, people->rows, 0);
    csuccess_columns *doubles = condition_columns(config, people, people->rows, 1);
    double times[3][ROUNDS];
    uint64_t ours[BENCH_RULES], by_hand[BENCH_RULES];
    for (size_t round = 0; round < ROUNDS; round++) {
        times[0][round] = run_by_hand(people, BENCH_RULES, by_hand);
        times[1][round] = run_conditions(scorer, whole, people->rows, ours);
        times[2][round] = run_conditions(scorer, doubles, people->rows, ours);
    }
    const char *work = "100 conditions, columns";
    double n = (double)people->rows;
    printf("{\"check\": \"members against the reference\", \"differ\": %d}\n",
           memcmp(ours, by_hand, sizeof ours) != 0);
    say(work, "reference", n, bench_median(times[0], ROUNDS));
    say(work, "csuccess", n, bench_median(times[1], ROUNDS));
    say(work, "csuccess, numbers as double", n, bench_median(times[2], ROUNDS));
    static const size_t sizes[] = {10000, 100000, 1000000};
    for (size_t i = 0; i < 3; i++) {
        if (sizes[i] <= people->rows) print_members(config, whole, scorer, sizes[i]);
    }
    csuccess_columns_free(whole);
    csuccess_columns_free(doubles);
    csuccess_scorer_free(scorer);
}

static void bench_plain_conditions(csuccess_config *config, const bench_people *people)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_scorer *scorer;
    must(csuccess_scorer_new(&scorer, config, NULL, &err), &err);
    csuccess_columns *in = condition_columns(config, people, people->rows, 0);
    double times[2][ROUNDS];
    uint64_t ours[BENCH_RULES], by_hand[BENCH_RULES];
    for (size_t round = 0; round < ROUNDS; round++) {
        times[0][round] = run_by_hand(people, BENCH_PLAIN_RULES, by_hand);
        times[1][round] = run_conditions(scorer, in, people->rows, ours);
    }
    double n = (double)people->rows;
    say("95 without regex, columns", "reference", n, bench_median(times[0], ROUNDS));
    say("95 without regex, columns", "csuccess", n, bench_median(times[1], ROUNDS));
    csuccess_columns_free(in);
    csuccess_scorer_free(scorer);
}

/* ---- Conditions over rows ---- */

static csuccess_facts *facts_of(csuccess_config *config, const bench_people *people, size_t row)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_facts *facts;
    must(csuccess_facts_new(&facts, config, NULL, &err), &err);
    for (size_t k = 0; k < BENCH_NUMBERS; k++) {
        must(csuccess_facts_put_number(facts, slot(config, bench_number_names[k]),
                                       people->doubles[k][row]),
             &err);
    }
    for (size_t k = 0; k < BENCH_FLAGS; k++) {
        must(csuccess_facts_put_bool(facts, slot(config, bench_flag_names[k]),
                                     people->flags[k][row]),
             &err);
    }
    for (size_t k = 0; k < BENCH_CATEGORIES; k++) {
        uint32_t count;
        const char *word = bench_words(k, &count)[people->categories[k][row]];
        csuccess_str view = {word, strlen(word)};
        must(csuccess_facts_put_string(facts, slot(config, bench_category_names[k]), view),
             &err);
    }
    csuccess_str subject = {people->subjects + people->offsets[row],
                            (size_t)(people->offsets[row + 1] - people->offsets[row])};
    must(csuccess_facts_put_string(facts, slot(config, "subject"), subject), &err);
    return facts;
}

static void bench_rules_rows(csuccess_config *config, const bench_people *people)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_scorer *scorer;
    must(csuccess_scorer_new(&scorer, config, NULL, &err), &err);
    static csuccess_facts *facts[PREPARED];
    static uint64_t by_hand[PREPARED][2], ours[PREPARED][2];
    for (size_t i = 0; i < PREPARED; i++) facts[i] = facts_of(config, people, i);
    bench_rows *rows = bench_rows_new(PREPARED);
    double times[2][ROUNDS];
    for (size_t round = 0; round < ROUNDS; round++) {
        double start = bench_now();
        for (size_t k = 0; k < REPEAT; k++) reference_rows(rows, PREPARED, by_hand);
        times[0][round] = bench_now() - start;
        start = bench_now();
        for (size_t i = 0; i < (size_t)PREPARED * REPEAT; i++) {
            size_t at = i % PREPARED;
            must(csuccess_scorer_segments(scorer, facts[at], NOW_MS, ours[at], NULL, 2, &err),
                 &err);
        }
        times[1][round] = bench_now() - start;
    }
    double n = (double)PREPARED * REPEAT;
    printf("{\"check\": \"members row by row\", \"differ\": %d}\n",
           memcmp(ours, by_hand, sizeof ours) != 0);
    say("100 conditions, rows", "reference", n, bench_median(times[0], ROUNDS));
    say("100 conditions, rows", "csuccess", n, bench_median(times[1], ROUNDS));
    for (size_t i = 0; i < PREPARED; i++) csuccess_facts_free(facts[i]);
    bench_rows_free(rows);
    csuccess_scorer_free(scorer);
}

/* ---- One customer at a time: the preset enterprise ---- */

static size_t allocations; /* through the counting allocator */

static void *count_alloc(void *ud, size_t bytes)
{
    (void)ud;
    allocations++;
    return malloc(bytes);
}
static void *count_resize(void *ud, void *block, size_t old_bytes, size_t new_bytes)
{
    (void)ud;
    (void)old_bytes;
    allocations++;
    return realloc(block, new_bytes);
}
static void count_release(void *ud, void *block, size_t bytes)
{
    (void)ud;
    (void)bytes;
    free(block);
}

/* Prepared rows from JSON Lines; how many. */
static size_t prepare(csuccess_config *config, char *text, csuccess_facts **facts)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    size_t n = 0;
    for (char *line = text; *line && n < PREPARED; n++) {
        char *end = strchr(line, '\n');
        csuccess_str json = {line, end ? (size_t)(end - line) : strlen(line)};
        must(csuccess_facts_new(&facts[n], config, NULL, &err), &err);
        must(csuccess_facts_read_json(facts[n], json, &err), &err);
        line = end ? end + 1 : line + json.len;
    }
    return n;
}

/* Seconds for a pass over the prepared rows: 0 the score, 1 the explanation too, 2 and its JSON. */
static double pass(csuccess_scorer *scorer, csuccess_facts **facts, size_t n, int how)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_str json;
    double start = bench_now();
    for (size_t i = 0; i < n; i++) {
        csuccess_score score = CSUCCESS_SCORE_INIT;
        must(how == 0 ? csuccess_scorer_run(scorer, facts[i], NOW_MS, &score, &err)
                      : csuccess_scorer_explain(scorer, facts[i], NOW_MS, &score, &err),
             &err);
        if (how == 2) must(csuccess_scorer_json(scorer, &json, &err), &err);
    }
    return bench_now() - start;
}

static void bench_enterprise(const char *vectors)
{
    static const char *const names[] = {"csuccess, score", "csuccess, explained",
                                        "csuccess, explained as JSON"};
    csuccess_error err = CSUCCESS_ERROR_INIT;
    size_t len;
    char *text = read_file(vectors, "enterprise.customers.jsonl", &len);
    if (!text) return;
    const csuccess_allocator counting = {.size = sizeof counting,
                                         .alloc = count_alloc,
                                         .resize = count_resize,
                                         .release = count_release};
    csuccess_config *config;
    must(csuccess_config_compile(
             &config, CSUCCESS_STR("{\"csuccess\":1,\"extends\":\"enterprise\"}"), NULL, &err),
         &err);
    csuccess_scorer *scorer;
    must(csuccess_scorer_new(&scorer, config, &counting, &err), &err);
    static csuccess_facts *facts[PREPARED];
    size_t n = prepare(config, text, facts);
    for (int how = 0; how < 3; how++) {
        double times[101];
        pass(scorer, facts, n, how);
        allocations = 0;
        for (size_t i = 0; i < 101; i++) times[i] = pass(scorer, facts, n, how);
        say("enterprise, one customer", names[how], (double)n, bench_median(times, 101));
        printf("{\"allocations\": %zu, \"of\": \"%s\"}\n", allocations, names[how]);
    }
    for (size_t i = 0; i < n; i++) csuccess_facts_free(facts[i]);
    csuccess_scorer_free(scorer);
    csuccess_config_unref(config);
    free(text);
}

/* ---- The customers as files, for numpy and DuckDB ---- */

static void dump(const char *dir, const char *name, const void *data, size_t bytes)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.bin", dir, name);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, bytes, file) != bytes || fclose(file) != 0) {
        fprintf(stderr, "bench: cannot write %s\n", path);
        exit(1);
    }
}

static void dump_people(const char *dir, const bench_people *people)
{
    static const char *const names[] = {"adoption",  "engagement", "relationship",
                                        "financial", "support",    "prev_score"};
    size_t n = people->rows;
    for (size_t k = 0; k < BENCH_DOUBLES; k++) dump(dir, names[k], people->scores[k], n * 8);
    for (size_t k = 0; k < BENCH_NUMBERS; k++) {
        dump(dir, bench_number_names[k], people->numbers[k], n * 4);
    }
    for (size_t k = 0; k < BENCH_FLAGS; k++)
        dump(dir, bench_flag_names[k], people->flags[k], n);
    for (size_t k = 0; k < BENCH_CATEGORIES; k++) {
        dump(dir, bench_category_names[k], people->categories[k], n);
    }
    dump(dir, "subject.offsets", people->offsets, (n + 1) * 4);
    dump(dir, "subject", people->subjects, (size_t)people->offsets[n]);
}

int main(int argc, char **argv)
{
    if (argc < 6) {
        fprintf(stderr, "usage: bench DATA VECTORS SCRATCH LONG_ROWS ROWS\n");
        return 2;
    }
    size_t long_rows = strtoull(argv[4], NULL, 10), rows = strtoull(argv[5], NULL, 10);
    if (rows < PREPARED || long_rows < rows) {
        fprintf(stderr, "bench: at least %d rows, and LONG_ROWS not fewer\n", PREPARED);
        return 2;
    }
    reference_start();
    csuccess_config *config = compile(argv[1]), *plain = compile_plain(argv[1]);
    bench_enterprise(argv[2]);
    bench_people *people = bench_people_new(rows, long_rows);
    bench_rules_rows(config, people);
    bench_conditions(config, people);
    bench_plain_conditions(plain, people);
    bench_scores(config, people);
    dump_people(argv[3], people);
    bench_people_free(people);
    csuccess_config_unref(plain);
    csuccess_config_unref(config);
    return 0;
}

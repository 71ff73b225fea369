/* SPDX-License-Identifier: Apache-2.0 */
/* The hundred segments after one attribute of a customer has changed, against asking all of them: segments DATA. */
#include "bench.h"

#include <csuccess/csuccess.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdbool.h>
#include <string.h>

enum {
    ROUNDS = 5,
    PREPARED = 256, /* customers that are at hand, as those are that just changed */
    REPEAT = 400,
    CHECKED = 100000,
    WORDS = 2,
    ATTRIBUTES = BENCH_DOUBLES + BENCH_NUMBERS + BENCH_FLAGS + BENCH_CATEGORIES + 1
};
#define NOW_MS INT64_C(1767225600000)

typedef struct bench {
    csuccess_config *config;
    csuccess_scorer *scorer;
    bench_people *people;
    uint32_t slots[ATTRIBUTES];
    size_t read[ATTRIBUTES], read_count; /* those that segments ask for */
} bench;

static void must(csuccess_result result, const char *what)
{
    if (result >= 0) return;
    fprintf(stderr, "segments: %s: %s\n", what, csuccess_result_text(result));
    exit(1);
}

static csuccess_str view(const char *text)
{
    return (csuccess_str){text, strlen(text)};
}

static const char *name_of(size_t k)
{
    static const char *const scores[BENCH_DOUBLES] = {"adoption",  "engagement", "relationship",
                                                      "financial", "support",    "prev_score"};
    if (k < BENCH_DOUBLES) return scores[k];
    k -= BENCH_DOUBLES;
    if (k < BENCH_NUMBERS) return bench_number_names[k];
    k -= BENCH_NUMBERS;
    if (k < BENCH_FLAGS) return bench_flag_names[k];
    k -= BENCH_FLAGS;
    return k < BENCH_CATEGORIES ? bench_category_names[k] : "subject";
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || c == '_';
}

/* Whether conditions name it. */
static bool names(const char *conditions, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = strstr(conditions, name); at; at = strstr(at + len, name)) {
        if (!is_letter(at[-1]) && !is_letter(at[len])) return true;
    }
    return false;
}

/* The attributes, and which of them segments ask for: a change of another one is nothing to look at. */
static void find_attributes(bench *b, const char *document)
{
    const char *conditions = strstr(document, "\"segments\"");
    if (!conditions) must(CSUCCESS_EINVALID, "a document without segments");
    for (size_t k = 0; k < ATTRIBUTES; k++) {
        must(csuccess_config_slot(b->config, view(name_of(k)), &b->slots[k]), name_of(k));
        if (names(conditions, name_of(k))) b->read[b->read_count++] = k;
    }
}

/* Attribute k of customer i. */
static void put(const bench *b, csuccess_facts *facts, size_t k, size_t i)
{
    const bench_people *p = b->people;
    uint32_t slot = b->slots[k], count;
    if (k < BENCH_DOUBLES) {
        must(csuccess_facts_put_number(facts, slot, p->scores[k][i]), "number");
        return;
    }
    k -= BENCH_DOUBLES;
    if (k < BENCH_NUMBERS) {
        must(csuccess_facts_put_number(facts, slot, p->numbers[k][i]), "number");
        return;
    }
    k -= BENCH_NUMBERS;
    if (k < BENCH_FLAGS) {
        must(csuccess_facts_put_bool(facts, slot, p->flags[k][i]), "flag");
        return;
    }
    k -= BENCH_FLAGS;
    csuccess_str text = {p->subjects + p->offsets[i],
                         (size_t)(p->offsets[i + 1] - p->offsets[i])};
    if (k < BENCH_CATEGORIES) text = view(bench_words(k, &count)[p->categories[k][i]]);
    must(csuccess_facts_put_string(facts, slot, text), "text");
}

static void put_all(const bench *b, csuccess_facts *facts, size_t i)
{
    for (size_t k = 0; k < ATTRIBUTES; k++) put(b, facts, k, i);
}

static void say(const char *who, double seconds, const char *more)
{
    printf(
        "{\"work\": \"100 segments, one attribute changed\", \"who\": \"%s\", \"rows\": %.0f, "
        "\"seconds\": %.9f%s}\n",
        who, (double)PREPARED * REPEAT, seconds, more);
}

/* Every customer changes one attribute after another; how many of them are then told wrong. */
static size_t check(const bench *b)
{
    size_t differ = 0;
    csuccess_facts *facts;
    must(csuccess_facts_new(&facts, b->config, NULL, NULL), "facts");
    for (size_t i = 0; i < CHECKED; i++) {
        uint64_t all[WORDS], open[WORDS];
        csuccess_membership *m;
        must(csuccess_membership_new(&m, b->config, NULL, NULL), "membership");
        put_all(b, facts, i);
        must(csuccess_scorer_membership(b->scorer, facts, NOW_MS, m, NULL, 0, NULL), "first");
        for (size_t n = 0; n < 3; n++) {
            size_t k = (i + n * 11) % ATTRIBUTES;
            put(b, facts, k, (i * 7 + n * 13 + 1) % CHECKED);
            must(csuccess_scorer_membership(b->scorer, facts, NOW_MS, m, &b->slots[k], 1, NULL),
                 "again");
        }
        must(csuccess_scorer_segments(b->scorer, facts, NOW_MS, all, open, WORDS, NULL), "all");
        differ += memcmp(csuccess_membership_members(m), all, sizeof all) != 0 ||
                  memcmp(csuccess_membership_undecided(m), open, sizeof open) != 0;
        csuccess_membership_free(m);
    }
    csuccess_facts_free(facts);
    return differ;
}

static csuccess_facts *before[PREPARED], *after[PREPARED];
static csuccess_membership *members[PREPARED];

static double time_all(const bench *b, uint64_t *sum)
{
    uint64_t bits[WORDS], open[WORDS];
    double start = bench_now();
    for (size_t r = 0; r < REPEAT; r++) {
        for (size_t i = 0; i < PREPARED; i++) {
            const csuccess_facts *facts = r % 2 ? before[i] : after[i];
            must(csuccess_scorer_segments(b->scorer, facts, NOW_MS, bits, open, WORDS, NULL),
                 "all");
            *sum += bits[0] ^ bits[1];
        }
    }
    return bench_now() - start;
}

static double time_changed(const bench *b, uint64_t *sum)
{
    double start = bench_now();
    for (size_t r = 0; r < REPEAT; r++) {
        for (size_t i = 0; i < PREPARED; i++) {
            const csuccess_facts *facts = r % 2 ? before[i] : after[i];
            must(csuccess_scorer_membership(b->scorer, facts, NOW_MS, members[i],
                                            &b->slots[b->read[i % b->read_count]], 1, NULL),
                 "changed");
            const uint64_t *bits = csuccess_membership_members(members[i]);
            *sum += bits[0] ^ bits[1];
        }
    }
    return bench_now() - start;
}

static void compare(const bench *b)
{
    double times[2][ROUNDS];
    uint64_t sums[2] = {0, 0};
    for (size_t i = 0; i < PREPARED; i++) {
        must(csuccess_facts_new(&before[i], b->config, NULL, NULL), "facts");
        must(csuccess_facts_new(&after[i], b->config, NULL, NULL), "facts");
        must(csuccess_membership_new(&members[i], b->config, NULL, NULL), "membership");
        put_all(b, before[i], i);
        put_all(b, after[i], i);
        put(b, after[i], b->read[i % b->read_count], PREPARED + i);
        must(
            csuccess_scorer_membership(b->scorer, before[i], NOW_MS, members[i], NULL, 0, NULL),
            "first");
    }
    for (size_t round = 0; round < ROUNDS; round++) {
        times[0][round] = time_all(b, &sums[0]);
        times[1][round] = time_changed(b, &sums[1]);
    }
    printf(
        "{\"fact\": \"segments: the change is drawn evenly from the %zu of %d attributes that "
        "they read\"}\n",
        b->read_count, ATTRIBUTES);
    printf("{\"check\": \"members after one attribute changed\", \"differ\": %zu}\n",
           check(b) + (sums[0] != sums[1]));
    say("csuccess, all hundred", bench_median(times[0], ROUNDS), ", \"reference\": true");
    say("csuccess", bench_median(times[1], ROUNDS), "");
    for (size_t i = 0; i < PREPARED; i++) {
        csuccess_facts_free(before[i]);
        csuccess_facts_free(after[i]);
        csuccess_membership_free(members[i]);
    }
}

static char *read_all(const char *dir, size_t *len)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/segments100.json", dir);
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 1 << 20);
    if (!file || !text) exit(1);
    *len = fread(text, 1, (1 << 20) - 1, file);
    fclose(file);
    return text;
}

int main(int argc, char **argv)
{
    bench b = {.people = bench_people_new(CHECKED, CHECKED)};
    csuccess_error err = CSUCCESS_ERROR_INIT;
    size_t len;
    if (argc < 2) {
        fprintf(stderr, "usage: segments DATA\n");
        return 2;
    }
    char *text = read_all(argv[1], &len);
    must(csuccess_config_compile(&b.config, (csuccess_str){text, len}, NULL, &err),
         err.message);
    must(csuccess_scorer_new(&b.scorer, b.config, NULL, &err), err.message);
    find_attributes(&b, text);
    compare(&b);
    csuccess_scorer_free(b.scorer);
    csuccess_config_unref(b.config);
    bench_people_free(b.people);
    free(text);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The rules and the profile written by hand (data/), with PCRE2's compiler for their patterns, and the customers. */
#include "bench.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <time.h>

#include "data/customers.h"

enum { B = 1024 };

static pcre2_code *patterns[6];
static pcre2_match_data *matches;

static int found(int pattern, const char *text, size_t len)
{
    return pcre2_jit_match(patterns[pattern], (PCRE2_SPTR)text, len, 0, 0, matches, NULL) > 0;
}

#define RX(i) found((i), c->subject, strlen(c->subject))
#include "data/rules.h"
#include "data/score5.h"

const char *const bench_number_names[BENCH_NUMBERS] = {"health_score",     "arr",
                                                       "days_since_login", "nps",
                                                       "open_tickets",     "days_to_renewal",
                                                       "tenure_days",      "seats",
                                                       "seats_used",       "email_opens",
                                                       "features_used",    "api_calls",
                                                       "payment_failures", "csm_id"};
const char *const bench_flag_names[BENCH_FLAGS] = {"escalation", "champion_left", "is_trial",
                                                   "has_sso"};
const char *const bench_category_names[BENCH_CATEGORIES] = {"plan", "region", "industry",
                                                            "stage"};

const char *const *bench_words(size_t category, uint32_t *count)
{
    static const char **const lists[] = {PLAN, REGION, INDUSTRY, STAGE};
    static const uint32_t counts[] = {5, 6, 12, 6};
    *count = counts[category];
    return (const char *const *)lists[category];
}

void reference_start(void)
{
    int code;
    PCRE2_SIZE at;
    matches = pcre2_match_data_create(16, NULL);
    for (int i = 0; i < NRX; i++) {
        patterns[i] =
            pcre2_compile((PCRE2_SPTR)RXS[i], PCRE2_ZERO_TERMINATED, 0, &code, &at, NULL);
        if (!patterns[i] || pcre2_jit_compile(patterns[i], PCRE2_JIT_COMPLETE) != 0) abort();
    }
}

/* ---- Customers ---- */

static void *room(size_t n, size_t bytes)
{
    void *block = calloc(n + 1, bytes);
    if (!block) abort();
    return block;
}

static void put_row(bench_people *people, size_t i, const cust *c)
{
    const int32_t *numbers = &c->health_score;
    const uint8_t *flags = &c->escalation, *categories = &c->plan;
    for (size_t k = 0; k < BENCH_NUMBERS; k++) {
        people->numbers[k][i] = numbers[k];
        people->doubles[k][i] = numbers[k];
    }
    for (size_t k = 0; k < BENCH_FLAGS; k++) people->flags[k][i] = flags[k];
    for (size_t k = 0; k < BENCH_CATEGORIES; k++) people->categories[k][i] = categories[k];
    size_t len = strlen(c->subject);
    memcpy(people->subjects + people->offsets[i], c->subject, len);
    people->offsets[i + 1] = people->offsets[i] + (int32_t)len;
}

static void put_long_row(bench_people *people, size_t i, const cust *c)
{
    const double scores[] = {c->adoption,  c->engagement, c->relationship,
                             c->financial, c->support,    c->prev_score};
    for (size_t k = 0; k < BENCH_DOUBLES; k++) people->scores[k][i] = scores[k];
    people->renewal[i] = c->days_to_renewal;
    people->escalation[i] = c->escalation;
    people->champion_left[i] = c->champion_left;
}

bench_people *bench_people_new(size_t rows, size_t long_rows)
{
    bench_people *people = room(1, sizeof *people);
    people->rows = rows;
    people->long_rows = long_rows;
    for (size_t k = 0; k < BENCH_DOUBLES; k++) people->scores[k] = room(long_rows, 8);
    people->renewal = room(long_rows, 4);
    people->escalation = room(long_rows, 1);
    people->champion_left = room(long_rows, 1);
    for (size_t k = 0; k < BENCH_NUMBERS; k++) {
        people->numbers[k] = room(rows, 4);
        people->doubles[k] = room(rows, 8);
    }
    for (size_t k = 0; k < BENCH_FLAGS; k++) people->flags[k] = room(rows, 1);
    for (size_t k = 0; k < BENCH_CATEGORIES; k++) people->categories[k] = room(rows, 1);
    people->offsets = room(rows, 4);
    people->subjects = room(rows, sizeof((cust *)0)->subject);
    cust c;
    for (size_t i = 0; i < (rows > long_rows ? rows : long_rows); i++) {
        gen_row(i, &c);
        if (i < rows) put_row(people, i, &c);
        if (i < long_rows) put_long_row(people, i, &c);
    }
    return people;
}

void bench_people_free(bench_people *people)
{
    for (size_t k = 0; k < BENCH_DOUBLES; k++) free(people->scores[k]);
    free(people->renewal);
    free(people->escalation);
    free(people->champion_left);
    for (size_t k = 0; k < BENCH_NUMBERS; k++) {
        free(people->numbers[k]);
        free(people->doubles[k]);
    }
    for (size_t k = 0; k < BENCH_FLAGS; k++) free(people->flags[k]);
    for (size_t k = 0; k < BENCH_CATEGORIES; k++) free(people->categories[k]);
    free(people->offsets);
    free(people->subjects);
    free(people);
}

struct bench_rows {
    cust *rows;
};

bench_rows *bench_rows_new(size_t most)
{
    bench_rows *rows = room(1, sizeof *rows);
    rows->rows = room(most, sizeof *rows->rows);
    for (size_t i = 0; i < most; i++) gen_row(i, &rows->rows[i]);
    return rows;
}

void bench_rows_free(bench_rows *rows)
{
    free(rows->rows);
    free(rows);
}

/* ---- Runs ---- */

void reference_rows(const bench_rows *rows, size_t n, uint64_t (*bits)[2])
{
    for (size_t i = 0; i < n; i++) eval_row(&rows->rows[i], bits[i]);
}

static void match_block(const bench_people *people, size_t first, int n, uint8_t (*out)[B])
{
    for (int r = 0; r < NRX; r++) {
        for (int j = 0; j < n; j++) {
            const int32_t *at = &people->offsets[first + (size_t)j];
            out[r][j] = (uint8_t)found(r, people->subjects + at[0], (size_t)(at[1] - at[0]));
        }
    }
}

void reference_columns(const bench_people *people, size_t n, size_t rules, uint64_t *members)
{
    static uint8_t matched[NRX][B], out[B];
#define N(k) people->numbers[k] + at
#define F(k) people->flags[k] + at
#define C(k) people->categories[k] + at
    for (size_t at = 0; at < n; at += B) {
        int rows = n - at < B ? (int)(n - at) : B;
        if (rules > BENCH_PLAIN_RULES) match_block(people, at, rows, matched);
        for (size_t r = 0; r < rules; r++) {
            members[r] += (uint64_t)VF[r](N(0), N(1), N(2), N(3), N(4), N(5), N(6), N(7), N(8),
                                          N(9), N(10), N(11), N(12), N(13), F(0), F(1), F(2),
                                          F(3), C(0), C(1), C(2), C(3), matched, out, rows);
        }
    }
#undef N
#undef F
#undef C
}

void reference_score(const bench_people *people, double *score, uint8_t *status, uint8_t *trend)
{
    double *const *s = people->scores;
    score5(s[0], s[1], s[2], s[3], s[4], s[5], people->renewal, people->escalation,
           people->champion_left, score, status, trend, (long)people->long_rows);
}

double bench_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_median(double *times, size_t n)
{
    qsort(times, n, sizeof *times, ascending);
    return times[n / 2];
}

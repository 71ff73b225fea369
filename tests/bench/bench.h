/* SPDX-License-Identifier: Apache-2.0 */
/* What the benchmark's programs share: the customers as columns, the references written by hand, time. */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>
#include <stdint.h>

enum {
    BENCH_NUMBERS = 14,
    BENCH_FLAGS = 4,
    BENCH_CATEGORIES = 4,
    BENCH_DOUBLES = 6,
    BENCH_RULES = 100,
    BENCH_PLAIN_RULES = 95 /* the others have regular expressions */
};

/* Customers 0 .. rows - 1 as columns; the score's columns are for `long_rows` of them. */
typedef struct bench_people {
    size_t rows, long_rows;
    double *scores
        [BENCH_DOUBLES]; /* adoption, engagement, relationship, financial, support, previous */
    int32_t *renewal;    /* days to renewal */
    uint8_t *escalation, *champion_left;
    int32_t *numbers[BENCH_NUMBERS]; /* health_score .. csm_id, by their order in customers.h */
    double *doubles[BENCH_NUMBERS];  /* the same */
    uint8_t *flags[BENCH_FLAGS];
    uint8_t *categories[BENCH_CATEGORIES];
    int32_t *offsets; /* of subjects: rows + 1 */
    char *subjects;
} bench_people;

extern const char *const bench_number_names[BENCH_NUMBERS];
extern const char *const bench_flag_names[BENCH_FLAGS];
extern const char *const bench_category_names[BENCH_CATEGORIES];

bench_people *bench_people_new(size_t rows, size_t long_rows);
void bench_people_free(bench_people *people);
/* The words of a category, in the order of their codes. */
const char *const *bench_words(size_t category, uint32_t *count);
/* Customer i as the rows of reference want it; reused memory of `most` customers. */
typedef struct bench_rows bench_rows;
bench_rows *bench_rows_new(size_t most);
void bench_rows_free(bench_rows *rows);

/* The references. members[r] is added to. */
void reference_start(void);
void reference_rows(const bench_rows *rows, size_t n, uint64_t (*bits)[2]);
void reference_columns(const bench_people *people, size_t n, size_t rules, uint64_t *members);
void reference_score(const bench_people *people, double *score, uint8_t *status,
                     uint8_t *trend);

double bench_now(void); /* seconds of this process */
/* Sorts. */
double bench_median(double *times, size_t n);

#endif

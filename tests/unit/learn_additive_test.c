/* SPDX-License-Identifier: Apache-2.0 */
/* The additive trainer on drawn rows whose truth is known: shapes, pairs, words, missing values, constraints, and
   what it refuses. */
#include "check.h"

#include "base/number.h"
#include "churn/learn/additive.h"

enum { MOST_FEATURES = 8, MOST_WORDS = 400, MOST_ROWS = 6000 };

/* Rows that a test fills. */
typedef struct drawn {
    csuccess__feature features[MOST_FEATURES];
    csuccess__dataset data;
    double numbers[MOST_FEATURES][MOST_ROWS];
    uint32_t codes[MOST_FEATURES][MOST_ROWS];
    double log_odds[MOST_ROWS], held[MOST_ROWS], weights[MOST_ROWS];
    uint8_t labels[MOST_ROWS];
    csuccess_str words[MOST_WORDS];
    char spelled[MOST_WORDS][8];
    uint64_t state;
    csuccess__arena arena;
    csuccess__learned model;
    csuccess_error err;
} drawn;

static double uniform(drawn *d)
{
    return (double)(check_random(&d->state) >> 11) * 0x1p-53;
}

static drawn *draw(uint32_t rows, uint64_t seed)
{
    drawn *d = calloc(1, sizeof *d);
    if (!d) abort();
    d->state = seed;
    d->data.features = d->features;
    d->data.rows = rows;
    d->data.labels = d->labels;
    d->err = (csuccess_error)CSUCCESS_ERROR_INIT;
    csuccess__arena_init(&d->arena, csuccess__malloc_allocator(), 0);
    for (uint32_t w = 0; w < MOST_WORDS; w++) {
        snprintf(d->spelled[w], sizeof d->spelled[w], "w%u", w % 1000);
        d->words[w] = check_view(d->spelled[w]);
    }
    return d;
}

static void discard(drawn *d)
{
    csuccess__arena_free(&d->arena);
    free(d);
}

/* A feature of numbers uniform in -1 .. 1. */
static double *add_numbers(drawn *d, const char *name)
{
    uint32_t f = d->data.feature_count++;
    d->features[f] = (csuccess__feature){.name = check_view(name), .numbers = d->numbers[f]};
    for (uint32_t i = 0; i < d->data.rows; i++) d->numbers[f][i] = 2 * uniform(d) - 1;
    return d->numbers[f];
}

static uint32_t *add_words(drawn *d, const char *name, uint32_t count)
{
    uint32_t f = d->data.feature_count++;
    d->features[f] = (csuccess__feature){
        .name = check_view(name), .codes = d->codes[f], .words = d->words, .word_count = count};
    for (uint32_t i = 0; i < d->data.rows; i++) {
        d->codes[f][i] = (uint32_t)(uniform(d) * count);
    }
    return d->codes[f];
}

/* Outcomes from the log-odds. */
static void draw_labels(drawn *d)
{
    for (uint32_t i = 0; i < d->data.rows; i++) {
        d->labels[i] = uniform(d) < 1 / (1 + exp(-d->log_odds[i]));
    }
}

static csuccess_result train(drawn *d, const csuccess__additive_options *options)
{
    return csuccess__additive_train(&d->model, &d->arena, csuccess__malloc_allocator(),
                                    &d->data, options, d->held, &d->err);
}

static const csuccess__term *main_of(const drawn *d, uint32_t feature)
{
    for (uint32_t t = 0; t < d->model.term_count; t++) {
        const csuccess__term *term = &d->model.terms[t];
        if (term->form == CSUCCESS__TERM_TABLE && term->axes[0].feature == feature) return term;
    }
    return NULL;
}

static uint32_t pair_count(const drawn *d)
{
    uint32_t count = 0;
    for (uint32_t t = 0; t < d->model.term_count; t++) {
        count += d->model.terms[t].form == CSUCCESS__TERM_GRID;
    }
    return count;
}

static bool has_pair(const drawn *d, uint32_t first, uint32_t second)
{
    for (uint32_t t = 0; t < d->model.term_count; t++) {
        const csuccess__term *term = &d->model.terms[t];
        if (term->form == CSUCCESS__TERM_GRID && term->axes[0].feature == first &&
            term->axes[1].feature == second)
            return true;
    }
    return false;
}

static double at(const csuccess__term *term, double x)
{
    uint32_t b = 0;
    if (!term) return 0;
    while (b < term->axes[0].n && !(x <= term->axes[0].bounds[b])) b++;
    return term->gives[isnan(x) ? term->axes[0].n + 1 : b];
}

/* log-odds = 2 sin(3 a) + b; a third column says nothing. */
static drawn *draw_additive(uint32_t rows, uint64_t seed)
{
    drawn *d = draw(rows, seed);
    const double *a = add_numbers(d, "a"), *b = add_numbers(d, "b");
    add_numbers(d, "noise");
    for (uint32_t i = 0; i < rows; i++) d->log_odds[i] = 2 * sin(3 * a[i]) + b[i] - 0.5;
    draw_labels(d);
    return d;
}

static void shapes_are_recovered(void)
{
    drawn *d = draw_additive(MOST_ROWS, 11);
    CHECK_OK(train(d, NULL));
    double worst_a = 0, worst_b = 0, worst_noise = 0;
    for (double x = -0.9; x < 0.95; x += 0.1) {
        worst_a = fmax(worst_a, fabs(at(main_of(d, 0), x) - 2 * sin(3 * x)));
        worst_b = fmax(worst_b, fabs(at(main_of(d, 1), x) - x));
        worst_noise = fmax(worst_noise, fabs(at(main_of(d, 2), x)));
    }
    CHECK(worst_a < 0.5);
    CHECK(worst_b < 0.35);
    CHECK(worst_noise < 0.4);
    CHECK_NUM(d->model.intercept, -0.5, 0.15);
    CHECK_UINT(pair_count(d), 0);
    const csuccess__term *a = main_of(d, 0), *noise = main_of(d, 2);
    CHECK(a && (!noise || a->importance > 10 * noise->importance));
    discard(d);
}

/* Every term adds nothing on average; what it gives, its axis and its spread belong together. */
static void terms_are_centred(void)
{
    drawn *d = draw_additive(2000, 12);
    CHECK_OK(train(d, NULL));
    for (uint32_t f = 0; f < 3; f++) {
        const csuccess__term *term = main_of(d, f);
        if (!term) continue;
        double sum = 0, size = 0;
        for (uint32_t i = 0; i < d->data.rows; i++) {
            sum += at(term, d->numbers[f][i]);
            size += fabs(at(term, d->numbers[f][i]));
        }
        CHECK_NUM(sum / d->data.rows, 0, 1e-12);
        CHECK_NUM(size / d->data.rows, term->importance, 1e-9);
        for (uint32_t b = 0; b + 1 < term->axes[0].n; b++) {
            CHECK(term->axes[0].bounds[b] < term->axes[0].bounds[b + 1]);
        }
        for (uint32_t b = 0; b < term->axes[0].n + 2; b++) CHECK(term->spread[b] >= 0);
    }
    CHECK(d->model.spread_scale > 0.5 && d->model.spread_scale < 10);
    discard(d);
}

/* Rows that no bag was fitted to: nearly the final model, but not better than chance where there is nothing to
   learn. */
static void held_scores_are_honest(void)
{
    drawn *d = draw(2000, 13);
    uint32_t agree = 0;
    for (int f = 0; f < 6; f++) add_numbers(d, "noise");
    draw_labels(d);
    CHECK_OK(train(d, NULL));
    for (uint32_t i = 0; i < d->data.rows; i++) {
        CHECK(csuccess__is_finite(d->held[i]));
        agree += (d->held[i] > d->model.intercept) == (d->labels[i] != 0);
    }
    CHECK(agree < 1100);
    discard(d);
}

static void a_pair_is_found(void)
{
    drawn *d = draw(3000, 14);
    const double *a = add_numbers(d, "a"), *b = add_numbers(d, "b");
    const uint32_t *u = add_words(d, "u", 3), *v = add_words(d, "v", 3);
    for (int f = 0; f < 3; f++) add_numbers(d, "noise");
    for (uint32_t i = 0; i < d->data.rows; i++) {
        d->log_odds[i] = a[i] * b[i] > 0 ? 2 : -2;
        d->log_odds[i] += (u[i] == 0) == (v[i] == 0) ? 1.2 : -1.2;
    }
    draw_labels(d);
    CHECK_OK(train(d, NULL));
    CHECK(has_pair(d, 0, 1));
    CHECK(has_pair(d, 2, 3));
    CHECK(pair_count(d) <= 4);
    double good = 0;
    for (uint32_t i = 0; i < d->data.rows; i++) {
        good += (d->held[i] > 0) == (d->log_odds[i] > 0);
    }
    CHECK(good / d->data.rows > 0.9);
    discard(d);
}

/* A pair's bounds are some of those of its features, so that a row is binned once. */
static void bounds_of_pairs_are_shared(void)
{
    drawn *d = draw(3000, 15);
    const double *a = add_numbers(d, "a"), *b = add_numbers(d, "b");
    for (uint32_t i = 0; i < d->data.rows; i++) {
        d->log_odds[i] = 3 * a[i] * b[i] + a[i] + b[i];
    }
    draw_labels(d);
    CHECK_OK(train(d, NULL));
    CHECK_UINT(pair_count(d), 1);
    const csuccess__term *pair = &d->model.terms[d->model.term_count - 1];
    for (int k = 0; k < 2; k++) {
        const csuccess__axis *fine = &main_of(d, (uint32_t)k)->axes[0];
        for (uint32_t i = 0; i < pair->axes[k].n; i++) {
            uint32_t found = 0;
            for (uint32_t j = 0; j < fine->n; j++) {
                found += fine->bounds[j] == pair->axes[k].bounds[i];
            }
            CHECK_UINT(found, 1);
        }
    }
    discard(d);
}

/* The truth falls after 0.3; the constraint says that it may not. Direction -1 of the mirrored column likewise. */
static void constraints_hold(void)
{
    drawn *d = draw(3000, 16);
    double *a = add_numbers(d, "a"), *b = add_numbers(d, "b");
    for (uint32_t i = 0; i < d->data.rows; i++) {
        if (i % 10 == 0) a[i] = (double)NAN;
        d->log_odds[i] = (isnan(a[i]) ? 1 : 2 - 6 * (a[i] - 0.3) * (a[i] - 0.3)) + b[i] * b[i];
    }
    draw_labels(d);
    d->features[0].monotone = 1;
    d->features[1].monotone = -1;
    CHECK_OK(train(d, NULL));
    for (uint32_t f = 0; f < 2; f++) {
        const csuccess__term *term = main_of(d, f);
        if (!term) continue;
        for (uint32_t i = 0; i < term->axes[0].n; i++) {
            double rise = term->gives[i + 1] - term->gives[i];
            CHECK(f == 0 ? rise >= 0 : rise <= 0);
        }
    }
    CHECK(at(main_of(d, 0), 0.9) - at(main_of(d, 0), -0.9) > 2);
    CHECK_UINT(pair_count(d), 0);
    discard(d);
}

/* 300 words without effect add next to nothing; of 60 with effects of deviation 1 most are found. */
static void many_words_are_shrunken(void)
{
    drawn *d = draw(6000, 17);
    const uint32_t *real = add_words(d, "real", 60);
    add_words(d, "noise", 300);
    double effect[60], mean = 0, error = 0, size = 0;
    for (int w = 0; w < 60; w++) {
        effect[w] = 2 * sqrt(3) * (uniform(d) - 0.5);
        mean += effect[w] / 60;
    }
    for (uint32_t i = 0; i < d->data.rows; i++) d->log_odds[i] = effect[real[i]];
    draw_labels(d);
    CHECK_OK(train(d, NULL));
    const csuccess__term *term = main_of(d, 0), *noise = main_of(d, 1);
    if (CHECK(term && term->axes[0].n == 60)) {
        for (int w = 0; w < 60; w++) {
            double away = term->gives[w] - (effect[w] - mean);
            error += away * away;
            size += (effect[w] - mean) * (effect[w] - mean);
        }
    }
    CHECK(error < 0.15 * size);
    CHECK(!noise || noise->importance < 0.1);
    discard(d);
}

/* Words of one or two rows share the bin "else", which is also that of words never seen. */
static void rare_words_are_pooled(void)
{
    drawn *d = draw(1000, 18);
    uint32_t *codes = add_words(d, "plan", 3);
    add_numbers(d, "x");
    d->features[0].word_count = MOST_WORDS;
    for (uint32_t i = 0; i < 300; i++) codes[i] = 50 + i;
    for (uint32_t i = 0; i < 1000; i++) d->log_odds[i] = i < 300 ? 2 : -2 + (double)codes[i];
    draw_labels(d);
    CHECK_OK(train(d, NULL));
    const csuccess__term *term = main_of(d, 0);
    if (CHECK(term && term->axes[0].n == 3)) {
        CHECK_STR(term->axes[0].words[1], "w1");
        CHECK(term->gives[3] > 1);
        CHECK(term->gives[0] < term->gives[1] && term->gives[1] < term->gives[2]);
    }
    discard(d);
}

static void missing_values_tell(void)
{
    drawn *d = draw(4000, 19);
    double *a = add_numbers(d, "a"), *b = add_numbers(d, "b");
    for (uint32_t i = 0; i < d->data.rows; i++) {
        d->log_odds[i] = a[i];
        if (i % 5 == 0) {
            a[i] = (double)NAN;
            d->log_odds[i] = 2;
        }
        if (i % 7 == 0) b[i] = (double)NAN;
    }
    draw_labels(d);
    CHECK_OK(train(d, NULL));
    CHECK_NUM(at(main_of(d, 0), (double)NAN) - at(main_of(d, 0), 0), 2, 0.4);
    CHECK_NUM(at(main_of(d, 1), (double)NAN) - at(main_of(d, 1), 0), 0, 0.2);
    discard(d);
}

static void weights_count(void)
{
    drawn *d = draw_additive(2000, 20);
    double sum = 0, churned = 0, all = 0;
    for (uint32_t i = 0; i < d->data.rows; i++) d->weights[i] = d->labels[i] ? 3 : 0.5;
    d->data.weights = d->weights;
    CHECK_OK(train(d, NULL));
    double *scores = CSUCCESS__NEW_ARRAY(&d->arena, double, d->data.rows);
    CHECK_OK(
        csuccess__learned_predict(&d->model, &d->data, csuccess__malloc_allocator(), scores));
    for (uint32_t i = 0; i < d->data.rows; i++) {
        sum += d->weights[i] * csuccess__sigmoid(scores[i]);
        churned += d->labels[i] ? d->weights[i] : 0;
        all += d->weights[i];
    }
    CHECK_NUM(sum / all, churned / all, 0.02);
    discard(d);
}

static bool same_bytes(const drawn *a, const drawn *b)
{
    bool same = a->model.term_count == b->model.term_count &&
                memcmp(&a->model.intercept, &b->model.intercept, sizeof(double)) == 0 &&
                memcmp(a->held, b->held, sizeof a->held) == 0;
    for (uint32_t t = 0; same && t < a->model.term_count; t++) {
        const csuccess__term *x = &a->model.terms[t], *y = &b->model.terms[t];
        size_t bins = (size_t)x->axes[0].n + 2;
        if (x->form == CSUCCESS__TERM_GRID) bins *= (size_t)x->axes[1].n + 2;
        same = x->axes[0].n == y->axes[0].n && x->axes[1].n == y->axes[1].n &&
               memcmp(x->gives, y->gives, bins * sizeof(double)) == 0 &&
               memcmp(x->spread, y->spread, bins * sizeof(double)) == 0;
    }
    return same;
}

static void a_seed_gives_the_same_bytes(void)
{
    csuccess__additive_options other = {.seed = 5};
    drawn *a = draw_additive(1000, 21), *b = draw_additive(1000, 21);
    drawn *c = draw_additive(1000, 21);
    CHECK_OK(train(a, NULL));
    CHECK_OK(train(b, NULL));
    CHECK_OK(train(c, &other));
    CHECK(same_bytes(a, b));
    CHECK(!same_bytes(a, c));
    discard(a);
    discard(b);
    discard(c);
}

/* Words are matched by text, whatever their codes; a word that was never seen is "else". */
static void words_are_matched_by_text(void)
{
    drawn *d = draw(1000, 22), *other = draw(4, 22);
    const uint32_t *codes = add_words(d, "plan", 3);
    double log_odds[4];
    for (uint32_t i = 0; i < 1000; i++) d->log_odds[i] = 2 * (double)codes[i] - 2;
    draw_labels(d);
    CHECK_OK(train(d, NULL));
    add_words(other, "plan", 3);
    other->words[0] = check_view("w2");
    other->words[1] = check_view("never");
    other->words[2] = check_view("w0");
    other->codes[0][0] = 0;
    other->codes[0][1] = 1;
    other->codes[0][2] = 2;
    other->codes[0][3] = CSUCCESS__WORD_MISSING;
    CHECK_OK(csuccess__learned_predict(&d->model, &other->data, csuccess__malloc_allocator(),
                                       log_odds));
    const csuccess__term *term = main_of(d, 0);
    const uint32_t bins[4] = {2, 3, 0, 4};
    for (int i = 0; term && i < 4; i++) {
        CHECK_NUM(log_odds[i], d->model.intercept + term->gives[bins[i]], 0);
    }
    CHECK(log_odds[0] > 1 && log_odds[2] < -1);
    discard(d);
    discard(other);
}

static void constant_columns_are_left_out(void)
{
    drawn *d = draw_additive(500, 23);
    double *same = add_numbers(d, "same"), *none = add_numbers(d, "none");
    for (uint32_t i = 0; i < 500; i++) {
        same[i] = 7;
        none[i] = (double)NAN;
    }
    CHECK_OK(train(d, NULL));
    CHECK(main_of(d, 0) != NULL);
    CHECK(main_of(d, 3) == NULL && main_of(d, 4) == NULL);
    discard(d);
}

static int stop(void *ud, uint64_t done, uint64_t total)
{
    uint64_t *last = ud;
    CHECK(done >= *last && done <= total);
    *last = done;
    return done >= 20;
}

static void what_cannot_be_learned_is_refused(void)
{
    drawn *d = draw_additive(200, 24);
    uint64_t last = 0;
    csuccess__additive_options stopped = {.progress = {stop, &last}};
    CHECK_RESULT(train(d, &stopped), CSUCCESS_ECANCELLED);
    CHECK_UINT(last, 20);
    CHECK_UINT(d->model.term_count, 0);
    d->numbers[0][3] = (double)INFINITY;
    CHECK_RESULT(train(d, NULL), CSUCCESS_EINVALID);
    d->numbers[0][3] = 0;
    memset(d->labels, 1, sizeof d->labels);
    CHECK_RESULT(train(d, NULL), CSUCCESS_EDATA);
    CHECK_HAS(d->err.message, "same outcome");
    d->labels[0] = 0;
    memset(d->numbers, 0, sizeof d->numbers);
    CHECK_RESULT(train(d, NULL), CSUCCESS_EDATA);
    CHECK_HAS(d->err.message, "no feature");
    d->data.feature_count = 0;
    CHECK_RESULT(train(d, NULL), CSUCCESS_EDATA);
    d->data.rows = 0;
    CHECK_RESULT(train(d, NULL), CSUCCESS_EDATA);
    discard(d);
}

/* Two rows, one of them churned, are enough not to fail. */
static void little_is_learned_from_little(void)
{
    for (uint32_t rows = 2; rows < 30; rows += 3) {
        drawn *d = draw_additive(rows, rows);
        d->labels[0] = 0;
        d->labels[1] = 1;
        CHECK_OK(train(d, NULL));
        CHECK(csuccess__is_finite(d->model.intercept));
        for (uint32_t i = 0; i < rows; i++) CHECK(csuccess__is_finite(d->held[i]));
        discard(d);
    }
}

static csuccess_result faulty(check_memory *memory, void *ud)
{
    drawn *d = ud;
    csuccess__additive_options few = {.bags = 2, .rounds = 3, .pair_bins = 4};
    csuccess__arena arena;
    csuccess__arena_init(&arena, &memory->allocator, 0);
    csuccess_result r = csuccess__additive_train(&d->model, &arena, &memory->allocator,
                                                 &d->data, &few, d->held, &d->err);
    if (r >= 0) {
        CHECK(d->model.term_count > 0);
        r = csuccess__learned_predict(&d->model, &d->data, &memory->allocator, d->log_odds);
    } else {
        CHECK_UINT(d->model.term_count, 0);
    }
    csuccess__arena_free(&arena);
    return r;
}

static void memory_may_be_refused(void)
{
    drawn *d = draw(400, 25);
    const double *a = add_numbers(d, "a"), *b = add_numbers(d, "b");
    const uint32_t *u = add_words(d, "u", 3);
    for (uint32_t i = 0; i < 400; i++) {
        d->log_odds[i] = (a[i] * b[i] > 0 ? 4 : -4) + (double)u[i];
    }
    draw_labels(d);
    CHECK(check_faults(faulty, d) >= 3);
    discard(d);
}

CHECK_MAIN(CHECK_TEST(shapes_are_recovered), CHECK_TEST(terms_are_centred),
           CHECK_TEST(held_scores_are_honest), CHECK_TEST(a_pair_is_found),
           CHECK_TEST(bounds_of_pairs_are_shared), CHECK_TEST(constraints_hold),
           CHECK_TEST(many_words_are_shrunken), CHECK_TEST(rare_words_are_pooled),
           CHECK_TEST(missing_values_tell), CHECK_TEST(weights_count),
           CHECK_TEST(a_seed_gives_the_same_bytes), CHECK_TEST(words_are_matched_by_text),
           CHECK_TEST(constant_columns_are_left_out),
           CHECK_TEST(what_cannot_be_learned_is_refused),
           CHECK_TEST(little_is_learned_from_little), CHECK_TEST(memory_may_be_refused))

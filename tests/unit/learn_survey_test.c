/* SPDX-License-Identifier: Apache-2.0 */
/* The survey before training: what is too little, and features that are not what they seem, on made-up rows and on telco. */
#include "learn_rows.h"

#include "base/number.h"
#include "churn/learn/survey.h"

#define TELCO CHECK_SOURCE_ROOT "/examples/telco/telco.csv"

enum { ROWS = 2000, FEATURES = 16 };

/* Rows with honest features to which others are added. */
typedef struct made {
    csuccess__feature features[FEATURES];
    double numbers[FEATURES][ROWS];
    uint32_t codes[FEATURES][ROWS];
    uint8_t labels[ROWS];
    char ids[ROWS][8];
    csuccess_str words[ROWS];
    csuccess__dataset data;
} made;

static double uniform(uint64_t *state)
{
    return (double)(check_random(state) >> 11) / 9007199254740992.0;
}

static double *add_numbers(made *m, const char *name)
{
    uint32_t f = m->data.feature_count++;
    m->features[f] = (csuccess__feature){.name = csuccess__str(name), .numbers = m->numbers[f]};
    return m->numbers[f];
}

static uint32_t *add_words(made *m, const char *name, uint32_t words)
{
    uint32_t f = m->data.feature_count++;
    m->features[f] =
        (csuccess__feature){csuccess__str(name), false, NULL, m->codes[f], m->words, words, 0};
    return m->codes[f];
}

/* Features 0 usage, 1 plan, 2 sparse: they say something, and nothing is wrong with them. */
static made *make(void)
{
    uint64_t state = 11;
    made *m = calloc(1, sizeof *m);
    if (!m) abort();
    for (uint32_t i = 0; i < ROWS; i++) {
        snprintf(m->ids[i], sizeof m->ids[i], "id%u", i);
        m->words[i] = csuccess__str(m->ids[i]);
    }
    double *usage = add_numbers(m, "usage"), *sparse;
    uint32_t *plan = add_words(m, "plan", 40);
    sparse = add_numbers(m, "sparse");
    for (uint32_t i = 0; i < ROWS; i++) {
        usage[i] = uniform(&state) * 10;
        plan[i] = (uint32_t)(uniform(&state) * 40);
        sparse[i] = uniform(&state) < 0.8 ? (double)NAN : uniform(&state);
        m->labels[i] = uniform(&state) < csuccess__sigmoid(0.5 - usage[i] / 2);
    }
    m->data.features = m->features;
    m->data.rows = ROWS;
    m->data.labels = m->labels;
    return m;
}

typedef struct taken {
    csuccess__arena arena;
    csuccess__survey survey;
    csuccess_error err;
    csuccess_result result;
} taken;

static void take(taken *t, const csuccess__dataset *data, csuccess__survey_options options)
{
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    t->err = (csuccess_error)CSUCCESS_ERROR_INIT;
    csuccess__arena_init(&t->arena, mem, 0);
    t->result = csuccess__survey_take(&t->survey, &t->arena, mem, data, &options, &t->err);
}

static const csuccess__finding *find(const taken *t, csuccess__finding_kind kind,
                                     uint32_t feature)
{
    for (uint32_t i = 0; i < t->survey.count; i++) {
        const csuccess__finding *found = &t->survey.findings[i];
        if (found->kind == kind && found->feature == feature) return found;
    }
    return NULL;
}

static void print(const taken *t, const csuccess__dataset *data)
{
    for (uint32_t i = 0; i < t->survey.count; i++) {
        const csuccess__finding *f = &t->survey.findings[i];
        csuccess_str name = data->features[f->feature].name;
        printf("# %.*s: %s %.4f\n", (int)name.len, name.ptr, csuccess__finding_name(f->kind),
               f->figure);
    }
}

static void honest_features_are_let_be(void)
{
    made *m = make();
    taken t;
    take(&t, &m->data, (csuccess__survey_options){0, 0});
    CHECK_OK(t.result);
    CHECK_UINT(t.survey.rows, ROWS);
    CHECK(t.survey.events > 200 && t.survey.events < 1000);
    if (!CHECK_UINT(t.survey.count, 0)) print(&t, &m->data);
    csuccess__arena_free(&t.arena);
    free(m);
}

/* Nothing in telco gives itself away, its key aside, which names the row. */
static void telco_is_honest_but_for_its_key(void)
{
    learn_rows telco;
    taken t;
    if (!learn_read(&telco, TELCO, "Churn", "Yes", "nothing")) return;
    take(&t, &telco.data, (csuccess__survey_options){0, 0});
    CHECK_OK(t.result);
    CHECK_UINT(t.survey.events, 1869);
    if (!CHECK_UINT(t.survey.count, 1)) print(&t, &telco.data);
    CHECK(find(&t, CSUCCESS__FINDING_IDENTIFIER, 0) != NULL);
    csuccess__arena_free(&t.arena);
    learn_close(&telco);
}

static void what_is_constant_or_missing_is_found(void)
{
    made *m = make();
    taken t;
    double *same = add_numbers(m, "same"), *none = add_numbers(m, "none");
    double *rare = add_numbers(m, "rare"), *flag = add_numbers(m, "one or missing");
    uint32_t *word = add_words(m, "word", 3);
    for (uint32_t i = 0; i < ROWS; i++) {
        same[i] = 7;
        none[i] = (double)NAN;
        rare[i] = i % 25 == 3 ? i : (double)NAN;
        flag[i] = i % 3 ? 1 : (double)NAN;
        word[i] = 2;
    }
    take(&t, &m->data, (csuccess__survey_options){0, 0});
    CHECK_OK(t.result);
    const csuccess__finding *found = find(&t, CSUCCESS__FINDING_CONSTANT, 3);
    CHECK(found && found->figure == 0);
    found = find(&t, CSUCCESS__FINDING_CONSTANT, 4);
    CHECK(found && found->figure == 1);
    found = find(&t, CSUCCESS__FINDING_MISSING, 5);
    if (CHECK(found != NULL)) CHECK_NUM(found->figure, 0.96, 1e-12);
    CHECK(find(&t, CSUCCESS__FINDING_CONSTANT, 7) != NULL);
    CHECK_UINT(t.survey.count, 4);
    csuccess__arena_free(&t.arena);
    free(m);
}

static void what_says_the_same_is_found(void)
{
    made *m = make();
    taken t;
    double *scaled = add_numbers(m, "scaled"), *mirrored = add_numbers(m, "mirrored");
    double *nearly = add_numbers(m, "nearly"), *square = add_numbers(m, "square");
    double *coded = add_numbers(m, "coded"), *masked = add_numbers(m, "masked");
    double *rounded = add_numbers(m, "rounded");
    uint32_t *renamed = add_words(m, "renamed", 40), *coarse = add_words(m, "coarse", 20);
    for (uint32_t i = 0; i < ROWS; i++) {
        double x = m->numbers[0][i];
        uint32_t plan = m->codes[1][i];
        scaled[i] = 1e6 + 1e-3 * x;
        mirrored[i] = -5 * x;
        nearly[i] = x + 0.05 * (i % 7);
        rounded[i] = floor(x * 170 + 0.5) / 100;
        square[i] = x * x;
        renamed[i] = (plan * 7 + 3) % 40;
        coded[i] = 100.5 - plan;
        coarse[i] = plan / 2;
        masked[i] = i == 9 ? (double)NAN : x;
    }
    take(&t, &m->data, (csuccess__survey_options){0, 0});
    CHECK_OK(t.result);
    static const struct {
        uint32_t feature, other;
    } twins[] = {{3, 0}, {4, 0}, {7, 1}, {9, 0}, {10, 1}};
    for (size_t i = 0; i < sizeof twins / sizeof twins[0]; i++) {
        const csuccess__finding *found =
            find(&t, CSUCCESS__FINDING_DUPLICATE, twins[i].feature);
        if (CHECK(found != NULL)) CHECK_UINT(found->other, twins[i].other);
    }
    if (!CHECK_UINT(t.survey.count, 5)) print(&t, &m->data);
    csuccess__arena_free(&t.arena);
    free(m);
}

typedef double maker(bool left, uint32_t i, double u);

static void add_made(made *m, const char *name, maker *of)
{
    uint64_t state = m->data.feature_count;
    double *numbers = add_numbers(m, name);
    for (uint32_t i = 0; i < ROWS; i++) numbers[i] = of(m->labels[i], i, uniform(&state));
}

static double days_since_end(bool left, uint32_t i, double u)
{
    (void)i;
    return left ? u * 100 : (double)NAN;
}

static double final_score(bool left, uint32_t i, double u)
{
    (void)i;
    return left + 1.02 * u;
}

static double in_the_middle(bool left, uint32_t i, double u)
{
    double outside = i % 2 ? u * 0.4 : 2;
    return left ? 0.5 + 0.01 * u : outside;
}

/* Tells much, and honestly. */
static double strong(bool left, uint32_t i, double u)
{
    (void)i;
    return left + 3 * u;
}

static void check_leaks(const taken *t)
{
    static const uint32_t leaks[] = {3, 4, 5, 7};
    for (size_t k = 0; k < 4; k++) {
        const csuccess__finding *found = find(t, CSUCCESS__FINDING_LEAK, leaks[k]);
        CHECK(found && found->figure >= 0.995 && found->figure <= 1);
    }
}

static void what_is_known_only_afterwards_is_found(void)
{
    made *m = make();
    taken t;
    add_made(m, "days_since_end", days_since_end);
    add_made(m, "final_score", final_score);
    add_made(m, "in_the_middle", in_the_middle);
    add_made(m, "strong", strong);
    uint32_t *reason = add_words(m, "reason", 6), *status = add_words(m, "status", 5);
    uint32_t *id = add_words(m, "id", ROWS), *some = add_words(m, "some", 3);
    for (uint32_t i = 0; i < ROWS; i++) {
        bool left = m->labels[i];
        reason[i] = (left ? 0 : 3) + i % 3;
        status[i] = left && i % 10 < 7 ? 4 : i % 4;
        id[i] = i;
        some[i] = left && i % 10 < 3 ? 2 : i % 2;
    }
    take(&t, &m->data, (csuccess__survey_options){0, 0});
    CHECK_OK(t.result);
    check_leaks(&t);
    const csuccess__finding *found = find(&t, CSUCCESS__FINDING_LEAK_VALUE, 8);
    if (CHECK(found != NULL)) {
        CHECK_STR(found->word, "id4");
        CHECK_NUM(found->figure, 0.7, 0.05);
    }
    CHECK(find(&t, CSUCCESS__FINDING_IDENTIFIER, 9) != NULL);
    if (!CHECK_UINT(t.survey.count, 6)) print(&t, &m->data);
    csuccess__arena_free(&t.arena);
    free(m);
}

/* A range of numbers that only those have who left, and missing that only they have. */
static void the_telling_value_is_named(void)
{
    made *m = make();
    taken t;
    uint64_t state = 6;
    double *refund = add_numbers(m, "refund"), *login = add_numbers(m, "login");
    for (uint32_t i = 0; i < ROWS; i++) {
        bool told = m->labels[i] && i % 5 < 3;
        refund[i] = told ? -20 : uniform(&state) * 50;
        login[i] = told ? (double)NAN : uniform(&state);
    }
    take(&t, &m->data, (csuccess__survey_options){0, 0});
    const csuccess__finding *found = find(&t, CSUCCESS__FINDING_LEAK_VALUE, 3);
    if (CHECK(found != NULL)) {
        CHECK(found->low < -20 && found->high >= -20 && found->high < 1);
        CHECK(!isnan(found->low));
    }
    found = find(&t, CSUCCESS__FINDING_LEAK_VALUE, 4);
    if (CHECK(found != NULL)) CHECK(isnan(found->low) && isnan(found->high));
    CHECK_UINT(t.survey.count, 2);
    csuccess__arena_free(&t.arena);
    free(m);
}

static void numbers_that_name_rows_are_found(void)
{
    made *m = make();
    taken t;
    double *id = add_numbers(m, "id"), *money = add_numbers(m, "money");
    for (uint32_t i = 0; i < ROWS; i++) {
        id[i] = 10000 + (i * 7919u) % ROWS;
        money[i] = i * 131.0 + i % 7;
    }
    take(&t, &m->data, (csuccess__survey_options){0, 0});
    CHECK(find(&t, CSUCCESS__FINDING_IDENTIFIER, 3) != NULL);
    if (!CHECK_UINT(t.survey.count, 1)) print(&t, &m->data);
    csuccess__arena_free(&t.arena);
    free(m);
}

static void too_little_is_refused_with_what_is_missing(void)
{
    made *m = make();
    taken t;
    static const struct {
        uint32_t rows, every, min_rows, min_events;
        const char *message;
    } cases[] = {
        {150, 2, 0, 0, "150 rows are too few: at least 200 are needed, so 50 are missing"},
        {0, 2, 0, 0, "0 rows are too few"},
        {1000, 100, 0, 0, "10 of 1000 rows have the outcome: at least 20 are needed, so 10"},
        {1000, 2000, 0, 0, "10 of 1000 rows lack the outcome: at least 20"},
        {1000, 5000, 0, 0,
         "none of 1000 rows has the outcome: at least 20 with and 20 without"},
        {1000, 1, 0, 0, "each of 1000 rows has the outcome"},
        {1000, 10, 0, 101, "100 of 1000 rows have the outcome: at least 101 are needed, so 1 "},
        {1000, 10, 1001, 0, "at least 1001 are needed, so 1 are missing"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        for (uint32_t i = 0; i < ROWS; i++) {
            m->labels[i] = i % cases[c].every == cases[c].every - 1;
            if (cases[c].every == 2000) m->labels[i] = i % 100 != 0;
        }
        m->data.rows = cases[c].rows;
        take(&t, &m->data, (csuccess__survey_options){cases[c].min_rows, cases[c].min_events});
        CHECK_RESULT(t.result, CSUCCESS_EDATA);
        CHECK_HAS(t.err.message, cases[c].message);
        csuccess__arena_free(&t.arena);
    }
    for (uint32_t i = 0; i < ROWS; i++) m->labels[i] = i % 2;
    m->data.rows = 100;
    take(&t, &m->data, (csuccess__survey_options){100, 50});
    CHECK_OK(t.result);
    csuccess__arena_free(&t.arena);
    m->data.feature_count = 0;
    take(&t, &m->data, (csuccess__survey_options){100, 50});
    CHECK_RESULT(t.result, CSUCCESS_EDATA);
    CHECK_HAS(t.err.message, "there are no metrics");
    csuccess__arena_free(&t.arena);
    add_numbers(m, "zeros");
    take(&t, &m->data, (csuccess__survey_options){100, 50});
    CHECK_OK(t.result); /* feature 0, usage, still varies */
    csuccess__arena_free(&t.arena);
    memset(m->numbers[0], 0, sizeof m->numbers[0]);
    take(&t, &m->data, (csuccess__survey_options){100, 50});
    CHECK_RESULT(t.result, CSUCCESS_EDATA);
    CHECK_HAS(t.err.message, "no metric varies");
    csuccess__arena_free(&t.arena);
    free(m);
}

static csuccess_result survey_once(check_memory *memory, void *ud)
{
    made *m = ud;
    csuccess__arena arena;
    csuccess__survey survey;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__survey_options options = {0, 0};
    csuccess__arena_init(&arena, &memory->allocator, 0);
    csuccess_result result =
        csuccess__survey_take(&survey, &arena, &memory->allocator, &m->data, &options, &err);
    csuccess__arena_free(&arena);
    return result;
}

static void it_survives_refused_memory(void)
{
    made *m = make();
    CHECK(check_faults(survey_once, m) > 3);
    free(m);
}

CHECK_MAIN(CHECK_TEST(honest_features_are_let_be), CHECK_TEST(telco_is_honest_but_for_its_key),
           CHECK_TEST(what_is_constant_or_missing_is_found),
           CHECK_TEST(what_says_the_same_is_found),
           CHECK_TEST(what_is_known_only_afterwards_is_found),
           CHECK_TEST(the_telling_value_is_named), CHECK_TEST(numbers_that_name_rows_are_found),
           CHECK_TEST(too_little_is_refused_with_what_is_missing),
           CHECK_TEST(it_survives_refused_memory))

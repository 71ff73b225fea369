/* SPDX-License-Identifier: Apache-2.0 */
/* The logistic trainer against R, statsmodels and scikit-learn; what it refuses; that it is the same fit by every way of solving it. */
#include "learn_rows.h"

#include "base/number.h"
#include "churn/learn/logistic.h"

#define TELCO CHECK_SOURCE_ROOT "/examples/telco/telco.csv"

/* A model that was trained, with its arena. */
typedef struct trained {
    csuccess__arena arena;
    csuccess__learned model;
    csuccess__logistic_fit fit;
    csuccess_error err;
    csuccess_result result;
} trained;

static void train(trained *t, const csuccess__dataset *data,
                  const csuccess__logistic_options *options, double *held)
{
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    t->err = (csuccess_error)CSUCCESS_ERROR_INIT;
    csuccess__arena_init(&t->arena, mem, 0);
    t->result = csuccess__logistic_train(&t->model, &t->fit, &t->arena, mem, data, options,
                                         held, &t->err);
    if (t->result < 0) printf("# %s\n", t->err.message);
}

/* Fields of a line between tabs. */
static csuccess_str field(const char *line, unsigned n)
{
    while (n-- > 0) line += check_span(line, "\t\n") + 1;
    return (csuccess_str){line, check_span(line, "\t\n")};
}

static double number(const char *line, unsigned n)
{
    double value = (double)NAN;
    CHECK(csuccess__numeral_parse(field(line, n), &value));
    return value;
}

static const csuccess__coefficient *find(const trained *t, const csuccess__dataset *data,
                                         const char *line)
{
    static const char *const kinds[] = {"intercept", "slope", "word", "else", "missing"};
    for (uint32_t k = 1; k < t->fit.coefficient_count; k++) {
        const csuccess__coefficient *c = &t->fit.coefficients[k];
        const csuccess__feature *f = &data->features[c->feature];
        bool none = !f->numbers && c->kind == CSUCCESS__COEFFICIENT_MISSING;
        if (csuccess__str_is(field(line, 0), none ? "none" : kinds[c->kind]) &&
            csuccess__str_eq(field(line, 1), f->name) &&
            (c->kind != CSUCCESS__COEFFICIENT_WORD ||
             csuccess__str_eq(field(line, 2), f->words[c->word])))
            return c;
    }
    return NULL;
}

/* The lines behind one of `fit`: coefficients and predictions. */
static const char *compare_fit(const trained *t, const csuccess__dataset *data,
                               const char *line)
{
    double *odds = malloc(data->rows * sizeof *odds);
    unsigned coefficients = 1;
    CHECK_OK(csuccess__learned_predict(&t->model, data, csuccess__malloc_allocator(), odds));
    CHECK_NUM(t->fit.deviance, number(line, 3), 1e-7);
    for (line = learn_line(line); *line && !strchr("fpd", *line); line = learn_line(line)) {
        if (strncmp(line, "row", 3) == 0) {
            CHECK_NUM(odds[(size_t)number(line, 1)], number(line, 2), 1e-7);
            continue;
        }
        const csuccess__coefficient *c = find(t, data, line);
        bool numeric = *line == 's' || *line == 'm';
        coefficients++;
        if (!CHECK(c != NULL) || !CHECK_NUM(c->value, number(line, numeric ? 2 : 3), 1e-6)) {
            printf("# %.*s\n", (int)check_span(line, "\n"), line);
        }
    }
    CHECK_UINT(t->fit.coefficient_count, coefficients);
    free(odds);
    return line;
}

/* The rows "made" of the table as a dataset. */
static void read_made(learn_rows *rows, const char *text)
{
    char *csv = malloc(strlen(text) + 1), *to = csv;
    const char *p = strstr(text, "\ndata\t");
    if (!csv || !p) abort();
    for (p += 1; strncmp(p, "data\t", 5) == 0 || strncmp(p, "make\t", 5) == 0;) {
        const char *end = learn_line(p);
        for (p += 5; p < end; p++) *to++ = *p == '\t' ? ',' : *p;
    }
    *to = '\0';
    memset(rows, 0, sizeof *rows);
    csuccess__arena_init(&rows->arena, csuccess__malloc_allocator(), 0);
    rows->text = csv;
    for (const char *q = learn_line(csv); *q; q = learn_line(q)) rows->data.rows++;
    for (uint32_t c = 0; c < 6; c++) learn_column(rows, &rows->features[c], c);
    uint8_t *labels = CSUCCESS__NEW_ARRAY(&rows->arena, uint8_t, rows->data.rows);
    for (uint32_t i = 0; i < rows->data.rows; i++)
        labels[i] = rows->features[0].numbers[i] != 0;
    rows->data.labels = labels;
    rows->data.weights = rows->features[1].numbers;
    rows->data.features = rows->features + 2;
    rows->data.feature_count = 4;
}

static void fits_are_those_of_scikit_learn(void)
{
    char *text = check_read(CHECK_SOURCE_ROOT "/tests/data/logistic.tsv", NULL);
    learn_rows telco, made;
    if (!text || !learn_read(&telco, TELCO, "Churn", "Yes", "customerID")) return;
    read_made(&made, text);
    unsigned fits = 0;
    for (const char *line = text; *line;) {
        if (strncmp(line, "fit\t", 4) != 0) {
            line = learn_line(line);
            continue;
        }
        csuccess__dataset *data =
            csuccess__str_is(field(line, 1), "telco") ? &telco.data : &made.data;
        for (uint32_t direct = 0; direct < 2; direct++) { /* Cholesky, conjugate gradients */
            trained t;
            csuccess__logistic_options options = {.penalty = number(line, 2), .direct = direct};
            train(&t, data, &options, NULL);
            if (CHECK_OK(t.result)) compare_fit(&t, data, line);
            csuccess__arena_free(&t.arena);
        }
        line = learn_line(line);
        fits++;
    }
    CHECK_UINT(fits, 4);
    learn_close(&telco);
    learn_close(&made);
    free(text);
}

/* R's glm(Churn ~ SeniorCitizen + tenure + InternetService + Contract + PaperlessBilling + PaymentMethod + MonthlyCharges, binomial) has
   deviance 5962.09013906; estimates and standard errors of the table are those of statsmodels. */
static void without_penalty_telco_is_what_r_says(void)
{
    static const char *const names[] = {
        "SeniorCitizen", "tenure",         "InternetService",  "Contract",
        "PaymentMethod", "MonthlyCharges", "PaperlessBilling", NULL};
    char *text = check_read(CHECK_SOURCE_ROOT "/tests/data/logistic.tsv", NULL);
    learn_rows telco;
    trained t;
    csuccess__logistic_options options = {.unpenalised = true};
    if (!text || !learn_read(&telco, TELCO, "Churn", "Yes", "customerID")) return;
    learn_keep(&telco, names);
    train(&t, &telco.data, &options, NULL);
    CHECK_OK(t.result);
    CHECK_NUM(t.fit.deviance, 5962.09013906, 1e-8);
    const char *line = strstr(text, "\nplain\t");
    if (CHECK(line != NULL)) {
        unsigned slopes = 0;
        for (line = learn_line(line + 1); *line == 's'; line = learn_line(line), slopes++) {
            const csuccess__coefficient *c = find(&t, &telco.data, line);
            if (!CHECK(c != NULL)) break;
            CHECK_NUM(c->value, number(line, 2), 1e-9);
            CHECK_NUM(c->error, number(line, 3), 1e-9);
        }
        CHECK_UINT(slopes, 3);
    }
    csuccess__arena_free(&t.arena);
    learn_close(&telco);
    free(text);
}

/* Six columns of telco say "No internet service", one "No phone service": R leaves out the aliased ones; the deviance (statsmodels) is that of
   the columns that are independent. TotalCharges is missing in eleven rows, none of which left: there is no finite fit with it. */
static void columns_that_others_determine_are_left_out(void)
{
    learn_rows telco;
    trained t;
    csuccess__logistic_options options = {.unpenalised = true};
    if (!learn_read(&telco, TELCO, "Churn", "Yes", "customerID")) return;
    train(&t, &telco.data, &options, NULL);
    CHECK_RESULT(t.result, CSUCCESS_EDATA);
    CHECK_HAS(t.err.message, "\"TotalCharges\", where it is missing, tells the outcome");
    csuccess__arena_free(&t.arena);
    CHECK_STR(telco.features[--telco.data.feature_count].name, "TotalCharges");
    train(&t, &telco.data, &options, NULL);
    CHECK_OK(t.result);
    uint32_t dropped = 0;
    for (uint32_t k = 0; k < t.fit.coefficient_count; k++)
        dropped += t.fit.coefficients[k].dropped;
    CHECK_UINT(dropped, 7);
    CHECK_NUM(t.fit.deviance, 5850.960884508741, 1e-8);
    csuccess__arena_free(&t.arena);
    learn_close(&telco);
}

static void on_the_folds_of_telco_it_reaches_its_figure(void)
{
    learn_rows telco;
    double sum = 0, loss = 0;
    if (!learn_read(&telco, TELCO, "Churn", "Yes", "customerID") ||
        !learn_folds(&telco, CHECK_SOURCE_ROOT "/tests/data/telco.folds.csv"))
        return;
    for (uint8_t fold = 0; fold < 5; fold++) {
        csuccess__dataset learn = learn_part(&telco, fold, true);
        csuccess__dataset test = learn_part(&telco, fold, false);
        csuccess__logistic_options options = {.seed = 1};
        trained t;
        train(&t, &learn, &options, NULL);
        double *odds = malloc(test.rows * sizeof *odds), fold_loss = 0;
        CHECK_OK(t.result);
        CHECK_OK(
            csuccess__learned_predict(&t.model, &test, csuccess__malloc_allocator(), odds));
        double auc = learn_auc(odds, test.labels, test.rows);
        for (uint32_t i = 0; i < test.rows; i++) {
            double p = csuccess__sigmoid(odds[i]);
            fold_loss -= csuccess__ln(test.labels[i] ? p : 1 - p) / test.rows;
        }
        printf("# fold %d: AUC %.4f, log loss %.4f, penalty %g\n", fold, auc, fold_loss,
               t.fit.penalty);
        sum += auc;
        loss += fold_loss;
        free(odds);
        csuccess__arena_free(&t.arena);
    }
    printf("# mean AUC %.5f, log loss %.5f\n", sum / 5, loss / 5);
    CHECK(sum / 5 >= 0.845);
    CHECK(loss / 5 <= 0.4172 + 0.0005);
    learn_close(&telco);
}

enum { WIDE_ROWS = 6000, WIDE_WORDS = 747 };

/* A category of 747 words with effects of their own, two numbers, one of which matters, and a category of 60 words that says nothing. */
typedef struct wide {
    double x[WIDE_ROWS], noise[WIDE_ROWS], truth[WIDE_ROWS], weights[WIDE_ROWS];
    uint32_t word[WIDE_ROWS], other[WIDE_ROWS];
    uint8_t labels[WIDE_ROWS];
    char names[WIDE_WORDS][8];
    csuccess_str words[WIDE_WORDS];
    csuccess__feature features[4];
    csuccess__dataset data;
} wide;

static double uniform(uint64_t *state)
{
    return (double)(check_random(state) >> 11) / 9007199254740992.0;
}

static wide *wide_rows(uint64_t seed)
{
    wide *w = calloc(1, sizeof *w);
    double effect[WIDE_WORDS];
    if (!w) abort();
    for (uint32_t k = 0; k < WIDE_WORDS; k++) {
        effect[k] = 2 * (uniform(&seed) + uniform(&seed) - 1);
        snprintf(w->names[k], sizeof w->names[k], "w%u", k);
        w->words[k] = csuccess__str(w->names[k]);
    }
    for (uint32_t i = 0; i < WIDE_ROWS; i++) {
        w->x[i] = 6 * uniform(&seed) - 3;
        w->noise[i] = uniform(&seed);
        w->word[i] = (uint32_t)(uniform(&seed) * uniform(&seed) * WIDE_WORDS);
        w->other[i] = (uint32_t)(uniform(&seed) * 60);
        w->truth[i] = w->x[i] + effect[w->word[i]] - 1;
        w->labels[i] = uniform(&seed) < csuccess__sigmoid(w->truth[i]);
        w->weights[i] = 1;
    }
    w->features[0] = (csuccess__feature){.name = CSUCCESS_STR("x"), .numbers = w->x};
    w->features[1] = (csuccess__feature){CSUCCESS_STR("word"), false, NULL, w->word, w->words,
                                         WIDE_WORDS,           0};
    w->features[2] = (csuccess__feature){.name = CSUCCESS_STR("noise"), .numbers = w->noise};
    w->features[3] =
        (csuccess__feature){CSUCCESS_STR("other"), false, NULL, w->other, w->words, 60, 0};
    w->data = (csuccess__dataset){w->features, 4, WIDE_ROWS, w->labels, w->weights, NULL};
    return w;
}

/* Held-out log-odds must rank nearly as the truth does, and better than without the wide category. */
static void wide_categories_are_learned_and_shrunk(void)
{
    wide *w = wide_rows(4);
    double *held = malloc(WIDE_ROWS * sizeof *held), *odds = malloc(WIDE_ROWS * sizeof *odds);
    csuccess__logistic_options options = {.seed = 3};
    trained t;
    train(&t, &w->data, &options, held);
    CHECK_OK(t.result);
    double best = learn_auc(w->truth, w->labels, WIDE_ROWS);
    double mine = learn_auc(held, w->labels, WIDE_ROWS);
    double alone = learn_auc(w->x, w->labels, WIDE_ROWS);
    printf("# AUC: truth %.4f, held out %.4f, number alone %.4f; penalty %g\n", best, mine,
           alone, t.fit.penalty);
    CHECK(mine > alone + 0.2 * (best - alone));
    CHECK(t.fit.penalty > 0.3 && t.fit.penalty < 10); /* the words' deviation is 0.8 */
    CHECK(t.fit.held_deviance > t.fit.deviance);
    CHECK_UINT(t.model.term_count, 4);
    double spread = 0;
    for (uint32_t k = 0; k < t.model.terms[3].axes[0].n; k++)
        spread += fabs(t.model.terms[3].gives[k]) / t.model.terms[3].axes[0].n;
    CHECK(spread < 0.3 && t.model.terms[1].importance > 1.5 * t.model.terms[3].importance);
    CHECK_OK(csuccess__learned_predict(&t.model, &w->data, csuccess__malloc_allocator(), odds));
    CHECK(learn_auc(odds, w->labels, WIDE_ROWS) > mine); /* seen rows flatter */
    csuccess__arena_free(&t.arena);
    free(odds);
    free(held);
    free(w);
}

/* Slopes with their intervals, words by name; with a penalty the deviation of the posterior, which is less than the standard error. */
static void coefficients_are_written_with_their_intervals(void)
{
    wide *w = wide_rows(12);
    csuccess__logistic_options plain = {.unpenalised = true}, ridge = {.penalty = 50};
    csuccess__buffer out;
    csuccess__json_writer writer;
    trained t, shrunk;
    w->data.feature_count = 1;
    train(&t, &w->data, &plain, NULL);
    train(&shrunk, &w->data, &ridge, NULL);
    const csuccess__coefficient *c = &t.fit.coefficients[1], *s = &shrunk.fit.coefficients[1];
    CHECK(s->error > 0 && s->error < c->error && fabs(s->value) < fabs(c->value));
    CHECK(c->value - 1.96 * c->error < 1 && c->value + 1.96 * c->error > 0.8);
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__json_writer_init(&writer, &out);
    csuccess__logistic_write(&writer, &t.fit, &w->data);
    csuccess__arena_free(&t.arena);
    csuccess__arena_free(&shrunk.arena);
    CHECK_HAS(out.ptr, "[{\"metric\":\"x\",\"log_odds\":0.");
    CHECK_HAS(out.ptr, ",\"error\":0.");
    CHECK_HAS(out.ptr, ",\"high\":");
    w->data.feature_count = 4;
    w->word[0] = CSUCCESS__WORD_MISSING;
    ridge.direct = 1; /* conjugate gradients: no errors */
    train(&t, &w->data, &ridge, NULL);
    csuccess__buffer_clear(&out);
    csuccess__json_writer_init(&writer, &out);
    csuccess__logistic_write(&writer, &t.fit, &w->data);
    CHECK_HAS(out.ptr, "{\"metric\":\"word\",\"is\":\"w0\",\"log_odds\":");
    CHECK(strstr(out.ptr, "error") == NULL);
    CHECK(t.fit.coefficient_count > 201 && strstr(out.ptr, "where") == NULL);
    csuccess__buffer_free(&out);
    csuccess__arena_free(&t.arena);
    free(w);
}

/* Terms average to nothing over the training rows, so contributions are against the mean and the intercept is the mean log-odds. */
static void terms_are_centred(void)
{
    wide *w = wide_rows(9);
    double *odds = malloc(WIDE_ROWS * sizeof *odds), sum = 0;
    csuccess__logistic_options options = {.penalty = 1};
    trained t;
    for (uint32_t i = 0; i < WIDE_ROWS; i += 7) w->x[i] = (double)NAN;
    for (uint32_t i = 0; i < WIDE_ROWS; i += 11) w->word[i] = CSUCCESS__WORD_MISSING;
    for (uint32_t i = 0; i < WIDE_ROWS; i++) w->weights[i] = 0.5 + i % 3;
    train(&t, &w->data, &options, NULL);
    CHECK_OK(t.result);
    for (uint32_t term = 0; term < t.model.term_count; term++) {
        csuccess__learned one = {0, &t.model.terms[term], 1, 0};
        CHECK_OK(csuccess__learned_predict(&one, &w->data, csuccess__malloc_allocator(), odds));
        double total = 0, size = 0;
        for (uint32_t i = 0; i < WIDE_ROWS; i++) total += w->weights[i] * odds[i];
        for (uint32_t i = 0; i < WIDE_ROWS; i++) size += fabs(odds[i]) / WIDE_ROWS;
        CHECK_NUM(total / WIDE_ROWS, 0, 1e-10);
        CHECK_NUM(t.model.terms[term].importance, size, 1e-10);
    }
    CHECK_OK(csuccess__learned_predict(&t.model, &w->data, csuccess__malloc_allocator(), odds));
    for (uint32_t i = 0; i < WIDE_ROWS; i++)
        sum += w->weights[i] * (csuccess__sigmoid(odds[i]) - w->labels[i]);
    CHECK_NUM(sum, 0, 1e-6); /* the intercept is free: as many are expected as there were */
    csuccess__arena_free(&t.arena);
    free(odds);
    free(w);
}

/* A weight of 2 is the row twice; the same seed gives the same bits; rows of one group are held out together. */
static void weights_seeds_and_groups_mean_what_they_say(void)
{
    wide *w = wide_rows(5);
    double *held = malloc(WIDE_ROWS * sizeof *held), *again = malloc(WIDE_ROWS * sizeof *held);
    uint32_t *groups = malloc(WIDE_ROWS * sizeof *groups);
    csuccess__logistic_options options = {.penalty = 2, .rare_words = 1};
    trained a, b;
    for (uint32_t i = 1; i < WIDE_ROWS; i += 2) { /* each odd row repeats the one before */
        w->x[i] = w->x[i - 1];
        w->noise[i] = w->noise[i - 1];
        w->word[i] = w->word[i - 1];
        w->other[i] = w->other[i - 1];
        w->labels[i] = w->labels[i - 1];
    }
    train(&a, &w->data, &options, NULL);
    wide *half = calloc(1, sizeof *half);
    for (uint32_t i = 0; i < WIDE_ROWS / 2; i++) {
        half->x[i] = w->x[2 * i];
        half->noise[i] = w->noise[2 * i];
        half->word[i] = w->word[2 * i];
        half->other[i] = w->other[2 * i];
        half->labels[i] = w->labels[2 * i];
        half->weights[i] = 2;
    }
    memcpy(half->features, w->features, sizeof half->features);
    half->features[0].numbers = half->x;
    half->features[1].codes = half->word;
    half->features[2].numbers = half->noise;
    half->features[3].codes = half->other;
    half->data = (csuccess__dataset){half->features, 4,   WIDE_ROWS / 2, half->labels,
                                     half->weights,  NULL};
    train(&b, &half->data, &options, NULL);
    CHECK_NUM(a.model.intercept, b.model.intercept, 1e-9);
    CHECK_NUM(a.model.terms[0].slope, b.model.terms[0].slope, 1e-9);
    CHECK_NUM(a.fit.deviance, b.fit.deviance, 1e-7);
    csuccess__arena_free(&a.arena);
    csuccess__arena_free(&b.arena);

    options = (csuccess__logistic_options){.seed = 8, .penalty = 2, .folds = 3};
    w->data.groups = groups;
    for (uint32_t i = 0; i < WIDE_ROWS; i++) groups[i] = i / 2;
    train(&a, &w->data, &options, held);
    train(&b, &w->data, &options, again);
    CHECK(memcmp(held, again, WIDE_ROWS * sizeof *held) == 0);
    CHECK(memcmp(&a.model.intercept, &b.model.intercept, sizeof(double)) == 0);
    for (uint32_t i = 1; i < WIDE_ROWS; i += 2) /* the same fit held both out */
        if (!CHECK_NUM(held[i], held[i - 1], 0)) break;
    csuccess__arena_free(&b.arena);
    options.seed = 9;
    train(&b, &w->data, &options, again);
    CHECK(memcmp(held, again, WIDE_ROWS * sizeof *held) != 0);
    csuccess__arena_free(&a.arena);
    csuccess__arena_free(&b.arena);
    free(groups);
    free(held);
    free(again);
    free(half);
    free(w);
}

/* A made-up set of four rows a pattern: x tells the outcome, y does not. */
static void what_cannot_be_learned_is_refused(void)
{
    enum { N = 40 };
    double x[N], y[N];
    uint32_t codes[N];
    uint8_t labels[N];
    csuccess_str words[] = {CSUCCESS_STR("a"), CSUCCESS_STR("b")};
    csuccess__feature features[] = {{.name = CSUCCESS_STR("y"), .numbers = y},
                                    {.name = CSUCCESS_STR("x"), .numbers = x}};
    csuccess__feature word = {CSUCCESS_STR("word"), false, NULL, codes, words, 2, 0};
    csuccess__dataset data = {features, 2, N, labels, NULL, NULL};
    csuccess__logistic_options plain = {.unpenalised = true}, ridge = {.penalty = 0};
    trained t;
    for (int i = 0; i < N; i++) {
        labels[i] = i % 4 == 0;
        x[i] = labels[i] * 10 + i % 3;
        y[i] = i % 5;
        codes[i] = labels[i];
    }
    train(&t, &data, &plain, NULL);
    CHECK_RESULT(t.result, CSUCCESS_EDATA);
    CHECK_HAS(t.err.message, "\"x\" tells the outcome without fail");
    csuccess__arena_free(&t.arena);
    train(&t, &data, &ridge, NULL); /* with a penalty there is a fit */
    CHECK_OK(t.result);
    CHECK(t.model.terms[1].slope > 0.1 && t.model.terms[1].slope < 10);
    csuccess__arena_free(&t.arena);
    data.features = &word;
    data.feature_count = 1;
    train(&t, &data, &plain, NULL);
    CHECK_RESULT(t.result, CSUCCESS_EDATA);
    CHECK_HAS(t.err.message, "\"word\", where it is \"b\", tells the outcome");
    csuccess__arena_free(&t.arena);
    codes[3] = 2;
    train(&t, &data, &ridge, NULL);
    CHECK_RESULT(t.result, CSUCCESS_EINVALID);
    csuccess__arena_free(&t.arena);
    memset(codes, 0, sizeof codes);
    train(&t, &data, &ridge, NULL);
    CHECK_RESULT(t.result, CSUCCESS_EDATA);
    CHECK_HAS(t.err.message, "no metric varies");
    csuccess__arena_free(&t.arena);
    data.features = features;
    y[2] = (double)INFINITY;
    train(&t, &data, &ridge, NULL);
    CHECK_RESULT(t.result, CSUCCESS_EINVALID);
    csuccess__arena_free(&t.arena);
    memset(labels, 1, sizeof labels);
    train(&t, &data, &ridge, NULL);
    CHECK_RESULT(t.result, CSUCCESS_EDATA);
    CHECK_HAS(t.err.message, "each of 40 rows has the outcome");
    csuccess__arena_free(&t.arena);
    data.rows = 0;
    train(&t, &data, &ridge, NULL);
    CHECK_RESULT(t.result, CSUCCESS_EDATA);
    csuccess__arena_free(&t.arena);
}

/* Numbers next to the ends of what a double holds, values that are all missing or all the same: finite, or left out. */
static void numbers_of_any_size_give_finite_terms(void)
{
    enum { N = 60, KINDS = 8 };
    static const double scale[KINDS] = {1e299, 1e-300, 4e-320, 1.7e308, 1, 1e-5, 1e15, 0};
    double x[KINDS][N], odds[N];
    uint8_t labels[N];
    csuccess__feature features[KINDS];
    csuccess__dataset data = {features, KINDS, N, labels, NULL, NULL};
    csuccess__logistic_options options = {.penalty = 1};
    trained t;
    for (int i = 0; i < N; i++) {
        labels[i] = i * 7 % 10 < 4;
        for (int k = 0; k < KINDS; k++) x[k][i] = scale[k] * ((i * 13 % 17 - 8) / 8.0);
        x[4][i] = i % 2 ? (double)NAN : 5;
        x[7][i] = (double)NAN;
    }
    for (int k = 0; k < KINDS; k++)
        features[k] = (csuccess__feature){.name = CSUCCESS_STR("n"), .numbers = x[k]};
    train(&t, &data, &options, NULL);
    CHECK_OK(t.result);
    CHECK_UINT(t.model.term_count, 4); /* 1e299, "5 or missing", 1e-5, 1e15 */
    for (uint32_t k = 0; k < t.model.term_count; k++) {
        const csuccess__term *term = &t.model.terms[k];
        CHECK(isfinite(term->slope) && isfinite(term->offset) && isfinite(term->missing));
        CHECK(term->low < term->high);
        CHECK(isfinite(term->offset + term->slope * term->low));
    }
    CHECK_OK(csuccess__learned_predict(&t.model, &data, csuccess__malloc_allocator(), odds));
    for (int i = 0; i < N; i++) CHECK(isfinite(odds[i]));
    csuccess__arena_free(&t.arena);
}

typedef struct watched {
    uint64_t reports, last, stop_at;
} watched;

static int watch(void *ud, uint64_t done, uint64_t total)
{
    watched *w = ud;
    CHECK(done >= w->last && done <= total);
    w->last = done;
    return ++w->reports == w->stop_at;
}

static void it_reports_and_can_be_stopped(void)
{
    wide *w = wide_rows(6);
    watched seen = {0, 0, 0};
    csuccess__logistic_options options = {.progress = {watch, &seen}};
    trained t;
    w->data.rows = 500;
    train(&t, &w->data, &options, NULL);
    CHECK_OK(t.result);
    CHECK(seen.reports >= 100);
    csuccess__arena_free(&t.arena);
    for (uint64_t stop = 1; stop < seen.reports; stop += 1 + stop / 2) {
        watched stopping = {0, 0, stop};
        options.progress.ud = &stopping;
        train(&t, &w->data, &options, NULL);
        CHECK_RESULT(t.result, CSUCCESS_ECANCELLED);
        csuccess__arena_free(&t.arena);
    }
    free(w);
}

static csuccess_result train_small(check_memory *memory, void *ud)
{
    wide *w = ud;
    double held[300];
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__arena arena;
    csuccess__learned model;
    csuccess__logistic_fit fit;
    csuccess__logistic_options options = {.folds = 2, .direct = w->weights[0] > 1 ? 1 : 800};
    csuccess__arena_init(&arena, &memory->allocator, 0);
    csuccess_result result = csuccess__logistic_train(&model, &fit, &arena, &memory->allocator,
                                                      &w->data, &options, held, &err);
    if (result == CSUCCESS_OK) CHECK_UINT(model.term_count, 4);
    csuccess__arena_free(&arena);
    return result;
}

static void it_survives_refused_memory(void)
{
    wide *w = wide_rows(2);
    w->data.rows = 300;
    for (int conjugate = 0; conjugate < 2; conjugate++) {
        w->weights[0] = 1 + conjugate;
        CHECK(check_faults(train_small, w) > 5);
    }
    free(w);
}

CHECK_MAIN(CHECK_TEST(fits_are_those_of_scikit_learn),
           CHECK_TEST(without_penalty_telco_is_what_r_says),
           CHECK_TEST(columns_that_others_determine_are_left_out),
           CHECK_TEST(on_the_folds_of_telco_it_reaches_its_figure),
           CHECK_TEST(wide_categories_are_learned_and_shrunk),
           CHECK_TEST(coefficients_are_written_with_their_intervals),
           CHECK_TEST(terms_are_centred),
           CHECK_TEST(weights_seeds_and_groups_mean_what_they_say),
           CHECK_TEST(what_cannot_be_learned_is_refused),
           CHECK_TEST(numbers_of_any_size_give_finite_terms),
           CHECK_TEST(it_reports_and_can_be_stopped), CHECK_TEST(it_survives_refused_memory))

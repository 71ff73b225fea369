/* SPDX-License-Identifier: Apache-2.0 */
/* Churn models over a file of customers, once: churn.py runs it between XGBoost's own rounds.
     churn train ROWS.csv fit              learns by the defaults, without evaluation, from rows that are in memory
     churn train ROWS.csv folds|holdout MODEL_OUT   the public csuccess_train(), with its evaluation
     churn predict ROWS.csv MODEL FEATURES REPEAT OUT.f64   predicts the rows, REPEAT times over, as columns and one by one
   The files are comma-separated without quotation marks; "customerID" and "Churn" are the customer and the outcome, all else is
   learned from or bound. FEATURES is the object of that name in churn.model.xgboost; "{}" where columns are features. */
#define _POSIX_C_SOURCE 199309L
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "columns/training.h"
#include <csuccess/csuccess.h>

#define NOW_MS INT64_C(1769817600000) /* 2026-01-31T00:00:00Z */
enum { ROUNDS = 5, PREPARED = 1024, ALONE = 8192, WORDS = 256 };

static void must(csuccess_result result, const csuccess_error *err)
{
    if (result >= 0) return;
    fprintf(stderr, "churn: %s %s\n", err->message, err->pointer);
    exit(1);
}

static void *have(void *pointer, const char *what)
{
    if (pointer) return pointer;
    fprintf(stderr, "churn: %s\n", what);
    exit(1);
}

static double now(void)
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

static double median(double *times, size_t n)
{
    qsort(times, n, sizeof *times, ascending);
    return times[n / 2];
}

static char *read_file(const char *path, size_t *len)
{
    FILE *file = have(fopen(path, "rb"), path);
    fseek(file, 0, SEEK_END);
    *len = (size_t)ftell(file);
    rewind(file);
    char *bytes = have(malloc(*len + 1), "no memory");
    if (fread(bytes, 1, *len, file) != *len) have(NULL, path);
    fclose(file);
    bytes[*len] = '\0';
    return bytes;
}

/* ---- The file, by columns ---- */

typedef struct column {
    csuccess_str name;
    csuccess_str *cells; /* as written; NULL after reading but for customers */
    bool number;         /* every cell is a number or empty */
    double *numbers;     /* NaN: empty */
    uint8_t *codes;
    csuccess_str words[WORDS];
    uint32_t word_count;
} column;

typedef struct table {
    char *bytes;
    column *columns;
    size_t count, rows; /* repeated as asked */
    const column *customer, *outcome;
} table;

static bool same(csuccess_str a, const char *b)
{
    return a.len == strlen(b) && memcmp(a.ptr, b, a.len) == 0;
}

/* The cell at *at, which goes past it. */
static csuccess_str next_cell(char **at)
{
    size_t len = strcspn(*at, ",\r\n");
    csuccess_str cell = {*at, len};
    *at += len;
    if (**at == ',') ++*at;
    return cell;
}

static double number_of(csuccess_str cell, bool *good)
{
    char *end;
    if (!cell.len || *cell.ptr == ' ') return (double)NAN;
    double value = strtod(cell.ptr, &end);
    *good = *good && end == cell.ptr + cell.len;
    return value;
}

static uint8_t code_of(column *c, csuccess_str cell)
{
    for (uint32_t i = 0; i < c->word_count; i++) {
        if (c->words[i].len == cell.len && !memcmp(c->words[i].ptr, cell.ptr, cell.len)) {
            return (uint8_t)i;
        }
    }
    if (c->word_count == WORDS) have(NULL, "too many words");
    c->words[c->word_count] = cell;
    return (uint8_t)c->word_count++;
}

/* Numbers or codes, `repeat` times over. */
static void settle(column *c, size_t rows, size_t repeat)
{
    c->number = true;
    c->numbers = have(malloc((rows * repeat + 1) * sizeof *c->numbers), "no memory");
    for (size_t r = 0; r < rows && c->number; r++) {
        c->numbers[r] = number_of(c->cells[r], &c->number);
    }
    for (size_t k = 1; k < repeat && c->number; k++) {
        memcpy(c->numbers + k * rows, c->numbers, rows * sizeof *c->numbers);
    }
    if (c->number) return;
    free(c->numbers);
    c->numbers = NULL;
    c->codes = have(malloc(rows * repeat + 1), "no memory");
    for (size_t r = 0; r < rows; r++) c->codes[r] = code_of(c, c->cells[r]);
    for (size_t k = 1; k < repeat; k++) memcpy(c->codes + k * rows, c->codes, rows);
}

static void read_head(table *t, char **at)
{
    size_t most = 2;
    for (const char *c = *at; *c && *c != '\n'; c++) most += *c == ',';
    t->columns = have(calloc(most, sizeof *t->columns), "no memory");
    while (**at && **at != '\n' && **at != '\r') t->columns[t->count++].name = next_cell(at);
    *at += strspn(*at, "\r\n");
}

static void read_table(table *t, const char *path, size_t repeat)
{
    size_t len, most = 0;
    *t = (table){.bytes = read_file(path, &len)};
    char *at = t->bytes;
    for (size_t i = 0; i < len; i++) most += at[i] == '\n';
    read_head(t, &at);
    for (size_t k = 0; k < t->count; k++) {
        t->columns[k].cells = have(malloc((most + 1) * sizeof(csuccess_str)), "no memory");
    }
    for (; *at; at += strspn(at, "\r\n"), t->rows++) {
        for (size_t k = 0; k < t->count; k++) t->columns[k].cells[t->rows] = next_cell(&at);
    }
    for (size_t k = 0; k < t->count; k++) {
        column *c = &t->columns[k];
        if (same(c->name, "customerID")) {
            t->customer = c;
            continue;
        }
        settle(c, t->rows, repeat);
        free(c->cells);
        c->cells = NULL;
        if (same(c->name, "Churn")) t->outcome = c;
    }
    t->rows *= repeat;
}

static void free_table(table *t)
{
    for (size_t k = 0; k < t->count; k++) {
        free(t->columns[k].cells);
        free(t->columns[k].numbers);
        free(t->columns[k].codes);
    }
    free(t->columns);
    free(t->bytes);
}

/* ---- The configuration ---- */

static csuccess_result give_model(void *ud, csuccess_str name, csuccess_model **out)
{
    (void)name;
    *out = csuccess_model_ref(ud);
    return *out ? CSUCCESS_OK : CSUCCESS_ENAME;
}

/* Every column but the customer as an attribute, and `churn` as it is given. */
static csuccess_config *configure(const table *t, const char *churn, csuccess_model *model)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config;
    size_t room = 256 + strlen(churn) + t->count * 384;
    char *text = have(malloc(room), "no memory");
    int used = snprintf(text, room, "{\"csuccess\": 1, \"attributes\": {");
    for (size_t k = 0, n = 0; k < t->count; k++) {
        const column *c = &t->columns[k];
        if (c == t->customer) continue;
        used += snprintf(text + used, room - (size_t)used, "%s\"%.*s\": {\"type\": \"%s\"%s}",
                         n++ ? ", " : "", (int)c->name.len, c->name.ptr,
                         c->number ? "number" : "string",
                         c == t->outcome ? ", \"outcome\": true" : "");
    }
    used += snprintf(text + used, room - (size_t)used, "}%s}", churn);
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    options.model = give_model;
    options.model_ud = model;
    must(csuccess_config_compile(&config, (csuccess_str){text, (size_t)used}, &options, &err),
         &err);
    free(text);
    return config;
}

static uint32_t slot_of(const csuccess_config *config, const column *c)
{
    uint32_t slot = 0;
    have(csuccess_config_slot(config, c->name, &slot) < 0 ? NULL : &slot, "no such input");
    return slot;
}

static csuccess_columns *bind(csuccess_config *config, const table *t)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_columns *columns;
    must(csuccess_columns_new(&columns, config, t->rows, NULL, &err), &err);
    for (size_t k = 0; k < t->count; k++) {
        const column *c = &t->columns[k];
        if (c == t->customer) continue;
        uint32_t slot = slot_of(config, c);
        must(c->number ? csuccess_columns_bind_f64(columns, slot, c->numbers, NULL)
                       : csuccess_columns_bind_dictionary(columns, slot, c->codes, 1, c->words,
                                                          c->word_count, NULL),
             &err);
    }
    return columns;
}

/* ---- Training ---- */

/* An allocator that counts: bytes in use, and the most that ever were. */
static size_t in_use, most_in_use;

static void *count(void *block, size_t before, size_t after)
{
    if (!block) return NULL;
    in_use = in_use - before + after;
    most_in_use = in_use > most_in_use ? in_use : most_in_use;
    return block;
}
static void *counted_alloc(void *ud, size_t bytes)
{
    (void)ud;
    return count(malloc(bytes), 0, bytes);
}
static void *counted_resize(void *ud, void *block, size_t old_bytes, size_t new_bytes)
{
    (void)ud;
    return count(realloc(block, new_bytes), old_bytes, new_bytes);
}
static void counted_release(void *ud, void *block, size_t bytes)
{
    (void)ud;
    if (block) in_use -= bytes;
    free(block);
}

static csuccess_samples *sample(csuccess_config *config, const table *t)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_samples_options how = CSUCCESS_SAMPLES_OPTIONS_INIT;
    csuccess_sample_columns given = {.size = sizeof given};
    const csuccess_allocator counted = {.size = sizeof counted,
                                        .alloc = counted_alloc,
                                        .resize = counted_resize,
                                        .release = counted_release};
    csuccess_samples *samples;
    how.allocator = &counted;
    how.outcome =
        t->outcome->number ? CSUCCESS_STR("Churn == 1") : CSUCCESS_STR("Churn == 'Yes'");
    how.now_ms = NOW_MS;
    uint32_t *present = have(calloc(t->rows + 1, sizeof *present), "no memory");
    given.present = present;
    given.customer = t->customer ? t->customer->cells : NULL;
    csuccess_columns *columns = bind(config, t);
    must(csuccess_samples_new(&samples, config, &how, &err), &err);
    must(csuccess_samples_add_columns(samples, columns, 0, t->rows, &given, &err), &err);
    csuccess_columns_free(columns);
    free(present);
    return samples;
}

/* What csuccess_train() does but for the models of its folds: survey, bags, calibration. */
static size_t fit(csuccess_samples *samples)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__training t;
    must(csuccess__training_begin(&t, samples, NULL, &err), &err);
    must(csuccess__training_finish(&t, &err), &err);
    size_t terms = t.final.model.term_count;
    csuccess__training_end(&t);
    return terms;
}

static void train_whole(csuccess_samples *samples, const char *how, const char *path)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_train_options options = CSUCCESS_TRAIN_OPTIONS_INIT;
    csuccess_text *model, *report;
    options.evaluation =
        strcmp(how, "folds") == 0 ? CSUCCESS_EVALUATE_FOLDS : CSUCCESS_EVALUATE_HOLDOUT;
    must(csuccess_train(&model, &report, samples, &options, &err), &err);
    csuccess_str text = csuccess_text_view(model);
    FILE *file = have(fopen(path, "wb"), path);
    if (fwrite(text.ptr, 1, text.len, file) != text.len || fclose(file)) have(NULL, path);
    csuccess_text_free(model);
    csuccess_text_free(report);
}

static int train(char **argv)
{
    table t;
    read_table(&t, argv[2], 1);
    have((void *)(uintptr_t)t.outcome, "no column Churn");
    csuccess_config *config = configure(&t, "", NULL);
    csuccess_samples *samples = sample(config, &t);
    size_t terms = 0, samples_in_use = in_use;
    most_in_use = in_use;
    double start = now();
    if (strcmp(argv[3], "fit") == 0) {
        terms = fit(samples);
    } else if (argv[4]) {
        train_whole(samples, argv[3], argv[4]);
    }
    double seconds = now() - start;
    printf("{\"seconds\": %.6f, \"rows\": %zu, \"terms\": %zu, ", seconds, t.rows, terms);
    printf("\"samples\": %zu, \"most\": %zu}\n", samples_in_use, most_in_use);
    csuccess_samples_free(samples);
    csuccess_config_unref(config);
    free_table(&t);
    return 0;
}

/* ---- Prediction ---- */

typedef struct bench {
    table rows;
    csuccess_config *config;
    csuccess_scorer *scorer;
    double *probability;
    csuccess_facts *facts[PREPARED];
    size_t prepared;
} bench;

static csuccess_config *configure_model(const table *t, const char *path, const char *features)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_model *model;
    size_t len, room = strlen(features) + 160;
    char *bytes = read_file(path, &len), *churn = have(malloc(room), "no memory");
    must(csuccess_model_load(&model, (csuccess_str){bytes, len}, NULL, &err), &err);
    if (same(csuccess_model_kind(model), "xgboost")) {
        snprintf(churn, room,
                 ", \"churn\": {\"model\": {\"xgboost\": {\"name\": \"m\", \"features\": %s}}}",
                 features);
    } else {
        snprintf(churn, room, ", \"churn\": {\"model\": {\"learned\": {\"name\": \"m\"}}}");
    }
    csuccess_config *config = configure(t, churn, model);
    csuccess_model_unref(model);
    free(churn);
    free(bytes);
    return config;
}

static csuccess_facts *facts_of(const bench *b, size_t row)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_facts *facts;
    must(csuccess_facts_new(&facts, b->config, NULL, &err), &err);
    for (size_t k = 0; k < b->rows.count; k++) {
        const column *c = &b->rows.columns[k];
        if (c == b->rows.customer) continue;
        uint32_t slot = slot_of(b->config, c);
        if (c->number && !isnan(c->numbers[row])) {
            must(csuccess_facts_put_number(facts, slot, c->numbers[row]), &err);
        } else if (!c->number) {
            must(csuccess_facts_put_string(facts, slot, c->words[c->codes[row]]), &err);
        }
    }
    return facts;
}

/* Seconds a row; only the probability is asked for. */
static double batch(const bench *b)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_column_results out = CSUCCESS_COLUMN_RESULTS_INIT;
    double times[ROUNDS];
    out.probability = b->probability;
    csuccess_columns *columns = bind(b->config, &b->rows);
    for (size_t i = 0; i < ROUNDS; i++) {
        double start = now();
        must(csuccess_scorer_columns(b->scorer, columns, 0, b->rows.rows, NOW_MS, &out, &err),
             &err);
        times[i] = (now() - start) / (double)b->rows.rows;
    }
    csuccess_columns_free(columns);
    return median(times, ROUNDS);
}

/* Seconds a call; how many probabilities differ from those of the batch goes to *differ. */
static double alone(const bench *b, size_t *differ)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    double times[ROUNDS];
    *differ = 0;
    for (size_t round = 0; round < ROUNDS; round++) {
        double start = now();
        for (size_t i = 0; i < ALONE; i++) {
            csuccess_prediction p = CSUCCESS_PREDICTION_INIT;
            size_t at = i % b->prepared;
            must(csuccess_scorer_predict(b->scorer, b->facts[at], NOW_MS, &p, &err), &err);
            *differ +=
                !(p.probability >= b->probability[at] && p.probability <= b->probability[at]);
        }
        times[round] = (now() - start) / ALONE;
    }
    return median(times, ROUNDS);
}

static int predict(char **argv)
{
    bench b = {.prepared = 0};
    csuccess_error err = CSUCCESS_ERROR_INIT;
    size_t differ;
    read_table(&b.rows, argv[2], strtoull(argv[5], NULL, 10));
    b.config = configure_model(&b.rows, argv[3], argv[4]);
    must(csuccess_scorer_new(&b.scorer, b.config, NULL, &err), &err);
    b.probability = have(calloc(b.rows.rows + 1, sizeof(double)), "no memory");
    b.prepared = b.rows.rows < PREPARED ? b.rows.rows : PREPARED;
    for (size_t i = 0; i < b.prepared; i++) b.facts[i] = facts_of(&b, i);
    double together = batch(&b), one = alone(&b, &differ);
    printf("{\"batch\": %.5g, \"one\": %.5g, \"differ\": %zu}\n", together, one, differ);
    FILE *file = have(fopen(argv[6], "wb"), argv[6]);
    fwrite(b.probability, sizeof(double), b.rows.rows, file);
    if (fclose(file)) have(NULL, argv[6]);
    for (size_t i = 0; i < b.prepared; i++) csuccess_facts_free(b.facts[i]);
    free(b.probability);
    csuccess_scorer_free(b.scorer);
    csuccess_config_unref(b.config);
    free_table(&b.rows);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc >= 4 && strcmp(argv[1], "train") == 0) return train(argv);
    if (argc == 7 && strcmp(argv[1], "predict") == 0) return predict(argv);
    fprintf(stderr, "usage: churn train ROWS.csv fit|folds|holdout [MODEL_OUT]\n"
                    "       churn predict ROWS.csv MODEL FEATURES REPEAT OUT.f64\n");
    return 2;
}

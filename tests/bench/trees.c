/* SPDX-License-Identifier: Apache-2.0 */
/* Imported trees over rows from a file, once: trees MODEL.json ROWS.f32. Prints seconds a row in a batch, alone, and explained. trees.py runs it
   between XGBoost's own rounds. */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "churn/trees/trees.h"

enum { BATCHES = 8, EXPLAINED = 500 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void *must(void *pointer, const char *what)
{
    if (pointer) return pointer;
    fprintf(stderr, "trees: %s\n", what);
    exit(1);
}

static char *read_file(const char *path, size_t *len)
{
    FILE *file = must(fopen(path, "rb"), path);
    fseek(file, 0, SEEK_END);
    *len = (size_t)ftell(file);
    rewind(file);
    char *bytes = must(malloc(*len + 1), "no memory");
    if (fread(bytes, 1, *len, file) != *len) must(NULL, path);
    fclose(file);
    return bytes;
}

typedef struct bench {
    csuccess__forest *forest;
    csuccess__forest_work *work;
    const float *values;
    size_t rows;
    float *margins;
} bench;

static double batch(const bench *b)
{
    csuccess__forest_block block = {b->values, b->forest->feature_count, 1, b->rows};
    double start = now();
    for (int i = 0; i < BATCHES; i++) {
        csuccess__forest_margins(b->forest, b->work, &block, b->margins);
    }
    return (now() - start) / BATCHES / (double)b->rows;
}

/* Each row by itself; how many margins differ from those of the batch goes to *differ. */
static double alone(const bench *b, size_t *differ)
{
    size_t features = b->forest->feature_count;
    double start = now();
    *differ = 0;
    for (size_t r = 0; r < b->rows; r++) {
        float margin = csuccess__forest_margin(b->forest, b->work, b->values + r * features);
        *differ += margin != b->margins[r];
    }
    return (now() - start) / (double)b->rows;
}

static double explained(const bench *b)
{
    size_t features = b->forest->feature_count,
           rows = b->rows < EXPLAINED ? b->rows : EXPLAINED;
    double *contributions = must(malloc((features + 1) * sizeof *contributions), "no memory");
    double start = now();
    for (size_t r = 0; r < rows; r++) {
        csuccess__forest_explain(b->forest, b->work, b->values + r * features, contributions);
    }
    double seconds = (now() - start) / (double)rows;
    free(contributions);
    return seconds;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: trees MODEL.json ROWS.f32\n");
        return 2;
    }
    csuccess__arena arena;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    bench b;
    size_t len, differ;
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    char *json = read_file(argv[1], &len);
    if (csuccess__forest_read(&b.forest, &arena, (csuccess_str){json, len}, NULL, &err) < 0) {
        must(NULL, err.message);
    }
    char *values = read_file(argv[2], &len);
    b.values = (const float *)(void *)values;
    b.rows = len / sizeof(float) / b.forest->feature_count;
    b.margins = must(malloc((b.rows + 1) * sizeof *b.margins), "no memory");
    b.work = must(csuccess__forest_work_new(&arena, b.forest, true), "no memory");
    batch(&b); /* warm */
    double together = batch(&b), one = alone(&b, &differ), shap = explained(&b);
    printf("{\"batch\": %.4g, \"one\": %.4g, \"explained\": %.4g, \"differ\": %zu}\n", together,
           one, shap, differ);
    free(b.margins);
    free(values);
    free(json);
    csuccess__arena_free(&arena);
    return 0;
}

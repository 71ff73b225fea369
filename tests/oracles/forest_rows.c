/* SPDX-License-Identifier: Apache-2.0 */
/* A forest of XGBoost's over rows, for the oracle to compare: forest_rows MODEL.json ROWS.f32 FEATURES OUT.f64 [EXPLAINED [ROUNDS]].
   ROWS are float32, row by row; OUT has for each row the margin and the margin by block, then for the first EXPLAINED the contributions. */
#include <stdio.h>
#include <stdlib.h>

#include "churn/trees/trees.h"

static void *must(void *pointer, const char *what)
{
    if (pointer) return pointer;
    fprintf(stderr, "forest_rows: %s\n", what);
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

static csuccess__forest *read_model(csuccess__arena *arena, const char *path, uint32_t rounds)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__forest_options options = {.rounds = rounds};
    csuccess__forest *forest;
    size_t len;
    char *json = read_file(path, &len);
    if (csuccess__forest_read(&forest, arena, (csuccess_str){json, len}, &options, &err) < 0) {
        fprintf(stderr, "%s: %d %s: %s\n", path, err.code, err.pointer, err.message);
        exit(3);
    }
    free(json);
    return forest;
}

typedef struct run {
    csuccess__forest *forest;
    csuccess__forest_work *work;
    const float *values;
    size_t rows, explained;
} run;

static void write_rows(const run *r, const char *path)
{
    size_t features = r->forest->feature_count;
    FILE *out = must(fopen(path, "wb"), path);
    float *blocks = must(malloc((r->rows + 1) * sizeof *blocks), "no memory");
    double *line = must(malloc((features + 1) * sizeof *line), "no memory");
    csuccess__forest_block block = {r->values, features, 1, r->rows};
    csuccess__forest_margins(r->forest, r->work, &block, blocks);
    for (size_t i = 0; i < r->rows; i++) {
        const double margins[2] = {
            (double)csuccess__forest_margin(r->forest, r->work, r->values + i * features),
            (double)blocks[i]};
        fwrite(margins, sizeof *margins, 2, out);
    }
    for (size_t i = 0; i < r->explained && i < r->rows; i++) {
        csuccess__forest_explain(r->forest, r->work, r->values + i * features, line);
        fwrite(line, sizeof *line, features + 1, out);
    }
    if (fclose(out) != 0) must(NULL, path);
    free(blocks);
    free(line);
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(
            stderr,
            "usage: forest_rows MODEL.json ROWS.f32 FEATURES OUT.f64 [EXPLAINED [ROUNDS]]\n");
        return 2;
    }
    csuccess__arena arena;
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    run r = {.explained = argc > 5 ? strtoul(argv[5], NULL, 10) : 0};
    r.forest = read_model(&arena, argv[1], argc > 6 ? (uint32_t)strtoul(argv[6], NULL, 10) : 0);
    r.work = must(csuccess__forest_work_new(&arena, r.forest, r.explained > 0), "no memory");
    size_t len;
    char *values = read_file(argv[2], &len);
    r.values = (const float *)(void *)values;
    if (strtoul(argv[3], NULL, 10) != r.forest->feature_count)
        must(NULL, "another number of features");
    r.rows = r.forest->feature_count ? len / sizeof(float) / r.forest->feature_count : 0;
    write_rows(&r, argv[4]);
    free(values);
    csuccess__arena_free(&arena);
    return 0;
}

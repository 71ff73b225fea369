/* SPDX-License-Identifier: Apache-2.0 */
/* What the columns of other programs are measured against: the same customers in arrays of C's own, bound one by one and scored into arrays. arrow.py makes the files and asks
   for a round by a line, so that rounds take turns: arrow FOLDER CONFIG ROWS. Each round is answered by a JSON line. */
#include "counting.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW_MS INT64_C(1769817600000) /* 2026-01-31T00:00:00Z */
enum { COLUMNS_MOST = 32, WORDS_MOST = 16 };

typedef struct column {
    char name[64], kind[16], words[256];
    int has_validity;
    const void *values;
    const uint8_t *validity;
} column;

typedef struct table {
    column columns[COLUMNS_MOST];
    size_t count, rows;
} table;

typedef struct results {
    double *score, *raw, *completeness;
    uint8_t *status, *trend, *profile, *scored;
} results;

static void *have(void *pointer, const char *what)
{
    if (pointer) return pointer;
    fprintf(stderr, "arrow: %s\n", what);
    exit(1);
}

static const void *mapped(const char *folder, const char *name, const char *ending)
{
    char path[4096];
    struct stat is;
    snprintf(path, sizeof path, "%s/%s.%s", folder, name, ending);
    int file = open(path, O_RDONLY);
    if (file < 0 || fstat(file, &is) < 0) have(NULL, path);
    void *bytes =
        mmap(NULL, (size_t)is.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    close(file);
    return have(bytes == MAP_FAILED ? NULL : bytes, path);
}

static void read_table(table *t, const char *folder, size_t rows)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/columns.txt", folder);
    FILE *list = have(fopen(path, "r"), path);
    t->rows = rows;
    for (column *c = t->columns; t->count < COLUMNS_MOST; c++, t->count++) {
        if (fscanf(list, "%63s %15s %d %255s", c->name, c->kind, &c->has_validity, c->words) !=
            4) {
            break;
        }
        c->values = mapped(folder, c->name, "values");
        c->validity = c->has_validity ? mapped(folder, c->name, "validity") : NULL;
    }
    fclose(list);
}

/* ---- Binding ---- */

static csuccess_result bind_dictionary(csuccess_columns *in, uint32_t slot, const column *c)
{
    csuccess_str words[WORDS_MOST];
    uint32_t count = 0;
    for (const char *at = c->words; *at && count < WORDS_MOST;) {
        size_t len = strcspn(at, ",");
        words[count++] = (csuccess_str){at, len};
        at += len + (at[len] == ',');
    }
    return csuccess_columns_bind_dictionary(in, slot, c->values, 1, words, count, c->validity);
}

static csuccess_result bind_one(csuccess_columns *in, uint32_t slot, const column *c)
{
    if (!strcmp(c->kind, "f64")) {
        return csuccess_columns_bind_f64(in, slot, c->values, c->validity);
    }
    if (!strcmp(c->kind, "time")) {
        return csuccess_columns_bind_i64(in, slot, c->values, c->validity);
    }
    if (!strcmp(c->kind, "u8")) {
        return csuccess_columns_bind_u8(in, slot, c->values, c->validity);
    }
    if (!strcmp(c->kind, "bits")) {
        return csuccess_columns_bind_bits(in, slot, c->values, c->validity);
    }
    if (!strcmp(c->kind, "dictionary")) return bind_dictionary(in, slot, c);
    return csuccess_columns_bind_i32(in, slot, c->values, c->validity); /* i32, date */
}

static csuccess_columns *bind_all(csuccess_config *config, const table *t)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_columns *in;
    must(csuccess_columns_new(&in, config, t->rows, NULL, &err), &err);
    for (const column *c = t->columns; c < t->columns + t->count; c++) {
        uint32_t slot;
        must(csuccess_config_slot(config, str(c->name), &slot), &err);
        must(bind_one(in, slot, c), &err);
    }
    return in;
}

/* ---- A round ---- */

static void results_new(results *r, size_t rows)
{
    double *numbers = have(malloc(rows * 3 * sizeof *numbers), "no memory");
    uint8_t *codes = have(malloc(rows * 3 + rows / 8 + 1), "no memory");
    *r = (results){numbers,      numbers + rows,   numbers + 2 * rows, codes,
                   codes + rows, codes + 2 * rows, codes + 3 * rows};
}

static void results_free(results *r)
{
    free(r->score);
    free(r->status);
}

/* As a caller has it who wants new results each time: columns, scorer and arrays are made within. */
static void score(csuccess_config *config, const table *t, results *r)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_column_results out = CSUCCESS_COLUMN_RESULTS_INIT;
    csuccess_scorer *scorer;
    csuccess_columns *in = bind_all(config, t);
    results_new(r, t->rows);
    out.score = r->score;
    out.raw = r->raw;
    out.completeness = r->completeness;
    out.status = r->status;
    out.trend = r->trend;
    out.profile = r->profile;
    out.scored = r->scored;
    must(csuccess_scorer_new(&scorer, config, NULL, &err), &err);
    must(csuccess_scorer_columns(scorer, in, 0, t->rows, NOW_MS, &out, &err), &err);
    csuccess_scorer_free(scorer);
    csuccess_columns_free(in);
}

static void round_of(csuccess_config *config, const table *t)
{
    results r;
    double sum = 0, start = seconds();
    score(config, t, &r);
    double spent = seconds() - start;
    for (size_t i = 0; i < t->rows; i++) sum += r.score[i] + 1e3 * r.status[i] + r.trend[i];
    results_free(&r);
    printf("{\"seconds\": %.9f, \"sum\": %.6f}\n", spent, sum);
    fflush(stdout);
}

static csuccess_config *read_config(const char *path)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config;
    FILE *file = have(fopen(path, "rb"), path);
    char *text = have(malloc(1 << 20), "no memory");
    size_t len = fread(text, 1, 1 << 20, file);
    fclose(file);
    must(csuccess_config_compile(&config, (csuccess_str){text, len}, NULL, &err), &err);
    free(text);
    return config;
}

int main(int argc, char **argv)
{
    static table t;
    if (argc != 4) {
        fprintf(stderr, "usage: arrow FOLDER CONFIG ROWS\n");
        return 2;
    }
    csuccess_config *config = read_config(argv[2]);
    read_table(&t, argv[1], (size_t)strtoull(argv[3], NULL, 10));
    for (int asked = getchar(); asked == '\n'; asked = getchar()) round_of(config, &t);
    csuccess_config_unref(config);
    return 0;
}

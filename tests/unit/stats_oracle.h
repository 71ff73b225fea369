/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the tables of tests/data that hold doubles as their bits. */
#ifndef STATS_ORACLE_H
#define STATS_ORACLE_H

#include "check.h"

enum { ORACLE_FIELDS = 1024 };

/* The numbers of a row behind its letter, all of them; gives how many. */
static inline size_t oracle_numbers(const char *line, double *out, size_t most)
{
    size_t n = 0;
    const char *p = line + 1;
    while (*p == '\t' && n < most) {
        char *end;
        uint64_t bits = strtoull(p + 1, &end, 16);
        memcpy(&out[n++], &bits, sizeof bits);
        p = end;
    }
    CHECK(*p == '\n');
    return n;
}

/* One row: a letter, for some letters a name, and numbers; `-` is NaN: not defined. */
typedef struct oracle_row {
    char kind;
    char name[32];
    double f[ORACLE_FIELDS];
    size_t n;
} oracle_row;

static inline double oracle_number(const char *from, const char *to)
{
    char digits[17] = "";
    double x = NAN;
    if (to - from != 16) return x;
    memcpy(digits, from, 16);
    uint64_t bits = strtoull(digits, NULL, 16);
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Reads a row and gives the beginning of the next. Letters in `named` have a name. */
static inline const char *oracle_read(oracle_row *row, const char *line, const char *named)
{
    bool wants_name = strchr(named, line[0]) != NULL;
    row->kind = line[0];
    row->name[0] = '\0';
    row->n = 0;
    for (const char *p = line + 1; *p == '\t';) {
        const char *from = p + 1;
        size_t len = check_span(from, "\t\n");
        if (wants_name) {
            CHECK(len < sizeof row->name);
            memcpy(row->name, from, len);
            row->name[len] = '\0';
            wants_name = false;
        } else if (CHECK(row->n < ORACLE_FIELDS)) {
            row->f[row->n++] = oracle_number(from, from + len);
        }
        p = from + len;
    }
    return line + check_span(line, "\n") + 1;
}

/* Calls `each` with every row of a table below tests/data; gives how many there were. */
static inline size_t oracle_each(const char *path, const char *named,
                                 void (*each)(const oracle_row *row))
{
    static oracle_row row;
    char *text = check_read(path, NULL);
    size_t rows = 0;
    if (!CHECK(text != NULL)) return 0;
    for (const char *line = text; *line; rows++) {
        unsigned before = check_failures;
        line = oracle_read(&row, line, named);
        each(&row);
        if (check_failures != before) printf("# in row %zu: %s\n", rows + 1, row.name);
    }
    free(text);
    return rows;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A CSV file beside the input, of which some columns are wanted: outcomes, folds. */
#ifndef CLI_TABLE_FILE_H
#define CLI_TABLE_FILE_H

#include "csv.h"

enum { TABLE_COLUMNS = 4 };

typedef struct table_file {
    stream stream;
    csv_record record;
    const char *path;
    size_t columns[TABLE_COLUMNS]; /* where each wanted one stands; SIZE_MAX: it does not */
    bool failed;
} table_file;

/* `wanted` ends in NULL; the first `required` must be there. False after telling why. */
bool table_open(table_file *t, const char *path, const char *const *wanted, int required);
/* The next record. False: no more, or `failed` after telling. */
bool table_next(table_file *t);
/* A cell of a wanted column, cut to fit and terminated; "" where there is none. */
const char *table_cell(const table_file *t, int which, char *buf, size_t cap);
/* Tells what is wrong with the record at hand; false. */
bool table_refuse(table_file *t, const char *what);
void table_close(table_file *t);

#endif

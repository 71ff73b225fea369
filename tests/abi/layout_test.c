/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layouts of public structs on LP64, frozen: a row that is here is never changed. A struct grows by
 * rows at its end, and its size row of the earlier version stays as the offset of the first new field.
 */
#include <csuccess/csuccess.h>
#include <stdio.h>

typedef struct row {
    const char *what;
    size_t is, must_be;
} row;

/* clang-format off */
#define SIZE(type, bytes) {"sizeof " #type, sizeof(type), (bytes)}
#define FIELD(type, field, at) {#type "." #field, offsetof(type, field), (at)}
/* clang-format on */

static const row rows[] = {
#include "layout_engine.h"
#include "layout_scoring.h"
#include "layout_signals.h"
#include "layout_store.h"
#include "layout_training.h"
#include "layout_trust.h"
};

int main(void)
{
    int bad = 0;
    if (sizeof(void *) != 8 || sizeof(long) != 8) return 77; /* not LP64: skipped */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].is == rows[i].must_be) continue;
        printf("%s is %zu, must be %zu\n", rows[i].what, rows[i].is, rows[i].must_be);
        bad = 1;
    }
    return bad;
}

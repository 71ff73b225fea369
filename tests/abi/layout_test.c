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
    /* base.h */
    SIZE(csuccess_result, 4),
    SIZE(csuccess_str, 16),
    FIELD(csuccess_str, ptr, 0),
    FIELD(csuccess_str, len, 8),
    SIZE(csuccess_error, 800),
    FIELD(csuccess_error, size, 0),
    FIELD(csuccess_error, code, 8),
    FIELD(csuccess_error, line, 12),
    FIELD(csuccess_error, offset, 16),
    FIELD(csuccess_error, column, 24),
    FIELD(csuccess_error, reserved, 28),
    FIELD(csuccess_error, pointer, 32),
    FIELD(csuccess_error, message, 288),
    SIZE(csuccess_allocator, 40),
    FIELD(csuccess_allocator, size, 0),
    FIELD(csuccess_allocator, alloc, 8),
    FIELD(csuccess_allocator, resize, 16),
    FIELD(csuccess_allocator, release, 24),
    FIELD(csuccess_allocator, ud, 32),
    SIZE(csuccess_limits, 72),
    FIELD(csuccess_limits, size, 0),
    FIELD(csuccess_limits, document_bytes, 8),
    FIELD(csuccess_limits, document_depth, 12),
    FIELD(csuccess_limits, document_nodes, 16),
    FIELD(csuccess_limits, string_bytes, 20),
    FIELD(csuccess_limits, expression_bytes, 24),
    FIELD(csuccess_limits, expression_depth, 28),
    FIELD(csuccess_limits, expression_nodes, 32),
    FIELD(csuccess_limits, evaluation_steps, 36),
    FIELD(csuccess_limits, pattern_bytes, 40),
    FIELD(csuccess_limits, subject_bytes, 44),
    FIELD(csuccess_limits, collection_records, 48),
    FIELD(csuccess_limits, list_items, 52),
    FIELD(csuccess_limits, problems, 56),
    FIELD(csuccess_limits, output_bytes, 60),
    FIELD(csuccess_limits, extends_depth, 64),
    FIELD(csuccess_limits, reserved, 68),
    /* config.h */
    SIZE(csuccess_config_options, 72),
    FIELD(csuccess_config_options, size, 0),
    FIELD(csuccess_config_options, allocator, 8),
    FIELD(csuccess_config_options, limits, 16),
    FIELD(csuccess_config_options, resolve, 24),
    FIELD(csuccess_config_options, resolve_ud, 32),
    FIELD(csuccess_config_options, bindings, 40),
    FIELD(csuccess_config_options, name, 56),
    SIZE(csuccess_problem, 80),
    FIELD(csuccess_problem, size, 0),
    FIELD(csuccess_problem, code, 8),
    FIELD(csuccess_problem, line, 12),
    FIELD(csuccess_problem, offset, 16),
    FIELD(csuccess_problem, column, 24),
    FIELD(csuccess_problem, reserved, 28),
    FIELD(csuccess_problem, document, 32),
    FIELD(csuccess_problem, pointer, 48),
    FIELD(csuccess_problem, message, 64),
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

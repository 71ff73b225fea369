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
    /* score.h */
    SIZE(csuccess_score, 128),
    FIELD(csuccess_score, size, 0),
    FIELD(csuccess_score, present, 8),
    FIELD(csuccess_score, flags, 12),
    FIELD(csuccess_score, value, 16),
    FIELD(csuccess_score, raw, 24),
    FIELD(csuccess_score, previous, 32),
    FIELD(csuccess_score, change, 40),
    FIELD(csuccess_score, completeness, 48),
    FIELD(csuccess_score, confidence, 56),
    FIELD(csuccess_score, weight, 64),
    FIELD(csuccess_score, review_at, 72),
    FIELD(csuccess_score, status, 80),
    FIELD(csuccess_score, trend, 96),
    FIELD(csuccess_score, profile, 112),
    SIZE(csuccess_override, 80),
    FIELD(csuccess_override, size, 0),
    FIELD(csuccess_override, has_score, 8),
    FIELD(csuccess_override, reserved, 12),
    FIELD(csuccess_override, score, 16),
    FIELD(csuccess_override, expires_at, 24),
    FIELD(csuccess_override, status, 32),
    FIELD(csuccess_override, reason, 48),
    FIELD(csuccess_override, by, 64),
    SIZE(csuccess_explanation_row, 128),
    FIELD(csuccess_explanation_row, size, 0),
    FIELD(csuccess_explanation_row, kind, 8),
    FIELD(csuccess_explanation_row, flags, 12),
    FIELD(csuccess_explanation_row, parent, 16),
    FIELD(csuccess_explanation_row, depth, 20),
    FIELD(csuccess_explanation_row, id, 24),
    FIELD(csuccess_explanation_row, label, 40),
    FIELD(csuccess_explanation_row, value, 56),
    FIELD(csuccess_explanation_row, absence, 72),
    FIELD(csuccess_explanation_row, number, 88),
    FIELD(csuccess_explanation_row, points, 96),
    FIELD(csuccess_explanation_row, score, 104),
    FIELD(csuccess_explanation_row, weight, 112),
    FIELD(csuccess_explanation_row, contribution, 120),
    SIZE(csuccess_cause, 104),
    FIELD(csuccess_cause, size, 0),
    FIELD(csuccess_cause, kind, 8),
    FIELD(csuccess_cause, flags, 12),
    FIELD(csuccess_cause, id, 16),
    FIELD(csuccess_cause, label, 32),
    FIELD(csuccess_cause, value_before, 48),
    FIELD(csuccess_cause, value_after, 64),
    FIELD(csuccess_cause, before, 80),
    FIELD(csuccess_cause, after, 88),
    FIELD(csuccess_cause, change, 96),
    SIZE(csuccess_rollup_member, 40),
    FIELD(csuccess_rollup_member, size, 0),
    FIELD(csuccess_rollup_member, present, 8),
    FIELD(csuccess_rollup_member, is_self, 12),
    FIELD(csuccess_rollup_member, score, 16),
    FIELD(csuccess_rollup_member, weight, 24),
    FIELD(csuccess_rollup_member, input_at, 32),
    SIZE(csuccess_rollup_result, 48),
    FIELD(csuccess_rollup_result, size, 0),
    FIELD(csuccess_rollup_result, present, 8),
    FIELD(csuccess_rollup_result, members, 12),
    FIELD(csuccess_rollup_result, missing, 16),
    FIELD(csuccess_rollup_result, reserved, 20),
    FIELD(csuccess_rollup_result, score, 24),
    FIELD(csuccess_rollup_result, completeness, 32),
    FIELD(csuccess_rollup_result, input_at, 40),
    /* scorer.h */
    SIZE(csuccess_column_results, 104),
    FIELD(csuccess_column_results, size, 0),
    FIELD(csuccess_column_results, score, 8),
    FIELD(csuccess_column_results, raw, 16),
    FIELD(csuccess_column_results, completeness, 24),
    FIELD(csuccess_column_results, probability, 32),
    FIELD(csuccess_column_results, status, 40),
    FIELD(csuccess_column_results, trend, 48),
    FIELD(csuccess_column_results, profile, 56),
    FIELD(csuccess_column_results, level, 64),
    FIELD(csuccess_column_results, scored, 72),
    FIELD(csuccess_column_results, predicted, 80),
    FIELD(csuccess_column_results, segments, 88),
    FIELD(csuccess_column_results, segment_sizes, 96),
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

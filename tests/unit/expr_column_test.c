/* SPDX-License-Identifier: Apache-2.0 */
/* The column machine gives the row machine's bits, for every form of column, whatever is missing. */
#include "expr_columns.h"

static bool same_bits(csuccess__value a, csuccess__value b)
{
    if (a.kind != b.kind) return false;
    switch (a.kind) {
    case CSUCCESS__KIND_NUMBER:
        return memcmp(&a.as.number, &b.as.number, sizeof a.as.number) == 0;
    case CSUCCESS__KIND_BOOL:
        return a.as.boolean == b.as.boolean;
    case CSUCCESS__KIND_TIME:
        return a.as.time == b.as.time;
    case CSUCCESS__KIND_STRING:
        return csuccess__str_eq(a.as.string, b.as.string);
    default:
        return true;
    }
}

static csuccess__value cell(const csuccess__vector *v, uint32_t row)
{
    csuccess__column as_column = {.form = CSUCCESS__FORM_VECTOR, .kind = v->kind, .data = v};
    return csuccess__column_value(&as_column, row, row);
}

typedef struct pair {
    csuccess__machine *row;
    csuccess__column_machine *column;
} pair;

/* Rows of one block against the row machine; stops at the first that differs. */
static bool block_agrees(world *w, pair *m, const csuccess__program *program,
                         const csuccess__column_frame *frame, const uint64_t *mask)
{
    csuccess_result failed = CSUCCESS_OK;
    const csuccess__vector *got =
        csuccess__program_columns(program, m->column, frame, mask, &failed);
    if (!CHECK(got && failed == CSUCCESS_OK)) return false;
    for (uint32_t j = 0; j < frame->rows; j++) {
        if (mask && !(mask[j / 64] >> (j % 64) & 1)) continue;
        csuccess__frame one = {w->values[frame->first + j], WORLD_SLOTS, WORLD_NOW};
        csuccess__value expected = csuccess__program_run(program, m->row, &one, &failed);
        csuccess__value actual = cell(got, j);
        bool agreed = CHECK(same_bits(expected, actual)) && CHECK(failed == CSUCCESS_OK);
        if (agreed) continue;
        printf("# row %zu + %u of %.*s: kind %d %a, column kind %d %a\n", frame->first, j,
               (int)program->text.len, program->text.ptr, expected.kind, expected.as.number,
               actual.kind, actual.as.number);
        return false;
    }
    csuccess__machine_reset(m->row);
    return true;
}

static bool pair_start(pair *m, world *w)
{
    return CHECK_OK(csuccess__machine_new(&m->row, &w->mem, &w->limits)) &&
           CHECK_OK(csuccess__column_machine_new(&m->column, &w->mem, &w->limits));
}

static void pair_end(pair *m)
{
    csuccess__machine_free(m->row);
    csuccess__column_machine_free(m->column);
}

static void try_blocks(world *w, pair *m)
{
    /* Whole blocks, a tail, an odd start, a single row, one word. */
    static const struct {
        size_t first;
        uint32_t rows;
    } blocks[] = {{0, 1024}, {1024, 1024}, {2048, 452}, {37, 700}, {2499, 1}, {3, 64}};
    for (size_t b = 0; b < sizeof blocks / sizeof blocks[0]; b++) {
        for (size_t p = 0; p < w->program_count; p++) {
            csuccess__column_machine_reset(m->column);
            csuccess__column_frame frame =
                world_frame(w, blocks[b].first, blocks[b].rows, m->column);
            uint64_t mask[CSUCCESS__BLOCK_WORDS];
            for (size_t i = 0; i < CSUCCESS__BLOCK_WORDS; i++)
                mask[i] = check_random(&w->random);
            bool masked = world_pick(w, 4) == 0;
            if (!block_agrees(w, m, w->programs[p], &frame, masked ? mask : NULL)) return;
        }
    }
}

static void column_equals_row(char kind, uint64_t seed, int depth)
{
    static world w;
    pair m;
    if (!CHECK_OK(world_start(&w, csuccess__malloc_allocator(), seed))) return;
    world_programs(&w, kind, WORLD_PROGRAMS, depth);
    world_people(&w);
    if (pair_start(&m, &w)) try_blocks(&w, &m);
    pair_end(&m);
    world_end(&w);
}

static void numbers_equal_rows(void)
{
    for (uint64_t seed = 1; seed <= 4; seed++) column_equals_row('N', seed, (int)seed);
}

static void conditions_equal_rows(void)
{
    for (uint64_t seed = 1; seed <= 4; seed++) column_equals_row('B', 100 + seed, (int)seed);
}

static void strings_and_times_equal_rows(void)
{
    for (uint64_t seed = 1; seed <= 2; seed++) {
        column_equals_row('S', 200 + seed, 3);
        column_equals_row('T', 300 + seed, 3);
    }
}

/* Programs of one block may share slots: what one computes must not disturb the next. */
static void programs_share_a_block(void)
{
    static world w;
    pair m;
    if (!CHECK_OK(world_start(&w, csuccess__malloc_allocator(), 7))) return;
    world_programs(&w, 'N', WORLD_PROGRAMS, 3);
    world_people(&w);
    if (pair_start(&m, &w)) {
        csuccess__column_frame frame = world_frame(&w, 100, 1000, m.column);
        for (size_t p = 0; p < w.program_count; p++) {
            if (!block_agrees(&w, &m, w.programs[p], &frame, NULL)) break;
        }
    }
    pair_end(&m);
    world_end(&w);
}

/* What cannot be is missing, never zero: NaN, infinity, a time beyond the years, a code beyond the
   dictionary. A default stands in only for what was never set. */
static void impossible_values_are_missing(void)
{
    static world w;
    if (!CHECK_OK(world_start(&w, csuccess__malloc_allocator(), 1))) return;
    const double numbers[] = {1, NAN, INFINITY, -INFINITY, 5};
    const int64_t times[] = {0, INT64_MAX, INT64_MIN, WORLD_NOW, 1};
    const uint8_t codes[] = {0, 8, 255, 1, 2};
    const uint8_t validity[] = {0x0F};
    for (size_t i = 0; i < WORLD_WORDS; i++) w.dictionary[i] = world_text(&w, world_words[i]);
    csuccess__value missing = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    csuccess__column columns[] = {{.form = CSUCCESS__FORM_F64,
                                   .kind = CSUCCESS__KIND_NUMBER,
                                   .data = numbers,
                                   .validity = validity,
                                   .fallback = csuccess__number(42)},
                                  {.form = CSUCCESS__FORM_I64,
                                   .kind = CSUCCESS__KIND_TIME,
                                   .data = times,
                                   .validity = validity,
                                   .fallback = missing},
                                  {.form = CSUCCESS__FORM_DICT8,
                                   .kind = CSUCCESS__KIND_STRING,
                                   .data = codes,
                                   .dictionary = w.dictionary,
                                   .dictionary_count = 8,
                                   .fallback = missing}};
    csuccess__column_frame frame = {columns, 3, WORLD_NOW, 0, 5};
    csuccess__column_machine *machine;
    if (!CHECK_OK(csuccess__column_machine_new(&machine, &w.mem, &w.limits))) return;
    static const uint64_t valid[] = {0x11, 0x09, 0x19};
    csuccess_result failed = CSUCCESS_OK;
    for (uint32_t s = 0; s < 3; s++) {
        const csuccess__vector *v = csuccess__column_load(machine, &frame, s, &failed);
        if (!CHECK(v)) break;
        CHECK_UINT(v->valid[0], valid[s]);
        for (uint32_t row = 0; row < 5; row++) {
            bool there = !csuccess__is_missing(csuccess__column_value(&columns[s], row, row));
            CHECK_INT(there, valid[s] >> row & 1);
        }
    }
    const csuccess__vector *v = csuccess__column_load(machine, &frame, 0, &failed);
    CHECK_NUM(v->as.numbers[4], 42, 0);
    CHECK_NUM(v->as.numbers[1], 0, 0);
    csuccess__column_machine_free(machine);
    world_end(&w);
}

/* Warm, a block of scalars takes no memory. */
static void warm_blocks_take_no_memory(void)
{
    static world w;
    check_memory memory;
    check_memory_start(&memory);
    pair m;
    if (!CHECK_OK(world_start(&w, &memory.allocator, 11))) return;
    csuccess_result failed = CSUCCESS_OK;
    w.programs[0] = world_compile(
        &w, "(n_f64 + n_i64) * 2 > days_since(t_i64) && s_utf8 == 'team'", &failed);
    w.programs[1] = world_compile(
        &w, "s_utf8.matches('^c.*l') ? linear(n_u8, [[0, 1], [9, 2]]) : n_i32", &failed);
    w.program_count = 2;
    world_people(&w);
    if (CHECK(w.programs[0] && w.programs[1]) && pair_start(&m, &w)) {
        try_blocks(&w, &m);
        size_t calls = memory.calls;
        try_blocks(&w, &m);
        CHECK_UINT(memory.calls, calls);
        pair_end(&m);
    }
    world_end(&w);
    CHECK_MEMORY_EMPTY(&memory);
}

static csuccess_result run_once(check_memory *memory, void *ud)
{
    static world w;
    pair m = {NULL, NULL};
    const csuccess__vector *v = NULL;
    uint64_t seed = *(uint64_t *)ud;
    csuccess_result failed = world_start(&w, &memory->allocator, seed);
    const csuccess__program *program = NULL;
    if (failed == CSUCCESS_OK) {
        program = world_compile(&w,
                                "coalesce(size(s_utf8.lowerAscii()), n_f64) + n_u8 > 3 || "
                                "s_dict8.matches('e$') || [n_i32, 2].exists(x, x > 1)",
                                &failed);
    }
    if (program) failed = csuccess__column_machine_new(&m.column, &w.mem, &w.limits);
    if (m.column) {
        world_people(&w);
        csuccess__column_frame frame = {w.columns, WORLD_SLOTS, WORLD_NOW, 0, 300};
        v = csuccess__program_columns(program, m.column, &frame, NULL, &failed);
        CHECK((v != NULL) == (failed == CSUCCESS_OK));
    }
    csuccess__column_machine_free(m.column);
    world_end(&w);
    return failed;
}

static void memory_may_be_refused(void)
{
    uint64_t seed = 5;
    CHECK(check_faults(run_once, &seed) > 10);
}

CHECK_MAIN(CHECK_TEST(numbers_equal_rows), CHECK_TEST(conditions_equal_rows),
           CHECK_TEST(strings_and_times_equal_rows), CHECK_TEST(programs_share_a_block),
           CHECK_TEST(impossible_values_are_missing), CHECK_TEST(warm_blocks_take_no_memory),
           CHECK_TEST(memory_may_be_refused))

/* SPDX-License-Identifier: Apache-2.0 */
/* A set of conditions answers as each of its programs by itself: true, false and undecided, over rows and over
   columns. */
#include "expr_columns.h"

enum { MANY = 1300, MANY_WORDS = (MANY + 63) / 64 };

static bool bit(const uint64_t *bits, size_t i)
{
    return bits[i / 64] >> (i % 64) & 1;
}

typedef struct machines {
    csuccess__machine *row;
    csuccess__column_machine *column;
    const csuccess__ruleset *set; /* at hand */
    uint64_t *standing;           /* with it, of the row `last` */
    size_t last;
} machines;

static bool machines_start(machines *m, world *w)
{
    m->standing = NULL;
    m->set = NULL;
    return CHECK_OK(csuccess__machine_new(&m->row, &w->mem, &w->limits)) &&
           CHECK_OK(csuccess__column_machine_new(&m->column, &w->mem, &w->limits));
}

static void machines_end(machines *m)
{
    csuccess__machine_free(m->row);
    csuccess__column_machine_free(m->column);
    free(m->standing);
}

typedef struct answers {
    uint64_t holds[MANY_WORDS], undecided[MANY_WORDS];
} answers;

/* The oracle: every program alone. */
static void alone(world *w, machines *m, const csuccess__frame *frame, answers *out)
{
    csuccess_result failed = CSUCCESS_OK;
    memset(out, 0, sizeof *out);
    for (size_t p = 0; p < w->program_count; p++) {
        csuccess__value v = csuccess__program_run(w->programs[p], m->row, frame, &failed);
        bool open = csuccess__is_missing(v);
        out->undecided[p / 64] |= (uint64_t)open << (p % 64);
        out->holds[p / 64] |= (uint64_t)(!open && v.as.boolean) << (p % 64);
    }
    CHECK_INT(failed, CSUCCESS_OK);
}

/* A standing that goes from row to row, told which slots differ, says what each row says. reason: what differs, what is said and what is expected, row by row. */
static bool standing_agrees(world *w, machines *m, const csuccess__ruleset *set, size_t row,
                            const answers *expected)
{
    bool fresh = m->set != set;
    if (fresh) {
        free(m->standing);
        m->standing = calloc(csuccess__ruleset_standing(set) + 1, 8);
    }
    uint64_t *standing = m->standing;
    csuccess__frame frame = {w->values[row], WORLD_SLOTS, WORLD_NOW};
    uint32_t changed[WORLD_SLOTS];
    size_t count = 0, words = (w->program_count + 63) / 64;
    answers got = {{0}, {0}};
    for (uint32_t s = 0; !fresh && s < WORLD_SLOTS; s++) {
        csuccess__value was = w->values[m->last][s], is = w->values[row][s];
        bool same = was.kind == is.kind && was.defaulted == is.defaulted;
        if (!same || !csuccess__value_equal(was, is)) changed[count++] = s;
    }
    CHECK_OK(csuccess__ruleset_again(set, m->row, &frame, changed, count, standing));
    csuccess__ruleset_answers(set, standing, got.holds, got.undecided);
    m->set = set;
    m->last = row;
    bool same = memcmp(got.holds, expected->holds, words * 8) == 0 &&
                memcmp(got.undecided, expected->undecided, words * 8) == 0;
    for (size_t p = 0; !same && p < w->program_count; p++) {
        if (bit(got.holds, p) == bit(expected->holds, p) &&
            bit(got.undecided, p) == bit(expected->undecided, p)) {
            continue;
        }
        printf("# row %zu, %zu slots changed: %.*s: holds %d undecided %d\n", row, count,
               (int)w->programs[p]->text.len, w->programs[p]->text.ptr, bit(got.holds, p),
               bit(got.undecided, p));
    }
    return CHECK(same);
}

static bool row_agrees(world *w, machines *m, const csuccess__ruleset *set, size_t row,
                       const answers *expected)
{
    csuccess__frame frame = {w->values[row], WORLD_SLOTS, WORLD_NOW};
    answers got, plain;
    size_t words = (w->program_count + 63) / 64;
    CHECK_OK(csuccess__ruleset_row(set, m->row, &frame, got.holds, got.undecided));
    CHECK_OK(csuccess__ruleset_row(set, m->row, &frame, plain.holds, NULL));
    bool same = memcmp(got.holds, expected->holds, words * 8) == 0 &&
                memcmp(plain.holds, expected->holds, words * 8) == 0 &&
                memcmp(got.undecided, expected->undecided, words * 8) == 0;
    for (size_t p = 0; !same && p < w->program_count; p++) {
        if (bit(got.holds, p) == bit(expected->holds, p) &&
            bit(got.undecided, p) == bit(expected->undecided, p)) {
            continue;
        }
        printf("# row %zu: %.*s: holds %d undecided %d, expected %d %d\n", row,
               (int)w->programs[p]->text.len, w->programs[p]->text.ptr, bit(got.holds, p),
               bit(got.undecided, p), bit(expected->holds, p), bit(expected->undecided, p));
    }
    return CHECK(same);
}

/* Room for the answers of a block. */
typedef struct block_answers {
    size_t size;
    uint64_t *holds, *undecided, *plain;
} block_answers;

static block_answers ask_block(machines *m, const csuccess__ruleset *set,
                               const csuccess__column_frame *columns, size_t n)
{
    block_answers a = {.size = n * CSUCCESS__BLOCK_WORDS};
    a.holds = calloc(a.size, 8);
    a.undecided = calloc(a.size, 8);
    a.plain = calloc(a.size, 8);
    if (!a.holds || !a.undecided || !a.plain) abort();
    CHECK_OK(csuccess__ruleset_columns(set, m->column, columns, a.holds, a.undecided));
    CHECK_OK(csuccess__ruleset_columns(set, m->column, columns, a.plain, NULL));
    CHECK(memcmp(a.holds, a.plain, a.size * 8) == 0);
    return a;
}

static void free_answers(block_answers *a)
{
    free(a->holds);
    free(a->undecided);
    free(a->plain);
}

static bool block_row_agrees(const world *w, const block_answers *got, uint32_t row,
                             const answers *expected)
{
    for (size_t p = 0; p < w->program_count; p++) {
        size_t at = p * CSUCCESS__BLOCK_WORDS;
        if (CHECK(bit(got->holds + at, row) == bit(expected->holds, p)) &&
            CHECK(bit(got->undecided + at, row) == bit(expected->undecided, p))) {
            continue;
        }
        printf("# row %u of the block: %.*s\n", row, (int)w->programs[p]->text.len,
               w->programs[p]->text.ptr);
        return false;
    }
    return true;
}

/* Beyond the block's rows there is nothing. */
static bool silent_beyond(const block_answers *got, size_t n, uint32_t rows)
{
    bool silent = true;
    for (uint32_t j = rows; j < CSUCCESS__BLOCK; j++) {
        for (size_t p = 0; p < n; p++) {
            silent = silent && !bit(got->holds + p * CSUCCESS__BLOCK_WORDS, j) &&
                     !bit(got->undecided + p * CSUCCESS__BLOCK_WORDS, j);
        }
    }
    return CHECK(silent);
}

static bool block_agrees(world *w, machines *m, const csuccess__ruleset *set, size_t first,
                         uint32_t rows)
{
    csuccess__column_machine_reset(m->column);
    csuccess__column_frame columns = world_frame(w, first, rows, m->column);
    block_answers got = ask_block(m, set, &columns, w->program_count);
    bool same = silent_beyond(&got, w->program_count, rows);
    for (uint32_t j = 0; j < rows && same; j++) {
        answers expected;
        csuccess__frame frame = {w->values[first + j], WORLD_SLOTS, WORLD_NOW};
        alone(w, m, &frame, &expected);
        same = row_agrees(w, m, set, first + j, &expected) &&
               standing_agrees(w, m, set, first + j, &expected) &&
               block_row_agrees(w, &got, j, &expected);
        csuccess__machine_reset(m->row);
    }
    free_answers(&got);
    return same;
}

static void set_equals_programs(uint64_t seed, int depth)
{
    static world w;
    machines m = {0};
    if (!CHECK_OK(world_start(&w, csuccess__malloc_allocator(), seed))) return;
    world_programs(&w, 'B', WORLD_PROGRAMS, depth);
    world_people(&w);
    const csuccess__ruleset *set = csuccess__ruleset_new(&w.arena, w.programs, w.program_count);
    if (CHECK(set) && machines_start(&m, &w)) {
        (void)(block_agrees(&w, &m, set, 0, 400) && block_agrees(&w, &m, set, 777, 65) &&
               block_agrees(&w, &m, set, 2490, 10) && block_agrees(&w, &m, set, 1024, 1024));
    }
    machines_end(&m);
    world_end(&w);
}

static void shallow_sets(void)
{
    for (uint64_t seed = 1; seed <= 6; seed++) set_equals_programs(seed, 1);
}

static void deep_sets(void)
{
    for (uint64_t seed = 1; seed <= 6; seed++)
        set_equals_programs(50 + seed, 2 + (int)(seed % 3));
}

/* A condition as people write segments: two to ten simple tests, joined and nested. */
static void say_segment(world *w)
{
    static const char *const tests[] = {"n_f64 >= 10",
                                        "n_i32 < 5",
                                        "n_full > 0",
                                        "n_i32m in [1, 2, 30]",
                                        "b_u8",
                                        "!b_bits",
                                        "s_dict8 != 'team'",
                                        "s_dict16 in ['free', 'team']",
                                        "n_none == 7",
                                        "t_days < timestamp('2026-01-20T00:00:00Z')",
                                        "s_utf8.matches('canc')",
                                        "days_since(t_i64) <= 7",
                                        "n_f64 / n_i32 > 0.5",
                                        "n_f64 / n_i32 <= 0.5",
                                        "has(n_i64)"};
    static const char *const joins[] = {" && ", " || ", ") && (", ") || ("};
    uint32_t n = 2 + world_pick(w, 9);
    w->text[0] = '\0';
    world_say(w, "(");
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0) world_say(w, joins[world_pick(w, WORLD_COUNT(joins))]);
        if (world_pick(w, 5) == 0) world_say(w, "!");
        world_say(w, "(");
        world_say(w, tests[world_pick(w, WORLD_COUNT(tests))]);
        world_say(w, ")");
    }
    world_say(w, ")");
}

static void segment_like_sets(void)
{
    static world w;
    machines m = {0};
    csuccess_result failed = CSUCCESS_OK;
    if (!CHECK_OK(world_start(&w, csuccess__malloc_allocator(), 99))) return;
    while (w.program_count < WORLD_PROGRAMS) {
        say_segment(&w);
        w.programs[w.program_count] = world_compile(&w, w.text, &failed);
        if (!CHECK(w.programs[w.program_count++])) return;
    }
    world_people(&w);
    const csuccess__ruleset *set = csuccess__ruleset_new(&w.arena, w.programs, w.program_count);
    if (CHECK(set) && machines_start(&m, &w)) {
        (void)(block_agrees(&w, &m, set, 0, 1024) && block_agrees(&w, &m, set, 1500, 1000));
    }
    machines_end(&m);
    world_end(&w);
}

static const csuccess__program *many[MANY];

/* (a || b) && (c || d); now and then 2^8 terms, which is beyond what masks hold. */
static bool compile_many(world *w)
{
    csuccess_result failed = CSUCCESS_OK;
    for (size_t p = 0; p < MANY; p++) {
        uint32_t factors = p % 100 == 7 ? 8 : 2;
        w->text[0] = '\0';
        for (uint32_t i = 0; i < factors; i++) {
            char part[128];
            snprintf(part, sizeof part, "%s(n_f64 > %u || n_i32 < %u)", i ? " && " : "",
                     world_pick(w, 100), world_pick(w, 100));
            world_say(w, part);
        }
        many[p] = world_compile(w, w->text, &failed);
        if (!CHECK(many[p])) return false;
    }
    return true;
}

static bool many_agree(world *w, machines *m, const csuccess__ruleset *set,
                       const block_answers *block, uint32_t row)
{
    static uint64_t holds[MANY_WORDS], undecided[MANY_WORDS];
    csuccess_result failed = CSUCCESS_OK;
    csuccess__frame frame = {w->values[row], WORLD_SLOTS, WORLD_NOW};
    CHECK_OK(csuccess__ruleset_row(set, m->row, &frame, holds, undecided));
    for (size_t p = 0; p < MANY; p++) {
        size_t at = p * CSUCCESS__BLOCK_WORDS;
        csuccess__value v = csuccess__program_run(many[p], m->row, &frame, &failed);
        bool open = csuccess__is_missing(v), holding = !open && v.as.boolean;
        bool right = bit(holds, p) == holding && bit(block->holds + at, row) == holding &&
                     bit(undecided, p) == open && bit(block->undecided + at, row) == open;
        if (!CHECK(right)) return false;
    }
    return true;
}

static void many_equal_programs(world *w, uint32_t rows)
{
    machines m = {0};
    world_people(w);
    const csuccess__ruleset *set = csuccess__ruleset_new(&w->arena, many, MANY);
    if (CHECK(set) && machines_start(&m, w)) {
        csuccess__column_frame columns = world_frame(w, 0, rows, m.column);
        block_answers block = ask_block(&m, set, &columns, MANY);
        for (uint32_t row = 0; row < rows && many_agree(w, &m, set, &block, row); row++)
            continue;
        free_answers(&block);
    }
    machines_end(&m);
}

/* More conditions than one group holds, and some too large for masks. */
static void large_sets(void)
{
    static world w;
    if (!CHECK_OK(world_start(&w, csuccess__malloc_allocator(), 3))) return;
    if (compile_many(&w)) many_equal_programs(&w, 50);
    world_end(&w);
}

/* Every condition a list of its own. */
static bool compile_lists(world *w, const char *begin, const char *item, uint32_t items)
{
    csuccess_result failed = CSUCCESS_OK;
    for (size_t p = 0; p < MANY; p++) {
        snprintf(w->text, sizeof w->text, "%s", begin);
        for (uint32_t i = 0; i < items; i++) {
            char part[64];
            if (i > 0) world_say(w, ", ");
            snprintf(part, sizeof part, item, (unsigned)p * items + i - 40);
            world_say(w, part);
        }
        world_say(w, "]");
        many[p] = world_compile(w, w->text, &failed);
        if (!CHECK(many[p])) return false;
    }
    return true;
}

/* More terms than a mask has bits, and more words than masks may take. */
static void sets_beyond_masks(void)
{
    static world w;
    if (!CHECK_OK(world_start(&w, csuccess__malloc_allocator(), 4))) return;
    if (compile_lists(&w, "n_f64 in [", "%d", 40)) many_equal_programs(&w, 20);
    world_end(&w);
    if (!CHECK_OK(world_start(&w, csuccess__malloc_allocator(), 5))) return;
    if (compile_lists(&w, "s_utf8 in ['team', ", "'w%u'", 80)) many_equal_programs(&w, 20);
    world_end(&w);
}

/* Tests of every prefix of a long sum share all they have: taken apart they would be as large as the square of
   the text, so the condition stays whole. Strict and plain thresholds of one sum share it. */
static void overlapping_parts(void)
{
    static world w;
    machines m = {0};
    csuccess_result failed = CSUCCESS_OK;
    if (!CHECK_OK(world_start(&w, csuccess__malloc_allocator(), 17))) return;
    static char text[16000], sum[2000];
    snprintf(sum, sizeof sum, "n_f64");
    for (int i = 0; i < 45; i++) {
        size_t used = strlen(text), tail = strlen(sum);
        snprintf(sum + tail, sizeof sum - tail, " + n_u8");
        snprintf(text + used, sizeof text - used, "%s%s %s %d", i ? " || " : "", sum,
                 i % 2 ? ">" : ">=", 30 * i);
    }
    w.programs[0] = world_compile(&w, text, &failed);
    w.programs[1] = world_compile(&w, "n_f64 + n_i32 > 20 && n_f64 + n_i32 <= 40", &failed);
    w.programs[2] = world_compile(&w, "n_f64 + n_i32 >= 20 || n_f64 + n_i32 < 0", &failed);
    w.program_count = 3;
    if (!CHECK(w.programs[0] && w.programs[1] && w.programs[2])) return;
    world_people(&w);
    const csuccess__ruleset *set = csuccess__ruleset_new(&w.arena, w.programs, 3);
    if (CHECK(set) && machines_start(&m, &w)) (void)block_agrees(&w, &m, set, 0, 1024);
    machines_end(&m);
    world_end(&w);
}

/* A pattern is not searched for where the rest decides: on a subject beyond the limit it would stay open. */
static void costly_parts_only_where_they_matter(void)
{
    static world w;
    machines m = {0};
    csuccess_result failed = CSUCCESS_OK;
    if (!CHECK_OK(world_start(&w, csuccess__malloc_allocator(), 3))) return;
    w.programs[0] = world_compile(&w, "n_values < 0 && s_utf8.matches('x')", &failed);
    w.programs[1] = world_compile(&w, "b_values || !s_utf8.matches('x')", &failed);
    w.programs[2] = world_compile(&w, "n_values > 0 && s_utf8.matches('x')", &failed);
    w.programs[3] = world_compile(&w, "n_none > 0 && n_values < 0", &failed);
    const csuccess__ruleset *set = csuccess__ruleset_new(&w.arena, w.programs, 4);
    csuccess__value slots[WORLD_SLOTS];
    for (size_t i = 0; i < WORLD_SLOTS; i++)
        slots[i] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    static char endless[20000];
    memset(endless, 'a', sizeof endless);
    csuccess_str subject = {endless, sizeof endless};
    slots[6] = csuccess__number(1);        /* n_values */
    slots[12] = csuccess__boolean(true);   /* b_values */
    slots[17] = csuccess__string(subject); /* s_utf8 */
    csuccess__frame frame = {slots, WORLD_SLOTS, WORLD_NOW};
    uint64_t holds, undecided;
    if (CHECK(set) && machines_start(&m, &w)) {
        CHECK_OK(csuccess__ruleset_row(set, m.row, &frame, &holds, &undecided));
        CHECK_UINT(holds, 0x2);
        CHECK_UINT(undecided, 0x4);
    }
    machines_end(&m);
    world_end(&w);
}

static void the_empty_set(void)
{
    static world w;
    machines m = {0};
    if (!CHECK_OK(world_start(&w, csuccess__malloc_allocator(), 3))) return;
    const csuccess__ruleset *set = csuccess__ruleset_new(&w.arena, NULL, 0);
    csuccess__frame frame = {NULL, 0, WORLD_NOW};
    csuccess__column_frame columns = {NULL, 0, WORLD_NOW, 0, 10};
    uint64_t bits[1];
    if (CHECK(set) && machines_start(&m, &w)) {
        CHECK_OK(csuccess__ruleset_row(set, m.row, &frame, bits, bits));
        CHECK_OK(csuccess__ruleset_columns(set, m.column, &columns, bits, bits));
    }
    machines_end(&m);
    world_end(&w);
}

/* Building, a row and a block with every request for memory refused in turn. */
static csuccess_result run_once(check_memory *memory, void *ud)
{
    static const char *const texts[] = {
        "n_f64 > 3 && (s_dict8 in ['free', 'team'] || !b_u8)",
        "s_dict8.matches('e$') && n_i32 > 0",
        "days_since(t_i64) <= 7 || s_large.lowerAscii() == 'cancel'", "n_f64 in [1, 2, 3]"};
    (void)ud;
    static world w;
    machines m = {0};
    csuccess_result failed = world_start(&w, &memory->allocator, 21);
    for (size_t i = 0; i < 4 && failed == CSUCCESS_OK; i++) {
        w.programs[i] = world_compile(&w, texts[i], &failed);
    }
    const csuccess__ruleset *set = NULL;
    if (failed == CSUCCESS_OK) {
        set = csuccess__ruleset_new(&w.arena, w.programs, 4);
        if (!set) failed = CSUCCESS_ENOMEM;
    }
    if (set) failed = csuccess__machine_new(&m.row, &w.mem, &w.limits);
    if (m.row) failed = csuccess__column_machine_new(&m.column, &w.mem, &w.limits);
    if (m.column) {
        world_people(&w);
        static uint64_t holds[4 * CSUCCESS__BLOCK_WORDS], open[4 * CSUCCESS__BLOCK_WORDS];
        csuccess__frame frame = {w.values[0], WORLD_SLOTS, WORLD_NOW};
        csuccess__column_frame columns = {w.columns, WORLD_SLOTS, WORLD_NOW, 0, 500};
        failed = csuccess__ruleset_row(set, m.row, &frame, holds, open);
        if (failed == CSUCCESS_OK) {
            failed = csuccess__ruleset_columns(set, m.column, &columns, holds, open);
        }
    }
    machines_end(&m);
    world_end(&w);
    return failed;
}

static void memory_may_be_refused(void)
{
    CHECK(check_faults(run_once, NULL) > 20);
}

CHECK_MAIN(CHECK_TEST(shallow_sets), CHECK_TEST(deep_sets), CHECK_TEST(segment_like_sets),
           CHECK_TEST(large_sets), CHECK_TEST(sets_beyond_masks), CHECK_TEST(overlapping_parts),
           CHECK_TEST(costly_parts_only_where_they_matter), CHECK_TEST(the_empty_set),
           CHECK_TEST(memory_may_be_refused))

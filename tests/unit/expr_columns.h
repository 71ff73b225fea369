/* SPDX-License-Identifier: Apache-2.0 */
/* A world of random customers, held once as values for the row machine and once as columns in every form, and
   random expressions over it: what the properties "row = column" and "set = programs" are tried on. */
#ifndef EXPR_COLUMNS_H
#define EXPR_COLUMNS_H

#include "check.h"
#include "expr/ruleset.h"

enum { WORLD_ROWS = 2500, WORLD_SLOTS = 22, WORLD_PROGRAMS = 60 };

/* Midnight of 2026-01-31, UTC. */
#define WORLD_NOW INT64_C(1769817600000)

typedef struct world_slot {
    const char *name;
    csuccess__kind kind;
    csuccess__form form;
    bool may_miss, has_default;
} world_slot;

static const world_slot world_slots[WORLD_SLOTS] = {
    {"n_f64", CSUCCESS__KIND_NUMBER, CSUCCESS__FORM_F64, true, false},
    {"n_full", CSUCCESS__KIND_NUMBER, CSUCCESS__FORM_F64, false, false},
    {"n_i64", CSUCCESS__KIND_NUMBER, CSUCCESS__FORM_I64, true, true},
    {"n_i32", CSUCCESS__KIND_NUMBER, CSUCCESS__FORM_I32, false, false},
    {"n_i32m", CSUCCESS__KIND_NUMBER, CSUCCESS__FORM_I32, true, false},
    {"n_u8", CSUCCESS__KIND_NUMBER, CSUCCESS__FORM_U8, true, true},
    {"n_values", CSUCCESS__KIND_NUMBER, CSUCCESS__FORM_VALUES, true, false},
    {"n_vector", CSUCCESS__KIND_NUMBER, CSUCCESS__FORM_VECTOR, true, false},
    {"n_none", CSUCCESS__KIND_NUMBER, CSUCCESS__FORM_NONE, true, true},
    {"b_u8", CSUCCESS__KIND_BOOL, CSUCCESS__FORM_U8, true, false},
    {"b_full", CSUCCESS__KIND_BOOL, CSUCCESS__FORM_U8, false, false},
    {"b_bits", CSUCCESS__KIND_BOOL, CSUCCESS__FORM_BITS, true, true},
    {"b_values", CSUCCESS__KIND_BOOL, CSUCCESS__FORM_VALUES, true, false},
    {"b_vector", CSUCCESS__KIND_BOOL, CSUCCESS__FORM_VECTOR, true, false},
    {"s_dict8", CSUCCESS__KIND_STRING, CSUCCESS__FORM_DICT8, false, false},
    {"s_dict16", CSUCCESS__KIND_STRING, CSUCCESS__FORM_DICT16, true, true},
    {"s_dict32", CSUCCESS__KIND_STRING, CSUCCESS__FORM_DICT32, true, false},
    {"s_utf8", CSUCCESS__KIND_STRING, CSUCCESS__FORM_UTF8, true, false},
    {"s_large", CSUCCESS__KIND_STRING, CSUCCESS__FORM_UTF8_LARGE, true, true},
    {"t_i64", CSUCCESS__KIND_TIME, CSUCCESS__FORM_I64, true, false},
    {"t_days", CSUCCESS__KIND_TIME, CSUCCESS__FORM_I32, true, true},
    {"t_values", CSUCCESS__KIND_TIME, CSUCCESS__FORM_VALUES, true, false},
};

static const char *const world_words[] = {"free", "team",      "business", "enterprise",
                                          "",     "cancel it", "CANCEL",   "z\xC3\xBCrich"};
enum { WORLD_WORDS = 8 };

typedef struct world {
    uint64_t random;
    csuccess_allocator mem;
    csuccess_limits limits;
    csuccess__arena arena;
    csuccess__compiler compiler;
    csuccess__scope scope;
    const csuccess__program *programs[WORLD_PROGRAMS];
    size_t program_count;
    csuccess__value (*values)[WORLD_SLOTS]; /* by row */
    csuccess__column columns[WORLD_SLOTS];
    csuccess__value dictionary[WORLD_WORDS];
    csuccess__vector vectors[WORLD_SLOTS];
    void *data[WORLD_SLOTS], *offsets[WORLD_SLOTS];
    uint8_t *validity[WORLD_SLOTS];
    char text[4096];
} world;

static uint32_t world_pick(world *w, uint32_t n)
{
    return (uint32_t)(check_random(&w->random) >> 33) % n;
}

/* ---- Random expressions ---- */

static void world_say(world *w, const char *text)
{
    size_t used = strlen(w->text);
    snprintf(w->text + used, sizeof w->text - used, "%s", text);
}

static void world_slot_of(world *w, csuccess__kind kind)
{
    uint32_t i;
    do {
        i = world_pick(w, WORLD_SLOTS);
    } while (world_slots[i].kind != kind);
    world_say(w, world_slots[i].name);
}

#define WORLD_COUNT(list) ((uint32_t)(sizeof(list) / sizeof((list)[0])))

/* Templates: $N $B $S $T stand for a random part of that kind, $n $b $s $t for a slot, $# for a number
   literal, $q for a text literal, everything else for itself. */
/* clang-format off */
static const char *const world_numbers[] = {
    "$n", "$n", "$n", "$#", "($N + $N)", "($N - $N)", "($N * $N)", "($N / $N)", "($N % $N)",
    "-($N)", "abs($N)", "ceil($N)", "floor($N)", "round($N)", "trunc($N)", "sign($N)",
    "sqrt($N)", "exp($N)", "ln($N)", "pow($N, $#)", "sigmoid($N)", "clamp($N, $#, $#)",
    "min($N, $N)", "max($N, $N, $N)", "days_since($T)", "hours_since($T)", "days_until($T)",
    "($B ? $N : $N)", "coalesce($N, $N)", "coalesce($n, $n, $#)",
    "bands($N, [[1, 40], [7, 30], [14, 20]], $N)", "bands($n, [[-1, 0], [30, 0.5]], $#)",
    "linear($N, [[0, 0], [1, 30], [20, 31]])", "linear($n, [[5, 1]])", "change($N, $N)",
    "size($S)", "year($T)", "weekday($T)", "sum([$N, $N])", "mean([$n, $#, $n])",
    "[$n, $N].size()"};
static const char *const world_conditions[] = {
    "$b", "$b", "$N < $N", "$n <= $#", "$n > $#", "$n >= $#", "$n == $#", "$n != $#",
    "$# < $n", "$# >= $n", "$N == $N", "$n != $N", "($B && $B)", "($B && $B && $B)",
    "($B || $B)", "($B || $b || $B)", "!($B)", "has($n)", "has($s)", "has($b)", "has($t)",
    "$n in [1, 2, 30]", "$n in [$#]", "$N in [$#, $N]", "$s == $q", "$s != $q", "$q == $s",
    "$s in [$q, $q]", "$s in [$q, $q, $q, $q]", "$s == $s", "$s < $q", "$S >= $S",
    "$s.matches('canc|^z')", "$s.matches('^[a-z]*e$$')", "$s.startsWith('c')",
    "$s.contains('e')", "$S.endsWith('e')", "$t < timestamp('2026-01-20T00:00:00Z')",
    "timestamp('2026-01-25T06:00:00Z') <= $t", "$t == timestamp('2026-01-30T00:00:00Z')",
    "$T < $T", "$T >= now", "days_since($t) <= 7", "days_since($t) > $#", "($B ? $B : $B)",
    "coalesce($b, $B)", "$b == true", "$b != true", "false == $b", "$b == $b", "$b < $b",
    "[$n, $#, $n].exists(x, x > $N)", "[$N, $n].all(x, x < $#)", "true",
    "($n >= $# && $n <= $#)"};
static const char *const world_strings[] = {
    "$s", "$s", "$s", "$q", "($B ? $S : $S)", "coalesce($s, $S)", "$S.lowerAscii()",
    "($s + $q)", "$s.trim()"};
static const char *const world_times[] = {
    "$t", "$t", "$t", "now", "timestamp('2026-01-20T00:00:00Z')", "($t + duration('P1D'))",
    "($B ? $t : $T)", "coalesce($t, now)", "($T - duration('PT36H'))"};
static const char *const world_literals[] = {
    "0", "1", "-1", "2", "2.5", "7", "30", "0.1", "100", "-0.0", "1e308", "255", "12.75"};
/* clang-format on */

static void world_part(world *w, char kind, int depth);

static void world_hole(world *w, char what, int depth)
{
    static const csuccess__kind kinds[] = {['n'] = CSUCCESS__KIND_NUMBER,
                                           ['b'] = CSUCCESS__KIND_BOOL,
                                           ['s'] = CSUCCESS__KIND_STRING,
                                           ['t'] = CSUCCESS__KIND_TIME};
    switch (what) {
    case '#':
        world_say(w, world_literals[world_pick(w, WORLD_COUNT(world_literals))]);
        break;
    case 'q':
        world_say(w, "\"");
        world_say(w, world_words[world_pick(w, WORLD_WORDS)]);
        world_say(w, "\"");
        break;
    case '$':
        world_say(w, "$");
        break;
    case 'n':
    case 'b':
    case 's':
    case 't':
        world_slot_of(w, kinds[(unsigned char)what]);
        break;
    default: /* its depth is counted */
        world_part(w, what, depth - 1);
        break;
    }
}

static void world_expand(world *w, const char *text, int depth)
{
    char one[2] = {0, 0};
    for (; *text != '\0'; text++) {
        one[0] = *text;
        if (*text == '$')
            world_hole(w, *++text, depth);
        else
            world_say(w, one);
    }
}

static void world_part(world *w, char kind, int depth)
{
    static const struct {
        char kind;
        const char *const *list;
        uint32_t count, leaves;
    } grammar[] = {{'N', world_numbers, WORLD_COUNT(world_numbers), 4},
                   {'B', world_conditions, WORLD_COUNT(world_conditions), 2},
                   {'S', world_strings, WORLD_COUNT(world_strings), 4},
                   {'T', world_times, WORLD_COUNT(world_times), 5}};
    for (size_t i = 0; i < 4; i++) {
        if (grammar[i].kind != kind) continue;
        uint32_t n = depth > 0 ? grammar[i].count : grammar[i].leaves;
        world_expand(w, grammar[i].list[world_pick(w, n)], depth);
    }
}

/* ---- Names ---- */

/* reason: the parameters are the scope's. */
static csuccess_result world_resolve(void *ud, csuccess_str path, const csuccess_str *argument,
                                     csuccess__symbol *out, csuccess__nearest *near,
                                     csuccess__text *say)
{
    (void)ud;
    (void)near;
    (void)say;
    for (uint32_t i = 0; i < WORLD_SLOTS && !argument; i++) {
        if (!csuccess__str_is(path, world_slots[i].name)) continue;
        out->slot = i;
        out->type = csuccess__type_of(world_slots[i].kind);
        return CSUCCESS_OK;
    }
    return CSUCCESS_ENAME;
}

static csuccess_result world_start(world *w, const csuccess_allocator *mem, uint64_t seed)
{
    memset(w, 0, sizeof *w);
    w->random = seed;
    w->mem = *mem;
    csuccess_result taken = csuccess__limits_take(&w->limits, NULL, NULL);
    csuccess__arena_init(&w->arena, &w->mem, 0);
    w->scope = (csuccess__scope){w, world_resolve, NULL};
    w->compiler = (csuccess__compiler){.arena = &w->arena,
                                       .mem = &w->mem,
                                       .limits = &w->limits,
                                       .scope = &w->scope,
                                       .constants = csuccess__constants_new(&w->arena)};
    return taken == CSUCCESS_OK && !w->compiler.constants ? CSUCCESS_ENOMEM : taken;
}

/* Compiles text; the program, or NULL with the result in *failed. */
static const csuccess__program *world_compile(world *w, const char *text,
                                              csuccess_result *failed)
{
    const csuccess__program *program = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    *failed = csuccess__expr_compile(&program, &w->compiler, check_view(text), NULL, &err);
    if (*failed != CSUCCESS_OK) {
        if (*failed != CSUCCESS_ENOMEM) printf("# %s: %s\n", text, err.message);
        return NULL;
    }
    return program;
}

/* Random programs of a kind: N, B, S or T. */
static void world_programs(world *w, char kind, size_t n, int depth)
{
    w->program_count = 0;
    while (w->program_count < n) {
        csuccess_result failed;
        w->text[0] = '\0';
        world_part(w, kind, depth);
        if (strlen(w->text) > sizeof w->text - 128) continue;
        const csuccess__program *program = world_compile(w, w->text, &failed);
        if (!CHECK(program)) return;
        w->programs[w->program_count++] = program;
    }
}

/* ---- Random customers ---- */

static csuccess__value world_text(world *w, const char *text)
{
    csuccess__value v = csuccess__string(check_view(text));
    v.code = csuccess__constants_find(w->compiler.constants, v.as.string);
    return v;
}

static csuccess__value world_default(world *w, uint32_t slot)
{
    csuccess__value v = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    if (!world_slots[slot].has_default) return v;
    switch (world_slots[slot].kind) {
    case CSUCCESS__KIND_NUMBER:
        v = csuccess__number(7);
        break;
    case CSUCCESS__KIND_BOOL:
        v = csuccess__boolean(true);
        break;
    case CSUCCESS__KIND_TIME:
        v = csuccess__time(WORLD_NOW - 86400000);
        break;
    default:
        v = world_text(w, "team");
        break;
    }
    v.defaulted = 1;
    return v;
}

static csuccess__value world_number(world *w, csuccess__form form)
{
    static const double reals[] = {0,  -0.0,  1,   2,     2.5, 7, 30, 29.999999999999996,
                                   -1, 1e308, 0.1, 1e-320};
    uint32_t kind = world_pick(w, 3);
    if (form == CSUCCESS__FORM_U8) return csuccess__number(world_pick(w, 256));
    if (form == CSUCCESS__FORM_I32 || form == CSUCCESS__FORM_I64) {
        return csuccess__number((double)world_pick(w, kind == 0 ? 4 : 200) - 20);
    }
    if (kind == 0) return csuccess__number(reals[world_pick(w, WORLD_COUNT(reals))]);
    return csuccess__number(((double)world_pick(w, 20000) - 4000) / (kind == 1 ? 100 : 1));
}

static csuccess__value world_value(world *w, uint32_t slot)
{
    const world_slot *s = &world_slots[slot];
    if (s->form == CSUCCESS__FORM_NONE || (s->may_miss && world_pick(w, 4) == 0)) {
        bool defaults = s->form != CSUCCESS__FORM_VALUES && s->form != CSUCCESS__FORM_VECTOR;
        return defaults ? world_default(w, slot) : csuccess__missing(CSUCCESS__ABSENCE_STALE);
    }
    switch (s->kind) {
    case CSUCCESS__KIND_NUMBER:
        return world_number(w, s->form);
    case CSUCCESS__KIND_BOOL:
        return csuccess__boolean(world_pick(w, 3) == 0);
    case CSUCCESS__KIND_TIME: {
        int64_t days = (int64_t)world_pick(w, 40) - 30;
        int64_t part = s->form == CSUCCESS__FORM_I32 ? 0 : (int64_t)world_pick(w, 4) * 21600000;
        return csuccess__time(WORLD_NOW + days * 86400000 + part);
    }
    default:
        return w->dictionary[world_pick(w, WORLD_WORDS)];
    }
}

static bool world_is_set(csuccess__value v)
{
    return !csuccess__is_missing(v) && !v.defaulted;
}

static uint32_t world_word(const world *w, csuccess__value v)
{
    for (uint32_t i = 0; i < WORLD_WORDS; i++) {
        if (csuccess__str_eq(w->dictionary[i].as.string, v.as.string)) return i;
    }
    return 0;
}

static void world_encode_text(world *w, uint32_t slot, size_t row, size_t *bytes)
{
    csuccess__value v = w->values[row][slot];
    if (world_is_set(v) && v.as.string.len > 0) {
        memcpy((char *)w->data[slot] + *bytes, v.as.string.ptr, v.as.string.len);
        *bytes += v.as.string.len;
    }
    if (world_slots[slot].form == CSUCCESS__FORM_UTF8) {
        ((int32_t *)w->offsets[slot])[row + 1] = (int32_t)*bytes;
    } else {
        ((int64_t *)w->offsets[slot])[row + 1] = (int64_t)*bytes;
    }
}

static void world_encode_code(world *w, uint32_t slot, size_t row)
{
    csuccess__value v = w->values[row][slot];
    uint32_t code = world_is_set(v) ? world_word(w, v) : UINT32_MAX;
    switch (world_slots[slot].form) {
    case CSUCCESS__FORM_DICT8:
        ((uint8_t *)w->data[slot])[row] = (uint8_t)code;
        break;
    case CSUCCESS__FORM_DICT16:
        ((uint16_t *)w->data[slot])[row] = (uint16_t)code;
        break;
    default:
        ((uint32_t *)w->data[slot])[row] = code;
        break;
    }
}

/* Booleans as bytes and bits. */
static void world_encode_flag(world *w, uint32_t slot, size_t row)
{
    csuccess__value v = w->values[row][slot];
    bool on = !world_is_set(v) || v.as.boolean;
    uint8_t *data = w->data[slot];
    if (world_slots[slot].form == CSUCCESS__FORM_BITS) {
        data[row / 8] |= (uint8_t)(on << (row % 8));
    } else {
        data[row] = on ? 3 : 0;
    }
}

static int64_t world_whole(const world *w, uint32_t slot, size_t row, int64_t noise)
{
    csuccess__value v = w->values[row][slot];
    if (!world_is_set(v)) return noise;
    if (world_slots[slot].kind == CSUCCESS__KIND_NUMBER) return (int64_t)v.as.number;
    return world_slots[slot].form == CSUCCESS__FORM_I32 ? v.as.time / 86400000 : v.as.time;
}

static void world_encode_number(world *w, uint32_t slot, size_t row)
{
    csuccess__value v = w->values[row][slot];
    void *data = w->data[slot];
    switch (world_slots[slot].form) {
    case CSUCCESS__FORM_F64:
        ((double *)data)[row] = world_is_set(v) ? v.as.number : (double)NAN;
        break;
    case CSUCCESS__FORM_I64:
        ((int64_t *)data)[row] = world_whole(w, slot, row, INT64_MIN);
        break;
    case CSUCCESS__FORM_I32:
        ((int32_t *)data)[row] = (int32_t)world_whole(w, slot, row, INT32_MIN);
        break;
    default:
        ((uint8_t *)data)[row] = (uint8_t)world_whole(w, slot, row, 77);
        break;
    }
}

/* Writes one value in the form of its column; what is not set is noise. */
static void world_encode(world *w, uint32_t slot, size_t row, size_t *bytes)
{
    csuccess__form form = world_slots[slot].form;
    csuccess__kind kind = world_slots[slot].kind;
    if (form == CSUCCESS__FORM_VECTOR || form == CSUCCESS__FORM_NONE) return;
    if (form == CSUCCESS__FORM_VALUES) {
        ((csuccess__value *)w->data[slot])[row] = w->values[row][slot];
    } else if (kind == CSUCCESS__KIND_BOOL) {
        world_encode_flag(w, slot, row);
    } else if (kind != CSUCCESS__KIND_STRING) {
        world_encode_number(w, slot, row);
    } else if (form >= CSUCCESS__FORM_UTF8) {
        world_encode_text(w, slot, row, bytes);
    } else {
        world_encode_code(w, slot, row);
    }
}

/* Exactly as long as it must be, so that the address sanitizer sees a read beyond. */
static void world_allocate(world *w, uint32_t slot)
{
    static const size_t widths[] = {
        [CSUCCESS__FORM_F64] = 8,         [CSUCCESS__FORM_I64] = 8,
        [CSUCCESS__FORM_I32] = 4,         [CSUCCESS__FORM_U8] = 1,
        [CSUCCESS__FORM_DICT8] = 1,       [CSUCCESS__FORM_DICT16] = 2,
        [CSUCCESS__FORM_DICT32] = 4,      [CSUCCESS__FORM_UTF8] = 16,
        [CSUCCESS__FORM_UTF8_LARGE] = 16, [CSUCCESS__FORM_VALUES] = sizeof(csuccess__value),
        [CSUCCESS__FORM_VECTOR] = 0};
    csuccess__form form = world_slots[slot].form;
    size_t bytes =
        form == CSUCCESS__FORM_BITS ? (WORLD_ROWS + 7) / 8 : WORLD_ROWS * widths[form];
    w->data[slot] = calloc(bytes ? bytes : 1, 1);
    w->offsets[slot] = calloc(WORLD_ROWS + 1, 8);
    w->validity[slot] = calloc((WORLD_ROWS + 7) / 8, 1);
    if (!w->data[slot] || !w->offsets[slot] || !w->validity[slot]) abort();
}

static void world_bind(world *w, uint32_t slot)
{
    size_t bytes = 0;
    world_allocate(w, slot);
    for (size_t row = 0; row < WORLD_ROWS; row++) {
        world_encode(w, slot, row, &bytes);
        bool set = world_is_set(w->values[row][slot]);
        w->validity[slot][row / 8] |= (uint8_t)(set << (row % 8));
    }
    csuccess__form form = world_slots[slot].form;
    bool values = form == CSUCCESS__FORM_VALUES;
    w->columns[slot] = (csuccess__column){
        .form = form,
        .kind = world_slots[slot].kind,
        .data = w->data[slot],
        .offsets = w->offsets[slot],
        .validity = values || !world_slots[slot].may_miss ? NULL : w->validity[slot],
        .dictionary = w->dictionary,
        .dictionary_count = WORLD_WORDS,
        .fallback =
            values ? csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET) : world_default(w, slot)};
}

/* New customers. Programs are compiled before, so that their constants have numbers. */
static void world_people(world *w)
{
    for (size_t i = 0; i < WORLD_WORDS; i++) w->dictionary[i] = world_text(w, world_words[i]);
    w->values = calloc(WORLD_ROWS, sizeof *w->values);
    if (!w->values) abort();
    for (size_t row = 0; row < WORLD_ROWS; row++) {
        for (uint32_t s = 0; s < WORLD_SLOTS; s++) w->values[row][s] = world_value(w, s);
    }
    for (uint32_t s = 0; s < WORLD_SLOTS; s++) world_bind(w, s);
}

/* Computed slots are vectors of the block. */
static void world_vector(world *w, uint32_t slot, size_t first, uint32_t rows,
                         csuccess__column_machine *machine)
{
    bool number = world_slots[slot].kind == CSUCCESS__KIND_NUMBER;
    csuccess__vector *v =
        csuccess__column_machine_vector(machine, world_slots[slot].kind, rows);
    if (!v) abort();
    memset(v->valid, 0, sizeof v->valid);
    v->all_valid = true;
    if (!number) memset(v->as.bits, 0, CSUCCESS__BLOCK_WORDS * 8);
    for (uint32_t j = 0; j < rows; j++) {
        csuccess__value x = w->values[first + j][slot];
        bool there = !csuccess__is_missing(x);
        v->valid[j / 64] |= (uint64_t)there << (j % 64);
        v->all_valid = v->all_valid && there;
        if (number)
            v->as.numbers[j] = there ? x.as.number : 0;
        else
            v->as.bits[j / 64] |= (uint64_t)(there && x.as.boolean) << (j % 64);
    }
    w->columns[slot].data = v;
}

static csuccess__column_frame world_frame(world *w, size_t first, uint32_t rows,
                                          csuccess__column_machine *machine)
{
    for (uint32_t s = 0; s < WORLD_SLOTS; s++) {
        if (world_slots[s].form == CSUCCESS__FORM_VECTOR)
            world_vector(w, s, first, rows, machine);
    }
    csuccess__column_frame frame = {w->columns, WORLD_SLOTS, WORLD_NOW, first, rows};
    return frame;
}

static void world_end(world *w)
{
    for (uint32_t s = 0; s < WORLD_SLOTS; s++) {
        free(w->data[s]);
        free(w->offsets[s]);
        free(w->validity[s]);
    }
    free(w->values);
    csuccess__cleanup_run(w->compiler.cleanup);
    csuccess__arena_free(&w->arena);
}

#endif

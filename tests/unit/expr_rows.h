/* SPDX-License-Identifier: Apache-2.0 */
/* One customer of known and missing values, and expressions evaluated for it, as text:
   JSON of the value, "missing: reason", or "refused: message". */
#ifndef EXPR_ROWS_H
#define EXPR_ROWS_H

#include "base/error.h"
#include "check.h"
#include "expr/template.h"

/* Midnight of 2026-01-31, UTC. */
#define ROWS_NOW INT64_C(1769817600000)

enum {
    ROWS_X,
    ROWS_Y,
    ROWS_ZERO,
    ROWS_HUGE,
    ROWS_NEVER,
    ROWS_STALE,
    ROWS_USUAL,
    ROWS_YES,
    ROWS_NO,
    ROWS_MAYBE,
    ROWS_OTHER,
    ROWS_WORD,
    ROWS_NO_WORD,
    ROWS_LONG,
    ROWS_SEEN,
    ROWS_SOON,
    ROWS_NO_TIME,
    ROWS_LATE,
    ROWS_SPAN,
    ROWS_MONTH,
    ROWS_NO_SPAN,
    ROWS_AGES,
    ROWS_NUMBERS,
    ROWS_GAPS,
    ROWS_NONE,
    ROWS_NO_LIST,
    ROWS_WORDS,
    ROWS_TIMES,
    ROWS_FLAGS,
    ROWS_DEALS,
    ROWS_COUNT
};

typedef struct rows {
    csuccess_allocator mem;
    csuccess_limits limits;
    csuccess__arena arena;
    csuccess__compiler compiler;
    csuccess__scope scope;
    csuccess__machine *machine;
    csuccess__value slots[ROWS_COUNT];
    csuccess__frame frame;
    csuccess_result failed;           /* of the last evaluation */
    const csuccess__program *program; /* of the last evaluation */
    char text[65536];
} rows;

static const csuccess__field rows_deal_fields[] = {
    {{"amount", 6}, NULL}, {{"product", 7}, NULL}, {{"renews", 6}, NULL}};

typedef struct rows_name {
    const char *name;
    csuccess__kind kind;
    csuccess__kind item; /* of a list */
} rows_name;

static const rows_name rows_names[ROWS_COUNT] = {
    [ROWS_X] = {"x", CSUCCESS__KIND_NUMBER, 0},
    [ROWS_Y] = {"y", CSUCCESS__KIND_NUMBER, 0},
    [ROWS_ZERO] = {"zero", CSUCCESS__KIND_NUMBER, 0},
    [ROWS_HUGE] = {"huge", CSUCCESS__KIND_NUMBER, 0},
    [ROWS_NEVER] = {"never", CSUCCESS__KIND_NUMBER, 0},
    [ROWS_STALE] = {"stale", CSUCCESS__KIND_NUMBER, 0},
    [ROWS_USUAL] = {"usual", CSUCCESS__KIND_NUMBER, 0},
    [ROWS_YES] = {"yes", CSUCCESS__KIND_BOOL, 0},
    [ROWS_NO] = {"no", CSUCCESS__KIND_BOOL, 0},
    [ROWS_MAYBE] = {"maybe", CSUCCESS__KIND_BOOL, 0},
    [ROWS_OTHER] = {"other", CSUCCESS__KIND_BOOL, 0},
    [ROWS_WORD] = {"word", CSUCCESS__KIND_STRING, 0},
    [ROWS_NO_WORD] = {"no_word", CSUCCESS__KIND_STRING, 0},
    [ROWS_LONG] = {"long", CSUCCESS__KIND_STRING, 0},
    [ROWS_SEEN] = {"seen", CSUCCESS__KIND_TIME, 0},
    [ROWS_SOON] = {"soon", CSUCCESS__KIND_TIME, 0},
    [ROWS_NO_TIME] = {"no_time", CSUCCESS__KIND_TIME, 0},
    [ROWS_LATE] = {"late", CSUCCESS__KIND_TIME, 0},
    [ROWS_SPAN] = {"span", CSUCCESS__KIND_DURATION, 0},
    [ROWS_MONTH] = {"one_month", CSUCCESS__KIND_DURATION, 0},
    [ROWS_NO_SPAN] = {"no_span", CSUCCESS__KIND_DURATION, 0},
    [ROWS_AGES] = {"ages", CSUCCESS__KIND_DURATION, 0},
    [ROWS_NUMBERS] = {"numbers", CSUCCESS__KIND_LIST, CSUCCESS__KIND_NUMBER},
    [ROWS_GAPS] = {"gaps", CSUCCESS__KIND_LIST, CSUCCESS__KIND_NUMBER},
    [ROWS_NONE] = {"none", CSUCCESS__KIND_LIST, CSUCCESS__KIND_NUMBER},
    [ROWS_NO_LIST] = {"no_list", CSUCCESS__KIND_LIST, CSUCCESS__KIND_NUMBER},
    [ROWS_WORDS] = {"words", CSUCCESS__KIND_LIST, CSUCCESS__KIND_STRING},
    [ROWS_TIMES] = {"times", CSUCCESS__KIND_LIST, CSUCCESS__KIND_TIME},
    [ROWS_FLAGS] = {"flags", CSUCCESS__KIND_LIST, CSUCCESS__KIND_BOOL},
    [ROWS_DEALS] = {"deals", CSUCCESS__KIND_LIST, CSUCCESS__KIND_RECORD},
};

static const csuccess__type *rows_deals_type(void)
{
    static csuccess__field fields[3];
    static csuccess__type record, list;
    const csuccess__kind kinds[] = {CSUCCESS__KIND_NUMBER, CSUCCESS__KIND_STRING,
                                    CSUCCESS__KIND_TIME};
    for (size_t i = 0; i < 3; i++) {
        fields[i] = rows_deal_fields[i];
        fields[i].type = csuccess__type_of(kinds[i]);
    }
    record = (csuccess__type){CSUCCESS__KIND_RECORD, NULL, fields, 3};
    list = (csuccess__type){CSUCCESS__KIND_LIST, &record, NULL, 0};
    return &list;
}

static const csuccess__type *rows_type(uint32_t slot)
{
    const rows_name *name = &rows_names[slot];
    if (slot == ROWS_DEALS) return rows_deals_type();
    return name->kind == CSUCCESS__KIND_LIST ? csuccess__type_list_of(name->item)
                                             : csuccess__type_of(name->kind);
}

/* reason: six parameters are what csuccess__scope asks for. */
static csuccess_result rows_resolve(void *ud, csuccess_str path, const csuccess_str *argument,
                                    csuccess__symbol *out, csuccess__nearest *near,
                                    csuccess__text *say)
{
    (void)ud;
    (void)say;
    for (uint32_t i = 0; i < ROWS_COUNT && !argument; i++) {
        csuccess__nearest_try(near, csuccess__str(rows_names[i].name));
        if (!csuccess__str_is(path, rows_names[i].name)) continue;
        out->slot = i;
        out->type = rows_type(i);
        return CSUCCESS_OK;
    }
    return CSUCCESS_ENAME;
}

static const csuccess__benchmark *rows_benchmark(void *ud, csuccess_str metric,
                                                 csuccess_str cohort)
{
    static const double values[] = {1, 2, 2, 5, 10};
    static const csuccess__benchmark peers = {values, 5}, nobody = {values, 0};
    (void)ud;
    (void)metric;
    if (csuccess__str_is(cohort, "peers")) return &peers;
    return csuccess__str_is(cohort, "nobody") ? &nobody : NULL;
}

static csuccess__value rows_list(const csuccess__value *items, size_t count)
{
    csuccess__value v = {.kind = CSUCCESS__KIND_LIST};
    v.as.many.items = items;
    v.as.many.count = count;
    return v;
}

static csuccess__value rows_record(const csuccess__value *fields, size_t count)
{
    csuccess__value v = rows_list(fields, count);
    v.kind = CSUCCESS__KIND_RECORD;
    return v;
}

static void rows_scalars(csuccess__value *slots)
{
    static char many[70000];
    memset(many, 'a', sizeof many);
    csuccess_str long_text = {many, 40000};
    csuccess__duration ages = {0, 0, CSUCCESS__DURATION_MS};
    slots[ROWS_X] = csuccess__number(5);
    slots[ROWS_Y] = csuccess__number(2);
    slots[ROWS_ZERO] = csuccess__number(0);
    slots[ROWS_HUGE] = csuccess__number(1e308);
    slots[ROWS_NEVER] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    slots[ROWS_STALE] = csuccess__missing(CSUCCESS__ABSENCE_STALE);
    slots[ROWS_USUAL] = csuccess__number(7);
    slots[ROWS_USUAL].defaulted = 1;
    slots[ROWS_YES] = csuccess__boolean(true);
    slots[ROWS_NO] = csuccess__boolean(false);
    slots[ROWS_WORD] = csuccess__string(CSUCCESS_STR(" Stra\xC3\x9F"
                                                     "e "));
    slots[ROWS_LONG] = csuccess__string(long_text);
    slots[ROWS_SEEN] = csuccess__time(ROWS_NOW - 3 * CSUCCESS__DAY_MS - 1);
    slots[ROWS_SOON] = csuccess__time(ROWS_NOW + 2 * CSUCCESS__DAY_MS + 1);
    slots[ROWS_LATE] = csuccess__time(CSUCCESS__TIME_MAX);
    slots[ROWS_SPAN] = csuccess__duration_value((csuccess__duration){0, 1, 2 * 3600000 + 345});
    slots[ROWS_MONTH] = csuccess__duration_value((csuccess__duration){1, 0, 0});
    slots[ROWS_AGES] = csuccess__duration_value(ages);
}

static void rows_lists(csuccess__value *slots)
{
    static csuccess__value numbers[3], gaps[3], words[3], times[2], flags[3], deals[3],
        fields[3][3];
    for (size_t i = 0; i < 3; i++) {
        numbers[i] = csuccess__number((double)i + 1);
        gaps[i] = numbers[i];
        fields[i][0] = csuccess__number(100.0 * ((double)i + 1));
        fields[i][1] = csuccess__string(i == 1 ? CSUCCESS_STR("chat") : CSUCCESS_STR("mail"));
        fields[i][2] = csuccess__time(ROWS_NOW + ((int64_t)i - 1) * 40 * CSUCCESS__DAY_MS);
        deals[i] = rows_record(fields[i], 3);
        flags[i] = csuccess__boolean(i == 0);
    }
    gaps[1] = csuccess__missing(CSUCCESS__ABSENCE_STALE);
    flags[2] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    fields[2][2] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    words[0] = csuccess__string(CSUCCESS_STR("b"));
    words[1] = csuccess__string(CSUCCESS_STR("a"));
    words[2] = csuccess__string(CSUCCESS_STR("b"));
    times[0] = csuccess__time(ROWS_NOW);
    times[1] = csuccess__time(0);
    slots[ROWS_NUMBERS] = rows_list(numbers, 3);
    slots[ROWS_GAPS] = rows_list(gaps, 3);
    slots[ROWS_NONE] = rows_list(NULL, 0);
    slots[ROWS_WORDS] = rows_list(words, 3);
    slots[ROWS_TIMES] = rows_list(times, 2);
    slots[ROWS_FLAGS] = rows_list(flags, 3);
    slots[ROWS_DEALS] = rows_list(deals, 3);
}

/* Limits of 0 are the defaults. */
static csuccess_result rows_start(rows *r, const csuccess_allocator *mem,
                                  const csuccess_limits *limits)
{
    memset(r, 0, sizeof *r);
    r->mem = *mem;
    csuccess_result taken = csuccess__limits_take(&r->limits, limits, NULL);
    if (taken != CSUCCESS_OK) return taken;
    csuccess__arena_init(&r->arena, &r->mem, 0);
    r->scope = (csuccess__scope){r, rows_resolve, rows_benchmark};
    r->compiler = (csuccess__compiler){.arena = &r->arena,
                                       .mem = &r->mem,
                                       .limits = &r->limits,
                                       .scope = &r->scope,
                                       .constants = csuccess__constants_new(&r->arena)};
    for (size_t i = 0; i < ROWS_COUNT; i++) {
        r->slots[i] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    }
    r->slots[ROWS_STALE] = csuccess__missing(CSUCCESS__ABSENCE_STALE);
    rows_scalars(r->slots);
    rows_lists(r->slots);
    r->frame = (csuccess__frame){r->slots, ROWS_COUNT, ROWS_NOW};
    if (!r->compiler.constants) return CSUCCESS_ENOMEM;
    return csuccess__machine_new(&r->machine, &r->mem, &r->limits);
}

static void rows_end(rows *r)
{
    csuccess__cleanup_run(r->compiler.cleanup);
    csuccess__machine_free(r->machine);
    csuccess__arena_free(&r->arena);
}

static const char *const rows_absences[] = {
#define ROWS_ABSENCE(name, text) text,
    CSUCCESS__ABSENCES(ROWS_ABSENCE)
#undef ROWS_ABSENCE
};

/* Copies what was written so that it can be compared. */
static inline const char *rows_text(rows *r, csuccess__value v, const csuccess__type *type)
{
    if (csuccess__is_missing(v)) {
        snprintf(r->text, sizeof r->text, "missing: %s", rows_absences[v.absence]);
        return r->text;
    }
    csuccess__buffer out;
    csuccess__json_writer writer;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__json_writer_init(&writer, &out);
    csuccess__value_write(&writer, v, type);
    csuccess_str view = csuccess__buffer_view(&out);
    snprintf(r->text, sizeof r->text, "%.*s", (int)view.len, view.len ? view.ptr : "");
    csuccess__buffer_free(&out);
    return r->text;
}

/* Compiles; NULL with "refused: ..." in r->text. */
static inline const csuccess__program *rows_compile(rows *r, const char *text)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    r->failed = csuccess__expr_compile(&r->program, &r->compiler, check_view(text), NULL, &err);
    if (r->failed == CSUCCESS_OK) return r->program;
    snprintf(r->text, sizeof r->text, "refused: %s", err.message);
    return NULL;
}

static inline const char *rows_eval(rows *r, const char *text)
{
    const csuccess__program *program = rows_compile(r, text);
    if (!program) return r->text;
    csuccess__value v = csuccess__program_run(program, r->machine, &r->frame, &r->failed);
    return rows_text(r, v, program->type);
}

typedef struct rows_case {
    const char *expression, *expected;
} rows_case;

/* Each expression on a fresh machine's reset; prints the expression that differs. */
static inline void rows_check(const rows_case *cases, size_t count)
{
    static rows r;
    if (!CHECK_OK(rows_start(&r, csuccess__malloc_allocator(), NULL))) return;
    for (size_t i = 0; i < count; i++) {
        const char *got = rows_eval(&r, cases[i].expression);
        if (!CHECK_CSTR(got, cases[i].expected)) printf("# for %s\n", cases[i].expression);
        csuccess__machine_reset(r.machine);
    }
    rows_end(&r);
}
#define ROWS_CHECK(cases) rows_check((cases), sizeof(cases) / sizeof((cases)[0]))

#endif

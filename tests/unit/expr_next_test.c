/* SPDX-License-Identifier: Apache-2.0 */
/* When time may change a value: told exactly where it can be, and never too late. The oracle evaluates the expression again and again, a
   little later each time. */
#include "check.h"
#include "expr_scope.h"

#include "expr/next.h"

#define NOW INT64_C(1769774400000) /* 2026-01-30T12:00:00Z */
#define HOUR INT64_C(3600000)
#define DAY INT64_C(86400000)

typedef struct world {
    scope_world scope;
    csuccess__machine *machine;
    csuccess__value slots[SCOPE_NAMES];
    csuccess__value deals[3], fields[3][5];
} world;

static uint32_t slot_of(const char *name)
{
    for (uint32_t i = 0; i < SCOPE_NAMES; i++) {
        if (strcmp(scope_names[i].path, name) == 0) return i;
    }
    abort();
}

static csuccess_result start(world *w, const csuccess_allocator *mem)
{
    memset(w, 0, sizeof *w);
    csuccess_result result = scope_start(&w->scope, mem);
    if (result < 0) return result;
    for (uint32_t i = 0; i < SCOPE_NAMES; i++) {
        w->slots[i] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    }
    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < 5; k++) {
            w->fields[i][k] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
        }
        w->fields[i][1] = csuccess__number(100.0 * (double)i);
        if (i < 2) w->fields[i][2] = csuccess__time(NOW + (int64_t)(i + 1) * 3 * DAY + HOUR);
        w->deals[i] = (csuccess__value){.kind = CSUCCESS__KIND_RECORD};
        w->deals[i].as.many.items = w->fields[i];
        w->deals[i].as.many.count = 5;
    }
    w->slots[slot_of("deals")] = (csuccess__value){.kind = CSUCCESS__KIND_LIST};
    w->slots[slot_of("deals")].as.many.items = w->deals;
    w->slots[slot_of("deals")].as.many.count = 3;
    w->slots[slot_of("arr")] = csuccess__number(5);
    w->slots[slot_of("champion_left")] = csuccess__boolean(true);
    w->slots[slot_of("is_trial")] = csuccess__boolean(false);
    w->slots[slot_of("last_login")] = csuccess__time(NOW - 10 * DAY - 5 * HOUR);
    w->slots[slot_of("renews")] = csuccess__time(NOW + 7 * DAY + 2 * HOUR);
    w->slots[slot_of("notice")] =
        csuccess__duration_value((csuccess__duration){.days = 3, .ms = HOUR});
    return csuccess__machine_new(&w->machine, mem, &w->scope.limits);
}

static void end(world *w)
{
    csuccess__machine_free(w->machine);
    scope_end(&w->scope);
}

static csuccess__frame frame_at(const world *w, int64_t now)
{
    return (csuccess__frame){.slots = w->slots, .count = SCOPE_NAMES, .now = now};
}

static csuccess_result compile(world *w, const char *text, const csuccess__program **out)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result =
        csuccess__expr_compile(out, &w->scope.compiler, check_view(text), NULL, &err);
    if (result < 0 && result != CSUCCESS_ENOMEM) printf("# %s: %s\n", text, err.message);
    return result;
}

static csuccess__value value_at(world *w, const csuccess__program *program, int64_t now)
{
    csuccess_result failed = CSUCCESS_OK;
    csuccess__frame frame = frame_at(w, now);
    csuccess__value v = csuccess__program_run(program, w->machine, &frame, &failed);
    CHECK_OK(failed);
    return v;
}

/* ---- Exactly ---- */

/* By hand: last_login was 10 days and 5 hours ago, renews is in 7 days and 2 hours, notice is 3 days and an hour; now is noon of the 30th
   of January. 0: never; -1: some time, with months, or at the end of the calendar; with a millisecond more where what is told is the first
   moment beyond. */
static const struct exact {
    const char *text;
    int64_t after;
} exacts[] = {
    {"arr > 3", 0},
    {"days_since(last_login)", 19 * HOUR},
    {"hours_since(last_login)", HOUR},
    {"days_until(renews)", 2 * HOUR + 1},
    {"days_since(renews)", 8 * DAY + 2 * HOUR},
    {"days_since(last_login) > 30", 20 * DAY + 19 * HOUR},
    {"days_since(last_login) >= 30", 19 * DAY + 19 * HOUR},
    {"days_since(last_login) > 9", 0},
    {"days_since(last_login) >= 10.5", 19 * HOUR},
    {"days_since(last_login) == 10", 19 * HOUR},
    {"days_since(last_login) == 12", DAY + 19 * HOUR},
    {"days_since(last_login) != 12", DAY + 19 * HOUR},
    {"days_since(last_login) < 0", 0},
    {"days_since(last_login) >= 0", 0},
    {"30 < days_since(last_login)", 20 * DAY + 19 * HOUR},
    {"hours_since(last_login) > 250", 6 * HOUR},
    {"days_until(renews) <= 5", DAY + 2 * HOUR + 1},
    {"days_until(renews) < 0", 7 * DAY + 2 * HOUR + 1},
    {"days_until(renews) > 7", 0},
    {"days_until(renews) >= 7", 2 * HOUR + 1},
    {"renews < now", 7 * DAY + 2 * HOUR + 1},
    {"renews <= now", 7 * DAY + 2 * HOUR},
    {"now == renews", 7 * DAY + 2 * HOUR},
    {"now > last_login", 0},
    {"renews < now + duration('P5D')", 2 * DAY + 2 * HOUR + 1},
    {"renews - duration('P5D') < now", 2 * DAY + 2 * HOUR + 1},
    {"now - duration('P12D') >= last_login", DAY + 19 * HOUR},
    {"now - notice > last_login + duration('P8D')", 20 * HOUR + 1},
    {"now + notice + duration('PT1H') >= renews", 4 * DAY},
    {"now - last_login > duration('P11D')", 19 * HOUR + 1},
    {"renews - now <= notice", 4 * DAY + HOUR},
    {"now - last_login < duration('P1M')", -1},
    {"renews <= now + duration('P1M')", -1},
    {"renews < now - duration('P1M')", -1},
    {"champion_left || renews < now", 0},
    {"is_trial && renews < now", 0},
    {"champion_left && renews < now", 7 * DAY + 2 * HOUR + 1},
    {"!(renews < now)", 7 * DAY + 2 * HOUR + 1},
    {"days_since(last_login) > 12 || days_until(renews) < 3", DAY * 2 + 19 * HOUR},
    {"days_since(last_login) > 30 && days_until(renews) < 3", 20 * DAY + 19 * HOUR},
    {"x > 5 && renews < now", 7 * DAY + 2 * HOUR + 1},
    {"x > 5", 0},
    {"days_since(milestone('live').achieved_at) > 3", 0},
    {"champion_left ? 1 : days_since(last_login)", 0},
    {"renews < now ? 1 : 2", 7 * DAY + 2 * HOUR + 1},
    {"coalesce(x, days_since(last_login))", 19 * HOUR},
    {"coalesce(arr, days_since(last_login))", 0},
    {"deals.exists(d, days_until(d.renews) < 2)", DAY + HOUR + 1},
    {"deals.exists(d, d.amount > 10 && d.renews < now)", 6 * DAY + HOUR + 1},
    {"deals.filter(d, d.renews < now).size()", 3 * DAY + HOUR + 1},
    {"deals.exists(d, d.amount > 50)", 0},
    {"weekday(now) == 6", 12 * HOUR},
    {"now.getHours() >= 15", HOUR},
    {"now.getHours('+02:30') >= 15", HOUR / 2},
    {"year(now + duration('PT6H'))", 6 * HOUR},
    {"(now - last_login).getHours() > 250", HOUR},
};

static void exact_times_are_told(void)
{
    world w;
    if (!CHECK_OK(start(&w, csuccess__malloc_allocator()))) return;
    for (size_t i = 0; i < sizeof exacts / sizeof exacts[0]; i++) {
        const csuccess__program *program;
        if (!CHECK_OK(compile(&w, exacts[i].text, &program))) continue;
        csuccess__frame frame = frame_at(&w, NOW);
        int64_t next = csuccess__program_next(program, w.machine, &frame, 60000);
        int64_t expected = exacts[i].after == 0 ? INT64_MAX : NOW + exacts[i].after;
        bool right = exacts[i].after < 0 ? next > NOW : next == expected;
        if (!CHECK(right)) {
            printf("# %s: told %lld, expected %lld\n", exacts[i].text, (long long)(next - NOW),
                   (long long)exacts[i].after);
        }
        csuccess__machine_reset(w.machine);
    }
    end(&w);
}

/* ---- Never too late ---- */

typedef struct draw {
    uint64_t seed;
    char text[2048];
    size_t len;
} draw;

static uint32_t below(draw *d, uint32_t n)
{
    return (uint32_t)(check_random(&d->seed) % n);
}

static void add(draw *d, const char *text)
{
    size_t n = strlen(text);
    if (d->len + n + 1 > sizeof d->text) abort();
    memcpy(d->text + d->len, text, n + 1);
    d->len += n;
}

static void add_number(draw *d)
{
    char text[32];
    snprintf(text, sizeof text, "%d", (int)below(d, 40) - 5);
    add(d, below(d, 6) ? text : "9");
}

static void add_span(draw *d)
{
    static const char *const spans[] = {"P1D",  "PT30H", "P1M",    "P2M3D",
                                        "PT1M", "P10D",  "P1M-2D", "PT0.5S"};
    if (below(d, 5) == 0) {
        add(d, "notice");
        return;
    }
    add(d, "duration('");
    add(d, spans[below(d, 8)]);
    add(d, "')");
}

static void add_time(draw *d, unsigned depth)
{
    static const char *const times[] = {"last_login", "renews", "now", "now",
                                        "milestone('live').achieved_at"};
    if (depth == 0 || below(d, 2)) {
        add(d, times[below(d, 5)]);
        return;
    }
    if (below(d, 6) == 0) {
        add(d, "coalesce(milestone('live').achieved_at, ");
        add_time(d, depth - 1);
        add(d, ")");
        return;
    }
    add(d, "(");
    add_time(d, depth - 1);
    add(d, below(d, 2) ? " + " : " - ");
    add_span(d);
    add(d, ")");
}

static void add_count(draw *d, unsigned depth)
{
    static const char *const functions[] = {"days_since(", "hours_since(", "days_until(",
                                            "weekday(",    "month(",       "int("};
    switch (depth == 0 ? 0 : below(d, 6)) {
    case 0:
        add(d, "arr");
        return;
    case 1:
        add(d, "(");
        add_count(d, depth - 1);
        add(d, below(d, 2) ? " + " : " * ");
        add_number(d);
        add(d, ")");
        return;
    case 2:
        add(d, "(");
        add_time(d, depth - 1);
        add(d, " - ");
        add_time(d, depth - 1);
        add(d, ").getHours()");
        return;
    default:
        add(d, functions[below(d, 6)]);
        add_time(d, depth - 1);
        add(d, ")");
    }
}

static void add_relation(draw *d)
{
    static const char *const relations[] = {" < ", " <= ", " > ", " >= ", " == ", " != "};
    add(d, relations[below(d, 6)]);
}

static void add_condition(draw *d, unsigned depth);

static void add_comparison(draw *d, unsigned depth)
{
    switch (below(d, 4)) {
    case 0:
        add_time(d, depth);
        add_relation(d);
        add_time(d, depth);
        return;
    case 1:
        add_time(d, depth);
        add(d, " - ");
        add_time(d, depth);
        add_relation(d);
        add_span(d);
        return;
    case 2:
        add_number(d);
        add_relation(d);
        add_count(d, depth);
        return;
    default:
        add_count(d, depth);
        add_relation(d);
        add_number(d);
    }
}

static void add_macro(draw *d, unsigned depth)
{
    static const char *const macros[] = {"deals.exists(d, ", "deals.all(d, ",
                                         "deals.exists_one(d, "};
    static const char *const tests[] = {"d.renews < now", "days_until(d.renews) <= 4",
                                        "d.amount > 50 || d.renews - now < notice"};
    add(d, macros[below(d, 3)]);
    add(d, tests[below(d, 3)]);
    add(d, below(d, 2) ? " && " : " || ");
    add_condition(d, depth - 1);
    add(d, ")");
}

/* reason: a branch for each form of a condition. */
static void add_condition(draw *d, unsigned depth)
{
    switch (depth == 0 ? 5 : below(d, 9)) {
    case 0:
    case 1:
    case 2:
        add(d, "(");
        add_condition(d, depth - 1);
        add(d, below(d, 2) ? " && " : " || ");
        add_condition(d, depth - 1);
        add(d, ")");
        return;
    case 3:
        add(d, "!(");
        add_condition(d, depth - 1);
        add(d, ")");
        return;
    case 4:
        add(d, "(");
        add_condition(d, depth - 1);
        add(d, " ? ");
        add_condition(d, depth - 1);
        add(d, " : ");
        add_condition(d, depth - 1);
        add(d, ")");
        return;
    case 5:
        add(d, below(d, 2) ? "champion_left" : below(d, 2) ? "is_trial" : "x > 5");
        return;
    case 6:
        add_macro(d, depth);
        return;
    default:
        add_comparison(d, 2);
    }
}

static bool same(csuccess__value a, csuccess__value b)
{
    return a.kind == b.kind && (a.kind == CSUCCESS__KIND_ANY || csuccess__value_equal(a, b));
}

/* Steps that land on the borders of hours and a millisecond after them, where things happen, and anywhere. */
static int64_t step_of(uint64_t *seed, int64_t at)
{
    int64_t border = (at / HOUR + 1) * HOUR;
    switch (check_random(seed) % 3) {
    case 0:
        return at % HOUR == 0 ? at + 1 : border;
    case 1:
        return border;
    default:
        return at + 1 + (int64_t)(check_random(seed) % (uint64_t)HOUR);
    }
}

/* What is told at `from` holds until then; how many times were told. reason: a life, hour by hour, in one place. */
static bool holds_until_told(world *w, const csuccess__program *program, uint64_t *seed,
                             unsigned *told, unsigned *changes)
{
    int64_t now = NOW + (int64_t)(check_random(seed) % (uint64_t)(3 * DAY));
    for (unsigned round = 0; round < 4; round++) {
        csuccess__frame frame = frame_at(w, now);
        csuccess__value before = value_at(w, program, now);
        int64_t next = csuccess__program_next(program, w->machine, &frame, 1);
        if (!CHECK(next > now)) return false;
        int64_t stop = next < now + 45 * DAY ? next : now + 45 * DAY;
        bool exact = next > now + 1 && next < now + 45 * DAY;
        *told += exact;
        for (int64_t at = now + 1; at < stop; at = step_of(seed, at)) {
            if (!CHECK(same(before, value_at(w, program, at)))) {
                printf("# at %lld told %lld, changed by %lld\n", (long long)(now - NOW),
                       (long long)(next - now), (long long)(at - now));
                return false;
            }
            csuccess__machine_reset(w->machine);
        }
        if (stop - 1 > now && !CHECK(same(before, value_at(w, program, stop - 1))))
            return false;
        if (next >= now + 45 * DAY) break;
        *changes += exact && !same(before, value_at(w, program, next));
        now = next;
    }
    return true;
}

static void nothing_changes_before_it_is_told(void)
{
    world w;
    unsigned told = 0, changes = 0;
    const char *many = getenv("NEXT_EXPRESSIONS");
    size_t n = many ? (size_t)check_number(many) : 1500;
    draw d = {.seed = 20260101};
    uint64_t seed = 7;
    for (size_t i = 0; i < n; i++) {
        const csuccess__program *program;
        if (!CHECK_OK(start(&w, csuccess__malloc_allocator()))) return;
        d.len = 0;
        add_condition(&d, 3);
        bool good = CHECK_OK(compile(&w, d.text, &program)) &&
                    holds_until_told(&w, program, &seed, &told, &changes);
        end(&w);
        if (!good) {
            printf("# %s\n", d.text);
            return;
        }
    }
    /* What is told is worth having: often something does change then. */
    CHECK(changes * 5 > told);
    printf("# %u times told, %u times something changed then\n", told, changes);
}

/* ---- Without memory ---- */

static csuccess_result scenario(check_memory *memory, void *ud)
{
    world w;
    (void)ud;
    const csuccess__program *program;
    csuccess_result result = start(&w, &memory->allocator);
    if (result >= 0) {
        result = compile(&w, "deals.exists(d, d.renews < now) || renews < now", &program);
    }
    if (result >= 0) {
        csuccess__frame frame = frame_at(&w, NOW);
        int64_t next = csuccess__program_next(program, w.machine, &frame, HOUR);
        /* Without memory nothing is known, so it is looked at soon. */
        CHECK(memory->fired ? next <= NOW + HOUR || next == NOW + 3 * DAY + HOUR + 1
                            : next == NOW + 3 * DAY + HOUR + 1);
        if (memory->fired) result = CSUCCESS_ENOMEM;
    }
    end(&w);
    return result;
}

static void lack_of_memory_makes_it_careful(void)
{
    CHECK(check_faults(scenario, NULL) > 3);
}

CHECK_MAIN(CHECK_TEST(exact_times_are_told), CHECK_TEST(nothing_changes_before_it_is_told),
           CHECK_TEST(lack_of_memory_makes_it_careful))

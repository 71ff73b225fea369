/* SPDX-License-Identifier: Apache-2.0 */
/* When time alone may change an answer of a set: never later than it does, as an hour-by-hour walk finds; exactly then for conditions of one part. */
#include "check.h"
#include "expr_scope.h"

#include "expr/ruleset.h"

#define NOW INT64_C(1769774400000) /* 2026-01-30T12:00:00Z */
#define HOUR INT64_C(3600000)
#define DAY INT64_C(86400000)
enum { WALK = 60 * 24, SETS = 400, CONDITIONS = 5 };

typedef struct world {
    scope_world scope;
    csuccess__machine *machine;
    csuccess__value slots[SCOPE_NAMES];
    csuccess__move moves[SCOPE_NAMES];
} world;

static uint32_t slot_of(const char *name)
{
    for (uint32_t i = 0; i < SCOPE_NAMES; i++) {
        if (strcmp(scope_names[i].path, name) == 0) return i;
    }
    abort();
}

static bool start(world *w)
{
    memset(w, 0, sizeof *w);
    bool good = CHECK_OK(scope_start(&w->scope, csuccess__malloc_allocator()));
    for (uint32_t i = 0; i < SCOPE_NAMES; i++) {
        w->slots[i] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
        w->moves[i] = (csuccess__move){.next = INT64_MAX, .limit = INT64_MAX};
    }
    w->slots[slot_of("arr")] = csuccess__number(5);
    w->slots[slot_of("last_login")] = csuccess__time(NOW - 10 * DAY - 5 * HOUR);
    w->slots[slot_of("renews")] = csuccess__time(NOW + 7 * DAY + 2 * HOUR);
    return good && CHECK_OK(csuccess__machine_new(&w->machine, csuccess__malloc_allocator(),
                                                  &w->scope.limits));
}

static void end(world *w)
{
    csuccess__machine_free(w->machine);
    scope_end(&w->scope);
}

static uint64_t holds_at(world *w, const csuccess__ruleset *set, int64_t now)
{
    uint64_t holds[1] = {0}, open[1] = {0};
    csuccess__frame frame = {.slots = w->slots, .count = SCOPE_NAMES, .now = now};
    csuccess__machine_reset(w->machine);
    CHECK_OK(csuccess__ruleset_row(set, w->machine, &frame, holds, open));
    return holds[0] | open[0] << 32;
}

/* The first full hour at which an answer is another one; INT64_MAX: none within the walk. */
static int64_t walk(world *w, const csuccess__ruleset *set)
{
    uint64_t first = holds_at(w, set, NOW);
    for (int64_t h = 1; h <= WALK; h++) {
        if (holds_at(w, set, NOW + h * HOUR) != first) return NOW + h * HOUR;
    }
    return INT64_MAX;
}

static const csuccess__ruleset *compile(world *w, char texts[][256], size_t n,
                                        const csuccess__program **programs)
{
    for (size_t i = 0; i < n; i++) {
        if (!CHECK_OK(csuccess__expr_compile(&programs[i], &w->scope.compiler,
                                             check_view(texts[i]), &scope_bool, NULL))) {
            printf("# %s\n", texts[i]);
            return NULL;
        }
    }
    return csuccess__ruleset_new(&w->scope.arena, programs, n);
}

static int64_t next_of(world *w, const csuccess__ruleset *set)
{
    csuccess__frame frame = {.slots = w->slots, .count = SCOPE_NAMES, .now = NOW};
    csuccess__machine_reset(w->machine);
    return csuccess__ruleset_next(set, w->machine, &frame, w->moves);
}

static void write_atom(char *out, size_t cap, uint64_t *seed)
{
    static const char *const parts[] = {"days_since(last_login)", "hours_since(last_login)",
                                        "days_until(renews)",     "arr",
                                        "days_since(renews)",     "logins_30d"};
    static const char *const relations[] = {">", ">=", "<", "<=", "=="};
    static const int around[] = {10, 245, 7, 5, 0, 3};
    size_t p = check_random(seed) % 6;
    snprintf(out, cap, "%s %s %d", parts[p], relations[check_random(seed) % 5],
             around[p] + (int)(check_random(seed) % 12) - 5);
}

static void write_condition(char *out, size_t cap, bool one, uint64_t *seed)
{
    char a[64], b[64];
    write_atom(a, sizeof a, seed);
    write_atom(b, sizeof b, seed);
    const char *joint = check_random(seed) % 2 ? "&&" : "||";
    snprintf(out, cap, one ? "%s" : "%s %s %s", a, joint, b);
}

/* Of one part the answer is exact: within the hour before it was found. */
static bool is_exact(int64_t next, int64_t found)
{
    if (found == INT64_MAX) return CHECK(next > NOW + WALK * HOUR);
    return CHECK(next > found - HOUR);
}

/* False: one is wrong. */
static bool try_set(world *w, bool one, uint64_t *seed)
{
    char texts[CONDITIONS][256];
    const csuccess__program *programs[CONDITIONS];
    size_t n = one ? 1 : CONDITIONS;
    for (size_t i = 0; i < n; i++) write_condition(texts[i], sizeof texts[i], one, seed);
    const csuccess__ruleset *set = compile(w, texts, n, programs);
    if (!set) return false;
    int64_t next = next_of(w, set), found = walk(w, set);
    bool good = CHECK(next > NOW) && CHECK(next <= found) && (!one || is_exact(next, found));
    if (!good) printf("# %s\n", texts[0]);
    return good;
}

static void never_too_late(void)
{
    uint64_t seed = 7;
    world w;
    bool good = start(&w);
    for (int s = 0; s < SETS && good; s++) good = try_set(&w, s % 2 == 0, &seed);
    end(&w);
}

CHECK_MAIN(CHECK_TEST(never_too_late))

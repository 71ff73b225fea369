/* SPDX-License-Identifier: Apache-2.0 */
/* Printing a program: what is printed compiles to the same program, for written and for
   random texts. */
#include "check.h"
#include "expr_scope.h"

static scope_world world;

static const csuccess__program *compile(csuccess_str text, csuccess_error *error)
{
    const csuccess__program *program = NULL;
    csuccess__expr_compile(&program, &world.compiler, text, NULL, error);
    return program;
}

/* Prints and compiles again; the caller frees. */
static const csuccess__program *again(const csuccess__program *program, csuccess__buffer *out,
                                      csuccess_error *error)
{
    csuccess__buffer_init(out, csuccess__malloc_allocator(), 0);
    csuccess__program_print(out, program, &scope_printer);
    CHECK_OK(out->status);
    return compile(csuccess__buffer_view(out), error);
}

static bool survives(csuccess_str text)
{
    csuccess_error error = CSUCCESS_ERROR_INIT;
    csuccess__buffer first, second;
    const csuccess__program *written = compile(text, &error), *printed = NULL;
    if (!CHECK(written)) {
        printf("# %.*s\n# %s\n", (int)text.len, text.ptr, error.message);
        return false;
    }
    printed = again(written, &first, &error);
    bool same = CHECK(printed && scope_same_program(written, printed));
    if (printed) {
        again(printed, &second, &error);
        same = same & CHECK(csuccess__str_eq(csuccess__buffer_view(&first),
                                             csuccess__buffer_view(&second)));
        csuccess__buffer_free(&second);
    }
    if (!same) {
        printf("# %.*s\n# %.*s\n# %s\n", (int)text.len, text.ptr, (int)first.len, first.ptr,
               error.message);
    }
    csuccess__buffer_free(&first);
    return same;
}

static void written_texts(void)
{
    static const char *const cases[] = {
        "days_since(last_login) <= 7 && plan in ['team', 'enterprise']",
        "change(logins_30d, logins_before) < 0 ? -change(logins_30d, logins_before) : 0",
        "'\\x00\\n\\t\\x7f\\'\\\\\\u00e9' + r'\\d' == plan",
        "-0.0 + 1e21 + 1e-7 + 0.1 + 123456789012345680000 + 5e-324 + -1.7976931348623157e308",
        "timestamp('2026-01-31T08:00:00.250+11:00') - duration('P1M-1D') < now",
        "duration('-1h30m') + duration('P1Y2M3DT4H5M6.5S') > -notice",
        "renews.getHours('-02:30') + renews.getHours('UTC') + weekday(renews, '+13:45')",
        "plan.matches('^\\\\d+\\'$') || matches(plan, r'\\.')",
        "bands(arr, [[-1, 10], [2.5, -20]], x) * linear(arr, [[0, 1], [1, 0]])",
        "percentile(arr, 'all') > 50",
        "[[], [[]]] == [] ? [[1], []][0] : [-1] + []",
        "deals.map(d, d.amount > 1, d.tags.map(t, t + d.product))",
        "(deals.filter(d, d.amount > 1))[0].owner.name.size() + ('a' + plan).size()",
        "!(is_trial || champion_left) && !!is_trial == (arr > 1)",
        "arr - (x - e) - (1 - 2) * -3 / -(x) % (4 / 2)",
        "(is_trial ? champion_left : is_trial) ? (is_trial ? 1 : 2) : champion_left ? 3 : 4",
        "min(arr) + min([arr]) + max(scores) + sum([]) + count(tags) + mean([1, arr])",
        "string(arr) + string(plan) + string(true) + string(notice)",
        "health.change('P30D') + component('usage') > 0 || has(milestone('live').achieved_at)",
        "(arr == 1 && x == 3) || (x == 2 || x == 4) || (e == 1 && (x == 1 || e == 2))",
        "deals.exists(a, deals.exists(a, a.amount > x) && a.amount > arr)",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        survives(csuccess__str(cases[i]));
}

/* Random texts of a given type, with more brackets than they need. */
typedef struct maker {
    uint64_t state;
    csuccess__buffer out;
    int depth, bound;
} maker;

typedef enum want { NUMBER, BOOL, STRING, TIME, DURATION, NUMBERS, STRINGS } want;

static uint32_t pick(maker *m, uint32_t n)
{
    return (uint32_t)(check_random(&m->state) % n);
}

/* Replaces N B S T D L W by texts of those types, V by the name of a new variable that
   stands for its item. */
static void expand(maker *m, const char *pattern);

static const char *const leaves[][6] = {
    {"arr", "1.5", "0", "-3", "component('usage')", "health.score"},
    {"is_trial", "champion_left", "true", "false", "segment('big')", "has(arr)"},
    {"plan", "'it\\'s'", "r'\\d'", "owner.name", "''", "region"},
    {"renews", "now", "timestamp('2026-01-31T08:00:00Z')", "milestone('live').achieved_at",
     "last_login", "owner.since"},
    {"notice", "duration('P7D')", "duration('3600s')", "duration('-P1M')", "notice",
     "duration('PT0S')"},
    {"scores", "[1, -2]", "(scores + [])", "[0.5]", "scores", "[1, 2, 3]"},
    {"tags", "['a', 'b']", "([] + tags)", "deals[0].tags", "tags", "['']"},
};

static const char *const inner[][12] = {
    {"N + N", "N - N", "N * N", "N / N", "-N", "B ? N : N", "abs(N)", "size(L)", "S.size()",
     "L[N]", "min(N, N, N)", "bands(N, [[1, -2], [3, 4]], N)"},
    {"B && B", "B || B", "!B", "N < N", "S == S", "T >= T", "N in L", "S in W", "B ? B : B",
     "S.matches('^a\\\\.')", "L.all(V, V > N)", "W.exists(V, V == S)"},
    {"S + S", "S.trim()", "B ? S : S", "string(N)", "W[N]", "coalesce(S, S)", "S.lowerAscii()",
     "string(B)", "string(T)", "(S)", "coalesce(S, S, S)", "deals.map(V, V.product)[N]"},
    {"T + D", "D + T", "T - D", "B ? T : T", "timestamp(T)", "timestamp(N)", "min(T, T)", "(T)",
     "deals.filter(V, V.amount > N)[0].renews", "coalesce(T, T)", "T + D", "max(T, T)"},
    {"T - T", "D + D", "D - D", "-D", "B ? D : D", "duration(D)", "(D)", "D + D",
     "coalesce(D, D)", "-(D)", "--D", "T - T"},
    {"L + L", "[N, N]", "B ? L : L", "L.map(V, V * N)", "L.filter(V, V != N)",
     "L.map(V, V > N, V + N)", "(L)", "L.map(V, sum(L.map(V, V + N)) + V)",
     "deals.map(V, V.amount)", "coalesce(L, L)", "L + L",
     "L.map(V, L.exists(q, q < V) ? N : V)"},
    {"W + W", "[S, S]", "B ? W : W", "W.map(V, V + S)", "W.filter(V, S in W && V < S)",
     "deals.map(V, V.product)", "(W)", "[S]", "deals[0].tags", "coalesce(W, W)", "W + W",
     "W.filter(V, W.exists(V, V == S) || V == S)"},
};

static void make(maker *m, want what)
{
    bool leaf = m->depth >= 6 || m->out.len > 2000 || pick(m, 4) == 0;
    bool brackets = pick(m, 3) == 0 || !leaf;
    m->depth++;
    if (brackets) csuccess__buffer_char(&m->out, '(');
    expand(m, leaf ? leaves[what][pick(m, 6)] : inner[what][pick(m, 12)]);
    if (brackets) csuccess__buffer_char(&m->out, ')');
    m->depth--;
}

static bool in_word(char before)
{
    return (before >= 'a' && before <= 'z') || before == '_';
}

static void expand(maker *m, const char *pattern)
{
    static const char letters[] = "NBSTDLW";
    static const char *const names[] = {"v", "x", "e", "_v", "w2"};
    const char *name = names[pick(m, 5)];
    bool quoted = false;
    char before = ' ';
    for (const char *p = pattern; *p; before = *p++) {
        /* Letters within names, strings and units stand for themselves. */
        bool alone = !quoted && !in_word(before);
        const char *letter = alone ? strchr(letters, *p) : NULL;
        if (*p == '\'' && before != '\\') quoted = !quoted;
        if (letter) {
            make(m, (want)(letter - letters));
        } else if (*p == 'V' && !quoted) {
            csuccess__buffer_cstr(&m->out, name);
        } else {
            csuccess__buffer_char(&m->out, *p);
        }
    }
}

static void random_texts(void)
{
    for (uint64_t seed = 1; seed <= 4000; seed++) {
        maker m = {.state = seed};
        csuccess__buffer_init(&m.out, csuccess__malloc_allocator(), 0);
        make(&m, (want)(seed % 7));
        bool good = survives(csuccess__buffer_view(&m.out));
        csuccess__buffer_free(&m.out);
        if (!good) break;
        if (seed % 100 == 0) {
            scope_end(&world);
            scope_start(&world, csuccess__malloc_allocator());
        }
    }
}

/* The printer itself may be refused memory, and says so in the buffer. */
static csuccess_result fault_scenario(check_memory *memory, void *ud)
{
    csuccess__buffer out;
    csuccess__buffer_init(&out, &memory->allocator, 0);
    csuccess__program_print(&out, ud, &scope_printer);
    csuccess_result status = out.status;
    if (status == CSUCCESS_OK) CHECK(out.len > 300);
    csuccess__buffer_free(&out);
    return status;
}

static void memory_may_be_refused(void)
{
    csuccess_error error = CSUCCESS_ERROR_INIT;
    const csuccess__program *p = compile(
        CSUCCESS_STR(
            "[arr, [arr, 1][0], (x + (x + (x + (x + (x + (x + (x + (x + 1)))))))), is_trial ? "
            "1 : "
            "is_trial ? 2 : is_trial ? 3 : arr, deals.map(d, d.amount > 1, d.amount)[0], "
            "bands(arr, [[1, 2], [3, 4]], 5), size('a long text that makes the buffer grow "
            "more than "
            "once, and then a little longer still, and more, and more, and more, and more')]"),
        &error);
    union {
        const void *in;
        void *out;
    } program = {p};
    if (CHECK(p)) CHECK(check_faults(fault_scenario, program.out) > 2);
}

/* A long chain is a deep tree; printing does not recurse on it. */
static void deep_trees(void)
{
    csuccess__buffer text;
    csuccess__buffer_init(&text, csuccess__malloc_allocator(), 0);
    for (int i = 0; i < 60000; i++) csuccess__buffer_cstr(&text, "arr + ");
    csuccess__buffer_cstr(&text, "1");
    world.limits.expression_bytes = 1u << 20;
    world.limits.expression_nodes = 1u << 20;
    survives(csuccess__buffer_view(&text));
    csuccess__buffer_free(&text);
}

int main(int argc, char **argv)
{
    static const check_test tests[] = {CHECK_TEST(written_texts), CHECK_TEST(random_texts),
                                       CHECK_TEST(memory_may_be_refused),
                                       CHECK_TEST(deep_trees)};
    if (scope_start(&world, csuccess__malloc_allocator()) != CSUCCESS_OK) return 1;
    int failed = check_main(tests, sizeof tests / sizeof tests[0], argc, argv);
    scope_end(&world);
    return failed;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The row machine: Kleene's tables whatever is put off, what is not run, limits, memory, blame. */
#include "expr_rows.h"

#include "expr/machine.h"

/* False, open, true as 0, 1, 2: AND is the lesser, OR the greater, NOT the mirror. */
typedef enum truth { FALSE, OPEN, TRUE } truth;

static const char *const truth_texts[] = {"false", "missing: undecided", "true"};

static truth and_of(truth a, truth b)
{
    return a < b ? a : b;
}

static truth or_of(truth a, truth b)
{
    return a > b ? a : b;
}

/* Conditions by answer; the later ones are put off by the machine, the last two run rounds. */
enum { FORMS = 5 };
static const char *const forms[3][FORMS] = {
    [FALSE] = {"no", "x < y", "word.contains('Q')", "numbers.exists(n, n > x)", "yes == no"},
    [OPEN] = {"never > 1", "x / zero > 1", "no_word.contains('a')", "gaps.all(g, g > 0)",
              "(maybe == yes)"},
    [TRUE] = {"yes", "x > y", "word.matches('S')", "numbers.all(n, n > 0)", "(no == no)"},
};

static void check_truth(rows *r, const char *text, truth expected)
{
    if (!CHECK_CSTR(rows_eval(r, text), truth_texts[expected])) printf("# for %s\n", text);
    csuccess__machine_reset(r->machine);
}

static void check_pair(rows *r, int a, int b)
{
    truth ta = (truth)(a / FORMS), tb = (truth)(b / FORMS);
    const char *fa = forms[ta][a % FORMS], *fb = forms[tb][b % FORMS];
    char text[256];
    snprintf(text, sizeof text, "%s && %s", fa, fb);
    check_truth(r, text, and_of(ta, tb));
    snprintf(text, sizeof text, "%s || %s", fa, fb);
    check_truth(r, text, or_of(ta, tb));
    snprintf(text, sizeof text, "!(%s && %s)", fa, fb);
    check_truth(r, text, (truth)(TRUE - and_of(ta, tb)));
    snprintf(text, sizeof text, "%s && %s && %s", fa, fb, fa);
    check_truth(r, text, and_of(ta, tb));
    snprintf(text, sizeof text, "[%s, %s].all(c, c)", fa, fb);
    check_truth(r, text, and_of(ta, tb));
    snprintf(text, sizeof text, "[%s, %s].exists(c, c)", fa, fb);
    check_truth(r, text, or_of(ta, tb));
    snprintf(text, sizeof text, "(%s ? %s : no) == yes", fa, fb);
    check_truth(r, text, ta == FALSE ? FALSE : ta == OPEN ? OPEN : tb);
    snprintf(text, sizeof text, "(%s ? yes : %s) == yes", fa, fb);
    check_truth(r, text, ta == TRUE ? TRUE : ta == OPEN ? OPEN : tb);
}

static void kleene_tables(void)
{
    static rows r;
    if (!CHECK_OK(rows_start(&r, csuccess__malloc_allocator(), NULL))) return;
    for (int a = 0; a < 3 * FORMS; a++) {
        for (int b = 0; b < 3 * FORMS; b++) check_pair(&r, a, b);
    }
    rows_end(&r);
}

enum { GROWN = 2048 };

static truth leaf(uint64_t *seed, char *text, size_t cap)
{
    truth answer = (truth)(check_random(seed) % 3);
    snprintf(text, cap, "%s", forms[answer][check_random(seed) % FORMS]);
    return answer;
}

/* A random condition as text, with its answer by Kleene worked out beside it. */
static truth grow(uint64_t *seed, char *text, size_t cap, int depth)
{
    char a[GROWN], b[GROWN], c[GROWN];
    if (depth == 0) return leaf(seed, text, cap);
    truth ta = grow(seed, a, sizeof a, depth - 1), tb = grow(seed, b, sizeof b, depth - 1);
    truth tc = grow(seed, c, sizeof c, depth - 1);
    switch (check_random(seed) % 6) {
    case 0:
        return leaf(seed, text, cap);
    case 1:
        snprintf(text, cap, "(%s) && (%s)", a, b);
        return and_of(ta, tb);
    case 2:
        snprintf(text, cap, "(%s) || (%s)", a, b);
        return or_of(ta, tb);
    case 3:
        snprintf(text, cap, "!(%s)", a);
        return (truth)(TRUE - ta);
    case 4:
        snprintf(text, cap, "((%s) ? (%s) : (%s))", a, b, c);
        return ta == OPEN ? OPEN : ta == TRUE ? tb : tc;
    default:
        snprintf(text, cap, "coalesce(%s, %s)", a, b);
        return ta == OPEN ? tb : ta;
    }
}

/* The result node asked for alone, nothing computed before it. */
static csuccess__value forced(rows *r, const csuccess__program *program)
{
    CHECK_OK(csuccess__machine_begin(r->machine, program, &r->frame));
    return *csuccess__machine_force(r->machine, program->count - 1);
}

static void any_order_gives_kleenes_answer(void)
{
    static rows r;
    char text[16384];
    uint64_t seed = 20260131;
    for (int round = 0; round < 20; round++) {
        if (!CHECK_OK(rows_start(&r, csuccess__malloc_allocator(), NULL))) return;
        for (int i = 0; i < 60; i++) {
            truth expected = grow(&seed, text, sizeof text, 1 + i % 4);
            const csuccess__program *program = rows_compile(&r, text);
            if (!CHECK(program)) printf("# %s for %s\n", r.text, text);
            if (!program) continue;
            csuccess__value swept =
                csuccess__program_run(program, r.machine, &r.frame, &r.failed);
            csuccess__value asked = forced(&r, program);
            truth got = csuccess__is_missing(swept) ? OPEN : swept.as.boolean ? TRUE : FALSE;
            if (!CHECK_INT(got, expected)) printf("# for %s\n", text);
            CHECK(csuccess__value_equal(swept, asked));
            csuccess__machine_reset(r.machine);
        }
        rows_end(&r);
    }
}

/* With this budget the costly part alone is an error, so a result shows that it was not run. */
#define COSTLY "numbers.all(a, numbers.all(b, numbers.all(c, a + b + c > 0)))"

static void what_cannot_matter_is_not_run(void)
{
    static rows r;
    csuccess_limits limits = CSUCCESS_LIMITS_INIT;
    limits.evaluation_steps = 60;
    if (!CHECK_OK(rows_start(&r, csuccess__malloc_allocator(), &limits))) return;
    rows_eval(&r, COSTLY);
    CHECK_RESULT(r.failed, CSUCCESS_ELIMIT);
    static const rows_case cases[] = {
        {"no && " COSTLY, "false"},
        {COSTLY " && no", "false"},
        {"yes || " COSTLY, "true"},
        {COSTLY " || yes", "true"},
        {"(" COSTLY " || maybe) && no", "false"},
        {"no && (yes && (maybe || " COSTLY "))", "false"},
        {"no ? " COSTLY " : yes", "true"},
        {"yes ? x : (" COSTLY " ? 1 : 2)", "5"},
        {"coalesce(x, " COSTLY " ? 1 : 2)", "5"},
        {"never > (" COSTLY " ? 1 : 2)", "missing: undecided"},
        {"(" COSTLY " ? 1 : 2) > never", "missing: undecided"},
        {"bands(y, [[5, 1]], " COSTLY " ? 1 : 2)", "1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_CSTR(rows_eval(&r, cases[i].expression), cases[i].expected);
        if (!CHECK_OK(r.failed)) printf("# for %s\n", cases[i].expression);
    }
    rows_end(&r);
}

static void check_limit(csuccess_limits limits, const char *text)
{
    static rows r;
    if (!CHECK_OK(rows_start(&r, csuccess__malloc_allocator(), &limits))) return;
    const char *got = rows_eval(&r, text);
    CHECK_CSTR(got, "missing: undecided");
    if (!CHECK_RESULT(r.failed, CSUCCESS_ELIMIT)) printf("# for %s\n", text);
    csuccess__machine_reset(r.machine);
    CHECK_CSTR(rows_eval(&r, "x + y"), "7");
    rows_end(&r);
}

static void growth_is_bounded(void)
{
    csuccess_limits limits = CSUCCESS_LIMITS_INIT;
    check_limit(limits, "long + long");
    check_limit(limits, "words.map(w, long + w).map(w, w + w)");
    limits.list_items = 4;
    check_limit(limits, "numbers + numbers");
    check_limit(limits, "[x, y, x, y, x]");
    limits.list_items = 0;
    limits.evaluation_steps = 2000;
    check_limit(limits,
                "numbers.map(a, numbers.map(b, numbers.map(c, numbers.map(d, numbers.map("
                "e, numbers.map(f, a + b + c + d + e + f))))))");
    /* Lists of lists of one list: 2^20 items to compare behind a short text. */
    check_limit(limits, "numbers.map(a, [a, a]).map(a, [a, a]).map(a, [a, a]).map(a, [a, a])"
                        ".map(a, [a, a]).map(a, [a, a]).map(a, [a, a]).map(a, [a, a])"
                        ".map(a, [a, a]).map(a, [a, a]) == numbers.map(a, [a, a])"
                        ".map(a, [a, a]).map(a, [a, a]).map(a, [a, a]).map(a, [a, a])"
                        ".map(a, [a, a]).map(a, [a, a]).map(a, [a, a]).map(a, [a, a])"
                        ".map(a, [a, a]).filter(a, true)");
}

static void long_chains_need_no_stack(void)
{
    static rows r;
    static char text[16384];
    if (!CHECK_OK(rows_start(&r, csuccess__malloc_allocator(), NULL))) return;
    size_t len = (size_t)snprintf(text, sizeof text, "x");
    for (int i = 0; i < 2000; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, " + %d", i % 7);
    CHECK_CSTR(rows_eval(&r, text), "6000"); /* 5, 285 whole rounds of 21, and 0 to 4 */
    len = (size_t)snprintf(text, sizeof text, "''");
    for (int i = 0; i < 1000; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "+words[%d]", i % 3);
    len += (size_t)snprintf(text + len, sizeof text - len, " == ''");
    CHECK_CSTR(rows_eval(&r, text), "false");
    rows_end(&r);
}

static void a_warm_machine_allocates_nothing(void)
{
    static rows r;
    check_memory memory;
    check_memory_start(&memory);
    if (!CHECK_OK(rows_start(&r, &memory.allocator, NULL))) return;
    const csuccess__program *programs[] = {
        rows_compile(&r, "days_since(seen) <= 7 && word in ['a', 'b'] || never > x"),
        rows_compile(&r, "word.matches('S.*e') && numbers.exists(n, n > y)"),
        rows_compile(&r, "words.map(w, w + word).filter(w, w.contains('S')).size()"),
    };
    size_t before = 0;
    for (int round = 0; round < 4; round++) {
        if (round == 2) before = memory.calls;
        for (size_t i = 0; i < 3; i++) {
            csuccess__program_run(programs[i], r.machine, &r.frame, &r.failed);
            CHECK_OK(r.failed);
        }
        csuccess__machine_reset(r.machine);
    }
    CHECK_UINT(memory.calls, before);
    rows_end(&r);
    CHECK_MEMORY_EMPTY(&memory);
}

static csuccess_result evaluate_all(check_memory *memory, void *ud)
{
    static const char *const texts[] = {
        "days_since(seen) <= 7 && word in ['a', 'b']",
        "word.matches('S.*e') && numbers.exists(n, n > y)",
        "words.map(w, w + word.trim().upperAscii() + string(x))",
        "numbers + [x, y] == [1, 2, 3, 5, 2]",
    };
    static const char *const expected[] = {"false", "true",
                                           "[\"bSTRA\xC3\x9F"
                                           "E5\",\"aSTRA\xC3\x9F"
                                           "E5\",\"bSTRA\xC3\x9F"
                                           "E5\"]",
                                           "true"};
    static rows r;
    (void)ud;
    csuccess_result status = rows_start(&r, &memory->allocator, NULL);
    for (size_t i = 0; i < 4 && status == CSUCCESS_OK; i++) {
        const char *got = rows_eval(&r, texts[i]);
        status = r.failed;
        if (status == CSUCCESS_OK) CHECK_CSTR(got, expected[i]);
    }
    if (r.machine)
        rows_end(&r);
    else
        csuccess__arena_free(&r.arena);
    return status;
}

static void every_refused_allocation_is_reported(void)
{
    CHECK(check_faults(evaluate_all, NULL) > 10);
}

/* The same machine goes on after a refusal, with the same result. */
static void a_refusal_leaves_the_machine_as_it_was(void)
{
    static rows r;
    check_memory memory;
    check_memory_start(&memory);
    if (!CHECK_OK(rows_start(&r, &memory.allocator, NULL))) return;
    const csuccess__program *program =
        rows_compile(&r, "words.map(w, w + word.trim()).filter(w, w.matches('b')).size()");
    for (size_t k = 1;; k++) {
        memory.fired = false;
        memory.calls = 0;
        memory.fail_at = k;
        csuccess__value v = csuccess__program_run(program, r.machine, &r.frame, &r.failed);
        if (!memory.fired) {
            CHECK_CSTR(rows_text(&r, v, program->type), "2");
            CHECK(k > 3);
            break;
        }
        CHECK_RESULT(r.failed, CSUCCESS_ENOMEM);
        CHECK(csuccess__is_missing(v));
        csuccess__machine_reset(r.machine);
    }
    rows_end(&r);
    CHECK_MEMORY_EMPTY(&memory);
}

typedef struct blame_case {
    const char *expression, *names;
} blame_case;

/* Names of the blamed inputs, in the order of their slots. */
static const blame_case blames[] = {
    {"x > y", ""},
    {"never > 1", "never"},
    {"never > stale", "never stale"},
    {"never > 1 && no", ""},
    {"never > 1 && yes", "never"},
    {"never > 1 && maybe && yes", "never maybe"},
    {"(never > 1 || yes) && maybe", "maybe"},
    {"never > 1 || stale > 1 || no", "never stale"},
    {"!(maybe && yes)", "maybe"},
    {"maybe ? never > 1 : stale > 1", "maybe"},
    {"yes ? never > 1 : stale > 1", "never"},
    {"no ? never > 1 : stale > 1", "stale"},
    {"coalesce(never, stale) > 1", "never stale"},
    {"coalesce(never, x) > stale", "stale"},
    {"x / zero > 1", ""},
    {"x / zero > never", "never"},
    {"never + stale * x > 1", "never stale"},
    {"never > 1 && no_word.contains('a')", "never no_word"},
    {"no_word.matches('a') && no_word.matches('b')", "no_word"},
    {"bands(never, [[1, 1]], stale)", "never"},
    {"bands(x, [[1, 1]], stale)", "stale"},
    {"clamp(never, 0, stale)", "never stale"},
    {"days_since(no_time) > 3", "no_time"},
    {"never in [x, stale]", "never"},
    {"y in [x, stale]", "stale"},
    {"x in [x, stale]", ""},
    {"9 in gaps", "gaps"},
    {"never in gaps", "never"},
    {"gaps == [1, 2, 3]", "gaps"},
    {"[x, never] == [5, stale]", "never stale"},
    {"sum(gaps) > 1", "gaps"},
    {"sum([x, never]) > 1", "never"},
    {"sum(numbers + gaps)", "gaps"},
    {"sum(no_list)", "no_list"},
    {"mean(none)", ""},
    {"gaps[1]", "gaps"},
    {"gaps[7]", ""},
    {"gaps[never]", "never"},
    {"deals[2].renews < now", "deals"},
    {"gaps.all(g, g > 0)", "gaps"},
    {"gaps.all(g, g > 2)", ""},
    {"no_list.all(g, g > 0)", "no_list"},
    {"numbers.all(n, n > never)", "never"},
    {"numbers.exists(n, n > never && n > 5)", ""},
    {"numbers.exists(n, n > never && maybe)", "never maybe"},
    {"numbers.exists(n, never > 5)", "never"},
    {"numbers.exists(n, n / zero > 1)", ""},
    {"deals.all(d, d.renews < now + duration('P90D'))", "deals"},
    {"deals.all(d, d.amount > never)", "never"},
    {"deals.exists(d, d.renews > soon && numbers.exists(n, n > 2 && stale > n))",
     "stale deals"},
    {"numbers.all(a, gaps.exists(b, b == a))", "gaps"},
    {"sum(gaps.map(g, g + x))", "gaps"},
    {"sum(numbers.map(g, g + never))", "never"},
    {"sum(gaps.filter(g, g > 1))", "gaps"},
    {"sum(deals.filter(d, has(d.renews)).map(d, d.amount + never))", "never"},
    {"(yes ? gaps : numbers)[1]", "gaps"},
};

static void blamed_inputs_are_those_that_matter(void)
{
    static rows r;
    if (!CHECK_OK(rows_start(&r, csuccess__malloc_allocator(), NULL))) return;
    for (size_t i = 0; i < sizeof blames / sizeof blames[0]; i++) {
        char names[256] = "";
        uint32_t slots[ROWS_COUNT];
        const csuccess__program *program = rows_compile(&r, blames[i].expression);
        if (!CHECK(program)) printf("# %s\n", r.text);
        if (!program) continue;
        size_t n = csuccess__program_blame(program, r.machine, &r.frame, slots, ROWS_COUNT);
        int len = 0;
        for (size_t k = 0; k < n; k++) {
            len += snprintf(names + len, sizeof names - (size_t)len, "%s%s", k > 0 ? " " : "",
                            rows_names[slots[k]].name);
        }
        if (!CHECK_CSTR(names, blames[i].names)) printf("# for %s\n", blames[i].expression);
        csuccess__machine_reset(r.machine);
    }
    rows_end(&r);
}

static void blame_counts_beyond_its_room(void)
{
    static rows r;
    if (!CHECK_OK(rows_start(&r, csuccess__malloc_allocator(), NULL))) return;
    uint32_t slots[2] = {99, 99};
    const csuccess__program *program = rows_compile(&r, "never > stale && maybe");
    CHECK_UINT(csuccess__program_blame(program, r.machine, &r.frame, slots, 1), 3);
    CHECK_UINT(slots[0], ROWS_NEVER);
    CHECK_UINT(slots[1], 99);
    CHECK_UINT(csuccess__program_blame(program, r.machine, &r.frame, NULL, 0), 3);
    rows_end(&r);
}

/* What no compiler makes must not hang or read beyond: a variable outside a macro, a slot beyond the frame. */
static void programs_made_by_hand(void)
{
    static rows r;
    if (!CHECK_OK(rows_start(&r, csuccess__malloc_allocator(), NULL))) return;
    const csuccess__type *number = csuccess__type_of(CSUCCESS__KIND_NUMBER);
    csuccess__node loose[] = {{.op = CSUCCESS__OP_VARIABLE, .type = number}};
    csuccess__program program = {.nodes = loose, .count = 1, .type = number, .variables = 1};
    csuccess__value v = csuccess__program_run(&program, r.machine, &r.frame, &r.failed);
    CHECK_CSTR(rows_text(&r, v, number), "missing: undecided");
    csuccess__node slot[] = {{.op = CSUCCESS__OP_SLOT, .type = number, .as.slot = 4000}};
    program.nodes = slot;
    v = csuccess__program_run(&program, r.machine, &r.frame, &r.failed);
    CHECK_CSTR(rows_text(&r, v, number), "missing: never_set");
    rows_end(&r);
}

/* A caller that has some nodes already hands them in; only the rest is computed. */
static void known_nodes_are_taken_over(void)
{
    static rows r;
    if (!CHECK_OK(rows_start(&r, csuccess__malloc_allocator(), NULL))) return;
    const csuccess__program *program = rows_compile(&r, "x + y > 100");
    CHECK_OK(csuccess__machine_begin(r.machine, program, &r.frame));
    for (uint32_t i = 0; i < program->count; i++) {
        if (program->nodes[i].op == CSUCCESS__OP_SLOT && program->nodes[i].as.slot == ROWS_X) {
            csuccess__machine_seed(r.machine, i, csuccess__number(99));
        }
    }
    CHECK(csuccess__machine_force(r.machine, program->count - 1)->as.boolean);
    rows_end(&r);
}

CHECK_MAIN(CHECK_TEST(kleene_tables), CHECK_TEST(any_order_gives_kleenes_answer),
           CHECK_TEST(what_cannot_matter_is_not_run), CHECK_TEST(growth_is_bounded),
           CHECK_TEST(long_chains_need_no_stack), CHECK_TEST(a_warm_machine_allocates_nothing),
           CHECK_TEST(every_refused_allocation_is_reported),
           CHECK_TEST(a_refusal_leaves_the_machine_as_it_was),
           CHECK_TEST(blamed_inputs_are_those_that_matter),
           CHECK_TEST(blame_counts_beyond_its_room), CHECK_TEST(programs_made_by_hand),
           CHECK_TEST(known_nodes_are_taken_over))

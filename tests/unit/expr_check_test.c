/* SPDX-License-Identifier: Apache-2.0 */
/* Names, types and overloads of expressions, what is refused and why, and the nodes that
   come out. */
#include "check.h"
#include "expr_scope.h"

static scope_world world;
static csuccess_error error;

static const csuccess__program *compile_as(const char *text, const csuccess__type *wanted)
{
    const csuccess__program *program;
    memset(&error, 0, sizeof error);
    error.size = sizeof error;
    csuccess_result result =
        csuccess__expr_compile(&program, &world.compiler, csuccess__str(text), wanted, &error);
    CHECK((result == CSUCCESS_OK) == (program != NULL));
    CHECK_INT(error.code, result);
    return program;
}

static const csuccess__program *compile(const char *text)
{
    const csuccess__program *program = compile_as(text, NULL);
    if (!CHECK(program)) printf("# %s: %s\n", text, error.message);
    return program;
}

static const char *type_of(const char *text)
{
    static char words[256];
    const csuccess__program *program = compile(text);
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), sizeof words - 1);
    if (program) csuccess__type_print(&out, program->type);
    csuccess_str view = csuccess__buffer_view(&out);
    if (view.len) memcpy(words, view.ptr, view.len);
    words[view.len] = '\0';
    csuccess__buffer_free(&out);
    return words;
}

static void types(void)
{
    static const char *const cases[][2] = {
        {"arr + 1", "number"},
        {"plan + 'x'", "string"},
        {"renews + notice", "time"},
        {"notice + renews", "time"},
        {"renews - last_login", "duration"},
        {"renews - notice", "time"},
        {"notice - notice", "duration"},
        {"-notice", "duration"},
        {"tags + []", "list(string)"},
        {"[] + tags", "list(string)"},
        {"[[], ['a']]", "list(list(string))"},
        {"is_trial ? [] : scores", "list(number)"},
        {"is_trial ? arr : 2", "number"},
        {"coalesce(plan, region, 'none')", "string"},
        {"deals[0].owner", "record(name: string, since: time)"},
        {"deals[0].tags[1]", "string"},
        {"deals.map(d, d.owner.since)", "list(time)"},
        {"deals.filter(d, d.amount > 1)[0].amount", "number"},
        {"deals.map(d, d.amount > 1, d.tags)", "list(list(string))"},
        {"deals.exists_one(d, d.amount > 1)", "bool"},
        {"[].map(n, n / 2)", "list(number)"},
        {"[].all(n, n.startsWith('a'))", "bool"},
        {"scores in [scores]", "bool"},
        {"plan.size() + size(tags)", "number"},
        {"math.greatest(arr, 1) + math.least(scores)", "number"},
        {"min(renews, last_login)", "time"},
        {"max(deals.map(d, d.renews))", "time"},
        {"sum(scores) + mean(scores) + count(tags)", "number"},
        {"timestamp(0) - timestamp(renews)", "duration"},
        {"duration('P1M') + duration(notice)", "duration"},
        {"string(arr) + string(is_trial) + string(renews) + string(notice)", "string"},
        {"double('1') + double(arr) + int(renews)", "number"},
        {"renews.getHours() + renews.getHours('-02:30') + notice.getHours()", "number"},
        {"year(now) + month(now) + day(now) + weekday(now, '+11:00')", "number"},
        {"bands(arr, [[1, 10], [2, 20]], 30) + linear(arr, [[0, 1]])", "number"},
        {"percentile(arr, 'all') + clamp(arr, 0, 1) + change(arr, x)", "number"},
        {"plan == 'a' && tags == ['a'] && owner == deals[0].owner", "bool"},
        {"is_trial < true && plan <= 'x' && renews > now && notice >= notice", "bool"},
        {"has(arr) && has(owner.name) && has(deals[0].owner.name)", "bool"},
        {"segment('big') && component('usage') > health.change('P30D')", "bool"},
        {"milestone('live').achieved_at < now", "bool"},
        {"milestone('live').owner.name.lowerAscii().trim()", "string"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_CSTR(type_of(cases[i][0]), cases[i][1]);
    }
}

static const struct {
    const char *text;
    size_t offset;
    csuccess_result code;
    const char *part;
} refused[] = {
    {"arr + plan", 4, CSUCCESS_ETYPE, "+ does not apply to number and string"},
    {"arr == plan", 4, CSUCCESS_ETYPE, "number and string"},
    {"tags == scores", 5, CSUCCESS_ETYPE, "list(string) and list(number)"},
    {"renews + last_login", 7, CSUCCESS_ETYPE, "two of time"},
    {"notice * 2", 7, CSUCCESS_ETYPE, "duration and number"},
    {"x < arr < 3", 8, CSUCCESS_ETYPE, "a < b && b < c"},
    {"[0] <= [0]", 4, CSUCCESS_ETYPE, "two of list(number)"},
    {"deals[0] < deals[1]", 9, CSUCCESS_ETYPE, "two of record"},
    {"'a' && true", 0, CSUCCESS_ETYPE, "&& takes bools, not string"},
    {"true || 3", 8, CSUCCESS_ETYPE, "|| takes bools, not number"},
    {"!0", 0, CSUCCESS_ETYPE, "! does not apply to number"},
    {"-plan", 0, CSUCCESS_ETYPE, "- does not apply to string"},
    {"arr ? 1 : 2", 0, CSUCCESS_ETYPE, "must be bool, not number"},
    {"true ? 1 : plan", 11, CSUCCESS_ETYPE, "this is string, the other number"},
    {"false ? 1 : true ? 2 : 'a'", 23, CSUCCESS_ETYPE, "this is string, the other number"},
    {"[1, 'a']", 4, CSUCCESS_ETYPE, "this is string, before it number"},
    {"3 in tags", 2, CSUCCESS_ETYPE, "number in list(string)"},
    {"plan in 'abc'", 5, CSUCCESS_ETYPE, "string in string"},
    {"plan[0]", 4, CSUCCESS_ETYPE, "of a list"},
    {"[][0]", 2, CSUCCESS_ETYPE, "no item to take"},
    {"[[]].map(l, l[0])", 13, CSUCCESS_ETYPE, "no item to take"},
    {"tags['a']", 5, CSUCCESS_ETYPE, "a number from 0"},
    {"plan.foo", 5, CSUCCESS_ETYPE, "string has no fields"},
    {"owner.nam", 6, CSUCCESS_ENAME, "did you mean \"name\"?"},
    {"deals.exists(d, d.ammount > 1)", 18, CSUCCESS_ENAME, "did you mean \"amount\"?"},
    {"deals.exists(d, d.amount)", 16, CSUCCESS_ETYPE, "exists() asks a condition"},
    {"arr.exists(d, true)", 0, CSUCCESS_ETYPE, "goes over a list"},
    {"tags.all(3, true)", 9, CSUCCESS_EEXPRESSION, "names its item first"},
    {"tags.all(now, true)", 9, CSUCCESS_ENAME, "choose another name"},
    {"tags.all(in, true)", 9, CSUCCESS_EEXPRESSION, "word of the language"},
    {"tags.all(t, t == 'x') && t", 25, CSUCCESS_ENAME, "unknown name \"t\""},
    {"login_30d > 3", 0, CSUCCESS_ENAME, "did you mean \"logins_30d\"?"},
    {"health.scor > 3", 0, CSUCCESS_ENAME, "did you mean \"health.score\"?"},
    {"1 + nothing_like_it", 4, CSUCCESS_ENAME, "unknown name \"nothing_like_it\""},
    {"later.thing > 1", 0, CSUCCESS_ECYCLE, "later stratum"},
    {"sise(plan)", 0, CSUCCESS_ENAME, "did you mean \"size\"?"},
    {"plan.startWith('a')", 5, CSUCCESS_ENAME, "did you mean \"startsWith\"?"},
    {"math.flor(1)", 0, CSUCCESS_ENAME, "did you mean \"math.floor\"?"},
    {"componant('usage')", 0, CSUCCESS_ENAME, "did you mean \"component\"?"},
    {"component('else')", 0, CSUCCESS_ENAME, "component"},
    {"component(plan)", 0, CSUCCESS_ENAME, "component"},
    {"frobnicate(1, 2)", 0, CSUCCESS_ENAME, "unknown function \"frobnicate\""},
    {"plan.abs()", 5, CSUCCESS_EEXPRESSION, "write abs(x)"},
    {"contains(plan, 'x')", 0, CSUCCESS_EEXPRESSION, "write x.contains"},
    {"exists(tags, t, true)", 13, CSUCCESS_ENAME, "unknown name \"t\""},
    {"abs(plan)", 0, CSUCCESS_ETYPE, "abs(number) is known, not with (string)"},
    {"clamp(1, 2)", 0, CSUCCESS_ETYPE, "clamp(number, number, number)"},
    {"plan.contains(3)", 5, CSUCCESS_ETYPE,
     "string.contains(string) is known, not with (number)"},
    {"coalesce(arr, plan)", 0, CSUCCESS_ETYPE, "of one type"},
    {"min()", 0, CSUCCESS_ETYPE, "min(list(number))"},
    {"has(arr + 1)", 4, CSUCCESS_EEXPRESSION, "takes a name"},
    {"has(now)", 4, CSUCCESS_EEXPRESSION, "takes a name"},
    {"has(1)", 4, CSUCCESS_EEXPRESSION, "takes a name"},
    {"has(arr, x)", 7, CSUCCESS_EEXPRESSION, ") is missing"},
    {"plan.matches(region)", 5, CSUCCESS_ETYPE, "literal text"},
    {"plan.matches('a(b')", 17, CSUCCESS_EEXPRESSION, "parenthes"},
    {"timestamp('2026-13-01T00:00:00Z')", 16, CSUCCESS_EEXPRESSION, "month"},
    {"timestamp('2026-01-31')", 10, CSUCCESS_EEXPRESSION, "'2026-01-31T00:00:00Z'"},
    {"duration('7 days')", 11, CSUCCESS_EEXPRESSION, "'P7D'"},
    {"renews.getHours('Asia/Tokyo')", 17, CSUCCESS_EEXPRESSION, "offset"},
    {"bands(arr, [], 1)", 11, CSUCCESS_EEXPRESSION, "one row at least"},
    {"bands(arr, [[2, 1], [2, 3]], 1)", 11, CSUCCESS_EEXPRESSION, "row 2 does not"},
    {"linear(arr, [[1, x]])", 12, CSUCCESS_EEXPRESSION, "written out"},
    {"linear(arr, [[1, 2, 3]])", 12, CSUCCESS_EEXPRESSION, "[number, number]"},
    {"linear(arr, 3)", 0, CSUCCESS_ETYPE, "linear(number, [[number, number], ...])"},
    {"percentile(arr, 'some')", 16, CSUCCESS_ENAME, "no benchmark of \"arr\""},
    {"percentile(arr + 1, 'all')", 11, CSUCCESS_EEXPRESSION, "name of a metric"},
};

static void refusals(void)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        bool right = CHECK(compile_as(refused[i].text, NULL) == NULL) &
                     CHECK_RESULT(error.code, refused[i].code) &
                     CHECK_UINT(error.offset, refused[i].offset) &
                     CHECK_HAS(error.message, refused[i].part);
        if (!right) printf("# %s\n", refused[i].text);
    }
}

static void wanted_types(void)
{
    CHECK(compile_as("arr > 1", csuccess__type_of(CSUCCESS__KIND_BOOL)));
    CHECK(compile_as("[]", csuccess__type_list_of(CSUCCESS__KIND_STRING)));
    CHECK(!compile_as("  arr", csuccess__type_of(CSUCCESS__KIND_BOOL)));
    CHECK_RESULT(error.code, CSUCCESS_ETYPE);
    CHECK_CSTR(error.message, "this is number; bool is wanted here");
    CHECK_UINT(error.column, 3);
}

/* The only node of that operation. */
static const csuccess__node *find(const csuccess__program *program, csuccess__op op)
{
    const csuccess__node *found = NULL;
    for (uint32_t i = 0; program && i < program->count; i++) {
        if (program->nodes[i].op != op) continue;
        CHECK(!found);
        found = &program->nodes[i];
    }
    CHECK(found);
    return found;
}

static void equal_parts_are_one_node(void)
{
    /* arr, 1, arr > 1, x, x > 1, &&, || */
    CHECK_UINT(compile("arr > 1 || arr > 1 && x > 1")->count, 7);
    const csuccess__program *p =
        compile("deals.exists(a, a.amount > x) || deals.exists(b, b.amount > x)");
    find(p, CSUCCESS__OP_EXISTS);
    find(p, CSUCCESS__OP_OR);
    p = compile("deals.exists(a, a.amount > x) || deals.exists(b, b.amount >= x)");
    CHECK_UINT(p->variables, 1);
    find(compile("plan.matches('^a') || !plan.matches('^a')"), CSUCCESS__OP_MATCHES);
    CHECK_UINT(compile("0 == -0.0")->count, 3);
    CHECK_UINT(compile("[1] == [1] && [] == [1]")->count, 5); /* [1] == [] == && */
}

static void shapes(void)
{
    const csuccess__program *p = compile("(is_trial && champion_left) && (arr > 1 && x > 1)");
    CHECK_UINT(find(p, CSUCCESS__OP_AND)->argc, 4);
    CHECK_UINT(p->nodes[p->count - 1].op, CSUCCESS__OP_AND);
    CHECK_UINT(p->input_count, 4);
    for (uint32_t i = 1; i < p->input_count; i++) CHECK(p->inputs[i - 1] < p->inputs[i]);
    CHECK(!p->reads_now);
    CHECK_STR(p->text, "(is_trial && champion_left) && (arr > 1 && x > 1)");

    CHECK(compile("renews < now")->reads_now);
    CHECK(compile("days_since(renews) < 3")->reads_now);
    CHECK_UINT(compile("arr + arr + health.score + arr")->input_count, 2);

    p = compile(
        "deals.all(d, deals.exists(f, f.amount > d.amount && f.amount > arr) || arr > 1)");
    CHECK_UINT(p->variables, 2);
    const csuccess__node *all = find(p, CSUCCESS__OP_ALL),
                         *exists = find(p, CSUCCESS__OP_EXISTS);
    CHECK_UINT(all->as.each.variable, 0);
    CHECK_UINT(exists->as.each.variable, 1);
    CHECK(all->as.each.first <= exists->as.each.first);
    CHECK(exists->as.each.body < all->as.each.body);

    const csuccess__node *bands =
        find(compile("bands(arr, [[1, 10], [2, -20]], x)"), CSUCCESS__OP_BANDS);
    CHECK_UINT(bands->argc, 2);
    CHECK_UINT(bands->as.table.count, 2);
    CHECK_NUM(bands->as.table.y[1], -20, 0);
    CHECK_INT(
        find(compile("renews.getHours('-02:30')"), CSUCCESS__OP_GET_HOURS)->as.offset_minutes,
        -150);
    CHECK(find(compile("percentile(arr, 'all')"), CSUCCESS__OP_PERCENTILE)->as.benchmark ==
          &scope_cohort);

    csuccess__value v = compile("timestamp('2009-02-13T23:31:30Z')")->nodes[0].as.constant;
    CHECK_INT(v.as.time, INT64_C(1234567890000));
    v = compile("duration('1h30m')")->nodes[0].as.constant;
    CHECK_INT(v.as.duration.ms, 5400000);
    v = compile("-duration('P1M2D')")->nodes[0].as.constant;
    CHECK_INT(v.as.duration.months, -1);
}

/* Every use of a node is behind it, and the nodes of a body are used by that body alone. */
static void check_order(const csuccess__program *p)
{
    for (uint32_t i = 0; i < p->count; i++) {
        const csuccess__node *node = &p->nodes[i];
        for (uint32_t k = 0; k < node->argc; k++) CHECK(p->args[node->args + k] < i);
        if (csuccess__op_info_of((csuccess__op)node->op)->style != CSUCCESS__STYLE_MACRO)
            continue;
        CHECK(node->as.each.body < i && node->as.each.first <= i);
        for (uint32_t user = node->as.each.body + 1;
             node->as.each.first <= node->as.each.body && user < p->count; user++) {
            for (uint32_t k = 0; k < p->nodes[user].argc; k++) {
                uint32_t used = p->args[p->nodes[user].args + k];
                CHECK(used < node->as.each.first || used > node->as.each.body);
            }
        }
    }
}

static void bodies_keep_to_themselves(void)
{
    static const char *const cases[] = {
        "deals.exists(d, d.amount > arr) && deals.exists(d, d.amount > arr + 1) && arr > 1",
        "deals.all(d, true) && deals.all(d, is_trial) && is_trial",
        "scores.map(s, s + 1).map(s, s + 1).filter(s, s > 1).all(s, s + 1 > 1)",
        "scores.map(a, scores.map(b, scores.map(c, a + b + c + x))).size() + x",
        "scores.exists(a, scores.exists(b, b > 1)) || scores.exists(b, b > 1)",
        "1 + sum(scores.map(s, s + 1)) + 1 == 2",
        "-5 + sum(scores.map(s, s + 5)) + 5",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) check_order(compile(cases[i]));
}

/* A variable hides a name of the scope and the variable of an outer macro. */
static void variables_hide_names(void)
{
    CHECK_UINT(compile("scores.exists(arr, arr > 1)")->input_count, 1);
    CHECK_UINT(compile("scores.exists(s, s > arr) || arr > 1")->input_count, 2);
    CHECK_CSTR(type_of("deals.exists(x, x.tags.exists(x, x == 'a'))"), "bool");
    CHECK_CSTR(type_of("scores.map(size, size + 1)"), "list(number)");
    CHECK_CSTR(type_of("tags.map(math, math.size())"), "list(number)");
    CHECK(!compile_as("tags.all(math, math.abs(1) > 0)", NULL));
}

static csuccess_result fault_scenario(check_memory *memory, void *ud)
{
    scope_world w;
    csuccess_error failed = CSUCCESS_ERROR_INIT;
    const csuccess__program *program = NULL;
    csuccess_result result = scope_start(&w, &memory->allocator);
    if (result == CSUCCESS_OK) {
        result =
            csuccess__expr_compile(&program, &w.compiler, csuccess__str(ud), NULL, &failed);
    }
    CHECK((program != NULL) == (result == CSUCCESS_OK));
    scope_end(&w);
    return result;
}

static void memory_may_be_refused(void)
{
    static char text[] =
        "(plan.matches('^a(b|c)+$') || plan in ['a', 'b'] && deals.exists(d, d.tags.all(t, t "
        "!= 'x') && "
        "d.amount > bands(arr, [[1, 2], [3, 4]], 5))) ? [[timestamp('2026-01-31T08:00:00Z')], "
        "[]] : "
        "[[now], [now + duration('P7D')]] + [deals.map(d, d.amount > 1, d.renews)]";
    CHECK(check_faults(fault_scenario, text) > 10);
}

static csuccess_result refused_scenario(check_memory *memory, void *ud)
{
    scope_world w;
    csuccess_error failed = CSUCCESS_ERROR_INIT;
    const csuccess__program *program = NULL;
    csuccess_result result = scope_start(&w, &memory->allocator);
    if (result == CSUCCESS_OK) {
        result =
            csuccess__expr_compile(&program, &w.compiler, csuccess__str(ud), NULL, &failed);
        if (CHECK(result == CSUCCESS_ENOMEM || result == CSUCCESS_ETYPE) &&
            result == CSUCCESS_ETYPE) {
            result = CSUCCESS_OK;
        }
    }
    scope_end(&w);
    return result;
}

static void memory_may_be_refused_on_the_way_to_an_error(void)
{
    static char text[] = "[[1], [2]] == deals.map(d, d.tags)";
    CHECK(check_faults(refused_scenario, text) > 5);
}

/* Every spelling of an operator or function stands in the reference. */
static void the_reference_is_complete(void)
{
    char *page = check_read(CHECK_SOURCE_ROOT "/docs/reference/expressions.md", NULL);
    if (!CHECK(page)) return;
    for (int op = CSUCCESS__OP_NOW; op < CSUCCESS__OP_END; op++) {
        csuccess_str name = csuccess__op_name((csuccess__op)op);
        char words[64];
        if (!csuccess__str_is(name, "||") && !csuccess__str_is(name, "[]") &&
            !csuccess__str_is(name, "?:")) {
            memcpy(words, name.ptr, name.len);
            words[name.len] = '\0';
            if (!CHECK(strstr(page, words) != NULL)) printf("# %s\n", words);
        }
    }
    free(page);
}

int main(int argc, char **argv)
{
    static const check_test tests[] = {
        CHECK_TEST(types),
        CHECK_TEST(refusals),
        CHECK_TEST(wanted_types),
        CHECK_TEST(equal_parts_are_one_node),
        CHECK_TEST(shapes),
        CHECK_TEST(bodies_keep_to_themselves),
        CHECK_TEST(variables_hide_names),
        CHECK_TEST(the_reference_is_complete),
        CHECK_TEST(memory_may_be_refused),
        CHECK_TEST(memory_may_be_refused_on_the_way_to_an_error)};
    if (scope_start(&world, csuccess__malloc_allocator()) != CSUCCESS_OK) return 1;
    int failed = check_main(tests, sizeof tests / sizeof tests[0], argc, argv);
    scope_end(&world);
    return failed;
}

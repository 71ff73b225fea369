/* SPDX-License-Identifier: Apache-2.0 */
/* JSON rule maps: the text that each means, the same program as that text, and every problem
   with its place. */
#include "check.h"
#include "expr_scope.h"

static scope_world world;
static csuccess__problems problems;

static const csuccess__program *read_as(const char *json, const csuccess__type *wanted)
{
    csuccess__json *node = NULL;
    csuccess__json_options options = {.limits = &world.limits, .lines = true};
    csuccess__problems_init(&problems, &world.arena, 100);
    if (!CHECK_OK(
            csuccess__json_read(&node, &world.arena, csuccess__str(json), &options, NULL))) {
        printf("# %s\n", json);
        return NULL;
    }
    const csuccess__program *program =
        csuccess__expr_read(&world.compiler, &problems, node, wanted);
    CHECK((program != NULL) == (problems.errors == 0));
    return program;
}

static const csuccess__program *read_rule(const char *json)
{
    return read_as(json, csuccess__type_of(CSUCCESS__KIND_BOOL));
}

/* Rule and text, which compile to the same program. */
static void rules_are_texts(void)
{
    static const char *const cases[][2] = {
        {"{\"arr\":{\"lt\":50},\"x\":{\"gte\":-1}}", "arr < 50 && x >= -1"},
        {"{\"health.score\":{\"lte\":5,\"gt\":1}}", "health.score <= 5 && health.score > 1"},
        {"{\"plan\":\"team\",\"arr\":5,\"is_trial\":true}",
         "plan == 'team' && arr == 5 && is_trial == true"},
        {"{\"plan\":{\"ne\":\"it's\"}}", "plan != 'it\\'s'"},
        {"{\"plan\":{\"eq\":\"<40\"}}", "plan == '<40'"},
        {"{\"arr\":{\"between\":[1,2]}}", "arr >= 1 && arr <= 2"},
        {"{\"plan\":{\"in\":[\"a\",\"b\"]}}", "plan in ['a', 'b']"},
        {"{\"arr\":{\"not_in\":[1]}}", "!(arr in [1])"},
        {"{\"arr\":{\"in\":[]}}", "arr in []"},
        {"{\"plan\":{\"contains\":\"a\",\"starts_with\":\"b\",\"ends_with\":\"c\",\"matches\":"
         "\"^d\"}}",
         "plan.contains('a') && plan.startsWith('b') && plan.endsWith('c') && "
         "plan.matches('^d')"},
        {"{\"tags\":{\"contains\":\"vip\"},\"scores\":[1,2]}",
         "'vip' in tags && scores == [1, 2]"},
        {"{\"arr\":{\"exists\":true},\"plan\":{\"exists\":false}}", "has(arr) && !has(plan)"},
        {"{\"last_login\":{\"within_last\":\"P7D\"}}",
         "last_login >= now - duration('P7D') && last_login <= now"},
        {"{\"last_login\":{\"older_than\":\"P1M\"}}", "last_login < now - duration('P1M')"},
        {"{\"renews\":{\"gte\":\"2026-01-31\",\"lt\":\"2026-02-01T08:00:00+01:00\"}}",
         "renews >= timestamp('2026-01-31T00:00:00Z') && renews < "
         "timestamp('2026-02-01T07:00:00Z')"},
        {"{\"notice\":{\"gt\":\"P30D\"}}", "notice > duration('P30D')"},
        {"{\"component('usage')\":{\"lt\":40},\"milestone('live').owner.name\":\"bo\"}",
         "component('usage') < 40 && milestone('live').owner.name == 'bo'"},
        {"{\"owner.since\":{\"exists\":true}}", "has(owner.since)"},
        {"{\"all\":[{\"arr\":1},{\"x\":2}],\"is_trial\":false}",
         "arr == 1 && x == 2 && is_trial == false"},
        {"{\"any\":[{\"arr\":1,\"x\":3},{\"any\":[{\"x\":2},{\"x\":4}]}]}",
         "arr == 1 && x == 3 || x == 2 || x == 4"},
        {"{\"any\":[{\"arr\":1},{\"x\":3}],\"not\":{\"x\":2}}",
         "(arr == 1 || x == 3) && !(x == 2)"},
        {"{\"all\":[\"arr > 1 || x > 1\",true]}", "(arr > 1 || x > 1) && true"},
        {"\"arr > 1\"", "arr > 1"},
        {"true", "true"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const csuccess__program *rule = read_rule(cases[i][0]), *text = NULL;
        csuccess_error error = CSUCCESS_ERROR_INIT;
        CHECK_OK(csuccess__expr_compile(&text, &world.compiler, csuccess__str(cases[i][1]),
                                        NULL, &error));
        if (!CHECK(rule && text)) {
            printf("# %s: %s\n", cases[i][0],
                   problems.first ? problems.first->message.ptr : "");
            continue;
        }
        CHECK_STR(rule->text, cases[i][1]);
        if (!CHECK(scope_same_program(rule, text))) printf("# %s\n", cases[i][0]);
    }
}

/* The problems as "pointer: message" lines; each must contain its part, in order, and there
   are no more. */
static void check_problems(const char *json, const char *const (*expected)[2], size_t count)
{
    CHECK(!read_rule(json));
    const csuccess__noted *p = problems.first;
    for (size_t i = 0; i < count; i++, p = p ? p->next : NULL) {
        if (!CHECK(p)) break;
        CHECK_STR(p->pointer, expected[i][0]);
        CHECK_HAS(p->message.ptr, expected[i][1]);
        CHECK(p->code < 0 && p->line == 1 && p->column > 1);
    }
    if (!CHECK(!p) || problems.count != count) printf("# %s\n", json);
}

static void every_problem_is_reported(void)
{
    static const char *const first[][2] = {
        {"/arr/lt", "write {\"lt\": 40}"},
        {"/arr/gt", "type number, not a string"},
        {"/foo", "unknown name \"foo\""},
        {"/plan/lte", "type string, not a number"},
        {"/plan/start_with", "did you mean \"starts_with\"?"},
        {"/plan/zzz", "there are eq ne lt lte"},
        {"/last_login/gt", "a month from 01 to 12"},
        {"/is_trial", "{\"exists\": false}"},
        {"/region", "{\"in\": [...]}"},
        {"/tags/in", "{\"contains\": ...}"},
    };
    check_problems("{\"arr\":{\"lt\":\"<40\",\"gt\":\"x\"},\"foo\":3,\"plan\":{\"lte\":3,"
                   "\"start_with\":\"a\","
                   "\"zzz\":1},\"last_login\":{\"gt\":\"2026-13-01\"},\"is_trial\":null,"
                   "\"region\":[\"a\"],"
                   "\"tags\":{\"in\":[\"a\"]}}",
                   first, sizeof first / sizeof first[0]);
    static const char *const second[][2] = {
        {"/all", "one rule at least"},       {"/any", "expected an array"},
        {"/not", "expected a rule"},         {"/x", "such as {\"eq\": ...}"},
        {"/arr + 1", "is no name"},          {"/now", "is no name"},
        {"/e/between", "[lowest, highest]"}, {"/arr/within_last", "ask of a time"},
        {"/renews/older_than", "\"P7D\""},   {"/last_login/within_last", "leave the minus out"},
        {"/region/matches", "parenthes"},    {"/scores/contains", "type number"},
    };
    check_problems(
        "{\"all\":[],\"any\":{},\"not\":[],\"x\":{},\"arr + 1\":3,\"now\":{\"exists\":true},"
        "\"e\":{\"between\":[1]},\"arr\":{\"within_last\":\"P7D\"},\"renews\":{\"older_than\":"
        "7},"
        "\"last_login\":{\"within_last\":\"-P7D\"},\"region\":{\"matches\":\"a(b\"},"
        "\"scores\":{\"contains\":\"a\"}}",
        second, sizeof second / sizeof second[0]);
    static const char *const third[][2] = {
        {"/all/0", "unknown name \"foo\""},
        {"/all/1/any/0", "a value is missing"},
        {"/all/1/any/1/not", "expected a rule"},
        {"/all/2", "a condition is wanted here, not number"},
        {"/all/3", "unknown name \"d\""},
    };
    check_problems(
        "{\"all\":[\"deals.exists(d, foo)\",{\"any\":[\"arr >\",{\"not\":{}}]},\"arr\",\"d\"]}",
        third, sizeof third / sizeof third[0]);
    static const char *const bare[][2] = {{"/arr", "write {\"gte\": 1.5}"}};
    check_problems("{\"arr\": \">= 1.5\"}", bare, 1);
    check_problems("{\"arr\": {\"eq\": \">=1.5\"}}",
                   (const char *const[][2]){{"/arr/eq", "write {\"gte\": 1.5}"}}, 1);
}

/* A problem in an expression has its place in the document, escapes counted. */
static void places_in_strings(void)
{
    CHECK(!read_rule("{\"all\": [\"plan == \\\"\\u0041\\\" && foo\"]}"));
    CHECK_UINT(problems.first->column, 33);
    CHECK_STR(problems.first->pointer, "/all/0");
}

static void values_of_documents(void)
{
    const csuccess__type *number = csuccess__type_of(CSUCCESS__KIND_NUMBER);
    const csuccess__program *p = read_as("1.5", number);
    CHECK(p && p->nodes[0].as.constant.as.number == 1.5);
    CHECK_STR(p ? p->text : csuccess__str(""), "1.5");
    CHECK(read_as("\"arr * 2\"", number) != NULL);
    CHECK(!read_as("{\"arr\": 1}", number));
    CHECK_HAS(problems.first->message.ptr, "number is wanted here");
    CHECK(!read_as("true", number));
    CHECK_HAS(problems.first->message.ptr, "this is bool; number is wanted here");
    CHECK(!read_as("[1]", number));
    CHECK(!read_as("null", NULL));
    CHECK_HAS(problems.first->message.ptr, "or a rule, not null");
    CHECK(!read_rule("{}"));
    CHECK(!read_rule("1"));
}

/* A rule of n times `open`, the middle, n times `close`. */
static const csuccess__program *read_repeated(const char *open, const char *middle,
                                              const char *close, size_t n)
{
    csuccess__buffer json;
    csuccess__buffer_init(&json, csuccess__malloc_allocator(), 0);
    for (size_t i = 0; i < n; i++) csuccess__buffer_cstr(&json, open);
    csuccess__buffer_cstr(&json, middle);
    for (size_t i = 0; i < n; i++) csuccess__buffer_cstr(&json, close);
    csuccess__buffer_char(&json, '\0');
    const csuccess__program *p = read_rule(json.ptr);
    csuccess__buffer_free(&json);
    return p;
}

static void rules_nest_within_limits(void)
{
    world.limits.document_depth = 200;
    CHECK(read_repeated("{\"not\":", "{\"arr\":1}", "}", 20));
    CHECK(!read_repeated("{\"not\":", "{\"arr\":1}", "}", 80));
    CHECK_INT(problems.first->code, CSUCCESS_ELIMIT);
    CHECK_HAS(problems.first->message.ptr, "expression_depth");
}

/* Many conditions, counted one by one although they are shared. */
static void many_conditions(void)
{
    csuccess__buffer json;
    csuccess__buffer_init(&json, csuccess__malloc_allocator(), 0);
    csuccess__buffer_cstr(&json, "{\"any\":[");
    for (int i = 0; i < 1500; i++) {
        csuccess__buffer_cstr(&json, "{\"arr\":");
        csuccess__buffer_uint(&json, (uint64_t)i);
        csuccess__buffer_cstr(&json, "},");
    }
    csuccess__buffer_put(&json, "true]}", sizeof "true]}");
    CHECK(!read_rule(json.ptr)); /* three nodes each: too many for 4,096 */
    CHECK_HAS(problems.first->message.ptr, "expression_nodes");
    world.limits.expression_nodes = 10000;
    const csuccess__program *p = read_rule(json.ptr);
    CHECK(p && p->nodes[p->count - 1].argc == 1501);
    csuccess__buffer_free(&json);
}

static csuccess_result fault_scenario(check_memory *memory, void *ud)
{
    scope_world w;
    csuccess__json *node = NULL;
    csuccess_result result = scope_start(&w, &memory->allocator);
    csuccess__json_options options = {.limits = &w.limits, .lines = true};
    csuccess__problems list;
    csuccess__problems_init(&list, &w.arena, 100);
    if (result == CSUCCESS_OK) {
        result = csuccess__json_read(&node, &w.arena, csuccess__str(ud), &options, NULL);
    }
    if (result == CSUCCESS_OK) {
        const csuccess__program *p = csuccess__expr_read(
            &w.compiler, &list, node, csuccess__type_of(CSUCCESS__KIND_BOOL));
        result = csuccess__problems_result(&list, NULL);
        CHECK(p || result != CSUCCESS_OK);
    }
    scope_end(&w);
    return result;
}

static void memory_may_be_refused(void)
{
    static char json[] = "{\"any\":[{\"plan\":{\"matches\":\"^a(b|c)\",\"in\":[\"a\",\"b\"]}},"
                         "\"deals.all(d, d.amount > 1)\","
                         "{\"last_login\":{\"within_last\":\"P7D\"}}],\"arr\":{\"between\":[1,"
                         "2]},\"owner.name\":\"x\","
                         "\"not\":{\"tags\":{\"contains\":\"y\"}}}";
    CHECK(check_faults(fault_scenario, json) > 5);
}

int main(int argc, char **argv)
{
    static const check_test tests[] = {
        CHECK_TEST(rules_are_texts),          CHECK_TEST(every_problem_is_reported),
        CHECK_TEST(places_in_strings),        CHECK_TEST(values_of_documents),
        CHECK_TEST(rules_nest_within_limits), CHECK_TEST(many_conditions),
        CHECK_TEST(memory_may_be_refused)};
    if (scope_start(&world, csuccess__malloc_allocator()) != CSUCCESS_OK) return 1;
    int failed = check_main(tests, sizeof tests / sizeof tests[0], argc, argv);
    scope_end(&world);
    return failed;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The text of expressions: literals, precedence, depth and length, and what is said of bad
   text and where. */
#include "check.h"
#include "expr_scope.h"

typedef struct parsed {
    csuccess_result result;
    csuccess_error error;
    const csuccess__program *program;
    char text[4096]; /* printed */
} parsed;

static scope_world world;

static void print_into(parsed *p)
{
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), sizeof p->text - 1);
    csuccess__program_print(&out, p->program, &scope_printer);
    if (out.len) memcpy(p->text, out.ptr, out.len);
    csuccess__buffer_free(&out);
}

static const parsed *parse_str(csuccess_str text)
{
    static parsed p;
    memset(&p, 0, sizeof p);
    p.error.size = sizeof p.error;
    p.result = csuccess__expr_compile(&p.program, &world.compiler, text, NULL, &p.error);
    if (p.result == CSUCCESS_OK) print_into(&p);
    return &p;
}

static const parsed *parse(const char *text)
{
    return parse_str(csuccess__str(text));
}

/* What the text is as a constant. */
static csuccess__value constant(const char *text)
{
    const parsed *p = parse(text);
    if (!CHECK_OK(p->result) || p->program->count != 1) {
        printf("# %s: %s\n", text, p->error.message);
        return csuccess__missing(CSUCCESS__ABSENCE_UNDECIDED);
    }
    return p->program->nodes[0].as.constant;
}

static void numbers(void)
{
    static const struct {
        const char *text;
        double value;
    } cases[] = {{"0", 0},
                 {"42", 42},
                 {"007", 7},
                 {"1.5", 1.5},
                 {".5", 0.5},
                 {"1e3", 1000},
                 {"1E+3", 1000},
                 {"2.5e-1", 0.25},
                 {"0x1F", 31},
                 {"0Xff", 255},
                 {"-3", -3},
                 {"--3", 3},
                 {"-0x10", -16},
                 {"(7)", 7},
                 {"-(4.5)", -4.5},
                 {"1e-400", 0},
                 {"0xFFFFFFFFFFFFFFFF", 18446744073709551615.0},
                 {"9007199254740993", 9007199254740992.0},
                 {"179769313486231570e291", 1.7976931348623157e308}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_NUM(constant(cases[i].text).as.number, cases[i].value, 0);
    }
}

static void strings(void)
{
    static const struct {
        const char *text;
        const char *value;
        size_t len;
    } cases[] = {
        {"'a'", "a", 1},
        {"\"it's\"", "it's", 4},
        {"''", "", 0},
        {"''''''", "", 0},
        {"'''a'b''c'''", "a'b''c", 6},
        {"\"\"\"\n\"\"\"", "\n", 1},
        {"r'\\d\\'", "\\d\\", 3},
        {"R\"\"\"\\\"\"\"", "\\", 1},
        {"'\\a\\b\\f\\n\\r\\t\\v\\\"\\'\\\\\\?\\`'", "\a\b\f\n\r\t\v\"'\\?`", 12},
        {"'\\x41\\X4a\\u00e9\\U0001F600'", "AJ\xc3\xa9\xf0\x9f\x98\x80", 8},
        {"'\\xff\\377'", "\xc3\xbf\xc3\xbf", 4}, /* code points, not bytes */
        {"'\\000\\012'", "\0\n", 2},
        {"'a\tb'", "a\tb", 3},
        {"'a' // and no more", "a", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        csuccess__value v = constant(cases[i].text);
        CHECK_UINT(v.as.string.len, cases[i].len);
        CHECK(v.as.string.len == cases[i].len &&
              memcmp(v.as.string.ptr, cases[i].value, cases[i].len) == 0);
    }
}

/* Each text prints with the brackets that its structure needs and no others. */
static void precedence(void)
{
    static const char *const cases[][2] = {
        {"1 + 2 * arr", "1 + 2 * arr"},
        {"(1 + 2) * arr", "(1 + 2) * arr"},
        {"arr - (x - e) - 1", "arr - (x - e) - 1"},
        {"((arr - x) - e)", "arr - x - e"},
        {"arr / x * e % 2", "arr / x * e % 2"},
        {"-arr * -x", "-arr * -x"},
        {"-(arr * x)", "-(arr * x)"},
        {"arr - -5", "arr - -5"},
        {"!(arr > 1) == is_trial", "!(arr > 1) == is_trial"},
        {"!(arr > 1 == is_trial)", "!(arr > 1 == is_trial)"},
        {"is_trial || arr > 1 && champion_left", "is_trial || arr > 1 && champion_left"},
        {"(is_trial || arr > 1) && champion_left", "(is_trial || arr > 1) && champion_left"},
        {"is_trial && (champion_left && arr > 1)", "is_trial && champion_left && arr > 1"},
        {"(is_trial ? 1 : 2) + 3", "(is_trial ? 1 : 2) + 3"},
        {"is_trial ? 1 : (champion_left ? 2 : 3)", "is_trial ? 1 : champion_left ? 2 : 3"},
        {"(is_trial ? champion_left : true) ? 1 : 2",
         "(is_trial ? champion_left : true) ? 1 : 2"},
        {"1 in scores && !(2 in scores)", "1 in scores && !(2 in scores)"},
        {"[1, 2,][0]", "[1, 2][0]"},
        {"(scores + [1])[0]", "(scores + [1])[0]"},
        {"('a' + plan).size()", "('a' + plan).size()"},
        {"owner . name", "owner.name"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const parsed *p = parse(cases[i][0]);
        CHECK_CSTR(p->text, cases[i][1]);
    }
}

/* What is wrong, at which byte. */
static const struct {
    const char *text;
    size_t offset;
    const char *part;
} wrong[] = {
    {"", 0, "empty"},
    {"  // nothing", 0, "empty"},
    {"arr >", 5, "a value is missing before the end"},
    {"(arr", 4, ") is missing before the end"},
    {"arr)", 3, "no bracket is open"},
    {"arr arr", 4, "an operator is missing before \"arr\""},
    {"[1, 2", 5, ", is missing before the end"},
    {"[1 2]", 3, "operator is missing"},
    {"min(1,)", 6, "a value is missing before )"},
    {"arr = 3", 4, "use =="},
    {"arr === 3", 4, "use =="},
    {"arr <> 3", 4, "use !="},
    {"arr => 3", 4, "use >="},
    {"is_trial & is_trial", 9, "use &&"},
    {"is_trial | is_trial", 9, "use ||"},
    {"is_trial and is_trial", 9, "use &&"},
    {"is_trial or is_trial", 9, "use ||"},
    {"not is_trial", 0, "use !"},
    {"plan not in tags", 5, "!(x in [...])"},
    {"plan contains 'x'", 5, "x.contains"},
    {"arr ** 2", 4, "pow(x, y)"},
    {"{'a': 1}", 0, "lists are in [ ]"},
    {"arr; 1", 3, "without ;"},
    {"'abc", 0, "is not closed by '"},
    {"arr > 'a\nb'", 6, "on its line"},
    {"'''abc''", 0, "'''"},
    {"'a\\q'", 2, "no such escape"},
    {"'\\x4'", 1, "no such escape"},
    {"'\\400'", 1, "no such escape"},
    {"'\\ud800'", 1, "no character"},
    {"'\\U00110000'", 1, "no character"},
    {"b'x'", 0, "bytes"},
    {"rb'x'", 0, "bytes"},
    {"1u", 1, "without the u"},
    {"1abc", 1, "runs into a name"},
    {"0x", 0, "hexadecimal digits"},
    {"0x11111111111111111", 0, "64 bits"},
    {"1e", 1, "digits"},
    {"1e999", 0, "beyond the doubles"},
    {"null", 0, "has(x)"},
    {"for", 0, "macros"},
    {"loop > 3", 0, "a word of the language"},
    {"True", 0, "write true"},
    {"is_trial ? 1", 12, ": is missing"},
    {"is_trial ? champion_left ? 1 : 2 : 3", 25, "stands in brackets"},
    {"arr : 3", 4, "no ? before it"},
    {"arr.", 4, "a name is missing"},
    {"plan == \xe2\x80\x9cx\xe2\x80\x9d", 8, "straight quotes"},
    {"arr \xe2\x89\xa4 3", 4, "use <="},
    {"\xc3\xa9 > 1", 0, "ASCII"},
    {"in", 0, "a word of the language"},
    {"a.b.c.d.e.f.g.h.i.j.k.l.m", 24, "parts at most"},
};

static void places(void)
{
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const parsed *p = parse(wrong[i].text);
        bool right = CHECK(p->result < 0) & CHECK_UINT(p->error.offset, wrong[i].offset) &
                     CHECK_HAS(p->error.message, wrong[i].part);
        if (!right) printf("# %s\n", wrong[i].text);
    }
}

static void lines_and_columns(void)
{
    const parsed *p = parse("arr > 1 &&\n  plan = 'x'");
    CHECK_RESULT(p->result, CSUCCESS_EEXPRESSION);
    CHECK_UINT(p->error.line, 2);
    CHECK_UINT(p->error.column, 8);
    CHECK_RESULT(parse_str((csuccess_str){"'\xff'", 3})->result, CSUCCESS_EENCODING);
    CHECK_RESULT(parse_str((csuccess_str){"1\0", 2})->result, CSUCCESS_EEXPRESSION);
    CHECK_RESULT(parse_str((csuccess_str){NULL, 0})->result, CSUCCESS_EEXPRESSION);
}

/* n times `open`, the middle, n times `close`. */
static const parsed *repeated(const char *open, const char *middle, const char *close, size_t n)
{
    csuccess__buffer text;
    csuccess__buffer_init(&text, csuccess__malloc_allocator(), 0);
    for (size_t i = 0; i < n; i++) csuccess__buffer_cstr(&text, open);
    csuccess__buffer_cstr(&text, middle);
    for (size_t i = 0; i < n; i++) csuccess__buffer_cstr(&text, close);
    const parsed *p = parse_str(csuccess__buffer_view(&text));
    csuccess__buffer_free(&text);
    return p;
}

/* Long chains are no depth; brackets are, and both ends are held. */
static void depth_and_length(void)
{
    CHECK_OK(repeated("(", "7", ")", 60)->result);
    CHECK_OK(repeated("[", "7", "]", 60)->result);
    CHECK_OK(repeated("!(", "true", ")", 60)->result);
    CHECK_OK(repeated("abs(", "arr", ")", 60)->result);
    CHECK_OK(repeated("scores[", "0", "]", 60)->result);
    CHECK_OK(repeated("!", "is_trial", "", 1000)->result);
    CHECK_OK(repeated("-", "arr", "", 1000)->result);
    CHECK_OK(repeated("arr + ", "1", "", 1500)->result);
    CHECK_OK(repeated("arr > 1 && ", "true", "", 1000)->result);
    CHECK_OK(repeated("is_trial ? 1 : ", "2", "", 1000)->result);
    CHECK_OK(repeated("", "tags", ".filter(t, t == 'x')", 600)->result);
    CHECK_OK(repeated("", "[[1]]", "[0]", 2)->result);
    static const char *const bombs[] = {"(",       "[",  "abs(",        "-!",
                                        "scores[", "!(", "tags.all(t, "};
    for (size_t i = 0; i < sizeof bombs / sizeof bombs[0]; i++) {
        const parsed *p = repeated(bombs[i], "1", "", 1000);
        CHECK_RESULT(p->result, CSUCCESS_ELIMIT);
        CHECK_HAS(p->error.message, "expression_depth");
        CHECK(p->error.line == 1 && p->error.column > 1);
    }
    const parsed *p = repeated("1 + ", "1", "", 1 << 18);
    CHECK_RESULT(p->result, CSUCCESS_ELIMIT);
    CHECK_HAS(p->error.message, "expression_bytes");
    p = repeated("1+", "1", "", 4000);
    CHECK_RESULT(p->result, CSUCCESS_ELIMIT);
    CHECK_HAS(p->error.message, "expression_nodes");
}

/* A caller may allow any depth; the stack is safe all the same. */
static void depth_beyond_the_default(void)
{
    world.limits.expression_depth = UINT32_MAX;
    world.limits.expression_bytes = 1u << 20;
    world.limits.expression_nodes = 1u << 20;
    CHECK_OK(repeated("(", "7", ")", 250)->result);
    CHECK_RESULT(repeated("(", "7", ")", 100000)->result, CSUCCESS_ELIMIT);
    CHECK_OK(repeated("arr + ", "1", "", 100000)->result);
    CHECK_RESULT(repeated("", "scores", ".map(x, [x])", 1000)->result, CSUCCESS_ELIMIT);
    CHECK_RESULT(repeated("is_trial && ", "is_trial", "", 70000)->result, CSUCCESS_ELIMIT);
    csuccess__limits_take(&world.limits, NULL, NULL);
}

static void check_caret(const char *text, size_t offset, const char *expected)
{
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__expr_caret(&out, csuccess__str(text), offset);
    CHECK_STR(csuccess__buffer_view(&out), expected);
    csuccess__buffer_free(&out);
}

static void carets(void)
{
    check_caret("arr = 3", 4, "arr = 3\n    ^\n");
    check_caret("", 0, "\n^\n");
    check_caret("arr", 99, "arr\n   ^\n");
    check_caret("a &&\n\tb = 1\n|| c", 8, " b = 1\n   ^\n");
    check_caret("'\xc3\xa9\xc3\xa9' x", 7, "'\xc3\xa9\xc3\xa9' x\n     ^\n");
    check_caret("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhh"
                "hhiiiiiiiiii",
                80,
                "...ddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhhiiiiiiiiii\n"
                "                                                   ^\n");
    check_caret(
        "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhhiiiiii"
        "iiii",
        3,
        "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghh...\n   ^\n");
}

int main(int argc, char **argv)
{
    static const check_test tests[] = {CHECK_TEST(numbers),
                                       CHECK_TEST(strings),
                                       CHECK_TEST(precedence),
                                       CHECK_TEST(places),
                                       CHECK_TEST(lines_and_columns),
                                       CHECK_TEST(depth_and_length),
                                       CHECK_TEST(depth_beyond_the_default),
                                       CHECK_TEST(carets)};
    if (scope_start(&world, csuccess__malloc_allocator()) != CSUCCESS_OK) return 1;
    int failed = check_main(tests, sizeof tests / sizeof tests[0], argc, argv);
    scope_end(&world);
    return failed;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Reading JSON: what is refused and where, what is kept, numbers, limits, refused memory. */
#include "base/error.h"
#include "check.h"
#include "text/json.h"

typedef struct fixture {
    check_memory memory;
    csuccess__arena arena;
    csuccess_limits limits;
    csuccess_error err;
    csuccess__json *root;
} fixture;

static void setup(fixture *f)
{
    memset(f, 0, sizeof *f);
    check_memory_start(&f->memory);
    csuccess__arena_init(&f->arena, &f->memory.allocator, 0);
    csuccess__limits_take(&f->limits, NULL, NULL);
    f->err.size = sizeof f->err;
}

static void teardown(fixture *f)
{
    csuccess__arena_free(&f->arena);
    CHECK_MEMORY_EMPTY(&f->memory);
}

static csuccess_result take(fixture *f, csuccess_str text)
{
    csuccess__json_options options = {.limits = &f->limits, .lines = true};
    return csuccess__json_read(&f->root, &f->arena, text, &options, &f->err);
}

/* A text that is refused: code, place, and a part of the message. */
typedef struct refusal {
    const char *text;
    int32_t code;
    uint32_t line, column;
    const char *message;
} refusal;

static void check_refusal(const refusal *row)
{
    fixture f;
    setup(&f);
    bool right = CHECK_RESULT(take(&f, check_view(row->text)), row->code);
    right = CHECK(f.root == NULL) && right;
    right = CHECK_INT(f.err.code, row->code) && right;
    right = CHECK_UINT(f.err.line, row->line) && right;
    right = CHECK_UINT(f.err.column, row->column) && right;
    right = CHECK_HAS(f.err.message, row->message) && right;
    if (!right) printf("# in %.80s\n", row->text);
    teardown(&f);
}

static const refusal broken[] = {
    {"", CSUCCESS_EJSON, 1, 1, "empty"},
    {" \n ", CSUCCESS_EJSON, 2, 2, "empty"},
    {"01", CSUCCESS_EJSON, 1, 1, "write 1, not 01"},
    {"[-00.5]", CSUCCESS_EJSON, 1, 2, "write -0, not -00"},
    {"[1,\n  007]", CSUCCESS_EJSON, 2, 3, "write 7, not 007"},
    {"+1", CSUCCESS_EJSON, 1, 1, "no leading plus"},
    {".5", CSUCCESS_EJSON, 1, 1, "write 0.5"},
    {"1.", CSUCCESS_EJSON, 1, 3, "behind the point"},
    {"[1.e5]", CSUCCESS_EJSON, 1, 4, "behind the point"},
    {"1e", CSUCCESS_EJSON, 1, 3, "exponent"},
    {"1e+", CSUCCESS_EJSON, 1, 4, "exponent"},
    {"-", CSUCCESS_EJSON, 1, 2, "minus"},
    {"[-x]", CSUCCESS_EJSON, 1, 3, "minus"},
    {"-Infinity", CSUCCESS_EJSON, 1, 2, "minus"},
    {"NaN", CSUCCESS_EJSON, 1, 1, "not a JSON number"},
    {"[Infinity]", CSUCCESS_EJSON, 1, 2, "not a JSON number"},
    {"1e400", CSUCCESS_EJSON, 1, 1, "too large"},
    {"[-1e309]", CSUCCESS_EJSON, 1, 2, "too large"},
    {"0x10", CSUCCESS_EJSON, 1, 2, "behind the end"},
    {"[1_000]", CSUCCESS_EJSON, 1, 3, "found \"_\" where a comma"},
    {"True", CSUCCESS_EJSON, 1, 1, "unknown word \"True\""},
    {"nul", CSUCCESS_EJSON, 1, 1, "unknown word"},
    {"truefalse", CSUCCESS_EJSON, 1, 1, "unknown word"},
    {"undefined", CSUCCESS_EJSON, 1, 1, "unknown word"},
    {"'a'", CSUCCESS_EJSON, 1, 1, "double quotes"},
    {"{'a':1}", CSUCCESS_EJSON, 1, 2, "double quotes"},
    {"{a:1}", CSUCCESS_EJSON, 1, 2, "key in double quotes"},
    {"{1:1}", CSUCCESS_EJSON, 1, 2, "key in double quotes"},
    {"// x\n1", CSUCCESS_EJSON, 1, 1, "no comments"},
    {"[1 /* x */]", CSUCCESS_EJSON, 1, 4, "no comments"},
    {"{\"a\":1,# x\n}", CSUCCESS_EJSON, 1, 8, "no comments"},
    {"1 // x", CSUCCESS_EJSON, 1, 3, "no comments"},
    {"[1,]", CSUCCESS_EJSON, 1, 4, "comma stands behind the last item"},
    {"{\"a\":1,}", CSUCCESS_EJSON, 1, 8, "comma stands behind the last member"},
    {"[,1]", CSUCCESS_EJSON, 1, 2, "where a value belongs"},
    {"[1,,2]", CSUCCESS_EJSON, 1, 4, "where a value belongs"},
    {"{,}", CSUCCESS_EJSON, 1, 2, "where a key"},
    {"{\"a\":}", CSUCCESS_EJSON, 1, 6, "where a value belongs"},
    {"{\"a\" 1}", CSUCCESS_EJSON, 1, 6, "colon"},
    {"{\"a\",1}", CSUCCESS_EJSON, 1, 5, "behind the key \"a\""},
    {"{\"a\":1 \"b\":2}", CSUCCESS_EJSON, 1, 8, "comma or }"},
    {"[1 2]", CSUCCESS_EJSON, 1, 4, "comma or ]"},
    {"[1}", CSUCCESS_EJSON, 1, 3, "comma or ]"},
    {"{\"a\":1]", CSUCCESS_EJSON, 1, 7, "comma or }"},
    {"]", CSUCCESS_EJSON, 1, 1, "where a value belongs"},
    {"1 2", CSUCCESS_EJSON, 1, 3, "one text holds one value"},
    {"{} {}", CSUCCESS_EJSON, 1, 4, "one text holds one value"},
    {"{}\n]", CSUCCESS_EJSON, 2, 1, "one text holds one value"},
    {"{\n\"a\":[1,\n", CSUCCESS_EJSON, 3, 1, "array that opens at line 2, column 5"},
    {"{\"a\"", CSUCCESS_EJSON, 1, 5, "object that opens at line 1, column 1"},
    {"{\"a\":", CSUCCESS_EJSON, 1, 6, "ends inside the object"},
    {"{\"a\":1", CSUCCESS_EJSON, 1, 7, "ends inside the object"},
    {"[", CSUCCESS_EJSON, 1, 2, "ends inside the array"},
    {"[\"abc", CSUCCESS_EJSON, 1, 2, "not closed"},
    {"\"abc\\\"", CSUCCESS_EJSON, 1, 1, "not closed"},
    {"\"\\", CSUCCESS_EJSON, 1, 1, "not closed"},
    {"\"a\tb\"", CSUCCESS_EJSON, 1, 3, "write \\t"},
    {"\"a\nb\"", CSUCCESS_EJSON, 1, 3, "write \\n"},
    {"\"\x01\"", CSUCCESS_EJSON, 1, 2, "write \\u0001"},
    {"\"\x1f\"", CSUCCESS_EJSON, 1, 2, "write \\u001f"},
    {"\"a\\x41\"", CSUCCESS_EJSON, 1, 3, "unknown escape \\x"},
    {"\"\\U0041\"", CSUCCESS_EJSON, 1, 2, "unknown escape \\U"},
    {"\"\\u12g4\"", CSUCCESS_EJSON, 1, 6, "four hexadecimal digits"},
    {"\"\\u12\"", CSUCCESS_EJSON, 1, 6, "four hexadecimal digits"},
    {"\"\\ud800\"", CSUCCESS_EJSON, 1, 2, "\\ud800 is half"},
    {"\"x\\uDBFFy\"", CSUCCESS_EJSON, 1, 3, "\\uDBFF is half"},
    {"\"\\udc00\"", CSUCCESS_EJSON, 1, 2, "\\udc00 is half"},
    {"\"\\ud800\\ud800\"", CSUCCESS_EJSON, 1, 2, "half"},
    {"\"\\ud800\\n\"", CSUCCESS_EJSON, 1, 2, "half"},
    {"{\"a\\u0000b\":1}", CSUCCESS_EJSON, 1, 2, "\\u0000 may not stand in a key"},
    {"\xEF\xBB\xBF{}", CSUCCESS_EJSON, 1, 1, "byte order mark"},
    {"\"\xFF\"", CSUCCESS_EENCODING, 1, 2, "UTF-8"},
    {"{}\n\xC3", CSUCCESS_EENCODING, 2, 1, "UTF-8"},
    {"\"\xED\xA0\x80\"", CSUCCESS_EENCODING, 1, 2, "UTF-8"},
    {"[1\x0B]", CSUCCESS_EJSON, 1, 3, "comma or ]"},
    {"[\xC2\xA0]", CSUCCESS_EJSON, 1, 2, "where a value belongs"},
    {"\f1", CSUCCESS_EJSON, 1, 1, "where a value belongs"},
};

static void broken_texts_are_refused_with_place_and_remedy(void)
{
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) check_refusal(&broken[i]);
}

static void duplicate_keys_are_refused_by_their_decoded_form(void)
{
    static const refusal rows[] = {
        {"{\"a\":1,\"a\":2}", CSUCCESS_EJSON, 1, 8, "\"a\" stands twice"},
        {"{\"a\":1,\n \"b\":2,\n \"\\u0061\" :2}", CSUCCESS_EJSON, 3, 2,
         "first at line 1, column 2"},
        {"[{\"x\":{\"k\\\\\":1,  \"k\\\\\" : {}}}]", CSUCCESS_EJSON, 1, 18, "column 8"},
        {"{\"\":1,\"\":2}", CSUCCESS_EJSON, 1, 7, "first at line 1, column 2"},
        {"{\"\\\"\":1,\"\\\"\":[\":\"]}", CSUCCESS_EJSON, 1, 9, "first at line 1, column 2"},
        {"{\"b\":1,\"a\":1,\"a\":2,\"b\":2}", CSUCCESS_EJSON, 1, 14, "\"a\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) check_refusal(&rows[i]);
    fixture f;
    setup(&f);
    CHECK_OK(take(&f, CSUCCESS_STR("{\"a\":{\"a\":1},\"A\":{\"a\":1},\"a \":2}")));
    teardown(&f);
}

/* An object of n members, one a line from the second on; member 15,000 and 17,000 of a `spoiled` one have
   the keys of member 3 and 1. */
static csuccess_str many_members(int n, bool spoiled)
{
    char *text = malloc((size_t)n * 24 + 64);
    if (!text) abort();
    size_t len = 0;
    text[len++] = '{';
    for (int i = 0; i < n; i++) {
        int key = !spoiled ? i : i == 15000 ? 3 : i == 17000 ? 1 : i;
        len +=
            (size_t)snprintf(text + len, 32, "%s\n\"k%d\":%d", i ? "," : "", key * 7919 % n, i);
    }
    text[len++] = '}';
    return (csuccess_str){text, len};
}

/* The first duplicate in the order of the document is named, not the first in the order of keys. */
static void duplicates_are_found_in_large_objects(void)
{
    enum { N = 20000 };
    for (int spoiled = 0; spoiled < 2; spoiled++) {
        fixture f;
        setup(&f);
        csuccess_str text = many_members(N, spoiled);
        csuccess_result result = take(&f, text);
        if (spoiled) {
            CHECK_RESULT(result, CSUCCESS_EJSON);
            CHECK_UINT(f.err.line, 15002);
            CHECK_HAS(f.err.message, "first at line 5, column 1");
        } else if (CHECK_OK(result)) {
            CHECK_UINT(f.root->count, N);
            CHECK_NUM(csuccess__json_member(f.root, "k7919")->number, 1, 0);
            CHECK(csuccess__json_member(f.root, "k20000") == NULL);
        }
        free((char *)text.ptr);
        teardown(&f);
    }
}

/* Written again, each text is this; the first column reads, the second is what comes out. */
static void values_are_kept(void)
{
    static const char *const rows[][2] = {
        {" null ", "null"},
        {"true", "true"},
        {"\r\n\tfalse", "false"},
        {"-0", "0"},
        {"0.10", "0.1"},
        {"1E2", "100"},
        {"1e-400", "0"},
        {"123456789012345678901234567890", "1.2345678901234568e+29"},
        {"9007199254740993", "9007199254740992"},
        {"[ ]", "[]"},
        {"{ }", "{}"},
        {"[[],{},[[]]]", "[[],{},[[]]]"},
        {"{\"b\":1,\"a\":[true,null,\"x\"]}", "{\"b\":1,\"a\":[true,null,\"x\"]}"},
        {"\"\\u0041\\/\\b\\f\\n\\r\\t\\\"\\\\\"", "\"A/\\b\\f\\n\\r\\t\\\"\\\\\""},
        {"\"\\u00e9\\ud83d\\ude00\\uFFFF\"", "\"\xC3\xA9\xF0\x9F\x98\x80\xEF\xBF\xBF\""},
        {"\"\\u001f\x7f\"", "\"\\u001f\x7f\""},
        {"{\"\":{\"\":[]}}", "{\"\":{\"\":[]}}"},
        {"\"\xE2\x82\xAC\"", "\"\xE2\x82\xAC\""},
        {"{\"a\\u0062\":1}", "{\"ab\":1}"},
        {"\"a\\u0000b\\u0000\"", "\"a\\u0000b\\u0000\""},
        {"[\"\\u0000\\ud83d\\ude00\\n\",2]", "[\"\\u0000\xF0\x9F\x98\x80\\n\",2]"},
        {"\"\\\\u0000\"", "\"\\\\u0000\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture f;
        setup(&f);
        csuccess__buffer out;
        csuccess__buffer_init(&out, &f.memory.allocator, 0);
        if (CHECK_OK(take(&f, check_view(rows[i][0]))))
            csuccess__json_write(&out, f.root, false);
        CHECK_STR(csuccess__buffer_view(&out), rows[i][1]);
        csuccess__buffer_free(&out);
        teardown(&f);
    }
}

static void strings_hold_nul_and_are_terminated(void)
{
    fixture f;
    setup(&f);
    if (CHECK_OK(take(&f, CSUCCESS_STR("{\"k\":\"a\\u0000b\"}")))) {
        const csuccess__json *k = csuccess__json_member(f.root, "k");
        CHECK_UINT(k->string.len, 3);
        CHECK(memcmp(k->string.ptr, "a\0b\0", 4) == 0);
        CHECK(k->key.ptr[1] == '\0');
    }
    teardown(&f);
}

/* A byte that is zero is not the end of the text. */
static void a_zero_byte_is_not_the_end(void)
{
    static const csuccess_str rows[] = {
        {"1\0", 2}, {"[1,\0 2]", 7}, {"\0", 1}, {"{\"a\"\0:1}", 8}, {"\"a\0\"", 4}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture f;
        setup(&f);
        CHECK_RESULT(take(&f, rows[i]), CSUCCESS_EJSON);
        teardown(&f);
    }
}

static void numbers_of_any_length_are_exact(void)
{
    char text[1200];
    fixture f;
    setup(&f);
    memset(text, '0', sizeof text);
    memcpy(text, "[0.1", 4);
    memcpy(text + 1000, "1,1e22,3]", 9);
    if (CHECK_OK(take(&f, (csuccess_str){text, 1009}))) {
        CHECK_NUM(f.root->first->number, 0.1, 0);
        CHECK_NUM(f.root->first->next->number, 1e22, 0);
        CHECK_NUM(f.root->last->number, 3, 0);
    }
    teardown(&f);
}

static void nodes_know_their_place(void)
{
    fixture f;
    setup(&f);
    csuccess_str text =
        CSUCCESS_STR("{\"a\": [1,\n  {\"b/c\": \"x\", \"~\": null}],\n \"d\":  true}");
    if (!CHECK_OK(take(&f, text))) return;
    static const struct {
        const char *pointer;
        uint32_t line, column;
        char first;
    } rows[] = {{"", 1, 1, '{'},     {"/a", 1, 7, '['},         {"/a/0", 1, 8, '1'},
                {"/a/1", 2, 3, '{'}, {"/a/1/b~1c", 2, 11, '"'}, {"/a/1/~0", 2, 21, 'n'},
                {"/d", 3, 8, 't'}};
    csuccess__buffer out;
    csuccess__buffer_init(&out, &f.memory.allocator, 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const csuccess__json *node = csuccess__json_at(f.root, check_view(rows[i].pointer));
        if (!CHECK(node != NULL)) continue;
        CHECK(text.ptr[node->offset] == rows[i].first);
        csuccess__fail(&f.err, CSUCCESS_ECONFIG, "wrong");
        csuccess__json_place(&f.err, node);
        CHECK_CSTR(f.err.pointer, rows[i].pointer);
        CHECK_CSTR(f.err.message, "wrong");
        CHECK_UINT(f.err.line, rows[i].line);
        CHECK_UINT(f.err.column, rows[i].column);
        csuccess__buffer_clear(&out);
        csuccess__json_pointer(&out, node);
        CHECK_STR(csuccess__buffer_view(&out), rows[i].pointer);
    }
    static const char *const absent[] = {
        "a",         "/",       "/b",   "/a/2",   "/a/01",         "/a/-",  "/a/",
        "/a/1/b~2c", "/a/1/b~", "/d/x", "/a/0/0", "/a/4294967296", "/a/1/~"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        CHECK(csuccess__json_at(f.root, check_view(absent[i])) == NULL);
    }
    csuccess__buffer_free(&out);
    teardown(&f);
}

static void look_up_is_exact(void)
{
    fixture f;
    setup(&f);
    if (CHECK_OK(take(&f, CSUCCESS_STR("{\"Name\":1,\"name\":2,\"nam\":3}")))) {
        CHECK_NUM(csuccess__json_member(f.root, "name")->number, 2, 0);
        CHECK(csuccess__json_member(f.root, "NAME") == NULL);
        CHECK(csuccess__json_member(f.root, "na") == NULL);
        CHECK(csuccess__json_member(f.root->first, "name") == NULL);
        CHECK(csuccess__json_member(NULL, "name") == NULL);
        CHECK_CSTR(csuccess__json_type_name(f.root), "an object");
        CHECK_CSTR(csuccess__json_type_name(f.root->first), "a number");
    }
    teardown(&f);
}

/* n opening brackets, a number, n closing ones. */
static csuccess_result read_nested(fixture *f, size_t n, bool closed)
{
    char *text = malloc(2 * n + 1);
    if (!text) abort();
    memset(text, '[', n);
    text[n] = '1';
    memset(text + n + 1, ']', n);
    csuccess_result result = take(f, (csuccess_str){text, closed ? 2 * n + 1 : n});
    free(text);
    return result;
}

static void depth_is_limited(void)
{
    static const struct {
        uint32_t limit;
        size_t depth;
        int32_t code;
        const char *message;
    } rows[] = {{0, 64, 0, ""},
                {0, 65, CSUCCESS_ELIMIT, "nested deeper than 64 (limit document_depth)"},
                {3, 3, 0, ""},
                {3, 4, CSUCCESS_ELIMIT, "deeper than 3"},
                {4000000000u, 1000, 0, ""},
                {4000000000u, 1001, CSUCCESS_ELIMIT, "deeper than 1000"},
                {4000000000u, 1000000, CSUCCESS_ELIMIT, "deeper than 1000"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture f;
        setup(&f);
        if (rows[i].limit) f.limits.document_depth = rows[i].limit;
        CHECK_RESULT(read_nested(&f, rows[i].depth, true), rows[i].code);
        CHECK_HAS(f.err.message, rows[i].message);
        if (rows[i].code) CHECK_UINT(f.err.column, f.err.offset + 1);
        teardown(&f);
    }
    fixture f;
    setup(&f);
    CHECK_RESULT(read_nested(&f, 1000000, false), CSUCCESS_ELIMIT);
    CHECK_UINT(f.err.offset, 64);
    teardown(&f);
}

static void values_and_bytes_are_limited(void)
{
    fixture f;
    setup(&f);
    f.limits.document_nodes = 4;
    CHECK_OK(take(&f, CSUCCESS_STR("[1,{\"a\":2}]")));
    CHECK_RESULT(take(&f, CSUCCESS_STR("[1,{\"a\":2},3]")), CSUCCESS_ELIMIT);
    CHECK_HAS(f.err.message, "limit document_nodes");
    CHECK_UINT(f.err.column, 12);
    f.limits.document_bytes = 10;
    CHECK_RESULT(take(&f, CSUCCESS_STR("          1")), CSUCCESS_ELIMIT);
    CHECK_HAS(f.err.message, "limit document_bytes");
    CHECK_OK(take(&f, CSUCCESS_STR("         1")));
    teardown(&f);
}

static void an_arena_that_is_full_refuses(void)
{
    fixture f;
    setup(&f);
    csuccess__arena_free(&f.arena);
    csuccess__arena_init(&f.arena, &f.memory.allocator, 512);
    CHECK_RESULT(take(&f, CSUCCESS_STR("[1,2,3,4,5,6,7,8,9,10]")), CSUCCESS_ENOMEM);
    CHECK(f.root == NULL);
    teardown(&f);
}

static void rows_keep_no_text(void)
{
    fixture f;
    setup(&f);
    csuccess__json_options row = {.limits = &f.limits};
    csuccess__json_options named = {.limits = &f.limits, .name = CSUCCESS_STR("retention@1")};
    if (CHECK_OK(csuccess__json_read(&f.root, &f.arena, CSUCCESS_STR("[7]"), &row, NULL))) {
        CHECK(f.root->source == NULL);
        csuccess__json_place(&f.err, f.root->first);
        CHECK_CSTR(f.err.pointer, "/0");
        CHECK_UINT(f.err.line, 0);
    }
    if (CHECK_OK(csuccess__json_read(&f.root, &f.arena, CSUCCESS_STR("[7]"), &named, NULL))) {
        CHECK_STR(f.root->first->source->name, "retention@1");
    }
    teardown(&f);
}

static csuccess_result reads_with_refusals(check_memory *memory, void *ud)
{
    csuccess__arena arena;
    csuccess_limits limits;
    csuccess__json *root = NULL;
    csuccess__arena_init(&arena, &memory->allocator, 0);
    csuccess__limits_take(&limits, NULL, NULL);
    csuccess__json_options options = {
        .limits = &limits, .lines = true, .name = CSUCCESS_STR("a name")};
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result = csuccess__json_read(&root, &arena, check_view(ud), &options, &err);
    if (result == CSUCCESS_OK) {
        CHECK_UINT(root->last->count, 20);
    } else {
        CHECK(root == NULL);
        CHECK_INT(err.code, result);
    }
    csuccess__arena_free(&arena);
    return result;
}

static void refused_memory_is_reported(void)
{
    char text[9000];
    size_t n = (size_t)snprintf(text, sizeof text, "[\"nul \\u0000\",[");
    for (int i = 0; i < 60; i++)
        n += (size_t)snprintf(text + n, 99, "%s[%d,\"%080d\"]", i ? "," : "", i, i);
    n += (size_t)snprintf(text + n, 99, "],{");
    for (int i = 0; i < 20; i++)
        n += (size_t)snprintf(text + n, 99, "%s\"k%d\":true", i ? "," : "", i);
    snprintf(text + n, 99, "}]");
    CHECK(check_faults(reads_with_refusals, text) > 8);
}

CHECK_MAIN(CHECK_TEST(broken_texts_are_refused_with_place_and_remedy),
           CHECK_TEST(duplicate_keys_are_refused_by_their_decoded_form),
           CHECK_TEST(duplicates_are_found_in_large_objects), CHECK_TEST(values_are_kept),
           CHECK_TEST(strings_hold_nul_and_are_terminated),
           CHECK_TEST(a_zero_byte_is_not_the_end), CHECK_TEST(numbers_of_any_length_are_exact),
           CHECK_TEST(nodes_know_their_place), CHECK_TEST(look_up_is_exact),
           CHECK_TEST(depth_is_limited), CHECK_TEST(values_and_bytes_are_limited),
           CHECK_TEST(an_arena_that_is_full_refuses), CHECK_TEST(rows_keep_no_text),
           CHECK_TEST(refused_memory_is_reported))

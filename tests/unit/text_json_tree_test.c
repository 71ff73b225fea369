/* SPDX-License-Identifier: Apache-2.0 */
/* JSON trees: merge, copy, equality, building, writing, and random trees through all of it. */
#include "base/error.h"
#include "check.h"
#include "text/json.h"

typedef struct fixture {
    check_memory memory;
    csuccess__arena arena;
    csuccess__buffer out;
    csuccess_limits limits;
} fixture;

static void setup(fixture *f)
{
    memset(f, 0, sizeof *f);
    check_memory_start(&f->memory);
    csuccess__arena_init(&f->arena, &f->memory.allocator, 0);
    csuccess__buffer_init(&f->out, &f->memory.allocator, 0);
    csuccess__limits_take(&f->limits, NULL, NULL);
}

static void teardown(fixture *f)
{
    csuccess__buffer_free(&f->out);
    csuccess__arena_free(&f->arena);
    CHECK_MEMORY_EMPTY(&f->memory);
}

static csuccess__json *parse(fixture *f, csuccess_str text)
{
    csuccess__json_options options = {.limits = &f->limits, .lines = true};
    csuccess__json *root = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!CHECK_OK(csuccess__json_read(&root, &f->arena, text, &options, &err))) {
        printf("# %s in %.*s\n", err.message, (int)text.len, text.ptr);
    }
    return root;
}

static csuccess_str written(fixture *f, const csuccess__json *node, bool sorted)
{
    csuccess__buffer_clear(&f->out);
    csuccess__json_write(&f->out, node, sorted);
    CHECK_OK(f->out.status);
    return csuccess__buffer_view(&f->out);
}

/* Parents, positions and counts of a whole tree fit together. */
static void check_links(const csuccess__json *node)
{
    uint32_t count = 0;
    const csuccess__json *last = NULL;
    for (const csuccess__json *c = node->first; c; c = c->next) {
        CHECK(c->parent == node);
        CHECK_UINT(c->position, count++);
        check_links(c);
        last = c;
    }
    CHECK_UINT(node->count, count);
    CHECK(node->last == last);
}

/* RFC 7396, appendix A. */
static void merges_as_the_rfc_says(void)
{
    static const char *const rows[][3] = {
        {"{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
        {"{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"},
        {"{\"a\":\"b\"}", "{\"a\":null}", "{}"},
        {"{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"},
        {"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
        {"{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"},
        {"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}"},
        {"{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}"},
        {"[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]"},
        {"{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]"},
        {"{\"a\":\"foo\"}", "null", "null"},
        {"{\"a\":\"foo\"}", "\"bar\"", "\"bar\""},
        {"{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}"},
        {"[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}"},
        {"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"},
        /* Order: that of the base, then what is new. */
        {"{\"x\":1,\"y\":2,\"z\":3}", "{\"w\":0,\"z\":4,\"x\":5}",
         "{\"x\":5,\"y\":2,\"z\":4,\"w\":0}"},
        {"{\"x\":1,\"y\":2,\"z\":3}", "{\"y\":null,\"q\":{\"n\":null,\"m\":[null]}}",
         "{\"x\":1,\"z\":3,\"q\":{\"m\":[null]}}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture f;
        setup(&f);
        const csuccess__json *base = parse(&f, check_view(rows[i][0]));
        const csuccess__json *patch = parse(&f, check_view(rows[i][1]));
        csuccess__json *merged = csuccess__json_merge(&f.arena, base, patch, NULL);
        if (CHECK(merged != NULL)) {
            CHECK_STR(written(&f, merged, false), rows[i][2]);
            check_links(merged);
        }
        CHECK_STR(written(&f, base, false), rows[i][0]);
        CHECK_STR(written(&f, patch, false), rows[i][1]);
        teardown(&f);
    }
}

static bool is_when(const csuccess__json *member)
{
    return check_view("when").len == member->key.len && memcmp(member->key.ptr, "when", 4) == 0;
}

static void whole_members_are_replaced_not_merged(void)
{
    fixture f;
    setup(&f);
    const csuccess__json *base = parse(
        &f, CSUCCESS_STR("{\"p\":{\"when\":{\"a\":1,\"b\":2},\"x\":{\"a\":1}},\"when\":1}"));
    const csuccess__json *patch =
        parse(&f, CSUCCESS_STR("{\"p\":{\"when\":{\"c\":null},\"x\":{\"c\":3}},\"when\":null,"
                               "\"n\":{\"when\":{\"d\":null}}}"));
    csuccess__json *merged = csuccess__json_merge(&f.arena, base, patch, is_when);
    if (CHECK(merged != NULL)) {
        CHECK_STR(written(&f, merged, false), "{\"p\":{\"when\":{\"c\":null},\"x\":{\"a\":1,"
                                              "\"c\":3}},\"n\":{\"when\":{\"d\":null}}}");
    }
    teardown(&f);
}

static void merged_nodes_keep_where_they_came_from(void)
{
    fixture f;
    setup(&f);
    const csuccess__json *base = parse(&f, CSUCCESS_STR("{\"a\":\n{\"x\":1,\n\"y\":2}}"));
    const csuccess__json *patch = parse(&f, CSUCCESS_STR("{\n\n\n\"a\":{\"y\":3}}"));
    csuccess__json *merged = csuccess__json_merge(&f.arena, base, patch, NULL);
    if (CHECK(merged != NULL)) {
        csuccess_error err = CSUCCESS_ERROR_INIT;
        const csuccess__json *x = csuccess__json_at(merged, CSUCCESS_STR("/a/x"));
        const csuccess__json *y = csuccess__json_at(merged, CSUCCESS_STR("/a/y"));
        CHECK(x->source == base->source && y->source == patch->source);
        csuccess__json_place(&err, x);
        CHECK_UINT(err.line, 2);
        csuccess__json_place(&err, y);
        CHECK_UINT(err.line, 4);
        CHECK_CSTR(err.pointer, "/a/y");
    }
    teardown(&f);
}

/* An object of n members k0 to kn in an order given by a step. */
static csuccess__json *large_object(fixture *f, uint32_t n, uint32_t step, int value)
{
    char *text = malloc(n * 24 + 8);
    if (!text) abort();
    size_t len = 0;
    text[len++] = '{';
    for (uint32_t i = 0; i < n; i++) {
        len += (size_t)snprintf(text + len, 32, "%s\"k%u\":%d", i ? "," : "",
                                (unsigned)((uint64_t)i * step % n), value);
    }
    text[len++] = '}';
    csuccess__json *root = parse(f, (csuccess_str){text, len});
    free(text);
    return root;
}

static void large_objects_merge_and_compare(void)
{
    enum { N = 20000 };
    fixture f;
    setup(&f);
    csuccess__json *a = large_object(&f, N, 1, 1);
    csuccess__json *b = large_object(&f, N, 7919, 2);
    csuccess__json *c = large_object(&f, N, 7919, 1);
    CHECK(csuccess__json_equal(a, c));
    CHECK(!csuccess__json_equal(a, b));
    csuccess__json *merged = csuccess__json_merge(&f.arena, a, b, NULL);
    if (CHECK(merged != NULL)) {
        CHECK(csuccess__json_equal(merged, b));
        CHECK_STR(merged->first->next->key, "k1");
        CHECK_NUM(merged->first->next->number, 2, 0);
    }
    csuccess__buffer other;
    csuccess__buffer_init(&other, &f.memory.allocator, 0);
    csuccess__json_write(&other, c, true);
    csuccess_str sorted = written(&f, a, true);
    CHECK(sorted.len == other.len && memcmp(sorted.ptr, other.ptr, other.len) == 0);
    csuccess__buffer_free(&other);
    teardown(&f);
}

static void equality_is_of_values(void)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } rows[] = {
        {"1", "1.0", true},
        {"0", "-0", true},
        {"1", "\"1\"", false},
        {"null", "false", false},
        {"true", "true", true},
        {"true", "false", false},
        {"\"a\"", "\"a\\u0000\"", false},
        {"\"\\u0061\"", "\"a\"", true},
        {"[1,2]", "[2,1]", false},
        {"[1,2]", "[1,2,3]", false},
        {"[1,2,3]", "[1,2]", false},
        {"{\"a\":1,\"b\":[{}]}", "{\"b\":[{}],\"a\":1}", true},
        {"{\"a\":1,\"b\":2}", "{\"a\":1,\"c\":2}", false},
        {"{\"a\":{\"x\":1,\"y\":2},\"b\":1}", "{\"b\":1,\"a\":{\"y\":2,\"x\":1}}", true},
        {"{\"a\":{\"x\":1,\"y\":2},\"b\":1}", "{\"b\":1,\"a\":{\"y\":2,\"x\":2}}", false},
        {"[]", "{}", false},
        {"[[],[]]", "[[],{}]", false},
        {"[[[1]],2]", "[[[1]],3]", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture f;
        setup(&f);
        const csuccess__json *a = parse(&f, check_view(rows[i].a));
        const csuccess__json *b = parse(&f, check_view(rows[i].b));
        if (!CHECK(csuccess__json_equal(a, b) == rows[i].equal) ||
            !CHECK(csuccess__json_equal(b, a) == rows[i].equal)) {
            printf("# %s and %s\n", rows[i].a, rows[i].b);
        }
        teardown(&f);
    }
}

static void parts_of_a_tree_are_values_too(void)
{
    fixture f;
    setup(&f);
    const csuccess__json *root =
        parse(&f, CSUCCESS_STR("{\"a\":[1,{\"b\":[]}],\"c\":[1,{\"b\":[]}],\"d\":2}"));
    CHECK(csuccess__json_equal(root->first, root->first->next));
    CHECK_STR(written(&f, root->first, false), "[1,{\"b\":[]}]");
    CHECK_STR(written(&f, root->first, true), "[1,{\"b\":[]}]");
    csuccess__json *copy = csuccess__json_copy(&f.arena, root->first->last);
    if (CHECK(copy != NULL)) {
        CHECK(copy->parent == NULL && copy->next == NULL);
        CHECK_STR(written(&f, copy, false), "{\"b\":[]}");
    }
    teardown(&f);
}

static csuccess__json *number(fixture *f, double v)
{
    csuccess__json *node = csuccess__json_new(&f->arena, CSUCCESS__JSON_NUMBER);
    node->number = v;
    return node;
}

static void put_replaces_in_place(void)
{
    fixture f;
    setup(&f);
    csuccess__json *o = csuccess__json_new(&f.arena, CSUCCESS__JSON_OBJECT);
    csuccess__json *list = csuccess__json_new(&f.arena, CSUCCESS__JSON_ARRAY);
    static const char *const keys[] = {"a", "b", "c"};
    for (int i = 0; i < 3; i++) {
        CHECK(csuccess__json_put(&f.arena, o, check_view(keys[i]), number(&f, i)));
    }
    CHECK(csuccess__json_put(&f.arena, o, CSUCCESS_STR("a"), list));
    CHECK(csuccess__json_put(&f.arena, o, CSUCCESS_STR("c"), number(&f, 9)));
    CHECK(csuccess__json_put(&f.arena, list, CSUCCESS_STR(""), number(&f, NAN)));
    CHECK(csuccess__json_put(&f.arena, list, CSUCCESS_STR(""), number(&f, -INFINITY)));
    CHECK_STR(written(&f, o, false), "{\"a\":[null,null],\"b\":1,\"c\":9}");
    check_links(o);
    CHECK(csuccess__json_put(&f.arena, o, CSUCCESS_STR("d"), number(&f, 4)));
    check_links(o);
    teardown(&f);
}

static void sorting_is_by_bytes_at_every_depth(void)
{
    fixture f;
    setup(&f);
    const csuccess__json *root =
        parse(&f, CSUCCESS_STR("{\"b\":{\"z\":1,\"\":2,\"Z\":[{\"b\":1,\"a\":2},{}]},\"a\":0,"
                               "\"\xC3\xA9\":1,\"ab\":3,\"B\":4}"));
    CHECK_STR(written(&f, root, true), "{\"B\":4,\"a\":0,\"ab\":3,\"b\":{\"\":2,\"Z\":[{\"a\":"
                                       "2,\"b\":1},{}],\"z\":1},\"\xC3\xA9\":1}");
    teardown(&f);
}

static void the_streaming_writer_sets_commas_and_escapes(void)
{
    fixture f;
    setup(&f);
    csuccess__json_writer w;
    csuccess__json_writer_init(&w, &f.out);
    csuccess__json_open(&w, '{');
    csuccess__json_key(&w, CSUCCESS_STR("a\"b"));
    csuccess__json_open(&w, '[');
    csuccess__json_num(&w, 0.1);
    csuccess__json_num(&w, NAN);
    csuccess__json_open(&w, '{');
    csuccess__json_close(&w, '}');
    csuccess__json_open(&w, '{');
    csuccess__json_key(&w, CSUCCESS_STR("x"));
    csuccess__json_null(&w);
    csuccess__json_close(&w, '}');
    csuccess__json_close(&w, ']');
    csuccess__json_key(&w, CSUCCESS_STR("t"));
    csuccess__json_bool(&w, true);
    csuccess__json_key(&w, CSUCCESS_STR(""));
    csuccess__json_str(&w, (csuccess_str){"\0\\\x1f\n/", 5});
    csuccess__json_close(&w, '}');
    CHECK_STR(
        csuccess__buffer_view(&f.out),
        "{\"a\\\"b\":[0.1,null,{},{\"x\":null}],\"t\":true,\"\":\"\\u0000\\\\\\u001f\\n/\"}");
    CHECK_UINT(w.depth, 0);
    const csuccess__json *back = parse(&f, csuccess__buffer_view(&f.out));
    CHECK_UINT(csuccess__json_member(back, "")->string.len, 5);
    teardown(&f);
}

static void a_ceiling_stops_the_writer(void)
{
    fixture f;
    setup(&f);
    const csuccess__json *root =
        parse(&f, CSUCCESS_STR("{\"b\":{\"a\":[1,2,3,4,5,6]},\"a\":{}}"));
    for (size_t ceiling = 1; ceiling < 30; ceiling++) {
        csuccess__buffer out;
        csuccess__buffer_init(&out, &f.memory.allocator, ceiling);
        csuccess__json_write(&out, root, true);
        CHECK_RESULT(out.status, CSUCCESS_ELIMIT);
        csuccess__buffer_free(&out);
    }
    teardown(&f);
}

/* A random string of characters that are awkward to write. */
static csuccess_str random_string(fixture *f, uint64_t *state)
{
    static const char *const bits[] = {"a",    "b",   "\"", "\\",       "\n",
                                       "\x01", "/",   "~",  "\xC3\xA9", "\xF0\x9F\x98\x80",
                                       "\x7f", "key", " ",  "{",        "]"};
    char text[64];
    size_t n = 0, parts = check_random(state) % 6;
    for (size_t i = 0; i < parts; i++) {
        const char *bit = bits[check_random(state) % (sizeof bits / sizeof bits[0])];
        n += (size_t)snprintf(text + n, sizeof text - n, "%s", bit);
    }
    return csuccess__arena_copy(&f->arena, (csuccess_str){text, n});
}

static csuccess__json *random_tree(fixture *f, uint64_t *state, int depth)
{
    csuccess__json_type type = (csuccess__json_type)(check_random(state) % (depth > 0 ? 6 : 4));
    csuccess__json *node = csuccess__json_new(&f->arena, type);
    node->boolean = type == CSUCCESS__JSON_BOOL && check_random(state) % 2;
    if (type == CSUCCESS__JSON_NUMBER) {
        uint64_t bits = check_random(state);
        memcpy(&node->number, &bits, sizeof bits);
        if (node->number - node->number != 0) node->number = (double)(bits % 1000);
    }
    if (type == CSUCCESS__JSON_STRING) node->string = random_string(f, state);
    if (type < CSUCCESS__JSON_ARRAY) return node;
    size_t n = check_random(state) % (depth > 2 ? 30 : 5);
    for (size_t i = 0; i < n; i++) {
        CHECK(csuccess__json_put(&f->arena, node, random_string(f, state),
                                 random_tree(f, state, depth - 1)));
    }
    return node;
}

/* For random trees: reading what was written gives the tree, whatever the order; a copy is equal. */
static void random_trees_survive(void)
{
    uint64_t state = 42;
    for (int i = 0; i < 400; i++) {
        fixture f;
        setup(&f);
        csuccess__json *tree = random_tree(&f, &state, 4);
        check_links(tree);
        csuccess__json *plain = parse(&f, written(&f, tree, false));
        csuccess__json *sorted = parse(&f, written(&f, tree, true));
        csuccess__json *copy = csuccess__json_copy(&f.arena, plain);
        bool right = CHECK(plain && sorted && copy) &&
                     CHECK(csuccess__json_equal(tree, plain)) &&
                     CHECK(csuccess__json_equal(tree, sorted)) &&
                     CHECK(csuccess__json_equal(tree, copy));
        if (right) check_links(copy);
        teardown(&f);
        if (!right) return;
    }
}

/* Laws of the merge patch on random trees: nothing to add changes nothing, twice is once. */
static void merge_keeps_its_laws(void)
{
    uint64_t state = 4711;
    for (int i = 0; i < 300; i++) {
        fixture f;
        setup(&f);
        csuccess__json *a = random_tree(&f, &state, 4), *p = random_tree(&f, &state, 4);
        csuccess__json *empty = csuccess__json_new(&f.arena, CSUCCESS__JSON_OBJECT);
        csuccess__json *once = csuccess__json_merge(&f.arena, a, p, NULL);
        csuccess__json *twice = csuccess__json_merge(&f.arena, once, p, NULL);
        CHECK(csuccess__json_equal(once, twice));
        check_links(once);
        if (a->type == CSUCCESS__JSON_OBJECT) {
            CHECK(csuccess__json_equal(csuccess__json_merge(&f.arena, a, empty, NULL), a));
        }
        teardown(&f);
    }
}

static csuccess_result merges_with_refusals(check_memory *memory, void *ud)
{
    (void)ud;
    csuccess__arena arena;
    csuccess__buffer out;
    csuccess_limits limits;
    csuccess__json *base = NULL, *patch = NULL, *merged;
    csuccess__arena_init(&arena, &memory->allocator, 0);
    csuccess__buffer_init(&out, &memory->allocator, 0);
    csuccess__limits_take(&limits, NULL, NULL);
    csuccess__json_options options = {.limits = &limits};
    char text[2000];
    size_t n = 1;
    text[0] = '{';
    for (int i = 0; i < 40; i++)
        n += (size_t)snprintf(text + n, 60, "\"k%d\":{\"a\":[%d,\"x\"]},", i, i);
    snprintf(text + n, 60, "\"z\":{\"y\":{\"x\":1}}}");
    csuccess_result result =
        csuccess__json_read(&base, &arena, check_view(text), &options, NULL);
    if (result == CSUCCESS_OK)
        result = csuccess__json_read(&patch, &arena, check_view(text), &options, NULL);
    if (result == CSUCCESS_OK) {
        merged = csuccess__json_merge(&arena, base, patch, NULL);
        result = merged ? CSUCCESS_OK : CSUCCESS_ENOMEM;
    }
    if (result == CSUCCESS_OK) {
        csuccess__json_write(&out, merged, true);
        result = out.status;
    }
    if (result == CSUCCESS_OK) CHECK(csuccess__json_equal(merged, base));
    csuccess__buffer_free(&out);
    csuccess__arena_free(&arena);
    return result;
}

static void refused_memory_leaves_nothing(void)
{
    CHECK(check_faults(merges_with_refusals, NULL) > 15);
}

CHECK_MAIN(CHECK_TEST(merges_as_the_rfc_says),
           CHECK_TEST(whole_members_are_replaced_not_merged),
           CHECK_TEST(merged_nodes_keep_where_they_came_from),
           CHECK_TEST(large_objects_merge_and_compare), CHECK_TEST(equality_is_of_values),
           CHECK_TEST(parts_of_a_tree_are_values_too), CHECK_TEST(put_replaces_in_place),
           CHECK_TEST(sorting_is_by_bytes_at_every_depth),
           CHECK_TEST(the_streaming_writer_sets_commas_and_escapes),
           CHECK_TEST(a_ceiling_stops_the_writer), CHECK_TEST(random_trees_survive),
           CHECK_TEST(merge_keeps_its_laws), CHECK_TEST(refused_memory_leaves_nothing))

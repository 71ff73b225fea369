/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a document's objects by table: what is accepted, what is said of the rest. */
#include "check.h"

#include "base/error.h"
#include "text/reader.h"

static csuccess__arena arena;
static csuccess__problems list;

static const csuccess__json *document(const char *text)
{
    csuccess_limits limits;
    csuccess__limits_take(&limits, NULL, NULL);
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    csuccess__problems_init(&list, &arena, 100);
    csuccess__json_options options = {.limits = &limits, .lines = true};
    csuccess__json *root = NULL;
    CHECK_OK(csuccess__json_read(&root, &arena, check_view(text), &options, NULL));
    return root;
}

/* The one problem there must be, or "" for none; and done with the document. */
static void expect(const char *message, const char *pointer)
{
    CHECK_UINT(list.count, message[0] ? 1 : 0);
    if (list.first) {
        CHECK_STR(list.first->message, message);
        CHECK_STR(list.first->pointer, pointer);
        CHECK_INT(list.first->code, CSUCCESS_ECONFIG);
    }
    csuccess__arena_free(&arena);
}

static void unknown_keys_are_told_with_the_nearest(void)
{
    static const char *const known[] = {"weight", "value", NULL};
    CHECK(csuccess__read_object(&list, document("{\"weight\": 1, \"value\": 2}"), known));
    expect("", "");
    CHECK(csuccess__read_object(&list, document("{\"wieght\": 1}"), known));
    expect("unknown key \"wieght\" (did you mean \"weight\"?)", "/wieght");
    CHECK(csuccess__read_object(&list, document("{\"zzz\": 1}"), known));
    expect("unknown key \"zzz\" (known: weight, value)", "/zzz");
    CHECK(!csuccess__read_object(&list, document("[1]"), known));
    expect("expected an object, found an array", "");
    CHECK(!csuccess__read_object(&list, NULL, known));
}

static void descriptions_and_orders_have_one_type_everywhere(void)
{
    static const char *const known[] = {"description", "order", NULL}, *const none[] = {NULL};
    CHECK(csuccess__read_object(&list, document("{\"description\": \"a\", \"order\": -1.5}"),
                                known));
    expect("", "");
    CHECK(csuccess__read_object(&list, document("{\"description\": [1]}"), known));
    expect("\"description\" must be a string, found an array", "/description");
    CHECK(csuccess__read_object(&list, document("{\"order\": \"1\"}"), known));
    expect("\"order\" must be a number, found a string", "/order");
    CHECK(csuccess__read_object(&list, document("{\"order\": \"1\"}"), none));
    expect("unknown key \"order\"", "/order");
}

static void numbers_are_within_their_range(void)
{
    static const struct {
        const char *text;
        double low, high, value;
        const char *message;
    } cases[] = {
        {"{\"n\": 3}", 0, 10, 3, ""},
        {"{\"n\": 0}", 0, 10, 0, ""},
        {"{\"n\": 10}", 0, 10, 10, ""},
        {"{}", 0, 10, 7, ""},
        {"{\"n\": 10.5}", 0, 10, 7, "\"n\" must be a number from 0 to 10, found 10.5"},
        {"{\"n\": -1}", 0, INFINITY, 7, "\"n\" must be a number of at least 0, found -1"},
        {"{\"n\": 2}", -INFINITY, 1, 7, "\"n\" must be a number of at most 1, found 2"},
        {"{\"n\": -1e300}", -INFINITY, INFINITY, -1e300, ""},
        {"{\"n\": \"3\"}", 0, 10, 7, "\"n\" must be a number, found a string"},
        {"{\"n\": null}", 0, 10, 7, "\"n\" must be a number, found null"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const csuccess__json *object = document(cases[i].text);
        CHECK_NUM(csuccess__read_number(&list, object, "n", 7, cases[i].low, cases[i].high),
                  cases[i].value, 0);
        expect(cases[i].message, "/n");
    }
}

static void words_strings_and_bools_have_their_types(void)
{
    static const char *const words[] = {"sum", "min", "max", NULL};
    CHECK_INT(
        csuccess__read_word(&list, document("{\"combine\": \"max\"}"), "combine", words, 0), 2);
    expect("", "");
    CHECK_INT(csuccess__read_word(&list, document("{}"), "combine", words, -1), -1);
    expect("", "");
    CHECK_INT(
        csuccess__read_word(&list, document("{\"combine\": \"mxa\"}"), "combine", words, 1), 1);
    expect("\"combine\" cannot be \"mxa\" (did you mean \"max\"?)", "/combine");
    CHECK_INT(csuccess__read_word(&list, document("{\"combine\": 1}"), "combine", words, 1), 1);
    expect("\"combine\" must be a string, found a number", "/combine");
    CHECK_STR(csuccess__read_string(&list, document("{\"s\": \"x\"}"), "s", CSUCCESS_STR("d")),
              "x");
    expect("", "");
    CHECK_STR(csuccess__read_string(&list, document("{\"s\": 1}"), "s", CSUCCESS_STR("d")),
              "d");
    expect("\"s\" must be a string, found a number", "/s");
    CHECK(csuccess__read_bool(&list, document("{\"b\": true}"), "b", false));
    expect("", "");
    CHECK(csuccess__read_bool(&list, document("{\"b\": \"no\"}"), "b", true));
    expect("\"b\" must be true or false, found a string", "/b");
    CHECK(csuccess__read_section(&list, document("{\"o\": {}}"), "o", CSUCCESS__JSON_OBJECT) !=
          NULL);
    expect("", "");
    CHECK(csuccess__read_section(&list, document("{\"o\": 1}"), "o", CSUCCESS__JSON_ARRAY) ==
          NULL);
    expect("\"o\" must be an array, found a number", "/o");
}

/* The keys of the members in effective order. */
static void ordered(const char *text, const char *expected)
{
    const csuccess__json *object = document(text);
    const csuccess__json *members[32];
    char keys[64] = "";
    csuccess__read_order(object, members);
    for (uint32_t i = 0; i < object->count; i++) strncat(keys, members[i]->key.ptr, 8);
    CHECK_CSTR(keys, expected);
    expect("", "");
}

static void order_is_by_number_then_by_place(void)
{
    ordered("{}", "");
    ordered("{\"a\": {}, \"b\": 1, \"c\": {}}", "abc");
    ordered("{\"a\": {\"order\": 3}, \"b\": {\"order\": 2}, \"c\": {\"order\": 1}}", "cba");
    ordered("{\"a\": {\"order\": 5}, \"b\": {\"order\": 5}, \"c\": {\"order\": 5}}", "abc");
    ordered("{\"a\": {\"order\": 1.5}, \"b\": {}, \"c\": {}, \"d\": {}}", "bacd");
    ordered("{\"a\": {}, \"b\": {}, \"c\": {\"order\": -1}}", "cab");
    ordered("{\"a\": {\"order\": \"x\"}, \"b\": {}}", "ab"); /* told by whoever owns the key */
}

/* Against insertion, which is stable by itself. */
static void order_is_stable_for_many(void)
{
    uint64_t seed = 1;
    for (int round = 0; round < 50; round++) {
        char text[2048] = "{";
        int n = (int)(check_random(&seed) % 30), orders[32], sorted[32];
        for (int i = 0; i < n; i++) {
            orders[i] = (int)(check_random(&seed) % 4);
            size_t len = strlen(text);
            snprintf(text + len, sizeof text - len, "%s\"k%d\": {\"order\": %d}", i ? ", " : "",
                     i, orders[i]);
            int at = i;
            while (at > 0 && orders[sorted[at - 1]] > orders[i]) {
                sorted[at] = sorted[at - 1];
                at--;
            }
            sorted[at] = i;
        }
        strncat(text, "}", 2);
        const csuccess__json *object = document(text);
        const csuccess__json *members[32];
        csuccess__read_order(object, members);
        for (int i = 0; i < n; i++) CHECK_INT(members[i]->position, sorted[i]);
        expect("", "");
    }
}

CHECK_MAIN(CHECK_TEST(unknown_keys_are_told_with_the_nearest),
           CHECK_TEST(descriptions_and_orders_have_one_type_everywhere),
           CHECK_TEST(numbers_are_within_their_range),
           CHECK_TEST(words_strings_and_bools_have_their_types),
           CHECK_TEST(order_is_by_number_then_by_place), CHECK_TEST(order_is_stable_for_many))

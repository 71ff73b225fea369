/* SPDX-License-Identifier: Apache-2.0 */
/* Problems: their places, what is kept, what a caller is told. */
#include "check.h"

#include "base/error.h"
#include "text/problems.h"

typedef struct fixture {
    check_memory memory;
    csuccess__arena arena;
    csuccess_limits limits;
    csuccess__json *root;
    csuccess__problems list;
} fixture;

static bool start(fixture *f, const char *text, const char *name, uint32_t most)
{
    check_memory_start(&f->memory);
    csuccess__arena_init(&f->arena, &f->memory.allocator, 0);
    csuccess__problems_init(&f->list, &f->arena, most);
    csuccess__json_options options = {
        .name = check_view(name), .limits = &f->limits, .lines = true};
    bool ok = CHECK_OK(csuccess__limits_take(&f->limits, NULL, NULL));
    return ok &&
           CHECK_OK(csuccess__json_read(&f->root, &f->arena, check_view(text), &options, NULL));
}

static void finish(fixture *f)
{
    csuccess__arena_free(&f->arena);
    CHECK_MEMORY_EMPTY(&f->memory);
}

static const csuccess__json *at(const fixture *f, const char *pointer)
{
    return csuccess__json_at(f->root, check_view(pointer));
}

static void the_place_is_that_of_the_value(void)
{
    fixture f;
    if (!start(&f, "{\n  \"a/b\": [1,\n     \"x\"]\n}", "", 10)) return;
    csuccess__problem(&f.list, at(&f, "/a~1b/1"), CSUCCESS_ETYPE, "no %s", "good");
    const csuccess__noted *p = f.list.first;
    CHECK_STR(p->pointer, "/a~1b/1");
    CHECK_STR(p->message, "no good");
    CHECK_UINT(p->line, 3);
    CHECK_UINT(p->column, 6);
    CHECK_UINT(p->offset, 20);
    CHECK_INT(p->code, CSUCCESS_ETYPE);
    finish(&f);
}

/* An expression in a JSON string: its byte 4 stands behind escapes of two, six and twelve bytes. */
static void a_place_inside_a_string_counts_its_escapes(void)
{
    static const struct {
        const char *text;
        size_t inner;
        uint64_t offset;
    } cases[] = {
        {"\"abc\"", 0, 1},
        {"\"abc\"", 2, 3},
        {"\"abc\"", 3, 4},  /* behind its end: the closing quote */
        {"\"abc\"", 99, 4}, /* beyond: as far as it goes */
        {"\"\\n\\\"c\"", 2, 5},
        {"\"\\u0041c\"", 1, 7},
        {"\"\\u00e9c\"", 2, 7},         /* two bytes decoded */
        {"\"\\u20acc\"", 3, 7},         /* three */
        {"\"\\ud83d\\ude00c\"", 4, 13}, /* a pair: four */
        {"\"\\ud83d\\ude00c\"", 2, 1},  /* within a character: its start */
        {"\"\xc3\xa9"
         "c\"",
         2, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture f;
        if (!start(&f, cases[i].text, "", 10)) return;
        csuccess__problem_inside(&f.list, f.root, cases[i].inner, CSUCCESS_EEXPRESSION, "x");
        CHECK_UINT(f.list.first->offset, cases[i].offset);
        CHECK_UINT(f.list.first->column, cases[i].offset + 1);
        finish(&f);
    }
}

static void the_first_error_is_told_and_the_rest_counted(void)
{
    fixture f;
    if (!start(&f, "{\"a\": 1,\n \"b\": 2}", "", 10)) return;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_RESULT(csuccess__problems_result(&f.list, &err), CSUCCESS_OK);
    csuccess__problem(&f.list, at(&f, "/a"), 0, "lint");
    CHECK_RESULT(csuccess__problems_result(&f.list, &err), CSUCCESS_OK);
    csuccess__problem(&f.list, at(&f, "/b"), CSUCCESS_ERANGE, "too %s", "big");
    CHECK_RESULT(csuccess__problems_result(&f.list, &err), CSUCCESS_ERANGE);
    CHECK_CSTR(err.message, "too big");
    CHECK_CSTR(err.pointer, "/b");
    CHECK_UINT(err.line, 2);
    CHECK_UINT(err.column, 7);
    csuccess__problem(&f.list, NULL, CSUCCESS_ECONFIG, "as a whole");
    csuccess__problem(&f.list, NULL, CSUCCESS_ECONFIG, "once more");
    CHECK_RESULT(csuccess__problems_result(&f.list, &err), CSUCCESS_ERANGE);
    CHECK_CSTR(err.message, "too big (and 2 more problems)");
    CHECK_RESULT(csuccess__problems_result(&f.list, NULL), CSUCCESS_ERANGE);
    finish(&f);
}

/* err's line is one of the text that was handed in, so another document's is in the message. */
static void a_place_in_another_document_is_named(void)
{
    fixture f;
    if (!start(&f, "{\"a\":\n1}", "base@1", 10)) return;
    csuccess__problem(&f.list, at(&f, "/a"), CSUCCESS_ECONFIG, "bad");
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_RESULT(csuccess__problems_result(&f.list, &err), CSUCCESS_ECONFIG);
    CHECK_CSTR(err.message, "in base@1, line 2: bad");
    CHECK_UINT(err.line, 0);
    CHECK_CSTR(err.pointer, "/a");
    finish(&f);
}

static void a_full_list_keeps_errors_before_lint(void)
{
    fixture f;
    if (!start(&f, "[1, 2, 3, 4, 5]", "", 3)) return;
    csuccess__problem(&f.list, at(&f, "/0"), 0, "lint 0");
    csuccess__problem(&f.list, at(&f, "/1"), 0, "lint 1");
    csuccess__problem(&f.list, at(&f, "/2"), CSUCCESS_ECONFIG, "error 2");
    csuccess__problem(&f.list, at(&f, "/3"), 0, "lint 3");
    csuccess__problem(&f.list, at(&f, "/4"), CSUCCESS_ECONFIG, "error 4");
    CHECK_UINT(f.list.count, 5);
    CHECK_UINT(f.list.errors, 2);
    const csuccess__noted *p = f.list.first;
    CHECK_STR(p->message, "lint 0");
    CHECK_STR(p->next->message, "error 2");
    CHECK_STR(p->next->next->message, "error 4");
    CHECK(p->next->next->next == NULL);
    CHECK(f.list.last == p->next->next);
    csuccess__problem(&f.list, NULL, CSUCCESS_ECONFIG, "error 5");
    csuccess__problem(&f.list, NULL, CSUCCESS_ECONFIG,
                      "error 6"); /* no lint left to give way */
    CHECK_STR(f.list.first->message, "error 2");
    CHECK_STR(f.list.last->message, "error 5");
    CHECK_UINT(f.list.errors, 4);
    finish(&f);
}

static csuccess_result note_two(check_memory *memory, void *ud)
{
    (void)ud;
    csuccess_limits limits;
    csuccess__limits_take(&limits, NULL, NULL);
    csuccess__arena arena;
    csuccess__arena_init(&arena, &memory->allocator, 0);
    csuccess__problems list;
    csuccess__problems_init(&list, &arena, 10);
    csuccess__json_options options = {.limits = &limits, .lines = true};
    csuccess__json *root;
    csuccess_result result =
        csuccess__json_read(&root, &arena, CSUCCESS_STR("{\"a\": [1]}"), &options, NULL);
    if (result == CSUCCESS_OK) {
        const csuccess__json *item = csuccess__json_at(root, CSUCCESS_STR("/a/0"));
        csuccess__problem(&list, item, CSUCCESS_ECONFIG, "one");
        csuccess__problem_inside(&list, root, 0, CSUCCESS_ECONFIG, "two");
        csuccess_error err = CSUCCESS_ERROR_INIT;
        result = csuccess__problems_result(&list, &err);
        if (result == CSUCCESS_ECONFIG) result = CSUCCESS_OK;
    }
    csuccess__arena_free(&arena);
    return result;
}

static void refused_memory_is_told(void)
{
    CHECK(check_faults(note_two, NULL) >= 2);
}

CHECK_MAIN(CHECK_TEST(the_place_is_that_of_the_value),
           CHECK_TEST(a_place_inside_a_string_counts_its_escapes),
           CHECK_TEST(the_first_error_is_told_and_the_rest_counted),
           CHECK_TEST(a_place_in_another_document_is_named),
           CHECK_TEST(a_full_list_keeps_errors_before_lint), CHECK_TEST(refused_memory_is_told))

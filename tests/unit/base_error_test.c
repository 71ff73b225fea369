/* SPDX-License-Identifier: Apache-2.0 */
/* Messages, error structs of any size, structs that cross the boundary, limits. */
#include "check.h"
#include "base/error.h"

static void every_conversion_is_written(void)
{
    char out[200];
    csuccess__text t;
    csuccess__text_init(&t, out, sizeof out);
    csuccess__text_format(&t, "%s|%S|%q|%u|%d|%z|%l|%%|", "c", CSUCCESS_STR("view"),
                          CSUCCESS_STR("quoted"), UINT32_MAX, INT32_MIN, (size_t)12, INT64_MIN);
    CHECK_CSTR(out, "c|view|\"quoted\"|4294967295|-2147483648|12|-9223372036854775808|%|");
    CHECK(!t.cut);
}

static void texts_are_cut_at_a_character(void)
{
    char out[11];
    csuccess__text t;
    csuccess__text_init(&t, out, sizeof out);
    csuccess__text_put(&t, CSUCCESS_STR("1234567890"));
    CHECK_CSTR(out, "1234567890"); /* exactly full is not cut */
    csuccess__text_put(&t, CSUCCESS_STR("1"));
    CHECK_CSTR(out, "1234567...");
    csuccess__text_put(&t, CSUCCESS_STR("more"));
    CHECK_CSTR(out, "1234567...");
    csuccess__text_init(&t, out, sizeof out);
    csuccess__text_put(&t, CSUCCESS_STR("12345\xe2\x82\xac\xe2\x82\xac")); /* two euro signs */
    CHECK_CSTR(out, "12345...");
    for (size_t cap = 0; cap < 5; cap++) {
        char small[5] = {'#', '#', '#', '#', '#'};
        csuccess__text_init(&t, small, cap);
        csuccess__text_put(&t, CSUCCESS_STR("\xe2\x82\xac\xe2\x82\xac"));
        CHECK(cap == 0 || strlen(small) == cap - 1);
        CHECK(cap == 5 || small[cap] == '#');
    }
}

static void messages_are_printable_utf8(void)
{
    static const struct {
        const char *in;
        const char *out;
    } rows[] = {
        {"caf\xc3\xa9 \xf0\x9f\x98\x80", "caf\xc3\xa9 \xf0\x9f\x98\x80"},
        {"a\nb\x7f", "a\\x0ab\\x7f"},
        {"\xff", "\\xff"},
        {"\xc3(", "\\xc3("},
        {"\xc0\x80", "\\xc0\\x80"},                   /* overlong */
        {"\xe0\x80\x80", "\\xe0\\x80\\x80"},          /* overlong */
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},          /* surrogate */
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, /* beyond U+10FFFF */
        {"\xf0\x9f\x98", "\\xf0\\x9f\\x98"},          /* ends early */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[64];
        csuccess__text t;
        csuccess__text_init(&t, out, sizeof out);
        csuccess__text_put(&t, check_view(rows[i].in));
        CHECK_CSTR(out, rows[i].out);
    }
}

static void a_long_quotation_leaves_room_for_the_remedy(void)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    char long_name[5000];
    memset(long_name, 'x', sizeof long_name);
    csuccess__fail(&err, CSUCCESS_ENAME, "unknown %q; use another",
                   (csuccess_str){long_name, sizeof long_name});
    CHECK_HAS(err.message, "xxx...\"; use another");
}

/* A caller of any age: nothing beyond its size is written, and what is written is terminated.
   */
static void nothing_is_written_beyond_the_callers_size(void)
{
    union {
        csuccess_error err;
        unsigned char bytes[sizeof(csuccess_error) + 64];
    } u;
    size_t message = offsetof(csuccess_error, message);
    for (size_t size = 0; size <= sizeof u; size++) {
        memset(u.bytes, 0xEE, sizeof u.bytes);
        u.err.size = size;
        CHECK_RESULT(csuccess__fail(&u.err, CSUCCESS_EINVALID, "%s%s%s%s%s%s%s",
                                    "a message that is longer than the room for it, ",
                                    "because it is repeated and repeated and repeated, ",
                                    "because it is repeated and repeated and repeated, ",
                                    "because it is repeated and repeated and repeated, ",
                                    "because it is repeated and repeated and repeated, ",
                                    "because it is repeated and repeated and repeated, ",
                                    "so that it has to be cut at some place or other"),
                     CSUCCESS_EINVALID);
        size_t untouched = size < message ? sizeof u.err.size : size;
        bool clean = true;
        for (size_t i = untouched; i < sizeof u.bytes; i++) {
            clean = clean && (u.bytes[i] == 0xEE || (size > sizeof u.err && i < sizeof u.err));
        }
        CHECK(clean);
        if (size > message) {
            CHECK(memchr(u.err.message, 0, size - message) != NULL);
            CHECK_INT(u.err.code, CSUCCESS_EINVALID);
        }
    }
    CHECK_RESULT(csuccess__fail(NULL, CSUCCESS_ENOMEM, "nobody listens"), CSUCCESS_ENOMEM);
}

static void a_place_is_counted_from_one(void)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_str text = CSUCCESS_STR("one\ntwo\r\n\xc3\xbc three");
    csuccess__error_at(&err, text, 0);
    CHECK(err.line == 1 && err.column == 1 && err.offset == 0);
    csuccess__error_at(&err, text, 3);
    CHECK(err.line == 1 && err.column == 4);
    csuccess__error_at(&err, text, 4);
    CHECK(err.line == 2 && err.column == 1);
    csuccess__error_at(&err, text, 12);
    CHECK(err.line == 3 && err.column == 4 && err.offset == 12);
    csuccess__error_at(&err, text, 1000);
    CHECK_UINT(err.offset, text.len);
}

static void a_new_error_forgets_the_old_place(void)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__error_at(&err, CSUCCESS_STR("text"), 2);
    csuccess__error_pointer(&err, CSUCCESS_STR("/health/profiles"));
    CHECK_CSTR(err.pointer, "/health/profiles");
    csuccess__fail(&err, CSUCCESS_EJSON, "new");
    CHECK(err.line == 0 && err.pointer[0] == '\0' && err.offset == 0 && err.column == 0);
    char pointer[400];
    memset(pointer, '/', sizeof pointer);
    csuccess__error_pointer(&err, (csuccess_str){pointer, sizeof pointer});
    CHECK_UINT(strlen(err.pointer), sizeof err.pointer - 1);
    CHECK_HAS(err.pointer, "/...");
    csuccess__error_clear(&err);
    CHECK(err.code == 0 && err.message[0] == '\0' && err.pointer[0] == '\0');
}

struct sample {
    size_t size;
    uint32_t a, b;
};

static void a_struct_of_another_age_is_taken(void)
{
    struct {
        struct sample now;
        uint32_t later[2];
    } in = {{sizeof in, 1, 2}, {0, 0}};
    struct sample out;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_OK(csuccess__struct_take(&out, sizeof out, 12, &in, "sample", &err));
    CHECK(out.a == 1 && out.b == 2 && out.size == sizeof out);
    in.later[1] = 1;
    CHECK_RESULT(csuccess__struct_take(&out, sizeof out, 12, &in, "sample", &err),
                 CSUCCESS_EABI);
    CHECK_HAS(err.message, "byte 20");
    in.now.size = 12; /* an older caller: what it does not know is 0 */
    CHECK_OK(csuccess__struct_take(&out, sizeof out, 12, &in, "sample", &err));
    CHECK(out.a == 1 && out.b == 0);
    in.now.size = 11;
    CHECK_RESULT(csuccess__struct_take(&out, sizeof out, 12, &in, "sample", &err),
                 CSUCCESS_EABI);
    in.now.size = SIZE_MAX;
    CHECK_RESULT(csuccess__struct_take(&out, sizeof out, 12, &in, "sample", &err),
                 CSUCCESS_EABI);
    CHECK_RESULT(csuccess__struct_take(&out, sizeof out, 12, NULL, "sample", &err),
                 CSUCCESS_EINVALID);
}

static void a_struct_is_given_as_far_as_it_reaches(void)
{
    struct {
        struct sample now;
        uint32_t later;
    } to = {{sizeof to, 9, 9}, 9};
    const struct sample from = {sizeof from, 1, 2};
    CHECK_OK(csuccess__struct_give(&to, &from, sizeof from, "sample", NULL));
    CHECK(to.now.a == 1 && to.now.b == 2 && to.later == 9 && to.now.size == sizeof to);
    to.now = (struct sample){12, 9, 9};
    CHECK_OK(csuccess__struct_give(&to, &from, sizeof from, "sample", NULL));
    CHECK(to.now.a == 1 && to.now.b == 9);
    to.now.size = 7;
    CHECK_RESULT(csuccess__struct_give(&to, &from, sizeof from, "sample", NULL), CSUCCESS_EABI);
}

static void limits_have_the_defaults_that_the_header_states(void)
{
    csuccess_limits out;
    csuccess_limits in = CSUCCESS_LIMITS_INIT;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_OK(csuccess__limits_take(&out, NULL, &err));
    CHECK(out.document_bytes == 4u << 20 && out.document_depth == 64);
    CHECK(out.document_nodes == 200000 && out.string_bytes == 65536);
    CHECK(out.expression_bytes == 16384 && out.expression_depth == 64);
    CHECK(out.expression_nodes == 4096 && out.evaluation_steps == 100000);
    CHECK(out.pattern_bytes == 1024 && out.subject_bytes == 8192);
    CHECK(out.collection_records == 1000 && out.list_items == 1000 && out.problems == 100);
    CHECK(out.output_bytes == 16u << 20 && out.extends_depth == 8);
    in.expression_depth = 3;
    CHECK_OK(csuccess__limits_take(&out, &in, &err));
    CHECK(out.expression_depth == 3 && out.document_depth == 64);
    in.document_depth = 1000000;
    CHECK_RESULT(csuccess__limits_take(&out, &in, &err), CSUCCESS_ERANGE);
    CHECK_HAS(err.message, "document_depth is 1000000; at most 256");
    in = (csuccess_limits)CSUCCESS_LIMITS_INIT;
    in.reserved = 1;
    CHECK_RESULT(csuccess__limits_take(&out, &in, &err), CSUCCESS_EABI);
}

CHECK_MAIN(CHECK_TEST(every_conversion_is_written), CHECK_TEST(texts_are_cut_at_a_character),
           CHECK_TEST(messages_are_printable_utf8),
           CHECK_TEST(a_long_quotation_leaves_room_for_the_remedy),
           CHECK_TEST(nothing_is_written_beyond_the_callers_size),
           CHECK_TEST(a_place_is_counted_from_one),
           CHECK_TEST(a_new_error_forgets_the_old_place),
           CHECK_TEST(a_struct_of_another_age_is_taken),
           CHECK_TEST(a_struct_is_given_as_far_as_it_reaches),
           CHECK_TEST(limits_have_the_defaults_that_the_header_states))

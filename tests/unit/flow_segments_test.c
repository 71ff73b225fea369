/* SPDX-License-Identifier: Apache-2.0 */
/* Segments: conditions, references in waves, circles, what is left open. */
#include "check.h"

#include <csuccess/csuccess.h>

static csuccess_str view(const char *text)
{
    return (csuccess_str){text, strlen(text)};
}

#define HEAD \
    "{\"csuccess\": 1, \"attributes\": {\"a\": {\"type\": \"number\"}, \"b\": {\"type\": " \
    "\"number\"}}, \"segments\": "

typedef struct answer {
    uint64_t members, undecided;
} answer;

static answer evaluate(csuccess_config *config, const char *row)
{
    answer got = {0, 0};
    csuccess_facts *facts = NULL;
    csuccess_scorer *scorer = NULL;
    CHECK_OK(csuccess_facts_new(&facts, config, NULL, NULL));
    CHECK_OK(csuccess_scorer_new(&scorer, config, NULL, NULL));
    CHECK_OK(csuccess_facts_read_json(facts, view(row), NULL));
    CHECK_OK(csuccess_scorer_segments(scorer, facts, 0, &got.members, &got.undecided, 1, NULL));
    CHECK_RESULT(csuccess_scorer_segments(scorer, facts, 0, &got.members, NULL, 0, NULL),
                 CSUCCESS_EINVALID);
    csuccess_facts_free(facts);
    csuccess_scorer_free(scorer);
    return got;
}

static uint64_t bit_of(csuccess_config *config, const char *id)
{
    for (uint32_t i = 0; i < csuccess_config_segments(config); i++) {
        csuccess_str name;
        CHECK_OK(csuccess_config_segment(config, i, &name));
        if (name.len == strlen(id) && memcmp(name.ptr, id, name.len) == 0)
            return (uint64_t)1 << i;
    }
    CHECK(false && "segment is there");
    return 0;
}

static csuccess_result compile(csuccess_config **config, const char *text, csuccess_error *err)
{
    return csuccess_config_compile(config, view(text), NULL, err);
}

static void segments_refer_to_segments_in_any_order(void)
{
    csuccess_config *config = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_OK(compile(&config,
                     HEAD "{\"third\": {\"when\": \"segment('second') && segment('first')\"}, "
                          "\"second\": {\"when\": "
                          "\"segment('first') && b > 1\"}, \"first\": {\"when\": \"a > 1\"}, "
                          "\"other\": {\"when\": \"!segment("
                          "'first')\"}}}",
                     &err));
    answer got = evaluate(config, "{\"a\": 2, \"b\": 2}");
    CHECK_UINT(got.members,
               bit_of(config, "first") | bit_of(config, "second") | bit_of(config, "third"));
    CHECK_UINT(got.undecided, 0);
    got = evaluate(config, "{\"a\": 0}");
    CHECK_UINT(got.members, bit_of(config, "other"));
    CHECK_UINT(got.undecided, 0);
    /* What a missing value leaves open stays open in what refers to it; nobody is a member by it. */
    got = evaluate(config, "{\"b\": 2}");
    CHECK_UINT(got.members, 0);
    CHECK_UINT(got.undecided, 15);
    got = evaluate(config, "{\"b\": 0}");
    CHECK_UINT(got.undecided, bit_of(config, "first") | bit_of(config, "other"));
    csuccess_config_unref(config);
}

static void circles_are_refused(void)
{
    csuccess_config *config = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_RESULT(compile(&config,
                         HEAD "{\"x\": {\"when\": \"segment('y')\"}, \"y\": {\"when\": "
                              "\"segment('z')\"}, \"z\": {\"when\": "
                              "\"segment('x') || a > 1\"}}}",
                         &err),
                 CSUCCESS_ECYCLE);
    CHECK_HAS(err.message, "\"x\"");
    CHECK_RESULT(compile(&config, HEAD "{\"x\": {\"when\": \"segment('x')\"}}}", &err),
                 CSUCCESS_ECYCLE);
}

static void shapes_are_checked(void)
{
    static const struct {
        const char *segments, *pointer;
    } cases[] = {
        {"{\"x\": {}}", "/segments/x"},
        {"{\"x\": {\"type\": \"static\", \"when\": \"a > 1\"}}", "/segments/x/when"},
        {"{\"x\": {\"type\": \"dynamyc\", \"when\": \"a > 1\"}}", "/segments/x/type"},
        {"{\"x\": {\"when\": \"a\"}}", "/segments/x/when"},
        {"{\"x\": {\"when\": {\"a\": {\"gr\": 1}}}}", "/segments/x/when/a/gr"},
        {"{\"x\": {\"wen\": \"a > 1\", \"when\": \"a > 1\"}}", "/segments/x/wen"},
        {"{\"x\": {\"when\": \"segment('w')\"}}", "/segments/x/when"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        csuccess_config *config = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        snprintf(text, sizeof text, HEAD "%s}", cases[i].segments);
        CHECK(compile(&config, text, &err) < 0);
        CHECK_CSTR(err.pointer, cases[i].pointer);
    }
}

static void many_segments_are_many_words(void)
{
    static char text[64 * 1024];
    int at = snprintf(text, sizeof text, HEAD "{");
    for (int i = 0; i < 200; i++) {
        at += snprintf(text + at, sizeof text - (size_t)at,
                       "%s\"s%d\": {\"when\": \"a >= %d%s\"}", i ? ", " : "", i, i,
                       i == 150 ? " && segment('s10')" : "");
    }
    snprintf(text + at, sizeof text - (size_t)at, "}}");
    csuccess_config *config = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_facts *facts = NULL;
    csuccess_scorer *scorer = NULL;
    uint64_t members[4];
    if (!CHECK_OK(compile(&config, text, &err))) return;
    CHECK_OK(csuccess_facts_new(&facts, config, NULL, NULL));
    CHECK_OK(csuccess_scorer_new(&scorer, config, NULL, NULL));
    CHECK_OK(csuccess_facts_set_number(facts, view("a"), 160));
    CHECK_OK(csuccess_scorer_segments(scorer, facts, 0, members, NULL, 4, NULL));
    uint32_t n = 0;
    for (uint32_t i = 0; i < 200; i++) n += members[i / 64] >> (i % 64) & 1;
    CHECK_UINT(n, 161);
    csuccess_str last;
    CHECK_OK(csuccess_config_segment(config, 199, &last));
    CHECK_STR(last, "s150"); /* it refers to another, so it stands after all that do not */
    CHECK(members[3] >> 7 & 1);
    csuccess_facts_free(facts);
    csuccess_scorer_free(scorer);
    csuccess_config_unref(config);
}

CHECK_MAIN(CHECK_TEST(segments_refer_to_segments_in_any_order), CHECK_TEST(circles_are_refused),
           CHECK_TEST(shapes_are_checked), CHECK_TEST(many_segments_are_many_words))

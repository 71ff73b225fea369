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
    CHECK_RESULT(compile(&config,
                         HEAD "{\"x\": {\"when\": \"a > 1\", \"leave\": \"segment('y')\"}, "
                              "\"y\": {\"when\": \"segment('x')\"}}}",
                         &err),
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
        {"{\"x\": {\"static\": true, \"when\": \"a > 1\"}}", "/segments/x/when"},
        {"{\"x\": {\"static\": true, \"leave\": \"a > 1\"}}", "/segments/x/leave"},
        {"{\"x\": {\"static\": true, \"refresh\": \"PT1H\"}}", "/segments/x/refresh"},
        {"{\"x\": {\"static\": \"yes\", \"when\": \"a > 1\"}}", "/segments/x/static"},
        {"{\"x\": {\"static\": true, \"type\": \"dynamic\"}}", "/segments/x/static"},
        {"{\"x\": {\"when\": \"a > 1\", \"leave\": \"a\"}}", "/segments/x/leave"},
        {"{\"x\": {\"leave\": \"a > 1\"}}", "/segments/x"},
        {"{\"x\": {\"when\": \"a > 1\", \"refresh\": \"PT1S\"}}", "/segments/x/refresh"},
        {"{\"x\": {\"when\": \"a > 1\", \"refresh\": \"P1M\"}}", "/segments/x/refresh"},
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

/* ---- Lint ---- */

static void leaving_is_linted(void)
{
    static const struct {
        const char *when, *leave, *says; /* NULL: nothing */
    } cases[] = {
        {"a < 50", "a >= 55", NULL},
        {"a < 50", "a >= 50", NULL},
        {"a < 50", "a > 60 && a < 40", "\"leave\" cannot hold"},
        {"a < 50", "a < 40", "\"leave\" holds only where"},
        {"a < 50", "a < 60", "contradicts \"when\""},
        {"a < 50", "b > 3", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512], all[4096] = "";
        size_t at = 0;
        csuccess_problems *problems = NULL;
        snprintf(text, sizeof text,
                 HEAD "{\"x\": {\"when\": \"%s\", \"leave\": \"%s\"}, \"y\": {\"when\": "
                      "\"b > 1\"}}}",
                 cases[i].when, cases[i].leave);
        csuccess_config_check(&problems, view(text), NULL, NULL);
        for (uint32_t p = 0; p < csuccess_problems_count(problems); p++) {
            csuccess_problem problem = CSUCCESS_PROBLEM_INIT;
            CHECK_OK(csuccess_problems_get(problems, p, &problem));
            at += (size_t)snprintf(all + at, sizeof all - at, "%.*s;", (int)problem.message.len,
                                   problem.message.ptr);
        }
        bool right = cases[i].says ? strstr(all, cases[i].says) != NULL : all[0] == '\0';
        if (!CHECK(right)) printf("# %s, %s: %s\n", cases[i].when, cases[i].leave, all);
        csuccess_problems_free(problems);
    }
}

/* ---- After a change ---- */

/* Random segments over inputs, metrics, health, other segments and time; random changes of random inputs. */
static void random_configuration(char *text, size_t size, uint64_t *seed)
{
    static const char *const parts[] = {"a > %d",
                                        "b < %d",
                                        "total > %d",
                                        "c == 'x%d'",
                                        "health.score >= %d",
                                        "days_since(seen) > %d",
                                        "old > %d",
                                        "(a > %d || b == 3)",
                                        "!(b > %d)",
                                        "has(a) && a < %d",
                                        "b / a > %d",
                                        "segment('s%d')"};
    size_t at = (size_t)snprintf(text, size,
                                 "{\"csuccess\": 1, \"attributes\": {\"a\": {\"type\": "
                                 "\"number\", \"default\": 4}, \"b\": {\"type\": "
                                 "\"number\"}, \"c\": {\"type\": \"string\"}, \"seen\": "
                                 "{\"type\": \"time\"}, \"old\": {\"type\": "
                                 "\"number\", \"max_age\": \"P1D\"}, \"h\": {\"type\": "
                                 "\"number\"}}, \"metrics\": {\"total\": \"a + b\"}, "
                                 "\"health\": {\"profiles\": {\"p\": {\"score\": {\"value\": "
                                 "\"h\", \"range\": [0, 10]}}}}, "
                                 "\"segments\": {");
    int n = 3 + (int)(check_random(seed) % 80);
    for (int i = 0; i < n; i++) {
        at += (size_t)snprintf(text + at, size - at, "%s\"s%d\": {\"when\": \"", i ? ", " : "",
                               i);
        int terms = 1 + (int)(check_random(seed) % 4);
        for (int k = 0; k < terms; k++) {
            size_t part = check_random(seed) % (i > 0 ? 12 : 11);
            int number = (int)(check_random(seed) % (part == 11 ? (uint64_t)i : 10));
            if (k > 0)
                at += (size_t)snprintf(text + at, size - at,
                                       check_random(seed) % 2 ? " && " : " || ");
            at += (size_t)snprintf(text + at, size - at, parts[part], number);
        }
        at += (size_t)snprintf(text + at, size - at, "\"}");
    }
    snprintf(text + at, size - at, "}}");
}

static uint32_t change_something(csuccess_config *config, csuccess_facts *facts, uint64_t *seed,
                                 int64_t now)
{
    static const char *const inputs[] = {"a", "b", "c", "seen", "old", "h"};
    size_t k = check_random(seed) % 6;
    uint32_t slot = 0;
    int value = (int)(check_random(seed) % 10);
    char word[8];
    CHECK_OK(csuccess_config_slot(config, view(inputs[k]), &slot));
    snprintf(word, sizeof word, "x%d", value);
    if (check_random(seed) % 6 == 0) {
        CHECK_OK(csuccess_facts_unset(facts, view(inputs[k])));
    } else if (k == 2) {
        CHECK_OK(csuccess_facts_put_string(facts, slot, view(word)));
    } else if (k == 3) {
        CHECK_OK(csuccess_facts_put_time(facts, slot, now - value * INT64_C(86400000)));
    } else {
        CHECK_OK(csuccess_facts_put_number(facts, slot, value));
        if (k == 4) CHECK_OK(csuccess_facts_set_observed(facts, view("old"), now));
    }
    return slot;
}

static bool follow_changes(const char *text, uint64_t *seed)
{
    csuccess_config *config = NULL;
    csuccess_facts *facts = NULL;
    csuccess_scorer *scorer = NULL;
    csuccess_membership *m = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    int64_t now = INT64_C(1767225600000);
    bool same = CHECK_OK(compile(&config, text, &err));
    if (!same) return false;
    CHECK_OK(csuccess_facts_new(&facts, config, NULL, NULL));
    CHECK_OK(csuccess_scorer_new(&scorer, config, NULL, NULL));
    CHECK_OK(csuccess_membership_new(&m, config, NULL, NULL));
    size_t words = (csuccess_config_segments(config) + 63u) / 64u;
    for (int i = 0; i < 60 && same; i++) {
        uint64_t members[2], open[2];
        uint32_t slots[3];
        size_t n = check_random(seed) % 4;
        now += (int64_t)(check_random(seed) % (INT64_C(86400000) / 2));
        for (size_t k = 0; k < n; k++) slots[k] = change_something(config, facts, seed, now);
        CHECK_OK(csuccess_scorer_membership(scorer, facts, now, m, slots, n, NULL));
        CHECK_OK(csuccess_scorer_segments(scorer, facts, now, members, open, words, NULL));
        same = CHECK(memcmp(csuccess_membership_members(m), members, words * 8) == 0) &&
               CHECK(memcmp(csuccess_membership_undecided(m), open, words * 8) == 0);
    }
    csuccess_membership_free(m);
    csuccess_scorer_free(scorer);
    csuccess_facts_free(facts);
    csuccess_config_unref(config);
    return same;
}

static void what_changed_is_as_if_all_were_asked(void)
{
    static char text[64 * 1024];
    uint64_t seed = 5;
    for (int i = 0; i < 150; i++) {
        random_configuration(text, sizeof text, &seed);
        if (follow_changes(text, &seed)) continue;
        printf("# %s\n", text);
        return;
    }
}

static void memberships_are_used_rightly(void)
{
    csuccess_config *config = NULL;
    csuccess_facts *facts = NULL;
    csuccess_scorer *scorer = NULL;
    csuccess_membership *m = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    uint32_t wrong = 1000;
    CHECK_OK(compile(&config, HEAD "{\"x\": {\"when\": \"a > 1\"}}}", &err));
    CHECK_OK(csuccess_facts_new(&facts, config, NULL, NULL));
    CHECK_OK(csuccess_scorer_new(&scorer, config, NULL, NULL));
    CHECK_RESULT(csuccess_membership_new(NULL, config, NULL, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_membership_new(&m, NULL, NULL, NULL), CSUCCESS_EINVALID);
    CHECK_OK(csuccess_membership_new(&m, config, NULL, NULL));
    CHECK_RESULT(csuccess_scorer_membership(scorer, facts, 0, m, &wrong, 1, NULL),
                 CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_scorer_membership(scorer, facts, 0, m, NULL, 1, NULL),
                 CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_scorer_membership(scorer, facts, 0, NULL, NULL, 0, NULL),
                 CSUCCESS_EINVALID);
    CHECK_UINT(csuccess_membership_members(m)[0], 0);
    CHECK_OK(csuccess_scorer_membership(scorer, facts, 0, m, NULL, 0, NULL));
    CHECK_UINT(csuccess_membership_undecided(m)[0], 1);
    CHECK(csuccess_membership_members(NULL) == NULL);
    csuccess_membership_free(m);
    csuccess_membership_free(NULL);
    csuccess_scorer_free(scorer);
    csuccess_facts_free(facts);
    csuccess_config_unref(config);
}

CHECK_MAIN(CHECK_TEST(leaving_is_linted), CHECK_TEST(what_changed_is_as_if_all_were_asked),
           CHECK_TEST(memberships_are_used_rightly),
           CHECK_TEST(segments_refer_to_segments_in_any_order), CHECK_TEST(circles_are_refused),
           CHECK_TEST(shapes_are_checked), CHECK_TEST(many_segments_are_many_words))

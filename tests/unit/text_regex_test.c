/* SPDX-License-Identifier: Apache-2.0 */
/* Regular expressions: what matches, what is refused, what stays open, and plain text against PCRE2. */
#include "base/error.h"
#include "check.h"
#include "text/regex.h"
#include "text/regex_literal.h"
#include "text/utf8.h"

typedef struct fixture {
    check_memory memory;
    csuccess_limits limits;
    csuccess_error err;
    csuccess__regex *regex;
    csuccess__regex_scratch *scratch;
} fixture;

static void setup(fixture *f)
{
    memset(f, 0, sizeof *f);
    check_memory_start(&f->memory);
    csuccess__limits_take(&f->limits, NULL, NULL);
    f->err.size = sizeof f->err;
    f->scratch = csuccess__regex_scratch_new(&f->memory.allocator);
}

static void teardown(fixture *f)
{
    csuccess__regex_free(f->regex);
    csuccess__regex_scratch_free(f->scratch);
    CHECK_MEMORY_EMPTY(&f->memory);
}

static csuccess_result compile(fixture *f, csuccess_str pattern)
{
    csuccess__regex_free(f->regex);
    return csuccess__regex_new(&f->regex, &f->memory.allocator, pattern, &f->limits, &f->err);
}

static csuccess__match search(fixture *f, csuccess_str subject)
{
    csuccess_result failed = -99;
    csuccess__match match = csuccess__regex_search(f->regex, f->scratch, subject, &failed);
    CHECK_OK(failed);
    return match;
}

static void patterns_match_as_perl_has_it(void)
{
    static const struct {
        const char *pattern, *subject;
        bool matches;
    } rows[] = {
        {"", "", true},
        {"", "x", true},
        {"foo|bar", "", false},
        {"gr(a|e)y", "grey", true},
        {"gr(a|e)y", "gry", false},
        {"cancel|Downgrade|Refund", "please Refund me", true},
        {"cancel|Downgrade|Refund", "please refund me", false},
        {"^URGENT", "URGENT: x", true},
        {"^URGENT", "x URGENT", false},
        {"export.*(CSV|PDF)", "export to\nCSV", false},
        {"export.*(CSV|PDF)", "export to PDF", true},
        {"#[0-9]*7$", "ticket #127", true},
        {"#[0-9]*7$", "ticket #127\n", true},
        {"#[0-9]*7$", "ticket #127\n\n", false},
        {"a$", "a\n", true},
        {"a$", "a\r\n", false},
        {"^a$", "a\n", true},
        {"^a$", "a\nb", false},
        {"^$", "\n", true},
        {"^$", "\n\n", false},
        {"a.c", "a\xC3\xA9\x63", true},
        {"^.$", "\xF0\x9F\x98\x80", true},
        {"^..$", "\xC3\xA9", false},
        {"(?i)\xC3\x89", "\xC3\xA9", true},
        {"\\d+", "\xD9\xA3", false},
        {"a\\.b", "a.b", true},
        {"a\\.b", "axb", false},
        {"[[:alpha:]]+\\s\\d{2}", "abc 12", true},
        {"(?<=x)y", "xy", true},
        {"(\\w)\\1", "hello", true},
        {"\xC3\xA9?x", "x", true},
        {"ab\xC3\xA9*c", "abc", true},
        {"\\Qa.b\\E", "a.b", true},
        {"\\Qa.b\\E", "axb", false},
        {"x{2}", "xx", true},
        {"x{,2y", "y", false}, /* a brace that is no count is a brace */
        {"a|", "zzz", true},
        {"()b", "ab", true},
        {"a(?:b(c|d)|e(f|))g", "xaegx", true},
        {"a(?:b(c|d)|e(f|))g", "xabeg", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture f;
        setup(&f);
        bool right = CHECK_OK(compile(&f, check_view(rows[i].pattern))) &&
                     CHECK_INT(search(&f, check_view(rows[i].subject)), rows[i].matches);
        if (!right) printf("# %s: %s\n", rows[i].pattern, f.err.message);
        teardown(&f);
    }
}

static void broken_and_unsafe_patterns_are_refused(void)
{
    static const struct {
        const char *pattern;
        int32_t code;
        uint64_t offset;
        const char *message;
    } rows[] = {
        {"a(b", CSUCCESS_EEXPRESSION, 3, "missing closing parenthesis"},
        {"a)", CSUCCESS_EEXPRESSION, 1, "unmatched closing parenthesis"},
        {"[z-a]", CSUCCESS_EEXPRESSION, 3, "range out of order"},
        {"*a", CSUCCESS_EEXPRESSION, 0, "quantifier does not follow"},
        {"a\\C", CSUCCESS_EEXPRESSION, 3, "\\C"},
        {"ab(?C)c", CSUCCESS_EEXPRESSION, 6, "callouts (?C)"},
        {"x(?C'text')", CSUCCESS_EEXPRESSION, 11, "callouts (?C)"},
        {"(*LIMIT_MATCH=1)a", CSUCCESS_EEXPRESSION, 0, "begin with a setting"},
        {"(*UCP)\\d", CSUCCESS_EEXPRESSION, 0, "begin with a setting"},
        {"(*NO_JIT)a", CSUCCESS_EEXPRESSION, 0, "begin with a setting"},
        {"a\xFF", CSUCCESS_EENCODING, 1, "UTF-8"},
        {"(?<n>a)(?<n>b)", CSUCCESS_EEXPRESSION, 12, "same name"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture f;
        setup(&f);
        CHECK_RESULT(compile(&f, check_view(rows[i].pattern)), rows[i].code);
        bool right = CHECK(f.regex == NULL) && CHECK_HAS(f.err.message, rows[i].message);
        right = CHECK_UINT(f.err.offset, rows[i].offset) && right;
        right = CHECK_UINT(f.err.column, rows[i].offset + 1) && right;
        if (!right) printf("# %s: %s\n", rows[i].pattern, f.err.message);
        teardown(&f);
    }
    fixture f;
    setup(&f);
    CHECK_OK(compile(&f, CSUCCESS_STR("\\(?C\\)|[(?C)]|\\Q(?C)\\E"))); /* text, not callouts */
    CHECK_INT(search(&f, CSUCCESS_STR("?")), CSUCCESS__MATCHED);
    teardown(&f);
}

static void patterns_and_subjects_are_limited(void)
{
    enum { N = 8193 };
    static char text[N];
    memset(text, 'a', N);
    fixture f;
    setup(&f);
    CHECK_OK(compile(&f, (csuccess_str){text, 1024}));
    CHECK_RESULT(compile(&f, (csuccess_str){text, 1025}), CSUCCESS_ELIMIT);
    CHECK_HAS(f.err.message, "limit pattern_bytes");
    CHECK_UINT(f.err.offset, 1024);
    CHECK_OK(compile(&f, CSUCCESS_STR("a")));
    CHECK_INT(search(&f, (csuccess_str){text, N - 1}), CSUCCESS__MATCHED);
    CHECK_INT(search(&f, (csuccess_str){text, N}), CSUCCESS__UNDECIDED);
    f.limits.subject_bytes = 10;
    CHECK_OK(compile(&f, CSUCCESS_STR("a+?$")));
    CHECK_INT(search(&f, (csuccess_str){text, 10}), CSUCCESS__MATCHED);
    CHECK_INT(search(&f, (csuccess_str){text, 11}), CSUCCESS__UNDECIDED);
    teardown(&f);
}

/* The budget is spent, never "no match"; and the same scratch goes on to answer others. */
static void explosive_patterns_stay_open(void)
{
    static const struct {
        const char *pattern, *matches;
    } rows[] = {{"a*a*[bc]", "aab"},     {"(a+)+[bc]", "aab"},   {"(a|aa)+[bc]$", "aab"},
                {"((a*)*)*[bc]", "aab"}, {"^(a|a)*[bc]", "aab"}, {"(.*)*[bc]", "aab"}};
    enum { N = 8192 };
    static char text[N];
    memset(text, 'a', N);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture f;
        setup(&f);
        CHECK_OK(compile(&f, check_view(rows[i].pattern)));
        csuccess__match match = search(&f, (csuccess_str){text, N});
        if (!CHECK_INT(match, CSUCCESS__UNDECIDED)) printf("# %s\n", rows[i].pattern);
        CHECK_INT(search(&f, check_view(rows[i].matches)), CSUCCESS__MATCHED);
        CHECK_INT(search(&f, CSUCCESS_STR("xyz")), CSUCCESS__NO_MATCH);
        CHECK(f.memory.peak_bytes < 64u << 20);
        teardown(&f);
    }
}

static void endless_recursion_stays_open(void)
{
    fixture f;
    setup(&f);
    CHECK_OK(compile(&f, CSUCCESS_STR("(?R)?b")));
    CHECK_INT(search(&f, CSUCCESS_STR("aab")), CSUCCESS__UNDECIDED);
    teardown(&f);
}

/* A thousand steps are too few for these, the second attempt decides. */
static void honest_patterns_are_decided(void)
{
    enum { N = 8192 };
    static char text[N];
    memset(text, 'a', N);
    static const struct {
        const char *pattern;
        size_t n;
        csuccess__match match;
    } rows[] = {
        {"^(?:a|b)*$", 8192, CSUCCESS__MATCHED},      {"^(?:a|b)*c", 8192, CSUCCESS__NO_MATCH},
        {"a*a*[bc]", 90, CSUCCESS__NO_MATCH},         {"(\\w|-)+@", 500, CSUCCESS__NO_MATCH},
        {"^(?:[a-z]+ ?)+$", 8192, CSUCCESS__MATCHED}, {"(a*)*$", 8192, CSUCCESS__MATCHED}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fixture f;
        setup(&f);
        CHECK_OK(compile(&f, check_view(rows[i].pattern)));
        if (!CHECK_INT(search(&f, (csuccess_str){text, rows[i].n}), rows[i].match)) {
            printf("# %s\n", rows[i].pattern);
        }
        teardown(&f);
    }
}

static void plain_text_is_recognised(void)
{
    static const struct {
        const char *pattern;
        bool decides;
        const char *first; /* the first alternative, or the required text; NULL: nothing */
    } rows[] = {
        {"dark mode", true, "dark mode"},
        {"(Login|password|SSO)", true, "Login"},
        {"^a\\.b$", true, "a.b"},
        {"x(?:a|(b|c))", true, "xa"},
        {"export.*(CSV|PDF)", true, "export"},
        {"export.*?(CSV|PDF)", false, "export"},
        {"a.*\n", false, "a"},
        {"^.+abc", false, "abc"},
        {"^ab.*cdef", false, "ab"},
        {"#[0-9]*7$", false, "7"},
        {"a+bcd?e", false, "bc"},
        {"abc|d.", false, NULL},
        {"a(?i)b", false, NULL},
        {"(?=ab)c", false, NULL},
        {"abc{0}", false, NULL},
        {"(abc)?d", false, "d"},
        {"(*ACCEPT)abc", false, NULL},
        {"[\\c]]a", false, NULL},
        {"[^]ab]cde", false, "cde"},
        {"\\babc\\b", false, "abc"},
        {"abc\\Qd|e", false, NULL},
        {"ab\xC3\xA9?", false, "ab"},
        {"(?:xy|z.)abc", false, "abc"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        csuccess__literal_plan plan;
        csuccess__literal_plan_make(&plan, check_view(rows[i].pattern));
        bool right =
            CHECK(plan.decides == rows[i].decides) &&
            CHECK((plan.count > 0) == (rows[i].first != NULL)) &&
            (!rows[i].first || CHECK_STR(((csuccess_str){plan.parts[0].items[0].bytes,
                                                         plan.parts[0].items[0].length}),
                                         rows[i].first));
        if (!right) printf("# %s\n", rows[i].pattern);
    }
}

static csuccess_str random_text(char *out, size_t cap, uint64_t *state,
                                const char *const *pieces, size_t count)
{
    size_t n = 0, parts = check_random(state) % 9;
    for (size_t i = 0; i < parts; i++) {
        n += (size_t)snprintf(out + n, cap - n, "%s", pieces[check_random(state) % count]);
    }
    return (csuccess_str){out, n};
}

/* On random patterns and subjects the plan for plain text says what PCRE2 says: a comment in front of
   the pattern, (?#), is nothing that the plan knows. */
static void plans_agree_with_pcre2(void)
{
    static const char *const of_pattern[] = {
        "a",         "b",     "ab",   "\\.",  "(a|b)", "(?:ab|c)", "(|a)",
        "|",         "^",     "$",    ".*",   ".*",    ".",        "[\\c]]",
        "[ab]",      "[^]a]", "a?",   "b+",   "\\d",   "\n",       "\xC3\xA9",
        "\xC3\xA9?", "{",     "#",    "c{0}", "\\b",   "(a.|b)*",  "(a(b|c)",
        ")",         "\\Q",   "\\\\", "(?:",  "(?=a)", "]",        "}"};
    static const char *const of_subject[] = {"a", "b", "c",  "ab", ".", "\n", "\xC3\xA9",
                                             "#", "{", "\\", "]",  "}", "1"};
    uint64_t state = 99;
    size_t plans = 0;
    fixture f, g;
    setup(&f);
    setup(&g);
    for (int i = 0; i < 40000; i++) {
        char pattern[200], comment[200], subject[200];
        memcpy(comment, "(?#)", 4);
        csuccess_str p = random_text(pattern, sizeof pattern, &state, of_pattern,
                                     sizeof of_pattern / sizeof of_pattern[0]);
        memcpy(comment + 4, pattern, p.len);
        csuccess_result result = compile(&f, p);
        if (result != CSUCCESS_OK ||
            compile(&g, (csuccess_str){comment, p.len + 4}) != CSUCCESS_OK)
            continue;
        csuccess__literal_plan plan;
        csuccess__literal_plan_make(&plan, p);
        plans += plan.count != 0;
        for (int j = 0; j < 6; j++) {
            csuccess_str s = random_text(subject, sizeof subject, &state, of_subject,
                                         sizeof of_subject / sizeof of_subject[0]);
            if (!CHECK_INT(search(&f, s), search(&g, s))) {
                printf("# pattern %.*s subject %.*s\n", (int)p.len, pattern, (int)s.len,
                       subject);
                i = 40000;
            }
        }
    }
    CHECK(plans > 5000);
    teardown(&f);
    teardown(&g);
}

static csuccess_result searches_with_refusals(check_memory *memory, void *ud)
{
    (void)ud;
    static char text[8000];
    memset(text, 'a', sizeof text);
    csuccess_limits limits;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__regex *regex = NULL;
    csuccess__limits_take(&limits, NULL, NULL);
    csuccess_result result = csuccess__regex_new(
        &regex, &memory->allocator, CSUCCESS_STR("^(a|b)*(?:x|(c)|)$"), &limits, &err);
    if (result != CSUCCESS_OK) {
        CHECK(regex == NULL);
        CHECK_INT(err.code, result);
        return result;
    }
    csuccess__regex_scratch *scratch = csuccess__regex_scratch_new(&memory->allocator);
    if (scratch) {
        csuccess__match match =
            csuccess__regex_search(regex, scratch, (csuccess_str){text, sizeof text}, &result);
        CHECK_INT(match, result == CSUCCESS_OK ? CSUCCESS__MATCHED : CSUCCESS__UNDECIDED);
    } else {
        result = CSUCCESS_ENOMEM;
    }
    csuccess__regex_scratch_free(scratch);
    csuccess__regex_free(regex);
    return result;
}

static void refused_memory_is_undecided(void)
{
    CHECK(check_faults(searches_with_refusals, NULL) > 8);
}

static void a_warm_scratch_allocates_nothing(void)
{
    static char text[8000];
    memset(text, 'a', sizeof text);
    fixture f;
    setup(&f);
    CHECK_OK(compile(&f, CSUCCESS_STR("^(?:a|b)*$")));
    CHECK_INT(search(&f, (csuccess_str){text, sizeof text}), CSUCCESS__MATCHED);
    size_t before = f.memory.calls;
    for (int i = 0; i < 10; i++) search(&f, (csuccess_str){text, sizeof text});
    CHECK_UINT(f.memory.calls, before);
    teardown(&f);
}

/* Where a match is, from a byte on: what stands before it is seen all the same. */
static void matches_are_found_one_by_one(void)
{
    static const struct {
        const char *pattern, *subject;
        size_t from, first, end; /* end 0: none */
    } rows[] = {{"(?i)\\bcat", "Cat, tomcat, CAT", 0, 0, 3},
                {"(?i)\\bcat", "Cat, tomcat, CAT", 3, 13, 16},
                {"(?i)\\bcat", "Cat, tomcat, CAT", 14, 0, 0},
                {"(?i)^cat", "a cat", 2, 0, 0},
                {"(?i)x*", "abc", 3, 3, 3},
                {"(?i)\xC3\xA9", "\xC3\xA9 \xC3\xA9", 2, 3, 5}};
    fixture f;
    csuccess__span_found found;
    setup(&f);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!CHECK_OK(compile(&f, check_view(rows[i].pattern)))) continue;
        csuccess__match match = csuccess__regex_find(
            f.regex, f.scratch, check_view(rows[i].subject), rows[i].from, &found);
        CHECK(match == (rows[i].end ? CSUCCESS__MATCHED : CSUCCESS__NO_MATCH));
        if (!rows[i].end || match != CSUCCESS__MATCHED) continue;
        CHECK_UINT(found.first, rows[i].first);
        CHECK_UINT(found.end, rows[i].end);
    }
    if (CHECK_OK(compile(&f, CSUCCESS_STR("(?i)a")))) {
        CHECK(csuccess__regex_find(f.regex, f.scratch, CSUCCESS_STR("a"), 2, &found) ==
              CSUCCESS__UNDECIDED);
    }
    if (CHECK_OK(compile(&f, CSUCCESS_STR("plain")))) {
        CHECK(csuccess__regex_find(f.regex, f.scratch, CSUCCESS_STR("plain"), 0, &found) ==
              CSUCCESS__UNDECIDED);
    }
    teardown(&f);
}

CHECK_MAIN(CHECK_TEST(matches_are_found_one_by_one), CHECK_TEST(patterns_match_as_perl_has_it),
           CHECK_TEST(broken_and_unsafe_patterns_are_refused),
           CHECK_TEST(patterns_and_subjects_are_limited),
           CHECK_TEST(explosive_patterns_stay_open), CHECK_TEST(endless_recursion_stays_open),
           CHECK_TEST(honest_patterns_are_decided), CHECK_TEST(plain_text_is_recognised),
           CHECK_TEST(plans_agree_with_pcre2), CHECK_TEST(refused_memory_is_undecided),
           CHECK_TEST(a_warm_scratch_allocates_nothing))

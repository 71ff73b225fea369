/* SPDX-License-Identifier: Apache-2.0 */
/* Texts with expressions: what they print, what they refuse and where, when they are held. */
#include "expr_rows.h"

#include "expr/machine.h"

/* Compiles and renders into r->text: the text, "held: piece (reason) names" or "refused OFFSET: message". */
static const char *render(rows *r, const char *text, csuccess__escape escape)
{
    const csuccess__template *made = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__held held = {0};
    csuccess__buffer out;
    r->failed = csuccess__template_compile(&made, &r->compiler, check_view(text), escape, &err);
    if (r->failed != CSUCCESS_OK) {
        snprintf(r->text, sizeof r->text, "refused %d: %s", (int)err.offset, err.message);
        return r->text;
    }
    csuccess__buffer_init(&out, &r->mem, r->limits.output_bytes);
    csuccess__buffer_cstr(&out, ">");
    r->failed = csuccess__template_render(made, r->machine, &r->frame, &out, &held);
    csuccess_str view = csuccess__buffer_view(&out);
    int len =
        snprintf(r->text, sizeof r->text, "%.*s", (int)view.len, view.len ? view.ptr : "");
    if (r->failed == CSUCCESS_EMISSING) {
        len += snprintf(r->text + len, sizeof r->text - len, "held: %.*s (%s)",
                        (int)held.piece.len, held.piece.ptr, rows_absences[held.why]);
        for (size_t i = 0; i < held.count; i++) {
            len += snprintf(r->text + len, sizeof r->text - len, " %s",
                            rows_names[held.slots[i]].name);
        }
    }
    csuccess__buffer_free(&out);
    return r->text;
}

typedef struct text_case {
    const char *text, *expected; /* behind the ">" that stood in the buffer before */
} text_case;

static void check_texts(const text_case *cases, size_t count, csuccess__escape escape)
{
    static rows r;
    if (!CHECK_OK(rows_start(&r, csuccess__malloc_allocator(), NULL))) return;
    for (size_t i = 0; i < count; i++) {
        if (!CHECK_CSTR(render(&r, cases[i].text, escape), cases[i].expected)) {
            printf("# for %s\n", cases[i].text);
        }
        csuccess__machine_reset(r.machine);
    }
    rows_end(&r);
}
#define CHECK_TEXTS(cases, escape) \
    check_texts((cases), sizeof(cases) / sizeof((cases)[0]), (escape))

static void values_print_plainly(void)
{
    static const text_case cases[] = {
        {"", ">"},
        {"no expression at all", ">no expression at all"},
        {"{{x}}", ">5"},
        {"x is {{ x }} and y {{y}}.", ">x is 5 and y 2."},
        {"{{x}}{{y}}{{x / y}}", ">522.5"},
        {"{{1e21}} {{-zero}} {{0.1 + 0.2}}", ">1e+21 0 0.30000000000000004"},
        {"{{words[1]}}, {{word}}", ">a,  Stra\xC3\x9F"
                                   "e "},
        {"{{yes}}/{{no}}", ">true/false"},
        {"{{soon}}", ">2026-02-02T00:00:00.001Z"},
        {"{{date(soon)}}", ">2026-02-02"},
        {"{{ date( now - duration('P1D') ) }}", ">2026-01-30"},
        {"{{span}} {{one_month}}", ">P1DT2H0.345S P1M"},
        {"{{coalesce(no_word, 'friend')}}", ">friend"},
        {"{{x > y ? 'more' : 'less'}}", ">more"},
        {"{{percent(0.34 + zero)}} usage decline", ">34% usage decline"},
        {"{{percent(0.345 + zero)}} {{percent(-0.345 + zero)}}", ">35% -35%"},
        {"{{percent(x / 3)}}", ">167%"},
        {"{{percent(x / 3, 2)}}", ">166.67%"},
        {"{{percent( 0.5 , 1 )}}", ">50.0%"},
        {"{{percent(max(x, y))}}", ">500%"},
        {"{{percent(zero * -1)}}", ">0%"},
        {"{{number(x, 2)}}", ">5.00"},
        {"{{number(x / y, 0)}} {{number(-x / y, 0)}}", ">3 -3"},
        {"{{number(1234567.891, 1)}}", ">1234567.9"},
        {"{{number(max(x, y), 1)}}", ">5.0"},
        {"{{number(-0.001, 1)}}", ">0.0"},
        {"{{number(words.exists(w, w == 'a,(') ? 1 : 2, 0)}}", ">2"},
    };
    CHECK_TEXTS(cases, CSUCCESS__ESCAPE_TEXT);
}

static void braces_and_quotes(void)
{
    static const text_case cases[] = {
        {"{ x } }} {", ">{ x } }} {"},
        {"{{'{{'}}x}}", ">{{x}}"},
        {"{{'}}'}} {{\"}}\"}}", ">}} }}"},
        {"{{'it\\'s }}'}}", ">it's }}"},
        {"{{r'\\'}}!", ">\\!"},
        {"{{'''a ' }} b'''}}", ">a ' }} b"},
        {"{{\"\"\"q\"}}\"\"\"}}", ">q\"}}"},
        {"{{{x}}", "refused 2: "},
        {"{{'a' + 'b'}}", ">ab"},
        {"a\n{{x}}\n", ">a\n5\n"},
    };
    static rows r;
    if (!CHECK_OK(rows_start(&r, csuccess__malloc_allocator(), NULL))) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *got = render(&r, cases[i].text, CSUCCESS__ESCAPE_TEXT);
        bool refused = strncmp(cases[i].expected, "refused", 7) == 0;
        bool right = refused ? strncmp(got, cases[i].expected, strlen(cases[i].expected)) == 0
                             : strcmp(got, cases[i].expected) == 0;
        if (!CHECK(right)) printf("# %s\n# for %s\n", got, cases[i].text);
    }
    rows_end(&r);
}

static void html_is_escaped_in_values_only(void)
{
    static const text_case cases[] = {
        {"<b>{{'<a href=\"x\">Tom & Jerry\\'s</a>'}}</b> & co",
         "><b>&lt;a href=&quot;x&quot;&gt;Tom &amp; Jerry&#39;s&lt;/a&gt;</b> & co"},
        {"{{x}} {{percent(0.5)}} {{words[1]}}{{''}}", ">5 50% a"},
    };
    CHECK_TEXTS(cases, CSUCCESS__ESCAPE_HTML);
    static const text_case plain[] = {{"{{'<&>\"'}}", "><&>\""}};
    CHECK_TEXTS(plain, CSUCCESS__ESCAPE_TEXT);
}

static void a_missing_variable_holds_the_text(void)
{
    static const text_case cases[] = {
        {"Dear {{no_word}}, {{x}}", ">held: no_word (never_set) no_word"},
        {"{{x}} {{never + stale}} {{no_word}}", ">held: never + stale (never_set) never stale"},
        {"{{percent(stale)}}", ">held: stale (stale) stale"},
        {"{{number(gaps[1], 2)}}", ">held: gaps[1] (stale) gaps"},
        {"{{date(no_time)}}", ">held: no_time (never_set) no_time"},
        {"{{x / zero}}", ">held: x / zero (division_by_zero)"},
        {"{{percent(huge * 10)}}", ">held: huge * 10 (overflow)"},
        {"{{percent(huge)}}", ">held: huge (overflow)"},
        {"{{maybe ? 'a' : 'b'}}", ">held: maybe ? 'a' : 'b' (undecided) maybe"},
    };
    CHECK_TEXTS(cases, CSUCCESS__ESCAPE_TEXT);
}

static void mistakes_are_told_with_their_place(void)
{
    static const struct {
        const char *text;
        csuccess_result code;
        int offset;
        const char *part;
    } cases[] = {
        {"Dear {{name", CSUCCESS_EEXPRESSION, 5, "{{ without }}"},
        {"{{'open }}", CSUCCESS_EEXPRESSION, 0, "{{ without }}"},
        {"ab {{ }}", CSUCCESS_EEXPRESSION, 6, "expected an expression"},
        {"{{}}", CSUCCESS_EEXPRESSION, 2, "expected an expression"},
        {"Dear {{ wrod }}", CSUCCESS_ENAME, 8, "word"},
        {"a {{x + yes}}", CSUCCESS_ETYPE, -1, ""},
        {"{{numbers}}", CSUCCESS_EEXPRESSION, 2, "list"},
        {"{{deals[0]}}", CSUCCESS_EEXPRESSION, 2, "record"},
        {"{{percent(word)}}", CSUCCESS_ETYPE, 10, "number"},
        {"{{date(x)}}", CSUCCESS_ETYPE, 7, "time"},
        {"{{number(x)}}", CSUCCESS_EEXPRESSION, 10, "decimals"},
        {"{{number(x, 10)}}", CSUCCESS_EEXPRESSION, 12, "0 to 9"},
        {"{{number(x, y)}}", CSUCCESS_EEXPRESSION, 12, "0 to 9"},
        {"{{number(, 2)}}", CSUCCESS_EEXPRESSION, 9, "expected an expression"},
        {"{{percent()}}", CSUCCESS_EEXPRESSION, 10, "expected an expression"},
        {"{{'a' + percent(x)}}", CSUCCESS_ENAME, -1, "percent"},
    };
    static rows r;
    if (!CHECK_OK(rows_start(&r, csuccess__malloc_allocator(), NULL))) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const csuccess__template *made = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        csuccess_result got = csuccess__template_compile(
            &made, &r.compiler, check_view(cases[i].text), CSUCCESS__ESCAPE_TEXT, &err);
        CHECK(made == NULL);
        bool right = CHECK_RESULT(got, cases[i].code) && CHECK_HAS(err.message, cases[i].part);
        if (cases[i].offset >= 0) right = CHECK_INT(err.offset, cases[i].offset) && right;
        CHECK_UINT(err.column, err.offset + 1);
        if (!right) printf("# %s\n# for %s\n", err.message, cases[i].text);
    }
    rows_end(&r);
}

/* In a document the place is that of the string, escapes counted. */
static void a_document_gets_every_problem(void)
{
    static rows r;
    if (!CHECK_OK(rows_start(&r, csuccess__malloc_allocator(), NULL))) return;
    csuccess__json_options options = {.limits = &r.limits, .lines = true};
    csuccess__json *root = NULL;
    csuccess_str text =
        CSUCCESS_STR("{\"good\": \"{{x}}\",\n \"bad\": \"\\\"a\\\" {{wrod}}\", \"no\": 5}");
    if (!CHECK_OK(csuccess__json_read(&root, &r.arena, text, &options, NULL))) return;
    csuccess__problems list;
    csuccess__problems_init(&list, &r.arena, 10);
    CHECK(csuccess__template_read(&r.compiler, &list, csuccess__json_member(root, "good"),
                                  CSUCCESS__ESCAPE_TEXT));
    CHECK(!csuccess__template_read(&r.compiler, &list, csuccess__json_member(root, "bad"),
                                   CSUCCESS__ESCAPE_TEXT));
    CHECK(!csuccess__template_read(&r.compiler, &list, csuccess__json_member(root, "no"),
                                   CSUCCESS__ESCAPE_TEXT));
    CHECK_UINT(list.count, 2);
    if (!CHECK(list.first && list.last)) return;
    CHECK_STR(list.first->pointer, "/bad");
    CHECK_INT(list.first->code, CSUCCESS_ENAME);
    CHECK_UINT(list.first->line, 2);
    CHECK_UINT(list.first->column, 18);
    CHECK_STR(list.last->pointer, "/no");
    CHECK_STR(list.last->message, "expected a text, not a number");
    rows_end(&r);
}

static void output_is_bounded_and_never_half_filled(void)
{
    static rows r;
    if (!CHECK_OK(rows_start(&r, csuccess__malloc_allocator(), NULL))) return;
    r.limits.output_bytes = 100;
    CHECK_CSTR(render(&r, "{{x}}{{long}}{{y}}", CSUCCESS__ESCAPE_TEXT), ">");
    CHECK_RESULT(r.failed, CSUCCESS_ELIMIT);
    r.machine->limits.evaluation_steps = 10;
    CHECK_CSTR(
        render(&r, "{{x}}{{numbers.map(a, numbers.map(b, a)).size()}}", CSUCCESS__ESCAPE_TEXT),
        ">");
    CHECK_RESULT(r.failed, CSUCCESS_ELIMIT);
    rows_end(&r);
}

static csuccess_result compile_and_render(check_memory *memory, void *ud)
{
    static rows r;
    (void)ud;
    csuccess_result status = rows_start(&r, &memory->allocator, NULL);
    if (status == CSUCCESS_OK) {
        const char *got =
            render(&r, "{{word.trim() + '!'}} {{percent(0.5)}} {{words.map(w, w + w)[0]}}",
                   CSUCCESS__ESCAPE_HTML);
        status = r.failed;
        if (status == CSUCCESS_OK)
            CHECK_CSTR(got, ">Stra\xC3\x9F"
                            "e! 50% bb");
    }
    if (r.machine) {
        rows_end(&r);
    } else {
        csuccess__arena_free(&r.arena);
    }
    return status;
}

static void every_refused_allocation_is_reported(void)
{
    CHECK(check_faults(compile_and_render, NULL) > 5);
}

CHECK_MAIN(CHECK_TEST(values_print_plainly), CHECK_TEST(braces_and_quotes),
           CHECK_TEST(html_is_escaped_in_values_only),
           CHECK_TEST(a_missing_variable_holds_the_text),
           CHECK_TEST(mistakes_are_told_with_their_place),
           CHECK_TEST(a_document_gets_every_problem),
           CHECK_TEST(output_is_bounded_and_never_half_filled),
           CHECK_TEST(every_refused_allocation_is_reported))

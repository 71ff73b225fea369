/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess score: health and churn of every row. */
#include "commands.h"

#include "clock.h"
#include "config_file.h"
#include "input.h"
#include "output.h"
#include "history.h"
#include "report.h"
#include "slice.h"
#include "summary.h"
#include "top.h"
#include "why.h"

#include <stdio.h>
#include <string.h>

/* Columns of the table and of CSV, found in the JSON result: "health.score" is in its object "health". */
typedef struct column {
    const char *name, *part, *key;
    int width; /* in the table; 0: only in CSV */
    bool right;
} cli_column;

static const cli_column columns[] = {
    {"customer_id", NULL, "customer_id", 20, false},
    {"profile", "health", "profile", 0, false},
    {"score", "health", "score", 9, true},
    {"raw", "health", "raw", 0, true},
    {"status", "health", "status", 10, false},
    {"trend", "health", "trend", 9, false},
    {"completeness", "health", "completeness", 0, true},
    {"provisional", "health", "provisional", 0, false},
    {"churn_probability", "churn", "probability", 11, true},
    {"churn_level", "churn", "level", 8, false},
    {"value_at_risk", "churn", "value_at_risk", 0, true},
    {"urgency", "churn", "urgency", 0, false},
    {"recommended", "churn", "recommended", 0, false},
};
/* A cell holds any value that the library takes: its limit string_bytes. */
enum { COLUMNS = sizeof columns / sizeof columns[0], CELL_MOST = 65536 };

static csuccess_str find(csuccess_str result, const cli_column *column, char *buf)
{
    csuccess_str object = column->part ? slice_member(result, column->part) : result;
    return output_decode(buf, CELL_MOST, slice_member(object, column->key));
}

/* The table's numbers are for people: four decimals of a fraction are enough. */
static csuccess_str shorten(csuccess_str number)
{
    for (size_t i = 0; i < number.len; i++) {
        if (number.ptr[i] == 'e') return number;
        if (number.ptr[i] == '.' && number.len > i + 5) number.len = i + 5;
    }
    return number;
}

/* What there is to worry about: the first risk factor, in words if it has them. */
static csuccess_str reason(csuccess_str result, char *buf)
{
    csuccess_str first =
        slice_first(slice_member(slice_member(result, "churn"), "risk_factors"));
    csuccess_str say = slice_member(first, "say");
    if (say.len == 0 || slice_is(say, "null")) say = slice_member(first, "type");
    return output_decode(buf, CELL_MOST, say);
}

static void print_header(output_format format)
{
    for (int i = 0; i < COLUMNS; i++) {
        const cli_column *c = &columns[i];
        csuccess_str name = {c->name, 0};
        while (c->name[name.len]) name.len++;
        if (format == OUTPUT_CSV) {
            printf("%s%s", i ? "," : "", c->name);
        } else if (c->width > 0) {
            if (c->part && c->part[0] == 'c') name = (csuccess_str){c->name + 6, name.len - 6};
            if (strcmp(c->key, "probability") == 0) {
                name = CSUCCESS_STR("churn risk"); /* most are not calibrated */
            }
            output_column(name, c->width, c->right);
            printf("  ");
        }
    }
    printf(format == OUTPUT_CSV ? "\n" : "reason\n");
}

static void print_csv(csuccess_str result)
{
    char buf[CELL_MOST];
    for (int i = 0; i < COLUMNS; i++) {
        if (i > 0) putchar(',');
        output_cell(find(result, &columns[i], buf));
    }
    putchar('\n');
}

static void print_table(csuccess_str result)
{
    char buf[CELL_MOST];
    for (int i = 0; i < COLUMNS; i++) {
        if (columns[i].width == 0) continue;
        csuccess_str cell = find(result, &columns[i], buf);
        if (columns[i].right) cell = shorten(cell);
        if (cell.len == 0) cell = CSUCCESS_STR("-");
        output_column(cell, columns[i].width, columns[i].right);
        printf("  ");
    }
    csuccess_str why = reason(result, buf);
    output_column(why, why.len > 60 ? 60 : (int)why.len, false);
    putchar('\n');
}

static void print_result(output_format format, csuccess_str result, uint64_t before)
{
    switch (format) {
    case OUTPUT_CSV:
        print_csv(result);
        return;
    case OUTPUT_TABLE:
        print_table(result);
        return;
    case OUTPUT_JSON:
        printf(before ? ",\n" : "[\n");
        output_plain(result);
        return;
    default:
        output_plain(result);
        putchar('\n');
    }
}

typedef struct scoring {
    cli_session session;
    output_format format;
    const char *outcome;
    summary *summary; /* NULL: rows are wanted */
    bool why;
    top top;   /* with most > 0: only the likeliest to leave are wanted */
    text said; /* the result at hand with its sentences */
} scoring;

/* Whether the outcome holds for the row at hand: 1, 0, -1 when it is not known, -2 when it cannot be asked. */
static int outcome_of(const scoring *s, csuccess_error *err)
{
    csuccess_str holds = {s->outcome, s->outcome ? strlen(s->outcome) : 0}, value;
    if (!s->outcome) return -1;
    csuccess_result result = csuccess_scorer_eval(s->session.scorer, s->session.facts,
                                                  s->session.now, holds, &value, NULL, err);
    if (result < 0) return -2;
    if (result == CSUCCESS_UNDECIDED) return -1;
    return slice_is(value, "true");
}

/* The result with "why" as its last member. */
static bool say_why(scoring *s, csuccess_str *result, csuccess_error *err)
{
    bool ok = true;
    s->said.len = 0;
    for (size_t i = 0; i + 1 < result->len && ok; i++) ok = text_put(&s->said, result->ptr[i]);
    csuccess_str copy = {s->said.ptr, s->said.len};
    for (const char *c = ",\"why\":"; *c && ok; c++) ok = text_put(&s->said, *c);
    text sentences = {NULL, 0,
                      0}; /* the result is borrowed from the scorer, which is asked again */
    copy.ptr = s->said.ptr;
    ok = ok && why_write(&sentences, &s->session, copy);
    for (size_t i = 0; i < sentences.len && ok; i++) ok = text_put(&s->said, sentences.ptr[i]);
    ok = ok && text_put(&s->said, '}');
    text_free(&sentences);
    if (!ok) snprintf(err->message, sizeof err->message, "out of memory");
    *result = (csuccess_str){s->said.ptr, s->said.len};
    return ok;
}

/* Keeps the result if it is among the likeliest to leave, of those who have not. */
static bool keep_top(scoring *s, csuccess_str result, int outcome, csuccess_error *err)
{
    double p = report_number(result, "churn.probability", -1);
    if (p < 0 || outcome == 1 || !top_wants(&s->top, p)) return true;
    if (s->why && !say_why(s, &result, err)) return false;
    if (top_add(&s->top, p, result)) return true;
    snprintf(err->message, sizeof err->message, "out of memory");
    return false;
}

static bool score_row(scoring *s, csuccess_str *result, csuccess_error *err)
{
    csuccess_score score = CSUCCESS_SCORE_INIT;
    const cli_session *with = &s->session;
    int outcome = outcome_of(s, err);
    if (outcome == -2 ||
        csuccess_scorer_explain(with->scorer, with->facts, with->now, &score, err) < 0 ||
        csuccess_scorer_json(with->scorer, result, err) < 0) {
        return false;
    }
    if (s->summary) summary_add(s->summary, &score, with->scorer, *result, outcome);
    if (s->top.most) return keep_top(s, *result, outcome, err);
    return s->summary || !s->why || say_why(s, result, err);
}

static void print_start(const scoring *s)
{
    if (s->summary) return;
    if (s->format == OUTPUT_CSV || s->format == OUTPUT_TABLE) print_header(s->format);
}

static void print_end(const scoring *s, const input *in, uint64_t written)
{
    if (s->summary) {
        if (!in->failed) summary_print(s->summary, s->format);
    } else if (s->format == OUTPUT_JSON) {
        printf(written ? "\n]\n" : "[]\n");
    }
}

static void print_one(const scoring *s, csuccess_str result, uint64_t before)
{
    print_result(s->format, result, before);
    if (s->why && s->format == OUTPUT_TABLE) why_print(slice_member(result, "why"));
}

static int score_rows(scoring *s, input *in)
{
    uint64_t written = 0;
    print_start(s);
    while (output_works() && input_next(in, s->session.facts)) {
        csuccess_str result;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        if (score_row(s, &result, &err)) {
            if (!s->summary && !s->top.most) print_one(s, result, written++);
        } else if (!input_refuse(in, err.message)) {
            break;
        }
    }
    for (size_t i = 0; i < s->top.count && !in->failed; i++) {
        print_one(s, (csuccess_str){s->top.list[i].result, s->top.list[i].len}, written++);
    }
    print_end(s, in, written);
    return input_finish(in);
}

/* 0, or 2 after telling what does not go together. */
static int check_summary(const args *given, output_format format)
{
    bool summed = given->values[OPTION_SUMMARY] != NULL;
    bool likeliest = given->values[OPTION_TOP] != NULL;
    if (given->values[OPTION_OUTCOME] && !summed && !likeliest) {
        return args_usage("score", "%s goes with --summary or --top", "--outcome");
    }
    if (summed && (likeliest || given->values[OPTION_WHY])) {
        return args_usage("score", "%s does not go with --summary",
                          likeliest ? "--top" : "--why");
    }
    if (summed && format == OUTPUT_CSV) {
        return args_usage("score", "--summary comes as a table or as JSON, not as %s", "CSV");
    }
    return 0;
}

/* What to make of the rows. 0, or the exit code after telling. */
static int prepare(scoring *s, const args *given)
{
    uint64_t most = 0;
    bool ok = true;
    s->outcome = given->values[OPTION_OUTCOME];
    s->why = given->values[OPTION_WHY] != NULL;
    if (!whole_option(given, OPTION_TOP, TOP_MOST, &most)) return 2;
    if (given->values[OPTION_TOP] && most == 0) {
        return args_usage("score", "--top %s: at least 1", given->values[OPTION_TOP]);
    }
    if (most) ok = top_init(&s->top, (size_t)most);
    if (given->values[OPTION_SUMMARY]) s->summary = summary_new(s->outcome);
    ok = ok && (!given->values[OPTION_SUMMARY] || s->summary);
    if (!ok) fprintf(stderr, "csuccess: out of memory\n");
    return ok ? 0 : 1;
}

int score_run(const args *given)
{
    if (given->values[OPTION_DB]) return score_kept_run(given);
    scoring s = {.format = OUTPUT_JSONL};
    input in;
    int code = output_choose(&s.format, given);
    if (code == 0) code = check_summary(given, s.format);
    if (code == 0) code = prepare(&s, given);
    if (code == 0) code = session_open(&s.session, given);
    if (code == 0) {
        code = input_open(&in, given, s.session.facts);
        if (code == 0) code = score_rows(&s, &in);
        input_close(&in);
        session_close(&s.session);
    }
    summary_free(s.summary);
    top_free(&s.top);
    text_free(&s.said);
    return output_finish(code);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Calls of functions as nodes: literals that are checked and compiled once, tables,
   patterns. */
#include "expr/build.h"

#include "base/str.h"

#include <string.h>

/* Where byte `inner` of a string literal stands in the text; with escapes, where the literal
   begins. */
static size_t place_inside(const csuccess__builder *b, const csuccess__term *literal,
                           size_t inner)
{
    csuccess_str value = literal->as.constant.as.string;
    size_t from = literal->at + 1;
    if (from > b->text.len || b->text.len - from < value.len || inner > value.len ||
        !csuccess__str_eq((csuccess_str){b->text.ptr + from, value.len}, value)) {
        return literal->at;
    }
    return from + inner;
}

static bool is_literal(const csuccess__term *term)
{
    return term->kind == CSUCCESS__TERM_CONSTANT && term->type->kind == CSUCCESS__KIND_STRING;
}

typedef struct call {
    csuccess__node proto;
    csuccess__terms *arguments;
} call;

static bool call_plain(csuccess__builder *b, call *c, csuccess__term *out)
{
    return csuccess__build_node(b, c->proto, c->arguments->items, c->arguments->count, out);
}

static bool call_same(csuccess__builder *b, call *c, csuccess__term *out)
{
    (void)b;
    *out = c->arguments->items[0];
    return true;
}

static bool call_timestamp(csuccess__builder *b, call *c, csuccess__term *out)
{
    const csuccess__term *literal = &c->arguments->items[0];
    if (!is_literal(literal)) return call_plain(b, c, out);
    csuccess_str text = literal->as.constant.as.string;
    csuccess__time_error wrong;
    int64_t ms;
    if (csuccess__date_parse(&ms, text, NULL)) {
        return csuccess__build_fail(b, CSUCCESS_EEXPRESSION, literal->at,
                                    "a time is wanted, not only a date: write '%ST00:00:00Z'",
                                    text);
    }
    if (!csuccess__time_parse(&ms, text, &wrong)) {
        return csuccess__build_fail(
            b, CSUCCESS_EEXPRESSION, place_inside(b, literal, wrong.offset),
            "%q is no time such as '2026-01-31T08:00:00Z': expected %s", text, wrong.expected);
    }
    *out = csuccess__term_constant(csuccess__time(ms), c->proto.type, literal->at);
    return true;
}

static bool call_duration(csuccess__builder *b, call *c, csuccess__term *out)
{
    const csuccess__term *literal = &c->arguments->items[0];
    if (!is_literal(literal)) return call_plain(b, c, out);
    csuccess_str text = literal->as.constant.as.string;
    csuccess__time_error wrong;
    csuccess__duration duration;
    if (!csuccess__duration_parse_any(&duration, text, &wrong)) {
        return csuccess__build_fail(
            b, CSUCCESS_EEXPRESSION, place_inside(b, literal, wrong.offset),
            "%q is no duration such as 'P7D' or '3600s': expected %s", text, wrong.expected);
    }
    *out =
        csuccess__term_constant(csuccess__duration_value(duration), c->proto.type, literal->at);
    return true;
}

/* getHours(t) or getHours(t, '+11:00'). */
static bool call_offset(csuccess__builder *b, call *c, csuccess__term *out)
{
    if (c->arguments->count == 2) {
        const csuccess__term *literal = &c->arguments->items[1];
        csuccess_str text = literal->as.constant.as.string;
        csuccess__time_error wrong;
        if (!csuccess__offset_parse(&c->proto.as.offset_minutes, text, &wrong)) {
            return csuccess__build_fail(b, CSUCCESS_EEXPRESSION,
                                        place_inside(b, literal, wrong.offset),
                                        "%q is no offset from UTC such as '+11:00': expected "
                                        "%s; names of zones are not "
                                        "known here",
                                        text, wrong.expected);
        }
    }
    return csuccess__build_node(b, c->proto, c->arguments->items, 1, out);
}

static bool call_matches(csuccess__builder *b, call *c, csuccess__term *out)
{
    return csuccess__build_matches(b, &c->arguments->items[0], &c->arguments->items[1],
                                   c->proto.at, out);
}

/* Whether a constant is [number, number]. */
static bool is_pair(csuccess__value v)
{
    return v.kind == CSUCCESS__KIND_LIST && v.as.many.count == 2 &&
           v.as.many.items[0].kind == CSUCCESS__KIND_NUMBER &&
           v.as.many.items[1].kind == CSUCCESS__KIND_NUMBER;
}

static bool read_table(csuccess__builder *b, const csuccess__term *literal,
                       csuccess__node *proto)
{
    csuccess__value rows = literal->as.constant;
    size_t count = literal->kind == CSUCCESS__TERM_CONSTANT ? rows.as.many.count : 0;
    double *x = CSUCCESS__NEW_ARRAY(b->with->arena, double, count);
    double *y = CSUCCESS__NEW_ARRAY(b->with->arena, double, count);
    if (!x || !y) return csuccess__build_no_memory(b);
    for (size_t i = 0; i < count; i++) {
        csuccess__value row = rows.as.many.items[i];
        if (!is_pair(row)) {
            count = 0;
            break;
        }
        x[i] = row.as.many.items[0].as.number;
        y[i] = row.as.many.items[1].as.number;
        if (i > 0 && x[i] <= x[i - 1]) {
            return csuccess__build_fail(
                b, CSUCCESS_EEXPRESSION, literal->at,
                "the first numbers of the table must ascend; row %z does not", i + 1);
        }
    }
    if (count == 0) {
        return csuccess__build_fail(
            b, CSUCCESS_EEXPRESSION, literal->at,
            "a table is written out as [[number, number], ...], with one "
            "row at least");
    }
    proto->as.table.x = x;
    proto->as.table.y = y;
    proto->as.table.count = (uint32_t)count;
    return true;
}

static bool call_bands(csuccess__builder *b, call *c, csuccess__term *out)
{
    csuccess__term operands[] = {c->arguments->items[0], c->arguments->items[2]};
    return read_table(b, &c->arguments->items[1], &c->proto) &&
           csuccess__build_node(b, c->proto, operands, 2, out);
}

static bool call_linear(csuccess__builder *b, call *c, csuccess__term *out)
{
    return read_table(b, &c->arguments->items[1], &c->proto) &&
           csuccess__build_node(b, c->proto, c->arguments->items, 1, out);
}

static bool call_percentile(csuccess__builder *b, call *c, csuccess__term *out)
{
    const csuccess__term *metric = &c->arguments->items[0], *cohort = &c->arguments->items[1];
    const csuccess__scope *scope = b->with->scope;
    if (metric->path.len == 0) {
        return csuccess__build_fail(b, CSUCCESS_EEXPRESSION, metric->at,
                                    "percentile() takes the name of a metric");
    }
    csuccess_str name = cohort->as.constant.as.string;
    c->proto.as.benchmark =
        scope->benchmark ? scope->benchmark(scope->ud, metric->path, name) : NULL;
    c->proto.as.cohort = name;
    if (!c->proto.as.benchmark) {
        return csuccess__build_fail(b, CSUCCESS_ENAME, cohort->at,
                                    "there is no benchmark of %q for a cohort %q", metric->path,
                                    name);
    }
    return csuccess__build_node(b, c->proto, c->arguments->items, 1, out);
}

typedef bool make(csuccess__builder *b, call *c, csuccess__term *out);

static make *maker_of(csuccess__op op)
{
    static const struct {
        csuccess__op first, last;
        make *make;
    } makers[] = {
        {CSUCCESS__OP_SAME, CSUCCESS__OP_SAME, call_same},
        {CSUCCESS__OP_TIMESTAMP_STRING, CSUCCESS__OP_TIMESTAMP_STRING, call_timestamp},
        {CSUCCESS__OP_DURATION_STRING, CSUCCESS__OP_DURATION_STRING, call_duration},
        {CSUCCESS__OP_GET_FULL_YEAR, CSUCCESS__OP_GET_MILLISECONDS, call_offset},
        {CSUCCESS__OP_YEAR, CSUCCESS__OP_WEEKDAY, call_offset},
        {CSUCCESS__OP_MATCHES, CSUCCESS__OP_MATCHES, call_matches},
        {CSUCCESS__OP_BANDS, CSUCCESS__OP_BANDS, call_bands},
        {CSUCCESS__OP_LINEAR, CSUCCESS__OP_LINEAR, call_linear},
        {CSUCCESS__OP_PERCENTILE, CSUCCESS__OP_PERCENTILE, call_percentile},
    };
    for (size_t i = 0; i < sizeof makers / sizeof makers[0]; i++) {
        if (op >= makers[i].first && op <= makers[i].last) return makers[i].make;
    }
    return call_plain;
}

/* A call in the style that the function does not have. */
static bool explain_style(csuccess__builder *b, csuccess_str name, csuccess__op_style style,
                          size_t at)
{
    if (style == CSUCCESS__STYLE_METHOD) {
        return csuccess__build_fail(b, CSUCCESS_EEXPRESSION, at,
                                    "%S is a function: write %S(x), not x.%S()", name, name,
                                    name);
    }
    return csuccess__build_fail(b, CSUCCESS_EEXPRESSION, at,
                                "%S is a method: write x.%S(...), not %S(x, ...)", name, name,
                                name);
}

/* reason: what a call is; five of the six come from its text. */
bool csuccess__build_call(csuccess__builder *b, csuccess_str name, csuccess__op_style style,
                          size_t at, csuccess__terms *arguments, csuccess__term *out)
{
    uint32_t styles = 1u << style | 1u << CSUCCESS__STYLE_BOTH;
    if (!csuccess__function_known(name, styles)) return explain_style(b, name, style, at);
    csuccess__overload_query query = {.name = name,
                                      .styles = styles,
                                      .at = at,
                                      .terms = arguments->items,
                                      .count = arguments->count};
    csuccess__overload overload;
    if (!csuccess__overload_find(b, &query, &overload)) return false;
    call c = {.arguments = arguments};
    c.proto.op = (uint16_t)overload.op;
    c.proto.type = overload.type;
    c.proto.at = (uint32_t)at;
    if (!maker_of(overload.op)(b, &c, out)) return false;
    if (style == CSUCCESS__STYLE_CALL) out->at = at;
    if (overload.op != CSUCCESS__OP_SAME) out->path.len = 0;
    return true;
}

/* The regex of a new MATCHES node; the clean-up takes it over before anything else can fail. */
static bool compile_pattern(csuccess__builder *b, csuccess__node *node,
                            const csuccess__term *literal)
{
    csuccess__compiler *with = b->with;
    struct csuccess__cleanup *entry = CSUCCESS__NEW(with->arena, struct csuccess__cleanup);
    if (!entry) return csuccess__build_no_memory(b);
    csuccess_error error = CSUCCESS_ERROR_INIT;
    csuccess_result result =
        csuccess__regex_new(&entry->regex, with->mem, node->as.pattern, with->limits, &error);
    if (result == CSUCCESS_ENOMEM) return csuccess__build_no_memory(b);
    if (result < 0) {
        return csuccess__build_fail(b, result, place_inside(b, literal, (size_t)error.offset),
                                    "the pattern %q: %s", node->as.pattern, error.message);
    }
    entry->next = with->cleanup;
    with->cleanup = entry;
    node->as.regex = entry->regex;
    return true;
}

bool csuccess__build_matches(csuccess__builder *b, csuccess__term *subject,
                             const csuccess__term *pattern, size_t at, csuccess__term *out)
{
    csuccess__node proto = {.op = CSUCCESS__OP_MATCHES, .at = (uint32_t)at};
    proto.type = csuccess__type_of(CSUCCESS__KIND_BOOL);
    proto.as.pattern = pattern->as.constant.as.string;
    if (!csuccess__build_node(b, proto, subject, 1, out)) return false;
    csuccess__node *node = &b->nodes[out->node].node;
    return node->as.regex || compile_pattern(b, node, pattern);
}

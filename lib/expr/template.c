/* SPDX-License-Identifier: Apache-2.0 */
/* Compiling and rendering of texts with expressions in them. */
#include "expr/template.h"

#include "base/error.h"
#include "text/numeral.h"
#include "text/utf8.h"

#include <string.h>

/* The arguments that a form takes beside its value, and the type of that. */
typedef struct form_row {
    const char *name;
    csuccess__piece_form form;
    csuccess__kind kind;
    bool decimals, required;
} form_row;

static const form_row form_rows[] = {
    {"percent", CSUCCESS__PIECE_PERCENT, CSUCCESS__KIND_NUMBER, true, false},
    {"number", CSUCCESS__PIECE_NUMBER, CSUCCESS__KIND_NUMBER, true, true},
    {"date", CSUCCESS__PIECE_DATE, CSUCCESS__KIND_TIME, false, false},
};

typedef struct reading {
    csuccess__compiler *with;
    csuccess_str text; /* of the whole template, in the arena */
    csuccess_error *err;
    csuccess__piece *pieces;
    uint32_t count;
} reading;

static csuccess_result fail_at(const reading *r, size_t at, const char *message)
{
    csuccess__fail(r->err, CSUCCESS_EEXPRESSION, "%s", message);
    csuccess__error_at(r->err, r->text, at);
    return CSUCCESS_EEXPRESSION;
}

static csuccess_str part(csuccess_str text, size_t from, size_t to)
{
    csuccess_str view = {text.ptr + from, to - from};
    return view;
}

static bool is_at(csuccess_str text, size_t at, const char *what)
{
    size_t len = strlen(what);
    return len <= text.len - at && memcmp(text.ptr + at, what, len) == 0;
}

static bool is_quote(char c)
{
    return c == '\'' || c == '"';
}

/* Behind the string literal that begins at the quote `at`: single or triple, raw or not, as CEL has them. A literal
   without an end goes to the end of the text. */
static size_t skip_string(csuccess_str text, size_t at)
{
    char quote = text.ptr[at];
    char three[4] = {quote, quote, quote, '\0'}, one[2] = {quote, '\0'};
    const char *closing = is_at(text, at, three) ? three : one;
    bool raw = at > 0 && (text.ptr[at - 1] == 'r' || text.ptr[at - 1] == 'R');
    at += strlen(closing);
    while (at < text.len && !is_at(text, at, closing)) {
        at += !raw && text.ptr[at] == '\\' && at + 1 < text.len ? 2 : 1;
    }
    return at < text.len ? at + strlen(closing) : text.len;
}

/* Where the two closing braces of the expression from `at` stand; text.len without any. */
static size_t find_close(csuccess_str text, size_t at)
{
    while (at < text.len && !is_at(text, at, "}}")) {
        at = is_quote(text.ptr[at]) ? skip_string(text, at) : at + 1;
    }
    return at;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Narrows from..to to what is not blank at its ends. */
static void trim(csuccess_str text, size_t *from, size_t *to)
{
    while (*from < *to && is_blank(text.ptr[*from])) ++*from;
    while (*to > *from && is_blank(text.ptr[*to - 1])) --*to;
}

/* A call that is the whole of from..to: the bracket that opens it, the last comma between its arguments (`to`
   without one), and whether its closing bracket stands last. */
typedef struct call_shape {
    size_t open, comma;
    bool whole;
} call_shape;

static int nesting(char c)
{
    return (c == '(' || c == '[') - (c == ')' || c == ']');
}

static call_shape shape_of(csuccess_str text, size_t open, size_t to)
{
    call_shape shape = {open, to, false};
    int depth = 0;
    for (size_t at = open, next; at < to; at = next) {
        char c = text.ptr[at];
        next = is_quote(c) ? skip_string(text, at) : at + 1;
        depth += nesting(c);
        if (c == ',' && depth == 1) shape.comma = at;
        if (depth == 0) {
            shape.whole = next == to && c == ')';
            break;
        }
    }
    return shape;
}

/* The form whose name stands at the start of from..to with a bracket behind it, or NULL. */
static const form_row *form_at(csuccess_str text, size_t from, size_t to, call_shape *shape)
{
    for (size_t i = 0; i < sizeof form_rows / sizeof form_rows[0]; i++) {
        size_t open = from + strlen(form_rows[i].name);
        if (!is_at(part(text, 0, to), from, form_rows[i].name)) continue;
        while (open < to && is_blank(text.ptr[open])) open++;
        if (open == to || text.ptr[open] != '(') continue;
        *shape = shape_of(text, open, to);
        if (shape->whole) return &form_rows[i];
    }
    return NULL;
}

static csuccess_result read_decimals(const reading *r, size_t from, size_t to,
                                     uint32_t *decimals)
{
    trim(r->text, &from, &to);
    bool digit = to == from + 1 && r->text.ptr[from] >= '0' && r->text.ptr[from] <= '9';
    if (!digit) return fail_at(r, from, "expected the number of decimals, 0 to 9");
    *decimals = (uint32_t)(r->text.ptr[from] - '0');
    return CSUCCESS_OK;
}

static bool can_print(const csuccess__type *type)
{
    return type->kind != CSUCCESS__KIND_LIST && type->kind != CSUCCESS__KIND_RECORD;
}

/* The expression from..to of a piece whose form is known. */
static csuccess_result compile_piece(const reading *r, csuccess__piece *piece, size_t from,
                                     size_t to, csuccess__kind kind)
{
    trim(r->text, &from, &to);
    if (from == to) return fail_at(r, from, "expected an expression between {{ and }}");
    piece->text = part(r->text, from, to);
    const csuccess__type *wanted = kind == CSUCCESS__KIND_ANY ? NULL : csuccess__type_of(kind);
    csuccess_error inner = CSUCCESS_ERROR_INIT;
    csuccess_result status =
        csuccess__expr_compile(&piece->program, r->with, piece->text, wanted, &inner);
    if (status != CSUCCESS_OK) {
        csuccess__fail(r->err, status, "%s", inner.message);
        csuccess__error_at(r->err, r->text, from + (size_t)inner.offset);
        return status;
    }
    if (can_print(piece->program->type)) return CSUCCESS_OK;
    return fail_at(r, from,
                   "a list or record has no text of its own; name the part that is meant");
}

static csuccess_result read_piece(reading *r, size_t from, size_t to)
{
    csuccess__piece *piece = &r->pieces[r->count++];
    call_shape shape;
    size_t inner = from, end = to;
    trim(r->text, &inner, &end);
    const form_row *row = form_at(r->text, inner, end, &shape);
    if (!row) {
        piece->form = CSUCCESS__PIECE_PLAIN;
        return compile_piece(r, piece, from, to, CSUCCESS__KIND_ANY);
    }
    piece->form = row->form;
    size_t close = end - 1;
    bool comma = row->decimals && shape.comma < end;
    if (row->required && !comma) {
        return fail_at(r, close, "expected a comma and the number of decimals, 0 to 9");
    }
    if (comma) {
        csuccess_result status = read_decimals(r, shape.comma + 1, close, &piece->decimals);
        if (status != CSUCCESS_OK) return status;
    }
    return compile_piece(r, piece, shape.open + 1, comma ? shape.comma : close, row->kind);
}

static csuccess_result read_pieces(reading *r)
{
    size_t at = 0;
    while (at < r->text.len) {
        csuccess_str rest = part(r->text, at, r->text.len);
        size_t open = csuccess__str_find(rest, CSUCCESS_STR("{{"));
        open = open == SIZE_MAX ? r->text.len : at + open;
        if (open > at) {
            r->pieces[r->count++] = (csuccess__piece){.form = CSUCCESS__PIECE_LITERAL,
                                                      .text = part(r->text, at, open)};
        }
        if (open == r->text.len) break;
        size_t close = find_close(r->text, open + 2);
        if (close == r->text.len) {
            return fail_at(r, open, "{{ without }}; write {{'{{'}} for two braces");
        }
        csuccess_result status = read_piece(r, open + 2, close);
        if (status != CSUCCESS_OK) return status;
        at = close + 2;
    }
    return CSUCCESS_OK;
}

/* At most this many pieces: each opening pair, and the text before it and behind the last. */
static size_t most_pieces(csuccess_str text)
{
    size_t count = 1;
    for (size_t at = 0; at + 1 < text.len; at++) count += is_at(text, at, "{{") ? 2 : 0;
    return count;
}

csuccess_result csuccess__template_compile(const csuccess__template **out,
                                           csuccess__compiler *with, csuccess_str text,
                                           csuccess__escape escape, csuccess_error *err)
{
    *out = NULL;
    csuccess_str copy = csuccess__arena_copy(with->arena, text);
    csuccess__template *made = CSUCCESS__NEW(with->arena, csuccess__template);
    csuccess__piece *pieces =
        CSUCCESS__NEW_ARRAY(with->arena, csuccess__piece, most_pieces(text));
    if (!copy.ptr || !made || !pieces) {
        return csuccess__fail(err, CSUCCESS_ENOMEM, "no memory for a template");
    }
    reading r = {.with = with, .text = copy, .err = err, .pieces = pieces};
    csuccess_result status = read_pieces(&r);
    if (status != CSUCCESS_OK) return status;
    made->pieces = pieces;
    made->count = r.count;
    made->escape = escape;
    *out = made;
    return CSUCCESS_OK;
}

const csuccess__template *csuccess__template_read(csuccess__compiler *with,
                                                  csuccess__problems *list,
                                                  const csuccess__json *node,
                                                  csuccess__escape escape)
{
    if (node->type != CSUCCESS__JSON_STRING) {
        csuccess__problem(list, node, CSUCCESS_ECONFIG, "expected a text, not %s",
                          csuccess__json_type_name(node));
        return NULL;
    }
    const csuccess__template *made = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result status =
        csuccess__template_compile(&made, with, node->string, escape, &err);
    if (status == CSUCCESS_ENOMEM) {
        list->lost = true;
    } else if (status != CSUCCESS_OK) {
        csuccess__problem_inside(list, node, (size_t)err.offset, status, "%s", err.message);
    }
    return made;
}

typedef struct entity {
    char character;
    const char *text;
} entity;

static const entity entities[] = {
    {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"},
};

static const char *entity_of(char c)
{
    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
        if (entities[i].character == c) return entities[i].text;
    }
    return NULL;
}

static void put(csuccess__buffer *out, csuccess__escape escape, csuccess_str text)
{
    size_t from = 0;
    for (size_t i = 0; escape == CSUCCESS__ESCAPE_HTML && i < text.len; i++) {
        const char *instead = entity_of(text.ptr[i]);
        if (!instead) continue;
        csuccess__buffer_put(out, text.ptr + from, i - from);
        csuccess__buffer_cstr(out, instead);
        from = i + 1;
    }
    if (from < text.len) csuccess__buffer_put(out, text.ptr + from, text.len - from);
}

/* The longest number with decimals: 309 digits, a sign, a point and nine more. */
enum { FIXED_TEXT = 336 };

static void put_fixed(csuccess__buffer *out, double v, uint32_t decimals)
{
    char text[FIXED_TEXT];
    csuccess_str view = {text, csuccess__numeral_fixed(text, sizeof text, v, decimals)};
    csuccess__buffer_str(out, view);
}

static void put_plain(csuccess__buffer *out, csuccess__escape escape, const csuccess__value *v)
{
    char text[CSUCCESS__DURATION_TEXT];
    csuccess_str view = {text, 0};
    switch ((csuccess__kind)v->kind) {
    case CSUCCESS__KIND_NUMBER:
        view.len = csuccess__numeral_write(text, v->as.number);
        break;
    case CSUCCESS__KIND_BOOL:
        view = csuccess__str(v->as.boolean ? "true" : "false");
        break;
    case CSUCCESS__KIND_TIME:
        view.len = csuccess__time_format(text, v->as.time);
        break;
    case CSUCCESS__KIND_DURATION:
        view.len = csuccess__duration_format(text, v->as.duration);
        break;
    default:
        view = v->as.string;
    }
    put(out, escape, view);
}

/* A number whose hundredfold is too large has no percentage. */
static bool put_value(csuccess__buffer *out, const csuccess__template *what,
                      const csuccess__piece *piece, const csuccess__value *v)
{
    char date[CSUCCESS__DATE_TEXT];
    double percent = 0;
    switch (piece->form) {
    case CSUCCESS__PIECE_PERCENT:
        percent = v->as.number * 100;
        if (percent - percent != 0) return false;
        put_fixed(out, percent, piece->decimals);
        csuccess__buffer_char(out, '%');
        break;
    case CSUCCESS__PIECE_NUMBER:
        put_fixed(out, v->as.number, piece->decimals);
        break;
    case CSUCCESS__PIECE_DATE:
        csuccess__buffer_put(out, date, csuccess__date_format(date, v->as.time));
        break;
    default:
        put_plain(out, what->escape, v);
    }
    return true;
}

static csuccess_result hold(const csuccess__piece *piece, csuccess__machine *machine,
                            const csuccess__frame *frame, csuccess__absence why,
                            csuccess__held *held)
{
    if (held) {
        *held = (csuccess__held){.piece = piece->text, .why = why};
        held->count = csuccess__program_blame(piece->program, machine, frame, held->slots,
                                              CSUCCESS__HELD_SLOTS);
    }
    return CSUCCESS_EMISSING;
}

csuccess_result csuccess__template_render(const csuccess__template *what,
                                          csuccess__machine *machine,
                                          const csuccess__frame *frame, csuccess__buffer *out,
                                          csuccess__held *held)
{
    csuccess_result status = out->status;
    size_t start = out->len;
    for (uint32_t i = 0; i < what->count && status == CSUCCESS_OK; i++) {
        const csuccess__piece *piece = &what->pieces[i];
        if (piece->form == CSUCCESS__PIECE_LITERAL) {
            csuccess__buffer_str(out, piece->text);
            status = out->status;
            continue;
        }
        csuccess__value v = csuccess__program_run(piece->program, machine, frame, &status);
        if (status != CSUCCESS_OK) break;
        if (csuccess__is_missing(v)) {
            status = hold(piece, machine, frame, (csuccess__absence)v.absence, held);
        } else if (put_value(out, what, piece, &v)) {
            status = out->status;
        } else {
            status = hold(piece, machine, frame, CSUCCESS__ABSENCE_OVERFLOWED, held);
        }
    }
    if (status != CSUCCESS_OK && out->len > start) {
        out->len = start;
        out->ptr[start] = '\0';
    }
    return status;
}

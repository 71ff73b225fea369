/* SPDX-License-Identifier: Apache-2.0 */
/* Programs back into text. What is printed compiles to the same nodes. */
#include "base/str.h"
#include "expr/program.h"
#include "text/numeral.h"

#include <string.h>

/* Binding strengths, loosest first. */
enum { LOOSEST, OR, AND, RELATION, SUM, PRODUCT, UNARY, TIGHTEST };

typedef enum piece_kind {
    PIECE_TEXT,  /* `text` */
    PIECE_NAME,  /* the operation's name */
    PIECE_NODE,  /* the node, in brackets when it binds looser than `level` */
    PIECE_DETAIL /* what stands in node->as: variable, field, literal, table */
} piece_kind;

typedef struct piece {
    uint8_t kind, level;
    uint32_t node;
    const char *text;
} piece;

/* What is still to be printed, the next piece on top: expressions may be deep, so there is
   no recursion. */
typedef struct printer {
    csuccess__buffer *out;
    const csuccess__program *program;
    const csuccess__names *names;
    piece *stack;
    size_t count, cap;
} printer;

static void push(printer *p, piece_kind kind, uint32_t node, uint8_t level, const char *text)
{
    if (p->out->status != CSUCCESS_OK) return;
    if (p->count == p->cap) {
        size_t cap = p->cap ? p->cap * 2 : 32;
        piece *stack = csuccess__resize(p->out->mem, p->stack, p->cap, cap, sizeof *stack);
        if (!stack) {
            p->out->status = CSUCCESS_ENOMEM;
            return;
        }
        p->stack = stack;
        p->cap = cap;
    }
    p->stack[p->count++] = (piece){(uint8_t)kind, level, node, text};
}

static void push_text(printer *p, const char *text)
{
    push(p, PIECE_TEXT, 0, 0, text);
}

static void push_node(printer *p, uint32_t node, uint8_t level)
{
    push(p, PIECE_NODE, node, level, NULL);
}

/* Pieces are pushed as they read, then turned, so that the first is on top. */
static void turn(printer *p, size_t from)
{
    for (size_t i = from, j = p->count; i + 1 < j; i++) {
        piece swapped = p->stack[--j];
        p->stack[j] = p->stack[i];
        p->stack[i] = swapped;
    }
}

static uint32_t operand(const printer *p, const csuccess__node *node, uint32_t i)
{
    return p->program->args[node->args + i];
}

static bool is_negative(double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    return bits >> 63 != 0;
}

static uint8_t infix_level(csuccess_str name)
{
    static const struct {
        const char *name;
        uint8_t level;
    } levels[] = {{"||", OR},     {"&&", AND},    {"+", SUM},    {"-", SUM},
                  {"*", PRODUCT}, {"/", PRODUCT}, {"%", PRODUCT}};
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (csuccess__str_is(name, levels[i].name)) return levels[i].level;
    }
    return RELATION;
}

static uint8_t level_of(const csuccess__node *node)
{
    csuccess__op op = (csuccess__op)node->op;
    if (op == CSUCCESS__OP_COND) return LOOSEST;
    if (op == CSUCCESS__OP_CONSTANT) {
        const csuccess__value *v = &node->as.constant;
        return v->kind == CSUCCESS__KIND_NUMBER && is_negative(v->as.number) ? UNARY : TIGHTEST;
    }
    switch (csuccess__op_info_of(op)->style) {
    case CSUCCESS__STYLE_INFIX:
        return infix_level(csuccess__op_name(op));
    case CSUCCESS__STYLE_PREFIX:
        return UNARY;
    default:
        return TIGHTEST;
    }
}

static void print_string(csuccess__buffer *out, csuccess_str s)
{
    static const char digits[] = "0123456789abcdef";
    csuccess__buffer_char(out, '\'');
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c == '\'' || c == '\\') {
            csuccess__buffer_char(out, '\\');
            csuccess__buffer_char(out, (char)c);
        } else if (c == '\n' || c == '\t') {
            csuccess__buffer_cstr(out, c == '\n' ? "\\n" : "\\t");
        } else if (c < 0x20 || c == 0x7F) {
            const char escape[] = {'\\', 'x', digits[c >> 4], digits[c & 15]};
            csuccess__buffer_put(out, escape, sizeof escape);
        } else {
            csuccess__buffer_char(out, (char)c);
        }
    }
    csuccess__buffer_char(out, '\'');
}

static void print_number(csuccess__buffer *out, double v)
{
    if (is_negative(v)) csuccess__buffer_char(out, '-');
    csuccess__numeral_put(out, is_negative(v) ? -v : v);
}

static void print_quoted(csuccess__buffer *out, const char *before, const char *text,
                         size_t len)
{
    csuccess__buffer_cstr(out, before);
    csuccess__buffer_put(out, text, len);
    csuccess__buffer_cstr(out, "')");
}

/* Recursion is as deep as the type of a list, which is bounded. */
static void print_constant(csuccess__buffer *out, csuccess__value v)
{
    char text[CSUCCESS__DURATION_TEXT];
    switch (v.kind) {
    case CSUCCESS__KIND_NUMBER:
        print_number(out, v.as.number);
        break;
    case CSUCCESS__KIND_BOOL:
        csuccess__buffer_cstr(out, v.as.boolean ? "true" : "false");
        break;
    case CSUCCESS__KIND_STRING:
        print_string(out, v.as.string);
        break;
    case CSUCCESS__KIND_TIME:
        print_quoted(out, "timestamp('", text, csuccess__time_format(text, v.as.time));
        break;
    case CSUCCESS__KIND_DURATION:
        print_quoted(out, "duration('", text, csuccess__duration_format(text, v.as.duration));
        break;
    default:
        csuccess__buffer_char(out, '[');
        for (size_t i = 0; i < v.as.many.count; i++) {
            if (i > 0) csuccess__buffer_cstr(out, ", ");
            print_constant(out, v.as.many.items[i]);
        }
        csuccess__buffer_char(out, ']');
        break;
    }
}

static void print_table(csuccess__buffer *out, const csuccess__node *node)
{
    for (uint32_t i = 0; i < node->as.table.count; i++) {
        csuccess__buffer_cstr(out, i > 0 ? ", [" : "[[");
        print_number(out, node->as.table.x[i]);
        csuccess__buffer_cstr(out, ", ");
        print_number(out, node->as.table.y[i]);
        csuccess__buffer_char(out, ']');
    }
    csuccess__buffer_char(out, ']');
}

static void print_offset(csuccess__buffer *out, int32_t minutes)
{
    uint32_t size = minutes < 0 ? (uint32_t)-minutes : (uint32_t)minutes;
    const char text[] = {'\'',
                         minutes < 0 ? '-' : '+',
                         (char)('0' + size / 600),
                         (char)('0' + size / 60 % 10),
                         ':',
                         (char)('0' + size % 60 / 10),
                         (char)('0' + size % 10),
                         '\''};
    csuccess__buffer_put(out, text, sizeof text);
}

static void print_field(printer *p, const csuccess__node *node)
{
    const csuccess__type *record = p->program->nodes[operand(p, node, 0)].type;
    csuccess__buffer_str(p->out, record->fields[node->as.field].name);
}

static void print_detail(printer *p, const csuccess__node *node)
{
    if (csuccess__op_info_of((csuccess__op)node->op)->style == CSUCCESS__STYLE_MACRO) {
        csuccess__buffer_str(p->out, *node->as.each.name);
        return;
    }
    switch ((csuccess__op)node->op) {
    case CSUCCESS__OP_FIELD:
        print_field(p, node);
        break;
    case CSUCCESS__OP_MATCHES:
        print_string(p->out, node->as.pattern);
        break;
    case CSUCCESS__OP_PERCENTILE:
        print_string(p->out, node->as.cohort);
        break;
    case CSUCCESS__OP_BANDS:
    case CSUCCESS__OP_LINEAR:
        print_table(p->out, node);
        break;
    default:
        print_offset(p->out, node->as.offset_minutes);
        break;
    }
}

/* Whether a literal that is no operand stands behind the first one. */
static bool has_literal(const csuccess__node *node)
{
    csuccess__op op = (csuccess__op)node->op;
    if (op == CSUCCESS__OP_MATCHES || op == CSUCCESS__OP_PERCENTILE ||
        op == CSUCCESS__OP_BANDS || op == CSUCCESS__OP_LINEAR) {
        return true;
    }
    return ((op >= CSUCCESS__OP_GET_FULL_YEAR && op <= CSUCCESS__OP_GET_MILLISECONDS) ||
            (op >= CSUCCESS__OP_YEAR && op <= CSUCCESS__OP_WEEKDAY)) &&
           node->as.offset_minutes != 0;
}

static void push_infix(printer *p, uint32_t index, const csuccess__node *node)
{
    uint8_t level = level_of(node);
    for (uint32_t i = 0; i < node->argc; i++) {
        if (i > 0) {
            push_text(p, " ");
            push(p, PIECE_NAME, index, 0, NULL);
            push_text(p, " ");
        }
        push_node(p, operand(p, node, i), i > 0 ? (uint8_t)(level + 1) : level);
    }
}

static void push_arguments(printer *p, uint32_t index, const csuccess__node *node,
                           uint32_t from)
{
    for (uint32_t i = 0; i < node->argc; i++) {
        if (i >= from) push_node(p, operand(p, node, i), LOOSEST);
        bool literal = i == 0 && has_literal(node);
        if (literal && from == 0) push_text(p, ", ");
        if (literal) push(p, PIECE_DETAIL, index, 0, NULL);
        if (i + 1 < node->argc && (i >= from || literal)) push_text(p, ", ");
    }
}

static void push_call(printer *p, uint32_t index, const csuccess__node *node)
{
    push(p, PIECE_NAME, index, 0, NULL);
    push_text(p, "(");
    push_arguments(p, index, node, 0);
    push_text(p, ")");
}

static void push_method(printer *p, uint32_t index, const csuccess__node *node)
{
    push_node(p, operand(p, node, 0), TIGHTEST);
    push_text(p, ".");
    push(p, PIECE_NAME, index, 0, NULL);
    push_text(p, "(");
    if (csuccess__op_info_of((csuccess__op)node->op)->style == CSUCCESS__STYLE_MACRO) {
        push(p, PIECE_DETAIL, index, 0, NULL);
        push_text(p, ", ");
        push_node(p, node->as.each.body, LOOSEST);
    } else {
        push_arguments(p, index, node, 1);
    }
    push_text(p, ")");
}

/* Operations that have a syntax of their own. */
static void push_own(printer *p, uint32_t index, const csuccess__node *node)
{
    switch ((csuccess__op)node->op) {
    case CSUCCESS__OP_COND:
        push_node(p, operand(p, node, 0), OR);
        push_text(p, " ? ");
        push_node(p, operand(p, node, 1), OR);
        push_text(p, " : ");
        push_node(p, operand(p, node, 2), LOOSEST);
        break;
    case CSUCCESS__OP_FIELD:
        push_node(p, operand(p, node, 0), TIGHTEST);
        push_text(p, ".");
        push(p, PIECE_DETAIL, index, 0, NULL);
        break;
    case CSUCCESS__OP_INDEX:
        push_node(p, operand(p, node, 0), TIGHTEST);
        push_text(p, "[");
        push_node(p, operand(p, node, 1), LOOSEST);
        push_text(p, "]");
        break;
    default: /* LIST */
        push_text(p, "[");
        push_arguments(p, index, node, 0);
        push_text(p, "]");
        break;
    }
}

static bool print_leaf(printer *p, const csuccess__node *node)
{
    switch ((csuccess__op)node->op) {
    case CSUCCESS__OP_CONSTANT:
        print_constant(p->out, node->as.constant);
        return true;
    case CSUCCESS__OP_SLOT:
        p->names->print(p->names->ud, p->out, node->as.slot);
        return true;
    case CSUCCESS__OP_VARIABLE:
        csuccess__buffer_str(p->out, *node->as.each.name);
        return true;
    case CSUCCESS__OP_NOW:
        csuccess__buffer_cstr(p->out, "now");
        return true;
    default:
        return false;
    }
}

static void push_parts(printer *p, uint32_t index, const csuccess__node *node)
{
    switch (csuccess__op_info_of((csuccess__op)node->op)->style) {
    case CSUCCESS__STYLE_INFIX:
        push_infix(p, index, node);
        break;
    case CSUCCESS__STYLE_PREFIX:
        push(p, PIECE_NAME, index, 0, NULL);
        push_node(p, operand(p, node, 0), UNARY);
        break;
    case CSUCCESS__STYLE_CALL:
        push_call(p, index, node);
        break;
    case CSUCCESS__STYLE_NONE:
        push_own(p, index, node);
        break;
    default:
        push_method(p, index, node);
        break;
    }
}

static void print_node(printer *p, piece at)
{
    const csuccess__node *node = &p->program->nodes[at.node];
    size_t from = p->count;
    bool brackets = level_of(node) < at.level;
    if (!brackets && print_leaf(p, node)) return;
    if (brackets) push_text(p, "(");
    if (brackets) {
        push_node(p, at.node, LOOSEST);
        push_text(p, ")");
    } else {
        push_parts(p, at.node, node);
    }
    turn(p, from);
}

void csuccess__program_print(csuccess__buffer *out, const csuccess__program *program,
                             const struct csuccess__names *names)
{
    printer p = {.out = out, .program = program, .names = names};
    push_node(&p, program->count - 1, LOOSEST);
    while (p.count > 0 && out->status == CSUCCESS_OK) {
        piece next = p.stack[--p.count];
        if (next.kind == PIECE_TEXT) {
            csuccess__buffer_cstr(out, next.text);
        } else if (next.kind == PIECE_NAME) {
            csuccess__buffer_str(out,
                                 csuccess__op_name((csuccess__op)program->nodes[next.node].op));
        } else if (next.kind == PIECE_DETAIL) {
            print_detail(&p, &program->nodes[next.node]);
        } else {
            print_node(&p, next);
        }
    }
    csuccess__release(out->mem, p.stack, p.cap, sizeof *p.stack);
}

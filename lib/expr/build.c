/* SPDX-License-Identifier: Apache-2.0 */
/* Terms become nodes: growing arrays, equal nodes made once, limits, and the finished
   program. */
#include "expr/build.h"

#include "base/str.h"

#include <string.h>

enum { NODES_AT_FIRST = 32 };

bool csuccess__build_start(csuccess__builder *b, csuccess__compiler *with, csuccess_str text)
{
    memset(b, 0, sizeof *b);
    b->with = with;
    b->text = text.ptr ? text : (csuccess_str){"", 0};
    b->error.size = sizeof b->error;
    csuccess__arena_init(&b->scratch, with->mem, 0);
    return true;
}

void csuccess__build_end(csuccess__builder *b)
{
    csuccess__release(b->with->mem, b->nodes, b->cap, sizeof *b->nodes);
    csuccess__release(b->with->mem, b->args, b->arg_cap, sizeof *b->args);
    csuccess__arena_free(&b->scratch);
}

bool csuccess__build_fail(csuccess__builder *b, csuccess_result code, size_t at,
                          const char *format, ...)
{
    if (b->status != CSUCCESS_OK) return false;
    char message[sizeof b->error.message];
    csuccess__text text;
    csuccess__text_init(&text, message, sizeof message);
    va_list args;
    va_start(args, format);
    csuccess__text_vformat(&text, format, args);
    va_end(args);
    b->status = code;
    (void)csuccess__fail(&b->error, code, "%s", message);
    b->error.offset = at;
    return false;
}

bool csuccess__build_no_memory(csuccess__builder *b)
{
    return csuccess__build_fail(b, CSUCCESS_ENOMEM, 0, "out of memory");
}

bool csuccess__build_enter(csuccess__builder *b, size_t at)
{
    /* Whatever a caller allows, the parser's own stack is finite. */
    enum { MOST = 256 };
    uint32_t most = b->with->limits->expression_depth;
    if (most > MOST) most = MOST;
    if (b->depth >= most) {
        return csuccess__build_fail(b, CSUCCESS_ELIMIT, at,
                                    "nested deeper than %u levels (expression_depth)", most);
    }
    b->depth++;
    return true;
}

bool csuccess__terms_add(csuccess__builder *b, csuccess__terms *list,
                         const csuccess__term *term)
{
    if (list->count == list->cap) {
        uint32_t cap = list->cap ? list->cap * 2 : 4;
        csuccess__term *items = CSUCCESS__NEW_ARRAY(&b->scratch, csuccess__term, cap);
        if (!items) return csuccess__build_no_memory(b);
        if (list->count) memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->cap = cap;
    }
    list->items[list->count++] = *term;
    return true;
}

csuccess__term csuccess__term_constant(csuccess__value value, const csuccess__type *type,
                                       size_t at)
{
    csuccess__term term = {.kind = CSUCCESS__TERM_CONSTANT, .type = type, .at = at};
    term.as.constant = value;
    return term;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    return hash ^ (hash >> 29);
}

static uint64_t hash_constant(csuccess__value v)
{
    uint64_t bits = 0;
    switch (v.kind) {
    case CSUCCESS__KIND_STRING:
        return csuccess__str_hash(v.as.string);
    case CSUCCESS__KIND_BOOL:
        return v.as.boolean;
    case CSUCCESS__KIND_LIST:
        return v.as.many.count;
    case CSUCCESS__KIND_DURATION:
        return mix(mix((uint64_t)v.as.duration.ms, (uint64_t)v.as.duration.days),
                   (uint64_t)v.as.duration.months);
    default:
        memcpy(&bits, &v.as, sizeof bits);
        return bits;
    }
}

static uint64_t hash_node(const csuccess__node *node, const uint32_t *args)
{
    uint64_t hash = mix(node->op, node->argc);
    for (uint32_t i = 0; i < node->argc; i++) hash = mix(hash, args[i]);
    switch ((csuccess__op)node->op) {
    case CSUCCESS__OP_CONSTANT:
        return mix(hash, hash_constant(node->as.constant));
    case CSUCCESS__OP_SLOT:
        return mix(hash, node->as.slot);
    case CSUCCESS__OP_VARIABLE:
        return mix(hash, node->as.each.variable);
    default:
        return hash;
    }
}

uint32_t csuccess__node_bucket(const csuccess__node *node, const uint32_t *args)
{
    return (uint32_t)(hash_node(node, args) >> 32) % CSUCCESS__BUCKETS;
}

/* Structural, but the empty list is only itself. */
static bool same_type(const csuccess__type *x, const csuccess__type *y)
{
    while (x->kind == CSUCCESS__KIND_LIST && y->kind == CSUCCESS__KIND_LIST) {
        x = x->item;
        y = y->item;
    }
    return x == y || (x->kind == y->kind && x->kind != CSUCCESS__KIND_RECORD);
}

static bool same_constant(csuccess__value x, csuccess__value y);

/* Recursion is bounded by the depth of list types. */
static bool same_items(csuccess__value x, csuccess__value y)
{
    if (x.as.many.count != y.as.many.count) return false;
    for (size_t i = 0; i < x.as.many.count; i++) {
        if (!same_constant(x.as.many.items[i], y.as.many.items[i])) return false;
    }
    return true;
}

/* Bit for bit: 0 and -0 differ, as 1 / x would. */
static bool same_constant(csuccess__value x, csuccess__value y)
{
    if (x.kind != y.kind) return false;
    switch (x.kind) {
    case CSUCCESS__KIND_STRING:
        return csuccess__str_eq(x.as.string, y.as.string);
    case CSUCCESS__KIND_BOOL:
        return x.as.boolean == y.as.boolean;
    case CSUCCESS__KIND_DURATION:
        return x.as.duration.months == y.as.duration.months &&
               x.as.duration.days == y.as.duration.days && x.as.duration.ms == y.as.duration.ms;
    case CSUCCESS__KIND_LIST:
        return same_items(x, y);
    default:
        return memcmp(&x.as, &y.as, sizeof(uint64_t)) == 0;
    }
}

static bool alike_constant(const csuccess__node *x, const csuccess__node *y)
{
    return same_constant(x->as.constant, y->as.constant);
}

static bool alike_slot(const csuccess__node *x, const csuccess__node *y)
{
    return x->as.slot == y->as.slot;
}

static bool alike_field(const csuccess__node *x, const csuccess__node *y)
{
    return x->as.field == y->as.field;
}

static bool alike_each(const csuccess__node *x, const csuccess__node *y)
{
    return x->as.each.variable == y->as.each.variable && x->as.each.first == y->as.each.first &&
           x->as.each.body == y->as.each.body;
}

static bool alike_pattern(const csuccess__node *x, const csuccess__node *y)
{
    return csuccess__str_eq(x->as.pattern, y->as.pattern);
}

static bool alike_table(const csuccess__node *x, const csuccess__node *y)
{
    size_t bytes = x->as.table.count * sizeof *x->as.table.x;
    return x->as.table.count == y->as.table.count &&
           memcmp(x->as.table.x, y->as.table.x, bytes) == 0 &&
           memcmp(x->as.table.y, y->as.table.y, bytes) == 0;
}

static bool alike_cohort(const csuccess__node *x, const csuccess__node *y)
{
    return x->as.benchmark == y->as.benchmark && csuccess__str_eq(x->as.cohort, y->as.cohort);
}

static bool alike_offset(const csuccess__node *x, const csuccess__node *y)
{
    return x->as.offset_minutes == y->as.offset_minutes;
}

/* What stands in node->as, by operation. */
static bool same_payload(const csuccess__node *x, const csuccess__node *y)
{
    static const struct {
        csuccess__op first, last;
        bool (*alike)(const csuccess__node *x, const csuccess__node *y);
    } payloads[] = {
        {CSUCCESS__OP_CONSTANT, CSUCCESS__OP_CONSTANT, alike_constant},
        {CSUCCESS__OP_SLOT, CSUCCESS__OP_SLOT, alike_slot},
        {CSUCCESS__OP_VARIABLE, CSUCCESS__OP_VARIABLE, alike_each},
        {CSUCCESS__OP_FIELD, CSUCCESS__OP_FIELD, alike_field},
        {CSUCCESS__OP_ALL, CSUCCESS__OP_MAP, alike_each},
        {CSUCCESS__OP_MATCHES, CSUCCESS__OP_MATCHES, alike_pattern},
        {CSUCCESS__OP_GET_FULL_YEAR, CSUCCESS__OP_GET_MILLISECONDS, alike_offset},
        {CSUCCESS__OP_YEAR, CSUCCESS__OP_WEEKDAY, alike_offset},
        {CSUCCESS__OP_BANDS, CSUCCESS__OP_LINEAR, alike_table},
        {CSUCCESS__OP_PERCENTILE, CSUCCESS__OP_PERCENTILE, alike_cohort},
    };
    for (size_t i = 0; i < sizeof payloads / sizeof payloads[0]; i++) {
        if (x->op >= payloads[i].first && x->op <= payloads[i].last) {
            return payloads[i].alike(x, y);
        }
    }
    return true;
}

bool csuccess__node_alike(const csuccess__node *x, const csuccess__node *y)
{
    return x->op == y->op && x->argc == y->argc && same_type(x->type, y->type) &&
           same_payload(x, y);
}

static bool same_args(const csuccess__builder *b, const csuccess__node *made,
                      const uint32_t *args)
{
    return made->argc == 0 ||
           memcmp(b->args + made->args, args, made->argc * sizeof *args) == 0;
}

static bool room_for_node(csuccess__builder *b)
{
    if (b->count < b->cap) return true;
    uint32_t cap = b->cap ? b->cap * 2 : NODES_AT_FIRST;
    csuccess__made *nodes =
        csuccess__resize(b->with->mem, b->nodes, b->cap, cap, sizeof *nodes);
    if (!nodes) return csuccess__build_no_memory(b);
    b->nodes = nodes;
    b->cap = cap;
    return true;
}

static bool room_for_args(csuccess__builder *b, uint32_t more)
{
    if (b->arg_cap - b->arg_count >= more) return true;
    uint32_t cap = b->arg_cap ? b->arg_cap : NODES_AT_FIRST;
    while (cap - b->arg_count < more) cap *= 2;
    uint32_t *args = csuccess__resize(b->with->mem, b->args, b->arg_cap, cap, sizeof *args);
    if (!args) return csuccess__build_no_memory(b);
    b->args = args;
    b->arg_cap = cap;
    return true;
}

/* The node, or the equal one that is there already. */
static bool emit(csuccess__builder *b, const csuccess__node *proto, const uint32_t *args,
                 uint32_t *out)
{
    if (++b->asked > b->with->limits->expression_nodes) {
        return csuccess__build_fail(
            b, CSUCCESS_ELIMIT, proto->at,
            "more than %u operators, names and literals (expression_nodes)",
            b->with->limits->expression_nodes);
    }
    uint32_t bucket = csuccess__node_bucket(proto, args);
    for (uint32_t i = b->buckets[bucket]; i != 0; i = b->nodes[i - 1].next) {
        const csuccess__node *made = &b->nodes[i - 1].node;
        if (csuccess__node_alike(made, proto) && same_args(b, made, args)) {
            *out = i - 1;
            return true;
        }
    }
    if (!room_for_node(b) || !room_for_args(b, proto->argc)) return false;
    csuccess__node *node = &b->nodes[b->count].node;
    *node = *proto;
    node->args = b->arg_count;
    if (proto->argc) memcpy(b->args + b->arg_count, args, proto->argc * sizeof *args);
    b->arg_count += proto->argc;
    b->nodes[b->count].bucket = bucket;
    b->nodes[b->count].next = b->buckets[bucket];
    b->buckets[bucket] = ++b->count;
    *out = b->count - 1;
    return true;
}

static bool as_node(csuccess__term *term, uint32_t node)
{
    term->kind = CSUCCESS__TERM_NODE;
    term->node = node;
    return true;
}

static bool settle_constant(csuccess__builder *b, csuccess__term *term)
{
    csuccess__node proto = {.op = CSUCCESS__OP_CONSTANT, .type = term->type};
    proto.at = (uint32_t)term->at;
    proto.as.constant = term->as.constant;
    if (proto.as.constant.kind == CSUCCESS__KIND_STRING) {
        proto.as.constant.code =
            csuccess__constants_add(b->with->constants, proto.as.constant.as.string);
        if (proto.as.constant.code == 0) return csuccess__build_no_memory(b);
    }
    uint32_t node;
    return emit(b, &proto, NULL, &node) && as_node(term, node);
}

static bool settle_chain(csuccess__builder *b, csuccess__term *term)
{
    csuccess__terms operands = {0};
    for (csuccess__link *link = term->as.chain.first; link; link = link->next) {
        if (!csuccess__terms_add(b, &operands, &link->term)) return false;
    }
    csuccess__node proto = {.op = term->op, .type = csuccess__type_of(CSUCCESS__KIND_BOOL)};
    proto.at = (uint32_t)term->at;
    return csuccess__build_node(b, proto, operands.items, operands.count, term);
}

bool csuccess__build_settle(csuccess__builder *b, csuccess__term *term)
{
    if (b->status != CSUCCESS_OK) return false;
    switch ((csuccess__term_kind)term->kind) {
    case CSUCCESS__TERM_CONSTANT:
        return settle_constant(b, term);
    case CSUCCESS__TERM_CHAIN:
        return settle_chain(b, term);
    case CSUCCESS__TERM_NODE:
        break;
    }
    return true;
}

/* Recursion with settle_chain ends at once: the operands of a chain are no chains. */
bool csuccess__build_node(csuccess__builder *b, csuccess__node proto, csuccess__term *operands,
                          uint32_t count, csuccess__term *out)
{
    enum { FEW = 8 };
    uint32_t few[FEW];
    uint32_t *args = count <= FEW ? few : CSUCCESS__NEW_ARRAY(&b->scratch, uint32_t, count);
    if (!args) return csuccess__build_no_memory(b);
    if (count > UINT16_MAX) {
        return csuccess__build_fail(b, CSUCCESS_ELIMIT, proto.at,
                                    "more than %u operands in one place", (uint32_t)UINT16_MAX);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!csuccess__build_settle(b, &operands[i])) return false;
        args[i] = operands[i].node;
    }
    proto.argc = (uint16_t)count;
    csuccess__term term = {.type = proto.type, .at = count ? operands[0].at : proto.at};
    uint32_t node;
    if (!emit(b, &proto, args, &node)) return false;
    as_node(&term, node);
    *out = term;
    return true;
}

static bool append(csuccess__builder *b, csuccess__op op, csuccess__term *chain,
                   csuccess__term *operand)
{
    if (operand->kind == CSUCCESS__TERM_CHAIN && operand->op == op) {
        if (chain->as.chain.last) chain->as.chain.last->next = operand->as.chain.first;
        if (!chain->as.chain.first) chain->as.chain.first = operand->as.chain.first;
        chain->as.chain.last = operand->as.chain.last;
        return true;
    }
    if (operand->kind == CSUCCESS__TERM_CHAIN && !csuccess__build_settle(b, operand))
        return false;
    csuccess__link *link = CSUCCESS__NEW(&b->scratch, csuccess__link);
    if (!link) return csuccess__build_no_memory(b);
    link->term = *operand;
    if (chain->as.chain.last) chain->as.chain.last->next = link;
    if (!chain->as.chain.first) chain->as.chain.first = link;
    chain->as.chain.last = link;
    return true;
}

bool csuccess__build_left(csuccess__builder *b, csuccess__op op, csuccess__term *left)
{
    bool other = left->kind == CSUCCESS__TERM_CHAIN && left->op != op;
    return !other || csuccess__build_settle(b, left);
}

bool csuccess__build_join(csuccess__builder *b, csuccess__op op, csuccess__term *left,
                          csuccess__term *right, csuccess__term *out)
{
    const csuccess__term *operands[] = {left, right};
    for (int i = 0; i < 2; i++) {
        csuccess__kind kind = operands[i]->type->kind;
        if (kind != CSUCCESS__KIND_BOOL && kind != CSUCCESS__KIND_ANY) {
            return csuccess__build_fail(b, CSUCCESS_ETYPE, operands[i]->at,
                                        "%S takes bools, not %s", csuccess__op_name(op),
                                        csuccess__type_words(b, operands[i]->type));
        }
    }
    csuccess__term chain = {.kind = CSUCCESS__TERM_CHAIN,
                            .op = (uint16_t)op,
                            .type = csuccess__type_of(CSUCCESS__KIND_BOOL),
                            .at = left->at};
    if (!append(b, op, &chain, left) || !append(b, op, &chain, right)) return false;
    *out = chain;
    return true;
}

/* Fills the slots that are read, ascending, each once. */
static bool find_inputs(csuccess__builder *b, csuccess__program *out)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < b->count; i++) count += b->nodes[i].node.op == CSUCCESS__OP_SLOT;
    uint32_t *inputs = CSUCCESS__NEW_ARRAY(b->with->arena, uint32_t, count);
    if (!inputs) return csuccess__build_no_memory(b);
    uint32_t used = 0;
    for (uint32_t i = 0; i < b->count; i++) {
        if (b->nodes[i].node.op != CSUCCESS__OP_SLOT) continue;
        uint32_t slot = b->nodes[i].node.as.slot, at = used;
        while (at > 0 && inputs[at - 1] > slot) at--;
        if (at > 0 && inputs[at - 1] == slot) continue;
        memmove(inputs + at + 1, inputs + at, (used - at) * sizeof *inputs);
        inputs[at] = slot;
        used++;
    }
    out->inputs = inputs;
    out->input_count = used;
    return true;
}

bool csuccess__build_finish(csuccess__builder *b, csuccess__term *result,
                            const csuccess__type *wanted, csuccess__program *out)
{
    if (wanted && !csuccess__types_unify(b, result->type, wanted)) {
        return csuccess__build_fail(
            b, CSUCCESS_ETYPE, result->at, "this is %s; %s is wanted here",
            csuccess__type_words(b, result->type), csuccess__type_words(b, wanted));
    }
    if (!csuccess__build_settle(b, result)) return false;
    memset(out, 0, sizeof *out);
    csuccess__node *nodes = CSUCCESS__NEW_ARRAY(b->with->arena, csuccess__node, b->count);
    uint32_t *args = CSUCCESS__NEW_ARRAY(b->with->arena, uint32_t, b->arg_count);
    if (!nodes || !args) return csuccess__build_no_memory(b);
    if (b->arg_count) memcpy(args, b->args, b->arg_count * sizeof *args);
    out->nodes = nodes;
    out->args = args;
    out->count = b->count;
    out->type = result->type;
    out->variables = b->variables;
    for (uint32_t i = 0; i < b->count; i++) {
        nodes[i] = b->nodes[i].node;
        if (csuccess__op_info_of((csuccess__op)nodes[i].op)->traits &
            CSUCCESS__TRAIT_READS_NOW) {
            out->reads_now = b->with->reads_now = true;
        }
    }
    return find_inputs(b, out);
}

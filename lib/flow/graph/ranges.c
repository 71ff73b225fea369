/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a condition can hold, or fail: a search through its "and" and "or" that narrows what is known of each node on the way, and turns back where nothing is left. */
#include "flow/graph/intervals.h"

#include <math.h>

/* A search that is not over by then has no answer: MAY. */
enum { STEPS_MOST = 20000, CHOICES_MOST = 64 };

/* Bits of a comparison of two nodes: what may still be between them. */
enum { LESS = 1, EQUAL = 2, GREATER = 4 };

/* What is known of a node on the present way. */
typedef struct fact {
    csuccess__interval range;
    uint64_t words; /* of strings: bit i: constant i of the program; the highest: any other */
    bool is_true, is_false; /* of conditions: asked to be */
    bool there, gone;       /* of what has() is asked of */
} fact;

typedef struct relation { /* between two nodes that are no constants */
    uint32_t a, b;
    uint8_t may;
} relation;

typedef struct goal {
    uint32_t node;
    bool wanted;
    const struct goal *next;
} goal;

typedef struct choice {
    const goal *rest; /* what is left to do besides */
    uint32_t node, tried;
    bool wanted;
    fact *facts;
    relation *relations;
    uint32_t relation_count;
} choice;

typedef struct search {
    csuccess__ranges *ranges;
    const csuccess__program *program;
    fact *facts;
    relation *relations;
    uint32_t relation_count;
    uint32_t codes[63]; /* of the program's strings */
    uint32_t code_count;
    choice choices[CHOICES_MOST];
    uint32_t depth, steps, slot;
    bool clash, spent;
} search;

static const csuccess__node *arg(const search *s, const csuccess__node *node, uint32_t i)
{
    return &s->program->nodes[s->program->args[node->args + i]];
}

static uint32_t arg_at(const search *s, const csuccess__node *node, uint32_t i)
{
    return s->program->args[node->args + i];
}

static void *take(search *s, size_t n, size_t bytes)
{
    void *p = csuccess__arena_take(&s->ranges->scratch, n, bytes);
    if (!p) s->ranges->lost = s->spent = true;
    return p;
}

/* ---- What clashes ---- */

static void clash(search *s, uint32_t node)
{
    const csuccess__node *at = &s->program->nodes[node];
    s->clash = true;
    s->slot = at->op == CSUCCESS__OP_SLOT ? at->as.slot : UINT32_MAX;
}

static void be_there(search *s, uint32_t node)
{
    s->facts[node].there = true;
    if (s->facts[node].gone) clash(s, node);
}

/* The bounds of x where x `op` by lies between r's: computed, so no bound of them is excluded. False: it says nothing of x. */
/* reason: a case for each operation, which are each other's inverse. */
static bool undo(csuccess__interval *r, const csuccess__node *node, const csuccess__value *by,
                 bool left)
{
    if (by->kind != CSUCCESS__KIND_NUMBER) return false;
    double c = by->as.number;
    switch (node->op) {
    case CSUCCESS__OP_ADD_NUMBER:
        *r = csuccess__interval_of(r->low - c, r->high - c);
        return true;
    case CSUCCESS__OP_SUB_NUMBER:
        *r = left ? csuccess__interval_of(c - r->high, c - r->low)
                  : csuccess__interval_of(r->low + c, r->high + c);
        return true;
    case CSUCCESS__OP_MUL_NUMBER:
        if (c == 0) return false;
        *r = c > 0 ? csuccess__interval_of(r->low / c, r->high / c)
                   : csuccess__interval_of(r->high / c, r->low / c);
        return true;
    case CSUCCESS__OP_DIV_NUMBER:
        if (left || c == 0) return false;
        *r = c > 0 ? csuccess__interval_of(r->low * c, r->high * c)
                   : csuccess__interval_of(r->high * c, r->low * c);
        return true;
    default:
        return false;
    }
}

/* One unit more at either end than rounding could have taken. */
static void widen(csuccess__interval *r)
{
    if (fabs(r->low) < HUGE_VAL) r->low -= fabs(r->low) * 1e-14 + 1e-300;
    if (fabs(r->high) < HUGE_VAL) r->high += fabs(r->high) * 1e-14 + 1e-300;
}

/* The node's value lies in r; so does, shifted and stretched, what it is computed from. */
static void narrow(search *s, uint32_t at, csuccess__interval r)
{
    for (;;) {
        const csuccess__node *node = &s->program->nodes[at];
        csuccess__interval *known = &s->facts[at].range;
        csuccess__interval_from(known, r.low, r.above);
        csuccess__interval_upto(known, r.high, r.below);
        be_there(s, at);
        if (csuccess__interval_empty(known)) clash(s, at);
        if (s->clash) return;
        r = *known;
        if (node->op == CSUCCESS__OP_NEG_NUMBER) {
            r = (csuccess__interval){-r.high, -r.low, r.below, r.above};
            at = arg_at(s, node, 0);
            continue;
        }
        if (node->argc != 2) return;
        bool left = arg(s, node, 0)->op == CSUCCESS__OP_CONSTANT;
        const csuccess__node *by = arg(s, node, left ? 0 : 1);
        if (by->op != CSUCCESS__OP_CONSTANT || !undo(&r, node, &by->as.constant, left)) return;
        widen(&r);
        at = arg_at(s, node, left ? 1 : 0);
    }
}

/* ---- Comparisons ---- */

/* What an operation allows between its operands, and of which kind they are. */
static uint8_t allowed(uint16_t op)
{
    static const struct {
        uint16_t op;
        uint8_t may;
    } ops[] = {{CSUCCESS__OP_LT_NUMBER, LESS},
               {CSUCCESS__OP_LT_TIME, LESS},
               {CSUCCESS__OP_LE_NUMBER, LESS | EQUAL},
               {CSUCCESS__OP_LE_TIME, LESS | EQUAL},
               {CSUCCESS__OP_GT_NUMBER, GREATER},
               {CSUCCESS__OP_GT_TIME, GREATER},
               {CSUCCESS__OP_GE_NUMBER, GREATER | EQUAL},
               {CSUCCESS__OP_GE_TIME, GREATER | EQUAL},
               {CSUCCESS__OP_EQ_NUMBER, EQUAL},
               {CSUCCESS__OP_EQ_TIME, EQUAL},
               {CSUCCESS__OP_NE_NUMBER, LESS | GREATER},
               {CSUCCESS__OP_NE_TIME, LESS | GREATER}};
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        if (ops[i].op == op) return ops[i].may;
    }
    return 0;
}

static uint8_t turned(uint8_t may)
{
    return (uint8_t)((may & EQUAL) | (may & LESS ? GREATER : 0) | (may & GREATER ? LESS : 0));
}

/* a stands to x as `may` says. */
static void compare_number(search *s, uint32_t a, uint8_t may, const csuccess__interval *x)
{
    csuccess__interval r = csuccess__interval_any();
    const csuccess__interval *known = &s->facts[a].range;
    if (may == (LESS | GREATER)) { /* all but one value: matters at the ends */
        if (x->low != x->high) return;
        if (known->low == x->low) csuccess__interval_from(&r, x->low, true);
        if (known->high == x->low) csuccess__interval_upto(&r, x->low, true);
    } else {
        if (!(may & GREATER)) csuccess__interval_upto(&r, x->high, !(may & EQUAL) || x->below);
        if (!(may & LESS)) csuccess__interval_from(&r, x->low, !(may & EQUAL) || x->above);
    }
    narrow(s, a, r);
}

static void relate(search *s, uint32_t a, uint32_t b, uint8_t may)
{
    if (a > b) {
        uint32_t c = a;
        a = b;
        b = c;
        may = turned(may);
    }
    if (a == b && !(may & EQUAL)) clash(s, a);
    for (uint32_t i = 0; i < s->relation_count; i++) {
        relation *r = &s->relations[i];
        if (r->a != a || r->b != b) continue;
        r->may &= may;
        if (!r->may) clash(s, a);
        return;
    }
    s->relations[s->relation_count++] = (relation){a, b, may};
}

static void compare(search *s, const csuccess__node *node, uint8_t may)
{
    uint32_t a = arg_at(s, node, 0), b = arg_at(s, node, 1);
    compare_number(s, a, may, &s->facts[b].range);
    if (!s->clash) compare_number(s, b, turned(may), &s->facts[a].range);
    bool constant = arg(s, node, 0)->op == CSUCCESS__OP_CONSTANT ||
                    arg(s, node, 1)->op == CSUCCESS__OP_CONSTANT;
    if (!s->clash && !constant) relate(s, a, b, may);
}

/* ---- Strings ---- */

static uint64_t word_of(const search *s, const csuccess__value *v)
{
    for (uint32_t i = 0; i < s->code_count; i++) {
        if (v->code != 0 && s->codes[i] == v->code) return UINT64_C(1) << i;
    }
    return UINT64_C(1) << 63;
}

static void keep_words(search *s, uint32_t at, uint64_t words)
{
    be_there(s, at);
    s->facts[at].words &= words;
    if (!s->facts[at].words) clash(s, at);
}

static void compare_string(search *s, const csuccess__node *node, bool equal)
{
    bool left = arg(s, node, 0)->op == CSUCCESS__OP_CONSTANT;
    const csuccess__node *by = arg(s, node, left ? 0 : 1);
    if (by->op != CSUCCESS__OP_CONSTANT || by->as.constant.kind != CSUCCESS__KIND_STRING) {
        return;
    }
    uint64_t word = word_of(s, &by->as.constant), others = UINT64_C(1) << 63;
    if (word == others && !equal) return; /* others remain among the others */
    keep_words(s, arg_at(s, node, left ? 1 : 0), equal ? word : ~word);
}

/* x in [constants]. */
/* reason: one list is looked through for words and for the least and greatest number at once. */
static void be_among(search *s, const csuccess__node *node, bool wanted)
{
    const csuccess__node *list = arg(s, node, 1);
    uint64_t words = 0, others = UINT64_C(1) << 63;
    if (list->op != CSUCCESS__OP_CONSTANT || list->as.constant.kind != CSUCCESS__KIND_LIST) {
        return;
    }
    const csuccess__value *v = &list->as.constant;
    csuccess__interval r = {HUGE_VAL, -HUGE_VAL, false, false};
    for (size_t i = 0; i < v->as.many.count; i++) {
        const csuccess__value *item = &v->as.many.items[i];
        if (csuccess__is_missing(*item)) return;
        words |= word_of(s, item);
        if (item->kind != CSUCCESS__KIND_NUMBER) continue;
        if (item->as.number < r.low) r.low = item->as.number;
        if (item->as.number > r.high) r.high = item->as.number;
    }
    if (node->op == CSUCCESS__OP_IN_STRING) {
        keep_words(s, arg_at(s, node, 0), wanted ? words : ~words | others);
    } else if (wanted) {
        narrow(s, arg_at(s, node, 0), r);
    }
}

/* ---- Goals ---- */

static void add_goal(search *s, const goal **goals, uint32_t node, bool wanted)
{
    goal *g = take(s, 1, sizeof *g);
    if (!g) return;
    *g = (goal){node, wanted, *goals};
    *goals = g;
}

static void be(search *s, uint32_t at, bool wanted)
{
    fact *f = &s->facts[at];
    *(wanted ? &f->is_true : &f->is_false) = true;
    if (f->is_true && f->is_false) clash(s, at);
}

static void ask_has(search *s, const csuccess__node *node, bool wanted)
{
    uint32_t at = arg_at(s, node, 0);
    const csuccess__node *of = arg(s, node, 0);
    if (wanted) {
        be_there(s, at);
        return;
    }
    /* What has a default is there even where nobody said it. */
    if (of->op == CSUCCESS__OP_SLOT && !s->ranges->missing[of->as.slot]) return;
    s->facts[at].gone = true;
    if (s->facts[at].there) clash(s, at);
}

/* What is no "and", "or" or choice. */
/* reason: a case for each kind of condition; each is one line. */
static void settle(search *s, uint32_t at, bool wanted, const goal **goals)
{
    const csuccess__node *node = &s->program->nodes[at];
    uint8_t may = allowed(node->op);
    be(s, at, wanted);
    if (s->clash) return;
    if (may) {
        compare(s, node, wanted ? may : (uint8_t)(~may & 7));
        return;
    }
    switch (node->op) {
    case CSUCCESS__OP_CONSTANT:
        if (node->as.constant.kind != CSUCCESS__KIND_BOOL ||
            node->as.constant.as.boolean != wanted) {
            clash(s, at);
        }
        break;
    case CSUCCESS__OP_SLOT:
        be_there(s, at);
        break;
    case CSUCCESS__OP_NOT:
        add_goal(s, goals, arg_at(s, node, 0), !wanted);
        break;
    case CSUCCESS__OP_EQ_STRING:
    case CSUCCESS__OP_NE_STRING:
        compare_string(s, node, wanted == (node->op == CSUCCESS__OP_EQ_STRING));
        break;
    case CSUCCESS__OP_IN_STRING:
    case CSUCCESS__OP_IN_NUMBER:
        be_among(s, node, wanted);
        break;
    case CSUCCESS__OP_HAS:
        ask_has(s, node, wanted);
        break;
    default:
        break;
    }
}

/* An "and" that fails, an "or" that holds: by one operand or another. A conditional: by either branch. */
static bool is_choice(const csuccess__node *node, bool wanted)
{
    return node->op == (wanted ? CSUCCESS__OP_OR : CSUCCESS__OP_AND) ||
           node->op == CSUCCESS__OP_COND;
}

static void copy_facts(search *s, fact **facts, relation **relations)
{
    size_t n = s->program->count;
    if (!*facts) *facts = take(s, n, sizeof **facts);
    if (!*relations) *relations = take(s, n + 1, sizeof **relations);
    if (!*facts || !*relations) return;
    memcpy(*facts, s->facts, n * sizeof **facts);
    memcpy(*relations, s->relations, s->relation_count * sizeof **relations);
}

static void push_choice(search *s, uint32_t node, bool wanted, const goal *rest)
{
    if (s->depth == CHOICES_MOST) {
        s->spent = true;
        return;
    }
    choice *c = &s->choices[s->depth++];
    c->rest = rest;
    c->node = node;
    c->wanted = wanted;
    c->tried = 0;
    c->relation_count = s->relation_count;
    copy_facts(s, &c->facts, &c->relations);
}

/* The next alternative of the latest choice that has one; false: there is none any more. */
static bool next_choice(search *s, const goal **goals)
{
    for (; s->depth > 0; s->depth--) {
        choice *c = &s->choices[s->depth - 1];
        const csuccess__node *node = &s->program->nodes[c->node];
        bool cond = node->op == CSUCCESS__OP_COND;
        if (c->tried == (cond ? 2 : node->argc)) continue;
        size_t n = s->program->count;
        memcpy(s->facts, c->facts, n * sizeof *s->facts);
        memcpy(s->relations, c->relations, c->relation_count * sizeof *s->relations);
        s->relation_count = c->relation_count;
        s->clash = false;
        *goals = c->rest;
        uint32_t i = c->tried++;
        add_goal(s, goals, arg_at(s, node, cond ? 1 + i : i), c->wanted);
        if (cond) add_goal(s, goals, arg_at(s, node, 0), i == 0);
        return true;
    }
    return false;
}

static void push_all(search *s, const csuccess__node *node, bool wanted, const goal **goals)
{
    for (uint32_t i = node->argc; i-- > 0;) add_goal(s, goals, arg_at(s, node, i), wanted);
}

static csuccess__chance run(search *s, const goal *goals)
{
    while (!s->spent && s->steps++ < STEPS_MOST) {
        if (s->clash) {
            if (!next_choice(s, &goals)) return CSUCCESS__CANNOT;
            continue;
        }
        if (!goals) return CSUCCESS__MAY;
        const goal *g = goals;
        const csuccess__node *node = &s->program->nodes[g->node];
        goals = g->next;
        if (is_choice(node, g->wanted)) {
            push_choice(s, g->node, g->wanted, goals);
            s->clash = true; /* to take the first alternative */
        } else if (node->op == CSUCCESS__OP_AND || node->op == CSUCCESS__OP_OR) {
            push_all(s, node, g->wanted, &goals);
        } else {
            settle(s, g->node, g->wanted, &goals);
        }
    }
    return CSUCCESS__MAY;
}

/* ---- Questions ---- */

static void note_word(search *s, const csuccess__value *v)
{
    if (v->kind != CSUCCESS__KIND_STRING || v->code == 0 || s->code_count == 63) return;
    if (word_of(s, v) == UINT64_C(1) << 63) s->codes[s->code_count++] = v->code;
}

static void note_words(search *s)
{
    for (uint32_t i = 0; i < s->program->count; i++) {
        const csuccess__node *node = &s->program->nodes[i];
        if (node->op != CSUCCESS__OP_CONSTANT) continue;
        const csuccess__value *v = &node->as.constant;
        note_word(s, v);
        if (v->kind != CSUCCESS__KIND_LIST) continue;
        for (size_t k = 0; k < v->as.many.count; k++) note_word(s, &v->as.many.items[k]);
    }
}

/* The bit of a word, as some constant of the program has it. */
static uint64_t bit_of(const search *s, csuccess_str text)
{
    for (uint32_t k = 0; k < s->program->count; k++) {
        const csuccess__node *c = &s->program->nodes[k];
        const csuccess__value *items = &c->as.constant;
        size_t n = 1;
        if (c->op != CSUCCESS__OP_CONSTANT) continue;
        if (c->as.constant.kind == CSUCCESS__KIND_LIST) {
            items = c->as.constant.as.many.items;
            n = c->as.constant.as.many.count;
        }
        for (size_t j = 0; j < n; j++) {
            bool same = items[j].kind == CSUCCESS__KIND_STRING &&
                        csuccess__str_eq(items[j].as.string, text);
            if (same) return word_of(s, &items[j]);
        }
    }
    return UINT64_C(1) << 63;
}

/* Of an attribute with `in`: those of the program's words that it has, and others if it has any. */
static uint64_t words_of(const search *s, const csuccess__node *node)
{
    uint64_t words = 0;
    if (node->op != CSUCCESS__OP_SLOT) return UINT64_MAX;
    const csuccess__attribute *a = s->ranges->schema->slots[node->as.slot].attribute;
    if (!a || a->allowed_count == 0 || s->code_count == 63) return UINT64_MAX;
    for (uint32_t i = 0; i < a->allowed_count; i++) words |= bit_of(s, a->allowed[i]);
    return words;
}

static bool start(search *s, const csuccess__program *program)
{
    size_t n = program->count;
    s->program = program;
    s->facts = take(s, n, sizeof *s->facts);
    s->relations = take(s, n + 1, sizeof *s->relations);
    csuccess__interval *ranges = take(s, n, sizeof *ranges);
    if (!s->facts || !s->relations || !ranges) return false;
    csuccess__intervals_fill(ranges, s->ranges, program);
    note_words(s);
    for (uint32_t i = 0; i < n; i++) {
        s->facts[i].range = ranges[i];
        s->facts[i].words = words_of(s, &program->nodes[i]);
    }
    return true;
}

static csuccess__chance look_for(search *s, const csuccess__program *program, bool wanted)
{
    const goal *goals = NULL;
    s->slot = UINT32_MAX;
    if (!start(s, program)) return CSUCCESS__MAY;
    add_goal(s, &goals, program->count - 1, wanted);
    return goals ? run(s, goals) : CSUCCESS__MAY;
}

csuccess__chance csuccess__ranges_ask(csuccess__ranges *ranges,
                                      const csuccess__program *program, bool wanted,
                                      uint32_t *slot)
{
    if (slot) *slot = UINT32_MAX;
    if (!program) return wanted ? CSUCCESS__MAY : CSUCCESS__CANNOT;
    if (program->count == 0 || ranges->lost) return CSUCCESS__MAY;
    csuccess__arena_reset(&ranges->scratch);
    search *s = csuccess__arena_take(&ranges->scratch, 1, sizeof *s);
    if (!s) {
        ranges->lost = true;
        return CSUCCESS__MAY;
    }
    s->ranges = ranges;
    csuccess__chance chance = look_for(s, program, wanted);
    if (slot && !s->choices[0].facts) *slot = s->slot; /* with choices there is more than one */
    return ranges->lost ? CSUCCESS__MAY : chance;
}

bool csuccess__ranges_may_miss(csuccess__ranges *ranges, const csuccess__program *program)
{
    if (!program || ranges->lost) return false;
    csuccess__arena_reset(&ranges->scratch);
    bool *missing = csuccess__arena_take(&ranges->scratch, program->count, sizeof *missing);
    if (!missing) {
        ranges->lost = true;
        return false;
    }
    return csuccess__missing_fill(missing, ranges, program);
}

csuccess__chance csuccess__ranges_apart(csuccess__ranges *ranges, csuccess__compiler *with,
                                        const csuccess__program *a, const csuccess__program *b,
                                        bool b_holds)
{
    csuccess__buffer text;
    const csuccess__program *both = NULL;
    csuccess__buffer_init(&text, with->mem, 0);
    csuccess__buffer_char(&text, '(');
    csuccess__buffer_str(&text, a->text);
    csuccess__buffer_cstr(&text, b_holds ? ") && (" : ") && !(");
    csuccess__buffer_str(&text, b->text);
    csuccess__buffer_char(&text, ')');
    csuccess_result status = text.status;
    if (status >= 0) {
        status = csuccess__expr_compile(&both, with, csuccess__buffer_view(&text),
                                        csuccess__type_of(CSUCCESS__KIND_BOOL), NULL);
    }
    ranges->lost = ranges->lost || status == CSUCCESS_ENOMEM;
    csuccess__chance chance =
        status >= 0 ? csuccess__ranges_ask(ranges, both, true, NULL) : CSUCCESS__MAY;
    csuccess__buffer_free(&text); /* after the question: the program may borrow its text */
    return chance;
}

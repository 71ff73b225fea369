/* SPDX-License-Identifier: Apache-2.0 */
/* Interval arithmetic over programs. Bounds are inclusive and no rounding is relied on: they come of the same operations as the values. */
#include "flow/graph/intervals.h"

#include "base/number.h"

#include <math.h>

typedef struct look {
    const csuccess__ranges *ranges;
    const csuccess__program *program;
    const csuccess__interval *done; /* of earlier nodes */
} look;

csuccess__interval csuccess__interval_any(void)
{
    return (csuccess__interval){-HUGE_VAL, HUGE_VAL, false, false};
}

/* What is no number (infinity less infinity) bounds nothing. */
csuccess__interval csuccess__interval_of(double low, double high)
{
    return (csuccess__interval){low == low ? low : -HUGE_VAL, high == high ? high : HUGE_VAL,
                                false, false};
}

bool csuccess__interval_empty(const csuccess__interval *r)
{
    return r->low > r->high || ((r->above || r->below) && r->low == r->high);
}

void csuccess__interval_from(csuccess__interval *r, double x, bool excluded)
{
    if (x > r->low || (x == r->low && excluded)) {
        r->low = x;
        r->above = excluded;
    }
}

void csuccess__interval_upto(csuccess__interval *r, double x, bool excluded)
{
    if (x < r->high || (x == r->high && excluded)) {
        r->high = x;
        r->below = excluded;
    }
}

static csuccess__interval operand(const look *l, const csuccess__node *node, uint32_t i)
{
    return l->done[l->program->args[node->args + i]];
}

static csuccess__interval both(csuccess__interval a, csuccess__interval b)
{
    return csuccess__interval_of(a.low < b.low ? a.low : b.low,
                                 a.high > b.high ? a.high : b.high);
}

/* ---- Operations ---- */

static csuccess__interval constant(const csuccess__value *v)
{
    if (v->kind == CSUCCESS__KIND_NUMBER) {
        return csuccess__interval_of(v->as.number, v->as.number);
    }
    if (v->kind == CSUCCESS__KIND_TIME) {
        return csuccess__interval_of((double)v->as.time, (double)v->as.time);
    }
    return csuccess__interval_any();
}

static csuccess__interval product(csuccess__interval a, csuccess__interval b)
{
    double corners[4] = {a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high};
    csuccess__interval r = csuccess__interval_of(corners[0], corners[0]);
    for (int i = 1; i < 4; i++) {
        if (corners[i] != corners[i]) return csuccess__interval_any();
        r = both(r, csuccess__interval_of(corners[i], corners[i]));
    }
    return corners[0] == corners[0] ? r : csuccess__interval_any();
}

static csuccess__interval quotient(csuccess__interval a, csuccess__interval b)
{
    if (b.low != b.high || b.low == 0) return csuccess__interval_any();
    double x = a.low / b.low, y = a.high / b.low;
    return x < y ? csuccess__interval_of(x, y) : csuccess__interval_of(y, x);
}

static csuccess__interval arithmetic(const look *l, const csuccess__node *node)
{
    csuccess__interval a = operand(l, node, 0), b = operand(l, node, 1);
    switch (node->op) {
    case CSUCCESS__OP_ADD_NUMBER:
        return csuccess__interval_of(a.low + b.low, a.high + b.high);
    case CSUCCESS__OP_SUB_NUMBER:
        return csuccess__interval_of(a.low - b.high, a.high - b.low);
    case CSUCCESS__OP_MUL_NUMBER:
        return product(a, b);
    default:
        return quotient(a, b);
    }
}

static double step_to(uint16_t op, double x)
{
    switch (op) {
    case CSUCCESS__OP_CEIL:
        return ceil(x);
    case CSUCCESS__OP_FLOOR:
        return floor(x);
    case CSUCCESS__OP_TRUNC:
        return trunc(x);
    default:
        return csuccess__round(x);
    }
}

static csuccess__interval stepped(const look *l, const csuccess__node *node)
{
    csuccess__interval a = operand(l, node, 0);
    return csuccess__interval_of(step_to(node->op, a.low), step_to(node->op, a.high));
}

static csuccess__interval negated(const look *l, const csuccess__node *node)
{
    csuccess__interval a = operand(l, node, 0);
    return csuccess__interval_of(-a.high, -a.low);
}

static csuccess__interval absolute(const look *l, const csuccess__node *node)
{
    csuccess__interval a = operand(l, node, 0);
    double x = fabs(a.low), y = fabs(a.high);
    double least = a.low <= 0 && a.high >= 0 ? 0 : x < y ? x : y;
    return csuccess__interval_of(least, x > y ? x : y);
}

/* The least, or greatest, of several. */
static csuccess__interval extreme(const look *l, const csuccess__node *node)
{
    csuccess__interval r = operand(l, node, 0);
    bool least = node->op == CSUCCESS__OP_MIN_NUMBER || node->op == CSUCCESS__OP_MIN_TIME;
    for (uint32_t i = 1; i < node->argc; i++) {
        csuccess__interval b = operand(l, node, i);
        bool low = least ? b.low < r.low : b.low > r.low;
        bool high = least ? b.high < r.high : b.high > r.high;
        r = csuccess__interval_of(low ? b.low : r.low, high ? b.high : r.high);
    }
    return r;
}

static csuccess__interval clamped(const look *l, const csuccess__node *node)
{
    csuccess__interval x = operand(l, node, 0), lo = operand(l, node, 1),
                       hi = operand(l, node, 2);
    double low = x.low < lo.low ? lo.low : x.low, high = x.high > hi.high ? hi.high : x.high;
    return csuccess__interval_of(low < hi.low ? low : hi.low, high > lo.high ? high : lo.high);
}

/* One of the operands from `first` on. */
static csuccess__interval any_of(const look *l, const csuccess__node *node, uint32_t first)
{
    csuccess__interval r = operand(l, node, first);
    for (uint32_t i = first + 1; i < node->argc; i++) r = both(r, operand(l, node, i));
    return r;
}

static csuccess__interval tabled(const look *l, const csuccess__node *node)
{
    bool bands = node->op == CSUCCESS__OP_BANDS;
    csuccess__interval r = bands ? operand(l, node, 1) : csuccess__interval_any();
    for (uint32_t i = 0; i < node->as.table.count; i++) {
        double y = node->as.table.y[i];
        csuccess__interval one = csuccess__interval_of(y, y);
        r = i == 0 && !bands ? one : both(r, one);
    }
    return r;
}

/* What is within fixed bounds whatever it is made of. */
static const struct {
    uint16_t op;
    double low, high;
} fixed[] = {{CSUCCESS__OP_SIGN, -1, 1},
             {CSUCCESS__OP_SQRT, 0, HUGE_VAL},
             {CSUCCESS__OP_EXP, 0, HUGE_VAL},
             {CSUCCESS__OP_SIGMOID, 0, 1},
             {CSUCCESS__OP_PERCENTILE, 0, 100},
             {CSUCCESS__OP_SIZE_STRING, 0, HUGE_VAL},
             {CSUCCESS__OP_SIZE_LIST, 0, HUGE_VAL},
             {CSUCCESS__OP_COUNT, 0, HUGE_VAL},
             {CSUCCESS__OP_YEAR, 1, 9999},
             {CSUCCESS__OP_MONTH, 1, 12},
             {CSUCCESS__OP_DAY, 1, 31},
             {CSUCCESS__OP_WEEKDAY, 1, 7},
             {CSUCCESS__OP_GET_MONTH, 0, 11},
             {CSUCCESS__OP_GET_DATE, 1, 31},
             {CSUCCESS__OP_GET_DAY_OF_MONTH, 0, 30},
             {CSUCCESS__OP_GET_DAY_OF_WEEK, 0, 6},
             {CSUCCESS__OP_GET_DAY_OF_YEAR, 0, 365},
             {CSUCCESS__OP_GET_HOURS, 0, 23},
             {CSUCCESS__OP_GET_MINUTES, 0, 59},
             {CSUCCESS__OP_GET_SECONDS, 0, 59},
             {CSUCCESS__OP_GET_MILLISECONDS, 0, 999}};

static csuccess__interval within_fixed(uint16_t op)
{
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        if (fixed[i].op == op) return csuccess__interval_of(fixed[i].low, fixed[i].high);
    }
    return csuccess__interval_any();
}

typedef csuccess__interval rule(const look *l, const csuccess__node *node);

static csuccess__interval chosen(const look *l, const csuccess__node *node)
{
    return any_of(l, node, node->op == CSUCCESS__OP_COND ? 1 : 0);
}

static rule *rule_of(uint16_t op)
{
    static const struct {
        uint16_t op;
        rule *how;
    } rules[] = {{CSUCCESS__OP_ADD_NUMBER, arithmetic}, {CSUCCESS__OP_SUB_NUMBER, arithmetic},
                 {CSUCCESS__OP_MUL_NUMBER, arithmetic}, {CSUCCESS__OP_DIV_NUMBER, arithmetic},
                 {CSUCCESS__OP_CEIL, stepped},          {CSUCCESS__OP_FLOOR, stepped},
                 {CSUCCESS__OP_TRUNC, stepped},         {CSUCCESS__OP_ROUND, stepped},
                 {CSUCCESS__OP_NEG_NUMBER, negated},    {CSUCCESS__OP_ABS, absolute},
                 {CSUCCESS__OP_MIN_NUMBER, extreme},    {CSUCCESS__OP_MAX_NUMBER, extreme},
                 {CSUCCESS__OP_MIN_TIME, extreme},      {CSUCCESS__OP_MAX_TIME, extreme},
                 {CSUCCESS__OP_CLAMP, clamped},         {CSUCCESS__OP_COALESCE, chosen},
                 {CSUCCESS__OP_COND, chosen},           {CSUCCESS__OP_BANDS, tabled},
                 {CSUCCESS__OP_LINEAR, tabled}};
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (rules[i].op == op) return rules[i].how;
    }
    return NULL;
}

static csuccess__interval of_node(const look *l, const csuccess__node *node)
{
    rule *how = rule_of(node->op);
    if (node->op == CSUCCESS__OP_CONSTANT) return constant(&node->as.constant);
    if (node->op == CSUCCESS__OP_SLOT) return l->ranges->slots[node->as.slot];
    return how ? how(l, node) : within_fixed(node->op);
}

void csuccess__intervals_fill(csuccess__interval *out, const csuccess__ranges *ranges,
                              const csuccess__program *program)
{
    look l = {ranges, program, out};
    for (uint32_t i = 0; i < program->count; i++) out[i] = of_node(&l, &program->nodes[i]);
}

/* ---- Missing ---- */

/* What can be missing though all of its operands are there. */
static bool misses_by_itself(const csuccess__program *program, const csuccess__node *node)
{
    static const uint16_t ops[] = {CSUCCESS__OP_INDEX,
                                   CSUCCESS__OP_MOD_NUMBER,
                                   CSUCCESS__OP_SQRT,
                                   CSUCCESS__OP_LN,
                                   CSUCCESS__OP_POW,
                                   CSUCCESS__OP_MIN_NUMBERS,
                                   CSUCCESS__OP_MAX_NUMBERS,
                                   CSUCCESS__OP_MIN_TIMES,
                                   CSUCCESS__OP_MAX_TIMES,
                                   CSUCCESS__OP_MEAN,
                                   CSUCCESS__OP_CHANGE,
                                   CSUCCESS__OP_PERCENTILE,
                                   CSUCCESS__OP_FIELD,
                                   CSUCCESS__OP_TIMESTAMP_STRING,
                                   CSUCCESS__OP_DURATION_STRING,
                                   CSUCCESS__OP_DOUBLE_STRING};
    if (node->op == CSUCCESS__OP_DIV_NUMBER) {
        const csuccess__node *by = &program->nodes[program->args[node->args + 1]];
        return by->op != CSUCCESS__OP_CONSTANT;
    }
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        if (ops[i] == node->op) return true;
    }
    return false;
}

/* Of operands that may be missing: one is enough, but where the first that is there is taken all must be. */
static bool node_misses(const bool *out, const csuccess__program *program,
                        const csuccess__node *node)
{
    uint32_t missing = 0;
    for (uint32_t i = 0; i < node->argc; i++) missing += out[program->args[node->args + i]];
    if (node->op == CSUCCESS__OP_HAS || node->op == CSUCCESS__OP_COUNT) return false;
    if (node->op == CSUCCESS__OP_COALESCE) return missing == node->argc;
    return missing > 0 || misses_by_itself(program, node);
}

bool csuccess__missing_fill(bool *out, const csuccess__ranges *ranges,
                            const csuccess__program *program)
{
    for (uint32_t i = 0; i < program->count; i++) {
        const csuccess__node *node = &program->nodes[i];
        out[i] = node->op == CSUCCESS__OP_SLOT ? ranges->missing[node->as.slot]
                                               : node->op == CSUCCESS__OP_VARIABLE;
    }
    for (uint32_t i = 0; i < program->count; i++) {
        const csuccess__node *node = &program->nodes[i];
        if (node->op == CSUCCESS__OP_HAS) out[program->args[node->args]] = false;
    }
    for (uint32_t i = 0; i < program->count; i++) {
        const csuccess__node *node = &program->nodes[i];
        if (node->argc) out[i] = node_misses(out, program, node);
    }
    return program->count > 0 && out[program->count - 1];
}

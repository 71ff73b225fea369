/* SPDX-License-Identifier: Apache-2.0 */
/* JSON rule maps: {"arr": {"gte": 100000}}, all, any, not. They make the terms that their
   text would make, and every problem in them is noted. */
#include "base/str.h"
#include "expr/rule_values.h"

/* Takes over what the builder could not do, so that the rest of the rule can still be
   checked. */
bool csuccess__rule_note(csuccess__rule *r, const csuccess__json *node)
{
    csuccess__builder *b = r->b;
    if (b->status == CSUCCESS_ENOMEM) {
        r->list->lost = true;
    } else if (b->status != CSUCCESS_OK && node->type == CSUCCESS__JSON_STRING && r->inside) {
        csuccess__problem_inside(r->list, node, (size_t)b->error.offset, b->status, "%s",
                                 b->error.message);
    } else if (b->status != CSUCCESS_OK) {
        csuccess__problem(r->list, node, b->status, "%s", b->error.message);
    }
    r->stop = r->stop || b->status == CSUCCESS_ENOMEM || b->status == CSUCCESS_ELIMIT;
    b->status = CSUCCESS_OK;
    b->bound = NULL;
    b->bound_count = 0;
    b->depth = r->depth;
    r->inside = false;
    return false;
}

/* Conditions that are joined as they come; once one is wrong the others are still checked. */
typedef struct joined {
    csuccess__op op;
    bool started, wrong;
    csuccess__term all;
} joined;

/* Takes the next condition, `done` saying whether there is one. */
static void join(csuccess__rule *r, joined *j, bool done, csuccess__term *next,
                 const csuccess__json *node)
{
    if (!done || j->wrong) {
        j->wrong = true;
    } else if (!j->started) {
        j->all = *next;
        j->started = true;
    } else if (!csuccess__build_join(r->b, j->op, &j->all, next, &j->all)) {
        j->wrong = true;
        csuccess__rule_note(r, node);
    }
}

/* Whether another condition is to be read; what is joined so far is made ready for it. */
static bool more(csuccess__rule *r, joined *j, const csuccess__json *next)
{
    if (!next || r->stop) return false;
    if (j->started && !j->wrong && !csuccess__build_left(r->b, j->op, &j->all)) {
        j->wrong = true;
        csuccess__rule_note(r, next);
    }
    return !r->stop;
}

static bool finish(const joined *j, csuccess__term *out)
{
    *out = j->all;
    return j->started && !j->wrong;
}

/* One key of a field map. */
static bool build_field(csuccess__rule *r, const csuccess__json *node, csuccess__term *out)
{
    csuccess__term name;
    r->b->text = node->key;
    if (!csuccess__parse_name(r->b, &name)) return csuccess__rule_note(r, node);
    r->b->text = (csuccess_str){"", 0};
    name.at = 0;
    if (node->type != CSUCCESS__JSON_OBJECT) {
        return csuccess__rule_compare(r, node, &name, NULL, out);
    }
    if (node->count == 0) {
        csuccess__problem(r->list, node, CSUCCESS_ECONFIG,
                          "expected an operator such as {\"eq\": ...} for %q", node->key);
        return false;
    }
    joined j = {.op = CSUCCESS__OP_AND};
    for (const csuccess__json *one = node->first; more(r, &j, one); one = one->next) {
        csuccess__term operand = name, condition;
        bool done = csuccess__rule_compare(r, one, &operand, &one->key, &condition);
        join(r, &j, done, &condition, one);
    }
    return finish(&j, out);
}

static bool build_rule(csuccess__rule *r, const csuccess__json *node, csuccess__term *out);

/* {"all": [...]} and {"any": [...]}. */
static bool build_group(csuccess__rule *r, csuccess__op op, const csuccess__json *node,
                        csuccess__term *out)
{
    if (node->type != CSUCCESS__JSON_ARRAY || node->count == 0) {
        csuccess__problem(r->list, node, CSUCCESS_ECONFIG,
                          "expected an array with one rule at least");
        return false;
    }
    joined j = {.op = op};
    for (const csuccess__json *one = node->first; more(r, &j, one); one = one->next) {
        csuccess__term condition;
        bool done = build_rule(r, one, &condition);
        join(r, &j, done, &condition, one);
    }
    return finish(&j, out);
}

static bool build_not(csuccess__rule *r, const csuccess__json *node, csuccess__term *out)
{
    csuccess__term condition;
    if (!build_rule(r, node, &condition)) return false;
    return csuccess__build_prefix(r->b, "!", 0, &condition, out) ||
           csuccess__rule_note(r, node);
}

static bool build_member(csuccess__rule *r, const csuccess__json *node, csuccess__term *out)
{
    if (csuccess__str_is(node->key, "all")) return build_group(r, CSUCCESS__OP_AND, node, out);
    if (csuccess__str_is(node->key, "any")) return build_group(r, CSUCCESS__OP_OR, node, out);
    if (csuccess__str_is(node->key, "not")) return build_not(r, node, out);
    return build_field(r, node, out);
}

/* An expression that stands where a rule may stand. */
static bool build_text(csuccess__rule *r, const csuccess__json *node, csuccess__term *out)
{
    r->b->text = node->string;
    r->inside = true;
    if (!csuccess__parse_expression(r->b, out)) return csuccess__rule_note(r, node);
    if (out->type->kind != CSUCCESS__KIND_BOOL) {
        csuccess__build_fail(r->b, CSUCCESS_ETYPE, 0, "a condition is wanted here, not %s",
                             csuccess__type_words(r->b, out->type));
        return csuccess__rule_note(r, node);
    }
    r->inside = false;
    r->b->text = (csuccess_str){"", 0};
    return true;
}

static bool build_members(csuccess__rule *r, const csuccess__json *node, csuccess__term *out)
{
    joined j = {.op = CSUCCESS__OP_AND};
    for (const csuccess__json *one = node->first; more(r, &j, one); one = one->next) {
        csuccess__term condition;
        bool done = build_member(r, one, &condition);
        join(r, &j, done, &condition, one);
    }
    return finish(&j, out);
}

static bool build_rule(csuccess__rule *r, const csuccess__json *node, csuccess__term *out)
{
    if (node->type == CSUCCESS__JSON_STRING) return build_text(r, node, out);
    if (node->type == CSUCCESS__JSON_BOOL) {
        *out = csuccess__term_constant(csuccess__boolean(node->boolean),
                                       csuccess__type_of(CSUCCESS__KIND_BOOL), 0);
        return true;
    }
    if (node->type != CSUCCESS__JSON_OBJECT || node->count == 0) {
        csuccess__problem(r->list, node, CSUCCESS_ECONFIG,
                          "expected a rule such as {\"arr\": {\"gte\": 100000}}");
        return false;
    }
    if (!csuccess__build_enter(r->b, 0)) return csuccess__rule_note(r, node);
    r->depth++;
    bool good = build_members(r, node, out);
    r->b->depth = --r->depth;
    return good;
}

bool csuccess__rules_build(csuccess__builder *b, csuccess__problems *list,
                           const csuccess__json *node, csuccess__term *out)
{
    csuccess__rule r = {.b = b, .list = list};
    return build_rule(&r, node, out);
}

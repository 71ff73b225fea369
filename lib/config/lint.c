/* SPDX-License-Identifier: Apache-2.0 */
/* Lint of the document as a whole: what no single room can see. */
#include "config/config.h"
#include "flow/lint.h"

/* Inputs that a definition declares and no expression reads. */
static void unread_inputs(const csuccess_config *config, csuccess__problems *problems)
{
    const csuccess__schema *schema = config->schema;
    for (uint32_t i = 0; i < schema->inputs; i++) {
        const csuccess__slot *slot = &schema->slots[i];
        bool declared = slot->attribute && slot->attribute->at;
        if (declared && !slot->used && !slot->attribute->pii && !slot->attribute->outcome) {
            csuccess__problem(problems, slot->attribute->at, 0,
                              "nothing reads %q; remove it or use it", slot->path);
        }
    }
}

static size_t skip_blanks(csuccess_str text, size_t at)
{
    while (at < text.len && text.ptr[at] == ' ') {
        at++;
    }
    return at;
}

/* Whether "+ 1" stands behind the call that begins at `at`. */
static bool adds_one(csuccess_str text, size_t at)
{
    while (at < text.len && text.ptr[at] != ')') {
        at++;
    }
    at = skip_blanks(text, at + 1);
    if (at >= text.len || text.ptr[at] != '+') {
        return false;
    }
    at = skip_blanks(text, at + 1);
    bool one = at < text.len && text.ptr[at] == '1';
    char behind = at + 1 < text.len ? text.ptr[at + 1] : ' ';
    return one && behind != '.' && (behind < '0' || behind > '9');
}

/* CEL's getMonth counts from 0; forgetting that is the commonest error with it. */
static void zero_based_months(const csuccess__json *node, csuccess__problems *problems)
{
    size_t from = 0;
    for (;;) {
        csuccess_str rest = {node->string.ptr + from, node->string.len - from};
        size_t found = csuccess__str_find(rest, CSUCCESS_STR(".getMonth("));
        if (found == SIZE_MAX) {
            return;
        }
        from += found;
        if (!adds_one(node->string, from)) {
            csuccess__problem_inside(
                problems, node, from, 0,
                "getMonth counts from 0, January is 0; month(t) counts from 1");
        }
        from++;
    }
}

/* A purpose of messages to customers that nobody declared: then each of them needs an opt-in, and most are dropped. */
static void undeclared_purpose(const csuccess_config *config, const csuccess__json *node,
                               csuccess__problems *problems)
{
    static const char *const sections[] = {"journeys", "playbooks", "milestones", NULL};
    const csuccess__json *top = node;
    while (top->parent && top->parent->parent) {
        top = top->parent;
    }
    if (!csuccess__str_is(node->key, "purpose") || node->string.len == 0 ||
        !csuccess__str_among(top->key, sections)) {
        return;
    }
    const csuccess__json *privacy = csuccess__json_member(config->document, "privacy");
    const csuccess__json *purposes = csuccess__json_member(privacy, "purposes");
    for (const csuccess__json *p = purposes ? purposes->first : NULL; p; p = p->next) {
        if (csuccess__str_eq(p->key, node->string)) return;
    }
    csuccess__problem(problems, node, 0,
                      "\"privacy\" declares no purpose %q, so only who opted in to it gets the "
                      "message; declare it, such as {\"purposes\": {%q: {\"requires\": "
                      "\"nothing\"}}}",
                      node->string, node->string);
}

void csuccess__config_lint(const csuccess_config *config, csuccess__problems *problems)
{
    csuccess__score_lint(problems, config->schema, config->health);
    csuccess__churn_lint(problems, config->churn);
    csuccess__flow_lint(problems, config->schema, config->segments);
    unread_inputs(config, problems);
    for (const csuccess__json *node = config->document; node;) {
        bool words = csuccess__str_is(node->key, "description") && csuccess__is_word(node);
        if (node->type == CSUCCESS__JSON_STRING && !words) {
            zero_based_months(node, problems);
            undeclared_purpose(config, node, problems);
        }
        const csuccess__json *next = node->first;
        while (!next && node) {
            next = node->next;
            node = node->parent;
        }
        node = next;
    }
}

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

/* CEL's getMonth counts from 0; forgetting that is the commonest error with it. */
static void zero_based_months(const csuccess__json *node, csuccess__problems *problems)
{
    static const csuccess_str call = {".getMonth(", 10};
    size_t at = csuccess__str_find(node->string, call);
    if (at == SIZE_MAX) {
        return;
    }
    csuccess_str rest = {node->string.ptr + at, node->string.len - at};
    size_t close = csuccess__str_find(rest, CSUCCESS_STR(")"));
    if (close != SIZE_MAX) {
        rest = (csuccess_str){rest.ptr + close, rest.len - close};
    }
    if (!csuccess__str_starts(rest, CSUCCESS_STR(") + 1"))) {
        csuccess__problem_inside(
            problems, node, at, 0,
            "getMonth counts from 0, January is 0; month(t) counts from 1");
    }
}

void csuccess__config_lint(const csuccess_config *config, csuccess__problems *problems)
{
    csuccess__score_lint(problems, config->schema, config->health);
    csuccess__flow_lint(problems, config->schema, config->segments);
    unread_inputs(config, problems);
    for (const csuccess__json *node = config->document; node;) {
        if (node->type == CSUCCESS__JSON_STRING &&
            !csuccess__str_is(node->key, "description")) {
            zero_based_months(node, problems);
        }
        const csuccess__json *next = node->first;
        while (!next && node) {
            next = node->next;
            node = node->parent;
        }
        node = next;
    }
}

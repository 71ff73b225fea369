/* SPDX-License-Identifier: Apache-2.0 */
/* The operators and values of one field of a rule map. */
#ifndef CSUCCESS__EXPR_RULE_VALUES_H
#define CSUCCESS__EXPR_RULE_VALUES_H

#include "expr/build.h"

typedef struct csuccess__rule {
    csuccess__builder *b;
    csuccess__problems *list;
    uint32_t depth;
    bool inside; /* the builder's error is in the node's string */
    bool stop;   /* nothing more can be checked: no memory, or a limit */
} csuccess__rule;

/* Notes the builder's failure at the node and clears it. Always false. */
bool csuccess__rule_note(csuccess__rule *r, const csuccess__json *node);
/* The condition that `name` meets the operator `word` (NULL: a bare value, meaning eq) with
   the node's value. False is noted. */
bool csuccess__rule_compare(csuccess__rule *r, const csuccess__json *node, csuccess__term *name,
                            const csuccess_str *word, csuccess__term *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the churn section are read by: an expression, the members of an object in order. */
#include "churn/internal.h"

#include "text/reader.h"

typedef csuccess__churn_builder builder;

const csuccess__program *csuccess__churn_program(const builder *b, const csuccess__json *object,
                                                 const char *key, csuccess__kind kind,
                                                 bool required)
{
    const csuccess__json *node = csuccess__json_member(object, key);
    if (!node) {
        if (required) {
            csuccess__problem(b->problems, object, CSUCCESS_ECONFIG, "%q is missing",
                              csuccess__str(key));
        }
        return NULL;
    }
    return csuccess__expr_read(b->with, b->problems, node, csuccess__type_of(kind));
}

const csuccess__json **csuccess__churn_members(const builder *b, const csuccess__json *parent,
                                               const char *key, uint32_t *count)
{
    const csuccess__json *object =
        csuccess__read_section(b->problems, parent, key, CSUCCESS__JSON_OBJECT);
    *count = 0;
    if (!object || object->count == 0) {
        return NULL;
    }
    const csuccess__json **list =
        CSUCCESS__NEW_ARRAY(b->with->arena, const csuccess__json *, object->count);
    if (!list) {
        b->problems->lost = true;
        return NULL;
    }
    csuccess__read_order(object, list);
    *count = object->count;
    return list;
}

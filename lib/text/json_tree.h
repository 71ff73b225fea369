/* SPDX-License-Identifier: Apache-2.0 */
/* Walking and sorting of JSON trees, shared by reader, merge and writer. */
#ifndef CSUCCESS__TEXT_JSON_TREE_H
#define CSUCCESS__TEXT_JSON_TREE_H

#include "text/json.h"

/* Links child behind the last of parent. */
void csuccess__json_append(csuccess__json *parent, csuccess__json *child);

/* The node after `node` in document order within the tree of root; NULL at the end. */
const csuccess__json *csuccess__json_after(const csuccess__json *node,
                                           const csuccess__json *root);

/* Members of an object sorted by key, equal keys by position. NULL when memory is refused (or there
   are no members); release as object->count pointers. */
const csuccess__json **csuccess__json_sorted(const csuccess_allocator *mem,
                                             const csuccess__json *object);
/* The member of that key in a sorted array, NULL when there is none. */
const csuccess__json *csuccess__json_find(const csuccess__json *const *sorted, uint32_t n,
                                          csuccess_str key);

#endif

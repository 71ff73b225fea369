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

/* Fills out[object->count] with the members sorted by key, equal keys by position. */
void csuccess__json_sort(const csuccess__json **out, const csuccess__json *object);
/* Gives an object that is large enough its `sorted`, once it has all members; false when memory is
   refused. */
bool csuccess__json_index(csuccess__arena *arena, csuccess__json *object);

#endif

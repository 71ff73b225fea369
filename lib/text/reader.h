/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the members of a document's objects by table: unknown keys, types and ranges are checked and
   reported with the nearest known name; what stays is the code that means something. */
#ifndef CSUCCESS__TEXT_READER_H
#define CSUCCESS__TEXT_READER_H

#include "text/problems.h"

/* Notes every member of object that is not in `known` (names ended by NULL), with the nearest known
   name, and a `description` that is no string or an `order` that is no number where they are known. False (noted) when
   node is not an object. */
bool csuccess__read_object(csuccess__problems *list, const csuccess__json *node,
                           const char *const *known);
/* Each gives the member's value or the fallback when the member is absent; a wrong type or range is
   noted and gives the fallback. `low` and `high` are inclusive. */
double csuccess__read_number(csuccess__problems *list, const csuccess__json *object,
                             const char *key, double fallback, double low, double high);
bool csuccess__read_bool(csuccess__problems *list, const csuccess__json *object,
                         const char *key, bool fallback);
csuccess_str csuccess__read_string(csuccess__problems *list, const csuccess__json *object,
                                   const char *key, csuccess_str fallback);
/* The index of the member's text in words (ended by NULL); absent: fallback; unknown: noted, fallback. */
int csuccess__read_word(csuccess__problems *list, const csuccess__json *object, const char *key,
                        const char *const *words, int fallback);
/* A member that must be an object (or array); NULL when absent or, noted, another type. */
const csuccess__json *csuccess__read_section(csuccess__problems *list,
                                             const csuccess__json *object, const char *key,
                                             csuccess__json_type type);
/* The members of an object in effective order: by their `order` number where they have one, else by
   position; a stable sort. Fills out[object->count]. */
void csuccess__read_order(const csuccess__json *object, const csuccess__json **out);

#endif

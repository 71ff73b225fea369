/* SPDX-License-Identifier: Apache-2.0 */
/* Members of JSON that the library wrote, as they stand in the text: for tables and CSV, which show what the
   JSON result says. */
#ifndef CLI_SLICE_H
#define CLI_SLICE_H

#include <csuccess/base.h>
#include <stdbool.h>

/* The raw text of a member of an object; empty when there is none. */
csuccess_str slice_member(csuccess_str object, const char *key);
/* Walks the members of an object: *at begins at 0. False: there are no more. Keys are as they stand in the text. */
bool slice_each(csuccess_str object, size_t *at, const char **key, size_t *key_len,
                csuccess_str *value);
/* The first item of an array. */
csuccess_str slice_first(csuccess_str array);
/* The item behind `item`, which is one of the array; empty at the end. */
csuccess_str slice_next(csuccess_str array, csuccess_str item);
bool slice_is(csuccess_str text, const char *word);
/* Without the quotes of a string; escapes stay. */
csuccess_str slice_plain(csuccess_str value);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration for a file without one: attributes by what its columns hold. */
#ifndef CLI_INFER_H
#define CLI_INFER_H

#include "args.h"
#include "stream.h"

/* Reads the file once and writes the attributes into `out` as the members of a JSON object, without braces; what the outcome reads is
   marked. `outcome` becomes its expression, in which a column whose name is reserved has an underscore behind it, as the attribute
   has. 0, or the exit code after telling. */
int infer_attributes(text *out, text *outcome, const args *given);
/* Appends a terminated text. False: no memory. */
bool text_add(text *to, const char *piece);

#endif

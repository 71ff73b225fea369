/* SPDX-License-Identifier: Apache-2.0 */
/* What a regular expression says about plain text: enough to answer it, or to rule a subject out. */
#ifndef CSUCCESS__TEXT_REGEX_LITERAL_H
#define CSUCCESS__TEXT_REGEX_LITERAL_H

#include <csuccess/base.h>
#include <stdbool.h>

enum { CSUCCESS__LITERALS = 16, CSUCCESS__LITERAL_BYTES = 48, CSUCCESS__LITERAL_PARTS = 3 };

typedef struct csuccess__literal {
    uint8_t length;
    uint8_t rare;          /* index of the byte that text holds least often */
    bool at_start, at_end; /* anchored by ^ and $ */
    char bytes[CSUCCESS__LITERAL_BYTES];
} csuccess__literal;

/* Alternatives: a subject holds the set when it holds one of them. */
typedef struct csuccess__literals {
    uint32_t count;
    csuccess__literal items[CSUCCESS__LITERALS];
} csuccess__literals;

/* Sets that a subject must hold one behind the other on one line, as in `one.*other`. `decides`: it
   matches the pattern exactly then. Otherwise there is one set at most, and every subject that matches
   holds it. */
typedef struct csuccess__literal_plan {
    bool decides;
    uint32_t count;
    csuccess__literals parts[CSUCCESS__LITERAL_PARTS];
} csuccess__literal_plan;

/* Reads a pattern that PCRE2 has accepted (UTF, newline LF, no option set outside the pattern). Whatever
   it does not know leaves the plan empty. */
void csuccess__literal_plan_make(csuccess__literal_plan *plan, csuccess_str pattern);
/* Whether the subject holds what the plan says; true for an empty plan. */
bool csuccess__literal_plan_holds(const csuccess__literal_plan *plan, csuccess_str subject);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Regular expressions; the only file that sees PCRE2. Matching is bounded and says when it is open. */
#ifndef CSUCCESS__TEXT_REGEX_H
#define CSUCCESS__TEXT_REGEX_H

#include "base/alloc.h"

typedef struct csuccess__regex csuccess__regex; /* compiled pattern, immutable, shareable */
typedef struct csuccess__regex_scratch csuccess__regex_scratch; /* match data, one per thread */

typedef enum csuccess__match {
    CSUCCESS__NO_MATCH = 0,
    CSUCCESS__MATCHED = 1,
    CSUCCESS__UNDECIDED = 2 /* budget spent: never "no match", the same on every platform */
} csuccess__match;

/* Compiles (UTF, newline LF, no JIT; no callouts, \C or leading (*...) from the pattern; no pattern above
   limits->pattern_bytes: ELIMIT). EEXPRESSION with err->offset in the pattern and PCRE2's message,
   EENCODING, ENOMEM. A pattern that is plain text in disguise is later answered without PCRE2. */
csuccess_result csuccess__regex_new(csuccess__regex **out, const csuccess_allocator *mem,
                                    csuccess_str pattern, const csuccess_limits *limits,
                                    csuccess_error *err);
void csuccess__regex_free(csuccess__regex *regex);

csuccess__regex_scratch *csuccess__regex_scratch_new(const csuccess_allocator *mem);
void csuccess__regex_scratch_free(csuccess__regex_scratch *scratch);

/* Searches subject (well-formed UTF-8) for the pattern. First attempt with match limit 1,000; on the
   limit a second, with automatic callouts and a budget of 200,000. A subject above the limit in bytes,
   or a refused allocation, is UNDECIDED as well; *failed (may be NULL) says ENOMEM then, else OK. */
csuccess__match csuccess__regex_search(const csuccess__regex *regex,
                                       csuccess__regex_scratch *scratch, csuccess_str subject,
                                       csuccess_result *failed);

/* Where a match stands: bytes first .. end-1 of the subject. */
typedef struct csuccess__span_found {
    size_t first, end;
    csuccess_result failed; /* ENOMEM: UNDECIDED for want of memory; else OK */
} csuccess__span_found;
/* As csuccess__regex_search(), from a byte on (of a whole character; \b and ^ see what stands before it), and tells where the first match is.
   A pattern that is plain text in disguise is UNDECIDED: it must begin with an option such as (?i). */
csuccess__match csuccess__regex_find(const csuccess__regex *regex,
                                     csuccess__regex_scratch *scratch, csuccess_str subject,
                                     size_t from, csuccess__span_found *found);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Many conditions evaluated as one set: a predicate shared by several is evaluated once, thresholds on
   one slot by interval, conditions as bit operations. Answers equal those of each program by itself. */
#ifndef CSUCCESS__EXPR_RULESET_H
#define CSUCCESS__EXPR_RULESET_H

#include "expr/column.h"
#include "expr/next.h"

typedef struct csuccess__ruleset
    csuccess__ruleset; /* immutable, shareable, in the arena given */

/* `programs` are bool and live as long as the set. NULL: no memory. n may be 0. */
const csuccess__ruleset *csuccess__ruleset_new(csuccess__arena *arena,
                                               const csuccess__program *const *programs,
                                               size_t n);
/* One customer. `holds` and `undecided` are bitmaps of n bits, in words of 64 (undecided may be NULL). */
csuccess_result csuccess__ruleset_row(const csuccess__ruleset *set, csuccess__machine *machine,
                                      const csuccess__frame *frame, uint64_t *holds,
                                      uint64_t *undecided);
enum { CSUCCESS__RULESET_GROUP = 1024 /* conditions that are held together */ };
/* Where one customer stands with the conditions of a set, so that a changed value costs little: which region the value of each key
   lies in, and for each term how many keys make it false or leave it open. Flat memory without pointers, in words; zeroed at first. */
size_t csuccess__ruleset_standing(const csuccess__ruleset *set);
/* Looks again at what comes of the slots in `changed`, and at what reads the time; at everything when the standing is new. Answers equal
   csuccess__ruleset_row()'s. After a failure the standing is new again. */
csuccess_result csuccess__ruleset_again(const csuccess__ruleset *set,
                                        csuccess__machine *machine,
                                        const csuccess__frame *frame, const uint32_t *changed,
                                        size_t count, uint64_t *standing);
/* The answers of a standing: bitmaps by condition, in words of 64. Of a set of one group they are its last words: holds, then undecided. */
void csuccess__ruleset_answers(const csuccess__ruleset *set, const uint64_t *standing,
                               uint64_t *holds, uint64_t *undecided);
/* The first time after frame->now at which time alone may change an answer, `slots` being how they move (csuccess__schema_moves()): never too late; earlier only where something else in a
   condition decides it. INT64_MAX: it never does. Costs what the different parts of the conditions cost, however many conditions there are. */
int64_t csuccess__ruleset_next(const csuccess__ruleset *set, csuccess__machine *machine,
                               const csuccess__frame *frame, const csuccess__move *slots);
/* A block of rows: holds[i * CSUCCESS__BLOCK_WORDS ...] are the rows in which condition i holds. */
csuccess_result csuccess__ruleset_columns(const csuccess__ruleset *set,
                                          csuccess__column_machine *machine,
                                          const csuccess__column_frame *frame, uint64_t *holds,
                                          uint64_t *undecided);

#endif

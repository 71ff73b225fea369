/* SPDX-License-Identifier: Apache-2.0 */
/* Many conditions evaluated as one set: a predicate shared by several is evaluated once, thresholds on
   one slot by interval, conditions as bit operations. Answers equal those of each program by itself. */
#ifndef CSUCCESS__EXPR_RULESET_H
#define CSUCCESS__EXPR_RULESET_H

#include "expr/column.h"
#include "expr/kernels.h"

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
/* One condition of the set by itself, for one customer: what it would be in csuccess__ruleset_row(). The memo, zeroed before the
   first, spares running a part that several of them share again, as long as frame and machine are the same. */
typedef struct csuccess__rule_memo {
    const csuccess__program *program; /* NULL: nothing */
    csuccess__value value;
} csuccess__rule_memo;
csuccess_result csuccess__ruleset_one(const csuccess__ruleset *set, csuccess__machine *machine,
                                      const csuccess__frame *frame, size_t condition,
                                      csuccess__rule_memo *memo, csuccess__truth *out);
/* A block of rows: holds[i * CSUCCESS__BLOCK_WORDS ...] are the rows in which condition i holds. */
csuccess_result csuccess__ruleset_columns(const csuccess__ruleset *set,
                                          csuccess__column_machine *machine,
                                          const csuccess__column_frame *frame, uint64_t *holds,
                                          uint64_t *undecided);

#endif

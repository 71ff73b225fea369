/* SPDX-License-Identifier: Apache-2.0 */
/* What accumulators say of experiments, interventions and campaigns, as tables and rows. */
#ifndef CLI_EVIDENCE_H
#define CLI_EVIDENCE_H

#include <csuccess/base.h>
#include <stdbool.h>

/* Whether the results are of an experiment, of "interventions" or of "effects"; others are of programmes. */
bool evidence_is(csuccess_str json);
void evidence_table(csuccess_str json);
/* A row per number: of which item, what, by what, the value. */
void evidence_csv(csuccess_str json);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What the stages of the additive trainer share. */
#ifndef CSUCCESS__CHURN_LEARN_ADDITIVE_TRAINER_H
#define CSUCCESS__CHURN_LEARN_ADDITIVE_TRAINER_H

#include "churn/learn/additive_boost.h"

typedef struct csuccess__additive_trainer {
    csuccess__arena *arena;  /* the caller's: what the model keeps */
    csuccess__arena scratch; /* until training ends */
    const csuccess__dataset *data;
    csuccess__additive_options options; /* without zeros */
    csuccess__cut *cuts;
    csuccess__boost boost;
    csuccess__random random;
} csuccess__additive_trainer;

/* Tables and counts of a term whose codes are set. False: no memory. */
bool csuccess__make_tables(csuccess__additive_trainer *t, csuccess__boosted *term);

/* The mean log-odds of each row over the bags that held it out; NaN where none did. */
void csuccess__held_scores(const csuccess__additive_trainer *t, double *held);

/* Selects pairs, boosts them on top of the terms that are there, and tries them. ENOMEM, ECANCELLED. */
csuccess_result csuccess__boost_pairs(csuccess__additive_trainer *t);

/* Tries every term from `first` on: drops those without which the loss on rows held out would not rise by more than
   `least` nats in all, and boosts the others afresh. ENOMEM, ECANCELLED. */
csuccess_result csuccess__try_terms(csuccess__additive_trainer *t, uint32_t first,
                                    double least);

#endif

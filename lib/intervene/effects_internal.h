/* SPDX-License-Identifier: Apache-2.0 */
/* What the writers of evidence share: looking up counts and figures, and what experiments say. Only for them. */
#ifndef CSUCCESS__INTERVENE_EFFECTS_INTERNAL_H
#define CSUCCESS__INTERVENE_EFFECTS_INTERNAL_H

#include "flow/results_internal.h"
#include "intervene/effects.h"
#include "intervene/intervene.h"

typedef struct csuccess__telling {
    csuccess__json_writer *w;
    const csuccess__evidence *e;
    bool effects;                             /* not only what was done */
    csuccess__comparison_effect *comparisons; /* by comparison; of effects */
} csuccess__telling;

/* Of "interventions" or "campaigns", a name, a leaf and, for counts of words, a word (empty: none). */
uint64_t csuccess__evidence_count(const csuccess__telling *t, const char *first,
                                  csuccess_str name, const char *leaf, const char *word);
/* NULL: nothing was seen. */
const csuccess__results_row *csuccess__evidence_figure(const csuccess__telling *t,
                                                       const char *first, csuccess_str name,
                                                       const char *leaf);
/* What was judged and reached its success, and what was not; undecided ones are neither. */
void csuccess__evidence_judged(const csuccess__telling *t, const char *first, csuccess_str name,
                               uint64_t *met, uint64_t *missed);
/* {"word": n, …} as a member, where there is any; their sum. */
uint64_t csuccess__evidence_words(const csuccess__telling *t, const char *first,
                                  csuccess_str name, const char *leaf);
/* The names under "interventions" or "campaigns" that the configuration has not, in order: the one after `before` (empty: the first); ptr NULL: no more. */
csuccess_str csuccess__evidence_next(const csuccess__telling *t, const char *first,
                                     csuccess_str before);
/* Numbers of members, rounded. */
void csuccess__evidence_put(const csuccess__telling *t, const char *key, double value);
void csuccess__evidence_interval(const csuccess__telling *t, double low, double high);
void csuccess__evidence_share(const csuccess__telling *t, const char *key, uint64_t part,
                              uint64_t of);

/* The experiment that is for this programme alone, holds somebody out and measures churn: its index, else UINT32_MAX. `programme` empty: for everything. */
uint32_t csuccess__evidence_experiment(const csuccess__telling *t, const char *kind,
                                       csuccess_str name);
/* Members "uplift", "prevented_churn" and "saved_revenue"; `value`: values at stake, NULL or none: not known. */
void csuccess__evidence_uplift(const csuccess__telling *t, uint32_t experiment,
                               const csuccess__sum *value);

/* ---- Parts: effects_priors.c, effects_targets.c ---- */

/* A Beta prior by counts; of 0: none. */
typedef struct csuccess__beta_counts {
    double successes, of;
} csuccess__beta_counts;
csuccess__beta_counts csuccess__evidence_prior(const csuccess__intervention *of);
/* Member "prior": before and after. */
void csuccess__evidence_put_prior(const csuccess__telling *t, const csuccess__intervention *of);
/* Member "patch": what `extends` merges over the configuration. */
void csuccess__evidence_put_patch(const csuccess__telling *t);
/* Member "targets": of each whether it was reached. */
void csuccess__evidence_put_targets(const csuccess__telling *t, const csuccess__campaign *of);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What came of experiments, interventions and campaigns, from entries of histories, merged in any order to the same bytes: docs/reference/intervene.md "What came of it".

   Counts and figures are rows by path, as those of journeys (flow/results.h); exposures and outcomes are comparisons (experiments/comparison.h). */
#ifndef CSUCCESS__INTERVENE_EFFECTS_H
#define CSUCCESS__INTERVENE_EFFECTS_H

#include "flow/results.h"
#include "intervene/experiments/comparison.h"

struct csuccess__intervene;

typedef enum csuccess__evidence_kind {
    CSUCCESS__EVIDENCE_EXPERIMENT,    /* one of them */
    CSUCCESS__EVIDENCE_INTERVENTIONS, /* what was done, what it cost, what people said */
    CSUCCESS__EVIDENCE_EFFECTS        /* the same, with all experiments: what it changed */
} csuccess__evidence_kind;

typedef struct csuccess__evidence {
    csuccess_allocator mem;
    const struct csuccess__intervene *of; /* borrowed */
    csuccess__evidence_kind kind;
    uint32_t first;                    /* experiment of the first comparison */
    csuccess__comparison *comparisons; /* by experiment, in the order of the configuration */
    uint32_t comparison_count;
    csuccess__results *rows;
    csuccess__arena scratch;
} csuccess__evidence;

/* `experiment`: index, of that kind. ENOMEM. */
csuccess_result csuccess__evidence_new(csuccess__evidence **out, csuccess__evidence_kind kind,
                                       const struct csuccess__intervene *of,
                                       uint32_t experiment, const csuccess_allocator *mem);
void csuccess__evidence_free(csuccess__evidence *evidence);
/* An entry: its kind and its body. UNCHANGED: it is none of this; ESTATE: a body that cannot be; ELIMIT; ENOMEM. After an error nothing has changed. */
csuccess_result csuccess__evidence_add(csuccess__evidence *evidence, csuccess_str kind,
                                       csuccess_str body, const csuccess_limits *limits);
bool csuccess__evidence_same(const csuccess__evidence *a, const csuccess__evidence *b);
/* ELIMIT, ENOMEM: as before. Both are of one configuration and kind; from is not into. */
csuccess_result csuccess__evidence_merge(csuccess__evidence *into,
                                         const csuccess__evidence *from);
/* Members of an open object. A failure is the writer's buffer's. */
void csuccess__evidence_write(csuccess__json_writer *w, const csuccess__evidence *evidence);
/* Canonical bytes; a failure is the buffer's. */
void csuccess__evidence_save(csuccess__buffer *out, const csuccess__evidence *evidence,
                             csuccess_str config);
/* Adds what was saved. EINVALID: of another kind, experiment or configuration; EUNSUPPORTED; ESTATE: damaged; ELIMIT; ENOMEM. After an error nothing has changed. */
csuccess_result csuccess__evidence_load(csuccess__evidence *evidence, csuccess_str saved,
                                        csuccess_str config);

#endif

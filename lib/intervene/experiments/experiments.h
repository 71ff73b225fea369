/* SPDX-License-Identifier: Apache-2.0 */
/* The section `experiments`: arms by hash of a root account, sticky, with a persistent holdout. State kind EXPOSURE, by the experiment's id. */
#ifndef CSUCCESS__INTERVENE_EXPERIMENTS_EXPERIMENTS_H
#define CSUCCESS__INTERVENE_EXPERIMENTS_EXPERIMENTS_H

#include "intervene/reach.h"

struct csuccess__intervene_build;

typedef struct csuccess__arm {
    csuccess_str id;
    double share;
    uint64_t until; /* the hash is below it: shares added up, of 2^53 */
    bool hold;
    const csuccess__message_template *template_; /* NULL: as it is */
} csuccess__arm;
typedef struct csuccess__experiment {
    csuccess_str id, salt;
    const csuccess__pattern *for_;
    uint32_t for_count;
    bool by_class;
    csuccess__class class_;
    const csuccess__program *unit, *outcome;
    const csuccess__arm *arms; /* in document order */
    uint32_t arm_count;
    csuccess__duration horizon;
    const csuccess__json *at;
} csuccess__experiment;
typedef struct csuccess__experiments {
    const csuccess__experiment *list;
    uint32_t count;
    uint32_t parent; /* slot of the roll-up's parent; UINT32_MAX: none */
} csuccess__experiments;

const csuccess__experiments *
csuccess__experiments_compile(struct csuccess__intervene_build *build,
                              const csuccess__json *section);
/* The arm of a unit: SHA-256 of "experiment", salt, id and unit, its first 53 bits against the shares. Pure; the same on every platform. */
uint32_t csuccess__experiment_arm(const csuccess__experiment *experiment, csuccess_str unit);
/* The text that the candidate's arm says instead; NULL: its own. */
const csuccess__message_template *csuccess__experiment_text(csuccess__turn *t,
                                                            const csuccess__candidate *c);
/* Outcomes whose horizon has come: entry "outcome"; due. */
void csuccess__experiments_step(csuccess__turn *t);
void csuccess__experiments_report(csuccess__turn *t, struct csuccess__json_writer *out);
void csuccess__exposure_print(struct csuccess__json_writer *out,
                              const csuccess__state_field *field);

#endif

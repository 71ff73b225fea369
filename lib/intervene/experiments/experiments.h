/* SPDX-License-Identifier: Apache-2.0 */
/* The section `experiments`: arms by hash of a root account, sticky, with a persistent holdout. State kind EXPOSURE, by the experiment's id. */
#ifndef CSUCCESS__INTERVENE_EXPERIMENTS_EXPERIMENTS_H
#define CSUCCESS__INTERVENE_EXPERIMENTS_EXPERIMENTS_H

#include "base/digest.h"
#include "intervene/reach.h"

struct csuccess__intervene_build;

enum {
    CSUCCESS__EXPERIMENTS_MOST = 256, /* of a configuration */
    CSUCCESS__ARMS_MOST = 16,
    CSUCCESS__EXPERIMENT_PATTERNS = 64
};

typedef struct csuccess__arm {
    csuccess_str id;
    double share;
    uint64_t until; /* the hash is below it: shares added up, of 2^53 */
    bool hold;
    const csuccess__message_template *template_; /* NULL: as it is */
} csuccess__arm;
typedef struct csuccess__experiment {
    csuccess_str id, salt;
    csuccess__sha256 begun; /* what is hashed, but for the unit */
    const csuccess__pattern *for_;
    uint32_t for_count;
    bool by_class;
    csuccess__class class_;
    const csuccess__program *unit, *outcome; /* unit NULL: the parent, else the customer */
    bool churn;                              /* the outcome is that the customer left */
    const csuccess__arm *arms;               /* in document order */
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
/* UINT32_MAX: there is none. */
uint32_t csuccess__experiment_find(const csuccess__experiments *of, csuccess_str id);
uint32_t csuccess__arm_find(const csuccess__experiment *experiment, csuccess_str id);
/* What differences are taken against: the first arm that is held out, else the first; *held (may be NULL): whether it is. */
uint32_t csuccess__experiment_control(const csuccess__experiment *experiment, bool *held);
/* Fills `begun` from id and salt. */
void csuccess__experiment_begin(csuccess__experiment *experiment);
/* The arm of a unit: SHA-256 of "experiment", salt, id and unit (each as csuccess__digest_str() has it), of whose first eight bytes, big-endian, the upper 53 bits stand against the shares. Pure; the same on every platform. */
uint32_t csuccess__experiment_arm(const csuccess__experiment *experiment, csuccess_str unit);

/* What the state keeps of one experiment. */
typedef enum csuccess__exposed {
    CSUCCESS__EXPOSED_OPEN, /* the horizon has not come */
    CSUCCESS__EXPOSED_YES,
    CSUCCESS__EXPOSED_NO,
    CSUCCESS__EXPOSED_UNDECIDED
} csuccess__exposed;
typedef struct csuccess__exposure {
    csuccess_str arm, unit, definition;
    double probability;
    bool held;        /* its arm was held out then */
    int64_t at;       /* when it came to the guard for the first time */
    int64_t judge_at; /* when the outcome is asked; 0: it was */
    csuccess__exposed outcome;
} csuccess__exposure;
bool csuccess__exposure_read(csuccess__exposure *out, csuccess_str payload);
/* The candidate may go, or an experiment holds it out: its arms are kept, unless the turn only looks. The reason, in the turn's texts; empty: it may go. */
csuccess_str csuccess__experiments_ask(csuccess__turn *t, const csuccess__candidate *c);
/* The text that the candidate's arm says instead; NULL: its own. */
const csuccess__message_template *csuccess__experiment_text(csuccess__turn *t,
                                                            const csuccess__candidate *c);
/* Outcomes whose horizon has come: entry "outcome"; due. */
void csuccess__experiments_step(csuccess__turn *t);
/* {"save_works": {"arm": …, "unit": …, …}, …} */
void csuccess__experiments_report(csuccess__turn *t, struct csuccess__json_writer *out);
void csuccess__exposure_print(struct csuccess__json_writer *out,
                              const csuccess__state_field *field);

#endif

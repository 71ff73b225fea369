/* SPDX-License-Identifier: Apache-2.0 */
/* Health: profiles, modifiers, bands, trend, alerts, overrides over a scorecard; several
   scorecards side by side; roll-up over children. */
#ifndef CSUCCESS__SCORE_HEALTH_H
#define CSUCCESS__SCORE_HEALTH_H

#include "customer/open.h"
#include "score/scorecard.h"
#include <csuccess/score.h>

typedef struct csuccess__health
    csuccess__health; /* the compiled section; constant, in the arena */

/* NULL section: no health (NULL, no problem). The implicit inputs that the section needs
   (previous_score, score_30d_ago, previous_status) are added by csuccess__health_inputs
   before metrics are compiled. Compiling adds the slots health.score, health.raw,
   health.status, health.trend, health.profile, health.completeness, health.confidence,
   health.change('P30D'), component('id') and scorecard('id'). */
void csuccess__health_inputs(csuccess__schema *schema, const csuccess__json *section);
const csuccess__health *csuccess__health_compile(csuccess__schema *schema,
                                                 csuccess__compiler *with,
                                                 csuccess__problems *problems,
                                                 const csuccess__json *section);

#define CSUCCESS__TRENDS(X) \
    X(NONE, "") X(IMPROVING, "improving") X(STABLE, "stable") X(DECLINING, "declining")
typedef enum csuccess__trend_kind {
#define CSUCCESS__TREND(name, text) CSUCCESS__TREND_##name,
    CSUCCESS__TRENDS(CSUCCESS__TREND)
#undef CSUCCESS__TREND
        CSUCCESS__TREND_COUNT
} csuccess__trend_kind;

/* Set by a person; in force until expires_at. */
typedef struct csuccess__override {
    bool has_score;
    double score;
    csuccess_str status; /* a band's name; empty: none */
    csuccess_str reason, by;
    int64_t expires_at;
} csuccess__override;

/* Whether some profile has a band of that name. */
bool csuccess__health_has_status(const csuccess__health *health, csuccess_str status);

typedef struct csuccess__modified {
    uint32_t modifier; /* index in the profile's list */
    double before, after;
} csuccess__modified;

/* The result for one customer. The arrays `modified` and `nodes` are the caller's, sized by
   csuccess__health_sizes and set before the run. */
typedef struct csuccess__health_result {
    uint32_t profile; /* UINT32_MAX: none holds */
    bool has_card;    /* the scorecard gave a score, and modifiers kept it a number */
    bool has_score, has_earlier, provisional, overridden, churned, has_weight;
    double unmodified; /* after the link, before modifiers */
    double computed;   /* raw without an override */
    double raw, score, earlier, change, completeness, confidence;
    double weight;       /* for the roll-up */
    int32_t band;        /* index in the profile's bands; -1: none */
    int32_t settled;     /* the band as it were without an override; -1: none */
    csuccess_str status; /* band name, "churned", or empty */
    csuccess__trend_kind trend;
    csuccess__absence trend_why; /* why there is no trend */
    csuccess__modified *modified;
    uint32_t modified_count;
    uint64_t alerts;              /* bit per alert of the profile */
    uint64_t alerts_open;         /* of those that a missing input left undecided */
    uint64_t contradictions;      /* bit per contradiction of the profile */
    int64_t review_at;            /* 0: none */
    csuccess__card_result *nodes; /* of the profile's card; behind them those of `also` */
    uint32_t node_count;          /* of the profile's card */
    /* a node of the card that is missing though its policy is `fail`; UINT32_MAX: none */
    uint32_t failed_node;
    csuccess_str failed_id;      /* its id; "score" for the root */
    csuccess__override override; /* with overridden */
} csuccess__health_result;

typedef struct csuccess__health_run {
    csuccess__machine *machine;
    csuccess__value *slots;
    size_t slot_count;
    int64_t now;
    const csuccess__override *override; /* NULL: none */
    /* what a trend and hysteresis compare with, where no input says it; NULL: nothing is known */
    const struct csuccess__health_past *past;
    bool explain;           /* contributions too */
    csuccess_result failed; /* out */
} csuccess__health_run;

/* Most modifiers and card nodes of any profile; 0 without health. */
void csuccess__health_sizes(const csuccess__health *health, uint32_t *modifiers,
                            uint32_t *nodes);
void csuccess__health_row(const csuccess__health *health, csuccess__health_run *run,
                          csuccess__health_result *out);

/* A block of rows; each array may be NULL (not wanted). Values of rows without a score are
   NaN-free: score and raw 0 with their `scored` bit 0; status 255; trend 0. Completeness is
   given for every row that has a profile. */
typedef struct csuccess__health_block {
    double *score, *raw, *completeness;
    uint8_t *status;  /* band index; 254: churned; 255: none */
    uint8_t *trend;   /* csuccess__trend_kind */
    uint8_t *profile; /* index; 255: none */
    uint64_t *scored; /* bitmap, CSUCCESS__BLOCK_WORDS words, all written */
} csuccess__health_block;
typedef struct csuccess__health_columns_run {
    csuccess__column_machine *machine;
    csuccess__column_frame *frame;
    csuccess__column *slots;
    csuccess_result failed;
} csuccess__health_columns_run;
void csuccess__health_columns(const csuccess__health *health, csuccess__health_columns_run *run,
                              csuccess__health_block *out);

/* What makes the scores of a profile comparable: the first 8 bytes of the hash of its score tree, weights, modifiers and name;
   never 0. 0 for a profile that is none. */
uint64_t csuccess__health_definition(const csuccess__health *health, uint32_t profile);

/* Names for results: profiles and bands, in the order of the indices above; empty beyond the
   last. */
csuccess_str csuccess__health_profile_name(const csuccess__health *health, uint32_t profile);
csuccess_str csuccess__health_band_name(const csuccess__health *health, uint32_t profile,
                                        int32_t band);

/* The public struct of a result; *out is the caller's, checked by size. EABI. */
csuccess_result csuccess__health_give(csuccess_score *out, const csuccess__health *health,
                                      const csuccess__health_result *result,
                                      csuccess_error *err);

/* The "health" object of a result (cli.md), written whole; `result` was run with explain. */
struct csuccess__json_writer;
void csuccess__health_write(struct csuccess__json_writer *out, const csuccess__health *health,
                            const csuccess__schema *schema,
                            const csuccess__health_result *result);

/* Notes its conditions that a missing input left open: profiles tried before the chosen one, modifiers, alerts. */
void csuccess__health_open(csuccess__open *open, const csuccess__health *health,
                           const csuccess__health_result *result);

/* csuccess_rollup_new for whoever has the configuration. EINVALID when the section has no
   `rollup`. */
csuccess_result csuccess__rollup_make(csuccess_rollup **out, const csuccess__health *health,
                                      const csuccess_allocator *mem, csuccess_error *err);

/* Legal and probably wrong, noted with code 0: weights that add up to neither 1 nor 100,
   bands that cannot be reached, profiles that can never be chosen. health may be NULL. */
void csuccess__score_lint(csuccess__problems *problems, const csuccess__schema *schema,
                          const csuccess__health *health);

#endif

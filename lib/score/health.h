/* SPDX-License-Identifier: Apache-2.0 */
/* Health: profiles, modifiers, bands, trend, alerts, overrides over a scorecard. */
#ifndef CSUCCESS__SCORE_HEALTH_H
#define CSUCCESS__SCORE_HEALTH_H

#include "score/scorecard.h"

typedef struct csuccess__health csuccess__health; /* the compiled section; constant, in the arena */

/* NULL section: no health (NULL, no problem). Adds the slots health.score, health.raw, health.status,
   health.trend, health.completeness, component('id') and the implicit inputs it needs were added before by
   csuccess__health_inputs. */
void csuccess__health_inputs(csuccess__schema *schema, const csuccess__json *section);
const csuccess__health *csuccess__health_compile(csuccess__schema *schema, csuccess__compiler *with,
                                                 csuccess__problems *problems,
                                                 const csuccess__json *section);

#define CSUCCESS__TRENDS(X) X(NONE, "") X(IMPROVING, "improving") X(STABLE, "stable") X(DECLINING, "declining")
typedef enum csuccess__trend {
#define CSUCCESS__TREND(name, text) CSUCCESS__TREND_##name,
    CSUCCESS__TRENDS(CSUCCESS__TREND)
#undef CSUCCESS__TREND
} csuccess__trend;

/* Set by a person; in force until expires_at. */
typedef struct csuccess__override {
    bool has_score;
    double score;
    csuccess_str status; /* a band's name; empty: none */
    csuccess_str reason, by;
    int64_t expires_at;
} csuccess__override;

typedef struct csuccess__modified {
    uint32_t modifier; /* index in the profile's list */
    double before, after;
} csuccess__modified;

/* The result for one customer. Arrays are the caller's, sized by csuccess__health_sizes. */
typedef struct csuccess__health_result {
    uint32_t profile; /* UINT32_MAX: none holds */
    bool has_score, has_earlier, provisional, overridden, churned;
    double unmodified, raw, score, earlier, change, completeness, confidence;
    int32_t band; /* index in the profile's bands; -1: none */
    csuccess_str status; /* band name, "churned", or empty */
    csuccess__trend trend;
    csuccess__absence trend_why; /* why there is no trend */
    csuccess__modified *modified;
    uint32_t modified_count;
    uint64_t alerts;        /* bit per alert of the profile */
    uint64_t contradictions; /* bit per contradictory pair */
    int64_t review_at;      /* 0: none */
    csuccess__card_result *nodes;
    uint32_t node_count;
} csuccess__health_result;

typedef struct csuccess__health_run {
    csuccess__machine *machine;
    csuccess__value *slots;
    size_t slot_count;
    int64_t now;
    const csuccess__override *override; /* NULL: none */
    bool explain; /* contributions too */
    csuccess_result failed; /* out */
} csuccess__health_run;

/* Most modifiers and card nodes of any profile. */
void csuccess__health_sizes(const csuccess__health *health, uint32_t *modifiers, uint32_t *nodes);
void csuccess__health_row(const csuccess__health *health, csuccess__health_run *run,
                          csuccess__health_result *out);

/* A block of rows; each array may be NULL (not wanted). Values of rows without a score are NaN-free: score and raw 0 with
   their `scored` bit 0; status 255; trend 0. */
typedef struct csuccess__health_block {
    double *score, *raw, *completeness;
    uint8_t *status; /* band index; 254: churned; 255: none */
    uint8_t *trend;  /* csuccess__trend */
    uint8_t *profile; /* index; 255: none */
    uint64_t *scored; /* bitmap */
} csuccess__health_block;
typedef struct csuccess__health_columns_run {
    csuccess__column_machine *machine;
    csuccess__column_frame *frame;
    csuccess__column *slots;
    csuccess_result failed;
} csuccess__health_columns_run;
void csuccess__health_columns(const csuccess__health *health, csuccess__health_columns_run *run,
                              csuccess__health_block *out);

/* Names for results: profiles, bands, modifiers, alerts. */
csuccess_str csuccess__health_profile_name(const csuccess__health *health, uint32_t profile);
csuccess_str csuccess__health_band_name(const csuccess__health *health, uint32_t profile, int32_t band);

/* The "health" object of a result (cli.md), written whole; `result` was run with explain. */
struct csuccess__json_writer;
void csuccess__health_write(struct csuccess__json_writer *out, const csuccess__health *health,
                            const csuccess__schema *schema, const csuccess__health_result *result);

#endif

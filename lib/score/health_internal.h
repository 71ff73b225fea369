/* SPDX-License-Identifier: Apache-2.0 */
/* The compiled health section, and what rows and columns do with a score once it is there. */
#ifndef CSUCCESS__SCORE_HEALTH_INTERNAL_H
#define CSUCCESS__SCORE_HEALTH_INTERNAL_H

#include "score/card_internal.h"
#include "score/health.h"

#define CSUCCESS__ROUNDINGS(X) X(NONE, "none") X(NEAREST, "nearest") X(TRUNCATE, "truncate")
typedef enum csuccess__rounding {
#define CSUCCESS__ROUNDING(name, text) CSUCCESS__ROUNDING_##name,
    CSUCCESS__ROUNDINGS(CSUCCESS__ROUNDING)
#undef CSUCCESS__ROUNDING
        CSUCCESS__ROUNDING_END
} csuccess__rounding;

#define CSUCCESS__MODIFIES(X) \
    X(MULTIPLY, "multiply") X(ADD, "add") X(FLOOR, "floor") X(CAP, "cap")
typedef enum csuccess__modify {
#define CSUCCESS__MODIFY(name, text) CSUCCESS__MODIFY_##name,
    CSUCCESS__MODIFIES(CSUCCESS__MODIFY)
#undef CSUCCESS__MODIFY
        CSUCCESS__MODIFY_END
} csuccess__modify;

#define CSUCCESS__SEVERITIES(X) \
    X(LOW, "low") X(MEDIUM, "medium") X(HIGH, "high") X(CRITICAL, "critical")
typedef enum csuccess__severity {
#define CSUCCESS__SEVERITY(name, text) CSUCCESS__SEVERITY_##name,
    CSUCCESS__SEVERITIES(CSUCCESS__SEVERITY)
#undef CSUCCESS__SEVERITY
        CSUCCESS__SEVERITY_END
} csuccess__severity;
const char *csuccess__severity_name(csuccess__severity severity);

/* From the highest bound down, whatever the order of the document; the one without a bound
   last. */
typedef struct csuccess__band {
    csuccess_str id;
    csuccess__value name; /* as expressions see it */
    bool exclusive;
    double bound; /* -infinity without one */
    csuccess__duration review_after;
    bool has_review; /* else that of the profile */
    const csuccess__json *at;
} csuccess__band;

typedef struct csuccess__modifier {
    csuccess_str id, label;
    const csuccess__program *when; /* NULL: always */
    csuccess__modify kind;
    double by;
} csuccess__modifier;

/* An alert or a contradiction. */
typedef struct csuccess__signal {
    csuccess_str id, label, message;
    csuccess__severity severity;
    const csuccess__program *when;
    double lowers; /* of a contradiction: what it takes from confidence */
} csuccess__signal;

/* How a number becomes what people see, and the band that it falls in. */
typedef struct csuccess__scale {
    csuccess__rounding rounding;
    bool band_on_rounded;
    const csuccess__band *bands;
    uint32_t band_count;
} csuccess__scale;

typedef struct csuccess__trend_rule {
    uint32_t earlier; /* slot; UINT32_MAX: no trend */
    uint32_t change;  /* slot of health.change('...') */
    int32_t days;     /* of `over`; 0: against the previous score */
    bool on_rounded;
    /* Stable from the least to the greatest difference that is within `stable_within` when
       rounded to 9 decimals: the same answer as rounding first, without a division. */
    double low, high;
} csuccess__trend_rule;

typedef struct csuccess__profile {
    csuccess_str id, label;
    csuccess__value name;
    const csuccess__json *at;
    const csuccess__program *when; /* NULL: any customer */
    const csuccess__scorecard *card;
    const double *weights; /* NULL: the card's own */
    const csuccess__modifier *modifiers;
    uint32_t modifier_count;
    csuccess__scale scale;
    double hysteresis;
    csuccess__trend_rule trend;
    const csuccess__program *churned_when;
    const csuccess__signal *alerts, *contradictions;
    uint32_t alert_count, contradiction_count;
    csuccess__duration review_after;
    bool has_review;
    double provisional_below;
    uint64_t definition; /* see csuccess__health_definition() */
} csuccess__profile;

/* A scorecard beside the profiles. */
typedef struct csuccess__also {
    csuccess_str id, label;
    const csuccess__scorecard *card;
    csuccess__scale scale;
    uint32_t slot;  /* scorecard('id') */
    uint32_t nodes; /* where its nodes begin in a result */
    const csuccess__json *at;
} csuccess__also;

typedef struct csuccess__rollup_rule {
    csuccess_str parent;       /* attribute that holds the parent's id */
    csuccess__combine combine; /* NONE: share_below */
    bool by_weight, include_self;
    double below, require;
    csuccess__policy missing;
    double instead;
    const csuccess__program *weight; /* NULL: none */
} csuccess__rollup_rule;

struct csuccess__health {
    const csuccess__schema *schema;
    const csuccess__profile *profiles; /* in the order in which they are tried */
    uint32_t profile_count;
    const csuccess__also *also;
    uint32_t also_count;
    const csuccess__rollup_rule *rollup; /* NULL: none */
    const csuccess__json *at;
    uint32_t score, raw, status, trend, profile, completeness, confidence; /* slots */
    uint32_t previous_status; /* slot; UINT32_MAX: no hysteresis */
    /* slots component('id') of all profiles; of health.change */
    const uint32_t *kept, *changes;
    /* beside `kept`: hidden slots where columns of several profiles come together */
    const uint32_t *merged;
    uint32_t kept_count, change_count;
    /* of any profile; of one result with `also`: all_nodes */
    uint32_t most_nodes, most_modifiers;
    int32_t longest_trend; /* days that a trend looks back at most */
    uint32_t all_nodes;
    csuccess__value churned_name;
    csuccess__value trend_names[CSUCCESS__TREND_COUNT];
};

/* The section while it is compiled. */
typedef struct csuccess__health_build {
    csuccess__health *health;
    csuccess__schema *schema;
    csuccess__compiler *with;
    csuccess__problems *problems;
    const csuccess__json *section;
    csuccess__profile *profiles;
    /* `scorecards`, in effective order, and what each compiled to */
    const csuccess__json **cards_at;
    const csuccess__scorecard **cards;
    uint32_t card_count;
    bool no_memory;
} csuccess__health_build;

/* The members of an object in effective order (NULL and 0 when absent); notes what is not an
   object. */
const csuccess__json **csuccess__health_members(csuccess__health_build *b,
                                                const csuccess__json *parent, const char *key,
                                                uint32_t *count);
void *csuccess__health_array(csuccess__health_build *b, size_t n, size_t bytes);
csuccess__value csuccess__health_name(csuccess__health_build *b, csuccess_str text);
const csuccess__program *csuccess__health_condition(csuccess__health_build *b,
                                                    const csuccess__json *object,
                                                    const char *key);
/* The definition of a profile whose tree is `score`. */
uint64_t csuccess__definition_hash(csuccess__health_build *b, const csuccess__json *profile,
                                   const csuccess__json *score);
/* `review_after` of a profile or a band; false when there is none, or (noted) no duration. */
bool csuccess__review_read(csuccess__health_build *b, const csuccess__json *json,
                           csuccess__duration *after);
void csuccess__scale_read(csuccess__health_build *b, const csuccess__json *json,
                          csuccess__scale *scale);
void csuccess__trend_read(csuccess__health_build *b, const csuccess__json *json,
                          csuccess__trend_rule *rule);
/* Name of the input a trend compares with, in `out`; false when the rule is not one (noted
   by trend_read). */
bool csuccess__trend_input_name(const csuccess__json *trend, csuccess__text *out);
void csuccess__modifiers_read(csuccess__health_build *b, csuccess__profile *profile);
/* key: "alerts" or "contradictions" */
void csuccess__signals_read(csuccess__health_build *b, csuccess__profile *profile,
                            const char *key);
void csuccess__rollup_read(csuccess__health_build *b);

/* ---- A score, once it is there ---- */

/* Towards zero; half away from zero. Without a branch. A raw score has 9 decimals, so that
   adding a half is exact enough. */
static inline double csuccess__display(csuccess__rounding rounding, double raw)
{
    double half = rounding == CSUCCESS__ROUNDING_TRUNCATE ? 0.0 : 0.5;
    double size = csuccess__floor(fabs(raw) + half);
    if (rounding == CSUCCESS__ROUNDING_NONE) return raw;
    return copysign(size, raw) + 0.0; /* what rounds to nothing is 0, not -0 */
}

static inline bool csuccess__band_reached(const csuccess__band *band, double x)
{
    return band->exclusive ? x > band->bound : x >= band->bound;
}

/* Index of the band; band_count when none is reached. */
static inline uint32_t csuccess__band_of(const csuccess__scale *scale, double x)
{
    uint32_t i = 0;
    while (i < scale->band_count && !csuccess__band_reached(&scale->bands[i], x)) i++;
    return i;
}

/* A band is left only when the score passes its boundary by more than the hysteresis. */
uint32_t csuccess__band_settle(const csuccess__profile *profile, double x, uint32_t fresh,
                               const csuccess__value *previous);

static inline csuccess__trend_kind csuccess__trend_of(const csuccess__trend_rule *rule,
                                                      double change)
{
    if (change > rule->high) return CSUCCESS__TREND_IMPROVING;
    return change < rule->low ? CSUCCESS__TREND_DECLINING : CSUCCESS__TREND_STABLE;
}

static inline double csuccess__modify_apply(csuccess__modify kind, double by, double x)
{
    switch (kind) {
    case CSUCCESS__MODIFY_MULTIPLY:
        return x * by;
    case CSUCCESS__MODIFY_ADD:
        return x + by;
    case CSUCCESS__MODIFY_FLOOR:
        return x < by ? by : x;
    default:
        return x > by ? by : x;
    }
}

#endif

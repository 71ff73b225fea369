/* SPDX-License-Identifier: Apache-2.0 */
/* Health scores: the result, why it is what it is, what changed between two, a roll-up over
   children, a trajectory. */
#ifndef CSUCCESS_SCORE_H
#define CSUCCESS_SCORE_H

#include <csuccess/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bits of csuccess_score.present: which members hold something. */
#define CSUCCESS_SCORE_VALUE 0x01u    /**< value and raw */
#define CSUCCESS_SCORE_PREVIOUS 0x02u /**< previous and change */
#define CSUCCESS_SCORE_REVIEW 0x04u   /**< review_at */
#define CSUCCESS_SCORE_WEIGHT 0x08u   /**< weight */

/* Bits of csuccess_score.flags. */
#define CSUCCESS_SCORE_PROVISIONAL \
    0x01u /**< completeness is below the profile's `provisional_below` */
#define CSUCCESS_SCORE_OVERRIDDEN 0x02u /**< a person's override is in force */
#define CSUCCESS_SCORE_CHURNED 0x04u    /**< `churned_when` holds; status is "churned" */
#define CSUCCESS_SCORE_CONTRADICTORY \
    0x08u /**< signals contradict each other; confidence is lowered */

/**
 * The health of one customer, as a plain struct. What is not in `present` is 0 and means
 * nothing. Strings are borrowed from the configuration; empty ones mean none.
 * @since 0.1
 */
typedef struct csuccess_score {
    size_t size; /**< set by the caller: sizeof(csuccess_score) */
    uint32_t present;
    uint32_t flags;
    double value;         /**< displayed: raw after the profile's `rounding` */
    double raw;           /**< after modifiers, rounded to 9 decimals */
    double previous;      /**< the earlier score that the trend compares with */
    double change;        /**< from previous, on what `trend.on` names, to 9 decimals */
    double completeness;  /**< share of weight with an input that was really set, 0 to 1 */
    double confidence;    /**< completeness less what contradictory signals take, 0 to 1 */
    double weight;        /**< what `health.rollup.weight` gives for this customer */
    int64_t review_at;    /**< ms since the epoch, UTC */
    csuccess_str status;  /**< name of the band, "churned", or empty */
    csuccess_str trend;   /**< "improving", "stable", "declining", or empty */
    csuccess_str profile; /**< empty when no profile's condition holds */
} csuccess_score;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_SCORE_INIT \
    { \
        sizeof(csuccess_score), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, {NULL, 0}, {NULL, 0}, \
        { \
            NULL, 0 \
        } \
    }
#else
#define CSUCCESS_SCORE_INIT \
    { \
        .size = sizeof(csuccess_score) \
    }
#endif
/* clang-format on */

/**
 * A score or a status that a person has set. Reason and expiry are both required; at the expiry
 * the computed score is back by itself. Either may be given, or both.
 * @since 0.1
 */
typedef struct csuccess_override {
    size_t size; /**< set by the caller: sizeof(csuccess_override) */
    uint32_t
        has_score; /**< non-zero: score replaces the raw score; band and trend follow from it */
    uint32_t reserved; /**< zero */
    double score;
    int64_t expires_at;  /**< ms since the epoch, UTC; in force before it; required */
    csuccess_str status; /**< a band's name; empty: the band that the score falls in */
    csuccess_str reason; /**< required */
    csuccess_str by;     /**< who set it; may be empty */
} csuccess_override;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_OVERRIDE_INIT \
    { \
        sizeof(csuccess_override), 0, 0, 0, 0, {NULL, 0}, {NULL, 0}, \
        { \
            NULL, 0 \
        } \
    }
#else
#define CSUCCESS_OVERRIDE_INIT \
    { \
        .size = sizeof(csuccess_override) \
    }
#endif
/* clang-format on */

/**
 * Why a score is what it is: a row for every node of the scorecard in the order of the
 * document, each under its parent, then for the intercept, the calibration, every modifier that
 * applied, and an override. The contributions of the rows without a parent add up to the raw score to 1e-9, and
 * those of members to their group's (unless its own missing policy decided, or no member has a
 * score).
 *
 * Contributions are in points of the score. Under a logistic link those of nodes, of the
 * intercept and of the calibration are in log-odds and add up to the log-odds of the
 * probability before modifiers; modifiers stay in points.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_explanation csuccess_explanation;

/* What a row speaks of: csuccess_explanation_row.kind. */
#define CSUCCESS_ROW_GROUP 1u       /**< a group of the scorecard */
#define CSUCCESS_ROW_METRIC 2u      /**< a metric */
#define CSUCCESS_ROW_INTERCEPT 3u   /**< the scorecard's intercept */
#define CSUCCESS_ROW_MODIFIER 4u    /**< a modifier that applied */
#define CSUCCESS_ROW_OVERRIDE 5u    /**< what a person's override added */
#define CSUCCESS_ROW_CALIBRATION 6u /**< what the scorecard's calibration added */

/* Bits of csuccess_explanation_row.flags. */
#define CSUCCESS_ROW_SCORED 0x01u  /**< it has a score, its own or by its missing policy */
#define CSUCCESS_ROW_MISSING 0x02u /**< its value is missing; `absence` says why */
#define CSUCCESS_ROW_DEFAULTED \
    0x04u /**< a value it reads was never set and is the definition's default */
#define CSUCCESS_ROW_POLICY 0x08u /**< its score comes from its missing policy */
#define CSUCCESS_ROW_NUMBER 0x10u /**< `number` holds its value */

#define CSUCCESS_ROW_NONE UINT32_MAX /**< no parent */

/** One row of an explanation. Strings are borrowed from the explanation. @since 0.1 */
typedef struct csuccess_explanation_row {
    size_t size; /**< set by the caller: sizeof(csuccess_explanation_row) */
    uint32_t kind;
    uint32_t flags;
    uint32_t parent; /**< index of the parent's row, or CSUCCESS_ROW_NONE */
    uint32_t depth;  /**< 0 without a parent */
    csuccess_str id;
    csuccess_str label; /**< the definition's `label`, else id */
    csuccess_str value; /**< of a metric, as JSON text; empty when missing */
    csuccess_str
        absence;   /**< why the value is missing, such as "never_set"; empty when it is not */
    double number; /**< of a metric: the value when it is a number; booleans are 1 and 0 */
    double points; /**< of a metric: before weight; of a modifier: the score after it */
    double score;  /**< on its own scale; 0 unless CSUCCESS_ROW_SCORED */
    double weight; /**< the factor by which the score enters its parent, after redistribution */
    double contribution;
    csuccess_str by; /**< of a grid: its second value as JSON text; empty when missing */
} csuccess_explanation_row;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_EXPLANATION_ROW_INIT \
    { \
        sizeof(csuccess_explanation_row), 0, 0, 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, \
            {NULL, 0}, 0, 0, 0, 0, 0, {NULL, 0} \
    }
#else
#define CSUCCESS_EXPLANATION_ROW_INIT \
    { \
        .size = sizeof(csuccess_explanation_row) \
    }
#endif
/* clang-format on */

/** How many rows there are. @since 0.1 */
CSUCCESS_API uint32_t csuccess_explanation_count(const csuccess_explanation *explanation);
/** One row. CSUCCESS_EINVALID when index is out of range; CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_explanation_get(const csuccess_explanation *explanation,
                                                      uint32_t index,
                                                      csuccess_explanation_row *out);
/**
 * A copy of its own, independent of scorer and configuration, for a comparison later.
 * *out is NULL on failure. CSUCCESS_EINVALID, CSUCCESS_EABI, CSUCCESS_ENOMEM.
 * @param allocator NULL: malloc
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_explanation_copy(csuccess_explanation **out,
                                                       const csuccess_explanation *explanation,
                                                       const csuccess_allocator *allocator,
                                                       csuccess_error *err);
/** Frees a copy; NULL does nothing. One that a scorer lends is not freed. @since 0.1 */
CSUCCESS_API void csuccess_explanation_free(csuccess_explanation *copy);

/**
 * What made the score of one result differ from that of another, cause by cause, largest change
 * first. The changes add up to the change of the raw score to 1e-9.
 *
 * A metric whose value changed is a cause with the weight that it had before. When values came
 * or went, what the redistribution of weights did to the others counts to them. Another profile
 * or another definition is a cause of its own: it holds what the metrics under the old weights
 * do not explain.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_difference csuccess_difference;

/* What a cause is: csuccess_cause.kind. */
#define CSUCCESS_CAUSE_METRIC 1u   /**< a metric, or a group whose missing policy decided */
#define CSUCCESS_CAUSE_MODIFIER 2u /**< a modifier */
#define CSUCCESS_CAUSE_OVERRIDE 3u /**< an override */
#define CSUCCESS_CAUSE_PROFILE 4u  /**< another profile was chosen; id is the new one */
#define CSUCCESS_CAUSE_DEFINITION \
    5u                          /**< the configuration is another; id is the new content hash */
#define CSUCCESS_CAUSE_OTHER 6u /**< rounding, and what has no cause of its own */

/* Bits of csuccess_cause.flags. */
#define CSUCCESS_CAUSE_BEFORE 0x01u /**< it was there before */
#define CSUCCESS_CAUSE_AFTER 0x02u  /**< it is there after */

/** One cause. Strings are borrowed from the difference. @since 0.1 */
typedef struct csuccess_cause {
    size_t size; /**< set by the caller: sizeof(csuccess_cause) */
    uint32_t kind;
    uint32_t flags;
    csuccess_str id;
    csuccess_str label;
    csuccess_str
        value_before; /**< of a metric, as JSON text; of a profile its name; empty: missing */
    csuccess_str value_after;
    double before; /**< contribution before, 0 when it was not there */
    double after;
    double change; /**< its part of the change of the raw score */
} csuccess_cause;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_CAUSE_INIT \
    { \
        sizeof(csuccess_cause), 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0, 0 \
    }
#else
#define CSUCCESS_CAUSE_INIT \
    { \
        .size = sizeof(csuccess_cause) \
    }
#endif
/* clang-format on */

/**
 * Compares two explanations, of the same customer as a rule. Both are only read and may be
 * freed after. *out is NULL on failure. CSUCCESS_UNCHANGED when the raw score is the same and
 * nothing contributes otherwise (*out is there, without causes); CSUCCESS_EMISSING when either
 * has no score; CSUCCESS_EINVALID; CSUCCESS_EABI; CSUCCESS_ENOMEM.
 * @param allocator NULL: malloc
 * @since 0.1
 */
CSUCCESS_API csuccess_result
csuccess_explanation_difference(csuccess_difference **out, const csuccess_explanation *before,
                                const csuccess_explanation *after,
                                const csuccess_allocator *allocator, csuccess_error *err);
/** How many causes there are. @since 0.1 */
CSUCCESS_API uint32_t csuccess_difference_count(const csuccess_difference *difference);
/** The change of the raw score. @since 0.1 */
CSUCCESS_API double csuccess_difference_total(const csuccess_difference *difference);
/** One cause. CSUCCESS_EINVALID when index is out of range; CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_difference_get(const csuccess_difference *difference,
                                                     uint32_t index, csuccess_cause *out);
/** Frees a difference; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_difference_free(csuccess_difference *difference);

/**
 * The health of a parent from its children's results, as `health.rollup` says: pure, without
 * state beyond what was added. The order in which children are added does not matter.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_rollup csuccess_rollup;

/* Bits of csuccess_rollup_member.present and csuccess_rollup_result.present. */
#define CSUCCESS_ROLLUP_SCORE 0x01u
#define CSUCCESS_ROLLUP_WEIGHT 0x02u
#define CSUCCESS_ROLLUP_INPUT_AT 0x04u

/** One child, or the parent itself. @since 0.1 */
typedef struct csuccess_rollup_member {
    size_t size;      /**< set by the caller: sizeof(csuccess_rollup_member) */
    uint32_t present; /**< CSUCCESS_ROLLUP_*: which of the following are there */
    uint32_t is_self; /**< non-zero: the parent's own result; left out unless `include_self` */
    double score;     /**< its raw score */
    double weight;    /**< csuccess_score.weight; needed where the roll-up weighs */
    int64_t input_at; /**< time of its oldest input, or of its score; ms since the epoch, UTC */
} csuccess_rollup_member;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_ROLLUP_MEMBER_INIT \
    { \
        sizeof(csuccess_rollup_member), 0, 0, 0, 0, 0 \
    }
#else
#define CSUCCESS_ROLLUP_MEMBER_INIT \
    { \
        .size = sizeof(csuccess_rollup_member) \
    }
#endif
/* clang-format on */

/** What a roll-up came to. @since 0.1 */
typedef struct csuccess_rollup_result {
    size_t size;      /**< set by the caller: sizeof(csuccess_rollup_result) */
    uint32_t present; /**< CSUCCESS_ROLLUP_SCORE, CSUCCESS_ROLLUP_INPUT_AT */
    uint32_t members; /**< that were added and count, with or without a score */
    uint32_t missing; /**< of these, without a score or without a weight that is needed */
    uint32_t reserved;
    double score; /**< rounded to 9 decimals; for `share_below` a share, 0 to 1 */
    double
        completeness; /**< share of members (of weight where it is known) that have a score */
    int64_t input_at; /**< the oldest of the members' */
} csuccess_rollup_result;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_ROLLUP_RESULT_INIT \
    { \
        sizeof(csuccess_rollup_result), 0, 0, 0, 0, 0, 0, 0 \
    }
#else
#define CSUCCESS_ROLLUP_RESULT_INIT \
    { \
        .size = sizeof(csuccess_rollup_result) \
    }
#endif
/* clang-format on */

/**
 * Adds a member. After an error nothing was added. CSUCCESS_ERANGE when score or weight is not
 * finite or the weight is below 0; CSUCCESS_EINVALID after csuccess_rollup_finish();
 * CSUCCESS_EABI; CSUCCESS_ENOMEM.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_rollup_add(csuccess_rollup *rollup,
                                                 const csuccess_rollup_member *member,
                                                 csuccess_error *err);
/**
 * The result over everything added. May be called again; nothing can be added afterwards.
 * Without a member that has a score, with fewer than `require` asks for, or with `missing` set
 * to `fail` and a member missing, there is no score; that is not an error. CSUCCESS_EABI.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_rollup_finish(csuccess_rollup *rollup,
                                                    csuccess_rollup_result *out,
                                                    csuccess_error *err);
/** Frees a roll-up; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_rollup_free(csuccess_rollup *rollup);

/** A customer's past scores, in any order, and the time to look ahead to. @since 0.1 */
typedef struct csuccess_trajectory_input {
    size_t size;          /**< set by the caller: sizeof(csuccess_trajectory_input) */
    const int64_t *times; /**< ms since the epoch, UTC; `count` of them */
    const double *scores; /**< beside them */
    size_t count;         /**< at most 400 */
    int64_t horizon;      /**< ms since the epoch, UTC */
    double confidence;    /**< of the interval: 0.8, 0.9, 0.95 or 0.99; 0: 0.9 */
} csuccess_trajectory_input;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_TRAJECTORY_INPUT_INIT \
    { \
        sizeof(csuccess_trajectory_input), NULL, NULL, 0, 0, 0 \
    }
#else
#define CSUCCESS_TRAJECTORY_INPUT_INIT \
    { \
        .size = sizeof(csuccess_trajectory_input) \
    }
#endif
/* clang-format on */

/** Where the scores are heading. @since 0.1 */
typedef struct csuccess_trajectory {
    size_t size;      /**< set by the caller: sizeof(csuccess_trajectory) */
    uint32_t present; /**< 0: fewer than 3 scores, or fewer than 2 times; the rest is 0 */
    uint32_t reserved;
    double score;     /**< at the horizon; not held within a scale */
    double low, high; /**< interval for the score that will be seen then */
    double slope;     /**< points per day */
    double slope_low, slope_high;
} csuccess_trajectory;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_TRAJECTORY_INIT \
    { \
        sizeof(csuccess_trajectory), 0, 0, 0, 0, 0, 0, 0, 0 \
    }
#else
#define CSUCCESS_TRAJECTORY_INIT \
    { \
        .size = sizeof(csuccess_trajectory) \
    }
#endif
/* clang-format on */

/**
 * Draws a line through past scores that up to 29 % of wild ones do not move far (the median of
 * the slopes of all pairs: Theil 1950; Sen 1968) and reads it at the horizon, with Sen's
 * interval. Pure; memory is only scratch. CSUCCESS_ELIMIT beyond 400 scores; CSUCCESS_EINVALID
 * for a score that is not finite, a time out of range, another confidence, or NULL;
 * CSUCCESS_EABI; CSUCCESS_ENOMEM.
 * @param allocator NULL: malloc
 * @since 0.1
 */
CSUCCESS_API csuccess_result
csuccess_trajectory_forecast(csuccess_trajectory *out, const csuccess_trajectory_input *input,
                             const csuccess_allocator *allocator, csuccess_error *err);

#ifdef __cplusplus
}
#endif

#endif

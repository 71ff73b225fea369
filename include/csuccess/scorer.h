/* SPDX-License-Identifier: Apache-2.0 */
/* Scoring: one customer at a time, or whole columns. */
#ifndef CSUCCESS_SCORER_H
#define CSUCCESS_SCORER_H

#include <csuccess/facts.h>
#include <csuccess/score.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Scratch memory for scoring over one configuration. It has no state: a run depends on the configuration, the
 * facts and the time alone. Warm, csuccess_scorer_run() allocates nothing.
 *
 * Thread-safety: one thread at a time; make one per thread over a shared configuration.
 * @since 0.1
 */
typedef struct csuccess_scorer csuccess_scorer;

/**
 * Makes a scorer, which references config until csuccess_scorer_free(). *out is NULL on failure.
 * CSUCCESS_EINVALID, CSUCCESS_EABI, CSUCCESS_ENOMEM.
 * @param allocator NULL: the configuration's
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_scorer_new(csuccess_scorer **out, csuccess_config *config,
                                                 const csuccess_allocator *allocator,
                                                 csuccess_error *err);
/** Frees a scorer; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_scorer_free(csuccess_scorer *scorer);

/**
 * Scores one customer's health at a time: metrics, profile, score, modifiers, band, trend. Nothing is
 * explained; see csuccess_scorer_explain(). A score that cannot be given is not an error: `present` says what is.
 * So is a node whose missing policy is `fail`: the result object names it under "failed". CSUCCESS_ELIMIT for the
 * step budget; CSUCCESS_EBUSY from a callback of this scorer; CSUCCESS_EINVALID when facts are of another configuration, or it has no health; CSUCCESS_EABI;
 * CSUCCESS_ENOMEM.
 * @param now_ms the time to score at, milliseconds since the epoch, UTC, years 1 to 9999
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_scorer_run(csuccess_scorer *scorer,
                                                 const csuccess_facts *facts, int64_t now_ms,
                                                 csuccess_score *out, csuccess_error *err);

/**
 * The same with everything that is known about it: contributions, churn, segments, alerts. Then
 * csuccess_scorer_explanation() and csuccess_scorer_json() speak of this run. `out` may be NULL. Errors as
 * csuccess_scorer_run(), but a configuration without health is fine; CSUCCESS_ECALLBACK when the log refused the prediction.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_scorer_explain(csuccess_scorer *scorer,
                                                     const csuccess_facts *facts,
                                                     int64_t now_ms, csuccess_score *out,
                                                     csuccess_error *err);
/**
 * Why the last csuccess_scorer_explain() came to its score; NULL without health or when the scorer's last run was
 * another. Borrowed until the scorer's next call.
 * @since 0.1
 */
CSUCCESS_API const csuccess_explanation *
csuccess_scorer_explanation(const csuccess_scorer *scorer);
/**
 * The result object of the last csuccess_scorer_explain(), as the command prints it: customer_id, at, config, schema
 * (the version of docs/schemas/result.schema.json), health, churn. Keys are always there; what is missing is null. It reads
 * the facts of that run, which must be as they were. Borrowed until the scorer's next call.
 * CSUCCESS_EINVALID when the scorer's last run was another; CSUCCESS_ENOMEM; CSUCCESS_ELIMIT (output_bytes).
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_scorer_json(csuccess_scorer *scorer, csuccess_str *out,
                                                  csuccess_error *err);

/**
 * An override that a person has set for one customer, in force for every customer that this scorer scores from then on, one
 * at a time (not in csuccess_scorer_columns()), until its expiry or until NULL is set. Copied; csuccess_scorer_json()
 * then asks for a new run. CSUCCESS_EINVALID without reason, expiry, or both score and status; CSUCCESS_ENAME for a status
 * that no profile has; CSUCCESS_ERANGE for a score that is not finite; CSUCCESS_EABI; CSUCCESS_EENCODING; CSUCCESS_ENOMEM.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_scorer_override(csuccess_scorer *scorer,
                                                      const csuccess_override *override_,
                                                      csuccess_error *err);

/**
 * Evaluates every segment for one customer. `members` receives a bit per segment, in the order of
 * csuccess_config_segment(), least significant bit first, in words of 64; `words` is how many there are. Conditions
 * that a missing input left open are not membership; their bits are set in `undecided` (may be NULL).
 * CSUCCESS_EINVALID when words are too few; else as csuccess_scorer_run().
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_scorer_segments(csuccess_scorer *scorer,
                                                      const csuccess_facts *facts,
                                                      int64_t now_ms, uint64_t *members,
                                                      uint64_t *undecided, size_t words,
                                                      csuccess_error *err);
/**
 * Which segments one customer belongs to, kept so that a changed input costs little. For a hundred segments it
 * takes less than a kilobyte; make one for each customer whose changes are followed.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_membership csuccess_membership;

/**
 * Makes one of which nothing is known yet; it references config until csuccess_membership_free(). *out is NULL on
 * failure. CSUCCESS_EINVALID, CSUCCESS_EABI, CSUCCESS_ENOMEM.
 * @param allocator NULL: the configuration's
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_membership_new(csuccess_membership **out,
                                                     csuccess_config *config,
                                                     const csuccess_allocator *allocator,
                                                     csuccess_error *err);
/** Frees one; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_membership_free(csuccess_membership *membership);
/**
 * Brings a membership up to date after some inputs of its customer have changed. It then says what csuccess_scorer_segments() would say, but
 * only what the changed inputs can move is looked at again (through metrics, health, churn and other segments too), and what reads the
 * time: of a hundred segments and one input a small part of the work. The first call looks at everything, whatever
 * `changed` says. Inputs with a max_age need not be named when they grow old. After csuccess_scorer_override(), or for another customer, begin with a new one.
 * CSUCCESS_EINVALID for a slot that is not an input, a membership of another configuration, or NULL; else as csuccess_scorer_segments().
 * After a failure of evaluation it says nothing, and the next call looks at everything.
 * @param changed slots of inputs as csuccess_config_slot() gives them, in any order; every input that has another value than at
 * the last call, or has been set or cleared where its default stood, must be among them
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_scorer_membership(csuccess_scorer *scorer,
                                                        const csuccess_facts *facts,
                                                        int64_t now_ms,
                                                        csuccess_membership *membership,
                                                        const uint32_t *changed, size_t count,
                                                        csuccess_error *err);
/**
 * A bit for each segment that the customer is a member of, as csuccess_scorer_segments() has them; all 0 before the first
 * csuccess_scorer_membership(). Borrowed, and changed by it. NULL for NULL.
 * @since 0.1
 */
CSUCCESS_API const uint64_t *csuccess_membership_members(const csuccess_membership *membership);
/** The same of segments that a missing input leaves open. @since 0.1 */
CSUCCESS_API const uint64_t *
csuccess_membership_undecided(const csuccess_membership *membership);
/** How many segments a configuration has. @since 0.1 */
CSUCCESS_API uint32_t csuccess_config_segments(const csuccess_config *config);
/** The id of one segment. Borrowed from config. CSUCCESS_EINVALID when index is out of range. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_config_segment(const csuccess_config *config,
                                                     uint32_t index, csuccess_str *id);

/* Where a probability of churn came from: csuccess_prediction.source, csuccess_column_results.source. */
#define CSUCCESS_SOURCE_NONE 0u      /**< there is none */
#define CSUCCESS_SOURCE_LEARNED 1u   /**< a model document */
#define CSUCCESS_SOURCE_XGBOOST 2u   /**< imported trees */
#define CSUCCESS_SOURCE_HOST 3u      /**< the host's callback */
#define CSUCCESS_SOURCE_SCORECARD 4u /**< the configuration's own scorecard */
#define CSUCCESS_SOURCE_LAST 5u      /**< an earlier prediction, given as an input */

/**
 * What the host's own model (`churn.model.host`) is asked: rows of features, and places for the answers. Everything is the
 * library's and there for the call alone. @since 0.1
 */
typedef struct csuccess_predict_batch {
    size_t size; /**< set by the library: sizeof(csuccess_predict_batch) */
    uint32_t rows;
    uint32_t features;
    const csuccess_str
        *names; /**< of the features, as `churn.model.host.features` lists them */
    /** values[row * features + feature]: a number, or a bool as 0 or 1; 0 where absent, and for texts. */
    const double *values;
    const csuccess_str *texts; /**< of the same shape, of strings; NULL: no feature is one */
    const uint8_t *present;    /**< of the same shape: 1, or 0 where the value is missing */
    int64_t now_ms;            /**< the time that is scored at */
    double *probability;       /**< to be filled: a row each, 0 to 1 */
    double *confidence; /**< may be filled, 0 to 1; else the share of features that are there */
    csuccess_result *
        status; /**< to be filled: CSUCCESS_OK for a row that is answered. What is left as it was has failed. */
} csuccess_predict_batch;

/**
 * Predicts a batch. An error fails every row of it. A row that failed, and one whose probability is not a number from 0 to 1,
 * falls back as `churn.fallback` says. It may not call the scorer that asks: CSUCCESS_EBUSY.
 * @since 0.1
 */
typedef csuccess_result (*csuccess_predict_fn)(void *ud, const csuccess_predict_batch *batch);

/**
 * Sets the model that `churn.model.host` speaks of, for one customer at a time as for columns, in batches of at most 1024 rows. NULL
 * takes it away. `ud_free` (may be NULL) is called with ud when it is replaced or the scorer is freed; not when this call fails.
 * CSUCCESS_EINVALID when the configuration's model is no host; CSUCCESS_EBUSY from a callback.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_scorer_set_model(csuccess_scorer *scorer,
                                                       csuccess_predict_fn predict, void *ud,
                                                       void (*ud_free)(void *ud),
                                                       csuccess_error *err);

/* Bits of csuccess_prediction.flags. */
#define CSUCCESS_PREDICTION_PROBABILITY 0x01u /**< `probability` is there */
#define CSUCCESS_PREDICTION_CONFIDENCE 0x02u  /**< `confidence` is there */
#define CSUCCESS_PREDICTION_CALIBRATED 0x04u
#define CSUCCESS_PREDICTION_DEGRADED 0x08u /**< not the model's own; see `because` */

/** One prediction. Strings handed to a log are borrowed for the call. @since 0.1 */
typedef struct csuccess_prediction {
    size_t
        size; /**< sizeof(csuccess_prediction); set by the caller of csuccess_scorer_predict(), for a log by the library */
    csuccess_str customer; /**< of one customer at a time; empty for columns */
    uint64_t row;          /**< of columns; else 0 */
    int64_t at_ms;
    double probability;
    double confidence;
    double horizon_days;
    uint32_t flags;       /**< CSUCCESS_PREDICTION_* */
    uint32_t source;      /**< CSUCCESS_SOURCE_* */
    csuccess_str level;   /**< empty: none */
    csuccess_str model;   /**< name of what gave it, or would have */
    csuccess_str digest;  /**< of a model; else empty */
    csuccess_str config;  /**< content hash of the configuration */
    csuccess_str because; /**< why it is degraded, such as "model: absent"; else empty */
} csuccess_prediction;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_PREDICTION_INIT \
    {sizeof(csuccess_prediction), {NULL, 0}, 0, 0, 0, 0, 0, 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}}
#else
#define CSUCCESS_PREDICTION_INIT {.size = sizeof(csuccess_prediction)}
#endif
/* clang-format on */

/**
 * Predicts one customer's churn and nothing else: probability, level, confidence, where they come from. What
 * csuccess_scorer_explain() says besides (health, risk factors, contributions, actions) is left out, so this is the fast way. Strings are
 * borrowed: `customer` from facts, `because` until the scorer's next call, the others from the configuration. A probability that
 * cannot be given is no error: `flags` says so. Errors as csuccess_scorer_explain(); CSUCCESS_EINVALID when the configuration has no
 * churn.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_scorer_predict(csuccess_scorer *scorer,
                                                     const csuccess_facts *facts,
                                                     int64_t now_ms, csuccess_prediction *out,
                                                     csuccess_error *err);

/**
 * Takes predictions, one or more. An error makes the call that predicted fail with CSUCCESS_ECALLBACK: what is not logged has not been
 * predicted. It may not call the scorer: CSUCCESS_EBUSY.
 * @since 0.1
 */
typedef csuccess_result (*csuccess_log_fn)(void *ud, const csuccess_prediction *list,
                                           size_t count);

/**
 * Sets who is told of every prediction of churn that this scorer makes: those of csuccess_scorer_explain() and csuccess_scorer_predict() one by one, those of
 * csuccess_scorer_columns() by blocks, and where segments or expressions need one, that too. NULL takes it away. `ud_free`
 * as in csuccess_scorer_set_model(). CSUCCESS_EINVALID; CSUCCESS_EBUSY from a callback.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_scorer_set_log(csuccess_scorer *scorer,
                                                     csuccess_log_fn log, void *ud,
                                                     void (*ud_free)(void *ud),
                                                     csuccess_error *err);

/**
 * Input columns: the host's own memory, bound to the inputs of a configuration, never copied. What is not
 * bound is missing in every row (or its default).
 *
 * Thread-safety: one thread at a time while binding; then read by any.
 * @since 0.1
 */
typedef struct csuccess_columns csuccess_columns;

/**
 * Makes columns of `rows` rows. CSUCCESS_EINVALID, CSUCCESS_EABI, CSUCCESS_ENOMEM; *out is NULL then.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_columns_new(csuccess_columns **out,
                                                  csuccess_config *config, size_t rows,
                                                  const csuccess_allocator *allocator,
                                                  csuccess_error *err);
/** Frees columns, not what is bound; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_columns_free(csuccess_columns *columns);

/**
 * Binds one input. `values` has a value per row, aligned as its type asks, and stays the host's; `validity` is a bitmap, least
 * significant bit first, 1: present; NULL: all present. Values are taken as given: ranges and allowed values are the
 * host's to keep; NaN, infinities and times outside the years 1 to 9999 count as missing. CSUCCESS_EINVALID for a slot that
 * is not an input or NULL values; CSUCCESS_ETYPE when the input's type does not take this memory.
 * Numbers and money take f64, i64, i32, u8. Booleans take u8 (0, else true) and bits. Times take i64 (milliseconds since the epoch).
 * Dates take i64 (milliseconds) and i32 (days since the epoch).
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_columns_bind_f64(csuccess_columns *columns, uint32_t slot,
                                                       const double *values,
                                                       const uint8_t *validity);
/** Whole numbers or times; see csuccess_columns_bind_f64(). @since 0.1 */
CSUCCESS_API csuccess_result csuccess_columns_bind_i64(csuccess_columns *columns, uint32_t slot,
                                                       const int64_t *values,
                                                       const uint8_t *validity);
/** Whole numbers, or dates in days; see csuccess_columns_bind_f64(). @since 0.1 */
CSUCCESS_API csuccess_result csuccess_columns_bind_i32(csuccess_columns *columns, uint32_t slot,
                                                       const int32_t *values,
                                                       const uint8_t *validity);
/** Booleans or small numbers, a byte each; see csuccess_columns_bind_f64(). @since 0.1 */
CSUCCESS_API csuccess_result csuccess_columns_bind_u8(csuccess_columns *columns, uint32_t slot,
                                                      const uint8_t *values,
                                                      const uint8_t *validity);
/** Booleans, a bit each, least significant bit first; see csuccess_columns_bind_f64(). @since 0.1 */
CSUCCESS_API csuccess_result csuccess_columns_bind_bits(csuccess_columns *columns,
                                                        uint32_t slot, const uint8_t *bits,
                                                        const uint8_t *validity);
/**
 * Text as Arrow's utf8: rows + 1 offsets into bytes, ascending. CSUCCESS_EENCODING when a text is not UTF-8;
 * CSUCCESS_ERANGE when offsets descend or are negative; errors as csuccess_columns_bind_f64().
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_columns_bind_utf8(csuccess_columns *columns,
                                                        uint32_t slot, const int32_t *offsets,
                                                        const char *bytes,
                                                        const uint8_t *validity);
/**
 * Text as codes into a dictionary of `count` words (copied, and kept until csuccess_columns_free()). `width` is 1, 2 or 4
 * bytes per code, unsigned and aligned to it. CSUCCESS_ENOMEM; CSUCCESS_ERANGE when a code of a present row is not below count; errors as csuccess_columns_bind_utf8().
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_columns_bind_dictionary(
    csuccess_columns *columns, uint32_t slot, const void *codes, uint32_t width,
    const csuccess_str *words, uint32_t count, const uint8_t *validity);

/**
 * Where results go: arrays of the host's, one item per row; a NULL array is not wanted. Rows without a score have 0 in
 * `score` and `raw`, 255 in `status` (254 when churned), 0 in `trend`, and a 0 bit in `scored`.
 * @since 0.1
 */
typedef struct csuccess_column_results {
    size_t size;          /**< set by the caller: sizeof(csuccess_column_results) */
    double *score;        /**< displayed score */
    double *raw;          /**< after modifiers, rounded to 9 decimals */
    double *completeness; /**< 0 to 1 */
    double *probability;  /**< of churn, 0 to 1; 0 when missing */
    uint8_t *status;      /**< index of the band in its profile; 254: churned; 255: none */
    uint8_t *trend;       /**< 0 none, 1 improving, 2 stable, 3 declining */
    uint8_t *profile;     /**< index of the profile; 255: none */
    uint8_t *level;       /**< index of the churn level; 255: none */
    uint8_t *scored;      /**< bitmap of (rows + 7) / 8 bytes: there is a score */
    uint8_t *predicted;   /**< bitmap of (rows + 7) / 8 bytes: there is a probability */
    uint8_t *const
        *segments; /**< a bitmap of (rows + 7) / 8 bytes per segment; NULL: not wanted */
    uint64_t *segment_sizes; /**< members per segment, added to what is there */
    double *confidence;      /**< of the churn probability, 0 to 1; 0 when there is none */
    uint8_t *source;         /**< of the churn probability: CSUCCESS_SOURCE_* */
    uint8_t *degraded;       /**< bitmap of (rows + 7) / 8 bytes: the model itself gave none */
} csuccess_column_results;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_COLUMN_RESULTS_INIT \
    {sizeof(csuccess_column_results), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL}
#else
#define CSUCCESS_COLUMN_RESULTS_INIT {.size = sizeof(csuccess_column_results)}
#endif
/* clang-format on */

/**
 * Scores rows first .. first + count - 1 of the columns; item i of each result is row first + i. Results equal
 * csuccess_scorer_run() to the bit. Memory does not grow with count. Errors as csuccess_scorer_run(), but a configuration
 * without health is fine; CSUCCESS_ERANGE when the rows are not there; CSUCCESS_ECALLBACK when the log refused a block. After any other error results are partly written.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_scorer_columns(csuccess_scorer *scorer,
                                                     const csuccess_columns *columns,
                                                     size_t first, size_t count, int64_t now_ms,
                                                     const csuccess_column_results *out,
                                                     csuccess_error *err);

/**
 * Names behind the indices of column results: a profile, a band of a profile, a churn level. Borrowed from
 * config. CSUCCESS_EINVALID when an index is out of range.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_config_profile(const csuccess_config *config,
                                                     uint32_t index, csuccess_str *name);
/** See csuccess_config_profile(). @since 0.1 */
CSUCCESS_API csuccess_result csuccess_config_band(const csuccess_config *config,
                                                  uint32_t profile, uint32_t band,
                                                  csuccess_str *name);
/** See csuccess_config_profile(). @since 0.1 */
CSUCCESS_API csuccess_result csuccess_config_level(const csuccess_config *config,
                                                   uint32_t index, csuccess_str *name);

/**
 * Makes an empty roll-up as the configuration's `health.rollup` says. *out is NULL on failure.
 * CSUCCESS_EINVALID when the configuration has none; CSUCCESS_EABI; CSUCCESS_ENOMEM.
 * @param allocator NULL: the configuration's
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_rollup_new(csuccess_rollup **out, csuccess_config *config,
                                                 const csuccess_allocator *allocator,
                                                 csuccess_error *err);

/**
 * Evaluates one expression for a customer, over inputs, metrics, health, churn and segments, and gives the value as JSON text, or
 * "missing". CSUCCESS_UNDECIDED when it is missing: then *open (may be NULL) lists the inputs that left it open,
 * separated by ", ". Both are borrowed until the scorer's next call. CSUCCESS_EEXPRESSION, CSUCCESS_ENAME and CSUCCESS_ETYPE
 * when the text does not compile: err->offset is in the text, and *value holds two lines to print, the text and a
 * caret under the place. CSUCCESS_ELIMIT; CSUCCESS_ENOMEM; errors of csuccess_scorer_run().
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_scorer_eval(csuccess_scorer *scorer,
                                                  const csuccess_facts *facts, int64_t now_ms,
                                                  csuccess_str expression, csuccess_str *value,
                                                  csuccess_str *open, csuccess_error *err);

/**
 * Cohort benchmarks in the making: the distribution of every metric that the document's `benchmarks` name, within
 * the customers for whom the cohort's condition holds. Customers may be added in any order and any split; merged
 * parts give the same as one.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_cohorts csuccess_cohorts;

/**
 * Makes an empty one, which references config until csuccess_cohorts_free(). *out is NULL on failure.
 * CSUCCESS_EINVALID, CSUCCESS_EABI, CSUCCESS_ENOMEM.
 * @param allocator NULL: the configuration's
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_cohorts_new(csuccess_cohorts **out,
                                                  csuccess_config *config,
                                                  const csuccess_allocator *allocator,
                                                  csuccess_error *err);
/**
 * Adds one customer as of now_ms. After an error nothing was added. CSUCCESS_EINVALID when facts are of another configuration;
 * CSUCCESS_ELIMIT (evaluation_steps, or more values than a cohort keeps); CSUCCESS_ENOMEM.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_cohorts_add(csuccess_cohorts *cohorts,
                                                  const csuccess_facts *facts, int64_t now_ms,
                                                  csuccess_error *err);
/**
 * Adds everything that `from` holds, which stays as it is. CSUCCESS_EINVALID when it is of another configuration;
 * CSUCCESS_ELIMIT, CSUCCESS_ENOMEM.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_cohorts_merge(csuccess_cohorts *into,
                                                    const csuccess_cohorts *from,
                                                    csuccess_error *err);
/**
 * The `benchmarks` section with what was added, as JSON, ready to be merged into the document.
 * CSUCCESS_EINVALID, CSUCCESS_ENOMEM, CSUCCESS_ELIMIT; *out is NULL then.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_cohorts_json(csuccess_text **out,
                                                   const csuccess_cohorts *cohorts,
                                                   csuccess_error *err);
/** Frees it; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_cohorts_free(csuccess_cohorts *cohorts);

#ifdef __cplusplus
}
#endif

#endif

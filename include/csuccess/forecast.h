/* SPDX-License-Identifier: Apache-2.0 */
/* What lies ahead on the average: revenue from hazards, and the way through stages. */
#ifndef CSUCCESS_FORECAST_H
#define CSUCCESS_FORECAST_H

#include <csuccess/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Recurring revenue that today's customers are expected to bring, period by period: the sum of value × survival × growth, and its share of today's
 * (net revenue retention), without growth (gross). Customers may be added in any order and any split; merged parts give the same.
 *
 * It is as good as the probabilities that go in: they should be calibrated, and csuccess_revenue_at() counts those that did not claim to be. New customers
 * have no part in it. The interval is that of who happens to leave, customer by customer on their own; it knows nothing of a bad year for all, nor of
 * errors of the model.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_revenue csuccess_revenue;

/** How far to look; zero in a field is its default. @since 0.1 */
typedef struct csuccess_revenue_options {
    size_t size; /**< set by the caller: sizeof(csuccess_revenue_options) */
    const csuccess_allocator *allocator; /**< NULL: malloc; copied, see csuccess_allocator */
    int64_t period_ms;                   /**< of one period; 30 days */
    uint32_t periods;                    /**< ahead, at most 240; 12 */
    uint32_t reserved;
    double confidence; /**< of the interval, within 0 to 1; 0.9 */
} csuccess_revenue_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_REVENUE_OPTIONS_INIT {sizeof(csuccess_revenue_options), NULL, 0, 0, 0, 0}
#else
#define CSUCCESS_REVENUE_OPTIONS_INIT {.size = sizeof(csuccess_revenue_options)}
#endif
/* clang-format on */

/** One customer's revenue and risk. @since 0.1 */
typedef struct csuccess_revenue_customer {
    size_t size;  /**< set by the caller: sizeof(csuccess_revenue_customer) */
    double value; /**< recurring, per period, in one currency; 0 to 1e12 */
    double
        probability; /**< of churn within horizon_ms, 0 to 1; a constant hazard follows: survival (1 − p)^(t / horizon) */
    int64_t horizon_ms; /**< above 0, unless `survival` is given */
    const double *
        survival; /**< instead: the share still there at the end of each period, each 0 to 1 and none above the one before; NULL: by probability. Beyond the
                                last the hazard of the last period goes on */
    size_t survivals; /**< how many */
    double
        growth; /**< by which the value of those who stay grows per period: 0.01 for 1 %; above −1 and up to 1 */
    int32_t calibrated; /**< 1: the probability, or the survival, is calibrated */
    uint32_t reserved;
} csuccess_revenue_customer;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_REVENUE_CUSTOMER_INIT {sizeof(csuccess_revenue_customer), 0, 0, 0, NULL, 0, 0, 0, 0}
#else
#define CSUCCESS_REVENUE_CUSTOMER_INIT {.size = sizeof(csuccess_revenue_customer)}
#endif
/* clang-format on */

/** What is expected at the end of a period. @since 0.1 */
typedef struct csuccess_revenue_point {
    size_t size;        /**< set by the caller: sizeof(csuccess_revenue_point) */
    uint64_t customers; /**< added */
    uint64_t
        uncalibrated; /**< of them, with a probability that is none to be taken at its word */
    double now;       /**< revenue per period today */
    double expected;  /**< revenue per period then, with growth */
    double low;       /**< of its interval; not below 0 */
    double high;      /**< of its interval */
    double kept;      /**< without growth */
    double customers_left;  /**< expected number of customers that are still there */
    double net_retention;   /**< expected / now; 0 when there is no revenue today */
    double gross_retention; /**< kept / now; 0 when there is no revenue today */
} csuccess_revenue_point;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_REVENUE_POINT_INIT {sizeof(csuccess_revenue_point), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_REVENUE_POINT_INIT {.size = sizeof(csuccess_revenue_point)}
#endif
/* clang-format on */

/** Makes an empty forecast. *out is NULL on failure. CSUCCESS_EINVALID; CSUCCESS_ERANGE; CSUCCESS_EABI; CSUCCESS_ENOMEM.
 * @param options NULL: the defaults
 * @since 0.1 */
CSUCCESS_API csuccess_result csuccess_revenue_new(csuccess_revenue **out,
                                                  const csuccess_revenue_options *options,
                                                  csuccess_error *err);
/** Adds one customer. CSUCCESS_ERANGE (a field outside what it says, or sums that no longer fit); CSUCCESS_EINVALID; CSUCCESS_EABI. After an error nothing was
 * added. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_revenue_add(csuccess_revenue *revenue,
                                                  const csuccess_revenue_customer *customer,
                                                  csuccess_error *err);
/** Adds all of `from`, which stays as it is. CSUCCESS_EINVALID when both are the same or their options differ; CSUCCESS_ERANGE. After an error `into` is as it
 * was. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_revenue_merge(csuccess_revenue *into,
                                                    const csuccess_revenue *from,
                                                    csuccess_error *err);
/** What is expected at the end of period 1, 2 …; 0 is today. CSUCCESS_EINVALID when it is beyond the periods; CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_revenue_at(const csuccess_revenue *revenue,
                                                 uint32_t period, csuccess_revenue_point *out);
/** Frees it; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_revenue_free(csuccess_revenue *revenue);

/* ---- Stages ---- */

/**
 * How customers move through stages (onboarding, adoption, renewal, churned …): a Markov chain from the paths of any number of customers. Paths may be added in any
 * order and any split; merged parts give the same.
 *
 * Where a customer goes next depends on the stage that it is in alone; how long it stays, too, at a constant rate. Stays that have not ended count towards
 * the time and towards no transition, so that long ones are not lost. A stage that nobody left is an end.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_stages csuccess_stages;

/** One customer's path. @since 0.1 */
typedef struct csuccess_stage_path {
    size_t size;               /**< set by the caller: sizeof(csuccess_stage_path) */
    const csuccess_str *stage; /**< in order; copied. The same twice in a row is one stay */
    const int64_t *at; /**< when each was entered, ms since the epoch, UTC; not falling */
    size_t stages;     /**< how many */
    int64_t
        observed_until; /**< up to when it is known that the last one went on; before the last entry: not known */
} csuccess_stage_path;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_STAGE_PATH_INIT {sizeof(csuccess_stage_path), NULL, NULL, 0, 0}
#else
#define CSUCCESS_STAGE_PATH_INIT {.size = sizeof(csuccess_stage_path)}
#endif
/* clang-format on */

/** Makes an empty chain. *out is NULL on failure. CSUCCESS_EINVALID; CSUCCESS_EABI; CSUCCESS_ENOMEM.
 * @param allocator NULL: malloc; copied
 * @since 0.1 */
CSUCCESS_API csuccess_result csuccess_stages_new(csuccess_stages **out,
                                                 const csuccess_allocator *allocator,
                                                 csuccess_error *err);
/**
 * Adds one path. CSUCCESS_EINVALID (no stage, times that fall, an empty name); CSUCCESS_ERANGE (a time outside the years 1 to 9999); CSUCCESS_ELIMIT (more than 64 stages in all,
 * a name of more than 1,024 bytes); CSUCCESS_EENCODING; CSUCCESS_EABI; CSUCCESS_ENOMEM. After an error nothing was added.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_stages_add(csuccess_stages *stages,
                                                 const csuccess_stage_path *path,
                                                 csuccess_error *err);
/** Adds all of `from`, which stays as it is. CSUCCESS_EINVALID when both are the same; CSUCCESS_ELIMIT; CSUCCESS_ENOMEM. After an error `into` is as it was. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_stages_merge(csuccess_stages *into,
                                                   const csuccess_stages *from,
                                                   csuccess_error *err);
/** Frees it; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_stages_free(csuccess_stages *stages);

/** One stage. @since 0.1 */
typedef struct csuccess_stage {
    size_t size;       /**< set by the caller: sizeof(csuccess_stage) */
    csuccess_str name; /**< borrowed until the chain changes */
    uint64_t stays;    /**< that began */
    uint64_t left;     /**< of them: ended by going to another stage */
    double days;       /**< spent in it by all */
    double mean_days;  /**< expected length of a stay: days / left; 0 when nobody left */
} csuccess_stage;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_STAGE_INIT {sizeof(csuccess_stage), {NULL, 0}, 0, 0, 0, 0}
#else
#define CSUCCESS_STAGE_INIT {.size = sizeof(csuccess_stage)}
#endif
/* clang-format on */

/** How many stages there are. @since 0.1 */
CSUCCESS_API size_t csuccess_stages_count(const csuccess_stages *stages);
/** One of them, in the order of their names' bytes. CSUCCESS_EINVALID when index is out of range; CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_stages_get(const csuccess_stages *stages, size_t index,
                                                 csuccess_stage *out);

/** From one stage to another. @since 0.1 */
typedef struct csuccess_stage_move {
    size_t size;        /**< set by the caller: sizeof(csuccess_stage_move) */
    uint64_t moves;     /**< from the one right to the other */
    uint64_t of;        /**< out of the one */
    double probability; /**< moves / of; 0 when nobody left */
    double low;         /**< of its 95 % interval (Wilson 1927) */
    double high;        /**< of its 95 % interval; 0 to 1 when nobody left */
} csuccess_stage_move;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_STAGE_MOVE_INIT {sizeof(csuccess_stage_move), 0, 0, 0, 0, 0}
#else
#define CSUCCESS_STAGE_MOVE_INIT {.size = sizeof(csuccess_stage_move)}
#endif
/* clang-format on */

/** How customers go on from a stage. CSUCCESS_ENAME (a stage that is none); CSUCCESS_EINVALID; CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_stages_move(const csuccess_stages *stages,
                                                  csuccess_str from, csuccess_str to,
                                                  csuccess_stage_move *out);

/** The way from one stage to another, whatever lies between. @since 0.1 */
typedef struct csuccess_stage_way {
    size_t size;        /**< set by the caller: sizeof(csuccess_stage_way) */
    double probability; /**< that it is ever reached */
    double steps;       /**< expected moves, of those who reach it; 0 when nobody does */
    double days;        /**< expected time, of those who reach it; 0 when nobody does */
} csuccess_stage_way;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_STAGE_WAY_INIT {sizeof(csuccess_stage_way), 0, 0, 0}
#else
#define CSUCCESS_STAGE_WAY_INIT {.size = sizeof(csuccess_stage_way)}
#endif
/* clang-format on */

/**
 * How likely a customer in one stage reaches another, and how long that takes (J. G. Kemeny, J. L. Snell, Finite Markov chains, 1960, by elimination). Being there
 * already is 0 steps. CSUCCESS_ENAME (a stage that is none); CSUCCESS_EINVALID; CSUCCESS_EABI; CSUCCESS_ENOMEM.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_stages_way(const csuccess_stages *stages,
                                                 csuccess_str from, csuccess_str to,
                                                 csuccess_stage_way *out);

#ifdef __cplusplus
}
#endif

#endif

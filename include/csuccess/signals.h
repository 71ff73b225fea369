/* SPDX-License-Identifier: Apache-2.0 */
/* Signals in a customer's own series: declines, change points, trends, and the seasons that they are held against. */
#ifndef CSUCCESS_SIGNALS_H
#define CSUCCESS_SIGNALS_H

#include <csuccess/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Seasons ---- */

/* What a season is: csuccess_season_options.unit. */
#define CSUCCESS_SEASON_MONTH 0u   /**< calendar month, UTC: 12 */
#define CSUCCESS_SEASON_WEEK 1u    /**< week of ISO 8601: 53 */
#define CSUCCESS_SEASON_WEEKDAY 2u /**< 7 */

/**
 * A seasonal baseline: how a series of a segment (or tenant) usually stands in each season, from the values of any number of customers and
 * years. Values may be added in any order and any split; merged parts give the same.
 *
 * Thread-safety: one thread at a time while it changes; then read by any.
 * @since 0.1
 */
typedef struct csuccess_season csuccess_season;

/** What to keep; zero in a field is its default. @since 0.1 */
typedef struct csuccess_season_options {
    size_t size; /**< set by the caller: sizeof(csuccess_season_options) */
    const csuccess_allocator *allocator; /**< NULL: malloc; copied, see csuccess_allocator */
    uint32_t unit;                       /**< CSUCCESS_SEASON_* */
    uint32_t reserved;
    uint64_t least; /**< values in a season before it is compared with; 5 */
} csuccess_season_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_SEASON_OPTIONS_INIT {sizeof(csuccess_season_options), NULL, 0, 0, 0}
#else
#define CSUCCESS_SEASON_OPTIONS_INIT {.size = sizeof(csuccess_season_options)}
#endif
/* clang-format on */

/* Bits of csuccess_season_level.present. */
#define CSUCCESS_SEASON_FACTOR 0x01u /**< factor */

/** How a season stands among the others. @since 0.1 */
typedef struct csuccess_season_level {
    size_t size;      /**< set by the caller: sizeof(csuccess_season_level) */
    uint32_t present; /**< CSUCCESS_SEASON_* */
    uint32_t season;  /**< month 1 to 12, week 1 to 53, weekday 1 (Monday) to 7 */
    uint64_t values;  /**< behind the mean */
    double mean;      /**< of the season */
    double usual;     /**< mean of the means of all seasons that have enough values */
    double offset;    /**< mean − usual */
    double factor;    /**< mean / usual; only where both are above 0 */
} csuccess_season_level;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_SEASON_LEVEL_INIT {sizeof(csuccess_season_level), 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_SEASON_LEVEL_INIT {.size = sizeof(csuccess_season_level)}
#endif
/* clang-format on */

/**
 * Makes an empty baseline. *out is NULL on failure. CSUCCESS_EINVALID; CSUCCESS_ERANGE (an unknown unit); CSUCCESS_EABI;
 * CSUCCESS_ENOMEM.
 * @param options NULL: the defaults
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_season_new(csuccess_season **out,
                                                 const csuccess_season_options *options,
                                                 csuccess_error *err);
/**
 * Adds one value. CSUCCESS_ERANGE (not finite, beyond 9e18, or a time outside the years 1 to 9999); CSUCCESS_EINVALID (a NUL in a
 * name); CSUCCESS_EENCODING; CSUCCESS_ELIMIT (more than 4,096 series in all segments, a name of more than 500 bytes); CSUCCESS_ENOMEM. After
 * an error nothing was added.
 * @param segment whose baseline it is, such as a tenant; may be empty
 * @param series the name that the series has in csuccess_series
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_season_add(csuccess_season *season, csuccess_str segment,
                                                 csuccess_str series, int64_t at_ms,
                                                 double value, csuccess_error *err);
/**
 * Adds all of `from`, which stays as it is. CSUCCESS_EINVALID when both are the same or their options differ; CSUCCESS_ELIMIT;
 * CSUCCESS_ERANGE (the sums no longer fit); CSUCCESS_ENOMEM. After an error `into` is as it was.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_season_merge(csuccess_season *into,
                                                   const csuccess_season *from,
                                                   csuccess_error *err);
/**
 * The season that a time is in, among the others. CSUCCESS_UNDECIDED when there are too few values in it, or it is the only season: then
 * nothing is written but `season` and `values`. CSUCCESS_EINVALID; CSUCCESS_ERANGE (a time outside the years 1 to 9999); CSUCCESS_EABI.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_season_at(const csuccess_season *season,
                                                csuccess_str segment, csuccess_str series,
                                                int64_t at_ms, csuccess_season_level *out);
/** Frees it; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_season_free(csuccess_season *season);

/* ---- Signals of one customer ---- */

/* What a series is about: csuccess_series.kind. It says which direction is bad. */
#define CSUCCESS_SERIES_OTHER 0u      /**< falling is bad */
#define CSUCCESS_SERIES_USAGE 1u      /**< falling is bad */
#define CSUCCESS_SERIES_ENGAGEMENT 2u /**< falling is bad */
#define CSUCCESS_SERIES_FEATURE 3u    /**< use of one feature; falling is bad */
#define CSUCCESS_SERIES_SENTIMENT 4u  /**< falling is bad */
#define CSUCCESS_SERIES_ESCALATION 5u /**< support escalations per period; rising is bad */
#define CSUCCESS_SERIES_PAYMENT 6u    /**< payment issues per period; rising is bad */
#define CSUCCESS_SERIES_RISK 7u       /**< a risk or a probability; rising is bad */

/* Bits of csuccess_series.present. */
#define CSUCCESS_SERIES_LIMIT 0x01u  /**< limit */
#define CSUCCESS_SERIES_RISING 0x02u /**< rising is bad, whatever the kind says */

/**
 * One series of one customer: numbers of equal periods (days, weeks …), in any order. A period without a number is left out or NaN, and is
 * missing; where nothing happened, say 0.
 * @since 0.1
 */
typedef struct csuccess_series {
    size_t size;       /**< set by the caller: sizeof(csuccess_series) */
    csuccess_str name; /**< required, such as "logins" or "feature:export" */
    uint32_t kind;     /**< CSUCCESS_SERIES_* */
    uint32_t present;  /**< CSUCCESS_SERIES_LIMIT, CSUCCESS_SERIES_RISING */
    double
        scale; /**< 0: changes count relative to what was before. Above 0: in this unit, for series that pass through 0 (2 for a
                                sentiment of −1 to 1) */
    double limit;         /**< being beyond it, in the bad direction, is a signal of its own */
    const int64_t *times; /**< ms since the epoch, UTC */
    const double *values; /**< beside times */
    size_t count;         /**< of both; at most 100,000 */
} csuccess_series;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_SERIES_INIT {sizeof(csuccess_series), {NULL, 0}, 0, 0, 0, 0, NULL, NULL, 0}
#else
#define CSUCCESS_SERIES_INIT {.size = sizeof(csuccess_series)}
#endif
/* clang-format on */

/* What a window is compared with: csuccess_signals_options.compare. */
#define CSUCCESS_COMPARE_PREVIOUS 0u /**< the baseline right before it */
#define CSUCCESS_COMPARE_YEAR 1u     /**< the customer's own same window a year before */
#define CSUCCESS_COMPARE_SEASON \
    2u /**< the baseline right before it, both freed of the season by a seasonal baseline */

/**
 * How to look; zero in a field is its default. Under CSUCCESS_COMPARE_SEASON and CSUCCESS_COMPARE_YEAR change points and
 * trends are looked for in numbers that are freed of the season too: by the baseline, or by the customer's own number 52 weeks before (periods
 * of less than a week) or a year before (longer ones). A number for which there is no such thing is left out.
 * Of more than 128 numbers within the lookback, means of several in a row are looked at; a change point is then placed among the numbers
 * themselves.
 * @since 0.1
 */
typedef struct csuccess_signals_options {
    size_t size; /**< set by the caller: sizeof(csuccess_signals_options) */
    const csuccess_allocator *allocator; /**< NULL: malloc; copied, see csuccess_allocator */
    int64_t now_ms;                      /**< required: nothing later is looked at */
    int64_t window_ms;                   /**< the present: so long up to now; 30 days */
    int64_t baseline_ms;                 /**< so long before the window; 90 days */
    int64_t lookback_ms; /**< how far back change points and trends are looked for; 365 days */
    int64_t horizon_ms;  /**< how far ahead a trend is carried; 30 days */
    uint32_t least;      /**< numbers that a window, a baseline or a stretch needs; 3 */
    uint32_t compare;    /**< CSUCCESS_COMPARE_* */
    double least_magnitude; /**< what is smaller is no signal; 0.2 */
    const csuccess_season *
        season; /**< for CSUCCESS_COMPARE_SEASON; borrowed until the object is freed, and not to change while it is used */
    csuccess_str segment; /**< the customer's, in the seasonal baseline; copied */
} csuccess_signals_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_SIGNALS_OPTIONS_INIT \
    {sizeof(csuccess_signals_options), NULL, 0, 0, 0, 0, 0, 0, 0, 0, NULL, {NULL, 0}}
#else
#define CSUCCESS_SIGNALS_OPTIONS_INIT {.size = sizeof(csuccess_signals_options)}
#endif
/* clang-format on */

/* What was seen: csuccess_signal.type. */
#define CSUCCESS_SIGNAL_DECLINE \
    1u /**< the mean of the window is worse than that of what it is compared with */
#define CSUCCESS_SIGNAL_CHANGE 2u /**< the level changed for the worse at one moment */
#define CSUCCESS_SIGNAL_TREND \
    3u /**< a robust line leads down (or up), surely by its 95 % interval, and far within the horizon */
#define CSUCCESS_SIGNAL_LIMIT 4u    /**< the mean of the window is beyond the series' limit */
#define CSUCCESS_SIGNAL_OCCURRED 5u /**< escalations or payment issues in the window */

/* Bits of csuccess_signal.present. */
#define CSUCCESS_SIGNAL_RELATIVE 0x01u /**< relative */
#define CSUCCESS_SIGNAL_STRENGTH 0x02u /**< strength */

/** One signal. Strings are borrowed from the object that it comes from, until it changes. @since 0.1 */
typedef struct csuccess_signal {
    size_t size;         /**< set by the caller: sizeof(csuccess_signal) */
    uint32_t type;       /**< CSUCCESS_SIGNAL_* */
    uint32_t kind;       /**< CSUCCESS_SERIES_* of the series */
    uint32_t present;    /**< CSUCCESS_SIGNAL_RELATIVE, CSUCCESS_SIGNAL_STRENGTH */
    uint32_t compare;    /**< CSUCCESS_COMPARE_*: what it was compared with */
    csuccess_str series; /**< name */
    csuccess_str
        text; /**< one sentence in English that says what was measured, and nothing of what is to come */
    int64_t
        since_ms; /**< DECLINE, OCCURRED: the window's begin (OCCURRED: of the first one in it); CHANGE: the first number of the new level; TREND: the first number
                            of the line; LIMIT: since when every number was beyond it */
    double before; /**< baseline; level before; line now; limit. 0 of OCCURRED */
    double
        after; /**< window's mean; level after; line at the horizon; window's mean. Of OCCURRED the sum */
    double relative; /**< (after − before) / |before|, where before is not 0 */
    double
        magnitude; /**< how far for the worse, from 0 on: |relative|, or in units of `scale`; of OCCURRED sum / (1 + sum) */
    double
        strength; /**< DECLINE: in standard deviations of the baseline's numbers; CHANGE: in those of the noise; TREND:
                            slope in standard deviations of the slope; at most 1e6 */
    uint64_t points_before; /**< numbers behind `before` */
    uint64_t points_after;  /**< numbers behind `after` */
} csuccess_signal;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_SIGNAL_INIT \
    {sizeof(csuccess_signal), 0, 0, 0, 0, {NULL, 0}, {NULL, 0}, 0, 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_SIGNAL_INIT {.size = sizeof(csuccess_signal)}
#endif
/* clang-format on */

/**
 * What one customer's own series show. Add the series, finish, read; the greatest magnitude comes first, then the greatest strength, then type, series by
 * bytes and time. The order of adding does not show.
 *
 * Nothing declines from nothing: with a baseline of 0 (and no scale) there is no decline, and with too few numbers in either window
 * there is neither; csuccess_indicators_total() counts those series.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_indicators csuccess_indicators;

/** Counts of series. @since 0.1 */
typedef struct csuccess_indicators_totals {
    size_t size;        /**< set by the caller: sizeof(csuccess_indicators_totals) */
    uint64_t series;    /**< added */
    uint64_t signals;   /**< found */
    uint64_t too_few;   /**< series whose window or baseline had fewer numbers than `least` */
    uint64_t no_base;   /**< series with a baseline of 0 or below, and no scale */
    uint64_t no_season; /**< series that the season, or the year before, is not known of */
} csuccess_indicators_totals;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_INDICATORS_TOTALS_INIT {sizeof(csuccess_indicators_totals), 0, 0, 0, 0, 0}
#else
#define CSUCCESS_INDICATORS_TOTALS_INIT {.size = sizeof(csuccess_indicators_totals)}
#endif
/* clang-format on */

/**
 * Makes empty indicators. *out is NULL on failure. CSUCCESS_EINVALID (CSUCCESS_COMPARE_SEASON without a season); CSUCCESS_ERANGE (a field outside
 * what it says); CSUCCESS_EENCODING; CSUCCESS_ELIMIT; CSUCCESS_EABI; CSUCCESS_ENOMEM.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_indicators_new(csuccess_indicators **out,
                                                     const csuccess_signals_options *options,
                                                     csuccess_error *err);
/**
 * Looks at one series. CSUCCESS_EINVALID (finished, no name, numbers without times); CSUCCESS_ERANGE (an infinite number, one beyond 1e15, a time
 * outside the years 1 to 9999, an unknown kind, a scale below 0); CSUCCESS_ELIMIT; CSUCCESS_EENCODING; CSUCCESS_EABI; CSUCCESS_ENOMEM. After an
 * error nothing was added.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_indicators_add(csuccess_indicators *indicators,
                                                     const csuccess_series *series,
                                                     csuccess_error *err);
/** Adds all that `from` has, which stays as it is. CSUCCESS_EINVALID when one of them is finished, both are the same, or they are
 * as of different times (now_ms); other options may differ. CSUCCESS_ENOMEM. After an error `into` is as it was. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_indicators_merge(csuccess_indicators *into,
                                                       const csuccess_indicators *from,
                                                       csuccess_error *err);
/** Puts the signals in order; again does nothing. CSUCCESS_EINVALID. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_indicators_finish(csuccess_indicators *indicators,
                                                        csuccess_error *err);
/** Forgets the series, for the next customer; options stay. NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_indicators_clear(csuccess_indicators *indicators);
/** How many signals; 0 before it is finished. @since 0.1 */
CSUCCESS_API size_t csuccess_indicators_count(const csuccess_indicators *indicators);
/** One of them. CSUCCESS_EINVALID when index is out of range; CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_indicators_get(const csuccess_indicators *indicators,
                                                     size_t index, csuccess_signal *out);
/** Its counts. CSUCCESS_EINVALID; CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_indicators_total(const csuccess_indicators *indicators,
                                                       csuccess_indicators_totals *out);
/** Frees it; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_indicators_free(csuccess_indicators *indicators);

/* ---- Early warnings among many customers ---- */

/**
 * Customers that show a signal before their churn probability reaches the band of risk. Add the finished indicators of each customer, in any order
 * and any split; merged parts give the same. The customer with the greatest magnitude among its signals comes first, then by strength, then by number of signals
 * (more first), then by customer id (bytes). To have the probability itself looked at, add its past as a series of kind CSUCCESS_SERIES_RISK.
 *
 * A warning says what was measured, since when and how strongly. It is no prediction.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_warnings csuccess_warnings;

/** What to keep; zero in a field is its default. @since 0.1 */
typedef struct csuccess_warnings_options {
    size_t size; /**< set by the caller: sizeof(csuccess_warnings_options) */
    const csuccess_allocator *allocator; /**< NULL: malloc; copied, see csuccess_allocator */
    double
        band; /**< a customer from this probability on is at risk already, and is not warned of; 0.6 */
    uint64_t most; /**< keep only the first so many customers; 0: all */
} csuccess_warnings_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_WARNINGS_OPTIONS_INIT {sizeof(csuccess_warnings_options), NULL, 0, 0}
#else
#define CSUCCESS_WARNINGS_OPTIONS_INIT {.size = sizeof(csuccess_warnings_options)}
#endif
/* clang-format on */

/* Bits of csuccess_warning.present. */
#define CSUCCESS_WARNING_PROBABILITY 0x01u /**< probability */

/** One customer that is warned of. @since 0.1 */
typedef struct csuccess_warning {
    size_t size;           /**< set by the caller: sizeof(csuccess_warning) */
    csuccess_str customer; /**< borrowed from the warnings */
    uint32_t present;      /**< CSUCCESS_WARNING_PROBABILITY */
    uint32_t signals;      /**< how many */
    double probability;    /**< of churn, below the band; missing is possible */
    double magnitude;      /**< the greatest of its signals */
    int64_t since_ms;      /**< the earliest of its signals */
} csuccess_warning;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_WARNING_INIT {sizeof(csuccess_warning), {NULL, 0}, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_WARNING_INIT {.size = sizeof(csuccess_warning)}
#endif
/* clang-format on */

/** Counts over all that were added. @since 0.1 */
typedef struct csuccess_warnings_totals {
    size_t size;        /**< set by the caller: sizeof(csuccess_warnings_totals) */
    uint64_t customers; /**< added */
    uint64_t warned;    /**< with a signal, and below the band */
    uint64_t quiet;     /**< without a signal, and below the band */
    uint64_t at_risk;   /**< at or above the band already */
    uint64_t unknown;   /**< of the warned: without a probability */
} csuccess_warnings_totals;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_WARNINGS_TOTALS_INIT {sizeof(csuccess_warnings_totals), 0, 0, 0, 0, 0}
#else
#define CSUCCESS_WARNINGS_TOTALS_INIT {.size = sizeof(csuccess_warnings_totals)}
#endif
/* clang-format on */

/** Makes empty warnings. *out is NULL on failure. CSUCCESS_EINVALID; CSUCCESS_ERANGE; CSUCCESS_EABI; CSUCCESS_ENOMEM.
 * @param options NULL: the defaults
 * @since 0.1 */
CSUCCESS_API csuccess_result csuccess_warnings_new(csuccess_warnings **out,
                                                   const csuccess_warnings_options *options,
                                                   csuccess_error *err);
/**
 * Adds one customer; add each one once. What is kept is copied. CSUCCESS_EINVALID (no id, indicators not finished, warnings finished);
 * CSUCCESS_ERANGE (a probability outside 0 to 1); CSUCCESS_EENCODING; CSUCCESS_ELIMIT; CSUCCESS_ENOMEM. After an error nothing was added.
 * @param probability of churn; NULL: unknown
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_warnings_add(csuccess_warnings *warnings,
                                                   csuccess_str customer,
                                                   const double *probability,
                                                   const csuccess_indicators *indicators,
                                                   csuccess_error *err);
/** Adds all of `from`, which stays as it is. CSUCCESS_EINVALID when one of them is finished, both are the same, or their options differ;
 * CSUCCESS_ENOMEM. After an error `into` is as it was. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_warnings_merge(csuccess_warnings *into,
                                                     const csuccess_warnings *from,
                                                     csuccess_error *err);
/** Puts the customers in order; nothing can be added from then on; again does nothing. CSUCCESS_EINVALID. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_warnings_finish(csuccess_warnings *warnings,
                                                      csuccess_error *err);
/** How many customers it keeps; 0 before it is finished. @since 0.1 */
CSUCCESS_API size_t csuccess_warnings_count(const csuccess_warnings *warnings);
/** One of them. CSUCCESS_EINVALID when index is out of range; CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_warnings_get(const csuccess_warnings *warnings,
                                                   size_t index, csuccess_warning *out);
/** One of the signals of a customer, in the order of its indicators. CSUCCESS_EINVALID when an index is out of range; CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_warnings_signal(const csuccess_warnings *warnings,
                                                      size_t index, size_t signal,
                                                      csuccess_signal *out);
/** Its counts. CSUCCESS_EINVALID; CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_warnings_total(const csuccess_warnings *warnings,
                                                     csuccess_warnings_totals *out);
/** Frees it; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_warnings_free(csuccess_warnings *warnings);

#ifdef __cplusplus
}
#endif

#endif

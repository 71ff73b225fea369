/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration tried out: the same engine over a store in memory and a virtual clock, sending nothing. */
#ifndef CSUCCESS_SIMULATE_H
#define CSUCCESS_SIMULATE_H

#include <csuccess/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A simulation: inputs are applied at their own times, everything that comes due is done in between, at the virtual time at which it is due; what would be sent is told to
 * the trace. Equal inputs, options and configuration give equal traces, to the byte, and so does a live engine that is handed the same inputs at the same times.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_simulation csuccess_simulation;

/** What a message meets in the simulation: one of CSUCCESS_SENT_*; the default is CSUCCESS_SENT_DELIVERED. 0 stops the call with CSUCCESS_ECANCELLED. @since 0.1 */
typedef uint32_t (*csuccess_simulated_send_fn)(void *ud, const csuccess_send_request *request);

/** Zero is the default of a field. @since 0.1 */
typedef struct csuccess_simulation_options {
    size_t size;
    const csuccess_allocator *allocator; /**< NULL: the configuration's */
    const csuccess_limits *limits;
    csuccess_str tenant; /**< empty: "default" */
    uint64_t seed;       /**< of the customers' secrets */
    int64_t start_ms; /**< the virtual clock at the beginning; 0: the time of the first input */
    csuccess_simulated_send_fn send;
    void *send_ud;
    csuccess_trace_fn trace; /**< a line for everything that is committed; NULL: none */
    void *trace_ud;
    csuccess_zone_fn zone; /**< as of an engine */
    void *zone_ud;
    csuccess_variable_fn variable; /**< as of an engine */
    void *variable_ud;
    csuccess_sentiment_fn sentiment; /**< as of an engine */
    void *sentiment_ud;
} csuccess_simulation_options;

/** *out is NULL on failure. CSUCCESS_EINVALID, CSUCCESS_EABI, CSUCCESS_ERANGE, CSUCCESS_ENOMEM. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_simulation_new(csuccess_simulation **out,
                                                     csuccess_config *config,
                                                     const csuccess_simulation_options *options,
                                                     csuccess_error *err);
/** NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_simulation_free(csuccess_simulation *simulation);
/**
 * Applies inputs in order of their times (those of one time as they stand) from the clock's time on, and what comes due before each; an input older than the clock is late and is applied now.
 * csuccess_events_result() says what became of every one. Errors as csuccess_engine_ingest() and csuccess_engine_run().
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_simulation_feed(csuccess_simulation *simulation,
                                                      csuccess_events *events,
                                                      csuccess_error *err);
/** Lets time go on until until_ms, doing all that comes due. A clock that is beyond it stays. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_simulation_run(csuccess_simulation *simulation,
                                                     int64_t until_ms, csuccess_error *err);
/** The virtual clock. @since 0.1 */
CSUCCESS_API int64_t csuccess_simulation_now(const csuccess_simulation *simulation);
/** Its engine, for scores, explanations, states and figures; borrowed. @since 0.1 */
CSUCCESS_API csuccess_engine *csuccess_simulation_engine(csuccess_simulation *simulation);

#ifdef __cplusplus
}
#endif

#endif

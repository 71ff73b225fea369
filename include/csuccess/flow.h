/* SPDX-License-Identifier: Apache-2.0 */
/* Journeys, playbooks and segments as a whole: drawn, bounded, and what came of them. */
#ifndef CSUCCESS_FLOW_H
#define CSUCCESS_FLOW_H

#include <csuccess/scorer.h>
#include <csuccess/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How many journeys and playbooks the configuration has; 0 for NULL. @since 0.1 */
CSUCCESS_API uint32_t csuccess_config_programs(const csuccess_config *config);
/** The name of one: "journey/onboarding", the journeys first, in effective order; borrowed from config. CSUCCESS_EINVALID when index is out of range or an argument is NULL. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_config_program(const csuccess_config *config,
                                                     uint32_t index, csuccess_str *name);

/* How csuccess_config_draw() draws. */
#define CSUCCESS_DRAW_TEXT 0u /**< a line a step, with its ways, and the bounds */
#define CSUCCESS_DRAW_DOT 1u  /**< Graphviz */

/**
 * Draws a journey or playbook of the configuration: "journey/onboarding", "playbook/risk_response". *out is the caller's (csuccess_text_free()).
 * CSUCCESS_ENAME (there is none of that name; err names the nearest), CSUCCESS_EINVALID, CSUCCESS_ENOMEM.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_config_draw(const csuccess_config *config,
                                                  csuccess_str name, uint32_t how,
                                                  csuccess_text **out, csuccess_error *err);

/**
 * What a journey or playbook can come to at most, whoever the customer is and whatever happens: for one enrollment or run, as it leaves messages for the outbox. Not in it are pauses (which move every timer), a host that looks late,
 * further enrollments (`reenroll`), and what playbooks that it starts or journeys that it enrolls into do on their own. A message counts once for each contact that may get it; webhooks and messages to staff do not count.
 * Months have at most 31 days; where customers have zones, a time of days may be two hours longer or shorter.
 * @since 0.1
 */
typedef struct csuccess_flow_bounds {
    size_t size;        /**< set by the caller */
    int64_t longest_ms; /**< from its beginning to its end; CSUCCESS_TIME_NEVER: unbounded */
    uint32_t messages;  /**< to the customer, in all; UINT32_MAX: unbounded */
    uint32_t messages_a_day; /**< in any 24 hours; UINT32_MAX: unbounded */
    uint32_t
        to_one; /**< the same as `messages` to one recipient: the customer itself, or one of its contacts */
    uint32_t to_one_a_day; /**< in any 24 hours; UINT32_MAX: unbounded */
} csuccess_flow_bounds;
/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_FLOW_BOUNDS_INIT {sizeof(csuccess_flow_bounds), 0, 0, 0, 0, 0}
#else
#define CSUCCESS_FLOW_BOUNDS_INIT {.size = sizeof(csuccess_flow_bounds)}
#endif
/* clang-format on */
/** What csuccess_config_draw() shows as text, as numbers. Errors as csuccess_config_draw(), CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_config_bounds(const csuccess_config *config,
                                                    csuccess_str name,
                                                    csuccess_flow_bounds *out,
                                                    csuccess_error *err);

/**
 * An accumulator: what came of a journey, a playbook, the segments, an experiment or the interventions, over any number of customers. Parts made apart (by shard, by day) are merged, in any order, to the same bytes.
 *
 * - "journey/ID": enrollments, those under way, completed, exited (by which), failed; for every step how many entered, left each way, the time spent in it (mean, and quantiles), and success (the share of those who entered it that reached the goal).
 * - "playbook/ID": runs, ends, success measured; for every step tasks by outcome, time to complete, minutes spent.
 * - "segments": for each segment members, total `arr`, mean health; overlap pairwise.
 * - "experiment/ID": by arm units, exposures and outcomes; how the arms differ from the control, clustered by unit, with 95 per cent intervals, or "not identified" and why (docs/reference/intervene.md "Readings").
 * - "interventions": executions, tasks, costs, responses, success, by intervention and by campaign.
 * - "effects": the same, with uplift, prevented churn and saved revenue where an experiment holds somebody out, priors before and after, targets of campaigns, and a patch of the configuration (docs/reference/intervene.md "What came of it").
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_accumulator csuccess_accumulator;

/** *out is NULL on failure. Errors as csuccess_config_draw(). The configuration is referenced. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_accumulator_new(csuccess_accumulator **out,
                                                      csuccess_config *config,
                                                      csuccess_str name,
                                                      const csuccess_allocator *allocator,
                                                      csuccess_error *err);
/** NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_accumulator_free(csuccess_accumulator *accumulator);
/** Adds an entry of a customer's history; those that do not concern it are passed over (CSUCCESS_UNCHANGED). Entries of one customer come in their order. CSUCCESS_ESTATE (a body that cannot be), CSUCCESS_ELIMIT, CSUCCESS_ENOMEM: nothing was added. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_accumulator_add_entry(csuccess_accumulator *accumulator,
                                                            const csuccess_entry *entry,
                                                            csuccess_error *err);
/** Of "segments": adds the customer that the scorer (of the same configuration) evaluated last. CSUCCESS_EINVALID, CSUCCESS_ENOMEM. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_accumulator_add_scored(csuccess_accumulator *accumulator,
                                                             csuccess_scorer *scorer,
                                                             csuccess_error *err);
/** Adds what another one of the same configuration and name has; that stays as it is. CSUCCESS_EINVALID (of another), CSUCCESS_ENOMEM. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_accumulator_merge(csuccess_accumulator *accumulator,
                                                        const csuccess_accumulator *other,
                                                        csuccess_error *err);
/** As JSON (docs/reference/flow.md "Results"; of experiments and interventions docs/reference/intervene.md). @since 0.1 */
CSUCCESS_API csuccess_result csuccess_accumulator_json(const csuccess_accumulator *accumulator,
                                                       csuccess_text **out,
                                                       csuccess_error *err);
/** As bytes to keep and merge later; *out is the caller's. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_accumulator_save(const csuccess_accumulator *accumulator,
                                                       csuccess_text **out,
                                                       csuccess_error *err);
/** Adds what was saved. CSUCCESS_EINVALID (of another configuration or name), CSUCCESS_ESTATE (damaged), CSUCCESS_EUNSUPPORTED (a newer format), CSUCCESS_ENOMEM. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_accumulator_load(csuccess_accumulator *accumulator,
                                                       csuccess_str saved, csuccess_error *err);

#ifdef __cplusplus
}
#endif

#endif

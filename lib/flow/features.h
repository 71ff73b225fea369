/* SPDX-License-Identifier: Apache-2.0 */
/* The section `features`: adoption of each feature by days of use, and product mastery.

   Kept of a feature: which of the 63 days up to the last one with use had use, when it was used first and last, and how often. Days are those of UTC. So late and out-of-order use makes no difference, and
   repeated use on a day none but to the count.

   stage, at a time: never_used: fewer days of use than `trial` asks for (1), among those kept. churned: none for `churned_after` (P30D). power_user, adopting: at least so many days (12, 3) among the last 28,
   today with them. Else trial.
   frequency, by the same 28 days: daily (20 and more), weekly (4), monthly (1), rarely.
   risk of abandonment, 0 to 1, the greater of two: the fall, 1 - (days of use among the last 14 / 14) / (those among the 28 before / 28), at least 0, and 0 without any before; the silence: whole days since the
   last use / `churned_after`, at most 1. 1 when churned, missing when never used.
   breadth: features in use (trial, adopting, power_user) / all. depth: power users / features in use, missing without any. mastery.score, 0 to 100: points (1) of the features, of those that are adopting half, of
   power users in full, of all points; mastery.level: the last of the levels whose `from` it reaches. */
#ifndef CSUCCESS__FLOW_FEATURES_H
#define CSUCCESS__FLOW_FEATURES_H

#include "flow/trigger.h"

#define CSUCCESS__FEATURE_STAGES(X) \
    X(NEVER_USED, "never_used") \
    X(TRIAL, "trial") \
    X(ADOPTING, "adopting") X(POWER_USER, "power_user") X(CHURNED, "churned")
typedef enum csuccess__feature_stage {
#define CSUCCESS__FEATURE_STAGE(name, text) CSUCCESS__FEATURE_##name,
    CSUCCESS__FEATURE_STAGES(CSUCCESS__FEATURE_STAGE)
#undef CSUCCESS__FEATURE_STAGE
} csuccess__feature_stage;

#define CSUCCESS__USE_FREQUENCIES(X) \
    X(RARELY, "rarely") X(MONTHLY, "monthly") X(WEEKLY, "weekly") X(DAILY, "daily")
typedef enum csuccess__use_frequency {
#define CSUCCESS__USE_FREQUENCY(name, text) CSUCCESS__USED_##name,
    CSUCCESS__USE_FREQUENCIES(CSUCCESS__USE_FREQUENCY)
#undef CSUCCESS__USE_FREQUENCY
} csuccess__use_frequency;

enum { CSUCCESS__FEATURES_MOST = 1024 };

typedef struct csuccess__adopting {
    csuccess_str id, label;
    csuccess__event_match event;
    int32_t trial, adopting, power_user; /* days */
    int64_t churned_after_ms;
    double points;
    /* feature('id').stage, .days (of 28), .frequency, .risk, .last_used */
    uint32_t stage_slot, days_slot, frequency_slot, risk_slot, last_slot;
    const csuccess__json *at;
} csuccess__adopting;
typedef struct csuccess__mastery_level {
    csuccess_str id;
    double from; /* ascending; the first is 0 */
} csuccess__mastery_level;
typedef struct csuccess__features {
    const csuccess__adopting *list; /* in effective order, without `mastery` */
    uint32_t count;
    const csuccess__mastery_level *levels;
    uint32_t level_count;
    uint32_t breadth_slot, depth_slot, score_slot, level_slot;
} csuccess__features;
struct csuccess__flow_build;
/* Adds the slots feature('id').stage, .days (of 28), .frequency, .risk (0..1, of abandonment), .last_used; features.breadth (share in use), features.depth (share of power users among those in use), mastery.score, mastery.level. */
const csuccess__features *csuccess__features_compile(struct csuccess__flow_build *flow,
                                                     const csuccess__json *section);
/* Slots from the state and the time, as it is before the step's input. */
void csuccess__features_publish(csuccess__moment *m);
/* Counts the step's input as use of every feature that it fits, at its own time (not after now); leaves an entry "feature" when a stage or the level changes, publishes, lowers due to when time alone changes one. */
void csuccess__features_step(csuccess__moment *m);
/* {"features": {"id": {"stage", "label", "days", "frequency", "risk", "value", "points", "first_used", "last_used", "uses"}}, "breadth", "depth", "mastery": {"score", "level"}}; "value" is what it adds to the points. */
void csuccess__features_report(csuccess__moment *m, struct csuccess__json_writer *out);
void csuccess__feature_print(struct csuccess__json_writer *out,
                             const csuccess__state_field *field);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The section `features`: adoption of each feature by days of use, and product mastery. */
#ifndef CSUCCESS__FLOW_FEATURES_H
#define CSUCCESS__FLOW_FEATURES_H

#include "flow/trigger.h"

#define CSUCCESS__FEATURE_STAGES(X) \
    X(NEVER_USED, "never_used") \
    X(TRIAL, "trial") X(ADOPTING, "adopting") X(POWER_USER, "power_user") \
        X(CHURNED, "churned")
typedef enum csuccess__feature_stage {
#define CSUCCESS__FEATURE_STAGE(name, text) CSUCCESS__FEATURE_##name,
    CSUCCESS__FEATURE_STAGES(CSUCCESS__FEATURE_STAGE)
#undef CSUCCESS__FEATURE_STAGE
} csuccess__feature_stage;

typedef struct csuccess__features csuccess__features;
struct csuccess__flow_build;
/* Adds the slots feature('id').stage, .days (of 28), .frequency, .risk (0..1, of abandonment), .last_used; features.breadth (share in use), features.depth (share of power users among those in use), mastery.score, mastery.level. */
const csuccess__features *csuccess__features_compile(struct csuccess__flow_build *build,
                                                     const csuccess__json *section);
/* Late, repeated and out-of-order use makes no difference but for days older than 63 days before the last. */
void csuccess__features_publish(csuccess__moment *m);
void csuccess__features_step(csuccess__moment *m);
/* {"features": {"id": {"stage", "days", "frequency", "risk", "first_used", "last_used", "uses"}}, "breadth", "depth", "mastery": {"score", "level"}} */
void csuccess__features_report(csuccess__moment *m, struct csuccess__json_writer *out);
void csuccess__feature_print(struct csuccess__json_writer *out,
                             const csuccess__state_field *field);

#endif

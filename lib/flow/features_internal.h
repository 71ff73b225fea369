/* SPDX-License-Identifier: Apache-2.0 */
/* Use of one feature in the state of one customer. */
#ifndef CSUCCESS__FLOW_FEATURES_INTERNAL_H
#define CSUCCESS__FLOW_FEATURES_INTERNAL_H

#include "flow/features.h"

enum { CSUCCESS__FEATURE_DAYS = 63 }; /* kept */

typedef struct csuccess__feature_field {
    csuccess__feature_stage told; /* the stage of the last entry */
    uint64_t uses;                /* 0: never */
    int64_t first_used, last_used;
    uint64_t days; /* bit i: there was use i days before the day of last_used; bit 0 is set */
} csuccess__feature_field;

/* What follows from it at a time. */
typedef struct csuccess__feature_look {
    csuccess__feature_stage stage;
    csuccess__use_frequency frequency;
    int32_t days; /* of the last 28 */
    bool has_risk;
    double risk;
} csuccess__feature_look;

bool csuccess__feature_parse(csuccess__feature_field *field, csuccess_str payload);
void csuccess__feature_put(csuccess__step *step, csuccess_str id,
                           const csuccess__feature_field *field);
/* A use at a time. */
void csuccess__feature_use(csuccess__feature_field *field, int64_t at);
csuccess__feature_look csuccess__feature_looks(const csuccess__adopting *of,
                                               const csuccess__feature_field *field,
                                               int64_t now);
/* The next time at which the look is another without further use; days and frequency, and the risk, count only where they are asked for. NEVER: none. */
int64_t csuccess__feature_next(const csuccess__adopting *of,
                               const csuccess__feature_field *field, int64_t now, bool days,
                               bool risk);
const char *csuccess__feature_stage_name(csuccess__feature_stage stage);
const char *csuccess__frequency_name(csuccess__use_frequency frequency);

#endif

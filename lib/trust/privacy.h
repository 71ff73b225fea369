/* SPDX-License-Identifier: Apache-2.0 */
/* The compiled section `privacy`, between its compiler and consent. */
#ifndef CSUCCESS__TRUST_PRIVACY_H
#define CSUCCESS__TRUST_PRIVACY_H

#include "trust/consent.h"

/* In ascending order of strictness. */
#define CSUCCESS__REQUIREMENTS(X) \
    X(NOTHING, "nothing") X(OPT_OUT, "opt_out") X(OPT_IN, "opt_in")
typedef enum csuccess__requirement {
#define CSUCCESS__REQUIREMENT(name, text) CSUCCESS__REQUIREMENT_##name,
    CSUCCESS__REQUIREMENTS(CSUCCESS__REQUIREMENT)
#undef CSUCCESS__REQUIREMENT
} csuccess__requirement;

typedef struct csuccess__purpose {
    csuccess_str name;
    csuccess__requirement requires;
    bool expires;
    csuccess__duration valid_for;
} csuccess__purpose;

/* What one jurisdiction requires for one purpose. */
typedef struct csuccess__ruling {
    csuccess_str jurisdiction, purpose;
    csuccess__requirement requires;
} csuccess__ruling;

struct csuccess__privacy {
    const csuccess__purpose *purposes;
    const csuccess__ruling *rulings;
    uint32_t purpose_count, ruling_count;
    csuccess__privacy_place place;
};

/* NULL: not declared. */
const csuccess__purpose *csuccess__privacy_purpose(const csuccess__privacy *privacy,
                                                   csuccess_str name);
csuccess__requirement csuccess__privacy_requires(const csuccess__privacy *privacy,
                                                 csuccess_str purpose,
                                                 csuccess_str jurisdiction);

#endif

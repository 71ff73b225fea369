/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that compile journeys share. Only for this folder. */
#ifndef CSUCCESS__FLOW_JOURNEYS_JOURNEY_INTERNAL_H
#define CSUCCESS__FLOW_JOURNEYS_JOURNEY_INTERNAL_H

#include "flow/flow.h"
#include "flow/journeys/journey.h"

/* One journey being read. */
typedef struct csuccess__journey_draft {
    csuccess__flow_build *build;
    csuccess__journey *journey;
    const csuccess__json *steps; /* the object */
} csuccess__journey_draft;

/* Whether `name`, which stands at `at`, is a key of `names` (may be NULL); else it is noted as "there is no WHAT", with the nearest. */
bool csuccess__journey_names(csuccess__flow_build *build, const csuccess__json *at,
                             csuccess_str name, const csuccess__json *names, const char *what);
/* The calendar that a member names; UINT32_MAX without one, or noted. */
uint32_t csuccess__journey_calendar(csuccess__flow_build *build, const csuccess__json *object,
                                    const char *key);
/* The steps of the draft, into its journey. */
void csuccess__journey_steps_read(csuccess__journey_draft *d);
/* `n` zeroed items of the compiler's arena; NULL: noted as lost. */
void *csuccess__journey_take(csuccess__flow_build *build, size_t n, size_t bytes);
#define CSUCCESS__JOURNEY_TAKE(build, type, n) \
    ((type *)csuccess__journey_take((build), (n), sizeof(type)))

#endif

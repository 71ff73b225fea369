/* SPDX-License-Identifier: Apache-2.0 */
/* The registry of types of interventions: those given and those a document declares. */
#ifndef CSUCCESS__INTERVENE_INTERVENTION_TYPES_H
#define CSUCCESS__INTERVENE_INTERVENTION_TYPES_H

#include "intervene/interventions.h"

/* All of them into out->types. Problems are noted; false: no memory (noted). */
bool csuccess__intervention_types_read(csuccess__interventions *out,
                                       struct csuccess__intervene_build *build,
                                       const csuccess__json *section);
/* That which an intervention names by `type`; NULL: noted, with the nearest. */
const csuccess__intervention_type *
csuccess__intervention_type_of(const csuccess__interventions *of,
                               struct csuccess__intervene_build *build,
                               const csuccess__json *object);

#endif

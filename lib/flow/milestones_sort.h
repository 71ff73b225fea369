/* SPDX-License-Identifier: Apache-2.0 */
/* Milestones in an order in which each stands behind those that it waits for. */
#ifndef CSUCCESS__FLOW_MILESTONES_SORT_H
#define CSUCCESS__FLOW_MILESTONES_SORT_H

#include "flow/milestones.h"

/* Fills `sorted`, stable; a circle is noted as ECYCLE, with its members, and its members then stand as in the list. False: no memory. */
bool csuccess__milestones_sort(csuccess__milestones *all, csuccess__arena *arena,
                               csuccess__problems *problems);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The system's database of zones, for those that a configuration has no table of. */
#ifndef CLI_ZONES_H
#define CLI_ZONES_H

#include <csuccess/engine.h>

/* A csuccess_zone_fn. A name that the system does not know is told on stderr, once each for the first few. */
csuccess_result zones_ask(void *ud, csuccess_str zone, int64_t at_ms,
                          csuccess_zone_answer *out);

#endif

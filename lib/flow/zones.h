/* SPDX-License-Identifier: Apache-2.0 */
/* Who answers about zones: the configuration's table, else the host, else what the host once said of this customer's. What a host says is kept in the state and told in an entry "zone", so that a replay without it comes to the same. */
#ifndef CSUCCESS__FLOW_ZONES_H
#define CSUCCESS__FLOW_ZONES_H

#include "flow/moment.h"

/* The source over a moment; the host's may be NULL. `asked` lives as long as the moment. */
typedef struct csuccess__zones_asked {
    csuccess__moment *moment;
    const csuccess__zone_source *host;
} csuccess__zones_asked;
csuccess__zone_source csuccess__zones_source(csuccess__zones_asked *asked);
void csuccess__zone_print(struct csuccess__json_writer *out,
                          const csuccess__state_field *field);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The table of zones of a configuration, and names of zones in a document; for whoever compiles. Asking is in business.h. */
#ifndef CSUCCESS__CALENDAR_ZONE_TABLE_H
#define CSUCCESS__CALENDAR_ZONE_TABLE_H

#include "calendar/business.h"

/* `calendars.zones`, an object. Problems are noted; NULL: no memory (noted). */
const struct csuccess__zone_table *csuccess__zone_table_compile(csuccess__arena *arena,
                                                                csuccess__problems *problems,
                                                                const csuccess__json *section);
/* The member as the name of a zone, or an offset; empty when it is absent or, noted, neither. */
csuccess_str csuccess__zone_read(csuccess__problems *problems, const csuccess__json *object,
                                 const char *key);

#endif

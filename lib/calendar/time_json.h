/* SPDX-License-Identifier: Apache-2.0 */
/* Times as members of JSON objects. */
#ifndef CSUCCESS__CALENDAR_TIME_JSON_H
#define CSUCCESS__CALENDAR_TIME_JSON_H

#include "calendar/time.h"
#include "text/json.h"

/* As csuccess__time_format() has it; null for a time outside the years 1 to 9999. */
void csuccess__json_put_time(csuccess__json_writer *w, const char *key, int64_t ms);

#endif

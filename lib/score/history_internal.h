/* SPDX-License-Identifier: Apache-2.0 */
/* What the sources of health as state share: reading texts and times that may be damaged, and writing entries. */
#ifndef CSUCCESS__SCORE_HISTORY_INTERNAL_H
#define CSUCCESS__SCORE_HISTORY_INTERNAL_H

#include "calendar/time_json.h"
#include "score/health_internal.h"
#include "score/history.h"
#include "text/json.h"

/* UTF-8, and a time of the calendar; anything else makes the reader bad. */
csuccess_str csuccess__past_text(csuccess__wire *in);
int64_t csuccess__past_time(csuccess__wire *in);
void csuccess__past_write(csuccess__buffer *out, const csuccess__health_past *past);

/* Members of an entry; what is not there, or empty, is null. */
void csuccess__past_key(csuccess__json_writer *out, const char *key);
void csuccess__past_put_number(csuccess__json_writer *out, const char *key, bool there,
                               double x);

#endif

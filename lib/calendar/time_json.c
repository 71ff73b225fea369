/* SPDX-License-Identifier: Apache-2.0 */
/* Times as members of JSON objects. */
#include "calendar/time_json.h"

void csuccess__json_put_time(csuccess__json_writer *w, const char *key, int64_t ms)
{
    char text[CSUCCESS__TIME_TEXT];
    size_t len = csuccess__time_format(text, ms);
    csuccess__json_put_or_null(w, key, (csuccess_str){text, len});
}

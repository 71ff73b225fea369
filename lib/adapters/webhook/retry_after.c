/* SPDX-License-Identifier: Apache-2.0 */
/* Retry-After (RFC 9110, 10.2.3): how long a receiver wants to be left alone. */
#include "internal.h"

#include <string.h>

/* A receiver may not silence a message for longer: it would expire, or be forgotten. */
#define LONGEST INT64_C(86400000)

int64_t csuccess__webhook_wait(const char *value, int64_t now_ms)
{
    int64_t wait = 0;
    size_t digits = strspn(value, "0123456789");
    if (digits && value[digits] == '\0') {
        for (size_t i = 0; i < digits && wait < LONGEST; i++) {
            wait = wait * 10 + (value[i] - '0') * 1000;
        }
    } else if (digits == 0) {
        time_t date = curl_getdate(value, NULL);
        if (date > 0 && date <= INT64_MAX / 2000) wait = (int64_t)date * 1000 - now_ms;
    }
    if (wait > LONGEST) wait = LONGEST;
    return wait > 0 ? wait : 0;
}

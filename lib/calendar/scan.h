/* SPDX-License-Identifier: Apache-2.0 */
/* A place in a text of a time or a duration, moved on by what fits. Only for this room. */
#ifndef CSUCCESS__CALENDAR_SCAN_H
#define CSUCCESS__CALENDAR_SCAN_H

#include "calendar/time.h"

typedef struct csuccess__scan {
    csuccess_str text;
    size_t at;
    csuccess__time_error *err; /* NULL: nobody asks */
} csuccess__scan;

/* Notes what was expected here; false, so that a refusal is one statement. */
static inline bool csuccess__scan_refuse(csuccess__scan *s, const char *expected)
{
    if (s->err) {
        *s->err = (csuccess__time_error){s->at, expected};
    }
    return false;
}

static inline bool csuccess__scan_is_end(const csuccess__scan *s)
{
    return s->at == s->text.len;
}

/* The byte here, NUL at the end. */
static inline char csuccess__scan_peek(const csuccess__scan *s)
{
    return csuccess__scan_is_end(s) ? '\0' : s->text.ptr[s->at];
}

static inline bool csuccess__scan_is_digit(const csuccess__scan *s)
{
    char c = csuccess__scan_peek(s);
    return c >= '0' && c <= '9';
}

/* Moves on when the byte here is c. */
static inline bool csuccess__scan_take(csuccess__scan *s, char c)
{
    bool here = !csuccess__scan_is_end(s) && s->text.ptr[s->at] == c;
    s->at += here;
    return here;
}

/* Digits of a fraction, cut off after `places`, as a whole number of 10^-places. Refuses none.
   */
bool csuccess__scan_fraction(csuccess__scan *s, int places, int64_t *out);

/* `+11:00`, `-02:30`; `sign_needed` else without a sign too. */
bool csuccess__scan_offset(csuccess__scan *s, bool sign_needed, int32_t *minutes);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What the payloads of many kinds of field are read by: times and texts, which a damaged state may have wrong. */
#ifndef CSUCCESS__CUSTOMER_PAYLOAD_H
#define CSUCCESS__CUSTOMER_PAYLOAD_H

#include "base/wire.h"
#include "calendar/time.h"
#include "text/utf8.h"

/* 0 and `bad` when it is no time. */
static inline int64_t csuccess__payload_time(csuccess__wire *in)
{
    int64_t at = csuccess__wire_get_i64(in);
    if (csuccess__time_valid(at)) return at;
    in->bad = true;
    return 0;
}

/* `bad` when it is not UTF-8. */
static inline csuccess_str csuccess__payload_text(csuccess__wire *in)
{
    csuccess_str text = csuccess__wire_get_str(in);
    if (!csuccess__utf8_check(text, NULL)) in->bad = true;
    return text;
}

#endif

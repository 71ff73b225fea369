/* SPDX-License-Identifier: Apache-2.0 */
/* What reply.c and reply_rows.c share: the ways in of an answer. */
#ifndef CSUCCESS__ENGINE_REPLY_INTERNAL_H
#define CSUCCESS__ENGINE_REPLY_INTERNAL_H

#include "base/error.h"
#include "engine/reply.h"

/* Kinds of answers, as bits; which operation takes which stands in csuccess__reply_enter(). */
enum {
    CSUCCESS__GIVES_RECORD = 1,
    CSUCCESS__GIVES_LEDGER = 2,
    CSUCCESS__GIVES_KNOWN = 4,
    CSUCCESS__GIVES_APPLIED = 8, /* refused and already as well */
    CSUCCESS__GIVES_CONFLICT = 16,
    CSUCCESS__GIVES_LEASE = 32,
    CSUCCESS__GIVES_MESSAGE = 64,
    CSUCCESS__GIVES_ENTRY = 128,
    CSUCCESS__GIVES_ROW = 256,
    CSUCCESS__GIVES_NEXT = 512,
    CSUCCESS__GIVES_ERASED = 1024,
    CSUCCESS__GIVES_SENT = 2048
};

/* OK where this may be answered now: EINVALID, EBUSY. */
csuccess_result csuccess__reply_enter(csuccess_reply *reply, uint32_t answer, const char *name);
/* Notes the first misuse with its reason; EINVALID. Formats are those of csuccess__fail(). */
csuccess_result csuccess__reply_misuse(csuccess_reply *reply, const char *format, ...);
/* Notes that an answer could not be kept; ENOMEM. */
csuccess_result csuccess__reply_no_memory(csuccess_reply *reply);
/* Makes *text a copy of its own; NULL stays NULL. An opaque one need not be UTF-8. */
csuccess_result csuccess__reply_keep(csuccess_reply *reply, csuccess_str *text, bool opaque);

#endif

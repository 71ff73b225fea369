/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a configuration may take the place of another. */
#include "base/error.h"
#include "config/config.h"
#include <csuccess/intervene.h>

enum { REMEDY_BYTES = 128 };

/* "active, completed, cancelled": what it may become, after what it is. */
static void list_next(csuccess__text *out, csuccess__campaign_state from)
{
    for (int to = 0; to <= CSUCCESS__CAMPAIGN_CANCELLED; to++) {
        if (!csuccess__campaign_may(from, (csuccess__campaign_state)to)) continue;
        if (out->len) csuccess__text_put(out, CSUCCESS_STR(", "));
        csuccess__text_put(
            out, csuccess__str(csuccess__campaign_word((csuccess__campaign_state)to)));
    }
}

csuccess_result csuccess_config_succeed(const csuccess_config *before,
                                        const csuccess_config *after, csuccess_error *err)
{
    char bytes[REMEDY_BYTES];
    csuccess__text may;
    if (!before || !after) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "before and after are required");
    }
    const csuccess__campaigns *now = after->intervene->campaigns;
    for (uint32_t i = 0; i < now->count; i++) {
        const csuccess__campaign *to = &now->list[i];
        const csuccess__campaign *from =
            csuccess__campaign_find(before->intervene->campaigns, to->id);
        if (!from || csuccess__campaign_may(from->status, to->status)) continue;
        csuccess__text_init(&may, bytes, sizeof bytes);
        list_next(&may, from->status);
        return csuccess__fail(
            err, CSUCCESS_EINVALID,
            "the campaign %q is %s and cannot become %s; its status may be %S", to->id,
            csuccess__campaign_word(from->status), csuccess__campaign_word(to->status),
            (csuccess_str){may.ptr, may.len});
    }
    return CSUCCESS_OK;
}

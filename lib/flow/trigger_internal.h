/* SPDX-License-Identifier: Apache-2.0 */
/* What the sources of triggers share: declared properties, the fields that a trigger keeps, its index. */
#ifndef CSUCCESS__FLOW_TRIGGER_INTERNAL_H
#define CSUCCESS__FLOW_TRIGGER_INTERNAL_H

#include "flow/flow.h"

/* A property as it was declared first. Of one that cannot be one the kind is ANY: that was noted. */
typedef struct csuccess__declared {
    csuccess__event_property property;
    const csuccess__json *at;
} csuccess__declared;

/* NULL: none of that name. */
const csuccess__declared *csuccess__declared_find(const csuccess__event_names *names,
                                                  csuccess_str name);
/* What `handed` of csuccess__event_names is for, in order. */
enum {
    CSUCCESS__HANDED_EVENT,
    CSUCCESS__HANDED_SEGMENT,
    CSUCCESS__HANDED_MILESTONE,
    CSUCCESS__HANDED_RECORD,
    CSUCCESS__HANDED
};

#endif

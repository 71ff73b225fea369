/* SPDX-License-Identifier: Apache-2.0 */
/* Facts are made for a configuration: here its schema is known. */
#include "customer/facts.h"

#include "base/error.h"
#include "config/config.h"

static void drop(void *owner)
{
    csuccess_config_unref(owner);
}

csuccess_result csuccess_facts_new(csuccess_facts **out, csuccess_config *config,
                                   const csuccess_allocator *allocator, csuccess_error *err)
{
    if (!out) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    }
    *out = NULL;
    csuccess_allocator mem;
    csuccess_result status = csuccess__config_memory(&mem, config, allocator, err);
    if (status < 0) {
        return status;
    }
    csuccess__facts_options options = {.allocator = &mem,
                                       .schema = config->schema,
                                       .constants = config->constants,
                                       .limits = &config->limits,
                                       .owner = csuccess_config_ref(config),
                                       .drop = drop};
    status = csuccess__facts_make(out, &options, err);
    if (status < 0) {
        csuccess_config_unref(config);
    }
    return status;
}

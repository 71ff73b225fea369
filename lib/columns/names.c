/* SPDX-License-Identifier: Apache-2.0 */
/* What the indices of column results mean, and roll-ups made for a configuration. */
#include "columns/scorer.h"

#include "base/error.h"

static csuccess_result give(csuccess_str name, csuccess_str *out)
{
    if (!out || name.len == 0) {
        return CSUCCESS_EINVALID;
    }
    *out = name;
    return CSUCCESS_OK;
}

csuccess_result csuccess_config_profile(const csuccess_config *config, uint32_t index,
                                        csuccess_str *name)
{
    bool known = config && config->health;
    return give(known ? csuccess__health_profile_name(config->health, index)
                      : csuccess__str(NULL),
                name);
}

csuccess_result csuccess_config_band(const csuccess_config *config, uint32_t profile,
                                     uint32_t band, csuccess_str *name)
{
    bool known = config && config->health && band <= INT32_MAX;
    return give(known ? csuccess__health_band_name(config->health, profile, (int32_t)band)
                      : csuccess__str(NULL),
                name);
}

csuccess_result csuccess_config_level(const csuccess_config *config, uint32_t index,
                                      csuccess_str *name)
{
    bool known = config && config->churn && index <= INT32_MAX;
    return give(known ? csuccess__churn_level_name(config->churn, (int32_t)index)
                      : csuccess__str(NULL),
                name);
}

csuccess_result csuccess_rollup_new(csuccess_rollup **out, csuccess_config *config,
                                    const csuccess_allocator *allocator, csuccess_error *err)
{
    if (!out) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    }
    *out = NULL;
    csuccess_allocator mem;
    csuccess_result status = csuccess__config_memory(&mem, config, allocator, err);
    return status < 0 ? status : csuccess__rollup_make(out, config->health, &mem, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The programmes of a configuration by name: its journeys and playbooks. */
#include "config/config.h"
#include <csuccess/flow.h>

uint32_t csuccess_config_programs(const csuccess_config *config)
{
    return config ? config->flow->program_count : 0;
}

csuccess_result csuccess_config_program(const csuccess_config *config, uint32_t index,
                                        csuccess_str *name)
{
    if (!config || !name || index >= config->flow->program_count) return CSUCCESS_EINVALID;
    *name = config->flow->programs[index];
    return CSUCCESS_OK;
}

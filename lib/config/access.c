/* SPDX-License-Identifier: Apache-2.0 */
/* The access rules of a configuration, asked by a host. */
#include "config/config.h"

#include "base/error.h"

csuccess_result csuccess_access_check(const csuccess_config *config,
                                      const csuccess_access_question *question,
                                      csuccess_str *rule, csuccess_error *err)
{
    if (rule) *rule = csuccess__str(NULL);
    if (!config) return csuccess__fail(err, CSUCCESS_EINVALID, "config is required");
    return csuccess__access_answer(config->access, question, rule, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Interventions and campaigns as a whole: what a configuration may become. */
#ifndef CSUCCESS_INTERVENE_H
#define CSUCCESS_INTERVENE_H

#include <csuccess/config.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Whether a configuration may take the place of another: campaigns live as `draft` → `active` ⇄ `paused` → `completed` or `cancelled` (these two from any of
 * the first three), and what is completed or cancelled stays so. Campaigns that only one of both has are free. A host asks before it deploys; an engine compiles
 * and runs whatever it is given.
 *
 * CSUCCESS_EINVALID: a campaign's status moves as it may not; err names the campaign, both words, and what would be allowed. Also for NULL. Nothing is allocated.
 *
 * Thread-safety: any thread; both are only read.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_config_succeed(const csuccess_config *before,
                                                     const csuccess_config *after,
                                                     csuccess_error *err);

#ifdef __cplusplus
}
#endif

#endif

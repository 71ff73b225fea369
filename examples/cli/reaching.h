/* SPDX-License-Identifier: Apache-2.0 */
/* What reached a customer, what waits and why, what runs and who has to decide, for people. */
#ifndef CLI_REACHING_H
#define CLI_REACHING_H

#include <csuccess/base.h>

/* Paragraphs out of the sections "interventions" and "sentiment" of csuccess_engine_explain(); one of which there is nothing to say has none. */
void reaching_print(csuccess_str interventions, csuccess_str sentiment);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine explains of a customer, for people. */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include <csuccess/base.h>

/* The JSON of csuccess_engine_explain() as a page. */
void explain_print(csuccess_str explanation);

#endif

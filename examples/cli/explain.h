/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine explains of a customer, for people. */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include "database.h"

/* The JSON of csuccess_engine_explain() as a page; why messages were not sent is asked of the database. 0, or 1 after telling. */
int explain_print(const database *db, csuccess_str customer, csuccess_str explanation);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Calling the host for a customer. */
#ifndef CSUCCESS__COLUMNS_PULL_H
#define CSUCCESS__COLUMNS_PULL_H

#include "columns/scorer.h"
#include <csuccess/selection.h>

/* Checks what is handed in and copies it. EINVALID, EABI; EBUSY within a callback. */
csuccess_result csuccess__customers_take(csuccess_customer_ops *out,
                                         const csuccess_scorer *scorer,
                                         const csuccess_customer_ops *in, csuccess_error *err);
/* Asks for one customer (customer NULL: the next). *found is false when there is none. */
csuccess_result csuccess__customers_ask(csuccess_scorer *scorer,
                                        const csuccess_customer_ops *ops,
                                        const csuccess_str *customer, csuccess_facts *facts,
                                        bool *found, csuccess_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Taking a host's predictions, for the files behind csuccess/validation.h. */
#ifndef CSUCCESS__STATS_PREDICTIONS_H
#define CSUCCESS__STATS_PREDICTIONS_H

#include "base/error.h"
#include "stats/figures.h"
#include <csuccess/validation.h>

/* Checks and borrows. EINVALID, EABI, ELIMIT, ERANGE. */
csuccess_result csuccess__predictions_take(csuccess__scored *out,
                                           const csuccess_predictions *predictions,
                                           csuccess_error *err);

#endif

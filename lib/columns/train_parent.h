/* SPDX-License-Identifier: Apache-2.0 */
/* Recalibrating a model on new outcomes: its tables stay as they are. */
#ifndef CSUCCESS__COLUMNS_TRAIN_PARENT_H
#define CSUCCESS__COLUMNS_TRAIN_PARENT_H

#include "base/buffer.h"
#include "columns/training.h"

/* Terms of a scorecard, over the features of data; the trees' strings are borrowed. */
csuccess_result csuccess__parent_read(csuccess__learned *out, csuccess__training *t,
                                      const csuccess__dataset *data,
                                      const csuccess__json *scorecard, csuccess_error *err);
/* Writes the new document (sealed, naming its parent) and the report. EUNSUPPORTED: the parent's scorecard is no plain sum of tables,
   lines and grids over metrics; ENAME, ETYPE: a metric of the parent is not among the samples'. */
csuccess_result csuccess__recalibrate(csuccess__buffer *model, csuccess__buffer *report,
                                      csuccess__training *t, csuccess_error *err);

#endif

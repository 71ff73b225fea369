/* SPDX-License-Identifier: Apache-2.0 */
/* What a training tells: the report, and the summary that goes into the model document. */
#ifndef CSUCCESS__COLUMNS_TRAIN_REPORT_H
#define CSUCCESS__COLUMNS_TRAIN_REPORT_H

#include "base/buffer.h"
#include "columns/train_evaluate.h"

const char *csuccess__trainer_name(uint32_t trainer);
const char *csuccess__target_name(uint32_t target);
const char *csuccess__calibration_name(csuccess__calibration_form form);
/* The JSON object "training" of the document. */
void csuccess__training_summary(csuccess__buffer *out, const csuccess__training *t,
                                const csuccess__evaluation *evaluation);
/* The report; digest: of the model document. */
void csuccess__training_report(csuccess__buffer *out, const csuccess__training *t,
                               const csuccess__evaluation *evaluation, csuccess_str digest);
/* Members that every report over samples has: "rows" with what was left out and why, "dated", and of dated rows the window. */
void csuccess__report_rows(csuccess__json_writer *w, const csuccess__examples *examples,
                           const csuccess__labelling *how);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Reports of training, backtest and tuning: as they are, or as tables and pictures of text. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "output.h"

/* A member by path, "evaluation.pooled.auc". */
csuccess_str report_at(csuccess_str report, const char *path);
/* Its number; fallback where it is null or not there. */
double report_number(csuccess_str report, const char *path, double fallback);
/* Prints a string member decoded. */
void report_text(csuccess_str report, const char *path);

void report_train(csuccess_str report);
void report_backtest(csuccess_str report);
void report_tune(csuccess_str report);
/* The report in the format that was asked for: JSON as it is, `table` by the function, CSV as rows of the member `rows` names. */
void report_print(csuccess_str report, output_format format, void (*table)(csuccess_str),
                  const char *rows);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Writing of figures into reports: JSON for people and tools. */
#ifndef CSUCCESS__COLUMNS_REPORT_H
#define CSUCCESS__COLUMNS_REPORT_H

#include "calendar/time_json.h"
#include "stats/figures.h"
#include "text/json.h"

void csuccess__report_key(csuccess__json_writer *w, const char *key);
void csuccess__report_text(csuccess__json_writer *w, const char *key, const char *text);
/* Absent: null. */
void csuccess__report_figure(csuccess__json_writer *w, const char *key,
                             csuccess__figure figure);
void csuccess__report_duration(csuccess__json_writer *w, const char *key,
                               csuccess__duration duration);
/* "auc": {"value", "sd", "low", "high"} */
void csuccess__report_auc(csuccess__json_writer *w, const csuccess__auc *auc);
/* "deciles": […] */
void csuccess__report_deciles(csuccess__json_writer *w, const csuccess__gain *deciles);
/* The members of an object of figures; without `probability` only what ranking and decision tell, with `tables` deciles and calibration. */
void csuccess__report_figures(csuccess__json_writer *w, const csuccess__figures *figures,
                              bool probability, bool tables);
/* "decision": at a threshold. */
void csuccess__report_decision(csuccess__json_writer *w, const char *key,
                               csuccess__figure threshold,
                               const csuccess__confusion *confusion);

/* A sentence that a report gives, as base/error.h formats. */
void csuccess__report_say(csuccess__json_writer *w, const char *format, ...);

#endif

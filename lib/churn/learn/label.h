/* SPDX-License-Identifier: Apache-2.0 */
/* The label of a dated row: whether the outcome falls into the window of the row, and whether that could be seen; and the
   person-periods that the hazard trainer learns from. */
#ifndef CSUCCESS__CHURN_LEARN_LABEL_H
#define CSUCCESS__CHURN_LEARN_LABEL_H

#include <csuccess/base.h>
#include <stdbool.h>

/* What a row is good for. */
#define CSUCCESS__LABELS(X) \
    X(STAYED, "stayed") /* the window closed without the outcome */ \
    X(CAME, "came")     /* the outcome falls into the window */ \
    X(CENSORED, \
      "censored") /* observation ended, or the customer left otherwise, before the window closed */ \
    X(GONE, "gone")     /* left out: the outcome had come by as_of */ \
    X(IN_GAP, "in_gap") /* left out: it came within the gap, too early to be foretold */ \
    X(NOTICE, "notice") /* left out: notice had been given by as_of */

typedef enum csuccess__label_kind {
#define CSUCCESS__LABEL_KIND(name, text) CSUCCESS__LABEL_##name,
    CSUCCESS__LABELS(CSUCCESS__LABEL_KIND)
#undef CSUCCESS__LABEL_KIND
        CSUCCESS__LABEL_KINDS
} csuccess__label_kind;
const char *csuccess__label_name(csuccess__label_kind kind);

/* What became of a customer. A customer that is lost in another way than the one to be learned (merged, went out of
   business) is censored from then on: nobody knows whether it would have churned. */
typedef enum csuccess__outcome_kind {
    CSUCCESS__OUTCOME_NONE, /* nothing yet: `at` means nothing */
    CSUCCESS__OUTCOME_CAME,
    CSUCCESS__OUTCOME_LOST
} csuccess__outcome_kind;

typedef struct csuccess__fate {
    csuccess__outcome_kind kind;
    bool has_notice;
    int64_t at;        /* of the outcome, ms */
    int64_t notice_at; /* ms */
    /* Until when outcomes are known, inclusive: when the data were taken, for all customers alike, and not the end of one customer's
       history (who churned is "observed" no longer, which says nothing). What comes later counts as not seen. */
    int64_t observed_until;
} csuccess__fate;

/* The window of a row: (start, end], start = as_of + gap, end = start + horizon. The caller adds, since months are calendar time;
   as_of <= start <= end. */
typedef struct csuccess__window {
    int64_t as_of, start, end;
} csuccess__window;

typedef struct csuccess__label {
    csuccess__label_kind kind;
    /* Of CAME: seen although the window had not closed. Of rows as late as this those that stay are censored, so to train on those that
       left overstates; they are left out with the censored, unless the hazard trainer takes both. */
    bool open;
} csuccess__label;

/* In this order: gone, notice, in the gap, came, censored, stayed. */
csuccess__label csuccess__label_of(const csuccess__window *window, const csuccess__fate *fate);
/* Whether a row may train and measure a model for the whole window: CAME or STAYED, and the window closed. */
bool csuccess__label_usable(csuccess__label label);

/* One period of one customer at risk. */
typedef struct csuccess__person_period {
    uint32_t period; /* from 0 */
    bool came;       /* in this period; the last of the customer's rows */
} csuccess__person_period;

/* How the periods of a customer ended. */
typedef struct csuccess__person_periods {
    uint32_t count; /* of rows written: periods 0 .. count - 1 */
    bool censored;  /* the customer was still there when the last of them closed */
    csuccess__label_kind left_out; /* with count 0: GONE or NOTICE, else STAYED */
} csuccess__person_periods;

/* Cuts a customer's time from bounds[0] (as_of) into periods (bounds[k], bounds[k + 1]], k < periods, for the discrete-time hazard
   (Singer and Willett, It's about time, Journal of Educational Statistics, 1993): a row for each period that the customer entered and that
   closed before observation ended. A period that was still open, or in which the customer was lost otherwise, is left out whatever is
   known of it, so that being at risk never depends on the outcome. Periods that began after notice was given are left out as rows are; where
   customers leave by notice, the notice is the outcome to learn. Bounds ascend strictly; `out` has room for `periods`. */
csuccess__person_periods csuccess__label_periods(csuccess__person_period *out,
                                                 const int64_t *bounds, uint32_t periods,
                                                 const csuccess__fate *fate);

#endif

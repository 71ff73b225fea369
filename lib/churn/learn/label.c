/* SPDX-License-Identifier: Apache-2.0 */
/* Labels of dated rows, and person-periods. */
#include "churn/learn/label.h"

const char *csuccess__label_name(csuccess__label_kind kind)
{
    static const char *const names[] = {
#define LABEL(name, text) text,
        CSUCCESS__LABELS(LABEL)
#undef LABEL
    };
    return names[kind];
}

/* Whether an outcome of that kind had been seen by `time`. */
static bool seen_by(const csuccess__fate *fate, csuccess__outcome_kind kind, int64_t time)
{
    return fate->kind == kind && fate->at <= fate->observed_until && fate->at <= time;
}

/* Whether a customer can be judged at as_of: GONE or NOTICE, else STAYED. */
static csuccess__label_kind at_start(const csuccess__fate *fate, int64_t as_of)
{
    if (seen_by(fate, CSUCCESS__OUTCOME_CAME, as_of) ||
        seen_by(fate, CSUCCESS__OUTCOME_LOST, as_of)) {
        return CSUCCESS__LABEL_GONE;
    }
    return fate->has_notice && fate->notice_at <= as_of ? CSUCCESS__LABEL_NOTICE
                                                        : CSUCCESS__LABEL_STAYED;
}

csuccess__label csuccess__label_of(const csuccess__window *window, const csuccess__fate *fate)
{
    csuccess__label label = {.kind = at_start(fate, window->as_of)};
    bool closed = window->end <= fate->observed_until;
    if (label.kind != CSUCCESS__LABEL_STAYED) {
        return label;
    }
    if (seen_by(fate, CSUCCESS__OUTCOME_CAME, window->start)) {
        label.kind = CSUCCESS__LABEL_IN_GAP;
    } else if (seen_by(fate, CSUCCESS__OUTCOME_CAME, window->end)) {
        label = (csuccess__label){CSUCCESS__LABEL_CAME, !closed};
    } else if (!closed || seen_by(fate, CSUCCESS__OUTCOME_LOST, window->end)) {
        label.kind = CSUCCESS__LABEL_CENSORED;
    }
    return label;
}

bool csuccess__label_usable(csuccess__label label)
{
    return label.kind == CSUCCESS__LABEL_STAYED ||
           (label.kind == CSUCCESS__LABEL_CAME && !label.open);
}

csuccess__person_periods csuccess__label_periods(csuccess__person_period *out,
                                                 const int64_t *bounds, uint32_t periods,
                                                 const csuccess__fate *fate)
{
    csuccess__person_periods all = {.censored = true, .left_out = at_start(fate, bounds[0])};
    for (uint32_t k = 0; k < periods && all.censored; k++) {
        bool closed = bounds[k + 1] <= fate->observed_until;
        if (!closed || at_start(fate, bounds[k]) != CSUCCESS__LABEL_STAYED ||
            seen_by(fate, CSUCCESS__OUTCOME_LOST, bounds[k + 1])) {
            break;
        }
        bool came = seen_by(fate, CSUCCESS__OUTCOME_CAME, bounds[k + 1]);
        out[all.count++] = (csuccess__person_period){k, came};
        all.censored = !came;
    }
    return all;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Labels of dated rows and person-periods: every side of every edge. */
#include "check.h"

#include "churn/learn/label.h"

#define DAY ((int64_t)86400000)

/* Days; as_of 0, gap 10, horizon 30: the window is (10, 40]. */
typedef struct label_case {
    csuccess__outcome_kind outcome;
    int at, notice, until; /* notice -1: none */
    csuccess__label_kind kind;
    bool open, usable;
} label_case;

static void every_edge_of_the_window(void)
{
    static const label_case cases[] = {
        {CSUCCESS__OUTCOME_NONE, 0, -1, 40, CSUCCESS__LABEL_STAYED, false, true},
        {CSUCCESS__OUTCOME_NONE, 0, -1, 39, CSUCCESS__LABEL_CENSORED, false, false},
        {CSUCCESS__OUTCOME_CAME, -5, -1, 90, CSUCCESS__LABEL_GONE, false, false},
        {CSUCCESS__OUTCOME_CAME, 0, -1, 90, CSUCCESS__LABEL_GONE, false, false},
        {CSUCCESS__OUTCOME_CAME, 1, -1, 90, CSUCCESS__LABEL_IN_GAP, false, false},
        {CSUCCESS__OUTCOME_CAME, 10, -1, 90, CSUCCESS__LABEL_IN_GAP, false, false},
        {CSUCCESS__OUTCOME_CAME, 11, -1, 90, CSUCCESS__LABEL_CAME, false, true},
        {CSUCCESS__OUTCOME_CAME, 40, -1, 40, CSUCCESS__LABEL_CAME, false, true},
        {CSUCCESS__OUTCOME_CAME, 41, -1, 90, CSUCCESS__LABEL_STAYED, false, true},
        {CSUCCESS__OUTCOME_CAME, 20, -1, 25, CSUCCESS__LABEL_CAME, true, false},
        /* What comes after the data were taken was not seen. */
        {CSUCCESS__OUTCOME_CAME, 30, -1, 25, CSUCCESS__LABEL_CENSORED, false, false},
        {CSUCCESS__OUTCOME_CAME, 60, -1, 50, CSUCCESS__LABEL_STAYED, false, true},
        /* Notice by as_of; one given later foretells nothing at as_of. */
        {CSUCCESS__OUTCOME_CAME, 20, 0, 90, CSUCCESS__LABEL_NOTICE, false, false},
        {CSUCCESS__OUTCOME_NONE, 0, 0, 90, CSUCCESS__LABEL_NOTICE, false, false},
        {CSUCCESS__OUTCOME_CAME, 20, 1, 90, CSUCCESS__LABEL_CAME, false, true},
        {CSUCCESS__OUTCOME_CAME, 0, 0, 90, CSUCCESS__LABEL_GONE, false, false},
        /* Lost in another way. */
        {CSUCCESS__OUTCOME_LOST, 0, -1, 90, CSUCCESS__LABEL_GONE, false, false},
        {CSUCCESS__OUTCOME_LOST, 5, -1, 90, CSUCCESS__LABEL_CENSORED, false, false},
        {CSUCCESS__OUTCOME_LOST, 40, -1, 90, CSUCCESS__LABEL_CENSORED, false, false},
        {CSUCCESS__OUTCOME_LOST, 41, -1, 90, CSUCCESS__LABEL_STAYED, false, true},
    };
    const csuccess__window window = {0, 10 * DAY, 40 * DAY};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const label_case *c = &cases[i];
        const csuccess__fate fate = {c->outcome, c->notice >= 0, c->at * DAY, c->notice * DAY,
                                     c->until * DAY};
        csuccess__label label = csuccess__label_of(&window, &fate);
        if (!CHECK_CSTR(csuccess__label_name(label.kind), csuccess__label_name(c->kind)) ||
            !CHECK_INT(label.open, c->open) ||
            !CHECK_INT(csuccess__label_usable(label), c->usable))
            printf("# case %zu\n", i);
    }
}

static void a_millisecond_decides(void)
{
    const csuccess__window window = {1000, 1000, 2000};
    csuccess__fate fate = {CSUCCESS__OUTCOME_CAME, false, 1001, 0, 2000};
    CHECK_INT(csuccess__label_of(&window, &fate).kind, CSUCCESS__LABEL_CAME);
    fate.at = 1000;
    CHECK_INT(csuccess__label_of(&window, &fate).kind, CSUCCESS__LABEL_GONE);
    fate.at = 2001;
    fate.observed_until = 3000;
    CHECK_INT(csuccess__label_of(&window, &fate).kind, CSUCCESS__LABEL_STAYED);
    fate.kind = CSUCCESS__OUTCOME_NONE;
    fate.observed_until = 1999;
    CHECK_INT(csuccess__label_of(&window, &fate).kind, CSUCCESS__LABEL_CENSORED);
}

/* Bounds at months of 30, 31, 30 and 31 days: calendar time is the caller's. */
typedef struct period_case {
    csuccess__outcome_kind outcome;
    int at, notice, until;
    uint32_t count;
    bool came, censored;
    csuccess__label_kind left_out;
} period_case;

static void person_periods_end_with_what_was_seen(void)
{
    static const int64_t bounds[] = {0, 30 * DAY, 61 * DAY, 91 * DAY, 122 * DAY};
    static const period_case cases[] = {
        {CSUCCESS__OUTCOME_NONE, 0, -1, 500, 4, false, true, CSUCCESS__LABEL_STAYED},
        {CSUCCESS__OUTCOME_NONE, 0, -1, 122, 4, false, true, CSUCCESS__LABEL_STAYED},
        {CSUCCESS__OUTCOME_NONE, 0, -1, 121, 3, false, true, CSUCCESS__LABEL_STAYED},
        {CSUCCESS__OUTCOME_NONE, 0, -1, 29, 0, false, true, CSUCCESS__LABEL_STAYED},
        {CSUCCESS__OUTCOME_CAME, 1, -1, 500, 1, true, false, CSUCCESS__LABEL_STAYED},
        {CSUCCESS__OUTCOME_CAME, 30, -1, 500, 1, true, false, CSUCCESS__LABEL_STAYED},
        {CSUCCESS__OUTCOME_CAME, 31, -1, 500, 2, true, false, CSUCCESS__LABEL_STAYED},
        {CSUCCESS__OUTCOME_CAME, 122, -1, 500, 4, true, false, CSUCCESS__LABEL_STAYED},
        {CSUCCESS__OUTCOME_CAME, 123, -1, 500, 4, false, true, CSUCCESS__LABEL_STAYED},
        /* Seen in a period that had not closed: who stays in it would not be counted either. */
        {CSUCCESS__OUTCOME_CAME, 70, -1, 80, 2, false, true, CSUCCESS__LABEL_STAYED},
        {CSUCCESS__OUTCOME_CAME, 70, -1, 91, 3, true, false, CSUCCESS__LABEL_STAYED},
        {CSUCCESS__OUTCOME_CAME, 0, -1, 500, 0, false, true, CSUCCESS__LABEL_GONE},
        {CSUCCESS__OUTCOME_CAME, 70, 0, 500, 0, false, true, CSUCCESS__LABEL_NOTICE},
        /* Notice within the second period: the third is not at risk any more. */
        {CSUCCESS__OUTCOME_CAME, 70, 40, 500, 2, false, true, CSUCCESS__LABEL_STAYED},
        {CSUCCESS__OUTCOME_CAME, 45, 40, 500, 2, true, false, CSUCCESS__LABEL_STAYED},
        {CSUCCESS__OUTCOME_LOST, 45, -1, 500, 1, false, true, CSUCCESS__LABEL_STAYED},
        {CSUCCESS__OUTCOME_LOST, 61, -1, 500, 1, false, true, CSUCCESS__LABEL_STAYED},
        {CSUCCESS__OUTCOME_LOST, 62, -1, 500, 2, false, true, CSUCCESS__LABEL_STAYED},
        {CSUCCESS__OUTCOME_LOST, 0, -1, 500, 0, false, true, CSUCCESS__LABEL_GONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const period_case *c = &cases[i];
        const csuccess__fate fate = {c->outcome, c->notice >= 0, c->at * DAY, c->notice * DAY,
                                     c->until * DAY};
        csuccess__person_period rows[4];
        csuccess__person_periods all = csuccess__label_periods(rows, bounds, 4, &fate);
        bool good = CHECK_UINT(all.count, c->count) & CHECK_INT(all.censored, c->censored) &
                    CHECK_INT(all.left_out, c->left_out);
        for (uint32_t k = 0; k < all.count; k++) {
            good &= CHECK_UINT(rows[k].period, k);
            good &= CHECK_INT(rows[k].came, c->came && k + 1 == all.count);
        }
        if (!good) printf("# case %zu\n", i);
    }
}

CHECK_MAIN(CHECK_TEST(every_edge_of_the_window), CHECK_TEST(a_millisecond_decides),
           CHECK_TEST(person_periods_end_with_what_was_seen))

/* SPDX-License-Identifier: Apache-2.0 */
/* Conformance: ledgers, their limits to the unit. */
#include "engine/conformance_trial.h"

#include "base/str.h"

#define APPLIED CSUCCESS__VERDICT_APPLIED
#define REFUSED CSUCCESS__VERDICT_REFUSED

/* One delta, and the sum that it leaves. */
static bool add(csuccess__trial *t, csuccess_delta delta, csuccess__verdict verdict,
                int64_t sum)
{
    csuccess__pack p;
    csuccess__pack_start(&p);
    p.deltas[p.batch.delta_count++] = delta;
    return csuccess__trial_commit(t, &p, verdict) && csuccess__trial_ledger(t, "l", sum);
}

#define DELTA(delta, max) ((csuccess_delta){CSUCCESS_STR("l"), (delta), (max)})

static bool a_limit_is_reached_exactly(csuccess__trial *t)
{
    return add(t, DELTA(7, 10), APPLIED, 7) && add(t, DELTA(3, 10), APPLIED, 10) &&
           add(t, DELTA(0, 10), APPLIED, 10);
}

static bool a_limit_is_not_passed(csuccess__trial *t)
{
    return add(t, DELTA(11, 10), REFUSED, 0) && add(t, DELTA(7, 10), APPLIED, 7) &&
           add(t, DELTA(4, 10), REFUSED, 7) && add(t, DELTA(3, 10), APPLIED, 10) &&
           add(t, DELTA(1, 10), REFUSED, 10) && add(t, DELTA(1, 11), APPLIED, 11);
}

static bool a_limit_may_be_negative(csuccess__trial *t)
{
    return add(t, DELTA(1, -5), REFUSED, 0) && add(t, DELTA(-9, 0), APPLIED, -9) &&
           add(t, DELTA(4, -5), APPLIED, -5) && add(t, DELTA(1, -5), REFUSED, -5);
}

/* A limit that was lowered meanwhile does not keep anything from being given back. */
static bool taking_away_is_never_refused(csuccess__trial *t)
{
    return add(t, DELTA(10, 10), APPLIED, 10) && add(t, DELTA(-1, 5), APPLIED, 9) &&
           add(t, DELTA(0, 5), APPLIED, 9) && add(t, DELTA(1, 5), REFUSED, 9) &&
           add(t, DELTA(-20, 5), APPLIED, -11);
}

static bool without_a_limit_64_bits_are_it(csuccess__trial *t)
{
    const int64_t most = CSUCCESS_TIME_NEVER;
    return add(t, DELTA(INT64_MAX - 1, most), APPLIED, INT64_MAX - 1) &&
           add(t, DELTA(2, most), REFUSED, INT64_MAX - 1) &&
           add(t, DELTA(1, most), APPLIED, INT64_MAX) &&
           add(t, DELTA(1, most), REFUSED, INT64_MAX) &&
           add(t, DELTA(-INT64_MAX, most), APPLIED, 0) &&
           add(t, DELTA(INT64_MIN, most), APPLIED, INT64_MIN) &&
           add(t, DELTA(-1, most), REFUSED, INT64_MIN);
}

static bool deltas_come_about_in_their_order(csuccess__trial *t)
{
    csuccess__pack p;
    csuccess__pack_start(&p);
    csuccess__pack_delta(&p, "l", 8, 10);
    csuccess__pack_delta(&p, "l", 3, 10);
    csuccess__pack_delta(&p, "l", -5, 10);
    if (!csuccess__trial_commit(t, &p, REFUSED) ||
        !csuccess__trial_number(t, "the delta that is refused",
                                (int64_t)t->reply.answers[0].revision, 1)) {
        return false;
    }
    csuccess__pack_start(&p);
    csuccess__pack_delta(&p, "l", 8, 10);
    csuccess__pack_delta(&p, "l", -5, 10);
    csuccess__pack_delta(&p, "l", 7, 10);
    return csuccess__trial_commit(t, &p, APPLIED) && csuccess__trial_ledger(t, "l", 10);
}

static bool ledgers_are_apart(csuccess__trial *t)
{
    csuccess__pack p;
    csuccess__pack_start(&p);
    csuccess__pack_delta(&p, "l", 1, 10);
    csuccess__pack_delta(&p, "L", 2, 10);
    csuccess__pack_delta(&p, "l ", 3, 10);
    return csuccess__trial_commit(t, &p, APPLIED) && csuccess__trial_ledger(t, "l", 1) &&
           csuccess__trial_ledger(t, "L", 2) && csuccess__trial_ledger(t, "l ", 3);
}

/* Sums of a scan are decimal texts, in ascending order of their keys. */
static bool a_scan_shows_sums(csuccess__trial *t)
{
    static const struct {
        const char *key, *sum;
    } rows[] = {{"a", "-9223372036854775808"}, {"b", "17"}, {"c", "9223372036854775807"}};
    csuccess__pack p;
    csuccess_scan_request scan = {.kind = CSUCCESS_RECORD_LEDGER, .most = 10};
    csuccess__pack_start(&p);
    csuccess__pack_delta(&p, "c", INT64_MAX, CSUCCESS_TIME_NEVER);
    csuccess__pack_delta(&p, "a", INT64_MIN, 0);
    csuccess__pack_delta(&p, "b", 17, 17);
    if (!csuccess__trial_commit(t, &p, APPLIED) || !csuccess__trial_ask_scan(t, scan) ||
        !csuccess__trial_rows(t, "the scan of ledgers", 3)) {
        return false;
    }
    for (size_t i = 0; i < 3; i++) {
        if (!csuccess__trial_row_is(t, "a ledger", i, csuccess__str(rows[i].key)) ||
            !csuccess__trial_text(t, "its sum", t->reply.rows[i].body,
                                  csuccess__str(rows[i].sum))) {
            return false;
        }
    }
    return true;
}

const csuccess__conformance_test csuccess__conformance_ledgers[] = {
    {"a-limit-is-reached-exactly", a_limit_is_reached_exactly},
    {"a-limit-is-not-passed", a_limit_is_not_passed},
    {"a-limit-may-be-negative", a_limit_may_be_negative},
    {"taking-away-is-never-refused", taking_away_is_never_refused},
    {"without-a-limit-64-bits-are-it", without_a_limit_64_bits_are_it},
    {"deltas-come-about-in-their-order", deltas_come_about_in_their_order},
    {"ledgers-are-apart", ledgers_are_apart},
    {"a-scan-shows-sums", a_scan_shows_sums},
    {NULL, NULL}};

/* SPDX-License-Identifier: Apache-2.0 */
/* The sections `policies` and `schedule` from a document. */
#include "intervene/policies.h"

#include "calendar/duration_read.h"
#include "text/reader.h"

static const char *const policy_keys[] = {
    "clock_skew", "clock_leap", "mass_change", "park_after", "description", "zone",
    "locale",     "calendar",   "nps",         "reach",      NULL};
static const char *const mass_keys[] = {"share", "within",      "at_least",
                                        "hold",  "description", NULL};
static const char *const job_keys[] = {
#define CSUCCESS__JOB(name, key, ms) #key,
    CSUCCESS__SCHEDULE(CSUCCESS__JOB)
#undef CSUCCESS__JOB
        "description",
    NULL};

const char *csuccess__job_name(csuccess__job job)
{
    return job_keys[job];
}

static uint32_t read_count(csuccess__problems *problems, const csuccess__json *object,
                           const char *key, uint32_t fallback, double most)
{
    double x = csuccess__read_number(problems, object, key, fallback, 1, most);
    uint32_t whole = (uint32_t)x;
    if (!(x > whole)) return whole;
    csuccess__problem(problems, csuccess__json_member(object, key), CSUCCESS_ECONFIG,
                      "\"%s\" must be a whole number", key);
    return fallback;
}

static void read_mass(csuccess__problems *problems, const csuccess__json *policies,
                      csuccess__policies *out)
{
    const csuccess__span spans = {"PT1H", CSUCCESS__MINUTE_MS, 366 * CSUCCESS__DAY_MS};
    const csuccess__json *json = csuccess__json_member(policies, "mass_change");
    if (!json || !csuccess__read_object(problems, json, mass_keys)) return;
    out->mass_change = true;
    if (!csuccess__json_member(json, "share")) {
        csuccess__problem(
            problems, json, CSUCCESS_ECONFIG,
            "\"mass_change\" needs \"share\": the share of customers, such as 0.2");
    }
    out->mass_share = csuccess__read_number(problems, json, "share", 0.2, 0.001, 1);
    out->mass_within_ms = csuccess__read_ms(problems, json, "within", CSUCCESS__HOUR_MS, spans);
    out->mass_at_least = read_count(problems, json, "at_least", 20, 1e9);
    out->mass_hold_ms = csuccess__read_ms(problems, json, "hold", 4 * CSUCCESS__HOUR_MS, spans);
}

static void read_policies(csuccess__problems *problems, const csuccess__json *json,
                          csuccess__policies *out)
{
    const csuccess__span skews = {"PT10M", 0, 366 * CSUCCESS__DAY_MS};
    const csuccess__span leaps = {"P7D", CSUCCESS__MINUTE_MS, 3660 * CSUCCESS__DAY_MS};
    if (json && !csuccess__read_object(problems, json, policy_keys)) return;
    out->clock_skew_ms =
        csuccess__read_ms(problems, json, "clock_skew", out->clock_skew_ms, skews);
    out->clock_leap_ms =
        csuccess__read_ms(problems, json, "clock_leap", out->clock_leap_ms, leaps);
    out->park_after = read_count(problems, json, "park_after", out->park_after, 1000);
    read_mass(problems, json, out);
}

static void read_schedule(csuccess__problems *problems, const csuccess__json *json,
                          csuccess__policies *out)
{
    const csuccess__span periods = {"P1D", CSUCCESS__SECOND_MS, 366 * CSUCCESS__DAY_MS};
    if (!json || !csuccess__read_object(problems, json, job_keys)) return;
    for (int job = 0; job < CSUCCESS__JOB_COUNT; job++) {
        out->given[job] = csuccess__json_member(json, job_keys[job]) != NULL;
        out->every_ms[job] =
            csuccess__read_ms(problems, json, job_keys[job], out->every_ms[job], periods);
    }
}

const csuccess__policies *csuccess__policies_compile(csuccess__compiler *with,
                                                     csuccess__problems *problems,
                                                     const csuccess__json *policies,
                                                     const csuccess__json *schedule)
{
    static const csuccess__policies defaults = {.clock_skew_ms = 10 * CSUCCESS__MINUTE_MS,
                                                .clock_leap_ms = 7 * CSUCCESS__DAY_MS,
                                                .park_after = 8,
                                                .every_ms = {
#define CSUCCESS__JOB(name, key, ms) ms,
                                                    CSUCCESS__SCHEDULE(CSUCCESS__JOB)
#undef CSUCCESS__JOB
                                                }};
    csuccess__policies *out = CSUCCESS__NEW(with->arena, csuccess__policies);
    if (!out) {
        problems->lost = true;
        return NULL;
    }
    *out = defaults;
    read_policies(problems, policies, out);
    read_schedule(problems, schedule, out);
    return out;
}

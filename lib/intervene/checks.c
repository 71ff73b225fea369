/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of an engine by itself: the section, what was measured within a span, and the ladder of those who are told. */
#include "intervene/checks.h"

#include "base/str.h"
#include "calendar/duration_read.h"
#include "text/reader.h"

#include <string.h>

typedef enum unit { UNIT_TIME, UNIT_SHARE, UNIT_NUMBER, UNIT_COUNT } unit;

static const struct {
    const char *name;
    unit unit;
} kinds[] = {
#define CSUCCESS__CHECK(name, text, unit) {text, UNIT_##unit},
    CSUCCESS__CHECKS(CSUCCESS__CHECK)
#undef CSUCCESS__CHECK
};

static const char *const keys[] = {"above",  "within",      "severity",
                                   "notify", "description", NULL};
static const char *const severities[] = {"low", "medium", "high", "critical", NULL};
static const csuccess__span times = {"PT10M", CSUCCESS__SECOND_MS, 366 * CSUCCESS__DAY_MS};
static const csuccess__span spans = {"PT1H", CSUCCESS__MINUTE_MS, 31 * CSUCCESS__DAY_MS};

const char *csuccess__check_name(csuccess__check_kind kind)
{
    return kinds[kind].name;
}

/* ---- The section ---- */

static bool find_kind(csuccess__problems *problems, const csuccess__json *json,
                      csuccess__check_kind *out)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, json->key);
    for (int i = 0; i < CSUCCESS__CHECK_COUNT; i++) {
        *out = (csuccess__check_kind)i;
        if (csuccess__str_is(json->key, kinds[i].name)) return true;
        csuccess__nearest_try(&near, csuccess__str(kinds[i].name));
    }
    if (near.best.ptr) {
        csuccess__problem(problems, json, CSUCCESS_ENAME,
                          "there is no check %q (did you mean %q?)", json->key, near.best);
    } else {
        csuccess__problem(problems, json, CSUCCESS_ENAME,
                          "there is no check %q; there are queue_age, lag, failure_rate, "
                          "breakers_open, parked, conflicts, dead_letters, operation_failures",
                          json->key);
    }
    return false;
}

static void read_above(csuccess__problems *problems, const csuccess__json *json,
                       csuccess__check *check)
{
    unit is = kinds[check->kind].unit;
    if (!csuccess__json_member(json, "above")) {
        csuccess__problem(problems, json, CSUCCESS_ECONFIG, "%q needs \"above\", such as %s",
                          json->key,
                          is == UNIT_TIME    ? "\"PT10M\""
                          : is == UNIT_SHARE ? "0.2"
                                             : "0");
    } else if (is == UNIT_TIME) {
        check->above = (double)csuccess__read_ms(problems, json, "above", 0, times);
    } else {
        check->above =
            csuccess__read_number(problems, json, "above", 0, 0, is == UNIT_SHARE ? 1 : 1e15);
    }
    check->within_ms = csuccess__read_ms(problems, json, "within", CSUCCESS__HOUR_MS, spans);
    const csuccess__json *within = csuccess__json_member(json, "within");
    if (within && (is == UNIT_TIME || is == UNIT_NUMBER)) {
        csuccess__problem(
            problems, within, CSUCCESS_ECONFIG,
            "%q is looked at as it is now; \"within\" is of failure_rate, parked, "
            "conflicts, dead_letters and operation_failures",
            json->key);
    }
}

static void refuse_contacts(csuccess__problems *problems, const csuccess__json *json)
{
    const csuccess__json *notify = csuccess__json_member(json, "notify");
    for (const csuccess__json *m = notify ? notify->first : NULL; m; m = m->next) {
        const csuccess__json *contact = csuccess__json_member(m, "contact");
        if (!contact) continue;
        csuccess__problem(problems, contact, CSUCCESS_ECONFIG,
                          "a check is about no customer and tells no contact; remove it");
    }
}

static void read_check(csuccess__compiler *with, csuccess__problems *problems,
                       const csuccess__json *json, const csuccess__json *channels,
                       csuccess__check *check)
{
    if (!find_kind(problems, json, &check->kind) ||
        !csuccess__read_object(problems, json, keys)) {
        return;
    }
    read_above(problems, json, check);
    check->severity = csuccess__str(
        severities[csuccess__read_word(problems, json, "severity", severities, 1)]);
    check->tiers = csuccess__tiers_read(with, problems, channels, json);
    refuse_contacts(problems, json);
    if (csuccess__json_member(json, "notify")) return;
    csuccess__problem(problems, json, CSUCCESS_ECONFIG,
                      "%q needs \"notify\": whom it tells, such as {\"first\": {\"channel\": "
                      "\"slack\"}}",
                      json->key);
}

const csuccess__checks *csuccess__checks_compile(csuccess__compiler *with,
                                                 csuccess__problems *problems,
                                                 const csuccess__json *section,
                                                 const csuccess__json *channels)
{
    uint32_t before = problems->errors, n = 0;
    if (!section) return NULL;
    csuccess__checks *out = CSUCCESS__NEW(with->arena, csuccess__checks);
    csuccess__check *list = CSUCCESS__NEW_ARRAY(with->arena, csuccess__check, section->count);
    if (!out || !list) {
        problems->lost = true;
        return NULL;
    }
    for (const csuccess__json *m = section->first; m; m = m->next) {
        read_check(with, problems, m, channels, &list[n++]);
    }
    *out = (csuccess__checks){list, n};
    return problems->errors == before ? out : NULL;
}

/* ---- Measuring within a span ---- */

/* Keeps a sample of now, and drops those that the span does not reach, but for the latest of them: it is where the span begins. */
static void sample(csuccess__check_state *state, const csuccess__check *check,
                   csuccess__measure measure, int64_t now)
{
    uint32_t count = state->sample_count, gone = 0;
    while (gone + 1 < count && state->samples[gone + 1].at <= now - check->within_ms) gone++;
    count -= gone;
    memmove(state->samples, state->samples + gone, count * sizeof state->samples[0]);
    int64_t apart = check->within_ms / (CSUCCESS__CHECK_SAMPLES - 2);
    if (count < CSUCCESS__CHECK_SAMPLES && now - state->samples[count - 1].at >= apart) {
        state->samples[count].at = now;
        state->samples[count++].measure = measure;
    }
    state->sample_count = count;
}

static double value_of(csuccess__check_state *state, const csuccess__check *check,
                       csuccess__measure measure, int64_t now)
{
    unit is = kinds[check->kind].unit;
    if (is == UNIT_TIME || is == UNIT_NUMBER) return measure.value;
    sample(state, check, measure, now);
    csuccess__measure from = state->samples[0].measure;
    double value = measure.value - from.value, of = measure.of - from.of;
    if (is == UNIT_COUNT) return value;
    return of > 0 ? value / of : 0;
}

/* ---- The ladder ---- */

void csuccess__check_begin(csuccess__check_state *state, csuccess__measure measure, int64_t now)
{
    *state = (csuccess__check_state){.sample_count = 1};
    state->samples[0].at = now;
    state->samples[0].measure = measure;
}

const csuccess__alert_tier *csuccess__check_look(csuccess__check_state *state,
                                                 const csuccess__check *check,
                                                 csuccess__measure measure, int64_t now)
{
    state->value = value_of(state, check, measure, now);
    if (!(state->value > check->above)) {
        state->open = false;
        return NULL;
    }
    if (!state->open) {
        state->open = true;
        state->since = now;
        state->told = 0;
        state->occurrence++;
    }
    if (state->told >= check->tiers.count) return NULL;
    const csuccess__alert_tier *tier = &check->tiers.list[state->told];
    return now - state->since >= tier->after_ms ? tier : NULL;
}

void csuccess__check_told(csuccess__check_state *state)
{
    state->told++;
}

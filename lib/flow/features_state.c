/* SPDX-License-Identifier: Apache-2.0 */
/* Days of use of a feature: their bytes, what follows from them at a time, how they are printed. */
#include "calendar/time_json.h"
#include "customer/payload.h"
#include "flow/features_internal.h"
#include "text/json.h"
#include "text/utf8.h"

enum { WINDOW = 28, RECENT = 14, LEVEL_BYTES = 256 };

static const char *const stage_names[] = {
#define CSUCCESS__FEATURE_STAGE(name, text) text,
    CSUCCESS__FEATURE_STAGES(CSUCCESS__FEATURE_STAGE)
#undef CSUCCESS__FEATURE_STAGE
};
enum { STAGES = sizeof stage_names / sizeof stage_names[0] };
static const char *const frequency_names[] = {
#define CSUCCESS__USE_FREQUENCY(name, text) text,
    CSUCCESS__USE_FREQUENCIES(CSUCCESS__USE_FREQUENCY)
#undef CSUCCESS__USE_FREQUENCY
};

const char *csuccess__feature_stage_name(csuccess__feature_stage stage)
{
    return stage_names[stage];
}
const char *csuccess__frequency_name(csuccess__use_frequency frequency)
{
    return frequency_names[frequency];
}

/* Whole days since the epoch, towards the past. */
static int64_t day_of(int64_t at)
{
    return csuccess__days_between(0, at);
}

/* ---- Bytes: stage told · uses · first · last · days ---- */

bool csuccess__feature_parse(csuccess__feature_field *field, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    uint64_t told = csuccess__wire_get_u64(&in);
    if (told >= STAGES) in.bad = true;
    field->told = in.bad ? CSUCCESS__FEATURE_NEVER_USED : (csuccess__feature_stage)told;
    field->uses = csuccess__wire_get_u64(&in);
    field->first_used = csuccess__payload_time(&in);
    field->last_used = csuccess__payload_time(&in);
    field->days = csuccess__wire_get_u64(&in);
    if (field->uses == 0 || field->uses > UINT64_C(1) << 53) in.bad = true;
    if (field->first_used > field->last_used || !(field->days & 1)) in.bad = true;
    if (field->days >> CSUCCESS__FEATURE_DAYS) in.bad = true;
    return csuccess__wire_done(&in);
}

void csuccess__feature_put(csuccess__step *step, csuccess_str id,
                           const csuccess__feature_field *field)
{
    csuccess__buffer *out = step->scratch;
    csuccess__buffer_clear(out);
    csuccess__wire_u64(out, (uint64_t)field->told);
    csuccess__wire_u64(out, field->uses);
    csuccess__wire_i64(out, field->first_used);
    csuccess__wire_i64(out, field->last_used);
    csuccess__wire_u64(out, field->days);
    if (out->status < 0) {
        csuccess__step_fail(step, out->status);
        return;
    }
    csuccess__step_put(step, CSUCCESS__STATE_FEATURE, id, csuccess__buffer_view(out));
}

/* ---- Use ---- */

void csuccess__feature_use(csuccess__feature_field *field, int64_t at)
{
    static const uint64_t kept = (UINT64_C(1) << CSUCCESS__FEATURE_DAYS) - 1;
    bool first = field->uses == 0;
    int64_t behind = first ? 0 : day_of(field->last_used) - day_of(at);
    if (behind < 0) { /* a later day than any */
        field->days = behind > -CSUCCESS__FEATURE_DAYS ? field->days << -behind & kept : 0;
        behind = 0;
    }
    if (behind < CSUCCESS__FEATURE_DAYS) field->days |= UINT64_C(1) << behind;
    if (first || at < field->first_used) field->first_used = at;
    if (first || at > field->last_used) field->last_used = at;
    if (field->uses < UINT64_C(1) << 53) field->uses++;
}

/* ---- What follows ---- */

static int32_t count_bits(uint64_t bits)
{
    int32_t n = 0;
    for (; bits; bits &= bits - 1) n++;
    return n;
}

/* Days of use from `from` to before `until` days ago, today being 0. */
static int32_t days_within(const csuccess__feature_field *field, int64_t today, int32_t from,
                           int32_t until)
{
    int64_t ago = today - day_of(field->last_used);
    if (ago < 0) ago = 0; /* never: nothing is kept of a time to come */
    if (ago >= until) return 0;
    uint64_t bits = field->days & ((UINT64_C(1) << (until - ago)) - 1);
    return count_bits(from > ago ? bits >> (from - ago) : bits);
}

static csuccess__use_frequency frequency_of(int32_t days)
{
    if (days >= 20) return CSUCCESS__USED_DAILY;
    if (days >= 4) return CSUCCESS__USED_WEEKLY;
    return days >= 1 ? CSUCCESS__USED_MONTHLY : CSUCCESS__USED_RARELY;
}

static csuccess__feature_stage stage_of(const csuccess__adopting *of,
                                        const csuccess__feature_field *field, int32_t days,
                                        int64_t now)
{
    if (count_bits(field->days) < of->trial) return CSUCCESS__FEATURE_NEVER_USED;
    if (now - field->last_used >= of->churned_after_ms) return CSUCCESS__FEATURE_CHURNED;
    if (days >= of->power_user) return CSUCCESS__FEATURE_POWER_USER;
    return days >= of->adopting ? CSUCCESS__FEATURE_ADOPTING : CSUCCESS__FEATURE_TRIAL;
}

static double risk_of(const csuccess__adopting *of, const csuccess__feature_field *field,
                      int64_t now)
{
    int64_t today = day_of(now), silent = today - day_of(field->last_used);
    double recent = (double)days_within(field, today, 0, RECENT) / RECENT;
    double before = (double)days_within(field, today, RECENT, RECENT + WINDOW) / WINDOW;
    double fall = before > 0 ? 1 - recent / before : 0;
    double silence = (double)silent * (double)CSUCCESS__DAY_MS / (double)of->churned_after_ms;
    double risk = fall > silence ? fall : silence;
    return risk < 1 ? risk : 1;
}

csuccess__feature_look csuccess__feature_looks(const csuccess__adopting *of,
                                               const csuccess__feature_field *field,
                                               int64_t now)
{
    csuccess__feature_look look = {CSUCCESS__FEATURE_NEVER_USED, CSUCCESS__USED_RARELY, 0,
                                   false, 0};
    if (field->uses == 0) return look;
    look.days = days_within(field, day_of(now), 0, WINDOW);
    look.frequency = frequency_of(look.days);
    look.stage = stage_of(of, field, look.days, now);
    look.has_risk = look.stage != CSUCCESS__FEATURE_NEVER_USED;
    if (look.has_risk) {
        bool gone = look.stage == CSUCCESS__FEATURE_CHURNED;
        look.risk = gone ? 1 : risk_of(of, field, now);
    }
    return look;
}

static bool differs(const csuccess__feature_look *a, const csuccess__feature_look *b, bool days,
                    bool risk)
{
    if (a->stage != b->stage || (days && a->days != b->days)) return true;
    return risk && (a->risk < b->risk || a->risk > b->risk);
}

int64_t csuccess__feature_next(const csuccess__adopting *of,
                               const csuccess__feature_field *field, int64_t now, bool days,
                               bool risk)
{
    int64_t next = CSUCCESS__NEVER;
    if (field->uses == 0) return next;
    csuccess__feature_look is = csuccess__feature_looks(of, field, now);
    int64_t churns = field->last_used + of->churned_after_ms;
    bool lives =
        is.stage > CSUCCESS__FEATURE_NEVER_USED && is.stage < CSUCCESS__FEATURE_CHURNED;
    if (lives && churns > now) next = churns;
    /* Beyond the window nothing falls out of it any more; only silence goes on. */
    for (int32_t i = 1; i <= RECENT + WINDOW; i++) {
        int64_t at = (day_of(now) + i) * CSUCCESS__DAY_MS;
        if (at >= next || !csuccess__time_valid(at)) break;
        csuccess__feature_look then = csuccess__feature_looks(of, field, at);
        if (differs(&is, &then, days, risk)) return at;
    }
    return csuccess__time_valid(next) ? next : CSUCCESS__NEVER;
}

/* ---- Printing ---- */

void csuccess__feature_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    csuccess__feature_field f;
    if (csuccess__str_is(field->name, "mastery")) { /* the level of the last entry */
        bool is_text = field->payload.len > 0 && csuccess__utf8_check(field->payload, NULL);
        csuccess__json_str(out, is_text ? field->payload : CSUCCESS_STR("(damaged)"));
        return;
    }
    if (!csuccess__feature_parse(&f, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    csuccess__json_put_str(out, "stage", csuccess__str(stage_names[f.told]));
    csuccess__json_put_num(out, "uses", (double)f.uses);
    csuccess__json_put_time(out, "first_used", f.first_used);
    csuccess__json_put_time(out, "last_used", f.last_used);
    csuccess__json_put_num(out, "days_of_63", (double)count_bits(f.days));
    csuccess__json_close(out, '}');
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What subscriptions are at a time: as records for facts, as the term that is in force, as what comes next, as JSON. */
#include "customer/subscriptions.h"

#include "text/json.h"

static csuccess__value text_value(csuccess_str text)
{
    return text.len > 0 ? csuccess__string(text)
                        : csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
}

static csuccess__value time_value(bool has, int64_t ms)
{
    return has ? csuccess__time(ms) : csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
}

typedef csuccess__value look(const csuccess__subscription *on);

static csuccess__value look_product(const csuccess__subscription *on)
{
    return text_value(on->product);
}
static csuccess__value look_currency(const csuccess__subscription *on)
{
    return text_value(on->currency);
}
static csuccess__value look_reason(const csuccess__subscription *on)
{
    return text_value(on->reason);
}
static csuccess__value look_amount(const csuccess__subscription *on)
{
    return on->has_amount ? csuccess__number(on->amount)
                          : csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
}
static csuccess__value look_starts(const csuccess__subscription *on)
{
    return time_value(true, on->starts);
}
static csuccess__value look_term_start(const csuccess__subscription *on)
{
    return time_value(true, on->term_start);
}
static csuccess__value look_renews(const csuccess__subscription *on)
{
    return time_value(on->has_renews, on->renews);
}
static csuccess__value look_notice_by(const csuccess__subscription *on)
{
    return time_value(on->has_notice, on->notice_by);
}

/* What a field of the collection is called, and where it is found. */
static const struct {
    const char *name;
    look *get;
} fields[] = {
    {"product", look_product},       {"amount", look_amount}, {"currency", look_currency},
    {"starts", look_starts},         {"renews", look_renews}, {"notice_by", look_notice_by},
    {"term_start", look_term_start}, {"reason", look_reason},
};
enum { FIELDS = sizeof fields / sizeof *fields };

/* A value that the field's definition has another type for is not given. */
static void give_field(const csuccess__attribute *field, const csuccess__subscription *on,
                       csuccess__value *out)
{
    size_t i = 0;
    while (i < FIELDS && !csuccess__str_is(field->name, fields[i].name)) i++;
    if (i == FIELDS) return;
    csuccess__value value = fields[i].get(on);
    if (csuccess__is_missing(value) || value.kind != field->value->kind) return;
    if (field->type == CSUCCESS__ATTRIBUTE_DATE) {
        value.as.time = csuccess__days_between(0, value.as.time) * CSUCCESS__DAY_MS;
    }
    *out = value;
}

csuccess_result csuccess__subscription_give(csuccess_str payload, int64_t now,
                                            const csuccess__attribute *collection,
                                            csuccess__value *values, bool *ended)
{
    csuccess__subscription_log log;
    if (!csuccess__subscription_get(payload, &log)) return CSUCCESS_ESTATE;
    csuccess__subscription on = csuccess__subscription_at(&log, now);
    *ended = !on.running;
    for (uint32_t i = 0; i < collection->field_count && on.running; i++) {
        give_field(&collection->fields[i], &on, &values[i + 1]);
    }
    return CSUCCESS_OK;
}

/* ---- Terms ---- */

typedef struct term {
    int64_t start, end;
} term;

/* Of a subscription that only record inputs speak of: its fields `starts`, `renews` and `ended`. */
static bool term_of_record(csuccess_str payload, term *out, int64_t *ended)
{
    csuccess__record_scan scan;
    csuccess_str name;
    csuccess__kept kept;
    bool starts = false;
    out->end = *ended = CSUCCESS__NEVER;
    csuccess__record_open(&scan, payload);
    while (csuccess__record_next(&scan, &name, &kept)) {
        if (kept.value.kind != CSUCCESS__KIND_TIME) continue;
        if (csuccess__str_is(name, "starts")) out->start = kept.value.as.time;
        starts = starts || csuccess__str_is(name, "starts");
        if (csuccess__str_is(name, "renews")) out->end = kept.value.as.time;
        if (csuccess__str_is(name, "ended")) *ended = kept.value.as.time;
    }
    return starts && scan.is_set && !scan.in.bad;
}

static void keep_first(term *best, bool *found, term one)
{
    if (*found && (one.end > best->end || (one.end == best->end && one.start >= best->start))) {
        return;
    }
    *best = one;
    *found = true;
}

static void look_at_records(const csuccess__state *state, int64_t now, term *best, bool *found)
{
    csuccess_str prefix = CSUCCESS_STR("subscriptions/");
    uint32_t count;
    uint32_t first = csuccess__state_of_kind(state, CSUCCESS__STATE_RECORD, &count);
    for (uint32_t i = first; i < first + count; i++) {
        csuccess_str name = state->fields[i].name;
        if (!csuccess__str_starts(name, prefix)) continue;
        csuccess_str id = {name.ptr + prefix.len, name.len - prefix.len};
        term one;
        int64_t ended;
        if (csuccess__state_get(state, CSUCCESS__STATE_SUBSCRIPTION, id).ptr) continue;
        if (!term_of_record(state->fields[i].payload, &one, &ended)) continue;
        if (one.start <= now && ended > now) keep_first(best, found, one);
    }
}

bool csuccess__known_term(const csuccess__state *state, int64_t now, int64_t *start,
                          int64_t *end)
{
    term best = {0, 0};
    bool found = false;
    uint32_t count;
    uint32_t first = csuccess__state_of_kind(state, CSUCCESS__STATE_SUBSCRIPTION, &count);
    for (uint32_t i = first; i < first + count; i++) {
        csuccess__subscription_log log;
        if (!csuccess__subscription_get(state->fields[i].payload, &log)) continue;
        csuccess__subscription on = csuccess__subscription_at(&log, now);
        if (!on.running || on.term_start > now) continue;
        int64_t last = on.has_renews ? on.renews : CSUCCESS__NEVER;
        keep_first(&best, &found, (term){on.term_start, on.has_turn ? on.turn : last});
    }
    look_at_records(state, now, &best, &found);
    if (found) *start = best.start;
    if (found) *end = best.end;
    return found;
}

/* ---- What comes next ---- */

static void sooner(int64_t *next, int64_t now, int64_t at)
{
    if (at > now && at < *next) *next = at;
}

static void next_of(csuccess_str payload, int64_t now, int64_t *next)
{
    csuccess__subscription_log log;
    if (!csuccess__subscription_get(payload, &log)) return;
    csuccess__subscription on = csuccess__subscription_at(&log, now);
    for (uint32_t i = 0; i < log.count; i++) sooner(next, now, log.changes[i].effective);
    if (!on.running) return;
    sooner(next, now, on.starts);
    sooner(next, now, on.term_start);
    if (on.has_turn) sooner(next, now, on.turn);
    if (on.has_renews) sooner(next, now, on.renews);
}

int64_t csuccess__subscriptions_next(const csuccess__state *state, int64_t now)
{
    int64_t next = CSUCCESS__NEVER, ended;
    uint32_t count;
    uint32_t first = csuccess__state_of_kind(state, CSUCCESS__STATE_SUBSCRIPTION, &count);
    for (uint32_t i = first; i < first + count; i++) {
        next_of(state->fields[i].payload, now, &next);
    }
    first = csuccess__state_of_kind(state, CSUCCESS__STATE_RECORD, &count);
    for (uint32_t i = first; i < first + count; i++) {
        term one;
        if (!csuccess__str_starts(state->fields[i].name, CSUCCESS_STR("subscriptions/")) ||
            !term_of_record(state->fields[i].payload, &one, &ended)) {
            continue;
        }
        sooner(&next, now, one.start);
        sooner(&next, now, one.end);
        sooner(&next, now, ended);
    }
    return next;
}

/* ---- JSON ---- */

static void print_value(csuccess__json_writer *out, const char *key, csuccess__value value)
{
    char time[CSUCCESS__TIME_TEXT];
    if (csuccess__is_missing(value)) return;
    csuccess__json_key(out, csuccess__str(key));
    if (value.kind == CSUCCESS__KIND_NUMBER) {
        csuccess__json_num(out, value.as.number);
    } else if (value.kind == CSUCCESS__KIND_STRING) {
        csuccess__json_str(out, value.as.string);
    } else {
        size_t len = csuccess__time_format(time, value.as.time);
        csuccess__json_str(out, (csuccess_str){time, len});
    }
}

static void print_period(csuccess__json_writer *out, const csuccess__subscription *on)
{
    char text[CSUCCESS__DURATION_TEXT];
    if (!on->rolls) return;
    size_t len = csuccess__duration_format(text, on->period);
    csuccess__json_key(out, CSUCCESS_STR("term"));
    csuccess__json_str(out, (csuccess_str){text, len});
}

static void print_movements(csuccess__json_writer *out, const csuccess__subscription *on)
{
    csuccess__json_key(out, CSUCCESS_STR("movements"));
    csuccess__json_open(out, '{');
    for (int i = 0; i < CSUCCESS__MOVEMENT_NONE; i++) {
        if (on->moved[i] == 0) continue;
        csuccess__json_key(out,
                           csuccess__str(csuccess__movement_name((csuccess__movement_kind)i)));
        csuccess__json_num(out, (double)on->moved[i]);
    }
    csuccess__json_close(out, '}');
}

/* With every change that is known in force, also those to come. */
void csuccess__subscription_print(csuccess__json_writer *out,
                                  const csuccess__state_field *field)
{
    csuccess__subscription_log log;
    if (!csuccess__subscription_get(field->payload, &log)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__subscription on = {.product = {"", 0}, .currency = {"", 0}, .reason = {"", 0}};
    if (log.has_base) on = log.base;
    for (uint32_t i = 0; i < log.count; i++) csuccess__subscription_fold(&on, &log.changes[i]);
    csuccess__json_open(out, '{');
    csuccess__json_key(out, CSUCCESS_STR("running"));
    csuccess__json_bool(out, on.running);
    for (size_t i = 0; i < FIELDS; i++) print_value(out, fields[i].name, fields[i].get(&on));
    print_value(out, "ended", time_value(on.has_ended, on.ended));
    print_period(out, &on);
    print_movements(out, &on);
    csuccess__json_key(out, CSUCCESS_STR("changes"));
    csuccess__json_num(out, log.count);
    csuccess__json_close(out, '}');
}

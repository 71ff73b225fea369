/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at what is known: what changes by itself, as JSON, and forgetting one contact. */
#include "customer/subscriptions.h"

#include "text/json.h"

/* ---- What comes next ---- */

static bool is_stale(const csuccess__attribute *attribute, int64_t observed, int64_t now)
{
    int64_t oldest;
    return csuccess__time_subtract(&oldest, now, attribute->max_age) && observed < oldest;
}

/* The first time at which a value is older than its max_age. Months are counted back from then, so where the day is cut to
   the end of a month it comes some days after the one that counting on gives, at a midnight. */
static int64_t stale_at(const csuccess__attribute *attribute, int64_t observed)
{
    int64_t at;
    if (!csuccess__time_add(&at, observed, attribute->max_age)) return CSUCCESS__NEVER;
    at++;
    for (int i = 0; i < 4 && csuccess__time_valid(at) && !is_stale(attribute, observed, at);
         i++) {
        at = (csuccess__days_between(0, at) + 1) * CSUCCESS__DAY_MS;
    }
    return csuccess__time_valid(at) ? at : CSUCCESS__NEVER;
}

int64_t csuccess__known_next(const csuccess__knowing *with, const csuccess__state *state,
                             int64_t now)
{
    int64_t next = csuccess__subscriptions_next(state, now);
    const csuccess__schema *schema = with->schema;
    for (uint32_t i = 0; i < schema->inputs; i++) {
        const csuccess__attribute *attribute = schema->slots[i].attribute;
        if (!attribute->has_max_age || !attribute->at) continue;
        csuccess_str payload =
            csuccess__state_get(state, CSUCCESS__STATE_ATTRIBUTE, attribute->name);
        csuccess__readings readings;
        if (!payload.ptr || !csuccess__readings_get(payload, &readings)) continue;
        int64_t observed = readings.list[0].stamp.observed;
        if (readings.list[0].kept.tag == CSUCCESS__KEPT_UNSET ||
            is_stale(attribute, observed, now)) {
            continue;
        }
        int64_t at = stale_at(attribute, observed);
        if (at > now && at < next) next = at;
    }
    return next;
}

/* ---- JSON ---- */

static void print_damaged(csuccess__json_writer *out)
{
    csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
}

static void print_time(csuccess__json_writer *out, int64_t ms)
{
    char time[CSUCCESS__TIME_TEXT];
    size_t len = csuccess__time_format(time, ms);
    csuccess__json_str(out, (csuccess_str){time, len});
}

static void print_scalar(csuccess__json_writer *out, const csuccess__kept *kept)
{
    char text[CSUCCESS__DURATION_TEXT];
    switch ((csuccess__kind)kept->value.kind) {
    case CSUCCESS__KIND_NUMBER:
        csuccess__json_num(out, kept->value.as.number);
        break;
    case CSUCCESS__KIND_BOOL:
        csuccess__json_bool(out, kept->value.as.boolean);
        break;
    case CSUCCESS__KIND_STRING:
        csuccess__json_str(out, kept->value.as.string);
        break;
    case CSUCCESS__KIND_TIME:
        print_time(out, kept->value.as.time);
        break;
    case CSUCCESS__KIND_DURATION: {
        size_t len = csuccess__duration_format(text, kept->value.as.duration);
        csuccess__json_str(out, (csuccess_str){text, len});
        break;
    }
    default:
        csuccess__json_null(out);
    }
}

static void print_list(csuccess__json_writer *out, const csuccess__kept *kept)
{
    csuccess__wire in = csuccess__wire_open(kept->items);
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < kept->count; i++) {
        csuccess__kept item;
        if (csuccess__kept_item(&in, kept, &item)) {
            print_scalar(out, &item);
        } else {
            csuccess__json_null(out);
        }
    }
    csuccess__json_close(out, ']');
}

void csuccess__kept_print(csuccess__json_writer *out, const csuccess__kept *kept)
{
    if (kept->tag == CSUCCESS__KEPT_LIST) {
        print_list(out, kept);
    } else {
        print_scalar(out, kept);
    }
}

static void print_reading(csuccess__json_writer *out, const csuccess__reading_kept *reading)
{
    csuccess__json_key(out, CSUCCESS_STR("value"));
    csuccess__kept_print(out, &reading->kept);
    if (reading->kept.currency.len > 0) {
        csuccess__json_key(out, CSUCCESS_STR("currency"));
        csuccess__json_str(out, reading->kept.currency);
    }
    if (reading->kept.tag == CSUCCESS__KEPT_QUARANTINED) {
        csuccess__json_key(out, CSUCCESS_STR("quarantined"));
        csuccess__json_bool(out, true);
    }
    csuccess__json_key(out, CSUCCESS_STR("at"));
    print_time(out, reading->stamp.observed);
    if (reading->stamp.source.len == 0) return;
    csuccess__json_key(out, CSUCCESS_STR("source"));
    csuccess__json_str(out, reading->stamp.source);
}

void csuccess__attribute_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    csuccess__readings readings;
    if (!csuccess__readings_get(field->payload, &readings)) {
        print_damaged(out);
        return;
    }
    csuccess__json_open(out, '{');
    print_reading(out, &readings.list[0]);
    if (readings.count > 1) {
        csuccess__json_key(out, CSUCCESS_STR("before"));
        csuccess__json_open(out, '[');
        for (uint32_t i = 1; i < readings.count; i++) {
            csuccess__json_open(out, '{');
            print_reading(out, &readings.list[i]);
            csuccess__json_close(out, '}');
        }
        csuccess__json_close(out, ']');
    }
    csuccess__json_close(out, '}');
}

/* Gone through twice: what has been written cannot be taken back. */
void csuccess__record_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    csuccess__record_scan scan;
    csuccess_str name;
    csuccess__kept kept;
    csuccess__record_open(&scan, field->payload);
    while (csuccess__record_next(&scan, &name, &kept)) continue;
    if (scan.in.bad) {
        print_damaged(out);
        return;
    }
    if (!scan.is_set) {
        csuccess__json_null(out);
        return;
    }
    csuccess__json_open(out, '{');
    csuccess__record_open(&scan, field->payload);
    while (csuccess__record_next(&scan, &name, &kept)) {
        csuccess__json_key(out, name);
        csuccess__kept_print(out, &kept);
    }
    csuccess__json_close(out, '}');
}

void csuccess__last_event_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    csuccess__wire in = csuccess__wire_open(field->payload);
    int64_t at = csuccess__wire_get_i64(&in);
    if (csuccess__wire_done(&in) && csuccess__time_valid(at)) {
        print_time(out, at);
    } else {
        print_damaged(out);
    }
}

/* ---- Forgetting ---- */

/* Whether a field's name is "contacts/" and the id. */
static bool is_record_of(csuccess_str name, csuccess_str contact)
{
    csuccess_str prefix = CSUCCESS_STR("contacts/");
    if (!csuccess__str_starts(name, prefix)) return false;
    return csuccess__str_eq((csuccess_str){name.ptr + prefix.len, name.len - prefix.len},
                            contact);
}

bool csuccess__known_forget(csuccess__state *state, csuccess_str contact)
{
    uint32_t count;
    bool any = csuccess__quarantine_forget(state, contact);
    uint32_t first = csuccess__state_of_kind(state, CSUCCESS__STATE_RECORD, &count);
    for (uint32_t i = first; i < first + count; i++) {
        if (!is_record_of(state->fields[i].name, contact)) continue;
        csuccess__state_drop(state, CSUCCESS__STATE_RECORD, state->fields[i].name);
        return true;
    }
    return any;
}

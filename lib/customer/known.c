/* SPDX-License-Identifier: Apache-2.0 */
/* What an input says of its customer, applied: its time, attributes, outcomes, and when an event of its name came last.
   Whatever the order in which inputs come, what is known after all of them is the same: every value carries when it was
   observed, where it came from and a part of the digest of its input's id, and of two the greater of these holds. */
#include "customer/known_internal.h"

#include "base/digest.h"

uint64_t csuccess__tie_of(csuccess_str id)
{
    csuccess__sha256 hash;
    uint8_t digest[32];
    uint64_t tie = 0;
    csuccess__sha256_start(&hash);
    csuccess__sha256_add(&hash, id.ptr, id.len);
    csuccess__sha256_finish(&hash, digest);
    for (int i = 0; i < 8; i++) tie = tie << 8 | digest[i];
    return tie;
}

uint32_t csuccess__source_rank(const csuccess__knowing *with, csuccess_str source)
{
    if (!with->sources || source.len == 0) return UINT32_MAX;
    uint32_t at = csuccess__sources_find(with->sources, source);
    return at == UINT32_MAX ? at : with->sources->list[at].rank;
}

int csuccess__stamp_rank(const csuccess__knowing *with, const csuccess__stamp *a,
                         const csuccess__stamp *b)
{
    if (a->observed != b->observed) return a->observed > b->observed ? 1 : -1;
    uint32_t left = csuccess__source_rank(with, a->source);
    uint32_t right = csuccess__source_rank(with, b->source);
    if (left != right) return left < right ? 1 : -1;
    return (a->tie > b->tie) - (a->tie < b->tie);
}

/* Of one input only the bytes are left to decide. */
static int reading_rank(const csuccess__knowing *with, const csuccess__reading_kept *a,
                        const csuccess__reading_kept *b)
{
    int by_stamp = csuccess__stamp_rank(with, &a->stamp, &b->stamp);
    return by_stamp != 0 ? by_stamp : csuccess__str_cmp(a->kept.raw, b->kept.raw);
}

/* ---- What an application leaves ---- */

static void say(csuccess__applying *at, csuccess_str reason)
{
    if (at->reason && at->reason->len == 0) csuccess__text_put(at->reason, reason);
}

static void leave_quarantine(csuccess__step *step, const csuccess__input *input,
                             csuccess_str reason)
{
    char time[CSUCCESS__TIME_TEXT];
    csuccess__json_writer *w = csuccess__step_body(step);
    csuccess__json_key(w, CSUCCESS_STR("input"));
    csuccess__json_str(w, input->id);
    csuccess__json_key(w, CSUCCESS_STR("type"));
    csuccess__json_str(w, csuccess__str(csuccess__input_type_name(input->type)));
    csuccess__json_key(w, CSUCCESS_STR("at"));
    size_t len = csuccess__time_format(time, input->at);
    csuccess__json_str(w, (csuccess_str){time, len});
    csuccess__json_key(w, CSUCCESS_STR("reason"));
    csuccess__json_str(w, reason);
    csuccess__step_entry(step, "quarantine", csuccess__input_subject(input),
                         csuccess__step_body_end(step));
}

void csuccess__apply_quarantine(csuccess__applying *at, csuccess_str reason)
{
    say(at, reason);
    csuccess__quarantine_note(at->step, at->input, reason);
    leave_quarantine(at->step, at->input, reason);
    at->changed = true;
}

csuccess_result csuccess__apply_refuse(csuccess__applying *at, csuccess_str reason)
{
    say(at, reason);
    return CSUCCESS_ERANGE;
}

void csuccess__apply_put(csuccess__applying *at, csuccess__state_kind kind, csuccess_str name)
{
    csuccess__step *step = at->step;
    csuccess_str payload = csuccess__buffer_view(step->scratch);
    if (step->scratch->status < 0) {
        csuccess__step_fail(step, step->scratch->status);
        return;
    }
    if (!csuccess__state_change(step->state, kind, name, payload, &at->changed)) {
        csuccess__step_fail(step, CSUCCESS_ENOMEM);
    }
}

static void write_reading(csuccess__json_writer *w, const char *key,
                          const csuccess__reading_kept *reading)
{
    char time[CSUCCESS__TIME_TEXT];
    csuccess__json_key(w, csuccess__str(key));
    csuccess__json_open(w, '{');
    csuccess__json_key(w, CSUCCESS_STR("value"));
    csuccess__kept_print(w, &reading->kept);
    csuccess__json_key(w, CSUCCESS_STR("at"));
    size_t len = csuccess__time_format(time, reading->stamp.observed);
    csuccess__json_str(w, (csuccess_str){time, len});
    if (reading->stamp.source.len > 0) {
        csuccess__json_key(w, CSUCCESS_STR("source"));
        csuccess__json_str(w, reading->stamp.source);
    }
    csuccess__json_close(w, '}');
}

void csuccess__apply_conflict(csuccess__applying *at, csuccess_str name,
                              const csuccess__reading_kept *kept,
                              const csuccess__reading_kept *passed)
{
    csuccess__json_writer *w = csuccess__step_body(at->step);
    csuccess__json_key(w, CSUCCESS_STR("attribute"));
    csuccess__json_str(w, name);
    write_reading(w, "kept", kept);
    write_reading(w, "passed_over", passed);
    csuccess__step_entry(at->step, "conflict", csuccess__input_subject(at->input),
                         csuccess__step_body_end(at->step));
    at->changed = true;
}

/* ---- Traits ---- */

csuccess__stamp csuccess__apply_stamp(const csuccess__applying *at)
{
    csuccess_str source = at->input->source;
    if (source.len > CSUCCESS__SOURCE_NAME) source.len = 0;
    return (csuccess__stamp){.observed = at->input->at, .tie = at->tie, .source = source};
}

/* A trait as JSON, whatever the way it came. */
static csuccess__json node_of(const csuccess__property *trait)
{
    csuccess__json node = {.type = CSUCCESS__JSON_NULL, .key = trait->name};
    if (trait->json) node = *trait->json;
    node.parent = NULL;
    node.source = NULL;
    if (trait->value.kind == CSUCCESS__KIND_NUMBER) {
        node.type = CSUCCESS__JSON_NUMBER;
        node.number = trait->value.as.number;
    } else if (trait->value.kind == CSUCCESS__KIND_BOOL) {
        node.type = CSUCCESS__JSON_BOOL;
        node.boolean = trait->value.as.boolean;
    } else if (trait->value.kind == CSUCCESS__KIND_STRING) {
        node.type = CSUCCESS__JSON_STRING;
        node.string = trait->value.as.string;
    }
    return node;
}

/* {"value": …, "at": "…"}: when it was observed. ERANGE with the reason where that is no time, or one to come. */
static csuccess_result read_observed(const csuccess__applying *at,
                                     const csuccess__attribute *attribute,
                                     const csuccess__json **node, int64_t *observed,
                                     csuccess__text *reason)
{
    const csuccess__json *value = csuccess__json_member(*node, "value");
    const csuccess__json *time = csuccess__json_member(*node, "at");
    if ((*node)->type != CSUCCESS__JSON_OBJECT || (*node)->count != 2 || !value || !time) {
        return CSUCCESS_OK;
    }
    if (time->type != CSUCCESS__JSON_STRING ||
        (!csuccess__time_parse(observed, time->string, NULL) &&
         !csuccess__date_parse(observed, time->string, NULL))) {
        csuccess__text_format(reason,
                              "%S: \"at\" must be the time of observation such as "
                              "\"2026-01-31T08:00:00Z\"",
                              attribute->name);
        return CSUCCESS_ERANGE;
    }
    if (*observed - at->step->now > at->with->skew_ms) {
        csuccess__text_format(reason, "%S: observed in the future, %q", attribute->name,
                              time->string);
        return CSUCCESS_ERANGE;
    }
    *node = value;
    return CSUCCESS_OK;
}

/* The value as it is kept, in the batch's arena. */
static csuccess_result keep(csuccess__applying *at, const csuccess__attribute *attribute,
                            csuccess__value value, csuccess__reading_kept *out)
{
    csuccess__buffer *scratch = at->step->scratch;
    csuccess__buffer_clear(scratch);
    if (csuccess__is_missing(value)) {
        csuccess__buffer_char(scratch, value.absence == CSUCCESS__ABSENCE_QUARANTINED
                                           ? CSUCCESS__KEPT_QUARANTINED
                                           : CSUCCESS__KEPT_UNSET);
    } else {
        csuccess__kept_put(scratch, attribute, value);
    }
    csuccess_str raw = {NULL, 0};
    if (scratch->status == CSUCCESS_OK) {
        raw = csuccess__arena_copy(at->step->out->arena, csuccess__buffer_view(scratch));
    }
    if (!raw.ptr) {
        csuccess__step_fail(at->step, CSUCCESS_ENOMEM);
        return CSUCCESS_ENOMEM;
    }
    csuccess__wire in = csuccess__wire_open(raw);
    csuccess__kept_get(&in, &out->kept);
    return CSUCCESS_OK;
}

static csuccess_result read_value(csuccess__applying *at, const csuccess__attribute *attribute,
                                  const csuccess__json *node, csuccess__value *value,
                                  csuccess__text *reason)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__reading reading = {.arena = at->step->out->arena,
                                 .constants = at->with->constants,
                                 .limits = at->with->limits,
                                 .reason = reason,
                                 .err = &err};
    csuccess_result result = csuccess__value_read(value, attribute, node, &reading);
    if (result == CSUCCESS_ENOMEM) {
        csuccess__step_fail(at->step, result);
        return result;
    }
    if (result < 0 && result != CSUCCESS_ERANGE) {
        csuccess__text_put(reason, csuccess__str(err.message));
    }
    return result < 0 ? CSUCCESS_ERANGE : CSUCCESS_OK;
}

csuccess_result csuccess__trait_read(csuccess__applying *at,
                                     const csuccess__attribute *attribute,
                                     const csuccess__property *trait,
                                     csuccess__reading_kept *out)
{
    char bytes[248];
    csuccess__text reason;
    csuccess__text_init(&reason, bytes, sizeof bytes);
    csuccess__json whole = node_of(trait);
    const csuccess__json *node = &whole;
    out->stamp = csuccess__apply_stamp(at);
    int64_t observed = out->stamp.observed;
    csuccess__value value = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    csuccess_result result = read_observed(at, attribute, &node, &observed, &reason);
    if (result == CSUCCESS_OK) {
        out->stamp.observed = observed;
        result = read_value(at, attribute, node, &value, &reason);
    }
    if (result == CSUCCESS_ENOMEM) return result;
    if (result == CSUCCESS_ERANGE) {
        csuccess__apply_quarantine(at, (csuccess_str){reason.ptr, reason.len});
        value = csuccess__missing(CSUCCESS__ABSENCE_QUARANTINED);
    }
    csuccess_result kept = keep(at, attribute, value, out);
    return kept < 0 ? kept : result;
}

/* ---- Attributes ---- */

static bool is_quarantined(const csuccess__reading_kept *reading)
{
    return reading->kept.tag == CSUCCESS__KEPT_QUARANTINED;
}

/* Any value is more than one that was impossible; that is kept only so that facts can say why there is none. */
static bool is_nothing_new(const csuccess__readings *readings,
                           const csuccess__reading_kept *fresh)
{
    return is_quarantined(fresh) && readings->count > 0 && !is_quarantined(&readings->list[0]);
}

/* The place of a reading; readings->count when it comes last. */
static uint32_t place_of(const csuccess__applying *at, const csuccess__readings *readings,
                         const csuccess__reading_kept *fresh)
{
    uint32_t place = 0;
    while (place < readings->count &&
           reading_rank(at->with, &readings->list[place], fresh) > 0) {
        place++;
    }
    return place;
}

static void insert(csuccess__readings *readings, uint32_t place,
                   const csuccess__reading_kept *fresh, uint32_t most)
{
    if (readings->count < most) readings->count++;
    if (place >= readings->count) return;
    for (uint32_t i = readings->count - 1; i > place; i--) {
        readings->list[i] = readings->list[i - 1];
    }
    readings->list[place] = *fresh;
    if (place == 0) readings->noted = false;
}

/* Two values of one time, or an older one that comes late: the host may want to know which source is wrong. */
static void tell_conflict(csuccess__applying *at, csuccess_str name,
                          const csuccess__reading_kept *there,
                          const csuccess__reading_kept *fresh)
{
    if (is_quarantined(fresh) || is_quarantined(there) ||
        csuccess__str_eq(there->kept.raw, fresh->kept.raw)) {
        return;
    }
    if (reading_rank(at->with, there, fresh) > 0) {
        csuccess__apply_conflict(at, name, there, fresh);
    } else if (there->stamp.observed == fresh->stamp.observed) {
        csuccess__apply_conflict(at, name, fresh, there);
    }
}

static void merge(csuccess__applying *at, const csuccess__attribute *attribute,
                  csuccess__readings *readings, const csuccess__reading_kept *fresh)
{
    if (is_nothing_new(readings, fresh)) return;
    if (readings->count > 0) {
        tell_conflict(at, attribute->name, &readings->list[0], fresh);
        if (is_quarantined(&readings->list[0]) && !is_quarantined(fresh)) readings->count = 0;
    }
    uint32_t most = attribute->paired && !is_quarantined(fresh) ? CSUCCESS__KEPT_READINGS : 1;
    uint32_t place = place_of(at, readings, fresh);
    bool again =
        place < readings->count && reading_rank(at->with, &readings->list[place], fresh) == 0;
    if (readings->count > most) readings->count = most;
    if (!again) insert(readings, place, fresh, most);
    csuccess__buffer_clear(at->step->scratch);
    csuccess__readings_put(at->step->scratch, readings);
    csuccess__apply_put(at, CSUCCESS__STATE_ATTRIBUTE, attribute->name);
}

static bool judge(csuccess__applying *at, const csuccess__attribute *attribute,
                  csuccess__judgement *out)
{
    if (!attribute->paired || csuccess__pairings_judge(at->with, at->step->state, out)) {
        return true;
    }
    csuccess__step_fail(at->step, CSUCCESS_ESTATE);
    return false;
}

void csuccess__apply_reading(csuccess__applying *at, uint32_t slot,
                             const csuccess__reading_kept *fresh)
{
    const csuccess__attribute *attribute = at->with->schema->slots[slot].attribute;
    csuccess__readings readings = {.count = 0};
    csuccess_str payload =
        csuccess__state_get(at->step->state, CSUCCESS__STATE_ATTRIBUTE, attribute->name);
    if (payload.ptr && !csuccess__readings_get(payload, &readings)) {
        csuccess__step_fail(at->step, CSUCCESS_ESTATE);
        return;
    }
    csuccess__judgement before, after;
    if (!judge(at, attribute, &before)) return;
    merge(at, attribute, &readings, fresh);
    if (attribute->paired && judge(at, attribute, &after)) {
        csuccess__pairings_note(at, &before, &after);
    }
    if (attribute->migrate && attribute->migrate->renames) {
        csuccess__state_drop(at->step->state, CSUCCESS__STATE_ATTRIBUTE,
                             attribute->migrate->from);
    }
}

void csuccess__apply_value(csuccess__applying *at, uint32_t slot, csuccess__value value)
{
    csuccess__reading_kept fresh = {.stamp = csuccess__apply_stamp(at)};
    if (keep(at, at->with->schema->slots[slot].attribute, value, &fresh) < 0) return;
    csuccess__apply_reading(at, slot, &fresh);
}

/* The slot of an attribute that is defined; UINT32_MAX for anything else, such as an aggregate. */
static uint32_t attribute_slot(const csuccess__schema *schema, csuccess_str name)
{
    uint32_t slot = csuccess__schema_find(schema, name, NULL);
    if (slot >= schema->inputs) return UINT32_MAX;
    const csuccess__attribute *attribute = schema->slots[slot].attribute;
    bool is = attribute->at && attribute->type != CSUCCESS__ATTRIBUTE_RECORDS;
    return is ? slot : UINT32_MAX;
}

static csuccess_result apply_traits(csuccess__applying *at)
{
    if (at->asks) return CSUCCESS_OK;
    for (uint32_t i = 0; i < at->input->count && at->step->failed == CSUCCESS_OK; i++) {
        const csuccess__property *trait = &at->input->properties[i];
        uint32_t slot = attribute_slot(at->with->schema, trait->name);
        if (slot == UINT32_MAX) {
            if (at->unknown) ++*at->unknown;
            continue;
        }
        csuccess__reading_kept fresh;
        csuccess_result result =
            csuccess__trait_read(at, at->with->schema->slots[slot].attribute, trait, &fresh);
        if (result == CSUCCESS_OK || result == CSUCCESS_ERANGE) {
            csuccess__apply_reading(at, slot, &fresh);
        }
    }
    return CSUCCESS_OK;
}

static csuccess_result apply_identify(csuccess__applying *at)
{
    return at->input->user.len > 0 ? csuccess__apply_contact(at) : apply_traits(at);
}

/* ---- Outcomes ---- */

bool csuccess__time_property(const csuccess__input *input, const char *name, int64_t *out,
                             bool *wrong)
{
    const csuccess__property *property = csuccess__input_property(input, csuccess__str(name));
    if (!property || (property->value.kind == CSUCCESS__KIND_ANY &&
                      (!property->json || property->json->type == CSUCCESS__JSON_NULL))) {
        return false;
    }
    if (property->value.kind == CSUCCESS__KIND_STRING &&
        (csuccess__time_parse(out, property->value.as.string, NULL) ||
         csuccess__date_parse(out, property->value.as.string, NULL))) {
        return true;
    }
    *wrong = true;
    return false;
}

/* churned_at, which churned_when most often asks for, where the configuration has it. */
static void set_churned(csuccess__applying *at, int64_t effective, bool churned)
{
    uint32_t slot = attribute_slot(at->with->schema, CSUCCESS_STR("churned_at"));
    if (slot == UINT32_MAX) return;
    csuccess__attribute_type type = at->with->schema->slots[slot].attribute->type;
    if (type != CSUCCESS__ATTRIBUTE_TIME && type != CSUCCESS__ATTRIBUTE_DATE) return;
    csuccess__apply_value(at, slot,
                          churned ? csuccess__time(effective)
                                  : csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET));
}

static void leave_outcome(csuccess__applying *at, int64_t effective)
{
    const csuccess__input *input = at->input;
    char time[CSUCCESS__TIME_TEXT];
    csuccess__json_writer *w = csuccess__step_body(at->step);
    csuccess__json_key(w, CSUCCESS_STR("outcome"));
    csuccess__json_str(w, input->name);
    csuccess__json_key(w, CSUCCESS_STR("effective"));
    size_t len = csuccess__time_format(time, effective);
    csuccess__json_str(w, (csuccess_str){time, len});
    csuccess__value reason = csuccess__input_value(input, "reason", CSUCCESS__KIND_STRING);
    if (reason.kind == CSUCCESS__KIND_STRING) {
        csuccess__json_key(w, CSUCCESS_STR("reason"));
        csuccess__json_str(w, reason.as.string);
    }
    csuccess__value amount = csuccess__input_value(input, "amount", CSUCCESS__KIND_NUMBER);
    if (amount.kind == CSUCCESS__KIND_NUMBER) {
        csuccess__json_key(w, CSUCCESS_STR("amount"));
        csuccess__json_num(w, amount.as.number);
    }
    csuccess__step_entry(at->step, "outcome", input->user, csuccess__step_body_end(at->step));
    at->changed = true;
}

static csuccess_result apply_outcome(csuccess__applying *at)
{
    static const char *const names[] = {"churned",    "renewed",     "expanded",
                                        "contracted", "reactivated", NULL};
    if (!csuccess__str_among(at->input->name, names)) {
        return csuccess__apply_refuse(
            at, CSUCCESS_STR("an outcome is churned, renewed, expanded, contracted or "
                             "reactivated"));
    }
    int64_t effective = at->input->at;
    bool wrong = false;
    csuccess__time_property(at->input, "effective", &effective, &wrong);
    if (wrong) {
        return csuccess__apply_refuse(
            at, CSUCCESS_STR("\"effective\" must be a time (RFC 3339) or a date"));
    }
    if (at->asks) return CSUCCESS_OK;
    if (csuccess__str_is(at->input->name, "churned")) set_churned(at, effective, true);
    if (csuccess__str_is(at->input->name, "reactivated")) set_churned(at, effective, false);
    leave_outcome(at, effective);
    return CSUCCESS_OK;
}

/* ---- Inputs ---- */

typedef csuccess_result handler(csuccess__applying *at);

static handler *handler_of(csuccess__input_type type)
{
    switch (type) {
    case CSUCCESS__INPUT_GROUP:
        return apply_traits;
    case CSUCCESS__INPUT_IDENTIFY:
        return apply_identify;
    case CSUCCESS__INPUT_RECORD:
        return csuccess__apply_record;
    case CSUCCESS__INPUT_SUBSCRIPTION:
        return csuccess__apply_subscription;
    case CSUCCESS__INPUT_OUTCOME:
        return apply_outcome;
    default:
        return NULL;
    }
}

static csuccess_result refuse_time(csuccess__applying *at)
{
    char bytes[160], time[CSUCCESS__TIME_TEXT], now[CSUCCESS__TIME_TEXT];
    char skew[CSUCCESS__DURATION_TEXT];
    csuccess__text reason;
    csuccess__text_init(&reason, bytes, sizeof bytes);
    csuccess__time_format(time, at->input->at);
    csuccess__time_format(now, at->step->now);
    csuccess__duration_format(skew, csuccess__duration_from_ms(at->with->skew_ms));
    csuccess__text_format(&reason, "its time %s lies more than %s after %s", time, skew, now);
    return csuccess__apply_refuse(at, (csuccess_str){reason.ptr, reason.len});
}

static csuccess_result ask_or_apply(csuccess__applying *at)
{
    if (at->input->at - at->step->now > at->with->skew_ms) return refuse_time(at);
    handler *apply = handler_of(at->input->type);
    if (!apply) return CSUCCESS_OK;
    at->tie = csuccess__tie_of(at->input->id);
    return apply(at);
}

csuccess_result csuccess__known_check(const csuccess__knowing *with, csuccess__step *step,
                                      const csuccess__input *input, csuccess__text *reason)
{
    csuccess__applying at = {
        .with = with, .step = step, .input = input, .reason = reason, .asks = true};
    csuccess_result result = ask_or_apply(&at);
    return step->failed < 0 ? step->failed : result;
}

csuccess_result csuccess__known_apply(const csuccess__knowing *with, csuccess__step *step,
                                      const csuccess__input *input, uint32_t *unknown,
                                      csuccess__text *reason)
{
    csuccess__applying at = {
        .with = with, .step = step, .input = input, .unknown = unknown, .reason = reason};
    csuccess_result result = CSUCCESS_OK;
    if (with->schema->migrations > 0) { /* what is refused must not note them either */
        result = csuccess__known_check(with, step, input, reason);
        if (result == CSUCCESS_OK) csuccess__migrations_note(&at);
    }
    if (result == CSUCCESS_OK) result = ask_or_apply(&at);
    if (step->failed < 0) return step->failed;
    if (result < 0) return result;
    csuccess__apply_event(&at);
    if (step->failed < 0) return step->failed;
    return at.changed ? CSUCCESS_OK : CSUCCESS_UNCHANGED;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* From the state to facts: once an advance and for every customer, so fields and definitions, which both stand in order of
   their names, are gone through side by side, and nothing is copied. */
#include "customer/known_internal.h"
#include "customer/known_wire.h"
#include "customer/subscriptions.h"

#include <string.h>

typedef struct giving {
    const csuccess__knowing *with;
    const csuccess__state *state;
    csuccess_facts *facts;
    int64_t now;
    bool subscriptions_given;
} giving;

typedef struct range {
    const csuccess__state_field *at, *end;
} range;

/* The first field of this kind or a greater one; kinds alone are compared. */
static uint32_t first_of(const csuccess__state *state, uint32_t kind)
{
    uint32_t low = 0, high = state->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (state->fields[middle].kind < kind) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static range of_kind(const csuccess__state *state, csuccess__state_kind kind)
{
    uint32_t first = first_of(state, kind), end = first_of(state, (uint32_t)kind + 1);
    if (first == end) return (range){NULL, NULL};
    return (range){&state->fields[first], &state->fields[first] + (end - first)};
}

/* The facts were cleared, and every slot is given once: nothing is there to be forgiven. */
static void give(giving *g, uint32_t slot, const csuccess__value *value, int64_t observed)
{
    g->facts->set->values[slot] = *value;
    g->facts->set->observed[slot] = observed;
}

static bool is_allowed(const csuccess__attribute *attribute, const csuccess__value *value)
{
    if (value->kind == CSUCCESS__KIND_NUMBER) {
        double v = value->as.number;
        return (!attribute->has_min || v >= attribute->min) &&
               (!attribute->has_max || v <= attribute->max);
    }
    if (value->kind != CSUCCESS__KIND_STRING || attribute->allowed_count == 0) return true;
    uint32_t at = 0;
    while (at < attribute->allowed_count &&
           !csuccess__quick_equal(attribute->allowed[at], value->as.string)) {
        at++;
    }
    return at < attribute->allowed_count;
}

/* A value that the definition allowed once, and may not allow any more. */
static csuccess_result give_value(giving *g, const csuccess__named_slot *to,
                                  const csuccess__value *value, int64_t observed)
{
    if (is_allowed(to->attribute, value)) {
        give(g, to->slot, value, observed);
        return CSUCCESS_OK;
    }
    csuccess_result result = value->kind == CSUCCESS__KIND_NUMBER
                                 ? csuccess__put_number(g->facts, to->slot, value->as.number)
                                 : csuccess__put_string(g->facts, to->slot, value->as.string);
    return result == CSUCCESS_ERANGE ? CSUCCESS_OK : result;
}

static bool is_other_currency(const csuccess__attribute *attribute, const csuccess__kept *kept)
{
    return kept->currency.len > 0 && attribute->currency.len > 0 &&
           !csuccess__str_eq(kept->currency, attribute->currency);
}

/* Strings get their codes, lists their items. */
static inline bool complete(giving *g, const csuccess__kept *kept, csuccess__value *value)
{
    if (kept->tag == CSUCCESS__KEPT_LIST) {
        return csuccess__kept_value(value, kept, g->with->constants, &g->facts->set->arena);
    }
    if (kept->tag == CSUCCESS__KEPT_STRING) {
        value->code = csuccess__constants_find(g->with->constants, value->as.string);
    }
    return true;
}

static csuccess_result give_kept(giving *g, const csuccess__named_slot *to,
                                 csuccess__kept *kept, int64_t observed)
{
    const csuccess__attribute *attribute = to->attribute;
    csuccess__value *value =
        &kept->value; /* of scalars it is there; copies cost more than the rest */
    if (kept->tag == CSUCCESS__KEPT_UNSET) return CSUCCESS_OK;
    if (kept->tag == CSUCCESS__KEPT_QUARANTINED) {
        give(g, to->slot, &kept->value, CSUCCESS__NOT_OBSERVED);
        return CSUCCESS_OK;
    }
    if (csuccess__kept_fits(kept, attribute->type, attribute->item) &&
        !is_other_currency(attribute, kept)) {
        if (!complete(g, kept, value)) return CSUCCESS_ENOMEM;
    } else {
        csuccess_result result = csuccess__migrate(value, attribute, kept, g->facts);
        if (result < 0) return result;
    }
    return give_value(g, to, value, observed);
}

/* Of several readings the one in force. */
static csuccess_result give_readings(giving *g, const csuccess__named_slot *to,
                                     csuccess_str payload)
{
    csuccess__readings readings;
    if (!csuccess__readings_get(payload, &readings)) return CSUCCESS_ESTATE;
    return give_kept(g, to, &readings.list[0].kept, readings.list[0].stamp.observed);
}

static csuccess_result give_attribute(giving *g, const csuccess__named_slot *to,
                                      csuccess_str payload)
{
    bool single = payload.len > 0 && (payload.ptr[0] & 7) == 1 && !(payload.ptr[0] & 0xF0);
    if (!single) return give_readings(g, to, payload);
    csuccess__wire in = {payload.ptr + 1, payload.ptr + payload.len, false};
    csuccess__kept kept;
    csuccess__kept_get(&in, &kept);
    int64_t observed = csuccess__quick_time(&in);
    csuccess__quick_str(&in);
    if (in.bad || in.end - in.at != 8 || !csuccess__time_valid(observed))
        return CSUCCESS_ESTATE;
    return give_kept(g, to, &kept, observed);
}

/* The first of the named slots from `at` on that does not come before a name; *found when it is that. */
static uint32_t seek(const csuccess_facts *facts, uint32_t at, csuccess_str name, bool *found)
{
    *found = false;
    for (; at < facts->named_count; at++) {
        *found = csuccess__quick_equal(facts->named[at].name, name);
        if (*found || !csuccess__quick_before(facts->named[at].name, name)) break;
    }
    return at;
}

static csuccess_result damaged(csuccess_error *err, const char *what, csuccess_str name)
{
    return csuccess__fail(err, CSUCCESS_ESTATE,
                          "the state's %s %q is damaged; restore it, or replay the customer's "
                          "history",
                          what, name);
}

static csuccess_result fail(csuccess_error *err, csuccess_result result, const char *what,
                            csuccess_str name)
{
    if (result == CSUCCESS_ESTATE) return damaged(err, what, name);
    if (result == CSUCCESS_ENOMEM) return csuccess__fail(err, result, "out of memory");
    return csuccess__fail(err, result, "%s %q: %s", what, name, csuccess_result_text(result));
}

static csuccess_result give_attributes(giving *g, csuccess_error *err)
{
    range fields = of_kind(g->state, CSUCCESS__STATE_ATTRIBUTE);
    uint32_t at = 0;
    for (; fields.at < fields.end; fields.at++) {
        bool found;
        at = seek(g->facts, at, fields.at->name, &found);
        if (!found) continue;
        const csuccess__named_slot *to = &g->facts->named[at];
        if (to->attribute->type == CSUCCESS__ATTRIBUTE_RECORDS || to->attribute->paired) {
            continue;
        }
        csuccess_result result = give_attribute(g, to, fields.at->payload);
        if (result < 0) return fail(err, result, "attribute", fields.at->name);
    }
    return CSUCCESS_OK;
}

/* The migration of what is kept under an earlier name only. */
static csuccess_result give_renamed(giving *g, const csuccess__named_slot *to)
{
    const csuccess__migration *migration = to->attribute->migrate;
    csuccess_str payload =
        csuccess__state_get(g->state, CSUCCESS__STATE_ATTRIBUTE, migration->from);
    if (!payload.ptr ||
        csuccess__state_get(g->state, CSUCCESS__STATE_ATTRIBUTE, to->name).ptr) {
        return CSUCCESS_OK;
    }
    csuccess__readings readings;
    if (!csuccess__readings_get(payload, &readings)) return CSUCCESS_ESTATE;
    const csuccess__kept *kept = &readings.list[0].kept;
    if (kept->tag == CSUCCESS__KEPT_UNSET) return CSUCCESS_OK;
    csuccess__value value;
    csuccess_result result = csuccess__migrate(&value, to->attribute, kept, g->facts);
    if (result < 0) return result;
    return give_value(g, to, &value, readings.list[0].stamp.observed);
}

static csuccess_result give_all_renamed(giving *g, csuccess_error *err)
{
    if (g->with->schema->migrations == 0) return CSUCCESS_OK;
    for (uint32_t i = 0; i < g->facts->named_count; i++) {
        const csuccess__named_slot *to = &g->facts->named[i];
        if (!to->attribute->migrate || !to->attribute->migrate->renames) continue;
        csuccess_result result = give_renamed(g, to);
        if (result < 0) return fail(err, result, "attribute", to->attribute->migrate->from);
    }
    return CSUCCESS_OK;
}

/* ---- Attributes that at_most compares ---- */

/* Nothing of it holds: what was refused last says why. */
static csuccess_result give_refused(giving *g, const csuccess__judgement *on, uint32_t pairing)
{
    uint32_t slot = g->with->schema->pairings[pairing].slot;
    const csuccess__candidate *last = NULL;
    for (uint32_t i = 0; i < on->count; i++) {
        if (on->list[i].pairing == pairing && on->list[i].refused) last = &on->list[i];
    }
    char bytes[248];
    csuccess__text reason;
    csuccess__text_init(&reason, bytes, sizeof bytes);
    if (!last) return CSUCCESS_OK;
    csuccess__pairings_say(g->with->schema, on, last, &reason);
    csuccess_result result = csuccess__set_quarantine(g->facts, g->facts->set, slot,
                                                      (csuccess_str){reason.ptr, reason.len});
    return result == CSUCCESS_ERANGE ? CSUCCESS_OK : result;
}

static csuccess_result give_paired(giving *g, const csuccess__judgement *on, uint32_t pairing)
{
    uint32_t slot = g->with->schema->pairings[pairing].slot;
    const csuccess__attribute *attribute = csuccess__facts_attribute(g->facts, slot);
    const csuccess__named_slot to = {attribute->name, attribute, slot};
    csuccess_str payload =
        csuccess__state_get(g->state, CSUCCESS__STATE_ATTRIBUTE, attribute->name);
    if (!payload.ptr) return CSUCCESS_OK;
    int32_t holds = on->holds[pairing];
    csuccess__readings readings;
    if (!csuccess__readings_get(payload, &readings)) return CSUCCESS_ESTATE;
    if (holds >= 0) {
        csuccess__reading_kept *reading = &readings.list[on->list[holds].index];
        return give_kept(g, &to, &reading->kept, reading->stamp.observed);
    }
    csuccess__kept *newest = &readings.list[0].kept;
    bool judged = csuccess__kept_fits(newest, attribute->type, attribute->item) &&
                  newest->value.kind == CSUCCESS__KIND_NUMBER;
    return judged ? give_refused(g, on, pairing)
                  : give_kept(g, &to, newest, readings.list[0].stamp.observed);
}

static csuccess_result give_pairings(giving *g, csuccess_error *err)
{
    const csuccess__schema *schema = g->with->schema;
    if (schema->pairing_count == 0) return CSUCCESS_OK;
    csuccess__judgement judgement;
    if (!csuccess__pairings_judge(g->with, g->state, &judgement)) {
        return damaged(err, "attribute", schema->slots[schema->pairings[0].slot].path);
    }
    for (uint32_t i = 0; i < schema->pairing_count; i++) {
        csuccess_result result = give_paired(g, &judgement, i);
        if (result < 0) {
            return fail(err, result, "attribute", schema->slots[schema->pairings[i].slot].path);
        }
    }
    return CSUCCESS_OK;
}

/* ---- Records ---- */

static const csuccess__attribute *field_of(const csuccess__attribute *collection,
                                           csuccess_str name, uint32_t *at)
{
    for (uint32_t i = 0; i < collection->field_count; i++) {
        *at = i + 1;
        if (csuccess__quick_equal(collection->fields[i].name, name)) {
            return &collection->fields[i];
        }
    }
    return NULL;
}

static csuccess_result give_field(giving *g, const csuccess__attribute *field,
                                  const csuccess__kept *kept, csuccess__value *out)
{
    if (kept->tag == CSUCCESS__KEPT_UNSET) return CSUCCESS_OK;
    if (kept->tag == CSUCCESS__KEPT_QUARANTINED) {
        *out = kept->value;
        return CSUCCESS_OK;
    }
    if (!csuccess__kept_fits(kept, field->type, field->item) ||
        is_other_currency(field, kept)) {
        *out = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
        return CSUCCESS_OK;
    }
    *out = kept->value;
    if (!complete(g, kept, out)) return CSUCCESS_ENOMEM;
    if (!is_allowed(field, out)) *out = csuccess__missing(CSUCCESS__ABSENCE_QUARANTINED);
    return CSUCCESS_OK;
}

/* The fields of a record that is there; *out NULL for what is left of one that was removed. */
static csuccess_result give_record(giving *g, const csuccess__attribute *collection,
                                   csuccess_str payload, csuccess__value *values, bool *there)
{
    csuccess__record_scan scan;
    csuccess_str name;
    csuccess__kept kept;
    csuccess__record_open(&scan, payload);
    while (csuccess__record_next(&scan, &name, &kept)) {
        uint32_t at = 0;
        const csuccess__attribute *field = field_of(collection, name, &at);
        csuccess_result result = field ? give_field(g, field, &kept, &values[at]) : CSUCCESS_OK;
        if (result < 0) return result;
    }
    *there = scan.is_set;
    return scan.in.bad ? CSUCCESS_ESTATE : CSUCCESS_OK;
}

static csuccess__value *fresh_record(giving *g, const csuccess__attribute *collection,
                                     csuccess_str id)
{
    csuccess__value *values = CSUCCESS__NEW_ARRAY(&g->facts->set->arena, csuccess__value,
                                                  (size_t)collection->field_count + 1);
    if (!values) return NULL;
    values[0] = csuccess__string(id);
    values[0].code = csuccess__constants_find(g->with->constants, id);
    for (uint32_t i = 0; i < collection->field_count; i++) {
        values[i + 1] = collection->fields[i].fallback;
    }
    return values;
}

/* Adds what is known of the subscription. */
static csuccess_result give_subscription(giving *g, const csuccess__attribute *collection,
                                         csuccess_str payload, csuccess__value *values,
                                         bool *there)
{
    bool ended = false;
    csuccess_result result =
        csuccess__subscription_give(payload, g->now, collection, values, &ended);
    for (uint32_t i = 1; i <= collection->field_count; i++) {
        if (values[i].kind != CSUCCESS__KIND_STRING) continue;
        values[i].code = csuccess__constants_find(g->with->constants, values[i].as.string);
    }
    *there = !ended;
    return result;
}

static csuccess_str id_of(const range *records, size_t skip)
{
    csuccess_str name = records->at->name;
    return (csuccess_str){name.ptr + skip, name.len - skip};
}

/* Which has the lesser id: below 0 the first record, above 0 the first subscription, 0 both. */
static int which_is_next(const range *records, const range *subscriptions, size_t skip)
{
    if (subscriptions->at == subscriptions->end) return -1;
    if (records->at == records->end) return 1;
    return csuccess__str_cmp(id_of(records, skip), subscriptions->at->name);
}

/* The record that comes next of records and subscriptions by their ids: either, or both of one id. */
static csuccess_result give_next(giving *g, const csuccess__attribute *collection,
                                 range *records, range *subscriptions, csuccess__value *out)
{
    size_t skip = collection->name.len + 1;
    int order = which_is_next(records, subscriptions, skip);
    csuccess__value *values = fresh_record(
        g, collection, order <= 0 ? id_of(records, skip) : subscriptions->at->name);
    if (!values) return CSUCCESS_ENOMEM;
    bool there = false;
    csuccess_result result = CSUCCESS_OK;
    if (order <= 0) {
        result = give_record(g, collection, records->at++->payload, values, &there);
    }
    if (order >= 0 && result == CSUCCESS_OK) {
        result = give_subscription(g, collection, subscriptions->at++->payload, values, &there);
    }
    out->kind = there ? CSUCCESS__KIND_RECORD : CSUCCESS__KIND_ANY;
    out->as.many.items = values;
    out->as.many.count = (size_t)collection->field_count + 1;
    return result;
}

static csuccess_result give_collection(giving *g, uint32_t slot, range records,
                                       range subscriptions)
{
    const csuccess__attribute *collection = csuccess__facts_attribute(g->facts, slot);
    size_t most =
        (size_t)(records.end - records.at) + (size_t)(subscriptions.end - subscriptions.at);
    csuccess__value *items = CSUCCESS__NEW_ARRAY(&g->facts->set->arena, csuccess__value, most);
    if (!items) return CSUCCESS_ENOMEM;
    size_t n = 0;
    while (records.at < records.end || subscriptions.at < subscriptions.end) {
        csuccess_result result = give_next(g, collection, &records, &subscriptions, &items[n]);
        if (result < 0) return result;
        if (items[n].kind == CSUCCESS__KIND_RECORD) n++;
    }
    csuccess__value list = {.kind = CSUCCESS__KIND_LIST};
    list.as.many.items = items;
    list.as.many.count = n;
    return csuccess__put_value(g->facts, slot, list);
}

/* Takes the records of one collection off the front; its name is empty where there is none. */
static range take_collection(range *records, csuccess_str *name)
{
    range taken = {records->at, records->at + 1};
    csuccess_str first = records->at->name;
    const char *slash = first.len ? memchr(first.ptr, '/', first.len) : NULL;
    *name = (csuccess_str){first.ptr, slash ? (size_t)(slash - first.ptr) : 0};
    csuccess_str prefix = {first.ptr, name->len + 1};
    while (slash && taken.end < records->end && csuccess__str_starts(taken.end->name, prefix)) {
        taken.end++;
    }
    records->at = taken.end;
    return taken;
}

static uint32_t collection_of(const giving *g, csuccess_str name)
{
    uint32_t slot = csuccess__facts_slot(g->facts, name);
    if (slot == UINT32_MAX) return slot;
    bool is = csuccess__facts_attribute(g->facts, slot)->type == CSUCCESS__ATTRIBUTE_RECORDS;
    return is ? slot : UINT32_MAX;
}

/* One collection, of records and, where it is the subscriptions', of these. */
static csuccess_result give_named(giving *g, csuccess_str name, range records,
                                  csuccess_error *err)
{
    range subscriptions = {NULL, NULL};
    uint32_t slot = collection_of(g, name);
    if (slot == UINT32_MAX) return CSUCCESS_OK;
    if (csuccess__str_is(name, "subscriptions")) {
        subscriptions = of_kind(g->state, CSUCCESS__STATE_SUBSCRIPTION);
        g->subscriptions_given = true;
    }
    if (!records.at && !subscriptions.at) return CSUCCESS_OK;
    csuccess_result result = give_collection(g, slot, records, subscriptions);
    return result < 0 ? fail(err, result, "record of", name) : result;
}

static csuccess_result give_records(giving *g, csuccess_error *err)
{
    range records = of_kind(g->state, CSUCCESS__STATE_RECORD);
    csuccess_result result = CSUCCESS_OK;
    while (records.at < records.end && result == CSUCCESS_OK) {
        csuccess_str name;
        range taken = take_collection(&records, &name);
        if (name.len == 0) return damaged(err, "record", taken.at->name);
        result = give_named(g, name, taken, err);
    }
    if (result < 0 || g->subscriptions_given) return result;
    return give_named(g, CSUCCESS_STR("subscriptions"), (range){NULL, NULL}, err);
}

csuccess_result csuccess__known_facts(const csuccess__knowing *with,
                                      const csuccess__state *state, int64_t now,
                                      csuccess_facts *facts, csuccess_error *err)
{
    giving g = {.with = with, .state = state, .facts = facts, .now = now};
    csuccess_facts_clear(facts);
    if (facts->machine) csuccess__machine_reset(facts->machine);
    csuccess_result result = give_attributes(&g, err);
    if (result == CSUCCESS_OK) result = give_all_renamed(&g, err);
    if (result == CSUCCESS_OK) result = give_pairings(&g, err);
    if (result == CSUCCESS_OK) result = give_records(&g, err);
    if (result < 0) csuccess_facts_clear(facts);
    return result;
}

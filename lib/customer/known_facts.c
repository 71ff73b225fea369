/* SPDX-License-Identifier: Apache-2.0 */
/* From the state to facts: once an advance and for every customer, so fields and definitions, which both stand in order of
   their names, are gone through side by side, and nothing is copied. */
#include "customer/known_internal.h"
#include "customer/subscriptions.h"

#include <string.h>

typedef struct giving {
    const csuccess__knowing *with;
    const csuccess__state *state;
    csuccess_facts *facts;
    int64_t now;
    bool subscriptions_given;
} giving;

static csuccess_result give_number(giving *g, uint32_t slot,
                                   const csuccess__attribute *attribute, double v)
{
    bool inside = (!attribute->has_min || v >= attribute->min) &&
                  (!attribute->has_max || v <= attribute->max);
    if (inside) return csuccess__put_value(g->facts, slot, csuccess__number(v));
    return csuccess__put_number(g->facts, slot, v);
}

/* What the definition allowed once it may allow no more. ERANGE: it is quarantined. */
static csuccess_result give_value(giving *g, uint32_t slot, csuccess__value value)
{
    const csuccess__attribute *attribute = csuccess__facts_attribute(g->facts, slot);
    if (value.kind == CSUCCESS__KIND_NUMBER) {
        return give_number(g, slot, attribute, value.as.number);
    }
    if (value.kind != CSUCCESS__KIND_STRING || attribute->allowed_count == 0) {
        return csuccess__put_value(g->facts, slot, value);
    }
    for (uint32_t i = 0; i < attribute->allowed_count; i++) {
        if (csuccess__str_eq(attribute->allowed[i], value.as.string)) {
            return csuccess__put_value(g->facts, slot, value);
        }
    }
    return csuccess__put_string(g->facts, slot, value.as.string);
}

static bool is_other_currency(const csuccess__attribute *attribute, const csuccess__kept *kept)
{
    return kept->currency.len > 0 && attribute->currency.len > 0 &&
           !csuccess__str_eq(kept->currency, attribute->currency);
}

static csuccess_result give_kept(giving *g, uint32_t slot, const csuccess__kept *kept,
                                 int64_t observed)
{
    const csuccess__attribute *attribute = csuccess__facts_attribute(g->facts, slot);
    csuccess__value value;
    if (kept->tag == CSUCCESS__KEPT_UNSET) return CSUCCESS_OK;
    csuccess_result result = CSUCCESS_OK;
    if (kept->tag == CSUCCESS__KEPT_QUARANTINED) {
        value = kept->value;
    } else if (csuccess__kept_fits(kept, attribute->type, attribute->item) &&
               !is_other_currency(attribute, kept)) {
        if (!csuccess__kept_value(&value, kept, g->with->constants, &g->facts->set->arena)) {
            return CSUCCESS_ENOMEM;
        }
    } else {
        result = csuccess__migrate(&value, attribute, kept, g->facts);
        if (result < 0) return result;
    }
    result = give_value(g, slot, value);
    if (result == CSUCCESS_OK) g->facts->set->observed[slot] = observed;
    return result == CSUCCESS_ERANGE ? CSUCCESS_OK : result;
}

/* An attribute of several readings that nothing compares any more: the one in force. */
static csuccess_result give_readings(giving *g, uint32_t slot, csuccess_str payload)
{
    csuccess__readings readings;
    if (!csuccess__readings_get(payload, &readings)) return CSUCCESS_ESTATE;
    return give_kept(g, slot, &readings.list[0].kept, readings.list[0].stamp.observed);
}

static csuccess_result give_attribute(giving *g, uint32_t slot, csuccess_str payload)
{
    bool single = payload.len > 0 && (payload.ptr[0] & 7) == 1 && !(payload.ptr[0] & 0xF0);
    if (!single) return give_readings(g, slot, payload);
    csuccess__wire in = csuccess__wire_open(payload);
    csuccess__kept kept;
    csuccess__stamp stamp;
    in.at++;
    csuccess__kept_get(&in, &kept);
    csuccess__stamp_get(&in, &stamp);
    if (!csuccess__wire_done(&in)) return CSUCCESS_ESTATE;
    return give_kept(g, slot, &kept, stamp.observed);
}

/* The first of the named slots from `at` on that does not come before a name; *found when it is that. */
static uint32_t seek(const csuccess_facts *facts, uint32_t at, csuccess_str name, bool *found)
{
    for (; at < facts->named_count; at++) {
        int order = csuccess__str_cmp(facts->named[at].name, name);
        *found = order == 0;
        if (order >= 0) return at;
    }
    *found = false;
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
    uint32_t count, at = 0;
    uint32_t first = csuccess__state_of_kind(g->state, CSUCCESS__STATE_ATTRIBUTE, &count);
    for (uint32_t i = 0; i < count; i++) {
        const csuccess__state_field *field = &g->state->fields[first + i];
        bool found;
        at = seek(g->facts, at, field->name, &found);
        if (!found) continue;
        uint32_t slot = g->facts->named[at].slot;
        const csuccess__attribute *attribute = csuccess__facts_attribute(g->facts, slot);
        if (attribute->type == CSUCCESS__ATTRIBUTE_RECORDS || attribute->paired) continue;
        csuccess_result result = give_attribute(g, slot, field->payload);
        if (result < 0) return fail(err, result, "attribute", field->name);
    }
    return CSUCCESS_OK;
}

/* What is kept under an earlier name only. */
static csuccess_result give_renamed(giving *g, csuccess_error *err)
{
    if (g->with->schema->migrations == 0) return CSUCCESS_OK;
    for (uint32_t i = 0; i < g->facts->named_count; i++) {
        uint32_t slot = g->facts->named[i].slot;
        const csuccess__attribute *attribute = csuccess__facts_attribute(g->facts, slot);
        if (!attribute->migrate || !attribute->migrate->renames) continue;
        csuccess_str payload =
            csuccess__state_get(g->state, CSUCCESS__STATE_ATTRIBUTE, attribute->migrate->from);
        if (!payload.ptr ||
            csuccess__state_get(g->state, CSUCCESS__STATE_ATTRIBUTE, attribute->name).ptr) {
            continue;
        }
        csuccess__readings readings;
        if (!csuccess__readings_get(payload, &readings)) {
            return damaged(err, "attribute", attribute->migrate->from);
        }
        const csuccess__kept *kept = &readings.list[0].kept;
        csuccess__value value;
        csuccess_result result = csuccess__migrate(&value, attribute, kept, g->facts);
        if (result == CSUCCESS_OK) result = give_value(g, slot, value);
        if (result == CSUCCESS_OK && kept->tag != CSUCCESS__KEPT_UNSET) {
            g->facts->set->observed[slot] = readings.list[0].stamp.observed;
        }
        if (result < 0 && result != CSUCCESS_ERANGE) {
            return fail(err, result, "attribute", attribute->name);
        }
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
    csuccess_str payload =
        csuccess__state_get(g->state, CSUCCESS__STATE_ATTRIBUTE, attribute->name);
    if (!payload.ptr) return CSUCCESS_OK;
    int32_t holds = on->holds[pairing];
    csuccess__readings readings;
    if (!csuccess__readings_get(payload, &readings)) return CSUCCESS_ESTATE;
    if (holds >= 0) {
        const csuccess__reading_kept *reading = &readings.list[on->list[holds].index];
        return give_kept(g, slot, &reading->kept, reading->stamp.observed);
    }
    const csuccess__kept *newest = &readings.list[0].kept;
    bool judged = csuccess__kept_fits(newest, attribute->type, attribute->item) &&
                  newest->value.kind == CSUCCESS__KIND_NUMBER;
    return judged ? give_refused(g, on, pairing)
                  : give_kept(g, slot, newest, readings.list[0].stamp.observed);
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

typedef struct range {
    const csuccess__state_field *at, *end;
} range;

static const csuccess__attribute *field_of(const csuccess__attribute *collection,
                                           csuccess_str name, uint32_t *at)
{
    for (uint32_t i = 0; i < collection->field_count; i++) {
        *at = i + 1;
        if (csuccess__str_eq(collection->fields[i].name, name)) return &collection->fields[i];
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
    bool given = csuccess__kept_value(out, kept, g->with->constants, &g->facts->set->arena);
    if (!given) return CSUCCESS_ENOMEM;
    char bytes[8];
    csuccess__text none;
    csuccess__text_init(&none, bytes, sizeof bytes);
    bool allowed = true;
    if (out->kind == CSUCCESS__KIND_NUMBER && (field->has_min || field->has_max)) {
        allowed = csuccess__number_allowed(field, out->as.number, &none) == CSUCCESS_OK;
    } else if (out->kind == CSUCCESS__KIND_STRING && field->allowed_count > 0) {
        allowed = csuccess__string_allowed(field, out->as.string, &none) == CSUCCESS_OK;
    }
    if (!allowed) *out = csuccess__missing(CSUCCESS__ABSENCE_QUARANTINED);
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

/* The record that comes next of records and subscriptions by their ids: either, or both of one id. */
static csuccess_result give_next(giving *g, const csuccess__attribute *collection,
                                 range *records, range *subscriptions, csuccess__value *out)
{
    size_t skip = collection->name.len + 1;
    csuccess_str left = {NULL, 0}, right = {NULL, 0};
    if (records->at < records->end) {
        left = (csuccess_str){records->at->name.ptr + skip, records->at->name.len - skip};
    }
    if (subscriptions->at < subscriptions->end) right = subscriptions->at->name;
    int order = !right.ptr ? -1 : !left.ptr ? 1 : csuccess__str_cmp(left, right);
    csuccess__value *values = fresh_record(g, collection, order <= 0 ? left : right);
    if (!values) return CSUCCESS_ENOMEM;
    bool there = false, ended = false;
    csuccess_result result = CSUCCESS_OK;
    if (order <= 0) {
        result = give_record(g, collection, records->at++->payload, values, &there);
    }
    if (order >= 0 && result == CSUCCESS_OK) {
        result = csuccess__subscription_give(subscriptions->at++->payload, g->now, collection,
                                             values, &ended);
        for (uint32_t i = 1; i <= collection->field_count; i++) {
            if (values[i].kind != CSUCCESS__KIND_STRING || values[i].code != 0) continue;
            values[i].code = csuccess__constants_find(g->with->constants, values[i].as.string);
        }
        there = !ended;
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

static range of_kind(const csuccess__state *state, csuccess__state_kind kind)
{
    uint32_t count;
    uint32_t first = csuccess__state_of_kind(state, kind, &count);
    const csuccess__state_field *at = count ? &state->fields[first] : NULL;
    return (range){at, at ? at + count : NULL};
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

static csuccess_result give_records(giving *g, csuccess_error *err)
{
    range records = of_kind(g->state, CSUCCESS__STATE_RECORD);
    range subscriptions = of_kind(g->state, CSUCCESS__STATE_SUBSCRIPTION);
    while (records.at < records.end) {
        csuccess_str name;
        range taken = take_collection(&records, &name);
        if (name.len == 0) return damaged(err, "record", taken.at->name);
        bool own = csuccess__str_is(name, "subscriptions");
        uint32_t slot = collection_of(g, name);
        if (slot == UINT32_MAX) continue;
        csuccess_result result =
            give_collection(g, slot, taken, own ? subscriptions : (range){NULL, NULL});
        if (result < 0) return fail(err, result, "record of", name);
        if (own) g->subscriptions_given = true;
    }
    if (g->subscriptions_given || subscriptions.at == subscriptions.end) return CSUCCESS_OK;
    csuccess_str name = CSUCCESS_STR("subscriptions");
    uint32_t slot = collection_of(g, name);
    if (slot == UINT32_MAX) return CSUCCESS_OK;
    csuccess_result result = give_collection(g, slot, (range){NULL, NULL}, subscriptions);
    return result < 0 ? fail(err, result, "record of", name) : result;
}

csuccess_result csuccess__known_facts(const csuccess__knowing *with,
                                      const csuccess__state *state, int64_t now,
                                      csuccess_facts *facts, csuccess_error *err)
{
    giving g = {.with = with, .state = state, .facts = facts, .now = now};
    csuccess_facts_clear(facts);
    if (facts->machine) csuccess__machine_reset(facts->machine);
    csuccess_result result = give_attributes(&g, err);
    if (result == CSUCCESS_OK) result = give_renamed(&g, err);
    if (result == CSUCCESS_OK) result = give_pairings(&g, err);
    if (result == CSUCCESS_OK) result = give_records(&g, err);
    if (result < 0) csuccess_facts_clear(facts);
    return result;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Records of collections: what an input sets in one, and one that is taken away. Every field holds by itself the value that
   was observed last; taking away leaves the time at which it was done, so that what is older does not come back. */
#include "customer/known_internal.h"

#include <string.h>

typedef struct change {
    csuccess__applying *at;
    const csuccess__attribute *collection;
    csuccess_str name; /* "collection/id" */
    csuccess__stamp stamp;
    csuccess__record record;
} change;

csuccess_str csuccess__record_name(csuccess__applying *at, csuccess_str collection,
                                   csuccess_str id)
{
    char *name = csuccess__arena_take(at->step->out->arena, collection.len + id.len + 2, 1);
    if (!name) {
        csuccess__step_fail(at->step, CSUCCESS_ENOMEM);
        return (csuccess_str){NULL, 0};
    }
    memcpy(name, collection.ptr, collection.len);
    name[collection.len] = '/';
    memcpy(name + collection.len + 1, id.ptr, id.len);
    return (csuccess_str){name, collection.len + 1 + id.len};
}

static const csuccess__attribute *collection_of(const csuccess__schema *schema,
                                                csuccess_str name)
{
    uint32_t slot = csuccess__schema_find(schema, name, NULL);
    if (slot >= schema->inputs) return NULL;
    const csuccess__attribute *attribute = schema->slots[slot].attribute;
    return attribute->type == CSUCCESS__ATTRIBUTE_RECORDS ? attribute : NULL;
}

/* The index of a field, or where it belongs. */
static uint32_t place_of(const csuccess__record *record, csuccess_str name, bool *found)
{
    uint32_t at = 0;
    int order = 1;
    while (at < record->count &&
           (order = csuccess__str_cmp(record->fields[at].name, name)) < 0) {
        at++;
    }
    *found = at < record->count && order == 0;
    return at;
}

static void tell_conflict(change *c, const csuccess__record_field *there,
                          const csuccess__reading_kept *fresh)
{
    csuccess__reading_kept kept = {there->kept, there->stamp};
    if (csuccess__str_eq(there->kept.raw, fresh->kept.raw)) return;
    int rank = csuccess__stamp_rank(c->at->with, &there->stamp, &fresh->stamp);
    csuccess_str name = csuccess__record_name(c->at, c->name, there->name);
    if (!name.ptr) return;
    if (rank > 0) {
        csuccess__apply_conflict(c->at, name, &kept, fresh);
    } else if (there->stamp.observed == fresh->stamp.observed) {
        csuccess__apply_conflict(c->at, name, fresh, &kept);
    }
}

/* Sets one field; the record has room for one more. */
static void set_field(change *c, csuccess_str name, const csuccess__reading_kept *fresh)
{
    csuccess__record *record = &c->record;
    const csuccess__knowing *with = c->at->with;
    if (record->is_gone && csuccess__stamp_rank(with, &record->gone, &fresh->stamp) >= 0)
        return;
    bool found;
    uint32_t place = place_of(record, name, &found);
    csuccess__record_field *field = &record->fields[place];
    if (found) {
        tell_conflict(c, field, fresh);
        int rank = csuccess__stamp_rank(with, &field->stamp, &fresh->stamp);
        if (rank == 0) rank = csuccess__str_cmp(field->kept.raw, fresh->kept.raw);
        if (rank >= 0) return;
    } else {
        memmove(field + 1, field, (record->count - place) * sizeof *field);
        record->count++;
    }
    *field = (csuccess__record_field){name, fresh->kept, fresh->stamp};
    if (!record->is_set || csuccess__stamp_rank(with, &record->set, &fresh->stamp) < 0) {
        record->set = fresh->stamp;
        record->is_set = true;
    }
}

static const csuccess__attribute *field_of(const csuccess__attribute *collection,
                                           csuccess_str name)
{
    for (uint32_t i = 0; i < collection->field_count; i++) {
        if (csuccess__str_eq(collection->fields[i].name, name)) return &collection->fields[i];
    }
    return NULL;
}

/* What a record input says beside the fields. */
static bool is_of_the_input(const csuccess__input *input, csuccess_str name)
{
    static const char *const words[] = {"collection", "id", "removed", NULL};
    return input->type == CSUCCESS__INPUT_RECORD && csuccess__str_among(name, words);
}

/* It is there from the input's time on, whether it says a field or none. */
static void set_presence(change *c)
{
    csuccess__record *record = &c->record;
    const csuccess__knowing *with = c->at->with;
    if (record->is_gone && csuccess__stamp_rank(with, &record->gone, &c->stamp) >= 0) return;
    if (!record->is_set || csuccess__stamp_rank(with, &record->set, &c->stamp) < 0) {
        record->set = c->stamp;
    }
    record->is_set = true;
}

static void set_trait(change *c, const csuccess__property *trait)
{
    csuccess__applying *at = c->at;
    const csuccess__attribute *field = field_of(c->collection, trait->name);
    if (!field) {
        if (at->unknown) ++*at->unknown;
        return;
    }
    csuccess__reading_kept fresh;
    if (csuccess__trait_read(at, field, trait, &fresh) == CSUCCESS_OK) {
        set_field(c, field->name, &fresh);
    }
}

static void set_fields(change *c)
{
    const csuccess__input *input = c->at->input;
    set_presence(c);
    for (uint32_t i = 0; i < input->count && c->at->step->failed == CSUCCESS_OK; i++) {
        if (is_of_the_input(input, input->properties[i].name)) continue;
        set_trait(c, &input->properties[i]);
    }
}

static void take_away(change *c)
{
    csuccess__record *record = &c->record;
    const csuccess__knowing *with = c->at->with;
    if (!record->is_gone || csuccess__stamp_rank(with, &record->gone, &c->stamp) < 0) {
        record->gone = c->stamp;
        record->is_gone = true;
    }
    if (record->is_set && csuccess__stamp_rank(with, &record->set, &record->gone) <= 0) {
        record->is_set = false;
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < record->count; i++) {
        csuccess__record_field *field = &record->fields[i];
        if (csuccess__stamp_rank(with, &field->stamp, &record->gone) <= 0) continue;
        record->fields[kept++] = *field;
    }
    record->count = kept;
}

/* Reads what is there, with room for the fields that the input may add. */
static bool open_record(change *c, csuccess_str payload)
{
    csuccess__arena *arena = c->at->step->out->arena;
    csuccess_result result = CSUCCESS_OK;
    if (payload.ptr) result = csuccess__record_get(payload, &c->record, arena);
    size_t most = (size_t)c->record.count + c->at->input->count;
    csuccess__record_field *fields = CSUCCESS__NEW_ARRAY(arena, csuccess__record_field, most);
    if (result == CSUCCESS_OK && !fields) result = CSUCCESS_ENOMEM;
    if (result < 0) {
        csuccess__step_fail(c->at->step, result);
        return false;
    }
    for (uint32_t i = 0; i < c->record.count; i++) fields[i] = c->record.fields[i];
    c->record.fields = fields;
    return true;
}

static void close_record(change *c)
{
    csuccess__step *step = c->at->step;
    if (step->failed < 0 || (!c->record.is_set && !c->record.is_gone)) return;
    csuccess__buffer_clear(step->scratch);
    if (!csuccess__record_put(step->scratch, &c->record, step->out->arena)) {
        csuccess__step_fail(step, CSUCCESS_ENOMEM);
        return;
    }
    csuccess__apply_put(c->at, CSUCCESS__STATE_RECORD, c->name);
}

/* ---- How many there are ---- */

typedef struct census {
    uint32_t there, gone;
    csuccess_str oldest; /* name of the one that went first */
    csuccess__stamp stamp;
} census;

static void count_one(change *c, const csuccess__state_field *field, census *out)
{
    csuccess__stamp gone;
    bool is_set;
    if (!csuccess__record_glance(field->payload, &is_set, &gone)) {
        csuccess__step_fail(c->at->step, CSUCCESS_ESTATE);
        return;
    }
    if (is_set) {
        out->there++;
        return;
    }
    if (out->gone == 0 || csuccess__stamp_order(&gone, &out->stamp) < 0) {
        out->oldest = field->name;
        out->stamp = gone;
    }
    out->gone++;
}

static census count_records(change *c)
{
    census out = {0};
    uint32_t count;
    const csuccess__state *state = c->at->step->state;
    uint32_t first = csuccess__state_of_kind(state, CSUCCESS__STATE_RECORD, &count);
    csuccess_str prefix = {c->name.ptr, c->collection->name.len + 1};
    for (uint32_t i = first; i < first + count; i++) {
        if (!csuccess__str_starts(state->fields[i].name, prefix)) continue;
        count_one(c, &state->fields[i], &out);
    }
    return out;
}

static csuccess_result refuse_many(change *c)
{
    char bytes[200];
    csuccess__text reason;
    csuccess__text_init(&reason, bytes, sizeof bytes);
    csuccess__text_format(&reason, "%S: more than %u records, its \"max\"", c->collection->name,
                          c->collection->max_records);
    return csuccess__apply_refuse(c->at, (csuccess_str){reason.ptr, reason.len});
}

/* What is left of records that were removed is as much as there may be records: beyond, what went first is forgotten. */
static void forget_oldest(change *c)
{
    if (c->record.is_set || c->at->step->failed < 0) return;
    census all = count_records(c);
    if (c->at->step->failed < 0 || all.gone <= c->collection->max_records) return;
    csuccess__state_drop(c->at->step->state, CSUCCESS__STATE_RECORD, all.oldest);
}

/* Whether it was not there and would be. */
static bool comes(const change *c)
{
    const csuccess__record *record = &c->record;
    if (record->is_set) return false;
    return !record->is_gone || csuccess__stamp_rank(c->at->with, &record->gone, &c->stamp) < 0;
}

static csuccess_result make_change(change *c, bool removed)
{
    if (removed) {
        if (!c->at->asks) take_away(c);
    } else if (comes(c) && count_records(c).there >= c->collection->max_records) {
        return refuse_many(c);
    } else if (!c->at->asks) {
        set_fields(c);
    }
    if (!c->at->asks) close_record(c);
    if (!c->at->asks) forget_oldest(c);
    return CSUCCESS_OK;
}

static csuccess_result change_record(csuccess__applying *at,
                                     const csuccess__attribute *collection, csuccess_str id,
                                     bool removed)
{
    change c = {.at = at, .collection = collection};
    if (id.len > CSUCCESS__KEPT_NAME) {
        return csuccess__apply_refuse(at,
                                      CSUCCESS_STR("the id of a record has at most 256 bytes"));
    }
    c.name = csuccess__record_name(at, collection->name, id);
    if (!c.name.ptr) return CSUCCESS_OK;
    c.stamp = csuccess__apply_stamp(at);
    csuccess_str payload = csuccess__state_get(at->step->state, CSUCCESS__STATE_RECORD, c.name);
    return open_record(&c, payload) ? make_change(&c, removed) : CSUCCESS_OK;
}

static csuccess_result unknown_collection(csuccess__applying *at, csuccess_str name)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, name);
    const csuccess__schema *schema = at->with->schema;
    for (uint32_t i = 0; i < schema->inputs; i++) {
        if (schema->slots[i].attribute->type != CSUCCESS__ATTRIBUTE_RECORDS) continue;
        csuccess__nearest_try(&near, schema->slots[i].path);
    }
    if (at->unknown) ++*at->unknown;
    if (!at->reason || at->asks) return CSUCCESS_OK;
    csuccess__text_format(at->reason, "the configuration has no collection %q", name);
    if (near.best.ptr) {
        csuccess__text_format(at->reason, " (did you mean %q?)", near.best);
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess__apply_record(csuccess__applying *at)
{
    csuccess__value name =
        csuccess__input_value(at->input, "collection", CSUCCESS__KIND_STRING);
    csuccess__value id = csuccess__input_value(at->input, "id", CSUCCESS__KIND_STRING);
    csuccess__value removed = csuccess__input_value(at->input, "removed", CSUCCESS__KIND_BOOL);
    if (csuccess__is_missing(name) || csuccess__is_missing(id) || id.as.string.len == 0) {
        return csuccess__apply_refuse(
            at, CSUCCESS_STR("a record needs the texts \"collection\" and \"id\""));
    }
    if (csuccess__is_missing(removed) &&
        csuccess__input_property(at->input, CSUCCESS_STR("removed"))) {
        return csuccess__apply_refuse(at, CSUCCESS_STR("\"removed\" is true or false"));
    }
    const csuccess__attribute *collection = collection_of(at->with->schema, name.as.string);
    if (!collection) return unknown_collection(at, name.as.string);
    bool gone = !csuccess__is_missing(removed) && removed.as.boolean;
    return change_record(at, collection, id.as.string, gone);
}

csuccess_result csuccess__apply_contact(csuccess__applying *at)
{
    const csuccess__attribute *contacts =
        collection_of(at->with->schema, CSUCCESS_STR("contacts"));
    if (contacts) return change_record(at, contacts, at->input->user, false);
    if (at->unknown) *at->unknown += at->input->count;
    return CSUCCESS_OK;
}

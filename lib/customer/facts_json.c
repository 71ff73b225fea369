/* SPDX-License-Identifier: Apache-2.0 */
/* Facts from JSON: whole rows, and single attributes of any type. */
#include "customer/facts_internal.h"

#include "text/numeral.h"

#include <string.h>

enum { REASON_BYTES = 248 };

/* What reading one attribute of a set needs. */
typedef struct source {
    const csuccess_facts *facts;
    csuccess__fact_set *set;
    csuccess__arena *arena; /* for strings and lists */
    uint32_t slot;
    csuccess_error *err;
} fact_source;

static bool note_field(void *ud, csuccess_str record, csuccess_str reason)
{
    const fact_source *source = ud;
    char bytes[REASON_BYTES];
    csuccess__text text;
    csuccess__text_init(&text, bytes, sizeof bytes);
    csuccess__text_format(&text, "%S.%S.%S",
                          csuccess__facts_attribute(source->facts, source->slot)->name, record,
                          reason);
    return csuccess__set_note(source->facts, source->set, source->slot,
                              (csuccess_str){text.ptr, text.len});
}

/* {"value": …, "at": "…"}: a value and when it was observed. In a collection `at` would be a record, and so
   an object; here it is a string. */
static bool is_observed(const csuccess__json *node)
{
    const csuccess__json *at = csuccess__json_member(node, "at");
    return node->count == 2 && at && at->type == CSUCCESS__JSON_STRING &&
           csuccess__json_member(node, "value");
}

static csuccess_result read_observed(const fact_source *source, const csuccess__json **node,
                                     int64_t *observed)
{
    *observed = CSUCCESS__NOT_OBSERVED;
    if ((*node)->type != CSUCCESS__JSON_OBJECT || !is_observed(*node)) return CSUCCESS_OK;
    const csuccess__json *at = csuccess__json_member(*node, "at");
    if (!csuccess__time_parse(observed, at->string, NULL) &&
        !csuccess__date_parse(observed, at->string, NULL)) {
        csuccess__fail(source->err, CSUCCESS_ETYPE,
                       "%S: \"at\" must be the time of observation such as "
                       "\"2026-01-31T08:00:00Z\", found %q",
                       csuccess__facts_attribute(source->facts, source->slot)->name,
                       at->string);
        csuccess__json_place(source->err, at);
        return CSUCCESS_ETYPE;
    }
    *node = csuccess__json_member(*node, "value");
    return CSUCCESS_OK;
}

/* After an error the set's values are as before; its list of quarantined values may have grown at its end. */
static csuccess_result read_slot(fact_source *source, const csuccess__json *node)
{
    int64_t observed;
    csuccess_result result = read_observed(source, &node, &observed);
    if (result < 0) return result;
    char bytes[REASON_BYTES];
    csuccess__text reason;
    csuccess__text_init(&reason, bytes, sizeof bytes);
    csuccess__reading reading = {.arena = source->arena,
                                 .constants = source->facts->constants,
                                 .limits = source->facts->limits,
                                 .reason = &reason,
                                 .err = source->err,
                                 .ud = source,
                                 .note = note_field};
    size_t earlier = source->set->quarantined_count;
    csuccess__value value;
    result = csuccess__value_read(
        &value, csuccess__facts_attribute(source->facts, source->slot), node, &reading);
    if (result == CSUCCESS_ERANGE) {
        return csuccess__set_quarantine(source->facts, source->set, source->slot,
                                        (csuccess_str){reason.ptr, reason.len});
    }
    if (result < 0) return result;
    csuccess__set_forgive(source->set, source->slot, earlier);
    bool absent = node->type == CSUCCESS__JSON_NULL;
    source->set->values[source->slot] = absent ? source->facts->blank[source->slot] : value;
    source->set->observed[source->slot] = absent ? CSUCCESS__NOT_OBSERVED : observed;
    return CSUCCESS_OK;
}

static csuccess_result wrong_customer(const csuccess__json *node, csuccess_error *err)
{
    csuccess__fail(err, CSUCCESS_ETYPE, "customer_id: expected a string, found %s",
                   csuccess__json_type_name(node));
    csuccess__json_place(err, node);
    return CSUCCESS_ETYPE;
}

/* The id of the row: a string, or a number, which is taken as it would be written. */
static csuccess_result read_customer(const csuccess_facts *facts, csuccess__fact_set *set,
                                     const csuccess__json *node, csuccess_error *err)
{
    char digits[CSUCCESS__NUMERAL_MAX];
    csuccess_str id = node->string;
    if (node->type == CSUCCESS__JSON_NULL) return CSUCCESS_OK;
    if (node->type == CSUCCESS__JSON_NUMBER) {
        id = (csuccess_str){digits, csuccess__numeral_write(digits, node->number)};
    } else if (node->type != CSUCCESS__JSON_STRING) {
        return wrong_customer(node, err);
    }
    if (id.len > facts->limits->string_bytes) {
        csuccess__fail(err, CSUCCESS_ELIMIT,
                       "customer_id: more than %u bytes (limits.string_bytes)",
                       facts->limits->string_bytes);
        csuccess__json_place(err, node);
        return CSUCCESS_ELIMIT;
    }
    set->customer = csuccess__arena_copy(&set->arena, id);
    if (set->customer.ptr) return CSUCCESS_OK;
    return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
}

static csuccess_result read_member(fact_source *source, const csuccess__json *member)
{
    if (csuccess__str_is(member->key, "customer_id")) {
        return read_customer(source->facts, source->set, member, source->err);
    }
    source->slot = csuccess__facts_slot(source->facts, member->key);
    if (source->slot != UINT32_MAX) return read_slot(source, member);
    if (source->facts->lenient) return CSUCCESS_OK;
    csuccess__facts_unknown(source->facts, member->key, source->err);
    csuccess__json_place(source->err, member);
    return CSUCCESS_ENAME;
}

static void say_more(csuccess_error *err, uint32_t more)
{
    if (!err || more == 0 || err->size < sizeof *err) return;
    csuccess__text text = {
        .ptr = err->message, .cap = sizeof err->message, .len = strlen(err->message)};
    csuccess__text_format(&text, " (and %u more problem%s in this row)", more,
                          more == 1 ? "" : "s");
}

static csuccess_result read_members(fact_source *source, const csuccess__json *row)
{
    csuccess_result first = CSUCCESS_OK;
    csuccess_error *err = source->err;
    uint32_t problems = 0;
    for (const csuccess__json *m = row->first; m; m = m->next) {
        csuccess_result result = read_member(source, m);
        if (result == CSUCCESS_OK || result == CSUCCESS_ERANGE) continue;
        if (result == CSUCCESS_ENOMEM) {
            return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
        }
        if (problems++ == 0) first = result;
        source->err = NULL; /* the first one is told */
    }
    if (problems > 0) say_more(err, problems - 1);
    return first;
}

static csuccess_result parse(csuccess_facts *facts, csuccess__json **out, csuccess_str json,
                             csuccess_error *err)
{
    csuccess__arena_reset(&facts->parse);
    csuccess__json_options options = {.limits = facts->limits, .lines = true};
    return csuccess__json_read(out, &facts->parse, json, &options, err);
}

csuccess_result csuccess_facts_ignore_unknown(csuccess_facts *facts, int32_t on)
{
    if (!facts) return CSUCCESS_EINVALID;
    facts->lenient = on != 0;
    return CSUCCESS_OK;
}

csuccess_result csuccess_facts_read_json(csuccess_facts *facts, csuccess_str json,
                                         csuccess_error *err)
{
    if (!facts) return csuccess__fail(err, CSUCCESS_EINVALID, "facts is required");
    csuccess__json *row;
    csuccess_result result = parse(facts, &row, json, err);
    if (result < 0) return result;
    if (row->type != CSUCCESS__JSON_OBJECT) {
        csuccess__fail(err, CSUCCESS_ETYPE,
                       "a row is an object of attributes by name, found %s",
                       csuccess__json_type_name(row));
        csuccess__json_place(err, row);
        return CSUCCESS_ETYPE;
    }
    csuccess__fact_set *spare = facts->spare;
    csuccess__set_clear(facts, spare);
    fact_source source = {.facts = facts, .set = spare, .arena = &spare->arena, .err = err};
    result = read_members(&source, row);
    if (result < 0) return result;
    facts->spare = facts->set;
    facts->set = spare;
    return CSUCCESS_OK;
}

static csuccess__turns *turns_of(const csuccess_facts *facts, csuccess__fact_set *set,
                                 uint32_t slot)
{
    if (set->built[slot]) return set->built[slot];
    csuccess__turns *turns = csuccess__alloc(&facts->mem, 1, sizeof *turns);
    if (!turns) return NULL;
    csuccess__arena_init(&turns->arenas[0], &facts->mem, 0);
    csuccess__arena_init(&turns->arenas[1], &facts->mem, 0);
    set->built[slot] = turns;
    return turns;
}

csuccess_result csuccess__put_json(csuccess_facts *facts, uint32_t slot, csuccess_str json,
                                   csuccess_error *err)
{
    csuccess__json *node;
    csuccess_result result = parse(facts, &node, json, err);
    if (result < 0) return result;
    csuccess__turns *turns = turns_of(facts, facts->set, slot);
    if (!turns) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    uint32_t idle = 1 - turns->active;
    csuccess__arena_reset(&turns->arenas[idle]);
    fact_source source = {.facts = facts,
                          .set = facts->set,
                          .arena = &turns->arenas[idle],
                          .slot = slot,
                          .err = err};
    size_t earlier = facts->set->quarantined_count;
    result = read_slot(&source, node);
    if (result == CSUCCESS_OK) {
        turns->active = idle;
    } else if (result == CSUCCESS_ENOMEM) {
        csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    } else if (result == CSUCCESS_ERANGE) {
        size_t last = facts->set->quarantined_count - 1;
        csuccess__fail(err, CSUCCESS_ERANGE, "%s", facts->set->quarantined[last].reason);
        csuccess__json_place(err, node);
    }
    if (result < 0 && result != CSUCCESS_ERANGE) facts->set->quarantined_count = earlier;
    return result;
}

csuccess_result csuccess_facts_set_json(csuccess_facts *facts, csuccess_str name,
                                        csuccess_str json, csuccess_error *err)
{
    if (!facts) return csuccess__fail(err, CSUCCESS_EINVALID, "facts is required");
    uint32_t slot = csuccess__facts_slot(facts, name);
    if (slot == UINT32_MAX) return csuccess__facts_unknown(facts, name, err);
    return csuccess__put_json(facts, slot, json, err);
}

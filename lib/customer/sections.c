/* SPDX-License-Identifier: Apache-2.0 */
/* The sections `attributes` and `records`: each definition becomes an input slot. */
#include "customer/attribute.h"
#include "customer/schema_internal.h"
#include "text/reader.h"

static bool is_section(csuccess__problems *problems, const csuccess__json *section,
                       const char *name)
{
    if (!section || section->type == CSUCCESS__JSON_OBJECT) return section != NULL;
    csuccess__problem(problems, section, CSUCCESS_ECONFIG,
                      "\"%s\" must be an object of definitions by name, found %s", name,
                      csuccess__json_type_name(section));
    return false;
}

static uint32_t add_input(csuccess__schema *schema, const csuccess__attribute *attribute)
{
    csuccess__slot slot = {.path = attribute->name,
                           .type = attribute->value,
                           .stratum = CSUCCESS__STRATUM_INPUT,
                           .attribute = attribute};
    uint32_t at = csuccess__schema_add(schema, &slot);
    if (at != UINT32_MAX) schema->inputs = schema->count;
    return at;
}

/* The pairing of a slot, made when there is none; UINT32_MAX: they are too many. */
static uint32_t pairing_of(csuccess__pairing *list, uint32_t *count, uint32_t slot)
{
    for (uint32_t i = 0; i < *count; i++) {
        if (list[i].slot == slot) return i;
    }
    if (*count == CSUCCESS__PAIRINGS) return UINT32_MAX;
    list[*count] = (csuccess__pairing){slot, UINT32_MAX};
    return (*count)++;
}

static bool is_number(const csuccess__attribute *attribute)
{
    return attribute->type == CSUCCESS__ATTRIBUTE_NUMBER ||
           attribute->type == CSUCCESS__ATTRIBUTE_MONEY;
}

/* The slot that "at_most" of a definition names; UINT32_MAX, noted: it cannot be that. */
static uint32_t find_most(csuccess__schema *schema, csuccess__problems *problems,
                          const csuccess__json *node, uint32_t slot)
{
    uint32_t most = csuccess__schema_find(schema, node->string, NULL);
    if (most == UINT32_MAX) {
        csuccess__nearest near;
        csuccess__nearest_start(&near, node->string);
        bool may = csuccess__nearest_may(&schema->compared, schema->count);
        for (uint32_t i = 0; may && i < schema->count; i++) {
            csuccess__nearest_try(&near, schema->slots[i].path);
        }
        csuccess__problem(problems, node, CSUCCESS_ENAME,
                          near.best.ptr ? "unknown attribute %q (did you mean %q?)"
                                        : "unknown attribute %q",
                          node->string, near.best);
    } else if (most == slot) {
        csuccess__problem(problems, node, CSUCCESS_ECYCLE,
                          "\"at_most\" of %q names itself; name another number", node->string);
        most = UINT32_MAX;
    } else if (!is_number(schema->slots[most].attribute)) {
        csuccess__problem(problems, node, CSUCCESS_ETYPE,
                          "\"at_most\" names a number or money; %q is a %s", node->string,
                          csuccess__attribute_type_name(schema->slots[most].attribute->type));
        most = UINT32_MAX;
    }
    return most;
}

/* "at_most", once every attribute is known. The definitions are still being made, so what is marked is ours. */
static void pair(csuccess__schema *schema, csuccess__problems *problems, uint32_t slot)
{
    const csuccess__attribute *own = schema->slots[slot].attribute;
    const csuccess__json *node = csuccess__json_member(own->at, "at_most");
    if (!node || !is_number(own)) return;
    if (node->type != CSUCCESS__JSON_STRING) {
        csuccess__problem(problems, node, CSUCCESS_ECONFIG,
                          "\"at_most\" is the name of another attribute, found %s",
                          csuccess__json_type_name(node));
        return;
    }
    uint32_t most = find_most(schema, problems, node, slot);
    if (most == UINT32_MAX) return;
    csuccess__pairing *list = (csuccess__pairing *)(uintptr_t)schema->pairings;
    uint32_t low = pairing_of(list, &schema->pairing_count, slot);
    uint32_t high = pairing_of(list, &schema->pairing_count, most);
    if (low == UINT32_MAX || high == UINT32_MAX) {
        csuccess__problem(problems, node, CSUCCESS_ELIMIT,
                          "more than %u attributes are compared by \"at_most\"",
                          (uint32_t)CSUCCESS__PAIRINGS);
        return;
    }
    list[low].most = high;
    schema->slots[most].used = true;
    ((csuccess__attribute *)(uintptr_t)own)->paired = true;
    ((csuccess__attribute *)(uintptr_t)schema->slots[most].attribute)->paired = true;
}

/* The earlier name of an attribute must be nobody's today. */
static void check_migration(csuccess__schema *schema, csuccess__problems *problems,
                            uint32_t slot)
{
    const csuccess__attribute *own = schema->slots[slot].attribute;
    if (!own->migrate) return;
    schema->migrations++;
    if (!own->migrate->renames ||
        csuccess__schema_find(schema, own->migrate->from, NULL) == UINT32_MAX) {
        return;
    }
    const csuccess__json *node = csuccess__json_member(own->at, "migrate");
    csuccess__problem(problems, csuccess__json_member(node, "from"), CSUCCESS_ENAME,
                      "%q is an attribute of this configuration; only one that is gone can be "
                      "migrated from",
                      own->migrate->from);
}

static void link_attributes(csuccess__schema *schema, csuccess__problems *problems)
{
    schema->pairings =
        CSUCCESS__NEW_ARRAY(schema->arena, csuccess__pairing, CSUCCESS__PAIRINGS);
    if (!schema->pairings) {
        problems->lost = true;
        return;
    }
    for (uint32_t i = 0; i < schema->count; i++) {
        if (!schema->slots[i].attribute || !schema->slots[i].attribute->at) continue;
        pair(schema, problems, i);
        check_migration(schema, problems, i);
    }
}

void csuccess__attributes_compile(csuccess__schema *schema, csuccess__compiler *with,
                                  csuccess__problems *problems,
                                  const csuccess__json *attributes)
{
    if (!is_section(problems, attributes, "attributes")) return;
    csuccess__defining defining = {.with = with, .problems = problems};
    for (const csuccess__json *at = attributes->first; at; at = at->next) {
        csuccess__attribute *attribute = CSUCCESS__NEW(with->arena, csuccess__attribute);
        if (!attribute) {
            problems->lost = true;
            return;
        }
        if (!csuccess__attribute_define(attribute, &defining, at)) continue;
        if (add_input(schema, attribute) == UINT32_MAX) problems->lost = true;
    }
    link_attributes(schema, problems);
}

uint32_t csuccess__schema_implicit(csuccess__schema *schema, csuccess_str name,
                                   csuccess__attribute_type type)
{
    uint32_t known = csuccess__schema_find(schema, name, NULL);
    if (known != UINT32_MAX) return known;
    csuccess__attribute *attribute = CSUCCESS__NEW(schema->arena, csuccess__attribute);
    if (!attribute) return UINT32_MAX;
    attribute->name = csuccess__arena_copy(schema->arena, name);
    if (!attribute->name.ptr) return UINT32_MAX;
    attribute->type = type;
    attribute->value = csuccess__attribute_kind(type);
    attribute->fallback = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    return add_input(schema, attribute);
}

/* The type of a record: its id, then the fields in their order. */
static const csuccess__type *record_list_type(csuccess__arena *arena,
                                              const csuccess__attribute *fields, uint32_t count)
{
    csuccess__type *list = CSUCCESS__NEW(arena, csuccess__type);
    csuccess__type *record = CSUCCESS__NEW(arena, csuccess__type);
    csuccess__field *names = CSUCCESS__NEW_ARRAY(arena, csuccess__field, (size_t)count + 1);
    if (!list || !record || !names) return NULL;
    names[0].name = CSUCCESS_STR("id");
    names[0].type = csuccess__type_of(CSUCCESS__KIND_STRING);
    for (uint32_t i = 0; i < count; i++) {
        names[i + 1] = (csuccess__field){fields[i].name, fields[i].value};
    }
    *record = (csuccess__type){
        .kind = CSUCCESS__KIND_RECORD, .fields = names, .field_count = count + 1};
    *list = (csuccess__type){.kind = CSUCCESS__KIND_LIST, .item = record};
    return list;
}

static bool read_fields(csuccess__attribute *out, const csuccess__defining *defining,
                        const csuccess__json *of)
{
    csuccess__attribute *fields =
        CSUCCESS__NEW_ARRAY(defining->with->arena, csuccess__attribute, of->count);
    if (!fields) {
        defining->problems->lost = true;
        return false;
    }
    for (const csuccess__json *at = of->first; at; at = at->next) {
        if (csuccess__str_is(at->key, "id")) {
            csuccess__problem(
                defining->problems, at, CSUCCESS_ECONFIG,
                "every record has the field \"id\" already: the key that it has in "
                "its collection");
        } else if (csuccess__attribute_define(&fields[out->field_count], defining, at)) {
            out->field_count++;
        }
    }
    out->fields = fields;
    return true;
}

static bool define_collection(csuccess__attribute *out, const csuccess__defining *defining,
                              const csuccess__json *at)
{
    static const char *const known[] = {"max", "of", "description", NULL};
    csuccess__problems *problems = defining->problems;
    bool named = csuccess__name_check(problems, at, "a collection");
    if (!csuccess__read_object(problems, at, known)) return false;
    uint32_t most = defining->with->limits->collection_records;
    double max = csuccess__read_number(problems, at, "max", (double)most, 1, (double)most);
    out->max_records = (uint32_t)max;
    if (max > (double)out->max_records) {
        csuccess__problem(problems, csuccess__json_member(at, "max"), CSUCCESS_ECONFIG,
                          "\"max\" of a collection must be a whole number");
    }
    const csuccess__json *of =
        csuccess__read_section(problems, at, "of", CSUCCESS__JSON_OBJECT);
    if (!of) {
        if (!csuccess__json_member(at, "of")) {
            csuccess__problem(problems, at, CSUCCESS_ECONFIG,
                              "the collection %q has no \"of\": give the fields of its records",
                              at->key);
        }
        return false;
    }
    if (!read_fields(out, defining, of)) return false;
    out->type = CSUCCESS__ATTRIBUTE_RECORDS;
    out->at = at;
    out->fallback = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    out->name = csuccess__arena_copy(defining->with->arena, at->key);
    out->value = record_list_type(defining->with->arena, out->fields, out->field_count);
    if (!out->name.ptr || !out->value) problems->lost = true;
    return named && out->name.ptr && out->value;
}

void csuccess__records_compile(csuccess__schema *schema, csuccess__compiler *with,
                               csuccess__problems *problems, const csuccess__json *records)
{
    if (!is_section(problems, records, "records")) return;
    csuccess__defining defining = {.with = with, .problems = problems, .field = true};
    for (const csuccess__json *at = records->first; at; at = at->next) {
        csuccess__attribute *collection = CSUCCESS__NEW(with->arena, csuccess__attribute);
        if (!collection) {
            problems->lost = true;
            return;
        }
        if (!define_collection(collection, &defining, at)) continue;
        if (csuccess__schema_find(schema, collection->name, NULL) != UINT32_MAX) {
            csuccess__problem(
                problems, at, CSUCCESS_ECONFIG,
                "%q is an attribute already; a collection needs a name of its own", at->key);
        } else if (add_input(schema, collection) == UINT32_MAX) {
            problems->lost = true;
        }
    }
}

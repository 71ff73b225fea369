/* SPDX-License-Identifier: Apache-2.0 */
/* Definitions of attributes and of the fields of collections: which keys each type may have, and what they
   mean. */
#include "customer/attribute.h"

#include "customer/schema_internal.h"
#include "expr/names.h"
#include "text/reader.h"

#include <math.h>
#include <string.h>

#define BIT(type) (1u << CSUCCESS__ATTRIBUTE_##type)
enum {
    NUMBERS = BIT(NUMBER) | BIT(MONEY),
    WITH_UNIT = NUMBERS | BIT(DURATION) | BIT(LIST),
    WITH_ALLOWED = BIT(STRING) | BIT(LIST),
    EVERY = 0xFFFF
};

/* Every key of a definition: the types that it belongs to, and what to say where it does not. */
#define KEYS(X) \
    X("type", EVERY, "") \
    X("of", BIT(LIST), "it gives the type of a list's items") \
    X("unit", WITH_UNIT, "it belongs to numbers, money, durations and lists") \
    X("currency", BIT(MONEY), "it belongs to money") \
    X("default", EVERY, "") \
    X("min", NUMBERS, "it belongs to numbers and money") \
    X("max", NUMBERS, "it belongs to numbers and money") \
    X("at_most", NUMBERS, "it names another number") \
    X("in", WITH_ALLOWED, "it lists allowed strings; a number has \"min\" and \"max\"") \
    X("max_age", EVERY, "") \
    X("migrate", EVERY, "") \
    X("pii", EVERY, "") \
    X("outcome", EVERY, "") \
    X("description", EVERY, "")

static const char *const key_names[] = {
#define KEY(name, types, remedy) name,
    KEYS(KEY)
#undef KEY
        NULL,
};
static const struct {
    unsigned types;
    const char *remedy;
} key_rules[] = {
#define KEY(name, types, remedy) {types, remedy},
    KEYS(KEY)
#undef KEY
};

static const char *const type_names[] = {
#define CSUCCESS__ATTRIBUTE(name, text, kind) text,
    CSUCCESS__ATTRIBUTE_TYPES(CSUCCESS__ATTRIBUTE)
#undef CSUCCESS__ATTRIBUTE
};
static const csuccess__kind type_kinds[] = {
#define CSUCCESS__ATTRIBUTE(name, text, kind) kind,
    CSUCCESS__ATTRIBUTE_TYPES(CSUCCESS__ATTRIBUTE)
#undef CSUCCESS__ATTRIBUTE
};

const char *csuccess__attribute_type_name(csuccess__attribute_type type)
{
    return type_names[type];
}

const csuccess__type *csuccess__attribute_kind(csuccess__attribute_type type)
{
    return csuccess__type_of(type_kinds[type]);
}

/* Words that rows of input or other rooms give a meaning, beside those of the language. */
static const char *const reserved_words[] = {"now",   "health", "churn",
                                             "event", "math",   "customer_id"};

static bool is_reserved(csuccess_str name)
{
    for (size_t i = 0; i < sizeof reserved_words / sizeof reserved_words[0]; i++) {
        if (csuccess__str_is(name, reserved_words[i])) return true;
    }
    return csuccess__name_reserved(name);
}

static bool is_identifier(csuccess_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9')) return false;
    }
    return name.len > 0;
}

bool csuccess__name_check(csuccess__problems *problems, const csuccess__json *at,
                          const char *what)
{
    if (!is_identifier(at->key)) {
        csuccess__problem(
            problems, at, CSUCCESS_ECONFIG,
            "%q cannot be the name of %s: expressions know names of letters, digits "
            "and underscores that do not begin with a digit",
            at->key, what);
        return false;
    }
    if (!is_reserved(at->key)) return true;
    csuccess__problem(problems, at, CSUCCESS_ECONFIG,
                      "%q cannot be the name of %s: the word is reserved", at->key, what);
    return false;
}

/* reason: five say where and what, and to where. */
bool csuccess__type_read(const csuccess__defining *defining, const csuccess__json *at,
                         const char *key, csuccess__attribute_type most,
                         csuccess__attribute_type *out)
{
    const char *words[sizeof type_names / sizeof type_names[0]] = {NULL};
    for (int i = 0; i < (int)most; i++) words[i] = type_names[i];
    if (!csuccess__json_member(at, key)) {
        csuccess__problem(defining->problems, at, CSUCCESS_ECONFIG,
                          "%q has no \"%s\": give one of number, bool, string, time, date, "
                          "duration, money%s",
                          at->key, key, most > CSUCCESS__ATTRIBUTE_LIST ? ", list" : "");
        return false;
    }
    int found = csuccess__read_word(defining->problems, at, key, words, -1);
    if (found < 0) return false;
    *out = (csuccess__attribute_type)found;
    return true;
}

/* Notes the keys that this type, or a field, cannot have; what they say is then left out. */
static bool has_key(const csuccess__defining *defining, const csuccess__attribute *attribute,
                    const csuccess__json *at, const char *key)
{
    const csuccess__json *node = csuccess__json_member(at, key);
    if (!node) return false;
    for (size_t i = 0; key_names[i]; i++) {
        if (strcmp(key_names[i], key) != 0) continue;
        if (key_rules[i].types & 1u << attribute->type) return true;
        csuccess__problem(defining->problems, node, CSUCCESS_ECONFIG,
                          "\"%s\" means nothing for a %s: %s", key, type_names[attribute->type],
                          key_rules[i].remedy);
    }
    return false;
}

static csuccess_str keep(const csuccess__defining *defining, csuccess_str text)
{
    csuccess_str copy = csuccess__arena_copy(defining->with->arena, text);
    if (!copy.ptr) defining->problems->lost = true;
    return copy;
}

static void read_words(const csuccess__defining *defining, csuccess__attribute *out,
                       const csuccess__json *at)
{
    csuccess__problems *problems = defining->problems;
    csuccess_str none = {NULL, 0};
    if (has_key(defining, out, at, "unit")) {
        out->unit = keep(defining, csuccess__read_string(problems, at, "unit", none));
    }
    out->pii = csuccess__read_bool(problems, at, "pii", false);
    out->outcome = csuccess__read_bool(problems, at, "outcome", false);
    if (!has_key(defining, out, at, "currency")) return;
    csuccess_str code = csuccess__read_string(problems, at, "currency", none);
    if (!code.ptr) return;
    if (csuccess__currency_check(code)) {
        out->currency = keep(defining, code);
        return;
    }
    csuccess__problem(
        problems, csuccess__json_member(at, "currency"), CSUCCESS_ECONFIG,
        "%q is not a currency: ISO 4217 codes are three capitals, such as \"EUR\"", code);
}

static bool read_bound(const csuccess__defining *defining, const csuccess__attribute *attribute,
                       const csuccess__json *at, const char *key, double *bound)
{
    if (!has_key(defining, attribute, at, key)) return false;
    double v =
        csuccess__read_number(defining->problems, at, key, INFINITY, -INFINITY, INFINITY);
    if (v == INFINITY) return false;
    *bound = v;
    return true;
}

static void read_range(const csuccess__defining *defining, csuccess__attribute *out,
                       const csuccess__json *at)
{
    out->has_min = read_bound(defining, out, at, "min", &out->min);
    out->has_max = read_bound(defining, out, at, "max", &out->max);
    if (!out->has_min || !out->has_max || out->min <= out->max) return;
    csuccess__problem(defining->problems, csuccess__json_member(at, "max"), CSUCCESS_ECONFIG,
                      "\"max\" of %q is below its \"min\"", at->key);
    out->has_min = out->has_max = false;
}

static bool read_allowed_item(const csuccess__defining *defining, csuccess_str *out,
                              const csuccess__json *item)
{
    if (item->type != CSUCCESS__JSON_STRING) {
        csuccess__problem(defining->problems, item, CSUCCESS_ECONFIG,
                          "\"in\" lists strings, found %s", csuccess__json_type_name(item));
        return false;
    }
    *out = keep(defining, item->string);
    if (out->ptr && csuccess__constants_add(defining->with->constants, *out) != 0) return true;
    defining->problems->lost = true;
    return false;
}

/* The list under "in" when it can be one; else NULL, noted. */
static const csuccess__json *allowed_list(const csuccess__defining *defining,
                                          const csuccess__attribute *out,
                                          const csuccess__json *at)
{
    if (!has_key(defining, out, at, "in")) return NULL;
    const csuccess__json *list =
        csuccess__read_section(defining->problems, at, "in", CSUCCESS__JSON_ARRAY);
    if (!list) return NULL;
    bool strings =
        out->type == CSUCCESS__ATTRIBUTE_STRING || out->item == CSUCCESS__ATTRIBUTE_STRING;
    if (strings && list->count > 0) return list;
    csuccess__problem(defining->problems, list, CSUCCESS_ECONFIG,
                      strings ? "\"in\" is empty: nothing would be allowed"
                              : "\"in\" lists allowed strings, these are none");
    return NULL;
}

static void read_allowed(const csuccess__defining *defining, csuccess__attribute *out,
                         const csuccess__json *at)
{
    const csuccess__json *list = allowed_list(defining, out, at);
    if (!list) return;
    csuccess_str *allowed =
        CSUCCESS__NEW_ARRAY(defining->with->arena, csuccess_str, list->count);
    uint32_t n = 0;
    if (!allowed) defining->problems->lost = true;
    for (const csuccess__json *item = list->first; allowed && item; item = item->next) {
        if (read_allowed_item(defining, &allowed[n], item)) n++;
    }
    out->allowed = allowed;
    out->allowed_count = n;
}

static void read_max_age(const csuccess__defining *defining, csuccess__attribute *out,
                         const csuccess__json *at)
{
    const csuccess__json *node = csuccess__json_member(at, "max_age");
    csuccess_str text =
        csuccess__read_string(defining->problems, at, "max_age", (csuccess_str){NULL, 0});
    if (!node || !text.ptr) return;
    csuccess__duration age, back;
    bool ok = csuccess__duration_parse(&age, text, NULL) &&
              csuccess__duration_negate(&back, age) && csuccess__duration_is_negative(back);
    if (!ok) {
        csuccess__problem(defining->problems, node, CSUCCESS_ECONFIG,
                          "%q is not a duration above zero (ISO 8601), such as \"P180D\"",
                          text);
        return;
    }
    out->has_max_age = true;
    out->max_age = age;
}

void csuccess__attribute_intern(const csuccess__defining *defining, csuccess__value *value)
{
    if (value->kind == CSUCCESS__KIND_STRING) {
        value->code = csuccess__constants_add(defining->with->constants, value->as.string);
        if (value->code == 0) defining->problems->lost = true;
    }
    if (value->kind != CSUCCESS__KIND_LIST) return;
    /* The list was read into the arena of the definitions, which are still being made. */
    csuccess__value *items = (csuccess__value *)(uintptr_t)value->as.many.items;
    for (size_t i = 0; i < value->as.many.count; i++) {
        if (items[i].kind != CSUCCESS__KIND_STRING) continue;
        items[i].code = csuccess__constants_add(defining->with->constants, items[i].as.string);
        if (items[i].code == 0) defining->problems->lost = true;
    }
}

static void read_default(const csuccess__defining *defining, csuccess__attribute *out,
                         const csuccess__json *at)
{
    const csuccess__json *node = csuccess__json_member(at, "default");
    if (!node) return;
    if (node->type == CSUCCESS__JSON_NULL) {
        csuccess__problem(defining->problems, node, CSUCCESS_ECONFIG,
                          "a default cannot be null: leave it out, absent is missing already");
        return;
    }
    char bytes[256];
    csuccess__text reason;
    csuccess__text_init(&reason, bytes, sizeof bytes);
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__facts_options with = {.constants = defining->with->constants,
                                    .limits = defining->with->limits};
    csuccess__value value;
    csuccess_result result = csuccess__attribute_read(&value, out, node, defining->with->arena,
                                                      &with, &reason, &err);
    if (result == CSUCCESS_ENOMEM) {
        defining->problems->lost = true;
    } else if (result < 0) {
        csuccess__problem(defining->problems, node, CSUCCESS_ECONFIG, "default of %s",
                          result == CSUCCESS_ERANGE ? bytes : err.message);
    } else {
        value.defaulted = 1;
        out->fallback = value;
        csuccess__attribute_intern(defining, &out->fallback);
    }
}

static void refuse_for_field(const csuccess__defining *defining, const csuccess__json *at,
                             const char *key, const char *remedy)
{
    const csuccess__json *node = defining->field ? csuccess__json_member(at, key) : NULL;
    if (!node) return;
    csuccess__problem(defining->problems, node, CSUCCESS_ECONFIG,
                      "\"%s\" means nothing for a field of a collection: %s", key, remedy);
}

bool csuccess__attribute_define(csuccess__attribute *out, const csuccess__defining *defining,
                                const csuccess__json *at)
{
    memset(out, 0, sizeof *out);
    out->at = at;
    out->fallback = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    bool named = csuccess__name_check(defining->problems, at,
                                      defining->field ? "a field" : "an attribute");
    if (!csuccess__read_object(defining->problems, at, key_names)) return false;
    if (!csuccess__type_read(defining, at, "type", CSUCCESS__ATTRIBUTE_RECORDS, &out->type))
        return false;
    out->value = csuccess__attribute_kind(out->type);
    if (out->type == CSUCCESS__ATTRIBUTE_LIST) {
        if (!csuccess__type_read(defining, at, "of", CSUCCESS__ATTRIBUTE_LIST, &out->item))
            return false;
        out->value = csuccess__type_list_of(type_kinds[out->item]);
    } else {
        has_key(defining, out, at, "of");
    }
    out->name = keep(defining, at->key);
    read_words(defining, out, at);
    read_range(defining, out, at);
    read_allowed(defining, out, at);
    read_max_age(defining, out, at);
    refuse_for_field(defining, at, "max_age", "a record has no time of its own");
    refuse_for_field(defining, at, "outcome", "only an attribute can be one");
    refuse_for_field(defining, at, "at_most", "only attributes are compared");
    refuse_for_field(defining, at, "migrate", "only attributes are migrated");
    has_key(defining, out, at, "at_most");
    read_default(defining, out, at);
    if (!defining->field) csuccess__migration_read(out, defining, at);
    return named && out->name.ptr != NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Reading an input from JSON in the shape of the Segment spec. */
#include "base/heap.h"
#include "customer/input_internal.h"
#include "text/json_tree.h"
#include "text/numeral.h"

/* Keys of an event: those that mean something, those of pages and screens alone, and those that are passed over. */
#define KEYS(X) \
    X(TYPE, "type") \
    X(EVENT, "event") \
    X(ID, "messageId") \
    X(TIME, "timestamp") \
    X(CUSTOMER, "groupId") \
    X(CUSTOMER_ID, "customer_id") \
    X(USER, "userId") \
    X(SOURCE, "source") \
    X(EXPIRES, "expires") \
    X(PRIORITY, "priority") \
    X(PROPERTIES, "properties") \
    X(TRAITS, "traits") \
    X(NAME, "name") \
    X(CATEGORY, "category") \
    X(CONTEXT, "context") \
    X(INTEGRATIONS, "integrations") \
    X(ANONYMOUS, "anonymousId") \
    X(CHANNEL, "channel") \
    X(SENT, "sentAt") \
    X(RECEIVED, "receivedAt") \
    X(ORIGINAL, "originalTimestamp") \
    X(VERSION, "version")

enum {
#define KEY(name, text) KEY_##name,
    KEYS(KEY)
#undef KEY
        KEY_COUNT
};

static const char *const keys[] = {
#define KEY(name, text) text,
    KEYS(KEY)
#undef KEY
};

typedef struct reading {
    const csuccess__json *object;
    const csuccess__json *nodes[KEY_COUNT]; /* NULL: absent, or null */
    csuccess__input *out;
    csuccess__arena *arena;
    const csuccess_limits *limits;
    csuccess_error *err;
    bool signals;
    bool page; /* or a screen: a name and a category become properties */
    char digits[CSUCCESS__INPUT_TEXTS][CSUCCESS__NUMERAL_MAX]; /* of ids that are numbers */
} reading;

/* The error that was filled gets the place of the node. */
static csuccess_result at(const reading *r, const csuccess__json *node, csuccess_result code)
{
    csuccess__json_place(r->err, node);
    return code;
}

static csuccess_result wrong_type(const reading *r, const csuccess__json *node,
                                  const char *expected)
{
    csuccess__fail(r->err, CSUCCESS_ETYPE, "%S: expected %s, found %s", node->key, expected,
                   csuccess__json_type_name(node));
    return at(r, node, CSUCCESS_ETYPE);
}

static csuccess_result no_memory(const reading *r)
{
    return csuccess__fail(r->err, CSUCCESS_ENOMEM, "out of memory");
}

/* ---- Keys ---- */

static csuccess_result unknown_key(const reading *r, const csuccess__json *member)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, member->key);
    for (size_t i = 0; i < KEY_NAME; i++) csuccess__nearest_try(&near, csuccess__str(keys[i]));
    if (near.best.ptr) {
        csuccess__fail(r->err, CSUCCESS_ENAME, "an event has no %q (did you mean %q?)",
                       member->key, near.best);
    } else {
        csuccess__fail(r->err, CSUCCESS_ENAME,
                       "an event has no %q; what else is known of it stands in \"properties\"",
                       member->key);
    }
    return at(r, member, CSUCCESS_ENAME);
}

static csuccess_result find_keys(reading *r)
{
    for (const csuccess__json *m = r->object->first; m; m = m->next) {
        size_t i = 0;
        while (i < KEY_COUNT && !csuccess__str_is(m->key, keys[i])) i++;
        if (i == KEY_COUNT) return unknown_key(r, m);
        if (m->type != CSUCCESS__JSON_NULL) r->nodes[i] = m;
    }
    return CSUCCESS_OK;
}

/* One of two keys for the same thing may be there. */
static csuccess_result either(reading *r, size_t key, size_t other)
{
    const csuccess__json *second = r->nodes[other];
    if (!second) return CSUCCESS_OK;
    if (r->nodes[key]) {
        csuccess__fail(r->err, CSUCCESS_ENAME, "%s stands for %s, which is there too; keep one",
                       keys[other], keys[key]);
        return at(r, second, CSUCCESS_ENAME);
    }
    r->nodes[key] = second;
    return CSUCCESS_OK;
}

static csuccess_result join_keys(reading *r)
{
    csuccess_result result = either(r, KEY_CUSTOMER, KEY_CUSTOMER_ID);
    return result < 0 ? result : either(r, KEY_PROPERTIES, KEY_TRAITS);
}

/* ---- Type ---- */

/* "subscription_renewed": a type, and one of the names that it allows. */
static bool find_joint(reading *r, csuccess_str word)
{
    for (size_t i = 0; csuccess__input_type_names[i]; i++) {
        csuccess_str type = csuccess__str(csuccess__input_type_names[i]);
        csuccess__input_type number = csuccess__input_type_find(type, false);
        const char *const *names = csuccess__input_names(number);
        if (!names || !csuccess__str_starts(word, type) || word.len <= type.len ||
            word.ptr[type.len] != '_') {
            continue;
        }
        csuccess_str name = {word.ptr + type.len + 1, word.len - type.len - 1};
        if (!csuccess__str_among(name, names)) continue;
        r->out->type = number;
        r->out->name = name;
        return true;
    }
    return false;
}

static csuccess_result unknown_type(const reading *r, const csuccess__json *node)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, node->string);
    for (size_t i = 0; csuccess__input_type_names[i]; i++) {
        csuccess_str name = csuccess__str(csuccess__input_type_names[i]);
        if (csuccess__input_type_find(name, r->signals)) csuccess__nearest_try(&near, name);
    }
    csuccess__fail(r->err, CSUCCESS_ENAME,
                   near.best.ptr ? "no event is of type %q (did you mean %q?)"
                                 : "no event is of type %q; there are such as %q",
                   node->string, near.best.ptr ? near.best : CSUCCESS_STR("track"));
    return at(r, node, CSUCCESS_ENAME);
}

static csuccess_result read_type(reading *r)
{
    const csuccess__json *node = r->nodes[KEY_TYPE];
    if (!node) {
        csuccess__fail(r->err, CSUCCESS_EMISSING,
                       "type is missing: what the event is, such as \"track\"");
        return at(r, r->object, CSUCCESS_EMISSING);
    }
    if (node->type != CSUCCESS__JSON_STRING) return wrong_type(r, node, "a string");
    csuccess_str word = node->string;
    r->page = csuccess__str_is(word, "page") || csuccess__str_is(word, "screen");
    if (r->page) {
        r->out->type = CSUCCESS__INPUT_TRACK;
        r->out->name = word;
        return CSUCCESS_OK;
    }
    r->out->type = csuccess__input_type_find(word, r->signals);
    if (r->out->type || find_joint(r, word)) return CSUCCESS_OK;
    return unknown_type(r, node);
}

/* ---- Texts and times ---- */

/* Ids may be numbers, which are taken as they would be written. */
static csuccess_result read_text(reading *r, csuccess__input_text which, size_t key, bool id)
{
    const csuccess__json *node = r->nodes[key];
    csuccess_str *text = csuccess__input_text_of(r->out, which);
    if (!node) return CSUCCESS_OK;
    if (node->type == CSUCCESS__JSON_STRING) {
        *text = node->string;
    } else if (id && node->type == CSUCCESS__JSON_NUMBER) {
        size_t n = csuccess__numeral_write(r->digits[which], node->number);
        *text = (csuccess_str){r->digits[which], n};
    } else {
        return wrong_type(r, node, "a string");
    }
    return CSUCCESS_OK;
}

static csuccess_result read_name(reading *r)
{
    const csuccess__json *node = r->nodes[KEY_EVENT];
    csuccess_str given = r->out->name;
    csuccess_result result = read_text(r, CSUCCESS__INPUT_TEXT_NAME, KEY_EVENT, false);
    if (result < 0 || !node || given.len == 0) return result;
    if (csuccess__str_eq(given, r->out->name)) return CSUCCESS_OK;
    csuccess__fail(r->err, CSUCCESS_ENAME, "event: its type says that it is %q; leave this out",
                   given);
    return at(r, node, CSUCCESS_ENAME);
}

static csuccess_result read_texts(reading *r)
{
    csuccess_result result = read_name(r);
    if (result == CSUCCESS_OK) result = read_text(r, CSUCCESS__INPUT_TEXT_ID, KEY_ID, true);
    if (result == CSUCCESS_OK) {
        result = read_text(r, CSUCCESS__INPUT_TEXT_CUSTOMER, KEY_CUSTOMER, true);
    }
    if (result == CSUCCESS_OK) result = read_text(r, CSUCCESS__INPUT_TEXT_USER, KEY_USER, true);
    if (result == CSUCCESS_OK) {
        result = read_text(r, CSUCCESS__INPUT_TEXT_SOURCE, KEY_SOURCE, false);
    }
    return result;
}

static csuccess_result read_time(const reading *r, size_t key, int64_t *out)
{
    const csuccess__json *node = r->nodes[key];
    csuccess__time_error why;
    if (!node) return CSUCCESS_OK;
    if (node->type != CSUCCESS__JSON_STRING) {
        return wrong_type(r, node, "a time such as \"2026-01-31T08:00:00Z\"");
    }
    if (csuccess__time_parse(out, node->string, &why)) return CSUCCESS_OK;
    csuccess__fail(r->err, CSUCCESS_ETYPE, "%S: %q is no time (RFC 3339): expected %s",
                   node->key, node->string, why.expected);
    return at(r, node, CSUCCESS_ETYPE);
}

static csuccess_result read_times(reading *r)
{
    if (!r->nodes[KEY_TIME]) {
        csuccess__fail(r->err, CSUCCESS_EMISSING,
                       "timestamp is missing: when it happened, such as "
                       "\"2026-01-31T08:00:00Z\"");
        return at(r, r->object, CSUCCESS_EMISSING);
    }
    csuccess_result result = read_time(r, KEY_TIME, &r->out->at);
    if (result == CSUCCESS_OK) result = read_time(r, KEY_EXPIRES, &r->out->expires_at);
    if (result == CSUCCESS_OK && r->nodes[KEY_EXPIRES] && r->out->expires_at == 0) {
        csuccess__fail(r->err, CSUCCESS_ERANGE,
                       "expires: the first moment of 1970 stands for never; leave it out");
        return at(r, r->nodes[KEY_EXPIRES], CSUCCESS_ERANGE);
    }
    return result;
}

static csuccess_result read_priority(reading *r)
{
    const csuccess__json *node = r->nodes[KEY_PRIORITY];
    if (!node) return CSUCCESS_OK;
    if (node->type != CSUCCESS__JSON_NUMBER) return wrong_type(r, node, "a number");
    double value = node->number;
    bool fits = value >= 0 && value <= UINT32_MAX;
    if (fits && !((double)(uint32_t)value < value)) {
        r->out->priority = (uint32_t)value;
        return CSUCCESS_OK;
    }
    csuccess__fail(r->err, CSUCCESS_ERANGE, "priority: expected a whole number from 0 to %u",
                   UINT32_MAX);
    return at(r, node, CSUCCESS_ERANGE);
}

/* ---- Properties ---- */

static void orphan(csuccess__json *root)
{
    for (const csuccess__json *n = root; n; n = csuccess__json_after(n, root)) {
        ((csuccess__json *)n)->source = NULL; /* the copy is our own */
    }
}

bool csuccess__property_read(csuccess__property *out, const csuccess__json *node,
                             csuccess__arena *arena)
{
    out->json = NULL;
    out->value = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    if (node->type == CSUCCESS__JSON_NUMBER) {
        out->value = csuccess__number(node->number + 0.0); /* -0 is 0 */
    } else if (node->type == CSUCCESS__JSON_BOOL) {
        out->value = csuccess__boolean(node->boolean);
    } else if (node->type == CSUCCESS__JSON_STRING) {
        out->value = csuccess__string(csuccess__arena_copy(arena, node->string));
        return out->value.as.string.ptr != NULL;
    } else if (node->type >= CSUCCESS__JSON_ARRAY) {
        csuccess__json *copy = csuccess__json_copy(arena, node);
        if (copy) orphan(copy);
        out->json = copy;
        return copy != NULL;
    }
    return true;
}

static csuccess_result check_name(const reading *r, const csuccess__json *member)
{
    if (member->key.len == 0) {
        csuccess__fail(r->err, CSUCCESS_ENAME, "a property has an empty name");
        return at(r, member, CSUCCESS_ENAME);
    }
    if (member->key.len > r->limits->string_bytes ||
        member->string.len > r->limits->string_bytes) {
        csuccess__fail(r->err, CSUCCESS_ELIMIT,
                       "a property has more than %u bytes (limits.string_bytes)",
                       r->limits->string_bytes);
        return at(r, member, CSUCCESS_ELIMIT);
    }
    return CSUCCESS_OK;
}

static csuccess_result add_property(reading *r, csuccess__property *list,
                                    csuccess__weight *weight, const csuccess__json *member)
{
    csuccess__property *property = &list[r->out->count];
    csuccess__weight more;
    csuccess_result result = check_name(r, member);
    if (result < 0) return result;
    property->name = csuccess__arena_copy(r->arena, member->key);
    if (!property->name.ptr || !csuccess__property_read(property, member, r->arena)) {
        return no_memory(r);
    }
    result = csuccess__property_weigh(&more, property, r->limits);
    if (result < 0) {
        csuccess__fail(r->err, result,
                       "a property is nested deeper, or has longer strings, than the limits "
                       "allow (document_depth %u, string_bytes %u)",
                       r->limits->document_depth, r->limits->string_bytes);
        return at(r, member, result);
    }
    weight->bytes += more.bytes;
    weight->nodes += more.nodes;
    r->out->count++;
    return CSUCCESS_OK;
}

static bool before(const void *a, const void *b)
{
    return csuccess__str_cmp(((const csuccess__property *)a)->name,
                             ((const csuccess__property *)b)->name) < 0;
}

static void order(csuccess__property *list, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        if (before(&list[i - 1], &list[i])) continue;
        csuccess__sort(list, count, sizeof *list, before);
        return;
    }
}

/* The name and the category of a page or screen, where its properties do not say them. */
static csuccess_result add_page(reading *r, csuccess__property *list, csuccess__weight *weight,
                                const csuccess__json *properties)
{
    static const size_t both[] = {KEY_NAME, KEY_CATEGORY};
    csuccess_result result = CSUCCESS_OK;
    for (size_t i = 0; i < 2 && result == CSUCCESS_OK; i++) {
        const csuccess__json *node = r->nodes[both[i]];
        if (!node) continue;
        if (!r->page) return unknown_key(r, node);
        if (csuccess__json_get(properties, node->key)) continue;
        result = add_property(r, list, weight, node);
    }
    return result;
}

static csuccess_result read_properties(reading *r, csuccess__weight *weight)
{
    const csuccess__json *node = r->nodes[KEY_PROPERTIES];
    if (node && node->type != CSUCCESS__JSON_OBJECT) return wrong_type(r, node, "an object");
    uint32_t count = node ? node->count : 0;
    if (count > CSUCCESS__INPUT_PROPERTIES) {
        csuccess__fail(r->err, CSUCCESS_ELIMIT, "an event has at most %u properties",
                       (uint32_t)CSUCCESS__INPUT_PROPERTIES);
        return at(r, node, CSUCCESS_ELIMIT);
    }
    csuccess__property *list =
        CSUCCESS__NEW_ARRAY(r->arena, csuccess__property, (size_t)count + 2);
    if (!list) return no_memory(r);
    r->out->properties = list;
    csuccess_result result = CSUCCESS_OK;
    const csuccess__json *m = node ? node->first : NULL;
    for (; m && result == CSUCCESS_OK; m = m->next) result = add_property(r, list, weight, m);
    if (result == CSUCCESS_OK) result = add_page(r, list, weight, node);
    order(list, r->out->count);
    return result;
}

/* ---- The whole ---- */

static csuccess_result check(reading *r)
{
    static const size_t keys_of[] = {KEY_EVENT, KEY_ID, KEY_CUSTOMER, KEY_USER, KEY_SOURCE};
    csuccess__input_text where;
    csuccess_result result =
        csuccess__input_check(r->out, r->limits, CSUCCESS_EMISSING, &where, r->err);
    if (result == CSUCCESS_OK) return CSUCCESS_OK;
    const csuccess__json *node =
        where < CSUCCESS__INPUT_TEXTS ? r->nodes[keys_of[where]] : NULL;
    return at(r, node ? node : r->object, result);
}

static csuccess_result fit(const reading *r, csuccess__weight *weight)
{
    csuccess_result result = csuccess__input_fits(r->out, weight, r->limits, r->arena->mem);
    if (result == CSUCCESS_ENOMEM) return no_memory(r);
    if (result < 0) {
        csuccess__fail(r->err, result,
                       "an event has at most %u properties, and its canonical text keeps to "
                       "document_bytes (%u) and document_nodes (%u) of the limits",
                       (uint32_t)CSUCCESS__INPUT_PROPERTIES, r->limits->document_bytes,
                       r->limits->document_nodes);
        return at(r, r->object, result);
    }
    return result;
}

/* reason: what is read, from what and into what, by which limits, and who is told. */
csuccess_result csuccess__input_take(csuccess__input *out, csuccess__weight *weight,
                                     const csuccess__json *json, csuccess__arena *arena,
                                     const csuccess_limits *limits, bool signals,
                                     csuccess_error *err)
{
    static csuccess_result (*const steps[])(reading *) = {
        find_keys, join_keys, read_type, read_texts, read_times, read_priority, check};
    reading r = {.object = json,
                 .out = out,
                 .arena = arena,
                 .limits = limits,
                 .err = err,
                 .signals = signals};
    *out = (csuccess__input){.result = CSUCCESS_UNDECIDED};
    if (json->type != CSUCCESS__JSON_OBJECT) {
        csuccess__fail(err, CSUCCESS_ETYPE, "an event is an object, found %s",
                       csuccess__json_type_name(json));
        return at(&r, json, CSUCCESS_ETYPE);
    }
    csuccess_result result = CSUCCESS_OK;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && result == CSUCCESS_OK; i++) {
        result = steps[i](&r);
    }
    if (result < 0) return result;
    *weight = csuccess__input_weigh(out);
    if (!csuccess__input_keep(out, arena)) return no_memory(&r);
    result = read_properties(&r, weight);
    return result < 0 ? result : fit(&r, weight);
}

/* reason: as it is declared. */
csuccess_result csuccess__input_read(csuccess__input *out, const csuccess__json *json,
                                     csuccess__arena *arena, const csuccess_limits *limits,
                                     bool signals, csuccess_error *err)
{
    csuccess__weight weight;
    return csuccess__input_take(out, &weight, json, arena, limits, signals, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What imported trees and a host's model are fed: expressions, and categories by their number. */
#include "churn/internal.h"

#include "text/reader.h"

#include <math.h>

static const char *const feature_keys[] = {"value", "categories", "description", NULL};

enum { HOST_FEATURES = 1000 };

typedef csuccess__churn_builder builder;

/* ---- Categories ---- */

/* Words with their numbers among the constants, so that a row's text is found without comparing bytes. */
static bool take_words(const builder *b, const csuccess_str *words, uint32_t count,
                       csuccess__feature_in *out)
{
    uint32_t *codes = CSUCCESS__NEW_ARRAY(b->with->arena, uint32_t, count);
    for (uint32_t i = 0; codes && i < count; i++) {
        codes[i] = csuccess__constants_add(b->with->constants, words[i]);
        if (codes[i] == 0) {
            codes = NULL;
        }
    }
    b->problems->lost = b->problems->lost || !codes;
    out->words = words;
    out->codes = codes;
    out->word_count = codes ? count : 0;
    return codes != NULL;
}

/* The shape is known to be right: see csuccess__features_shape(). */
static bool read_words(const builder *b, const csuccess__json *list, csuccess__feature_in *out)
{
    csuccess_str *words = CSUCCESS__NEW_ARRAY(b->with->arena, csuccess_str, list->count);
    uint32_t n = 0;
    if (!words) {
        b->problems->lost = true;
        return false;
    }
    for (const csuccess__json *item = list->first; item; item = item->next) {
        words[n++] = item->string;
    }
    return take_words(b, words, n, out);
}

/* The number of a text's category; -1: none. */
static int64_t category_of(const csuccess__feature_in *feature, const csuccess__value *value)
{
    for (uint32_t i = 0; i < feature->word_count; i++) {
        bool same = value->code ? value->code == feature->codes[i]
                                : csuccess__str_eq(value->as.string, feature->words[i]);
        if (same) {
            return i;
        }
    }
    return -1;
}

float csuccess__feature_float(const csuccess__feature_in *feature, csuccess__value value)
{
    switch ((csuccess__kind)value.kind) {
    case CSUCCESS__KIND_NUMBER:
        return csuccess__forest_value(value.as.number);
    case CSUCCESS__KIND_BOOL:
        return value.as.boolean ? 1.0f : 0.0f;
    case CSUCCESS__KIND_STRING: {
        int64_t category = category_of(feature, &value);
        return category < 0 ? (float)NAN : (float)category;
    }
    default:
        return (float)NAN;
    }
}

/* ---- Trees ---- */

/* A feature that the configuration says nothing of is read by its own name. */
static const csuccess__program *read_own(const builder *b, const csuccess__json *at,
                                         csuccess_str name)
{
    const csuccess__program *program = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result status = csuccess__expr_compile(&program, b->with, name, NULL, &err);
    if (status == CSUCCESS_ENOMEM) {
        b->problems->lost = true;
    } else if (status < 0) {
        csuccess__problem(b->problems, at, CSUCCESS_ENAME,
                          "the model reads the feature %q, which the configuration does not "
                          "have; say under \"features\" what it is (%s)",
                          name, err.message);
    }
    return status < 0 ? NULL : program;
}

static const csuccess__program *read_given(const builder *b, const csuccess__json *given,
                                           csuccess__feature_in *out)
{
    if (given->type != CSUCCESS__JSON_OBJECT) {
        return csuccess__expr_read(b->with, b->problems, given, NULL);
    }
    const csuccess__json *list = csuccess__json_member(given, "categories");
    if (list && !read_words(b, list, out)) {
        return NULL;
    }
    return csuccess__expr_read(b->with, b->problems, csuccess__json_member(given, "value"),
                               NULL);
}

static void check_shape(const builder *b, const csuccess__json *given)
{
    bool plain = given->type == CSUCCESS__JSON_STRING || given->type == CSUCCESS__JSON_NUMBER ||
                 given->type == CSUCCESS__JSON_BOOL;
    if (plain) {
        return;
    }
    if (given->type != CSUCCESS__JSON_OBJECT || !csuccess__json_member(given, "value")) {
        csuccess__problem(b->problems, given, CSUCCESS_ECONFIG,
                          "a feature is an expression, or {\"value\": …, \"categories\": […]}");
        return;
    }
    csuccess__read_object(b->problems, given, feature_keys);
    const csuccess__json *list =
        csuccess__read_section(b->problems, given, "categories", CSUCCESS__JSON_ARRAY);
    for (const csuccess__json *item = list ? list->first : NULL; item; item = item->next) {
        if (item->type != CSUCCESS__JSON_STRING) {
            csuccess__problem(b->problems, item, CSUCCESS_ECONFIG,
                              "categories are strings, in the order of their numbers");
        }
    }
}

bool csuccess__features_shape(const builder *b, const csuccess__json *node)
{
    uint32_t before = b->problems->errors;
    const csuccess__json *given =
        csuccess__read_section(b->problems, node, "features", CSUCCESS__JSON_OBJECT);
    for (const csuccess__json *m = given ? given->first : NULL; m; m = m->next) {
        check_shape(b, m);
    }
    return b->problems->errors == before;
}

static void check_kind(const builder *b, const csuccess__json *at,
                       const csuccess__feature_in *in)
{
    csuccess__kind kind = in->program->type->kind;
    if (kind == CSUCCESS__KIND_STRING && !in->words) {
        csuccess__problem(b->problems, at, CSUCCESS_ETYPE,
                          "the feature %q is a text: it needs its \"categories\", in the order "
                          "of their numbers",
                          in->name);
    } else if (kind != CSUCCESS__KIND_NUMBER && kind != CSUCCESS__KIND_BOOL &&
               kind != CSUCCESS__KIND_STRING) {
        csuccess__problem(b->problems, at, CSUCCESS_ETYPE,
                          "the feature %q must be a number, a bool or a category", in->name);
    }
}

static void read_feature(const builder *b, const csuccess__json *node,
                         const csuccess__json *given, const csuccess__forest_feature *feature,
                         csuccess__feature_in *out)
{
    *out = (csuccess__feature_in){.name = feature->name, .slot = UINT32_MAX};
    if (!feature->used) {
        return;
    }
    if (feature->words && !take_words(b, feature->words, feature->word_count, out)) {
        return;
    }
    const csuccess__json *member = given ? csuccess__json_get(given, feature->name) : NULL;
    out->program = member ? read_given(b, member, out) : read_own(b, node, feature->name);
    if (out->program) {
        check_kind(b, member ? member : node, out);
    }
}

/* Names under `features` that the model does not have. */
static void check_given(const builder *b, const csuccess__json *given,
                        const csuccess__forest *forest)
{
    for (const csuccess__json *m = given ? given->first : NULL; m; m = m->next) {
        csuccess__nearest near;
        bool known = false;
        csuccess__nearest_start(&near, m->key);
        bool may = csuccess__nearest_may(&b->problems->compared, forest->feature_count);
        for (uint32_t i = 0; i < forest->feature_count && !known; i++) {
            known = csuccess__str_eq(forest->features[i].name, m->key);
            if (may) {
                csuccess__nearest_try(&near, forest->features[i].name);
            }
        }
        if (!known) {
            csuccess__problem(b->problems, m, CSUCCESS_ENAME,
                              near.best.ptr ? "the model has no feature %q (did you mean %q?)"
                                            : "the model has no feature %q",
                              m->key, near.best);
        }
    }
}

/* Slots come when all features are read: they do not see one another. */
static void add_slots(const builder *b, csuccess__feature_in *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (list[i].program) {
            csuccess__slot slot = {.path = CSUCCESS_STR("factor"),
                                   .argument = list[i].name,
                                   .type = csuccess__type_of(CSUCCESS__KIND_NUMBER),
                                   .stratum = CSUCCESS__STRATUM_CHURN};
            list[i].slot = csuccess__schema_add(b->schema, &slot);
            b->problems->lost = b->problems->lost || list[i].slot == UINT32_MAX;
        }
    }
}

bool csuccess__features_forest(const builder *b, const csuccess__json *node,
                               csuccess__chain_step *step)
{
    const csuccess__forest *forest = step->forest;
    uint32_t before = b->problems->errors;
    const csuccess__json *given = csuccess__json_member(node, "features");
    csuccess__feature_in *list =
        CSUCCESS__NEW_ARRAY(b->with->arena, csuccess__feature_in, forest->feature_count);
    if (!list) {
        b->problems->lost = true;
        return false;
    }
    check_given(b, given, forest);
    for (uint32_t i = 0; i < forest->feature_count; i++) {
        read_feature(b, node, given, &forest->features[i], &list[i]);
    }
    step->features = list;
    step->feature_count = forest->feature_count;
    if (b->problems->errors == before) {
        add_slots(b, list, step->feature_count);
    }
    return b->problems->errors == before;
}

/* ---- Hosts ---- */

static void read_host_feature(const builder *b, const csuccess__json *item,
                              csuccess__feature_in *out, csuccess__chain_step *step)
{
    *out = (csuccess__feature_in){.name = item->string, .slot = UINT32_MAX};
    if (item->type != CSUCCESS__JSON_STRING) {
        csuccess__problem(b->problems, item, CSUCCESS_ECONFIG,
                          "a feature is the name of an attribute or metric, or an expression");
        return;
    }
    out->program = csuccess__expr_read(b->with, b->problems, item, NULL);
    csuccess__kind kind = out->program ? out->program->type->kind : CSUCCESS__KIND_NUMBER;
    step->texts = step->texts || kind == CSUCCESS__KIND_STRING;
    if (kind != CSUCCESS__KIND_NUMBER && kind != CSUCCESS__KIND_BOOL &&
        kind != CSUCCESS__KIND_STRING) {
        csuccess__problem(b->problems, item, CSUCCESS_ETYPE,
                          "a feature is a number, a bool or a string");
    }
}

bool csuccess__features_host(const builder *b, const csuccess__json *node,
                             csuccess__chain_step *step)
{
    uint32_t before = b->problems->errors;
    const csuccess__json *list =
        csuccess__read_section(b->problems, node, "features", CSUCCESS__JSON_ARRAY);
    if (!list || list->count == 0 || list->count > HOST_FEATURES) {
        csuccess__problem(b->problems, list ? list : node, CSUCCESS_ECONFIG,
                          "\"features\" lists what the host's model reads, 1 to %u of them",
                          (uint32_t)HOST_FEATURES);
        return false;
    }
    csuccess__feature_in *features =
        CSUCCESS__NEW_ARRAY(b->with->arena, csuccess__feature_in, list->count);
    csuccess_str *names = CSUCCESS__NEW_ARRAY(b->with->arena, csuccess_str, list->count);
    if (!features || !names) {
        b->problems->lost = true;
        return false;
    }
    uint32_t n = 0;
    for (const csuccess__json *item = list->first; item; item = item->next, n++) {
        read_host_feature(b, item, &features[n], step);
        names[n] = features[n].name;
    }
    step->features = features;
    step->names = names;
    step->feature_count = n;
    return b->problems->errors == before;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Names and types of features, and the words of their categories. */
#include "churn/trees/internal.h"

#include "base/error.h"
#include "base/str.h"
#include "text/numeral.h"
#include "text/utf8.h"

/* An array of one item for each feature, or an empty or absent one. */
static bool per_feature(csuccess__forest_reading *r, uint32_t at, csuccess__forest_list *out)
{
    *out = (csuccess__forest_list){0, 0};
    if (at == CSUCCESS__ABSENT) return true;
    if (!csuccess__forest_text_list(&r->text, at, out)) return false;
    if (out->count == 0 || out->count == r->forest->feature_count) return true;
    return csuccess__forest_text_wrong(&r->text, at, CSUCCESS_EMODEL,
                                       "%u items, but num_feature is %u; one belongs to each",
                                       out->count, r->forest->feature_count);
}

/* "f" and the number of the feature. */
static bool default_name(csuccess__forest_reading *r, uint32_t i, csuccess_str *out)
{
    char text[CSUCCESS__NUMERAL_MAX + 1] = "f";
    size_t len = csuccess__numeral_write(text + 1, i);
    *out = csuccess__arena_copy(r->arena, (csuccess_str){text, len + 1});
    return out->ptr ? true : csuccess__forest_text_no_memory(&r->text);
}

static bool read_type(csuccess__forest_reading *r, uint32_t at, csuccess__forest_kind *out)
{
    static const struct {
        const char *word;
        csuccess__forest_kind kind;
    } known[] = {{"float", CSUCCESS__FOREST_NUMBER},
                 {"int", CSUCCESS__FOREST_NUMBER},
                 {"q", CSUCCESS__FOREST_NUMBER},
                 {"i", CSUCCESS__FOREST_FLAG},
                 {"c", CSUCCESS__FOREST_CATEGORY}};
    csuccess_str word;
    if (!csuccess__forest_text_string(&r->text, at, &word)) return false;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (!csuccess__str_is(word, known[i].word)) continue;
        *out = known[i].kind;
        return true;
    }
    return csuccess__forest_text_wrong(
        &r->text, at, CSUCCESS_EMODEL,
        "%q is no type of a feature; they are float, int, i, q and c", word);
}

static bool read_names_and_types(csuccess__forest_reading *r)
{
    csuccess__forest_list names, types;
    uint32_t count = r->forest->feature_count;
    if (!per_feature(r, r->names, &names) || !per_feature(r, r->types, &types)) return false;
    csuccess__forest_feature *features =
        CSUCCESS__NEW_ARRAY(r->arena, csuccess__forest_feature, count);
    if (!features) return csuccess__forest_text_no_memory(&r->text);
    r->forest->features = r->features = features;
    for (uint32_t i = 0; i < count; i++) {
        bool good = names.count ? csuccess__forest_text_word(&r->text, names.first + i,
                                                             r->arena, &features[i].name)
                                : default_name(r, i, &features[i].name);
        if (!good || (types.count && !read_type(r, types.first + i, &features[i].kind))) {
            return false;
        }
    }
    return true;
}

/* ---- Words of categories, which XGBoost keeps since 3.1 ---- */

/* One word of the bytes from `from` to `to` of a list. */
static bool read_bytes(csuccess__forest_reading *r, const csuccess__forest_list *bytes,
                       int64_t from, int64_t to, csuccess_str *out)
{
    char *text = csuccess__arena_take(r->arena, (size_t)(to - from) + 1, 1);
    if (!text) return csuccess__forest_text_no_memory(&r->text);
    for (int64_t i = from; i < to; i++) {
        int64_t byte;
        if (!csuccess__forest_text_whole(&r->text, bytes->first + (uint32_t)i, -128, 255,
                                         &byte)) {
            return false;
        }
        text[i - from] = (char)(unsigned char)(byte & 255);
    }
    *out = (csuccess_str){text, (size_t)(to - from)};
    if (csuccess__utf8_check(*out, NULL)) return true;
    return csuccess__forest_text_wrong(&r->text, bytes->first + (uint32_t)from, CSUCCESS_EMODEL,
                                       "the bytes of this category are not UTF-8");
}

/* Category i lies between two offsets into the bytes. */
static bool read_strings(csuccess__forest_reading *r, const csuccess__forest_list *offsets,
                         const csuccess__forest_list *bytes, csuccess_str *words)
{
    int64_t from = 0, to;
    for (uint32_t i = 0; i < offsets->count; i++, from = to) {
        if (!csuccess__forest_text_whole(&r->text, offsets->first + i, from, bytes->count,
                                         &to)) {
            return false;
        }
        if (i > 0 && !read_bytes(r, bytes, from, to, &words[i - 1])) return false;
    }
    return true;
}

/* Categories that are numbers are called by their numeral. */
static bool read_numerals(csuccess__forest_reading *r, const csuccess__forest_list *values,
                          csuccess_str *words)
{
    for (uint32_t i = 0; i < values->count; i++) {
        int64_t value;
        char text[CSUCCESS__NUMERAL_MAX];
        if (!csuccess__forest_text_whole(&r->text, values->first + i, -(INT64_C(1) << 53),
                                         INT64_C(1) << 53, &value)) {
            return false;
        }
        size_t len = csuccess__numeral_write(text, (double)value);
        words[i] = csuccess__arena_copy(r->arena, (csuccess_str){text, len});
        if (!words[i].ptr) return csuccess__forest_text_no_memory(&r->text);
    }
    return true;
}

static bool read_encoding(csuccess__forest_reading *r, uint32_t at,
                          csuccess__forest_feature *feature)
{
    static const char *const names[] = {"values", "?offsets", NULL};
    uint32_t in[2];
    csuccess__forest_list values, offsets = {0, 0};
    if (!csuccess__forest_text_members(&r->text, at, names, in) ||
        !csuccess__forest_text_list(&r->text, in[0], &values)) {
        return false;
    }
    bool strings = in[1] != CSUCCESS__ABSENT;
    if (strings && !csuccess__forest_text_list(&r->text, in[1], &offsets)) return false;
    uint32_t count = !strings ? values.count : offsets.count ? offsets.count - 1 : 0;
    if (count == 0) return true;
    csuccess_str *words = CSUCCESS__NEW_ARRAY(r->arena, csuccess_str, count);
    if (!words) return csuccess__forest_text_no_memory(&r->text);
    feature->words = words;
    feature->word_count = count;
    return strings ? read_strings(r, &offsets, &values, words)
                   : read_numerals(r, &values, words);
}

static bool read_categories(csuccess__forest_reading *r)
{
    static const char *const names[] = {"enc", NULL};
    uint32_t list, i = 0;
    if (r->cats == CSUCCESS__ABSENT) return true;
    if (!csuccess__forest_text_members(&r->text, r->cats, names, &list)) return false;
    if (r->text.scan.marks[list].type != CSUCCESS__JSON_ARRAY) {
        return csuccess__forest_text_wrong(&r->text, list, CSUCCESS_EMODEL,
                                           "\"enc\" is an array of one item for each feature");
    }
    uint32_t end = csuccess__forest_text_behind(&r->text, list);
    for (uint32_t at = list + 1; at < end; at = csuccess__forest_text_behind(&r->text, at)) {
        if (i == r->forest->feature_count) {
            return csuccess__forest_text_wrong(&r->text, at, CSUCCESS_EMODEL,
                                               "more items than features");
        }
        if (!read_encoding(r, at, &r->features[i++])) return false;
    }
    return true;
}

bool csuccess__forest_read_features(csuccess__forest_reading *r)
{
    return read_names_and_types(r) && read_categories(r);
}

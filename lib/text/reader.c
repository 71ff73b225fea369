/* SPDX-License-Identifier: Apache-2.0 */
/* Checked reading of a document's objects: what is unknown or of the wrong kind is noted with what would be
   right. */
#include "text/reader.h"

#include "base/heap.h"
#include "base/str.h"
#include "text/numeral.h"

#include <string.h>

enum { LISTED_BYTES = 320 };

/* Fills text with ` (did you mean "x"?)` or, with no name near, ` (known: a, b, c)`. */
static void say_known(csuccess__text *text, csuccess_str wanted, const char *const *known)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, wanted);
    for (size_t i = 0; known[i]; i++) csuccess__nearest_try(&near, csuccess__str(known[i]));
    if (near.best.ptr) {
        csuccess__text_format(text, " (did you mean %q?)", near.best);
        return;
    }
    for (size_t i = 0; known[i]; i++) {
        csuccess__text_format(text, "%s%s", i == 0 ? " (known: " : ", ", known[i]);
    }
    if (known[0]) csuccess__text_format(text, ")");
}

static bool is_known(csuccess_str key, const char *const *known)
{
    for (size_t i = 0; known[i]; i++) {
        if (csuccess__str_is(key, known[i])) return true;
    }
    return false;
}

/* Members that mean the same wherever they may stand. */
static const struct {
    const char *key;
    csuccess__json_type type;
    const char *expected;
} common[] = {{"description", CSUCCESS__JSON_STRING, "a string"},
              {"order", CSUCCESS__JSON_NUMBER, "a number"}};

static void check_common(csuccess__problems *list, const csuccess__json *member)
{
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
        if (!csuccess__str_is(member->key, common[i].key)) continue;
        if (member->type == common[i].type) continue;
        csuccess__problem(list, member, CSUCCESS_ECONFIG, "%q must be %s, found %s",
                          member->key, common[i].expected, csuccess__json_type_name(member));
    }
}

bool csuccess__read_object(csuccess__problems *list, const csuccess__json *node,
                           const char *const *known)
{
    if (!node) return false;
    if (node->type != CSUCCESS__JSON_OBJECT) {
        csuccess__problem(list, node, CSUCCESS_ECONFIG, "expected an object, found %s",
                          csuccess__json_type_name(node));
        return false;
    }
    for (const csuccess__json *member = node->first; member; member = member->next) {
        if (is_known(member->key, known)) {
            check_common(list, member);
            continue;
        }
        char bytes[LISTED_BYTES];
        csuccess__text remedy;
        csuccess__text_init(&remedy, bytes, sizeof bytes);
        say_known(&remedy, member->key, known);
        csuccess__problem(list, member, CSUCCESS_ECONFIG, "unknown key %q%s", member->key,
                          bytes);
    }
    return true;
}

/* The member when it has that type; else NULL, noted when it is there. */
static const csuccess__json *typed(csuccess__problems *list, const csuccess__json *object,
                                   const char *key, csuccess__json_type type,
                                   const char *expected)
{
    const csuccess__json *node = csuccess__json_member(object, key);
    if (!node || node->type == type) return node;
    csuccess__problem(list, node, CSUCCESS_ECONFIG, "\"%s\" must be %s, found %s", key,
                      expected, csuccess__json_type_name(node));
    return NULL;
}

/* Bounds that no document would state are no bounds; infinities are among them. */
static bool is_bound(double v)
{
    return v > -1e300 && v < 1e300;
}

static void say_bound(csuccess__text *text, const char *before, double bound)
{
    char digits[CSUCCESS__NUMERAL_MAX];
    size_t len = csuccess__numeral_write(digits, bound);
    csuccess__text_format(text, "%s%S", before, (csuccess_str){digits, len});
}

static void say_range(csuccess__text *text, double low, double high)
{
    if (is_bound(low) && is_bound(high)) {
        say_bound(text, "from ", low);
        say_bound(text, " to ", high);
    } else if (is_bound(low)) {
        say_bound(text, "of at least ", low);
    } else {
        say_bound(text, "of at most ", high);
    }
}

/* reason: the range is two of them. */
double csuccess__read_number(csuccess__problems *list, const csuccess__json *object,
                             const char *key, double fallback, double low, double high)
{
    const csuccess__json *node = typed(list, object, key, CSUCCESS__JSON_NUMBER, "a number");
    if (!node) return fallback;
    bool inside =
        !(is_bound(low) && node->number < low) && !(is_bound(high) && node->number > high);
    if (inside) return node->number;
    char bytes[LISTED_BYTES];
    csuccess__text range;
    csuccess__text_init(&range, bytes, sizeof bytes);
    say_range(&range, low, high);
    say_bound(&range, ", found ", node->number);
    csuccess__problem(list, node, CSUCCESS_ECONFIG, "\"%s\" must be a number %s", key, bytes);
    return fallback;
}

bool csuccess__read_bool(csuccess__problems *list, const csuccess__json *object,
                         const char *key, bool fallback)
{
    const csuccess__json *node = typed(list, object, key, CSUCCESS__JSON_BOOL, "true or false");
    return node ? node->boolean : fallback;
}

csuccess_str csuccess__read_string(csuccess__problems *list, const csuccess__json *object,
                                   const char *key, csuccess_str fallback)
{
    const csuccess__json *node = typed(list, object, key, CSUCCESS__JSON_STRING, "a string");
    return node ? node->string : fallback;
}

int csuccess__read_word(csuccess__problems *list, const csuccess__json *object, const char *key,
                        const char *const *words, int fallback)
{
    const csuccess__json *node = typed(list, object, key, CSUCCESS__JSON_STRING, "a string");
    if (!node) return fallback;
    for (int i = 0; words[i]; i++) {
        if (csuccess__str_is(node->string, words[i])) return i;
    }
    char bytes[LISTED_BYTES];
    csuccess__text remedy;
    csuccess__text_init(&remedy, bytes, sizeof bytes);
    say_known(&remedy, node->string, words);
    csuccess__problem(list, node, CSUCCESS_ECONFIG, "\"%s\" cannot be %q%s", key, node->string,
                      bytes);
    return fallback;
}

const csuccess__json *csuccess__read_section(csuccess__problems *list,
                                             const csuccess__json *object, const char *key,
                                             csuccess__json_type type)
{
    return typed(list, object, key, type,
                 type == CSUCCESS__JSON_ARRAY ? "an array" : "an object");
}

static double order_of(const csuccess__json *node)
{
    const csuccess__json *order = csuccess__json_member(node, "order");
    return order && order->type == CSUCCESS__JSON_NUMBER ? order->number
                                                         : (double)node->position;
}

/* A total order, so that any sort is a stable one. */
static bool before(const void *one, const void *other)
{
    const csuccess__json *a = *(const csuccess__json *const *)one;
    const csuccess__json *b = *(const csuccess__json *const *)other;
    double x = order_of(a), y = order_of(b);
    if (x < y || y < x) return x < y;
    return a->position < b->position;
}

void csuccess__read_order(const csuccess__json *object, const csuccess__json **out)
{
    size_t n = 0;
    for (const csuccess__json *m = object->first; m; m = m->next) out[n++] = m;
    csuccess__sort(out, n, sizeof *out, before);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of an input, however it came: texts that must be there, words, times, and keeping to the limits. */
#include "customer/input_internal.h"
#include "text/utf8.h"

#include <string.h>

static const struct {
    size_t at;
    const char *key, *need; /* its letter among what a type asks for */
    const char *remedy;
} texts[CSUCCESS__INPUT_TEXTS] = {
    [CSUCCESS__INPUT_TEXT_NAME] = {offsetof(csuccess__input, name), "event", "N",
                                   "the name of what happened, or of what the type speaks of"},
    [CSUCCESS__INPUT_TEXT_ID] = {offsetof(csuccess__input, id), "messageId", "",
                                 "by it an event that comes again is known and not applied "
                                 "twice; give the id that its source has for it"},
    [CSUCCESS__INPUT_TEXT_CUSTOMER] = {offsetof(csuccess__input, customer), "groupId", "C",
                                       "the id of the customer"},
    [CSUCCESS__INPUT_TEXT_USER] = {offsetof(csuccess__input, user), "userId", "U",
                                   "the id of the contact"},
    [CSUCCESS__INPUT_TEXT_SOURCE] = {offsetof(csuccess__input, source), "source", NULL, NULL},
};

csuccess_str *csuccess__input_text_of(csuccess__input *input, csuccess__input_text which)
{
    return (csuccess_str *)(void *)((char *)input + texts[which].at);
}

const char *csuccess__input_text_key(csuccess__input_text which)
{
    return texts[which].key;
}

/* By type. */
static const char *const needs[] = {
#define NEEDS(name, number, text, needs) [number] = needs,
    CSUCCESS__INPUT_TYPES(NEEDS)
#undef NEEDS
};

static bool is_needed(csuccess__input_type type, const char *need)
{
    const char *at = needs[type];
    while (*at && *at != *need) at++;
    return *at != '\0';
}

/* High bits where a byte is above 7F or NUL, and perhaps behind a NUL. */
static uint64_t odd_bytes(uint64_t word)
{
    return ((word - UINT64_C(0x0101010101010101)) | word) & UINT64_C(0x8080808080808080);
}

/* All of 1 to 7 bytes, some of them twice, in a word. */
static uint64_t few_bytes(const char *p, size_t n)
{
    uint32_t low, high;
    if (n >= sizeof low) {
        memcpy(&low, p, sizeof low);
        memcpy(&high, p + n - sizeof high, sizeof high);
        return low | (uint64_t)high << 32;
    }
    low = (unsigned char)p[0] | (uint32_t)(unsigned char)p[n / 2] << 8;
    return low | (uint32_t)(unsigned char)p[n - 1] << 16 | UINT64_C(0x2020202020000000);
}

/* Whether there is neither a NUL nor a byte above 7F. The last bytes of a long text are looked at twice. */
static bool is_plain(csuccess_str text)
{
    uint64_t word, found = 0;
    if (text.len < sizeof word) {
        return text.len == 0 || odd_bytes(few_bytes(text.ptr, text.len)) == 0;
    }
    for (size_t i = 0; i + sizeof word < text.len; i += sizeof word) {
        memcpy(&word, text.ptr + i, sizeof word);
        found |= odd_bytes(word);
    }
    memcpy(&word, text.ptr + text.len - sizeof word, sizeof word);
    return (found | odd_bytes(word)) == 0;
}

csuccess_result csuccess__input_text_check(csuccess_str text, bool key,
                                           const csuccess_limits *limits)
{
    if (text.len > limits->string_bytes) return CSUCCESS_ELIMIT;
    if (is_plain(text)) return CSUCCESS_OK;
    if (!csuccess__utf8_check(text, NULL)) return CSUCCESS_EENCODING;
    return key && text.len && memchr(text.ptr, 0, text.len) ? CSUCCESS_EENCODING : CSUCCESS_OK;
}

static csuccess_result check_text(csuccess_str text, const char *key,
                                  const csuccess_limits *limits, csuccess_error *err)
{
    csuccess_result result = csuccess__input_text_check(text, true, limits);
    if (result == CSUCCESS_ELIMIT) {
        return csuccess__fail(err, result, "%s has more than %u bytes (limits.string_bytes)",
                              key, limits->string_bytes);
    }
    if (result < 0) {
        return csuccess__fail(err, result, "%s is not UTF-8, or has a NUL: %q", key, text);
    }
    return result;
}

static csuccess_result check_texts(csuccess__input *input, const csuccess_limits *limits,
                                   csuccess_result missing, csuccess__input_text *where,
                                   csuccess_error *err)
{
    for (*where = 0; *where < CSUCCESS__INPUT_TEXTS; ++*where) {
        csuccess_str text = *csuccess__input_text_of(input, *where);
        const char *need = texts[*where].need;
        if (text.len == 0 && need && (!*need || is_needed(input->type, need))) {
            return csuccess__fail(err, missing, "%s is missing: %s", texts[*where].key,
                                  texts[*where].remedy);
        }
        csuccess_result result = check_text(text, texts[*where].key, limits, err);
        if (result < 0) return result;
    }
    return CSUCCESS_OK;
}

static csuccess_result check_name(const csuccess__input *input, csuccess_error *err)
{
    const char *const *names = csuccess__input_names(input->type);
    csuccess__nearest near;
    if (!names || csuccess__str_among(input->name, names)) return CSUCCESS_OK;
    csuccess__nearest_start(&near, input->name);
    for (size_t i = 0; names[i]; i++) csuccess__nearest_try(&near, csuccess__str(names[i]));
    csuccess_str nearest = near.best.ptr ? near.best : csuccess__str(names[0]);
    return csuccess__fail(err, CSUCCESS_ENAME,
                          near.best.ptr ? "event: no %s is called %q (did you mean %q?)"
                                        : "event: no %s is called %q; there are such as %q",
                          csuccess__input_type_name(input->type), input->name, nearest);
}

/* reason: what is checked, against what, and who is told. */
csuccess_result csuccess__input_check(csuccess__input *input, const csuccess_limits *limits,
                                      csuccess_result missing, csuccess__input_text *where,
                                      csuccess_error *err)
{
    csuccess__input_text at;
    csuccess_result result = check_texts(input, limits, missing, &at, err);
    if (result == CSUCCESS_OK) {
        result = check_name(input, err);
        if (result < 0) at = CSUCCESS__INPUT_TEXT_NAME;
    }
    if (where) *where = at;
    if (result < 0) return result;
    if (!csuccess__time_valid(input->at) || !csuccess__time_valid(input->expires_at)) {
        return csuccess__fail(err, CSUCCESS_ERANGE,
                              "the time of an event, and when it expires, are in the years 1 "
                              "to 9999");
    }
    return CSUCCESS_OK;
}

/* ---- Weight ---- */

/* Most bytes that things take in canonical JSON: a byte of text as \u0001, quotes, colon and comma of a text or key, a
   number or word with its comma; keys, type, times and priority of the input itself. */
enum { PER_BYTE = 6, PER_TEXT = 4, PER_SCALAR = 32, PER_INPUT = 320 };

static uint64_t text_bytes(csuccess_str text)
{
    return (uint64_t)text.len * PER_BYTE + PER_TEXT;
}

csuccess__weight csuccess__input_weigh(csuccess__input *input)
{
    csuccess__weight weight = {.bytes = PER_INPUT, .nodes = 3}; /* itself, type, timestamp */
    for (csuccess__input_text i = 0; i < CSUCCESS__INPUT_TEXTS; i++) {
        csuccess_str text = *csuccess__input_text_of(input, i);
        weight.bytes += text_bytes(text);
        weight.nodes += text.len != 0;
    }
    weight.nodes += input->expires_at != 0;
    weight.nodes += input->priority != 0;
    return weight;
}

static csuccess_result weigh_node(csuccess__weight *out, const csuccess__json *node,
                                  const csuccess_limits *limits)
{
    out->nodes++;
    out->bytes += PER_SCALAR + text_bytes(node->key) + text_bytes(node->string);
    return node->string.len > limits->string_bytes || node->key.len > limits->string_bytes
               ? CSUCCESS_ELIMIT
               : CSUCCESS_OK;
}

/* A list or object; around it are the input's object and that of its properties. */
static csuccess_result weigh_json(csuccess__weight *out, const csuccess__json *root,
                                  const csuccess_limits *limits)
{
    const csuccess__json *node = root;
    uint32_t depth = 2;
    for (;;) {
        csuccess_result result = weigh_node(out, node, limits);
        bool container = node->type >= CSUCCESS__JSON_ARRAY;
        if (container && depth + 1 > limits->document_depth) result = CSUCCESS_ELIMIT;
        if (result < 0) return result;
        if (node->first) {
            node = node->first;
            depth++;
            continue;
        }
        for (; node != root && !node->next; depth--) node = node->parent;
        if (node == root) return CSUCCESS_OK;
        node = node->next;
    }
}

csuccess_result csuccess__property_weigh(csuccess__weight *out,
                                         const csuccess__property *property,
                                         const csuccess_limits *limits)
{
    *out = (csuccess__weight){.bytes = text_bytes(property->name)};
    if (limits->document_depth < 2) return CSUCCESS_ELIMIT;
    if (property->json) return weigh_json(out, property->json, limits);
    out->nodes = 1;
    out->bytes += property->value.kind == CSUCCESS__KIND_STRING
                      ? text_bytes(property->value.as.string)
                      : PER_SCALAR;
    return CSUCCESS_OK;
}

csuccess_result csuccess__input_fits(const csuccess__input *input, csuccess__weight *weight,
                                     const csuccess_limits *limits,
                                     const csuccess_allocator *mem)
{
    uint64_t nodes = weight->nodes + (input->count > 0); /* the object of properties */
    if (nodes > limits->document_nodes || input->count > CSUCCESS__INPUT_PROPERTIES) {
        return CSUCCESS_ELIMIT;
    }
    if (weight->bytes <= limits->document_bytes) return CSUCCESS_OK;
    csuccess__buffer text;
    csuccess__buffer_init(&text, mem, limits->document_bytes);
    csuccess__input_write(&text, input);
    csuccess_result result = text.status;
    if (result == CSUCCESS_OK) weight->bytes = text.len;
    csuccess__buffer_free(&text);
    return result;
}

/* ---- Keeping ---- */

bool csuccess__input_keep(csuccess__input *input, csuccess__arena *arena)
{
    size_t total = 0;
    for (csuccess__input_text i = 0; i < CSUCCESS__INPUT_TEXTS; i++) {
        size_t with_end = csuccess__input_text_of(input, i)->len + 1;
        if (!csuccess__add_size(&total, total, with_end)) return false;
    }
    char *piece = csuccess__arena_take(arena, total, 1);
    if (!piece) return false;
    for (csuccess__input_text i = 0; i < CSUCCESS__INPUT_TEXTS; i++) {
        csuccess_str *text = csuccess__input_text_of(input, i);
        if (text->len) memcpy(piece, text->ptr, text->len);
        text->ptr = piece;
        piece += text->len + 1;
    }
    return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Model documents: the digest, the seal, and the whole of a document around what was learned. */
#include "churn/learn/document.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/str.h"
#include "text/json_tree.h"
#include "text/utf8.h"

#include <string.h>

/* What csuccess_model_load() takes by default: a larger one is not written. */
enum { MOST_BYTES = 64 * 1024 * 1024, MOST_NODES = 1000000, MOST_DEPTH = 64 };

/* The members of a document without `digest`, sorted, into `out`. */
static csuccess_result put_canonical(csuccess__buffer *out, const csuccess__json *document)
{
    const csuccess__json **members =
        csuccess__alloc(out->mem, (size_t)document->count + 1, sizeof *members);
    bool any = false;
    if (!members) {
        return CSUCCESS_ENOMEM;
    }
    csuccess__json_sort(members, document);
    csuccess__buffer_char(out, '{');
    for (uint32_t i = 0; i < document->count; i++) {
        if (csuccess__str_is(members[i]->key, "digest")) {
            continue;
        }
        if (any) {
            csuccess__buffer_char(out, ',');
        }
        csuccess__json_quote(out, members[i]->key);
        csuccess__buffer_char(out, ':');
        csuccess__json_write(out, members[i], true);
        any = true;
    }
    csuccess__buffer_char(out, '}');
    csuccess__release(out->mem, members, (size_t)document->count + 1, sizeof *members);
    return out->status;
}

csuccess_result csuccess__model_digest_of(csuccess__model_digest *out,
                                          const csuccess__json *document,
                                          const csuccess_allocator *mem)
{
    csuccess__buffer bytes;
    csuccess__sha256 hash;
    uint8_t digest[32];
    if (document->type != CSUCCESS__JSON_OBJECT) {
        return CSUCCESS_EINVALID;
    }
    csuccess__buffer_init(&bytes, mem, 0);
    csuccess_result result = put_canonical(&bytes, document);
    if (result == CSUCCESS_OK) {
        csuccess__sha256_start(&hash);
        csuccess__sha256_add(&hash, bytes.ptr, bytes.len);
        csuccess__sha256_finish(&hash, digest);
        memcpy(out->text, "sha256:", 7);
        csuccess__hex(out->text + 7, digest);
    }
    csuccess__buffer_free(&bytes);
    return result;
}

/* A string node over a text that outlives it; false: no memory. */
static bool put_string(csuccess__arena *arena, csuccess__json *object, const char *key,
                       csuccess_str text)
{
    csuccess__json *node = csuccess__json_new(arena, CSUCCESS__JSON_STRING);
    if (!node) {
        return false;
    }
    node->string = text;
    return csuccess__json_put(arena, object, csuccess__str(key), node);
}

csuccess_result csuccess__document_seal(csuccess__buffer *out, const csuccess__json *document,
                                        csuccess_str parent)
{
    csuccess__arena arena;
    csuccess__model_digest digest;
    if (document->type != CSUCCESS__JSON_OBJECT) {
        return CSUCCESS_EINVALID;
    }
    csuccess__arena_init(&arena, out->mem, 0);
    csuccess__json *copy = csuccess__json_copy(&arena, document);
    bool done = copy && (parent.len == 0 || put_string(&arena, copy, "parent", parent));
    csuccess_result result =
        done ? csuccess__model_digest_of(&digest, copy, out->mem) : CSUCCESS_ENOMEM;
    if (result == CSUCCESS_OK &&
        !put_string(&arena, copy, "digest", csuccess__str(digest.text))) {
        result = CSUCCESS_ENOMEM;
    }
    if (result == CSUCCESS_OK) {
        csuccess__document_lines(out, copy);
        result = out->status;
    }
    csuccess__arena_free(&arena);
    return result;
}

static csuccess_result check_text(csuccess_str text, const char *what, csuccess_error *err)
{
    if (!csuccess__utf8_check(text, NULL) ||
        (text.len && memchr(text.ptr, '\0', text.len) != NULL)) {
        return csuccess__fail(err, CSUCCESS_EDATA,
                              "%s %q cannot stand in a document: it is not UTF-8, or has a NUL",
                              what, text);
    }
    return CSUCCESS_OK;
}

/* Names and words, which become keys. Words of the terms are some of the features'. */
static csuccess_result check_texts(const csuccess__dataset *data, csuccess_error *err)
{
    csuccess_result result = CSUCCESS_OK;
    for (uint32_t f = 0; f < data->feature_count && result == CSUCCESS_OK; f++) {
        const csuccess__feature *feature = &data->features[f];
        uint32_t words = feature->numbers ? 0 : feature->word_count;
        result = check_text(feature->name, "the metric", err);
        for (uint32_t i = 0; i < words && result == CSUCCESS_OK; i++) {
            result = check_text(feature->words[i], "the word", err);
        }
    }
    return result;
}

static void put_head(csuccess__json_writer *w, const csuccess__document_head *head)
{
    csuccess__json_key(w, CSUCCESS_STR("csuccess_model"));
    csuccess__json_num(w, 1);
    csuccess__json_put_str(w, "name", head->name);
    csuccess__json_put_str(w, "kind", head->kind);
    csuccess__json_put_str(w, "target", head->target);
    if (head->horizon.len) {
        csuccess__json_put_str(w, "horizon", head->horizon);
    }
    if (head->period.len) {
        csuccess__json_put_str(w, "period", head->period);
    }
    csuccess__json_put_bool(w, "dated", head->dated);
    csuccess__json_put_bool(w, "calibrated", head->calibrated);
}

static csuccess_result take_limits(csuccess_limits *out, csuccess_error *err)
{
    csuccess_limits limits = CSUCCESS_LIMITS_INIT;
    limits.document_bytes = MOST_BYTES;
    limits.document_nodes = MOST_NODES;
    limits.document_depth = MOST_DEPTH;
    return csuccess__limits_take(out, &limits, err);
}

/* One JSON text from outside, as the value of a member. */
static csuccess_result put_training(csuccess__json_writer *w, csuccess_str training,
                                    csuccess_error *err)
{
    csuccess__arena arena;
    csuccess__json *node;
    csuccess_limits limits;
    const csuccess__json_options options = {.name = CSUCCESS_STR("training"),
                                            .limits = &limits};
    csuccess_result result = take_limits(&limits, err);
    if (result != CSUCCESS_OK) {
        return result;
    }
    csuccess__arena_init(&arena, w->out->mem, 0);
    result = csuccess__json_read(&node, &arena, training.len ? training : CSUCCESS_STR("{}"),
                                 &options, err);
    if (result == CSUCCESS_OK && node->type != CSUCCESS__JSON_OBJECT) {
        result = csuccess__fail(err, CSUCCESS_EJSON, "`training` is %s, not an object",
                                csuccess__json_type_name(node));
    }
    if (result == CSUCCESS_OK) {
        csuccess__json_key(w, CSUCCESS_STR("training"));
        csuccess__json_raw(w, node);
    }
    csuccess__arena_free(&arena);
    return result;
}

/* Lays out what was written, with its digest. */
static csuccess_result lay_out(csuccess__buffer *out, csuccess_str written,
                               const csuccess_limits *limits, csuccess_error *err)
{
    csuccess__arena arena;
    csuccess__json *document;
    const csuccess__json_options options = {.name = CSUCCESS_STR("the model"),
                                            .limits = limits};
    csuccess__arena_init(&arena, out->mem, 0);
    csuccess_result result = csuccess__json_read(&document, &arena, written, &options, err);
    if (result == CSUCCESS_OK) {
        result = csuccess__document_seal(out, document, CSUCCESS_STR(""));
    }
    csuccess__arena_free(&arena);
    return result;
}

static csuccess_result write_all(csuccess__buffer *out, const csuccess__document_head *head,
                                 const csuccess__learned *model, const csuccess__dataset *data,
                                 csuccess_error *err)
{
    csuccess__json_writer w;
    csuccess__json_writer_init(&w, out);
    csuccess__json_open(&w, '{');
    put_head(&w, head);
    csuccess__learned_write_metrics(&w, model, data);
    csuccess__learned_write_scorecard(&w, model, data, &head->calibration,
                                      csuccess__str_is(head->target, "nps"));
    csuccess__learned_write_spread(&w, model, data);
    csuccess_result result = put_training(&w, head->training, err);
    if (result == CSUCCESS_OK) {
        result = csuccess__learned_write_snapshot(&w, model, data, out->mem);
    }
    if (result != CSUCCESS_OK) {
        return result;
    }
    csuccess__json_key(&w, CSUCCESS_STR("parent"));
    if (head->parent.len) {
        csuccess__json_str(&w, head->parent);
    } else {
        csuccess__json_null(&w);
    }
    csuccess__json_close(&w, '}');
    return out->status;
}

csuccess_result csuccess__document_write(csuccess__buffer *out,
                                         const csuccess__document_head *head,
                                         const csuccess__learned *model,
                                         const csuccess__dataset *data, csuccess_error *err)
{
    csuccess__buffer compact;
    csuccess_limits limits;
    csuccess_result result = check_text(head->name, "the name", err);
    if (result == CSUCCESS_OK) {
        result = check_texts(data, err);
    }
    if (result == CSUCCESS_OK) {
        result = take_limits(&limits, err);
    }
    if (result != CSUCCESS_OK) {
        return result;
    }
    csuccess__buffer_init(&compact, out->mem, MOST_BYTES);
    result = write_all(&compact, head, model, data, err);
    if (result == CSUCCESS_OK) {
        result = lay_out(out, csuccess__buffer_view(&compact), &limits, err);
    }
    csuccess__buffer_free(&compact);
    if (result == CSUCCESS_ENOMEM) {
        return csuccess__fail(err, result, "out of memory");
    }
    if (result == CSUCCESS_ELIMIT) {
        return csuccess__fail(err, result, "the model is larger than a document may be");
    }
    return result;
}

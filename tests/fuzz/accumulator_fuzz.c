/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as saved results (under a right digest): refused, or read, and then their only spelling, which merges into twice as much; and any lines as bodies of entries: added or refused, and after a refusal everything is as it was. */
#include <string.h>

#include "base/digest.h"
#include "base/error.h"
#include "flow/results.h"
#include "fuzz.h"
#include "text/json.h"

enum { MOST = 1 << 16, SEGMENTS = 3 };

static const csuccess_str config = {"sha256:0", 8};

static csuccess__results *made(uint32_t kind)
{
    csuccess__results *results = NULL;
    FUZZ_CHECK(csuccess__results_new(&results, (csuccess__results_kind)kind, CSUCCESS_STR("j"),
                                     kind == CSUCCESS__RESULTS_SEGMENTS ? SEGMENTS : 0,
                                     csuccess__malloc_allocator()) == CSUCCESS_OK);
    return results;
}

static csuccess__buffer saved(const csuccess__results *results)
{
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__results_save(&out, results, config);
    FUZZ_CHECK(out.status == CSUCCESS_OK);
    return out;
}

static void print(const csuccess__results *results)
{
    static const csuccess_str names[SEGMENTS] = {{"a", 1}, {"b", 1}, {"c", 1}};
    const csuccess__results_names order = {names, SEGMENTS};
    csuccess__buffer text;
    csuccess__json_writer w;
    csuccess__arena arena;
    csuccess__json *json;
    csuccess_limits limits;
    csuccess__limits_take(&limits, NULL, NULL);
    csuccess__json_options options = {.limits = &limits};
    csuccess__buffer_init(&text, csuccess__malloc_allocator(), 0);
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    csuccess__json_writer_init(&w, &text);
    csuccess__json_open(&w, '{');
    csuccess__results_write(&w, results, &order);
    csuccess__json_close(&w, '}');
    FUZZ_CHECK(text.status == CSUCCESS_OK);
    FUZZ_CHECK(csuccess__json_read(&json, &arena, csuccess__buffer_view(&text), &options,
                                   NULL) == CSUCCESS_OK);
    csuccess__arena_free(&arena);
    csuccess__buffer_free(&text);
}

/* The digest as results_wire.c has it. */
static void load(uint32_t kind, csuccess_str bytes)
{
    uint8_t digest[32];
    csuccess__sha256 h;
    csuccess__buffer whole;
    csuccess__results *results = made(kind), *twice = made(kind);
    csuccess__buffer_init(&whole, csuccess__malloc_allocator(), 0);
    csuccess__buffer_str(&whole, bytes);
    csuccess__sha256_start(&h);
    csuccess__digest_str(&h, CSUCCESS_STR("results"));
    csuccess__digest_str(&h, bytes);
    csuccess__sha256_finish(&h, digest);
    csuccess__buffer_put(&whole, digest, 16);
    if (csuccess__results_load(results, csuccess__buffer_view(&whole), config) == CSUCCESS_OK) {
        csuccess__buffer again = saved(results);
        FUZZ_CHECK(again.len == whole.len && memcmp(again.ptr, whole.ptr, again.len) == 0);
        csuccess__buffer_free(&again);
        print(results);
        if (csuccess__results_merge(twice, results) == CSUCCESS_OK) {
            (void)csuccess__results_merge(twice, results);
            print(twice);
        }
    }
    csuccess__buffer_free(&whole);
    csuccess__results_free(results);
    csuccess__results_free(twice);
}

static void add_lines(uint32_t kind, const char *text, size_t size)
{
    static const csuccess_str kinds[] = {{"journey", 7}, {"playbook", 8}, {"task", 4}};
    csuccess__results *results = made(kind);
    csuccess_limits limits;
    csuccess__limits_take(&limits, NULL, NULL);
    for (size_t i = 0, n = 0; i < size && n < 200; n++) {
        const char *end = memchr(text + i, '\n', size - i);
        size_t len = end ? (size_t)(end - text) - i : size - i;
        for (size_t k = 0; k < 3; k++) {
            csuccess__buffer before = saved(results);
            if (csuccess__results_add(results, kinds[k], (csuccess_str){text + i, len},
                                      &limits) != CSUCCESS_OK) {
                csuccess__buffer after = saved(results);
                FUZZ_CHECK(before.len == after.len &&
                           memcmp(before.ptr, after.ptr, before.len) == 0);
                csuccess__buffer_free(&after);
            }
            csuccess__buffer_free(&before);
        }
        i += len + 1;
    }
    csuccess__buffer bytes = saved(results);
    load(kind, (csuccess_str){bytes.ptr, bytes.len - 16});
    csuccess__buffer_free(&bytes);
    print(results);
    csuccess__results_free(results);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > MOST) return 0;
    uint32_t kind = data[0] % 3;
    const char *text = (const char *)data + 1;
    if (data[0] & 4 && kind != CSUCCESS__RESULTS_SEGMENTS) {
        add_lines(kind, text, size - 1);
    } else {
        load(kind, (csuccess_str){text, size - 1});
    }
    return 0;
}

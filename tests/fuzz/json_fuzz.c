/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a JSON document: refused with a place, or read, written, copied, merged and found again. */
#include <string.h>

#include "base/error.h"
#include "fuzz.h"
#include "text/json.h"

typedef struct subject {
    csuccess__arena arena;
    csuccess__buffer plain, sorted;
    csuccess_limits limits;
} subject;

static csuccess_str view(const csuccess__buffer *buffer)
{
    return csuccess__buffer_view(buffer);
}

static csuccess__json *read_again(subject *s, csuccess_str text)
{
    csuccess__json_options options = {.limits = &s->limits};
    csuccess__json *root = NULL;
    FUZZ_CHECK(csuccess__json_read(&root, &s->arena, text, &options, NULL) == CSUCCESS_OK);
    return root;
}

static void check_refusal(const csuccess_error *err, csuccess_result result, size_t size)
{
    FUZZ_CHECK(result == CSUCCESS_EJSON || result == CSUCCESS_EENCODING ||
               result == CSUCCESS_ELIMIT);
    FUZZ_CHECK(err->code == result && err->message[0] != '\0');
    FUZZ_CHECK(err->offset <= size && err->line >= 1 && err->column >= 1);
    FUZZ_CHECK(strcmp(err->message, "two readers of this text disagree about it") != 0);
}

/* What was written reads as the same tree, and writes as the same bytes. */
static void check_writing(subject *s, const csuccess__json *root)
{
    csuccess__json_write(&s->plain, root, false);
    csuccess__json_write(&s->sorted, root, true);
    FUZZ_CHECK(s->plain.status == CSUCCESS_OK && s->sorted.status == CSUCCESS_OK);
    const csuccess__json *plain = read_again(s, view(&s->plain));
    const csuccess__json *sorted = read_again(s, view(&s->sorted));
    FUZZ_CHECK(csuccess__json_equal(root, plain) && csuccess__json_equal(sorted, root));
    size_t length = s->plain.len;
    csuccess__json_write(&s->plain, plain, false);
    FUZZ_CHECK(s->plain.len == 2 * length);
    FUZZ_CHECK(memcmp(s->plain.ptr, s->plain.ptr + length, length) == 0);
}

static void check_merging(subject *s, const csuccess__json *root)
{
    csuccess__json *empty = csuccess__json_new(&s->arena, CSUCCESS__JSON_OBJECT);
    const csuccess__json *copy = csuccess__json_copy(&s->arena, root);
    FUZZ_CHECK(copy && csuccess__json_equal(copy, root));
    const csuccess__json *once = csuccess__json_merge(&s->arena, empty, root, NULL);
    const csuccess__json *twice = csuccess__json_merge(&s->arena, once, root, NULL);
    FUZZ_CHECK(once && twice && csuccess__json_equal(once, twice));
    if (root->type == CSUCCESS__JSON_OBJECT) {
        const csuccess__json *same = csuccess__json_merge(&s->arena, root, empty, NULL);
        FUZZ_CHECK(same && csuccess__json_equal(same, root));
    }
}

/* The first child of each container, and each of its siblings near the front, is found by pointer. */
static void check_pointers(subject *s, const csuccess__json *root)
{
    int left = 50;
    for (const csuccess__json *n = root; n && left > 0; left--) {
        csuccess__buffer_clear(&s->plain);
        csuccess__json_pointer(&s->plain, n);
        FUZZ_CHECK(csuccess__json_at(root, view(&s->plain)) == n);
        csuccess_error err = CSUCCESS_ERROR_INIT;
        csuccess__json_place(&err, n);
        FUZZ_CHECK(err.line >= 1);
        n = n->first && left % 4 ? n->first : n->next;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    subject s;
    csuccess__json *root = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    csuccess__arena_init(&s.arena, mem, 0);
    csuccess__buffer_init(&s.plain, mem, 0);
    csuccess__buffer_init(&s.sorted, mem, 0);
    csuccess__limits_take(&s.limits, NULL, NULL);
    csuccess__json_options options = {.limits = &s.limits, .lines = true};
    csuccess_result result = csuccess__json_read(
        &root, &s.arena, (csuccess_str){(const char *)data, size}, &options, &err);
    FUZZ_CHECK((result == CSUCCESS_OK) == (root != NULL));
    if (root) {
        check_writing(&s, root);
        check_merging(&s, root);
        check_pointers(&s, root);
    } else {
        check_refusal(&err, result, size);
    }
    csuccess__buffer_free(&s.plain);
    csuccess__buffer_free(&s.sorted);
    csuccess__arena_free(&s.arena);
    return 0;
}

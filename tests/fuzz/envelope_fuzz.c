/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a message's body: what the library's own reader of JSON takes, which refuses more than the grammar does, an envelope takes too, and the reader finds the
   same in it afterwards. */
#include <string.h>

#include "../../lib/adapters/envelope/envelope.h"
#include "base/error.h"
#include "fuzz.h"
#include "text/json.h"

enum { DEEPEST = 128 };

typedef struct subject {
    csuccess__arena arena;
    csuccess_limits limits;
} subject;

static const csuccess__json *read_json(subject *s, csuccess_str text, csuccess_result *result)
{
    csuccess__json_options options = {.limits = &s->limits};
    csuccess__json *root = NULL;
    *result = csuccess__json_read(&root, &s->arena, text, &options, NULL);
    return root;
}

/* No line may end within a line, and what was made small stays as it is. */
static void check_copy(const csuccess__envelope *copy)
{
    csuccess__envelope again = {0};
    csuccess_str text = {copy->bytes, copy->len};
    FUZZ_CHECK(!memchr(copy->bytes, '\n', copy->len) && !memchr(copy->bytes, '\r', copy->len));
    FUZZ_CHECK(csuccess__envelope_json(&again, text, DEEPEST));
    FUZZ_CHECK(again.len == copy->len && memcmp(again.bytes, copy->bytes, copy->len) == 0);
    csuccess__envelope_free(&again);
}

static void check_string(subject *s, csuccess_str text)
{
    csuccess__envelope string = {0};
    csuccess_result result;
    csuccess__envelope_string(&string, text);
    const csuccess__json *json =
        read_json(s, (csuccess_str){string.bytes, string.len}, &result);
    FUZZ_CHECK(result == CSUCCESS_ELIMIT || (json && json->type == CSUCCESS__JSON_STRING));
    csuccess__envelope_free(&string);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    subject s;
    csuccess_result result, after;
    csuccess__envelope copy = {0};
    csuccess_str text = {(const char *)data, size};
    csuccess__arena_init(&s.arena, csuccess__malloc_allocator(), 0);
    csuccess__limits_take(&s.limits, NULL, NULL);
    const csuccess__json *json = read_json(&s, text, &result);
    bool taken = csuccess__envelope_json(&copy, text, DEEPEST);
    FUZZ_CHECK(taken || copy.len == 0);
    if (taken) {
        check_copy(&copy);
        const csuccess__json *same =
            read_json(&s, (csuccess_str){copy.bytes, copy.len}, &after);
        FUZZ_CHECK(after == result && (!json || csuccess__json_equal(json, same)));
    } else {
        FUZZ_CHECK(!json);
    }
    check_string(&s, text);
    csuccess__envelope_free(&copy);
    csuccess__arena_free(&s.arena);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a state: refused with the place, or read, and then its only spelling; it prints as JSON, takes and gives up
   fields, and is refused without its last byte. */
#include <string.h>

#include "base/error.h"
#include "customer/state.h"
#include "fuzz.h"
#include "text/json.h"

enum { MOST = 1 << 20 };

static void print_some(csuccess__json_writer *out, const csuccess__state_field *field)
{
    csuccess__json_num(out, (double)field->payload.len);
}

static void check_print(const csuccess__state *state)
{
    static const csuccess__state_printer printers[] = {{CSUCCESS__STATE_ATTRIBUTE, print_some},
                                                       {CSUCCESS__STATE_HEALTH, print_some}};
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    csuccess__buffer text;
    csuccess__arena arena;
    csuccess__json *json;
    csuccess__json_writer writer;
    csuccess_limits limits;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__limits_take(&limits, NULL, NULL);
    csuccess__buffer_init(&text, mem, 0);
    csuccess__arena_init(&arena, mem, 0);
    csuccess__json_writer_init(&writer, &text);
    csuccess__state_print(&writer, state, printers, 2);
    csuccess__json_options options = {.limits = &limits};
    csuccess_result result =
        csuccess__json_read(&json, &arena, csuccess__buffer_view(&text), &options, &err);
    /* Names with a NUL, or that are no text, may look alike to people. */
    FUZZ_CHECK(result == CSUCCESS_OK || result == CSUCCESS_EJSON);
    FUZZ_CHECK(result == CSUCCESS_OK || strstr(err.message, "stands twice") ||
               strstr(err.message, "\\u0000"));
    csuccess__arena_free(&arena);
    csuccess__buffer_free(&text);
}

static void check_written(const csuccess__state *state, csuccess_str bytes)
{
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__state_write(&out, state);
    FUZZ_CHECK(out.status == CSUCCESS_OK && out.len == bytes.len);
    FUZZ_CHECK(memcmp(out.ptr, bytes.ptr, bytes.len) == 0);
    csuccess__buffer_free(&out);
}

/* Each field is found, put as it is without a change, and comes back as it was after it was dropped. */
static void check_fields(csuccess__state *state, csuccess_str bytes)
{
    for (uint32_t i = 0; i < state->count && i < 50; i++) {
        csuccess__state_field field = state->fields[i];
        csuccess_str got = csuccess__state_get(state, field.kind, field.name);
        FUZZ_CHECK(got.ptr == field.payload.ptr && got.len == field.payload.len);
        FUZZ_CHECK(csuccess__state_put(state, field.kind, field.name, field.payload));
        csuccess__state_drop(state, field.kind, field.name);
        FUZZ_CHECK(!csuccess__state_get(state, field.kind, field.name).ptr);
        FUZZ_CHECK(csuccess__state_put(state, field.kind, field.name, field.payload));
        uint32_t count, first = csuccess__state_of_kind(state, field.kind, &count);
        FUZZ_CHECK(first <= i && i < first + count);
    }
    check_written(state, bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    csuccess__state state;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_str bytes = {(const char *)data, size};
    csuccess__state_init(&state, csuccess__malloc_allocator());
    csuccess_result result = csuccess__state_read(&state, bytes, MOST, &err);
    if (result == CSUCCESS_OK) {
        check_written(&state, bytes);
        check_print(&state);
        check_fields(&state, bytes);
        bytes.len--;
        FUZZ_CHECK(csuccess__state_read(&state, bytes, MOST, &err) == CSUCCESS_ESTATE);
    } else {
        FUZZ_CHECK(result == CSUCCESS_ESTATE || result == CSUCCESS_EUNSUPPORTED ||
                   result == CSUCCESS_ELIMIT);
        FUZZ_CHECK(err.code == result && err.message[0] != '\0' && state.count == 0);
    }
    csuccess__state_free(&state);
    return 0;
}

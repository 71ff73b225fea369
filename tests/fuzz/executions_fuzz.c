/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the payload of an execution: refused, or read, and then their only spelling; and they print as JSON. The same of when an intervention was asked for. */
#include <string.h>

#include "fuzz.h"
#include "intervene/executions_internal.h"
#include "intervene/intervene.h"

/* What is put is what was read. */
static void check_same(const csuccess__execution *e, csuccess_str payload)
{
    static const csuccess__interventions none;
    const csuccess__intervene of = {.interventions = &none};
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    csuccess__state state;
    csuccess__buffer scratch;
    csuccess__state_init(&state, mem);
    csuccess__buffer_init(&scratch, mem, 0);
    csuccess__step step = {.state = &state, .scratch = &scratch, .mem = mem};
    csuccess__moment m = {.step = &step};
    csuccess__turn t = {.m = &m, .of = &of};
    csuccess__execution_put(&t, e);
    FUZZ_CHECK(step.failed == CSUCCESS_OK);
    csuccess_str put =
        csuccess__state_get(&state, CSUCCESS__STATE_EXECUTION, csuccess__execution_name(e));
    FUZZ_CHECK(csuccess__str_eq(put, payload));
    csuccess__buffer_free(&scratch);
    csuccess__state_free(&state);
}

static void check_print(const char *name, csuccess_str payload, bool good)
{
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    csuccess__buffer out;
    csuccess__json_writer w;
    csuccess__arena arena;
    csuccess__json *json = NULL;
    csuccess_limits limits;
    const csuccess__state_field field = {.name = csuccess__str(name), .payload = payload};
    csuccess__limits_take(&limits, NULL, NULL);
    csuccess__buffer_init(&out, mem, 0);
    csuccess__arena_init(&arena, mem, 0);
    csuccess__json_writer_init(&w, &out);
    csuccess__execution_print(&w, &field);
    csuccess__json_options options = {.limits = &limits};
    FUZZ_CHECK(csuccess__json_read(&json, &arena, csuccess__buffer_view(&out), &options,
                                   NULL) == CSUCCESS_OK);
    FUZZ_CHECK(good == (json->type != CSUCCESS__JSON_STRING));
    csuccess__arena_free(&arena);
    csuccess__buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    csuccess__execution e;
    int64_t at;
    const csuccess_str payload = {size ? (const char *)data : "", size};
    bool good = csuccess__execution_parse(&e, payload);
    if (good) check_same(&e, payload);
    check_print("0123456789abcdef", payload, good);
    check_print("asked/call", payload, csuccess__since_parse(&at, payload));
    return 0;
}

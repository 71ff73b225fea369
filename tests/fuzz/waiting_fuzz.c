/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a message that waits: damage is told, what is read has one spelling, and printing and forgetting go on. */
#include <string.h>

#include "fuzz.h"
#include "intervene/arbiter.h"
#include "text/json.h"

static void put_again(const csuccess__waiting *held, csuccess_str bytes)
{
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    csuccess__state state;
    csuccess__buffer scratch;
    csuccess__state_init(&state, mem);
    csuccess__buffer_init(&scratch, mem, 0);
    csuccess__step step = {.state = &state, .scratch = &scratch};
    csuccess__waiting_put(&step, held);
    FUZZ_CHECK(step.failed == CSUCCESS_OK);
    csuccess_str kept = csuccess__state_get(&state, CSUCCESS__STATE_MESSAGE, held->message.id);
    FUZZ_CHECK(kept.len == bytes.len && memcmp(kept.ptr, bytes.ptr, bytes.len) == 0);
    csuccess__waiting_forget(&state, held->message.contact);
    FUZZ_CHECK(state.count == 0);
    csuccess__buffer_free(&scratch);
    csuccess__state_free(&state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    csuccess__waiting held;
    csuccess__buffer out;
    csuccess__json_writer w;
    csuccess_str bytes = {(const char *)data, size};
    const csuccess__state_field field = {
        .kind = CSUCCESS__STATE_MESSAGE, .name = CSUCCESS_STR("id"), .payload = bytes};
    if (csuccess__waiting_read(&held, &field)) put_again(&held, bytes);
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__json_writer_init(&w, &out);
    csuccess__waiting_print(&w, &field);
    FUZZ_CHECK(out.len > 0 && out.status == CSUCCESS_OK);
    csuccess__buffer_free(&out);
    return 0;
}

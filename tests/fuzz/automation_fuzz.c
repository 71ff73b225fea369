/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the field AUTOMATION of a state: damage is told, what is read has one spelling, and printing goes on. */
#include <string.h>

#include "fuzz.h"
#include "intervene/automation.h"
#include "text/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static csuccess__automation of;
    csuccess__buffer out;
    csuccess__json_writer w;
    csuccess_str bytes = {(const char *)data, size};
    csuccess__state_field field = {.kind = CSUCCESS__STATE_AUTOMATION, .payload = bytes};
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    if (csuccess__automation_parse(&of, bytes)) {
        csuccess__automation_write(&out, &of);
        FUZZ_CHECK(out.len == size && memcmp(out.ptr, data, size) == 0);
    }
    csuccess__buffer_clear(&out);
    csuccess__json_writer_init(&w, &out);
    csuccess__automation_print(&w, &field);
    FUZZ_CHECK(out.len > 0);
    csuccess__buffer_free(&out);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the field of a segment in a state: damage is told, what is read has one spelling, and printing goes on. */
#include <stdlib.h>
#include <string.h>

#include "flow/segments_internal.h"
#include "fuzz.h"
#include "text/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    csuccess__membership of;
    csuccess__buffer out;
    csuccess__json_writer w;
    csuccess_str bytes = {(const char *)data, size};
    csuccess__state_field field = {.kind = CSUCCESS__STATE_SEGMENT, .payload = bytes};
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    if (csuccess__membership_parse(&of, bytes)) {
        csuccess__membership_write(&out, &of);
        if (out.len != size || memcmp(out.ptr, data, size) != 0) abort();
    }
    csuccess__buffer_clear(&out);
    csuccess__json_writer_init(&w, &out);
    csuccess__segment_print(&w, &field);
    if (out.len == 0) abort();
    csuccess__buffer_free(&out);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as offers, requests and standing decisions of a state (the first byte says which): damage is told, what is read has one spelling, and printing goes on. */
#include <string.h>

#include "fuzz.h"
#include "intervene/approvals_internal.h"
#include "intervene/offers_internal.h"
#include "text/json.h"

typedef bool reading(csuccess__buffer *out, csuccess_str bytes);

static bool read_offer(csuccess__buffer *out, csuccess_str bytes)
{
    csuccess__offered of;
    if (!csuccess__offered_parse(&of, bytes)) return false;
    csuccess__offered_write(out, &of);
    return true;
}

static bool read_tally(csuccess__buffer *out, csuccess_str bytes)
{
    csuccess__offer_tally of;
    if (!csuccess__offer_tally_parse(&of, bytes)) return false;
    csuccess__offer_tally_write(out, &of);
    return true;
}

static bool read_request(csuccess__buffer *out, csuccess_str bytes)
{
    csuccess__request of;
    if (!csuccess__request_parse(&of, bytes)) return false;
    csuccess__request_write(out, &of);
    return true;
}

static bool read_standing(csuccess__buffer *out, csuccess_str bytes)
{
    csuccess__standing of;
    if (!csuccess__standing_parse(&of, bytes)) return false;
    csuccess__standing_write(out, &of);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct {
        reading *read;
        const char *name;
        void (*print)(csuccess__json_writer *, const csuccess__state_field *);
    } kinds[] = {{read_offer, "0123456789abcdef", csuccess__offer_print},
                 {read_tally, "of/x", csuccess__offer_print},
                 {read_request, "request/0123456789abcdef", csuccess__approval_print},
                 {read_standing, "standing/*", csuccess__approval_print}};
    csuccess__buffer out;
    csuccess__json_writer w;
    if (size == 0) return 0;
    size_t kind = data[0] % (sizeof kinds / sizeof kinds[0]);
    csuccess_str bytes = {(const char *)data + 1, size - 1};
    csuccess__state_field field = {.name = csuccess__str(kinds[kind].name), .payload = bytes};
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    if (kinds[kind].read(&out, bytes)) {
        FUZZ_CHECK(out.len == bytes.len && memcmp(out.ptr, bytes.ptr, bytes.len) == 0);
    }
    csuccess__buffer_clear(&out);
    csuccess__json_writer_init(&w, &out);
    kinds[kind].print(&w, &field);
    FUZZ_CHECK(out.len > 0);
    csuccess__buffer_free(&out);
    return 0;
}

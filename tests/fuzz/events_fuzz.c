/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an event: refused with a code that is documented and the list as it was, or taken, and then its canonical text
   is read again as the same event. */
#include <string.h>

#include "customer/input.h"
#include "fuzz.h"

static void check_refusal(const csuccess_events *events, const csuccess_error *err,
                          csuccess_result result)
{
    static const csuccess_result codes[] = {
        CSUCCESS_EJSON, CSUCCESS_EENCODING, CSUCCESS_ELIMIT, CSUCCESS_EMISSING,
        CSUCCESS_ETYPE, CSUCCESS_ENAME,     CSUCCESS_ERANGE};
    size_t i = 0;
    while (i < sizeof codes / sizeof codes[0] && codes[i] != result) i++;
    FUZZ_CHECK(i < sizeof codes / sizeof codes[0]);
    FUZZ_CHECK(err->code == result && err->message[0] != '\0' && err->line >= 1);
    FUZZ_CHECK(csuccess_events_count(events) == 0);
}

static void write_at(csuccess__buffer *out, csuccess_events *events, size_t index)
{
    csuccess__buffer_init(out, csuccess__malloc_allocator(), 0);
    csuccess__input_write(out, csuccess__events_at(events, index));
    FUZZ_CHECK(out->status == CSUCCESS_OK);
}

static void check_same(csuccess_events *events, size_t a, size_t b)
{
    csuccess__buffer one, other;
    write_at(&one, events, a);
    write_at(&other, events, b);
    FUZZ_CHECK(one.len == other.len && memcmp(one.ptr, other.ptr, one.len) == 0);
    csuccess__buffer_free(&one);
    csuccess__buffer_free(&other);
}

static csuccess_result add_property(csuccess_events *events, const csuccess__property *p)
{
    if (p->value.kind == CSUCCESS__KIND_NUMBER) {
        return csuccess_events_number(events, p->name, p->value.as.number);
    }
    if (p->value.kind == CSUCCESS__KIND_STRING) {
        return csuccess_events_string(events, p->name, p->value.as.string);
    }
    if (p->value.kind == CSUCCESS__KIND_BOOL) {
        return csuccess_events_bool(events, p->name, p->value.as.boolean);
    }
    csuccess__buffer text;
    csuccess__buffer_init(&text, csuccess__malloc_allocator(), 0);
    if (p->json) {
        csuccess__json_write(&text, p->json, false);
    } else {
        csuccess__buffer_cstr(&text, "null");
    }
    csuccess_result result =
        csuccess_events_json(events, p->name, csuccess__buffer_view(&text), NULL);
    csuccess__buffer_free(&text);
    return result;
}

/* The same through the struct, its properties from the last to the first. */
static void check_typed(csuccess_events *events)
{
    csuccess_event event = CSUCCESS_EVENT_INIT;
    FUZZ_CHECK(csuccess_events_get(events, 0, &event) == CSUCCESS_OK);
    FUZZ_CHECK(csuccess_events_add(events, &event, NULL) == CSUCCESS_OK);
    for (uint32_t i = csuccess__events_at(events, 0)->count; i > 0; i--) {
        const csuccess__input *first = csuccess__events_at(events, 0);
        FUZZ_CHECK(add_property(events, &first->properties[i - 1]) == CSUCCESS_OK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    csuccess_events *events;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_limits limits = CSUCCESS_LIMITS_INIT;
    csuccess_str text = {(const char *)data, size};
    limits.document_bytes = 4096;
    limits.document_depth = 8;
    limits.document_nodes = 200;
    limits.string_bytes = 300;
    FUZZ_CHECK(csuccess_events_new(&events, NULL, &limits, NULL) == CSUCCESS_OK);
    csuccess_result result = csuccess_events_add_json(events, text, &err);
    if (result == CSUCCESS_OK) {
        csuccess__buffer canonical;
        write_at(&canonical, events, 0);
        FUZZ_CHECK(canonical.len <= limits.document_bytes);
        FUZZ_CHECK(csuccess_events_add_json(events, csuccess__buffer_view(&canonical), &err) ==
                   CSUCCESS_OK);
        check_same(events, 0, 1);
        check_typed(events);
        check_same(events, 0, 2);
        csuccess__buffer_free(&canonical);
    } else {
        check_refusal(events, &err, result);
    }
    csuccess_events_free(events);
    return 0;
}

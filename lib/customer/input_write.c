/* SPDX-License-Identifier: Apache-2.0 */
/* An input as canonical JSON: one spelling, so that what came as a struct and what came as text are the same bytes. */
#include "customer/input_internal.h"
#include "text/numeral.h"

static void put_key(csuccess__buffer *out, const char *key)
{
    csuccess__buffer_put(out, ",\"", 2);
    csuccess__buffer_cstr(out, key);
    csuccess__buffer_put(out, "\":", 2);
}

static void put_text(csuccess__buffer *out, const char *key, csuccess_str text)
{
    if (text.len == 0) return;
    put_key(out, key);
    csuccess__json_quote(out, text);
}

static void put_time(csuccess__buffer *out, const char *key, int64_t ms)
{
    char text[CSUCCESS__TIME_TEXT];
    size_t n = csuccess__time_format(text, ms);
    put_key(out, key);
    csuccess__buffer_char(out, '"');
    csuccess__buffer_put(out, text, n);
    csuccess__buffer_char(out, '"');
}

static void put_value(csuccess__buffer *out, const csuccess__property *property)
{
    const csuccess__value *value = &property->value;
    if (property->json) {
        csuccess__json_write(out, property->json, true);
    } else if (value->kind == CSUCCESS__KIND_NUMBER) {
        csuccess__numeral_put(out, value->as.number);
    } else if (value->kind == CSUCCESS__KIND_STRING) {
        csuccess__json_quote(out, value->as.string);
    } else if (value->kind == CSUCCESS__KIND_BOOL) {
        csuccess__buffer_cstr(out, value->as.boolean ? "true" : "false");
    } else {
        csuccess__buffer_put(out, "null", 4);
    }
}

static void put_properties(csuccess__buffer *out, const csuccess__input *input)
{
    put_key(out, "properties");
    for (uint32_t i = 0; i < input->count; i++) {
        csuccess__buffer_char(out, i ? ',' : '{');
        csuccess__json_quote(out, input->properties[i].name);
        csuccess__buffer_char(out, ':');
        put_value(out, &input->properties[i]);
    }
    csuccess__buffer_char(out, '}');
}

void csuccess__input_write(csuccess__buffer *out, const csuccess__input *input)
{
    csuccess__buffer_cstr(out, "{\"type\":\"");
    csuccess__buffer_cstr(out, csuccess__input_type_name(input->type));
    csuccess__buffer_char(out, '"');
    put_text(out, "event", input->name);
    put_text(out, "messageId", input->id);
    put_time(out, "timestamp", input->at);
    put_text(out, "groupId", input->customer);
    put_text(out, "userId", input->user);
    put_text(out, "source", input->source);
    if (input->expires_at) put_time(out, "expires", input->expires_at);
    if (input->priority) {
        put_key(out, "priority");
        csuccess__buffer_uint(out, input->priority);
    }
    if (input->count) put_properties(out, input);
    csuccess__buffer_char(out, '}');
}

/* SPDX-License-Identifier: Apache-2.0 */
/* An input as canonical JSON: one spelling, so that what came as a struct and what came as text are the same bytes. */
#include "customer/input_internal.h"
#include "text/numeral.h"

/* A key with its comma and colon, of known length: this is written for every input. */
#define KEY(name) CSUCCESS_STR(",\"" name "\":")

static void put_text(csuccess__buffer *out, csuccess_str key, csuccess_str text)
{
    if (text.len == 0) return;
    csuccess__buffer_str(out, key);
    csuccess__json_quote(out, text);
}

static void put_time(csuccess__buffer *out, csuccess_str key, int64_t ms)
{
    char text[1 + CSUCCESS__TIME_TEXT + 1];
    size_t n = csuccess__time_format(text + 1, ms);
    text[0] = text[1 + n] = '"';
    csuccess__buffer_str(out, key);
    csuccess__buffer_put(out, text, n + 2);
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
    csuccess__buffer_str(out, KEY("properties"));
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
    csuccess__buffer_str(out, CSUCCESS_STR("{\"type\":\""));
    csuccess__buffer_cstr(out, csuccess__input_type_name(input->type));
    csuccess__buffer_char(out, '"');
    put_text(out, KEY("event"), input->name);
    put_text(out, KEY("messageId"), input->id);
    put_time(out, KEY("timestamp"), input->at);
    put_text(out, KEY("groupId"), input->customer);
    put_text(out, KEY("userId"), input->user);
    put_text(out, KEY("source"), input->source);
    if (input->expires_at) put_time(out, KEY("expires"), input->expires_at);
    if (input->priority) {
        csuccess__buffer_str(out, KEY("priority"));
        csuccess__buffer_uint(out, input->priority);
    }
    if (input->count) put_properties(out, input);
    csuccess__buffer_char(out, '}');
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A state as JSON, for people. */
#include "customer/state.h"

#include "base/error.h"
#include "base/str.h"
#include "calendar/time_json.h"
#include "text/json.h"
#include "text/utf8.h"

static void print_hex(csuccess__json_writer *out, csuccess_str bytes)
{
    static const char digits[] = "0123456789abcdef";
    csuccess__json_str(out, CSUCCESS_STR("")); /* the digits go before its closing quote */
    csuccess__buffer *to = out->out;
    if (to->status != CSUCCESS_OK) return;
    to->len--;
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.ptr[i];
        const char pair[2] = {digits[byte >> 4], digits[byte & 15]};
        csuccess__buffer_put(to, pair, sizeof pair);
    }
    csuccess__buffer_char(to, '"');
}

static void print_bytes(csuccess__json_writer *out, const char *key, const uint8_t *bytes,
                        size_t n)
{
    csuccess__json_key(out, csuccess__str(key));
    print_hex(out, (csuccess_str){(const char *)bytes, n});
}

/* Whole numbers are written as such, beyond 2^53 too. */
static void print_count(csuccess__json_writer *out, const char *key, uint64_t count)
{
    csuccess__json_key(out, csuccess__str(key));
    csuccess__buffer_uint(out->out, count);
    out->used |= UINT64_C(1) << out->depth % 64;
}

static void print_head(csuccess__json_writer *out, const csuccess__state_head *head)
{
    print_count(out, "format", 1);
    csuccess__json_put_time(out, "created_at", head->created_at);
    csuccess__json_put_time(out, "at", head->at);
    if (head->due != INT64_MAX) csuccess__json_put_time(out, "due", head->due);
    if (head->flags & CSUCCESS__STATE_ERASING) {
        csuccess__json_key(out, CSUCCESS_STR("erasing"));
        csuccess__json_bool(out, true);
    }
    print_count(out, "seq", head->seq);
    print_bytes(out, "chain", head->chain, sizeof head->chain);
    print_bytes(out, "pseudonym", head->pseudonym, sizeof head->pseudonym);
    print_bytes(out, "config", head->config, sizeof head->config);
}

typedef struct printing {
    csuccess__json_writer *out;
    const csuccess__state_printer *printers;
    size_t count;
} printing;

static void print_payload(const printing *p, const csuccess__state_field *field)
{
    for (size_t i = 0; i < p->count; i++) {
        if (p->printers[i].kind != field->kind) continue;
        p->printers[i].print(p->out, field);
        return;
    }
    print_hex(p->out, field->payload);
}

/* A name that is not text (a damaged state) must not make damaged JSON. */
static void print_name(csuccess__json_writer *out, csuccess_str name)
{
    char text[512];
    csuccess__text shown;
    if (csuccess__utf8_check(name, NULL)) {
        csuccess__json_key(out, name);
        return;
    }
    csuccess__text_init(&shown, text, sizeof text);
    csuccess__text_put(&shown, name);
    csuccess__json_key(out, (csuccess_str){text, shown.len});
}

static void print_kind(const printing *p, const csuccess__state_field *fields, uint32_t count)
{
    csuccess__json_key(p->out, csuccess__str(csuccess__state_kind_key(fields->kind)));
    if (count == 1 && fields->name.len == 0) {
        print_payload(p, fields);
        return;
    }
    csuccess__json_open(p->out, '{');
    for (uint32_t i = 0; i < count; i++) {
        print_name(p->out, fields[i].name);
        print_payload(p, &fields[i]);
    }
    csuccess__json_close(p->out, '}');
}

void csuccess__state_print(csuccess__json_writer *out, const csuccess__state *state,
                           const csuccess__state_printer *printers, size_t count)
{
    const printing p = {.out = out, .printers = printers, .count = count};
    csuccess__json_open(out, '{');
    print_head(out, &state->head);
    for (uint32_t i = 0; i < state->count;) {
        uint32_t same = i + 1;
        while (same < state->count && state->fields[same].kind == state->fields[i].kind) same++;
        print_kind(&p, &state->fields[i], same - i);
        i = same;
    }
    csuccess__json_close(out, '}');
}

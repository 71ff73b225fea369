/* SPDX-License-Identifier: Apache-2.0 */
/* A memory store as one canonical JSON text: members in order, everything sorted, leases left out. */
#include "engine/memory_store.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/heap.h"
#include "base/owned.h"
#include "base/str.h"
#include "text/json.h"
#include "text/utf8.h"

enum { MOST_BYTES = 0x7fffffff };

/* ---- Values ---- */

/* A text, or, where it is none, {"hex":"..."}; null where nothing is. */
static void put_bytes(csuccess__buffer *out, csuccess_str bytes)
{
    static const char digits[] = "0123456789abcdef";
    if (!bytes.ptr) {
        csuccess__buffer_cstr(out, "null");
        return;
    }
    if (csuccess__utf8_check(bytes, NULL)) {
        csuccess__json_quote(out, bytes);
        return;
    }
    csuccess__buffer_cstr(out, "{\"hex\":\"");
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.ptr[i];
        csuccess__buffer_char(out, digits[byte >> 4]);
        csuccess__buffer_char(out, digits[byte & 15]);
    }
    csuccess__buffer_cstr(out, "\"}");
}

/* A member; `key` has its opening bracket or comma, its quotes and its colon. */
static void put_text(csuccess__buffer *out, const char *key, csuccess_str text)
{
    csuccess__buffer_cstr(out, key);
    put_bytes(out, text.ptr ? text : csuccess__str(NULL));
}

static void put_body(csuccess__buffer *out, const char *key, csuccess_str body)
{
    csuccess__buffer_cstr(out, key);
    put_bytes(out, body);
}

static void put_whole(csuccess__buffer *out, const char *key, int64_t value)
{
    csuccess__buffer_cstr(out, key);
    if (value < 0) csuccess__buffer_char(out, '-');
    csuccess__buffer_uint(out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

static void put_count(csuccess__buffer *out, const char *key, uint64_t value)
{
    csuccess__buffer_cstr(out, key);
    csuccess__buffer_uint(out, value);
}

/* A comma, unless the array begins here. */
static void separate(csuccess__buffer *out)
{
    if (out->len && out->ptr[out->len - 1] != '[') csuccess__buffer_char(out, ',');
}

/* ---- What is kept ---- */

static void put_due(csuccess__buffer *out, const csuccess__stored_customer *c)
{
    separate(out);
    put_text(out, "{\"customer\":", c->timed.id);
    put_whole(out, ",\"due_ms\":", c->due_ms);
    put_count(out, ",\"failures\":", c->failures);
    csuccess__buffer_cstr(out, c->parked ? ",\"parked\":true" : ",\"parked\":false");
    put_text(out, ",\"reason\":", c->reason);
    csuccess__buffer_char(out, '}');
}

static void put_entry(csuccess__buffer *out, const csuccess_entry *e)
{
    separate(out);
    put_whole(out, "{\"at_ms\":", e->at_ms);
    put_body(out, ",\"body\":", e->body);
    put_text(out, ",\"by\":", e->by);
    put_text(out, ",\"cause\":", e->cause);
    put_text(out, ",\"commitment\":", e->commitment);
    put_text(out, ",\"config\":", e->config);
    put_text(out, ",\"customer\":", e->customer);
    put_text(out, ",\"digest\":", e->digest);
    put_text(out, ",\"kind\":", e->kind);
    put_count(out, ",\"seq\":", e->seq);
    put_text(out, ",\"subject\":", e->subject);
    csuccess__buffer_char(out, '}');
}

static bool inputs_before(const void *a, const void *b)
{
    const csuccess_str *x = a, *y = b;
    return csuccess__str_cmp(*x, *y) < 0;
}

static void put_inputs(csuccess__buffer *out, const csuccess__stored_customer *c)
{
    size_t n = 0;
    csuccess_str *list;
    if (c->inputs.count == 0) return;
    list = csuccess__alloc(out->mem, c->inputs.count, sizeof *list);
    if (!list) {
        out->status = CSUCCESS_ENOMEM;
        return;
    }
    for (size_t i = 0; i < c->inputs.cap; i++) {
        const csuccess_str *id = c->inputs.slots[i].item;
        if (id) list[n++] = *id;
    }
    csuccess__sort(list, n, sizeof *list, inputs_before);
    for (size_t i = 0; i < n; i++) {
        separate(out);
        put_text(out, "{\"customer\":", c->timed.id);
        put_text(out, ",\"id\":", list[i]);
        csuccess__buffer_char(out, '}');
    }
    csuccess__release(out->mem, list, n, sizeof *list);
}

static void put_message(csuccess__buffer *out, const csuccess__stored_message *message)
{
    const csuccess_message *m = &message->m;
    separate(out);
    put_count(out, "{\"attempts\":", m->attempts);
    put_body(out, ",\"body\":", m->body);
    put_text(out, ",\"channel\":", m->channel);
    put_text(out, ",\"contact\":", m->contact);
    put_whole(out, ",\"created_ms\":", m->created_ms);
    put_text(out, ",\"customer\":", m->customer);
    put_text(out, ",\"definition\":", m->definition);
    put_whole(out, ",\"expires_ms\":", m->expires_ms);
    put_count(out, ",\"flags\":", m->flags);
    put_text(out, ",\"id\":", m->id);
    put_whole(out, ",\"not_before_ms\":", message->timed.time);
    put_count(out, ",\"outcome\":", message->outcome);
    put_text(out, ",\"purpose\":", m->purpose);
    put_text(out, ",\"reason\":", message->reason);
    put_text(out, ",\"target\":", m->target);
    csuccess__buffer_char(out, '}');
}

static void put_record(csuccess__buffer *out, const csuccess__stored_record *record)
{
    if (record->revision == 0) return;
    separate(out);
    put_body(out, "{\"body\":", record->block.body);
    put_text(out, ",\"id\":", record->key.id);
    put_count(out, ",\"kind\":", record->key.kind);
    put_count(out, ",\"revision\":", record->revision);
    csuccess__buffer_char(out, '}');
}

/* ---- In order ---- */

static void put_customers(csuccess__buffer *out, const csuccess__stored_tenant *t)
{
    csuccess__ordered_node *node, *first = csuccess__ordered_first(&t->customers_by_id);
    csuccess__buffer_cstr(out, "{\"due\":[");
    for (node = first; node; node = csuccess__ordered_next(node)) {
        const csuccess__stored_customer *c =
            CSUCCESS__ITEM(csuccess__stored_customer, by_id, node);
        if (c->there) put_due(out, c);
    }
    csuccess__buffer_cstr(out, "],\"entries\":[");
    for (node = first; node; node = csuccess__ordered_next(node)) {
        const csuccess__stored_customer *c =
            CSUCCESS__ITEM(csuccess__stored_customer, by_id, node);
        for (size_t i = 0; i < c->entry_count; i++) put_entry(out, c->entries[i]);
    }
    csuccess__buffer_cstr(out, "],\"inputs\":[");
    for (node = first; node; node = csuccess__ordered_next(node)) {
        put_inputs(out, CSUCCESS__ITEM(csuccess__stored_customer, by_id, node));
    }
}

static void put_tenant(csuccess__buffer *out, const csuccess__stored_tenant *t)
{
    csuccess__ordered_node *node;
    put_customers(out, t);
    csuccess__buffer_cstr(out, "],\"ledgers\":[");
    for (node = csuccess__ordered_first(&t->ledgers_by_key); node;
         node = csuccess__ordered_next(node)) {
        const csuccess__stored_ledger *l =
            CSUCCESS__ITEM(csuccess__stored_ledger, by_key, node);
        if (!l->there) continue;
        separate(out);
        put_text(out, "{\"key\":", l->key);
        put_whole(out, ",\"sum\":", l->sum);
        csuccess__buffer_char(out, '}');
    }
    csuccess__buffer_cstr(out, "],\"messages\":[");
    for (node = csuccess__ordered_first(&t->messages_by_creation); node;
         node = csuccess__ordered_next(node)) {
        put_message(out, CSUCCESS__ITEM(csuccess__stored_message, created, node));
    }
    csuccess__buffer_cstr(out, "],\"records\":[");
    for (node = csuccess__ordered_first(&t->records_by_id); node;
         node = csuccess__ordered_next(node)) {
        put_record(out, CSUCCESS__ITEM(csuccess__stored_record, by_id, node));
    }
    csuccess__buffer_char(out, ']');
}

/* Whether nothing is in a tenant that was written from here on: room that was made for something says nothing. */
static bool says_nothing(const csuccess__buffer *out, size_t from)
{
    static const char nothing[] = "{\"due\":[],\"entries\":[],\"inputs\":[],\"ledgers\":[],"
                                  "\"messages\":[],\"records\":[]";
    csuccess_str written = {out->ptr + from, out->len - from};
    return csuccess__str_ends(written, CSUCCESS_STR(nothing)) &&
           written.len <= sizeof nothing; /* a comma before it */
}

csuccess_result csuccess_memory_store_dump(csuccess_text **out,
                                           const csuccess_memory_store *store,
                                           csuccess_error *err)
{
    csuccess__buffer text;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    if (!store) return csuccess__fail(err, CSUCCESS_EINVALID, "store is required");
    csuccess__buffer_init(&text, &store->mem, MOST_BYTES);
    csuccess__buffer_char(&text, '[');
    for (csuccess__ordered_node *node = csuccess__ordered_first(&store->tenants_by_id); node;
         node = csuccess__ordered_next(node)) {
        const csuccess__stored_tenant *t = CSUCCESS__ITEM(csuccess__stored_tenant, by_id, node);
        size_t before = text.len;
        separate(&text);
        put_tenant(&text, t);
        if (text.status >= 0 && says_nothing(&text, before)) {
            text.len = before;
            continue;
        }
        put_text(&text, ",\"tenant\":", t->id);
        csuccess__buffer_char(&text, '}');
    }
    csuccess__buffer_char(&text, ']');
    csuccess_result result = text.status;
    if (result >= 0) {
        result = csuccess__text_make(out, &store->mem, csuccess__buffer_view(&text));
    }
    csuccess__buffer_free(&text);
    return result < 0 ? csuccess__fail(err, result, "%s", csuccess_result_text(result))
                      : CSUCCESS_OK;
}

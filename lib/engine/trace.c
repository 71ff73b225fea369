/* SPDX-License-Identifier: Apache-2.0 */
/* Batches as JSON: lines of a trace, and the description of one advance. */
#include "engine/desk.h"

static void put_time(csuccess__json_writer *w, const char *key, int64_t at)
{
    char text[CSUCCESS__TIME_TEXT];
    size_t n = csuccess__time_format(text, at);
    if (n) csuccess__json_put_given(w, key, (csuccess_str){text, n});
}

static void put_whole(csuccess__json_writer *w, const char *key, int64_t value)
{
    char text[24];
    csuccess__text to;
    csuccess__text_init(&to, text, sizeof text);
    csuccess__text_format(&to, "%l", value);
    csuccess__json_text(w, key, (csuccess_str){to.ptr, to.len});
}

static void put_entry(csuccess__json_writer *w, const csuccess_entry *entry)
{
    csuccess__json_open(w, '{');
    csuccess__json_put_given(w, "customer", entry->customer);
    put_whole(w, "seq", (int64_t)entry->seq);
    put_time(w, "at", entry->at_ms);
    csuccess__json_put_given(w, "kind", entry->kind);
    csuccess__json_put_given(w, "cause", entry->cause);
    csuccess__json_put_given(w, "by", entry->by);
    csuccess__json_put_given(w, "subject", entry->subject);
    csuccess__json_text(w, "body", entry->body);
    csuccess__json_close(w, '}');
}

static void put_message(csuccess__json_writer *w, const csuccess_message *message)
{
    csuccess__json_open(w, '{');
    csuccess__json_put_given(w, "customer", message->customer);
    csuccess__json_put_given(w, "message", message->id);
    csuccess__json_put_given(w, "channel", message->channel);
    csuccess__json_put_given(w, "target", message->target);
    csuccess__json_put_given(w, "contact", message->contact);
    csuccess__json_put_given(w, "purpose", message->purpose);
    csuccess__json_put_given(w, "definition", message->definition);
    put_time(w, "not_before", message->not_before_ms);
    put_time(w, "expires", message->expires_ms);
    csuccess__json_text(w, "body", message->body);
    csuccess__json_close(w, '}');
}

void csuccess__batch_trace(const csuccess_batch *batch, csuccess__buffer *out)
{
    csuccess__json_writer w;
    for (size_t i = 0; i < batch->entry_count; i++) {
        csuccess__json_writer_init(&w, out);
        put_entry(&w, &batch->entries[i]);
        csuccess__buffer_char(out, '\n');
    }
    for (size_t i = 0; i < batch->message_count; i++) {
        csuccess__json_writer_init(&w, out);
        put_message(&w, &batch->messages[i]);
        csuccess__buffer_char(out, '\n');
    }
}

static void put_deltas(csuccess__json_writer *w, const csuccess_batch *batch)
{
    csuccess__json_key(w, CSUCCESS_STR("deltas"));
    csuccess__json_open(w, '[');
    for (size_t i = 0; i < batch->delta_count; i++) {
        csuccess__json_open(w, '{');
        csuccess__json_put_given(w, "key", batch->deltas[i].key);
        put_whole(w, "delta", batch->deltas[i].delta);
        if (batch->deltas[i].max != CSUCCESS_TIME_NEVER) {
            put_whole(w, "max", batch->deltas[i].max);
        }
        csuccess__json_close(w, '}');
    }
    csuccess__json_close(w, ']');
}

/* The state after, read back from the bytes of the batch: the desk may hold
 * another by now. */
static void put_state(const csuccess__advance *advance, csuccess__json_writer *w)
{
    csuccess__state state;
    csuccess__desk *desk = advance->desk;
    csuccess__state_init(&state, &desk->mem);
    csuccess__json_key(w, CSUCCESS_STR("state"));
    csuccess_result status = csuccess__state_read(&state, csuccess__buffer_view(&advance->body),
                                                  desk->options.state_bytes, NULL);
    if (status == CSUCCESS_OK) {
        csuccess__state_print(w, &state, csuccess__state_printers,
                              csuccess__state_printer_count);
    } else {
        csuccess__json_null(w);
        if (w->out->status == CSUCCESS_OK) w->out->status = status;
    }
    csuccess__state_free(&state);
}

void csuccess__advance_describe(const csuccess__advance *advance, csuccess__buffer *out)
{
    const csuccess_batch *batch = csuccess__advance_batch(advance);
    csuccess__json_writer w;
    csuccess__json_writer_init(&w, out);
    csuccess__json_open(&w, '{');
    csuccess__json_put_given(&w, "customer", advance->customer);
    if (batch) {
        put_time(&w, "due", batch->writes[0].due_ms);
        csuccess__json_key(&w, CSUCCESS_STR("entries"));
        csuccess__json_open(&w, '[');
        for (size_t i = 0; i < batch->entry_count; i++) put_entry(&w, &batch->entries[i]);
        csuccess__json_close(&w, ']');
        csuccess__json_key(&w, CSUCCESS_STR("messages"));
        csuccess__json_open(&w, '[');
        for (size_t i = 0; i < batch->message_count; i++) put_message(&w, &batch->messages[i]);
        csuccess__json_close(&w, ']');
        put_deltas(&w, batch);
        if (advance->purpose != CSUCCESS__FOR_SOURCE) put_state(advance, &w);
    }
    csuccess__json_close(&w, '}');
}

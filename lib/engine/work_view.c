/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at one customer: score, state, and the explanation, for which the last of the history and of the outbox are fetched first. */
#include "engine/machine.h"

#include "base/str.h"
#include "calendar/time_json.h"

enum { LAST_ENTRIES = 50, LAST_MESSAGES = 20, PAGE = 256, MOST_PAGES = 64 };

/* What an explanation has gathered: texts in the work's arena. */
typedef struct gathered {
    csuccess_str entries;
    csuccess_str messages[LAST_MESSAGES]; /* a ring */
    uint32_t message_count, pages;
    csuccess_str after;
} gathered;

static void view_failed(csuccess_engine *engine, csuccess__work *work, csuccess_result result)
{
    csuccess__ticket_fail(engine, work->ticket, result, true);
    csuccess__work_end(engine, work);
}

static void view_starved(csuccess_engine *engine, csuccess__work *work)
{
    view_failed(engine, work, csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory"));
}

static void load_all(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__about about = {.customer = work->customer,
                             .principal = &work->ticket->principal,
                             .now = work->ticket->now,
                             .contact = csuccess__str(""),
                             .token = csuccess__str("")};
    csuccess_result result =
        csuccess__advance_new(&work->advance, engine->desk, &about, &engine->why);
    if (result < 0) {
        view_failed(engine, work, result);
    } else {
        work->key_count = 0;
        csuccess__work_load(engine, work, CSUCCESS__WORK_VIEW_LOADED);
    }
}

void csuccess__view_begin(csuccess_engine *engine, csuccess__work *work)
{
    if (work->ticket->kind != CSUCCESS_CALL_EXPLAIN) {
        load_all(engine, work);
        return;
    }
    work->whole = CSUCCESS__NEW(&work->arena, gathered);
    if (!work->whole) {
        view_starved(engine, work);
        return;
    }
    work->keys[0] = (csuccess_key){CSUCCESS_RECORD_CUSTOMER, 0, work->customer};
    work->key_count = 1;
    csuccess__work_load(engine, work, CSUCCESS__WORK_VIEW_KNOWN);
}

/* The state says how long the history is. */
void csuccess__view_known(csuccess_engine *engine, csuccess__work *work)
{
    if (work->came < 0) {
        view_failed(engine, work, csuccess__store_result(engine, work->came));
        return;
    }
    const csuccess__answer *answer = csuccess__work_answers(work);
    csuccess_result result = CSUCCESS_OK;
    csuccess__state_clear(&engine->state);
    if (answer->verdict != CSUCCESS__VERDICT_RECORD) {
        result = csuccess__fail(&engine->why, CSUCCESS_EMISSING, "there is no customer %q",
                                work->customer);
    } else {
        result = csuccess__state_read(&engine->state, answer->body, engine->options.state_bytes,
                                      &engine->why);
    }
    uint64_t seq = engine->state.head.seq;
    csuccess__state_clear(&engine->state);
    if (result < 0) {
        view_failed(engine, work, result);
        return;
    }
    work->request = (union csuccess__request){
        .history = {.customer = work->customer,
                    .after = seq > LAST_ENTRIES ? seq - LAST_ENTRIES : 0,
                    .most = LAST_ENTRIES}};
    csuccess__work_ask(engine, work, CSUCCESS_OP_HISTORY, LAST_ENTRIES,
                       CSUCCESS__WORK_VIEW_HISTORY);
}

/* ---- Texts ---- */

static void put_entry(csuccess__json_writer *w, const csuccess_entry *entry)
{
    csuccess__json_open(w, '{');
    csuccess__json_put_num(w, "seq", (double)entry->seq);
    csuccess__json_put_time(w, "at", entry->at_ms);
    csuccess__json_put_str(w, "kind", entry->kind);
    csuccess__json_put_str(w, "cause", entry->cause);
    csuccess__json_put_str(w, "by", entry->by);
    csuccess__json_text(w, "body", entry->body.ptr ? entry->body : csuccess__str("null"));
    csuccess__json_close(w, '}');
}

static void put_message(csuccess__json_writer *w, const csuccess__answer_row *row)
{
    const csuccess_message *message = &row->message;
    csuccess__json_open(w, '{');
    csuccess__json_put_str(w, "id", message->id);
    csuccess__json_put_str(w, "channel", message->channel);
    csuccess__json_put_str(w, "contact", message->contact);
    csuccess__json_put_str(w, "target", message->target);
    csuccess__json_put_str(w, "definition", message->definition);
    csuccess__json_put_str(w, "outcome", row->token);
    csuccess__json_put_time(w, "created", message->created_ms);
    csuccess__json_put_time(w, "not_before", message->not_before_ms);
    csuccess__json_put_num(w, "attempts", message->attempts);
    csuccess__json_close(w, '}');
}

/* ---- History and outbox ---- */

static void ask_outbox(csuccess_engine *engine, csuccess__work *work)
{
    gathered *all = work->whole;
    work->request = (union csuccess__request){
        .outbox = {.customer = work->customer, .after = all->after, .most = PAGE}};
    csuccess__work_ask(engine, work, CSUCCESS_OP_OUTBOX, PAGE, CSUCCESS__WORK_VIEW_OUTBOX);
}

void csuccess__view_history(csuccess_engine *engine, csuccess__work *work)
{
    gathered *all = work->whole;
    csuccess__json_writer w;
    if (work->came < 0) {
        view_failed(engine, work, csuccess__store_result(engine, work->came));
        return;
    }
    const csuccess_reply *reply = csuccess__work_reply(work);
    csuccess__buffer_clear(&engine->line);
    csuccess__json_writer_init(&w, &engine->line);
    csuccess__json_open(&w, '[');
    for (size_t i = 0; i < reply->row_count; i++) put_entry(&w, &reply->rows[i].entry);
    csuccess__json_close(&w, ']');
    all->after = csuccess__str("");
    if (engine->line.status < 0 ||
        !csuccess__work_copy(work, &all->entries, csuccess__buffer_view(&engine->line))) {
        view_starved(engine, work);
    } else {
        ask_outbox(engine, work);
    }
}

static bool keep_message(csuccess_engine *engine, csuccess__work *work,
                         const csuccess__answer_row *row)
{
    gathered *all = work->whole;
    csuccess__json_writer w;
    csuccess__buffer_clear(&engine->line);
    csuccess__json_writer_init(&w, &engine->line);
    put_message(&w, row);
    return engine->line.status == CSUCCESS_OK &&
           csuccess__work_copy(work, &all->messages[all->message_count++ % LAST_MESSAGES],
                               csuccess__buffer_view(&engine->line));
}

void csuccess__view_outbox(csuccess_engine *engine, csuccess__work *work)
{
    gathered *all = work->whole;
    if (work->came < 0) {
        view_failed(engine, work, csuccess__store_result(engine, work->came));
        return;
    }
    const csuccess_reply *reply = csuccess__work_reply(work);
    size_t count = reply->row_count;
    bool kept = true;
    for (size_t i = count > LAST_MESSAGES ? count - LAST_MESSAGES : 0; i < count && kept; i++) {
        kept = keep_message(engine, work, &reply->rows[i]);
    }
    if (count) kept = kept && csuccess__work_copy(work, &all->after, reply->rows[count - 1].id);
    if (!kept) {
        view_starved(engine, work);
    } else if (count < PAGE || ++all->pages == MOST_PAGES) {
        load_all(engine, work);
    } else {
        ask_outbox(engine, work);
    }
}

/* {"entries": [...], "messages": [...]}, the oldest first. */
static csuccess_str history_of(csuccess_engine *engine, const gathered *all)
{
    csuccess__buffer *out = &engine->line;
    uint32_t count = all->message_count < LAST_MESSAGES ? all->message_count : LAST_MESSAGES;
    csuccess__buffer_clear(out);
    csuccess__buffer_cstr(out, "{\"entries\":");
    csuccess__buffer_str(out, all->entries);
    csuccess__buffer_cstr(out, ",\"messages\":[");
    for (uint32_t i = 0; i < count; i++) {
        if (i) csuccess__buffer_char(out, ',');
        csuccess__buffer_str(out,
                             all->messages[(all->message_count - count + i) % LAST_MESSAGES]);
    }
    csuccess__buffer_cstr(out, "]}");
    return csuccess__buffer_view(out);
}

void csuccess__view_loaded(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__ticket *ticket = work->ticket;
    csuccess_str history = {"", 0};
    if (work->came < 0) {
        view_failed(engine, work, csuccess__store_result(engine, work->came));
        return;
    }
    csuccess__view view = CSUCCESS__VIEW_SCORE;
    if (ticket->kind == CSUCCESS_CALL_STATE) view = CSUCCESS__VIEW_STATE;
    if (ticket->kind == CSUCCESS_CALL_EXPLAIN) {
        view = CSUCCESS__VIEW_EXPLAIN;
        history = history_of(engine, work->whole);
        if (engine->line.status < 0) {
            view_starved(engine, work);
            return;
        }
    }
    csuccess__error_clear(&engine->why);
    csuccess_result result = csuccess__advance_view(work->advance, csuccess__work_answers(work),
                                                    view, history, &ticket->text, &engine->why);
    if (result < 0) {
        if (engine->why.code != result) {
            csuccess__fail(&engine->why, result, "%s", csuccess_result_text(result));
        }
        view_failed(engine, work, result);
        return;
    }
    ticket->has_text = true;
    csuccess__work_end(engine, work);
}

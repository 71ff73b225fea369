/* SPDX-License-Identifier: Apache-2.0 */
/* Following the chains of one customer, of a pseudonym, or of all customers, one after the other. */
#include "engine/machine.h"

#include "base/str.h"
#include "trust/chain.h"

#include <string.h>

enum { PAGE = 256, ENTRIES = 1000, PSEUDONYM_DIGITS = 32 };

typedef struct verification {
    csuccess__arena page; /* ids of one page of customers */
    csuccess_str *ids;
    size_t id_count, id_at;
    csuccess_str after;
    bool all, more; /* every customer; there may be another page */
    bool has_head;  /* of the customer at hand */
    csuccess__state_head head;
    csuccess__chain_walk walk;
    uint64_t customers, entries, bodies, erased;
    uint32_t bad;
    csuccess__buffer list; /* of what is bad */
    csuccess__json_writer writer;
} verification;

static void free_verification(csuccess_engine *engine, void *whole)
{
    verification *all = whole;
    csuccess__buffer_free(&all->list);
    csuccess__arena_free(&all->page);
    csuccess__release(&engine->mem, all, 1, sizeof *all);
}

static void verify_failed(csuccess_engine *engine, csuccess__work *work, csuccess_result result)
{
    csuccess__ticket_fail(engine, work->ticket, result, true);
    csuccess__work_end(engine, work);
}

static void store_failed(csuccess_engine *engine, csuccess__work *work)
{
    verify_failed(engine, work, csuccess__store_result(engine, work->came));
}

static void starved(csuccess_engine *engine, csuccess__work *work)
{
    verify_failed(engine, work, csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory"));
}

static void scan(csuccess_engine *engine, csuccess__work *work)
{
    const verification *all = work->whole;
    work->request = (union csuccess__request){
        .scan = {.kind = CSUCCESS_RECORD_CUSTOMER, .after = all->after, .most = PAGE}};
    csuccess__work_ask(engine, work, CSUCCESS_OP_SCAN, PAGE, CSUCCESS__WORK_VERIFY_SCANNED);
}

void csuccess__verify_begin(csuccess_engine *engine, csuccess__work *work)
{
    verification *all = csuccess__alloc(&engine->mem, 1, sizeof *all);
    if (!all) {
        starved(engine, work);
        return;
    }
    csuccess__arena_init(&all->page, &engine->mem, 0);
    csuccess__buffer_init(&all->list, &engine->mem, engine->limits.output_bytes);
    csuccess__json_writer_init(&all->writer, &all->list);
    csuccess__json_open(&all->writer, '[');
    work->whole = all;
    work->whole_free = free_verification;
    all->all = all->more = work->ticket->customer.len == 0;
    all->after = csuccess__str("");
    if (all->all) {
        scan(engine, work);
        return;
    }
    all->ids = &work->ticket->customer;
    all->id_count = 1;
    csuccess__work_ready(engine, work, CSUCCESS__WORK_VERIFY_NEXT);
}

void csuccess__verify_scanned(csuccess_engine *engine, csuccess__work *work)
{
    verification *all = work->whole;
    if (work->came < 0) {
        store_failed(engine, work);
        return;
    }
    const csuccess_reply *reply = csuccess__work_reply(work);
    csuccess__arena_reset(&all->page);
    all->ids = CSUCCESS__NEW_ARRAY(&all->page, csuccess_str, reply->row_count);
    all->id_at = 0;
    all->id_count = reply->row_count;
    all->more = reply->row_count == PAGE;
    bool kept = all->ids != NULL;
    for (size_t i = 0; i < reply->row_count && kept; i++) {
        all->ids[i] = csuccess__arena_copy(&all->page, reply->rows[i].id);
        kept = all->ids[i].ptr != NULL;
    }
    if (!kept) {
        starved(engine, work);
        return;
    }
    if (all->id_count) all->after = all->ids[all->id_count - 1];
    csuccess__work_ready(engine, work, CSUCCESS__WORK_VERIFY_NEXT);
}

/* ---- One after the other ---- */

static void put_count(csuccess__json_writer *w, const char *key, uint64_t count)
{
    csuccess__json_key(w, csuccess__str(key));
    csuccess__json_num(w, (double)count);
}

static void finish(csuccess_engine *engine, csuccess__work *work)
{
    verification *all = work->whole;
    csuccess__ticket *ticket = work->ticket;
    csuccess__json_writer w;
    csuccess__json_close(&all->writer, ']');
    csuccess__json_writer_init(&w, &ticket->text);
    csuccess__json_open(&w, '{');
    put_count(&w, "customers", all->customers);
    put_count(&w, "entries", all->entries);
    put_count(&w, "bodies", all->bodies);
    put_count(&w, "erased", all->erased);
    csuccess__json_text(&w, "bad", csuccess__buffer_view(&all->list));
    csuccess__json_close(&w, '}');
    if (all->list.status < 0 && ticket->text.status >= 0)
        ticket->text.status = all->list.status;
    ticket->has_text = true;
    if (all->bad) {
        csuccess__fail(&engine->why, CSUCCESS_EDIGEST, "%u of %l chains do not verify",
                       all->bad, (int64_t)all->customers);
        csuccess__ticket_fail(engine, ticket, CSUCCESS_EDIGEST, false);
    }
    csuccess__work_end(engine, work);
}

void csuccess__verify_next(csuccess_engine *engine, csuccess__work *work)
{
    verification *all = work->whole;
    if (all->id_at == all->id_count) {
        if (all->more) {
            scan(engine, work);
        } else {
            finish(engine, work);
        }
        return;
    }
    csuccess_str id = all->ids[all->id_at];
    work->keys[0] = (csuccess_key){CSUCCESS_RECORD_CUSTOMER, 0, id};
    work->keys[1] = (csuccess_key){CSUCCESS_RECORD_SECRET, 0, id};
    work->key_count = 2;
    csuccess__work_load(engine, work, CSUCCESS__WORK_VERIFY_LOADED);
}

/* The customer at hand is done; `why`: its chain is bad there. */
static void next(csuccess_engine *engine, csuccess__work *work, const char *why)
{
    verification *all = work->whole;
    if (why) {
        csuccess__json_writer *w = &all->writer;
        csuccess__json_open(w, '{');
        csuccess__json_key(w, CSUCCESS_STR("customer"));
        csuccess__json_str(w, all->ids[all->id_at]);
        put_count(w, "seq", all->walk.seq);
        csuccess__json_key(w, CSUCCESS_STR("reason"));
        csuccess__json_str(w, csuccess__str(why));
        csuccess__json_close(w, '}');
        all->bad++;
    }
    all->customers++;
    all->entries += all->walk.seq;
    all->bodies += all->walk.bodies;
    all->erased += all->walk.erased;
    all->id_at++;
    csuccess__work_ready(engine, work, CSUCCESS__WORK_VERIFY_NEXT);
}

static void ask_history(csuccess_engine *engine, csuccess__work *work)
{
    const verification *all = work->whole;
    work->request = (union csuccess__request){
        .history = {.customer = all->ids[all->id_at], .after = all->walk.seq, .most = ENTRIES}};
    csuccess__work_ask(engine, work, CSUCCESS_OP_HISTORY, ENTRIES,
                       CSUCCESS__WORK_VERIFY_HISTORY);
}

static int digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What is left of an erased customer is asked for by its pseudonym. */
static bool read_pseudonym(uint8_t out[16], csuccess_str id)
{
    if (id.len != PSEUDONYM_DIGITS) return false;
    for (size_t i = 0; i < PSEUDONYM_DIGITS; i += 2) {
        int high = digit(id.ptr[i]), low = digit(id.ptr[i + 1]);
        if (high < 0 || low < 0) return false;
        out[i / 2] = (uint8_t)(high * 16 + low);
    }
    return true;
}

/* A customer that has no state: erased since the page was read, known by its pseudonym, or unknown. */
static void without_state(csuccess_engine *engine, csuccess__work *work)
{
    verification *all = work->whole;
    uint8_t pseudonym[16];
    csuccess_str id = all->ids[all->id_at];
    if (!all->all && read_pseudonym(pseudonym, id)) {
        csuccess__chain_walk_start(&all->walk, csuccess__str(""), pseudonym, engine->fast);
        ask_history(engine, work);
    } else if (all->all) {
        all->id_at++;
        csuccess__work_ready(engine, work, CSUCCESS__WORK_VERIFY_NEXT);
    } else {
        verify_failed(
            engine, work,
            csuccess__fail(&engine->why, CSUCCESS_EMISSING, "there is no customer %q", id));
    }
}

void csuccess__verify_loaded(csuccess_engine *engine, csuccess__work *work)
{
    verification *all = work->whole;
    if (work->came < 0) {
        store_failed(engine, work);
        return;
    }
    const csuccess__answer *answers = csuccess__work_answers(work);
    all->has_head = answers[0].verdict == CSUCCESS__VERDICT_RECORD;
    memset(&all->walk, 0, sizeof all->walk);
    if (!all->has_head) {
        without_state(engine, work);
        return;
    }
    csuccess__state_clear(&engine->state);
    csuccess_result result = csuccess__state_read(&engine->state, answers[0].body,
                                                  engine->options.state_bytes, &engine->why);
    all->head = engine->state.head;
    csuccess__state_clear(&engine->state);
    if (result == CSUCCESS_ENOMEM) {
        starved(engine, work);
        return;
    }
    csuccess_str secret = csuccess__str("");
    if (answers[1].verdict == CSUCCESS__VERDICT_RECORD) secret = answers[1].body;
    if (result >= 0) {
        result =
            csuccess__chain_walk_start(&all->walk, secret, all->head.pseudonym, engine->fast);
        if (result < 0) {
            csuccess__fail(&engine->why, result, "the pseudonym is not that of the secret");
        }
    }
    if (result < 0) {
        next(engine, work, engine->why.message);
    } else {
        ask_history(engine, work);
    }
}

/* Follows a page; true: the chain goes on behind it. */
static csuccess_result follow(csuccess_engine *engine, verification *all,
                              const csuccess_reply *reply, bool *more)
{
    *more = reply->row_count == ENTRIES;
    for (size_t i = 0; i < reply->row_count; i++) {
        if (all->has_head && all->walk.seq == all->head.seq) {
            *more = false; /* what came after the state was read */
            break;
        }
        csuccess_result result =
            csuccess__chain_walk_add(&all->walk, &reply->rows[i].entry, &engine->why);
        if (result < 0) return result;
    }
    if (*more || !all->has_head) return CSUCCESS_OK;
    return csuccess__chain_walk_end(&all->walk, &all->head, &engine->why);
}

void csuccess__verify_history(csuccess_engine *engine, csuccess__work *work)
{
    verification *all = work->whole;
    bool more = false;
    if (work->came < 0) {
        store_failed(engine, work);
        return;
    }
    csuccess_result result = follow(engine, all, csuccess__work_reply(work), &more);
    if (result < 0) {
        next(engine, work, engine->why.message);
    } else if (more) {
        ask_history(engine, work);
    } else if (!all->has_head && all->walk.seq == 0) {
        verify_failed(engine, work,
                      csuccess__fail(&engine->why, CSUCCESS_EMISSING, "there is no customer %q",
                                     all->ids[all->id_at]));
    } else {
        next(engine, work, NULL);
    }
}

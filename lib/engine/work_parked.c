/* SPDX-License-Identifier: Apache-2.0 */
/* Customers that were parked: one that may go on, whose state is written once more as it is and due at once; and the list. */
#include "engine/machine.h"

#include "base/str.h"

enum { PAGE = 256 };

typedef struct parked_list {
    csuccess__json_writer writer;
    csuccess_str after;
} parked_list;

static void parked_failed(csuccess_engine *engine, csuccess__work *work, csuccess_result result)
{
    csuccess__ticket_fail(engine, work->ticket, result, true);
    csuccess__work_end(engine, work);
}

static void starved(csuccess_engine *engine, csuccess__work *work)
{
    parked_failed(engine, work, csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory"));
}

static void scan(csuccess_engine *engine, csuccess__work *work)
{
    const parked_list *list = work->whole;
    work->request = (union csuccess__request){
        .scan = {
            .kind = CSUCCESS_RECORD_CUSTOMER, .parked = 1, .after = list->after, .most = PAGE}};
    csuccess__work_ask(engine, work, CSUCCESS_OP_SCAN, PAGE, CSUCCESS__WORK_PARKED_SCANNED);
}

void csuccess__parked_begin(csuccess_engine *engine, csuccess__work *work)
{
    parked_list *list = CSUCCESS__NEW(&work->arena, parked_list);
    if (!list) {
        starved(engine, work);
        return;
    }
    work->whole = list;
    list->after = csuccess__str("");
    csuccess__json_writer_init(&list->writer, &work->ticket->text);
    csuccess__json_open(&list->writer, '{');
    csuccess__json_key(&list->writer, CSUCCESS_STR("parked"));
    csuccess__json_open(&list->writer, '[');
    if (work->customer.len == 0) {
        scan(engine, work);
        return;
    }
    work->keys[0] = (csuccess_key){CSUCCESS_RECORD_CUSTOMER, 0, work->customer};
    work->key_count = 1;
    csuccess__work_load(engine, work, CSUCCESS__WORK_PARKED_LOADED);
}

void csuccess__parked_loaded(csuccess_engine *engine, csuccess__work *work)
{
    if (work->came < 0) {
        parked_failed(engine, work, csuccess__store_result(engine, work->came));
        return;
    }
    const csuccess__answer *answer = csuccess__work_answers(work);
    if (answer->verdict != CSUCCESS__VERDICT_RECORD) {
        parked_failed(engine, work,
                      csuccess__fail(&engine->why, CSUCCESS_EMISSING, "there is no customer %q",
                                     work->customer));
        return;
    }
    csuccess_batch *batch = CSUCCESS__NEW(&work->arena, csuccess_batch);
    csuccess_write *write = CSUCCESS__NEW(&work->arena, csuccess_write);
    if (!batch || !write || !csuccess__work_copy(work, &write->body, answer->body)) {
        starved(engine, work);
        return;
    }
    write->size = sizeof *write;
    write->key = work->keys[0];
    write->expected = answer->revision;
    write->due_ms = work->ticket->now;
    write->token = csuccess__str("");
    *batch = (csuccess_batch){.writes = write, .write_count = 1};
    work->batch = batch;
    csuccess__work_ask(engine, work, CSUCCESS_OP_COMMIT, 0, CSUCCESS__WORK_PARKED_RESUMED);
}

void csuccess__parked_resumed(csuccess_engine *engine, csuccess__work *work)
{
    if (work->came < 0) {
        parked_failed(engine, work, csuccess__store_result(engine, work->came));
        return;
    }
    csuccess__verdict verdict = csuccess__work_reply(work)->answers[0].verdict;
    if (verdict == CSUCCESS__VERDICT_APPLIED) {
        scan(engine, work);
    } else if (verdict == CSUCCESS__VERDICT_CONFLICT && ++work->tries < engine->options.tries) {
        csuccess__work_load(engine, work, CSUCCESS__WORK_PARKED_LOADED);
    } else {
        parked_failed(engine, work,
                      csuccess__fail(&engine->why, CSUCCESS_ECALLBACK,
                                     "the store did not take customer %q", work->customer));
    }
}

void csuccess__parked_scanned(csuccess_engine *engine, csuccess__work *work)
{
    parked_list *list = work->whole;
    if (work->came < 0) {
        parked_failed(engine, work, csuccess__store_result(engine, work->came));
        return;
    }
    const csuccess_reply *reply = csuccess__work_reply(work);
    size_t count = reply->row_count;
    for (size_t i = 0; i < count; i++) {
        csuccess__json_str(&list->writer, reply->rows[i].id);
    }
    if (count == PAGE) {
        if (csuccess__work_copy(work, &list->after, reply->rows[count - 1].id)) {
            scan(engine, work);
        } else {
            starved(engine, work);
        }
        return;
    }
    csuccess__json_close(&list->writer, ']');
    csuccess__json_close(&list->writer, '}');
    work->ticket->has_text = true;
    csuccess__work_end(engine, work);
}

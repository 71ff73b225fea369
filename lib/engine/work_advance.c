/* SPDX-License-Identifier: Apache-2.0 */
/* A work's advance: first in line, load, apply, commit; anew when somebody was faster or a ledger refused, by itself when an operation with others failed. */
#include "engine/machine.h"

#include "base/str.h"

/* ---- What came of it ---- */

static void after(csuccess_engine *engine, csuccess__work *work, csuccess_result result)
{
    static void (*const ways[CSUCCESS__WORK_KINDS])(csuccess_engine *, csuccess__work *,
                                                    csuccess_result) = {
        [CSUCCESS__WORK_INPUTS] = csuccess__after_inputs,
        [CSUCCESS__WORK_LEASED] = csuccess__after_leased,
        [CSUCCESS__WORK_SIGNAL] = csuccess__after_signal,
        [CSUCCESS__WORK_ERASURE] = csuccess__after_erasure,
        [CSUCCESS__WORK_FORGETTING] = csuccess__after_forgetting,
    };
    if (result >= 0 && work->ticket) work->ticket->failures = 0;
    ways[work->kind](engine, work, result);
}

csuccess_result csuccess__store_result(csuccess_engine *engine, csuccess_result came)
{
    if (came != CSUCCESS_ENOMEM && came != CSUCCESS_ECANCELLED) came = CSUCCESS_ECALLBACK;
    engine->why.code = came;
    return came;
}

/* An operation failed: once more by itself when others were in it, so that one bad customer takes no others down. */
static void failed(csuccess_engine *engine, csuccess__work *work, csuccess_result came)
{
    csuccess_result result = csuccess__store_result(engine, came);
    if (work->shared && !work->alone && result == CSUCCESS_ECALLBACK) {
        work->alone = true;
        csuccess__work_load(engine, work, CSUCCESS__WORK_ADVANCE_LOADED);
    } else {
        after(engine, work, result);
    }
}

/* ---- Its states ---- */

static csuccess__purpose purpose_of(const csuccess__work *work)
{
    if (work->kind == CSUCCESS__WORK_FORGETTING) return CSUCCESS__FOR_FORGETTING;
    if (work->kind == CSUCCESS__WORK_ERASURE) {
        return work->ticket->contact.len ? CSUCCESS__FOR_FORGETTING : CSUCCESS__FOR_ERASURE;
    }
    bool source = work->kind == CSUCCESS__WORK_INPUTS && work->customer.len > 0 &&
                  work->customer.ptr[0] == '\0';
    return source ? CSUCCESS__FOR_SOURCE : CSUCCESS__FOR_INPUTS;
}

void csuccess__advance_begin(csuccess_engine *engine, csuccess__work *work)
{
    const csuccess__ticket *ticket = work->ticket;
    csuccess__purpose purpose = purpose_of(work);
    if (!csuccess__table_room(&engine->locks, &engine->mem, 1)) {
        after(engine, work, csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory"));
        return;
    }
    if (!csuccess__work_lock(engine, work)) return;
    /* Who may erase a child may have it forgotten. */
    csuccess__principal principal = ticket->principal;
    bool child = work->kind == CSUCCESS__WORK_FORGETTING;
    principal.host = principal.host || child;
    csuccess__about about = {
        .purpose = purpose,
        .customer = purpose == CSUCCESS__FOR_SOURCE ? csuccess__str("") : work->customer,
        .contact = child ? work->contact : ticket->contact,
        .signal = work->signal,
        .principal = &principal,
        .now = work->now,
        .import = ticket->kind == CSUCCESS_CALL_IMPORT,
        .preview = ticket->kind == CSUCCESS_CALL_PREVIEW,
        .token = work->kind == CSUCCESS__WORK_LEASED ? work->token : csuccess__str(""),
    };
    if (work->kind == CSUCCESS__WORK_INPUTS) {
        about.events = ticket->events;
        about.indices = ticket->order + work->from;
        about.count = work->count;
    }
    work->alone = false;
    work->tries = 0;
    work->revision = 0;
    csuccess_result result =
        csuccess__advance_new(&work->advance, engine->desk, &about, &engine->why);
    if (result < 0) {
        after(engine, work, result);
    } else {
        csuccess__work_load(engine, work, CSUCCESS__WORK_ADVANCE_LOADED);
    }
}

/* A lease ends with whatever commits the customer, so a state that moved is somebody else's work done. */
static bool is_lost(csuccess__work *work, const csuccess__answer *answer)
{
    bool moved = work->tries > 0 && answer->revision != work->revision;
    work->revision = answer->revision;
    return moved && work->kind == CSUCCESS__WORK_LEASED;
}

/* What became of a message is told to the customer that it was of; nobody comes into being by it, such as one that was erased meanwhile. */
static bool is_orphan(const csuccess__work *work, const csuccess__answer *answer)
{
    return work->signal && work->signal->type == CSUCCESS__INPUT_DELIVERY &&
           answer->verdict != CSUCCESS__VERDICT_RECORD;
}

void csuccess__advance_loaded(csuccess_engine *engine, csuccess__work *work)
{
    if (work->came < 0) {
        failed(engine, work, work->came);
        return;
    }
    const csuccess__answer *answers = csuccess__work_answers(work);
    csuccess_result result = csuccess__lately_check(engine, work, answers);
    if (result >= 0 && is_orphan(work, answers)) {
        result = csuccess__fail(&engine->why, CSUCCESS_ECALLBACK,
                                "load did not answer customer %q, whose message it was",
                                work->customer);
    }
    if (result < 0) {
        after(engine, work, result);
        return;
    }
    if (is_lost(work, answers)) {
        csuccess__work_end(engine, work);
        return;
    }
    engine->figures.advances++;
    result = csuccess__advance_apply(work->advance, answers, csuccess__work_known(work),
                                     &engine->why);
    if (result == CSUCCESS_AGAIN) {
        csuccess__work_load(engine, work, CSUCCESS__WORK_ADVANCE_LOADED);
    } else if (result == CSUCCESS_OK && work->ticket->kind != CSUCCESS_CALL_PREVIEW) {
        csuccess__work_commit(engine, work, CSUCCESS__WORK_ADVANCE_COMMITTED);
    } else {
        after(engine, work, result);
    }
}

static void applied(csuccess_engine *engine, csuccess__work *work)
{
    const csuccess_batch *batch = csuccess__advance_batch(work->advance);
    csuccess__lately_note(engine, work);
    csuccess__figures_commit(engine, batch);
    engine->figures.clock_raised += csuccess__advance_tally(work->advance).clock_raised;
    csuccess__engine_tell(engine, batch);
    for (size_t i = 0; i < batch->write_count; i++) {
        if (batch->writes[i].key.kind == CSUCCESS_RECORD_CUSTOMER &&
            batch->writes[i].body.ptr) {
            csuccess__ticket_next(work->ticket, batch->writes[i].due_ms);
        }
    }
    for (size_t i = 0; i < batch->message_count; i++) {
        csuccess__ticket_next(work->ticket, batch->messages[i].not_before_ms);
    }
    work->ticket->did = true;
    after(engine, work, CSUCCESS_OK);
}

static void already(csuccess_engine *engine, csuccess__work *work)
{
    engine->figures.replays++;
    work->known = true;
    after(engine, work, CSUCCESS_UNCHANGED);
}

static void conflict(csuccess_engine *engine, csuccess__work *work)
{
    engine->figures.conflicts++;
    if (++work->tries < engine->options.tries) {
        csuccess__work_load(engine, work, CSUCCESS__WORK_ADVANCE_LOADED);
        return;
    }
    after(engine, work,
          csuccess__fail(&engine->why, CSUCCESS_ECONFLICT,
                         "somebody else was faster %u times; try again", work->tries));
}

static void refused(csuccess_engine *engine, csuccess__work *work)
{
    uint64_t delta = csuccess__work_reply(work)->answers[work->batch_at].revision;
    engine->figures.refusals++;
    if (csuccess__advance_refused(work->advance, (size_t)delta)) {
        csuccess__work_load(engine, work, CSUCCESS__WORK_ADVANCE_LOADED);
        return;
    }
    after(engine, work,
          csuccess__fail(&engine->why, CSUCCESS_ECALLBACK,
                         "the store refused delta %l of a batch, which pays for nothing",
                         (int64_t)delta));
}

static void unanswered(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__fail(&engine->why, CSUCCESS_ECALLBACK,
                   "commit was done without an answer to one of its batches");
    failed(engine, work, CSUCCESS_ECALLBACK);
}

void csuccess__advance_committed(csuccess_engine *engine, csuccess__work *work)
{
    static void (*const ways[])(csuccess_engine *, csuccess__work *) = {
        [CSUCCESS__VERDICT_NONE] = unanswered,   [CSUCCESS__VERDICT_RECORD] = unanswered,
        [CSUCCESS__VERDICT_LEDGER] = unanswered, [CSUCCESS__VERDICT_APPLIED] = applied,
        [CSUCCESS__VERDICT_CONFLICT] = conflict, [CSUCCESS__VERDICT_REFUSED] = refused,
        [CSUCCESS__VERDICT_ALREADY] = already,
    };
    if (work->came < 0) {
        failed(engine, work, work->came);
    } else {
        ways[csuccess__work_reply(work)->answers[work->batch_at].verdict](engine, work);
    }
}

/* ---- The store knows the configuration ---- */

void csuccess__definition_failed(csuccess_engine *engine, csuccess_result result)
{
    csuccess__queue waiting = engine->want_commit;
    csuccess__work *work;
    engine->want_commit = (csuccess__queue){NULL, NULL};
    engine->definition = CSUCCESS__DEFINITION_UNKNOWN;
    csuccess_error why = engine->why;
    while ((work = csuccess__queue_take(&waiting)) != NULL) {
        work->op = NULL;
        work->came = result;
        work->shared = false;
        engine->why = why;
        csuccess__advance_committed(engine, work);
    }
}

void csuccess__definition_begin(csuccess_engine *engine, csuccess__work *work)
{
    work->keys[0] = (csuccess_key){CSUCCESS_RECORD_DEFINITION, 0, engine->config->hash};
    work->key_count = 1;
    csuccess__work_load(engine, work, CSUCCESS__WORK_DEFINITION_LOADED);
}

static void definition_end(csuccess_engine *engine, csuccess__work *work,
                           csuccess_result result)
{
    if (result < 0) csuccess__definition_failed(engine, result);
    engine->definition = result < 0 ? CSUCCESS__DEFINITION_UNKNOWN : CSUCCESS__DEFINITION_KNOWN;
    csuccess__work_end(engine, work);
}

void csuccess__definition_loaded(csuccess_engine *engine, csuccess__work *work)
{
    if (work->came < 0) {
        definition_end(engine, work, work->came);
        return;
    }
    if (csuccess__work_answers(work)->verdict == CSUCCESS__VERDICT_RECORD) {
        definition_end(engine, work, CSUCCESS_OK);
        return;
    }
    csuccess_batch *batch = CSUCCESS__NEW(&work->arena, csuccess_batch);
    csuccess_write *write = CSUCCESS__NEW(&work->arena, csuccess_write);
    if (!batch || !write) {
        definition_end(engine, work,
                       csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory"));
        return;
    }
    *write = (csuccess_write){.size = sizeof *write,
                              .key = work->keys[0],
                              .body = engine->config->text,
                              .due_ms = CSUCCESS_TIME_NEVER};
    *batch = (csuccess_batch){.writes = write, .write_count = 1};
    work->batch = batch;
    csuccess__work_ask(engine, work, CSUCCESS_OP_COMMIT, 0,
                       CSUCCESS__WORK_DEFINITION_COMMITTED);
}

void csuccess__definition_committed(csuccess_engine *engine, csuccess__work *work)
{
    if (work->came < 0) {
        definition_end(engine, work, work->came);
        return;
    }
    csuccess__verdict verdict = csuccess__work_reply(work)->answers[0].verdict;
    if (verdict == CSUCCESS__VERDICT_APPLIED) {
        definition_end(engine, work, CSUCCESS_OK);
    } else if (verdict == CSUCCESS__VERDICT_CONFLICT && ++work->tries < engine->options.tries) {
        csuccess__definition_begin(engine, work); /* another engine was faster; look */
    } else {
        definition_end(engine, work,
                       csuccess__fail(&engine->why, CSUCCESS_ECALLBACK,
                                      "the store did not take the configuration"));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Customers whose time has come: advanced under their lease, or given back. */
#include "engine/machine.h"

#include "base/str.h"

int64_t csuccess__backoff(uint32_t failures)
{
    enum { MOST_DOUBLINGS = 9, MOST_HOURS = 6 };
    int64_t most = MOST_HOURS * CSUCCESS__HOUR_MS;
    int64_t wait = failures < MOST_DOUBLINGS ? CSUCCESS__MINUTE_MS << failures : most;
    return wait < most ? wait : most;
}

/* ---- Giving back ---- */

/* Whether the store parks it with this failure. */
static bool parks(const csuccess_defer_request *asked, const csuccess__work *work)
{
    return asked->failed && asked->park_after && work->failures + 1 >= asked->park_after;
}

void csuccess__give_back(csuccess_engine *engine, csuccess__work *work, int64_t until,
                         bool failed)
{
    csuccess_str reason = {"", 0};
    if (failed) {
        reason = csuccess__arena_copy(&work->arena, csuccess__str(engine->why.message));
        if (!reason.ptr) reason = csuccess__str("");
    }
    work->leaving = true;
    work->request =
        (union csuccess__request){.defer = {.customer = work->customer,
                                            .token = work->token,
                                            .until_ms = until,
                                            .failed = failed,
                                            .park_after = engine->config->policies->park_after,
                                            .reason = reason}};
    if (!parks(&work->request.defer, work)) csuccess__ticket_next(work->ticket, until);
    csuccess__work_ask(engine, work, CSUCCESS_OP_DEFER, 0, CSUCCESS__WORK_GIVEN_BACK);
}

void csuccess__given_back(csuccess_engine *engine, csuccess__work *work)
{
    if (work->came < 0) {
        csuccess__ticket_store_failed(engine, work->ticket,
                                      csuccess__store_result(engine, work->came));
    } else if (csuccess__work_reply(work)->answers[0].verdict == CSUCCESS__VERDICT_NONE &&
               parks(&work->request.defer, work)) {
        engine->figures.parked++;
    }
    csuccess__work_end(engine, work);
}

/* Nothing was due after all: back until the time that the state names. */
static void not_due(csuccess_engine *engine, csuccess__work *work)
{
    const csuccess__answer *answer = csuccess__work_answers(work);
    int64_t until = work->now + CSUCCESS__HOUR_MS;
    csuccess__state_clear(&engine->state);
    if (answer->verdict == CSUCCESS__VERDICT_RECORD &&
        csuccess__state_read(&engine->state, answer->body, engine->options.state_bytes, NULL) ==
            CSUCCESS_OK &&
        engine->state.head.due > work->now) {
        until = engine->state.head.due;
    }
    csuccess__state_clear(&engine->state);
    csuccess__give_back(engine, work, until, false);
}

void csuccess__after_leased(csuccess_engine *engine, csuccess__work *work,
                            csuccess_result result)
{
    if (result == CSUCCESS_OK) {
        csuccess__work_end(engine, work);
    } else if (result == CSUCCESS_UNCHANGED) {
        not_due(engine, work);
    } else if (result == CSUCCESS_EBUSY) { /* an erasure was begun, and nobody finished it */
        csuccess__erase(engine, work);
    } else if (result == CSUCCESS_ENOMEM || result == CSUCCESS_ECANCELLED) {
        csuccess__ticket_fail(engine, work->ticket, result, true);
        csuccess__work_give_up(engine, work);
    } else {
        csuccess__give_back(engine, work, work->now + csuccess__backoff(work->failures), true);
    }
}

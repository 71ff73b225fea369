/* SPDX-License-Identifier: Apache-2.0 */
/* Claimed messages: signals become inputs of the customers that they go to; messages are asked about once more, sent, and settled.

   A channel that delivers at least once is sent to and then settled: a crash between the two sends the same id again. One that delivers at most once is settled as unknown before it is sent to, so that a
   crash sends nothing twice; there is one attempt, and what became of it is in the figures only. The customer's state hears of messages that are dead, and why: a bounced address is suppressed. */
#include "engine/machine.h"
#include "engine/reply_internal.h"

#include "base/str.h"

#include <string.h>

enum { SIGNAL_ATTEMPTS = 8, UNREGISTERED_MINUTES = 10 };

/* ---- Settling ---- */

static void settle_failed(csuccess_engine *engine, csuccess__work *work, csuccess_result result)
{
    csuccess__ticket_fail(engine, work->ticket, result, true);
    csuccess__work_end(engine, work);
}

/* The settlement as a request; what the customer's state must hear rides with it. False: no memory. */
static bool ask_settlement(csuccess__work *work, const csuccess__settling *how)
{
    csuccess_settle_request *ask = &work->request.settle;
    work->request = (union csuccess__request){.settle = {.message = work->message.id,
                                                         .token = work->token,
                                                         .outcome = how->outcome,
                                                         .counts = how->counts,
                                                         .retry_ms = how->retry}};
    if (!csuccess__work_copy(work, &ask->reason, how->reason)) return false;
    if (how->told.len == 0) return true;
    csuccess_message *signal = CSUCCESS__NEW(&work->arena, csuccess_message);
    if (!signal) return false;
    csuccess__delivered what = {how->told, ask->reason, work->now};
    if (csuccess__delivery_signal(signal, &work->message, &what, &work->arena) < 0)
        return false;
    ask->signal = signal;
    return true;
}

static void settle_to(csuccess_engine *engine, csuccess__work *work,
                      const csuccess__settling *how, csuccess__work_state state)
{
    work->leaving = true;
    if (!ask_settlement(work, how)) {
        settle_failed(engine, work,
                      csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory"));
        return;
    }
    if (how->outcome == CSUCCESS_SETTLE_RETRY) csuccess__ticket_next(work->ticket, how->retry);
    csuccess__work_ask(engine, work, CSUCCESS_OP_SETTLE, 0, state);
}

void csuccess__settle(csuccess_engine *engine, csuccess__work *work,
                      const csuccess__settling *how)
{
    settle_to(engine, work, how, CSUCCESS__WORK_MESSAGE_SETTLED);
}

static void count_settled(csuccess_engine_counts *figures, uint32_t outcome)
{
    uint64_t *const counts[] = {
        [CSUCCESS_SETTLE_DELIVERED] = &figures->delivered,
        [CSUCCESS_SETTLE_RETRY] = &figures->put_off,
        [CSUCCESS_SETTLE_DEAD] = &figures->dead,
        [CSUCCESS_SETTLE_UNKNOWN] = &figures->unknown,
        [CSUCCESS_SETTLE_DROPPED] = &figures->dropped,
    };
    ++*counts[outcome];
}

/* Whether the settlement holds; a lease that was lost is somebody else's to settle. */
static bool is_settled(csuccess_engine *engine, csuccess__work *work)
{
    if (work->came < 0) {
        csuccess__ticket_store_failed(engine, work->ticket,
                                      csuccess__store_result(engine, work->came));
        return false;
    }
    if (csuccess__work_reply(work)->answers[0].verdict != CSUCCESS__VERDICT_NONE) return false;
    if (work->kind == CSUCCESS__WORK_MESSAGE) {
        count_settled(&engine->figures, work->request.settle.outcome);
    }
    return true;
}

void csuccess__message_settled(csuccess_engine *engine, csuccess__work *work)
{
    if (is_settled(engine, work) && work->request.settle.signal) work->ticket->again = true;
    csuccess__work_end(engine, work);
}

static void put_off(csuccess_engine *engine, csuccess__work *work, int64_t until,
                    csuccess_str reason)
{
    csuccess__settling how = {.outcome = CSUCCESS_SETTLE_RETRY,
                              .retry = until > work->now ? until : work->now + 1,
                              .reason = reason};
    csuccess__settle(engine, work, &how);
}

/* What the state hears of a settlement: of what is dead always, of what caps and budgets count everything. */
static csuccess_str told_of(const csuccess__work *work, uint32_t outcome)
{
    bool tracked = (work->message.flags & CSUCCESS_MESSAGE_TRACKED) != 0;
    const csuccess_str none = {"", 0};
    if (work->kind != CSUCCESS__WORK_MESSAGE) return none;
    if (outcome == CSUCCESS_SETTLE_DEAD) return csuccess__outcome_name(work->outcome);
    if (!tracked) return none;
    if (outcome == CSUCCESS_SETTLE_DELIVERED) return CSUCCESS_STR("delivered");
    return outcome == CSUCCESS_SETTLE_DROPPED ? CSUCCESS_STR("dropped")
                                              : CSUCCESS_STR("unknown");
}

static void give_up(csuccess_engine *engine, csuccess__work *work, uint32_t outcome,
                    csuccess_str reason)
{
    csuccess__settling how = {
        .outcome = outcome, .counts = true, .told = told_of(work, outcome), .reason = reason};
    csuccess__settle(engine, work, &how);
}

/* A guard that let it go when it was decided does not any more: it goes back to the arbiter. */
static void take_back(csuccess_engine *engine, csuccess__work *work, csuccess_str reason)
{
    csuccess__settling how = {.outcome = CSUCCESS_SETTLE_DROPPED,
                              .counts = true,
                              .told = told_of(work, CSUCCESS_SETTLE_DROPPED),
                              .reason = reason};
    if (how.told.len) how.told = CSUCCESS_STR("taken_back");
    csuccess__settle(engine, work, &how);
}

/* It could not be dealt with, which is counted: after so many times a person looks at it. */
static void attempt_failed(csuccess_engine *engine, csuccess__work *work,
                           csuccess_result result)
{
    csuccess_str why = csuccess__str(engine->why.message);
    if (result == CSUCCESS_ENOMEM || result == CSUCCESS_ECANCELLED) {
        csuccess__ticket_fail(engine, work->ticket, result, true);
        csuccess__work_give_up(engine, work);
        return;
    }
    if (work->message.attempts + 1 >= SIGNAL_ATTEMPTS) {
        work->outcome = CSUCCESS_SENT_NEVER;
        give_up(engine, work, CSUCCESS_SETTLE_DEAD, why);
        return;
    }
    csuccess__settling how = {.outcome = CSUCCESS_SETTLE_RETRY,
                              .counts = true,
                              .retry = work->now + csuccess__backoff(work->message.attempts),
                              .reason = why};
    csuccess__settle(engine, work, &how);
}

/* ---- Signals ---- */

static void signal_begin(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__input *input = CSUCCESS__NEW(&work->arena, csuccess__input);
    csuccess_result result =
        input ? csuccess__signal_read(input, &work->message, &work->arena, &engine->limits,
                                      &engine->why)
              : csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory");
    if (result == CSUCCESS_ENOMEM) {
        attempt_failed(engine, work, result);
    } else if (result < 0) { /* it will not be better another time */
        give_up(engine, work, CSUCCESS_SETTLE_DEAD, csuccess__str(engine->why.message));
    } else {
        work->signal = input;
        csuccess__advance_begin(engine, work);
    }
}

void csuccess__after_signal(csuccess_engine *engine, csuccess__work *work,
                            csuccess_result result)
{
    if (result < 0) {
        attempt_failed(engine, work, result);
        return;
    }
    csuccess__settling how = {.outcome = CSUCCESS_SETTLE_DELIVERED, .counts = true};
    if (result == CSUCCESS_OK) work->ticket->again = true;
    csuccess__settle(engine, work, &how);
}

/* ---- Messages ---- */

void csuccess__message_begin(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__ticket *ticket = work->ticket;
    if (work->kind == CSUCCESS__WORK_SIGNAL) {
        signal_begin(engine, work);
        return;
    }
    if (ticket->weighing) {
        csuccess__queue_put(&ticket->held, work);
        return;
    }
    const csuccess__engine_channel *channel =
        csuccess__channel_of(engine, work->message.channel);
    bool registered = channel && channel->registered;
    if (!registered && work->message.expires_ms <= work->now) {
        give_up(engine, work, CSUCCESS_SETTLE_DROPPED, CSUCCESS_STR("expired"));
        return;
    }
    if (!registered) {
        put_off(engine, work, work->now + UNREGISTERED_MINUTES * CSUCCESS__MINUTE_MS,
                CSUCCESS_STR("no_channel"));
        return;
    }
    csuccess__about about = {.customer = work->customer,
                             .principal = &ticket->principal,
                             .now = work->now,
                             .contact = csuccess__str(""),
                             .token = csuccess__str("")};
    csuccess_result result =
        csuccess__advance_new(&work->advance, engine->desk, &about, &engine->why);
    if (result < 0) {
        attempt_failed(engine, work, result);
    } else {
        csuccess__work_load(engine, work, CSUCCESS__WORK_MESSAGE_LOADED);
    }
}

/* Hands it to the channel; from here on it is carried to its end whatever becomes of the call. */
static void send(csuccess_engine *engine, csuccess__work *work)
{
    csuccess_str recipient = work->whole ? *(csuccess_str *)work->whole : csuccess__str("{}");
    work->leaving = true;
    work->request = (union csuccess__request){.send = {.channel = work->message.channel,
                                                       .message = &work->message,
                                                       .recipient = recipient,
                                                       .attempt = work->message.attempts + 1}};
    csuccess__work_ask(engine, work, CSUCCESS_OP_SEND, 0, CSUCCESS__WORK_MESSAGE_SENT);
}

/* When one that the rate holds back may go: one after the other as the rate lets them through, so that they do not all come again for one place. */
static int64_t book(csuccess__engine_channel *channel, int64_t until)
{
    int64_t apart = (channel->rule.rate_ms + channel->rule.rate - 1) / channel->rule.rate;
    if (channel->booked < until) channel->booked = until;
    until = channel->booked;
    if (channel->booked <= CSUCCESS__TIME_MAX - apart) channel->booked += apart;
    return until;
}

static void pass_channel(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__engine_channel *channel = csuccess__channel_of(engine, work->message.channel);
    const csuccess__policies *policies = engine->config->policies;
    int64_t until = 0;
    if (work->ticket->mass_hold && !(work->message.flags & CSUCCESS_MESSAGE_INTERNAL)) {
        put_off(engine, work, work->now + policies->mass_hold_ms, CSUCCESS_STR("mass_change"));
    } else if (!csuccess__bucket_takes(&channel->bucket, &channel->rule, work->now, &until)) {
        put_off(engine, work, book(channel, until), CSUCCESS_STR("rate"));
    } else if (!csuccess__breaker_allows(&channel->breaker, work->now, &until)) {
        put_off(engine, work, until, CSUCCESS_STR("breaker"));
    } else if (channel->rule.at_most_once) {
        csuccess__settling how = {.outcome = CSUCCESS_SETTLE_UNKNOWN,
                                  .counts = true,
                                  .told = told_of(work, CSUCCESS_SETTLE_UNKNOWN),
                                  .reason = CSUCCESS_STR("at most once")};
        settle_to(engine, work, &how, CSUCCESS__WORK_MESSAGE_RISKED);
    } else {
        send(engine, work);
    }
}

static void guarded(csuccess_engine *engine, csuccess__work *work, const csuccess__guard *guard)
{
    csuccess_str *recipient = CSUCCESS__NEW(&work->arena, csuccess_str);
    if (guard->verdict == CSUCCESS_AGAIN) {
        put_off(engine, work, guard->until, guard->reason);
    } else if (guard->verdict == CSUCCESS_EDENIED && guard->again) {
        take_back(engine, work, guard->reason);
    } else if (guard->verdict < 0) {
        give_up(engine, work, CSUCCESS_SETTLE_DROPPED, guard->reason);
    } else if (!recipient || !csuccess__work_copy(work, recipient, guard->recipient)) {
        attempt_failed(engine, work,
                       csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory"));
    } else {
        work->whole = recipient;
        pass_channel(engine, work);
    }
}

void csuccess__message_loaded(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__guard guard = {.verdict = CSUCCESS_OK};
    csuccess_result result = work->came;
    if (result < 0) {
        result = csuccess__store_result(engine, result);
        if (work->shared && !work->alone && result == CSUCCESS_ECALLBACK) {
            work->alone = true;
            csuccess__work_load(engine, work, CSUCCESS__WORK_MESSAGE_LOADED);
            return;
        }
    } else if (csuccess__work_answers(work)->verdict != CSUCCESS__VERDICT_RECORD) {
        /* An erasure takes its messages along: a customer that is not there is a store's slip. */
        result = csuccess__fail(&engine->why, CSUCCESS_ECALLBACK,
                                "load did not answer customer %q", work->customer);
    } else {
        result = csuccess__advance_guard(work->advance, csuccess__work_answers(work),
                                         &work->message, &guard, &engine->why);
    }
    if (result < 0) {
        attempt_failed(engine, work, result);
    } else {
        guarded(engine, work, &guard);
    }
}

void csuccess__message_risked(csuccess_engine *engine, csuccess__work *work)
{
    if (is_settled(engine, work)) {
        send(engine, work);
    } else {
        csuccess__work_end(engine, work);
    }
}

/* ---- What the channel said ---- */

/* What may have arrived is told of at once: it may never be tried again. */
static csuccess_str tried(const csuccess__work *work)
{
    bool tracked = (work->message.flags & CSUCCESS_MESSAGE_TRACKED) != 0;
    bool open = tracked && work->outcome == CSUCCESS_SENT_UNKNOWN;
    return open ? CSUCCESS_STR("tried") : csuccess__str("");
}

static void retry(csuccess_engine *engine, csuccess__work *work,
                  const csuccess__engine_channel *channel, const csuccess__answer *said)
{
    uint32_t attempt = work->message.attempts + 1;
    if (attempt >= channel->rule.attempts) {
        give_up(engine, work, CSUCCESS_SETTLE_DEAD, said->body);
        return;
    }
    int64_t wait = csuccess__channel_wait(&channel->rule, work->message.id, attempt);
    if (said->sum > wait) wait = said->sum;
    if (wait > CSUCCESS__TIME_MAX - work->now) wait = CSUCCESS__TIME_MAX - work->now;
    csuccess__settling how = {.outcome = CSUCCESS_SETTLE_RETRY,
                              .counts = true,
                              .retry = work->now + (wait > 0 ? wait : 1),
                              .told = tried(work),
                              .reason = said->body};
    csuccess__settle(engine, work, &how);
}

/* What was answered; an operation that failed may have delivered. */
static csuccess__answer said_of(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__answer said = {.revision = CSUCCESS_SENT_UNKNOWN};
    if (work->came >= 0) {
        const csuccess__answer *answer = csuccess__work_reply(work)->answers;
        if (answer->verdict != CSUCCESS__VERDICT_NONE) said = *answer;
    } else {
        said.body = csuccess__str(engine->why.message);
    }
    if (work->came == CSUCCESS_ECANCELLED || work->came == CSUCCESS_ENOMEM) {
        csuccess__ticket_fail(engine, work->ticket, work->came, true);
    }
    work->outcome = (uint32_t)said.revision;
    return said;
}

void csuccess__message_sent(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__answer said = said_of(engine, work);
    uint32_t outcome = work->outcome;
    csuccess__engine_channel *channel = csuccess__channel_of(engine, work->message.channel);
    int64_t from = work->message.not_before_ms > work->message.created_ms
                       ? work->message.not_before_ms
                       : work->message.created_ms;
    bool came_through = outcome != CSUCCESS_SENT_LATER && outcome != CSUCCESS_SENT_UNKNOWN;
    csuccess__breaker_told(&channel->breaker, &channel->rule, came_through, work->now);
    csuccess__figures_sent(engine, work->now - from);
    engine->undelivered += work->outcome != CSUCCESS_SENT_DELIVERED;
    if (channel->rule.at_most_once) {
        engine->figures.delivered += outcome == CSUCCESS_SENT_DELIVERED;
        csuccess__work_end(engine, work);
    } else if (outcome == CSUCCESS_SENT_DELIVERED) {
        give_up(engine, work, CSUCCESS_SETTLE_DELIVERED, said.body);
    } else if (!came_through) {
        retry(engine, work, channel, &said);
    } else {
        give_up(engine, work, CSUCCESS_SETTLE_DEAD,
                outcome == CSUCCESS_SENT_BOUNCED ? CSUCCESS_STR("bounced") : said.body);
    }
}

/* ---- A channel's answer ---- */

csuccess_result csuccess_reply_sent(csuccess_reply *reply, uint32_t outcome,
                                    int64_t retry_after_ms, csuccess_str reason)
{
    csuccess_result result =
        csuccess__reply_enter(reply, CSUCCESS__GIVES_SENT, "csuccess_reply_sent()");
    if (result < 0) return result;
    csuccess__answer *answer = &reply->answers[0];
    if (answer->verdict != CSUCCESS__VERDICT_NONE) {
        return csuccess__reply_misuse(reply, "what became of the message is said twice");
    }
    if (outcome < CSUCCESS_SENT_DELIVERED || outcome > CSUCCESS_SENT_UNKNOWN) {
        return csuccess__reply_misuse(reply, "%u is no outcome", outcome);
    }
    result = csuccess__reply_keep(reply, &reason, false);
    if (result < 0) return result;
    if (!reason.ptr) reason = csuccess__str("");
    *answer = (csuccess__answer){CSUCCESS__VERDICT_APPLIED, outcome,
                                 retry_after_ms > 0 ? retry_after_ms : 0, reason};
    return CSUCCESS_OK;
}

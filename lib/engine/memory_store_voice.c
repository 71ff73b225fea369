/* SPDX-License-Identifier: Apache-2.0 */
/* How a memory store answers: as it is asked, or as a planted failure wants it. */
#include "engine/memory_store.h"

#include "base/str.h"

#include <string.h>

/* Whether this answer is given at all: not when the answer is lost, nor in the second half of a short one. */
static bool silent(const csuccess__voice *voice, size_t index, size_t of)
{
    if (voice->fault == CSUCCESS_FAULT_LOST) return true;
    return voice->fault == CSUCCESS_FAULT_SHORT && index >= of / 2;
}

static bool twice(const csuccess__voice *voice)
{
    return voice->fault == CSUCCESS_FAULT_TWICE;
}

/* Every byte of a body flipped, where garbage is wanted. ENOMEM. */
static csuccess_result spoil(csuccess__voice *voice, csuccess_str *body)
{
    if (voice->fault != CSUCCESS_FAULT_GARBAGE || body->len == 0) return CSUCCESS_OK;
    char *copy = csuccess__arena_take(&voice->store->scratch, body->len, 1);
    if (!copy) return CSUCCESS_ENOMEM;
    for (size_t i = 0; i < body->len; i++) copy[i] = (char)~body->ptr[i];
    body->ptr = copy;
    return CSUCCESS_OK;
}

static uint64_t spoilt_revision(const csuccess__voice *voice, uint64_t revision)
{
    return voice->fault == CSUCCESS_FAULT_GARBAGE ? revision + 1000 : revision;
}

csuccess_result csuccess__voice_record(csuccess__voice *voice, size_t index, size_t of,
                                       const csuccess__stored_record *record)
{
    csuccess_str body = record->block.body;
    uint64_t revision = spoilt_revision(voice, record->revision);
    if (silent(voice, index, of)) return CSUCCESS_OK;
    csuccess_result result = spoil(voice, &body);
    if (result >= 0) result = csuccess_reply_record(voice->reply, index, revision, body);
    if (twice(voice)) csuccess_reply_record(voice->reply, index, revision, body);
    return result;
}

csuccess_result csuccess__voice_ledger(csuccess__voice *voice, size_t index, size_t of,
                                       int64_t sum)
{
    if (silent(voice, index, of)) return CSUCCESS_OK;
    csuccess_result result = csuccess_reply_ledger(voice->reply, index, sum);
    if (twice(voice)) csuccess_reply_ledger(voice->reply, index, sum);
    return result;
}

csuccess_result csuccess__voice_known(csuccess__voice *voice, size_t index, size_t of)
{
    if (silent(voice, index, of)) return CSUCCESS_OK;
    csuccess_result result = csuccess_reply_known(voice->reply, index);
    if (twice(voice)) csuccess_reply_known(voice->reply, index);
    return result;
}

static csuccess_result say_verdict(csuccess_reply *reply, size_t index, csuccess__answer answer)
{
    switch (answer.verdict) {
    case CSUCCESS__VERDICT_APPLIED:
        return csuccess_reply_applied(reply, index);
    case CSUCCESS__VERDICT_ALREADY:
        return csuccess_reply_already(reply, index);
    case CSUCCESS__VERDICT_REFUSED:
        return csuccess_reply_refused(reply, index, (size_t)answer.revision);
    default:
        return csuccess_reply_conflict(reply, index);
    }
}

csuccess_result csuccess__voice_verdict(csuccess__voice *voice, size_t index, size_t of,
                                        csuccess__answer answer)
{
    if (silent(voice, index, of)) return CSUCCESS_OK;
    csuccess_result result = say_verdict(voice->reply, index, answer);
    if (twice(voice)) say_verdict(voice->reply, index, answer);
    return result;
}

csuccess_result csuccess__voice_lease(csuccess__voice *voice, size_t index, size_t of,
                                      const csuccess__stored_customer *customer)
{
    char digits[CSUCCESS__TOKEN];
    csuccess_str token = csuccess__token_text(digits, voice->store->tokens + index + 1);
    csuccess_str id = customer->timed.id;
    int64_t due = customer->timed.time;
    if (silent(voice, index, of)) return CSUCCESS_OK;
    csuccess_result result =
        csuccess_reply_lease(voice->reply, id, token, due, customer->failures);
    if (twice(voice)) csuccess_reply_lease(voice->reply, id, token, due, customer->failures);
    return result;
}

static csuccess_str outcome_word(uint32_t outcome)
{
    static const char *const words[] = {
        [0] = "waiting",
        [CSUCCESS_SETTLE_DELIVERED] = "delivered",
        [CSUCCESS_SETTLE_RETRY] = "waiting",
        [CSUCCESS_SETTLE_DEAD] = "dead",
        [CSUCCESS_SETTLE_UNKNOWN] = "unknown",
        [CSUCCESS_SETTLE_DROPPED] = "dropped",
    };
    return csuccess__str(words[outcome]);
}

csuccess_result csuccess__voice_message(csuccess__voice *voice, size_t index, size_t of,
                                        const csuccess__stored_message *message)
{
    char digits[CSUCCESS__TOKEN];
    csuccess_message m = message->m;
    csuccess_str token = outcome_word(message->outcome);
    if (voice->reply->operation == CSUCCESS__OPERATION_CLAIM) {
        token = csuccess__token_text(digits, voice->store->tokens + index + 1);
    }
    if (silent(voice, index, of)) return CSUCCESS_OK;
    m.not_before_ms = message->timed.time;
    csuccess_result result = spoil(voice, &m.body);
    if (result >= 0) result = csuccess_reply_message(voice->reply, &m, token);
    if (twice(voice)) csuccess_reply_message(voice->reply, &m, token);
    return result;
}

csuccess_result csuccess__voice_entry(csuccess__voice *voice, size_t index, size_t of,
                                      const csuccess_entry *entry)
{
    csuccess_entry e = *entry;
    if (silent(voice, index, of)) return CSUCCESS_OK;
    csuccess_result result = spoil(voice, &e.body);
    if (result >= 0) result = csuccess_reply_entry(voice->reply, &e);
    if (twice(voice)) csuccess_reply_entry(voice->reply, &e);
    return result;
}

csuccess_result csuccess__voice_row(csuccess__voice *voice, size_t index, size_t of,
                                    const csuccess__stored_row *row)
{
    csuccess_str body = row->body;
    uint64_t revision = spoilt_revision(voice, row->revision);
    if (silent(voice, index, of)) return CSUCCESS_OK;
    csuccess_result result = spoil(voice, &body);
    if (result >= 0) result = csuccess_reply_row(voice->reply, row->id, revision, body);
    if (twice(voice)) csuccess_reply_row(voice->reply, row->id, revision, body);
    return result;
}

csuccess_result csuccess__voice_next(csuccess__voice *voice, int64_t next)
{
    if (voice->fault == CSUCCESS_FAULT_LOST) return CSUCCESS_OK;
    csuccess_result result = csuccess_reply_next(voice->reply, next);
    if (twice(voice)) csuccess_reply_next(voice->reply, next);
    return result;
}

csuccess_result csuccess__voice_erased(csuccess__voice *voice, const char *kind, uint64_t count)
{
    if (voice->fault == CSUCCESS_FAULT_LOST) return CSUCCESS_OK;
    csuccess_result result = csuccess_reply_erased(voice->reply, csuccess__str(kind), count);
    if (twice(voice)) csuccess_reply_erased(voice->reply, csuccess__str(kind), count);
    return result;
}

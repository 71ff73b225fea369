/* SPDX-License-Identifier: Apache-2.0 */
/* Replies: opening and ending them, and answers by index. Those that are rows stand in reply_rows.c. */
#include "engine/reply_internal.h"

#include "base/str.h"
#include "text/utf8.h"

#include <string.h>

enum { ERASED_KINDS = 64 };

csuccess_str csuccess__operation_name(csuccess__operation operation)
{
    static const char *const names[] = {
#define NAME(name, number, text) [number] = text,
        CSUCCESS__OPERATIONS(NAME)
#undef NAME
    };
    size_t count = sizeof names / sizeof names[0];
    return csuccess__str((size_t)operation < count ? names[operation] : NULL);
}

/* ---- From the question to its end ---- */

void csuccess__reply_init(csuccess_reply *reply, const csuccess_allocator *mem)
{
    memset(reply, 0, sizeof *reply);
    csuccess__arena_init(&reply->arena, mem, 0);
}

void csuccess__reply_free(csuccess_reply *reply)
{
    csuccess__arena_free(&reply->arena);
    reply->open = false;
}

csuccess_result csuccess__reply_open(csuccess_reply *reply, csuccess__operation operation,
                                     size_t asked, size_t known, size_t most)
{
    bool one =
        operation == CSUCCESS__OPERATION_DEFER || operation == CSUCCESS__OPERATION_SETTLE;
    csuccess__arena_reset(&reply->arena);
    reply->operation = operation;
    reply->generation++;
    reply->done = reply->misused = reply->next_said = false;
    reply->request = NULL;
    reply->result = CSUCCESS_OK;
    reply->why[0] = '\0';
    reply->asked = one ? 1 : asked;
    reply->known_asked = known;
    reply->rows = NULL;
    reply->row_count = reply->row_cap = 0;
    reply->most = operation == CSUCCESS__OPERATION_ERASE ? ERASED_KINDS : most;
    reply->seen = NULL;
    reply->seen_cap = 0;
    reply->next = CSUCCESS_TIME_NEVER;
    reply->answers = CSUCCESS__NEW_ARRAY(&reply->arena, csuccess__answer, reply->asked);
    reply->known = CSUCCESS__NEW_ARRAY(&reply->arena, bool, known);
    reply->open = reply->answers && reply->known;
    return reply->open ? CSUCCESS_OK : CSUCCESS_ENOMEM;
}

void csuccess__reply_about(csuccess_reply *reply, const void *request)
{
    reply->request = request;
}

csuccess_result csuccess__reply_end(csuccess_reply *reply, csuccess_error *err)
{
    csuccess_str name = csuccess__operation_name(reply->operation);
    bool done = reply->done;
    if (!reply->open) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "no question is open");
    }
    reply->open = false;
    if (reply->misused) {
        return csuccess__fail(err, CSUCCESS_ECALLBACK, "%S answered wrongly: %s", name,
                              reply->why);
    }
    if (reply->result < 0) {
        csuccess__fail(err, reply->result, "%S failed: %s", name,
                       reply->why[0] ? reply->why : csuccess_result_text(reply->result));
        return reply->result;
    }
    if (!done) {
        return csuccess__fail(err, CSUCCESS_ECALLBACK,
                              "%S returned without csuccess_reply_done()", name);
    }
    return CSUCCESS_OK;
}

/* ---- What every answer goes through ---- */

csuccess_result csuccess__reply_misuse(csuccess_reply *reply, const char *format, ...)
{
    va_list args;
    csuccess__text text;
    if (!reply->misused) {
        csuccess__text_init(&text, reply->why, sizeof reply->why);
        va_start(args, format);
        csuccess__text_vformat(&text, format, args);
        va_end(args);
    }
    reply->misused = true;
    return CSUCCESS_EINVALID;
}

static csuccess_result late(csuccess_reply *reply)
{
    if (reply->late) ++*reply->late;
    return CSUCCESS_EBUSY;
}

csuccess_result csuccess__reply_enter(csuccess_reply *reply, uint32_t answer, const char *name)
{
    static const uint32_t gives[] = {
        [CSUCCESS__OPERATION_LOAD] =
            CSUCCESS__GIVES_RECORD | CSUCCESS__GIVES_LEDGER | CSUCCESS__GIVES_KNOWN,
        [CSUCCESS__OPERATION_COMMIT] = CSUCCESS__GIVES_APPLIED | CSUCCESS__GIVES_CONFLICT,
        [CSUCCESS__OPERATION_DUE] = CSUCCESS__GIVES_LEASE | CSUCCESS__GIVES_NEXT,
        [CSUCCESS__OPERATION_DEFER] = CSUCCESS__GIVES_CONFLICT,
        [CSUCCESS__OPERATION_CLAIM] = CSUCCESS__GIVES_MESSAGE | CSUCCESS__GIVES_NEXT,
        [CSUCCESS__OPERATION_SETTLE] = CSUCCESS__GIVES_CONFLICT,
        [CSUCCESS__OPERATION_SCAN] = CSUCCESS__GIVES_ROW,
        [CSUCCESS__OPERATION_HISTORY] = CSUCCESS__GIVES_ENTRY,
        [CSUCCESS__OPERATION_OUTBOX] = CSUCCESS__GIVES_MESSAGE,
        [CSUCCESS__OPERATION_ERASE] = CSUCCESS__GIVES_ERASED,
        [CSUCCESS__OPERATION_SEND] = CSUCCESS__GIVES_SENT,
    };
    if (!reply) return CSUCCESS_EINVALID;
    if (!reply->open || reply->done) return late(reply);
    if (gives[reply->operation] & answer) return CSUCCESS_OK;
    return csuccess__reply_misuse(reply, "%s is no answer to it", name);
}

csuccess_result csuccess__reply_no_memory(csuccess_reply *reply)
{
    reply->result = CSUCCESS_ENOMEM;
    return CSUCCESS_ENOMEM;
}

csuccess_result csuccess__reply_keep(csuccess_reply *reply, csuccess_str *text, bool opaque)
{
    if (!text->ptr) {
        return text->len
                   ? csuccess__reply_misuse(reply, "a text of %z bytes is NULL", text->len)
                   : CSUCCESS_OK;
    }
    if (!opaque && !csuccess__utf8_check(*text, NULL)) {
        return csuccess__reply_misuse(reply, "the text %q is not UTF-8", *text);
    }
    *text = csuccess__arena_copy(&reply->arena, *text);
    return text->ptr ? CSUCCESS_OK : csuccess__reply_no_memory(reply);
}

/* ---- Answers by index ---- */

/* The place for the answer to `index`, where none stands yet. */
static csuccess_result place(csuccess_reply *reply, uint32_t kind, const char *name,
                             size_t index, csuccess__answer **out)
{
    csuccess_result result = csuccess__reply_enter(reply, kind, name);
    if (result < 0) return result;
    if (index >= reply->asked) {
        return csuccess__reply_misuse(reply, "%s of index %z, and %z were asked", name, index,
                                      reply->asked);
    }
    *out = &reply->answers[index];
    if ((*out)->verdict == CSUCCESS__VERDICT_NONE) return CSUCCESS_OK;
    return csuccess__reply_misuse(reply, "index %z is answered twice", index);
}

/* Whether a ledger was asked for at index; `otherwise` where the question is not known. */
static bool asks_ledger(const csuccess_reply *reply, size_t index, bool otherwise)
{
    const csuccess_load_request *request = reply->request;
    return request ? request->keys[index].kind == CSUCCESS_RECORD_LEDGER : otherwise;
}

csuccess_result csuccess_reply_record(csuccess_reply *reply, size_t index, uint64_t revision,
                                      csuccess_str body)
{
    static const char name[] = "csuccess_reply_record()";
    csuccess__answer *answer;
    csuccess_result result = place(reply, CSUCCESS__GIVES_RECORD, name, index, &answer);
    if (result < 0) return result;
    if (asks_ledger(reply, index, false)) {
        return csuccess__reply_misuse(reply, "a record at index %z, where a ledger was asked",
                                      index);
    }
    if (revision == 0) {
        return csuccess__reply_misuse(reply, "revision 0 at index %z, where a record is",
                                      index);
    }
    if (!body.ptr && body.len == 0) body.ptr = "";
    result = csuccess__reply_keep(reply, &body, true);
    if (result < 0) return result;
    *answer = (csuccess__answer){CSUCCESS__VERDICT_RECORD, revision, 0, body};
    return CSUCCESS_OK;
}

csuccess_result csuccess_reply_ledger(csuccess_reply *reply, size_t index, int64_t sum)
{
    csuccess__answer *answer;
    csuccess_result result =
        place(reply, CSUCCESS__GIVES_LEDGER, "csuccess_reply_ledger()", index, &answer);
    if (result < 0) return result;
    if (!asks_ledger(reply, index, true)) {
        return csuccess__reply_misuse(reply, "a ledger at index %z, where a record was asked",
                                      index);
    }
    *answer = (csuccess__answer){.verdict = CSUCCESS__VERDICT_LEDGER, .sum = sum};
    return CSUCCESS_OK;
}

csuccess_result csuccess_reply_known(csuccess_reply *reply, size_t index)
{
    static const char name[] = "csuccess_reply_known()";
    csuccess_result result = csuccess__reply_enter(reply, CSUCCESS__GIVES_KNOWN, name);
    if (result < 0) return result;
    if (index >= reply->known_asked) {
        return csuccess__reply_misuse(reply, "%s of index %z, and %z were asked", name, index,
                                      reply->known_asked);
    }
    if (reply->known[index]) {
        return csuccess__reply_misuse(reply, "input %z is known twice", index);
    }
    reply->known[index] = true;
    return CSUCCESS_OK;
}

csuccess_result csuccess_reply_applied(csuccess_reply *reply, size_t index)
{
    csuccess__answer *answer;
    csuccess_result result =
        place(reply, CSUCCESS__GIVES_APPLIED, "csuccess_reply_applied()", index, &answer);
    if (result >= 0) answer->verdict = CSUCCESS__VERDICT_APPLIED;
    return result;
}

csuccess_result csuccess_reply_conflict(csuccess_reply *reply, size_t index)
{
    csuccess__answer *answer;
    csuccess_result result =
        place(reply, CSUCCESS__GIVES_CONFLICT, "csuccess_reply_conflict()", index, &answer);
    if (result >= 0) answer->verdict = CSUCCESS__VERDICT_CONFLICT;
    return result;
}

/* The batch at index; NULL where the question is not known. */
static const csuccess_batch *batch_at(const csuccess_reply *reply, size_t index)
{
    const csuccess_commit_request *request = reply->request;
    return request ? request->batches[index] : NULL;
}

csuccess_result csuccess_reply_refused(csuccess_reply *reply, size_t index, size_t delta)
{
    csuccess__answer *answer;
    csuccess_result result =
        place(reply, CSUCCESS__GIVES_APPLIED, "csuccess_reply_refused()", index, &answer);
    if (result < 0) return result;
    const csuccess_batch *batch = batch_at(reply, index);
    if (batch && delta >= csuccess_batch_deltas(batch)) {
        return csuccess__reply_misuse(reply, "batch %z is refused for its delta %z of %z",
                                      index, delta, csuccess_batch_deltas(batch));
    }
    *answer = (csuccess__answer){.verdict = CSUCCESS__VERDICT_REFUSED, .revision = delta};
    return CSUCCESS_OK;
}

csuccess_result csuccess_reply_already(csuccess_reply *reply, size_t index)
{
    csuccess__answer *answer;
    csuccess_result result =
        place(reply, CSUCCESS__GIVES_APPLIED, "csuccess_reply_already()", index, &answer);
    if (result < 0) return result;
    const csuccess_batch *batch = batch_at(reply, index);
    if (batch && csuccess_batch_inputs(batch) == 0) {
        return csuccess__reply_misuse(reply, "batch %z has no inputs that could be known",
                                      index);
    }
    answer->verdict = CSUCCESS__VERDICT_ALREADY;
    return CSUCCESS_OK;
}

/* ---- The end ---- */

csuccess_result csuccess_reply_done(csuccess_reply *reply, csuccess_result result,
                                    csuccess_str why)
{
    csuccess__text text;
    if (!reply) return CSUCCESS_EINVALID;
    if (!reply->open || reply->done) return late(reply);
    reply->done = true;
    if (reply->misused || reply->result < 0) return CSUCCESS_OK;
    reply->result = result < 0 ? result : CSUCCESS_OK;
    if (why.ptr) {
        csuccess__text_init(&text, reply->why, sizeof reply->why);
        csuccess__text_put(&text, why);
    }
    return CSUCCESS_OK;
}

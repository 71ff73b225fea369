/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of the host, collected and checked: copied at once, once per index, nothing before the question and nothing after the end. What a
   store says that cannot be is an error of the operation, never a state of the engine. */
#ifndef CSUCCESS__ENGINE_REPLY_H
#define CSUCCESS__ENGINE_REPLY_H

#include "base/arena.h"
#include <csuccess/store.h>
#include <stdbool.h>

/* What is asked: the slots of a store, and the sending of a channel. */
#define CSUCCESS__OPERATIONS(X) \
    X(LOAD, 1, "load") \
    X(COMMIT, 2, "commit") \
    X(DUE, 3, "due") \
    X(DEFER, 4, "defer") \
    X(CLAIM, 5, "claim") \
    X(SETTLE, 6, "settle") \
    X(SCAN, 7, "scan") \
    X(HISTORY, 8, "history") \
    X(OUTBOX, 9, "outbox") \
    X(ERASE, 10, "erase") \
    X(SEND, 11, "send")
typedef enum csuccess__operation {
#define CSUCCESS__OPERATION(name, number, text) CSUCCESS__OPERATION_##name = number,
    CSUCCESS__OPERATIONS(CSUCCESS__OPERATION)
#undef CSUCCESS__OPERATION
} csuccess__operation;

typedef enum csuccess__verdict {
    CSUCCESS__VERDICT_NONE, /* not answered */
    CSUCCESS__VERDICT_RECORD,
    CSUCCESS__VERDICT_LEDGER,
    CSUCCESS__VERDICT_APPLIED,
    CSUCCESS__VERDICT_CONFLICT,
    CSUCCESS__VERDICT_REFUSED,
    CSUCCESS__VERDICT_ALREADY
} csuccess__verdict;

/* By index of what was asked. */
typedef struct csuccess__answer {
    csuccess__verdict verdict;
    uint64_t revision; /* REFUSED: the delta */
    int64_t sum;
    csuccess_str body;
} csuccess__answer;

/* A row of an answer that is a list. */
typedef struct csuccess__answer_row {
    csuccess_str id, token, body; /* of erased: id is the kind */
    uint64_t number;              /* revision, failures, count */
    int64_t due;
    csuccess_message message;
    csuccess_entry entry;
} csuccess__answer_row;

struct csuccess_reply {
    csuccess__operation operation;
    uint32_t generation; /* of the question; for finding late answers */
    bool open, done, misused, next_said;
    const void *
        request; /* csuccess_<operation>_request, for comparing answers with it; NULL: they are not compared */
    csuccess_result
        result; /* of done(); ECALLBACK when misused, ENOMEM when an answer could not be kept */
    char why[256];
    csuccess__arena arena;     /* of everything below; kept from question to question */
    csuccess__answer *answers; /* asked of them */
    bool *known;
    size_t asked, known_asked;
    csuccess__answer_row *rows;
    size_t row_count, row_cap, most; /* more rows than asked for are a misuse */
    uint32_t *
        seen; /* by hash of a row's id, its index + 1: customers, messages and kinds come once */
    size_t seen_cap;
    int64_t next;   /* CSUCCESS_TIME_NEVER until it is said */
    uint64_t *late; /* counts answers that come when nothing is asked; NULL: nobody counts */
};

/* Opens the handle for a question: `asked` indices of records or batches, `known` of inputs, at most `most` rows. Of defer and settle `asked` is 1, of erase
   `most` is the number of its kinds, whatever is given. ENOMEM. */
csuccess_result csuccess__reply_open(csuccess_reply *reply, csuccess__operation operation,
                                     size_t asked, size_t known, size_t most);
/* The request of the operation that was opened, borrowed until its end: answers are then compared with it too (a record where a ledger was asked, another's
   entry, a row that is not behind `after`, a lease of another shard or before its time). */
void csuccess__reply_about(csuccess_reply *reply, const void *request);
/* "load", "commit" ... */
csuccess_str csuccess__operation_name(csuccess__operation operation);
void csuccess__reply_init(csuccess_reply *reply, const csuccess_allocator *mem);
void csuccess__reply_free(csuccess_reply *reply);
/* Ends it whether it was done or not: what the whole operation came to. OK; what done() said; ECALLBACK when it was not done or misused. */
csuccess_result csuccess__reply_end(csuccess_reply *reply, csuccess_error *err);

#endif

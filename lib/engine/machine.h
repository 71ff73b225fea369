/* SPDX-License-Identifier: Apache-2.0 */
/* The operation machine inside: calls (tickets) have works; a work is a small state machine that runs until it waits for an operation; operations are handed to the host and their answers set
   works going again. Nothing here calls the host but the loop in driver.c, and the random bytes, the question who leads whom, and the trace, which the advance needs.

   A work is in exactly one place: ready, waiting for a load or a commit (which are gathered, many works to an operation), waiting with an operation of its own, in line behind another work on the same
   customer, or waiting for its children. */
#ifndef CSUCCESS__ENGINE_MACHINE_H
#define CSUCCESS__ENGINE_MACHINE_H

#include "base/error.h"
#include "calendar/time.h"
#include "config/config.h"
#include "engine/advance.h"
#include "engine/table.h"
#include <csuccess/txn.h>

typedef struct csuccess__work csuccess__work;
typedef struct csuccess__ticket csuccess__ticket;
typedef struct csuccess__operation_slot csuccess__operation_slot;

/* ---- Works ---- */

/* State, and what runs there: with the answer of the operation that was waited for, if any. */
#define CSUCCESS__WORK_STATES(X) \
    X(ADVANCE_BEGIN, csuccess__advance_begin) \
    X(ADVANCE_LOADED, csuccess__advance_loaded) \
    X(ADVANCE_COMMITTED, csuccess__advance_committed) \
    X(GIVEN_BACK, csuccess__given_back) \
    X(ERASED, csuccess__erased) \
    X(FORGOTTEN, csuccess__forgotten) \
    X(MESSAGE_BEGIN, csuccess__message_begin) \
    X(MESSAGE_LOADED, csuccess__message_loaded) \
    X(MESSAGE_RISKED, csuccess__message_risked) \
    X(MESSAGE_SENT, csuccess__message_sent) \
    X(MESSAGE_SETTLED, csuccess__message_settled) \
    X(RUN_BEGIN, csuccess__run_begin) \
    X(RUN_LEASED, csuccess__run_leased) \
    X(RUN_CLAIMED, csuccess__run_claimed) \
    X(RUN_WEIGHED, csuccess__run_weighed) \
    X(RUN_JOBS, csuccess__run_jobs) \
    X(CHECK_BEGIN, csuccess__check_begin_telling) \
    X(CHECK_SENT, csuccess__check_sent) \
    X(VIEW_BEGIN, csuccess__view_begin) \
    X(VIEW_KNOWN, csuccess__view_known) \
    X(VIEW_HISTORY, csuccess__view_history) \
    X(VIEW_OUTBOX, csuccess__view_outbox) \
    X(VIEW_LOADED, csuccess__view_loaded) \
    X(VERIFY_BEGIN, csuccess__verify_begin) \
    X(VERIFY_SCANNED, csuccess__verify_scanned) \
    X(VERIFY_NEXT, csuccess__verify_next) \
    X(VERIFY_LOADED, csuccess__verify_loaded) \
    X(VERIFY_HISTORY, csuccess__verify_history) \
    X(REPLAY_BEGIN, csuccess__replay_begin) \
    X(REPLAY_LOADED, csuccess__replay_loaded) \
    X(REPLAY_HISTORY, csuccess__replay_history) \
    X(PARKED_BEGIN, csuccess__parked_begin) \
    X(PARKED_LOADED, csuccess__parked_loaded) \
    X(PARKED_RESUMED, csuccess__parked_resumed) \
    X(PARKED_SCANNED, csuccess__parked_scanned) \
    X(DEFINITION_BEGIN, csuccess__definition_begin) \
    X(DEFINITION_LOADED, csuccess__definition_loaded) \
    X(DEFINITION_COMMITTED, csuccess__definition_committed)
typedef enum csuccess__work_state {
#define CSUCCESS__WORK_STATE(name, run) CSUCCESS__WORK_##name,
    CSUCCESS__WORK_STATES(CSUCCESS__WORK_STATE)
#undef CSUCCESS__WORK_STATE
} csuccess__work_state;
#define CSUCCESS__WORK_RUN(name, run) void run(csuccess_engine *engine, csuccess__work *work);
CSUCCESS__WORK_STATES(CSUCCESS__WORK_RUN)
#undef CSUCCESS__WORK_RUN

/* What a work is there for: what follows its advance, and how it is given up. */
typedef enum csuccess__work_kind {
    CSUCCESS__WORK_INPUTS,     /* of one customer, or of one source */
    CSUCCESS__WORK_LEASED,     /* a customer whose time has come */
    CSUCCESS__WORK_SIGNAL,     /* a claimed message to a customer */
    CSUCCESS__WORK_MESSAGE,    /* a claimed message to a channel */
    CSUCCESS__WORK_ERASURE,    /* of a customer or a contact */
    CSUCCESS__WORK_FORGETTING, /* of a child, by its parent, before it is erased itself */
    CSUCCESS__WORK_WHOLE,      /* all of a call: run, score, verify ... */
    CSUCCESS__WORK_ENGINE,     /* the engine's own: the definition */
    CSUCCESS__WORK_KINDS
} csuccess__work_kind;

enum { CSUCCESS__ERASED_KINDS = 5 }; /* that a proof counts */

union csuccess__request {
    csuccess_load_request load;
    csuccess_commit_request commit;
    csuccess_due_request due;
    csuccess_defer_request defer;
    csuccess_claim_request claim;
    csuccess_settle_request settle;
    csuccess_scan_request scan;
    csuccess_history_request history;
    csuccess_outbox_request outbox;
    csuccess_erase_request erase;
    csuccess_send_request send;
};

struct csuccess__work {
    csuccess__work *all;          /* of the engine's, to be freed with it */
    csuccess__work *next;         /* in the queue or operation where it is */
    csuccess__work *line, *last;  /* behind it for the same customer; of the first: the last */
    csuccess__work *parent;       /* whom its end is told; NULL: none */
    csuccess__ticket *ticket;     /* NULL: the engine's own */
    csuccess__operation_slot *op; /* whose answer it is running on; NULL: none */
    csuccess__arena arena;        /* of its texts */
    csuccess__work_kind kind;
    csuccess__work_state state;
    csuccess_result
        came; /* of the operation that was waited for; an error has its words in engine->why */
    uint32_t children, tries, busy;
    bool alone;   /* it goes into no operation with others: one of those before failed */
    bool shared;  /* the operation that just came was shared */
    bool locked;  /* first in line for its customer */
    bool known;   /* somebody else had applied all of its inputs */
    bool leaving; /* it is being given up or given back: only its end is left */
    int64_t now;
    csuccess_str
        customer; /* that its advance is about; of a source: its name behind a byte 0 */
    csuccess__advance *advance;
    size_t key_at, key_total, input_at, batch_at; /* its part of the operation */
    /* Inputs: places in ticket->order. */
    uint32_t from, count, to, group;
    /* Leases and messages. */
    csuccess_str token;
    uint32_t failures;
    uint64_t revision; /* as first loaded */
    csuccess_message message;
    csuccess__input *signal;
    uint32_t outcome; /* CSUCCESS_SENT_* of the last attempt */
    /* Erasures. */
    csuccess_str contact;                    /* of the customer; empty: all of it */
    csuccess_result forgotten;               /* what came of the parent's forgetting */
    csuccess_str forgotten_why;              /* in words */
    uint64_t erased[CSUCCESS__ERASED_KINDS]; /* for the proof: by the parent and by itself */
    /* Operations of its own: what it asks for. */
    uint32_t asks; /* CSUCCESS_OP_*; 0: nothing */
    size_t rows;
    union csuccess__request request;
    csuccess_key keys[3]; /* that it loads, when it is not what the advance needs */
    uint32_t key_count;
    const csuccess_batch *batch; /* that an operation of its own commits */
    void *whole;                 /* what the state machine of a whole call keeps */
    void (*whole_free)(csuccess_engine *engine, void *whole); /* NULL: it lies in the arena */
};

typedef struct csuccess__queue {
    csuccess__work *head, *tail;
} csuccess__queue;
void csuccess__queue_put(csuccess__queue *queue, csuccess__work *work);
csuccess__work *csuccess__queue_take(csuccess__queue *queue);

/* A new work, ready to run; NULL: no memory (ticket fails). */
csuccess__work *csuccess__work_new(csuccess_engine *engine, csuccess__ticket *ticket,
                                   csuccess__work_kind kind, csuccess__work_state state);
void csuccess__work_end(csuccess_engine *engine, csuccess__work *work);
/* Ends it, or, while it has children, lets those that wait for it go; it then ends with the last. */
void csuccess__work_drop(csuccess_engine *engine, csuccess__work *work);
/* Runs it in that state when its turn comes. */
void csuccess__work_ready(csuccess_engine *engine, csuccess__work *work,
                          csuccess__work_state state);
/* Waits for what its advance needs (or its own keys), for the commit of its batch, for an operation of its own; then `state` runs. */
void csuccess__work_load(csuccess_engine *engine, csuccess__work *work,
                         csuccess__work_state state);
void csuccess__work_commit(csuccess_engine *engine, csuccess__work *work,
                           csuccess__work_state state);
/* The request stands in work->request, but for size, now and tenant; `rows`: at most so many are answered. */
void csuccess__work_ask(csuccess_engine *engine, csuccess__work *work, uint32_t kind,
                        size_t rows, csuccess__work_state state);
/* The customer is this work's alone; false: it waits in line, and runs in its state again when it is. */
bool csuccess__work_lock(csuccess_engine *engine, csuccess__work *work);
void csuccess__work_unlock(csuccess_engine *engine, csuccess__work *work);
/* Runs one work on what came. */
void csuccess__work_run(csuccess_engine *engine, csuccess__work *work);
/* The answers to its part of a load or commit; rows of its own operation. */
const csuccess__answer *csuccess__work_answers(const csuccess__work *work);
const bool *csuccess__work_known(const csuccess__work *work);
csuccess_reply *csuccess__work_reply(const csuccess__work *work);
/* A copy in the work's arena; false: no memory. */
bool csuccess__work_copy(csuccess__work *work, csuccess_str *text, csuccess_str from);
void csuccess__work_free(csuccess_engine *engine, csuccess__work *work);

/* The configuration could not be stored: whatever waits to be committed hears so. */
void csuccess__definition_failed(csuccess_engine *engine, csuccess_result result);
/* What the failure of an operation is to a call: ENOMEM and ECANCELLED as they are, else ECALLBACK. */
csuccess_result csuccess__store_result(csuccess_engine *engine, csuccess_result came);

/* ---- What follows ---- */

/* Advances. `result`: OK (committed), UNCHANGED, or an error with its words in engine->why. */
void csuccess__after_inputs(csuccess_engine *engine, csuccess__work *work,
                            csuccess_result result);
void csuccess__after_leased(csuccess_engine *engine, csuccess__work *work,
                            csuccess_result result);
void csuccess__after_signal(csuccess_engine *engine, csuccess__work *work,
                            csuccess_result result);
void csuccess__after_erasure(csuccess_engine *engine, csuccess__work *work,
                             csuccess_result result);
void csuccess__after_forgetting(csuccess_engine *engine, csuccess__work *work,
                                csuccess_result result);
/* Gives a work up whose call was stopped, or is freed: leases are given back unless the host asked to stop. */
void csuccess__work_give_up(csuccess_engine *engine, csuccess__work *work);
/* Gives a leased customer back: until then; failed: it is counted. */
void csuccess__give_back(csuccess_engine *engine, csuccess__work *work, int64_t until,
                         bool failed);
/* Settles a claimed message. */
typedef struct csuccess__settling {
    uint32_t outcome;
    bool counts;
    csuccess_str
        told; /* what the customer's state hears of it: a word of outcome; empty: nothing */
    int64_t retry;
    csuccess_str reason;
} csuccess__settling;
void csuccess__settle(csuccess_engine *engine, csuccess__work *work,
                      const csuccess__settling *how);
/* Goes on with the erasure of a customer that is marked: its parent forgets it, then the store. */
void csuccess__erase(csuccess_engine *engine, csuccess__work *work);
/* min(2^n minutes, 6 h). */
int64_t csuccess__backoff(uint32_t failures);

/* ---- Tickets ---- */

typedef struct csuccess__group {
    uint32_t from, to; /* of ticket->order: inputs of one customer or source, in their order */
    uint32_t first;    /* the least index of them */
    bool source;
    csuccess_str described; /* preview */
} csuccess__group;

struct csuccess__ticket {
    csuccess__ticket *next, *feeding; /* all; those that have groups left */
    uint64_t id;
    uint32_t kind; /* CSUCCESS_CALL_* */
    csuccess__arena arena;
    csuccess__principal principal;
    csuccess_events *events;
    csuccess_config *config;
    csuccess_str customer, contact;
    csuccess_run_limits limits;
    int64_t now, next_ms;
    uint32_t *order; /* indices of the events */
    uint32_t order_count;
    csuccess__group *groups;
    uint32_t group_count, group_next;
    uint32_t works;
    csuccess_result result; /* the first error; of a finished one what it came to */
    csuccess_error err;
    bool stopped, cancelled, started, item_failed, did;
    uint32_t failures;            /* of the store in a row */
    uint32_t customers, messages; /* done by a run */
    bool more, again;             /* limits ended it; messages made customers due */
    bool weighing, mass_hold;
    csuccess__queue
        held; /* messages that wait until it is known whether there is a mass change */
    csuccess__buffer text;
    bool has_text;
};

csuccess_result csuccess__ticket_start(csuccess_engine *engine, const csuccess_call *in,
                                       uint64_t *id, csuccess_error *err);
csuccess__ticket *csuccess__ticket_find(const csuccess_engine *engine, uint64_t id);
csuccess_result csuccess__ticket_finish(csuccess_engine *engine, csuccess__ticket *ticket,
                                        csuccess_outcome *out, csuccess_error *err);
void csuccess__ticket_free(csuccess_engine *engine, csuccess__ticket *ticket);
bool csuccess__ticket_done(const csuccess__ticket *ticket);
/* Notes the first error, with the words of engine->why; `stop`: nothing is begun any more. */
void csuccess__ticket_fail(csuccess_engine *engine, csuccess__ticket *ticket,
                           csuccess_result result, bool stop);
/* The store failed a work: noted; a third time in a row the call stops. */
void csuccess__ticket_store_failed(csuccess_engine *engine, csuccess__ticket *ticket,
                                   csuccess_result result);
/* Groups the ticket's inputs; ENOMEM. */
csuccess_result csuccess__inputs_group(csuccess__ticket *ticket, const csuccess_allocator *mem);
/* Begins the works of the next group; false: there is none, or it is full. */
bool csuccess__inputs_feed(csuccess_engine *engine);
/* Messages of a run that were held until its ledgers are known. */
void csuccess__ticket_let_go(csuccess_engine *engine, csuccess__ticket *ticket);
/* What a run must come back for. */
void csuccess__ticket_next(csuccess__ticket *ticket, int64_t at);
/* Puts {"customers": …} of a preview together. */
void csuccess__preview_write(csuccess_engine *engine, csuccess__ticket *ticket);

/* ---- Operations ---- */

struct csuccess__operation_slot {
    csuccess__operation_slot *next; /* among those free, or answered */
    csuccess_op op;
    uint32_t index;
    bool out; /* handed out and not answered */
    union csuccess__request request;
    csuccess__queue works;
    uint32_t work_count;
    csuccess_key *keys;
    csuccess_input_key *inputs;
    const csuccess_batch **batches;
    size_t key_count, key_cap, input_count, input_cap, batch_count, batch_cap;
    uint32_t *places; /* of keys, work after work: a source that many need is asked for once */
    size_t place_count, place_cap;
    csuccess__answer *answers; /* of the work that runs, in the order of its keys */
    size_t answer_cap;
    csuccess__arena memory; /* of replies, between operations */
    csuccess_result result;
    csuccess_error err;
};

/* A reply's handle, and when it was last closed. */
typedef struct csuccess__handle {
    csuccess_reply reply; /* first: a reply is its handle */
    struct csuccess__handle *next;
    uint64_t closed;
} csuccess__handle;
enum {
    CSUCCESS__HANDLE_REST = 1024, /* operations before a handle is used again */
    CSUCCESS__LATELY = 512,       /* commits that are remembered */
    CSUCCESS__LATELY_ID =
        80 /* bytes of a customer's id that are remembered; longer ones are not */
};

/* Opens, emits: the next operation; NULL: none. */
csuccess__operation_slot *csuccess__operation_next(csuccess_engine *engine, int64_t now);
csuccess_result csuccess__operation_answer(csuccess_engine *engine, uint64_t id,
                                           csuccess_error *err);
/* Runs everything that can run without the host. */
void csuccess__works_pump(csuccess_engine *engine);
void csuccess__operations_free(csuccess_engine *engine);
csuccess_result csuccess__handle_open(csuccess_engine *engine, csuccess__operation_slot *slot,
                                      csuccess__operation kind, size_t rows);
void csuccess__handle_close(csuccess_engine *engine, csuccess__operation_slot *slot);
void csuccess__handles_free(csuccess_engine *engine);

/* ---- What this engine committed lately ---- */

typedef struct csuccess__late {
    uint64_t revision;
    uint32_t len;
    char pseudonym[32];
    char id[CSUCCESS__LATELY_ID];
} csuccess__late;
void csuccess__lately_note(csuccess_engine *engine, const csuccess__work *work);
/* Whether what was loaded can be: ECALLBACK for a revision that went backwards. */
csuccess_result csuccess__lately_check(csuccess_engine *engine, const csuccess__work *work,
                                       const csuccess__answer *answer);
void csuccess__lately_forget(csuccess_engine *engine, csuccess_str customer);

/* How often something was leased in one run within a second. */
typedef struct csuccess__often {
    uint64_t ticket;
    int64_t since;
    uint32_t count, len;
    char id[CSUCCESS__LATELY_ID];
} csuccess__often;
/* Notes a lease; false: a store gives the same again and again, and the call stops. */
bool csuccess__often_note(csuccess_engine *engine, csuccess__ticket *ticket, csuccess_str id);

/* ---- Channels ---- */

typedef struct csuccess__engine_channel {
    csuccess_str name;      /* the engine's copy */
    csuccess__channel rule; /* of the configuration, or the defaults */
    csuccess_channel_ops ops;
    void *ud;
    void (*ud_free)(void *ud);
    bool registered;
    csuccess__breaker breaker;
    csuccess__bucket bucket;
    int64_t booked; /* until when messages were put off that the rate did not let through */
} csuccess__engine_channel;
csuccess__engine_channel *csuccess__channel_of(const csuccess_engine *engine,
                                               csuccess_str name);
/* The rules of the engine's configuration, for all that are registered. */
void csuccess__channels_rule(csuccess_engine *engine);

/* ---- The engine ---- */

typedef enum csuccess__definition {
    CSUCCESS__DEFINITION_UNKNOWN, /* whether the store has the configuration */
    CSUCCESS__DEFINITION_ASKED,
    CSUCCESS__DEFINITION_KNOWN
} csuccess__definition;

struct csuccess_engine {
    csuccess_allocator mem;
    csuccess_limits limits;
    csuccess_engine_options options; /* with defaults; texts in `texts` */
    csuccess__arena texts;
    csuccess_config *config;
    csuccess__desk *desk;
    bool inside; /* a slot or callback of the host runs */
    bool fast;   /* the processor has instructions for SHA-256 */
    bool has_store;
    csuccess_store_ops store;
    void *store_ud;
    void (*store_free)(void *ud);
    csuccess__engine_channel *channels;
    uint32_t channel_count;
    csuccess_trace_fn trace;
    void *trace_ud;
    int64_t clock; /* the last time that was seen */
    bool clock_known;
    csuccess_engine_counts figures;
    csuccess_error why; /* of the failure that a work is told of */
    csuccess__definition definition;
    /* Works. */
    csuccess__queue ready, want_load, want_commit, want_own;
    csuccess__work *all, *spare;
    uint32_t live; /* works with an advance or a message */
    csuccess__table locks;
    csuccess__ticket *tickets, *feeding, *feeding_last;
    uint64_t last_ticket;
    /* Operations. */
    csuccess__operation_slot **slots;
    uint32_t slot_count;
    csuccess__operation_slot *free_slots, *answered, *answered_last;
    uint32_t out;
    uint64_t operations; /* begun */
    csuccess__handle *handles, *handles_last;
    csuccess__late *lately;
    csuccess__often *often;
    csuccess__state state; /* for a look into a body */
    csuccess__buffer line; /* of the trace */
    struct csuccess_txn *spare_txn;
    uint32_t txns;                   /* begun and not freed: they hold on to the desk */
    struct csuccess__ladder *ladder; /* of the health checks; NULL: none yet */
    bool had_ladder;                 /* under an earlier configuration */
    int64_t worst_lag;               /* since they looked last */
    uint64_t undelivered;            /* attempts to send that did not deliver */
};

/* The host's random bytes; `ud` is the engine. */
csuccess_result csuccess__engine_random(void *ud, uint8_t *bytes, size_t count);
csuccess_result csuccess__engine_sentiment(void *ud, csuccess_str customer, csuccess_str text,
                                           csuccess_feeling *feeling);
csuccess_result csuccess__engine_variable(void *ud, csuccess_str customer, csuccess_str name,
                                          csuccess_str *json);
csuccess_result csuccess__engine_zone(void *ud, csuccess_str zone, int64_t at_ms,
                                      csuccess_zone_answer *out);
/* EBUSY from a slot or callback; EINVALID for NULL. */
csuccess_result csuccess__engine_enter(const csuccess_engine *engine, csuccess_error *err);
/* Raises or refuses a time. */
csuccess_result csuccess__engine_clock(csuccess_engine *engine, int64_t *now,
                                       csuccess_error *err);
/* Figures. */
void csuccess__figures_tally(csuccess_engine *engine, const csuccess__tally *tally);
void csuccess__figures_commit(csuccess_engine *engine, const csuccess_batch *batch);
uint32_t csuccess__breakers_open(const csuccess_engine *engine);
void csuccess__figures_sent(csuccess_engine *engine, int64_t lag);
/* Tells the trace. */
void csuccess__engine_tell(csuccess_engine *engine, const csuccess_batch *batch);
/* A transaction that was kept with its memory; the state of the health checks. */
void csuccess__txn_spare_free(csuccess_engine *engine);
void csuccess__ladder_free(csuccess_engine *engine);
/* Works the machine for one call by the slots. */
csuccess_result csuccess__drive(csuccess_engine *engine, const csuccess_call *call,
                                csuccess_outcome *out, csuccess_error *err);

#endif

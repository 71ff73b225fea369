/* SPDX-License-Identifier: Apache-2.0 */
/* A step: what one input, or the coming of one time, does to the state of one customer, and what it leaves behind. Rooms that
   keep something in the state get a step, read and put their fields, and leave entries, messages, ledger deltas and
   signals; the engine makes ids, digests and a batch of them. An advance of n inputs is n steps, each as if it were alone, so that how inputs are
   batched makes no difference. */
#ifndef CSUCCESS__CUSTOMER_STEP_H
#define CSUCCESS__CUSTOMER_STEP_H

#include "customer/input.h"
#include "customer/state.h"

/* An entry of the history: a mutation or a decision, as one JSON object. */
typedef struct csuccess__effect_entry {
    csuccess_str kind;    /* such as "health", "alert", "input"; static */
    csuccess_str subject; /* contact that it speaks of; may be empty */
    csuccess_str cause;   /* id of the input, or the name of the timer */
    csuccess_str by;      /* principal */
    csuccess_str body;    /* JSON object; see csuccess__step_body() */
    int64_t at;           /* when it is so: the step's time */
} csuccess__effect_entry;

/* A message to a channel, or (`signal`) an input for another customer. Its id is made of domain, tenant, customer, cause, definition,
   step and occurrence, never of time, revision or configuration. */
typedef struct csuccess__effect_message {
    csuccess_str id; /* the engine's, once the step is over */
    bool signal;
    csuccess_str customer; /* of a signal: whose inbox; of a message: empty */
    csuccess_str channel;  /* of a message */
    csuccess_str
        contact; /* recipient among the contacts; empty: the customer itself, or the staff */
    csuccess_str purpose;    /* for consent; empty: none is asked */
    csuccess_str definition; /* what wants it, such as "alert/usage_low" */
    csuccess_str step;       /* of it, such as "tier1" */
    uint64_t occurrence;     /* the how many-th of this definition and step */
    csuccess_str cause;
    csuccess_str body; /* JSON object; of a signal a whole input but for its messageId */
    int64_t not_before, expires_at; /* 0: at once; never */
    bool internal;                  /* to staff: mass change and consent do not hold it */
} csuccess__effect_message;

typedef struct csuccess__effect_delta {
    csuccess_str key; /* of the ledger */
    int64_t delta, max;
    bool has_max;
    uint32_t
        message; /* the message that it pays for; UINT32_MAX: none. A refusal takes that message back */
    csuccess_str
        pays; /* without a message: the id of what it pays for, such as an enrollment, which is told that it was refused; empty: nothing */
} csuccess__effect_delta;

typedef struct csuccess__effects {
    const csuccess_allocator *mem; /* of the lists; borrowed */
    csuccess__arena *arena;        /* of texts; lives as long as the batch */
    csuccess__effect_entry *entries;
    csuccess__effect_message *messages;
    csuccess__effect_delta *deltas;
    uint32_t entry_count, entry_cap, message_count, message_cap, delta_count, delta_cap;
    uint32_t most;          /* of each, an advance; beyond it the step fails with ELIMIT */
    csuccess_result failed; /* OK, ENOMEM, ELIMIT; sticks */
    csuccess__buffer body;  /* what csuccess__step_body() is writing */
    csuccess__json_writer writer;
} csuccess__effects;
void csuccess__effects_init(csuccess__effects *effects, const csuccess_allocator *mem,
                            csuccess__arena *arena, uint32_t most);
/* Forgets everything but keeps the memory; the arena is its owner's to reset. */
void csuccess__effects_clear(csuccess__effects *effects);
void csuccess__effects_free(csuccess__effects *effects);

typedef struct csuccess__step {
    csuccess__state *state;
    csuccess__effects *out;
    csuccess__buffer *scratch; /* for payloads; its contents are lost between calls */
    const csuccess_allocator *mem;
    const csuccess_limits *limits;
    csuccess_str tenant, customer;
    int64_t now;
    csuccess_str cause, by;
    csuccess_str config; /* hash */
    bool quiet;          /* history is imported: the state changes, nothing is sent */
    int64_t due; /* out: when the customer must be looked at next; CSUCCESS__NEVER: not */
    csuccess_result
        failed; /* OK, ENOMEM, ELIMIT, ESTATE (a payload is damaged); sticks; the advance is thrown away */
} csuccess__step;

#define CSUCCESS__NEVER INT64_MAX

/* Lowers `due`. */
static inline void csuccess__step_due(csuccess__step *step, int64_t at)
{
    if (at < step->due) step->due = at;
}
static inline void csuccess__step_fail(csuccess__step *step, csuccess_result code)
{
    if (step->failed == CSUCCESS_OK) step->failed = code;
}
/* SHA-256(domain, tenant, customer, cause, definition, step, occurrence) as 64 hex digits: who does a thing twice gives it the same id. */
typedef struct csuccess__cause {
    const char *domain; /* "message", "signal", "task", "instance" */
    csuccess_str tenant, customer, cause, definition, step;
    uint64_t occurrence;
} csuccess__cause;
void csuccess__cause_id(char out[65], const csuccess__cause *cause);

/* State access that fails the step instead of being checked everywhere. */
void csuccess__step_put(csuccess__step *step, csuccess__state_kind kind, csuccess_str name,
                        csuccess_str payload);
/* Starts a JSON object in the effects' arena; ends it and gives its text. One at a time. */
struct csuccess__json_writer *csuccess__step_body(csuccess__step *step);
csuccess_str csuccess__step_body_end(csuccess__step *step);
/* Adds an entry of this step, nothing once it has failed; subject, cause and by are copied; `body` from step_body_end (or any JSON object that lives as long as the batch). */
void csuccess__step_entry(csuccess__step *step, const char *kind, csuccess_str subject,
                          csuccess_str body);
/* Adds a copy; texts are copied. Nothing when the step is quiet. Index, or UINT32_MAX. */
uint32_t csuccess__step_message(csuccess__step *step, const csuccess__effect_message *message);
/* Adds a copy; when the step is quiet only of what is given back: history takes nothing, but it may end what holds something. */
void csuccess__step_delta(csuccess__step *step, const csuccess__effect_delta *delta);

#endif

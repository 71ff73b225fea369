/* SPDX-License-Identifier: Apache-2.0 */
/* The state of one customer: a header, and fields by kind and name, each in canonical bytes that only its own room reads.
   Fields of a definition that the configuration no longer has stay as they are, until a migration or an erasure.

   Format 1:  "CSU" 0x01 · header · count · fields in ascending order of (kind, name): kind, name, payload.
   A state with the same header and fields has the same bytes. Every released format stays readable: a reader for format n is
   kept when n + 1 comes, and fields read from it are rewritten by the rooms on the way in. */
#ifndef CSUCCESS__CUSTOMER_STATE_H
#define CSUCCESS__CUSTOMER_STATE_H

#include "base/arena.h"
#include "base/wire.h"

/* Kind of field, its number in the format (never used again for another thing), its key in printed JSON, and its owner. */
#define CSUCCESS__STATE_KINDS(X) \
    X(ATTRIBUTE, 1, "attributes")       /* customer/known.c: name of the attribute */ \
    X(RECORD, 2, "records")             /* customer/known.c: "collection/id" */ \
    X(SERIES, 3, "aggregates")          /* customer/series.c: signature of the series */ \
    X(SOURCE, 4, "sources")             /* customer/sources.c: name of the source */ \
    X(SUBSCRIPTION, 5, "subscriptions") /* customer/subscriptions.c: id of the subscription */ \
    X(QUARANTINE, 6, "quarantine")      /* customer/quarantine.c: "" */ \
    X(LAST_EVENT, 7, "last_events")     /* customer/known.c: name of the event */ \
    X(HEALTH, 16, "health")             /* score/history.c: "" */ \
    X(OVERRIDE, 17, "override")         /* score/history.c: "" */ \
    X(CHILD, 18, "children")            /* score/children.c: id of the child */ \
    X(CHURN, 24, "churn")               /* churn/history.c: "" */ \
    X(CONSENT, 32, "consents")          /* trust/consent.c: "contact/purpose/channel" */ \
    X(SUPPRESSION, 33, "suppressed")    /* trust/consent.c: "contact/channel" */ \
    X(ALERT, 40, "alerts")              /* flow/alerts.c: id of the alert */ \
    X(SEGMENT, 41, "segments")          /* flow/segments_state.c: id of the segment */ \
    X(TRIGGER, 42, \
      "triggers") /* flow/trigger_state.c: "journey/id", "playbook/id", with "/record" */ \
    X(MILESTONE, 43, "milestones")   /* flow/milestones_state.c: id */ \
    X(FEATURE, 44, "features")       /* flow/features_state.c: id */ \
    X(GOAL, 45, "goals")             /* flow/goals.c: id of the record */ \
    X(PLAYBOOK, 46, "playbooks")     /* flow/playbooks: "id", "id/record" */ \
    X(TASK, 47, "tasks")             /* flow/playbooks/task_state.c: id of the task */ \
    X(JOURNEY, 48, "journeys")       /* flow/journeys: id; how often, and how it ended */ \
    X(ENROLLMENT, 49, "enrollments") /* flow/journeys: "id#2" */ \
    X(OWNER, 50, "owners")           /* flow/team: role */ \
    X(ZONE, 51, "zones")             /* flow/zones.c: name of the zone */ \
    X(NPS, 52, "nps")                /* customer/nps.c: id of the contact */ \
    X(SENTIMENT, 53, "sentiment")    /* intervene/sentiment: "" */ \
    X(MESSAGE, 56, "messages")       /* intervene/waiting.c: id of a message that waits */ \
    X(PARENT, 57, "parent")          /* engine: the parent that was signalled last: "" */ \
    X(TOUCH, 64, "touches")          /* intervene/touches.c: "" */ \
    X(REACHED, 65, "reached")        /* intervene/touches.c: definition */ \
    X(AUTOMATION, 66, "automation")  /* intervene/lifecycle.c: "" */ \
    X(EXECUTION, 67, "executions")   /* intervene/executions.c: 16 digits of its id */ \
    X(RUN, 68, "campaigns")          /* intervene/campaigns.c: id of the campaign */ \
    X(OFFER, 69, "offers")           /* intervene/offers.c: 16 digits of its id */ \
    X(APPROVAL, 70, "approvals") /* intervene/approvals.c: "request/ID", "standing/PATTERN" */ \
    X(EXPOSURE, 71, "experiments")      /* intervene/experiments: id of the experiment */ \
    X(OPPORTUNITY, 72, "opportunities") /* intervene/expansion.c: id of the rule */ \
    X(SELECTION, 73, "selection") /* intervene/arbiter.c: digest of what was last said: "" */

typedef enum csuccess__state_kind {
#define CSUCCESS__STATE_KIND(name, number, key) CSUCCESS__STATE_##name = number,
    CSUCCESS__STATE_KINDS(CSUCCESS__STATE_KIND)
#undef CSUCCESS__STATE_KIND
} csuccess__state_kind;

/* Bits of the header's flags. */
#define CSUCCESS__STATE_ERASING 0x01u /* an erasure was begun; nothing else happens to it */

typedef struct csuccess__state_head {
    uint32_t flags;
    int64_t created_at, at; /* first and last advance, ms UTC; at >= created_at */
    int64_t due;            /* when it must be looked at next, > at; INT64_MAX: not */
    uint64_t seq;           /* entries in the chain so far */
    uint8_t chain[32];      /* digest of the last of them; zeros before the first */
    uint8_t pseudonym[16];  /* by which the chain knows the customer */
    uint8_t config[32];     /* hash of the configuration of the last advance */
} csuccess__state_head;

/* The key of a kind in printed JSON; NULL for a number that is no kind. */
const char *csuccess__state_kind_key(uint64_t number);

typedef struct csuccess__state_field {
    uint8_t kind;
    uint32_t
        room; /* bytes of the arena that the payload may take where it stands; 0: it is borrowed */
    csuccess_str name, payload;
} csuccess__state_field;

typedef struct csuccess__state {
    const csuccess_allocator *mem;
    csuccess__state_head head;
    csuccess__state_field *fields; /* in order */
    uint32_t count, cap;
    csuccess__arena arena; /* of names and payloads that were put */
    csuccess_str
        read; /* the bytes that it was read from; borrowed, other fields point into it */
} csuccess__state;

void csuccess__state_init(csuccess__state *state, const csuccess_allocator *mem);
void csuccess__state_free(csuccess__state *state);
/* Makes it the state of nobody, keeping the memory. */
void csuccess__state_clear(csuccess__state *state);
/* Reads bytes, which must live until the state is cleared or freed. ESTATE (damaged: where, and what was expected; every
   length, order and number is checked, payloads are their rooms'); EUNSUPPORTED (a newer format, flag or kind); ELIMIT (more than `most` bytes); ENOMEM. On
   failure it is cleared. */
csuccess_result csuccess__state_read(csuccess__state *state, csuccess_str bytes, size_t most,
                                     csuccess_error *err);
void csuccess__state_write(csuccess__buffer *out, const csuccess__state *state);

/* The payload; ptr NULL without the field (an empty payload has a ptr). Borrowed until the field is put or dropped. */
csuccess_str csuccess__state_get(const csuccess__state *state, csuccess__state_kind kind,
                                 csuccess_str name);
/* Copies both; a payload may be part of the one it replaces, and one that is there already changes nothing. False: no memory,
   nothing changed. */
bool csuccess__state_put(csuccess__state *state, csuccess__state_kind kind, csuccess_str name,
                         csuccess_str payload);
/* The same, and *changed becomes true where it was not there already. */
bool csuccess__state_change(csuccess__state *state, csuccess__state_kind kind,
                            csuccess_str name, csuccess_str payload, bool *changed);
void csuccess__state_drop(csuccess__state *state, csuccess__state_kind kind, csuccess_str name);
/* The fields of a kind stand together: index of the first, and how many. Names ascend by bytes. */
uint32_t csuccess__state_of_kind(const csuccess__state *state, csuccess__state_kind kind,
                                 uint32_t *count);

/* As JSON: {"format": 1, "created_at": …, …, "attributes": {"name": …}, …}. A room prints its own payloads; those of a kind without
   a printer show as hexadecimal digits. A kind that has one field, of the empty name, is that value. */
struct csuccess__json_writer;
typedef struct csuccess__state_printer {
    uint8_t kind;
    /* Writes the value behind the field's name, or "(damaged)". */
    void (*print)(struct csuccess__json_writer *out, const csuccess__state_field *field);
} csuccess__state_printer;
void csuccess__state_print(struct csuccess__json_writer *out, const csuccess__state *state,
                           const csuccess__state_printer *printers, size_t count);

#endif

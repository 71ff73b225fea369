/* SPDX-License-Identifier: Apache-2.0 */
/* One input inside: an event or a decision about one customer, its properties as values, and its canonical text. */
#ifndef CSUCCESS__CUSTOMER_INPUT_H
#define CSUCCESS__CUSTOMER_INPUT_H

#include "base/error.h"
#include "expr/value.h"
#include "text/json.h"
#include <csuccess/events.h>

/* Number (CSUCCESS_EVENT_*), name in JSON, and what has to be there: C customer, N name, U user. */
#define CSUCCESS__INPUT_TYPES(X) \
    X(TRACK, 1, "track", "CN") \
    X(IDENTIFY, 2, "identify", "C") \
    X(GROUP, 3, "group", "C") \
    X(TOUCHPOINT, 4, "touchpoint", "C") \
    X(TICKET, 5, "ticket", "C") \
    X(PAYMENT, 6, "payment", "C") \
    X(OUTCOME, 7, "outcome", "CN") \
    X(SUBSCRIPTION, 8, "subscription", "CN") \
    X(SURVEY, 9, "survey_response", "CU") \
    X(RECORD, 10, "record", "C") \
    X(SOURCE, 11, "source", "N") \
    X(TASK, 12, "task", "C") \
    X(RESPONSE, 13, "response", "C") \
    X(DECISION, 14, "decision", "C") \
    X(CONSENT, 15, "consent", "C") \
    X(OVERRIDE, 16, "override", "C") \
    X(ALERT, 17, "alert", "CN") \
    X(JOURNEY, 18, "journey", "CN") \
    X(PLAYBOOK, 19, "playbook", "CN") \
    X(SEGMENT, 20, "segment", "CN") \
    X(MILESTONE, 21, "milestone", "CN") \
    X(OWNER, 22, "owner", "CN") \
    X(INTERVENTION, 23, "intervention", "CN") \
    X(CAMPAIGN, 24, "campaign", "CN") \
    X(OFFER, 25, "offer", "CN") \
    X(AUTOMATION, 26, "automation", "CN") \
    X(CHILD, 64, "child", "C")       /* a signal: the score of a child of this parent */ \
    X(DELIVERY, 65, "delivery", "C") /* a signal: what became of a message */

typedef enum csuccess__input_type {
#define CSUCCESS__INPUT_TYPE(name, number, text, needs) CSUCCESS__INPUT_##name = number,
    CSUCCESS__INPUT_TYPES(CSUCCESS__INPUT_TYPE)
#undef CSUCCESS__INPUT_TYPE
} csuccess__input_type;
enum { CSUCCESS__INPUT_SIGNALS = 64 }; /* types from here on come from engines only */

typedef struct csuccess__property {
    csuccess_str name;
    csuccess__value value;      /* number, bool, string; else missing: null, or `json` has it */
    const csuccess__json *json; /* lists and objects; else NULL */
} csuccess__property;

typedef struct csuccess__input {
    csuccess__input_type type;
    uint32_t priority;
    csuccess_str id, customer, user, name, source;
    int64_t at, expires_at;               /* expires_at 0: never */
    const csuccess__property *properties; /* ascending by name, each once */
    uint32_t count;
    /* What became of it. */
    csuccess_result result;
    csuccess_str reason;
} csuccess__input;

const char *csuccess__input_type_name(csuccess__input_type type); /* "track" … */
/* NULL without one. */
const csuccess__property *csuccess__input_property(const csuccess__input *input,
                                                   csuccess_str name);
/* The value of a property of that kind; missing when absent or of another kind. TIME: a text that is an RFC 3339 time, or a date. */
csuccess__value csuccess__input_value(const csuccess__input *input, const char *name,
                                      csuccess__kind kind);
/* A text; empty when absent or of another kind. */
csuccess_str csuccess__input_string(const csuccess__input *input, const char *name);
/* The contact whose personal data it carries, so that its entries are erased with them: of a record of `contacts` that record, of
   a delivery the one that was told, of a signal of a child that customer; else `user`. Empty: none. */
csuccess_str csuccess__input_subject(const csuccess__input *input);
/* The event name that aggregates listen to: of a track its name, of an outcome or subscription "outcome"/"subscription" with
   '_' and its name ("subscription_renewed"), else the name of its type. Borrowed from the input or static; `scratch` holds a
   name that is put together. */
csuccess_str csuccess__input_event(const csuccess__input *input, csuccess__text *scratch);
/* Canonical JSON, the same whether it came as a struct or as text, and read back by csuccess__input_read: keys in the order
   type, event, messageId, timestamp, groupId, userId, source, expires, priority, properties (ascending, lists' and objects' too);
   what is empty is left out. */
void csuccess__input_write(csuccess__buffer *out, const csuccess__input *input);
/* One input from a JSON object, copied into the arena. As csuccess_events_add_json(); `signals` allows types from 64. */
csuccess_result csuccess__input_read(csuccess__input *out, const csuccess__json *json,
                                     csuccess__arena *arena, const csuccess_limits *limits,
                                     bool signals, csuccess_error *err);

/* The inside of csuccess_events. */
size_t csuccess__events_count(const csuccess_events *events);
csuccess__input *csuccess__events_at(csuccess_events *events, size_t index);
/* While an engine works on it the list does not change: EBUSY for everybody else. Counted. */
void csuccess__events_hold(csuccess_events *events);
void csuccess__events_release(csuccess_events *events);
bool csuccess__events_held(const csuccess_events *events);
/* What became of one; the reason is copied. False: no memory for the reason; the result stands. */
bool csuccess__events_settle(csuccess_events *events, size_t index, csuccess_result result,
                             csuccess_str reason);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What happened, and what was decided: the inputs of an engine, as typed structs or as JSON in the shape of Segment. */
#ifndef CSUCCESS_EVENTS_H
#define CSUCCESS_EVENTS_H

#include <csuccess/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What an input is: csuccess_event.type. Numbers are never used again for another thing. */
/** "track": a product event; `name` says which */
#define CSUCCESS_EVENT_TRACK 1u
/** "identify": traits of a contact (`user`), or without one of the customer */
#define CSUCCESS_EVENT_IDENTIFY 2u
/** "group": traits of the customer are its attributes */
#define CSUCCESS_EVENT_GROUP 3u
/** "touchpoint": a call, meeting, mail … with the customer */
#define CSUCCESS_EVENT_TOUCHPOINT 4u
/** "ticket" */
#define CSUCCESS_EVENT_TICKET 5u
/** "payment" */
#define CSUCCESS_EVENT_PAYMENT 6u
/** "outcome": `name` is churned, renewed, expanded, contracted or reactivated */
#define CSUCCESS_EVENT_OUTCOME 7u
/** "subscription_started", "_amended", "_renewed", "_contracted", "_ended": `name` is the
 * last word */
#define CSUCCESS_EVENT_SUBSCRIPTION 8u
/** "survey_response" of a contact */
#define CSUCCESS_EVENT_SURVEY 9u
/** "record": one record of a collection is set or, with "removed": true, taken away */
#define CSUCCESS_EVENT_RECORD 10u
/** "source": how far a source of data reaches (`covered_from`, `covered_to`); of one
 * customer, or without one of all */
#define CSUCCESS_EVENT_SOURCE 11u
/** "task": an update of a task */
#define CSUCCESS_EVENT_TASK 12u
/** "response": someone opened, clicked, answered, bounced or complained; names the message */
#define CSUCCESS_EVENT_RESPONSE 13u
/** "decision": on what was asked of a person */
#define CSUCCESS_EVENT_DECISION 14u
/** "consent": given or withdrawn by a contact */
#define CSUCCESS_EVENT_CONSENT 15u
/** "override": a person sets a score or status until a time, or takes that back */
#define CSUCCESS_EVENT_OVERRIDE 16u
/** "alert": acknowledge, snooze or resolve one */
#define CSUCCESS_EVENT_ALERT 17u
/** "journey": enroll, exit, pause or resume; `properties.journey` names it */
#define CSUCCESS_EVENT_JOURNEY 18u
/** "playbook": start, cancel or move; `properties.playbook` names it */
#define CSUCCESS_EVENT_PLAYBOOK 19u
/** "segment": add to a static one, or remove; `properties.segment` names it */
#define CSUCCESS_EVENT_SEGMENT 20u
/** "milestone": achieve or revoke, by a person; `properties.milestone` names it */
#define CSUCCESS_EVENT_MILESTONE 21u
/** "owner": assign or release; `properties.role` and `to` */
#define CSUCCESS_EVENT_OWNER 22u
/** Somebody's word on an intervention (`name`: request, start, complete, cancel, escalate); docs/reference/intervene.md. */
#define CSUCCESS_EVENT_INTERVENTION 23u
/** The same on a campaign: start, cancel. */
#define CSUCCESS_EVENT_CAMPAIGN 24u
/** The same on an offer: accept, decline. */
#define CSUCCESS_EVENT_OFFER 25u
/** Stops all automation for the customer (hold), or lets it go on (resume). */
#define CSUCCESS_EVENT_AUTOMATION 26u

/**
 * One input. `size` set by the caller. What a type does not use must be empty. Strings are borrowed for the call; they are UTF-8
 * without NUL.
 * @since 0.1
 */
typedef struct csuccess_event {
    size_t size;
    uint32_t type; /**< CSUCCESS_EVENT_* */
    /** "priority", of a queue that was offline: 0 as it comes; higher first, within one call */
    uint32_t priority;
    /** "messageId": unique per customer, required; the same id again is the same event and
     * is not applied */
    csuccess_str id;
    csuccess_str customer; /**< "groupId" */
    csuccess_str user;     /**< "userId": a contact of the customer; may be empty */
    csuccess_str name;     /**< "event", or what stands above */
    /** "source": the source of data (section `sources`) that it comes from; may be empty */
    csuccess_str source;
    int64_t at_ms;         /**< "timestamp": when it happened, ms since the epoch, UTC */
    int64_t expires_at_ms; /**< "expires": not applied after that time; 0: never */
} csuccess_event;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_EVENT_INIT \
    {sizeof(csuccess_event), 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0}
#else
#define CSUCCESS_EVENT_INIT {.size = sizeof(csuccess_event)}
#endif
/* clang-format on */

/**
 * A list of inputs, built once and handed to an engine, which fills in what became of each. The memory is kept by
 * csuccess_events_clear(), so that a list that is used again allocates nothing.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_events csuccess_events;

/**
 * Makes an empty list. *out is NULL on failure. CSUCCESS_EINVALID, CSUCCESS_EABI, CSUCCESS_ENOMEM.
 * @param allocator NULL: malloc; copied
 * @param limits NULL: the defaults; document_bytes, document_depth, document_nodes and string_bytes hold for one event as its
 *     canonical JSON has it, however it came; besides, an event has at most 4,096 properties
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_events_new(csuccess_events **out,
                                                 const csuccess_allocator *allocator,
                                                 const csuccess_limits *limits,
                                                 csuccess_error *err);
/** Frees a list; NULL does nothing, nor does a list on which an engine works. @since 0.1 */
CSUCCESS_API void csuccess_events_free(csuccess_events *events);
/** Empties a list. CSUCCESS_EBUSY while an engine works on it. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_events_clear(csuccess_events *events);
/** How many inputs are in the list. @since 0.1 */
CSUCCESS_API size_t csuccess_events_count(const csuccess_events *events);

/**
 * Adds an input; its properties follow by csuccess_events_number() and kin. CSUCCESS_EINVALID (unknown type, a field that the type
 * asks for is empty: err says which), CSUCCESS_ENAME (an outcome or a movement of a subscription that there is not, with the nearest),
 * CSUCCESS_ERANGE (a time outside the years 1 to 9999), CSUCCESS_EENCODING, CSUCCESS_ELIMIT (string_bytes), CSUCCESS_EABI, CSUCCESS_EBUSY, CSUCCESS_ENOMEM; the list is as before then.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_events_add(csuccess_events *events,
                                                 const csuccess_event *event,
                                                 csuccess_error *err);
/**
 * A property (or trait) of the input that was added last: a number. A name that is there already is replaced. CSUCCESS_EINVALID (no input
 * yet, empty name), CSUCCESS_ERANGE (not finite), CSUCCESS_EENCODING (a NUL in the name too), CSUCCESS_ELIMIT, CSUCCESS_EBUSY,
 * CSUCCESS_ENOMEM; the input is as before then. Names that come in ascending order of their bytes are the fastest.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_events_number(csuccess_events *events, csuccess_str name,
                                                    double value);
/** A property that is a text; times are RFC 3339 texts. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_events_string(csuccess_events *events, csuccess_str name,
                                                    csuccess_str value);
/** A property that is true (not 0) or false. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_events_bool(csuccess_events *events, csuccess_str name,
                                                  int32_t value);
/** A property of any shape, as JSON text; CSUCCESS_EJSON besides, err says where. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_events_json(csuccess_events *events, csuccess_str name,
                                                  csuccess_str json, csuccess_error *err);

/**
 * Adds one input from JSON in the shape of the Segment spec: {"type": "track", "event": "login", "messageId": "…", "timestamp": "…",
 * "groupId": the customer, "userId": the contact, "properties" or "traits": {…}}; "page" and "screen" are tracked as events of that
 * name, and their "name" and "category" are properties; "context", "integrations", "anonymousId", "channel", "sentAt", "receivedAt", "originalTimestamp" and "version" are passed over. "customer_id" may stand for
 * "groupId", and an id may be a number, which is taken as it is written in JSON. An outcome or movement may be one word: "type": "subscription_renewed"
 * is "subscription" with the event "renewed". "source", "expires" and "priority" are as in csuccess_event. null stands for absent, but for a property,
 * which it makes empty. CSUCCESS_EJSON, CSUCCESS_EENCODING, CSUCCESS_ELIMIT; CSUCCESS_EMISSING (a key that the type asks for), CSUCCESS_ETYPE,
 * CSUCCESS_ENAME (an unknown type, name or key, with the nearest), CSUCCESS_ERANGE, CSUCCESS_EBUSY, CSUCCESS_ENOMEM; err has the JSON Pointer and
 * the place. The list is as before then.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_events_add_json(csuccess_events *events,
                                                      csuccess_str json, csuccess_error *err);

/**
 * One input as it stands, strings borrowed until the list changes. CSUCCESS_EINVALID when index is out of range; CSUCCESS_EABI.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_events_get(const csuccess_events *events, size_t index,
                                                 csuccess_event *out);

/**
 * What an engine made of one input: CSUCCESS_OK (applied); CSUCCESS_UNCHANGED (known already, or without effect); CSUCCESS_UNDECIDED (nothing yet: no engine
 * had it, or it was stopped before); CSUCCESS_ERANGE (quarantined, with the reason: kept, never applied); CSUCCESS_EEXPIRED; CSUCCESS_EDENIED; or the error that kept it from
 * being applied. `reason` (may be NULL) is a sentence, empty where there is nothing to say, borrowed until the list changes.
 * CSUCCESS_EINVALID when index is out of range.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_events_result(const csuccess_events *events, size_t index,
                                                    csuccess_str *reason);

#ifdef __cplusplus
}
#endif

#endif

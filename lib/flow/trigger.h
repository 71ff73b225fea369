/* SPDX-License-Identifier: Apache-2.0 */
/* Triggers: when a journey or a playbook begins (docs/reference/flow.md "Triggers"), what is kept so that each fires once for one cause, and what they hand on. */
#ifndef CSUCCESS__FLOW_TRIGGER_H
#define CSUCCESS__FLOW_TRIGGER_H

#include "calendar/recurrence.h"
#include "customer/pairs.h"
#include "flow/moment.h"

struct csuccess__flow_build;

/* ---- Properties of events ---- */

/* A declared property; `event.amount` is a slot of the stratum FLOW, and `trigger.amount` another, which keeps it for the enrollment. One name has one type in the whole document. */
typedef struct csuccess__event_property {
    csuccess_str name;
    csuccess__kind kind;
    uint32_t event_slot, trigger_slot;
} csuccess__event_property;
typedef struct csuccess__event_match { /* `event`, `properties`, `where` */
    csuccess_str event;
    const csuccess__program
        *where; /* NULL: any; names are event.x, and plain x for a declared property */
    const csuccess__event_property *properties;
    uint32_t property_count;
} csuccess__event_match;
/* All of a document, and what else a trigger hands on; a slot that is UINT32_MAX is none. */
typedef struct csuccess__event_names {
    struct csuccess__declared *list;
    uint32_t count, room;
    csuccess__pairs by_name;
    uint32_t handed
        [5]; /* trigger.event, .segment, .milestone, .record, .contact: texts, always known */
} csuccess__event_names;
/* Declares the properties that stand beside an `event` anywhere in milestones, features, playbooks and journeys, so that conditions and templates may name them wherever they stand. Before
   anything else of flow is compiled. False: memory (noted); problems are noted. */
bool csuccess__events_declare(struct csuccess__flow_build *build);
/* Reads `event`, `properties`, `where` of an object. False: noted. */
bool csuccess__event_match_read(csuccess__event_match *out, struct csuccess__flow_build *build,
                                const csuccess__json *object);
/* Whether the happening (kind EVENT) fits; its properties are put in the slots event.x first. */
csuccess__truth csuccess__event_matches(csuccess__moment *m, const csuccess__event_match *match,
                                        const csuccess__happening *happening);
/* Puts the declared properties of the step's input in the slots event.x, once a step; without one they are missing. */
void csuccess__event_slots(csuccess__moment *m);

/* ---- Records that something is done for each of ---- */

/* `each` is a record of a collection; its fields are each.x. */
typedef struct csuccess__each_scope {
    csuccess__scope
        scope; /* for csuccess__compiler.scope; what it does not know is asked of `inner` */
    const csuccess__scope *inner;
    uint32_t
        slot; /* where the record lies while something is asked of it: slots[slot] = list.as.many.items[i], a record whose first field is its id */
    const csuccess__type *type;
} csuccess__each_scope;
/* `collection` is its slot; `out` stays where it is while it is used. False: memory (noted). */
bool csuccess__each_scope_open(csuccess__each_scope *out, struct csuccess__flow_build *build,
                               uint32_t collection);

/* ---- Triggers ---- */

#define CSUCCESS__TRIGGER_KINDS(X) \
    X(MANUAL, "manual") \
    X(WHEN, "when") \
    X(EVENT, "event") \
    X(SEGMENT, "segment") \
    X(BEFORE, "before") \
    X(EVERY, "every") X(MILESTONE, "milestone") X(JOURNEY, "journey") X(PLAYBOOK, "playbook")
typedef enum csuccess__trigger_kind {
#define CSUCCESS__TRIGGER_KIND(name, text) CSUCCESS__TRIGGER_##name,
    CSUCCESS__TRIGGER_KINDS(CSUCCESS__TRIGGER_KIND)
#undef CSUCCESS__TRIGGER_KIND
        CSUCCESS__TRIGGER_KIND_COUNT
} csuccess__trigger_kind;
typedef enum csuccess__misfire {
    CSUCCESS__MISFIRE_ONCE,
    CSUCCESS__MISFIRE_ALL,
    CSUCCESS__MISFIRE_SKIP
} csuccess__misfire;
typedef enum csuccess__segment_edge {
    CSUCCESS__EDGE_ENTER,
    CSUCCESS__EDGE_INSIDE,
    CSUCCESS__EDGE_LEAVE
} csuccess__segment_edge;

typedef struct csuccess__trigger {
    csuccess_str
        of; /* "journey/onboarding", "playbook/risk_response": its name in the state too */
    bool journey;   /* else a playbook */
    uint32_t index; /* of it in its list */
    csuccess__trigger_kind kind;
    const csuccess__program *when, *leave, *if_, *before; /* those with for_each read each.x */
    csuccess__duration for_, by;
    csuccess__event_match event;
    csuccess_str id; /* of the segment, milestone, journey, playbook */
    uint32_t
        slot; /* segment('id') of SEGMENT, milestone('id').achieved of MILESTONE; UINT32_MAX: none */
    csuccess__segment_edge edge;
    csuccess_str ended; /* empty: any */
    csuccess__recurrence every;
    int32_t at_minute; /* of the local day */
    uint32_t calendar;
    csuccess__misfire misfire;
    bool existing;      /* enroll those for whom it holds when the configuration comes */
    uint32_t each;      /* slot of the collection of for_each; UINT32_MAX: none */
    uint32_t each_slot; /* where the record lies while it is asked */
    const csuccess__json *at;
} csuccess__trigger;
typedef struct csuccess__triggers {
    const csuccess__trigger
        *list; /* by order: journeys and playbooks in document order, priorities first */
    uint32_t count;
    const struct csuccess__trigger_index
        *index; /* by kind and id, so that a thousand journeys cost what happens */
} csuccess__triggers;

/* Reads `trigger` of a journey or playbook; `each` is the collection's slot or UINT32_MAX. False: noted. References to segments, milestones, journeys and playbooks are checked against the document. */
bool csuccess__trigger_read(csuccess__trigger *out, struct csuccess__flow_build *build,
                            const csuccess__json *of, uint32_t each);
/* The index of all of them. NULL: memory (noted). */
const csuccess__triggers *csuccess__triggers_new(struct csuccess__flow_build *build,
                                                 const csuccess__trigger *list, uint32_t count);
/* Asks those that conditions, dates and schedules fire, and tells ENROLL or START of each that fires; lowers the step's due. */
void csuccess__triggers_look(csuccess__moment *m);
/* Once all that happened was told: those whose conditions read what flow itself says are asked again. Whether that told anything more. */
bool csuccess__triggers_again(csuccess__moment *m);
/* The same for a happening. */
void csuccess__triggers_happened(csuccess__moment *m, const csuccess__happening *happening);
void csuccess__trigger_print(struct csuccess__json_writer *out,
                             const csuccess__state_field *field);

/* ---- What a trigger hands on ---- */

/* The values of trigger.x, as an instance keeps them: canonical bytes, at most 2 KiB (what is beyond is missing). Of the happening that began it: its event, declared properties, segment, milestone, record. */
csuccess_str csuccess__kept_take(csuccess__moment *m, const csuccess__happening *happening);
/* The contact whose event it was, in `kept`; empty: none. */
csuccess_str csuccess__kept_contact(csuccess_str kept);
/* What is left once that contact is forgotten: the names of what happened, in the desk's texts. */
csuccess_str csuccess__kept_without_contact(csuccess__moment *m, csuccess_str kept);
/* Puts them in the slots trigger.x; empty: all missing. ESTATE fails the step. */
void csuccess__kept_show(csuccess__moment *m, csuccess_str kept);

#endif

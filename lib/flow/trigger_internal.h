/* SPDX-License-Identifier: Apache-2.0 */
/* What the sources of triggers share: declared properties, the fields that a trigger keeps, its index, and one look at one trigger. */
#ifndef CSUCCESS__FLOW_TRIGGER_INTERNAL_H
#define CSUCCESS__FLOW_TRIGGER_INTERNAL_H

#include "expr/ruleset.h"
#include "flow/flow.h"

/* ---- Properties of events ---- */

/* A property as it was declared first. Of one that cannot be one the kind is ANY: that was noted. */
typedef struct csuccess__declared {
    csuccess__event_property property;
    const csuccess__json *at;
} csuccess__declared;

/* NULL: none of that name. */
const csuccess__declared *csuccess__declared_find(const csuccess__event_names *names,
                                                  csuccess_str name);
/* What `handed` of csuccess__event_names is for, in order. */
enum {
    CSUCCESS__HANDED_EVENT,
    CSUCCESS__HANDED_SEGMENT,
    CSUCCESS__HANDED_MILESTONE,
    CSUCCESS__HANDED_RECORD,
    CSUCCESS__HANDED_CONTACT,
    CSUCCESS__HANDED
};
enum { CSUCCESS__KEPT_BYTES = 2048 };

/* What a trigger hands on, before it is bytes. */
typedef struct csuccess__handing {
    csuccess_str texts[CSUCCESS__HANDED];
    const csuccess__input *input; /* whose declared properties; NULL: none */
} csuccess__handing;
/* Of the happening that begins something. */
csuccess__handing csuccess__handing_of(const csuccess__moment *m, const csuccess__happening *h);
/* In the desk's texts; empty when there is nothing, or the step has failed. */
csuccess_str csuccess__kept_make(csuccess__moment *m, const csuccess__handing *of);

/* ---- What is kept of a trigger, or of a trigger and one record ---- */

/* Numbers are those of the state's format. */
#define CSUCCESS__TRIGGER_FORMS(X) \
    X(EDGE, 1, "edge")     /* of `when`, and of being inside a segment */ \
    X(DATES, 2, "dates")   /* of `before` */ \
    X(RULE, 3, "schedule") /* of `every` */
typedef enum csuccess__trigger_form {
    CSUCCESS__TRIGGER_FORM_NONE, /* nothing is kept: as it is at first */
#define CSUCCESS__TRIGGER_FORM(name, number, text) CSUCCESS__TRIGGER_FORM_##name = number,
    CSUCCESS__TRIGGER_FORMS(CSUCCESS__TRIGGER_FORM)
#undef CSUCCESS__TRIGGER_FORM
} csuccess__trigger_form;

enum { CSUCCESS__TRIGGER_DATES = 16 };
typedef struct csuccess__trigger_field {
    csuccess__trigger_form form;
    /* EDGE */
    bool was;      /* it held when it was last decided */
    bool locked;   /* it fired, and `leave` has not held since */
    bool pending;  /* it began to hold at `since` and has not fired yet */
    int64_t since; /* of pending; else 0 */
    /* DATES: those that it fired for and that are still to come; ascending */
    int64_t dates[CSUCCESS__TRIGGER_DATES];
    uint32_t date_count;
    int64_t last; /* RULE: the last occurrence that was dealt with */
} csuccess__trigger_field;
bool csuccess__trigger_parse(csuccess__trigger_field *out, csuccess_str payload);
/* Of another form, or damaged (then the step fails): as it is at first. */
csuccess__trigger_field csuccess__trigger_get(csuccess__step *step, csuccess_str name,
                                              csuccess__trigger_form form);
/* Puts it, or drops what is as it is at first. */
void csuccess__trigger_put(csuccess__step *step, csuccess_str name,
                           const csuccess__trigger_field *field);

/* ---- The index ---- */

struct csuccess__trigger_index {
    const csuccess__ruleset *set; /* of the conditions of `whens`, in their order */
    uint32_t *whens;              /* triggers with `when` and without records, ascending */
    uint32_t when_count;
    uint32_t *ranks;  /* by trigger: its number in the set; UINT32_MAX: it is not in it */
    uint64_t *always; /* bit for each trigger that is looked at in every step */
    uint32_t *moving; /* slots that conditions of `whens` read, each once */
    uint32_t moving_count;
    uint32_t *clocks; /* those of `whens` whose conditions read the time themselves */
    uint32_t clock_count;
    uint64_t *
        late; /* bit for each that is looked at again after something happened: its condition reads what flow itself says */
    bool any_late;
    bool any_asked;          /* conditions, dates or schedules: else only happenings fire any */
    csuccess__pairs by_name; /* `of` to its index */
    csuccess__pairs by_cause; /* what happens and its id to a chain */
    uint32_t *heads, *next;   /* of chains; by trigger. UINT32_MAX ends one */
    uint32_t chain_count;
};

/* ---- One look ---- */

/* How slots move in a step, found out when it is asked for first: there are many slots, and conditions seldom read one that moves. */
typedef struct csuccess__trigger_moves {
    const csuccess__move *list; /* by slot */
} csuccess__trigger_moves;
/* Whether a slot may change because time goes on, by what is computed of it. */
bool csuccess__trigger_slot_moves(const csuccess__slot *slot);
/* NULL: no memory, and the step has failed. */
const csuccess__move *csuccess__trigger_moves_of(csuccess__moment *m,
                                                 csuccess__trigger_moves *moves);

typedef struct csuccess__trigger_look {
    csuccess__moment *m;
    const csuccess__trigger *trigger;
    csuccess__trigger_field field;
    csuccess_str record; /* id; empty: none */
    bool seen;           /* what holds is remembered as if it had fired, and nothing fires */
    csuccess__trigger_moves *moves;
} csuccess__trigger_look;
/* Each moves the field and fires when its time is there, and lowers the step's due. */
void csuccess__trigger_look_edge(csuccess__trigger_look *look, csuccess__truth holds);
void csuccess__trigger_look_dates(csuccess__trigger_look *look);
void csuccess__trigger_look_rule(csuccess__trigger_look *look);
/* Tells ENROLL or START, once a step and record; `of` says what it hands on but the record. */
void csuccess__trigger_fire(csuccess__moment *m, const csuccess__trigger *trigger,
                            csuccess__handing of);
/* Where `if` holds: once, or for each record for which it does. */
void csuccess__trigger_fire_each(csuccess__moment *m, const csuccess__trigger *trigger,
                                 csuccess__handing of);
/* Lowers due to when a condition or value may change because time goes on; NULL: never. */
void csuccess__trigger_due(const csuccess__trigger_look *look,
                           const csuccess__program *program);
/* How often what time alone changes is looked at, where nobody can tell when it changes. */
int64_t csuccess__trigger_grain(const csuccess__moment *m);
/* The id of a record that a trigger is asked of, once its slot says it: false for what is none. */
bool csuccess__trigger_show_record(csuccess__moment *m, const csuccess__trigger *trigger,
                                   size_t index, csuccess_str *id);
/* Whether the configuration before this one had the trigger, as it is, when a customer comes under another. */
bool csuccess__trigger_is_known(const csuccess__moment *m, const csuccess__trigger *trigger);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* One milestone in the state of one customer, and what its files share while a step looks at all of them. */
#ifndef CSUCCESS__FLOW_MILESTONES_INTERNAL_H
#define CSUCCESS__FLOW_MILESTONES_INTERNAL_H

#include "flow/milestones.h"

/* Bits of an occurrence. WAITING and STANDS exclude one another. */
enum {
    CSUCCESS__MARK_WAITING = 1, /* it has happened, but is blocked */
    CSUCCESS__MARK_STANDS = 2,  /* achieved, and not taken back */
    CSUCCESS__MARK_SETTLED = 4, /* achieved once: its celebration was sent, or is never sent */
    CSUCCESS__MARK_HELD = 8,    /* taken back while its condition held: that must go first */
    CSUCCESS__MARK_BITS = 15
};
typedef struct csuccess__milestone_mark {
    double key; /* 0, the threshold, the year, the number of the event from 1 */
    uint32_t bits;
    int64_t happened_at; /* its own time; 0 of what was taken back */
    int64_t achieved_at; /* STANDS, else 0 */
} csuccess__milestone_mark;

/* Occurrences of `each` and `yearly` beyond the last ones are only counted (`older`). */
typedef struct csuccess__milestone_field {
    bool overdue; /* that its target passed has been said */
    uint64_t older;
    int64_t older_first; /* when the first of them was achieved; 0: none */
    int64_t revoked_at;  /* by a person, the last time; 0: never */
    uint32_t count, cap;
    csuccess__milestone_mark *marks; /* ascending by key */
} csuccess__milestone_field;

/* How many marks a payload says that it has, at most CSUCCESS__MILESTONE_MARKS. */
uint32_t csuccess__milestone_marks_in(csuccess_str payload);
/* Into field->marks, of which there are `cap`. */
bool csuccess__milestone_parse(csuccess__milestone_field *field, csuccess_str payload);
void csuccess__milestone_put(csuccess__step *step, csuccess_str id,
                             const csuccess__milestone_field *field);
/* NULL: there is none of that key. */
csuccess__milestone_mark *csuccess__milestone_mark_of(csuccess__milestone_field *field,
                                                      double key);
/* Adds one; the oldest makes room. */
csuccess__milestone_mark *csuccess__milestone_mark_add(csuccess__milestone_field *field,
                                                       double key);
/* Takes out those without bits. */
void csuccess__milestone_tidy(csuccess__milestone_field *field);
uint64_t csuccess__milestone_times(const csuccess__milestone_field *field);
/* The first and the last time that it was achieved, of what stands; false: it is not. */
bool csuccess__milestone_span(const csuccess__milestone_field *field, int64_t *first,
                              int64_t *last);

const char *csuccess__milestone_state_name(csuccess__milestone_state state);
const char *csuccess__onboarding_state_name(csuccess__onboarding_state state);

/* One of them while a step looks. */
typedef struct csuccess__milestone_item {
    const csuccess__milestone *of;
    csuccess__milestone_field field;
    bool there, changed;   /* in the state; the field */
    bool knows_since;      /* `since` gives a time */
    bool blocked;          /* one of `after` is not achieved */
    uint64_t times;        /* it was achieved */
    int64_t since, target; /* target CSUCCESS__NEVER: none */
    int64_t first_at, last_at;
    csuccess__milestone_state state;
} csuccess__milestone_item;
typedef struct csuccess__milestone_work {
    csuccess__moment *m;
    const csuccess__milestones *all;
    csuccess__milestone_item *items; /* in the order of the list */
} csuccess__milestone_work;
/* Reads all of them from the state. False: memory, or a payload is damaged (the step fails). */
bool csuccess__milestone_load(csuccess__milestone_work *w, csuccess__moment *m);
/* When its time begins, and its target. */
void csuccess__milestone_date(csuccess__milestone_work *w, csuccess__milestone_item *item);
/* What follows from the field and the time: times, span, blocked, state. Those of `after` come first. */
void csuccess__milestone_settle(csuccess__milestone_work *w, csuccess__milestone_item *item);

/* The whole at a time. */
typedef struct csuccess__onboarding {
    uint32_t count, done, critical, critical_done;
    double points, points_done, progress;
    bool has_value;
    double value_days;
    int64_t beginning, last_at; /* of what was achieved; NEVER: nothing */
    int64_t expected;           /* NEVER: unknown */
    csuccess__onboarding_state state;
    int64_t next; /* when `state` may change because time goes on; NEVER: not */
} csuccess__onboarding;
void csuccess__onboarding_take(csuccess__onboarding *out, const csuccess__milestone_work *w);
/* Writes the slots of one, and of all. */
void csuccess__milestone_show(csuccess__moment *m, const csuccess__milestone_item *item);
void csuccess__milestones_show(const csuccess__milestone_work *w);

/* What a person says of one occurrence, checked. */
typedef struct csuccess__milestone_word {
    uint32_t index;
    bool revoke;
    double key;
    int64_t at; /* its own time, not after now */
    csuccess_str reason;
} csuccess__milestone_word;
/* OK; UNCHANGED; ERANGE with the reason; the step's failure. */
csuccess_result csuccess__milestone_word_take(csuccess__milestone_word *out,
                                              csuccess__moment *m, const csuccess__input *input,
                                              csuccess__text *reason);

/* Says, celebrates and tells that an occurrence was achieved; by `reason` of a person, else empty. */
void csuccess__milestone_achieved(csuccess__milestone_work *w, csuccess__milestone_item *item,
                                  csuccess__milestone_mark *mark, csuccess_str reason);
/* An entry about it: "revoked", "earlier", "overdue"; `mark` may be NULL. */
void csuccess__milestone_say(csuccess__milestone_work *w, const csuccess__milestone_item *item,
                             const csuccess__milestone_mark *mark, const char *change,
                             csuccess_str reason);

#endif

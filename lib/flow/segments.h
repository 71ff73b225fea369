/* SPDX-License-Identifier: Apache-2.0 */
/* Segments: by condition, evaluated as one set, and static; which a customer belongs to, and, over a state, since when, with entries for entering and leaving. */
#ifndef CSUCCESS__FLOW_SEGMENTS_H
#define CSUCCESS__FLOW_SEGMENTS_H

#include "expr/ruleset.h"
#include "flow/moment.h"

typedef struct csuccess__segment {
    csuccess_str id;
    csuccess_str label; /* `label`, else the id */
    bool dynamic;       /* false: static, members are added by input or step; no condition */
    uint32_t slot;      /* segment('id') */
    const csuccess__program *when;  /* NULL for static */
    const csuccess__program *leave; /* NULL: a member stays while `when` holds */
    int64_t
        refresh_ms; /* how often what time alone changes is looked at; 0: schedule.segments */
    const csuccess__json *at;
} csuccess__segment;

/* Segments of one wave refer only to those of earlier waves; each wave is evaluated as one set. */
typedef struct csuccess__segment_wave {
    const csuccess__ruleset *set;
    uint32_t first, count; /* in the list */
} csuccess__segment_wave;

typedef struct csuccess__segments {
    const csuccess__segment
        *list; /* in effective order, but those that refer to others after them */
    uint32_t count;
    const csuccess__segment_wave *waves;
    uint32_t wave_count;
    const uint32_t *sorted; /* indices by id */
    const struct csuccess__segment_index
        *index; /* which segments a changed value can move; flow/segments_index.c */
} csuccess__segments;

enum {
    CSUCCESS__SEGMENTS_MOST = 4096,
    CSUCCESS__SEGMENT_WORDS_MOST = CSUCCESS__SEGMENTS_MOST / 64
};

/* NULL section: no segments. Adds the slots segment('id'); a circle of references is CSUCCESS_ECYCLE. NULL: noted. */
const csuccess__segments *csuccess__segments_compile(csuccess__schema *schema,
                                                     csuccess__compiler *with,
                                                     csuccess__problems *problems,
                                                     const csuccess__json *section);
/* Bitmaps of count bits in the order of the list. Slots of segments that others refer to are written.
   `undecided` may be NULL. */
csuccess_result csuccess__segments_row(const csuccess__segments *segments,
                                       csuccess__machine *machine, const csuccess__frame *frame,
                                       csuccess__value *slots, uint64_t *holds,
                                       uint64_t *undecided);
/* Writes the slots of all segments from bitmaps, for expressions evaluated afterwards. */
void csuccess__segments_publish(const csuccess__segments *segments, const uint64_t *holds,
                                const uint64_t *undecided, csuccess__value *slots);
/* A block: members[i * CSUCCESS__BLOCK_WORDS ..] for segment i, undecided alike (both required). `slots` are the
   frame's. */
csuccess_result csuccess__segments_columns(const csuccess__segments *segments,
                                           csuccess__column_machine *machine,
                                           const csuccess__column_frame *frame,
                                           csuccess__column *slots, uint64_t *members,
                                           uint64_t *undecided);

/* ---- After one value has changed ---- */

/* What has to be up to date before segments are asked again. */
typedef struct csuccess__segments_need {
    bool metrics, health, churn;
    bool inputs_only; /* none of these, and no slot of a segment: inputs are all that is read */
} csuccess__segments_need;
/* For csuccess__segments_again() with the same `changed`. */
csuccess__segments_need csuccess__segments_needs(const csuccess__segments *segments,
                                                 const uint32_t *changed, size_t count);
/* How many words hold where one customer stands with all segments; zeroed at first. */
size_t csuccess__segments_standing(const csuccess__segments *segments);
typedef struct csuccess__segments_change {
    const uint32_t *inputs; /* slots that have new values */
    size_t count;
    csuccess__segments_need need; /* of them; for a new standing zeroed */
} csuccess__segments_change;
/* Brings a standing up to date after a change: only what depends on the inputs (through metrics, health, churn, other segments) or on time is looked at again; everything when the standing is
   new, as after a failure. Answers equal those of csuccess__segments_row(). Metrics, health and churn are the caller's to compute first, as far as `need` says, all of them for a
   new one. Segments that refer to others have the slots of those written. */
csuccess_result csuccess__segments_again(const csuccess__segments *segments,
                                         csuccess__machine *machine,
                                         const csuccess__frame *frame, csuccess__value *slots,
                                         const csuccess__segments_change *change,
                                         uint64_t *standing);
/* The answers of a standing as csuccess__segments_row() gives them: bitmaps within it. */
const uint64_t *csuccess__segments_answers(const csuccess__segments *segments,
                                           const uint64_t *standing,
                                           const uint64_t **undecided);

/* ---- In a state ----

   A member of a dynamic segment stays until `leave` holds (and `when` does not), or without one until `when` is false; who is none
   enters when `when` holds. What is undecided moves nobody. References, `leave` and everything after see memberships: true for a
   member, missing for one who is none while `when` is undecided, else false.

   Kept is, for everyone who ever was a member: whether they are, when they entered and left last, and how often they entered. A segment that the
   configuration no longer has keeps its field, unseen; if it comes back the membership goes on from there, and ends with its entry
   if its condition says so. A segment that becomes static keeps its members. */

/* Memberships as the step finds them: writes the slots segment('id') from conditions, `leave`, and the state; tells ENTERED and LEFT with entries "segment" {"segment", "change": "entered" | "left", "times", "by"} and, of who left, "entered_at"; lowers due to
   when time alone may change one (csuccess__schema_next(), at least `refresh` apart). A quiet step keeps and enters it in the
   history but tells nobody. Called again in the same step it finds what has changed since. */
void csuccess__segments_step(csuccess__moment *m);
/* The same in what is only looked at: writes the slots, keeps nothing. */
void csuccess__segments_look(csuccess__moment *m);
/* Static membership by a step of a journey, while flow looks: segments that refer to it follow at once. `by` is such as "journey/x". OK; UNCHANGED: it is so; ERANGE: it is no static segment. */
csuccess_result csuccess__segment_set(csuccess__moment *m, uint32_t segment, bool member,
                                      csuccess_str by);
/* Input of type segment: `add` or `remove`, properties.segment (or a list of them, of which all must be right). Segments that refer to them follow when flow looks, later in the same step. */
csuccess_result csuccess__segment_apply(csuccess__moment *m, const csuccess__input *input,
                                        csuccess__text *reason);
/* UINT32_MAX: none of that id. */
uint32_t csuccess__segment_find(const csuccess__segments *segments, csuccess_str id);
void csuccess__segment_print(struct csuccess__json_writer *out,
                             const csuccess__state_field *field);

#endif

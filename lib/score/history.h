/* SPDX-License-Identifier: Apache-2.0 */
/* Health as state: the score in force and those before it as far back as trends look, overrides by people, and what children of a parent signalled. */
#ifndef CSUCCESS__SCORE_HISTORY_H
#define CSUCCESS__SCORE_HISTORY_H

#include "customer/step.h"
#include "score/health.h"

/* From that day on, until the next point, this score was in force at the end of each day. Scores are compared only under the same profile and definition. */
typedef struct csuccess__past_score {
    int64_t day;         /* UTC day number */
    double raw;          /* 0 without a score */
    uint64_t definition; /* csuccess__health_definition(); 0: there was no score */
} csuccess__past_score;

/* A direct member of the score tree as it was last evaluated. */
typedef struct csuccess__past_part {
    bool there;
    double score;
} csuccess__past_part;
/* Members that are kept, in the order of the tree; and modifiers, a bit each. */
enum { CSUCCESS__PAST_PARTS = 32, CSUCCESS__PAST_MODIFIERS = 64 };

typedef struct csuccess__health_past {
    bool there; /* a score was evaluated before */
    int64_t at,
        since; /* last evaluation; since when score, status and profile are what they are */
    bool has_score, overridden;
    double raw, score, completeness;
    csuccess_str status, profile, trend; /* borrowed from the state */
    csuccess_str
        band; /* that the score fell in, an override aside: what hysteresis starts from */
    uint64_t definition;
    uint64_t modifiers; /* bits of those that applied */
    const csuccess__past_part *parts;
    const csuccess__past_score *points; /* ascending by day */
    uint32_t part_count, count;
    csuccess_str written; /* the points as bytes, while they are what was read; else empty */
} csuccess__health_past;

/* Reads the field HEALTH. Nothing there: `there` is false. ESTATE, ENOMEM. */
csuccess_result csuccess__past_open(csuccess__health_past *past, const csuccess__state *state,
                                    csuccess__arena *arena);
/* The score in force at the end of a UTC day, or, with CSUCCESS__PAST_PREVIOUS, before this evaluation. Missing with NEVER_SET (nothing so long ago, or no
   score then) or OTHER_DEFINITION (another profile or definition). */
#define CSUCCESS__PAST_PREVIOUS INT64_MAX
csuccess__value csuccess__past_score_at(const csuccess__health_past *past, int64_t day,
                                        uint64_t definition);
/* Compares the result of an evaluation with what was there: writes the field, and leaves an entry "health" with before, after and causes when raw score,
   status or profile changed. True in *band_changed when the status did (and there was one before). Points that no trend of the configuration looks
   back to are dropped. Afterwards `past` is not to be read: its texts may be overwritten. */
void csuccess__past_note(csuccess__step *step, const csuccess__health *health,
                         const csuccess__health_past *past,
                         const csuccess__health_result *result, bool *band_changed);

/* An input of type override: properties "score" and/or "status", "reason", "expires" (RFC 3339); or "removed": true. The latest by its time, then the greater
   input id, holds, in whatever order they come: so what was removed or has expired leaves its time and id behind. Entry "override". OK, UNCHANGED (a later one
   holds), ERANGE with the reason. */
csuccess_result csuccess__override_apply(const csuccess__health *health, csuccess__step *step,
                                         const csuccess__input *input, csuccess__text *reason);
/* The override in force at now; false: none. Its end is a due time of the step. At its expiry an entry "override" {"expired": true} is left, once. Texts
   are borrowed from the state until the next override. */
bool csuccess__override_open(csuccess__step *step, csuccess__override *out);

/* ---- Roll-up ---- */

/* Customers on the way of a signal at most; a deeper hierarchy is refused. */
enum { CSUCCESS__PATH_MOST = 64 };
/* How long a child that left is remembered, so that a signal it sent before does not bring it back. */
#define CSUCCESS__CHILD_GONE_MS (30 * CSUCCESS__DAY_MS)

/* An input of type child (a signal): properties "child", "raw" (absent: it has no score), "left": true (it left this parent), "weight", "n" (the how many-th
   signal of the child), "at" (the oldest input of its score), "path" (marks of the customers from where the change began up to the child:
   the first 16 hex digits of SHA-256 over "csuccess/path/1" and the id, so that it names nobody). A path that holds this customer is a circle: ERANGE. UNCHANGED: a later one was here before. */
csuccess_result csuccess__child_apply(csuccess__step *step, const csuccess__input *input,
                                      csuccess__text *reason);
/* Whoever erases a child takes it out of its parent, as if it had never been one. False: it was none. */
bool csuccess__child_forget(csuccess__state *state, csuccess_str id);
/* Rolls up the children and the customer's own result. UNCHANGED: no children. ENOMEM, ESTATE. */
typedef struct csuccess__rolled {
    bool has_score;
    double score;
    uint32_t children,
        counted; /* counted: with a score and what it weighs, the customer itself among them */
    int64_t oldest; /* input of any of them */
} csuccess__rolled;
csuccess_result csuccess__children_roll(const csuccess__health *health,
                                        const csuccess__step *step,
                                        const csuccess__health_result *own,
                                        csuccess__rolled *out);
/* Signals the parent (attribute of health.rollup.parent; empty: none) when what it was told last differs; the former parent is told that the child left. `rolled`:
   NULL without children. Nothing while the step is quiet: the first live step tells it. */
void csuccess__parent_signal(const csuccess__health *health, csuccess__step *step,
                             csuccess_str parent, const csuccess__health_result *own,
                             const csuccess__rolled *rolled);

/* The parent that was told last, borrowed from the state; empty: none. ESTATE. */
csuccess_result csuccess__parent_told(const csuccess__state *state, csuccess_str *parent);

void csuccess__health_past_print(struct csuccess__json_writer *out,
                                 const csuccess__state_field *field);
void csuccess__override_print(struct csuccess__json_writer *out,
                              const csuccess__state_field *field);
void csuccess__child_print(struct csuccess__json_writer *out,
                           const csuccess__state_field *field);
void csuccess__parent_print(struct csuccess__json_writer *out,
                            const csuccess__state_field *field);

#endif

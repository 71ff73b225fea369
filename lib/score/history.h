/* SPDX-License-Identifier: Apache-2.0 */
/* Health as state: the score in force and those before it as far back as trends look, overrides by people, and what children of a parent signalled. */
#ifndef CSUCCESS__SCORE_HISTORY_H
#define CSUCCESS__SCORE_HISTORY_H

#include "customer/step.h"
#include "score/health.h"

/* One day's last score, or the one in force. Scores are compared only under the same profile and definition: `definition` is the first 8 bytes of the hash of the
   profile's score tree, weights, modifiers and name. */
typedef struct csuccess__past_score {
    int64_t day; /* UTC day number */
    double raw;
    uint64_t definition;
} csuccess__past_score;

typedef struct csuccess__health_past {
    bool there;        /* a score was evaluated before */
    int64_t at, since; /* last evaluation; since when score, status and profile are what they are */
    bool has_score;
    double raw, score, completeness;
    csuccess_str status, profile, trend; /* borrowed from the state */
    uint64_t definition;
    const csuccess__past_score *points; /* ascending by day; today's is the last */
    uint32_t count;
} csuccess__health_past;

/* Reads the field HEALTH. Nothing there: `there` is false. ESTATE, ENOMEM. */
csuccess_result csuccess__past_open(csuccess__health_past *past, const csuccess__state *state,
                                    csuccess__arena *arena);
/* The score in force `over` ago (the last point at or before that UTC day), or the one before this evaluation. Missing with NEVER_SET (nothing so long ago) or
   OTHER_DEFINITION (another profile or definition). */
csuccess__value csuccess__past_score_at(const csuccess__health_past *past, int64_t day,
                                        uint64_t definition);
/* Compares the result of an evaluation with what was there: writes the field, and leaves an entry "health" with before, after and causes when raw score,
   status or profile changed. True in *band_changed when the status did (and there was one before). Points that no trend of the configuration looks
   back to are dropped; there is one a day. */
void csuccess__past_note(csuccess__step *step, const csuccess__health *health,
                         const csuccess__health_past *past,
                         const csuccess__health_result *result, bool *band_changed);

/* An input of type override: properties "score" and/or "status", "reason", "expires" (RFC 3339); or "removed": true. The latest by its time, then the greater
   input id, holds. Entry "override". OK, UNCHANGED, ERANGE with the reason. */
csuccess_result csuccess__override_apply(const csuccess__health *health, csuccess__step *step,
                                         const csuccess__input *input, csuccess__text *reason);
/* The override in force at now; false: none. Its end is a due time of the step. At its expiry an entry "override" {"expired": true} is left and the field dropped. */
bool csuccess__override_open(csuccess__step *step, csuccess__override *out);

/* ---- Roll-up ---- */

/* An input of type child (a signal): properties "child", "raw" (absent: it has no score, or left this parent), "weight", "at", "path" (ids from the child upwards). A path that
   holds this customer is a circle: ERANGE. */
csuccess_result csuccess__child_apply(csuccess__step *step, const csuccess__input *input,
                                      csuccess__text *reason);
/* Rolls up the children and the customer's own result. UNCHANGED: no children. */
typedef struct csuccess__rolled {
    bool has_score;
    double score;
    uint32_t children, counted;
    int64_t oldest; /* input of any of them */
} csuccess__rolled;
csuccess_result csuccess__children_roll(const csuccess__health *health,
                                        const csuccess__step *step,
                                        const csuccess__health_result *own,
                                        csuccess__rolled *out);
/* Signals the parent (attribute of health.rollup.parent) when what it was told last differs; the former parent is told that the child left. */
void csuccess__parent_signal(const csuccess__health *health, csuccess__step *step,
                             csuccess_str parent, const csuccess__health_result *own,
                             const csuccess__rolled *rolled);

void csuccess__health_past_print(struct csuccess__json_writer *out, const csuccess__state_field *field);
void csuccess__override_print(struct csuccess__json_writer *out, const csuccess__state_field *field);
void csuccess__child_print(struct csuccess__json_writer *out, const csuccess__state_field *field);
void csuccess__parent_print(struct csuccess__json_writer *out, const csuccess__state_field *field);

#endif

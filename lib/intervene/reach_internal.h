/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that compile `policies.reach` share. */
#ifndef CSUCCESS__INTERVENE_REACH_INTERNAL_H
#define CSUCCESS__INTERVENE_REACH_INTERNAL_H

#include "calendar/duration_read.h"
#include "intervene/intervene.h"
#include "text/reader.h"

typedef struct csuccess__reach_build {
    struct csuccess__intervene_build *build;
    csuccess__problems *problems;
    csuccess__arena *arena;
    csuccess__reach *out;
} csuccess__reach_build;

/* A whole number; what is none, or lies outside, is noted and gives the fallback. */
int64_t csuccess__reach_whole(const csuccess__reach_build *b, const csuccess__json *object,
                              const char *key, int64_t fallback, csuccess__span range);
/* A list of words as bits by their place; absent: the fallback. */
uint32_t csuccess__reach_bits(const csuccess__reach_build *b, const csuccess__json *object,
                              const char *key, const char *const *words, uint32_t fallback);
/* The member `class`; false: there is none, or it was noted. */
bool csuccess__reach_class_read(const csuccess__reach_build *b, const csuccess__json *object,
                                csuccess__class *out);
/* The member `channel`: one of the section, or one that people use; empty: none. */
csuccess_str csuccess__reach_channel_read(const csuccess__reach_build *b,
                                          const csuccess__json *object);
/* The members of an object in their order, at most so many (noted); NULL: none, or no memory (noted). */
const csuccess__json **csuccess__reach_list(const csuccess__reach_build *b,
                                            const csuccess__json *object, uint32_t most,
                                            uint32_t *count);

/* caps, max_daily_communications and channels' max_per_day; false: no memory (noted). */
bool csuccess__caps_read(const csuccess__reach_build *b, const csuccess__json *section);
/* quiet_hours, send_windows, optimal_send_times, calendars of channels; false: no memory (noted). */
bool csuccess__hours_read(const csuccess__reach_build *b, const csuccess__json *section);
/* Whether they are for the same channel and class, so that one stands for the other. hours.c. */
bool csuccess__hours_alike(const csuccess__hours *a, const csuccess__hours *b);
/* Mentions what never may leave. hours_lint.c. */
void csuccess__hours_lint(const csuccess__reach_build *b, const csuccess__json *section);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What a trace tells of each customer, in words: who got what, when and why. */
#ifndef CLI_STORY_H
#define CLI_STORY_H

#include <csuccess/base.h>
#include <stdbool.h>
#include <stddef.h>

/* An entry's body in words, without its kind: into out, cut to fit. False: it is of no kind that people read. */
bool story_words(char *out, size_t cap, csuccess_str kind, csuccess_str body);

/* A message's definition without the id of the one task that it is about. */
csuccess_str story_definition(csuccess_str definition);

typedef struct story {
    struct story_line *lines;
    size_t count, cap;
} story;

/* Keeps a line of the trace that people read: of journeys, playbooks, tasks, milestones, segments, features, goals, owners, alerts and messages. False: no memory. */
bool story_add(story *to, csuccess_str line);
/* Customer after customer, each in the order of what happened. */
void story_print(story *of);
void story_free(story *of);

#endif

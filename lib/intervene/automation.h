/* SPDX-License-Identifier: Apache-2.0 */
/* The field AUTOMATION, read: who stopped automation, negative responses of late, definitions of which an owner was told that nobody answers them. */
#ifndef CSUCCESS__INTERVENE_AUTOMATION_H
#define CSUCCESS__INTERVENE_AUTOMATION_H

#include "intervene/reach.h"

enum {
    CSUCCESS__AUTOMATION_TOLD = 256,   /* definitions */
    CSUCCESS__AUTOMATION_REASON = 1000 /* bytes */
};

/* Texts are borrowed from the state, until it is put. */
typedef struct csuccess__automation {
    bool held, spiral;
    int64_t held_at, until, spiral_at; /* until 0: a person resumes it */
    csuccess_str reason, by;
    int64_t negatives[CSUCCESS__SPIRAL_MOST]; /* ascending */
    uint32_t negative_count;
    csuccess_str told[CSUCCESS__AUTOMATION_TOLD]; /* ascending by bytes */
    uint32_t told_count;
} csuccess__automation;

/* False: damaged. */
bool csuccess__automation_parse(csuccess__automation *out, csuccess_str payload);
/* Nothing at all is written as nothing. */
void csuccess__automation_write(csuccess__buffer *out, const csuccess__automation *a);
/* As of the state; without a field all zeros. A damaged one fails the step; false then. */
bool csuccess__automation_get(const csuccess__turn *t, csuccess__automation *out);
void csuccess__automation_put(csuccess__turn *t, const csuccess__automation *a);
/* Whether it stops automation at `at`. */
bool csuccess__automation_halts(const csuccess__automation *a, int64_t at);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of segments share: what each segment depends on, and a membership as the state keeps it. */
#ifndef CSUCCESS__FLOW_SEGMENTS_INTERNAL_H
#define CSUCCESS__FLOW_SEGMENTS_INTERNAL_H

#include "flow/segments.h"

/* ---- Dependencies ---- */

/* What a segment asks for, itself or through metrics and other segments. */
enum {
    CSUCCESS__ASKS_WHEN_TIMED = 1,  /* time alone may change `when`; other segments apart */
    CSUCCESS__ASKS_LEAVE_TIMED = 2, /* the same of `leave` */
    CSUCCESS__ASKS_TIME = 4,        /* with equal inputs `when` may differ at another time */
    CSUCCESS__ASKS_METRICS = 8,     /* from here on of `when` */
    CSUCCESS__ASKS_HEALTH = 16,
    CSUCCESS__ASKS_CHURN = 32,
    CSUCCESS__ASKS_SEGMENTS = 64 /* another segment, directly */
};

typedef struct csuccess__segment_index {
    uint32_t words;          /* of a bitmap over segments */
    uint32_t inputs;         /* slots of `needs` */
    const uint8_t *needs;    /* by input: what the segments that it can move ask for */
    uint8_t always;          /* what those ask for that time can move */
    const uint8_t *asks;     /* by segment */
    const uint32_t *derived; /* slots that segments read and somebody computes */
    const uint32_t *aging;   /* inputs that segments read and that grow old */
    uint32_t derived_count, aging_count;
    bool timed;  /* time alone may change some segment */
    bool refers; /* some segment asks for another */
} csuccess__segment_index;

/* What was compiled before segments: inputs that something reads, a bit each, and whether anything of it reads the time. */
typedef struct csuccess__segment_past {
    const uint64_t *used;
    bool reads_now;
} csuccess__segment_past;
/* NULL: no memory. */
const uint64_t *csuccess__segments_used(const csuccess__schema *schema, csuccess__arena *arena);
/* False: no memory. */
bool csuccess__segments_index(csuccess__segments *segments, const csuccess__schema *schema,
                              csuccess__arena *arena, const csuccess__segment_past *past);

static inline bool csuccess__segment_bit(const uint64_t *bits, uint32_t i)
{
    return bits[i / 64] >> (i % 64) & 1;
}
static inline void csuccess__segment_mark(uint64_t *bits, uint32_t i, bool on)
{
    uint64_t bit = UINT64_C(1) << (i % 64);
    bits[i / 64] = on ? bits[i / 64] | bit : bits[i / 64] & ~bit;
}
/* What expressions see of a segment. */
static inline csuccess__value csuccess__segment_value(bool holds, bool undecided)
{
    return undecided ? csuccess__missing(CSUCCESS__ABSENCE_UNDECIDED)
                     : csuccess__boolean(holds);
}

/* ---- A membership in the state ---- */

/* Of everyone who ever was a member. */
typedef struct csuccess__membership {
    bool member;
    uint64_t times; /* entered, at least once */
    int64_t entered_at;
    int64_t left_at; /* the last time; only when csuccess__membership_left() */
} csuccess__membership;
/* Whether there is a time of leaving: not of who entered once and stayed. */
static inline bool csuccess__membership_left(const csuccess__membership *of)
{
    return !of->member || of->times > 1;
}
bool csuccess__membership_parse(csuccess__membership *out, csuccess_str payload);
void csuccess__membership_write(csuccess__buffer *out, const csuccess__membership *of);
/* As csuccess__segment_set(), and nobody follows yet. */
csuccess_result csuccess__segment_put(csuccess__moment *m, uint32_t at, bool member,
                                      csuccess_str by);

#endif

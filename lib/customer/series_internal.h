/* SPDX-License-Identifier: Apache-2.0 */
/* One series while it is open: its buckets by day, what lies before them, and the values of `distinct`. */
#ifndef CSUCCESS__CUSTOMER_SERIES_INTERNAL_H
#define CSUCCESS__CUSTOMER_SERIES_INTERNAL_H

#include "base/number.h"
#include "customer/aggregates_internal.h"

enum {
    CSUCCESS__BUCKETS_MOST = 4096, /* of one series; windows reach 1,096 days */
    CSUCCESS__LEVELS_MOST = 64,
    CSUCCESS__MARK_ID = 64,   /* bytes of an input's id that break ties */
    CSUCCESS__MARK_TEXT = 256 /* bytes of a text that `first` and `last` keep */
};

/* The first or last event of a day: later ones lose ties by the id, then by the value, so that order never matters.
   Its bytes lie in the series' pool: length of the id, id, kind, value. */
typedef struct csuccess__mark {
    int64_t time;
    uint32_t at, len;
} csuccess__mark;

/* Sums in units of 10^(scale - 9). */
typedef union csuccess__cell {
    uint64_t count;
    csuccess__fixed sum;
    double number;
    csuccess__mark mark;
    int64_t time;
} csuccess__cell;

/* Columns beside `days`; counts and sums are cumulative, so that a window is a difference. */
enum { CSUCCESS__COLUMNS = 2 };
typedef struct csuccess__column {
    void *data;
    uint32_t width; /* bytes of an item; 0: no such column */
} csuccess__column;

typedef struct csuccess__series {
    const csuccess__series_def *def; /* NULL: printed without its definition */
    csuccess__part part;
    csuccess_str payload; /* as the state has it; ptr NULL: it does not */
    bool loaded, dirty, moved;
    bool away;          /* while it was not defined, events may have passed it by */
    bool lost;          /* DISTINCT: values before the buckets were not kept */
    int32_t introduced; /* complete from this day on; CSUCCESS__DAY_NONE: from the beginning */
    int32_t folded;     /* last day that went into `base`; CSUCCESS__DAY_NONE: none */
    uint32_t n, room;
    int32_t *days;
    csuccess__column columns[CSUCCESS__COLUMNS];
    csuccess__cell base[CSUCCESS__COLUMNS];
    uint32_t scale; /* of SUM */
    uint32_t level; /* of DAYS: only days are kept whose mark has that many zeros */
    char *pool;     /* of marks */
    uint32_t pool_len, pool_room;
    /* DISTINCT: pairs of hash and day, ascending; day CSUCCESS__DAY_NONE: somewhen before the buckets. */
    uint64_t *hashes;
    int32_t *hash_days;
    uint32_t pairs, pair_room, values; /* values: different hashes */
    int32_t since
        [CSUCCESS__LEVELS_MOST]; /* level i is complete from this day on; beyond `levels`: always */
    uint32_t levels;
    int32_t
        sifted; /* days up to this one may have been passed over; CSUCCESS__DAY_NONE: none */
} csuccess__series;

static inline uint64_t *csuccess__series_counts(const csuccess__series *s)
{
    return s->columns[0].data;
}
static inline csuccess__fixed *csuccess__series_sums(const csuccess__series *s)
{
    return s->columns[1].data;
}
static inline double *csuccess__series_numbers(const csuccess__series *s)
{
    return s->columns[0].data;
}
static inline csuccess__mark *csuccess__series_marks(const csuccess__series *s)
{
    return s->columns[0].data;
}
static inline int64_t *csuccess__series_times(const csuccess__series *s)
{
    return s->columns[0].data;
}
static inline csuccess__fixed csuccess__plus(csuccess__fixed a, csuccess__fixed b)
{
    uint64_t lo = a.lo + b.lo;
    return (csuccess__fixed){(int64_t)((uint64_t)a.hi + (uint64_t)b.hi + (lo < a.lo)), lo};
}
static inline csuccess__fixed csuccess__minus(csuccess__fixed a, csuccess__fixed b)
{
    return (csuccess__fixed){(int64_t)((uint64_t)a.hi - (uint64_t)b.hi - (a.lo < b.lo)),
                             a.lo - b.lo};
}

/* ---- series_buckets.c ---- */

void csuccess__series_init(csuccess__series *s, csuccess__part part);
void csuccess__series_free(csuccess__series *s, const csuccess_allocator *mem);
/* Nothing in it; memory is kept. */
void csuccess__series_clear(csuccess__series *s);
/* Room for n buckets. ELIMIT, ENOMEM. */
csuccess_result csuccess__series_reserve(csuccess__series *s, const csuccess_allocator *mem,
                                         uint32_t n);
csuccess_result csuccess__series_reserve_pool(csuccess__series *s,
                                              const csuccess_allocator *mem, size_t more);
csuccess_result csuccess__series_reserve_pairs(csuccess__series *s,
                                               const csuccess_allocator *mem, uint32_t n);
/* The first bucket whose day is at or after `day`. */
uint32_t csuccess__series_at(const csuccess__series *s, int32_t day);
/* Moves the buckets before `horizon` into the base. */
void csuccess__series_fold(csuccess__series *s, int32_t horizon);

/* One value of an event, in hand. */
typedef struct csuccess__entry {
    int64_t time;
    int32_t day;
    double number;
    uint64_t hash;
    csuccess_str mark; /* of FIRST and LAST: bytes as the pool has them */
} csuccess__entry;
/* Memory for one entry more. ELIMIT, ENOMEM; nothing is changed then. */
csuccess_result csuccess__series_prepare(csuccess__series *s, const csuccess_allocator *mem,
                                         const csuccess__entry *entry);
/* Adds it; `horizon`: days before it go into the base at once. */
void csuccess__series_put(csuccess__series *s, const csuccess__entry *entry, int32_t horizon);

/* ---- series_scale.c ---- */

extern const uint32_t csuccess__tens[10]; /* 10^0 .. 10^9 */
/* A sum in billionths. */
csuccess__fixed csuccess__series_unscaled(const csuccess__series *s, csuccess__fixed sum);
/* Adds a number to the sums from bucket `at` on, or (at == UINT32_MAX) to the base. */
void csuccess__series_add_sum(csuccess__series *s, uint32_t at, double number);
/* Takes the greatest scale that all sums allow; false: it has it already. */
bool csuccess__series_rescale(csuccess__series *s);

/* ---- series_distinct.c ---- */

/* SipHash-2-4 under a key that is part of the format: 00 01 .. 0f, the first byte of which is changed (exclusive or) by the kind. */
uint64_t csuccess__siphash(uint8_t kind, const void *bytes, size_t n);
/* Of a text its bytes; of a number its bits (-0 as 0), of a bool 0 or 1, in eight bytes, little-endian; under the value's kind. */
uint64_t csuccess__value_hash(const csuccess__value *value);
void csuccess__distinct_put(csuccess__series *s, uint64_t hash, int32_t day);
/* Keeps only what the limit allows. */
void csuccess__distinct_trim(csuccess__series *s);
/* Days up to `folded` are no longer told apart. */
void csuccess__distinct_fold(csuccess__series *s);
/* How many different values lie in a span; *level: 0, or what it is sampled by. */
double csuccess__distinct_count(const csuccess__series *s, csuccess__span span,
                                uint32_t *level);
/* Of days up to this one only the last is kept for each value: no window ends before it, while no event lies further ahead than a day
   and no offset becomes longer. */
int32_t csuccess__distinct_pruned(const csuccess__series *s);
/* DAYS: whether a day is kept at a level; a bound on how many are. */
bool csuccess__day_kept(int32_t day, uint32_t level);

/* ---- series_code.c, series_read.c ---- */

/* ESTATE (damaged), ENOMEM: the series is cleared. */
csuccess_result csuccess__series_decode(csuccess__series *s, const csuccess_allocator *mem,
                                        csuccess_str payload);
void csuccess__series_encode(csuccess__buffer *out, const csuccess__series *s);
/* The value in a mark's bytes; missing when they are damaged. */
csuccess__value csuccess__mark_value(csuccess_str bytes);
/* The oldest bucket's day; false: none, or damaged. */
bool csuccess__series_oldest(csuccess_str payload, int32_t *day);
/* Whether it was not defined when the state was written last. */
bool csuccess__series_is_away(csuccess_str payload);

#endif

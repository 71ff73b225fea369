/* SPDX-License-Identifier: Apache-2.0 */
/* The events of the engine's benchmark, the same in C and in engine.mjs: visits of 45 days, 30 events of a customer in each, five kinds, about one in 32 handed in twice. */
#ifndef ENGINE_STREAM_H
#define ENGINE_STREAM_H

#include <stdint.h>
#include <stdio.h>

enum {
    STREAM_KINDS = 5,
    STREAM_WINDOWS = 3,
    STREAM_VALUES = 2 * STREAM_KINDS * STREAM_WINDOWS, /* count and sum of each */
    STREAM_EVENTS = 30,
    STREAM_VISIT_DAYS = 45,
    STREAM_FIRST_DAY = 20454 /* 2026-01-01, days since the epoch */
};

#define STREAM_DAY_MS INT64_C(86400000)

static const char *const stream_names[STREAM_KINDS] = {"login", "export", "invite", "order",
                                                       "report"};
static const int stream_windows[STREAM_WINDOWS] = {7, 30, 90};

/* An event as a program has it before anything was done with it. */
typedef struct stream_event {
    const char *name;
    int64_t at_ms;
    double amount;
    char id[48];
} stream_event;

/* lowbias32, by Ellis (nullprogram.com, "Prospecting for hash functions"). */
static inline uint32_t stream_hash(uint32_t x)
{
    x = (x ^ x >> 16) * UINT32_C(0x7feb352d);
    x = (x ^ x >> 15) * UINT32_C(0x846ca68b);
    return x ^ x >> 16;
}

/* Event i of a customer in a visit; amounts are quarters, so that sums are exact in any order. */
static inline void stream_at(stream_event *out, uint32_t visit, uint32_t customer, uint32_t i)
{
    uint32_t number = (visit * UINT32_C(65536) + customer) * STREAM_EVENTS + i;
    uint32_t h = stream_hash(number);
    if (i % STREAM_EVENTS && h % 32 == 0) h = stream_hash(--number), i--; /* the one before */
    uint32_t day = visit * STREAM_VISIT_DAYS + i * STREAM_VISIT_DAYS / STREAM_EVENTS;
    out->name = stream_names[h % STREAM_KINDS];
    out->at_ms = (STREAM_FIRST_DAY + (int64_t)day) * STREAM_DAY_MS + (h >> 4) % 86400 * 1000;
    out->amount = (double)((h >> 8) % 10000) / 4;
    snprintf(out->id, sizeof out->id, "%08x-%04x-4000-8000-%012x", (unsigned)h,
             (unsigned)(visit & 0xffff), (unsigned)number);
}

/* Midnight after the day of event i, and after a visit's last one. */
static inline int64_t stream_now(uint32_t visit, uint32_t i)
{
    uint32_t day = visit * STREAM_VISIT_DAYS + i * STREAM_VISIT_DAYS / STREAM_EVENTS + 1;
    return (STREAM_FIRST_DAY + (int64_t)day) * STREAM_DAY_MS;
}

/* ---- The aggregates kept by hand: engine_hand.c ---- */

typedef struct hand hand;
hand *hand_new(void);
/* Applies events of one customer; how many were new. */
uint32_t hand_advance(hand *all, const char *customer, const stream_event *events,
                      uint32_t count);
/* The values of a customer: count, then sum, by window, by kind. */
void hand_values(hand *all, const char *customer, int64_t now_ms, double values[STREAM_VALUES]);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Sliding counts and sums of events kept by hand: customers in a hash table, their event ids in a set each, a ring of days for every kind. Nothing is journalled, checked or undone. */
#include "engine_stream.h"

#include <stdlib.h>
#include <string.h>

enum { RING = 128, SLOTS = 1 << 17 };

typedef struct bucket {
    int32_t day;
    uint32_t count;
    double sum;
} bucket;

typedef struct seen {
    uint64_t hash;
    char *id;
} seen;

typedef struct customer {
    char id[24];
    seen *ids; /* open addressing, at most half full */
    uint32_t id_count, id_slots;
    bucket days[STREAM_KINDS][RING];
} customer;

struct hand {
    customer *slots[SLOTS];
};

static void *must_have(void *memory)
{
    if (!memory) abort();
    return memory;
}

/* FNV-1a, mixed. */
static uint64_t hash_of(const char *text, size_t len)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < len; i++) h = (h ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
    return h ^ h >> 32;
}

hand *hand_new(void)
{
    return must_have(calloc(1, sizeof(hand)));
}

static customer *find(hand *all, const char *id)
{
    size_t at = (size_t)hash_of(id, strlen(id)) & (SLOTS - 1);
    while (all->slots[at] && strcmp(all->slots[at]->id, id) != 0) at = (at + 1) & (SLOTS - 1);
    if (!all->slots[at]) {
        customer *c = must_have(calloc(1, sizeof *c));
        snprintf(c->id, sizeof c->id, "%s", id);
        c->id_slots = 64;
        c->ids = must_have(calloc(c->id_slots, sizeof *c->ids));
        all->slots[at] = c;
    }
    return all->slots[at];
}

static void grow(customer *c)
{
    uint32_t slots = 2 * c->id_slots;
    seen *ids = must_have(calloc(slots, sizeof *ids));
    for (uint32_t i = 0; i < c->id_slots; i++) {
        if (!c->ids[i].id) continue;
        uint32_t at = (uint32_t)c->ids[i].hash & (slots - 1);
        while (ids[at].id) at = (at + 1) & (slots - 1);
        ids[at] = c->ids[i];
    }
    free(c->ids);
    c->ids = ids;
    c->id_slots = slots;
}

/* Whether the id is new; it is not any more. */
static int is_new(customer *c, const char *id)
{
    size_t len = strlen(id);
    uint64_t hash = hash_of(id, len);
    if (2 * (c->id_count + 1) > c->id_slots) grow(c);
    uint32_t at = (uint32_t)hash & (c->id_slots - 1);
    for (; c->ids[at].id; at = (at + 1) & (c->id_slots - 1)) {
        if (c->ids[at].hash == hash && strcmp(c->ids[at].id, id) == 0) return 0;
    }
    c->ids[at] = (seen){hash, memcpy(must_have(malloc(len + 1)), id, len + 1)};
    c->id_count++;
    return 1;
}

static int kind_of(const char *name)
{
    for (int kind = 0; kind < STREAM_KINDS; kind++) {
        if (strcmp(name, stream_names[kind]) == 0) return kind;
    }
    return -1;
}

uint32_t hand_advance(hand *all, const char *id, const stream_event *events, uint32_t count)
{
    customer *c = find(all, id);
    uint32_t applied = 0;
    for (uint32_t i = 0; i < count; i++) {
        int kind = kind_of(events[i].name);
        if (!is_new(c, events[i].id) || kind < 0) continue;
        int32_t day = (int32_t)(events[i].at_ms / STREAM_DAY_MS);
        bucket *b = &c->days[kind][day % RING];
        if (b->day != day) *b = (bucket){.day = day};
        b->count++;
        b->sum += events[i].amount;
        applied++;
    }
    return applied;
}

void hand_values(hand *all, const char *id, int64_t now_ms, double values[STREAM_VALUES])
{
    const customer *c = find(all, id);
    int32_t today = (int32_t)(now_ms / STREAM_DAY_MS);
    memset(values, 0, STREAM_VALUES * sizeof *values);
    for (int kind = 0; kind < STREAM_KINDS; kind++) {
        for (int day = 0; day < RING; day++) {
            const bucket *b = &c->days[kind][day];
            for (int w = 0; w < STREAM_WINDOWS; w++) {
                if (b->day > today || b->day <= today - stream_windows[w]) continue;
                double *value = &values[2 * (kind * STREAM_WINDOWS + w)];
                value[0] += b->count;
                value[1] += b->sum;
            }
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Selection by hand: conditions as arrays, campaigns sorted once by priority, a cap of three a day, a decision written for each campaign that wants the customer. */
#include "selection_hand.h"

#include <stdlib.h>

#define DAY INT64_C(86400000)

static uint64_t step(uint64_t *random)
{
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *random >> 33;
}

void world_campaigns(campaign *out, uint32_t count)
{
    uint64_t random = 42;
    for (uint32_t i = 0; i < count; i++) {
        for (int k = 0; k < TERMS; k++) {
            uint32_t bound = 300 + (uint32_t)(step(&random) % 150); /* a third of all, or so */
            int below = (int)(step(&random) % 2);
            out[i].terms[k] = (term){(uint32_t)(step(&random) % ATTRIBUTES),
                                     below ? bound : VALUES - bound, below};
        }
        out[i].priority = (uint32_t)(step(&random) % 101);
    }
}

void world_customer(uint32_t *out, uint32_t customer)
{
    uint64_t random = UINT64_C(0x9e3779b97f4a7c15) * (customer + 1);
    for (int i = 0; i < ATTRIBUTES; i++) out[i] = (uint32_t)(step(&random) % VALUES);
}

uint64_t world_mix(uint32_t customer, uint32_t which)
{
    uint64_t x = ((uint64_t)customer << 32 | which) * UINT64_C(0x9e3779b97f4a7c15);
    return x ^ x >> 29;
}

typedef struct place {
    const campaign *of;
    uint32_t index;
} place;

static int by_priority(const void *a, const void *b)
{
    const place *x = a, *y = b;
    if (x->of->priority != y->of->priority) return x->of->priority < y->of->priority ? 1 : -1;
    return x->index < y->index ? -1 : 1;
}

static int holds(const campaign *c, const uint32_t *values)
{
    for (int k = 0; k < TERMS; k++) {
        const term *t = &c->terms[k];
        if ((values[t->attribute] < t->bound) != t->below) return 0;
    }
    return 1;
}

void hand_select(const campaign *campaigns, uint32_t campaign_count, uint32_t count,
                 int64_t now, sums *out)
{
    place *order = malloc(campaign_count * sizeof *order);
    decision *said = malloc(campaign_count * sizeof *said);
    if (!order || !said) abort();
    for (uint32_t i = 0; i < campaign_count; i++) order[i] = (place){&campaigns[i], i};
    qsort(order, campaign_count, sizeof *order, by_priority);
    *out = (sums){0};
    for (uint32_t customer = 0; customer < count; customer++) {
        uint32_t values[ATTRIBUTES], sent = 0, decided = 0;
        world_customer(values, customer);
        for (uint32_t i = 0; i < campaign_count; i++) {
            if (!holds(order[i].of, values)) continue;
            if (sent < DAILY) {
                sent++;
                out->mixed += world_mix(customer, order[i].index);
                said[decided++] = (decision){order[i].index, 0, 0};
            } else {
                said[decided++] = (decision){order[i].index, 1, now - now % DAY + DAY};
            }
        }
        out->eligible += decided;
        out->sent += sent;
        for (uint32_t i = 0; i < decided; i++)
            out->mixed += said[i].guard ? (uint64_t)said[i].until & 1 : 0;
    }
    free(order);
    free(said);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The world of the benchmark of selection, and the same caps and priorities written by hand for it. */
#ifndef BENCH_SELECTION_HAND_H
#define BENCH_SELECTION_HAND_H

#include <stdint.h>

enum { ATTRIBUTES = 20, TERMS = 3, DAILY = 3, CAMPAIGNS_MOST = 1000, VALUES = 1000 };

typedef struct term {
    uint32_t attribute, bound; /* of 0 to 999 */
    int below;                 /* a < bound; else a >= bound */
} term;
typedef struct campaign {
    term terms[TERMS];
    uint32_t priority;
} campaign;
/* What is said of one campaign and one customer. */
typedef struct decision {
    uint32_t campaign, guard; /* 0: it leaves; 1: a cap */
    int64_t until;
} decision;
typedef struct sums {
    uint64_t eligible, sent,
        mixed; /* mixed: of who was sent what, whatever the order of customers */
} sums;

void world_campaigns(campaign *out, uint32_t count);
void world_customer(uint32_t *out, uint32_t customer);
uint64_t world_mix(uint32_t customer, uint32_t which);
/* Selects for customers [0, count) at a time of day when everything may leave; explains each that is eligible. */
void hand_select(const campaign *campaigns, uint32_t campaign_count, uint32_t count,
                 int64_t now, sums *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What is compiled for all campaigns together: their conditions as one set, the times at which any of them begins or ends, strategies by number. */
#include "intervene/campaigns_internal.h"

#include <string.h>

typedef struct building {
    csuccess__intervene_build *build;
    csuccess__campaigns *out;
    csuccess__campaign *list; /* out->list, which is still being made */
    csuccess__campaign_index *index;
    const csuccess__program **programs; /* by bit of the set */
} building;

/* ---- By id ---- */

/* Where an id stands, or would, among those that are sorted. */
static uint32_t place_of(const csuccess__campaign *list, const uint32_t *sorted, uint32_t count,
                         csuccess_str id)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (csuccess__str_cmp(list[sorted[middle]].id, id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool sort_ids(building *b)
{
    uint32_t n = b->out->count;
    uint32_t *sorted = CSUCCESS__NEW_ARRAY(b->build->flow->with->arena, uint32_t, n);
    if (!sorted) return false;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = place_of(b->list, sorted, i, b->list[i].id);
        memmove(sorted + at + 1, sorted + at, (i - at) * sizeof *sorted);
        sorted[at] = i;
    }
    b->index->sorted = sorted;
    return true;
}

const csuccess__campaign *csuccess__campaign_find(const csuccess__campaigns *of,
                                                  csuccess_str id)
{
    uint32_t at = of->count ? place_of(of->list, of->index->sorted, of->count, id) : 0;
    if (at == of->count) return NULL;
    const csuccess__campaign *found = &of->list[of->index->sorted[at]];
    return csuccess__str_eq(found->id, id) ? found : NULL;
}

static bool list_shown(building *b)
{
    uint32_t n = b->out->count;
    uint32_t *shown = CSUCCESS__NEW_ARRAY(b->build->flow->with->arena, uint32_t, n);
    if (!shown) return false;
    for (uint32_t i = 0; i < n; i++) {
        if (b->list[i].state_slot != UINT32_MAX) shown[b->index->shown_count++] = i;
    }
    b->index->shown = shown;
    return true;
}

/* ---- Strategies ---- */

/* Campaigns of one strategy share a number: those before it, sorted by the strategy's name. */
static bool number_strategies(building *b)
{
    uint32_t n = b->out->count, count = 0;
    uint32_t *first = CSUCCESS__NEW_ARRAY(b->build->flow->with->arena, uint32_t, n);
    if (!first) return false;
    for (uint32_t i = 0; i < n; i++) {
        csuccess__campaign *c = &b->list[i];
        if (c->strategy.len == 0) continue;
        uint32_t low = 0, high = count;
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;
            if (csuccess__str_cmp(b->list[first[middle]].strategy, c->strategy) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        bool known = low < count && csuccess__str_eq(b->list[first[low]].strategy, c->strategy);
        if (!known) {
            memmove(first + low + 1, first + low, (count - low) * sizeof *first);
            first[low] = i;
            c->place_of = count++;
        } else {
            c->place_of = b->list[first[low]].place_of;
        }
    }
    b->index->strategies = count;
    return true;
}

/* ---- Conditions ---- */

/* Whether time alone may change a condition: it reads it, or what is counted, scored or computed. */
static bool moves_by_time(const csuccess__schema *schema, const csuccess__program *program)
{
    if (program->reads_now) return true;
    for (uint32_t i = 0; i < program->input_count; i++) {
        const csuccess__slot *slot = &schema->slots[program->inputs[i]];
        bool plain =
            slot->stratum == CSUCCESS__STRATUM_INPUT && slot->attribute && slot->attribute->at;
        if (!plain && slot->stratum < CSUCCESS__STRATUM_SEGMENT) return true;
    }
    return false;
}

static bool refers(const csuccess__schema *schema, const csuccess__program *program)
{
    for (uint32_t i = 0; program && i < program->input_count; i++) {
        if (schema->slots[program->inputs[i]].stratum == CSUCCESS__STRATUM_INTERVENE) {
            return true;
        }
    }
    return false;
}

static void note_refers(building *b, const csuccess__campaign *c)
{
    const csuccess__schema *schema = b->build->flow->schema;
    bool any = refers(schema, c->when);
    for (uint32_t i = 0; i < c->stop_count; i++) any |= refers(schema, c->stops[i].when);
    for (uint32_t i = 0; i < c->action_count; i++) any |= refers(schema, c->actions[i].if_);
    b->index->refers |= any;
}

static bool list_conditions(building *b)
{
    csuccess__arena *arena = b->build->flow->with->arena;
    const csuccess__schema *schema = b->build->flow->schema;
    csuccess__campaign_index *index = b->index;
    uint32_t n = b->out->count;
    uint32_t *asked = CSUCCESS__NEW_ARRAY(arena, uint32_t, n);
    b->programs = CSUCCESS__NEW_ARRAY(arena, const csuccess__program *, n);
    if (!asked || !b->programs) return false;
    for (uint32_t i = 0; i < n; i++) {
        const csuccess__campaign *c = &b->list[i];
        if (c->status != CSUCCESS__CAMPAIGN_ACTIVE) continue;
        note_refers(b, c);
        if (!c->when) continue;
        b->programs[index->asked_count] = c->when;
        asked[index->asked_count++] = i;
        index->timed |= moves_by_time(schema, c->when);
    }
    index->asked = asked;
    index->set = csuccess__ruleset_new(arena, b->programs, index->asked_count);
    return index->set != NULL;
}

/* ---- Times ---- */

static void add_border(int64_t *borders, uint32_t *count, int64_t at)
{
    uint32_t low = 0, high = *count;
    if (at == 0) return;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (borders[middle] < at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < *count && borders[low] == at) return;
    memmove(borders + low + 1, borders + low, (*count - low) * sizeof *borders);
    borders[low] = at;
    (*count)++;
}

static bool list_borders(building *b)
{
    uint32_t n = b->out->count;
    int64_t *borders = CSUCCESS__NEW_ARRAY(b->build->flow->with->arena, int64_t, 2 * (size_t)n);
    if (!borders) return false;
    for (uint32_t i = 0; i < n; i++) {
        if (b->list[i].status != CSUCCESS__CAMPAIGN_ACTIVE) continue;
        add_border(borders, &b->index->border_count, b->list[i].from);
        add_border(borders, &b->index->border_count, b->list[i].until);
    }
    b->index->borders = borders;
    return true;
}

bool csuccess__campaigns_index(struct csuccess__intervene_build *build,
                               csuccess__campaigns *out, csuccess__campaign *list)
{
    csuccess__campaign_index *index =
        CSUCCESS__NEW(build->flow->with->arena, csuccess__campaign_index);
    building b = {build, out, list, index, NULL};
    if (!index) return false;
    out->index = index;
    /* Programs that were refused are missing, and nothing will be run. */
    if (build->flow->problems->errors > 0) {
        return sort_ids(&b) && list_shown(&b);
    }
    return sort_ids(&b) && list_shown(&b) && number_strategies(&b) && list_conditions(&b) &&
           list_borders(&b);
}

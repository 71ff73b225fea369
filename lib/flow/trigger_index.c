/* SPDX-License-Identifier: Apache-2.0 */
/* The index of triggers: who is asked in every step, who when something happens, and which conditions are evaluated together. */
#include "flow/trigger_internal.h"

#include "text/reader.h"

typedef struct work {
    csuccess__arena *arena;
    const csuccess__schema *schema;
    const csuccess__trigger *list;
    uint32_t count;
    struct csuccess__trigger_index *out;
} work;

static void set_bit(uint64_t *bits, uint32_t i)
{
    bits[i / 64] |= UINT64_C(1) << (i % 64);
}

static bool is_plain_when(const csuccess__trigger *t)
{
    return t->kind == CSUCCESS__TRIGGER_WHEN && t->when && t->each == UINT32_MAX;
}

/* What is looked at in every step, whatever it keeps. */
static bool is_always(const csuccess__trigger *t)
{
    bool each = t->kind == CSUCCESS__TRIGGER_WHEN && t->when && t->each != UINT32_MAX;
    bool inside = t->kind == CSUCCESS__TRIGGER_SEGMENT && t->edge == CSUCCESS__EDGE_INSIDE;
    return each || inside || t->kind == CSUCCESS__TRIGGER_BEFORE ||
           t->kind == CSUCCESS__TRIGGER_EVERY;
}

/* ---- What happens ---- */

/* The happening that fires it, and of what id; NULL: none does. */
static const char *cause_of(const csuccess__trigger *t, csuccess_str *id)
{
    *id = t->id;
    switch (t->kind) {
    case CSUCCESS__TRIGGER_EVENT:
        *id = t->event.event;
        return "event";
    case CSUCCESS__TRIGGER_SEGMENT:
        return t->edge == CSUCCESS__EDGE_ENTER   ? "entered"
               : t->edge == CSUCCESS__EDGE_LEAVE ? "left"
                                                 : NULL;
    case CSUCCESS__TRIGGER_MILESTONE:
        return "achieved";
    case CSUCCESS__TRIGGER_JOURNEY:
        return "journey_ended";
    case CSUCCESS__TRIGGER_PLAYBOOK:
        return "playbook_ended";
    default:
        return NULL;
    }
}

static uint32_t chain_of(work *w, const char *cause, csuccess_str id)
{
    csuccess_str first = csuccess__str(cause);
    uint32_t chain = csuccess__pairs_find(&w->out->by_cause, first, id);
    if (chain != UINT32_MAX) return chain;
    chain = w->out->chain_count;
    if (!csuccess__pairs_add(&w->out->by_cause, first, id, chain)) return UINT32_MAX;
    w->out->heads[w->out->chain_count++] = UINT32_MAX;
    return chain;
}

/* From the last to the first, so that chains are in the order of the list. */
static bool chain_all(work *w)
{
    w->out->heads = CSUCCESS__NEW_ARRAY(w->arena, uint32_t, w->count);
    w->out->next = CSUCCESS__NEW_ARRAY(w->arena, uint32_t, w->count);
    if (!w->out->heads || !w->out->next) return false;
    for (uint32_t i = w->count; i-- > 0;) {
        csuccess_str id;
        const char *cause = cause_of(&w->list[i], &id);
        if (!cause) continue;
        uint32_t chain = chain_of(w, cause, id);
        if (chain == UINT32_MAX) return false;
        w->out->next[i] = w->out->heads[chain];
        w->out->heads[chain] = i;
    }
    return true;
}

/* ---- Conditions ---- */

static bool build_set(work *w)
{
    const csuccess__program **programs =
        CSUCCESS__NEW_ARRAY(w->arena, const csuccess__program *, w->count);
    w->out->whens = CSUCCESS__NEW_ARRAY(w->arena, uint32_t, w->count);
    w->out->clocks = CSUCCESS__NEW_ARRAY(w->arena, uint32_t, w->count);
    w->out->ranks = CSUCCESS__NEW_ARRAY(w->arena, uint32_t, w->count);
    if (!programs || !w->out->whens || !w->out->clocks || !w->out->ranks) return false;
    for (uint32_t i = 0; i < w->count; i++) {
        const csuccess__trigger *t = &w->list[i];
        w->out->ranks[i] = UINT32_MAX;
        if (!is_plain_when(t)) continue;
        if (t->when->reads_now) w->out->clocks[w->out->clock_count++] = i;
        w->out->ranks[i] = w->out->when_count;
        programs[w->out->when_count] = t->when;
        w->out->whens[w->out->when_count++] = i;
    }
    w->out->set = csuccess__ruleset_new(w->arena, programs, w->out->when_count);
    return w->out->set != NULL;
}

static bool gather_slots(work *w)
{
    bool *there = CSUCCESS__NEW_ARRAY(w->arena, bool, w->schema->count);
    w->out->moving = CSUCCESS__NEW_ARRAY(w->arena, uint32_t, w->schema->count);
    if (!there || !w->out->moving) return false;
    for (uint32_t i = 0; i < w->out->when_count; i++) {
        const csuccess__program *when = w->list[w->out->whens[i]].when;
        for (uint32_t k = 0; k < when->input_count && !when->reads_now; k++) {
            uint32_t slot = when->inputs[k];
            if (there[slot] || !csuccess__trigger_slot_moves(&w->schema->slots[slot])) continue;
            there[slot] = true;
            w->out->moving[w->out->moving_count++] = slot;
        }
    }
    return true;
}

/* Whether a condition reads what a step of flow may change after triggers were asked first. */
static bool reads_flow(const work *w, const csuccess__trigger *t)
{
    if (t->kind == CSUCCESS__TRIGGER_SEGMENT) return is_always(t);
    const csuccess__program *when = t->kind == CSUCCESS__TRIGGER_WHEN ? t->when : NULL;
    for (uint32_t k = 0; when && k < when->input_count; k++) {
        if (w->schema->slots[when->inputs[k]].stratum >= CSUCCESS__STRATUM_SEGMENT) return true;
    }
    return false;
}

static bool mark_all(work *w)
{
    size_t words = ((size_t)w->count + 63) / 64;
    w->out->always = CSUCCESS__NEW_ARRAY(w->arena, uint64_t, words);
    w->out->late = CSUCCESS__NEW_ARRAY(w->arena, uint64_t, words);
    if (!w->out->always || !w->out->late) return false;
    for (uint32_t i = 0; i < w->count; i++) {
        csuccess_str none = {NULL, 0};
        const csuccess__trigger *t = &w->list[i];
        if (is_always(t)) set_bit(w->out->always, i);
        w->out->any_asked = w->out->any_asked || is_always(t) || w->out->when_count > 0;
        if (reads_flow(w, t)) {
            set_bit(w->out->late, i);
            w->out->any_late = true;
        }
        if (csuccess__pairs_find(&w->out->by_name, t->of, none) != UINT32_MAX) continue;
        if (!csuccess__pairs_add(&w->out->by_name, t->of, none, i)) return false;
    }
    return true;
}

const csuccess__triggers *csuccess__triggers_new(csuccess__flow_build *build,
                                                 const csuccess__trigger *list, uint32_t count)
{
    csuccess__arena *arena = build->with->arena;
    csuccess__triggers *out = CSUCCESS__NEW(arena, csuccess__triggers);
    work w = {.arena = arena, .schema = build->schema, .list = list, .count = count};
    w.out = CSUCCESS__NEW(arena, struct csuccess__trigger_index);
    if (!out || !w.out) {
        build->problems->lost = true;
        return NULL;
    }
    w.out->by_name.arena = w.out->by_cause.arena = arena;
    *out = (csuccess__triggers){.list = list, .count = count, .index = w.out};
    /* A set cannot be made of conditions that are none; there is no configuration then. */
    if (build->problems->errors > 0) {
        out->count = 0;
        return out;
    }
    if (build_set(&w) && gather_slots(&w) && mark_all(&w) && chain_all(&w)) return out;
    build->problems->lost = true;
    return NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The facts object: its two sets, quarantine, and the values as an evaluation sees them. */
#include "customer/facts_internal.h"

#include "base/heap.h"

#include <string.h>

enum { FIRST_BYTES = 32, FIRST_QUARANTINED = 4 };

bool csuccess__bytes_reserve(const csuccess_facts *facts, csuccess__bytes *bytes, size_t n)
{
    if (n <= bytes->cap) return true;
    size_t cap = bytes->cap ? bytes->cap : FIRST_BYTES;
    while (cap < n) {
        if (!csuccess__mul_size(&cap, cap, 2)) return false;
    }
    char *ptr = csuccess__resize(&facts->mem, bytes->ptr, bytes->cap, cap, 1);
    if (!ptr) return false;
    bytes->ptr = ptr;
    bytes->cap = cap;
    return true;
}

void csuccess__set_clear(const csuccess_facts *facts, csuccess__fact_set *set)
{
    memcpy(set->values, facts->blank, facts->inputs * sizeof *set->values);
    for (uint32_t i = 0; i < facts->inputs; i++) set->observed[i] = CSUCCESS__NOT_OBSERVED;
    csuccess__arena_reset(&set->arena);
    set->quarantined_count = 0;
    set->customer = (csuccess_str){NULL, 0};
}

static bool set_make(csuccess_facts *facts, csuccess__fact_set *set)
{
    size_t n = (size_t)facts->inputs + 1; /* never nothing */
    csuccess__arena_init(&set->arena, &facts->mem, 0);
    set->values = csuccess__alloc(&facts->mem, n, sizeof *set->values);
    set->observed = csuccess__alloc(&facts->mem, n, sizeof *set->observed);
    set->strings = csuccess__alloc(&facts->mem, n, sizeof *set->strings);
    set->built = csuccess__alloc(&facts->mem, n, sizeof *set->built);
    if (!set->values || !set->observed || !set->strings || !set->built) return false;
    csuccess__set_clear(facts, set);
    return true;
}

static void free_built(const csuccess_facts *facts, csuccess__turns *turns)
{
    if (!turns) return;
    csuccess__arena_free(&turns->arenas[0]);
    csuccess__arena_free(&turns->arenas[1]);
    csuccess__release(&facts->mem, turns, 1, sizeof *turns);
}

static void set_free(const csuccess_facts *facts, csuccess__fact_set *set)
{
    size_t n = (size_t)facts->inputs + 1;
    for (uint32_t i = 0; i < facts->inputs; i++) {
        if (set->strings) {
            csuccess__release(&facts->mem, set->strings[i].ptr, set->strings[i].cap, 1);
        }
        if (set->built) free_built(facts, set->built[i]);
    }
    csuccess__release(&facts->mem, set->values, n, sizeof *set->values);
    csuccess__release(&facts->mem, set->observed, n, sizeof *set->observed);
    csuccess__release(&facts->mem, set->strings, n, sizeof *set->strings);
    csuccess__release(&facts->mem, set->built, n, sizeof *set->built);
    csuccess__release(&facts->mem, set->quarantined, set->quarantined_cap,
                      sizeof *set->quarantined);
    csuccess__release(&facts->mem, set->id.ptr, set->id.cap, 1);
    csuccess__arena_free(&set->arena);
}

static void destroy(csuccess_facts *facts)
{
    size_t n = (size_t)facts->inputs + 1;
    set_free(facts, &facts->sets[0]);
    set_free(facts, &facts->sets[1]);
    csuccess__arena_free(&facts->parse);
    csuccess__release(&facts->mem, facts->blank, n, sizeof *facts->blank);
    csuccess__release(&facts->mem, facts->aging, n, sizeof *facts->aging);
    csuccess__release(&facts->mem, facts->named, n, sizeof *facts->named);
    csuccess__machine_free(facts->machine);
    csuccess_allocator mem = facts->mem;
    csuccess__release(&mem, facts, 1, sizeof *facts);
}

static bool name_before(const void *a, const void *b)
{
    const csuccess__named_slot *left = a, *right = b;
    return csuccess__str_cmp(left->name, right->name) < 0;
}

/* What was added without a definition (an aggregate, a score that a row may give) is not kept as a value. */
static bool fill_named(csuccess_facts *facts)
{
    facts->named =
        csuccess__alloc(&facts->mem, (size_t)facts->inputs + 1, sizeof *facts->named);
    if (!facts->named) return false;
    for (uint32_t i = 0; i < facts->inputs; i++) {
        const csuccess__attribute *attribute = facts->schema->slots[i].attribute;
        if (!attribute->at) continue;
        facts->named[facts->named_count++] =
            (csuccess__named_slot){attribute->name, attribute, i};
    }
    csuccess__sort(facts->named, facts->named_count, sizeof *facts->named, name_before);
    return true;
}

static bool fill_blank(csuccess_facts *facts)
{
    size_t n = (size_t)facts->inputs + 1;
    facts->blank = csuccess__alloc(&facts->mem, n, sizeof *facts->blank);
    facts->aging = csuccess__alloc(&facts->mem, n, sizeof *facts->aging);
    if (!facts->blank || !facts->aging) return false;
    for (uint32_t i = 0; i < facts->inputs; i++) {
        const csuccess__attribute *attribute = facts->schema->slots[i].attribute;
        facts->blank[i] = attribute->fallback;
        if (attribute->has_max_age) facts->aging[facts->aging_count++] = i;
    }
    return true;
}

csuccess_result csuccess__facts_make(csuccess_facts **out,
                                     const csuccess__facts_options *options,
                                     csuccess_error *err)
{
    *out = NULL;
    csuccess_facts *facts = csuccess__alloc(options->allocator, 1, sizeof *facts);
    if (!facts) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    facts->mem = *options->allocator;
    facts->schema = options->schema;
    facts->constants = options->constants;
    facts->limits = options->limits;
    facts->inputs = options->schema->inputs;
    facts->set = &facts->sets[0];
    facts->spare = &facts->sets[1];
    csuccess__arena_init(&facts->parse, &facts->mem, 0);
    if (!fill_blank(facts) || !fill_named(facts) || !set_make(facts, facts->set) ||
        !set_make(facts, facts->spare)) {
        destroy(facts);
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    facts->owner = options->owner;
    facts->drop = options->drop;
    *out = facts;
    return CSUCCESS_OK;
}

void csuccess_facts_free(csuccess_facts *facts)
{
    if (!facts) return;
    void (*drop)(void *) = facts->drop;
    void *owner = facts->owner;
    destroy(facts);
    if (drop) drop(owner);
}

void csuccess_facts_clear(csuccess_facts *facts)
{
    if (facts) csuccess__set_clear(facts, facts->set);
}

const csuccess__schema *csuccess__facts_schema(const csuccess_facts *facts)
{
    return facts->schema;
}

uint32_t csuccess__facts_slot(const csuccess_facts *facts, csuccess_str name)
{
    uint32_t slot = csuccess__schema_find(facts->schema, name, NULL);
    return slot < facts->inputs ? slot : UINT32_MAX;
}

const csuccess__attribute *csuccess__facts_attribute(const csuccess_facts *facts, uint32_t slot)
{
    return facts->schema->slots[slot].attribute;
}

csuccess_result csuccess__facts_unknown(const csuccess_facts *facts, csuccess_str name,
                                        csuccess_error *err)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, name);
    for (uint32_t i = 0; i < facts->inputs; i++) {
        csuccess__nearest_try(&near, facts->schema->slots[i].path);
    }
    csuccess__nearest_try(&near, CSUCCESS_STR("customer_id"));
    if (near.best.ptr) {
        return csuccess__fail(err, CSUCCESS_ENAME, "unknown attribute %q (did you mean %q?)",
                              name, near.best);
    }
    return csuccess__fail(
        err, CSUCCESS_ENAME,
        "unknown attribute %q: the configuration's \"attributes\" do not have it", name);
}

void csuccess__set_forgive(csuccess__fact_set *set, uint32_t slot, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < set->quarantined_count; i++) {
        if (i < count && set->quarantined[i].slot == slot) continue;
        if (kept != i) set->quarantined[kept] = set->quarantined[i];
        kept++;
    }
    set->quarantined_count = kept;
}

void csuccess__set_value(csuccess__fact_set *set, uint32_t slot, csuccess__value value)
{
    set->values[slot] = value;
    set->observed[slot] = CSUCCESS__NOT_OBSERVED;
    if (set->quarantined_count > 0) {
        csuccess__set_forgive(set, slot, set->quarantined_count);
    }
}

bool csuccess__set_note(const csuccess_facts *facts, csuccess__fact_set *set, uint32_t slot,
                        csuccess_str reason)
{
    if (set->quarantined_count == set->quarantined_cap) {
        size_t cap = set->quarantined_cap ? set->quarantined_cap * 2 : FIRST_QUARANTINED;
        csuccess__quarantined *grown = csuccess__resize(
            &facts->mem, set->quarantined, set->quarantined_cap, cap, sizeof *set->quarantined);
        if (!grown) return false;
        set->quarantined = grown;
        set->quarantined_cap = cap;
    }
    csuccess__quarantined *entry = &set->quarantined[set->quarantined_count++];
    csuccess__text text;
    csuccess__text_init(&text, entry->reason, sizeof entry->reason);
    csuccess__text_put(&text, reason);
    entry->slot = slot;
    entry->len = (uint32_t)text.len;
    return true;
}

csuccess_result csuccess__set_quarantine(const csuccess_facts *facts, csuccess__fact_set *set,
                                         uint32_t slot, csuccess_str reason)
{
    size_t earlier = set->quarantined_count;
    if (!csuccess__set_note(facts, set, slot, reason)) return CSUCCESS_ENOMEM;
    csuccess__set_forgive(set, slot, earlier);
    set->values[slot] = csuccess__missing(CSUCCESS__ABSENCE_QUARANTINED);
    set->observed[slot] = CSUCCESS__NOT_OBSERVED;
    return CSUCCESS_ERANGE;
}

size_t csuccess_facts_quarantined(const csuccess_facts *facts)
{
    return facts ? facts->set->quarantined_count : 0;
}

csuccess_result csuccess_facts_quarantine(const csuccess_facts *facts, size_t index,
                                          csuccess_str *attribute, csuccess_str *reason)
{
    if (!facts || index >= facts->set->quarantined_count) return CSUCCESS_EINVALID;
    const csuccess__quarantined *entry = &facts->set->quarantined[index];
    if (attribute) *attribute = facts->schema->slots[entry->slot].path;
    if (reason) *reason = (csuccess_str){entry->reason, entry->len};
    return CSUCCESS_OK;
}

csuccess_str csuccess_facts_customer(const csuccess_facts *facts)
{
    return facts ? facts->set->customer : (csuccess_str){NULL, 0};
}

/* A value is stale when it was observed before now - max_age. Where that lies before the year 1, none is. */
static bool is_stale(const csuccess__attribute *attribute, int64_t observed, int64_t now)
{
    int64_t oldest;
    return csuccess__time_subtract(&oldest, now, attribute->max_age) && observed < oldest;
}

const csuccess__value *csuccess__facts_values(const csuccess_facts *facts)
{
    return facts->aging_count == 0 ? facts->set->values : NULL;
}

void csuccess__facts_fill(const csuccess_facts *facts, int64_t now, csuccess__value *slots)
{
    const csuccess__fact_set *set = facts->set;
    memcpy(slots, set->values, facts->inputs * sizeof *slots);
    for (uint32_t i = 0; i < facts->aging_count; i++) {
        uint32_t slot = facts->aging[i];
        if (set->observed[slot] == CSUCCESS__NOT_OBSERVED) continue;
        if (is_stale(csuccess__facts_attribute(facts, slot), set->observed[slot], now)) {
            slots[slot] = csuccess__missing(CSUCCESS__ABSENCE_STALE);
        }
    }
}

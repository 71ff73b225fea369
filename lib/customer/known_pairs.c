/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes that at_most compares. Which of two values is the impossible one, only their times can say: the later. So the
   last few readings of these attributes are kept, and gone through from the oldest on: one that does not go with what holds
   is refused, and what held before stands. That depends on the readings alone, not on the order in which they came. */
#include "customer/known_internal.h"

#include "base/heap.h"
#include "text/numeral.h"

static bool comes_before(const void *a, const void *b)
{
    const csuccess__candidate *left = a, *right = b;
    if (left->observed != right->observed) return left->observed < right->observed;
    if (left->rank != right->rank) return left->rank > right->rank;
    if (left->tie != right->tie) return left->tie < right->tie;
    if (left->pairing != right->pairing) return left->pairing < right->pairing;
    return left->index > right->index;
}

static bool add_readings(const csuccess__knowing *with, const csuccess__state *state,
                         uint32_t pairing, csuccess__judgement *out)
{
    const csuccess__attribute *attribute =
        with->schema->slots[with->schema->pairings[pairing].slot].attribute;
    csuccess_str payload =
        csuccess__state_get(state, CSUCCESS__STATE_ATTRIBUTE, attribute->name);
    csuccess__readings readings;
    if (!payload.ptr) return true;
    if (!csuccess__readings_get(payload, &readings)) return false;
    for (uint32_t i = 0; i < readings.count; i++) {
        const csuccess__reading_kept *reading = &readings.list[i];
        bool unset = reading->kept.tag == CSUCCESS__KEPT_UNSET;
        bool number = reading->kept.value.kind == CSUCCESS__KIND_NUMBER &&
                      csuccess__kept_fits(&reading->kept, attribute->type, attribute->item);
        if (!unset && !number) continue;
        out->list[out->count++] =
            (csuccess__candidate){.observed = reading->stamp.observed,
                                  .tie = reading->stamp.tie,
                                  .rank = csuccess__source_rank(with, reading->stamp.source),
                                  .value = number ? reading->kept.value.as.number : 0,
                                  .pairing = (uint8_t)pairing,
                                  .index = (uint8_t)i,
                                  .unset = unset};
    }
    return true;
}

static bool holds_value(const csuccess__judgement *on, uint32_t pairing)
{
    return on->holds[pairing] >= 0 && !on->list[on->holds[pairing]].unset;
}

/* What a value does not go with: a pairing, UINT32_MAX where it goes with all that holds. */
static uint32_t clash(const csuccess__schema *schema, const csuccess__judgement *on,
                      const csuccess__candidate *with)
{
    uint32_t most = schema->pairings[with->pairing].most;
    if (most != UINT32_MAX && holds_value(on, most) &&
        with->value > on->list[on->holds[most]].value) {
        return most;
    }
    for (uint32_t i = 0; i < schema->pairing_count; i++) {
        if (schema->pairings[i].most != with->pairing || !holds_value(on, i)) continue;
        if (on->list[on->holds[i]].value > with->value) return i;
    }
    return UINT32_MAX;
}

bool csuccess__pairings_judge(const csuccess__knowing *with, const csuccess__state *state,
                              csuccess__judgement *out)
{
    const csuccess__schema *schema = with->schema;
    out->count = 0;
    for (uint32_t i = 0; i < schema->pairing_count; i++) {
        out->holds[i] = -1;
        if (!add_readings(with, state, i, out)) return false;
    }
    csuccess__sort(out->list, out->count, sizeof *out->list, comes_before);
    for (uint32_t i = 0; i < out->count; i++) {
        csuccess__candidate *candidate = &out->list[i];
        candidate->refused = !candidate->unset && clash(schema, out, candidate) != UINT32_MAX;
        if (!candidate->refused) out->holds[candidate->pairing] = (int32_t)i;
    }
    return true;
}

static void say_number(csuccess__text *text, double v)
{
    char digits[CSUCCESS__NUMERAL_MAX];
    csuccess__text_put(text, (csuccess_str){digits, csuccess__numeral_write(digits, v)});
}

void csuccess__pairings_say(const csuccess__schema *schema, const csuccess__judgement *on,
                            const csuccess__candidate *refused, csuccess__text *reason)
{
    const csuccess__pairing *own = &schema->pairings[refused->pairing];
    csuccess__text_format(reason, "%S: ", schema->slots[own->slot].path);
    say_number(reason, refused->value);
    uint32_t other = clash(schema, on, refused);
    if (other == UINT32_MAX) {
        csuccess__text_format(reason, " did not go with what it is compared with");
        return;
    }
    csuccess__text_format(reason, " is %s %S, which is ",
                          other == own->most ? "above" : "below",
                          schema->slots[schema->pairings[other].slot].path);
    say_number(reason, on->list[on->holds[other]].value);
}

static bool is_same(const csuccess__candidate *a, const csuccess__candidate *b)
{
    return a->pairing == b->pairing && a->observed == b->observed && a->tie == b->tie;
}

void csuccess__pairings_note(csuccess__applying *at, const csuccess__judgement *before,
                             const csuccess__judgement *after)
{
    for (uint32_t i = 0; i < after->count; i++) {
        const csuccess__candidate *candidate = &after->list[i];
        bool known = !candidate->refused;
        for (uint32_t k = 0; k < before->count && !known; k++) {
            known = before->list[k].refused && is_same(&before->list[k], candidate);
        }
        if (known) continue;
        char bytes[248];
        csuccess__text reason;
        csuccess__text_init(&reason, bytes, sizeof bytes);
        csuccess__pairings_say(at->with->schema, after, candidate, &reason);
        csuccess__apply_quarantine(at, (csuccess_str){reason.ptr, reason.len});
    }
}

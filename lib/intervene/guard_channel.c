/* SPDX-License-Identifier: Apache-2.0 */
/* The guard `channel`: it is enabled, available for this customer, and has what it needs of the contact. */
#include "intervene/recipients.h"
#include "intervene/selection.h"

/* The same for all candidates of a customer: asked once. */
static csuccess__truth is_available(csuccess__turn *t, const csuccess__channel *by)
{
    const csuccess__channels *channels = t->of->channels;
    if (!by->available) return CSUCCESS__TRUE;
    for (uint32_t i = 0; channels && i < channels->count; i++) {
        if (&channels->list[i] != by) continue;
        uint8_t *known = &t->desk->answers->available[i];
        if (*known == 0) *known = (uint8_t)(1 + csuccess__moment_asks(t->m, by->available));
        return (csuccess__truth)(*known - 1);
    }
    return csuccess__moment_asks(t->m, by->available);
}

/* A field of the contact, or, of the customer itself, its attribute. */
static bool has(const csuccess__turn *t, csuccess_str contact, csuccess_str needed)
{
    csuccess__value v = csuccess__contact_field(t, contact, needed);
    if (contact.len == 0) {
        uint32_t slot = csuccess__schema_find(t->m->schema, needed, NULL);
        if (slot >= t->m->schema->inputs) return true; /* nothing is known of its address */
        v = t->m->slots[slot];
    }
    if (v.kind == CSUCCESS__KIND_STRING) return v.as.string.len > 0;
    return !csuccess__is_missing(v);
}

csuccess__ruled csuccess__ask_channel(csuccess__turn *t, csuccess__candidate *c,
                                      const csuccess__channel *by)
{
    /* The configuration may have changed while it waited. */
    bool waited = c->kind == CSUCCESS__CANDIDATE_WAITING;
    if (waited && !csuccess__channel_find(t->of->channels, by->name)) {
        return csuccess__denies("the channel is not declared any more");
    }
    if (waited && c->internal) return (csuccess__ruled){0};
    if (!by->enabled) return csuccess__denies("the channel is not enabled");
    csuccess__truth available = is_available(t, by);
    if (available == CSUCCESS__OPEN) {
        return csuccess__denies("it is not known whether the channel is available");
    }
    if (available == CSUCCESS__FALSE) return csuccess__denies("the channel is not available");
    if (by->needs.len && !has(t, c->contact, by->needs)) {
        return csuccess__denies("the recipient has no address in this channel");
    }
    return (csuccess__ruled){0};
}

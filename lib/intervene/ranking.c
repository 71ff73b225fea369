/* SPDX-License-Identifier: Apache-2.0 */
/* Which channel would reach somebody best: by availability, consent, preference, past response, cost. */
#include "intervene/ranking.h"

#include "intervene/recipients.h"
#include "intervene/selection.h"
#include "intervene/touches.h"

enum { CONTACTS_MOST = 20 };

static csuccess_str preferred_by(const csuccess__turn *t, csuccess_str contact)
{
    const csuccess_str name = CSUCCESS_STR("preferred_channel");
    csuccess__value v = csuccess__contact_field(t, contact, name);
    uint32_t slot = csuccess__schema_find(t->m->schema, name, NULL);
    bool own = v.kind == CSUCCESS__KIND_STRING;
    if (!own && slot < t->m->schema->inputs) v = t->m->slots[slot];
    return v.kind == CSUCCESS__KIND_STRING ? v.as.string : (csuccess_str){"", 0};
}

static void count_touches(const csuccess__turn *t, csuccess_str contact, csuccess__ranked *r)
{
    const csuccess__touches *all = t->desk->touches;
    for (uint32_t i = 0; i < all->count; i++) {
        const csuccess__touch *touch = &all->list[i];
        if (touch->at == 0 || !csuccess__str_eq(touch->channel, r->channel->name)) continue;
        if (!csuccess__str_eq(touch->contact, contact)) continue;
        r->sent++;
        r->responses += touch->response != CSUCCESS__RESPONSE_NONE;
    }
    r->rate = ((double)r->responses + 1) / ((double)r->sent + 2);
}

/* The guards that say whether it reaches them at all. */
static void ask(csuccess__turn *t, csuccess_str contact, csuccess_str purpose,
                csuccess__ranked *r)
{
    static csuccess__guard_asks *const guards[] = {csuccess__ask_channel, csuccess__ask_consent,
                                                   csuccess__ask_suppression};
    csuccess__candidate c = {.kind = CSUCCESS__CANDIDATE_INTERVENTION,
                             .class_ = CSUCCESS__CLASS_NURTURE,
                             .channel = r->channel,
                             .contact = contact,
                             .purpose = purpose};
    r->usable = true;
    for (size_t i = 0; i < sizeof guards / sizeof guards[0] && r->usable; i++) {
        csuccess__ruled ruled = guards[i](t, &c, r->channel);
        r->usable = ruled.ruling == CSUCCESS__ALLOW;
        r->reason = ruled.reason;
    }
}

static bool is_worse(const csuccess__ranked *a, const csuccess__ranked *b)
{
    if (a->usable != b->usable) return b->usable;
    if (a->preferred != b->preferred) return b->preferred;
    if (a->rate < b->rate || a->rate > b->rate) return a->rate < b->rate;
    return a->channel->cost > b->channel->cost;
}

/* At most 64 channels, and stable. */
static void sort(csuccess__ranked *list, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        csuccess__ranked one = list[i];
        uint32_t at = i;
        for (; at > 0 && is_worse(&list[at - 1], &one); at--) list[at] = list[at - 1];
        list[at] = one;
    }
}

const csuccess__ranked *csuccess__channels_rank(csuccess__turn *t, csuccess_str contact,
                                                csuccess_str purpose, uint32_t *count)
{
    const csuccess__channels *channels = t->of->channels;
    *count = 0;
    if (!channels || channels->count == 0 || t->m->step->failed < 0) return NULL;
    csuccess__ranked *list =
        CSUCCESS__NEW_ARRAY(&t->desk->texts, csuccess__ranked, channels->count);
    if (!list) {
        csuccess__step_fail(t->m->step, CSUCCESS_ENOMEM);
        return NULL;
    }
    if (!csuccess__answers_open(t)) return NULL;
    csuccess_str preferred = preferred_by(t, contact);
    for (uint32_t i = 0; i < channels->count; i++) {
        csuccess__ranked *r = &list[i];
        *r = (csuccess__ranked){.channel = &channels->list[i], .reason = {"", 0}};
        r->preferred = csuccess__str_eq(preferred, r->channel->name);
        count_touches(t, contact, r);
        ask(t, contact, purpose, r);
    }
    if (t->m->step->failed < 0) return NULL;
    sort(list, channels->count);
    *count = channels->count;
    return list;
}

static void report_of(csuccess__turn *t, csuccess_str contact, csuccess__json_writer *out)
{
    uint32_t count;
    const csuccess__ranked *list =
        csuccess__channels_rank(t, contact, CSUCCESS_STR("marketing"), &count);
    for (uint32_t i = 0; i < count; i++) {
        const csuccess__ranked *r = &list[i];
        csuccess__json_open(out, '{');
        csuccess__json_put_given(out, "contact", contact);
        csuccess__json_put_str(out, "channel", r->channel->name);
        csuccess__json_put_bool(out, "usable", r->usable);
        if (!r->usable) csuccess__json_put_given(out, "reason", r->reason);
        csuccess__json_put_bool(out, "preferred", r->preferred);
        csuccess__json_put_num(out, "sent", r->sent);
        csuccess__json_put_num(out, "responses", r->responses);
        csuccess__json_put_num(out, "rate", r->rate);
        csuccess__json_put_num(out, "cost", (double)r->channel->cost);
        csuccess__json_close(out, '}');
    }
}

void csuccess__channels_report(csuccess__turn *t, csuccess__json_writer *out)
{
    uint32_t slot = t->m->flow->templates->contact;
    csuccess__value contacts = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    if (slot != UINT32_MAX) contacts = t->m->slots[slot];
    size_t count = contacts.kind == CSUCCESS__KIND_LIST ? contacts.as.many.count : 0;
    csuccess__json_open(out, '[');
    for (size_t i = 0; i < count && i < CONTACTS_MOST; i++) {
        report_of(t, contacts.as.many.items[i].as.many.items[0].as.string, out);
    }
    if (count == 0) report_of(t, (csuccess_str){"", 0}, out);
    csuccess__json_close(out, ']');
}

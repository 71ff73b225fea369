/* SPDX-License-Identifier: Apache-2.0 */
/* Recipients of candidates that choose them when they are weighed. */
#include "intervene/recipients.h"

#include "intervene/selection.h"

csuccess__value csuccess__contact_field(const csuccess__turn *t, csuccess_str contact,
                                        csuccess_str field)
{
    const csuccess__value *record = csuccess__contact_find(t->m, contact);
    csuccess__value none = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    if (!record) return none;
    uint32_t slot = t->m->flow->templates->contact;
    const csuccess__type *type = t->m->schema->slots[slot].type->item;
    for (uint32_t i = 0; i < type->field_count && i < record->as.many.count; i++) {
        if (csuccess__str_eq(type->fields[i].name, field)) return record->as.many.items[i];
    }
    return none;
}

/* How far the best of those that did not fit came; the greater says more. */
typedef enum short_of { OF_ANYBODY, OF_AN_ANSWER, OF_CONSENT, OF_A_LANGUAGE } short_of;
static const char *const reasons[] = {
    [OF_ANYBODY] = "no_recipient: there is no contact for whom \"to\" holds",
    [OF_AN_ANSWER] = "no_recipient: of no contact it is decided that \"to\" holds",
    [OF_CONSENT] = "no_recipient: consent or suppression allow none of the contacts for whom "
                   "\"to\" holds",
    [OF_A_LANGUAGE] = "no_recipient: the text is in the language of none of the contacts for "
                      "whom \"to\" holds"};

static const csuccess__message_template *text_of(const csuccess__candidate *c)
{
    const csuccess__intervention *of = c->action ? &c->action->what : c->intervention;
    return of ? of->sending.template_ : NULL;
}

/* Whether the contact that is shown fits; else *why, where that says more. */
static bool fits(csuccess__turn *t, const csuccess__candidate *c, const csuccess__channel *by,
                 csuccess_str contact, short_of *why)
{
    short_of what = OF_ANYBODY;
    csuccess__truth wanted = csuccess__moment_asks(t->m, c->to);
    if (wanted == CSUCCESS__OPEN) {
        what = OF_AN_ANSWER;
    } else if (wanted == CSUCCESS__TRUE) {
        const csuccess__consent_answer *said =
            csuccess__consent_answered(t, contact, c->purpose, by->name);
        const csuccess__message_template *text = text_of(c);
        bool may = said && said->consent.ruling == CSUCCESS__ALLOW &&
                   said->suppression.ruling == CSUCCESS__ALLOW;
        if (may && (!text || csuccess__template_speaks(t->m, text))) return true;
        what = may ? OF_A_LANGUAGE : OF_CONSENT;
    }
    if (what > *why) *why = what;
    return false;
}

csuccess__ruled csuccess__recipient_choose(csuccess__turn *t, csuccess__candidate *c,
                                           const csuccess__channel *by)
{
    csuccess__moment *m = t->m;
    const csuccess__value *contacts = &m->slots[m->flow->templates->contact];
    size_t count = contacts->kind == CSUCCESS__KIND_LIST ? contacts->as.many.count : 0;
    short_of why = OF_ANYBODY;
    c->contact = (csuccess_str){"", 0};
    for (size_t i = 0; i < count && m->step->failed >= 0; i++) {
        const csuccess__value *record = &contacts->as.many.items[i];
        csuccess_str id = record->as.many.items[0].as.string;
        if (c->contact.len > 0 && csuccess__str_cmp(id, c->contact) > 0) continue;
        csuccess__contact_show(m, record);
        if (fits(t, c, by, id, &why)) c->contact = id;
    }
    if (count > 0) csuccess__contact_show(m, NULL);
    if (c->contact.len == 0) return csuccess__denies(reasons[why]);
    return (csuccess__ruled){0};
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Recipients: which of the contacts a candidate reaches. */
#ifndef CSUCCESS__INTERVENE_RECIPIENTS_H
#define CSUCCESS__INTERVENE_RECIPIENTS_H

#include "intervene/turn.h"

/* The first contact, by its id, for whom c->to holds, and whom consent and suppression of that channel and the languages of the text allow: c->contact. DENY, with a reason that begins with "no_recipient", when there is none. */
csuccess__ruled csuccess__recipient_choose(csuccess__turn *t, csuccess__candidate *c,
                                           const csuccess__channel *by);
/* A field of a contact's record; missing when the contact, or the field, is not there. */
csuccess__value csuccess__contact_field(const csuccess__turn *t, csuccess_str contact,
                                        csuccess_str field);

#endif

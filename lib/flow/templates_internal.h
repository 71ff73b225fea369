/* SPDX-License-Identifier: Apache-2.0 */
/* What the sources of templates and sending share: names of a recipient in texts and conditions. */
#ifndef CSUCCESS__FLOW_TEMPLATES_INTERNAL_H
#define CSUCCESS__FLOW_TEMPLATES_INTERNAL_H

#include "flow/flow.h"

/* A scope around another: contact.x in texts, plain x in conditions on contacts, and what has a default. */
typedef struct csuccess__contact_scope {
    csuccess__scope scope;
    const csuccess__scope *inner;
    const csuccess__schema *schema;
    const csuccess__templates *templates;
    const csuccess__message_template *of; /* whose defaults are known; NULL: none */
    bool plain;                           /* fields by their own names */
} csuccess__contact_scope;
void csuccess__contact_scope_open(csuccess__contact_scope *out,
                                  const csuccess__flow_build *build,
                                  const csuccess__templates *templates);

/* A message as it goes to one recipient: its texts, in the desk's memory. */
typedef struct csuccess__rendering {
    const csuccess__message_template *template_;
    const csuccess__template_locale *locale; /* NULL: no text for this recipient */
    csuccess_str *parts;
    csuccess_str language; /* of what the host writes: the recipient's; empty: nobody says */
    const csuccess__value *values; /* and its variables */
    csuccess__text *reason;        /* why it is held */
} csuccess__rendering;
/* Chooses the text and fills it. False: it is held, or the step has failed. */
bool csuccess__render(csuccess__moment *m, csuccess__rendering *out);

#endif

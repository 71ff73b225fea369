/* SPDX-License-Identifier: Apache-2.0 */
/* What only the host knows and a text needs (a booking link, the time saved): attributes that are missing are asked of it by their name, for that text and nothing else. */
#ifndef CSUCCESS__FLOW_VARIABLES_H
#define CSUCCESS__FLOW_VARIABLES_H

#include "flow/templates.h"

/* Asks for every attribute that is missing and that the texts of a locale read, or, of what the host writes (NULL), its variables. What is answered stands in the slots until csuccess__variables_forget(). What the host does not know, or what is no value of the attribute's type, stays missing. */
typedef struct csuccess__variables {
    uint32_t *slots;
    uint32_t count;
} csuccess__variables;
void csuccess__variables_ask(csuccess__moment *m, const csuccess__message_template *of,
                             const csuccess__template_locale *texts, csuccess__variables *out);
void csuccess__variables_forget(csuccess__moment *m, const csuccess__variables *asked);

#endif

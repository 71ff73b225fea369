/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions that a missing input left open, and that input's name, as results list them. */
#ifndef CSUCCESS__CUSTOMER_OPEN_H
#define CSUCCESS__CUSTOMER_OPEN_H

#include "customer/schema.h"
#include "text/json.h"

/* Where the list goes to, and the customer it is about: the slots as the run left them. */
typedef struct csuccess__open {
    csuccess__json_writer *out; /* in an open array */
    csuccess__buffer *scratch;  /* for names; its contents are lost */
    csuccess__schema *schema;
    csuccess__machine *machine;
    csuccess__frame frame;
    csuccess_result failed; /* out */
} csuccess__open;

/* Adds {"what": ..., "id": ..., "inputs": [...]} when the condition is neither true nor false. NULL: always
   holds. */
void csuccess__open_note(csuccess__open *open, const char *what, csuccess_str id,
                         const csuccess__program *when);

#endif

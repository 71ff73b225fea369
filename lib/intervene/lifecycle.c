/* SPDX-License-Identifier: Apache-2.0 */
/* Whether automation may reach the customer at all: holds by a person, spirals of negative responses, definitions that nobody answers. */
#include "intervene/reach.h"

#include "intervene/intervene.h"

void csuccess__lifecycle_open(csuccess__turn *t)
{
    (void)t;
}

csuccess_result csuccess__automation_apply(csuccess__turn *t, const csuccess__input *input,
                                           csuccess__text *reason)
{
    (void)t;
    (void)input;
    (void)reason;
    return CSUCCESS_OK;
}

void csuccess__lifecycle_responded(csuccess__turn *t, bool negative, bool positive, int64_t at)
{
    (void)t;
    (void)negative;
    (void)positive;
    (void)at;
}

void csuccess__automation_print(struct csuccess__json_writer *out,
                                const csuccess__state_field *field)
{
    (void)out;
    (void)field;
}

void csuccess__automation_report(csuccess__turn *t, struct csuccess__json_writer *out)
{
    (void)t;
    (void)out;
}

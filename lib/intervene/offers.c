/* SPDX-License-Identifier: Apache-2.0 */
/* The section `offers`, and the offers of a customer. */
#include "intervene/offers.h"

#include "intervene/intervene.h"

const csuccess__offers *csuccess__offers_compile(struct csuccess__intervene_build *build,
                                                 const csuccess__json *section)
{
    (void)build;
    (void)section;
    return CSUCCESS__NEW(build->flow->with->arena, csuccess__offers);
}

const csuccess__offer *csuccess__offer_find(const csuccess__offers *of, csuccess_str id)
{
    (void)of;
    (void)id;
    return NULL;
}

csuccess__ruled csuccess__offer_make(csuccess__turn *t, const csuccess__candidate *c,
                                     csuccess__made_offer *out)
{
    (void)t;
    (void)c;
    (void)out;
    return (csuccess__ruled){0};
}

void csuccess__offer_keep(csuccess__turn *t, const csuccess__made_offer *made,
                          const csuccess__candidate *c)
{
    (void)t;
    (void)made;
    (void)c;
}

csuccess_result csuccess__offer_apply(csuccess__turn *t, const csuccess__input *input,
                                      csuccess__text *reason)
{
    (void)t;
    (void)input;
    (void)reason;
    return CSUCCESS_OK;
}

void csuccess__offers_step(csuccess__turn *t)
{
    (void)t;
}

void csuccess__offers_report(csuccess__turn *t, struct csuccess__json_writer *out)
{
    (void)t;
    (void)out;
}

void csuccess__offers_release(csuccess__turn *t)
{
    (void)t;
}

void csuccess__offer_print(struct csuccess__json_writer *out,
                           const csuccess__state_field *field)
{
    (void)out;
    (void)field;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Touches in the state, and what each definition has done. */
#include "intervene/touches.h"

#include "intervene/intervene.h"

void csuccess__touches_open(csuccess__turn *t)
{
    (void)t;
}

void csuccess__touches_close(csuccess__turn *t)
{
    (void)t;
}

void csuccess__touch_add(csuccess__turn *t, const csuccess__touch *touch)
{
    (void)t;
    (void)touch;
}

csuccess__touch *csuccess__touch_find(csuccess__turn *t, csuccess_str id)
{
    (void)t;
    (void)id;
    return NULL;
}

void csuccess__touch_told(csuccess__turn *t, csuccess_str id, bool arrived, int64_t at)
{
    (void)t;
    (void)id;
    (void)arrived;
    (void)at;
}

bool csuccess__touch_responded(csuccess__turn *t, csuccess_str id, csuccess_str channel,
                               csuccess__response response)
{
    (void)t;
    (void)id;
    (void)channel;
    (void)response;
    return false;
}

int64_t csuccess__touches_spent(const csuccess__turn *t, int64_t at)
{
    (void)t;
    (void)at;
    return 0;
}

void csuccess__touches_release(csuccess__turn *t)
{
    (void)t;
}

void csuccess__touches_forget(csuccess__turn *t, csuccess_str contact)
{
    (void)t;
    (void)contact;
}

void csuccess__touches_print(struct csuccess__json_writer *out,
                             const csuccess__state_field *field)
{
    (void)out;
    (void)field;
}

csuccess__reached csuccess__reached_of(const csuccess__turn *t, csuccess_str definition)
{
    (void)t;
    (void)definition;
    return (csuccess__reached){0};
}

void csuccess__reached_put(csuccess__turn *t, csuccess_str definition,
                           const csuccess__reached *r)
{
    (void)t;
    (void)definition;
    (void)r;
}

void csuccess__reached_print(struct csuccess__json_writer *out,
                             const csuccess__state_field *field)
{
    (void)out;
    (void)field;
}

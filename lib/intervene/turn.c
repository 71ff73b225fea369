/* SPDX-License-Identifier: Apache-2.0 */
/* What the machines of a turn share. */
#include "intervene/turn.h"

#include "intervene/intervene.h"

const char *csuccess__guard_name(csuccess__guard_kind guard)
{
    (void)guard;
    return NULL;
}

void csuccess__candidate_add(csuccess__turn *t, const csuccess__candidate *candidate)
{
    (void)t;
    (void)candidate;
}

csuccess_str csuccess__turn_copy(csuccess__turn *t, csuccess_str text)
{
    (void)t;
    (void)text;
    return (csuccess_str){"", 0};
}

csuccess_str csuccess__turn_format(csuccess__turn *t, const char *format, ...)
{
    (void)t;
    (void)format;
    return (csuccess_str){"", 0};
}

csuccess_str csuccess__turn_id(csuccess__turn *t, const char *domain, csuccess_str definition,
                               csuccess_str step, uint64_t occurrence)
{
    (void)t;
    (void)domain;
    (void)definition;
    (void)step;
    (void)occurrence;
    return (csuccess_str){"", 0};
}

uint32_t csuccess__intervene_slot(const struct csuccess__intervene_build *build,
                                  csuccess_str path, csuccess_str argument,
                                  const csuccess__type *type)
{
    (void)build;
    (void)path;
    (void)argument;
    (void)type;
    return 0;
}

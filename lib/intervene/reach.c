/* SPDX-License-Identifier: Apache-2.0 */
/* The policy `policies.reach`. */
#include "intervene/reach.h"

#include "intervene/intervene.h"

bool csuccess__pattern_fits(const csuccess__pattern *pattern, csuccess_str programme)
{
    (void)pattern;
    (void)programme;
    return false;
}

bool csuccess__pattern_read(csuccess__pattern *out, struct csuccess__intervene_build *build,
                            const csuccess__json *at)
{
    (void)out;
    (void)build;
    (void)at;
    return false;
}

const csuccess__reach *csuccess__reach_compile(struct csuccess__intervene_build *build,
                                               const csuccess__json *section)
{
    (void)build;
    (void)section;
    return CSUCCESS__NEW(build->flow->with->arena, csuccess__reach);
}

void csuccess__reach_class(const csuccess__reach *reach, csuccess_str programme,
                           csuccess__class *class_, double *priority)
{
    (void)reach;
    (void)programme;
    (void)class_;
    (void)priority;
}

bool csuccess__reach_next(int64_t *out, csuccess__turn *t, const csuccess__zone *zone,
                          const csuccess__channel *by, csuccess__class class_, int64_t at)
{
    (void)out;
    (void)t;
    (void)zone;
    (void)by;
    (void)class_;
    (void)at;
    return false;
}

csuccess__zone csuccess__contact_zone(csuccess__turn *t, csuccess_str contact)
{
    (void)t;
    (void)contact;
    return (csuccess__zone){0};
}

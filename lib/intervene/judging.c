/* SPDX-License-Identifier: Apache-2.0 */
/* `success`: what an intervention or a campaign is judged by, some time after it began. */
#include "calendar/duration_read.h"
#include "flow/playbooks/started.h"
#include "intervene/intervene.h"
#include "text/reader.h"

void csuccess__judging_read(csuccess__judging *out, struct csuccess__intervene_build *build,
                            const csuccess__json *object)
{
    static const char *const keys[] = {"within", "when", "description", NULL};
    csuccess__problems *problems = build->flow->problems;
    const csuccess__json *at =
        csuccess__read_section(problems, object, "success", CSUCCESS__JSON_OBJECT);
    *out = (csuccess__judging){.given = false};
    if (!at || !csuccess__read_object(problems, at, keys)) return;
    const csuccess__json *when = csuccess__json_member(at, "when");
    if (!when) {
        csuccess__problem(problems, at, CSUCCESS_ECONFIG,
                          "\"success\" needs a condition: \"when\"");
        return;
    }
    out->within = csuccess__json_member(at, "within")
                      ? csuccess__read_period(problems, at, "within", "P30D")
                      : (csuccess__duration){.days = 30};
    out->when = csuccess__expr_read(build->flow->with, problems, when,
                                    csuccess__type_of(CSUCCESS__KIND_BOOL));
    out->given = out->when != NULL;
    uint32_t count = csuccess__started_count(build->flow->schema, out->when);
    if (count <= CSUCCESS__STARTED_MOST) return;
    csuccess__problem(problems, when, CSUCCESS_ELIMIT,
                      "\"success\" reads at most %u values of the beginning; this reads %u",
                      (uint32_t)CSUCCESS__STARTED_MOST, count);
}

int64_t csuccess__turn_after(csuccess__turn *t, int64_t from, csuccess__duration d)
{
    int64_t at;
    csuccess__zone zone = csuccess__moment_zone(t->m);
    if (csuccess__zone_add(&at, &zone, from, d)) return at;
    return csuccess__time_add(&at, from, d) ? at : CSUCCESS__TIME_MAX; /* in UTC */
}

int64_t csuccess__judging_at(csuccess__turn *t, const csuccess__judging *judging, int64_t began)
{
    return judging->given ? csuccess__turn_after(t, began, judging->within) : 0;
}

csuccess_str csuccess__judging_keep(csuccess__turn *t, const csuccess__judging *judging)
{
    if (!judging->given) return (csuccess_str){"", 0};
    return csuccess__started_keep(t->m, &judging->when, 1);
}

csuccess__truth csuccess__judging_ask(csuccess__turn *t, const csuccess__judging *judging,
                                      csuccess_str started)
{
    csuccess__started_show(t->m, started);
    csuccess__truth is = csuccess__moment_asks(t->m, judging->when);
    csuccess__started_hide(t->m);
    return is;
}

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

static const char *const measure_words[] = {
#define CSUCCESS__MEASURE(name, text) text,
    CSUCCESS__MEASURES(CSUCCESS__MEASURE)
#undef CSUCCESS__MEASURE
        "description",
    NULL};

/* All of them together read as many values of the beginning as are kept. */
static void count_started(const csuccess__judging *of, struct csuccess__intervene_build *build,
                          const csuccess__json *at)
{
    uint32_t count = csuccess__started_count(build->flow->schema, of->when);
    for (int i = 0; i < CSUCCESS__MEASURE_COUNT; i++) {
        if (!of->measures[i]) continue;
        count += csuccess__started_count(build->flow->schema, of->measures[i]);
    }
    if (count <= CSUCCESS__STARTED_MOST) return;
    csuccess__problem(build->flow->problems, at, CSUCCESS_ELIMIT,
                      "\"success\" and \"measures\" read at most %u values of the beginning "
                      "together; these read %u",
                      (uint32_t)CSUCCESS__STARTED_MOST, count);
}

void csuccess__judging_measures(csuccess__judging *out, struct csuccess__intervene_build *build,
                                const csuccess__json *object)
{
    csuccess__problems *problems = build->flow->problems;
    const csuccess__json *at =
        csuccess__read_section(problems, object, "measures", CSUCCESS__JSON_OBJECT);
    if (!at || !csuccess__read_object(problems, at, measure_words)) return;
    if (!csuccess__json_member(object, "success")) {
        csuccess__problem(problems, at, CSUCCESS_ECONFIG,
                          "\"measures\" are taken when a run is judged: it needs \"success\"");
    }
    for (int i = 0; i < CSUCCESS__MEASURE_COUNT; i++) {
        const csuccess__json *one = csuccess__json_member(at, measure_words[i]);
        if (!one) continue;
        out->measures[i] = csuccess__expr_read(build->flow->with, problems, one,
                                               csuccess__type_of(CSUCCESS__KIND_NUMBER));
    }
    if (out->given) count_started(out, build, at);
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
    const csuccess__program *programs[1 + CSUCCESS__MEASURE_COUNT];
    uint32_t count = 0;
    programs[count++] = judging->when;
    for (int i = 0; i < CSUCCESS__MEASURE_COUNT; i++) {
        if (judging->measures[i]) programs[count++] = judging->measures[i];
    }
    return csuccess__started_keep(t->m, programs, count);
}

csuccess__truth csuccess__judging_ask(csuccess__turn *t, const csuccess__judging *judging,
                                      csuccess_str started)
{
    csuccess__started_show(t->m, started);
    csuccess__truth is = csuccess__moment_asks(t->m, judging->when);
    csuccess__started_hide(t->m);
    return is;
}

void csuccess__judging_measure(csuccess__turn *t, const csuccess__judging *judging,
                               csuccess_str started,
                               csuccess__value out[CSUCCESS__MEASURE_COUNT])
{
    csuccess__started_show(t->m, started);
    for (int i = 0; i < CSUCCESS__MEASURE_COUNT; i++) {
        out[i] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
        if (judging->measures[i]) out[i] = csuccess__moment_value(t->m, judging->measures[i]);
    }
    csuccess__started_hide(t->m);
}

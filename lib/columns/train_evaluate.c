/* SPDX-License-Identifier: Apache-2.0 */
/* Measuring held-out predictions. */
#include "columns/train_evaluate.h"

#include "base/error.h"
#include "base/number.h"
#include "stats/quantiles.h"

/* Rows of one part, or of all, closed up. */
typedef struct measured {
    double *scores, *weights;
    uint8_t *labels;
    uint32_t rows;
    bool weighted;
} measured;

static bool measured_make(measured *m, csuccess__arena *arena, uint32_t most)
{
    *m = (measured){.scores = CSUCCESS__NEW_ARRAY(arena, double, most),
                    .weights = CSUCCESS__NEW_ARRAY(arena, double, most),
                    .labels = CSUCCESS__NEW_ARRAY(arena, uint8_t, most)};
    return m->scores && m->weights && m->labels;
}

static void measured_add(measured *m, const csuccess__training *t, uint32_t i)
{
    double weight = t->samples->rows[t->examples.rows[i]].given.weight;
    m->scores[m->rows] = t->predicted[i];
    m->weights[m->rows] = weight;
    m->labels[m->rows++] = t->examples.labels[i];
    m->weighted = m->weighted || fabs(weight - 1) > 0;
}

static csuccess__scored scored_of(const measured *m)
{
    return (csuccess__scored){.scores = m->scores,
                              .labels = m->labels,
                              .weights = m->weighted ? m->weights : NULL,
                              .rows = m->rows,
                              .probability = true};
}

static void add_to(csuccess__confusion *sum, const csuccess__confusion *one)
{
    sum->true_yes += one->true_yes;
    sum->false_yes += one->false_yes;
    sum->true_no += one->true_no;
    sum->false_no += one->false_no;
}

/* No probability reaches 2: nobody is acted on. */
static double threshold_of(const csuccess__training *t, uint32_t part)
{
    return csuccess__is_finite(t->thresholds[part]) ? t->thresholds[part] : 2;
}

static csuccess_result measure_part(csuccess__evaluation *out, const csuccess__training *t,
                                    uint32_t part, measured *m)
{
    m->rows = 0;
    for (uint32_t i = 0; i < t->examples.count; i++) {
        if (t->split.part[i] == part) {
            measured_add(m, t, i);
        }
    }
    csuccess__scored data = scored_of(m);
    const csuccess__figures_options how = {.threshold = threshold_of(t, part)};
    csuccess_result status =
        csuccess__figures_of(&out->parts[part], &t->samples->mem, &data, &how);
    out->decisions[part] = out->parts[part].confusion;
    add_to(&out->decision, &out->decisions[part]);
    return status;
}

static csuccess_result measure_all(csuccess__evaluation *out, const csuccess__training *t,
                                   measured *m)
{
    m->rows = 0;
    for (uint32_t i = 0; i < t->examples.count; i++) {
        if (t->split.part[i] < t->split.parts) {
            measured_add(m, t, i);
            out->rows++;
            out->events += t->examples.labels[i];
        }
    }
    csuccess__scored data = scored_of(m);
    const csuccess__figures_options how = {.threshold = 0.5};
    csuccess_result status = csuccess__figures_of(&out->pooled, &t->samples->mem, &data, &how);
    out->half = out->pooled.confusion;
    return status;
}

/* How long before the outcome the alarms that came true were given. */
static void measure_lead(csuccess__evaluation *out, const csuccess__training *t, double *days)
{
    uint32_t n = 0;
    double sum = 0;
    for (uint32_t i = 0; i < t->examples.count; i++) {
        const csuccess_sample *s = &t->samples->rows[t->examples.rows[i]].given;
        uint32_t part = t->split.part[i];
        if (part < t->split.parts && t->examples.labels[i] &&
            t->predicted[i] >= threshold_of(t, part)) {
            days[n] = (double)(s->outcome_at - s->as_of) / (double)CSUCCESS__DAY_MS;
            sum += days[n++];
        }
    }
    if (n) {
        csuccess__sort_doubles(days, n);
        out->lead =
            (csuccess__lead_time){n, sum / n, csuccess__quantile_of(days, n, 0.5), days[0]};
    }
}

csuccess_result csuccess__evaluate(csuccess__evaluation *out, csuccess__training *t,
                                   csuccess_error *err)
{
    measured m;
    csuccess__arena scratch;
    csuccess_result status = CSUCCESS_ENOMEM;
    *out = (csuccess__evaluation){.rows = 0};
    csuccess__arena_init(&scratch, &t->samples->mem, 0);
    out->parts = CSUCCESS__NEW_ARRAY(&t->arena, csuccess__figures, t->split.parts);
    out->decisions = CSUCCESS__NEW_ARRAY(&t->arena, csuccess__confusion, t->split.parts);
    if (measured_make(&m, &scratch, t->examples.count) && out->parts && out->decisions) {
        status = CSUCCESS_OK;
    }
    for (uint32_t part = 0; part < t->split.parts && status == CSUCCESS_OK; part++) {
        status = measure_part(out, t, part, &m);
    }
    if (status == CSUCCESS_OK) {
        status = measure_all(out, t, &m);
    }
    if (status == CSUCCESS_OK && t->samples->dated) {
        measure_lead(out, t, m.weights);
    }
    csuccess__arena_free(&scratch);
    return status < 0 ? csuccess__fail(err, status, "%s", csuccess_result_text(status))
                      : status;
}

csuccess__spread_of csuccess__over_parts(const csuccess__figures *parts, uint32_t count,
                                         csuccess__figure_of of)
{
    csuccess__spread_of out = {{0, false}, {0, false}};
    double sum = 0, squares = 0;
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        csuccess__figure f = of(&parts[i]);
        sum += f.present ? f.value : 0;
        n += f.present;
    }
    if (!n) {
        return out;
    }
    out.mean = (csuccess__figure){sum / n, true};
    for (uint32_t i = 0; i < count; i++) {
        csuccess__figure f = of(&parts[i]);
        squares += f.present ? (f.value - out.mean.value) * (f.value - out.mean.value) : 0;
    }
    if (n > 1) {
        out.sd = (csuccess__figure){sqrt(squares / (n - 1)), true};
    }
    return out;
}

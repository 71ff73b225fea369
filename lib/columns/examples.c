/* SPDX-License-Identifier: Apache-2.0 */
/* Labels of samples. */
#include "columns/examples.h"

#include "base/error.h"

/* Person-periods that one row may be cut into. */
enum { PERIODS_MOST = 120 };

int64_t csuccess__samples_observed(const csuccess_samples *samples)
{
    int64_t latest = CSUCCESS__TIME_MIN;
    if (samples->observed_until) {
        return samples->observed_until;
    }
    for (uint32_t i = 0; i < samples->count; i++) {
        const csuccess_sample *s = &samples->rows[i].given;
        if (s->present & CSUCCESS_SAMPLE_AS_OF && s->as_of > latest) {
            latest = s->as_of;
        }
        if (s->present & CSUCCESS_SAMPLE_OUTCOME_AT && s->outcome_at > latest) {
            latest = s->outcome_at;
        }
    }
    return latest;
}

/* One call. */
typedef struct work {
    csuccess__examples *out;
    csuccess__arena *arena;
    const csuccess_samples *samples;
    const csuccess__labelling *how;
    int64_t observed;
    uint32_t cap;
} work;

static bool put(work *w, uint32_t row, bool event)
{
    csuccess__examples *out = w->out;
    if (out->count == w->cap) {
        uint32_t cap = w->cap ? w->cap * 2 : w->samples->count + 1;
        uint32_t *rows = cap > w->cap ? CSUCCESS__NEW_ARRAY(w->arena, uint32_t, cap) : NULL;
        uint8_t *labels = rows ? CSUCCESS__NEW_ARRAY(w->arena, uint8_t, cap) : NULL;
        if (!labels) {
            return false;
        }
        for (uint32_t i = 0; i < out->count; i++) {
            rows[i] = out->rows[i];
            labels[i] = out->labels[i];
        }
        out->rows = rows;
        out->labels = labels;
        w->cap = cap;
    }
    out->rows[out->count] = row;
    out->labels[out->count++] = event;
    out->events += event;
    return true;
}

static csuccess__fate fate_of(const work *w, const csuccess_sample *s)
{
    csuccess__fate fate = {.kind = CSUCCESS__OUTCOME_NONE,
                           .has_notice = s->present & CSUCCESS_SAMPLE_NOTICE_AT,
                           .notice_at = s->notice_at,
                           .at = s->outcome_at,
                           .observed_until = w->observed};
    if (s->present & CSUCCESS_SAMPLE_OUTCOME_AT) {
        bool wanted = (s->kind == CSUCCESS_OUTCOME_EXPANSION) ==
                      (w->how->target == CSUCCESS_TARGET_EXPANSION);
        if (wanted) {
            fate.kind = CSUCCESS__OUTCOME_CAME;
        } else if (s->kind == CSUCCESS_OUTCOME_CHURN) { /* who left cannot grow */
            fate.kind = CSUCCESS__OUTCOME_LOST;
        }
    }
    return fate;
}

/* Bounds of the periods from the row's time on; how many fit into the window, 0 when they leave the calendar. */
static uint32_t cut(const work *w, int64_t start, int64_t end, int64_t *bounds)
{
    uint32_t n = 0;
    bounds[0] = start;
    while (n < PERIODS_MOST && csuccess__time_add(&bounds[n + 1], bounds[n], w->how->period) &&
           bounds[n + 1] <= end) {
        n++;
    }
    return n;
}

static bool put_periods(work *w, uint32_t row, const csuccess__window *window,
                        const csuccess__fate *fate)
{
    int64_t bounds[PERIODS_MOST + 1];
    csuccess__person_period list[PERIODS_MOST];
    uint32_t n = cut(w, window->start, window->end, bounds);
    /* What is read is of the row's own time, when no notice had been given: one that follows it is on the way to the outcome, as it is for
       the label of the row. To leave out the periods behind it would make a model blind to everybody who leaves by notice. */
    csuccess__fate known = *fate;
    known.has_notice = false;
    if (n == 0) {
        return true;
    }
    csuccess__person_periods all = csuccess__label_periods(list, bounds, n, &known);
    for (uint32_t i = 0; i < all.count; i++) {
        if (!put(w, row, list[i].came)) {
            return false;
        }
    }
    return true;
}

static bool is_some(csuccess__duration d)
{
    return d.months || d.days || d.ms;
}

/* Whether the customer was still there when the window opened. */
static bool is_at_risk(csuccess__label label)
{
    return label.kind != CSUCCESS__LABEL_GONE && label.kind != CSUCCESS__LABEL_NOTICE &&
           label.kind != CSUCCESS__LABEL_IN_GAP;
}

static csuccess_result add_dated(work *w, uint32_t row, csuccess_error *err)
{
    const csuccess_sample *s = &w->samples->rows[row].given;
    csuccess__window window = {.as_of = s->as_of};
    if (!csuccess__time_add(&window.start, s->as_of, w->how->gap) ||
        !csuccess__time_add(&window.end, window.start, w->how->horizon)) {
        return csuccess__fail(err, CSUCCESS_ERANGE,
                              "the window of row %u leaves the years 1 to 9999", row + 1);
    }
    csuccess__fate fate = fate_of(w, s);
    csuccess__label label = csuccess__label_of(&window, &fate);
    w->out->counts.by_label[label.kind]++;
    w->out->counts.open += label.kind == CSUCCESS__LABEL_CAME && label.open;
    bool ok = true;
    if (is_some(w->how->period)) {
        ok = !is_at_risk(label) || put_periods(w, row, &window, &fate);
    } else if (csuccess__label_usable(label)) {
        ok = put(w, row, label.kind == CSUCCESS__LABEL_CAME);
    }
    return ok ? CSUCCESS_OK : csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
}

static csuccess_result add_undated(work *w, uint32_t row, csuccess_error *err)
{
    const csuccess_sample *s = &w->samples->rows[row].given;
    if (!(s->present & CSUCCESS_SAMPLE_OUTCOME)) {
        w->out->counts.unknown++;
        return CSUCCESS_OK;
    }
    w->out->counts.by_label[s->outcome ? CSUCCESS__LABEL_CAME : CSUCCESS__LABEL_STAYED]++;
    return put(w, row, s->outcome) ? CSUCCESS_OK
                                   : csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
}

csuccess_result csuccess__examples_make(csuccess__examples *out, csuccess__arena *arena,
                                        const csuccess_samples *samples,
                                        const csuccess__labelling *how, csuccess_error *err)
{
    work w = {.out = out, .arena = arena, .samples = samples, .how = how};
    csuccess_result status = CSUCCESS_OK;
    *out = (csuccess__examples){.samples = samples};
    w.observed = csuccess__samples_observed(samples);
    for (uint32_t i = 0; i < samples->count && status == CSUCCESS_OK; i++) {
        status = samples->dated ? add_dated(&w, i, err) : add_undated(&w, i, err);
    }
    return status;
}

static bool is_in(uint32_t of, uint32_t part, bool other)
{
    return other ? of != part && of != CSUCCESS__PART_UNUSED : of == part;
}

/* reason: a part is named by a list and a number, and where it goes. */
csuccess_result csuccess__examples_part(csuccess__examples *out, csuccess__arena *arena,
                                        const csuccess__examples *from, const uint32_t *parts,
                                        uint32_t part, bool other)
{
    uint32_t n = 0;
    *out = (csuccess__examples){.samples = from->samples, .counts = from->counts};
    for (uint32_t i = 0; i < from->count; i++) {
        n += is_in(parts[i], part, other);
    }
    out->rows = CSUCCESS__NEW_ARRAY(arena, uint32_t, n);
    out->labels = CSUCCESS__NEW_ARRAY(arena, uint8_t, n);
    if (!out->rows || !out->labels) {
        return CSUCCESS_ENOMEM;
    }
    for (uint32_t i = 0; i < from->count; i++) {
        if (is_in(parts[i], part, other)) {
            out->rows[out->count] = from->rows[i];
            out->labels[out->count++] = from->labels[i];
            out->events += from->labels[i];
        }
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess_samples_total(const csuccess_samples *samples,
                                       csuccess_samples_totals *out)
{
    csuccess__examples examples;
    csuccess__arena arena;
    if (!samples) {
        return CSUCCESS_EINVALID;
    }
    csuccess__labelling how = {.horizon = samples->horizon, .gap = samples->gap};
    csuccess__arena_init(&arena, &samples->mem, 0);
    csuccess_result status = csuccess__examples_make(&examples, &arena, samples, &how, NULL);
    const csuccess__counts *c = &examples.counts;
    csuccess_samples_totals totals = {
        .size = sizeof totals,
        .rows = samples->count,
        .usable = examples.count,
        .events = examples.events,
        .unknown = c->unknown,
        .censored = c->by_label[CSUCCESS__LABEL_CENSORED] + c->open,
        .notice = c->by_label[CSUCCESS__LABEL_NOTICE],
        .gone = c->by_label[CSUCCESS__LABEL_GONE] + c->by_label[CSUCCESS__LABEL_IN_GAP]};
    csuccess__arena_free(&arena);
    return status < 0 ? status
                      : csuccess__struct_give(out, &totals, sizeof totals,
                                              "csuccess_samples_totals", NULL);
}

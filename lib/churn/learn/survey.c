/* SPDX-License-Identifier: Apache-2.0 */
/* The survey before training. */
#include "churn/learn/survey.h"
#include "base/error.h"
#include "churn/learn/survey_looks.h"

#include <math.h>

const char *csuccess__finding_name(csuccess__finding_kind kind)
{
    static const char *const names[] = {
#define FINDING(name, text) text,
        CSUCCESS__FINDINGS(FINDING)
#undef FINDING
    };
    return names[kind];
}

static const double leaks_from = 0.995, missing_from = 0.95, names_from = 0.9;
enum { DEFAULT_ROWS = 200, DEFAULT_EVENTS = 20, LEAST_NAMES = 50 };

typedef struct surveying {
    const csuccess__dataset *data;
    csuccess__arena scratch; /* of one feature */
    csuccess__print *prints;
    csuccess__finding *findings;
    uint32_t count;
} surveying;

static csuccess_result refuse_few(uint32_t rows, uint32_t have, const char *verb,
                                  uint32_t least, csuccess_error *err)
{
    return csuccess__fail(err, CSUCCESS_EDATA,
                          "%u of %u rows %s the outcome: at least %u are needed, so %u are "
                          "missing",
                          have, rows, verb, least, least - have);
}

static csuccess_result check_enough(const csuccess__dataset *data, uint32_t events,
                                    const csuccess__survey_options *options,
                                    csuccess_error *err)
{
    uint32_t least_rows = options->min_rows ? options->min_rows : DEFAULT_ROWS;
    uint32_t least = options->min_events ? options->min_events : DEFAULT_EVENTS;
    uint32_t rest = data->rows - events;
    if (data->rows < least_rows) {
        return csuccess__fail(err, CSUCCESS_EDATA,
                              "%u rows are too few: at least %u are needed, so %u are missing",
                              data->rows, least_rows, least_rows - data->rows);
    }
    if (events == 0 || rest == 0) {
        return csuccess__fail(err, CSUCCESS_EDATA,
                              "%s of %u rows has the outcome: at least %u with and %u without "
                              "are needed",
                              events == 0 ? "none" : "each", data->rows, least, least);
    }
    if (events < least) {
        return refuse_few(data->rows, events, "have", least, err);
    }
    return rest < least ? refuse_few(data->rows, rest, "lack", least, err) : CSUCCESS_OK;
}

static csuccess__finding *add(surveying *s, csuccess__finding_kind kind, uint32_t feature,
                              double figure)
{
    csuccess__finding *found = &s->findings[s->count++];
    *found = (csuccess__finding){.kind = kind,
                                 .feature = feature,
                                 .other = CSUCCESS__NO_OTHER,
                                 .figure = figure,
                                 .low = (double)NAN,
                                 .high = (double)NAN};
    return found;
}

static bool is_constant(const surveying *s, uint32_t f)
{
    const csuccess__print *print = &s->prints[f];
    return print->distinct == 0 || (print->distinct == 1 && print->missing == 0);
}

/* Whole numbers, each once, with hardly a gap. */
static bool runs_through(const double *numbers, uint32_t rows, const csuccess__print *print)
{
    uint32_t present = rows - print->missing;
    double low = (double)INFINITY, high = -(double)INFINITY;
    if (print->distinct != present) {
        return false;
    }
    for (uint32_t i = 0; i < rows; i++) {
        if (numbers[i] == numbers[i] && numbers[i] != floor(numbers[i])) {
            return false;
        }
        low = numbers[i] < low ? numbers[i] : low;
        high = numbers[i] > high ? numbers[i] : high;
    }
    return high - low < 1.5 * present;
}

static bool is_name(const surveying *s, uint32_t f)
{
    const csuccess__print *print = &s->prints[f];
    uint32_t present = s->data->rows - print->missing;
    if (present < LEAST_NAMES) {
        return false;
    }
    return s->data->features[f].numbers
               ? runs_through(s->data->features[f].numbers, s->data->rows, print)
               : print->distinct >= names_from * present;
}

static void look_for_twin(surveying *s, uint32_t f)
{
    for (uint32_t other = 0; other < f; other++) {
        double same = csuccess__sameness(s->data, s->prints, other, f);
        if (same > 0) {
            add(s, CSUCCESS__FINDING_DUPLICATE, f, same)->other = other;
            return;
        }
    }
}

/* Says which value it is. */
static void describe_bin(csuccess__finding *found, const csuccess__feature *feature,
                         const csuccess__cut_rows *cut, uint32_t bin)
{
    if (bin + 1 == cut->bins) {
        return;
    }
    if (!feature->numbers) {
        found->word = feature->words[bin];
        return;
    }
    found->low = bin > 0 ? cut->bounds[bin - 1] : -(double)INFINITY;
    found->high = bin < cut->count ? cut->bounds[bin] : (double)INFINITY;
}

static csuccess_result look_for_leak(surveying *s, uint32_t f)
{
    csuccess__cut_rows cut;
    const csuccess__feature *feature = &s->data->features[f];
    csuccess__telling_bin telling;
    double auc;
    csuccess_result result = csuccess__survey_cut(&cut, &s->scratch, feature, s->data->rows);
    if (result == CSUCCESS_OK) {
        result = csuccess__survey_auc(&auc, &s->scratch, &cut, s->data);
    }
    if (result == CSUCCESS_OK && auc >= leaks_from) {
        add(s, CSUCCESS__FINDING_LEAK, f, auc);
        return CSUCCESS_OK;
    }
    if (result == CSUCCESS_OK) {
        result = csuccess__survey_telling_bin(&telling, &s->scratch, &cut, s->data);
    }
    if (result == CSUCCESS_OK && telling.found) {
        describe_bin(add(s, CSUCCESS__FINDING_LEAK_VALUE, f, telling.share), feature, &cut,
                     telling.bin);
    }
    return result;
}

static csuccess_result look(surveying *s, uint32_t f)
{
    double missing = (double)s->prints[f].missing / s->data->rows;
    if (is_constant(s, f)) {
        add(s, CSUCCESS__FINDING_CONSTANT, f, missing);
        return CSUCCESS_OK;
    }
    if (missing >= missing_from) {
        add(s, CSUCCESS__FINDING_MISSING, f, missing);
    }
    look_for_twin(s, f);
    csuccess_result result = look_for_leak(s, f);
    if (result == CSUCCESS_OK && is_name(s, f)) {
        add(s, CSUCCESS__FINDING_IDENTIFIER, f,
            (double)s->prints[f].distinct / (s->data->rows - s->prints[f].missing));
    }
    return result;
}

static csuccess_result look_at_all(surveying *s, csuccess_error *err)
{
    uint32_t n = s->data->feature_count, constant = 0;
    csuccess_result result = CSUCCESS_OK;
    for (uint32_t f = 0; f < n && result == CSUCCESS_OK; f++) {
        csuccess__arena_reset(&s->scratch);
        result = csuccess__print_of(&s->prints[f], &s->scratch, &s->data->features[f],
                                    s->data->rows);
        constant += result == CSUCCESS_OK && is_constant(s, f);
    }
    if (result == CSUCCESS_OK && constant == n) {
        return csuccess__fail(err, CSUCCESS_EDATA, "%s: there is nothing to learn from",
                              n ? "no metric varies" : "there are no metrics");
    }
    for (uint32_t f = 0; f < n && result == CSUCCESS_OK; f++) {
        csuccess__arena_reset(&s->scratch);
        result = look(s, f);
    }
    return result == CSUCCESS_OK ? result : csuccess__fail(err, result, "out of memory");
}

/* reason: what is made, where, of what, how, and the error. */
csuccess_result csuccess__survey_take(csuccess__survey *out, csuccess__arena *arena,
                                      const csuccess_allocator *mem,
                                      const csuccess__dataset *data,
                                      const csuccess__survey_options *options,
                                      csuccess_error *err)
{
    surveying s = {.data = data};
    size_t most = (size_t)data->feature_count * CSUCCESS__FINDING_KINDS;
    *out = (csuccess__survey){.rows = data->rows};
    for (uint32_t i = 0; i < data->rows; i++) {
        out->events += data->labels[i];
    }
    csuccess_result result = check_enough(data, out->events, options, err);
    if (result != CSUCCESS_OK) {
        return result;
    }
    s.findings = CSUCCESS__NEW_ARRAY(arena, csuccess__finding, most);
    s.prints = CSUCCESS__NEW_ARRAY(arena, csuccess__print, data->feature_count);
    if (!s.findings || !s.prints) {
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    csuccess__arena_init(&s.scratch, mem, 0);
    result = look_at_all(&s, err);
    csuccess__arena_free(&s.scratch);
    out->findings = s.findings;
    out->count = s.count;
    return result;
}

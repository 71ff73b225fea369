/* SPDX-License-Identifier: Apache-2.0 */
/* Metrics of examples as features of a dataset. */
#include "columns/examples.h"

#include <math.h>

static const csuccess_str truth[] = {{"false", 5}, {"true", 4}};

static void sink(uint32_t *heap, uint32_t count, uint32_t i, const csuccess_str *words)
{
    for (;;) {
        uint32_t child = 2 * i + 1;
        if (child >= count) {
            return;
        }
        if (child + 1 < count &&
            csuccess__str_cmp(words[heap[child]], words[heap[child + 1]]) < 0) {
            child++;
        }
        if (csuccess__str_cmp(words[heap[i]], words[heap[child]]) >= 0) {
            return;
        }
        uint32_t other = heap[i];
        heap[i] = heap[child];
        heap[child] = other;
        i = child;
    }
}

/* Ascending by the words' bytes. */
static void sort_words(uint32_t *order, uint32_t n, const csuccess_str *words)
{
    for (uint32_t i = n / 2; i-- > 0;) {
        sink(order, n, i, words);
    }
    for (uint32_t left = n; left > 1; left--) {
        uint32_t last = order[left - 1];
        order[left - 1] = order[0];
        order[0] = last;
        sink(order, left - 1, 0, words);
    }
}

/* The words that stand in these rows, as they come; `seen` is by word. */
static uint32_t find_words(uint32_t *words, uint32_t *seen,
                           const csuccess__sample_metric *metric, const csuccess__examples *ex)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < ex->count; i++) {
        uint32_t code = metric->codes[ex->rows[i]];
        if (code != CSUCCESS__NO_WORD && !seen[code]) {
            seen[code] = 1;
            words[n++] = code;
        }
    }
    return n;
}

/* Only words that stand in these rows, sorted. */
static bool take_words(csuccess__feature *f, csuccess__arena *arena,
                       const csuccess__sample_metric *metric, const csuccess__examples *ex)
{
    uint32_t all = metric->words.count, n = 0;
    uint32_t *number = CSUCCESS__NEW_ARRAY(arena, uint32_t, (size_t)all + 1);
    uint32_t *order = CSUCCESS__NEW_ARRAY(arena, uint32_t, (size_t)all + 1);
    uint32_t *codes = CSUCCESS__NEW_ARRAY(arena, uint32_t, ex->count);
    if (!number || !order || !codes) {
        return false;
    }
    n = find_words(order, number, metric, ex);
    sort_words(order, n, metric->words.list);
    csuccess_str *words = CSUCCESS__NEW_ARRAY(arena, csuccess_str, (size_t)n + 1);
    if (!words) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        words[i] = metric->words.list[order[i]];
        number[order[i]] = i;
    }
    for (uint32_t i = 0; i < ex->count; i++) {
        uint32_t code = metric->codes[ex->rows[i]];
        codes[i] = code == CSUCCESS__NO_WORD ? CSUCCESS__WORD_MISSING : number[code];
    }
    f->codes = codes;
    f->words = words;
    f->word_count = n;
    return true;
}

static bool take_bools(csuccess__feature *f, csuccess__arena *arena,
                       const csuccess__sample_metric *metric, const csuccess__examples *ex)
{
    uint32_t *codes = CSUCCESS__NEW_ARRAY(arena, uint32_t, ex->count);
    for (uint32_t i = 0; codes && i < ex->count; i++) {
        codes[i] = metric->codes[ex->rows[i]];
    }
    f->boolean = true;
    f->codes = codes;
    f->words = truth;
    f->word_count = 2;
    return codes != NULL;
}

static bool take_numbers(csuccess__feature *f, csuccess__arena *arena,
                         const csuccess__sample_metric *metric, const csuccess__examples *ex)
{
    double *numbers = CSUCCESS__NEW_ARRAY(arena, double, ex->count);
    for (uint32_t i = 0; numbers && i < ex->count; i++) {
        numbers[i] = metric->numbers[ex->rows[i]];
    }
    f->numbers = numbers;
    return numbers != NULL;
}

static bool take_weights(csuccess__dataset *out, csuccess__arena *arena,
                         const csuccess__examples *ex)
{
    bool all_one = true;
    double *weights = CSUCCESS__NEW_ARRAY(arena, double, ex->count);
    for (uint32_t i = 0; weights && i < ex->count; i++) {
        weights[i] = ex->samples->rows[ex->rows[i]].given.weight;
        all_one = all_one && fabs(weights[i] - 1) < 1e-15;
    }
    out->weights = all_one ? NULL : weights;
    return weights != NULL;
}

bool csuccess__examples_dataset(csuccess__dataset *out, csuccess__arena *arena,
                                const csuccess__examples *examples, const int32_t *monotone)
{
    const csuccess_samples *samples = examples->samples;
    csuccess__feature *features =
        CSUCCESS__NEW_ARRAY(arena, csuccess__feature, samples->metric_count);
    bool ok = features != NULL;
    for (uint32_t i = 0; ok && i < samples->metric_count; i++) {
        const csuccess__sample_metric *metric = &samples->metrics[i];
        features[i].name = metric->name;
        features[i].monotone = monotone ? monotone[i] : 0;
        ok = metric->kind == CSUCCESS__KIND_NUMBER
                 ? take_numbers(&features[i], arena, metric, examples)
             : metric->kind == CSUCCESS__KIND_BOOL
                 ? take_bools(&features[i], arena, metric, examples)
                 : take_words(&features[i], arena, metric, examples);
    }
    *out = (csuccess__dataset){.features = features,
                               .feature_count = samples->metric_count,
                               .rows = examples->count,
                               .labels = examples->labels};
    return ok && take_weights(out, arena, examples);
}

uint32_t *csuccess__examples_groups(const csuccess__examples *examples, csuccess__arena *arena)
{
    uint32_t *groups = CSUCCESS__NEW_ARRAY(arena, uint32_t, examples->count);
    const uint32_t known = examples->samples->customers.count;
    for (uint32_t i = 0; groups && i < examples->count; i++) {
        uint32_t customer = examples->samples->rows[examples->rows[i]].customer;
        groups[i] = customer == CSUCCESS__NO_WORD ? known + examples->rows[i] : customer;
    }
    return groups;
}

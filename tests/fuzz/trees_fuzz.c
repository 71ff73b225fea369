/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a model of XGBoost's: refused with a place, or a forest whose margins and contributions are finite, agree between
   row and block, and add up. */
#include <math.h>
#include <string.h>

#include "churn/trees/trees.h"
#include "fuzz.h"

enum { ROWS = 9, MOST_FEATURES = 64 };

static void check_refusal(const csuccess_error *err, csuccess_result result, size_t size)
{
    FUZZ_CHECK(result == CSUCCESS_EMODEL || result == CSUCCESS_EJSON ||
               result == CSUCCESS_EENCODING || result == CSUCCESS_ELIMIT);
    FUZZ_CHECK(err->code == result && err->message[0] != '\0' && err->offset <= size);
}

/* Values that are near to what splits may ask for. */
static float value_at(const uint8_t *data, size_t size, size_t i)
{
    static const float some[] = {0.0F, -0.0F, 1.0F, 2.0F, -1.0F, 0.5F, 1e30F, -1e30F};
    uint8_t byte = data[i * 7 % size];
    if (byte % 5 == 0) return NAN;
    return byte % 2 ? some[byte / 2 % 8] : (float)byte / 16.0F;
}

static void check_rows(csuccess__forest *forest, csuccess__forest_work *work,
                       const uint8_t *data, size_t size)
{
    static float rows[ROWS * MOST_FEATURES];
    double contributions[MOST_FEATURES + 1];
    float margins[ROWS];
    size_t features = forest->feature_count;
    for (size_t i = 0; i < ROWS * features; i++) rows[i] = value_at(data, size, i);
    csuccess__forest_block block = {rows, features, 1, ROWS};
    csuccess__forest_margins(forest, work, &block, margins);
    for (size_t r = 0; r < ROWS; r++) {
        double sum = 0, size_of_all = 0;
        float margin =
            csuccess__forest_explain(forest, work, rows + r * features, contributions);
        FUZZ_CHECK(margin == csuccess__forest_margin(forest, work, rows + r * features));
        FUZZ_CHECK(margin == margins[r] && isfinite(margin));
        for (size_t i = 0; i <= features; i++) {
            sum += contributions[i];
            size_of_all += fabs(contributions[i]);
        }
        FUZZ_CHECK(fabs(sum - (double)margin) <= 1e-9 * fmax(1, size_of_all));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    csuccess__arena arena;
    csuccess__forest *forest;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_str text = {(const char *)data, size};
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    csuccess_result result = csuccess__forest_read(&forest, &arena, text, NULL, &err);
    FUZZ_CHECK((result == CSUCCESS_OK) == (forest != NULL));
    if (forest) {
        FUZZ_CHECK(csuccess__forest_recognised(text));
        csuccess__forest_work *work = csuccess__forest_work_new(&arena, forest, true);
        FUZZ_CHECK(work != NULL);
        if (forest->feature_count <= MOST_FEATURES) check_rows(forest, work, data, size);
    } else {
        check_refusal(&err, result, size);
    }
    csuccess__arena_free(&arena);
    return 0;
}

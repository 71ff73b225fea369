/* SPDX-License-Identifier: Apache-2.0 */
/* Any lines as records of predictions: counted or refused with a place; after a refusal everything is as it was; and in two parts
   that are merged they come to the same. */
#include <csuccess/csuccess.h>
#include <stdbool.h>
#include <string.h>

#include "fuzz.h"

static csuccess_tracking_figures figures(const csuccess_tracking *t)
{
    csuccess_tracking_figures f = CSUCCESS_TRACKING_FIGURES_INIT;
    FUZZ_CHECK(csuccess_tracking_total(t, &f) == CSUCCESS_OK);
    return f;
}

static void same(const csuccess_tracking *a, const csuccess_tracking *b)
{
    csuccess_tracking_figures x = figures(a), y = figures(b);
    FUZZ_CHECK(memcmp(&x, &y, sizeof x) == 0);
    for (uint32_t by = CSUCCESS_BY_LEVEL; by <= CSUCCESS_BY_MODEL; by++) {
        FUZZ_CHECK(csuccess_tracking_groups(a, by) == csuccess_tracking_groups(b, by));
    }
}

static void read_line(csuccess_tracking *t, csuccess_str line)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_tracking_figures before = figures(t);
    size_t levels = csuccess_tracking_groups(t, CSUCCESS_BY_LEVEL);
    csuccess_result result = csuccess_tracking_add_json(t, line, &err);
    csuccess_tracking_figures after = figures(t);
    FUZZ_CHECK(after.predictions == before.predictions + (result >= 0));
    if (result >= 0) return;
    FUZZ_CHECK(err.code == result && err.message[0]);
    FUZZ_CHECK(memcmp(&before, &after, sizeof before) == 0);
    FUZZ_CHECK(csuccess_tracking_groups(t, CSUCCESS_BY_LEVEL) == levels);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    csuccess_tracking *all = NULL, *parts[2] = {NULL, NULL};
    FUZZ_CHECK(csuccess_tracking_new(&all, NULL, NULL) == CSUCCESS_OK);
    FUZZ_CHECK(csuccess_tracking_new(&parts[0], NULL, NULL) == CSUCCESS_OK);
    FUZZ_CHECK(csuccess_tracking_new(&parts[1], NULL, NULL) == CSUCCESS_OK);
    for (size_t i = 0, n = 0; i < size; n++) {
        const char *end = memchr(text + i, '\n', size - i);
        size_t len = end ? (size_t)(end - text) - i : size - i;
        read_line(all, (csuccess_str){text + i, len});
        read_line(parts[n % 2], (csuccess_str){text + i, len});
        i += len + 1;
    }
    if (csuccess_tracking_merge(parts[0], parts[1], NULL) == CSUCCESS_OK) same(all, parts[0]);
    csuccess_tracking_free(all);
    csuccess_tracking_free(parts[0]);
    csuccess_tracking_free(parts[1]);
    return 0;
}

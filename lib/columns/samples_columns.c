/* SPDX-License-Identifier: Apache-2.0 */
/* Adding whole columns to samples: each row as the row machine sees it, so that nothing can differ. */
#include "columns/samples.h"

#include "base/error.h"
#include "text/utf8.h"

/* The sample of item i; bits whose array is absent do not count. */
static csuccess_sample sample_at(const csuccess_sample_columns *given, size_t i)
{
    csuccess_sample s = CSUCCESS_SAMPLE_INIT;
    s.present = given->present[i];
    const struct {
        uint32_t bit;
        const void *array;
    } needed[] = {{CSUCCESS_SAMPLE_OUTCOME, given->outcome},
                  {CSUCCESS_SAMPLE_AS_OF, given->as_of},
                  {CSUCCESS_SAMPLE_OUTCOME_AT, given->outcome_at},
                  {CSUCCESS_SAMPLE_NOTICE_AT, given->notice_at},
                  {CSUCCESS_SAMPLE_FOLD, given->fold}};
    for (size_t k = 0; k < sizeof needed / sizeof *needed; k++) {
        s.present &= needed[k].array ? UINT32_MAX : ~needed[k].bit;
    }
    s.outcome = given->outcome ? given->outcome[i] : 0;
    s.as_of = given->as_of ? given->as_of[i] : 0;
    s.outcome_at = given->outcome_at ? given->outcome_at[i] : 0;
    s.notice_at = given->notice_at ? given->notice_at[i] : 0;
    s.weight = given->weight ? given->weight[i] : 0;
    s.kind = given->kind ? given->kind[i] : 0;
    s.fold = given->fold ? given->fold[i] : 0;
    return s;
}

static csuccess_result check_rows(const csuccess_samples *samples,
                                  const csuccess_columns *columns, size_t first, size_t count,
                                  csuccess_error *err)
{
    if (!samples || !columns || columns->config != samples->scorer->config) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "samples and columns of one configuration are required");
    }
    if (first > columns->rows || count > columns->rows - first) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "rows %z to %z are wanted of %z", first,
                              first + count, columns->rows);
    }
    return CSUCCESS_OK;
}

/* reason: where a row stands, whose it is and what became of it. */
static csuccess_result add_one(csuccess_samples *samples, const csuccess_columns *columns,
                               size_t row, csuccess_str customer, const csuccess_sample *given,
                               csuccess_error *err)
{
    csuccess_result status = csuccess__sample_check(samples, given, err);
    if (status == CSUCCESS_OK && !csuccess__utf8_check(customer, NULL)) {
        status = csuccess__fail(err, CSUCCESS_EENCODING, "a customer's id is not UTF-8");
    }
    if (status < 0) {
        return status;
    }
    const uint32_t inputs = samples->scorer->config->schema->inputs;
    for (uint32_t i = 0; i < inputs; i++) {
        samples->scorer->slots[i] = csuccess__column_value(&columns->slots[i], row, 0);
    }
    status = csuccess__samples_keep(samples, samples->count, customer, given, err);
    if (status == CSUCCESS_OK) {
        samples->dated = given->present & CSUCCESS_SAMPLE_AS_OF;
        samples->count++;
    }
    return status;
}

/* reason: a range of rows and what became of them are what one call says. */
csuccess_result csuccess_samples_add_columns(csuccess_samples *samples,
                                             const csuccess_columns *columns, size_t first,
                                             size_t count, const csuccess_sample_columns *in,
                                             csuccess_error *err)
{
    csuccess_sample_columns given;
    csuccess_result status = check_rows(samples, columns, first, count, err);
    if (status == CSUCCESS_OK) {
        status = csuccess__struct_take(&given, sizeof given, sizeof(size_t), in,
                                       "csuccess_sample_columns", err);
    }
    if (status == CSUCCESS_OK && !given.present && count) {
        status = csuccess__fail(err, CSUCCESS_EINVALID, "the array `present` is required");
    }
    if (status == CSUCCESS_OK) {
        status = csuccess__samples_reserve(samples, count, err);
    }
    uint32_t before = status < 0 ? 0 : samples->count;
    bool dated = status < 0 ? false : samples->dated;
    for (size_t i = 0; i < count && status == CSUCCESS_OK; i++) {
        csuccess_sample one = sample_at(&given, i);
        csuccess_str customer = given.customer ? given.customer[i] : csuccess__str(NULL);
        status = add_one(samples, columns, first + i, customer, &one, err);
        if (status < 0) { /* none of them */
            samples->count = before;
            samples->dated = dated;
        }
    }
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Asking the host's own model, a batch at a time, and believing nothing that it did not say. */
#include "churn/internal.h"

#include "base/number.h"

void csuccess__host_put(csuccess__host_rows *rows, size_t at, const csuccess__value *value)
{
    rows->present[at] = !csuccess__is_missing(*value);
    rows->values[at] = value->kind == CSUCCESS__KIND_NUMBER ? value->as.number
                       : value->kind == CSUCCESS__KIND_BOOL ? (double)value->as.boolean
                                                            : 0;
    if (rows->texts) { /* what is no string has no pointer, the empty string has one */
        csuccess_str text = {NULL, 0};
        if (value->kind == CSUCCESS__KIND_STRING) text = value->as.string;
        if (value->kind == CSUCCESS__KIND_STRING && !text.ptr) text.ptr = "";
        rows->texts[at] = text;
    }
}

csuccess__trouble csuccess__host_ask(const csuccess__chain_step *step,
                                     const csuccess__churn_host *host,
                                     csuccess__host_rows *rows, uint32_t count, int64_t now)
{
    csuccess_predict_batch batch = {.size = sizeof batch,
                                    .rows = count,
                                    .features = step->feature_count,
                                    .names = step->names,
                                    .values = rows->values,
                                    .texts = step->texts ? rows->texts : NULL,
                                    .present = rows->present,
                                    .now_ms = now,
                                    .probability = rows->answers,
                                    .confidence = rows->sureness,
                                    .status = rows->status};
    for (uint32_t i = 0; i < count; i++) {
        rows->answers[i] = (double)NAN;
        rows->sureness[i] = (double)NAN;
        rows->status[i] = CSUCCESS_EMISSING; /* a row that is not answered has failed */
    }
    *host->busy = true;
    csuccess_result said = host->predict(host->ud, &batch);
    *host->busy = false;
    return said < 0 ? CSUCCESS__TROUBLE_FAILED : CSUCCESS__TROUBLE_NONE;
}

/* reason: an answer is a probability, a confidence, and whether there is one. */
csuccess__trouble csuccess__host_take(const csuccess__host_rows *rows, uint32_t row,
                                      double complete, double *probability, double *confidence,
                                      bool *has_confidence)
{
    if (rows->status[row] < 0) {
        return CSUCCESS__TROUBLE_FAILED;
    }
    double sure = rows->sureness[row];
    *has_confidence = true;
    *confidence = sure >= 0 && sure <= 1 ? sure : complete;
    *probability = rows->answers[row];
    return CSUCCESS__TROUBLE_NONE;
}

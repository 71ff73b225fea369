/* SPDX-License-Identifier: Apache-2.0 */
/* Training: check on rows held out, learn from all, write document and report. */
#include "columns/train_parent.h"
#include "columns/train_report.h"

#include "base/error.h"

static csuccess_str digest_of(csuccess_str document)
{
    /* The writer puts it last: no quotation mark stands behind it. */
    const size_t len = 7 + 64;
    size_t end = document.len;
    while (end > 0 && document.ptr[end - 1] != '"') end--;
    csuccess_str digest = {"", 0};
    if (end > len) {
        digest = (csuccess_str){document.ptr + end - 1 - len, len};
    }
    return digest;
}

static csuccess__document_head head_of(const csuccess__training *t, csuccess_str training,
                                       char *horizon, char *period)
{
    const csuccess_train_options *o = &t->options;
    csuccess__document_head head = {
        .name = o->name,
        .kind = csuccess__str(csuccess__trainer_name(o->trainer)),
        .target = csuccess__str(csuccess__target_name(o->target)),
        .horizon = {horizon, csuccess__duration_format(horizon, t->samples->horizon)},
        .dated = t->samples->dated,
        .calibrated = o->calibration != CSUCCESS_CALIBRATE_NONE,
        .calibration = t->final.calibration,
        .training = training,
        .parent = csuccess_model_digest(o->parent)};
    if (o->trainer == CSUCCESS_TRAINER_HAZARD) {
        head.period = (csuccess_str){period, csuccess__duration_format(period, t->period)};
    }
    return head;
}

/* What a call makes, in buffers of its own. */
typedef struct texts {
    csuccess__buffer model, report, summary;
} texts;

static void texts_init(texts *x, const csuccess_samples *samples)
{
    csuccess__buffer_init(&x->model, &samples->mem, 0);
    csuccess__buffer_init(&x->report, &samples->mem, 0);
    csuccess__buffer_init(&x->summary, &samples->mem, 0);
}

static void texts_free(texts *x)
{
    csuccess__buffer_free(&x->model);
    csuccess__buffer_free(&x->report);
    csuccess__buffer_free(&x->summary);
}

static csuccess_result write_all(texts *x, const csuccess__training *t,
                                 const csuccess__evaluation *e, csuccess_error *err)
{
    char horizon[CSUCCESS__DURATION_TEXT], period[CSUCCESS__DURATION_TEXT];
    csuccess__training_summary(&x->summary, t, e);
    csuccess_result status = x->summary.status;
    if (status == CSUCCESS_OK) {
        csuccess__document_head head =
            head_of(t, csuccess__buffer_view(&x->summary), horizon, period);
        status = csuccess__document_write(&x->model, &head, &t->final.model, &t->data, err);
        if (status < 0) {
            return status;
        }
        csuccess__training_report(&x->report, t, e,
                                  digest_of(csuccess__buffer_view(&x->model)));
        status = x->report.status;
    }
    return status < 0 ? csuccess__fail(err, status, "%s", csuccess_result_text(status))
                      : status;
}

static csuccess_result learn(texts *x, csuccess__training *t, csuccess_error *err)
{
    csuccess__evaluation evaluation;
    csuccess_result status = csuccess__training_check(t, err);
    if (status == CSUCCESS_OK) {
        status = csuccess__evaluate(&evaluation, t, err);
    }
    if (status == CSUCCESS_OK) {
        status = csuccess__training_finish(t, err);
    }
    return status < 0 ? status : write_all(x, t, &evaluation, err);
}

/* Both texts, or neither. */
static csuccess_result give(csuccess_text **model, csuccess_text **report, const texts *x,
                            const csuccess_samples *samples, csuccess_error *err)
{
    csuccess_result status =
        csuccess__text_make(model, &samples->mem, csuccess__buffer_view(&x->model));
    if (status == CSUCCESS_OK) {
        status = csuccess__text_make(report, &samples->mem, csuccess__buffer_view(&x->report));
    }
    if (status < 0) {
        csuccess_text_free(*model);
        *model = NULL;
        return csuccess__fail(err, status, "out of memory");
    }
    return status;
}

csuccess_result csuccess_train(csuccess_text **model, csuccess_text **report,
                               csuccess_samples *samples, const csuccess_train_options *options,
                               csuccess_error *err)
{
    csuccess__training t;
    texts x;
    if (!model || !report || !samples) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "model, report and samples are required");
    }
    *model = *report = NULL;
    texts_init(&x, samples);
    csuccess_result status = csuccess__training_begin(&t, samples, options, err);
    if (status == CSUCCESS_OK) {
        status = t.options.update == CSUCCESS_UPDATE_RECALIBRATE
                     ? csuccess__recalibrate(&x.model, &x.report, &t, err)
                     : learn(&x, &t, err);
    }
    if (status == CSUCCESS_OK) {
        status = give(model, report, &x, samples, err);
    }
    csuccess__training_end(&t);
    texts_free(&x);
    return status;
}

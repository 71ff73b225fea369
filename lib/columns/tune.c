/* SPDX-License-Identifier: Apache-2.0 */
/* Fitting of parameters: what every kind of it has. */
#include "columns/tuning.h"

#include "base/error.h"

/* reason: one line a check. */
static csuccess_result take_options(csuccess__tuning *t, const csuccess_tune_options *in)
{
    csuccess_tune_options *o = &t->options;
    csuccess_result status = in ? csuccess__struct_take(o, sizeof *o, sizeof(size_t), in,
                                                        "csuccess_tune_options", t->err)
                                : CSUCCESS_OK;
    if (status < 0) {
        return status;
    }
    o->folds = o->folds ? o->folds : 5;
    if (o->what > CSUCCESS_TUNE_TRAINER || o->trainer > CSUCCESS_TRAINER_HAZARD) {
        return csuccess__fail(t->err, CSUCCESS_EINVALID, "there is nothing of that number");
    }
    if (o->folds < 2 || o->folds > 100) {
        return csuccess__fail(t->err, CSUCCESS_EINVALID, "%u folds; it is 2 to 100", o->folds);
    }
    if (!(o->most >= 0 && o->most <= 1)) {
        return csuccess__fail(t->err, CSUCCESS_EINVALID,
                              "a weight may move by at most 1 of all weights");
    }
    if (!(o->most > 0)) {
        o->most = 0.1;
    }
    return CSUCCESS_OK;
}

static csuccess_result give(csuccess_text **patch, csuccess_text **report,
                            const csuccess__tuning *t)
{
    const csuccess_allocator *mem = &t->samples->mem;
    csuccess_result status = t->patch->status < 0 ? t->patch->status : t->report->status;
    if (status == CSUCCESS_OK) {
        status = csuccess__text_make(patch, mem, csuccess__buffer_view(t->patch));
    }
    if (status == CSUCCESS_OK) {
        status = csuccess__text_make(report, mem, csuccess__buffer_view(t->report));
    }
    if (status < 0) {
        csuccess_text_free(*patch);
        *patch = NULL;
        csuccess__fail(t->err, status, "out of memory");
    }
    return status;
}

csuccess_result csuccess_tune(csuccess_text **patch, csuccess_text **report,
                              csuccess_samples *samples, const csuccess_tune_options *options,
                              csuccess_error *err)
{
    csuccess__buffer texts[2];
    csuccess__tuning t = {
        .samples = samples, .patch = &texts[0], .report = &texts[1], .err = err};
    if (!patch || !report || !samples) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "patch, report and samples are required");
    }
    *patch = *report = NULL;
    csuccess_result status = take_options(&t, options);
    if (status < 0) {
        return status;
    }
    csuccess__arena_init(&t.arena, &samples->mem, 0);
    csuccess__buffer_init(&texts[0], &samples->mem, 0);
    csuccess__buffer_init(&texts[1], &samples->mem, 0);
    status = t.options.what == CSUCCESS_TUNE_TRAINER ? csuccess__tune_trainer(&t)
                                                     : csuccess__tune_weights(&t);
    if (status == CSUCCESS_ENOMEM) {
        csuccess__fail(err, status, "out of memory");
    }
    if (status >= 0) {
        csuccess_result given = give(patch, report, &t);
        status = given < 0 ? given : status;
    }
    csuccess__buffer_free(&texts[0]);
    csuccess__buffer_free(&texts[1]);
    csuccess__arena_free(&t.arena);
    return status;
}

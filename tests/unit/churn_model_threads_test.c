/* SPDX-License-Identifier: Apache-2.0 */
/* One model under many configurations in many threads; meant for the thread sanitizer. */
#include "churn_models.h"

#include <pthread.h>

enum { THREADS = 4, ROUNDS = 30 };

typedef struct worker {
    csuccess_model *model; /* a reference of its own */
    double sum;
    uint32_t errors;
} worker;

static void *work(void *ud)
{
    worker *self = ud;
    models_host host = {.models = {self->model}, .count = 1};
    for (int i = 0; i < ROUNDS; i++) {
        csuccess_prediction p = CSUCCESS_PREDICTION_INIT;
        models_bench b;
        bool ok = models_open(&b, "\"model\": {\"learned\": {\"name\": \"telco\"}}", &host,
                              NULL) == 0;
        if (ok) csuccess_facts_set_number(b.facts, CSUCCESS_STR("tenure"), i);
        ok = ok &&
             csuccess_scorer_predict(b.scorer, b.facts, models_now, &p, NULL) == CSUCCESS_OK;
        self->errors += !ok;
        self->sum += p.probability;
        models_close(&b);
    }
    models_forget(&host);
    return NULL;
}

static void threads_share_a_model(void)
{
    static worker workers[THREADS + 1]; /* the last works alone, as the measure */
    pthread_t threads[THREADS];
    csuccess_model *model = models_load(MODELS_DOCUMENT);
    if (!CHECK(model != NULL)) return;
    for (int i = 0; i <= THREADS; i++) workers[i].model = csuccess_model_ref(model);
    csuccess_model_unref(model);
    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, work, &workers[i]) != 0) abort();
    }
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    work(&workers[THREADS]);
    for (int i = 0; i <= THREADS; i++) {
        CHECK_UINT(workers[i].errors, 0);
        CHECK_NUM(workers[i].sum, workers[THREADS].sum, 0);
    }
}

CHECK_MAIN(CHECK_TEST(threads_share_a_model))

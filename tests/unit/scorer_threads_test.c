/* SPDX-License-Identifier: Apache-2.0 */
/* One configuration shared by many threads, each with its own scorer; meant for the thread sanitizer. */
#include "check.h"

#include <csuccess/csuccess.h>
#include <pthread.h>

enum { THREADS = 4, CUSTOMERS = 200 };

static const int64_t now_ms = 1769817600000; /* 2026-01-31T00:00:00Z */

typedef struct worker {
    csuccess_config *config; /* a reference of its own */
    double raw[CUSTOMERS];
    uint32_t errors;
} worker;

static void set_customer(csuccess_facts *facts, uint32_t i)
{
    csuccess_facts_clear(facts);
    csuccess_facts_set_number(facts, CSUCCESS_STR("logins_30d"), i % 31);
    csuccess_facts_set_number(facts, CSUCCESS_STR("nps_score"), i % 11);
    if (i % 3) csuccess_facts_set_number(facts, CSUCCESS_STR("tickets_30d"), i % 7);
    csuccess_facts_set_bool(facts, CSUCCESS_STR("champion_left"), i % 5 == 0);
}

static void *work(void *ud)
{
    worker *self = ud;
    csuccess_scorer *scorer = NULL;
    csuccess_facts *facts = NULL;
    if (csuccess_scorer_new(&scorer, self->config, NULL, NULL) < 0) self->errors++;
    if (csuccess_facts_new(&facts, self->config, NULL, NULL) < 0) self->errors++;
    for (uint32_t i = 0; self->errors == 0 && i < CUSTOMERS; i++) {
        csuccess_score score = CSUCCESS_SCORE_INIT;
        set_customer(facts, i);
        if (csuccess_scorer_explain(scorer, facts, now_ms, &score, NULL) < 0) self->errors++;
        self->raw[i] = score.raw;
    }
    csuccess_facts_free(facts);
    csuccess_scorer_free(scorer);
    csuccess_config_unref(self->config);
    return NULL;
}

static csuccess_config *compiled(void)
{
    csuccess_config *config = NULL;
    csuccess_str document = CSUCCESS_STR("{\"csuccess\": 1, \"extends\": \"enterprise\"}");
    CHECK_OK(csuccess_config_compile(&config, document, NULL, NULL));
    return config;
}

static void threads_share_a_configuration(void)
{
    static worker workers[THREADS + 1]; /* the last works alone, as the measure */
    pthread_t threads[THREADS];
    csuccess_config *config = compiled();
    if (!config) return;
    for (int i = 0; i <= THREADS; i++) workers[i].config = csuccess_config_ref(config);
    for (int i = 0; i < THREADS; i++) {
        if (!CHECK_INT(pthread_create(&threads[i], NULL, work, &workers[i]), 0)) abort();
    }
    csuccess_config_unref(config); /* the threads keep it alive; the last one frees it */
    work(&workers[THREADS]);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i <= THREADS; i++) {
        CHECK_UINT(workers[i].errors, 0);
        CHECK(memcmp(workers[i].raw, workers[THREADS].raw, sizeof workers[i].raw) == 0);
    }
    CHECK(workers[THREADS].raw[0] != workers[THREADS].raw[1]);
}

static void *compile_and_work(void *ud)
{
    worker *self = ud;
    csuccess_str document = CSUCCESS_STR("{\"csuccess\": 1, \"extends\": \"enterprise\"}");
    if (csuccess_config_compile(&self->config, document, NULL, NULL) < 0) {
        self->errors++;
        return NULL;
    }
    return work(ud);
}

static void threads_compile_at_the_same_time(void)
{
    static worker workers[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        if (!CHECK_INT(pthread_create(&threads[i], NULL, compile_and_work, &workers[i]), 0))
            abort();
    }
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++) CHECK_UINT(workers[i].errors, 0);
}

CHECK_MAIN(CHECK_TEST(threads_share_a_configuration),
           CHECK_TEST(threads_compile_at_the_same_time))

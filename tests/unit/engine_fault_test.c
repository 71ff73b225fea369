/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that is refused and slots that fail, one after the other, in everything that an engine does: the right error, nothing lost, and the same outcome on a retry. */
#include "engine_host.h"

typedef struct scene {
    csuccess_config *config;
    csuccess_memory_store *store;
    csuccess_engine *engine;
    csuccess_events *events;
    host channel;
} scene;

static csuccess_result open_scene(scene *s, const csuccess_allocator *mem)
{
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    *s = (scene){.config = NULL};
    s->channel.random = 7;
    options.allocator = mem;
    options.random = host_random;
    options.random_ud = &s->channel;
    CHECK_OK(csuccess_config_compile(&s->config, check_view(host_document), NULL, NULL));
    CHECK_OK(csuccess_memory_store_new(&s->store, NULL, NULL));
    CHECK_OK(csuccess_events_new(&s->events, NULL, NULL, NULL));
    host_login(s->events, "acme", "a1", HOST_MS(1));
    host_login(s->events, "beta", "b1", HOST_MS(1));
    host_login(s->events, "acme", "a2", HOST_MS(2));
    host_json(s->events,
              "{\"type\":\"source\",\"event\":\"product\",\"messageId\":\"s1\","
              "\"timestamp\":\"2026-01-02T00:00:00Z\",\"properties\":{\"covered_from\":"
              "\"2025-01-01T00:00:00Z\",\"covered_to\":\"2026-01-02T00:00:00Z\"}}");
    csuccess_result result = csuccess_engine_new(&s->engine, s->config, &options, NULL);
    if (result >= 0) {
        result = csuccess_engine_set_store(s->engine, csuccess_memory_store_ops(), s->store,
                                           NULL, NULL);
    }
    if (result < 0) return result;
    return csuccess_engine_add_channel(s->engine, CSUCCESS_STR("slack"), &host_channel,
                                       &s->channel, NULL, NULL);
}

static void close_scene(scene *s)
{
    csuccess_engine_free(s->engine);
    csuccess_memory_store_free(s->store);
    csuccess_events_free(s->events);
    csuccess_config_unref(s->config);
}

typedef csuccess_result act(scene *s);

static csuccess_result ingest(scene *s)
{
    return csuccess_engine_ingest(s->engine, s->events, NULL, HOST_MS(3), NULL);
}
static csuccess_result run(scene *s)
{
    return csuccess_engine_run(s->engine, NULL, HOST_MS(3), NULL, NULL, NULL);
}
static csuccess_result run_later(scene *s)
{
    return csuccess_engine_run(s->engine, NULL, HOST_MS(5), NULL, NULL, NULL);
}
static csuccess_result no_text(csuccess_result result, csuccess_text **text)
{
    CHECK((*text != NULL) == (result >= 0));
    csuccess_text_free(*text);
    return result;
}
static csuccess_result preview(scene *s)
{
    csuccess_text *text = NULL;
    return no_text(csuccess_engine_preview(s->engine, s->events, NULL, HOST_MS(3), &text, NULL),
                   &text);
}
static csuccess_result explain(scene *s)
{
    csuccess_text *text = NULL;
    return no_text(
        csuccess_engine_explain(s->engine, CSUCCESS_STR("acme"), NULL, HOST_MS(5), &text, NULL),
        &text);
}
static csuccess_result verify(scene *s)
{
    csuccess_text *text = NULL;
    return no_text(
        csuccess_engine_verify(s->engine, CSUCCESS_STR(""), NULL, HOST_MS(5), &text, NULL),
        &text);
}
static csuccess_result replay(scene *s)
{
    csuccess_text *text = NULL;
    return no_text(csuccess_engine_replay(s->engine, CSUCCESS_STR("acme"), s->config, NULL,
                                          HOST_MS(5), &text, NULL),
                   &text);
}
static csuccess_result parked(scene *s)
{
    csuccess_text *text = NULL;
    return no_text(
        csuccess_engine_parked(s->engine, CSUCCESS_STR("beta"), NULL, HOST_MS(5), &text, NULL),
        &text);
}
static csuccess_result erase(scene *s)
{
    csuccess_text *text = NULL;
    return no_text(csuccess_engine_erase(s->engine, CSUCCESS_STR("acme"), CSUCCESS_STR(""),
                                         NULL, HOST_MS(5), &text, NULL),
                   &text);
}

/* A transaction to its end, with a description on the way; what it commits is thrown away. */
static csuccess_result transaction(scene *s)
{
    csuccess_txn *txn = NULL;
    csuccess_text *text = NULL;
    csuccess_events *events = NULL;
    CHECK_OK(csuccess_events_new(&events, NULL, NULL, NULL));
    host_login(events, "acme", "t1", HOST_MS(2));
    csuccess_txn_about about = {.size = sizeof about,
                                .customer = CSUCCESS_STR("acme"),
                                .events = events,
                                .now_ms = HOST_MS(3)};
    csuccess_result result = csuccess_txn_begin(&txn, s->engine, &about, NULL);
    if (result >= 0) {
        csuccess_memory_store_ops()->load(s->store, csuccess_txn_need(txn),
                                          csuccess_txn_reply(txn));
        result = csuccess_txn_apply(txn, NULL);
    }
    if (result >= 0) result = csuccess_txn_describe(txn, &text, NULL);
    if (result >= 0) result = csuccess_txn_finish(txn, CSUCCESS_ECONFLICT, 0, NULL);
    if (result >= 0) CHECK_RESULT(result, CSUCCESS_AGAIN);
    csuccess_text_free(text);
    csuccess_txn_free(txn);
    CHECK_OK(csuccess_events_clear(events)); /* let go */
    csuccess_events_free(events);
    return result;
}

static act *const acts[] = {preview, ingest, run,         run_later, explain,
                            verify,  replay, transaction, parked,    erase};
enum { ACTS = sizeof acts / sizeof acts[0] };

/* Everything once; after a failure the rest is done with memory again, and all of it is done. */
static csuccess_result all_acts(check_memory *memory, void *ud)
{
    scene s;
    (void)ud;
    csuccess_result result = open_scene(&s, &memory->allocator);
    for (size_t i = 0; i < ACTS && result >= 0; i++) {
        result = acts[i](&s);
        if (result == CSUCCESS_ENOMEM) {
            size_t at = memory->fail_at;
            memory->fail_at = 0;
            csuccess_result again = acts[i](&s);
            bool gone =
                acts[i] == erase && again == CSUCCESS_EMISSING; /* only the proof is lost */
            if (!CHECK(again >= 0 || gone)) printf("# act %zu again: %d\n", i, (int)again);
            memory->fail_at = at;
        } else if (!CHECK(result >= 0)) {
            printf("# act %zu: %d\n", i, (int)result);
        }
    }
    close_scene(&s);
    return result < 0 ? result : CSUCCESS_OK;
}

static void refused_memory(void)
{
    for (int on = 0; on < 2; on++) {
        for (size_t k = 1; k < 20000 && check_failures < 10; k++) {
            if (!check_fault(all_acts, NULL, k, on)) break;
        }
    }
}

/* ---- Slots that fail ---- */

static csuccess_result ones(void *ud, uint8_t *bytes, size_t count)
{
    (void)ud;
    memset(bytes, 1, count); /* whatever was tried before, the same secrets */
    return CSUCCESS_OK;
}

static void open_plain(scene *s)
{
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    CHECK_OK(open_scene(s, NULL));
    csuccess_engine_free(s->engine);
    options.random = ones;
    CHECK_OK(csuccess_engine_new(&s->engine, s->config, &options, NULL));
    CHECK_OK(csuccess_engine_set_store(s->engine, csuccess_memory_store_ops(), s->store, NULL,
                                       NULL));
}

static csuccess_text *dump_of(const scene *s)
{
    csuccess_text *text = NULL;
    CHECK_OK(csuccess_memory_store_dump(&text, s->store, NULL));
    return text;
}

/* One failure in an ingest, then the ingest again without: the store holds what it would have held. False: the failure did not come to pass. */
static bool fail_once(const csuccess_memory_faults *plan, csuccess_str expected)
{
    static const csuccess_result allowed[] = {CSUCCESS_OK, CSUCCESS_UNDECIDED,
                                              CSUCCESS_ECALLBACK};
    scene s;
    int32_t fired = 0;
    open_plain(&s);
    CHECK_OK(csuccess_memory_store_faults(s.store, plan));
    csuccess_result result = ingest(&s);
    csuccess_memory_store_calls(s.store, &fired);
    bool known = false;
    for (size_t i = 0; i < 3; i++) known = known || result == allowed[i];
    CHECK(known);
    CHECK_OK(csuccess_memory_store_faults(s.store, NULL));
    CHECK_RESULT(ingest(&s), CSUCCESS_OK);
    csuccess_text *text = dump_of(&s);
    csuccess_str is = csuccess_text_view(text);
    if (!CHECK(is.len == expected.len && memcmp(is.ptr, expected.ptr, is.len) == 0)) {
        printf("# kind %u at %u%s: %s\n# expected %s\n", plan->kind, (unsigned)plan->at,
               plan->onward ? " and on" : "", is.ptr, expected.ptr);
    }
    csuccess_text_free(text);
    close_scene(&s);
    return fired != 0;
}

static void failing_slots(void)
{
    scene s;
    open_plain(&s);
    CHECK_RESULT(ingest(&s), CSUCCESS_OK);
    csuccess_text *text = dump_of(&s);
    for (uint32_t kind = CSUCCESS_FAULT_FAIL; kind <= CSUCCESS_FAULT_TWICE; kind++) {
        for (uint32_t onward = 0; onward < 2; onward++) {
            csuccess_memory_faults plan = {
                .size = sizeof plan, .at = 1, .onward = onward, .kind = kind};
            while (check_failures < 5 && fail_once(&plan, csuccess_text_view(text))) plan.at++;
        }
    }
    csuccess_text_free(text);
    close_scene(&s);
}

/* Whatever fails in a run, customers and messages are done when it no longer does. */
static void failing_runs(void)
{
    for (uint32_t kind = CSUCCESS_FAULT_FAIL; kind <= CSUCCESS_FAULT_TWICE; kind++) {
        for (uint64_t at = 1; at < 40 && check_failures < 5; at++) {
            scene s;
            int32_t fired = 0;
            csuccess_memory_faults plan = {.size = sizeof plan, .at = at, .kind = kind};
            CHECK_OK(open_scene(&s, NULL));
            CHECK_RESULT(ingest(&s), CSUCCESS_OK);
            CHECK_OK(csuccess_memory_store_faults(s.store, &plan));
            csuccess_engine_run(s.engine, NULL, HOST_MS(5), NULL, NULL, NULL);
            csuccess_memory_store_calls(s.store, &fired);
            CHECK_OK(csuccess_memory_store_faults(s.store, NULL));
            for (int i = 1; i <= 30; i++) {
                CHECK(csuccess_engine_run(s.engine, NULL, HOST_MS(5) + i * INT64_C(600000),
                                          NULL, NULL, NULL) >= 0);
            }
            csuccess_engine_counts counts = {.size = sizeof counts};
            CHECK_OK(csuccess_engine_figures(s.engine, &counts));
            /* Of a settlement whose answer was lost the figures do not know. */
            if (!CHECK(counts.delivered >= 1 && s.channel.sends >= 2 && s.channel.sends <= 3)) {
                printf("# kind %u at %u: delivered %u, sent %u\n", kind, (unsigned)at,
                       (unsigned)counts.delivered, s.channel.sends);
            }
            CHECK_OK(verify(&s));
            close_scene(&s);
            if (!fired) break;
        }
    }
}

CHECK_MAIN(CHECK_TEST(refused_memory), CHECK_TEST(failing_slots), CHECK_TEST(failing_runs))

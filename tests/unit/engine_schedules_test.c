/* SPDX-License-Identifier: Apache-2.0 */
/* Engines over one store, operation by operation in thousands of random orders: every input is applied once, those of one call and customer in their order, every chain
   verifies; with slots that fail, too. A hundred operations in flight. */
#include "engine/reply.h"
#include "engine_host.h"

enum { ENGINES = 2, CUSTOMERS = 4, INPUTS = 6, PENDING = 256 };

static uint64_t state;
static int fired_in_all; /* planted failures that came to pass */
static uint32_t below(uint32_t n)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33) % n;
}

typedef struct pending {
    uint32_t engine;
    const csuccess_op *op;
    bool called;
} pending;

typedef struct world {
    csuccess_config *config;
    csuccess_memory_store *store;
    csuccess_engine *engines[ENGINES];
    csuccess_events *events[ENGINES];
    uint64_t tickets[ENGINES]; /* 0: none under way */
    csuccess_result results[ENGINES];
    host channel;
    pending list[PENDING];
    uint32_t count, most;
    int64_t now;
} world;

static void open_world(world *w)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    *w = (world){.now = HOST_MS(3)};
    w->channel.random = state | 1;
    CHECK_OK(csuccess_config_compile(&w->config, check_view(host_document), NULL, &err));
    CHECK_OK(csuccess_memory_store_new(&w->store, NULL, &err));
    for (uint32_t e = 0; e < ENGINES; e++) {
        csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
        options.random = host_random;
        options.random_ud = &w->channel;
        options.batch = 1 + below(4);
        options.inputs = 1 + below(4);
        options.in_flight = 1 + below(12);
        CHECK_OK(csuccess_engine_new(&w->engines[e], w->config, &options, &err));
        CHECK_OK(csuccess_engine_add_channel(w->engines[e], CSUCCESS_STR("slack"),
                                             &host_channel, &w->channel, NULL, &err));
        CHECK_OK(csuccess_events_new(&w->events[e], NULL, NULL, &err));
    }
}

static void close_world(world *w)
{
    for (uint32_t e = 0; e < ENGINES; e++) {
        csuccess_engine_free(w->engines[e]);
        csuccess_events_free(w->events[e]);
    }
    csuccess_memory_store_free(w->store);
    csuccess_config_unref(w->config);
}

/* Most inputs are given to one engine; some to both. */
static void give_inputs(world *w)
{
    for (int i = 0; i < INPUTS; i++) {
        for (int c = 0; c < CUSTOMERS; c++) {
            char customer[16], id[16];
            snprintf(customer, sizeof customer, "c%d", c);
            snprintf(id, sizeof id, "i%d", i);
            uint32_t to = below(3);
            if (to != 1) host_login(w->events[0], customer, id, HOST_MS(1) + i);
            if (to != 0) host_login(w->events[1], customer, id, HOST_MS(1) + i);
        }
    }
}

static void begin_call(world *w, uint32_t e, uint32_t kind)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_call call = {.size = sizeof call, .kind = kind, .now_ms = w->now};
    if (kind == CSUCCESS_CALL_INGEST) call.events = w->events[e];
    if (!CHECK_OK(csuccess_engine_start(w->engines[e], &call, &w->tickets[e], &err))) {
        printf("# %s\n", err.message);
    }
}

static void call_slot(world *w, pending *p)
{
    p->called = true;
    csuccess_op_call(p->op, csuccess_memory_store_ops(), w->store, &host_channel, &w->channel);
}

static void answer_one(world *w, uint32_t at)
{
    pending *p = &w->list[at];
    if (!p->called) call_slot(w, p);
    CHECK_OK(csuccess_engine_answer(w->engines[p->engine], p->op->id, NULL));
    w->list[at] = w->list[--w->count];
}

static void take_one(world *w, uint32_t e)
{
    if (w->count == PENDING) return;
    const csuccess_op *op = csuccess_engine_next(w->engines[e], w->now);
    if (op) w->list[w->count++] = (pending){e, op, false};
    if (w->count > w->most) w->most = w->count;
}

static void finish_one(world *w, uint32_t e)
{
    csuccess_outcome outcome = {.size = sizeof outcome};
    if (!w->tickets[e]) return;
    csuccess_result result =
        csuccess_engine_finish(w->engines[e], w->tickets[e], &outcome, NULL);
    if (result == CSUCCESS_AGAIN) return;
    w->results[e] = result;
    w->tickets[e] = 0;
}

/* One thing that could happen next. */
static void one_step(world *w)
{
    uint32_t e = below(ENGINES), at = w->count ? below(w->count) : 0, what = below(4);
    if (what > 1) {
        take_one(w, e);
    } else if (w->count && what == 1) {
        answer_one(w, at);
    } else if (w->count && !w->list[at].called) {
        call_slot(w, &w->list[at]);
    }
    finish_one(w, e);
}

/* Both calls to their end; false: they never end. */
static bool work_off(world *w)
{
    for (int steps = 0; steps < 20000; steps++) {
        if (!w->tickets[0] && !w->tickets[1] && w->count == 0) return true;
        one_step(w);
    }
    return false;
}

static bool all_decided(const world *w, uint32_t e)
{
    for (size_t i = 0; i < csuccess_events_count(w->events[e]); i++) {
        csuccess_result result = csuccess_events_result(w->events[e], i, NULL);
        if (result != CSUCCESS_OK && result != CSUCCESS_UNCHANGED) return false;
    }
    return true;
}

/* ---- What must hold ---- */

/* Whether an engine was given this input of the customer. */
static bool was_given(const world *w, uint32_t e, int c, int input)
{
    for (size_t i = 0; i < csuccess_events_count(w->events[e]); i++) {
        csuccess_event event = {.size = sizeof event};
        csuccess_events_get(w->events[e], i, &event);
        if (event.customer.ptr[1] - '0' == c && event.id.ptr[1] - '0' == input) return true;
    }
    return false;
}

/* The inputs of a history, in its order; how many. */
static int inputs_of(const csuccess_reply *reply, int *out)
{
    int count = 0;
    for (size_t i = 0; i < reply->row_count; i++) {
        const csuccess_entry *entry = &reply->rows[i].entry;
        CHECK_UINT(entry->seq, i + 1);
        if (entry->kind.len != 5 || memcmp(entry->kind.ptr, "input", 5) != 0) continue;
        if (count < INPUTS) out[count] = entry->cause.ptr[1] - '0';
        count++;
    }
    return count;
}

/* Those that only this engine had came in their order. */
static void check_order(const world *w, uint32_t e, int c, const int *inputs)
{
    int last = -1;
    for (int i = 0; i < INPUTS; i++) {
        if (!was_given(w, e, c, inputs[i]) || was_given(w, 1 - e, c, inputs[i])) continue;
        CHECK(inputs[i] > last);
        last = inputs[i];
    }
}

static void check_history(world *w, int c, csuccess_reply *reply)
{
    char customer[16];
    int inputs[INPUTS] = {0}, seen = 0;
    snprintf(customer, sizeof customer, "c%d", c);
    csuccess_history_request ask = {.size = sizeof ask,
                                    .now_ms = w->now,
                                    .tenant = CSUCCESS_STR("default"),
                                    .customer = check_view(customer),
                                    .most = 200};
    csuccess__reply_open(reply, CSUCCESS__OPERATION_HISTORY, 0, 0, 200);
    csuccess_memory_store_ops()->history(w->store, &ask, reply);
    CHECK_OK(csuccess__reply_end(reply, NULL));
    if (!CHECK_INT(inputs_of(reply, inputs), INPUTS)) return;
    for (int i = 0; i < INPUTS; i++) seen |= 1 << inputs[i];
    CHECK_INT(seen, (1 << INPUTS) - 1); /* each of them, so each once */
    for (uint32_t e = 0; e < ENGINES; e++) check_order(w, e, c, inputs);
}

static void check_world(world *w)
{
    csuccess_reply reply;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_text *text = NULL;
    check_memory memory;
    check_memory_start(&memory);
    csuccess__reply_init(&reply, &memory.allocator);
    for (int c = 0; c < CUSTOMERS; c++) check_history(w, c, &reply);
    csuccess__reply_free(&reply);
    CHECK_OK(csuccess_engine_set_store(w->engines[0], csuccess_memory_store_ops(), w->store,
                                       NULL, &err));
    CHECK_OK(
        csuccess_engine_verify(w->engines[0], CSUCCESS_STR(""), NULL, w->now, &text, &err));
    CHECK_HAS(text ? csuccess_text_view(text).ptr : "", "\"bad\":[]");
    csuccess_text_free(text);
}

static void plant(world *w, bool faults)
{
    csuccess_memory_faults plan = {.size = sizeof plan};
    plan.at = 1 + below(12);
    plan.kind = 1 + below(CSUCCESS_FAULT_TWICE);
    CHECK_OK(csuccess_memory_store_faults(w->store, faults ? &plan : NULL));
}

/* Hands in what is not decided yet. False: everything is. */
static bool one_round(world *w, bool faults)
{
    int32_t fired = 0;
    bool done[ENGINES] = {all_decided(w, 0), all_decided(w, 1)};
    if (done[0] && done[1]) return false;
    plant(w, faults);
    for (uint32_t e = 0; e < ENGINES; e++) {
        if (!done[e]) begin_call(w, e, CSUCCESS_CALL_INGEST);
    }
    if (!CHECK(work_off(w))) return false;
    csuccess_memory_store_calls(w->store, &fired);
    fired_in_all += faults && fired;
    for (uint32_t e = 0; e < ENGINES && !faults; e++) CHECK_RESULT(w->results[e], CSUCCESS_OK);
    return true;
}

static void one_world(uint64_t seed, bool faults)
{
    world w;
    state = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
    unsigned before = check_failures;
    open_world(&w);
    give_inputs(&w);
    for (int round = 0; round < 50; round++) {
        if (!one_round(&w, faults && round < 6)) break;
    }
    CHECK_OK(csuccess_memory_store_faults(w.store, NULL));
    CHECK(all_decided(&w, 0) && all_decided(&w, 1));
    begin_call(&w, 0, CSUCCESS_CALL_RUN);
    begin_call(&w, 1, CSUCCESS_CALL_RUN);
    CHECK(work_off(&w));
    check_world(&w);
    CHECK_UINT(w.channel.sends, CUSTOMERS);
    close_world(&w);
    if (check_failures != before) printf("# with seed %llu\n", (unsigned long long)seed);
}

static void in_any_order(void)
{
    for (uint64_t seed = 1; seed <= 1000 && check_failures < 20; seed++) one_world(seed, false);
}

static void with_failing_slots(void)
{
    for (uint64_t seed = 1; seed <= 1000 && check_failures < 20; seed++) one_world(seed, true);
    CHECK(fired_in_all > 1000);
}

/* A hundred customers, an operation each, all handed out before the first is answered. */
static void a_hundred_in_flight(void)
{
    enum { MANY = 130 };
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    const csuccess_op *ops[MANY];
    uint64_t ticket = 0;
    host h;
    options.batch = 1;
    options.in_flight = 100;
    host_open(&h, &options);
    for (int i = 0; i < MANY; i++) {
        char customer[16];
        snprintf(customer, sizeof customer, "c%d", i);
        host_login(h.events, customer, "i", HOST_MS(1));
    }
    csuccess_call call = {.size = sizeof call,
                          .kind = CSUCCESS_CALL_INGEST,
                          .now_ms = HOST_MS(3),
                          .events = h.events};
    CHECK_OK(csuccess_engine_start(h.engine, &call, &ticket, NULL));
    uint32_t most = 0;
    csuccess_result result = CSUCCESS_AGAIN;
    for (int round = 0; round < 100 && result == CSUCCESS_AGAIN; round++) {
        uint32_t n = 0;
        while (n < MANY && (ops[n] = csuccess_engine_next(h.engine, HOST_MS(3))) != NULL) n++;
        if (n > most) most = n;
        for (uint32_t i = n; i-- > 0;) { /* the last one first */
            csuccess_op_call(ops[i], csuccess_memory_store_ops(), h.store, NULL, NULL);
            CHECK_OK(csuccess_engine_answer(h.engine, ops[i]->id, NULL));
        }
        result = csuccess_engine_finish(h.engine, ticket, NULL, NULL);
    }
    CHECK_RESULT(result, CSUCCESS_OK);
    CHECK_UINT(most, 100);
    CHECK_UINT(host_figures(&h).inputs_applied, MANY);
    host_close(&h);
}

CHECK_MAIN(CHECK_TEST(in_any_order), CHECK_TEST(with_failing_slots),
           CHECK_TEST(a_hundred_in_flight))

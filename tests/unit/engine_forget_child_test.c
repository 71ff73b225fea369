/* SPDX-License-Identifier: Apache-2.0 */
/* A customer that is a child in a roll-up and is erased: its parent, and those above, keep nothing that names it, whatever fails on the way. */
#include "engine_host.h"

static const char family[] =
    "{\"csuccess\":1,\"attributes\":{\"x\":{\"type\":\"number\"},\"parent_id\":{\"type\":"
    "\"string\"}},\"health\":{\"profiles\":{\"base\":{\"score\":{\"value\":\"x\",\"range\":[0,"
    "100]}}},\"rollup\":{\"parent\":\"parent_id\",\"combine\":\"min\",\"include_self\":true}}"
    "}";

static const char child_id[] = "zoe-gmbh";

static void member(host *h, const char *id, const char *customer, const char *parent, int x)
{
    char text[400];
    snprintf(text, sizeof text,
             "{\"type\":\"group\",\"messageId\":\"%s\",\"timestamp\":\"2026-01-01T00:00:00Z\","
             "\"groupId\":\"%s\",\"traits\":{\"x\":%d,\"parent_id\":\"%s\"}}",
             id, customer, x, parent);
    host_json(h->events, text);
}

/* Another engine over the same store, as after a crash. */
static void another_engine(host *h)
{
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_engine_free(h->engine);
    options.random = host_random;
    options.random_ud = h;
    options.allocator = &h->memory.allocator;
    CHECK_OK(csuccess_engine_new(&h->engine, h->config, &options, &err));
    host_connect(h);
}

/* Without a parent that is a customer: only the child. */
static void open_members(host *h, bool with_parents)
{
    host_open_as(h, family, NULL);
    host_connect(h);
    if (with_parents) {
        member(h, "g", "top", "", 10);
        member(h, "p", "mid", "top", 20);
        member(h, "o", "sister", "mid", 60);
    }
    member(h, "c", child_id, "mid", 5);
    CHECK_OK(host_ingest(h, HOST_MS(1)));
}

static void open_family(host *h)
{
    open_members(h, true);
    for (int i = 0; i < 4; i++) host_run(h, HOST_MS(1) + i, NULL);
}

static csuccess_result erase(host *h, int64_t now, char *proof, size_t cap)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_text *text = NULL;
    csuccess_result result = csuccess_engine_erase(h->engine, check_view(child_id),
                                                   CSUCCESS_STR(""), NULL, now, &text, &err);
    if (proof) snprintf(proof, cap, "%s", text ? csuccess_text_view(text).ptr : err.message);
    csuccess_text_free(text);
    return result;
}

/* As text, or as hex in a state. */
static int left(const host *h)
{
    csuccess_text *text = NULL;
    char hex[2 * sizeof child_id];
    int count = 0;
    CHECK_OK(csuccess_memory_store_dump(&text, h->store, NULL));
    for (size_t i = 0; i < sizeof child_id - 1; i++) {
        snprintf(hex + 2 * i, 3, "%02x", (unsigned)child_id[i]);
    }
    const char *const names[] = {child_id, hex};
    for (size_t i = 0; i < 2; i++) {
        const char *at = csuccess_text_view(text).ptr;
        while ((at = strstr(at, names[i])) != NULL) {
            count++;
            at++;
        }
    }
    csuccess_text_free(text);
    return count;
}

static void verify(const host *h, int64_t now)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_text *text = NULL;
    if (!CHECK_OK(
            csuccess_engine_verify(h->engine, CSUCCESS_STR(""), NULL, now, &text, &err))) {
        printf("# %s\n", err.message);
    }
    csuccess_text_free(text);
}

/* The least of the parent, 20, and its children, 60 and 5: 5, and 20 without the one. */
static void a_child_is_forgotten_by_all(void)
{
    host h;
    char proof[400];
    open_family(&h);
    CHECK(left(&h) > 0);
    host_state_has(&h, "mid", HOST_MS(1), "\"zoe-gmbh\":{\"raw\":5");
    host_state_has(&h, "top", HOST_MS(1), "\"mid\":{\"raw\":5");
    CHECK_OK(erase(&h, HOST_MS(2), proof, sizeof proof));
    CHECK_INT(left(&h), 0);
    CHECK_HAS(proof, "\"of\":\"customer\"");
    /* Of its own an input, a score and "erased"; of its parent's the signal. */
    CHECK_HAS(proof, "\"record\":2,\"input\":1");
    verify(&h, HOST_MS(2));
    for (int i = 0; i < 4; i++) CHECK(host_run(&h, HOST_MS(2) + 10 + i, NULL) >= 0);
    host_state_has(&h, "top", HOST_MS(3), "\"mid\":{\"raw\":20,");
    CHECK_INT(left(&h), 0);
    verify(&h, HOST_MS(3));
    host_close(&h);
}

/* A parent that is no customer, and a signal to it that waits. */
static void a_parent_that_never_came(void)
{
    host h;
    open_members(&h, false);
    CHECK_OK(erase(&h, HOST_MS(2), NULL, 0));
    CHECK_INT(left(&h), 0);
    CHECK(host_run(&h, HOST_MS(3), NULL) >= 0);
    CHECK_INT(left(&h), 0);
    host_close(&h);
}

/* Both of a circle at once, each operation answered in turn. */
static void erase_both(host *h)
{
    static const char *const names[] = {child_id, "mid"};
    uint64_t tickets[2];
    const csuccess_op *op;
    for (size_t i = 0; i < 2; i++) {
        csuccess_call call = {.size = sizeof call,
                              .kind = CSUCCESS_CALL_ERASE,
                              .now_ms = HOST_MS(2),
                              .customer = check_view(names[i])};
        CHECK_OK(csuccess_engine_start(h->engine, &call, &tickets[i], NULL));
    }
    while ((op = csuccess_engine_next(h->engine, HOST_MS(2))) != NULL) {
        uint64_t id = op->id;
        CHECK_OK(csuccess_op_call(op, csuccess_memory_store_ops(), h->store, NULL, NULL));
        CHECK_OK(csuccess_engine_answer(h->engine, id, NULL));
    }
    for (size_t i = 0; i < 2; i++) {
        csuccess_outcome out = {.size = sizeof out};
        csuccess_error err = CSUCCESS_ERROR_INIT;
        if (!CHECK_OK(csuccess_engine_finish(h->engine, tickets[i], &out, &err)))
            printf("# %s\n", err.message);
        CHECK(out.text != NULL);
        csuccess_text_free(out.text);
    }
}

/* Each is the other's parent: none waits for the other's place with its own in hand. */
static void in_a_circle(void)
{
    host h;
    open_members(&h, false);
    member(&h, "m", "mid", child_id, 5);
    CHECK_OK(host_ingest(&h, HOST_MS(1)));
    for (int i = 0; i < 4; i++) CHECK(host_run(&h, HOST_MS(1) + i, NULL) >= 0);
    erase_both(&h);
    CHECK_INT(left(&h), 0);
    verify(&h, HOST_MS(3));
    host_close(&h);
}

/* Whatever call of the store fails, the erasure is found again and ends the same. */
static bool fails_once(const csuccess_memory_faults *plan)
{
    host h;
    int32_t fired = 0;
    open_family(&h);
    CHECK_OK(csuccess_memory_store_faults(h.store, plan));
    (void)erase(&h, HOST_MS(2), NULL, 0);
    csuccess_memory_store_calls(h.store, &fired);
    CHECK_OK(csuccess_memory_store_faults(h.store, NULL));
    if (plan->onward) another_engine(&h);
    /* Where it was begun, a run ends it. */
    for (int i = 1; i <= 30; i++) {
        CHECK(host_run(&h, HOST_MS(2) + i * INT64_C(600000), NULL) >= 0);
    }
    csuccess_result again = erase(&h, HOST_MS(3), NULL, 0);
    CHECK(again == CSUCCESS_OK || again == CSUCCESS_EMISSING);
    for (int i = 1; i < 4; i++) CHECK(host_run(&h, HOST_MS(3) + i, NULL) >= 0);
    if (!CHECK_INT(left(&h), 0)) {
        printf("# kind %u at %u%s\n", plan->kind, (unsigned)plan->at,
               plan->onward ? " and on" : "");
    }
    host_state_has(&h, "top", HOST_MS(3) + 4, "\"mid\":{\"raw\":20,");
    verify(&h, HOST_MS(4));
    host_close(&h);
    return fired != 0;
}

static void whatever_fails(void)
{
    for (uint32_t kind = CSUCCESS_FAULT_FAIL; kind <= CSUCCESS_FAULT_TWICE; kind++) {
        for (uint32_t onward = 0; onward < 2; onward++) {
            csuccess_memory_faults plan = {
                .size = sizeof plan, .at = 1, .onward = onward, .kind = kind};
            while (plan.at < 40 && check_failures < 5 && fails_once(&plan)) plan.at++;
            CHECK(plan.at < 40);
        }
    }
}

/* Memory that is refused in the erasure, once or from then on. */
static bool is_refused(size_t at, bool on)
{
    host h;
    open_family(&h);
    h.memory.fail_on = on;
    h.memory.fail_at = h.memory.calls + at;
    csuccess_result result = erase(&h, HOST_MS(2), NULL, 0);
    bool refused = h.memory.calls >= h.memory.fail_at;
    h.memory.fail_at = 0;
    CHECK(result == CSUCCESS_OK || (refused && result == CSUCCESS_ENOMEM));
    result = erase(&h, HOST_MS(2), NULL, 0);
    CHECK(result == CSUCCESS_OK || result == CSUCCESS_EMISSING);
    if (!CHECK_INT(left(&h), 0)) printf("# request %zu%s\n", at, on ? " and on" : "");
    host_close(&h);
    return refused;
}

static void refused_memory(void)
{
    for (int on = 0; on < 2; on++) {
        size_t at = 1;
        while (at < 5000 && check_failures < 5 && is_refused(at, on)) at++;
        CHECK(at > 5 && at < 5000);
    }
}

CHECK_MAIN(CHECK_TEST(a_child_is_forgotten_by_all), CHECK_TEST(a_parent_that_never_came),
           CHECK_TEST(in_a_circle), CHECK_TEST(whatever_fails), CHECK_TEST(refused_memory))

/* SPDX-License-Identifier: Apache-2.0 */
/* Everything of flow with memory that is refused, slots of the store that fail, and a zone function that does not answer: the state is as before, and the second try comes to what a first would have. */
#include "engine_flow_world.h"

enum { STEPS = 5 };

/* A short life with something of everything: what is done in each step. */
static void take_inputs(world *w, uint32_t step)
{
    static const char *const said[STEPS][9] = {
        {"\"type\":\"group\",\"traits\":{\"seats\":2,\"arr\":80,\"csm\":\"ann\",\"zone\":"
         "\"Nowhen\"}",
         "\"type\":\"record\",\"properties\":{\"collection\":\"deals\",\"id\":\"d1\","
         "\"renews\":\"2026-01-05\"}",
         "\"type\":\"record\",\"properties\":{\"collection\":\"deals\",\"id\":\"d2\","
         "\"renews\":\"2026-01-09\"}",
         "\"type\":\"record\",\"properties\":{\"collection\":\"contacts\",\"id\":\"u1\","
         "\"name\":\"Una\",\"role\":\"champion\"}",
         "\"type\":\"track\",\"event\":\"start\",\"userId\":\"u1\",\"properties\":{\"note\":"
         "\"n\"}",
         "\"type\":\"playbook\",\"event\":\"start\",\"properties\":{\"playbook\":\"rescue\","
         "\"reason\":\"r\"}",
         "\"type\":\"segment\",\"event\":\"add\",\"properties\":{\"segment\":\"beta\"}"},
        {"\"type\":\"track\",\"event\":\"used\",\"properties\":{\"amount\":8}",
         "\"type\":\"task\",\"event\":\"complete\",\"properties\":{\"task\":{\"playbook\":"
         "\"rescue\"},\"outcome\":\"successful\"}",
         "\"type\":\"owner\",\"event\":\"assign\",\"properties\":{\"role\":\"sales\",\"to\":"
         "\"ben\"}",
         "\"type\":\"group\",\"traits\":{\"seats\":8}"},
        {"\"type\":\"track\",\"event\":\"signed\"",
         "\"type\":\"milestone\",\"event\":\"revoke\",\"properties\":{\"milestone\":"
         "\"signed\"}",
         "\"type\":\"journey\",\"event\":\"enroll\",\"properties\":{\"journey\":\"second\"}",
         "\"type\":\"journey\",\"event\":\"pause\",\"properties\":{\"journey\":\"second\"}"},
        {"\"type\":\"journey\",\"event\":\"resume\",\"properties\":{\"journey\":\"second\"}",
         "\"type\":\"task\",\"event\":\"reassign\",\"properties\":{\"task\":{\"owner\":\"ann\"}"
         ",\"to\":\"cid\"}",
         "\"type\":\"owner\",\"event\":\"release\",\"properties\":{\"role\":\"sales\"}",
         "\"type\":\"record\",\"properties\":{\"collection\":\"deals\",\"id\":\"d1\","
         "\"removed\":true}"},
        {"\"type\":\"group\",\"traits\":{\"seats\":50}"}};
    char line[WORLD_LINE], time[32];
    CHECK_OK(csuccess_events_clear(w->events));
    world_time(time, HOST_MS(2 * step));
    for (uint32_t i = 0; i < 9 && said[step][i]; i++) {
        snprintf(line, sizeof line,
                 "{%s,\"messageId\":\"m%u.%u\",\"groupId\":\"c\",\"timestamp\":\"%s\"}",
                 said[step][i], step, i, time);
        host_json(w->events, line);
    }
}

/* The inputs of a step, and before them what was due meanwhile. */
static csuccess_result act(world *w, uint32_t step)
{
    return csuccess_engine_ingest(w->engine, w->events, NULL, HOST_MS(2 * step), NULL);
}

static char *reference; /* the store after all of it, without a failure */

static bool check_dump(const world *w, const char *what, size_t k)
{
    csuccess_text *t = world_dump(w);
    bool same = t && strcmp(csuccess_text_view(t).ptr, reference) == 0;
    if (!CHECK(same)) {
        const char *is = csuccess_text_view(t).ptr;
        size_t at = 0;
        while (is[at] && is[at] == reference[at]) at++;
        at = at > 200 ? at - 200 : 0;
        printf("# %s %d: %.500s\n# %.500s\n", what, (int)k, is + at, reference + at);
    }
    csuccess_text_free(t);
    return same;
}

/* Whether memory was wanting, for all of it or for an input. */
static bool has_failed(const world *w, csuccess_result result)
{
    for (size_t e = 0; result >= 0 && e < csuccess_events_count(w->events); e++) {
        csuccess_str reason;
        if (csuccess_events_result(w->events, e, &reason) == CSUCCESS_ENOMEM) return true;
    }
    return result == CSUCCESS_ENOMEM;
}

/* All of it; a step that fails for want of memory is done again with memory, and leaves nothing before. */
static csuccess_result whole_life(check_memory *memory, void *ud)
{
    world w;
    csuccess_result first = world_open(&w, &memory->allocator);
    (void)ud;
    size_t fails = memory->fail_at;
    bool opened = first >= 0;
    for (uint32_t i = 0; i < STEPS && opened; i++) {
        take_inputs(&w, i);
        csuccess_result result = act(&w, i);
        if (!has_failed(&w, result)) {
            CHECK(result >= 0);
            continue;
        }
        first = CSUCCESS_ENOMEM;
        memory->fail_at = 0;
        if (!CHECK(act(&w, i) >= 0)) printf("# act %u again\n", i);
        memory->fail_at = fails;
    }
    if (opened) check_dump(&w, "memory", fails);
    /* What the engine can do without (a failure among those that are applied together is tried again by itself) is no error. */
    bool done_without = first >= 0 && memory->fired;
    world_close(&w);
    return done_without ? CSUCCESS_ENOMEM : first;
}

static void take_reference(void)
{
    world w;
    if (reference) return;
    CHECK_OK(world_open(&w, NULL));
    for (uint32_t i = 0; i < STEPS; i++) {
        take_inputs(&w, i);
        CHECK(act(&w, i) >= 0);
    }
    csuccess_text *t = world_dump(&w);
    csuccess_str text = csuccess_text_view(t);
    reference = malloc(text.len + 1);
    memcpy(reference, text.ptr, text.len + 1);
    csuccess_text_free(t);
    world_close(&w);
}

static void refused_memory(void)
{
    take_reference();
    for (int on = 0; on < 2; on++) {
        for (size_t k = 1; k < 100000 && check_failures < 5; k += 1 + k / 40) {
            if (!check_fault(whole_life, NULL, k, on)) break;
        }
    }
}

/* ---- Slots ---- */

static bool fail_once(uint32_t step, const csuccess_memory_faults *plan)
{
    world w;
    int32_t fired = 0;
    CHECK_OK(world_open(&w, NULL));
    for (uint32_t i = 0; i < STEPS; i++) {
        take_inputs(&w, i);
        if (i == step) {
            CHECK_OK(csuccess_memory_store_faults(w.store, plan));
            act(&w, i);
            csuccess_memory_store_calls(w.store, &fired);
            CHECK_OK(csuccess_memory_store_faults(w.store, NULL));
            world_restart(&w); /* another engine has to go on with what there is */
        }
        csuccess_result result = act(&w, i);
        if (!CHECK(result >= 0)) printf("# act %u: %d\n", i, (int)result);
    }
    /* A ledger that the store does not answer for is one that is not there: then others may be assigned. */
    bool comparable = plan->kind != CSUCCESS_FAULT_SHORT;
    if (fired && comparable && !check_dump(&w, "slot", (size_t)plan->at))
        printf("# step %u kind %u onward %u\n", step, plan->kind, plan->onward);
    world_close(&w);
    return fired != 0;
}

static void failing_slots(void)
{
    take_reference();
    for (uint32_t step = 0; step < STEPS; step++) {
        for (uint32_t kind = CSUCCESS_FAULT_FAIL; kind <= CSUCCESS_FAULT_TWICE; kind++) {
            for (uint32_t onward = 0; onward < 2; onward++) {
                csuccess_memory_faults plan = {
                    .size = sizeof plan, .at = 1, .onward = onward, .kind = kind};
                while (check_failures < 5 && fail_once(step, &plan)) plan.at++;
            }
        }
    }
}

/* ---- Zones ---- */

/* What the host said before, which the state keeps, holds while it says nothing; nothing fails for want of it. */
static void failing_zones(void)
{
    take_reference();
    for (int onward = 0; onward < 2; onward++) {
        for (uint64_t at = 1; at < 60 && check_failures < 5; at++) {
            world w;
            CHECK_OK(world_open(&w, NULL));
            w.zones.fail_at = at;
            w.zones.onward = onward;
            for (uint32_t i = 0; i < STEPS; i++) {
                take_inputs(&w, i);
                CHECK(act(&w, i) >= 0);
            }
            bool known = at > 1; /* the first answer holds for all times */
            if (known) check_dump(&w, "zone", (size_t)at);
            world_close(&w);
        }
    }
    free(reference);
}

CHECK_MAIN(CHECK_TEST(refused_memory), CHECK_TEST(failing_slots), CHECK_TEST(failing_zones))

/* SPDX-License-Identifier: Apache-2.0 */
/* States whose fields of flow hold any bytes, through whole advances: a field is refused as damaged or is one that can be, and nothing falls over. */
#include "engine_flow_world.h"

#include "customer/state.h"
#include "engine/reply.h"

enum { ROUNDS = 6000, STATE_MOST = 1 << 20 };

typedef struct attack {
    uint64_t seed;
    csuccess__state state;
    csuccess__buffer body;
    char payload[8192];
    size_t len;
} attack;

static void take(attack *a, csuccess_str payload)
{
    a->len = payload.len < sizeof a->payload - 64 ? payload.len : sizeof a->payload - 64;
    memcpy(a->payload, payload.ptr, a->len);
}

static void replace_byte(attack *a)
{
    if (a->len)
        a->payload[world_draw(&a->seed, (uint32_t)a->len)] = (char)world_draw(&a->seed, 256);
}

static void cut_off(attack *a)
{
    a->len = world_draw(&a->seed, (uint32_t)a->len + 1);
}

/* A number as large as the bytes of the wire can say. */
static void insert_many(attack *a)
{
    uint32_t at = world_draw(&a->seed, (uint32_t)a->len + 1),
             count = 1 + world_draw(&a->seed, 9);
    memmove(a->payload + at + count, a->payload + at, a->len - at);
    memset(a->payload + at, 0xff, count);
    a->payload[at + count - 1] = 0x7f;
    a->len += count;
}

static void overwrite_many(attack *a)
{
    uint32_t at = world_draw(&a->seed, (uint32_t)a->len + 1);
    for (size_t i = at; i < a->len && i < at + 9u; i++) a->payload[i] = (char)0xff;
}

static void any_bytes(attack *a)
{
    a->len = world_draw(&a->seed, 200);
    for (size_t i = 0; i < a->len; i++) a->payload[i] = (char)world_draw(&a->seed, 256);
}

static void spoil(attack *a, csuccess__state_field field)
{
    static void (*const ways[])(attack *) = {replace_byte, cut_off, insert_many, overwrite_many,
                                             any_bytes};
    take(a, field.payload);
    uint32_t times = 1 + world_draw(&a->seed, 2);
    for (uint32_t i = 0; i < times; i++) ways[world_draw(&a->seed, 5)](a);
    CHECK(csuccess__state_put(&a->state, (csuccess__state_kind)field.kind, field.name,
                              (csuccess_str){a->payload, a->len}));
}

/* The state with fields of flow replaced; sometimes one under a name that is none. */
static csuccess_str spoiled(attack *a, csuccess_str body)
{
    CHECK_OK(csuccess__state_read(&a->state, body, STATE_MOST, NULL));
    uint32_t flow = 0, times = 1 + world_draw(&a->seed, 3);
    for (uint32_t i = 0; i < a->state.count; i++) {
        flow += a->state.fields[i].kind >= 41 && a->state.fields[i].kind <= 51;
    }
    for (uint32_t t = 0; t < times && flow; t++) {
        uint32_t which = world_draw(&a->seed, flow), i = 0;
        for (; i < a->state.count; i++) {
            bool is = a->state.fields[i].kind >= 41 && a->state.fields[i].kind <= 51;
            if (is && which-- == 0) break;
        }
        csuccess__state_field field = a->state.fields[i];
        if (world_draw(&a->seed, 8) == 0) field.name = CSUCCESS_STR("zz#7/9#");
        spoil(a, field);
    }
    csuccess__buffer_clear(&a->body);
    csuccess__state_write(&a->body, &a->state);
    csuccess__state_clear(&a->state);
    return csuccess__buffer_view(&a->body);
}

static csuccess_result advance(world *w, attack *a, int64_t now)
{
    csuccess_txn *txn = NULL;
    csuccess_text *text = NULL;
    csuccess_txn_about about = {.size = sizeof about,
                                .customer = CSUCCESS_STR("c"),
                                .events = w->events,
                                .now_ms = now};
    if (!CHECK_OK(csuccess_txn_begin(&txn, w->engine, &about, NULL))) return CSUCCESS_EINVALID;
    csuccess_result result = CSUCCESS_AGAIN;
    for (int loads = 0; result == CSUCCESS_AGAIN && loads < 3; loads++) {
        csuccess_memory_store_ops()->load(w->store, csuccess_txn_need(txn),
                                          csuccess_txn_reply(txn));
        csuccess__answer *answer = csuccess_txn_reply(txn)->answers;
        if (loads == 0)
            answer->body = spoiled(a, answer->body);
        else
            answer->body = csuccess__buffer_view(&a->body);
        result = csuccess_txn_apply(txn, NULL);
    }
    if (result == CSUCCESS_OK) CHECK_OK(csuccess_txn_describe(txn, &text, NULL));
    csuccess_text_free(text);
    csuccess_txn_free(txn);
    return result;
}

static void any_bytes_in_fields_of_flow(void)
{
    world w;
    attack a = {.seed = 7, .len = 0};
    int refused = 0, taken = 0;
    CHECK_OK(world_open(&w, NULL));
    csuccess__state_init(&a.state, csuccess__malloc_allocator());
    csuccess__buffer_init(&a.body, csuccess__malloc_allocator(), 0);
    for (uint32_t i = 0; i < 60; i++) {
        CHECK_OK(csuccess_events_clear(w.events));
        world_add(&w, "c", i, &a.seed, HOST_MS(i / 8));
        world_ingest(&w, HOST_MS(i / 8));
    }
    for (uint32_t i = 0; i < ROUNDS && check_failures < 5; i++) {
        CHECK_OK(csuccess_events_clear(w.events));
        for (uint32_t k = 0; k < 3; k++) world_add(&w, "c", 1000 + k, &a.seed, HOST_MS(8));
        csuccess_result result =
            advance(&w, &a, HOST_MS(8) + HOST_DAY * world_draw(&a.seed, 4));
        refused += result == CSUCCESS_ESTATE;
        taken += result >= 0;
        bool known = result >= 0 || result == CSUCCESS_ESTATE || result == CSUCCESS_ELIMIT;
        if (!CHECK(known)) printf("# round %u: %d\n", i, (int)result);
    }
    printf("# %d refused as damaged, %d taken\n", refused, taken);
    CHECK(refused > ROUNDS / 4 && taken > 0);
    csuccess__buffer_free(&a.body);
    csuccess__state_free(&a.state);
    CHECK_OK(csuccess_events_clear(w.events));
    world_close(&w);
}

CHECK_MAIN(CHECK_TEST(any_bytes_in_fields_of_flow))

/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the fields TOUCH and REACHED of a state: damage fails the step, what is read has one spelling; caps, budgets and all that becomes of touches go on with it. */
#include <string.h>

#include "fuzz.h"
#include "intervene/intervene.h"

#define NOW INT64_C(1793491200000) /* 2026-11-01T00:00:00Z */

typedef struct world {
    csuccess__state state;
    csuccess__arena arena;
    csuccess__effects effects;
    csuccess__buffer scratch;
    csuccess__reach reach;
    csuccess__flow flow;
    csuccess__intervene intervene;
    csuccess__intervene_desk desk;
    csuccess__step step;
    csuccess__moment moment;
    csuccess__turn turn;
} world;

static const csuccess__cap caps[] = {{.id = {"day", 3}, .most = 2, .per = CSUCCESS__PER_DAY},
                                     {.id = {"span", 4},
                                      .most = 1,
                                      .per = CSUCCESS__PER_ROLLING,
                                      .rolling_ms = 366 * CSUCCESS__DAY_MS,
                                      .of_contact = true,
                                      .each_programme = true},
                                     {.id = {"month", 5},
                                      .most = 3,
                                      .per = CSUCCESS__PER_MONTH,
                                      .each_channel = true,
                                      .skip = 1}};

static void open_world(world *w)
{
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    memset(w, 0, sizeof *w);
    csuccess__state_init(&w->state, mem);
    csuccess__arena_init(&w->arena, mem, 0);
    csuccess__effects_init(&w->effects, mem, &w->arena, 100000);
    csuccess__buffer_init(&w->scratch, mem, 0);
    w->flow.tenant.zone = CSUCCESS_STR("+05:30");
    w->reach.caps = caps;
    w->reach.cap_count = sizeof caps / sizeof caps[0];
    w->reach.longest_ms = 366 * CSUCCESS__DAY_MS;
    w->reach.has_customer_budget = w->reach.has_total_budget = true;
    w->reach.customer_budget = w->reach.total_budget = 1000;
    w->intervene.reach = &w->reach;
    w->intervene.tracks = true;
    w->step = (csuccess__step){.state = &w->state,
                               .out = &w->effects,
                               .scratch = &w->scratch,
                               .mem = mem,
                               .now = NOW,
                               .due = CSUCCESS__NEVER};
    w->moment = (csuccess__moment){
        .flow = &w->flow, .step = &w->step, .schema = csuccess__schema_new(&w->arena)};
    w->turn = (csuccess__turn){.m = &w->moment, .of = &w->intervene, .desk = &w->desk};
    FUZZ_CHECK(csuccess__intervene_desk_new(&w->desk, mem) == CSUCCESS_OK);
}

static void close_world(world *w)
{
    csuccess__intervene_desk_free(&w->desk);
    csuccess__buffer_free(&w->scratch);
    csuccess__effects_free(&w->effects);
    csuccess__arena_free(&w->arena);
    csuccess__state_free(&w->state);
}

/* Asks, sends one more, tells of the others. */
static void go_on(world *w)
{
    csuccess__turn *t = &w->turn;
    csuccess__channel email = {.name = CSUCCESS_STR("email"), .cost = 3};
    csuccess__candidate c = {.kind = CSUCCESS__CANDIDATE_INTERVENTION,
                             .programme = CSUCCESS_STR("intervention/mail"),
                             .contact = CSUCCESS_STR("ann"),
                             .cost = 40,
                             .by = &email,
                             .id = CSUCCESS_STR("fedcba98765432100000")};
    const csuccess__touches *all = w->desk.touches;
    csuccess__ruled ruled = csuccess__ask_caps(t, &c, &email);
    FUZZ_CHECK(ruled.ruling != CSUCCESS__DEFER || ruled.until > NOW);
    ruled = csuccess__ask_budget(t, &c, &email);
    FUZZ_CHECK(ruled.ruling != CSUCCESS__DEFER || ruled.until > NOW);
    if (all->count < CSUCCESS__TOUCHES_MOST) csuccess__touch_leave(t, &c, UINT32_MAX);
    for (uint32_t i = 0; i < all->count; i++) {
        char id[16];
        memcpy(id, all->list[i].id, sizeof id);
        csuccess_message message = {.id = {id, sizeof id}};
        (void)csuccess__caps_at_claim(t, &message);
        csuccess__touch_told(t, message.id, i % 2 == 0, NOW);
        (void)csuccess__touch_responded(t, message.id, CSUCCESS_STR(""),
                                        CSUCCESS__RESPONSE_NEGATIVE);
    }
    (void)csuccess__touches_unanswered(t, c.programme);
    FUZZ_CHECK(csuccess__touches_spent(t, NOW) >= 0);
    csuccess__touches_forget(t, CSUCCESS_STR("ann"));
    csuccess__touches_release(t);
    csuccess__touches_close(t);
}

static void print(world *w, csuccess__state_kind kind, csuccess_str payload)
{
    csuccess__json_writer writer;
    csuccess__state_field field = {.kind = (uint8_t)kind, .payload = payload};
    csuccess__buffer_clear(&w->desk.text);
    csuccess__json_writer_init(&writer, &w->desk.text);
    if (kind == CSUCCESS__STATE_TOUCH) csuccess__touches_print(&writer, &field);
    if (kind == CSUCCESS__STATE_REACHED) csuccess__reached_print(&writer, &field);
    FUZZ_CHECK(w->desk.text.len > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static world w;
    const csuccess_str bytes = {(const char *)data, size}, none = CSUCCESS_STR("");
    open_world(&w);
    print(&w, CSUCCESS__STATE_TOUCH, bytes);
    print(&w, CSUCCESS__STATE_REACHED, bytes);
    csuccess__step_put(&w.step, CSUCCESS__STATE_REACHED, CSUCCESS_STR("intervention/mail"),
                       bytes);
    csuccess__reached r = csuccess__reached_of(&w.turn, CSUCCESS_STR("intervention/mail"));
    bool reached = w.step.failed == CSUCCESS_OK;
    csuccess__reached_put(&w.turn, CSUCCESS_STR("again"), &r);
    csuccess_str again =
        csuccess__state_get(&w.state, CSUCCESS__STATE_REACHED, CSUCCESS_STR("again"));
    FUZZ_CHECK(!reached || !again.ptr || csuccess__str_eq(again, bytes));
    if (!reached)
        csuccess__state_drop(&w.state, CSUCCESS__STATE_REACHED,
                             CSUCCESS_STR("intervention/mail"));
    w.step.failed = CSUCCESS_OK;
    csuccess__step_put(&w.step, CSUCCESS__STATE_TOUCH, none, bytes);
    w.reach.longest_ms = INT64_C(1) << 50; /* all are kept */
    csuccess__touches_open(&w.turn);
    if (w.step.failed == CSUCCESS_OK) {
        w.desk.touches->changed = true;
        csuccess__touches_close(&w.turn);
        again = csuccess__state_get(&w.state, CSUCCESS__STATE_TOUCH, none);
        FUZZ_CHECK(csuccess__str_eq(again, bytes));
        w.reach.longest_ms = 366 * CSUCCESS__DAY_MS;
        csuccess__touches_open(&w.turn);
        go_on(&w);
    }
    FUZZ_CHECK(w.step.failed == CSUCCESS_OK || w.step.failed == CSUCCESS_ESTATE);
    close_world(&w);
    return 0;
}

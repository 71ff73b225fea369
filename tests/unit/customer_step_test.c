/* SPDX-License-Identifier: Apache-2.0 */
/* What a step leaves behind: texts of its own, nothing when it is quiet or has failed, limits, refused memory. */
#include "check.h"
#include "customer/step.h"

typedef struct fixture {
    csuccess__state state;
    csuccess__arena arena;
    csuccess__effects effects;
    csuccess_limits limits;
    csuccess__step step;
} fixture;

static void set_up(fixture *f, const csuccess_allocator *mem, uint32_t most)
{
    csuccess__limits_take(&f->limits, NULL, NULL);
    csuccess__state_init(&f->state, mem);
    csuccess__arena_init(&f->arena, mem, 0);
    csuccess__effects_init(&f->effects, mem, &f->arena, most);
    f->step = (csuccess__step){.state = &f->state,
                               .out = &f->effects,
                               .mem = mem,
                               .limits = &f->limits,
                               .customer = CSUCCESS_STR("c1"),
                               .now = 1000,
                               .cause = CSUCCESS_STR("e1"),
                               .by = CSUCCESS_STR("anna"),
                               .due = CSUCCESS__NEVER};
}

static void tear_down(fixture *f)
{
    csuccess__effects_free(&f->effects);
    csuccess__arena_free(&f->arena);
    csuccess__state_free(&f->state);
}

static csuccess_str body(csuccess__step *step, double value)
{
    csuccess__json_writer *w = csuccess__step_body(step);
    csuccess__json_key(w, CSUCCESS_STR("score"));
    csuccess__json_num(w, value);
    return csuccess__step_body_end(step);
}

static void entries_have_texts_of_their_own(void)
{
    fixture f;
    char subject[] = "contact", cause[] = "e7";
    set_up(&f, csuccess__malloc_allocator(), 100);
    f.step.cause = (csuccess_str){cause, 2};
    csuccess__step_entry(&f.step, "health", (csuccess_str){subject, 7}, body(&f.step, 41.5));
    subject[0] = cause[0] = 'X';
    csuccess__step_entry(&f.step, "alert", (csuccess_str){NULL, 0}, body(&f.step, 2));
    CHECK_UINT(f.effects.entry_count, 2);
    CHECK_STR(f.effects.entries[0].kind, "health");
    CHECK_STR(f.effects.entries[0].subject, "contact");
    CHECK_STR(f.effects.entries[0].cause, "e7");
    CHECK_STR(f.effects.entries[0].by, "anna");
    CHECK_STR(f.effects.entries[0].body, "{\"score\":41.5}");
    CHECK_INT(f.effects.entries[0].at, 1000);
    CHECK_STR(f.effects.entries[1].cause, "X7");
    CHECK_STR(f.effects.entries[1].subject, "");
    CHECK_STR(f.effects.entries[1].body, "{\"score\":2}");
    tear_down(&f);
}

static void messages_and_deltas_are_copied(void)
{
    fixture f;
    char definition[] = "alert/low";
    set_up(&f, csuccess__malloc_allocator(), 100);
    csuccess__effect_message message = {.channel = CSUCCESS_STR("mail"),
                                        .definition = {definition, 9},
                                        .step = CSUCCESS_STR("tier1"),
                                        .cause = CSUCCESS_STR("e1"),
                                        .occurrence = 3,
                                        .body = CSUCCESS_STR("{}"),
                                        .expires_at = 9};
    CHECK_UINT(csuccess__step_message(&f.step, &message), 0);
    CHECK_UINT(csuccess__step_message(&f.step, &message), 1);
    csuccess__effect_delta delta = {.key = {definition, 5}, .delta = -2, .message = 1};
    csuccess__step_delta(&f.step, &delta);
    memset(definition, '-', sizeof definition);
    CHECK_UINT(f.effects.message_count, 2);
    CHECK_STR(f.effects.messages[0].definition, "alert/low");
    CHECK_STR(f.effects.messages[1].definition, "alert/low");
    CHECK_STR(f.effects.messages[1].body, "{}");
    CHECK_UINT(f.effects.messages[1].occurrence, 3);
    CHECK_UINT(f.effects.delta_count, 1);
    CHECK_STR(f.effects.deltas[0].key, "alert");
    CHECK_INT(f.effects.deltas[0].delta, -2);
    CHECK_UINT(f.effects.deltas[0].message, 1);
    tear_down(&f);
}

static void a_quiet_step_sends_nothing(void)
{
    fixture f;
    set_up(&f, csuccess__malloc_allocator(), 100);
    f.step.quiet = true;
    csuccess__effect_message message = {.channel = CSUCCESS_STR("mail")};
    CHECK_UINT(csuccess__step_message(&f.step, &message), UINT32_MAX);
    csuccess__effect_delta delta = {.key = CSUCCESS_STR("budget"), .message = UINT32_MAX};
    csuccess__step_delta(&f.step, &delta);
    csuccess__step_entry(&f.step, "input", (csuccess_str){"", 0}, body(&f.step, 1));
    csuccess__step_put(&f.step, CSUCCESS__STATE_CHURN, CSUCCESS_STR(""), CSUCCESS_STR("1"));
    CHECK_UINT(f.effects.message_count, 0);
    CHECK_UINT(f.effects.delta_count, 0);
    CHECK_UINT(f.effects.entry_count, 1);
    CHECK_UINT(f.state.count, 1);
    CHECK_RESULT(f.step.failed, CSUCCESS_OK);
    tear_down(&f);
}

static void more_than_the_most_fails_the_step(void)
{
    fixture f;
    set_up(&f, csuccess__malloc_allocator(), 3);
    for (int i = 0; i < 5; i++) {
        csuccess__step_entry(&f.step, "health", (csuccess_str){"", 0}, CSUCCESS_STR("{}"));
    }
    CHECK_UINT(f.effects.entry_count, 3);
    CHECK_RESULT(f.step.failed, CSUCCESS_ELIMIT);
    CHECK_RESULT(f.effects.failed, CSUCCESS_ELIMIT);
    csuccess__effect_message message = {.channel = CSUCCESS_STR("mail")};
    CHECK_UINT(csuccess__step_message(&f.step, &message), UINT32_MAX);
    CHECK_UINT(f.effects.message_count, 0);
    csuccess__effects_clear(&f.effects);
    CHECK_RESULT(f.effects.failed, CSUCCESS_OK);
    CHECK_UINT(f.effects.entry_count, 0);
    tear_down(&f);
}

static void a_body_has_a_limit(void)
{
    fixture f;
    set_up(&f, csuccess__malloc_allocator(), 3);
    f.limits.output_bytes = 10;
    CHECK(!body(&f.step, 123456).ptr);
    CHECK_RESULT(f.step.failed, CSUCCESS_ELIMIT);
    tear_down(&f);
}

static void due_is_the_earliest(void)
{
    fixture f;
    set_up(&f, csuccess__malloc_allocator(), 3);
    csuccess__step_due(&f.step, 70);
    csuccess__step_due(&f.step, 50);
    csuccess__step_due(&f.step, 60);
    CHECK_INT(f.step.due, 50);
    csuccess__step_fail(&f.step, CSUCCESS_ESTATE);
    csuccess__step_fail(&f.step, CSUCCESS_ENOMEM);
    CHECK_RESULT(f.step.failed, CSUCCESS_ESTATE);
    tear_down(&f);
}

/* ---- Memory ---- */

static void leave_much(fixture *f)
{
    for (int i = 0; i < 20; i++) {
        csuccess_str text = body(&f->step, i);
        csuccess__step_put(&f->step, CSUCCESS__STATE_ALERT, text, text);
        csuccess__step_entry(&f->step, "health", text, text);
        csuccess__effect_message message = {
            .channel = text, .definition = text, .cause = f->step.cause, .body = text};
        uint32_t paid = csuccess__step_message(&f->step, &message);
        csuccess__effect_delta delta = {.key = text, .delta = 1, .message = paid};
        csuccess__step_delta(&f->step, &delta);
    }
}

static csuccess_result leaves(check_memory *memory, void *ud)
{
    fixture f;
    (void)ud;
    set_up(&f, &memory->allocator, 1000);
    leave_much(&f);
    csuccess_result result = f.step.failed;
    if (result == CSUCCESS_OK) {
        CHECK_UINT(f.effects.entry_count, 20);
        CHECK_UINT(f.effects.message_count, 20);
        CHECK_UINT(f.effects.delta_count, 20);
    }
    tear_down(&f);
    return result;
}

static void every_allocation_may_fail(void)
{
    CHECK(check_faults(leaves, NULL) > 5);
}

static void warm_it_allocates_nothing(void)
{
    fixture f;
    check_memory memory;
    check_memory_start(&memory);
    set_up(&f, &memory.allocator, 1000);
    size_t total = 0;
    for (int i = 0; i < 4; i++) {
        csuccess__arena_reset(&f.arena);
        csuccess__effects_clear(&f.effects);
        csuccess__state_clear(&f.state);
        leave_much(&f);
        CHECK_RESULT(f.step.failed, CSUCCESS_OK);
        if (i == 0) total = memory.total;
        CHECK_UINT(memory.total, total);
    }
    tear_down(&f);
    CHECK_MEMORY_EMPTY(&memory);
}

CHECK_MAIN(CHECK_TEST(entries_have_texts_of_their_own),
           CHECK_TEST(messages_and_deltas_are_copied), CHECK_TEST(a_quiet_step_sends_nothing),
           CHECK_TEST(more_than_the_most_fails_the_step), CHECK_TEST(a_body_has_a_limit),
           CHECK_TEST(due_is_the_earliest), CHECK_TEST(every_allocation_may_fail),
           CHECK_TEST(warm_it_allocates_nothing))

/* SPDX-License-Identifier: Apache-2.0 */
/* Executions: what is kept of them and for how long, lives at random with restarts, damage, and memory. */
#include "intervene_executions.h"

/* ---- What is kept ---- */

static void old_ones_go_after_ninety_days(void)
{
    exec x;
    if (CHECK_OK(exec_open(&x, both, NULL))) {
        TOLD(exec_say(&x, START, "intervention", "request", "`intervention`:`call`"),
             "T call | call:scheduled phone");
        TOLD(exec_intervene(&x, START + HOUR, "cancel", ""), "call:cancelled");
        CHECK(x.due <= START + HOUR + 90 * DAY);
        TOLD(exec_step(&x, START + HOUR + 90 * DAY - 1, NULL), "");
        CHECK_UINT(exec_count(&x), 1);
        TOLD(exec_step(&x, START + HOUR + 90 * DAY, NULL), "");
        CHECK_UINT(exec_count(&x), 0);
    }
    exec_close(&x);
}

static void fifty_are_kept_and_no_open_one_goes(void)
{
    exec x;
    if (CHECK_OK(exec_open(&x, both, NULL))) {
        char open[65];
        CHECK(exec_say(&x, START, "intervention", "request", "`intervention`:`call`") != NULL);
        memcpy(open, x.last, sizeof open);
        for (int i = 1; i <= 60; i++) {
            int64_t at = START + i * HOUR;
            CHECK(exec_say(&x, at, "intervention", "request", "`intervention`:`call`") != NULL);
            CHECK(exec_intervene(&x, at, "cancel", "") != NULL);
        }
        CHECK_UINT(exec_count(&x), CSUCCESS__EXECUTIONS_MOST);
        CHECK(
            csuccess__state_get(&x.t.state, CSUCCESS__STATE_EXECUTION, (csuccess_str){open, 16})
                .ptr != NULL);
    }
    exec_close(&x);
}

static void nothing_begins_when_too_many_are_open(void)
{
    exec x;
    if (CHECK_OK(exec_open(&x, both, NULL))) {
        for (int i = 0; i < CSUCCESS__EXECUTIONS_MOST; i++) {
            TOLD(exec_say(&x, START + i, "intervention", "request", "`intervention`:`call`"),
                 "T call | call:scheduled phone");
        }
        TOLD(exec_say(&x, START + HOUR, "intervention", "request", "`intervention`:`call`"),
             "");
        CHECK_HAS(x.why, "too many executions are open");
        TOLD(exec_intervene(&x, START + HOUR, "cancel", ""),
             "call:cancelled | T call | call:scheduled phone");
        CHECK_UINT(exec_count(&x), CSUCCESS__EXECUTIONS_MOST);
    }
    exec_close(&x);
}

static void a_contact_is_forgotten(void)
{
    exec x;
    csuccess__execution e;
    if (CHECK_OK(exec_open(&x, both, NULL))) {
        exec_bool(&x, "low", true);
        TOLD(exec_step(&x, START, NULL), "mail:scheduled email");
        CHECK(exec_last(&x, &e));
        csuccess__zones_asked asked;
        csuccess__moment m = trip_moment(&x.t, START + HOUR, "c", &asked);
        asked.moment = &m;
        csuccess__turn t = {.m = &m, .of = trip_now(&x.t)->intervene, .desk = &x.desk};
        e.contact = CSUCCESS_STR("ada");
        e.items = CSUCCESS_STR("Ask ada");
        csuccess__execution_put(&t, &e);
        csuccess__executions_forget(&t, CSUCCESS_STR("ben"));
        CHECK(exec_last(&x, &e));
        CHECK_STR(e.contact, "ada");
        csuccess__executions_forget(&t, CSUCCESS_STR("ada"));
        CHECK(exec_last(&x, &e));
        CHECK_STR(e.contact, "");
        CHECK_STR(e.items, "");
    }
    exec_close(&x);
}

/* ---- At random ---- */

static const char *random_step(exec *x, uint64_t *seed, int64_t now)
{
    static const char *const outcomes[] = {"delivered", "delivered", "never",
                                           "bounced",   "dropped",   "taken_back"};
    static const char *const events[] = {"start", "complete", "cancel", "escalate"};
    static const char *const responses[] = {"opened", "clicked", "replied", "declined"};
    uint64_t what = check_random(seed), which = what >> 32;
    switch (what % 8) {
    case 0:
        exec_bool(x, "low", which % 4 != 0);
        return exec_step(x, now, NULL);
    case 1:
        exec_number(x, "logins", (double)(which % 5));
        return exec_step(x, now, NULL);
    case 2:
    case 3:
        return exec_delivered(x, now, outcomes[which % 6]);
    case 4:
        return exec_intervene(x, now, events[which % 4], "");
    case 5:
        return exec_say(x, now, "intervention", "request", "`intervention`:`call`");
    case 6:
        return exec_say(x, now, "response", responses[which % 4], "`channel`:`email`");
    default:
        return exec_step(x, now, NULL);
    }
}

/* What holds of whatever is kept. */
static void check_kept(exec *x)
{
    uint32_t count,
        first = csuccess__state_of_kind(&x->t.state, CSUCCESS__STATE_EXECUTION, &count);
    for (uint32_t i = 0; i < count; i++) {
        csuccess__execution e;
        const csuccess__state_field *field = &x->t.state.fields[first + i];
        if (!csuccess__is_execution(field->name)) continue;
        if (!CHECK(csuccess__execution_parse(&e, field->payload))) return;
        CHECK(csuccess__execution_is_open(&e) == (e.ended_at == 0));
        CHECK(!e.again || e.state == CSUCCESS__EXECUTION_CANCELLED);
        CHECK(e.state != CSUCCESS__EXECUTION_CANCELLED || e.follow_up_at == 0);
    }
}

/* A customer whose state is read from its bytes before every step lives as one whose is not. */
static void a_restart_changes_nothing(void)
{
    for (uint64_t life = 1; life <= 60; life++) {
        exec once, twice;
        uint64_t seed = life, other = life;
        if (CHECK_OK(exec_open(&once, both, NULL)) & CHECK_OK(exec_open(&twice, both, NULL))) {
            twice.restarts = true;
            once.real = twice.real = life % 2 == 0;
            int64_t now = START;
            for (int i = 0; i < 60; i++) {
                now += (int64_t)(check_random(&seed) % (2 * DAY));
                (void)check_random(&other);
                const char *a = random_step(&once, &seed, now);
                const char *b = random_step(&twice, &other, now);
                if (!CHECK(a && b)) break;
                CHECK_CSTR(a, b);
                CHECK_INT(once.due, twice.due);
                check_kept(&once);
            }
        }
        exec_close(&once);
        exec_close(&twice);
    }
}

/* ---- Damage, and memory ---- */

/* Every byte of a payload changed, cut off at every length: refused, or another execution; never more. */
static void damaged_payloads_are_refused(void)
{
    exec x;
    csuccess__execution e;
    if (CHECK_OK(exec_open(&x, both, NULL))) {
        exec_bool(&x, "low", true);
        exec_number(&x, "logins", 3);
        TOLD(exec_step(&x, START, NULL), "mail:scheduled email");
        csuccess_str payload = csuccess__state_get(&x.t.state, CSUCCESS__STATE_EXECUTION,
                                                   (csuccess_str){x.last, 16});
        char *bytes = malloc(payload.len + 1);
        if (!bytes) abort();
        for (size_t n = 0; n < payload.len; n++) {
            memcpy(bytes, payload.ptr, n);
            CHECK(!csuccess__execution_parse(&e, (csuccess_str){bytes, n}));
        }
        for (size_t i = 0; i < payload.len * 255; i++) {
            memcpy(bytes, payload.ptr, payload.len);
            bytes[i / 255] = (char)(bytes[i / 255] + (char)(1 + i % 255));
            if (!csuccess__execution_parse(&e, (csuccess_str){bytes, payload.len})) continue;
            CHECK(e.state <= CSUCCESS__EXECUTION_ESCALATED && e.id.len == 64);
        }
        bytes[0] = 99;
        csuccess__state_put(&x.t.state, CSUCCESS__STATE_EXECUTION, (csuccess_str){x.last, 16},
                            (csuccess_str){bytes, payload.len});
        free(bytes);
        CHECK(exec_step(&x, START + HOUR, NULL) == NULL);
        CHECK_RESULT(x.t.step.failed, CSUCCESS_ESTATE);
    }
    exec_close(&x);
}

static bool live_on(exec *x)
{
    exec_bool(x, "low", true);
    exec_number(x, "logins", 3);
    return exec_step(x, START, NULL) && exec_delivered(x, START + HOUR, "never") &&
           exec_delivered(x, START + 2 * HOUR, "delivered") &&
           exec_say(x, START + 3 * HOUR, "response", "clicked", "`channel`:`in_app`") &&
           exec_say(x, START + 3 * HOUR, "intervention", "request", "`intervention`:`call`") &&
           exec_step(x, START + 2 * DAY, NULL) && exec_step(x, START + 8 * DAY, NULL);
}

static csuccess_result live(check_memory *memory, void *ud)
{
    exec x;
    (void)ud;
    csuccess_result result = exec_open(&x, both, &memory->allocator);
    if (result >= 0 && live_on(&x)) {
        CHECK_UINT(exec_count(&x), 3);
    } else if (result >= 0) {
        result = x.t.step.failed < 0 ? x.t.step.failed : CSUCCESS_ENOMEM;
    }
    exec_close(&x);
    return result;
}

static void memory_may_run_out_anywhere(void)
{
    CHECK(check_faults(live, NULL) > 10);
}

CHECK_MAIN(CHECK_TEST(old_ones_go_after_ninety_days),
           CHECK_TEST(fifty_are_kept_and_no_open_one_goes),
           CHECK_TEST(nothing_begins_when_too_many_are_open),
           CHECK_TEST(a_contact_is_forgotten), CHECK_TEST(a_restart_changes_nothing),
           CHECK_TEST(damaged_payloads_are_refused), CHECK_TEST(memory_may_run_out_anywhere))

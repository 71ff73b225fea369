/* SPDX-License-Identifier: Apache-2.0 */
/* Holds by a person, spirals of negative responses, definitions that nobody answers, and the guard `lifecycle`. */
#include "intervene_reach.h"

#include "flow/playbooks/task_internal.h"

#define HOUR TRIP_HOUR
#define DAY TRIP_DAY
#define START TRIP_START
#define DOCUMENT(reach) \
    "{`csuccess`:1,`attributes`:{`x`:{`type`:`number`}},`channels`:{`email`:{},`phone`:{}," \
    "`chat`:{}},`health`:{`profiles`:{`p`:{`score`:{`value`:`x`,`range`:[0,9]}}}}," \
    "`policies`:{`reach`:{`max_daily_communications`:9" reach "}}}"

static const csuccess_str none = {"", 0};

/* ---- Steps ---- */

/* What was told in a step, such as "hold | task" */
static const char *tell(const reacher *r, uint32_t from)
{
    static char told[512];
    csuccess__text out;
    csuccess__text_init(&out, told, sizeof told);
    for (uint32_t i = from; i < r->t.effects.entry_count; i++) {
        const csuccess__effect_entry *e = &r->t.effects.entries[i];
        const csuccess__json *body = NULL;
        csuccess__json *json = NULL;
        const csuccess__json_options options = {.limits = &r->t.limits};
        csuccess__arena *arena = (csuccess__arena *)(uintptr_t)&r->t.arena;
        if (csuccess__json_read(&json, arena, e->body, &options, NULL) >= 0) body = json;
        const csuccess__json *change = csuccess__json_member(body, "change");
        if (out.len) csuccess__text_format(&out, " | ");
        csuccess__text_format(&out, "%S", change ? change->string : e->kind);
    }
    return told;
}

#define TOLD(told, expected) CHECK_CSTR((told), (expected))

/* A person's word; what was told of it, the result in *result. */
static const char *say(reacher *r, int64_t now, const char *event, const char *properties,
                       csuccess_result *result)
{
    char text[2048], time[CSUCCESS__TIME_TEXT], bytes[256];
    csuccess__input input;
    csuccess__text reason;
    csuccess_result ignored;
    uint32_t from = r->t.effects.entry_count;
    csuccess__time_format(time, now);
    snprintf(text, sizeof text,
             "{`type`:`automation`,`event`:`%s`,`messageId`:`m1`,`groupId`:`c1`,`timestamp`:"
             "`%s`,`properties`:{%s}}",
             event, time, properties);
    csuccess__text_init(&reason, bytes, sizeof bytes);
    if (!result) result = &ignored;
    *result = trip_input(&r->t, &input, text);
    if (*result < 0) return "";
    csuccess__turn *t = reacher_open_at(r, now);
    *result = csuccess__automation_apply(t, &input, &reason);
    CHECK((*result == CSUCCESS_ERANGE) == (reason.len > 0));
    csuccess__lifecycle_step(t);
    csuccess__touches_close(t);
    return tell(r, from);
}

/* Time comes. */
static const char *come(reacher *r, int64_t now)
{
    uint32_t from = r->t.effects.entry_count;
    csuccess__turn *t = reacher_open_at(r, now);
    csuccess__lifecycle_step(t);
    csuccess__touches_close(t);
    return tell(r, from);
}

static const char *respond(reacher *r, int64_t now, bool negative, int64_t at)
{
    uint32_t from = r->t.effects.entry_count;
    csuccess__turn *t = reacher_open_at(r, now);
    csuccess__lifecycle_responded(t, negative, !negative, at);
    csuccess__lifecycle_step(t);
    csuccess__touches_close(t);
    return tell(r, from);
}

static csuccess__ruled ask(reacher *r, int64_t now, csuccess__candidate *c)
{
    csuccess__turn *t = reacher_open_at(r, now);
    return csuccess__ask_lifecycle(t, c, c->channel);
}

static csuccess__candidate candidate(const reacher *r, const char *programme)
{
    static const csuccess__effect_message message = {.signal = false};
    return (csuccess__candidate){.kind = CSUCCESS__CANDIDATE_GIVEN,
                                 .programme = check_view(programme),
                                 .step = none,
                                 .class_ = CSUCCESS__CLASS_NURTURE,
                                 .channel = reacher_channel(r, "email"),
                                 .message = &message};
}

/* ---- Holds ---- */

static void a_person_holds_and_resumes(void)
{
    reacher r;
    csuccess_result result;
    CHECK_OK(reacher_open(&r, DOCUMENT(""), NULL));
    csuccess__candidate c = candidate(&r, "journey/x");
    CHECK_INT(ask(&r, START, &c).ruling, CSUCCESS__ALLOW);
    TOLD(say(&r, START, "hold", "`reason`:`legal`", &result), "hold");
    CHECK_RESULT(result, CSUCCESS_OK);
    TOLD(say(&r, START, "hold", "`reason`:`legal`", &result), "");
    CHECK_RESULT(result, CSUCCESS_UNCHANGED);
    csuccess__ruled ruled = ask(&r, START + DAY, &c);
    CHECK_INT(ruled.ruling, CSUCCESS__DEFER);
    CHECK_INT(ruled.guard, CSUCCESS__GUARD_LIFECYCLE);
    CHECK(ruled.until == CSUCCESS__NEVER && r.turn.halted);
    CHECK_STR(ruled.reason, "a person stopped automation for this customer");
    c.internal = true;
    CHECK_INT(ask(&r, START + DAY, &c).ruling, CSUCCESS__ALLOW);
    c.internal = false;
    c.asked = true;
    CHECK_INT(ask(&r, START + DAY, &c).ruling, CSUCCESS__ALLOW);
    c.asked = false;
    c.class_ = CSUCCESS__CLASS_TRANSACTIONAL;
    CHECK_INT(ask(&r, START + DAY, &c).ruling, CSUCCESS__DEFER);
    TOLD(say(&r, START + DAY, "resume", "", &result), "resumed");
    CHECK_RESULT(result, CSUCCESS_OK);
    CHECK_INT(ask(&r, START + DAY, &c).ruling, CSUCCESS__ALLOW);
    CHECK_UINT(r.t.state.count, 0); /* equal things have equal bytes */
    TOLD(say(&r, START + DAY, "resume", "", &result), "");
    CHECK_RESULT(result, CSUCCESS_UNCHANGED);
    reacher_close(&r);
}

static void a_hold_ends_by_itself(void)
{
    reacher r;
    csuccess_result result;
    CHECK_OK(reacher_open(&r, DOCUMENT(""), NULL));
    csuccess__candidate c = candidate(&r, "journey/x");
    TOLD(say(&r, START, "hold", "`until`:`2026-01-03T00:00:00Z`,`reason`:`fair`", &result),
         "hold");
    CHECK_INT(r.t.step.due, START + 2 * DAY);
    CHECK_INT(ask(&r, START + 2 * DAY - 1, &c).until, START + 2 * DAY);
    TOLD(come(&r, START + 2 * DAY - 1), "");
    CHECK_INT(r.t.step.due, START + 2 * DAY);
    CHECK_INT(ask(&r, START + 2 * DAY, &c).ruling, CSUCCESS__ALLOW);
    TOLD(come(&r, START + 2 * DAY), "expired");
    CHECK(r.t.step.due == CSUCCESS__NEVER);
    CHECK_UINT(r.t.state.count, 0);
    reacher_close(&r);
}

static void what_is_no_word_is_refused(void)
{
    static const char *const wrong[][2] = {{"stop", ""},
                                           {"hold", "`until`:`2026-01-01T00:00:00Z`"},
                                           {"hold", "`until`:`2025-01-01`"},
                                           {"hold", "`until`:`soon`"},
                                           {"hold", "`until`:7"}};
    reacher r;
    csuccess_result result;
    CHECK_OK(reacher_open(&r, DOCUMENT(""), NULL));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        TOLD(say(&r, START, wrong[i][0], wrong[i][1], &result), "");
        CHECK_RESULT(result, CSUCCESS_ERANGE);
    }
    char text[1200];
    size_t n = (size_t)snprintf(text, sizeof text, "`reason`:`");
    memset(text + n, 'x', 1001);
    snprintf(text + n + 1001, sizeof text - n - 1001, "`");
    TOLD(say(&r, START, "hold", text, &result), "");
    CHECK_RESULT(result, CSUCCESS_ERANGE);
    CHECK_UINT(r.t.state.count, 0);
    reacher_close(&r);
}

/* ---- Spirals ---- */

#define SPIRAL ",`negative_spiral`:{`responses`:3,`within`:`P14D`},`owner`:`manager`"

static void negative_responses_stop_automation(void)
{
    reacher r;
    csuccess_result result;
    CHECK_OK(reacher_open(&r, DOCUMENT(SPIRAL), NULL));
    csuccess__candidate c = candidate(&r, "journey/x");
    TOLD(respond(&r, START, true, START), "");
    TOLD(respond(&r, START + DAY, false, START + DAY), "");
    TOLD(respond(&r, START + 7 * DAY, true, START + 7 * DAY), "");
    /* The first is just out of the fortnight. */
    TOLD(respond(&r, START + 14 * DAY, true, START + 14 * DAY), "");
    TOLD(respond(&r, START + 15 * DAY, true, START + 15 * DAY), "spiral | task");
    csuccess__ruled ruled = ask(&r, START + 300 * DAY, &c);
    CHECK_INT(ruled.ruling, CSUCCESS__DEFER);
    CHECK(ruled.until == CSUCCESS__NEVER);
    CHECK_HAS(ruled.reason.ptr, "negative responses stopped automation");
    TOLD(respond(&r, START + 16 * DAY, true, START + 16 * DAY), "");
    /* The task is its owner's. */
    uint32_t count, first = csuccess__state_of_kind(&r.t.state, CSUCCESS__STATE_TASK, &count);
    csuccess__task task = {.role = none};
    CHECK_UINT(count, 1);
    CHECK(csuccess__task_get(&r.t.step, r.t.state.fields[first].name, &task));
    CHECK_STR(task.role, "manager");
    CHECK_STR(task.definition, "automation/spiral");
    /* A hold beside it does not end it; a person does, and it begins anew. */
    TOLD(say(&r, START + 17 * DAY, "hold", "`until`:`2026-01-19T00:00:00Z`", &result), "hold");
    TOLD(come(&r, START + 18 * DAY), "expired");
    CHECK_INT(ask(&r, START + 18 * DAY, &c).ruling, CSUCCESS__DEFER);
    TOLD(say(&r, START + 20 * DAY, "resume", "`reason`:`called`", &result), "resumed");
    CHECK_INT(ask(&r, START + 20 * DAY, &c).ruling, CSUCCESS__ALLOW);
    TOLD(respond(&r, START + 21 * DAY, true, START + 21 * DAY), "");
    reacher_close(&r);
}

/* Late ones count where they were given; what is imported stops nothing, and counts with the next. */
static void responses_count_when_they_were_given(void)
{
    reacher r;
    CHECK_OK(reacher_open(&r, DOCUMENT(SPIRAL), NULL));
    TOLD(respond(&r, START + 30 * DAY, true, START + 30 * DAY), "");
    TOLD(respond(&r, START + 31 * DAY, true, START + 2 * DAY), ""); /* too long before */
    TOLD(respond(&r, START + 31 * DAY, true, START + 20 * DAY), "");
    TOLD(respond(&r, START + 32 * DAY, true, START + 25 * DAY), "spiral | task");
    reacher_close(&r);
    CHECK_OK(reacher_open(&r, DOCUMENT(SPIRAL), NULL));
    r.t.step.quiet = true;
    for (int i = 0; i < 9; i++) TOLD(respond(&r, START + i * DAY, true, START + i * DAY), "");
    r.t.step.quiet = false;
    CHECK(!reacher_open_at(&r, START + 10 * DAY)->halted);
    TOLD(respond(&r, START + 10 * DAY, true, START + 10 * DAY), "spiral | task");
    reacher_close(&r);
}

/* Against a plain model: three within a fortnight, in whatever order of their times. */
static void spirals_as_a_plain_model_has_them(void)
{
    uint64_t seed = 3;
    for (int round = 0; round < 200; round++) {
        reacher r;
        int64_t now = START, given[32];
        CHECK_OK(reacher_open(&r, DOCUMENT(SPIRAL), NULL));
        for (int n = 0; n < 32; n++) {
            now += (int64_t)(check_random(&seed) % 20) * DAY / 2;
            given[n] = now;
            int in = 0;
            for (int i = 0; i <= n; i++) in += given[i] > now - 14 * DAY;
            bool spiral = in >= 3;
            TOLD(respond(&r, now, true, now), spiral ? "spiral | task" : "");
            if (spiral) break;
        }
        reacher_close(&r);
    }
}

/* ---- Nobody answers ---- */

/* A touch of a definition that is delivered at once. */
static void touch(reacher *r, int64_t now, const char *programme, unsigned number)
{
    char id[65];
    snprintf(id, sizeof id, "%016x%048d", number, 0);
    csuccess__turn *t = reacher_open_at(r, now);
    csuccess__touch made = {.decided = now,
                            .programme = check_view(programme),
                            .step = none,
                            .intervention = none,
                            .channel = CSUCCESS_STR("email"),
                            .type = none,
                            .contact = none,
                            .ledgers = none};
    memcpy(made.id, id, sizeof made.id);
    csuccess__touch_add(t, &made);
    csuccess__touch_told(t, check_view(id), true, now);
    csuccess__touches_close(t);
    CHECK_OK(r->t.step.failed);
}

static void answer(reacher *r, int64_t now, unsigned number)
{
    char id[65];
    snprintf(id, sizeof id, "%016x%048d", number, 0);
    csuccess__turn *t = reacher_open_at(r, now);
    CHECK(csuccess__touch_responded(t, check_view(id), none, CSUCCESS__RESPONSE_NEUTRAL));
    csuccess__touches_close(t);
}

static csuccess__ruling by(reacher *r, int64_t now, csuccess__candidate *c, const char *channel)
{
    csuccess__turn *t = reacher_open_at(r, now);
    return csuccess__ask_lifecycle(t, c, reacher_channel(r, channel)).ruling;
}

static void who_does_not_answer_is_left_alone(void)
{
    reacher r;
    CHECK_OK(reacher_open(&r, DOCUMENT(",`unresponsive`:{`after`:2,`within`:`P5D`}"), NULL));
    csuccess__candidate c = candidate(&r, "intervention/x"), other = candidate(&r, "journey/y");
    touch(&r, START, "intervention/x", 1);
    touch(&r, START + 2 * DAY, "intervention/x", 2);
    CHECK_INT(by(&r, START + 6 * DAY, &c, "email"), CSUCCESS__ALLOW); /* there is time yet */
    CHECK_INT(by(&r, START + 7 * DAY, &c, "email"), CSUCCESS__DENY);
    CHECK_INT(by(&r, START + 7 * DAY, &other, "email"), CSUCCESS__ALLOW);
    c.asked = true;
    CHECK_INT(by(&r, START + 7 * DAY, &c, "email"), CSUCCESS__ALLOW);
    c.asked = false;
    const csuccess__effect_message *message = c.message;
    c.message = NULL; /* at its claim */
    CHECK_INT(by(&r, START + 7 * DAY, &c, "email"), CSUCCESS__ALLOW);
    c.message = message;
    answer(&r, START + 8 * DAY, 2); /* any answer ends it */
    CHECK_INT(by(&r, START + 8 * DAY, &c, "email"), CSUCCESS__ALLOW);
    TOLD(come(&r, START + 8 * DAY), "");
    reacher_close(&r);
}

static void another_channel_is_tried(void)
{
    reacher r;
    CHECK_OK(reacher_open(&r,
                          DOCUMENT(",`unresponsive`:{`after`:1,`within`:`P1D`,`then`:"
                                   "`change_channel`}"),
                          NULL));
    const csuccess__channel *fallback[] = {reacher_channel(&r, "phone"),
                                           reacher_channel(&r, "chat")};
    csuccess__candidate c = candidate(&r, "intervention/x");
    c.fallback = fallback;
    c.fallback_count = 2;
    for (unsigned i = 0; i < 4; i++) {
        int64_t now = START + (2 * (int64_t)i + 1) * DAY;
        CHECK_INT(by(&r, now, &c, "email"), i == 0 ? CSUCCESS__ALLOW : CSUCCESS__DENY);
        CHECK_INT(by(&r, now, &c, "phone"), i <= 1 ? CSUCCESS__ALLOW : CSUCCESS__DENY);
        CHECK_INT(by(&r, now, &c, "chat"), i <= 2 ? CSUCCESS__ALLOW : CSUCCESS__DENY);
        touch(&r, now, "intervention/x", i + 1);
    }
    reacher_close(&r);
}

/* It was let go by the fallback as one of so many, and waits for it alone. */
static void what_was_taken_back_is_not_counted_again(void)
{
    reacher r;
    CHECK_OK(reacher_open(&r,
                          DOCUMENT(",`unresponsive`:{`after`:1,`within`:`P1D`,`then`:"
                                   "`change_channel`}"),
                          NULL));
    const csuccess__waiting held = {.returns = 1}, waits = {.returns = 0};
    csuccess__candidate c = candidate(&r, "intervention/x");
    c.kind = CSUCCESS__CANDIDATE_WAITING;
    c.channel = reacher_channel(&r, "phone");
    touch(&r, START, "intervention/x", 1);
    c.message = &held.message;
    CHECK_INT(by(&r, START + 2 * DAY, &c, "phone"), CSUCCESS__ALLOW);
    c.message = &waits.message;
    CHECK_INT(by(&r, START + 2 * DAY, &c, "phone"), CSUCCESS__DENY);
    reacher_close(&r);
}

static void its_owner_is_told_once(void)
{
    reacher r;
    CHECK_OK(reacher_open(
        &r, DOCUMENT(",`unresponsive`:{`after`:2,`within`:`P5D`,`then`:`owner`}"), NULL));
    csuccess__candidate c = candidate(&r, "intervention/x");
    touch(&r, START, "intervention/x", 1);
    touch(&r, START + DAY, "intervention/x", 2);
    TOLD(come(&r, START + DAY), "");
    CHECK_INT(r.t.step.due, START + 5 * DAY);
    TOLD(come(&r, START + 5 * DAY), "");
    CHECK_INT(r.t.step.due, START + 6 * DAY);
    TOLD(come(&r, START + 6 * DAY), "task");
    CHECK_INT(by(&r, START + 6 * DAY, &c, "email"), CSUCCESS__DENY);
    TOLD(come(&r, START + 7 * DAY), "");
    answer(&r, START + 8 * DAY, 2);
    TOLD(come(&r, START + 8 * DAY), "");
    CHECK_STR(csuccess__state_get(&r.t.state, CSUCCESS__STATE_AUTOMATION, none), "");
    touch(&r, START + 9 * DAY, "intervention/x", 3);
    touch(&r, START + 9 * DAY, "intervention/x", 4);
    TOLD(come(&r, START + 14 * DAY), "task");
    reacher_close(&r);
}

/* ---- The guard ---- */

static void who_has_churned_is_denied(void)
{
    reacher r;
    CHECK_OK(reacher_open(&r, DOCUMENT(""), NULL));
    csuccess__candidate c = candidate(&r, "campaign/x");
    trip_set(&r.t, "health.status", trip_text(&r.t, "churned"));
    c.class_ = CSUCCESS__CLASS_SERVICE;
    CHECK_INT(ask(&r, START, &c).ruling, CSUCCESS__ALLOW);
    c.class_ = CSUCCESS__CLASS_NURTURE;
    csuccess__ruled ruled = ask(&r, START, &c);
    CHECK_INT(ruled.ruling, CSUCCESS__DENY);
    CHECK_STR(ruled.reason, "the customer has churned");
    trip_set(&r.t, "health.status", trip_text(&r.t, "healthy"));
    CHECK_INT(ask(&r, START, &c).ruling, CSUCCESS__ALLOW);
    reacher_close(&r);
}

/* ---- Bytes ---- */

static csuccess_str print(csuccess__buffer *out, csuccess_str payload)
{
    csuccess__json_writer w;
    csuccess__state_field field = {.kind = CSUCCESS__STATE_AUTOMATION, .payload = payload};
    csuccess__buffer_clear(out);
    csuccess__json_writer_init(&w, out);
    csuccess__automation_print(&w, &field);
    return csuccess__buffer_view(out);
}

/* Every byte of a payload cut off or changed: told, or read as something that has just these bytes. */
static void damage_is_told(void)
{
    reacher r;
    csuccess__buffer out, again;
    CHECK_OK(reacher_open(&r, DOCUMENT(SPIRAL), NULL));
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__buffer_init(&again, csuccess__malloc_allocator(), 0);
    say(&r, START, "hold", "`until`:`2026-02-01`,`reason`:`fair`", NULL);
    respond(&r, START + HOUR, true, START + HOUR);
    csuccess_str kept = csuccess__state_get(&r.t.state, CSUCCESS__STATE_AUTOMATION, none);
    CHECK_STR(print(&out, kept),
              "{\"hold\":{\"since\":\"2026-01-01T00:00:00Z\",\"until\":"
              "\"2026-02-01T00:00:00Z\",\"reason\":\"fair\",\"by\":\"anna\"},\"negative\":["
              "\"2026-01-01T01:00:00Z\"]}");
    char bytes[128];
    size_t len = kept.len;
    if (!CHECK(len < sizeof bytes)) len = 0;
    memcpy(bytes, kept.ptr, len);
    for (size_t i = 0; i < len; i++) {
        csuccess__automation a;
        CHECK(!csuccess__automation_parse(&a, (csuccess_str){bytes, i}));
        for (int bit = 0; bit < 8; bit++) {
            bytes[i] = (char)(bytes[i] ^ 1 << bit);
            csuccess__buffer_clear(&again);
            if (csuccess__automation_parse(&a, (csuccess_str){bytes, len})) {
                csuccess__automation_write(&again, &a);
                CHECK(again.len == len && memcmp(again.ptr, bytes, len) == 0);
            } else {
                CHECK_STR(print(&again, (csuccess_str){bytes, len}), "\"(damaged)\"");
            }
            bytes[i] = (char)(bytes[i] ^ 1 << bit);
        }
    }
    /* In a step it fails that. */
    reacher_at(&r, START + DAY);
    csuccess__step_put(&r.t.step, CSUCCESS__STATE_AUTOMATION, none, CSUCCESS_STR("\x09"));
    reacher_open_at(&r, START + DAY);
    CHECK_RESULT(r.t.step.failed, CSUCCESS_ESTATE);
    csuccess__buffer_free(&again);
    csuccess__buffer_free(&out);
    reacher_close(&r);
}

static void a_report_says_it(void)
{
    reacher r;
    csuccess__buffer out;
    csuccess__json_writer w;
    CHECK_OK(reacher_open(&r, DOCUMENT(SPIRAL), NULL));
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    respond(&r, START, true, START);
    say(&r, START + HOUR, "hold", "`reason`:`fair`", NULL);
    csuccess__json_writer_init(&w, &out);
    csuccess__automation_report(reacher_open_at(&r, START + DAY), &w);
    CHECK_STR(csuccess__buffer_view(&out),
              "{\"halted\":true,\"hold\":{\"since\":\"2026-01-01T01:00:00Z\",\"reason\":"
              "\"fair\",\"by\":\"anna\"},\"negative_responses\":1}");
    csuccess__buffer_free(&out);
    reacher_close(&r);
}

/* ---- Memory ---- */

static csuccess_result use_all(check_memory *memory, void *ud)
{
    reacher r;
    csuccess__input input;
    char bytes[128];
    csuccess__text reason;
    (void)ud;
    csuccess__text_init(&reason, bytes, sizeof bytes);
    csuccess_result result = reacher_open(&r, DOCUMENT(SPIRAL), &memory->allocator);
    for (int i = 0; result >= 0 && i < 3; i++) {
        csuccess__turn *t = reacher_open_at(&r, START + i * HOUR);
        csuccess__lifecycle_responded(t, true, false, START + i * HOUR);
        csuccess__lifecycle_step(t);
        result = r.t.step.failed < 0 ? r.t.step.failed : r.t.effects.failed;
    }
    if (result >= 0) {
        result = trip_input(&r.t, &input,
                            "{`type`:`automation`,`event`:`resume`,`messageId`:`m1`,`groupId`:"
                            "`c1`,`timestamp`:`2026-01-02T00:00:00Z`}");
    }
    if (result >= 0) {
        csuccess__turn *t = reacher_open_at(&r, START + DAY);
        CHECK(t->halted || r.t.step.failed < 0);
        result = csuccess__automation_apply(t, &input, &reason);
        if (r.t.effects.failed < 0) result = r.t.effects.failed;
        if (r.t.step.failed < 0) result = r.t.step.failed;
    }
    reacher_close(&r);
    return result;
}

static void survives_every_refusal(void)
{
    CHECK(check_faults(use_all, NULL) > 10);
}

CHECK_MAIN(CHECK_TEST(a_person_holds_and_resumes), CHECK_TEST(a_hold_ends_by_itself),
           CHECK_TEST(what_is_no_word_is_refused),
           CHECK_TEST(negative_responses_stop_automation),
           CHECK_TEST(responses_count_when_they_were_given),
           CHECK_TEST(spirals_as_a_plain_model_has_them),
           CHECK_TEST(who_does_not_answer_is_left_alone), CHECK_TEST(another_channel_is_tried),
           CHECK_TEST(what_was_taken_back_is_not_counted_again),
           CHECK_TEST(its_owner_is_told_once), CHECK_TEST(who_has_churned_is_denied),
           CHECK_TEST(damage_is_told), CHECK_TEST(a_report_says_it),
           CHECK_TEST(survives_every_refusal))

/* SPDX-License-Identifier: Apache-2.0 */
/* Journeys as the requirement documents have them: 003 §2.1 and §2.2 (journeys, steps, enrollments), 003 §4.2 (types of steps), and the ordered history of a customer's way (000 §2). */
#include "engine_host.h"
#include "flow_journeys.h"

#include "engine/reply.h"

#define HEAD \
    "{`csuccess`: 1, `attributes`: {`x`: {`type`: `number`}, `plan`: {`type`: `string`}}, " \
    "`channels`: {`email`: {}, `in_app`: {}, `crm`: {}}, `segments`: {`beta`: {`type`: " \
    "`static`}, `old`: {`type`: `static`}}, `templates`: {`hello`: {`locales`: {`en`: " \
    "{`subject`: `Hello`, `body`: `Plan {{plan}}`}}}}, "
#define STEPS(...) HEAD "`journeys`: {`j`: {`steps`: {" __VA_ARGS__ "}}}}"

static void enroll(trip *t, const char *document)
{
    csuccess__input input;
    if (!CHECK_OK(trip_open(t, document, NULL))) return;
    trip_set(t, "plan", trip_text(t, "pro"));
    CHECK_OK(
        trip_input(t, &input,
                   "{`type`: `journey`, `event`: `enroll`, `messageId`: `m1`, `groupId`: `c1`, "
                   "`timestamp`: `2026-01-01T00:00:00Z`, `properties`: {`journey`: `j`}}"));
    CHECK_OK(trip_step(t, TRIP_START, "m1", &input));
}

static void told(trip *t, const char *expected)
{
    char bytes[1024] = "";
    csuccess__text text;
    csuccess__text_init(&text, bytes, sizeof bytes);
    trip_tell(t, 0, &text);
    CHECK_CSTR(bytes, expected);
}

/* One message of the channel, of this journey and step, with the text. */
static void sends(const char *type, const char *channel, const char *keys)
{
    trip t;
    char document[2048];
    snprintf(document, sizeof document, STEPS("`s`: {`type`: `%s`%s}"), type, keys);
    enroll(&t, document);
    if (CHECK_UINT(t.effects.message_count, 1)) {
        const csuccess__effect_message *m = &t.effects.messages[0];
        CHECK_STR(m->channel, channel);
        CHECK_STR(m->definition, "journey/j");
        CHECK_STR(m->step, "s");
        CHECK_UINT(m->occurrence, 1);
        CHECK_HAS(m->body.ptr, "Plan pro");
    }
    told(&t, "j:enrolled (: input) | j:step s | j:completed s>next> (end)");
    trip_close(&t);
}

static void step_email(void)
{
    sends("email", "email", ", `template`: `hello`");
}
static void step_in_app_message(void)
{
    sends("in_app_message", "in_app", ", `template`: `hello`");
}
static void step_webhook(void)
{
    sends("webhook", "crm", ", `channel`: `crm`, `template`: `hello`");
}

/* A task is made and the journey goes on; or waits, by inputs of people, for each way that a task ends. */
static void step_task(void)
{
    trip t;
    enroll(&t, STEPS("`s`: {`type`: `task`, `title`: `Look at {{plan}}`, `kind`: `call`, "
                     "`due`: `P3D`}"));
    uint32_t count, first = csuccess__state_of_kind(&t.state, CSUCCESS__STATE_TASK, &count);
    csuccess__task task;
    if (CHECK_UINT(count, 1) &&
        CHECK(csuccess__task_get(&t.step, t.state.fields[first].name, &task))) {
        CHECK_STR(task.title, "Look at pro");
        CHECK_STR(task.definition, "journey/j");
        CHECK_INT(task.due_at, TRIP_START + 3 * TRIP_DAY);
    }
    told(&t, "j:enrolled (: input) | j:step s | j:completed s>next> (end)");
    trip_close(&t);
}

static void ended_by(const char *what, const char *expected)
{
    trip t;
    csuccess__enrollment e;
    csuccess__input input;
    char text[512];
    enroll(&t, STEPS("`s`: {`type`: `human_touchpoint`, `title`: `Call`, `completed`: `end`, "
                     "`unsuccessful`: `u`, `cancelled`: `c`}, `u`: {`type`: `exit`, `outcome`: "
                     "`unsuccessful`}, `c`: {`type`: `exit`, `outcome`: `cancelled`}"));
    if (CHECK(trip_live(&t, "j", &e))) {
        snprintf(text, sizeof text,
                 "{`type`: `task`, %s, `messageId`: `m2`, `groupId`: `c1`, `timestamp`: "
                 "`2026-01-02T00:00:00Z`, `properties`: {`task`: `%.*s`, `outcome`: `%s`}}",
                 strcmp(what, "cancel") == 0 ? "`event`: `cancel`" : "`event`: `complete`",
                 (int)e.waits_for.len, e.waits_for.ptr,
                 strcmp(what, "cancel") == 0 ? "" : what);
        csuccess__effects_clear(&t.effects);
        CHECK_OK(trip_input(&t, &input, text));
        CHECK_OK(trip_step(&t, TRIP_START + TRIP_DAY, "m2", &input));
        told(&t, expected);
        CHECK(!trip_live(&t, "j", &e));
    }
    trip_close(&t);
}

static void step_human_touchpoint(void)
{
    ended_by("successful", "j:completed s>completed> (end)");
    ended_by("unsuccessful", "j:step s>unsuccessful>u | j:exited u (step: unsuccessful)");
    ended_by("cancel", "j:step s>cancelled>c | j:exited c (step: cancelled)");
}

/* Days, or until an event. */
static void step_wait(void)
{
    trip t;
    enroll(&t, STEPS("`s`: {`type`: `wait`, `for`: `P3D`}"));
    CHECK_INT(t.step.due, TRIP_START + 3 * TRIP_DAY);
    CHECK_OK(trip_restore(&t));
    csuccess__effects_clear(&t.effects);
    CHECK_OK(trip_step(&t, TRIP_START + 3 * TRIP_DAY, "due", NULL));
    told(&t, "j:completed s>next> (end)");
    trip_close(&t);
}

static void step_condition(void)
{
    trip t;
    enroll(&t, STEPS("`s`: {`type`: `condition`, `when`: `x > 1`, `true`: `end`, `false`: "
                     "`end`, `undecided`: `u`}, "
                     "`u`: {`type`: `exit`, `outcome`: `unknown`}"));
    told(&t,
         "j:enrolled (: input) | j:step s | j:step s>undecided>u | j:exited u (step: unknown)");
    trip_close(&t);
}

static void step_segment_update(void)
{
    trip t;
    enroll(&t, STEPS("`s`: {`type`: `segment_update`, `add`: `beta`, `remove`: `old`}"));
    CHECK(trip_slot(&t, "segment", "beta").kind == CSUCCESS__KIND_BOOL &&
          trip_slot(&t, "segment", "beta").as.boolean);
    CHECK(!trip_slot(&t, "segment", "old").as.boolean);
    trip_close(&t);
}

/* 003 §2.2: eight types, four triggers, once only unless it says otherwise, so many at once. */
static void journeys_have_types_triggers_and_settings(void)
{
    static const char *const types[] = {"onboarding",      "adoption", "renewal",  "expansion",
                                        "risk_mitigation", "advocacy", "win_back", "custom"};
    static const char *const triggers[] = {"{`manual`: true}", "{`segment`: `beta`}",
                                           "{`event`: `signup`}", "{`every`: `FREQ=MONTHLY`}"};
    for (size_t i = 0; i < 8; i++) {
        trip t;
        char document[2048];
        snprintf(
            document, sizeof document,
            HEAD
            "`journeys`: {`j`: {`type`: `%s`, `trigger`: %s, `concurrent`: {`journey`: 7}, "
            "`steps`: {`a`: {`type`: `wait`, `for`: `P1D`}}}}}",
            types[i], triggers[i % 4]);
        if (CHECK_OK(trip_open(&t, document, NULL))) {
            const csuccess__journey *j = &trip_now(&t)->flow->journeys->list[0];
            CHECK_STR(j->type, types[i]);
            CHECK(j->has_trigger && !j->reenroll);
            CHECK_INT(j->concurrent_journey, 7);
        }
        trip_close(&t);
    }
}

/* 003 §2.2: nine types of steps, and what else the engine has. */
static void steps_have_types(void)
{
    static const char *const types[] = {"email",          "in_app_message", "task",
                                        "wait",           "condition",      "webhook",
                                        "segment_update", "health_check",   "human_touchpoint"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        bool found = false;
        for (int k = 0; k < CSUCCESS__STEP_TYPE_COUNT; k++) {
            found = found ||
                    strcmp(csuccess__step_type_name((csuccess__step_type)k), types[i]) == 0;
        }
        CHECK(found);
    }
    CHECK(csuccess__step_type_name(CSUCCESS__STEP_TYPE_COUNT) == NULL);
}

/* ---- Through the engine ---- */

static const char scored[] = "{`csuccess`: 1, `attributes`: {`logins`: {`type`: `number`}}, "
                             "`health`: {`profiles`: {`default`: "
                             "{`score`: {`value`: `logins`, `range`: [0, 100]}, `bands`: "
                             "{`healthy`: {`from`: 50}, `critical`: "
                             "{}}}}}, `channels`: {`slack`: {}}, `templates`: {`hello`: "
                             "{`locales`: {`en`: {`body`: `Hi`}}}}, "
                             "`journeys`: {`j`: {`trigger`: {`event`: `signup`}, `steps`: "
                             "{`hi`: {`type`: `webhook`, `channel`: "
                             "`slack`, `template`: `hello`}, `w`: {`type`: `wait`, `for`: "
                             "`P2D`}, `h`: {`type`: `health_check`, "
                             "`when`: `health.score > 70`, `true`: `good`, `false`: `end`}, "
                             "`good`: {`type`: `exit`, `outcome`: "
                             "`success`}}}}}";

static void open_scored(host *h)
{
    char *text = trip_quoted(scored);
    host_open_as(h, text, NULL);
    host_connect(h);
    free(text);
    host_json(h->events, "{\"type\":\"group\",\"messageId\":\"g1\",\"groupId\":\"c1\","
                         "\"timestamp\":\"2026-01-01T00:00:00Z\",\"traits\":{\"logins\":80}}");
    host_json(h->events, "{\"type\":\"track\",\"event\":\"signup\",\"messageId\":\"t1\","
                         "\"groupId\":\"c1\",\"timestamp\":\"2026-01-01T00:00:00Z\"}");
    host_json(h->events, "{\"type\":\"track\",\"event\":\"signup\",\"messageId\":\"t2\","
                         "\"groupId\":\"c1\",\"timestamp\":\"2026-01-01T00:00:00Z\"}");
    CHECK_OK(host_ingest(h, HOST_MS(0)));
}

/* Entries "journey" of the history, in their order. */
static void read_history(host *h, csuccess__text *out)
{
    csuccess_reply reply;
    csuccess_history_request request = {.size = sizeof request,
                                        .now_ms = HOST_MS(9),
                                        .tenant = CSUCCESS_STR("default"),
                                        .customer = CSUCCESS_STR("c1"),
                                        .most = 1000};
    csuccess__arena arena;
    csuccess_limits limits;
    csuccess__limits_take(&limits, NULL, NULL);
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    csuccess__reply_init(&reply, csuccess__malloc_allocator());
    CHECK_OK(csuccess__reply_open(&reply, CSUCCESS__OPERATION_HISTORY, 0, 0, request.most));
    csuccess_memory_store_ops()->history(h->store, &request, &reply);
    CHECK_OK(csuccess__reply_end(&reply, NULL));
    for (size_t i = 0; i < reply.row_count; i++) {
        const csuccess_entry *entry = &reply.rows[i].entry;
        csuccess__json *body = NULL;
        csuccess__json_options options = {.limits = &limits};
        if (!csuccess__str_is(entry->kind, "journey")) continue;
        if (!CHECK_OK(csuccess__json_read(&body, &arena, entry->body, &options, NULL)))
            continue;
        const csuccess__json *score = csuccess__json_member(body, "score");
        csuccess__text_format(out, "%s%u %S %S", out->len ? " | " : "",
                              (uint32_t)((entry->at_ms - HOST_MS(0)) / HOST_DAY),
                              trip_word(body, "event"), trip_word(body, "step"));
        if (score)
            csuccess__text_format(out, " %u %S", (uint32_t)score->number,
                                  trip_word(body, "status"));
    }
    csuccess__reply_free(&reply);
    csuccess__arena_free(&arena);
}

/* S0-004, S3-038: the way of a customer, in its order, from what is stored; the check of health says what it found. The second
   signup in the same batch enrolls nobody again. */
static void the_way_of_a_customer_in_order(void)
{
    host h;
    char bytes[1024] = "";
    csuccess__text text;
    csuccess__text_init(&text, bytes, sizeof bytes);
    open_scored(&h);
    for (int day = 0; day <= 3; day++) CHECK_OK(host_run(&h, HOST_MS(day), NULL));
    read_history(&h, &text);
    CHECK_CSTR(bytes, "0 enrolled  | 0 step hi | 0 step w | 0 refused  | 2 step h 80 healthy | "
                      "2 step good | 2 completed ");
    CHECK_UINT(h.sends, 1);
    host_close(&h);
}

/* S3-007: the instance with its state, its definition and its timer, as the engine shows it. */
static void the_enrollment_in_the_state(void)
{
    host h;
    open_scored(&h);
    host_state_has(&h, "c1", HOST_MS(0), "\"enrollments\":{\"j#1\":{");
    host_state_has(&h, "c1", HOST_MS(0), "\"state\":\"waiting\",\"step\":\"w\"");
    host_state_has(&h, "c1", HOST_MS(0), "\"timer\":\"2026-01-03T00:00:00Z\"");
    host_state_has(&h, "c1", HOST_MS(0), "\"definition\":\"");
    host_state_has(&h, "c1", HOST_MS(0),
                   "\"journeys\":{\"j\":{\"times\":1,\"state\":\"active\"");
    host_close(&h);
}

CHECK_MAIN(CHECK_TEST(step_email), CHECK_TEST(step_in_app_message), CHECK_TEST(step_webhook),
           CHECK_TEST(step_task), CHECK_TEST(step_human_touchpoint), CHECK_TEST(step_wait),
           CHECK_TEST(step_condition), CHECK_TEST(step_segment_update),
           CHECK_TEST(journeys_have_types_triggers_and_settings), CHECK_TEST(steps_have_types),
           CHECK_TEST(the_way_of_a_customer_in_order), CHECK_TEST(the_enrollment_in_the_state))

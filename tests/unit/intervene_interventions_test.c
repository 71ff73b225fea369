/* SPDX-License-Identifier: Apache-2.0 */
/* Interventions: what a configuration may say of them, every type of the registry, and when they are candidates. */
#include "intervene_executing.h"

#define START TRIP_START
#define HOUR TRIP_HOUR
#define DAY TRIP_DAY

#define HEAD \
    "{`csuccess`: 1, `attributes`: {`risk`: {`type`: `number`}, `low`: {`type`: `bool`}, " \
    "`big`: {`type`: `bool`}, `name`: {`type`: `string`}, `last_login`: {`type`: `time`}, " \
    "`csm_id`: {`type`: `string`}}, " \
    "`health`: {`profiles`: {`default`: {`score`: {`value`: `risk * 100`}}}}, " \
    "`policies`: {`locale`: `en`}, " \
    "`channels`: {`email`: {`cost`: 7, `fallback`: [`in_app`, `sms`]}, `in_app`: {}, `sms`: " \
    "{}, " \
    "`chat`: {}, `webhook`: {}, `webinar`: {}, `document`: {}, `internal`: {}, `slack`: {}, " \
    "`phone`: {`cost`: 9}}, " \
    "`templates`: {`hello`: {`locales`: {`en`: {`subject`: `Hello`, `text`: `Dear " \
    "{{name}}`}}}, " \
    "`plain`: {`locales`: {`en`: {`text`: `Hello`}}}}, "
#define INTERVENTIONS(text) HEAD "`interventions`: {" text "}}"

/* ---- The registry ---- */

static const struct {
    const char *type, *channel;
    bool task, internal;
} registry[] = {{"email", "email", false, false},
                {"email_sequence", "email", false, false},
                {"newsletter", "email", false, false},
                {"survey", "email", false, false},
                {"in_app_message", "in_app", false, false},
                {"feature_tour", "in_app", false, false},
                {"feature_unlock", "in_app", false, false},
                {"sms", "sms", false, false},
                {"chat", "chat", false, false},
                {"webhook", "webhook", false, false},
                {"webinar", "webinar", false, false},
                {"document", "document", false, false},
                {"phone_call", "phone", true, false},
                {"video_call", "video_call", true, false},
                {"meeting", "meeting", true, false},
                {"in_person", "in_person", true, false},
                {"internal_task", "internal", true, true},
                {"alert", "internal", false, true},
                {"house_visit", "in_person", true, false},
                {"fax", "email", false, false}};

static void check_begun(exec *x, bool task, bool internal)
{
    csuccess__execution e;
    CHECK_UINT(x->messages, task ? 0 : 1);
    if (!CHECK(exec_last(x, &e))) return;
    /* Nobody tells what becomes of a message to the team. */
    CHECK_INT(e.state, !task && internal ? CSUCCESS__EXECUTION_IN_PROGRESS
                                         : CSUCCESS__EXECUTION_SCHEDULED);
    CHECK_INT(e.task.len, task ? 64 : 0);
}

/* The page's table, one row after the other: each is dispatched to its channel, as a message or a task. */
static void every_type_is_dispatched(void)
{
    for (size_t i = 0; i < sizeof registry / sizeof registry[0]; i++) {
        char text[4096], told[128];
        exec x;
        bool task = registry[i].task, internal = registry[i].internal;
        snprintf(text, sizeof text,
                 INTERVENTIONS("`types`: {`house_visit`: {`does`: `task`, `channel`: "
                               "`in_person`, `kind`: `meeting`}, `fax`: {`does`: `message`, "
                               "`channel`: `email`}}, `x`: {`type`: `%s`, `when`: `low`%s}"),
                 registry[i].type, task || internal ? "" : ", `template`: `plain`");
        snprintf(told, sizeof told, "%sx:scheduled %s", task ? "T x | " : "",
                 registry[i].channel);
        if (CHECK_OK(exec_open(&x, text, NULL))) {
            exec_bool(&x, "low", true);
            TOLD(exec_step(&x, START, NULL), told);
            check_begun(&x, task, internal);
        }
        exec_close(&x);
    }
}

/* ---- What a configuration may say ---- */

static void everything_of_the_page_is_read(void)
{
    exec x;
    const char *text = INTERVENTIONS(
        "`types`: {`house_visit`: {`does`: `task`, `channel`: `in_person`, `kind`: "
        "`meeting`}}, "
        "`low_health_outreach`: {`type`: `email_sequence`, `channel`: `email`, `template`: "
        "`hello`, `purpose`: `marketing`, `when`: {`health.score`: {`lt`: 40}}, `audience`: "
        "`big`, `delay`: `PT24H`, `max_frequency_days`: 3, `class`: `nurture`, `priority`: 50, "
        "`valid_for`: `P7D`, `cost`: 100, `value`: `risk * 1000`, `effect`: {`uplift`: 0.04, "
        "`interval`: [0.01, 0.07], `source`: `experiment`}, `success`: {`within`: `PT24H`, "
        "`when`: `days_since(last_login) < 1`}, `follow_up`: {`after`: `P9D`, `title`: `Look`, "
        "`owner`: `manager`}}, "
        "`executive_call`: {`type`: `phone_call`, `owner`: `csm`, `title`: `Executive call`, "
        "`due`: `P1D`, `effect`: {`prior`: {`successes`: 30, `of`: 100}}, `cost`: 5000, "
        "`follow_up`: null}");
    if (CHECK_OK(exec_open(&x, text, NULL))) {
        const csuccess__interventions *all = trip_now(&x.t)->intervene->interventions;
        const csuccess__intervention *mail =
            csuccess__intervention_find(all, CSUCCESS_STR("low_health_outreach"));
        const csuccess__intervention *call =
            csuccess__intervention_find(all, CSUCCESS_STR("executive_call"));
        CHECK_UINT(all->count, 2);
        CHECK(!csuccess__intervention_find(all, CSUCCESS_STR("types")));
        if (CHECK(mail && call)) {
            CHECK_STR(mail->programme, "intervention/low_health_outreach");
            CHECK_INT(mail->delay_ms, DAY);
            CHECK_INT(mail->frequency_ms, 3 * DAY);
            CHECK_NUM(mail->priority, 50, 0);
            CHECK_INT(mail->cost, 100);
            CHECK_INT(mail->effect.source, CSUCCESS__EFFECT_EXPERIMENT);
            CHECK_NUM(mail->effect.low, 0.01, 0);
            CHECK_NUM(mail->effect.high, 0.07, 0);
            CHECK_UINT(mail->fallback_count, 2);
            CHECK_INT(mail->follow_up.after.days, 9);
            CHECK_STR(mail->follow_up.task.role, "manager");
            CHECK(mail->success.given);
            CHECK(call->follow_up.none);
            CHECK_NUM(call->prior_a, 30, 0);
            CHECK_NUM(call->prior_b, 70, 0);
            CHECK_INT(call->frequency_ms, 7 * DAY);
            CHECK_NUM(call->priority, 30, 0);
            CHECK_STR(call->sending.purpose, ""); /* who calls asks for themselves */
        }
    }
    exec_close(&x);
}

static const struct {
    const char *text, *pointer, *says;
} wrong[] = {
    {"`x`: {`type`: `emial`, `template`: `plain`}", "/interventions/x/type",
     "there is no type of intervention \"emial\" (did you mean \"email\"?)"},
    {"`x`: {`template`: `plain`}", "/interventions/x", "an intervention needs a \"type\""},
    {"`x`: {`type`: `email`}", "/interventions/x", "a message needs a text"},
    {"`x`: {`type`: `email`, `template`: `helo`}", "/interventions/x/template",
     "did you mean \"hello\"?"},
    {"`x`: {`type`: `email`, `template`: `plain`, `channel`: `emall`}",
     "/interventions/x/channel", "did you mean \"email\"?"},
    {"`x`: {`type`: `email`, `template`: `plain`, `fallback`: [`slak`]}",
     "/interventions/x/fallback/0", "did you mean \"slack\"?"},
    {"`x`: {`type`: `email`, `template`: `plain`, `whne`: `low`}", "/interventions/x/whne",
     "did you mean \"when\"?"},
    {"`x`: {`type`: `phone_call`, `owner`: `csn`}", "/interventions/x/owner",
     "there is no role \"csn\""},
    {"`x`: {`type`: `phone_call`, `cost`: 1.5}", "/interventions/x/cost", "minor units"},
    {"`x`: {`type`: `phone_call`, `delay`: `P1M`}", "/interventions/x/delay", "without months"},
    {"`x`: {`type`: `phone_call`, `effect`: {`uplift`: 1.2, `interval`: [0, 1]}}",
     "/interventions/x/effect/uplift", "from -1 to 1"},
    {"`x`: {`type`: `phone_call`, `effect`: {`uplift`: 0.2, `interval`: [0.3, 1]}}",
     "/interventions/x/effect/interval", "between which it lies"},
    {"`x`: {`type`: `phone_call`, `effect`: {`uplift`: 0.2, `interval`: [0.1, 1.1]}}",
     "/interventions/x/effect/interval", "between which it lies"},
    {"`x`: {`type`: `phone_call`, `effect`: {`uplift`: 0.2}}", "/interventions/x/effect",
     "an uplift has an \"interval\""},
    {"`x`: {`type`: `phone_call`, `effect`: {`prior`: {`successes`: 3, `of`: 2}}}",
     "/interventions/x/effect/prior", "a prior is a count"},
    {"`x`: {`type`: `offer`, `template`: `plain`}", "/interventions/x",
     "names one of \"offers\""},
    {"`x`: {`type`: `offer`, `template`: `plain`, `offer`: `save`}", "/interventions/x/offer",
     "there is no offer \"save\""},
    {"`x`: {`type`: `phone_call`, `success`: {`within`: `P1D`}}", "/interventions/x/success",
     "needs a condition"},
    {"`x`: {`type`: `phone_call`, `urgent`: `billing`}", "/interventions/x/urgent", "billing"},
    {"`types`: {`email`: {`does`: `task`, `channel`: `phone`}}", "/interventions/types/email",
     "is given already"},
    {"`types`: {`visit`: {`does`: `task`}}", "/interventions/types/visit",
     "says what it \"does\""},
    {"`a/b`: {`type`: `phone_call`}", "/interventions/a~1b", "without \"/\""},
    {"`x`: {`type`: `phone_call`, `when`: `intervention('y').times > 1`}",
     "/interventions/x/when", "there is no"}};

static void what_is_wrong_is_told_with_its_place(void)
{
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char text[4096];
        csuccess_config *config = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        snprintf(text, sizeof text, INTERVENTIONS("%s"), wrong[i].text);
        CHECK(trip_compile(&config, text, NULL, &err) < 0);
        CHECK_CSTR(err.pointer, wrong[i].pointer);
        CHECK_HAS(err.message, wrong[i].says);
        csuccess_config_unref(config);
    }
}

/* ---- Candidates ---- */

static void it_is_one_while_it_holds_and_rests_after(void)
{
    exec x;
    const char *text = INTERVENTIONS(
        "`mail`: {`type`: `email`, `template`: `plain`, `when`: `low`, `audience`: `big`, "
        "`max_frequency_days`: 7, `follow_up`: null}");
    if (CHECK_OK(exec_open(&x, text, NULL))) {
        TOLD(exec_step(&x, START, NULL), ""); /* undecided */
        CHECK_UINT(x.candidates, 0);
        exec_bool(&x, "low", true);
        TOLD(exec_step(&x, START, NULL), "");
        exec_bool(&x, "big", false);
        TOLD(exec_step(&x, START, NULL), "");
        exec_bool(&x, "big", true);
        x.holds = true;
        TOLD(exec_step(&x, START, NULL), "");
        CHECK_UINT(x.candidates, 1);
        CHECK_UINT(exec_count(&x), 0);
        x.holds = false;
        TOLD(exec_step(&x, START, NULL), "mail:scheduled email");
        TOLD(exec_delivered(&x, START + HOUR, "delivered"), "mail:delivered | mail:completed");
        TOLD(exec_step(&x, START + 7 * DAY - 1, NULL), "");
        CHECK_INT(x.due, START + 7 * DAY);
        TOLD(exec_step(&x, START + 7 * DAY, NULL), "mail:scheduled email");
    }
    exec_close(&x);
}

static void a_delay_counts_from_when_it_began_to_hold(void)
{
    exec x;
    const char *text = INTERVENTIONS("`mail`: {`type`: `email`, `template`: `plain`, `when`: "
                                     "`low`, `delay`: `PT24H`, `valid_for`: `P2D`}");
    if (CHECK_OK(exec_open(&x, text, NULL))) {
        x.restarts = true;
        exec_bool(&x, "low", true);
        TOLD(exec_step(&x, START, NULL), "");
        CHECK_INT(x.due, START + DAY);
        CHECK_UINT(exec_count(&x), 1);
        TOLD(exec_step(&x, START + DAY - 1, NULL), "");
        exec_bool(&x, "low", false); /* not any more: from the beginning */
        TOLD(exec_step(&x, START + DAY, NULL), "");
        CHECK_UINT(exec_count(&x), 0);
        exec_bool(&x, "low", true);
        TOLD(exec_step(&x, START + 2 * DAY, NULL), "");
        TOLD(exec_step(&x, START + 3 * DAY - 1, NULL), "");
        TOLD(exec_step(&x, START + 3 * DAY, NULL), "mail:scheduled email");
    }
    exec_close(&x);
}

static void time_alone_makes_it_one(void)
{
    exec x;
    const char *text = INTERVENTIONS("`mail`: {`type`: `email`, `template`: `plain`, `when`: "
                                     "`days_since(last_login) > 3`}");
    if (CHECK_OK(exec_open(&x, text, NULL))) {
        trip_set(&x.t, "last_login", csuccess__time(START));
        TOLD(exec_step(&x, START + HOUR, NULL), "");
        CHECK_INT(x.due, START + 4 * DAY);
        TOLD(exec_step(&x, START + 4 * DAY - 1, NULL), "");
        CHECK_INT(x.due, START + 4 * DAY - 1 + HOUR); /* each hour at most */
        TOLD(exec_step(&x, START + 4 * DAY, NULL), "mail:scheduled email");
    }
    exec_close(&x);
}

/* Uplift times value less cost, by hand: 0.04 * 1000 - (100 + 7) / 100; of a prior the share of the risk. */
static void worth_is_counted_from_what_is_known(void)
{
    exec x;
    const char *text = INTERVENTIONS(
        "`mail`: {`type`: `email`, `template`: `plain`, `when`: `low`, `cost`: 100, `value`: "
        "`1000`, `effect`: {`uplift`: 0.04, `interval`: [0.01, 0.07], `source`: "
        "`experiment`}}, `unknown`: {`type`: `email`, `template`: `plain`, `when`: `low`, "
        "`value`: `1000`}, `prior`: {`type`: `email`, `template`: `plain`, `when`: `low`, "
        "`value`: `1000`, `effect`: {`prior`: {`successes`: 30, `of`: 100}}}");
    if (CHECK_OK(exec_open(&x, text, NULL))) {
        x.holds = true;
        exec_bool(&x, "low", true);
        TOLD(exec_step(&x, START, NULL), "");
        if (CHECK_UINT(x.candidates, 3)) {
            CHECK_NUM(x.desk.list[0].expected, 38.93, 1e-12);
            CHECK_NUM(x.desk.list[1].expected, 0, 0);
            CHECK_INT(x.desk.list[1].effect.source, CSUCCESS__EFFECT_UNKNOWN);
            CHECK_NUM(x.desk.list[2].expected, 0, 0); /* the risk is not known */
        }
    }
    exec_close(&x);
}

/* ---- Requests ---- */

static void somebody_may_ask_for_it(void)
{
    exec x;
    const char *text = INTERVENTIONS("`call`: {`type`: `phone_call`, `title`: `Call {{name}}`, "
                                     "`due`: `P1D`}");
    if (CHECK_OK(exec_open(&x, text, NULL))) {
        x.restarts = true;
        TOLD(exec_say(&x, START, "intervention", "request", "`intervention`:`cal`"), "");
        CHECK_RESULT(x.applied, CSUCCESS_ERANGE);
        CHECK_HAS(x.reason, "there is no intervention \"cal\" (did you mean \"call\"?)");
        x.holds = true;
        TOLD(exec_say(&x, START, "intervention", "request", "`intervention`:`call`"), "");
        CHECK_OK(x.applied);
        CHECK_UINT(x.candidates, 1);
        TOLD(exec_step(&x, START + HOUR, NULL), ""); /* it waits until it may */
        CHECK_UINT(x.candidates, 1);
        x.holds = false;
        TOLD(exec_step(&x, START + 2 * HOUR, NULL), "T call | call:scheduled phone");
        TOLD(exec_step(&x, START + 3 * HOUR, NULL), "");
        CHECK_UINT(x.candidates, 0);
        csuccess__execution e;
        if (CHECK(exec_last(&x, &e))) {
            CHECK(e.asked);
            CHECK_INT(e.due_at, START + 2 * HOUR + DAY);
            CHECK_INT(e.cost, 9);
        }
    }
    exec_close(&x);
}

static void a_request_is_over_after_a_week(void)
{
    exec x;
    const char *text = INTERVENTIONS("`call`: {`type`: `phone_call`}");
    if (CHECK_OK(exec_open(&x, text, NULL))) {
        x.holds = true;
        TOLD(exec_say(&x, START, "intervention", "request", "`intervention`:`call`"), "");
        TOLD(exec_step(&x, START + 7 * DAY - 1, NULL), "");
        CHECK_UINT(x.candidates, 1);
        TOLD(exec_step(&x, START + 7 * DAY, NULL), "");
        CHECK_UINT(x.candidates, 1); /* once more: the arbiter tells that it is over */
        TOLD(exec_step(&x, START + 7 * DAY + 1, NULL), "");
        CHECK_UINT(x.candidates, 0);
        CHECK_UINT(exec_count(&x), 0);
    }
    exec_close(&x);
}

static void of_history_nothing_begins(void)
{
    exec x;
    const char *text = INTERVENTIONS("`call`: {`type`: `phone_call`, `when`: `low`}, `late`: "
                                     "{`type`: `phone_call`, `when`: `low`, `delay`: `P1D`}");
    if (CHECK_OK(exec_open(&x, text, NULL))) {
        exec_bool(&x, "low", true);
        x.t.step.quiet = true;
        TOLD(exec_say(&x, START, "intervention", "request", "`intervention`:`call`"), "");
        CHECK_OK(x.applied);
        CHECK_UINT(exec_count(&x), 0);
        x.t.step.quiet = false;
        exec_bool(&x, "low", false);
        TOLD(exec_step(&x, START + HOUR, NULL), "");
        CHECK_UINT(x.candidates, 0);
    }
    exec_close(&x);
}

/* ---- Slots ---- */

static void conditions_read_what_came_of_it(void)
{
    exec x;
    const char *text = INTERVENTIONS(
        "`first`: {`type`: `email`, `template`: `plain`, `when`: `low`, `follow_up`: null}, "
        "`second`: {`type`: `email`, `template`: `plain`, `when`: `intervention('first').state "
        "== 'completed' && intervention('first').times == 1`, `follow_up`: null}");
    if (CHECK_OK(exec_open(&x, text, NULL))) {
        x.restarts = true;
        exec_bool(&x, "low", true);
        TOLD(exec_step(&x, START, NULL), "first:scheduled email");
        TOLD(exec_step(&x, START + HOUR, NULL), "");
        TOLD(exec_delivered(&x, START + 2 * HOUR, "delivered"),
             "first:delivered | first:completed | second:scheduled email");
        CHECK_INT(trip_slot(&x.t, "intervention.times", "first").as.number, 1);
        CHECK_STR(trip_slot(&x.t, "intervention.state", "first").as.string, "completed");
    }
    exec_close(&x);
}

static void segments_may_not_read_it(void)
{
    csuccess_config *config = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    const char *text = HEAD "`segments`: {`a`: {`when`: `intervention('x').times > 1`}}, "
                            "`interventions`: {`x`: {`type`: `phone_call`}}}";
    CHECK(trip_compile(&config, text, NULL, &err) < 0);
    CHECK_HAS(err.message, "is computed after segments");
    csuccess_config_unref(config);
}

/* ---- A text that lacks something ---- */

static void half_a_text_leaves_nothing(void)
{
    exec x;
    const char *text = INTERVENTIONS("`mail`: {`type`: `email`, `template`: `hello`, `when`: "
                                     "`low`}");
    if (CHECK_OK(exec_open(&x, text, NULL))) {
        exec_bool(&x, "low", true);
        TOLD(exec_step(&x, START, NULL), "");
        CHECK_HAS(x.why, "{{name}} in \"text\" has no value");
        CHECK_UINT(x.messages, 0);
        CHECK_UINT(exec_count(&x), 0);
        trip_set(&x.t, "name", trip_text(&x.t, "Acme"));
        TOLD(exec_step(&x, START, NULL), "mail:scheduled email");
        CHECK_UINT(x.messages, 1);
    }
    exec_close(&x);
}

CHECK_MAIN(CHECK_TEST(every_type_is_dispatched), CHECK_TEST(everything_of_the_page_is_read),
           CHECK_TEST(what_is_wrong_is_told_with_its_place),
           CHECK_TEST(it_is_one_while_it_holds_and_rests_after),
           CHECK_TEST(a_delay_counts_from_when_it_began_to_hold),
           CHECK_TEST(time_alone_makes_it_one), CHECK_TEST(worth_is_counted_from_what_is_known),
           CHECK_TEST(somebody_may_ask_for_it), CHECK_TEST(a_request_is_over_after_a_week),
           CHECK_TEST(of_history_nothing_begins), CHECK_TEST(conditions_read_what_came_of_it),
           CHECK_TEST(segments_may_not_read_it), CHECK_TEST(half_a_text_leaves_nothing))

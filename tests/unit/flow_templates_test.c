/* SPDX-License-Identifier: Apache-2.0 */
/* Templates and sending: in whose language, to whom, filled or held; written from docs/reference/flow.md "Templates". */
#include "flow_triggers.h"

#define DOCUMENT(templates, steps) \
    "{`csuccess`: 1, `attributes`: {`plan`: {`type`: `string`}, `arr`: {`type`: `number`}, " \
    "`locale`: {`type`: `string`}}, `records`: {`contacts`: {`of`: {`name`: {`type`: " \
    "`string`}, `role`: {`type`: `string`}, `locale`: {`type`: `string`}}}}, `channels`: " \
    "{`email`: {}, `in_app`: {}}, `templates`: {" templates \
    "}, `journeys`: {`j`: {`trigger`: " \
    "{`event`: `go`, `properties`: {`goal`: `string`}}, `steps`: {" steps "}}}"
#define STEP(keys) "`s`: {`type`: `email`, " keys "}"

/* A contact: id, name, role, locale; NULL: missing. */
typedef struct person {
    const char *texts[4];
} person;
typedef struct show {
    trip t;
    csuccess__value records[4], fields[4][4];
} show;

static csuccess__value text_value(const trip *t, const char *text)
{
    return text ? trip_text(t, text) : csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
}

static void set_people(show *s, const person *people, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < 4; k++) {
            s->fields[i][k] = text_value(&s->t, people[i].texts[k]);
        }
        s->records[i] =
            (csuccess__value){.kind = CSUCCESS__KIND_RECORD, .as.many = {s->fields[i], 4}};
    }
    csuccess__value list = {.kind = CSUCCESS__KIND_LIST, .as.many = {s->records, count}};
    trip_set(&s->t, "contacts", list);
}

/* Messages as `contact step {body}`, what is held as `held contact guard: reason`. */
static void describe(show *s, csuccess__text *out)
{
    const csuccess__effects *effects = &s->t.effects;
    for (uint32_t i = 0; i < effects->message_count; i++) {
        const csuccess__effect_message *m = &effects->messages[i];
        csuccess__text_format(out, "%s%S%s%S %S", out->len ? " | " : "", m->contact,
                              m->contact.len ? " " : "", m->step, m->body);
    }
    for (uint32_t i = 0; i < effects->entry_count; i++) {
        const csuccess__effect_entry *e = &effects->entries[i];
        if (!csuccess__str_is(e->kind, "held")) continue;
        const csuccess__json *body = trip_body(&s->t, e);
        csuccess__text_format(out, "%sheld %S%s%S: %S", out->len ? " | " : "",
                              trip_word(body, "contact"),
                              trip_word(body, "contact").len ? " " : "",
                              trip_word(body, "guard"), trip_word(body, "reason"));
    }
}

/* Sends what the first step of the journey says. */
static bool send_it(show *s, const csuccess__want *more)
{
    csuccess__zones_asked asked;
    csuccess__moment m = trip_moment(&s->t, TRIP_START, "cause", &asked);
    asked.moment = &m;
    csuccess__want want = *more;
    if (!want.sending) want.sending = &m.flow->journeys->list[0].steps[0].sending;
    want.definition = CSUCCESS_STR("journey/j");
    want.step = CSUCCESS_STR("s");
    bool left = csuccess__send(&m, &want);
    CHECK_OK(m.step->failed);
    return left;
}

typedef struct given {
    const char *plan, *locale;
    const person *people;
    uint32_t count;
} given;

static void sends(const char *document, given with, bool left, const char *expected)
{
    show s;
    char bytes[1200];
    csuccess__text out;
    const csuccess__want want = {.instance = CSUCCESS_STR("i1")};
    csuccess__text_init(&out, bytes, sizeof bytes);
    if (!CHECK_OK(trip_open(&s.t, document, NULL))) return;
    trip_set(&s.t, "plan", text_value(&s.t, with.plan));
    trip_set(&s.t, "locale", text_value(&s.t, with.locale));
    set_people(&s, with.people, with.count);
    CHECK(send_it(&s, &want) == left);
    describe(&s, &out);
    if (!CHECK_STR(((csuccess_str){out.ptr, out.len}), expected)) printf("# of %s\n", document);
    trip_close(&s.t);
}

static const person people[] = {{{"a1", "Anna", "champion", "de-AT"}},
                                {{"b2", "Ben", "user", "fr"}},
                                {{"c3", NULL, "champion", NULL}}};

#define HELLO \
    "`hello`: {`locales`: {`en`: {`subject`: `Hi {{contact.name}}`, `body`: `{{plan}}`}, " \
    "`de`: {`subject`: `Hallo {{contact.name}}`, `body`: `Tarif {{plan}}`}}, `defaults`: " \
    "{`contact.name`: `'you'`}}"
#define ENGLISH ", `policies`: {`locale`: `en-GB`}}"

static void the_language_is_the_recipients(void)
{
    const given with = {.plan = "pro", .locale = NULL, .people = people, .count = 3};
    sends(DOCUMENT(HELLO, STEP("`template`: `hello`, `to`: {`role`: `champion`}")) ENGLISH,
          with, true,
          "a1 s/a1 {\"template\":\"hello\",\"locale\":\"de\",\"subject\":\"Hallo "
          "Anna\",\"body\":\"Tarif pro\",\"instance\":\"i1\"} | c3 s/c3 "
          "{\"template\":\"hello\",\"locale\":\"en\",\"subject\":\"Hi "
          "you\",\"body\":\"pro\",\"instance\":\"i1\"}");
    /* French has no text, so it is the customer's language, then the tenant's. */
    sends(DOCUMENT(HELLO, STEP("`template`: `hello`, `to`: `name == 'Ben'`")) ENGLISH, with,
          true,
          "b2 s/b2 {\"template\":\"hello\",\"locale\":\"en\",\"subject\":\"Hi "
          "Ben\",\"body\":\"pro\",\"instance\":\"i1\"}");
    const given german = {.plan = "pro", .locale = "de_CH", .people = people, .count = 3};
    sends(DOCUMENT(HELLO, STEP("`template`: `hello`, `to`: `name == 'Ben'`")) ENGLISH, german,
          true,
          "b2 s/b2 {\"template\":\"hello\",\"locale\":\"de\",\"subject\":\"Hallo "
          "Ben\",\"body\":\"Tarif pro\",\"instance\":\"i1\"}");
    sends(DOCUMENT(HELLO, STEP("`template`: `hello`")) ENGLISH, german, true,
          "s {\"template\":\"hello\",\"locale\":\"de\",\"subject\":\"Hallo "
          "you\",\"body\":\"Tarif pro\",\"instance\":\"i1\"}");
}

static void without_a_text_it_is_held(void)
{
    const given french = {.plan = "pro", .locale = "fr", .people = people, .count = 3};
    sends(DOCUMENT(HELLO, STEP("`template`: `hello`")) "}", french, false,
          "held template: the template \"hello\" has no text in the customer's language "
          "\"fr\"");
    const given nobody = {.plan = "pro", .locale = NULL, .people = people, .count = 3};
    sends(DOCUMENT(HELLO, STEP("`template`: `hello`")) "}", nobody, false,
          "held template: nobody says which language of the template \"hello\" is right: "
          "policies.locale can say the tenant's");
    /* Where there is but one, and nobody speaks of languages, it is that. */
    sends(DOCUMENT("`hello`: {`locales`: {`en`: {`body`: `{{plan}}`}}}",
                   STEP("`template`: `hello`")) "}",
          nobody, true,
          "s {\"template\":\"hello\",\"locale\":\"en\",\"body\":\"pro\",\"instance\":\"i1\"}");
}

static void a_missing_variable_holds_the_whole(void)
{
    const given none = {.plan = NULL, .locale = NULL, .people = people, .count = 3};
    sends(DOCUMENT(HELLO, STEP("`template`: `hello`")) ENGLISH, none, false,
          "held template: {{plan}} in \"body\" has no value (never_set)");
    sends(DOCUMENT("`hello`: {`locales`: {`en`: {`body`: `{{trigger.goal}} for "
                   "{{contact.name.upperAscii()}}`}}, `defaults`: {`trigger.goal`: "
                   "`coalesce(plan, 'growth')`}}",
                   STEP("`template`: `hello`, `to`: `id == 'a1' || id == 'c3'`")) ENGLISH,
          none, true,
          "a1 s/a1 {\"template\":\"hello\",\"locale\":\"en\",\"body\":\"growth for "
          "ANNA\",\"instance\":\"i1\"} | held c3 template: {{contact.name.upperAscii()}} in "
          "\"body\" has no value (never_set)");
}

static void nobody_to_send_to_is_held(void)
{
    const given none = {.plan = "x", .locale = NULL, .people = people, .count = 0};
    sends(DOCUMENT(HELLO, STEP("`template`: `hello`, `to`: {`role`: `boss`}")) ENGLISH, none,
          false, "held recipient: there is no contact for whom the condition \"to\" holds");
    const given open = {.plan = "x", .locale = NULL, .people = people + 2, .count = 1};
    sends(DOCUMENT(HELLO, STEP("`template`: `hello`, `to`: `name == 'x'`")) ENGLISH, open,
          false, "held recipient: of no contact it is decided that the condition \"to\" holds");
}

static void html_is_escaped_and_text_is_not(void)
{
    const given with = {.plan = "<b>&'\"", .locale = NULL, .people = people, .count = 0};
    sends(DOCUMENT("`hello`: {`format`: `html`, `locales`: {`en`: {`body`: "
                   "`<p>{{plan}}</p>`}}}",
                   STEP("`template`: `hello`")) ENGLISH,
          with, true,
          "s {\"template\":\"hello\",\"locale\":\"en\",\"body\":\"<p>&lt;b&gt;&amp;&#39;&quot;"
          "</p>\",\"instance\":\"i1\"}");
    sends(DOCUMENT("`hello`: {`locales`: {`en`: {`body`: `<p>{{plan}}</p>`}}}",
                   STEP("`template`: `hello`")) ENGLISH,
          with, true,
          "s {\"template\":\"hello\",\"locale\":\"en\",\"body\":\"<p><b>&'\\\"</p>\","
          "\"instance\":\"i1\"}");
}

#define HOSTED(variables) \
    "`hello`: {`format`: `host`, `variables`: " variables \
    ", `defaults`: {`contact.name`: `'you'`}}"

static void what_the_host_writes_has_its_variables(void)
{
    const given with = {.plan = "p\"ro", .locale = NULL, .people = people, .count = 3};
    sends(
        DOCUMENT(HOSTED("[`plan`, `contact.name`]"),
                 STEP("`template`: `hello`, `to`: {`role`: `champion`}")) ENGLISH,
        with, true,
        "a1 s/a1 {\"template\":\"hello\",\"locale\":\"de-AT\",\"content\":\"host\","
        "\"variables\":{\"plan\":\"p\\\"ro\",\"contact.name\":\"Anna\"},\"instance\":\"i1\"} | "
        "c3 s/c3 {\"template\":\"hello\",\"locale\":\"en-GB\",\"content\":\"host\","
        "\"variables\":{\"plan\":\"p\\\"ro\",\"contact.name\":\"you\"},\"instance\":\"i1\"}");
    /* Nobody has to say a language, and nothing has to be known. */
    sends(
        DOCUMENT("`hello`: {`format`: `host`}", STEP("`template`: `hello`")) "}", with, true,
        "s {\"template\":\"hello\",\"content\":\"host\",\"variables\":{},\"instance\":\"i1\"}");
    sends(DOCUMENT(HOSTED("[`plan`, `contact.role`]"), STEP("`template`: `hello`")) ENGLISH,
          with, false, "held template: the variable \"contact.role\" has no value (never_set)");
}

static void staff_are_told_without_purpose(void)
{
    show s;
    const csuccess__sending to_staff = {.channel = CSUCCESS_STR("email"),
                                        .purpose = CSUCCESS_STR("marketing"),
                                        .internal = true};
    const csuccess__want want = {
        .sending = &to_staff, .text = CSUCCESS_STR("Overdue"), .to_owner = CSUCCESS_STR("ann")};
    CHECK_OK(trip_open(&s.t, DOCUMENT(HELLO, STEP("`template`: `hello`")) ENGLISH, NULL));
    CHECK(send_it(&s, &want));
    const csuccess__effect_message *m = &s.t.effects.messages[0];
    CHECK_STR(m->body, "{\"text\":\"Overdue\",\"owner\":\"ann\"}");
    CHECK(m->internal && m->purpose.len == 0 && m->contact.len == 0);
    s.t.step.quiet = true;
    CHECK(!send_it(&s, &want));
    CHECK_UINT(s.t.effects.message_count, 1);
    trip_close(&s.t);
}

static void refuses(const char *document, csuccess_result code, const char *pointer,
                    const char *message)
{
    csuccess_config *config = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result = trip_compile(&config, document, NULL, &err);
    csuccess_config_unref(config);
    if (!CHECK_RESULT(result, code)) return;
    CHECK_CSTR(err.pointer, pointer);
    CHECK_HAS(err.message, message);
}
#define BODY(text) "`hello`: {`locales`: {`en`: {`body`: `" text "`}}}"

static void wrong_templates_are_refused_with_their_place(void)
{
    refuses(DOCUMENT(BODY("{{plon}}"), STEP("`template`: `hello`")) "}", CSUCCESS_ENAME,
            "/templates/hello/locales/en/body", "did you mean \"plan\"?");
    refuses(DOCUMENT(BODY("{{contact.nme}}"), STEP("`template`: `hello`")) "}",
            CSUCCESS_EEXPRESSION, "/templates/hello/locales/en/body", "did you mean \"name\"?");
    refuses(DOCUMENT(BODY("{{trigger.gaol}}"), STEP("`template`: `hello`")) "}",
            CSUCCESS_EEXPRESSION, "/templates/hello/locales/en/body", "\"properties\"");
    refuses(DOCUMENT("`hello`: {}", STEP("`template`: `hello`")) "}", CSUCCESS_ECONFIG,
            "/templates/hello", "\"locales\"");
    refuses(DOCUMENT("`hello`: {`locales`: {`e n`: {`body`: `x`}}}",
                     STEP("`template`: `hello`")) "}",
            CSUCCESS_ECONFIG, "/templates/hello/locales/e n", "is no locale");
    refuses(DOCUMENT("`hello`: {`locales`: {`en`: {`body`: `x`, `subject`: `y`}, `de`: "
                     "{`body`: `x`}}}",
                     STEP("`template`: `hello`")) "}",
            CSUCCESS_ECONFIG, "/templates/hello/locales", "\"subject\"");
    refuses(DOCUMENT("`hello`: {`locales`: {`en`: {`locale`: `x`}}}",
                     STEP("`template`: `hello`")) "}",
            CSUCCESS_ECONFIG, "/templates/hello/locales/en/locale", "cannot have the name");
    refuses(DOCUMENT("`hello`: {`locales`: {`en`: {`body`: `x`}}, `defaults`: {`arr`: "
                     "`'x'`}}",
                     STEP("`template`: `hello`")) "}",
            CSUCCESS_ETYPE, "/templates/hello/defaults/arr", "");
    refuses(DOCUMENT("`hello`: {`locales`: {`en`: {`body`: `x`}}, `defaults`: {`arr + 1`: "
                     "`2`}}",
                     STEP("`template`: `hello`")) "}",
            CSUCCESS_ECONFIG, "/templates/hello/defaults/arr + 1", "is no name");
    refuses(DOCUMENT(BODY("x"), STEP("`template`: `helo`")) "}", CSUCCESS_ENAME,
            "/journeys/j/steps/s/template", "did you mean \"hello\"?");
    refuses(DOCUMENT(BODY("x"), STEP("`template`: `hello`, `channel`: `emial`")) "}",
            CSUCCESS_ENAME, "/journeys/j/steps/s/channel", "did you mean \"email\"?");
    refuses(DOCUMENT(BODY("x"), STEP("`template`: `hello`, `to`: {`rolle`: `x`}")) "}",
            CSUCCESS_ENAME, "/journeys/j/steps/s/to/rolle", "did you mean \"role\"?");
}

static void wrong_variables_are_refused_with_their_place(void)
{
    refuses(DOCUMENT("`hello`: {`format`: `host`, `locales`: {`en`: {`body`: `x`}}}",
                     STEP("`template`: `hello`")) "}",
            CSUCCESS_ECONFIG, "/templates/hello/locales", "remove \"locales\"");
    refuses(DOCUMENT("`hello`: {`locales`: {`en`: {`body`: `x`}}, `variables`: [`plan`]}",
                     STEP("`template`: `hello`")) "}",
            CSUCCESS_ECONFIG, "/templates/hello/variables", "\"format\": \"host\"");
    refuses(DOCUMENT(HOSTED("[`plon`]"), STEP("`template`: `hello`")) "}", CSUCCESS_ENAME,
            "/templates/hello/variables/0", "did you mean \"plan\"?");
    refuses(DOCUMENT(HOSTED("[`arr + 1`]"), STEP("`template`: `hello`")) "}", CSUCCESS_ECONFIG,
            "/templates/hello/variables/0", "is no name");
    refuses(DOCUMENT(HOSTED("[`arr`, `arr`]"), STEP("`template`: `hello`")) "}",
            CSUCCESS_ECONFIG, "/templates/hello/variables/1", "each once");
}

static csuccess_result send_without_memory(check_memory *memory, void *ud)
{
    show s;
    csuccess__zones_asked asked;
    csuccess_result result = trip_open(&s.t, ud, &memory->allocator);
    if (result >= 0) {
        set_people(&s, people, 3);
        trip_set(&s.t, "plan", text_value(&s.t, "pro"));
        csuccess__moment m = trip_moment(&s.t, TRIP_START, "cause", &asked);
        asked.moment = &m;
        csuccess__want want = {.sending = &m.flow->journeys->list[0].steps[0].sending,
                               .definition = CSUCCESS_STR("journey/j"),
                               .step = CSUCCESS_STR("s")};
        (void)csuccess__send(&m, &want);
        result = m.step->failed;
        if (result >= 0) CHECK_UINT(s.t.effects.message_count, 2);
    }
    trip_close(&s.t);
    return result;
}

static void refused_memory_is_told(void)
{
    const char *const documents[] = {
        DOCUMENT(HELLO, STEP("`template`: `hello`, `to`: {`role`: `champion`}")) ENGLISH,
        DOCUMENT(HOSTED("[`plan`, `contact.name`]"),
                 STEP("`template`: `hello`, `to`: {`role`: `champion`}")) ENGLISH};
    for (size_t i = 0; i < 2; i++) {
        char text[2000];
        snprintf(text, sizeof text, "%s", documents[i]);
        CHECK(check_faults(send_without_memory, text) > 0);
    }
}

CHECK_MAIN(CHECK_TEST(the_language_is_the_recipients), CHECK_TEST(without_a_text_it_is_held),
           CHECK_TEST(a_missing_variable_holds_the_whole),
           CHECK_TEST(nobody_to_send_to_is_held), CHECK_TEST(html_is_escaped_and_text_is_not),
           CHECK_TEST(what_the_host_writes_has_its_variables),
           CHECK_TEST(staff_are_told_without_purpose),
           CHECK_TEST(wrong_templates_are_refused_with_their_place),
           CHECK_TEST(wrong_variables_are_refused_with_their_place),
           CHECK_TEST(refused_memory_is_told))

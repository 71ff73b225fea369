/* SPDX-License-Identifier: Apache-2.0 */
/* The section `experiments` in a turn: who is held out, what is kept and told, what stays when the definition changes, outcomes at the horizon; damaged states; memory that runs out.

   Parts of units by hash (tests/oracles/experiments.py arm_of()): mail: p0 0.252, p1 0.701, p4 0.234, p6 0.639, c1 0.884; global: p0 0.888, p1 0.093, p4 0.179, p6 0.903, c1 0.727; text: p0 0.704, p3 0.153; service: c1 0.321. */
#include "intervene_turns.h"

#include "customer/payload.h"

#define BEGINNING \
    "{`csuccess`: 1, `attributes`: {`parent_id`: {`type`: `string`}, `churned_at`: {`type`: " \
    "`time`}, " \
    "`x`: {`type`: `number`}, `gone`: {`type`: `bool`, `outcome`: true}}, `channels`: " \
    "{`email`: {}}, " \
    "`templates`: {`a`: {`locales`: {`en`: {`text`: `A`}}}, `b`: {`locales`: {`en`: {`text`: " \
    "`B`}}}}, `interventions`: {`mail`: {`type`: `email`, `template`: `a`}, `other`: " \
    "{`type`: " \
    "`email`, `template`: `a`}}, `health`: {`rollup`: {`parent`: `parent_id`, `combine`: " \
    "`min`}, `profiles`: {`default`: {`score`: {`combine`: `sum`, `of`: {`m`: " \
    "{`value`: " \
    "`x`, `points`: {`linear`: [[0, 0], [10, 100]]}}}}, `bands`: {`good`: {`from`: 50}, " \
    "`bad`: " \
    "{}}}}}, `experiments`: {"
#define MAIL_WITH(treatment, control) \
    "`mail`: {`for`: [`intervention/mail`], `unit`: `parent_id`, `arms`: {`treatment`: " \
    "{`share`: " treatment "}, `control`: {`share`: " control \
    ", `hold`: true}}, `horizon`: `P30D`, `outcome`: `has(churned_at)`}"
#define MAIL MAIL_WITH("0.5", "0.5")
#define GLOBAL \
    "`global`: {`for`: [`*`], `class`: `nurture`, `arms`: {`all`: {`share`: 0.8}, `none`: " \
    "{`share`: " \
    "0.2, `hold`: true}}, `horizon`: `P180D`, `outcome`: `has(churned_at)`}"
#define TEXT \
    "`text`: {`for`: [`intervention/other`], `arms`: {`plain`: {`share`: 0.5}, `b`: " \
    "{`share`: 0.5, " \
    "`template`: `b`}}, `horizon`: `P7D`, `outcome`: `x > 5`}"
#define SERVICE \
    "`service`: {`for`: [`alert/*`], `class`: `service`, `arms`: {`on`: {`share`: 0.5}, " \
    "`off`: " \
    "{`share`: 0.5, `hold`: true}}, `horizon`: `P7D`, `outcome`: `gone`}"
#define DOCUMENT BEGINNING MAIL "," GLOBAL "," TEXT "," SERVICE "}}"

#define PARENT "parent_id"

static void parent_is(turns *s, const char *id)
{
    trip_set(&s->trip, PARENT, trip_text(&s->trip, id));
}

/* Asks the guard: "ALLOW", or the reason. */
static csuccess_str asks(turns *s, const char *programme, csuccess__class class_)
{
    csuccess__candidate c = {.programme = check_view(programme), .class_ = class_};
    csuccess__ruled ruled = csuccess__ask_experiment(&s->turn, &c, NULL);
    if (ruled.ruling == CSUCCESS__ALLOW) return CSUCCESS_STR("ALLOW");
    CHECK(ruled.ruling == CSUCCESS__DENY && ruled.guard == CSUCCESS__GUARD_EXPERIMENT &&
          ruled.until == CSUCCESS__NEVER);
    return ruled.reason;
}

static void tell_outcome(csuccess__text *out, const csuccess__json *outcome)
{
    if (!outcome) return;
    if (outcome->type == CSUCCESS__JSON_NULL) csuccess__text_format(out, " null");
    if (outcome->type != CSUCCESS__JSON_BOOL) return;
    csuccess__text_format(out, outcome->boolean ? " true" : " false");
}

/* Entries of this step as `kind experiment arm unit definition outcome`, a blank between two members, and of the probability when it is asked for. */
static csuccess_str told(turns *s, char *bytes, size_t room)
{
    static const char *const keys[] = {"experiment", "arm", "unit", "definition", NULL};
    csuccess__text out;
    csuccess__text_init(&out, bytes, room);
    for (uint32_t i = s->entries; i < s->trip.effects.entry_count; i++) {
        const csuccess__effect_entry *e = &s->trip.effects.entries[i];
        const csuccess__json *body = trip_body(&s->trip, e);
        csuccess__text_format(&out, "%s%S", out.len ? " | " : "", e->kind);
        for (size_t k = 0; keys[k]; k++) {
            csuccess_str word = trip_word(body, keys[k]);
            if (word.len) csuccess__text_format(&out, " %S", word);
        }
        tell_outcome(&out, csuccess__json_member(body, "outcome"));
        if (csuccess__json_member(body, "held")) csuccess__text_format(&out, " held");
    }
    return (csuccess_str){out.ptr, out.len};
}

#define CHECK_TOLD(s, expected) \
    do { \
        char bytes_[1024]; \
        CHECK_STR(told((s), bytes_, sizeof bytes_), expected); \
    } while (0)

static void begin(turns *s, int64_t now)
{
    (void)turns_begin(s, now, "i");
}

/* ---- The guard ---- */

static void the_held_out_are_told_once_and_stay(void)
{
    turns s;
    if (!CHECK_OK(turns_open(&s, DOCUMENT, NULL))) return;
    parent_is(&s, "p1");
    begin(&s, TRIP_START);
    CHECK_STR(asks(&s, "intervention/mail", CSUCCESS__CLASS_NURTURE),
              "held out by experiment \"mail\"");
    CHECK_TOLD(&s, "exposure mail control p1 intervention/mail held");
    CHECK_INT(s.trip.step.due, TRIP_START + 30 * TRIP_DAY);
    const csuccess__effect_entry *e = &s.trip.effects.entries[0];
    CHECK_HAS(e->body.ptr, "\"probability\":0.5");

    parent_is(&s, "p4"); /* another parent, which would be treated */
    CHECK_OK(trip_restore(&s.trip));
    begin(&s, TRIP_START + TRIP_DAY);
    CHECK_STR(asks(&s, "intervention/mail", CSUCCESS__CLASS_NURTURE),
              "held out by experiment \"mail\"");
    CHECK_TOLD(&s, "");

    CHECK_OK(trip_config(&s.trip, BEGINNING MAIL_WITH("0.99", "0.01") "}}"));
    begin(&s, TRIP_START + 2 * TRIP_DAY);
    CHECK_STR(asks(&s, "intervention/mail", CSUCCESS__CLASS_NURTURE),
              "held out by experiment \"mail\"");
    CHECK_TOLD(&s, "");
    turns_close(&s);
}

static void the_treated_stay_too(void)
{
    turns s;
    if (!CHECK_OK(turns_open(&s, DOCUMENT, NULL))) return;
    parent_is(&s, "p4");
    begin(&s, TRIP_START);
    CHECK_STR(asks(&s, "intervention/mail", CSUCCESS__CLASS_NURTURE), "ALLOW");
    CHECK_TOLD(&s, "exposure mail treatment p4 intervention/mail | exposure global all p4 "
                   "intervention/mail");
    CHECK_OK(trip_config(&s.trip, BEGINNING MAIL_WITH("0.01", "0.99") "," GLOBAL "}}"));
    begin(&s, TRIP_START + TRIP_DAY);
    CHECK_STR(asks(&s, "intervention/mail", CSUCCESS__CLASS_NURTURE), "ALLOW");
    CHECK_TOLD(&s, "");
    turns_close(&s);
}

/* An arm that was held out and is no more in the definition is held out still. */
static void an_arm_that_is_gone_is_as_it_was(void)
{
    turns s;
    if (!CHECK_OK(turns_open(&s, DOCUMENT, NULL))) return;
    parent_is(&s, "p1");
    begin(&s, TRIP_START);
    (void)asks(&s, "intervention/mail", CSUCCESS__CLASS_NURTURE);
    CHECK_OK(trip_config(&s.trip, BEGINNING
                         "`mail`: {`for`: [`intervention/mail`], `arms`: {`one`: {`share`: "
                         "0.5}, `two`: {`share`: 0.5}}, `horizon`: `P30D`, `outcome`: "
                         "`has(churned_at)`}}}"));
    begin(&s, TRIP_START + TRIP_DAY);
    CHECK_STR(asks(&s, "intervention/mail", CSUCCESS__CLASS_NURTURE),
              "held out by experiment \"mail\"");
    turns_close(&s);
}

/* Who would get it if this experiment alone let it go: so that exposures do not depend on the arm. */
static void what_another_holds_out_is_no_exposure(void)
{
    static const struct {
        const char *parent, *ruling, *told;
    } rows[] = {{"p0", "held out by experiment \"global\"",
                 "exposure global none p0 intervention/mail held"},
                {"p1", "held out by experiment \"mail\"",
                 "exposure mail control p1 intervention/mail held"},
                {"p6", "held out by experiment \"mail\"", ""}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        turns s;
        if (!CHECK_OK(turns_open(&s, DOCUMENT, NULL))) return;
        parent_is(&s, rows[i].parent);
        begin(&s, TRIP_START);
        CHECK_STR(asks(&s, "intervention/mail", CSUCCESS__CLASS_NURTURE), rows[i].ruling);
        CHECK_TOLD(&s, rows[i].told);
        turns_close(&s);
    }
}

static void class_and_programme_say_whom_it_is_for(void)
{
    turns s;
    if (!CHECK_OK(turns_open(&s, DOCUMENT, NULL))) return;
    parent_is(&s, "p0"); /* held out of global */
    begin(&s, TRIP_START);
    CHECK_STR(asks(&s, "journey/j", CSUCCESS__CLASS_SERVICE), "ALLOW");
    CHECK_STR(asks(&s, "alert/a", CSUCCESS__CLASS_TRANSACTIONAL), "ALLOW");
    CHECK_TOLD(&s, "");
    CHECK_STR(asks(&s, "journey/j", CSUCCESS__CLASS_NURTURE),
              "held out by experiment \"global\"");
    turns_close(&s);
}

/* Without a parent the customer is its own root account; by `unit`, and by the roll-up. */
static void a_customer_without_parent_is_the_unit(void)
{
    turns s;
    if (!CHECK_OK(turns_open(&s, DOCUMENT, NULL))) return;
    begin(&s, TRIP_START);
    CHECK_STR(asks(&s, "alert/a", CSUCCESS__CLASS_SERVICE), "ALLOW");
    CHECK_TOLD(&s, "exposure service on c1 alert/a");
    begin(&s, TRIP_START);
    CHECK_STR(asks(&s, "intervention/mail", CSUCCESS__CLASS_NURTURE),
              "held out by experiment \"mail\"");
    CHECK_TOLD(&s, "exposure mail control c1 intervention/mail held");
    turns_close(&s);
}

static void looking_and_importing_keep_nothing(void)
{
    turns s;
    if (!CHECK_OK(turns_open(&s, DOCUMENT, NULL))) return;
    parent_is(&s, "p1");
    for (int quiet = 0; quiet < 2; quiet++) {
        begin(&s, TRIP_START);
        s.turn.looking = !quiet;
        s.trip.step.quiet = quiet;
        CHECK_STR(asks(&s, "intervention/mail", CSUCCESS__CLASS_NURTURE),
                  "held out by experiment \"mail\"");
        CHECK_TOLD(&s, "");
        CHECK_UINT(s.trip.state.count, 0);
        CHECK_INT(s.trip.step.due, CSUCCESS__NEVER);
    }
    turns_close(&s);
}

static void an_arm_may_say_another_text(void)
{
    static const char *const parents[] = {"p3", "p0"};
    for (size_t i = 0; i < 2; i++) {
        turns s;
        if (!CHECK_OK(turns_open(&s, DOCUMENT, NULL))) return;
        csuccess__candidate c = {.programme = CSUCCESS_STR("intervention/other"),
                                 .class_ = CSUCCESS__CLASS_SERVICE};
        parent_is(&s, parents[i]);
        begin(&s, TRIP_START);
        (void)asks(&s, "intervention/other", CSUCCESS__CLASS_SERVICE);
        const csuccess__message_template *text = csuccess__experiment_text(&s.turn, &c);
        CHECK(i == 0 ? text == NULL : text && csuccess__str_is(text->id, "b"));
        c.programme = CSUCCESS_STR("intervention/mail");
        CHECK(csuccess__experiment_text(&s.turn, &c) == NULL);
        turns_close(&s);
    }
}

/* Through the arbiter: what is held out is dropped at once, what is not leaves. */
static void the_arbiter_asks(void)
{
    static const struct {
        const char *parent, *left, *arm;
    } rows[] = {{"c1", "alert/a>email /", "on"}, {"p1", "/ alert/a experiment dropped", "off"}};
    for (size_t i = 0; i < 2; i++) {
        turns s;
        if (!CHECK_OK(turns_open(&s, DOCUMENT, NULL))) return;
        parent_is(&s, rows[i].parent);
        begin(&s, TRIP_START);
        turns_say(&s, &(said){.definition = "alert/a"});
        CHECK_OK(turns_weigh(&s));
        CHECK(turns_are(&s, rows[i].left));
        csuccess__exposure e;
        CHECK(csuccess__exposure_read(&e, csuccess__state_get(&s.trip.state,
                                                              CSUCCESS__STATE_EXPOSURE,
                                                              CSUCCESS_STR("service"))));
        CHECK_STR(e.arm, rows[i].arm);
        CHECK_STR(e.definition, "alert/a");
        turns_close(&s);
    }
}

/* ---- Outcomes ---- */

static void experiments_step(turns *s, int64_t now)
{
    begin(s, now);
    csuccess__experiments_step(&s->turn);
}

static void outcomes_are_asked_once_at_the_horizon(void)
{
    turns s;
    if (!CHECK_OK(turns_open(&s, DOCUMENT, NULL))) return;
    parent_is(&s, "p4");
    begin(&s, TRIP_START);
    (void)asks(&s, "intervention/mail", CSUCCESS__CLASS_NURTURE);
    (void)asks(&s, "intervention/other", CSUCCESS__CLASS_SERVICE); /* x is missing: undecided */
    CHECK_INT(s.trip.step.due, TRIP_START + 7 * TRIP_DAY);
    experiments_step(&s, TRIP_START + 7 * TRIP_DAY - 1);
    CHECK_TOLD(&s, "");
    CHECK_INT(s.trip.step.due, TRIP_START + 7 * TRIP_DAY);
    CHECK_OK(trip_restore(&s.trip));
    experiments_step(&s, TRIP_START + 7 * TRIP_DAY);
    CHECK_TOLD(&s, "outcome text plain p4 null");
    CHECK_INT(s.trip.step.due, TRIP_START + 30 * TRIP_DAY);
    trip_set(&s.trip, "x", csuccess__number(9));
    trip_set(&s.trip, "churned_at", csuccess__time(TRIP_START + 20 * TRIP_DAY));
    experiments_step(&s, TRIP_START + 31 * TRIP_DAY);
    CHECK_TOLD(&s, "outcome mail treatment p4 true");
    trip_set(&s.trip, "churned_at", csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET));
    experiments_step(&s, TRIP_START + 180 * TRIP_DAY);
    CHECK_TOLD(&s, "outcome global all p4 false");
    CHECK_INT(s.trip.step.due, CSUCCESS__NEVER);
    experiments_step(&s, TRIP_START + 400 * TRIP_DAY);
    CHECK_TOLD(&s, "");
    turns_close(&s);
}

/* The experiment was taken out, and comes back: its outcome is asked then. */
static void an_experiment_that_is_gone_asks_nothing(void)
{
    turns s;
    if (!CHECK_OK(turns_open(&s, BEGINNING MAIL "}}", NULL))) return;
    parent_is(&s, "p4");
    begin(&s, TRIP_START);
    (void)asks(&s, "intervention/mail", CSUCCESS__CLASS_NURTURE);
    CHECK_OK(trip_config(&s.trip, BEGINNING "}}"));
    experiments_step(&s, TRIP_START + 40 * TRIP_DAY);
    CHECK_TOLD(&s, "");
    CHECK_INT(s.trip.step.due, CSUCCESS__NEVER);
    CHECK_OK(trip_under(&s.trip, 0));
    experiments_step(&s, TRIP_START + 41 * TRIP_DAY);
    CHECK_TOLD(&s, "outcome mail treatment p4 false");
    turns_close(&s);
}

/* ---- As JSON ---- */

static void the_report_says_what_is_kept(void)
{
    turns s;
    csuccess__buffer text;
    csuccess__json_writer w;
    if (!CHECK_OK(turns_open(&s, DOCUMENT, NULL))) return;
    csuccess__buffer_init(&text, s.trip.mem, 0);
    csuccess__json_writer_init(&w, &text);
    parent_is(&s, "p1");
    begin(&s, TRIP_START);
    (void)asks(&s, "intervention/mail", CSUCCESS__CLASS_NURTURE);
    csuccess__experiments_report(&s.turn, &w);
    CHECK_STR(
        csuccess__buffer_view(&text),
        "{\"mail\":{\"arm\":\"control\",\"unit\":\"p1\",\"probability\":0.5,\"definition\":"
        "\"intervention/mail\",\"held\":true,\"exposed_at\":\"2026-01-01T00:00:00Z\","
        "\"outcome_at\":\"2026-01-31T00:00:00Z\"}}");
    csuccess__buffer_free(&text);
    turns_close(&s);
}

/* ---- Damage ---- */

static void damaged_payloads_fail_the_step_or_are_another_exposure(void)
{
    turns s;
    if (!CHECK_OK(turns_open(&s, DOCUMENT, NULL))) return;
    parent_is(&s, "p1");
    begin(&s, TRIP_START);
    (void)asks(&s, "intervention/mail", CSUCCESS__CLASS_NURTURE);
    csuccess_str payload =
        csuccess__state_get(&s.trip.state, CSUCCESS__STATE_EXPOSURE, CSUCCESS_STR("mail"));
    char bytes[256];
    int refused = 0;
    if (!CHECK(payload.ptr && payload.len < sizeof bytes)) return;
    const size_t len = payload.len;
    memcpy(bytes, payload.ptr, len);
    for (size_t i = 0; i < 9 * len; i++) { /* each bit turned; each end cut off */
        csuccess__exposure e;
        bool cut = i >= 8 * len;
        csuccess_str damaged = {bytes, cut ? i - 8 * len : len};
        if (!cut) bytes[i / 8] = (char)(bytes[i / 8] ^ (1 << i % 8));
        bool reads = csuccess__exposure_read(&e, damaged);
        CHECK(!(cut && reads));
        (void)csuccess__state_put(&s.trip.state, CSUCCESS__STATE_EXPOSURE, CSUCCESS_STR("mail"),
                                  damaged);
        experiments_step(&s, TRIP_START + TRIP_DAY);
        CHECK_RESULT(s.trip.step.failed, reads ? CSUCCESS_OK : CSUCCESS_ESTATE);
        refused += !reads;
        if (!cut) bytes[i / 8] = (char)(bytes[i / 8] ^ (1 << i % 8));
    }
    CHECK(refused > 30);
    turns_close(&s);
}

/* ---- What a document may not say ---- */

static const struct {
    const char *experiment, *message;
} problems[] = {
    {"{`for`: [`intervention/mial`], `arms`: {`a`: {`share`: 1}, `b`: {`share`: 0}}, "
     "`horizon`: "
     "`P1D`, `outcome`: `gone`}",
     "did you mean"},
    {"{`arms`: {`a`: {`share`: 1}, `b`: {`share`: 0}}, `horizon`: `P1D`, `outcome`: "
     "`gone`}",
     "needs \"for\""},
    {"{`for`: [`*`], `arms`: {`a`: {`share`: 0.5}, `b`: {`share`: 0.4}}, `horizon`: `P1D`, "
     "`outcome`: `gone`}",
     "add up to 1; they add up to less"},
    {"{`for`: [`*`], `arms`: {`a`: {`share`: 0.5}, `b`: {`share`: 0.6}}, `horizon`: `P1D`, "
     "`outcome`: `gone`}",
     "add up to 1; they add up to more"},
    {"{`for`: [`*`], `arms`: {`a`: {`share`: 1}}, `horizon`: `P1D`, `outcome`: `gone`}",
     "two \"arms\" or more"},
    {"{`for`: [`*`], `arms`: {`a`: {}, `b`: {`share`: 1}}, `horizon`: `P1D`, `outcome`: "
     "`gone`}",
     "needs \"share\""},
    {"{`for`: [`*`], `arms`: {`a`: {`share`: 0.5, `hold`: true}, `b`: {`share`: 0.5, "
     "`hold`: "
     "true}}, `horizon`: `P1D`, `outcome`: `gone`}",
     "every arm is held out"},
    {"{`for`: [`*`], `arms`: {`a`: {`share`: 0.5}, `b`: {`share`: 0.5, `template`: `b`}}, "
     "`horizon`: `P1D`, `outcome`: `gone`}",
     "comes with its text"},
    {"{`for`: [`intervention/mail`], `arms`: {`a`: {`share`: 0.5}, `b`: {`share`: 0.5, "
     "`template`: `bb`}}, `horizon`: `P1D`, `outcome`: `gone`}",
     "there is no template \"bb\""},
    {"{`for`: [`intervention/mail`], `arms`: {`a`: {`share`: 0.5}, `b`: {`share`: 0.5, "
     "`hold`: "
     "true, `template`: `b`}}, `horizon`: `P1D`, `outcome`: `gone`}",
     "gets no text"},
    {"{`for`: [`*`], `arms`: {`a`: {`share`: 0.5}, `b`: {`share`: 0.5}}, `outcome`: "
     "`gone`}",
     "needs \"horizon\""},
    {"{`for`: [`*`], `arms`: {`a`: {`share`: 0.5}, `b`: {`share`: 0.5}}, `horizon`: `P0D`, "
     "`outcome`: `gone`}",
     "longer than nothing"},
    {"{`for`: [`*`], `arms`: {`a`: {`share`: 0.5}, `b`: {`share`: 0.5}}, `horizon`: `P1D`}",
     "needs \"outcome\""},
    {"{`for`: [`*`], `arms`: {`a`: {`share`: 0.5}, `b`: {`share`: 0.5}}, `horizon`: `P1D`, "
     "`outcome`: `gone`, `unit`: `x`}",
     "string"},
    {"{`for`: [`*`], `arms`: {``: {`share`: 0.5}, `b`: {`share`: 0.5}}, `horizon`: `P1D`, "
     "`outcome`: `gone`}",
     "1 to 256 bytes"},
    {"{`for`: [`*`], `clas`: `nurture`, `arms`: {`a`: {`share`: 0.5}, `b`: {`share`: "
     "0.5}}, "
     "`horizon`: `P1D`, `outcome`: `gone`}",
     "class"}};

static void problems_are_told(void)
{
    for (size_t i = 0; i < sizeof problems / sizeof problems[0]; i++) {
        char document[4096];
        csuccess_config *config = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        snprintf(document, sizeof document, "%s`e`: %s}}", BEGINNING, problems[i].experiment);
        CHECK(trip_compile(&config, document, NULL, &err) < 0);
        CHECK_HAS(err.message, problems[i].message);
        CHECK_HAS(err.pointer, "/experiments");
        csuccess_config_unref(config);
    }
}

/* Whether an outcome is churn is read from it, or said. */
static void churn_is_known_from_the_outcome(void)
{
    static const struct {
        const char *outcome;
        bool churn;
    } rows[] = {{"`has(churned_at)`", true},
                {"`has(gone)`", true},
                {"`!has(churned_at)`", false},
                {"`x > 5`", false},
                {"`has(churned_at)`, `measures`: `other`", false},
                {"`health.score < 5`, `measures`: `churn`", true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char document[4096];
        csuccess_config *config = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        snprintf(document, sizeof document,
                 "%s`e`: {`for`: [`*`], `arms`: {`a`: {`share`: 0.5}, `b`: {`share`: 0.5}}, "
                 "`horizon`: `P1M`, `outcome`: %s}}}",
                 BEGINNING, rows[i].outcome);
        if (!CHECK_OK(trip_compile(&config, document, NULL, &err))) {
            printf("# %s\n", err.message);
            continue;
        }
        CHECK_INT(config->intervene->experiments->list[0].churn, rows[i].churn);
        csuccess_config_unref(config);
    }
}

/* ---- Memory ---- */

static csuccess_result goes_through(check_memory *memory, void *ud)
{
    turns s;
    (void)ud;
    csuccess_result result = turns_open(&s, DOCUMENT, &memory->allocator);
    if (result >= 0) {
        parent_is(&s, "p4");
        begin(&s, TRIP_START);
        csuccess_str ruling = asks(&s, "intervention/mail", CSUCCESS__CLASS_NURTURE);
        result = s.trip.step.failed < 0 ? s.trip.step.failed : s.trip.effects.failed;
        if (result >= 0) CHECK_STR(ruling, "ALLOW");
    }
    if (result >= 0) {
        parent_is(&s, "p1");
        csuccess_str ruling = asks(&s, "journey/j", CSUCCESS__CLASS_NURTURE);
        result = s.trip.step.failed < 0 ? s.trip.step.failed : s.trip.effects.failed;
        if (result >= 0) CHECK_STR(ruling, "ALLOW");
    }
    if (result >= 0) {
        experiments_step(&s, TRIP_START + 200 * TRIP_DAY);
        result = s.trip.step.failed < 0 ? s.trip.step.failed : s.trip.effects.failed;
        if (result >= 0) CHECK_UINT(s.trip.effects.entry_count - s.entries, 2);
    }
    turns_close(&s);
    return result;
}

static void memory_may_run_out_anywhere(void)
{
    CHECK(check_faults(goes_through, NULL) > 50);
}

CHECK_MAIN(CHECK_TEST(the_held_out_are_told_once_and_stay), CHECK_TEST(the_treated_stay_too),
           CHECK_TEST(an_arm_that_is_gone_is_as_it_was),
           CHECK_TEST(what_another_holds_out_is_no_exposure),
           CHECK_TEST(class_and_programme_say_whom_it_is_for),
           CHECK_TEST(a_customer_without_parent_is_the_unit),
           CHECK_TEST(looking_and_importing_keep_nothing),
           CHECK_TEST(an_arm_may_say_another_text), CHECK_TEST(the_arbiter_asks),
           CHECK_TEST(outcomes_are_asked_once_at_the_horizon),
           CHECK_TEST(an_experiment_that_is_gone_asks_nothing),
           CHECK_TEST(the_report_says_what_is_kept),
           CHECK_TEST(damaged_payloads_fail_the_step_or_are_another_exposure),
           CHECK_TEST(problems_are_told), CHECK_TEST(churn_is_known_from_the_outcome),
           CHECK_TEST(memory_may_run_out_anywhere))

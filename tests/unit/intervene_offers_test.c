/* SPDX-License-Identifier: Apache-2.0 */
/* Offers: what one is, when it may be made, what people and time do with it. */
#include "intervene_deciding.h"

#define HEAD \
    "{`csuccess`:1,`attributes`:{`arr`:{`type`:`number`},`risk`:{`type`:`number`}," \
    "`tenure`:{`type`:`number`},`left`:{`type`:`number`}}," \
    "`channels`:{`email`:{},`slack`:{}},`policies`:{`locale`:`en`}," \
    "`templates`:{`t`:{`locales`:{`en`:{`text`:`{{offer.type}} {{offer.value}} " \
    "{{offer.conditions}}`}}}},"
#define WITH(offers) \
    HEAD "`offers`:{" offers "}," \
         "`interventions`:{`a`:{`type`:`offer`,`offer`:`save`,`template`:`t`}," \
         "`b`:{`type`:`offer`,`offer`:`other`,`template`:`t`}," \
         "`n`:{`type`:`email`,`template`:`t`}}}"
#define OTHER ",`other`:{`types`:{`x`:{}},`value`:`1`}"
static const char document[] =
    WITH("`save`:{`types`:{`discount`:{`when`:`risk > 0.8`},`extension`:{`when`:`tenure < 12`},"
         "`credit`:{}},`value`:`arr * risk * 0.1`,`most`:500000,"
         "`durations`:{`P1Y`:{`when`:`arr > 50000`},`P3M`:{}},"
         "`conditions`:{`annual`:{`when`:`arr > 50000`,`say`:`Twelve months more`},"
         "`reference`:{`say`:`A reference call`},`never`:{`when`:`arr < 0`}},"
         "`valid_for`:`P14D`,`redemptions`:{`total`:100,`customer`:1},`group`:`price`},"
         "`other`:{`types`:{`gift`:{}},`value`:`5`,`group`:`price`},"
         "`third`:{`types`:{`gift`:{}},`value`:`5`}");

static void know(deciding *d, double arr, double risk, double tenure)
{
    trip_set(&d->trip, "arr", csuccess__number(arr));
    trip_set(&d->trip, "risk", csuccess__number(risk));
    trip_set(&d->trip, "tenure", csuccess__number(tenure));
}

static csuccess_str slot_text(const deciding *d, const char *path)
{
    uint32_t at = csuccess__schema_find(d->moment.schema, check_view(path), NULL);
    if (!CHECK(at != UINT32_MAX)) return CSUCCESS_STR("");
    csuccess__value v = d->moment.slots[at];
    return v.kind == CSUCCESS__KIND_STRING ? v.as.string : CSUCCESS_STR("(missing)");
}

static double slot_number(const deciding *d, const char *path)
{
    uint32_t at = csuccess__schema_find(d->moment.schema, check_view(path), NULL);
    csuccess__value v = d->moment.slots[at];
    return v.kind == CSUCCESS__KIND_NUMBER ? v.as.number : -1;
}

/* ---- What it is ---- */

static void is_what_its_tables_say(void)
{
    deciding d;
    csuccess__made_offer made;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    csuccess__candidate c = deciding_candidate(&d, "a");
    (void)deciding_begin(&d, TRIP_START);
    know(&d, 60000, 0.9, 24);
    CHECK_INT(csuccess__offer_make(&d.turn, &c, &made).ruling, CSUCCESS__ALLOW);
    CHECK_STR(made.type, "discount");
    CHECK_INT(made.value, 500000); /* 5,400.00 is cut to what it may be at most */
    CHECK_INT(made.duration.months, 12);
    CHECK_STR(made.conditions, "Twelve months more\nA reference call");
    CHECK_INT(made.expires_at, TRIP_START + 14 * TRIP_DAY);
    CHECK_STR(slot_text(&d, "offer.name"), "save");
    CHECK_STR(slot_text(&d, "offer.type"), "discount");
    CHECK_STR(slot_text(&d, "offer.conditions"), "Twelve months more\nA reference call");
    CHECK_NUM(slot_number(&d, "offer.value"), 5000, 0);
    CHECK_NUM(slot_number(&d, "offer.months"), 12, 0);
    csuccess__offer_hide(&d.turn);
    CHECK_STR(slot_text(&d, "offer.type"), "(missing)");
    CHECK_NUM(slot_number(&d, "offer.value"), -1, 0);
    know(&d, 1000, 0.5, 3);
    CHECK_INT(csuccess__offer_make(&d.turn, &c, &made).ruling, CSUCCESS__ALLOW);
    CHECK_STR(made.type, "extension");
    CHECK_INT(made.value, 5000);
    CHECK_INT(made.duration.months, 3);
    CHECK_STR(made.conditions, "A reference call");
    know(&d, 1000, 0.5, 30);
    (void)csuccess__offer_make(&d.turn, &c, &made);
    CHECK_STR(made.type, "credit");
    deciding_close(&d);
}

static void undecided_does_not_hold(void)
{
    deciding d;
    csuccess__made_offer made;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    csuccess__candidate c = deciding_candidate(&d, "a"), n = deciding_candidate(&d, "n");
    (void)deciding_begin(&d, TRIP_START);
    trip_set(&d.trip, "arr", csuccess__number(100));
    csuccess__ruled ruled = csuccess__offer_make(&d.turn, &c, &made);
    CHECK_INT(ruled.ruling, CSUCCESS__DENY); /* no risk, no value */
    CHECK_INT(ruled.guard, CSUCCESS__GUARD_ELIGIBILITY);
    CHECK_STR(slot_text(&d, "offer.type"), "(missing)");
    CHECK_INT(csuccess__offer_make(&d.turn, &n, &made).ruling, CSUCCESS__DENY);
    deciding_close(&d);
}

typedef struct priced {
    const char *value;
    int64_t minor;
} priced;

static void values_lose_no_unit(void)
{
    static const priced list[] = {{"0.1 + 0.2", 30},
                                  {"0.29", 29},
                                  {"1.15", 115},
                                  {"4.35", 435},
                                  {"70000.29", 7000029},
                                  {"1.999", 199},
                                  {"0.009", 0},
                                  {"0", 0},
                                  {"-3", 0},
                                  {"1.005", 100},
                                  {"1e14", 9007199254740991},
                                  {"33.33 * 3", 9999},
                                  {"123456789.01", 12345678901}};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        char text[2000];
        deciding d;
        csuccess__made_offer made;
        snprintf(text, sizeof text, WITH("`save`:{`types`:{`x`:{}},`value`:`%s`}" OTHER),
                 list[i].value);
        if (!CHECK_OK(deciding_open(&d, text, NULL))) return;
        csuccess__candidate c = deciding_candidate(&d, "a");
        (void)deciding_begin(&d, TRIP_START);
        CHECK_INT(csuccess__offer_make(&d.turn, &c, &made).ruling, CSUCCESS__ALLOW);
        if (!CHECK_INT(made.value, list[i].minor)) printf("# %s\n", list[i].value);
        deciding_close(&d);
    }
}

/* Every amount that has whole minor units keeps them, and half a unit more is cut. */
static void whole_units_stay_whole(void)
{
    deciding d;
    csuccess__made_offer made;
    uint64_t seed = 7;
    if (!CHECK_OK(
            deciding_open(&d, WITH("`save`:{`types`:{`x`:{}},`value`:`arr`}" OTHER), NULL)))
        return;
    csuccess__candidate c = deciding_candidate(&d, "a");
    (void)deciding_begin(&d, TRIP_START);
    for (int i = 0; i < 20000; i++) {
        uint64_t most = UINT64_C(1) << (check_random(&seed) % 40 + 1);
        int64_t units = (int64_t)(check_random(&seed) % most);
        bool half = check_random(&seed) % 2 && units < 1000000000;
        trip_set(&d.trip, "arr", csuccess__number(((double)units + half * 0.5) / 100));
        csuccess__arena_reset(&d.desk.texts);
        (void)csuccess__offer_make(&d.turn, &c, &made);
        if (!CHECK_INT(made.value, units)) break;
    }
    deciding_close(&d);
}

static void ends_before_the_customer_leaves(void)
{
    static const struct {
        double days;
        int64_t ms; /* after now; 0: no offer */
    } list[] = {{100, 14 * TRIP_DAY},
                {14, 14 * TRIP_DAY},
                {3, 3 * TRIP_DAY},
                {0.5, 12 * TRIP_HOUR},
                {0, 0},
                {-4, 0}};
    deciding d;
    csuccess__made_offer made;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    d.of.time_to_churn =
        csuccess__schema_find(trip_now(&d.trip)->schema, CSUCCESS_STR("left"), NULL);
    csuccess__candidate c = deciding_candidate(&d, "a");
    (void)deciding_begin(&d, TRIP_START);
    know(&d, 1000, 0.5, 3);
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        trip_set(&d.trip, "left", csuccess__number(list[i].days));
        csuccess__ruled ruled = csuccess__offer_make(&d.turn, &c, &made);
        CHECK_INT(ruled.ruling, list[i].ms ? CSUCCESS__ALLOW : CSUCCESS__DENY);
        if (list[i].ms) CHECK_INT(made.expires_at - TRIP_START, list[i].ms);
    }
    deciding_close(&d);
}

/* ---- When it may be made ---- */

/* Makes it in a step of its own. */
static csuccess__ruled make(deciding *d, int64_t now, const char *id)
{
    csuccess__made_offer made;
    csuccess__candidate c = deciding_candidate(d, id);
    (void)deciding_step(d, now);
    csuccess__ruled ruled = csuccess__offer_make(&d->turn, &c, &made);
    if (ruled.ruling != CSUCCESS__ALLOW) return ruled;
    c.id = csuccess__turn_id(&d->turn, "test", c.programme, c.step, 0);
    csuccess__offer_keep(&d->turn, &made, &c);
    return ruled;
}

static void offers_do_not_stack(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    know(&d, 1000, 0.5, 3);
    CHECK_INT(make(&d, TRIP_START, "a").ruling, CSUCCESS__ALLOW);
    CHECK_INT(d.trip.step.due, TRIP_START + 14 * TRIP_DAY);
    CHECK_STR(deciding_told(&d, "offer", "type"), "made extension");
    CHECK_INT(deciding_ledger(&d, "redemptions/save"), 1);
    csuccess__ruled ruled = make(&d, TRIP_START + TRIP_DAY, "b");
    CHECK_INT(ruled.ruling, CSUCCESS__DEFER);
    CHECK_INT(ruled.guard, CSUCCESS__GUARD_COOLDOWN);
    CHECK_INT(ruled.until, TRIP_START + 14 * TRIP_DAY);
    CHECK_OK(trip_restore(&d.trip));
    CHECK_INT(make(&d, TRIP_START + 14 * TRIP_DAY - 1, "b").ruling, CSUCCESS__DEFER);
    CHECK_INT(make(&d, TRIP_START + 14 * TRIP_DAY, "b").ruling, CSUCCESS__ALLOW);
    CHECK_STR(deciding_told(&d, "offer", "offer"), "expired save | made other");
    CHECK_INT(deciding_ledger(&d, "redemptions/save"), 0);
    deciding_close(&d);
}

static void redemptions_are_counted(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    know(&d, 1000, 0.5, 3);
    CHECK_INT(make(&d, TRIP_START, "a").ruling, CSUCCESS__ALLOW);
    CHECK_RESULT(deciding_input(&d, TRIP_START + 1, "offer", "accept", "`offer`:`save`"),
                 CSUCCESS_OK);
    CHECK_STR(deciding_told(&d, "offer", "offer"), "accepted save");
    CHECK_INT(deciding_ledger(&d, "redemptions/save"), 1);
    CHECK_OK(trip_restore(&d.trip));
    csuccess__ruled ruled = make(&d, TRIP_START + 200 * TRIP_DAY, "a");
    CHECK_INT(ruled.ruling, CSUCCESS__DENY);
    CHECK_INT(ruled.guard, CSUCCESS__GUARD_BUDGET);
    deciding_close(&d);
}

static void a_ledger_that_refuses_is_left_alone_until_the_next_look(void)
{
    deciding d;
    csuccess__made_offer made;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    know(&d, 1000, 0.5, 3);
    csuccess__candidate c = deciding_candidate(&d, "a");
    (void)deciding_begin(&d, TRIP_START);
    (void)csuccess__offer_make(&d.turn, &c, &made);
    csuccess_str refused = csuccess__arena_copy(&d.trip.arena, made.id);
    d.steps--; /* the same step again */
    d.trip.refused = &refused;
    d.trip.refused_count = 1;
    csuccess__ruled ruled = make(&d, TRIP_START, "a");
    CHECK_INT(ruled.ruling, CSUCCESS__DEFER);
    CHECK_INT(ruled.until, TRIP_START + TRIP_HOUR);
    CHECK_INT(ruled.guard, CSUCCESS__GUARD_BUDGET);
    CHECK_INT(deciding_ledger(&d, "redemptions/save"), 0);
    d.trip.refused_count = 0;
    CHECK_OK(trip_restore(&d.trip));
    CHECK_INT(make(&d, TRIP_START + TRIP_HOUR - 1, "a").ruling, CSUCCESS__DEFER);
    CHECK_INT(make(&d, TRIP_START + TRIP_HOUR, "a").ruling, CSUCCESS__ALLOW);
    deciding_close(&d);
}

/* ---- What becomes of it ---- */

typedef struct answered {
    const char *first; /* what happened to it before: NULL: nothing, "time": it expired */
    const char *event;
    int64_t after; /* it was made */
    bool taken;
    const char *says;
} answered;

static void answers_follow_the_table(void)
{
    static const answered list[] = {{NULL, "accept", 1, true, ""},
                                    {NULL, "decline", 1, true, ""},
                                    {NULL, "accept", 14 * TRIP_DAY - 1, true, ""},
                                    {NULL, "accept", 14 * TRIP_DAY, false, "was expired"},
                                    {NULL, "decline", 14 * TRIP_DAY, false, "was expired"},
                                    {NULL, "return", 1, false, "accept, decline"},
                                    {"accept", "accept", 2, false, "was accepted"},
                                    {"accept", "decline", 2, false, "was accepted"},
                                    {"decline", "accept", 2, false, "was declined"},
                                    {"decline", "decline", 2, false, "was declined"},
                                    {"time", "accept", 15 * TRIP_DAY, false, "was expired"},
                                    {"time", "decline", 15 * TRIP_DAY, false, "was expired"}};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        deciding d;
        const answered *a = &list[i];
        if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
        know(&d, 1000, 0.5, 3);
        CHECK_INT(make(&d, TRIP_START, "a").ruling, CSUCCESS__ALLOW);
        if (a->first && strcmp(a->first, "time") == 0) {
            CHECK_OK(deciding_step(&d, TRIP_START + 14 * TRIP_DAY));
        } else if (a->first) {
            CHECK_OK(deciding_input(&d, TRIP_START + 1, "offer", a->first, "`offer`:`save`"));
        }
        CHECK_OK(trip_restore(&d.trip));
        csuccess_result result =
            deciding_input(&d, TRIP_START + a->after, "offer", a->event, "`offer`:`save`");
        CHECK_RESULT(result, a->taken ? CSUCCESS_OK : CSUCCESS_ERANGE);
        CHECK_HAS(d.why, a->says);
        CHECK_UINT(d.trip.effects.entry_count - d.entries, a->taken);
        deciding_close(&d);
    }
}

static void is_found_by_its_id(void)
{
    deciding d;
    char text[128];
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    know(&d, 1000, 0.5, 3);
    CHECK_INT(make(&d, TRIP_START, "a").ruling, CSUCCESS__ALLOW);
    csuccess_str id = trip_word(deciding_last(&d, "offer"), "id");
    CHECK_UINT(id.len, 64);
    CHECK_RESULT(deciding_input(&d, TRIP_START + 1, "offer", "accept", "`offer`:`nothing`"),
                 CSUCCESS_ERANGE);
    CHECK_HAS(d.why, "no offer");
    CHECK_RESULT(deciding_input(&d, TRIP_START + 1, "offer", "accept", ""), CSUCCESS_ERANGE);
    snprintf(text, sizeof text, "`offer`:`%.16s`", id.ptr);
    CHECK_OK(deciding_input(&d, TRIP_START + 1, "offer", "decline", text));
    CHECK_INT(deciding_ledger(&d, "redemptions/save"), 0);
    deciding_close(&d);
}

static void an_erasure_gives_back_what_is_open(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    know(&d, 1000, 0.5, 3);
    CHECK_INT(make(&d, TRIP_START, "a").ruling, CSUCCESS__ALLOW);
    (void)deciding_begin(&d, TRIP_START + 1);
    d.trip.step.quiet = true;
    csuccess__offers_release(&d.turn);
    CHECK_INT(deciding_ledger(&d, "redemptions/save"), 0);
    CHECK(d.trip.step.quiet);
    deciding_close(&d);
}

static void what_never_arrived_is_over(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    know(&d, 1000, 0.5, 3);
    CHECK_INT(make(&d, TRIP_START, "a").ruling, CSUCCESS__ALLOW);
    csuccess_str execution = trip_word(deciding_last(&d, "offer"), "execution");
    (void)deciding_begin(&d, TRIP_START + 1);
    csuccess__offer_undelivered(&d.turn, CSUCCESS_STR("another"));
    CHECK_INT(deciding_ledger(&d, "redemptions/save"), 1);
    csuccess__offer_undelivered(&d.turn, execution);
    CHECK_STR(deciding_told(&d, "offer", NULL), "expired");
    CHECK_INT(deciding_ledger(&d, "redemptions/save"), 0);
    CHECK_INT(make(&d, TRIP_START + 2, "b").ruling, CSUCCESS__ALLOW);
    deciding_close(&d);
}

/* Not for ever: the latest twenty that have ended, and those of 90 days. */
static void old_ones_go(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    know(&d, 1000, 0.5, 3);
    for (int i = 0; i < 40; i++) {
        CHECK_INT(make(&d, TRIP_START + i * TRIP_HOUR, "b").ruling, CSUCCESS__ALLOW);
        CHECK_OK(deciding_input(&d, TRIP_START + i * TRIP_HOUR + 1, "offer", "decline",
                                "`offer`:`other`"));
    }
    CHECK_OK(deciding_step(&d, TRIP_START + 40 * TRIP_HOUR));
    CHECK_UINT(deciding_count(&d, CSUCCESS__STATE_OFFER), 21); /* and how often */
    CHECK_OK(deciding_step(&d, TRIP_START + 100 * TRIP_DAY));
    CHECK_UINT(deciding_count(&d, CSUCCESS__STATE_OFFER), 1);
    deciding_close(&d);
}

static void is_reported(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    know(&d, 60000, 0.9, 3);
    CHECK_INT(make(&d, TRIP_START, "a").ruling, CSUCCESS__ALLOW);
    csuccess_str text = deciding_report(&d, csuccess__offers_report);
    CHECK_HAS(text.ptr, "{\"state\":\"open\",\"offer\":\"save\",\"id\":\"");
    CHECK_HAS(text.ptr,
              "\"type\":\"discount\",\"value\":500000,\"months\":12,\"expires\":"
              "\"2026-01-15T00:00:00Z\",\"conditions\":[\"Twelve months more\",\"A reference "
              "call\"],\"made_at\":\"2026-01-01T00:00:00Z\"");
    deciding_close(&d);
}

/* ---- What is wrong with a document ---- */

static void problems_are_told(void)
{
    static const struct {
        const char *offer, *says;
    } list[] = {{"`value`:`1`", "needs \"types\""},
                {"`types`:{`x`:{}}", "needs \"value\""},
                {"`types`:{`x`:{`wen`:`true`}},`value`:`1`", "when"},
                {"`types`:{`x`:{}},`value`:`'much'`", "number"},
                {"`types`:{`x`:{}},`value`:`arrr`", "arr"},
                {"`types`:{`x`:{}},`value`:`1`,`most`:1.5", "whole number"},
                {"`types`:{`x`:{}},`value`:`1`,`most`:-1", "most"},
                {"`types`:{`x`:{}},`value`:`1`,`durations`:{`P90D`:{}}", "whole months"},
                {"`types`:{`x`:{}},`value`:`1`,`durations`:{`soon`:{}}", "whole months"},
                {"`types`:{`x`:{}},`value`:`1`,`valid_for`:`P0D`", "longer than nothing"},
                {"`types`:{`x`:{}},`value`:`1`,`valid_for`:`never`", "valid_for"},
                {"`types`:{`x`:{}},`value`:`1`,`redemptions`:{`total`:0}", "at least 1"},
                {"`types`:{`x`:{}},`value`:`1`,`redemptions`:{`each`:1}", "each"},
                {"`types`:{`x`:{}},`value`:`1`,`approval_above`:5", "nobody is there to ask"}};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        char text[2000];
        csuccess_config *config = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        snprintf(text, sizeof text, WITH("`save`:{%s}" OTHER), list[i].offer);
        csuccess_result result = trip_compile(&config, text, NULL, &err);
        if (!CHECK(result < 0)) printf("# %s\n", list[i].offer);
        if (result < 0) CHECK_HAS(err.message, list[i].says);
        csuccess_config_unref(config);
    }
}

/* ---- Damage, memory ---- */

static void damage_fails_the_step(void)
{
    deciding d;
    csuccess__offered of;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    know(&d, 60000, 0.9, 3);
    CHECK_INT(make(&d, TRIP_START, "a").ruling, CSUCCESS__ALLOW);
    uint32_t count,
        first = csuccess__state_of_kind(&d.trip.state, CSUCCESS__STATE_OFFER, &count);
    char bytes[2048], name[32];
    csuccess_str payload = d.trip.state.fields[first].payload;
    size_t len = payload.len;
    CHECK(len < sizeof bytes);
    memcpy(bytes, payload.ptr, len);
    snprintf(name, sizeof name, "%.16s", d.trip.state.fields[first].name.ptr);
    for (size_t n = 0; n < len; n++) {
        CHECK(!csuccess__offered_parse(&of, (csuccess_str){bytes, n}));
        (void)csuccess__state_put(&d.trip.state, CSUCCESS__STATE_OFFER, check_view(name),
                                  (csuccess_str){bytes, n});
        CHECK_RESULT(deciding_step(&d, TRIP_START + 1), CSUCCESS_ESTATE);
    }
    for (size_t bit = 0; bit < 8 * len; bit++) {
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        (void)csuccess__state_put(&d.trip.state, CSUCCESS__STATE_OFFER, check_view(name),
                                  (csuccess_str){bytes, len});
        csuccess_result result = deciding_step(&d, TRIP_START + 1);
        CHECK(result == CSUCCESS_OK || result == CSUCCESS_ESTATE);
        (void)deciding_report(&d, csuccess__offers_report);
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
    }
    deciding_close(&d);
}

static csuccess_result whole_life(check_memory *memory, void *ud)
{
    deciding d;
    (void)ud;
    csuccess_result result = deciding_open(&d, document, &memory->allocator);
    if (result >= 0) {
        know(&d, 1000, 0.5, 3);
        (void)make(&d, TRIP_START, "a");
        result = d.trip.step.failed < 0 ? d.trip.step.failed : d.trip.effects.failed;
    }
    if (result >= 0) {
        result = deciding_input(&d, TRIP_START + 1, "offer", "decline", "`offer`:`save`");
    }
    if (result >= 0) {
        (void)make(&d, TRIP_START + 2, "b");
        result = d.trip.step.failed < 0 ? d.trip.step.failed : d.trip.effects.failed;
    }
    if (result >= 0) result = deciding_step(&d, TRIP_START + 20 * TRIP_DAY);
    if (result >= 0) result = d.trip.effects.failed;
    deciding_close(&d);
    return result;
}

static void memory_may_be_refused(void)
{
    CHECK(check_faults(whole_life, NULL) > 50);
}

CHECK_MAIN(CHECK_TEST(is_what_its_tables_say), CHECK_TEST(undecided_does_not_hold),
           CHECK_TEST(values_lose_no_unit), CHECK_TEST(whole_units_stay_whole),
           CHECK_TEST(ends_before_the_customer_leaves), CHECK_TEST(offers_do_not_stack),
           CHECK_TEST(redemptions_are_counted),
           CHECK_TEST(a_ledger_that_refuses_is_left_alone_until_the_next_look),
           CHECK_TEST(answers_follow_the_table), CHECK_TEST(is_found_by_its_id),
           CHECK_TEST(an_erasure_gives_back_what_is_open),
           CHECK_TEST(what_never_arrived_is_over), CHECK_TEST(old_ones_go),
           CHECK_TEST(is_reported), CHECK_TEST(problems_are_told),
           CHECK_TEST(damage_fails_the_step), CHECK_TEST(memory_may_be_refused))

/* SPDX-License-Identifier: Apache-2.0 */
/* The arbiter over messages of programmes: one order, guards, waiting and leaving; written from docs/reference/intervene.md "One arbiter". */
#include "intervene_turns.h"

#define JOURNEY(name) \
    "`" name "`: {`trigger`: {`event`: `go`}, `steps`: {`s`: {`type`: `wait`, `for`: `P1D`}}}"
#define DOCUMENT(reach) \
    "{`csuccess`: 1, `attributes`: {`email`: {`type`: `string`}, `plan`: {`type`: " \
    "`string`}}, " \
    "`records`: {`contacts`: {`of`: {`role`: {`type`: `string`}, `phone`: {`type`: " \
    "`string`}}}}, `channels`: {`email`: {`fallback`: [`in_app`]}, `in_app`: {}, `sms`: " \
    "{`enabled`: false, `fallback`: [`email`]}, `phone`: {`needs`: `phone`}}, `privacy`: " \
    "{`purposes`: {`marketing`: {`requires`: `opt_in`}, `service`: {`requires`: " \
    "`nothing`}}}, " \
    "`journeys`: {" JOURNEY("a") ", " JOURNEY("b") ", " JOURNEY( \
        "n") "}, " \
             "`policies`: {`reach`: {" reach "}}}"
#define TWO_A_DAY \
    "`caps`: {`day`: {`most`: 2, `per`: `day`}}, `programmes`: {`journey/a`: {`priority`: " \
    "61}, `journey/b`: {`priority`: 65}, `playbook/*`: {`priority`: 70}}"

static const said five[] = {{.definition = "journey/a", .step = "s"},
                            {.definition = "journey/b", .step = "s"},
                            {.definition = "playbook/p", .step = "s"},
                            {.definition = "alert/x", .step = "s"},
                            {.definition = "milestone/m", .step = "s"}};

/* In another order for each `turn`. */
static void say_five(turns *s, uint32_t turn)
{
    for (uint32_t i = 0; i < 5; i++) turns_say(s, &five[(i * (turn % 4 + 1) + turn) % 5]);
}

static csuccess_str id_of(const turns *s, uint32_t index)
{
    return s->trip.effects.messages[s->turn.first + index].id;
}

static void two_of_five_leave_and_the_others_say_why_and_until_when(void)
{
    for (uint32_t order = 0; order < 8; order++) {
        turns s;
        if (!CHECK_OK(turns_open(&s, DOCUMENT(TWO_A_DAY), NULL))) return;
        (void)turns_begin(&s, TRIP_START + 9 * TRIP_HOUR, "m1");
        say_five(&s, order);
        CHECK_OK(turns_weigh(&s));
        char bytes[256];
        csuccess__text left;
        csuccess__text_init(&left, bytes, sizeof bytes);
        turns_left(&s, &left);
        CHECK(csuccess__str_find((csuccess_str){left.ptr, left.len},
                                 CSUCCESS_STR("playbook/p>email")) != SIZE_MAX);
        CHECK(csuccess__str_find((csuccess_str){left.ptr, left.len},
                                 CSUCCESS_STR("journey/b>email")) != SIZE_MAX);
        CHECK_UINT(s.trip.effects.message_count, 2);
        csuccess__text_init(&left, bytes, sizeof bytes);
        turns_held(&s, &left);
        /* What is under way counts at any time: nothing says yet when there is room. */
        CHECK_HAS(left.ptr, "journey/a caps");
        CHECK_HAS(left.ptr, "alert/x caps");
        CHECK_HAS(left.ptr, "milestone/m caps");
        CHECK(strstr(left.ptr, "no reason") == NULL);
        CHECK(strstr(left.ptr, "dropped") == NULL);
        CHECK_UINT(turns_waiting(&s), 3);
        turns_close(&s);
    }
}

/* Delivered today, so that tomorrow has room for two, and for the last one the day after. */
static void what_waits_leaves_later_under_the_same_id(void)
{
    turns s;
    if (!CHECK_OK(turns_open(&s, DOCUMENT(TWO_A_DAY), NULL))) return;
    (void)turns_begin(&s, TRIP_START + 9 * TRIP_HOUR, "m1");
    say_five(&s, 0);
    CHECK_OK(turns_weigh(&s));
    csuccess_str a = csuccess__arena_copy(&s.trip.arena, id_of(&s, 0));
    csuccess_str b = csuccess__arena_copy(&s.trip.arena, id_of(&s, 1));
    const csuccess__effect_message was = {.definition = CSUCCESS_STR("journey/a"),
                                          .step = CSUCCESS_STR("s"),
                                          .occurrence = 1,
                                          .cause = CSUCCESS_STR("m1")};
    csuccess_str wanted = csuccess__message_id(&s.trip.step, &was, 0);
    csuccess_str returned = csuccess__message_id(&s.trip.step, &was, 1);
    CHECK_UINT(wanted.len, 64);
    CHECK(!csuccess__str_eq(wanted, returned));
    CHECK_OK(trip_restore(&s.trip));
    CHECK_OK(turns_told(&s, TRIP_START + 10 * TRIP_HOUR, a, true));
    CHECK_OK(turns_told(&s, TRIP_START + 11 * TRIP_HOUR, b, true));
    CHECK_UINT(turns_waiting(&s), 3);
    CHECK_INT(s.trip.step.due, TRIP_START + TRIP_DAY);
    CHECK_OK(trip_restore(&s.trip));
    /* Nothing new: nothing is told a second time. */
    CHECK_OK(turns_step(&s, TRIP_START + 12 * TRIP_HOUR, "due"));
    turns_are(&s, "/");
    CHECK_INT(s.trip.step.due, TRIP_START + TRIP_DAY);
    CHECK_OK(trip_restore(&s.trip));
    CHECK_OK(turns_step(&s, TRIP_START + TRIP_DAY, "due"));
    CHECK_UINT(turns_waiting(&s), 1);
    if (CHECK_UINT(s.trip.effects.message_count - s.turn.first, 2)) {
        CHECK_STR(s.trip.effects.messages[s.turn.first].definition, "journey/a");
        CHECK(csuccess__str_eq(id_of(&s, 0), wanted));
    }
    turns_close(&s);
}

static void names_decide_where_nothing_else_does(void)
{
    turns s;
    if (!CHECK_OK(turns_open(&s, DOCUMENT("`caps`: {`day`: {`most`: 1, `per`: `day`}}"), NULL)))
        return;
    (void)turns_begin(&s, TRIP_START, "m1");
    turns_say(&s, &(said){.definition = "playbook/z"});
    turns_say(&s, &(said){.definition = "journey/b", .step = "y"});
    turns_say(&s, &(said){.definition = "journey/b", .step = "x"});
    CHECK_OK(turns_weigh(&s));
    if (CHECK_UINT(s.trip.effects.message_count, 1))
        CHECK_STR(s.trip.effects.messages[0].step, "x");
    turns_close(&s);
}

static void a_denied_channel_gives_way_to_the_next(void)
{
    turns s;
    if (!CHECK_OK(turns_open(&s, DOCUMENT(""), NULL))) return;
    (void)turns_begin(&s, TRIP_START, "m1");
    turns_say(&s, &(said){.definition = "journey/a", .channel = "sms"});
    turns_say(&s, &(said){.definition = "journey/b", .channel = "phone", .contact = "nobody"});
    turns_say(&s, &(said){.definition = "journey/c", .channel = "sms", .internal = true});
    CHECK_OK(turns_weigh(&s));
    turns_are(&s, "journey/a>email journey/c>sms / journey/b channel dropped");
    turns_close(&s);
}

static void nurture_asks_for_marketing(void)
{
    turns s;
    csuccess__input consent;
    char bytes[128];
    csuccess__text reason;
    csuccess__text_init(&reason, bytes, sizeof bytes);
    if (!CHECK_OK(turns_open(&s, DOCUMENT("`programmes`: {`journey/n`: {`class`: `nurture`}}"),
                             NULL)))
        return;
    (void)turns_begin(&s, TRIP_START, "m1");
    turns_say(&s, &(said){.definition = "journey/n", .contact = "ada"});
    turns_say(&s, &(said){.definition = "journey/o", .contact = "ada"});
    turns_say(&s, &(said){.definition = "journey/p", .contact = "ada", .purpose = "marketing"});
    turns_say(&s, &(said){.definition = "journey/q", .contact = "ada", .purpose = "service"});
    CHECK_OK(turns_weigh(&s));
    turns_are(&s, "journey/o>email journey/q>email / journey/p consent dropped | journey/n "
                  "consent dropped");
    CHECK_OK(trip_input(&s.trip, &consent,
                        "{`type`: `consent`, `messageId`: `c`, `groupId`: `c1`, `userId`: "
                        "`ada`, `timestamp`: `2025-12-01T00:00:00Z`, `properties`: "
                        "{`purpose`: `marketing`, `granted`: true, `channel`: `in_app`}}"));
    (void)turns_begin(&s, TRIP_START + 1, "m2");
    CHECK_OK(csuccess__consent_apply(s.turn.of->privacy, &s.trip.step, &consent, &reason));
    turns_say(&s, &(said){.definition = "journey/n", .contact = "ada"});
    CHECK_OK(turns_weigh(&s));
    turns_are(&s, "journey/n>in_app /");
    CHECK_STR(s.trip.effects.messages[s.turn.first].purpose, "marketing");
    turns_close(&s);
}

static void what_is_over_before_it_may_go_is_dropped(void)
{
    turns s;
    if (!CHECK_OK(turns_open(
            &s, DOCUMENT("`quiet_hours`: {`n`: {`from`: `00:00`, `until`: `08:00`}}"), NULL)))
        return;
    (void)turns_begin(&s, TRIP_START, "m1");
    turns_say(&s, &(said){.definition = "journey/a", .expires_at = TRIP_START + 8 * TRIP_HOUR});
    turns_say(&s, &(said){.definition = "journey/b", .expires_at = TRIP_START + 9 * TRIP_HOUR});
    turns_say(&s, &(said){.definition = "journey/c"});
    CHECK_OK(turns_weigh(&s));
    turns_are(&s, "/ journey/a quiet_hours 8h dropped | journey/b quiet_hours 8h | journey/c "
                  "quiet_hours 8h");
    CHECK_INT(s.trip.step.due, TRIP_START + 8 * TRIP_HOUR);
    CHECK_OK(trip_restore(&s.trip));
    CHECK_OK(turns_step(&s, TRIP_START + 10 * TRIP_HOUR, "due"));
    turns_are(&s, "journey/c>email / journey/b expired dropped");
    CHECK_UINT(turns_waiting(&s), 0);
    turns_close(&s);
}

static void too_many_do_not_wait(void)
{
    turns s;
    if (!CHECK_OK(turns_open(
            &s, DOCUMENT("`quiet_hours`: {`n`: {`from`: `00:00`, `until`: `08:00`}}"), NULL)))
        return;
    (void)turns_begin(&s, TRIP_START, "m1");
    char names[CSUCCESS__WAITING_MOST + 3][16];
    for (uint32_t i = 0; i < CSUCCESS__WAITING_MOST + 3; i++) {
        snprintf(names[i], sizeof names[i], "journey/j%03u", (unsigned)i);
        turns_say(&s, &(said){.definition = names[i]});
    }
    CHECK_OK(turns_weigh(&s));
    CHECK_UINT(turns_waiting(&s), CSUCCESS__WAITING_MOST);
    uint32_t dropped = 0;
    for (uint32_t i = s.entries; i < s.trip.effects.entry_count; i++) {
        const csuccess__json *body = trip_body(&s.trip, &s.trip.effects.entries[i]);
        dropped += csuccess__str_is(trip_word(body, "guard"), "too_many");
    }
    CHECK_UINT(dropped, 3);
    CHECK_OK(trip_restore(&s.trip));
    csuccess__waiting_forget(&s.trip.state, CSUCCESS_STR("ada"));
    CHECK_UINT(turns_waiting(&s), CSUCCESS__WAITING_MOST);
    csuccess__waiting_forget(&s.trip.state, CSUCCESS_STR(""));
    CHECK_UINT(turns_waiting(&s), 0);
    turns_close(&s);
}

/* A ledger said no: the advance is applied again with the id, and the message waits for the next month. */
static void what_a_ledger_refused_waits_for_the_next_period(void)
{
    turns s;
    const char *document = DOCUMENT("");
    char text[4096];
    const char *channels = strstr(document, "`email`: {`fallback`");
    snprintf(text, sizeof text,
             "%.*s`slack`: {`cost`: 3, `budget`: {`limit`: 10, `per`: "
             "`month`}}, %s",
             (int)(channels - document), document, channels);
    if (!CHECK_OK(turns_open(&s, text, NULL))) return;
    for (int refused = 0; refused < 2; refused++) {
        csuccess_str ids[2];
        s.trip.refused = ids;
        s.trip.refused_count = refused ? 2 : 0;
        csuccess__effects_clear(&s.trip.effects);
        csuccess__step *step = turns_begin(&s, TRIP_START, "m1");
        turns_say(&s, &(said){.definition = "journey/a", .channel = "slack"});
        turns_say(&s, &(said){.definition = "alert/x", .channel = "slack", .internal = true});
        turns_say(&s, &(said){.definition = "alert/y", .channel = "slack", .internal = true});
        for (uint32_t i = 0; i < 2; i++) {
            ids[i] = csuccess__message_id(step, &s.trip.effects.messages[i], 0);
        }
        CHECK_OK(turns_weigh(&s));
        if (refused) break;
        turns_are(&s, "journey/a>slack alert/x>slack alert/y>slack /");
        CHECK_UINT(s.trip.effects.delta_count, 3);
    }
    turns_are(&s, "alert/y>slack / alert/x budget 31d | journey/a budget 31d");
    CHECK_UINT(s.trip.effects.delta_count, 1);
    CHECK_UINT(s.trip.effects.deltas[0].message, 0);
    CHECK_INT(s.trip.step.due, TRIP_START + 31 * TRIP_DAY);
    s.trip.refused_count = 0;
    CHECK_OK(trip_restore(&s.trip));
    CHECK_OK(turns_step(&s, TRIP_START + 31 * TRIP_DAY, "due"));
    turns_are(&s, "alert/x>slack journey/a>slack /");
    turns_close(&s);
}

/* Signals are for others, and come before what the arbiter lets go as they were. */
static void signals_are_left_alone(void)
{
    turns s;
    if (!CHECK_OK(turns_open(&s, DOCUMENT(TWO_A_DAY), NULL))) return;
    csuccess__step *step = turns_begin(&s, TRIP_START, "m1");
    say_five(&s, 0);
    const csuccess__effect_message signal = {.signal = true,
                                             .customer = CSUCCESS_STR("parent"),
                                             .definition = CSUCCESS_STR("child"),
                                             .cause = step->cause,
                                             .body = CSUCCESS_STR("{}")};
    uint32_t index = csuccess__step_message(step, &signal);
    csuccess__step_delta(step, &(csuccess__effect_delta){
                                   .key = CSUCCESS_STR("k"), .delta = 1, .message = index});
    CHECK_OK(turns_weigh(&s));
    if (!CHECK_UINT(s.trip.effects.message_count, 3)) return;
    CHECK(s.trip.effects.messages[2].signal);
    CHECK_UINT(s.trip.effects.deltas[0].message, 2);
    turns_close(&s);
}

static void a_quiet_step_leaves_nothing(void)
{
    turns s;
    if (!CHECK_OK(turns_open(&s, DOCUMENT(""), NULL))) return;
    s.trip.step.quiet = true;
    (void)turns_begin(&s, TRIP_START, "m1");
    say_five(&s, 0);
    CHECK_OK(turns_weigh(&s));
    turns_are(&s, "/");
    turns_close(&s);
}

static void a_damaged_one_fails_the_step(void)
{
    turns s;
    if (!CHECK_OK(turns_open(&s, DOCUMENT(TWO_A_DAY), NULL))) return;
    (void)turns_begin(&s, TRIP_START, "m1");
    csuccess__step_put(&s.trip.step, CSUCCESS__STATE_MESSAGE, CSUCCESS_STR("id"),
                       CSUCCESS_STR("\x01"));
    CHECK_RESULT(turns_weigh(&s), CSUCCESS_ESTATE);
    turns_close(&s);
}

/* ---- Claims ---- */

static csuccess__ruled claims(turns *s, int64_t now, const said *what)
{
    const csuccess_message message = {.size = sizeof message,
                                      .id = CSUCCESS_STR("0123456789abcdef"),
                                      .customer = CSUCCESS_STR("c1"),
                                      .channel = check_view(what->channel),
                                      .contact = check_view(what->contact),
                                      .purpose = check_view(what->purpose),
                                      .definition = check_view(what->definition),
                                      .body = CSUCCESS_STR("{}"),
                                      .flags = what->internal ? CSUCCESS_MESSAGE_INTERNAL : 0u};
    (void)turns_begin(s, now, "claim");
    s->turn.looking = true;
    csuccess__ruled ruled = csuccess__arbiter_claim(&s->turn, &message);
    CHECK_OK(s->trip.step.failed);
    return ruled;
}

static void a_claim_asks_again(void)
{
    turns s;
    const said mail = {.definition = "journey/a/s",
                       .channel = "email",
                       .contact = "ada",
                       .purpose = "marketing"};
    const said plain = {
        .definition = "journey/a/s", .channel = "email", .contact = "ada", .purpose = ""};
    const said staff = {.definition = "alert/a",
                        .channel = "email",
                        .contact = "",
                        .purpose = "",
                        .internal = true};
    if (!CHECK_OK(turns_open(
            &s, DOCUMENT("`quiet_hours`: {`n`: {`from`: `00:00`, `until`: `08:00`}}"), NULL)))
        return;
    csuccess__ruled ruled = claims(&s, TRIP_START, &mail);
    CHECK_INT(ruled.ruling, CSUCCESS__DENY);
    CHECK_INT(ruled.guard, CSUCCESS__GUARD_CONSENT);
    CHECK_STR(ruled.reason, "no opt-in to marketing");
    ruled = claims(&s, TRIP_START, &plain);
    CHECK_INT(ruled.ruling, CSUCCESS__DEFER);
    CHECK_INT(ruled.until, TRIP_START + 8 * TRIP_HOUR);
    CHECK_INT(claims(&s, TRIP_START + 9 * TRIP_HOUR, &plain).ruling, CSUCCESS__ALLOW);
    CHECK_INT(claims(&s, TRIP_START, &staff).ruling, CSUCCESS__ALLOW);
    turns_close(&s);
}

/* ---- What is said ---- */

static void the_report_says_what_was_sent_and_what_waits(void)
{
    turns s;
    csuccess__buffer text;
    csuccess__json_writer w;
    if (!CHECK_OK(turns_open(&s, DOCUMENT(TWO_A_DAY), NULL))) return;
    (void)turns_begin(&s, TRIP_START, "m1");
    say_five(&s, 0);
    CHECK_OK(turns_weigh(&s));
    csuccess__buffer_init(&text, s.trip.mem, 0);
    csuccess__json_writer_init(&w, &text);
    (void)turns_begin(&s, TRIP_START + TRIP_HOUR, "view");
    csuccess__touches_open(&s.turn);
    csuccess__lifecycle_open(&s.turn);
    csuccess__arbiter_report(&s.turn, &w);
    CHECK_OK(s.trip.step.failed);
    CHECK_HAS(text.ptr, "\"sent\":[{\"definition\":\"");
    CHECK_HAS(text.ptr, "\"ruling\":\"held\",\"guard\":\"caps\",\"reason\":\"");
    CHECK_HAS(text.ptr, "\"definition\":\"milestone/m\"");
    CHECK(strstr(text.ptr, "\"allowed\"") == NULL);
    CHECK_UINT(turns_waiting(&s), 3);
    CHECK_UINT(s.trip.effects.message_count, 2);
    csuccess__buffer_free(&text);
    turns_close(&s);
}

/* ---- Memory ---- */

static csuccess_result without_memory(check_memory *memory, void *ud)
{
    turns s;
    (void)ud;
    csuccess_result result = turns_open(&s, DOCUMENT(TWO_A_DAY), &memory->allocator);
    if (result >= 0) {
        (void)turns_begin(&s, TRIP_START, "m1");
        say_five(&s, 1);
        result = turns_weigh(&s);
    }
    if (result >= 0) result = trip_restore(&s.trip);
    if (result >= 0) result = turns_step(&s, TRIP_START + TRIP_HOUR, "due");
    if (result >= 0) {
        CHECK_UINT(turns_waiting(&s), 3);
        CHECK_UINT(s.trip.effects.message_count, 2);
    }
    turns_close(&s);
    return result;
}

static void refused_memory_is_told(void)
{
    CHECK(check_faults(without_memory, NULL) > 0);
}

CHECK_MAIN(CHECK_TEST(two_of_five_leave_and_the_others_say_why_and_until_when),
           CHECK_TEST(what_waits_leaves_later_under_the_same_id),
           CHECK_TEST(names_decide_where_nothing_else_does),
           CHECK_TEST(a_denied_channel_gives_way_to_the_next),
           CHECK_TEST(nurture_asks_for_marketing),
           CHECK_TEST(what_is_over_before_it_may_go_is_dropped),
           CHECK_TEST(too_many_do_not_wait),
           CHECK_TEST(what_a_ledger_refused_waits_for_the_next_period),
           CHECK_TEST(signals_are_left_alone), CHECK_TEST(a_quiet_step_leaves_nothing),
           CHECK_TEST(a_damaged_one_fails_the_step), CHECK_TEST(a_claim_asks_again),
           CHECK_TEST(the_report_says_what_was_sent_and_what_waits),
           CHECK_TEST(refused_memory_is_told))

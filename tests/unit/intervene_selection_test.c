/* SPDX-License-Identifier: Apache-2.0 */
/* The arbiter over interventions and campaigns: recipients, what is said of those that do not get through, and how often; written from docs/reference/intervene.md. */
#include "intervene_turns.h"

#define HEAD \
    "{`csuccess`: 1, `attributes`: {`arr`: {`type`: `number`}, `plan`: {`type`: `string`}}, " \
    "`records`: {`contacts`: {`of`: {`role`: {`type`: `string`}, `locale`: {`type`: " \
    "`string`}}}}, `channels`: {`email`: {`cost`: 3, `fallback`: [`in_app`]}, `in_app`: {}, " \
    "`phone`: {}}, " \
    "`privacy`: {`purposes`: {`marketing`: {`requires`: `opt_out`}, `strict`: {`requires`: " \
    "`opt_in`}}}, `templates`: {`t`: {`locales`: {`en`: {`body`: `Hi`}, `de`: {`body`: " \
    "`Hallo`}}}, `u`: {`locales`: {`en`: {`body`: `{{plan}}`}}}}, "
#define MAIL "`type`: `email_sequence`, `template`: `t`, `when`: `arr > 10`"
#define TAIL ", `policies`: {`locale`: `en`, `reach`: {`max_frequency_days`: 7"

/* A contact: id, role, locale; NULL: missing. */
typedef struct person {
    const char *texts[3];
} person;
typedef struct world {
    turns s;
    csuccess__value records[4], fields[4][3];
} world;

static void set_people(world *w, const person *people, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < 3; k++) {
            const char *text = people[i].texts[k];
            w->fields[i][k] = text ? trip_text(&w->s.trip, text)
                                   : csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
        }
        w->records[i] =
            (csuccess__value){.kind = CSUCCESS__KIND_RECORD, .as.many = {w->fields[i], 3}};
    }
    trip_set(&w->s.trip, "contacts",
             (csuccess__value){.kind = CSUCCESS__KIND_LIST, .as.many = {w->records, count}});
}

static csuccess_result weigh(world *w, int64_t now, const char *cause)
{
    turns *s = &w->s;
    (void)turns_begin(s, now, cause);
    csuccess__touches_open(&s->turn);
    csuccess__lifecycle_open(&s->turn);
    csuccess__interventions_publish(&s->turn);
    csuccess__campaigns_publish(&s->turn);
    csuccess__executions_step(&s->turn);
    csuccess__interventions_candidates(&s->turn);
    csuccess__campaigns_candidates(&s->turn);
    csuccess__arbiter_weigh(&s->turn);
    csuccess__touches_close(&s->turn);
    return s->trip.step.failed;
}

static csuccess_result open_with(world *w, const char *document, const person *people,
                                 uint32_t count, const csuccess_allocator *mem)
{
    csuccess_result result = turns_open(&w->s, document, mem);
    if (result < 0) return result;
    trip_set(&w->s.trip, "arr", csuccess__number(100));
    set_people(w, people, count);
    return result;
}

static void put_groups(csuccess__text *out, const csuccess__json *list, const char *what)
{
    for (const csuccess__json *g = list ? list->first : NULL; g; g = g->next) {
        csuccess__text_format(out, "%s%s %S", out->len ? " | " : "", what,
                              trip_word(g, "guard"));
        csuccess_str until = trip_word(g, "until");
        if (until.len) csuccess__text_format(out, " ");
        turns_time(out, until);
        csuccess__text_format(out, ":");
        const csuccess__json *of = csuccess__json_member(g, "of");
        for (const csuccess__json *n = of ? of->first : NULL; n; n = n->next) {
            csuccess__text_format(out, " %S", n->string);
        }
        if (trip_word(g, "reason").len == 0) csuccess__text_format(out, " (no reason)");
    }
}

/* Messages as `definition/step>channel contact`, then the entry "selection". */
static bool is(world *w, const char *expected)
{
    char bytes[2048];
    csuccess__text out;
    const csuccess__effects *effects = &w->s.trip.effects;
    csuccess__text_init(&out, bytes, sizeof bytes);
    for (uint32_t i = w->s.turn.first; i < effects->message_count; i++) {
        const csuccess__effect_message *m = &effects->messages[i];
        csuccess__text_format(&out, "%s%S%s%S>%S%s%S", out.len ? " | " : "", m->definition,
                              m->step.len ? "/" : "", m->step, m->channel,
                              m->contact.len ? " " : "", m->contact);
    }
    for (uint32_t i = w->s.entries; i < effects->entry_count; i++) {
        if (!csuccess__str_is(effects->entries[i].kind, "selection")) continue;
        const csuccess__json *body = trip_body(&w->s.trip, &effects->entries[i]);
        put_groups(&out, csuccess__json_member(body, "held"), "held");
        put_groups(&out, csuccess__json_member(body, "denied"), "denied");
    }
    return CHECK_STR(((csuccess_str){out.ptr, out.len}), expected);
}

static void sends(const char *document, const person *people, uint32_t count,
                  const char *expected)
{
    world w;
    if (!CHECK_OK(open_with(&w, document, people, count, NULL))) return;
    CHECK_OK(weigh(&w, TRIP_START, "c"));
    if (!is(&w, expected)) printf("# of %s\n", document);
    turns_close(&w.s);
}

static const person people[] = {{{"c3", "champion", "fr"}},
                                {{"a1", "user", "de"}},
                                {{"b2", "champion", "de"}},
                                {{"d4", "champion", "en"}}};

static void the_first_contact_that_fits_receives_it(void)
{
    sends(HEAD "`interventions`: {`i`: {" MAIL ", `to`: {`role`: `champion`}}}" TAIL "}}}",
          people, 4, "intervention/i>email b2");
    sends(HEAD "`interventions`: {`i`: {" MAIL "}}" TAIL "}}}", people, 4,
          "intervention/i>email");
    /* French has no text, but the tenant's language has. */
    sends(HEAD "`interventions`: {`i`: {" MAIL ", `to`: {`role`: `champion`}}}" TAIL "}}}",
          people, 1, "intervention/i>email c3");
    sends(HEAD "`interventions`: {`i`: {" MAIL ", `to`: {`role`: `champion`}}}}", people, 1,
          "denied eligibility: intervention/i");
    sends(HEAD "`interventions`: {`i`: {" MAIL ", `to`: {`role`: `boss`}}}" TAIL "}}}", people,
          4, "denied eligibility: intervention/i");
    sends(HEAD "`interventions`: {`i`: {" MAIL
               ", `to`: {`role`: `champion`}, `purpose`: `strict`}}" TAIL "}}}",
          people, 4, "denied eligibility: intervention/i");
}

static void a_text_that_lacks_something_is_denied(void)
{
    world w;
    if (!CHECK_OK(open_with(&w,
                            HEAD "`interventions`: {`i`: {`type`: `email_sequence`, "
                                 "`template`: `u`, `when`: `arr > 10`}}" TAIL "}}}",
                            NULL, 0, NULL)))
        return;
    CHECK_OK(weigh(&w, TRIP_START, "c"));
    is(&w, "denied eligibility: intervention/i");
    const csuccess__effects *effects = &w.s.trip.effects;
    if (CHECK(effects->entry_count > w.s.entries))
        CHECK_HAS(effects->entries[effects->entry_count - 1].body.ptr,
                  "{{plan}} in \\\"body\\\" has no value");
    uint32_t touches = w.s.desk.touches->count;
    CHECK_UINT(touches, 0);
    CHECK_UINT(effects->delta_count, 0);
    turns_close(&w.s);
}

static void known_harm_is_denied_and_value_breaks_ties(void)
{
    sends(HEAD "`interventions`: {`bad`: {" MAIL
               ", `effect`: {`uplift`: -0.01, `interval`: [-0.02, 0], `source`: "
               "`experiment`}, `value`: `arr`}}" TAIL "}}}",
          NULL, 0, "denied eligibility: intervention/bad");
    /* a: 0.1 × 100 - 0.03; b: 0.2 × 100 - 5.03; c: not known. */
    sends(HEAD "`interventions`: {`a`: {" MAIL ", `value`: `arr`, `effect`: {`uplift`: 0.1, "
               "`interval`: [0, 0.2], `source`: `experiment`}}, `b`: {" MAIL
               ", `value`: `arr`, `cost`: 500, `effect`: {`uplift`: 0.2, `interval`: [0, 0.3], "
               "`source`: `experiment`}}, `c`: {" MAIL ", `value`: `arr * 100`}}" TAIL
               ", `caps`: {`d`: {`most`: 1, `per`: `day`}}}}}",
          NULL, 0, "intervention/b>email | held caps 1d: intervention/a intervention/c");
    sends(HEAD "`interventions`: {`a`: {" MAIL "}, `b`: {" MAIL ", `priority`: 31}, `c`: {" MAIL
               ", `class`: `service`}}" TAIL ", `caps`: {`d`: {`most`: 1, `per`: `day`}}}}}",
          NULL, 0, "intervention/c>email | held caps 1d: intervention/b intervention/a");
}

static void what_is_held_is_said_once(void)
{
    world w;
    if (!CHECK_OK(open_with(&w,
                            HEAD "`interventions`: {`a`: {" MAIL "}, `b`: {" MAIL
                                 ", `delay`: `P2D`}, `c`: {" MAIL "}}" TAIL
                                 ", `caps`: {`d`: {`most`: 1, `per`: `P3D`}}}}}",
                            NULL, 0, NULL)))
        return;
    CHECK_OK(weigh(&w, TRIP_START, "c"));
    is(&w, "intervention/a>email | held eligibility 2d: intervention/b | held caps 3d: "
           "intervention/c");
    CHECK_INT(w.s.trip.step.due, TRIP_START + 2 * TRIP_DAY);
    csuccess_str id =
        csuccess__arena_copy(&w.s.trip.arena, w.s.trip.effects.messages[w.s.turn.first].id);
    CHECK_OK(trip_restore(&w.s.trip));
    CHECK_OK(weigh(&w, TRIP_START + TRIP_HOUR, "d"));
    is(&w, "");
    (void)turns_begin(&w.s, TRIP_START + 3 * TRIP_HOUR, "told");
    csuccess__touches_open(&w.s.turn);
    csuccess__touch_told(&w.s.turn, id, true, TRIP_START + 3 * TRIP_HOUR);
    csuccess__touches_close(&w.s.turn);
    CHECK_OK(weigh(&w, TRIP_START + 4 * TRIP_HOUR, "f"));
    is(&w, "");
    CHECK_OK(trip_restore(&w.s.trip));
    /* Delivered at 3 h, so the cap has room at 3 d 3 h, and not before. */
    CHECK_OK(weigh(&w, TRIP_START + 3 * TRIP_DAY + 3 * TRIP_HOUR - 1, "g"));
    is(&w, "held caps 3d3h: intervention/b intervention/c");
    CHECK_INT(w.s.trip.step.due, TRIP_START + 3 * TRIP_DAY + 3 * TRIP_HOUR);
    CHECK_OK(weigh(&w, TRIP_START + 3 * TRIP_DAY + 3 * TRIP_HOUR, "h"));
    is(&w, "intervention/b>email | held caps 6d3h: intervention/c");
    /* Nothing wants anything any more: the digest goes too, and is told to be empty. */
    trip_set(&w.s.trip, "arr", csuccess__number(1));
    CHECK_OK(weigh(&w, TRIP_START + 3 * TRIP_DAY + 4 * TRIP_HOUR, "i"));
    uint32_t kept = 0;
    (void)csuccess__state_of_kind(&w.s.trip.state, CSUCCESS__STATE_SELECTION, &kept);
    CHECK_UINT(kept, 0);
    turns_close(&w.s);
}

#define CAMPAIGN(name, more) \
    "`" name "`: {`type`: `proactive`, `category`: `engagement`, `status`: `active`, `when`: " \
    "`arr > 10`, `actions`: {`m`: {`intervention`: `i`}" more "}}"

static void campaigns_begin_with_their_first_action_and_keep_their_distance(void)
{
    world w;
    if (!CHECK_OK(open_with(
            &w,
            HEAD
            "`interventions`: {`i`: {`type`: `email_sequence`, `template`: `t`}, `j`: "
            "{`type`: `in_app_message`, `template`: `t`}}, `campaigns`: "
            "{" CAMPAIGN("a", ", `n`: {`intervention`: `j`, `after`: `PT1H`}") ", " CAMPAIGN(
                "b", "") ", `c`: {`type`: `proactive`, `category`: `engagement`, "
                         "`status`: `active`, `when`: `arr > 10`, `actions`: {`m`: "
                         "{`intervention`: `j`}}}}" TAIL
                         ", `min_interval_between_campaigns`: `P1D`}}}",
            NULL, 0, NULL)))
        return;
    CHECK_OK(weigh(&w, TRIP_START, "c"));
    is(&w, "campaign/a/m>email | held cooldown 1d: campaign/b/m campaign/c/m");
    uint32_t runs = 0;
    (void)csuccess__state_of_kind(&w.s.trip.state, CSUCCESS__STATE_RUN, &runs);
    CHECK_UINT(runs, 1);
    CHECK_OK(trip_restore(&w.s.trip));
    /* Actions of one campaign do not stand in each other's way; its intervention cools down for all. */
    CHECK_OK(weigh(&w, TRIP_START + TRIP_HOUR, "d"));
    is(&w, "campaign/a/n>in_app | held cooldown 1d1h: campaign/b/m campaign/c/m");
    CHECK_OK(trip_restore(&w.s.trip));
    CHECK_OK(weigh(&w, TRIP_START + TRIP_DAY + TRIP_HOUR, "e"));
    is(&w, "held cooldown 7d: campaign/b/m | held cooldown 7d1h: campaign/c/m");
    turns_close(&w.s);
}

/* A look says the same as a weighing, and nothing leaves. */
static void a_look_leaves_nothing(void)
{
    world w;
    csuccess__buffer text;
    csuccess__json_writer out;
    if (!CHECK_OK(open_with(&w,
                            HEAD "`interventions`: {`a`: {" MAIL "}, `b`: {" MAIL "}}" TAIL
                                 ", `caps`: {`d`: {`most`: 1, `per`: `day`}}}}}",
                            NULL, 0, NULL)))
        return;
    turns *s = &w.s;
    csuccess__buffer_init(&text, s->trip.mem, 0);
    csuccess__json_writer_init(&out, &text);
    (void)turns_begin(s, TRIP_START, "view");
    s->turn.looking = true;
    csuccess__touches_open(&s->turn);
    csuccess__lifecycle_open(&s->turn);
    csuccess__interventions_candidates(&s->turn);
    csuccess__arbiter_report(&s->turn, &out);
    CHECK_OK(s->trip.step.failed);
    CHECK_HAS(text.ptr, "{\"definition\":\"intervention/a\",\"channel\":\"email\","
                        "\"priority\":30,\"ruling\":\"allowed\"");
    CHECK_HAS(text.ptr, "\"ruling\":\"held\",\"guard\":\"caps\"");
    CHECK_UINT(s->trip.effects.message_count, 0);
    CHECK_UINT(s->trip.effects.delta_count, 0);
    csuccess__buffer_free(&text);
    turns_close(s);
}

static csuccess_result without_memory(check_memory *memory, void *ud)
{
    world w;
    (void)ud;
    csuccess_result result = open_with(
        &w,
        HEAD "`interventions`: {`a`: {" MAIL ", `to`: {`role`: `champion`}}, `b`: {" MAIL
             "}, `i`: {`type`: `email_sequence`, `template`: `t`}}, `campaigns`: "
             "{" CAMPAIGN("c", "") "}" TAIL ", `caps`: {`d`: {`most`: 2, `per`: `day`}}}}}",
        people, 4, &memory->allocator);
    if (result >= 0) result = weigh(&w, TRIP_START, "c");
    if (result >= 0) CHECK_UINT(w.s.trip.effects.message_count, 2);
    turns_close(&w.s);
    return result;
}

static void refused_memory_is_told(void)
{
    CHECK(check_faults(without_memory, NULL) > 0);
}

CHECK_MAIN(CHECK_TEST(the_first_contact_that_fits_receives_it),
           CHECK_TEST(a_text_that_lacks_something_is_denied),
           CHECK_TEST(known_harm_is_denied_and_value_breaks_ties),
           CHECK_TEST(what_is_held_is_said_once),
           CHECK_TEST(campaigns_begin_with_their_first_action_and_keep_their_distance),
           CHECK_TEST(a_look_leaves_nothing), CHECK_TEST(refused_memory_is_told))

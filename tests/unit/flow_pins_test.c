/* SPDX-License-Identifier: Apache-2.0 */
/* Pinned definitions: had from a stored document, over what is known now, or not to be had with the reason. */
#include "flow_triggers.h"

#include "base/digest.h"

#define JOURNEY(when) \
    "`j`: {`trigger`: {`when`: `x < 1`}, `steps`: {`look`: {`type`: `condition`, `when`: " \
    "`" when \
    "`, `true`: `done`, `false`: `rest`}, `rest`: {`type`: `wait`, `for`: `P1D`}, `done`: " \
    "{`type`: `exit`}}}"
#define DOCUMENT(attributes, journeys) \
    "{`csuccess`: 1, `attributes`: {`x`: {`type`: `number`}" attributes \
    "}, `channels`: {`email`: {}}, `journeys`: {" journeys "}}"
#define PLAN ", `plan`: {`type`: `string`}"

typedef struct pair {
    csuccess_config *then, *now;
    csuccess__pins *pins;
    csuccess_limits limits;
    uint8_t hash[32], definition[16];
} pair;

static csuccess_result pair_open(pair *p, const char *then, const char *now,
                                 const csuccess_allocator *mem)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    memset(p, 0, sizeof *p);
    csuccess__limits_take(&p->limits, NULL, NULL);
    csuccess_result result = trip_compile(&p->then, then, NULL, &err);
    if (result >= 0) result = trip_compile(&p->now, now, NULL, &err);
    if (!CHECK_OK(result)) {
        printf("# %s at %s\n", err.message, err.pointer);
        return result;
    }
    trip_hash(p->hash, p->then);
    uint32_t at = csuccess__journey_find(p->then->flow->journeys, CSUCCESS_STR("j"));
    if (CHECK(at != UINT32_MAX)) {
        memcpy(p->definition, p->then->flow->journeys->list[at].hash, sizeof p->definition);
    }
    return csuccess__pins_new(&p->pins, p->now->flow, p->now->constants, &p->limits,
                              mem ? mem : csuccess__malloc_allocator());
}

static void pair_close(pair *p)
{
    csuccess__pins_free(p->pins);
    csuccess_config_unref(p->then);
    csuccess_config_unref(p->now);
}

static const csuccess__journey *ask(pair *p, csuccess_str *why)
{
    return csuccess__pins_journey(p->pins, CSUCCESS_STR("j"), p->definition, p->hash, why);
}

static void an_earlier_definition_is_had(void)
{
    pair p;
    csuccess_str why = {"", 0};
    CHECK_OK(pair_open(&p, DOCUMENT(PLAN, JOURNEY("plan == 'gold' || plan == 'old'")),
                       DOCUMENT(PLAN, JOURNEY("plan == 'silver' || plan == 'gold'")), NULL));
    CHECK(ask(&p, &why) == NULL);
    CHECK_HAS(why.ptr, "was not looked for");
    CHECK_OK(csuccess__pins_add(p.pins, p.hash, p.then->text));
    const csuccess__journey *journey = ask(&p, &why);
    if (!CHECK(journey != NULL)) return;
    CHECK_UINT(journey->step_count, 3);
    CHECK(ask(&p, &why) == journey);
    /* What both name has one number; what only the earlier one names is known by its bytes. */
    csuccess__machine *machine = NULL;
    CHECK_OK(csuccess__machine_new(&machine, csuccess__malloc_allocator(), &p.limits));
    csuccess__value *slots = calloc(p.now->schema->count, sizeof *slots);
    uint32_t slot = csuccess__schema_find(p.now->schema, CSUCCESS_STR("plan"), NULL);
    static const struct {
        const char *plan;
        bool holds;
    } rows[] = {{"gold", true}, {"old", true}, {"silver", false}, {"other", false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        csuccess_result failed = CSUCCESS_OK;
        slots[slot] = csuccess__string(check_view(rows[i].plan));
        slots[slot].code = csuccess__constants_find(p.now->constants, check_view(rows[i].plan));
        csuccess__frame frame = {.slots = slots, .count = p.now->schema->count};
        csuccess__value v =
            csuccess__program_run(journey->steps[0].when, machine, &frame, &failed);
        CHECK(v.kind == CSUCCESS__KIND_BOOL && v.as.boolean == rows[i].holds);
    }
    free(slots);
    csuccess__machine_free(machine);
    pair_close(&p);
}

static void todays_is_todays(void)
{
    pair p;
    csuccess_str why = {"", 0};
    CHECK_OK(pair_open(&p, DOCUMENT(PLAN, JOURNEY("x > 1")),
                       DOCUMENT(PLAN ", `y`: {`type`: `number`}", JOURNEY("x > 1")), NULL));
    const csuccess__journey *journey = ask(&p, &why);
    CHECK(journey == &p.now->flow->journeys->list[0]); /* the same words, no document needed */
    pair_close(&p);
}

static void what_is_not_to_be_had_says_why(void)
{
    pair p;
    csuccess_str why = {"", 0};
    uint8_t other[16] = {1};
    CHECK_OK(pair_open(&p, DOCUMENT(PLAN, JOURNEY("plan == 'gold'")),
                       DOCUMENT("", JOURNEY("x > 1")), NULL));
    CHECK_OK(csuccess__pins_add(p.pins, p.hash, CSUCCESS_STR("")));
    CHECK(ask(&p, &why) == NULL);
    CHECK_HAS(why.ptr, "the store does not have");
    pair_close(&p);

    CHECK_OK(pair_open(&p, DOCUMENT(PLAN, JOURNEY("plan == 'gold'")),
                       DOCUMENT("", JOURNEY("x > 1")), NULL));
    CHECK_OK(csuccess__pins_add(p.pins, p.hash, CSUCCESS_STR("{\"journeys\": 1")));
    CHECK(ask(&p, &why) == NULL);
    CHECK_HAS(why.ptr, "cannot be read");
    pair_close(&p);

    CHECK_OK(pair_open(&p, DOCUMENT(PLAN, JOURNEY("plan == 'gold'")),
                       DOCUMENT("", JOURNEY("x > 1")), NULL));
    CHECK_OK(csuccess__pins_add(p.pins, p.hash, p.then->text));
    CHECK(ask(&p, &why) == NULL);
    CHECK_HAS(why.ptr, "unknown name \"plan\"");
    CHECK(csuccess__pins_journey(p.pins, CSUCCESS_STR("k"), p.definition, p.hash, &why) ==
          NULL);
    CHECK_HAS(why.ptr, "no such definition");
    pair_close(&p);

    CHECK_OK(pair_open(&p, DOCUMENT(PLAN, JOURNEY("plan == 'gold'")),
                       DOCUMENT(PLAN, JOURNEY("x > 1")), NULL));
    CHECK_OK(csuccess__pins_add(p.pins, p.hash, p.then->text));
    CHECK(csuccess__pins_journey(p.pins, CSUCCESS_STR("j"), other, p.hash, &why) == NULL);
    CHECK_HAS(why.ptr, "another definition");
    pair_close(&p);
}

static void the_one_used_longest_ago_goes(void)
{
    pair p;
    csuccess_str why = {"", 0};
    CHECK_OK(pair_open(&p, DOCUMENT(PLAN, JOURNEY("x > 1")), DOCUMENT(PLAN, JOURNEY("x > 2")),
                       NULL));
    CHECK_OK(csuccess__pins_add(p.pins, p.hash, p.then->text));
    for (unsigned i = 0; i < 3 * CSUCCESS__PINS_MOST; i++) {
        uint8_t hash[32] = {(uint8_t)(i + 1), 7};
        CHECK_OK(csuccess__pins_add(p.pins, hash, CSUCCESS_STR("")));
        if (i < CSUCCESS__PINS_MOST) CHECK(ask(&p, &why) != NULL); /* used, so it stays */
    }
    CHECK(ask(&p, &why) == NULL);
    pair_close(&p);
}

static void a_state_wants_what_it_is_pinned_to(void)
{
    trip t;
    uint8_t wanted[CSUCCESS__PINS_MOST][32];
    uint32_t count = 9;
    CHECK_OK(trip_open(&t, DOCUMENT(PLAN, JOURNEY("plan == 'gold'")), NULL));
    trip_set(&t, "x", csuccess__number(0));
    trip_set(&t, "plan", trip_text(&t, "silver"));
    CHECK_OK(trig_step(&t, TRIP_START, NULL));
    pair p;
    CHECK_OK(pair_open(&p, DOCUMENT(PLAN, JOURNEY("plan == 'gold'")),
                       DOCUMENT(PLAN, JOURNEY("x > 1")), NULL));
    CHECK_OK(csuccess__pins_wanted(p.pins, &t.state, wanted, CSUCCESS__PINS_MOST, &count));
    CHECK_UINT(count, 1);
    CHECK(memcmp(wanted[0], p.hash, 32) == 0);
    CHECK_OK(csuccess__pins_add(p.pins, p.hash, p.then->text));
    CHECK_OK(csuccess__pins_wanted(p.pins, &t.state, wanted, CSUCCESS__PINS_MOST, &count));
    CHECK_UINT(count, 0);
    CHECK(csuccess__pins_had_trigger(p.pins, p.hash, &p.now->flow->triggers->list[0]));
    pair_close(&p);
    /* The same words in force: nothing is wanted but to know whether triggers are new. */
    CHECK_OK(pair_open(&p, DOCUMENT(PLAN, JOURNEY("plan == 'gold'")),
                       DOCUMENT(PLAN, JOURNEY("plan == 'gold'")), NULL));
    csuccess__pins_in_force(p.pins, p.hash);
    CHECK_OK(csuccess__pins_wanted(p.pins, &t.state, wanted, CSUCCESS__PINS_MOST, &count));
    CHECK_UINT(count, 0);
    CHECK(csuccess__state_put(&t.state, CSUCCESS__STATE_ENROLLMENT, CSUCCESS_STR("j#7"),
                              CSUCCESS_STR("?")));
    CHECK_RESULT(csuccess__pins_wanted(p.pins, &t.state, wanted, CSUCCESS__PINS_MOST, &count),
                 CSUCCESS_ESTATE);
    pair_close(&p);
    trip_close(&t);
}

static void a_publication_says_who_stays_behind(void)
{
    static const char *const after =
        "`j`: {`trigger`: {`when`: `x < 1`}, `on_change`: {`map`: {%s}}, `steps`: {`pause`: "
        "{`type`: `wait`, `for`: `P2D`}, `done`: {`type`: `exit`}}}";
    static const struct {
        const char *map;
        uint32_t problems;
    } rows[] = {{"`look`: `done`", 1}, {"`rest`: `pause`", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char journeys[512], document[1024];
        pair p;
        csuccess__arena arena;
        csuccess__problems problems;
        snprintf(journeys, sizeof journeys, after, rows[i].map);
        snprintf(document, sizeof document, DOCUMENT("", "%s"), journeys);
        CHECK_OK(pair_open(&p, DOCUMENT("", JOURNEY("x > 1")), document, NULL));
        csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
        csuccess__problems_init(&problems, &arena, 8);
        csuccess__flow_changes(p.then->flow, p.now->flow, &problems);
        CHECK_UINT(problems.count, rows[i].problems);
        if (problems.first) CHECK_HAS(problems.first->message.ptr, "\"rest\"");
        csuccess__arena_free(&arena);
        pair_close(&p);
    }
}

static csuccess_result pin_without_memory(check_memory *memory, void *ud)
{
    pair p;
    csuccess_str why = {"", 0};
    (void)ud;
    csuccess_result result =
        pair_open(&p, DOCUMENT(PLAN, JOURNEY("plan == 'gold'")),
                  DOCUMENT(PLAN, JOURNEY("plan == 'silver'")), &memory->allocator);
    if (result >= 0) result = csuccess__pins_add(p.pins, p.hash, p.then->text);
    if (result >= 0 && !ask(&p, &why)) {
        result = CSUCCESS_ENOMEM;
        CHECK_HAS(why.ptr, "memory");
        if (!memory->fail_on) CHECK(ask(&p, &why) != NULL); /* another time there is some */
    }
    pair_close(&p);
    return result;
}

static void refused_memory_is_told(void)
{
    CHECK(check_faults(pin_without_memory, NULL) > 0);
}

CHECK_MAIN(CHECK_TEST(an_earlier_definition_is_had), CHECK_TEST(todays_is_todays),
           CHECK_TEST(what_is_not_to_be_had_says_why),
           CHECK_TEST(the_one_used_longest_ago_goes),
           CHECK_TEST(a_state_wants_what_it_is_pinned_to),
           CHECK_TEST(a_publication_says_who_stays_behind), CHECK_TEST(refused_memory_is_told))

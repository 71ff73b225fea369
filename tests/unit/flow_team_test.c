/* SPDX-License-Identifier: Apache-2.0 */
/* Who does the work: rules, assignments over ledgers, substitutes, dated intervals, what a change of owner does. */
#include "flow_playbooks.h"

#define DAY TRIP_DAY
#define HOUR TRIP_HOUR
#define TEN (TRIP_START + 10 * TRIP_HOUR)

#define DOCUMENT(team) \
    "{`csuccess`:1,`attributes`:{`arr`:{`type`:`number`},`csm_id`:{`type`:`string`}}," \
    "`team`:{" team "}," \
    "`playbooks`:{`p`:{`steps`:{`a`:{`type`:`call`},`b`:{`type`:`call`,`role`:`renewals`}}}," \
    "`q`:{`owner`:`manager`,`steps`:{`c`:{`type`:`call`}}}}}"
#define MEMBERS \
    "`members`:{`ann`:{`roles`:[`csm`,`renewals`],`lead`:`eve`,`away`:[[`2026-02-01`," \
    "`2026-02-10`]],`substitute`:`ben`}," \
    "`ben`:{`roles`:[`csm`,`renewals`],`away`:[[`2026-02-05`,`2026-02-10`]],`substitute`:" \
    "`cem`},`cem`:{`roles`:[`csm`],`lead`:`fay`},`eve`:{`roles`:[`manager`]},`fay`:{`roles`:" \
    "[`manager`]}}"

static void set_csm(office *o, const char *name)
{
    trip_set(&o->t, "csm_id",
             name ? trip_text(&o->t, name) : csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET));
}

static csuccess_str owner_of(office *o, const char *step)
{
    csuccess__task task = {.owner = {"", 0}};
    csuccess_str id = office_find(o, step);
    CHECK(csuccess__task_get(&o->t.step, id, &task));
    return task.owner;
}

static const char *start(office *o, int64_t now, const char *playbook)
{
    char text[64];
    snprintf(text, sizeof text, "`playbook`:`%s`", playbook);
    return office_say(o, now, "playbook", "start", text);
}

static void the_attribute_names_the_owner(void)
{
    office o;
    CHECK_OK(
        office_open(&o, DOCUMENT(MEMBERS ",`owners`:{`csm`:{`attribute`:`csm_id`}}"), NULL));
    TOLD(office_step(&o, TEN, NULL), "");
    set_csm(&o, "zoe"); /* any text */
    TOLD(office_step(&o, TEN + HOUR, NULL), "O csm zoe");
    TOLD(start(&o, TEN + HOUR, "p"), "p:started | a+ zoe | b+");
    set_csm(&o, NULL); /* missing is not nobody */
    TOLD(office_step(&o, TEN + 2 * HOUR, NULL), "");
    set_csm(&o, "cem");
    TOLD(office_step(&o, TEN + 3 * HOUR, NULL), "O csm cem<zoe | a reassigned cem");
    CHECK_STR(owner_of(&o, "a"), "cem");
    office_close(&o);
}

static void open_work_may_stay(void)
{
    office o;
    CHECK_OK(office_open(&o,
                         DOCUMENT(MEMBERS ",`owners`:{`csm`:{`attribute`:`csm_id`}},"
                                          "`on_change`:`keep`"),
                         NULL));
    set_csm(&o, "ann");
    CHECK(start(&o, TEN, "p") != NULL);
    set_csm(&o, "ben");
    TOLD(office_step(&o, TEN + HOUR, NULL), "O csm ben<ann");
    CHECK_STR(owner_of(&o, "a"), "ann");
    office_close(&o);
}

static void a_task_may_ask(void)
{
    office o;
    CHECK_OK(office_open(&o,
                         DOCUMENT(MEMBERS ",`owners`:{`csm`:{`attribute`:`csm_id`}},"
                                          "`on_change`:`ask`"),
                         NULL));
    set_csm(&o, "ann");
    CHECK(start(&o, TEN, "p") != NULL);
    set_csm(&o, "ben");
    TOLD(office_step(&o, TEN + HOUR, NULL), "O csm ben<ann | ask+ ben");
    CHECK_STR(owner_of(&o, "a"), "ann");
    TOLD(office_task_word(&o, TEN + 2 * HOUR, "complete", "ask", ""),
         "ask completed | a reassigned ben");
    set_csm(&o, "cem");
    TOLD(office_step(&o, TEN + 3 * HOUR, NULL), "O csm cem<ben | ask+ cem");
    TOLD(office_task_word(&o, TEN + 4 * HOUR, "complete", "ask", ",`outcome`:`unsuccessful`"),
         "ask completed");
    CHECK_STR(owner_of(&o, "a"), "ben");
    office_close(&o);
}

static void people_assign_and_release(void)
{
    office o;
    CHECK_OK(
        office_open(&o, DOCUMENT(MEMBERS ",`owners`:{`csm`:{`attribute`:`csm_id`}}"), NULL));
    set_csm(&o, "ann");
    CHECK(start(&o, TEN, "p") != NULL);
    TOLD(office_say(&o, TEN + HOUR, "owner", "assign", "`role`:`csm`,`to`:`cem`"),
         "O csm cem<ann | a reassigned cem");
    TOLD(office_say(&o, TEN + HOUR, "owner", "assign", "`role`:`csm`,`to`:`cem`"), "");
    CHECK_RESULT(o.applied, CSUCCESS_UNCHANGED);
    set_csm(&o, "ben"); /* what is kept comes first */
    TOLD(office_step(&o, TEN + 2 * HOUR, NULL), "");
    TOLD(office_say(&o, TEN + 3 * HOUR, "owner", "release", "`role`:`csm`"),
         "O csm <cem | O csm ben<cem | a reassigned ben");
    TOLD(office_say(&o, TEN + 3 * HOUR, "owner", "release", "`role`:`csm`"), "");
    CHECK_RESULT(o.applied, CSUCCESS_UNCHANGED);
    static const char *const wrong[] = {
        "`role`:`boss`,`to`:`ann`", "`role`:`csm`",
        "`role`:`csm`,`to`:`ann`,`from`:`2027-01-01T00:00:00Z`"};
    for (size_t i = 0; i < 3; i++) {
        TOLD(office_say(&o, TEN + 4 * HOUR, "owner", "assign", wrong[i]), "");
        CHECK_RESULT(o.applied, CSUCCESS_ERANGE);
        CHECK(o.reason[0] != '\0');
    }
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__json_writer w;
    csuccess__json_writer_init(&w, &out);
    csuccess__state_field field = {.name = CSUCCESS_STR("csm")};
    field.payload = csuccess__state_get(&o.t.state, CSUCCESS__STATE_OWNER, field.name);
    csuccess__owner_print(&w, &field);
    CHECK_STR(csuccess__buffer_view(&out),
              "[{\"owner\":\"ann\",\"from\":\"2026-01-01T10:00:00Z\",\"until\":"
              "\"2026-01-01T11:00:00Z\",\"by\":\"rule\"},{\"owner\":\"cem\",\"from\":"
              "\"2026-01-01T11:00:00Z\",\"until\":\"2026-01-01T13:00:00Z\",\"by\":\"input\"},"
              "{\"owner\":\"ben\",\"from\":\"2026-01-01T13:00:00Z\",\"until\":null,\"by\":"
              "\"rule\"}]");
    csuccess__buffer_free(&out);
    office_close(&o);
}

/* From a day in the past: what lay behind it is replaced. */
static void an_assignment_may_be_dated(void)
{
    office o;
    csuccess__ownership kept;
    CHECK_OK(office_open(&o, DOCUMENT(MEMBERS), NULL));
    CHECK(office_say(&o, TEN, "owner", "assign", "`role`:`csm`,`to`:`ann`") != NULL);
    CHECK(office_say(&o, TEN + 5 * DAY, "owner", "assign", "`role`:`csm`,`to`:`ben`") != NULL);
    CHECK(office_say(&o, TEN + 9 * DAY, "owner", "assign",
                     "`role`:`csm`,`to`:`cem`,`from`:`2026-01-03T00:00:00Z`") != NULL);
    CHECK(csuccess__ownership_parse(
        &kept, csuccess__state_get(&o.t.state, CSUCCESS__STATE_OWNER, CSUCCESS_STR("csm"))));
    CHECK_UINT(kept.count, 2);
    CHECK_STR(kept.list[0].owner, "ann");
    CHECK_INT(kept.list[0].until, TRIP_START + 2 * DAY);
    CHECK_STR(kept.list[1].owner, "cem");
    CHECK_INT(kept.list[1].until, 0);
    office_close(&o);
}

static void intervals_are_bounded(void)
{
    office o;
    csuccess__ownership kept;
    CHECK_OK(office_open(&o, DOCUMENT(MEMBERS), NULL));
    for (int i = 0; i < 100; i++) {
        const char *to = i % 2 ? "`role`:`csm`,`to`:`ann`" : "`role`:`csm`,`to`:`ben`";
        CHECK(office_say(&o, TEN + i * DAY, "owner", "assign", to) != NULL);
    }
    CHECK(csuccess__ownership_parse(
        &kept, csuccess__state_get(&o.t.state, CSUCCESS__STATE_OWNER, CSUCCESS_STR("csm"))));
    CHECK_UINT(kept.count, CSUCCESS__INTERVALS_MOST);
    CHECK_INT(kept.list[kept.count - 1].from, TEN + 99 * DAY);
    CHECK_INT(kept.list[0].from, TEN + (100 - CSUCCESS__INTERVALS_MOST) * DAY);
    office_close(&o);
}

static void turns_go_round(void)
{
    office o;
    CHECK_OK(office_open(
        &o, DOCUMENT(MEMBERS ",`owners`:{`renewals`:{`assign`:`round_robin`}}"), NULL));
    CHECK(start(&o, TEN, "p") != NULL);
    CHECK_HAS(o.told, "O renewals ann | b+ ann");
    CHECK_INT(office_sum(&o, "turn/renewals"), 1);
    TOLD(office_say(&o, TEN, "playbook", "cancel", "`playbook`:`p`") ? "" : "x", "");
    CHECK(start(&o, TEN + DAY, "p") != NULL); /* kept: no turn is taken */
    CHECK_HAS(o.told, "b+ ann");
    CHECK_INT(office_sum(&o, "turn/renewals"), 1);
    office_close(&o);
    /* another customer, on a day when both are away but for the second */
    CHECK_OK(office_open(
        &o, DOCUMENT(MEMBERS ",`owners`:{`renewals`:{`assign`:`round_robin`}}"), NULL));
    CHECK(start(&o, TRIP_START + 32 * DAY, "p") != NULL); /* 2 February: ann is away */
    CHECK_HAS(o.told, "O renewals ben | b+ ben");
    CHECK_INT(office_sum(&o, "turn/renewals"), 2);
    office_close(&o);
}

static void the_least_loaded_takes_it(void)
{
    office o;
    CHECK_OK(office_open(
        &o, DOCUMENT(MEMBERS ",`owners`:{`csm`:{`attribute`:`csm_id`,`else`:`least_loaded`}}"),
        NULL));
    office_load(&o);
    CHECK_UINT(o.sum_count, 3);
    o.sums[0].sum = 5; /* ann */
    o.sums[1].sum = 3;
    o.sums[2].sum = 3;
    TOLD(start(&o, TEN, "p"), "p:started | O csm ben | a+ ben | b+");
    CHECK_INT(office_sum(&o, "load/ben"), 4);
    set_csm(&o, "ann"); /* what the attribute says comes before what was assigned */
    TOLD(office_step(&o, TEN + HOUR, NULL), "O csm ann<ben | a reassigned ann");
    CHECK_INT(office_sum(&o, "load/ben"), 3);
    CHECK_INT(office_sum(&o, "load/ann"), 6);
    CHECK(office_task_word(&o, TEN + 2 * HOUR, "complete", "a", "") != NULL);
    CHECK_INT(office_sum(&o, "load/ann"), 5);
    office_close(&o);
}

static void revenue_is_counted(void)
{
    office o;
    CHECK_OK(office_open(&o,
                         DOCUMENT(MEMBERS ",`owners`:{`csm`:{`assign`:`least_loaded`,`by`:"
                                          "`revenue`,`weight`:`arr`}}"),
                         NULL));
    office_load(&o);
    o.sums[0].sum = 100;
    trip_set(&o.t, "arr", csuccess__number(2500.4));
    CHECK(start(&o, TEN, "p") != NULL);
    CHECK_HAS(o.told, "O csm ben");
    CHECK_INT(office_sum(&o, "revenue/ben"), 2500);
    trip_set(&o.t, "arr", csuccess__number(3000));
    CHECK(office_step(&o, TEN + HOUR, NULL) != NULL);
    CHECK_INT(office_sum(&o, "revenue/ben"), 3000);
    CHECK(office_say(&o, TEN + 2 * HOUR, "owner", "assign", "`role`:`csm`,`to`:`cem`") != NULL);
    CHECK_INT(office_sum(&o, "revenue/ben"), 0);
    CHECK_INT(office_sum(&o, "revenue/cem"), 3000);
    office_close(&o);
}

static void leads_follow(void)
{
    office o;
    CHECK_OK(office_open(&o,
                         DOCUMENT(MEMBERS ",`owners`:{`csm`:{`attribute`:`csm_id`},`manager`:"
                                          "{`lead_of`:`csm`}}"),
                         NULL));
    set_csm(&o, "ann");
    TOLD(start(&o, TEN, "q"), "O csm ann | q:started | O manager eve | c+ eve");
    set_csm(&o, "cem");
    TOLD(office_step(&o, TEN + DAY, NULL),
         "O csm cem<ann | O manager fay<eve | c reassigned fay");
    office_close(&o);
}

/* 2 February: ann is away, ben stands in; on the 6th he is away too, and cem does. */
static void substitutes_stand_in(void)
{
    office o;
    CHECK_OK(office_open(&o, DOCUMENT(MEMBERS ",`owners`:{`csm`:{`member`:`ann`}}"), NULL));
    static const struct {
        int day;
        const char *owner;
    } rows[] = {{30, "ann"}, {31, "ben"}, {35, "cem"}, {39, "cem"}, {40, "ann"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK(start(&o, TRIP_START + rows[i].day * DAY, "p") != NULL);
        CHECK_STR(owner_of(&o, "a"), rows[i].owner);
        CHECK(office_say(&o, TRIP_START + rows[i].day * DAY, "playbook", "cancel",
                         "`playbook`:`p`") != NULL);
        CHECK(office_step(&o, TRIP_START + rows[i].day * DAY + HOUR, NULL) != NULL);
    }
    office_close(&o);
}

static void history_assigns_nobody(void)
{
    office o;
    CHECK_OK(
        office_open(&o, DOCUMENT(MEMBERS ",`owners`:{`csm`:{`assign`:`least_loaded`}}"), NULL));
    o.t.step.quiet = true;
    TOLD(office_say(&o, TEN, "task", "create", "`title`:`Wave`"), "Wave+");
    CHECK_INT(office_sum(&o, "load/ann"), 0);
    CHECK(office_say(&o, TEN, "task", "reassign", "`owner`:`none`,`to`:`ann`") != NULL);
    TOLD(office_task_word(&o, TEN, "reassign", "Wave", ",`to`:`ann`"), "Wave reassigned ann");
    CHECK_INT(office_sum(&o, "load/ann"), 0);
    o.t.step.quiet = false;
    TOLD(office_step(&o, TEN + HOUR, NULL), "");
    CHECK_INT(office_sum(&o, "load/ann"), 1); /* counted once history is in */
    office_close(&o);
}

static void problems_have_places(void)
{
    static const struct {
        const char *team, *pointer, *message;
    } rows[] = {
        {"`members`:{`ann`:{`lead`:`eva`},`eve`:{}}", "/team/members/ann/lead", "eve"},
        {"`members`:{`ann`:{`substitute`:`ann`}}", "/team/members/ann/substitute",
         "themselves"},
        {"`members`:{`ann`:{`away`:[[`2026-02-03`,`2026-02-01`]]}}", "/team/members/ann/away/0",
         "in order"},
        {"`members`:{`ann`:{`roles`:`csm`}}", "/team/members/ann/roles", "list"},
        {"`owners`:{`csm`:{}}", "/team/owners/csm", "one rule"},
        {"`owners`:{`csm`:{`attribute`:`csm_id`,`member`:`ann`}}", "/team/owners/csm",
         "one rule"},
        {"`owners`:{`csm`:{`attribute`:`arr`}}", "/team/owners/csm/attribute", "string"},
        {"`owners`:{`csm`:{`assign`:`round_robin`}}", "/team/owners/csm", "no member"},
        {"`owners`:{`csm`:{`lead_of`:`manager`},`manager`:{`lead_of`:`csm`}}",
         "/team/owners/csm", "circle"},
        {"`owners`:{`csm`:{`lead_of`:`boss`}}", "/team/owners/csm/lead_of", "boss"},
        {"`members`:{`ann`:{`roles`:[`csm`]}},`owners`:{`csm`:{`assign`:`least_loaded`,`by`:"
         "`revenue`}}",
         "/team/owners/csm", "weight"},
        {"`on_change`:`hand_over`", "/team/on_change", ""},
        {"`member`:{}", "/team/member", "members"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[2048];
        csuccess_config *config = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        snprintf(text, sizeof text,
                 "{`csuccess`:1,`attributes`:{`arr`:{`type`:`number`},`csm_id`:{`type`:"
                 "`string`}},`team`:{%s}}",
                 rows[i].team);
        CHECK(trip_compile(&config, text, csuccess__malloc_allocator(), &err) < 0);
        bool good = CHECK_CSTR(err.pointer, rows[i].pointer);
        good = CHECK_HAS(err.message, rows[i].message) && good;
        if (!good) printf("# row %zu: %s\n", i, err.message);
        csuccess_config_unref(config);
    }
}

static void damage_is_told(void)
{
    office o;
    CHECK_OK(office_open(&o, DOCUMENT(MEMBERS ",`owners`:{`csm`:{`member`:`ann`}}"), NULL));
    CHECK(start(&o, TEN, "p") != NULL);
    CHECK(csuccess__state_put(&o.t.state, CSUCCESS__STATE_OWNER, CSUCCESS_STR("csm"),
                              CSUCCESS_STR("\1\3ann")));
    CHECK(office_step(&o, TEN + DAY, NULL) == NULL);
    CHECK_RESULT(o.t.step.failed, CSUCCESS_ESTATE);
    office_close(&o);
}

static csuccess_result live_through(check_memory *memory, void *ud)
{
    office o;
    (void)ud;
    csuccess_result result =
        office_open(&o,
                    DOCUMENT(MEMBERS ",`owners`:{`csm`:{`attribute`:`csm_id`,`else`:"
                                     "`least_loaded`},`manager`:{`lead_of`:`csm`}},"
                                     "`on_change`:`ask`"),
                    &memory->allocator);
    bool good = result >= 0;
    if (good) good = start(&o, TEN, "p") != NULL;
    if (good) set_csm(&o, "cem");
    if (good) good = office_step(&o, TEN + HOUR, NULL) != NULL;
    if (good) good = office_task_word(&o, TEN + HOUR, "complete", "ask", "") != NULL;
    if (good) good = start(&o, TEN, "q") != NULL;
    if (result >= 0 && !good) result = CSUCCESS_ENOMEM;
    office_close(&o);
    return result;
}

static void memory_may_run_out(void)
{
    CHECK(check_faults(live_through, NULL) > 50);
}

CHECK_MAIN(CHECK_TEST(the_attribute_names_the_owner), CHECK_TEST(open_work_may_stay),
           CHECK_TEST(a_task_may_ask), CHECK_TEST(people_assign_and_release),
           CHECK_TEST(an_assignment_may_be_dated), CHECK_TEST(intervals_are_bounded),
           CHECK_TEST(turns_go_round), CHECK_TEST(the_least_loaded_takes_it),
           CHECK_TEST(revenue_is_counted), CHECK_TEST(leads_follow),
           CHECK_TEST(substitutes_stand_in), CHECK_TEST(history_assigns_nobody),
           CHECK_TEST(problems_have_places), CHECK_TEST(damage_is_told),
           CHECK_TEST(memory_may_run_out))

/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks: what people say of them, reminders, and what a damaged one does, as docs/reference/flow.md has it. */
#include "flow_playbooks.h"

#define DAY TRIP_DAY
#define HOUR TRIP_HOUR
#define TEN (TRIP_START + 10 * TRIP_HOUR)

static const char document[] =
    "{`csuccess`:1,`attributes`:{`x`:{`type`:`number`}},`channels`:{`slack`:{}},"
    "`team`:{`members`:{`ann`:{`roles`:[`csm`]},`ben`:{`roles`:[`csm`]}},"
    "`owners`:{`csm`:{`member`:`ann`}}},"
    "`playbooks`:{`p`:{`reminders`:{`before`:`P1D`,`overdue`:`P2D`,`channel`:`slack`},"
    "`steps`:{`call`:{`type`:`call`,`due_days`:3},"
    "`doc`:{`type`:`internal_task`,`artifacts`:[`one`,`two`]}}}}}";

static void open_office(office *o)
{
    CHECK_OK(office_open(o, document, NULL));
    TOLD(office_say(o, TEN, "playbook", "start", "`playbook`:`p`"),
         "p:started | O csm ann | call+ 01-04 10:00 ann | doc+ ann | M slack | M slack");
}

static csuccess__task task_of(office *o, const char *step)
{
    csuccess__task task = {.minutes = UINT32_MAX};
    CHECK(csuccess__task_get(&o->t.step, office_find(o, step), &task));
    return task;
}

/* A word, what is said with it, what comes of it: the result, and what is told. */
typedef struct row {
    const char *word, *more;
    csuccess_result result;
    const char *told;
} row;

static void walk(const row *rows, size_t count, const char *step)
{
    office o;
    open_office(&o);
    for (size_t i = 0; i < count; i++) {
        TOLD(office_task_word(&o, TEN + HOUR, rows[i].word, step, rows[i].more), rows[i].told);
        if (!CHECK_RESULT(o.applied, rows[i].result)) printf("# row %zu: %s\n", i, o.reason);
        CHECK(o.applied != CSUCCESS_ERANGE || o.reason[0]);
        CHECK_OK(trip_restore(&o.t));
    }
    office_close(&o);
}
#define WALK(step, ...) \
    do { \
        static const row rows_[] = {__VA_ARGS__}; \
        walk(rows_, sizeof rows_ / sizeof rows_[0], (step)); \
    } while (0)

static void states_follow_words(void)
{
    WALK("call", {"unblock", "", CSUCCESS_UNCHANGED, ""},
         {"reopen", "", CSUCCESS_UNCHANGED, ""}, {"start", "", CSUCCESS_OK, "call started"},
         {"start", "", CSUCCESS_UNCHANGED, ""},
         {"block", ",`reason`:`no answer`", CSUCCESS_OK, "call blocked"},
         {"block", "", CSUCCESS_UNCHANGED, ""}, {"start", "", CSUCCESS_ERANGE, ""},
         {"complete", "", CSUCCESS_ERANGE, ""}, /* blocked: unblock it first */
         {"unblock", "", CSUCCESS_OK, "call unblocked"},
         {"complete", ",`outcome`:`done`", CSUCCESS_ERANGE, ""},
         {"complete", ",`outcome`:`unsuccessful`", CSUCCESS_OK, "call completed"},
         {"complete", ",`outcome`:`unsuccessful`", CSUCCESS_UNCHANGED, ""}, /* twice */
         {"complete", ",`outcome`:`successful`", CSUCCESS_ERANGE, ""},
         {"cancel", "", CSUCCESS_ERANGE, ""}, {"start", "", CSUCCESS_ERANGE, ""},
         {"snooze", ",`until`:`2026-01-02T00:00:00Z`", CSUCCESS_ERANGE, ""},
         {"log", ",`minutes`:5", CSUCCESS_OK, "call logged"},
         {"reopen", "", CSUCCESS_OK, "call reopened"},
         {"cancel", "", CSUCCESS_OK, "call cancelled"}, {"cancel", "", CSUCCESS_UNCHANGED, ""},
         {"complete", "", CSUCCESS_ERANGE, ""});
}

static void words_need_what_they_need(void)
{
    WALK("call", {"snooze", "", CSUCCESS_ERANGE, ""},
         {"snooze", ",`until`:`2025-12-01T00:00:00Z`", CSUCCESS_ERANGE, ""},
         {"snooze", ",`until`:`2026-01-02T00:00:00Z`,`reason`:`away`", CSUCCESS_OK,
          "call snoozed"},
         {"snooze", ",`until`:`2026-01-02T00:00:00Z`", CSUCCESS_UNCHANGED, ""},
         {"move", "", CSUCCESS_ERANGE, ""},
         {"move", ",`due`:`2026-01-20T00:00:00Z`", CSUCCESS_OK, "call moved 01-20"},
         {"move", ",`due`:`2026-01-20T00:00:00Z`", CSUCCESS_UNCHANGED, ""},
         {"reassign", "", CSUCCESS_ERANGE, ""},
         {"reassign", ",`to`:`ben`", CSUCCESS_OK, "call reassigned ben | M slack"},
         {"reassign", ",`to`:`ben`", CSUCCESS_UNCHANGED, ""}, {"log", "", CSUCCESS_ERANGE, ""},
         {"log", ",`minutes`:-1", CSUCCESS_ERANGE, ""},
         {"log", ",`minutes`:1.5", CSUCCESS_ERANGE, ""},
         {"log", ",`minutes`:30", CSUCCESS_OK, "call logged"},
         {"attach", "", CSUCCESS_ERANGE, ""},
         {"attach", ",`artifacts`:`x`", CSUCCESS_ERANGE, ""},
         {"attach", ",`artifacts`:[1]", CSUCCESS_ERANGE, ""},
         {"attach", ",`artifacts`:[`x`]", CSUCCESS_OK, "call attached"},
         {"attach", ",`artifacts`:[`x`]", CSUCCESS_UNCHANGED, ""},
         {"finish", "", CSUCCESS_ERANGE, ""});
}

static void artifacts_gate(void)
{
    WALK("doc", {"complete", "", CSUCCESS_ERANGE, ""},
         {"complete", ",`artifacts`:[`one`]", CSUCCESS_ERANGE, ""},
         {"attach", ",`artifacts`:[`one`]", CSUCCESS_OK, "doc attached"},
         {"complete", "", CSUCCESS_ERANGE, ""},
         {"complete", ",`artifacts`:[`two`],`minutes`:12", CSUCCESS_OK, "doc completed"});
}

static void time_adds_up(void)
{
    office o;
    open_office(&o);
    CHECK(office_task_word(&o, TEN, "log", "call", ",`minutes`:20") != NULL);
    CHECK(office_task_word(&o, TEN, "log", "call", ",`minutes`:10") != NULL);
    CHECK(office_task_word(&o, TEN, "complete", "call", ",`minutes`:5") != NULL);
    csuccess__task task = task_of(&o, "call");
    CHECK_UINT(task.minutes, 35);
    CHECK_INT(task.outcome, CSUCCESS__TASK_SUCCESSFUL);
    CHECK_INT(task.ended_at, TEN);
    office_close(&o);
}

/* Due on the 4th: reminded a day before, said to be overdue then, reminded every two days after it; a late look counts once. */
static void people_are_reminded(void)
{
    office o;
    open_office(&o);
    CHECK_INT(o.t.step.due, TEN + 2 * DAY);
    TOLD(office_step(&o, TEN + 2 * DAY, NULL), "call reminded | M slack");
    CHECK_INT(o.t.step.due, TEN + 3 * DAY);
    TOLD(office_step(&o, TEN + 3 * DAY, NULL), "call overdue");
    CHECK_INT(o.t.step.due, TEN + 5 * DAY);
    TOLD(office_step(&o, TEN + 5 * DAY, NULL), "call reminded | M slack");
    TOLD(office_step(&o, TEN + 10 * DAY, NULL), "call reminded | M slack");
    CHECK_INT(o.t.step.due, TEN + 11 * DAY);
    uint32_t overdue =
        csuccess__schema_find(trip_now(&o.t)->schema, CSUCCESS_STR("tasks.overdue"), NULL);
    uint32_t open =
        csuccess__schema_find(trip_now(&o.t)->schema, CSUCCESS_STR("tasks.open"), NULL);
    CHECK_NUM(o.t.slots[overdue].as.number, 1, 0);
    CHECK_NUM(o.t.slots[open].as.number, 2, 0);
    TOLD(office_task_word(&o, TEN + 10 * DAY, "snooze", "call",
                          ",`until`:`2026-01-20T10:00:00Z`,`reason`:`holiday`"),
         "call snoozed");
    CHECK_NUM(o.t.slots[overdue].as.number, 0, 0);
    TOLD(office_step(&o, TEN + 12 * DAY, NULL), "");
    TOLD(office_step(&o, TEN + 19 * DAY, NULL), "call woke | call reminded | M slack");
    CHECK_UINT(task_of(&o, "call").reminded,
               5); /* once that it is there, four times of its date */
    CHECK(office_task_word(&o, TEN + 20 * DAY, "complete", "call", "") != NULL);
    TOLD(office_step(&o, TEN + 30 * DAY, NULL), "");
    office_close(&o);
}

/* Nobody is told for ever; a new date, or a task that is handed over, is another matter. */
static void reminders_come_to_an_end(void)
{
    office o;
    CHECK_OK(office_open(&o,
                         "{`csuccess`:1,`attributes`:{`x`:{`type`:`number`}},`channels`:{"
                         "`slack`:{}},`team`:{`members`:{`ann`:{`roles`:[`csm`]}},`owners`:{"
                         "`csm`:{`member`:`ann`}}},`playbooks`:{`p`:{`reminders`:{`overdue`:"
                         "`P2D`,`most`:2,`channel`:`slack`},`steps`:{`call`:{`type`:`call`,"
                         "`due_days`:3}}}}}",
                         NULL));
    TOLD(office_say(&o, TEN, "playbook", "start", "`playbook`:`p`"),
         "p:started | O csm ann | call+ 01-04 10:00 ann | M slack");
    TOLD(office_step(&o, TEN + 3 * DAY, NULL), "call overdue");
    TOLD(office_step(&o, TEN + 5 * DAY, NULL), "call reminded | M slack");
    CHECK_OK(trip_restore(&o.t));
    TOLD(office_step(&o, TEN + 7 * DAY, NULL), "call reminded | M slack");
    CHECK(o.t.step.due > TEN + 9 * DAY);
    TOLD(office_step(&o, TEN + 90 * DAY, NULL), "");
    TOLD(office_task_word(&o, TEN + 90 * DAY, "log", "call", ",`minutes`:5"), "call logged");
    TOLD(office_step(&o, TEN + 100 * DAY, NULL), "");
    TOLD(office_task_word(&o, TEN + 100 * DAY, "move", "call", ",`due`:`2026-04-13T10:00:00Z`"),
         "call moved 04-13 10:00");
    TOLD(office_step(&o, TEN + 102 * DAY, NULL), "call overdue");
    TOLD(office_step(&o, TEN + 104 * DAY, NULL), "call reminded | M slack");
    CHECK_UINT(task_of(&o, "call").pressed, 1);
    office_close(&o);
}

/* What `most` and the period are without a word of them, for a playbook and for a step of it. */
static void reminders_have_defaults(void)
{
    static const struct {
        const char *playbook, *step;
        int64_t overdue;
        uint32_t most;
    } rows[] = {
        {"", "", 0, 5},
        {"`reminders`:{`before`:`P1D`},", "", 0, 5},
        {"`reminders`:{`channel`:`slack`},", "", 3 * DAY, 5},
        {"`reminders`:{`channel`:`slack`,`most`:0},", "", 3 * DAY, 0},
        {"`reminders`:{`overdue`:`PT5H`,`most`:1000},", "", 5 * HOUR, 1000},
        {"`reminders`:{`overdue`:`PT5H`,`most`:7},", ",`reminders`:{`channel`:`slack`}",
         5 * HOUR, 7},
        {"", ",`reminders`:{`channel`:`slack`,`most`:1}", 3 * DAY, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[512];
        office o;
        snprintf(text, sizeof text,
                 "{`csuccess`:1,`attributes`:{`x`:{`type`:`number`}},`channels`:{`slack`:{}},"
                 "`schedule`:{`reminders`:`P3D`},`playbooks`:{`p`:{%s`steps`:{`call`:{`type`:"
                 "`call`,`due_days`:3%s}}}}}",
                 rows[i].playbook, rows[i].step);
        CHECK_OK(office_open(&o, text, NULL));
        CHECK(office_say(&o, TEN, "playbook", "start", "`playbook`:`p`") != NULL);
        csuccess__task task = task_of(&o, "call");
        CHECK_INT(task.reminders.overdue_ms, rows[i].overdue);
        CHECK_UINT(task.reminders.most, rows[i].most);
        office_close(&o);
    }
}

static bool is_told_of(const office *o, const char *step)
{
    bool found = false;
    for (uint32_t i = 0; i < o->t.effects.message_count; i++) {
        if (!csuccess__str_is(o->t.effects.messages[i].step, step)) continue;
        if (found) return false; /* twice */
        found = true;
    }
    return found;
}

/* The name of a message's step has eight digits of the task's id, and as many more as it takes to tell it from the others. */
static void short_names_tell_tasks_apart(void)
{
    static const char *const ids[] = {
        "1234567800000000000000000000000000000000000000000000000000000000",
        "1234567811000000000000000000000000000000000000000000000000000000",
        "1234567811110000000000000000000000000000000000000000000000000000",
        "1234567811110000000000000000000000000000000000000000000000000001",
        "1234567911110000000000000000000000000000000000000000000000000001"};
    static const char *const names[] = {
        "call/123456780", "call/12345678110",
        "call/1234567811110000000000000000000000000000000000000000000000000000",
        "call/1234567811110000000000000000000000000000000000000000000000000001",
        "call/12345679"};
    office o;
    open_office(&o);
    csuccess_str id = office_find(&o, "call");
    csuccess_str payload = csuccess__state_get(&o.t.state, CSUCCESS__STATE_TASK, id);
    payload = csuccess__arena_copy(&o.t.arena, payload);
    csuccess__state_drop(&o.t.state, CSUCCESS__STATE_TASK, id);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        CHECK(
            csuccess__state_put(&o.t.state, CSUCCESS__STATE_TASK, check_view(ids[i]), payload));
    }
    TOLD(office_step(&o, TEN + 2 * DAY, NULL),
         "call reminded | call reminded | call reminded | call reminded | call reminded | "
         "M slack | M slack | M slack | M slack | M slack");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!CHECK(is_told_of(&o, names[i]))) printf("# %s\n", names[i]);
    }
    office_close(&o);
}

static void each_reminder_has_an_id_of_its_own(void)
{
    office o;
    open_office(&o);
    CHECK(office_step(&o, TEN + 2 * DAY, NULL) != NULL);
    CHECK(office_step(&o, TEN + 5 * DAY, NULL) != NULL);
    const csuccess__effects *out = &o.t.effects;
    CHECK_UINT(out->message_count, 4);
    for (uint32_t i = 0; i < out->message_count; i++) {
        CHECK(out->messages[i].internal);
        CHECK_STR(out->messages[i].definition, "playbook/p");
        for (uint32_t k = 0; k < i; k++) {
            bool same = csuccess__str_eq(out->messages[i].step, out->messages[k].step) &&
                        out->messages[i].occurrence == out->messages[k].occurrence;
            CHECK(!same);
        }
    }
    office_close(&o);
}

static void many_at_once_or_none(void)
{
    office o;
    char text[512];
    open_office(&o);
    TOLD(office_say(&o, TEN, "task", "complete", "`playbook`:`p`"), "");
    CHECK_RESULT(o.applied,
                 CSUCCESS_ERANGE); /* one of them lacks its artifacts: none is done */
    CHECK_INT(task_of(&o, "call").state, CSUCCESS__TASK_PENDING);
    CHECK(office_say(&o, TEN, "task", "start", "`owner`:`ann`") != NULL);
    CHECK_INT(task_of(&o, "call").state, CSUCCESS__TASK_IN_PROGRESS);
    CHECK_INT(task_of(&o, "doc").state, CSUCCESS__TASK_IN_PROGRESS);
    TOLD(office_say(&o, TEN, "task", "start", "`owner`:`zoe`"), "");
    CHECK_RESULT(o.applied, CSUCCESS_UNCHANGED);
    csuccess_str id = office_find(&o, "call");
    snprintf(text, sizeof text, "`task`:[`%.*s`,`nobody`],`to`:`ben`", (int)id.len, id.ptr);
    TOLD(office_say(&o, TEN, "task", "reassign", text), "");
    CHECK_RESULT(o.applied, CSUCCESS_ERANGE);
    CHECK_HAS(o.reason, "nobody");
    TOLD(office_say(&o, TEN, "task", "complete", ""), "");
    CHECK_RESULT(o.applied, CSUCCESS_ERANGE);
    CHECK(office_say(&o, TEN, "task", "reassign", "`playbook`:`p`,`to`:`ben`") != NULL);
    CHECK_STR(task_of(&o, "call").owner, "ben");
    CHECK_STR(task_of(&o, "doc").owner, "ben");
    office_close(&o);
}

static void tasks_are_named_by_what_they_are_of(void)
{
    office o;
    open_office(&o);
    TOLD(office_say(&o, TEN, "task", "start", "`task`:{`journey`:`p`}"), "");
    CHECK_RESULT(o.applied, CSUCCESS_UNCHANGED);
    TOLD(office_say(&o, TEN, "task", "start", "`task`:{`playbook`:`p`,`step`:`cal`}"), "");
    CHECK_RESULT(o.applied, CSUCCESS_UNCHANGED);
    CHECK(office_say(&o, TEN, "task", "start", "`task`:{`playbook`:`p`,`step`:`call`}") !=
          NULL);
    CHECK_INT(task_of(&o, "call").state, CSUCCESS__TASK_IN_PROGRESS);
    CHECK_INT(task_of(&o, "doc").state, CSUCCESS__TASK_PENDING);
    CHECK(office_say(&o, TEN, "task", "block", "`step`:`doc`,`owner`:`ann`") != NULL);
    CHECK_INT(task_of(&o, "doc").state, CSUCCESS__TASK_BLOCKED);
    TOLD(office_say(&o, TEN, "task", "complete", "`task`:{},`playbook`:`p`"), "");
    CHECK_RESULT(o.applied, CSUCCESS_ERANGE); /* what stands beside `task` selects nothing */
    TOLD(office_say(&o, TEN, "task", "complete", "`task`:{`step`:7}"), "");
    CHECK_RESULT(o.applied, CSUCCESS_ERANGE);
    office_close(&o);
}

static void people_make_tasks(void)
{
    office o;
    open_office(&o);
    TOLD(office_say(&o, TEN, "task", "create",
                    "`title`:`Send flowers`,`kind`:`follow_up`,`due`:`2026-01-05T00:00:00Z`"),
         "Send flowers+ 01-05 ann");
    TOLD(office_say(&o, TEN, "task", "create", "`title`:`Wave`,`owner`:`ben`"), "Wave+ ben");
    TOLD(office_say(&o, TEN, "task", "create", ""), "");
    CHECK_RESULT(o.applied, CSUCCESS_ERANGE);
    TOLD(office_say(&o, TEN, "task", "create", "`title`:`x`,`kind`:`dance`"), "");
    CHECK_RESULT(o.applied, CSUCCESS_ERANGE);
    TOLD(office_task_word(&o, TEN + DAY, "complete", "Send flowers", ""),
         "Send flowers completed");
    CHECK(office_step(&o, TEN + 31 * DAY, NULL) != NULL);
    CHECK(office_find(&o, "Send flowers").len == 0);
    CHECK(office_find(&o, "Wave").len > 0);
    office_close(&o);
}

/* ---- Bytes ---- */

static void damage_is_told(void)
{
    office o;
    open_office(&o);
    csuccess_str id = office_find(&o, "call");
    csuccess_str payload = csuccess__state_get(&o.t.state, CSUCCESS__STATE_TASK, id);
    char bytes[1024];
    size_t len = payload.len;
    memcpy(bytes, payload.ptr, len);
    csuccess__task task;
    for (size_t cut = 0; cut < len; cut++) {
        CHECK(!csuccess__task_parse(&task, (csuccess_str){bytes, cut}));
    }
    CHECK(csuccess__state_put(&o.t.state, CSUCCESS__STATE_TASK, id,
                              (csuccess_str){bytes, len - 1}));
    CHECK(office_step(&o, TEN + DAY, NULL) == NULL);
    CHECK_RESULT(o.t.step.failed, CSUCCESS_ESTATE);
    csuccess__buffer out;
    csuccess__json_writer w;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__json_writer_init(&w, &out);
    csuccess__state_field field = {.name = id, .payload = {bytes, len - 1}};
    csuccess__task_print(&w, &field);
    CHECK_STR(csuccess__buffer_view(&out), "\"(damaged)\"");
    csuccess__buffer_free(&out);
    office_close(&o);
}

static void it_prints(void)
{
    office o;
    open_office(&o);
    csuccess__buffer out;
    csuccess__json_writer w;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__json_writer_init(&w, &out);
    csuccess__state_field field = {.name = office_find(&o, "doc")};
    field.payload = csuccess__state_get(&o.t.state, CSUCCESS__STATE_TASK, field.name);
    csuccess__task_print(&w, &field);
    const char *text = out.ptr;
    CHECK_HAS(text, "{\"state\":\"pending\",\"kind\":\"internal_task\",\"title\":\"doc\","
                    "\"priority\":\"medium\",\"role\":\"csm\",\"owner\":\"ann\","
                    "\"definition\":\"playbook/p\",\"step\":\"doc\",\"instance\":\"");
    CHECK_HAS(text, "\"starts_at\":\"2026-01-01T10:00:00Z\",\"wanted\":[\"one\",\"two\"]");
    csuccess__buffer_free(&out);
    office_close(&o);
}

static csuccess_result live_through(check_memory *memory, void *ud)
{
    office o;
    (void)ud;
    csuccess_result result = office_open(&o, document, &memory->allocator);
    bool good = result >= 0;
    if (good) good = office_say(&o, TEN, "playbook", "start", "`playbook`:`p`") != NULL;
    if (good) good = office_say(&o, TEN, "task", "create", "`title`:`Wave`") != NULL;
    if (good) good = office_say(&o, TEN, "task", "start", "`owner`:`ann`") != NULL;
    if (good) good = office_task_word(&o, TEN, "attach", "doc", ",`artifacts`:[`one`]") != NULL;
    if (good) good = office_step(&o, TEN + 5 * DAY, NULL) != NULL;
    if (result >= 0 && !good) result = CSUCCESS_ENOMEM;
    office_close(&o);
    return result;
}

static void memory_may_run_out(void)
{
    CHECK(check_faults(live_through, NULL) > 50);
}

CHECK_MAIN(CHECK_TEST(states_follow_words), CHECK_TEST(words_need_what_they_need),
           CHECK_TEST(artifacts_gate), CHECK_TEST(time_adds_up),
           CHECK_TEST(people_are_reminded), CHECK_TEST(reminders_come_to_an_end),
           CHECK_TEST(reminders_have_defaults), CHECK_TEST(short_names_tell_tasks_apart),
           CHECK_TEST(each_reminder_has_an_id_of_its_own), CHECK_TEST(many_at_once_or_none),
           CHECK_TEST(tasks_are_named_by_what_they_are_of), CHECK_TEST(people_make_tasks),
           CHECK_TEST(damage_is_told), CHECK_TEST(it_prints), CHECK_TEST(memory_may_run_out))

/* SPDX-License-Identifier: Apache-2.0 */
/* Playbooks, their steps and tasks with everything that the requirement documents have in their tables (003, 2.2). */
#include "flow_playbooks.h"

static char text[16384];

static const char *const categories[] = {"onboarding", "adoption",          "renewal",
                                         "churn_risk", "expansion",         "escalation",
                                         "qbr",        "executive_sponsor", "custom"};
static const char *const priorities[] = {"low", "medium", "high", "critical"};
static const char *const triggers[] = {
    "{`when`:`health.score < 50`}", "{`event`:`ticket_escalated`}",
    "{`every`:`FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1`}", "{`manual`:true}"};

#define HEAD \
    "{`csuccess`:1,`attributes`:{`x`:{`type`:`number`}}," \
    "`health`:{`profiles`:{`base`:{`score`:{`value`:`x`,`range`:[0,100]}}}}," \
    "`team`:{`members`:{`ann`:{`roles`:[`csm`]}},`owners`:{`csm`:{`member`:`ann`}}},"

static void the_table_of_playbooks(void)
{
    office o;
    size_t used = (size_t)snprintf(text, sizeof text, HEAD "`playbooks`:{");
    for (size_t i = 0; i < 9; i++) {
        used += (size_t)snprintf(
            text + used, sizeof text - used,
            "%s`p%zu`:{`category`:`%s`,`priority`:`%s`,`trigger`:%s,`owner`:`csm`,"
            "`estimated_hours`:%zu.5,`success`:{`within`:`P30D`,`when`:`health.score >= "
            "started('health.score') + 10`},`steps`:{`a`:{`type`:`call`}}}",
            i ? "," : "", i, categories[i], priorities[i % 4], triggers[i % 4], i);
    }
    snprintf(text + used, sizeof text - used, "}}");
    if (!CHECK_OK(office_open(&o, text, NULL))) return;
    const csuccess__playbooks *playbooks = trip_now(&o.t)->flow->playbooks;
    CHECK_UINT(playbooks->count, 9);
    for (uint32_t i = 0; i < 9; i++) {
        const csuccess__playbook *p = &playbooks->list[i];
        CHECK_STR(p->category, categories[i]);
        CHECK_UINT(p->priority, i % 4);
        CHECK(p->has_trigger);
        CHECK_NUM(p->estimated_hours, i + 0.5, 0);
        CHECK(p->success != NULL);
    }
    office_close(&o);
}

static void the_table_of_steps(void)
{
    static const char *const types[] = {"call",          "email",        "meeting",
                                        "internal_task", "product_demo", "training",
                                        "review",        "escalation",   "custom"};
    static const char *const roles[] = {"csm", "manager", "executive"};
    office o;
    size_t used = (size_t)snprintf(text, sizeof text, HEAD "`playbooks`:{`p`:{`steps`:{");
    for (size_t i = 0; i < 9; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "%s`s%zu`:{`type`:`%s`,`role`:`%s`,`days_from_start`:%zu,"
                                 "`due_days`:%zu,`artifacts`:[`doc%zu`]}",
                                 i ? "," : "", i, types[i], roles[i % 3], i, i + 2, i);
    }
    snprintf(text + used, sizeof text - used, "}}}}");
    if (!CHECK_OK(office_open(&o, text, NULL))) return;
    CHECK(office_say(&o, TRIP_START, "playbook", "start", "`playbook`:`p`") != NULL);
    for (uint32_t i = 0; i < 9; i++) {
        char step[8], artifact[16];
        csuccess__task task;
        snprintf(step, sizeof step, "s%u", i);
        snprintf(artifact, sizeof artifact, "doc%u", i);
        CHECK(office_step(&o, TRIP_START + i * TRIP_DAY, NULL) != NULL);
        if (!CHECK(csuccess__task_get(&o.t.step, office_find(&o, step), &task))) continue;
        CHECK_CSTR(csuccess__task_kind_words[task.kind], types[i]);
        CHECK_STR(task.role, roles[i % 3]);
        CHECK_INT(task.starts_at, TRIP_START + i * TRIP_DAY);
        CHECK_INT(task.due_at, TRIP_START + (i + 2) * TRIP_DAY);
        CHECK_STR(task.wanted, artifact);
    }
    office_close(&o);
}

static void the_table_of_tasks(void)
{
    static const char *const kinds[] = {"call",   "email",      "meeting",   "internal",
                                        "review", "escalation", "follow_up", "custom"};
    static const char *const outcomes[] = {"successful", "unsuccessful", "rescheduled",
                                           "no_response"};
    office o;
    CHECK_OK(office_open(&o, HEAD "`playbooks`:{`p`:{`steps`:{`a`:{`type`:`call`}}}}}", NULL));
    for (size_t i = 0; i < 8; i++) {
        char title[16], more[64];
        csuccess__task task;
        snprintf(title, sizeof title, "t%zu", i);
        snprintf(text, sizeof text, "`title`:`t%zu`,`kind`:`%s`", i, kinds[i]);
        CHECK(office_say(&o, TRIP_START, "task", "create", text) != NULL);
        CHECK(csuccess__task_get(&o.t.step, office_find(&o, title), &task));
        CHECK_CSTR(csuccess__task_kind_words[task.kind], kinds[i]);
        CHECK_INT(task.state, CSUCCESS__TASK_PENDING);
        snprintf(more, sizeof more, ",`outcome`:`%s`", outcomes[i % 4]);
        CHECK(office_task_word(&o, TRIP_START, "start", title, "") != NULL);
        CHECK(office_task_word(&o, TRIP_START, "block", title, "") != NULL);
        CHECK(csuccess__task_get(&o.t.step, office_find(&o, title), &task));
        CHECK_INT(task.state, CSUCCESS__TASK_BLOCKED);
        CHECK(office_task_word(&o, TRIP_START, "unblock", title, "") != NULL);
        CHECK(csuccess__task_get(&o.t.step, office_find(&o, title), &task));
        CHECK_INT(task.state, CSUCCESS__TASK_IN_PROGRESS);
        CHECK(office_task_word(&o, TRIP_START, i < 7 ? "complete" : "cancel", title,
                               i < 7 ? more : "") != NULL);
        CHECK(csuccess__task_get(&o.t.step, office_find(&o, title), &task));
        CHECK_INT(task.state, i < 7 ? CSUCCESS__TASK_COMPLETED : CSUCCESS__TASK_CANCELLED);
        CHECK_CSTR(csuccess__task_outcome_words[task.outcome], i < 7 ? outcomes[i % 4] : "");
    }
    office_close(&o);
}

CHECK_MAIN(CHECK_TEST(the_table_of_playbooks), CHECK_TEST(the_table_of_steps),
           CHECK_TEST(the_table_of_tasks))

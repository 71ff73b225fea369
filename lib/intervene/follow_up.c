/* SPDX-License-Identifier: Apache-2.0 */
/* `follow_up`: the task that always comes some time after an intervention or a campaign. */
#include "calendar/duration_read.h"
#include "intervene/intervene.h"
#include "text/reader.h"

static const csuccess_str none = {"", 0};

/* What is done without a word: after a week, within three days, by the owner. */
static csuccess__follow_up usual(csuccess_str owner)
{
    return (csuccess__follow_up){.after = {.days = 7},
                                 .task = {.kind = CSUCCESS__TASK_KIND_FOLLOW_UP,
                                          .priority = CSUCCESS__PRIORITY_MEDIUM,
                                          .name = CSUCCESS_STR("Follow up"),
                                          .role = owner,
                                          .has_due = true,
                                          .due = {.days = 3},
                                          .calendar = UINT32_MAX}};
}

/* The owner of what is followed up on; it has been checked where it stands. */
static csuccess_str owner_of(const csuccess__json *object)
{
    const csuccess__json *at = csuccess__json_member(object, "owner");
    bool text = at && at->type == CSUCCESS__JSON_STRING && at->string.len > 0;
    return text ? at->string : CSUCCESS_STR("csm");
}

/* A document that extends another cannot say null, which takes away there. */
static bool is_none(const csuccess__json *at)
{
    return at->type == CSUCCESS__JSON_NULL || (at->type == CSUCCESS__JSON_BOOL && !at->boolean);
}

static void read_task(csuccess__task_def *out, struct csuccess__intervene_build *build,
                      const csuccess__json *at)
{
    const csuccess__task_def fallback = *out;
    (void)csuccess__task_def_read(out, build->flow, at);
    if (!csuccess__json_member(at, "kind")) out->kind = fallback.kind;
    if (!csuccess__json_member(at, "owner")) out->role = fallback.role;
    if (!csuccess__json_member(at, "label")) out->name = fallback.name;
    if (out->has_due) return;
    out->has_due = true;
    out->due = fallback.due;
}

void csuccess__follow_up_read(csuccess__follow_up *out, struct csuccess__intervene_build *build,
                              const csuccess__json *object)
{
    static const char *const keys[] = {"after",     "title",       "owner", "kind",
                                       "due",       "priority",    "label", "reminders",
                                       "artifacts", "description", NULL};
    csuccess__problems *problems = build->flow->problems;
    const csuccess__json *at = csuccess__json_member(object, "follow_up");
    *out = usual(owner_of(object));
    if (!at) return;
    out->none = is_none(at);
    if (out->none || !csuccess__read_object(problems, at, keys)) return;
    if (csuccess__json_member(at, "after")) {
        out->after = csuccess__read_period(problems, at, "after", "P7D");
    }
    read_task(&out->task, build, at);
}

int64_t csuccess__follow_up_at(csuccess__turn *t, const csuccess__follow_up *follow_up,
                               int64_t began)
{
    return follow_up->none ? 0 : csuccess__turn_after(t, began, follow_up->after);
}

csuccess_str csuccess__follow_up_make(csuccess__turn *t, const csuccess__follow_up *follow_up,
                                      csuccess_str definition, csuccess_str instance)
{
    const csuccess__task_make make = {.def = &follow_up->task,
                                      .definition = definition,
                                      .step = CSUCCESS_STR("follow_up"),
                                      .instance = instance,
                                      .starts_at = t->m->step->now};
    if (t->m->step->failed < 0) return none;
    return csuccess__task_new(t->m, &make);
}

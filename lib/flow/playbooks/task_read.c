/* SPDX-License-Identifier: Apache-2.0 */
/* What definitions say of tasks: a journey's step, and what a playbook's has in common with it. */
#include "flow/playbooks/task_read.h"

#include "calendar/duration_read.h"
#include "flow/flow.h"
#include "flow/playbooks/task_internal.h"
#include "text/reader.h"

static const csuccess_str none = {"", 0};
static const csuccess__span befores = {"P1D", CSUCCESS__MINUTE_MS, 366 * CSUCCESS__DAY_MS};
static const csuccess__span overdues = {"P1D", CSUCCESS__HOUR_MS, 366 * CSUCCESS__DAY_MS};

static bool lose(csuccess__flow_build *build)
{
    build->problems->lost = true;
    return false;
}

/* ---- Words of others ---- */

void csuccess__read_channel(csuccess__flow_build *build, const csuccess__json *object,
                            const char *key, csuccess_str *out)
{
    csuccess__nearest near;
    const csuccess__json *at = csuccess__json_member(object, key), *channels = build->channels;
    *out = csuccess__read_string(build->problems, object, key, *out);
    if (!at || at->type != CSUCCESS__JSON_STRING || csuccess__json_get(channels, *out)) return;
    csuccess__nearest_start(&near, *out);
    bool may = channels && csuccess__nearest_may(&build->problems->compared, channels->count);
    for (const csuccess__json *c = may ? channels->first : NULL; c; c = c->next) {
        csuccess__nearest_try(&near, c->key);
    }
    csuccess__problem(build->problems, at, CSUCCESS_ENAME,
                      near.best.ptr
                          ? "there is no channel %q in \"channels\" (did you mean %q?)"
                          : "there is no channel %q in the section \"channels\"",
                      *out, near.best);
}

void csuccess__read_role(csuccess__flow_build *build, const csuccess__json *object,
                         const char *key, csuccess_str *out)
{
    const csuccess__json *at = csuccess__json_member(object, key);
    const csuccess__team *team = build->flow->team;
    *out = csuccess__read_string(build->problems, object, key, *out);
    if (!at || at->type != CSUCCESS__JSON_STRING || !team) return;
    if (csuccess__team_has_role(team, *out)) return;
    csuccess__problem(build->problems, at, CSUCCESS_ENAME,
                      "there is no role %q: it is csm, manager, executive, renewals, sales, or "
                      "one that the section \"team\" declares",
                      *out);
}

static uint32_t read_most(csuccess__flow_build *build, const csuccess__json *object,
                          uint32_t fallback)
{
    double most = csuccess__read_number(build->problems, object, "most", fallback, 0,
                                        CSUCCESS__REMINDERS_MOST);
    uint32_t whole = (uint32_t)most;
    if (!(most > whole)) return whole;
    csuccess__problem(build->problems, csuccess__json_member(object, "most"), CSUCCESS_ERANGE,
                      "\"most\" is a whole number of reminders, from 0 to %u",
                      (uint32_t)CSUCCESS__REMINDERS_MOST);
    return fallback;
}

/* schedule.reminders, within what "overdue" may be. */
static int64_t usual_period(const csuccess__flow_build *build)
{
    int64_t every =
        build->reminders_every_ms > 0 ? build->reminders_every_ms : CSUCCESS__DAY_MS;
    return every < overdues.least ? overdues.least : every;
}

csuccess__reminders csuccess__reminders_read(struct csuccess__flow_build *build,
                                             const csuccess__json *object,
                                             const csuccess__reminders *fallback)
{
    static const char *const keys[] = {"before",  "overdue",     "most",
                                       "channel", "description", NULL};
    csuccess__reminders out = {.most = CSUCCESS__REMINDERS_DEFAULT, .channel = none};
    const csuccess__json *at = csuccess__json_member(object, "reminders");
    if (fallback) out = *fallback;
    if (!at || !csuccess__read_object(build->problems, at, keys)) return out;
    out.before_ms = csuccess__read_ms(build->problems, at, "before", out.before_ms, befores);
    out.overdue_ms =
        csuccess__read_ms(build->problems, at, "overdue", out.overdue_ms, overdues);
    out.most = read_most(build, at, out.most);
    csuccess__read_channel(build, at, "channel", &out.channel);
    bool periodic = out.overdue_ms > 0 || csuccess__json_member(at, "overdue");
    if (out.channel.len && !periodic) out.overdue_ms = usual_period(build);
    return out;
}

/* ---- Lists ---- */

/* Strings of a list, each on one line; *count of them. False: no memory. */
static bool read_names(csuccess__flow_build *build, const csuccess__json *list,
                       const csuccess_str **out, uint32_t *count)
{
    csuccess_str *names =
        CSUCCESS__NEW_ARRAY(build->with->arena, csuccess_str, list->count + 1);
    if (!names) return lose(build);
    *count = 0;
    for (const csuccess__json *item = list->first; item; item = item->next) {
        bool text = item->type == CSUCCESS__JSON_STRING && item->string.len > 0;
        if (text && csuccess__str_find(item->string, CSUCCESS_STR("\n")) == SIZE_MAX) {
            names[(*count)++] = item->string;
            continue;
        }
        csuccess__problem(build->problems, item, CSUCCESS_ETYPE,
                          "a string of one line belongs here; this is %s",
                          text ? "a string of several" : csuccess__json_type_name(item));
    }
    *out = names;
    return true;
}

static bool read_artifacts(csuccess__flow_build *build, const csuccess__json *object,
                           csuccess__task_def *out)
{
    const csuccess__json *list =
        csuccess__read_section(build->problems, object, "artifacts", CSUCCESS__JSON_ARRAY);
    if (!list) return true;
    size_t bytes = 0;
    if (!read_names(build, list, &out->artifacts, &out->artifact_count)) return false;
    for (uint32_t i = 0; i < out->artifact_count; i++) bytes += out->artifacts[i].len + 1;
    if (bytes > CSUCCESS__TASK_LIST_MOST) {
        csuccess__problem(build->problems, list, CSUCCESS_ELIMIT,
                          "the names of artifacts have at most %u bytes together",
                          (uint32_t)CSUCCESS__TASK_LIST_MOST);
        out->artifact_count = 0;
    }
    return true;
}

bool csuccess__read_lines(csuccess__flow_build *build, const csuccess__json *object,
                          const char *key, csuccess_str *out)
{
    const csuccess__json *at = csuccess__json_member(object, key);
    const csuccess_str *names = NULL;
    uint32_t count = 0;
    csuccess__buffer text;
    if (!at) return true;
    if (at->type == CSUCCESS__JSON_STRING) {
        *out = at->string;
        return true;
    }
    const csuccess__json *list =
        csuccess__read_section(build->problems, object, key, CSUCCESS__JSON_ARRAY);
    if (!list) return true;
    if (!read_names(build, list, &names, &count)) return false;
    csuccess__buffer_init(&text, build->with->mem, 0);
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0) csuccess__buffer_char(&text, '\n');
        csuccess__buffer_str(&text, names[i]);
    }
    *out = csuccess__arena_copy(build->with->arena, csuccess__buffer_view(&text));
    bool good = text.status >= 0 && out->ptr;
    csuccess__buffer_free(&text);
    return good || lose(build);
}

/* ---- A task ---- */

void csuccess__read_title(csuccess__flow_build *build, const csuccess__json *object,
                          csuccess__task_def *out)
{
    const csuccess__json *title = csuccess__json_member(object, "title");
    out->name = csuccess__read_string(build->problems, object, "label", object->key);
    if (!title) return;
    if (title->type != CSUCCESS__JSON_STRING || title->string.len == 0) {
        csuccess__problem(build->problems, title, CSUCCESS_ETYPE,
                          "\"title\" is a text, such as \"Kickoff call with {{name}}\"");
        return;
    }
    out->title =
        csuccess__template_read(build->with, build->problems, title, CSUCCESS__ESCAPE_TEXT);
}

bool csuccess__task_def_read(csuccess__task_def *out, struct csuccess__flow_build *build,
                             const csuccess__json *object)
{
    uint32_t before = build->problems->errors;
    *out = (csuccess__task_def){.role = CSUCCESS_STR("csm"), .calendar = UINT32_MAX};
    out->kind = (csuccess__task_kind)csuccess__read_word(
        build->problems, object, "kind", csuccess__task_kind_words, CSUCCESS__TASK_KIND_CUSTOM);
    out->priority = (csuccess__priority)csuccess__read_word(build->problems, object, "priority",
                                                            csuccess__priority_words,
                                                            CSUCCESS__PRIORITY_MEDIUM);
    csuccess__read_title(build, object, out);
    csuccess__read_role(build, object, "owner", &out->role);
    out->has_due = csuccess__json_member(object, "due") != NULL;
    out->due = csuccess__read_period(build->problems, object, "due", "P3D");
    out->reminders = csuccess__reminders_read(build, object, NULL);
    if (!read_artifacts(build, object, out)) return false;
    return build->problems->errors == before && !build->problems->lost;
}

static int32_t read_days(csuccess__flow_build *build, const csuccess__json *object,
                         const char *key)
{
    double days = csuccess__read_number(build->problems, object, key, 0, 0, 3660);
    const csuccess__json *at = csuccess__json_member(object, key);
    if (days != (double)(int32_t)days) {
        csuccess__problem(build->problems, at, CSUCCESS_ERANGE,
                          "\"%s\" are whole days, from 0 to 3660", key);
    }
    return (int32_t)days;
}

bool csuccess__step_task_read(csuccess__task_def *out, csuccess__duration *from_start,
                              csuccess__flow_build *build, const csuccess__json *object)
{
    out->kind = (csuccess__task_kind)csuccess__read_word(
        build->problems, object, "type", csuccess__task_kind_words, CSUCCESS__TASK_KIND_CUSTOM);
    if (!csuccess__json_member(object, "type")) {
        csuccess__problem(build->problems, object, CSUCCESS_ECONFIG,
                          "a step needs a \"type\", such as \"call\" or \"meeting\"");
    }
    out->priority = (csuccess__priority)csuccess__read_word(
        build->problems, object, "priority", csuccess__priority_words, (int)out->priority);
    csuccess__read_title(build, object, out);
    csuccess__read_role(build, object, "role", &out->role);
    out->has_due = csuccess__json_member(object, "due_days") != NULL;
    out->due = (csuccess__duration){.days = read_days(build, object, "due_days")};
    *from_start = (csuccess__duration){.days = read_days(build, object, "days_from_start")};
    out->business_days = csuccess__read_bool(build->problems, object, "business_days", false);
    out->reminders = csuccess__reminders_read(build, object, &out->reminders);
    return read_artifacts(build, object, out) &&
           csuccess__read_lines(build, object, "agenda", &out->agenda) &&
           csuccess__read_lines(build, object, "talk_track", &out->talk_track);
}

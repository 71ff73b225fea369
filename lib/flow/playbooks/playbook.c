/* SPDX-License-Identifier: Apache-2.0 */
/* Compiling the section `playbooks`. */
#include "base/digest.h"
#include "calendar/duration_read.h"
#include "flow/flow.h"
#include "flow/playbooks/playbook_internal.h"
#include "flow/playbooks/task_internal.h"
#include "flow/playbooks/task_read.h"
#include "text/reader.h"

static const char *const playbook_keys[] = {
    "category", "priority",    "estimated_hours", "trigger",    "for_each", "owner",
    "calendar", "reason",      "success",         "close_when", "steps",    "reminders",
    "label",    "description", "order",           NULL};
static const char *const step_keys[] = {"type",
                                        "title",
                                        "role",
                                        "due_days",
                                        "days_from_start",
                                        "after",
                                        "optional",
                                        "business_days",
                                        "required",
                                        "artifacts",
                                        "agenda",
                                        "talk_track",
                                        "template",
                                        "channel",
                                        "to",
                                        "purpose",
                                        "every",
                                        "priority",
                                        "reminders",
                                        "label",
                                        "description",
                                        "order",
                                        NULL};
static const char *const success_keys[] = {"within", "when", "description", NULL};
static const char *const categories[] = {
#define CATEGORY(name, text) text,
    CSUCCESS__PLAYBOOK_CATEGORIES(CATEGORY)
#undef CATEGORY
        NULL};
enum { CUSTOM_CATEGORY = sizeof categories / sizeof categories[0] - 2 };
static const csuccess_str none = {"", 0};

static bool lose(csuccess__flow_build *build)
{
    build->problems->lost = true;
    return false;
}

/* ---- Steps ---- */

typedef struct steps_build {
    csuccess__flow_build *build;
    csuccess__playbook *playbook;
    csuccess__playbook_step *list;
} steps_build;

static void read_every(const steps_build *s, csuccess__playbook_step *step)
{
    csuccess__time_error err = {0, NULL};
    const csuccess__json *at = csuccess__json_member(step->at, "every");
    csuccess_str text = csuccess__read_string(s->build->problems, step->at, "every", none);
    if (!at || at->type != CSUCCESS__JSON_STRING) return;
    step->recurs = csuccess__recurrence_parse(&step->every, text, &err);
    if (!step->recurs) {
        csuccess__problem_inside(s->build->problems, at, err.offset, CSUCCESS_ECONFIG,
                                 "%q is no rule: expected %s", text,
                                 err.expected ? err.expected : "a rule of RFC 5545");
    } else if (step->every.count == 0 && !step->every.has_until) {
        csuccess__problem(s->build->problems, at, CSUCCESS_ECONFIG,
                          "a step that repeats must come to an end: add COUNT=4 or "
                          "UNTIL=20271231 to %q",
                          text);
    }
}

/* A template that people work with, at a step that sends nothing. */
static void read_help(const steps_build *s, const csuccess__playbook_step *step,
                      const csuccess__json *at)
{
    static const char *const keys[] = {"channel", "to", "purpose"};
    const csuccess__templates *templates = s->build->flow->templates;
    bool asked = at && at->type == CSUCCESS__JSON_STRING && templates;
    if (asked && !csuccess__templates_find(templates, step->task.template_)) {
        csuccess__note_unknown(s->build, at, step->task.template_,
                               csuccess__json_member(s->build->document, "templates"),
                               "template");
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const csuccess__json *extra = csuccess__json_member(step->at, keys[i]);
        if (!extra) continue;
        csuccess__problem(s->build->problems, extra, CSUCCESS_ECONFIG,
                          "\"%s\" belongs to a step of the type email with a \"template\"",
                          keys[i]);
    }
}

/* What the template of an email step sends; of another it is what people work with. */
static bool read_template(const steps_build *s, csuccess__playbook_step *step)
{
    const csuccess__json *at = csuccess__json_member(step->at, "template");
    step->task.template_ =
        csuccess__read_string(s->build->problems, step->at, "template", none);
    if (step->task.kind != CSUCCESS__TASK_KIND_EMAIL || !at) {
        read_help(s, step, at);
        return true;
    }
    csuccess__sending *sending = CSUCCESS__NEW(s->build->with->arena, csuccess__sending);
    if (!sending) return lose(s->build);
    if (csuccess__sending_read(sending, s->build, step->at, "email")) step->sending = sending;
    return !s->build->problems->lost;
}

static bool read_step(const steps_build *s, csuccess__playbook_step *step)
{
    csuccess__problems *problems = s->build->problems;
    const csuccess__playbook *of = s->playbook;
    step->id = step->at->key;
    step->after = UINT32_MAX;
    step->task = (csuccess__task_def){.role = of->owner,
                                      .priority = of->priority,
                                      .calendar = of->calendar,
                                      .reminders = of->reminders};
    if (!csuccess__read_object(problems, step->at, step_keys)) return true;
    const csuccess__json *required = csuccess__json_member(step->at, "required");
    step->optional = csuccess__read_bool(problems, step->at, "optional", false);
    bool needed = csuccess__read_bool(problems, step->at, "required", !step->optional);
    if (required && needed == step->optional) {
        csuccess__problem(problems, required, CSUCCESS_ECONFIG,
                          "the step is either required or optional; remove one of the two");
    }
    step->optional = !needed;
    if (!csuccess__step_task_read(&step->task, &step->from_start, s->build, step->at)) {
        return false;
    }
    read_every(s, step);
    return read_template(s, step);
}

static uint32_t step_index(const csuccess__playbook *playbook, csuccess_str id)
{
    for (uint32_t i = 0; i < playbook->step_count; i++) {
        if (csuccess__str_eq(playbook->steps[i].id, id)) return i;
    }
    return UINT32_MAX;
}

static void link_step(const steps_build *s, csuccess__playbook_step *step)
{
    csuccess__nearest near;
    const csuccess__json *at = csuccess__json_member(step->at, "after");
    csuccess_str id = csuccess__read_string(s->build->problems, step->at, "after", none);
    if (!at || at->type != CSUCCESS__JSON_STRING) return;
    step->after = step_index(s->playbook, id);
    if (step->after != UINT32_MAX) return;
    csuccess__nearest_start(&near, id);
    bool may = csuccess__nearest_may(&s->build->problems->compared, s->playbook->step_count);
    for (uint32_t i = 0; may && i < s->playbook->step_count; i++) {
        csuccess__nearest_try(&near, s->playbook->steps[i].id);
    }
    csuccess__problem(s->build->problems, at, CSUCCESS_ENAME,
                      near.best.ptr ? "there is no step %q before it (did you mean %q?)"
                                    : "there is no step %q in this playbook",
                      id, near.best);
}

/* Whether going back by `after` never ends. */
static void check_circle(const steps_build *s, const csuccess__playbook_step *step)
{
    const csuccess__playbook_step *at = step;
    uint32_t hops = 0;
    while (at->after != UINT32_MAX && hops <= s->playbook->step_count) {
        at = &s->list[at->after];
        hops++;
        if (at == step) break;
    }
    if (at != step || hops == 0) return;
    csuccess__problem(
        s->build->problems, csuccess__json_member(step->at, "after"), CSUCCESS_ECYCLE,
        "the step %q waits for itself: \"after\" goes round in a circle", step->id);
}

static bool read_list(const steps_build *s, const csuccess__json *const *order)
{
    uint32_t n = s->playbook->step_count;
    for (uint32_t i = 0; i < n; i++) {
        s->list[i].at = order[i];
        if (!read_step(s, &s->list[i])) return false;
    }
    for (uint32_t i = 0; i < n; i++) link_step(s, &s->list[i]);
    for (uint32_t i = 0; i < n; i++) check_circle(s, &s->list[i]);
    return true;
}

static bool read_steps(csuccess__flow_build *build, csuccess__playbook *out)
{
    const csuccess__json *steps =
        csuccess__read_section(build->problems, out->at, "steps", CSUCCESS__JSON_OBJECT);
    uint32_t n = steps ? steps->count : 0;
    if (n == 0 || n > CSUCCESS__PLAYBOOK_STEPS_MOST) {
        csuccess__problem(build->problems, steps ? steps : out->at, CSUCCESS_ECONFIG,
                          "a playbook has \"steps\", from 1 to %u; this has %u",
                          (uint32_t)CSUCCESS__PLAYBOOK_STEPS_MOST, n);
        return true;
    }
    const csuccess__json **order =
        CSUCCESS__NEW_ARRAY(build->with->arena, const csuccess__json *, n);
    csuccess__playbook_step *list =
        CSUCCESS__NEW_ARRAY(build->with->arena, csuccess__playbook_step, n);
    const steps_build s = {build, out, list};
    if (!order || !list) return lose(build);
    csuccess__read_order(steps, order);
    out->steps = list;
    out->step_count = n;
    return read_list(&s, order);
}

/* ---- A playbook ---- */

static void read_calendar(csuccess__flow_build *build, csuccess__playbook *out)
{
    const csuccess__json *at = csuccess__json_member(out->at, "calendar");
    csuccess_str id = csuccess__read_string(build->problems, out->at, "calendar", none);
    out->calendar = build->flow->tenant.calendar;
    if (!at || at->type != CSUCCESS__JSON_STRING) return;
    out->calendar = build->flow->calendars ? csuccess__calendar_find(build->flow->calendars, id)
                                           : UINT32_MAX;
    if (out->calendar != UINT32_MAX) return;
    csuccess__note_unknown(build, at, id, csuccess__json_member(build->document, "calendars"),
                           "calendar");
}

static void read_each(csuccess__flow_build *build, csuccess__playbook *out)
{
    const csuccess__json *at = csuccess__json_member(out->at, "for_each");
    csuccess_str id = csuccess__read_string(build->problems, out->at, "for_each", none);
    const csuccess__schema *schema = build->schema;
    out->each = out->each_slot = UINT32_MAX;
    if (!at || at->type != CSUCCESS__JSON_STRING) return;
    uint32_t slot = csuccess__schema_find(schema, id, NULL);
    bool records = slot < schema->inputs && schema->slots[slot].attribute &&
                   schema->slots[slot].attribute->type == CSUCCESS__ATTRIBUTE_RECORDS;
    if (records) {
        out->each = slot;
        build->schema->slots[slot].used = true;
        return;
    }
    csuccess__problem(build->problems, at, CSUCCESS_ENAME,
                      "there is no collection %q in the section \"records\"", id);
}

static const csuccess__program *read_condition(csuccess__flow_build *build,
                                               const csuccess__json *at)
{
    if (!at) return NULL;
    return csuccess__expr_read(build->with, build->problems, at,
                               csuccess__type_of(CSUCCESS__KIND_BOOL));
}

/* How many values of the start a definition may read. */
static void check_started(csuccess__flow_build *build, const csuccess__playbook *out)
{
    const csuccess__program *programs[] = {out->success, out->close_when};
    uint32_t count = 0;
    for (size_t p = 0; p < 2; p++) {
        for (uint32_t i = 0; programs[p] && i < programs[p]->input_count; i++) {
            csuccess_str path = build->schema->slots[programs[p]->inputs[i]].path;
            if (csuccess__str_is(path, "started")) count++;
        }
    }
    if (count <= CSUCCESS__STARTED_MOST) return;
    csuccess__problem(build->problems, out->at, CSUCCESS_ELIMIT,
                      "a playbook reads at most %u values of its start; this reads %u",
                      (uint32_t)CSUCCESS__STARTED_MOST, count);
}

static void read_success(csuccess__flow_build *build, csuccess__playbook *out)
{
    const csuccess__json *at =
        csuccess__read_section(build->problems, out->at, "success", CSUCCESS__JSON_OBJECT);
    out->close_when = read_condition(build, csuccess__json_member(out->at, "close_when"));
    if (at && csuccess__read_object(build->problems, at, success_keys)) {
        const csuccess__json *when = csuccess__json_member(at, "when");
        if (!when) {
            csuccess__problem(build->problems, at, CSUCCESS_ECONFIG,
                              "\"success\" needs a condition: \"when\"");
        }
        out->success = read_condition(build, when);
        out->success_within = csuccess__read_period(build->problems, at, "within", "P30D");
    }
    check_started(build, out);
}

static bool hash_definition(csuccess__flow_build *build, csuccess__playbook *out)
{
    uint8_t digest[32];
    csuccess__sha256 h;
    csuccess__buffer text;
    csuccess__buffer_init(&text, build->with->mem, 0);
    csuccess__json_write(&text, out->at, true);
    bool good = text.status >= 0;
    csuccess__sha256_start(&h);
    csuccess__sha256_add(&h, text.ptr, text.len);
    csuccess__sha256_finish(&h, digest);
    memcpy(out->hash, digest, sizeof out->hash);
    csuccess__buffer_free(&text);
    return good || lose(build);
}

static void find_slots(csuccess__flow_build *build, csuccess__playbook *out)
{
    const csuccess__schema *schema = build->schema;
    out->state_slot = csuccess__schema_find(schema, CSUCCESS_STR("playbook.state"), &out->id);
    out->times_slot = csuccess__schema_find(schema, CSUCCESS_STR("playbook.times"), &out->id);
    out->ended_at_slot =
        csuccess__schema_find(schema, CSUCCESS_STR("playbook.ended_at"), &out->id);
}

static void read_words(csuccess__flow_build *build, csuccess__playbook *out)
{
    csuccess__problems *problems = build->problems;
    const csuccess__json *at = out->at;
    out->label = csuccess__read_string(problems, at, "label", at->key);
    out->reason = csuccess__read_string(problems, at, "reason", none);
    out->category = csuccess__str(
        categories[csuccess__read_word(problems, at, "category", categories, CUSTOM_CATEGORY)]);
    out->priority = (csuccess__priority)csuccess__read_word(
        problems, at, "priority", csuccess__priority_words, CSUCCESS__PRIORITY_MEDIUM);
    out->estimated_hours = csuccess__read_number(problems, at, "estimated_hours", 0, 0, 10000);
    out->owner = CSUCCESS_STR("csm");
    csuccess__read_role(build, at, "owner", &out->owner);
    read_calendar(build, out);
    out->reminders = csuccess__reminders_read(build, at, NULL);
}

static void check_id(csuccess__flow_build *build, const csuccess__playbook *out)
{
    bool slash = csuccess__str_find(out->id, CSUCCESS_STR("/")) != SIZE_MAX;
    bool hash = csuccess__str_find(out->id, CSUCCESS_STR("#")) != SIZE_MAX;
    if (out->id.len > 0 && !slash && !hash) return;
    csuccess__problem(build->problems, out->at, CSUCCESS_ECONFIG,
                      "a playbook has a name without \"/\" and \"#\", which stand before "
                      "records and reasons");
}

/* Steps and conditions, which may speak of the record as `each`. */
static bool read_body(csuccess__flow_build *build, csuccess__playbook *out)
{
    csuccess__each_scope scope;
    const csuccess__scope *plain = build->with->scope;
    if (out->each != UINT32_MAX) {
        if (!csuccess__each_scope_open(&scope, build, out->each)) return false;
        out->each_slot = scope.slot;
        build->with->scope = &scope.scope;
    }
    bool good = read_steps(build, out);
    if (good) read_success(build, out);
    build->with->scope = plain;
    return good;
}

bool csuccess__playbook_read(csuccess__playbook *out, struct csuccess__flow_build *build,
                             const csuccess__json *definition)
{
    uint32_t before = build->problems->errors;
    *out = (csuccess__playbook){.id = definition->key, .at = definition};
    if (!csuccess__read_object(build->problems, definition, playbook_keys)) return false;
    check_id(build, out);
    read_words(build, out);
    read_each(build, out);
    find_slots(build, out);
    if (csuccess__json_member(definition, "trigger")) {
        out->has_trigger = csuccess__trigger_read(&out->trigger, build, definition, out->each);
    }
    if (!read_body(build, out) || !hash_definition(build, out)) return false;
    return build->problems->errors == before && !build->problems->lost;
}

/* ---- All of them ---- */

static bool index_ids(csuccess__flow_build *build, csuccess__playbooks *out)
{
    uint32_t *sorted = CSUCCESS__NEW_ARRAY(build->with->arena, uint32_t, out->count + 1);
    if (!sorted) return lose(build);
    for (uint32_t i = 0; i < out->count; i++) {
        uint32_t low = 0, high = i;
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;
            int order = csuccess__str_cmp(out->list[sorted[middle]].id, out->list[i].id);
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        memmove(sorted + low + 1, sorted + low, (i - low) * sizeof *sorted);
        sorted[low] = i;
    }
    out->sorted = sorted;
    return true;
}

static bool read_all(csuccess__flow_build *build, csuccess__playbooks *out,
                     const csuccess__json *section)
{
    uint32_t n = out->count;
    csuccess__playbook *list =
        CSUCCESS__NEW_ARRAY(build->with->arena, csuccess__playbook, n + 1);
    const csuccess__json **order =
        CSUCCESS__NEW_ARRAY(build->with->arena, const csuccess__json *, n + 1);
    if (!list || !order) return lose(build);
    if (n) csuccess__read_order(section, order);
    for (uint32_t i = 0; i < n; i++) {
        (void)csuccess__playbook_read(&list[i], build, order[i]);
        if (build->problems->lost) return false;
    }
    out->list = list;
    return index_ids(build, out);
}

const csuccess__playbooks *csuccess__playbooks_compile(struct csuccess__flow_build *build,
                                                       const csuccess__json *section)
{
    csuccess__playbooks *out = CSUCCESS__NEW(build->with->arena, csuccess__playbooks);
    uint32_t n = section ? section->count : 0;
    if (n > CSUCCESS__PLAYBOOKS_MOST) {
        csuccess__problem(build->problems, section, CSUCCESS_ELIMIT,
                          "a configuration has at most %u playbooks; this has %u",
                          (uint32_t)CSUCCESS__PLAYBOOKS_MOST, n);
        n = 0;
    }
    bool started = n > 0 || csuccess__json_member(build->document, "interventions") ||
                   csuccess__json_member(build->document, "campaigns");
    if (!out || !csuccess__started_declare(build, out, started)) {
        lose(build);
        return NULL;
    }
    out->count = n;
    return read_all(build, out, section) ? out : NULL;
}

uint32_t csuccess__playbook_find(const csuccess__playbooks *playbooks, csuccess_str id)
{
    uint32_t low = 0, high = playbooks ? playbooks->count : 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = csuccess__str_cmp(playbooks->list[playbooks->sorted[middle]].id, id);
        if (order == 0) return playbooks->sorted[middle];
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return UINT32_MAX;
}

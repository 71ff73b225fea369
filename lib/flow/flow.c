/* SPDX-License-Identifier: Apache-2.0 */
/* Flow as a whole: which machine looks first, and who is told of what. */
#include "flow/flow.h"

#include "flow/graph/verify.h"
#include "flow/journeys/enrollment.h"
#include "flow/pins.h"
#include "text/reader.h"

#include <string.h>

enum { EVENT_BYTES = 192 };

/* ---- Compiling ---- */

static const csuccess__json *section_of(csuccess__flow_build *build, const char *key)
{
    return csuccess__read_section(build->problems, build->document, key, CSUCCESS__JSON_OBJECT);
}

static void read_tenant(csuccess__flow_build *build)
{
    csuccess__tenant_words *out = &build->flow->tenant;
    const csuccess__json *policies = csuccess__json_member(build->document, "policies");
    const csuccess__json *named = csuccess__json_member(policies, "calendar");
    csuccess_str none = {"", 0};
    *out = (csuccess__tenant_words){none, none, UINT32_MAX};
    if (!policies || policies->type != CSUCCESS__JSON_OBJECT) return;
    out->zone = csuccess__read_string(build->problems, policies, "zone", none);
    out->locale = csuccess__read_string(build->problems, policies, "locale", none);
    if (out->locale.len && !csuccess__is_locale(out->locale)) {
        csuccess__problem(
            build->problems, csuccess__json_member(policies, "locale"), CSUCCESS_ECONFIG,
            "%q is no locale; one is written such as \"en\" or \"de-AT\"", out->locale);
    }
    csuccess_str id = csuccess__read_string(build->problems, policies, "calendar", none);
    if (id.len == 0 || !build->flow->calendars) return;
    out->calendar = csuccess__calendar_find(build->flow->calendars, id);
    if (out->calendar == UINT32_MAX) {
        csuccess__note_unknown(build, named, id,
                               csuccess__json_member(build->document, "calendars"), "calendar");
    }
}

/* Those of journeys and playbooks, in the order in which they are asked. */
static void index_triggers(csuccess__flow_build *build)
{
    csuccess__flow *flow = build->flow;
    uint32_t most = flow->journeys->count + flow->playbooks->count, count = 0;
    csuccess__trigger *list =
        CSUCCESS__NEW_ARRAY(build->with->arena, csuccess__trigger, most ? most : 1);
    if (!list) {
        build->problems->lost = true;
        return;
    }
    for (uint32_t i = 0; i < flow->playbooks->count; i++) {
        const csuccess__playbook *playbook = &flow->playbooks->list[i];
        if (!playbook->has_trigger) continue;
        list[count] = playbook->trigger;
        list[count].journey = false;
        list[count++].index = i;
    }
    for (uint32_t i = 0; i < flow->journeys->count; i++) {
        const csuccess__journey *journey = &flow->journeys->list[i];
        if (!journey->has_trigger) continue;
        list[count] = journey->trigger;
        list[count].journey = true;
        list[count++].index = i;
    }
    flow->triggers = csuccess__triggers_new(build, list, count);
}

/* "journey/onboarding". */
static csuccess_str program_name(csuccess__arena *arena, csuccess_str what, csuccess_str id)
{
    char *text = csuccess__arena_take(arena, what.len + id.len, 1);
    if (!text) return (csuccess_str){NULL, 0};
    memcpy(text, what.ptr, what.len);
    if (id.len) memcpy(text + what.len, id.ptr, id.len);
    return (csuccess_str){text, what.len + id.len};
}

static bool name_programs(csuccess__flow_build *build)
{
    csuccess__flow *flow = build->flow;
    csuccess__arena *arena = build->with->arena;
    uint32_t count = flow->journeys->count + flow->playbooks->count;
    csuccess_str *names = CSUCCESS__NEW_ARRAY(arena, csuccess_str, count ? count : 1);
    bool good = names != NULL;
    for (uint32_t i = 0; good && i < count; i++) {
        bool journey = i < flow->journeys->count;
        csuccess_str id = journey ? flow->journeys->list[i].id
                                  : flow->playbooks->list[i - flow->journeys->count].id;
        names[i] = program_name(
            arena, journey ? CSUCCESS_STR("journey/") : CSUCCESS_STR("playbook/"), id);
        good = names[i].ptr != NULL;
    }
    if (!good) build->problems->lost = true;
    flow->programs = names;
    flow->program_count = good ? count : 0;
    return good;
}

/* Flow reads them by their names, so they are not there for nothing. */
static void mark_read(csuccess__flow_build *build)
{
    static const char *const names[] = {"zone", "locale", NULL};
    for (size_t i = 0; names[i]; i++) {
        uint32_t slot = csuccess__schema_find(build->schema, csuccess__str(names[i]), NULL);
        if (slot < build->schema->inputs) build->schema->slots[slot].used = true;
    }
}

static bool compile_sections(csuccess__flow_build *build)
{
    csuccess__flow *flow = build->flow;
    flow->calendars = csuccess__calendars_compile(build->with->arena, build->problems,
                                                  section_of(build, "calendars"));
    if (!flow->calendars) return false;
    read_tenant(build);
    if (!csuccess__events_declare(build)) return false;
    const csuccess__json *playbooks = section_of(build, "playbooks");
    const csuccess__json *journeys = section_of(build, "journeys");
    const csuccess__json *milestones = section_of(build, "milestones");
    csuccess__playbooks_declare(build, playbooks);
    csuccess__journeys_declare(build, journeys);
    csuccess__milestones_declare(build, milestones);
    flow->goals = csuccess__goals_compile(build);
    flow->features = csuccess__features_compile(build, section_of(build, "features"));
    flow->templates = csuccess__templates_compile(build, section_of(build, "templates"));
    flow->team = csuccess__team_compile(build, section_of(build, "team"));
    flow->milestones = csuccess__milestones_compile(build, milestones);
    flow->playbooks = csuccess__playbooks_compile(build, playbooks);
    flow->journeys = csuccess__journeys_compile(build, journeys);
    if (!flow->features || !flow->templates || !flow->team || !flow->milestones ||
        !flow->playbooks || !flow->journeys) {
        return false;
    }
    index_triggers(build);
    return flow->triggers && name_programs(build);
}

static bool is_idle(const csuccess__flow_build *build)
{
    static const char *const busy[] = {"milestones", "features",      "segments",
                                       "journeys",   "playbooks",     "team",
                                       "campaigns",  "interventions", NULL}; /* make tasks */
    for (size_t i = 0; busy[i]; i++) {
        const csuccess__json *section = csuccess__json_member(build->document, busy[i]);
        if (section && section->first) return false;
    }
    return build->flow->goals == NULL;
}

const csuccess__flow *csuccess__flow_compile(csuccess__flow_build *build,
                                             const csuccess__segments *segments)
{
    csuccess__flow *flow = CSUCCESS__NEW(build->with->arena, csuccess__flow);
    build->flow = flow;
    if (!flow) {
        build->problems->lost = true;
        return NULL;
    }
    flow->schema = build->schema;
    flow->segments = segments;
    flow->segments_every_ms = build->segments_every_ms;
    flow->reminders_every_ms = build->reminders_every_ms;
    flow->idle = !compile_sections(build) || is_idle(build);
    if (!flow->idle) mark_read(build);
    if (!flow->idle) csuccess__flow_verify(build);
    return flow;
}

/* ---- The desk ---- */

csuccess_result csuccess__flow_desk_new(csuccess__flow_desk *desk, const csuccess__flow *flow,
                                        const csuccess_allocator *mem)
{
    size_t words = flow->segments ? (flow->segments->count + 63u) / 64u : 0;
    *desk = (csuccess__flow_desk){.mem = mem};
    csuccess__arena_init(&desk->texts, mem, 0);
    csuccess__buffer_init(&desk->text, mem, 0);
    desk->bits = csuccess__alloc(mem, 4 * words + 1, sizeof *desk->bits);
    return desk->bits ? CSUCCESS_OK : CSUCCESS_ENOMEM;
}

void csuccess__flow_desk_free(csuccess__flow_desk *desk, const csuccess__flow *flow)
{
    if (!desk->mem) return;
    size_t words = flow->segments ? (flow->segments->count + 63u) / 64u : 0;
    csuccess__release(desk->mem, desk->bits, 4 * words + 1, sizeof *desk->bits);
    csuccess__release(desk->mem, desk->queue, desk->queue_cap, sizeof *desk->queue);
    csuccess__arena_free(&desk->texts);
    csuccess__buffer_free(&desk->text);
    csuccess__pins_free(desk->pins);
    *desk = (csuccess__flow_desk){0};
}

void csuccess__flow_begin(csuccess__flow_desk *desk)
{
    desk->queue_count = desk->queue_at = desk->live_count = 0;
    desk->cut = false;
    csuccess__arena_reset(&desk->texts);
}

/* ---- Inputs ---- */

csuccess_result csuccess__flow_apply(csuccess__moment *m, const csuccess__input *input,
                                     csuccess__text *reason)
{
    typedef csuccess_result apply(csuccess__moment *, const csuccess__input *,
                                  csuccess__text *);
    static const struct {
        csuccess__input_type type;
        apply *how;
    } words[] = {{CSUCCESS__INPUT_TASK, csuccess__task_apply},
                 {CSUCCESS__INPUT_JOURNEY, csuccess__journey_apply},
                 {CSUCCESS__INPUT_PLAYBOOK, csuccess__playbook_apply},
                 {CSUCCESS__INPUT_SEGMENT, csuccess__segment_apply},
                 {CSUCCESS__INPUT_MILESTONE, csuccess__milestone_apply},
                 {CSUCCESS__INPUT_OWNER, csuccess__owner_apply}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i].type == input->type) return words[i].how(m, input, reason);
    }
    return CSUCCESS_OK;
}

/* ---- A step ---- */

/* What happened, to whoever waits for it; those under way come before those that it begins. */
static void dispatch(csuccess__moment *m, const csuccess__happening *h)
{
    switch (h->kind) {
    case CSUCCESS__HAPPENING_ENROLL:
        csuccess__journey_enroll(m, h);
        break;
    case CSUCCESS__HAPPENING_START:
        csuccess__playbook_start(m, h);
        break;
    default:
        csuccess__playbooks_happened(m, h);
        csuccess__journeys_happened(m, h);
        csuccess__triggers_happened(m, h);
        break;
    }
}

static void tell_cut(csuccess__moment *m)
{
    csuccess__json_writer *w = csuccess__step_body(m->step);
    csuccess__json_put_str(w, "reason",
                           CSUCCESS_STR("too much happened at once: programmes that begin one "
                                        "another go round in a circle"));
    csuccess__json_put_num(w, "happenings", CSUCCESS__HAPPENINGS_MOST);
    csuccess__step_entry(m->step, "stopped", (csuccess_str){"", 0},
                         csuccess__step_body_end(m->step));
}

static void tell_event(csuccess__moment *m)
{
    char bytes[EVENT_BYTES];
    csuccess__text name;
    if (!m->input || (uint32_t)m->input->type >= CSUCCESS__INPUT_SIGNALS) return;
    csuccess__text_init(&name, bytes, sizeof bytes);
    csuccess__happening h = {.kind = CSUCCESS__HAPPENING_EVENT, .input = m->input};
    h.id = csuccess__input_event(m->input, &name);
    csuccess__moment_tell(m, &h);
}

static void publish(csuccess__moment *m)
{
    csuccess__event_slots(m);
    csuccess__kept_show(m, (csuccess_str){"", 0});
    csuccess__milestones_publish(m);
    csuccess__features_publish(m);
    csuccess__goals_publish(m);
    csuccess__playbooks_publish(m);
    csuccess__journeys_publish(m);
}

void csuccess__flow_look(csuccess__moment *m)
{
    if (m->flow->idle) return;
    publish(m);
    csuccess__segments_step(m);
}

void csuccess__flow_publish(csuccess__moment *m)
{
    if (m->flow->idle) return;
    publish(m);
    csuccess__segments_look(m);
}

void csuccess__flow_report(csuccess__moment *m, csuccess__json_writer *out)
{
    if (m->flow->idle) {
        csuccess__json_null(out);
        return;
    }
    csuccess__json_open(out, '{');
    csuccess__json_key(out, CSUCCESS_STR("onboarding"));
    csuccess__milestones_report(m, out);
    csuccess__json_key(out, CSUCCESS_STR("features"));
    csuccess__features_report(m, out);
    csuccess__json_key(out, CSUCCESS_STR("goals"));
    csuccess__goals_report(m, out);
    csuccess__json_close(out, '}');
}

void csuccess__flow_step(csuccess__moment *m)
{
    if (m->flow->idle) return;
    csuccess__flow_desk *desk = m->desk;
    csuccess__owners_look(m);
    csuccess__features_step(m);
    csuccess__goals_step(m);
    csuccess__milestones_step(m);
    tell_event(m);
    csuccess__tasks_step(m);
    csuccess__playbooks_step(m);
    csuccess__journeys_step(m);
    csuccess__triggers_look(m);
    do {
        while (desk->queue_at < desk->queue_count && m->step->failed >= 0) {
            csuccess__happening h = desk->queue[desk->queue_at++]; /* the queue may move */
            dispatch(m, &h);
        }
    } while (csuccess__triggers_again(m));
    if (desk->cut) tell_cut(m);
}

void csuccess__flow_release(csuccess__moment *m)
{
    csuccess__journeys_release(m);
    csuccess__tasks_release(m);
    csuccess__owners_release(m);
}

void csuccess__flow_forget(csuccess__moment *m, csuccess_str contact)
{
    csuccess__journeys_forget(m, contact);
    csuccess__playbooks_forget(m, contact);
    csuccess__tasks_forget(m, contact);
}

const csuccess_str *csuccess__flow_ledgers(const csuccess__flow *flow, uint32_t *count)
{
    *count = 0;
    return flow->team ? csuccess__team_ledgers(flow->team, count) : NULL;
}

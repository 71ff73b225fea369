/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a trigger: which of its kinds it is, what that kind says, and that what it refers to is there. */
#include "flow/trigger_internal.h"

#include "calendar/duration_read.h"
#include "text/reader.h"

#include <string.h>

enum { KEYS_MOST = 8, NO_MINUTE = -1 };

typedef struct work {
    csuccess__flow_build *build;
    const csuccess__json *at; /* the trigger */
    csuccess__trigger *out;
    const csuccess__compiler *with; /* over each.x, where there is one */
} work;

/* ---- Parts ---- */

static const csuccess__program *read_program(work *w, const csuccess__json *node,
                                             csuccess__kind kind)
{
    if (!node) return NULL;
    csuccess__compiler with = *w->with;
    with.cleanup = w->build->with->cleanup;
    const csuccess__program *program =
        csuccess__expr_read(&with, w->build->problems, node, csuccess__type_of(kind));
    w->build->with->cleanup = with.cleanup;
    return program;
}

static const csuccess__program *read_condition(work *w, const char *key)
{
    return read_program(w, csuccess__json_member(w->at, key), CSUCCESS__KIND_BOOL);
}

/* The id at `key`, which is one of a section's. */
static void read_reference(work *w, const char *key, const char *section_key)
{
    csuccess__problems *problems = w->build->problems;
    const csuccess__json *at = csuccess__json_member(w->at, key);
    const csuccess__json *section = csuccess__json_member(w->build->document, section_key);
    csuccess__nearest near;
    w->out->id = csuccess__read_string(problems, w->at, key, (csuccess_str){"", 0});
    if (!at || at->type != CSUCCESS__JSON_STRING || csuccess__json_get(section, at->string)) {
        return;
    }
    csuccess__nearest_start(&near, at->string);
    bool may = csuccess__nearest_may(&problems->compared, section ? section->count : 0);
    for (const csuccess__json *m = section ? section->first : NULL; m && may; m = m->next) {
        csuccess__nearest_try(&near, m->key);
    }
    if (near.best.ptr) {
        csuccess__problem(problems, at, CSUCCESS_ENAME,
                          "there is no %s %q in \"%s\" (did you mean %q?)", key, at->string,
                          section_key, near.best);
    } else {
        csuccess__problem(problems, at, CSUCCESS_ENAME,
                          "there is no %s %q in the section \"%s\"", key, at->string,
                          section_key);
    }
}

/* "09:00" as minutes of the day. */
static bool minutes_of(csuccess_str text, int32_t *out)
{
    static const char shape[] = "dd:dd";
    if (text.len != sizeof shape - 1) return false;
    for (size_t i = 0; i < text.len; i++) {
        bool digit = text.ptr[i] >= '0' && text.ptr[i] <= '9';
        if (shape[i] == 'd' ? !digit : text.ptr[i] != shape[i]) return false;
    }
    int32_t hour = (text.ptr[0] - '0') * 10 + text.ptr[1] - '0';
    int32_t minute = (text.ptr[3] - '0') * 10 + text.ptr[4] - '0';
    *out = hour * 60 + minute;
    return hour < 24 && minute < 60;
}

static void read_at(work *w)
{
    const csuccess__json *at = csuccess__json_member(w->at, "at");
    csuccess_str text =
        csuccess__read_string(w->build->problems, w->at, "at", (csuccess_str){"", 0});
    w->out->at_minute = NO_MINUTE;
    if (!at || at->type != CSUCCESS__JSON_STRING) return;
    if (minutes_of(text, &w->out->at_minute)) return;
    csuccess__problem(w->build->problems, at, CSUCCESS_ECONFIG,
                      "\"at\" is a time of day from \"00:00\" to \"23:59\"; this is %q", text);
}

static void read_rule(work *w)
{
    const csuccess__json *at = csuccess__json_member(w->at, "every");
    csuccess__time_error err = {0, ""};
    csuccess_str text =
        csuccess__read_string(w->build->problems, w->at, "every", (csuccess_str){"", 0});
    if (at->type != CSUCCESS__JSON_STRING) return;
    if (csuccess__recurrence_parse(&w->out->every, text, &err)) return;
    csuccess__problem_inside(w->build->problems, at, err.offset, CSUCCESS_ECONFIG,
                             "this is no recurrence rule such as \"FREQ=MONTHLY;BYDAY=1MO\": "
                             "expected %s",
                             err.expected);
}

static void read_calendar(work *w)
{
    const csuccess__calendars *calendars = w->build->flow->calendars;
    const csuccess__json *at = csuccess__json_member(w->at, "calendar");
    csuccess_str id =
        csuccess__read_string(w->build->problems, w->at, "calendar", (csuccess_str){"", 0});
    w->out->calendar = UINT32_MAX;
    if (!at || at->type != CSUCCESS__JSON_STRING) return;
    if (calendars) w->out->calendar = csuccess__calendar_find(calendars, id);
    if (w->out->calendar != UINT32_MAX) return;
    csuccess__note_unknown(w->build, at, id,
                           csuccess__json_member(w->build->document, "calendars"), "calendar");
}

/* ---- Kinds ---- */

typedef void reader(work *w);

static void read_manual(work *w)
{
    if (csuccess__read_bool(w->build->problems, w->at, "manual", true)) return;
    csuccess__problem(
        w->build->problems, csuccess__json_member(w->at, "manual"), CSUCCESS_ECONFIG,
        "what is begun by hand says \"manual\": true; leave \"trigger\" out else");
}

static void read_when(work *w)
{
    w->out->when = read_condition(w, "when");
    w->out->leave = read_condition(w, "leave");
    w->out->for_ = csuccess__read_period(w->build->problems, w->at, "for", "P2D");
}

static void read_event(work *w)
{
    (void)csuccess__event_match_read(&w->out->event, w->build, w->at);
}

static void read_segment(work *w)
{
    static const char *const words[] = {"enter", "inside", "leave", NULL};
    csuccess_str path = CSUCCESS_STR("segment");
    read_reference(w, "segment", "segments");
    w->out->slot = csuccess__schema_find(w->build->schema, path, &w->out->id);
    w->out->edge =
        (csuccess__segment_edge)csuccess__read_word(w->build->problems, w->at, "on", words, 0);
}

static void read_before(work *w)
{
    csuccess__problems *problems = w->build->problems;
    const csuccess__duration none = {0, 0, 0};
    w->out->before =
        read_program(w, csuccess__json_member(w->at, "before"), CSUCCESS__KIND_TIME);
    w->out->by = csuccess__read_period(problems, w->at, "by", "P90D");
    if (csuccess__json_member(w->at, "by")) return;
    w->out->by = none;
    csuccess__problem(problems, w->at, CSUCCESS_ECONFIG,
                      "\"before\" needs \"by\": how long before the date, such as \"P90D\"");
}

static void read_every(work *w)
{
    static const char *const words[] = {"once", "all", "skip", NULL};
    read_rule(w);
    read_at(w);
    read_calendar(w);
    w->out->misfire =
        (csuccess__misfire)csuccess__read_word(w->build->problems, w->at, "misfire", words, 0);
}

static void read_milestone(work *w)
{
    csuccess_str path = CSUCCESS_STR("milestone.achieved");
    read_reference(w, "milestone", "milestones");
    w->out->slot = csuccess__schema_find(w->build->schema, path, &w->out->id);
}

static void read_ended(work *w, const char *const *words)
{
    int word = csuccess__read_word(w->build->problems, w->at, "ended", words, 0);
    w->out->ended = word > 0 ? csuccess__str(words[word]) : (csuccess_str){"", 0};
}

static void read_journey(work *w)
{
    static const char *const words[] = {"any", "completed", "exited", "failed", NULL};
    read_reference(w, "journey", "journeys");
    read_ended(w, words);
}

static void read_playbook(work *w)
{
    static const char *const words[] = {"any", "completed", "cancelled", NULL};
    read_reference(w, "playbook", "playbooks");
    read_ended(w, words);
}

static const struct {
    const char *word;
    reader *read;
    const char *keys[KEYS_MOST]; /* of its own */
} kinds[CSUCCESS__TRIGGER_KIND_COUNT] = {
    [CSUCCESS__TRIGGER_MANUAL] = {"manual", read_manual, {NULL}},
    [CSUCCESS__TRIGGER_WHEN] = {"when", read_when, {"leave", "for", NULL}},
    [CSUCCESS__TRIGGER_EVENT] = {"event", read_event, {"properties", "where", NULL}},
    [CSUCCESS__TRIGGER_SEGMENT] = {"segment", read_segment, {"on", NULL}},
    [CSUCCESS__TRIGGER_BEFORE] = {"before", read_before, {"by", NULL}},
    [CSUCCESS__TRIGGER_EVERY] = {"every", read_every, {"at", "calendar", "misfire", NULL}},
    [CSUCCESS__TRIGGER_MILESTONE] = {"milestone", read_milestone, {NULL}},
    [CSUCCESS__TRIGGER_JOURNEY] = {"journey", read_journey, {"ended", NULL}},
    [CSUCCESS__TRIGGER_PLAYBOOK] = {"playbook", read_playbook, {"ended", NULL}},
};

/* The one kind that the members say. False: none or several (noted). */
static bool find_kind(const work *w, csuccess__trigger_kind *out)
{
    const char *first = NULL;
    for (int i = 0; i < CSUCCESS__TRIGGER_KIND_COUNT; i++) {
        const csuccess__json *m = csuccess__json_member(w->at, kinds[i].word);
        if (!m) continue;
        if (first) {
            csuccess__problem(w->build->problems, m, CSUCCESS_ECONFIG,
                              "a trigger is of one kind: it has %q and %q",
                              csuccess__str(first), csuccess__str(kinds[i].word));
            return false;
        }
        first = kinds[i].word;
        *out = (csuccess__trigger_kind)i;
    }
    if (!first) {
        csuccess__problem(w->build->problems, w->at, CSUCCESS_ECONFIG,
                          "a trigger says one of when, event, segment, before, every, "
                          "milestone, journey, playbook, manual");
    }
    return first != NULL;
}

static bool check_keys(const work *w, csuccess__trigger_kind kind)
{
    const char *known[KEYS_MOST + 5] = {"if", "existing", "description", kinds[kind].word};
    size_t count = 4;
    for (size_t i = 0; kinds[kind].keys[i]; i++) known[count++] = kinds[kind].keys[i];
    known[count] = NULL;
    return csuccess__read_object(w->build->problems, w->at, known);
}

/* "journey/onboarding", its name in states. */
static csuccess_str name_of(csuccess__flow_build *build, const csuccess__json *definition)
{
    const csuccess__json *section = definition->parent;
    bool playbook = section && csuccess__str_is(section->key, "playbooks");
    const char *prefix = playbook ? "playbook/" : "journey/";
    size_t head = strlen(prefix), len = head + definition->key.len;
    char *text = csuccess__arena_take(build->with->arena, len + 1, 1);
    if (!text) {
        build->problems->lost = true;
        return (csuccess_str){"", 0};
    }
    memcpy(text, prefix, head);
    if (definition->key.len) memcpy(text + head, definition->key.ptr, definition->key.len);
    return (csuccess_str){text, len};
}

static void read_kind(work *w)
{
    static const char *const words[] = {"skip", "enroll", NULL};
    if (!find_kind(w, &w->out->kind) || !check_keys(w, w->out->kind)) return;
    kinds[w->out->kind].read(w);
    w->out->if_ = read_condition(w, "if");
    w->out->existing =
        csuccess__read_word(w->build->problems, w->at, "existing", words, 0) == 1;
}

bool csuccess__trigger_read(csuccess__trigger *out, csuccess__flow_build *build,
                            const csuccess__json *of, uint32_t each)
{
    csuccess__each_scope scope;
    csuccess__compiler with = *build->with;
    uint32_t errors = build->problems->errors;
    work w = {
        .build = build, .at = csuccess__json_member(of, "trigger"), .out = out, .with = &with};
    *out = (csuccess__trigger){.of = name_of(build, of),
                               .id = {"", 0},
                               .ended = {"", 0},
                               .slot = UINT32_MAX,
                               .at_minute = NO_MINUTE,
                               .calendar = UINT32_MAX,
                               .each = each,
                               .each_slot = UINT32_MAX,
                               .at = w.at};
    out->journey = csuccess__str_starts(out->of, CSUCCESS_STR("journey/"));
    if (!w.at || build->problems->lost) return !build->problems->lost;
    if (w.at->type != CSUCCESS__JSON_OBJECT) {
        csuccess__problem(build->problems, w.at, CSUCCESS_ECONFIG,
                          "a trigger is an object such as {\"when\": \"health.score < 50\"}, "
                          "not %s",
                          csuccess__json_type_name(w.at));
        return false;
    }
    if (each != UINT32_MAX) {
        if (!csuccess__each_scope_open(&scope, build, each)) return false;
        with.scope = &scope.scope;
        out->each_slot = scope.slot;
    }
    read_kind(&w);
    return build->problems->errors == errors && !build->problems->lost;
}

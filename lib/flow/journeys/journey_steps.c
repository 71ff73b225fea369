/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of a journey, compiled: a table by type of what each reads and which ways lead out of it. */
#include "calendar/duration_read.h"
#include "flow/journeys/journey_internal.h"
#include "text/reader.h"

#include <string.h>

enum { WAYS_MOST = 6, COMPARISON_BYTES = 64 };
static const double share_slack = 1e-9; /* what shares written as decimals may miss 1 by */

/* ---- Ways ---- */

/* Fixed ways by their numbers in journey.h; what is not given falls back to `next`, or to the way in `falls`. */
typedef struct ways {
    uint32_t count;
    const char *names[WAYS_MOST]; /* NULL: cannot be given */
    uint8_t falls[WAYS_MOST];
} ways;
static const ways no_way = {0, {NULL}, {0}};
static const ways one_way = {1, {"next"}, {0}};
static const ways wait_ways = {2, {"next", "timeout"}, {0, 0}};
static const ways branch_ways = {3, {"true", "false", "undecided"}, {0, 0, 1}};
static const ways split_ways = {2, {"next", "holdout"}, {0, 0}};
static const ways task_ways = {
    6,
    {"completed", "timeout", "unsuccessful", "no_response", "rescheduled", "cancelled"},
    {0, 0, 0, 0, 0, 0}};
/* The same numbers as a task's, so that TIMEOUT and CANCELLED are where they are. */
static const ways playbook_ways = {
    6, {"completed", "timeout", NULL, NULL, NULL, "cancelled"}, {0, 0, 0, 0, 0, 0}};

typedef struct reading {
    csuccess__journey_draft *draft;
    csuccess__flow_build *build;
    const csuccess__json *at; /* the step */
    csuccess__journey_step *step;
    csuccess__way *ways; /* of the step, while they are made */
    uint32_t after;      /* the step after it, or the end */
    uint32_t next;       /* where it goes on to by what is not given */
} reading;

/* The step that a text names; false: noted. */
static bool find_step(reading *r, const csuccess__json *at, uint32_t *out)
{
    if (at->type != CSUCCESS__JSON_STRING) {
        csuccess__problem(r->build->problems, at, CSUCCESS_ECONFIG,
                          "%q must be the name of a step or \"end\", found %s", at->key,
                          csuccess__json_type_name(at));
        return false;
    }
    *out = CSUCCESS__JOURNEY_END;
    if (csuccess__str_is(at->string, "end")) return true;
    *out = csuccess__journey_step_find(r->draft->journey, at->string);
    if (*out != UINT32_MAX) return true;
    csuccess__journey_names(r->build, at, at->string, r->draft->steps, "step");
    return false;
}

/* What a way says: its name, or, of `timeout` and `holdout`, an object with `next`. */
static const csuccess__json *target_of(const csuccess__json *given)
{
    if (given && given->type == CSUCCESS__JSON_OBJECT) {
        return csuccess__json_member(given, "next");
    }
    return given;
}

/* A way that may be given; else it goes where it went. */
static void read_way(reading *r, csuccess__way *way, const csuccess__json *target)
{
    uint32_t to;
    if (!target || !find_step(r, target, &to)) return;
    way->to = to;
    way->given = true;
}

/* Where a step goes on to by a way that is not given: `next`, else the step after it. */
static uint32_t read_next(reading *r)
{
    uint32_t to;
    const csuccess__json *next = csuccess__json_member(r->at, "next");
    return next && find_step(r, next, &to) ? to : r->after;
}

/* The fixed ways; more (`extra`) are the type's own. */
static bool read_ways(reading *r, const ways *fixed, uint32_t extra)
{
    uint32_t n = fixed->count + extra;
    r->ways = CSUCCESS__JOURNEY_TAKE(r->build, csuccess__way, n);
    if (!r->ways) return false;
    r->step->ways = r->ways;
    r->step->way_count = n;
    r->next = read_next(r);
    for (uint32_t i = 0; i < fixed->count; i++) {
        const char *name = fixed->names[i] ? fixed->names[i] : task_ways.names[i];
        const csuccess__json *given =
            fixed->names[i] ? csuccess__json_member(r->at, fixed->names[i]) : NULL;
        bool next = given && strcmp(name, "next") == 0;
        r->ways[i] = (csuccess__way){.name = csuccess__str(name), .given = next};
        r->ways[i].to = fixed->falls[i] ? r->ways[fixed->falls[i]].to : r->next;
        if (!next) read_way(r, &r->ways[i], target_of(given));
    }
    return true;
}

/* `timeout`: a step, or {"after", "next"}. */
static void read_timeout(reading *r)
{
    static const char *const known[] = {"after", "next", NULL};
    const csuccess__json *at = csuccess__json_member(r->at, "timeout");
    if (!at || at->type != CSUCCESS__JSON_OBJECT) return;
    if (!csuccess__read_object(r->build->problems, at, known)) return;
    r->step->has_timeout = csuccess__json_member(at, "after") != NULL;
    r->step->timeout = csuccess__read_period(r->build->problems, at, "after", "P7D");
}

/* ---- What the types read ---- */

static void read_sending(reading *r, const char *channel)
{
    csuccess__sending *out = &r->step->sending;
    if (!csuccess__sending_read(out, r->build, r->at, channel)) return;
    csuccess_str purpose = r->draft->journey->purpose;
    if (purpose.len && !csuccess__json_member(r->at, "purpose")) out->purpose = purpose;
}

static void need(reading *r, const char *key, const char *example)
{
    if (csuccess__json_member(r->at, key)) return;
    csuccess__problem(r->build->problems, r->at, CSUCCESS_ECONFIG,
                      "the step %q needs \"%s\", such as %s", r->step->id, key, example);
}

static void read_email(reading *r)
{
    need(r, "template", "\"welcome\"");
    read_sending(r, "email");
}

static void read_in_app(reading *r)
{
    need(r, "template", "\"tip\"");
    read_sending(r, "in_app");
}

static void read_webhook(reading *r)
{
    need(r, "channel", "\"crm\"");
    if (csuccess__json_member(r->at, "channel")) read_sending(r, NULL);
}

static bool waits_at(reading *r)
{
    return csuccess__read_bool(r->build->problems, r->at, "wait", false);
}

static void need_time(reading *r)
{
    const csuccess__json *at = csuccess__json_member(r->at, "timeout");
    if (!at || r->step->has_timeout) return;
    csuccess__problem(r->build->problems, at, CSUCCESS_ECONFIG,
                      "this timeout has no time: write {\"after\": \"P7D\", \"next\": …}");
}

static void read_task(reading *r)
{
    csuccess__journey_step *step = r->step;
    step->waits = step->type == CSUCCESS__STEP_HUMAN || waits_at(r);
    need(r, "title", "\"Kickoff call\"");
    if (csuccess__json_member(r->at, "title")) {
        (void)csuccess__task_def_read(&step->task, r->build, r->at);
    }
    if (step->task.calendar == UINT32_MAX) step->task.calendar = r->draft->journey->calendar;
    if (step->waits) {
        read_timeout(r);
        need_time(r);
    }
}

/* {"meeting_id": "trigger.meeting_id"} as the condition event.meeting_id == (trigger.meeting_id). */
static const csuccess__program *read_comparison(reading *r, const csuccess__json *at)
{
    const csuccess__program *out = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (at->type != CSUCCESS__JSON_STRING) {
        csuccess__problem(r->build->problems, at, CSUCCESS_ECONFIG,
                          "%q must be an expression such as \"trigger.%S\"", at->key, at->key);
        return NULL;
    }
    if (!csuccess__expr_read(r->build->with, r->build->problems, at, NULL)) return NULL;
    size_t cap = at->key.len + at->string.len + COMPARISON_BYTES;
    char *bytes = csuccess__journey_take(r->build, cap, 1);
    if (!bytes) return NULL;
    csuccess__text text;
    csuccess__text_init(&text, bytes, cap);
    csuccess__text_put(&text, CSUCCESS_STR("event."));
    csuccess__text_put(&text, at->key);
    csuccess__text_put(&text, CSUCCESS_STR(" == ("));
    csuccess__text_put(&text, at->string);
    csuccess__text_put(&text, CSUCCESS_STR(")"));
    csuccess_result result =
        csuccess__expr_compile(&out, r->build->with, (csuccess_str){text.ptr, text.len},
                               csuccess__type_of(CSUCCESS__KIND_BOOL), &err);
    if (result >= 0) return out;
    if (result == CSUCCESS_ENOMEM) {
        r->build->problems->lost = true;
    } else {
        csuccess__problem(r->build->problems, at, result,
                          "%s; a property that is compared is declared under \"properties\"",
                          err.message);
    }
    return NULL;
}

static void read_correlate(reading *r, const csuccess__json *of, csuccess__until *out)
{
    const csuccess__json *at =
        csuccess__read_section(r->build->problems, of, "correlate", CSUCCESS__JSON_OBJECT);
    if (!at) return;
    const csuccess__program **list =
        CSUCCESS__JOURNEY_TAKE(r->build, const csuccess__program *, at->count);
    for (const csuccess__json *m = list ? at->first : NULL; m; m = m->next) {
        list[out->correlate_count++] = read_comparison(r, m);
    }
    out->correlate = list;
}

static void read_event(reading *r, const csuccess__json *at, csuccess__until *out,
                       csuccess__way *way)
{
    static const char *const known[] = {"event",     "properties", "where",
                                        "correlate", "next",       "description",
                                        "order",     "label",      NULL};
    const csuccess__json *next = csuccess__json_member(at, "next");
    out->id = way->name = at->key;
    way->to = r->next;
    for (uint32_t i = 0; i < CSUCCESS__WAY_EVENTS; i++) {
        if (!csuccess__str_is(at->key, wait_ways.names[i])) continue;
        csuccess__problem(r->build->problems, at, CSUCCESS_ECONFIG,
                          "%q is what a way of every wait is called; rename the event",
                          at->key);
    }
    if (!csuccess__read_object(r->build->problems, at, known)) return;
    if (!csuccess__json_member(at, "event")) {
        csuccess__problem(r->build->problems, at, CSUCCESS_ECONFIG,
                          "%q needs \"event\", the name of what is waited for", at->key);
        return;
    }
    read_way(r, way, next);
    (void)csuccess__event_match_read(&out->match, r->build, at);
    read_correlate(r, at, out);
}

/* The members of an object of events or arms; NULL: none, or noted. */
static const csuccess__json **members_of(reading *r, const csuccess__json *of, uint32_t *count)
{
    *count = of ? of->count : 0;
    if (*count > CSUCCESS__JOURNEY_PARTS_MOST) {
        csuccess__problem(r->build->problems, of, CSUCCESS_ELIMIT,
                          "%q has at most %u members; this has %u", of->key,
                          (uint32_t)CSUCCESS__JOURNEY_PARTS_MOST, *count);
        *count = 0;
    }
    const csuccess__json **list =
        CSUCCESS__JOURNEY_TAKE(r->build, const csuccess__json *, *count);
    if (list && *count) csuccess__read_order(of, list);
    if (!list) *count = 0;
    return list;
}

static void read_until(reading *r)
{
    uint32_t n;
    const csuccess__json *at =
        csuccess__read_section(r->build->problems, r->at, "until", CSUCCESS__JSON_OBJECT);
    const csuccess__json **members = members_of(r, at, &n);
    csuccess__until *until = CSUCCESS__JOURNEY_TAKE(r->build, csuccess__until, n);
    if (!members || !until || !read_ways(r, &wait_ways, n)) return;
    for (uint32_t i = 0; i < n; i++) {
        read_event(r, members[i], &until[i], &r->ways[CSUCCESS__WAY_EVENTS + i]);
    }
    r->step->until = until;
    r->step->until_count = n;
}

/* How long: `for`, `at`, or `timeout.after` with events; one of them. */
static void check_times(reading *r, const csuccess__json *at)
{
    csuccess__journey_step *s = r->step;
    uint32_t times = (uint32_t)s->has_for + (at != NULL) + (uint32_t)s->has_timeout;
    const csuccess__json *timeout = csuccess__json_member(r->at, "timeout");
    if (times > 1) {
        csuccess__problem(r->build->problems, r->at, CSUCCESS_ECONFIG,
                          "the wait %q has more than one time: keep one of \"for\", \"at\" "
                          "and \"timeout\": {\"after\": …}",
                          s->id);
    } else if (times == 0 && s->until_count == 0) {
        csuccess__problem(r->build->problems, r->at, CSUCCESS_ECONFIG,
                          "the wait %q waits for nothing: say \"for\", \"at\" or \"until\"",
                          s->id);
    } else if (timeout && s->until_count == 0) {
        csuccess__problem(r->build->problems, timeout, CSUCCESS_ECONFIG,
                          "a wait without events has no timeout: it goes on to \"next\"");
    } else if (timeout && times == 0) {
        need_time(r);
    }
}

static void read_wait(reading *r)
{
    csuccess__journey_step *step = r->step;
    const csuccess__json *at = csuccess__json_member(r->at, "at");
    step->waits = true;
    step->has_for = csuccess__json_member(r->at, "for") != NULL;
    step->for_ = csuccess__read_period(r->build->problems, r->at, "for", "P2D");
    if (at) {
        step->until_time = csuccess__expr_read(r->build->with, r->build->problems, at,
                                               csuccess__type_of(CSUCCESS__KIND_TIME));
    }
    step->hours = csuccess__journey_calendar(r->build, r->at, "hours");
    read_until(r);
    read_timeout(r);
    check_times(r, at);
}

static void read_condition(reading *r)
{
    const csuccess__json *when = csuccess__json_member(r->at, "when");
    need(r, "when", "\"health.score > 70\"");
    if (!when) return;
    r->step->when = csuccess__expr_read(r->build->with, r->build->problems, when,
                                        csuccess__type_of(CSUCCESS__KIND_BOOL));
}

/* ---- Splits ---- */

static const char *const arm_keys[] = {"share", "next", "description", "order", "label", NULL};

static double read_share(reading *r, const csuccess__json *of)
{
    if (!csuccess__json_member(of, "share")) {
        csuccess__problem(r->build->problems, of, CSUCCESS_ECONFIG,
                          "%q needs \"share\", from 0 to 1", of->key);
    }
    return csuccess__read_number(r->build->problems, of, "share", 0, 0, 1);
}

static double read_arms(reading *r, const csuccess__json **members, uint32_t n, double *shares)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        csuccess__way *way = &r->ways[CSUCCESS__WAY_ARMS + i];
        const csuccess__json *next = csuccess__json_member(members[i], "next");
        way->name = members[i]->key;
        way->to = r->next;
        if (!csuccess__read_object(r->build->problems, members[i], arm_keys)) continue;
        read_way(r, way, next);
        shares[i] = read_share(r, members[i]);
        sum += shares[i];
    }
    return sum;
}

static void read_split(reading *r)
{
    uint32_t n;
    csuccess__problems *problems = r->build->problems;
    const csuccess__json *holdout =
        csuccess__read_section(problems, r->at, "holdout", CSUCCESS__JSON_OBJECT);
    const csuccess__json *at =
        csuccess__read_section(problems, r->at, "arms", CSUCCESS__JSON_OBJECT);
    const csuccess__json **members = members_of(r, at, &n);
    double *shares = CSUCCESS__JOURNEY_TAKE(r->build, double, n);
    if (!members || !shares || !read_ways(r, &split_ways, n)) return;
    r->step->salt = csuccess__read_string(problems, r->at, "by", (csuccess_str){"", 0});
    r->step->shares = shares;
    double sum = read_arms(r, members, n, shares);
    if (holdout && csuccess__read_object(problems, holdout, arm_keys)) {
        sum += read_share(r, holdout);
    }
    if (n == 0) {
        csuccess__problem(problems, r->at, CSUCCESS_ECONFIG,
                          "the split %q needs \"arms\", such as {\"a\": {\"share\": 0.5, "
                          "\"next\": …}, …}",
                          r->step->id);
    } else if (sum < 1 - share_slack || sum > 1 + share_slack) {
        csuccess__problem(problems, at, CSUCCESS_ECONFIG,
                          "the shares of the arms and the holdout of %q must add up to 1",
                          r->step->id);
    }
}

/* ---- Segments, playbooks, journeys ---- */

/* One static segment by name; UINT32_MAX: noted. */
static uint32_t read_segment(reading *r, const csuccess__json *at)
{
    const csuccess__segments *segments = r->build->flow->segments;
    if (at->type != CSUCCESS__JSON_STRING) {
        csuccess__problem(r->build->problems, at, CSUCCESS_ECONFIG,
                          "expected the name of a static segment, found %s",
                          csuccess__json_type_name(at));
        return UINT32_MAX;
    }
    uint32_t i = segments ? csuccess__segment_find(segments, at->string) : UINT32_MAX;
    if (i == UINT32_MAX) {
        csuccess__journey_names(r->build, at, at->string,
                                csuccess__json_member(r->build->document, "segments"),
                                "segment");
    } else if (segments->list[i].dynamic) {
        csuccess__problem(r->build->problems, at, CSUCCESS_ECONFIG,
                          "the segment %q is not static: its condition says who belongs to it",
                          at->string);
        i = UINT32_MAX;
    }
    return i;
}

/* A name, or a list of names. */
static const uint32_t *read_segments(reading *r, const char *key, uint32_t *count)
{
    const csuccess__json *at = csuccess__json_member(r->at, key);
    bool many = at && at->type == CSUCCESS__JSON_ARRAY;
    uint32_t *list = CSUCCESS__JOURNEY_TAKE(r->build, uint32_t, many ? at->count : 1);
    *count = 0;
    if (!at || !list) return list;
    for (const csuccess__json *m = many ? at->first : at; m; m = many ? m->next : NULL) {
        uint32_t segment = read_segment(r, m);
        if (segment != UINT32_MAX) list[(*count)++] = segment;
    }
    return list;
}

static void read_update(reading *r)
{
    csuccess__journey_step *step = r->step;
    if (!csuccess__json_member(r->at, "remove")) need(r, "add", "\"beta\"");
    step->add = read_segments(r, "add", &step->add_count);
    step->remove = read_segments(r, "remove", &step->remove_count);
}

static void read_target(reading *r, const char *key, const char *section)
{
    const csuccess__json *at = csuccess__json_member(r->at, key);
    need(r, key, "its name");
    r->step->target =
        csuccess__read_string(r->build->problems, r->at, key, (csuccess_str){"", 0});
    if (!at || at->type != CSUCCESS__JSON_STRING) return;
    csuccess__journey_names(r->build, at, at->string,
                            csuccess__json_member(r->build->document, section), key);
}

static void read_playbook(reading *r)
{
    r->step->waits = waits_at(r);
    read_target(r, "playbook", "playbooks");
    if (!r->step->waits) return;
    read_timeout(r);
    need_time(r);
}

static void read_enroll(reading *r)
{
    read_target(r, "journey", "journeys");
}

static void read_exit(reading *r)
{
    const csuccess_str none = {"", 0};
    r->step->outcome = csuccess__read_string(r->build->problems, r->at, "outcome", none);
    r->step->reason = csuccess__read_string(r->build->problems, r->at, "reason", none);
}

/* ---- The table ---- */

#define COMMON "type", "label", "description", "order"
#define TASK_KEYS \
    COMMON, "next", "title", "kind", "owner", "due", "priority", "wait", "timeout", \
        "completed", "unsuccessful", "no_response", "rescheduled", "cancelled"
static const char *const email_keys[] = {COMMON, "next",    "template", "channel",
                                         "to",   "purpose", NULL};
static const char *const task_keys[] = {TASK_KEYS, NULL};
static const char *const task_only_keys[] = {COMMON, "next",     "title", "kind", "owner",
                                             "due",  "priority", "wait",  NULL};
static const char *const wait_keys[] = {COMMON,  "next",  "for",     "at",
                                        "until", "hours", "timeout", NULL};
static const char *const branch_keys[] = {COMMON,  "next",      "when", "true",
                                          "false", "undecided", NULL};
static const char *const split_keys[] = {COMMON, "next", "arms", "by", "holdout", NULL};
static const char *const update_keys[] = {COMMON, "next", "add", "remove", NULL};
static const char *const playbook_keys[] = {COMMON,    "next",      "playbook",  "wait",
                                            "timeout", "completed", "cancelled", NULL};
static const char *const playbook_only_keys[] = {COMMON, "next", "playbook", "wait", NULL};
static const char *const enroll_keys[] = {COMMON, "next", "journey", NULL};
static const char *const exit_keys[] = {COMMON, "outcome", "reason", NULL};

/* `plain` and `only` are those of a step that could wait and does not. */
static const struct {
    void (*read)(reading *r);
    const char *const *keys, *const *only;
    const ways *ways, *plain;
} kinds[CSUCCESS__STEP_TYPE_COUNT] = {
    [CSUCCESS__STEP_EMAIL] = {read_email, email_keys, email_keys, &one_way, &one_way},
    [CSUCCESS__STEP_IN_APP] = {read_in_app, email_keys, email_keys, &one_way, &one_way},
    [CSUCCESS__STEP_WEBHOOK] = {read_webhook, email_keys, email_keys, &one_way, &one_way},
    [CSUCCESS__STEP_TASK] = {read_task, task_keys, task_only_keys, &task_ways, &one_way},
    [CSUCCESS__STEP_HUMAN] = {read_task, task_keys, task_keys, &task_ways, &task_ways},
    [CSUCCESS__STEP_WAIT] = {read_wait, wait_keys, wait_keys, NULL, NULL}, /* read_until() */
    [CSUCCESS__STEP_CONDITION] = {read_condition, branch_keys, branch_keys, &branch_ways,
                                  &branch_ways},
    [CSUCCESS__STEP_SPLIT] = {read_split, split_keys, split_keys, NULL, NULL}, /* itself */
    [CSUCCESS__STEP_SEGMENT_UPDATE] = {read_update, update_keys, update_keys, &one_way,
                                       &one_way},
    [CSUCCESS__STEP_HEALTH_CHECK] = {read_condition, branch_keys, branch_keys, &branch_ways,
                                     &branch_ways},
    [CSUCCESS__STEP_START_PLAYBOOK] = {read_playbook, playbook_keys, playbook_only_keys,
                                       &playbook_ways, &one_way},
    [CSUCCESS__STEP_ENROLL] = {read_enroll, enroll_keys, enroll_keys, &one_way, &one_way},
    [CSUCCESS__STEP_EXIT] = {read_exit, exit_keys, exit_keys, &no_way, &no_way}};

static const char *const type_names[] = {
#define CSUCCESS__STEP_TYPE(name, text) text,
    CSUCCESS__STEP_TYPES(CSUCCESS__STEP_TYPE)
#undef CSUCCESS__STEP_TYPE
        NULL};

const char *csuccess__step_type_name(csuccess__step_type type)
{
    return (unsigned)type < CSUCCESS__STEP_TYPE_COUNT ? type_names[type] : NULL;
}

uint32_t csuccess__journey_step_find(const csuccess__journey *journey, csuccess_str id)
{
    for (uint32_t i = 0; i < journey->step_count; i++) {
        if (csuccess__str_eq(journey->steps[i].id, id)) return i;
    }
    return UINT32_MAX;
}

static bool read_type(reading *r)
{
    csuccess__problems *problems = r->build->problems;
    if (r->at->type != CSUCCESS__JSON_OBJECT) {
        csuccess__problem(problems, r->at, CSUCCESS_ECONFIG, "expected an object, found %s",
                          csuccess__json_type_name(r->at));
        return false;
    }
    if (csuccess__str_is(r->at->key, "end")) {
        csuccess__problem(problems, r->at, CSUCCESS_ECONFIG,
                          "\"end\" is no name for a step: it says that a journey is over");
    }
    if (!csuccess__json_member(r->at, "type")) {
        csuccess__problem(problems, r->at, CSUCCESS_ECONFIG,
                          "the step %q needs \"type\", such as \"email\" or \"wait\"",
                          r->at->key);
        return false;
    }
    int type = csuccess__read_word(problems, r->at, "type", type_names, -1);
    if (type < 0) return false;
    r->step->type = (csuccess__step_type)type;
    return true;
}

static void read_step(reading *r)
{
    csuccess__step_type type = r->step->type;
    kinds[type].read(r);
    bool plain = kinds[type].plain != kinds[type].ways && !r->step->waits;
    (void)csuccess__read_object(r->build->problems, r->at,
                                plain ? kinds[type].only : kinds[type].keys);
    const ways *fixed = plain ? kinds[type].plain : kinds[type].ways;
    if (fixed) (void)read_ways(r, fixed, 0);
}

/* All ids are there before the first is read, so that ways may lead to any. */
void csuccess__journey_steps_read(csuccess__journey_draft *d)
{
    csuccess__journey *out = d->journey;
    uint32_t n = d->steps->count;
    const csuccess__json **members =
        CSUCCESS__JOURNEY_TAKE(d->build, const csuccess__json *, n);
    csuccess__journey_step *steps = CSUCCESS__JOURNEY_TAKE(d->build, csuccess__journey_step, n);
    if (!members || !steps) return;
    csuccess__read_order(d->steps, members);
    for (uint32_t i = 0; i < n; i++) {
        steps[i].id = members[i]->key;
        steps[i].at = members[i];
        steps[i].hours = steps[i].task.calendar = UINT32_MAX;
    }
    out->steps = steps;
    out->step_count = n;
    for (uint32_t i = 0; i < n; i++) {
        reading r = {.draft = d, .build = d->build, .at = members[i], .step = &steps[i]};
        r.after = i + 1 < n ? i + 1 : CSUCCESS__JOURNEY_END;
        if (read_type(&r)) read_step(&r);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Compiling the section `campaigns`. */
#include "calendar/duration_read.h"
#include "intervene/campaigns_internal.h"
#include "text/json_tree.h"
#include "text/reader.h"

#include <string.h>

static const char *const campaign_keys[] = {
    "type",   "category", "status",    "strategy",     "from",     "until",   "when",
    "owner",  "channel",  "template",  "priority",     "class",    "cost",    "repeat",
    "budget", "actions",  "stop",      "participants", "escalate", "targets", "success",
    "label",  "order",    "follow_up", "description",  "measures", NULL};
static const char *const type_words[] = {"proactive", "reactive", "preventive", NULL};
static const char *const category_words[] = {"engagement", "value_realization", "support",
                                             "pricing",    "feature_adoption",  NULL};
static const char *const state_words[] = {
#define CSUCCESS__CAMPAIGN(name, number, text) text,
    CSUCCESS__CAMPAIGN_STATES(CSUCCESS__CAMPAIGN)
#undef CSUCCESS__CAMPAIGN
        NULL};
static const char *const target_words[] = {
#define CSUCCESS__TARGET(name, text) text,
    CSUCCESS__TARGETS(CSUCCESS__TARGET)
#undef CSUCCESS__TARGET
        "description",
    NULL};
static const csuccess_str none = {"", 0};

typedef struct reading {
    csuccess__intervene_build *build;
    csuccess__problems *problems;
    csuccess__campaign *out;
    const csuccess__json *at;
} reading;

/* ---- The life of a definition ---- */

bool csuccess__campaign_may(csuccess__campaign_state from, csuccess__campaign_state to)
{
    /* Bits of what each may become; each may stay. */
    static const uint32_t next[] = {
        [CSUCCESS__CAMPAIGN_DRAFT] = 1u << CSUCCESS__CAMPAIGN_ACTIVE,
        [CSUCCESS__CAMPAIGN_ACTIVE] = 1u << CSUCCESS__CAMPAIGN_PAUSED,
        [CSUCCESS__CAMPAIGN_PAUSED] = 1u << CSUCCESS__CAMPAIGN_ACTIVE,
        [CSUCCESS__CAMPAIGN_COMPLETED] = 0,
        [CSUCCESS__CAMPAIGN_CANCELLED] = 0};
    const uint32_t ends =
        1u << CSUCCESS__CAMPAIGN_COMPLETED | 1u << CSUCCESS__CAMPAIGN_CANCELLED;
    uint32_t may = 1u << from | next[from];
    if (from < CSUCCESS__CAMPAIGN_COMPLETED) may |= ends;
    return may >> to & 1u;
}

const char *csuccess__campaign_word(csuccess__campaign_state state)
{
    return state_words[state];
}

/* ---- Slots ---- */

static void declare_one(csuccess__intervene_build *build, csuccess_str id)
{
    (void)csuccess__intervene_slot(build, CSUCCESS_STR("campaign.state"), id,
                                   csuccess__type_of(CSUCCESS__KIND_STRING));
    (void)csuccess__intervene_slot(build, CSUCCESS_STR("campaign.times"), id,
                                   csuccess__type_of(CSUCCESS__KIND_NUMBER));
    (void)csuccess__intervene_slot(build, CSUCCESS_STR("campaign.started_at"), id,
                                   csuccess__type_of(CSUCCESS__KIND_TIME));
}

/* The name behind "campaign(", quoted and without escapes; empty: it is written in another way. */
static csuccess_str name_behind(csuccess_str text)
{
    size_t at = 0;
    while (at < text.len && text.ptr[at] == ' ') at++;
    if (at == text.len || (text.ptr[at] != '\'' && text.ptr[at] != '"')) return none;
    csuccess_str rest = {text.ptr + at + 1, text.len - at - 1};
    size_t end = csuccess__str_find(rest, (csuccess_str){text.ptr + at, 1});
    rest.len = end == SIZE_MAX ? 0 : end;
    return csuccess__str_find(rest, CSUCCESS_STR("\\")) == SIZE_MAX ? rest : none;
}

/* What an expression may speak of; an unknown name brings all, so that the nearest can be named. */
static void declare_mentioned(csuccess__intervene_build *build, const csuccess__json *section,
                              csuccess_str text)
{
    const csuccess_str call = CSUCCESS_STR("campaign(");
    for (;;) {
        size_t at = csuccess__str_find(text, call);
        if (at == SIZE_MAX) return;
        text = (csuccess_str){text.ptr + at + call.len, text.len - at - call.len};
        csuccess_str id = name_behind(text);
        const csuccess__json *known = csuccess__json_get(section, id);
        if (known) declare_one(build, known->key);
        for (const csuccess__json *m = known ? NULL : section->first; m; m = m->next) {
            declare_one(build, m->key);
        }
    }
}

/* Slots cost every customer something, so there are those that the document speaks of and no others. */
void csuccess__campaigns_declare(struct csuccess__intervene_build *build,
                                 const csuccess__json *section)
{
    const csuccess__json *document = build->flow->document;
    if (!section || section->type != CSUCCESS__JSON_OBJECT) return;
    for (const csuccess__json *node = document; node;
         node = csuccess__json_after(node, document)) {
        if (node->key.len) declare_mentioned(build, section, node->key);
        if (node->type == CSUCCESS__JSON_STRING) {
            declare_mentioned(build, section, node->string);
        }
    }
}

/* ---- Parts of a campaign ---- */

static const csuccess__program *read_condition(const reading *r, const csuccess__json *object)
{
    const csuccess__json *at = csuccess__json_member(object, "when");
    if (!at) return NULL;
    return csuccess__expr_read(r->build->flow->with, r->problems, at,
                               csuccess__type_of(CSUCCESS__KIND_BOOL));
}

/* A time or a date, which is its midnight in UTC; 0: there is none. */
static int64_t read_time(const reading *r, const char *key)
{
    int64_t ms = 0;
    const csuccess__json *at = csuccess__json_member(r->at, key);
    csuccess_str text = csuccess__read_string(r->problems, r->at, key, none);
    if (!at || at->type != CSUCCESS__JSON_STRING) return 0;
    if (csuccess__time_parse(&ms, text, NULL) || csuccess__date_parse(&ms, text, NULL)) {
        return ms ? ms : 1;
    }
    csuccess__problem(r->problems, at, CSUCCESS_ECONFIG,
                      "\"%s\" is a date or a time, such as \"2026-03-01\"", key);
    return 0;
}

static void read_words(const reading *r)
{
    csuccess__campaign *out = r->out;
    csuccess__problems *problems = r->problems;
    out->type =
        csuccess__str(type_words[csuccess__read_word(problems, r->at, "type", type_words, 0)]);
    out->category = csuccess__str(
        category_words[csuccess__read_word(problems, r->at, "category", category_words, 0)]);
    out->status = (csuccess__campaign_state)csuccess__read_word(
        problems, r->at, "status", state_words, CSUCCESS__CAMPAIGN_DRAFT);
    out->strategy = csuccess__read_string(problems, r->at, "strategy", none);
    out->place_of = UINT32_MAX;
    (void)csuccess__read_string(problems, r->at, "label", none);
}

static void read_times(const reading *r)
{
    csuccess__campaign *out = r->out;
    out->from = read_time(r, "from");
    out->until = read_time(r, "until");
    if (out->from && out->until && out->until <= out->from) {
        csuccess__problem(r->problems, csuccess__json_member(r->at, "until"), CSUCCESS_ERANGE,
                          "\"until\" is after \"from\"");
    }
    out->repeats = csuccess__json_member(r->at, "repeat") != NULL;
    out->repeat = csuccess__read_period(r->problems, r->at, "repeat", "P180D");
    out->participants = csuccess__campaign_whole(r->problems, r->at, "participants", 0, 1);
}

static void read_budget(const reading *r)
{
    static const char *const keys[] = {"limit", "per_customer", "incentives", "description",
                                       NULL};
    csuccess__campaign *out = r->out;
    const csuccess__json *at =
        csuccess__read_section(r->problems, r->at, "budget", CSUCCESS__JSON_OBJECT);
    if (!at || !csuccess__read_object(r->problems, at, keys)) return;
    out->has_budget = csuccess__json_member(at, "limit") != NULL;
    out->has_customer_budget = csuccess__json_member(at, "per_customer") != NULL;
    out->has_incentives = csuccess__json_member(at, "incentives") != NULL;
    out->budget = csuccess__campaign_whole(r->problems, at, "limit", 0, 0);
    out->customer_budget = csuccess__campaign_whole(r->problems, at, "per_customer", 0, 0);
    out->incentives = csuccess__campaign_whole(r->problems, at, "incentives", 0, 0);
}

static void read_targets(const reading *r)
{
    csuccess__campaign *out = r->out;
    const csuccess__json *at =
        csuccess__read_section(r->problems, r->at, "targets", CSUCCESS__JSON_OBJECT);
    if (!at || !csuccess__read_object(r->problems, at, target_words)) return;
    for (uint32_t i = 0; i < CSUCCESS__TARGET_COUNT; i++) {
        if (!csuccess__json_member(at, target_words[i])) continue;
        out->has_targets |= 1u << i;
        out->targets[i] =
            csuccess__read_number(r->problems, at, target_words[i], 0, -1e15, 1e15);
    }
}

/* The members of a section of at most `most` objects, in order; 0: none, or too many (noted). */
static uint32_t read_members(const reading *r, const char *key, uint32_t most,
                             const csuccess__json **order)
{
    const csuccess__json *section =
        csuccess__read_section(r->problems, r->at, key, CSUCCESS__JSON_OBJECT);
    uint32_t n = section ? section->count : 0;
    if (n > most) {
        csuccess__problem(r->problems, section, CSUCCESS_ELIMIT,
                          "\"%s\" has at most %u members; this has %u", key, most, n);
        return 0;
    }
    if (n) csuccess__read_order(section, order);
    return n;
}

static bool read_stops(const reading *r)
{
    static const char *const keys[] = {"when", "label", "description", "order", NULL};
    const csuccess__json *order[CSUCCESS__STOPS_MOST];
    uint32_t n = read_members(r, "stop", CSUCCESS__STOPS_MOST, order);
    csuccess__stop *list = CSUCCESS__NEW_ARRAY(r->build->flow->with->arena, csuccess__stop, n);
    if (!list) return false;
    for (uint32_t i = 0; i < n; i++) {
        list[i].id = order[i]->key;
        csuccess__campaign_name(r->problems, order[i], "what stops a campaign");
        if (!csuccess__read_object(r->problems, order[i], keys)) continue;
        list[i].when = read_condition(r, order[i]);
        if (csuccess__json_member(order[i], "when")) continue;
        csuccess__problem(r->problems, order[i], CSUCCESS_ECONFIG,
                          "what stops a campaign needs a condition: \"when\"");
    }
    r->out->stops = list;
    r->out->stop_count = n;
    return true;
}

static void read_rung(const reading *r, csuccess__rung *out, const csuccess__json *at)
{
    static const char *const keys[] = {"after", "owner",     "when",        "title",
                                       "due",   "kind",      "priority",    "label",
                                       "order", "reminders", "description", NULL};
    out->id = at->key;
    if (!csuccess__read_object(r->problems, at, keys)) return;
    out->after = csuccess__read_period(r->problems, at, "after", "P3D");
    out->when = read_condition(r, at);
    (void)csuccess__task_def_read(&out->task, r->build->flow, at);
    if (!csuccess__json_member(at, "kind")) out->task.kind = CSUCCESS__TASK_KIND_ESCALATION;
    if (!csuccess__json_member(at, "priority")) out->task.priority = CSUCCESS__PRIORITY_HIGH;
    csuccess__campaign_name(r->problems, at, "a rung of \"escalate\"");
}

static bool read_rungs(const reading *r)
{
    const csuccess__json *order[CSUCCESS__RUNGS_MOST];
    uint32_t n = read_members(r, "escalate", CSUCCESS__RUNGS_MOST, order);
    csuccess__rung *list = CSUCCESS__NEW_ARRAY(r->build->flow->with->arena, csuccess__rung, n);
    if (!list) return false;
    for (uint32_t i = 0; i < n; i++) read_rung(r, &list[i], order[i]);
    r->out->rungs = list;
    r->out->rung_count = n;
    return true;
}

/* ---- A campaign ---- */

static bool name_programme(const reading *r)
{
    static const char prefix[] = "campaign/";
    size_t head = sizeof prefix - 1;
    csuccess_str id = r->out->id;
    char *text = csuccess__arena_take(r->build->flow->with->arena, head + id.len + 1, 1);
    if (!text) return false;
    memcpy(text, prefix, head);
    if (id.len) memcpy(text + head, id.ptr, id.len);
    r->out->programme = (csuccess_str){text, head + id.len};
    csuccess__campaign_name(r->problems, r->at, "a campaign");
    return true;
}

static bool read_one(const reading *r)
{
    const csuccess__schema *schema = r->build->flow->schema;
    csuccess__campaign *out = r->out;
    out->state_slot = csuccess__schema_find(schema, CSUCCESS_STR("campaign.state"), &out->id);
    out->times_slot = csuccess__schema_find(schema, CSUCCESS_STR("campaign.times"), &out->id);
    out->started_slot =
        csuccess__schema_find(schema, CSUCCESS_STR("campaign.started_at"), &out->id);
    if (!name_programme(r)) return false;
    if (!csuccess__read_object(r->problems, r->at, campaign_keys)) return true;
    read_words(r);
    read_times(r);
    out->when = read_condition(r, r->at);
    read_budget(r);
    read_targets(r);
    csuccess__judging_read(&out->success, r->build, r->at);
    csuccess__judging_measures(&out->success, r->build, r->at);
    csuccess__follow_up_read(&out->follow_up, r->build, r->at);
    return csuccess__campaign_actions(r->build, out) && read_stops(r) && read_rungs(r) &&
           !r->problems->lost;
}

static bool read_list(csuccess__intervene_build *build, csuccess__campaigns *out,
                      const csuccess__json *section)
{
    csuccess__arena *arena = build->flow->with->arena;
    uint32_t n = section ? section->count : 0;
    csuccess__campaign *list = CSUCCESS__NEW_ARRAY(arena, csuccess__campaign, n);
    const csuccess__json **order = CSUCCESS__NEW_ARRAY(arena, const csuccess__json *, n);
    if (!list || !order) return false;
    if (n) csuccess__read_order(section, order);
    for (uint32_t i = 0; i < n; i++) {
        list[i].id = order[i]->key;
        list[i].at = order[i];
        list[i].place_of = UINT32_MAX;
        const reading r = {build, build->flow->problems, &list[i], order[i]};
        if (!read_one(&r)) return false;
    }
    out->list = list;
    out->count = n;
    return csuccess__campaigns_index(build, out, list);
}

const csuccess__campaigns *csuccess__campaigns_compile(struct csuccess__intervene_build *build,
                                                       const csuccess__json *section)
{
    csuccess__problems *problems = build->flow->problems;
    csuccess__campaigns *out = CSUCCESS__NEW(build->flow->with->arena, csuccess__campaigns);
    if (section && section->count > CSUCCESS__CAMPAIGNS_MOST) {
        csuccess__problem(problems, section, CSUCCESS_ELIMIT,
                          "a configuration has at most %u campaigns; this has %u",
                          (uint32_t)CSUCCESS__CAMPAIGNS_MOST, section->count);
        section = NULL;
    }
    csuccess__campaigns_declare(build, section);
    if (out && read_list(build, out, section) && !problems->lost) return out;
    problems->lost = true;
    return NULL;
}

bool csuccess__campaign_impact(const csuccess__campaign *campaign, double *out)
{
    double none_works = 1;
    bool any = false;
    for (uint32_t i = 0; i < campaign->action_count; i++) {
        const csuccess__intervention *what = &campaign->actions[i].what;
        double counts = what->prior_a + what->prior_b;
        if (!(counts > 0)) continue;
        any = true;
        none_works *= 1 - what->prior_a / counts;
    }
    *out = 1 - none_works;
    return any;
}

int64_t csuccess__campaign_planned(csuccess__turn *t, const csuccess__campaign *campaign,
                                   int64_t began)
{
    int64_t last = began, follow_up = csuccess__follow_up_at(t, &campaign->follow_up, began);
    for (uint32_t i = 0; i < campaign->action_count; i++) {
        int64_t at = csuccess__turn_after(t, began, campaign->actions[i].after);
        if (at > last) last = at;
    }
    return follow_up > last ? follow_up : last;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Compiling the section `interventions`. */
#include "calendar/duration_read.h"
#include "expr/ruleset.h"
#include "flow/playbooks/task_internal.h"
#include "flow/playbooks/task_read.h"
#include "intervene/intervene.h"
#include "intervene/intervention_types.h"
#include "intervene/interventions_internal.h"
#include "intervene/mentions.h"
#include "stats/special.h"
#include "text/reader.h"

#include <string.h>

static const char *const intervention_keys[] = {
    "type",          "channel",  "fallback",   "owner",     "template", "to",
    "purpose",       "offer",    "title",      "due",       "class",    "priority",
    "when",          "audience", "delay",      "cost",      "value",    "max_frequency_days",
    "valid_for",     "effect",   "success",    "follow_up", "urgent",   "effort",
    "task_priority", "agenda",   "talk_track", "reminders", "label",    "description",
    "order",         NULL};
/* What a person has to see at once (the kinds of a list of urgent actions). */
static const char *const urgent_words[] = {"call_required", "email_bounce", "billing_issue",
                                           "feature_abandonment", NULL};
static const double tail = 0.025;     /* on either side of an interval of 95 per cent */
static const double most_cost = 9e13; /* minor units */
static const csuccess_str none = {"", 0};

typedef struct reading {
    csuccess__intervene_build *build;
    csuccess__problems *problems;
    const csuccess__interventions *of;
    csuccess__intervention *out;
    const csuccess__json *at;
} reading;

static bool lose(const reading *r)
{
    r->problems->lost = true;
    return false;
}

static const csuccess__program *read_expression(const reading *r, const char *key,
                                                csuccess__kind kind)
{
    const csuccess__json *at = csuccess__json_member(r->at, key);
    if (!at) return NULL;
    return csuccess__expr_read(r->build->flow->with, r->problems, at, csuccess__type_of(kind));
}

static int64_t read_cost(const reading *r, const char *key)
{
    double cost = csuccess__read_number(r->problems, r->at, key, 0, 0, most_cost);
    int64_t whole = (int64_t)cost;
    if ((double)whole == cost) return whole;
    csuccess__problem(r->problems, csuccess__json_member(r->at, key), CSUCCESS_ERANGE,
                      "\"%s\" is in minor units, such as cents: a whole number", key);
    return 0;
}

/* ---- How it reaches the customer ---- */

/* The channel of people's work may be one that nothing else is known of. */
static void read_task_sending(const reading *r, csuccess__sending *out)
{
    csuccess__sending sending;
    const csuccess__flow_build *flow = r->build->flow;
    csuccess_str channel = r->out->type->channel;
    bool known = csuccess__json_member(r->at, "channel") != NULL;
    if (!known) known = csuccess__json_get(flow->channels, channel) != NULL;
    if (known) {
        if (csuccess__sending_read(&sending, r->build->flow, r->at, channel.ptr)) {
            *out = sending;
        }
        return;
    }
    *out = (csuccess__sending){.channel = channel};
    out->to = csuccess__recipient_read(r->build->flow, r->at);
    out->purpose = csuccess__read_string(r->problems, r->at, "purpose", none);
}

static void read_sending(const reading *r)
{
    csuccess__intervention *out = r->out;
    csuccess__sending *sending = &out->sending;
    *sending = (csuccess__sending){.channel = out->type->channel, .purpose = none};
    if (out->type->task) {
        read_task_sending(r, sending);
    } else {
        csuccess__sending read;
        if (csuccess__sending_read(&read, r->build->flow, r->at, out->type->channel.ptr)) {
            *sending = read;
        }
    }
    sending->internal = out->type->internal;
    if (!out->type->task && !out->type->internal && !csuccess__json_member(r->at, "template")) {
        csuccess__problem(r->problems, r->at, CSUCCESS_ECONFIG,
                          "a message needs a text: \"template\" names one of \"templates\"");
    }
    if (sending->internal && sending->to) {
        csuccess__problem(r->problems, csuccess__json_member(r->at, "to"), CSUCCESS_ECONFIG,
                          "the type %q is for the team; \"owner\" says for whom",
                          out->type->name);
    }
}

static uint32_t read_names(const reading *r, const csuccess__json *list,
                           const csuccess__channel **out)
{
    uint32_t count = 0;
    for (const csuccess__json *item = list->first; item; item = item->next) {
        bool text = item->type == CSUCCESS__JSON_STRING;
        const csuccess__channel *channel =
            text ? csuccess__channel_find(r->build->channels, item->string) : NULL;
        if (channel) {
            out[count++] = channel;
        } else if (text) {
            csuccess__note_unknown(r->build->flow, item, item->string, r->build->flow->channels,
                                   "channel");
        } else {
            csuccess__problem(r->problems, item, CSUCCESS_ETYPE,
                              "the name of a channel belongs here; this is %s",
                              csuccess__json_type_name(item));
        }
    }
    return count;
}

/* The channels that are tried: its own list goes before that of its channel. */
static bool read_channels(const reading *r)
{
    csuccess__intervention *out = r->out;
    const csuccess__json *list =
        csuccess__read_section(r->problems, r->at, "fallback", CSUCCESS__JSON_ARRAY);
    out->channel = csuccess__channel_find(r->build->channels, out->sending.channel);
    if (!list) {
        out->fallback = out->channel ? out->channel->fallback : NULL;
        out->fallback_count = out->channel ? out->channel->fallback_count : 0;
        return true;
    }
    const csuccess__channel **names = CSUCCESS__NEW_ARRAY(
        r->build->flow->with->arena, const csuccess__channel *, list->count + 1);
    if (!names) return lose(r);
    out->fallback_count = read_names(r, list, names);
    out->fallback = names;
    return true;
}

/* ---- What people do ---- */

static void read_task(const reading *r)
{
    csuccess__flow_build *flow = r->build->flow;
    csuccess__intervention *out = r->out;
    csuccess__task_def *task = &out->task;
    int urgent = csuccess__read_word(r->problems, r->at, "urgent", urgent_words, -1);
    int usual = urgent >= 0 ? CSUCCESS__PRIORITY_CRITICAL : CSUCCESS__PRIORITY_MEDIUM;
    static const csuccess__span efforts = {"PT30M", 0, 31 * CSUCCESS__DAY_MS};
    *task = (csuccess__task_def){
        .kind = out->type->kind, .role = CSUCCESS_STR("csm"), .calendar = UINT32_MAX};
    out->urgent = urgent >= 0 ? csuccess__str(urgent_words[urgent]) : none;
    out->effort_ms = csuccess__read_ms(r->problems, r->at, "effort", 0, efforts);
    task->priority = (csuccess__priority)csuccess__read_word(
        r->problems, r->at, "task_priority", csuccess__priority_words, usual);
    csuccess__read_title(flow, r->at, task);
    csuccess__read_role(flow, r->at, "owner", &task->role);
    task->has_due = csuccess__json_member(r->at, "due") != NULL;
    task->due = csuccess__read_period(r->problems, r->at, "due", "P3D");
    task->reminders = csuccess__reminders_read(flow, r->at, NULL);
    (void)csuccess__read_lines(flow, r->at, "agenda", &task->agenda);
    (void)csuccess__read_lines(flow, r->at, "talk_track", &task->talk_track);
    task->template_ = out->sending.template_ ? out->sending.template_->id : none;
}

/* ---- Whom, when, how often ---- */

static void read_class(const reading *r)
{
    csuccess__intervention *out = r->out;
    bool own = csuccess__json_member(r->at, "class") != NULL;
    csuccess__class class_ = (csuccess__class)csuccess__read_word(
        r->problems, r->at, "class", csuccess__class_words, CSUCCESS__CLASS_NURTURE);
    double priority = csuccess__class_priorities[class_];
    csuccess__class ruled = class_;
    double ruled_priority = priority;
    csuccess__reach_class(r->build->intervene->reach, out->programme, &ruled, &ruled_priority);
    out->class_ = own ? class_ : ruled;
    out->priority = own && ruled != class_ ? priority : ruled_priority;
    out->has_priority = csuccess__json_member(r->at, "priority") != NULL;
    out->priority =
        csuccess__read_number(r->problems, r->at, "priority", out->priority, -1e6, 1e6);
    bool asks = out->class_ == CSUCCESS__CLASS_NURTURE && !out->sending.internal &&
                !out->type->task; /* a person asks for themselves */
    if (asks && out->sending.purpose.len == 0) out->sending.purpose = CSUCCESS_STR("marketing");
}

static void read_times(const reading *r)
{
    static const csuccess__span delays = {"PT24H", 0, 366 * CSUCCESS__DAY_MS};
    const csuccess__reach *reach = r->build->intervene->reach;
    csuccess__intervention *out = r->out;
    double days = (double)reach->frequency_ms / (double)CSUCCESS__DAY_MS;
    days = csuccess__read_number(r->problems, r->at, "max_frequency_days", days, 0, 3660);
    out->frequency_ms = (int64_t)(days * (double)CSUCCESS__DAY_MS);
    out->delay_ms = csuccess__read_ms(r->problems, r->at, "delay", reach->delay_ms, delays);
    out->has_validity = csuccess__json_member(r->at, "valid_for") != NULL;
    out->valid_for = csuccess__read_period(r->problems, r->at, "valid_for", "P7D");
}

/* ---- What it is worth ---- */

static void read_prior(const reading *r, const csuccess__json *effect)
{
    static const char *const keys[] = {"successes", "of", "description", NULL};
    const csuccess__json *at =
        csuccess__read_section(r->problems, effect, "prior", CSUCCESS__JSON_OBJECT);
    if (!at || !csuccess__read_object(r->problems, at, keys)) return;
    double of = csuccess__read_number(r->problems, at, "of", 0, 0, 1e12);
    double successes = csuccess__read_number(r->problems, at, "successes", 0, 0, 1e12);
    if (!(of > 0) || successes > of) {
        csuccess__problem(r->problems, at, CSUCCESS_ERANGE,
                          "a prior is a count of \"successes\" among \"of\", which is more "
                          "than 0 and not less");
        return;
    }
    double mean = successes / of, failures = of - successes;
    bool open = successes > 0 && failures > 0; /* else all is at one end */
    r->out->prior_a = successes;
    r->out->prior_b = failures;
    r->out->prior_low = open ? csuccess__beta_quantile(successes, failures, tail) : mean;
    r->out->prior_high = open ? csuccess__beta_quantile(successes, failures, 1 - tail) : mean;
}

/* Whether an uplift lies between the two numbers of a list. */
static bool holds(const csuccess__json *list, csuccess__effect *out)
{
    const csuccess__json *low = list->first, *high = low ? low->next : NULL;
    if (!high || list->count != 2 || low->type != CSUCCESS__JSON_NUMBER ||
        high->type != CSUCCESS__JSON_NUMBER) {
        return false;
    }
    out->low = low->number;
    out->high = high->number;
    return out->low >= -1 && out->low <= out->uplift && out->uplift <= out->high &&
           out->high <= 1;
}

static bool read_interval(const reading *r, const csuccess__json *effect, csuccess__effect *out)
{
    const csuccess__json *at =
        csuccess__read_section(r->problems, effect, "interval", CSUCCESS__JSON_ARRAY);
    if (at && holds(at, out)) return true;
    csuccess__problem(r->problems, at ? at : effect, CSUCCESS_ERANGE,
                      "an uplift has an \"interval\", two numbers from -1 to 1 between which "
                      "it lies");
    return false;
}

static void read_effect(const reading *r)
{
    static const char *const keys[] = {"uplift", "interval",    "source",
                                       "prior",  "description", NULL};
    static const char *const sources[] = {"unknown", "prior", "experiment", NULL};
    const csuccess__json *at =
        csuccess__read_section(r->problems, r->at, "effect", CSUCCESS__JSON_OBJECT);
    csuccess__effect effect = {.source = CSUCCESS__EFFECT_UNKNOWN};
    uint32_t errors = r->problems->errors;
    if (!at || !csuccess__read_object(r->problems, at, keys)) return;
    read_prior(r, at);
    effect.source = (csuccess__effect_source)csuccess__read_word(
        r->problems, at, "source", sources, CSUCCESS__EFFECT_PRIOR);
    if (!csuccess__json_member(at, "uplift")) return;
    effect.uplift = csuccess__read_number(r->problems, at, "uplift", 0, -1, 1);
    if (r->problems->errors != errors || !read_interval(r, at, &effect)) return;
    r->out->effect = effect;
}

static void read_offer(const reading *r)
{
    const csuccess__json *at = csuccess__json_member(r->at, "offer");
    csuccess_str id = csuccess__read_string(r->problems, r->at, "offer", none);
    if (!at && csuccess__str_is(r->out->type->name, "offer")) {
        csuccess__problem(r->problems, r->at, CSUCCESS_ECONFIG,
                          "an intervention of the type \"offer\" names one of \"offers\": "
                          "\"offer\"");
    }
    if (!at || at->type != CSUCCESS__JSON_STRING) return;
    r->out->offer = csuccess__offer_find(r->build->intervene->offers, id);
    if (r->out->offer) return;
    csuccess__note_unknown(r->build->flow, at, id,
                           csuccess__json_member(r->build->flow->document, "offers"), "offer");
}

/* ---- One intervention ---- */

static bool name_programme(const reading *r)
{
    static const char prefix[] = "intervention/";
    size_t head = sizeof prefix - 1;
    csuccess_str id = r->out->id;
    char *text = csuccess__arena_take(r->build->flow->with->arena, head + id.len + 1, 1);
    if (!text) return lose(r);
    memcpy(text, prefix, head);
    if (id.len) memcpy(text + head, id.ptr, id.len);
    r->out->programme = (csuccess_str){text, head + id.len};
    if (id.len == 0 || csuccess__str_find(id, CSUCCESS_STR("/")) != SIZE_MAX) {
        csuccess__problem(r->problems, r->at, CSUCCESS_ECONFIG,
                          "an intervention has a name without \"/\"");
    }
    return true;
}

static uint32_t slot_of(const reading *r, const char *path)
{
    return csuccess__schema_find(r->build->flow->schema, csuccess__str(path), &r->out->id);
}

static bool read_one(const reading *r)
{
    csuccess__intervention *out = r->out;
    if (!name_programme(r)) return false;
    out->last_at_slot = slot_of(r, "intervention.last_at");
    out->times_slot = slot_of(r, "intervention.times");
    out->state_slot = slot_of(r, "intervention.state");
    out->outcome_slot = slot_of(r, "intervention.outcome");
    out->type = &r->of->types[0];
    if (!csuccess__read_object(r->problems, r->at, intervention_keys)) return true;
    const csuccess__intervention_type *type =
        csuccess__intervention_type_of(r->of, r->build, r->at);
    if (!type) return true;
    out->type = type;
    out->label = csuccess__read_string(r->problems, r->at, "label", out->id);
    read_sending(r);
    if (!read_channels(r)) return false;
    read_task(r);
    read_class(r);
    read_times(r);
    out->when = read_expression(r, "when", CSUCCESS__KIND_BOOL);
    out->audience = read_expression(r, "audience", CSUCCESS__KIND_BOOL);
    out->value = read_expression(r, "value", CSUCCESS__KIND_NUMBER);
    out->cost = read_cost(r, "cost");
    read_effect(r);
    read_offer(r);
    csuccess__judging_read(&out->success, r->build, r->at);
    csuccess__follow_up_read(&out->follow_up, r->build, r->at);
    return !r->problems->lost;
}

/* ---- All of them ---- */

static bool is_types(const csuccess__json *member)
{
    return csuccess__str_is(member->key, "types");
}

static void declare_one(struct csuccess__intervene_build *build, csuccess_str id)
{
    static const struct {
        const char *path;
        csuccess__kind kind;
    } slots[] = {{"intervention.last_at", CSUCCESS__KIND_TIME},
                 {"intervention.times", CSUCCESS__KIND_NUMBER},
                 {"intervention.state", CSUCCESS__KIND_STRING},
                 {"intervention.outcome", CSUCCESS__KIND_STRING}};
    if (csuccess__str_is(id, "types")) return;
    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
        (void)csuccess__intervene_slot(build, csuccess__str(slots[i].path), id,
                                       csuccess__type_of(slots[i].kind));
    }
}

void csuccess__interventions_declare(struct csuccess__intervene_build *build,
                                     const csuccess__json *section)
{
    csuccess__mentions(build, section, CSUCCESS_STR("intervention("), declare_one);
}

static bool read_list(csuccess__intervene_build *build, csuccess__interventions *out,
                      const csuccess__json *section)
{
    csuccess__arena *arena = build->flow->with->arena;
    uint32_t n = section ? section->count : 0;
    csuccess__intervention *list = CSUCCESS__NEW_ARRAY(arena, csuccess__intervention, n + 1);
    const csuccess__json **order = CSUCCESS__NEW_ARRAY(arena, const csuccess__json *, n + 1);
    if (!list || !order) return false;
    if (n) csuccess__read_order(section, order);
    out->list = list;
    for (uint32_t i = 0; i < n; i++) {
        if (is_types(order[i])) continue;
        csuccess__intervention *one = &list[out->count++];
        *one = (csuccess__intervention){.id = order[i]->key, .at = order[i]};
        const reading r = {build, build->flow->problems, out, one, order[i]};
        if (!read_one(&r)) return false;
    }
    return true;
}

/* Where an id stands, or would, among those that are sorted. */
static uint32_t place_of(const csuccess__interventions *of, uint32_t sorted, csuccess_str id)
{
    uint32_t low = 0, high = sorted;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (csuccess__str_cmp(of->list[of->sorted[middle]].id, id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool sort_list(csuccess__arena *arena, csuccess__interventions *out)
{
    uint32_t *sorted = CSUCCESS__NEW_ARRAY(arena, uint32_t, out->count + 1);
    uint32_t *shown = CSUCCESS__NEW_ARRAY(arena, uint32_t, out->count + 1);
    if (!sorted || !shown) return false;
    out->sorted = sorted;
    out->shown = shown;
    for (uint32_t i = 0; i < out->count; i++) {
        uint32_t at = place_of(out, i, out->list[i].id);
        memmove(sorted + at + 1, sorted + at, (i - at) * sizeof *sorted);
        sorted[at] = i;
        if (out->list[i].state_slot != UINT32_MAX) shown[out->shown_count++] = i;
    }
    return true;
}

/* Those with `when`, their conditions as one set, and which of them time alone may change. */
static bool list_standing(csuccess__intervene_build *build, csuccess__interventions *out)
{
    csuccess__arena *arena = build->flow->with->arena;
    const csuccess__schema *schema = build->flow->schema;
    uint32_t *standing = CSUCCESS__NEW_ARRAY(arena, uint32_t, out->count + 1);
    uint32_t *timed = CSUCCESS__NEW_ARRAY(arena, uint32_t, out->count + 1);
    const csuccess__program **programs =
        CSUCCESS__NEW_ARRAY(arena, const csuccess__program *, out->count + 1);
    if (!standing || !timed || !programs) return false;
    out->standing = standing;
    out->timed_audiences = timed;
    for (uint32_t i = 0; i < out->count; i++) {
        const csuccess__intervention *of = &out->list[i];
        if (!of->when) continue;
        programs[out->standing_count] = of->when;
        standing[out->standing_count++] = i;
        out->timed = out->timed || csuccess__program_is_timed(schema, of->when);
        if (csuccess__program_is_timed(schema, of->audience)) {
            timed[out->timed_audience_count++] = out->standing_count - 1;
        }
    }
    out->set = csuccess__ruleset_new(arena, programs, out->standing_count);
    return out->set != NULL;
}

const csuccess__interventions *
csuccess__interventions_compile(struct csuccess__intervene_build *build,
                                const csuccess__json *section)
{
    csuccess__problems *problems = build->flow->problems;
    csuccess__interventions *out =
        CSUCCESS__NEW(build->flow->with->arena, csuccess__interventions);
    if (section && section->count > CSUCCESS__INTERVENTIONS_MOST) {
        csuccess__problem(problems, section, CSUCCESS_ELIMIT,
                          "a configuration has at most %u interventions; this has %u",
                          (uint32_t)CSUCCESS__INTERVENTIONS_MOST, section->count);
        section = NULL;
    }
    csuccess__interventions_declare(build, section);
    if (out && csuccess__intervention_types_read(out, build, section) &&
        read_list(build, out, section) && sort_list(build->flow->with->arena, out) &&
        list_standing(build, out) && !problems->lost) {
        return out;
    }
    problems->lost = true;
    return NULL;
}

const csuccess__intervention *csuccess__intervention_find(const csuccess__interventions *of,
                                                          csuccess_str id)
{
    uint32_t at = of ? place_of(of, of->count, id) : 0;
    if (!of || at == of->count) return NULL;
    const csuccess__intervention *found = &of->list[of->sorted[at]];
    return csuccess__str_eq(found->id, id) ? found : NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The actions of a campaign: interventions, with what the action and the campaign say instead. */
#include "calendar/duration_read.h"
#include "flow/playbooks/task_read.h"
#include "intervene/campaigns_internal.h"
#include "text/reader.h"

#include <string.h>

static const char *const action_keys[] = {
    "intervention", "after", "owner", "channel",     "template", "priority", "class",
    "cost",         "if",    "label", "description", "order",    NULL};
static const double whole_most = 9e13;
enum { NAME_MOST = 128 };
static const csuccess_str none = {"", 0};

typedef struct reading {
    csuccess__intervene_build *build;
    csuccess__problems *problems;
    const csuccess__campaign *of;
    csuccess__campaign_action *out;
    const csuccess__json *at; /* of the action */
} reading;

int64_t csuccess__campaign_whole(csuccess__problems *problems, const csuccess__json *object,
                                 const char *key, int64_t fallback, int64_t least)
{
    double number = csuccess__read_number(problems, object, key, (double)fallback,
                                          (double)least, whole_most);
    int64_t whole = (int64_t)number;
    if ((double)whole == number) return whole;
    csuccess__problem(problems, csuccess__json_member(object, key), CSUCCESS_ERANGE,
                      "\"%s\" is a whole number", key);
    return fallback;
}

/* Who says it: the action, else its intervention (NULL, for that is there already), else the campaign. */
static const csuccess__json *who_says(const reading *r, const char *key)
{
    const csuccess__json *theirs = r->out->what.at;
    if (csuccess__json_member(r->at, key)) return r->at;
    if (theirs && csuccess__json_member(theirs, key)) return NULL;
    return csuccess__json_member(r->of->at, key) ? r->of->at : NULL;
}

static void read_owner(const reading *r)
{
    const csuccess__json *says = who_says(r, "owner");
    if (says) csuccess__read_role(r->build->flow, says, "owner", &r->out->what.task.role);
}

static void read_channel(const reading *r)
{
    csuccess__intervention *what = &r->out->what;
    const csuccess__json *says = who_says(r, "channel");
    csuccess_str name = what->sending.channel;
    if (!says) return;
    csuccess__read_channel(r->build->flow, says, "channel", &name);
    what->sending.channel = name;
    what->channel = csuccess__channel_find(r->build->channels, name);
    if (what->at && csuccess__json_member(what->at, "fallback")) return;
    what->fallback = what->channel ? what->channel->fallback : NULL;
    what->fallback_count = what->channel ? what->channel->fallback_count : 0;
}

static void read_template(const reading *r)
{
    csuccess__flow_build *flow = r->build->flow;
    const csuccess__json *says = who_says(r, "template");
    const csuccess__json *at = says ? csuccess__json_member(says, "template") : NULL;
    csuccess_str id = says ? csuccess__read_string(r->problems, says, "template", none) : none;
    if (!at || at->type != CSUCCESS__JSON_STRING) return;
    const csuccess__message_template *found =
        csuccess__templates_find(flow->flow->templates, id);
    if (found) {
        r->out->what.sending.template_ = found;
        r->out->what.task.template_ = found->id;
        return;
    }
    csuccess__note_unknown(flow, at, id, csuccess__json_member(flow->document, "templates"),
                           "template");
}

/* Consent of what becomes marketing, and of what is none any more, where the intervention says no purpose. */
static void follow_class(const reading *r)
{
    csuccess__intervention *what = &r->out->what;
    if (what->at && csuccess__json_member(what->at, "purpose")) return;
    bool asks =
        what->class_ == CSUCCESS__CLASS_NURTURE && !what->sending.internal && !what->type->task;
    what->sending.purpose = asks ? CSUCCESS_STR("marketing") : none;
}

static bool says_own(const reading *r, const char *key)
{
    const csuccess__json *theirs = r->out->what.at;
    return csuccess__json_member(r->at, key) || csuccess__json_member(r->of->at, key) ||
           (theirs && csuccess__json_member(theirs, key));
}

/* Class and priority are those of the campaign as a programme, where nobody says any. */
static void read_class(const reading *r)
{
    csuccess__intervention *what = &r->out->what;
    const csuccess__json *says = who_says(r, "class"), *ranks = who_says(r, "priority");
    csuccess__class ruled = CSUCCESS__CLASS_NURTURE;
    double ruled_priority = csuccess__class_priorities[ruled];
    csuccess__reach_class(r->build->intervene->reach, r->of->programme, &ruled,
                          &ruled_priority);
    if (says) {
        what->class_ = (csuccess__class)csuccess__read_word(
            r->problems, says, "class", csuccess__class_words, (int)what->class_);
    } else if (!says_own(r, "class")) {
        what->class_ = ruled;
    }
    if (!says_own(r, "priority")) {
        what->priority =
            what->class_ == ruled ? ruled_priority : csuccess__class_priorities[what->class_];
    }
    if (ranks) {
        what->priority =
            csuccess__read_number(r->problems, ranks, "priority", what->priority, -1e6, 1e6);
    }
    what->has_priority = true;
    follow_class(r);
}

static void read_cost(const reading *r)
{
    const csuccess__json *says = who_says(r, "cost");
    if (!says) return;
    r->out->what.cost =
        csuccess__campaign_whole(r->problems, says, "cost", r->out->what.cost, 0);
}

/* False: there is no such intervention, which was noted. */
static bool read_intervention(const reading *r)
{
    csuccess__flow_build *flow = r->build->flow;
    const csuccess__json *at = csuccess__json_member(r->at, "intervention");
    csuccess_str id = csuccess__read_string(r->problems, r->at, "intervention", none);
    if (!at) {
        csuccess__problem(r->problems, r->at, CSUCCESS_ECONFIG,
                          "an action names one of \"interventions\": \"intervention\"");
        return false;
    }
    if (at->type != CSUCCESS__JSON_STRING) return false;
    const csuccess__intervention *found =
        csuccess__intervention_find(r->build->intervene->interventions, id);
    if (found) {
        r->out->what = *found;
        r->out->what.follow_up.none = true; /* it has its campaign's */
        return true;
    }
    csuccess__note_unknown(flow, at, id, csuccess__json_member(flow->document, "interventions"),
                           "intervention");
    return false;
}

void csuccess__campaign_name(csuccess__problems *problems, const csuccess__json *at,
                             const char *what)
{
    csuccess_str id = at->key;
    bool slash = csuccess__str_find(id, CSUCCESS_STR("/")) != SIZE_MAX;
    bool line = csuccess__str_find(id, CSUCCESS_STR("\n")) != SIZE_MAX;
    if (id.len > 0 && id.len <= NAME_MOST && !slash && !line) return;
    csuccess__problem(problems, at, CSUCCESS_ECONFIG,
                      "%s has a name of one line, at most %u bytes, without \"/\"", what,
                      (uint32_t)NAME_MOST);
}

static void read_action(const reading *r)
{
    const csuccess__type *truth = csuccess__type_of(CSUCCESS__KIND_BOOL);
    csuccess__campaign_action *out = r->out;
    out->id = r->at->key;
    out->of = r->of;
    csuccess__campaign_name(r->problems, r->at, "an action");
    if (!csuccess__read_object(r->problems, r->at, action_keys)) return;
    out->after = csuccess__read_period(r->problems, r->at, "after", "PT24H");
    out->at_once = out->after.months == 0 && out->after.days == 0 && out->after.ms == 0;
    const csuccess__json *when = csuccess__json_member(r->at, "if");
    if (when) out->if_ = csuccess__expr_read(r->build->flow->with, r->problems, when, truth);
    if (!read_intervention(r)) return;
    read_owner(r);
    read_channel(r);
    read_template(r);
    read_class(r);
    read_cost(r);
}

const csuccess__campaign *csuccess__candidate_campaign(const csuccess__turn *t,
                                                       const csuccess__candidate *c)
{
    const csuccess_str prefix = CSUCCESS_STR("campaign/");
    if (c->action) return c->action->of;
    if (!csuccess__str_starts(c->programme, prefix)) return NULL;
    return csuccess__campaign_find(
        t->of->campaigns,
        (csuccess_str){c->programme.ptr + prefix.len, c->programme.len - prefix.len});
}

bool csuccess__campaign_actions(struct csuccess__intervene_build *build,
                                csuccess__campaign *out)
{
    csuccess__problems *problems = build->flow->problems;
    csuccess__arena *arena = build->flow->with->arena;
    const csuccess__json *section =
        csuccess__read_section(problems, out->at, "actions", CSUCCESS__JSON_OBJECT);
    uint32_t n = section ? section->count : 0;
    if (n == 0 || n > CSUCCESS__ACTIONS_MOST) {
        csuccess__problem(problems, section ? section : out->at, CSUCCESS_ECONFIG,
                          "a campaign has \"actions\", from 1 to %u; this has %u",
                          (uint32_t)CSUCCESS__ACTIONS_MOST, n);
        return true;
    }
    const csuccess__json *order[CSUCCESS__ACTIONS_MOST];
    csuccess__campaign_action *list = CSUCCESS__NEW_ARRAY(arena, csuccess__campaign_action, n);
    if (!list) return false;
    csuccess__read_order(section, order);
    out->waits = true;
    for (uint32_t i = 0; i < n; i++) {
        const reading r = {build, problems, out, &list[i], order[i]};
        read_action(&r);
        if (list[i].at_once) out->waits = false;
    }
    out->actions = list;
    out->action_count = n;
    return true;
}

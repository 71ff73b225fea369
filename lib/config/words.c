/* SPDX-License-Identifier: Apache-2.0 */
/* Which keys of a document are words of the format, and which are names that people chose: a component may be called
   "points", a metric "description". */
#include "config/config.h"
#include "text/reader.h"

/* Words whose members are names. */
static const char *const containers[] = {"attributes",
                                         "records",
                                         "sources",
                                         "aggregates",
                                         "metrics",
                                         "benchmarks",
                                         "profiles",
                                         "scorecards",
                                         "also",
                                         "of",
                                         "modifiers",
                                         "bands",
                                         "alerts",
                                         "weights",
                                         "levels",
                                         "risk_factors",
                                         "urgency",
                                         "actions",
                                         "segments",
                                         "bindings",
                                         "contradictions",
                                         "vocabulary",
                                         "map",
                                         "tiers",
                                         "at",
                                         "features",
                                         "properties",
                                         "channels",
                                         "notify",
                                         "roles",
                                         "purposes",
                                         "milestones",
                                         "journeys",
                                         "playbooks",
                                         "steps",
                                         "calendars",
                                         "zones",
                                         "holidays",
                                         "templates",
                                         "locales",
                                         "defaults",
                                         "members",
                                         "owners",
                                         "arms",
                                         "until",
                                         "exit",
                                         "correlate",
                                         "caps",
                                         "quiet_hours",
                                         "send_windows",
                                         "programmes",
                                         "interventions",
                                         "campaigns",
                                         "types",
                                         "stop",
                                         "escalate",
                                         "offers",
                                         "durations",
                                         "conditions",
                                         "approvals",
                                         "experiments",
                                         "rules",
                                         "words",
                                         "issues",
                                         "emotions",
                                         NULL};
/* Where a name stands otherwise, these members are words: no calendar is called "zones". */
static const struct {
    const char *section, *key;
} reserved[] = {{"calendars", "zones"}, {"interventions", "types"}};
/* Words below which keys are names or data at any depth: rules and values. */
static const char *const data[] = {
    "when",          "enter",    "leave",     "where",      "churned_when",  "value",
    "default",       "table",    "if",        "close_when", "achieved_when", "to",
    "jurisdictions", "audience", "available", "hold_when",  "outcome",       NULL};

csuccess_str csuccess__section_of(const csuccess__json *node)
{
    while (node->parent && node->parent->parent) {
        node = node->parent;
    }
    return node->parent ? node->key : csuccess__str(NULL);
}

bool csuccess__is_reserved(const csuccess__json *member)
{
    const csuccess__json *section = member->parent;
    if (!section || !section->parent || section->parent->parent) {
        return false;
    }
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        if (csuccess__str_is(section->key, reserved[i].section) &&
            csuccess__str_is(member->key, reserved[i].key)) {
            return true;
        }
    }
    return false;
}

/* The alerts of sentiment are given: what stands there are words. */
static bool holds_names(const csuccess__json *node)
{
    return csuccess__str_among(node->key, containers) &&
           !(csuccess__str_is(node->key, "alerts") &&
             csuccess__str_is(csuccess__section_of(node), "sentiment"));
}

/* A container stands where words stand, so in a run of keys that all could be containers every second one is a name. */
bool csuccess__is_word(const csuccess__json *member)
{
    bool word = true;
    if (csuccess__is_reserved(member)) {
        return true;
    }
    for (const csuccess__json *at = member->parent; at && at->parent && holds_names(at);
         at = at->parent) {
        word = !word;
        if (csuccess__is_reserved(at)) {
            break;
        }
    }
    return word;
}

/* Whether rules or data begin at this member: a condition, a value, a metric. The `value` of churn is a section's part. */
static bool begins_data(const csuccess__json *member)
{
    const csuccess__json *parent = member->parent;
    if (!parent) {
        return false;
    }
    bool in_section = parent->parent && !parent->parent->parent;
    if (in_section && csuccess__str_is(parent->key, "metrics")) {
        return true;
    }
    if (!csuccess__str_among(member->key, data) || !csuccess__is_word(member)) {
        return false;
    }
    return !(in_section && csuccess__str_is(parent->key, "churn"));
}

bool csuccess__is_in_data(const csuccess__json *member)
{
    for (const csuccess__json *at = member->parent; at; at = at->parent) {
        if (begins_data(at)) {
            return true;
        }
    }
    return false;
}

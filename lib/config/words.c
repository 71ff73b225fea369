/* SPDX-License-Identifier: Apache-2.0 */
/* Which keys of a document are words of the format, and which are names that people chose: a component may be called
   "points", a metric "description". */
#include "config/config.h"
#include "text/reader.h"

/* Words whose members are names. */
static const char *const containers[] = {
    "attributes", "records",    "sources",        "aggregates",   "metrics",   "benchmarks",
    "profiles",   "scorecards", "also",           "of",           "modifiers", "bands",
    "alerts",     "weights",    "levels",         "risk_factors", "urgency",   "actions",
    "segments",   "bindings",   "contradictions", "vocabulary",   "map",       "tiers",
    "at",         "features",   "properties",     "channels",     "notify",    "roles",
    "purposes",   "milestones", "journeys",       "playbooks",    "steps",     "calendars",
    "zones",      "holidays",   "templates",      "locales",      "defaults",  "members",
    "owners",     "arms",       "until",          "exit",         "correlate", NULL};
/* Words below which keys are names or data at any depth: rules and values. */
static const char *const data[] = {
    "when",  "enter", "leave",      "where",         "churned_when", "value",         "default",
    "table", "if",    "close_when", "achieved_when", "to",           "jurisdictions", NULL};

csuccess_str csuccess__section_of(const csuccess__json *node)
{
    while (node->parent && node->parent->parent) {
        node = node->parent;
    }
    return node->parent ? node->key : csuccess__str(NULL);
}

/* A container stands where words stand, so in a run of keys that all could be containers every second one is a name. */
bool csuccess__is_word(const csuccess__json *member)
{
    bool word = true;
    for (const csuccess__json *at = member->parent;
         at && at->parent && csuccess__str_among(at->key, containers); at = at->parent) {
        word = !word;
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

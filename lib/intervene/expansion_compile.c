/* SPDX-License-Identifier: Apache-2.0 */
/* The section `expansion` read: rules of opportunities, and what holds all of them back. */
#include "intervene/expansion.h"

#include "intervene/intervene.h"
#include "text/reader.h"

static const char *const section_keys[] = {"hold_when", "rules", "description", NULL};
static const char *const rule_keys[] = {
    "when",      "limit",  "value", "probability", "timing", "trigger", "type",
    "recommend", "action", "label", "description", "order",  NULL};
static const char *const timings[] = {
#define TIMING(text) text,
    CSUCCESS__TIMINGS(TIMING)
#undef TIMING
        NULL};

typedef struct reading {
    csuccess__intervene_build *build;
    csuccess__problems *problems;
    csuccess__compiler *with;
} reading;

static const csuccess__program *read_program(const reading *r, const csuccess__json *object,
                                             const char *key, csuccess__kind kind)
{
    const csuccess__json *at = csuccess__json_member(object, key);
    if (!at) return NULL;
    return csuccess__expr_read(r->with, r->problems, at, csuccess__type_of(kind));
}

/* A rule without a condition or a probability would be one that always or never counts. */
static void need(const reading *r, const csuccess__json *rule, const char *key,
                 const char *example)
{
    if (csuccess__json_member(rule, key)) return;
    csuccess__problem(r->problems, rule, CSUCCESS_ECONFIG,
                      "the rule %q needs \"%s\", such as %s", rule->key, key, example);
}

static void read_rule(const reading *r, const csuccess__json *json,
                      csuccess__expansion_rule *out)
{
    const csuccess_str none = {"", 0};
    *out = (csuccess__expansion_rule){.id = json->key, .type = json->key, .at = json};
    out->timing = csuccess__str(timings[0]);
    out->trigger = out->action = none;
    if (!csuccess__read_object(r->problems, json, rule_keys)) return;
    need(r, json, "when", "\"users > 0.8 * user_limit\"");
    need(r, json, "probability", "0.75");
    out->when = read_program(r, json, "when", CSUCCESS__KIND_BOOL);
    out->limit = read_program(r, json, "limit", CSUCCESS__KIND_NUMBER);
    out->value = read_program(r, json, "value", CSUCCESS__KIND_NUMBER);
    out->recommend = read_program(r, json, "recommend", CSUCCESS__KIND_STRING);
    out->probability = csuccess__read_number(r->problems, json, "probability", 0, 0, 1);
    int timing = csuccess__read_word(r->problems, json, "timing", timings, 0);
    out->timing = csuccess__str(timings[timing]);
    out->type = csuccess__read_string(r->problems, json, "type", json->key);
    out->trigger = csuccess__read_string(r->problems, json, "trigger", none);
    out->action = csuccess__read_string(r->problems, json, "action", none);
}

/* After the conditions, so that none of them reads what they come to. */
static void declare(const reading *r, csuccess__expansion_rule *rule)
{
    const csuccess__type *number = csuccess__type_of(CSUCCESS__KIND_NUMBER);
    rule->open_slot =
        csuccess__intervene_slot(r->build, CSUCCESS_STR("opportunity.open"), rule->id,
                                 csuccess__type_of(CSUCCESS__KIND_BOOL));
    rule->value_slot =
        csuccess__intervene_slot(r->build, CSUCCESS_STR("opportunity.value"), rule->id, number);
    rule->rank_slot =
        csuccess__intervene_slot(r->build, CSUCCESS_STR("opportunity.rank"), rule->id, number);
}

static bool read_rules(const reading *r, const csuccess__json *rules, csuccess__expansion *out)
{
    if (rules->count > CSUCCESS__EXPANSION_RULES) {
        csuccess__problem(r->problems, rules, CSUCCESS_ELIMIT,
                          "there are at most %u rules; this has %u",
                          (uint32_t)CSUCCESS__EXPANSION_RULES, rules->count);
        return true;
    }
    size_t room = (size_t)rules->count + 1;
    const csuccess__json **order =
        CSUCCESS__NEW_ARRAY(r->with->arena, const csuccess__json *, room);
    csuccess__expansion_rule *list =
        CSUCCESS__NEW_ARRAY(r->with->arena, csuccess__expansion_rule, room);
    if (!order || !list) return false;
    csuccess__read_order(rules, order);
    for (uint32_t i = 0; i < rules->count; i++) read_rule(r, order[i], &list[i]);
    for (uint32_t i = 0; i < rules->count; i++) declare(r, &list[i]);
    out->list = list;
    out->count = rules->count;
    return !r->problems->lost;
}

const csuccess__expansion *csuccess__expansion_compile(struct csuccess__intervene_build *build,
                                                       const csuccess__json *section)
{
    const reading r = {build, build->flow->problems, build->flow->with};
    csuccess__expansion *out = CSUCCESS__NEW(r.with->arena, csuccess__expansion);
    if (!out || !section) return out;
    if (!csuccess__read_object(r.problems, section, section_keys)) return out;
    out->hold_when = read_program(&r, section, "hold_when", CSUCCESS__KIND_BOOL);
    const csuccess__json *rules =
        csuccess__read_section(r.problems, section, "rules", CSUCCESS__JSON_OBJECT);
    return !rules || read_rules(&r, rules, out) ? out : NULL;
}

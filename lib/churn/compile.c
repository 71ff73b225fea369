/* SPDX-License-Identifier: Apache-2.0 */
/* Compiling the churn section of a configuration. */
#include "churn/internal.h"

#include "text/reader.h"

static const char *const section_keys[] = {
    "model",        "models",   "horizon",  "min_confidence", "levels",
    "risk_factors", "value",    "urgency",  "actions",        "recommend",
    "description",  "fallback", "severity", "retrain_every",  "time_to_churn",
    "priority",     NULL};
static const char *const risk_keys[] = {"when",  "severity",    "impact", "say",
                                        "label", "description", "order",  NULL};
static const char *const action_keys[] = {"when", "label", "description", "order", NULL};
static const char *const value_keys[] = {"lifetime", "prevention_cost", "description", NULL};

typedef csuccess__churn_builder builder;

enum { LEVELS_MOST = 64 };

/* The names of the levels as values with their constants, since expressions compare churn.level with them. */
static void name_levels(const builder *b, const csuccess__json *section)
{
    const csuccess__ladder *levels = &b->churn->levels;
    if (levels->count > LEVELS_MOST) {
        csuccess__problem(b->problems, csuccess__json_member(section, "levels"),
                          CSUCCESS_ELIMIT, "there are at most %u levels",
                          (uint32_t)LEVELS_MOST);
        return;
    }
    csuccess__value *values =
        CSUCCESS__NEW_ARRAY(b->with->arena, csuccess__value, levels->count);
    for (uint32_t i = 0; values && i < levels->count; i++) {
        values[i] = csuccess__string(levels->rungs[i].id);
        values[i].code = csuccess__constants_add(b->with->constants, levels->rungs[i].id);
        b->problems->lost = b->problems->lost || values[i].code == 0;
    }
    b->problems->lost = b->problems->lost || !values;
    b->churn->level_values = values;
}

static uint32_t add_slot(const builder *b, const char *path, csuccess__kind kind,
                         const csuccess__json *at)
{
    csuccess__slot slot = {.path = csuccess__str(path),
                           .type = csuccess__type_of(kind),
                           .stratum = CSUCCESS__STRATUM_CHURN};
    if (csuccess__schema_find(b->schema, slot.path, NULL) != UINT32_MAX) {
        csuccess__problem(
            b->problems, at, CSUCCESS_ECONFIG,
            "%q is computed here; call the attribute or metric of that name otherwise",
            slot.path);
        return UINT32_MAX;
    }
    uint32_t added = csuccess__schema_add(b->schema, &slot);
    b->problems->lost = b->problems->lost || added == UINT32_MAX;
    return added;
}

static void read_risk(const builder *b, const csuccess__json *node, csuccess__risk *risk)
{
    if (!csuccess__read_object(b->problems, node, risk_keys)) {
        return;
    }
    csuccess_str none = csuccess__str(NULL);
    risk->id = node->key;
    risk->text = csuccess__read_string(b->problems, node, "label", node->key);
    risk->when = csuccess__churn_program(b, node, "when", CSUCCESS__KIND_BOOL, true);
    risk->impact = csuccess__read_number(b->problems, node, "impact", 0, 0, 1);
    int severity = csuccess__read_word(b->problems, node, "severity", csuccess__severities, 1);
    risk->severity = csuccess__str(csuccess__severities[severity]);
    const csuccess__json *say = csuccess__json_member(node, "say");
    if (say && csuccess__read_string(b->problems, node, "say", none).ptr) {
        risk->say = csuccess__template_read(b->with, b->problems, say, CSUCCESS__ESCAPE_TEXT);
    }
}

static bool add_risk_slot(const builder *b, csuccess__risk *risk)
{
    csuccess_str path = CSUCCESS_STR("factor");
    risk->slot = UINT32_MAX;
    if (csuccess__schema_find(b->schema, path, &risk->id) != UINT32_MAX) {
        return true;
    }
    csuccess__slot slot = {.path = path,
                           .argument = risk->id,
                           .type = csuccess__type_of(CSUCCESS__KIND_NUMBER),
                           .stratum = CSUCCESS__STRATUM_CHURN};
    risk->slot = csuccess__schema_add(b->schema, &slot);
    return risk->slot != UINT32_MAX;
}

/* Highest impact first; equals keep the order of the document. Merges runs of doubling length, from one array to the
   other; the sorted one is returned. */
static csuccess__risk *sort_risks(csuccess__risk *list, csuccess__risk *spare, size_t n)
{
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t low = 0; low < n; low += 2 * width) {
            size_t middle = low + width < n ? low + width : n;
            size_t high = low + 2 * width < n ? low + 2 * width : n;
            size_t a = low, b = middle;
            for (size_t k = low; k < high; k++) {
                bool left = a < middle && (b >= high || list[a].impact >= list[b].impact);
                spare[k] = left ? list[a++] : list[b++];
            }
        }
        csuccess__risk *sorted = spare;
        spare = list;
        list = sorted;
    }
    return list;
}

static void read_risks(const builder *b, const csuccess__json *section)
{
    uint32_t n;
    const csuccess__json **members = csuccess__churn_members(b, section, "risk_factors", &n);
    if (n == 0) {
        return;
    }
    csuccess__risk *risks = CSUCCESS__NEW_ARRAY(b->with->arena, csuccess__risk, n);
    csuccess__risk *spare = CSUCCESS__NEW_ARRAY(b->with->arena, csuccess__risk, n);
    if (!risks || !spare) {
        b->problems->lost = true;
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        risks[i].slot = UINT32_MAX;
        read_risk(b, members[i], &risks[i]);
    }
    risks = sort_risks(risks, spare, n);
    /* Slots come after all conditions are read: a risk factor does not see its siblings. */
    for (uint32_t i = 0; i < n; i++) {
        b->problems->lost = b->problems->lost || !add_risk_slot(b, &risks[i]);
    }
    b->churn->risks = risks;
    b->churn->risk_count = n;
}

static void read_actions(const builder *b, const csuccess__json *section)
{
    uint32_t n;
    const csuccess__json **members = csuccess__churn_members(b, section, "actions", &n);
    csuccess__action *actions =
        n ? CSUCCESS__NEW_ARRAY(b->with->arena, csuccess__action, n) : NULL;
    if (!actions) {
        b->problems->lost = b->problems->lost || n > 0;
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (csuccess__read_object(b->problems, members[i], action_keys)) {
            actions[i].id = members[i]->key;
            (void)csuccess__read_string(b->problems, members[i], "label", members[i]->key);
            actions[i].when =
                csuccess__churn_program(b, members[i], "when", CSUCCESS__KIND_BOOL, true);
        }
    }
    b->churn->actions = actions;
    b->churn->action_count = n;
}

static void read_value(const builder *b, const csuccess__json *section)
{
    const csuccess__json *value =
        csuccess__read_section(b->problems, section, "value", CSUCCESS__JSON_OBJECT);
    b->churn->lifetime_slot = b->churn->at_risk_slot = UINT32_MAX;
    if (!value || !csuccess__read_object(b->problems, value, value_keys)) {
        return;
    }
    b->churn->lifetime =
        csuccess__churn_program(b, value, "lifetime", CSUCCESS__KIND_NUMBER, true);
    b->churn->lifetime_slot = add_slot(b, "lifetime_value", CSUCCESS__KIND_NUMBER, value);
    b->churn->at_risk_slot = add_slot(b, "value_at_risk", CSUCCESS__KIND_NUMBER, value);
    b->churn->prevention =
        csuccess__churn_program(b, value, "prevention_cost", CSUCCESS__KIND_NUMBER, false);
}

/* A duration of `key`, above or at 0. False when absent or, noted, wrong. */
static bool read_duration(const builder *b, const csuccess__json *section, const char *key,
                          csuccess__duration *out)
{
    csuccess_str text =
        csuccess__read_string(b->problems, section, key, (csuccess_str){NULL, 0});
    if (!text.ptr) {
        return false;
    }
    csuccess__duration d;
    bool right =
        csuccess__duration_parse(&d, text, NULL) && d.months >= 0 && d.days >= 0 && d.ms >= 0;
    if (!right) {
        csuccess__problem(b->problems, csuccess__json_member(section, key), CSUCCESS_ECONFIG,
                          "%q is an ISO 8601 duration such as \"P30D\"", csuccess__str(key));
        return false;
    }
    *out = d;
    return true;
}

/* Months count as 30.4375 days, a year's twelfth. */
static double days_of(csuccess__duration d)
{
    return d.months * 30.4375 + d.days + (double)d.ms / 86400000.0;
}

static void read_times(const builder *b, const csuccess__json *section)
{
    csuccess__duration horizon = {0, 30, 0};
    csuccess__churn *churn = b->churn;
    churn->has_horizon = read_duration(b, section, "horizon", &horizon);
    churn->horizon_days = days_of(horizon);
    churn->has_retrain_every =
        read_duration(b, section, "retrain_every", &churn->retrain_every);
    if (churn->has_horizon && !(churn->horizon_days > 0)) {
        csuccess__problem(b->problems, csuccess__json_member(section, "horizon"),
                          CSUCCESS_ECONFIG, "the horizon is above 0, such as \"P30D\"");
    }
}

static void read_section(const builder *b, const csuccess__json *section)
{
    csuccess__churn *churn = b->churn;
    csuccess__read_object(b->problems, section, section_keys);
    read_times(b, section);
    churn->min_confidence =
        csuccess__read_number(b->problems, section, "min_confidence", 0, 0, 1);
    csuccess__churn_models(b, section);
    churn->probability_slot = add_slot(b, "churn.probability", CSUCCESS__KIND_NUMBER, section);
    read_risks(b, section);
    churn->levels = csuccess__churn_ladder(b, section, "levels", CSUCCESS__LADDER_LEVELS);
    for (uint32_t i = 0; i < churn->levels.count; i++) {
        churn->raises = churn->raises || churn->levels.rungs[i].when;
    }
    name_levels(b, section);
    churn->level_slot = add_slot(b, "churn.level", CSUCCESS__KIND_STRING, section);
    churn->urgency = csuccess__churn_ladder(b, section, "urgency", CSUCCESS__LADDER_SHARES);
    churn->recommend = csuccess__churn_bound(b, section, "recommend");
    read_value(b, section);
    csuccess__churn_grades(b, section);
    csuccess__churn_leaving(b, section);
    read_actions(b, section);
}

const csuccess__churn *csuccess__churn_compile(const csuccess__churn_build *build,
                                               const csuccess__json *section)
{
    if (!section) {
        return NULL;
    }
    csuccess__churn *churn = CSUCCESS__NEW(build->with->arena, csuccess__churn);
    if (!churn) {
        build->problems->lost = true;
        return NULL;
    }
    const builder b = {churn, build->schema, build->with, build->problems, build};
    uint32_t errors = build->problems->errors;
    churn->schema = build->schema;
    read_section(&b, section);
    if (build->problems->errors == errors && !build->problems->lost) {
        return churn;
    }
    csuccess__churn_drop(churn);
    return NULL;
}

void csuccess__churn_drop(const csuccess__churn *churn)
{
    for (uint32_t i = 0; churn && i < churn->model_count; i++) {
        csuccess_model_unref(churn->models[i]);
    }
}

void csuccess__churn_inputs(csuccess__schema *schema, const csuccess__json *section)
{
    const csuccess__json *chain = section ? csuccess__json_member(section, "fallback") : NULL;
    bool last = false;
    for (const csuccess__json *m = chain ? chain->first : NULL; m; m = m->next) {
        last = last || csuccess__str_is(m->string, "last");
    }
    if (last) {
        csuccess__schema_implicit(schema, CSUCCESS_STR("previous_churn_probability"),
                                  CSUCCESS__ATTRIBUTE_NUMBER);
        csuccess__schema_implicit(schema, CSUCCESS_STR("previous_churn_at"),
                                  CSUCCESS__ATTRIBUTE_TIME);
    }
}

csuccess_str csuccess__churn_level_name(const csuccess__churn *churn, int32_t level)
{
    bool there = level >= 0 && (uint32_t)level < churn->levels.count;
    return there ? churn->levels.rungs[level].id : csuccess__str(NULL);
}

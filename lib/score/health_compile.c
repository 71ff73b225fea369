/* SPDX-License-Identifier: Apache-2.0 */
/* Compiling the health section: scorecards first, then profiles, then what reads their
   components, then what reads the score. Each step adds the names that the next may use. */
#include "score/health_internal.h"

#include <string.h>

static const char *const section_keys[] = {"profiles", "scorecards",  "also",
                                           "rollup",   "description", NULL};
static const char *const also_keys[] = {"rounding", "bands",       "band_on", "label",
                                        "order",    "description", NULL};
static const char *const profile_keys[] = {
    "when",           "order",        "score",
    "weights",        "modifiers",    "bands",
    "band_on",        "rounding",     "hysteresis",
    "trend",          "churned_when", "alerts",
    "contradictions", "review_after", "provisional_below",
    "label",          "description",  NULL};

/* ---- For all of the section's sources ---- */

void *csuccess__health_array(csuccess__health_build *b, size_t n, size_t bytes)
{
    void *array = csuccess__arena_take(b->with->arena, n, bytes);
    if (!array) b->problems->lost = b->no_memory = true;
    return array;
}

csuccess__value csuccess__health_name(csuccess__health_build *b, csuccess_str text)
{
    csuccess__value name = csuccess__string(text);
    name.code = csuccess__constants_add(b->with->constants, text);
    if (name.code == 0) b->problems->lost = b->no_memory = true;
    return name;
}

const csuccess__json **csuccess__health_members(csuccess__health_build *b,
                                                const csuccess__json *parent, const char *key,
                                                uint32_t *count)
{
    const csuccess__json *object =
        csuccess__read_section(b->problems, parent, key, CSUCCESS__JSON_OBJECT);
    *count = 0;
    if (!object) return NULL;
    const csuccess__json **list =
        csuccess__health_array(b, object->count, sizeof(const csuccess__json *));
    if (!list) return NULL;
    csuccess__read_order(object, list);
    *count = object->count;
    return list;
}

const csuccess__program *csuccess__health_condition(csuccess__health_build *b,
                                                    const csuccess__json *object,
                                                    const char *key)
{
    const csuccess__json *node = csuccess__json_member(object, key);
    if (!node) return NULL;
    return csuccess__expr_read(b->with, b->problems, node,
                               csuccess__type_of(CSUCCESS__KIND_BOOL));
}

static uint32_t add_slot(csuccess__health_build *b, const char *path, csuccess_str argument,
                         csuccess__kind kind)
{
    csuccess__slot slot = {.path = csuccess__str(path),
                           .argument = argument,
                           .type = csuccess__type_of(kind),
                           .stratum = CSUCCESS__STRATUM_HEALTH};
    uint32_t at = csuccess__schema_add(b->schema, &slot);
    if (at == UINT32_MAX) b->problems->lost = b->no_memory = true;
    return at;
}

/* ---- Inputs ---- */

static void add_trend_input(csuccess__schema *schema, const csuccess__json *trend)
{
    char bytes[64];
    csuccess__text name;
    csuccess__text_init(&name, bytes, sizeof bytes);
    if (!trend || !csuccess__trend_input_name(trend, &name)) return;
    csuccess_str text = csuccess__arena_copy(schema->arena, (csuccess_str){bytes, name.len});
    if (text.ptr) (void)csuccess__schema_implicit(schema, text, CSUCCESS__ATTRIBUTE_NUMBER);
}

void csuccess__health_inputs(csuccess__schema *schema, const csuccess__json *section)
{
    const csuccess__json *profiles = csuccess__json_member(section, "profiles");
    if (!profiles || profiles->type != CSUCCESS__JSON_OBJECT) return;
    for (const csuccess__json *p = profiles->first; p; p = p->next) {
        const csuccess__json *hysteresis = csuccess__json_member(p, "hysteresis");
        add_trend_input(schema, csuccess__json_member(p, "trend"));
        if (!hysteresis || hysteresis->type != CSUCCESS__JSON_NUMBER) continue;
        if (hysteresis->number > 0) {
            (void)csuccess__schema_implicit(schema, CSUCCESS_STR("previous_status"),
                                            CSUCCESS__ATTRIBUTE_STRING);
        }
    }
}

/* ---- Scorecards ---- */

static void compile_cards(csuccess__health_build *b)
{
    b->cards_at = csuccess__health_members(b, b->section, "scorecards", &b->card_count);
    b->cards = csuccess__health_array(b, b->card_count, sizeof *b->cards);
    if (!b->cards) b->card_count = 0;
    for (uint32_t i = 0; i < b->card_count; i++) {
        b->cards[i] =
            csuccess__card_compile(b->schema, b->with, b->problems, b->cards_at[i], true);
    }
}

/* The index of a named scorecard; notes one that is not there. */
static uint32_t find_card(csuccess__health_build *b, const csuccess__json *at,
                          csuccess_str name)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, name);
    for (uint32_t i = 0; i < b->card_count; i++) {
        if (csuccess__str_eq(b->cards_at[i]->key, name)) return i;
    }
    bool may = csuccess__nearest_may(&b->problems->compared, b->card_count);
    for (uint32_t i = 0; may && i < b->card_count; i++) {
        csuccess__nearest_try(&near, b->cards_at[i]->key);
    }
    if (near.best.ptr) {
        csuccess__problem(b->problems, at, CSUCCESS_ENAME,
                          "there is no scorecard %q in \"scorecards\" (did you mean %q?)", name,
                          near.best);
    } else {
        csuccess__problem(b->problems, at, CSUCCESS_ENAME,
                          "there is no scorecard %q in \"scorecards\"", name);
    }
    return UINT32_MAX;
}

/* A review is of the customer, whose band is the profile's. */
static void refuse_reviews(csuccess__health_build *b, const csuccess__scale *scale)
{
    for (uint32_t i = 0; i < scale->band_count; i++) {
        if (!scale->bands[i].has_review) continue;
        csuccess__problem(b->problems,
                          csuccess__json_member(scale->bands[i].at, "review_after"),
                          CSUCCESS_ECONFIG,
                          "a scorecard beside the profiles sets no review; write it in the "
                          "bands of a profile");
    }
}

static void read_also(csuccess__health_build *b, const csuccess__json *json,
                      csuccess__also *also)
{
    also->at = json;
    also->id = also->label = json->key;
    also->slot = UINT32_MAX;
    uint32_t card = find_card(b, json, json->key);
    if (!csuccess__read_object(b->problems, json, also_keys)) return;
    also->label = csuccess__read_string(b->problems, json, "label", json->key);
    csuccess__scale_read(b, json, &also->scale);
    refuse_reviews(b, &also->scale);
    if (card == UINT32_MAX || !b->cards[card]) return;
    also->card = b->cards[card];
    (void)csuccess__card_weighed(also->card, NULL, b->problems, json);
}

/* Their names come into scope together, so that none reads another. */
static void compile_also(csuccess__health_build *b)
{
    uint32_t n;
    const csuccess__json **members = csuccess__health_members(b, b->section, "also", &n);
    csuccess__also *list = csuccess__health_array(b, n, sizeof *list);
    if (!list) return;
    for (uint32_t i = 0; i < n; i++) read_also(b, members[i], &list[i]);
    for (uint32_t i = 0; i < n; i++) {
        list[i].slot = add_slot(b, "scorecard", list[i].id, CSUCCESS__KIND_NUMBER);
    }
    b->health->also = list;
    b->health->also_count = n;
}

/* ---- Profiles ---- */

static void compile_score(csuccess__health_build *b, csuccess__profile *profile)
{
    const csuccess__json *score = csuccess__json_member(profile->at, "score");
    const csuccess__json *tree = score;
    const csuccess__json *weights = csuccess__json_member(profile->at, "weights");
    if (!score) {
        csuccess__problem(b->problems, profile->at, CSUCCESS_ECONFIG,
                          "a profile needs \"score\": a tree, or the name of one in "
                          "\"scorecards\"");
        return;
    }
    if (score->type == CSUCCESS__JSON_STRING) {
        uint32_t card = find_card(b, score, score->string);
        profile->card = card == UINT32_MAX ? NULL : b->cards[card];
        tree = card == UINT32_MAX ? NULL : b->cards_at[card];
    } else {
        profile->card =
            csuccess__card_compile(b->schema, b->with, b->problems, score, weights != NULL);
    }
    if (!profile->card) return;
    profile->definition = csuccess__definition_hash(b, profile->at, tree);
    if (weights) {
        profile->weights =
            csuccess__scorecard_weights(profile->card, b->with, b->problems, weights);
    } else {
        (void)csuccess__card_weighed(profile->card, NULL, b->problems, profile->at);
    }
}

/* In the order in which they are tried: those without a condition last. */
static bool list_profiles(csuccess__health_build *b)
{
    uint32_t n, next = 0;
    const csuccess__json **members = csuccess__health_members(b, b->section, "profiles", &n);
    b->profiles = csuccess__health_array(b, n, sizeof *b->profiles);
    if (!members || n == 0) {
        csuccess__problem(b->problems, b->section, CSUCCESS_ECONFIG,
                          "\"health\" needs \"profiles\" with at least one profile");
    }
    if (n > 250) {
        csuccess__problem(b->problems, csuccess__json_member(b->section, "profiles"),
                          CSUCCESS_ELIMIT, "there are at most 250 profiles");
        return false;
    }
    if (!b->profiles) return false;
    for (int last = 0; last < 2; last++) {
        for (uint32_t i = 0; i < n; i++) {
            bool any = csuccess__json_member(members[i], "when") == NULL;
            if (any == (last == 1)) b->profiles[next++].at = members[i];
        }
    }
    b->health->profiles = b->profiles;
    b->health->profile_count = next;
    return true;
}

static void compile_profile(csuccess__health_build *b, csuccess__profile *profile)
{
    const csuccess__json *json = profile->at;
    profile->id = profile->label = json->key;
    profile->name = csuccess__health_name(b, json->key);
    profile->trend.earlier = profile->trend.change = UINT32_MAX;
    if (!csuccess__read_object(b->problems, json, profile_keys)) return;
    profile->label = csuccess__read_string(b->problems, json, "label", json->key);
    profile->when = csuccess__health_condition(b, json, "when");
    compile_score(b, profile);
    csuccess__scale_read(b, json, &profile->scale);
    csuccess__trend_read(b, json, &profile->trend);
    profile->hysteresis = csuccess__read_number(b->problems, json, "hysteresis", 0, 0, 1e6);
    profile->provisional_below =
        csuccess__read_number(b->problems, json, "provisional_below", 0, 0, 1);
}

/* ---- Names for what comes after ---- */

static void add_components(csuccess__health_build *b)
{
    for (uint32_t p = 0; p < b->health->profile_count; p++) {
        const csuccess__scorecard *card = b->profiles[p].card;
        if (card &&
            !csuccess__card_slots(card, b->schema, "component", CSUCCESS__STRATUM_HEALTH)) {
            b->problems->lost = b->no_memory = true;
        }
    }
}

/* The slots of look-ups that the section added behind `first`. */
static const uint32_t *list_slots(csuccess__health_build *b, uint32_t first, const char *path,
                                  uint32_t *count)
{
    uint32_t *list = csuccess__health_array(b, b->schema->count - first, sizeof *list);
    *count = 0;
    for (uint32_t i = first; list && i < b->schema->count; i++) {
        if (csuccess__str_is(b->schema->slots[i].path, path)) list[(*count)++] = i;
    }
    return list;
}

/* No expression can name them. */
static const uint32_t *add_merged(csuccess__health_build *b)
{
    csuccess__health *h = b->health;
    uint32_t *list = csuccess__health_array(b, h->kept_count, sizeof *list);
    for (uint32_t k = 0; list && k < h->kept_count; k++) {
        csuccess_str id = b->schema->slots[h->kept[k]].argument;
        list[k] = add_slot(b, "component:merged", id, CSUCCESS__KIND_NUMBER);
    }
    return list;
}

static void add_change(csuccess__health_build *b, csuccess__profile *profile)
{
    const csuccess__json *trend = csuccess__json_member(profile->at, "trend");
    const csuccess__json *over = csuccess__json_member(trend, "over");
    if (profile->trend.earlier == UINT32_MAX) return;
    csuccess_str period = over ? over->string : CSUCCESS_STR("previous");
    profile->trend.change = add_slot(b, "health.change", period, CSUCCESS__KIND_NUMBER);
}

static void add_score_slots(csuccess__health_build *b)
{
    csuccess_str none = {NULL, 0};
    csuccess__health *h = b->health;
    h->score = add_slot(b, "health.score", none, CSUCCESS__KIND_NUMBER);
    h->raw = add_slot(b, "health.raw", none, CSUCCESS__KIND_NUMBER);
    h->status = add_slot(b, "health.status", none, CSUCCESS__KIND_STRING);
    h->trend = add_slot(b, "health.trend", none, CSUCCESS__KIND_STRING);
    h->profile = add_slot(b, "health.profile", none, CSUCCESS__KIND_STRING);
    h->completeness = add_slot(b, "health.completeness", none, CSUCCESS__KIND_NUMBER);
    for (uint32_t p = 0; p < h->profile_count; p++) add_change(b, &b->profiles[p]);
}

static void find_previous_status(csuccess__health_build *b)
{
    csuccess__health *h = b->health;
    bool needed = false;
    for (uint32_t p = 0; p < h->profile_count; p++) {
        needed = needed || b->profiles[p].hysteresis > 0;
    }
    h->previous_status = UINT32_MAX;
    if (!needed) return;
    h->previous_status =
        csuccess__schema_find(b->schema, CSUCCESS_STR("previous_status"), NULL);
    if (h->previous_status == UINT32_MAX) {
        b->problems->lost = b->no_memory = true;
    } else if (b->schema->slots[h->previous_status].type->kind != CSUCCESS__KIND_STRING) {
        csuccess__problem(b->problems, b->section, CSUCCESS_ETYPE,
                          "hysteresis needs the input previous_status, which is declared with "
                          "another type than string");
    }
}

static void name_words(csuccess__health_build *b)
{
    static const char *const words[] = {
#define CSUCCESS__TREND(name, text) text,
        CSUCCESS__TRENDS(CSUCCESS__TREND)
#undef CSUCCESS__TREND
    };
    b->health->churned_name = csuccess__health_name(b, CSUCCESS_STR("churned"));
    for (size_t i = 1; i < sizeof words / sizeof words[0]; i++) {
        b->health->trend_names[i] = csuccess__health_name(b, csuccess__str(words[i]));
    }
}

static void measure(csuccess__health *h, csuccess__also *also)
{
    for (uint32_t p = 0; p < h->profile_count; p++) {
        const csuccess__profile *profile = &h->profiles[p];
        uint32_t nodes = profile->card ? profile->card->count : 0;
        if (nodes > h->most_nodes) h->most_nodes = nodes;
        if (profile->trend.days > h->longest_trend) h->longest_trend = profile->trend.days;
        if (profile->modifier_count > h->most_modifiers) {
            h->most_modifiers = profile->modifier_count;
        }
    }
    h->all_nodes = h->most_nodes;
    for (uint32_t i = 0; i < h->also_count; i++) {
        also[i].nodes = h->all_nodes;
        h->all_nodes += also[i].card ? also[i].card->count : 0;
    }
}

/* What may read components, then what may read the score, then what may read all of it. */
static void compile_readers(csuccess__health_build *b, uint32_t first)
{
    csuccess__health *h = b->health;
    add_components(b);
    h->kept = list_slots(b, first, "component", &h->kept_count);
    h->merged = add_merged(b);
    for (uint32_t p = 0; p < h->profile_count; p++) {
        csuccess__modifiers_read(b, &b->profiles[p]);
        b->profiles[p].churned_when =
            csuccess__health_condition(b, b->profiles[p].at, "churned_when");
    }
    add_score_slots(b);
    h->changes = list_slots(b, first, "health.change", &h->change_count);
    for (uint32_t p = 0; p < h->profile_count; p++) {
        csuccess__signals_read(b, &b->profiles[p], "contradictions");
    }
    h->confidence =
        add_slot(b, "health.confidence", (csuccess_str){NULL, 0}, CSUCCESS__KIND_NUMBER);
    for (uint32_t p = 0; p < h->profile_count; p++) {
        csuccess__signals_read(b, &b->profiles[p], "alerts");
        b->profiles[p].has_review =
            csuccess__review_read(b, b->profiles[p].at, &b->profiles[p].review_after);
    }
    csuccess__rollup_read(b);
}

const csuccess__health *csuccess__health_compile(csuccess__schema *schema,
                                                 csuccess__compiler *with,
                                                 csuccess__problems *problems,
                                                 const csuccess__json *section)
{
    csuccess__health_build b = {
        .schema = schema, .with = with, .problems = problems, .section = section};
    if (!section) return NULL;
    uint32_t before = problems->errors, first = schema->count;
    b.health = csuccess__health_array(&b, 1, sizeof *b.health);
    if (!b.health || !csuccess__read_object(problems, section, section_keys)) return NULL;
    schema->stratum = CSUCCESS__STRATUM_HEALTH;
    b.health->schema = schema;
    b.health->at = section;
    name_words(&b);
    compile_cards(&b);
    compile_also(&b);
    if (!list_profiles(&b)) return NULL;
    for (uint32_t p = 0; p < b.health->profile_count; p++) compile_profile(&b, &b.profiles[p]);
    compile_readers(&b, first);
    find_previous_status(&b);
    measure(b.health, (csuccess__also *)(uintptr_t)b.health->also);
    return problems->errors == before && !b.no_memory ? b.health : NULL;
}

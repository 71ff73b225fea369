/* SPDX-License-Identifier: Apache-2.0 */
/* The section `features`: compiling its definitions, and the levels of mastery. */
#include "flow/features.h"

#include "calendar/duration_read.h"
#include "flow/flow.h"
#include "text/reader.h"

enum { LEVELS_MOST = 32, WINDOW = 28, TRIAL = 1, ADOPTING = 3, POWER_USER = 12 };

static const char *const feature_keys[] = {"event",    "properties",  "where",         "trial",
                                           "adopting", "power_user",  "churned_after", "points",
                                           "label",    "description", "order",         NULL};
static const char *const days_keys[] = {"days", NULL};
static const char *const mastery_keys[] = {"levels", "description", "order", NULL};
static const char *const level_keys[] = {"from", "label", "description", "order", NULL};
static const csuccess__span churns = {"P30D", CSUCCESS__DAY_MS, 3660 * CSUCCESS__DAY_MS};
static const csuccess__mastery_level levels[] = {{{"beginner", 8}, 0},
                                                 {{"intermediate", 12}, 25},
                                                 {{"advanced", 8}, 50},
                                                 {{"expert", 6}, 80}};

typedef struct build {
    struct csuccess__flow_build *flow;
    csuccess__compiler *with;
    csuccess__problems *problems;
    csuccess__features *out;
} build;

/* ---- A feature ---- */

static int32_t read_days(const build *b, const csuccess__json *json, const char *key,
                         int32_t fallback)
{
    const csuccess__json *of =
        csuccess__read_section(b->problems, json, key, CSUCCESS__JSON_OBJECT);
    if (!of || !csuccess__read_object(b->problems, of, days_keys)) return fallback;
    double days = csuccess__read_number(b->problems, of, "days", fallback, 1, WINDOW);
    if (days > (double)(int32_t)days) {
        csuccess__problem(b->problems, csuccess__json_member(of, "days"), CSUCCESS_ECONFIG,
                          "\"days\" must be a whole number");
    }
    return (int32_t)days;
}

static void read_stages(const build *b, const csuccess__json *json, csuccess__adopting *out)
{
    out->trial = read_days(b, json, "trial", TRIAL);
    out->adopting = read_days(b, json, "adopting", ADOPTING);
    out->power_user = read_days(b, json, "power_user", POWER_USER);
    if (out->trial > out->adopting || out->adopting > out->power_user) {
        csuccess__problem(b->problems, json, CSUCCESS_ECONFIG,
                          "the days of \"trial\" (%d), \"adopting\" (%d) and \"power_user\" "
                          "(%d) must ascend",
                          out->trial, out->adopting, out->power_user);
    }
    out->churned_after_ms =
        csuccess__read_ms(b->problems, json, "churned_after", 30 * CSUCCESS__DAY_MS, churns);
}

static void read_feature(const build *b, const csuccess__json *json, csuccess__adopting *out)
{
    out->label = out->id;
    if (!csuccess__read_object(b->problems, json, feature_keys)) return;
    out->label = csuccess__read_string(b->problems, json, "label", out->id);
    out->points = csuccess__read_number(b->problems, json, "points", 1, 0, 1e6);
    read_stages(b, json, out);
    if (!csuccess__json_member(json, "event")) {
        csuccess__problem(b->problems, json, CSUCCESS_ECONFIG,
                          "the feature %q needs an \"event\" that is its use", out->id);
        return;
    }
    (void)csuccess__event_match_read(&out->event, b->flow, json); /* noted */
}

/* ---- Mastery ---- */

static bool read_level(const build *b, const csuccess__json *json, csuccess__mastery_level *out)
{
    out->id = json->key;
    if (!csuccess__read_object(b->problems, json, level_keys)) return false;
    out->from = csuccess__read_number(b->problems, json, "from", 0, 0, 100);
    return true;
}

static void read_levels(build *b, const csuccess__json *section)
{
    const csuccess__json *nodes[LEVELS_MOST];
    if (section->count == 0 || section->count > LEVELS_MOST) {
        csuccess__problem(b->problems, section, CSUCCESS_ELIMIT,
                          "there are from 1 to %u levels; this has %u", (uint32_t)LEVELS_MOST,
                          section->count);
        return;
    }
    csuccess__mastery_level *list =
        CSUCCESS__NEW_ARRAY(b->with->arena, csuccess__mastery_level, section->count);
    if (!list) {
        b->problems->lost = true;
        return;
    }
    csuccess__read_order(section, nodes);
    for (uint32_t i = 0; i < section->count; i++) {
        if (!read_level(b, nodes[i], &list[i])) continue;
        bool fits = i == 0 ? !(list[i].from > 0) : list[i].from > list[i - 1].from;
        if (fits) continue;
        csuccess__problem(b->problems, nodes[i], CSUCCESS_ECONFIG,
                          i == 0 ? "the first level begins at 0; remove its \"from\""
                                 : "\"from\" must be above that of the level before it");
    }
    b->out->levels = list;
    b->out->level_count = section->count;
}

static void read_mastery(build *b, const csuccess__json *json)
{
    b->out->levels = levels;
    b->out->level_count = sizeof levels / sizeof levels[0];
    if (!json || !csuccess__read_object(b->problems, json, mastery_keys)) return;
    const csuccess__json *section =
        csuccess__read_section(b->problems, json, "levels", CSUCCESS__JSON_OBJECT);
    if (section) read_levels(b, section);
}

/* ---- Slots ---- */

static uint32_t add_slot(const build *b, const char *path, csuccess_str argument,
                         csuccess__kind kind)
{
    return csuccess__flow_slot(b->flow, csuccess__str(path), argument, csuccess__type_of(kind));
}

static void add_slots(const build *b, csuccess__adopting *out)
{
    out->stage_slot = add_slot(b, "feature.stage", out->id, CSUCCESS__KIND_STRING);
    out->days_slot = add_slot(b, "feature.days", out->id, CSUCCESS__KIND_NUMBER);
    out->frequency_slot = add_slot(b, "feature.frequency", out->id, CSUCCESS__KIND_STRING);
    out->risk_slot = add_slot(b, "feature.risk", out->id, CSUCCESS__KIND_NUMBER);
    out->last_slot = add_slot(b, "feature.last_used", out->id, CSUCCESS__KIND_TIME);
}

static void add_whole(const build *b)
{
    csuccess_str none = {NULL, 0};
    b->out->breadth_slot = add_slot(b, "features.breadth", none, CSUCCESS__KIND_NUMBER);
    b->out->depth_slot = add_slot(b, "features.depth", none, CSUCCESS__KIND_NUMBER);
    b->out->score_slot = add_slot(b, "mastery.score", none, CSUCCESS__KIND_NUMBER);
    b->out->level_slot = add_slot(b, "mastery.level", none, CSUCCESS__KIND_STRING);
}

/* ---- All of them ---- */

static bool compile_all(build *b, const csuccess__json *section)
{
    const csuccess__json **nodes =
        CSUCCESS__NEW_ARRAY(b->with->arena, const csuccess__json *, section->count);
    csuccess__adopting *list =
        CSUCCESS__NEW_ARRAY(b->with->arena, csuccess__adopting, section->count);
    if (!nodes || !list) return false;
    csuccess__read_order(section, nodes);
    for (uint32_t i = 0; i < section->count; i++) {
        if (csuccess__str_is(nodes[i]->key, "mastery")) continue;
        csuccess__adopting *out = &list[b->out->count++];
        out->id = nodes[i]->key;
        out->at = nodes[i];
        add_slots(b, out);
        read_feature(b, nodes[i], out);
    }
    b->out->list = list;
    read_mastery(b, csuccess__json_member(section, "mastery"));
    add_whole(b);
    return !b->problems->lost;
}

const csuccess__features *csuccess__features_compile(struct csuccess__flow_build *flow,
                                                     const csuccess__json *section)
{
    build b = {.flow = flow, .with = flow->with, .problems = flow->problems};
    b.out = CSUCCESS__NEW(b.with->arena, csuccess__features);
    if (!b.out) {
        b.problems->lost = true;
        return NULL;
    }
    if (!section || section->count == 0) return b.out;
    if (section->count > CSUCCESS__FEATURES_MOST) {
        csuccess__problem(b.problems, section, CSUCCESS_ELIMIT,
                          "there are at most %u features; this has %u",
                          (uint32_t)CSUCCESS__FEATURES_MOST, section->count);
        return b.out;
    }
    flow->schema->stratum = CSUCCESS__STRATUM_FLOW;
    if (compile_all(&b, section)) return b.out;
    b.problems->lost = true;
    return NULL;
}

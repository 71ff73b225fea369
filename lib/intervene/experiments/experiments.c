/* SPDX-License-Identifier: Apache-2.0 */
/* The section `experiments`: read, checked, and the arm of a unit. */
#include "intervene/experiments/experiments.h"

#include "calendar/duration_read.h"
#include "intervene/intervene.h"
#include "text/reader.h"

#define WHOLE 9007199254740992.0 /* 2^53 */
#define SHARES_WITHIN 1e-9       /* of 1 */

static const char *const keys[] = {"for",   "class",   "unit",        "arms",
                                   "salt",  "horizon", "outcome",     "measures",
                                   "label", "order",   "description", NULL};
static const char *const arm_keys[] = {"share", "hold",        "template", "label",
                                       "order", "description", NULL};
static const char *const measure_words[] = {"churn", "other", NULL};

enum { NAME_BYTES = 256 };

typedef struct reading {
    csuccess__intervene_build *build;
    csuccess__problems *problems;
    csuccess__compiler *with;
} reading;

static void *array(const reading *r, size_t n, size_t bytes)
{
    void *list = csuccess__arena_take(r->with->arena, n, bytes);
    if (!list) r->problems->lost = true;
    return list;
}

/* The section's or an experiment's members, none when there are too many. */
static uint32_t within(const reading *r, const csuccess__json *list, uint32_t most,
                       const char *what)
{
    if (list->count <= most) return list->count;
    csuccess__problem(r->problems, list, CSUCCESS_ELIMIT,
                      "at most %u %s are possible; this has %u", most, what, list->count);
    return 0;
}

/* ---- What it is for ---- */

/* What is not an intervention or a campaign comes with its text. */
static bool renders_late(const csuccess__pattern *pattern)
{
    return csuccess__str_starts(pattern->text, CSUCCESS_STR("intervention/")) ||
           csuccess__str_starts(pattern->text, CSUCCESS_STR("campaign/"));
}

static void read_patterns(const reading *r, const csuccess__json *object,
                          csuccess__experiment *out)
{
    const csuccess__json *list =
        csuccess__read_section(r->problems, object, "for", CSUCCESS__JSON_ARRAY);
    if (!csuccess__json_member(object, "for") || (list && list->count == 0)) {
        csuccess__problem(r->problems, list ? list : object, CSUCCESS_ECONFIG,
                          "an experiment needs \"for\": programmes, such as "
                          "[\"campaign/save\"], or [\"*\"]");
    }
    if (!list) return;
    uint32_t n = within(r, list, CSUCCESS__EXPERIMENT_PATTERNS, "patterns");
    csuccess__pattern *patterns = array(r, n, sizeof *patterns);
    if (!patterns) return;
    const csuccess__json *m = list->first;
    for (uint32_t i = 0; i < n; i++, m = m->next) {
        if (csuccess__pattern_read(&patterns[out->for_count], r->build, m)) out->for_count++;
    }
    out->for_ = patterns;
}

static void read_class(const reading *r, const csuccess__json *object,
                       csuccess__experiment *out)
{
    int word = csuccess__read_word(r->problems, object, "class", csuccess__class_words, -1);
    out->by_class = word >= 0;
    if (word >= 0) out->class_ = (csuccess__class)word;
}

/* ---- Arms ---- */

static void read_text(const reading *r, const csuccess__json *object,
                      const csuccess__experiment *of, csuccess__arm *arm)
{
    const csuccess__json *at = csuccess__json_member(object, "template");
    csuccess__flow_build *flow = r->build->flow;
    csuccess_str id =
        csuccess__read_string(r->problems, object, "template", (csuccess_str){"", 0});
    if (!at || at->type != CSUCCESS__JSON_STRING) return;
    for (uint32_t i = 0; i < of->for_count; i++) {
        if (renders_late(&of->for_[i])) continue;
        csuccess__problem(r->problems, at, CSUCCESS_ECONFIG,
                          "another template is for interventions and campaigns alone; "
                          "\"for\" names what comes with its text");
        break;
    }
    if (arm->hold) {
        csuccess__problem(r->problems, at, CSUCCESS_ECONFIG,
                          "an arm that is held out gets no text");
    }
    arm->template_ = csuccess__templates_find(flow->flow->templates, id);
    if (arm->template_) return;
    csuccess__note_unknown(flow, at, id, csuccess__json_member(flow->document, "templates"),
                           "template");
}

/* It stands in states and entries. */
static void check_name(const reading *r, const csuccess__json *at)
{
    if (at->key.len > 0 && at->key.len <= NAME_BYTES) return;
    csuccess__problem(r->problems, at, CSUCCESS_ECONFIG,
                      "a name has 1 to %u bytes; this has %z", (uint32_t)NAME_BYTES,
                      at->key.len);
}

static void read_arm(const reading *r, const csuccess__json *at, const csuccess__experiment *of,
                     csuccess__arm *arm)
{
    arm->id = at->key;
    check_name(r, at);
    if (!csuccess__read_object(r->problems, at, arm_keys)) return;
    if (!csuccess__json_member(at, "share")) {
        csuccess__problem(r->problems, at, CSUCCESS_ECONFIG,
                          "an arm needs \"share\": its part of all units, 0 to 1");
    }
    arm->share = csuccess__read_number(r->problems, at, "share", 0, 0, 1);
    arm->hold = csuccess__read_bool(r->problems, at, "hold", false);
    read_text(r, at, of, arm);
}

/* Shares add up to 1, and the last that has any goes up to the end, so that every hash has an arm. */
static void lay_out(const reading *r, const csuccess__json *at, csuccess__arm *arms, uint32_t n)
{
    double sum = 0;
    uint32_t last = 0, held = 0;
    for (uint32_t i = 0; i < n; i++) {
        sum += arms[i].share;
        arms[i].until = (uint64_t)floor((sum < 1 ? sum : 1) * WHOLE);
        held += arms[i].hold;
        if (arms[i].share > 0) last = i;
    }
    for (uint32_t i = last; i < n; i++) arms[i].until = (uint64_t)WHOLE;
    if (!(fabs(sum - 1) <= SHARES_WITHIN)) {
        csuccess__problem(r->problems, at, CSUCCESS_ECONFIG,
                          "the shares of the arms must add up to 1; they add up to %s",
                          sum < 1 ? "less" : "more");
    }
    if (n > 0 && held == n) {
        csuccess__problem(r->problems, at, CSUCCESS_ECONFIG,
                          "every arm is held out: nothing would ever go out");
    }
}

static void read_arms(const reading *r, const csuccess__json *object, csuccess__experiment *out)
{
    const csuccess__json *list =
        csuccess__read_section(r->problems, object, "arms", CSUCCESS__JSON_OBJECT);
    uint32_t errors = r->problems->errors;
    if (!csuccess__json_member(object, "arms") || (list && list->count < 2)) {
        csuccess__problem(r->problems, list ? list : object, CSUCCESS_ECONFIG,
                          "an experiment needs two \"arms\" or more, each with its \"share\"");
    }
    if (!list) return;
    uint32_t n = within(r, list, CSUCCESS__ARMS_MOST, "arms");
    csuccess__arm *arms = array(r, n, sizeof *arms);
    if (!arms) return;
    const csuccess__json *m = list->first;
    for (uint32_t i = 0; i < n; i++, m = m->next) read_arm(r, m, out, &arms[i]);
    if (r->problems->errors == errors) lay_out(r, list, arms, n);
    out->arms = arms;
    out->arm_count = n;
}

/* ---- What comes of it ---- */

static bool tells_churn(const csuccess__schema *schema, uint32_t at)
{
    const csuccess__slot *slot = &schema->slots[at];
    return csuccess__str_is(slot->path, "churned_at") ||
           (slot->attribute && slot->attribute->outcome);
}

/* Without a word of it: has(churned_at), or has() of an attribute that is an outcome. */
static bool is_churn(const reading *r, const csuccess__program *program)
{
    if (!program || program->input_count != 1) return false;
    return program->nodes[program->count - 1].op == CSUCCESS__OP_HAS &&
           tells_churn(r->build->flow->schema, program->inputs[0]);
}

static const csuccess__program *read_program(const reading *r, const csuccess__json *object,
                                             const char *key, csuccess__kind kind)
{
    const csuccess__json *at = csuccess__json_member(object, key);
    if (!at) return NULL;
    return csuccess__expr_read(r->with, r->problems, at, csuccess__type_of(kind));
}

static void read_outcome(const reading *r, const csuccess__json *object,
                         csuccess__experiment *out)
{
    int said = csuccess__read_word(r->problems, object, "measures", measure_words, -1);
    if (!csuccess__json_member(object, "outcome")) {
        csuccess__problem(r->problems, object, CSUCCESS_ECONFIG,
                          "an experiment needs \"outcome\": what is asked at the horizon, such "
                          "as \"has(churned_at)\"");
    }
    out->outcome = read_program(r, object, "outcome", CSUCCESS__KIND_BOOL);
    out->churn = said < 0 ? is_churn(r, out->outcome) : said == 0;
    out->horizon = csuccess__read_period(r->problems, object, "horizon", "P30D");
    const csuccess__json *at = csuccess__json_member(object, "horizon");
    int64_t after = 0;
    bool long_enough = csuccess__time_add(&after, 0, out->horizon) && after > 0;
    if (!at || (!long_enough && at->type == CSUCCESS__JSON_STRING)) {
        csuccess__problem(r->problems, at ? at : object, CSUCCESS_ECONFIG,
                          "an experiment needs \"horizon\", longer than nothing, such as "
                          "\"P30D\": when its outcome is asked");
    }
}

static void read_experiment(const reading *r, const csuccess__json *at,
                            csuccess__experiment *out)
{
    out->id = at->key;
    out->at = at;
    check_name(r, at);
    if (!csuccess__read_object(r->problems, at, keys)) return;
    out->salt = csuccess__read_string(r->problems, at, "salt", (csuccess_str){"", 0});
    csuccess__experiment_begin(out);
    read_patterns(r, at, out);
    read_class(r, at, out);
    out->unit = read_program(r, at, "unit", CSUCCESS__KIND_STRING);
    read_arms(r, at, out);
    read_outcome(r, at, out);
}

static uint32_t parent_of(const csuccess__intervene_build *build)
{
    const csuccess__schema *schema = build->flow->schema;
    const csuccess__json *name =
        csuccess__json_at(build->flow->document, CSUCCESS_STR("/health/rollup/parent"));
    if (!name || name->type != CSUCCESS__JSON_STRING) return UINT32_MAX;
    uint32_t slot = csuccess__schema_find(schema, name->string, NULL);
    return slot < schema->inputs ? slot : UINT32_MAX;
}

const csuccess__experiments *
csuccess__experiments_compile(struct csuccess__intervene_build *build,
                              const csuccess__json *section)
{
    const reading r = {build, build->flow->problems, build->flow->with};
    csuccess__experiments *out = array(&r, 1, sizeof *out);
    if (!out) return NULL;
    out->parent = parent_of(build);
    if (!section || section->count == 0) return out;
    uint32_t n = within(&r, section, CSUCCESS__EXPERIMENTS_MOST, "experiments");
    csuccess__experiment *list = array(&r, n, sizeof *list);
    const csuccess__json **members = array(&r, section->count, sizeof(void *));
    if (!list || !members) return NULL;
    csuccess__read_order(section, members);
    for (uint32_t i = 0; i < n; i++) read_experiment(&r, members[i], &list[i]);
    out->list = list;
    out->count = n;
    return r.problems->lost ? NULL : out;
}

/* ---- Looking up ---- */

uint32_t csuccess__experiment_find(const csuccess__experiments *of, csuccess_str id)
{
    for (uint32_t i = 0; i < of->count; i++) {
        if (csuccess__str_eq(of->list[i].id, id)) return i;
    }
    return UINT32_MAX;
}

uint32_t csuccess__arm_find(const csuccess__experiment *experiment, csuccess_str id)
{
    for (uint32_t i = 0; i < experiment->arm_count; i++) {
        if (csuccess__str_eq(experiment->arms[i].id, id)) return i;
    }
    return UINT32_MAX;
}

uint32_t csuccess__experiment_control(const csuccess__experiment *experiment, bool *held)
{
    uint32_t first = 0;
    while (first < experiment->arm_count && !experiment->arms[first].hold) first++;
    bool found = first < experiment->arm_count;
    if (held) *held = found;
    return found ? first : 0;
}

/* ---- Arms by hash ---- */

void csuccess__experiment_begin(csuccess__experiment *experiment)
{
    csuccess__sha256_start(&experiment->begun);
    csuccess__digest_str(&experiment->begun, CSUCCESS_STR("experiment"));
    csuccess__digest_str(&experiment->begun, experiment->salt);
    csuccess__digest_str(&experiment->begun, experiment->id);
}

uint32_t csuccess__experiment_arm(const csuccess__experiment *experiment, csuccess_str unit)
{
    uint8_t digest[32];
    csuccess__sha256 h = experiment->begun;
    uint64_t hash = 0;
    csuccess__digest_str(&h, unit);
    csuccess__sha256_finish(&h, digest);
    for (size_t i = 0; i < 8; i++) hash = hash << 8 | digest[i];
    hash >>= 11;
    for (uint32_t i = 0; i + 1 < experiment->arm_count; i++) {
        if (hash < experiment->arms[i].until) return i;
    }
    return experiment->arm_count ? experiment->arm_count - 1 : 0;
}

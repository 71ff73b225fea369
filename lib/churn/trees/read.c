/* SPDX-License-Identifier: Apache-2.0 */
/* The document around the trees: booster, objective, base score, features, and which trees count. */
#include "churn/trees/internal.h"

#include "base/error.h"
#include "base/number.h"
#include "base/str.h"
#include "text/numeral.h"

/* ---- What it is at all ---- */

/* The other forms in which XGBoost saves: UBJSON, and what it had before 1.0. NULL: neither. */
static const char *other_form(csuccess_str text)
{
    bool ubjson =
        text.len > 1 && text.ptr[0] == '{' && text.ptr[1] && strchr("iUIlLdD$#", text.ptr[1]);
    if (ubjson) return "UBJSON";
    return csuccess__str_starts(text, CSUCCESS_STR("binf")) ? "old binary" : NULL;
}

/* The string that opens at `at`, without its quotes; false when it does not end. */
static bool string_at(csuccess_str text, size_t at, csuccess_str *out)
{
    size_t end = at + 1;
    while (end < text.len && text.ptr[end] != '"') end += text.ptr[end] == '\\' ? 2 : 1;
    if (end >= text.len) return false;
    *out = (csuccess_str){text.ptr + at + 1, end - at - 1};
    return true;
}

/* Whether an object that opens at `at` has the member "learner". */
static bool has_learner(csuccess_str text, size_t at)
{
    uint32_t depth = 0;
    for (; at < text.len; at++) {
        char c = text.ptr[at];
        csuccess_str word;
        if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth -= depth > 0;
        } else if (c == '"') {
            if (!string_at(text, at, &word)) return false;
            if (depth == 1 && csuccess__str_is(word, "learner")) return true;
            at += word.len + 1;
        }
    }
    return false;
}

bool csuccess__forest_recognised(csuccess_str text)
{
    size_t at = 0;
    if (other_form(text)) return true;
    while (at < text.len && text.ptr[at] && strchr(" \t\r\n", text.ptr[at])) at++;
    return at < text.len && text.ptr[at] == '{' && has_learner(text, at);
}

static csuccess_result check_form(csuccess_str json, csuccess_error *err)
{
    const char *other = other_form(json);
    if (!other) return CSUCCESS_OK;
    return csuccess__fail(
        err, CSUCCESS_EMODEL,
        "this is a model in XGBoost's %s form; save it as JSON: save_model(\"model.json\")",
        other);
}

static bool wrong(csuccess__forest_reading *r, uint32_t at, const char *message,
                  csuccess_str shown)
{
    return csuccess__forest_text_wrong(&r->text, at, CSUCCESS_EMODEL, message, shown);
}

/* ---- The parts of the document ---- */

static bool read_version(csuccess__forest_reading *r, uint32_t at)
{
    csuccess__forest_list list;
    if (!csuccess__forest_text_list(&r->text, at, &list)) return false;
    if (list.count != 3) {
        return csuccess__forest_text_wrong(&r->text, at, CSUCCESS_EMODEL,
                                           "a version is three numbers, such as [3,2,0]");
    }
    for (uint32_t i = 0; i < 3; i++) {
        int64_t part;
        if (!csuccess__forest_text_whole(&r->text, list.first + i, 0, 9999, &part))
            return false;
        r->forest->version[i] = (uint32_t)part;
    }
    return true;
}

static bool find_learner(csuccess__forest_reading *r)
{
    static const char *const root[] = {"learner", "version", NULL};
    static const char *const names[] = {
        "gradient_booster", "learner_model_param", "objective", "?feature_names",
        "?feature_types",   "?attributes",         NULL};
    uint32_t at[2], in[6];
    if (!csuccess__forest_text_members(&r->text, 0, root, at) || !read_version(r, at[1]) ||
        !csuccess__forest_text_members(&r->text, at[0], names, in)) {
        return false;
    }
    r->learner = in[0];
    r->parameters = in[1];
    r->objective = in[2];
    r->names = in[3];
    r->types = in[4];
    r->attributes = in[5];
    return true;
}

/* gbtree has the model itself, dart has a gbtree and a weight for each tree. */
static bool find_model(csuccess__forest_reading *r)
{
    static const char *const names[] = {"name", "?model", "?gbtree", "?weight_drop", NULL};
    static const char *const inner[] = {"model", NULL};
    uint32_t at[4];
    csuccess_str name;
    r->weights = CSUCCESS__ABSENT;
    if (!csuccess__forest_text_members(&r->text, r->learner, names, at) ||
        !csuccess__forest_text_string(&r->text, at[0], &name)) {
        return false;
    }
    if (csuccess__str_is(name, "gbtree")) {
        r->model = at[1];
    } else if (csuccess__str_is(name, "dart")) {
        r->forest->dart = true;
        r->weights = at[3];
        if (at[2] != CSUCCESS__ABSENT &&
            !csuccess__forest_text_members(&r->text, at[2], inner, &r->model)) {
            return false;
        }
        if (at[3] == CSUCCESS__ABSENT) r->model = CSUCCESS__ABSENT;
    } else {
        return wrong(r, at[0], "the booster %q is not read; gbtree and dart are", name);
    }
    return r->model != CSUCCESS__ABSENT ||
           wrong(r, r->learner, "a booster %q without its trees; the file is damaged", name);
}

static bool find_trees(csuccess__forest_reading *r)
{
    static const char *const names[] = {
        "trees", "gbtree_model_param", "?tree_info", "?iteration_indptr", "?cats", NULL};
    static const char *const parameters[] = {"num_trees", "?num_parallel_tree", NULL};
    uint32_t at[5], in[2];
    int64_t count, parallel = 1;
    if (!csuccess__forest_text_members(&r->text, r->model, names, at) ||
        !csuccess__forest_text_members(&r->text, at[1], parameters, in) ||
        !csuccess__forest_text_whole(&r->text, in[0], 0, INT32_MAX, &count)) {
        return false;
    }
    if (in[1] != CSUCCESS__ABSENT &&
        !csuccess__forest_text_whole(&r->text, in[1], 0, INT32_MAX, &parallel)) {
        return false;
    }
    r->trees = at[0];
    r->info = at[2];
    r->indptr = at[3];
    r->cats = at[4];
    r->trees_there = (uint32_t)count;
    r->per_round = parallel ? (uint32_t)parallel : 1;
    return true;
}

static bool read_objective(csuccess__forest_reading *r)
{
    static const char *const names[] = {"name", NULL};
    static const char *const known[] = {"binary:logistic", "reg:logistic", "binary:logitraw",
                                        NULL};
    uint32_t at;
    if (!csuccess__forest_text_members(&r->text, r->objective, names, &at) ||
        !csuccess__forest_text_word(&r->text, at, r->arena, &r->forest->objective)) {
        return false;
    }
    r->forest->raw = csuccess__str_is(r->forest->objective, known[2]);
    return csuccess__str_among(r->forest->objective, known) ||
           wrong(
               r, at,
               "the objective %q gives no probability of churn; binary:logistic, reg:logistic "
               "and binary:logitraw are read",
               r->forest->objective);
}

/* "5E-1", since XGBoost 3.1 "[5E-1]", which may hold several for several outputs. */
static bool read_score(csuccess__forest_reading *r, uint32_t at, csuccess_str *shown,
                       float *score)
{
    double value;
    if (!csuccess__forest_text_string(&r->text, at, shown)) return false;
    csuccess_str inner = *shown;
    if (csuccess__str_starts(inner, CSUCCESS_STR("[")) &&
        csuccess__str_ends(inner, CSUCCESS_STR("]")) && inner.len > 1) {
        inner = (csuccess_str){inner.ptr + 1, inner.len - 2};
    }
    if (!csuccess__numeral_parse(inner, &value)) {
        return wrong(r, at, "base_score is %q; one number belongs there, such as \"5E-1\"",
                     *shown);
    }
    *score = csuccess__forest_value(value);
    return true;
}

/* As XGBoost: -ln(1 / p - 1), rounded to 32 bits step by step. Only where that is 0 or overflows, with p next to 1 or far below any share of
   customers, it is finite here and not there. */
static float margin_of(float probability)
{
    float odds = 1.0F / probability - 1.0F;
    bool usable = odds > 0 && odds - odds == 0;
    return usable ? -(float)csuccess__ln((double)odds)
                  : (float)csuccess__ln((double)probability);
}

/* Before 1.3 binary:logitraw started from a probability too. */
static bool base_is_probability(const uint32_t version[3])
{
    return version[0] < 1 || (version[0] == 1 && version[1] < 3);
}

static bool read_base(csuccess__forest_reading *r, uint32_t at)
{
    csuccess_str shown;
    float score = 0;
    if (!read_score(r, at, &shown, &score)) return false;
    if (r->forest->raw && !base_is_probability(r->forest->version)) {
        r->forest->base = score;
        return score - score == 0 ||
               wrong(r, at, "base_score %q is not finite in 32 bits", shown);
    }
    if (!(score > 0 && score < 1)) {
        return wrong(r, at, "base_score is %q; it is a probability between 0 and 1", shown);
    }
    r->forest->base = margin_of(score);
    return true;
}

static bool read_parameters(csuccess__forest_reading *r)
{
    static const char *const names[] = {"base_score", "num_feature", "?num_class",
                                        "?num_target", NULL};
    uint32_t at[4];
    int64_t features, several;
    if (!csuccess__forest_text_members(&r->text, r->parameters, names, at) ||
        !csuccess__forest_text_whole(&r->text, at[1], 0, INT32_MAX, &features)) {
        return false;
    }
    for (int i = 2; i < 4; i++) {
        if (at[i] == CSUCCESS__ABSENT) continue;
        if (!csuccess__forest_text_whole(&r->text, at[i], 0, INT32_MAX, &several)) return false;
        if (several > 1) {
            return csuccess__forest_text_wrong(&r->text, at[i], CSUCCESS_EMODEL,
                                               "%l outputs; a churn model has one", several);
        }
    }
    if (features > CSUCCESS__FOREST_FEATURES) {
        return csuccess__forest_text_wrong(&r->text, at[1], CSUCCESS_ELIMIT,
                                           "%l features; at most %u are read", features,
                                           (uint32_t)CSUCCESS__FOREST_FEATURES);
    }
    r->forest->feature_count = r->raw.feature_count = (uint32_t)features;
    return read_base(r, at[0]);
}

static bool read_attributes(csuccess__forest_reading *r)
{
    static const char *const names[] = {"?best_iteration", NULL};
    uint32_t at;
    int64_t best;
    r->forest->best_round = -1;
    if (r->attributes == CSUCCESS__ABSENT) return true;
    if (!csuccess__forest_text_members(&r->text, r->attributes, names, &at)) return false;
    if (at == CSUCCESS__ABSENT) return true;
    if (!csuccess__forest_text_whole(&r->text, at, 0, INT32_MAX, &best)) return false;
    r->forest->best_round = (int32_t)best;
    return true;
}

/* ---- The whole ---- */

static bool read_all(csuccess__forest_reading *r)
{
    return find_learner(r) && find_model(r) && find_trees(r) && read_objective(r) &&
           read_parameters(r) && read_attributes(r) && csuccess__forest_read_features(r) &&
           csuccess__forest_read_trees(r) &&
           csuccess__forest_pack(r->forest, r->arena, &r->text, &r->raw);
}

csuccess_result csuccess__forest_read(csuccess__forest **out, csuccess__arena *arena,
                                      csuccess_str text,
                                      const csuccess__forest_options *options,
                                      csuccess_error *err)
{
    csuccess__forest_reading r = {.arena = arena, .options = options};
    *out = NULL;
    csuccess_result result = check_form(text, err);
    if (result != CSUCCESS_OK) return result;
    if (csuccess__forest_text_open(&r.text, arena->mem, text, err) == CSUCCESS_OK) {
        r.forest = CSUCCESS__NEW(arena, csuccess__forest);
        if (!r.forest) {
            csuccess__forest_text_no_memory(&r.text);
        } else if (read_all(&r)) {
            *out = r.forest;
        }
    }
    csuccess__release(arena->mem, r.raw.nodes, r.raw.node_room, sizeof *r.raw.nodes);
    csuccess__release(arena->mem, r.raw.trees, r.raw.tree_room, sizeof *r.raw.trees);
    csuccess__forest_text_close(&r.text);
    return r.text.result;
}

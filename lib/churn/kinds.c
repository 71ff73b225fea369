/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of models: fetched from the host and checked against the configuration, or its own. */
#include "churn/internal.h"

#include "base/number.h"
#include "text/reader.h"

static const char *const learned_keys[] = {"name", "digest", "description", NULL};
static const char *const xgboost_keys[] = {"name",        "digest",      "features",
                                           "calibration", "description", NULL};
static const char *const host_keys[] = {"name", "features", "calibrated", "description", NULL};
static const char *const models_keys[] = {"nps", "expansion", "description", NULL};
static const char *const other_keys[] = {"learned", "scorecard", "description", NULL};
static const char *const metric_types[] = {
#define CSUCCESS__METRIC_TYPE(name, text) text,
    CSUCCESS__METRIC_TYPES(CSUCCESS__METRIC_TYPE)
#undef CSUCCESS__METRIC_TYPE
};

typedef csuccess__churn_builder builder;

/* ---- Fetching a model ---- */

static csuccess_str keep(const builder *b, csuccess_str text)
{
    csuccess_str copy = csuccess__arena_copy(b->with->arena, text);
    b->problems->lost = b->problems->lost || !copy.ptr;
    return copy;
}

/* A model that cannot be used is a problem where nothing takes over, else something to know. */
static void refuse(const builder *b, csuccess__chain_step *step, const csuccess__json *at,
                   csuccess_result code, bool stands_in)
{
    bool absent = code == CSUCCESS_ENAME;
    step->refused = absent ? CSUCCESS__TROUBLE_ABSENT : CSUCCESS__TROUBLE_REFUSED;
    step->why = absent ? csuccess__str(NULL) : csuccess__str(csuccess_result_text(code));
    if (stands_in) {
        b->schema->any_factor = true;
        csuccess__problem(b->problems, at, 0,
                          absent ? "the model %q is absent; \"fallback\" takes over"
                                 : "the model %q was refused; \"fallback\" takes over",
                          step->name);
    } else if (absent) {
        csuccess__problem(b->problems, at, CSUCCESS_ENAME,
                          "the model %q is absent, and nothing in \"fallback\" can take over; "
                          "give it when the configuration is compiled",
                          step->name);
    } else {
        csuccess__problem(b->problems, at, code, "the model %q was refused: %s", step->name,
                          csuccess_result_text(code));
    }
}

/* Asks the host for the model; NULL, told, when there is none to use. The churn section holds the reference. */
static const csuccess_model *fetch(const builder *b, csuccess__chain_step *step,
                                   const csuccess__json *at, bool stands_in)
{
    csuccess_model *model = NULL;
    csuccess_result code = b->build->model
                               ? b->build->model(b->build->model_ud, step->name, &model)
                               : CSUCCESS_ENAME;
    if (code >= 0 && model) {
        b->churn->models[b->churn->model_count++] = model;
        return model;
    }
    if (code == CSUCCESS_ENOMEM) {
        b->problems->lost = true;
        return NULL;
    }
    refuse(b, step, at, code >= 0 ? CSUCCESS_ECALLBACK : code, stands_in);
    return NULL;
}

/* Name and digest as the configuration has them. False: noted. */
static bool read_name(const builder *b, const csuccess__json *node, csuccess__chain_step *step)
{
    step->name = csuccess__read_string(b->problems, node, "name", (csuccess_str){NULL, 0});
    if (!csuccess__json_member(node, "name") || (step->name.ptr && step->name.len == 0)) {
        csuccess__problem(b->problems, node, CSUCCESS_ECONFIG,
                          "the model needs a \"name\", by which it is given");
    }
    return step->name.len > 0;
}

/* That it is the model that was meant. Noted otherwise. */
static void check_identity(const builder *b, const csuccess__json *node,
                           const csuccess_model *model, csuccess__model_target target)
{
    const csuccess__json *digest = csuccess__json_member(node, "digest");
    if (digest && !csuccess__str_eq(digest->string, model->digest)) {
        csuccess__problem(b->problems, digest, CSUCCESS_EDIGEST,
                          "the model %q has another digest, %S; is it the one that was meant?",
                          model->name, model->digest);
    }
    if (model->target != target) {
        csuccess__problem(b->problems, node, CSUCCESS_EMODEL,
                          "the model %q predicts %S, which does not belong here", model->name,
                          csuccess_model_target(model));
    }
}

/* ---- Learned models ---- */

static csuccess__kind kind_of(csuccess__metric_type type)
{
    return type == CSUCCESS__METRIC_BOOL     ? CSUCCESS__KIND_BOOL
           : type == CSUCCESS__METRIC_STRING ? CSUCCESS__KIND_STRING
                                             : CSUCCESS__KIND_NUMBER;
}

static void note_unknown(const builder *b, const csuccess__model_metric *metric,
                         const csuccess__nearest *near, const csuccess__text *said)
{
    if (said->len) {
        csuccess__problem(b->problems, metric->at, CSUCCESS_ENAME, "%S",
                          (csuccess_str){said->ptr, said->len});
    } else if (near->best.ptr) {
        csuccess__problem(b->problems, metric->at, CSUCCESS_ENAME,
                          "the model reads %q, which the configuration does not have (did you "
                          "mean %q?)",
                          metric->name, near->best);
    } else {
        csuccess__problem(b->problems, metric->at, CSUCCESS_ENAME,
                          "the model reads %q, which the configuration does not have",
                          metric->name);
    }
}

/* The configuration has every metric, and of the type that the model was trained on. */
static void check_metric(const builder *b, const csuccess__model_metric *metric)
{
    char bytes[256];
    csuccess__text said;
    csuccess__nearest near;
    csuccess__symbol symbol;
    csuccess__text_init(&said, bytes, sizeof bytes);
    csuccess__nearest_start(&near, metric->name);
    const csuccess__scope *scope = b->with->scope;
    csuccess_result found =
        scope->resolve(scope->ud, metric->name, NULL, &symbol, &near, &said);
    if (found == CSUCCESS_ENOMEM) {
        b->problems->lost = true;
    } else if (found < 0) {
        note_unknown(b, metric, &near, &said);
    } else if (symbol.type->kind != kind_of(metric->type)) {
        static const char *const names[] = {
#define CSUCCESS__KIND(name, text) text,
            CSUCCESS__KINDS(CSUCCESS__KIND)
#undef CSUCCESS__KIND
        };
        csuccess__problem(b->problems, metric->at, CSUCCESS_ETYPE,
                          "the model was trained on %q as a %s, but in the configuration it is "
                          "a %s",
                          metric->name, metric_types[metric->type], names[symbol.type->kind]);
    }
}

static void take_learned(const builder *b, const csuccess_model *model, const char *lookup,
                         csuccess__chain_step *step)
{
    uint32_t before = b->problems->errors;
    for (uint32_t i = 0; i < model->metric_count; i++) {
        check_metric(b, &model->metrics[i]);
    }
    if (b->problems->errors != before) {
        return;
    }
    step->card = csuccess__scorecard_compile(b->schema, b->with, b->problems, model->scorecard,
                                             lookup, CSUCCESS__STRATUM_CHURN);
    if (step->card && model->spread) {
        step->spread =
            csuccess__card_spread_read(step->card, b->with, b->problems, model->spread);
    }
}

/* The horizon that a model was trained for is the one that its probability speaks of: another one is a mistake of the
   configuration, whatever stands in. */
static void settle_horizon(const builder *b, const csuccess__json *section,
                           const csuccess_model *model, csuccess__chain_step *step)
{
    csuccess__churn *churn = b->churn;
    step->horizon_days = model->horizon_days;
    if (model->kind == CSUCCESS__MODEL_HAZARD) {
        bool own = !churn->has_horizon && model->horizon_days > 0;
        step->horizon_days = own ? model->horizon_days : churn->horizon_days;
        step->periods = step->horizon_days / model->period_days;
    } else if (churn->has_horizon && fabs(churn->horizon_days - model->horizon_days) > 1e-9) {
        csuccess__problem(b->problems, csuccess__json_member(section, "horizon"),
                          CSUCCESS_ECONFIG,
                          "the model %q was trained for another horizon than churn.horizon "
                          "says; set that to the model's, or train one anew",
                          model->name);
    }
    if (!churn->has_horizon) {
        churn->horizon_days = step->horizon_days;
    }
}

/* A copy of b that notes into a list of its own. */
static builder apart(const builder *b, csuccess__problems *list)
{
    builder other = *b;
    csuccess__problems_init(list, b->with->arena, b->problems->most);
    list->compared = b->problems->compared;
    other.problems = list;
    return other;
}

/* What a list of its own came to: the step is refused for the first of it. */
static void rejoin(const builder *b, const csuccess__problems *list, const csuccess__json *at,
                   csuccess__chain_step *step)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    b->problems->compared = list->compared;
    csuccess_result found = csuccess__problems_result(list, &err);
    if (found == CSUCCESS_ENOMEM) {
        b->problems->lost = true;
    } else if (found < 0) {
        b->schema->any_factor = true;
        step->refused = CSUCCESS__TROUBLE_REFUSED;
        step->why = keep(b, csuccess__str(err.message));
        csuccess__problem(b->problems, at, 0,
                          "the model %q was refused; \"fallback\" takes over: %s", step->name,
                          err.message);
    }
}

/* What the configuration itself says of an XGBoost model. False: noted. */
static bool read_around(const builder *b, const csuccess__json *node,
                        csuccess__chain_step *step)
{
    const csuccess__json *calibration = csuccess__json_member(node, "calibration");
    step->calibrated =
        calibration && csuccess__calibration_read(&step->calibration, b->with->arena,
                                                  b->problems, calibration);
    step->timed = step->calibrated;
    bool shaped = csuccess__features_shape(b, node);
    return shaped && (step->calibrated || !calibration);
}

static void take_model(const builder *b, const csuccess__json *node,
                       const csuccess_model *model, csuccess__chain_step *step)
{
    bool learned = step->source == CSUCCESS__SOURCE_LEARNED;
    check_identity(b, node, model, CSUCCESS__TARGET_CHURN);
    if (learned == (model->forest != NULL)) {
        csuccess__problem(b->problems, node, CSUCCESS_EMODEL,
                          learned ? "the model %q is XGBoost's: name it under \"xgboost\""
                                  : "the model %q is a model document: name it under "
                                    "\"learned\"",
                          model->name);
    } else if (learned) {
        take_learned(b, model, "factor", step);
        step->calibrated = model->calibrated;
        bool hazard = model->kind == CSUCCESS__MODEL_HAZARD;
        step->undated = !model->dated && !hazard;
        step->timed = hazard || (model->calibrated && model->dated);
    } else {
        step->forest = model->forest;
        csuccess__features_forest(b, node, step);
    }
}

/* What stands beside the name of a model that is fetched. */
static bool read_fetched(const builder *b, const csuccess__json *node,
                         csuccess__chain_step *step)
{
    bool learned = step->source == CSUCCESS__SOURCE_LEARNED;
    if (!csuccess__read_object(b->problems, node, learned ? learned_keys : xgboost_keys) ||
        !read_name(b, node, step)) {
        return false;
    }
    csuccess__read_string(b->problems, node, "digest", csuccess__str(NULL));
    return learned || read_around(b, node, step);
}

/* Of the kinds that are fetched: learned and xgboost. `stands_in`: something takes over when it cannot be used. */
void csuccess__kind_fetched(const builder *b, const csuccess__json *node,
                            csuccess__chain_step *step, bool stands_in)
{
    csuccess__problems list;
    if (!read_fetched(b, node, step)) {
        return;
    }
    const csuccess_model *model = fetch(b, step, node, stands_in);
    if (!model) {
        return;
    }
    step->digest = model->digest;
    if (!model->forest && model->target == CSUCCESS__TARGET_CHURN) { /* another is refused */
        settle_horizon(b, node->parent->parent, model, step);
    }
    if (!stands_in) {
        take_model(b, node, model, step);
        return;
    }
    builder own = apart(b, &list);
    take_model(&own, node, model, step);
    rejoin(b, &list, node, step);
}

void csuccess__kind_host(const builder *b, const csuccess__json *node,
                         csuccess__chain_step *step)
{
    if (csuccess__read_object(b->problems, node, host_keys) && read_name(b, node, step)) {
        csuccess__features_host(b, node, step);
        step->calibrated = csuccess__read_bool(b->problems, node, "calibrated", false);
        step->timed = step->calibrated;
    }
}

void csuccess__kind_card(const builder *b, const csuccess__json *node, const char *lookup,
                         csuccess__chain_step *step)
{
    step->source = CSUCCESS__SOURCE_SCORECARD;
    step->name = b->build->name;
    step->card = csuccess__scorecard_compile(b->schema, b->with, b->problems, node, lookup,
                                             CSUCCESS__STRATUM_CHURN);
    step->calibrated = step->card && step->card->calibrated;
    step->timed = step->calibrated;
}

/* ---- Expansion and NPS ---- */

static void read_other(const builder *b, const csuccess__json *node,
                       csuccess__model_target target, csuccess__chain_step *step)
{
    if (!csuccess__read_object(b->problems, node, other_keys)) {
        return;
    }
    const csuccess__json *learned = csuccess__json_member(node, "learned");
    const csuccess__json *card = csuccess__json_member(node, "scorecard");
    if (!learned == !card) {
        csuccess__problem(b->problems, node, CSUCCESS_ECONFIG,
                          "a model is either \"learned\" or a \"scorecard\"");
        return;
    }
    if (card) {
        csuccess__kind_card(b, card, "", step);
        return;
    }
    if (!csuccess__read_object(b->problems, learned, learned_keys) ||
        !read_name(b, learned, step)) {
        return;
    }
    csuccess__read_string(b->problems, learned, "digest", csuccess__str(NULL));
    step->source = CSUCCESS__SOURCE_LEARNED;
    const csuccess_model *model = fetch(b, step, learned, false);
    if (model && !model->scorecard) {
        csuccess__problem(b->problems, learned, CSUCCESS_EMODEL,
                          "the model %q is no model document", model->name);
    } else if (model) {
        check_identity(b, learned, model, target);
        take_learned(b, model, "", step);
        step->calibrated = model->calibrated;
        step->periods =
            model->period_days > 0 ? b->churn->horizon_days / model->period_days : 0;
    }
}

void csuccess__kind_others(const builder *b, const csuccess__json *section)
{
    const csuccess__json *models =
        csuccess__read_section(b->problems, section, "models", CSUCCESS__JSON_OBJECT);
    if (!models || !csuccess__read_object(b->problems, models, models_keys)) {
        return;
    }
    const csuccess__json *nps = csuccess__json_member(models, "nps");
    const csuccess__json *expansion = csuccess__json_member(models, "expansion");
    if (nps) {
        read_other(b, nps, CSUCCESS__TARGET_NPS, &b->churn->nps);
    }
    if (expansion) {
        read_other(b, expansion, CSUCCESS__TARGET_EXPANSION, &b->churn->expansion);
    }
}

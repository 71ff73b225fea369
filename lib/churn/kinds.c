/* SPDX-License-Identifier: Apache-2.0 */
/* Which model runs, and what stands in for it: `model`, `fallback`, `models` of the churn section. */
#include "churn/internal.h"

#include "base/number.h"
#include "text/reader.h"

static const char *const model_keys[] = {"scorecard", "learned",     "xgboost",
                                         "host",      "description", NULL};
static const char *const kind_keys[] = {"learned", "xgboost", "host", NULL};
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

/* The order is that of csuccess__chain_word. */
static const char *const chain_words[] = {"model", "scorecard", "last", NULL};
typedef enum chain_word { CHAIN_MODEL, CHAIN_SCORECARD, CHAIN_LAST } chain_word;

/* `fallback` as it was written. */
typedef struct chain {
    chain_word words[CSUCCESS__CHAIN];
    const csuccess__json *at[CSUCCESS__CHAIN];
    uint32_t count;
} chain;

/* ---- Fetching a model ---- */

static csuccess_str keep(const builder *b, csuccess_str text)
{
    csuccess_str copy = csuccess__arena_copy(b->with->arena, text);
    b->problems->lost = b->problems->lost || !copy.ptr;
    return copy;
}

/* A model that cannot be used is a problem where nothing takes over, else something to know. */
static void refuse(const builder *b, csuccess__step *step, const csuccess__json *at,
                   csuccess_result code, bool stands_in)
{
    bool absent = code == CSUCCESS_ENAME;
    step->refused = absent ? CSUCCESS__TROUBLE_ABSENT : CSUCCESS__TROUBLE_REFUSED;
    step->why = absent ? csuccess__str(NULL) : csuccess__str(csuccess_result_text(code));
    if (stands_in) {
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
static const csuccess_model *fetch(const builder *b, csuccess__step *step,
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
static bool read_name(const builder *b, const csuccess__json *node, csuccess__step *step)
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
                         csuccess__step *step)
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
                           const csuccess_model *model, csuccess__step *step)
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
                   csuccess__step *step)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    b->problems->compared = list->compared;
    csuccess_result found = csuccess__problems_result(list, &err);
    if (found == CSUCCESS_ENOMEM) {
        b->problems->lost = true;
    } else if (found < 0) {
        step->refused = CSUCCESS__TROUBLE_REFUSED;
        step->why = keep(b, csuccess__str(err.message));
        csuccess__problem(b->problems, at, 0,
                          "the model %q was refused; \"fallback\" takes over: %s", step->name,
                          err.message);
    }
}

/* What the configuration itself says of an XGBoost model. False: noted. */
static bool read_around(const builder *b, const csuccess__json *node, csuccess__step *step)
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
                       const csuccess_model *model, csuccess__step *step)
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
        step->timed = model->calibrated || model->kind == CSUCCESS__MODEL_HAZARD;
    } else {
        step->forest = model->forest;
        csuccess__features_forest(b, node, step);
    }
}

/* Of the kinds that are fetched: learned and xgboost. `stands_in`: something takes over when it cannot be used. */
static void read_fetched(const builder *b, const csuccess__json *node, csuccess__step *step,
                         bool stands_in)
{
    csuccess__problems list;
    bool learned = step->source == CSUCCESS__SOURCE_LEARNED;
    if (!csuccess__read_object(b->problems, node, learned ? learned_keys : xgboost_keys) ||
        !read_name(b, node, step)) {
        return;
    }
    csuccess__read_string(b->problems, node, "digest", csuccess__str(NULL));
    if (!learned && !read_around(b, node, step)) {
        return;
    }
    const csuccess_model *model = fetch(b, step, node, stands_in);
    if (!model) {
        return;
    }
    step->digest = model->digest;
    if (!model->forest) {
        settle_horizon(b, node->parent->parent, model, step);
    }
    builder own = stands_in ? apart(b, &list) : *b;
    take_model(&own, node, model, step);
    if (stands_in) {
        rejoin(b, &list, node, step);
    }
}

static void read_host(const builder *b, const csuccess__json *node, csuccess__step *step)
{
    if (csuccess__read_object(b->problems, node, host_keys) && read_name(b, node, step)) {
        csuccess__features_host(b, node, step);
        step->calibrated = csuccess__read_bool(b->problems, node, "calibrated", false);
        step->timed = step->calibrated;
    }
}

static void read_card(const builder *b, const csuccess__json *node, const char *lookup,
                      csuccess__step *step)
{
    step->source = CSUCCESS__SOURCE_SCORECARD;
    step->name = b->build->name;
    step->card = csuccess__scorecard_compile(b->schema, b->with, b->problems, node, lookup,
                                             CSUCCESS__STRATUM_CHURN);
    step->calibrated = step->card && step->card->calibrated;
    step->timed = step->calibrated;
}

/* ---- The chain ---- */

static bool has_word(const chain *c, chain_word word)
{
    for (uint32_t i = 0; i < c->count; i++) {
        if (c->words[i] == word) {
            return true;
        }
    }
    return false;
}

static void add_word(const builder *b, const csuccess__json *item, chain *c)
{
    int word = 0;
    while (chain_words[word] && !(item->type == CSUCCESS__JSON_STRING &&
                                  csuccess__str_is(item->string, chain_words[word]))) {
        word++;
    }
    if (!chain_words[word]) {
        csuccess__problem(b->problems, item, CSUCCESS_ECONFIG,
                          "a step of \"fallback\" is \"model\", \"scorecard\" or \"last\"");
    } else if (has_word(c, (chain_word)word)) {
        csuccess__problem(b->problems, item, CSUCCESS_ECONFIG,
                          "%q stands in \"fallback\" already", item->string);
    } else if (c->count == 0 && word != CHAIN_MODEL) {
        csuccess__problem(b->problems, item, CSUCCESS_ECONFIG,
                          "\"fallback\" begins with \"model\", for which the others stand in");
    } else {
        c->words[c->count] = (chain_word)word;
        c->at[c->count++] = item;
    }
}

static void read_chain(const builder *b, const csuccess__json *section, chain *c)
{
    const csuccess__json *list =
        csuccess__read_section(b->problems, section, "fallback", CSUCCESS__JSON_ARRAY);
    *c = (chain){.count = 0};
    for (const csuccess__json *item = list ? list->first : NULL; item; item = item->next) {
        add_word(b, item, c);
    }
    if (list && list->count == 0) {
        csuccess__problem(
            b->problems, list, CSUCCESS_ECONFIG,
            "\"fallback\" begins with \"model\"; remove it where nothing stands in");
    }
    if (c->count == 0) {
        c->words[c->count++] = CHAIN_MODEL;
    }
}

/* Slots of the inputs that a "last" probability is; whoever declares them otherwise is told. */
static void read_last(const builder *b, const csuccess__json *at, csuccess__step *step)
{
    static const struct {
        const char *name;
        csuccess__kind kind;
    } inputs[] = {{"previous_churn_probability", CSUCCESS__KIND_NUMBER},
                  {"previous_churn_at", CSUCCESS__KIND_TIME}};
    uint32_t *slots[] = {&step->last, &step->last_at};
    step->source = CSUCCESS__SOURCE_LAST;
    step->place = chain_words[CHAIN_LAST];
    for (size_t i = 0; i < 2; i++) {
        uint32_t slot = csuccess__schema_find(b->schema, csuccess__str(inputs[i].name), NULL);
        *slots[i] = slot;
        if (slot == UINT32_MAX) {
            b->problems->lost = true;
        } else if (slot >= b->schema->inputs ||
                   b->schema->slots[slot].type->kind != inputs[i].kind) {
            csuccess__problem(b->problems, at, CSUCCESS_ETYPE,
                              "\"last\" reads the input \"%s\", which is declared as something "
                              "else",
                              inputs[i].name);
        } else {
            b->schema->slots[slot].used = true;
        }
    }
}

static void read_scorecard_step(const builder *b, const csuccess__json *card, bool own,
                                const csuccess__json *at)
{
    csuccess__churn *churn = b->churn;
    if (own) {
        return; /* it is the model: nothing to fall back to */
    }
    if (!card) {
        csuccess__problem(b->problems, at, CSUCCESS_ECONFIG,
                          "\"fallback\" names \"scorecard\", but the model has none beside it");
        return;
    }
    csuccess__step *step = &churn->steps[churn->step_count++];
    step->place = chain_words[CHAIN_SCORECARD];
    read_card(b, card, "factor", step);
}

/* The one of learned, xgboost and host that stands there; NULL: none. */
static const csuccess__json *the_kind(const builder *b, const csuccess__json *model,
                                      csuccess__source *source)
{
    static const csuccess__source sources[] = {CSUCCESS__SOURCE_LEARNED,
                                               CSUCCESS__SOURCE_XGBOOST, CSUCCESS__SOURCE_HOST};
    const csuccess__json *found = NULL;
    for (size_t i = 0; kind_keys[i]; i++) {
        const csuccess__json *node = csuccess__json_member(model, kind_keys[i]);
        if (node && found) {
            csuccess__problem(b->problems, node, CSUCCESS_ECONFIG,
                              "the model is one of \"learned\", \"xgboost\" and \"host\"");
        } else if (node) {
            found = node;
            *source = sources[i];
        }
    }
    return found;
}

static void read_model_step(const builder *b, const csuccess__json *model, const chain *c)
{
    csuccess__step *step = &b->churn->steps[b->churn->step_count++];
    const csuccess__json *card = csuccess__json_member(model, "scorecard");
    const csuccess__json *kind = the_kind(b, model, &step->source);
    step->place = chain_words[CHAIN_MODEL];
    bool stands_in = has_word(c, CHAIN_LAST) || (card && has_word(c, CHAIN_SCORECARD));
    if (!kind && !card) {
        csuccess__problem(b->problems, model, CSUCCESS_ECONFIG,
                          "the model needs a \"scorecard\": {\"combine\": …, \"of\": {…}}, or "
                          "one of \"learned\", \"xgboost\" and \"host\"");
    } else if (!kind) {
        read_card(b, card, "factor", step);
    } else if (step->source == CSUCCESS__SOURCE_HOST) {
        read_host(b, kind, step);
    } else {
        read_fetched(b, kind, step, stands_in);
    }
    if (kind && card && !has_word(c, CHAIN_SCORECARD)) {
        csuccess__step unused = {0};
        csuccess__problem(b->problems, card, 0,
                          "nothing runs this scorecard: \"fallback\" does not name it");
        read_card(b, card, "factor", &unused);
    }
}

static void read_steps(const builder *b, const csuccess__json *section,
                       const csuccess__json *model)
{
    chain c;
    csuccess__churn *churn = b->churn;
    const csuccess__json *card = csuccess__json_member(model, "scorecard");
    read_chain(b, section, &c);
    read_model_step(b, model, &c);
    bool own = churn->steps[0].source == CSUCCESS__SOURCE_SCORECARD;
    for (uint32_t i = 1; i < c.count; i++) {
        if (c.words[i] == CHAIN_SCORECARD) {
            read_scorecard_step(b, card, own, c.at[i]);
        } else {
            read_last(b, c.at[i], &churn->steps[churn->step_count++]);
        }
    }
    for (uint32_t i = 0; i < churn->step_count; i++) {
        bool given = churn->steps[i].horizon_days > 0;
        churn->steps[i].horizon_days =
            given ? churn->steps[i].horizon_days : churn->horizon_days;
    }
}

/* ---- Expansion and NPS ---- */

static void read_other(const builder *b, const csuccess__json *node,
                       csuccess__model_target target, csuccess__step *step)
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
        read_card(b, card, "", step);
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

static void read_others(const builder *b, const csuccess__json *section)
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

/* ---- The registry of factors ---- */

static void add_slot(csuccess__churn *churn, uint32_t *slots, bool *taken, uint32_t slot)
{
    if (slot != UINT32_MAX && !taken[slot]) {
        taken[slot] = true;
        slots[churn->factor_count++] = slot;
    }
}

/* The slots that nodes and features fill, each once: a run forgets what the one before left there. */
static void list_factors(const builder *b)
{
    csuccess__churn *churn = b->churn;
    uint32_t *slots = CSUCCESS__NEW_ARRAY(b->with->arena, uint32_t, b->schema->count);
    bool *taken = CSUCCESS__NEW_ARRAY(b->with->arena, bool, b->schema->count);
    if (!slots || !taken) {
        b->problems->lost = true;
        return;
    }
    for (uint32_t s = 0; s < churn->step_count; s++) {
        const csuccess__step *step = &churn->steps[s];
        for (uint32_t i = 1; step->card && i < step->card->count; i++) {
            add_slot(churn, slots, taken, step->card->nodes[i].slot);
        }
        for (uint32_t i = 0; step->features && i < step->feature_count; i++) {
            add_slot(churn, slots, taken, step->features[i].slot);
        }
    }
    churn->factor_slots = slots;
}

void csuccess__churn_models(const builder *b, const csuccess__json *section)
{
    const csuccess__json *model =
        csuccess__read_section(b->problems, section, "model", CSUCCESS__JSON_OBJECT);
    if (!model) {
        if (!csuccess__json_member(section, "model")) {
            csuccess__problem(b->problems, section, CSUCCESS_ECONFIG,
                              "churn needs a \"model\": {\"scorecard\": {…}}");
        }
        return;
    }
    if (!csuccess__read_object(b->problems, model, model_keys)) {
        return;
    }
    read_steps(b, section, model);
    read_others(b, section);
    list_factors(b);
}

void csuccess__churn_digest(const csuccess__churn *churn, csuccess__sha256 *h)
{
    for (uint32_t i = 0; churn && i < churn->model_count; i++) {
        csuccess__digest_str(h, churn->models[i]->digest);
    }
}

bool csuccess__churn_asks_host(const csuccess__churn *churn)
{
    return churn->steps[0].source == CSUCCESS__SOURCE_HOST;
}

bool csuccess__churn_retrain_at(const csuccess__churn *churn, int64_t *due)
{
    const csuccess_model *model = churn && churn->model_count ? churn->models[0] : NULL;
    bool of_churn = model && model->target == CSUCCESS__TARGET_CHURN;
    return of_churn && churn->has_retrain_every && model->has_trained_at &&
           csuccess__time_add(due, model->trained_at, churn->retrain_every);
}

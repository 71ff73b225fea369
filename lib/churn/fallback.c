/* SPDX-License-Identifier: Apache-2.0 */
/* Which model runs, and what stands in for it: `model` and `fallback` of the churn section. */
#include "churn/internal.h"

#include "text/reader.h"

static const char *const model_keys[] = {"scorecard", "learned",     "xgboost",
                                         "host",      "description", NULL};
static const char *const kind_keys[] = {"learned", "xgboost", "host", NULL};

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
static void read_last(const builder *b, const csuccess__json *at, csuccess__chain_step *step)
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
    csuccess__chain_step *step = &churn->steps[churn->step_count++];
    step->place = chain_words[CHAIN_SCORECARD];
    csuccess__kind_card(b, card, "factor", step);
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
    csuccess__chain_step *step = &b->churn->steps[b->churn->step_count++];
    const csuccess__json *card = csuccess__json_member(model, "scorecard");
    const csuccess__json *kind = the_kind(b, model, &step->source);
    step->place = chain_words[CHAIN_MODEL];
    bool stands_in = has_word(c, CHAIN_LAST) || (card && has_word(c, CHAIN_SCORECARD));
    if (!kind && !card) {
        csuccess__problem(b->problems, model, CSUCCESS_ECONFIG,
                          "the model needs a \"scorecard\": {\"combine\": …, \"of\": {…}}, or "
                          "one of \"learned\", \"xgboost\" and \"host\"");
    } else if (!kind) {
        csuccess__kind_card(b, card, "factor", step);
    } else if (step->source == CSUCCESS__SOURCE_HOST) {
        csuccess__kind_host(b, kind, step);
    } else {
        csuccess__kind_fetched(b, kind, step, stands_in);
    }
    if (kind && card && !has_word(c, CHAIN_SCORECARD)) {
        csuccess__chain_step unused = {0};
        csuccess__problem(b->problems, card, 0,
                          "nothing runs this scorecard: \"fallback\" does not name it");
        csuccess__kind_card(b, card, "factor", &unused);
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
    uint32_t owners = 0;
    for (uint32_t s = 0; s < churn->step_count; s++) {
        const csuccess__chain_step *step = &churn->steps[s];
        owners += step->card || step->forest;
        for (uint32_t i = 1; step->card && i < step->card->count; i++) {
            add_slot(churn, slots, taken, step->card->nodes[i].slot);
        }
        for (uint32_t i = 0; step->features && i < step->feature_count; i++) {
            add_slot(churn, slots, taken, step->features[i].slot);
        }
    }
    churn->factor_slots = slots;
    churn->several = owners > 0 && churn->step_count > 1;
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
    csuccess__kind_others(b, section);
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

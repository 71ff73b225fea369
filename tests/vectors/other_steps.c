/* SPDX-License-Identifier: Apache-2.0 */
/* Steps over accumulators, texts, what became of predictions, training and rights. */
#include "vectors.h"

#include <string.h>

/* ---- Accumulators ---- */

/* ["accumulator", name] */
static void accumulator(world *w, const cJSON *args)
{
    csuccess_accumulator_free(w->accumulator);
    w->accumulator = NULL;
    went(w, csuccess_accumulator_new(&w->accumulator, w->config, arg_text(w, args, 1), NULL,
                                     &w->err));
}

/* ["entry", kind, body, customer, at]: an entry of a history */
static void entry(world *w, const cJSON *args)
{
    csuccess_entry e = {.size = sizeof e,
                        .kind = arg_text(w, args, 1),
                        .body = arg_text(w, args, 2),
                        .customer = arg_text(w, args, 3),
                        .at_ms = (int64_t)arg_number(args, 4, 0)};
    went(w, csuccess_accumulator_add_entry(w->accumulator, &e, &w->err));
}

/* ["add_scored"]: the customer that was explained last */
static void add_scored(world *w, const cJSON *args)
{
    (void)args;
    went(w, csuccess_accumulator_add_scored(w->accumulator, w->scorer, &w->err));
}

/* ["twice"]: what it has is added to it once more, by way of its bytes */
static void twice(world *w, const cJSON *args)
{
    (void)args;
    csuccess_text *saved = NULL;
    if (!went(w, csuccess_accumulator_save(w->accumulator, &saved, &w->err))) return;
    went(w, csuccess_accumulator_load(w->accumulator, csuccess_text_view(saved), &w->err));
    csuccess_text_free(saved);
}

/* ["load", bytes] */
static void load(world *w, const cJSON *args)
{
    went(w, csuccess_accumulator_load(w->accumulator, arg_text(w, args, 1), &w->err));
}

/* ["report"] */
static void report(world *w, const cJSON *args)
{
    (void)args;
    csuccess_text *out = NULL;
    if (went(w, csuccess_accumulator_json(w->accumulator, &out, &w->err))) say_taken(w, out);
}

/* ---- Texts ---- */

static cJSON *words(const csuccess_sentiment *s, uint32_t bits,
                    csuccess_str (*name)(const csuccess_sentiment *sentiment, uint32_t bit))
{
    cJSON *value = cJSON_CreateArray();
    for (uint32_t i = 0; i < 32; i++) {
        if (bits >> i & 1) cJSON_AddItemToArray(value, json_text(name(s, i)));
    }
    return value;
}

/* ["sentiment", text]: by the configuration of the case, if it has one */
static void sentiment(world *w, const cJSON *args)
{
    csuccess_feeling f = CSUCCESS_FEELING_INIT;
    csuccess_sentiment_free(w->sentiment);
    w->sentiment = NULL;
    if (!went(w, csuccess_sentiment_new(&w->sentiment, w->config, NULL, &w->err))) return;
    if (!went(w, csuccess_sentiment_score(w->sentiment, arg_text(w, args, 1), &f, &w->err))) {
        return;
    }
    cJSON *value = cJSON_CreateObject();
    cJSON_AddItemToObject(value, "score", json_bits(f.score));
    cJSON_AddItemToObject(value, "confidence", json_bits(f.confidence));
    cJSON_AddNumberToObject(value, "label", f.label);
    cJSON_AddItemToObject(value, "emotions",
                          words(w->sentiment, f.emotions, csuccess_sentiment_emotion));
    cJSON_AddItemToObject(value, "issues",
                          words(w->sentiment, f.issues, csuccess_sentiment_issue));
    say(w, value);
}

/* ---- Predictions and what became of them ---- */

static void one_record(world *w, csuccess_str line, double number)
{
    (void)number;
    if (line.len) went(w, csuccess_tracking_add_json(w->tracking, line, &w->err));
}

/* ["track", lines]: counts, and the figures by their bits */
static void track(world *w, const cJSON *args)
{
    csuccess_tracking_figures f = CSUCCESS_TRACKING_FIGURES_INIT;
    if (!w->tracking && !went(w, csuccess_tracking_new(&w->tracking, NULL, &w->err))) return;
    each_line(arg_text(w, args, 1), one_record, w, 0);
    csuccess_tracking_total(w->tracking, &f);
    cJSON *value = cJSON_CreateObject();
    cJSON_AddItemToObject(value, "predictions", json_int((int64_t)f.predictions));
    cJSON_AddItemToObject(value, "matured", json_int((int64_t)f.matured));
    cJSON_AddItemToObject(value, "true_alarms", json_int((int64_t)f.true_alarms));
    cJSON_AddItemToObject(value, "false_alarms", json_int((int64_t)f.false_alarms));
    bool brier = (f.present & CSUCCESS_TRACKING_CALIBRATION) != 0;
    cJSON_AddItemToObject(value, "brier", brier ? json_bits(f.brier) : cJSON_CreateNull());
    say(w, value);
}

/* ---- Training ---- */

/* ["samples", {"outcome": …, "metrics": […], "horizon": …, "now": …}] */
static void samples(world *w, const cJSON *args)
{
    const cJSON *given = cJSON_GetArrayItem(args, 1);
    csuccess_str metrics[32];
    csuccess_samples_options o = CSUCCESS_SAMPLES_OPTIONS_INIT;
    o.metrics = metrics;
    o.outcome = member_text(w, given, "outcome");
    o.horizon = member_text(w, given, "horizon");
    o.gap = member_text(w, given, "gap");
    o.now_ms = (int64_t)member_number(given, "now", 0);
    const cJSON *name;
    cJSON_ArrayForEach(name, cJSON_GetObjectItem(given, "metrics"))
    {
        metrics[o.metric_count++] =
            (csuccess_str){name->valuestring, strlen(name->valuestring)};
    }
    csuccess_samples_free(w->samples);
    w->samples = NULL;
    went(w, csuccess_samples_new(&w->samples, w->config, &o, &w->err));
}

static void one_sample(world *w, csuccess_str line, double number)
{
    csuccess_sample s = CSUCCESS_SAMPLE_INIT;
    (void)number;
    if (line.len == 0) return;
    if (!w->facts && !went(w, csuccess_facts_new(&w->facts, w->config, NULL, &w->err))) return;
    if (went(w, csuccess_facts_read_json(w->facts, line, &w->err))) {
        went(w, csuccess_samples_add(w->samples, w->facts, &s, &w->err));
    }
}

/* ["sample", rows]: of a cross-section, whose outcome the options tell */
static void sample(world *w, const cJSON *args)
{
    each_line(arg_text(w, args, 1), one_sample, w, 0);
}

/* ["train", {"trainer": …, "seed": …, "folds": …, "min_rows": …, "min_events": …, "parameters": …}]: model and report */
static void train(world *w, const cJSON *args)
{
    const cJSON *given = cJSON_GetArrayItem(args, 1);
    csuccess_text *model = NULL, *told = NULL;
    csuccess_train_options o = CSUCCESS_TRAIN_OPTIONS_INIT;
    o.trainer = (uint32_t)member_number(given, "trainer", 0);
    o.seed = (uint64_t)member_number(given, "seed", 0);
    o.folds = (uint32_t)member_number(given, "folds", 0);
    o.min_rows = (uint32_t)member_number(given, "min_rows", 0);
    o.min_events = (uint32_t)member_number(given, "min_events", 0);
    o.parameters = member_text(w, given, "parameters");
    if (!went(w, csuccess_train(&model, &told, w->samples, &o, &w->err))) return;
    say_taken(w, model);
    say_taken(w, told);
}

/* ---- Rights ---- */

/* ["access", id, [role, …], resource, action, owner] */
static void access_(world *w, const cJSON *args)
{
    csuccess_str roles[8];
    csuccess_principal p = {.size = sizeof p, .id = arg_text(w, args, 1), .roles = roles};
    const cJSON *role;
    cJSON_ArrayForEach(role, cJSON_GetArrayItem(args, 2))
    {
        roles[p.role_count++] = (csuccess_str){role->valuestring, strlen(role->valuestring)};
    }
    csuccess_access_question q = {.size = sizeof q,
                                  .principal = &p,
                                  .resource = arg_text(w, args, 3),
                                  .action = arg_text(w, args, 4),
                                  .owner = arg_text(w, args, 5)};
    csuccess_str rule = {NULL, 0};
    if (went(w, csuccess_access_check(w->config, &q, &rule, &w->err))) say_text(w, rule);
}

const step other_steps[] = {
    {"accumulator", accumulator},
    {"entry", entry},
    {"add_scored", add_scored},
    {"twice", twice},
    {"load", load},
    {"report", report},
    {"sentiment", sentiment},
    {"track", track},
    {"samples", samples},
    {"sample", sample},
    {"train", train},
    {"access", access_},
    {NULL, NULL},
};

/* SPDX-License-Identifier: Apache-2.0 */
/* Steps over facts and scorers. */
#include "vectors.h"

#include <string.h>

/* The facts of the case, made when they are first asked for. */
static csuccess_facts *facts_of(world *w)
{
    if (!w->facts) went(w, csuccess_facts_new(&w->facts, w->config, NULL, &w->err));
    return w->facts;
}

static csuccess_scorer *scorer_of(world *w)
{
    if (!w->scorer) went(w, csuccess_scorer_new(&w->scorer, w->config, NULL, &w->err));
    return w->scorer;
}

/* ["row", json] */
static void row(world *w, const cJSON *args)
{
    went(w, csuccess_facts_read_json(facts_of(w), arg_text(w, args, 1), &w->err));
}

/* ["set_json", name, json] */
static void set_json(world *w, const cJSON *args)
{
    went(w, csuccess_facts_set_json(facts_of(w), arg_text(w, args, 1), arg_text(w, args, 2),
                                    &w->err));
}

/* ["set_text", name, cell] */
static void set_text(world *w, const cJSON *args)
{
    went(w, csuccess_facts_set_text(facts_of(w), arg_text(w, args, 1), arg_text(w, args, 2),
                                    &w->err));
}

static void set_number(world *w, const cJSON *args)
{
    went_plain(w, csuccess_facts_set_number(facts_of(w), arg_text(w, args, 1),
                                            arg_number(args, 2, 0)));
}

static void set_bool(world *w, const cJSON *args)
{
    went_plain(w, csuccess_facts_set_bool(facts_of(w), arg_text(w, args, 1),
                                          arg_number(args, 2, 0) != 0));
}

static void set_string(world *w, const cJSON *args)
{
    went_plain(
        w, csuccess_facts_set_string(facts_of(w), arg_text(w, args, 1), arg_text(w, args, 2)));
}

static void set_time(world *w, const cJSON *args)
{
    went_plain(w, csuccess_facts_set_time(facts_of(w), arg_text(w, args, 1),
                                          (int64_t)arg_number(args, 2, 0)));
}

/* ["set_money", name, amount, currency] */
static void set_money(world *w, const cJSON *args)
{
    went_plain(w, csuccess_facts_set_money(facts_of(w), arg_text(w, args, 1),
                                           arg_number(args, 2, 0), arg_text(w, args, 3)));
}

static void set_observed(world *w, const cJSON *args)
{
    went_plain(w, csuccess_facts_set_observed(facts_of(w), arg_text(w, args, 1),
                                              (int64_t)arg_number(args, 2, 0)));
}

static void set_customer(world *w, const cJSON *args)
{
    went_plain(w, csuccess_facts_set_customer(facts_of(w), arg_text(w, args, 1)));
}

static void unset(world *w, const cJSON *args)
{
    went_plain(w, csuccess_facts_unset(facts_of(w), arg_text(w, args, 1)));
}

/* ["ignore_unknown", 0 or 1] */
static void ignore_unknown(world *w, const cJSON *args)
{
    went_plain(w, csuccess_facts_ignore_unknown(facts_of(w), arg_number(args, 1, 0) != 0));
}

/* ["quarantined"]: [[attribute, reason], …] */
static void quarantined(world *w, const cJSON *args)
{
    (void)args;
    cJSON *value = cJSON_CreateArray();
    csuccess_str name, reason;
    for (size_t i = 0; csuccess_facts_quarantine(facts_of(w), i, &name, &reason) >= 0; i++) {
        cJSON *pair = cJSON_CreateArray();
        cJSON_AddItemToArray(pair, json_text(name));
        cJSON_AddItemToArray(pair, json_text(reason));
        cJSON_AddItemToArray(value, pair);
    }
    say(w, value);
}

static void explained(world *w, double now)
{
    csuccess_str out;
    if (went(w,
             csuccess_scorer_explain(scorer_of(w), facts_of(w), (int64_t)now, NULL, &w->err)) &&
        went(w, csuccess_scorer_json(scorer_of(w), &out, &w->err))) {
        say_json(w, out);
    }
}

/* ["explain", now]: the result object */
static void explain(world *w, const cJSON *args)
{
    explained(w, arg_number(args, 1, 0));
}

static void one_row(world *w, csuccess_str text, double now)
{
    if (text.len && went(w, csuccess_facts_read_json(facts_of(w), text, &w->err))) {
        explained(w, now);
    }
}

/* ["rows", lines, now]: the result object of every line */
static void rows(world *w, const cJSON *args)
{
    each_line(arg_text(w, args, 1), one_row, w, arg_number(args, 2, 0));
}

/* ["score", now]: the plain struct, numbers by their bits */
static void score(world *w, const cJSON *args)
{
    csuccess_score s = CSUCCESS_SCORE_INIT;
    if (!went(w, csuccess_scorer_run(scorer_of(w), facts_of(w), (int64_t)arg_number(args, 1, 0),
                                     &s, &w->err))) {
        return;
    }
    cJSON *value = cJSON_CreateObject();
    bool scored = (s.present & CSUCCESS_SCORE_VALUE) != 0;
    cJSON_AddItemToObject(value, "value", scored ? json_bits(s.value) : cJSON_CreateNull());
    cJSON_AddItemToObject(value, "raw", scored ? json_bits(s.raw) : cJSON_CreateNull());
    cJSON_AddItemToObject(value, "completeness", json_bits(s.completeness));
    cJSON_AddItemToObject(value, "confidence", json_bits(s.confidence));
    cJSON_AddItemToObject(value, "status", json_text(s.status));
    cJSON_AddItemToObject(value, "trend", json_text(s.trend));
    cJSON_AddItemToObject(value, "profile", json_text(s.profile));
    say(w, value);
}

/* ["predict", now] */
static void predict(world *w, const cJSON *args)
{
    csuccess_prediction p = {.size = sizeof p};
    if (!went(w, csuccess_scorer_predict(scorer_of(w), facts_of(w),
                                         (int64_t)arg_number(args, 1, 0), &p, &w->err))) {
        return;
    }
    cJSON *value = cJSON_CreateObject();
    cJSON_AddItemToObject(value, "probability", json_bits(p.probability));
    cJSON_AddItemToObject(value, "confidence", json_bits(p.confidence));
    cJSON_AddItemToObject(value, "level", json_text(p.level));
    cJSON_AddItemToObject(value, "model", json_text(p.model));
    cJSON_AddItemToObject(value, "because", json_text(p.because));
    say(w, value);
}

static void evaluated(world *w, csuccess_str expression, double now)
{
    csuccess_str value = {NULL, 0}, open = {NULL, 0};
    csuccess_result result = csuccess_scorer_eval(scorer_of(w), facts_of(w), (int64_t)now,
                                                  expression, &value, &open, &w->err);
    if (!went(w, result)) return;
    if (result == CSUCCESS_UNDECIDED) {
        cJSON *missing = cJSON_CreateObject();
        cJSON_AddItemToObject(missing, "missing", json_text(open));
        say(w, missing);
    } else {
        say_json(w, value);
    }
}

/* ["eval", expression, now] */
static void eval(world *w, const cJSON *args)
{
    evaluated(w, arg_text(w, args, 1), arg_number(args, 2, 0));
}

static void one_expression(world *w, csuccess_str line, double now)
{
    cJSON *given = cJSON_ParseWithLength(line.ptr, line.len);
    evaluated(w, member_text(w, given, "expr"), now);
    cJSON_Delete(given);
}

/* ["expressions", lines, now]: every line's `expr` */
static void expressions(world *w, const cJSON *args)
{
    each_line(arg_text(w, args, 1), one_expression, w, arg_number(args, 2, 0));
}

static cJSON *chosen(world *w, const uint64_t *bits)
{
    cJSON *value = cJSON_CreateArray();
    csuccess_str id;
    for (uint32_t i = 0; csuccess_config_segment(w->config, i, &id) >= 0; i++) {
        if (bits[i / 64] >> (i % 64) & 1) cJSON_AddItemToArray(value, json_text(id));
    }
    return value;
}

/* ["segments", now]: members and what is left open */
static void segments(world *w, const cJSON *args)
{
    uint64_t members[64] = {0}, undecided[64] = {0};
    if (!went(w, csuccess_scorer_segments(scorer_of(w), facts_of(w),
                                          (int64_t)arg_number(args, 1, 0), members, undecided,
                                          64, &w->err))) {
        return;
    }
    cJSON *value = cJSON_CreateObject();
    cJSON_AddItemToObject(value, "members", chosen(w, members));
    cJSON_AddItemToObject(value, "undecided", chosen(w, undecided));
    say(w, value);
}

/* ["override", {"score", "status", "reason", "by", "expires"}] or ["override"] */
static void override_(world *w, const cJSON *args)
{
    const cJSON *given = cJSON_GetArrayItem(args, 1);
    csuccess_override o = {.size = sizeof o,
                           .has_score = cJSON_GetObjectItem(given, "score") != NULL,
                           .score = member_number(given, "score", 0),
                           .expires_at = (int64_t)member_number(given, "expires", 0),
                           .status = member_text(w, given, "status"),
                           .reason = member_text(w, given, "reason"),
                           .by = member_text(w, given, "by")};
    went(w, csuccess_scorer_override(scorer_of(w), given ? &o : NULL, &w->err));
}

const step score_steps[] = {
    {"row", row},
    {"set_json", set_json},
    {"set_text", set_text},
    {"set_number", set_number},
    {"set_bool", set_bool},
    {"set_string", set_string},
    {"set_time", set_time},
    {"set_money", set_money},
    {"set_observed", set_observed},
    {"set_customer", set_customer},
    {"unset", unset},
    {"ignore_unknown", ignore_unknown},
    {"quarantined", quarantined},
    {"explain", explain},
    {"rows", rows},
    {"score", score},
    {"predict", predict},
    {"eval", eval},
    {"expressions", expressions},
    {"segments", segments},
    {"override", override_},
    {NULL, NULL},
};

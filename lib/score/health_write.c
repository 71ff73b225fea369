/* SPDX-License-Identifier: Apache-2.0 */
/* The "health" object of a result. Keys are always there; what is missing is null. */
#include "score/health_internal.h"

#include "calendar/time_json.h"
#include "text/json.h"

typedef csuccess__json_writer writer;

static const char *const absence_words[] = {
#define CSUCCESS__ABSENCE(name, text) text,
    CSUCCESS__ABSENCES(CSUCCESS__ABSENCE)
#undef CSUCCESS__ABSENCE
};
static const char *const trend_words[] = {
#define CSUCCESS__TREND(name, text) text,
    CSUCCESS__TRENDS(CSUCCESS__TREND)
#undef CSUCCESS__TREND
};

static void key(writer *w, const char *name)
{
    csuccess__json_key(w, csuccess__str(name));
}

static void put_number(writer *w, const char *name, bool there, double x)
{
    key(w, name);
    if (there) {
        csuccess__json_num(w, x + 0.0); /* no -0 */
    } else {
        csuccess__json_null(w);
    }
}

static void put_absence(writer *w, const char *name, csuccess__absence why)
{
    bool missing = why != CSUCCESS__ABSENCE_PRESENT;
    csuccess__json_put_or_null(w, name, csuccess__str(missing ? absence_words[why] : NULL));
}

/* ---- Components ---- */

static void open_node(writer *w, const csuccess__card_node *node,
                      const csuccess__card_result *r, bool has_card)
{
    csuccess__json_key(w, node->id);
    csuccess__json_open(w, '{');
    put_number(w, "score", !r->missing, r->score);
    put_number(w, "weight", true, has_card ? r->weight_used : 0);
    put_number(w, "contribution", true, has_card ? r->contribution : 0);
    put_absence(w, "missing", r->why);
    if (node->combine != CSUCCESS__COMBINE_NONE) {
        key(w, "of");
        csuccess__json_open(w, '{');
        return;
    }
    key(w, "value");
    csuccess__value_write(w, r->value, node->value->type);
    if (node->by) {
        key(w, "by");
        csuccess__value_write(w, r->by, node->by->type);
    }
    put_number(w, "points", !r->missing && !r->policy_used, r->points);
    key(w, "defaulted");
    csuccess__json_bool(w, r->defaulted);
    csuccess__json_close(w, '}');
}

/* Nodes stand in pre-order, so a group is closed when its last descendant is through. */
static void put_components(writer *w, const csuccess__scorecard *card,
                           const csuccess__card_result *results, bool has_card)
{
    uint32_t ends[CSUCCESS__CARD_DEPTH + 1];
    uint32_t open = 0;
    key(w, "components");
    csuccess__json_open(w, '{');
    for (uint32_t i = 1; card && i < card->count; i++) {
        open_node(w, &card->nodes[i], &results[i], has_card);
        if (card->nodes[i].combine != CSUCCESS__COMBINE_NONE) ends[open++] = card->nodes[i].end;
        for (; open > 0 && ends[open - 1] == i + 1; open--) {
            csuccess__json_close(w, '}');
            csuccess__json_close(w, '}');
        }
    }
    csuccess__json_close(w, '}');
}

/* What the calibration added, of cards that have one. */
static void put_calibration(writer *w, const csuccess__scorecard *card,
                            const csuccess__card_result *results, bool has_card)
{
    if (!card || !card->calibrated) return;
    put_number(w, "calibration", has_card,
               has_card ? csuccess__card_calibrated_by(card, results[0].score) : 0);
}

/* Metrics without a value, whatever their policy made of it. */
static void put_missing(writer *w, const csuccess__scorecard *card,
                        const csuccess__card_result *results)
{
    key(w, "missing");
    csuccess__json_open(w, '[');
    for (uint32_t i = 0; card && i < card->count; i++) {
        bool metric = card->nodes[i].combine == CSUCCESS__COMBINE_NONE;
        if (!metric || results[i].why == CSUCCESS__ABSENCE_PRESENT) continue;
        csuccess__json_str(w, i == 0 ? CSUCCESS_STR("score") : card->nodes[i].id);
    }
    csuccess__json_close(w, ']');
}

/* ---- Rules ---- */

static void put_modifiers(writer *w, const csuccess__profile *profile,
                          const csuccess__health_result *result)
{
    static const char *const words[] = {
#define CSUCCESS__MODIFY(name, text) text,
        CSUCCESS__MODIFIES(CSUCCESS__MODIFY)
#undef CSUCCESS__MODIFY
    };
    key(w, "modifiers");
    csuccess__json_open(w, '{');
    for (uint32_t i = 0; i < result->modified_count; i++) {
        const csuccess__modifier *m = &profile->modifiers[result->modified[i].modifier];
        csuccess__json_key(w, m->id);
        if (m->kind == CSUCCESS__MODIFY_MULTIPLY) {
            csuccess__json_num(w, m->by);
            continue;
        }
        csuccess__json_open(w, '{');
        put_number(w, words[m->kind], true, m->by);
        csuccess__json_close(w, '}');
    }
    csuccess__json_close(w, '}');
}

static void put_signals(writer *w, const csuccess__signal *list, uint32_t count, uint64_t bits)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!(bits >> i & 1)) continue;
        csuccess__json_open(w, '{');
        csuccess__json_put_or_null(w, "id", list[i].id);
        csuccess__json_put_or_null(w, "severity",
                                   csuccess__str(csuccess__severity_name(list[i].severity)));
        csuccess__json_put_or_null(w, "message", list[i].message);
        csuccess__json_close(w, '}');
    }
}

static void put_alerts(writer *w, const csuccess__profile *profile,
                       const csuccess__health_result *result)
{
    key(w, "alerts");
    csuccess__json_open(w, '[');
    if (profile) {
        put_signals(w, profile->alerts, profile->alert_count, result->alerts);
        put_signals(w, profile->contradictions, profile->contradiction_count,
                    result->contradictions);
    }
    csuccess__json_close(w, ']');
    key(w, "contradictions");
    csuccess__json_open(w, '[');
    for (uint32_t i = 0; profile && i < profile->contradiction_count; i++) {
        if (result->contradictions >> i & 1) {
            csuccess__json_str(w, profile->contradictions[i].id);
        }
    }
    csuccess__json_close(w, ']');
}

static void put_override(writer *w, const csuccess__health_result *result)
{
    const csuccess__override *o = &result->override;
    key(w, "override");
    if (!result->overridden) {
        csuccess__json_null(w);
        return;
    }
    csuccess__json_open(w, '{');
    put_number(w, "score", o->has_score, o->score);
    csuccess__json_put_or_null(w, "status", o->status);
    put_number(w, "computed", result->has_card, result->computed);
    csuccess__json_put_or_null(w, "reason", o->reason);
    csuccess__json_put_or_null(w, "by", o->by);
    csuccess__json_put_time(w, "expires_at", o->expires_at);
    csuccess__json_close(w, '}');
}

/* ---- Scorecards beside the profile's ---- */

static void put_also(writer *w, const csuccess__also *also, const csuccess__card_result *nodes)
{
    const csuccess__scorecard *card = also->card;
    bool there = !nodes[0].missing;
    for (uint32_t i = 0; i < card->count; i++) {
        bool fails = card->nodes[i].missing == CSUCCESS__POLICY_FAIL && nodes[i].missing;
        there = there && !fails;
    }
    double raw = there ? csuccess__round9(csuccess__card_link(card, nodes[0].score)) : 0;
    double score = csuccess__display(also->scale.rounding, raw);
    uint32_t band = csuccess__band_of(&also->scale, also->scale.band_on_rounded ? score : raw);
    bool named = there && band < also->scale.band_count;
    csuccess__json_key(w, also->id);
    csuccess__json_open(w, '{');
    put_number(w, "score", there, score);
    put_number(w, "raw", there, raw);
    csuccess__json_put_or_null(w, "status",
                               named ? also->scale.bands[band].id : (csuccess_str){0});
    put_number(w, "completeness", true, nodes[0].completeness);
    put_components(w, card, nodes, there);
    put_calibration(w, card, nodes, there);
    put_missing(w, card, nodes);
    csuccess__json_close(w, '}');
}

static void put_scores(writer *w, const csuccess__health *health,
                       const csuccess__health_result *result)
{
    key(w, "scores");
    csuccess__json_open(w, '{');
    for (uint32_t i = 0; i < health->also_count; i++) {
        put_also(w, &health->also[i], result->nodes + health->also[i].nodes);
    }
    csuccess__json_close(w, '}');
}

void csuccess__health_write(struct csuccess__json_writer *out, const csuccess__health *health,
                            const csuccess__schema *schema,
                            const csuccess__health_result *result)
{
    (void)schema;
    bool chosen = result->profile != UINT32_MAX;
    const csuccess__profile *profile = chosen ? &health->profiles[result->profile] : NULL;
    const csuccess__scorecard *card = profile ? profile->card : NULL;
    csuccess__json_open(out, '{');
    csuccess__json_put_or_null(out, "profile", profile ? profile->id : (csuccess_str){0});
    put_number(out, "score", result->has_score, result->score);
    put_number(out, "raw", result->has_score, result->raw);
    csuccess__json_put_or_null(out, "status", result->status);
    csuccess__json_put_or_null(out, "trend", csuccess__str(trend_words[result->trend]));
    put_absence(out, "trend_missing", result->trend_why);
    put_number(out, "previous", result->has_earlier, result->earlier);
    put_number(out, "change", result->has_earlier, result->change);
    put_number(out, "completeness", true, result->completeness);
    put_number(out, "confidence", true, result->confidence);
    key(out, "provisional");
    csuccess__json_bool(out, result->provisional);
    put_components(out, card, result->nodes, result->has_card);
    put_calibration(out, card, result->nodes, result->has_card);
    if (profile) {
        put_modifiers(out, profile, result);
    } else {
        key(out, "modifiers");
        csuccess__json_open(out, '{');
        csuccess__json_close(out, '}');
    }
    put_alerts(out, profile, result);
    put_missing(out, card, result->nodes);
    csuccess__json_put_or_null(out, "failed", result->failed_id);
    put_override(out, result);
    csuccess__json_put_time(out, "review_at",
                            result->review_at != 0 ? result->review_at : INT64_MAX);
    put_scores(out, health, result);
    csuccess__json_close(out, '}');
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Spread: how far the bags of a learned model differ in the bins that a customer is in, and the
   confidence that follows. */
#include "score/additive.h"

#include "customer/pairs.h"

static const char *const spread_keys[] = {"scale", "of", "description", NULL};

typedef struct reading {
    const csuccess__scorecard *card;
    csuccess__arena *arena;
    csuccess__problems *problems;
    csuccess__pairs ids;
} reading;

static const csuccess_str no_second = {NULL, 0};

/* Nodes by id, since there may be many of both. */
static bool index_nodes(reading *r)
{
    r->ids.arena = r->arena;
    for (uint32_t i = 1; i < r->card->count; i++) {
        if (!csuccess__pairs_add(&r->ids, r->card->nodes[i].id, no_second, i)) return false;
    }
    return true;
}

/* A list of `count` numbers, squared. */
static bool read_squares(const reading *r, const csuccess__json *list, uint32_t count,
                         double *squares)
{
    if (list->type != CSUCCESS__JSON_ARRAY || list->count != count) {
        csuccess__problem(r->problems, list, CSUCCESS_ECONFIG,
                          "expected a list of %u numbers, one for each bin of the table: its "
                          "bounds or words, every other value, missing",
                          count);
        return false;
    }
    for (const csuccess__json *item = list->first; item; item = item->next) {
        if (item->type != CSUCCESS__JSON_NUMBER || item->number < 0 || item->number > 1e9) {
            csuccess__problem(r->problems, item, CSUCCESS_ECONFIG,
                              "a standard deviation is a number from 0 to 1e9");
            return false;
        }
        *squares++ = item->number * item->number;
    }
    return true;
}

static bool read_grid(const reading *r, const csuccess__json *rows,
                      const csuccess__card_node *node, double *squares)
{
    uint32_t high = node->axes[0].count + 2, wide = node->axes[1].count + 2;
    if (rows->type != CSUCCESS__JSON_ARRAY || rows->count != high) {
        csuccess__problem(r->problems, rows, CSUCCESS_ECONFIG,
                          "expected a list of %u rows, as \"gives\" of the grid has", high);
        return false;
    }
    for (const csuccess__json *row = rows->first; row; row = row->next) {
        if (!read_squares(r, row, wide, squares)) return false;
        squares += wide;
    }
    return true;
}

static bool read_node(const reading *r, const csuccess__json *of, const double **squares)
{
    uint32_t at = csuccess__pairs_find(&r->ids, of->key, no_second);
    if (at == UINT32_MAX) {
        csuccess__problem(r->problems, of, CSUCCESS_ENAME, "the scorecard has no node %q",
                          of->key);
        return false;
    }
    const csuccess__card_node *node = &r->card->nodes[at];
    uint32_t bins = csuccess__card_bins(node);
    if (bins == 0) {
        csuccess__problem(
            r->problems, of, CSUCCESS_ECONFIG,
            "%q has no bins: only tables (\"upto\", \"map\", \"grid\") have a spread", of->key);
        return false;
    }
    double *list = CSUCCESS__NEW_ARRAY(r->arena, double, bins);
    if (!list) {
        r->problems->lost = true;
        return false;
    }
    squares[at] = list;
    if (node->points == CSUCCESS__POINTS_GRID) return read_grid(r, of, node, list);
    return read_squares(r, of, bins, list);
}

/* By node; NULL when it was noted. */
static const double **read_nodes(reading *r, const csuccess__json *of)
{
    const double **squares = CSUCCESS__NEW_ARRAY(r->arena, const double *, r->card->count);
    if (!squares || !index_nodes(r)) {
        r->problems->lost = true;
        return NULL;
    }
    for (const csuccess__json *m = of ? of->first : NULL; m; m = m->next) {
        if (!read_node(r, m, squares)) return NULL;
    }
    return squares;
}

const csuccess__card_spread *csuccess__card_spread_read(const csuccess__scorecard *card,
                                                        csuccess__compiler *with,
                                                        csuccess__problems *problems,
                                                        const csuccess__json *json)
{
    reading r = {.card = card, .arena = with->arena, .problems = problems};
    uint32_t before = problems->errors;
    if (!csuccess__read_object(problems, json, spread_keys)) return NULL;
    if (!card->logistic) {
        csuccess__problem(
            problems, json, CSUCCESS_ECONFIG,
            "a spread is in log-odds: its scorecard needs \"link\": \"logistic\"");
    }
    double scale = csuccess__read_number(problems, json, "scale", 1, 0, 1e9);
    const double **squares =
        read_nodes(&r, csuccess__read_section(problems, json, "of", CSUCCESS__JSON_OBJECT));
    if (!squares || problems->errors != before) return NULL;
    csuccess__card_spread *spread = CSUCCESS__NEW(with->arena, csuccess__card_spread);
    const double *const *planned = csuccess__additive_tables(card, with, squares);
    if (!spread || (card->additive && !planned)) {
        problems->lost = true;
        return NULL;
    }
    *spread = (csuccess__card_spread){scale, squares, planned};
    return spread;
}

double csuccess__card_spread_run(const csuccess__card_spread *spread, double log_odds,
                                 double variance)
{
    double reach = 1.645 * (spread->scale * sqrt(variance));
    double wide = csuccess__sigmoid(log_odds + reach) - csuccess__sigmoid(log_odds - reach);
    return 1 - wide;
}

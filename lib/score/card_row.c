/* SPDX-License-Identifier: Apache-2.0 */
/* A scorecard for one customer: members before their group, from the last node to the first. */
#include "score/additive.h"

bool csuccess__card_defaulted(const csuccess__card_node *node, const csuccess__value *slots)
{
    for (uint32_t i = 0; i < node->default_count; i++) {
        if (slots[node->defaults[i]].defaulted) return true;
    }
    return false;
}

csuccess__value csuccess__card_evaluate(const csuccess__program *program,
                                        csuccess__card_run *run)
{
    csuccess__frame frame = {.slots = run->slots, .count = run->slot_count, .now = run->now};
    csuccess_result failed = CSUCCESS_OK;
    csuccess__value value = csuccess__program_run(program, run->machine, &frame, &failed);
    if (failed < 0 && run->failed >= 0) run->failed = failed;
    return value;
}

/* A grid has a cell for everything; it is complete when both of its values are there. */
static void run_grid(const csuccess__card_node *node, csuccess__card_run *run,
                     csuccess__card_result *out)
{
    out->value = csuccess__card_evaluate(node->value, run);
    out->by = csuccess__card_evaluate(node->by, run);
    out->missing = false;
    out->why = (csuccess__absence)out->value.absence;
    out->score = out->points = csuccess__points_cell(node, &out->value, &out->by);
    out->defaulted = csuccess__card_defaulted(node, run->slots);
    bool there = !csuccess__is_missing(out->value) && !csuccess__is_missing(out->by);
    out->completeness = there && !out->defaulted ? 1 : 0;
}

static void run_metric(const csuccess__card_node *node, csuccess__card_run *run,
                       csuccess__card_result *out)
{
    if (node->by) {
        run_grid(node, run, out);
        return;
    }
    out->value = csuccess__card_evaluate(node->value, run);
    bool missing = csuccess__is_missing(out->value);
    bool defaulted = csuccess__card_defaulted(node, run->slots);
    out->why = (csuccess__absence)out->value.absence;
    if (!missing && !csuccess__points_apply(node, &out->value, &out->score)) {
        missing = true;
        out->why = CSUCCESS__ABSENCE_NO_POINTS;
    }
    out->points = missing ? 0 : out->score;
    out->completeness = missing || defaulted ? 0 : 1;
    out->missing = missing;
    out->defaulted = defaulted;
}

static void run_group(const csuccess__scorecard *card, csuccess__card_run *run, uint32_t at)
{
    const csuccess__card_node *group = &card->nodes[at];
    csuccess__card_result *out = &run->results[at];
    csuccess__gather g = csuccess__gather_start(group->combine);
    double parts = 0, present = 0;
    bool any = false, all = true;
    for (uint32_t c = at + 1; c < group->end; c = card->nodes[c].end) {
        const csuccess__card_node *member = &card->nodes[c];
        double weight = csuccess__card_weight(card->nodes, run->weights, c);
        double part = csuccess__card_part(group, member, weight);
        parts += part;
        present += part * run->results[c].completeness;
        all = all && !run->results[c].missing;
        if (run->results[c].missing) continue;
        any = true;
        csuccess__gather_add(&g, group->combine, member, weight, run->results[c].score);
    }
    out->completeness = csuccess__card_complete(present, parts);
    out->score = csuccess__gather_score(group, g, all) * group->scale;
    out->missing = false;
    if (!csuccess__gather_present(group->combine, g, any)) {
        out->missing = true;
        out->why = CSUCCESS__ABSENCE_EMPTY;
    } else if (!csuccess__is_finite(out->score)) {
        out->missing = true;
        out->why = CSUCCESS__ABSENCE_OVERFLOWED;
    } else if (csuccess__card_short(group, out->completeness)) {
        out->missing = true;
        out->why = CSUCCESS__ABSENCE_OPERAND;
    }
}

/* What the missing policy makes of it. */
static void settle(const csuccess__card_node *node, csuccess__card_run *run, uint32_t at)
{
    csuccess__card_result *out = &run->results[at];
    if (!out->missing) return;
    out->score = 0;
    if (node->missing == CSUCCESS__POLICY_FAIL) run->failed_node = at;
    if (node->missing == CSUCCESS__POLICY_FAIL ||
        node->missing == CSUCCESS__POLICY_REDISTRIBUTE) {
        return;
    }
    out->missing = false;
    out->policy_used = true;
    out->score = node->instead;
}

static void keep_score(const csuccess__card_node *node, csuccess__card_run *run, uint32_t at)
{
    if (node->slot == UINT32_MAX) return;
    const csuccess__card_result *r = &run->results[at];
    csuccess__value *slot = &run->slots[node->slot];
    if (r->missing) {
        *slot = csuccess__missing(r->why);
    } else if (csuccess__is_finite(r->score)) {
        *slot = (csuccess__value){.kind = CSUCCESS__KIND_NUMBER, .as.number = r->score};
    } else {
        *slot = csuccess__missing(CSUCCESS__ABSENCE_OVERFLOWED);
    }
}

/* Member by member: of one literal compilers make a `rep stos`, which takes longer than all the rest of a node. */
static void begin(csuccess__card_result *out)
{
    out->value = out->by = (csuccess__value){0};
    out->points = out->score = out->completeness = 0;
    out->weight_used = out->contribution = out->slope = 0;
    out->defaulted = out->policy_used = false;
    out->missing = true;
    out->why = (csuccess__absence)0;
}

/* Node by node. */
static void run_nodes(const csuccess__scorecard *card, csuccess__card_run *run)
{
    for (uint32_t i = card->count; i-- > 0;) {
        const csuccess__card_node *node = &card->nodes[i];
        begin(&run->results[i]);
        if (node->combine == CSUCCESS__COMBINE_NONE) {
            run_metric(node, run, &run->results[i]);
        } else {
            run_group(card, run, i);
        }
        settle(node, run, i);
        keep_score(node, run, i);
    }
    for (uint32_t i = 0; run->spread && i < card->count; i++) {
        const double *squares = run->spread->squares[i];
        const csuccess__card_result *r = &run->results[i];
        if (!squares) continue;
        run->variance += squares[csuccess__card_bin(&card->nodes[i], &r->value, &r->by)];
    }
}

static csuccess__value missing_root(const csuccess__card_run *run)
{
    uint32_t at = run->failed_node != UINT32_MAX ? run->failed_node : 0;
    return csuccess__missing(run->results[at].why);
}

csuccess__value csuccess__scorecard_run(const csuccess__scorecard *card,
                                        csuccess__card_run *run)
{
    run->failed = CSUCCESS_OK;
    run->failed_node = UINT32_MAX;
    run->variance = run->linear = run->calibration = 0;
    bool summed = card->additive && !run->contributions && csuccess__additive_row(card, run);
    if (!summed) run_nodes(card, run);
    const csuccess__card_result *root = &run->results[0];
    run->completeness = run->confidence = root->completeness;
    if (run->contributions) csuccess__card_contributions(card, run);
    if (run->failed_node != UINT32_MAX || root->missing) return missing_root(run);
    run->linear = csuccess__card_linear(card, root->score);
    if (run->spread) {
        run->confidence = csuccess__card_spread_run(run->spread, run->linear, run->variance);
    }
    if (run->contributions && card->calibrated) {
        run->calibration = csuccess__card_calibrated_by(card, root->score);
    }
    return csuccess__number(csuccess__card_link(card, root->score));
}

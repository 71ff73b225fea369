/* SPDX-License-Identifier: Apache-2.0 */
/* Churn over blocks of rows: probability, level, and what segments may ask for besides. */
#include "base/number.h"
#include "churn/internal.h"

#include <string.h>

/* Binds what a slot holds in this block. */
static void bind(csuccess__churn_columns_run *run, uint32_t slot, const csuccess__vector *v)
{
    if (slot != UINT32_MAX) {
        run->slots[slot] = (csuccess__column){
            .form = CSUCCESS__FORM_VECTOR, .kind = CSUCCESS__KIND_NUMBER, .data = v};
    }
}

/* Whether some program of the configuration reads a slot. */
static bool is_read(const csuccess__churn *churn, uint32_t slot)
{
    return slot != UINT32_MAX && churn->schema->slots[slot].used;
}

/* The probability as later expressions see it: rounded to 9 decimals. */
static bool publish(const csuccess__churn *churn, const csuccess__vector *p,
                    csuccess__churn_columns_run *run)
{
    if (!is_read(churn, churn->probability_slot)) {
        return true;
    }
    csuccess__vector *v =
        csuccess__column_machine_vector(run->machine, CSUCCESS__KIND_NUMBER, run->frame->rows);
    if (!v) {
        return false;
    }
    memcpy(v->valid, p->valid, sizeof v->valid);
    v->all_valid = p->all_valid;
    for (uint32_t i = 0; i < run->frame->rows; i++) {
        v->as.numbers[i] = csuccess__round9(p->as.numbers[i]);
    }
    bind(run, churn->probability_slot, v);
    return true;
}

/* Raises levels whose condition holds; from the top down, so that the highest wins. */
static bool raise_levels(const csuccess__churn *churn, csuccess__churn_columns_run *run,
                         uint8_t *level)
{
    for (uint32_t r = churn->levels.count; r-- > 0;) {
        const csuccess__program *when = churn->levels.rungs[r].when;
        if (!when) {
            continue;
        }
        const csuccess__vector *bits =
            csuccess__program_columns(when, run->machine, run->frame, NULL, &run->failed);
        if (!bits) {
            return false;
        }
        for (uint32_t i = 0; i < run->frame->rows; i++) {
            bool there = bits->valid[i / 64] & bits->as.bits[i / 64] & (uint64_t)1 << (i % 64);
            if (there && level[i] > r) {
                level[i] = (uint8_t)r;
            }
        }
    }
    return true;
}

/* The slots of risk factors, for segments that ask for factor('id'). */
static bool publish_risks(const csuccess__churn *churn, csuccess__churn_columns_run *run)
{
    for (uint32_t k = 0; k < churn->risk_count; k++) {
        const csuccess__risk *risk = &churn->risks[k];
        if (!is_read(churn, risk->slot)) {
            continue;
        }
        const csuccess__vector *bits =
            csuccess__program_columns(risk->when, run->machine, run->frame, NULL, &run->failed);
        csuccess__vector *v = csuccess__column_machine_vector(
            run->machine, CSUCCESS__KIND_NUMBER, run->frame->rows);
        if (!bits || !v) {
            return false;
        }
        memset(v->valid, 0xFF, sizeof v->valid);
        v->all_valid = true;
        for (uint32_t i = 0; i < run->frame->rows; i++) {
            bool there = bits->valid[i / 64] & bits->as.bits[i / 64] & (uint64_t)1 << (i % 64);
            v->as.numbers[i] = there ? risk->impact : 0;
        }
        bind(run, risk->slot, v);
    }
    return true;
}

/* The level as text, for segments that ask for churn.level. */
static bool publish_levels(const csuccess__churn *churn, csuccess__churn_columns_run *run,
                           const uint8_t *level)
{
    if (!is_read(churn, churn->level_slot)) {
        return true;
    }
    csuccess__vector *v =
        csuccess__column_machine_vector(run->machine, CSUCCESS__KIND_STRING, run->frame->rows);
    if (!v) {
        return false;
    }
    memset(v->valid, 0, sizeof v->valid);
    v->all_valid = false;
    for (uint32_t i = 0; i < run->frame->rows; i++) {
        bool there = level[i] < churn->levels.count;
        v->valid[i / 64] |= (uint64_t)there << (i % 64);
        v->as.values[i] = there ? churn->level_values[level[i]]
                                : csuccess__missing(CSUCCESS__ABSENCE_OPERAND);
    }
    run->slots[churn->level_slot] = (csuccess__column){
        .form = CSUCCESS__FORM_VECTOR, .kind = CSUCCESS__KIND_STRING, .data = v};
    return true;
}

/* The levels of the block; also the slots that they and the risk factors have. */
static bool levels(const csuccess__churn *churn, const csuccess__vector *p,
                   csuccess__churn_columns_run *run, uint8_t *level)
{
    if (churn->levels.count == 0) {
        memset(level, 255, run->frame->rows);
    }
    for (uint32_t i = 0; churn->levels.count && i < run->frame->rows; i++) {
        bool known = p->valid[i / 64] >> (i % 64) & 1;
        int32_t found = known ? csuccess__ladder_find(&churn->levels, p->as.numbers[i]) : -1;
        level[i] = found >= 0 ? (uint8_t)found : 255;
    }
    return publish_risks(churn, run) && raise_levels(churn, run, level) &&
           publish_levels(churn, run, level);
}

/* Lifetime value and value at risk, for segments that ask for them. */
static bool publish_amounts(const csuccess__churn *churn, const csuccess__vector *p,
                            csuccess__churn_columns_run *run)
{
    if (!churn->lifetime) {
        return true;
    }
    const csuccess__vector *lifetime = csuccess__program_columns(
        churn->lifetime, run->machine, run->frame, NULL, &run->failed);
    csuccess__vector *at_risk =
        csuccess__column_machine_vector(run->machine, CSUCCESS__KIND_NUMBER, run->frame->rows);
    if (!lifetime || !at_risk) {
        return false;
    }
    memset(at_risk->valid, 0, sizeof at_risk->valid);
    at_risk->all_valid = false;
    for (uint32_t i = 0; i < run->frame->rows; i++) {
        uint64_t known = p->valid[i / 64] & lifetime->valid[i / 64] & (uint64_t)1 << (i % 64);
        double amount = known ? p->as.numbers[i] * lifetime->as.numbers[i] : 0;
        bool there = known && csuccess__is_finite(amount);
        at_risk->valid[i / 64] |= (uint64_t)there << (i % 64);
        at_risk->as.numbers[i] = there ? amount : 0;
    }
    bind(run, churn->lifetime_slot, lifetime);
    bind(run, churn->at_risk_slot, at_risk);
    return true;
}

/* The probabilities of the block as a vector; NULL: no memory. */
static const csuccess__vector *probabilities(const csuccess__churn_rows *rows,
                                             csuccess__churn_columns_run *run)
{
    csuccess__vector *v =
        csuccess__column_machine_vector(run->machine, CSUCCESS__KIND_NUMBER, run->frame->rows);
    if (v) {
        memcpy(v->valid, rows->known, sizeof v->valid);
        v->all_valid = true;
        for (uint32_t i = 0; i < run->frame->rows; i++) {
            v->all_valid = v->all_valid && (rows->known[i / 64] >> (i % 64) & 1);
        }
        memcpy(v->as.numbers, rows->probability, run->frame->rows * sizeof(double));
    }
    return v;
}

/* Confidence, source and what is degraded, row by row. */
static void give_origin(const csuccess__churn *churn, const csuccess__churn_rows *rows,
                        uint32_t row, csuccess__churn_block *out)
{
    bool known = rows->known[row / 64] >> (row % 64) & 1;
    uint64_t degraded = rows->trouble[0][row] != CSUCCESS__TROUBLE_NONE;
    if (out->confidence) {
        out->confidence[row] = rows->confidence[row] >= 0 ? rows->confidence[row] : 0;
    }
    if (out->source) {
        out->source[row] =
            (uint8_t)(known ? churn->steps[rows->step[row]].source : CSUCCESS__SOURCE_NONE);
    }
    if (out->degraded) {
        out->degraded[row / 64] |= degraded << (row % 64);
    }
}

static void give(const csuccess__churn *churn, const csuccess__churn_rows *rows, uint32_t count,
                 csuccess__churn_block *out)
{
    if (out->probability) {
        memcpy(out->probability, rows->probability, count * sizeof(double));
    }
    if (out->level) {
        memcpy(out->level, rows->level, count);
    }
    if (out->known) {
        memcpy(out->known, rows->known, sizeof rows->known);
    }
    if (out->degraded) {
        memset(out->degraded, 0, sizeof rows->known);
    }
    bool more = out->confidence || out->source || out->degraded;
    for (uint32_t i = 0; more && i < count; i++) {
        give_origin(churn, rows, i, out);
    }
}

void csuccess__churn_columns(const csuccess__churn *churn, csuccess__churn_columns_run *run,
                             csuccess__churn_block *out)
{
    run->failed = CSUCCESS_OK;
    if (!csuccess__churn_work_rows(run->work, churn)) {
        run->failed = CSUCCESS_ENOMEM;
        return;
    }
    csuccess__churn_rows *rows = run->work->rows;
    const csuccess__vector *p = csuccess__churn_chain(churn, run, out->confidence != NULL)
                                    ? probabilities(rows, run)
                                    : NULL;
    bool done = p && publish(churn, p, run) && levels(churn, p, run, rows->level) &&
                (!run->amounts || publish_amounts(churn, p, run));
    if (!done) {
        run->failed = run->failed < 0 ? run->failed : CSUCCESS_ENOMEM;
        return;
    }
    give(churn, rows, run->frame->rows, out);
}

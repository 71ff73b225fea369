/* SPDX-License-Identifier: Apache-2.0 */
/* What made one result differ from another, cause by cause. */
#include "score/explain.h"

#include "base/error.h"
#include "base/number.h"
#include "base/str.h"

#include <string.h>

typedef struct entry {
    csuccess_cause cause;
    bool moved; /* its value came or went */
} entry;

struct csuccess_difference {
    csuccess_allocator mem;
    entry *causes;
    uint32_t count, capacity;
    double total;
    /* of all causes: id, label, value_before, value_after, in their order */
    csuccess__buffer text;
};

/* Below this a change is rounding; contributions are good to 1e-9 in all. */
static const double least_change = 1e-12;

/* The two sides while they are compared. */
typedef struct comparison {
    const csuccess_explanation *before, *after;
    csuccess_difference *out;
    /* points of the score per unit of contribution; for log-odds */
    double scale_before, scale_after;
    bool same;     /* profile and definition */
    bool presence; /* some value came or went */
} comparison;

static bool is_leaf(const csuccess_explanation_row *row)
{
    return row->kind == CSUCCESS_ROW_METRIC ||
           (row->kind == CSUCCESS_ROW_GROUP && (row->flags & CSUCCESS_ROW_POLICY));
}

/* Rows mostly stand where they stood. */
static const csuccess__row *find(const csuccess_explanation *in, const csuccess__row *like,
                                 uint32_t guess)
{
    for (uint32_t i = 0; i <= in->count; i++) {
        uint32_t at = i == 0 ? guess : i - 1;
        if (at >= in->count || in->rows[at].row.kind != like->row.kind) continue;
        if (csuccess__str_eq(in->rows[at].row.id, like->row.id)) return &in->rows[at];
    }
    return NULL;
}

static csuccess_str put(csuccess_difference *d, csuccess_str text)
{
    csuccess__buffer_str(&d->text, text);
    return (csuccess_str){NULL, text.len};
}

static entry *add_cause(csuccess_difference *d, uint32_t kind)
{
    if (d->count == d->capacity) {
        uint32_t capacity = d->capacity ? d->capacity * 2 : 16;
        entry *causes =
            csuccess__resize(&d->mem, d->causes, d->capacity, capacity, sizeof *causes);
        if (!causes) return NULL;
        d->causes = causes;
        d->capacity = capacity;
    }
    entry *added = &d->causes[d->count++];
    *added = (entry){.cause = {.size = sizeof added->cause, .kind = kind}};
    return added;
}

static bool scored(const csuccess__row *row)
{
    return row && (row->row.flags & CSUCCESS_ROW_SCORED);
}

/* With the weights as they were, unless nothing came or went: then contributions say it all,
   whatever the combine. */
static double change_of(const comparison *c, const csuccess__row *before,
                        const csuccess__row *after)
{
    double was = scored(before) ? before->row.contribution * c->scale_before : 0;
    double is = scored(after) ? after->row.contribution * c->scale_after : 0;
    bool both = scored(before) && scored(after);
    if (!both || (c->same && !c->presence)) return is - was;
    return before->slope * c->scale_before * (after->row.score - before->row.score);
}

static uint32_t cause_kind(uint32_t row_kind)
{
    if (row_kind == CSUCCESS_ROW_MODIFIER) return CSUCCESS_CAUSE_MODIFIER;
    return row_kind == CSUCCESS_ROW_OVERRIDE ? CSUCCESS_CAUSE_OVERRIDE : CSUCCESS_CAUSE_METRIC;
}

static bool put_pair(const comparison *c, const csuccess__row *before,
                     const csuccess__row *after)
{
    const csuccess__row *either = before ? before : after;
    bool leaf = is_leaf(&either->row);
    entry *added = add_cause(c->out, cause_kind(either->row.kind));
    if (!added) return false;
    csuccess_cause *cause = &added->cause;
    added->moved = leaf && scored(before) != scored(after);
    cause->id = put(c->out, either->row.id);
    cause->label = put(c->out, either->row.label);
    if (before) {
        cause->flags |= CSUCCESS_CAUSE_BEFORE;
        cause->before = before->row.contribution;
        cause->value_before = put(c->out, before->row.value);
    }
    if (after) {
        cause->flags |= CSUCCESS_CAUSE_AFTER;
        cause->after = after->row.contribution;
        cause->value_after = put(c->out, after->row.value);
    }
    cause->change = leaf ? change_of(c, before, after) : cause->after - cause->before;
    return true;
}

static bool is_cause(const csuccess_explanation_row *row)
{
    return is_leaf(row) || row->kind == CSUCCESS_ROW_MODIFIER ||
           row->kind == CSUCCESS_ROW_OVERRIDE;
}

static bool put_pairs(const comparison *c)
{
    for (uint32_t i = 0; i < c->before->count; i++) {
        const csuccess__row *row = &c->before->rows[i];
        if (is_cause(&row->row) && !put_pair(c, row, find(c->after, row, i))) return false;
    }
    for (uint32_t i = 0; i < c->after->count; i++) {
        const csuccess__row *row = &c->after->rows[i];
        if (!is_cause(&row->row) || find(c->before, row, i)) continue;
        if (!put_pair(c, NULL, row)) return false;
    }
    return true;
}

static bool presence_changed(const csuccess_explanation *before,
                             const csuccess_explanation *after)
{
    for (uint32_t i = 0; i < before->count; i++) {
        const csuccess__row *row = &before->rows[i];
        if (is_leaf(&row->row) && scored(row) != scored(find(after, row, i))) return true;
    }
    for (uint32_t i = 0; i < after->count; i++) {
        const csuccess__row *row = &after->rows[i];
        if (is_leaf(&row->row) && scored(row) != scored(find(before, row, i))) return true;
    }
    return false;
}

static double sum_of(const csuccess_difference *d)
{
    double sum = 0;
    for (uint32_t i = 0; i < d->count; i++) sum += d->causes[i].cause.change;
    return sum;
}

/* What redistribution did to the others counts to the values that came or went, by their
   size. */
static void spread(csuccess_difference *d, double rest)
{
    double sizes = 0, n = 0;
    for (uint32_t i = 0; i < d->count; i++) {
        if (!d->causes[i].moved) continue;
        sizes += fabs(d->causes[i].cause.change);
        n++;
    }
    for (uint32_t i = 0; i < d->count; i++) {
        if (!d->causes[i].moved) continue;
        double share = sizes > 0 ? fabs(d->causes[i].cause.change) / sizes : 1 / n;
        d->causes[i].cause.change += rest * share;
    }
}

/* A cause that is no row: another profile, another definition, or what is left. */
static bool put_rest(const comparison *c, double rest)
{
    csuccess_str hash_before = csuccess__buffer_view(&c->before->hash);
    csuccess_str hash_after = csuccess__buffer_view(&c->after->hash);
    bool redefined = !csuccess__str_eq(hash_before, hash_after);
    uint32_t kind = c->same     ? CSUCCESS_CAUSE_OTHER
                    : redefined ? CSUCCESS_CAUSE_DEFINITION
                                : CSUCCESS_CAUSE_PROFILE;
    csuccess_str was = redefined ? hash_before : c->before->profile;
    csuccess_str is = redefined ? hash_after : c->after->profile;
    if (c->same) was = is = (csuccess_str){NULL, 0};
    entry *added = add_cause(c->out, kind);
    if (!added) return false;
    added->cause.flags = CSUCCESS_CAUSE_BEFORE | CSUCCESS_CAUSE_AFTER;
    added->cause.id = put(c->out, c->same ? CSUCCESS_STR("other") : is);
    added->cause.label = put(c->out, c->same ? CSUCCESS_STR("other") : is);
    added->cause.value_before = put(c->out, was);
    added->cause.value_after = put(c->out, is);
    added->cause.change = rest;
    return true;
}

static void settle_texts(csuccess_difference *d)
{
    const char *at = d->text.ptr;
    for (uint32_t i = 0; i < d->count; i++) {
        csuccess_cause *c = &d->causes[i].cause;
        csuccess_str *const texts[] = {&c->id, &c->label, &c->value_before, &c->value_after};
        for (size_t k = 0; k < 4; k++) {
            texts[k]->ptr = texts[k]->len > 0 ? at : NULL;
            if (at) at += texts[k]->len;
        }
    }
}

/* Without what changed nothing; largest first, a stable order. */
static void sort(csuccess_difference *d)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < d->count; i++) {
        entry e = d->causes[i];
        double size = fabs(e.cause.change);
        bool other_profile =
            e.cause.kind == CSUCCESS_CAUSE_PROFILE || e.cause.kind == CSUCCESS_CAUSE_DEFINITION;
        if (!(size > least_change) && !other_profile) continue;
        uint32_t j = kept++;
        for (; j > 0 && fabs(d->causes[j - 1].cause.change) < size; j--) {
            d->causes[j] = d->causes[j - 1];
        }
        d->causes[j] = e;
    }
    d->count = kept;
}

/* What goes through a link or a calibration becomes points by the slope of the line between the two results. */
static void set_scales(comparison *c)
{
    c->scale_before = c->scale_after = 1;
    if (!c->before->curved || !c->after->curved) return;
    double odds = c->after->linear - c->before->linear;
    double points = c->after->unmodified - c->before->unmodified;
    c->scale_before = c->scale_after = odds != 0 ? points / odds : 0;
}

static bool compare(comparison *c)
{
    csuccess_difference *d = c->out;
    c->same = csuccess__str_eq(c->before->profile, c->after->profile) &&
              csuccess__str_eq(csuccess__buffer_view(&c->before->hash),
                               csuccess__buffer_view(&c->after->hash));
    c->presence = presence_changed(c->before, c->after);
    set_scales(c);
    d->total = c->after->raw - c->before->raw;
    if (!put_pairs(c)) return false;
    double rest = d->total - sum_of(d);
    if (c->same && c->presence) {
        spread(d, rest);
        rest = d->total - sum_of(d);
    }
    if ((!c->same || fabs(rest) > 1e-9) && !put_rest(c, rest)) return false;
    if (d->text.status < 0) return false;
    settle_texts(d);
    sort(d);
    return true;
}

static csuccess_result check(const csuccess_explanation *before,
                             const csuccess_explanation *after, csuccess_error *err)
{
    if (!before || !after) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "two explanations are required");
    }
    if (!before->has_score || !after->has_score) {
        return csuccess__fail(err, CSUCCESS_EMISSING, "the result %s has no score",
                              before->has_score ? "after" : "before");
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess_explanation_difference(csuccess_difference **out,
                                                const csuccess_explanation *before,
                                                const csuccess_explanation *after,
                                                const csuccess_allocator *allocator,
                                                csuccess_error *err)
{
    csuccess_allocator mem;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    csuccess_result result = check(before, after, err);
    if (result >= 0) result = csuccess__allocator_take(&mem, allocator, err);
    if (result < 0) return result;
    csuccess_difference *d = csuccess__alloc(&mem, 1, sizeof *d);
    if (!d) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    d->mem = mem;
    csuccess__buffer_init(&d->text, &d->mem, 0);
    comparison c = {.before = before, .after = after, .out = d};
    if (!compare(&c)) {
        csuccess_difference_free(d);
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    *out = d;
    return d->count == 0 ? CSUCCESS_UNCHANGED : CSUCCESS_OK;
}

uint32_t csuccess_difference_count(const csuccess_difference *difference)
{
    return difference ? difference->count : 0;
}

double csuccess_difference_total(const csuccess_difference *difference)
{
    return difference ? difference->total : 0;
}

csuccess_result csuccess_difference_get(const csuccess_difference *difference, uint32_t index,
                                        csuccess_cause *out)
{
    if (!difference || index >= difference->count) return CSUCCESS_EINVALID;
    return csuccess__struct_give(out, &difference->causes[index].cause,
                                 sizeof difference->causes[index].cause, "csuccess_cause",
                                 NULL);
}

void csuccess_difference_free(csuccess_difference *difference)
{
    if (!difference) return;
    csuccess_allocator mem = difference->mem;
    csuccess__release(&mem, difference->causes, difference->capacity,
                      sizeof *difference->causes);
    csuccess__buffer_free(&difference->text);
    csuccess__release(&mem, difference, 1, sizeof *difference);
}

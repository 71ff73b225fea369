/* SPDX-License-Identifier: Apache-2.0 */
/* Explanations: the rows of a result, kept in memory that is used again. */
#include "score/explain.h"

#include "score/health_internal.h"
#include "text/json.h"

#include <string.h>

static const char *const absence_words[] = {
#define CSUCCESS__ABSENCE(name, text) text,
    CSUCCESS__ABSENCES(CSUCCESS__ABSENCE)
#undef CSUCCESS__ABSENCE
};

csuccess_result csuccess__explanation_new(csuccess_explanation **out,
                                          const csuccess_allocator *mem)
{
    *out = NULL;
    csuccess_explanation *e = csuccess__alloc(mem, 1, sizeof *e);
    if (!e) return CSUCCESS_ENOMEM;
    e->mem = *mem;
    e->lent = true;
    csuccess__buffer_init(&e->text, &e->mem, 0);
    csuccess__buffer_init(&e->hash, &e->mem, 0);
    *out = e;
    return CSUCCESS_OK;
}

void csuccess__explanation_free(csuccess_explanation *e)
{
    if (!e) return;
    csuccess_allocator mem = e->mem;
    csuccess__release(&mem, e->rows, e->capacity, sizeof *e->rows);
    csuccess__buffer_free(&e->text);
    csuccess__buffer_free(&e->hash);
    csuccess__release(&mem, e, 1, sizeof *e);
}

void csuccess_explanation_free(csuccess_explanation *copy)
{
    if (copy && !copy->lent) csuccess__explanation_free(copy);
}

csuccess_result csuccess__explanation_define(csuccess_explanation *e, csuccess_str hash)
{
    csuccess__buffer_clear(&e->hash);
    csuccess__buffer_str(&e->hash, hash);
    return e->hash.status;
}

static csuccess__row *add_row(csuccess_explanation *e)
{
    if (e->count == e->capacity) {
        uint32_t capacity = e->capacity ? e->capacity * 2 : 32;
        csuccess__row *rows =
            csuccess__resize(&e->mem, e->rows, e->capacity, capacity, sizeof *rows);
        if (!rows) return NULL;
        e->rows = rows;
        e->capacity = capacity;
    }
    csuccess__row *row = &e->rows[e->count++];
    *row = (csuccess__row){.row = {.size = sizeof row->row, .parent = CSUCCESS_ROW_NONE}};
    return row;
}

/* Appends text to the buffer; its pointer is set when everything is written. */
static csuccess_str put(csuccess_explanation *e, csuccess_str text)
{
    csuccess__buffer_str(&e->text, text);
    return (csuccess_str){NULL, text.len};
}

static csuccess_str put_value(csuccess_explanation *e, const csuccess__program *program,
                              const csuccess__value *value)
{
    size_t from = e->text.len;
    csuccess__json_writer w;
    csuccess__json_writer_init(&w, &e->text);
    csuccess__value_write(&w, *value, program->type);
    return (csuccess_str){NULL, e->text.len - from};
}

/* Texts stand in the buffer in the order of rows: id, label, value, by. */
static void settle_texts(csuccess_explanation *e)
{
    const char *at = e->text.ptr;
    for (uint32_t i = 0; i < e->count; i++) {
        csuccess_explanation_row *row = &e->rows[i].row;
        csuccess_str *const texts[] = {&row->id, &row->label, &row->value, &row->by};
        for (size_t k = 0; k < 4; k++) {
            texts[k]->ptr = texts[k]->len > 0 ? at : NULL;
            if (at) at += texts[k]->len;
        }
    }
    e->profile.ptr = e->profile.len > 0 ? at : NULL;
}

static void put_metric(csuccess_explanation *e, const csuccess__card_node *node,
                       const csuccess__card_result *r, csuccess_explanation_row *row)
{
    row->kind = CSUCCESS_ROW_METRIC;
    row->points = r->points;
    if (r->defaulted) row->flags |= CSUCCESS_ROW_DEFAULTED;
    bool there = !csuccess__is_missing(r->value);
    if (there) row->value = put_value(e, node->value, &r->value);
    if (!csuccess__is_missing(r->by)) row->by = put_value(e, node->by, &r->by);
    if (!there) return;
    if (r->value.kind == CSUCCESS__KIND_NUMBER) row->number = r->value.as.number;
    if (r->value.kind == CSUCCESS__KIND_BOOL) row->number = r->value.as.boolean ? 1 : 0;
    if (r->value.kind != CSUCCESS__KIND_STRING) row->flags |= CSUCCESS_ROW_NUMBER;
}

static uint32_t flags_of(const csuccess__card_result *r)
{
    uint32_t flags = r->missing ? 0 : CSUCCESS_ROW_SCORED;
    if (r->policy_used) flags |= CSUCCESS_ROW_POLICY;
    return r->why != CSUCCESS__ABSENCE_PRESENT ? flags | CSUCCESS_ROW_MISSING : flags;
}

static bool put_node(csuccess_explanation *e, const csuccess__scorecard *card, uint32_t at,
                     const csuccess__health_result *result)
{
    const csuccess__card_node *node = &card->nodes[at];
    const csuccess__card_result *r = &result->nodes[at];
    csuccess__row *row = add_row(e);
    if (!row) return false;
    row->row.kind = CSUCCESS_ROW_GROUP;
    row->row.flags = flags_of(r);
    row->row.id = put(e, at == 0 ? CSUCCESS_STR("score") : node->id);
    row->row.label = put(e, node->label.len ? node->label : CSUCCESS_STR("score"));
    row->row.score = r->missing ? 0 : r->score;
    if (row->row.flags & CSUCCESS_ROW_MISSING) {
        row->row.absence = csuccess__str(absence_words[r->why]);
    }
    if (node->combine == CSUCCESS__COMBINE_NONE) put_metric(e, node, r, &row->row);
    if (!result->has_card) return true;
    row->row.weight = r->weight_used;
    row->row.contribution = r->contribution + 0.0;
    row->slope = r->slope;
    return true;
}

/* The root is a row of its own only when it is not the sum of its members. */
static bool put_nodes(csuccess_explanation *e, const csuccess__scorecard *card,
                      const csuccess__health_result *result)
{
    bool root =
        card->nodes[0].combine == CSUCCESS__COMBINE_NONE || result->nodes[0].policy_used;
    uint32_t first = root ? 0 : 1;
    for (uint32_t i = first; i < card->count; i++) {
        if (!put_node(e, card, i, result)) return false;
        csuccess_explanation_row *row = &e->rows[e->count - 1].row;
        uint32_t parent = card->nodes[i].parent;
        bool under = parent != UINT32_MAX && parent >= first;
        row->parent = under ? parent - first : CSUCCESS_ROW_NONE;
        row->depth = under ? e->rows[row->parent].row.depth + 1 : 0;
    }
    return true;
}

static bool put_other(csuccess_explanation *e, uint32_t kind, csuccess_str id,
                      csuccess_str label, double contribution)
{
    csuccess__row *row = add_row(e);
    if (!row) return false;
    row->row.kind = kind;
    row->row.flags = CSUCCESS_ROW_SCORED;
    row->row.id = put(e, id);
    row->row.label = put(e, label);
    row->row.contribution = contribution + 0.0;
    return true;
}

/* What is added to the sum of the nodes. */
static bool put_constants(csuccess_explanation *e, const csuccess__scorecard *card,
                          const csuccess__health_result *result)
{
    csuccess_str intercept = CSUCCESS_STR("intercept");
    csuccess_str calibration = CSUCCESS_STR("calibration");
    if (!result->has_card) return true;
    if (card->intercept != 0 &&
        !put_other(e, CSUCCESS_ROW_INTERCEPT, intercept, intercept, card->intercept)) {
        return false;
    }
    return !card->calibrated ||
           put_other(e, CSUCCESS_ROW_CALIBRATION, calibration, calibration,
                     csuccess__card_calibrated_by(card, result->nodes[0].score));
}

static bool put_rest(csuccess_explanation *e, const csuccess__profile *profile,
                     const csuccess__health_result *result)
{
    csuccess_str set = CSUCCESS_STR("override");
    if (!put_constants(e, profile->card, result)) return false;
    for (uint32_t i = 0; i < result->modified_count; i++) {
        const csuccess__modified *m = &result->modified[i];
        const csuccess__modifier *modifier = &profile->modifiers[m->modifier];
        double by = result->has_card ? m->after - m->before : 0;
        if (!put_other(e, CSUCCESS_ROW_MODIFIER, modifier->id, modifier->label, by)) {
            return false;
        }
        e->rows[e->count - 1].row.points = m->after;
        e->rows[e->count - 1].row.score = m->after;
    }
    if (!result->overridden || !result->override.has_score) return true;
    return put_other(e, CSUCCESS_ROW_OVERRIDE, set, set, result->raw - result->computed);
}

static void forget(csuccess_explanation *e)
{
    csuccess__buffer_clear(&e->text);
    e->count = 0;
    e->has_score = false;
    e->profile = (csuccess_str){NULL, 0};
}

csuccess_result csuccess__explanation_fill(csuccess_explanation *e,
                                           const csuccess__health *health,
                                           const csuccess__schema *schema,
                                           const csuccess__health_result *result)
{
    (void)schema;
    forget(e);
    if (result->profile == UINT32_MAX) return CSUCCESS_OK;
    const csuccess__profile *profile = &health->profiles[result->profile];
    if (!put_nodes(e, profile->card, result) || !put_rest(e, profile, result)) {
        forget(e);
        return CSUCCESS_ENOMEM;
    }
    e->profile = put(e, profile->id);
    if (e->text.status < 0) {
        csuccess_result failed = e->text.status;
        forget(e);
        return failed;
    }
    settle_texts(e);
    e->has_score = result->has_score;
    e->curved = profile->card->logistic || profile->card->calibrated;
    e->raw = result->raw;
    e->unmodified = result->unmodified;
    e->linear = result->has_card ? result->nodes[0].score + profile->card->intercept : 0;
    return CSUCCESS_OK;
}

uint32_t csuccess_explanation_count(const csuccess_explanation *explanation)
{
    return explanation ? explanation->count : 0;
}

csuccess_result csuccess_explanation_get(const csuccess_explanation *explanation,
                                         uint32_t index, csuccess_explanation_row *out)
{
    if (!explanation || index >= explanation->count) return CSUCCESS_EINVALID;
    return csuccess__struct_give(out, &explanation->rows[index].row,
                                 sizeof explanation->rows[index].row,
                                 "csuccess_explanation_row", NULL);
}

/* Rows with their texts, into memory of the copy's own. */
static bool copy_rows(csuccess_explanation *to, const csuccess_explanation *from)
{
    for (uint32_t i = 0; i < from->count; i++) {
        csuccess__row *row = add_row(to);
        if (!row) return false;
        *row = from->rows[i];
        row->row.id = put(to, row->row.id);
        row->row.label = put(to, row->row.label);
        row->row.value = put(to, row->row.value);
        row->row.by = put(to, row->row.by);
    }
    to->profile = put(to, from->profile);
    csuccess__buffer_str(&to->hash, csuccess__buffer_view(&from->hash));
    if (to->text.status < 0 || to->hash.status < 0) return false;
    settle_texts(to);
    return true;
}

csuccess_result csuccess_explanation_copy(csuccess_explanation **out,
                                          const csuccess_explanation *explanation,
                                          const csuccess_allocator *allocator,
                                          csuccess_error *err)
{
    csuccess_allocator mem;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    if (!explanation) return csuccess__fail(err, CSUCCESS_EINVALID, "there is no explanation");
    csuccess_result result = csuccess__allocator_take(&mem, allocator, err);
    if (result < 0) return result;
    csuccess_explanation *copy;
    if (csuccess__explanation_new(&copy, &mem) < 0) goto no_memory;
    copy->lent = false;
    copy->has_score = explanation->has_score;
    copy->curved = explanation->curved;
    copy->raw = explanation->raw;
    copy->linear = explanation->linear;
    copy->unmodified = explanation->unmodified;
    if (!copy_rows(copy, explanation)) {
        csuccess__explanation_free(copy);
        goto no_memory;
    }
    *out = copy;
    return CSUCCESS_OK;
no_memory:
    return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
}

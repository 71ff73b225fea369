/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the scorecard of a model document back into terms over the samples' metrics. */
#include "columns/train_parent.h"

#include "base/error.h"
#include "base/number.h"

typedef struct reading {
    csuccess__training *t;
    const csuccess__dataset *data;
    csuccess__term *terms;
    uint32_t count;
    csuccess_error *err;
} reading;

static csuccess_result refuse(const reading *r, const csuccess__json *at)
{
    csuccess_result status = csuccess__fail(r->err, CSUCCESS_EUNSUPPORTED,
                                            "the parent's scorecard is no plain sum of tables, "
                                            "lines and grids over metrics here, so it cannot "
                                            "be recalibrated; learn it anew (refit)");
    csuccess__json_place(r->err, at);
    return status;
}

static csuccess_result no_memory(const reading *r)
{
    return csuccess__fail(r->err, CSUCCESS_ENOMEM, "out of memory");
}

/* The feature of `value` or `by`. */
static csuccess_result find_feature(const reading *r, const csuccess__json *node,
                                    const char *key, uint32_t *feature)
{
    const csuccess__json *name = csuccess__json_member(node, key);
    if (!name || name->type != CSUCCESS__JSON_STRING) {
        return refuse(r, node);
    }
    for (*feature = 0; *feature < r->data->feature_count; ++*feature) {
        if (csuccess__str_eq(r->data->features[*feature].name, name->string)) {
            return CSUCCESS_OK;
        }
    }
    csuccess__fail(r->err, CSUCCESS_ENAME,
                   "the parent reads %q, which is not among the metrics of the samples",
                   name->string);
    csuccess__json_place(r->err, name);
    return CSUCCESS_ENAME;
}

static bool number_at(const csuccess__json *node, double *out)
{
    *out = node && node->type == CSUCCESS__JSON_NUMBER ? node->number : 0;
    return node && node->type == CSUCCESS__JSON_NUMBER;
}

/* The two numbers of [x, y]. */
static bool pair_at(const csuccess__json *item, double *x, double *y)
{
    return item && item->type == CSUCCESS__JSON_ARRAY && item->count == 2 &&
           number_at(item->first, x) && number_at(item->last, y);
}

/* `else` and `missing`, the last two bins; without them 0. */
static bool read_rest(const csuccess__json *node, const csuccess__json *points, double *gives)
{
    const csuccess__json *rest = csuccess__json_member(points, "else");
    const csuccess__json *missing = csuccess__json_member(node, "missing");
    const csuccess__json *value = missing ? csuccess__json_member(missing, "value") : NULL;
    return (!rest || number_at(rest, &gives[0])) && value && number_at(value, &gives[1]);
}

/* reason: every shape is checked while it is read. {"upto": [[bound, points] …]} or {"map": {word: points}} */
static csuccess_result read_table(const reading *r, const csuccess__json *node,
                                  const csuccess__json *points, const csuccess__json *list,
                                  csuccess__term *term)
{
    csuccess__arena *arena = &r->t->arena;
    bool words = list->type == CSUCCESS__JSON_OBJECT;
    uint32_t n = list->count, i = 0;
    double *gives = CSUCCESS__NEW_ARRAY(arena, double, (size_t)n + 2);
    double *bounds = CSUCCESS__NEW_ARRAY(arena, double, n);
    csuccess_str *names = CSUCCESS__NEW_ARRAY(arena, csuccess_str, n);
    if (!gives || !bounds || !names) {
        return no_memory(r);
    }
    bool ok = words == (r->data->features[term->axes[0].feature].codes != NULL);
    for (const csuccess__json *item = list->first; ok && item; item = item->next, i++) {
        names[i] = item->key;
        ok = words ? number_at(item, &gives[i]) : pair_at(item, &bounds[i], &gives[i]);
    }
    if (!ok || !read_rest(node, points, &gives[n])) {
        return refuse(r, node);
    }
    term->form = CSUCCESS__TERM_TABLE;
    term->axes[0].n = n;
    term->axes[0].bounds = words ? NULL : bounds;
    term->axes[0].words = words ? names : NULL;
    term->gives = gives;
    return CSUCCESS_OK;
}

/* {"linear": [[low, points], [high, points]]} */
static csuccess_result read_line(const reading *r, const csuccess__json *node,
                                 const csuccess__json *list, csuccess__term *term)
{
    double y0, y1, rest[2] = {0, 0};
    bool ok = list->type == CSUCCESS__JSON_ARRAY && list->count == 2 &&
              pair_at(list->first, &term->low, &y0) && pair_at(list->last, &term->high, &y1) &&
              term->high > term->low && read_rest(node, node, rest) &&
              r->data->features[term->axes[0].feature].numbers;
    if (!ok) {
        return refuse(r, node);
    }
    term->form = CSUCCESS__TERM_LINE;
    term->slope = (y1 - y0) / (term->high - term->low);
    term->offset = y0 - term->slope * term->low;
    term->missing = rest[1];
    return CSUCCESS_OK;
}

/* An array of bounds or of words. reason: every item is checked while it is read. */
static bool read_axis(const reading *r, const csuccess__json *list, csuccess__axis *axis)
{
    const csuccess__feature *f = &r->data->features[axis->feature];
    uint32_t n = list && list->type == CSUCCESS__JSON_ARRAY ? list->count : 0, i = 0;
    double *bounds = CSUCCESS__NEW_ARRAY(&r->t->arena, double, n);
    csuccess_str *words = CSUCCESS__NEW_ARRAY(&r->t->arena, csuccess_str, n);
    bool ok = list && list->type == CSUCCESS__JSON_ARRAY && bounds && words;
    for (const csuccess__json *item = ok ? list->first : NULL; ok && item;
         item = item->next, i++) {
        words[i] = item->string;
        ok = f->codes ? item->type == CSUCCESS__JSON_STRING : number_at(item, &bounds[i]);
    }
    axis->n = n;
    axis->bounds = f->codes ? NULL : bounds;
    axis->words = f->codes ? words : NULL;
    return ok;
}

/* reason: every shape is checked while it is read. */
static csuccess_result read_grid(const reading *r, const csuccess__json *node,
                                 const csuccess__json *grid, csuccess__term *term)
{
    csuccess_result status = find_feature(r, node, "by", &term->axes[1].feature);
    if (status < 0) {
        return status;
    }
    const csuccess__json *gives = csuccess__json_member(grid, "gives");
    bool ok = read_axis(r, csuccess__json_member(grid, "rows"), &term->axes[0]) &&
              read_axis(r, csuccess__json_member(grid, "columns"), &term->axes[1]) && gives &&
              gives->count == term->axes[0].n + 2;
    size_t rows = (size_t)term->axes[0].n + 2, columns = (size_t)term->axes[1].n + 2, at = 0;
    double *cells = ok ? CSUCCESS__NEW_ARRAY(&r->t->arena, double, rows *columns) : NULL;
    for (const csuccess__json *row = cells ? gives->first : NULL; ok && row; row = row->next) {
        ok = row->type == CSUCCESS__JSON_ARRAY && row->count == columns;
        for (const csuccess__json *cell = row->first; ok && cell; cell = cell->next) {
            ok = number_at(cell, &cells[at++]);
        }
    }
    term->form = CSUCCESS__TERM_GRID;
    term->gives = cells;
    return ok && cells ? CSUCCESS_OK : refuse(r, node);
}

static csuccess_result read_term(const reading *r, const csuccess__json *node,
                                 csuccess__term *term)
{
    const csuccess__json *points = csuccess__json_member(node, "points");
    csuccess_result status = find_feature(r, node, "value", &term->axes[0].feature);
    if (status < 0 || !points) {
        return status < 0 ? status : refuse(r, node);
    }
    const csuccess__json *table = csuccess__json_member(points, "upto");
    const csuccess__json *line = csuccess__json_member(points, "linear");
    const csuccess__json *grid = csuccess__json_member(points, "grid");
    table = table ? table : csuccess__json_member(points, "map");
    if (table) {
        return read_table(r, node, points, table, term);
    }
    if (line) {
        return read_line(r, node, line, term);
    }
    return grid ? read_grid(r, node, grid, term) : refuse(r, node);
}

static bool is_word(const csuccess__json *node, const char *key, const char *word)
{
    const csuccess__json *value = csuccess__json_member(node, key);
    return value && value->type == CSUCCESS__JSON_STRING &&
           csuccess__str_is(value->string, word);
}

csuccess_result csuccess__parent_read(csuccess__learned *out, csuccess__training *t,
                                      const csuccess__dataset *data,
                                      const csuccess__json *scorecard, csuccess_error *err)
{
    reading r = {.t = t, .data = data, .err = err};
    const csuccess__json *of = scorecard ? csuccess__json_member(scorecard, "of") : NULL;
    *out = (csuccess__learned){0};
    if (!of || !is_word(scorecard, "combine", "sum") ||
        !is_word(scorecard, "link", "logistic")) {
        return refuse(&r, scorecard);
    }
    number_at(csuccess__json_member(scorecard, "intercept"), &out->intercept);
    r.terms = CSUCCESS__NEW_ARRAY(&t->arena, csuccess__term, of->count);
    csuccess_result status = r.terms ? CSUCCESS_OK : no_memory(&r);
    for (const csuccess__json *node = of->first; node && status == CSUCCESS_OK;
         node = node->next) {
        status = read_term(&r, node, &r.terms[r.count++]);
    }
    out->terms = r.terms;
    out->term_count = r.count;
    return status;
}

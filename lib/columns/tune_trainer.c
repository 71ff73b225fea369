/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters of a trainer over a grid: each point is checked by the same folds. */
#include "columns/tuning.h"

#include "base/error.h"
#include "columns/report.h"
#include "columns/train_report.h"

enum { POINTS_MOST = 200, NAMES_MOST = 12 };

typedef struct grid {
    const csuccess__json *names[NAMES_MOST]; /* members of the document: arrays of numbers */
    uint32_t count;
    uint32_t points;
} grid;

/* One point and what it came to; point 0 is the defaults. */
typedef struct point {
    double values[NAMES_MOST];
    double log_loss, auc;
} point;

typedef struct work {
    csuccess__tuning *t;
    grid grid;
    point *list;
    uint32_t at;
} work;

static csuccess_result refuse(const work *w, const char *what)
{
    return csuccess__fail(w->t->err, CSUCCESS_EINVALID,
                          "the grid %s; it is like {\"rare_words\": [5, 20]}, over %s", what,
                          csuccess__parameter_names(w->t->options.trainer));
}

static bool is_list_of(const work *w, const csuccess__json *list)
{
    csuccess__parameters scratch = {.additive = {0}};
    if (list->type != CSUCCESS__JSON_ARRAY || !list->count) {
        return false;
    }
    for (const csuccess__json *x = list->first; x; x = x->next) {
        if (x->type != CSUCCESS__JSON_NUMBER ||
            !csuccess__parameter_set(&scratch, w->t->options.trainer, list->key, x->number)) {
            return false;
        }
    }
    return true;
}

/* reason: every shape is checked while it is read. */
static csuccess_result read_grid(work *w)
{
    csuccess__tuning *t = w->t;
    csuccess__json *root;
    csuccess_limits limits;
    csuccess__json_options options = {.limits = &limits};
    csuccess__limits_take(&limits, NULL, NULL);
    if (!t->options.grid.len) {
        return refuse(w, "is required");
    }
    csuccess_result status =
        csuccess__json_read(&root, &t->arena, t->options.grid, &options, t->err);
    if (status < 0) {
        return status;
    }
    w->grid.points = 1;
    bool ok = root->type == CSUCCESS__JSON_OBJECT && root->count && root->count <= NAMES_MOST;
    for (const csuccess__json *list = ok ? root->first : NULL; list && ok; list = list->next) {
        ok = is_list_of(w, list);
        w->grid.names[w->grid.count++] = list;
        w->grid.points *= list->count <= POINTS_MOST ? list->count : POINTS_MOST + 1;
        ok = ok && w->grid.points <= POINTS_MOST;
    }
    return ok ? CSUCCESS_OK : refuse(w, "is no object of lists of at most 200 points in all");
}

/* The values of point i: the last name varies fastest. */
static void place(const grid *g, uint32_t i, double *values)
{
    for (uint32_t k = g->count; k-- > 0;) {
        const csuccess__json *x = g->names[k]->first;
        for (uint32_t n = i % g->names[k]->count; n > 0; n--) {
            x = x->next;
        }
        values[k] = x->number;
        i /= g->names[k]->count;
    }
}

static void write_parameters(csuccess__json_writer *out, const grid *g, const double *values)
{
    csuccess__json_open(out, '{');
    for (uint32_t k = 0; values && k < g->count; k++) {
        csuccess__json_key(out, g->names[k]->key);
        csuccess__json_num(out, values[k]);
    }
    csuccess__json_close(out, '}');
}

static int report(void *ud, uint64_t done, uint64_t total)
{
    const work *w = ud;
    uint64_t within = total ? done * 1000 / total : 0;
    return csuccess__tune_progress(w->t, w->at * UINT64_C(1000) + within,
                                   (w->grid.points + UINT64_C(1)) * 1000) < 0;
}

/* Checks a point by folds. values NULL: the defaults. */
static csuccess_result check(work *w, point *out, const double *values)
{
    csuccess__tuning *t = w->t;
    csuccess__training training;
    csuccess__evaluation evaluation;
    csuccess__buffer text;
    csuccess__json_writer writer;
    csuccess__buffer_init(&text, &t->samples->mem, 0);
    csuccess__json_writer_init(&writer, &text);
    write_parameters(&writer, &w->grid, values);
    csuccess_train_options options = {.size = sizeof options,
                                      .trainer = t->options.trainer,
                                      .evaluation = CSUCCESS_EVALUATE_FOLDS,
                                      .folds = t->options.folds,
                                      .seed = t->options.seed,
                                      .parameters = csuccess__buffer_view(&text),
                                      .progress = report,
                                      .progress_ud = w};
    csuccess_result status = text.status;
    if (status == CSUCCESS_OK) {
        status = csuccess__training_begin(&training, t->samples, &options, t->err);
        if (status == CSUCCESS_OK) {
            status = csuccess__training_check(&training, t->err);
        }
        if (status == CSUCCESS_OK) {
            status = csuccess__evaluate(&evaluation, &training, t->err);
        }
        if (status == CSUCCESS_OK) {
            out->log_loss = evaluation.pooled.log_loss.value;
            out->auc = evaluation.pooled.auc.value.value;
        }
        csuccess__training_end(&training);
    }
    csuccess__buffer_free(&text);
    w->at++;
    return status;
}

static void write_report(const work *w, uint32_t best)
{
    csuccess__json_writer out;
    csuccess__json_writer_init(&out, w->t->report);
    csuccess__json_open(&out, '{');
    csuccess__report_text(&out, "report", "tune");
    csuccess__report_text(&out, "trainer", csuccess__trainer_name(w->t->options.trainer));
    csuccess__json_put_num(&out, "folds", w->t->options.folds);
    csuccess__json_put_num(&out, "seed", (double)w->t->options.seed);
    csuccess__report_text(&out, "measured_on",
                          "held out: folds by hash of the customer id; the best point was "
                          "chosen on them, which flatters it: train with "
                          "another seed to measure it");
    csuccess__report_key(&out, "tried");
    csuccess__json_open(&out, '[');
    for (uint32_t i = 0; i <= w->grid.points; i++) {
        csuccess__json_open(&out, '{');
        csuccess__report_key(&out, "parameters");
        write_parameters(&out, &w->grid, i ? w->list[i].values : NULL);
        csuccess__json_put_num(&out, "log_loss", w->list[i].log_loss);
        csuccess__json_put_num(&out, "auc", w->list[i].auc);
        csuccess__json_close(&out, '}');
    }
    csuccess__json_close(&out, ']');
    csuccess__report_key(&out, "best");
    write_parameters(&out, &w->grid, best ? w->list[best].values : NULL);
    csuccess__json_put_num(&out, "gain", w->list[0].log_loss - w->list[best].log_loss);
    csuccess__json_put_bool(&out, "better", best != 0);
    csuccess__report_text(&out, "says",
                          best ? "these parameters have a lower log loss than the defaults"
                               : "nothing is gained over the defaults");
    csuccess__json_close(&out, '}');
}

csuccess_result csuccess__tune_trainer(csuccess__tuning *t)
{
    work w = {.t = t};
    uint32_t best = 0;
    csuccess_result status = read_grid(&w);
    if (status < 0) {
        return status;
    }
    w.list = CSUCCESS__NEW_ARRAY(&t->arena, point, (size_t)w.grid.points + 1);
    if (!w.list) {
        return CSUCCESS_ENOMEM;
    }
    status = check(&w, &w.list[0], NULL);
    for (uint32_t i = 1; i <= w.grid.points && status == CSUCCESS_OK; i++) {
        place(&w.grid, i - 1, w.list[i].values);
        status = check(&w, &w.list[i], w.list[i].values);
        best = w.list[i].log_loss < w.list[best].log_loss ? i : best;
    }
    if (status < 0) {
        return status;
    }
    csuccess__buffer_cstr(t->patch, "{}");
    write_report(&w, best);
    return best ? CSUCCESS_OK : CSUCCESS_UNCHANGED;
}

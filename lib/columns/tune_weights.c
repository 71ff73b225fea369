/* SPDX-License-Identifier: Apache-2.0 */
/* Fitting the weights of a health profile: a search along pairs of weights, of which one gives and the other takes, for the least
   logistic loss of the score. */
#include "columns/tuning.h"

#include "base/error.h"
#include "base/number.h"
#include "columns/report.h"
#include "columns/train_report.h"
#include "score/health_internal.h"

enum { PARTS_MOST = 64, SWEEPS_MOST = 40 };

typedef struct work {
    csuccess__tuning *t;
    uint32_t index; /* of the profile */
    const csuccess__profile *profile;
    const csuccess__card_node *members[PARTS_MOST];
    double today[PARTS_MOST]; /* add up to 1 */
    uint32_t parts;
    csuccess__examples examples; /* with a score by this profile */
    csuccess__split split;
    double *scores; /* scratch: by example */
    uint8_t *labels;
    double *weights;
    uint64_t done, total;
} work;

/* What one fold, or all of them, came to. */
typedef struct gain {
    double before, after; /* AUC of rows held out */
    bool known;
} gain;

/* ---- The profile ---- */

static csuccess_result find_profile(work *w)
{
    const csuccess__tuning *t = w->t;
    const csuccess__health *health = t->samples->scorer->config->health;
    csuccess_str name = t->options.profile;
    if (!health) {
        return csuccess__fail(t->err, CSUCCESS_EDATA, "the configuration has no health");
    }
    bool named = name.len > 0;
    name = named ? name : csuccess__str("default");
    for (w->index = 0; w->index < health->profile_count; w->index++) {
        if (csuccess__str_eq(health->profiles[w->index].id, name)) {
            break;
        }
    }
    if (w->index == health->profile_count) {
        if (named) {
            return csuccess__fail(t->err, CSUCCESS_ENAME, "there is no profile %q", name);
        }
        w->index = 0;
    }
    w->profile = &health->profiles[w->index];
    return CSUCCESS_OK;
}

/* reason: what fits is one condition. */
static csuccess_result read_members(work *w)
{
    const csuccess__scorecard *card = w->profile->card;
    double sum = 0;
    for (uint32_t i = 1; i < card->count && w->parts <= PARTS_MOST; i = card->nodes[i].end) {
        if (w->parts == PARTS_MOST) {
            w->parts++;
            break;
        }
        double weight = w->profile->weights ? w->profile->weights[i] : card->nodes[i].weight;
        w->today[w->parts] = weight;
        w->members[w->parts++] = &card->nodes[i];
        sum += weight;
    }
    bool fits = card->nodes[0].combine == CSUCCESS__COMBINE_WEIGHTED_MEAN && !card->logistic &&
                w->parts >= 2 && w->parts <= PARTS_MOST && sum > 0 &&
                w->profile->modifier_count <= CSUCCESS__SAMPLE_MODIFIERS;
    if (!fits) {
        return csuccess__fail(
            w->t->err, CSUCCESS_EUNSUPPORTED,
            "the score of the profile %q is no weighted mean of 2 to 64 parts", w->profile->id);
    }
    for (uint32_t i = 0; i < w->parts; i++) {
        w->today[i] /= sum;
    }
    return CSUCCESS_OK;
}

/* ---- Scores ---- */

/* The score that the row would have had; false: none of its weighted parts is there. */
static bool score_row(const work *w, uint32_t row, const double *weights, double *score)
{
    const csuccess_samples *s = w->t->samples;
    const double *parts = s->parts + (size_t)row * s->part_count;
    double sum = 0, present = 0;
    for (uint32_t i = 0; i < w->parts; i++) {
        if (csuccess__is_finite(parts[i])) {
            sum += weights[i] * parts[i];
            present += weights[i];
        }
    }
    if (!(present > 0)) {
        return false;
    }
    double x = sum / present * w->profile->card->nodes[0].scale;
    for (uint32_t m = 0; m < w->profile->modifier_count; m++) {
        if (s->rows[row].modifiers >> m & 1) {
            const csuccess__modifier *modifier = &w->profile->modifiers[m];
            x = csuccess__modify_apply(modifier->kind, modifier->by, x);
        }
    }
    *score = x;
    return true;
}

/* The rows of one part, or of all others (UINT32_MAX: of all), reversed: the greater, the likelier to leave. */
static csuccess__scored score_rows(const work *w, const double *weights, uint32_t part,
                                   bool other)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < w->examples.count; i++) {
        uint32_t row = w->examples.rows[i];
        double score;
        bool here = part == UINT32_MAX || (w->split.part[i] == part) != other;
        if (here && score_row(w, row, weights, &score)) {
            w->scores[n] = -score;
            w->weights[n] = w->t->samples->rows[row].given.weight;
            w->labels[n++] = w->examples.labels[i];
        }
    }
    return (csuccess__scored){
        .scores = w->scores, .labels = w->labels, .weights = w->weights, .rows = n};
}

/* Logistic loss of the score, by the best line through it. */
static csuccess_result loss_of(const work *w, const double *weights, uint32_t without,
                               double *loss)
{
    csuccess__scored data = score_rows(w, weights, without, true);
    csuccess__platt platt;
    double sum = 0;
    for (uint32_t i = 0; i < data.rows; i++) {
        sum += w->scores[i];
    }
    for (uint32_t i = 0; i < data.rows; i++) { /* about 0, for the fit */
        w->scores[i] = (w->scores[i] - sum / data.rows) / 10;
    }
    csuccess_result status = csuccess__platt_fit(&platt, &data);
    *loss = 0;
    for (uint32_t i = 0; i < data.rows && status == CSUCCESS_OK; i++) {
        double p = csuccess__platt_at(&platt, w->scores[i]);
        *loss -= csuccess__ln(data.labels[i] ? p : 1 - p) * w->weights[i];
    }
    if (status == CSUCCESS_OK &&
        platt.slope < 0) { /* a score that runs the wrong way is no better than none */
        *loss = 1e300;
    }
    return status;
}

static csuccess_result auc_of(const work *w, const double *weights, uint32_t part, bool *known,
                              double *auc)
{
    csuccess__ranking ranking;
    csuccess__scored data = score_rows(w, weights, part, false);
    csuccess_result status = csuccess__ranking_init(&ranking, &w->t->samples->mem, &data);
    if (status == CSUCCESS_OK) {
        csuccess__figure figure = csuccess__ranking_auc(&ranking, 0.95).value;
        *known = figure.present;
        *auc = figure.value;
        csuccess__ranking_free(&ranking);
    }
    return status;
}

/* ---- The search ---- */

static double room_up(const work *w, const double *weights, uint32_t i)
{
    double high = w->today[i] + w->t->options.most;
    return (high < 1 ? high : 1) - weights[i];
}

static double room_down(const work *w, const double *weights, uint32_t i)
{
    double low = w->today[i] - w->t->options.most;
    return weights[i] - (low > 0 ? low : 0);
}

/* Moves `step` from one weight to another where that lowers the loss. */
static csuccess_result try_move(const work *w, double *weights, const uint32_t pair[2],
                                double step, uint32_t without, double *best)
{
    double loss, kept[2] = {weights[pair[0]], weights[pair[1]]};
    double down = room_down(w, weights, pair[0]), up = room_up(w, weights, pair[1]);
    step = step < down ? step : down;
    step = step < up ? step : up;
    if (step < 1e-6) {
        return CSUCCESS_OK;
    }
    weights[pair[0]] -= step;
    weights[pair[1]] += step;
    csuccess_result status = loss_of(w, weights, without, &loss);
    if (status < 0 || !(loss < *best - 1e-9 * fabs(*best))) {
        weights[pair[0]] = kept[0];
        weights[pair[1]] = kept[1];
    } else {
        *best = loss;
    }
    return status;
}

static csuccess_result sweep(work *w, double *weights, double step, uint32_t without,
                             double *best)
{
    csuccess_result status = CSUCCESS_OK;
    for (uint32_t i = 0; i < w->parts; i++) {
        for (uint32_t j = 0; j < w->parts && status == CSUCCESS_OK; j++) {
            const uint32_t pair[2] = {i, j};
            if (i != j) {
                status = try_move(w, weights, pair, step, without, best);
            }
        }
    }
    return status;
}

/* The weights of least loss on all rows but those of one part. */
static csuccess_result fit(work *w, double *weights, uint32_t without)
{
    double best, step = w->t->options.most / 2;
    for (uint32_t i = 0; i < w->parts; i++) {
        weights[i] = w->today[i];
    }
    csuccess_result status = loss_of(w, weights, without, &best);
    for (uint32_t n = 0; n < SWEEPS_MOST && step > 0.002 && status == CSUCCESS_OK; n++) {
        double before = best;
        status = sweep(w, weights, step, without, &best);
        if (!(best < before)) {
            step /= 2;
        }
        if (status == CSUCCESS_OK) {
            status = csuccess__tune_progress(w->t, w->done * SWEEPS_MOST + n,
                                             w->total * SWEEPS_MOST);
        }
    }
    w->done++;
    return status;
}

/* To 4 decimals; what that leaves goes to the greatest. */
static void round_weights(const work *w, double *weights)
{
    double sum = 0;
    uint32_t greatest = 0;
    for (uint32_t i = 0; i < w->parts; i++) {
        weights[i] = csuccess__round(weights[i] * 10000) / 10000;
        sum += weights[i];
        greatest = weights[i] > weights[greatest] ? i : greatest;
    }
    weights[greatest] = csuccess__round((weights[greatest] + 1 - sum) * 10000) / 10000;
}

/* ---- Rows ---- */

/* reason: rows, scratch and folds, each of which may fail. */
static csuccess_result prepare(work *w)
{
    csuccess__tuning *t = w->t;
    csuccess__examples all;
    csuccess__labelling how = {.horizon = t->samples->horizon, .gap = t->samples->gap};
    csuccess_result status = csuccess__examples_make(&all, &t->arena, t->samples, &how, t->err);
    if (status < 0) {
        return status;
    }
    uint32_t *here = CSUCCESS__NEW_ARRAY(&t->arena, uint32_t, all.count);
    for (uint32_t i = 0; here && i < all.count; i++) {
        const csuccess__sample_row *row = &t->samples->rows[all.rows[i]];
        here[i] = row->scored && row->profile == w->index;
    }
    if (!here || csuccess__examples_part(&w->examples, &t->arena, &all, here, 1, false) < 0) {
        return csuccess__fail(t->err, CSUCCESS_ENOMEM, "out of memory");
    }
    if (w->examples.events < 20 || w->examples.count - w->examples.events < 20) {
        return csuccess__fail(
            t->err, CSUCCESS_EDATA,
            "%u rows are scored by the profile %q, %u of them with the outcome: at least 20 of "
            "either are needed",
            w->examples.count, w->profile->id, w->examples.events);
    }
    csuccess__split_options split = {.evaluation = CSUCCESS_EVALUATE_FOLDS,
                                     .folds = t->options.folds,
                                     .seed = t->options.seed};
    w->scores = CSUCCESS__NEW_ARRAY(&t->arena, double, w->examples.count);
    w->weights = CSUCCESS__NEW_ARRAY(&t->arena, double, w->examples.count);
    w->labels = CSUCCESS__NEW_ARRAY(&t->arena, uint8_t, w->examples.count);
    if (!w->scores || !w->weights || !w->labels) {
        return csuccess__fail(t->err, CSUCCESS_ENOMEM, "out of memory");
    }
    w->total = t->options.folds + 1;
    return csuccess__split_make(&w->split, &t->arena, &w->examples, &split, t->err);
}

/* ---- The whole ---- */

static csuccess_result check_fold(work *w, uint32_t part, gain *out)
{
    double weights[PARTS_MOST];
    bool before = false, after = false;
    csuccess_result status = fit(w, weights, part);
    if (status == CSUCCESS_OK) {
        status = auc_of(w, w->today, part, &before, &out->before);
    }
    if (status == CSUCCESS_OK) {
        status = auc_of(w, weights, part, &after, &out->after);
    }
    out->known = before && after;
    return status;
}

static void write_weights(const work *w, const double *weights)
{
    csuccess__json_writer out;
    csuccess__json_writer_init(&out, w->t->patch);
    csuccess__json_open(&out, '{');
    csuccess__report_key(&out, "health");
    csuccess__json_open(&out, '{');
    csuccess__report_key(&out, "profiles");
    csuccess__json_open(&out, '{');
    csuccess__json_key(&out, w->profile->id);
    csuccess__json_open(&out, '{');
    csuccess__report_key(&out, "weights");
    csuccess__json_open(&out, '{');
    for (uint32_t i = 0; i < w->parts; i++) {
        csuccess__json_key(&out, w->members[i]->id);
        csuccess__json_num(&out, weights[i]);
    }
    for (int i = 0; i < 5; i++) {
        csuccess__json_close(&out, '}');
    }
}

static void write_folds(csuccess__json_writer *out, const work *w, const gain *gains)
{
    csuccess__report_key(out, "folds");
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < w->split.parts; i++) {
        csuccess__json_open(out, '{');
        csuccess__json_put_num(out, "fold", i);
        csuccess__report_figure(out, "auc_before",
                                (csuccess__figure){gains[i].before, gains[i].known});
        csuccess__report_figure(out, "auc_after",
                                (csuccess__figure){gains[i].after, gains[i].known});
        csuccess__json_close(out, '}');
    }
    csuccess__json_close(out, ']');
}

static void write_report(const work *w, const gain *gains, const gain *mean, bool better,
                         const double *weights)
{
    csuccess__json_writer out;
    csuccess__labelling how = {.horizon = w->t->samples->horizon, .gap = w->t->samples->gap};
    csuccess__json_writer_init(&out, w->t->report);
    csuccess__json_open(&out, '{');
    csuccess__report_text(&out, "report", "tune");
    csuccess__json_put_str(&out, "profile", w->profile->id);
    csuccess__report_rows(&out, &w->examples, &how);
    csuccess__json_put_num(&out, "seed", (double)w->t->options.seed);
    csuccess__json_put_num(&out, "most", w->t->options.most);
    csuccess__report_key(&out, "measured_on");
    csuccess__report_say(&out, "held out: %u %s; the weights of each were fitted to the others",
                         w->split.parts, w->split.what);
    write_folds(&out, w, gains);
    csuccess__report_figure(&out, "auc_before", (csuccess__figure){mean->before, mean->known});
    csuccess__report_figure(&out, "auc_after", (csuccess__figure){mean->after, mean->known});
    csuccess__report_figure(&out, "gain",
                            (csuccess__figure){mean->after - mean->before, mean->known});
    csuccess__json_put_bool(&out, "better", better);
    csuccess__report_text(&out, "says",
                          better
                              ? "the weights rank better on rows held out; the patch has them"
                              : "nothing is gained on rows held out: today's weights stay");
    csuccess__report_key(&out, "weights");
    csuccess__json_open(&out, '[');
    for (uint32_t i = 0; i < w->parts; i++) {
        csuccess__json_open(&out, '{');
        csuccess__json_put_str(&out, "node", w->members[i]->id);
        csuccess__json_put_num(&out, "today", w->today[i]);
        csuccess__json_put_num(&out, "fitted", weights[i]);
        csuccess__json_close(&out, '}');
    }
    csuccess__json_close(&out, ']');
    csuccess__json_close(&out, '}');
}

/* The means, and whether most folds gained. */
static bool judge(const work *w, const gain *gains, gain *mean)
{
    uint32_t known = 0, gained = 0;
    *mean = (gain){0, 0, false};
    for (uint32_t i = 0; i < w->split.parts; i++) {
        if (gains[i].known) {
            known++;
            gained += gains[i].after > gains[i].before;
            mean->before += gains[i].before;
            mean->after += gains[i].after;
        }
    }
    if (!known) {
        return false;
    }
    mean->before /= known;
    mean->after /= known;
    mean->known = true;
    return mean->after > mean->before && gained * 2 > known;
}

csuccess_result csuccess__tune_weights(csuccess__tuning *t)
{
    work w = {.t = t};
    double weights[PARTS_MOST];
    gain gains[100], mean;
    csuccess_result status = find_profile(&w);
    if (status == CSUCCESS_OK) {
        status = read_members(&w);
    }
    if (status == CSUCCESS_OK) {
        status = prepare(&w);
    }
    for (uint32_t part = 0; part < w.split.parts && status == CSUCCESS_OK; part++) {
        status = check_fold(&w, part, &gains[part]);
    }
    if (status == CSUCCESS_OK) {
        status = fit(&w, weights, UINT32_MAX);
    }
    if (status < 0) {
        return status;
    }
    round_weights(&w, weights);
    bool better = judge(&w, gains, &mean);
    if (better) {
        write_weights(&w, weights);
    } else {
        csuccess__buffer_cstr(t->patch, "{}");
    }
    write_report(&w, gains, &mean, better, weights);
    return better ? CSUCCESS_OK : CSUCCESS_UNCHANGED;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Backtest: whether the scores that were in force told who left. */
#include "columns/examples.h"
#include "columns/report.h"
#include "columns/train_report.h"

#include "base/error.h"
#include "base/number.h"
#include "score/health_internal.h"
#include "stats/correlation.h"

/* One call. */
typedef struct work {
    csuccess_samples *samples;
    csuccess_backtest_options options;
    csuccess__arena arena; /* of the window at hand */
    csuccess__json_writer *w;
    csuccess__labelling how;
    bool any; /* some window had rows with a score */
    csuccess_error *err;
} work;

/* Scores of the examples that have one, and whether leaving was foretold. */
typedef struct told {
    double *scores, *weights;
    uint8_t *labels;
    bool *foretold;
    uint32_t rows, events, calibrated, meant, learned;
    bool weighted;
} told;

static bool told_make(told *t, csuccess__arena *arena, uint32_t most)
{
    *t = (told){.scores = CSUCCESS__NEW_ARRAY(arena, double, most),
                .weights = CSUCCESS__NEW_ARRAY(arena, double, most),
                .labels = CSUCCESS__NEW_ARRAY(arena, uint8_t, most),
                .foretold = CSUCCESS__NEW_ARRAY(arena, bool, most)};
    return t->scores && t->weights && t->labels && t->foretold;
}

static void told_add(told *t, const csuccess__examples *ex, uint32_t i, double score,
                     bool foretold)
{
    double weight = ex->samples->rows[ex->rows[i]].given.weight;
    t->scores[t->rows] = score;
    t->weights[t->rows] = weight;
    t->weighted = t->weighted || fabs(weight - 1) > 0;
    t->labels[t->rows] = ex->labels[i];
    t->foretold[t->rows++] = foretold;
    t->events += ex->labels[i];
}

static csuccess__scored scored_of(const told *t, bool probability)
{
    return (csuccess__scored){.scores = t->scores,
                              .labels = t->labels,
                              .weights = t->weighted ? t->weights : NULL,
                              .rows = t->rows,
                              .probability = probability};
}

/* ---- Bands ---- */

static bool is_asked(const work *w, csuccess_str band)
{
    for (uint32_t i = 0; i < w->options.band_count; i++) {
        if (csuccess__str_eq(w->options.bands[i], band)) {
            return true;
        }
    }
    return false;
}

/* Whether the band says that the customer will leave. */
static bool foretells(const work *w, const csuccess__sample_row *row)
{
    const csuccess__health *health = w->samples->scorer->config->health;
    if (row->profile == UINT32_MAX || row->band == UINT32_MAX) {
        return false;
    }
    const csuccess__scale *scale = &health->profiles[row->profile].scale;
    return w->options.band_count ? is_asked(w, scale->bands[row->band].id)
                                 : row->band + 1 == scale->band_count;
}

static csuccess_result check_bands(const work *w)
{
    const csuccess__health *health = w->samples->scorer->config->health;
    for (uint32_t i = 0; i < w->options.band_count; i++) {
        if (!health || !csuccess__health_has_status(health, w->options.bands[i])) {
            return csuccess__fail(w->err, CSUCCESS_ENAME, "no profile has the band %q",
                                  w->options.bands[i]);
        }
    }
    return CSUCCESS_OK;
}

/* A row of a table of rates: who stood there, and how many of them left. */
static void write_rate(csuccess__json_writer *w, csuccess_str profile, csuccess_str name,
                       uint32_t rows, uint32_t left)
{
    csuccess__json_open(w, '{');
    if (profile.len) {
        csuccess__json_put_str(w, "profile", profile);
    }
    csuccess__json_put_str(w, "name", name);
    csuccess__json_put_num(w, "rows", rows);
    csuccess__json_put_num(w, "left", left);
    csuccess__report_figure(w, "rate",
                            (csuccess__figure){rows ? (double)left / rows : 0, rows > 0});
    csuccess__json_close(w, '}');
}

static void write_band(const work *w, const csuccess__examples *ex, uint32_t profile,
                       uint32_t band)
{
    const csuccess__profile *p = &w->samples->scorer->config->health->profiles[profile];
    uint32_t rows = 0, left = 0;
    for (uint32_t i = 0; i < ex->count; i++) {
        const csuccess__sample_row *row = &w->samples->rows[ex->rows[i]];
        if (row->scored && row->profile == profile && row->band == band) {
            rows++;
            left += ex->labels[i];
        }
    }
    write_rate(w->w, p->id, p->scale.bands[band].id, rows, left);
}

static void write_bands(const work *w, const csuccess__examples *ex)
{
    const csuccess__health *health = w->samples->scorer->config->health;
    csuccess__report_key(w->w, "bands");
    csuccess__json_open(w->w, '[');
    for (uint32_t p = 0; p < health->profile_count; p++) {
        for (uint32_t b = 0; b < health->profiles[p].scale.band_count; b++) {
            write_band(w, ex, p, b);
        }
    }
    csuccess__json_close(w->w, ']');
}

static void write_levels(const work *w, const csuccess__examples *ex)
{
    const csuccess__churn *churn = w->samples->scorer->config->churn;
    csuccess__report_key(w->w, "levels");
    csuccess__json_open(w->w, '[');
    for (int32_t level = 0; csuccess__churn_level_name(churn, level).len; level++) {
        uint32_t rows = 0, left = 0;
        for (uint32_t i = 0; i < ex->count; i++) {
            const csuccess__sample_row *row = &w->samples->rows[ex->rows[i]];
            bool here = row->predicted && row->level == (uint32_t)level;
            rows += here;
            left += here && ex->labels[i];
        }
        write_rate(w->w, csuccess__str(NULL), csuccess__churn_level_name(churn, level), rows,
                   left);
    }
    csuccess__json_close(w->w, ']');
}

/* ---- Accuracy ---- */

/* What is asked for: as set, else 0.85 and, when the window begins 30 days ahead or later, 0.75. */
static double accuracy_asked(const work *w)
{
    csuccess__duration month = {.days = 30};
    if (w->options.accuracy > 0) {
        return w->options.accuracy;
    }
    bool ahead = w->samples->dated && csuccess__duration_compare(w->how.gap, month).least >= 0;
    return ahead ? 0.75 : 0.85;
}

static csuccess__confusion count_told(const told *t)
{
    csuccess__confusion c = {0, 0, 0, 0};
    for (uint32_t i = 0; i < t->rows; i++) {
        double *cell = t->foretold[i] ? (t->labels[i] ? &c.true_yes : &c.false_yes)
                                      : (t->labels[i] ? &c.false_no : &c.true_no);
        *cell += t->weights[i];
    }
    return c;
}

static void write_accuracy(const work *w, const told *t, const csuccess__confusion *c)
{
    csuccess__figure accuracy = csuccess__decision_of(*c).accuracy;
    double asked = accuracy_asked(w),
           all = c->true_yes + c->false_yes + c->true_no + c->false_no;
    csuccess__figure nobody = {all > 0 ? (c->true_no + c->false_yes) / all : 0, all > 0};
    csuccess__report_key(w->w, "accuracy");
    csuccess__json_open(w->w, '{');
    csuccess__json_put_num(w->w, "asked", asked);
    csuccess__report_figure(w->w, "reached", accuracy);
    csuccess__json_put_bool(w->w, "met", accuracy.present && accuracy.value >= asked);
    csuccess__report_figure(w->w, "by_saying_that_nobody_leaves", nobody);
    csuccess__json_put_num(w->w, "rows", t->rows);
    csuccess__json_close(w->w, '}');
}

/* ---- Ranking ---- */

static csuccess_result write_correlation(work *w, const told *t)
{
    csuccess__figure spearman;
    double *labels = CSUCCESS__NEW_ARRAY(&w->arena, double, t->rows);
    if (!labels) {
        return CSUCCESS_ENOMEM;
    }
    for (uint32_t i = 0; i < t->rows; i++) {
        labels[i] = t->labels[i];
    }
    csuccess_result status =
        csuccess__spearman(&spearman, t->scores, labels, t->rows, &w->samples->mem);
    if (status < 0) {
        return status;
    }
    csuccess__report_key(w->w, "correlation");
    csuccess__json_open(w->w, '{');
    csuccess__report_figure(w->w, "pearson",
                            csuccess__point_biserial(t->scores, t->labels, t->rows));
    csuccess__report_figure(w->w, "spearman", spearman);
    csuccess__json_close(w->w, '}');
    return CSUCCESS_OK;
}

static csuccess_result write_figures(work *w, const told *t, bool probability, double threshold)
{
    csuccess__figures figures;
    csuccess__scored data = scored_of(t, probability);
    const csuccess__figures_options how = {.threshold = threshold};
    csuccess_result status = csuccess__figures_of(&figures, &w->samples->mem, &data, &how);
    if (status == CSUCCESS_OK) {
        csuccess__report_figures(w->w, &figures, probability, true);
        status = write_correlation(w, t);
    }
    return status;
}

static csuccess_result write_health(work *w, const csuccess__examples *ex)
{
    told t;
    csuccess__figure none = {0, false};
    if (!told_make(&t, &w->arena, ex->count)) {
        return CSUCCESS_ENOMEM;
    }
    for (uint32_t i = 0; i < ex->count; i++) {
        const csuccess__sample_row *row = &w->samples->rows[ex->rows[i]];
        if (row->scored) { /* the lower, the likelier to leave */
            told_add(&t, ex, i, -row->raw, foretells(w, row));
        }
    }
    csuccess__report_key(w->w, "health");
    if (!w->samples->scorer->config->health || !t.rows) {
        csuccess__json_null(w->w);
        return CSUCCESS_OK;
    }
    w->any = true;
    csuccess__json_open(w->w, '{');
    csuccess__report_text(
        w->w, "says",
        "the lower the score, the likelier to leave: figures are of the score reversed");
    csuccess__json_put_num(w->w, "without_score", ex->count - t.rows);
    csuccess_result status = write_figures(w, &t, false, 0);
    csuccess__confusion told_by = count_told(&t);
    write_bands(w, ex);
    csuccess__report_decision(w->w, "decision_by_band", none, &told_by);
    write_accuracy(w, &t, &told_by);
    csuccess__json_close(w->w, '}');
    return status;
}

/* Whether the window at hand is the one that the row's probability speaks of: one that is calibrated for 30 days is not so for the 30 days
   after, nor for 90. A cross-section does not say. */
static bool is_meant(const work *w, const csuccess__sample_row *row)
{
    csuccess__duration gap = w->how.gap, own = w->samples->gap;
    bool usual = gap.months == own.months && gap.days == own.days && gap.ms == own.ms;
    double away = row->days - csuccess__training_days(w->how.horizon);
    return !w->samples->dated || (usual && fabs(away) < 1e-9);
}

static bool gather_churn(told *t, work *w, const csuccess__examples *ex, double threshold)
{
    if (!told_make(t, &w->arena, ex->count)) {
        return false;
    }
    for (uint32_t i = 0; i < ex->count; i++) {
        const csuccess__sample_row *row = &w->samples->rows[ex->rows[i]];
        if (row->predicted) {
            told_add(t, ex, i, row->probability, row->probability >= threshold);
            t->calibrated += row->calibrated;
            t->meant += is_meant(w, row);
            t->learned += row->learned;
        }
    }
    return true;
}

static csuccess_result write_churn(work *w, const csuccess__examples *ex)
{
    told t;
    double threshold = w->options.threshold > 0 ? w->options.threshold : 0.5;
    if (!gather_churn(&t, w, ex, threshold)) {
        return CSUCCESS_ENOMEM;
    }
    csuccess__report_key(w->w, "churn");
    if (!t.rows) {
        csuccess__json_null(w->w);
        return CSUCCESS_OK;
    }
    bool calibrated = t.calibrated == t.rows && t.meant == t.rows;
    w->any = true;
    csuccess__json_open(w->w, '{');
    csuccess__json_put_bool(w->w, "calibrated", calibrated);
    csuccess__report_text(
        w->w, "says",
        calibrated ? "a calibrated probability"
        : t.calibrated == t.rows
            ? "a calibrated probability, but of another window: here it ranks "
              "customers, and its numbers are not taken at their word"
            : "not calibrated: it ranks customers, and its numbers "
              "are not taken at their word");
    csuccess__json_put_num(w->w, "without_prediction", ex->count - t.rows);
    csuccess__report_text(
        w->w, "measured_on",
        t.learned ? "all given rows; the model was learned, and where it was from these rows, "
                    "figures "
                    "flatter it"
                  : "all given rows; nothing in the configuration was fitted to them");
    csuccess_result status = write_figures(w, &t, calibrated, threshold);
    csuccess__confusion told_by = count_told(&t);
    write_levels(w, ex);
    csuccess__report_decision(w->w, "decision", (csuccess__figure){threshold, true}, &told_by);
    write_accuracy(w, &t, &told_by);
    csuccess__json_close(w->w, '}');
    return status;
}

/* ---- Windows ---- */

static csuccess_result write_window(work *w)
{
    csuccess__examples examples;
    csuccess__arena_reset(&w->arena); /* of the window before */
    csuccess_result status =
        csuccess__examples_make(&examples, &w->arena, w->samples, &w->how, w->err);
    if (status == CSUCCESS_OK) {
        csuccess__json_open(w->w, '{');
        csuccess__report_rows(w->w, &examples, &w->how);
        status = write_health(w, &examples);
    }
    if (status == CSUCCESS_OK) {
        status = write_churn(w, &examples);
        csuccess__json_close(w->w, '}');
    }
    return status;
}

static csuccess_result read_duration(csuccess__duration *out, csuccess_str text, bool zero,
                                     csuccess_error *err)
{
    int64_t end = 0;
    if (!csuccess__duration_parse(out, text, NULL) || !csuccess__time_add(&end, 0, *out) ||
        end < 0 || (end == 0 && !zero)) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "%q is no duration ahead in ISO 8601, such as \"P30D\"", text);
    }
    return CSUCCESS_OK;
}

static csuccess_result write_gaps(work *w)
{
    static const csuccess_str usual[] = {{"P0D", 3}, {"P30D", 4}, {"P60D", 4}, {"P90D", 4}};
    const csuccess_str *gaps = w->options.gap_count ? w->options.gaps : usual;
    uint32_t count = w->options.gap_count ? w->options.gap_count : 4;
    csuccess_result status = CSUCCESS_OK;
    if (!w->samples->dated) {
        return write_window(w);
    }
    for (uint32_t i = 0; i < count && status == CSUCCESS_OK; i++) {
        status = read_duration(&w->how.gap, gaps[i], true, w->err);
        if (status == CSUCCESS_OK) {
            status = write_window(w);
        }
    }
    return status;
}

static csuccess_result write_windows(work *w)
{
    csuccess_result status = CSUCCESS_OK;
    w->how = (csuccess__labelling){.horizon = w->samples->horizon, .gap = w->samples->gap};
    csuccess__report_key(w->w, "windows");
    csuccess__json_open(w->w, '[');
    if (!w->options.horizon_count || !w->samples->dated) {
        status = write_gaps(w);
    }
    for (uint32_t i = 0;
         i < w->options.horizon_count && w->samples->dated && status == CSUCCESS_OK; i++) {
        status = read_duration(&w->how.horizon, w->options.horizons[i], false, w->err);
        if (status == CSUCCESS_OK) {
            status = write_gaps(w);
        }
    }
    csuccess__json_close(w->w, ']');
    return status;
}

static csuccess_result write_report(work *w)
{
    const csuccess_config *config = w->samples->scorer->config;
    csuccess__json_open(w->w, '{');
    csuccess__report_text(w->w, "report", "backtest");
    csuccess__json_put_str(w->w, "config", config->hash);
    csuccess__report_key(w->w, "lead_time");
    csuccess__report_say(
        w->w,
        w->samples->dated
            ? "the gap of a window lies between the score and the earliest outcome that counts"
            : "unknown: the rows carry no dates (a cross-section), so agreement is all that "
              "they show, not foresight");
    csuccess_result status = write_windows(w);
    csuccess__json_close(w->w, '}');
    if (status == CSUCCESS_OK && !w->any) {
        status = csuccess__fail(
            w->err, CSUCCESS_EDATA,
            config->health || config->churn
                ? "no row with a known outcome has a health score or a churn probability"
                : "the configuration has neither health nor churn: there is nothing to test");
    }
    return status;
}

/* reason: one line a check. */
static csuccess_result take_options(work *w, const csuccess_backtest_options *in)
{
    csuccess_backtest_options *o = &w->options;
    csuccess_result status = in ? csuccess__struct_take(o, sizeof *o, sizeof(size_t), in,
                                                        "csuccess_backtest_options", w->err)
                                : CSUCCESS_OK;
    if (status < 0) {
        return status;
    }
    bool lists = (o->horizons || !o->horizon_count) && (o->gaps || !o->gap_count) &&
                 (o->bands || !o->band_count);
    bool shares =
        o->accuracy >= 0 && o->accuracy <= 1 && o->threshold >= 0 && o->threshold <= 1;
    if (!lists || !shares) {
        return csuccess__fail(w->err, CSUCCESS_EINVALID, "%s",
                              lists ? "accuracy and threshold are within 0 and 1"
                                    : "horizons, gaps or bands is NULL");
    }
    return check_bands(w);
}

csuccess_result csuccess_backtest(csuccess_text **report, csuccess_samples *samples,
                                  const csuccess_backtest_options *options, csuccess_error *err)
{
    csuccess__json_writer writer;
    csuccess__buffer text;
    work w = {.samples = samples, .w = &writer, .err = err};
    if (!report || !samples) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "report and samples are required");
    }
    *report = NULL;
    csuccess_result status = take_options(&w, options);
    if (status < 0) {
        return status;
    }
    csuccess__arena_init(&w.arena, &samples->mem, 0);
    csuccess__buffer_init(&text, &samples->mem, 0);
    csuccess__json_writer_init(&writer, &text);
    status = write_report(&w);
    csuccess__arena_free(&w.arena);
    if (status == CSUCCESS_ENOMEM || (status == CSUCCESS_OK && text.status < 0)) {
        status = csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    if (status == CSUCCESS_OK) {
        status = csuccess__text_make(report, &samples->mem, csuccess__buffer_view(&text));
        csuccess__fail(status < 0 ? err : NULL, status, "out of memory");
    }
    csuccess__buffer_free(&text);
    return status;
}

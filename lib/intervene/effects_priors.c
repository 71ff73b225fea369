/* SPDX-License-Identifier: Apache-2.0 */
/* Priors of interventions, before and after what was judged; what of it a configuration can be given; targets of campaigns. */
#include "intervene/effects_internal.h"

#include "base/number.h"
#include "stats/special.h"

typedef csuccess__telling telling;

#define TAIL 0.025 /* of a 95 per cent interval */

void csuccess__evidence_judged(const telling *t, const char *first, csuccess_str name,
                               uint64_t *met, uint64_t *missed)
{
    static const char *const good[] = {"reached", "met", "true", NULL};
    static const char *const bad[] = {"missed", "false", NULL};
    *met = *missed = 0;
    for (size_t i = 0; good[i]; i++) {
        *met += csuccess__evidence_count(t, first, name, "success", good[i]);
    }
    for (size_t i = 0; bad[i]; i++) {
        *missed += csuccess__evidence_count(t, first, name, "success", bad[i]);
    }
}

/* ---- Priors ---- */

static double member_number(const csuccess__json *object, const char *key)
{
    const csuccess__json *m = csuccess__json_member(object, key);
    return m && m->type == CSUCCESS__JSON_NUMBER && m->number > 0 ? m->number : 0;
}

/* As the document has it; NULL: it has none. */
static const csuccess__json *prior_of(const csuccess__intervention *of)
{
    const csuccess__json *effect = of->at ? csuccess__json_member(of->at, "effect") : NULL;
    return effect ? csuccess__json_member(effect, "prior") : NULL;
}

csuccess__beta_counts csuccess__evidence_prior(const csuccess__intervention *of)
{
    csuccess__beta_counts out = {0, 0};
    const csuccess__json *prior = prior_of(of);
    if (!prior) return out;
    out.successes = member_number(prior, "successes");
    out.of = member_number(prior, "of");
    return out;
}

static csuccess__beta_counts after(const telling *t, const csuccess__intervention *of)
{
    csuccess__beta_counts out = csuccess__evidence_prior(of);
    uint64_t met, missed;
    csuccess__evidence_judged(t, "interventions", of->id, &met, &missed);
    out.successes += (double)met;
    out.of += (double)met + (double)missed;
    return out;
}

static void put_beta(const telling *t, const char *key, csuccess__beta_counts beta)
{
    csuccess__json_key(t->w, csuccess__str(key));
    if (!(beta.of > 0)) {
        csuccess__json_null(t->w);
        return;
    }
    double a = beta.successes, b = beta.of - beta.successes;
    csuccess__json_open(t->w, '{');
    csuccess__evidence_put(t, "successes", beta.successes);
    csuccess__evidence_put(t, "of", beta.of);
    csuccess__evidence_put(t, "mean", a / beta.of);
    if (a > 0 && b > 0) {
        csuccess__evidence_interval(t, csuccess__beta_quantile(a, b, TAIL),
                                    csuccess__beta_quantile(a, b, 1 - TAIL));
    }
    csuccess__json_close(t->w, '}');
}

void csuccess__evidence_put_prior(const telling *t, const csuccess__intervention *of)
{
    csuccess__beta_counts before = csuccess__evidence_prior(of), now = after(t, of);
    if (!(now.of > 0)) return;
    csuccess__json_key(t->w, CSUCCESS_STR("prior"));
    csuccess__json_open(t->w, '{');
    put_beta(t, "before", before);
    put_beta(t, "after", now);
    csuccess__json_put_str(t->w, "note",
                           CSUCCESS_STR("without a control this mostly measures regression to "
                                        "the mean"));
    csuccess__json_close(t->w, '}');
}

/* ---- The patch ---- */

static void open_effect(const telling *t, const csuccess__intervention *of)
{
    csuccess__json_key(t->w, of->id);
    csuccess__json_open(t->w, '{');
    csuccess__json_key(t->w, CSUCCESS_STR("effect"));
    csuccess__json_open(t->w, '{');
}

static void close_effect(const telling *t)
{
    csuccess__json_close(t->w, '}');
    csuccess__json_close(t->w, '}');
}

/* An uplift takes the place of a prior. */
static void put_known(const telling *t, const csuccess__intervention *of,
                      const csuccess__comparison_difference *d)
{
    open_effect(t, of);
    csuccess__evidence_put(t, "uplift", -d->difference);
    csuccess__evidence_interval(t, -d->high, -d->low);
    csuccess__json_put_str(t->w, "source", CSUCCESS_STR("experiment"));
    if (prior_of(of)) {
        csuccess__json_key(t->w, CSUCCESS_STR("prior"));
        csuccess__json_null(t->w);
    }
    close_effect(t);
}

static void put_counted(const telling *t, const csuccess__intervention *of,
                        csuccess__beta_counts counts)
{
    open_effect(t, of);
    csuccess__json_key(t->w, CSUCCESS_STR("prior"));
    csuccess__json_open(t->w, '{');
    csuccess__evidence_put(t, "successes", counts.successes);
    csuccess__evidence_put(t, "of", counts.of);
    csuccess__json_close(t->w, '}');
    close_effect(t);
}

static void patch_one(const telling *t, const csuccess__intervention *of)
{
    uint32_t experiment = csuccess__evidence_experiment(t, "intervention/", of->id);
    csuccess__beta_counts now = after(t, of), before = csuccess__evidence_prior(of);
    bool given = of->at && csuccess__json_member(of->at, "effect") && !prior_of(of);
    if (experiment != UINT32_MAX && !t->comparisons[experiment].difference.why_not) {
        put_known(t, of, &t->comparisons[experiment].difference);
    } else if (!given && now.of > before.of) {
        put_counted(t, of, now);
    }
}

void csuccess__evidence_put_patch(const telling *t)
{
    const csuccess__interventions *all = t->e->of->interventions;
    csuccess__json_key(t->w, CSUCCESS_STR("patch"));
    csuccess__json_open(t->w, '{');
    csuccess__json_key(t->w, CSUCCESS_STR("interventions"));
    csuccess__json_open(t->w, '{');
    for (uint32_t i = 0; i < all->count; i++) patch_one(t, &all->list[i]);
    csuccess__json_close(t->w, '}');
    csuccess__json_close(t->w, '}');
}

/* ---- Targets ---- */

/* Each gives what there was; false: it is not known. */
typedef bool measuring(const telling *t, csuccess_str campaign, double *out);

/* Said at the judging of each run; else the treated of an experiment for it alone. */
static bool retention_of(const telling *t, csuccess_str campaign, double *out)
{
    uint64_t kept = csuccess__evidence_count(t, "campaigns", campaign, "retained", "true");
    uint64_t lost = csuccess__evidence_count(t, "campaigns", campaign, "retained", "false");
    if (kept + lost > 0) {
        *out = (double)kept / ((double)kept + (double)lost);
        return true;
    }
    uint32_t experiment = csuccess__evidence_experiment(t, "campaign/", campaign);
    if (experiment == UINT32_MAX || t->comparisons[experiment].treated.read_units == 0)
        return false;
    *out = 1 - t->comparisons[experiment].treated.share;
    return true;
}

/* Of its executions that are completed, those that were answered. */
static bool engagement_of(const telling *t, csuccess_str campaign, double *out)
{
    static const char *const words[] = {"positive", "neutral", "negative", NULL};
    uint64_t none = csuccess__evidence_count(t, "campaigns", campaign, "answers", "none");
    uint64_t said = 0;
    for (size_t i = 0; words[i]; i++) {
        said += csuccess__evidence_count(t, "campaigns", campaign, "answers", words[i]);
    }
    if (said + none == 0) return false;
    *out = (double)said / ((double)said + (double)none);
    return true;
}

static bool satisfaction_of(const telling *t, csuccess_str campaign, double *out)
{
    const csuccess__results_row *row =
        csuccess__evidence_figure(t, "campaigns", campaign, "satisfaction");
    return row && csuccess__sum_mean(out, &row->sum);
}

static bool revenue_of(const telling *t, csuccess_str campaign, double *out)
{
    const csuccess__results_row *row =
        csuccess__evidence_figure(t, "campaigns", campaign, "revenue");
    if (row) *out = csuccess__sum_total(&row->sum);
    return row != NULL;
}

void csuccess__evidence_put_targets(const telling *t, const csuccess__campaign *of)
{
    static const char *const names[] = {
#define CSUCCESS__TARGET(name, text) text,
        CSUCCESS__TARGETS(CSUCCESS__TARGET)
#undef CSUCCESS__TARGET
    };
    static measuring *const measures[CSUCCESS__TARGET_COUNT] = {
        [CSUCCESS__TARGET_RETENTION] = retention_of,
        [CSUCCESS__TARGET_ENGAGEMENT] = engagement_of,
        [CSUCCESS__TARGET_SATISFACTION] = satisfaction_of,
        [CSUCCESS__TARGET_REVENUE] = revenue_of};
    if (!of->has_targets) return;
    csuccess__json_key(t->w, CSUCCESS_STR("targets"));
    csuccess__json_open(t->w, '{');
    for (uint32_t i = 0; i < CSUCCESS__TARGET_COUNT; i++) {
        double actual = 0;
        if (!(of->has_targets >> i & 1)) continue;
        csuccess__json_key(t->w, csuccess__str(names[i]));
        csuccess__json_open(t->w, '{');
        csuccess__evidence_put(t, "target", of->targets[i]);
        if (measures[i](t, of->id, &actual)) {
            csuccess__evidence_put(t, "actual", actual);
            csuccess__json_put_bool(t->w, "reached", actual >= of->targets[i]);
        } else {
            csuccess__json_put_str(t->w, "reached", CSUCCESS_STR("not known"));
        }
        csuccess__json_close(t->w, '}');
    }
    csuccess__json_close(t->w, '}');
}

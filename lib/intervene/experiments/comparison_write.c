/* SPDX-License-Identifier: Apache-2.0 */
/* The reading of an experiment as JSON: docs/reference/intervene.md "Experiments". */
#include "intervene/experiments/experiments.h"
#include "intervene/experiments/comparison.h"

#include "base/heap.h"
#include "base/number.h"

enum { ARMS_MOST = CSUCCESS__ARMS_MOST + CSUCCESS__COMPARISON_ARMS_MOST };

/* Groups of a reading: the arms of the definition with the control in front, then those of earlier ones. */
typedef struct arms {
    const csuccess__experiment *of;
    uint32_t group_of[CSUCCESS__COMPARISON_ARMS_MOST];
    uint32_t group_of_own[CSUCCESS__ARMS_MOST];
    csuccess_str earlier[CSUCCESS__COMPARISON_ARMS_MOST];
    uint32_t own, earlier_count; /* groups of the definition; more */
    csuccess__comparison_group groups[ARMS_MOST];
    csuccess__comparison_difference differences[ARMS_MOST];
} arms;

static bool name_before(const void *a, const void *b)
{
    return csuccess__str_cmp(*(const csuccess_str *)a, *(const csuccess_str *)b) < 0;
}

static void number_own(arms *a)
{
    uint32_t control = csuccess__experiment_control(a->of, NULL), next = 1;
    a->own = a->of->arm_count;
    for (uint32_t i = 0; i < a->own; i++) a->group_of_own[i] = i == control ? 0 : next++;
}

static uint32_t group_of_name(const arms *a, csuccess_str name)
{
    uint32_t own = csuccess__arm_find(a->of, name);
    if (own != UINT32_MAX) return a->group_of_own[own];
    for (uint32_t i = 0; i < a->earlier_count; i++) {
        if (csuccess__str_eq(a->earlier[i], name)) return a->own + i;
    }
    return UINT32_MAX;
}

static void number_arms(arms *a, const csuccess__comparison *comparison)
{
    bool used[CSUCCESS__COMPARISON_ARMS_MOST] = {false};
    number_own(a);
    for (size_t i = 0; i < comparison->count; i++) used[comparison->rows[i].arm] = true;
    for (uint32_t i = 0; i < comparison->arm_count; i++) {
        bool earlier = used[i] && group_of_name(a, comparison->arms[i]) == UINT32_MAX;
        if (earlier) a->earlier[a->earlier_count++] = comparison->arms[i];
    }
    csuccess__sort(a->earlier, a->earlier_count, sizeof *a->earlier, name_before);
    for (uint32_t i = 0; i < comparison->arm_count; i++) {
        a->group_of[i] = group_of_name(a, comparison->arms[i]);
    }
}

/* ---- Writing ---- */

static uint64_t open_of(const csuccess__comparison_group *group)
{
    const uint64_t *n = group->counts;
    uint64_t known = n[CSUCCESS__COMPARISON_YES] + n[CSUCCESS__COMPARISON_NO] +
                     n[CSUCCESS__COMPARISON_UNDECIDED];
    uint64_t exposed = n[CSUCCESS__COMPARISON_EXPOSED];
    return exposed > known ? exposed - known : 0;
}

static void put_count(csuccess__json_writer *w, const char *key, uint64_t n)
{
    csuccess__json_put_num(w, key, (double)n);
}

static void put_figure(csuccess__json_writer *w, const char *key, double x)
{
    csuccess__json_put_num(w, key, csuccess__round9(x));
}

void csuccess__comparison_write_difference(csuccess__json_writer *w, const char *key,
                                           const csuccess__comparison_difference *d)
{
    if (d->why_not) {
        csuccess__json_put_str(w, key, CSUCCESS_STR("not identified"));
        csuccess__json_put_str(w, "reason", csuccess__str(d->why_not));
        return;
    }
    put_figure(w, key, d->difference);
    put_figure(w, "standard_error", d->error);
    put_figure(w, "df", d->df);
    csuccess__json_key(w, CSUCCESS_STR("interval"));
    csuccess__json_open(w, '[');
    csuccess__json_num(w, csuccess__round9(d->low));
    csuccess__json_num(w, csuccess__round9(d->high));
    csuccess__json_close(w, ']');
    csuccess__json_put_num(w, "p", d->p);
}

static void put_group(csuccess__json_writer *w, const csuccess__comparison_group *group)
{
    put_count(w, "units", group->units);
    put_count(w, "exposed", group->counts[CSUCCESS__COMPARISON_EXPOSED]);
    put_count(w, "open", open_of(group));
    put_count(w, "yes", group->counts[CSUCCESS__COMPARISON_YES]);
    put_count(w, "no", group->counts[CSUCCESS__COMPARISON_NO]);
    put_count(w, "undecided", group->counts[CSUCCESS__COMPARISON_UNDECIDED]);
    put_count(w, "read_units", group->read_units);
    if (group->read_units > 0) put_figure(w, "rate", group->share);
    if (group->read_units > 1) put_figure(w, "rate_error", sqrt(group->variance));
}

static void put_arm(csuccess__json_writer *w, const arms *a, uint32_t own)
{
    const csuccess__arm *arm = &a->of->arms[own];
    csuccess__json_key(w, arm->id);
    csuccess__json_open(w, '{');
    csuccess__json_put_num(w, "share", arm->share);
    if (arm->hold) csuccess__json_put_bool(w, "hold", true);
    put_group(w, &a->groups[a->group_of_own[own]]);
    csuccess__json_close(w, '}');
}

static void put_earlier(csuccess__json_writer *w, const arms *a, uint32_t i)
{
    csuccess__json_key(w, a->earlier[i]);
    csuccess__json_open(w, '{');
    put_group(w, &a->groups[a->own + i]);
    csuccess__json_close(w, '}');
}

static void put_arms(csuccess__json_writer *w, const arms *a)
{
    csuccess__json_key(w, CSUCCESS_STR("arms"));
    csuccess__json_open(w, '{');
    for (uint32_t i = 0; i < a->own; i++) put_arm(w, a, i);
    for (uint32_t i = 0; i < a->earlier_count; i++) put_earlier(w, a, i);
    csuccess__json_close(w, '}');
}

static void put_differences(csuccess__json_writer *w, const arms *a)
{
    csuccess__json_key(w, CSUCCESS_STR("differences"));
    csuccess__json_open(w, '{');
    for (uint32_t i = 0; i < a->own; i++) {
        if (a->group_of_own[i] == 0) continue;
        csuccess__json_key(w, a->of->arms[i].id);
        csuccess__json_open(w, '{');
        csuccess__comparison_write_difference(w, "difference",
                                              &a->differences[a->group_of_own[i]]);
        csuccess__json_close(w, '}');
    }
    csuccess__json_close(w, '}');
}

/* Of all arms that are not held out together. */
static void put_effect(csuccess__json_writer *w, const csuccess__comparison *comparison,
                       const csuccess__experiment *of)
{
    csuccess__comparison_effect effect;
    csuccess_result status = csuccess__comparison_effect_of(&effect, comparison, of);
    if (status < 0) {
        w->out->status = status;
        return;
    }
    csuccess__json_key(w, CSUCCESS_STR("effect"));
    csuccess__json_open(w, '{');
    csuccess__comparison_write_difference(w, "difference", &effect.difference);
    csuccess__json_close(w, '}');
}

static void put_all(csuccess__json_writer *w, const arms *a)
{
    uint64_t exposed = 0, open = 0;
    bool held;
    uint32_t control = csuccess__experiment_control(a->of, &held);
    for (uint32_t i = 0; i < a->own + a->earlier_count; i++) {
        exposed += a->groups[i].counts[CSUCCESS__COMPARISON_EXPOSED];
        open += open_of(&a->groups[i]);
    }
    put_count(w, "exposed", exposed);
    put_count(w, "open", open);
    if (a->own > 0) csuccess__json_put_str(w, "control", a->of->arms[control].id);
    csuccess__json_put_bool(w, "held_out", held);
    put_arms(w, a);
    put_differences(w, a);
}

void csuccess__comparison_write(csuccess__json_writer *w,
                                const csuccess__comparison *comparison,
                                const csuccess__experiment *of)
{
    char horizon[CSUCCESS__DURATION_TEXT];
    arms *a = csuccess__alloc(comparison->mem, 1, sizeof *a);
    if (!a) {
        w->out->status = CSUCCESS_ENOMEM;
        return;
    }
    a->of = of;
    number_arms(a, comparison);
    size_t len = csuccess__duration_format(horizon, of->horizon);
    csuccess__json_put_str(w, "horizon", (csuccess_str){horizon, len});
    csuccess__json_put_str(w, "measures",
                           of->churn ? CSUCCESS_STR("churn") : CSUCCESS_STR("other"));
    uint32_t groups = a->own + a->earlier_count;
    csuccess__comparison_reading reading = {a->group_of, groups ? groups : 1, a->groups,
                                            a->differences};
    csuccess_result status = csuccess__comparison_read(&reading, comparison);
    if (status < 0) {
        w->out->status = status;
    } else {
        put_all(w, a);
        put_effect(w, comparison, of);
    }
    csuccess__release(comparison->mem, a, 1, sizeof *a);
}

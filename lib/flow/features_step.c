/* SPDX-License-Identifier: Apache-2.0 */
/* A look at the features of a customer: use is counted, stages and the level of mastery are told. */
#include "calendar/time_json.h"
#include "flow/features_internal.h"
#include "flow/flow.h"
#include "text/json.h"
#include "text/utf8.h"

enum { EVENT_BYTES = 192 };

static const csuccess_str mastery_name = {"mastery", 7};

/* One of them while a step looks, and all of them. */
typedef struct item {
    csuccess__feature_field field;
    csuccess__feature_look look;
} item;
typedef struct whole {
    uint32_t used, power, count;
    double points, gained;
} whole;

/* ---- The whole ---- */

static double share_of(csuccess__feature_stage stage)
{
    if (stage == CSUCCESS__FEATURE_POWER_USER) return 1;
    return stage == CSUCCESS__FEATURE_ADOPTING ? 0.5 : 0;
}

static void count(whole *w, const csuccess__adopting *of, csuccess__feature_stage stage)
{
    w->count++;
    w->used += stage != CSUCCESS__FEATURE_NEVER_USED && stage != CSUCCESS__FEATURE_CHURNED;
    w->power += stage == CSUCCESS__FEATURE_POWER_USER;
    w->points += of->points;
    w->gained += of->points * share_of(stage);
}

/* False: there are no points to be had. */
static bool score_of(const whole *w, double *score)
{
    *score = w->points > 0 ? 100 * w->gained / w->points : 0;
    return w->points > 0;
}

static csuccess_str level_of(const csuccess__features *all, double score)
{
    csuccess_str level = all->levels[0].id;
    for (uint32_t i = 1; i < all->level_count && score >= all->levels[i].from; i++) {
        level = all->levels[i].id;
    }
    return level;
}

/* ---- Slots ---- */

static void show_one(csuccess__moment *m, const csuccess__adopting *of, const item *at)
{
    csuccess__value none = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    csuccess_str stage = csuccess__str(csuccess__feature_stage_name(at->look.stage));
    csuccess_str frequency = csuccess__str(csuccess__frequency_name(at->look.frequency));
    m->slots[of->stage_slot] = csuccess__moment_string(m, stage);
    m->slots[of->days_slot] = csuccess__number(at->look.days);
    m->slots[of->frequency_slot] = csuccess__moment_string(m, frequency);
    m->slots[of->risk_slot] = at->look.has_risk ? csuccess__number(at->look.risk) : none;
    m->slots[of->last_slot] = at->field.uses ? csuccess__time(at->field.last_used) : none;
}

static void show_whole(csuccess__moment *m, const whole *w)
{
    const csuccess__features *all = m->flow->features;
    csuccess__value none = csuccess__missing(CSUCCESS__ABSENCE_EMPTY);
    double score, used = w->used, power = w->power, number = w->count;
    bool scored = score_of(w, &score);
    m->slots[all->breadth_slot] = w->count ? csuccess__number(used / number) : none;
    m->slots[all->depth_slot] = w->used ? csuccess__number(power / used) : none;
    m->slots[all->score_slot] = scored ? csuccess__number(score) : none;
    m->slots[all->level_slot] =
        scored ? csuccess__moment_string(m, level_of(all, score)) : none;
}

/* ---- A feature ---- */

static bool load(csuccess__moment *m, const csuccess__adopting *of, item *at)
{
    csuccess_str payload = csuccess__state_get(m->step->state, CSUCCESS__STATE_FEATURE, of->id);
    *at = (item){.field = {.uses = 0}};
    if (payload.ptr && !csuccess__feature_parse(&at->field, payload)) {
        csuccess__step_fail(m->step, CSUCCESS_ESTATE);
        return false;
    }
    at->look = csuccess__feature_looks(of, &at->field, m->step->now);
    return true;
}

static void tell(csuccess__moment *m, const csuccess__adopting *of, const item *at)
{
    csuccess__json_writer *w = csuccess__step_body(m->step);
    csuccess__json_put_str(w, "feature", of->id);
    csuccess__json_put_str(w, "stage",
                           csuccess__str(csuccess__feature_stage_name(at->look.stage)));
    csuccess__json_put_str(w, "from",
                           csuccess__str(csuccess__feature_stage_name(at->field.told)));
    csuccess__json_put_num(w, "days", at->look.days);
    csuccess__json_put_str(w, "frequency",
                           csuccess__str(csuccess__frequency_name(at->look.frequency)));
    if (at->look.has_risk) csuccess__json_put_num(w, "risk", at->look.risk);
    csuccess__step_entry(m->step, "feature", (csuccess_str){"", 0},
                         csuccess__step_body_end(m->step));
}

/* Whether the step's input is its use. */
static bool is_use(csuccess__moment *m, const csuccess__adopting *of,
                   const csuccess__happening *event)
{
    return event->input && csuccess__str_eq(event->id, of->event.event) &&
           csuccess__event_matches(m, &of->event, event) == CSUCCESS__TRUE;
}

static void look_again(csuccess__moment *m, const csuccess__adopting *of, const item *at)
{
    const csuccess__slot *slots = m->schema->slots;
    bool days = slots[of->days_slot].used || slots[of->frequency_slot].used;
    int64_t next =
        csuccess__feature_next(of, &at->field, m->step->now, days, slots[of->risk_slot].used);
    csuccess__step_due(m->step, next);
}

static void move(csuccess__moment *m, const csuccess__adopting *of, item *at,
                 const csuccess__happening *event)
{
    bool used = is_use(m, of, event);
    int64_t now = m->step->now;
    if (used) {
        csuccess__feature_use(&at->field, event->input->at < now ? event->input->at : now);
        at->look = csuccess__feature_looks(of, &at->field, now);
    }
    bool moved = at->look.stage != at->field.told;
    if (moved) {
        tell(m, of, at);
        at->field.told = at->look.stage;
    }
    if (used || moved) csuccess__feature_put(m->step, of->id, &at->field);
    look_again(m, of, at);
}

/* ---- Mastery ---- */

static void tell_level(csuccess__moment *m, csuccess_str level, csuccess_str from, double score)
{
    csuccess__json_writer *w = csuccess__step_body(m->step);
    csuccess__json_put_str(w, "feature", mastery_name);
    csuccess__json_put_str(w, "level", level);
    csuccess__json_put_str(w, "from", from);
    csuccess__json_put_num(w, "score", score);
    csuccess__step_entry(m->step, "feature", (csuccess_str){"", 0},
                         csuccess__step_body_end(m->step));
}

/* The level that was told last is kept by its name; the first level is kept by nothing. */
static void move_level(csuccess__moment *m, const whole *w)
{
    const csuccess__features *all = m->flow->features;
    csuccess__state *state = m->step->state;
    csuccess_str kept = csuccess__state_get(state, CSUCCESS__STATE_FEATURE, mastery_name);
    double score;
    if (kept.ptr && (kept.len == 0 || !csuccess__utf8_check(kept, NULL))) {
        csuccess__step_fail(m->step, CSUCCESS_ESTATE);
        return;
    }
    if (!score_of(w, &score)) return;
    csuccess_str level = level_of(all, score), from = kept.ptr ? kept : all->levels[0].id;
    if (csuccess__str_eq(level, from)) return;
    tell_level(m, level, from, score);
    if (csuccess__str_eq(level, all->levels[0].id)) {
        csuccess__state_drop(state, CSUCCESS__STATE_FEATURE, mastery_name);
    } else {
        csuccess__step_put(m->step, CSUCCESS__STATE_FEATURE, mastery_name, level);
    }
}

/* ---- A step ---- */

void csuccess__features_publish(csuccess__moment *m)
{
    const csuccess__features *all = m->flow->features;
    whole w = {0};
    if (!all || all->count == 0) return;
    for (uint32_t i = 0; i < all->count; i++) {
        item at;
        if (!load(m, &all->list[i], &at)) return;
        show_one(m, &all->list[i], &at);
        count(&w, &all->list[i], at.look.stage);
    }
    show_whole(m, &w);
}

void csuccess__features_step(csuccess__moment *m)
{
    char bytes[EVENT_BYTES];
    csuccess__text name;
    const csuccess__features *all = m->flow->features;
    csuccess__happening event = {.kind = CSUCCESS__HAPPENING_EVENT};
    whole w = {0};
    if (!all || all->count == 0) return;
    csuccess__text_init(&name, bytes, sizeof bytes);
    if (m->input && (uint32_t)m->input->type < CSUCCESS__INPUT_SIGNALS) {
        event.input = m->input;
        event.id = csuccess__input_event(m->input, &name);
    }
    for (uint32_t i = 0; i < all->count && m->step->failed >= 0; i++) {
        item at;
        if (!load(m, &all->list[i], &at)) return;
        move(m, &all->list[i], &at, &event);
        show_one(m, &all->list[i], &at);
        count(&w, &all->list[i], at.look.stage);
    }
    if (m->step->failed < 0) return;
    move_level(m, &w);
    show_whole(m, &w);
}

/* ---- The report ---- */

static void put_feature(csuccess__json_writer *out, const csuccess__adopting *of,
                        const item *at)
{
    csuccess__json_key(out, of->id);
    csuccess__json_open(out, '{');
    csuccess__json_put_str(out, "stage",
                           csuccess__str(csuccess__feature_stage_name(at->look.stage)));
    csuccess__json_put_str(out, "label", of->label);
    csuccess__json_put_num(out, "days", at->look.days);
    csuccess__json_put_str(out, "frequency",
                           csuccess__str(csuccess__frequency_name(at->look.frequency)));
    if (at->look.has_risk) csuccess__json_put_num(out, "risk", at->look.risk);
    csuccess__json_put_num(out, "value", of->points * share_of(at->look.stage));
    csuccess__json_put_num(out, "points", of->points);
    if (at->field.uses) {
        csuccess__json_put_time(out, "first_used", at->field.first_used);
        csuccess__json_put_time(out, "last_used", at->field.last_used);
    }
    csuccess__json_put_num(out, "uses", (double)at->field.uses);
    csuccess__json_close(out, '}');
}

static void put_whole(csuccess__moment *m, csuccess__json_writer *out, const whole *w)
{
    double score;
    if (w->count) csuccess__json_put_num(out, "breadth", (double)w->used / w->count);
    if (w->used) csuccess__json_put_num(out, "depth", (double)w->power / w->used);
    if (!score_of(w, &score)) return;
    csuccess__json_key(out, mastery_name);
    csuccess__json_open(out, '{');
    csuccess__json_put_num(out, "score", score);
    csuccess__json_put_str(out, "level", level_of(m->flow->features, score));
    csuccess__json_close(out, '}');
}

void csuccess__features_report(csuccess__moment *m, csuccess__json_writer *out)
{
    const csuccess__features *all = m->flow->features;
    whole w = {0};
    csuccess__json_open(out, '{');
    csuccess__json_key(out, CSUCCESS_STR("features"));
    csuccess__json_open(out, '{');
    for (uint32_t i = 0; all && i < all->count; i++) {
        item at;
        if (!load(m, &all->list[i], &at)) break;
        put_feature(out, &all->list[i], &at);
        count(&w, &all->list[i], at.look.stage);
    }
    csuccess__json_close(out, '}');
    put_whole(m, out, &w);
    csuccess__json_close(out, '}');
}

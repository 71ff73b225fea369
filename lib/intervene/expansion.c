/* SPDX-License-Identifier: Apache-2.0 */
/* Opportunities of a customer: looked for, ranked, told when they change. */
#include "intervene/expansion.h"

#include "base/heap.h"
#include "calendar/time_json.h"
#include "customer/payload.h"
#include "expr/next.h"
#include "intervene/intervene.h"
#include "text/json.h"

enum { HELD = 1, VALUED = 2, FLAGS = 3, RECOMMEND_MOST = 4096 };

static const csuccess_str none = {"", 0};

/* ---- Bytes ---- */

static bool parse(csuccess__opportunity_field *out, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    *out = (csuccess__opportunity_field){.there = true};
    uint64_t flags = csuccess__wire_get_u64(&in);
    out->since = csuccess__payload_time(&in);
    uint64_t rank = csuccess__wire_get_u64(&in);
    if (flags & VALUED) out->value = csuccess__wire_get_double(&in);
    out->recommend = csuccess__payload_text(&in);
    out->held = (flags & HELD) != 0;
    out->has_value = (flags & VALUED) != 0;
    out->rank = (uint32_t)rank;
    bool good = flags <= FLAGS && rank > 0 && rank <= CSUCCESS__EXPANSION_RULES &&
                out->recommend.len <= RECOMMEND_MOST && out->value - out->value == 0;
    return good && csuccess__wire_done(&in);
}

/* What the state has of a rule; `there` false: nothing. A damaged one fails the step. */
static csuccess__opportunity_field load(csuccess__turn *t, csuccess_str id)
{
    csuccess__opportunity_field field = {.there = false, .recommend = none};
    csuccess_str payload =
        csuccess__state_get(t->m->step->state, CSUCCESS__STATE_OPPORTUNITY, id);
    if (!payload.ptr || parse(&field, payload)) return field;
    csuccess__step_fail(t->m->step, CSUCCESS_ESTATE);
    return (csuccess__opportunity_field){.there = false, .recommend = none};
}

static void keep(csuccess__turn *t, const csuccess__opportunity *o)
{
    csuccess__buffer *out = t->m->step->scratch;
    csuccess__buffer_clear(out);
    csuccess__wire_u64(out, (o->held ? HELD : 0u) | (o->has_value ? VALUED : 0u));
    csuccess__wire_i64(out, o->since);
    csuccess__wire_u64(out, o->rank);
    if (o->has_value) csuccess__wire_double(out, o->value);
    csuccess__wire_str(out, o->recommend);
    if (out->status < 0) csuccess__step_fail(t->m->step, out->status);
    csuccess__step_put(t->m->step, CSUCCESS__STATE_OPPORTUNITY, o->of->id,
                       csuccess__buffer_view(out));
}

void csuccess__opportunity_print(struct csuccess__json_writer *out,
                                 const csuccess__state_field *field)
{
    csuccess__opportunity_field f;
    if (!parse(&f, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    csuccess__json_put_str(out, "state", f.held ? CSUCCESS_STR("held") : CSUCCESS_STR("open"));
    csuccess__json_put_time(out, "since", f.since);
    csuccess__json_put_num(out, "rank", f.rank);
    if (f.has_value) csuccess__json_put_num(out, "value", f.value);
    csuccess__json_put_given(out, "recommend", f.recommend);
    csuccess__json_close(out, '}');
}

/* ---- Looking ---- */

/* No limit, or one of 0, is no rule. */
static bool has_limit(csuccess__turn *t, const csuccess__expansion_rule *rule)
{
    if (!rule->limit) return true;
    csuccess__value limit = csuccess__moment_value(t->m, rule->limit);
    return limit.kind == CSUCCESS__KIND_NUMBER && limit.as.number > 0;
}

static bool holds(csuccess__turn *t, const csuccess__expansion_rule *rule, bool was)
{
    if (!rule->when || !has_limit(t, rule)) return false;
    csuccess__truth truth = csuccess__moment_asks(t->m, rule->when);
    return truth == CSUCCESS__OPEN ? was : truth == CSUCCESS__TRUE;
}

static bool is_held(csuccess__turn *t, csuccess__truth hold, bool was)
{
    return t->of->expansion->hold_when &&
           (hold == CSUCCESS__OPEN ? was : hold == CSUCCESS__TRUE);
}

static void look_at(csuccess__turn *t, csuccess__opportunity *out)
{
    const csuccess__expansion_rule *rule = out->of;
    out->recommend = none;
    if (rule->value) {
        csuccess__value v = csuccess__moment_value(t->m, rule->value);
        out->has_value = v.kind == CSUCCESS__KIND_NUMBER;
        if (out->has_value) out->value = v.as.number;
    }
    if (rule->recommend) {
        csuccess__value v = csuccess__moment_value(t->m, rule->recommend);
        bool text = v.kind == CSUCCESS__KIND_STRING && v.as.string.len <= RECOMMEND_MOST;
        if (text) out->recommend = csuccess__turn_copy(t, v.as.string);
    }
}

static double expected(const csuccess__opportunity *o)
{
    return o->value * o->of->probability;
}

static bool before(const void *one, const void *other)
{
    const csuccess__opportunity *a = one, *b = other;
    if (a->has_value != b->has_value) return a->has_value;
    if (a->has_value && expected(a) > expected(b)) return true;
    if (a->has_value && expected(a) < expected(b)) return false;
    return csuccess__str_cmp(a->of->id, b->of->id) < 0;
}

const csuccess__opportunity *csuccess__expansion_look(csuccess__turn *t, uint32_t *count)
{
    const csuccess__expansion *all = t->of->expansion;
    uint32_t n = 0;
    *count = 0;
    csuccess__opportunity *list =
        csuccess__arena_take(&t->desk->texts, (size_t)all->count + 1, sizeof *list);
    if (!list) {
        csuccess__step_fail(t->m->step, CSUCCESS_ENOMEM);
        return NULL;
    }
    csuccess__truth hold =
        all->hold_when ? csuccess__moment_asks(t->m, all->hold_when) : CSUCCESS__FALSE;
    for (uint32_t i = 0; i < all->count && t->m->step->failed >= 0; i++) {
        csuccess__opportunity_field was = load(t, all->list[i].id);
        if (!holds(t, &all->list[i], was.there)) continue;
        list[n] = (csuccess__opportunity){.of = &all->list[i]};
        list[n].held = is_held(t, hold, was.there && was.held);
        list[n].since = was.there ? was.since : t->m->step->now;
        look_at(t, &list[n++]);
    }
    csuccess__sort(list, n, sizeof *list, before);
    for (uint32_t i = 0; i < n; i++) list[i].rank = i + 1;
    *count = n;
    return list;
}

/* ---- Slots ---- */

static void show(csuccess__turn *t, const csuccess__expansion_rule *rule,
                 const csuccess__opportunity_field *field)
{
    csuccess__value missing = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    csuccess__value *slots = t->m->slots;
    bool valued = field->there && field->has_value;
    if (rule->open_slot != UINT32_MAX) {
        slots[rule->open_slot] = csuccess__boolean(field->there && !field->held);
    }
    if (rule->value_slot != UINT32_MAX) {
        slots[rule->value_slot] = valued ? csuccess__number(field->value) : missing;
    }
    if (rule->rank_slot != UINT32_MAX) {
        slots[rule->rank_slot] = field->there ? csuccess__number(field->rank) : missing;
    }
}

void csuccess__expansion_publish(csuccess__turn *t)
{
    const csuccess__expansion *all = t->of->expansion;
    for (uint32_t i = 0; i < all->count; i++) {
        csuccess__opportunity_field field = load(t, all->list[i].id);
        show(t, &all->list[i], &field);
    }
}

/* ---- Telling ---- */

static void tell(csuccess__turn *t, const char *change, const csuccess__expansion_rule *rule,
                 const csuccess__opportunity *now)
{
    csuccess__step *step = t->m->step;
    csuccess__json_writer *w = csuccess__step_body(step);
    csuccess__json_put_str(w, "change", csuccess__str(change));
    csuccess__json_put_str(w, "opportunity", rule->id);
    csuccess__json_put_str(w, "type", rule->type);
    if (now && now->has_value) csuccess__json_put_num(w, "value", now->value);
    csuccess__json_put_num(w, "probability", rule->probability);
    csuccess__json_put_str(w, "timing", rule->timing);
    csuccess__json_put_given(w, "trigger", rule->trigger);
    csuccess__json_put_given(w, "action", rule->action);
    if (now) csuccess__json_put_num(w, "rank", now->rank);
    if (now) csuccess__json_put_given(w, "recommend", now->recommend);
    csuccess_str body = csuccess__step_body_end(step);
    if (body.ptr) csuccess__step_entry(step, "opportunity", none, body);
}

static bool same_value(const csuccess__opportunity_field *was, const csuccess__opportunity *now)
{
    if (was->has_value != now->has_value) return false;
    return !was->has_value || !(was->value < now->value || was->value > now->value);
}

/* NULL: nothing has. */
static const char *change_of(const csuccess__opportunity_field *was,
                             const csuccess__opportunity *now)
{
    if (!was->there) return now->held ? "held" : "opened";
    if (was->held != now->held) return now->held ? "held" : "opened";
    bool same = was->rank == now->rank && same_value(was, now) &&
                csuccess__str_eq(was->recommend, now->recommend);
    return same ? NULL : "changed";
}

static void settle(csuccess__turn *t, const csuccess__expansion_rule *rule,
                   const csuccess__opportunity *now)
{
    csuccess__opportunity_field was = load(t, rule->id);
    if (t->m->step->failed < 0 || (!was.there && !now)) return;
    if (!now) {
        csuccess__state_drop(t->m->step->state, CSUCCESS__STATE_OPPORTUNITY, rule->id);
        tell(t, "closed", rule, NULL);
        return;
    }
    const char *change = change_of(&was, now);
    if (!change) return;
    keep(t, now);
    tell(t, change, rule, now);
}

/* ---- Time ---- */

typedef struct look {
    csuccess__turn *t;
    csuccess__frame frame;
    int64_t grain;
    const csuccess__move *moves;
} look;

/* Metrics, health and churn come of others; an input that no document declares is an aggregate. */
static bool moves(const csuccess__moment *m, const csuccess__program *program)
{
    bool found = program->reads_now;
    for (uint32_t i = 0; i < program->input_count && !found; i++) {
        const csuccess__slot *slot = &m->schema->slots[program->inputs[i]];
        bool declared = slot->attribute && slot->attribute->at;
        found = slot->stratum < CSUCCESS__STRATUM_SEGMENT && !declared;
    }
    return found;
}

static void due(look *l, const csuccess__program *program)
{
    csuccess__moment *m = l->t->m;
    if (!program || m->step->failed < 0 || !moves(m, program)) return;
    if (!l->moves) {
        l->moves = csuccess__schema_moves(m->schema, m->machine, &l->frame, l->grain);
    }
    if (!l->moves) {
        csuccess__step_fail(m->step, CSUCCESS_ENOMEM);
        return;
    }
    csuccess__step_due(
        m->step,
        csuccess__program_move(program, m->machine, &l->frame, l->grain, l->moves).next);
}

static void look_again(csuccess__turn *t)
{
    const csuccess__expansion *all = t->of->expansion;
    const csuccess__moment *m = t->m;
    int64_t every = m->flow->segments_every_ms;
    look l = {.t = t,
              .frame = {.slots = m->slots, .count = m->schema->count, .now = m->step->now},
              .grain = every > 0 ? every : CSUCCESS__HOUR_MS};
    due(&l, all->hold_when);
    for (uint32_t i = 0; i < all->count; i++) {
        due(&l, all->list[i].when);
        due(&l, all->list[i].limit);
        due(&l, all->list[i].value);
        due(&l, all->list[i].recommend);
    }
}

void csuccess__expansion_step(csuccess__turn *t)
{
    const csuccess__expansion *all = t->of->expansion;
    uint32_t count = 0;
    if (all->count == 0 || t->m->step->quiet) return;
    const csuccess__opportunity *list = csuccess__expansion_look(t, &count);
    for (uint32_t i = 0; i < all->count && t->m->step->failed >= 0; i++) {
        const csuccess__opportunity *now = NULL;
        for (uint32_t k = 0; k < count && !now; k++) {
            if (list[k].of == &all->list[i]) now = &list[k];
        }
        settle(t, &all->list[i], now);
    }
    if (t->m->step->failed >= 0) look_again(t);
    csuccess__expansion_publish(t);
}

void csuccess__expansion_report(csuccess__turn *t, struct csuccess__json_writer *out)
{
    uint32_t count = 0;
    const csuccess__opportunity *list = csuccess__expansion_look(t, &count);
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        const csuccess__opportunity *o = &list[i];
        csuccess__json_open(out, '{');
        csuccess__json_put_str(out, "opportunity", o->of->id);
        csuccess__json_put_str(out, "type", o->of->type);
        csuccess__json_put_str(out, "state",
                               o->held ? CSUCCESS_STR("held") : CSUCCESS_STR("open"));
        csuccess__json_put_num(out, "rank", o->rank);
        if (o->has_value) csuccess__json_put_num(out, "value", o->value);
        csuccess__json_put_num(out, "probability", o->of->probability);
        if (o->has_value) csuccess__json_put_num(out, "expected", expected(o));
        csuccess__json_put_str(out, "timing", o->of->timing);
        csuccess__json_put_given(out, "trigger", o->of->trigger);
        csuccess__json_put_given(out, "recommend", o->recommend);
        csuccess__json_put_given(out, "action", o->of->action);
        csuccess__json_put_time(out, "since", o->since);
        csuccess__json_close(out, '}');
    }
    csuccess__json_close(out, ']');
}

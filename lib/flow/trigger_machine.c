/* SPDX-License-Identifier: Apache-2.0 */
/* Triggers in a step: which are asked, in the order of the list, and what their firing tells. */
#include "flow/trigger_internal.h"

#include "expr/next.h"
#include "flow/pins.h"

/* ---- Firing ---- */

/* Whether the step has told it already. */
static bool is_told(const csuccess__flow_desk *desk, const csuccess__happening *h)
{
    for (uint32_t i = 0; i < desk->queue_count; i++) {
        const csuccess__happening *other = &desk->queue[i];
        if (other->kind == h->kind && csuccess__str_eq(other->id, h->id) &&
            csuccess__str_eq(other->record, h->record) &&
            csuccess__str_eq(other->detail, h->detail)) {
            return true;
        }
    }
    return false;
}

void csuccess__trigger_fire(csuccess__moment *m, const csuccess__trigger *trigger,
                            csuccess__handing of)
{
    size_t prefix = csuccess__str_find(trigger->of, CSUCCESS_STR("/")) + 1;
    csuccess__happening h = {.kind = trigger->journey ? CSUCCESS__HAPPENING_ENROLL
                                                      : CSUCCESS__HAPPENING_START,
                             .id = {trigger->of.ptr + prefix, trigger->of.len - prefix},
                             .detail = CSUCCESS_STR("trigger"),
                             .instance = {"", 0},
                             .record = of.texts[CSUCCESS__HANDED_RECORD]};
    /* Occurrences of a schedule are causes of their own. */
    if (m->step->quiet) return;
    if (trigger->kind != CSUCCESS__TRIGGER_EVERY && is_told(m->desk, &h)) return;
    h.kept = csuccess__kept_make(m, &of);
    csuccess__moment_tell(m, &h);
}

bool csuccess__trigger_is_known(const csuccess__moment *m, const csuccess__trigger *trigger)
{
    if (!m->redefined) return true;
    return m->desk->pins &&
           csuccess__pins_had_trigger(m->desk->pins, m->step->state->head.config, trigger);
}

/* ---- One trigger ---- */

static csuccess__truth truth_of(const csuccess__value *v)
{
    if (v->kind != CSUCCESS__KIND_BOOL) return CSUCCESS__OPEN;
    return v->as.boolean ? CSUCCESS__TRUE : CSUCCESS__FALSE;
}

static csuccess__trigger_form form_of(const csuccess__trigger *t)
{
    if (t->kind == CSUCCESS__TRIGGER_BEFORE) return CSUCCESS__TRIGGER_FORM_DATES;
    if (t->kind == CSUCCESS__TRIGGER_EVERY) return CSUCCESS__TRIGGER_FORM_RULE;
    return CSUCCESS__TRIGGER_FORM_EDGE;
}

/* One look, with what the state keeps under `name`. */
static void look_under(csuccess__trigger_look *look, csuccess_str name, csuccess__truth holds)
{
    csuccess__step *step = look->m->step;
    csuccess__trigger_form form = form_of(look->trigger);
    look->field = csuccess__trigger_get(step, name, form);
    if (step->failed < 0) return;
    if (form == CSUCCESS__TRIGGER_FORM_EDGE) csuccess__trigger_look_edge(look, holds);
    if (form == CSUCCESS__TRIGGER_FORM_DATES) csuccess__trigger_look_dates(look);
    if (form == CSUCCESS__TRIGGER_FORM_RULE) csuccess__trigger_look_rule(look);
    csuccess__trigger_put(step, name, &look->field);
}

bool csuccess__trigger_show_record(csuccess__moment *m, const csuccess__trigger *trigger,
                                   size_t index, csuccess_str *id)
{
    const csuccess__value *all = &m->slots[trigger->each];
    const csuccess__value *record = &all->as.many.items[index];
    if (record->kind != CSUCCESS__KIND_RECORD || record->as.many.count == 0) return false;
    *id = record->as.many.items[0].as.string;
    m->slots[trigger->each_slot] = *record;
    return record->as.many.items[0].kind == CSUCCESS__KIND_STRING;
}

static size_t record_count(const csuccess__moment *m, const csuccess__trigger *t)
{
    const csuccess__value *all = &m->slots[t->each];
    return all->kind == CSUCCESS__KIND_LIST ? all->as.many.count : 0;
}

static void hide_record(csuccess__moment *m, const csuccess__trigger *t)
{
    m->slots[t->each_slot] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
}

void csuccess__trigger_fire_each(csuccess__moment *m, const csuccess__trigger *t,
                                 csuccess__handing of)
{
    if (t->each == UINT32_MAX) {
        if (csuccess__moment_asks(m, t->if_) == CSUCCESS__TRUE) {
            csuccess__trigger_fire(m, t, of);
        }
        return;
    }
    for (size_t i = 0; i < record_count(m, t) && m->step->failed >= 0; i++) {
        if (!csuccess__trigger_show_record(m, t, i, &of.texts[CSUCCESS__HANDED_RECORD]))
            continue;
        if (csuccess__moment_asks(m, t->if_) != CSUCCESS__TRUE) continue;
        csuccess__trigger_fire(m, t, of);
    }
    hide_record(m, t);
}

/* "playbook/renewal/s1", in the desk's texts. */
static csuccess_str name_under(csuccess__moment *m, const csuccess__trigger *t,
                               csuccess_str record)
{
    size_t len = t->of.len + 1 + record.len;
    char *text = csuccess__arena_take(&m->desk->texts, len + 1, 1);
    if (!text) {
        csuccess__step_fail(m->step, CSUCCESS_ENOMEM);
        return t->of;
    }
    memcpy(text, t->of.ptr, t->of.len);
    text[t->of.len] = '/';
    if (record.len) memcpy(text + t->of.len + 1, record.ptr, record.len);
    return (csuccess_str){text, len};
}

static bool is_there(const csuccess__moment *m, const csuccess__trigger *t, csuccess_str record)
{
    const csuccess__value *items = m->slots[t->each].as.many.items;
    for (size_t i = 0; i < record_count(m, t); i++) {
        if (items[i].kind == CSUCCESS__KIND_RECORD && items[i].as.many.count > 0 &&
            csuccess__str_eq(items[i].as.many.items[0].as.string, record)) {
            return true;
        }
    }
    return false;
}

/* What was kept of records that are gone. */
static void forget_records(csuccess__moment *m, const csuccess__trigger *t)
{
    csuccess__state *state = m->step->state;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_TRIGGER, &count);
    for (uint32_t i = first + count; i-- > first;) {
        csuccess_str name = state->fields[i].name;
        if (name.len <= t->of.len || !csuccess__str_starts(name, t->of) ||
            name.ptr[t->of.len] != '/') {
            continue;
        }
        csuccess_str record = {name.ptr + t->of.len + 1, name.len - t->of.len - 1};
        if (!is_there(m, t, record)) {
            csuccess__state_drop(state, CSUCCESS__STATE_TRIGGER, name);
        }
    }
}

static void look_records(csuccess__trigger_look *look)
{
    csuccess__moment *m = look->m;
    const csuccess__trigger *t = look->trigger;
    if (m->slots[t->each].kind != CSUCCESS__KIND_LIST) return;
    for (size_t i = 0; i < record_count(m, t) && m->step->failed >= 0; i++) {
        if (!csuccess__trigger_show_record(m, t, i, &look->record)) continue;
        csuccess__truth holds = csuccess__moment_asks(m, t->when);
        look_under(look, name_under(m, t, look->record), holds);
    }
    hide_record(m, t);
    forget_records(m, t);
}

/* Which of the kinds of state a trigger has: none for those that only happenings fire. */
static bool keeps(const csuccess__trigger *t)
{
    bool inside = t->kind == CSUCCESS__TRIGGER_SEGMENT && t->edge == CSUCCESS__EDGE_INSIDE;
    return inside || t->kind == CSUCCESS__TRIGGER_WHEN || t->kind == CSUCCESS__TRIGGER_BEFORE ||
           t->kind == CSUCCESS__TRIGGER_EVERY;
}

/* By records: dates and conditions are asked of each; a schedule or a segment starts one for each. */
static bool asks_records(const csuccess__trigger *t)
{
    return t->each != UINT32_MAX &&
           (t->kind == CSUCCESS__TRIGGER_WHEN || t->kind == CSUCCESS__TRIGGER_BEFORE);
}

static void look_one(csuccess__moment *m, const csuccess__trigger *t, csuccess__truth holds,
                     csuccess__trigger_moves *moves)
{
    csuccess__trigger_look look = {.m = m, .trigger = t, .record = {"", 0}, .moves = moves};
    look.seen = m->step->quiet || !csuccess__trigger_is_known(m, t);
    if (t->existing && !m->step->quiet && t->kind != CSUCCESS__TRIGGER_EVERY) look.seen = false;
    if (!keeps(t)) return;
    if (asks_records(t)) {
        look_records(&look);
        return;
    }
    if (t->kind == CSUCCESS__TRIGGER_SEGMENT) holds = truth_of(&m->slots[t->slot]);
    look_under(&look, t->of, holds);
}

/* ---- All of them ---- */

typedef struct sweep {
    csuccess__moment *m;
    const struct csuccess__trigger_index *index;
    uint64_t *holds, *open; /* of the set, by its numbers */
    uint64_t *todo;         /* triggers to be looked at */
    csuccess__trigger_moves moves;
} sweep;

static bool bit(const uint64_t *bits, uint32_t i)
{
    return bits[i / 64] >> (i % 64) & 1;
}

static bool open_sweep(sweep *s)
{
    csuccess__moment *m = s->m;
    size_t words = ((size_t)m->flow->triggers->count + 63) / 64;
    csuccess__arena *texts = &m->desk->texts;
    s->holds = CSUCCESS__NEW_ARRAY(texts, uint64_t, words);
    s->open = CSUCCESS__NEW_ARRAY(texts, uint64_t, words);
    s->todo = CSUCCESS__NEW_ARRAY(texts, uint64_t, words);
    if (!s->holds || !s->open || !s->todo) {
        csuccess__step_fail(m->step, CSUCCESS_ENOMEM);
        return false;
    }
    memcpy(s->todo, s->index->always, words * sizeof *s->todo);
    return true;
}

/* The conditions of all; a spent budget leaves all of them open. */
static void ask_set(sweep *s)
{
    csuccess__moment *m = s->m;
    uint32_t words = (s->index->when_count + 63) / 64;
    csuccess__frame frame = {.slots = m->slots, .count = m->schema->count, .now = m->step->now};
    csuccess_result result =
        csuccess__ruleset_row(s->index->set, m->machine, &frame, s->holds, s->open);
    if (result == CSUCCESS_ENOMEM) csuccess__step_fail(m->step, result);
    for (uint32_t i = 0; result < 0 && i < words; i++) {
        s->holds[i] = 0;
        s->open[i] = UINT64_MAX;
    }
}

/* Those of `whens` that hold, and those that something is kept of: all others are as they are at first, and stay so. */
static void choose(sweep *s)
{
    const csuccess__state *state = s->m->step->state;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_TRIGGER, &count);
    for (uint32_t k = 0; k < s->index->when_count; k++) {
        if (s->holds[k / 64] == 0) {
            k |= 63;
            continue;
        }
        uint32_t i = s->index->whens[k];
        if (bit(s->holds, k)) s->todo[i / 64] |= UINT64_C(1) << (i % 64);
    }
    for (uint32_t f = first; f < first + count; f++) {
        csuccess_str none = {NULL, 0};
        uint32_t i = csuccess__pairs_find(&s->index->by_name, state->fields[f].name, none);
        if (i != UINT32_MAX) s->todo[i / 64] |= UINT64_C(1) << (i % 64);
    }
}

static csuccess__truth truth_in_set(const sweep *s, uint32_t trigger)
{
    uint32_t k = s->index->ranks[trigger];
    if (k == UINT32_MAX || bit(s->open, k)) return CSUCCESS__OPEN;
    return bit(s->holds, k) ? CSUCCESS__TRUE : CSUCCESS__FALSE;
}

static void look_all(sweep *s)
{
    const csuccess__triggers *triggers = s->m->flow->triggers;
    for (uint32_t i = 0; i < triggers->count && s->m->step->failed >= 0; i++) {
        if (s->todo[i / 64] == 0) {
            i |= 63;
            continue;
        }
        if (!bit(s->todo, i)) continue;
        look_one(s->m, &triggers->list[i], truth_in_set(s, i), &s->moves);
    }
}

/* When conditions that do not hold may begin to. */
static void look_again_at(sweep *s)
{
    const csuccess__triggers *triggers = s->m->flow->triggers;
    csuccess__trigger_look look = {.m = s->m, .moves = &s->moves};
    const csuccess__move *moves = NULL;
    if (s->index->moving_count > 0) moves = csuccess__trigger_moves_of(s->m, &s->moves);
    for (uint32_t i = 0; moves && i < s->index->moving_count; i++) {
        csuccess__step_due(s->m->step, moves[s->index->moving[i]].next);
    }
    for (uint32_t i = 0; i < s->index->clock_count; i++) {
        csuccess__trigger_due(&look, triggers->list[s->index->clocks[i]].when);
    }
}

static csuccess__handing no_handing(void)
{
    csuccess__handing of = {.input = NULL};
    for (size_t i = 0; i < CSUCCESS__HANDED; i++) of.texts[i] = (csuccess_str){"", 0};
    return of;
}

/* Whether a trigger that comes with a configuration takes this customer, who is in its segment or has reached its milestone. */
static bool takes_existing(const csuccess__moment *m, const csuccess__trigger *t)
{
    bool enters = t->kind == CSUCCESS__TRIGGER_SEGMENT && t->edge == CSUCCESS__EDGE_ENTER;
    bool may = t->existing && (enters || t->kind == CSUCCESS__TRIGGER_MILESTONE);
    return may && t->slot != UINT32_MAX && truth_of(&m->slots[t->slot]) == CSUCCESS__TRUE &&
           !csuccess__trigger_is_known(m, t);
}

static void take_existing(csuccess__moment *m)
{
    const csuccess__triggers *triggers = m->flow->triggers;
    for (uint32_t i = 0; i < triggers->count && m->step->failed >= 0; i++) {
        const csuccess__trigger *t = &triggers->list[i];
        bool segment = t->kind == CSUCCESS__TRIGGER_SEGMENT;
        csuccess__handing of = no_handing();
        if (!takes_existing(m, t)) continue;
        of.texts[segment ? CSUCCESS__HANDED_SEGMENT : CSUCCESS__HANDED_MILESTONE] = t->id;
        csuccess__trigger_fire_each(m, t, of);
    }
}

void csuccess__triggers_look(csuccess__moment *m)
{
    const csuccess__triggers *triggers = m->flow->triggers;
    if (triggers->count == 0 || m->step->failed < 0) return;
    if (!triggers->index->any_asked && !m->redefined) return;
    sweep s = {.m = m, .index = triggers->index};
    if (!open_sweep(&s)) return;
    ask_set(&s);
    if (m->step->failed < 0) return;
    choose(&s);
    look_all(&s);
    look_again_at(&s);
    if (m->redefined) take_existing(m);
}

bool csuccess__triggers_again(csuccess__moment *m)
{
    const csuccess__triggers *triggers = m->flow->triggers;
    const csuccess__flow_desk *desk = m->desk;
    csuccess__trigger_moves moves = {.list = NULL};
    if (triggers->count == 0 || !triggers->index->any_late || m->step->failed < 0) return false;
    for (uint32_t i = 0; i < triggers->count && m->step->failed >= 0; i++) {
        const csuccess__trigger *t = &triggers->list[i];
        if (!bit(triggers->index->late, i)) continue;
        csuccess__truth holds = CSUCCESS__OPEN;
        if (t->kind == CSUCCESS__TRIGGER_WHEN && t->each == UINT32_MAX) {
            holds = csuccess__moment_asks(m, t->when);
        }
        look_one(m, t, holds, &moves);
    }
    return desk->queue_at < desk->queue_count && m->step->failed >= 0;
}

/* ---- What happened ---- */

/* Whether the happening, which is of the trigger's cause and id, is what it waits for. */
static bool fits(csuccess__moment *m, const csuccess__trigger *t, const csuccess__happening *h)
{
    switch (t->kind) {
    case CSUCCESS__TRIGGER_EVENT:
        return csuccess__event_matches(m, &t->event, h) == CSUCCESS__TRUE;
    case CSUCCESS__TRIGGER_JOURNEY:
    case CSUCCESS__TRIGGER_PLAYBOOK:
        return t->ended.len == 0 || csuccess__str_eq(t->ended, h->detail);
    default: /* a segment or milestone of a configuration that comes: `existing` decided that */
        return csuccess__trigger_is_known(m, t);
    }
}

static const char *cause_word(csuccess__happening_kind kind)
{
    static const char *const words[] = {
#define CSUCCESS__HAPPENING(name, text) text,
        CSUCCESS__HAPPENINGS(CSUCCESS__HAPPENING)
#undef CSUCCESS__HAPPENING
    };
    return words[kind];
}

void csuccess__triggers_happened(csuccess__moment *m, const csuccess__happening *happening)
{
    const csuccess__triggers *triggers = m->flow->triggers;
    if (triggers->count == 0 || m->step->quiet || m->step->failed < 0) return;
    csuccess_str cause = csuccess__str(cause_word(happening->kind));
    uint32_t chain = csuccess__pairs_find(&triggers->index->by_cause, cause, happening->id);
    if (chain == UINT32_MAX) return;
    for (uint32_t i = triggers->index->heads[chain]; i != UINT32_MAX;
         i = triggers->index->next[i]) {
        const csuccess__trigger *t = &triggers->list[i];
        if (!fits(m, t, happening)) continue;
        csuccess__trigger_fire_each(m, t, csuccess__handing_of(m, happening));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Goals: which collection they are, how each stands, what is told when that changes. */
#include "flow/goals.h"

#include "calendar/time_json.h"
#include "flow/flow.h"
#include "flow/goals_internal.h"
#include "text/json.h"

#define TOLERANCE 0.1 /* how far behind the time progress may be */

static const struct {
    const char *name;
    csuccess__kind kind;
} parts[] = {
#define CSUCCESS__GOAL_PART(name, text, kind) {text, kind},
    CSUCCESS__GOAL_PARTS(CSUCCESS__GOAL_PART)
#undef CSUCCESS__GOAL_PART
};

/* ---- Compiling ---- */

static void find_parts(csuccess__goals *goals, const csuccess__type *record,
                       const csuccess__attribute *collection)
{
    for (uint32_t p = 0; p < CSUCCESS__GOAL_PART_COUNT; p++) {
        goals->parts[p] = UINT32_MAX;
        for (uint32_t i = 0; i < record->field_count; i++) {
            const csuccess__field *field = &record->fields[i];
            if (!csuccess__str_is(field->name, parts[p].name)) continue;
            if (field->type->kind == parts[p].kind) goals->parts[p] = i;
        }
    }
    for (uint32_t i = 0; i < collection->field_count; i++) {
        const csuccess__attribute *field = &collection->fields[i];
        if (!csuccess__str_is(field->name, "due")) continue;
        goals->whole_days = field->type == CSUCCESS__ATTRIBUTE_DATE;
    }
}

static uint32_t add_slot(struct csuccess__flow_build *build, const char *path)
{
    return csuccess__flow_slot(build, csuccess__str(path), (csuccess_str){NULL, 0},
                               csuccess__type_of(CSUCCESS__KIND_NUMBER));
}

const csuccess__goals *csuccess__goals_compile(struct csuccess__flow_build *build)
{
    uint32_t slot = csuccess__schema_find(build->schema, CSUCCESS_STR("goals"), NULL);
    if (slot >= build->schema->inputs || slot >= build->schema->count) return NULL;
    const csuccess__attribute *collection = build->schema->slots[slot].attribute;
    if (!collection || collection->type != CSUCCESS__ATTRIBUTE_RECORDS) return NULL;
    csuccess__goals *goals = CSUCCESS__NEW(build->with->arena, csuccess__goals);
    if (!goals) {
        build->problems->lost = true;
        return NULL;
    }
    goals->slot = slot;
    find_parts(goals, build->schema->slots[slot].type->item, collection);
    if (goals->parts[CSUCCESS__GOAL_MEASURE_PART] == UINT32_MAX ||
        goals->parts[CSUCCESS__GOAL_TARGET_PART] == UINT32_MAX) {
        return NULL;
    }
    goals->open_slot = add_slot(build, "goals.open");
    goals->achieved_slot = add_slot(build, "goals.achieved");
    goals->behind_slot = add_slot(build, "goals.behind");
    return build->problems->lost ? NULL : goals;
}

/* ---- How one stands ---- */

static csuccess__value part(const csuccess__moment *m, const csuccess__value *record,
                            csuccess__goal_part which)
{
    uint32_t at = m->flow->goals->parts[which];
    bool there =
        at != UINT32_MAX && record->kind == CSUCCESS__KIND_RECORD && at < record->as.many.count;
    csuccess__value none = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    if (!there || record->as.many.items[at].kind != (uint8_t)parts[which].kind) return none;
    return record->as.many.items[at];
}

static csuccess_str text_part(const csuccess__moment *m, const csuccess__value *record,
                              csuccess__goal_part which)
{
    csuccess__value v = part(m, record, which);
    return v.kind == CSUCCESS__KIND_STRING ? v.as.string : (csuccess_str){"", 0};
}

/* The number of that name; missing when there is none. */
static csuccess__value measured(const csuccess__moment *m, csuccess_str name)
{
    uint32_t slot = name.len ? csuccess__schema_find(m->schema, name, NULL) : UINT32_MAX;
    csuccess__value none = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    if (slot >= m->schema->count || m->schema->slots[slot].stratum > CSUCCESS__STRATUM_CHURN) {
        return none;
    }
    return m->slots[slot].kind == CSUCCESS__KIND_NUMBER ? m->slots[slot] : none;
}

static void take_progress(csuccess__goal *goal)
{
    bool known = !csuccess__is_missing(goal->value) && !csuccess__is_missing(goal->baseline) &&
                 !csuccess__is_missing(goal->target);
    if (!known) return;
    double way = goal->target.as.number - goal->baseline.as.number;
    double gone = goal->value.as.number - goal->baseline.as.number;
    double progress = way < 0 || way > 0 ? gone / way : gone >= 0;
    goal->has_progress = progress - progress == 0; /* finite */
    if (!goal->has_progress) return;
    goal->progress = progress < 0 ? 0 : progress > 1 ? 1 : progress;
}

/* Without a baseline of its own a goal has the value that was seen first. */
static void take_baseline(csuccess__goal *goal)
{
    csuccess__goal_field *field = &goal->field;
    if (!csuccess__is_missing(goal->baseline)) {
        field->has_baseline = false;
        field->baseline = 0;
        return;
    }
    if (!field->has_baseline && !csuccess__is_missing(goal->value)) {
        field->has_baseline = true;
        field->baseline = goal->value.as.number;
    }
    if (field->has_baseline) goal->baseline = csuccess__number(field->baseline);
}

/* What the field remembers speaks of this measure and target only. */
static void remember(csuccess__goal *goal, csuccess_str measure)
{
    csuccess__goal_field *field = &goal->field;
    double target = csuccess__is_missing(goal->target) ? 0 : goal->target.as.number;
    bool other_measure = !csuccess__str_eq(field->measure, measure);
    bool other_target = field->target < target || field->target > target;
    if (other_measure) field->has_baseline = false;
    if (other_measure || other_target) field->achieved_at = 0;
    field->measure = measure;
    field->target = target;
    take_baseline(goal);
}

/* When progress is too little for the time that has passed; NEVER without a due date. */
static int64_t behind_from(const csuccess__goal *goal)
{
    if (goal->due_end == CSUCCESS__NEVER || !goal->has_progress) return CSUCCESS__NEVER;
    double span = (double)goal->due_end - (double)goal->field.agreed_at;
    double share = goal->progress + TOLERANCE;
    if (!(span > 0) || share >= 1) return goal->due_end;
    return goal->field.agreed_at + (int64_t)(share * span) + 1;
}

static csuccess__goal_state judge(csuccess__goal *goal, int64_t now)
{
    goal->next = CSUCCESS__NEVER;
    if (goal->abandoned) return CSUCCESS__GOAL_ABANDONED;
    if (!goal->agreed) return CSUCCESS__GOAL_PROPOSED;
    if (goal->field.achieved_at != 0) return CSUCCESS__GOAL_ACHIEVED;
    if (goal->due_end <= now) return CSUCCESS__GOAL_MISSED;
    int64_t behind = behind_from(goal);
    goal->next = behind > now && behind < goal->due_end ? behind : goal->due_end;
    return behind <= now ? CSUCCESS__GOAL_BEHIND : CSUCCESS__GOAL_ON_TRACK;
}

static void take_due(csuccess__goal *goal, const csuccess__moment *m,
                     const csuccess__value *record)
{
    csuccess__value due = part(m, record, CSUCCESS__GOAL_DUE_PART);
    goal->due = goal->due_end = CSUCCESS__NEVER;
    if (due.kind != CSUCCESS__KIND_TIME) return;
    goal->due = due.as.time;
    goal->due_end = due.as.time + (m->flow->goals->whole_days ? CSUCCESS__DAY_MS : 0);
    if (!csuccess__time_valid(goal->due_end)) goal->due_end = CSUCCESS__NEVER;
}

static void take_parts(csuccess__goal *goal, const csuccess__moment *m,
                       const csuccess__value *record)
{
    csuccess_str measure = text_part(m, record, CSUCCESS__GOAL_MEASURE_PART);
    csuccess_str status = text_part(m, record, CSUCCESS__GOAL_STATUS_PART);
    csuccess__value agreed = part(m, record, CSUCCESS__GOAL_AGREED_PART);
    goal->title = text_part(m, record, CSUCCESS__GOAL_TITLE_PART);
    goal->owner = text_part(m, record, CSUCCESS__GOAL_OWNER_PART);
    goal->agreed = agreed.kind == CSUCCESS__KIND_BOOL && agreed.as.boolean;
    goal->abandoned = csuccess__str_is(status, "abandoned");
    goal->value = measured(m, measure);
    goal->baseline = part(m, record, CSUCCESS__GOAL_BASELINE_PART);
    goal->target = part(m, record, CSUCCESS__GOAL_TARGET_PART);
    take_due(goal, m, record);
    remember(goal, measure);
    take_progress(goal);
}

/* When it was agreed, and when it was achieved, as it is seen now. */
static void date(csuccess__goal *goal, int64_t now)
{
    csuccess__goal_field *field = &goal->field;
    if (!goal->agreed) field->agreed_at = 0;
    if (goal->agreed && field->agreed_at == 0) field->agreed_at = now;
    if (!goal->agreed || goal->abandoned || field->achieved_at != 0) return;
    if (goal->has_progress && goal->progress >= 1) field->achieved_at = now;
}

static bool is_record(const csuccess__value *record)
{
    return record->kind == CSUCCESS__KIND_RECORD && record->as.many.count > 0 &&
           record->as.many.items[0].kind == CSUCCESS__KIND_STRING;
}

/* False: no goal, or a payload is damaged. */
static bool take(csuccess__goal *goal, csuccess__moment *m, const csuccess__value *record)
{
    if (!is_record(record)) return false;
    *goal = (csuccess__goal){.id = record->as.many.items[0].as.string};
    csuccess_str payload = csuccess__state_get(m->step->state, CSUCCESS__STATE_GOAL, goal->id);
    if (payload.ptr && !csuccess__goal_parse(&goal->field, payload)) {
        csuccess__step_fail(m->step, CSUCCESS_ESTATE);
        return false;
    }
    take_parts(goal, m, record);
    date(goal, m->step->now);
    goal->state = judge(goal, m->step->now);
    return true;
}

/* ---- What is told ---- */

static void put_numbers(csuccess__json_writer *w, const csuccess__goal *goal)
{
    const struct {
        const char *key;
        csuccess__value value;
    } numbers[] = {
        {"value", goal->value}, {"baseline", goal->baseline}, {"target", goal->target}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (csuccess__is_missing(numbers[i].value)) continue;
        csuccess__json_put_num(w, numbers[i].key, numbers[i].value.as.number);
    }
    if (goal->has_progress) csuccess__json_put_num(w, "progress", goal->progress);
    if (goal->due != CSUCCESS__NEVER) csuccess__json_put_time(w, "due", goal->due);
}

static void tell(csuccess__moment *m, const csuccess__goal *goal, const char *from)
{
    csuccess__json_writer *w = csuccess__step_body(m->step);
    csuccess__json_put_str(w, "goal", goal->id);
    csuccess__json_put_str(w, "status", csuccess__str(csuccess__goal_state_name(goal->state)));
    if (from) csuccess__json_put_str(w, "from", csuccess__str(from));
    csuccess__json_put_given(w, "title", goal->title);
    csuccess__json_put_given(w, "owner", goal->owner);
    csuccess__json_put_given(w, "measure", goal->field.measure);
    put_numbers(w, goal);
    csuccess__step_entry(m->step, "goal", (csuccess_str){"", 0},
                         csuccess__step_body_end(m->step));
}

/* ---- A step ---- */

/* Fields of records that are gone. Each record has a field by now, so when there are as many none is. */
static void drop_gone(csuccess__moment *m, const csuccess__value *list, size_t n)
{
    csuccess__state *state = m->step->state;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_GOAL, &count);
    for (uint32_t i = count; i-- > 0 && count > n;) {
        csuccess_str name = state->fields[first + i].name;
        bool there = false;
        for (size_t k = 0; k < n && !there; k++) {
            const csuccess__value *record = &list->as.many.items[k];
            there =
                is_record(record) && csuccess__str_eq(record->as.many.items[0].as.string, name);
        }
        if (there) continue;
        csuccess__state_drop(state, CSUCCESS__STATE_GOAL, name);
        count--;
    }
}

static void move(csuccess__moment *m, csuccess__goal *goal)
{
    csuccess_str kept = csuccess__state_get(m->step->state, CSUCCESS__STATE_GOAL, goal->id);
    if (!kept.ptr) {
        tell(m, goal, NULL);
    } else if (goal->field.told != goal->state) {
        tell(m, goal, csuccess__goal_state_name(goal->field.told));
    }
    goal->field.told = goal->state;
    csuccess__goal_put(m->step, goal->id, &goal->field);
    if (goal->next > m->step->now) csuccess__step_due(m->step, goal->next);
}

typedef struct counts {
    uint32_t open, achieved, behind;
} counts;

static void count(counts *c, csuccess__goal_state state)
{
    c->open += state == CSUCCESS__GOAL_PROPOSED || state == CSUCCESS__GOAL_ON_TRACK ||
               state == CSUCCESS__GOAL_BEHIND;
    c->achieved += state == CSUCCESS__GOAL_ACHIEVED;
    c->behind += state == CSUCCESS__GOAL_BEHIND;
}

static void show(csuccess__moment *m, const counts *c)
{
    const csuccess__goals *goals = m->flow->goals;
    m->slots[goals->open_slot] = csuccess__number(c->open);
    m->slots[goals->achieved_slot] = csuccess__number(c->achieved);
    m->slots[goals->behind_slot] = csuccess__number(c->behind);
}

/* The records; none without the section. */
static csuccess__value records(const csuccess__moment *m, size_t *n)
{
    csuccess__value list = {.kind = CSUCCESS__KIND_ANY};
    if (m->flow->goals) list = m->slots[m->flow->goals->slot];
    *n = list.kind == CSUCCESS__KIND_LIST ? list.as.many.count : 0;
    return list;
}

void csuccess__goals_publish(csuccess__moment *m)
{
    counts c = {0, 0, 0};
    size_t n;
    csuccess__value list = records(m, &n);
    if (!m->flow->goals) return;
    for (size_t i = 0; i < n && m->step->failed >= 0; i++) {
        csuccess__goal goal;
        if (take(&goal, m, &list.as.many.items[i])) count(&c, goal.state);
    }
    show(m, &c);
}

void csuccess__goals_step(csuccess__moment *m)
{
    counts c = {0, 0, 0};
    size_t n;
    csuccess__value list = records(m, &n);
    if (!m->flow->goals) return;
    for (size_t i = 0; i < n && m->step->failed >= 0; i++) {
        csuccess__goal goal;
        if (!take(&goal, m, &list.as.many.items[i])) continue;
        move(m, &goal);
        count(&c, goal.state);
    }
    if (m->step->failed >= 0) drop_gone(m, &list, n);
    show(m, &c);
}

/* ---- The report ---- */

static void put_goal(csuccess__json_writer *out, const csuccess__goal *goal)
{
    csuccess__json_key(out, goal->id);
    csuccess__json_open(out, '{');
    csuccess__json_put_str(out, "status",
                           csuccess__str(csuccess__goal_state_name(goal->state)));
    csuccess__json_put_given(out, "title", goal->title);
    csuccess__json_put_given(out, "owner", goal->owner);
    csuccess__json_put_given(out, "measure", goal->field.measure);
    put_numbers(out, goal);
    if (goal->field.achieved_at != 0) {
        csuccess__json_put_time(out, "achieved_at", goal->field.achieved_at);
    }
    csuccess__json_close(out, '}');
}

void csuccess__goals_report(csuccess__moment *m, csuccess__json_writer *out)
{
    size_t n;
    csuccess__value list = records(m, &n);
    csuccess__json_open(out, '{');
    csuccess__json_key(out, CSUCCESS_STR("goals"));
    csuccess__json_open(out, '{');
    for (size_t i = 0; i < n; i++) {
        csuccess__goal goal;
        if (take(&goal, m, &list.as.many.items[i])) put_goal(out, &goal);
    }
    csuccess__json_close(out, '}');
    csuccess__json_close(out, '}');
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The slots of playbooks: playbook('id'), tasks.open, started('x'), `each`; declared while compiling, filled in a step. */
#include "flow/flow.h"
#include "flow/playbooks/playbook_internal.h"

static const csuccess_str no_argument = {NULL, 0};

/* ---- Declaring ---- */

static uint32_t add(csuccess__flow_build *build, const char *path, csuccess_str argument,
                    const csuccess__type *type)
{
    return csuccess__flow_slot(build, csuccess__str(path), argument, type);
}

void csuccess__playbooks_declare(struct csuccess__flow_build *build,
                                 const csuccess__json *section)
{
    const csuccess__type *number = csuccess__type_of(CSUCCESS__KIND_NUMBER);
    (void)add(build, "tasks.open", no_argument, number);
    (void)add(build, "tasks.overdue", no_argument, number);
    bool list = section && section->type == CSUCCESS__JSON_OBJECT;
    for (const csuccess__json *at = list ? section->first : NULL; at; at = at->next) {
        (void)add(build, "playbook.state", at->key, csuccess__type_of(CSUCCESS__KIND_STRING));
        (void)add(build, "playbook.times", at->key, number);
        (void)add(build, "playbook.ended_at", at->key, csuccess__type_of(CSUCCESS__KIND_TIME));
    }
}

/* A number that is known before flow, by a plain name. */
static bool can_be_kept(const csuccess__slot *slot)
{
    return !slot->argument.ptr && slot->type && slot->type->kind == CSUCCESS__KIND_NUMBER &&
           slot->stratum <= CSUCCESS__STRATUM_CHURN;
}

bool csuccess__started_declare(struct csuccess__flow_build *build, csuccess__playbooks *out,
                               bool any)
{
    const csuccess__type *number = csuccess__type_of(CSUCCESS__KIND_NUMBER);
    uint32_t known = build->schema->count, count = 0;
    csuccess__started *list =
        CSUCCESS__NEW_ARRAY(build->with->arena, csuccess__started, known + 1);
    out->open_slot = add(build, "tasks.open", no_argument, number);
    out->overdue_slot = add(build, "tasks.overdue", no_argument, number);
    if (!list) build->problems->lost = true;
    for (uint32_t i = 0; list && any && i < known; i++) {
        const csuccess__slot slot = build->schema->slots[i];
        if (!can_be_kept(&slot)) continue;
        uint32_t at = add(build, "started", slot.path, number);
        if (at == UINT32_MAX) continue;
        list[count++] = (csuccess__started){slot.path, at, i};
    }
    out->started = list;
    out->started_count = count;
    return !build->problems->lost;
}

/* ---- Filling ---- */

const csuccess__value *csuccess__record_find(const csuccess__moment *m, uint32_t collection,
                                             csuccess_str id)
{
    const csuccess__value *list = &m->slots[collection];
    if (list->kind != CSUCCESS__KIND_LIST) return NULL;
    for (size_t i = 0; i < list->as.many.count; i++) {
        const csuccess__value *record = &list->as.many.items[i];
        if (record->kind != CSUCCESS__KIND_RECORD || record->as.many.count == 0) continue;
        const csuccess__value *name = &record->as.many.items[0]; /* the id stands first */
        if (name->kind == CSUCCESS__KIND_STRING && csuccess__str_eq(name->as.string, id)) {
            return record;
        }
    }
    return NULL;
}

/* Which of the values a program of the definition reads. */
static bool reads(const csuccess__program *program, uint32_t slot)
{
    for (uint32_t i = 0; program && i < program->input_count; i++) {
        if (program->inputs[i] == slot) return true;
    }
    return false;
}

void csuccess__run_keep_values(csuccess__moment *m, csuccess__run *run,
                               const csuccess__playbook *def)
{
    const csuccess__playbooks *playbooks = m->flow->playbooks;
    run->value_count = 0;
    for (uint32_t i = 0; i < playbooks->started_count; i++) {
        const csuccess__started *s = &playbooks->started[i];
        const csuccess__value *v = &m->slots[s->of];
        if (!reads(def->success, s->slot) && !reads(def->close_when, s->slot)) continue;
        if (v->kind != CSUCCESS__KIND_NUMBER || run->value_count == CSUCCESS__STARTED_MOST) {
            continue;
        }
        run->values[run->value_count++] = (csuccess__run_value){s->name, v->as.number};
    }
}

static void clear_started(csuccess__moment *m)
{
    const csuccess__playbooks *playbooks = m->flow->playbooks;
    for (uint32_t i = 0; i < playbooks->started_count; i++) {
        m->slots[playbooks->started[i].slot] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    }
}

void csuccess__run_show(csuccess__moment *m, const csuccess__run *run,
                        const csuccess__playbook *def)
{
    const csuccess__playbooks *playbooks = m->flow->playbooks;
    csuccess__kept_show(m, run->kept);
    for (uint32_t i = 0; i < playbooks->started_count && run->value_count; i++) {
        const csuccess__started *s = &playbooks->started[i];
        for (uint32_t k = 0; k < run->value_count; k++) {
            if (!csuccess__str_eq(run->values[k].name, s->name)) continue;
            m->slots[s->slot] = csuccess__number(run->values[k].value);
        }
    }
    if (!def || def->each_slot == UINT32_MAX) return;
    const csuccess__value *record = csuccess__record_find(m, def->each, run->record);
    m->slots[def->each_slot] =
        record ? *record : csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
}

void csuccess__run_hide(csuccess__moment *m, const csuccess__playbook *def)
{
    csuccess__kept_show(m, (csuccess_str){"", 0});
    clear_started(m);
    if (!def || def->each_slot == UINT32_MAX) return;
    m->slots[def->each_slot] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
}

/* ---- Publishing ---- */

/* What all runs of a playbook come to. */
typedef struct tally {
    int word;      /* state; -1: never started */
    int64_t ended; /* the last; INT64_MIN: none */
    double times;
} tally;

static void count_run(tally *t, const csuccess__run *run)
{
    bool open = run->state == CSUCCESS__RUN_OPEN;
    bool latest = !open && run->ended_at > t->ended;
    t->times += (double)run->times;
    if (open || (latest && t->word != CSUCCESS__RUN_OPEN)) t->word = (int)run->state;
    if (latest) t->ended = run->ended_at;
}

static void publish(csuccess__moment *m, const csuccess__playbook *def)
{
    static const char *const words[] = {
#define CSUCCESS__RUN_STATE(name, number, text) text,
        CSUCCESS__RUN_STATES(CSUCCESS__RUN_STATE)
#undef CSUCCESS__RUN_STATE
    };
    const csuccess__state *state = m->step->state;
    const csuccess__value never = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    tally t = {-1, INT64_MIN, 0};
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_PLAYBOOK, &count);
    for (uint32_t i = 0; i < count; i++) {
        csuccess__run run;
        if (!csuccess__run_parse(&run, state->fields[first + i].payload)) {
            csuccess__step_fail(m->step, CSUCCESS_ESTATE);
            return;
        }
        if (csuccess__str_eq(run.playbook, def->id)) count_run(&t, &run);
    }
    m->slots[def->times_slot] = csuccess__number(t.times);
    m->slots[def->state_slot] =
        t.word < 0 ? never : csuccess__moment_string(m, csuccess__str(words[t.word]));
    m->slots[def->ended_at_slot] = t.ended == INT64_MIN ? never : csuccess__time(t.ended);
}

void csuccess__playbook_publish(csuccess__moment *m, csuccess_str id)
{
    uint32_t at = csuccess__playbook_find(m->flow->playbooks, id);
    if (at != UINT32_MAX) publish(m, &m->flow->playbooks->list[at]);
}

static void publish_none(csuccess__moment *m, const csuccess__playbook *def)
{
    m->slots[def->times_slot] = csuccess__number(0);
    m->slots[def->state_slot] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    m->slots[def->ended_at_slot] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    if (def->each_slot == UINT32_MAX) return;
    m->slots[def->each_slot] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
}

void csuccess__playbooks_publish(csuccess__moment *m)
{
    const csuccess__playbooks *playbooks = m->flow->playbooks;
    const csuccess__state *state = m->step->state;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_PLAYBOOK, &count);
    for (uint32_t i = 0; i < playbooks->count; i++) publish_none(m, &playbooks->list[i]);
    for (uint32_t i = 0; i < count && m->step->failed >= 0; i++) {
        csuccess__run run;
        if (!csuccess__run_parse(&run, state->fields[first + i].payload)) {
            csuccess__step_fail(m->step, CSUCCESS_ESTATE);
            return;
        }
        uint32_t at = csuccess__playbook_find(playbooks, run.playbook);
        bool shown = at == UINT32_MAX ||
                     m->slots[playbooks->list[at].state_slot].kind == CSUCCESS__KIND_STRING;
        if (!shown) publish(m, &playbooks->list[at]);
    }
    clear_started(m);
    csuccess__tasks_publish(m);
}

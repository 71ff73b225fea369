/* SPDX-License-Identifier: Apache-2.0 */
/* Random playbooks and random people beside a slow plain model of them, written from docs/reference/flow.md: which tasks are open, when they are due, how often they are reminded of, when a run ends and how. Between any two steps the state may go through its bytes. */
#include "flow_playbooks.h"

#define DAY TRIP_DAY
#define START (TRIP_START + 9 * TRIP_HOUR)

enum { STEPS = 5, WORLDS = 2000, MOVES = 60, TASKS = 200 };

typedef struct plan {
    int after;                   /* -1: the start */
    int from, due, every, times; /* due -1: never; every 0: once */
    bool optional;
} plan;
typedef enum how { OPEN, COMPLETED, CANCELLED } how;
typedef struct job {
    int step, number;
    int64_t starts, due, ended; /* due 0: never */
    how state;
    int pressed;    /* reminders of it since it was due */
    int64_t remind; /* the next */
} job;
typedef struct model {
    plan plans[STEPS];
    int count;
    int over, most;  /* overdue reminders: every so many days, so many */
    job jobs[TASKS]; /* of this run */
    int job_count;
    bool running, ever;
    int64_t start;
    how ended;
    int runs;
} model;

/* ---- The model ---- */

/* A step is over when as many tasks as there will be are made and all have ended. */
static bool step_over(const model *m, int s, int64_t *when, bool *any)
{
    int made = 0, wanted = m->plans[s].every ? m->plans[s].times : 1;
    *when = 0;
    *any = false;
    for (int i = 0; i < m->job_count; i++) {
        const job *j = &m->jobs[i];
        if (j->step != s) continue;
        made++;
        if (j->state == OPEN) return false;
        if (j->ended > *when) *when = j->ended;
        if (j->state == COMPLETED) *any = true;
    }
    return made == wanted;
}

static bool has_job(const model *m, int s, int number)
{
    for (int i = 0; i < m->job_count; i++) {
        if (m->jobs[i].step == s && m->jobs[i].number == number) return true;
    }
    return false;
}

/* Every so many days after it was due; one that was missed is not made up for. */
static int64_t next_reminder(const model *m, const job *j, int64_t now)
{
    int64_t at = j->due;
    if (j->due == 0 || m->over == 0) return 0;
    do at += m->over * DAY;
    while (at <= now);
    return at;
}

static void remind(model *m, int64_t now)
{
    for (int i = 0; i < m->job_count; i++) {
        job *j = &m->jobs[i];
        if (j->state != OPEN || j->remind == 0 || j->remind > now) continue;
        if (j->pressed < m->most) j->pressed++;
        j->remind = next_reminder(m, j, now);
    }
}

static void make_jobs(model *m, int s, int64_t begin, int64_t now)
{
    const plan *p = &m->plans[s];
    int wanted = p->every ? p->times : 1;
    for (int k = 0; k < wanted; k++) {
        int64_t at = begin + (int64_t)k * p->every * DAY;
        int64_t base = p->after < 0 && k == 0 ? m->start : at;
        if (at > now || m->job_count == TASKS) break;
        if (has_job(m, s, k)) continue;
        job *j = &m->jobs[m->job_count++];
        *j = (job){s, k, at, p->due < 0 ? 0 : base + p->due * DAY, 0, OPEN, 0, 0};
        j->remind = next_reminder(m, j, now);
    }
}

static void end_run(model *m, how ended, int64_t now)
{
    m->running = false;
    m->ended = ended;
    for (int i = 0; i < m->job_count; i++) {
        if (m->jobs[i].state != OPEN) continue;
        m->jobs[i].state = CANCELLED;
        m->jobs[i].ended = now;
    }
}

/* Whether all that is required is over, or all where nothing is; *any: something was completed. */
static bool all_over(const model *m, bool *any_done)
{
    bool required = false, all = true;
    *any_done = false;
    for (int s = 0; s < m->count; s++) required = required || !m->plans[s].optional;
    for (int s = 0; s < m->count; s++) {
        int64_t when;
        bool any;
        if (required && m->plans[s].optional) continue;
        all = step_over(m, s, &when, &any) && all;
        *any_done = *any_done || any;
    }
    return all;
}

static void settle(model *m, int64_t now)
{
    bool any;
    if (!m->running) return;
    remind(m, now);
    for (int round = 0; round <= m->count; round++) {
        for (int s = 0; s < m->count; s++) {
            int64_t base = m->start;
            int after = m->plans[s].after;
            if (after >= 0 && !step_over(m, after, &base, &any)) continue;
            make_jobs(m, s, base + m->plans[s].from * DAY, now);
        }
    }
    if (all_over(m, &any)) end_run(m, any ? COMPLETED : CANCELLED, now);
}

/* ---- The library ---- */

static void write_document(const model *m, char *out, size_t cap)
{
    size_t used = (size_t)snprintf(
        out, cap,
        "{`csuccess`:1,`attributes`:{`x`:{`type`:`number`}},`playbooks`:{`p`:{`steps`:{");
    for (int s = 0; s < m->count; s++) {
        const plan *p = &m->plans[s];
        used += (size_t)snprintf(out + used, cap - used,
                                 "%s`s%d`:{`type`:`call`,`days_from_start`:%d", s ? "," : "", s,
                                 p->from);
        if (p->due >= 0) {
            used += (size_t)snprintf(out + used, cap - used, ",`due_days`:%d", p->due);
        }
        if (p->after >= 0) {
            used += (size_t)snprintf(out + used, cap - used, ",`after`:`s%d`", p->after);
        }
        if (p->optional) used += (size_t)snprintf(out + used, cap - used, ",`optional`:true");
        if (p->every) {
            used += (size_t)snprintf(out + used, cap - used,
                                     ",`every`:`FREQ=DAILY;INTERVAL=%d;COUNT=%d`", p->every,
                                     p->times);
        }
        used += (size_t)snprintf(out + used, cap - used, "}");
    }
    used += (size_t)snprintf(out + used, cap - used, "}");
    if (m->over) {
        used += (size_t)snprintf(out + used, cap - used,
                                 ",`reminders`:{`overdue`:`P%dD`,`most`:%d}", m->over, m->most);
    }
    snprintf(out + used, cap - used, "}}}");
}

static csuccess_str instance_of(const office *o, csuccess__run *run)
{
    csuccess_str payload =
        csuccess__state_get(&o->t.state, CSUCCESS__STATE_PLAYBOOK, CSUCCESS_STR("p"));
    if (!payload.ptr || !csuccess__run_parse(run, payload)) return CSUCCESS_STR("");
    return run->instance;
}

/* The field of the task of a step and number in the run at hand. */
static bool find_task(const office *o, const job *j, csuccess_str *id, csuccess__task *out)
{
    char step[8];
    csuccess__run run;
    csuccess_str instance = instance_of(o, &run);
    uint32_t count, first = csuccess__state_of_kind(&o->t.state, CSUCCESS__STATE_TASK, &count);
    snprintf(step, sizeof step, "s%d", j->step);
    for (uint32_t i = 0; i < count; i++) {
        const csuccess__state_field *field = &o->t.state.fields[first + i];
        if (!csuccess__task_parse(out, field->payload)) continue;
        if (!csuccess__str_eq(out->instance, instance)) continue;
        if (!csuccess__str_is(out->step, step) || out->occurrence != (uint64_t)j->number)
            continue;
        *id = field->name;
        return true;
    }
    return false;
}

static bool agree_on(const office *o, const job *j)
{
    static const how states[] = {OPEN, OPEN, OPEN, COMPLETED, CANCELLED};
    csuccess_str id;
    csuccess__task task;
    if (!CHECK(find_task(o, j, &id, &task))) return false;
    bool good = CHECK_INT(states[task.state], j->state);
    good = CHECK_INT(task.due_at, j->due) && good;
    good = CHECK_INT(task.starts_at, j->starts) && good;
    good = CHECK_INT(task.pressed, j->pressed) && good;
    return CHECK_INT(task.ended_at, j->ended) && good;
}

static int count_tasks(const office *o, csuccess_str instance)
{
    int of_run = 0;
    uint32_t count, first = csuccess__state_of_kind(&o->t.state, CSUCCESS__STATE_TASK, &count);
    for (uint32_t i = 0; i < count; i++) {
        csuccess__task task;
        if (!csuccess__task_parse(&task, o->t.state.fields[first + i].payload)) return -1;
        if (csuccess__str_eq(task.instance, instance)) of_run++;
    }
    return of_run;
}

static bool agree(const model *m, const office *o)
{
    csuccess__run run = {.times = 0};
    bool there = instance_of(o, &run).len > 0;
    bool good = CHECK_INT(there, m->ever);
    if (!there) return good;
    good = CHECK_INT(run.state == CSUCCESS__RUN_OPEN, m->running) && good;
    good = CHECK_UINT(run.times, m->runs) && good;
    if (!m->running) good = CHECK_INT(run.state, m->ended) && good;
    for (int i = 0; i < m->job_count; i++) {
        if (agree_on(o, &m->jobs[i])) continue;
        printf("# s%d#%d; told: %s\n", m->jobs[i].step, m->jobs[i].number, o->told);
        return false;
    }
    return CHECK_INT(count_tasks(o, run.instance), m->job_count) && good;
}

/* ---- A world ---- */

static void invent(model *m, uint64_t *seed)
{
    memset(m, 0, sizeof *m);
    m->count = 1 + (int)(check_random(seed) % STEPS);
    for (int s = 0; s < m->count; s++) {
        plan *p = &m->plans[s];
        p->after =
            s > 0 && check_random(seed) % 2 ? (int)(check_random(seed) % (unsigned)s) : -1;
        p->from = (int)(check_random(seed) % 4);
        p->due = (int)(check_random(seed) % 6) - 1;
        p->every = check_random(seed) % 3 == 0 ? 1 + (int)(check_random(seed) % 3) : 0;
        p->times = 1 + (int)(check_random(seed) % 3);
        p->optional = check_random(seed) % 4 == 0;
    }
    m->over = (int)(check_random(seed) % 4);
    m->most = (int)(check_random(seed) % 5);
}

static bool start_it(model *m, office *o, int64_t now)
{
    settle(m, now); /* what is due comes first */
    bool told = office_say(o, now, "playbook", "start", "`playbook`:`p`") != NULL;
    if (!m->running) {
        m->running = m->ever = true;
        m->start = now;
        m->job_count = 0;
        m->runs++;
    }
    settle(m, now);
    return CHECK(told);
}

static bool cancel_it(model *m, office *o, int64_t now)
{
    bool told = office_say(o, now, "playbook", "cancel", "`playbook`:`p`") != NULL;
    CHECK_RESULT(o->applied, m->running ? CSUCCESS_OK
                             : m->ever  ? CSUCCESS_UNCHANGED
                                        : CSUCCESS_ERANGE);
    if (m->running) end_run(m, CANCELLED, now);
    return CHECK(told);
}

/* Somebody completes or cancels a task, whatever its place in the order and whether or not it is open. */
static bool end_one(model *m, office *o, int64_t now, uint64_t *seed)
{
    char text[256];
    csuccess_str id;
    csuccess__task task;
    if (m->job_count == 0) return true;
    job *j = &m->jobs[check_random(seed) % (unsigned)m->job_count];
    bool completes = check_random(seed) % 4 != 0;
    if (!CHECK(find_task(o, j, &id, &task))) return false;
    snprintf(text, sizeof text, "`task`:`%.*s`", (int)id.len, id.ptr);
    bool told = office_say(o, now, "task", completes ? "complete" : "cancel", text) != NULL;
    how wanted = completes ? COMPLETED : CANCELLED;
    CHECK_RESULT(o->applied, j->state == OPEN     ? CSUCCESS_OK
                             : j->state == wanted ? CSUCCESS_UNCHANGED
                                                  : CSUCCESS_ERANGE);
    if (j->state == OPEN) {
        j->state = wanted;
        j->ended = now;
    }
    settle(m, now);
    return CHECK(told);
}

/* Time goes on: sometimes to when the customer is due, sometimes past it. */
static bool pass_time(model *m, office *o, int64_t *now, uint64_t *seed)
{
    int64_t due = o->t.step.due;
    int64_t next = *now + (int64_t)(check_random(seed) % 3) * DAY + TRIP_HOUR;
    *now = due > *now && due < next ? due : next;
    if (check_random(seed) % 8 == 0) *now = next;
    if (!CHECK(office_step(o, *now, NULL) != NULL)) return false;
    settle(m, *now);
    return true;
}

static bool move(model *m, office *o, int64_t *now, uint64_t *seed)
{
    switch (check_random(seed) % 8) {
    case 0:
        return start_it(m, o, *now);
    case 1:
        return check_random(seed) % 4 != 0 || cancel_it(m, o, *now);
    case 2:
    case 3:
    case 4:
        return end_one(m, o, *now, seed);
    default:
        return pass_time(m, o, now, seed);
    }
}

static bool live(uint64_t world)
{
    char document[4096];
    uint64_t seed = world * 977 + 5;
    office o;
    model m;
    int64_t now = START;
    invent(&m, &seed);
    write_document(&m, document, sizeof document);
    bool good = CHECK_OK(office_open(&o, document, NULL));
    for (int i = 0; good && i < MOVES; i++) {
        good = move(&m, &o, &now, &seed);
        if (good && check_random(&seed) % 5 == 0) good = CHECK_OK(trip_restore(&o.t));
        good = good && agree(&m, &o);
        if (!good) printf("# world %u, move %d: %s\n", (unsigned)world, i, document);
    }
    office_close(&o);
    return good;
}

static void random_playbooks_agree_with_the_model(void)
{
    for (uint64_t world = 0; world < WORLDS; world++) {
        if (!live(world)) return;
    }
}

CHECK_MAIN(CHECK_TEST(random_playbooks_agree_with_the_model))

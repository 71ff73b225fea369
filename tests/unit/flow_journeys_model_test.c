/* SPDX-License-Identifier: Apache-2.0 */
/* Journeys beside a plain model: random journeys, and random sequences of enter, exit, re-enter, pause, resume, event, fact, timer, migrate, crash and restore upon them. The model is written from
   docs/reference/flow.md and knows nothing of the library; what both say of every step must be the same: entries, where the enrollment is, its times, and when to look again.

   CSUCCESS_JOURNEYS_SEQUENCES says how many sequences (100,000 in `./dev sweep`); without it as many as fit a suite. */
#include "flow_journeys_random.h"

/* ---- The model ---- */

typedef struct model {
    const definition *all; /* by version */
    int version;           /* in force */
    bool x_known;
    int x;
    bool live, paused;
    int under; /* version that the live one is pinned to */
    int at;    /* index of its step */
    int64_t timer, limit, paused_at, ended_at;
    int times, moves;
    int pending; /* way by an event during the pause: 0, 1; -1 none */
    int ending;  /* 0 none, 1 goal, 2 exit */
    int refused; /* version that it could not be moved to, which was said; -1 */
    int64_t now;
    int entered; /* in this step of the customer */
    csuccess__text *out;
} model;

static const definition *its(const model *m)
{
    return &m->all[m->under];
}

static void says(model *m, const char *event, const char *rest)
{
    csuccess__text_format(m->out, "%sj:%s%s", m->out->len ? " | " : "", event, rest);
}

static void ends(model *m, const char *state, const char *way, const char *how)
{
    char text[64];
    const char *from = m->moves ? name_of(its(m), m->at) : "";
    snprintf(text, sizeof text, "%s%s%s%s%s (%s)", from[0] ? " " : "", from, way[0] ? ">" : "",
             way, way[0] ? ">" : "", how);
    says(m, state, text);
    m->live = false;
    m->ended_at = m->now;
}

/* Limit, goal, exits. reason: the rules of the page in a row, to be read beside it. */
static bool is_over(model *m)
{
    const definition *d = its(m);
    if (!m->live) return true;
    if (m->limit && m->now >= m->limit) {
        ends(m, "exited", "", "limit");
    } else if (d->goal_event < 0 && d->goal_above && m->x_known && m->x > d->goal_above) {
        ends(m, "completed", "", "goal");
    } else if (d->exit_below && m->x_known && m->x < d->exit_below) {
        ends(m, "exited", "", "condition: low");
    }
    return !m->live;
}

/* Goes to a step and on until one waits. reason: the rules of the page in a row, to be read beside it. */
static void go_to(model *m, int to, int from, const char *way)
{
    const definition *d = its(m);
    char text[64];
    while (!is_over(m)) {
        if (to == END) {
            ends(m, "completed", way, "end");
            return;
        }
        if (m->entered++ == AT_ONCE) {
            ends(m, "failed", "", "failed");
            return;
        }
        const step *s = &d->steps[to];
        snprintf(text, sizeof text, " %s%s%s%s%s", from >= 0 ? name_of(d, from) : "",
                 from >= 0 ? ">" : "", way, way[0] ? ">" : "", name_of(d, to));
        says(m, "step", text);
        m->at = from = to;
        m->moves++;
        m->timer = 0;
        m->pending = -1;
        if (s->type == A_WAIT) {
            if (s->hours) m->timer = m->now + s->hours * TRIP_HOUR;
            return;
        }
        bool yes = m->x_known && m->x > s->above;
        way = s->type == AN_EMAIL ? "next" : !m->x_known ? "undecided" : yes ? "true" : "false";
        to = s->type == AN_EMAIL ? s->next : !m->x_known ? s->open : yes ? s->yes : s->no;
    }
}

static int place_of(const definition *d, int name)
{
    for (int i = 0; i < d->count; i++) {
        if (d->steps[i].name == name) return i;
    }
    return -1;
}

/* Another definition is in force: moved to it, told once that it has no place, or nothing. True: it was moved to a step that has to be entered. */
static bool migrates(model *m)
{
    const definition *today = &m->all[m->version];
    char text[64];
    if (m->under == m->version || !today->maps) return false;
    const step *was = &its(m)->steps[m->at];
    int name = today->map[was->name] >= 0 ? today->map[was->name] : was->name;
    int to = place_of(today, name);
    if (to < 0) {
        if (m->refused != m->version) {
            snprintf(text, sizeof text, " %s (definition)", name_of(its(m), m->at));
            says(m, "refused", text);
        }
        m->refused = m->version;
        return false;
    }
    snprintf(text, sizeof text, " %s>%s (definition)", name_of(its(m), m->at),
             name_of(today, to));
    says(m, "moved", text);
    m->under = m->version;
    m->at = to;
    m->refused = -1;
    return today->steps[to].type != A_WAIT;
}

/* What time and facts bring. */
static void looks(model *m, bool enter)
{
    if (!m->live || m->paused) return;
    if (enter) {
        go_to(m, m->at, -1, "");
        return;
    }
    if (is_over(m)) return;
    const step *s = &its(m)->steps[m->at];
    if (m->timer == 0 || m->timer > m->now) return;
    if (s->event_count) {
        go_to(m, s->timeout, m->at, "timeout");
    } else {
        go_to(m, s->next, m->at, "next");
    }
}

/* Whether the step has that way; then it is gone by. */
static bool takes(model *m, int k)
{
    static const char *const ways[] = {"w0", "w1"};
    const step *s = &its(m)->steps[m->at];
    bool has = s->type == A_WAIT && k < s->event_count;
    if (has && !is_over(m)) go_to(m, s->to[k], m->at, ways[k]);
    return has;
}

/* reason: the rules of the page in a row, to be read beside it. */
static void event_comes(model *m, int event)
{
    const definition *d = its(m);
    if (!m->live) return;
    int ending = event == d->goal_event ? 1 : event == d->exit_event ? 2 : 0;
    if (ending && m->paused) {
        if (!m->ending) m->ending = ending;
    } else if (ending) {
        ends(m, ending == 1 ? "completed" : "exited", "", ending == 1 ? "goal" : "event: out");
    }
    const step *s = &d->steps[m->at];
    for (int k = 0; k < s->event_count && !ending; k++) {
        if (s->events[k] != event) continue;
        if (!m->paused) {
            (void)takes(m, k);
        } else if (m->pending < 0) {
            m->pending = k;
        }
        return;
    }
}

static void resumes(model *m)
{
    char text[64];
    int pending = m->pending, ending = m->ending;
    int64_t pause = m->now - m->paused_at;
    snprintf(text, sizeof text, " %s (person)", name_of(its(m), m->at));
    says(m, "resumed", text);
    m->paused = false;
    m->pending = -1;
    if (m->timer) m->timer += pause;
    if (m->limit) m->limit += pause;
    bool enter = migrates(m);
    if (ending) {
        ends(m, ending == 1 ? "completed" : "exited", "", ending == 1 ? "goal" : "event: out");
    } else if (enter || pending < 0 || !takes(m, pending)) {
        looks(m, enter);
    }
}

static void enrolls(model *m)
{
    const definition *d = &m->all[m->version];
    bool before = m->times > 0;
    bool refused = m->live || (before && !d->again) ||
                   (before && d->again_most && m->times >= d->again_most) ||
                   (before && m->ended_at + d->again_hours * TRIP_HOUR > m->now);
    if (refused) {
        says(m, "refused", " (enrollment: input)");
        return;
    }
    says(m, "enrolled", " (: input)");
    m->live = true;
    m->paused = false;
    m->under = m->version;
    m->times++;
    m->moves = m->ending = 0;
    m->pending = m->refused = -1;
    m->at = 0;
    m->timer = 0;
    m->limit = d->limit_hours ? m->now + d->limit_hours * TRIP_HOUR : 0;
    go_to(m, 0, -1, "");
}

typedef enum op { OP_TIME, OP_ENTER, OP_EXIT, OP_PAUSE, OP_RESUME, OP_EVENT } op;

/* One step of the customer. reason: the rules of the page in a row, to be read beside it. */
static void model_step(model *m, op what, int event)
{
    char text[64];
    bool was = m->live, paused = m->live && m->paused;
    int number = m->times;
    m->entered = 0;
    if (what == OP_PAUSE && was && !paused) {
        snprintf(text, sizeof text, " %s (person)", name_of(its(m), m->at));
        says(m, "paused", text);
        m->paused = true;
        m->paused_at = m->now;
    }
    if (m->live && !m->paused) looks(m, migrates(m));
    if (what == OP_ENTER) enrolls(m);
    bool same = m->live && number == m->times;
    if (what == OP_EXIT && was && same) ends(m, "exited", "", "person");
    if (what == OP_RESUME && paused) resumes(m);
    if (what == OP_EVENT) event_comes(m, event);
}

static int64_t model_due(const model *m)
{
    int64_t due = CSUCCESS__NEVER;
    if (!m->live || m->paused) return due;
    if (m->timer) due = m->timer;
    if (m->limit && m->limit < due) due = m->limit;
    return due;
}

/* ---- Beside one another ---- */

typedef struct pair {
    trip t;
    model m;
    dice r;
    int64_t now;
    unsigned inputs;
    char story[4096]; /* what has happened, for the report of a difference */
} pair;

static csuccess_result library_step(pair *p, op what, int event)
{
    static const char *const words[] = {"", "enroll", "exit", "pause", "resume"};
    char text[256], cause[16];
    csuccess__input input;
    snprintf(cause, sizeof cause, "m%u", p->inputs);
    if (what == OP_TIME) return trip_step(&p->t, p->now, cause, NULL);
    if (what == OP_EVENT) {
        snprintf(text, sizeof text,
                 "{`type`: `track`, `event`: `e%d`, `messageId`: `%s`, `groupId`: `c1`, "
                 "`timestamp`: `2026-01-01T00:00:00Z`}",
                 event, cause);
    } else {
        snprintf(text, sizeof text,
                 "{`type`: `journey`, `event`: `%s`, `messageId`: `%s`, `groupId`: `c1`, "
                 "`timestamp`: `2026-01-01T00:00:00Z`, `properties`: {`journey`: `j`}}",
                 words[what], cause);
    }
    csuccess_result result = trip_input(&p->t, &input, text);
    if (result < 0) return result;
    result = trip_step(&p->t, p->now, cause, &input);
    return result == CSUCCESS_ERANGE ? CSUCCESS_OK : result;
}

/* reason: one comparison of all that both know. */
static bool same_state(const pair *p)
{
    csuccess__enrollment e;
    const model *m = &p->m;
    bool live = trip_live(&p->t, "j", &e);
    if (live != m->live) return false;
    if (!live) return true;
    return csuccess__str_is(e.step, name_of(its(m), m->at)) && e.timer == m->timer &&
           e.limit_at == m->limit && e.number == (uint64_t)m->times &&
           e.moves == (uint64_t)m->moves && e.paused_at == (m->paused ? m->paused_at : 0) &&
           (e.pending.len > 0) == (m->pending >= 0) && (int)e.ending == m->ending;
}

/* One step of both; a crash before the commit is the same step once more, from what was kept. */
static bool both(pair *p, op what, int event, bool crash)
{
    char ours[16384] = "", theirs[16384] = "", again[16384] = "";
    csuccess__text text, other, third;
    csuccess__text_init(&text, ours, sizeof ours);
    csuccess__text_init(&other, theirs, sizeof theirs);
    csuccess__text_init(&third, again, sizeof again);
    p->inputs++;
    csuccess__arena_reset(&p->t.arena);
    csuccess__effects_clear(&p->t.effects);
    bool redefined = p->t.redefined, fresh = p->t.fresh;
    if (crash) {
        csuccess__buffer kept;
        csuccess__buffer_init(&kept, p->t.mem, 0);
        csuccess__state_write(&kept, &p->t.state);
        if (library_step(p, what, event) < 0) return false;
        trip_tell(&p->t, 0, &third);
        csuccess__buffer *back = &p->t.kept[p->t.restored++ % 2];
        csuccess__buffer_clear(back);
        csuccess__buffer_str(back, csuccess__buffer_view(&kept));
        csuccess__buffer_free(&kept);
        csuccess__state_clear(&p->t.state);
        if (csuccess__state_read(&p->t.state, csuccess__buffer_view(back), 1 << 20, NULL) < 0)
            return false;
        csuccess__effects_clear(&p->t.effects);
        p->t.redefined = redefined;
        p->t.fresh = fresh;
    }
    csuccess_result result = library_step(p, what, event);
    trip_tell(&p->t, 0, &text);
    p->m.out = &other;
    p->m.now = p->now;
    model_step(&p->m, what, event);
    bool same = result >= 0 && strcmp(ours, theirs) == 0 && same_state(p) &&
                p->t.step.due == model_due(&p->m);
    if (crash && strcmp(again, ours) != 0) same = false;
    if (same) return true;
    printf("# %s\n# at hour %lld, result %d, what %d event %d crash %d\n#   library: %s, due "
           "%lld\n#   model:   %s, due %lld\n",
           p->story, (long long)((p->now - TRIP_START) / TRIP_HOUR), (int)result, (int)what,
           event, crash, ours, (long long)p->t.step.due, theirs, (long long)model_due(&p->m));
    return false;
}

static void set_x(pair *p)
{
    csuccess__value v = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    if (p->m.x_known) v = csuccess__number(p->m.x);
    trip_set(&p->t, "x", v);
}

/* reason: the choice of what happens, in a row. */
static bool one_op(pair *p)
{
    int what = pick(&p->r, 16);
    int64_t due = model_due(&p->m);
    csuccess__text story;
    csuccess__text_init(&story, p->story, sizeof p->story);
    story.len = strlen(p->story);
    csuccess__text_format(&story, "%d ", what);
    bool crash = pick(&p->r, 8) == 0;
    if (pick(&p->r, 4) == 0 && trip_restore(&p->t) < 0) return false;
    if (what < 3 &&
        due != CSUCCESS__NEVER) { /* the timer: at its time, a little before, or late */
        p->now = due + (what == 1 ? -1 : what == 2 ? pick(&p->r, 100) * TRIP_HOUR : 0);
        if (p->now < p->m.now) p->now = p->m.now;
        return both(p, OP_TIME, 0, crash);
    }
    if (pick(&p->r, 3)) p->now += pick(&p->r, 20) * TRIP_HOUR; /* else in the same batch */
    if (what < 5) {
        p->m.x_known = pick(&p->r, 4) != 0;
        p->m.x = 1 + pick(&p->r, 9);
        set_x(p);
    } else if (what < 6) {
        p->m.version = pick(&p->r, DEFINITIONS);
        if (trip_under(&p->t, (uint32_t)p->m.version) < 0) return false;
        set_x(p);
    } else if (what < 8) {
        return both(p, OP_ENTER, 0, crash);
    } else if (what < 11) {
        return both(p, (op)(OP_EXIT + (pick(&p->r, 6) ? 1 + pick(&p->r, 2) : 0)), 0, crash);
    } else {
        return both(p, OP_EVENT, pick(&p->r, EVENTS + 2), crash);
    }
    return both(p, OP_TIME, 0, crash);
}

static bool one_sequence(pair *p, const definition *all)
{
    p->m = (model){.all = all, .pending = -1, .refused = -1};
    p->now = p->m.now = TRIP_START;
    p->story[0] = '\0';
    csuccess__state_clear(&p->t.state);
    p->t.fresh = true;
    if (p->t.now_config != 0 && trip_under(&p->t, 0) < 0) return false;
    set_x(p);
    for (int i = 0; i < OPS; i++) {
        if (!one_op(p)) return false;
    }
    return true;
}

/* Journeys of one kind, three versions of each, and sequences upon them. */
static bool group(uint64_t seed, unsigned sequences, unsigned *differ)
{
    static pair p;
    static definition all[DEFINITIONS];
    bool opened = true;
    p.r.state = seed;
    for (int i = 0; i < DEFINITIONS && opened; i++) {
        char document[8192] = "";
        csuccess__text text;
        csuccess__text_init(&text, document, sizeof document);
        make_definition(&p.r, &all[i]);
        write_document(&text, &all[i], i + 1);
        opened =
            i == 0 ? trip_open(&p.t, document, NULL) >= 0 : trip_config(&p.t, document) >= 0;
        if (!opened) printf("# %s\n", document);
    }
    for (unsigned i = 0; opened && i < sequences && *differ < 3; i++) {
        p.r.state = seed * 1000003u + i;
        p.inputs = 0;
        if (one_sequence(&p, all)) continue;
        printf("# seed %llu, sequence %u\n", (unsigned long long)seed, i);
        for (int k = 0; k < DEFINITIONS; k++)
            printf("# %.*s\n", (int)p.t.configs[k]->text.len, p.t.configs[k]->text.ptr);
        (*differ)++;
        break;
    }
    trip_close(&p.t);
    return opened;
}

static void a_plain_model_says_the_same(void)
{
    enum { GROUP = 50, IN_A_SUITE = 10000 };
    const char *wanted = getenv("CSUCCESS_JOURNEYS_SEQUENCES");
    unsigned sequences = wanted ? (unsigned)check_number(wanted) : IN_A_SUITE, differ = 0;
    for (unsigned i = 0; i * GROUP < sequences && differ < 3; i++) {
        if (!CHECK(group(i + 1, GROUP, &differ))) break;
    }
    printf("# %u sequences of %d steps\n", sequences, OPS);
    CHECK_UINT(differ, 0);
}

CHECK_MAIN(CHECK_TEST(a_plain_model_says_the_same))

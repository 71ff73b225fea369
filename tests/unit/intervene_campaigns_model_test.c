/* SPDX-License-Identifier: Apache-2.0 */
/* Campaigns against a plain model, written from docs/reference/intervene.md, over random sequences of looks, words, values and time; the state is written and read between any two. */
#include "intervene_campaigns.h"

enum { SEQUENCES = 5000, LOOKS = 14, CAMPAIGNS = 5, ACTIONS = 3, UNKNOWN = 2 };

static const char document[] =
    "{`csuccess`: 1, `schedule`: {`segments`: `PT1H`}, `attributes`: {`risk`: {`type`: "
    "`number`}, "
    "`quiet`: {`type`: `bool`}, `wanted`: {`type`: `bool`}, `calm`: {`type`: `bool`}}, "
    "`interventions`: {`call`: {`type`: `phone_call`}, `note`: {`type`: `internal_task`}}, "
    "`campaigns`: {"
    "`save`: {`status`: `active`, `strategy`: `s`, `when`: `risk > 0.8`, `repeat`: `P5D`, "
    "`actions`: {`a`: {`intervention`: `call`}, `b`: {`intervention`: `call`, `after`: "
    "`PT24H`}, "
    "`c`: {`intervention`: `note`, `after`: `P2D`, `if`: `wanted`}}, "
    "`stop`: {`calm`: {`when`: `calm`}}, `follow_up`: {`after`: `P4D`}, "
    "`escalate`: {`lead`: {`after`: `P1D`, `when`: `risk > 0.9`}, `top`: {`after`: `P3D`}}}, "
    "`engage`: {`status`: `active`, `strategy`: `s`, `when`: `risk > 0.6`, `repeat`: `P1D`, "
    "`follow_up`: null, `actions`: {`a`: {`intervention`: `call`, `after`: `PT24H`}, `b`: "
    "{`intervention`: `note`, `after`: `PT30H`}}}, "
    "`nurture`: {`status`: `active`, `strategy`: `s`, `when`: `risk > 0.4`, `follow_up`: null, "
    "`actions`: {`a`: {`intervention`: `note`}, `b`: {`intervention`: `call`, `after`: "
    "`PT48H`}}}, "
    "`spring`: {`status`: `active`, `from`: `2026-01-03`, `until`: `2026-01-12`, `when`: "
    "`quiet`, "
    "`repeat`: `PT12H`, `participants`: 3, `follow_up`: {`after`: `PT20H`}, "
    "`success`: {`within`: `P2D`, `when`: `risk < 0.5`}, "
    "`actions`: {`a`: {`intervention`: `call`, `if`: `wanted`}, `b`: {`intervention`: "
    "`note`}}}, "
    "`later`: {`status`: `active`, `follow_up`: null, `repeat`: `PT1H`, "
    "`actions`: {`a`: {`intervention`: `call`, `after`: `PT3H`}}}}}";

/* ---- The model ---- */

typedef struct world {       /* what conditions are asked of */
    double risk;             /* below 0: missing */
    int quiet, wanted, calm; /* 0, 1, UNKNOWN */
} world;

enum { RUNNING, COMPLETED, STOPPED, SUPERSEDED, CANCELLED };

typedef struct plan {
    const char *name;
    int strategy;   /* 1: s */
    double over;    /* risk above which it holds; below 0: by `quiet`; 2: never */
    int64_t repeat; /* -1: never again */
    int64_t follow; /* 0: none */
    int64_t judge;  /* 0: none */
    int64_t from, until;
    int count, places, stops, rungs;
    int64_t after[ACTIONS];
    int asks[ACTIONS]; /* `if`: wanted */
} plan;

static const plan plans[CAMPAIGNS] = {
    {"save", 1, 0.8, 5 * DAY, 4 * DAY, 0, 0, 0, 3, 0, 1, 1, {0, DAY, 2 * DAY}, {0, 0, 1}},
    {"engage", 1, 0.6, DAY, 0, 0, 0, 0, 2, 0, 0, 0, {DAY, 30 * HOUR, 0}, {0, 0, 0}},
    {"nurture", 1, 0.4, -1, 0, 0, 0, 0, 2, 0, 0, 0, {0, 2 * DAY, 0}, {0, 0, 0}},
    {"spring",
     0,
     -1,
     12 * HOUR,
     20 * HOUR,
     2 * DAY,
     TRIP_START + 2 * DAY,
     TRIP_START + 11 * DAY,
     2,
     1,
     0,
     0,
     {0, 0, 0},
     {1, 0, 0}},
    {"later", 0, 2, HOUR, 0, 0, 0, 0, 1, 0, 0, 0, {3 * HOUR, 0, 0}, {0, 0, 0}}};
/* In the order of their names: engage, later, nurture, save, spring. */
static const int by_name[CAMPAIGNS] = {1, 4, 2, 0, 3};

typedef struct run {
    bool any;
    int state, times;
    int64_t began, ended, follow, judge;
    bool over[ACTIONS], rung[2];
} run;

typedef struct model {
    world w;
    run runs[CAMPAIGNS];
    int64_t now, next; /* when something comes by time alone; INT64_MAX: nothing */
    uint64_t draw;     /* of the arbiter in this look */
    char told[CAMP_TOLD];
    csuccess__text out;
} model;

static void tell(model *m, const char *format, const char *a, const char *b)
{
    if (m->out.len) csuccess__text_format(&m->out, " | ");
    csuccess__text_format(&m->out, format, a, b);
}

static void at(model *m, int64_t when)
{
    if (when > m->now && when < m->next) m->next = when;
}

static const char *const names[] = {"a", "b", "c"};

static void end_run(model *m, int i, int state, const char *by)
{
    static const char *const words[] = {"", "ended completed", "ended stopped",
                                        "ended superseded", "ended cancelled"};
    char text[64];
    run *r = &m->runs[i];
    r->state = state;
    r->ended = m->now;
    if (state != STOPPED) r->follow = 0;
    snprintf(text, sizeof text, "%s%s%s", words[state], by[0] ? " " : "", by);
    tell(m, "%s:%s", plans[i].name, text);
    at(m, r->judge);
    at(m, r->follow);
}

static bool is_over(const model *m, int i)
{
    for (int k = 0; k < plans[i].count; k++) {
        if (!m->runs[i].over[k]) return false;
    }
    return m->runs[i].follow == 0;
}

static void end_action(model *m, int i, int k, const char *how)
{
    char text[32];
    snprintf(text, sizeof text, "%s %s", names[k], how);
    m->runs[i].over[k] = true;
    tell(m, "%s.%s", plans[i].name, text);
    if (is_over(m, i)) end_run(m, i, COMPLETED, "");
}

static bool holds(const model *m, int i)
{
    if (plans[i].over > 1) return false;
    if (plans[i].over < 0) return m->w.quiet == 1;
    return m->w.risk >= 0 && m->w.risk > plans[i].over;
}

static bool is_live(const model *m, int i)
{
    return m->now >= plans[i].from && (!plans[i].until || m->now < plans[i].until);
}

static bool is_running(const model *m, int i)
{
    return m->runs[i].any && m->runs[i].state == RUNNING;
}

static void judge(model *m, int i)
{
    const char *how = m->w.risk < 0 ? "undecided" : m->w.risk < 0.5 ? "met" : "missed";
    m->runs[i].judge = 0;
    tell(m, "%s:judged %s", plans[i].name, how);
}

static void begin(model *m, int i, const char *by)
{
    run *r = &m->runs[i];
    int times = r->times;
    if (r->any && r->judge) judge(m, i);
    *r = (run){.any = true, .times = times + 1, .began = m->now};
    if (plans[i].follow) r->follow = m->now + plans[i].follow;
    if (plans[i].judge) r->judge = m->now + plans[i].judge;
    tell(m, "%s:started %s", plans[i].name, by);
}

static void climb(model *m, int i)
{
    run *r = &m->runs[i];
    for (int k = 0; k < 2; k++) {
        const char *rung = k ? "top" : "lead";
        bool wanted = k == 1 || m->w.risk > 0.9;
        if (r->rung[k] || m->now < r->began + (k ? 3 : 1) * DAY || !wanted) continue;
        r->rung[k] = true;
        tell(m, "T escalate/%s%s", rung, "");
        tell(m, "save:escalated %s%s", rung, "");
    }
}

static void follow_up(model *m, int i)
{
    run *r = &m->runs[i];
    if (!r->follow || r->follow > m->now) return;
    r->follow = 0;
    tell(m, "T follow_up%s%s", "", "");
}

/* What comes by time, and stops. */
static void look_at_run(model *m, int i)
{
    run *r = &m->runs[i];
    if (r->judge && r->judge <= m->now) judge(m, i);
    bool running = is_running(m, i);
    if (running && plans[i].stops && m->w.calm == 1) {
        end_run(m, i, STOPPED, "calm");
        return;
    }
    if (running && plans[i].rungs) climb(m, i);
    follow_up(m, i);
    if (is_running(m, i) && is_over(m, i)) end_run(m, i, COMPLETED, "");
}

/* Of three: allowed, deferred, denied. */
static int ruling(uint64_t draw, const char *campaign, const char *action)
{
    return (int)((draw >> (3 * (campaign[0] + 7 * action[0]) % 60)) % 5);
}
static csuccess__ruling rule(void *ud, csuccess_str campaign, csuccess_str action)
{
    int r = ruling(*(uint64_t *)ud, campaign.ptr, action.ptr);
    return r < 3 ? CSUCCESS__ALLOW : r == 3 ? CSUCCESS__DEFER : CSUCCESS__DENY;
}

typedef struct wish { /* a candidate */
    int campaign, action;
    bool first, denied;
} wish;

static void supersede(model *m, int i)
{
    for (int n = 0; n < CAMPAIGNS && plans[i].strategy; n++) {
        int other = by_name[n];
        if (other == i || !plans[other].strategy || !is_running(m, other)) continue;
        end_run(m, other, SUPERSEDED, plans[i].name);
    }
}

/* Whether one that holds may begin now. */
static bool may_begin(const model *m, int i)
{
    const run *r = &m->runs[i];
    if (is_running(m, i) || (plans[i].stops && m->w.calm == 1)) return false;
    if (r->any && (plans[i].repeat < 0 || m->now < r->ended + plans[i].repeat)) return false;
    for (int k = 0; k < i && plans[i].strategy; k++) {
        if (is_running(m, k)) return false;
    }
    return true;
}

/* Begins it, or wishes for its first actions; how many. */
static int start_one(model *m, int i, wish *wishes)
{
    int count = 0;
    supersede(m, i);
    if (plans[i].after[0] > 0) begin(m, i, "condition");
    for (int k = 0; k < plans[i].count && plans[i].after[0] == 0; k++) {
        if (plans[i].after[k] || (plans[i].asks[k] && m->w.wanted != 1)) continue;
        wishes[count++] = (wish){i, k, true, false};
    }
    return count;
}

static int look_at_held(model *m, wish *wishes)
{
    int count = 0;
    bool met = false;
    for (int i = 0; i < CAMPAIGNS; i++) {
        if (!holds(m, i) || !is_live(m, i)) continue;
        if (plans[i].strategy && met) continue;
        met = met || plans[i].strategy;
        if (may_begin(m, i)) count += start_one(m, i, wishes + count);
    }
    return count;
}

/* Whether an action that is due is wished for; one that is not wanted is over. */
static bool is_wished(model *m, int i, int k)
{
    int64_t due = m->runs[i].began + plans[i].after[k];
    int is = plans[i].asks[k] ? m->w.wanted : 1;
    if (m->runs[i].over[k] || due > m->now) return false;
    bool given_up = is == UNKNOWN && due + DAY <= m->now;
    if (is == 0 || given_up) end_action(m, i, k, "skipped");
    return is == 1;
}

static int look_at_actions(model *m, wish *wishes, int count)
{
    for (int n = 0; n < CAMPAIGNS; n++) {
        int i = by_name[n];
        for (int k = 0; k < plans[i].count && is_running(m, i); k++) {
            if (is_wished(m, i, k)) wishes[count++] = (wish){i, k, false, false};
        }
    }
    return count;
}

static void let(model *m, wish *wishes, int n)
{
    wish *w = &wishes[n];
    int r5 = ruling(m->draw, plans[w->campaign].name, names[w->action]);
    if (r5 == 3) return;
    w->denied = r5 > 3;
    if (w->denied) {
        if (is_running(m, w->campaign)) end_action(m, w->campaign, w->action, "dropped");
        return;
    }
    if (!is_running(m, w->campaign)) {
        begin(m, w->campaign, "condition");
        for (int k = 0; k < n; k++) { /* denied before it began */
            if (wishes[k].campaign == w->campaign && wishes[k].denied) {
                end_action(m, w->campaign, wishes[k].action, "dropped");
            }
        }
    }
    end_action(m, w->campaign, w->action, "left");
}

static void plan_running(model *m, int i)
{
    const run *r = &m->runs[i];
    for (int k = 0; k < plans[i].count; k++) {
        int64_t due = r->began + plans[i].after[k];
        if (r->over[k]) continue;
        at(m, due);
        if (plans[i].asks[k] && m->w.wanted == UNKNOWN) at(m, due + DAY);
    }
    if (plans[i].rungs) at(m, r->began + DAY);
    if (plans[i].rungs) at(m, r->began + 3 * DAY);
}

/* What time alone will bring, at the latest. */
static void plan_next(model *m)
{
    for (int i = 0; i < CAMPAIGNS; i++) {
        const run *r = &m->runs[i];
        at(m, plans[i].from);
        if (!r->any) continue;
        at(m, r->judge);
        at(m, r->follow);
        if (is_running(m, i)) {
            plan_running(m, i);
        } else if (!plans[i].strategy && holds(m, i) && is_live(m, i)) {
            at(m, r->ended + plans[i].repeat);
        }
    }
}

static const char *model_look(model *m, int start)
{
    wish wishes[CAMPAIGNS * ACTIONS * 2];
    m->next = INT64_MAX;
    for (int n = 0; n < CAMPAIGNS; n++) look_at_run(m, by_name[n]);
    if (start >= 0) {
        begin(m, start, "input");
        supersede(m, start);
    }
    int count = look_at_held(m, wishes);
    count = look_at_actions(m, wishes, count);
    for (int n = 0; n < count; n++) let(m, wishes, n);
    plan_next(m);
    return m->told;
}

/* ---- Both ---- */

static void change_values(camp *c, model *m, uint64_t *seed)
{
    static const double risks[] = {-1, 0.3, 0.5, 0.7, 0.85, 0.95};
    static const char *const truths[] = {"quiet", "wanted", "calm"};
    int *values[] = {&m->w.quiet, &m->w.wanted, &m->w.calm};
    uint64_t r = check_random(seed);
    if (r % 3 == 0) m->w.risk = risks[r / 3 % 6];
    for (int i = 0; i < 3; i++) {
        r = check_random(seed);
        if (r % 4 == 0) *values[i] = (int)(r / 64 % 3);
        if (i == 2 && r / 1024 % 3 > 0) *values[i] = 0; /* mostly it goes on */
        if (*values[i] == UNKNOWN) {
            camp_missing(c, truths[i]);
        } else {
            camp_bool(c, truths[i], *values[i] == 1);
        }
    }
    if (m->w.risk < 0) {
        camp_missing(c, "risk");
    } else {
        camp_number(c, "risk", m->w.risk);
    }
}

/* Time goes on by some hours, or to when something is due, or to just before that. */
static void pass_time(camp *c, model *m, uint64_t *seed)
{
    uint64_t r = check_random(seed);
    int64_t later = m->now + (int64_t)(r / 8 % 31) * HOUR + 1;
    bool is_due = c->due != CSUCCESS__NEVER && c->due > m->now;
    if (r % 8 < 3 && is_due && c->due - m->now < 10 * DAY) later = c->due - (r % 8 == 0);
    if (later > m->now) m->now = later;
}

/* A person's word, or nothing: what the library says of it; the campaign that it starts, or -1. */
static const char *speak(camp *c, model *m, uint64_t *seed, int *starts)
{
    uint64_t r = check_random(seed);
    int i = (int)(r / 16 % CAMPAIGNS);
    *starts = -1;
    if (r % 16 == 0) {
        if (!is_running(m, i) && is_live(m, i)) *starts = i;
        return camp_say(c, m->now, "start", plans[i].name, "");
    }
    if (r % 16 != 1) return camp_step(c, m->now, NULL);
    if (is_running(m, i)) end_run(m, i, CANCELLED, "so");
    return camp_say(c, m->now, "cancel", plans[i].name, "so");
}

/* One sequence; false: they differ. */
static bool live(uint64_t seed)
{
    camp c;
    static model m;
    bool same = CHECK_OK(camp_open(&c, document, NULL));
    memset(&m, 0, sizeof m);
    m.now = TRIP_START;
    c.rules = rule;
    c.ud = &m.draw;
    for (int look = 0; look < LOOKS && same; look++) {
        int starts;
        csuccess__text_init(&m.out, m.told, sizeof m.told);
        m.told[0] = '\0';
        change_values(&c, &m, &seed);
        m.draw = check_random(&seed);
        const char *told = speak(&c, &m, &seed, &starts);
        const char *expected = model_look(&m, starts);
        same = CHECK(told != NULL) && CHECK_CSTR(told, expected) && CHECK(c.due <= m.next);
        if (same && check_random(&seed) % 2) same = CHECK_OK(trip_restore(&c.t));
        pass_time(&c, &m, &seed);
    }
    int64_t places = is_running(&m, 3) ? 1 : 0;
    same = same && CHECK_INT(c.places, places);
    camp_close(&c);
    return same;
}

static void every_look_is_as_the_model_has_it(void)
{
    for (uint64_t i = 0; i < SEQUENCES; i++) {
        if (live(i * 1000003)) continue;
        printf("# sequence %llu\n", (unsigned long long)i);
        return;
    }
}

CHECK_MAIN(CHECK_TEST(every_look_is_as_the_model_has_it))

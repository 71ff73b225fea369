/* SPDX-License-Identifier: Apache-2.0 */
/* Approvals against a slow plain model of docs/reference/intervene.md, over random sequences of asking, deciding, leaving and time: nothing that asks leaves without a decision. */
#include "intervene_deciding.h"

static const char document[] =
    "{`csuccess`:1,`attributes`:{`arr`:{`type`:`number`},`strategic`:{`type`:`bool`}},"
    "`channels`:{`email`:{`cost`:1}},`policies`:{`locale`:`en`},`access`:{},"
    "`templates`:{`t`:{`locales`:{`en`:{`text`:`Hello`}}}},"
    "`offers`:{`save`:{`types`:{`x`:{}},`value`:`arr`}},"
    "`interventions`:{`call`:{`type`:`email`,`template`:`t`,`cost`:20},"
    "`auto`:{`type`:`email`,`template`:`t`},`plain`:{`type`:`email`,`template`:`t`,`cost`:70},"
    "`give`:{`type`:`offer`,`offer`:`save`,`template`:`t`}},"
    "`approvals`:{"
    "`strict`:{`for`:[`intervention/call`],`approver`:`manager`},"
    "`lenient`:{`for`:[`intervention/auto`],`when`:`arr > 100`,`approver`:`manager`,"
    "`expires`:`P1D`,`on_expiry`:`approve`},"
    "`strategic`:{`for`:[`intervention/plain`],`when`:`strategic`,`approver`:`chairman`,"
    "`expires`:`P2D`,`on_expiry`:`escalate`,`escalate_to`:`board`},"
    "`big`:{`for`:[`offer/*`],`when`:`offer.value > 1000`,`approver`:`chairman`}}}";

enum { THINGS = 4, GIVE = 3, PATTERNS = 5, USED = 200 };
enum { HOST, MANAGER, CHAIRMAN, BOARD, CSM, ROLES };
static const char *const role_names[ROLES] = {NULL, "manager", "chairman", "board", "csm"};
static const char *const patterns[PATTERNS] = {"*", "intervention/*", "offer/*",
                                               "intervention/call", "offer/save"};
/* What the document says, once more, for the model. */
static const struct {
    const char *id, *subject;
    int approver, further; /* who decides; whom it goes to when nobody does, or -1 */
    int64_t days, cost;
    bool approves; /* when nobody decides */
} things[THINGS] = {{"call", "intervention/call", MANAGER, -1, 3, 21, false},
                    {"auto", "intervention/auto", MANAGER, -1, 1, 1, true},
                    {"plain", "intervention/plain", CHAIRMAN, BOARD, 2, 71, false},
                    {"give", "offer/save", CHAIRMAN, -1, 3, 1, false}};

/* ---- The model ---- */

typedef enum { NOTHING, OPEN, WATCHED, YES, NO } word;
typedef struct asked {
    word is;
    int approver;
    bool raised, changed; /* changed: its value is another */
    int64_t until, value, cap;
} asked;
typedef struct stands {
    bool there, yes, any;
    int role;
    int64_t until, cap, limit, spent; /* -1: none */
} stands;
typedef struct model {
    asked of[THINGS];
    stands by[PATTERNS];
    int64_t used[USED]; /* when what was used up is forgotten */
    int used_count;
    int64_t offer_until; /* an offer is open */
    int64_t arr;         /* -1: missing */
    int strategic;       /* -1: missing */
} model;

static bool fits(int pattern, int thing)
{
    static const bool table[PATTERNS][THINGS] = {{true, true, true, true},
                                                 {true, true, true, false},
                                                 {false, false, false, true},
                                                 {true, false, false, false},
                                                 {false, false, false, true}};
    return table[pattern][thing];
}

static bool asks_role(int role, int thing)
{
    return role == things[thing].approver || role == things[thing].further;
}

/* reason: one rule of the page after the other, as it is read. */
static void model_pass(model *m, int64_t now)
{
    for (int i = 0; i < THINGS; i++) {
        asked *a = &m->of[i];
        if (a->is == NOTHING || a->until > now) continue;
        if (a->is == WATCHED) {
            a->is = OPEN;
            a->until = now + things[i].days * TRIP_DAY;
        } else if (a->is == OPEN && things[i].approves) {
            a->is = YES;
            a->until = now + 30 * TRIP_DAY;
        } else if (a->is == OPEN && things[i].further >= 0 && !a->raised &&
                   a->approver != things[i].further) {
            a->raised = true;
            a->approver = things[i].further;
            a->until = now + things[i].days * TRIP_DAY;
        } else if (a->is == OPEN) {
            a->is = NO;
            a->until = now + 30 * TRIP_DAY;
        } else {
            a->is = NOTHING;
        }
    }
    for (int p = 0; p < PATTERNS; p++) {
        if (m->by[p].there && m->by[p].until <= now) m->by[p].there = false;
    }
    int kept = 0;
    for (int i = 0; i < m->used_count; i++) {
        if (m->used[i] > now) m->used[kept++] = m->used[i];
    }
    m->used_count = kept;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t model_due(const model *m)
{
    int64_t due = CSUCCESS__NEVER;
    for (int i = 0; i < THINGS; i++) {
        if (m->of[i].is != NOTHING) due = least(due, m->of[i].until);
    }
    for (int p = 0; p < PATTERNS; p++) {
        if (m->by[p].there) due = least(due, m->by[p].until);
    }
    for (int i = 0; i < m->used_count; i++) due = least(due, m->used[i]);
    return due;
}

/* -1: undecided */
static int holds(const model *m, int i, int64_t value)
{
    if (i == 0) return 1;
    if (i == 1) return m->arr < 0 ? -1 : m->arr > 100;
    if (i == 2) return m->strategic;
    return value > 100000;
}

static int nearest(const model *m, int i)
{
    int best = -1;
    for (int p = 0; p < PATTERNS; p++) {
        const stands *s = &m->by[p];
        bool counts = s->there && fits(p, i) && (s->any || asks_role(s->role, i));
        if (counts) best = p; /* the nearer stand behind */
    }
    return best;
}

typedef struct answer {
    csuccess__ruling ruling;
    int64_t until, amount; /* -1: not asked about */
    int standing;          /* that lets it go; -1: none */
    bool needs;            /* a decision */
} answer;

static answer by_standing(const stands *s, int p, answer a)
{
    a.ruling = CSUCCESS__DENY;
    if (!s->yes) return a;
    bool held =
        (s->cap >= 0 && a.amount > s->cap) || (s->limit >= 0 && s->spent + a.amount > s->limit);
    a.ruling = held ? CSUCCESS__DEFER : CSUCCESS__ALLOW;
    a.until = held ? s->until : -1;
    a.standing = p;
    return a;
}

static answer by_request(model *m, int i, int64_t value, int64_t now, answer a)
{
    asked *r = &m->of[i];
    if (r->is == NOTHING) {
        *r = (asked){.is = OPEN,
                     .approver = things[i].approver,
                     .until = now + things[i].days * TRIP_DAY,
                     .value = value,
                     .cap = -1};
    }
    a.ruling = r->is == NO ? CSUCCESS__DENY : CSUCCESS__DEFER;
    a.until = r->is == NO ? -1 : r->until;
    bool lets = r->is == YES && !(r->cap >= 0 && a.amount > r->cap);
    if (lets) a = (answer){CSUCCESS__ALLOW, -1, a.amount, -1, true};
    return a;
}

/* reason: one rule of the page after the other, as it is read. */
static answer model_ask(model *m, int i, int64_t now)
{
    answer a = {CSUCCESS__DENY, -1, things[i].cost, -1, true};
    int64_t value = 0;
    asked *r = &m->of[i];
    if (i == GIVE) {
        if (m->arr < 0) return a;
        if (m->offer_until > now)
            return (answer){CSUCCESS__DEFER, m->offer_until, 0, -1, false};
        value = m->arr * 100;
        if (r->is == YES)
            value = r->changed ? r->value : least(value, r->value ? r->value : value);
        a.amount += value;
    }
    bool decided = r->is == YES || r->is == NO;
    if (holds(m, i, value) == 0 && !decided) {
        return (answer){CSUCCESS__ALLOW, -1, a.amount, -1, false};
    }
    int p = nearest(m, i);
    if (p >= 0) return by_standing(&m->by[p], p, a);
    return by_request(m, i, value, now, a);
}

static void model_leave(model *m, int i, const answer *a, int64_t now)
{
    asked *r = &m->of[i];
    if (a->standing >= 0) m->by[a->standing].spent += a->amount;
    if (r->is == YES) m->used[m->used_count++] = r->until;
    if (r->is != NO) r->is = NOTHING;
    if (i == GIVE) m->offer_until = now + 14 * TRIP_DAY;
}

/* ---- Both ---- */

typedef struct pair {
    deciding d;
    model m;
    uint64_t seed;
    int64_t now;
    uint32_t left, asked, decided, refused;
} pair;

static uint32_t draw(pair *p, uint32_t n)
{
    return (uint32_t)(check_random(&p->seed) % n);
}

static void say_attributes(pair *p)
{
    csuccess__value none = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    trip_set(&p->d.trip, "arr", p->m.arr < 0 ? none : csuccess__number((double)p->m.arr));
    trip_set(&p->d.trip, "strategic",
             p->m.strategic < 0 ? none : csuccess__boolean(p->m.strategic));
}

/* Time goes on, through every time at which something is due. */
static void pass(pair *p, int64_t now)
{
    for (;;) {
        int64_t due = least(model_due(&p->m), now);
        (void)deciding_begin(&p->d, due);
        csuccess__approvals_step(&p->d.turn);
        model_pass(&p->m, due);
        CHECK_RESULT(p->d.trip.step.failed, CSUCCESS_OK);
        CHECK_INT(p->d.trip.step.due, model_due(&p->m));
        if (due == now) break;
    }
    p->now = now;
    if (p->m.offer_until > now) return;
    /* the offer's own expiry */
    (void)deciding_begin(&p->d, now);
    csuccess__offers_step(&p->d.turn);
}

static void act_ask(pair *p)
{
    int i = (int)draw(p, THINGS);
    csuccess__candidate c = deciding_candidate(&p->d, things[i].id);
    pass(p, p->now);
    answer a = model_ask(&p->m, i, p->now);
    csuccess__ruled ruled = deciding_ask(&p->d, &c);
    p->asked++;
    CHECK_INT(ruled.ruling, a.ruling);
    if (ruled.ruling == CSUCCESS__DEFER) CHECK_INT(ruled.until, a.until);
    if (ruled.ruling != CSUCCESS__ALLOW || draw(p, 4) == 0) return;
    CHECK_INT(c.let_cost, a.amount);
    CHECK(!a.needs || a.standing >= 0 || p->m.of[i].is == YES);
    deciding_leave(&p->d, &c);
    model_leave(&p->m, i, &a, p->now);
    p->left++;
}

/* The digits of the request about a thing that is not used up; empty: none. */
static csuccess_str request_of(pair *p, int i)
{
    csuccess__request r;
    for (uint32_t at = csuccess__approvals_first(&p->d.turn);
         csuccess__request_next(&p->d.turn, &at, &r);) {
        bool about = csuccess__str_is(r.subject, things[i].subject) && !r.used;
        if (about) return csuccess__arena_copy(&p->d.trip.arena, r.id);
    }
    return CSUCCESS_STR("none");
}

static csuccess_result model_decide(pair *p, int i, int verb, int role, int64_t number)
{
    asked *r = &p->m.of[i];
    if (r->is != OPEN) return CSUCCESS_ERANGE;
    if (role != HOST && role != r->approver) return CSUCCESS_EDENIED;
    r->until = p->now + 30 * TRIP_DAY;
    if (verb == 0) {
        r->is = YES;
        r->cap = number;
    } else if (verb == 1) {
        r->is = NO;
    } else if (verb == 2) {
        r->is = YES;
        r->changed = true;
        r->value = number;
    } else if (verb == 3) {
        if (number == r->approver) return CSUCCESS_ERANGE;
        r->approver = (int)number;
        r->until = p->now + things[i].days * TRIP_DAY;
    } else {
        r->is = WATCHED;
        r->until = number;
    }
    return CSUCCESS_OK;
}

static void act_decide(pair *p)
{
    static const char *const verbs[] = {"approve", "reject", "modify", "escalate", "monitor"};
    char text[400], more[120], time[CSUCCESS__TIME_TEXT];
    int i = (int)draw(p, THINGS), verb = (int)draw(p, 5), role = (int)draw(p, ROLES);
    if (draw(p, 2)) role = p->m.of[i].is == OPEN ? p->m.of[i].approver : HOST;
    int64_t number = -1;
    more[0] = '\0';
    pass(p, p->now);
    asked before = p->m.of[i];
    if (verb == 0 && draw(p, 3) == 0) {
        number = draw(p, 100000);
        snprintf(more, sizeof more, ",`investment_cap`:%d", (int)number);
    } else if (verb == 2) {
        number = draw(p, 200000);
        snprintf(more, sizeof more, ",`changes`:{`value`:%d}", (int)number);
    } else if (verb == 3) {
        number = 1 + draw(p, 3);
        snprintf(more, sizeof more, ",`to`:`%s`", role_names[number]);
    } else if (verb == 4) {
        number = p->now + (1 + draw(p, 5)) * TRIP_DAY;
        csuccess__time_format(time, number);
        snprintf(more, sizeof more, ",`until`:`%s`", time);
    }
    csuccess_str id = request_of(p, i);
    deciding_as(&p->d, role_names[role]);
    snprintf(text, sizeof text, "`approval`:`%.*s`,`reasoning`:`r`%s", (int)id.len, id.ptr,
             more);
    uint32_t entries = p->d.trip.effects.entry_count;
    csuccess_result expected = model_decide(p, i, verb, role, number);
    if (expected < 0) p->m.of[i] = before;
    csuccess_result result = deciding_word(&p->d, p->now, verbs[verb], text);
    if (!CHECK_RESULT(result, expected)) printf("# %s: %s\n", verbs[verb], p->d.why);
    CHECK_UINT(p->d.trip.effects.entry_count, entries + (expected >= 0));
    p->decided += expected >= 0;
    p->refused += expected < 0;
}

/* Whose word would count for something that the pattern fits. */
static bool stands_for(int pattern, int role)
{
    bool any = role == HOST;
    for (int i = 0; i < THINGS; i++) any = any || (fits(pattern, i) && asks_role(role, i));
    return any;
}

/* reason: one thing that is drawn after the other. */
static void act_stand(pair *p)
{
    char text[400], more[64] = "", time[CSUCCESS__TIME_TEXT];
    int at = (int)draw(p, PATTERNS), role = (int)draw(p, ROLES);
    bool yes = draw(p, 3) > 0;
    stands s = {
        .there = true, .yes = yes, .any = role == HOST, .role = role, .cap = -1, .limit = -1};
    pass(p, p->now);
    s.until = p->now + (1 + draw(p, 20)) * TRIP_DAY;
    if (yes && draw(p, 2)) {
        int64_t *number = draw(p, 2) ? &s.cap : &s.limit;
        *number = draw(p, 2) ? draw(p, 200) : draw(p, 300000);
        snprintf(more, sizeof more, ",`%s`:%d",
                 number == &s.cap ? "investment_cap" : "allocation_limit", (int)*number);
    }
    csuccess__time_format(time, s.until);
    snprintf(text, sizeof text, "`for`:`%s`,`reasoning`:`r`,`expires_at`:`%s`%s", patterns[at],
             time, more);
    bool counts = stands_for(at, role);
    deciding_as(&p->d, role_names[role]);
    CHECK_RESULT(deciding_word(&p->d, p->now, yes ? "approve" : "reject", text),
                 counts ? CSUCCESS_OK : CSUCCESS_EDENIED);
    if (!counts) return;
    p->m.by[at] = s;
    for (int i = 0; i < THINGS; i++) {
        asked *r = &p->m.of[i];
        bool open = r->is == OPEN || r->is == WATCHED;
        if (open && fits(at, i) && (role == HOST || role == r->approver)) r->is = NOTHING;
    }
}

static void act_change(pair *p)
{
    static const int64_t values[] = {-1, 50, 100, 101, 999, 1000, 1001, 1500, 3000};
    p->m.arr = values[draw(p, 9)];
    p->m.strategic = (int)draw(p, 3) - 1;
    say_attributes(p);
}

static void act_wait(pair *p)
{
    static const int64_t hours[] = {1, 12, 24, 36, 48, 72, 120, 744};
    pass(p, p->now + hours[draw(p, 8)] * TRIP_HOUR);
}

static void begin(pair *p)
{
    csuccess__state_clear(&p->d.trip.state);
    csuccess__effects_clear(&p->d.trip.effects);
    csuccess__arena_reset(&p->d.trip.arena);
    p->m = (model){.arr = 1500, .strategic = 1};
    p->now = TRIP_START;
    say_attributes(p);
}

static void sequence(pair *p)
{
    begin(p);
    for (int k = 0; k < 24; k++) {
        uint32_t what = draw(p, 16);
        if (what < 6) {
            act_ask(p);
        } else if (what < 10) {
            act_decide(p);
        } else if (what < 11) {
            act_stand(p);
        } else if (what < 13) {
            act_change(p);
        } else if (what < 15) {
            act_wait(p);
        } else {
            CHECK_OK(trip_restore(&p->d.trip));
        }
    }
}

static void equals_the_model(void)
{
    static pair p;
    enum { SEQUENCES = 20000 };
    p.seed = 20260101;
    if (!CHECK_OK(deciding_open(&p.d, document, NULL))) return;
    for (int n = 0; n < SEQUENCES; n++) {
        uint64_t seed = p.seed;
        unsigned before = check_failures;
        sequence(&p);
        if (check_failures == before) continue;
        printf("# sequence %d, seed %llu\n", n, (unsigned long long)seed);
        break;
    }
    printf("# asked %u, left %u, decided %u, refused %u\n", p.asked, p.left, p.decided,
           p.refused);
    CHECK(p.left > 10000 && p.decided > 10000 && p.refused > 10000);
    deciding_close(&p.d);
}

CHECK_MAIN(CHECK_TEST(equals_the_model))

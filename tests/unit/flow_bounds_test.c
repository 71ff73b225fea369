/* SPDX-License-Identifier: Apache-2.0 */
/* Bounds: worked cases, and ten thousand random journeys that the machine itself walks, in a zone that moves its clock, with events, people and facts at random: none takes longer, none sends more. */
#include "flow_journeys.h"

enum { WORDS = 8192, JOURNEYS = 10000, LOOKS = 250, SENT_MOST = 4000 };

/* ---- Worked cases ---- */

#define HEAD \
    "{`csuccess`: 1, `attributes`: {`x`: {`type`: `number`, `default`: 0}}, `channels`: " \
    "{`email`: {}, " \
    "`crm`: {}}, `records`: {`contacts`: {`max`: 7, `of`: {`role`: {`type`: `string`}}}}, " \
    "`templates`: {`hi`: {`locales`: {`en`: {`subject`: `Hi`, `body`: `You`}}}}, " \
    "`calendars`: " \
    "{`office`: {`zone`: `UTC`}}, `journeys`: {`j`: {"
#define EMAIL "{`type`: `email`, `template`: `hi`}"
#define NEVER INT64_MAX
#define DAYS(n) ((n)*TRIP_DAY)

static const struct {
    const char *journey;
    int64_t longest;
    uint32_t messages, a_day;
} cases[] = {
    {"`steps`: {`a`: " EMAIL "}", 0, 1, 1},
    {"`steps`: {`a`: " EMAIL ", `b`: {`type`: `wait`, `for`: `P2D`}, `c`: " EMAIL "}", DAYS(2),
     2, 1},
    {"`steps`: {`a`: " EMAIL ", `b`: {`type`: `wait`, `for`: `PT23H`}, `c`: " EMAIL "}",
     23 * TRIP_HOUR, 2, 2},
    {"`steps`: {`a`: " EMAIL ", `b`: {`type`: `wait`, `for`: `PT24H`}, `c`: " EMAIL "}",
     DAYS(1), 2, 1},
    /* A month has at most 31 days. */
    {"`steps`: {`b`: {`type`: `wait`, `for`: `P1M`}, `c`: " EMAIL "}", DAYS(31), 1, 1},
    /* An event may come at once. */
    {"`steps`: {`a`: " EMAIL
     ", `b`: {`type`: `wait`, `for`: `P9D`, `until`: {`e`: {`event`: `e`}}}, `c`: " EMAIL "}",
     DAYS(9), 2, 2},
    /* The longer of two ways; the way with more messages. */
    {"`steps`: {`a`: {`type`: `condition`, `when`: `x > 1`, `true`: `b`, `false`: `c`}, `b`: "
     "{`type`: "
     "`wait`, `for`: `P5D`, `next`: `end`}, `c`: " EMAIL ", `d`: " EMAIL "}",
     DAYS(5), 2, 2},
    /* Round and round, until the limit. */
    {"`time_limit`: `P10D`, `steps`: {`a`: " EMAIL
     ", `b`: {`type`: `wait`, `for`: `P3D`, `next`: `a`}}",
     DAYS(10), 4, 1},
    {"`time_limit`: `P9D`, `steps`: {`a`: " EMAIL
     ", `b`: {`type`: `wait`, `for`: `P3D`, `next`: `a`}}",
     DAYS(9), 3, 1},
    {"`time_limit`: `P10D`, `steps`: {`a`: " EMAIL
     ", `b`: {`type`: `wait`, `for`: `PT8H`, `next`: `a`}}",
     DAYS(10), 30, 3},
    /* Without one. */
    {"`steps`: {`a`: " EMAIL
     ", `b`: {`type`: `wait`, `for`: `PT8H`}, `c`: {`type`: `condition`, `when`: "
     "`x > 1`, `true`: `end`, `false`: `a`}}",
     NEVER, UINT32_MAX, 3},
    {"`steps`: {`a`: " EMAIL
     ", `b`: {`type`: `wait`, `until`: {`e`: {`event`: `e`, `next`: `a`}, `f`: "
     "{`event`: `f`, `next`: `end`}}}}",
     NEVER, UINT32_MAX, UINT32_MAX},
    {"`time_limit`: `P1D`, `steps`: {`a`: " EMAIL
     ", `b`: {`type`: `wait`, `until`: {`e`: {`event`: `e`, "
     "`next`: `a`}}}}",
     DAYS(1), UINT32_MAX, UINT32_MAX},
    {"`steps`: {`a`: {`type`: `human_touchpoint`, `title`: `Call`}, `b`: " EMAIL "}", NEVER, 1,
     1},
    {"`steps`: {`a`: {`type`: `human_touchpoint`, `title`: `Call`, `timeout`: {`after`: `P7D`, "
     "`next`: "
     "`b`}}, `b`: " EMAIL "}",
     DAYS(7), 1, 1},
    {"`steps`: {`a`: {`type`: `wait`, `at`: `timestamp('2027-01-01T00:00:00Z')`}}", NEVER, 0,
     0},
    /* One for each contact that may be meant; none for staff and systems. */
    {"`steps`: {`a`: {`type`: `email`, `template`: `hi`, `to`: {`role`: `champion`}}}", 0, 7,
     7},
    {"`steps`: {`a`: {`type`: `webhook`, `channel`: `crm`, `template`: `hi`}}", 0, 0, 0},
    /* From Friday 17:00 to Monday 9:00, and two hours for a clock that moves. */
    {"`steps`: {`a`: {`type`: `wait`, `for`: `PT1H`, `hours`: `office`}}", 67 * TRIP_HOUR, 0,
     0}};

static void worked_cases(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[WORDS];
        csuccess_config *config = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        csuccess_flow_bounds b = CSUCCESS_FLOW_BOUNDS_INIT;
        snprintf(text, sizeof text, "%s%s}}}", HEAD, cases[i].journey);
        if (!CHECK_OK(trip_compile(&config, text, NULL, &err))) {
            printf("# %s at %s\n", err.message, err.pointer);
            continue;
        }
        CHECK_OK(csuccess_config_bounds(config, check_view("journey/j"), &b, NULL));
        bool same = CHECK_INT(b.longest_ms, cases[i].longest);
        same = CHECK_UINT(b.messages, cases[i].messages) && same;
        same = CHECK_UINT(b.messages_a_day, cases[i].a_day) && same;
        uint32_t contacts = strstr(cases[i].journey, "champion") ? 7 : 1;
        bool counted = b.messages != UINT32_MAX;
        same = CHECK_UINT(b.to_one, counted ? b.messages / contacts : UINT32_MAX) && same;
        if (!same) printf("# %s\n", cases[i].journey);
        csuccess_config_unref(config);
    }
}

static void playbooks_end_when_people_say_so(void)
{
    static const char *const text = "{`csuccess`: 1, `channels`: {`email`: {}}, `templates`: "
                                    "{`hi`: {`locales`: {`en`: {`subject`: `Hi`, "
                                    "`body`: `You`}}}}, `playbooks`: {`prepare`: {`category`: "
                                    "`custom`, `steps`: {`a`: {`type`: `email`, "
                                    "`title`: `Mail`, `template`: `hi`, `every`: "
                                    "`FREQ=WEEKLY;COUNT=4`}, `b`: {`type`: `call`, "
                                    "`title`: `Call`}}}}}";
    csuccess_config *config = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_flow_bounds b = CSUCCESS_FLOW_BOUNDS_INIT;
    if (!CHECK_OK(trip_compile(&config, text, NULL, &err))) {
        printf("# %s at %s\n", err.message, err.pointer);
        return;
    }
    CHECK_OK(csuccess_config_bounds(config, check_view("playbook/prepare"), &b, NULL));
    CHECK_INT(b.longest_ms, INT64_MAX);
    CHECK_UINT(b.messages, 4);
    CHECK_UINT(b.messages_a_day, 4);
    CHECK_RESULT(csuccess_config_bounds(config, check_view("playbook/prepaer"), &b, &err),
                 CSUCCESS_ENAME);
    CHECK_HAS(err.message, "did you mean \"prepare\"");
    CHECK_RESULT(csuccess_config_bounds(config, check_view("p"), &b, &err), CSUCCESS_ENAME);
    CHECK_RESULT(csuccess_config_bounds(config, check_view("journey/p"), NULL, &err),
                 CSUCCESS_EINVALID);
    b.size = 1;
    CHECK_RESULT(csuccess_config_bounds(config, check_view("playbook/prepare"), &b, &err),
                 CSUCCESS_EABI);
    csuccess_config_unref(config);
}

/* ---- Random journeys ---- */

static int pick(uint64_t *seed, int n)
{
    return (int)(check_random(seed) % (uint64_t)n);
}

static void put_target(csuccess__text *out, uint64_t *seed, const char *key, int count)
{
    int to = pick(seed, count + 1);
    if (to == count) {
        csuccess__text_format(out, ", `%s`: `end`", key);
    } else {
        csuccess__text_format(out, ", `%s`: `s%d`", key, to);
    }
}

static void put_duration(csuccess__text *out, uint64_t *seed)
{
    static const char *const units[] = {"PT%dH", "PT%dM", "P%dD", "P%dDT5H"};
    char text[32];
    int unit = pick(seed, 4);
    snprintf(text, sizeof text, units[unit], 1 + pick(seed, unit < 2 ? 40 : 4));
    csuccess__text_format(out, "`%s`", pick(seed, 30) ? text : "P1M");
}

static void put_wait(csuccess__text *out, uint64_t *seed, int count)
{
    bool events = pick(seed, 2) == 0;
    csuccess__text_format(out, "`type`: `wait`");
    if (!events || pick(seed, 4)) {
        csuccess__text_format(out, ", `for`: ");
        put_duration(out, seed);
    }
    if (pick(seed, 4) == 0) csuccess__text_format(out, ", `hours`: `office`");
    if (!events) return;
    csuccess__text_format(out, ", `until`: {`e0`: {`event`: `e0`");
    put_target(out, seed, "next", count);
    csuccess__text_format(out, "}}");
}

static void put_step(csuccess__text *out, uint64_t *seed, int count)
{
    switch (pick(seed, 9)) {
    case 0:
        csuccess__text_format(out, "`type`: `in_app_message`, `template`: `hi`");
        break;
    case 1:
    case 2:
        put_wait(out, seed, count);
        break;
    case 3:
        csuccess__text_format(out, "`type`: `condition`, `when`: `x > %d`", pick(seed, 3));
        put_target(out, seed, "true", count);
        break;
    case 4:
        csuccess__text_format(out, "`type`: `human_touchpoint`, `title`: `Call`");
        put_target(out, seed, "unsuccessful", count);
        if (pick(seed, 3) == 0) break;
        csuccess__text_format(out, ", `timeout`: {`after`: ");
        put_duration(out, seed);
        put_target(out, seed, "next", count);
        csuccess__text_format(out, "}");
        break;
    case 5:
        csuccess__text_format(out, "`type`: `task`, `title`: `Look`");
        break;
    default:
        csuccess__text_format(out, "`type`: `email`, `template`: `hi`");
        break;
    }
}

static void put_journey(csuccess__text *out, uint64_t *seed)
{
    int count = 2 + pick(seed, 7);
    bool zone = pick(seed, 2) == 0;
    csuccess__text_format(
        out,
        "{`csuccess`: 1, `attributes`: {`x`: {`type`: `number`}%s}, `channels`: {`email`: {}, "
        "`in_app`: "
        "{}}, `calendars`: {`zones`: {`Europe/Berlin`: {`offset`: `+01:00`, `changes`: "
        "[[`2026-03-29T01:00:00Z`, `+02:00`], [`2026-10-25T01:00:00Z`, `+01:00`]]}, "
        "`Antarctica/Troll`: "
        "{`offset`: `+00:00`, `changes`: [[`2026-03-29T01:00:00Z`, `+02:00`], "
        "[`2026-10-25T01:00:00Z`, "
        "`+00:00`]]}}, `office`: {}}, `templates`: {`hi`: {`locales`: {`en`: {`subject`: `Hi`, "
        "`body`: "
        "`You`, `title`: `Hi`}}}}, `journeys`: {`j`: {",
        zone ? ", `zone`: {`type`: `string`}" : "");
    if (pick(seed, 2)) csuccess__text_format(out, "`time_limit`: `P%dD`, ", 1 + pick(seed, 20));
    if (pick(seed, 4) == 0) csuccess__text_format(out, "`goal`: {`when`: `x > 8`}, ");
    csuccess__text_format(out, "`steps`: {");
    for (int i = 0; i < count; i++) {
        csuccess__text_format(out, "%s`s%d`: {", i ? ", " : "", i);
        put_step(out, seed, count);
        csuccess__text_format(out, "}");
    }
    csuccess__text_format(out, "}}}}");
}

typedef struct walk {
    trip t;
    uint64_t seed;
    int64_t start, now, sent[SENT_MOST];
    uint32_t sent_count, read, inputs;
    bool over;
} walk;

static void note_sent(walk *w)
{
    for (; w->read < w->t.effects.message_count; w->read++) {
        const csuccess__effect_message *m = &w->t.effects.messages[w->read];
        if (!m->internal && w->sent_count < SENT_MOST) w->sent[w->sent_count++] = w->now;
    }
}

static void input(walk *w, const char *type, const char *event, const char *properties)
{
    char text[512], id[32];
    csuccess__input in;
    snprintf(id, sizeof id, "m%u", w->inputs++);
    snprintf(text, sizeof text,
             "{`type`: `%s`, `event`: `%s`, `messageId`: `%s`, `groupId`: `c1`, `timestamp`: "
             "`2026-01-01T00:00:00Z`, `properties`: {%s}}",
             type, event, id, properties);
    if (!CHECK_OK(trip_input(&w->t, &in, text))) return;
    CHECK(trip_step(&w->t, w->now, id, &in) >= 0);
}

static void answer(walk *w, csuccess_str task)
{
    static const char *const outcomes[] = {"successful", "unsuccessful", "no_response",
                                           "rescheduled"};
    char text[256];
    snprintf(text, sizeof text, "`task`: `%.*s`, `outcome`: `%s`", (int)task.len, task.ptr,
             outcomes[pick(&w->seed, 4)]);
    input(w, "task", "complete", text);
}

/* Something at random, at once or a while later, but not after what is due. */
static void happen(walk *w, int64_t due)
{
    csuccess__enrollment e;
    int64_t ahead = pick(&w->seed, 3) ? 0 : (int64_t)pick(&w->seed, 60 * 48) * 60000;
    if (w->now + ahead > due) ahead = due - w->now;
    w->now += ahead;
    switch (pick(&w->seed, 3)) {
    case 0:
        trip_set(&w->t, "x", csuccess__number(pick(&w->seed, 10)));
        break;
    case 1:
        input(w, "track", "e0", "");
        return;
    default:
        if (trip_live(&w->t, "j", &e) && e.waits_for.len) {
            answer(w, csuccess__arena_copy(&w->t.arena, e.waits_for));
            return;
        }
        break;
    }
    char cause[32];
    snprintf(cause, sizeof cause, "t%u", w->inputs++);
    CHECK(trip_step(&w->t, w->now, cause, NULL) >= 0);
}

static uint32_t most_in_a_day(const walk *w)
{
    uint32_t most = 0;
    for (uint32_t i = 0, from = 0; i < w->sent_count; i++) {
        while (w->sent[i] - w->sent[from] >= TRIP_DAY) from++;
        if (i - from + 1 > most) most = i - from + 1;
    }
    return most;
}

static void go(walk *w)
{
    csuccess__enrollment e;
    static const char *const zones[] = {"Europe/Berlin", "Antarctica/Troll", "UTC"};
    w->now = w->start = TRIP_START + (int64_t)pick(&w->seed, 366 * 24) * TRIP_HOUR;
    if (csuccess__schema_find(trip_now(&w->t)->schema, check_view("zone"), NULL) !=
        UINT32_MAX) {
        trip_set(&w->t, "zone", trip_text(&w->t, zones[pick(&w->seed, 3)]));
    }
    input(w, "journey", "enroll", "`journey`: `j`");
    note_sent(w);
    for (int i = 0; i < LOOKS && trip_live(&w->t, "j", &e); i++) {
        int64_t due = w->t.step.due;
        bool idle = due == CSUCCESS__NEVER;
        if (idle || pick(&w->seed, 2)) {
            happen(w, idle ? w->now + 40 * TRIP_DAY : due);
        } else {
            char cause[32];
            w->now = due;
            snprintf(cause, sizeof cause, "t%u", w->inputs++);
            CHECK(trip_step(&w->t, w->now, cause, NULL) >= 0);
        }
        note_sent(w);
    }
    w->over = !trip_live(&w->t, "j", &e);
}

typedef struct tally {
    unsigned walked, bounded, exact, counted, exact_count, exact_day;
} tally;

static bool one(uint64_t seed, tally *sum)
{
    static walk w;
    char text[WORDS];
    csuccess__text out;
    csuccess_config *config = NULL;
    csuccess_flow_bounds b = CSUCCESS_FLOW_BOUNDS_INIT;
    csuccess__text_init(&out, text, sizeof text);
    put_journey(&out, &seed);
    if (trip_compile(&config, text, NULL, NULL) < 0)
        return false; /* the verifier's, or nonsense */
    csuccess_config_unref(config);
    memset(&w, 0, sizeof w);
    w.seed = seed;
    if (!CHECK_OK(trip_open(&w.t, text, NULL))) return false;
    CHECK_OK(csuccess_config_bounds(trip_now(&w.t), check_view("journey/j"), &b, NULL));
    go(&w);
    uint32_t day = most_in_a_day(&w);
    bool fine = CHECK(w.now - w.start <= b.longest_ms) && CHECK(w.sent_count <= b.messages) &&
                CHECK(day <= b.messages_a_day);
    if (!fine) {
        printf("# %s\n# took %lld of %lld, sent %u of %u, %u of %u a day\n", text,
               (long long)(w.now - w.start), (long long)b.longest_ms, w.sent_count, b.messages,
               day, b.messages_a_day);
    }
    sum->walked++;
    sum->bounded += b.longest_ms != INT64_MAX;
    sum->exact += w.over && w.now - w.start == b.longest_ms;
    sum->counted += b.messages != UINT32_MAX;
    sum->exact_count += w.sent_count == b.messages;
    sum->exact_day += day == b.messages_a_day;
    trip_close(&w.t);
    return true;
}

static void no_random_journey_exceeds_its_bounds(void)
{
    tally sum = {0, 0, 0, 0, 0, 0};
    for (uint64_t seed = 1; sum.walked < JOURNEYS && seed < 20 * (uint64_t)JOURNEYS; seed++) {
        unsigned before = check_failures;
        one(seed * 0x9E3779B97F4A7C15u, &sum);
        if (check_failures != before) break;
    }
    printf("# %u walked; time bounded %u, reached %u; messages bounded %u, reached %u, in a "
           "day %u\n",
           sum.walked, sum.bounded, sum.exact, sum.counted, sum.exact_count, sum.exact_day);
    CHECK_UINT(sum.walked, JOURNEYS);
    /* Bounds that nothing comes near would be worth little. */
    CHECK(sum.bounded > JOURNEYS / 3 && sum.exact > JOURNEYS / 20);
    CHECK(sum.counted > JOURNEYS / 3 && sum.exact_count > JOURNEYS / 10);
}

CHECK_MAIN(CHECK_TEST(worked_cases), CHECK_TEST(playbooks_end_when_people_say_so),
           CHECK_TEST(no_random_journey_exceeds_its_bounds))

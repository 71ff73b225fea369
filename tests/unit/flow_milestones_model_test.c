/* SPDX-License-Identifier: Apache-2.0 */
/* Milestones against a slow plain model over random lives: definitions, conditions, events late and out of order, people's words, anniversaries and time. What is said, what stands, and when to look again must be the same. */
#include "flow_milestones_model.h"

/* ---- The life beside it ---- */

static world random_world(uint64_t *random)
{
    world w = {.count = 1 + (int)(check_random(random) % MOST)};
    for (int i = 0; i < w.count; i++) {
        definition *d = &w.d[i];
        d->kind = (kind)(check_random(random) % KINDS);
        d->celebrates = check_random(random) & 1;
        d->points = 1 + (int)(check_random(random) % 30);
        d->target = -1;
        if (d->kind != YEARLY && check_random(random) % 3) {
            d->target = (int)(check_random(random) % 20);
        }
        /* evens wait for lower ones, odds for higher ones of their own kind: no circles */
        for (int k = i & 1; k < w.count; k += 2) {
            bool first = i & 1 ? k > i : k < i;
            d->after[k] = first && check_random(random) % 3 == 0;
        }
        for (int k = 1; k < w.count && !(i & 1); k += 2) {
            d->after[k] = check_random(random) % 4 == 0;
        }
    }
    w.begun = LIFE_START + ((int64_t)(check_random(random) % 800) - 780) * LIFE_DAY;
    return w;
}

/* reason: one key a line. */
static void write_document(const world *w, char *out, size_t cap)
{
    size_t n = (size_t)snprintf(out, cap,
                                "{`csuccess`:1,`channels`:{`email`:{}},`attributes`:"
                                "{`begun`:{`type`:`time`}");
    for (int i = 0; i < w->count; i++) {
        n += (size_t)snprintf(out + n, cap - n, ",`x%d`:{`type`:`number`}", i);
    }
    n += (size_t)snprintf(out + n, cap - n, "},`milestones`:{");
    for (int i = 0; i < w->count; i++) {
        const definition *d = &w->d[i];
        n += (size_t)snprintf(out + n, cap - n, "%s`m%d`:{`points`:%d", i ? "," : "", i,
                              d->points);
        if (d->kind == WHEN)
            n += (size_t)snprintf(out + n, cap - n, ",`achieved_when`:`x%d > 2`", i);
        if (d->kind == ONCE || d->kind == EACH) {
            n += (size_t)snprintf(out + n, cap - n, ",`achieved_when`:{`event`:`e%d`}%s", i,
                                  d->kind == EACH ? ",`repeat`:`each`" : "");
        }
        if (d->kind == COUNT) {
            n += (size_t)snprintf(out + n, cap - n,
                                  ",`achieved_when`:{`count`:`x%d`},`repeat`:[2,5]", i);
        }
        if (d->kind == YEARLY) {
            n += (size_t)snprintf(out + n, cap - n,
                                  ",`achieved_when`:{`anniversary`:`begun`},`repeat`:`yearly`");
        }
        if (d->target >= 0)
            n += (size_t)snprintf(out + n, cap - n, ",`target_days`:%d", d->target);
        if (d->celebrates) n += (size_t)snprintf(out + n, cap - n, ",`celebrate`:{}");
        n += (size_t)snprintf(out + n, cap - n, ",`after`:[");
        for (int k = 0, some = 0; k < w->count; k++) {
            if (d->after[k])
                n += (size_t)snprintf(out + n, cap - n, "%s`m%d`", some++ ? "," : "", k);
        }
        n += (size_t)snprintf(out + n, cap - n, "]}");
    }
    snprintf(out + n, cap - n, "}}");
}

static void write_row(const world *w, const model *m, char *out, size_t cap)
{
    char time[CSUCCESS__TIME_TEXT];
    csuccess__time_format(time, w->begun);
    size_t n = (size_t)snprintf(out, cap, "{`begun`:`%s`", time);
    for (int i = 0; i < w->count; i++) {
        if (m->x[i] >= 0) n += (size_t)snprintf(out + n, cap - n, ",`x%d`:%d", i, m->x[i]);
    }
    snprintf(out + n, cap - n, "}");
}

/* reason: two tables of words, each looked through. */
static void read_said(way *w, said *s)
{
    static const struct {
        const char *word;
        char mark;
    } marks[] = {{"achieved", '+'}, {"revoked", '-'}, {"earlier", '<'}, {"overdue", '!'}};
    static const char *const keys[] = {"threshold", "year", "number"};
    for (uint32_t i = 0; i < w->l.effects.entry_count; i++) {
        const csuccess__json *json = way_json(w, w->l.effects.entries[i].body);
        const csuccess__json *at = csuccess__json_member(json, "achieved_at");
        char mark = '?', key[16] = "", when[16] = "";
        int64_t ms = 0;
        for (size_t k = 0; k < 4; k++) {
            bool is =
                csuccess__str_is(csuccess__json_member(json, "change")->string, marks[k].word);
            if (is) mark = marks[k].mark;
        }
        for (size_t k = 0; k < 3; k++) {
            const csuccess__json *of = csuccess__json_member(json, keys[k]);
            if (of) snprintf(key, sizeof key, ":%d", (int)of->number);
        }
        if (at && CHECK(csuccess__time_parse(&ms, at->string, NULL))) {
            snprintf(when, sizeof when, "@%d", hour_of(ms));
        }
        say(s, "%c%.*s%s%s", mark, (int)csuccess__json_member(json, "milestone")->string.len,
            csuccess__json_member(json, "milestone")->string.ptr, key, when);
    }
    for (uint32_t i = 0; i < w->l.effects.message_count; i++) {
        const csuccess__effect_message *m = &w->l.effects.messages[i];
        bool plain = csuccess__str_is(m->step, "celebrate");
        say(s, "*%.*s:%.*s", (int)m->definition.len - 10, m->definition.ptr + 10,
            plain ? 1 : (int)m->step.len, plain ? "0" : m->step.ptr);
    }
}

static bool same_said(said *is, said *should)
{
    bool same = is->count == should->count;
    qsort(is->line, (size_t)is->count, sizeof is->line[0], by_text);
    qsort(should->line, (size_t)should->count, sizeof should->line[0], by_text);
    for (int i = 0; i < is->count && same; i++)
        same = strcmp(is->line[i], should->line[i]) == 0;
    if (same) return CHECK(same);
    for (int i = 0; i < is->count; i++) printf("# says %s\n", is->line[i]);
    for (int i = 0; i < should->count; i++) printf("# should say %s\n", should->line[i]);
    return CHECK(same);
}

static csuccess__value slot(way *w, const char *path, int i)
{
    char id[8];
    snprintf(id, sizeof id, "m%d", i);
    csuccess_str of = check_view(id);
    return w->moment
        .slots[csuccess__schema_find(w->moment.schema, check_view(path), i < 0 ? NULL : &of)];
}

/* reason: one slot a line. */
static bool same_slots(way *w, const world *world_, const model *m, int64_t now)
{
    bool same = true;
    for (int i = 0; i < world_->count; i++) {
        const life_of *l = &m->m[i];
        bool done = times(l) > 0;
        same = CHECK(slot(w, "milestone.achieved", i).as.boolean == done) && same;
        same = CHECK_NUM(slot(w, "milestone.times", i).as.number, times(l), 0) && same;
        same =
            CHECK_STR(slot(w, "milestone.state", i).as.string, state_of(world_, m, i, now)) &&
            same;
        if (!done) continue;
        same =
            CHECK_INT(slot(w, "milestone.achieved_at", i).as.time, first_of(l, false)) && same;
        same = CHECK_INT(slot(w, "milestone.last_at", i).as.time, first_of(l, true)) && same;
    }
    double progress;
    const char *state = overall(world_, m, now, &progress);
    if (!state[0]) return CHECK(csuccess__is_missing(slot(w, "onboarding.state", -1))) && same;
    same = CHECK_STR(slot(w, "onboarding.state", -1).as.string, state) && same;
    return CHECK_NUM(slot(w, "onboarding.progress", -1).as.number, progress, 1e-12) && same;
}

/* One thing that happens, to both. reason: one branch for each thing that may happen. */
static bool happen(way *w, const world *world_, model *m, int64_t now, uint64_t *random)
{
    said is = {.count = 0}, should = {.count = 0};
    int what = (int)(check_random(random) % 10),
        i = (int)(check_random(random) % (unsigned)world_->count);
    kind k = world_->d[i].kind;
    char id[8];
    bool same_again = false;
    snprintf(id, sizeof id, "m%d", i);
    if (what < 3) m->x[i] = (int)(check_random(random) % 8) - 1;
    write_row(world_, m, w->row, sizeof w->row);
    csuccess__effects_clear(&w->l.effects);
    if (what < 6 && what > 2) {
        int64_t at = now + (3 - (int64_t)(check_random(random) % 80)) * LIFE_HOUR;
        char name[8];
        snprintf(name, sizeof name, "e%d", i);
        CHECK_OK(way_event(w, now, at, name, NULL));
        if (k == ONCE || k == EACH) event(world_, m, i, at < now ? at : now);
    } else if (what < 8 && what > 5 && (what == 6 || k != YEARLY)) {
        CHECK_OK(way_word(w, now, what == 6 ? "revoke" : "achieve", id, ""));
        same_again = word(world_, m, i, what == 6, now, &should);
    } else {
        CHECK_OK(way_step(w, now, NULL));
    }
    look(world_, m, now, &should);
    read_said(w, &is);
    bool same = same_said(&is, &should) && same_slots(w, world_, m, now);
    same = CHECK((w->word == CSUCCESS_UNCHANGED) == same_again) && same;
    int64_t next = next_hour(world_, m, now);
    return CHECK(w->l.step.due <= next && w->l.step.due > now) && same;
}

static bool live(uint64_t seed)
{
    char document[4096];
    uint64_t random = seed;
    world world_ = random_world(&random);
    model *m = calloc(1, sizeof *m);
    way w;
    if (!m) abort();
    write_document(&world_, document, sizeof document);
    bool same = CHECK_OK(way_open(&w, document, NULL));
    int64_t now = LIFE_START;
    m->start = now;
    for (int step = 0; step < STEPS && same; step++) {
        same = happen(&w, &world_, m, now, &random);
        bool at_due = check_random(&random) & 1 && w.l.step.due < now + 400 * LIFE_DAY;
        now = at_due ? w.l.step.due
                     : now + (int64_t)(check_random(&random) %
                                       (check_random(&random) % 9 ? 60 : 2000)) *
                                 LIFE_HOUR;
        csuccess__effects_clear(&w.l.effects);
    }
    if (!same) printf("# seed %llu: %s\n", (unsigned long long)seed, document);
    way_close(&w);
    free(m);
    return same;
}

static void random_lives(void)
{
    for (uint64_t seed = 1; seed <= 150; seed++) {
        if (!live(seed)) return;
    }
}

/* ---- The order of events ---- */

/* Events of any times, applied at one time in two orders, leave the same state. reason: two lives side by side. */
static void order_makes_no_difference(void)
{
    static const char document[] =
        "{`csuccess`:1,`milestones`:{`a`:{`achieved_when`:{`event`:`e0`}},`b`:{`achieved_when`:"
        "{`event`:`e1`},`after`:[`a`]},`c`:{`achieved_when`:{`event`:`e2`},`after`:[`b`,`a`]},"
        "`d`:{`achieved_when`:{`event`:`e3`},`repeat`:`each`}}}";
    uint64_t random = 5;
    for (int run = 0; run < 200; run++) {
        struct {
            int event, hour;
        } events[12];
        way w[2];
        int n = 1 + (int)(check_random(&random) % 12);
        for (int i = 0; i < n; i++) {
            events[i].event = (int)(check_random(&random) % 4);
            events[i].hour = (int)(check_random(&random) % 100);
        }
        for (int k = 0; k < 2; k++) {
            CHECK_OK(way_open(&w[k], document, NULL));
            for (int i = 0; i < n; i++) {
                char name[8];
                int at = k ? n - 1 - i : i;
                snprintf(name, sizeof name, "e%d", events[at].event);
                CHECK_OK(way_event(&w[k], LIFE_START + 100 * LIFE_HOUR,
                                   LIFE_START + events[at].hour * LIFE_HOUR, name, NULL));
            }
        }
        for (int i = 0; i < 3; i++) {
            static const char *const ids[] = {"a", "b", "c"};
            csuccess_str one = csuccess__state_get(&w[0].l.state, CSUCCESS__STATE_MILESTONE,
                                                   check_view(ids[i]));
            csuccess_str other = csuccess__state_get(&w[1].l.state, CSUCCESS__STATE_MILESTONE,
                                                     check_view(ids[i]));
            CHECK((one.ptr == NULL) == (other.ptr == NULL) && csuccess__str_eq(one, other));
        }
        csuccess__value d[2][3];
        for (int k = 0; k < 2; k++) {
            static const char *const paths[] = {"milestone.times", "milestone.achieved_at",
                                                "milestone.last_at"};
            csuccess_str id = CSUCCESS_STR("d");
            for (int i = 0; i < 3; i++) {
                d[k][i] = w[k].moment.slots[csuccess__schema_find(w[k].moment.schema,
                                                                  check_view(paths[i]), &id)];
            }
        }
        for (int i = 0; i < 3; i++) CHECK(csuccess__value_equal(d[0][i], d[1][i]));
        for (int k = 0; k < 2; k++) way_close(&w[k]);
    }
}

CHECK_MAIN(CHECK_TEST(random_lives), CHECK_TEST(order_makes_no_difference))

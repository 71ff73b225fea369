/* SPDX-License-Identifier: Apache-2.0 */
/* Touches: what is kept of them, what becomes of them, what their definitions have reached; damaged states and memory that runs out. */
#include "intervene_touching.h"

#define DAY TOUCHING_DAY
#define HOUR TOUCHING_HOUR
#define START TOUCHING_NEW_YEAR

typedef struct sent {
    uint64_t number;
    const char *programme, *step, *channel;
    int64_t cost;
} sent;

static void send(touching *w, const sent *what)
{
    char id[65];
    csuccess__touch touch = {.decided = w->step.now,
                             .class_ = CSUCCESS__CLASS_NURTURE,
                             .programme = check_view(what->programme),
                             .step = check_view(what->step),
                             .channel = check_view(what->channel),
                             .type = CSUCCESS_STR("email"),
                             .contact = CSUCCESS_STR("ann"),
                             .cost = what->cost};
    memcpy(touch.id, touching_id(id, what->number).ptr, sizeof touch.id);
    csuccess__touch_add(&w->turn, &touch);
}

static void tell(touching *w, uint64_t number, bool arrived, int64_t at)
{
    char id[65];
    csuccess__touch_told(&w->turn, touching_id(id, number), arrived, at);
}

static csuccess__touch *find(touching *w, uint64_t number)
{
    char id[65];
    return csuccess__touch_find(&w->turn, touching_id(id, number));
}

static csuccess__reached reached(touching *w, const char *definition)
{
    return csuccess__reached_of(&w->turn, check_view(definition));
}

static const sent mail = {1, "intervention/mail", "", "email", 3};

/* ---- What becomes of them ---- */

static void kept(void)
{
    touching w;
    CHECK_OK(touching_open(&w, csuccess__malloc_allocator(), NULL, "UTC"));
    touching_begin(&w, START);
    send(&w, &mail);
    send(&w, &(sent){7, "campaign/spring", "tour", "in_app", 0});
    CHECK_OK(touching_end(&w));
    touching_begin(&w, START + HOUR);
    CHECK_UINT(w.desk.touches->count, 2);
    csuccess__touch *touch = find(&w, 1);
    if (CHECK(touch != NULL)) {
        CHECK_INT(touch->decided, START);
        CHECK_INT(touch->at, 0);
        CHECK_INT(touch->cost, 3);
        CHECK_STR(touch->programme, "intervention/mail");
        CHECK_STR(touch->channel, "email");
        CHECK_STR(touch->contact, "ann");
        CHECK_STR(touch->type, "email");
        CHECK(touch->class_ == CSUCCESS__CLASS_NURTURE);
    }
    tell(&w, 1, true, START + HOUR / 2);
    CHECK_OK(touching_end(&w));
    touching_begin(&w, START + DAY);
    touch = find(&w, 1);
    if (CHECK(touch != NULL)) CHECK_INT(touch->at, START + HOUR / 2);
    CHECK(find(&w, 2) == NULL);
    CHECK(csuccess__touch_find(&w.turn, CSUCCESS_STR("short")) == NULL);
    /* Told of twice: what was first said stands. */
    tell(&w, 1, false, 0);
    tell(&w, 1, true, START + DAY);
    touch = find(&w, 1);
    if (CHECK(touch != NULL)) CHECK_INT(touch->at, START + HOUR / 2);
    touching_close(&w);
}

static void nothing_when_nobody_tells(void)
{
    touching w;
    CHECK_OK(touching_open(&w, csuccess__malloc_allocator(), NULL, "UTC"));
    w.intervene.tracks = false;
    touching_begin(&w, START);
    send(&w, &mail);
    CHECK_OK(touching_end(&w));
    CHECK_UINT(w.state.count, 0);
    touching_close(&w);
}

/* As far back as anybody looks, and 32 days at least; what is under way for as long as it is. */
static void let_go(void)
{
    touching w;
    CHECK_OK(touching_open(&w, csuccess__malloc_allocator(), NULL, "UTC"));
    touching_begin(&w, START);
    for (uint64_t i = 1; i <= 3; i++) {
        send(&w, &(sent){i, "intervention/mail", "", "email", 0});
    }
    tell(&w, 1, true, START);
    tell(&w, 2, true, START + DAY);
    CHECK_OK(touching_end(&w));
    touching_begin(&w, START + 32 * DAY - 1);
    CHECK_UINT(w.desk.touches->count, 3);
    touching_begin(&w, START + 32 * DAY);
    CHECK_UINT(w.desk.touches->count, 2);
    CHECK(find(&w, 1) == NULL);
    touching_begin(&w, START + 33 * DAY);
    CHECK_UINT(w.desk.touches->count, 1);
    touching_begin(&w, START + 3000 * DAY);
    CHECK_UINT(w.desk.touches->count, 1);
    w.reach.longest_ms = 90 * DAY;
    touching_begin(&w, START + 90 * DAY - 1);
    CHECK_UINT(w.desk.touches->count, 3);
    touching_close(&w);
}

/* ---- What their definitions have reached ---- */

static void as_if_it_had_not_left(void)
{
    touching w;
    CHECK_OK(touching_open(&w, csuccess__malloc_allocator(), NULL, "UTC"));
    for (uint64_t i = 1; i <= 3; i++) {
        touching_begin(&w, START + (int64_t)i * DAY);
        send(&w, &(sent){i, "intervention/mail", "", "email", 0});
        CHECK_OK(touching_end(&w));
    }
    touching_begin(&w, START + 4 * DAY);
    CHECK_INT(reached(&w, "intervention/mail").last_at, START + 3 * DAY);
    CHECK_UINT(reached(&w, "intervention/mail").times, 3);
    tell(&w, 2, false, 0); /* the one between them: the last stays the last */
    CHECK_INT(reached(&w, "intervention/mail").last_at, START + 3 * DAY);
    tell(&w, 3, false, 0);
    CHECK_INT(reached(&w, "intervention/mail").last_at, START + DAY);
    tell(&w, 1, false, 0);
    CHECK_INT(reached(&w, "intervention/mail").last_at, 0);
    CHECK_UINT(reached(&w, "intervention/mail").times, 3); /* occurrences are never the same */
    CHECK_OK(touching_end(&w));
    CHECK(!csuccess__state_get(&w.state, CSUCCESS__STATE_TOUCH, CSUCCESS_STR("")).ptr);
    touching_close(&w);
}

static void definitions(void)
{
    touching w;
    csuccess__intervention tour = {.programme = CSUCCESS_STR("intervention/tour")};
    csuccess__campaign_action action = {.what = tour};
    csuccess__candidate c = {.kind = CSUCCESS__CANDIDATE_ACTION,
                             .programme = CSUCCESS_STR("campaign/spring"),
                             .step = CSUCCESS_STR("tour"),
                             .class_ = CSUCCESS__CLASS_NURTURE,
                             .action = &action,
                             .intervention = &tour};
    char id[65];
    CHECK_OK(touching_open(&w, csuccess__malloc_allocator(), NULL, "UTC"));
    touching_begin(&w, START);
    c.id = touching_id(id, 1);
    csuccess__touch_leave(&w.turn, &c, UINT32_MAX);
    send(&w, &(sent){2, "journey/hello", "first", "email", 0});
    CHECK_UINT(reached(&w, "campaign/spring/tour").times, 1);
    CHECK_UINT(reached(&w, "intervention/tour").times, 1);
    CHECK_UINT(reached(&w, "campaign/spring").times, 0);
    CHECK_UINT(reached(&w, "journey/hello").times, 1);
    CHECK_UINT(reached(&w, "journey/hello/first").times, 0);
    tell(&w, 1, true, START);
    CHECK_UINT(reached(&w, "campaign/spring/tour").unanswered, 1);
    CHECK_UINT(reached(&w, "intervention/tour").unanswered, 1);
    CHECK_OK(touching_end(&w));
    touching_begin(&w, START + DAY);
    c.id = touching_id(id, 3);
    csuccess__touch_leave(&w.turn, &c, UINT32_MAX);
    CHECK_INT(reached(&w, "intervention/tour").last_at, START + DAY);
    tell(&w, 3, false, 0);
    CHECK_INT(reached(&w, "intervention/tour").last_at, START);
    CHECK_INT(reached(&w, "campaign/spring/tour").last_at, START);
    /* What goes to the team reaches no customer. */
    c.internal = true;
    c.id = touching_id(id, 4);
    csuccess__touch_leave(&w.turn, &c, UINT32_MAX);
    CHECK(find(&w, 4) == NULL);
    c.internal = false;
    c.id = CSUCCESS_STR("12");
    csuccess__touch_leave(&w.turn, &c, UINT32_MAX);
    CHECK_RESULT(w.step.failed, CSUCCESS_EINVALID);
    touching_close(&w);
}

static void answers(void)
{
    touching w;
    CHECK_OK(touching_open(&w, csuccess__malloc_allocator(), NULL, "UTC"));
    w.reach.unanswered_after = 2;
    w.reach.unanswered_ms = 14 * DAY;
    for (uint64_t i = 1; i <= 4; i++) {
        touching_begin(&w, START + (int64_t)i * DAY);
        send(&w, &(sent){i, "intervention/mail", "", i == 4 ? "sms" : "email", 0});
        tell(&w, i, true, w.step.now);
        CHECK_OK(touching_end(&w));
    }
    const csuccess_str mail_ = CSUCCESS_STR("intervention/mail");
    touching_begin(&w, START + 5 * DAY);
    CHECK_UINT(reached(&w, "intervention/mail").unanswered, 4);
    CHECK_UINT(csuccess__touches_unanswered(&w.turn, mail_), 0);
    touching_begin(&w, START + 15 * DAY - 1);
    CHECK_UINT(csuccess__touches_unanswered(&w.turn, mail_), 0);
    touching_begin(&w, START + 15 * DAY);
    CHECK_UINT(csuccess__touches_unanswered(&w.turn, mail_), 1);
    touching_begin(&w, START + 17 * DAY);
    CHECK_UINT(csuccess__touches_unanswered(&w.turn, mail_), 3);
    touching_begin(&w, START + 100 * DAY); /* they themselves are let go */
    CHECK_UINT(w.desk.touches->count, 0);
    CHECK_UINT(csuccess__touches_unanswered(&w.turn, mail_), 4);
    touching_begin(&w, START + 16 * DAY);
    const csuccess_str none = CSUCCESS_STR("");
    CHECK(!csuccess__touch_responded(&w.turn, none, CSUCCESS_STR("fax"),
                                     CSUCCESS__RESPONSE_POSITIVE));
    CHECK(csuccess__touch_responded(&w.turn, none, CSUCCESS_STR("email"),
                                    CSUCCESS__RESPONSE_NONE));
    CHECK_UINT(reached(&w, "intervention/mail").unanswered, 4);
    CHECK(csuccess__touch_responded(&w.turn, none, CSUCCESS_STR("email"),
                                    CSUCCESS__RESPONSE_NEGATIVE));
    CHECK(find(&w, 3)->response == CSUCCESS__RESPONSE_NEGATIVE);
    CHECK(find(&w, 4)->response == CSUCCESS__RESPONSE_NONE);
    CHECK_UINT(reached(&w, "intervention/mail").unanswered, 0);
    CHECK(csuccess__touch_responded(&w.turn, none, none, CSUCCESS__RESPONSE_NEUTRAL));
    CHECK(find(&w, 4)->response == CSUCCESS__RESPONSE_NEUTRAL);
    CHECK_OK(touching_end(&w));
    /* One that answered before it was told of is no unanswered one. */
    touching_begin(&w, START + 20 * DAY);
    send(&w, &(sent){9, "intervention/mail", "", "email", 0});
    char id[65];
    CHECK(csuccess__touch_responded(&w.turn, touching_id(id, 9), none,
                                    CSUCCESS__RESPONSE_POSITIVE));
    tell(&w, 9, true, START + 20 * DAY);
    CHECK_UINT(reached(&w, "intervention/mail").unanswered, 0);
    touching_close(&w);
}

/* By when it was decided, whenever it is delivered; UTC. */
static void spent(void)
{
    touching w;
    CHECK_OK(touching_open(&w, csuccess__malloc_allocator(), NULL, "Asia/Kolkata"));
    touching_begin(&w, START - 1);
    send(&w, &(sent){1, "intervention/mail", "", "email", 5});
    CHECK_INT(csuccess__touches_spent(&w.turn, w.step.now), 5);
    CHECK_OK(touching_end(&w));
    touching_begin(&w, START);
    CHECK_INT(csuccess__touches_spent(&w.turn, w.step.now), 0);
    send(&w, &(sent){2, "intervention/mail", "", "email", 7});
    send(&w, &(sent){3, "intervention/mail", "", "email", 11});
    CHECK_INT(csuccess__touches_spent(&w.turn, w.step.now), 18);
    CHECK_INT(csuccess__touches_spent(&w.turn, START - 1), 5);
    tell(&w, 1, true, START);
    tell(&w, 3, false, START);
    CHECK_INT(csuccess__touches_spent(&w.turn, w.step.now), 7);
    send(&w, &(sent){4, "intervention/mail", "", "email", INT64_MAX - 3});
    CHECK_INT(csuccess__touches_spent(&w.turn, w.step.now), INT64_MAX);
    touching_close(&w);
}

static void forgotten(void)
{
    touching w;
    CHECK_OK(touching_open(&w, csuccess__malloc_allocator(), NULL, "UTC"));
    touching_begin(&w, START);
    send(&w, &mail);
    tell(&w, 1, true, START);
    CHECK(csuccess__touch_responded(&w.turn, CSUCCESS_STR(""), CSUCCESS_STR(""),
                                    CSUCCESS__RESPONSE_POSITIVE));
    csuccess__touches_forget(&w.turn, CSUCCESS_STR("bob"));
    csuccess__touches_forget(&w.turn, CSUCCESS_STR(""));
    CHECK_STR(find(&w, 1)->contact, "ann");
    csuccess__touches_forget(&w.turn, CSUCCESS_STR("ann"));
    CHECK_OK(touching_end(&w));
    touching_begin(&w, START + 1);
    csuccess__touch *touch = find(&w, 1);
    if (CHECK(touch != NULL)) {
        CHECK_STR(touch->contact, "");
        CHECK(touch->forgotten && touch->response == CSUCCESS__RESPONSE_NONE);
    }
    csuccess_str payload =
        csuccess__state_get(&w.state, CSUCCESS__STATE_TOUCH, CSUCCESS_STR(""));
    CHECK(csuccess__str_find(payload, CSUCCESS_STR("ann")) == SIZE_MAX);
    touching_close(&w);
}

/* ---- Bytes ---- */

static csuccess_str printed(touching *w, csuccess__state_kind kind, const char *name,
                            csuccess__buffer *out)
{
    csuccess__json_writer writer;
    csuccess__state_field field = {.kind = (uint8_t)kind, .name = check_view(name)};
    field.payload = csuccess__state_get(&w->state, kind, field.name);
    csuccess__buffer_clear(out);
    csuccess__json_writer_init(&writer, out);
    if (kind == CSUCCESS__STATE_TOUCH) {
        csuccess__touches_print(&writer, &field);
    } else {
        csuccess__reached_print(&writer, &field);
    }
    return csuccess__buffer_view(out);
}

static void shown(void)
{
    touching w;
    csuccess__buffer out;
    CHECK_OK(touching_open(&w, csuccess__malloc_allocator(), NULL, "UTC"));
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    touching_begin(&w, START);
    send(&w, &mail);
    tell(&w, 1, true, START + 1000);
    CHECK_OK(touching_end(&w));
    CHECK_STR(printed(&w, CSUCCESS__STATE_TOUCH, "", &out),
              "[{\"id\":\"0000000000000001\",\"decided\":\"2026-01-01T00:00:00Z\","
              "\"delivered\":\"2026-01-01T00:00:01Z\",\"class\":\"nurture\","
              "\"programme\":\"intervention/mail\",\"channel\":\"email\",\"type\":\"email\","
              "\"contact\":\"ann\",\"response\":\"none\",\"cost\":3}]");
    CHECK_STR(printed(&w, CSUCCESS__STATE_REACHED, "intervention/mail", &out),
              "{\"last_at\":\"2026-01-01T00:00:00Z\",\"times\":1,\"unanswered\":1}");
    csuccess__step_put(&w.step, CSUCCESS__STATE_TOUCH, CSUCCESS_STR(""),
                       CSUCCESS_STR("\x05xx"));
    CHECK_STR(printed(&w, CSUCCESS__STATE_TOUCH, "", &out), "\"(damaged)\"");
    csuccess__step_put(&w.step, CSUCCESS__STATE_REACHED, CSUCCESS_STR("intervention/mail"),
                       CSUCCESS_STR("\x05xx"));
    CHECK_STR(printed(&w, CSUCCESS__STATE_REACHED, "intervention/mail", &out), "\"(damaged)\"");
    csuccess__buffer_free(&out);
    touching_close(&w);
}

/* The same touches have the same bytes, in whatever order they came. */
static void one_spelling(void)
{
    touching a, b;
    CHECK_OK(touching_open(&a, csuccess__malloc_allocator(), NULL, "UTC"));
    CHECK_OK(touching_open(&b, csuccess__malloc_allocator(), NULL, "UTC"));
    touching_begin(&a, START);
    touching_begin(&b, START);
    for (uint64_t i = 1; i <= 20; i++) {
        char programme[2][32];
        snprintf(programme[0], 32, "intervention/%llu", (unsigned long long)i);
        snprintf(programme[1], 32, "intervention/%llu", (unsigned long long)(21 - i));
        send(&a, &(sent){i, programme[0], "", "email", (int64_t)i});
        send(&b, &(sent){21 - i, programme[1], "", "email", (int64_t)(21 - i)});
    }
    CHECK_OK(touching_end(&a));
    CHECK_OK(touching_end(&b));
    csuccess__buffer x, y;
    csuccess__buffer_init(&x, a.mem, 0);
    csuccess__buffer_init(&y, b.mem, 0);
    csuccess__state_write(&x, &a.state);
    csuccess__state_write(&y, &b.state);
    CHECK(csuccess__str_eq(csuccess__buffer_view(&x), csuccess__buffer_view(&y)));
    csuccess__buffer_free(&x);
    csuccess__buffer_free(&y);
    touching_close(&a);
    touching_close(&b);
}

/* A state with every kind of touch that there is. */
static void fill(touching *w)
{
    csuccess__channel channel = {.name = CSUCCESS_STR("email"), .cost = 4};
    csuccess__candidate c = {.kind = CSUCCESS__CANDIDATE_GIVEN,
                             .programme = CSUCCESS_STR("journey/x"),
                             .step = CSUCCESS_STR("one"),
                             .class_ = CSUCCESS__CLASS_SERVICE,
                             .contact = CSUCCESS_STR("ann"),
                             .cost = 300,
                             .by = &channel};
    char id[65];
    w->reach.has_total_budget = true;
    w->reach.total_budget = 100000;
    for (uint64_t i = 1; i <= 4; i++) {
        touching_begin(w, START + (int64_t)i * HOUR);
        c.id = touching_id(id, i * 0x123456789abcdefu);
        csuccess__touch_leave(&w->turn, &c, UINT32_MAX);
        if (i == 1) tell(w, i * 0x123456789abcdefu, true, w->step.now + 1);
        if (i == 3) csuccess__touches_forget(&w->turn, CSUCCESS_STR("ann"));
        CHECK_OK(touching_end(w));
    }
}

/* Every byte changed in each of its bits, and every length: it is refused, or it is the one spelling of something else. */
static void damaged(void)
{
    touching w;
    char good[1024], bad[1024];
    CHECK_OK(touching_open(&w, csuccess__malloc_allocator(), NULL, "UTC"));
    fill(&w);
    csuccess_str payload =
        csuccess__state_get(&w.state, CSUCCESS__STATE_TOUCH, CSUCCESS_STR(""));
    size_t len = payload.len, refused = 0, taken = 0;
    if (!CHECK(len > 100 && len < sizeof good)) return;
    memcpy(good, payload.ptr, len);
    for (size_t i = 0; i < 8 * len + len; i++) {
        csuccess_str put = {bad, i < 8 * len ? len : i - 8 * len};
        memcpy(bad, good, len);
        if (i < 8 * len) bad[i / 8] = (char)(bad[i / 8] ^ 1 << i % 8);
        w.step.failed = CSUCCESS_OK;
        csuccess__step_put(&w.step, CSUCCESS__STATE_TOUCH, CSUCCESS_STR(""), put);
        touching_begin(&w, START + DAY);
        if (w.step.failed < 0) {
            CHECK_RESULT(w.step.failed, CSUCCESS_ESTATE);
            CHECK_UINT(w.desk.touches->count, 0);
            refused++;
            continue;
        }
        taken++;
        w.desk.touches->changed = true;
        CHECK_OK(touching_end(&w));
        csuccess_str again =
            csuccess__state_get(&w.state, CSUCCESS__STATE_TOUCH, CSUCCESS_STR(""));
        uint32_t count = w.desk.touches->count;
        if (count == 4 && !CHECK(csuccess__str_eq(again, put))) break;
    }
    CHECK(refused > len && taken > len); /* digits of ids, letters of names, times are free */
    w.step.failed = CSUCCESS_OK;
    csuccess__step_put(&w.step, CSUCCESS__STATE_REACHED, CSUCCESS_STR("x"),
                       CSUCCESS_STR("\x80"));
    (void)reached(&w, "x");
    CHECK_RESULT(w.step.failed, CSUCCESS_ESTATE);
    touching_close(&w);
}

static void limit(void)
{
    touching w;
    CHECK_OK(touching_open(&w, csuccess__malloc_allocator(), NULL, "UTC"));
    touching_begin(&w, START);
    for (uint64_t i = 1; i <= CSUCCESS__TOUCHES_MOST; i++) {
        send(&w, &(sent){i, "intervention/mail", "", "email", 0});
    }
    tell(&w, 5, true, START + HOUR);
    tell(&w, 6, true, START);
    CHECK_OK(touching_end(&w));
    touching_begin(&w, START + DAY);
    CHECK_UINT(w.desk.touches->count, CSUCCESS__TOUCHES_MOST);
    csuccess__candidate c = {.kind = CSUCCESS__CANDIDATE_GIVEN};
    csuccess__ruled ruled = csuccess__ask_caps(&w.turn, &c, NULL);
    CHECK(ruled.ruling == CSUCCESS__DEFER && ruled.guard == CSUCCESS__GUARD_CAPS);
    CHECK_INT(ruled.until, START + 32 * DAY); /* the first of them is let go */
    send(&w, &(sent){5000, "intervention/mail", "", "email", 0});
    CHECK_RESULT(w.step.failed, CSUCCESS_ELIMIT);
    touching_close(&w);
}

/* ---- Memory ---- */

static csuccess_result scenario(check_memory *memory, void *ud)
{
    touching w;
    (void)ud;
    csuccess_result result = touching_open(&w, &memory->allocator, NULL, "UTC");
    csuccess__cap caps[] = {{.id = CSUCCESS_STR("a"), .most = 2, .per = CSUCCESS__PER_DAY},
                            {.id = CSUCCESS_STR("b"),
                             .most = 1,
                             .per = CSUCCESS__PER_ROLLING,
                             .rolling_ms = HOUR,
                             .each_programme = true}};
    w.reach.caps = caps;
    w.reach.cap_count = 2;
    w.reach.has_total_budget = true;
    w.reach.total_budget = 100;
    for (uint64_t i = 0; i < 40 && result >= 0; i++) {
        char id[65], programme[32];
        touching_begin(&w, START + (int64_t)i * HOUR);
        snprintf(programme, sizeof programme, "intervention/%llu", (unsigned long long)i);
        csuccess__candidate c = {.kind = CSUCCESS__CANDIDATE_INTERVENTION,
                                 .programme = check_view(programme),
                                 .cost = 30,
                                 .id = touching_id(id, i)};
        csuccess__ruled ruled = csuccess__ask_caps(&w.turn, &c, NULL);
        if (ruled.ruling == CSUCCESS__ALLOW) ruled = csuccess__ask_budget(&w.turn, &c, NULL);
        if (i % 5 == 0) csuccess__touch_leave(&w.turn, &c, UINT32_MAX);
        if (i % 7 == 0) tell(&w, i - 5, i % 2 == 0, w.step.now);
        result = touching_end(&w);
    }
    touching_close(&w);
    return result;
}

static void memory_runs_out(void)
{
    CHECK(check_faults(scenario, NULL) > 10);
}

CHECK_MAIN(CHECK_TEST(kept), CHECK_TEST(nothing_when_nobody_tells), CHECK_TEST(let_go),
           CHECK_TEST(as_if_it_had_not_left), CHECK_TEST(definitions), CHECK_TEST(answers),
           CHECK_TEST(spent), CHECK_TEST(forgotten), CHECK_TEST(shown),
           CHECK_TEST(one_spelling), CHECK_TEST(damaged), CHECK_TEST(limit),
           CHECK_TEST(memory_runs_out))

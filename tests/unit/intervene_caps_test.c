/* SPDX-License-Identifier: Apache-2.0 */
/* The guard `caps` in single cases: what it says and until when, whom it does not ask, and windows of the calendar where the clock changes. */
#include "intervene_touching.h"

#define HOUR TOUCHING_HOUR
#define DAY TOUCHING_DAY

typedef struct world {
    touching w;
    places p;
    csuccess__cap caps[4];
    csuccess__channel email, sms;
    uint64_t number;
} world;

static void open_world(world *o, const char *zone)
{
    memset(o, 0, sizeof *o);
    places_open(&o->p, "{" PLACES_ZONES "}");
    CHECK_OK(touching_open(&o->w, csuccess__malloc_allocator(), &o->p.source, zone));
    o->email = (csuccess__channel){.name = CSUCCESS_STR("email")};
    o->sms = (csuccess__channel){.name = CSUCCESS_STR("sms")};
    o->w.reach.caps = o->caps;
    o->w.reach.longest_ms = 31 * DAY;
}

static void close_world(world *o)
{
    touching_close(&o->w);
    places_close(&o->p);
}

static csuccess__cap *add_cap(world *o, const char *id, uint32_t most, csuccess__cap_per per)
{
    csuccess__cap *cap = &o->caps[o->w.reach.cap_count++];
    *cap = (csuccess__cap){.id = check_view(id), .most = most, .per = per};
    return cap;
}

static csuccess__candidate mail_to(const world *o, const char *contact)
{
    return (csuccess__candidate){.kind = CSUCCESS__CANDIDATE_INTERVENTION,
                                 .programme = CSUCCESS_STR("intervention/mail"),
                                 .class_ = CSUCCESS__CLASS_SERVICE,
                                 .contact = check_view(contact),
                                 .by = &o->email};
}

/* Sends it, to be told of at once. */
static void deliver(world *o, csuccess__candidate c, int64_t at)
{
    char id[65];
    c.id = touching_id(id, ++o->number);
    csuccess__touch_leave(&o->w.turn, &c, UINT32_MAX);
    csuccess__touch_told(&o->w.turn, c.id, true, at);
}

static csuccess__ruled ask(world *o, csuccess__candidate c)
{
    return csuccess__ask_caps(&o->w.turn, &c, c.by);
}

#define CHECK_HELD(ruled, time, why) \
    do { \
        csuccess__ruled is_ = (ruled); \
        CHECK(is_.ruling == CSUCCESS__DEFER && is_.guard == CSUCCESS__GUARD_CAPS); \
        CHECK_TIME(is_.until, time); \
        CHECK_STR(is_.reason, why); \
    } while (0)
#define CHECK_LET(ruled) CHECK((ruled).ruling == CSUCCESS__ALLOW)

static void says_why(void)
{
    world o;
    open_world(&o, "UTC");
    (void)add_cap(&o, "daily", 2, CSUCCESS__PER_DAY);
    (void)add_cap(&o, "weekly", 3, CSUCCESS__PER_WEEK);
    csuccess__candidate c = mail_to(&o, "ann");
    touching_begin(&o.w, places_ms("2026-11-20T09:00:00Z")); /* a Friday */
    CHECK_LET(ask(&o, c));
    deliver(&o, c, o.w.step.now);
    CHECK_LET(ask(&o, c));
    deliver(&o, c, o.w.step.now);
    CHECK_HELD(ask(&o, c), "2026-11-21T00:00:00Z", "cap daily: 2 of 2 in the day");
    csuccess__ruled first = ask(&o, c), again = ask(&o, c);
    CHECK(first.reason.ptr == again.reason.ptr);
    CHECK_OK(touching_end(&o.w));
    touching_begin(&o.w, places_ms("2026-11-21T00:00:00Z"));
    CHECK_LET(ask(&o, c));
    deliver(&o, c, o.w.step.now);
    /* The later of those that hold it. */
    CHECK_HELD(ask(&o, c), "2026-11-23T00:00:00Z", "cap weekly: 3 of 3 in the week");
    csuccess__candidate staff = c;
    staff.internal = true;
    CHECK_LET(ask(&o, staff));
    close_world(&o);
}

static void rolling_and_months(void)
{
    world o;
    open_world(&o, "UTC");
    add_cap(&o, "two_days", 2, CSUCCESS__PER_ROLLING)->rolling_ms = 2 * DAY;
    add_cap(&o, "texts", 1, CSUCCESS__PER_MONTH)->channel = CSUCCESS_STR("sms");
    csuccess__candidate c = mail_to(&o, "ann"), text = c;
    text.by = &o.sms;
    touching_begin(&o.w, places_ms("2026-11-20T09:00:00Z"));
    deliver(&o, c, places_ms("2026-11-20T08:00:00Z"));
    deliver(&o, text, places_ms("2026-11-20T07:00:00Z"));
    CHECK_HELD(ask(&o, c), "2026-11-22T07:00:00Z", "cap two_days: 2 of 2 in P2D");
    CHECK_HELD(ask(&o, text), "2026-12-01T00:00:00Z", "cap texts: 1 of 1 in the month");
    CHECK_OK(touching_end(&o.w));
    touching_begin(&o.w, places_ms("2026-11-22T06:59:59.999Z"));
    CHECK_HELD(ask(&o, c), "2026-11-22T07:00:00Z", "cap two_days: 2 of 2 in P2D");
    touching_begin(&o.w, places_ms("2026-11-22T07:00:00Z"));
    CHECK_LET(ask(&o, c));
    close_world(&o);
}

/* What is under way counts at any time; alone it holds until the window ends, or it is told of. */
static void under_way(void)
{
    world o;
    char id[65];
    open_world(&o, "UTC");
    (void)add_cap(&o, "daily", 1, CSUCCESS__PER_DAY);
    csuccess__candidate c = mail_to(&o, "ann");
    touching_begin(&o.w, places_ms("2026-11-20T09:00:00Z"));
    c.id = touching_id(id, 1);
    csuccess__touch_leave(&o.w.turn, &c, UINT32_MAX);
    CHECK_OK(touching_end(&o.w));
    touching_begin(&o.w, places_ms("2026-11-25T12:00:00Z"));
    CHECK_HELD(ask(&o, c), "2026-11-26T00:00:00Z", "cap daily: 1 of 1 in the day");
    csuccess__touch_told(&o.w.turn, c.id, true, places_ms("2026-11-24T23:00:00Z"));
    CHECK_LET(ask(&o, c));
    CHECK_OK(touching_end(&o.w));
    close_world(&o);
}

static void nothing_at_all(void)
{
    world o;
    open_world(&o, "UTC");
    add_cap(&o, "no_texts", 0, CSUCCESS__PER_DAY)->channel = CSUCCESS_STR("sms");
    csuccess__candidate c = mail_to(&o, "ann");
    touching_begin(&o.w, TOUCHING_NEW_YEAR);
    CHECK_LET(ask(&o, c));
    c.by = &o.sms;
    csuccess__ruled ruled = ask(&o, c);
    CHECK(ruled.ruling == CSUCCESS__DENY && ruled.guard == CSUCCESS__GUARD_CAPS);
    CHECK_INT(ruled.until, CSUCCESS__NEVER);
    CHECK_STR(ruled.reason, "cap no_texts: 0 of 0 in the day");
    close_world(&o);
}

/* One whose contact was forgotten counts for the customer, and for nobody by that name or by none. */
static void forgotten(void)
{
    world o;
    open_world(&o, "UTC");
    add_cap(&o, "contact", 1, CSUCCESS__PER_DAY)->of_contact = true;
    (void)add_cap(&o, "daily", 2, CSUCCESS__PER_DAY);
    csuccess__candidate ann = mail_to(&o, "ann"), nobody = mail_to(&o, "");
    touching_begin(&o.w, TOUCHING_NEW_YEAR);
    deliver(&o, ann, o.w.step.now);
    CHECK_HELD(ask(&o, ann), "2026-01-02T00:00:00Z", "cap contact: 1 of 1 in the day");
    csuccess__touches_forget(&o.w.turn, CSUCCESS_STR("ann"));
    CHECK_LET(ask(&o, ann));
    CHECK_LET(ask(&o, nobody));
    deliver(&o, nobody, o.w.step.now);
    CHECK_HELD(ask(&o, ann), "2026-01-02T00:00:00Z", "cap daily: 2 of 2 in the day");
    close_world(&o);
}

/* In the customer's zone; in UTC where nobody knows that. */
static void places_of_the_day(void)
{
    static const struct {
        const char *zone, *delivered, *free;
    } days[] = {
        {"Europe/Berlin", "2026-03-28T22:59:59Z", "2026-03-28T23:00:00Z"},
        {"Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"}, /* 23 hours */
        {"Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"}, /* 25 hours */
        {"Australia/Lord_Howe", "2026-04-04T13:00:00Z", "2026-04-05T13:30:00Z"},
        {"Asia/Beirut", "2026-03-28T21:00:00Z", "2026-03-28T22:00:00Z"},
        {"Asia/Beirut", "2026-10-24T20:30:00Z", "2026-10-24T22:00:00Z"}, /* its hour again */
        {"Pacific/Apia", "2011-12-30T09:00:00Z", "2011-12-30T10:00:00Z"},
        {"Asia/Kolkata", "2026-06-01T18:00:00Z", "2026-06-01T18:30:00Z"},
        {"Mars/Olympus", "2026-06-01T18:00:00Z", "2026-06-02T00:00:00Z"},
        {"+05:30", "2026-06-01T18:00:00Z", "2026-06-01T18:30:00Z"}};
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        world o;
        open_world(&o, days[i].zone);
        (void)add_cap(&o, "daily", 1, CSUCCESS__PER_DAY);
        csuccess__candidate c = mail_to(&o, "ann");
        touching_begin(&o.w, places_ms(days[i].delivered));
        deliver(&o, c, o.w.step.now);
        CHECK_HELD(ask(&o, c), days[i].free, "cap daily: 1 of 1 in the day");
        CHECK_OK(touching_end(&o.w));
        touching_begin(&o.w, places_ms(days[i].free));
        CHECK_LET(ask(&o, c));
        close_world(&o);
    }
}

/* At the ends of time there is no next window. */
static void ends_of_time(void)
{
    world o;
    open_world(&o, "UTC");
    (void)add_cap(&o, "monthly", 1, CSUCCESS__PER_MONTH);
    csuccess__candidate c = mail_to(&o, "ann");
    touching_begin(&o.w, CSUCCESS__TIME_MAX);
    deliver(&o, c, o.w.step.now);
    csuccess__ruled ruled = ask(&o, c);
    CHECK(ruled.ruling == CSUCCESS__DEFER);
    CHECK_INT(ruled.until, CSUCCESS__NEVER);
    close_world(&o);
}

CHECK_MAIN(CHECK_TEST(says_why), CHECK_TEST(rolling_and_months), CHECK_TEST(under_way),
           CHECK_TEST(nothing_at_all), CHECK_TEST(forgotten), CHECK_TEST(places_of_the_day),
           CHECK_TEST(ends_of_time))

/* SPDX-License-Identifier: Apache-2.0 */
/* The policy `policies.reach`: what a document may say, caps, classes and priorities of programmes, zones of contacts, and what the guard `quiet_hours` says. */
#include "intervene_reach.h"

#define HEAD \
    "{`csuccess`:1,`attributes`:{`zone`:{`type`:`string`}}," \
    "`records`:{`contacts`:{`of`:{`zone`:{`type`:`string`},`name`:{`type`:`string`}}}}," \
    "`channels`:{`email`:{`max_per_day`:2},`phone`:{`calendar`:`standard`},`chat`:{}}," \
    "`calendars`:{`standard`:{},`zones`:{`Europe/Berlin`:{`offset`:`+01:00`,`changes`:[[" \
    "`2026-03-29T01:00:00Z`,`+02:00`],[`2026-10-25T01:00:00Z`,`+01:00`]]}}}," \
    "`journeys`:{`onboarding`:{`start`:`a`,`steps`:{`a`:{`type`:`exit`,`outcome`:`success`}}}" \
    "},"
#define DOCUMENT(reach) HEAD "`policies`:{`zone`:`+03:00`,`reach`:{" reach "}}}"

static int64_t at_time(const char *text)
{
    int64_t ms = 0;
    CHECK(csuccess__time_parse(&ms, check_view(text), NULL));
    return ms;
}

/* ---- What a document says ---- */

/* reason: one document, and what each of its words comes to */
static void everything_is_read(void)
{
    reacher r;
    CHECK_OK(reacher_open(
        &r,
        DOCUMENT(
            "`caps`:{`daily`:{`most`:3,`per`:`day`,`skip`:[`transactional`]},"
            "`contact`:{`most`:2,`per`:`P1D`,`of`:`contact`},"
            "`email`:{`most`:5,`per`:`week`,`channel`:`email`},"
            "`nurture`:{`most`:8,`per`:`month`,`class`:`nurture`},"
            "`programme`:{`most`:1,`per`:`P2D`,`each`:`programme`,`programme`:`journey/*`},"
            "`surveys`:{`most`:1,`per`:`P90D`,`type`:`survey`,`each`:`channel`}},"
            "`max_daily_communications`:4,`min_interval_between_campaigns`:`PT24H`,"
            "`delay`:`PT1H`,`optimal_send_times`:[`14:00`,`09:30`,`14:00`],"
            "`quiet_hours`:{`night`:{`from`:`21:00`,`until`:`08:00`},`lunch`:{`from`:`12:00`,"
            "`until`:`13:00`,`days`:[`mon`,`tue`],`channel`:`phone`}},"
            "`send_windows`:{`office`:{`calendar`:`standard`,`class`:`nurture`}},"
            "`budgets`:{`per_customer_monthly`:5000,`total_monthly`:0},"
            "`unresponsive`:{`after`:4,`within`:`P14D`,`then`:`owner`},"
            "`negative_spiral`:{`responses`:3,`within`:`P10D`},`owner`:`manager`"),
        NULL));
    const csuccess__reach *p = reacher_policy(&r);
    CHECK_UINT(p->cap_count, 8);
    CHECK_UINT(p->caps[0].most, 3);
    CHECK_INT(p->caps[0].per, CSUCCESS__PER_DAY);
    CHECK_UINT(p->caps[0].skip, 1);
    CHECK_INT(p->caps[1].per, CSUCCESS__PER_ROLLING);
    CHECK_INT(p->caps[1].rolling_ms, TRIP_DAY);
    CHECK(p->caps[1].of_contact && !p->caps[0].of_contact);
    CHECK_STR(p->caps[2].channel, "email");
    CHECK(p->caps[3].by_class && p->caps[3].class_ == CSUCCESS__CLASS_NURTURE);
    CHECK(p->caps[4].each_programme && p->caps[4].has_programme);
    CHECK(csuccess__pattern_fits(&p->caps[4].programme, CSUCCESS_STR("journey/x")));
    CHECK(!csuccess__pattern_fits(&p->caps[4].programme, CSUCCESS_STR("playbook/x")));
    CHECK_STR(p->caps[5].type, "survey");
    CHECK_STR(p->caps[6].id, "max_daily_communications");
    CHECK_UINT(p->caps[6].most, 4);
    CHECK_STR(p->caps[7].id, "channels.email.max_per_day");
    CHECK_STR(p->caps[7].channel, "email");
    CHECK_INT(p->caps[7].per, CSUCCESS__PER_DAY);
    CHECK_INT(p->between_campaigns_ms, TRIP_DAY);
    CHECK_INT(p->frequency_ms, 7 * TRIP_DAY);
    CHECK_INT(p->delay_ms, TRIP_HOUR);
    CHECK_INT(p->longest_ms, 90 * TRIP_DAY);
    CHECK_UINT(p->time_count, 2);
    CHECK_INT(p->times[0], 570);
    CHECK_INT(p->quiet[0].from, 1260);
    CHECK_INT(p->quiet[0].until, 480);
    CHECK_UINT(p->quiet[0].days, 127);
    CHECK_UINT(p->quiet[1].days, 3);
    CHECK_UINT(p->quiet[0].calendar, UINT32_MAX);
    CHECK_UINT(p->windows[0].calendar, 0);
    CHECK(p->has_customer_budget && p->customer_budget == 5000);
    CHECK(p->has_total_budget && p->total_budget == 0 && !p->has_campaign_budget);
    CHECK_UINT(p->unanswered_after, 4);
    CHECK_INT(p->unanswered, CSUCCESS__UNANSWERED_OWNER);
    CHECK_UINT(p->spiral, 3);
    CHECK_INT(p->spiral_ms, 10 * TRIP_DAY);
    CHECK_STR(p->owner, "manager");
    reacher_close(&r);
}

static void nothing_is_needed(void)
{
    reacher r;
    CHECK_OK(reacher_open(&r, "{`csuccess`:1}", NULL));
    const csuccess__reach *p = reacher_policy(&r);
    CHECK_UINT(p->cap_count, 0);
    CHECK_UINT(p->quiet_count + p->window_count + p->time_count, 0);
    CHECK_INT(p->frequency_ms, 7 * TRIP_DAY);
    CHECK_STR(p->owner, "csm");
    CHECK_UINT(p->zone_field, UINT32_MAX);
    reacher_close(&r);
}

/* Each problem with its place and the nearest name.
   reason: a table */
static void everything_wrong_is_told(void)
{
    static const struct {
        const char *reach, *pointer, *message;
    } rows[] = {
        {"`cap`:{}", "/policies/reach/cap", "did you mean \"caps\"?"},
        {"`caps`:{`a`:{`per`:`day`}}", "/policies/reach/caps/a", "needs \"most\""},
        {"`caps`:{`a`:{`most`:1}}", "/policies/reach/caps/a", "needs \"per\""},
        {"`caps`:{`a`:{`most`:-1,`per`:`day`}}", "/policies/reach/caps/a/most", "0 "},
        {"`caps`:{`a`:{`most`:1.5,`per`:`day`}}", "/policies/reach/caps/a/most",
         "whole number"},
        {"`caps`:{`a`:{`most`:1,`per`:`dya`}}", "/policies/reach/caps/a/per", "duration"},
        {"`caps`:{`a`:{`most`:1,`per`:`P400D`}}", "/policies/reach/caps/a/per", "P"},
        {"`caps`:{`a`:{`most`:1,`per`:`P1M`}}", "/policies/reach/caps/a/per", "month"},
        {"`caps`:{`a`:{`most`:1,`per`:`day`,`channel`:`emial`}}",
         "/policies/reach/caps/a/channel", "did you mean \"email\"?"},
        {"`caps`:{`a`:{`most`:1,`per`:`day`,`class`:`nurtur`}}", "/policies/reach/caps/a/class",
         "nurture"},
        {"`caps`:{`a`:{`most`:1,`per`:`day`,`type`:`surveys`}}", "/policies/reach/caps/a/type",
         "did you mean \"survey\"?"},
        {"`caps`:{`a`:{`most`:1,`per`:`day`,`skip`:[`transactionl`]}}",
         "/policies/reach/caps/a/skip/0", "did you mean \"transactional\"?"},
        {"`caps`:{`a`:{`most`:1,`per`:`day`,`skip`:[3]}}", "/policies/reach/caps/a/skip/0",
         "a number"},
        {"`caps`:{`a`:{`most`:1,`per`:`day`,`programme`:`journeys/x`}}",
         "/policies/reach/caps/a/programme", "did you mean \"journey\"?"},
        {"`caps`:{`a`:{`most`:1,`per`:`day`,`programme`:`journey/onbording`}}",
         "/policies/reach/caps/a/programme", "did you mean \"onboarding\"?"},
        {"`caps`:{`a`:{`most`:1,`per`:`day`,`programme`:`zebra`}}",
         "/policies/reach/caps/a/programme", "names no programme"},
        {"`caps`:{`a`:{`most`:1,`per`:`day`,`programme`:7}}",
         "/policies/reach/caps/a/programme", "a number"},
        {"`programmes`:{`journey/onboardin`:{}}",
         "/policies/reach/programmes/journey~1onboardin", "did you mean \"onboarding\"?"},
        {"`programmes`:{`intervention/types`:{}}",
         "/policies/reach/programmes/intervention~1types", "no intervention \"types\""},
        {"`programmes`:{`*`:{`priority`:101}}", "/policies/reach/programmes/*/priority", "100"},
        {"`quiet_hours`:{`n`:{`until`:`08:00`}}", "/policies/reach/quiet_hours/n",
         "needs \"from\""},
        {"`quiet_hours`:{`n`:{`from`:`8`,`until`:`09:00`}}",
         "/policies/reach/quiet_hours/n/from", "an hour from 00 to 24"},
        {"`quiet_hours`:{`n`:{`from`:`24:00`,`until`:`09:00`}}",
         "/policies/reach/quiet_hours/n/from", "nothing begins at 24:00"},
        {"`quiet_hours`:{`n`:{`from`:`09:00`,`until`:`09:00`}}",
         "/policies/reach/quiet_hours/n", "from \"00:00\" until \"24:00\""},
        {"`quiet_hours`:{`n`:{`from`:`09:00`,`until`:`10:00`,`days`:[`mo`]}}",
         "/policies/reach/quiet_hours/n/days/0", "\"mo\""},
        {"`quiet_hours`:{`n`:{`from`:`09:00`,`until`:`10:00`,`days`:[]}}",
         "/policies/reach/quiet_hours/n/days", "at least one"},
        {"`quiet_hours`:{`n`:{`calendar`:`standard`,`from`:`09:00`,`until`:`10:00`}}",
         "/policies/reach/quiet_hours/n/calendar", "calendar"},
        {"`send_windows`:{`w`:{`calendar`:`standart`}}",
         "/policies/reach/send_windows/w/calendar", "did you mean \"standard\"?"},
        {"`send_windows`:{`w`:{`calendar`:`standard`,`from`:`09:00`}}",
         "/policies/reach/send_windows/w/from", "remove one"},
        {"`send_windows`:{`w`:{}}", "/policies/reach/send_windows/w", "needs \"calendar\""},
        {"`send_windows`:{`w`:{`until`:`09:00`}}", "/policies/reach/send_windows/w",
         "needs \"from\""},
        {"`optimal_send_times`:[`9:30`]", "/policies/reach/optimal_send_times/0", "hour"},
        {"`optimal_send_times`:[9]", "/policies/reach/optimal_send_times/0", "a number"},
        {"`max_daily_communications`:-1", "/policies/reach/max_daily_communications", "0 "},
        {"`max_frequency_days`:400", "/policies/reach/max_frequency_days", "366"},
        {"`budgets`:{`total`:1}", "/policies/reach/budgets/total", "total_monthly"},
        {"`budgets`:{`total_monthly`:1.5}", "/policies/reach/budgets/total_monthly", "whole"},
        {"`unresponsive`:{`within`:`P1D`}", "/policies/reach/unresponsive", "needs \"after\""},
        {"`unresponsive`:{`after`:1,`then`:`stopp`}", "/policies/reach/unresponsive/then",
         "stop"},
        {"`negative_spiral`:{}", "/policies/reach/negative_spiral", "needs \"responses\""},
        {"`negative_spiral`:{`responses`:101}", "/policies/reach/negative_spiral/responses",
         "100"},
        {"`owner`:`boss`", "/policies/reach/owner", "no role \"boss\""}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[2048];
        csuccess_config *config = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        snprintf(text, sizeof text, DOCUMENT("%s"), rows[i].reach);
        CHECK(trip_compile(&config, text, csuccess__malloc_allocator(), &err) < 0);
        bool held = CHECK_CSTR(err.pointer, rows[i].pointer);
        held = CHECK_HAS(err.message, rows[i].message) && held;
        held = CHECK(!strstr(err.message, "more problem")) && held;
        if (!held) printf("# of %s: %s\n", rows[i].reach, err.message);
        csuccess_config_unref(config);
    }
}

static void calendars_of_channels_are_known(void)
{
    csuccess_config *config = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK(trip_compile(&config,
                       "{`csuccess`:1,`calendars`:{`standard`:{}},`channels`:{`phone`:{"
                       "`calendar`:`standrd`}}}",
                       csuccess__malloc_allocator(), &err) < 0);
    CHECK_CSTR(err.pointer, "/channels/phone/calendar");
    CHECK_HAS(err.message, "did you mean \"standard\"?");
    csuccess_config_unref(config);
}

static void caps_are_bounded(void)
{
    char text[4096];
    size_t n = (size_t)snprintf(text, sizeof text, HEAD "`policies`:{`reach`:{`caps`:{");
    for (int i = 0; i < 32; i++) {
        n += (size_t)snprintf(text + n, sizeof text - n, "%s`c%d`:{`most`:1,`per`:`day`}",
                              i ? "," : "", i);
    }
    snprintf(text + n, sizeof text - n, "}}}}");
    csuccess_config *config = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_RESULT(trip_compile(&config, text, csuccess__malloc_allocator(), &err),
                 CSUCCESS_ELIMIT);
    CHECK_HAS(err.message, "these are 33");
    csuccess_config_unref(config);
}

/* What never may leave is mentioned, not refused. */
static void hours_that_leave_nothing_are_mentioned(void)
{
    static const struct {
        const char *reach, *message; /* NULL: nothing is mentioned */
    } rows[] = {
        {"`quiet_hours`:{`a`:{`from`:`00:00`,`until`:`24:00`}}", "class transactional;"},
        {"`quiet_hours`:{`a`:{`from`:`20:00`,`until`:`08:00`},`b`:{`from`:`08:00`,`until`:"
         "`20:00`,`class`:`nurture`}}",
         "class nurture;"},
        {"`quiet_hours`:{`a`:{`from`:`20:00`,`until`:`08:00`},`b`:{`from`:`08:00`,`until`:"
         "`20:00`,`channel`:`chat`}}",
         "class transactional by the channel chat;"},
        {"`quiet_hours`:{`a`:{`from`:`09:00`,`until`:`17:00`}}",
         "class transactional by the channel phone;"},
        {"`quiet_hours`:{`a`:{`from`:`09:00`,`until`:`17:00`,`days`:[`mon`]}}", NULL},
        {"`send_windows`:{`a`:{`from`:`09:00`,`until`:`10:00`},`b`:{`from`:`11:00`,`until`:"
         "`12:00`}}",
         NULL},
        {"`send_windows`:{`a`:{`from`:`09:00`,`until`:`10:00`},`b`:{`from`:`11:00`,`until`:"
         "`12:00`,`class`:`service`}}",
         "class service;"},
        {"`quiet_hours`:{`a`:{`from`:`22:00`,`until`:`21:00`,`days`:[`sun`]}},`send_windows`:{"
         "`b`:{`from`:`21:30`,`until`:`22:00`,`days`:[`mon`],`channel`:`email`}}",
         NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[2048], first[512] = "";
        csuccess_problems *list = NULL;
        snprintf(text, sizeof text, DOCUMENT("%s"), rows[i].reach);
        char *quoted = trip_quoted(text);
        CHECK_OK(csuccess_config_check(&list, check_view(quoted), NULL, NULL));
        bool told = false;
        for (size_t k = 0; k < csuccess_problems_count(list); k++) {
            csuccess_problem problem = CSUCCESS_PROBLEM_INIT;
            CHECK_OK(csuccess_problems_get(list, k, &problem));
            if (!strstr(problem.message.ptr, "no minute of the week") || told) continue;
            snprintf(first, sizeof first, "%s", problem.message.ptr);
            CHECK_STR(problem.pointer, "/policies/reach");
            told = true;
        }
        bool right = rows[i].message ? strstr(first, rows[i].message) != NULL : !told;
        if (!CHECK(right)) printf("# of %s: %s\n", rows[i].reach, first);
        csuccess_problems_free(list);
        free(quoted);
    }
}

/* ---- Programmes ---- */

static void check_class(reacher *r, const char *programme, csuccess__class kind,
                        csuccess__class class_, double priority)
{
    double is = -1;
    csuccess__class c = kind;
    csuccess__reach_class(reacher_policy(r), check_view(programme), &c, &is);
    if (!CHECK_INT(c, class_) || !CHECK_NUM(is, priority, 0)) printf("# of %s\n", programme);
}

static void the_nearer_rule_goes_first(void)
{
    reacher r;
    CHECK_OK(reacher_open(&r,
                          DOCUMENT("`programmes`:{`*`:{`priority`:11},`alert/*`:{`priority`:85,"
                                   "`class`:`transactional`},`journey/*`:{`class`:`nurture`},"
                                   "`journey/onboarding`:{`priority`:70}}"),
                          NULL));
    check_class(&r, "journey/onboarding", CSUCCESS__CLASS_SERVICE, CSUCCESS__CLASS_NURTURE, 70);
    check_class(&r, "journey/other", CSUCCESS__CLASS_SERVICE, CSUCCESS__CLASS_NURTURE, 11);
    check_class(&r, "alert/x", CSUCCESS__CLASS_SERVICE, CSUCCESS__CLASS_TRANSACTIONAL, 85);
    check_class(&r, "campaign/x", CSUCCESS__CLASS_NURTURE, CSUCCESS__CLASS_NURTURE, 11);
    reacher_close(&r);
    CHECK_OK(reacher_open(&r, DOCUMENT("`programmes`:{}"), NULL));
    check_class(&r, "playbook/x", CSUCCESS__CLASS_SERVICE, CSUCCESS__CLASS_SERVICE, 60);
    check_class(&r, "campaign/x", CSUCCESS__CLASS_NURTURE, CSUCCESS__CLASS_NURTURE, 30);
    check_class(&r, "x", CSUCCESS__CLASS_TRANSACTIONAL, CSUCCESS__CLASS_TRANSACTIONAL, 90);
    reacher_close(&r);
}

/* ---- Zones ---- */

/* Two contacts: of the first the zone is given. */
static void set_contacts(reacher *r, csuccess__value *items, const char *zone)
{
    static csuccess__value first[3], second[3];
    first[0] = csuccess__string(CSUCCESS_STR("ada"));
    first[1] = trip_text(&r->t, zone);
    first[2] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    second[0] = csuccess__string(CSUCCESS_STR("ben"));
    second[1] = second[2] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    csuccess__value *records[] = {first, second};
    for (int i = 0; i < 2; i++) {
        items[i] = (csuccess__value){.kind = CSUCCESS__KIND_RECORD};
        items[i].as.many.items = records[i];
        items[i].as.many.count = 3;
    }
    csuccess__value list = {.kind = CSUCCESS__KIND_LIST};
    list.as.many.items = items;
    list.as.many.count = 2;
    trip_set(&r->t, "contacts", list);
}

static void zones_of_last_resort(void)
{
    reacher r;
    csuccess__value items[2];
    CHECK_OK(reacher_open(&r, DOCUMENT(""), NULL));
    CHECK_UINT(reacher_policy(&r)->zone_field, 1);
    csuccess__turn *t = reacher_at(&r, TRIP_START);
    CHECK_STR(csuccess__contact_zone(t, CSUCCESS_STR("")).name, "+03:00");
    set_contacts(&r, items, "Europe/Berlin");
    CHECK_STR(csuccess__contact_zone(t, CSUCCESS_STR("ada")).name, "Europe/Berlin");
    CHECK_STR(csuccess__contact_zone(t, CSUCCESS_STR("ben")).name, "+03:00");
    CHECK_STR(csuccess__contact_zone(t, CSUCCESS_STR("nobody")).name, "+03:00");
    trip_set(&r.t, "zone", trip_text(&r.t, "-05:00"));
    CHECK_STR(csuccess__contact_zone(t, CSUCCESS_STR("ben")).name, "-05:00");
    CHECK_STR(csuccess__contact_zone(t, CSUCCESS_STR("ada")).name, "Europe/Berlin");
    trip_set(&r.t, "zone", trip_text(&r.t, "Mars/Olympus"));
    set_contacts(&r, items, "Moon/Tycho");
    CHECK_STR(csuccess__contact_zone(t, CSUCCESS_STR("ada")).name, "+03:00");
    reacher_close(&r);
    CHECK_OK(reacher_open(&r, "{`csuccess`:1}", NULL));
    CHECK_STR(csuccess__contact_zone(reacher_at(&r, TRIP_START), CSUCCESS_STR("x")).name, "");
    reacher_close(&r);
}

/* ---- The guard ---- */

#define NIGHT "`quiet_hours`:{`night`:{`from`:`21:00`,`until`:`08:00`}}"

typedef struct asked {
    const char *channel;
    csuccess__class class_;
    const char *at, *until, *reason; /* until NULL: allowed */
} asked;

static void check_asked(reacher *r, const asked *row, int64_t valid_until)
{
    csuccess__turn *t = reacher_at(r, at_time(row->at));
    csuccess__candidate c = {.class_ = row->class_, .valid_until = valid_until};
    csuccess__ruled ruled = csuccess__ask_hours(t, &c, reacher_channel(r, row->channel));
    csuccess__ruled again = csuccess__ask_hours(t, &c, reacher_channel(r, row->channel));
    CHECK(ruled.reason.ptr == again.reason.ptr && ruled.until == again.until);
    bool held = row->until ? CHECK_INT(ruled.ruling, CSUCCESS__DEFER) &&
                                 CHECK_INT(ruled.until, at_time(row->until)) &&
                                 CHECK_STR(ruled.reason, row->reason) &&
                                 CHECK_INT(ruled.guard, CSUCCESS__GUARD_HOURS)
                           : CHECK_INT(ruled.ruling, CSUCCESS__ALLOW);
    if (!held) printf("# %s at %s\n", row->channel, row->at);
}

static void the_guard_names_the_rule(void)
{
    static const asked rows[] = {
        {"email", CSUCCESS__CLASS_SERVICE, "2026-01-05T18:30:00Z", "2026-01-06T05:00:00Z",
         "quiet hours night until 08:00 +03:00"},
        {"email", CSUCCESS__CLASS_SERVICE, "2026-01-05T17:59:59.999Z", NULL, NULL},
        {"email", CSUCCESS__CLASS_SERVICE, "2026-01-06T05:00:00Z", NULL, NULL},
        /* Nine to five, Monday to Friday */
        {"phone", CSUCCESS__CLASS_SERVICE, "2026-01-05T15:00:00Z", "2026-01-06T06:00:00Z",
         "outside the calendar standard until 09:00 +03:00"},
        {"phone", CSUCCESS__CLASS_SERVICE, "2026-01-09T15:00:00Z", "2026-01-12T06:00:00Z",
         "outside the calendar standard until 09:00 +03:00"},
        {"phone", CSUCCESS__CLASS_SERVICE, "2026-01-05T09:10:00Z", "2026-01-05T10:00:00Z",
         "quiet hours lunch until 13:00 +03:00"},
        {"phone", CSUCCESS__CLASS_SERVICE, "2026-01-07T09:10:00Z", NULL, NULL},
        {"email", CSUCCESS__CLASS_SERVICE, "2026-01-05T09:10:00Z", NULL, NULL},
        /* One of two windows, and a channel's own besides */
        {"email", CSUCCESS__CLASS_NURTURE, "2026-01-05T05:10:00Z", "2026-01-05T07:00:00Z",
         "outside the send window morning until 10:00 +03:00"},
        {"email", CSUCCESS__CLASS_NURTURE, "2026-01-05T08:10:00Z", "2026-01-05T12:00:00Z",
         "outside the send window morning until 15:00 +03:00"},
        {"chat", CSUCCESS__CLASS_NURTURE, "2026-01-05T07:10:00Z", "2026-01-05T12:30:00Z",
         "outside the send window chats until 15:30 +03:00"},
        {"chat", CSUCCESS__CLASS_SERVICE, "2026-01-05T12:40:00Z", NULL, NULL}};
    reacher r;
    CHECK_OK(reacher_open(
        &r,
        DOCUMENT("`quiet_hours`:{`night`:{`from`:`21:00`,`until`:`08:00`},`lunch`:{`from`:"
                 "`12:00`,`until`:`13:00`,`days`:[`mon`,`tue`],`channel`:`phone`}},"
                 "`send_windows`:{`morning`:{`from`:`10:00`,`until`:`11:00`,`class`:`nurture`},"
                 "`afternoon`:{`from`:`15:00`,`until`:`16:00`,`class`:`nurture`},"
                 "`chats`:{`from`:`15:30`,`until`:`20:00`,`channel`:`chat`}}"),
        NULL));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) check_asked(&r, &rows[i], 0);
    reacher_close(&r);
}

static void what_never_opens_waits_for_ever(void)
{
    reacher r;
    csuccess__candidate c = {.class_ = CSUCCESS__CLASS_SERVICE};
    CHECK_OK(reacher_open(
        &r, DOCUMENT("`quiet_hours`:{`all`:{`from`:`00:00`,`until`:`24:00`}}"), NULL));
    csuccess__turn *t = reacher_at(&r, TRIP_START);
    csuccess__ruled ruled = csuccess__ask_hours(t, &c, reacher_channel(&r, "email"));
    CHECK_INT(ruled.ruling, CSUCCESS__DEFER);
    CHECK(ruled.until == CSUCCESS__NEVER);
    CHECK_STR(ruled.reason, "quiet hours all, and no time within a year");
    c.internal = true;
    ruled = csuccess__ask_hours(t, &c, reacher_channel(&r, "email"));
    CHECK_INT(ruled.ruling, CSUCCESS__ALLOW);
    reacher_close(&r);
}

static void nurture_waits_for_a_good_time(void)
{
    static const char because[] = "an optimal send time is waited for, until 09:30 +03:00";
    static const asked rows[] = {
        {"email", CSUCCESS__CLASS_NURTURE, "2026-01-05T05:10:00Z", "2026-01-05T06:30:00Z",
         because},
        {"email", CSUCCESS__CLASS_NURTURE, "2026-01-05T06:30:00Z", NULL, NULL},
        {"email", CSUCCESS__CLASS_NURTURE, "2026-01-05T07:29:59Z", NULL, NULL},
        {"email", CSUCCESS__CLASS_NURTURE, "2026-01-05T07:30:00Z", "2026-01-06T06:30:00Z",
         because}, /* 22:00 is quiet */
        {"email", CSUCCESS__CLASS_SERVICE, "2026-01-05T05:10:00Z", NULL, NULL}};
    reacher r;
    CHECK_OK(reacher_open(&r, DOCUMENT(NIGHT ",`optimal_send_times`:[`09:30`,`22:00`]"), NULL));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) check_asked(&r, &rows[i], 0);
    /* Not where its validity ends before. */
    asked now = rows[0];
    now.until = NULL;
    check_asked(&r, &now, at_time("2026-01-05T06:30:00Z"));
    check_asked(&r, &rows[0], at_time("2026-01-05T06:30:01Z"));
    reacher_close(&r);
    /* Where none is allowed the hours alone say when. */
    CHECK_OK(reacher_open(&r, DOCUMENT(NIGHT ",`optimal_send_times`:[`22:00`]"), NULL));
    check_asked(&r, &now, 0);
    reacher_close(&r);
}

/* ---- Memory ---- */

static csuccess_result use_all(check_memory *memory, void *ud)
{
    reacher r;
    (void)ud;
    csuccess_result result = reacher_open(
        &r,
        DOCUMENT("`caps`:{`a`:{`most`:1,`per`:`day`,`programme`:`journey/*`}},"
                 "`max_daily_communications`:3," NIGHT ",`send_windows`:{`office`:{`calendar`:"
                 "`standard`}},`optimal_send_times`:[`09:30`],`programmes`:{`*`:{`class`:"
                 "`nurture`}}"),
        &memory->allocator);
    if (result >= 0) {
        csuccess__candidate c = {.class_ = CSUCCESS__CLASS_NURTURE};
        csuccess__turn *t = reacher_at(&r, TRIP_START);
        csuccess__ruled ruled = csuccess__ask_hours(t, &c, reacher_channel(&r, "email"));
        result = r.t.step.failed;
        if (result >= 0) CHECK_INT(ruled.ruling, CSUCCESS__DEFER);
    }
    reacher_close(&r);
    return result;
}

static void survives_every_refusal(void)
{
    CHECK(check_faults(use_all, NULL) > 10);
}

CHECK_MAIN(CHECK_TEST(everything_is_read), CHECK_TEST(nothing_is_needed),
           CHECK_TEST(everything_wrong_is_told), CHECK_TEST(calendars_of_channels_are_known),
           CHECK_TEST(caps_are_bounded), CHECK_TEST(hours_that_leave_nothing_are_mentioned),
           CHECK_TEST(the_nearer_rule_goes_first), CHECK_TEST(zones_of_last_resort),
           CHECK_TEST(the_guard_names_the_rule), CHECK_TEST(what_never_opens_waits_for_ever),
           CHECK_TEST(nurture_waits_for_a_good_time), CHECK_TEST(survives_every_refusal))

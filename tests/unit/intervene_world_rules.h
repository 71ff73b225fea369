/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of a random world as numbers, and the document that says them. */
#ifndef INTERVENE_WORLD_RULES_H
#define INTERVENE_WORLD_RULES_H

#include "check.h"
#include <csuccess/csuccess.h>

#include <stdarg.h>

#define MINUTE INT64_C(60000)
#define HOUR INT64_C(3600000)
#define DAY INT64_C(86400000)

enum { DOCUMENT = 12288, NONE = -1 };
enum { TRANSACTIONAL, SERVICE, NURTURE, CLASSES };
enum { EMAIL, IN_APP, SMS, SLACK, CHANNELS };
enum { PURPOSE_SERVICE, PURPOSE_NEWS, PURPOSE_MARKETING, PURPOSES };

static const char *const channel_names[CHANNELS] = {"email", "in_app", "sms", "slack"};
static const char *const purpose_names[PURPOSES] = {"service", "news", "marketing"};
static const int64_t channel_costs[CHANNELS] = {2, 0, 7, 0};

/* ---- Zones ---- */

enum { UTC, BERLIN, NEW_YORK, KOLKATA, ZONES };
static const struct {
    const char *name;
    int minutes, then; /* east of UTC, before and from `change` on */
    int64_t change;
} zones[ZONES] = {
    {"", 0, 0, INT64_MAX},
    {"Europe/Berlin", 60, 120, INT64_C(1774746000000)},       /* 2026-03-29T01:00Z */
    {"America/New_York", -300, -240, INT64_C(1772953200000)}, /* 2026-03-08T07:00Z */
    {"Asia/Kolkata", 330, 330, INT64_MAX}};

#define ZONE_TABLE \
    "`zones`:{`Europe/Berlin`:{`offset`:`+01:00`,`changes`:[[`2026-03-29T01:00:00Z`," \
    "`+02:00`]]},`America/New_York`:{`offset`:`-05:00`,`changes`:[[`2026-03-08T07:00:00Z`," \
    "`-04:00`]]},`Asia/Kolkata`:{`offset`:`+05:30`}}"

static inline int64_t local_of(int zone, int64_t at)
{
    return at + (at < zones[zone].change ? zones[zone].minutes : zones[zone].then) * MINUTE;
}

/* ---- What reaches customers ---- */

typedef struct programme {
    const char *name; /* how the definition of its messages begins */
    int class_, cost;
    bool asked;       /* by a person: holds do not stop it */
    bool of_spring;   /* paid by the campaign's budget too */
    int arms;         /* 1: an experiment holds some out */
    bool by_approval; /* not without a decision */
} programme;
static const programme programmes[] = {
    {.name = "journey/way", .class_ = SERVICE},
    {.name = "journey/receipt", .class_ = TRANSACTIONAL},
    {.name = "alert/default/low", .class_ = SERVICE},
    {.name = "milestone/large", .class_ = SERVICE},
    {.name = "intervention/letter", .class_ = NURTURE, .cost = 30},
    {.name = "intervention/tour", .class_ = NURTURE, .cost = 5, .arms = 1},
    {.name = "intervention/text", .class_ = SERVICE},
    {.name = "intervention/asks", .class_ = NURTURE, .cost = 10, .by_approval = true},
    {.name = "intervention/give", .class_ = NURTURE, .cost = 1},
    {.name = "intervention/asked", .class_ = TRANSACTIONAL, .cost = 3, .asked = true},
    {.name = "campaign/spring", .class_ = NURTURE, .cost = 20, .of_spring = true},
    {.name = "campaign/summer", .class_ = NURTURE, .cost = 20}};
enum { PROGRAMMES = sizeof programmes / sizeof programmes[0] };

static inline int programme_of(csuccess_str definition)
{
    for (int i = 0; i < PROGRAMMES; i++) {
        size_t len = strlen(programmes[i].name);
        bool begins =
            definition.len >= len && memcmp(definition.ptr, programmes[i].name, len) == 0;
        if (begins && (definition.len == len || definition.ptr[len] == '/')) return i;
    }
    return NONE;
}

/* ---- Rules ---- */

enum { PER_DAY, PER_WEEK, PER_MONTH, ROLLING };
typedef struct cap {
    const char *text; /* with %d for `most` */
    int per, hours;
    int class_, channel; /* NONE: any */
    unsigned skip;
    bool of_contact, each_programme, each_channel;
} cap;
/* clang-format off: a table */
static const cap all_caps[] = {
    {"`day`:{`most`:%d,`per`:`day`}", PER_DAY, 0, NONE, NONE, 0, false, false, false},
    {"`skips`:{`most`:%d,`per`:`day`,`skip`:[`transactional`]}", PER_DAY, 0, NONE, NONE,
     1u << TRANSACTIONAL, false, false, false},
    {"`week`:{`most`:%d,`per`:`week`}", PER_WEEK, 0, NONE, NONE, 0, false, false, false},
    {"`month`:{`most`:%d,`per`:`month`,`class`:`nurture`}", PER_MONTH, 0, NURTURE, NONE, 0,
     false, false, false},
    {"`rolling`:{`most`:%d,`per`:`PT20H`}", ROLLING, 20, NONE, NONE, 0, false, false, false},
    {"`contact`:{`most`:%d,`per`:`P1D`,`of`:`contact`}", ROLLING, 24, NONE, NONE, 0, true,
     false, false},
    {"`mail`:{`most`:%d,`per`:`week`,`channel`:`email`}", PER_WEEK, 0, NONE, EMAIL, 0, false,
     false, false},
    {"`nurture`:{`most`:%d,`per`:`P3D`,`class`:`nurture`}", ROLLING, 72, NURTURE, NONE, 0,
     false, false, false},
    {"`each`:{`most`:%d,`per`:`P2D`,`each`:`programme`}", ROLLING, 48, NONE, NONE, 0, false,
     true, false},
    {"`ways`:{`most`:%d,`per`:`P1D`,`each`:`channel`}", ROLLING, 24, NONE, NONE, 0, false,
     false, true}};
/* clang-format on */
enum { CAPS = sizeof all_caps / sizeof all_caps[0] };

typedef struct rules {
    int most[CAPS]; /* 0: not in force */
    bool quiet, lunch, spiral;
    bool office, answers, once; /* windows; those who do not answer; sms at most once */
    int total, customer, campaign, mail; /* budgets; 0: none */
    int participants, redemptions, attempts;
} rules;

/* ---- The document ---- */

static inline void append(char *out, const char *format, ...)
{
    size_t n = strlen(out);
    va_list values;
    va_start(values, format);
    int more = vsnprintf(out + n, DOCUMENT - n, format, values);
    va_end(values);
    if (more < 0 || (size_t)more >= DOCUMENT - n) abort();
}

static inline void put_head(char *out, const rules *r)
{
    append(out, "{`csuccess`:1,`attributes`:{`arr`:{`type`:`number`},`risk`:{`type`:`number`},"
                "`zone`:{`type`:`string`},`churned_at`:{`type`:`time`}},`records`:{`contacts`:{"
                "`max`:4,`of`:{`role`:{`type`:"
                "`string`},`zone`:{`type`:`string`}}}},`calendars`:{" ZONE_TABLE "},"
                "`privacy`:{`purposes`:{`service`:{`requires`:`nothing`},`news`:{`requires`:"
                "`opt_out`},`marketing`:{`requires`:`opt_in`}}},"
                "`templates`:{`t`:{`locales`:{`en`:{`subject`:`Hello`,`body`:`World`}}}},");
    append(out, "`channels`:{`email`:{`cost`:2,`fallback`:[`in_app`]");
    if (r->mail) append(out, ",`budget`:{`limit`:%d,`per`:`month`}", r->mail);
    for (int i = 0; i < 2; i++) {
        append(out,
               "%s,`retry`:{`first`:`PT10M`,`factor`:3,`most`:`PT6H`,`attempts`:%d,"
               "`jitter`:0}",
               i ? "},`in_app`:{`breaker`:{`failures`:2,`rest`:`PT1H`}" : "", r->attempts);
    }
    append(out,
           "},`sms`:{%s`cost`:7,`fallback`:[`email`],`retry`:{`first`:`PT5M`,`attempts`:%d}}",
           r->once ? "`delivery`:`at_most_once`," : "", r->attempts);
    append(out, ",`slack`:{}},");
}

static inline void put_caps(char *out, const rules *r)
{
    const char *comma = "";
    append(out, "`caps`:{");
    for (int i = 0; i < CAPS; i++) {
        char text[128];
        if (!r->most[i]) continue;
        snprintf(text, sizeof text, all_caps[i].text, r->most[i]);
        append(out, "%s%s", comma, text);
        comma = ",";
    }
    append(out, "}");
}

static inline void put_hours(char *out, const rules *r)
{
    if (r->office)
        append(out, ",`send_windows`:{`office`:{`from`:`09:00`,`until`:`18:00`,`days`:[`mon`,"
                    "`tue`,`wed`,`thu`,`fri`],`class`:`nurture`}},`optimal_send_times`:["
                    "`10:00`,`16:30`]");
    if (!r->quiet && !r->lunch) return;
    append(out, ",`quiet_hours`:{");
    if (r->quiet) append(out, "`night`:{`from`:`21:00`,`until`:`08:00`}");
    if (r->quiet && r->lunch) append(out, ",");
    if (r->lunch) append(out, "`lunch`:{`from`:`12:00`,`until`:`14:00`,`class`:`nurture`}");
    append(out, "}");
}

static inline void put_budgets(char *out, const rules *r)
{
    static const char *const names[] = {"total_monthly", "per_customer_monthly",
                                        "per_campaign"};
    const int limits[] = {r->total, r->customer, r->campaign};
    const char *comma = "";
    append(out, ",`budgets`:{");
    for (int i = 0; i < 3; i++) {
        if (!limits[i]) continue;
        append(out, "%s`%s`:%d", comma, names[i], limits[i]);
        comma = ",";
    }
    append(out, "}");
}

static inline void put_reach(char *out, const rules *r)
{
    append(out, "`policies`:{`locale`:`en`,`clock_leap`:`P90D`,`reach`:{`max_frequency_days`:1,"
                "`programmes`:{`journey/receipt`:{`class`:`transactional`},`alert/*`:{"
                "`priority`:85}},");
    put_caps(out, r);
    put_hours(out, r);
    if (r->spiral) append(out, ",`negative_spiral`:{`responses`:3,`within`:`P14D`}");
    if (r->answers) append(out, ",`unresponsive`:{`after`:3,`within`:`P3D`,`then`:`stop`}");
    put_budgets(out, r);
    append(out, "}},");
}

static inline void put_flow(char *out)
{
    append(out,
           "`health`:{`profiles`:{`default`:{`churned_when`:`has(churned_at)`,`score`:{`"
           "combine`:`sum`,`of`:{`use`:{`value`:"
           "`arr`,`points`:{`linear`:[[0,0],[100,100]]}}}},`bands`:{`healthy`:{`from`:50},"
           "`critical`:{}},`alerts`:{`low`:{`when`:`health.raw < 30`,`severity`:`high`,"
           "`notify`:{`first`:{`channel`:`email`,`contact`:`a`},`staff`:{`after`:`PT1H`,"
           "`channel`:`slack`}}}}}}},"
           "`milestones`:{`large`:{`achieved_when`:`arr > 70`,`celebrate`:{`channel`:`email`,"
           "`template`:`t`,`purpose`:`news`}}},"
           "`journeys`:{`way`:{`trigger`:{`event`:`start`},`reenroll`:{`after`:`PT0S`},"
           "`concurrent`:{`journey`:2},`steps`:{`mail`:{`type`:`email`,`template`:`t`,`to`:{"
           "`role`:`champion`},`purpose`:`marketing`},`rest`:{`type`:`wait`,`for`:`P1D`},"
           "`note`:{`type`:`in_app_message`,`template`:`t`,`purpose`:`service`}}},"
           "`receipt`:{`trigger`:{`event`:`paid`},`reenroll`:{`after`:`PT0S`},`concurrent`:{"
           "`journey`:3},`steps`:{`mail`:{`type`:`email`,`template`:`t`,`purpose`:`service`}}"
           "}},");
}

static inline void put_programmes(char *out, const rules *r)
{
    append(out,
           "`interventions`:{"
           "`letter`:{`type`:`email`,`template`:`t`,`to`:{`role`:`champion`},`purpose`:"
           "`marketing`,`when`:`arr > 50`,`priority`:50,`cost`:30,`valid_for`:`P7D`,"
           "`follow_up`:false},"
           "`tour`:{`type`:`in_app_message`,`template`:`t`,`purpose`:`news`,`when`:`risk > 3`,"
           "`cost`:5,`priority`:40,`follow_up`:false},"
           "`text`:{`type`:`sms`,`template`:`t`,`to`:{`role`:`user`},`purpose`:`service`,"
           "`class`:`service`,`when`:`risk > 5`,`follow_up`:false},"
           "`asks`:{`type`:`email`,`template`:`t`,`purpose`:`news`,`when`:`arr > 20`,`cost`:10,"
           "`priority`:60,`follow_up`:false},"
           "`give`:{`type`:`offer`,`offer`:`save`,`template`:`t`,`purpose`:`news`,`when`:"
           "`risk > 6`,`cost`:1,`follow_up`:false},"
           "`asked`:{`type`:`email`,`template`:`t`,`purpose`:`service`,`class`:"
           "`transactional`,`cost`:3,`follow_up`:false},"
           "`call`:{`type`:`phone_call`,`owner`:`csm`,`title`:`Call`,`when`:`arr > 80`,"
           "`follow_up`:false},"
           "`leaf`:{`type`:`email`,`template`:`t`,`purpose`:`news`,`cost`:20},"
           "`tip`:{`type`:`in_app_message`,`template`:`t`,`purpose`:`service`,`cost`:20}},");
    append(out,
           "`campaigns`:{`spring`:{`status`:`active`,`when`:`risk > 4`,`repeat`:`P2D`,"
           "`participants`:%d,`priority`:45,`actions`:{`one`:{`intervention`:`leaf`},`two`:{"
           "`intervention`:`tip`,`after`:`P1D`}},`follow_up`:false},"
           "`summer`:{`status`:`active`,`when`:`arr > 40`,`repeat`:`P1D`,`actions`:{`one`:{"
           "`intervention`:`leaf`}},`stop`:{`low`:{`when`:`arr < 10`}},`follow_up`:false}},"
           "`offers`:{`save`:{`types`:{`discount`:{}},`value`:`risk * 10`,`valid_for`:`P5D`,"
           "`redemptions`:{`total`:%d}}},"
           "`approvals`:{`asks`:{`for`:[`intervention/asks`],`approver`:`chairman`,`channel`:"
           "`slack`,`expires`:`P2D`}},"
           "`experiments`:{`tours`:{`for`:[`intervention/tour`],`arms`:{`all`:{`share`:0.5},"
           "`none`:{`share`:0.5,`hold`:true}},`horizon`:`P10D`,`outcome`:`arr > 10`,`salt`:"
           "`s`}}}",
           r->participants, r->redemptions);
}

static inline void rules_document(char out[DOCUMENT], const rules *r)
{
    out[0] = '\0';
    put_head(out, r);
    put_reach(out, r);
    put_flow(out);
    put_programmes(out, r);
    for (char *p = out; *p; p++) {
        if (*p == '`') *p = '"';
    }
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What sets a programme going, as the requirement documents have it (000 §11, 001 §4.1, 003 §8.2, 004 D): by an engine over the memory store, from events to entries. */
#include "engine_host.h"

/* Points are the score; logins are counted; champions leave, tickets escalate, a contract renews. */
static const char document[] =
    "{`csuccess`: 1, `attributes`: {`points`: {`type`: `number`}, `renews`: {`type`: `date`}, "
    "`plan`: {`type`: `string`}, `csm_id`: {`type`: `string`}},"
    "`aggregates`: {`logins_7d`: {`event`: `login`, `count`: true, `window`: `P7D`}, "
    "`logins_before`: {`event`: `login`, `count`: true, `window`: `P7D`, `offset`: `P7D`}, "
    "`escalations`: {`event`: `ticket`, `count`: true, `window`: `P30D`, `properties`: "
    "{`status`: `string`}, `where`: `status == 'escalated'`}},"
    "`health`: {`profiles`: {`default`: {`score`: {`value`: `points`, `range`: [0, 100]}, "
    "`bands`: {`healthy`: {`from`: 50}, `critical`: {}}, `alerts`: {`low`: {`when`: "
    "`health.score < 50`, `leave`: `health.score >= 60`, `notify`: {`first`: {`channel`: "
    "`slack`}}}}}}},"
    "`segments`: {`large`: {`when`: `plan == 'enterprise'`}},"
    "`channels`: {`slack`: {}, `email`: {}}, `policies`: {`locale`: `en`},"
    "`templates`: {`hello`: {`locales`: {`en`: {`subject`: `Hello`, `body`: `{{plan}}`}}}, "
    "`miss`: {`locales`: {`en`: {`subject`: `Miss`, `body`: `Come back`}}}},"
    "`team`: {`members`: {`ann`: {`roles`: [`csm`]}}, `owners`: {`csm`: {`attribute`: "
    "`csm_id`, `else`: `least_loaded`}}},"
    "`playbooks`: {"
    "`risk_response`: {`category`: `churn_risk`, `trigger`: {`when`: `health.score < 50`, "
    "`leave`: `health.score >= 60`}, `steps`: {`assess`: {`type`: `internal_task`, `title`: "
    "`Assess`, `due_days`: 1}}},"
    "`champion_change`: {`category`: `executive_sponsor`, `trigger`: {`event`: "
    "`champion_left`, `properties`: {`name`: `string`}}, `steps`: {`find`: {`type`: `call`, "
    "`title`: `Find the next`, `due_days`: 2}}},"
    "`escalated`: {`category`: `escalation`, `trigger`: {`event`: `ticket`, `properties`: "
    "{`status`: `string`}, `where`: {`status`: `escalated`}}, `steps`: {`own`: {`type`: "
    "`escalation`, `title`: `Own the ticket`, `due_days`: 1}}, `reminders`: {`before`: `PT1H`, "
    "`channel`: `slack`}},"
    "`renewal_prep`: {`category`: `renewal`, `trigger`: {`before`: `renews`, `by`: `P90D`}, "
    "`steps`: {`plan`: {`type`: `review`, `title`: `Plan`, `due_days`: 3}}}},"
    "`journeys`: {"
    "`welcome_large`: {`type`: `onboarding`, `trigger`: {`segment`: `large`}, `reenroll`: {}, "
    "`steps`: {`hi`: {`type`: `email`, `template`: `hello`}}},"
    "`save`: {`type`: `risk_mitigation`, `trigger`: {`when`: `escalations >= 2 || logins_7d < "
    "0.5 * logins_before`, `leave`: `escalations == 0 && logins_7d >= 0.8 * logins_before`}, "
    "`reenroll`: {}, `steps`: {`note`: {`type`: `email`, `template`: `miss`}}},"
    "`reengage`: {`type`: `win_back`, `trigger`: {`when`: `days_since(last_event('login')) >= "
    "7`}, `reenroll`: {}, `steps`: {`miss`: {`type`: `email`, `template`: `miss`}}}}}";

typedef struct told {
    char text[1 << 18];
    size_t len;
} told;

static void tell(void *ud, csuccess_str line)
{
    told *t = ud;
    if (t->len + line.len + 2 > sizeof t->text) return;
    memcpy(t->text + t->len, line.ptr, line.len);
    t->len += line.len;
    t->text[t->len++] = '\n';
    t->text[t->len] = '\0';
}

static void start(host *h, told *t)
{
    static char text[sizeof document];
    memcpy(text, document, sizeof document);
    for (char *p = text; *p; p++) {
        if (*p == '`') *p = '"';
    }
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    host_open_as(h, text, &options);
    host_connect(h);
    CHECK_OK(csuccess_engine_add_channel(h->engine, CSUCCESS_STR("email"), &host_channel, h,
                                         NULL, NULL));
    *t = (told){.len = 0};
    CHECK_OK(csuccess_engine_set_trace(h->engine, tell, t));
}

/* One input on a day of January 2026, and from then on. */
static void take(host *h, int day, const char *type, const char *event, const char *more)
{
    static unsigned number;
    char text[512], *p;
    snprintf(
        text, sizeof text,
        "{`type`: `%s`, `event`: `%s`, `messageId`: `m%u`, `groupId`: `acme`, `timestamp`: "
        "`2026-01-%02dT00:00:00Z`, %s}",
        type, event, number++, day, more);
    for (p = text; *p; p++) {
        if (*p == '`') *p = '"';
    }
    CHECK_OK(csuccess_events_clear(h->events));
    host_json(h->events, text);
    host_ingest(h, HOST_MS(day));
    CHECK_OK(csuccess_events_result(h->events, 0, NULL));
}

static void know(host *h, int day, const char *traits)
{
    char more[200];
    snprintf(more, sizeof more, "`traits`: {%s}", traits);
    take(h, day, "group", "", more);
}

static void happen(host *h, int day, const char *type, const char *event,
                   const char *properties)
{
    char more[200];
    snprintf(more, sizeof more, "`properties`: {%s}", properties);
    take(h, day, type, event, more);
}

/* How often a part stands in what was told. */
static int times(const told *t, const char *part)
{
    int count = 0;
    for (const char *at = strstr(t->text, part); at; at = strstr(at + 1, part)) count++;
    return count;
}
#define STARTED(playbook) "\"kind\":\"playbook\"", "\"playbook\":\"" playbook "\""
/* Lines that have both. */
static int lines(const told *t, const char *one, const char *other)
{
    int count = 0;
    const char *at = t->text;
    while (*at) {
        size_t len = strcspn(at, "\n");
        char line[4096];
        snprintf(line, sizeof line, "%.*s", (int)len, at);
        count += strstr(line, one) && strstr(line, other);
        at += len + (at[len] == '\n');
    }
    return count;
}

/* S3-129, S0-149: health that falls below its threshold raises the alert and begins the playbook, once until it has recovered. */
static void health_below_threshold(void)
{
    static told t;
    host h;
    start(&h, &t);
    know(&h, 1, "`points`: 80");
    CHECK_INT(lines(&t, STARTED("risk_response")), 0);
    know(&h, 2, "`points`: 45");
    know(&h, 3, "`points`: 55");
    know(&h, 4, "`points`: 30");
    CHECK_INT(lines(&t, "\"kind\":\"alert\"", "\"state\":\"open\""), 1);
    CHECK_INT(lines(&t, STARTED("risk_response")), 1);
    CHECK(lines(&t, "\"kind\":\"task\"", "\"title\":\"Assess\"") >= 1);
    know(&h, 5, "`points`: 70");
    host_close(&h);
}

/* S3-130: entering a segment enrolls, at the moment of entering and once for each. */
static void entering_a_segment_enrolls(void)
{
    static told t;
    host h;
    start(&h, &t);
    know(&h, 1, "`plan`: `basic`");
    CHECK_INT(times(&t, "\"journey\":\"welcome_large\""), 0);
    know(&h, 2, "`plan`: `enterprise`");
    CHECK_INT(lines(&t, "\"journey\":\"welcome_large\"", "\"event\":\"enrolled\""), 1);
    know(&h, 3, "`points`: 99");
    CHECK_INT(lines(&t, "\"journey\":\"welcome_large\"", "\"event\":\"enrolled\""), 1);
    know(&h, 4, "`plan`: `basic`");
    know(&h, 5, "`plan`: `enterprise`");
    CHECK_INT(lines(&t, "\"journey\":\"welcome_large\"", "\"event\":\"enrolled\""), 2);
    host_close(&h);
}

/* S3-132: a champion that leaves begins the champion's playbook. */
static void a_champion_leaves(void)
{
    static told t;
    host h;
    start(&h, &t);
    happen(&h, 2, "track", "champion_left", "`name`: `Ada`");
    CHECK_INT(lines(&t, STARTED("champion_change")), 1);
    CHECK_INT(lines(&t, "\"kind\":\"task\"", "\"title\":\"Find the next\""), 1);
    host_close(&h);
}

/* S3-133: a ticket that escalates makes a task of the CSM, who is told. */
static void a_ticket_escalates(void)
{
    static told t;
    host h;
    start(&h, &t);
    know(&h, 1, "`csm_id`: `ann`");
    happen(&h, 2, "ticket", "", "`status`: `open`");
    CHECK_INT(lines(&t, STARTED("escalated")), 0);
    happen(&h, 3, "ticket", "", "`status`: `escalated`");
    CHECK_INT(lines(&t, STARTED("escalated")), 1);
    CHECK(lines(&t, "\"kind\":\"task\"", "\"owner\":\"ann\"") >= 1);
    CHECK_OK(host_run(&h, HOST_MS(5), NULL));
    CHECK(lines(&t, "slack", "ann") >= 1);
    host_close(&h);
}

/* S3-134: a renewal within ninety days begins its playbook once for each term. */
static void a_renewal_comes_near(void)
{
    static told t;
    host h;
    start(&h, &t);
    know(&h, 1, "`renews`: `2026-04-20`");
    CHECK_INT(lines(&t, STARTED("renewal_prep")), 0);
    for (int day = 2; day <= 40; day++) CHECK(host_run(&h, HOST_MS(day), NULL) >= 0);
    CHECK_INT(lines(&t, STARTED("renewal_prep")), 1);
    host_close(&h);
}

/* S4-018, S0-149: two escalations, or half of the logins of the week before, begin the campaign that saves; with hysteresis. */
static void decline_and_escalations_begin_a_campaign(void)
{
    static told t;
    host h;
    start(&h, &t);
    happen(&h, 1, "ticket", "", "`status`: `escalated`");
    CHECK_INT(lines(&t, "\"journey\":\"save\"", "\"event\":\"enrolled\""), 0);
    happen(&h, 2, "ticket", "", "`status`: `escalated`");
    CHECK_INT(lines(&t, "\"journey\":\"save\"", "\"event\":\"enrolled\""), 1);
    happen(&h, 3, "ticket", "", "`status`: `escalated`");
    CHECK_INT(lines(&t, "\"journey\":\"save\"", "\"event\":\"enrolled\""), 1);
    host_close(&h);
    start(&h, &t);
    for (int day = 1; day <= 8; day++) happen(&h, day, "track", "login", "");
    CHECK_INT(lines(&t, "\"journey\":\"save\"", "\"event\":\"enrolled\""), 0);
    for (int day = 9; day <= 16; day++) CHECK(host_run(&h, HOST_MS(day), NULL) >= 0);
    CHECK_INT(lines(&t, "\"journey\":\"save\"", "\"event\":\"enrolled\""), 1);
    host_close(&h);
}

/* S1-153: when the customer did something last is a value like any other, also for what sets a programme going. */
static void the_last_action_is_known(void)
{
    static told t;
    host h;
    start(&h, &t);
    happen(&h, 1, "track", "login", "");
    for (int day = 2; day <= 6; day++) CHECK(host_run(&h, HOST_MS(day), NULL) >= 0);
    CHECK_INT(lines(&t, "\"journey\":\"reengage\"", "\"event\":\"enrolled\""), 0);
    CHECK(host_run(&h, HOST_MS(7), NULL) >= 0);
    CHECK_INT(lines(&t, "\"journey\":\"reengage\"", "\"event\":\"enrolled\""), 1);
    host_close(&h);
}

CHECK_MAIN(CHECK_TEST(health_below_threshold), CHECK_TEST(entering_a_segment_enrolls),
           CHECK_TEST(a_champion_leaves), CHECK_TEST(a_ticket_escalates),
           CHECK_TEST(a_renewal_comes_near),
           CHECK_TEST(decline_and_escalations_begin_a_campaign),
           CHECK_TEST(the_last_action_is_known))

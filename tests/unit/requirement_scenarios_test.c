/* SPDX-License-Identifier: Apache-2.0 */
/* Stories of the requirement documents from beginning to end, and the jobs of 003 §8.1 as far as programmes are concerned: by an engine over the memory store, from events to entries. */
#include "engine_host.h"

#define HOUR INT64_C(3600000)

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

static const char *plain(char *out, size_t room, const char *text)
{
    snprintf(out, room, "%s", text);
    for (char *p = out; *p; p++) {
        if (*p == '`') *p = '"';
    }
    return out;
}

static void start(host *h, told *t, const char *document)
{
    char text[8192];
    host_open_as(h, plain(text, sizeof text, document), NULL);
    host_connect(h);
    (void)csuccess_engine_add_channel(h->engine, CSUCCESS_STR("email"), &host_channel, h, NULL,
                                      NULL);
    *t = (told){.len = 0};
    CHECK_OK(csuccess_engine_set_trace(h->engine, tell, t));
}

static void take(host *h, int64_t now, const char *json)
{
    char text[1024];
    CHECK_OK(csuccess_events_clear(h->events));
    host_json(h->events, plain(text, sizeof text, json));
    host_ingest(h, now);
    CHECK_OK(csuccess_events_result(h->events, 0, NULL));
}

/* Does all that comes due before `until`, each at its own time. */
static void pass(host *h, int64_t *now, int64_t until)
{
    int64_t next = 0;
    while (CHECK_OK(host_run(h, *now, &next)) && next > *now && next < until) *now = next;
    *now = until;
    CHECK_OK(host_run(h, *now, NULL));
}

/* The line of the trace that has both, or "". */
static const char *line(const told *t, const char *one, const char *other)
{
    static char found[4096];
    const char *at = t->text;
    while (*at) {
        size_t len = strcspn(at, "\n");
        snprintf(found, sizeof found, "%.*s", (int)len, at);
        if (strstr(found, one) && strstr(found, other)) return found;
        at += len + (at[len] == '\n');
    }
    return "";
}

#define DATED(time) "\"at\":\"2026-01-" time "\""
#define STEP(id) "\"event\":\"step\"", "\"step\":\"" id "\""

/* ---- 002: a photographer who has not been seen for twelve days ---- */

static const char photographers[] =
    "{`csuccess`: 1, `extends`: `supplier`, `attributes`: {`first_name`: {`type`: `string`}}, "
    "`channels`: {`email`: {}}, `policies`: {`locale`: `en`},"
    "`templates`: {`missed`: {`locales`: {`en`: {`subject`: `{{first_name}}, your clients are "
    "looking for you`, `body`: `Yours: {{first_name}}`}}}, `setup`: {`locales`: {`en`: "
    "{`subject`: `A setup session, on us`, `body`: `An hour, free of charge.`}}}},"
    "`journeys`: {`save`: {`type`: `risk_mitigation`, `trigger`: {`when`: "
    "`days_since(last_login) >= 12 && health.score <= 35`}, `exit`: {`back`: {`when`: "
    "`days_since(last_login) < 3`}}, `steps`: {"
    "`missed`: {`type`: `email`, `template`: `missed`}, `plan`: {`type`: `start_playbook`, "
    "`playbook`: `save`}, `quiet`: {`type`: `wait`, `for`: `P2D`}, `setup`: {`type`: `email`, "
    "`template`: `setup`}, `answer`: {`type`: `wait`, `for`: `P10D`}}}},"
    "`playbooks`: {`save`: {`category`: `churn_risk`, `success`: {`within`: `P30D`, `when`: "
    "`health.score >= started('health.score') + 15`}, `steps`: {`call`: {`type`: `call`, "
    "`title`: `Call {{first_name}}`, `due_days`: 2}}}}}";

/* Two seventh of a fifth, a quarter of a quarter, one in twenty-eight of a quarter, no tickets, paid, nothing set up: 35. */
static const char photographer[] =
    "{`type`: `group`, `groupId`: `photo`, `messageId`: `g`, `timestamp`: "
    "`2026-01-01T00:00:00Z`, `traits`: {`first_name`: `Ada`, `last_login`: "
    "`2026-01-01T00:00:00Z`, `account_age_days`: 40, `features_adopted`: 2, `total_clients`: "
    "28, `active_clients_30d`: 1, `tickets_30d`: 0, `billing_status`: `active`, "
    "`critical_milestones`: 1, `critical_milestones_done`: 0}}";

/* S2-074, S2-057: 35 after twelve days; then messages, a call, a free setup session, each once; what intervened keeps the score that it began at, and ends when she is back. */
static void twelve_days_inactive(void)
{
    static told t;
    host h;
    int64_t now = HOST_MS(0);
    start(&h, &t, photographers);
    take(&h, now, photographer);
    pass(&h, &now, HOST_MS(12) - 1);
    CHECK(strstr(t.text, "\"kind\":\"journey\"") == NULL); /* not a moment before */
    pass(&h, &now, HOST_MS(12));
    host_state_has(&h, "photo", now, "\"health\":{\"score\":35,");
    host_state_has(&h, "photo", now, "\"status\":\"critical\"");
    CHECK_HAS(line(&t, "\"event\":\"enrolled\"", "save"), DATED("13T00:00:00Z"));
    CHECK_HAS(line(&t, "\"definition\":\"journey/save/missed\"", "channel"),
              "Ada, your clients are looking for you");
    CHECK_HAS(line(&t, "\"kind\":\"task\"", "\"event\":\"created\""),
              "\"kind\":\"call\",\"title\":\"Call Ada\"");
    host_state_has(&h, "photo", now,
                   "\"started\":[{\"name\":\"health.score\",\"value\":35}]"); /* S2-057 */
    CHECK(strstr(t.text, "journey/save/setup") == NULL);
    pass(&h, &now, HOST_MS(14));
    CHECK_HAS(line(&t, "\"definition\":\"journey/save/setup\"", "channel"),
              "A setup session, on us");
    take(&h, HOST_MS(15),
         "{`type`: `group`, `groupId`: `photo`, `messageId`: `b`, `timestamp`: "
         "`2026-01-16T00:00:00Z`, `traits`: {`last_login`: `2026-01-16T00:00:00Z`, "
         "`features_adopted`: 8, `active_clients_30d`: 28}}");
    CHECK_HAS(line(&t, "\"event\":\"exited\"", "save"), "\"by\":\"back\"");
    now = HOST_MS(15);
    pass(&h, &now, HOST_MS(43));
    CHECK_HAS(line(&t, "\"state\":\"measured\"", "save"), "\"success_within\":\"met\"");
    host_close(&h);
}

/* ---- 003 §8.1: jobs ---- */

/* Time decides: the alert after 60 hours, the segments after 84. */
#define JOBS(schedule) \
    "{`csuccess`: 1, `attributes`: {`seen`: {`type`: `time`}}, `channels`: {`slack`: " \
    "{}}, " schedule \
    "`health`: {`profiles`: {`default`: {`score`: {`value`: `days_since(seen)`, `points`: " \
    "{`linear`: [[0, 100], [10, 0]]}}, `bands`: {`good`: {`from`: 50}, `bad`: {}}, `alerts`: " \
    "{`falling`: {`when`: `hours_since(seen) >= 60`, `severity`: `high`, `notify`: {`first`: " \
    "{`channel`: `slack`}}}}}}}," \
    "`segments`: {`gone`: {`when`: `hours_since(seen) >= 84`}, `slow`: {`when`: " \
    "`hours_since(seen) >= 84`, `refresh`: `P1D`}}," \
    "`journeys`: {`soon`: {`trigger`: {`event`: `ping`}, `steps`: {`five`: {`type`: `wait`, " \
    "`for`: `PT5M`}, `last`: {`type`: `wait`, `for`: `PT7M`}}}}}"

static void see(host *h, told *t, const char *document)
{
    start(h, t, document);
    take(h, HOST_MS(0),
         "{`type`: `group`, `groupId`: `acme`, `messageId`: `g`, `timestamp`: "
         "`2026-01-01T00:00:00Z`, `traits`: {`seen`: `2026-01-01T00:00:00Z`}}");
}

/* Milliseconds of a day of the trace's time of a line; negative without it. */
static int64_t time_of(const char *found)
{
    int day, hour, minute;
    const char *at = strstr(found, "\"at\":\"2026-01-");
    if (!CHECK(at != NULL)) return -1;
    if (!CHECK(sscanf(at + 14, "%2dT%2d:%2d", &day, &hour, &minute) == 3)) return -1;
    return HOST_MS(day - 1) + hour * HOUR + minute * (HOUR / 60);
}

/* S3-125, S3-114: time alone moves customers between segments, within the hour or as often as the segment says; entering and leaving are entries. */
static void segments_are_refreshed(void)
{
    static told t;
    host h;
    int64_t now = HOST_MS(0), crossed = HOST_MS(3) + 12 * HOUR;
    see(&h, &t, JOBS(""));
    pass(&h, &now, HOST_MS(6));
    const char *found = line(&t, "\"kind\":\"segment\"", "\"segment\":\"gone\"");
    CHECK_HAS(found, "\"change\":\"entered\",\"times\":1,\"by\":\"condition\"");
    CHECK_HAS(found, "\"cause\":\"due/");
    int64_t entered = time_of(found);
    CHECK(entered >= crossed && entered <= crossed + HOUR);
    int64_t slow = time_of(line(&t, "\"kind\":\"segment\"", "\"segment\":\"slow\""));
    CHECK(slow >= crossed && slow <= crossed + HOST_DAY);
    take(&h, HOST_MS(7),
         "{`type`: `group`, `groupId`: `acme`, `messageId`: `h`, `timestamp`: "
         "`2026-01-08T00:00:00Z`, `traits`: {`seen`: `2026-01-08T00:00:00Z`}}");
    CHECK_HAS(line(&t, "\"segment\":\"gone\"", "\"change\":\"left\""), "\"cause\":\"h\"");
    host_close(&h);
}

/* S3-126: an event moves a journey in its own step; a timer is done at its minute, and the engine says when to come. */
static void journeys_go_on(void)
{
    static told t;
    host h;
    int64_t begun = HOST_MS(1), next = 0;
    see(&h, &t, JOBS(""));
    take(&h, begun,
         "{`type`: `track`, `event`: `ping`, `groupId`: `acme`, `messageId`: `p`, "
         "`timestamp`: `2026-01-02T00:00:00Z`}");
    CHECK_HAS(line(&t, STEP("five")), "\"cause\":\"p\"");
    CHECK_OK(host_run(&h, begun, &next));
    CHECK_INT(next, begun + HOUR / 12);
    CHECK_OK(host_run(&h, next - 1, NULL));
    CHECK_CSTR(line(&t, STEP("last")), "");
    CHECK_OK(host_run(&h, next, &next));
    CHECK_HAS(line(&t, STEP("last")), DATED("02T00:05:00Z"));
    CHECK_INT(next, begun + HOUR / 5);
    CHECK_OK(host_run(&h, next, &next));
    CHECK_HAS(line(&t, "\"kind\":\"journey\"", "\"event\":\"completed\""),
              DATED("02T00:12:00Z"));
    host_close(&h);
}

/* S3-128: with a look every hour, a risk that time brings is told within the hour, once. */
static void risks_are_looked_for(void)
{
    static told t;
    host h;
    int64_t now = HOST_MS(0), crossed = HOST_MS(2) + 12 * HOUR;
    see(&h, &t, JOBS("`schedule`: {`alerts`: `PT1H`},"));
    pass(&h, &now, HOST_MS(6));
    const char *found = line(&t, "\"kind\":\"alert\"", "\"state\":\"open\"");
    CHECK_HAS(found, "\"cause\":\"due/");
    int64_t raised = time_of(found);
    CHECK(raised >= crossed && raised <= crossed + HOUR);
    CHECK_UINT(h.sends, 1);
    host_close(&h);
}

CHECK_MAIN(CHECK_TEST(twelve_days_inactive), CHECK_TEST(segments_are_refreshed),
           CHECK_TEST(journeys_go_on), CHECK_TEST(risks_are_looked_for))

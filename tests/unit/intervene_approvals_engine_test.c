/* SPDX-License-Identifier: Apache-2.0 */
/* Offers and approvals through an engine: what asks is told to its channel, goes once it is decided, and not before. */
#include "check.h"
#include <csuccess/csuccess.h>

#define START INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */
#define HOUR INT64_C(3600000)
#define DAY INT64_C(86400000)

static const char document[] =
    "{`csuccess`:1,`attributes`:{`arr`:{`type`:`number`},`strategic`:{`type`:`bool`}},"
    "`channels`:{`email`:{},`slack`:{}},`policies`:{`locale`:`en`},"
    "`privacy`:{`purposes`:{`news`:{`requires`:`nothing`}}},"
    "`templates`:{`t`:{`locales`:{`en`:{`text`:`{{offer.type}} of {{offer.value}}`}}},"
    "`n`:{`locales`:{`en`:{`text`:`News`}}}},"
    "`offers`:{`save`:{`types`:{`discount`:{}},`value`:`arr * 0.1`,"
    "`redemptions`:{`total`:1}}},"
    "`interventions`:{`give`:{`type`:`offer`,`offer`:`save`,`template`:`t`,`purpose`:`news`,"
    "`when`:`arr > 100`,`follow_up`:null},"
    "`mail`:{`type`:`email`,`template`:`n`,`purpose`:`news`,`follow_up`:null}},"
    "`campaigns`:{`spring`:{`type`:`proactive`,`category`:`engagement`,`status`:`active`,"
    "`when`:`strategic`,`actions`:{`one`:{`intervention`:`mail`},"
    "`two`:{`intervention`:`mail`,`after`:`P9D`}}}},"
    "`approvals`:{`big`:{`for`:[`offer/*`],`when`:`offer.value > 1000`,"
    "`approver`:`chairman`,`channel`:`slack`},"
    "`runs`:{`for`:[`campaign/*`],`approver`:`chairman`,`channel`:`slack`,`expires`:`P2D`}}}";

typedef struct world {
    csuccess_config *config;
    csuccess_simulation *simulation;
    char approval[65];  /* the last that was asked for */
    char sent[2000];    /* `channel text;` */
    char changes[2000]; /* of entries "approval" */
    unsigned inputs;
    csuccess_result result; /* of the last input */
} world;

static void quote(char *text)
{
    for (; *text; text++) {
        if (*text == '`') *text = '"';
    }
}

static void word_of(csuccess_str text, const char *key, char *out, size_t cap)
{
    char pattern[64], line[8192];
    size_t n = 0, len = text.len < sizeof line - 1 ? text.len : sizeof line - 1;
    memcpy(line, text.ptr, len);
    line[len] = '\0';
    snprintf(pattern, sizeof pattern, "\"%s\":\"", key);
    const char *at = strstr(line, pattern);
    out[0] = '\0';
    if (!at) return;
    for (at += strlen(pattern); *at && *at != '"' && n + 1 < cap; at++) out[n++] = *at;
    out[n] = '\0';
}

static void add(char *list, size_t cap, const char *text)
{
    size_t n = strlen(list);
    if (n < cap) snprintf(list + n, cap - n, "%s%s", n ? " " : "", text);
}

static void trace(void *ud, csuccess_str line)
{
    world *w = ud;
    char kind[32], change[32];
    word_of(line, "kind", kind, sizeof kind);
    if (strcmp(kind, "approval") != 0) return;
    word_of(line, "change", change, sizeof change);
    add(w->changes, sizeof w->changes, change);
    word_of(line, "approval", w->approval, sizeof w->approval);
}

static uint32_t deliver(void *ud, const csuccess_send_request *request)
{
    world *w = ud;
    char text[256], line[300];
    word_of(request->message->body, "text", text, sizeof text);
    text[strcspn(text, " ")] = '\0';
    snprintf(line, sizeof line, "%.*s:%s", (int)request->channel.len, request->channel.ptr,
             text);
    add(w->sent, sizeof w->sent, line);
    return CSUCCESS_SENT_DELIVERED;
}

static bool open_world(world *w)
{
    char text[sizeof document];
    csuccess_error err = CSUCCESS_ERROR_INIT;
    memset(w, 0, sizeof *w);
    memcpy(text, document, sizeof text);
    quote(text);
    if (!CHECK_OK(csuccess_config_compile(&w->config, check_view(text), NULL, &err))) {
        printf("# %s at %s\n", err.message, err.pointer);
        return false;
    }
    csuccess_simulation_options options = {.size = sizeof options,
                                           .start_ms = START,
                                           .send = deliver,
                                           .send_ud = w,
                                           .trace = trace,
                                           .trace_ud = w};
    return CHECK_OK(csuccess_simulation_new(&w->simulation, w->config, &options, &err));
}

static void close_world(world *w)
{
    csuccess_simulation_free(w->simulation);
    csuccess_config_unref(w->config);
}

static void run(world *w, int64_t until)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!CHECK_OK(csuccess_simulation_run(w->simulation, until, &err)))
        printf("# %s\n", err.message);
}

/* `more` are members behind the type. */
static void feed(world *w, const char *customer, const char *type, const char *more)
{
    char text[1000];
    csuccess_events *events = NULL;
    csuccess_str why = {NULL, 0};
    csuccess_error err = CSUCCESS_ERROR_INIT;
    snprintf(text, sizeof text,
             "{`type`:`%s`,`messageId`:`m%u`,`groupId`:`%s`,`timestamp`:"
             "`2026-01-01T00:00:00Z`,%s}",
             type, ++w->inputs, customer, more);
    quote(text);
    CHECK_OK(csuccess_events_new(&events, NULL, NULL, &err));
    if (!CHECK_OK(csuccess_events_add_json(events, check_view(text), &err)))
        printf("# %s\n", err.message);
    if (!CHECK_OK(csuccess_simulation_feed(w->simulation, events, &err)))
        printf("# %s\n", err.message);
    w->result = csuccess_events_result(events, 0, &why);
    csuccess_events_free(events);
}

static void decide(world *w, const char *customer, const char *event, const char *more)
{
    char text[600];
    snprintf(text, sizeof text,
             "`event`:`%s`,`properties`:{`approval`:`%s`,`reasoning`:`so it is`%s}", event,
             w->approval, more);
    feed(w, customer, "decision", text);
}

static void an_offer_waits_for_its_decision(void)
{
    world w;
    if (!open_world(&w)) return;
    feed(&w, "c1", "group", "`traits`:{`arr`:50000}");
    run(&w, START + DAY);
    CHECK_CSTR(w.sent, "slack:offer/save");
    decide(&w, "c1", "modify", ",`changes`:{`value`:90000}");
    CHECK_INT(w.result, CSUCCESS_OK);
    run(&w, START + DAY + HOUR);
    CHECK_CSTR(w.sent, "slack:offer/save email:discount");
    decide(&w, "c1", "reject", "");
    CHECK_INT(w.result, CSUCCESS_ERANGE);
    CHECK_CSTR(w.changes, "requested modified");
    close_world(&w);
}

static void nobody_deciding_nothing_leaves(void)
{
    world w;
    if (!open_world(&w)) return;
    feed(&w, "c1", "group", "`traits`:{`arr`:50000}");
    run(&w, START + 3 * DAY);
    decide(&w, "c1", "approve", "");
    CHECK_INT(w.result, CSUCCESS_ERANGE);
    run(&w, START + 30 * DAY);
    CHECK_CSTR(w.sent, "slack:offer/save");
    CHECK_CSTR(w.changes, "requested expired");
    close_world(&w);
}

/* The ledger has one redemption: who comes second goes without, and the first gives it back when it expires. */
static void a_ledger_holds_for_all_customers(void)
{
    world w;
    if (!open_world(&w)) return;
    feed(&w, "c1", "group", "`traits`:{`arr`:5000}");
    run(&w, START + HOUR);
    feed(&w, "c2", "group", "`traits`:{`arr`:5000}");
    run(&w, START + DAY);
    CHECK_CSTR(w.sent, "email:discount");
    CHECK_CSTR(w.changes, "");
    feed(&w, "c1", "offer", "`event`:`decline`,`properties`:{`offer`:`save`}");
    CHECK_INT(w.result, CSUCCESS_OK);
    run(&w, START + 2 * DAY);
    feed(&w, "c2", "group", "`traits`:{`arr`:5001}");
    run(&w, START + 2 * DAY + HOUR);
    CHECK_CSTR(w.sent, "email:discount email:discount");
    close_world(&w);
}

static void a_campaign_asks_once(void)
{
    world w;
    if (!open_world(&w)) return;
    feed(&w, "c1", "group", "`traits`:{`strategic`:true}");
    run(&w, START + HOUR);
    CHECK_CSTR(w.sent, "slack:campaign/spring");
    decide(&w, "c1", "approve", "");
    CHECK_INT(w.result, CSUCCESS_OK);
    run(&w, START + 20 * DAY);
    CHECK_CSTR(w.sent, "slack:campaign/spring email:News email:News");
    CHECK_CSTR(w.changes, "requested approved");
    close_world(&w);
}

static void a_campaign_that_is_rejected_does_not_begin(void)
{
    world w;
    if (!open_world(&w)) return;
    feed(&w, "c1", "group", "`traits`:{`strategic`:true}");
    run(&w, START + HOUR);
    decide(&w, "c1", "reject", "");
    run(&w, START + 20 * DAY);
    CHECK_CSTR(w.sent, "slack:campaign/spring");
    close_world(&w);
}

CHECK_MAIN(CHECK_TEST(an_offer_waits_for_its_decision),
           CHECK_TEST(nobody_deciding_nothing_leaves),
           CHECK_TEST(a_ledger_holds_for_all_customers), CHECK_TEST(a_campaign_asks_once),
           CHECK_TEST(a_campaign_that_is_rejected_does_not_begin))

/* SPDX-License-Identifier: Apache-2.0 */
/* Approvals: what asks, who decides, what a decision changes, and what time does. */
#include "intervene_deciding.h"

static const char document[] =
    "{`csuccess`:1,`attributes`:{`arr`:{`type`:`number`},`strategic`:{`type`:`bool`}},"
    "`channels`:{`email`:{`cost`:1},`phone`:{`cost`:500},`slack`:{}},"
    "`policies`:{`locale`:`en`},`access`:{},"
    "`templates`:{`t`:{`locales`:{`en`:{`text`:`Hello`}}}},"
    "`offers`:{`save`:{`types`:{`x`:{}},`value`:`arr`,`approval_above`:300000}},"
    "`interventions`:{`plain`:{`type`:`email`,`template`:`t`,`cost`:100},"
    "`give`:{`type`:`offer`,`offer`:`save`,`template`:`t`},"
    "`auto`:{`type`:`email`,`template`:`t`},`call`:{`type`:`email`,`template`:`t`}},"
    "`campaigns`:{`spring`:{`type`:`proactive`,`category`:`engagement`,`status`:`active`,"
    "`when`:`true`,`repeat`:`P1D`,`actions`:{`one`:{`intervention`:`plain`},"
    "`two`:{`intervention`:`plain`,`after`:`P1D`}}}},"
    "`approvals`:{"
    "`big_offer`:{`for`:[`offer/*`],`when`:`offer.value > 1000 && offer.value < 2000`,"
    "`approver`:`chairman`,`priority`:`high`,`expires`:`P3D`,`channel`:`slack`},"
    "`strategic`:{`for`:[`campaign/*`,`intervention/plain`],`when`:`strategic`,"
    "`approver`:`chairman`,`expires`:`P2D`,`on_expiry`:`escalate`,`escalate_to`:`board`},"
    "`lenient`:{`for`:[`intervention/auto`],`approver`:`manager`,`expires`:`P1D`,"
    "`on_expiry`:`approve`},"
    "`strict`:{`for`:[`intervention/call`],`approver`:`manager`}}}";

static void know(deciding *d, double arr, bool strategic)
{
    trip_set(&d->trip, "arr", csuccess__number(arr));
    trip_set(&d->trip, "strategic", csuccess__boolean(strategic));
}

/* Asks about an intervention in a step of its own. */
static csuccess__ruled ask(deciding *d, int64_t now, const char *id)
{
    csuccess__candidate c = deciding_candidate(d, id);
    return deciding_asked(d, now, &c);
}

/* As ask(), and it leaves where it may. */
static csuccess__ruled go(deciding *d, int64_t now, const char *id)
{
    csuccess__candidate c = deciding_candidate(d, id);
    csuccess__ruled ruled = deciding_asked(d, now, &c);
    if (ruled.ruling == CSUCCESS__ALLOW) deciding_leave(d, &c);
    return ruled;
}

/* A word on the first request there is; `more` follows with a comma in front. */
static csuccess_result word(deciding *d, int64_t now, const char *event, const char *more)
{
    char text[1200];
    (void)deciding_begin(d, now);
    csuccess__request r = deciding_request(d, 0);
    snprintf(text, sizeof text, "`approval`:`%.16s`,`reasoning`:`so it is`%s", r.id.ptr, more);
    return deciding_word(d, now, event, text);
}

#define ALLOWS(ruled) CHECK_INT((ruled).ruling, CSUCCESS__ALLOW)
#define DEFERS(ruled, to) \
    do { \
        csuccess__ruled ruled_ = (ruled); \
        CHECK_INT(ruled_.ruling, CSUCCESS__DEFER); \
        CHECK_INT(ruled_.guard, CSUCCESS__GUARD_APPROVAL); \
        CHECK_INT(ruled_.until, (to)); \
        CHECK(ruled_.reason.len > 0); \
    } while (0)
#define DENIES(ruled) CHECK_INT((ruled).ruling, CSUCCESS__DENY)

/* ---- What asks ---- */

static void rules_ask_that_fit_and_hold(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    know(&d, 500, false);
    ALLOWS(ask(&d, TRIP_START, "plain"));
    ALLOWS(ask(&d, TRIP_START, "give"));
    CHECK_UINT(deciding_count(&d, CSUCCESS__STATE_APPROVAL), 0);
    know(&d, 1500, true);
    DEFERS(ask(&d, TRIP_START, "plain"), TRIP_START + 2 * TRIP_DAY);
    CHECK_INT(d.trip.step.due, TRIP_START + 2 * TRIP_DAY);
    DEFERS(ask(&d, TRIP_START, "give"), TRIP_START + 3 * TRIP_DAY);
    CHECK_STR(deciding_told(&d, "approval", "for"), "requested offer/save");
    CHECK_UINT(d.trip.effects.message_count, 1); /* `strategic` has no channel */
    const csuccess__effect_message *m = &d.trip.effects.messages[0];
    CHECK_STR(m->channel, "slack");
    CHECK(m->internal);
    CHECK_INT(m->expires_at, TRIP_START + 3 * TRIP_DAY);
    csuccess_str body = csuccess__arena_copy(&d.trip.arena, m->body);
    CHECK_HAS(body.ptr, "\"for\":\"offer/save\",\"rule\":\"big_offer\",\"approver\":"
                        "\"chairman\",\"priority\":\"high\",\"programme\":"
                        "\"intervention/give\",\"cost\":1,\"value\":150000,");
    /* once */
    DEFERS(ask(&d, TRIP_START + 1, "give"), TRIP_START + 3 * TRIP_DAY);
    CHECK_UINT(d.trip.effects.entry_count, d.entries);
    CHECK_UINT(d.trip.effects.message_count, 1);
    CHECK_UINT(deciding_count(&d, CSUCCESS__STATE_APPROVAL), 2);
    deciding_close(&d);
}

static void above_its_limit_an_offer_asks(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    know(&d, 3000, false); /* no rule holds, and it is not above */
    ALLOWS(ask(&d, TRIP_START, "give"));
    know(&d, 3000.01, false);
    DEFERS(ask(&d, TRIP_START, "give"), TRIP_START + 3 * TRIP_DAY);
    CHECK_STR(deciding_told(&d, "approval", "rule"), "requested big_offer");
    deciding_close(&d);
}

static void undecided_asks(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    DEFERS(ask(&d, TRIP_START, "plain"), TRIP_START + 2 * TRIP_DAY);
    csuccess__candidate c = deciding_candidate(&d, "call");
    c.internal = true;
    ALLOWS(deciding_asked(&d, TRIP_START, &c)); /* words to the team do not */
    d.turn.looking = true;
    c.internal = false;
    DEFERS(deciding_ask(&d, &c), CSUCCESS__NEVER);
    CHECK_UINT(deciding_count(&d, CSUCCESS__STATE_APPROVAL), 1);
    deciding_close(&d);
}

/* What is open binds nothing once its rule holds no more; what is decided does. */
static void what_no_rule_asks_goes(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    know(&d, 1500, false);
    DEFERS(ask(&d, TRIP_START, "give"), TRIP_START + 3 * TRIP_DAY);
    know(&d, 500, false);
    csuccess__candidate c = deciding_candidate(&d, "give");
    CHECK_INT(deciding_asked(&d, TRIP_START + 1, &c).ruling, CSUCCESS__ALLOW);
    deciding_leave(&d, &c);
    CHECK_STR(deciding_told(&d, "approval", "reasoning"), "expired it needs no decision now");
    CHECK_UINT(deciding_count(&d, CSUCCESS__STATE_APPROVAL), 0);
    deciding_close(&d);
}

static void what_was_rejected_stays_so(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    know(&d, 0, true);
    DEFERS(ask(&d, TRIP_START, "plain"), TRIP_START + 2 * TRIP_DAY);
    CHECK_OK(word(&d, TRIP_START + 1, "reject", ""));
    know(&d, 0, false);
    DENIES(ask(&d, TRIP_START + 2, "plain"));
    deciding_close(&d);
}

/* ---- Every path ---- */

/* What happens to a request of `strict` (manager, three days, then rejected), one after the other. */
typedef struct path {
    const char *before; /* a decision at hour 1, or "" */
    const char *event;
    const char *more;
    int64_t hour;
    const char *as; /* NULL: the host */
    csuccess_result result;
    const char *says; /* the refusal has it, or the entry is so */
    csuccess__ruling then;
} path;
#define LET CSUCCESS__ALLOW
#define WAIT CSUCCESS__DEFER
#define NO CSUCCESS__DENY
#define REFUSED CSUCCESS_ERANGE
static const path paths[] = {
    /* pending × decision × in time */
    {"", "approve", "", 2, NULL, 0, "approved", LET},
    {"", "reject", "", 2, NULL, 0, "rejected", NO},
    {"", "modify", ",`changes`:{`cost`:5}", 2, NULL, 0, "modified", LET},
    {"", "escalate", ",`to`:`board`", 2, NULL, 0, "escalated", WAIT},
    {"", "monitor", ",`until`:`2026-01-02T00:00:00Z`", 2, NULL, 0, "monitored", WAIT},
    /* × late */
    {"", "approve", "", 72, NULL, REFUSED, "too late", NO},
    {"", "reject", "", 72, NULL, REFUSED, "too late", NO},
    {"", "modify", ",`changes`:{`cost`:5}", 72, NULL, REFUSED, "too late", NO},
    {"", "escalate", ",`to`:`board`", 72, NULL, REFUSED, "too late", NO},
    {"", "monitor", ",`until`:`2026-02-02T00:00:00Z`", 72, NULL, REFUSED, "too late", NO},
    {"", "approve", "", 71, NULL, 0, "approved", LET},
    /* × role */
    {"", "approve", "", 2, "manager", 0, "approved", LET},
    {"", "approve", "", 2, "csm", CSUCCESS_EDENIED, "\"manager\"", WAIT},
    {"", "reject", "", 2, "csm", CSUCCESS_EDENIED, "\"manager\"", WAIT},
    {"", "modify", ",`changes`:{`cost`:5}", 2, "board", CSUCCESS_EDENIED, "manager", WAIT},
    {"", "escalate", ",`to`:`board`", 2, "board", CSUCCESS_EDENIED, "manager", WAIT},
    {"", "monitor", ",`until`:`2026-01-02T00:00:00Z`", 2, "csm", CSUCCESS_EDENIED, "", WAIT},
    /* a second one, whatever it is */
    {"approve", "approve", "", 2, NULL, REFUSED, "approved by \"anna\"", LET},
    {"approve", "reject", "", 2, NULL, REFUSED, "approved by", LET},
    {"reject", "approve", "", 2, NULL, REFUSED, "rejected by", NO},
    {"reject", "monitor", ",`until`:`2026-01-02T00:00:00Z`", 2, NULL, REFUSED, "rejected", NO},
    {"modify", "reject", "", 2, NULL, REFUSED, "modified by", LET},
    {"modify", "escalate", ",`to`:`board`", 2, NULL, REFUSED, "modified by", LET},
    {"monitor", "approve", "", 2, NULL, REFUSED, "is watched", WAIT},
    {"monitor", "monitor", ",`until`:`2026-01-03T00:00:00Z`", 2, NULL, REFUSED, "watched",
     WAIT},
    /* escalated: another one decides */
    {"escalate", "approve", "", 2, "board", 0, "approved", LET},
    {"escalate", "reject", "", 2, "board", 0, "rejected", NO},
    {"escalate", "approve", "", 2, "manager", CSUCCESS_EDENIED, "\"board\"", WAIT},
    {"escalate", "modify", ",`changes`:{`cost`:5}", 2, "board", 0, "modified", LET},
    {"escalate", "escalate", ",`to`:`manager`", 2, "board", 0, "escalated", WAIT},
    {"escalate", "escalate", ",`to`:`board`", 2, "board", REFUSED, "decides it already", WAIT},
    {"escalate", "monitor", ",`until`:`2026-01-02T00:00:00Z`", 2, "board", 0, "monitored",
     WAIT},
    {"escalate", "approve", "", 72, "board", 0, "approved", LET}, /* it has its own time */
    {"escalate", "approve", "", 73, "board", REFUSED, "too late", NO},
    /* asked again, and decided then */
    {"monitor", "approve", "", 30, NULL, 0, "approved", LET},
    /* what it must say */
    {"", "approve", ",`reasoning`:``", 2, NULL, CSUCCESS_EJSON, "", WAIT},
    {"", "allow", "", 2, NULL, REFUSED, "approve, reject", WAIT},
    {"", "modify", "", 2, NULL, REFUSED, "\"changes\"", WAIT},
    {"", "modify", ",`changes`:{}", 2, NULL, REFUSED, "\"changes\"", WAIT},
    {"", "modify", ",`changes`:{`price`:5}", 2, NULL, REFUSED, "price", WAIT},
    {"", "modify", ",`changes`:{`cost`:-5}", 2, NULL, REFUSED, "whole minor", WAIT},
    {"", "modify", ",`changes`:{`cost`:1.5}", 2, NULL, REFUSED, "whole minor", WAIT},
    {"", "modify", ",`changes`:{`channel`:`pigeon`}", 2, NULL, REFUSED, "pigeon", WAIT},
    {"", "modify", ",`changes`:{`not_before`:`soon`}", 2, NULL, REFUSED, "not_before", WAIT},
    {"", "modify", ",`changes`:{`owner`:7}", 2, NULL, REFUSED, "owner", WAIT},
    {"", "modify", ",`changes`:{`priority`:`high`}", 2, NULL, REFUSED, "priority", WAIT},
    {"", "approve", ",`changes`:{`cost`:5}", 2, NULL, REFUSED, "modify", WAIT},
    {"", "escalate", "", 2, NULL, REFUSED, "\"to\"", WAIT},
    {"", "escalate", ",`to`:`manager`", 2, NULL, REFUSED, "decides it already", WAIT},
    {"", "monitor", "", 2, NULL, REFUSED, "\"until\"", WAIT},
    {"", "monitor", ",`until`:`2025-01-02T00:00:00Z`", 2, NULL, REFUSED, "ahead", WAIT},
    {"", "approve", ",`expires_at`:`2025-01-02T00:00:00Z`", 2, NULL, REFUSED, "ahead", WAIT},
    {"", "approve", ",`investment_cap`:`much`", 2, NULL, REFUSED, "investment_cap", WAIT},
    {"", "approve", ",`allocation_limit`:-1", 2, NULL, REFUSED, "allocation_limit", WAIT},
    {"", "approve", ",`acceptable_churn`:2", 2, NULL, REFUSED, "acceptable_churn", WAIT},
    {"", "approve", ",`return_expected`:`x`", 2, NULL, REFUSED, "return_expected", WAIT},
    /* what its amounts hold */
    {"", "approve", ",`investment_cap`:0", 2, NULL, 0, "approved", WAIT},
    {"", "approve", ",`investment_cap`:1", 2, NULL, 0, "approved", LET},
    {"", "approve", ",`allocation_limit`:0", 2, NULL, 0, "approved", WAIT},
    {"", "modify", ",`changes`:{`not_before`:`2026-01-09T00:00:00Z`}", 2, NULL, 0, "modified",
     WAIT}};

static const char *more_of(const char *event)
{
    if (strcmp(event, "modify") == 0) return ",`changes`:{`priority`:5}";
    if (strcmp(event, "escalate") == 0) return ",`to`:`board`";
    return strcmp(event, "monitor") == 0 ? ",`until`:`2026-01-02T00:00:00Z`" : "";
}

static void take_path(const path *p)
{
    deciding d;
    int64_t at = TRIP_START + p->hour * TRIP_HOUR;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    DEFERS(ask(&d, TRIP_START, "call"), TRIP_START + 3 * TRIP_DAY);
    if (p->before[0]) {
        CHECK_OK(word(&d, TRIP_START + TRIP_HOUR, p->before, more_of(p->before)));
        CHECK_OK(trip_restore(&d.trip));
    }
    if (strcmp(p->before, "monitor") == 0) {
        CHECK_OK(deciding_step(&d, at)); /* what was due comes first */
    }
    uint32_t entries = d.trip.effects.entry_count;
    deciding_as(&d, p->as);
    csuccess_result result = word(&d, at, p->event, p->more);
    if (p->result == CSUCCESS_EJSON) {
        CHECK(result < 0);
    } else {
        CHECK_RESULT(result, p->result);
    }
    if (result == CSUCCESS_OK) {
        CHECK_STR(deciding_told(&d, "approval", NULL), p->says);
    } else {
        CHECK_HAS(d.why, p->says);
        CHECK_UINT(d.trip.effects.entry_count, entries); /* nothing has changed */
    }
    CHECK_OK(trip_restore(&d.trip));
    CHECK_INT(ask(&d, at, "call").ruling, p->then);
    deciding_close(&d);
}

static void every_path(void)
{
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        unsigned before = check_failures;
        take_path(&paths[i]);
        if (check_failures == before) continue;
        printf("# path %u: %s %s%s\n", (unsigned)i, paths[i].before, paths[i].event,
               paths[i].more);
    }
}

/* ---- Time ---- */

static void expiry_does_what_its_rule_says(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    know(&d, 0, true);
    DEFERS(ask(&d, TRIP_START, "call"), TRIP_START + 3 * TRIP_DAY);
    DEFERS(ask(&d, TRIP_START, "auto"), TRIP_START + TRIP_DAY);
    DEFERS(ask(&d, TRIP_START, "plain"), TRIP_START + 2 * TRIP_DAY);
    CHECK_OK(deciding_step(&d, TRIP_START + TRIP_DAY));
    CHECK_STR(deciding_told(&d, "approval", "rule"), "expired lenient");
    ALLOWS(ask(&d, TRIP_START + TRIP_DAY, "auto"));
    CHECK_OK(deciding_step(&d, TRIP_START + 2 * TRIP_DAY));
    CHECK_STR(deciding_told(&d, "approval", "approver"), "escalated board");
    DEFERS(ask(&d, TRIP_START + 2 * TRIP_DAY, "plain"), TRIP_START + 4 * TRIP_DAY);
    CHECK_OK(trip_restore(&d.trip));
    DENIES(ask(&d, TRIP_START + 3 * TRIP_DAY, "call"));
    CHECK_OK(deciding_step(&d, TRIP_START + 4 * TRIP_DAY));
    CHECK_STR(deciding_told(&d, "approval", "approver"), "expired board");
    DENIES(ask(&d, TRIP_START + 4 * TRIP_DAY, "plain"));
    /* a rejection holds for thirty days, then it may be asked again */
    DENIES(ask(&d, TRIP_START + 34 * TRIP_DAY - 1, "plain"));
    DEFERS(ask(&d, TRIP_START + 34 * TRIP_DAY, "plain"), TRIP_START + 36 * TRIP_DAY);
    deciding_close(&d);
}

static void what_is_watched_is_asked_again(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    DEFERS(ask(&d, TRIP_START, "call"), TRIP_START + 3 * TRIP_DAY);
    CHECK_OK(word(&d, TRIP_START + 1, "monitor", ",`until`:`2026-02-01T00:00:00Z`"));
    int64_t again = TRIP_START + 31 * TRIP_DAY;
    DEFERS(ask(&d, TRIP_START + 2, "call"), again);
    CHECK_OK(deciding_step(&d, again));
    CHECK_STR(deciding_told(&d, "approval", NULL), "requested");
    DEFERS(ask(&d, again, "call"), again + 3 * TRIP_DAY);
    CHECK_OK(word(&d, again + 1, "approve", ""));
    ALLOWS(go(&d, again + 2, "call"));
    deciding_close(&d);
}

/* ---- Letting go ---- */

static void an_approval_is_used_up(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    DEFERS(ask(&d, TRIP_START, "call"), TRIP_START + 3 * TRIP_DAY);
    CHECK_OK(word(&d, TRIP_START + 1, "approve", ""));
    ALLOWS(ask(&d, TRIP_START + 2, "call")); /* it did not leave: held by another guard */
    csuccess__candidate c = deciding_candidate(&d, "call");
    ALLOWS(deciding_asked(&d, TRIP_START + 3, &c));
    deciding_leave(&d, &c);
    csuccess_str id = csuccess__arena_copy(&d.trip.arena, c.id);
    CHECK_OK(trip_restore(&d.trip));
    DEFERS(ask(&d, TRIP_START + 4, "call"), TRIP_START + 4 + 3 * TRIP_DAY);
    CHECK_STR(deciding_told(&d, "approval", NULL), "requested");
    /* taken back at its claim it has not left */
    (void)deciding_begin(&d, TRIP_START + 5);
    csuccess__approval_returned(&d.turn, id);
    csuccess__approval_returned(&d.turn, CSUCCESS_STR("another"));
    bool lets = ask(&d, TRIP_START + 6, "call").ruling == CSUCCESS__ALLOW;
    bool waits = ask(&d, TRIP_START + 6, "call").ruling == CSUCCESS__DEFER;
    CHECK(lets || waits); /* whichever of both requests stands first */
    deciding_close(&d);
}

static void what_lapses_is_asked_again(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    DEFERS(ask(&d, TRIP_START, "call"), TRIP_START + 3 * TRIP_DAY);
    CHECK_OK(word(&d, TRIP_START, "approve", ",`expires_at`:`2026-01-05T00:00:00Z`"));
    ALLOWS(ask(&d, TRIP_START + 4 * TRIP_DAY - 1, "call"));
    DEFERS(ask(&d, TRIP_START + 4 * TRIP_DAY, "call"), TRIP_START + 7 * TRIP_DAY);
    deciding_close(&d);
}

static void a_modification_changes_the_candidate(void)
{
    deciding d;
    csuccess__approved a;
    csuccess__made_offer made;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    know(&d, 1500, false);
    DEFERS(ask(&d, TRIP_START, "give"), TRIP_START + 3 * TRIP_DAY);
    CHECK_OK(word(&d, TRIP_START + 1, "modify",
                  ",`priority`:`high`,`changes`:{`cost`:7,`value`:90000,`channel`:`phone`,"
                  "`priority`:77,`owner`:`lead`,`not_before`:`2026-01-02T00:00:00Z`}"));
    const csuccess__json *body = deciding_last(&d, "approval");
    CHECK_STR(trip_word(body, "reasoning"), "so it is");
    CHECK_STR(trip_word(body, "by"), "anna");
    CHECK_STR(trip_word(body, "priority"), "high");
    CHECK(csuccess__json_at(body, CSUCCESS_STR("/changes/value")) != NULL);
    CHECK_OK(trip_restore(&d.trip));
    DEFERS(ask(&d, TRIP_START + 2, "give"), TRIP_START + TRIP_DAY); /* not before */
    csuccess__candidate c = deciding_candidate(&d, "give");
    c.by = csuccess__channel_find(d.of.channels, CSUCCESS_STR("phone"));
    ALLOWS(deciding_asked(&d, TRIP_START + TRIP_DAY, &c));
    CHECK(csuccess__approval_changes(&d.turn, &c, &a));
    CHECK(a.cost && a.value && a.priority_given);
    CHECK_INT(a.cost_is, 7);
    CHECK_NUM(a.priority, 77, 0);
    CHECK_STR(a.channel, "phone");
    CHECK_STR(a.owner, "lead");
    CHECK_INT(a.not_before, TRIP_START + TRIP_DAY);
    CHECK_INT(csuccess__offer_make(&d.turn, &c, &made).ruling, CSUCCESS__ALLOW);
    CHECK_INT(made.value, 90000);
    csuccess__candidate other = deciding_candidate(&d, "plain");
    CHECK(!csuccess__approval_changes(&d.turn, &other, &a));
    deciding_close(&d);
}

static void what_was_approved_is_not_exceeded(void)
{
    deciding d;
    csuccess__made_offer made;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    know(&d, 1500, false);
    DEFERS(ask(&d, TRIP_START, "give"), TRIP_START + 3 * TRIP_DAY);
    CHECK_OK(word(&d, TRIP_START + 1, "approve", ""));
    know(&d, 1900, false); /* the customer has grown */
    csuccess__candidate c = deciding_candidate(&d, "give");
    ALLOWS(deciding_asked(&d, TRIP_START + 2, &c));
    (void)csuccess__offer_make(&d.turn, &c, &made);
    CHECK_INT(made.value, 150000);
    /* another way that costs more is another question */
    c.by = csuccess__channel_find(d.of.channels, CSUCCESS_STR("phone"));
    DEFERS(deciding_asked(&d, TRIP_START + 3, &c), TRIP_START + 3 + 3 * TRIP_DAY);
    CHECK_STR(deciding_told(&d, "approval", NULL), "requested");
    deciding_close(&d);
}

/* ---- Two at once ---- */

static void of_two_approvers_the_second_is_refused(void)
{
    static const char *const events[] = {"approve", "reject", "modify", "escalate", "monitor"};
    for (int a = 0; a < 5; a++) {
        for (int b = 0; b < 5; b++) {
            deciding d;
            if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
            deciding_as(&d, "manager");
            (void)ask(&d, TRIP_START, "call");
            CHECK_OK(word(&d, TRIP_START + 1, events[a], more_of(events[a])));
            uint32_t entries = d.trip.effects.entry_count;
            csuccess_result second = word(&d, TRIP_START + 1, events[b], more_of(events[b]));
            CHECK_RESULT(second, a == 3 ? CSUCCESS_EDENIED : CSUCCESS_ERANGE);
            CHECK_UINT(d.trip.effects.entry_count, entries);
            deciding_close(&d);
        }
    }
}

/* ---- Standing decisions ---- */

static csuccess_result stand(deciding *d, int64_t now, const char *event, const char *for_,
                             const char *more)
{
    char text[1200];
    snprintf(text, sizeof text,
             "`for`:`%s`,`reasoning`:`so it is`,`expires_at`:`2026-03-01T00:00:00Z`%s", for_,
             more);
    return deciding_word(d, now, event, text);
}

static void a_standing_decision_answers(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    deciding_as(&d, "manager");
    DEFERS(ask(&d, TRIP_START, "call"), TRIP_START + 3 * TRIP_DAY);
    CHECK_OK(stand(&d, TRIP_START, "approve", "intervention/*", ""));
    CHECK_STR(deciding_told(&d, "approval", "for"),
              "approved intervention/call | approved intervention/*");
    CHECK_UINT(deciding_count(&d, CSUCCESS__STATE_APPROVAL), 1);
    CHECK_OK(trip_restore(&d.trip));
    for (int i = 0; i < 3; i++) ALLOWS(go(&d, TRIP_START + i, "call"));
    /* not for what another one decides */
    know(&d, 0, true);
    DEFERS(ask(&d, TRIP_START, "plain"), TRIP_START + 2 * TRIP_DAY);
    /* the nearer one counts */
    CHECK_OK(stand(&d, TRIP_START, "reject", "intervention/call", ""));
    DENIES(ask(&d, TRIP_START + 5, "call"));
    int64_t end = TRIP_START + 59 * TRIP_DAY;
    DENIES(ask(&d, end - 1, "call"));
    DEFERS(ask(&d, end, "call"), end + 3 * TRIP_DAY);
    deciding_close(&d);
}

static void a_standing_decision_has_its_amounts(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    know(&d, 0, true); /* plain costs 101 */
    CHECK_OK(stand(&d, TRIP_START, "approve", "*", ",`allocation_limit`:250"));
    ALLOWS(go(&d, TRIP_START, "plain"));
    ALLOWS(go(&d, TRIP_START, "plain"));
    CHECK_OK(trip_restore(&d.trip));
    DEFERS(go(&d, TRIP_START, "plain"), TRIP_START + 59 * TRIP_DAY);
    ALLOWS(go(&d, TRIP_START, "call")); /* 1 more */
    CHECK_OK(stand(&d, TRIP_START, "approve", "*", ",`investment_cap`:100"));
    DEFERS(go(&d, TRIP_START, "plain"), TRIP_START + 59 * TRIP_DAY);
    ALLOWS(go(&d, TRIP_START, "call"));
    deciding_close(&d);
}

static void a_standing_decision_is_checked(void)
{
    static const struct {
        const char *event, *text, *as, *says;
        csuccess_result result;
    } list[] = {
        {"approve", "", NULL, "neither", CSUCCESS_ERANGE},
        {"approve", "`for`:`offer`", NULL, "neither", CSUCCESS_ERANGE},
        {"approve", "`for`:`offer*`", NULL, "neither", CSUCCESS_ERANGE},
        {"approve", "`for`:`offer/`", NULL, "neither", CSUCCESS_ERANGE},
        {"approve", "`for`:`/x`", NULL, "neither", CSUCCESS_ERANGE},
        {"approve", "`for`:`offer/*`", NULL, "expires_at", CSUCCESS_ERANGE},
        {"escalate", "`for`:`offer/*`,`to`:`x`", NULL, "approval", CSUCCESS_ERANGE},
        {"monitor", "`for`:`offer/*`,`until`:`2027-01-01`", NULL, "approval", CSUCCESS_ERANGE},
        {"approve", "`approval`:`none`", NULL, "nothing is asked", CSUCCESS_ERANGE},
        {"approve", "`for`:`offer/*`,`expires_at`:`2027-01-01`", "csm", "no rule",
         CSUCCESS_EDENIED},
        {"approve", "`for`:`offer/*`,`expires_at`:`2027-01-01`", "manager", "no rule",
         CSUCCESS_EDENIED},
        {"approve", "`for`:`offer/*`,`expires_at`:`2027-01-01`", "chairman", "", CSUCCESS_OK}};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        deciding d;
        char text[400];
        if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
        deciding_as(&d, list[i].as);
        snprintf(text, sizeof text, "`reasoning`:`x`%s%s", list[i].text[0] ? "," : "",
                 list[i].text);
        if (!CHECK_RESULT(deciding_word(&d, TRIP_START, list[i].event, text), list[i].result))
            printf("# %s %s\n", list[i].event, text);
        CHECK_HAS(d.why, list[i].says);
        CHECK_UINT(deciding_count(&d, CSUCCESS__STATE_APPROVAL), list[i].result == CSUCCESS_OK);
        deciding_close(&d);
    }
}

static void without_access_anybody_decides(void)
{
    deciding d;
    char text[sizeof document];
    memcpy(text, document, sizeof text);
    char *access = strstr(text, "`access`:{},");
    if (!CHECK(access != NULL)) return;
    memset(access, ' ', strlen("`access`:{},"));
    if (!CHECK_OK(deciding_open(&d, text, NULL))) return;
    deciding_as(&d, "csm");
    (void)ask(&d, TRIP_START, "call");
    CHECK_OK(word(&d, TRIP_START + 1, "approve", ""));
    ALLOWS(ask(&d, TRIP_START + 2, "call"));
    deciding_close(&d);
}

/* ---- Campaigns ---- */

static csuccess__ruled act(deciding *d, int64_t now, uint32_t action,
                           csuccess__campaign_run *run)
{
    csuccess__candidate c = deciding_action(d, "spring", action, run);
    csuccess__ruled ruled = deciding_asked(d, now, &c);
    if (ruled.ruling != CSUCCESS__ALLOW) return ruled;
    csuccess__touches_open(&d->turn);
    if (!c.run) c.run = csuccess__campaign_begin(&d->turn, c.action->of);
    CHECK(c.run != NULL);
    deciding_leave(d, &c);
    csuccess__action_done(&d->turn, &c, true, CSUCCESS_STR(""));
    return ruled;
}

static void a_campaign_is_asked_once_for_its_run(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    know(&d, 0, true);
    DEFERS(act(&d, TRIP_START, 0, NULL), TRIP_START + 2 * TRIP_DAY);
    CHECK_STR(deciding_told(&d, "approval", "for"), "requested campaign/spring");
    CHECK_OK(word(&d, TRIP_START + 1, "approve", ""));
    ALLOWS(act(&d, TRIP_START + 2, 0, NULL));
    CHECK_OK(trip_restore(&d.trip));
    ALLOWS(act(&d, TRIP_START + TRIP_DAY + 2, 1, NULL));
    CHECK_STR(deciding_told(&d, "approval", NULL), "");
    CHECK_UINT(deciding_count(&d, CSUCCESS__STATE_APPROVAL), 1);
    deciding_close(&d);
}

static void a_campaign_that_was_rejected_does_not_begin(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    know(&d, 0, true);
    DEFERS(act(&d, TRIP_START, 0, NULL), TRIP_START + 2 * TRIP_DAY);
    CHECK_OK(word(&d, TRIP_START, "reject", ""));
    for (int i = 0; i < 30; i++) DENIES(act(&d, TRIP_START + i * TRIP_DAY, 0, NULL));
    DEFERS(act(&d, TRIP_START + 30 * TRIP_DAY, 0, NULL), TRIP_START + 32 * TRIP_DAY);
    deciding_close(&d);
}

/* ---- Bounds, forgetting, reports ---- */

static void there_is_a_most_of_requests(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    csuccess__candidate c = deciding_candidate(&d, "call");
    (void)deciding_begin(&d, TRIP_START);
    for (uint32_t i = 0; i < CSUCCESS__APPROVALS_KEPT; i++) {
        c.occurrence = i;
        DEFERS(deciding_ask(&d, &c), TRIP_START + 3 * TRIP_DAY);
    }
    c.occurrence++;
    DEFERS(deciding_ask(&d, &c), CSUCCESS__NEVER);
    CHECK_UINT(deciding_count(&d, CSUCCESS__STATE_APPROVAL), CSUCCESS__APPROVALS_KEPT);
    CHECK_OK(word(&d, TRIP_START, "approve", ""));
    csuccess__request r = deciding_request(&d, 0);
    c.occurrence = r.occurrence;
    (void)deciding_begin(&d, TRIP_START);
    ALLOWS(deciding_ask(&d, &c));
    deciding_leave(&d, &c);
    c.occurrence = CSUCCESS__APPROVALS_KEPT; /* what was used up makes room */
    DEFERS(deciding_ask(&d, &c), TRIP_START + 3 * TRIP_DAY);
    deciding_close(&d);
}

static void a_contact_is_forgotten(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    csuccess__candidate c = deciding_candidate(&d, "call");
    c.contact = CSUCCESS_STR("ada");
    DEFERS(deciding_asked(&d, TRIP_START, &c), TRIP_START + 3 * TRIP_DAY);
    c.contact = CSUCCESS_STR("bob");
    c.occurrence = 1;
    DEFERS(deciding_asked(&d, TRIP_START, &c), TRIP_START + 3 * TRIP_DAY);
    (void)deciding_begin(&d, TRIP_START);
    csuccess__approvals_forget(&d.turn, CSUCCESS_STR("ada"));
    CHECK_UINT(deciding_count(&d, CSUCCESS__STATE_APPROVAL), 1);
    CHECK_STR(deciding_request(&d, 0).contact, "bob");
    deciding_close(&d);
}

static void is_reported(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    know(&d, 1500, false);
    (void)ask(&d, TRIP_START, "give");
    CHECK_OK(word(&d, TRIP_START, "approve", ",`investment_cap`:200000"));
    CHECK_OK(stand(&d, TRIP_START, "reject", "campaign/*", ""));
    csuccess_str text = deciding_report(&d, csuccess__approvals_report);
    CHECK_HAS(text.ptr, "\"for\":\"offer/save\",\"rule\":\"big_offer\",\"state\":\"approved\","
                        "\"approver\":\"chairman\",\"asked_at\":\"2026-01-01T00:00:00Z\","
                        "\"until\":\"2026-01-31T00:00:00Z\",\"programme\":"
                        "\"intervention/give\",\"cost\":1,\"value\":150000,\"decided_at\":"
                        "\"2026-01-01T00:00:00Z\",\"by\":\"anna\",\"reasoning\":\"so it is\","
                        "\"investment_cap\":200000}");
    CHECK_HAS(text.ptr, "\"for\":\"campaign/*\",\"standing\":true,\"state\":\"rejected\"");
    deciding_close(&d);
}

static void problems_are_told(void)
{
    static const struct {
        const char *rule, *says;
    } list[] = {{"`approver`:`x`", "\"for\""},
                {"`for`:[],`approver`:`x`", "\"for\""},
                {"`for`:`offer/*`,`approver`:`x`", "\"for\""},
                {"`for`:[`ofer/*`],`approver`:`x`", "ofer"},
                {"`for`:[`offer/*`]", "\"approver\""},
                {"`for`:[`offer/*`],`approver`:`x`,`on_expiry`:`escalate`", "escalate_to"},
                {"`for`:[`offer/*`],`approver`:`x`,`on_expiry`:`accept`", "on_expiry"},
                {"`for`:[`offer/*`],`approver`:`x`,`expires`:`P0D`", "needs time"},
                {"`for`:[`offer/*`],`approver`:`x`,`channel`:`slak`", "slack"},
                {"`for`:[`offer/*`],`approver`:`x`,`when`:`offer.valu > 1`", "offer.valu"},
                {"`for`:[`offer/*`],`approver`:`x`,`whom`:1", "whom"}};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        char text[1000];
        csuccess_config *config = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        snprintf(text, sizeof text,
                 "{`csuccess`:1,`channels`:{`slack`:{}},`offers`:{`o`:{`types`:{`x`:{}},"
                 "`value`:`1`}},`approvals`:{`r`:{%s}}}",
                 list[i].rule);
        csuccess_result result = trip_compile(&config, text, NULL, &err);
        if (!CHECK(result < 0)) printf("# %s\n", list[i].rule);
        if (result < 0) CHECK_HAS(err.message, list[i].says);
        csuccess_config_unref(config);
    }
}

/* ---- Damage, memory ---- */

/* Each field cut anywhere and with any bit turned: a step says so, or goes on. */
static void damage_fails_the_step(void)
{
    deciding d;
    char bytes[2048];
    if (!CHECK_OK(deciding_open(&d, document, NULL))) return;
    know(&d, 1500, false);
    (void)ask(&d, TRIP_START, "give");
    deciding_as(&d, "chairman");
    CHECK_OK(stand(&d, TRIP_START, "modify", "campaign/*", ",`changes`:{`priority`:3}"));
    CHECK_UINT(deciding_count(&d, CSUCCESS__STATE_APPROVAL), 2);
    uint32_t count,
        first = csuccess__state_of_kind(&d.trip.state, CSUCCESS__STATE_APPROVAL, &count);
    for (uint32_t i = first; i < first + count; i++) {
        const csuccess__state_field *field = &d.trip.state.fields[i];
        csuccess_str name = csuccess__arena_copy(&d.trip.arena, field->name);
        size_t len = field->payload.len;
        if (!CHECK(len < sizeof bytes)) break;
        memcpy(bytes, field->payload.ptr, len);
        for (size_t n = 0; n < len; n++) {
            (void)csuccess__state_put(&d.trip.state, CSUCCESS__STATE_APPROVAL, name,
                                      (csuccess_str){bytes, n});
            CHECK_RESULT(deciding_step(&d, TRIP_START + 1), CSUCCESS_ESTATE);
        }
        for (size_t bit = 0; bit < 8 * len; bit++) {
            bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
            (void)csuccess__state_put(&d.trip.state, CSUCCESS__STATE_APPROVAL, name,
                                      (csuccess_str){bytes, len});
            csuccess__ruled ruled = ask(&d, TRIP_START + 1, "give");
            CHECK(ruled.ruling != CSUCCESS__ALLOW || d.trip.step.failed == CSUCCESS_OK);
            (void)deciding_report(&d, csuccess__approvals_report);
            bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
            (void)csuccess__state_put(&d.trip.state, CSUCCESS__STATE_APPROVAL, name,
                                      (csuccess_str){bytes, len});
        }
    }
    deciding_close(&d);
}

static csuccess_result failed(const deciding *d)
{
    return d->trip.step.failed < 0 ? d->trip.step.failed : d->trip.effects.failed;
}

static csuccess_result whole_life(check_memory *memory, void *ud)
{
    deciding d;
    (void)ud;
    csuccess_result result = deciding_open(&d, document, &memory->allocator);
    if (result >= 0) {
        know(&d, 1500, false);
        (void)ask(&d, TRIP_START, "give");
        result = failed(&d);
    }
    if (result >= 0) result = word(&d, TRIP_START + 1, "modify", ",`changes`:{`value`:7}");
    if (result >= 0) {
        (void)go(&d, TRIP_START + 2, "give");
        result = failed(&d);
    }
    if (result >= 0) {
        (void)ask(&d, TRIP_START + 3, "call");
        result = failed(&d);
    }
    if (result >= 0) result = stand(&d, TRIP_START + 4, "approve", "*", "");
    if (result >= 0) {
        (void)go(&d, TRIP_START + 5, "call");
        result = failed(&d);
    }
    if (result >= 0) (void)deciding_step(&d, TRIP_START + 60 * TRIP_DAY);
    if (result >= 0) result = failed(&d);
    deciding_close(&d);
    return result;
}

static void memory_may_be_refused(void)
{
    CHECK(check_faults(whole_life, NULL) > 50);
}

CHECK_MAIN(CHECK_TEST(rules_ask_that_fit_and_hold), CHECK_TEST(above_its_limit_an_offer_asks),
           CHECK_TEST(undecided_asks), CHECK_TEST(what_no_rule_asks_goes),
           CHECK_TEST(what_was_rejected_stays_so), CHECK_TEST(every_path),
           CHECK_TEST(expiry_does_what_its_rule_says),
           CHECK_TEST(what_is_watched_is_asked_again), CHECK_TEST(an_approval_is_used_up),
           CHECK_TEST(what_lapses_is_asked_again),
           CHECK_TEST(a_modification_changes_the_candidate),
           CHECK_TEST(what_was_approved_is_not_exceeded),
           CHECK_TEST(of_two_approvers_the_second_is_refused),
           CHECK_TEST(a_standing_decision_answers),
           CHECK_TEST(a_standing_decision_has_its_amounts),
           CHECK_TEST(a_standing_decision_is_checked),
           CHECK_TEST(without_access_anybody_decides),
           CHECK_TEST(a_campaign_is_asked_once_for_its_run),
           CHECK_TEST(a_campaign_that_was_rejected_does_not_begin),
           CHECK_TEST(there_is_a_most_of_requests), CHECK_TEST(a_contact_is_forgotten),
           CHECK_TEST(is_reported), CHECK_TEST(problems_are_told),
           CHECK_TEST(damage_fails_the_step), CHECK_TEST(memory_may_be_refused))

/* SPDX-License-Identifier: Apache-2.0 */
/* Approvals: what asks, who decides, what a decision changes, and what time does. */
#include "intervene_approvals.h"

/* ---- What asks ---- */

static void rules_ask_that_fit_and_hold(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
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
    if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
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
    if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
    DEFERS(ask(&d, TRIP_START, "plain"), TRIP_START + 2 * TRIP_DAY);
    csuccess__candidate c = deciding_candidate(&d, "call");
    const csuccess__effect_message message = {.internal = true};
    c.internal = true;
    c.message = &message;
    ALLOWS(deciding_asked(&d, TRIP_START, &c)); /* words to the team do not */
    d.turn.looking = true;
    c.internal = false;
    c.message = NULL;
    DEFERS(deciding_ask(&d, &c), CSUCCESS__NEVER);
    CHECK_UINT(deciding_count(&d, CSUCCESS__STATE_APPROVAL), 1);
    deciding_close(&d);
}

/* What is open binds nothing once its rule holds no more; what is decided does. */
static void what_no_rule_asks_goes(void)
{
    deciding d;
    if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
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
    if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
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
    if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
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
    if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
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
    if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
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
    if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
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
    if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
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
    if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
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
    if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
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
            if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
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

CHECK_MAIN(CHECK_TEST(rules_ask_that_fit_and_hold), CHECK_TEST(above_its_limit_an_offer_asks),
           CHECK_TEST(undecided_asks), CHECK_TEST(what_no_rule_asks_goes),
           CHECK_TEST(what_was_rejected_stays_so), CHECK_TEST(every_path),
           CHECK_TEST(expiry_does_what_its_rule_says),
           CHECK_TEST(what_is_watched_is_asked_again), CHECK_TEST(an_approval_is_used_up),
           CHECK_TEST(what_lapses_is_asked_again),
           CHECK_TEST(a_modification_changes_the_candidate),
           CHECK_TEST(what_was_approved_is_not_exceeded),
           CHECK_TEST(of_two_approvers_the_second_is_refused))

/* SPDX-License-Identifier: Apache-2.0 */
/* Standing decisions, approvals of campaigns; bounds, reports and problems of approvals, damage and memory. */
#include "intervene_approvals.h"

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
    if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
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
    if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
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
        if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
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
    char text[sizeof approvals_document];
    memcpy(text, approvals_document, sizeof text);
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
    if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
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
    if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
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
    if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
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
    if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
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
    if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
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
    if (!CHECK_OK(deciding_open(&d, approvals_document, NULL))) return;
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
    csuccess_result result = deciding_open(&d, approvals_document, &memory->allocator);
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

CHECK_MAIN(CHECK_TEST(a_standing_decision_answers),
           CHECK_TEST(a_standing_decision_has_its_amounts),
           CHECK_TEST(a_standing_decision_is_checked),
           CHECK_TEST(without_access_anybody_decides),
           CHECK_TEST(a_campaign_is_asked_once_for_its_run),
           CHECK_TEST(a_campaign_that_was_rejected_does_not_begin),
           CHECK_TEST(there_is_a_most_of_requests), CHECK_TEST(a_contact_is_forgotten),
           CHECK_TEST(is_reported), CHECK_TEST(problems_are_told),
           CHECK_TEST(damage_fails_the_step), CHECK_TEST(memory_may_be_refused))

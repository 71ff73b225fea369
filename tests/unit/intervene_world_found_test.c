/* SPDX-License-Identifier: Apache-2.0 */
/* What random worlds have found: messages that are tried again, held, or may have arrived, and what they cost. */
#include "intervene_world_host.h"

static const char form[] =
    "{`csuccess`:1,`attributes`:{`use`:{`type`:`number`}},"
    "`privacy`:{`purposes`:{`service`:{`requires`:`nothing`}}},"
    "`templates`:{`t`:{`locales`:{`en`:{`subject`:`Hello`,`body`:`World`}}}},"
    "`channels`:{`email`:{`cost`:2,`fallback`:[`in_app`],`budget`:{`limit`:100,`per`:`month`}},"
    "`in_app`:{}},`policies`:{`locale`:`en`,`reach`:{`budgets`:{`per_campaign`:43}}},"
    "`interventions`:{`leaf`:{`type`:`email`,`template`:`t`,`purpose`:`service`,`cost`:20,"
    "`follow_up`:false},`asked`:{`type`:`email`,`template`:`t`,`purpose`:`service`,"
    "`follow_up`:false}},"
    "`journeys`:{`way`:{`trigger`:{`event`:`go`},`steps`:{`mail`:{`type`:`email`,`template`:"
    "`t`,`purpose`:`service`}}}},"
    "`campaigns`:{`spring`:{`status`:`active`,`when`:`use == 7`,`repeat`:`P1D`,`actions`:{"
    "`one`:{`intervention`:`leaf`}},`follow_up`:false}}}";

static void open_host(host *h)
{
    char document[DOCUMENT];
    memcpy(document, form, sizeof form);
    open_document(h, document);
}

static int64_t ledger(const host *h, const char *key)
{
    char pattern[96];
    csuccess_text *text = NULL;
    CHECK_OK(csuccess_memory_store_dump(&text, h->store, NULL));
    snprintf(pattern, sizeof pattern, "{\"key\":\"%s\",\"sum\":", key);
    const char *at = strstr(csuccess_text_view(text).ptr, pattern);
    int64_t sum = at ? strtoll(at + strlen(pattern), NULL, 10) : 0;
    csuccess_text_free(text);
    return sum;
}

static void hold(host *h, int64_t now, const char *event)
{
    char text[96];
    snprintf(text, sizeof text, "`type`:`automation`,`event`:`%s`,`properties`:{}", event);
    tell(h, now, text);
}

/* An action that is under way when automation is stopped comes back, waits, and goes when it may. */
static void what_comes_back_waits_for_automation(void)
{
    host h;
    open_host(&h);
    h.answer = CSUCCESS_SENT_LATER;
    tell(&h, NOON, "`type`:`group`,`traits`:{`use`:7}");
    run(&h, NOON);
    hold(&h, NOON + HOUR / 2, "hold");
    h.answer = 0;
    for (int i = 1; i < 6; i++) run(&h, NOON + i * HOUR);
    CHECK_INT(h.sent_count, 0);
    CHECK_INT(ledger(&h, "budget/campaign/spring"), 0);
    hold(&h, NOON + 6 * HOUR, "resume");
    run(&h, NOON + 7 * HOUR);
    CHECK_INT(h.sent_count, 1);
    CHECK_INT(ledger(&h, "budget/campaign/spring"), 22);
    close_host(&h);
}

/* What a person asks for goes out while automation is stopped, at its decision and at its claim. */
static void what_is_asked_for_passes_a_hold(void)
{
    host h;
    open_host(&h);
    tell(&h, NOON, "`type`:`group`,`traits`:{`use`:1}");
    hold(&h, NOON + 1000, "hold");
    tell(&h, NOON + 2000,
         "`type`:`intervention`,`event`:`request`,`properties`:{"
         "`intervention`:`asked`}");
    run(&h, NOON + 3000);
    CHECK_INT(h.sent_count, 1);
    CHECK_CSTR(h.sent[0], "intervention/asked");
    close_host(&h);
}

/* What is tried by another channel is of the same campaign: two cost 40 of 43, a third has no room. */
static void another_channel_is_paid_by_the_campaign(void)
{
    host h;
    open_host(&h);
    h.deaf = "email";
    tell(&h, NOON, "`type`:`group`,`traits`:{`use`:7}");
    for (int i = 0; i < 20 * 24; i++) run(&h, NOON + i * HOUR);
    CHECK_INT(ledger(&h, "budget/campaign/spring"), 20 * h.sent_count);
    CHECK_INT(h.sent_count, 2);
    CHECK_INT(ledger(&h, "budget/email/2026-03"), 0);
    close_host(&h);
}

/* An attempt left open whether it arrived; before the next one automation is stopped. It is not sent again, neither then nor later, and what it cost is spent. */
static void what_may_have_arrived_is_spent(const char *input, const char *key, int64_t cost)
{
    host h;
    open_host(&h);
    h.answer = CSUCCESS_SENT_UNKNOWN;
    tell(&h, NOON, input);
    run(&h, NOON);
    CHECK_INT(ledger(&h, key), cost);
    hold(&h, NOON + HOUR / 2, "hold");
    h.answer = 0;
    run(&h, NOON + 2 * HOUR);
    CHECK_INT(ledger(&h, key), cost);
    tell(&h, NOON + 3 * HOUR, "`type`:`group`,`traits`:{`use`:1}");
    hold(&h, NOON + 3 * HOUR + 1000, "resume");
    for (int i = 4; i < 60; i++) run(&h, NOON + i * HOUR);
    CHECK_INT(h.sent_count, 0);
    CHECK_INT(ledger(&h, key), cost);
    csuccess_text *proof = NULL;
    CHECK_OK(csuccess_engine_erase(h.engine, CSUCCESS_STR("acme"), CSUCCESS_STR(""), NULL,
                                   NOON + 61 * HOUR, &proof, NULL));
    csuccess_text_free(proof);
    CHECK_INT(ledger(&h, key), cost);
    close_host(&h);
}

static void what_may_have_arrived_does_not_come_again(void)
{
    what_may_have_arrived_is_spent("`type`:`group`,`traits`:{`use`:7}",
                                   "budget/campaign/spring", 22);
    what_may_have_arrived_is_spent("`type`:`track`,`event`:`go`", "budget/email/2026-03", 2);
}

CHECK_MAIN(CHECK_TEST(what_comes_back_waits_for_automation),
           CHECK_TEST(what_is_asked_for_passes_a_hold),
           CHECK_TEST(another_channel_is_paid_by_the_campaign),
           CHECK_TEST(what_may_have_arrived_does_not_come_again))

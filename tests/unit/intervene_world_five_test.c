/* SPDX-License-Identifier: Apache-2.0 */
/* Five programmes of five kinds fire for one customer at once: as many go out as the caps allow, highest first, and of each other one the explanation and the history say which guard holds it, why, and until when. A consent that is withdrawn stops what was decided, and given again it does not send it. */
#include "intervene_world_host.h"

enum { FIVE = 5 };

/* In the order of their priorities, as below. */
static const char *const five[FIVE] = {"alert/default/low/first", "journey/way/mail",
                                       "milestone/large/celebrate", "intervention/letter",
                                       "campaign/spring/one"};
static const char *const programmes[FIVE] = {"alert/default/low", "journey/way",
                                             "milestone/large", "intervention/letter",
                                             "campaign/spring"};

/* %s: a cap. */
static const char form[] =
    "{`csuccess`:1,`attributes`:{`use`:{`type`:`number`}},`records`:{`contacts`:{`max`:4,`of`:"
    "{`role`:{`type`:`string`}}}},`privacy`:{`purposes`:{`service`:{`requires`:`nothing`},"
    "`news`:{`requires`:`opt_in`}}},`templates`:{`t`:{`locales`:{`en`:{`subject`:`Hello`,"
    "`body`:`World`}}}},`channels`:{`email`:{`rate`:{`limit`:1000,`per`:`PT1M`}}},"
    "`policies`:{`locale`:`en`,`reach`:{`caps`:{%s},`programmes`:{`alert/*`:{`priority`:85},"
    "`journey/*`:{`priority`:70},`milestone/*`:{`priority`:65}}}},"
    "`health`:{`profiles`:{`default`:{`score`:{`combine`:`sum`,`of`:{`use`:{`value`:`use`,"
    "`points`:{`linear`:[[0,0],[100,100]]}}}},`bands`:{`healthy`:{`from`:50},`critical`:{}},"
    "`alerts`:{`low`:{`when`:`health.raw < 30`,`severity`:`high`,`notify`:{`first`:{"
    "`channel`:`email`,`contact`:`ada`}}}}}}},"
    "`milestones`:{`large`:{`achieved_when`:`use == 7`,`celebrate`:{`channel`:`email`,"
    "`template`:`t`,`purpose`:`service`}}},"
    "`journeys`:{`way`:{`trigger`:{`when`:`use == 7`},`steps`:{`mail`:{`type`:`email`,"
    "`template`:`t`,`purpose`:`service`}}},`post`:{`trigger`:{`event`:`post`},`steps`:{"
    "`mail`:{`type`:`email`,`template`:`t`,`purpose`:`news`}}}},"
    "`interventions`:{`letter`:{`type`:`email`,`template`:`t`,`purpose`:`service`,`when`:"
    "`use == 7`,`priority`:50,`max_frequency_days`:90,`follow_up`:false},`leaf`:{`type`:"
    "`email`,`template`:`t`,`purpose`:`service`,`follow_up`:false},`news`:{`type`:`email`,"
    "`template`:`t`,`purpose`:`news`,`when`:`use == 9`,`max_frequency_days`:90,`follow_up`:"
    "false}},`campaigns`:{`spring`:{`status`:`active`,`when`:`use == 7`,`priority`:40,"
    "`actions`:{`one`:{`intervention`:`leaf`}},`follow_up`:false}}}";

static void open_host(host *h, const char *cap)
{
    char document[DOCUMENT];
    snprintf(document, sizeof document, form, cap);
    open_document(h, document);
}

/* What "interventions" of the explanation says; the caller's. */
static csuccess_text *explain(host *h, int64_t now, const char **interventions)
{
    csuccess_text *text = NULL;
    CHECK_OK(csuccess_engine_explain(h->engine, CSUCCESS_STR("acme"), NULL, now, &text, NULL));
    const char *at = text ? strstr(csuccess_text_view(text).ptr, "\"interventions\":") : NULL;
    *interventions = at ? at : "";
    CHECK(at != NULL);
    return text;
}

/* The object of the list "waiting" that is of a programme; empty: none is. */
static void find_waiting(const char *interventions, const char *programme, char out[1024])
{
    char pattern[96];
    const char *list = strstr(interventions, "\"waiting\":[");
    const char *end = list ? strchr(list + strlen("\"waiting\":["), ']') : NULL;
    snprintf(pattern, sizeof pattern, "\"definition\":\"%s\"", programme);
    const char *at = list ? strstr(list, pattern) : NULL;
    out[0] = '\0';
    if (!at || at > end) return;
    snprintf(out, 1024, "%.*s", (int)check_span(at, "}"), at);
}

/* ---- Five at once ---- */

static void check_waiting(const char *interventions, int n)
{
    char row[1024];
    for (int i = 0; i < FIVE; i++) {
        find_waiting(interventions, programmes[i], row);
        if (i < n) {
            CHECK_CSTR(row, "");
            continue;
        }
        CHECK_HAS(row, "\"ruling\":\"held\"");
        CHECK_HAS(row, "\"guard\":\"caps\"");
        CHECK_HAS(row, "\"reason\":\"");
        CHECK_HAS(row, "\"until\":\"2026-03-06T00:00:00Z\"");
    }
}

/* Of those that carry their text an entry each, of the others one for all. */
static void check_told(const host *h, int n)
{
    char pattern[96];
    for (int i = n; i < FIVE; i++) {
        const char *told = i < 3 ? h->held : h->selected;
        snprintf(pattern, sizeof pattern, "%s", programmes[i]);
        CHECK_HAS(told, pattern);
        CHECK_HAS(told, "\"guard\":\"caps\"");
        CHECK_HAS(told, "\"until\":\"2026-03-06T00:00:00Z\"");
    }
    if (n >= 3) CHECK_CSTR(h->held, "");
    if (n >= FIVE) CHECK_CSTR(h->selected, "");
}

/* Which of the five were sent from `from` to `until`: those of one moment have no order among them. */
static unsigned sent_between(const host *h, int from, int until)
{
    unsigned which = 0;
    for (int i = from; i < until && i < h->sent_count; i++) {
        for (int k = 0; k < FIVE; k++) {
            if (strcmp(h->sent[i], five[k]) == 0) which |= 1u << k;
        }
    }
    return which;
}

static unsigned first(int n)
{
    return (1u << (n < FIVE ? n : FIVE)) - 1;
}

static void fire(host *h, int n)
{
    const char *interventions;
    tell(h, NOON,
         "`type`:`record`,`properties`:{`collection`:`contacts`,`id`:`ada`,`role`:"
         "`champion`}");
    tell(h, NOON + 1000, "`type`:`group`,`traits`:{`use`:7}");
    run(h, NOON + 1000);
    CHECK_INT(h->sent_count, n);
    CHECK_UINT(sent_between(h, 0, n), first(n));
    csuccess_text *text = explain(h, NOON + 2000, &interventions);
    check_waiting(interventions, n);
    check_told(h, n);
    csuccess_text_free(text);
}

static void five_fire_at_once(void)
{
    for (int n = 1; n <= FIVE; n++) {
        host h;
        char cap[64];
        snprintf(cap, sizeof cap, "`daily`:{`most`:%d,`per`:`day`}", n);
        open_host(&h, cap);
        fire(&h, n);
        /* A day after the other the next ones go, in their order, until all have. */
        for (int day = 1; day <= FIVE; day++) {
            run(&h, NOON + day * DAY);
            int all = (day + 1) * n;
            CHECK_INT(h.sent_count, all < FIVE ? all : FIVE);
            CHECK_UINT(sent_between(&h, 0, all), first(all));
        }
        close_host(&h);
    }
}

/* ---- Consent between decision and delivery ---- */

static int news_sent(const host *h)
{
    int count = 0;
    for (int i = 0; i < h->sent_count; i++) {
        count += strstr(h->sent[i], "news") || strstr(h->sent[i], "journey/post");
    }
    return count;
}

static void consent(host *h, int64_t now, const char *granted)
{
    char text[128];
    snprintf(text, sizeof text, "`type`:`consent`,`properties`:{`purpose`:`news`,`granted`:%s}",
             granted);
    tell(h, now, text);
}

/* Decided at once, tried while the channel does not take it, withdrawn before it does. */
static void withdrawn_consent_stops_it(void)
{
    host h;
    open_host(&h, "");
    consent(&h, NOON, "true");
    h.answer = CSUCCESS_SENT_LATER;
    tell(&h, NOON + 1000, "`type`:`group`,`traits`:{`use`:9}");
    run(&h, NOON + 1000);
    CHECK_INT(news_sent(&h), 0);
    consent(&h, NOON + 2000, "false");
    h.answer = 0;
    for (int i = 1; i < 10; i++) run(&h, NOON + i * HOUR);
    CHECK_INT(news_sent(&h), 0);
    close_host(&h);
}

/* What began it has passed when the consent comes back: whether the message was claimed meanwhile or not, it is not sent. */
static void consent_given_again_does_not_send_it(bool claimed)
{
    host h;
    const char *interventions;
    char row[1024];
    open_host(&h, "");
    consent(&h, NOON, "true");
    h.answer = CSUCCESS_SENT_LATER;
    tell(&h, NOON + 1000, "`type`:`group`,`traits`:{`use`:9}");
    run(&h, NOON + 1000);
    consent(&h, NOON + 2000, "false");
    h.answer = 0;
    tell(&h, NOON + 3000, "`type`:`group`,`traits`:{`use`:5}");
    if (claimed) run(&h, NOON + 2 * HOUR);
    csuccess_text *text = explain(&h, NOON + 2 * HOUR, &interventions);
    find_waiting(interventions, "intervention/news", row);
    CHECK_CSTR(row, "");
    csuccess_text_free(text);
    if (!claimed) run(&h, NOON + 3 * HOUR);
    consent(&h, NOON + 4 * HOUR, "true");
    for (int i = 4; i < 40; i++) run(&h, NOON + i * HOUR);
    CHECK_INT(news_sent(&h), 0);
    close_host(&h);
}

static void consent_given_again(void)
{
    consent_given_again_does_not_send_it(true);
    consent_given_again_does_not_send_it(false);
}

/* What a journey left once is dropped at its claim, with the reason, and the consent that comes back finds nothing. */
static void what_was_left_once_is_dropped(void)
{
    host h;
    open_host(&h, "");
    consent(&h, NOON, "true");
    h.answer = CSUCCESS_SENT_LATER;
    tell(&h, NOON + 1000, "`type`:`track`,`event`:`post`");
    run(&h, NOON + 1000);
    consent(&h, NOON + 2000, "false");
    h.answer = 0;
    run(&h, NOON + 2 * HOUR);
    CHECK_INT(news_sent(&h), 0);
    CHECK_HAS(h.held, "\"definition\":\"journey/post\"");
    CHECK_HAS(h.held, "\"guard\":\"consent\"");
    consent(&h, NOON + 3 * HOUR, "true");
    for (int i = 3; i < 80; i++) run(&h, NOON + i * HOUR);
    CHECK_INT(news_sent(&h), 0);
    close_host(&h);
}

/* Without a withdrawal it is sent, so that the tests above show something. */
static void kept_consent_lets_it_go(void)
{
    host h;
    open_host(&h, "");
    consent(&h, NOON, "true");
    h.answer = CSUCCESS_SENT_LATER;
    tell(&h, NOON + 1000, "`type`:`group`,`traits`:{`use`:9}");
    run(&h, NOON + 1000);
    h.answer = 0;
    for (int i = 1; i < 10; i++) run(&h, NOON + i * HOUR);
    CHECK_INT(news_sent(&h), 1);
    close_host(&h);
}

CHECK_MAIN(CHECK_TEST(five_fire_at_once), CHECK_TEST(withdrawn_consent_stops_it),
           CHECK_TEST(consent_given_again), CHECK_TEST(what_was_left_once_is_dropped),
           CHECK_TEST(kept_consent_lets_it_go))

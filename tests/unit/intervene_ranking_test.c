/* SPDX-License-Identifier: Apache-2.0 */
/* Channels ranked for somebody, as explanations say it: what can be used, what is preferred, what was answered, what costs less. */
#include "intervene_simulated.h"

/* Names of the channels in the explanation's order, a dash before those that cannot be used. */
static void ranked(simulated *w, const char *customer, char *out, size_t cap)
{
    csuccess_text *text = NULL;
    char id[32];
    snprintf(id, sizeof id, "%s", customer);
    out[0] = '\0';
    if (!CHECK_OK(csuccess_engine_explain(csuccess_simulation_engine(w->simulation),
                                          (csuccess_str){id, strlen(id)}, NULL,
                                          csuccess_simulation_now(w->simulation), &text, NULL)))
        return;
    const char *at = strstr(csuccess_text_view(text).ptr, "\"channels\":[");
    if (CHECK(at != NULL)) {
        const char *end = strchr(at, ']');
        while ((at = strstr(at, "{\"channel\":\"")) != NULL && at < end) {
            at += strlen("{\"channel\":\"");
            bool usable = strncmp(strchr(at, '"'), "\",\"usable\":true", 15) == 0;
            size_t n = strlen(out);
            snprintf(out + n, cap - n, "%s%s%.*s", n ? " " : "", usable ? "" : "-",
                     (int)(strchr(at, '"') - at), at);
        }
    }
    csuccess_text_free(text);
}

#define DOCUMENT \
    "{`csuccess`:1,`attributes`:{`arr`:{`type`:`number`},`phone_number`:{`type`:`string`}," \
    "`preferred_channel`:{`type`:`string`}}," \
    "`channels`:{`sms`:{`cost`:9},`email`:{`cost`:1},`in_app`:{},`chat`:{`enabled`:false}," \
    "`phone`:{`available`:`has(phone_number)`}}," \
    "`policies`:{`locale`:`en`},`templates`:{`t`:{`locales`:{`en`:{`text`:`Hello`}}}}," \
    "`privacy`:{`purposes`:{`marketing`:{`requires`:`opt_out`}}}," \
    "`interventions`:{`mail`:{`type`:`email`,`template`:`t`,`when`:`arr > " \
    "1`,`follow_up`:null}}}"

static void what_reaches_best_comes_first(void)
{
    simulated w;
    char order[200];
    if (!simulated_open(&w, DOCUMENT)) return;
    simulated_feed(&w, "c1", "group", "`traits`:{`arr`:0}");
    ranked(&w, "c1", order, sizeof order); /* by cost; what cannot be used last */
    CHECK_CSTR(order, "in_app email sms -chat -phone");
    simulated_feed(&w, "c1", "group",
                   "`traits`:{`phone_number`:`1`,`preferred_channel`:`sms`}");
    ranked(&w, "c1", order, sizeof order);
    CHECK_CSTR(order, "sms in_app phone email -chat");
    simulated_feed(
        &w, "c1", "response",
        "`event`:`bounced`,`properties`:{`channel`:`sms`}"); /* preferred, and gone */
    ranked(&w, "c1", order, sizeof order);
    CHECK_CSTR(order, "in_app phone email -sms -chat");
    simulated_close(&w);
}

static void what_was_answered_goes_before_what_was_not(void)
{
    simulated w;
    char order[200];
    if (!simulated_open(&w, DOCUMENT)) return;
    simulated_feed(&w, "c1", "group", "`traits`:{`arr`:2}");
    simulated_run(&w, START + HOUR);
    ranked(&w, "c1", order, sizeof order); /* one of one is not answered: 1/3 */
    CHECK_CSTR(order, "in_app sms email -chat -phone");
    simulated_feed(&w, "c1", "response",
                   "`event`:`replied`,`properties`:{`channel`:`email`,`sentiment`:`positive`}");
    ranked(&w, "c1", order, sizeof order); /* 2/3 */
    CHECK_CSTR(order, "email in_app sms -chat -phone");
    simulated_close(&w);
}

static void without_consent_none_can_be_used(void)
{
    simulated w;
    char order[200];
    if (!simulated_open(&w, DOCUMENT)) return;
    simulated_feed(&w, "c1", "group", "`traits`:{`arr`:0}");
    simulated_feed(&w, "c1", "consent",
                   "`properties`:{`purpose`:`marketing`,`channel`:`in_app`,`granted`:false}");
    ranked(&w, "c1", order, sizeof order);
    CHECK_CSTR(order, "email sms -in_app -chat -phone");
    simulated_close(&w);
}

CHECK_MAIN(CHECK_TEST(what_reaches_best_comes_first),
           CHECK_TEST(what_was_answered_goes_before_what_was_not),
           CHECK_TEST(without_consent_none_can_be_used))

/* SPDX-License-Identifier: Apache-2.0 */
/* The preset `strategies`: its bands, actions, delays, owners and channels are those that were given, and every text is there in both languages. */
#include "intervene_campaigns.h"

static const char strategies[] = "{`csuccess`: 1, `extends`: `strategies`}";
static const char timelines[] =
    "{`csuccess`: 1, `extends`: `strategies`, `campaigns`: {`critical_save`: {`status`: "
    "`draft`}, "
    "`proactive_engagement`: {`status`: `draft`}, `nurture`: {`status`: `draft`}, `standard`: "
    "{`status`: `draft`}, `timeline_critical`: {`status`: `active`}, `timeline_high`: "
    "{`status`: "
    "`active`}}}";

/* As given; an owner only where people do it, a channel only where it is said. */
static const struct {
    const char *campaign, *action;
    int64_t after;
    const char *owner, *channel;
} given[] = {{"critical_save", "executive_call", 0, "csm", "phone"},
             {"critical_save", "retention_offer", 0, NULL, "email"},
             {"critical_save", "feature_training", DAY, "csm", NULL},
             {"critical_save", "success_plan_review", 2 * DAY, "csm", NULL},
             {"proactive_engagement", "csm_checkin", DAY, "csm", NULL},
             {"proactive_engagement", "value_demonstration", 2 * DAY, NULL, NULL},
             {"proactive_engagement", "training_webinar", 7 * DAY, NULL, "webinar"},
             {"proactive_engagement", "feature_recommendation", 0, NULL, NULL},
             {"nurture", "email_campaign", 0, NULL, "email"},
             {"nurture", "resource_sharing", 2 * DAY, NULL, NULL},
             {"nurture", "peer_success_story", 7 * DAY, NULL, NULL},
             {"standard", "newsletter", 0, NULL, NULL},
             {"standard", "feature_updates", 0, NULL, NULL},
             {"timeline_critical", "alert_csm", 0, NULL, "internal"},
             {"timeline_critical", "executive_outreach", 0, "executive", "phone"},
             {"timeline_critical", "retention_offer", 0, NULL, "email"},
             {"timeline_critical", "value_review", DAY, "csm", "meeting"},
             {"timeline_critical", "training_session", DAY, NULL, "webinar"},
             {"timeline_critical", "success_plan", 2 * DAY, NULL, "document"},
             {"timeline_critical", "escalation_review", 2 * DAY, "manager", "internal"},
             {"timeline_high", "personalized_email", DAY, NULL, "email"},
             {"timeline_high", "usage_tips", DAY, NULL, "in_app"},
             {"timeline_high", "csm_checkin", 3 * DAY, NULL, "email"},
             {"timeline_high", "webinar_invite", 3 * DAY, NULL, "email"},
             {"timeline_high", "success_story", 7 * DAY, NULL, "email"},
             {"timeline_high", "feature_unlock", 7 * DAY, NULL, "in_app"}};
enum { GIVEN = sizeof given / sizeof given[0] };

static const csuccess__campaign_action *find_action(const csuccess__campaign *of,
                                                    const char *id)
{
    for (uint32_t i = 0; of && i < of->action_count; i++) {
        if (csuccess__str_is(of->actions[i].id, id)) return &of->actions[i];
    }
    return NULL;
}

static void actions_are_those_given(void)
{
    camp c;
    uint32_t count = 0;
    if (CHECK_OK(camp_open(&c, strategies, NULL))) {
        const csuccess__campaigns *all = trip_now(&c.t)->intervene->campaigns;
        for (size_t i = 0; i < GIVEN; i++) {
            const csuccess__campaign_action *a = find_action(
                csuccess__campaign_find(all, check_view(given[i].campaign)), given[i].action);
            if (!CHECK(a != NULL)) continue;
            int64_t ms = -1;
            CHECK(csuccess__duration_exact(&ms, a->after));
            CHECK_INT(ms, given[i].after);
            CHECK_INT(a->what.type->task, given[i].owner != NULL);
            if (given[i].owner) CHECK_STR(a->what.task.role, given[i].owner);
            if (given[i].channel) CHECK_STR(a->what.sending.channel, given[i].channel);
        }
        for (uint32_t i = 0; i < all->count; i++) count += all->list[i].action_count;
        CHECK_UINT(count, GIVEN);
    }
    camp_close(&c);
}

static void bands_are_those_given(void)
{
    static const struct {
        double risk;
        const char *campaign;
    } rows[] = {{0.81, "critical_save"},
                {0.8, "proactive_engagement"},
                {0.61, "proactive_engagement"},
                {0.6, "nurture"},
                {0.41, "nurture"},
                {0.4, "standard"},
                {0.05, "standard"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        camp c;
        char begins[64];
        snprintf(begins, sizeof begins, "%s:started condition", rows[i].campaign);
        if (CHECK_OK(camp_open(&c, strategies, NULL))) {
            camp_number(&c, "churn.probability", rows[i].risk);
            const char *told = camp_step(&c, START, NULL);
            CHECK_HAS(told, begins);
            CHECK(told && strstr(told + 1, ":started") == strstr(told, ":started"));
        }
        camp_close(&c);
    }
}

static void level(camp *c, double risk, const char *word, double contract)
{
    camp_number(c, "churn.probability", risk);
    trip_set(&c->t, "churn.level", trip_text(&c->t, word));
    camp_number(c, "contract_value", contract);
}

static void timelines_keep_their_times(void)
{
    camp c;
    if (CHECK_OK(camp_open(&c, timelines, NULL))) {
        level(&c, 0.9, "critical", 60000);
        TOLD(camp_step(&c, START, NULL),
             "timeline_critical:started condition | timeline_critical.alert_csm left | "
             "timeline_critical.executive_outreach left | timeline_critical.retention_offer "
             "left");
        TOLD(camp_step(&c, START + DAY - 1, NULL), "");
        TOLD(camp_step(&c, START + DAY, NULL),
             "timeline_critical.value_review left | timeline_critical.training_session left");
        TOLD(camp_step(&c, START + 2 * DAY - 1, NULL), "");
        TOLD(camp_step(&c, START + 2 * DAY, NULL),
             "timeline_critical.success_plan left | timeline_critical.escalation_review left");
    }
    camp_close(&c);
    if (CHECK_OK(camp_open(&c, timelines, NULL))) {
        level(&c, 0.7, "high", 60000);
        TOLD(camp_step(&c, START, NULL), "timeline_high:started condition");
        CHECK_INT(c.due <= START + DAY, true);
        TOLD(camp_step(&c, START + DAY, NULL),
             "timeline_high.personalized_email left | timeline_high.usage_tips left");
        TOLD(camp_step(&c, START + 3 * DAY, NULL),
             "timeline_high.csm_checkin left | timeline_high.webinar_invite left");
        TOLD(camp_step(&c, START + 7 * DAY, NULL),
             "timeline_high.success_story left | timeline_high.feature_unlock left");
    }
    camp_close(&c);
}

/* Severity is a table: critical and large is critical, critical and small or high and large is high. */
static void severity_picks_the_timeline(void)
{
    static const struct {
        const char *level;
        double contract;
        const char *begins;
    } rows[] = {{"critical", 50000, "timeline_critical:started"},
                {"critical", 49999, "timeline_high:started"},
                {"high", 50000, "timeline_high:started"},
                {"high", 49999, ""},
                {"medium", 90000, ""}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        camp c;
        if (CHECK_OK(camp_open(&c, timelines, NULL))) {
            level(&c, 0.7, rows[i].level, rows[i].contract);
            const char *told = camp_step(&c, START, NULL);
            CHECK_HAS(told, rows[i].begins);
            CHECK(told && (rows[i].begins[0] != '\0') == (told[0] != '\0'));
        }
        camp_close(&c);
    }
}

static void texts_are_there_in_both_languages(void)
{
    camp c;
    if (CHECK_OK(camp_open(&c, strategies, NULL))) {
        const csuccess__interventions *all = trip_now(&c.t)->intervene->interventions;
        for (uint32_t i = 0; i < all->count; i++) {
            const csuccess__intervention *one = &all->list[i];
            const csuccess__message_template *text = one->sending.template_;
            if (one->type->task) continue;
            if (!CHECK(text != NULL) || !CHECK_UINT(text->locale_count, 2)) continue;
            CHECK_STR(text->locales[0].locale, "en");
            CHECK_STR(text->locales[1].locale, "de");
            CHECK_UINT(text->locales[0].part_count, text->locales[1].part_count);
        }
    }
    camp_close(&c);
}

/* The rule of 002, and the kinds of urgent actions. */
static void low_scores_are_automated(void)
{
    static const char *const kinds[] = {"call_required", "email_bounce", "billing_issue",
                                        "feature_abandonment"};
    camp c;
    if (CHECK_OK(camp_open(&c, strategies, NULL))) {
        const csuccess__interventions *all = trip_now(&c.t)->intervene->interventions;
        const csuccess__intervention *low =
            csuccess__intervention_find(all, CSUCCESS_STR("low_score_emails"));
        if (CHECK(low != NULL)) {
            CHECK_STR(low->type->name, "email_sequence");
            CHECK_INT(low->frequency_ms, 7 * DAY);
            CHECK_INT(low->delay_ms, 0);
            CHECK(low->when != NULL && low->success.given);
        }
        for (size_t k = 0; k < 4; k++) {
            bool found = false;
            for (uint32_t i = 0; i < all->count; i++) {
                found = found || csuccess__str_is(all->list[i].urgent, kinds[k]);
            }
            CHECK(found);
        }
    }
    camp_close(&c);
}

CHECK_MAIN(CHECK_TEST(actions_are_those_given), CHECK_TEST(bands_are_those_given),
           CHECK_TEST(timelines_keep_their_times), CHECK_TEST(severity_picks_the_timeline),
           CHECK_TEST(texts_are_there_in_both_languages), CHECK_TEST(low_scores_are_automated))

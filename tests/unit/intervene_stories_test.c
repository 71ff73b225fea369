/* SPDX-License-Identifier: Apache-2.0 */
/* Strategies, timelines, automated interventions, approvals and expansion from the first input to the last follow-up: tests/data/stories/strategies.txt, interventions.txt and approvals.txt. */
#include "flow_story.h"

static void strategies(const char *prefix, unsigned least)
{
    story_play("strategies.txt", prefix, least);
}

static void critical_save(void)
{
    strategies("critical_save", 1);
}

static void proactive_engagement(void)
{
    strategies("proactive_engagement", 2);
}

static void nurture(void)
{
    strategies("nurture", 1);
}

static void standard(void)
{
    strategies("standard", 1);
}

static void a_higher_strategy_takes_the_place(void)
{
    strategies("a higher strategy", 1);
}

static void recovery_ends_the_rescue(void)
{
    strategies("recovery", 1);
}

static void the_ladder(void)
{
    strategies("the ladder", 1);
}

static void hours_are_kept(void)
{
    strategies("hours", 1);
}

static void timelines(void)
{
    strategies("timelines", 3);
}

static void interventions(const char *prefix, unsigned least)
{
    story_play("interventions.txt", prefix, least);
}

static void automated_interventions(void)
{
    interventions("automated", 3);
}

static void each_type_is_dispatched(void)
{
    interventions("types", 1);
}

static void urgent_actions(void)
{
    interventions("urgent", 1);
}

static void channels_and_failures(void)
{
    interventions("channels", 5);
}

static void from_churn_to_intervention(void)
{
    interventions("automation", 1);
}

static void unresponsive(void)
{
    interventions("unresponsive", 2);
}

static void negative_feedback_spiral(void)
{
    interventions("negative", 1);
}

static void intervention_overload(void)
{
    interventions("overload", 2);
}

static void approvals(const char *prefix, unsigned least)
{
    story_play("approvals.txt", prefix, least);
}

static void a_chairman_approves(void)
{
    approvals("approve", 6);
}

static void a_chairman_rejects(void)
{
    approvals("reject", 1);
}

static void a_chairman_modifies(void)
{
    approvals("modify", 4);
}

static void a_chairman_escalates(void)
{
    approvals("escalate", 1);
}

static void a_chairman_watches(void)
{
    approvals("monitor", 1);
}

static void silence_is_no(void)
{
    approvals("expiry", 2);
}

static void every_override_has_a_record(void)
{
    approvals("records", 1);
}

static void expansion_rules(void)
{
    interventions("expansion", 4);
}

static void alerts_of_sentiment_begin_something(void)
{
    interventions("sentiment", 3);
}

static void the_personal_letter(void)
{
    interventions("letter", 4);
}

/* All of them: from the bounds to the judgement. */
static void should_generate_effective_retention_strategies(void)
{
    strategies("", 15);
}

static void the_chairmans_workflow(void)
{
    approvals("", 16);
}

/* Where the document only warns. */
static void an_unknown_type_is_refused(void)
{
    static const char document[] =
        "{\"csuccess\":1,\"extends\":\"supplier\",\"channels\":{\"email\":{}},"
        "\"interventions\":{\"types\":{\"house_visit\":{\"does\":\"task\",\"channel\":\"in_"
        "person\"}},"
        "\"visit\":{\"type\":\"house_visit\",\"title\":\"Visit\"},"
        "\"letters\":{\"type\":\"email_sequense\",\"template\":\"x\"}}}";
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = NULL;
    CHECK(csuccess_config_compile(&config, check_view(document), NULL, &err) < 0);
    CHECK_HAS(err.message, "email_sequence");
    CHECK_HAS(err.pointer, "/interventions/letters/type");
    CHECK(config == NULL);
}

static void every_action_passes_the_guards(void)
{
    interventions("guards", 1);
}

static void a_relapse_waits(void)
{
    strategies("relapse", 2);
}

static void hours_are_the_customers(void)
{
    strategies("zone", 1);
}

static void timing_rules(void)
{
    interventions("timing", 1);
}

static void offers_by_their_tables(void)
{
    interventions("offers", 2);
}

CHECK_MAIN(CHECK_TEST(critical_save), CHECK_TEST(proactive_engagement), CHECK_TEST(nurture),
           CHECK_TEST(standard), CHECK_TEST(a_higher_strategy_takes_the_place),
           CHECK_TEST(recovery_ends_the_rescue), CHECK_TEST(the_ladder),
           CHECK_TEST(hours_are_kept), CHECK_TEST(timelines),
           CHECK_TEST(automated_interventions), CHECK_TEST(each_type_is_dispatched),
           CHECK_TEST(urgent_actions), CHECK_TEST(channels_and_failures),
           CHECK_TEST(from_churn_to_intervention), CHECK_TEST(unresponsive),
           CHECK_TEST(negative_feedback_spiral), CHECK_TEST(intervention_overload),
           CHECK_TEST(a_chairman_approves), CHECK_TEST(a_chairman_rejects),
           CHECK_TEST(a_chairman_modifies), CHECK_TEST(a_chairman_escalates),
           CHECK_TEST(a_chairman_watches), CHECK_TEST(silence_is_no),
           CHECK_TEST(every_override_has_a_record), CHECK_TEST(expansion_rules),
           CHECK_TEST(alerts_of_sentiment_begin_something), CHECK_TEST(the_personal_letter),
           CHECK_TEST(an_unknown_type_is_refused),
           CHECK_TEST(should_generate_effective_retention_strategies),
           CHECK_TEST(the_chairmans_workflow), CHECK_TEST(every_action_passes_the_guards),
           CHECK_TEST(a_relapse_waits), CHECK_TEST(hours_are_the_customers),
           CHECK_TEST(timing_rules), CHECK_TEST(offers_by_their_tables))

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
    interventions("channels", 4);
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
    interventions("overload", 1);
}

CHECK_MAIN(CHECK_TEST(critical_save), CHECK_TEST(proactive_engagement), CHECK_TEST(nurture),
           CHECK_TEST(standard), CHECK_TEST(a_higher_strategy_takes_the_place),
           CHECK_TEST(recovery_ends_the_rescue), CHECK_TEST(the_ladder),
           CHECK_TEST(hours_are_kept), CHECK_TEST(timelines),
           CHECK_TEST(automated_interventions), CHECK_TEST(each_type_is_dispatched),
           CHECK_TEST(urgent_actions), CHECK_TEST(channels_and_failures),
           CHECK_TEST(from_churn_to_intervention), CHECK_TEST(unresponsive),
           CHECK_TEST(negative_feedback_spiral), CHECK_TEST(intervention_overload))

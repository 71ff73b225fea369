/* SPDX-License-Identifier: Apache-2.0 */
/* Every campaign of the preset retention_campaigns to its end, on success and on failure: tests/data/stories/retention.txt; and the story of the supplier who stayed away. */
#include "flow_story.h"

static void play(const char *prefix, unsigned least)
{
    story_play("retention.txt", prefix, least);
}

static void re_engagement(void)
{
    play("re_engagement", 3);
}

static void milestone_celebration(void)
{
    play("milestones", 3);
}

static void feature_adoption(void)
{
    play("feature_adoption", 3);
}

static void onboarding_continuation(void)
{
    play("onboarding_continuation", 2);
}

static void advocacy(void)
{
    play("advocacy", 3);
}

static void churn_prevention(void)
{
    play("churn_prevention", 2);
}

static void super_connectors(void)
{
    play("super_connector", 2);
}

static void the_set_of_one_customer(void)
{
    play("all of them", 1);
}

static void twelve_days_away(void)
{
    story_play("supplier.txt", "twelve days away", 2);
}

CHECK_MAIN(CHECK_TEST(twelve_days_away), CHECK_TEST(re_engagement),
           CHECK_TEST(milestone_celebration), CHECK_TEST(feature_adoption),
           CHECK_TEST(onboarding_continuation), CHECK_TEST(advocacy),
           CHECK_TEST(churn_prevention), CHECK_TEST(super_connectors),
           CHECK_TEST(the_set_of_one_customer))

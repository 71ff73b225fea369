/* SPDX-License-Identifier: Apache-2.0 */
/* The worked example, step by step, with every branch: tests/data/stories/onboarding.txt. */
#include "flow_story.h"

static void every_branch(void)
{
    story_play("onboarding.txt", "", 8);
}

CHECK_MAIN(CHECK_TEST(every_branch))

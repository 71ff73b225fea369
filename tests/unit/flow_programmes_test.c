/* SPDX-License-Identifier: Apache-2.0 */
/* Every playbook and journey of the preset enterprise_programmes to its end, on success and on failure, and what events set going: tests/data/stories/enterprise.txt. */
#include "flow_story.h"

#define STORIES(name, prefix, least) \
    static void name(void) \
    { \
        story_play("enterprise.txt", prefix, least); \
    }
STORIES(journey_onboarding, "journey onboarding", 2)
STORIES(journey_adoption, "journey adoption", 2)
STORIES(journey_renewal, "journey renewal", 3)
STORIES(journey_risk_mitigation, "journey risk_mitigation", 2)
STORIES(journey_expansion, "journey expansion", 4)
STORIES(journey_advocacy, "journey advocacy", 3)
STORIES(journey_win_back, "journey win_back", 2)
STORIES(playbook_onboarding_excellence, "playbook onboarding_excellence", 2)
STORIES(playbook_renewal_prep, "playbook renewal_prep", 2)
STORIES(playbook_risk_response, "playbook risk_response", 2)
STORIES(playbook_executive_escalation, "playbook executive_escalation", 2)
STORIES(playbook_expansion_discovery, "playbook expansion_discovery", 2)
STORIES(playbook_qbr_planning, "playbook qbr_planning", 2)
STORIES(playbook_champion_change, "playbook champion_change", 2)
STORIES(ticket_escalated, "playbook ticket_escalation", 1)
STORIES(health_below_threshold, "trigger: health", 1)

CHECK_MAIN(CHECK_TEST(journey_onboarding), CHECK_TEST(journey_adoption),
           CHECK_TEST(journey_renewal), CHECK_TEST(journey_risk_mitigation),
           CHECK_TEST(journey_expansion), CHECK_TEST(journey_advocacy),
           CHECK_TEST(journey_win_back), CHECK_TEST(playbook_onboarding_excellence),
           CHECK_TEST(playbook_renewal_prep), CHECK_TEST(playbook_risk_response),
           CHECK_TEST(playbook_executive_escalation), CHECK_TEST(playbook_expansion_discovery),
           CHECK_TEST(playbook_qbr_planning), CHECK_TEST(playbook_champion_change),
           CHECK_TEST(ticket_escalated), CHECK_TEST(health_below_threshold))

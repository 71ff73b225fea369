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
STORIES(playbook_risk_response, "playbook risk_response", 3)
STORIES(playbook_executive_escalation, "playbook executive_escalation", 2)
STORIES(playbook_expansion_discovery, "playbook expansion_discovery", 2)
STORIES(playbook_qbr_planning, "playbook qbr_planning", 2)
STORIES(playbook_champion_change, "playbook champion_change", 2)
STORIES(ticket_escalated, "playbook ticket_escalation", 1)
STORIES(health_below_threshold, "trigger: health", 1)

/* The first entry that makes a task of this title. */
typedef struct seen {
    const char *title;
    char line[4096];
} seen;

static void see(void *ud, csuccess_str line)
{
    seen *s = ud;
    if (s->line[0] || line.len >= sizeof s->line) return;
    memcpy(s->line, line.ptr, line.len);
    s->line[line.len] = '\0';
    if (!strstr(s->line, "\"kind\":\"task\"") || !strstr(s->line, s->title)) s->line[0] = '\0';
}

static void see_task(seen *out, const char *title)
{
    static const char *const input =
        "{\"type\":\"group\",\"messageId\":\"m\",\"groupId\":\"c1\",\"timestamp\":"
        "\"2026-01-05T09:00:00Z\",\"traits\":{\"resolution_satisfaction\":2.6}}";
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = NULL;
    csuccess_simulation *simulation = NULL;
    csuccess_events *events = NULL;
    memset(out, 0, sizeof *out);
    out->title = title;
    csuccess_simulation_options options = {
        .size = sizeof options, .trace = see, .trace_ud = out};
    CHECK_OK(csuccess_config_compile(
        &config, CSUCCESS_STR("{\"csuccess\":1,\"extends\":\"enterprise_programmes@1\"}"), NULL,
        &err));
    CHECK_OK(csuccess_simulation_new(&simulation, config, &options, &err));
    CHECK_OK(csuccess_events_new(&events, NULL, NULL, &err));
    CHECK_OK(csuccess_events_add_json(events, check_view(input), &err));
    CHECK_OK(csuccess_simulation_feed(simulation, events, &err));
    csuccess_events_free(events);
    csuccess_simulation_free(simulation);
    csuccess_config_unref(config);
}

/* What is to be spoken of stands in the order in which it is given. */
static void check_points(const char *text, const char *list, const char *const *points)
{
    const char *at = strstr(text, list);
    for (size_t i = 0; CHECK(at != NULL) && points[i]; i++) {
        const char *next = strstr(at, points[i]);
        if (!CHECK_HAS(at, points[i])) return;
        at = next;
    }
}

static void risk_response_words(void)
{
    static const char *const agenda[] = {"Situation", "Root cause", "Action plan", "Resources",
                                         NULL};
    static const char *const talk[] = {"Acknowledge", "Plan", "Timeline", "Follow-up", NULL};
    static const char *const review[] = {"Tickets", "use fell", "last contacts", "champion",
                                         NULL};
    static seen line;
    see_task(&line, "Stakeholder Sync");
    check_points(line.line, "\"agenda\":[", agenda);
    see_task(&line, "Executive Reach-out");
    check_points(line.line, "\"talk_track\":[", talk);
    see_task(&line, "Internal Risk Assessment");
    check_points(line.line, "\"agenda\":[", review);
    CHECK_HAS(line.line, "\"wanted\":[\"risk_assessment_doc\"]");
}

CHECK_MAIN(CHECK_TEST(journey_onboarding), CHECK_TEST(journey_adoption),
           CHECK_TEST(journey_renewal), CHECK_TEST(journey_risk_mitigation),
           CHECK_TEST(journey_expansion), CHECK_TEST(journey_advocacy),
           CHECK_TEST(journey_win_back), CHECK_TEST(playbook_onboarding_excellence),
           CHECK_TEST(playbook_renewal_prep), CHECK_TEST(playbook_risk_response),
           CHECK_TEST(risk_response_words), CHECK_TEST(playbook_executive_escalation),
           CHECK_TEST(playbook_expansion_discovery), CHECK_TEST(playbook_qbr_planning),
           CHECK_TEST(playbook_champion_change), CHECK_TEST(ticket_escalated),
           CHECK_TEST(health_below_threshold))

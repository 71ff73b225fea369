/* SPDX-License-Identifier: Apache-2.0 */
/* What a person decides that it costs, up to the last amount that a decision can say, leaves a state that can be read again. */
#include "engine_host.h"

static const char decided[] =
    "{\"csuccess\":1,\"attributes\":{\"plan\":{\"type\":\"string\"}},"
    "\"privacy\":{\"purposes\":{\"marketing\":{\"requires\":\"nothing\"}}},"
    "\"channels\":{\"slack\":{\"cost\":5}},"
    "\"templates\":{\"hi\":{\"locales\":{\"en\":{\"subject\":\"Hello\"}}}},"
    "\"interventions\":{\"mail\":{\"type\":\"email\",\"channel\":\"slack\",\"template\":\"hi\","
    "\"when\":\"plan == 'pro'\",\"follow_up\":false}},"
    "\"approvals\":{\"big\":{\"for\":[\"intervention/*\"],\"approver\":\"boss\"}}}";

static void the_greatest_cost_is_kept(void)
{
    host h;
    host_open_as(&h, decided, NULL);
    host_connect(&h);
    host_json(h.events,
              "{\"type\":\"decision\",\"event\":\"modify\",\"messageId\":\"1\",\"groupId\":"
              "\"acme\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"properties\":{\"for\":"
              "\"intervention/*\",\"reasoning\":\"all of it\",\"expires_at\":"
              "\"2026-02-01T00:00:00Z\",\"changes\":{\"cost\":9007199254740991}}}");
    host_json(h.events,
              "{\"type\":\"group\",\"messageId\":\"2\",\"groupId\":\"acme\","
              "\"timestamp\":\"2026-01-01T00:00:00Z\",\"traits\":{\"plan\":\"pro\"}}");
    CHECK_OK(host_ingest(&h, HOST_MS(0)));
    for (int day = 0; day < 3; day++) CHECK(host_run(&h, HOST_MS(day), NULL) >= 0);
    CHECK_UINT(h.sends, 1);
    host_state_has(&h, "acme", HOST_MS(3), "\"cost\":9007199254740992");
    host_close(&h);
}

CHECK_MAIN(CHECK_TEST(the_greatest_cost_is_kept))

/* SPDX-License-Identifier: Apache-2.0 */
/* Sections of milestones that are wrong, and what is said of each. */
#include "flow_progress.h"

static void wrong_documents(void)
{
    static const struct {
        const char *milestones;
        csuccess_result code;
        const char *says;
    } cases[] = {
        {"`a`: {}", CSUCCESS_ECONFIG, "needs \"achieved_when\""},
        {"`a`: {`achieved_when`: `x > 1`, `after`: [`b`]}, `bb`: {`achieved_when`: `x > 2`}",
         CSUCCESS_ENAME, "there is no milestone \"b\""},
        {"`setup`: {`achieved_when`: `x > 1`}, `b`: {`achieved_when`: `x > 1`, `after`: "
         "[`setpu`]}",
         CSUCCESS_ENAME, "did you mean \"setup\"?"},
        {"`a`: {`achieved_when`: `x > 1`, `after`: [`c`]}, `b`: {`achieved_when`: `x > 1`, "
         "`after`: [`a`]}, `c`: {`achieved_when`: `x > 1`, `after`: [`b`]}",
         CSUCCESS_ECYCLE, "\"a\" waits for \"c\" waits for \"b\" waits for \"a\""},
        {"`a`: {`achieved_when`: `x > 1`, `after`: [`a`]}", CSUCCESS_ECYCLE,
         "\"a\" waits for \"a\""},
        {"`a`: {`achieved_when`: `x > 1`, `repeat`: `each`}", CSUCCESS_ECONFIG,
         "is for what an event achieves"},
        {"`a`: {`achieved_when`: `x > 1`, `repeat`: [1]}", CSUCCESS_ECONFIG,
         "thresholds are for"},
        {"`a`: {`achieved_when`: {`count`: `x`}, `repeat`: [2, 1]}", CSUCCESS_ECONFIG,
         "ascend"},
        {"`a`: {`achieved_when`: {`count`: `x`}, `repeat`: []}", CSUCCESS_ELIMIT,
         "from 1 to 64"},
        {"`a`: {`achieved_when`: {`count`: `x`}, `repeat`: `yearly`}", CSUCCESS_ECONFIG,
         "\"yearly\" is for"},
        {"`a`: {`achieved_when`: {`anniversary`: `x`}}", CSUCCESS_ETYPE, "time"},
        {"`a`: {`achieved_when`: {`anniversary`: `begun`}, `target_days`: 3}", CSUCCESS_ECONFIG,
         "remove \"target_days\""},
        {"`mastery`: {`achieved_when`: `x > 1`}", CSUCCESS_ECONFIG, "section \"features\""},
        {"`a`: {`achieved_when`: `x > 1`, `points`: -1}", CSUCCESS_ECONFIG, "\"points\""},
        {"`a`: {`achieved_when`: `x > 1`, `pionts`: 1}", CSUCCESS_ECONFIG, "\"points\""},
        {"`a`: {`achieved_when`: `x > 1`, `celebrate`: {`template`: `no`}}", CSUCCESS_ENAME,
         "no"},
        {"`a`: {`achieved_when`: {`event`: `e`, `wher`: `1`}}", CSUCCESS_ECONFIG, "where"},
        {"`a`: {`achieved_when`: `milestone('b').achieved`}", 0, "milestone"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[2048];
        csuccess_error err = CSUCCESS_ERROR_INIT;
        csuccess_config *config = NULL;
        snprintf(text, sizeof text,
                 "{`csuccess`: 1, `attributes`: {`x`: {`type`: `number`}, `begun`: {`type`: "
                 "`time`}}, `channels`: {`email`: {}}, `milestones`: {%s}}",
                 cases[i].milestones);
        way_quote(text);
        csuccess_result result = csuccess_config_compile(&config, check_view(text), NULL, &err);
        CHECK(result < 0);
        if (cases[i].code) CHECK_RESULT(result, cases[i].code);
        if (!CHECK_HAS(err.message, cases[i].says)) printf("# case %zu: %s\n", i, text);
        csuccess_config_unref(config);
    }
}

CHECK_MAIN(CHECK_TEST(wrong_documents))

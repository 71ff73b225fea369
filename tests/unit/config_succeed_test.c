/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a configuration may take the place of another: the life of its campaigns. */
#include "check.h"

#include <csuccess/csuccess.h>

/* A configuration with campaigns "a" and "b" of these statuses; an empty one is not there. */
static csuccess_config *config_of(const char *a, const char *b)
{
    char text[1024];
    csuccess_config *config = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    const char *list[2][2] = {{"a", a}, {"b", b}};
    size_t len = (size_t)snprintf(text, sizeof text,
                                  "{\"csuccess\": 1, \"interventions\": {\"call\": {\"type\": "
                                  "\"phone_call\"}}, \"campaigns\": {");
    for (int i = 0; i < 2; i++) {
        if (!list[i][1][0]) continue;
        len += (size_t)snprintf(text + len, sizeof text - len,
                                "%s\"%s\": {\"status\": \"%s\", \"actions\": {\"x\": "
                                "{\"intervention\": \"call\"}}}",
                                i && a[0] ? ", " : "", list[i][0], list[i][1]);
    }
    snprintf(text + len, sizeof text - len, "}}");
    CHECK_OK(csuccess_config_compile(&config, check_view(text), NULL, &err));
    return config;
}

static csuccess_result between(const char *from, const char *to, csuccess_error *err)
{
    csuccess_config *before = config_of(from, "draft"), *after = config_of(to, "active");
    csuccess_result result = csuccess_config_succeed(before, after, err);
    csuccess_config_unref(before);
    csuccess_config_unref(after);
    return result;
}

static void a_campaign_lives_forwards(void)
{
    static const char *const words[] = {"draft", "active", "paused", "completed", "cancelled"};
    static const char may[5][6] = {"11011", "01111", "01111", "00010", "00001"};
    for (int from = 0; from < 5; from++) {
        for (int to = 0; to < 5; to++) {
            csuccess_error err = CSUCCESS_ERROR_INIT;
            csuccess_result expected = may[from][to] == '1' ? CSUCCESS_OK : CSUCCESS_EINVALID;
            CHECK_RESULT(between(words[from], words[to], &err), expected);
            if (expected == CSUCCESS_OK) continue;
            CHECK_HAS(err.message, "the campaign \"a\" is");
            CHECK_HAS(err.message, words[to]);
        }
    }
}

static void those_of_one_alone_are_free(void)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_OK(between("", "completed", &err));
    CHECK_OK(between("cancelled", "", &err));
    CHECK_RESULT(csuccess_config_succeed(NULL, NULL, &err), CSUCCESS_EINVALID);
    CHECK_RESULT(between("completed", "active", &err), CSUCCESS_EINVALID);
    CHECK_CSTR(err.message,
               "the campaign \"a\" is completed and cannot become active; its status "
               "may be completed");
}

CHECK_MAIN(CHECK_TEST(a_campaign_lives_forwards), CHECK_TEST(those_of_one_alone_are_free))

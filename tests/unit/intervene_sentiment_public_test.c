/* SPDX-License-Identifier: Apache-2.0 */
/* Texts scored by hosts: csuccess_sentiment over a configuration and alone, its errors and its memory. */
#include "check.h"

#include <csuccess/csuccess.h>

#define DOCUMENT \
    "{\"csuccess\":1,\"sentiment\":{\"words\":{\"laggy\":-1.9},\"emotions\":{\"anger\":[" \
    "\"\\\\bangry\\\\b\"]}}}"

static void the_lexicon_alone(void)
{
    csuccess_sentiment *s = NULL;
    csuccess_feeling f = CSUCCESS_FEELING_INIT;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!CHECK_OK(csuccess_sentiment_new(&s, NULL, NULL, &err))) return;
    CHECK_OK(csuccess_sentiment_score(s, CSUCCESS_STR("angry"), &f, &err));
    CHECK_NUM(f.score, -2.3 / sqrt(2.3 * 2.3 + 15), 1e-9);
    CHECK(f.label == CSUCCESS_LABEL_NEGATIVE && f.emotions == 0);
    CHECK_STR(csuccess_sentiment_emotion(s, 0), "");
    CHECK_RESULT(csuccess_sentiment_score(s, CSUCCESS_STR("bad \xFF"), &f, &err),
                 CSUCCESS_EENCODING);
    CHECK_UINT(err.offset, 4);
    CHECK_NUM(f.score, -2.3 / sqrt(2.3 * 2.3 + 15), 1e-9); /* as it was */
    csuccess_sentiment_free(s);
}

static void with_a_configuration(void)
{
    csuccess_config *config = NULL;
    csuccess_sentiment *s = NULL;
    csuccess_feeling f = CSUCCESS_FEELING_INIT;
    if (!CHECK_OK(csuccess_config_compile(&config, CSUCCESS_STR(DOCUMENT), NULL, NULL))) return;
    CHECK_OK(csuccess_sentiment_new(&s, config, NULL, NULL));
    csuccess_config_unref(config); /* it has a reference of its own */
    CHECK_OK(csuccess_sentiment_score(s, CSUCCESS_STR("angry: it is laggy"), &f, NULL));
    CHECK_NUM(f.score, -4.2 / sqrt(4.2 * 4.2 + 15), 1e-9);
    CHECK_UINT(f.emotions, 1);
    CHECK_UINT(f.issues, 1);
    CHECK_STR(csuccess_sentiment_emotion(s, 0), "anger");
    CHECK_STR(csuccess_sentiment_emotion(s, 1), "");
    CHECK_STR(csuccess_sentiment_issue(s, 0), "performance");
    csuccess_sentiment_free(s);
}

static void what_is_refused(void)
{
    csuccess_sentiment *s = NULL;
    csuccess_feeling f = CSUCCESS_FEELING_INIT;
    CHECK_RESULT(csuccess_sentiment_new(NULL, NULL, NULL, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_sentiment_score(NULL, CSUCCESS_STR("x"), &f, NULL),
                 CSUCCESS_EINVALID);
    if (!CHECK_OK(csuccess_sentiment_new(&s, NULL, NULL, NULL))) return;
    CHECK_RESULT(csuccess_sentiment_score(s, CSUCCESS_STR("x"), NULL, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_sentiment_score(s, (csuccess_str){NULL, 3}, &f, NULL),
                 CSUCCESS_EINVALID);
    f.size = 4;
    CHECK_RESULT(csuccess_sentiment_score(s, CSUCCESS_STR("x"), &f, NULL), CSUCCESS_EABI);
    f.size = offsetof(csuccess_feeling, label); /* of an older header: the tail stays */
    f.label = 77;
    CHECK_OK(csuccess_sentiment_score(s, CSUCCESS_STR("good"), &f, NULL));
    CHECK(f.score > 0 && f.label == 77);
    CHECK_STR(csuccess_sentiment_issue(NULL, 0), "");
    csuccess_sentiment_free(s);
    csuccess_sentiment_free(NULL);
}

static csuccess_result scenario(check_memory *memory, void *ud)
{
    csuccess_sentiment *s = NULL;
    csuccess_feeling f = CSUCCESS_FEELING_INIT;
    csuccess_result result = csuccess_sentiment_new(&s, ud, &memory->allocator, NULL);
    if (result < 0) CHECK(s == NULL);
    if (result >= 0) {
        result = csuccess_sentiment_score(s, CSUCCESS_STR("not angry but happy"), &f, NULL);
    }
    size_t before = memory->calls;
    if (result >= 0) {
        result = csuccess_sentiment_score(s, CSUCCESS_STR("not angry but happy"), &f, NULL);
        CHECK_UINT(memory->calls, before); /* warm */
    }
    csuccess_sentiment_free(s);
    return result;
}

static void memory_may_fail(void)
{
    csuccess_config *config = NULL;
    CHECK(check_faults(scenario, NULL) >= 2);
    if (!CHECK_OK(csuccess_config_compile(&config, CSUCCESS_STR(DOCUMENT), NULL, NULL))) return;
    CHECK(check_faults(scenario, config) >= 2);
    csuccess_config_unref(config);
}

CHECK_MAIN(CHECK_TEST(the_lexicon_alone), CHECK_TEST(with_a_configuration),
           CHECK_TEST(what_is_refused), CHECK_TEST(memory_may_fail))

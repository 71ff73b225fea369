/* SPDX-License-Identifier: Apache-2.0 */
/* What a host can ask about the build: version, ABI, features, names of results. */
#include "check.h"

static void version_is_the_one_of_the_project(void)
{
    CHECK_CSTR(csuccess_version(), "0.1.0");
    CHECK_UINT(csuccess_abi(), CSUCCESS_ABI);
}

static void features_are_known_by_name(void)
{
    CHECK_INT(csuccess_feature(CSUCCESS_STR("expressions")), 1);
    CHECK_INT(csuccess_feature(CSUCCESS_STR("regex")), 1);
    CHECK_INT(csuccess_feature(CSUCCESS_STR("expression")), 0);
    CHECK_INT(csuccess_feature(CSUCCESS_STR("journeys")), 0);
    CHECK_INT(csuccess_feature(CSUCCESS_STR("")), 0);
}

static void results_have_names_and_texts(void)
{
    CHECK_CSTR(csuccess_result_name(CSUCCESS_OK), "CSUCCESS_OK");
    CHECK_CSTR(csuccess_result_name(CSUCCESS_UNDECIDED), "CSUCCESS_UNDECIDED");
    CHECK_CSTR(csuccess_result_name(-10), "CSUCCESS_ENAME");
    CHECK_CSTR(csuccess_result_text(CSUCCESS_EENCODING), "Text is not valid UTF-8.");
}

static void unknown_results_are_the_general_ones(void)
{
    CHECK_CSTR(csuccess_result_name(INT32_MIN), "CSUCCESS_EGENERIC");
    CHECK_CSTR(csuccess_result_name(-1000), "CSUCCESS_EGENERIC");
    CHECK_CSTR(csuccess_result_name(1000), "CSUCCESS_OK");
    CHECK_CSTR(csuccess_result_text(-1000), csuccess_result_text(CSUCCESS_EGENERIC));
}

CHECK_MAIN(CHECK_TEST(version_is_the_one_of_the_project),
           CHECK_TEST(features_are_known_by_name), CHECK_TEST(results_have_names_and_texts),
           CHECK_TEST(unknown_results_are_the_general_ones))

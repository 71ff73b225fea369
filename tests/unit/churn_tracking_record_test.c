/* SPDX-License-Identifier: Apache-2.0 */
/* Records of predictions: JSON with the outcome attached, and what is wrong with those that are none. */
#include "check.h"

#include <csuccess/tracking.h>

static csuccess_tracking *start(const csuccess_tracking_options *options)
{
    csuccess_tracking *t = NULL;
    CHECK_OK(csuccess_tracking_new(&t, options, NULL));
    return t;
}

static csuccess_tracking_figures figures(const csuccess_tracking *t)
{
    csuccess_tracking_figures f = CSUCCESS_TRACKING_FIGURES_INIT;
    CHECK_OK(csuccess_tracking_total(t, &f));
    return f;
}

static csuccess_tracking_group group(const csuccess_tracking *t, uint32_t by, size_t i)
{
    csuccess_tracking_group g = CSUCCESS_TRACKING_GROUP_INIT;
    CHECK_OK(csuccess_tracking_group_at(t, by, i, &g));
    return g;
}

static void a_prediction_is_a_record_that_its_outcome_is_attached_to(void)
{
    static const char record[] =
        "{\"customer_id\": \"acme\", \"at\": \"2026-01-31T00:00:00Z\", \"horizon\": \"P1M\", "
        "\"probability\": 0.71, \"calibrated\": true, \"level\": \"high\", \"actions\": "
        "[\"success_call\"], \"model\": \"sha256:ab\", \"outcome\": %s}";
    static const struct {
        const char *outcome;
        uint64_t pending, churned, stayed;
    } cases[] = {
        {"null", 1, 0, 0},
        {"{\"observed_until\": \"2026-02-27\"}", 1, 0, 0},
        {"{\"observed_until\": \"2026-02-28\", \"churned_at\": null}", 0, 0, 1},
        {"{\"churned_at\": \"2026-02-28\", \"acted\": true}", 0, 1, 0},
        {"{\"churned_at\": \"2026-03-01\"}", 0, 0, 1},
    };
    char text[512];
    csuccess_tracking *t = start(NULL);
    csuccess_error err = CSUCCESS_ERROR_INIT;
    uint64_t pending = 0, churned = 0, stayed = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(text, sizeof text, record, cases[i].outcome);
        if (!CHECK_OK(csuccess_tracking_add_json(t, check_view(text), &err))) {
            printf("# %s at %s\n", err.message, err.pointer);
        }
        csuccess_tracking_figures f = figures(t);
        CHECK_UINT(f.pending, pending += cases[i].pending);
        CHECK_UINT(f.churned, churned += cases[i].churned);
        CHECK_UINT(f.matured - f.churned, stayed += cases[i].stayed);
    }
    CHECK_STR(group(t, CSUCCESS_BY_MODEL, 0).name, "sha256:ab");
    CHECK_UINT(group(t, CSUCCESS_BY_ACTION, 0).predictions, 5);
    csuccess_tracking_free(t);
}

static void bad_records_are_refused_with_their_place(void)
{
    static const struct {
        const char *text, *pointer;
        csuccess_result result;
    } cases[] = {
        {"[1]", "", CSUCCESS_ETYPE},
        {"{\"at\": \"2026-01-01\", \"horizon\": \"P30D\"}", "", CSUCCESS_EMISSING},
        {"{\"at\": \"2026-01-01\", \"horizon\": \"P30D\", \"probability\": 2}", "/probability",
         CSUCCESS_ERANGE},
        {"{\"at\": \"yesterday\"}", "/at", CSUCCESS_ETYPE},
        {"{\"propability\": 1}", "/propability", CSUCCESS_ENAME},
        {"{\"actions\": [1]}", "/actions/0", CSUCCESS_ETYPE},
        {"{\"outcome\": {\"acted\": 1}}", "/outcome/acted", CSUCCESS_ETYPE},
        {"{\"outcome\": {\"outcome\": {}}}", "/outcome/outcome", CSUCCESS_ENAME},
        {"{\"at\": \"2026-01-01\", \"horizon\": \"-P1D\", \"probability\": 0.5}", "",
         CSUCCESS_ERANGE},
        {"{\"at\": \"9999-12-31\", \"horizon\": \"P30D\", \"probability\": 0.5}", "",
         CSUCCESS_ERANGE},
        {"{", "", CSUCCESS_EJSON},
    };
    csuccess_tracking *t = start(NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        csuccess_error err = CSUCCESS_ERROR_INIT;
        CHECK_RESULT(csuccess_tracking_add_json(t, check_view(cases[i].text), &err),
                     cases[i].result);
        CHECK_CSTR(err.pointer, cases[i].pointer);
    }
    CHECK_UINT(figures(t).predictions, 0);
    csuccess_tracking_free(t);
}

CHECK_MAIN(CHECK_TEST(a_prediction_is_a_record_that_its_outcome_is_attached_to),
           CHECK_TEST(bad_records_are_refused_with_their_place))

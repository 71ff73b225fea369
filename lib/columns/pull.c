/* SPDX-License-Identifier: Apache-2.0 */
/* One customer out of the host's storage. */
#include "columns/pull.h"

#include "base/error.h"

csuccess_result csuccess__customers_take(csuccess_customer_ops *out,
                                         const csuccess_scorer *scorer,
                                         const csuccess_customer_ops *in, csuccess_error *err)
{
    if (!scorer || !in) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "scorer and customers are required");
    }
    if (scorer->pulling) {
        return csuccess__fail(err, CSUCCESS_EBUSY,
                              "the scorer waits for the callback that this call comes from");
    }
    return csuccess__struct_take(out, sizeof *out, sizeof(size_t), in, "csuccess_customer_ops",
                                 err);
}

/* reason: the last two of six are what comes back. */
csuccess_result csuccess__customers_ask(csuccess_scorer *scorer,
                                        const csuccess_customer_ops *ops,
                                        const csuccess_str *customer, csuccess_facts *facts,
                                        bool *found, csuccess_error *err)
{
    uint32_t given = 0;
    csuccess_facts_clear(facts);
    scorer->pulling = true;
    csuccess_result status = customer ? ops->load(ops->ud, *customer, facts, &given)
                                      : ops->next(ops->ud, facts, &given);
    scorer->pulling = false;
    if (status == CSUCCESS_ECANCELLED) {
        return csuccess__fail(err, status, "the callback for customers asked to stop");
    }
    if (status < 0) {
        return csuccess__fail(err, CSUCCESS_ECALLBACK, "the callback for customers failed: %s",
                              csuccess_result_name(status));
    }
    if (given != CSUCCESS_GIVEN_CUSTOMER && given != CSUCCESS_GIVEN_NONE) {
        return csuccess__fail(err, CSUCCESS_ECALLBACK,
                              "the callback for customers did not say what it gave");
    }
    *found = given == CSUCCESS_GIVEN_CUSTOMER;
    return CSUCCESS_OK;
}

/* The facts have the id that was asked for, or none and then get it. */
static csuccess_result settle_id(csuccess_facts *facts, csuccess_str customer,
                                 csuccess_error *err)
{
    csuccess_str given = csuccess_facts_customer(facts);
    if (csuccess__str_eq(given, customer)) {
        return CSUCCESS_OK;
    }
    if (given.len) {
        return csuccess__fail(err, CSUCCESS_ECALLBACK,
                              "the callback gave %q where %q was asked for", given, customer);
    }
    csuccess_result status = csuccess_facts_set_customer(facts, customer);
    return status < 0 ? csuccess__fail(err, status, "%s", csuccess_result_text(status))
                      : CSUCCESS_OK;
}

/* reason: a public function; what is asked, when, and what comes back. */
csuccess_result csuccess_scorer_pull(csuccess_scorer *scorer,
                                     const csuccess_customer_ops *customers,
                                     csuccess_str customer, int64_t now_ms, csuccess_score *out,
                                     csuccess_error *err)
{
    csuccess_customer_ops ops;
    bool found = false;
    csuccess_result status = csuccess__customers_take(&ops, scorer, customers, err);
    if (status == CSUCCESS_OK && !ops.load) {
        status = csuccess__fail(err, CSUCCESS_EINVALID, "the callback `load` is required");
    }
    if (status == CSUCCESS_OK && !scorer->pulled) {
        status = csuccess_facts_new(&scorer->pulled, scorer->config, &scorer->mem, err);
    }
    if (status < 0) {
        return status;
    }
    scorer->explained = false; /* it may speak of the facts that are filled anew */
    status = csuccess__customers_ask(scorer, &ops, &customer, scorer->pulled, &found, err);
    if (status == CSUCCESS_OK && !found) {
        status = csuccess__fail(err, CSUCCESS_ENAME, "there is no customer %q", customer);
    }
    if (status == CSUCCESS_OK) {
        status = settle_id(scorer->pulled, customer, err);
    }
    return status < 0 ? status
                      : csuccess_scorer_explain(scorer, scorer->pulled, now_ms, out, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Tests a store against the contract of store.h: what the program csuccess-conformance runs. */
#ifndef CSUCCESS_CONFORMANCE_H
#define CSUCCESS_CONFORMANCE_H

#include <csuccess/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is tested, and how. @since 0.1 */
typedef struct csuccess_conformance_options {
    size_t size;
    const csuccess_allocator *allocator; /**< NULL: malloc */
    csuccess_str
        tenant;      /**< the tests write in tenants whose names begin with this and a dot; they
                              must be empty at first; empty: "conformance" */
    uint64_t seed;   /**< of the random part; equal seeds ask equally */
    uint32_t rounds; /**< of the random part, against a plain model; 0: 2,000 */
    uint32_t reserved;
    /**
     * Closes the store as a crash would (without a chance to tidy up) and opens it again; NULL: what was answered is not tested for being durable. CSUCCESS_OK,
     * or an error, which ends the tests.
     */
    csuccess_result (*reopen)(void *ud);
} csuccess_conformance_options;

/**
 * Runs every test. *report is a text with a line per test, "ok NAME" or "not ok NAME: what was asked, what was expected, what came", and a last line
 * "N passed, N failed"; the caller's, even when tests fail; NULL on errors of the call. CSUCCESS_OK: all passed; CSUCCESS_EDATA: some did not; CSUCCESS_EINVALID,
 * CSUCCESS_EABI, CSUCCESS_ENOMEM.
 * @since 0.1
 */
CSUCCESS_API csuccess_result
csuccess_conformance_run(csuccess_text **report, const csuccess_store_ops *ops, void *ud,
                         const csuccess_conformance_options *options, csuccess_error *err);

#ifdef __cplusplus
}
#endif

#endif

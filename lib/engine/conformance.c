/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess_conformance_run(): every test in a tenant of its own, and the report. */
#include "engine/conformance_trial.h"

#include "base/error.h"
#include "base/owned.h"
#include "base/str.h"

#include <string.h>

enum { ROUNDS = 2000 };

typedef struct run {
    csuccess__trial trial;
    csuccess__buffer report, tenant;
    uint64_t passed, failed;
} run;

/* One test, as if it were the first. */
static void test(run *r, const csuccess__conformance_test *one)
{
    csuccess__trial *t = &r->trial;
    csuccess__arena_reset(&t->arena);
    csuccess__buffer_clear(&r->tenant);
    csuccess__buffer_str(&r->tenant, t->options.tenant);
    csuccess__buffer_char(&r->tenant, '.');
    csuccess__buffer_cstr(&r->tenant, one->name);
    t->tenant = csuccess__buffer_view(&r->tenant);
    t->now = 0;
    t->shard = t->shards = 0;
    t->failed = false;
    t->why[0] = '\0';
    if (r->tenant.status < 0) t->result = r->tenant.status;
    bool passed = t->result >= 0 && one->run(t) && !t->failed;
    r->passed += passed;
    r->failed += !passed;
    csuccess__buffer_cstr(&r->report, passed ? "ok " : "not ok ");
    csuccess__buffer_cstr(&r->report, one->name);
    if (!passed) {
        csuccess__buffer_cstr(&r->report, ": ");
        csuccess__buffer_cstr(&r->report, t->why);
    }
    csuccess__buffer_char(&r->report, '\n');
}

static void test_all(run *r)
{
    static const csuccess__conformance_test *const lists[] = {
        csuccess__conformance_records,  csuccess__conformance_commit,
        csuccess__conformance_ledgers,  csuccess__conformance_due,
        csuccess__conformance_messages, csuccess__conformance_reading,
        csuccess__conformance_erasing,  csuccess__conformance_random,
    };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        for (const csuccess__conformance_test *one = lists[i];
             one->name && r->trial.result >= 0; one++) {
            test(r, one);
        }
    }
    csuccess__buffer_uint(&r->report, r->passed);
    csuccess__buffer_cstr(&r->report, " passed, ");
    csuccess__buffer_uint(&r->report, r->failed);
    csuccess__buffer_cstr(&r->report, " failed\n");
}

/* Whether one of the slots up to `erase` is missing. */
static bool lacks_a_slot(const csuccess_store_ops *ops)
{
    bool asks = ops->load && ops->scan && ops->history && ops->outbox;
    bool leases = ops->due && ops->defer && ops->claim && ops->settle;
    return !asks || !leases || !ops->commit || !ops->erase;
}

static csuccess_result take_ops(csuccess_store_ops *ops, const csuccess_store_ops *from,
                                csuccess_error *err)
{
    csuccess_result result = csuccess__struct_take(ops, sizeof *ops, sizeof(size_t), from,
                                                   "csuccess_store_ops", err);
    if (result < 0 || !lacks_a_slot(ops)) return result;
    return csuccess__fail(err, CSUCCESS_EINVALID, "a store needs all slots up to erase");
}

static csuccess_result take_options(csuccess_conformance_options *o, csuccess_allocator *mem,
                                    const csuccess_conformance_options *options,
                                    csuccess_error *err)
{
    csuccess_result result = CSUCCESS_OK;
    *o = (csuccess_conformance_options){.size = sizeof *o};
    if (options) {
        result = csuccess__struct_take(o, sizeof *o, sizeof(size_t), options,
                                       "csuccess_conformance_options", err);
    }
    if (result < 0) return result;
    if (o->tenant.len == 0) o->tenant = CSUCCESS_STR("conformance");
    if (o->rounds == 0) o->rounds = ROUNDS;
    return csuccess__allocator_take(mem, o->allocator, err);
}

/* The report, or why there is none. */
static csuccess_result finish(run *r, csuccess_text **report, csuccess_error *err)
{
    csuccess_result result = r->trial.result < 0 ? r->trial.result : r->report.status;
    if (result >= 0) {
        result = csuccess__text_make(report, r->trial.mem, csuccess__buffer_view(&r->report));
    }
    if (result < 0) {
        return csuccess__fail(err, result, "the tests could not go on: %s",
                              r->trial.why[0] ? r->trial.why : csuccess_result_text(result));
    }
    if (r->failed == 0) return CSUCCESS_OK;
    return csuccess__fail(err, CSUCCESS_EDATA, "%z of the tests failed; the report says which",
                          (size_t)r->failed);
}

csuccess_result csuccess_conformance_run(csuccess_text **report, const csuccess_store_ops *ops,
                                         void *ud, const csuccess_conformance_options *options,
                                         csuccess_error *err)
{
    csuccess_store_ops slots;
    csuccess_conformance_options o;
    csuccess_allocator mem;
    if (!report) return csuccess__fail(err, CSUCCESS_EINVALID, "report is required");
    *report = NULL;
    csuccess_result result = take_ops(&slots, ops, err);
    if (result >= 0) result = take_options(&o, &mem, options, err);
    if (result < 0) return result;
    run *r = csuccess__alloc(&mem, 1, sizeof *r);
    if (!r) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    csuccess__trial_init(&r->trial, &slots, ud, &mem);
    r->trial.options = o;
    csuccess__buffer_init(&r->report, &mem, 0);
    csuccess__buffer_init(&r->tenant, &mem, 0);
    test_all(r);
    result = finish(r, report, err);
    csuccess__buffer_free(&r->report);
    csuccess__buffer_free(&r->tenant);
    csuccess__trial_free(&r->trial);
    csuccess__release(&mem, r, 1, sizeof *r);
    return result;
}

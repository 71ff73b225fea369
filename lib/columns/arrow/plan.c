/* SPDX-License-Identifier: Apache-2.0 */
/* What the schema of a batch comes to for a configuration: which column feeds which input, and how. */
#include "columns/arrow/arrow.h"

#include "base/error.h"
#include "text/utf8.h"

enum { MOST_COLUMNS = 65536 };

csuccess_result csuccess__arrow_options_take(csuccess_arrow_options *out,
                                             const csuccess_arrow_options *in,
                                             csuccess_error *err)
{
    const uint32_t flags = CSUCCESS_ARROW_STRICT;
    const uint32_t results =
        CSUCCESS_ARROW_HEALTH | CSUCCESS_ARROW_CHURN | CSUCCESS_ARROW_SEGMENTS;
    static const csuccess_arrow_options usual = {.size = sizeof usual};
    csuccess_result status = csuccess__struct_take(
        out, sizeof *out, sizeof(size_t), in ? in : &usual, "csuccess_arrow_options", err);
    if (status < 0) return status;
    if (out->flags & ~flags || out->results & ~results) {
        return csuccess__fail(
            err, CSUCCESS_EABI,
            "csuccess_arrow_options has bits that this version does not know");
    }
    if (out->results == 0) out->results = CSUCCESS_ARROW_HEALTH | CSUCCESS_ARROW_CHURN;
    if (!out->customer.ptr && out->customer.len > 0) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "options.customer has no bytes");
    }
    return CSUCCESS_OK;
}

void csuccess__arrow_plan_free(csuccess__arrow_plan *plan)
{
    csuccess__release(&plan->mem, plan->types, plan->count + 1, sizeof *plan->types);
    csuccess__release(&plan->mem, plan->slots, plan->count + 1, sizeof *plan->slots);
    plan->types = NULL;
    plan->slots = NULL;
}

size_t csuccess__arrow_child(const struct ArrowSchema *schema, csuccess_str name)
{
    for (size_t i = 0; i < (size_t)schema->n_children; i++) {
        const char *known = schema->children[i]->name;
        if (known && csuccess__str_eq(csuccess__str(known), name)) return i;
    }
    return SIZE_MAX;
}

/* ---- The struct of the batch ---- */

static csuccess_result check_root(const struct ArrowSchema *schema, csuccess_error *err)
{
    if (!schema || !schema->release || !schema->format) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "the schema is NULL, released or without a format");
    }
    if (!csuccess__str_is(csuccess__str(schema->format), "+s") || schema->dictionary) {
        return csuccess__fail(err, CSUCCESS_ETYPE,
                              "the schema is no record batch: its format is %q, not \"+s\"",
                              csuccess__str(schema->format));
    }
    if (schema->n_children < 0 || (schema->n_children > 0 && !schema->children)) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "the schema has %l columns, or says so only", schema->n_children);
    }
    if (schema->n_children > MOST_COLUMNS) {
        return csuccess__fail(err, CSUCCESS_ELIMIT, "the schema has %l columns, %u are allowed",
                              schema->n_children, (uint32_t)MOST_COLUMNS);
    }
    return CSUCCESS_OK;
}

static csuccess_result check_child(const struct ArrowSchema *child, size_t index,
                                   csuccess_error *err)
{
    if (!child || !child->release) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "column %z of the schema is NULL or released", index);
    }
    if (child->name && !csuccess__utf8_check(csuccess__str(child->name), NULL)) {
        return csuccess__fail(err, CSUCCESS_EENCODING,
                              "the name of column %z, %q, is not UTF-8", index,
                              csuccess__str(child->name));
    }
    return CSUCCESS_OK;
}

/* ---- Columns ---- */

static csuccess_result no_input(const csuccess__arrow_plan *plan, csuccess_str name,
                                csuccess_error *err)
{
    const csuccess__schema *schema = plan->config->schema;
    csuccess__nearest near;
    csuccess__nearest_start(&near, name);
    for (uint32_t i = 0; i < schema->inputs; i++) {
        csuccess__nearest_try(&near, schema->slots[i].path);
    }
    if (!near.best.ptr) {
        return csuccess__fail(err, CSUCCESS_ENAME, "column %q is not an input", name);
    }
    return csuccess__fail(err, CSUCCESS_ENAME, "column %q is not an input (did you mean %q?)",
                          name, near.best);
}

/* Which child names the customers. */
static csuccess_result find_customer(csuccess__arrow_plan *plan, csuccess_str name,
                                     csuccess_error *err)
{
    const bool asked = name.len > 0;
    if (!asked) name = CSUCCESS_STR("customer_id");
    plan->customer = csuccess__arrow_child(plan->schema, name);
    if (plan->customer == SIZE_MAX) {
        return asked ? csuccess__fail(err, CSUCCESS_ENAME,
                                      "there is no column %q to name the customers", name)
                     : CSUCCESS_OK;
    }
    return csuccess__arrow_handed(plan->schema, NULL, plan->customer, err);
}

/* reason: which child it is, whether it must be known, which inputs were seen. */
static csuccess_result plan_child(csuccess__arrow_plan *plan, size_t at, bool strict,
                                  uint8_t *seen, csuccess_error *err)
{
    const csuccess__schema *schema = plan->config->schema;
    const struct ArrowSchema *child = plan->schema->children[at];
    csuccess_str name = csuccess__str(child->name);
    uint32_t slot = child->name ? csuccess__schema_find(schema, name, NULL) : UINT32_MAX;
    plan->slots[at] = UINT32_MAX;
    if (slot >= schema->inputs) {
        return strict && at != plan->customer ? no_input(plan, name, err) : CSUCCESS_OK;
    }
    if (seen[slot]) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "two columns are called %q", name);
    }
    seen[slot] = 1;
    plan->slots[at] = slot;
    csuccess__arrow_column column = {
        .name = name, .attribute = schema->slots[slot].attribute, .err = err};
    return csuccess__arrow_take_type(&plan->types[at], child, &column);
}

static csuccess_result plan_children(csuccess__arrow_plan *plan,
                                     const csuccess_arrow_options *options, csuccess_error *err)
{
    const size_t inputs = (size_t)plan->config->schema->inputs + 1;
    uint8_t *seen = csuccess__alloc(&plan->mem, inputs, sizeof *seen);
    csuccess_result status = CSUCCESS_OK;
    if (!seen) status = csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    for (size_t i = 0; i < plan->count && status == CSUCCESS_OK; i++) {
        status = check_child(plan->schema->children[i], i, err);
    }
    if (status == CSUCCESS_OK) status = find_customer(plan, options->customer, err);
    for (size_t i = 0; i < plan->count && status == CSUCCESS_OK; i++) {
        status = plan_child(plan, i, options->flags & CSUCCESS_ARROW_STRICT, seen, err);
    }
    csuccess__release(&plan->mem, seen, inputs, sizeof *seen);
    return status;
}

csuccess_result csuccess__arrow_plan_make(csuccess__arrow_plan *out, csuccess_config *config,
                                          const struct ArrowSchema *schema,
                                          const csuccess_arrow_options *options,
                                          csuccess_error *err)
{
    *out = (csuccess__arrow_plan){.config = config, .schema = schema, .customer = SIZE_MAX};
    csuccess_result status =
        csuccess__config_memory(&out->mem, config, options->allocator, err);
    if (status == CSUCCESS_OK) status = check_root(schema, err);
    if (status < 0) return status;
    out->count = (size_t)schema->n_children;
    out->types = csuccess__alloc(&out->mem, out->count + 1, sizeof *out->types);
    out->slots = csuccess__alloc(&out->mem, out->count + 1, sizeof *out->slots);
    if (!out->types || !out->slots) {
        status = csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    if (status == CSUCCESS_OK) status = plan_children(out, options, err);
    if (status < 0) csuccess__arrow_plan_free(out);
    return status;
}

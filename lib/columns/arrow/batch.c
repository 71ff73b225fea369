/* SPDX-License-Identifier: Apache-2.0 */
/* Batches of Arrow producers as columns: what is taken over, and when it is released. */
#include "columns/arrow/arrow.h"

#include "base/error.h"
#include "expr/column_kernels.h"

size_t csuccess_columns_rows(const csuccess_columns *columns)
{
    return columns ? columns->rows : 0;
}

int32_t csuccess_columns_bound(const csuccess_columns *columns, uint32_t slot)
{
    return columns && slot < columns->config->schema->inputs &&
           columns->slots[slot].form != CSUCCESS__FORM_NONE;
}

/* ---- What is held ---- */

csuccess__arrow_held *csuccess__arrow_held_new(const csuccess_allocator *mem)
{
    csuccess__arrow_held *held = csuccess__alloc(mem, 1, sizeof *held);
    if (!held) return NULL;
    held->mem = *mem;
    atomic_init(&held->references, 1u);
    return held;
}

csuccess__arrow_held *csuccess__arrow_held_ref(csuccess__arrow_held *held)
{
    if (held) atomic_fetch_add_explicit(&held->references, 1u, memory_order_relaxed);
    return held;
}

void csuccess__arrow_held_unref(csuccess__arrow_held *held)
{
    /* Release orders this thread's reads before the free; acquire makes the freeing thread see them. */
    if (!held || atomic_fetch_sub_explicit(&held->references, 1u, memory_order_acq_rel) != 1u) {
        return;
    }
    csuccess_allocator mem = held->mem;
    if (held->array.release) held->array.release(&held->array);
    if (held->schema.release) held->schema.release(&held->schema);
    csuccess__release(&mem, held, 1, sizeof *held);
}

void csuccess__schema_move(struct ArrowSchema *to, struct ArrowSchema *from)
{
    *to = *from;
    from->release = NULL;
}

void csuccess__array_move(struct ArrowArray *to, struct ArrowArray *from)
{
    *to = *from;
    from->release = NULL;
}

/* ---- Batches ---- */

static csuccess_result contradicts(csuccess_error *err, const char *what)
{
    return csuccess__fail(err, CSUCCESS_EINVALID, "the array of the batch %s", what);
}

/* A record batch has no nulls of its own. */
static csuccess_result check_nulls(const struct ArrowArray *array, csuccess_error *err)
{
    if (array->null_count == 0) return CSUCCESS_OK;
    const uint8_t *bits = array->n_buffers == 1 && array->buffers ? array->buffers[0] : NULL;
    bool any = array->null_count > 0;
    for (size_t i = 0; bits && !any && i < (size_t)array->length; i++) {
        size_t at = (size_t)array->offset + i;
        any = !(bits[at / 8] >> (at % 8) & 1);
    }
    return any ? contradicts(err,
                             "has rows that are null as a whole; only columns can have nulls")
               : CSUCCESS_OK;
}

static csuccess_result check_counts(const struct ArrowArray *array, csuccess_error *err)
{
    if (array->length < 0 || array->offset < 0) {
        return contradicts(err, "has a negative length or offset");
    }
    if (array->null_count < -1 || array->null_count > array->length) {
        return contradicts(err, "has more nulls than rows, or fewer than none");
    }
    if (array->length > INT64_MAX - array->offset ||
        (uint64_t)(array->length + array->offset) > CSUCCESS__ARROW_LONGEST) {
        return csuccess__fail(err, CSUCCESS_ERANGE,
                              "the array of the batch is longer than memory can have");
    }
    return CSUCCESS_OK;
}

static csuccess_result check_children(const csuccess__arrow_plan *plan,
                                      const struct ArrowArray *array, csuccess_error *err)
{
    if (array->n_buffers != 1 || array->dictionary) {
        return contradicts(err, "is not a struct's: it has a dictionary, or not one buffer");
    }
    if (array->n_children < 0 || (uint64_t)array->n_children != plan->count ||
        (plan->count > 0 && !array->children)) {
        return contradicts(err, "has not as many children as the schema has columns");
    }
    for (size_t i = 0; i < plan->count; i++) {
        if (!array->children[i] || !array->children[i]->release) {
            return contradicts(err, "has a child that is NULL or released");
        }
    }
    return CSUCCESS_OK;
}

static csuccess_result check_root(const csuccess__arrow_plan *plan,
                                  const struct ArrowArray *array, csuccess_error *err)
{
    if (!array || !array->release) return contradicts(err, "is NULL or released");
    csuccess_result status = check_counts(array, err);
    if (status == CSUCCESS_OK) status = check_children(plan, array, err);
    return status == CSUCCESS_OK ? check_nulls(array, err) : status;
}

static csuccess_result read_child(csuccess_columns *columns, const csuccess__arrow_plan *plan,
                                  size_t at, const struct ArrowArray *array,
                                  csuccess_error *err)
{
    if (plan->slots[at] == UINT32_MAX) return CSUCCESS_OK;
    csuccess__arrow_source source = {
        .column = {.name = csuccess__str(plan->schema->children[at]->name),
                   .attribute = plan->config->schema->slots[plan->slots[at]].attribute,
                   .err = err},
        .columns = columns,
        .schema = plan->schema->children[at],
        .array = array->children[at],
        .rows = columns->rows};
    return csuccess__arrow_read(&columns->slots[plan->slots[at]], &source, &plan->types[at],
                                (size_t)array->offset);
}

/* The customers' column must be as long as the batch. */
static csuccess_result check_customer(const csuccess__arrow_plan *plan,
                                      const struct ArrowArray *array, csuccess_error *err)
{
    if (plan->customer == SIZE_MAX) return CSUCCESS_OK;
    return csuccess__arrow_handed(plan->schema, array, plan->customer, err);
}

csuccess_result csuccess__arrow_batch(csuccess_columns **out, const csuccess__arrow_plan *plan,
                                      struct ArrowArray *array, csuccess__arrow_held *held,
                                      csuccess_error *err)
{
    *out = NULL;
    csuccess_columns *columns = NULL;
    csuccess_result status = check_root(plan, array, err);
    if (status == CSUCCESS_OK) status = check_customer(plan, array, err);
    if (status == CSUCCESS_OK) {
        status = csuccess_columns_new(&columns, plan->config, (size_t)array->length, &plan->mem,
                                      err);
    }
    for (size_t i = 0; i < plan->count && status == CSUCCESS_OK; i++) {
        status = read_child(columns, plan, i, array, err);
    }
    if (status < 0) {
        csuccess_columns_free(columns);
        return status;
    }
    columns->customer = plan->customer;
    columns->batch = csuccess__arrow_held_ref(held);
    csuccess__array_move(&held->array, array);
    *out = columns;
    return CSUCCESS_OK;
}

/* reason: a schema and an array are what a batch is. */
csuccess_result csuccess_columns_import(csuccess_columns **out, csuccess_config *config,
                                        struct ArrowSchema *schema, struct ArrowArray *array,
                                        const csuccess_arrow_options *options,
                                        csuccess_error *err)
{
    csuccess_arrow_options o;
    csuccess__arrow_plan plan;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    csuccess_result status = csuccess__arrow_options_take(&o, options, err);
    if (status == CSUCCESS_OK) {
        status = csuccess__arrow_plan_make(&plan, config, schema, &o, err);
    }
    if (status < 0) return status;
    csuccess__arrow_held *held = csuccess__arrow_held_new(&plan.mem);
    status = held ? csuccess__arrow_batch(out, &plan, array, held, err)
                  : csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    if (status == CSUCCESS_OK) {
        csuccess__schema_move(&held->schema, schema);
        (*out)->schema = csuccess__arrow_held_ref(held);
    }
    csuccess__arrow_held_unref(held);
    csuccess__arrow_plan_free(&plan);
    return status;
}

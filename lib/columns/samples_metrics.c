/* SPDX-License-Identifier: Apache-2.0 */
/* Which attributes and metrics a model may learn from: never the outcome, nor what is made of it. */
#include "columns/samples.h"

#include "base/error.h"

static const char *const reasons[] = {
#define CSUCCESS__SAMPLE_REASON(name, text) text,
    CSUCCESS__SAMPLE_REASONS(CSUCCESS__SAMPLE_REASON)
#undef CSUCCESS__SAMPLE_REASON
};

const char *csuccess__sample_reason_text(csuccess__sample_reason reason)
{
    return reasons[reason];
}

/* What a slot has to do with the outcome. */
enum { NOTHING, IS_OUTCOME, READS_OUTCOME };

typedef struct choice {
    csuccess_samples *samples;
    const csuccess__schema *schema;
    const csuccess_samples_options *options;
    uint8_t *marks; /* by slot */
    csuccess_error *err;
} choice;

/* What the condition reads is the outcome, and so is everything that this is made of. */
static void mark_condition(const choice *c)
{
    const csuccess__program *program = c->samples->outcome.program;
    for (uint32_t i = 0; program && i < program->input_count; i++) {
        c->marks[program->inputs[i]] = IS_OUTCOME;
    }
    for (uint32_t m = c->schema->metric_count; program && m-- > 0;) {
        const csuccess__metric *metric = &c->schema->metrics[m];
        if (c->marks[metric->slot] != IS_OUTCOME) {
            continue;
        }
        for (uint32_t i = 0; i < metric->program->input_count; i++) {
            c->marks[metric->program->inputs[i]] = IS_OUTCOME;
        }
    }
}

static void mark(const choice *c)
{
    mark_condition(c);
    for (uint32_t i = 0; i < c->schema->inputs; i++) {
        const csuccess__attribute *attribute = c->schema->slots[i].attribute;
        if (attribute && attribute->outcome) {
            c->marks[i] = IS_OUTCOME;
        }
    }
    for (uint32_t m = 0; m < c->schema->metric_count; m++) { /* in the order of evaluation */
        const csuccess__metric *metric = &c->schema->metrics[m];
        for (uint32_t i = 0; i < metric->program->input_count; i++) {
            if (c->marks[metric->program->inputs[i]] && !c->marks[metric->slot]) {
                c->marks[metric->slot] = READS_OUTCOME;
            }
        }
    }
}

static bool is_learnable(const csuccess__slot *slot)
{
    csuccess__kind kind = slot->type->kind;
    return kind == CSUCCESS__KIND_NUMBER || kind == CSUCCESS__KIND_BOOL ||
           kind == CSUCCESS__KIND_STRING;
}

static csuccess_result unknown(const choice *c, csuccess_str name)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, name);
    for (uint32_t i = 0; i < c->schema->count; i++) {
        if (c->schema->slots[i].stratum <= CSUCCESS__STRATUM_METRIC) {
            csuccess__nearest_try(&near, c->schema->slots[i].path);
        }
    }
    return near.best.ptr
               ? csuccess__fail(c->err, CSUCCESS_ENAME,
                                "there is no attribute or metric %q (did you mean %q?)", name,
                                near.best)
               : csuccess__fail(c->err, CSUCCESS_ENAME, "there is no attribute or metric %q",
                                name);
}

/* UINT32_MAX: there is none. */
static uint32_t find(const choice *c, csuccess_str name)
{
    uint32_t slot = csuccess__schema_find(c->schema, name, NULL);
    bool there =
        slot != UINT32_MAX && c->schema->slots[slot].stratum <= CSUCCESS__STRATUM_METRIC;
    return there ? slot : UINT32_MAX;
}

static bool is_excluded(const choice *c, csuccess_str name)
{
    for (uint32_t i = 0; i < c->options->exclude_count; i++) {
        if (csuccess__str_eq(c->options->exclude[i], name)) {
            return true;
        }
    }
    return false;
}

static void take(const choice *c, uint32_t slot)
{
    csuccess_samples *s = c->samples;
    csuccess__sample_metric *metric = &s->metrics[s->metric_count++];
    metric->name = c->schema->slots[slot].path;
    metric->slot = slot;
    metric->kind = c->schema->slots[slot].type->kind;
    csuccess__words_init(&metric->words, &s->mem);
}

static void leave_out(const choice *c, uint32_t slot, csuccess__sample_reason why)
{
    csuccess__left_out *one = &c->samples->left_out[c->samples->left_out_count++];
    *one = (csuccess__left_out){c->schema->slots[slot].path, why};
}

/* One that the host named. */
static csuccess_result take_named(const choice *c, csuccess_str name)
{
    uint32_t slot = find(c, name);
    if (slot == UINT32_MAX) {
        return unknown(c, name);
    }
    if (!is_learnable(&c->schema->slots[slot])) {
        return csuccess__fail(c->err, CSUCCESS_ETYPE,
                              "%q cannot be learned from: it must be a number, money, a "
                              "boolean or a string; a metric such as "
                              "days_since(%S) makes a number of a time",
                              name, name);
    }
    if (c->marks[slot]) {
        return csuccess__fail(
            c->err, CSUCCESS_EDATA, "%q cannot be learned from: %s", name,
            reasons[c->marks[slot] == IS_OUTCOME ? CSUCCESS__SAMPLE_OUTCOME
                                                 : CSUCCESS__SAMPLE_READS_OUTCOME]);
    }
    for (uint32_t i = 0; i < c->samples->metric_count; i++) {
        if (c->samples->metrics[i].slot == slot) {
            return csuccess__fail(c->err, CSUCCESS_EINVALID, "%q stands twice in the metrics",
                                  name);
        }
    }
    if (!is_excluded(c, name)) {
        take(c, slot);
    }
    return CSUCCESS_OK;
}

/* One of all. */
static void consider(const choice *c, uint32_t at)
{
    const csuccess__slot *slot = &c->schema->slots[at];
    const csuccess__attribute *attribute = slot->attribute;
    bool implicit = attribute && !attribute->at; /* an earlier score */
    if (slot->argument.ptr || !is_learnable(slot) || implicit) {
        return;
    }
    if (c->marks[at]) {
        leave_out(c, at,
                  c->marks[at] == IS_OUTCOME ? CSUCCESS__SAMPLE_OUTCOME
                                             : CSUCCESS__SAMPLE_READS_OUTCOME);
    } else if (is_excluded(c, slot->path)) {
        leave_out(c, at, CSUCCESS__SAMPLE_EXCLUDED);
    } else if (attribute && attribute->pii) {
        leave_out(c, at, CSUCCESS__SAMPLE_PII);
    } else {
        take(c, at);
    }
}

static csuccess_result choose(const choice *c)
{
    const csuccess_samples_options *o = c->options;
    csuccess_result status = CSUCCESS_OK;
    for (uint32_t i = 0; i < o->exclude_count; i++) {
        if (find(c, o->exclude[i]) == UINT32_MAX) {
            return unknown(c, o->exclude[i]);
        }
    }
    for (uint32_t i = 0; i < o->metric_count && status == CSUCCESS_OK; i++) {
        status = take_named(c, o->metrics[i]);
    }
    for (uint32_t i = 0; i < c->schema->count && !o->metric_count; i++) {
        if (c->schema->slots[i].stratum <= CSUCCESS__STRATUM_METRIC) {
            consider(c, i);
        }
    }
    return status;
}

csuccess_result csuccess__samples_choose(csuccess_samples *samples,
                                         const csuccess_samples_options *options,
                                         csuccess_error *err)
{
    const csuccess__schema *schema = samples->scorer->config->schema;
    choice c = {samples, schema, options, NULL, err};
    size_t most = (size_t)schema->count + options->metric_count;
    c.marks = CSUCCESS__NEW_ARRAY(&samples->arena, uint8_t, (size_t)schema->count + 1);
    samples->metrics = CSUCCESS__NEW_ARRAY(&samples->arena, csuccess__sample_metric, most + 1);
    samples->left_out = CSUCCESS__NEW_ARRAY(&samples->arena, csuccess__left_out, most + 1);
    if (!c.marks || !samples->metrics || !samples->left_out) {
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    samples->named = options->metric_count > 0;
    mark(&c);
    return choose(&c);
}

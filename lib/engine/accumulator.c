/* SPDX-License-Identifier: Apache-2.0 */
/* Accumulators for hosts: results of flow, and evidence of interventions, behind a handle over a configuration. */
#include "base/error.h"
#include "engine/scorer.h"
#include "flow/results.h"
#include "intervene/effects.h"
#include "intervene/intervene.h"
#include <csuccess/flow.h>

struct csuccess_accumulator {
    csuccess_allocator mem;
    csuccess_config *config;
    csuccess__results *results;   /* of flow; NULL: it is of evidence */
    csuccess__evidence *evidence; /* of interventions; NULL: it is of flow */
    csuccess__results_kind kind;
    csuccess_str
        *names; /* of steps or segments, in the order of the definition; borrowed texts */
    uint32_t name_count;
    uint32_t arr; /* slot of the attribute; UINT32_MAX: none */
};

/* ---- Making ---- */

static const csuccess__journey *journey_of(const csuccess_config *config, csuccess_str id)
{
    uint32_t at = csuccess__journey_find(config->flow->journeys, id);
    return at == UINT32_MAX ? NULL : &config->flow->journeys->list[at];
}

static const csuccess__playbook *playbook_of(const csuccess_config *config, csuccess_str id)
{
    uint32_t at = csuccess__playbook_find(config->flow->playbooks, id);
    return at == UINT32_MAX ? NULL : &config->flow->playbooks->list[at];
}

static bool take_prefix(csuccess_str *name, const char *prefix)
{
    csuccess_str p = csuccess__str(prefix);
    if (!csuccess__str_starts(*name, p)) return false;
    *name = (csuccess_str){name->ptr + p.len, name->len - p.len};
    return true;
}

/* What of the configuration it is about. *id is the name without its kind. */
typedef struct subject {
    bool evidence;
    csuccess__evidence_kind evidence_kind;
    uint32_t experiment;
    csuccess__results_kind kind;
    csuccess_str id;
    const csuccess__journey *journey;
    const csuccess__playbook *playbook;
    uint32_t names;
} subject;

/* "experiment/ID", "effects", "interventions". UNCHANGED: it is none of these. */
static csuccess_result find_evidence(subject *out, const csuccess_config *config,
                                     csuccess_str name, csuccess_error *err)
{
    const csuccess__experiments *all = config->intervene->experiments;
    csuccess__nearest near;
    *out = (subject){.evidence = true, .id = name, .experiment = UINT32_MAX};
    out->evidence_kind = csuccess__str_is(name, "effects") ? CSUCCESS__EVIDENCE_EFFECTS
                                                           : CSUCCESS__EVIDENCE_INTERVENTIONS;
    if (csuccess__str_is(name, "effects") || csuccess__str_is(name, "interventions")) {
        return CSUCCESS_OK;
    }
    if (!take_prefix(&out->id, "experiment/")) return CSUCCESS_UNCHANGED;
    out->evidence_kind = CSUCCESS__EVIDENCE_EXPERIMENT;
    out->experiment = csuccess__experiment_find(all, out->id);
    if (out->experiment != UINT32_MAX) return CSUCCESS_OK;
    csuccess__nearest_start(&near, out->id);
    for (uint32_t i = 0; i < all->count; i++) csuccess__nearest_try(&near, all->list[i].id);
    if (!near.best.ptr) {
        return csuccess__fail(err, CSUCCESS_ENAME, "there is no experiment %q", out->id);
    }
    return csuccess__fail(err, CSUCCESS_ENAME,
                          "there is no experiment %q (did you mean \"experiment/%S\"?)",
                          out->id, near.best);
}

static csuccess_result no_name(csuccess_str name, csuccess_error *err)
{
    return csuccess__fail(err, CSUCCESS_ENAME,
                          "%q is no name such as \"journey/onboarding\", "
                          "\"playbook/risk_response\", \"experiment/save_works\", "
                          "\"segments\", \"interventions\" or \"effects\"",
                          name);
}

/* "segments", "journey/ID", "playbook/ID". */
static csuccess_result find_flow(subject *out, const csuccess_config *config, csuccess_str name,
                                 csuccess_error *err)
{
    csuccess_str id = name;
    *out = (subject){.kind = CSUCCESS__RESULTS_SEGMENTS, .id = {"", 0}};
    if (csuccess__str_is(name, "segments")) {
        out->names = config->segments ? config->segments->count : 0;
        return CSUCCESS_OK;
    }
    if (take_prefix(&id, "journey/")) {
        out->kind = CSUCCESS__RESULTS_JOURNEY;
        out->journey = journey_of(config, id);
        out->names = out->journey ? out->journey->step_count : 0;
    } else if (take_prefix(&id, "playbook/")) {
        out->kind = CSUCCESS__RESULTS_PLAYBOOK;
        out->playbook = playbook_of(config, id);
        out->names = out->playbook ? out->playbook->step_count : 0;
    } else {
        return no_name(name, err);
    }
    out->id = id;
    if (out->journey || out->playbook) return CSUCCESS_OK;
    /* says what is near, as for drawing */
    csuccess_flow_bounds none = CSUCCESS_FLOW_BOUNDS_INIT;
    return csuccess_config_bounds(config, name, &none, err);
}

static csuccess_result find(subject *out, const csuccess_config *config, csuccess_str name,
                            csuccess_error *err)
{
    csuccess_result status = find_evidence(out, config, name, err);
    return status == CSUCCESS_UNCHANGED ? find_flow(out, config, name, err) : status;
}

static csuccess_str name_of(const csuccess_accumulator *a, const subject *s, uint32_t i)
{
    if (s->journey) return s->journey->steps[i].id;
    if (s->playbook) return s->playbook->steps[i].id;
    return a->config->segments->list[i].id;
}

/* A number among the attributes. */
static uint32_t find_arr(const csuccess__schema *schema)
{
    uint32_t slot = csuccess__schema_find(schema, CSUCCESS_STR("arr"), NULL);
    return slot < schema->count && schema->slots[slot].type->kind == CSUCCESS__KIND_NUMBER
               ? slot
               : UINT32_MAX;
}

static csuccess_result fill(csuccess_accumulator *a, const subject *s)
{
    uint32_t segments = s->kind == CSUCCESS__RESULTS_SEGMENTS ? s->names : 0;
    a->kind = s->kind;
    a->arr = find_arr(a->config->schema);
    a->name_count = s->names;
    a->names = csuccess__alloc(&a->mem, (size_t)s->names + 1, sizeof *a->names);
    if (!a->names) return CSUCCESS_ENOMEM;
    for (uint32_t i = 0; i < s->names; i++) a->names[i] = name_of(a, s, i);
    if (s->evidence) {
        return csuccess__evidence_new(&a->evidence, s->evidence_kind, a->config->intervene,
                                      s->experiment, &a->mem);
    }
    return csuccess__results_new(&a->results, s->kind, s->id, segments, &a->mem);
}

csuccess_result csuccess_accumulator_new(csuccess_accumulator **out, csuccess_config *config,
                                         csuccess_str name, const csuccess_allocator *allocator,
                                         csuccess_error *err)
{
    csuccess_allocator mem;
    subject s;
    if (out) *out = NULL;
    if (!out || !config) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "out and config are required");
    }
    csuccess_result status = csuccess__config_memory(&mem, config, allocator, err);
    if (status >= 0) status = find(&s, config, name, err);
    if (status < 0) return status;
    csuccess_accumulator *a = csuccess__alloc(&mem, 1, sizeof *a);
    if (!a) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    a->mem = mem;
    a->config = csuccess_config_ref(config);
    status = fill(a, &s);
    if (status < 0) {
        csuccess_accumulator_free(a);
        return csuccess__fail(err, status, "out of memory");
    }
    *out = a;
    return CSUCCESS_OK;
}

void csuccess_accumulator_free(csuccess_accumulator *accumulator)
{
    if (!accumulator) return;
    csuccess_allocator mem = accumulator->mem;
    csuccess__results_free(accumulator->results);
    csuccess__evidence_free(accumulator->evidence);
    if (accumulator->names) {
        csuccess__release(&mem, accumulator->names, (size_t)accumulator->name_count + 1,
                          sizeof *accumulator->names);
    }
    csuccess_config_unref(accumulator->config);
    csuccess__release(&mem, accumulator, 1, sizeof *accumulator);
}

/* ---- Adding ---- */

static csuccess_result told(csuccess_result status, csuccess_error *err)
{
    if (status >= 0) return status;
    if (status == CSUCCESS_ELIMIT) {
        return csuccess__fail(err, status, "the accumulator holds as much as it can");
    }
    return csuccess__fail(err, status, "%s", csuccess_result_text(status));
}

csuccess_result csuccess_accumulator_add_entry(csuccess_accumulator *accumulator,
                                               const csuccess_entry *entry, csuccess_error *err)
{
    csuccess_entry e;
    if (!accumulator) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "accumulator is required");
    }
    csuccess_result status =
        csuccess__struct_take(&e, sizeof e, sizeof(size_t), entry, "csuccess_entry", err);
    if (status < 0) return status;
    const csuccess_limits *limits = &accumulator->config->limits;
    status = accumulator->evidence
                 ? csuccess__evidence_add(accumulator->evidence, e.kind, e.body, limits)
                 : csuccess__results_add(accumulator->results, e.kind, e.body, limits);
    if (status == CSUCCESS_ESTATE) {
        return csuccess__fail(
            err, status, "the body of the entry %q is none that the library writes", e.kind);
    }
    return told(status, err);
}

/* Health of the customer whose slots are filled; NaN: none. */
static csuccess_result look_up_health(csuccess_scorer *scorer, double *health,
                                      csuccess_error *err)
{
    csuccess_result status = CSUCCESS_OK;
    *health = NAN;
    if (!scorer->explained) {
        status = csuccess__scorer_health(scorer, scorer->filled_at, false, err);
        if (status >= 0 && scorer->churn_for_segments) {
            status = csuccess__scorer_churn(scorer, scorer->filled_at, false, err);
        }
    }
    if (status >= 0 && scorer->config->health && scorer->health.has_score) {
        *health = scorer->health.score;
    }
    return status;
}

static bool goes_together(const csuccess_accumulator *accumulator,
                          const csuccess_scorer *scorer)
{
    return accumulator && scorer && accumulator->results &&
           accumulator->kind == CSUCCESS__RESULTS_SEGMENTS &&
           scorer->config == accumulator->config && scorer->filled;
}

csuccess_result csuccess_accumulator_add_scored(csuccess_accumulator *accumulator,
                                                csuccess_scorer *scorer, csuccess_error *err)
{
    uint64_t members[CSUCCESS__SEGMENT_WORDS_MOST] = {0};
    if (!goes_together(accumulator, scorer)) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "an accumulator of \"segments\" and a scorer of the same "
                              "configuration that has evaluated a customer are required");
    }
    const csuccess_config *config = accumulator->config;
    csuccess__results_customer customer = {config->segments, members, NAN, NAN};
    csuccess_result status = csuccess__scorer_idle(scorer, err);
    if (status >= 0) status = look_up_health(scorer, &customer.health, err);
    if (status < 0) return status;
    if (config->segments) {
        csuccess__frame frame = {scorer->slots, config->schema->count, scorer->filled_at};
        status = csuccess__segments_row(config->segments, scorer->machine, &frame,
                                        scorer->slots, members, NULL);
        if (status < 0) return csuccess__scorer_failed(status, err);
    }
    if (accumulator->arr != UINT32_MAX) {
        const csuccess__value *arr = &scorer->slots[accumulator->arr];
        if (arr->kind == CSUCCESS__KIND_NUMBER) customer.arr = arr->as.number;
    }
    return told(csuccess__results_add_customer(accumulator->results, &customer), err);
}

static bool is_same(const csuccess_accumulator *a, const csuccess_accumulator *b)
{
    if (!a->evidence != !b->evidence) return false;
    if (a->evidence) return csuccess__evidence_same(a->evidence, b->evidence);
    return a->kind == b->kind && csuccess__results_same(a->results, b->results);
}

csuccess_result csuccess_accumulator_merge(csuccess_accumulator *accumulator,
                                           const csuccess_accumulator *other,
                                           csuccess_error *err)
{
    bool fits = accumulator && other && accumulator != other &&
                csuccess__str_eq(accumulator->config->hash, other->config->hash) &&
                is_same(accumulator, other);
    if (!fits) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "two accumulators of one configuration and name are required");
    }
    if (accumulator->evidence) {
        return told(csuccess__evidence_merge(accumulator->evidence, other->evidence), err);
    }
    return told(csuccess__results_merge(accumulator->results, other->results), err);
}

/* ---- Giving ---- */

typedef void put(csuccess__buffer *out, const csuccess_accumulator *accumulator);

static csuccess_result give(const csuccess_accumulator *accumulator, csuccess_text **out,
                            put *how, csuccess_error *err)
{
    csuccess__buffer text;
    if (out) *out = NULL;
    if (!accumulator || !out) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "accumulator and out are required");
    }
    csuccess__buffer_init(&text, &accumulator->mem, 0);
    how(&text, accumulator);
    csuccess_result status = text.status;
    if (status >= 0) {
        status = csuccess__text_make(out, &accumulator->mem, csuccess__buffer_view(&text));
    }
    csuccess__buffer_free(&text);
    return told(status, err);
}

static void put_json(csuccess__buffer *out, const csuccess_accumulator *a)
{
    csuccess__json_writer w;
    csuccess__results_names names = {a->names, a->name_count};
    csuccess__json_writer_init(&w, out);
    csuccess__json_open(&w, '{');
    csuccess__json_put_str(&w, "config", a->config->hash);
    if (a->evidence) {
        csuccess__evidence_write(&w, a->evidence);
    } else {
        csuccess__results_write(&w, a->results, &names);
    }
    csuccess__json_close(&w, '}');
}

static void put_saved(csuccess__buffer *out, const csuccess_accumulator *a)
{
    if (a->evidence) {
        csuccess__evidence_save(out, a->evidence, a->config->hash);
    } else {
        csuccess__results_save(out, a->results, a->config->hash);
    }
}

csuccess_result csuccess_accumulator_json(const csuccess_accumulator *accumulator,
                                          csuccess_text **out, csuccess_error *err)
{
    return give(accumulator, out, put_json, err);
}

csuccess_result csuccess_accumulator_save(const csuccess_accumulator *accumulator,
                                          csuccess_text **out, csuccess_error *err)
{
    return give(accumulator, out, put_saved, err);
}

csuccess_result csuccess_accumulator_load(csuccess_accumulator *accumulator, csuccess_str saved,
                                          csuccess_error *err)
{
    if (!accumulator || (!saved.ptr && saved.len)) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "accumulator and saved are required");
    }
    csuccess_str hash = accumulator->config->hash;
    csuccess_result status = accumulator->evidence
                                 ? csuccess__evidence_load(accumulator->evidence, saved, hash)
                                 : csuccess__results_load(accumulator->results, saved, hash);
    if (status == CSUCCESS_EINVALID) {
        return csuccess__fail(err, status,
                              "what was saved is of another configuration or name");
    }
    if (status == CSUCCESS_EUNSUPPORTED) {
        return csuccess__fail(err, status, "what was saved is of a later version");
    }
    if (status == CSUCCESS_ESTATE) {
        return csuccess__fail(err, status, "what was saved is damaged");
    }
    return told(status, err);
}

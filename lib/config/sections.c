/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of the document, in the order in which the rooms compile them. */
#include "config/config.h"
#include "customer/benchmark.h"
#include "text/reader.h"

typedef struct compilation {
    csuccess_config *config;
    const csuccess_config_options *options;
    csuccess__compiler *with;
    csuccess__problems *problems;
    csuccess__flow_build *flow; /* kept for intervene, which compiles with it too */
} compilation;

typedef void section_compiler(const compilation *c, const csuccess__json *section);

static void attributes(const compilation *c, const csuccess__json *section)
{
    csuccess__attributes_compile(c->config->schema, c->with, c->problems, section);
}

static void records(const compilation *c, const csuccess__json *section)
{
    csuccess__records_compile(c->config->schema, c->with, c->problems, section);
    csuccess__health_inputs(c->config->schema,
                            csuccess__json_member(c->config->document, "health"));
    csuccess__churn_inputs(c->config->schema,
                           csuccess__json_member(c->config->document, "churn"));
}

static void sources(const compilation *c, const csuccess__json *section)
{
    c->config->sources = csuccess__sources_compile(c->with, c->problems, section);
}

static void aggregates(const compilation *c, const csuccess__json *section)
{
    c->config->aggregates = csuccess__aggregates_compile(
        c->config->schema, c->with, c->problems, c->config->sources, section);
}

static void benchmarks(const compilation *c, const csuccess__json *section)
{
    csuccess__benchmarks_compile(c->config->schema, c->with, c->problems, section);
}

static void metrics(const compilation *c, const csuccess__json *section)
{
    csuccess__metrics_compile(c->config->schema, c->with, c->problems, section);
    csuccess__benchmarks_conditions(c->config->schema, c->with, c->problems);
}

static void health(const compilation *c, const csuccess__json *section)
{
    c->config->health =
        csuccess__health_compile(c->config->schema, c->with, c->problems, section);
}

static void churn(const compilation *c, const csuccess__json *section)
{
    const csuccess__churn_build build = {c->config->schema, c->with,
                                         c->problems,       c->config->name,
                                         c->options->model, c->options->model_ud};
    c->config->churn = csuccess__churn_compile(&build, section);
}

static void segments(const compilation *c, const csuccess__json *section)
{
    c->config->segments =
        csuccess__segments_compile(c->config->schema, c->with, c->problems, section);
}

static void channels(const compilation *c, const csuccess__json *section)
{
    c->config->channels =
        csuccess__channels_compile(c->config->schema, c->with, c->problems, section);
    c->config->alerts = csuccess__alerts_compile(c->config->schema, c->with, c->problems,
                                                 c->config->health, section);
}

static void policies(const compilation *c, const csuccess__json *section)
{
    c->config->policies =
        csuccess__policies_compile(c->with, c->problems, section,
                                   csuccess__read_section(c->problems, c->config->document,
                                                          "schedule", CSUCCESS__JSON_OBJECT));
    c->config->nps =
        csuccess__nps_compile(c->config->schema, c->with, c->problems,
                              section ? csuccess__json_member(section, "nps") : NULL);
}

/* All sections of flow at once: they speak of one another. */
static void flow(const compilation *c, const csuccess__json *section)
{
    (void)section;
    if (c->problems->lost) return;
    *c->flow = (csuccess__flow_build){
        .schema = c->config->schema,
        .with = c->with,
        .problems = c->problems,
        .document = c->config->document,
        .channels = csuccess__json_member(c->config->document, "channels"),
        .segments_every_ms = c->config->policies->every_ms[CSUCCESS__JOB_SEGMENTS],
        .reminders_every_ms = c->config->policies->every_ms[CSUCCESS__JOB_REMINDERS]};
    csuccess__offers_declare(c->flow); /* texts of templates say offer.x */
    c->config->flow = csuccess__flow_compile(c->flow, c->config->segments);
}

/* All sections of intervene at once, and policies.reach. */
static void intervene(const compilation *c, const csuccess__json *section)
{
    (void)section;
    if (c->problems->lost || !c->config->flow) return;
    csuccess__intervene_build build = {.flow = c->flow,
                                       .channels = c->config->channels,
                                       .policies = c->config->policies,
                                       .privacy = c->config->privacy,
                                       .access = c->config->access};
    c->config->intervene = csuccess__intervene_compile(&build);
}

static void sentiment(const compilation *c, const csuccess__json *section)
{
    c->config->sentiment = csuccess__sentiment_compile(c->config->schema, c->with, c->problems,
                                                       c->config->document, section);
}

static void checks(const compilation *c, const csuccess__json *section)
{
    c->config->checks = csuccess__checks_compile(
        c->with, c->problems, section, csuccess__json_member(c->config->document, "channels"));
}

static void access(const compilation *c, const csuccess__json *section)
{
    c->config->access =
        csuccess__access_compile(c->config->schema, c->with, c->problems, section);
}

static void privacy(const compilation *c, const csuccess__json *section)
{
    c->config->privacy =
        csuccess__privacy_compile(c->config->schema, c->with, c->problems, section);
}

static void vocabulary(const compilation *c, const csuccess__json *section)
{
    for (const csuccess__json *m = section ? section->first : NULL; m; m = m->next) {
        if (m->type != CSUCCESS__JSON_STRING) {
            csuccess__problem(
                c->problems, m, CSUCCESS_ECONFIG,
                "a word of the vocabulary is a string, such as \"HEALTHY\"; this is %s",
                csuccess__json_type_name(m));
        }
    }
}

/* Every section that a document may have, in the order of the strata. A row without a compiler is the document's own, or,
   when `later`, known but not in this version. */
static const struct {
    const char *key;
    section_compiler *compile;
    csuccess__stratum stratum;
    bool later;
} sections[] = {
    {"csuccess", NULL, CSUCCESS__STRATUM_INPUT, false},
    {"name", NULL, CSUCCESS__STRATUM_INPUT, false},
    {"description", NULL, CSUCCESS__STRATUM_INPUT, false},
    {"bindings", NULL, CSUCCESS__STRATUM_INPUT, false},
    {"attributes", attributes, CSUCCESS__STRATUM_INPUT, false},
    {"records", records, CSUCCESS__STRATUM_INPUT, false},
    {"sources", sources, CSUCCESS__STRATUM_INPUT, false},
    {"aggregates", aggregates, CSUCCESS__STRATUM_INPUT, false},
    {"sentiment", sentiment, CSUCCESS__STRATUM_INPUT, false},
    {"benchmarks", benchmarks, CSUCCESS__STRATUM_METRIC, false},
    {"metrics", metrics, CSUCCESS__STRATUM_METRIC, false},
    {"health", health, CSUCCESS__STRATUM_HEALTH, false},
    {"churn", churn, CSUCCESS__STRATUM_CHURN, false},
    {"segments", segments, CSUCCESS__STRATUM_SEGMENT, false},
    {"channels", channels, CSUCCESS__STRATUM_SEGMENT, false},
    {"policies", policies, CSUCCESS__STRATUM_SEGMENT, false},
    {"schedule", NULL, CSUCCESS__STRATUM_SEGMENT, false}, /* with policies */
    {"checks", checks, CSUCCESS__STRATUM_SEGMENT, false},
    {"vocabulary", vocabulary, CSUCCESS__STRATUM_SEGMENT, false},
    {"access", access, CSUCCESS__STRATUM_SEGMENT, false},
    {"privacy", privacy, CSUCCESS__STRATUM_SEGMENT, false},
    {"milestones", NULL, CSUCCESS__STRATUM_FLOW, false}, /* with journeys */
    {"features", NULL, CSUCCESS__STRATUM_FLOW, false},   /* with journeys */
    {"journeys", flow, CSUCCESS__STRATUM_FLOW, false},
    {"playbooks", NULL, CSUCCESS__STRATUM_FLOW, false}, /* with journeys */
    {"calendars", NULL, CSUCCESS__STRATUM_FLOW, false}, /* with journeys */
    {"templates", NULL, CSUCCESS__STRATUM_FLOW, false}, /* with journeys */
    {"team", NULL, CSUCCESS__STRATUM_FLOW, false},      /* with journeys */
    {"interventions", intervene, CSUCCESS__STRATUM_INTERVENE, false},
    {"campaigns", NULL, CSUCCESS__STRATUM_INTERVENE, false},   /* with interventions */
    {"offers", NULL, CSUCCESS__STRATUM_INTERVENE, false},      /* with interventions */
    {"approvals", NULL, CSUCCESS__STRATUM_INTERVENE, false},   /* with interventions */
    {"experiments", NULL, CSUCCESS__STRATUM_INTERVENE, false}, /* with interventions */
    {"expansion", NULL, CSUCCESS__STRATUM_INTERVENE, false},   /* with interventions */
    {"analytics", NULL, CSUCCESS__STRATUM_FLOW, true},
    {"limits", NULL, CSUCCESS__STRATUM_FLOW, true},
};
enum { SECTIONS = sizeof sections / sizeof *sections };

static void unknown_section(const csuccess__json *member, csuccess__problems *problems)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, member->key);
    for (size_t i = 0; i < SECTIONS; i++) {
        csuccess__nearest_try(&near, csuccess__str(sections[i].key));
    }
    if (near.best.ptr) {
        csuccess__problem(problems, member, CSUCCESS_ECONFIG,
                          "a configuration has no section %q (did you mean %q?)", member->key,
                          near.best);
    } else {
        csuccess__problem(problems, member, CSUCCESS_ECONFIG,
                          "a configuration has no section %q", member->key);
    }
}

/* Notes members that are no section, or one of a later version. */
static void check_members(const csuccess__json *document, csuccess__problems *problems)
{
    for (const csuccess__json *m = document->first; m; m = m->next) {
        size_t i = 0;
        while (i < SECTIONS && !csuccess__str_is(m->key, sections[i].key)) {
            i++;
        }
        if (i == SECTIONS) {
            unknown_section(m, problems);
        } else if (sections[i].later) {
            csuccess__problem(problems, m, CSUCCESS_EUNSUPPORTED,
                              "the section %q is not available in this version; remove it",
                              m->key);
        }
    }
}

void csuccess__sections_compile(csuccess_config *config, const csuccess_config_options *options,
                                csuccess__problems *problems)
{
    check_members(config->document, problems);
    config->name =
        csuccess__read_string(problems, config->document, "name", csuccess__str(NULL));
    csuccess__read_string(problems, config->document, "description", csuccess__str(NULL));
    csuccess__scope scope = csuccess__schema_scope(config->schema);
    csuccess__compiler with = {.arena = &config->arena,
                               .mem = &config->mem,
                               .limits = &config->limits,
                               .scope = &scope,
                               .constants = config->constants,
                               .cleanup = NULL};
    csuccess__flow_build flow_build = {0};
    compilation c = {config, options, &with, problems, &flow_build};
    for (size_t i = 0; i < SECTIONS; i++) {
        if (!sections[i].compile) {
            continue;
        }
        config->schema->stratum = sections[i].stratum;
        const csuccess__json *section = csuccess__read_section(
            problems, config->document, sections[i].key, CSUCCESS__JSON_OBJECT);
        sections[i].compile(&c, section);
        config->cleanup = with.cleanup;
    }
    config->schema->sealed = true;
}

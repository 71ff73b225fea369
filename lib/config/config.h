/* SPDX-License-Identifier: Apache-2.0 */
/* The compiled configuration. This room knows the document as a whole: what it extends, which sections it has,
   in which order the rooms compile them, its hash. What a section means is the room's own. */
#ifndef CSUCCESS__CONFIG_CONFIG_H
#define CSUCCESS__CONFIG_CONFIG_H

#include "base/owned.h"
#include "churn/churn.h"
#include "customer/nps.h"
#include "customer/series.h"
#include "flow/alerts.h"
#include "flow/flow.h"
#include "intervene/channels.h"
#include "intervene/checks.h"
#include "intervene/intervene.h"
#include "intervene/policies.h"
#include "intervene/sentiment/sentiment.h"
#include "score/health.h"
#include "trust/access.h"
#include "trust/consent.h"
#include <csuccess/config.h>
#include <stdatomic.h>

struct csuccess_config {
    csuccess_allocator mem;
    csuccess_limits limits;
    atomic_uint references;
    csuccess__arena arena; /* everything below lives in it */
    struct csuccess__cleanup *cleanup;
    csuccess__constants *constants;
    csuccess__schema *schema;
    const csuccess__health *health;
    const csuccess__churn *churn;
    const csuccess__segments *segments;
    const csuccess__flow *flow; /* never NULL once it is compiled */
    const csuccess__sources *sources;
    const csuccess__aggregates *aggregates;
    const csuccess__access *access;
    const csuccess__privacy *privacy;
    const csuccess__channels *channels;
    const csuccess__alerts *alerts;
    const csuccess__checks *checks;       /* NULL: none */
    const csuccess__policies *policies;   /* never NULL once it is compiled */
    const csuccess__nps_rule *nps;        /* the same */
    const csuccess__intervene *intervene; /* the same */
    const csuccess__sentiment *sentiment; /* NULL: none */
    const csuccess__json *document;       /* effective */
    csuccess_str text, hash, name;
};

/* The document as it is in effect: read, everything extended and merged, bindings filled in. Problems are
   noted; NULL when there is nothing to go on with. */
csuccess__json *csuccess__document_read(csuccess_str text,
                                        const csuccess_config_options *options,
                                        const csuccess_limits *limits, csuccess__arena *arena,
                                        csuccess__problems *problems);
/* Reads one text, noting what JSON finds wrong with it; NULL then. `name` is the source's. */
csuccess__json *csuccess__text_parse(csuccess_str text, csuccess_str name,
                                     const csuccess_limits *limits, csuccess__arena *arena,
                                     csuccess__problems *problems);
/* Fills in {"binding": "name"} from the declarations under `bindings` and the host's values. */
void csuccess__bindings_apply(csuccess__json *document, csuccess_str values,
                              const csuccess_limits *limits, csuccess__arena *arena,
                              csuccess__problems *problems);

/* The key of the section that node stands in, or an empty string. */
csuccess_str csuccess__section_of(const csuccess__json *node);
/* Whether the key of a member, which stands in no rule, is a word of the format and no name that people chose. */
bool csuccess__is_word(const csuccess__json *member);
/* Whether it is a word where names stand otherwise: `types` of interventions, `zones` of calendars. */
bool csuccess__is_reserved(const csuccess__json *member);
/* Whether the member stands in a rule or in data, where no key is a word. */
bool csuccess__is_in_data(const csuccess__json *member);

/* Whether the members of this object are in an order that matters (profiles, modifiers, members …). */
bool csuccess__order_matters(const csuccess__json *object);
/* "sha256:…" over the effective document and the models of `churn` (may be NULL), terminated. False: no memory. */
bool csuccess__document_hash(char out[7 + 65], const csuccess__json *document,
                             const csuccess__churn *churn, const csuccess_allocator *mem);

/* What is legal and probably wrong. */
void csuccess__config_lint(const csuccess_config *config, csuccess__problems *problems);
/* Compiles all sections of config->document into config, models by what the options say. Problems are noted. */
void csuccess__sections_compile(csuccess_config *config, const csuccess_config_options *options,
                                csuccess__problems *problems);
/* Makes a configuration and notes its problems; *out is NULL only without memory or with bad options. */
csuccess_result csuccess__config_make(csuccess_config **out, csuccess_str document,
                                      const csuccess_config_options *in,
                                      csuccess__problems *problems, csuccess_error *err);

/* What an object over config takes its memory from: the allocator given, checked, or config's own. EABI, EINVALID. */
csuccess_result csuccess__config_memory(csuccess_allocator *out, const csuccess_config *config,
                                        const csuccess_allocator *given, csuccess_error *err);

#endif

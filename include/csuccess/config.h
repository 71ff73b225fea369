/* SPDX-License-Identifier: Apache-2.0 */
/* Configurations: one JSON document, compiled once, shared freely. */
#ifndef CSUCCESS_CONFIG_H
#define CSUCCESS_CONFIG_H

#include <csuccess/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A compiled configuration: every definition of attributes, health profiles, churn models and segments, checked
 * as a whole. It never changes; results name its hash. It is what a host keeps for as long as it scores.
 *
 * Thread-safety: share freely; the reference count is atomic.
 * @since 0.1
 */
typedef struct csuccess_config csuccess_config;

/**
 * Finds the document that another one `extends`, by name. Set *document (borrowed until the compiling call
 * returns) and return CSUCCESS_OK; CSUCCESS_ENAME when there is none, so that the shipped presets are
 * tried; another error stops compiling with CSUCCESS_ECALLBACK.
 * @since 0.1
 */
typedef csuccess_result (*csuccess_resolve_fn)(void *ud, csuccess_str name,
                                               csuccess_str *document);

/**
 * Gives the model that the document names (`churn.model`, `churn.models`). Set *out to a reference, which the library gives back when
 * the configuration is freed (so a host that keeps its model gives csuccess_model_ref(model)), and return CSUCCESS_OK;
 * CSUCCESS_ENAME when there is none; any other error, such as what csuccess_model_load() returned, is a model that was refused.
 * An absent or refused model is a problem of the document where nothing in `churn.fallback` can take over, else results are
 * degraded and say why.
 * @since 0.1
 */
typedef csuccess_result (*csuccess_model_fn)(void *ud, csuccess_str name, csuccess_model **out);

/** How to compile; zero in a field is its default. @since 0.1 */
typedef struct csuccess_config_options {
    size_t size; /**< set by the caller: sizeof(csuccess_config_options) */
    const csuccess_allocator *allocator; /**< NULL: malloc; copied, see csuccess_allocator */
    const csuccess_limits *limits;       /**< NULL: the defaults; copied */
    csuccess_resolve_fn resolve;         /**< NULL: only shipped presets can be extended */
    void *resolve_ud;
    csuccess_str
        bindings; /**< JSON object with the values of the document's `bindings`; empty: none */
    csuccess_str name; /**< how messages call the document, such as its file; empty: nothing */
    csuccess_model_fn model; /**< NULL: no model is there */
    void *model_ud;
} csuccess_config_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_CONFIG_OPTIONS_INIT \
    {sizeof(csuccess_config_options), NULL, NULL, NULL, NULL, {NULL, 0}, {NULL, 0}, NULL, NULL}
#else
#define CSUCCESS_CONFIG_OPTIONS_INIT {.size = sizeof(csuccess_config_options)}
#endif
/* clang-format on */

/**
 * Compiles a document. *out has one reference, or is NULL on failure; then err holds the first problem that was met
 * with its JSON Pointer, line, column and remedy, and how many more there are; csuccess_config_check() lists them all.
 *
 * CSUCCESS_EJSON, CSUCCESS_EENCODING (not a JSON document); CSUCCESS_ECONFIG, CSUCCESS_EEXPRESSION,
 * CSUCCESS_ETYPE, CSUCCESS_ENAME, CSUCCESS_ERANGE, CSUCCESS_ECYCLE (a problem of that kind); CSUCCESS_EMISSING (a
 * binding without a value); CSUCCESS_EUNSUPPORTED (a section that this version does not have); CSUCCESS_ELIMIT;
 * CSUCCESS_ECALLBACK; CSUCCESS_ERANGE (a field of the limits is too large); CSUCCESS_EABI; CSUCCESS_EINVALID;
 * CSUCCESS_ENOMEM.
 * @param options NULL: the defaults
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_config_compile(csuccess_config **out,
                                                     csuccess_str document,
                                                     const csuccess_config_options *options,
                                                     csuccess_error *err);
/** Takes another reference and returns config. @since 0.1 */
CSUCCESS_API csuccess_config *csuccess_config_ref(csuccess_config *config);
/** Gives a reference back; the last one frees. NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_config_unref(csuccess_config *config);

/**
 * The content hash: "sha256:" and 64 lower-case hex digits over the effective document (everything extended
 * and merged, bindings filled in, defaults of order made explicit, descriptions left out). Equal hashes decide equally
 * within the same limits. Borrowed from config.
 * @since 0.1
 */
CSUCCESS_API csuccess_str csuccess_config_hash(const csuccess_config *config);
/** The document's `name`, or empty. Borrowed from config. @since 0.1 */
CSUCCESS_API csuccess_str csuccess_config_name(const csuccess_config *config);
/** The effective document as JSON, everything extended and merged. Borrowed from config. @since 0.1 */
CSUCCESS_API csuccess_str csuccess_config_document(const csuccess_config *config);

/**
 * When the churn model is due to be trained again: `training.at` of its document and `churn.retrain_every` after it, milliseconds since the
 * epoch, UTC. CSUCCESS_OK when now_ms has reached it, CSUCCESS_UNCHANGED when it is still ahead; CSUCCESS_EMISSING when the
 * configuration or the model does not say (*due_ms is then 0); CSUCCESS_EINVALID.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_config_retrain_due(const csuccess_config *config,
                                                         int64_t now_ms, int64_t *due_ms);

/**
 * The slot of an input (attribute, collection, earlier score), by which facts and columns set it without its
 * name. CSUCCESS_ENAME; CSUCCESS_EINVALID when an argument is NULL.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_config_slot(const csuccess_config *config,
                                                  csuccess_str name, uint32_t *slot);
/** How many slots are inputs; they are numbered from 0. @since 0.1 */
CSUCCESS_API uint32_t csuccess_config_inputs(const csuccess_config *config);
/**
 * Name and type of an input ("number", "bool", "string", "time", "date", "duration", "money", "list",
 * "records"). Borrowed from config. CSUCCESS_EINVALID when slot is out of range.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_config_input(const csuccess_config *config, uint32_t slot,
                                                   csuccess_str *name, csuccess_str *type);

/**
 * The differences of two configurations as a JSON array, in document order: {"op": "add" | "remove" | "replace" |
 * "reorder", "path": JSON Pointer in the effective document, "before": …, "after": …}; those of "reorder" are the keys
 * that both have, in the order in which they take effect. CSUCCESS_UNCHANGED when there are none (the text is "[]").
 * *out is NULL on failure: CSUCCESS_EINVALID, CSUCCESS_ELIMIT (output_bytes), CSUCCESS_ENOMEM. Memory is that of `after`.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_config_diff(csuccess_text **out,
                                                  const csuccess_config *before,
                                                  const csuccess_config *after,
                                                  csuccess_error *err);

/**
 * All problems of a document, and what is legal but probably wrong (lint).
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_problems csuccess_problems;

/** One problem. Strings are borrowed from the list. @since 0.1 */
typedef struct csuccess_problem {
    size_t size;   /**< set by the caller: sizeof(csuccess_problem) */
    int32_t code;  /**< negative: an error; 0: lint */
    uint32_t line; /**< from 1; 0: no place */
    uint64_t offset;
    uint32_t column;
    uint32_t reserved;
    csuccess_str
        document; /**< the one it stands in: the name of an extended one, "bindings", or the options' `name` */
    csuccess_str pointer; /**< JSON Pointer */
    csuccess_str message; /**< what is wrong and what would be right */
} csuccess_problem;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_PROBLEM_INIT \
    {sizeof(csuccess_problem), 0, 0, 0, 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}}
#else
#define CSUCCESS_PROBLEM_INIT {.size = sizeof(csuccess_problem)}
#endif
/* clang-format on */

/**
 * Checks a document without keeping it: *out lists every problem, errors first, each in document order.
 * Returns CSUCCESS_OK when it would compile (there may be lint), else the code of the problem that
 * csuccess_config_compile() would tell, which err holds. *out is NULL only when there is no list: CSUCCESS_EINVALID,
 * CSUCCESS_EABI, CSUCCESS_ERANGE (options or limits that cannot be taken), CSUCCESS_ENOMEM.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_config_check(csuccess_problems **out,
                                                   csuccess_str document,
                                                   const csuccess_config_options *options,
                                                   csuccess_error *err);
/** How many are in the list (at most limits.problems). @since 0.1 */
CSUCCESS_API size_t csuccess_problems_count(const csuccess_problems *problems);
/** One of them. CSUCCESS_EINVALID when index is out of range; CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_problems_get(const csuccess_problems *problems,
                                                   size_t index, csuccess_problem *out);
/** Frees a list; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_problems_free(csuccess_problems *problems);

/** How many configurations are shipped. @since 0.1 */
CSUCCESS_API size_t csuccess_preset_count(void);
/** Name and document of a shipped configuration; static. CSUCCESS_EINVALID when out of range. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_preset_get(size_t index, csuccess_str *name,
                                                 csuccess_str *document);

#ifdef __cplusplus
}
#endif

#endif

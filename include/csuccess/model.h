/* SPDX-License-Identifier: Apache-2.0 */
/* Models: what training made, or another program's trees; loaded once, shared freely. */
#ifndef CSUCCESS_MODEL_H
#define CSUCCESS_MODEL_H

#include <csuccess/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A model that predicts something of a customer: churn, expansion or an NPS. It is either a model document
 * (docs/model-document.md: a scorecard that training wrote, with the metrics it reads and a digest over its content) or
 * an XGBoost model in that program's own JSON. It never changes. A configuration names it
 * (`churn.model.learned`, `churn.model.xgboost`, `churn.models`) and is given it by csuccess_config_options.model.
 *
 * Thread-safety: share freely; the reference count is atomic.
 * @since 0.1
 */
typedef struct csuccess_model csuccess_model;

/** How to load a model; zero in a field is its default. @since 0.1 */
typedef struct csuccess_model_options {
    size_t size; /**< set by the caller: sizeof(csuccess_model_options) */
    const csuccess_allocator *allocator; /**< NULL: malloc; copied, see csuccess_allocator */
    /** NULL: the defaults, but 64 MiB for document_bytes and 1,000,000 for document_nodes, since models are larger than
        configurations (an XGBoost model: 256 MiB, and nodes are those of its trees); copied. The same stand for a zero in those fields. */
    const csuccess_limits *limits;
    csuccess_str name; /**< of an XGBoost model, whose file has none; empty: "xgboost" */
    /** Rounds of boosting that count, of an XGBoost model: 0: all, as Booster.predict() of that program; what stopped early counts
        best_iteration + 1 in its XGBClassifier. */
    uint32_t rounds;
    uint32_t reserved; /**< 0 */
} csuccess_model_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_MODEL_OPTIONS_INIT {sizeof(csuccess_model_options), NULL, NULL, {NULL, 0}, 0, 0}
#else
#define CSUCCESS_MODEL_OPTIONS_INIT {.size = sizeof(csuccess_model_options)}
#endif
/* clang-format on */

/**
 * Loads a model document or XGBoost's JSON. *out has one reference, or is NULL on failure; then err holds the JSON
 * Pointer, line and column of the place, and the remedy.
 *
 * CSUCCESS_EJSON, CSUCCESS_EENCODING (not one JSON value: truncated, NaN written as a number …); CSUCCESS_EMODEL (unknown
 * or missing key, wrong shape, value out of range, trees that are none); CSUCCESS_EDIGEST (a model document was changed after
 * it was sealed: see csuccess_model_seal()); CSUCCESS_EUNSUPPORTED (a format version, objective or booster that this
 * version does not have); CSUCCESS_ELIMIT; CSUCCESS_ERANGE (a field of the limits is too large); CSUCCESS_EABI;
 * CSUCCESS_EINVALID; CSUCCESS_ENOMEM. The scorecard inside is checked over the metrics that the document names; that a
 * configuration has them, and of their types, is checked when one that names the model is compiled.
 * @param options NULL: the defaults
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_model_load(csuccess_model **out, csuccess_str bytes,
                                                 const csuccess_model_options *options,
                                                 csuccess_error *err);
/** Takes another reference and returns model; NULL gives NULL. @since 0.1 */
CSUCCESS_API csuccess_model *csuccess_model_ref(csuccess_model *model);
/** Gives a reference back; the last one frees. NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_model_unref(csuccess_model *model);

/** The document's `name`, or that of the options. Borrowed from model; empty for NULL. @since 0.1 */
CSUCCESS_API csuccess_str csuccess_model_name(const csuccess_model *model);
/** "additive", "logistic", "hazard" or "xgboost". Borrowed; empty for NULL. @since 0.1 */
CSUCCESS_API csuccess_str csuccess_model_kind(const csuccess_model *model);
/** What is predicted: "churn", "expansion" or "nps". Borrowed; empty for NULL. @since 0.1 */
CSUCCESS_API csuccess_str csuccess_model_target(const csuccess_model *model);
/**
 * "sha256:" and 64 lower-case hex digits: of a model document over its canonical bytes without `digest`, of an XGBoost
 * model over the bytes of the file. Borrowed; empty for NULL.
 * @since 0.1
 */
CSUCCESS_API csuccess_str csuccess_model_digest(const csuccess_model *model);
/** The digest of the model that this one was made from, or empty. Borrowed. @since 0.1 */
CSUCCESS_API csuccess_str csuccess_model_parent(const csuccess_model *model);
/** The model document as it was loaded; empty for an XGBoost model. Borrowed. @since 0.1 */
CSUCCESS_API csuccess_str csuccess_model_document(const csuccess_model *model);
/**
 * The days ahead that a probability speaks of (a month counts as 30.4375); of a hazard model the days of one period. 0 when
 * the model does not say (nps, XGBoost).
 * @since 0.1
 */
CSUCCESS_API double csuccess_model_horizon_days(const csuccess_model *model);
/** 1: what it gives was calibrated on rows that it was not fitted on; 0: not. @since 0.1 */
CSUCCESS_API int32_t csuccess_model_calibrated(const csuccess_model *model);
/** 1: it was trained on dated rows; 0: on a cross-section, which says nothing about lead time. @since 0.1 */
CSUCCESS_API int32_t csuccess_model_dated(const csuccess_model *model);
/**
 * When it was trained, as `training.at` says: milliseconds since the epoch, UTC. CSUCCESS_EMISSING when it does not say;
 * CSUCCESS_EINVALID.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_model_trained_at(const csuccess_model *model,
                                                       int64_t *at_ms);

/** How many metrics (of an XGBoost model: features) it reads. @since 0.1 */
CSUCCESS_API uint32_t csuccess_model_metrics(const csuccess_model *model);
/**
 * One of them: its name, and the type that it must have in a configuration ("number", "bool", "string"; of an XGBoost feature
 * "number", or "category"). Borrowed from model. CSUCCESS_EINVALID when index is out of range.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_model_metric(const csuccess_model *model, uint32_t index,
                                                   csuccess_str *name, csuccess_str *type);

/**
 * Seals a model document after an edit: the digest is computed anew, and `parent` becomes the digest that stood
 * there before. Nothing else changes. A document whose digest is right already comes back as it is, with
 * CSUCCESS_UNCHANGED. *out is NULL on failure; errors as csuccess_model_load() without CSUCCESS_EDIGEST.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_model_seal(csuccess_text **out, csuccess_str document,
                                                 const csuccess_model_options *options,
                                                 csuccess_error *err);

#ifdef __cplusplus
}
#endif

#endif

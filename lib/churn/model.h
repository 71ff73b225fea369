/* SPDX-License-Identifier: Apache-2.0 */
/* A loaded model: what its document says, checked as far as that can be done without a configuration. */
#ifndef CSUCCESS__CHURN_MODEL_H
#define CSUCCESS__CHURN_MODEL_H

#include "base/arena.h"
#include "text/problems.h"
#include <csuccess/model.h>
#include <stdatomic.h>

#define CSUCCESS__MODEL_KINDS(X) \
    X(ADDITIVE, "additive") \
    X(LOGISTIC, "logistic") \
    X(HAZARD, "hazard") \
    X(XGBOOST, "xgboost") /* no kind of a model document */

typedef enum csuccess__model_kind {
#define CSUCCESS__MODEL_KIND(name, text) CSUCCESS__MODEL_##name,
    CSUCCESS__MODEL_KINDS(CSUCCESS__MODEL_KIND)
#undef CSUCCESS__MODEL_KIND
} csuccess__model_kind;

#define CSUCCESS__MODEL_TARGETS(X) X(CHURN, "churn") X(EXPANSION, "expansion") X(NPS, "nps")

typedef enum csuccess__model_target {
#define CSUCCESS__MODEL_TARGET(name, text) CSUCCESS__TARGET_##name,
    CSUCCESS__MODEL_TARGETS(CSUCCESS__MODEL_TARGET)
#undef CSUCCESS__MODEL_TARGET
} csuccess__model_target;

#define CSUCCESS__METRIC_TYPES(X) \
    X(NUMBER, "number") /* money reads as a number */ \
    X(BOOL, "bool") \
    X(STRING, "string") \
    X(CATEGORY, "category") /* of an XGBoost feature: a code */

typedef enum csuccess__metric_type {
#define CSUCCESS__METRIC_TYPE(name, text) CSUCCESS__METRIC_##name,
    CSUCCESS__METRIC_TYPES(CSUCCESS__METRIC_TYPE)
#undef CSUCCESS__METRIC_TYPE
} csuccess__metric_type;

typedef struct csuccess__model_metric {
    csuccess_str name;
    csuccess__metric_type type;
    const csuccess__json *at; /* NULL: of an XGBoost model */
} csuccess__model_metric;

struct csuccess_model {
    csuccess_allocator mem;
    atomic_uint references;
    csuccess__arena arena; /* everything below lives in it */
    csuccess__model_kind kind;
    csuccess__model_target target;
    csuccess_str name, digest, parent, text;
    double horizon_days; /* 0: not said */
    double period_days;  /* of a hazard model; else 0 */
    bool calibrated, dated, has_trained_at;
    int64_t trained_at;
    const csuccess__model_metric *metrics;
    uint32_t metric_count;
    /* Of a model document: the tree and its parts (NULL: not there, scorecard aside). */
    const csuccess__json *root, *scorecard, *spread, *training, *snapshot;
    const struct csuccess__forest *forest; /* of an XGBoost model (trees/trees.h); else NULL */
};

/* What a loader was asked for: checked, defaults filled in. */
typedef struct csuccess__model_taken {
    csuccess_allocator mem;
    csuccess_limits limits;
    csuccess_str name;
    uint32_t rounds;
} csuccess__model_taken;
csuccess_result csuccess__model_take(csuccess__model_taken *out,
                                     const csuccess_model_options *in, csuccess_error *err);

/* Reads a model document into model, whose arena receives it: everything is checked but the digest. EJSON, EENCODING, EMODEL,
   EUNSUPPORTED, ELIMIT, ENOMEM; err has the place. */
csuccess_result csuccess__model_document(csuccess_model *model, csuccess_str bytes,
                                         const csuccess__model_taken *taken,
                                         csuccess_error *err);
/* Notes what is wrong with the scorecard and the spread, compiled over the metrics that the document names. */
void csuccess__model_rehearse(const csuccess_model *model, const csuccess_limits *limits,
                              csuccess__problems *problems);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Imported trees: XGBoost's JSON into a forest, its margin for rows and blocks of rows, and TreeSHAP explanations. */
#ifndef CSUCCESS__CHURN_TREES_TREES_H
#define CSUCCESS__CHURN_TREES_TREES_H

#include "base/arena.h"

/* Ceilings on a document; each is ELIMIT, with the place. The JSON tree of text/json.h is not built (it takes 25 times the bytes of
   such a file), so the limits on configurations do not apply. */
enum {
    CSUCCESS__FOREST_NODES = 999999,     /* in all trees; an option */
    CSUCCESS__FOREST_TREE_NODES = 65535, /* in one tree */
    CSUCCESS__FOREST_DEPTH = 64,         /* splits between root and leaf */
    CSUCCESS__FOREST_TREES = 100000,
    CSUCCESS__FOREST_FEATURES = 30000,
    CSUCCESS__FOREST_BYTES = 268435456, /* of text */
    CSUCCESS__FOREST_VALUES = 12000000, /* JSON values in the text */
    CSUCCESS__FOREST_BLOCK = 64         /* rows that are walked together */
};

typedef enum csuccess__forest_kind {
    CSUCCESS__FOREST_NUMBER,  /* feature_types float, int, q or none given */
    CSUCCESS__FOREST_FLAG,    /* feature_types i: 0 or 1 */
    CSUCCESS__FOREST_CATEGORY /* feature_types c: the whole number of a category, from 0 */
} csuccess__forest_kind;

/* What a row holds at one place. */
typedef struct csuccess__forest_feature {
    csuccess_str name; /* "f0", "f1" ... where the document names none, as XGBoost says */
    csuccess__forest_kind kind;
    bool used; /* some split asks for it */
    /* Categories by their number, where the document has them (`cats`, since XGBoost 3.1, of words); else NULL. Whoever
       fills the row maps words to numbers; a word that is not there is NaN. */
    const csuccess_str *words;
    uint32_t word_count;
} csuccess__forest_feature;

/* A forest that was read: immutable, shared freely between threads. Everything lives in the arena that it was read into. */
typedef struct csuccess__forest {
    const csuccess__forest_feature *features;
    uint32_t feature_count;
    uint32_t tree_count; /* that count (see options.rounds) */
    uint32_t node_count; /* of those */
    uint32_t depth;      /* splits between a root and its farthest leaf */
    uint32_t rounds;     /* of boosting, in the document; a round may be several trees */
    int32_t best_round;  /* attribute best_iteration of early stopping, from 0; -1: none */
    uint32_t version[3]; /* of XGBoost */
    csuccess_str objective;
    bool
        raw; /* binary:logitraw: XGBoost itself gives the margin. It is log-odds all the same, by the same loss */
    bool dart;
    float base; /* base_score as a margin */
    struct csuccess__forest_parts *parts;
} csuccess__forest;

/* 0 in a field is its default. */
typedef struct csuccess__forest_options {
    uint32_t most_nodes; /* CSUCCESS__FOREST_NODES */
    /* Rounds of boosting that count, from the front. 0: all, as XGBoost's Booster.inplace_predict; its XGBClassifier stops after
       best_round, which is `rounds` = best_round + 1. Not more than there are: EMODEL. */
    uint32_t rounds;
} csuccess__forest_options;

/* Whether text looks like XGBoost's: an object with the member "learner", or one of its binary forms, which csuccess__forest_read() refuses
   by name. No promise that it can be read. Ask before reading it as JSON: XGBoost before 3.0 writes NaN. */
bool csuccess__forest_recognised(csuccess_str text);

/* Reads what XGBoost 1.0 to 3.2 write by save_model("x.json"): boosters gbtree and dart; objectives binary:logistic, reg:logistic
   and binary:logitraw; numeric and categorical splits; missing directions; base_score as text or list. Scratch memory is taken from
   arena->mem and given back. options may be NULL. On failure *out is NULL and the arena holds what it holds.
   EMODEL: another booster or objective, several classes or targets, wrong types and lengths, indices out of range, trees that are no
   trees, numbers that are not finite as float32; err.pointer and the place say where, the message what would be right. EJSON, EENCODING:
   not one JSON value, a known key twice. ELIMIT: see above. ENOMEM. */
csuccess_result csuccess__forest_read(csuccess__forest **out, csuccess__arena *arena,
                                      csuccess_str text,
                                      const csuccess__forest_options *options,
                                      csuccess_error *err);

/* Scratch of one thread for one forest, sized once: nothing is allocated for a row. Lives in the arena; NULL when memory is
   refused. `explain`: with the room that csuccess__forest_explain() needs. */
typedef struct csuccess__forest_work csuccess__forest_work;
csuccess__forest_work *csuccess__forest_work_new(csuccess__arena *arena,
                                                 const csuccess__forest *forest, bool explain);

/* A value as XGBoost holds it: the nearest float32, NaN for missing. Beyond float32: an infinity, which splits compare as such. */
float csuccess__forest_value(double value);

/* The margin (log-odds) of one row: feature_count values, NaN is missing. Added up in float32, in the order of the trees,
   from `base`, as XGBoost does: the same bits since its 1.3, within a few units of the last place before. Always finite. A category that no split of the model names, or that is
   no category (negative, 2^24 and more), goes left, as there; fractions are cut off. */
float csuccess__forest_margin(const csuccess__forest *forest, csuccess__forest_work *work,
                              const float *row);

/* Value of feature f of row r stands at values[r * row_stride + f * feature_stride]: rows or columns, as they lie. */
typedef struct csuccess__forest_block {
    const float *values;
    size_t row_stride, feature_stride;
    size_t rows; /* any number; walked CSUCCESS__FOREST_BLOCK at a time */
} csuccess__forest_block;
/* margins[rows], each to the bit what csuccess__forest_margin() gives for that row. */
void csuccess__forest_margins(const csuccess__forest *forest, csuccess__forest_work *work,
                              const csuccess__forest_block *block, float *margins);

/* The probability of a margin; csuccess__sigmoid() of it. XGBoost's own, in float32, differs by at most 1e-7. */
double csuccess__forest_probability(float margin);

/* SHAP values of one row in log-odds, path-dependent (Lundberg, Erion, Lee, Consistent individualized feature attribution for tree
   ensembles, 2018), as XGBoost's pred_contribs with approx_contribs=False: contributions[feature_count + 1], the last the bias, which is
   the same for every row. They add up to (double)csuccess__forest_margin() to 1e-9: computed in double, and what float32 rounded away in
   the margin (about 1e-7) is given to the greatest of them, or to the bias where all are 0. Returns that margin. work needs `explain`. */
float csuccess__forest_explain(const csuccess__forest *forest, csuccess__forest_work *work,
                               const float *row, double *contributions);

#endif

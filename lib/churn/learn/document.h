/* SPDX-License-Identifier: Apache-2.0 */
/* Writing the model document (docs/model-document.md), and the digest that seals it. */
#ifndef CSUCCESS__CHURN_LEARN_DOCUMENT_H
#define CSUCCESS__CHURN_LEARN_DOCUMENT_H

#include "churn/learn/learned.h"
#include "text/json.h"

/* "sha256:" and 64 hex digits, terminated. */
typedef struct csuccess__model_digest {
    char text[7 + 65];
} csuccess__model_digest;

/* The digest of a model document: SHA-256 over its canonical bytes without the member `digest`, that is csuccess__json_write() sorted. ENOMEM;
   EINVALID when it is no object. */
csuccess_result csuccess__model_digest_of(csuccess__model_digest *out,
                                          const csuccess__json *document,
                                          const csuccess_allocator *mem);

typedef enum csuccess__calibration_form {
    CSUCCESS__CALIBRATION_NONE,
    CSUCCESS__CALIBRATION_PLATT,
    CSUCCESS__CALIBRATION_ISOTONIC
} csuccess__calibration_form;

/* Goes into the scorecard. */
typedef struct csuccess__calibration {
    csuccess__calibration_form form;
    double slope, intercept; /* PLATT */
    const double *x, *y;     /* ISOTONIC: knots of the linked score and what it becomes */
    uint32_t knots;
} csuccess__calibration;

/* The sections that follow from what was learned, as members of the object that `w` stands in. data gives names and types.
   Errors stick to w's buffer. */
/* "metrics": the features that terms read. */
void csuccess__learned_write_metrics(csuccess__json_writer *w, const csuccess__learned *model,
                                     const csuccess__dataset *data);
/* "scorecard". identity: no logistic link (nps). */
void csuccess__learned_write_scorecard(csuccess__json_writer *w, const csuccess__learned *model,
                                       const csuccess__dataset *data,
                                       const csuccess__calibration *calibration, bool identity);
/* "spread"; nothing without one. */
void csuccess__learned_write_spread(csuccess__json_writer *w, const csuccess__learned *model,
                                    const csuccess__dataset *data);
/* "snapshot": of each feature that terms read, how its values are distributed over the rows of data: what drift is measured against. ENOMEM. */
csuccess_result csuccess__learned_write_snapshot(csuccess__json_writer *w,
                                                 const csuccess__learned *model,
                                                 const csuccess__dataset *data,
                                                 const csuccess_allocator *mem);

/* One of them, an object: {"edges": [...], "share": [...], "missing": s, "mean": m} of numbers, at most 20 bins of about as many rows each, bin i
   up to edges[i] and the last beyond; {"words": {"w": share, ...}, "else": s, "missing": s} of the 20 most frequent words. Shares are of
   rows. ENOMEM. */
csuccess_result csuccess__write_distribution(csuccess__json_writer *w,
                                             const csuccess__feature *feature, uint32_t rows,
                                             const csuccess_allocator *mem);

/* What the trainer does not know. */
typedef struct csuccess__document_head {
    csuccess_str name;
    csuccess_str kind;    /* additive | logistic | hazard */
    csuccess_str target;  /* churn | expansion | nps */
    csuccess_str horizon; /* ISO 8601; empty: none (nps) */
    csuccess_str period;  /* of a hazard, ISO 8601; else empty */
    bool dated, calibrated;
    csuccess__calibration calibration;
    csuccess_str training; /* one JSON object; empty: {} */
    csuccess_str parent; /* the digest of the model that this one was made from; empty: null */
} csuccess__document_head;

/* Appends JSON in lines of about 120 characters that people can read and edit; ends in a line feed. Errors stick to the buffer. */
void csuccess__document_lines(csuccess__buffer *out, const csuccess__json *document);

/* Appends the whole document, in such lines, digest last, to an empty buffer. data: the training rows. EDATA: a name or word that a document
   cannot hold (not UTF-8, or with a NUL); EJSON: training; ENOMEM; ELIMIT. */
csuccess_result csuccess__document_write(csuccess__buffer *out,
                                         const csuccess__document_head *head,
                                         const csuccess__learned *model,
                                         const csuccess__dataset *data, csuccess_error *err);

/* Appends `document`, in such lines, with another digest (the right one) and, when parent is not empty, another parent; everything else as it stands,
   member order and numbers' values included. ENOMEM; EINVALID: no object. */
csuccess_result csuccess__document_seal(csuccess__buffer *out, const csuccess__json *document,
                                        csuccess_str parent);

#endif

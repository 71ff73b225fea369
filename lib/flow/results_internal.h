/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of results share: tables of counts and figures by path, and the pieces of enrollments. Only for them. */
#ifndef CSUCCESS__FLOW_RESULTS_INTERNAL_H
#define CSUCCESS__FLOW_RESULTS_INTERNAL_H

#include "flow/results.h"
#include "stats/sum.h"
#include "stats/tally.h"

enum {
    CSUCCESS__RESULTS_ROWS_MOST = 100000, /* counts, and figures */
    CSUCCESS__RESULTS_STEPS_MOST = 4096,  /* of all definitions that were seen */
    CSUCCESS__RESULTS_PIECES_MOST = 10000000,
    CSUCCESS__RESULTS_PATH_BYTES = 2048,
    CSUCCESS__RESULTS_BINS = 1600 /* of whole numbers up to 2^53; see csuccess__results_bin() */
};

/* A path: its names, a NUL byte between them (no name has one). */
typedef struct csuccess__results_path {
    char bytes[CSUCCESS__RESULTS_PATH_BYTES];
    size_t len;
    bool cut;
} csuccess__results_path;
/* Up to four names; NULL ends them. */
void csuccess__results_path_start(csuccess__results_path *path, const char *first);
void csuccess__path_add(csuccess__results_path *path, csuccess_str name);
csuccess_str csuccess__path_view(const csuccess__results_path *path);

typedef struct csuccess__results_row {
    char *path; /* of its own */
    uint32_t len;
    bool figure; /* else a count */
    uint64_t count;
    csuccess__sum sum;
    csuccess__tally bins; /* of figures that are times or minutes */
} csuccess__results_row;

typedef struct csuccess__results_piece {
    uint8_t id[32];
    uint64_t seen, moves; /* steps seen; steps in all, once the end was seen */
    bool ended, succeeded, dead;
    uint64_t *steps; /* bits, by csuccess__results.steps */
    uint32_t words;
} csuccess__results_piece;

/* Pieces in runs of falling length, each in order of id; adding merges runs as a counter carries. */
typedef struct csuccess__results_pieces {
    csuccess__results_piece *list;
    size_t count, cap;
    size_t runs[64]; /* lengths */
    uint32_t run_count;
} csuccess__results_pieces;

struct csuccess__results {
    csuccess_allocator mem;
    csuccess__results_kind kind;
    csuccess_str name;           /* of its own */
    csuccess__results_row *rows; /* by path */
    uint32_t row_count, row_cap;
    csuccess_str *steps; /* names that pieces know by number; of its own */
    uint32_t step_count, step_cap;
    csuccess__results_pieces pieces;
    uint32_t segments;
    csuccess__tally pairs; /* by csuccess__results_pair() */
    csuccess__arena scratch;
};

/* The row of a path, made when it is not there. NULL: *status says why. */
csuccess__results_row *csuccess__results_row_of(csuccess__results *results, csuccess_str path,
                                                bool figure, csuccess_result *status);
/* NULL: there is none. */
const csuccess__results_row *csuccess__results_find(const csuccess__results *results,
                                                    csuccess_str path);
/* Bins of whole numbers: exact to 63, then 32 to an octave, so that the middle of a bin is within 1.6 per cent. */
uint32_t csuccess__results_bin(uint64_t n);
double csuccess__results_bin_middle(uint32_t bin);
/* The p-quantile of a figure with bins. */
double csuccess__results_quantile(const csuccess__results_row *row, double p);
/* Number of the pair a < b of `n`. */
uint32_t csuccess__results_pair(uint32_t n, uint32_t a, uint32_t b);
uint32_t csuccess__results_pairs(uint32_t n);

/* ---- Changes that are prepared, so that they cannot fail half way ---- */

typedef struct csuccess__results_change {
    csuccess_str path;
    bool figure, binned;
    double value;
} csuccess__results_change;
/* Makes the rows and the room; whether all could be done. Nothing can be seen of it. */
csuccess_result csuccess__results_prepare(csuccess__results *results,
                                          const csuccess__results_change *changes, uint32_t n);
/* After csuccess__results_prepare() of the same: cannot fail. */
void csuccess__results_apply(csuccess__results *results,
                             const csuccess__results_change *changes, uint32_t n);

/* ---- Pieces ---- */

/* The number of a step's name; UINT32_MAX: *status says why. */
uint32_t csuccess__results_step(csuccess__results *results, csuccess_str name,
                                csuccess_result *status);
/* The piece of that id, made (dead, until it is said to be alive) when it is not there, with room for all steps. NULL: *status. */
csuccess__results_piece *csuccess__results_piece_of(csuccess__results *results,
                                                    const uint8_t id[32],
                                                    csuccess_result *status);
bool csuccess__piece_has(const csuccess__results_piece *piece, uint32_t step);
void csuccess__piece_mark(csuccess__results_piece *piece, uint32_t step);
/* Rows "ended" and "succeeded" of each step, before pieces can be settled. */
csuccess_result csuccess__results_prepare_step(csuccess__results *results, csuccess_str step);
/* When all of it was seen: counted, and forgotten. */
void csuccess__results_settle(csuccess__results *results, csuccess__results_piece *piece);

/* Whether a path is one that this kind has. */
bool csuccess__results_knows(const csuccess__results *results, csuccess_str path, bool figure);

#endif

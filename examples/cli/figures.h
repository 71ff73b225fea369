/* SPDX-License-Identifier: Apache-2.0 */
/* What an engine did, in every form of output; and counts of what a trace tells. */
#ifndef CLI_FIGURES_H
#define CLI_FIGURES_H

#include "output.h"
#include <csuccess/engine.h>

#define FIGURES_NOT_LOOKED INT64_MIN /* at what is due */

typedef struct figures {
    csuccess_engine_counts counts;
    uint64_t rows, passed_over; /* of the input; passed_over: bad ones */
    uint64_t later;             /* events behind --until */
    int64_t next;               /* when there is something to do again, or FIGURES_NOT_LOOKED */
    bool stopped;
} figures;

void figures_print(output_format format, const figures *of);

/* Names with how often each came. */
typedef struct tally {
    struct tally_row {
        char *name;
        uint64_t count;
    } * rows;
    size_t count;
} tally;
/* False: no memory. */
bool tally_add(tally *to, const char *before, csuccess_str name);
void tally_print(output_format format, const tally *of);
void tally_free(tally *of);

#endif

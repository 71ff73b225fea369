/* SPDX-License-Identifier: Apache-2.0 */
/* Channels ranked for somebody: which would reach them best. */
#ifndef CSUCCESS__INTERVENE_RANKING_H
#define CSUCCESS__INTERVENE_RANKING_H

#include "intervene/turn.h"

typedef struct csuccess__ranked {
    const csuccess__channel *channel;
    bool usable;    /* enabled, available, with an address, consent and no suppression */
    bool preferred; /* the field or attribute `preferred_channel` names it */
    uint32_t sent, responses; /* of the touches that are remembered */
    double rate;         /* (responses + 1) / (sent + 2): the mean of a Beta(1, 1) after them */
    csuccess_str reason; /* why it is not usable */
} csuccess__ranked;
/* All declared channels for a contact (empty: the customer), the best first: usable ones, then the preferred, then by rate, then the cheaper, then in the order of the document. `purpose`: for consent. In the turn's texts; NULL: none, or no memory (failed). */
const csuccess__ranked *csuccess__channels_rank(csuccess__turn *t, csuccess_str contact,
                                                csuccess_str purpose, uint32_t *count);
/* [{"contact"?, "channel", "usable", "reason"?, "preferred", "sent", "responses", "rate", "cost"}, …] of the contacts (twenty at most), or of the customer. */
void csuccess__channels_report(csuccess__turn *t, struct csuccess__json_writer *out);

#endif

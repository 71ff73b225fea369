/* SPDX-License-Identifier: Apache-2.0 */
/* A batch inside: what is committed together for one customer, in arrays that its maker owns. */
#ifndef CSUCCESS__ENGINE_BATCH_H
#define CSUCCESS__ENGINE_BATCH_H

#include "base/arena.h"
#include <csuccess/store.h>

struct csuccess_batch {
    csuccess_write *writes; /* the customer's state first */
    csuccess_entry *entries;
    csuccess_message *messages;
    csuccess_delta *deltas;
    csuccess_input_key *inputs;
    csuccess_str *cancels;
    size_t write_count, entry_count, message_count, delta_count, input_count, cancel_count;
};

/* What csuccess_shard() takes modulo shards. */
uint32_t csuccess__shard_hash(csuccess_str customer);

#endif

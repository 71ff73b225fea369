/* SPDX-License-Identifier: Apache-2.0 */
/* What a store reads off a batch, and the shard of a customer. */
#include "engine/batch.h"

#include "base/str.h"

size_t csuccess_batch_writes(const csuccess_batch *batch)
{
    return batch ? batch->write_count : 0;
}

size_t csuccess_batch_entries(const csuccess_batch *batch)
{
    return batch ? batch->entry_count : 0;
}

size_t csuccess_batch_messages(const csuccess_batch *batch)
{
    return batch ? batch->message_count : 0;
}

size_t csuccess_batch_deltas(const csuccess_batch *batch)
{
    return batch ? batch->delta_count : 0;
}

size_t csuccess_batch_inputs(const csuccess_batch *batch)
{
    return batch ? batch->input_count : 0;
}

size_t csuccess_batch_cancels(const csuccess_batch *batch)
{
    return batch ? batch->cancel_count : 0;
}

const csuccess_write *csuccess_batch_write(const csuccess_batch *batch, size_t index)
{
    return index < csuccess_batch_writes(batch) ? &batch->writes[index] : NULL;
}

const csuccess_entry *csuccess_batch_entry(const csuccess_batch *batch, size_t index)
{
    return index < csuccess_batch_entries(batch) ? &batch->entries[index] : NULL;
}

const csuccess_message *csuccess_batch_message(const csuccess_batch *batch, size_t index)
{
    return index < csuccess_batch_messages(batch) ? &batch->messages[index] : NULL;
}

const csuccess_delta *csuccess_batch_delta(const csuccess_batch *batch, size_t index)
{
    return index < csuccess_batch_deltas(batch) ? &batch->deltas[index] : NULL;
}

const csuccess_input_key *csuccess_batch_input(const csuccess_batch *batch, size_t index)
{
    return index < csuccess_batch_inputs(batch) ? &batch->inputs[index] : NULL;
}

csuccess_str csuccess_batch_cancel(const csuccess_batch *batch, size_t index)
{
    return index < csuccess_batch_cancels(batch) ? batch->cancels[index] : csuccess__str(NULL);
}

uint32_t csuccess__shard_hash(csuccess_str customer)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < customer.len; i++) {
        hash = (hash ^ (unsigned char)customer.ptr[i]) * UINT64_C(1099511628211);
    }
    return (uint32_t)(hash >> 32) ^ (uint32_t)hash;
}

uint32_t csuccess_shard(csuccess_str customer, uint32_t shards)
{
    return shards > 1 ? csuccess__shard_hash(customer) % shards : 0;
}

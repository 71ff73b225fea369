/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to a store under test, and batches for them. */
#include "engine/conformance_trial.h"

#include "base/digest.h"
#include "base/error.h"
#include "base/str.h"

#include <string.h>

void csuccess__trial_init(csuccess__trial *t, const csuccess_store_ops *ops, void *ud,
                          const csuccess_allocator *mem)
{
    memset(t, 0, sizeof *t);
    t->ops = ops;
    t->ud = ud;
    t->mem = mem;
    csuccess__reply_init(&t->reply, mem);
    csuccess__arena_init(&t->arena, mem, 0);
}

void csuccess__trial_free(csuccess__trial *t)
{
    csuccess__reply_free(&t->reply);
    csuccess__arena_free(&t->arena);
}

bool csuccess__trial_fail(csuccess__trial *t, const char *format, ...)
{
    va_list args;
    csuccess__text text;
    if (t->failed) return false;
    t->failed = true;
    csuccess__text_init(&text, t->why, sizeof t->why);
    va_start(args, format);
    csuccess__text_vformat(&text, format, args);
    va_end(args);
    return false;
}

bool csuccess__trial_in(csuccess__trial *t, bool passed, const char *what)
{
    char why[sizeof t->why];
    csuccess__text text;
    if (passed || t->result < 0) return passed;
    memcpy(why, t->why, sizeof why);
    csuccess__text_init(&text, t->why, sizeof t->why);
    csuccess__text_format(&text, "%s: %s", what, why);
    t->failed = true;
    return false;
}

/* Memory was refused: the run ends. */
static bool out_of_memory(csuccess__trial *t)
{
    t->result = CSUCCESS_ENOMEM;
    return csuccess__trial_fail(t, "out of memory");
}

char *csuccess__trial_bytes(csuccess__trial *t, size_t count)
{
    char *bytes = csuccess__arena_take(&t->arena, count, 1);
    if (!bytes) out_of_memory(t);
    return bytes;
}

csuccess_str csuccess__trial_keep(csuccess__trial *t, csuccess_str text)
{
    csuccess_str kept = csuccess__arena_copy(&t->arena, text);
    if (!kept.ptr) out_of_memory(t);
    return kept;
}

csuccess_str csuccess__trial_id(csuccess__trial *t, const char *name)
{
    csuccess__sha256 hash;
    uint8_t digest[32];
    char hex[65];
    csuccess__sha256_start(&hash);
    csuccess__sha256_add(&hash, name, strlen(name));
    csuccess__sha256_finish(&hash, digest);
    csuccess__hex(hex, digest);
    return csuccess__trial_keep(t, (csuccess_str){hex, 64});
}

bool csuccess__trial_reopen(csuccess__trial *t)
{
    csuccess_result result = t->options.reopen ? t->options.reopen(t->ud) : CSUCCESS_OK;
    if (result >= 0) return true;
    t->result = result;
    return csuccess__trial_fail(t, "the store could not be opened again: %s",
                                csuccess_result_text(result));
}

/* ---- Batches ---- */

void csuccess__pack_start(csuccess__pack *p)
{
    memset(p, 0, sizeof *p);
    p->batch.writes = p->writes;
    p->batch.entries = p->entries;
    p->batch.messages = p->messages;
    p->batch.deltas = p->deltas;
    p->batch.inputs = p->inputs;
    p->batch.cancels = p->cancels;
}

csuccess_write *csuccess__pack_write(csuccess__pack *p, const char *id, uint64_t expected,
                                     const char *body)
{
    csuccess_write *write = &p->writes[p->batch.write_count++];
    *write = (csuccess_write){.size = sizeof *write,
                              .key = {CSUCCESS_RECORD_CUSTOMER, 0, csuccess__str(id)},
                              .expected = expected,
                              .due_ms = CSUCCESS_TIME_NEVER,
                              .token = csuccess__str(NULL)};
    if (body) write->body = csuccess__str(body);
    return write;
}

void csuccess__pack_customer(csuccess__pack *p, const char *id, uint64_t expected,
                             const char *body, int64_t due_ms)
{
    csuccess__pack_start(p);
    csuccess__pack_write(p, id, expected, body)->due_ms = due_ms;
}

csuccess_entry *csuccess__pack_entry(csuccess__trial *t, csuccess__pack *p,
                                     const char *customer, uint64_t seq, const char *body)
{
    csuccess_entry *entry = &p->entries[p->batch.entry_count++];
    *entry = (csuccess_entry){.size = sizeof *entry,
                              .customer = csuccess__str(customer),
                              .seq = seq,
                              .at_ms = t->now,
                              .kind = CSUCCESS_STR("input"),
                              .cause = CSUCCESS_STR("an input"),
                              .by = CSUCCESS_STR("service"),
                              .config = csuccess__trial_id(t, "configuration"),
                              .subject = csuccess__str(NULL),
                              .body = csuccess__str(body),
                              .commitment = csuccess__trial_id(t, "commitment"),
                              .digest = csuccess__trial_id(t, "digest")};
    return entry;
}

csuccess_message *csuccess__pack_message(csuccess__trial *t, csuccess__pack *p,
                                         const char *name, const char *customer,
                                         const char *body)
{
    csuccess_message *message = &p->messages[p->batch.message_count++];
    *message = (csuccess_message){.size = sizeof *message,
                                  .id = csuccess__trial_id(t, name),
                                  .customer = csuccess__str(customer),
                                  .channel = CSUCCESS_STR("mail"),
                                  .target = csuccess__str(NULL),
                                  .contact = csuccess__str(NULL),
                                  .purpose = CSUCCESS_STR("service"),
                                  .definition = CSUCCESS_STR("alert/low"),
                                  .body = csuccess__str(body),
                                  .expires_ms = CSUCCESS_TIME_NEVER};
    return message;
}

void csuccess__pack_delta(csuccess__pack *p, const char *key, int64_t delta, int64_t max)
{
    p->deltas[p->batch.delta_count++] = (csuccess_delta){csuccess__str(key), delta, max};
}

void csuccess__pack_input(csuccess__pack *p, const char *customer, const char *id)
{
    p->inputs[p->batch.input_count++] =
        (csuccess_input_key){csuccess__str(customer), csuccess__str(id)};
}

void csuccess__pack_cancel(csuccess__trial *t, csuccess__pack *p, const char *name)
{
    p->cancels[p->batch.cancel_count++] = csuccess__trial_id(t, name);
}

/* ---- Questions ---- */

/* Opens the reply. */
static bool ask(csuccess__trial *t, csuccess__operation operation, size_t asked, size_t known,
                size_t most)
{
    if (t->result < 0) return false;
    if (csuccess__reply_open(&t->reply, operation, asked, known, most) < 0) {
        return out_of_memory(t);
    }
    return true;
}

/* Ends it: what the operation came to. */
static csuccess_result came_to(csuccess__trial *t, csuccess_error *err)
{
    csuccess_result result = csuccess__reply_end(&t->reply, err);
    if (result == CSUCCESS_ENOMEM) out_of_memory(t);
    return result;
}

static bool good(csuccess__trial *t)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (came_to(t, &err) >= 0) return true;
    return csuccess__trial_fail(t, "%s", err.message);
}

/* Asks a slot with the request that is at hand. */
#define ASK(slot) \
    csuccess__reply_about(&t->reply, &request); \
    t->ops->slot(t->ud, &request, &t->reply)

bool csuccess__trial_load(csuccess__trial *t, const csuccess_key *keys, size_t key_count,
                          const csuccess_input_key *inputs, size_t input_count)
{
    csuccess_load_request request = {.size = sizeof request,
                                     .now_ms = t->now,
                                     .tenant = t->tenant,
                                     .keys = keys,
                                     .key_count = key_count,
                                     .inputs = inputs,
                                     .input_count = input_count};
    if (!ask(t, CSUCCESS__OPERATION_LOAD, key_count, input_count, 0)) return false;
    ASK(load);
    return good(t);
}

/* What every request begins with. */
#define FILL(request) \
    (request).size = sizeof(request); \
    (request).now_ms = t->now; \
    (request).tenant = t->tenant

bool csuccess__trial_commits(csuccess__trial *t, const csuccess_batch *const *batches,
                             size_t count)
{
    csuccess_commit_request request = {.batches = batches, .count = count};
    FILL(request);
    if (!ask(t, CSUCCESS__OPERATION_COMMIT, count, 0, 0)) return false;
    ASK(commit);
    return good(t);
}

bool csuccess__trial_due(csuccess__trial *t, uint32_t most, int64_t lease_until)
{
    csuccess_due_request request = {
        .most = most, .shard = t->shard, .shards = t->shards, .lease_until_ms = lease_until};
    FILL(request);
    if (!ask(t, CSUCCESS__OPERATION_DUE, 0, 0, most)) return false;
    ASK(due);
    return good(t);
}

bool csuccess__trial_claim(csuccess__trial *t, uint32_t most, int64_t lease_until)
{
    csuccess_claim_request request = {
        .most = most, .shard = t->shard, .shards = t->shards, .lease_until_ms = lease_until};
    FILL(request);
    if (!ask(t, CSUCCESS__OPERATION_CLAIM, 0, 0, most)) return false;
    ASK(claim);
    return good(t);
}

bool csuccess__trial_ask_defer(csuccess__trial *t, csuccess_defer_request request)
{
    FILL(request);
    if (!ask(t, CSUCCESS__OPERATION_DEFER, 1, 0, 0)) return false;
    ASK(defer);
    return good(t);
}

bool csuccess__trial_ask_settle(csuccess__trial *t, csuccess_settle_request request)
{
    FILL(request);
    if (!ask(t, CSUCCESS__OPERATION_SETTLE, 1, 0, 0)) return false;
    ASK(settle);
    return good(t);
}

bool csuccess__trial_ask_scan(csuccess__trial *t, csuccess_scan_request request)
{
    FILL(request);
    if (!ask(t, CSUCCESS__OPERATION_SCAN, 0, 0, request.most)) return false;
    ASK(scan);
    return good(t);
}

bool csuccess__trial_ask_outbox(csuccess__trial *t, csuccess_outbox_request request)
{
    FILL(request);
    if (!ask(t, CSUCCESS__OPERATION_OUTBOX, 0, 0, request.most)) return false;
    ASK(outbox);
    return good(t);
}

bool csuccess__trial_history(csuccess__trial *t, csuccess_str customer, uint64_t after,
                             uint32_t most)
{
    csuccess_history_request request = {.customer = customer, .after = after, .most = most};
    FILL(request);
    if (!ask(t, CSUCCESS__OPERATION_HISTORY, 0, 0, most)) return false;
    ASK(history);
    return good(t);
}

csuccess_result csuccess__trial_erase(csuccess__trial *t, const char *customer,
                                      const char *contact, const char *pseudonym)
{
    csuccess_erase_request request = {.customer = csuccess__str(customer),
                                      .contact = csuccess__str(contact),
                                      .pseudonym = csuccess__str(pseudonym)};
    FILL(request);
    if (!ask(t, CSUCCESS__OPERATION_ERASE, 0, 0, 0)) return CSUCCESS_ENOMEM;
    ASK(erase);
    return came_to(t, NULL);
}

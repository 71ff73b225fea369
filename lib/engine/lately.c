/* SPDX-License-Identifier: Apache-2.0 */
/* What this engine committed lately: a store whose revisions go backwards is found out before a state is computed from an old one. */
#include "engine/machine.h"

#include "base/digest.h"
#include "base/str.h"

#include <string.h>

static csuccess__late *place(const csuccess_engine *engine, csuccess_str customer)
{
    return &engine->lately[csuccess__table_hash(customer, 1) % CSUCCESS__LATELY];
}

static bool is_of(const csuccess__late *late, csuccess_str customer)
{
    return late->revision && late->len == customer.len &&
           memcmp(late->id, customer.ptr, customer.len) == 0;
}

void csuccess__lately_note(csuccess_engine *engine, const csuccess__work *work)
{
    csuccess_str customer = work->customer;
    const csuccess_batch *batch = csuccess__advance_batch(work->advance);
    csuccess_str pseudonym = csuccess__advance_pseudonym(work->advance);
    if (customer.len == 0 || customer.len > CSUCCESS__LATELY_ID || batch->write_count == 0 ||
        batch->writes[0].key.kind != CSUCCESS_RECORD_CUSTOMER) {
        return;
    }
    csuccess__late *late = place(engine, customer);
    if (!is_of(late, customer)) *late = (csuccess__late){.len = (uint32_t)customer.len};
    late->revision = batch->writes[0].expected + 1;
    memcpy(late->id, customer.ptr, customer.len);
    memset(late->pseudonym, 0, sizeof late->pseudonym);
    if (pseudonym.len == sizeof late->pseudonym) {
        memcpy(late->pseudonym, pseudonym.ptr, pseudonym.len);
    }
}

/* Whether a body is of the same life of the customer: one that was erased and came again has another pseudonym. */
static bool is_same_life(csuccess_engine *engine, const csuccess__late *late, csuccess_str body)
{
    uint8_t whole[32] = {0};
    char hex[65];
    csuccess__state_clear(&engine->state);
    if (csuccess__state_read(&engine->state, body, engine->options.state_bytes, NULL) < 0) {
        return true;
    }
    memcpy(whole, engine->state.head.pseudonym, sizeof engine->state.head.pseudonym);
    csuccess__hex(hex, whole);
    csuccess__state_clear(&engine->state);
    return memcmp(hex, late->pseudonym, sizeof late->pseudonym) == 0;
}

csuccess_result csuccess__lately_check(csuccess_engine *engine, const csuccess__work *work,
                                       const csuccess__answer *answer)
{
    csuccess_str customer = work->customer;
    if (customer.len == 0 || customer.ptr[0] == '\0') return CSUCCESS_OK;
    csuccess__late *late = place(engine, customer);
    if (!is_of(late, customer)) return CSUCCESS_OK;
    if (answer->verdict != CSUCCESS__VERDICT_RECORD) { /* erased by another engine, perhaps */
        late->revision = 0;
        return CSUCCESS_OK;
    }
    if (answer->revision >= late->revision) return CSUCCESS_OK;
    if (!is_same_life(engine, late, answer->body)) {
        late->revision = 0;
        return CSUCCESS_OK;
    }
    return csuccess__fail(&engine->why, CSUCCESS_ECALLBACK,
                          "load answered revision %l of a customer whose revision %l was "
                          "committed before",
                          (int64_t)answer->revision, (int64_t)late->revision);
}

void csuccess__lately_forget(csuccess_engine *engine, csuccess_str customer)
{
    csuccess__late *late = place(engine, customer);
    if (is_of(late, customer)) late->revision = 0;
}

bool csuccess__often_note(csuccess_engine *engine, csuccess__ticket *ticket, csuccess_str id)
{
    enum { MOST = 16 };
    csuccess__often *often = &engine->often[csuccess__table_hash(id, 2) % CSUCCESS__LATELY];
    if (id.len > CSUCCESS__LATELY_ID) return true;
    bool same = often->ticket == ticket->id && often->len == id.len &&
                engine->clock - often->since < CSUCCESS__SECOND_MS &&
                memcmp(often->id, id.ptr, id.len) == 0;
    if (!same) {
        *often = (csuccess__often){
            .ticket = ticket->id, .since = engine->clock, .len = (uint32_t)id.len};
        memcpy(often->id, id.ptr, id.len);
    }
    if (++often->count <= MOST) return true;
    csuccess__fail(&engine->why, CSUCCESS_ECALLBACK, "%q is leased again and again", id);
    csuccess__ticket_fail(engine, ticket, CSUCCESS_ECALLBACK, true);
    return false;
}

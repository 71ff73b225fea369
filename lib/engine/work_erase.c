/* SPDX-License-Identifier: Apache-2.0 */
/* Erasures, which end in the store's own: of a contact, or of a customer, which its parent forgets first. */
#include "engine/machine.h"

#include "base/str.h"

static const char *const kinds[CSUCCESS__ERASED_KINDS] = {"record", "input", "entry", "message",
                                                          "settled"};

static void ask(csuccess_engine *engine, csuccess__work *work, csuccess_str contact)
{
    work->leaving = true;
    work->request = (union csuccess__request){
        .erase = {.customer = work->customer,
                  .contact = contact,
                  .pseudonym = csuccess__advance_pseudonym(work->advance)}};
    csuccess__work_ask(engine, work, CSUCCESS_OP_ERASE, 0, CSUCCESS__WORK_ERASED);
}

/* ---- The parent ---- */

/* A work of its own for the parent. The customer's place in line is given up meanwhile: in a circle two that are erased would wait for each other, and
   whoever comes to one that is marked is turned away. */
static bool tell_parent(csuccess_engine *engine, csuccess__work *work)
{
    csuccess_str parent;
    if (!csuccess__work_copy(work, &parent, csuccess__advance_told(work->advance))) {
        csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory");
        csuccess__ticket_fail(engine, work->ticket, CSUCCESS_ENOMEM, true);
        return false;
    }
    csuccess__work *forgetting = csuccess__work_new(
        engine, work->ticket, CSUCCESS__WORK_FORGETTING, CSUCCESS__WORK_ADVANCE_BEGIN);
    if (!forgetting) return false;
    forgetting->customer = parent;
    forgetting->contact = work->customer;
    forgetting->parent = work;
    work->children = 1;
    work->state = CSUCCESS__WORK_FORGOTTEN;
    csuccess__work_unlock(engine, work);
    return true;
}

void csuccess__erase(csuccess_engine *engine, csuccess__work *work)
{
    work->op = NULL;
    if (csuccess__advance_told(work->advance).len == 0) {
        ask(engine, work, csuccess__str(""));
    } else if (!tell_parent(engine, work)) {
        csuccess__work_give_up(engine, work);
    }
}

/* It is told why; the words are lost where there is no memory for them. */
static void not_forgotten(csuccess_engine *engine, csuccess__work *work, csuccess_result result)
{
    csuccess__work *child = work->parent;
    child->forgotten = result;
    if (!csuccess__work_copy(child, &child->forgotten_why,
                             csuccess__str(engine->why.message))) {
        child->forgotten_why = csuccess__str("");
    }
    csuccess__work_end(engine, work);
}

void csuccess__after_forgetting(csuccess_engine *engine, csuccess__work *work,
                                csuccess_result result)
{
    if (result == CSUCCESS_EMISSING) { /* a parent that never came, or that was erased */
        csuccess__work_end(engine, work);
    } else if (result < 0) {
        not_forgotten(engine, work, result);
    } else {
        ask(engine, work, work->contact);
    }
}

void csuccess__forgotten(csuccess_engine *engine, csuccess__work *work)
{
    csuccess_result result = work->forgotten;
    if (result >= 0) {
        ask(engine, work, csuccess__str(""));
        return;
    }
    csuccess__fail(&engine->why, result, "its parent: %S", work->forgotten_why);
    if (work->kind == CSUCCESS__WORK_LEASED && result != CSUCCESS_ENOMEM &&
        result != CSUCCESS_ECANCELLED) {
        csuccess__give_back(engine, work, work->now + csuccess__backoff(work->failures), true);
        return;
    }
    csuccess__ticket_fail(engine, work->ticket, result, true);
    csuccess__work_give_up(engine, work);
}

/* ---- The store ---- */

void csuccess__after_erasure(csuccess_engine *engine, csuccess__work *work,
                             csuccess_result result)
{
    csuccess_str contact = work->ticket->contact;
    if (result < 0) {
        csuccess__ticket_fail(engine, work->ticket, result, true);
        csuccess__work_end(engine, work);
    } else if (contact.len > 0) {
        ask(engine, work, contact);
    } else {
        csuccess__erase(engine, work);
    }
}

/* How many of each kind there were; those that the store left out were none. */
static void count(const csuccess_reply *reply, uint64_t erased[CSUCCESS__ERASED_KINDS])
{
    for (size_t k = 0; k < CSUCCESS__ERASED_KINDS; k++) {
        uint64_t last = 0;
        for (size_t i = 0; i < reply->row_count; i++) {
            if (csuccess__str_is(reply->rows[i].id, kinds[k])) last = reply->rows[i].number;
        }
        erased[k] += last;
    }
}

static void prove(csuccess__work *work)
{
    csuccess__ticket *ticket = work->ticket;
    csuccess__json_writer w;
    csuccess__json_writer_init(&w, &ticket->text);
    csuccess__json_open(&w, '{');
    csuccess__json_key(&w, CSUCCESS_STR("pseudonym"));
    csuccess__json_str(&w, work->request.erase.pseudonym);
    csuccess__json_key(&w, CSUCCESS_STR("of"));
    csuccess__json_str(&w, csuccess__str(ticket->contact.len ? "contact" : "customer"));
    for (size_t k = 0; k < CSUCCESS__ERASED_KINDS; k++) {
        csuccess__json_key(&w, csuccess__str(kinds[k]));
        csuccess__json_num(&w, (double)work->erased[k]);
    }
    csuccess__json_close(&w, '}');
    ticket->has_text = true;
}

void csuccess__erased(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__work *child = work->kind == CSUCCESS__WORK_FORGETTING ? work->parent : NULL;
    if (work->came < 0) {
        csuccess_result result = csuccess__store_result(engine, work->came);
        if (child) {
            not_forgotten(engine, work, result);
            return;
        }
        csuccess__ticket_store_failed(engine, work->ticket, result);
    } else {
        count(csuccess__work_reply(work), child ? child->erased : work->erased);
        if (work->request.erase.contact.len == 0) {
            csuccess__lately_forget(engine, work->customer);
        }
        if (work->kind == CSUCCESS__WORK_ERASURE) prove(work);
    }
    csuccess__work_end(engine, work);
}

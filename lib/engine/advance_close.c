/* SPDX-License-Identifier: Apache-2.0 */
/* Ending an advance: the chain, the state's bytes, and everything as one batch.
 */
#include "engine/desk.h"

#include "base/error.h"

#include <string.h>

enum { DIGITS = 64 };

/* The chain's texts of all entries in one piece: commitment and digest each. */
static bool chain_entries(csuccess__advance *advance)
{
    csuccess__desk *desk = advance->desk;
    uint32_t count = desk->effects.entry_count;
    csuccess_entry *entries = CSUCCESS__NEW_ARRAY(&advance->made, csuccess_entry, count);
    char *digits = csuccess__arena_take(&advance->made, count, 2 * DIGITS);
    if (!entries || !digits) return false;
    for (uint32_t i = 0; i < count; i++) {
        const csuccess__effect_entry *from = &desk->effects.entries[i];
        entries[i] = (csuccess_entry){.size = sizeof entries[i],
                                      .customer = advance->customer,
                                      .at_ms = from->at,
                                      .kind = from->kind,
                                      .cause = from->cause,
                                      .by = from->by,
                                      .config = desk->config->hash,
                                      .subject = from->subject,
                                      .body = from->body};
    }
    csuccess__chain_add_all(&desk->state.head, &desk->key, entries, count, digits);
    advance->batch.entries = entries;
    advance->batch.entry_count = count;
    return true;
}

static bool write_records(csuccess__advance *advance)
{
    const csuccess__state *state = &advance->desk->state;
    csuccess_write *writes = CSUCCESS__NEW_ARRAY(&advance->made, csuccess_write, 2);
    if (!writes) return false;
    writes[0] = (csuccess_write){.size = sizeof *writes,
                                 .key = advance->keys[0],
                                 .expected = advance->revision,
                                 .body = csuccess__buffer_view(&advance->body),
                                 .due_ms = state->head.due,
                                 .token = advance->token};
    writes[1] = (csuccess_write){.size = sizeof *writes,
                                 .key = advance->keys[1],
                                 .body = {advance->secret, sizeof advance->secret},
                                 .due_ms = CSUCCESS_TIME_NEVER,
                                 .token = {"", 0}};
    advance->batch.writes = writes;
    advance->batch.write_count = advance->secret_is_new ? 2 : 1;
    return true;
}

/* Ids of what was applied or quarantined: those do not come again. */
static bool consume_inputs(csuccess__advance *advance)
{
    csuccess_input_key *keys =
        CSUCCESS__NEW_ARRAY(&advance->made, csuccess_input_key, advance->count);
    if (!keys) return false;
    size_t count = 0;
    for (uint32_t i = 0; i < advance->count; i++) {
        if (advance->consumed[i]) keys[count++] = advance->input_keys[i];
    }
    advance->batch.inputs = keys;
    advance->batch.input_count = count;
    return true;
}

csuccess_result csuccess__advance_close(csuccess__advance *advance, csuccess_error *err)
{
    csuccess__desk *desk = advance->desk;
    csuccess_result status = CSUCCESS_OK;
    advance->batch = (csuccess_batch){0};
    if (desk->series) {
        status = csuccess__series_close(desk->series, &desk->state, desk->state.head.at);
        if (status < 0) return csuccess__fail(err, status, "%s", csuccess_result_text(status));
    }
    if (!chain_entries(advance)) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    csuccess__buffer_clear(&advance->body);
    csuccess__state_write(&advance->body, &desk->state);
    if (advance->body.status < 0) {
        return csuccess__fail(err, advance->body.status,
                              advance->body.status == CSUCCESS_ELIMIT
                                  ? "the state of customer %q exceeds the limit state_bytes"
                                  : "out of memory for the state of customer %q",
                              advance->customer);
    }
    if (!write_records(advance) || !consume_inputs(advance) ||
        !csuccess__outbox_batch(advance)) {
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    advance->has_batch = true;
    return CSUCCESS_OK;
}

/* ---- The coverage of a source, for all customers ---- */

/* Those that are not known yet; UNCHANGED: none says anything new. */
static csuccess_result join_inputs(csuccess__advance *advance, const bool *known,
                                   csuccess__coverage *coverage)
{
    bool changed = false;
    for (uint32_t i = 0; i < advance->count; i++) {
        if (known[i]) {
            advance->results[i] = CSUCCESS_UNCHANGED;
            advance->tally.known++;
            continue;
        }
        csuccess_result said = csuccess__advance_source_input(advance, i, coverage);
        if (said < 0) return said;
        changed = changed || advance->results[i] == CSUCCESS_OK;
    }
    return changed ? CSUCCESS_OK : CSUCCESS_UNCHANGED;
}

csuccess_result csuccess__advance_apply_source(csuccess__advance *advance,
                                               const csuccess__answer *answers,
                                               const bool *known, csuccess_error *err)
{
    csuccess__desk *desk = advance->desk;
    csuccess__coverage coverage = {0};
    bool there = answers[0].verdict == CSUCCESS__VERDICT_RECORD;
    advance->revision = there ? answers[0].revision : 0;
    advance->secret_is_new = false;
    advance->fresh = true;
    if (there && !csuccess__coverage_read(&coverage, answers[0].body)) {
        return csuccess__fail(err, CSUCCESS_ESTATE, "the record of source %q is damaged",
                              advance->keys[0].id);
    }
    csuccess_result said = join_inputs(advance, known, &coverage);
    if (said < 0) return csuccess__fail(err, said, "out of memory");
    if (said == CSUCCESS_UNCHANGED) return said;
    csuccess__buffer_clear(&advance->body);
    csuccess__coverage_write(&advance->body, &coverage);
    advance->batch = (csuccess_batch){0};
    desk->state.head.due = CSUCCESS_TIME_NEVER;
    if (advance->body.status < 0 || !write_records(advance) || !consume_inputs(advance)) {
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    advance->has_batch = true;
    return CSUCCESS_OK;
}

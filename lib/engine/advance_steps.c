/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of an advance: opening the customer, what is due, then input after
 * input. */
#include "engine/desk.h"

#include "base/error.h"
#include "engine/table.h"

#include <string.h>

enum { REASON_BYTES = 256, CAUSE_BYTES = 48 };

/* ---- Opening ---- */

static csuccess_result open_secret(csuccess__advance *advance, const csuccess__answer *answer,
                                   bool known_customer, csuccess_error *err)
{
    csuccess__desk *desk = advance->desk;
    advance->has_secret = answer->verdict == CSUCCESS__VERDICT_RECORD;
    advance->secret_is_new = false;
    if (advance->has_secret) {
        if (answer->body.len != sizeof advance->secret) {
            return csuccess__fail(err, CSUCCESS_ESTATE,
                                  "the secret of customer %q has %z bytes, expected 32",
                                  advance->customer, answer->body.len);
        }
        memcpy(advance->secret, answer->body.ptr, sizeof advance->secret);
    } else if (known_customer) {
        return csuccess__fail(err, CSUCCESS_ECALLBACK,
                              "the store has the state of customer %q without its secret",
                              advance->customer);
    } else {
        uint8_t bytes[32];
        if (desk->options.random(desk->options.random_ud, bytes, sizeof bytes) < 0) {
            return csuccess__fail(err, CSUCCESS_ECALLBACK, "the random bytes failed");
        }
        memcpy(advance->secret, bytes, sizeof bytes);
        advance->secret_is_new = true;
    }
    csuccess__hmac_start(&desk->key, (csuccess_str){advance->secret, sizeof advance->secret},
                         desk->fast_hash);
    return CSUCCESS_OK;
}

static csuccess_result open_coverage(csuccess__desk *desk, const csuccess__answer *answers,
                                     csuccess_error *err)
{
    const csuccess__sources *sources = desk->config->sources;
    for (uint32_t i = 0; i < desk->source_count; i++) {
        desk->tenant[i] = (csuccess__coverage){0};
        if (answers[i].verdict == CSUCCESS__VERDICT_RECORD &&
            !csuccess__coverage_read(&desk->tenant[i], answers[i].body)) {
            return csuccess__fail(err, CSUCCESS_ESTATE, "the record of source %q is damaged",
                                  sources->list[i].name);
        }
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess__advance_open(csuccess__advance *advance,
                                       const csuccess__answer *answers, csuccess_error *err)
{
    csuccess__desk *desk = advance->desk;
    csuccess__state *state = &desk->state;
    uint8_t pseudonym[32] = {0};
    char hex[65];
    advance->fresh = answers[0].verdict != CSUCCESS__VERDICT_RECORD;
    advance->revision = advance->fresh ? 0 : answers[0].revision;
    csuccess__state_clear(state);
    desk->facts_stale = true;
    csuccess_result status = CSUCCESS_OK;
    if (!advance->fresh) {
        status = csuccess__state_read(state, answers[0].body, desk->options.state_bytes, err);
    }
    if (status == CSUCCESS_OK) status = open_secret(advance, &answers[1], !advance->fresh, err);
    if (status == CSUCCESS_OK) status = open_coverage(desk, answers + 2, err);
    if (status < 0) return status;
    csuccess__chain_pseudonym(pseudonym, &desk->key);
    if (advance->fresh) {
        memcpy(state->head.pseudonym, pseudonym, sizeof state->head.pseudonym);
        memcpy(state->head.config, desk->hash, sizeof state->head.config);
    } else if (memcmp(state->head.pseudonym, pseudonym, sizeof state->head.pseudonym) != 0) {
        return csuccess__fail(err, CSUCCESS_ECALLBACK,
                              "the secret of customer %q is not the one of its state",
                              advance->customer);
    }
    csuccess__hex(hex, pseudonym);
    memcpy(advance->pseudonym, hex, 32);
    advance->pseudonym[32] = '\0';
    return CSUCCESS_OK;
}

csuccess_result csuccess__advance_may(csuccess__advance *advance, csuccess__resource resource,
                                      csuccess__action action, csuccess__text *rule)
{
    csuccess__desk *desk = advance->desk;
    csuccess_str owner = {"", 0};
    if (advance->principal.host) return CSUCCESS_OK;
    uint32_t slot = csuccess__access_owner(desk->config->access);
    if (slot != UINT32_MAX && (!advance->fresh || advance->stepped)) {
        csuccess_result status = csuccess__desk_facts(desk, advance->now, NULL);
        if (status < 0) return status;
        csuccess__facts_fill(desk->facts, advance->now, desk->scorer->slots);
        const csuccess__value *value = &desk->scorer->slots[slot];
        if (value->kind == CSUCCESS__KIND_STRING) owner = value->as.string;
    }
    csuccess__access_question question = {resource, action, owner, desk->options.leads,
                                          desk->options.leads_ud};
    return csuccess__access_decide(desk->config->access, &advance->principal, &question, rule);
}

csuccess__step csuccess__advance_step(csuccess__advance *advance, int64_t now,
                                      csuccess_str cause)
{
    csuccess__desk *desk = advance->desk;
    csuccess__flow_begin(&desk->flow);
    return (csuccess__step){.state = &desk->state,
                            .out = &desk->effects,
                            .scratch = &desk->scratch,
                            .mem = &desk->mem,
                            .limits = &desk->options.limits,
                            .tenant = desk->options.tenant,
                            .customer = advance->customer,
                            .now = now,
                            .cause = cause,
                            .by = advance->principal.id,
                            .config = desk->config->hash,
                            .quiet = advance->import,
                            .due = CSUCCESS__NEVER};
}

/* ---- One input ---- */

static csuccess_str input_body(csuccess__advance *advance, csuccess__step *step,
                               const csuccess__input *input)
{
    csuccess__buffer *text = &advance->desk->text;
    csuccess__buffer_clear(text);
    csuccess__input_write(text, input);
    csuccess_str body = {NULL, 0};
    if (text->status == CSUCCESS_OK) {
        body = csuccess__arena_copy(&advance->made, csuccess__buffer_view(text));
    }
    if (!body.ptr) {
        csuccess__step_fail(step, text->status < 0 ? text->status : CSUCCESS_ENOMEM);
    }
    return body;
}

/* What could not be applied: as it came, with the reason. */
static void quarantine(csuccess__advance *advance, csuccess__step *step,
                       const csuccess__input *input, csuccess_str reason)
{
    csuccess_str text = input_body(advance, step, input);
    csuccess__quarantine_note(step, input, reason);
    csuccess__json_writer *w = csuccess__step_body(step);
    csuccess__json_key(w, CSUCCESS_STR("reason"));
    csuccess__json_str(w, reason);
    csuccess__json_key(w, CSUCCESS_STR("input"));
    csuccess__json_str(w, text);
    csuccess__step_entry(step, "quarantine", csuccess__input_subject(input),
                         csuccess__step_body_end(step));
}

/* Whether the input of that index is there a second time; one that was refused uses up no id. */
static bool is_repeated(csuccess__advance *advance, uint32_t index)
{
    csuccess_str id = advance->inputs[index]->id;
    uint32_t mask = advance->seen_size - 1;
    uint32_t at = (uint32_t)csuccess__table_hash(id, 0) & mask;
    while (advance->seen[at]) {
        uint32_t before = advance->seen[at] - 1;
        if (csuccess__str_eq(advance->inputs[before]->id, id)) {
            if (advance->consumed[before]) return true;
            break;
        }
        at = (at + 1) & mask;
    }
    advance->seen[at] = index + 1;
    return false;
}

static csuccess_result settle(csuccess__advance *advance, uint32_t index,
                              csuccess_result result, csuccess__text *reason)
{
    advance->results[index] = result;
    advance->consumed[index] = result >= 0 || result == CSUCCESS_ERANGE;
    if (reason->len > 0) {
        advance->reasons[index] =
            csuccess__arena_copy(&advance->made, (csuccess_str){reason->ptr, reason->len});
        if (!advance->reasons[index].ptr) return CSUCCESS_ENOMEM;
    }
    csuccess__tally *tally = &advance->tally;
    if (result == CSUCCESS_EEXPIRED) {
        tally->expired++;
    } else if (result == CSUCCESS_ERANGE) {
        tally->quarantined++;
    } else if (result < 0) {
        tally->failed++;
    } else {
        tally->applied++;
    }
    return CSUCCESS_OK;
}

static int64_t step_time(const csuccess__advance *advance, const csuccess__input *input)
{
    bool first = advance->fresh && !advance->stepped;
    int64_t now = advance->now,
            least = first ? CSUCCESS__TIME_MIN : advance->desk->state.head.at;
    if (advance->import && input && input->at < now) now = input->at;
    return now > least ? now : least;
}

/* The head after a step, and the time to look again. */
static void end_step(csuccess__advance *advance, const csuccess__step *step)
{
    csuccess__state_head *head = &advance->desk->state.head;
    if (advance->fresh && !advance->stepped) head->created_at = step->now;
    advance->stepped = true;
    head->at = step->now;
    head->due = step->due > step->now ? step->due : step->now + 1;
    memcpy(head->config, advance->desk->hash, sizeof head->config);
}

/* Evaluates what the step changed. */
static csuccess_result conclude(csuccess__advance *advance, csuccess__step *step,
                                const csuccess__input *input, csuccess_error *err)
{
    csuccess__desk *desk = advance->desk;
    csuccess_result status = csuccess__desk_evaluate(advance, step, input, err);
    if (status < 0) return status;
    csuccess__outbox_settle(advance, step);
    if (step->failed < 0 || desk->effects.failed < 0) {
        csuccess_result code = step->failed < 0 ? step->failed : desk->effects.failed;
        return csuccess__fail(err, code, "%s", csuccess_result_text(code));
    }
    end_step(advance, step);
    return CSUCCESS_OK;
}

/* What ends the whole advance, not only the input; OK: nothing. */
static csuccess_result failure_of(const csuccess__step *step, csuccess_result status)
{
    if (step->failed < 0) return step->failed;
    bool whole =
        status == CSUCCESS_ENOMEM || status == CSUCCESS_ESTATE || status == CSUCCESS_ELIMIT;
    return whole ? status : CSUCCESS_OK;
}

static csuccess_result one(csuccess__advance *advance, uint32_t index, csuccess_error *err)
{
    const csuccess__input *input = advance->inputs[index];
    csuccess__desk *desk = advance->desk;
    char bytes[REASON_BYTES];
    csuccess__text reason;
    csuccess__text_init(&reason, bytes, sizeof bytes);
    int64_t now = step_time(advance, input);
    csuccess_result status = csuccess__advance_admit(advance, input, now, &reason);
    if (status < 0) return settle(advance, index, status, &reason);
    csuccess__step step = csuccess__advance_step(advance, now, input->id);
    uint32_t entries = desk->effects.entry_count, messages = desk->effects.message_count;
    uint32_t deltas = desk->effects.delta_count;
    csuccess__step_entry(&step, "input", csuccess__input_subject(input),
                         input_body(advance, &step, input));
    status = csuccess__advance_treat(advance, &step, input, &reason);
    csuccess_result failed = failure_of(&step, status);
    if (failed < 0) return csuccess__fail(err, failed, "%s", csuccess_result_text(failed));
    if (status < 0) {
        desk->effects.entry_count = entries;
        desk->effects.message_count = messages;
        desk->effects.delta_count = deltas;
    }
    if (status == CSUCCESS_ERANGE) {
        quarantine(advance, &step, input, (csuccess_str){reason.ptr, reason.len});
    }
    csuccess_result said = settle(advance, index, status, &reason);
    if (said < 0) return csuccess__fail(err, said, "out of memory");
    if (status < 0 && status != CSUCCESS_ERANGE) return CSUCCESS_OK;
    return conclude(advance, &step, status < 0 ? NULL : input, err);
}

csuccess_result csuccess__advance_source_input(csuccess__advance *advance, uint32_t index,
                                               csuccess__coverage *coverage)
{
    const csuccess__input *input = advance->inputs[index];
    csuccess__coverage more;
    char bytes[REASON_BYTES];
    csuccess__text reason;
    csuccess__text_init(&reason, bytes, sizeof bytes);
    csuccess_result status =
        is_repeated(advance, index)
            ? CSUCCESS_UNCHANGED
            : csuccess__advance_admit(advance, input, advance->now, &reason);
    if (status == CSUCCESS_OK) {
        status = csuccess__desk_check_time(advance->desk, input, advance->now, &reason);
    }
    if (status == CSUCCESS_OK &&
        csuccess__sources_find(advance->desk->config->sources, input->name) == UINT32_MAX) {
        csuccess__text_format(&reason, "the configuration has no source %q", input->name);
        status = CSUCCESS_ENAME;
    }
    if (status == CSUCCESS_OK) status = csuccess__coverage_of(&more, input, &reason);
    if (status == CSUCCESS_OK) csuccess__coverage_join(coverage, more);
    return settle(advance, index, status, &reason);
}

/* ---- All of them ---- */

/* What was due before the first input: a step whose cause is the last advance,
 * so that doing it again is the same step. */
static csuccess_result overdue(csuccess__advance *advance, csuccess_error *err)
{
    char bytes[CAUSE_BYTES], at[CSUCCESS__TIME_TEXT];
    csuccess__text cause;
    const csuccess__state_head *head = &advance->desk->state.head;
    csuccess__text_init(&cause, bytes, sizeof bytes);
    csuccess__time_format(at, head->due);
    csuccess__text_format(&cause, "due/%s", at);
    csuccess__step step = csuccess__advance_step(advance, step_time(advance, NULL),
                                                 (csuccess_str){cause.ptr, cause.len});
    return conclude(advance, &step, NULL, err);
}

/* A customer comes under another configuration: said once. */
static csuccess_result redefine(csuccess__advance *advance, csuccess_error *err)
{
    csuccess__desk *desk = advance->desk;
    char before[7 + 65];
    memcpy(before, "sha256:", 7);
    csuccess__hex(before + 7, desk->state.head.config);
    csuccess__step step =
        csuccess__advance_step(advance, step_time(advance, NULL), CSUCCESS_STR("definition"));
    csuccess__json_writer *w = csuccess__step_body(&step);
    csuccess__json_put_str(w, "before", csuccess__str(before));
    csuccess__json_put_str(w, "after", desk->config->hash);
    csuccess__step_entry(&step, "definition", (csuccess_str){"", 0},
                         csuccess__step_body_end(&step));
    advance->redefined = true;
    csuccess_result status = conclude(advance, &step, NULL, err);
    advance->redefined = false;
    return status;
}

/* Whether the customer is to come under a configuration that it was not advanced under. */
static bool is_new_here(const csuccess__advance *advance)
{
    const csuccess__desk *desk = advance->desk;
    return advance->publish && !advance->fresh &&
           memcmp(desk->state.head.config, desk->hash, sizeof desk->hash) != 0;
}

/* Whether there is anything to do: what is refused as a whole does not even bring about what was due. */
static bool has_news(csuccess__advance *advance, const bool *known_ids, bool late)
{
    for (uint32_t i = 0; i < advance->count; i++) {
        char bytes[REASON_BYTES];
        csuccess__text reason;
        const csuccess__input *input = advance->inputs[i];
        csuccess__text_init(&reason, bytes, sizeof bytes);
        if (known_ids[i]) continue;
        if (csuccess__advance_admit(advance, input, step_time(advance, input), &reason) >= 0)
            return true;
    }
    return advance->count == 0 && (late || is_new_here(advance));
}

/* Before the inputs: another configuration is said, else what was due is done. Either does everything that is due. */
static csuccess_result catch_up(csuccess__advance *advance, bool late, csuccess_error *err)
{
    const csuccess__desk *desk = advance->desk;
    const csuccess__state_head *head = &desk->state.head;
    if (!advance->fresh && memcmp(head->config, desk->hash, sizeof head->config) != 0) {
        return redefine(advance, err);
    }
    return late ? overdue(advance, err) : CSUCCESS_OK;
}

static csuccess_result apply_inputs(csuccess__advance *advance, const bool *known_ids,
                                    csuccess_error *err)
{
    csuccess_result status = CSUCCESS_OK;
    for (uint32_t i = 0; status == CSUCCESS_OK && i < advance->count; i++) {
        if (known_ids[i] || is_repeated(advance, i)) {
            advance->results[i] = CSUCCESS_UNCHANGED;
            advance->tally.known++;
        } else {
            status = one(advance, i, err);
        }
    }
    return status;
}

/* Whether something was due; an import does it as of its inputs' times. */
static bool is_late(const csuccess__advance *advance)
{
    return !advance->fresh && !advance->import && advance->desk->state.head.due <= advance->now;
}

csuccess_result csuccess__advance_steps(csuccess__advance *advance, const bool *known_ids,
                                        csuccess_error *err)
{
    csuccess__desk *desk = advance->desk;
    const csuccess__state_head *head = &desk->state.head;
    bool late = is_late(advance);
    if (head->flags & CSUCCESS__STATE_ERASING) {
        csuccess_result told = csuccess__advance_parent(advance, err);
        if (told < 0) return told;
        return csuccess__fail(err, CSUCCESS_EBUSY, "customer %q is being erased",
                              advance->customer);
    }
    if (desk->series) {
        csuccess__series_open(desk->series, &desk->state, advance->fresh, advance->now);
    }
    bool news = has_news(advance, known_ids, late);
    csuccess_result status = news ? catch_up(advance, late, err) : CSUCCESS_OK;
    if (status == CSUCCESS_OK) status = apply_inputs(advance, known_ids, err);
    if (status < 0) return status;
    bool changed = desk->effects.entry_count > 0 || (news && late);
    return changed ? CSUCCESS_OK : CSUCCESS_UNCHANGED;
}

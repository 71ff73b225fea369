/* SPDX-License-Identifier: Apache-2.0 */
/* Segments and single expressions of one customer. */
#include "columns/question.h"

#include "base/error.h"
#include "customer/facts.h"

#include <string.h>

/* Churn, which the log is told of. */
static csuccess_result predict(csuccess_scorer *scorer, const csuccess_facts *facts,
                               int64_t now, csuccess_error *err)
{
    csuccess_result status = csuccess__scorer_churn(scorer, now, false, err);
    return status < 0 ? status
                      : csuccess__scorer_told(scorer, csuccess_facts_customer(facts), now, err);
}

csuccess_result csuccess__scorer_segment_slots(csuccess_scorer *scorer,
                                               const csuccess_facts *facts, int64_t now,
                                               csuccess_error *err)
{
    scorer->explained = false;
    csuccess_result status = csuccess__scorer_inputs(scorer, facts, now, err);
    if (status == CSUCCESS_OK && scorer->health_for_segments) {
        status = csuccess__scorer_health(scorer, now, false, err);
    }
    if (status == CSUCCESS_OK && scorer->churn_for_segments) {
        status = predict(scorer, facts, now, err);
    }
    return status;
}

/* reason: the customer, the time and two bitmaps of one size are what one call says. */
csuccess_result csuccess_scorer_segments(csuccess_scorer *scorer, const csuccess_facts *facts,
                                         int64_t now_ms, uint64_t *members, uint64_t *undecided,
                                         size_t words, csuccess_error *err)
{
    csuccess_result status = csuccess__scorer_check(scorer, facts, now_ms, err);
    if (status < 0) {
        return status;
    }
    const csuccess_config *config = scorer->config;
    size_t needed = ((size_t)csuccess_config_segments(config) + 63) / 64;
    if (words < needed || (needed && !members)) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "members needs %z words of 64 bits",
                              needed);
    }
    status = csuccess__scorer_segment_slots(scorer, facts, now_ms, err);
    if (status < 0 || !config->segments) {
        return status;
    }
    csuccess__frame frame = {scorer->slots, config->schema->count, now_ms};
    status = csuccess__segments_row(config->segments, scorer->machine, &frame, scorer->slots,
                                    members, undecided);
    return status < 0 ? csuccess__scorer_failed(status, err) : CSUCCESS_OK;
}

static csuccess_result fill_segments(csuccess_scorer *scorer, int64_t now, csuccess_error *err)
{
    const csuccess_config *config = scorer->config;
    uint64_t members[CSUCCESS__SEGMENT_WORDS_MOST], open[CSUCCESS__SEGMENT_WORDS_MOST];
    csuccess__frame frame = {scorer->slots, config->schema->count, now};
    csuccess_result status = csuccess__segments_row(config->segments, scorer->machine, &frame,
                                                    scorer->slots, members, open);
    if (status < 0) {
        return csuccess__scorer_failed(status, err);
    }
    csuccess__segments_publish(config->segments, members, open, scorer->slots);
    return CSUCCESS_OK;
}

csuccess_result csuccess__scorer_fill(csuccess_scorer *scorer, const csuccess_facts *facts,
                                      int64_t now, csuccess_error *err)
{
    scorer->explained = false;
    csuccess_result status = csuccess__scorer_inputs(scorer, facts, now, err);
    if (status == CSUCCESS_OK) {
        status = csuccess__scorer_health(scorer, now, false, err);
    }
    scorer->wants_factors = true;
    if (status == CSUCCESS_OK) {
        status = predict(scorer, facts, now, err);
    }
    scorer->wants_factors = false;
    if (status == CSUCCESS_OK && scorer->config->segments) {
        status = fill_segments(scorer, now, err);
    }
    return status;
}

/* A compile error; its two lines with the caret are given in place of a value. */
static csuccess_result say_where(csuccess_scorer *scorer, csuccess_str text,
                                 const csuccess_error *found, csuccess_str *caret,
                                 csuccess_error *err)
{
    csuccess__buffer_clear(&scorer->json);
    csuccess__expr_caret(&scorer->json, text, (size_t)found->offset);
    *caret = csuccess__buffer_view(&scorer->json);
    csuccess__fail(err, found->code, "%s", found->message);
    csuccess__error_at(err, text, (size_t)found->offset);
    return found->code;
}

static csuccess_result write_value(csuccess_scorer *scorer, const csuccess__program *program,
                                   csuccess__value value, csuccess_str *out)
{
    csuccess__json_writer w;
    csuccess__buffer_clear(&scorer->json);
    csuccess__json_writer_init(&w, &scorer->json);
    if (csuccess__is_missing(value)) {
        csuccess__buffer_cstr(&scorer->json, "missing");
    } else {
        csuccess__value_write(&w, value, program->type);
    }
    *out = csuccess__buffer_view(&scorer->json);
    return scorer->json.status;
}

enum { BLAMED_MOST = 32 };

/* The inputs that left a missing value open, by name. */
static csuccess_result write_open(csuccess_scorer *scorer, const csuccess__program *program,
                                  const csuccess__frame *frame, csuccess_str *open)
{
    uint32_t slots[BLAMED_MOST];
    size_t n = csuccess__program_blame(program, scorer->machine, frame, slots, BLAMED_MOST);
    csuccess__buffer_clear(&scorer->open);
    for (size_t i = 0; i < n && i < BLAMED_MOST; i++) {
        csuccess__buffer_cstr(&scorer->open, i ? ", " : "");
        csuccess__schema_print(scorer->config->schema, &scorer->open, slots[i]);
    }
    if (open) {
        *open = csuccess__buffer_view(&scorer->open);
    }
    return scorer->open.status;
}

static csuccess_result evaluate(csuccess_scorer *scorer, const csuccess__question *question,
                                int64_t now, csuccess_str *value, csuccess_str *open)
{
    const csuccess__program *program = question->program;
    csuccess__frame frame = {scorer->slots, scorer->config->schema->count, now};
    csuccess_result failed = CSUCCESS_OK;
    csuccess__value v = csuccess__question_run(question, scorer, now, &failed);
    if (failed == CSUCCESS_OK) {
        failed = write_value(scorer, program, v, value);
    }
    if (failed == CSUCCESS_OK && csuccess__is_missing(v)) {
        failed = write_open(scorer, program, &frame, open);
        return failed == CSUCCESS_OK ? CSUCCESS_UNDECIDED : failed;
    }
    return failed;
}

/* reason: a customer, a time, an expression and two answers are what one call says. */
csuccess_result csuccess_scorer_eval(csuccess_scorer *scorer, const csuccess_facts *facts,
                                     int64_t now_ms, csuccess_str expression,
                                     csuccess_str *value, csuccess_str *open,
                                     csuccess_error *err)
{
    csuccess_result status = csuccess__scorer_check(scorer, facts, now_ms, err);
    if (status == CSUCCESS_OK && !value) {
        status = csuccess__fail(err, CSUCCESS_EINVALID, "value is required");
    }
    if (status == CSUCCESS_OK) {
        status = csuccess__scorer_fill(scorer, facts, now_ms, err);
    }
    if (status < 0) {
        return status;
    }
    csuccess__arena_reset(&scorer->scratch);
    csuccess__question question;
    csuccess_error found = CSUCCESS_ERROR_INIT;
    status =
        csuccess__question_compile(&question, scorer, &scorer->scratch, expression, &found);
    if (status < 0) {
        status = say_where(scorer, expression, &found, value, err);
    } else {
        status = evaluate(scorer, &question, now_ms, value, open);
        if (status < 0) {
            csuccess__scorer_failed(status, err);
        }
    }
    csuccess__question_free(&question);
    if (open && status != CSUCCESS_UNDECIDED) {
        *open = csuccess__str(NULL);
    }
    return status;
}

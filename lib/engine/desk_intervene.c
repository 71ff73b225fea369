/* SPDX-License-Identifier: Apache-2.0 */
/* Intervene on the desk: what a turn is given, sentiment of the texts that come, and what an erasure takes back. */
#include "engine/desk.h"

#include "base/error.h"

#include <string.h>

/* ---- Sentiment ---- */

static void find_sentiment(csuccess__desk *desk)
{
    const csuccess__schema *schema = desk->config->schema;
    for (int k = 0; k < CSUCCESS__SENTIMENT_SLOT_COUNT; k++) desk->sentiment[k] = UINT32_MAX;
    if (!desk->config->sentiment) return;
    for (uint32_t i = schema->inputs; i < schema->count; i++) {
        if (schema->slots[i].argument.ptr) continue;
        int k = csuccess__sentiment_slot_of(schema->slots[i].path);
        if (k == CSUCCESS__SENTIMENT_SLOT_COUNT) continue;
        desk->sentiment[k] = i;
        desk->reads_sentiment = true;
    }
}

bool csuccess__desk_sentiment(csuccess__desk *desk, int64_t now)
{
    csuccess__value values[CSUCCESS__SENTIMENT_SLOT_COUNT];
    if (!desk->reads_sentiment) return true;
    if (!csuccess__sentiment_values(desk->config->sentiment, &desk->state, now, values))
        return false;
    for (int k = 0; k < CSUCCESS__SENTIMENT_SLOT_COUNT; k++) {
        uint32_t slot = desk->sentiment[k];
        if (slot != UINT32_MAX) desk->scorer->slots[slot] = values[k];
    }
    return true;
}

/* The host's word, over what the library makes of the text. */
static csuccess_result ask_host(csuccess__desk *desk, const csuccess__step *step,
                                csuccess_str text, csuccess__feeling *feeling,
                                csuccess__text *reason)
{
    const csuccess__desk_options *options = &desk->options;
    csuccess_feeling said = {.size = sizeof said,
                             .score = feeling->score,
                             .confidence = feeling->confidence,
                             .label = feeling->label,
                             .undecided = feeling->undecided,
                             .emotions = feeling->emotions,
                             .issues = feeling->issues};
    csuccess_result status =
        options->sentiment(options->sentiment_ud, step->customer, text, &said);
    if (status == CSUCCESS_EMISSING) return CSUCCESS_OK;
    if (status < 0) {
        csuccess__text_format(reason, "the sentiment callback failed: %s",
                              csuccess_result_text(status));
        return CSUCCESS_ECALLBACK;
    }
    *feeling = (csuccess__feeling){.score = said.score,
                                   .confidence = said.confidence,
                                   .label = said.label,
                                   .undecided = feeling->undecided,
                                   .emotions = said.emotions,
                                   .issues = said.issues};
    status = csuccess__feeling_check(desk->config->sentiment, feeling, reason);
    return status < 0 ? CSUCCESS_ECALLBACK : CSUCCESS_OK;
}

csuccess_result csuccess__desk_hear(csuccess__desk *desk, const csuccess__step *step,
                                    const csuccess__input *input, csuccess__text *reason)
{
    csuccess__heard *out = &desk->heard;
    const csuccess__sentiment *of = desk->config->sentiment;
    csuccess__machine *machine = desk->scorer->machine;
    out->any = false;
    if (!of) return CSUCCESS_OK;
    csuccess_str text = csuccess__sentiment_text(of, input);
    if (!text.ptr || text.len == 0) return CSUCCESS_OK;
    if (!machine->scratch) machine->scratch = csuccess__regex_scratch_new(&machine->mem);
    if (!machine->scratch) return CSUCCESS_ENOMEM;
    csuccess_result status =
        csuccess__sentiment_score(of, machine->scratch, text, &out->feeling);
    if (status == CSUCCESS_OK && desk->options.sentiment) {
        status = ask_host(desk, step, text, &out->feeling, reason);
    }
    out->any = status == CSUCCESS_OK;
    return status;
}

csuccess_result csuccess__desk_feel(csuccess__desk *desk, csuccess__step *step,
                                    const csuccess__input *input)
{
    const csuccess__heard *heard = &desk->heard;
    if (!heard->any) return CSUCCESS_OK;
    csuccess__sentiment_apply(desk->config->sentiment, step, input, &heard->feeling);
    return step->failed < 0 ? step->failed : CSUCCESS_OK;
}

/* ---- Making ---- */

csuccess_result csuccess__desk_intervene_new(csuccess__desk *desk)
{
    const csuccess__intervene *of = desk->config->intervene;
    desk->intervenes = !of->idle;
    find_sentiment(desk);
    return csuccess__intervene_desk_new(&desk->intervene, &desk->mem);
}

/* ---- Turns ---- */

csuccess__turn csuccess__desk_turn(csuccess__advance *advance, csuccess__moment *m)
{
    csuccess__desk *desk = advance->desk;
    desk->intervene.count = 0;
    csuccess__arena_reset(&desk->intervene.texts);
    return (csuccess__turn){.m = m,
                            .of = desk->config->intervene,
                            .desk = &desk->intervene,
                            .principal = &advance->principal,
                            .first = advance->settled};
}

typedef csuccess_result application(csuccess__turn *t, const csuccess__input *input,
                                    csuccess__text *reason);

/* With the facts in the slots, so that conditions may be asked. */
static csuccess_result apply(csuccess__advance *advance, csuccess__step *step,
                             const csuccess__input *input, csuccess__text *reason,
                             application *how)
{
    csuccess__desk *desk = advance->desk;
    csuccess__zones_asked asked;
    csuccess_result status = csuccess__desk_facts(desk, step->now, NULL);
    if (status < 0) return status;
    csuccess__machine_reset(desk->scorer->machine);
    csuccess__facts_fill(desk->facts, step->now, desk->scorer->slots);
    csuccess__moment m = csuccess__desk_moment(advance, step, input, &asked);
    asked.moment = &m;
    csuccess__turn t = csuccess__desk_turn(advance, &m);
    status = how(&t, input, reason);
    desk->facts_stale = true; /* nothing that was filled in is of this step's end */
    return step->failed < 0 ? step->failed : status;
}

csuccess_result csuccess__desk_apply_intervene(csuccess__advance *advance, csuccess__step *step,
                                               const csuccess__input *input,
                                               csuccess__text *reason)
{
    return apply(advance, step, input, reason, csuccess__intervene_apply);
}

csuccess_result csuccess__desk_apply_delivery(csuccess__advance *advance, csuccess__step *step,
                                              const csuccess__input *input,
                                              csuccess__text *reason)
{
    return apply(advance, step, input, reason, csuccess__intervene_delivered);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Scoring texts for hosts: csuccess_sentiment over a configuration, or over the lexicon alone. */
#include <csuccess/sentiment.h>

#include "base/error.h"
#include "config/config.h"
#include "text/utf8.h"

struct csuccess_sentiment {
    csuccess_allocator mem;
    csuccess_config *config;       /* referenced; may be NULL */
    const csuccess__sentiment *of; /* its section; NULL: the lexicon alone */
    csuccess__regex_scratch *scratch;
};

csuccess_result csuccess_sentiment_new(csuccess_sentiment **out, csuccess_config *config,
                                       const csuccess_allocator *allocator, csuccess_error *err)
{
    csuccess_allocator mem;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    csuccess_result status = config ? csuccess__config_memory(&mem, config, allocator, err)
                                    : csuccess__allocator_take(&mem, allocator, err);
    if (status < 0) return status;
    csuccess_sentiment *s = csuccess__alloc(&mem, 1, sizeof *s);
    if (!s) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    *s = (csuccess_sentiment){.mem = mem};
    s->scratch = csuccess__regex_scratch_new(&s->mem);
    if (!s->scratch) {
        csuccess__release(&mem, s, 1, sizeof *s);
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    if (config) s->config = csuccess_config_ref(config);
    s->of = config ? config->sentiment : NULL;
    *out = s;
    return CSUCCESS_OK;
}

csuccess_result csuccess_sentiment_score(csuccess_sentiment *sentiment, csuccess_str text,
                                         csuccess_feeling *out, csuccess_error *err)
{
    csuccess__feeling feeling;
    if (!sentiment || !out || (!text.ptr && text.len > 0)) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "sentiment, text and out are required");
    }
    csuccess_result status =
        csuccess__sentiment_score(sentiment->of, sentiment->scratch, text, &feeling);
    if (status == CSUCCESS_ENOMEM) return csuccess__fail(err, status, "out of memory");
    if (status < 0) {
        size_t bad = 0;
        (void)csuccess__utf8_check(text, &bad);
        csuccess__fail(err, status, "the text is not UTF-8");
        csuccess__error_at(err, text, bad);
        return status;
    }
    const csuccess_feeling give = {.size = sizeof give,
                                   .score = feeling.score,
                                   .confidence = feeling.confidence,
                                   .label = feeling.label,
                                   .undecided = feeling.undecided,
                                   .emotions = feeling.emotions,
                                   .issues = feeling.issues};
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_feeling", err);
}

csuccess_str csuccess_sentiment_emotion(const csuccess_sentiment *sentiment, uint32_t bit)
{
    return csuccess__sentiment_emotion(sentiment ? sentiment->of : NULL, bit);
}

csuccess_str csuccess_sentiment_issue(const csuccess_sentiment *sentiment, uint32_t bit)
{
    return csuccess__sentiment_issue(sentiment ? sentiment->of : NULL, bit);
}

void csuccess_sentiment_free(csuccess_sentiment *sentiment)
{
    if (!sentiment) return;
    csuccess_allocator mem = sentiment->mem;
    csuccess__regex_scratch_free(sentiment->scratch);
    csuccess_config_unref(sentiment->config);
    csuccess__release(&mem, sentiment, 1, sizeof *sentiment);
}

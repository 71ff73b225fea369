/* SPDX-License-Identifier: Apache-2.0 */
/* The sentiment of a text. */
#ifndef CSUCCESS_SENTIMENT_H
#define CSUCCESS_SENTIMENT_H

#include <csuccess/config.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A scorer of texts: how they sound, from -1 to 1, which emotions they show and which issues they speak of. An engine scores the texts of inputs by itself; this is for hosts that want to score a text alone.
 *
 * Tone is by a lexicon of English words, emoticons and emoji, and by the method of VADER (C. J. Hutto, E. Gilbert, 2014): negations, boosters and dampeners within three words, capitals where the text mixes
 * cases, exclamation and question marks, "but", phrases. Emotions and issues are by the patterns of the configuration's section `sentiment`, or the given ones; an emotion behind a negation ("not angry") is none.
 *
 * Thread-safety: one thread at a time; make one per thread over a shared configuration.
 * @since 0.1
 */
typedef struct csuccess_sentiment csuccess_sentiment;

/* csuccess_feeling.label */
#define CSUCCESS_LABEL_NEGATIVE (-1) /**< a score up to -0.05 */
#define CSUCCESS_LABEL_NEUTRAL 0
#define CSUCCESS_LABEL_POSITIVE 1 /**< a score from 0.05 */

/** What a text says. @since 0.1 */
typedef struct csuccess_feeling {
    size_t size;  /**< set by the caller: sizeof(csuccess_feeling) */
    double score; /**< -1 to 1: x / sqrt(x^2 + 15) of the sum x of its words */
    double
        confidence; /**< 0 to 1: n / (n + 1) of the n words that have a feeling, times |sum| / sum of | |, which is how far they agree */
    int32_t label;  /**< CSUCCESS_LABEL_* */
    uint32_t undecided; /**< patterns that stayed open because their budget was spent */
    uint32_t emotions;  /**< bits: csuccess_sentiment_emotion() names them */
    uint32_t issues;    /**< bits: csuccess_sentiment_issue() names them */
} csuccess_feeling;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_FEELING_INIT {sizeof(csuccess_feeling), 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_FEELING_INIT {.size = sizeof(csuccess_feeling)}
#endif
/* clang-format on */

/**
 * Makes a scorer. *out is NULL on failure. CSUCCESS_EINVALID (no out); CSUCCESS_EABI; CSUCCESS_ENOMEM.
 * @param config whose section `sentiment` says the words and patterns; referenced until csuccess_sentiment_free(). NULL, or one without that section: the lexicon alone, without emotions and issues
 * @param allocator borrowed for the call; NULL: the configuration's, and without one malloc
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_sentiment_new(csuccess_sentiment **out,
                                                    csuccess_config *config,
                                                    const csuccess_allocator *allocator,
                                                    csuccess_error *err);
/**
 * Scores a text (UTF-8; any length, of which the first 64 KiB are read). One pass for the tone, one for each pattern. Nothing is allocated, but by patterns when the first text comes, and by those that go back and forth a lot. The empty text is neutral.
 * CSUCCESS_EINVALID (no sentiment, no out); CSUCCESS_EENCODING (err has the offset); CSUCCESS_EABI; CSUCCESS_ENOMEM. After an error *out is as it was.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_sentiment_score(csuccess_sentiment *sentiment,
                                                      csuccess_str text, csuccess_feeling *out,
                                                      csuccess_error *err);
/** The emotion of a bit, counted from 0; borrowed from the configuration. Empty: there are no more. @since 0.1 */
CSUCCESS_API csuccess_str csuccess_sentiment_emotion(const csuccess_sentiment *sentiment,
                                                     uint32_t bit);
/** The issue of a bit, counted from 0; borrowed from the configuration. Empty: there are no more. @since 0.1 */
CSUCCESS_API csuccess_str csuccess_sentiment_issue(const csuccess_sentiment *sentiment,
                                                   uint32_t bit);
/** Frees it; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_sentiment_free(csuccess_sentiment *sentiment);

#ifdef __cplusplus
}
#endif

#endif

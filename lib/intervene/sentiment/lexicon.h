/* SPDX-License-Identifier: Apache-2.0 */
/* The words that the scorer knows, as tables that embed.py makes of lexicon.tsv, modifiers.tsv and emoji.tsv. */
#ifndef CSUCCESS__INTERVENE_SENTIMENT_LEXICON_H
#define CSUCCESS__INTERVENE_SENTIMENT_LEXICON_H

#include <csuccess/base.h>

enum {
    CSUCCESS__WORD_MOST = 63,  /* bytes of a word; what is longer is none of them */
    CSUCCESS__PHRASE_MOST = 4, /* words of a phrase */
    CSUCCESS__NO_WORD = 0xFFFF
};

/* What a word does to those around it. */
typedef enum csuccess__word_role {
    CSUCCESS__ROLE_NONE,
    CSUCCESS__ROLE_NEGATION,
    CSUCCESS__ROLE_NEVER,   /* a negation, but "never so good" is more than good */
    CSUCCESS__ROLE_WITHOUT, /* a negation, but "without doubt" is none */
    CSUCCESS__ROLE_NO,      /* a feeling of its own, or a negation of the one that follows */
    CSUCCESS__ROLE_BOOSTER,
    CSUCCESS__ROLE_SO,   /* a booster */
    CSUCCESS__ROLE_VERY, /* a booster; "very least" is no negation */
    CSUCCESS__ROLE_DAMPENER,
    CSUCCESS__ROLE_BUT,
    CSUCCESS__ROLE_LEAST, /* a negation, but not "at least", "very least" */
    CSUCCESS__ROLE_AT,
    CSUCCESS__ROLE_THIS,
    CSUCCESS__ROLE_DOUBT,
    CSUCCESS__ROLE_OR,
    CSUCCESS__ROLE_ONLY /* "not only" is no negation */
} csuccess__word_role;

enum { CSUCCESS__WORD_FELT = 1, CSUCCESS__WORD_ENDS_PHRASE = 2 };
typedef struct csuccess__word {
    uint32_t at; /* in csuccess__lexicon_text */
    uint8_t length, role;
    int8_t tenths;
    uint8_t flags;
} csuccess__word;
/* Words by number, the last first. Its rating takes the place of theirs; with a role it is one word of that role. */
typedef struct csuccess__phrase {
    uint8_t length;
    int8_t tenths;
    uint8_t role;
    uint16_t words[CSUCCESS__PHRASE_MOST];
} csuccess__phrase;
typedef struct csuccess__emoji {
    uint32_t code_point;
    int8_t tenths;
} csuccess__emoji;

extern const char csuccess__lexicon_text[];
extern const csuccess__word csuccess__lexicon_words[]; /* ascending by bytes */
extern const uint16_t csuccess__lexicon_places
    []; /* by hash: number of a word + 1; 0: none; then the next place */
extern const uint32_t csuccess__lexicon_count,
    csuccess__lexicon_size; /* size: a power of two */
extern const csuccess__phrase csuccess__lexicon_phrases[];
extern const uint32_t csuccess__lexicon_phrase_count;
extern const csuccess__emoji csuccess__lexicon_emoji[]; /* ascending */
extern const uint32_t csuccess__lexicon_emoji_count;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Words of a text looked up. */
#ifndef CSUCCESS__INTERVENE_SENTIMENT_WORDS_H
#define CSUCCESS__INTERVENE_SENTIMENT_WORDS_H

#include "intervene/sentiment/tone.h"

/* What is known of one word. */
typedef struct csuccess__known_word {
    uint16_t number; /* CSUCCESS__NO_WORD: not of the lexicon */
    uint8_t role;
    bool felt;         /* it has a rating */
    bool ends;         /* a phrase may end with it */
    bool upper, lower; /* it has letters of ASCII of that case */
    double rating;
} csuccess__known_word;
/* Looks up what stands between two white spaces: an emoticon as it is, else without the marks around it. */
csuccess__known_word csuccess__word_known(const csuccess__own_words *own, csuccess_str token);
/* The rating of an emoji. False: it is none that is known. */
bool csuccess__emoji_rating(uint32_t code_point, double *rating);

#endif

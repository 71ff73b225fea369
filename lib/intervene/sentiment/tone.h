/* SPDX-License-Identifier: Apache-2.0 */
/* The tone of a text by its words, by the published method of VADER (C. J. Hutto, E. Gilbert, A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text, 2014), written from the paper.

   A word has its rating of the lexicon, -4 to 4. In capitals, in a text that is not all capitals, it counts 0.733 more. The three words before it change it, unless they have a rating of their own: a booster by 0.293
   ("very"), a dampener by -0.293 ("kind of"), at a distance of two times 0.95, of three times 0.9; a negation times -0.74. What stands before "but" counts half, what stands behind it one and a half. Each of up to four "!"
   gives 0.292 in the direction of the sum, two or three "?" 0.18 each, more of them 0.96 in all. The score is x / sqrt(x^2 + 15). */
#ifndef CSUCCESS__INTERVENE_SENTIMENT_TONE_H
#define CSUCCESS__INTERVENE_SENTIMENT_TONE_H

#include "base/arena.h"
#include "intervene/sentiment/lexicon.h"

#include <stdbool.h>

/* Words of a section, which go before the lexicon's: an open hash. */
typedef struct csuccess__own_word {
    csuccess_str word; /* folded; ptr NULL: the place is free */
    double rating;     /* 0: it says nothing */
} csuccess__own_word;
typedef struct csuccess__own_words {
    csuccess__own_word *places;
    uint32_t mask; /* places - 1, a power of two less one */
} csuccess__own_words;
/* Room for so many words; false: no memory. */
bool csuccess__own_words_new(csuccess__own_words *out, csuccess__arena *arena, uint32_t count);
/* Adds a word that is folded, or changes it. */
void csuccess__own_words_add(csuccess__own_words *own, csuccess_str word, double rating);
/* Small letters of ASCII, an apostrophe for a curly one; SIZE_MAX: more than CSUCCESS__WORD_MOST bytes. */
size_t csuccess__word_fold(char out[CSUCCESS__WORD_MOST + 1], csuccess_str word);

typedef struct csuccess__tone {
    double score; /* -1 to 1, 9 decimals */
    double
        confidence; /* 0 to 1: n / (n + 1) of n words with a feeling, times how far they agree: |sum| / sum of | | */
    uint32_t felt;  /* n */
} csuccess__tone;
/* One pass, no allocation. `own` NULL: the lexicon alone. EENCODING: it is not UTF-8. */
csuccess_result csuccess__tone_of(const csuccess__own_words *own, csuccess_str text,
                                  csuccess__tone *out);

/* Whether one of the three words that end before `at` is a negation; a comma is no border, the end of a sentence is one. */
bool csuccess__tone_negated(csuccess_str text, size_t at);

#endif

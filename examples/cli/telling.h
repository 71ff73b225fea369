/* SPDX-License-Identifier: Apache-2.0 */
/* Objects in words: which members are told, in which order, behind which words. */
#ifndef CLI_TELLING_H
#define CLI_TELLING_H

#include <csuccess/base.h>
#include <stddef.h>

enum { TELLINGS_MOST = 16 };

/*
 * A member behind some words, which are left out with it: where it is absent, null or empty. The first letter of the key may say how:
 * $ an amount in minor units, as major ones · % a number of 0 to 1, per cent · ? the words alone, where it is true · * the first few texts of a list ·
 * # an id by its first digits, as decisions name it. Else texts are as they are, and numbers have four decimals at most.
 */
typedef struct telling {
    const char *before, *key;
} telling;

/* What is told goes into a text of `cap` bytes, cut to fit, with a 0 behind. */
typedef struct words {
    char *text;
    size_t len, cap;
} words;

void words_put(words *to, csuccess_str text);
void words_put_text(words *to, const char *text);
/* Up to TELLINGS_MOST, until one without words. */
void words_tell(words *to, const telling *list, csuccess_str object);
/* The first few texts of a list, and how many `more` there are besides. */
void words_put_list(words *to, csuccess_str list, size_t more);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Words of a text looked up: in the section's own, then in the lexicon. */
#include "intervene/sentiment/words.h"

#include "base/str.h"

#include <string.h>

enum { UPPER = 1, LOWER = 2, DIGIT = 4, HIGH = 8 };
enum { EMOTICON_MOST = 2 /* what is left of one without its marks, such as the d of ":d" */ };
static const uint32_t hash_start = 2166136261u, hash_step = 16777619u; /* FNV-1a */

static unsigned class_of(unsigned char c)
{
    if (c >= 'a' && c <= 'z') return LOWER;
    if (c >= 'A' && c <= 'Z') return UPPER;
    if (c >= '0' && c <= '9') return DIGIT;
    return c >= 0x80 ? HIGH : 0;
}

/* A folded word, its hash and the classes of its bytes. */
typedef struct folded {
    char bytes[CSUCCESS__WORD_MOST + 1];
    size_t length;
    uint32_t hash;
    unsigned classes;
} folded;

/* False: it is longer than any word. */
static bool fold(folded *out, csuccess_str word)
{
    size_t n = 0;
    uint32_t hash = hash_start;
    unsigned classes = 0;
    for (size_t i = 0; i < word.len; i++) {
        unsigned char c = (unsigned char)word.ptr[i];
        unsigned class_ = class_of(c);
        if (n == CSUCCESS__WORD_MOST) return false;
        if (class_ == UPPER) c = (unsigned char)(c + ('a' - 'A'));
        if (c == 0xE2 && word.len - i >= 3 && memcmp(word.ptr + i, "\xE2\x80\x99", 3) == 0) {
            c = '\'';
            i += 2;
            class_ = 0;
        }
        classes |= class_;
        hash = (hash ^ c) * hash_step;
        out->bytes[n++] = (char)c;
    }
    out->bytes[n] = '\0';
    out->length = n;
    out->hash = hash;
    out->classes = classes;
    return true;
}

size_t csuccess__word_fold(char out[CSUCCESS__WORD_MOST + 1], csuccess_str word)
{
    folded f;
    if (!fold(&f, word)) return SIZE_MAX;
    memcpy(out, f.bytes, f.length + 1);
    return f.length;
}

/* ---- The section's own ---- */

bool csuccess__own_words_new(csuccess__own_words *out, csuccess__arena *arena, uint32_t count)
{
    uint32_t size = 2;
    while (size < 2 * count) size *= 2;
    out->mask = size - 1;
    out->places = CSUCCESS__NEW_ARRAY(arena, csuccess__own_word, size);
    return out->places != NULL;
}

static csuccess__own_word *own_place(const csuccess__own_words *own, const char *bytes,
                                     size_t length, uint32_t hash)
{
    uint32_t at = hash & own->mask;
    for (;;) {
        csuccess__own_word *place = &own->places[at];
        if (!place->word.ptr) return place;
        if (place->word.len == length && memcmp(place->word.ptr, bytes, length) == 0) {
            return place;
        }
        at = (at + 1) & own->mask;
    }
}

void csuccess__own_words_add(csuccess__own_words *own, csuccess_str word, double rating)
{
    uint32_t hash = hash_start;
    for (size_t i = 0; i < word.len; i++) {
        hash = (hash ^ (unsigned char)word.ptr[i]) * hash_step;
    }
    *own_place(own, word.ptr, word.len, hash) = (csuccess__own_word){word, rating};
}

/* ---- Looking up ---- */

static uint16_t number_of(const folded *f)
{
    uint32_t mask = csuccess__lexicon_size - 1;
    for (uint32_t at = f->hash & mask;; at = (at + 1) & mask) {
        uint16_t place = csuccess__lexicon_places[at];
        if (place == 0) return CSUCCESS__NO_WORD;
        const csuccess__word *word = &csuccess__lexicon_words[place - 1];
        if (word->length == f->length &&
            memcmp(csuccess__lexicon_text + word->at, f->bytes, f->length) == 0) {
            return (uint16_t)(place - 1);
        }
    }
}

/* True: it is known. */
static bool find(const csuccess__own_words *own, const folded *f, csuccess__known_word *out)
{
    out->number = number_of(f);
    if (out->number != CSUCCESS__NO_WORD) {
        const csuccess__word *word = &csuccess__lexicon_words[out->number];
        out->role = word->role;
        out->felt = (word->flags & CSUCCESS__WORD_FELT) != 0;
        out->ends = (word->flags & CSUCCESS__WORD_ENDS_PHRASE) != 0;
        out->rating = word->tenths / 10.0;
    }
    if (own && own->places) {
        const csuccess__own_word *mine = own_place(own, f->bytes, f->length, f->hash);
        if (mine->word.ptr) {
            out->role = CSUCCESS__ROLE_NONE;
            out->rating = mine->rating;
            out->felt = true;
            return true;
        }
    }
    return out->number != CSUCCESS__NO_WORD;
}

/* "didn't" and its kin, also those that no list has. */
static bool is_not(const folded *f)
{
    return f->length > 3 && memcmp(f->bytes + f->length - 3, "n't", 3) == 0;
}

static bool is_mark(char c)
{
    return class_of((unsigned char)c) == 0;
}

static csuccess_str without_marks(csuccess_str token)
{
    while (token.len && is_mark(token.ptr[0])) {
        token.ptr++;
        token.len--;
    }
    while (token.len && is_mark(token.ptr[token.len - 1])) token.len--;
    return token;
}

/* ":)." is ":)". */
static csuccess_str without_end(csuccess_str token)
{
    while (token.len && memchr(".,!?;", token.ptr[token.len - 1], 5)) token.len--;
    return token;
}

/* The first of these spellings that is known: as it is, without the end of a sentence, without marks. */
static bool find_emoticon(const csuccess__own_words *own, csuccess_str token,
                          csuccess__known_word *out)
{
    folded f;
    csuccess_str cut = without_end(token);
    if (fold(&f, token) && find(own, &f, out)) return true;
    /* A letter with a point is an initial. */
    return cut.len > 1 && cut.len < token.len && fold(&f, cut) && find(own, &f, out);
}

/* What a word without its marks is; `marked`: there were some. */
static void find_bare(const csuccess__own_words *own, const folded *f, bool marked,
                      csuccess__known_word *out)
{
    if (f->length == 0 || (f->length == 1 && marked)) return; /* "l." is no word */
    if (!find(own, f, out) && is_not(f)) out->role = CSUCCESS__ROLE_NEGATION;
}

csuccess__known_word csuccess__word_known(const csuccess__own_words *own, csuccess_str token)
{
    folded f;
    csuccess__known_word out = {.number = CSUCCESS__NO_WORD};
    csuccess_str bare = without_marks(token);
    bool marked = bare.len < token.len;
    /* Who is spoken to is not what is said. */
    if (token.len > 1 && token.ptr[0] == '@') return out;
    if (!fold(&f, bare)) return out;
    out.upper = (f.classes & UPPER) != 0;
    out.lower = (f.classes & LOWER) != 0;
    bool emoticon = marked && bare.len <= EMOTICON_MOST && find_emoticon(own, token, &out);
    if (!emoticon) find_bare(own, &f, marked, &out);
    return out;
}

bool csuccess__emoji_rating(uint32_t code_point, double *rating)
{
    uint32_t low = 0, high = csuccess__lexicon_emoji_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (csuccess__lexicon_emoji[middle].code_point < code_point) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == csuccess__lexicon_emoji_count) return false;
    if (csuccess__lexicon_emoji[low].code_point != code_point) return false;
    *rating = csuccess__lexicon_emoji[low].tenths / 10.0;
    return true;
}

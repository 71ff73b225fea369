/* SPDX-License-Identifier: Apache-2.0 */
/* The tone of a text: its words one by one, each weighed by the three before it. */
#include "intervene/sentiment/tone.h"

#include "base/number.h"
#include "intervene/sentiment/words.h"
#include "text/utf8.h"

#include <math.h>
#include <string.h>

/* Given by the paper. */
#define CAPITALS 0.733
#define DEGREE 0.293
#define NEGATED -0.74
#define NEVER_SO 1.25
#define BEFORE_BUT 0.5
#define BEHIND_BUT 1.5
#define EXCLAMATION 0.292
#define QUESTION 0.18
#define QUESTIONS 0.96
#define SPREAD 15.0
enum { EXCLAMATIONS_MOST = 4, QUESTIONS_EACH = 3, REACH = 3 };
/* What a booster loses with its distance. */
static const double fading[REACH + 1] = {0, 1, 0.95, 0.9};

/* Sums are kept for a text that is all capitals or none (0) and for one that mixes them (1): which it is is known at its end. */
enum { PLAIN, MIXED, VIEWS };

/* One of the last words. What it gave is not added before it is out of reach of a phrase. */
typedef struct seen {
    uint16_t number;
    uint8_t role;
    bool felt, capital;
    double gave[VIEWS];
} seen;

typedef struct reading {
    const csuccess__own_words *own;
    seen last[CSUCCESS__PHRASE_MOST]; /* a ring */
    uint32_t words;                   /* so far */
    double sum[VIEWS], strength[VIEWS],
        before[VIEWS]; /* before: what stood before the last "but" */
    uint32_t felt, exclamations, questions;
    bool capitals, small; /* there are words of capitals, and others */
    bool but;
} reading;

/* The word at a distance before the one that is read, from 1. NULL: there is none. */
static seen *back(reading *r, uint32_t distance)
{
    if (distance > r->words || distance > CSUCCESS__PHRASE_MOST) return NULL;
    return &r->last[(r->words - distance) % CSUCCESS__PHRASE_MOST];
}

static bool role_at(reading *r, uint32_t distance, uint8_t role)
{
    const seen *word = back(r, distance);
    return word && word->role == role;
}

/* ---- One word ---- */

static double degree_of(const seen *word, double rating, int view)
{
    double degree = 0;
    switch (word->role) {
    case CSUCCESS__ROLE_BOOSTER:
    case CSUCCESS__ROLE_SO:
    case CSUCCESS__ROLE_VERY:
        degree = DEGREE;
        break;
    case CSUCCESS__ROLE_DAMPENER:
        degree = -DEGREE;
        break;
    default:
        return 0;
    }
    if (view == MIXED && word->capital) degree += degree > 0 ? CAPITALS : -CAPITALS;
    return rating < 0 ? -degree : degree;
}

/* A word of that role stands nearer than a distance. */
static bool nearer(reading *r, uint32_t distance, uint8_t role, uint8_t other)
{
    for (uint32_t d = 1; d < distance; d++) {
        if (role_at(r, d, role) || role_at(r, d, other)) return true;
    }
    return false;
}

/* "At least", "very least" are no negations. */
static bool least_denies(reading *r, uint32_t distance)
{
    if (distance > 1) return false;
    return !role_at(r, 2, CSUCCESS__ROLE_AT) && !role_at(r, 2, CSUCCESS__ROLE_VERY);
}

/* "No good", "no very good", "no good or bad". */
static bool no_denies(reading *r, uint32_t distance)
{
    return distance < REACH || role_at(r, 1, CSUCCESS__ROLE_OR);
}

static bool not_denies(reading *r, uint32_t distance)
{
    return distance == 1 || !role_at(r, distance - 1, CSUCCESS__ROLE_ONLY);
}

/* What the word at a distance makes of a rating by denying it. */
static double denial(reading *r, uint32_t distance)
{
    bool denies = false;
    switch (back(r, distance)->role) {
    case CSUCCESS__ROLE_NEVER:
        if (nearer(r, distance, CSUCCESS__ROLE_SO, CSUCCESS__ROLE_THIS)) return NEVER_SO;
        denies = true;
        break;
    case CSUCCESS__ROLE_NEGATION:
        denies = not_denies(r, distance);
        break;
    case CSUCCESS__ROLE_WITHOUT:
        denies = !nearer(r, distance, CSUCCESS__ROLE_DOUBT, CSUCCESS__ROLE_DOUBT);
        break;
    case CSUCCESS__ROLE_LEAST:
        denies = least_denies(r, distance);
        break;
    case CSUCCESS__ROLE_NO:
        denies = no_denies(r, distance);
        break;
    default:
        break;
    }
    return denies ? NEGATED : 1;
}

static double weigh(reading *r, const seen *of, double rating, int view)
{
    double v = rating;
    if (view == MIXED && of->capital) v += v > 0 ? CAPITALS : -CAPITALS;
    for (uint32_t d = 1; d <= REACH; d++) {
        const seen *word = back(r, d);
        if (!word) break;
        bool no = word->role == CSUCCESS__ROLE_NO && of->role != CSUCCESS__ROLE_NO;
        if (word->felt && !no) continue;
        v += fading[d] * degree_of(word, rating, view);
        v *= denial(r, d);
    }
    return v;
}

/* ---- Sums ---- */

static void add(reading *r, seen *word)
{
    double plain = word->gave[PLAIN];
    if (plain < 0 || plain > 0) r->felt++;
    for (int view = 0; view < VIEWS; view++) {
        r->sum[view] += word->gave[view];
        r->strength[view] += fabs(word->gave[view]);
        word->gave[view] = 0;
    }
}

static void add_all(reading *r)
{
    for (uint32_t d = CSUCCESS__PHRASE_MOST; d > 0; d--) {
        seen *word = back(r, d);
        if (word) add(r, word);
    }
}

static void push(reading *r, const seen *word)
{
    seen *place = &r->last[r->words % CSUCCESS__PHRASE_MOST];
    if (r->words >= CSUCCESS__PHRASE_MOST) add(r, place);
    *place = *word;
    r->words++;
}

/* ---- Phrases ---- */

static bool ends_here(reading *r, const csuccess__phrase *phrase)
{
    for (uint32_t i = 0; i < phrase->length; i++) {
        const seen *word = back(r, i + 1);
        if (!word || word->number != phrase->words[i]) return false;
    }
    return true;
}

/* Its words are one: the last, with what the phrase says. */
static void take_phrase(reading *r, const csuccess__phrase *phrase)
{
    seen *last = back(r, 1);
    for (uint32_t i = 0; i < phrase->length; i++) {
        seen *word = back(r, i + 1);
        word->felt = false;
        word->role = CSUCCESS__ROLE_NONE;
        word->gave[PLAIN] = word->gave[MIXED] = 0;
    }
    last->role = phrase->role;
    if (phrase->role != CSUCCESS__ROLE_NONE) return;
    last->felt = true;
    r->words--; /* it is weighed by what stands before it */
    for (int view = 0; view < VIEWS; view++) {
        last->gave[view] = weigh(r, last, phrase->tenths / 10.0, view);
    }
    r->words++;
}

static void look_for_phrases(reading *r)
{
    for (uint32_t i = 0; i < csuccess__lexicon_phrase_count; i++) {
        if (!ends_here(r, &csuccess__lexicon_phrases[i])) continue;
        take_phrase(r, &csuccess__lexicon_phrases[i]);
        return;
    }
}

/* ---- Words in their order ---- */

/* A "no" that denies a feeling has none of its own; "no, no, no" has. */
static void spend_no(reading *r)
{
    for (uint32_t d = 1; d <= REACH; d++) {
        seen *word = back(r, d);
        if (!word || word->role != CSUCCESS__ROLE_NO || denial(r, d) > 0) continue;
        word->gave[PLAIN] = word->gave[MIXED] = 0;
    }
}

static void take_rating(reading *r, seen *word, double rating)
{
    word->felt = true;
    if (word->role != CSUCCESS__ROLE_NO) spend_no(r);
    for (int view = 0; view < VIEWS; view++) {
        word->gave[view] = weigh(r, word, rating, view);
    }
}

static void take_word(reading *r, csuccess_str token)
{
    csuccess__known_word known = csuccess__word_known(r->own, token);
    seen word = {
        .number = known.number, .role = known.role, .capital = known.upper && !known.lower};
    r->capitals = r->capitals || word.capital;
    r->small = r->small || known.lower;
    if (known.role == CSUCCESS__ROLE_BUT) {
        add_all(r);
        memcpy(r->before, r->sum, sizeof r->before);
        r->but = true;
    }
    if (known.felt) take_rating(r, &word, known.rating);
    push(r, &word);
    if (known.ends) look_for_phrases(r);
}

static void take_emoji(reading *r, double rating)
{
    seen word = {.number = CSUCCESS__NO_WORD};
    take_rating(r, &word, rating);
    push(r, &word);
}

/* ---- Bytes ---- */

/* What a byte is. */
enum { PART, SPACE, EXCLAIMS, ASKS, LONG };

static int kind_of(unsigned char c)
{
    if (c >= 0x80) return LONG;
    if (c <= ' ' || c == 0x7F) return SPACE;
    if (c == '!') return EXCLAIMS;
    return c == '?' ? ASKS : PART;
}

/* Bytes of the character of more than one at `at`; 0: it is not UTF-8. */
static size_t decode(csuccess_str text, size_t at, uint32_t *code_point)
{
    size_t length = (unsigned char)text.ptr[at] >= 0xF0   ? 4
                    : (unsigned char)text.ptr[at] >= 0xE0 ? 3
                                                          : 2;
    if (length > text.len - at) return 0;
    if (!csuccess__utf8_check((csuccess_str){text.ptr + at, length}, NULL)) return 0;
    *code_point = csuccess__utf8_decode(text, at, &length);
    return length;
}

/* Dashes, quotes and dots of typography, but for the apostrophe. */
static bool parts_words(uint32_t c)
{
    bool typography = c >= 0x2010 && c <= 0x205E && c != 0x2019;
    return typography || csuccess__utf8_is_space(c);
}

typedef struct cursor {
    csuccess_str text;
    size_t at, start; /* start: of the word that is read; == at: none */
    bool bad;
} cursor;

static void end_word(reading *r, cursor *c)
{
    if (c->at > c->start) {
        take_word(r, (csuccess_str){c->text.ptr + c->start, c->at - c->start});
    }
}

static void take_long(reading *r, cursor *c)
{
    uint32_t code_point;
    double rating;
    size_t length = decode(c->text, c->at, &code_point);
    if (length == 0) {
        c->bad = true;
        return;
    }
    bool emoji = csuccess__emoji_rating(code_point, &rating);
    if (emoji || parts_words(code_point)) {
        end_word(r, c);
        if (emoji) take_emoji(r, rating);
        c->start = c->at + length;
    }
    c->at += length;
}

static bool read_all(reading *r, csuccess_str text)
{
    cursor c = {.text = text};
    while (c.at < text.len && !c.bad) {
        switch (kind_of((unsigned char)text.ptr[c.at])) {
        case SPACE:
            end_word(r, &c);
            c.start = ++c.at;
            break;
        case LONG:
            take_long(r, &c);
            break;
        case EXCLAIMS:
            r->exclamations++;
            c.at++;
            break;
        case ASKS:
            r->questions++;
            c.at++;
            break;
        default:
            c.at++;
        }
    }
    if (!c.bad) end_word(r, &c);
    add_all(r);
    return !c.bad;
}

static double emphasis(const reading *r)
{
    uint32_t exclaims =
        r->exclamations < EXCLAMATIONS_MOST ? r->exclamations : EXCLAMATIONS_MOST;
    double asks = 0;
    if (r->questions > 1) {
        asks = r->questions <= QUESTIONS_EACH ? r->questions * QUESTION : QUESTIONS;
    }
    return exclaims * EXCLAMATION + asks;
}

csuccess_result csuccess__tone_of(const csuccess__own_words *own, csuccess_str text,
                                  csuccess__tone *out)
{
    reading r = {.own = own};
    *out = (csuccess__tone){.score = 0};
    if (!read_all(&r, text)) return CSUCCESS_EENCODING;
    int view = r.capitals && r.small ? MIXED : PLAIN;
    double x = r.sum[view];
    if (r.but) x = BEFORE_BUT * r.before[view] + BEHIND_BUT * (x - r.before[view]);
    if (x > 0) x += emphasis(&r);
    if (x < 0) x -= emphasis(&r);
    out->felt = r.felt;
    if (r.felt == 0) return CSUCCESS_OK;
    out->score = csuccess__round9(x / sqrt(x * x + SPREAD));
    double agreement = fabs(r.sum[view]) / r.strength[view];
    out->confidence = csuccess__round9(agreement * r.felt / (r.felt + 1.0));
    return CSUCCESS_OK;
}
